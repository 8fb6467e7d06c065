//! Color profiles (ICC.1:2001-04, version 2.4 of the format), made from published numbers.
//!
//! Version 2, because PDF 1.7 and thus PDF/A-2 know no later one well. sRGB is the file's output
//! intent; the CMYK profile gives the inks of a picture without a profile of its own a defined color.

/// D50, the white of the profile connection space.
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];

/// sRGB (IEC 61966-2-1): matrix and a curve of 256 samples, one for each value of 8-bit pictures.
pub(super) fn srgb() -> Vec<u8> {
    // Primaries adapted from D65 to D50 by the Bradford transform; they add up to D50 but for 2 parts in 10000.
    let red = xyz([0.436_07, 0.222_49, 0.013_92]);
    let green = xyz([0.385_15, 0.716_87, 0.097_08]);
    let blue = xyz([0.143_07, 0.060_61, 0.714_10]);
    let curve = srgb_curve();
    Profile { class: *b"mntr", space: *b"RGB ", connection: *b"XYZ " }.with(&[
        (*b"desc", description("sRGB IEC61966-2.1")),
        (*b"cprt", text("Public domain")),
        (*b"wtpt", xyz(D50)),
        (*b"rXYZ", red),
        (*b"gXYZ", green),
        (*b"bXYZ", blue),
        (*b"rTRC", curve.clone()),
        (*b"gTRC", curve.clone()),
        (*b"bTRC", curve),
    ])
}

/// Offset inks on coated paper (solids of ISO 12647-2), mixed by the Neugebauer equations with a
/// dot gain of 14 % in the middle, relative to the paper's white.
pub(super) fn offset_cmyk() -> Vec<u8> {
    Profile { class: *b"scnr", space: *b"CMYK", connection: *b"Lab " }.with(&[
        (*b"desc", description("Offset CMYK, coated paper")),
        (*b"cprt", text("Public domain")),
        (*b"wtpt", xyz(D50)),
        (*b"A2B0", cmyk_table()),
    ])
}

struct Profile {
    class: [u8; 4],
    space: [u8; 4],
    connection: [u8; 4],
}

impl Profile {
    /// Header (ICC.1, 6.1), tag table (6.2) and the tags' data; equal data is stored once.
    fn with(&self, tags: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
        let mut data = Vec::new();
        let mut table = (tags.len() as u32).to_be_bytes().to_vec();
        let first = 128 + 4 + 12 * tags.len();
        let mut placed: Vec<(&[u8], usize)> = Vec::new();
        for (signature, content) in tags {
            let known = placed.iter().find(|(known, _)| known == content).map(|(_, offset)| *offset);
            let offset = known.unwrap_or_else(|| {
                let offset = first + data.len();
                data.extend_from_slice(content);
                data.resize(data.len().next_multiple_of(4), 0);
                placed.push((content, offset));
                offset
            });
            table.extend_from_slice(signature);
            table.extend_from_slice(&(offset as u32).to_be_bytes());
            table.extend_from_slice(&(content.len() as u32).to_be_bytes());
        }
        let mut profile = self.header(first + data.len());
        profile.extend(table);
        profile.extend(data);
        profile
    }

    fn header(&self, length: usize) -> Vec<u8> {
        let mut header = (length as u32).to_be_bytes().to_vec();
        header.extend_from_slice(&[0; 4]);
        header.extend_from_slice(&[2, 0x40, 0, 0]);
        for signature in [self.class, self.space, self.connection] {
            header.extend_from_slice(&signature);
        }
        // The day the numbers were last changed: a profile says when it was made.
        for part in [2026_u16, 1, 1, 0, 0, 0] {
            header.extend_from_slice(&part.to_be_bytes());
        }
        header.extend_from_slice(b"acsp");
        header.resize(68, 0);
        header.extend(D50.iter().flat_map(|value| fixed(*value)));
        header.resize(128, 0);
        header
    }
}

/// `textDescriptionType` (ICC.1, 6.5.17), without Unicode and Macintosh forms.
fn description(text: &str) -> Vec<u8> {
    let mut tag = b"desc\0\0\0\0".to_vec();
    tag.extend_from_slice(&(text.len() as u32 + 1).to_be_bytes());
    tag.extend_from_slice(text.as_bytes());
    tag.extend_from_slice(&[0; 1 + 4 + 4 + 2 + 1 + 67]);
    tag
}

/// `textType` (ICC.1, 6.5.18).
fn text(text: &str) -> Vec<u8> {
    [b"text\0\0\0\0", text.as_bytes(), b"\0"].concat()
}

/// `XYZType` (ICC.1, 6.5.26).
fn xyz(value: [f64; 3]) -> Vec<u8> {
    let mut tag = b"XYZ \0\0\0\0".to_vec();
    tag.extend(value.iter().flat_map(|part| fixed(*part)));
    tag
}

/// `curveType` (ICC.1, 6.5.3).
fn srgb_curve() -> Vec<u8> {
    let linear = |value: f64| if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
    let mut tag = b"curv\0\0\0\0".to_vec();
    tag.extend_from_slice(&256_u32.to_be_bytes());
    for value in 0..=255_u8 {
        tag.extend_from_slice(&sixteen(linear(f64::from(value) / 255.0)));
    }
    tag
}

/// Nodes along each ink of the CMYK table: 0, 25, 50, 75 and 100 %.
const NODES: u8 = 5;

/// `lut16Type` (ICC.1, 6.5.8) from inks to CIELAB.
fn cmyk_table() -> Vec<u8> {
    let mut tag = b"mft2\0\0\0\0".to_vec();
    tag.extend_from_slice(&[4, 3, NODES, 0]);
    for cell in 0..9 {
        tag.extend(fixed(if cell % 4 == 0 { 1.0 } else { 0.0 }));
    }
    let straight = [0, 0, 0xff, 0xff];
    tag.extend_from_slice(&[0, 2, 0, 2]);
    tag.extend(straight.repeat(4));
    let share = |node: u32| dot_gain(f64::from(node) / f64::from(NODES - 1));
    let nodes = u32::from(NODES);
    for node in 0..nodes.pow(4) {
        let inks = [nodes.pow(3), nodes.pow(2), nodes, 1].map(|stride| share(node / stride % nodes));
        let [l, a, b] = lab(neugebauer(inks));
        // Legacy encoding of version 2: FF00 is L* 100, 8000 is a* or b* 0.
        let level = [l / 100.0 * 65_280.0, a * 256.0 + 32_768.0, b * 256.0 + 32_768.0];
        tag.extend(level.iter().flat_map(|value| (value.round().clamp(0.0, 65_535.0) as u16).to_be_bytes()));
    }
    tag.extend(straight.repeat(3));
    tag
}

/// CIELAB of paper and solids (black backing, paper type 1, after ISO 12647-2:2004/Amd 1), by which of
/// cyan (1), magenta (2) and yellow (4) are printed; black covers the rest.
const SOLIDS: [[f64; 3]; 8] = [
    [93.0, 0.0, -3.0],
    [54.0, -36.0, -49.0],
    [46.0, 72.0, -5.0],
    [24.0, 16.0, -45.0],
    [87.0, -6.0, 90.0],
    [49.0, -66.0, 24.0],
    [46.0, 67.0, 47.0],
    [22.0, 0.0, 0.0],
];
const BLACK: [f64; 3] = [16.0, 0.0, 0.0];
/// All four inks: black over three colors.
const DARKEST: [f64; 3] = [8.0, 0.0, 0.0];

/// XYZ relative to the paper, of inks that cover these shares of it.
fn neugebauer(inks: [f64; 4]) -> [f64; 3] {
    let paper = from_lab(SOLIDS[0]);
    let mut mixed = [0.0; 3];
    for (printed, solid) in SOLIDS.iter().chain(&[BLACK; 7]).chain(&[DARKEST]).enumerate() {
        let share = |ink: usize| if printed >> ink & 1 == 1 { inks[ink] } else { 1.0 - inks[ink] };
        let share: f64 = (0..4).map(share).product();
        let solid = from_lab(*solid);
        for channel in 0..3 {
            mixed[channel] += share * solid[channel] / paper[channel] * D50[channel];
        }
    }
    mixed
}

fn dot_gain(share: f64) -> f64 {
    share + 4.0 * 0.14 * share * (1.0 - share)
}

fn from_lab([l, a, b]: [f64; 3]) -> [f64; 3] {
    let middle = (l + 16.0) / 116.0;
    let value = |f: f64| if f > 6.0 / 29.0 { f.powi(3) } else { (f - 4.0 / 29.0) * 108.0 / 841.0 };
    [D50[0] * value(middle + a / 500.0), D50[1] * value(middle), D50[2] * value(middle - b / 200.0)]
}

fn lab(xyz: [f64; 3]) -> [f64; 3] {
    let f = |channel: usize| {
        let value: f64 = xyz[channel] / D50[channel];
        if value > (6.0_f64 / 29.0).powi(3) { value.cbrt() } else { value * 841.0 / 108.0 + 4.0 / 29.0 }
    };
    [116.0 * f(1) - 16.0, 500.0 * (f(0) - f(1)), 200.0 * (f(1) - f(2))]
}

/// `s15Fixed16Number`.
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65_536.0).round() as i32).to_be_bytes()
}

/// 0 to 1 in 16 bits.
fn sixteen(value: f64) -> [u8; 2] {
    ((value * 65_535.0).round() as u16).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(profile: &[u8], at: usize) -> usize {
        u32::from_be_bytes(profile[at..at + 4].try_into().expect("four")) as usize
    }

    #[test]
    fn profiles_are_whole() {
        for profile in [srgb(), offset_cmyk()] {
            assert_eq!(word(&profile, 0), profile.len());
            assert_eq!(&profile[36..40], b"acsp");
            for tag in 0..word(&profile, 128) {
                let entry = 132 + 12 * tag;
                let (offset, length) = (word(&profile, entry + 4), word(&profile, entry + 8));
                assert_eq!(offset % 4, 0);
                assert!(offset + length <= profile.len());
            }
        }
        assert!(srgb().len() < 1100);
    }

    #[test]
    fn primaries_add_up_to_white() {
        let profile = srgb();
        let part = |tag: usize, channel: usize| {
            let offset = word(&profile, 132 + 12 * tag + 4);
            word(&profile, offset + 8 + 4 * channel) as i64
        };
        for channel in 0..3 {
            let sum: i64 = (3..6).map(|tag| part(tag, channel)).sum();
            assert!((sum - part(2, channel)).abs() <= 16, "channel {channel}");
        }
    }

    #[test]
    fn paper_is_white_and_inks_are_their_solids() {
        let near = |found: [f64; 3], expected: [f64; 3]| {
            assert!(found.iter().zip(expected).all(|(f, e)| (f - e).abs() < 0.5), "{found:?} is not {expected:?}");
        };
        near(lab(neugebauer([0.0; 4])), [100.0, 0.0, 0.0]);
        near(lab(from_lab(SOLIDS[2])), SOLIDS[2]);
        let [l, a, b] = lab(neugebauer([1.0, 0.0, 0.0, 0.0]));
        assert!(l > 54.0 && a < -30.0 && b < -40.0, "cyan is {l} {a} {b}");
    }
}

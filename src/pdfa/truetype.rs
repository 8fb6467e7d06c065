//! A TrueType program whose glyphs have width and height and no ink.
//!
//! Holds the tables that a CID font needs (ISO 32000-1, 9.9) and no more. Knows no characters.

/// Units of the em square.
pub(super) const UNITS_PER_EM: u16 = 1000;

/// A font of one glyph for each width (1/1000 em); the first is `.notdef`. Ascent and descent
/// are in the same units, the descent below 0.
///
/// A glyph's outline goes to the corner of its box and back, so it covers nothing even where it is
/// painted, yet has a box: `PDFium` marks found text by the box of the outline, and
/// that of an empty glyph is a line too thin to see.
pub(super) fn without_ink(widths: &[u16], ascent: i16, descent: i16) -> Vec<u8> {
    let count = widths.len() as u16;
    let widest = widths.iter().copied().max().unwrap_or_default();
    let (top, bottom) = (ascent.cast_unsigned(), descent.cast_unsigned());
    let outlines: Vec<u8> = widths.iter().flat_map(|width| outline(*width, ascent, descent)).collect();
    let each = (outlines.len() / widths.len().max(1)) as u16;
    let head = [
        // Version, revision, room for the check sum, magic number.
        &[0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x5f, 0x0f, 0x3c, 0xf5][..],
        &words(&[0, UNITS_PER_EM]),
        // Times of making and changing: none.
        &[0; 16],
        // Box of all glyphs, style, smallest legible size, direction, form of `loca`, form of `glyf`.
        &words(&[0, bottom, widest, top, 0, 8, 2, 0, 0]),
    ]
    .concat();
    let hhea = words(&[1, 0, top, bottom, 0, widest, 0, 0, widest, 1, 0, 0, 0, 0, 0, 0, 0, count]);
    let maxp = words(&[1, 0, count, POINTS, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    let hmtx = widths.iter().flat_map(|width| words(&[*width, 0])).collect();
    // Short offsets count pairs of bytes.
    let loca = words(&(0..=count).map(|glyph| glyph * each / 2).collect::<Vec<u16>>());
    sfnt(&[
        (*b"glyf", outlines),
        (*b"head", head),
        (*b"hhea", hhea),
        (*b"hmtx", hmtx),
        (*b"loca", loca),
        (*b"maxp", maxp),
    ])
}

/// Points of an outline: the lower left and the upper right corner.
const POINTS: u16 = 2;

/// One glyph of one contour (OpenType, "glyf").
fn outline(width: u16, ascent: i16, descent: i16) -> Vec<u8> {
    let (top, bottom) = (ascent.cast_unsigned(), descent.cast_unsigned());
    let head = words(&[1, 0, bottom, width, top, POINTS - 1, 0]);
    // Both points are on the curve, their steps 16 bits.
    let steps = words(&[0, width, bottom, top.wrapping_sub(bottom)]);
    [head, vec![1; POINTS.into()], steps].concat()
}

fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

/// Tables, sorted by their tags, as one font file with its check sums (OpenType, "Font file").
fn sfnt(tables: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let count = tables.len() as u16;
    let log = count.max(1).ilog2() as u16;
    let mut font = vec![0, 1, 0, 0];
    for value in [count, 16 << log, log, 16 * count - (16 << log)] {
        font.extend_from_slice(&value.to_be_bytes());
    }
    let (mut offset, mut head) = (12 + 16 * tables.len(), 0);
    for (tag, content) in tables {
        if tag == b"head" {
            head = offset;
        }
        font.extend_from_slice(tag);
        for value in [check_sum(content), offset as u32, content.len() as u32] {
            font.extend_from_slice(&value.to_be_bytes());
        }
        offset += content.len().next_multiple_of(4);
    }
    for (_, content) in tables {
        font.extend_from_slice(content);
        font.resize(font.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xb1b0_afba_u32.wrapping_sub(check_sum(&font));
    font[head + 8..head + 12].copy_from_slice(&adjustment.to_be_bytes());
    font
}

fn check_sum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0, |sum: u32, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_is_read_by_an_outside_parser() {
        let widths = [500, 250, 1000];
        let program = without_ink(&widths, 950, -250);
        let face = ttf_parser::Face::parse(&program, 0).expect("a font");
        assert_eq!(face.units_per_em(), UNITS_PER_EM);
        assert_eq!((face.ascender(), face.descender()), (950, -250));
        assert_eq!(usize::from(face.number_of_glyphs()), widths.len());
        for (glyph, width) in (0_u16..).zip(widths) {
            let glyph = ttf_parser::GlyphId(glyph);
            assert_eq!(face.glyph_hor_advance(glyph), Some(width));
            let bbox = face.glyph_bounding_box(glyph).expect("a box");
            assert_eq!((bbox.x_min, bbox.y_min, bbox.x_max, bbox.y_max), (0, -250, width.cast_signed(), 950));
        }
        assert_eq!(check_sum(&program), 0xb1b0_afba);
    }
}

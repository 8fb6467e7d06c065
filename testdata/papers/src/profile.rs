//! Which papers come out, and what the scanner does to them.

use std::str::FromStr;

use crate::Error;
use crate::faults::{Color, Conditions, Faults, Jpeg};
use crate::random::Random;

/// A kind of inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Every type in turn, straight and clean, in color, gray and 1 bit.
    Clean,
    /// An office's scanner: faults mixed, most mild, some bad; every container.
    Office,
    /// One fault at a known strength, everything else clean, A4 300 dpi gray (color for tint).
    Fault(Fault),
    /// One page a document with a known turn and skew, 200 dpi gray.
    Orientation,
    /// A4 300 dpi pages of running text, gray and color by turns.
    Bench,
}

/// A fault that is measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Quarter turns: 90, 180, 270 by turns.
    Turn,
    /// Skew of ±0.25 to ±5°.
    Skew,
    /// Gaussian noise, deviation 6 to 30.
    Noise,
    /// 200 to 4000 specks.
    Specks,
    /// Uneven light, 0.15 to 0.6.
    Light,
    /// Back side at 0.08 to 0.35.
    ShowThrough,
    /// Black edges, 2 to 9 mm.
    Border,
    /// Two or four punch holes.
    Holes,
    /// Blur of 0.6 to 2.4 pixels.
    Blur,
    /// JPEG of quality 30 to 90, 4:2:0.
    Jpeg,
    /// 150 to 400 dpi.
    Resolution,
    /// 1 bit at thresholds of 90 to 200.
    Bilevel,
    /// Yellowed and gray papers, in color.
    Tint,
    /// A crease.
    Fold,
    /// 0.15 to 0.6 of the contrast.
    Contrast,
}

/// Faults by their names on the command line.
pub const FAULTS: &[(&str, Fault)] = &[
    ("turn", Fault::Turn),
    ("skew", Fault::Skew),
    ("noise", Fault::Noise),
    ("specks", Fault::Specks),
    ("light", Fault::Light),
    ("show-through", Fault::ShowThrough),
    ("border", Fault::Border),
    ("holes", Fault::Holes),
    ("blur", Fault::Blur),
    ("jpeg", Fault::Jpeg),
    ("resolution", Fault::Resolution),
    ("bilevel", Fault::Bilevel),
    ("tint", Fault::Tint),
    ("fold", Fault::Fold),
    ("contrast", Fault::Contrast),
];

impl FromStr for Profile {
    type Err = Error;

    /// `clean`, `office`, `faults:KIND`, `orientation` or `bench`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let unknown = || Error::Profile { found: text.to_owned() };
        match text.split_once(':') {
            Some(("faults", name)) => {
                let found = FAULTS.iter().find(|(known, _)| *known == name);
                found.map(|(_, fault)| Self::Fault(*fault)).ok_or_else(unknown)
            }
            None => match text {
                "clean" => Ok(Self::Clean),
                "office" => Ok(Self::Office),
                "orientation" => Ok(Self::Orientation),
                "bench" => Ok(Self::Bench),
                _ => Err(unknown()),
            },
            Some(_) => Err(unknown()),
        }
    }
}

/// How a document's files are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// A folder of JPEG files.
    JpegFolder,
    /// A folder of PNG files.
    PngFolder,
    /// One TIFF, LZW where it is not 1 bit.
    TiffLzw,
    /// One TIFF, JPEG where it is not 1 bit.
    TiffJpeg,
    /// One PDF.
    Pdf,
}

impl Container {
    /// Name in the truth.
    #[must_use]
    pub fn name(self, color: Color) -> &'static str {
        match (self, color) {
            (Self::JpegFolder, _) => "jpeg-folder",
            (Self::PngFolder, _) => "png-folder",
            (Self::TiffLzw | Self::TiffJpeg, Color::Bilevel) => "tiff-g4",
            (Self::TiffLzw, _) => "tiff-lzw",
            (Self::TiffJpeg, _) => "tiff-jpeg",
            (Self::Pdf, Color::Bilevel) => "pdf-g4",
            (Self::Pdf, _) => "pdf-jpeg",
        }
    }
}

/// What holds for all pages of a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub container: Container,
    pub dpi: u32,
    pub faults: Faults,
    /// Whether backs were scanned too.
    pub duplex: bool,
    /// Whether the file itself says how it is turned.
    pub states_turn: bool,
    /// No more pages than this.
    pub pages: usize,
}

impl Profile {
    /// The plan of one document.
    pub(crate) fn plan(self, at: usize, random: &mut Random) -> Plan {
        match self {
            Self::Clean => clean(at),
            Self::Office => office(random),
            Self::Fault(fault) => one_fault(fault, at),
            Self::Orientation => Plan { dpi: 200, pages: 1, ..gray(Container::JpegFolder) },
            Self::Bench => {
                let color = if at.is_multiple_of(2) { Color::Gray } else { Color::Rgb };
                let faults = Faults { noise: 3.0, blur: 0.5, ..Faults::none(color) };
                Plan { faults, ..gray(Container::JpegFolder) }
            }
        }
    }

    /// How one page of the document lies on the scanner.
    pub(crate) fn conditions(self, plan: &Plan, at: usize, page: usize, random: &mut Random) -> Conditions {
        let mut conditions =
            Conditions { dpi: plan.dpi, skew: 0.0, quarters: 0, faults: plan.faults.clone(), seed: random.bits() };
        match self {
            Self::Office => {
                let spread = *random.weighted(&[(0.15, 5), (0.6, 5), (1.8, 3), (5.0, 1)]);
                conditions.skew = rounded(random.real(-spread, spread));
                conditions.quarters = *random.weighted(&[(0, 84), (1, 5), (2, 6), (3, 5)]);
            }
            Self::Fault(Fault::Turn) => conditions.quarters = 1 + ((at + page) % 3) as u32,
            Self::Fault(Fault::Skew) => {
                let size = SKEWS[(at / 2) % SKEWS.len()];
                conditions.skew = if at.is_multiple_of(2) { size } else { -size };
            }
            Self::Orientation => {
                conditions.quarters = random.below(4) as u32;
                conditions.skew = if random.chance(0.15) { 0.0 } else { rounded(random.real(-5.0, 5.0)) };
            }
            _ => {}
        }
        conditions
    }
}

/// Degrees to hundredths, so that the truth is exact.
fn rounded(degrees: f32) -> f32 {
    (degrees * 100.0).round() / 100.0
}

const SKEWS: [f32; 8] = [0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0];

fn gray(container: Container) -> Plan {
    Plan {
        container,
        dpi: 300,
        faults: Faults::none(Color::Gray),
        duplex: false,
        states_turn: false,
        pages: usize::MAX,
    }
}

fn clean(at: usize) -> Plan {
    let color = [Color::Rgb, Color::Gray, Color::Rgb, Color::Bilevel][at % 4];
    let container =
        [Container::Pdf, Container::JpegFolder, Container::TiffJpeg, Container::TiffLzw, Container::PngFolder];
    Plan { faults: Faults::none(color), ..gray(container[at % 5]) }
}

/// The strength at a place of a ladder that is climbed again and again.
fn step(ladder: &[f32], at: usize) -> f32 {
    ladder[at % ladder.len()]
}

fn one_fault(fault: Fault, at: usize) -> Plan {
    let mut plan = gray(Container::PngFolder);
    let faults = &mut plan.faults;
    match fault {
        Fault::Turn | Fault::Skew => {}
        Fault::Noise => faults.noise = step(&[6.0, 12.0, 18.0, 24.0, 30.0], at),
        Fault::Specks => faults.specks = step(&[200.0, 500.0, 1000.0, 2000.0, 4000.0], at) as u32,
        Fault::Light => {
            faults.light = step(&[0.15, 0.3, 0.45, 0.6], at);
            faults.light_angle = (at * 45 % 360) as f32;
        }
        Fault::ShowThrough => {
            faults.show_through = step(&[0.08, 0.15, 0.25, 0.35], at);
            faults.paper = [248, 248, 246];
        }
        Fault::Border => faults.border = [2.0, 3.0, 4.0, 5.0].map(|width| width * step(&[0.5, 1.0, 1.8], at)),
        Fault::Holes => faults.holes = if at.is_multiple_of(2) { 2 } else { 4 },
        Fault::Blur => faults.blur = step(&[0.6, 1.2, 1.8, 2.4, 3.0, 3.6], at),
        Fault::Jpeg => {
            faults.jpeg = Jpeg { quality: step(&[90.0, 75.0, 60.0, 45.0, 30.0], at) as u8, full_chroma: false };
            faults.color = Color::Rgb;
            plan.container = Container::JpegFolder;
        }
        Fault::Resolution => plan.dpi = step(&[150.0, 200.0, 240.0, 300.0, 400.0], at) as u32,
        Fault::Bilevel => {
            faults.color = Color::Bilevel;
            faults.threshold = step(&[90.0, 120.0, 150.0, 180.0, 200.0], at) as u8;
        }
        Fault::Tint => {
            faults.color = Color::Rgb;
            faults.paper = PAPERS[1 + at % (PAPERS.len() - 1)];
        }
        Fault::Fold => faults.fold = Some(step(&[0.33, 0.5, 0.66], at)),
        Fault::Contrast => faults.contrast = step(&[0.6, 0.45, 0.3, 0.15], at),
    }
    plan
}

/// Colors of paper: white, bright, warm, yellowed, gray, bluish.
const PAPERS: [[u8; 3]; 6] =
    [[254, 254, 254], [250, 250, 247], [247, 243, 233], [238, 228, 200], [228, 228, 225], [240, 244, 248]];

fn office(random: &mut Random) -> Plan {
    let color = *random.weighted(&[(Color::Rgb, 55), (Color::Gray, 25), (Color::Bilevel, 20)]);
    let dpi = *random.weighted(&[(200, 35), (240, 5), (300, 50), (400, 10)]);
    // Offices keep color without loss seldom: it is ten times as large.
    let lossless = if color == Color::Rgb { 2 } else { 12 };
    let container = *random.weighted(&[
        (Container::Pdf, 52),
        (Container::JpegFolder, 22),
        (Container::TiffJpeg, 14),
        (Container::TiffLzw, lossless),
        (Container::PngFolder, lossless),
    ]);
    let mut faults = Faults::none(color);
    faults.paper = *random.weighted(&[
        (PAPERS[0], 30),
        (PAPERS[1], 30),
        (PAPERS[2], 20),
        (PAPERS[3], 7),
        (PAPERS[4], 7),
        (PAPERS[5], 6),
    ]);
    faults.blur = random.real(0.3, 0.75) * dpi as f32 / 300.0;
    faults.noise = *random.weighted(&[(1.5, 4), (3.0, 4), (6.0, 2), (11.0, 1)]);
    let subsampled = random.chance(0.6);
    faults.jpeg = Jpeg { quality: random.between(60, 95) as u8, full_chroma: !subsampled };
    mishaps(&mut faults, random);
    faults.threshold = threshold(&faults, random);
    let duplex = random.chance(0.18);
    if duplex && faults.show_through == 0.0 {
        faults.show_through = random.real(0.02, 0.1);
    }
    Plan { container, dpi, faults, duplex, states_turn: random.chance(0.25), pages: usize::MAX }
}

/// Somewhere between ink and paper as they come out, nearer to the paper more often than not.
fn threshold(faults: &Faults, random: &mut Random) -> u8 {
    let bright = |value: f32| 250.0 - (250.0 - value) * faults.contrast;
    let paper = bright(f32::from(faults.paper[1].min(faults.paper[0]))) * (1.0 - faults.light * 0.7);
    let ink = bright(36.0);
    (ink + (paper - ink) * random.real(0.42, 0.7)) as u8
}

/// What only some scans suffer.
fn mishaps(faults: &mut Faults, random: &mut Random) {
    if random.chance(0.2) {
        faults.specks = random.between(20, 700) as u32;
    }
    if random.chance(0.25) {
        faults.light = random.real(0.05, 0.32);
        faults.light_angle = random.real(0.0, 360.0);
    }
    if random.chance(0.22) {
        faults.show_through = random.real(0.03, 0.2);
    }
    if random.chance(0.18) {
        let sides = [0, 1, 2, 3].map(|_| if random.chance(0.45) { random.real(1.0, 6.0) } else { 0.0 });
        faults.border = sides;
    }
    if random.chance(0.18) {
        faults.holes = if random.chance(0.8) { 2 } else { 4 };
    }
    if random.chance(0.15) {
        faults.fold = Some(random.real(0.3, 0.68));
    }
    if random.chance(0.1) {
        faults.contrast = random.real(0.4, 0.75);
    }
    if random.chance(0.08) {
        faults.blur += random.real(0.4, 0.9);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_named() {
        assert_eq!("office".parse::<Profile>().ok(), Some(Profile::Office));
        assert_eq!("faults:skew".parse::<Profile>().ok(), Some(Profile::Fault(Fault::Skew)));
        for text in ["", "faults", "faults:rain", "office:skew"] {
            assert!(text.parse::<Profile>().is_err(), "{text}");
        }
    }
}

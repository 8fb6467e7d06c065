//! One side of a paper: marks at places in millimeters, and the lines of text that they make.
//!
//! Nothing here knows pixels; [`crate::draw`] turns a sheet into them.

use serde::{Deserialize, Serialize};

use crate::fonts::{Face, Family};
use crate::geometry::{Affine, Frame};

/// Width and height of A4 in millimeters.
pub const A4: (f32, f32) = (210.0, 297.0);

/// Red, green and blue of an ink that lets what lies under it show through.
pub type Ink = [u8; 3];

/// Toner.
pub const BLACK: Ink = [28, 28, 30];
/// Ball pen.
pub const BLUE: Ink = [32, 52, 150];
/// Seal.
pub const RED: Ink = [205, 32, 44];
/// Date stamps.
pub const VIOLET: Ink = [78, 60, 160];

/// Where on a paper a line stands (Decree 30/2020, Annex I, and the forms).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zone {
    /// Head: issuer, motto, number, place and date.
    Head,
    /// Heading and abstract.
    Title,
    /// The text.
    Body,
    /// Inside ruled cells.
    Table,
    /// `Nơi nhận`.
    Recipients,
    /// Authority, title and name of the signer.
    Signature,
    /// Page number.
    PageNumber,
    /// A received stamp.
    Stamp,
    /// Printed by the form's maker: small notes, serial numbers.
    Note,
}

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Weight and slope.
    pub face: Face,
    /// Size in points.
    pub points: f32,
    /// Color.
    pub ink: Ink,
}

/// Something printed, written or stamped.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// Letters without a space; the origin is the start of the baseline, the angle clockwise degrees.
    Word {
        /// The letters.
        text: String,
        /// How they are set.
        style: Style,
        /// Origin.
        at: (f32, f32),
        /// Clockwise degrees about the origin.
        angle: f32,
        /// Index of the line that it belongs to.
        line: Option<usize>,
    },
    /// Digits by hand.
    Hand {
        /// Digits, `/` and `-`.
        text: String,
        /// Left end of the baseline.
        at: (f32, f32),
        /// Height of a digit.
        height: f32,
        /// Pen.
        ink: Ink,
        /// Index of the line that it belongs to.
        line: Option<usize>,
        /// How the hand shakes.
        seed: u64,
    },
    /// A straight rule.
    Rule {
        /// One end.
        from: (f32, f32),
        /// The other.
        to: (f32, f32),
        /// Thickness.
        width: f32,
        /// Color.
        ink: Ink,
    },
    /// A dotted leader on the baseline.
    Leader {
        /// Left end.
        from: (f32, f32),
        /// Length.
        length: f32,
        /// Distance between dots.
        pitch: f32,
    },
    /// Black squares: bars of a code.
    Squares {
        /// Left, top, width, height of each.
        squares: Vec<[f32; 4]>,
    },
    /// Fine waves over the whole sheet, as on certificates.
    Waves {
        /// Color, pale.
        ink: Ink,
        /// Which waves.
        seed: u64,
    },
    /// A round seal.
    Seal(Seal),
    /// A signature by pen.
    Signature {
        /// Middle.
        at: (f32, f32),
        /// Width.
        width: f32,
        /// Pen.
        ink: Ink,
        /// Whose.
        seed: u64,
    },
    /// A thumb print is never drawn: only its frame, as some forms have.
    Frame {
        /// Left, top, width, height.
        place: [f32; 4],
        /// Thickness.
        width: f32,
        /// Color.
        ink: Ink,
        /// Clockwise degrees about its top left corner.
        angle: f32,
    },
}

/// A round seal: ring, text along it, and an emblem.
#[derive(Debug, Clone, PartialEq)]
pub struct Seal {
    /// Middle.
    pub at: (f32, f32),
    /// Diameter, 36 mm for committees.
    pub diameter: f32,
    /// Along the upper half.
    pub upper: String,
    /// Along the lower half.
    pub lower: String,
    /// With the emblem of state bodies rather than a plain star.
    pub emblem: bool,
    /// Clockwise degrees.
    pub angle: f32,
    /// 0 to 1.
    pub opacity: f32,
    /// How unevenly it was inked.
    pub seed: u64,
}

/// A line of text as a reader sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where it stands.
    pub zone: Zone,
    /// Its text, words by single spaces.
    pub text: String,
    /// Whether part of it was written by hand.
    pub hand: bool,
}

/// Kinds of code for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbology {
    /// ISO/IEC 18004.
    Qr,
    /// ISO/IEC 15417.
    Code128,
    /// ISO/IEC 16388.
    Code39,
    /// Four bars that divide a stack at the scanner.
    Patch,
}

impl Symbology {
    /// Its name in the truth.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::Code128 => "code128",
            Self::Code39 => "code39",
            Self::Patch => "patch",
        }
    }
}

/// A code with what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    /// Its kind.
    pub symbology: Symbology,
    /// What it says.
    pub text: String,
    /// Left, top, right, bottom in millimeters.
    pub place: [f32; 4],
}

/// One side of a paper.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// Everything on it, in the order it came there.
    pub marks: Vec<Mark>,
    /// Lines of text in reading order.
    pub lines: Vec<Line>,
    /// Bar codes.
    pub codes: Vec<Code>,
}

impl Sheet {
    /// Nothing is on it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.marks.is_empty()
    }

    /// The box around the ink of each line, in the pixels of a frame.
    #[must_use]
    pub fn line_boxes(&self, family: &Family, to_pixels: &Affine) -> Vec<Frame> {
        let mut boxes = vec![Frame::NOTHING; self.lines.len()];
        for mark in &self.marks {
            if let Some(line) = mark.line() {
                boxes[line] = boxes[line].around(&mark.extent(family, to_pixels));
            }
        }
        boxes
    }

    /// The box around each seal, in the pixels of a frame.
    #[must_use]
    pub fn seal_boxes(&self, to_pixels: &Affine) -> Vec<Frame> {
        let seals = self.marks.iter().filter_map(|mark| if let Mark::Seal(seal) = mark { Some(seal) } else { None });
        seals.map(|seal| to_pixels.frame(&Frame::about(seal.at, seal.diameter / 2.0))).collect()
    }

    /// The box around the frame of each stamp, in the pixels of a picture.
    #[must_use]
    pub fn stamp_boxes(&self, to_pixels: &Affine) -> Vec<Frame> {
        let stamps = self.marks.iter().filter_map(|mark| match mark {
            Mark::Frame { place: [left, top, width, height], ink, angle, .. } if is_blue(*ink) => {
                let (sin, cos) = angle.to_radians().sin_cos();
                let at = |x: f32, y: f32| to_pixels.apply((left + x * cos - y * sin, top + x * sin + y * cos));
                Some([at(0.0, 0.0), at(*width, 0.0), at(0.0, *height), at(*width, *height)])
            }
            _ => None,
        });
        stamps
            .map(|corners| {
                corners
                    .iter()
                    .fold(Frame::NOTHING, |all, (x, y)| all.around(&Frame { left: *x, top: *y, right: *x, bottom: *y }))
            })
            .collect()
    }

    /// The box around the waves of each signature, in the pixels of a picture, and whether its pen is blue.
    #[must_use]
    pub fn signature_boxes(&self, to_pixels: &Affine) -> Vec<(Frame, bool)> {
        let signatures = self.marks.iter().filter_map(|mark| match mark {
            Mark::Signature { at: (x, y), width, ink, .. } => {
                // The least height of a signature is 0.22 of its width.
                let (across, down) = (width / 2.0, width * 0.11);
                let around = Frame { left: x - across, top: y - down, right: x + across, bottom: y + down };
                Some((to_pixels.frame(&around), is_blue(*ink)))
            }
            _ => None,
        });
        signatures.collect()
    }
}

/// Ball pens and date stamps, not toner and not seals.
fn is_blue(ink: Ink) -> bool {
    ink[2] > ink[0].saturating_add(40)
}

impl Mark {
    fn line(&self) -> Option<usize> {
        match self {
            Self::Word { line, .. } | Self::Hand { line, .. } => *line,
            _ => None,
        }
    }

    /// The box around the ink of words and digits.
    fn extent(&self, family: &Family, to_pixels: &Affine) -> Frame {
        match self {
            Self::Word { text, style, at, angle, .. } => {
                let scale = family.scale(style.face, style.points);
                let mut extent = Frame::NOTHING;
                for (start, outline) in family.outlines(text, style.face, style.points) {
                    let Some(outline) = outline else { continue };
                    let place = to_pixels.then_before(&Affine::glyph(*at, *angle, start, scale));
                    let (min, max) = (outline.bounds.min, outline.bounds.max);
                    let (left, right) = (min.x.min(max.x), min.x.max(max.x));
                    let (low, high) = (min.y.min(max.y), min.y.max(max.y));
                    extent = extent.around(&place.frame(&Frame { left, top: low, right, bottom: high }));
                }
                extent
            }
            Self::Hand { text, at, height, .. } => {
                let width = crate::draw::hand::width(text, *height);
                to_pixels.frame(&Frame { left: at.0, top: at.1 - height, right: at.0 + width, bottom: at.1 })
            }
            _ => Frame::NOTHING,
        }
    }
}

//! Codes for machines on a page picture: QR, Code 128, Code 39 and Patch codes, with what they say and where they are.
//!
//! In: [`Luma`], 8 bits of grey a pixel, and its resolution. Out: [`Code`]s. Standards: ISO/IEC 18004 (QR),
//! ISO/IEC 15417 (Code 128), ISO/IEC 16388 (Code 39), and Kodak's patch codes for document scanners (bars of 0.08 and
//! 0.20 inch in 0.80 inch). The picture may be turned by quarters, lie askew by up to ten degrees, and have passed through
//! JPEG, blur and noise.
//!
//! A code that cannot be read is not reported, and never guessed: quiet zones are demanded, check digits verified, and
//! several lines across a bar code must agree. Knows no document, no page and no image file; what a code means for a dossier is
//! decided elsewhere.
//!
//! A page is first crossed by thin lines half a millimetre apart; only where they meet the ends of a bar code or the
//! corners of a QR code is it looked at closely, so that a page without codes costs little.

mod bands;
mod chains;
mod code128;
mod code39;
mod corners;
mod ends;
mod lines;
mod patch;
mod qr;

use serde::{Deserialize, Serialize};

use crate::base::geometry::{Rect, Size};
use crate::base::units::Dpi;
use lines::{Axis, Lines};

/// A picture in 8 bits of grey, rows from the top without padding; 0 is black.
#[derive(Debug, Clone, Copy)]
pub struct Luma<'a> {
    /// Width and height.
    pub size: Size,
    /// `width * height` bytes; what is missing counts as white.
    pub pixels: &'a [u8],
}

/// A code that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Code {
    /// Which kind of code.
    pub symbology: Symbology,
    /// What it says. A patch code says `1`, `2`, `3`, `4`, `6` or `T`.
    pub text: String,
    /// The upright box around it, in pixels of the picture that was looked at.
    pub place: Rect,
}

/// Kinds of code that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Symbology {
    /// ISO/IEC 18004, model 2.
    Qr,
    /// ISO/IEC 15417, all three code sets.
    Code128,
    /// ISO/IEC 16388, without its optional check character, which no reader can tell from a letter.
    Code39,
    /// Four wide and narrow bars that divide a stack at the scanner.
    Patch,
}

impl Symbology {
    /// Its name as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Qr => "QR",
            Self::Code128 => "Code 128",
            Self::Code39 => "Code 39",
            Self::Patch => "Patch",
        }
    }
}

/// Reads every code on a picture, from the top.
#[must_use]
pub fn read(luma: &Luma<'_>, dpi: Dpi) -> Vec<Code> {
    let scale = Scale::of(dpi);
    let rows = Lines::across(luma, Axis::Rows, scale);
    let columns = Lines::across(luma, Axis::Columns, scale);
    let mut codes = qr::read(luma, &rows);
    for lines in [&rows, &columns] {
        codes.extend(patch::read(lines, scale));
        codes.extend(bands::read(luma, lines, scale));
    }
    distinct(codes)
}

/// Pixels in a millimetre of paper.
#[derive(Debug, Clone, Copy)]
struct Scale {
    millimetre: f32,
}

impl Scale {
    fn of(dpi: Dpi) -> Self {
        Self { millimetre: dpi.pixels_of_millimetres(1.0) }
    }

    fn pixels(self, millimetres: f32) -> f32 {
        millimetres * self.millimetre
    }
}

impl Luma<'_> {
    /// The brightness of a pixel; white outside.
    fn at(&self, x: isize, y: isize) -> u8 {
        let (width, height) = (self.size.width as isize, self.size.height as isize);
        let inside = x >= 0 && y >= 0 && x < width && y < height;
        if inside { self.pixels.get((y * width + x) as usize).copied().unwrap_or(u8::MAX) } else { u8::MAX }
    }

    /// The brightness between four pixels; pixel (0, 0) has its middle at (0.5, 0.5).
    fn between(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (dx, dy) = (x - left, y - top);
        let (left, top) = (left as isize, top as isize);
        let row = |y| {
            let (a, b) = (f32::from(self.at(left, y)), f32::from(self.at(left + 1, y)));
            a + (b - a) * dx
        };
        let (above, below) = (row(top), row(top + 1));
        above + (below - above) * dy
    }
}

/// The same code is met from both its ends; it is told once.
fn distinct(codes: Vec<Code>) -> Vec<Code> {
    let mut distinct: Vec<Code> = Vec::new();
    for code in codes {
        let is_same = |other: &&mut Code| {
            other.symbology == code.symbology
                && other.text == code.text
                && other.place.intersection(&code.place).is_some()
        };
        match distinct.iter_mut().find(is_same) {
            Some(known) => known.place = known.place.union(&code.place),
            None => distinct.push(code),
        }
    }
    distinct.sort_by(|a, b| {
        (a.place.top, a.place.left).partial_cmp(&(b.place.top, b.place.left)).unwrap_or(std::cmp::Ordering::Equal)
    });
    distinct
}

#[cfg(test)]
mod tests;

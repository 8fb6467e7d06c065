//! Red and blue ink apart from print: seals, stamps and signatures cross words, and one color cannot show both.
//!
//! Only patches that are colored when seen from afar are parted: the edges of black strokes have colored fringes on most
//! scanners. Within a patch each pixel of ink is red or blue where it lets one color through, and print else.

use super::ink::squares;
use crate::base::units::Dpi;
use crate::raster::filter::{Blob, Blobs, Mask, histogram, percentile, shrink_rgb};
use crate::raster::pixels::{Bilevel, Rgb};

/// Pixels an inch at which patches are looked for: a pixel is as wide as a stroke.
const LOOK_DPI: f32 = 75.0;
/// By how much, of 255, one channel exceeds both others in a patch, where paper is white.
const COLORED: u8 = 32;
/// Square inches below which a patch is no mark: 8 by 8 mm with much paper in it.
const LEAST_INCHES: f32 = 0.1;
/// The part of the light that ink takes from paper which it lets through in its own color. Print beside a seal in a JPEG with
/// half the chroma keeps below 0.2, a dark blue pen is above 0.4.
const LET_THROUGH: f32 = 0.3;
/// Inches on a side of a colored square that no seal holds, but photographs and tinted fields do: those are no ink.
const SOLID_INCHES: f32 = 0.2;
/// How colored ink is beside what is usual in its patches, at its edges and where it is pale.
const PALE: f32 = 0.4;

/// All ink of a picture, and the same by kind.
pub(super) struct Hues {
    /// All of it.
    pub(super) all: Bilevel,
    /// Red, blue, all other; without those that the picture does not have, but never none.
    pub(super) each: Vec<Bilevel>,
}

impl Hues {
    /// Of one kind.
    pub(super) fn one(mask: Bilevel) -> Self {
        Self { each: vec![mask.clone()], all: mask }
    }
}

/// Parts ink by kind, and adds what is pale beside print but as colored as the rest of its patch.
pub(super) fn split(mut all: Bilevel, picture: &Rgb, dpi: Dpi) -> Hues {
    let factor = ((dpi.value() / LOOK_DPI).round() as u32).clamp(1, 32);
    let small = shrink_rgb(picture, factor);
    let white = White::of(&small);
    let patches = Patches::of(&small, &white, dpi.value() / factor as f32);
    let mut print = all.clone();
    let mut colored = [None, None];
    let (width, row_bytes) = (picture.size.width as usize, all.row_bytes());
    patches.place.visit_enlarged(picture.size, factor, |run| {
        let (start, row) = (run.start % width, run.start / width * row_bytes);
        for (x, pixel) in (start..).zip(&picture.pixels.as_chunks::<3>().0[run]) {
            let (at, bit) = (row + x / 8, 0x80 >> (x % 8));
            let Some((hue, excess)) = white.hue(*pixel) else { continue };
            if all.rows[at] & bit != 0 || excess > patches.least[hue] {
                let mask = colored[hue].get_or_insert_with(|| vec![0; all.rows.len()]);
                mask[at] |= bit;
                all.rows[at] |= bit;
                print.rows[at] &= !bit;
            }
        }
    });
    let colored = colored.into_iter().flatten().map(|rows| Bilevel { size: all.size, rows });
    Hues { each: colored.chain([print]).collect(), all }
}

/// Where there is colored ink, with some pixels around.
struct Patches {
    place: Mask,
    /// Excess of red and of blue above which a pixel is ink.
    least: [u8; 2],
}

impl Patches {
    fn of(small: &Rgb, white: &White, inch: f32) -> Self {
        let colors: Vec<Option<(usize, u8)>> = small
            .pixels
            .as_chunks::<3>()
            .0
            .iter()
            .map(|pixel| white.excess(*pixel).filter(|(_, e)| *e > COLORED))
            .collect();
        let marks = Mask { size: small.size, pixels: colors.iter().map(Option::is_some).collect() };
        let solids = Blobs::of(&squares(&marks, (SOLID_INCHES * inch) as usize)).all;
        let blobs = Blobs::of(&marks.grown().grown());
        let least = std::array::from_fn(|hue| {
            let own: Vec<u8> = colors.iter().flatten().filter(|color| color.0 == hue).map(|color| color.1).collect();
            COLORED.max((f32::from(percentile(&histogram(&own), 0.75)) * PALE) as u8)
        });
        let is_mark = |blob: &Blob| {
            blob.area as f32 > LEAST_INCHES * inch * inch && !solids.iter().any(|solid| blob.holds(solid))
        };
        Self { place: blobs.mask(is_mark), least }
    }
}

/// What makes paper white: each channel's value of 255.
struct White([[u8; 256]; 3]);

impl White {
    /// Paper is what a quarter of the picture exceeds.
    fn of(small: &Rgb) -> Self {
        Self(std::array::from_fn(|channel| {
            let values: Vec<u8> = small.pixels.as_chunks::<3>().0.iter().map(|pixel| pixel[channel]).collect();
            let paper = u32::from(percentile(&histogram(&values), 0.75).max(64));
            std::array::from_fn(|value| (value as u32 * 255 / paper).min(255) as u8)
        }))
    }

    fn whitened(&self, pixel: [u8; 3]) -> [u8; 3] {
        std::array::from_fn(|channel| self.0[channel][usize::from(pixel[channel])])
    }

    /// Of red (0) or blue (1), the one that exceeds both other channels, and by how much.
    fn excess(&self, pixel: [u8; 3]) -> Option<(usize, u8)> {
        let [red, green, blue] = self.whitened(pixel);
        match red.cmp(&blue) {
            std::cmp::Ordering::Greater => red.checked_sub(green.max(blue)).map(|excess| (0, excess)),
            std::cmp::Ordering::Less => blue.checked_sub(green.max(red)).map(|excess| (1, excess)),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// That, where a pixel lets enough of one color through to be ink of that color.
    fn hue(&self, pixel: [u8; 3]) -> Option<(usize, u8)> {
        let (hue, excess) = self.excess(pixel)?;
        let taken = 255 - self.whitened(pixel).into_iter().min().unwrap_or(255);
        (f32::from(excess) > LET_THROUGH * f32::from(taken)).then_some((hue, excess))
    }
}

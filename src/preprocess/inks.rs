//! Colored ink over print: seals, stamps, signatures.
//!
//! Under a red seal black print is still black in the red channel, while the seal is nearly paper there.
//! So where a patch of colored ink lies over print, the copy takes the channel of the ink, lifted by what the ink takes
//! from that channel too: what is left of a seal's ring and star would still be read as strokes. Print that is itself red
//! or blue lies over nothing and keeps its brightness.

use super::survey::plausible;
use super::{Correction, Ink, Mark, MarkKind};
use crate::base::geometry::{Rect, Size};
use crate::base::units::Dpi;
use crate::raster::filter::{Blob, Blobs, Mask, histogram, luma, percentile, shrink_rgb};
use crate::raster::pixels::{Gray, Rgb};

/// Pixels an inch at which color is looked at.
const LOOK_DPI: f32 = 75.0;
/// Pixels of that on a side of a cell (1.4 mm); ink in neighbouring cells is one patch.
const CELL: u32 = 4;
/// By how much the ink's channel exceeds both others, of 255, where paper is 255 in all three.
const SATURATED: i32 = 40;
/// Inches below which a patch is a line of colored print or writing.
const LEAST_INCHES: f32 = 0.3;
/// Black pixels under a patch, as a share of its colored ones, that make it lie over print.
const OVERLAP: f32 = 0.04;
/// Excess of the channel at which ink begins to be dropped, and over how much more it is wholly dropped.
const RAMP: (i32, i32) = (6, 16);
/// Most of what the channel is lifted by, as a share of its excess: black print under a color that JPEG smears stays black.
const MOST_LIFT: f32 = 0.6;

/// Excess of the channel that thin strokes of a pen still have when they are seen from afar.
const FAINT: i32 = 24;
/// Inches that letters of a stamp are high: 1 to 5 mm.
const LETTER_INCHES: std::ops::Range<f32> = 0.04..0.2;
/// Inches by which the middles of a row's letters may differ in height.
const ROW_INCHES: f32 = 0.06;
/// Letters or words in one row, or in each of two, that make a patch a stamp: a signature has dots and dashes, and what is
/// left of it between the letters of a seal, but not in rows.
const STAMP_ROWS: (usize, usize) = (7, 4);
/// Part of a signature's length that its longest stroke has.
const LONG_STROKE: f32 = 0.5;
/// Inches that signatures are wide: 12 to 90 mm.
const SIGNATURE_INCHES: std::ops::Range<f32> = 0.47..3.6;

/// A patch of colored ink on the picture as it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patch {
    ink: Ink,
    kind: MarkKind,
    place: Rect,
}

impl Patch {
    /// The mark that it is on the corrected page.
    pub(super) fn on_page(&self, correction: Correction, picture: Size) -> Mark {
        Mark { ink: self.ink, kind: self.kind, place: correction.box_on_page(self.place, picture) }
    }
}

impl Ink {
    /// The channel in which it is bright.
    fn channel(self) -> usize {
        match self {
            Self::Red => 0,
            Self::Blue => 2,
        }
    }

    /// By how much that channel exceeds both others; below 0 for other colors.
    fn excess(self, pixel: [u8; 3]) -> i32 {
        let [red, green, blue] = pixel.map(i32::from);
        match self {
            Self::Red => red - green.max(blue),
            Self::Blue => blue - red.max(green),
        }
    }
}

/// The picture in gray, colored ink over print dropped; and all larger patches of colored ink, from the top.
pub(super) fn gray_without_seals(picture: &Rgb, dpi: Dpi) -> (Gray, Vec<Patch>) {
    let pixels = picture.pixels.as_chunks::<3>().0;
    let mut gray = Gray { size: picture.size, pixels: pixels.iter().map(luma).collect() };
    let look = Look::at(picture, dpi);
    let mut patches = Vec::new();
    for ink in [Ink::Red, Ink::Blue] {
        let blobs = Blobs::of(&look.cells(ink));
        let seen: Vec<(Blob, Inside)> =
            blobs.all.iter().filter_map(|blob| Some((*blob, look.inside(ink, blob)?))).collect();
        // A seal's ring holds its star and its letters, which need not touch it.
        let over_print =
            blobs.mask(|blob| seen.iter().any(|(other, inside)| inside.is_over_print() && other.holds(blob)));
        let lift = look.lift(ink);
        over_print.grown().visit_enlarged(picture.size, CELL * look.factor, |run| {
            drop_ink(&mut gray.pixels[run.clone()], &pixels[run], ink, lift);
        });
        let is_part = |blob: &Blob| seen.iter().any(|(other, _)| other != blob && other.holds(blob));
        let whole = seen.iter().filter(|(blob, _)| !is_part(blob));
        patches.extend(whole.map(|(blob, inside)| Patch { ink, kind: inside.kind, place: look.place(blob) }));
    }
    patches.sort_by(|a, b| a.place.top.total_cmp(&b.place.top));
    (gray, patches)
}

fn drop_ink(gray: &mut [u8], pixels: &[[u8; 3]], ink: Ink, lift: f32) {
    let ((start, ramp), lift) = (RAMP, (lift * 256.0) as i32);
    for (to, pixel) in gray.iter_mut().zip(pixels) {
        let more = (ink.excess(*pixel) - start).max(0);
        let (share, channel) = (more.min(ramp), i32::from(pixel[ink.channel()]));
        let mixed = (channel * share + i32::from(*to) * (ramp - share)) / ramp;
        *to = (mixed + more * lift / 256).min(255) as u8;
    }
}

/// The picture from afar, its paper white.
struct Look {
    small: Rgb,
    factor: u32,
    inch: f32,
}

/// What a patch holds.
#[derive(Clone, Copy)]
struct Inside {
    kind: MarkKind,
    colored: u32,
    black: u32,
}

impl Inside {
    /// Seals too where they lie beside print: nothing in them is read.
    fn is_over_print(&self) -> bool {
        self.kind == MarkKind::RoundSeal || self.black as f32 > OVERLAP * self.colored as f32
    }
}

/// Of how many strokes a patch is, and how long they are.
struct Shape {
    /// Letters in each row, the longest row first.
    rows: Vec<usize>,
    longest: f32,
    across: f32,
}

impl Shape {
    fn kind(&self, ink: Ink) -> MarkKind {
        let is_drawn = self.longest > LONG_STROKE && SIGNATURE_INCHES.contains(&self.across);
        let row = |index: usize| self.rows.get(index).copied().unwrap_or(0);
        if row(0) >= STAMP_ROWS.0 || row(1) >= STAMP_ROWS.1 {
            MarkKind::TextStamp
        } else if ink == Ink::Blue && is_drawn {
            MarkKind::Signature
        } else {
            MarkKind::Other
        }
    }
}

impl Look {
    fn at(picture: &Rgb, dpi: Dpi) -> Self {
        let dpi = plausible(picture.size, dpi);
        let factor = ((dpi / LOOK_DPI).round() as u32).clamp(1, 32);
        let mut small = shrink_rgb(picture, factor);
        let paper = paper(&small);
        for (value, paper) in
            small.pixels.as_chunks_mut::<3>().0.iter_mut().flat_map(|pixel| pixel.iter_mut().zip(paper))
        {
            *value = (u32::from(*value) * 255 / u32::from(paper.max(64))).min(255) as u8;
        }
        Self { small, factor, inch: dpi / factor as f32 }
    }

    /// Cells of the look in which there is some of this ink.
    fn cells(&self, ink: Ink) -> Mask {
        let Size { width, height } = self.small.size;
        let size = Size { width: width.div_ceil(CELL), height: height.div_ceil(CELL) };
        let mut counts = vec![0_u8; size.area() as usize];
        let rows = self.small.pixels.as_chunks::<3>().0.chunks_exact((width as usize).max(1));
        for (y, row) in rows.enumerate() {
            let counts = &mut counts[y / CELL as usize * size.width as usize..];
            for (count, cell) in counts.iter_mut().zip(row.chunks(CELL as usize)) {
                *count += cell.iter().filter(|pixel| ink.excess(**pixel) > SATURATED).count() as u8;
            }
        }
        Mask { size, pixels: counts.into_iter().map(|count| count >= 2).collect() }
    }

    /// What this ink takes from its own channel, as a share of the channel's excess: the same however thinly it lies.
    fn lift(&self, ink: Ink) -> f32 {
        let shares = self.small.pixels.as_chunks::<3>().0.iter().filter_map(|pixel| {
            let excess = ink.excess(*pixel);
            (excess > SATURATED).then(|| f32::from(255 - pixel[ink.channel()]) / excess as f32)
        });
        let mut shares: Vec<f32> = shares.collect();
        let middle = shares.len() / 2;
        if shares.is_empty() { 0.0 } else { shares.select_nth_unstable_by(middle, f32::total_cmp).1.min(MOST_LIFT) }
    }

    /// What a blob of cells holds, if it is larger than a line of print.
    fn inside(&self, ink: Ink, blob: &Blob) -> Option<Inside> {
        let inches = |cells: u32| (cells * CELL) as f32 / self.inch;
        let (across, down) = (inches(blob.width()), inches(blob.height()));
        if across.min(down) < LEAST_INCHES {
            return None;
        }
        let (mut colored, mut black, mut rim, mut outside) = (0, 0, 0, 0);
        self.visit(blob, |pixel, from_middle| {
            if ink.excess(pixel) > SATURATED {
                colored += 1;
                rim += u32::from((0.6..1.05).contains(&from_middle));
                outside += u32::from(from_middle >= 1.05);
            } else {
                black += u32::from(pixel.iter().all(|v| *v < 130));
            }
        });
        let seal_sized = (0.8..2.1).contains(&across) && (0.75..1.34).contains(&(across / down));
        let ring = rim as f32 > 0.45 * colored as f32 && (outside as f32) < 0.04 * colored as f32;
        let kind =
            if ink == Ink::Red && seal_sized && ring { MarkKind::RoundSeal } else { self.shape(ink, blob).kind(ink) };
        Some(Inside { kind, colored, black })
    }

    /// What the ink in a blob's box is drawn with.
    fn shape(&self, ink: Ink, blob: &Blob) -> Shape {
        let Size { width, height } = self.small.size;
        let (left, right) = (blob.left * CELL, (blob.right * CELL).min(width));
        let (top, bottom) = (blob.top * CELL, (blob.bottom * CELL).min(height));
        let rows =
            (top..bottom).map(|y| &self.small.pixels.as_chunks::<3>().0[(y * width) as usize..][..width as usize]);
        let pixels = rows.flat_map(|row| &row[left as usize..right as usize]).map(|pixel| ink.excess(*pixel) > FAINT);
        let size = Size { width: right - left, height: bottom - top };
        let parts = Blobs::of(&Mask { size, pixels: pixels.collect() }).all;
        let inches = |pixels: u32| pixels as f32 / self.inch;
        let is_letter = |part: &&Blob| {
            LETTER_INCHES.contains(&inches(part.height())) && inches(part.width()) < 6.0 * LETTER_INCHES.end
        };
        let longest = parts.iter().map(|part| part.width().max(part.height())).max().unwrap_or(0);
        Shape {
            rows: in_rows(parts.iter().filter(is_letter).map(|part| inches(part.top + part.bottom) / 2.0).collect()),
            longest: longest as f32 / size.width.max(size.height).max(1) as f32,
            across: inches(size.width),
        }
    }

    /// Each pixel of a blob's box, and how far it is from the box's middle: 1 on the ellipse that fills it.
    fn visit(&self, blob: &Blob, mut look_at: impl FnMut([u8; 3], f32)) {
        let Size { width, height } = self.small.size;
        let (left, right) = (blob.left * CELL, (blob.right * CELL).min(width));
        let (top, bottom) = (blob.top * CELL, (blob.bottom * CELL).min(height));
        let half = |start: u32, end: u32| (f32::midpoint(start as f32, end as f32), (end - start) as f32 / 2.0);
        let ((cx, rx), (cy, ry)) = (half(left, right), half(top, bottom));
        for y in top..bottom {
            let row = &self.small.pixels.as_chunks::<3>().0[(y * width) as usize..][left as usize..right as usize];
            for (x, pixel) in (left..right).zip(row) {
                look_at(*pixel, ((x as f32 + 0.5 - cx) / rx).hypot((y as f32 + 0.5 - cy) / ry));
            }
        }
    }

    fn place(&self, blob: &Blob) -> Rect {
        let [left, top, right, bottom] =
            [blob.left, blob.top, blob.right, blob.bottom].map(|cells| (cells * CELL * self.factor) as f32);
        Rect::new(left, top, right, bottom)
    }
}

/// How many of these heights lie in each row, the longest first.
fn in_rows(mut middles: Vec<f32>) -> Vec<usize> {
    middles.sort_by(f32::total_cmp);
    let mut rows: Vec<usize> = Vec::new();
    let mut start = f32::NEG_INFINITY;
    for middle in middles {
        if let Some(row) = rows.last_mut().filter(|_| middle - start <= ROW_INCHES) {
            *row += 1;
        } else {
            rows.push(1);
            start = middle;
        }
    }
    rows.sort_unstable_by(|a, b| b.cmp(a));
    rows
}

/// Each channel's brightness of paper: what a quarter of the page exceeds.
fn paper(small: &Rgb) -> [u8; 3] {
    std::array::from_fn(|channel| {
        let values: Vec<u8> = small.pixels.as_chunks::<3>().0.iter().map(|pixel| pixel[channel]).collect();
        percentile(&histogram(&values), 0.75)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preprocess::drawn;

    fn colored(page: &Gray) -> Rgb {
        Rgb { size: page.size, pixels: page.pixels.iter().flat_map(|v| [*v; 3]).collect() }
    }

    fn paint(picture: &mut Rgb, (left, top): (usize, usize), (width, height): (usize, usize), color: [u8; 3]) {
        let row = picture.size.width as usize;
        for y in top..top + height {
            picture.pixels.as_chunks_mut::<3>().0[y * row + left..][..width].fill(color);
        }
    }

    #[test]
    fn a_line_of_red_print_stays() {
        let mut picture = colored(&drawn::blank(1));
        (0..20).for_each(|n| paint(&mut picture, (200 + n * 25, 300), (18, 22), [190, 30, 40]));
        let (gray, patches) = gray_without_seals(&picture, drawn::dpi());
        assert!(patches.is_empty());
        assert!(gray.pixels[310 * 1000 + 205] < 100);
    }

    #[test]
    fn a_blue_stroke_over_print_goes_and_is_a_mark() {
        let print = drawn::page(2);
        let mut picture = colored(&print);
        for (n, y) in (0..120).map(|n| (n, 500.0 + (n as f32 * 0.2).sin() * 60.0)) {
            for row in y as usize..y as usize + 14 {
                let stroke = &mut picture.pixels.as_chunks_mut::<3>().0[row * 1000 + 400 + n * 2..][..4];
                stroke.iter_mut().filter(|pixel| pixel[0] > 128).for_each(|pixel| *pixel = [40, 60, 200]);
            }
        }
        let (gray, patches) = gray_without_seals(&picture, drawn::dpi());
        assert_eq!(patches.iter().map(|p| (p.ink, p.kind)).collect::<Vec<_>>(), [(Ink::Blue, MarkKind::Signature)]);
        let darker = gray.pixels.iter().zip(&print.pixels).filter(|(a, b)| **a < 128 && **b >= 128).count();
        assert_eq!(darker, 0);
    }

    #[test]
    fn where_a_seal_was_is_paper() {
        let print = drawn::page(8);
        let mut picture = colored(&print);
        drawn::stamp_seal(&mut picture, 500.0, 700.0);
        let (gray, _) = gray_without_seals(&picture, drawn::dpi());
        let paper = print.pixels.iter().zip(&gray.pixels).filter(|(before, _)| **before > 240).map(|(_, after)| *after);
        assert!(paper.min() > Some(225), "some of the seal is left");
    }

    #[test]
    fn tinted_paper_is_no_ink() {
        let page = drawn::page(3);
        let pink = |v: &u8| [*v, (u32::from(*v) * 80 / 100) as u8, (u32::from(*v) * 82 / 100) as u8];
        let picture = Rgb { size: page.size, pixels: page.pixels.iter().flat_map(pink).collect() };
        let (gray, patches) = gray_without_seals(&picture, drawn::dpi());
        assert!(patches.is_empty());
        assert_eq!(gray.pixels[0], luma(&pink(&page.pixels[0])));
    }
}

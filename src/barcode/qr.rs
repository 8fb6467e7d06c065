//! QR codes: three corner marks in a right angle say where the modules are, and `rqrr` decodes them.
//!
//! A page from a scanner is flat, so three marks fix the whole square but for a little warp, which the mark opposite the
//! right angle tells. The decoder corrects errors by the code of Reed and Solomon and refuses what it cannot correct.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rqrr::{Grid, SimpleGrid};

use super::corners::{Corner, corners};
use super::lines::Lines;
use super::{Code, Luma, Symbology};
use crate::base::geometry::Rect;

/// Places that are looked at closely; a page has one or two codes.
const MOST_LOOKS: usize = 12;
/// Modules on a side (ISO/IEC 18004, 6.1): 21 for version 1, four more for each, 177 for version 40.
const SIZES: std::ops::RangeInclusive<usize> = 21..=177;
/// Modules from the edge of a code to the middle of a corner mark.
const CORNER: f32 = 3.5;
/// Modules from the edge to the middle of the alignment mark opposite the right angle (version 2 and above).
const ALIGNMENT: f32 = 6.5;
/// How far off, in modules, that mark is looked for.
const WARP: f32 = 2.0;

/// The QR codes that the lines, along rows, meet.
pub(super) fn read(luma: &Luma<'_>, rows: &Lines) -> Vec<Code> {
    let corners = corners(luma, rows);
    let mut codes: Vec<Code> = Vec::new();
    let mut looks = 0;
    for three in triples(&corners) {
        let known = codes.iter().any(|code| three.corners.iter().any(|corner| holds(&code.place, corner)));
        if known || looks == MOST_LOOKS {
            continue;
        }
        looks += 1;
        codes.extend(look(luma, &three));
    }
    codes
}

fn holds(place: &Rect, corner: &Corner) -> bool {
    (place.left..=place.right).contains(&corner.x) && (place.top..=place.bottom).contains(&corner.y)
}

/// Corner marks that may be one code's: at the right angle, at its right, and below it.
struct Three {
    corners: [Corner; 3],
    /// How far they are from a right angle with equal sides; 0 is not at all.
    off: f32,
}

/// Likely threes first.
fn triples(corners: &[Corner]) -> Vec<Three> {
    let mut triples = Vec::new();
    for angle in 0..corners.len() {
        for right in (0..corners.len()).filter(|right| *right != angle) {
            for below in (0..corners.len()).filter(|below| *below != angle && *below != right) {
                triples.extend(Three::of([corners[angle], corners[right], corners[below]]));
            }
        }
    }
    triples.sort_by(|a, b| a.off.total_cmp(&b.off));
    triples
}

impl Three {
    fn of(corners: [Corner; 3]) -> Option<Self> {
        let [angle, right, below] = &corners;
        let module = corners.iter().map(|corner| corner.module).sum::<f32>() / 3.0;
        let alike = corners.iter().all(|corner| (corner.module - module).abs() < 0.3 * module);
        let (across, down) = ((right.x - angle.x, right.y - angle.y), (below.x - angle.x, below.y - angle.y));
        let (wide, high) = (across.0.hypot(across.1), down.0.hypot(down.1));
        let sides = (wide - high).abs() / wide.max(high).max(1.0);
        let lean = (across.0 * down.0 + across.1 * down.1).abs() / (wide * high).max(1.0);
        // Down lies clockwise of across; a mirrored code is none.
        let turned = across.0 * down.1 - across.1 * down.0 > 0.0;
        let sized = (11.0..185.0).contains(&(wide / module));
        (alike && sized && turned && sides < 0.15 && lean < 0.15).then_some(Self { corners, off: sides + lean })
    }

    /// Sizes that the marks' distance speaks for, the likeliest first.
    fn sizes(&self) -> [usize; 3] {
        let [angle, right, below] = &self.corners;
        let module = self.corners.iter().map(|corner| corner.module).sum::<f32>() / 3.0;
        let far =
            f32::midpoint((right.x - angle.x).hypot(right.y - angle.y), (below.x - angle.x).hypot(below.y - angle.y));
        let version = ((far / module + 2.0 * CORNER - 17.0) / 4.0).round().max(1.0) as usize;
        [version, version + 1, version.saturating_sub(1)].map(|version| 17 + 4 * version)
    }
}

fn look(luma: &Luma<'_>, three: &Three) -> Option<Code> {
    three.sizes().into_iter().filter(|size| SIZES.contains(size)).find_map(|size| {
        let flat = Square::flat(three, size);
        flat.read(luma).or_else(|| flat.aligned(luma)?.read(luma))
    })
}

/// Where the modules of a code are: `angle + u * across + v * down + u * v * warp`, with `u` and `v` in modules from the middle
/// of the mark at the right angle.
struct Square {
    size: usize,
    angle: (f32, f32),
    across: (f32, f32),
    down: (f32, f32),
    warp: (f32, f32),
}

impl Square {
    fn flat(three: &Three, size: usize) -> Self {
        let [angle, right, below] = &three.corners;
        let modules = size as f32 - 2.0 * CORNER;
        let module_to = |end: &Corner| ((end.x - angle.x) / modules, (end.y - angle.y) / modules);
        Self { size, angle: (angle.x, angle.y), across: module_to(right), down: module_to(below), warp: (0.0, 0.0) }
    }

    /// Where a place is that lies so many modules from the code's left top.
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let (u, v) = (x - CORNER, y - CORNER);
        let place = |angle, across, down, warp| angle + u * across + v * down + u * v * warp;
        (
            place(self.angle.0, self.across.0, self.down.0, self.warp.0),
            place(self.angle.1, self.across.1, self.down.1, self.warp.1),
        )
    }

    /// The same square, warped so that the mark opposite the right angle is where it is seen.
    fn aligned(&self, luma: &Luma<'_>) -> Option<Self> {
        if self.size <= *SIZES.start() {
            return None;
        }
        let middle = self.size as f32 - ALIGNMENT;
        let steps = (WARP * 4.0) as i32;
        let offsets = (-steps..=steps).flat_map(|y| (-steps..=steps).map(move |x| (x as f32 / 4.0, y as f32 / 4.0)));
        let likeness = |(x, y): (f32, f32)| self.likeness(luma, middle + x, middle + y);
        let (x, y) = offsets.max_by(|a, b| likeness(*a).total_cmp(&likeness(*b)))?;
        let ((seen_x, seen_y), (x, y)) = (self.at(middle + x, middle + y), self.at(middle, middle));
        let modules = (middle - CORNER).powi(2);
        let warp = ((seen_x - x) / modules, (seen_y - y) / modules);
        Some(Self { warp, ..*self })
    }

    /// How much a place looks like the middle of an alignment mark: dark, light, dark from the middle.
    fn likeness(&self, luma: &Luma<'_>, x: f32, y: f32) -> f32 {
        let mut sum = 0.0;
        for row in -2..=2_i32 {
            for column in -2..=2_i32 {
                let sign = if row.abs().max(column.abs()) == 1 { 1.0 } else { -1.0 };
                let (x, y) = self.at(x + column as f32, y + row as f32);
                // Eight light modules against seventeen dark.
                sum += luma.between(x, y) * sign / if sign > 0.0 { 8.0 } else { 17.0 };
            }
        }
        sum
    }

    fn read(&self, luma: &Luma<'_>) -> Option<Code> {
        let dark = self.dark(luma);
        let size = self.size;
        // Outside code on outside bits: what it breaks down on is not read.
        let grid = Grid::new(SimpleGrid::from_func(size, |x, y| dark[y * size + x]));
        let text = catch_unwind(AssertUnwindSafe(|| text(&grid))).ok()??;
        Some(Code { symbology: Symbology::Qr, text, place: self.place() })
    }

    /// Which modules are dark, each judged by the darkest and brightest near it.
    fn dark(&self, luma: &Luma<'_>) -> Vec<bool> {
        const NEAR: usize = 4;
        let size = self.size;
        let shades: Vec<f32> = (0..size * size).map(|n| self.shade(luma, n % size, n / size)).collect();
        let level = |x: usize, y: usize| {
            let (columns, rows) = (near(x, NEAR, size), near(y, NEAR, size));
            let (low, high) = rows.fold((f32::MAX, f32::MIN), |extent, row| {
                shades[row * size..][columns.clone()]
                    .iter()
                    .fold(extent, |(low, high), &shade| (shade.min(low), shade.max(high)))
            });
            f32::midpoint(low, high)
        };
        (0..size * size).map(|n| shades[n] < level(n % size, n / size)).collect()
    }

    /// The mean of five points about the middle of a module.
    fn shade(&self, luma: &Luma<'_>, column: usize, row: usize) -> f32 {
        const OFF: f32 = 0.2;
        let (x, y) = (column as f32 + 0.5, row as f32 + 0.5);
        let points = [(x, y), (x - OFF, y), (x + OFF, y), (x, y - OFF), (x, y + OFF)];
        points.iter().map(|(x, y)| self.at(*x, *y)).map(|(x, y)| luma.between(x, y)).sum::<f32>() / 5.0
    }

    fn place(&self) -> Rect {
        let size = self.size as f32;
        let [a, b, c, d] = [(0.0, 0.0), (size, 0.0), (0.0, size), (size, size)].map(|(x, y)| self.at(x, y));
        let around = |x: fn(f32, f32) -> f32, of: fn((f32, f32)) -> f32| x(x(of(a), of(b)), x(of(c), of(d)));
        Rect::new(
            around(f32::min, |p| p.0),
            around(f32::min, |p| p.1),
            around(f32::max, |p| p.0),
            around(f32::max, |p| p.1),
        )
    }
}

fn near(at: usize, reach: usize, size: usize) -> std::ops::Range<usize> {
    at.saturating_sub(reach)..(at + reach + 1).min(size)
}

/// The text of a grid: UTF-8, or the standard's own ISO 8859-1 where it is not.
fn text(grid: &Grid<SimpleGrid>) -> Option<String> {
    let mut bytes = Vec::new();
    grid.decode_to(&mut bytes).ok()?;
    let text =
        String::from_utf8(bytes).unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect());
    (!text.is_empty()).then_some(text)
}

//! By how much lines of text slope, from the profile of their lower edges.
//!
//! Along the right angle the lower edges of letters fall onto few lines: the sum of squares of how
//! many fall onto each is greatest there.

use super::survey::Survey;
use crate::base::geometry::Size;
use crate::raster::filter::Mask;
use crate::raster::pixels::Gray;

/// Largest slope looked for, degrees.
const REACH: f32 = 7.0;
/// Slopes up to this are left alone: straightening costs sharpness and gains no words.
const LEAST_DEGREES: f32 = 0.2;
/// How much clearer lines must stand out along the slope than along others. Pages of a few short lines reach 1.2.
const LEAST_CLARITY: f32 = 1.15;
/// Edges that tell a slope: about a line of print.
const LEAST_EDGES: usize = 200;
/// By how much halves of the page may differ from the whole, degrees, or as a share of its slope.
const AGREEMENT: (f32, f32) = (0.15, 1.0 / 3.0);
/// Pixels of the survey by which one end of a half's lines may be off: what a few short lines leave open.
const OFF_PIXELS: f32 = 0.5;
/// Part of the page's width that text must span for its slope to be the page's: a stamp is itself askew.
const LEAST_SPAN: f32 = 0.3;

/// A slope that lines agree on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slope {
    /// Degrees by which lines fall to the right: clockwise.
    pub degrees: f32,
    /// How much clearer lines stand out along this slope than along the usual wrong one; 1 is not at all.
    pub clarity: f32,
    /// Halves of the page slope alike.
    pub agreed: bool,
}

impl Slope {
    /// Degrees clockwise that make lines level; 0 where the slope is slight or in doubt.
    pub(super) fn correction(&self) -> f32 {
        if self.agreed && self.is_worthwhile() { -self.degrees } else { 0.0 }
    }

    fn is_worthwhile(&self) -> bool {
        self.clarity >= LEAST_CLARITY && self.degrees.abs() > LEAST_DEGREES
    }
}

/// The slope of the lines of a page.
pub(super) fn slope(survey: &Survey) -> Slope {
    agreed(&Edges::lower(&survey.text(), &survey.contrast, survey.level))
}

/// The slope of the lines of a page that may lie on its side.
pub(super) fn slope_either_way(survey: &Survey) -> Slope {
    let text = survey.text();
    let across = agreed(&Edges::lower(&text, &survey.contrast, survey.level));
    let along = agreed(&Edges::right(&text, &survey.contrast, survey.level));
    // Exchanging x and y mirrors the page.
    if across.clarity >= along.clarity { across } else { Slope { degrees: -along.degrees, ..along } }
}

fn agreed(edges: &Edges) -> Slope {
    let slope = edges.slope();
    let is_wide = edges.span() > LEAST_SPAN * edges.size.width as f32;
    let is_worth = slope.is_worthwhile() && is_wide && edges.points.len() >= LEAST_EDGES;
    let halves = if is_worth { edges.halves() } else { Vec::new() };
    let agrees = |half: &Edges| {
        let most =
            (AGREEMENT.1 * slope.degrees.abs()).max(AGREEMENT.0) + (OFF_PIXELS / half.span()).atan().to_degrees();
        (half.near(slope.degrees) - slope.degrees).abs() <= most
    };
    Slope { agreed: halves.len() >= 2 && halves.iter().all(agrees), ..slope }
}

/// Lower (or right) edges of ink.
pub(super) struct Edges {
    points: Vec<(f32, f32)>,
    size: Size,
}

impl Edges {
    /// Lower edges: lines that run across the page.
    ///
    /// Each is placed where `contrast` falls through `level` between two pixels: whole pixels would
    /// all fall onto lines at no slope, and hide small ones.
    pub(super) fn lower(ink: &Mask, contrast: &Gray, level: u8) -> Self {
        let width = (ink.size.width as usize).max(1);
        let mut points = Vec::new();
        let rows = ink.pixels.windows(2 * width).step_by(width);
        for (y, (pair, shades)) in rows.zip(contrast.pixels.windows(2 * width).step_by(width)).enumerate() {
            let (here, below) = pair.split_at(width);
            let edges = here.iter().zip(below).enumerate().filter(|(_, (a, b))| **a && !**b);
            points.extend(edges.map(|(x, _)| (x as f32, y as f32 + crossing(shades[x], shades[x + width], level))));
        }
        Self { points, size: ink.size }
    }

    /// Right edges with x and y exchanged: lines that run up or down the page.
    pub(super) fn right(ink: &Mask, contrast: &Gray, level: u8) -> Self {
        let width = (ink.size.width as usize).max(1);
        let mut points = Vec::new();
        for (y, (row, shades)) in ink.pixels.chunks_exact(width).zip(contrast.pixels.chunks_exact(width)).enumerate() {
            let edges = row.windows(2).enumerate().filter(|(_, pair)| pair[0] && !pair[1]);
            points.extend(edges.map(|(x, _)| (y as f32, x as f32 + crossing(shades[x], shades[x + 1], level))));
        }
        Self { points, size: ink.size.turned() }
    }

    /// The slope along which lines stand out most.
    pub(super) fn slope(&self) -> Slope {
        let coarse = self.sweep(0.0, REACH, 0.2, 1.0);
        let mut sorted: Vec<f64> = coarse.iter().map(|(_, sharpness)| *sharpness).collect();
        sorted.sort_by(f64::total_cmp);
        let best = peak(&coarse);
        let clarity = (best.1 / sorted[sorted.len() / 2].max(1.0)) as f32;
        Slope { degrees: self.refined(best.0), clarity, agreed: false }
    }

    /// The left, right, upper and lower half of the page, those with enough edges.
    fn halves(&self) -> Vec<Self> {
        let (x, y) = (self.size.width as f32 / 2.0, self.size.height as f32 / 2.0);
        let (left, right) = self.points.iter().partition(|point| point.0 < x);
        let (upper, lower) = self.points.iter().partition(|point| point.1 < y);
        let enough = (self.points.len() / 5).max(LEAST_EDGES / 2);
        let halves = [left, right, upper, lower].into_iter().filter(|points: &Vec<_>| points.len() >= enough);
        halves.map(|points| Self { points, size: self.size }).collect()
    }

    /// The slope near `degrees` along which lines stand out most.
    fn near(&self, degrees: f32) -> f32 {
        self.refined(peak(&self.sweep(degrees, 0.8, 0.1, 1.0)).0)
    }

    /// How much of the width nine tenths of the edges span, pixels; at least 1.
    fn span(&self) -> f32 {
        let mut across: Vec<f32> = self.points.iter().map(|point| point.0).collect();
        across.sort_unstable_by(f32::total_cmp);
        let at = |part: usize| across.get(across.len() * part / 20).copied().unwrap_or(0.0);
        (at(19) - at(1)).max(1.0)
    }

    fn refined(&self, degrees: f32) -> f32 {
        let near = peak(&self.sweep(degrees, 0.2, 0.05, 0.5)).0;
        top(&self.sweep(near, 0.08, 0.02, 0.5))
    }

    /// Sharpness along slopes within `reach` of `middle`, a `step` apart, in bins of `bin` pixels.
    fn sweep(&self, middle: f32, reach: f32, step: f32, bin: f32) -> Vec<(f32, f64)> {
        let steps = (reach / step).round() as i32;
        let mut counts = Vec::new();
        (-steps..=steps)
            .map(|n| middle + n as f32 * step)
            .map(|degrees| (degrees, self.sharpness(degrees, bin, &mut counts)))
            .collect()
    }

    fn sharpness(&self, degrees: f32, bin: f32, counts: &mut Vec<u32>) -> f64 {
        let tan = degrees.to_radians().tan();
        let rise = self.size.width as f32 * tan;
        let (scale, shift) = (1.0 / bin, (rise.max(0.0) + 1.0) / bin + 4.0);
        let (tan, bins) = (tan * scale, ((self.size.height as f32 + rise.abs() + 4.0) / bin) as usize + 10);
        counts.clear();
        counts.resize(bins, 0);
        for (x, y) in &self.points {
            let place = y * scale - x * tan + shift;
            if let Some(count) = counts.get_mut(place as usize) {
                *count += 1;
            }
        }
        // Smoothed, so that it does not matter where between two lines the bins begin.
        let smooth = |w: &[u32]| f64::from(w[0] + 4 * w[1] + 6 * w[2] + 4 * w[3] + w[4]);
        counts.windows(5).map(|w| smooth(w) * smooth(w)).sum()
    }
}

/// Where between two pixels, from the first (0) to the second (1), contrast falls through `level`.
fn crossing(from: u8, to: u8, level: u8) -> f32 {
    let fall = f32::from(from.saturating_sub(to)).max(1.0);
    (f32::from(from.saturating_sub(level)) / fall).min(1.0)
}

fn peak(sweep: &[(f32, f64)]) -> (f32, f64) {
    sweep.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default()
}

/// The place of the peak between the steps: the middle of the parabola through the best and its neighbours.
fn top(sweep: &[(f32, f64)]) -> f32 {
    let best = sweep.iter().enumerate().max_by(|a, b| a.1.1.total_cmp(&b.1.1)).map_or(0, |(i, _)| i);
    let near = best.checked_sub(1).and_then(|i| Some((sweep.get(i)?, sweep.get(best)?, sweep.get(best + 1)?)));
    let Some((a, b, c)) = near else { return peak(sweep).0 };
    let bend = a.1 - 2.0 * b.1 + c.1;
    if bend >= 0.0 {
        return b.0;
    }
    b.0 + ((a.1 - c.1) / (2.0 * bend)) as f32 * (c.0 - b.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::preprocess::drawn;
    use crate::raster::filter::rotate;

    #[test]
    fn a_slope_is_found_to_a_few_hundredths() {
        for degrees in [-6.5_f32, -2.0, -0.35, 0.0, 0.1, 0.8, 3.3, 6.9] {
            let page = rotate(&drawn::page(6), degrees);
            let found = slope(&Survey::of(&page, drawn::dpi()));
            assert!((found.degrees - degrees).abs() < 0.05, "sloping by {degrees}, found {found:?}");
        }
    }

    #[test]
    fn halves_that_disagree_are_left_alone() {
        let page = drawn::page(7);
        let (left, right) = (rotate(&page, 1.2), rotate(&page, -0.2));
        let pixels = left.pixels.iter().zip(&right.pixels).enumerate();
        let bent =
            Gray { size: page.size, pixels: pixels.map(|(i, (l, r))| if i % 1000 < 500 { *l } else { *r }).collect() };
        assert!(slope(&Survey::of(&bent, drawn::dpi())).correction().abs() < f32::EPSILON);
    }

    #[test]
    fn nothing_slopes_nowhere() {
        let none = Gray { size: Size { width: 0, height: 0 }, pixels: Vec::new() };
        for page in [none, drawn::blank(1)] {
            assert!(slope(&Survey::of(&page, drawn::dpi())).correction().abs() < f32::EPSILON);
        }
    }
}

//! How good a scan is, in numbers: paper, ink, sharpness of strokes, words that an edge cuts.
//!
//! In: the gray picture before anything is cleaned, and what was seen on it. Out: [`Quality`].
//! It judges nothing: what is too dark or too blurred is for the rules above, with their sources.

use serde::{Deserialize, Serialize};

use super::survey::Survey;
use crate::raster::filter::{Blob, enlarge_onto, histogram, percentile};
use crate::raster::pixels::Gray;

/// Rows between two that are looked at, as part of an inch: about nine rows in a line of print.
const ROW_STEP_INCHES: f32 = 1.0 / 75.0;
/// Inches above which dark pixels in a row are no stroke of a letter: 1 mm.
const WIDEST_STROKE_INCHES: f32 = 0.04;
/// A stroke stands alone where the row falls below this part of its depth at both of its sides.
const ALONE: f32 = 0.3;
/// Strokes that are needed for a judgement: about three lines of print.
const LEAST_STROKES: usize = 150;
/// Inches within which the height of a cut word lies: 0.8 to 8 mm.
const WORD_INCHES: std::ops::Range<f32> = 0.03..0.32;

/// Inches that the largest seals measure: 53 mm.
const SEAL_INCHES: f32 = 2.1;

/// What was measured of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Brightness of bare paper, the median of the page: 0 black to 255.
    pub paper: u8,
    /// Brightness of paper that all but its darkest twentieth reaches.
    pub shade: u8,
    /// Pieces of text that the left, top, right and bottom edge of the picture cut.
    pub cut: [u32; 4],
    /// The strokes of its letters; none on a page with few, or of one bit, whose edges say nothing.
    pub strokes: Option<Strokes>,
}

/// Medians over the upright strokes of letters that stand alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Strokes {
    /// How much darker than its paper their middle is: 0 not at all, 255 black.
    pub contrast: u8,
    /// Their width at half their depth, inches.
    pub width_inches: f32,
    /// How far their edges rise, inches: depth over the steepest step. A sharp edge takes about a pixel.
    ///
    /// As part of the strokes' own width it would tell little: beyond focus a stroke is a bell whose edges are 0.70 of its
    /// width however wide it grows (measured: 0.60, 0.69, 0.70, 0.70 for blurs of 1.2 to 3 pixels at 300 dpi); nor as
    /// part of the height of letters, since blur joins them to words.
    pub edge_inches: f32,
}

/// Measures a page; `is_bilevel` where it has one bit.
pub(super) fn measure(page: &Gray, survey: &Survey, is_bilevel: bool) -> Quality {
    let paper = histogram(&survey.paper.pixels);
    Quality {
        paper: percentile(&paper, 0.5),
        shade: percentile(&paper, 0.05),
        cut: cut(survey),
        strokes: if is_bilevel { None } else { strokes(page, survey) },
    }
}

/// Pieces of text at each edge: left, top, right, bottom; none where they lie as close together as a seal that runs
/// over the edges of several sheets (dấu giáp lai).
fn cut(survey: &Survey) -> [u32; 4] {
    let (width, height) = (survey.small.size.width, survey.small.size.height);
    let inches = |pixels: u32| pixels as f32 / survey.inch;
    let is_word = |blob: &&Blob| survey.is_text(blob) && WORD_INCHES.contains(&inches(blob.height().min(blob.width())));
    let words: Vec<&Blob> = survey.ink.all.iter().filter(is_word).collect();
    let count = |at_edge: &dyn Fn(&Blob) -> bool, along: &dyn Fn(&Blob) -> (u32, u32)| {
        let pieces: Vec<(u32, u32)> = words.iter().filter(|blob| at_edge(blob)).map(|blob| along(blob)).collect();
        let first = pieces.iter().map(|(start, _)| *start).min().unwrap_or(0);
        let last = pieces.iter().map(|(_, end)| *end).max().unwrap_or(0);
        if inches(last.saturating_sub(first)) > SEAL_INCHES { pieces.len() as u32 } else { 0 }
    };
    let (down, across) = (|blob: &Blob| (blob.top, blob.bottom), |blob: &Blob| (blob.left, blob.right));
    [
        count(&|blob| blob.left == 0, &down),
        count(&|blob| blob.top == 0, &across),
        count(&|blob| blob.right == width, &down),
        count(&|blob| blob.bottom == height, &across),
    ]
}

/// One stroke in a row.
struct Stroke {
    depth: f32,
    width: f32,
    edge: f32,
}

fn strokes(page: &Gray, survey: &Survey) -> Option<Strokes> {
    let width = page.size.width as usize;
    let dpi = survey.inch * survey.factor as f32;
    let widest = (WIDEST_STROKE_INCHES * dpi).ceil() as usize + 1;
    let step = ((ROW_STEP_INCHES * dpi) as usize).max(1);
    let text = survey.text();
    let mut found = Vec::new();
    let (mut paper, mut row) = (vec![0; width], vec![0; width]);
    for (y, pixels) in page.pixels.chunks_exact(width.max(1)).enumerate().step_by(step) {
        let seen_row = y / survey.factor as usize * text.size.width as usize;
        let Some(seen) = text.pixels.get(seen_row..seen_row + text.size.width as usize) else { break };
        if !seen.contains(&true) {
            continue;
        }
        enlarge_onto(&mut paper, &survey.paper, survey.paper_cell(), y as u32);
        for (dark, (value, paper)) in row.iter_mut().zip(pixels.iter().zip(&paper)) {
            *dark = paper.saturating_sub(*value);
        }
        let is_text = |x: usize| seen[(x / survey.factor as usize).min(seen.len() - 1)];
        in_row(&row, (survey.level / 2, widest), is_text, &mut found);
    }
    (found.len() >= LEAST_STROKES).then(|| Strokes {
        contrast: median(&found, |stroke| stroke.depth) as u8,
        width_inches: median(&found, |stroke| stroke.width) / dpi,
        edge_inches: median(&found, |stroke| stroke.edge) / dpi,
    })
}

/// The strokes of one row of darkness: runs above `level`, no wider than `widest` at half their depth.
fn in_row(row: &[u8], (level, widest): (u8, usize), is_text: impl Fn(usize) -> bool, found: &mut Vec<Stroke>) {
    let mut x = 0;
    while let Some(skipped) = row[x..].iter().position(|dark| *dark > level) {
        let start = x + skipped;
        let length = row[start..].iter().position(|dark| *dark <= level).unwrap_or(row.len() - start);
        x = start + length;
        if length <= 3 * widest && is_text(start + length / 2) {
            found.extend(stroke(row, start..x).filter(|stroke| stroke.width <= widest as f32));
        }
    }
}

/// The stroke around a run, if it stands alone.
fn stroke(row: &[u8], run: std::ops::Range<usize>) -> Option<Stroke> {
    let peak = run.clone().max_by_key(|x| row[*x])?;
    let depth = f32::from(row[peak]);
    let (left, right) = (flank(row[..=peak].iter().rev(), depth)?, flank(row[peak..].iter(), depth)?);
    Some(Stroke { depth, width: left.0 + right.0, edge: depth / f32::midpoint(left.1, right.1) })
}

/// From the peak outwards: pixels to half the depth, and the steepest step; `None` where darkness never falls far.
fn flank<'a>(outwards: impl Iterator<Item = &'a u8>, depth: f32) -> Option<(f32, f32)> {
    let (mut before, mut half, mut steepest) = (depth, None, 0.0_f32);
    for (far, dark) in outwards.enumerate() {
        let dark = f32::from(*dark);
        let fall = before - dark;
        steepest = steepest.max(fall);
        if half.is_none() && dark < depth / 2.0 {
            half = Some(far as f32 - 1.0 + (before - depth / 2.0) / fall);
        }
        if dark < ALONE * depth {
            return half.map(|half| (half, steepest));
        }
        // Rising again: the next stroke of a letter that the row does not part from this one.
        if half.is_some() && fall < 0.0 {
            return None;
        }
        before = dark;
    }
    None
}

fn median(strokes: &[Stroke], of: impl Fn(&Stroke) -> f32) -> f32 {
    let mut values: Vec<f32> = strokes.iter().map(of).collect();
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::preprocess::drawn;

    fn measured(page: &Gray) -> Quality {
        measure(page, &Survey::of(page, drawn::dpi()), false)
    }

    /// The mean of a square of `2 * reach + 1` pixels around each.
    fn blurred(page: &Gray, reach: i32) -> Gray {
        let (width, height) = (page.size.width as i32, page.size.height as i32);
        let at =
            |x: i32, y: i32| u32::from(page.pixels[(y.clamp(0, height - 1) * width + x.clamp(0, width - 1)) as usize]);
        let mean = |i: i32| {
            let square = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
            let sum: u32 = square.map(|(dx, dy)| at(i % width + dx, i / width + dy)).sum();
            (sum / ((2 * reach + 1) * (2 * reach + 1)) as u32) as u8
        };
        Gray { size: page.size, pixels: (0..width * height).map(mean).collect() }
    }

    #[test]
    fn paper_ink_and_strokes_are_measured() {
        let quality = measured(&drawn::page(1));
        assert!((244..=250).contains(&quality.paper) && quality.cut == [0; 4], "{quality:?}");
        let strokes = quality.strokes.expect("a page of text");
        assert!((205..=222).contains(&strokes.contrast), "{strokes:?}");
        assert!((strokes.width_inches * 150.0 - 2.0).abs() < 0.3, "{strokes:?}");
    }

    #[test]
    fn blur_makes_edges_softer_and_strokes_fainter() {
        let page = drawn::page(2);
        let edge = |page: &Gray| measured(page).strokes.expect("text").edge_inches;
        let (sharp, soft) = (edge(&page), edge(&blurred(&page, 1)));
        assert!(soft > 1.3 * sharp, "{sharp} and {soft}");
    }

    #[test]
    fn text_that_runs_over_an_edge_is_counted_there() {
        let page = drawn::page(3);
        let width = page.size.width as usize;
        let kept: Vec<u8> = page.pixels.chunks_exact(width).flat_map(|row| row[140..].iter().copied()).collect();
        let cropped = Gray { size: Size { width: page.size.width - 140, ..page.size }, pixels: kept };
        let [left, top, right, bottom] = measured(&cropped).cut;
        assert!(left > 10 && (top, right, bottom) == (0, 0, 0), "{left} {top} {right} {bottom}");
    }

    #[test]
    fn a_seal_over_the_seam_of_sheets_is_no_cut_text() {
        let mut page = drawn::page(3);
        (0..6).for_each(|n| drawn::block(&mut page, (985, 500 + n * 30), (15, 14), 40));
        assert_eq!(measured(&page).cut, [0; 4]);
    }

    #[test]
    fn a_blank_page_has_no_strokes_and_any_size_is_taken() {
        assert_eq!(measured(&drawn::blank(4)).strokes, None);
        for (width, height) in [(0, 0), (1, 1), (0, 40), (3, 900), (900, 2)] {
            let size = Size { width, height };
            let page = Gray { size, pixels: vec![0; size.area() as usize] };
            assert_eq!(measured(&page).strokes, None);
        }
    }
}

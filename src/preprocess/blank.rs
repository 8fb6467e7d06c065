//! Whether a page is blank.

use super::survey::Survey;
use crate::raster::filter::Blob;

/// Share of the page that ink must cover: a single 13-point digit covers 2e-5 of A4. Blank sheets with
/// dust, holes, borders and shine-through measured 0 in the samples; a page kept in vain does no harm.
const LEAST_INK: f32 = 1.2e-5;
/// Inches below which a spot is dust: 1 mm.
const DUST_INCHES: f32 = 0.04;
/// Share of the page at each side in which nothing counts.
const MARGIN: f32 = 0.02;
/// Contrast of a printed or written stroke at the survey's resolution; print that shines through from the
/// back of the sheet stays below.
const STROKE: u8 = 40;
/// Part of a side of the page that a crease runs along at least, and by which it may be askew.
const CREASE: (f32, f32) = (0.9, 0.1);

/// Whether strokes that cover so much of a page are none.
pub(super) fn is_blank(ink_share: f32) -> bool {
    ink_share < LEAST_INK
}

/// Share of the page that is written or printed on: holes, shadows of the edge, dust and what shines through do not count.
pub(super) fn ink_share(survey: &Survey) -> f32 {
    let size = survey.small.size;
    let (x, y) = ((size.width as f32 * MARGIN) as u32, (size.height as f32 * MARGIN) as u32);
    let inside = |b: &Blob| b.right > x && b.bottom > y && b.left < size.width - x && b.top < size.height - y;
    let counts = |blob: &Blob| {
        let long = blob.width().max(blob.height()) as f32 / survey.inch;
        long > DUST_INCHES && inside(blob) && !survey.is_border(blob) && !survey.is_hole(blob)
    };
    let marks: Vec<&Blob> = survey.ink.all.iter().filter(|blob| counts(blob)).collect();
    if is_crease(&marks, survey) {
        return 0.0;
    }
    let marked = survey.ink.mask(counts);
    let strokes = marked.pixels.iter().zip(&survey.contrast.pixels).filter(|(mark, c)| **mark && **c > STROKE).count();
    strokes as f32 / size.area().max(1) as f32
}

/// Whether all that there is lies in one thin strip from edge to edge: where the paper was folded.
fn is_crease(marks: &[&Blob], survey: &Survey) -> bool {
    let size = survey.small.size;
    let Some((first, others)) = marks.split_first() else { return false };
    let mut all = **first;
    for blob in others {
        all.join(blob);
    }
    let is_strip = |long: u32, side: u32, short: u32| {
        long as f32 > CREASE.0 * side as f32 && (short as f32) < CREASE.1 * side as f32 + DUST_INCHES * survey.inch
    };
    is_strip(all.width(), size.width, all.height()) || is_strip(all.height(), size.height, all.width())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preprocess::drawn;
    use crate::raster::pixels::Gray;

    fn check(draw: impl Fn(&mut Gray), expected: bool) {
        let mut page = drawn::blank(3);
        draw(&mut page);
        assert_eq!(is_blank(ink_share(&Survey::of(&page, drawn::dpi()))), expected);
    }

    #[test]
    fn dust_holes_and_borders_leave_a_page_blank() {
        check(|_| {}, true);
        check(|page| (0..40).for_each(|n| drawn::block(page, (n * 23 + 20, n * 31 + 20), (3, 3), 40)), true);
        check(|page| drawn::disc(page, (70.0, 400.0), 18.0, 20), true);
        check(|page| drawn::block(page, (0, 0), (1000, 30), 10), true);
    }

    #[test]
    fn a_crease_leaves_a_page_blank() {
        let crease = |page: &mut Gray| (0..25).for_each(|n| drawn::block(page, (n * 40, 600 + n / 5), (38, 2), 150));
        check(crease, true);
        check(|page| (crease(page), drawn::block(page, (490, 60), (11, 18), 40)).1, false);
    }

    #[test]
    fn print_that_shines_through_leaves_a_page_blank() {
        let back = drawn::page(4);
        let shine = |page: &mut Gray| {
            for (to, from) in page.pixels.iter_mut().zip(back.pixels.iter().rev()) {
                *to = to.saturating_sub((255 - from) / 10);
            }
        };
        check(shine, true);
    }

    #[test]
    fn a_page_number_a_faint_line_or_a_dot_leader_is_no_blank() {
        check(|page| (0..2).for_each(|n| drawn::block(page, (490 + n * 16, 60), (11, 18), 40)), false);
        check(|page| drawn::block(page, (100, 600), (700, 3), 120), false);
        check(|page| (0..60).for_each(|n| drawn::block(page, (100 + n * 12, 600), (7, 5), 60)), false);
    }
}

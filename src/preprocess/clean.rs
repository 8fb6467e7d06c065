//! The copy's light made even, and what comes in over the edges made white.
//!
//! Recognition sets one threshold for the whole page: under a shadow it takes paper for ink. Where the
//! light is even the copy keeps every pixel.

use super::survey::Survey;
use crate::raster::filter::{Blob, enlarge_onto, histogram, percentile};
use crate::raster::pixels::Gray;

/// Steps of 255 by which the paper's brightness must differ across the page before it is made even.
const UNEVEN: u8 = 30;

/// Cleans the copy; whether its light was made even, and whether borders or holes were whitened.
pub(super) fn clean(page: &mut Gray, survey: &Survey) -> (bool, bool) {
    let uneven = is_uneven(&survey.paper);
    if uneven {
        level_light(page, survey);
    }
    (uneven, whiten(page, survey, |blob| survey.is_border(blob) || survey.is_hole(blob)))
}

/// Whether paper is much darker at its darkest twentieth than at its brightest.
fn is_uneven(paper: &Gray) -> bool {
    let counts = histogram(&paper.pixels);
    percentile(&counts, 0.95) > percentile(&counts, 0.05).saturating_add(UNEVEN)
}

/// Divides by the brightness of the paper.
fn level_light(page: &mut Gray, survey: &Survey) {
    let width = (page.size.width as usize).max(1);
    let scales: [u32; 256] = std::array::from_fn(|paper| 255 * 256 / (paper as u32).max(1));
    let mut paper = vec![0; width];
    for (y, row) in page.pixels.chunks_exact_mut(width).enumerate() {
        enlarge_onto(&mut paper, &survey.paper, survey.paper_cell(), y as u32);
        for (value, paper) in row.iter_mut().zip(&paper) {
            *value = ((u32::from(*value) * scales[usize::from(*paper)]) >> 8).min(255) as u8;
        }
    }
}

/// Whitens the blobs that `pick` chooses, with a rim of one pixel of the survey; whether there were any.
fn whiten(page: &mut Gray, survey: &Survey, pick: impl Fn(&Blob) -> bool) -> bool {
    let is_needed = survey.ink.all.iter().any(&pick);
    if is_needed {
        let mask = survey.ink.mask(pick).grown();
        mask.visit_enlarged(page.size, survey.factor, |run| page.pixels[run].fill(255));
    }
    is_needed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preprocess::drawn;

    fn cleaned(page: &Gray) -> (Gray, (bool, bool)) {
        let mut copy = page.clone();
        let done = clean(&mut copy, &Survey::of(page, drawn::dpi()));
        (copy, done)
    }

    #[test]
    fn even_light_is_left_alone() {
        let page = drawn::page(1);
        assert_eq!(cleaned(&page), (page.clone(), (false, false)));
        let faint = Gray { size: page.size, pixels: page.pixels.iter().map(|v| 100 + v / 3).collect() };
        assert_eq!(cleaned(&faint), (faint.clone(), (false, false)));
    }

    #[test]
    fn a_shadow_is_lifted_and_print_in_it_stays() {
        let page = drawn::page(2);
        let width = page.size.width as usize;
        let light = |i: usize| 1.0 - 0.6 * (1.0 - (i % width) as f32 / 500.0).max(0.0);
        let pixels = page.pixels.iter().enumerate().map(|(i, v)| (f32::from(*v) * light(i)) as u8).collect();
        let (copy, (leveled, _)) = cleaned(&Gray { size: page.size, pixels });
        assert!(leveled);
        let wrong = copy.pixels.iter().zip(&page.pixels).filter(|(a, b)| (**a < 128) != (**b < 128)).count();
        assert!(wrong < 20, "{wrong} pixels on the wrong side");
    }

    #[test]
    fn black_borders_become_white_and_frames_stay() {
        let mut page = drawn::page(3);
        drawn::block(&mut page, (0, 0), (40, 1300), 12);
        drawn::block(&mut page, (0, 1260), (1000, 40), 12);
        let (copy, (_, whitened)) = cleaned(&page);
        assert!(whitened && copy.pixels[500_020] == 255 && copy.pixels[1_270_500] == 255);
        let mut framed = drawn::page(3);
        drawn::block(&mut framed, (0, 650), (1000, 4), 12);
        drawn::block(&mut framed, (500, 300), (4, 700), 12);
        assert_eq!(cleaned(&framed).0, framed);
    }
}

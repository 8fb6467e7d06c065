//! Which way is up.
//!
//! Lines of text stand out in one direction only, which tells a quarter turn. Up is told from the
//! shape of lines: above the small letters stand ascenders and, in Vietnamese, tone marks and hats;
//! below them hang few descenders. Both cost a few milliseconds. Where they leave a doubt, or ask for a
//! turn, strips of text are shown to the caller's reader and the most legible turn wins.

use super::skew::Edges;
use super::survey::{Survey, contrast};
use crate::base::geometry::{Size, Turn};
use crate::raster::filter::{Blob, Mask, rotate, shrink, turn};
use crate::raster::pixels::Gray;

/// Fewer words than this (a stamp, a page number) tell nothing.
const LEAST_WORDS: usize = 10;
/// How much clearer lines must stand out in one direction than in the other.
const AXIS_FACTOR: f32 = 3.0;
/// Excess of ink above small letters over ink below them, as a share of both: 0.1 to 0.4 on
/// upright Vietnamese, the opposite upside down.
const LEAST_LEAN: f32 = 0.08;
/// Standard errors that the excess must be away from none. No page in the general set or of the
/// central decrees reached 1.4 with the wrong sign.
const LEAST_TRUST: f32 = 3.5;
/// How much clearer than along a wrong slope lines must stand out across the page to be believed at once.
const LEAST_CLARITY: f32 = 1.2;
/// A strip this legible is upright: none read upside down reached 0.7.
const LEGIBLE: f32 = 0.75;
/// By how much a turned strip must be more legible than the strip as it is stated.
const LEAST_GAIN: f32 = 0.15;
/// How legible a strip must be after a turn: pictures and music are not read either way, and none upside down reached 0.22.
const LEAST_LEGIBLE: f32 = 0.24;
/// Inches across and down of a strip shown to the reader.
const STRIP_INCHES: (f32, f32) = (4.0, 1.0);
/// Strips shown to the reader, at most: one may lie where handwriting, a seal or a fold leaves nothing to be read.
const STRIPS: usize = 3;

/// How the way up was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    /// The turn to be made.
    pub turn: Turn,
    /// How often the reader was asked.
    pub probes: u32,
}

/// The turn that makes `page` upright; `legibility` of a strip is 0 to 1.
pub(super) fn find(page: &Gray, survey: &Survey, legibility: &dyn Fn(&Gray) -> f32) -> Found {
    let stay = Found { turn: Turn::None, probes: 0 };
    if survey.words() < LEAST_WORDS {
        return stay;
    }
    let text = survey.text();
    let rows = Edges::lower(&text, &survey.contrast, survey.level).slope();
    let columns = Edges::right(&text, &survey.contrast, survey.level).slope();
    let rows_stand_out = rows.clarity > LEAST_CLARITY && rows.clarity > 0.9 * columns.clarity;
    if rows_stand_out && is_surely_upright(page, survey, &text, rows.degrees) {
        return stay;
    }
    let (lying, standing) = (windows(survey, false), windows(survey, true));
    let reader = |number: usize, turn: Turn| {
        let (windows, slope) = if turn.swaps_sides() { (&standing, -columns.degrees) } else { (&lying, rows.degrees) };
        windows.get(number).map_or(0.0, |window| legibility(&strip(page, survey, window, (turn, slope))))
    };
    choose(candidates(rows.clarity, columns.clarity), lying.len().max(standing.len()), reader)
}

/// The turns that may be right besides none, given how clearly lines stand out across and along the page.
fn candidates(rows: f32, columns: f32) -> &'static [Turn] {
    if rows - 1.0 > AXIS_FACTOR * (columns - 1.0) {
        &[Turn::Over]
    } else if columns - 1.0 > AXIS_FACTOR * (rows - 1.0) {
        &[Turn::Right, Turn::Left]
    } else {
        &[Turn::Over, Turn::Right, Turn::Left]
    }
}

/// The page stays where it reads well as it is, or where no turn makes it read much better; where neither is so, another
/// strip is read, and all of them count.
fn choose(candidates: &[Turn], strips: usize, reader: impl Fn(usize, Turn) -> f32) -> Found {
    let (mut stated, mut turned, mut probes) = (0.0, vec![0.0; candidates.len()], 0);
    for strip in 0..strips {
        let mut read = |turn| {
            probes += 1;
            reader(strip, turn)
        };
        let count = (strip + 1) as f32;
        stated += read(Turn::None);
        if stated >= LEGIBLE * count {
            break;
        }
        turned.iter_mut().zip(candidates).for_each(|(sum, turn)| *sum += read(*turn));
        let worse = (Turn::None, f32::MIN);
        let best = turned
            .iter()
            .zip(candidates)
            .fold(worse, |best, (sum, turn)| if *sum > best.1 { (*turn, *sum) } else { best });
        // A picture has many strips, and one of them may look like words by chance.
        let least = if strip == 0 { LEAST_LEGIBLE } else { LEGIBLE / 2.0 };
        if best.1 > count * (stated / count + LEAST_GAIN).max(least) {
            return Found { turn: best.0, probes };
        }
        if stated > count * (best.1 / count + LEAST_GAIN).max(LEAST_LEGIBLE) {
            break;
        }
    }
    Found { turn: Turn::None, probes }
}

/// First at the survey's resolution, and only where that is not sure at twice as much.
fn is_surely_upright(page: &Gray, survey: &Survey, text: &Mask, slope: f32) -> bool {
    let sure = |lean: Lean| lean.mean > LEAST_LEAN && lean.trust > LEAST_TRUST;
    if sure(lean(&survey.contrast, text, 1, survey.inch, slope)) {
        return true;
    }
    let factor = survey.factor / 2;
    if factor == 0 || survey.factor % 2 == 1 {
        return false;
    }
    let closer = contrast(&shrink(page, factor), &survey.paper, survey.paper_cell() / factor);
    sure(lean(&closer, text, 2, survey.inch * 2.0, slope))
}

/// Ink above small letters against ink below them, over all lines.
#[derive(Debug, Clone, Copy)]
struct Lean {
    /// -1 (all below) to 1 (all above).
    mean: f32,
    /// How many standard errors away from 0.
    trust: f32,
}

/// `contrast` is `scale` times larger than `text`.
fn lean(contrast: &Gray, text: &Mask, scale: usize, inch: f32, slope: f32) -> Lean {
    let width = contrast.size.width as usize;
    let strip = ((1.5 * inch) as usize).max(1);
    let mut votes = Vec::new();
    for left in (0..width).step_by(strip) {
        let profile = profile(contrast, text, scale, left..(left + strip).min(width), slope);
        vote(&profile, inch, &mut votes);
    }
    let weight: f32 = votes.iter().map(|v| v.weight).sum::<f32>().max(f32::MIN_POSITIVE);
    let mean = votes.iter().map(|v| v.excess * v.weight).sum::<f32>() / weight;
    let variance = votes.iter().map(|v| (v.excess - mean).powi(2) * v.weight).sum::<f32>() / weight;
    Lean { mean, trust: mean.abs() / ((variance + 0.02) / votes.len().max(1) as f32).sqrt() }
}

/// Contrast of text summed along lines of the given slope, over some columns.
fn profile(contrast: &Gray, text: &Mask, scale: usize, columns: std::ops::Range<usize>, slope: f32) -> Vec<f32> {
    let (width, height) = (contrast.size.width as usize, contrast.size.height as usize);
    let tan = slope.to_radians().tan();
    let middle = columns.len() as f32 / 2.0;
    let falls: Vec<isize> = (0..columns.len()).map(|x| ((x as f32 - middle) * tan).round() as isize).collect();
    let mut sums = vec![0_u32; height];
    let text_rows =
        text.pixels.chunks_exact((text.size.width as usize).max(1)).flat_map(|row| std::iter::repeat_n(row, scale));
    for ((y, row), marks) in contrast.pixels.chunks_exact(width).enumerate().zip(text_rows) {
        let marks = marks.iter().flat_map(|mark| std::iter::repeat_n(mark, scale)).skip(columns.start);
        for ((value, mark), fall) in row[columns.clone()].iter().zip(marks).zip(&falls) {
            if *mark && let Some(sum) = sums.get_mut(y.wrapping_add_signed(-fall)) {
                *sum += u32::from(*value);
            }
        }
    }
    sums.into_iter().map(|sum| sum as f32).collect()
}

/// What one line of one strip says.
struct Vote {
    excess: f32,
    weight: f32,
}

/// Finds the bodies of lines in a profile and weighs the ink above each against that below.
fn vote(profile: &[f32], inch: f32, votes: &mut Vec<Vote>) {
    let reach = (0.11 * inch) as usize;
    let least = 0.1 * inch * 255.0;
    let is_body = |y: usize| {
        let near = &profile[y.saturating_sub(reach)..(y + reach + 1).min(profile.len())];
        let top = near.iter().copied().fold(0.0, f32::max);
        top > least && profile[y] > 0.45 * top
    };
    let body: Vec<bool> = (0..profile.len()).map(is_body).collect();
    let mut start = 0;
    for run in body.chunk_by(|a, b| a == b) {
        let end = start + run.len();
        let zone = ((run.len() as f32 * 0.8).round() as usize).max(2);
        let is_line = run[0] && (0.035..0.3).contains(&(run.len() as f32 / inch));
        if is_line && start >= zone && end + zone <= profile.len() {
            let sum = |rows: std::ops::Range<usize>| profile[rows].iter().sum::<f32>();
            let (above, ink, below) = (sum(start - zone..start), sum(start..end), sum(end..end + zone));
            votes.push(Vote { excess: (above - below) / (above + below + 0.05 * ink), weight: ink.sqrt() });
        }
        start = end;
    }
}

/// What lies under a window, as it stands after a turn, its lines made level. What its edges would cut is left out.
fn strip(page: &Gray, survey: &Survey, window: &Blob, (turn_by, slope): (Turn, f32)) -> Gray {
    let cut = survey.ink.mask(|blob| !window.holds(blob)).grown();
    let mut uncut = page.clone();
    cut.visit_enlarged(page.size, survey.factor, |run| uncut.pixels[run].fill(255));
    let upright = turn(&crop(&uncut, window, survey.factor), turn_by);
    if slope.abs() < 0.5 { upright } else { rotate(&upright, -slope) }
}

/// Where strips are cut, lying or standing: by steps of a quarter window those with most words wholly inside, apart from
/// one another.
fn windows(survey: &Survey, standing: bool) -> Vec<Blob> {
    let (along, across) = ((STRIP_INCHES.0 * survey.inch) as u32, (STRIP_INCHES.1 * survey.inch) as u32);
    let (width, height) = if standing { (across, along) } else { (along, across) };
    let whole = survey.small.size;
    let size = Size { width: width.min(whole.width), height: height.min(whole.height) };
    let steps = |whole: u32, part: u32| (0..=whole - part).step_by((part / 4).max(1) as usize);
    let words: Vec<&Blob> = survey.ink.all.iter().filter(|blob| survey.is_text(blob)).collect();
    let window = |left: u32, top: u32| Blob { left, top, right: left + size.width, bottom: top + size.height, area: 0 };
    let held = |window: Blob| (words.iter().filter(|word| window.holds(word)).count(), window);
    let mut all: Vec<(usize, Blob)> = steps(whole.height, size.height)
        .flat_map(|top| steps(whole.width, size.width).map(move |left| (left, top)))
        .map(|(left, top)| held(window(left, top)))
        .filter(|(count, _)| *count > 0)
        .collect();
    // Of equals the lowest: the head of a page has large letters and lines of ornament.
    all.reverse();
    all.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let mut apart: Vec<Blob> = Vec::with_capacity(STRIPS);
    for (_, window) in all {
        if apart.len() < STRIPS && apart.iter().all(|other| !other.meets(&window)) {
            apart.push(window);
        }
    }
    apart
}

/// What lies under a window of the survey.
fn crop(page: &Gray, window: &Blob, factor: u32) -> Gray {
    let (left, right) = (window.left * factor, (window.right * factor).min(page.size.width));
    let (top, bottom) = (window.top * factor, (window.bottom * factor).min(page.size.height));
    let rows = page.pixels.chunks_exact((page.size.width as usize).max(1)).take(bottom as usize).skip(top as usize);
    let pixels = rows.flat_map(|row| &row[left as usize..right as usize]).copied().collect();
    Gray { size: Size { width: right - left, height: bottom - top }, pixels }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preprocess::drawn;

    #[test]
    fn marks_above_lines_tell_up_from_down() {
        for seed in 0..8 {
            for (degrees, slope) in [(0, 0.0), (0, 3.0), (180, 0.0)] {
                let quarter = Turn::from_degrees(degrees).expect("a quarter turn");
                let page = turn(&rotate(&drawn::page(seed), slope), quarter);
                let survey = Survey::of(&page, drawn::dpi());
                assert_eq!(is_surely_upright(&page, &survey, &survey.text(), slope), degrees == 0);
            }
        }
    }

    #[test]
    fn a_turn_needs_a_clear_gain() {
        let check = |scores: [f32; 3], expected: (Turn, u32)| {
            let reader = |_, turn: Turn| scores[usize::from(turn.degrees()) / 90 % 3];
            let found = choose(&[Turn::Right, Turn::Over], 1, reader);
            assert_eq!((found.turn, found.probes), expected);
        };
        check([0.8, 0.9, 0.9], (Turn::None, 1));
        check([0.3, 0.4, 0.9], (Turn::Over, 3));
        check([0.3, 0.9, 0.4], (Turn::Right, 3));
        check([0.5, 0.6, 0.64], (Turn::None, 3));
        check([f32::NAN, f32::NAN, f32::NAN], (Turn::None, 3));
    }

    #[test]
    fn where_one_strip_says_nothing_another_is_read() {
        let check = |strips: [[f32; 3]; 2], expected: (Turn, u32)| {
            let reader = |strip: usize, turn: Turn| strips[strip][usize::from(turn.degrees()) / 90 % 3];
            let found = choose(&[Turn::Right, Turn::Over], 2, reader);
            assert_eq!((found.turn, found.probes), expected);
        };
        check([[0.1, 0.15, 0.1], [0.1, 0.1, 0.8]], (Turn::Over, 6));
        check([[0.1, 0.15, 0.1], [0.9, 0.1, 0.1]], (Turn::None, 6));
        check([[0.6, 0.1, 0.1], [0.1, 0.9, 0.9]], (Turn::None, 3));
        check([[0.1, 0.15, 0.1], [0.1, 0.1, 0.15]], (Turn::None, 6));
    }

    #[test]
    fn a_strip_is_cut_where_the_text_is() {
        let mut page = drawn::blank(1);
        for n in 0..60 {
            drawn::block(&mut page, (520 + n % 20 * 20, 900 + n / 20 * 30), (12, 12), 30);
        }
        let survey = Survey::of(&page, drawn::dpi());
        let strip = strip(&page, &survey, &windows(&survey, true)[0], (Turn::Left, 0.0));
        let ink = |gray: &Gray| gray.pixels.iter().filter(|v| **v < 128).count();
        assert!(strip.size.width.abs_diff(600) < 4 && strip.size.height.abs_diff(150) < 4, "{:?}", strip.size);
        assert!(ink(&strip) > 0 && ink(&strip) <= ink(&page));
    }
}

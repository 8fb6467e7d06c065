//! Bar codes read along bands: from an end of a code across its bars, at their own angle, on several heights.
//!
//! Each band is the mean of the picture along the bars, so that noise and specks go and edges between pixels show.

use super::chains::Edge;
use super::ends::{End, QUIET, ends};
use super::lines::{Axis, Lines};
use super::{Code, Luma, Scale, Symbology, code39, code128};
use crate::base::geometry::Rect;

/// Bands over the height of a code.
const BANDS: usize = 9;
/// Bands that must read the same.
const AGREED: usize = 3;
/// Half the height of a band at most, millimetres: an angle a little wrong must not blur it.
const HALF_BAND: f32 = 0.5;
/// Modules of paper looked at before the first bar and behind the last.
const MARGIN: f32 = 10.0;
/// Modules of the longest code that is followed.
const MOST_MODULES: f32 = 1000.0;
/// A brightness must swing by this share of the code's contrast to be a bar or a space.
const SWING: f32 = 0.2;

/// The bar codes whose bars stand across the lines.
pub(super) fn read(luma: &Luma<'_>, lines: &Lines, scale: Scale) -> Vec<Code> {
    ends(lines, scale).iter().filter_map(|end| Look::of(luma, lines, scale, end).code()).collect()
}

/// A closer look at a code from one of its ends.
struct Look<'a> {
    luma: &'a Luma<'a>,
    axis: Axis,
    edge: Edge,
    module: f32,
    /// Unit steps, each as pixels along and across the lines: over the bars into the code, and along the bars.
    over: (f32, f32),
    beside: (f32, f32),
    half_band: f32,
}

/// What one band says.
#[derive(PartialEq)]
struct Reading {
    symbology: Symbology,
    text: String,
}

impl<'a> Look<'a> {
    fn of(luma: &'a Luma<'a>, lines: &Lines, scale: Scale, end: &End) -> Self {
        let edge = end.chain.edge(|line| lines.across_at(line));
        let norm = edge.slope.hypot(1.0);
        let way = if end.opens { 1.0 } else { -1.0 };
        let height = edge.span.1 - edge.span.0;
        Self {
            luma,
            axis: lines.axis,
            edge,
            module: end.chain.module() / norm,
            over: (way / norm, -way * edge.slope / norm),
            beside: (edge.slope / norm, 1.0 / norm),
            half_band: scale.pixels(HALF_BAND).min(height / (2 * BANDS) as f32),
        }
    }

    /// What enough bands say, if none says otherwise more than once in a while.
    fn code(&self) -> Option<Code> {
        let mut readings: Vec<(Reading, usize, f32)> = Vec::new();
        for band in 0..BANDS {
            // A code that none of the first bands could follow is print that looked like one.
            if band * 2 > BANDS && readings.is_empty() {
                return None;
            }
            let Some((reading, length)) = self.band(height_of(band)) else { continue };
            match readings.iter_mut().find(|known| known.0 == reading) {
                Some(known) => (known.1, known.2) = (known.1 + 1, known.2.max(length)),
                None => readings.push((reading, 1, length)),
            }
        }
        readings.sort_by_key(|reading| std::cmp::Reverse(reading.1));
        let against = readings.get(1).map_or(0, |other| other.1);
        let (Reading { symbology, text }, count, length) = readings.into_iter().next()?;
        let agreed = count >= AGREED && count > 3 * against;
        agreed.then(|| Code { symbology, text, place: self.place(length) })
    }

    /// What the band at a share of the code's height says, and how long the code is there.
    fn band(&self, share: f32) -> Option<(Reading, f32)> {
        let across = self.edge.span.0 + share * (self.edge.span.1 - self.edge.span.0);
        let step = (self.module / 4.0).clamp(0.5, 1.0);
        let samples = self.samples((self.edge.along(across), across), step);
        let changes: Vec<f32> = changes(&samples).iter().map(|at| at * step - MARGIN * self.module).collect();
        let end = samples.len() as f32 * step - MARGIN * self.module;
        let bars = whole(&changes, end, self.module)?;
        let length = bars[bars.len() - 1];
        let mirrored: Vec<f32> = bars.iter().rev().map(|at| length - at).collect();
        let reading = |symbology, decode: fn(&[f32]) -> Option<(String, usize)>| {
            let is_all = |read: &(String, usize)| read.1 == bars.len();
            let read = decode(bars).filter(is_all).or_else(|| decode(&mirrored).filter(is_all));
            read.map(|(text, _)| (Reading { symbology, text }, length))
        };
        reading(Symbology::Code128, code128::decode).or_else(|| reading(Symbology::Code39, code39::decode))
    }

    /// Brightness from before the end over the bars, until a quiet zone follows.
    fn samples(&self, end: (f32, f32), step: f32) -> Vec<f32> {
        let most = (MOST_MODULES * self.module / step) as usize;
        let (quiet, known) =
            (((QUIET + 2.0) * self.module / step) as usize, (2.5 * MARGIN * self.module / step) as usize);
        let (mut samples, mut bright) = (Vec::new(), 0);
        let mut level = 0.0;
        while samples.len() < most && bright < quiet {
            let far = samples.len() as f32 * step - MARGIN * self.module;
            let value = self.sample(end, far);
            samples.push(value);
            if samples.len() == known {
                level = middle(&samples);
            }
            bright = if samples.len() > known && value > level { bright + 1 } else { 0 };
        }
        samples
    }

    /// The mean along the bars at so many pixels from the end.
    fn sample(&self, end: (f32, f32), far: f32) -> f32 {
        let half = self.half_band as i32;
        let sum: f32 = (-half..=half)
            .map(|n| {
                let (n, (along, across)) = (n as f32, end);
                let along = along + far * self.over.0 + n * self.beside.0;
                let across = across + far * self.over.1 + n * self.beside.1;
                let (x, y) = self.axis.point(along, across);
                self.luma.between(x, y)
            })
            .sum();
        sum / (2 * half + 1) as f32
    }

    fn place(&self, length: f32) -> Rect {
        let corner = |across: f32, far: f32| {
            self.axis.point(self.edge.along(across) + far * self.over.0, across + far * self.over.1)
        };
        let (first, last) = self.edge.span;
        let corners = [corner(first, 0.0), corner(last, 0.0), corner(first, length), corner(last, length)];
        let [a, b, c, d] = corners.map(|(x, y)| Rect::new(x, y, x, y));
        a.union(&b).union(&c).union(&d)
    }
}

/// The share of the height of a band: the middle first, then by turns above and below.
fn height_of(band: usize) -> f32 {
    let step = band.div_ceil(2) as f32 * if band.is_multiple_of(2) { 1.0 } else { -1.0 };
    0.5 + step * 0.84 / BANDS as f32
}

/// Half way between the darkest and the brightest.
fn middle(samples: &[f32]) -> f32 {
    let (low, high) = extent(samples);
    f32::midpoint(low, high)
}

fn extent(samples: &[f32]) -> (f32, f32) {
    samples.iter().fold((f32::MAX, f32::MIN), |(low, high), &value| (value.min(low), value.max(high)))
}

/// Where brightness goes half way between a crest and the next trough: a narrow space that blur has darkened is still
/// a space.
fn changes(samples: &[f32]) -> Vec<f32> {
    let (low, high) = extent(samples);
    let swing = (high - low) * SWING;
    let mut turns = Vec::new();
    let (mut best, mut falling) = (0, false);
    for (at, &value) in samples.iter().enumerate() {
        let beyond = if falling { value - samples[best] } else { samples[best] - value };
        if beyond > swing {
            turns.push(best);
            (best, falling) = (at, !falling);
        } else if beyond <= 0.0 {
            best = at;
        }
    }
    turns.push(best);
    turns.windows(2).map(|pair| crossing(samples, pair[0], pair[1])).collect()
}

fn crossing(samples: &[f32], from: usize, to: usize) -> f32 {
    let level = f32::midpoint(samples[from], samples[to]);
    let crosses = |pair: &[f32]| (pair[0] > level) != (pair[1] > level);
    let before = from + samples[from..=to].windows(2).position(crosses).unwrap_or(0);
    let (a, b) = (samples[before], samples[before + 1]);
    before as f32 + ((level - a) / (b - a)).clamp(0.0, 1.0)
}

/// The changes from the bar at 0 to the one that a quiet zone follows; none without a quiet zone on both sides.
fn whole(changes: &[f32], end: f32, module: f32) -> Option<&[f32]> {
    let near = (0..changes.len()).step_by(2).min_by(|a, b| changes[*a].abs().total_cmp(&changes[*b].abs()))?;
    let before = if near == 0 { -MARGIN * module } else { changes[near - 1] };
    let quiet = QUIET * module;
    if changes[near].abs() > 2.0 * module || changes[near] - before < quiet {
        return None;
    }
    let gap = |last: usize| changes.get(last + 1).copied().unwrap_or(end) - changes[last];
    let last = (near + 1..changes.len()).step_by(2).find(|last| gap(*last) >= quiet)?;
    Some(&changes[near..=last])
}

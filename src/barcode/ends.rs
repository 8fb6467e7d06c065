//! Ends of bar codes on lines: a quiet zone, then the start or the stop pattern of Code 128 or Code 39.

use super::Scale;
use super::chains::{Chain, Hit, joined};
use super::lines::Lines;
use super::{code39, code128};

/// An end of a bar code: an edge with a quiet zone on one side.
pub(super) struct End {
    pub(super) chain: Chain,
    /// The quiet zone lies before it along the lines; else behind it.
    pub(super) opens: bool,
}

/// Modules of white that a code needs at either end: its standards ask for ten, print and scanners leave fewer.
pub(super) const QUIET: f32 = 7.0;
/// Millimetres over which an end must be seen: half of the least height of a bar code.
const LEAST_HEIGHT: f32 = 2.5;
/// Lines that must see it.
const LEAST_HITS: usize = 4;
/// Narrower bars than this many pixels do not survive scanning.
const LEAST_MODULE: f32 = 1.3;
/// The widest bars that are looked for, millimetres.
const MOST_MODULE: f32 = 1.3;
/// Ends that are looked into on one axis; a page has a few.
const MOST: usize = 24;

/// The ends of bar codes, the highest first.
pub(super) fn ends(lines: &Lines, scale: Scale) -> Vec<End> {
    let mut ends = Vec::new();
    for opens in [true, false] {
        let hits = lines
            .changes
            .iter()
            .enumerate()
            .flat_map(|(line, changes)| on_line(line, changes, lines.length, opens, scale));
        let chains = joined(hits, lines.pitch).into_iter().filter(|chain| {
            chain.hits.len() >= LEAST_HITS
                && chain.height(lines.pitch) >= scale.pixels(LEAST_HEIGHT)
                && chain.density() >= 0.5
        });
        ends.extend(chains.map(|chain| End { chain, opens }));
    }
    ends.sort_by(|a, b| b.chain.height(lines.pitch).total_cmp(&a.chain.height(lines.pitch)));
    ends.truncate(MOST);
    ends
}

/// Elements of the longest pattern that is looked for.
const PATTERN: usize = 9;

fn on_line(line: usize, changes: &[f32], length: f32, opens: bool, scale: Scale) -> Vec<Hit> {
    let most = scale.pixels(MOST_MODULE);
    let bars = changes.len() / 2;
    let mut hits = Vec::new();
    for bar in 0..bars {
        let mut widths = [0.0; PATTERN];
        // From the quiet zone inwards: the bar at `2 * bar`, the space behind it, and so on.
        let (at, quiet, count) = if opens {
            let first = 2 * bar;
            let quiet = changes[first] - if first == 0 { 0.0 } else { changes[first - 1] };
            (first, quiet, (changes.len() - first - 1).min(PATTERN))
        } else {
            let last = 2 * bar + 1;
            let quiet = changes.get(last + 1).copied().unwrap_or(length) - changes[last];
            (last, quiet, last.min(PATTERN))
        };
        // No pattern has a module wider than a third of its first two elements.
        let step = |n: usize| {
            if opens { changes[at + n + 1] - changes[at + n] } else { changes[at - n] - changes[at - n - 1] }
        };
        if count < 7 || quiet < LEAST_MODULE * QUIET || step(0) + step(1) > quiet {
            continue;
        }
        (0..count).for_each(|n| widths[n] = step(n));
        let module = code128::end_module(&widths[..count]).or_else(|| code39::end_module(&widths[..count]));
        if let Some(module) = module.filter(|module| (LEAST_MODULE..most).contains(module) && quiet >= QUIET * module) {
            hits.push(Hit { line, at: changes[at], module });
        }
    }
    hits
}

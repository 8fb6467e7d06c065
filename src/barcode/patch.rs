//! Patch codes: four bars and three spaces, by which production scanners divide a stack (Kodak, "Patch Code Information").
//!
//! Narrow bars and spaces measure 0.08 inch, wide bars 0.20, all together 0.80, and the bars are at least 2 inches long.
//! Two of the codes are others read backwards (1 and 6, 3 and T): a code is read from the edge of the sheet
//! that it stands nearer to, as the scanner meets it.

use super::chains::{Chain, Edge, Hit, joined};
use super::lines::Lines;
use super::{Code, Scale, Symbology};
use crate::base::geometry::Rect;

/// The codes by their wide bars, from the edge of the sheet.
const CODES: [([bool; 4], &str); 6] = [
    ([true, true, false, false], "1"),
    ([true, false, false, true], "2"),
    ([true, false, true, false], "3"),
    ([false, true, true, false], "4"),
    ([false, false, true, true], "6"),
    ([false, true, false, true], "T"),
];
/// Millimetres that narrow and wide elements may measure: copies are shrunk or grown, and ink spreads.
const NARROW: std::ops::Range<f32> = 1.3..2.8;
const WIDE: std::ops::Range<f32> = 3.8..6.6;
/// Millimetres that the whole code may measure.
const WHOLE: std::ops::Range<f32> = 16.5..23.5;
/// Millimetres of paper beside the code.
const QUIET: f32 = 4.0;
/// Millimetres over which the bars must be seen: most of their least length.
const LEAST_LENGTH: f32 = 38.0;
/// The share of lines between the first and the last that must see the same code.
const LEAST_DENSITY: f32 = 0.7;

/// The patch codes whose bars stand across the lines.
pub(super) fn read(lines: &Lines, scale: Scale) -> Vec<Code> {
    let mut codes = Vec::new();
    for (wide, _) in CODES {
        let hits = lines
            .changes
            .iter()
            .enumerate()
            .flat_map(|(line, changes)| on_line(line, changes, lines.length, wide, scale));
        let long =
            |chain: &Chain| chain.height(lines.pitch) >= scale.pixels(LEAST_LENGTH) && chain.density() >= LEAST_DENSITY;
        let chains = joined(hits, lines.pitch).into_iter().filter(long);
        codes.extend(chains.map(|chain| code(&chain, lines, wide)));
    }
    codes
}

/// Where on a line the bars begin; the module of a hit is an eighth of the whole, to tell neighbours alike.
fn on_line(line: usize, changes: &[f32], length: f32, wide: [bool; 4], scale: Scale) -> Vec<Hit> {
    let mut hits = Vec::new();
    for first in (0..changes.len().saturating_sub(7)).step_by(2) {
        let places = &changes[first..first + 8];
        let whole = places[7] - places[0];
        if !WHOLE.contains(&(whole / scale.millimetre)) {
            continue;
        }
        let before = places[0] - if first == 0 { -scale.pixels(QUIET) } else { changes[first - 1] };
        let behind = changes.get(first + 8).copied().unwrap_or(length + scale.pixels(QUIET)) - places[7];
        let element = |n: usize| (places[n + 1] - places[n]) / scale.millimetre;
        let fits = (0..7).all(|n| if n % 2 == 0 && wide[n / 2] { &WIDE } else { &NARROW }.contains(&element(n)));
        if fits && before.min(behind) >= scale.pixels(QUIET) {
            hits.push(Hit { line, at: places[0], module: whole / 8.0 });
        }
    }
    hits
}

fn code(chain: &Chain, lines: &Lines, mut wide: [bool; 4]) -> Code {
    let edge = chain.edge(|line| lines.across_at(line));
    let whole = chain.module() * 8.0;
    let middle = edge.along(f32::midpoint(edge.span.0, edge.span.1)) + whole / 2.0;
    if middle > lines.length / 2.0 {
        wide.reverse();
    }
    let text = CODES.iter().find(|(bars, _)| *bars == wide).map_or("", |(_, text)| text);
    Code { symbology: Symbology::Patch, text: text.to_owned(), place: place(edge, whole, lines) }
}

fn place(edge: Edge, whole: f32, lines: &Lines) -> Rect {
    let (first, last) = edge.span;
    let corner = |along: f32, across: f32| {
        let (x, y) = lines.axis.point(along, across);
        Rect::new(x, y, x, y)
    };
    let near = corner(edge.along(first), first).union(&corner(edge.along(last), last));
    near.union(&corner(edge.along(first) + whole, first)).union(&corner(edge.along(last) + whole, last))
}

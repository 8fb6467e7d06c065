//! Patch codes: four bars by which scanners divide a stack; narrow 0.08 inch, wide 0.20, in 0.80 inch.

/// Millimeters of narrow bars and of spaces, and of wide bars.
const NARROW: f32 = 2.032;
const WIDE: f32 = 5.08;

/// Height of all four bars, millimeters.
pub const HEIGHT: f32 = 2.0 * WIDE + 5.0 * NARROW;

/// The lying bars of a code from the top, from a left top corner and so long; none for a code that is not.
#[must_use]
pub fn bars(code: &str, (left, top): (f32, f32), length: f32) -> Vec<[f32; 4]> {
    let widths = match code {
        "1" => [WIDE, WIDE, NARROW, NARROW],
        "2" => [WIDE, NARROW, NARROW, WIDE],
        "3" => [WIDE, NARROW, WIDE, NARROW],
        "4" => [NARROW, WIDE, WIDE, NARROW],
        "6" => [NARROW, NARROW, WIDE, WIDE],
        "T" => [NARROW, WIDE, NARROW, WIDE],
        _ => return Vec::new(),
    };
    let mut at = top;
    widths
        .map(|width| {
            let bar = [left, at, length, width];
            at += width + NARROW;
            bar
        })
        .to_vec()
}

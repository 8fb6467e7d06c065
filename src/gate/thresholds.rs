//! What a scan must reach, each number with the clause or the bench that it comes from.

use crate::base::units::Dpi;

/// Thresholds of the gate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Dots an inch at least: Decree 30/2020, Appendix I, part II.
    pub resolution: Dpi,
    /// Pieces of text that an edge may cut: specks and marks of the edge.
    pub cut: u32,
    /// Inches over which edges of strokes may rise at most, for print of 12 to 14 points: recognition begins to lose words
    /// at a blur of 2.4 to 3 pixels at 300 dpi, whose edges rise over 0.0165 to 0.02.
    pub edge_inches: f32,
    /// The least brightness of bare paper.
    pub paper: u8,
    /// The least darkness of strokes against their paper.
    pub contrast: u8,
    /// Degrees up to which a page is straightened: how far lines are looked for, less the width of a peak.
    pub slope_degrees: f32,
    /// How clearly lines must stand out along their slope to be believed.
    pub slope_clarity: f32,
    /// Groups of letters that a page must have for its slope to be judged.
    pub slope_words: u32,
}

impl Default for Thresholds {
    /// Those of the law, and of `benches/quality.py` for the rest.
    fn default() -> Self {
        Self {
            resolution: Dpi::DECREE_30_MINIMUM,
            cut: 2,
            edge_inches: 0.0185,
            paper: 100,
            contrast: 40,
            slope_degrees: 6.8,
            slope_clarity: 1.15,
            slope_words: 60,
        }
    }
}

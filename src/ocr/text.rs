//! The text of a page (names after hOCR and ALTO): blocks, lines, words.

use serde::{Deserialize, Serialize};

use crate::base::geometry::Rect;
use crate::base::units::Confidence;

/// Recognised text of one page, in reading order; boxes in pixels of the corrected page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PageText {
    /// Lines in reading order.
    pub lines: Vec<Line>,
}

/// A line of at least one word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Which block of the page it belongs to, from 0 in reading order.
    pub block: u32,
    /// Around all its words.
    pub bbox: Rect,
    /// Height of the baseline at the line's left and right edge, y in pixels.
    pub baseline: (f32, f32),
    /// Its words from left to right, never empty.
    pub words: Vec<Word>,
}

/// A word between spaces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// NFC, never empty, no spaces inside.
    pub text: String,
    /// Around its ink.
    pub bbox: Rect,
    /// The recogniser's own confidence.
    pub confidence: Confidence,
}

impl Line {
    /// The words with single spaces between.
    #[must_use]
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

impl PageText {
    /// Every word in reading order.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.lines.iter().flat_map(|line| &line.words)
    }

    /// Lines of text, each ended by a line feed.
    #[must_use]
    pub fn plain(&self) -> String {
        self.lines.iter().map(|line| line.text() + "\n").collect()
    }

    /// Mean confidence over words, weighted by their letters; none without words.
    #[must_use]
    pub fn confidence(&self) -> Option<Confidence> {
        let letters = |word: &Word| word.text.chars().count() as f32;
        let total: f32 = self.words().map(letters).sum();
        let sum: f32 = self.words().map(|word| letters(word) * word.confidence.value()).sum();
        (total > 0.0).then(|| Confidence::clamped(sum / total))
    }
}

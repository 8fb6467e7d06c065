//! A scan becomes an upright page, and a copy of its picture for recognition.
//!
//! In: [`Scan`]. Out: [`Page`] and [`Prepared`]. The archived picture keeps its pixels: a turn and
//! a deskew are recorded in [`Correction`] and applied where the picture is placed on the page.

use serde::{Deserialize, Serialize};

use crate::base::geometry::{Size, Turn};
use crate::base::units::{Dpi, PageNumber};
use crate::intake::Scan;
use crate::raster::pixels::Gray;

/// An upright page. Pixel coordinates from here on are those of the corrected page at `dpi`.
#[derive(Debug, Clone)]
pub struct Page {
    /// The scan with the input's own picture.
    pub scan: Scan,
    /// Size of the corrected page in pixels at the scan's resolution.
    pub size: Size,
    /// What was done to it.
    pub correction: Correction,
}

/// What makes the input's picture upright and straight, and how that was decided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// Quarter turn, applied first.
    pub turn: Turn,
    /// Clockwise degrees by which the turned picture is then rotated about its middle; 0 below 0.2.
    pub deskew_degrees: f32,
    /// Nothing is written or printed on it.
    pub blank: bool,
}

/// A page and the copy of its picture that recognition works on.
#[derive(Debug)]
pub struct Prepared {
    /// The page.
    pub page: Page,
    /// Upright, straight, cleaned; same size as the page, so its pixels are the page's.
    pub copy: Gray,
}

impl Page {
    /// Its place in the document.
    #[must_use]
    pub fn number(&self) -> PageNumber {
        self.scan.number
    }

    /// Resolution.
    #[must_use]
    pub fn dpi(&self) -> Dpi {
        self.scan.dpi
    }
}

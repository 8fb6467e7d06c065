//! Where a page's picture lies: how fine it is there, whether it is the page, and which part of it the page shows.

use super::matrix::{Area, Matrix};
use super::walk::Drawn;
use crate::base::geometry::{Size, Turn};
use crate::base::units::Dpi;
use crate::intake::render::Scale;
use crate::raster::pixels::Crop;

/// The least part of the page that its only picture must cover: what it leaves free is bare paper, and a
/// margin of 1/8 all round still leaves 0.56. A smaller picture is a figure on a page, not the page.
const COVERS: f64 = 0.55;

/// The part of the picture that must be on the page for all of it to be shown: less means that the page crops it.
const UNCROPPED: f64 = 0.98;

/// How far the resolutions across and down may be apart.
const SQUARE_ENOUGH: f64 = 1.05;

/// Whether a picture is the page, and not a figure on it.
pub(super) fn fills(drawn: &Drawn, page: Area) -> bool {
    drawn.matrix.bounds().intersection(page).map_or(0.0, Area::size) >= page.size() * COVERS
}

/// The part of a picture that the page shows; none where it is all, or all but a rim that rounding leaves.
pub(super) fn crop(drawn: &Drawn, size: Size, page: Area) -> Option<Crop> {
    let whole = drawn.matrix.bounds();
    let seen = whole.intersection(page).filter(|seen| seen.size() < whole.size() * UNCROPPED)?;
    let [from, to] = [(seen.left, seen.bottom), (seen.right, seen.top)].map(|corner| drawn.matrix.unapplied(corner));
    let pixels = |one: f64, other: f64, most: u32| {
        let place = |part: f64| (part * f64::from(most)).round().clamp(0.0, f64::from(most)) as u32;
        let (low, high) = (place(one.min(other)), place(one.max(other)));
        (low, high.saturating_sub(low))
    };
    let (left, width) = pixels(from?.0, to?.0, size.width);
    // The unit square's top is the picture's first row.
    let (top, height) = pixels(1.0 - from?.1, 1.0 - to?.1, size.height);
    (width > 0 && height > 0).then_some(Crop { left, top, size: Size { width, height } })
}

/// Where a picture lies and how fine it is.
pub(super) struct Place {
    /// Dots per inch along the picture's rows and columns.
    across: f64,
    down: f64,
    /// The quarter turn of its matrix; none when it is slanted or mirrored.
    turn: Option<Turn>,
}

impl Place {
    /// Whether the resolutions across and down are alike.
    pub(super) fn is_square(&self) -> bool {
        self.across.max(self.down) <= self.across.min(self.down) * SQUARE_ENOUGH
    }

    /// The mean of both, and a whole number where rounding of the page's size took it off one.
    pub(super) fn dpi(&self) -> f32 {
        let mean = (self.across * self.down).sqrt();
        (if (mean - mean.round()).abs() < 0.3 { mean.round() } else { mean }) as f32
    }

    /// How finely to draw the page so that this picture keeps its pixels, within 200 to 600 dpi.
    pub(super) fn scale(&self, unit: f64, otherwise: Dpi, swapped: bool) -> Scale {
        let finest = self.across.max(self.down);
        match Dpi::new(self.dpi()) {
            Ok(dpi) if self.is_square() && (200.0..=600.0).contains(&finest) => {
                let turned = self.turn.is_some_and(Turn::swaps_sides) != swapped;
                let (x, y) = if turned { (self.down, self.across) } else { (self.across, self.down) };
                Scale { x: x * unit / 72.0, y: y * unit / 72.0, dpi }
            }
            _ => Scale::even(Dpi::new(finest.clamp(200.0, 600.0) as f32).unwrap_or(otherwise)).with_unit(unit),
        }
    }
}

/// Where a picture lies on a page whose unit is `unit` / 72 inch; none where that cannot be measured.
pub(super) fn placed(drawn: &Drawn, size: Size, unit: f64) -> Option<Place> {
    let Matrix([a, b, c, d, ..]) = drawn.matrix;
    let (right, up) = (a.hypot(b) * unit, c.hypot(d) * unit);
    let (across, down) = (f64::from(size.width) * 72.0 / right, f64::from(size.height) * 72.0 / up);
    let measured = across.is_finite() && down.is_finite() && across > 0.0 && down > 0.0;
    measured.then(|| Place { across, down, turn: drawn.matrix.quarter_turn() })
}

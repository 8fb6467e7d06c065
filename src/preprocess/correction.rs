//! Where the picture's pixels come to lie on the page.

use serde::{Deserialize, Serialize};

use crate::base::geometry::{Rect, Size, Turn};

/// What makes the input's picture upright and straight.
///
/// First the quarter turn, then a rotation about the middle of the turned picture. The page has the turned picture's
/// size: corners that rotate out of it are cut off, those left bare are paper.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// Quarter turn, applied first.
    pub turn: Turn,
    /// Clockwise degrees by which the turned picture is then rotated about its middle; 0 below 0.2.
    /// Lines that fall to the right need a negative angle.
    pub deskew_degrees: f32,
    /// Nothing is written or printed on it.
    pub blank: bool,
}

impl Correction {
    /// Size of the page that a picture of this size becomes.
    #[must_use]
    pub fn page_size(&self, picture: Size) -> Size {
        if self.turn.swaps_sides() { picture.turned() } else { picture }
    }

    /// Where a point of the picture lies on the page: `[a, b, c, d, e, f]` in the order of a PDF matrix (ISO
    /// 32000-1, 8.3.3), `x' = a x + c y + e` and `y' = b x + d y + f`.
    ///
    /// Both in pixels, origin top left, y down, the middle of the first pixel at (0.5, 0.5). With (x, y) in the
    /// turned picture, (cx, cy) its middle and `t` the clockwise angle,
    /// `x' = cx + (x - cx) cos t - (y - cy) sin t` and `y' = cy + (x - cx) sin t + (y - cy) cos t`.
    /// A PDF's y goes up: there the page's flip is put around this matrix.
    #[must_use]
    pub fn page_from_picture(&self, picture: Size) -> [f64; 6] {
        let (width, height) = (f64::from(picture.width), f64::from(picture.height));
        let turned = match self.turn {
            Turn::None => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            Turn::Right => [0.0, 1.0, -1.0, 0.0, height, 0.0],
            Turn::Over => [-1.0, 0.0, 0.0, -1.0, width, height],
            Turn::Left => [0.0, -1.0, 1.0, 0.0, 0.0, width],
        };
        let page = self.page_size(picture);
        let (x, y) = (f64::from(page.width) / 2.0, f64::from(page.height) / 2.0);
        let (sin, cos) = f64::from(self.deskew_degrees).to_radians().sin_cos();
        let rotated = [cos, sin, -sin, cos, x - x * cos + y * sin, y - x * sin - y * cos];
        after(rotated, turned)
    }

    /// Where a point of the page lies in the picture: the inverse of [`Self::page_from_picture`].
    #[must_use]
    pub fn picture_from_page(&self, picture: Size) -> [f64; 6] {
        // Turns and rotations keep lengths: the inverse of the square part is its transpose.
        let [a, b, c, d, e, f] = self.page_from_picture(picture);
        [a, c, b, d, -(a * e + b * f), -(c * e + d * f)]
    }

    /// The upright box on the page around a box in the picture, cut off at the page's edges.
    #[must_use]
    pub fn box_on_page(&self, place: Rect, picture: Size) -> Rect {
        moved(place, &self.page_from_picture(picture), self.page_size(picture))
    }

    /// The upright box in the picture around a box on the page, cut off at the picture's edges.
    #[must_use]
    pub fn box_in_picture(&self, place: Rect, picture: Size) -> Rect {
        moved(place, &self.picture_from_page(picture), picture)
    }
}

/// The upright box around a moved one, cut off at the edges of what it is moved onto.
fn moved(place: Rect, matrix: &[f64; 6], onto: Size) -> Rect {
    let corners =
        [(place.left, place.top), (place.right, place.top), (place.left, place.bottom), (place.right, place.bottom)];
    let points = corners.map(|(x, y)| {
        let (x, y) = apply(matrix, f64::from(x), f64::from(y));
        ((x as f32).clamp(0.0, onto.width as f32), (y as f32).clamp(0.0, onto.height as f32))
    });
    let around = |place: Rect, (x, y): (f32, f32)| place.union(&Rect::new(x, y, x, y));
    points.into_iter().fold(Rect::new(points[0].0, points[0].1, points[0].0, points[0].1), around)
}

/// The point that `matrix` moves (x, y) to.
fn apply([a, b, c, d, e, f]: &[f64; 6], x: f64, y: f64) -> (f64, f64) {
    (a * x + c * y + e, b * x + d * y + f)
}

/// First `first`, then `second`.
fn after(second: [f64; 6], first: [f64; 6]) -> [f64; 6] {
    let [a, b, c, d, e, f] = first;
    let linear = [second[0], second[1], second[2], second[3], 0.0, 0.0];
    let ((a, b), (c, d), (e, f)) = (apply(&linear, a, b), apply(&linear, c, d), apply(&second, e, f));
    [a, b, c, d, e, f]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::filter::{rotate, turn};
    use crate::raster::pixels::Gray;
    use proptest::prelude::*;

    /// A soft dark spot, and where its middle is found.
    fn spot(size: Size, x: f32, y: f32) -> Gray {
        let value = |i: u32| {
            let (dx, dy) = ((i % size.width) as f32 + 0.5 - x, (i / size.width) as f32 + 0.5 - y);
            255.0 - 255.0 * (-(dx * dx + dy * dy) / 18.0).exp()
        };
        Gray { size, pixels: (0..size.width * size.height).map(|i| value(i).round() as u8).collect() }
    }

    fn middle(picture: &Gray) -> (f64, f64) {
        let mut sums = (0.0, 0.0, 0.0);
        for (i, v) in picture.pixels.iter().enumerate() {
            let ink = f64::from(255 - v);
            let (x, y) = (i % picture.size.width as usize, i / picture.size.width as usize);
            sums = (sums.0 + ink, sums.1 + ink * (x as f64 + 0.5), sums.2 + ink * (y as f64 + 0.5));
        }
        (sums.1 / sums.0, sums.2 / sums.0)
    }

    #[test]
    fn the_matrix_does_what_the_pixels_do() {
        let size = Size { width: 160, height: 220 };
        for degrees in [0, 90, 180, 270] {
            for deskew_degrees in [0.0, 1.7, -5.0] {
                let quarter = Turn::from_degrees(degrees).expect("a quarter turn");
                let correction = Correction { turn: quarter, deskew_degrees, blank: false };
                let pixels = rotate(&turn(&spot(size, 60.0, 130.0), quarter), deskew_degrees);
                let expected = apply(&correction.page_from_picture(size), 60.0, 130.0);
                let found = middle(&pixels);
                assert_eq!(pixels.size, correction.page_size(size));
                let off = (found.0 - expected.0).hypot(found.1 - expected.1);
                assert!(off < 0.15, "{degrees} and {deskew_degrees}: {found:?}, expected {expected:?}");
            }
        }
    }

    #[test]
    fn a_box_turns_with_the_page() {
        let size = Size { width: 100, height: 50 };
        let correction = Correction { turn: Turn::Right, deskew_degrees: 0.0, blank: false };
        let place = correction.box_on_page(Rect::new(0.0, 0.0, 10.0, 20.0), size);
        assert_eq!(place, Rect::new(30.0, 0.0, 50.0, 10.0));
        assert_eq!(correction.box_in_picture(place, size), Rect::new(0.0, 0.0, 10.0, 20.0));
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_point(
            width in 1u32..5000, height in 1u32..5000, turn in 0..4, degrees in -7.0f32..7.0, x in 0.0..5000.0, y in 0.0..5000.0,
        ) {
            let size = Size { width, height };
            let turn = Turn::from_degrees(90 * turn).expect("a quarter turn");
            let correction = Correction { turn, deskew_degrees: degrees, blank: false };
            let (px, py) = apply(&correction.page_from_picture(size), x, y);
            let (bx, by) = apply(&correction.picture_from_page(size), px, py);
            prop_assert!((bx - x).abs() < 1e-6 && (by - y).abs() < 1e-6);
        }
    }
}

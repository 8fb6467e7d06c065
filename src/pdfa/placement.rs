//! Where a page's picture and words lie in PDF space.
//!
//! Everything before this is in pixels of the corrected page, origin top left, y down; PDF space is in
//! points, origin bottom left, y up (ISO 32000-1, 8.3). [`Sheet::point`] is the only bridge.

use crate::base::geometry::{Size, Turn};
use crate::base::units::Dpi;
use crate::preprocess::{Correction, Page};
use crate::raster::pixels::Crop;

/// Least and greatest side of a page in points (ISO 19005-2, 6.1.13).
pub(super) const SIDE_POINTS: std::ops::RangeInclusive<f64> = 3.0..=14_400.0;

/// A page's extent, in pixels and in points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet {
    size: Size,
    points_per_pixel: f64,
}

/// An affine map: `x' = a x + c y + e`, `y' = b x + d y + f` for `[a, b, c, d, e, f]`
/// (ISO 32000-1, 8.3.4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix(pub(super) [f64; 6]);

impl Sheet {
    /// The sheet of a corrected page.
    pub(super) fn of(page: &Page) -> Self {
        Self::new(page.size, page.dpi())
    }

    fn new(size: Size, dpi: Dpi) -> Self {
        Self { size, points_per_pixel: 72.0 / f64::from(dpi.value()) }
    }

    /// Width in points.
    pub(super) fn width(&self) -> f64 {
        self.length(f64::from(self.size.width))
    }

    /// Height in points.
    pub(super) fn height(&self) -> f64 {
        self.length(f64::from(self.size.height))
    }

    /// A length in points, of one in pixels.
    pub(super) fn length(&self, pixels: f64) -> f64 {
        pixels * self.points_per_pixel
    }

    /// A place in PDF space, of one in the page's pixels.
    pub(super) fn point(&self, x: f64, y: f64) -> (f64, f64) {
        (self.length(x), self.length(f64::from(self.size.height) - y))
    }

    /// The matrix that shows the picture: from its unit square (ISO 32000-1, 8.9.5.1) to PDF space. `seen` is the size of what
    /// the page shows; where that is a part of the picture, `crop` says which and how large the whole is.
    pub(super) fn picture_matrix(&self, correction: Correction, seen: Size, crop: Option<(Crop, Size)>) -> Matrix {
        let (left, top, whole) = crop.map_or((0, 0, seen), |(crop, whole)| (crop.left, crop.top, whole));
        let (width, height) = (f64::from(whole.width), f64::from(whole.height));
        let pixels_from_square = Matrix([width, 0.0, 0.0, -height, -f64::from(left), height - f64::from(top)]);
        let points_from_pixels =
            Matrix([self.length(1.0), 0.0, 0.0, -self.length(1.0), 0.0, self.length(f64::from(self.size.height))]);
        pixels_from_square.then(page_from_picture(correction, seen, self.size)).then(points_from_pixels)
    }
}

impl Matrix {
    /// This map, then another.
    fn then(self, next: Self) -> Self {
        let Self([a, b, c, d, e, f]) = self;
        let Self([p, q, r, s, t, u]) = next;
        Self([a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u])
    }

    /// Where it takes a point.
    #[cfg(test)]
    fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let Self([a, b, c, d, e, f]) = self;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

/// From the picture's pixels to the page's: the quarter turn, then the clockwise rotation about the
/// middle, both middles in one place.
fn page_from_picture(correction: Correction, picture: Size, page: Size) -> Matrix {
    let half = |size: Size| (f64::from(size.width) / 2.0, f64::from(size.height) / 2.0);
    let (picture_x, picture_y) = half(picture);
    let (page_x, page_y) = half(page);
    let quarter = match correction.turn {
        Turn::None => [1.0, 0.0, 0.0, 1.0],
        Turn::Right => [0.0, 1.0, -1.0, 0.0],
        Turn::Over => [-1.0, 0.0, 0.0, -1.0],
        Turn::Left => [0.0, -1.0, 1.0, 0.0],
    };
    // With y down, a positive angle turns clockwise.
    let (sin, cos) = f64::from(correction.deskew_degrees).to_radians().sin_cos();
    Matrix([1.0, 0.0, 0.0, 1.0, -picture_x, -picture_y])
        .then(Matrix([quarter[0], quarter[1], quarter[2], quarter[3], 0.0, 0.0]))
        .then(Matrix([cos, sin, -sin, cos, 0.0, 0.0]))
        .then(Matrix([1.0, 0.0, 0.0, 1.0, page_x, page_y]))
}

/// A number as PDF writes it: at most `decimals` digits after the point, no exponent; no number is 0.
/// Held within a million, which nothing on a page exceeds and every reader takes.
pub(super) fn number(value: f64, decimals: usize) -> String {
    let value = if value.is_nan() { 0.0 } else { value.clamp(-1e6, 1e6) };
    let written = format!("{value:.decimals$}");
    let short = if written.contains('.') { written.trim_end_matches('0').trim_end_matches('.') } else { &written };
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURE: Size = Size { width: 400, height: 600 };

    fn corrected(turn: Turn, deskew_degrees: f32) -> (Correction, Size) {
        let page = if turn.swaps_sides() { PICTURE.turned() } else { PICTURE };
        (Correction { turn, deskew_degrees, blank: false }, page)
    }

    fn check(turn: Turn, deskew_degrees: f32, picture: (f64, f64), page: (f64, f64)) {
        let (correction, size) = corrected(turn, deskew_degrees);
        let (x, y) = page_from_picture(correction, PICTURE, size).apply(picture.0, picture.1);
        assert!((x - page.0).abs() < 0.01 && (y - page.1).abs() < 0.01, "{turn:?}: {x} {y}");
    }

    #[test]
    fn the_top_left_corner_goes_where_the_turn_takes_it() {
        check(Turn::None, 0.0, (0.0, 0.0), (0.0, 0.0));
        check(Turn::Right, 0.0, (0.0, 0.0), (600.0, 0.0));
        check(Turn::Over, 0.0, (0.0, 0.0), (400.0, 600.0));
        check(Turn::Left, 0.0, (0.0, 0.0), (0.0, 400.0));
        check(Turn::Right, 0.0, (400.0, 600.0), (0.0, 400.0));
    }

    #[test]
    fn a_deskew_turns_clockwise_about_the_middle() {
        for turn in [Turn::None, Turn::Right, Turn::Over, Turn::Left] {
            let (_, size) = corrected(turn, 0.0);
            check(turn, 3.0, (200.0, 300.0), (f64::from(size.width) / 2.0, f64::from(size.height) / 2.0));
        }
        // 100 to the right of the middle goes down when turned clockwise.
        let (sin, cos) = 3.0_f64.to_radians().sin_cos();
        check(Turn::None, 3.0, (300.0, 300.0), (200.0 + 100.0 * cos, 300.0 + 100.0 * sin));
        // After a quarter turn, what was above the middle is to its right.
        check(Turn::Right, 3.0, (200.0, 200.0), (300.0 + 100.0 * cos, 200.0 + 100.0 * sin));
    }

    #[test]
    fn an_untouched_picture_fills_the_sheet() {
        let sheet = Sheet::new(PICTURE, Dpi::new(200.0).expect("in range"));
        let (correction, _) = corrected(Turn::None, 0.0);
        assert_eq!(sheet.picture_matrix(correction, PICTURE, None), Matrix([144.0, 0.0, 0.0, 216.0, 0.0, 0.0]));
        assert_eq!(sheet.point(0.0, 600.0), (0.0, 0.0));
        assert_eq!(sheet.point(400.0, 0.0), (144.0, 216.0));
    }

    #[test]
    fn a_cropped_picture_shows_its_part() {
        let crop = Crop { left: 100, top: 50, size: Size { width: 200, height: 300 } };
        let sheet = Sheet::new(crop.size, Dpi::new(72.0).expect("in range"));
        let (correction, _) = corrected(Turn::None, 0.0);
        let matrix = sheet.picture_matrix(correction, crop.size, Some((crop, PICTURE)));
        // The part's bottom left corner is 100 right of the picture's, and 250 above it.
        assert_eq!(matrix, Matrix([400.0, 0.0, 0.0, 600.0, -100.0, -250.0]));
    }

    #[test]
    fn a_turned_picture_fills_the_sheet() {
        let (correction, page) = corrected(Turn::Right, 0.0);
        let sheet = Sheet::new(page, Dpi::new(72.0).expect("in range"));
        let matrix = sheet.picture_matrix(correction, PICTURE, None);
        // The picture's bottom left goes to the page's top left.
        let (x, y) = matrix.apply(0.0, 0.0);
        assert!(x.abs() < 1e-9 && (y - 400.0).abs() < 1e-9);
    }

    #[test]
    fn numbers_are_short_and_plain() {
        for (value, written) in [(595.2, "595.2"), (0.0, "0"), (-0.000_01, "0"), (1e9, "1000000"), (-1.25, "-1.25")] {
            assert_eq!(number(value, 4), written);
        }
        assert_eq!(number(100.0, 0), "100");
        assert_eq!(number(f64::NAN, 3), "0");
        assert_eq!(number(f64::INFINITY, 3), "1000000");
    }
}

//! Matrices and boxes in points, y up (ISO 32000-1, 8.3).

use lopdf::{Document, Object};

use crate::base::geometry::Turn;

/// `[a b c d e f]` (ISO 32000-1, 8.3.4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix(pub(super) [f64; 6]);

/// A box in points, y up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) bottom: f64,
    pub(super) right: f64,
    pub(super) top: f64,
}

/// Points by which boxes may miss one another: half a pixel at 36 dpi.
const SLACK: f64 = 1.0;

impl Matrix {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) fn of(document: &Document, object: &Object) -> Option<Self> {
        numbers::<6>(document, object.as_array().ok()?).map(Self)
    }

    /// This matrix first, then `next`.
    pub(super) fn then(self, next: Self) -> Self {
        let (Self([a, b, c, d, e, f]), Self([k, l, m, n, o, p])) = (self, next);
        Self([a * k + b * m, a * l + b * n, c * k + d * m, c * l + d * n, e * k + f * m + o, e * l + f * n + p])
    }

    pub(super) fn apply(self, (x, y): (f64, f64)) -> (f64, f64) {
        let Self([a, b, c, d, e, f]) = self;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// The point that is taken to this one; none where the matrix has no inverse.
    pub(super) fn unapplied(self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let Self([a, b, c, d, e, f]) = self;
        let (determinant, x, y) = (a * d - b * c, x - e, y - f);
        (determinant != 0.0).then(|| ((d * x - c * y) / determinant, (a * y - b * x) / determinant))
    }

    /// The box around the unit square's image.
    pub(super) fn bounds(self) -> Area {
        Area { left: 0.0, bottom: 0.0, right: 1.0, top: 1.0 }.mapped(self)
    }

    /// Whether boxes stay upright boxes.
    pub(super) fn keeps_boxes(self) -> bool {
        let Self([a, b, c, d, ..]) = self;
        let tiny = |small: f64, large: f64| small.abs() <= large.abs() * 0.003;
        (tiny(b, a) && tiny(c, d)) || (tiny(a, b) && tiny(d, c))
    }

    /// The clockwise quarter turn in which a unit square's picture is shown; none when slanted or mirrored.
    pub(super) fn quarter_turn(self) -> Option<Turn> {
        let Self([a, b, c, d, ..]) = self;
        if !self.keeps_boxes() || a * d - b * c <= 0.0 {
            return None;
        }
        Some(match (a.abs() > b.abs(), a > 0.0, b < 0.0) {
            (true, true, _) => Turn::None,
            (true, false, _) => Turn::Over,
            // The picture's rows run down the page.
            (false, _, true) => Turn::Right,
            (false, _, false) => Turn::Left,
        })
    }
}

impl Area {
    pub(super) fn of(document: &Document, object: &Object) -> Option<Self> {
        let [x1, y1, x2, y2] = numbers::<4>(document, object.as_array().ok()?)?;
        Some(Self { left: x1.min(x2), bottom: y1.min(y2), right: x1.max(x2), top: y1.max(y2) })
    }

    pub(super) fn size(self) -> f64 {
        (self.right - self.left) * (self.top - self.bottom)
    }

    pub(super) fn intersection(self, other: Self) -> Option<Self> {
        let both = Self {
            left: self.left.max(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.min(other.right),
            top: self.top.min(other.top),
        };
        (both.left < both.right && both.bottom < both.top).then_some(both)
    }

    pub(super) fn contains(self, other: Self) -> bool {
        self.left <= other.left + SLACK
            && self.bottom <= other.bottom + SLACK
            && self.right >= other.right - SLACK
            && self.top >= other.top - SLACK
    }

    pub(super) fn corners(self) -> [(f64, f64); 4] {
        [(self.left, self.bottom), (self.right, self.bottom), (self.right, self.top), (self.left, self.top)]
    }

    pub(super) fn around(points: &[(f64, f64)]) -> Self {
        let empty = Self { left: f64::MAX, bottom: f64::MAX, right: f64::MIN, top: f64::MIN };
        points.iter().fold(empty, |area, &(x, y)| Self {
            left: area.left.min(x),
            bottom: area.bottom.min(y),
            right: area.right.max(x),
            top: area.top.max(y),
        })
    }

    pub(super) fn mapped(self, matrix: Matrix) -> Self {
        Self::around(&self.corners().map(|corner| matrix.apply(corner)))
    }

    /// Lines have no width of their own here, so that a mark on the edge counts.
    pub(super) fn grown(self) -> Self {
        let Self { left, bottom, right, top } = self;
        Self { left: left - 0.1, bottom: bottom - 0.1, right: right + 0.1, top: top + 0.1 }
    }
}

/// The first numbers of an array.
pub(super) fn numbers<const N: usize>(document: &Document, array: &[Object]) -> Option<[f64; N]> {
    let mut values = [0.0; N];
    for (value, object) in values.iter_mut().zip(array.get(..N)?) {
        *value = document.dereference(object).ok()?.1.as_float().ok()?.into();
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarter_turns_are_told_from_matrices() {
        let turn = |values| Matrix(values).quarter_turn();
        assert_eq!(turn([595.0, 0.0, 0.0, 842.0, 0.0, 0.0]), Some(Turn::None));
        assert_eq!(turn([-595.0, 0.0, 0.0, -842.0, 595.0, 842.0]), Some(Turn::Over));
        // Rows run down the page: the picture is shown turned to the right.
        assert_eq!(turn([0.0, -842.0, 595.0, 0.0, 0.0, 842.0]), Some(Turn::Right));
        assert_eq!(turn([0.0, 842.0, -595.0, 0.0, 595.0, 0.0]), Some(Turn::Left));
        assert_eq!(turn([-595.0, 0.0, 0.0, 842.0, 595.0, 0.0]), None, "mirrored");
        assert_eq!(turn([500.0, 30.0, -30.0, 700.0, 0.0, 0.0]), None, "slanted");
    }

    #[test]
    fn matrices_follow_one_another() {
        let scale = Matrix([2.0, 0.0, 0.0, 3.0, 0.0, 0.0]);
        let shift = Matrix([1.0, 0.0, 0.0, 1.0, 10.0, 20.0]);
        assert_eq!(scale.then(shift).apply((1.0, 1.0)), (12.0, 23.0));
        assert_eq!(shift.then(scale).apply((1.0, 1.0)), (22.0, 63.0));
        let bounds = scale.then(shift).bounds();
        assert_eq!(bounds, Area { left: 10.0, bottom: 20.0, right: 12.0, top: 23.0 });
    }
}

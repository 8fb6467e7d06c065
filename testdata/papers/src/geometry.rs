//! Affine maps between millimeters on paper and pixels of a scan, and upright boxes.

use serde::{Deserialize, Serialize};

/// A map of the plane: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// x of the image of the x axis.
    pub a: f32,
    /// y of the image of the x axis.
    pub b: f32,
    /// x of the image of the y axis.
    pub c: f32,
    /// y of the image of the y axis.
    pub d: f32,
    /// x of the image of the origin.
    pub e: f32,
    /// y of the image of the origin.
    pub f: f32,
}

impl Affine {
    /// Millimeters of an upright sheet to pixels.
    #[must_use]
    pub fn upright(dpi: u32) -> Self {
        let scale = dpi as f32 / 25.4;
        Self { a: scale, b: 0.0, c: 0.0, d: scale, e: 0.0, f: 0.0 }
    }

    /// Millimeters of a sheet to pixels of its scan: rotated clockwise about its middle by `skew`
    /// degrees, then turned clockwise by so many quarters, within a frame of `size` pixels.
    #[must_use]
    pub fn scan(dpi: u32, sheet: (f32, f32), skew: f32, quarters: u32, size: (usize, usize)) -> Self {
        let scale = dpi as f32 / 25.4;
        let angle = skew.to_radians() + std::f32::consts::FRAC_PI_2 * quarters as f32;
        let (sin, cos) = angle.sin_cos();
        let (a, b) = (scale * cos, scale * sin);
        let (c, d) = (-b, a);
        let (x, y) = (sheet.0 / 2.0, sheet.1 / 2.0);
        let (middle_x, middle_y) = (size.0 as f32 / 2.0, size.1 as f32 / 2.0);
        Self { a, b, c, d, e: middle_x - a * x - c * y, f: middle_y - b * x - d * y }
    }

    /// Design units of a glyph (y up) to the plane of a text at a place, turned clockwise.
    #[must_use]
    pub fn glyph(at: (f32, f32), angle: f32, start: f32, scale: f32) -> Self {
        let (sin, cos) = angle.to_radians().sin_cos();
        Self {
            a: scale * cos,
            b: scale * sin,
            c: scale * sin,
            d: -scale * cos,
            e: at.0 + start * cos,
            f: at.1 + start * sin,
        }
    }

    /// First `inner`, then this.
    #[must_use]
    pub fn then_before(&self, inner: &Self) -> Self {
        let (e, f) = self.apply((inner.e, inner.f));
        Self {
            a: self.a * inner.a + self.c * inner.b,
            b: self.b * inner.a + self.d * inner.b,
            c: self.a * inner.c + self.c * inner.d,
            d: self.b * inner.c + self.d * inner.d,
            e,
            f,
        }
    }

    /// The image of a point.
    #[must_use]
    pub fn apply(&self, (x, y): (f32, f32)) -> (f32, f32) {
        (self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f)
    }

    /// The point whose image is given.
    #[must_use]
    pub fn invert(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let determinant = self.a * self.d - self.b * self.c;
        let (x, y) = (x - self.e, y - self.f);
        ((self.d * x - self.c * y) / determinant, (self.a * y - self.b * x) / determinant)
    }

    /// How much longer lengths become.
    #[must_use]
    pub fn stretch(&self) -> f32 {
        (self.a * self.d - self.b * self.c).abs().sqrt()
    }

    /// The upright box around the image of a box.
    #[must_use]
    pub fn frame(&self, frame: &Frame) -> Frame {
        let corners = [
            (frame.left, frame.top),
            (frame.right, frame.top),
            (frame.left, frame.bottom),
            (frame.right, frame.bottom),
        ];
        corners.iter().fold(Frame::NOTHING, |extent, corner| {
            let (x, y) = self.apply(*corner);
            extent.around(&Frame { left: x, top: y, right: x, bottom: y })
        })
    }
}

/// An upright box, as `[left, top, right, bottom]` in the truth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "[f32; 4]", from = "[f32; 4]")]
pub struct Frame {
    /// Left edge.
    pub left: f32,
    /// Top edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Bottom edge.
    pub bottom: f32,
}

impl Frame {
    /// The box around nothing.
    pub const NOTHING: Self =
        Self { left: f32::INFINITY, top: f32::INFINITY, right: f32::NEG_INFINITY, bottom: f32::NEG_INFINITY };

    /// The square about a middle, by half its side.
    #[must_use]
    pub fn about((x, y): (f32, f32), half: f32) -> Self {
        Self { left: x - half, top: y - half, right: x + half, bottom: y + half }
    }

    /// The box around both.
    #[must_use]
    pub fn around(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Rounded to tenths of a pixel, as the truth keeps it.
    #[must_use]
    pub fn rounded(&self) -> Self {
        let tenth = |value: f32| (value * 10.0).round() / 10.0;
        Self { left: tenth(self.left), top: tenth(self.top), right: tenth(self.right), bottom: tenth(self.bottom) }
    }
}

impl From<Frame> for [f32; 4] {
    fn from(frame: Frame) -> Self {
        [frame.left, frame.top, frame.right, frame.bottom]
    }
}

impl From<[f32; 4]> for Frame {
    fn from([left, top, right, bottom]: [f32; 4]) -> Self {
        Self { left, top, right, bottom }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_turn_clockwise_brings_the_top_to_the_right() {
        let map = Affine::scan(254, (210.0, 297.0), 0.0, 1, (2970, 2100));
        let (x, y) = map.apply((105.0, 0.0));
        assert!((x - 2970.0).abs() < 0.1 && (y - 1050.0).abs() < 0.1);
        let (x, y) = map.invert((x, y));
        assert!((x - 105.0).abs() < 0.01 && y.abs() < 0.01);
    }

    #[test]
    fn a_glyph_stands_on_its_baseline() {
        let map = Affine::glyph((10.0, 20.0), 0.0, 5.0, 0.01);
        let (x, y) = map.apply((100.0, 700.0));
        assert!((x - 16.0).abs() < 1e-4 && (y - 13.0).abs() < 1e-4);
    }
}

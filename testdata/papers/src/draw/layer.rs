//! Coverage of one ink, gathered before it is laid, so that strokes that cross do not darken twice.

use ab_glyph_rasterizer::Rasterizer;

use super::{Canvas, Place};
use crate::geometry::Frame;
use crate::random::Random;
use crate::sheet::Ink;

/// Coverage 0-255 over a rectangle of a canvas.
pub(super) struct Layer {
    pub(super) place: Place,
    coverage: Vec<u8>,
}

impl Layer {
    /// A layer around discs `(x, y, radius)`.
    pub(super) fn around<'a>(discs: impl Iterator<Item = &'a (f32, f32, f32)>, canvas: &Canvas) -> Self {
        let extent =
            discs.fold(Frame::NOTHING, |extent, (x, y, radius)| extent.around(&Frame::about((*x, *y), radius + 1.0)));
        Self::over(&extent, canvas)
    }

    /// A layer over a box, as far as the canvas holds it.
    pub(super) fn over(frame: &Frame, canvas: &Canvas) -> Self {
        let nothing = Place { left: 0, top: 0, width: 0, height: 0 };
        let place = Place::over(frame, canvas).unwrap_or(nothing);
        Self { place, coverage: vec![0; place.width * place.height] }
    }

    /// Raises the coverage of a pixel of the layer.
    pub(super) fn raise(&mut self, x: usize, y: usize, coverage: f32) {
        let at = y * self.place.width + x;
        let value = (coverage.clamp(0.0, 1.0) * 255.0) as u8;
        self.coverage[at] = self.coverage[at].max(value);
    }

    /// Takes over what was rasterized in a place of the same size.
    pub(super) fn take(&mut self, raster: &Rasterizer, place: &Place) {
        let (dx, dy) = (place.left - self.place.left, place.top - self.place.top);
        raster.for_each_pixel_2d(|x, y, coverage| {
            let (x, y) = (x as i32 + dx, y as i32 + dy);
            if x >= 0 && y >= 0 && (x as usize) < self.place.width && (y as usize) < self.place.height {
                self.raise(x as usize, y as usize, coverage);
            }
        });
    }

    /// Draws a curve of discs `(x, y, radius)`.
    pub(super) fn draw(&mut self, curve: &[(f32, f32, f32)]) {
        for pair in curve.windows(2) {
            let ((x0, y0, r0), (x1, y1, r1)) = (pair[0], pair[1]);
            let steps = ((x1 - x0).hypot(y1 - y0) / 0.5).ceil().max(1.0) as usize;
            for step in 0..steps {
                let t = step as f32 / steps as f32;
                self.disc(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t, r0 + (r1 - r0) * t);
            }
        }
    }

    fn disc(&mut self, x: f32, y: f32, radius: f32) {
        let (x, y) = (x - self.place.left as f32, y - self.place.top as f32);
        let reach = radius + 1.0;
        let columns = clip(x - reach, x + reach, self.place.width);
        for row in clip(y - reach, y + reach, self.place.height) {
            for column in columns.clone() {
                let distance = (column as f32 + 0.5 - x).hypot(row as f32 + 0.5 - y);
                self.raise(column, row, radius + 0.5 - distance);
            }
        }
    }

    /// Lays the layer on the canvas; with a seed, inked unevenly.
    pub(super) fn lay(&self, canvas: &mut Canvas, ink: Ink, opacity: f32, uneven: Option<u64>) {
        let texture = uneven.map(|seed| Texture::new(seed, self.place.width, self.place.height));
        for y in 0..self.place.height {
            for x in 0..self.place.width {
                let coverage = f32::from(self.coverage[y * self.place.width + x]) / 255.0;
                if coverage > 0.0 {
                    let inked = texture.as_ref().map_or(1.0, |texture| texture.at(x, y));
                    if let Some(at) = self.place.index(x, y, canvas) {
                        canvas.lay(at, ink, coverage * opacity * inked);
                    }
                }
            }
        }
    }
}

fn clip(from: f32, to: f32, limit: usize) -> std::ops::Range<usize> {
    (from.max(0.0) as usize)..(to.ceil().max(0.0) as usize).min(limit)
}

/// Smooth noise between grid points, about 0.5 to 1.1.
struct Texture {
    grid: Vec<f32>,
    columns: usize,
    cell: f32,
}

impl Texture {
    fn new(seed: u64, width: usize, height: usize) -> Self {
        let mut random = Random::new(seed);
        let cell = (width as f32 / 14.0).max(4.0);
        let (columns, rows) = ((width as f32 / cell) as usize + 3, (height as f32 / cell) as usize + 3);
        let grid = (0..columns * rows).map(|_| (0.9 + 0.16 * random.normal()).clamp(0.35, 1.1)).collect();
        Self { grid, columns, cell }
    }

    fn at(&self, x: usize, y: usize) -> f32 {
        let (x, y) = (x as f32 / self.cell, y as f32 / self.cell);
        let (column, row) = (x as usize, y as usize);
        let (u, v) = (x - column as f32, y - row as f32);
        let value = |c: usize, r: usize| self.grid[(row + r) * self.columns + column + c];
        let top = value(0, 0) * (1.0 - u) + value(1, 0) * u;
        let bottom = value(0, 1) * (1.0 - u) + value(1, 1) * u;
        top * (1.0 - v) + bottom * v
    }
}

//! Sheets become pixels: letters, rules, pens and seals drawn as coverage, through any affine map.

pub mod code128;
pub mod code39;
pub mod hand;
mod layer;
pub mod patch;
pub mod qr;
mod seal;

use ab_glyph::{Outline, OutlineCurve};
use ab_glyph_rasterizer::{Point, Rasterizer};

use crate::fonts::Family;
use crate::geometry::{Affine, Frame};
use crate::random::Random;
use crate::sheet::{Ink, Mark, Sheet, Style};
use layer::Layer;

/// Pixels in red, green and blue, rows from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canvas {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `3 * width * height` bytes.
    pub pixels: Vec<u8>,
}

impl Canvas {
    /// All of one color.
    #[must_use]
    pub fn filled(width: usize, height: usize, color: Ink) -> Self {
        let mut pixels = vec![color[0]; width * height * 3];
        if color[0] != color[1] || color[1] != color[2] {
            pixels.chunks_exact_mut(3).for_each(|pixel| pixel.copy_from_slice(&color));
        }
        Self { width, height, pixels }
    }

    /// Lays an ink over a pixel: what is under it shows through.
    pub fn lay(&mut self, at: usize, ink: Ink, coverage: f32) {
        let pixel = &mut self.pixels[at * 3..at * 3 + 3];
        for (value, ink) in pixel.iter_mut().zip(ink) {
            *value = (f32::from(*value) * (1.0 - coverage * (1.0 - f32::from(ink) / 255.0)) + 0.5) as u8;
        }
    }

    /// Covers a polygon given in pixels with a color that hides what is under it.
    pub fn paint(&mut self, points: &[(f32, f32)], color: Ink) {
        let extent = extent(points);
        let Some(mut raster) = Raster::over(&extent, self) else { return };
        raster.polygon(points);
        let place = raster.place;
        raster.raster.for_each_pixel_2d(|x, y, coverage| {
            if let (true, Some(at)) = (coverage > 0.002, place.index(x as usize, y as usize, self)) {
                for (value, color) in self.pixels[at * 3..at * 3 + 3].iter_mut().zip(color) {
                    let mixed = f32::from(*value) + (f32::from(color) - f32::from(*value)) * coverage.min(1.0);
                    *value = (mixed + 0.5) as u8;
                }
            }
        });
    }

    /// Fills a polygon given in pixels.
    pub fn fill(&mut self, points: &[(f32, f32)], ink: Ink) {
        let extent = extent(points);
        let Some(mut raster) = Raster::over(&extent, self) else { return };
        raster.polygon(points);
        raster.lay(self, ink);
    }
}

/// A pen for one sheet on one canvas.
pub struct Pen<'a> {
    canvas: &'a mut Canvas,
    family: &'a Family,
    map: Affine,
    raster: Rasterizer,
}

/// Draws all marks of a sheet.
pub fn sheet(canvas: &mut Canvas, sheet: &Sheet, family: &Family, map: &Affine) {
    let mut pen = Pen { canvas, family, map: *map, raster: Rasterizer::new(1, 1) };
    sheet.marks.iter().for_each(|mark| pen.mark(mark));
}

impl Pen<'_> {
    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Word { text, style, at, angle, .. } => self.word(text, *style, *at, *angle),
            Mark::Hand { text, at, height, ink, seed, .. } => {
                let strokes = hand::digits(text, *at, *height, &mut Random::new(*seed));
                self.strokes(&strokes, height * 0.075, *ink, 0.9);
            }
            Mark::Rule { from, to, width, ink } => self.rule(*from, *to, *width, *ink),
            Mark::Leader { from, length, pitch } => self.leader(*from, *length, *pitch),
            Mark::Squares { squares } => squares.iter().for_each(|square| self.square(square)),
            Mark::Waves { ink, seed } => self.waves(*ink, *seed),
            Mark::Seal(seal) => seal::draw(self.canvas, seal, self.family, &self.map),
            Mark::Signature { at, width, ink, seed } => {
                let strokes = hand::signature(*at, *width, &mut Random::new(*seed));
                self.strokes(&strokes, 0.42, *ink, 0.85);
            }
            Mark::Frame { place, width, ink, angle } => self.frame(place, *width, *ink, *angle),
        }
    }

    fn word(&mut self, text: &str, style: Style, at: (f32, f32), angle: f32) {
        let scale = self.family.scale(style.face, style.points);
        let family = self.family;
        for (start, outline) in family.outlines(text, style.face, style.points) {
            if let Some(outline) = outline {
                let map = self.map.then_before(&Affine::glyph(at, angle, start, scale));
                self.outline(&outline, &map, style.ink);
            }
        }
    }

    fn outline(&mut self, outline: &Outline, map: &Affine, ink: Ink) {
        let bounds = Frame {
            left: outline.bounds.min.x,
            top: outline.bounds.min.y.min(outline.bounds.max.y),
            right: outline.bounds.max.x,
            bottom: outline.bounds.max.y.max(outline.bounds.min.y),
        };
        let Some(place) = Place::over(&map.frame(&bounds), self.canvas) else { return };
        self.raster.reset(place.width, place.height);
        trace(&mut self.raster, outline, map, &place);
        place.lay(&self.raster, self.canvas, ink);
    }

    fn rule(&mut self, from: (f32, f32), to: (f32, f32), width: f32, ink: Ink) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1e-6);
        let (nx, ny) = (-dy / length * width / 2.0, dx / length * width / 2.0);
        let corners =
            [(from.0 + nx, from.1 + ny), (to.0 + nx, to.1 + ny), (to.0 - nx, to.1 - ny), (from.0 - nx, from.1 - ny)];
        self.polygon(&corners, ink);
    }

    fn polygon(&mut self, corners: &[(f32, f32)], ink: Ink) {
        let points: Vec<(f32, f32)> = corners.iter().map(|corner| self.map.apply(*corner)).collect();
        self.canvas.fill(&points, ink);
    }

    fn square(&mut self, &[left, top, width, height]: &[f32; 4]) {
        let (right, bottom) = (left + width, top + height);
        self.polygon(&[(left, top), (right, top), (right, bottom), (left, bottom)], crate::sheet::BLACK);
    }

    fn leader(&mut self, from: (f32, f32), length: f32, pitch: f32) {
        let radius = pitch * 0.2;
        for step in 0..(length / pitch) as usize {
            let (x, y) = (from.0 + pitch * (step as f32 + 0.5), from.1 - radius);
            let corners = std::array::from_fn::<_, 6, _>(|corner| {
                let (sin, cos) = (corner as f32 * std::f32::consts::FRAC_PI_3).sin_cos();
                (x + radius * cos, y + radius * sin)
            });
            self.polygon(&corners, [70, 70, 72]);
        }
    }

    fn frame(&mut self, &[left, top, width, height]: &[f32; 4], thickness: f32, ink: Ink, angle: f32) {
        let (sin, cos) = angle.to_radians().sin_cos();
        let corner = |x: f32, y: f32| (left + x * cos - y * sin, top + x * sin + y * cos);
        let corners = [corner(0.0, 0.0), corner(width, 0.0), corner(width, height), corner(0.0, height)];
        for side in 0..4 {
            self.rule(corners[side], corners[(side + 1) % 4], thickness, ink);
        }
    }

    fn waves(&mut self, ink: Ink, seed: u64) {
        let mut random = Random::new(seed);
        let (rise, length) = (random.real(2.5, 5.0), random.real(18.0, 34.0));
        let (rows, phase) = (74, random.real(0.0, 6.0));
        for row in 0..rows {
            let y = row as f32 * 4.0;
            let height = |x: f32| y + rise * (x / length * std::f32::consts::TAU + phase + row as f32 * 0.35).sin();
            for step in 0..105 {
                let x = step as f32 * 2.0;
                self.rule((x, height(x)), (x + 2.0, height(x + 2.0)), 0.14, ink);
            }
        }
    }

    fn strokes(&mut self, strokes: &[hand::Stroke], width: f32, ink: Ink, opacity: f32) {
        let scale = self.map.stretch();
        let curves: Vec<Vec<(f32, f32, f32)>> = strokes
            .iter()
            .map(|stroke| {
                let points = hand::smooth(stroke);
                let to_pixels = |(x, y, pressure): &(f32, f32, f32)| {
                    let (x, y) = self.map.apply((*x, *y));
                    (x, y, pressure * width * scale / 2.0)
                };
                points.iter().map(to_pixels).collect()
            })
            .collect();
        let mut layer = Layer::around(curves.iter().flatten(), self.canvas);
        for curve in &curves {
            layer.draw(curve);
        }
        layer.lay(self.canvas, ink, opacity, None);
    }
}

/// A rectangle of the canvas that something is rasterized in.
#[derive(Debug, Clone, Copy)]
struct Place {
    left: i32,
    top: i32,
    width: usize,
    height: usize,
}

impl Place {
    /// The pixels of a box and one around; none where the canvas does not hold any of it.
    fn over(frame: &Frame, canvas: &Canvas) -> Option<Self> {
        let (left, top) = (frame.left.floor() as i32 - 1, frame.top.floor() as i32 - 1);
        let (right, bottom) = (frame.right.ceil() as i32 + 1, frame.bottom.ceil() as i32 + 1);
        let seen = right > 0 && bottom > 0 && left < canvas.width as i32 && top < canvas.height as i32;
        let sound = right > left && bottom > top && frame.left.is_finite();
        (seen && sound).then(|| Self { left, top, width: (right - left) as usize, height: (bottom - top) as usize })
    }

    fn point(&self, (x, y): (f32, f32)) -> Point {
        ab_glyph_rasterizer::point(x - self.left as f32, y - self.top as f32)
    }

    /// Index in the canvas of a pixel of this place.
    fn index(&self, x: usize, y: usize, canvas: &Canvas) -> Option<usize> {
        let (x, y) = (self.left + x as i32, self.top + y as i32);
        let inside = x >= 0 && y >= 0 && x < canvas.width as i32 && y < canvas.height as i32;
        inside.then(|| y as usize * canvas.width + x as usize)
    }

    fn lay(&self, raster: &Rasterizer, canvas: &mut Canvas, ink: Ink) {
        raster.for_each_pixel_2d(|x, y, coverage| {
            if let (true, Some(at)) = (coverage > 0.004, self.index(x as usize, y as usize, canvas)) {
                canvas.lay(at, ink, coverage.min(1.0));
            }
        });
    }
}

/// A rasterizer with its place.
struct Raster {
    raster: Rasterizer,
    place: Place,
}

impl Raster {
    fn over(frame: &Frame, canvas: &Canvas) -> Option<Self> {
        let place = Place::over(frame, canvas)?;
        Some(Self { raster: Rasterizer::new(place.width, place.height), place })
    }

    fn polygon(&mut self, points: &[(f32, f32)]) {
        for (at, point) in points.iter().enumerate() {
            let next = points[(at + 1) % points.len()];
            self.raster.draw_line(self.place.point(*point), self.place.point(next));
        }
    }

    fn lay(&self, canvas: &mut Canvas, ink: Ink) {
        self.place.lay(&self.raster, canvas, ink);
    }
}

fn trace(raster: &mut Rasterizer, outline: &Outline, map: &Affine, place: &Place) {
    let point = |p: ab_glyph::Point| place.point(map.apply((p.x, p.y)));
    for curve in &outline.curves {
        match *curve {
            OutlineCurve::Line(from, to) => raster.draw_line(point(from), point(to)),
            OutlineCurve::Quad(from, over, to) => raster.draw_quad(point(from), point(over), point(to)),
            OutlineCurve::Cubic(from, over, under, to) => {
                raster.draw_cubic(point(from), point(over), point(under), point(to));
            }
        }
    }
}

fn extent(points: &[(f32, f32)]) -> Frame {
    points
        .iter()
        .fold(Frame::NOTHING, |extent, (x, y)| extent.around(&Frame { left: *x, top: *y, right: *x, bottom: *y }))
}

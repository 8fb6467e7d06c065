//! Faults of the paper and of the glass: the back side, holes, creases, specks, black edges.

use super::{Color, Picture, tone};
use crate::draw::{self, Canvas};
use crate::fonts::Family;
use crate::geometry::Affine;
use crate::random::Random;
use crate::sheet::{A4, Mark, Sheet};

/// The back side, mirrored and blurred by the paper.
pub(super) fn show_through(canvas: &mut Canvas, back: &Sheet, family: &Family, map: &Affine, opacity: f32) {
    let mirror = Affine { a: -1.0, b: 0.0, c: 0.0, d: 1.0, e: A4.0, f: 0.0 };
    let mut behind = Canvas::filled(canvas.width, canvas.height, [255, 255, 255]);
    draw::sheet(&mut behind, back, family, &map.then_before(&mirror));
    let mut picture = tone::in_color(behind, Color::Gray);
    tone::blur(&mut picture, map.stretch() * 0.13);
    let factor = |value: u8| 256 - ((255 - u32::from(value)) as f32 * opacity * 256.0 / 255.0) as u32;
    for (pixel, value) in canvas.pixels.chunks_exact_mut(3).zip(&picture.pixels) {
        if *value < 255 {
            let factor = factor(*value);
            for value in pixel {
                *value = ((u32::from(*value) * factor) >> 8) as u8;
            }
        }
    }
}

/// Holes 80 mm apart, 12 mm from the left edge, as ISO 838 has them.
pub(super) fn holes(canvas: &mut Canvas, count: u32, map: &Affine) {
    for hole in 0..count {
        let y = A4.1 / 2.0 + (hole as f32 - (count as f32 - 1.0) / 2.0) * 80.0;
        for (radius, ink) in [(3.15, [150, 150, 152]), (2.95, [38, 38, 40])] {
            let disc: Vec<(f32, f32)> = (0..40)
                .map(|corner| {
                    let (sin, cos) = (corner as f32 * std::f32::consts::TAU / 40.0).sin_cos();
                    map.apply((12.0 + radius * cos, y + radius * sin))
                })
                .collect();
            canvas.paint(&disc, ink);
        }
    }
}

/// A crease: a dark line with a soft shadow below and a bright lip above.
pub(super) fn fold(canvas: &mut Canvas, at: f32, map: &Affine) {
    let y = at * A4.1;
    let mut crease = Sheet::default();
    for (off, width, gray) in [(0.0, 0.18, 176), (0.25, 0.5, 222), (0.9, 1.4, 236), (2.4, 3.4, 246)] {
        let (from, to) = ((0.0, y + off), (A4.0, y + off + 0.3));
        crease.marks.push(Mark::Rule { from, to, width, ink: [gray, gray, gray] });
    }
    for mark in &crease.marks {
        if let Mark::Rule { from, to, width, ink } = mark {
            let corners = [(from.0, from.1), (to.0, to.1), (to.0, to.1 + width), (from.0, from.1 + width)];
            canvas.fill(&corners.map(|corner| map.apply(corner)), *ink);
        }
    }
}

/// Dust on the glass: mostly dark, some light.
pub(super) fn specks(picture: &mut Picture, count: u32, dpi: u32, random: &mut Random) {
    let pixel = 25.4 / dpi as f32;
    for _ in 0..count {
        let (x, y) = (random.real(0.0, picture.width as f32), random.real(0.0, picture.height as f32));
        let radius = random.real(0.04, 0.22) * random.unit().max(0.3) / pixel;
        let value = if random.chance(0.85) { random.between(10, 90) } else { random.between(235, 255) } as u8;
        speck(picture, (x, y), radius.max(0.6), value);
    }
}

fn speck(picture: &mut Picture, (x, y): (f32, f32), radius: f32, value: u8) {
    let channels = picture.channels();
    let reach = radius.ceil() as i32;
    for row in (y as i32 - reach).max(0)..=(y as i32 + reach).min(picture.height as i32 - 1) {
        for column in (x as i32 - reach).max(0)..=(x as i32 + reach).min(picture.width as i32 - 1) {
            if (column as f32 - x).hypot(row as f32 - y) <= radius {
                let at = (row as usize * picture.width + column as usize) * channels;
                picture.pixels[at..at + channels].fill(value);
            }
        }
    }
}

/// Black where the paper ends and the lid does not close, its edge uneven.
pub(super) fn border(picture: &mut Picture, widths: [f32; 4], dpi: u32, random: &mut Random) {
    if widths.iter().all(|width| *width <= 0.0) {
        return;
    }
    let channels = picture.channels();
    let (width, height) = (picture.width, picture.height);
    let mut edges: Vec<Edge> = Vec::new();
    for side in widths {
        edges.push(Edge {
            pixels: side * dpi as f32 / 25.4,
            lean: random.real(-0.004, 0.004),
            shake: random.fork("edge"),
        });
    }
    let shade = random.between(6, 34) as u8;
    let [left, top, right, bottom] =
        [0, 1, 2, 3].map(|side| edges[side].lengths(if side % 2 == 0 { height } else { width }));
    for y in 0..height {
        for x in 0..width {
            let (from_right, from_bottom) = (width - 1 - x, height - 1 - y);
            if x < left[y] || from_right < right[y] || y < top[x] || from_bottom < bottom[x] {
                let at = (y * width + x) * channels;
                picture.pixels[at..at + channels].fill(shade);
            }
        }
    }
}

struct Edge {
    pixels: f32,
    lean: f32,
    shake: Random,
}

impl Edge {
    /// How far in from its side the black reaches, along the side.
    fn lengths(&mut self, count: usize) -> Vec<usize> {
        let mut drift = 0.0;
        let mut lengths = Vec::with_capacity(count);
        for at in 0..count {
            drift = (drift + self.shake.real(-0.5, 0.5)).clamp(-3.0, 3.0);
            let reach = self.pixels + self.lean * at as f32 + drift;
            lengths.push(if self.pixels > 0.0 { reach.max(0.0) as usize } else { 0 });
        }
        lengths
    }
}

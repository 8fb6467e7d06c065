//! The round seal: two rings, text between them, and a star or the emblem of state bodies.

use ab_glyph_rasterizer::Rasterizer;

use super::layer::Layer;
use super::{Canvas, Place, extent, trace};
use crate::fonts::{Face, Family};
use crate::geometry::{Affine, Frame};
use crate::sheet::{RED, Seal};

/// Draws a seal over what is there.
pub(super) fn draw(canvas: &mut Canvas, seal: &Seal, family: &Family, map: &Affine) {
    let frame = map.frame(&Frame::about(seal.at, seal.diameter / 2.0 + 0.5));
    let mut drawing = Drawing { layer: Layer::over(&frame, canvas), seal, family, map: *map };
    drawing.rings();
    let radius = seal.diameter / 2.0;
    drawing.text(&seal.upper, radius * 0.81, true);
    drawing.text(&seal.lower, radius * 0.81, false);
    for side in [-1.0, 1.0] {
        let (x, y) = drawing.polar(radius * 0.81, side * 90.0 + 4.0 * side);
        drawing.star((x, y), radius * 0.07);
    }
    drawing.middle(radius);
    drawing.layer.lay(canvas, RED, seal.opacity, Some(seal.seed));
}

struct Drawing<'a> {
    layer: Layer,
    seal: &'a Seal,
    family: &'a Family,
    map: Affine,
}

impl Drawing<'_> {
    /// Rings as `(radius, thickness)` in parts of the seal's radius.
    fn rings(&mut self) {
        let radius = self.seal.diameter / 2.0;
        let inner = if self.seal.emblem { 0.47 } else { 0.5 };
        let rings = [(0.985, 0.045), (0.925, 0.018), (0.66, 0.018), (inner, 0.0)];
        let stretch = self.map.stretch();
        let place = self.layer.place;
        let (x, y) = self.map.apply(self.seal.at);
        let (x, y) = (x - place.left as f32, y - place.top as f32);
        for row in 0..place.height {
            for column in 0..place.width {
                let distance = (column as f32 + 0.5 - x).hypot(row as f32 + 0.5 - y) / stretch;
                for (at, thickness) in rings {
                    let off = (distance - at * radius).abs();
                    let coverage = (thickness * radius / 2.0 - off) * stretch + 0.5;
                    if thickness > 0.0 && coverage > 0.0 {
                        self.layer.raise(column, row, coverage);
                    }
                }
            }
        }
    }

    /// A point of the sheet by radius and clockwise degrees from the top of the seal.
    fn polar(&self, radius: f32, degrees: f32) -> (f32, f32) {
        let (sin, cos) = (degrees + self.seal.angle).to_radians().sin_cos();
        (self.seal.at.0 + radius * sin, self.seal.at.1 - radius * cos)
    }

    /// Text along the ring: over the top clockwise, or under the bottom the other way.
    fn text(&mut self, text: &str, middle: f32, over: bool) {
        let radius = self.seal.diameter / 2.0;
        let mut points = radius * 0.155 / 0.7 / crate::fonts::MILLIMETERS_PER_POINT;
        let room = middle * std::f32::consts::PI * 0.86;
        let width = self.family.width(text, Face::Bold, points);
        points *= (room / width).min(1.0);
        let spacing = if over { 1.0 } else { 1.04 };
        let width = self.family.width(text, Face::Bold, points) * spacing;
        let cap = points * crate::fonts::MILLIMETERS_PER_POINT * 0.66;
        let baseline = if over { middle - cap / 2.0 } else { middle + cap / 2.0 };
        let scale = self.family.scale(Face::Bold, points);
        let family = self.family;
        for (start, outline) in family.outlines(text, Face::Bold, points) {
            let Some(outline) = outline else { continue };
            let half = f32::midpoint(outline.bounds.max.x, outline.bounds.min.x) * scale;
            let along = ((start * spacing + half - width / 2.0) / middle).to_degrees();
            let degrees = if over { along } else { 180.0 - along };
            let angle = self.seal.angle + if over { along } else { -along };
            let (x, y) = self.polar(baseline, degrees);
            let (sin, cos) = angle.to_radians().sin_cos();
            let at = (x - half * cos, y - half * sin);
            self.outline(&outline, &Affine::glyph(at, angle, 0.0, scale));
        }
    }

    fn outline(&mut self, outline: &ab_glyph::Outline, glyph: &Affine) {
        let map = self.map.then_before(glyph);
        let bounds = Frame {
            left: outline.bounds.min.x,
            top: outline.bounds.min.y.min(outline.bounds.max.y),
            right: outline.bounds.max.x,
            bottom: outline.bounds.max.y.max(outline.bounds.min.y),
        };
        let frame = map.frame(&bounds);
        let place = Place {
            left: frame.left.floor() as i32 - 1,
            top: frame.top.floor() as i32 - 1,
            width: (frame.right - frame.left).ceil() as usize + 3,
            height: (frame.bottom - frame.top).ceil() as usize + 3,
        };
        let mut raster = Rasterizer::new(place.width, place.height);
        trace(&mut raster, outline, &map, &place);
        self.layer.take(&raster, &place);
    }

    fn star(&mut self, at: (f32, f32), radius: f32) {
        let corners: Vec<(f32, f32)> = (0..10)
            .map(|corner| {
                let reach = if corner % 2 == 0 { radius } else { radius * 0.42 };
                let (sin, cos) = (corner as f32 * 36.0 + self.seal.angle).to_radians().sin_cos();
                (at.0 + reach * sin, at.1 - reach * cos)
            })
            .collect();
        self.polygon(&corners);
    }

    fn polygon(&mut self, corners: &[(f32, f32)]) {
        let points: Vec<(f32, f32)> = corners.iter().map(|corner| self.map.apply(*corner)).collect();
        let frame = extent(&points);
        let place = Place {
            left: frame.left.floor() as i32 - 1,
            top: frame.top.floor() as i32 - 1,
            width: (frame.right - frame.left).ceil() as usize + 3,
            height: (frame.bottom - frame.top).ceil() as usize + 3,
        };
        let mut raster = Rasterizer::new(place.width, place.height);
        for (at, point) in points.iter().enumerate() {
            raster.draw_line(place.point(*point), place.point(points[(at + 1) % points.len()]));
        }
        self.layer.take(&raster, &place);
    }

    fn middle(&mut self, radius: f32) {
        if !self.seal.emblem {
            self.star(self.seal.at, radius * 0.42);
            return;
        }
        // Star above a half cog wheel within two sheaves: near enough to the emblem at seal size.
        let (x, y) = self.polar(radius * 0.16, 0.0);
        self.star((x, y), radius * 0.2);
        for tooth in 0..9 {
            let degrees = 180.0 + (tooth as f32 - 4.0) * 17.0;
            let corners = [
                self.polar(radius * 0.2, degrees - 5.0),
                self.polar(radius * 0.34, degrees - 4.0),
                self.polar(radius * 0.34, degrees + 4.0),
                self.polar(radius * 0.2, degrees + 5.0),
            ];
            self.polygon(&corners);
        }
        for side in [-1.0, 1.0] {
            for ear in 0..10 {
                let degrees = side * (28.0 + ear as f32 * 14.0);
                let corners = [
                    self.polar(radius * 0.44, degrees),
                    self.polar(radius * 0.56, degrees + side * 3.0),
                    self.polar(radius * 0.6, degrees + side * 9.0),
                    self.polar(radius * 0.5, degrees + side * 8.0),
                ];
                self.polygon(&corners);
            }
        }
    }
}

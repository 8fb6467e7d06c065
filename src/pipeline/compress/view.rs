//! What is seen where on a page's picture: as recognition sees it, colored ink over print dropped.

use crate::base::geometry::{Rect, Size};
use crate::base::units::Dpi;
use crate::ocr::text::Line;
use crate::preprocess::{self, Correction, Mark, Page};
use crate::raster::filter;
use crate::raster::layers::{self, Window};
use crate::raster::pixels::{Gray, Picture};

/// Inches around marks and their lines: as much paper as ink is told by, and more than the least of
/// [`preprocess::without_marks`].
const AROUND_MARKS: f32 = 0.75;

/// Where a page's pixels lie in its picture.
#[derive(Clone, Copy)]
pub(super) struct Place {
    correction: Correction,
    picture: Size,
    dpi: Dpi,
}

impl Place {
    pub(super) fn of(page: &Page) -> Self {
        Self { correction: page.correction, picture: page.scan.size(), dpi: page.dpi() }
    }

    pub(super) fn in_picture(&self, place: Rect) -> Rect {
        self.correction.box_in_picture(place, self.picture)
    }

    /// The pixels of the picture in a box of the page and `rim` pixels around.
    pub(super) fn window(&self, place: Rect, rim: f32) -> Window {
        Window::around(self.in_picture(place).grown(rim), self.picture)
    }

    /// The pixels of the picture that hold these lines and the marks that they meet.
    pub(super) fn around_marks(&self, marks: &[Mark], lines: &[&Line]) -> Option<Window> {
        let met = marks.iter().filter(|mark| lines.iter().any(|line| line.bbox.intersection(&mark.place).is_some()));
        let places = lines.iter().map(|line| line.bbox).chain(met.map(|mark| mark.place));
        let around = places.reduce(|around, place| around.union(&place))?;
        Some(self.window(around, AROUND_MARKS * self.dpi.value()))
    }
}

/// A picture, as it came or as its layers show it.
pub(super) struct View<'a> {
    look: Box<dyn Fn(&Window) -> Picture + 'a>,
    /// What is around marks, freed of them.
    marked: Option<(Window, Picture)>,
    place: Place,
}

impl<'a> View<'a> {
    pub(super) fn new(look: impl Fn(&Window) -> Picture + 'a, marked: Option<&Window>, place: Place) -> Self {
        let freed = |window: &Window| Picture::Gray(preprocess::without_marks(&look(window), place.dpi));
        let marked = marked.map(|window| (window.clone(), freed(window)));
        Self { look: Box::new(look), marked, place }
    }

    pub(super) fn gray(&self, window: &Window) -> Gray {
        let freed = self.marked.as_ref().filter(|(around, _)| around.holds(window));
        freed
            .map_or_else(|| (self.look)(window), |(around, gray)| layers::cut(gray, &window.within(around)))
            .into_gray()
    }

    /// Boxes of the page one under the other, upright and straight.
    pub(super) fn strip(&self, boxes: &[Rect]) -> Gray {
        let parts: Vec<Gray> = boxes.iter().map(|place| self.upright(*place)).collect();
        let width = parts.iter().map(|part| part.size.width).max().unwrap_or_default();
        let mut pixels = Vec::new();
        for part in &parts {
            let paper = filter::percentile(&filter::histogram(&part.pixels), 0.8);
            let gap = (part.size.height / 2 * width) as usize;
            pixels.resize(pixels.len() + gap, paper);
            for row in part.pixels.chunks_exact(part.size.width.max(1) as usize) {
                pixels.extend_from_slice(row);
                pixels.resize(pixels.len() + (width - part.size.width) as usize, paper);
            }
            pixels.resize(pixels.len() + gap, paper);
        }
        let height = pixels.len().checked_div(width as usize).unwrap_or_default() as u32;
        Gray { size: Size { width, height }, pixels }
    }

    /// A box of the page, with a rim of a third of its height, out of the turned and skewed picture.
    fn upright(&self, place: Rect) -> Gray {
        let Place { correction, picture, .. } = self.place;
        let target = Window::around(place.grown(place.height() / 3.0), correction.page_size(picture));
        let [left, right] = [target.columns.start as f32, target.columns.end as f32];
        let [top, bottom] = [target.rows.start as f32, target.rows.end as f32];
        let source = self.place.window(Rect::new(left, top, right, bottom), 0.0);
        let seen = self.gray(&source);
        let [a, b, c, d, e, f] = correction.picture_from_page(picture);
        let (offset_x, offset_y) = (source.columns.start as f64, source.rows.start as f64);
        let mut pixels = Vec::with_capacity(target.columns.len() * target.rows.len());
        for y in target.rows.clone() {
            for x in target.columns.clone() {
                let (x, y) = (x as f64 + 0.5, y as f64 + 0.5);
                pixels.push(sample(&seen, a * x + c * y + e - offset_x, b * x + d * y + f - offset_y));
            }
        }
        Gray { size: target.size(), pixels }
    }
}

/// The value at a point, between the four pixels around it by straight lines; the edge's beyond the edge.
fn sample(picture: &Gray, x: f64, y: f64) -> u8 {
    let Size { width, height } = picture.size;
    if width == 0 || height == 0 {
        return u8::MAX;
    }
    let split = |at: f64, most: u32| {
        let at = (at - 0.5).clamp(0.0, f64::from(most - 1));
        (at as usize, (at as usize + 1).min(most as usize - 1), at.fract())
    };
    let ((left, right, across), (above, below, down)) = (split(x, width), split(y, height));
    let value = |x: usize, y: usize| f64::from(picture.pixels[y * width as usize + x]);
    let mix = |a: f64, b: f64, part: f64| a + (b - a) * part;
    let (upper, lower) =
        (mix(value(left, above), value(right, above), across), mix(value(left, below), value(right, below), across));
    mix(upper, lower, down).round() as u8
}

//! Parts of a page: what was painted over, and where something else than text stands.

use crate::base::geometry::{Rect, Size};

/// Side of a cell in pixels: 0.7 mm at 300 dpi, a third of a small letter's height.
const CELL: f32 = 8.0;

/// Paintings over the page that are followed. More are no page of an office.
const MOST_COVERS: u32 = 20_000;

/// What covers what: of each cell, the last painting that covers all of it.
pub(super) struct Covers {
    columns: usize,
    rows: usize,
    last: Vec<u32>,
    count: u32,
}

impl Covers {
    pub(super) fn new(size: Size) -> Self {
        let cells = |side: u32| (side as f32 / CELL).ceil() as usize;
        let (columns, rows) = (cells(size.width), cells(size.height));
        Self { columns, rows, last: vec![0; columns * rows], count: 0 }
    }

    /// How many coverings there were so far.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    pub(super) fn is_full(&self) -> bool {
        self.count >= MOST_COVERS
    }

    /// Covers a box; its edges' cells are left, for they may show.
    pub(super) fn cover(&mut self, place: Rect) {
        if self.is_full() {
            return;
        }
        self.count += 1;
        let inner = |low: f32, high: f32, most: usize| {
            let low = ((low / CELL).ceil().max(0.0) as usize).min(most);
            low..((high / CELL).floor().max(0.0) as usize).min(most).max(low)
        };
        let columns = inner(place.left, place.right, self.columns);
        for row in inner(place.top, place.bottom, self.rows) {
            self.last[row * self.columns..][columns.clone()].fill(self.count);
        }
    }

    /// Whether a place was covered after `earlier` coverings.
    pub(super) fn is_covered(&self, (x, y): (f32, f32), earlier: u32) -> bool {
        let cell = |at: f32, most: usize| (at >= 0.0).then_some((at / CELL) as usize).filter(|&cell| cell < most);
        let place = cell(x, self.columns).zip(cell(y, self.rows));
        place.is_some_and(|(column, row)| self.last[row * self.columns + column] > earlier)
    }
}

/// Boxes that are kept one by one; where there are more, only the box around all is known.
const MOST_BOXES: usize = 4_000;

/// A set of boxes within bounds.
#[derive(Default)]
pub(super) struct Areas(Vec<Rect>);

impl Areas {
    pub(super) fn add(&mut self, place: Rect) {
        if self.0.len() >= MOST_BOXES {
            let all = self.0.drain(..).reduce(|all, one| all.union(&one));
            self.0.extend(all);
        }
        self.0.push(place);
    }

    /// The boxes, those that touch made one: a picture in strips, a word of drawn letters.
    pub(super) fn merged(self) -> Vec<Rect> {
        let mut boxes = self.0;
        boxes.sort_by(|a, b| a.top.total_cmp(&b.top));
        let mut merged: Vec<Rect> = Vec::new();
        for place in boxes {
            match merged.iter().rposition(|other| touches(other, &place)) {
                Some(at) => merged[at] = merged[at].union(&place),
                None => merged.push(place),
            }
        }
        merged
    }
}

/// Boxes nearer than a cell are one.
fn touches(one: &Rect, other: &Rect) -> bool {
    one.grown(CELL).intersection(other).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_came_before_is_covered() {
        let mut covers = Covers::new(Size { width: 800, height: 800 });
        covers.cover(Rect::new(0.0, 0.0, 400.0, 800.0));
        assert!(covers.is_covered((100.0, 100.0), 0));
        assert!(!covers.is_covered((100.0, 100.0), 1), "painted after it");
        assert!(!covers.is_covered((500.0, 100.0), 0), "beside it");
        assert!(!covers.is_covered((-5.0, 9e9), 0));
    }

    #[test]
    fn many_boxes_become_one() {
        let mut areas = Areas::default();
        for at in 0..MOST_BOXES as u16 + 9 {
            areas.add(Rect::new(f32::from(at) * 20.0, 0.0, f32::from(at) * 20.0 + 5.0, 5.0));
        }
        assert!(areas.0.len() <= MOST_BOXES);
        let mut strips = Areas::default();
        strips.add(Rect::new(0.0, 100.0, 500.0, 200.0));
        strips.add(Rect::new(0.0, 0.0, 500.0, 100.0));
        assert_eq!(strips.merged(), [Rect::new(0.0, 0.0, 500.0, 200.0)]);
    }
}

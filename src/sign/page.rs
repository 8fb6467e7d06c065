//! The first page as a reader shows it.

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::pdf::incremental::Error;

/// A page: its box in its own coordinates, and how it is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Page {
    pub(super) id: ObjectId,
    /// Left, bottom, right, top of what is shown, in its own units.
    bounds: [f32; 4],
    /// Clockwise quarter turns, 0 to 3.
    turns: u8,
    /// Points per unit (`UserUnit`).
    unit: f32,
}

/// Parents are followed so far.
const DEEPEST_TREE: usize = 64;

impl Page {
    /// The first page of a document.
    pub(super) fn first(document: &Document) -> Result<Self, Error> {
        let missing = Error::Missing { what: "first page" };
        let Some(id) = document.page_iter().next() else { return Err(missing) };
        let Ok(dictionary) = document.get_dictionary(id) else { return Err(missing) };
        let media = bounds(document, dictionary, b"MediaBox").ok_or(missing)?;
        let crop = bounds(document, dictionary, b"CropBox").and_then(|crop| intersection(media, crop));
        let turns = inherited(document, dictionary, b"Rotate").and_then(|turn| turn.as_i64().ok()).unwrap_or(0);
        let unit = dictionary.get(b"UserUnit").and_then(Object::as_float).unwrap_or(1.0);
        Ok(Self {
            id,
            bounds: crop.unwrap_or(media),
            turns: turns.div_euclid(90).rem_euclid(4) as u8,
            unit: if unit.is_finite() && unit > 0.0 { unit } else { 1.0 },
        })
    }

    /// Width and height as shown, in points.
    pub(super) fn shown_size(&self) -> [f32; 2] {
        let [left, bottom, right, top] = self.bounds;
        let size = [(right - left) * self.unit, (top - bottom) * self.unit];
        if self.turns.is_multiple_of(2) { size } else { [size[1], size[0]] }
    }

    /// `Rect` of a box given as shown: left, bottom, right, top in points from the bottom left corner.
    pub(super) fn rect(&self, shown: [f32; 4]) -> [f32; 4] {
        let [left, bottom, right, top] = shown.map(|length| length / self.unit);
        let [x, y, far_x, far_y] = self.bounds;
        match self.turns {
            0 => [x + left, y + bottom, x + right, y + top],
            1 => [far_x - top, y + left, far_x - bottom, y + right],
            2 => [far_x - right, far_y - top, far_x - left, far_y - bottom],
            _ => [x + bottom, far_y - right, x + top, far_y - left],
        }
    }

    /// `Matrix` of a form so that it is upright as shown.
    pub(super) fn matrix(&self) -> [i64; 6] {
        match self.turns {
            0 => [1, 0, 0, 1, 0, 0],
            1 => [0, 1, -1, 0, 0, 0],
            2 => [-1, 0, 0, -1, 0, 0],
            _ => [0, -1, 1, 0, 0, 0],
        }
    }
}

/// A value of a page or of the nearest node above it that has one (ISO 32000-1, 7.7.3.4).
fn inherited<'a>(document: &'a Document, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut node = page;
    for _ in 0..DEEPEST_TREE {
        if let Ok(value) = node.get_deref(key, document) {
            return Some(value);
        }
        node = node.get_deref(b"Parent", document).and_then(Object::as_dict).ok()?;
    }
    None
}

fn bounds(document: &Document, page: &Dictionary, key: &[u8]) -> Option<[f32; 4]> {
    let numbers = inherited(document, page, key)?.as_array().ok()?;
    let number = |object: &Object| document.dereference(object).ok()?.1.as_float().ok().filter(|n| n.is_finite());
    let [a, b, c, d] = <[f32; 4]>::try_from(numbers.iter().filter_map(number).collect::<Vec<_>>()).ok()?;
    let ordered = [a.min(c), b.min(d), a.max(c), b.max(d)];
    (ordered[0] < ordered[2] && ordered[1] < ordered[3]).then_some(ordered)
}

fn intersection(a: [f32; 4], b: [f32; 4]) -> Option<[f32; 4]> {
    let both = [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])];
    (both[0] < both[2] && both[1] < both[3]).then_some(both)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these lengths are whole numbers")]
mod tests {
    use super::*;
    use crate::pdf::incremental::testing::{XrefKind, a_pdf_with};

    fn page(change: impl FnOnce(&mut Dictionary)) -> Page {
        let bytes = a_pdf_with(XrefKind::Table, [600.0, 800.0], |_, page| change(page));
        Page::first(&Document::load_mem(&bytes).expect("readable")).expect("a page")
    }

    #[test]
    fn a_turned_page_is_seen_as_shown() {
        let shown = [500.0, 780.0, 590.0, 795.0];
        assert_eq!(page(|_| ()).rect(shown), shown);
        for (turn, rect) in
            [(90, [5.0, 700.0, 20.0, 790.0]), (180, [10.0, 5.0, 100.0, 20.0]), (-90, [580.0, 10.0, 595.0, 100.0])]
        {
            let page = page(|page| page.set("Rotate", turn));
            let [width, height] = page.shown_size();
            let top_right = [width - 100.0, height - 20.0, width - 10.0, height - 5.0];
            assert_eq!(page.rect(top_right), rect, "turned by {turn}");
        }
    }

    #[test]
    fn what_is_cropped_away_is_not_shown() {
        let crop = |page: &mut Dictionary| {
            page.set("CropBox", vec![Object::Integer(100), 100.into(), 400.into(), Object::Integer(2000)]);
        };
        let page = page(crop);
        assert_eq!(page.shown_size(), [300.0, 700.0]);
        assert_eq!(page.rect([0.0, 0.0, 10.0, 10.0]), [100.0, 100.0, 110.0, 110.0]);
    }
}

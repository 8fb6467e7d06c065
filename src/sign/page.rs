//! Pages as a reader shows them.

use lopdf::{Dictionary, ObjectId};

use crate::pdf::file::{Error, File};

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

impl Page {
    /// The first page of a file.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is none, or none with a size.
    pub(super) fn first(file: &File<'_>) -> Result<Self, Error> {
        Self::of(file, file.first_page()?)
    }

    /// A page of a file.
    ///
    /// # Errors
    /// [`Error::Missing`] where it has no size.
    pub(super) fn of(file: &File<'_>, id: ObjectId) -> Result<Self, Error> {
        let dictionary = file.dictionary(id, "page")?;
        let media = bounds(file, &dictionary, b"MediaBox")?.ok_or(Error::Missing { what: "size of a page" })?;
        let crop = bounds(file, &dictionary, b"CropBox")?.and_then(|crop| intersection(media, crop));
        let turns = file.inherited(&dictionary, b"Rotate")?.as_i64().unwrap_or(0);
        let unit = file.value(&dictionary, b"UserUnit")?.as_float().unwrap_or(1.0);
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

    /// What [`Self::rect`] does, undone: a box of the page as shown.
    pub(super) fn shown(&self, rect: [f32; 4]) -> [f32; 4] {
        let [x, y, far_x, far_y] = self.bounds;
        let [left, bottom, right, top] = rect;
        let shown = match self.turns {
            0 => [left - x, bottom - y, right - x, top - y],
            1 => [bottom - y, far_x - right, top - y, far_x - left],
            2 => [far_x - right, far_y - top, far_x - left, far_y - bottom],
            _ => [far_y - top, left - x, far_y - bottom, right - x],
        };
        shown.map(|length| length * self.unit)
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

fn bounds(file: &File<'_>, page: &Dictionary, key: &[u8]) -> Result<Option<[f32; 4]>, Error> {
    let mut numbers = Vec::new();
    for number in file.inherited(page, key)?.as_array().into_iter().flatten() {
        numbers.extend(file.resolved(number)?.as_float().ok().filter(|number| number.is_finite()));
    }
    let Ok([a, b, c, d]) = <[f32; 4]>::try_from(numbers) else { return Ok(None) };
    let ordered = [a.min(c), b.min(d), a.max(c), b.max(d)];
    Ok((ordered[0] < ordered[2] && ordered[1] < ordered[3]).then_some(ordered))
}

fn intersection(a: [f32; 4], b: [f32; 4]) -> Option<[f32; 4]> {
    let both = [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])];
    (both[0] < both[2] && both[1] < both[3]).then_some(both)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these lengths are whole numbers")]
mod tests {
    use lopdf::Object;

    use super::*;
    use crate::base::source::Source;
    use crate::pdf::incremental::testing::{XrefKind, a_pdf_with};

    fn page(change: impl FnOnce(&mut Dictionary)) -> Page {
        let bytes = a_pdf_with(XrefKind::Table, [600.0, 800.0], |_, page| change(page));
        let source = &&bytes[..];
        Page::first(&File::open(source, source.length(), None).expect("readable")).expect("a page")
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
            assert_eq!(page.shown(rect), top_right, "turned by {turn}");
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

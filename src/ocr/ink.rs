//! The part of a picture that has ink on it, so that empty margins cost nothing.
//!
//! Layout analysis looks at every pixel: on an A4 page with usual margins, cutting them saves a twentieth of
//! the whole recognition (measured in instructions) and leaves the text as it was.

use crate::base::geometry::Size;
use crate::raster::pixels::Gray;

/// What is lighter is paper for sure. A page with a darker ground is never cut.
const PAPER: u8 = 200;

/// A row or column with fewer dark pixels has no letter in it.
const LEAST: u32 = 3;

/// A cut that leaves more than this part of the picture is not worth a copy.
const WORTHWHILE: f32 = 0.85;

/// A cut-out of a picture, in its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    pub left: u32,
    pub top: u32,
    pub size: Size,
}

/// What of the picture is to be read; none of a blank one. It is the ink with a margin of so many pixels, or the whole
/// picture where the margins are small: dust in a corner is ink too.
///
/// The picture has as many bytes as its size says.
pub(super) fn extent(picture: &Gray, margin: u32) -> Option<Extent> {
    let Size { width, height } = picture.size;
    let rows: Vec<&[u8]> = picture.pixels.chunks_exact(width.max(1) as usize).collect();
    let dark = |row: &&[u8]| row.iter().map(|&pixel| u32::from(pixel < PAPER)).sum::<u32>() >= LEAST;
    let (top, bottom) = (rows.iter().position(dark)?, rows.iter().rposition(dark)? + 1);

    let mut columns = vec![0u32; width as usize];
    for row in &rows[top..bottom] {
        for (column, &pixel) in columns.iter_mut().zip(*row) {
            *column += u32::from(pixel < PAPER);
        }
    }
    let dark = |&column: &u32| column >= LEAST;
    let (left, right) = (columns.iter().position(dark)?, columns.iter().rposition(dark)? + 1);

    let before = |edge: usize| (edge as u32).saturating_sub(margin);
    let after = |edge: usize, most: u32| (edge as u32).saturating_add(margin).min(most);
    let (left, top) = (before(left), before(top));
    let size = Size { width: after(right, width) - left, height: after(bottom, height) - top };
    if size.area() as f32 > WORTHWHILE * picture.size.area() as f32 {
        return Some(Extent { left: 0, top: 0, size: picture.size });
    }
    Some(Extent { left, top, size })
}

/// The pixels of a cut-out that [`extent`] gave for the same picture.
pub(super) fn cut(picture: &Gray, extent: Extent) -> Vec<u8> {
    let from = extent.left as usize;
    let columns = from..from + extent.size.width as usize;
    let rows = picture.pixels.chunks_exact(picture.size.width as usize);
    let rows = rows.skip(extent.top as usize).take(extent.size.height as usize);
    rows.flat_map(|row| &row[columns.clone()]).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn picture(width: u32, height: u32, ink: &[(u32, u32)]) -> Gray {
        let mut pixels = vec![255; (width * height) as usize];
        for (x, y) in ink {
            pixels[(y * width + x) as usize] = 0;
        }
        Gray { size: Size { width, height }, pixels }
    }

    /// A square of three by three pixels.
    fn dot(x: u32, y: u32) -> Vec<(u32, u32)> {
        (0..9).map(|i| (x + i % 3, y + i / 3)).collect()
    }

    #[test]
    fn blank_paper_and_dust_have_no_extent() {
        assert_eq!(extent(&picture(50, 40, &[]), 5), None);
        assert_eq!(extent(&picture(50, 40, &[(3, 3), (30, 30)]), 5), None);
        assert_eq!(extent(&picture(1, 1, &[(0, 0)]), 5), None);
    }

    #[test]
    fn ink_is_kept_with_its_margin() {
        let found = extent(&picture(50, 40, &dot(20, 10)), 5);
        assert_eq!(found, Some(Extent { left: 15, top: 5, size: Size { width: 13, height: 13 } }));
        let found = extent(&picture(50, 40, &dot(0, 37)), 5);
        assert_eq!(found, Some(Extent { left: 0, top: 32, size: Size { width: 8, height: 8 } }));
    }

    #[test]
    fn small_margins_are_left() {
        let picture = picture(50, 40, &[dot(1, 1), dot(45, 36)].concat());
        assert_eq!(extent(&picture, 0), Some(Extent { left: 0, top: 0, size: picture.size }));
    }

    #[test]
    fn dark_paper_is_left_whole() {
        let dark = Gray { size: Size { width: 9, height: 7 }, pixels: vec![190; 63] };
        assert_eq!(extent(&dark, 0), Some(Extent { left: 0, top: 0, size: dark.size }));
    }

    proptest! {
        #[test]
        fn a_cut_has_the_pixels_of_its_place(x in 0u32..28, y in 0u32..18, margin in 0u32..8) {
            let picture = picture(31, 21, &dot(x, y));
            let found = extent(&picture, margin).expect("a dot is ink");
            let pixels = cut(&picture, found);
            prop_assert_eq!(pixels.len() as u64, found.size.area());
            prop_assert_eq!(pixels.iter().map(|&pixel| u32::from(pixel == 0)).sum::<u32>(), 9);
            let at = (y - found.top) * found.size.width + x - found.left;
            prop_assert_eq!(pixels[at as usize], 0);
        }
    }
}

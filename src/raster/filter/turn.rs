//! Quarter turns.

use crate::base::geometry::{Size, Turn};
use crate::raster::filter::gray;
use crate::raster::pixels::{Bilevel, Gray, Picture, Rgb};

/// Pixels on a side of the square that is turned at once, so that both its sides stay in the cache.
const TILE: usize = 64;

/// Turned clockwise.
#[must_use]
pub fn turn(picture: &Gray, turn: Turn) -> Gray {
    let pixels = turned(&picture.pixels, picture.size, turn);
    Gray { size: size_after(picture.size, turn), pixels }
}

/// Turned clockwise.
#[must_use]
pub fn turn_rgb(picture: &Rgb, turn: Turn) -> Rgb {
    let pixels = turned(picture.pixels.as_chunks::<3>().0, picture.size, turn);
    Rgb { size: size_after(picture.size, turn), pixels: pixels.as_flattened().to_vec() }
}

/// Turned clockwise.
#[must_use]
pub fn turn_bilevel(picture: &Bilevel, turn: Turn) -> Bilevel {
    if turn == Turn::None {
        return picture.clone();
    }
    let wide = self::turn(&gray(&Picture::Bilevel(picture.clone())), turn);
    let width = (wide.size.width as usize).max(1);
    let pack =
        |eight: &[u8]| eight.iter().enumerate().fold(0, |byte, (bit, v)| byte | (u8::from(*v == 0) << (7 - bit)));
    Bilevel { size: wide.size, rows: wide.pixels.chunks(width).flat_map(|row| row.chunks(8).map(pack)).collect() }
}

fn size_after(size: Size, turn: Turn) -> Size {
    if turn.swaps_sides() { size.turned() } else { size }
}

fn turned<P: Copy + Default>(pixels: &[P], size: Size, turn: Turn) -> Vec<P> {
    match turn {
        Turn::None => pixels.to_vec(),
        Turn::Over => pixels.iter().rev().copied().collect(),
        // Column x from the bottom up becomes row x; to the left, the rows come in reverse order.
        Turn::Right => transposed(pixels, size, |x, _| x, |y, height| height - 1 - y),
        Turn::Left => transposed(pixels, size, |x, width| width - 1 - x, |y, _| y),
    }
}

/// The picture with rows and columns exchanged: column `x` goes to row `row(x, width)`,
/// row `y` to column `column(y, height)`.
fn transposed<P: Copy + Default>(
    pixels: &[P],
    size: Size,
    row: impl Fn(usize, usize) -> usize,
    column: impl Fn(usize, usize) -> usize,
) -> Vec<P> {
    let (width, height) = (size.width as usize, size.height as usize);
    let mut out = vec![P::default(); pixels.len()];
    for top in (0..height).step_by(TILE) {
        for left in (0..width).step_by(TILE) {
            let right = (left + TILE).min(width);
            for y in top..(top + TILE).min(height) {
                let to = column(y, height);
                let line = &pixels[y * width + left..y * width + right];
                for (x, pixel) in (left..right).zip(line) {
                    out[row(x, width) * height + to] = *pixel;
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grey(width: u32, height: u32) -> Gray {
        let pixels = (0..width * height).map(|i| (i * 37 % 251) as u8).collect();
        Gray { size: Size { width, height }, pixels }
    }

    #[test]
    fn a_turn_to_the_right_puts_the_left_column_on_top() {
        let picture = Gray { size: Size { width: 3, height: 2 }, pixels: vec![1, 2, 3, 4, 5, 6] };
        let right = turn(&picture, Turn::Right);
        assert_eq!((right.size, right.pixels), (Size { width: 2, height: 3 }, vec![4, 1, 5, 2, 6, 3]));
        assert_eq!(turn(&picture, Turn::Left).pixels, [3, 6, 2, 5, 1, 4]);
        assert_eq!(turn(&picture, Turn::Over).pixels, [6, 5, 4, 3, 2, 1]);
    }

    proptest! {
        #[test]
        fn turns_of_pixels_add_up_like_turns(width in 0u32..150, height in 0u32..150, first in 0..4, second in 0..4) {
            let picture = grey(width, height);
            let [a, b] = [first, second].map(|n| Turn::from_degrees(90 * n).expect("a quarter turn"));
            prop_assert_eq!(turn(&turn(&picture, a), b), turn(&picture, a.then(b)));
        }

        #[test]
        fn every_depth_turns_alike(width in 1u32..40, height in 1u32..40, n in 0..4) {
            let quarter = Turn::from_degrees(90 * n).expect("a quarter turn");
            let picture = grey(width, height);
            let rgb = Rgb { size: picture.size, pixels: picture.pixels.iter().flat_map(|v| [*v; 3]).collect() };
            let red: Vec<u8> = turn_rgb(&rgb, quarter).pixels.chunks(3).map(|p| p[0]).collect();
            prop_assert_eq!(red, turn(&picture, quarter).pixels);
            let row_bytes = picture.size.width.div_ceil(8) as usize;
            let mut rows: Vec<u8> = (0..row_bytes * picture.size.height as usize).map(|i| (i * 73) as u8).collect();
            let spare = (row_bytes as u32 * 8 - picture.size.width) as usize;
            rows.chunks_mut(row_bytes).for_each(|row| row[row_bytes - 1] &= 0xffu8 << spare);
            let bits = Bilevel { size: picture.size, rows };
            let spread = |bits: &Bilevel| gray(&Picture::Bilevel(bits.clone()));
            prop_assert_eq!(spread(&turn_bilevel(&bits, quarter)), turn(&spread(&bits), quarter));
        }
    }
}

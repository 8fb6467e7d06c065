//! Grey from what a scanner gives.

use crate::raster::pixels::{Bilevel, Gray, Picture};

/// A picture in grey: bits become 0 and 255, colour its [`luma`].
#[must_use]
pub fn gray(picture: &Picture) -> Gray {
    match picture {
        Picture::Bilevel(bits) => spread(bits),
        Picture::Gray(gray) => gray.clone(),
        Picture::Rgb(rgb) => Gray { size: rgb.size, pixels: rgb.pixels.as_chunks::<3>().0.iter().map(luma).collect() },
    }
}

/// Brightness of a colour by ITU-R BT.601, 0 to 255.
#[must_use]
pub fn luma(&[red, green, blue]: &[u8; 3]) -> u8 {
    ((u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29 + 128) >> 8) as u8
}

fn spread(bits: &Bilevel) -> Gray {
    let width = bits.size.width as usize;
    let mut pixels = Vec::with_capacity(width * bits.size.height as usize);
    if width > 0 {
        let mut line = vec![0; width.next_multiple_of(8)];
        for row in bits.rows.chunks_exact(width.div_ceil(8)) {
            for (eight, byte) in line.as_chunks_mut::<8>().0.iter_mut().zip(row) {
                *eight = std::array::from_fn(|bit| ((byte >> (7 - bit)) & 1).wrapping_sub(1));
            }
            pixels.extend_from_slice(&line[..width]);
        }
    }
    Gray { size: bits.size, pixels }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;

    #[test]
    fn bits_become_black_and_white() {
        let bits =
            Bilevel { size: Size { width: 10, height: 2 }, rows: vec![0b1000_0001, 0b0100_0000, 0, 0b1111_1111] };
        let gray = gray(&Picture::Bilevel(bits));
        let black: Vec<usize> = gray.pixels.iter().enumerate().filter(|(_, v)| **v == 0).map(|(i, _)| i).collect();
        assert_eq!(gray.pixels.len(), 20);
        assert_eq!(black, [0, 7, 9, 18, 19]);
        assert!(gray.pixels.iter().all(|v| matches!(v, 0 | 255)));
    }

    #[test]
    fn neutral_colours_keep_their_brightness() {
        for v in 0..=255 {
            assert_eq!(luma(&[v, v, v]), v);
        }
    }
}

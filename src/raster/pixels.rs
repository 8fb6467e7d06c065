//! Decoded pictures.

use crate::base::geometry::Size;

/// 8 bits of grey a pixel, rows from the top without padding; 0 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gray {
    /// Width and height.
    pub size: Size,
    /// `width * height` bytes.
    pub pixels: Vec<u8>,
}

/// 8 bits each of red, green and blue a pixel, rows from the top without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rgb {
    /// Width and height.
    pub size: Size,
    /// `3 * width * height` bytes.
    pub pixels: Vec<u8>,
}

/// 8 bits each of red, green, blue and opacity a pixel, rows from the top without padding; opacity 0 shows nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rgba {
    /// Width and height.
    pub size: Size,
    /// `4 * width * height` bytes; colors are not multiplied by their opacity.
    pub pixels: Vec<u8>,
}

/// 1 bit a pixel, most significant first, rows from the top padded to whole bytes; 1 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bilevel {
    /// Width and height.
    pub size: Size,
    /// `ceil(width / 8) * height` bytes.
    pub rows: Vec<u8>,
}

/// A part of a picture, in whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crop {
    /// Columns left of it.
    pub left: u32,
    /// Rows above it.
    pub top: u32,
    /// Its width and height.
    pub size: Size,
}

/// Rows of a part out of pixels of so many bytes.
fn cropped(pixels: &[u8], size: Size, crop: &Crop, bytes: usize) -> Vec<u8> {
    let (row, width) = (size.width as usize * bytes, crop.size.width as usize * bytes);
    let rows = pixels.chunks_exact(row.max(1)).skip(crop.top as usize).take(crop.size.height as usize);
    rows.flat_map(|row| &row[crop.left as usize * bytes..][..width]).copied().collect()
}

/// A decoded picture in the depth that it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    /// 1 bit.
    Bilevel(Bilevel),
    /// 8 bits.
    Gray(Gray),
    /// 24 bits.
    Rgb(Rgb),
}

impl Picture {
    /// Width and height.
    #[must_use]
    pub fn size(&self) -> Size {
        match self {
            Self::Bilevel(picture) => picture.size,
            Self::Gray(picture) => picture.size,
            Self::Rgb(picture) => picture.size,
        }
    }

    /// A part of the picture that lies within it.
    #[must_use]
    pub fn cropped(&self, crop: &Crop) -> Self {
        match self {
            Self::Bilevel(picture) => Self::Bilevel(picture.cropped(crop)),
            Self::Gray(Gray { size, pixels }) => {
                Self::Gray(Gray { size: crop.size, pixels: cropped(pixels, *size, crop, 1) })
            }
            Self::Rgb(Rgb { size, pixels }) => {
                Self::Rgb(Rgb { size: crop.size, pixels: cropped(pixels, *size, crop, 3) })
            }
        }
    }

    /// The picture in grey.
    #[must_use]
    pub fn into_gray(self) -> Gray {
        match self {
            Self::Bilevel(picture) => picture.to_gray(),
            Self::Gray(picture) => picture,
            Self::Rgb(picture) => picture.to_gray(),
        }
    }

    /// The same picture in the least depth that holds it: colour that is all grey becomes grey,
    /// grey that is all black and white becomes bilevel.
    #[must_use]
    pub fn simplified(self) -> Self {
        match self {
            Self::Rgb(rgb) if rgb.pixels.chunks_exact(3).all(|p| p[0] == p[1] && p[1] == p[2]) => {
                let pixels = rgb.pixels.chunks_exact(3).map(|p| p[0]).collect();
                Self::Gray(Gray { size: rgb.size, pixels }).simplified()
            }
            Self::Gray(gray) if gray.pixels.iter().all(|&value| matches!(value, 0 | 255)) => {
                Self::Bilevel(gray.to_bilevel(128))
            }
            other => other,
        }
    }

    /// The picture in red, green and blue.
    #[must_use]
    pub fn into_rgb(self) -> Rgb {
        match self {
            Self::Bilevel(picture) => picture.to_gray().to_rgb(),
            Self::Gray(picture) => picture.to_rgb(),
            Self::Rgb(picture) => picture,
        }
    }
}

impl Gray {
    /// The pixels darker than `threshold` as black.
    #[must_use]
    pub fn to_bilevel(&self, threshold: u8) -> Bilevel {
        let width = self.size.width as usize;
        let mut rows = Vec::with_capacity(width.div_ceil(8) * self.size.height as usize);
        for row in self.pixels.chunks_exact(width.max(1)) {
            for eight in row.chunks(8) {
                let bits = eight.iter().fold(0, |bits, &value| bits << 1 | u8::from(value < threshold));
                rows.push(bits << (8 - eight.len()));
            }
        }
        Bilevel { size: self.size, rows }
    }

    /// The same picture with three equal channels.
    #[must_use]
    pub fn to_rgb(&self) -> Rgb {
        let mut pixels = vec![0; self.pixels.len() * 3];
        for (rgb, &gray) in pixels.chunks_exact_mut(3).zip(&self.pixels) {
            rgb.fill(gray);
        }
        Rgb { size: self.size, pixels }
    }
}

impl Rgb {
    /// Its luma (ITU-R BT.601).
    #[must_use]
    pub fn to_gray(&self) -> Gray {
        let pixels = self.pixels.chunks_exact(3).map(|rgb| luma(rgb[0], rgb[1], rgb[2])).collect();
        Gray { size: self.size, pixels }
    }
}

/// Luma by ITU-R BT.601, in 1/256.
#[must_use]
pub fn luma(red: u8, green: u8, blue: u8) -> u8 {
    ((u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29 + 128) >> 8) as u8
}

impl Bilevel {
    /// A part of the picture that lies within it.
    fn cropped(&self, crop: &Crop) -> Self {
        let part = Self { size: crop.size, rows: Vec::new() };
        let (own, row_bytes) = (self.row_bytes(), part.row_bytes());
        let mut rows = vec![0; row_bytes * crop.size.height as usize];
        let whole = self.rows.chunks_exact(own.max(1)).skip(crop.top as usize);
        for (row, to) in whole.zip(rows.chunks_exact_mut(row_bytes.max(1))) {
            for x in 0..crop.size.width as usize {
                let at = x + crop.left as usize;
                to[x / 8] |= (row[at / 8] >> (7 - at % 8) & 1) << (7 - x % 8);
            }
        }
        Self { rows, ..part }
    }

    /// Bytes of one row.
    #[must_use]
    pub fn row_bytes(&self) -> usize {
        (self.size.width as usize).div_ceil(8)
    }

    /// The same picture in grey: 0 and 255.
    #[must_use]
    pub fn to_gray(&self) -> Gray {
        let (width, row_bytes) = (self.size.width as usize, self.row_bytes());
        let mut pixels = Vec::with_capacity(width * self.size.height as usize);
        for row in self.rows.chunks_exact(row_bytes.max(1)) {
            let start = pixels.len();
            for &byte in row {
                pixels.extend_from_slice(&EIGHT_PIXELS[usize::from(byte)]);
            }
            pixels.truncate(start + width);
        }
        Gray { size: self.size, pixels }
    }
}

/// The grey values of every byte of eight bilevel pixels.
static EIGHT_PIXELS: [[u8; 8]; 256] = {
    let mut table = [[255; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            if byte >> (7 - bit) & 1 == 1 {
                table[byte][bit] = 0;
            }
            bit += 1;
        }
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_the_same_in_every_depth() {
        let size = Size { width: 19, height: 3 };
        let bilevel = Bilevel { size, rows: vec![0b1010_0110, 0x5A, 0x60, 0x0F, 0xF0, 0x20, 0x81, 0x18, 0x40] };
        let crop = Crop { left: 3, top: 1, size: Size { width: 12, height: 2 } };
        let part = Picture::Bilevel(bilevel.clone()).cropped(&crop);
        let gray = Picture::Gray(bilevel.to_gray()).cropped(&crop);
        assert_eq!(part.size(), crop.size);
        assert_eq!(part.into_gray(), gray.clone().into_gray());
        assert_eq!(Picture::Rgb(bilevel.to_gray().to_rgb()).cropped(&crop).into_gray(), gray.into_gray());
    }

    #[test]
    fn depths_convert() {
        let size = Size { width: 10, height: 2 };
        let bilevel = Bilevel { size, rows: vec![0b1010_0000, 0b0100_0000, 0, 0xFF] };
        let gray = Picture::Bilevel(bilevel).into_gray();
        assert_eq!(gray.pixels[..10], [0, 255, 0, 255, 255, 255, 255, 255, 255, 0]);
        assert_eq!(gray.pixels[10..], [255, 255, 255, 255, 255, 255, 255, 255, 0, 0]);
        assert_eq!(gray.to_rgb().to_gray(), gray);
        let again = Picture::Rgb(gray.to_rgb()).simplified();
        assert_eq!(again, Picture::Bilevel(Bilevel { size, rows: vec![0b1010_0000, 0b0100_0000, 0, 0b1100_0000] }));
        assert_eq!((luma(255, 255, 255), luma(0, 0, 0)), (255, 0));
    }
}

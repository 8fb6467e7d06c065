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

/// 1 bit a pixel, most significant first, rows from the top padded to whole bytes; 1 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bilevel {
    /// Width and height.
    pub size: Size,
    /// `ceil(width / 8) * height` bytes.
    pub rows: Vec<u8>,
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

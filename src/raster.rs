//! Pictures: their headers, decoding within limits, pixel arithmetic, and the encodings that PDF takes.
//!
//! The only module that knows the image crates. It knows no document.

pub mod decode;
pub mod encode;
pub mod files;
pub mod filter;
pub mod layers;
pub mod pixels;
pub mod probe;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::base::geometry::Size;

pub use decode::{decode, decode_gray, decode_rgb};

/// A picture still in the encoding that it came in, ready to be shown by a PDF unchanged.
#[derive(Debug, Clone)]
pub struct Encoded {
    /// How the bytes are encoded.
    pub encoding: Encoding,
    /// Size in pixels as encoded, before any turn.
    pub size: Size,
    /// Channels and depth.
    pub color: Color,
    /// The encoded bytes, shared.
    pub bytes: Arc<[u8]>,
}

/// Encodings that go into a PDF stream byte for byte (ISO 32000-1, 7.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encoding {
    /// `DCTDecode`. `inverted_cmyk`: an Adobe marker says that 255 is no ink.
    Jpeg {
        /// Four channels written inverted (Adobe APP14).
        inverted_cmyk: bool,
    },
    /// `JPXDecode`.
    Jpeg2000,
    /// `CCITTFaxDecode` with these parameters (ISO 32000-1, table 11).
    Ccitt {
        /// `K`: below 0 is Group 4, 0 is Group 3 one-dimensional, above 0 mixed.
        k: i32,
        /// `BlackIs1`.
        black_is_one: bool,
        /// `EncodedByteAlign`.
        byte_aligned: bool,
        /// `EndOfLine`.
        end_of_line: bool,
        /// `EndOfBlock`.
        end_of_block: bool,
    },
    /// `JBIG2Decode`, embedded organisation, with its global segments.
    Jbig2 {
        /// `JBIG2Globals`.
        globals: Option<Arc<[u8]>>,
    },
    /// `FlateDecode`, rows from the top, 1 or 8 bits a channel.
    Flate {
        /// PNG predictors (`Predictor` 15) were used.
        png_predictor: bool,
    },
}

/// Channels and bits of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// 1 bit; `true` when a 1 in the decoded stream is black.
    Bilevel {
        /// Whether a decoded 1 is black (an image with `Decode [1 0]` in PDF).
        one_is_black: bool,
    },
    /// 8 bits of grey.
    Gray,
    /// 8 bits each of red, green and blue.
    Rgb,
    /// 8 bits each of four inks.
    Cmyk,
}

impl Color {
    /// Samples a pixel has.
    #[must_use]
    pub fn channels(self) -> usize {
        match self {
            Self::Bilevel { .. } | Self::Gray => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }

    /// Bits a sample has.
    #[must_use]
    pub fn bits(self) -> usize {
        if matches!(self, Self::Bilevel { .. }) { 1 } else { 8 }
    }

    /// Bytes that a decoded row of `width` pixels takes.
    #[must_use]
    pub fn row_bytes(self, width: u32) -> usize {
        (width as usize * self.channels() * self.bits()).div_ceil(8)
    }
}

/// How much of an input is taken on, judged by headers before anything is decoded.
/// The fields have the names of their settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of one page. 200 million is A3 at 1200 dpi; the classic bombs have 400 million.
    pub max_pixels: u64,
    /// Pages of one document: it is held in memory whole.
    pub max_pages: usize,
    /// Bytes of one input file, and of all page files of one document.
    pub max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_pixels: 200_000_000, max_pages: 500, max_bytes: 256 << 20 }
    }
}

impl Limits {
    /// Lets a picture of `size` pass.
    ///
    /// # Errors
    /// [`Error::NoPixels`] when a side is 0, [`Error::TooManyPixels`] above the limit.
    pub fn check_pixels(&self, size: Size) -> Result<(), Error> {
        if size.area() == 0 {
            Err(Error::NoPixels { width: size.width, height: size.height })
        } else if size.area() > self.max_pixels {
            Err(Error::TooManyPixels { width: size.width, height: size.height, limit: self.max_pixels })
        } else {
            Ok(())
        }
    }

    /// Lets a document of `pages` pages pass.
    ///
    /// # Errors
    /// [`Error::TooManyPages`] above the limit.
    pub fn check_pages(&self, pages: usize) -> Result<(), Error> {
        if pages > self.max_pages { Err(Error::TooManyPages { pages, limit: self.max_pages }) } else { Ok(()) }
    }

    /// Lets an input of `bytes` bytes pass.
    ///
    /// # Errors
    /// [`Error::Empty`] for nothing, [`Error::TooManyBytes`] above the limit.
    pub fn check_bytes(&self, bytes: u64) -> Result<(), Error> {
        if bytes == 0 {
            Err(Error::Empty)
        } else if bytes > self.max_bytes {
            Err(Error::TooManyBytes { bytes, limit: self.max_bytes })
        } else {
            Ok(())
        }
    }
}

/// Why a picture is not read or not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing in it.
    #[error("has no bytes")]
    Empty,
    /// None of the formats that are read.
    #[error("is {found}, expected JPEG, PNG, TIFF or PDF")]
    NotAPicture {
        /// What its first bytes say it is.
        found: &'static str,
    },
    /// The bytes end too early.
    #[error("the {format} ends before its {missing}, at byte {at}: it was cut off")]
    Truncated {
        /// The format.
        format: &'static str,
        /// What should have come.
        missing: &'static str,
        /// Where the bytes end.
        at: u64,
    },
    /// The header contradicts the format's standard.
    #[error("the {format} is damaged: {fact}")]
    Malformed {
        /// The format.
        format: &'static str,
        /// What is wrong with it.
        fact: String,
    },
    /// Right by the standard, but not read here.
    #[error("the {format} uses {feature}, which is not read")]
    Unsupported {
        /// The format.
        format: &'static str,
        /// What it uses.
        feature: String,
    },
    /// A side of 0 pixels.
    #[error("a picture of {width} x {height} pixels")]
    NoPixels {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// More pixels than allowed.
    #[error("a picture of {width} x {height} pixels, the limit is {limit} pixels a page")]
    TooManyPixels {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// `max_pixels`.
        limit: u64,
    },
    /// More pages than allowed.
    #[error("more than {limit} pages in one document")]
    TooManyPages {
        /// Pages found; counting may have stopped there.
        pages: usize,
        /// `max_pages`.
        limit: usize,
    },
    /// More bytes than allowed.
    #[error("{bytes} bytes, the limit is {limit}")]
    TooManyBytes {
        /// Bytes found.
        bytes: u64,
        /// `max_bytes`.
        limit: u64,
    },
    /// The encoded bytes hold another picture than their header said.
    #[error("the {format} holds {found_width} x {found_height} pixels, expected {width} x {height}")]
    SizeDiffers {
        /// The encoding.
        format: &'static str,
        /// Columns found.
        found_width: u32,
        /// Rows found.
        found_height: u32,
        /// Columns declared.
        width: u32,
        /// Rows declared.
        height: u32,
    },
    /// The encoded bytes make no picture.
    #[error("the {format} cannot be decoded: {fact}")]
    Undecodable {
        /// The encoding.
        format: &'static str,
        /// What the decoder says.
        fact: String,
    },
    /// Pixels that the encoding cannot hold.
    #[error("cannot be written as {format}: {fact}")]
    Unencodable {
        /// The encoding.
        format: &'static str,
        /// What the encoder says.
        fact: String,
    },
    /// A decoder of outside code panicked; it was caught.
    #[error("the decoder of {part} broke down on it")]
    Panicked {
        /// Which decoder.
        part: &'static str,
    },
    /// Reading failed.
    #[error("cannot be read")]
    Io(#[from] std::io::Error),
}

impl Error {
    /// What to do next, where a user can do something.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Empty | Self::Truncated { .. } => "copy the file again from the scanner, or scan the paper again",
            Self::NotAPicture { .. } => "put scans (JPEG, PNG, TIFF) or PDF files into the inbox",
            Self::Malformed { .. } | Self::Undecodable { .. } | Self::SizeDiffers { .. } | Self::NoPixels { .. } => {
                "open it in a viewer: if it shows the page, save it again as PDF or PNG, else scan the paper again"
            }
            Self::Unsupported { .. } => "save it again as PDF, PNG or baseline JPEG",
            Self::TooManyPixels { .. } => {
                "scan at a lower resolution, or raise `intake.max_pixels` if the picture is right"
            }
            Self::TooManyPages { .. } => "split the document, or raise `intake.max_pages` if it is right",
            Self::TooManyBytes { .. } => "split the document, or raise `intake.max_bytes` if it is right",
            Self::Panicked { .. } => "save it again as PDF or PNG, and report the file to the makers of sohoa",
            Self::Unencodable { .. } | Self::Io(_) => return None,
        };
        Some(hint.to_owned())
    }
}

/// Runs a piece of outside code on outside bytes; its panic becomes an error.
///
/// # Errors
/// Those of `work`, and [`Error::Panicked`].
pub(crate) fn guarded<T, E: From<Error>>(part: &'static str, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    // What a panic leaves half done is dropped with the closure: nothing of it is seen afterwards.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Error::Panicked { part }.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_name_what_they_found() {
        let limits = Limits { max_pixels: 100, max_pages: 2, max_bytes: 10 };
        assert!(limits.check_pixels(Size { width: 10, height: 10 }).is_ok());
        let error = limits.check_pixels(Size { width: 20_000, height: 20_000 }).expect_err("too large");
        assert_eq!(error.to_string(), "a picture of 20000 x 20000 pixels, the limit is 100 pixels a page");
        assert!(error.hint().is_some_and(|hint| hint.contains("intake.max_pixels")));
        assert!(matches!(limits.check_pixels(Size { width: 0, height: 9 }), Err(Error::NoPixels { .. })));
        assert!(matches!(limits.check_pages(3), Err(Error::TooManyPages { pages: 3, limit: 2 })));
        assert!(matches!(limits.check_bytes(0), Err(Error::Empty)));
        assert!(matches!(limits.check_bytes(11), Err(Error::TooManyBytes { .. })));
    }

    #[test]
    fn a_panic_becomes_an_error() {
        let broken = guarded("test", || -> Result<(), Error> { panic!("as a broken decoder does") });
        assert!(matches!(broken, Err(Error::Panicked { part: "test" })));
    }
}

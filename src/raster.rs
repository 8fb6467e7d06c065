//! Pictures: their headers, decoding within limits, pixel arithmetic, and the encodings that PDF takes.
//!
//! The only module that knows the image crates. It knows no document.

pub mod decode;
pub mod encode;
pub mod filter;
pub mod pixels;
pub mod probe;

use std::sync::Arc;

use crate::base::geometry::Size;

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

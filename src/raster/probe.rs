//! What a file is, from its first bytes: format, size, depth, resolution, pages.
//!
//! The format is told by magic numbers, never by the name. Headers are followed by seeking;
//! nothing is decoded, and nothing is allocated from a length that was not held against the
//! file's own. Standards: ISO/IEC 10918-1 and 10918-5 (JPEG, JFIF), EXIF 2.3, ISO/IEC 15948 (PNG),
//! TIFF 6.0 with its `BigTIFF` form.

pub mod jpeg;
pub mod png;
pub mod tiff;

use std::io::{Read, Seek, SeekFrom};

use crate::base::geometry::Turn;
use crate::raster::{Error, Limits};

/// What a file is.
#[derive(Debug, Clone, PartialEq)]
pub enum Probe {
    /// One JPEG picture.
    Jpeg(jpeg::Header),
    /// One PNG picture.
    Png(png::Header),
    /// A TIFF with its pages, never empty.
    Tiff(Vec<tiff::Page>),
    /// A PDF; its pages take more than a header to count.
    Pdf,
}

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// TIFF or `BigTIFF`.
    Tiff,
    /// PDF.
    Pdf,
}

impl Format {
    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Tiff => "image/tiff",
            Self::Pdf => "application/pdf",
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Tiff => "TIFF",
            Self::Pdf => "PDF",
        }
    }

    /// The format that a file name's extension (without the dot, any case) stands for.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" | "jpe" | "jfif" => Some(Self::Jpeg),
            "png" => Some(Self::Png),
            "tif" | "tiff" => Some(Self::Tiff),
            "pdf" => Some(Self::Pdf),
            _ => None,
        }
    }
}

/// How a stored picture is to be shown (EXIF and TIFF tag 274).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Orientation {
    /// Left and right change places first.
    pub mirrored: bool,
    /// Then it is turned.
    pub turn: Turn,
}

impl Orientation {
    /// The meaning of a tag's value; values outside 1 to 8 mean upright.
    #[must_use]
    pub fn of_tag(value: u32) -> Self {
        let (mirrored, turn) = match value {
            2 => (true, Turn::None),
            3 => (false, Turn::Over),
            4 => (true, Turn::Over),
            5 => (true, Turn::Left),
            6 => (false, Turn::Right),
            7 => (true, Turn::Right),
            8 => (false, Turn::Left),
            _ => (false, Turn::None),
        };
        Self { mirrored, turn }
    }
}

/// Dots per inch across and down, as a header states them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Density {
    /// Across.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Density {
    /// A density that a scanner can have: 36 to 4800 both ways. Cameras and editors write 1 or 72 for "unknown",
    /// but 72 is also what a web scan has, so 72 counts as stated.
    #[must_use]
    pub fn plausible(x: f32, y: f32) -> Option<Self> {
        let sane = |value: f32| (36.0..=4800.0).contains(&value);
        (sane(x) && sane(y)).then_some(Self { x, y })
    }
}

/// The first bytes that [`format()`] looks at.
pub const HEAD: usize = 1024;

/// The format of the file that begins with `head`; at least [`HEAD`] bytes where there are so many.
///
/// # Errors
/// [`Error::Empty`], or [`Error::NotAPicture`] with what it seems to be instead.
pub fn format(head: &[u8]) -> Result<Format, Error> {
    match head {
        [] => Err(Error::Empty),
        [0xFF, 0xD8, 0xFF, ..] => Ok(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Ok(Format::Png),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Ok(Format::Tiff),
        _ if is_pdf(head) => Ok(Format::Pdf),
        _ => Err(Error::NotAPicture { found: stranger(head) }),
    }
}

/// Reads the headers of a file within limits.
///
/// # Errors
/// [`Error::Empty`], [`Error::NotAPicture`], [`Error::Truncated`], [`Error::Malformed`] and those of [`Limits`].
pub fn probe<R: Read + Seek>(mut input: R, limits: &Limits) -> Result<Probe, Error> {
    let length = input.seek(SeekFrom::End(0))?;
    limits.check_bytes(length)?;
    input.rewind()?;
    let mut head = Vec::with_capacity(HEAD);
    (&mut input).take(HEAD as u64).read_to_end(&mut head)?;
    input.rewind()?;
    match format(&head)? {
        Format::Jpeg => jpeg::header(&mut input, length, limits).map(Probe::Jpeg),
        Format::Png => png::header(&mut input, length, limits).map(Probe::Png),
        Format::Tiff => tiff::pages(&mut input, length, limits).map(Probe::Tiff),
        Format::Pdf => Ok(Probe::Pdf),
    }
}

impl Probe {
    /// The format.
    #[must_use]
    pub fn format(&self) -> Format {
        match self {
            Self::Jpeg(_) => Format::Jpeg,
            Self::Png(_) => Format::Png,
            Self::Tiff(_) => Format::Tiff,
            Self::Pdf => Format::Pdf,
        }
    }
}

/// ISO 32000-1, annex H: readers accept a header within the first 1024 bytes. Text that merely
/// speaks of PDF is not taken for one: only white space, a byte order mark or binary may come before.
fn is_pdf(head: &[u8]) -> bool {
    let at = head.windows(5).position(|window| window == b"%PDF-");
    at.is_some_and(|at| !looks_like_markup(&head[..at]))
}

fn looks_like_markup(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    text.first() == Some(&b'<')
}

fn stranger(head: &[u8]) -> &'static str {
    let lower = head[..head.len().min(64)].to_ascii_lowercase();
    let text = lower.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&lower).trim_ascii_start();
    match head {
        _ if text.starts_with(b"<!doctype html") || text.starts_with(b"<html") => "an HTML page",
        _ if text.starts_with(b"<?xml") || text.starts_with(b"<") => "an XML or HTML text",
        _ if head.starts_with(b"PK\x03\x04") => "a ZIP archive or an Office document",
        _ if head.starts_with(b"\xD0\xCF\x11\xE0") => "an old Office document",
        _ if head.starts_with(b"GIF8") => "a GIF picture",
        _ if head.starts_with(b"BM") => "a BMP picture",
        _ if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") => "a WebP picture",
        _ if head.get(4..12).is_some_and(|brand| brand.starts_with(b"ftyphei") || brand == b"ftypmif1") => {
            "a HEIC picture"
        }
        _ if head.starts_with(b"\0\0\0\x0CjP  ") => "a bare JPEG 2000 picture",
        _ if head.iter().all(|&byte| byte == 0) => "a run of zero bytes",
        _ if std::str::from_utf8(head).is_ok() => "a text",
        _ => "of an unknown kind",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &[u8], expected: &str) {
        let found = match format(head) {
            Ok(format) => format.name().to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(found.contains(expected), "{found}");
    }

    #[test]
    fn a_format_is_told_by_its_first_bytes() {
        check(b"\xFF\xD8\xFF\xE0rest", "JPEG");
        check(b"\x89PNG\r\n\x1A\nrest", "PNG");
        check(b"II*\0", "TIFF");
        check(b"MM\0+", "TIFF");
        check(b"%PDF-1.7", "PDF");
        check(b"\n\n%PDF-1.7", "PDF");
    }

    #[test]
    fn strangers_are_named() {
        check(b"", "has no bytes");
        check(b"<!DOCTYPE html><p>%PDF-1.7", "an HTML page");
        check(b"  <html>", "an HTML page");
        check(b"PK\x03\x04", "a ZIP archive");
        check("chào".as_bytes(), "a text");
        check(&[0; 50], "zero bytes");
    }

    #[test]
    fn orientations_follow_exif() {
        assert_eq!(Orientation::of_tag(1), Orientation::default());
        assert_eq!(Orientation::of_tag(6).turn, Turn::Right);
        assert_eq!(Orientation::of_tag(8).turn, Turn::Left);
        assert!(Orientation::of_tag(7).mirrored);
        assert_eq!(Orientation::of_tag(99), Orientation::default());
    }
}

//! What would make the file break the rules of its level, found before any of it is written.
//!
//! Judges what comes from outside: pictures, sizes, lengths. What the writer itself controls is judged
//! by its tests and by the outside validator of `conformance/verapdf`.

use super::facts::Facts;
use super::jp2::{self, Jp2Fault};
use super::placement::{SIDE_POINTS, Sheet};
use super::{Conformance, Conversion, Rendition, Shown, glyphless, picture};
use crate::base::units::PageNumber;
use crate::ocr::{RecognizedDocument, RecognizedPage};
use crate::raster::{Color, Encoded, Encoding};

/// Most bytes of a string (ISO 19005-2, 6.1.13).
const STRING_BYTES: usize = 32_767;
/// Most bytes of a file: offsets and byte ranges are integers up to 2 147 483 647 (6.1.13); the
/// difference is room for text, signatures and evidence of their validity.
const FILE_BYTES: u64 = i32::MAX as u64 - (64 << 20);
/// What a JBIG2 file begins with; a PDF stream has no such header (ISO 32000-1, 7.4.7).
const JBIG2_FILE: &[u8] = b"\x97JB2\r\n\x1a\n";

/// A rule that the document cannot be written without breaking.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Violation {
    /// A document without pages.
    #[error("the document has no pages")]
    NoPages,
    /// The conversion mark must name who converts (Law 20/2023 art. 12, Decree 137/2024 art. 4).
    #[error("the converting agency has no name")]
    NoAgency,
    /// A picture without bytes or pixels.
    #[error("{page}: the picture is empty")]
    EmptyPicture {
        /// The page.
        page: PageNumber,
    },
    /// An encoding that cannot hold such a color.
    #[error("{page}: a picture encoded as {encoding} cannot be {color}")]
    ColorOfEncoding {
        /// The page.
        page: PageNumber,
        /// The encoding.
        encoding: &'static str,
        /// The color.
        color: &'static str,
    },
    /// JPEG 2000 against ISO 19005-2, 6.2.8.3.
    #[error("{page}: the JPEG 2000 picture is not allowed in PDF/A: {fault}")]
    Jpeg2000 {
        /// The page.
        page: PageNumber,
        /// The rule.
        fault: Jp2Fault,
    },
    /// PDF 1.4 knows no JPEG 2000 (ISO 19005-1, 6.1.10 with PDF 1.4, 3.3).
    #[error("{page}: PDF/A-1 knows no JPEG 2000")]
    EncodingOfLevel {
        /// The page.
        page: PageNumber,
    },
    /// JBIG2 with a file's header, against ISO 32000-1, 7.4.7.
    #[error("{page}: the JBIG2 picture has a file header, which a PDF stream must not have")]
    Jbig2FileHeader {
        /// The page.
        page: PageNumber,
    },
    /// A page that is too small or too large (6.1.13).
    #[error("{page}: a page of {width:.1} by {height:.1} points is outside 3 to 14400 points a side")]
    PageSize {
        /// The page.
        page: PageNumber,
        /// Width in points.
        width: f64,
        /// Height in points.
        height: f64,
    },
    /// A value too long for a PDF string (6.1.13).
    #[error("{key} is {bytes} bytes long, the limit is 32767")]
    StringLength {
        /// Key in the document information.
        key: &'static str,
        /// Its length as a PDF string.
        bytes: usize,
    },
    /// More different characters than one font can show.
    #[error("the text has {found} different characters, the limit is 65535")]
    Characters {
        /// How many.
        found: usize,
    },
    /// Pictures too large for the integers of one file (6.1.13).
    #[error("the pictures are {bytes} bytes together, the limit is {limit}")]
    FileLength {
        /// How many bytes.
        bytes: u64,
        /// How many are allowed.
        limit: u64,
    },
}

impl Violation {
    /// What a user can do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoAgency => "name the converting agency in the settings".to_owned(),
            Self::EmptyPicture { .. } | Self::NoPages => "scan the document again".to_owned(),
            Self::ColorOfEncoding { page, .. } | Self::Jpeg2000 { page, .. } | Self::Jbig2FileHeader { page } => {
                format!("save {page} as TIFF or JPEG and take the document in again")
            }
            Self::EncodingOfLevel { .. } => "set pdfa.level to 2u or 3u".to_owned(),
            Self::PageSize { .. } => "correct the resolution that the scan states".to_owned(),
            Self::StringLength { .. } => "shorten the field in review".to_owned(),
            Self::FileLength { .. } => "split the document into volumes".to_owned(),
            Self::Characters { .. } => return None,
        })
    }
}

/// Every rule that would be broken, in order of pages.
pub(super) fn violations(
    document: &RecognizedDocument,
    conversion: &Conversion,
    facts: &Facts,
    rendition: &Rendition<'_>,
) -> Vec<Violation> {
    let pages = &document.pages;
    let mut found = Vec::new();
    if pages.is_empty() {
        found.push(Violation::NoPages);
    }
    if super::facts::tidy(&conversion.agency).is_none() {
        found.push(Violation::NoAgency);
    }
    for (key, value) in facts.texts() {
        let bytes = 2 + 2 * value.encode_utf16().count();
        if bytes > STRING_BYTES {
            found.push(Violation::StringLength { key, bytes });
        }
    }
    for (at, page) in pages.iter().enumerate() {
        check_size(page, &mut found);
        let number = page.page.number();
        match rendition.shown_at(at) {
            // Made here, in encodings that every level knows.
            Some(Shown::Layers(_)) => {}
            Some(Shown::Recoded(picture)) => check_picture(number, picture, rendition.conformance, &mut found),
            None => check_picture(number, &page.page.scan.picture, rendition.conformance, &mut found),
        }
    }
    let words = pages.iter().flat_map(|page| page.text.words());
    let characters = glyphless::characters(words.map(|word| word.text.as_str()));
    if characters >= glyphless::Codes::MOST {
        found.push(Violation::Characters { found: characters });
    }
    let bytes = rendition.bytes(document);
    if bytes > FILE_BYTES {
        found.push(Violation::FileLength { bytes, limit: FILE_BYTES });
    }
    found
}

fn check_size(page: &RecognizedPage, found: &mut Vec<Violation>) {
    let sheet = Sheet::of(&page.page);
    let (width, height) = (sheet.width(), sheet.height());
    if !SIDE_POINTS.contains(&width) || !SIDE_POINTS.contains(&height) {
        found.push(Violation::PageSize { page: page.page.number(), width, height });
    }
}

fn check_picture(page: PageNumber, picture: &Encoded, level: Conformance, found: &mut Vec<Violation>) {
    if picture.bytes.is_empty() || picture.size.area() == 0 {
        found.push(Violation::EmptyPicture { page });
        return;
    }
    let bilevel = matches!(picture.color, Color::Bilevel { .. });
    let (encoding, fits) = match picture.encoding {
        Encoding::Jpeg { .. } => ("JPEG", !bilevel),
        Encoding::Jpeg2000 => ("JPEG 2000", !bilevel),
        Encoding::Ccitt { .. } => ("CCITT", bilevel),
        Encoding::Jbig2 { .. } => ("JBIG2", bilevel),
        Encoding::Flate { .. } => ("Flate", true),
    };
    if !fits {
        found.push(Violation::ColorOfEncoding { page, encoding, color: color_name(picture.color) });
    }
    if picture.encoding == Encoding::Jpeg2000 && level == Conformance::A1b {
        found.push(Violation::EncodingOfLevel { page });
    } else if picture.encoding == Encoding::Jpeg2000 {
        let faults = jp2::faults(&picture.bytes, picture::channels(picture.color));
        found.extend(faults.into_iter().map(|fault| Violation::Jpeg2000 { page, fault }));
    }
    if matches!(picture.encoding, Encoding::Jbig2 { .. }) && picture.bytes.starts_with(JBIG2_FILE) {
        found.push(Violation::Jbig2FileHeader { page });
    }
}

fn color_name(color: Color) -> &'static str {
    match color {
        Color::Bilevel { .. } => "bilevel",
        Color::Gray => "gray",
        Color::Rgb => "RGB",
        Color::Cmyk => "CMYK",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::{Size, Turn};
    use crate::describe::Record;
    use crate::pdfa::samples;
    use crate::preprocess::Observed;

    const SIZE: Size = Size { width: 64, height: 48 };

    fn check(picture: Encoded) -> Vec<Violation> {
        let page = samples::page(0, picture, Turn::None, 0.0);
        let pages = vec![RecognizedPage {
            page,
            text: crate::ocr::text::PageText::default(),
            source: crate::ocr::TextSource::default(),
            unread: None,
            observed: Observed::default(),
        }];
        let document = samples::approved("a", pages, Record::default());
        let conversion = samples::conversion();
        let rendition = Rendition::default();
        violations(
            &document.described().classified.recognized,
            &conversion,
            &Facts::of(&document, &conversion, &rendition),
            &rendition,
        )
    }

    #[test]
    fn every_good_kind_passes() {
        for (name, picture) in samples::every_kind(SIZE) {
            assert_eq!(check(picture), vec![], "{name}");
        }
    }

    #[test]
    fn bad_pictures_are_named() {
        let good = samples::gray_jpeg(SIZE);
        let page = PageNumber::FIRST;
        let empty = Encoded { bytes: [].into(), ..good.clone() };
        assert_eq!(check(empty), vec![Violation::EmptyPicture { page }]);
        let bilevel = Encoded { color: Color::Bilevel { one_is_black: true }, ..good.clone() };
        let refused = Violation::ColorOfEncoding { page, encoding: "JPEG", color: "bilevel" };
        assert_eq!(check(bilevel), vec![refused.clone()]);
        assert_eq!(refused.to_string(), "page 1: a picture encoded as JPEG cannot be bilevel");
        let bare = Encoded { encoding: Encoding::Jpeg2000, ..good };
        assert_eq!(check(bare), vec![Violation::Jpeg2000 { page, fault: Jp2Fault::NoHeader }]);
    }

    #[test]
    fn lengths_and_names_are_checked() {
        let document = samples::approved(&"ế".repeat(20_000), Vec::new(), Record::default());
        let conversion = Conversion { agency: " ".to_owned(), ..samples::conversion() };
        let rendition = Rendition::default();
        let found = violations(
            &document.described().classified.recognized,
            &conversion,
            &Facts::of(&document, &conversion, &rendition),
            &rendition,
        );
        let long = Violation::StringLength { key: "Title", bytes: 40_002 };
        assert_eq!(found, vec![Violation::NoPages, Violation::NoAgency, long]);
    }

    #[test]
    fn a_page_has_a_least_size() {
        let picture = samples::gray_jpeg(Size { width: 8, height: 48 });
        assert!(matches!(check(picture)[..], [Violation::PageSize { .. }]));
    }
}

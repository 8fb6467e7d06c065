//! A page's record, kept in `text.json` and shown in reports: what came in, what was decided by which measurement,
//! what went out. Read and written in this form, so the inner types may change freely.

use serde::{Deserialize, Serialize};

use super::record::{finite, sides};
use crate::base::digest::Sha256;
use crate::intake::{Provenance, Scan};
use crate::ocr::RecognizedPage;
use crate::pdfa::Shown;
use crate::preprocess::{Ink, Mark, MarkKind, Page, Quality};
use crate::raster::{Color, Encoded, Encoding};

/// The record of one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageRecord {
    /// The picture as it came.
    pub came: StoredScan,
    /// What was decided, and by which measurements.
    pub decided: StoredDecisions,
    /// Seals, stamps and signatures in colored ink, from the top.
    pub marks: Vec<StoredMark>,
    /// How good the scan is; none where nobody measured it.
    pub quality: Option<StoredQuality>,
    /// The page in the PDF.
    pub went: StoredPlace,
}

/// An encoded picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPicture {
    /// The filter of ISO 32000-1, 7.4, such as `DCTDecode`.
    pub encoding: String,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `bilevel`, `gray`, `rgb` or `cmyk`.
    pub color: String,
    /// Length in bytes.
    pub bytes: u64,
    /// Digest of the bytes.
    pub sha256: Sha256,
}

/// A picture as it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredScan {
    /// The picture.
    #[serde(flatten)]
    pub picture: StoredPicture,
    /// Left, top, width and height in pixels of the part that the page shows, where that is not all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crop: Option<[u32; 4]>,
    /// `passed-through`, `recoded` or `rendered`.
    pub origin: String,
    /// Dots per inch.
    pub dpi: f32,
    /// Degrees clockwise that its file asks for.
    pub stated_turn: u16,
}

/// What was decided of a page.
#[expect(clippy::struct_excessive_bools, reason = "a stored form: each is a fact of its own")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredDecisions {
    /// Degrees clockwise that make it upright, the stated ones included.
    pub turn: u16,
    /// Strips that were read to find the way up; 0 where the shape of lines was sure.
    pub probes: u32,
    /// Degrees clockwise by which it was then straightened.
    pub deskew: f32,
    /// Degrees clockwise by which its lines fell.
    pub slope: f32,
    /// How much clearer lines stand out along that slope than along others.
    pub slope_clarity: f32,
    /// Halves of the page agreed on it.
    pub slope_agreed: bool,
    /// Nothing is on it.
    pub blank: bool,
    /// Share of the page that strokes cover, 0 to 1.
    pub ink_share: f32,
    /// Groups of ink that look like words.
    pub words: u32,
    /// Its light was made even, for recognition alone.
    pub leveled: bool,
    /// Borders or holes were whitened, for recognition alone.
    pub whitened: bool,
}

/// A seal, a stamp or a signature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredMark {
    /// `round-seal`, `text-stamp`, `signature` or `other`.
    pub kind: String,
    /// `red` or `blue`.
    pub ink: String,
    /// Left, top, right, bottom in pixels of the corrected page.
    #[serde(rename = "box")]
    pub bbox: [f32; 4],
}

/// Measures of a scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredQuality {
    /// Brightness of bare paper, 0 to 255.
    pub paper: u8,
    /// The same in its darkest twentieth.
    pub shade: u8,
    /// Pieces of text cut at the left, top, right and bottom edge.
    pub cut: [u32; 4],
    /// How much darker than paper strokes are, 0 to 255.
    pub contrast: Option<u8>,
    /// Width of strokes in inches.
    pub stroke_inches: Option<f32>,
    /// How far their edges rise, in inches.
    pub edge_inches: Option<f32>,
}

/// A page in the PDF.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredPlace {
    /// Width in points.
    pub width_points: f32,
    /// Height in points.
    pub height_points: f32,
    /// Its pictures, lowest first: the scan's own, or the paper and each ink with its mask; none where the file was written
    /// elsewhere.
    pub pictures: Vec<StoredPicture>,
}

impl PageRecord {
    /// The record of a page that shows `shown` in place of its scan's own picture, or shows that.
    #[must_use]
    pub fn of(read: &RecognizedPage, shown: Option<&Shown>) -> Self {
        let (page, observed) = (&read.page, &read.observed);
        Self {
            came: StoredScan::from(&page.scan),
            decided: decisions(read),
            marks: observed.marks.iter().map(StoredMark::from).collect(),
            quality: observed.quality.as_ref().map(StoredQuality::from),
            went: StoredPlace::of(page, shown),
        }
    }

    /// The record of a page of a file that was written elsewhere: nobody knows which pictures show it.
    #[must_use]
    pub fn of_foreign_file(read: &RecognizedPage) -> Self {
        let mut record = Self::of(read, None);
        record.went.pictures.clear();
        record
    }
}

fn decisions(read: &RecognizedPage) -> StoredDecisions {
    let (correction, basis) = (read.page.correction, read.observed.basis);
    StoredDecisions {
        turn: correction.turn.degrees(),
        probes: basis.probes,
        deskew: finite(correction.deskew_degrees),
        slope: finite(basis.slope_degrees),
        slope_clarity: finite(basis.slope_clarity),
        slope_agreed: basis.slope_agreed,
        blank: correction.blank,
        ink_share: finite(basis.ink_share),
        words: basis.words,
        leveled: basis.leveled,
        whitened: basis.whitened,
    }
}

impl StoredPicture {
    fn of(picture: &Encoded, sha256: Sha256) -> Self {
        let encoding = match picture.encoding {
            Encoding::Jpeg { .. } => "DCTDecode",
            Encoding::Jpeg2000 => "JPXDecode",
            Encoding::Ccitt { .. } => "CCITTFaxDecode",
            Encoding::Jbig2 { .. } => "JBIG2Decode",
            Encoding::Flate { .. } => "FlateDecode",
        };
        let color = match picture.color {
            Color::Bilevel { .. } => "bilevel",
            Color::Gray => "gray",
            Color::Rgb => "rgb",
            Color::Cmyk => "cmyk",
        };
        Self {
            encoding: encoding.to_owned(),
            width: picture.size.width,
            height: picture.size.height,
            color: color.to_owned(),
            bytes: picture.bytes.len() as u64,
            sha256,
        }
    }
}

impl From<&Scan> for StoredScan {
    fn from(scan: &Scan) -> Self {
        Self {
            picture: StoredPicture::of(&scan.picture, scan.sha256),
            crop: scan.crop.map(|crop| [crop.left, crop.top, crop.size.width, crop.size.height]),
            origin: origin(scan.provenance).to_owned(),
            dpi: scan.dpi.value(),
            stated_turn: scan.stated_turn.degrees(),
        }
    }
}

/// How a picture was come by, as it is stored.
fn origin(provenance: Provenance) -> &'static str {
    match provenance {
        Provenance::PassedThrough => "passed-through",
        Provenance::Recoded => "recoded",
        Provenance::Rendered => "rendered",
    }
}

impl From<&Mark> for StoredMark {
    fn from(mark: &Mark) -> Self {
        let kind = match mark.kind {
            MarkKind::RoundSeal => "round-seal",
            MarkKind::TextStamp => "text-stamp",
            MarkKind::Signature => "signature",
            MarkKind::Other => "other",
        };
        let ink = match mark.ink {
            Ink::Red => "red",
            Ink::Blue => "blue",
        };
        Self { kind: kind.to_owned(), ink: ink.to_owned(), bbox: sides(&mark.place) }
    }
}

impl From<&Quality> for StoredQuality {
    fn from(quality: &Quality) -> Self {
        let strokes = quality.strokes;
        Self {
            paper: quality.paper,
            shade: quality.shade,
            cut: quality.cut,
            contrast: strokes.map(|strokes| strokes.contrast),
            stroke_inches: strokes.map(|strokes| finite(strokes.width_inches)),
            edge_inches: strokes.map(|strokes| finite(strokes.edge_inches)),
        }
    }
}

impl StoredPlace {
    fn of(page: &Page, shown: Option<&Shown>) -> Self {
        let made = |picture: &Encoded| StoredPicture::of(picture, Sha256::of(&picture.bytes));
        let pictures = match shown {
            // Turn and deskew are where it is placed.
            None => vec![StoredPicture::of(&page.scan.picture, page.scan.sha256)],
            Some(Shown::Recoded(picture)) => vec![made(picture)],
            Some(Shown::Layers(layers)) => layers.pictures().map(made).collect(),
        };
        Self {
            width_points: finite(page.dpi().points(page.size.width as f32)),
            height_points: finite(page.dpi().points(page.size.height as f32)),
            pictures,
        }
    }
}

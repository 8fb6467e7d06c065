//! What a sample really says and what was done to it: the judge's file beside every document.
//!
//! Stored as `truth/NAME.json`. Boxes are `[left, top, right, bottom]` in pixels. All text is NFC.

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::faults::Faults;
use crate::geometry::Frame;
use crate::inbox::Metadata;
use crate::sheet::Zone;

/// The truth of one document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentTruth {
    /// Version of this form: 1.
    pub version: u32,
    /// Name in the inbox: a file's name without its ending, or a folder's.
    pub name: String,
    /// Files below the inbox in page order, `/` between folders.
    pub files: Vec<String>,
    /// Short code of its type (regulation sheet §7).
    #[serde(rename = "type")]
    pub kind: String,
    /// What it says, as fields.
    pub fields: Fields,
    /// What the metadata beside it says, where there is any; an agency's own document may be given
    /// to the owner of a dossier there.
    pub metadata: Option<Metadata>,
    /// Where the owner can be known from.
    pub owner_known_from: OwnerSource,
    /// How its pages are kept.
    pub container: String,
    /// Family of its letters.
    pub font: String,
    /// Its pages in order.
    pub pages: Vec<PageTruth>,
}

/// Where the owner can be known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnerSource {
    /// The metadata beside the document, and for most the paper too.
    Metadata,
    /// The paper alone.
    Paper,
    /// Nowhere.
    Nothing,
}

/// What a document says, as fields; what it does not say is missing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Fields {
    /// Tên giấy tờ.
    pub title: String,
    /// Số, ký hiệu, as printed.
    pub number: Option<String>,
    /// Ngày ban hành, ngày cấp, or the day of an application.
    pub issued: Option<Date>,
    /// Cơ quan ban hành, as in a sentence; the head prints it in capitals.
    pub issuer: Option<String>,
    /// Superior agency as printed.
    pub issuer_parent: Option<String>,
    /// Trích yếu nội dung.
    pub subject: Option<String>,
    /// Người ký.
    pub signer: Option<String>,
    /// Chức vụ người ký, as printed: the last line above the signature.
    pub signer_title: Option<String>,
    /// All lines above the signature: `TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`, `PHÓ CHỦ TỊCH`.
    #[serde(default)]
    pub authority: Vec<String>,
    /// Số định danh chủ giấy tờ.
    pub owner: Option<String>,
    /// Tên chủ giấy tờ.
    pub owner_name: Option<String>,
    /// A second owner's number: the other spouse.
    pub other_owner: Option<String>,
    /// Whether the owner's number stands on the paper.
    pub owner_on_paper: bool,
    /// Last day in force.
    pub valid_until: Option<Date>,
    /// Mã hồ sơ printed on it.
    pub dossier: Option<String>,
}

/// The truth of one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageTruth {
    /// From 1.
    pub number: u32,
    /// Columns of the scan as its file holds it.
    pub width: u32,
    /// Rows of the scan as its file holds it.
    pub height: u32,
    /// Pixels an inch.
    pub dpi: u32,
    /// Degrees clockwise, 0, 90, 180 or 270, that make the file's picture upright.
    pub turn: u32,
    /// Degrees clockwise of it that the file itself asks for (EXIF, `/Rotate`).
    pub stated_turn: u32,
    /// Degrees clockwise by which the upright picture must be rotated about its middle to be straight.
    pub deskew_degrees: f32,
    /// Nothing was printed or written on it.
    pub blank: bool,
    /// What the scanner did.
    pub faults: Faults,
    /// Lines in reading order: left column before right in heads and at the foot.
    pub lines: Vec<LineTruth>,
    /// Seals in the scan's pixels.
    pub seals: Vec<Frame>,
    /// Stamps of incoming documents, their frames in the scan's pixels.
    #[serde(default)]
    pub stamps: Vec<Frame>,
    /// Signatures by pen: where their waves are, without flourishes, and whether the pen is blue.
    #[serde(default)]
    pub signatures: Vec<SignatureTruth>,
    /// Bar codes.
    pub codes: Vec<CodeTruth>,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineTruth {
    /// Words with single spaces between; leaders are no text.
    pub text: String,
    /// Where on the paper.
    pub zone: Zone,
    /// Whether digits of it are by hand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hand: bool,
    /// Around its ink, in the pixels of the scan as its file holds it.
    #[serde(rename = "box")]
    pub frame: Frame,
    /// Around its ink in the upright, straight page of the same resolution.
    pub upright: Frame,
}

/// A signature by pen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SignatureTruth {
    /// Around the least that it fills, in the scan's pixels.
    #[serde(rename = "box")]
    pub frame: Frame,
    /// Blue ink rather than black.
    pub blue: bool,
}

/// A bar code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeTruth {
    /// `code128`, `code39`, `qr` or `patch`.
    pub symbology: String,
    /// What it says.
    pub text: String,
    /// Where, in the scan's pixels.
    #[serde(rename = "box")]
    pub frame: Frame,
}

impl PageTruth {
    /// Its lines of print, without page numbers and stamps, each ended by a line feed.
    #[must_use]
    pub fn plain(&self) -> String {
        let printed = self.lines.iter().filter(|line| !matches!(line.zone, Zone::PageNumber | Zone::Stamp));
        printed.flat_map(|line| [line.text.as_str(), "\n"]).collect()
    }

    /// Number of words of print and hand.
    #[must_use]
    pub fn words(&self) -> usize {
        self.lines.iter().map(|line| line.text.split(' ').count()).sum()
    }
}

//! Files of an inbox become scanned documents.
//!
//! In: a folder, and metadata beside it. Out: [`ScannedDocument`]. Sizes, pages and bytes are judged
//! by headers before anything is decoded, every input is digested, and a picture that a PDF can hold
//! is passed on byte for byte. What the metadata do not say stays unknown.
//!
//! # What is a document
//! - A PDF or a TIFF of several pages, wherever it lies.
//! - A folder below the inbox that holds page pictures (JPEG, PNG, TIFF of one page) and no documents of
//!   its own or below it: its pictures in natural order, page 2 before page 10.
//! - Two files of one name, one of fronts and one of backs (`sides`).
//! - A single picture directly in the inbox, or in a folder that also holds documents or whose metadata
//!   speak of that picture by itself.
//! - Each part of one of these that separator sheets divide ([`separator`], [`stack`]).
//!
//! # Metadata
//! `NAME.json` beside `NAME.pdf` or the folder `NAME`, `metadata.json` in a folder for everything in and below it,
//! `metadata.csv` in a folder with a column `file`. Nearer wins, field by field. The fields are those of
//! [`Hints`], by their names or in Vietnamese (`mã hồ sơ`, `số định danh`); a field that is not known is an error.

pub mod claim;
pub mod discover;
mod divide;
pub mod metadata;
mod names;
mod note;
mod order;
mod passwords;
pub mod pictures;
mod read;
mod render;
mod resolution;
mod scan;
pub mod separator;
pub mod settle;
mod sides;
pub mod stack;
pub mod text;
mod unfolding;
mod work;

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use discover::{Candidate, Content, Discovery, SkipReason, Skipped, discover, single};
pub use divide::{Division, divided};
pub use note::{Note, Use};
pub use passwords::{Password, Passwords};
pub use read::{read, read_again};
pub use scan::{Provenance, Scan};
pub use separator::{Look, look};
pub use stack::{AsideReason, Doubt, PageCode, SetAside, StackPart, formed};

use crate::base::digest::Sha256;
use crate::base::units::{Dpi, PageNumber};
use crate::raster::{self, Limits};
use crate::vn::codes::{DossierCode, PaperKindCode, ProcedureCode};
use crate::vn::document_type::DocumentType;
use crate::vn::identifiers::OwnerId;

/// One document as scanned: at least one page, every input digested, all within the limits.
#[derive(Debug, Clone)]
pub struct ScannedDocument {
    /// What it is and where it came from.
    pub origin: Origin,
    /// Its pages in order, never empty.
    pub scans: Vec<Scan>,
    /// The input files as they were read, in the order of `origin.sources`.
    pub source_bytes: Vec<SourceBytes>,
    /// What is worth telling about the input, for its report and its record.
    pub notes: Vec<Note>,
    /// What each page counts as in the identity.
    keys: Vec<String>,
}

/// How input is taken in. The fields have the names of their settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How much is taken on.
    pub limits: Limits,
    /// Resolution in which a PDF page without a large picture of its own is drawn: 300, that of office scanners.
    pub render_dpi: Dpi,
    /// Tried on PDF files that open with a password only.
    pub passwords: Passwords,
    /// What becomes of pages with nothing on them.
    pub blank_pages: BlankPages,
}

/// What becomes of pages with nothing on them; they stay in the sources either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlankPages {
    /// They are listed, and are no pages of the document.
    SetAside,
    /// They are pages like others.
    Keep,
}

/// What a document is and where it came from; goes with it through the whole chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Path below the inbox, `/` between folders: the name in reports.
    pub name: String,
    /// The input files, in page order.
    pub sources: Vec<SourceFile>,
    /// What the metadata beside the document says.
    pub hints: Hints,
    /// Identity of the input: the key of its deposit.
    pub identity: Identity,
    /// Where it lay, if it was one of several documents in a stack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<StackPart>,
    /// The places of its pages among those of its sources, in order; none where they are all of them as they come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<PageNumber>,
    /// Pages of its sources that are none of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_aside: Vec<SetAside>,
    /// Codes read on its pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<PageCode>,
    /// What a person must decide about the input before it goes on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
}

impl Origin {
    /// An input of which nothing is known but its files.
    #[must_use]
    pub fn new(name: String, sources: Vec<SourceFile>, hints: Hints, identity: Identity) -> Self {
        let (pages, set_aside, codes, doubts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { name, sources, hints, identity, stack: None, pages, set_aside, codes, doubts }
    }
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Where it was read.
    pub path: PathBuf,
    /// Its name in the deposit's `source/`, unique in the document.
    pub name: String,
    /// `application/pdf`, `image/tiff`, `image/jpeg`, `image/png`.
    pub media_type: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Sha256,
    /// A PDF with a digital signature of its own, which no page picture can carry on.
    #[serde(default)]
    pub signed: bool,
    /// What verification said about that signature when the file was taken in; filled in by the chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<SignatureVerdict>,
}

/// What verification said about the signatures of an input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureVerdict {
    /// In one word.
    pub standing: Standing,
    /// How many signatures and document time-stamps there are.
    pub signatures: u32,
    /// In one line, for people.
    pub vietnamese: String,
    /// In one line, for logs.
    pub english: String,
}

/// EN 319 102-1, 5.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// TOTAL-PASSED, over the whole file.
    Valid,
    /// INDETERMINATE: what is known does not decide it, such as where no trusted root is set.
    Indeterminate,
    /// TOTAL-FAILED.
    Invalid,
}

/// SHA-256 over the canonical input identity: dossier, component or result code, ordered
/// digests of the page pictures, ordinal. Independent of file names and of anything made later:
/// a page that had to be recoded or drawn counts with its source file and its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identity(pub Sha256);

/// What is known of a document before it is read; what is not stays unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hints {
    /// Owner's number.
    pub owner: Option<OwnerId>,
    /// Owner's name.
    pub owner_name: Option<String>,
    /// Mã hồ sơ.
    pub dossier: Option<DossierCode>,
    /// Mã thủ tục.
    pub procedure: Option<ProcedureCode>,
    /// Mã thành phần or mã kết quả.
    pub paper: Option<PaperKindCode>,
    /// Component of a dossier, or its result.
    pub role: Option<Role>,
    /// Original or copy.
    pub form: Option<Form>,
    /// Document type, where the office knows it.
    pub document_type: Option<DocumentType>,
    /// Ordinal among papers of the same pages (a second original), from 1.
    pub ordinal: Option<u32>,
    /// How many pages it has, by the dossier's list.
    pub pages: Option<u32>,
    /// How sheets printed on both sides were scanned, where they went through the scanner twice.
    pub duplex: Option<Duplex>,
}

/// How both sides of a stack were scanned by a scanner that sees one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duplex {
    /// All fronts in order, then the stack turned over: all backs, the last one first.
    FrontsThenBacks,
    /// Fronts and backs are files of their own; how the backs lie is found.
    Apart,
}

/// `LoaiSoHoa`: what the paper is in its dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Thành phần hồ sơ (0).
    Component,
    /// Kết quả giải quyết (1).
    Result,
}

/// `LoaiBan`: what lay on the scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Bản chính (0).
    Original,
    /// Bản sao (1).
    Copy,
}

/// Bytes of the sources as they were read, to be kept with the deposit.
pub type SourceBytes = Arc<[u8]>;

/// Why an input gives no document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The inbox, a folder or a file cannot be opened.
    #[error("`{path}` cannot be opened")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A folder with nothing in it that is read.
    #[error(
        "the folder `{path}` holds no scans: expected PDF, TIFF, JPEG or PNG files ({skipped} others were passed over)"
    )]
    EmptyFolder {
        /// Which.
        path: PathBuf,
        /// Entries that are no scans.
        skipped: usize,
    },
    /// A folder that was named as one document and is more.
    #[error("the folder `{path}` holds {found} documents, expected one")]
    SeveralDocuments {
        /// Which.
        path: PathBuf,
        /// How many.
        found: usize,
    },
    /// A name that is no text.
    #[error("the name of `{path}` is not UTF-8 text")]
    NameNotText {
        /// Which.
        path: PathBuf,
    },
    /// A file grew or shrank while it was read.
    #[error("`{path}` changed while it was read: {found} bytes, expected {expected}")]
    Unsettled {
        /// Which.
        path: PathBuf,
        /// Bytes read.
        found: u64,
        /// Bytes that the folder spoke of.
        expected: u64,
    },
    /// An image file, or the limits.
    #[error("`{path}`")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: raster::Error,
    },
    /// One page of an image file.
    #[error("`{path}`, {page}")]
    Page {
        /// Which file.
        path: PathBuf,
        /// Which of its pages.
        page: PageNumber,
        /// Why.
        #[source]
        source: raster::Error,
    },
    /// A PDF.
    #[error("`{path}`")]
    Pdf {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: pictures::Error,
    },
    /// A file is to be divided that its pages cannot be taken out of.
    #[error("`{path}` holds several documents, and its pages cannot be taken out of it unchanged")]
    Indivisible {
        /// Which.
        path: PathBuf,
    },
    /// The metadata beside it.
    #[error(transparent)]
    Metadata(#[from] metadata::Error),
}

impl Error {
    /// What to do next, where a user can do something.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { path, source } => Some(match source.kind() {
                std::io::ErrorKind::NotFound => format!("check the path `{}`", path.display()),
                _ => format!("give this user the right to read it: `chmod -R u+rX '{}'`", path.display()),
            }),
            Self::EmptyFolder { .. } => Some("put the scans there, or take the folder away".to_owned()),
            Self::SeveralDocuments { .. } => Some("name the documents themselves, or use `sohoa run`".to_owned()),
            Self::NameNotText { .. } => Some("rename it with letters of UTF-8".to_owned()),
            Self::Unsettled { .. } => Some("wait until the scanner has written it, then run again".to_owned()),
            Self::File { source, .. } | Self::Page { source, .. } => source.hint(),
            Self::Pdf { source, .. } => source.hint(),
            Self::Indivisible { .. } => Some(
                "a file that was signed, and fronts and backs in two files, stay whole; scan each paper by itself, or the \
                 stack to one PDF without lock or signature or to a folder with a picture for each page"
                    .to_owned(),
            ),
            Self::Metadata(error) => error.hint(),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            render_dpi: resolution::office(),
            passwords: Passwords::default(),
            blank_pages: BlankPages::SetAside,
        }
    }
}

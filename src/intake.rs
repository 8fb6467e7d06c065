//! Files of an inbox become scanned documents.
//!
//! In: a folder, and metadata beside it. Out: [`ScannedDocument`]. Nothing is decoded here:
//! sizes, pages and bytes are judged by headers, and every input is digested.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::digest::Sha256;
use crate::base::geometry::Turn;
use crate::base::units::{Dpi, PageNumber};
use crate::raster::Encoded;
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
}

/// What a document is and where it came from; goes with it through the whole chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Path below the inbox, `/` between folders: the name in reports.
    pub name: String,
    /// The input files, in page order.
    pub sources: Vec<SourceFile>,
    /// What the metadata beside the document says.
    pub hints: Hints,
    /// Identity of the input: the key of its deposit.
    pub identity: Identity,
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
}

/// SHA-256 over the canonical input identity: dossier, component or result code, ordered
/// digests of the page pictures, ordinal. Independent of file names and of anything made later.
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

/// One page as it came.
#[derive(Debug, Clone)]
pub struct Scan {
    /// Its place, from 1.
    pub number: PageNumber,
    /// Its picture, encoded.
    pub picture: Encoded,
    /// Resolution of the picture on paper.
    pub dpi: Dpi,
    /// The turn that its file asks for (EXIF, `/Rotate`).
    pub stated_turn: Turn,
    /// Digest of the picture's encoded bytes.
    pub sha256: Sha256,
    /// How the picture was come by.
    pub provenance: Provenance,
}

/// How a page's picture was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provenance {
    /// The input's own bytes.
    PassedThrough,
    /// Decoded and encoded again without loss: PDF has no such encoding.
    Recoded,
    /// Drawn from a PDF page that is more than one picture.
    Rendered,
}

/// Bytes of the sources as they were read, to be kept with the deposit.
pub type SourceBytes = Arc<[u8]>;

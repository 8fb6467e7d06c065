//! A signed document is put into its owner's storage root, durably, once.
//!
//! In: [`Package`]. Out: [`Receipt`]. Layout: OCFL 1.1, one storage root per owner, one object per document.

use serde::{Deserialize, Serialize};

use crate::base::digest::Sha512;
use crate::base::time::Timestamp;
use crate::intake::SourceBytes;
use crate::review::ApprovedDocument;
use crate::sign::SignedPdf;
use crate::vn::identifiers::OwnerId;

/// Everything that one deposit holds.
#[derive(Debug)]
pub struct Package<'a> {
    /// Whose it is; a document without an owner is held, never guessed.
    pub owner: &'a OwnerId,
    /// What was approved.
    pub approved: &'a ApprovedDocument,
    /// `document.pdf`.
    pub signed: &'a SignedPdf,
    /// The input files in the order of `origin.sources`; empty when they are not to be kept.
    pub sources: &'a [SourceBytes],
    /// What was done to the document, in order: `provenance.json`.
    pub events: &'a [Event],
}

/// One thing done to a document (PREMIS event types).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// PREMIS type: `capture`, `message digest calculation`, `normalization`, ...
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// By which part of which version of sohoa, or by whom.
    pub agent: String,
    /// What came out, in words.
    pub detail: String,
}

/// Proof that a document is deposited: given only after it is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// `urn:vn-kho:<owner token>:<document token>`.
    pub urn: String,
    /// The object's folder below the warehouse.
    pub path: String,
    /// `v1` for a new object.
    pub version: String,
    /// SHA-512 of the object's inventory.
    pub inventory: Sha512,
    /// SHA-512 of `document.pdf`.
    pub document: Sha512,
    /// When.
    pub at: Timestamp,
    /// The same input was already deposited, and that deposit stands.
    pub adopted: bool,
}

//! A signed document is put into its owner's storage root, durably, once.
//!
//! In: [`Package`]. Out: [`Receipt`]. Layout: OCFL 1.1, one storage root per owner, one object per document:
//!
//! ```text
//! <warehouse>/site.key                       names of owners are keyed by it; keep a copy apart
//! <warehouse>/kho/<aa>/<bb>/<owner token>/   one OCFL storage root
//!     <hh>/urn%3avn-kho%3a<owner>%3a<document>/v1/content/
//!         document.pdf  record.json  text.json  provenance.json  source/...
//! <warehouse>/staging/                       what is not yet, or no longer, part of the store
//! ```
//!
//! A deposit is keyed by the identity of its *input*: signing the same input twice gives different bytes, but the
//! first deposit wins and the second adopts it. An object is built whole in `staging`, every file and folder of it
//! synced, renamed there to `<owner>.<document>.ready`, and from there in one step to its place; only when that is
//! durable too is there a receipt. What carries the name `.ready` is complete, so a run that was killed in between
//! goes on from it ([`Warehouse::ready`], [`Warehouse::resume`]) and signs nothing twice.
//!
//! A failed `fsync` is final: the warehouse takes no further deposit from this process.
//! Knows nothing of pages, signatures or the catalog, and never reads the clock.

mod commit;
mod error;
mod key;
mod names;
pub mod page;
pub mod record;
#[cfg(test)]
pub(crate) mod samples;
mod staging;
#[cfg(test)]
mod tests;
pub mod text;
mod warehouse;

use serde::{Deserialize, Serialize};

use crate::base::digest::Sha512;
use crate::base::time::Timestamp;
use crate::intake::SourceBytes;
use crate::ocfl::inventory::User;
use crate::pdfa::{Conversion, Shown};
use crate::review::ApprovedDocument;
use crate::sign::SignedPdf;
use crate::vn::identifiers::OwnerId;

pub use error::Error;
pub use staging::Swept;
pub use warehouse::{Stored, Warehouse};

/// Everything that one deposit holds.
#[derive(Debug)]
pub struct Package<'a> {
    /// Whose it is; a document without an owner is held, never guessed.
    pub owner: &'a OwnerId,
    /// What was approved.
    pub approved: &'a ApprovedDocument,
    /// Who digitised it, for which agency, when.
    pub conversion: &'a Conversion,
    /// `document.pdf`.
    pub signed: &'a SignedPdf,
    /// What each of its pages shows in place of its scan's own picture, by page; none where it was written elsewhere and
    /// nobody knows.
    pub shown: Option<&'a [Option<Shown>]>,
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
    /// When the version was made.
    pub at: Timestamp,
    /// The same input was already deposited, and that deposit stands.
    pub adopted: bool,
}

/// How a warehouse is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Bytes of the volume that a deposit leaves free, so that the catalog and the journal can still be written.
    pub reserve_bytes: u64,
    /// Who makes the versions, as the inventories say (OCFL 1.1, 3.5.3).
    pub user: User,
}

/// 64 MiB in reserve; versions made by `sohoa`.
impl Default for Options {
    fn default() -> Self {
        let user = User { name: "sohoa".to_owned(), address: Some("urn:vn-kho:agent:sohoa".to_owned()) };
        Self { reserve_bytes: 64 << 20, user }
    }
}

/// Puts a document into its owner's storage root, and returns when it is durable.
///
/// `at` is the version's time and that of the `ingestion` event.
///
/// # Errors
/// See [`Error`]; then the store is as it was, or holds the whole document.
pub fn deposit(warehouse: &Warehouse, package: &Package<'_>, at: Timestamp) -> Result<Receipt, Error> {
    warehouse.deposit(package, at)
}

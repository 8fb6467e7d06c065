//! The chain, over one document and over an inbox.
//!
//! In: an inbox and [`Tools`]. Out: one [`Outcome`] for each document, in input order. A failure
//! of one document never touches another, and nothing is acknowledged before it is durable.
//! Knows no terminal: what is going on is told to an observer.

mod batch;
mod blame;
mod check;
mod compress;
mod divide;
mod document;
mod earlier;
mod outcome;
mod provenance;
mod reading;
mod resume;
mod row;
mod sides;
mod signatures;
mod stack;
mod thumbnails;

pub use batch::{Observer, Progress, finish_approved, finish_one, run};
pub use blame::Blame;
pub use check::{CheckReport, CheckedDocument, CheckedPage, check};
pub use compress::{Check, Compression, Compressor, Verdict, compress};
pub use divide::{divide, join};
pub use document::deposit_signed;
pub use outcome::{BatchReport, Counts, DocumentReport, Outcome, PageReport, StageTimes};
pub use reading::{Reading, recognize};
pub use resume::resume;
pub use signatures::judge as judge_signatures;
pub use stack::documents_of;

use std::sync::atomic::AtomicBool;

use crate::base::time::Clock;
use crate::catalog::Catalog;
use crate::config::{KeepSource, Pictures};
use crate::deposit::Warehouse;
use crate::ocr::Recognizer;
use crate::review::Queue;
use crate::sign::{Asking, Desk, Rules};
use crate::vn::identifiers::OwnerId;
use crate::{catalog, classify, deposit, intake, ocr, pdfa, preprocess, raster, review, sign};

/// What the chain works with; shared by all documents of a run.
pub struct Tools<'a> {
    /// Reads pages.
    pub recognizer: &'a dyn Recognizer,
    /// Where the organisation signs.
    pub desk: Desk<'a>,
    /// Where documents go.
    pub warehouse: &'a Warehouse,
    /// The index and the journal.
    pub catalog: &'a Catalog,
    /// Where what needs a person waits.
    pub queue: &'a Queue,
    /// Where the time comes from.
    pub clock: Clock,
    /// Set to end the run after the documents in flight.
    pub stop: &'a AtomicBool,
    /// How each stage works.
    pub options: &'a Options,
}

impl<'a> Tools<'a> {
    /// By what the signatures of input files are judged.
    #[must_use]
    pub fn rules(&self) -> Rules<'a> {
        let revocation = if self.options.asks_status { Asking::Source(self.desk.status) } else { Asking::Nothing };
        Rules { anchors: self.desk.anchors, at: self.clock.now(), revocation, password: None }
    }

    /// What reading pages takes, with the journal.
    #[must_use]
    pub fn reading(&self) -> Reading<'a> {
        Reading {
            recognizer: self.recognizer,
            intake: &self.options.intake,
            preprocess: &self.options.preprocess,
            journal: Some(self.catalog),
        }
    }
}

/// How each stage works.
#[derive(Debug, Clone)]
pub struct Options {
    /// Limits and metadata of the input.
    pub intake: intake::Options,
    /// Turning, deskewing, cleaning.
    pub preprocess: preprocess::Options,
    /// Document types.
    pub classify: classify::Options,
    /// Thresholds.
    pub review: review::Options,
    /// The agency that digitises.
    pub agency: String,
    /// The officer who digitises.
    pub officer: Option<String>,
    /// Level of PDF/A.
    pub level: pdfa::Conformance,
    /// How page pictures go into the PDF.
    pub pictures: Pictures,
    /// How signatures look.
    pub appearance: sign::Appearance,
    /// Owner of every document that names none.
    pub owner: Option<OwnerId>,
    /// Whether the input files go into the deposit.
    pub keep_source: KeepSource,
    /// Whether the status of certificates of signed input files is asked.
    pub asks_status: bool,
}

/// Which stage failed a document, and why.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// Reading the input.
    #[error(transparent)]
    Intake(#[from] intake::Error),
    /// Decoding a page's picture.
    #[error(transparent)]
    Raster(#[from] raster::Error),
    /// Recognising.
    #[error(transparent)]
    Ocr(#[from] ocr::Error),
    /// Holding for a person.
    #[error(transparent)]
    Review(#[from] review::QueueError),
    /// Writing PDF/A.
    #[error(transparent)]
    Pdfa(#[from] pdfa::Error),
    /// Signing.
    #[error(transparent)]
    Sign(#[from] sign::Error),
    /// Depositing.
    #[error(transparent)]
    Deposit(#[from] deposit::Error),
    /// Writing the index or the journal.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// The document has no owner, and none is guessed.
    #[error("the document has no owner")]
    NoOwner,
    /// A fault of sohoa itself.
    #[error("fault in sohoa: {message}")]
    Bug {
        /// What the fault said.
        message: String,
    },
}

impl StageError {
    /// The stage's name.
    #[must_use]
    pub fn stage(&self) -> &'static str {
        match self {
            Self::Intake(_) => "intake",
            Self::Raster(_) => "preprocess",
            Self::Ocr(_) => "ocr",
            Self::Review(_) | Self::NoOwner => "review",
            Self::Pdfa(_) => "pdfa",
            Self::Sign(_) => "sign",
            Self::Deposit(_) | Self::Catalog(_) => "deposit",
            Self::Bug { .. } => "sohoa",
        }
    }

    /// The whole story: the error and its causes, joined by colons.
    #[must_use]
    pub fn story(&self) -> String {
        story(self)
    }

    /// What the user can do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Intake(error) => error.hint(),
            Self::Raster(error) => error.hint(),
            Self::Ocr(error) => error.hint(),
            Self::Review(error) => error.hint(),
            Self::Pdfa(error) => error.hint(),
            Self::Sign(error) => error.hint(),
            Self::Deposit(error) => error.hint(),
            Self::Catalog(error) => error.hint(),
            Self::NoOwner => Some("name one with `--owner NUMBER`, or in review with `--set owner=NUMBER`".to_owned()),
            Self::Bug { .. } => Some("please report this with the file's name, and go on with the others".to_owned()),
        }
    }
}

/// An error and its causes, joined by colons; a cause that the error already ends with is not said twice.
#[must_use]
pub fn story(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.map(ToString::to_string).fold(error.to_string(), |story, cause| {
        if story.ends_with(&cause) { story } else { format!("{story}: {cause}") }
    })
}

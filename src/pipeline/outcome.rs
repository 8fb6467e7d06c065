//! What became of each document, and of the whole run.

use std::path::PathBuf;
use std::time::Duration;

use super::{Blame, Compression, StageError};
use crate::base::time::Timestamp;
use crate::base::units::{Confidence, PageNumber};
use crate::deposit::Receipt;
use crate::deposit::page::PageRecord;
use crate::gate::Finding;
use crate::intake::{Identity, Note, SetAside, SignatureVerdict};
use crate::ocr::TextSource;
use crate::review::{HeldId, Reason};

/// What became of a document.
#[derive(Debug)]
pub enum Outcome {
    /// In its owner's warehouse, durable.
    Deposited(Receipt),
    /// The same input was deposited before; that deposit stands.
    AlreadyDeposited(Receipt),
    /// Waits for a person.
    Held {
        /// Its name in the queue.
        id: HeldId,
        /// Why.
        reasons: Vec<Reason>,
    },
    /// A person rejected it before.
    Rejected {
        /// Its name in the queue.
        id: HeldId,
        /// Why, in that person's words.
        reason: String,
    },
    /// A stage failed.
    Failed(StageError),
}

/// One document's row in the report.
#[derive(Debug)]
pub struct DocumentReport {
    /// Path below the inbox.
    pub name: String,
    /// The input of the inbox that it lay in, where that is; none where it came from the queue or from staging. Its name
    /// would not do: names are shown in NFC, and files have them as they were given.
    pub input: Option<PathBuf>,
    /// Identity of its input, where it could be read.
    pub identity: Option<Identity>,
    /// Type code found.
    pub document_type: Option<&'static str>,
    /// Number and symbol found.
    pub number: Option<String>,
    /// What is worth telling about its input.
    pub notes: Vec<Note>,
    /// Its pages, blank ones included.
    pub pages: Vec<PageReport>,
    /// Pages of its input that are set aside.
    pub set_aside: Vec<SetAside>,
    /// What the gate found about its scan.
    pub findings: Vec<Finding>,
    /// Input files that were signed before, each with what verification said.
    pub originals: Vec<(String, SignatureVerdict)>,
    /// Bytes of its input files.
    pub bytes_in: u64,
    /// Bytes of the signed file.
    pub bytes_out: Option<u64>,
    /// Time per stage.
    pub times: StageTimes,
    /// What became of it.
    pub outcome: Outcome,
}

/// What was done to one page.
#[derive(Debug, Clone)]
pub struct PageReport {
    /// Its place.
    pub number: PageNumber,
    /// Words recognised.
    pub words: usize,
    /// Mean word confidence.
    pub confidence: Option<Confidence>,
    /// Where its words came from, and why.
    pub source: TextSource,
    /// Why it was not read, where it was not.
    pub unread: Option<String>,
    /// What came in, what was decided by which measurement, what went out.
    pub record: PageRecord,
    /// How its picture went into the PDF, where that was to be decided.
    pub compression: Option<Compression>,
}

/// Time spent in each stage; stages over pages add up the pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StageTimes {
    /// Reading and digesting.
    pub intake: Duration,
    /// Decoding, turning, deskewing.
    pub preprocess: Duration,
    /// Recognition.
    pub ocr: Duration,
    /// Type and fields.
    pub describe: Duration,
    /// Parting pictures into layers, and writing PDF/A.
    pub pdfa: Duration,
    /// Signing and time-stamping.
    pub sign: Duration,
    /// Staging, syncing, renaming, catalog.
    pub deposit: Duration,
}

impl StageTimes {
    /// Each stage's name and time, in the order of the chain.
    #[must_use]
    pub fn rows(&self) -> [(&'static str, Duration); 7] {
        [
            ("intake", self.intake),
            ("preprocess", self.preprocess),
            ("ocr", self.ocr),
            ("describe", self.describe),
            ("pdfa", self.pdfa),
            ("sign", self.sign),
            ("deposit", self.deposit),
        ]
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            intake: self.intake + other.intake,
            preprocess: self.preprocess + other.preprocess,
            ocr: self.ocr + other.ocr,
            describe: self.describe + other.describe,
            pdfa: self.pdfa + other.pdfa,
            sign: self.sign + other.sign,
            deposit: self.deposit + other.deposit,
        }
    }
}

/// The whole run.
#[derive(Debug)]
pub struct BatchReport {
    /// When it began.
    pub started: Timestamp,
    /// How long it took.
    pub elapsed: Duration,
    /// Every document, in input order.
    pub documents: Vec<DocumentReport>,
    /// Files that are no document, each with its reason.
    pub left: Vec<(String, String)>,
    /// Ctrl-C ended it before every document was taken.
    pub interrupted: bool,
}

/// How many documents came to each outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Newly deposited.
    pub deposited: usize,
    /// Deposited before.
    pub already: usize,
    /// Held for a person.
    pub held: usize,
    /// Rejected by a person.
    pub rejected: usize,
    /// Failed by their own fault.
    pub failed: usize,
    /// Not done for now, by no fault of theirs.
    pub postponed: usize,
    /// Pages of all documents.
    pub pages: usize,
}

impl BatchReport {
    /// Counts by outcome.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for document in &self.documents {
            counts.pages += document.pages.len();
            *match &document.outcome {
                Outcome::Deposited(_) => &mut counts.deposited,
                Outcome::AlreadyDeposited(_) => &mut counts.already,
                Outcome::Held { .. } => &mut counts.held,
                Outcome::Rejected { .. } => &mut counts.rejected,
                Outcome::Failed(error) if error.blame() == Blame::Surroundings => &mut counts.postponed,
                Outcome::Failed(_) => &mut counts.failed,
            } += 1;
        }
        counts
    }

    /// Time per stage over all documents.
    #[must_use]
    pub fn times(&self) -> StageTimes {
        self.documents.iter().fold(StageTimes::default(), |sum, document| sum.plus(document.times))
    }
}

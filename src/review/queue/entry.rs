//! A held document as it lies on disk, and what was decided on it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::storage;
use super::{HeldId, QueueError};
use crate::base::time::Timestamp;
use crate::base::units::{Confidence, PageNumber};
use crate::classify::{Classification, ClassifiedDocument};
use crate::describe::{DescribedDocument, Record};
use crate::intake::{Identity, Origin, Scan, ScannedDocument};
use crate::ocr::RecognizedDocument;
use crate::review::fields::set;
use crate::review::wire::{HeldPage, HeldWire, OLDEST, VERSION, agree, join};
use crate::review::{ApprovedDocument, HeldDocument, Reason};
use crate::vn::document_type::{DocumentType, FieldName};

/// What was decided, by a person or by what the office said later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Decision {
    /// Right after these corrections.
    Approve {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
        /// The type, where it was wrong or unknown.
        document_type: Option<DocumentType>,
        /// Fields corrected, in order.
        fields: Vec<(FieldName, String)>,
    },
    /// Not to be deposited.
    Reject {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
    /// Several documents: its pages are worked on as these, and nothing is left to decide here.
    Divide {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
        /// The pages with which documents begin, without its first.
        starts: Vec<PageNumber>,
        /// The documents, in order.
        parts: Vec<Identity>,
    },
    /// The office said more of these pages, and they are another document since: nothing is left to decide here.
    Supersede {
        /// That document's name in the queue, were it held.
        by: HeldId,
        /// When.
        at: Timestamp,
    },
}

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody decided yet.
    Waiting,
    /// Approved, to be finished.
    Approved,
    /// Set aside.
    Rejected,
    /// Its pages are worked on as another document.
    Superseded,
    /// Its pages are worked on as several documents.
    Divided,
}

/// A held document as it lies on disk.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name.
    pub id: HeldId,
    /// Its folder.
    pub folder: PathBuf,
    /// Where it came from.
    pub origin: Origin,
    /// When it was held.
    pub held_at: Timestamp,
    /// Its type as found.
    pub classification: Classification,
    /// Its record as found.
    pub record: Record,
    /// Why it was held.
    pub reasons: Vec<Reason>,
    /// Its pages.
    pub pages: Vec<HeldPage>,
    /// What was decided, if anything.
    pub decision: Option<Decision>,
}

impl Entry {
    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        match self.decision {
            None => State::Waiting,
            Some(Decision::Approve { .. }) => State::Approved,
            Some(Decision::Reject { .. }) => State::Rejected,
            Some(Decision::Supersede { .. }) => State::Superseded,
            Some(Decision::Divide { .. }) => State::Divided,
        }
    }

    /// The documents that it was divided into; none where it was not.
    #[must_use]
    pub fn parts(&self) -> &[Identity] {
        match &self.decision {
            Some(Decision::Divide { parts, .. }) => parts,
            _ => &[],
        }
    }

    /// Whether its pages are worked on as that document.
    #[must_use]
    pub fn is_superseded_by(&self, other: &HeldId) -> bool {
        matches!(&self.decision, Some(Decision::Supersede { by, .. }) if by == other)
    }

    /// Why it was rejected, if it was.
    #[must_use]
    pub fn rejection(&self) -> Option<String> {
        match &self.decision {
            Some(Decision::Reject { reason, .. }) => Some(reason.clone()),
            _ => None,
        }
    }

    /// Whether this may be decided on it as it stands.
    ///
    /// # Errors
    /// Those of [`Queue::decide`](super::Queue::decide) but for what is not there or damaged.
    pub fn check(&self, decision: &Decision) -> Result<(), QueueError> {
        let id = self.id.to_string();
        match &self.decision {
            Some(Decision::Reject { by, .. }) => Err(QueueError::Decided { id, by: by.clone() }),
            Some(Decision::Supersede { by, .. }) => Err(QueueError::Superseded { id, by: by.to_string() }),
            Some(Decision::Divide { by, .. }) => Err(QueueError::Divided { id, by: by.clone() }),
            Some(Decision::Approve { .. }) | None => {
                check_complete(self, decision)?;
                check_starts(self, decision)
            }
        }
    }

    /// The folder of the kept input files.
    #[must_use]
    pub fn source_folder(&self) -> PathBuf {
        self.folder.join("source")
    }

    /// Whether these scans are the pages that were recognised for it.
    #[must_use]
    pub fn has_pages(&self, scanned: &ScannedDocument) -> bool {
        let scans = self.kept(&scanned.origin, scanned.scans.clone());
        agree(&self.pages, &scans)
    }

    /// Those scans of its document that are not set aside, in the order and under the numbers that they have in it: backs
    /// may have been exchanged since intake.
    fn kept(&self, origin: &Origin, scans: Vec<Scan>) -> Vec<Scan> {
        let is_aside = |place| self.origin.set_aside.iter().any(|aside| aside.page == place);
        let placed = scans.into_iter().enumerate().map(|(index, scan)| (origin.place_in_sources(index), scan));
        let mut kept: Vec<(PageNumber, Scan)> = placed.filter(|(place, _)| !is_aside(*place)).collect();
        kept.sort_by_key(|(place, _)| self.origin.pages.iter().position(|own| own == place));
        let numbered = kept.into_iter().enumerate();
        numbered.map(|(index, (_, scan))| Scan { number: PageNumber::at_index(index), ..scan }).collect()
    }

    /// Its pages as they were recognised, under what is said of them now.
    ///
    /// # Errors
    /// [`QueueError::PagesDiffer`] when the scans are not those recognised.
    pub fn recognized(self, origin: Origin, scans: Vec<Scan>) -> Result<RecognizedDocument, QueueError> {
        let differ = QueueError::PagesDiffer { id: self.id.to_string() };
        let scans = self.kept(&origin, scans);
        let Origin { pages, set_aside, codes, .. } = self.origin;
        let origin = Origin { pages, set_aside, codes, ..origin };
        join(origin, self.pages, scans).ok_or(differ)
    }

    /// The approved document, with its corrections, and its pictures read again from the kept input.
    ///
    /// # Errors
    /// [`QueueError::NoSuch`] when nobody approved it, [`QueueError::PagesDiffer`] when the scans are not
    /// those recognised, [`QueueError::Unfit`].
    pub fn approved(self, scans: Vec<Scan>) -> Result<ApprovedDocument, QueueError> {
        let Some(Decision::Approve { by, at, document_type, fields }) = self.decision else {
            return Err(QueueError::NoSuch { id: self.id.to_string() });
        };
        let mut record = self.record;
        fields.iter().try_for_each(|(field, value)| set(*field, &mut record, value))?;
        let mut classification = self.classification;
        if let Some(document_type) = document_type {
            classification = Classification { document_type, confidence: Confidence::CERTAIN, evidence: Vec::new() };
        }
        let differ = QueueError::PagesDiffer { id: self.id.to_string() };
        let recognized = join(self.origin, self.pages, scans).ok_or(differ)?;
        let described = DescribedDocument { classified: ClassifiedDocument { recognized, classification }, record };
        Ok(HeldDocument { described, reasons: self.reasons }.approve(by, at))
    }
}

/// A document is divided between its pages.
fn check_starts(entry: &Entry, decision: &Decision) -> Result<(), QueueError> {
    let Decision::Divide { starts, .. } = decision else { return Ok(()) };
    let rises = starts.windows(2).all(|pair| pair[0] < pair[1]);
    let within = starts.iter().all(|page| (1..entry.pages.len()).contains(&page.index()));
    let fits = !starts.is_empty() && rises && within;
    let starts = || starts.iter().map(|page| page.value()).collect();
    let pages = entry.pages.len();
    if fits { Ok(()) } else { Err(QueueError::Starts { id: entry.id.to_string(), starts: starts(), pages }) }
}

/// An approval names an owner and a type, by itself or by what was read.
fn check_complete(entry: &Entry, decision: &Decision) -> Result<(), QueueError> {
    let Decision::Approve { document_type, fields, .. } = decision else { return Ok(()) };
    let mut record = entry.record.clone();
    fields.iter().try_for_each(|(field, value)| set(*field, &mut record, value))?;
    let incomplete = |missing| Err(QueueError::Incomplete { id: entry.id.to_string(), missing });
    if record.owner.is_none() {
        return incomplete("nobody said whose paper it is");
    }
    if document_type.unwrap_or(entry.classification.document_type) == DocumentType::UNKNOWN {
        return incomplete("nobody said of which type it is");
    }
    Ok(())
}

pub(super) fn read(id: HeldId, folder: &Path) -> Result<Entry, QueueError> {
    let path = folder.join("held.json");
    let wire: HeldWire = read_json(&path)?;
    if !(OLDEST..=VERSION).contains(&wire.version) {
        let message = format!("its version is {}, expected {OLDEST} to {VERSION}", wire.version);
        return Err(QueueError::Damaged { path, message });
    }
    let decision = folder.join("decision.json");
    Ok(Entry {
        decision: if decision.exists() { Some(read_json(&decision)?) } else { None },
        id,
        folder: folder.to_owned(),
        origin: wire.origin,
        held_at: wire.held_at,
        classification: wire.classification,
        record: wire.record,
        reasons: wire.reasons,
        pages: wire.pages,
    })
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, QueueError> {
    let damaged = |message: String| QueueError::Damaged { path: path.to_owned(), message };
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(damaged("it is missing".to_owned())),
        read => read.map_err(storage(path))?,
    };
    serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))
}

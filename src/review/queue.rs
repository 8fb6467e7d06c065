//! The queue on disk: one folder a held document, whole or not there.
//!
//! ```text
//! <queue>/<id>/held.json        what was found, with reasons
//!              source/<name>    the input files
//!              page-1.jpg ...   thumbnails
//!              decision.json    once a person decided
//! <queue>/rejected/<id>/        set aside, never deleted
//! ```

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use super::fields::{UnfitValue, set};
use super::wire::{HeldPage, HeldWire, OLDEST, VERSION, join};
use super::{ApprovedDocument, HeldDocument, Reason};
use crate::base::files;
use crate::base::time::Timestamp;
use crate::base::units::Confidence;
use crate::classify::{Classification, ClassifiedDocument};
use crate::describe::{DescribedDocument, Record};
use crate::intake::{Identity, Origin, Scan, SourceBytes};
use crate::vn::document_type::{DocumentType, FieldName};

/// Names a held document: the first 16 hexadecimal digits of its identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HeldId(String);

/// 64 bits: among ten million held papers the chance that two share a name is one in a hundred thousand.
const DIGITS: usize = 16;

impl HeldId {
    /// The name of a document.
    #[must_use]
    pub fn of(identity: Identity) -> Self {
        Self(identity.0.to_string()[..DIGITS].to_owned())
    }
}

impl std::fmt::Display for HeldId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for HeldId {
    type Err = QueueError;

    fn from_str(text: &str) -> Result<Self, QueueError> {
        let valid = text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if valid { Ok(Self(text.to_ascii_lowercase())) } else { Err(QueueError::NoSuch { id: text.to_owned() }) }
    }
}

/// What a person decided.
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

/// What can go wrong with the queue.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// No document of that name is held.
    #[error("no held document `{id}`")]
    NoSuch {
        /// The name given.
        id: String,
    },
    /// The file system refused.
    #[error("review queue: {} could not be written or read", path.display())]
    Storage {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A stored file is not what it should be.
    #[error("review queue: {} is damaged: {message}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The kept input files no longer give the pages that were recognised.
    #[error("review queue: the pages of `{id}` are not those that were recognized")]
    PagesDiffer {
        /// The document.
        id: String,
    },
    /// A correction does not fit.
    #[error(transparent)]
    Unfit(#[from] UnfitValue),
    /// An approval leaves something open that nobody may guess.
    #[error("held document `{id}` cannot be approved: {missing}")]
    Incomplete {
        /// The document.
        id: String,
        /// What nobody said.
        missing: &'static str,
    },
    /// The document was decided before.
    #[error("held document `{id}` was already decided by {by}")]
    Decided {
        /// The document.
        id: String,
        /// By whom.
        by: String,
    },
}

impl QueueError {
    /// What the user can do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoSuch { .. } => Some("`sohoa review list` shows what is held".to_owned()),
            Self::PagesDiffer { .. } | Self::Damaged { .. } => {
                Some("run the original files again; the entry's folder can then be set aside".to_owned())
            }
            Self::Storage { .. } => Some("check free space and rights of the warehouse".to_owned()),
            Self::Incomplete { .. } => Some("say it with `--set owner=NUMBER` or `--type CODE`".to_owned()),
            Self::Unfit(_) | Self::Decided { .. } => None,
        }
    }
}

/// The queue of one warehouse.
#[derive(Debug, Clone)]
pub struct Queue {
    folder: PathBuf,
}

impl Queue {
    /// Opens the queue, making its folder where it is missing.
    ///
    /// # Errors
    /// [`QueueError::Storage`].
    pub fn open(folder: &Path) -> Result<Self, QueueError> {
        let rejected = folder.join("rejected");
        files::create_folders(&rejected).map_err(storage(&rejected))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Puts a document into the queue: durable and whole on return. Holding the same input again keeps
    /// the first entry.
    ///
    /// # Errors
    /// [`QueueError::Storage`].
    pub fn hold(
        &self,
        held: &HeldDocument,
        sources: &[SourceBytes],
        thumbnails: &[Vec<u8>],
        at: Timestamp,
    ) -> Result<HeldId, QueueError> {
        let origin = &held.described.classified.recognized.origin;
        let id = HeldId::of(origin.identity);
        let target = self.folder.join(&id.0);
        if target.is_dir() {
            return Ok(id);
        }
        // The same paper may lie in the inbox twice, and both be held at once.
        let attempt = ATTEMPT.fetch_add(1, Ordering::Relaxed);
        let staged = self.folder.join(format!(".{}.{}.{attempt}", id.0, std::process::id()));
        write_pictures(&staged, held, sources, thumbnails)
            .and_then(|()| write_findings(&staged, held, at))
            .map_err(storage(&staged))?;
        match files::rename_to_new(&staged, &target) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::remove_dir_all(&staged),
            renamed => renamed,
        }
        .and_then(|()| files::sync_folder(&self.folder))
        .map_err(storage(&target))?;
        Ok(id)
    }

    /// Removes what killed runs left half-made or half-removed; call it only while no other run works here.
    ///
    /// # Errors
    /// [`QueueError::Storage`].
    pub fn sweep(&self) -> Result<(), QueueError> {
        for row in fs::read_dir(&self.folder).map_err(storage(&self.folder))? {
            let path = row.map_err(storage(&self.folder))?.path();
            if path.file_name().is_some_and(|name| is_ours(&name.to_string_lossy())) {
                fs::remove_dir_all(&path).map_err(storage(&path))?;
            }
        }
        Ok(())
    }

    /// Every entry, oldest first; rejected ones last.
    ///
    /// # Errors
    /// [`QueueError::Storage`], [`QueueError::Damaged`].
    pub fn list(&self) -> Result<Vec<Entry>, QueueError> {
        let mut entries = Self::entries_in(&self.folder)?;
        entries.extend(Self::entries_in(&self.folder.join("rejected"))?);
        Ok(entries)
    }

    fn entries_in(folder: &Path) -> Result<Vec<Entry>, QueueError> {
        let mut entries = Vec::new();
        for row in fs::read_dir(folder).map_err(storage(folder))? {
            let name = row.map_err(storage(folder))?.file_name();
            if let Ok(id) = name.to_string_lossy().parse::<HeldId>() {
                entries.push(read(id, &folder.join(&name))?);
            }
        }
        entries.sort_by(|a, b| (a.held_at, &a.origin.name).cmp(&(b.held_at, &b.origin.name)));
        Ok(entries)
    }

    /// One entry.
    ///
    /// # Errors
    /// [`QueueError::NoSuch`], [`QueueError::Storage`], [`QueueError::Damaged`].
    pub fn entry(&self, id: &HeldId) -> Result<Entry, QueueError> {
        self.find(id)?.ok_or_else(|| QueueError::NoSuch { id: id.0.clone() })
    }

    /// One entry, if there is one.
    ///
    /// # Errors
    /// [`QueueError::Storage`], [`QueueError::Damaged`].
    pub fn find(&self, id: &HeldId) -> Result<Option<Entry>, QueueError> {
        let places = [self.folder.join(&id.0), self.folder.join("rejected").join(&id.0)];
        let folder = places.into_iter().find(|folder| folder.is_dir());
        folder.map(|folder| read(id.clone(), &folder)).transpose()
    }

    /// Records a decision, durable on return. A rejected document is set aside; an approval that is not finished
    /// yet may be replaced.
    ///
    /// # Errors
    /// [`QueueError::Decided`] when it was rejected before, [`QueueError::Unfit`] for a correction that
    /// does not fit, [`QueueError::Incomplete`] for an approval without owner or type, and those of [`Queue::entry`].
    pub fn decide(&self, id: &HeldId, decision: &Decision) -> Result<(), QueueError> {
        let entry = self.entry(id)?;
        if let Some(Decision::Reject { by, .. }) = entry.decision {
            return Err(QueueError::Decided { id: id.0.clone(), by });
        }
        check_complete(&entry, decision)?;
        let path = entry.folder.join("decision.json");
        let bytes = serde_json::to_vec_pretty(decision).map_err(io::Error::from).map_err(storage(&path))?;
        files::write_atomically(&path, &bytes).map_err(storage(&path))?;
        if matches!(decision, Decision::Reject { .. }) {
            let aside = self.folder.join("rejected").join(&id.0);
            files::rename_to_new(&entry.folder, &aside).map_err(storage(&aside))?;
            files::sync_folder(&self.folder).map_err(storage(&self.folder))?;
        }
        Ok(())
    }

    /// Takes a document out of the queue, if it is there; call it only when its deposit is durable and journaled.
    ///
    /// # Errors
    /// [`QueueError::Storage`].
    pub fn release(&self, id: &HeldId) -> Result<(), QueueError> {
        let folder = self.folder.join(&id.0);
        // Renamed first, so that a crash leaves no half entry under its name.
        let leaving = self.folder.join(format!(".{}.done", id.0));
        match fs::rename(&folder, &leaving) {
            // Never held, or a second copy of the same paper was finished a moment ago.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            renamed => renamed,
        }
        .and_then(|()| files::sync_folder(&self.folder))
        .and_then(|()| fs::remove_dir_all(&leaving))
        .map_err(storage(&folder))
    }
}

impl Entry {
    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        match self.decision {
            None => State::Waiting,
            Some(Decision::Approve { .. }) => State::Approved,
            Some(Decision::Reject { .. }) => State::Rejected,
        }
    }

    /// Why it was rejected, if it was.
    #[must_use]
    pub fn rejection(&self) -> Option<String> {
        match &self.decision {
            Some(Decision::Reject { reason, .. }) => Some(reason.clone()),
            _ => None,
        }
    }

    /// The folder of the kept input files.
    #[must_use]
    pub fn source_folder(&self) -> PathBuf {
        self.folder.join("source")
    }

    /// The approved document, with its corrections, and its pictures read again from the kept input.
    ///
    /// # Errors
    /// [`QueueError::NoSuch`] when nobody approved it, [`QueueError::PagesDiffer`] when the scans are not
    /// those recognised, [`QueueError::Unfit`].
    pub fn approved(self, scans: Vec<Scan>) -> Result<ApprovedDocument, QueueError> {
        let Some(Decision::Approve { by, at, document_type, fields }) = self.decision else {
            return Err(QueueError::NoSuch { id: self.id.0 });
        };
        let mut record = self.record;
        fields.iter().try_for_each(|(field, value)| set(*field, &mut record, value))?;
        let mut classification = self.classification;
        if let Some(document_type) = document_type {
            classification = Classification { document_type, confidence: Confidence::CERTAIN, evidence: Vec::new() };
        }
        let differ = QueueError::PagesDiffer { id: self.id.0 };
        let recognized = join(self.origin, self.pages, scans).ok_or(differ)?;
        let described = DescribedDocument { classified: ClassifiedDocument { recognized, classification }, record };
        Ok(HeldDocument { described, reasons: self.reasons }.approve(by, at))
    }
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

/// Folders that are being made or removed: `.<id>.…`.
fn is_ours(name: &str) -> bool {
    let id = name.strip_prefix('.').and_then(|rest| rest.split_once('.')).map(|(id, _)| id);
    id.is_some_and(|id| id.parse::<HeldId>().is_ok())
}

static ATTEMPT: AtomicU32 = AtomicU32::new(0);

fn write_pictures(
    staged: &Path,
    held: &HeldDocument,
    sources: &[SourceBytes],
    thumbnails: &[Vec<u8>],
) -> io::Result<()> {
    let source_folder = staged.join("source");
    files::create_folders(&source_folder)?;
    let origin = &held.described.classified.recognized.origin;
    for (file, bytes) in origin.sources.iter().zip(sources) {
        files::write_durably(&source_folder.join(&file.name), bytes)?;
    }
    for (index, thumbnail) in thumbnails.iter().enumerate() {
        files::write_durably(&staged.join(format!("page-{}.jpg", index + 1)), thumbnail)?;
    }
    files::sync_folder(&source_folder)
}

fn write_findings(staged: &Path, held: &HeldDocument, at: Timestamp) -> io::Result<()> {
    let recognized = &held.described.classified.recognized;
    let wire = HeldWire {
        version: VERSION,
        held_at: at,
        origin: recognized.origin.clone(),
        classification: held.described.classified.classification.clone(),
        record: held.described.record.clone(),
        reasons: held.reasons.clone(),
        pages: recognized.pages.iter().map(HeldPage::of).collect(),
    };
    files::write_durably(&staged.join("held.json"), &serde_json::to_vec_pretty(&wire)?)?;
    files::sync_folder(staged)
}

fn read(id: HeldId, folder: &Path) -> Result<Entry, QueueError> {
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
    let bytes = fs::read(path).map_err(storage(path))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| QueueError::Damaged { path: path.to_owned(), message: error.to_string() })
}

fn storage(path: &Path) -> impl FnOnce(io::Error) -> QueueError {
    let path = path.to_owned();
    move |source| QueueError::Storage { path, source }
}

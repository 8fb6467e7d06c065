//! The queue on disk: one folder a held document, whole or not there.
//!
//! ```text
//! <queue>/<id>/held.json        what was found, with reasons
//!              source/<name>    the input files
//!              page-1.jpg ...   thumbnails
//!              decision.json    once a person decided, or its pages became another document or several
//! <queue>/rejected/<id>/        set aside, never deleted
//! <queue>/.lock                 held while findings or a decision are replaced
//! ```

mod entry;
mod error;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use super::HeldDocument;
use super::wire::{HeldPage, HeldWire, VERSION};
use crate::base::files::{self, Lock};
use crate::base::time::Timestamp;
use crate::intake::{Identity, Origin, SourceBytes};
use entry::read;
use error::storage;

pub use entry::{Decision, Entry, State};
pub use error::QueueError;

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

/// What the queue holds.
#[derive(Debug, Default)]
pub struct Listing {
    /// Oldest first; rejected ones last.
    pub entries: Vec<Entry>,
    /// Entries that cannot be read, and why; the others are none the worse for it.
    pub damaged: Vec<(HeldId, QueueError)>,
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

    /// Puts a document into the queue: durable and whole on return. Holding the same input again keeps the first
    /// entry; where the office says something else of it by now, the findings are replaced, unless a person decided.
    ///
    /// # Errors
    /// [`QueueError::Storage`], [`QueueError::Damaged`].
    pub fn hold(
        &self,
        held: &HeldDocument,
        sources: &[SourceBytes],
        thumbnails: &[Vec<u8>],
        at: Timestamp,
    ) -> Result<HeldId, QueueError> {
        let origin = &held.described.classified.recognized.origin;
        let id = HeldId::of(origin.identity);
        if self.find(&id)?.is_some() {
            self.renew(&id, held)?;
            return Ok(id);
        }
        let target = self.folder.join(&id.0);
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

    /// Puts new findings in place of an entry's, in one step, when they were made by other metadata.
    /// The kept files keep their names, and the entry its place in the list.
    fn renew(&self, id: &HeldId, held: &HeldDocument) -> Result<(), QueueError> {
        let _lock = self.lock()?;
        let Some(entry) = self.find(id)? else { return Ok(()) };
        let hints = &held.described.classified.recognized.origin.hints;
        let stands = match entry.state() {
            State::Approved | State::Rejected | State::Divided => true,
            State::Waiting => entry.origin.hints == *hints,
            State::Superseded => false,
        };
        if stands {
            return Ok(());
        }
        let path = entry.folder.join("held.json");
        let origin = Origin { hints: hints.clone(), ..entry.origin.clone() };
        findings(held, origin, entry.held_at)
            .and_then(|json| files::write_atomically(&path, &json))
            .map_err(storage(&path))?;
        if entry.decision.is_some() { remove_decision(&entry) } else { Ok(()) }
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

    /// Every entry, and those that cannot be read.
    ///
    /// # Errors
    /// [`QueueError::Storage`] where the queue's own folders cannot be read.
    pub fn list(&self) -> Result<Listing, QueueError> {
        let mut listing = Listing::default();
        listing.add(&self.folder)?;
        listing.add(&self.folder.join("rejected"))?;
        Ok(listing)
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
        folder.map_or(Ok(None), |folder| read_if_there(id, &folder))
    }

    /// Records a decision, durable on return. A rejected document is set aside; an approval that is not finished
    /// yet may be replaced.
    ///
    /// # Errors
    /// [`QueueError::Decided`] when it was rejected before, [`QueueError::Unfit`] for a correction that
    /// does not fit, [`QueueError::Incomplete`] for an approval without owner or type, [`QueueError::Superseded`],
    /// and those of [`Queue::entry`].
    pub fn decide(&self, id: &HeldId, decision: &Decision) -> Result<(), QueueError> {
        let _lock = self.lock()?;
        let entry = self.entry(id)?;
        entry.check(decision)?;
        write_decision(&entry, decision)?;
        if matches!(decision, Decision::Reject { .. }) {
            let aside = self.folder.join("rejected").join(&id.0);
            files::rename_to_new(&entry.folder, &aside).map_err(storage(&aside))?;
            files::sync_folder(&self.folder).map_err(storage(&self.folder))?;
        }
        Ok(())
    }

    /// Sets a waiting document aside, because its pages are worked on as `by`. It stays where it is, is listed, and
    /// can no longer be decided on; holding it again makes it wait again.
    ///
    /// # Errors
    /// [`QueueError::Storage`], [`QueueError::Damaged`].
    pub fn supersede(&self, id: &HeldId, by: HeldId, at: Timestamp) -> Result<(), QueueError> {
        let _lock = self.lock()?;
        let waiting = self.find(id)?.filter(|entry| entry.state() == State::Waiting);
        waiting.map_or(Ok(()), |entry| write_decision(&entry, &Decision::Supersede { by, at }))
    }

    /// Takes a division back: the whole waits again, and its parts that wait are superseded by it. Nothing is done where one
    /// of them was approved; whether one is deposited is for the caller to know.
    ///
    /// # Errors
    /// [`QueueError::Whole`], [`QueueError::PartGone`], and those of [`Queue::entry`].
    pub fn join(&self, id: &HeldId, at: Timestamp) -> Result<(), QueueError> {
        let _lock = self.lock()?;
        let whole = self.entry(id)?;
        if whole.state() != State::Divided {
            return Err(QueueError::Whole { id: id.0.clone() });
        }
        let mut waiting = Vec::new();
        for part in whole.parts().iter().map(|part| HeldId::of(*part)) {
            match self.find(&part)? {
                Some(entry) if entry.state() == State::Waiting => waiting.push(entry),
                Some(entry) if matches!(entry.state(), State::Approved | State::Divided) => {
                    let state = if entry.state() == State::Approved { "approved" } else { "divided" };
                    return Err(QueueError::PartGone { id: id.0.clone(), part: part.0, state });
                }
                _ => {}
            }
        }
        waiting.iter().try_for_each(|part| write_decision(part, &Decision::Supersede { by: id.clone(), at }))?;
        remove_decision(&whole)
    }

    /// Between reading an entry and replacing a part of it nobody else replaces one.
    fn lock(&self) -> Result<Lock, QueueError> {
        let path = self.folder.join(".lock");
        Lock::take(&path).map_err(storage(&path))
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

impl Listing {
    fn add(&mut self, folder: &Path) -> Result<(), QueueError> {
        let mut names = Vec::new();
        for row in fs::read_dir(folder).map_err(storage(folder))? {
            names.push(row.map_err(storage(folder))?.file_name());
        }
        names.sort();
        let mut entries = Vec::new();
        for name in names {
            let Ok(id) = name.to_string_lossy().parse::<HeldId>() else { continue };
            match read_if_there(&id, &folder.join(&name)) {
                Ok(entry) => entries.extend(entry),
                Err(error) => self.damaged.push((id, error)),
            }
        }
        entries.sort_by(|a, b| (a.held_at, &a.origin.name).cmp(&(b.held_at, &b.origin.name)));
        self.entries.extend(entries);
        Ok(())
    }
}

/// `None` for an entry that left the queue a moment ago: it is not damaged.
fn read_if_there(id: &HeldId, folder: &Path) -> Result<Option<Entry>, QueueError> {
    match read(id.clone(), folder) {
        Err(_) if !folder.is_dir() => Ok(None),
        read => read.map(Some),
    }
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
    let origin = held.described.classified.recognized.origin.clone();
    files::write_durably(&staged.join("held.json"), &findings(held, origin, at)?)?;
    files::sync_folder(staged)
}

/// `held.json`.
fn findings(held: &HeldDocument, origin: Origin, held_at: Timestamp) -> io::Result<Vec<u8>> {
    let wire = HeldWire {
        version: VERSION,
        held_at,
        origin,
        classification: held.described.classified.classification.clone(),
        record: held.described.record.clone(),
        reasons: held.reasons.clone(),
        pages: held.described.classified.recognized.pages.iter().map(HeldPage::of).collect(),
    };
    Ok(serde_json::to_vec_pretty(&wire)?)
}

fn write_decision(entry: &Entry, decision: &Decision) -> Result<(), QueueError> {
    let path = entry.folder.join("decision.json");
    let bytes = serde_json::to_vec_pretty(decision).map_err(io::Error::from).map_err(storage(&path))?;
    files::write_atomically(&path, &bytes).map_err(storage(&path))
}

fn remove_decision(entry: &Entry) -> Result<(), QueueError> {
    let path = entry.folder.join("decision.json");
    fs::remove_file(&path).and_then(|()| files::sync_folder(&entry.folder)).map_err(storage(&path))
}

//! Documents of a watched inbox are claimed: moved in one step to where one watcher alone works on them.
//!
//! ```text
//! INBOX/.sohoa/claimed/<batch>/        what a watcher works on now: an inbox of its own, folders as they were
//!              claimed/<batch>/.lock   held while that watcher lives
//!              taken/<batch>/          what it has finished: kept as it came
//!              failed/<batch>/         what no document could be made of: mend it and put it back into the inbox
//!              failed/<batch>/NAME.reason.txt   why
//! ```
//!
//! A rename on one volume gives each file to one watcher only. Nothing is ever deleted or overwritten. Metadata of a
//! document go with it; those of whole folders are copied, since other documents need them too.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::discover::{Candidate, Content};
use super::metadata::{CSV, JSON};
use super::names::metadata_beside;
use super::settle::Settled;
use super::sides;
use crate::base::files::{self, Lock};

/// The folder in an inbox that is sohoa's own; hidden, so that no run takes it for scans.
const OWN: &str = ".sohoa";

/// The file in a batch that is locked while its watcher lives.
pub const LOCK: &str = ".lock";

/// The claims of one inbox.
#[derive(Debug, Clone)]
pub struct Claims {
    inbox: PathBuf,
}

/// Documents that this watcher alone works on.
#[derive(Debug)]
pub struct Batch {
    claims: Claims,
    name: String,
    _lock: Lock,
}

/// A document of a batch that cannot be made anything of, as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where it lies in the batch's folder.
    pub path: PathBuf,
    /// Why, for the person who mends it.
    pub reason: String,
}

impl Claims {
    /// Makes the folders of an inbox where they are missing.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(inbox: &Path) -> io::Result<Self> {
        let claims = Self { inbox: inbox.to_owned() };
        ["claimed", "taken", "failed"].iter().try_for_each(|place| files::create_folders(&claims.place(place)))?;
        Ok(claims)
    }

    /// Begins a batch; `name` is made one that never was.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn begin(&self, name: &str) -> io::Result<Batch> {
        let mut number = 1;
        loop {
            let name = format!("{name}-{number}");
            number += 1;
            let folder = self.place("claimed").join(&name);
            if self.place("taken").join(&name).exists() || folder.exists() {
                continue;
            }
            match fs::create_dir(&folder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                made => made?,
            }
            // Between the two steps it looks abandoned, and another watcher may have taken care of it.
            if let Some(lock) = Lock::try_take(&folder.join(LOCK))? {
                return Ok(Batch { claims: self.clone(), name, _lock: lock });
            }
        }
    }

    /// Batches whose watcher ended in between, however it ended, now this one's.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn abandoned(&self) -> io::Result<Vec<Batch>> {
        let mut batches = Vec::new();
        for entry in fs::read_dir(self.place("claimed"))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let lock = match Lock::try_take(&entry.path().join(LOCK)) {
                // Its watcher has finished it a moment ago.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                lock => lock?,
            };
            if let Some(lock) = lock {
                let batch = Batch { claims: self.clone(), name, _lock: lock };
                batch.gather(&batch.folder())?;
                batches.push(batch);
            }
        }
        batches.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(batches)
    }

    fn place(&self, name: &str) -> PathBuf {
        self.inbox.join(OWN).join(name)
    }
}

impl Batch {
    /// An inbox of its own: what was claimed, under the names that it had.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.claims.place("claimed").join(&self.name)
    }

    /// Claims a document; `false` when another watcher was faster, or when it changed at the last moment and was
    /// put back.
    ///
    /// # Errors
    /// Those of the file system: another volume below the inbox, say.
    pub fn take(&self, settled: &Settled) -> io::Result<bool> {
        let from = settled.candidate.path();
        let below = from.strip_prefix(&self.claims.inbox).map_err(|_| io::Error::from(io::ErrorKind::NotFound))?;
        let to = self.folder().join(below);
        files::create_folders(to.parent().unwrap_or(&to))?;
        copy_metadata(&self.claims.inbox, &self.folder(), below)?;
        // The source goes with a rename, whatever the file system: of two watchers one finds nothing. The target is
        // in a folder of this watcher's own.
        match fs::rename(from, &to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            renamed => renamed?,
        }
        let mut moved = vec![(from.to_owned(), to.clone())];
        for own in settled.candidate.other_files() {
            let Ok(below) = own.strip_prefix(&self.claims.inbox) else { continue };
            let to = self.folder().join(below);
            fs::rename(own, &to)?;
            moved.push((own.to_owned(), to));
        }
        if settled.footprint.stands_at(&self.claims.inbox, &self.folder()) {
            files::sync_folder(to.parent().unwrap_or(&to))?;
            return Ok(true);
        }
        moved.iter().try_for_each(|(from, to)| files::rename_to_new(to, from))?;
        Ok(false)
    }

    /// Sets the batch aside as finished: what is refused with its reason beside it, the rest as taken. What is to be
    /// tried again stays claimed, as a batch of its own.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn finish(self, refused: &[Refused], again: &[PathBuf]) -> io::Result<Option<Self>> {
        let aside = self.claims.place("failed").join(&self.name);
        for Refused { path, reason } in refused {
            let to = self.set_apart(path, &aside)?;
            files::write_atomically(&PathBuf::from(format!("{}.reason.txt", to.display())), reason.as_bytes())?;
        }
        let rest = if again.is_empty() { None } else { Some(self.part(again)?) };
        files::rename_to_new(&self.folder(), &self.claims.place("taken").join(&self.name))?;
        files::sync_folder(&self.claims.place("taken"))?;
        Ok(rest)
    }

    /// A batch of its own of some documents, with what is said of them.
    fn part(&self, documents: &[PathBuf]) -> io::Result<Self> {
        // The number at its end is made anew, or the name would grow with every try.
        let part = self.claims.begin(self.name.rsplit_once('-').map_or(&self.name, |(name, _)| name))?;
        for path in documents {
            copy_metadata(&self.folder(), &part.folder(), self.below(path))?;
            self.set_apart(path, &part.folder())?;
        }
        Ok(part)
    }

    fn below<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(self.folder()).unwrap_or(path)
    }

    /// Moves a document with its own metadata into another folder; its place there.
    fn set_apart(&self, path: &Path, folder: &Path) -> io::Result<PathBuf> {
        let below = self.below(path);
        let (from, to) = (self.folder().join(below), folder.join(below));
        if !from.exists() {
            return Err(io::Error::new(io::ErrorKind::NotFound, format!("{} is not there any more", from.display())));
        }
        files::create_folders(to.parent().unwrap_or(&to))?;
        let others = [sides::other_side(&from), Some(beside(&from))];
        let all = std::iter::once(from.clone()).chain(others.into_iter().flatten());
        for path in all.filter(|path| path.exists()) {
            files::rename_to_new(&path, &to.with_file_name(path.file_name().unwrap_or_default()))?;
        }
        files::sync_folder(to.parent().unwrap_or(&to))?;
        Ok(to)
    }

    /// Metadata and the other side's file whose document was claimed by a watcher that was killed before it claimed them too.
    fn gather(&self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let in_inbox = |path: &Path| path.strip_prefix(self.folder()).map(|below| self.claims.inbox.join(below));
            let Ok(from) = in_inbox(&path) else { continue };
            let own = [in_inbox(&beside(&path)).unwrap_or_else(|_| beside(&from)), beside(&from)];
            let is_own = |own: &PathBuf| own.file_name().is_some_and(|name| name != JSON) && *own != from;
            for left in own.into_iter().filter(is_own).chain(sides::other_side(&from)).filter(|left| left.is_file()) {
                let to = folder.join(left.file_name().unwrap_or_default());
                if !to.exists() {
                    files::rename_to_new(&left, &to)?;
                }
            }
            if path.is_dir() {
                self.gather(&path)?;
            }
        }
        Ok(())
    }
}

/// Copies what the folders above a document say of all that is in them.
fn copy_metadata(from: &Path, to: &Path, below: &Path) -> io::Result<()> {
    for folder in below.ancestors().skip(1) {
        for name in [JSON, CSV] {
            let (from, to) = (from.join(folder).join(name), to.join(folder).join(name));
            if from.is_file() && !to.exists() {
                files::create_folders(to.parent().unwrap_or(&to))?;
                files::write_atomically(&to, &fs::read(from)?)?;
            }
        }
    }
    Ok(())
}

/// `NAME.json` beside a file or folder.
fn beside(path: &Path) -> PathBuf {
    metadata_beside(path).unwrap_or_else(|| path.with_extension("json"))
}

impl Candidate {
    /// Where its file lies, or the folder of its pages.
    #[must_use]
    pub fn path(&self) -> &Path {
        match &self.content {
            Content::File(path) | Content::Sides([path, _]) => path,
            Content::Pages(_) | Content::Nothing(_) => &self.path,
        }
    }

    /// What belongs to it besides: the file of its backs, and `NAME.json`.
    fn other_files(&self) -> impl Iterator<Item = &Path> {
        let backs = match &self.content {
            Content::Sides([_, backs]) => Some(backs.as_path()),
            _ => None,
        };
        backs.into_iter().chain(self.own_metadata())
    }

    /// `NAME.json` beside it, where there is one.
    #[must_use]
    pub fn own_metadata(&self) -> Option<&Path> {
        self.own.as_deref()
    }
}

#[cfg(test)]
mod tests;

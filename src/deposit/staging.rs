//! The staging folder: who works in it, what may be swept out of it, and what is complete.
//!
//! Each open warehouse holds the lock on one place, `<n>.lock`, and names what it stages `<what>.<n>.<attempt>`.
//! The lock falls with the process, however it ends, so an entry whose place is free belongs to nobody.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::Error;
use crate::base::files::Lock;
use crate::ocfl::disk::Disk;
use crate::ocfl::{FileError, Operation};

/// More than a machine's processes would ever be.
const MOST_WRITERS: u32 = 4096;
/// What a complete document's name ends in.
const READY: &str = ".ready";

/// What the start-up sweep found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Entries of killed runs that were removed.
    pub removed: usize,
    /// Complete documents that wait to be put in place: see [`super::Warehouse::ready`].
    pub ready: usize,
    /// Empty folders that were removed from owners' storage roots.
    pub empty_folders: usize,
}

/// One process's place in the staging folder.
#[derive(Debug)]
pub(super) struct Staging {
    folder: PathBuf,
    place: u32,
    attempts: AtomicU32,
    _lock: Lock,
}

/// A complete document in staging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ready {
    pub(super) owner: String,
    pub(super) document: String,
    pub(super) path: PathBuf,
}

impl Staging {
    /// Takes the first free place.
    pub(super) fn open(folder: &Path) -> Result<Self, Error> {
        for place in 0..MOST_WRITERS {
            if let Some(lock) = try_place(folder, place)? {
                return Ok(Self { folder: folder.to_owned(), place, attempts: AtomicU32::new(0), _lock: lock });
            }
        }
        Err(Error::TooManyWriters { path: folder.to_owned(), most: MOST_WRITERS })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A path for something new: no other process and no other thread has it.
    pub(super) fn new_path(&self, what: &str) -> PathBuf {
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed);
        self.folder.join(format!("{what}.{}.{attempt}", self.place))
    }

    /// Where a complete document waits.
    pub(super) fn ready_path(&self, owner: &str, document: &str) -> PathBuf {
        self.folder.join(format!("{owner}.{document}{READY}"))
    }

    /// Takes something out of its name at once, then removes it: nobody meets it half removed.
    pub(super) fn discard(&self, disk: &Disk, path: &Path) -> Result<(), FileError> {
        let trash = self.new_path("trash");
        match disk.rename_to_new(path, &trash) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            renamed => renamed.and_then(|()| disk.remove_tree(&trash)),
        }
    }

    /// Removes what nobody works on and lists what is complete.
    pub(super) fn sweep(&self, disk: &Disk) -> Result<(usize, Vec<Ready>), Error> {
        let mut removed = 0;
        let mut ready = Vec::new();
        let mut free: std::collections::BTreeMap<u32, Option<Lock>> = std::collections::BTreeMap::new();
        for name in self.names()? {
            if let Some(found) = self.parse_ready(&name) {
                ready.push(found);
            } else if let Some(place) = place_of(&name) {
                let is_mine = place == self.place;
                if !is_mine && !free.contains_key(&place) {
                    free.insert(place, try_place(&self.folder, place)?);
                }
                // My own place was free until I took it, and I have staged nothing yet.
                if is_mine || free.get(&place).is_some_and(Option::is_some) {
                    disk.remove_tree(&self.folder.join(&name))?;
                    removed += 1;
                }
            }
        }
        Ok((removed, ready))
    }

    /// What is complete now.
    pub(super) fn ready(&self) -> Result<Vec<Ready>, Error> {
        Ok(self.names()?.iter().filter_map(|name| self.parse_ready(name)).collect())
    }

    fn names(&self) -> Result<Vec<String>, FileError> {
        let failed = |source| FileError::new(Operation::Read, &self.folder, source);
        let entries = fs::read_dir(&self.folder).map_err(failed)?;
        let mut names: Vec<String> = Vec::new();
        for entry in entries {
            names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }

    fn parse_ready(&self, name: &str) -> Option<Ready> {
        let (owner, document) = name.strip_suffix(READY)?.split_once('.')?;
        let (owner, document) = (owner.to_owned(), document.to_owned());
        Some(Ready { owner, document, path: self.folder.join(name) })
    }
}

fn try_place(folder: &Path, place: u32) -> Result<Option<Lock>, FileError> {
    let path = folder.join(format!("{place}.lock"));
    Lock::try_take(&path).map_err(|source| FileError::new(Operation::Write, &path, source))
}

/// The place in `<what>.<place>.<attempt>`.
fn place_of(name: &str) -> Option<u32> {
    let (rest, attempt) = name.rsplit_once('.')?;
    attempt.parse::<u32>().ok()?;
    rest.rsplit_once('.')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_works_on_is_swept() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let disk = Disk::default();
        let first = Staging::open(folder.path()).expect("a place");
        let second = Staging::open(folder.path()).expect("another place");
        assert_ne!(first.place, second.place);
        let (mine, theirs) = (first.new_path("a"), second.new_path("b"));
        for path in [&mine, &theirs, &folder.path().join("o.d.ready"), &folder.path().join("by-hand")] {
            disk.make_folder(path).expect("made");
        }
        let third = Staging::open(folder.path()).expect("a third place");
        let (removed, ready) = third.sweep(&disk).expect("swept");
        assert_eq!((removed, ready.len()), (0, 1));
        assert_eq!((ready[0].owner.as_str(), ready[0].document.as_str()), ("o", "d"));
        drop(second);
        assert_eq!(third.sweep(&disk).expect("swept").0, 1);
        assert!(mine.exists() && !theirs.exists() && folder.path().join("by-hand").exists());
        drop((first, third));
        let again = Staging::open(folder.path()).expect("the first place");
        assert_eq!(again.place, 0);
        assert_eq!(again.sweep(&disk).expect("swept").0, 1);
        assert!(!mine.exists());
    }
}

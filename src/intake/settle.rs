//! Which documents of an inbox have come in whole.
//!
//! A document is whole when two looks in a row find all its files alike (names, sizes, times, and the files themselves)
//! and nobody on this machine writes one of them. A folder of pictures is looked at as a whole, with everything in it.
//! Fronts of sheets wait for their backs, and backs for their fronts, but not for ever: taken alone, they ask a person.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::discover::{Candidate, Content};
use super::names::is_unfinished;
use crate::base::writers::Writers;

/// How long one side of sheets waits for the other: time to turn a stack over and feed it again.
pub const WAIT_FOR_OTHER_SIDE: Duration = Duration::from_mins(15);

/// What the last look saw, and since when it stood so.
#[derive(Debug, Default)]
pub struct Looks {
    seen: BTreeMap<PathBuf, (Footprint, Instant)>,
}

/// All files of a document: each with its inode, length and time of its last change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footprint(Vec<(PathBuf, u64, u64, i64, i64)>);

/// A document that came in whole, as it then stood.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The document.
    pub candidate: Candidate,
    /// Its files when they were looked at.
    pub footprint: Footprint,
}

impl Looks {
    /// Looks again: the candidates that stand as they stood at the last look, and that nobody writes. One side of sheets
    /// alone must have stood so for [`WAIT_FOR_OTHER_SIDE`].
    pub fn settled(&mut self, candidates: Vec<Candidate>, writers: &Writers, now: Instant) -> Vec<Settled> {
        let before = std::mem::take(&mut self.seen);
        let mut settled = Vec::new();
        let has_content = |candidate: &Candidate| !matches!(candidate.content, Content::Nothing(_));
        for candidate in candidates.into_iter().filter(has_content) {
            let Some(footprint) = Footprint::of(&candidate) else { continue };
            let still_since =
                before.get(candidate.path()).filter(|(print, _)| *print == footprint).map(|(_, since)| *since);
            self.seen.insert(candidate.path().to_owned(), (footprint.clone(), still_since.unwrap_or(now)));
            let wait = if candidate.lone_side().is_some() { WAIT_FOR_OTHER_SIDE } else { Duration::ZERO };
            let is_still = still_since.is_some_and(|since| now.duration_since(since) >= wait);
            if is_still && !footprint.0.iter().any(|(path, ..)| writers.have(path)) {
                settled.push(Settled { candidate, footprint });
            }
        }
        settled
    }
}

impl Footprint {
    /// The document as it stands; `None` where a file is gone, or one's name says that it is not finished.
    fn of(candidate: &Candidate) -> Option<Self> {
        let mut files = candidate.files().ok()?.to_vec();
        if let Content::Pages(_) = candidate.content {
            files = entries(candidate.path())?;
        }
        files.extend(candidate.own_metadata().map(Path::to_owned));
        Self::of_files(files)
    }

    fn of_files(mut files: Vec<PathBuf>) -> Option<Self> {
        files.sort();
        let print = |path: PathBuf| {
            let facts = fs::metadata(&path).ok()?;
            let name = path.file_name()?.to_string_lossy().into_owned();
            let whole = !is_unfinished(&name);
            whole.then(|| (path, facts.ino(), facts.len(), facts.mtime(), facts.mtime_nsec()))
        };
        files.into_iter().map(print).collect::<Option<Vec<_>>>().map(Self)
    }

    /// Whether the same files, now below `to` instead of `from`, are still as they were.
    pub(super) fn stands_at(&self, from: &Path, to: &Path) -> bool {
        let moved = |path: &PathBuf| path.strip_prefix(from).map(|below| to.join(below)).ok();
        let paths: Option<Vec<PathBuf>> = self.0.iter().map(|(path, ..)| moved(path)).collect();
        let facts = |print: &Self| -> Vec<(u64, u64, i64, i64)> {
            print.0.iter().map(|(_, inode, length, seconds, nanos)| (*inode, *length, *seconds, *nanos)).collect()
        };
        paths.and_then(Self::of_files).is_some_and(|now| facts(&now) == facts(self))
    }
}

/// Everything in a folder, subfolders apart.
fn entries(folder: &Path) -> Option<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).ok()?.collect::<Result<Vec<_>, _>>().ok()?;
    Some(entries.into_iter().map(|entry| entry.path()).filter(|path| path.is_file()).collect())
}

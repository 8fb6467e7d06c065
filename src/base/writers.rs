//! Whether somebody on this machine still writes a file.
//!
//! A writer on another machine, over a network share, cannot be seen: there only time tells.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::FlockOperation;

/// Files held open for writing when it was looked: those of processes that this user may look into.
#[derive(Debug, Default)]
pub struct Writers {
    open: BTreeSet<(u64, u64)>,
}

impl Writers {
    /// Looks through `/proc`; where there is none, nobody is seen.
    #[must_use]
    pub fn now() -> Self {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let open = processes.flat_map(|process| open_for_writing(&process.path()));
        Self { open: open.collect() }
    }

    /// Whether a file is open for writing, or locked by a process that will.
    #[must_use]
    pub fn have(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|file| self.open.contains(&(file.dev(), file.ino()))) || is_locked(path)
    }
}

fn open_for_writing(process: &Path) -> Vec<(u64, u64)> {
    let files = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
    let writes = |name: &Path| {
        let facts = fs::read_to_string(process.join("fdinfo").join(name)).unwrap_or_default();
        let flags = facts.lines().find_map(|line| line.strip_prefix("flags:"));
        // proc(5): octal; the last two bits are the access mode, 1 to write and 2 to read and write.
        flags
            .and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok())
            .is_some_and(|flags| matches!(flags & 3, 1 | 2))
    };
    files
        .filter(|file| writes(Path::new(&file.file_name())))
        .filter_map(|file| fs::metadata(file.path()).ok())
        .filter(fs::Metadata::is_file)
        .map(|file| (file.dev(), file.ino()))
        .collect()
}

fn is_locked(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    matches!(rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive), Err(rustix::io::Errno::WOULDBLOCK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::files::Lock;

    #[test]
    fn a_writer_is_seen_until_it_closes() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("a.pdf");
        let writer = File::create(&path).expect("made");
        assert!(Writers::now().have(&path));
        drop(writer);
        let reader = File::open(&path).expect("there");
        assert!(!Writers::now().have(&path));
        drop(reader);
        let lock = Lock::try_take(&path).expect("opened").expect("free");
        assert!(Writers::default().have(&path));
        drop(lock);
        assert!(!Writers::default().have(&path) && !Writers::default().have(&folder.path().join("none")));
    }
}

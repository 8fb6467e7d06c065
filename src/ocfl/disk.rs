//! The few operations by which a store changes, each durable when it returns.
//!
//! Tests stop it before any of them: what is then on the disk is what a killed process leaves.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::base::digest::{DigestWriter, Sha256, Sha512};
use crate::base::files;

/// Folders of a store are not for others: they hold personal data.
const FOLDER_MODE: u32 = 0o750;
/// Nor are its files.
const FILE_MODE: u32 = 0o640;

/// What was being done when the file system refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Making a folder.
    MakeFolder,
    /// Writing a new file.
    Write,
    /// Making a file or a folder's entries durable; never tried twice.
    Sync,
    /// Putting something in its place.
    Rename,
    /// Removing something.
    Remove,
    /// Reading.
    Read,
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::MakeFolder => "make the folder",
            Self::Write => "write",
            Self::Sync => "make durable",
            Self::Rename => "put in place",
            Self::Remove => "remove",
            Self::Read => "read",
        })
    }
}

/// The file system refused.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} `{}`", path.display())]
pub struct FileError {
    /// What was being done.
    pub doing: Operation,
    /// To what.
    pub path: PathBuf,
    /// What the file system says.
    pub source: io::Error,
}

impl FileError {
    pub(crate) fn new(doing: Operation, path: &Path, source: io::Error) -> Self {
        Self { doing, path: path.to_owned(), source }
    }

    pub(crate) fn kind(&self) -> io::ErrorKind {
        self.source.kind()
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let path = self.path.display();
        if self.doing == Operation::Sync {
            return Some(format!("the disk under `{path}` lost data that it had taken: check it before going on"));
        }
        match self.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Some(format!("free space on the volume of `{path}` and start again"))
            }
            io::ErrorKind::ReadOnlyFilesystem => Some(format!("the volume of `{path}` is mounted read-only")),
            io::ErrorKind::PermissionDenied => Some(format!("give this user the right to {} `{path}`", self.doing)),
            _ => None,
        }
    }
}

/// What was written: its digests and its length in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    pub(crate) sha256: Sha256,
    pub(crate) sha512: Sha512,
}

/// The file system as a store uses it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    #[cfg(test)]
    pub(crate) fuse: Option<std::sync::Arc<Fuse>>,
}

impl Disk {
    /// Makes one folder whose parent exists; `false` when it is there already. The entry is not yet durable.
    pub(crate) fn make_folder(&self, path: &Path) -> Result<bool, FileError> {
        self.run(Operation::MakeFolder, path, || match DirBuilder::new().mode(FOLDER_MODE).create(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(false),
            Err(error) => Err(error),
        })
    }

    /// Writes a new durable file and digests what it writes. Its entry in the folder is not yet durable.
    pub(crate) fn write_new(&self, path: &Path, bytes: &[u8]) -> Result<Written, FileError> {
        let created = self.run(Operation::Write, path, || {
            let file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path)?;
            let mut writer = DigestWriter::new(file);
            writer.write_all(bytes)?;
            Ok(writer.finish())
        });
        #[cfg(test)]
        if created.is_err() && self.is_blown() {
            // A killed process leaves a torn file.
            drop(fs::write(path, &bytes[..bytes.len() / 2]));
        }
        let (file, sha256, sha512, _) = created?;
        self.run(Operation::Sync, path, || file.sync_all())?;
        Ok(Written { sha256, sha512 })
    }

    /// Makes the entries of a folder durable.
    pub(crate) fn sync_folder(&self, path: &Path) -> Result<(), FileError> {
        self.run(Operation::Sync, path, || File::open(path)?.sync_all())
    }

    /// Renames, in one step, and only if nothing is there.
    pub(crate) fn rename_to_new(&self, from: &Path, to: &Path) -> Result<(), FileError> {
        self.run(Operation::Rename, to, || files::rename_to_new(from, to))
    }

    /// Removes a folder and all below it; nothing there is no error.
    pub(crate) fn remove_tree(&self, path: &Path) -> Result<(), FileError> {
        self.run(Operation::Remove, path, || gone(fs::remove_dir_all(path)).map(|_| ()))
    }

    /// Removes a folder if it is there and empty, and says whether it did.
    pub(crate) fn remove_empty(&self, path: &Path) -> Result<bool, FileError> {
        self.run(Operation::Remove, path, || match fs::remove_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(false),
            removed => gone(removed),
        })
    }

    #[cfg_attr(not(test), allow(clippy::unused_self))]
    fn run<T>(&self, doing: Operation, path: &Path, operation: impl FnOnce() -> io::Result<T>) -> Result<T, FileError> {
        #[cfg(test)]
        self.step(doing, path)?;
        operation().map_err(|source| FileError::new(doing, path, source))
    }
}

/// Reads a whole file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    fs::read(path).map_err(|source| FileError::new(Operation::Read, path, source))
}

fn gone(removed: io::Result<()>) -> io::Result<bool> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        removed => removed.map(|()| true),
    }
}

/// Stops a [`Disk`] at a chosen operation.
#[cfg(test)]
#[derive(Debug)]
pub(crate) struct Fuse {
    left: std::sync::atomic::AtomicI64,
    fault: Fault,
    /// What was done, in order.
    pub(crate) done: std::sync::Mutex<Vec<(Operation, PathBuf)>>,
}

/// What happens at the chosen operation.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The process dies: neither this operation nor any later one happens.
    Killed,
    /// This operation fails, the later ones work.
    Refused(io::ErrorKind),
}

#[cfg(test)]
impl Fuse {
    /// Lets `steps` operations pass.
    pub(crate) fn after(steps: i64, fault: Fault) -> std::sync::Arc<Self> {
        std::sync::Arc::new(Self { left: steps.into(), fault, done: std::sync::Mutex::default() })
    }
}

#[cfg(test)]
impl Disk {
    pub(crate) fn with_fuse(fuse: &std::sync::Arc<Fuse>) -> Self {
        Self { fuse: Some(fuse.clone()) }
    }

    fn is_blown(&self) -> bool {
        let left = |fuse: &std::sync::Arc<Fuse>| fuse.left.load(std::sync::atomic::Ordering::SeqCst);
        self.fuse.as_ref().is_some_and(|fuse| left(fuse) == -1 && fuse.fault == Fault::Killed)
    }

    fn step(&self, doing: Operation, path: &Path) -> Result<(), FileError> {
        let Some(fuse) = &self.fuse else { return Ok(()) };
        let left = fuse.left.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
        let kind = match fuse.fault {
            Fault::Killed if left <= 0 => io::ErrorKind::Other,
            Fault::Refused(kind) if left == 0 => kind,
            _ => {
                fuse.done.lock().expect("no panic while held").push((doing, path.to_owned()));
                return Ok(());
            }
        };
        Err(FileError::new(doing, path, io::Error::from(kind)))
    }
}

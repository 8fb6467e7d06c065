//! Files that are on the disk, whole, before anyone is told so.
//!
//! A failed `fsync` is final: the kernel reports it once and may then call the
//! page clean, so nothing here tries it a second time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, RenameFlags};

/// Writes `bytes` to a new file beside `path`, makes it durable, and puts it in place of whatever was there.
///
/// # Errors
/// Those of the file system; then `path` is as it was.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_atomically_by(path, |out| out.write_all(bytes))
}

/// As [`write_atomically`], of what `write` gives, which need not be in memory whole.
///
/// # Errors
/// Those of the file system and of `write`; then `path` is as it was.
pub fn write_atomically_by(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let folder = parent(path);
    let beside = folder.join(format!(".{}.{}.part", file_name(path), std::process::id()));
    let written = File::create(&beside)
        .and_then(|mut file| write(&mut file).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The error that matters is the one above; the part file may never have been made.
        drop(fs::remove_file(&beside));
    }
    written.and_then(|()| sync_folder(folder))
}

/// Writes `bytes` to `path` and makes the file (not its folder's entry) durable.
///
/// # Errors
/// Those of the file system.
pub fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the entries of a folder durable.
///
/// # Errors
/// Those of the file system.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes `folder` and every missing folder above it, each entry durable.
///
/// # Errors
/// Those of the file system.
pub fn create_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = parent(folder);
    create_folders(parent)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
        made => made?,
    }
    sync_folder(parent)
}

/// Makes the folder in which a file is to be, with every missing one above it.
///
/// # Errors
/// Those of the file system.
pub fn create_folder_of(file: &Path) -> io::Result<()> {
    create_folders(parent(file))
}

/// Renames `from` to `to` in one step and only if nothing is there.
///
/// # Errors
/// `AlreadyExists` when something is there; else those of the file system.
pub fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    let here = rustix::fs::CWD;
    match rustix::fs::renameat_with(here, from, here, to, RenameFlags::NOREPLACE) {
        // File systems without the flag: a folder that is not empty still stops a plain rename.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) if from.is_dir() => match fs::rename(from, to) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
                Err(io::Error::from(io::ErrorKind::AlreadyExists))
            }
            renamed => renamed,
        },
        // A second name is never given where one is.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
            fs::hard_link(from, to).and_then(|()| fs::remove_file(from))
        }
        renamed => renamed.map_err(io::Error::from),
    }
}

/// Bytes that an ordinary user may still write to the volume of `path`.
///
/// # Errors
/// Those of the file system.
pub fn free_space(path: &Path) -> io::Result<u64> {
    let volume = rustix::fs::statvfs(path)?;
    Ok(volume.f_bavail * volume.f_frsize)
}

/// A lock held on a file until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock on `path`, or `None` when another process has it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn try_take(path: &Path) -> io::Result<Option<Self>> {
        let file = Self::file(path)?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self { _file: file, path: path.to_owned() })),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes the lock on `path`, and waits while another thread or process has it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn take(path: &Path) -> io::Result<Self> {
        let file = Self::file(path)?;
        rustix::io::retry_on_intr(|| rustix::fs::flock(&file, FlockOperation::LockExclusive))?;
        Ok(Self { _file: file, path: path.to_owned() })
    }

    fn file(path: &Path) -> io::Result<File> {
        OpenOptions::new().create(true).truncate(false).write(true).open(path)
    }

    /// The file that is locked.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The folder that holds `path`; the working folder for a bare name.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("a.json");
        write_atomically(&path, b"one").expect("written");
        write_atomically(&path, b"two").expect("replaced");
        assert_eq!(fs::read(&path).expect("read"), b"two");
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1);
    }

    #[test]
    fn a_rename_never_replaces() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        create_folders(&from.join("x/y")).expect("made");
        create_folders(&to).expect("made");
        assert_eq!(rename_to_new(&from, &to).expect_err("refused").kind(), io::ErrorKind::AlreadyExists);
        fs::remove_dir(&to).expect("removed");
        rename_to_new(&from, &to).expect("renamed");
        assert!(to.join("x/y").is_dir());
    }

    #[test]
    fn a_lock_has_one_holder() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("lock");
        let held = Lock::try_take(&path).expect("opened").expect("free");
        assert!(Lock::try_take(&path).expect("opened").is_none());
        let waiting = {
            let path = path.clone();
            std::thread::spawn(move || drop(Lock::take(&path).expect("taken in turn")))
        };
        drop(held);
        waiting.join().expect("no panic");
        assert!(Lock::try_take(&path).expect("opened").is_some());
    }
}

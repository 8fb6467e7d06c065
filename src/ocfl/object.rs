//! An object staged whole in a folder of its own, and an object read back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::disk::{self, Disk};
use super::inventory::{self, Inventory, User, Version};
use super::paths::{CONTENT, LogicalPath, ObjectId};
use super::version::VersionNumber;
use super::{Error, INVENTORY, OBJECT_DECLARATION, SIDECAR};
use crate::base::digest::{Sha256, Sha512};
use crate::base::time::Timestamp;

/// Writes version 1 of a new object into a folder, file by file, digesting what it writes.
///
/// Until [`ObjectWriter::finish`] the folder is no object; afterwards all of it is durable but its own entry.
#[derive(Debug)]
pub(crate) struct ObjectWriter<'a> {
    disk: &'a Disk,
    folder: PathBuf,
    id: ObjectId,
    files: BTreeMap<LogicalPath, Sha512>,
    folders: BTreeSet<PathBuf>,
}

/// Who makes a version, when and why.
#[derive(Debug, Clone)]
pub struct Commit {
    /// When.
    pub created: Timestamp,
    /// Why.
    pub message: String,
    /// Who.
    pub user: User,
}

impl<'a> ObjectWriter<'a> {
    /// Starts an object in the new folder `folder`, whose parent exists.
    ///
    /// # Errors
    /// [`Error::File`].
    pub(crate) fn new(disk: &'a Disk, folder: &Path, id: ObjectId) -> Result<Self, Error> {
        let version = folder.join(VersionNumber::FIRST.to_string());
        let content = version.join(CONTENT);
        for path in [folder, &version, &content] {
            disk.make_folder(path)?;
        }
        let folders = BTreeSet::from([version, content]);
        Ok(Self { disk, folder: folder.to_owned(), id, files: BTreeMap::new(), folders })
    }

    /// Writes one file and makes it durable.
    ///
    /// # Errors
    /// [`Error::Twice`] for a path that was written already; [`Error::File`].
    pub(crate) fn add(&mut self, path: &LogicalPath, bytes: &[u8]) -> Result<Sha256, Error> {
        if self.files.contains_key(path) {
            return Err(Error::Twice { path: path.clone() });
        }
        let target = self.folder.join(path.in_version(VersionNumber::FIRST).as_str());
        self.make_folders(&target)?;
        let written = self.disk.write_new(&target, bytes)?;
        self.files.insert(path.clone(), written.sha512);
        Ok(written.sha256)
    }

    /// Writes inventory, sidecar and declaration, and makes every folder durable, from the bottom up.
    ///
    /// # Errors
    /// [`Error::Empty`] without a file; [`Error::File`].
    pub(crate) fn finish(self, commit: Commit) -> Result<StoredObject, Error> {
        if self.files.is_empty() {
            return Err(Error::Empty);
        }
        let mut state: BTreeMap<Sha512, Vec<LogicalPath>> = BTreeMap::new();
        for (path, digest) in self.files {
            state.entry(digest).or_default().push(path);
        }
        let Commit { created, message, user } = commit;
        let version = Version { created, state, message: Some(message), user: Some(user) };
        let inventory = Inventory::first(self.id, version);
        let json = inventory.to_json();
        let digest = Sha512::of(&json);
        let sidecar = inventory::sidecar(digest);
        for folder in [self.folder.join(VersionNumber::FIRST.to_string()), self.folder.clone()] {
            self.disk.write_new(&folder.join(INVENTORY), &json)?;
            self.disk.write_new(&folder.join(SIDECAR), sidecar.as_bytes())?;
        }
        let (declaration, content) = OBJECT_DECLARATION;
        self.disk.write_new(&self.folder.join(declaration), format!("{content}\n").as_bytes())?;
        // A folder sorts before what it holds, so backwards is from the bottom up.
        for folder in self.folders.iter().rev() {
            self.disk.sync_folder(folder)?;
        }
        self.disk.sync_folder(&self.folder)?;
        Ok(StoredObject { folder: self.folder, inventory, digest })
    }

    fn make_folders(&mut self, file: &Path) -> Result<(), Error> {
        let missing = file.ancestors().skip(1).take_while(|folder| !self.folders.contains(*folder));
        let missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        for folder in missing.into_iter().rev() {
            self.disk.make_folder(&folder)?;
            self.folders.insert(folder);
        }
        Ok(())
    }
}

/// An object on the disk, its inventory read and found to be the one that the sidecar names.
#[derive(Debug, Clone)]
pub struct StoredObject {
    folder: PathBuf,
    inventory: Inventory,
    digest: Sha512,
}

impl StoredObject {
    /// Opens the object in `folder`. Its files are not read: see [`StoredObject::read`] and [`super::validate`].
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Sidecar`]; [`Error::Inventory`].
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(INVENTORY);
        let json = disk::read(&path)?;
        let digest = Sha512::of(&json);
        let sidecar = String::from_utf8_lossy(&disk::read(&folder.join(SIDECAR))?).into_owned();
        match inventory::sidecar_digest(&sidecar) {
            Some(expected) if expected.eq_ignore_ascii_case(&digest.to_string()) => {}
            _ => return Err(Error::Sidecar { path, expected: sidecar.trim().to_owned(), found: Box::new(digest) }),
        }
        let inventory = Inventory::from_json(&json).map_err(|source| Error::Inventory { path, source })?;
        Ok(Self { folder: folder.to_owned(), inventory, digest })
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its inventory.
    #[must_use]
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// The digest of its inventory.
    #[must_use]
    pub fn digest(&self) -> Sha512 {
        self.digest
    }

    /// The bytes of a file of the newest version, checked against the manifest.
    ///
    /// # Errors
    /// [`Error::Missing`] where the version has no such file; [`Error::Altered`]; [`Error::File`].
    pub fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        let version = self.inventory.head();
        let missing = || Error::Missing { path: path.to_owned(), version };
        let expected = self.inventory.digest(version, path).ok_or_else(missing)?;
        let content = self.inventory.content(expected).ok_or_else(missing)?;
        let file = self.folder.join(content.as_str());
        let bytes = disk::read(&file)?;
        match Sha512::of(&bytes) {
            found if found == expected => Ok(bytes),
            found => Err(Error::Altered { path: file, expected: Box::new(expected), found: Box::new(found) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::disk::{Fault, Fuse, Operation};
    use super::super::validate;
    use super::*;

    fn commit() -> Commit {
        let user = User { name: "sohoa".into(), address: Some("urn:vn-kho:sohoa".into()) };
        Commit { created: Timestamp::from_unix(1_700_000_000), message: "deposit".into(), user }
    }

    fn write(disk: &Disk, folder: &Path) -> Result<StoredObject, Error> {
        let mut writer = ObjectWriter::new(disk, folder, "urn:vn-kho:a:b".parse().expect("an identifier"))?;
        for (path, bytes) in [("document.pdf", b"%PDF"), ("source/1.tif", b"II*\0"), ("source/2.tif", b"II*\0")] {
            writer.add(&path.parse().expect("a path"), bytes)?;
        }
        writer.finish(commit())
    }

    #[test]
    fn an_object_is_valid_and_reads_back() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("object");
        let written = write(&Disk::default(), &path).expect("written");
        let report = validate::object(&path, validate::Depth::Digests).expect("readable");
        assert_eq!(report.findings(), []);
        let read = StoredObject::open(&path).expect("read");
        assert_eq!((read.inventory(), read.digest()), (written.inventory(), written.digest()));
        assert_eq!(read.read("source/2.tif").expect("unaltered"), b"II*\0");
        assert!(matches!(read.read("other"), Err(Error::Missing { .. })));
        std::fs::write(path.join("v1/content/document.pdf"), b"%pdf").expect("altered");
        assert!(matches!(read.read("document.pdf"), Err(Error::Altered { .. })));
    }

    #[test]
    fn a_path_is_written_once() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let disk = Disk::default();
        let id = "urn:a".parse().expect("an identifier");
        let mut writer = ObjectWriter::new(&disk, &folder.path().join("object"), id).expect("started");
        let path = "a".parse().expect("a path");
        writer.add(&path, b"1").expect("written");
        assert!(matches!(writer.add(&path, b"2"), Err(Error::Twice { .. })));
    }

    #[test]
    fn everything_is_synced_from_the_bottom_up() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("object");
        let fuse = Fuse::after(i64::MAX, Fault::Killed);
        write(&Disk::with_fuse(&fuse), &path).expect("written");
        let done = fuse.done.lock().expect("no panic");
        let place = |operation, name: &str| {
            let target = path.join(name);
            done.iter().position(|(doing, path)| *doing == operation && *path == target).expect(name)
        };
        for file in ["0=ocfl_object_1.1", "inventory.json", "v1/inventory.json.sha512", "v1/content/source/1.tif"] {
            assert!(place(Operation::Sync, file) > place(Operation::Write, file));
            assert!(place(Operation::Sync, file) < place(Operation::Sync, ""));
        }
        let folders = ["v1/content/source", "v1/content", "v1", ""];
        let order: Vec<usize> = folders.iter().map(|name| place(Operation::Sync, name)).collect();
        assert!(order.is_sorted(), "{order:?}");
    }
}

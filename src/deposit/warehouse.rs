//! The warehouse on the disk: opened, swept, and read.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use serde::de::DeserializeOwned;
use walkdir::WalkDir;

use super::key::SiteKey;
use super::names::{DOCUMENT, PROVENANCE, RECORD, TEXT};
use super::record::{self, StoredRecord};
use super::staging::{Staging, Swept};
use super::text::{self, StoredProvenance, StoredText};
use super::{Error, Options, Receipt};
use crate::base::digest::hex;
use crate::base::files;
use crate::intake::Identity;
use crate::ocfl::disk::Disk;
use crate::ocfl::object::StoredObject;
use crate::ocfl::paths::ObjectId;
use crate::ocfl::{self, FileError, Operation, layout};
use crate::vn::identifiers::OwnerId;

/// Folder of the owners' storage roots.
const STORE: &str = "kho";
/// Folder of what is not part of the store.
const STAGING: &str = "staging";
/// Prefix of every object's identifier.
const URN: &str = "urn:vn-kho";
/// Bytes of an identity that name a document.
const DOCUMENT_TOKEN: usize = 16;

/// A folder that holds owners' storage roots. One value serves all threads of a process; several processes may
/// have the same folder open.
#[derive(Debug)]
pub struct Warehouse {
    pub(super) path: PathBuf,
    pub(super) options: Options,
    pub(super) disk: Disk,
    pub(super) staging: Staging,
    pub(super) swept: Swept,
    /// Owners whose storage root, and every folder above it, this process has made durable.
    pub(super) settled: Mutex<HashSet<String>>,
    /// A sync failed.
    pub(super) unsound: AtomicBool,
    key: SiteKey,
}

/// Where a document belongs.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) owner: String,
    pub(super) document: String,
    pub(super) id: ObjectId,
    /// The owner's storage root.
    pub(super) root: PathBuf,
    /// The folder of the tuple in it.
    pub(super) tuple: PathBuf,
    /// The object's own folder.
    pub(super) object: PathBuf,
}

/// A document in the warehouse.
#[derive(Debug, Clone)]
pub struct Stored {
    receipt: Receipt,
    object: StoredObject,
}

impl Warehouse {
    /// Opens the warehouse in the folder `path`, makes what is missing of it, and sweeps out what killed runs left.
    ///
    /// # Errors
    /// [`Error::File`] where the volume is read-only, full or closed to this user; [`Error::TwoVolumes`];
    /// [`Error::KeyMissing`], [`Error::KeyDamaged`]; [`Error::TooManyWriters`].
    pub fn open(path: &Path, options: &Options) -> Result<Self, Error> {
        Self::open_on(Disk::default(), path, options)
    }

    pub(super) fn open_on(disk: Disk, path: &Path, options: &Options) -> Result<Self, Error> {
        let (store, staging) = (path.join(STORE), path.join(STAGING));
        for folder in [&store, &staging] {
            files::create_folders(folder).map_err(|source| FileError::new(Operation::MakeFolder, folder, source))?;
        }
        check_one_volume(&store, &staging)?;
        let has_owners = WalkDir::new(&store).min_depth(3).max_depth(3).into_iter().next().is_some();
        let key = SiteKey::open(path, has_owners)?;
        let mut warehouse = Self {
            path: path.to_owned(),
            options: options.clone(),
            disk,
            staging: Staging::open(&staging)?,
            swept: Swept::default(),
            settled: Mutex::default(),
            unsound: AtomicBool::new(false),
            key,
        };
        warehouse.swept = warehouse.sweep()?;
        Ok(warehouse)
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the sweep at opening found.
    #[must_use]
    pub fn swept(&self) -> Swept {
        self.swept
    }

    /// The owner's name on the disk: 32 hexadecimal digits that say nothing without the site key.
    #[must_use]
    pub fn owner_token(&self, owner: &OwnerId) -> String {
        self.key.owner_token(owner.kind(), owner.as_str())
    }

    /// The document of an owner, by the identity of its input. It may not be durable yet:
    /// [`Warehouse::resume`] gives what may be acknowledged.
    ///
    /// # Errors
    /// [`Error::Object`] where its inventory cannot be read; [`Error::Foreign`].
    pub fn find(&self, owner: &OwnerId, identity: Identity) -> Result<Option<Stored>, Error> {
        self.at(&self.place(owner, identity))
    }

    /// The document of this name.
    ///
    /// # Errors
    /// [`Error::Unknown`]; [`Error::Object`] where its inventory cannot be read; [`Error::Foreign`].
    pub fn read(&self, urn: &str) -> Result<Stored, Error> {
        self.at(&self.place_named(urn)?)?.ok_or_else(|| Error::Unknown { urn: urn.to_owned() })
    }

    /// The name that an owner's document has in the store, by the identity of its input, be it there or not.
    #[must_use]
    pub fn urn(&self, owner: &OwnerId, identity: Identity) -> String {
        self.place(owner, identity).id.to_string()
    }

    /// The names of all owners' storage roots, in order.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn owners(&self) -> impl Iterator<Item = Result<String, Error>> + use<> {
        self.folders(3)
            .filter(|found| !matches!(found, Ok(path) if !is_token(&name(path))))
            .map(|found| Ok(name(&found?)))
    }

    /// The owner's storage root, which is a complete OCFL store.
    #[must_use]
    pub fn root_of(&self, owner_token: &str) -> Option<PathBuf> {
        is_token(owner_token).then(|| self.root_path(owner_token))
    }

    /// Every document, owner by owner, in order of their places.
    ///
    /// # Errors
    /// For a document that cannot be read: [`Error::Object`]; the walk goes on behind it.
    pub fn walk(&self) -> impl Iterator<Item = Result<Stored, Error>> + '_ {
        let objects = self.folders(5).filter(|found| !matches!(found, Ok(path) if is_extension(path)));
        objects.map(|folder| self.open_object(&folder?))
    }

    pub(super) fn place(&self, owner: &OwnerId, identity: Identity) -> Place {
        let document = hex(&identity.0.as_bytes()[..DOCUMENT_TOKEN]);
        self.place_of(self.owner_token(owner), document).expect("tokens of hexadecimal digits make an identifier")
    }

    pub(super) fn place_named(&self, urn: &str) -> Result<Place, Error> {
        let tokens =
            urn.strip_prefix(URN).and_then(|rest| rest.strip_prefix(':')).and_then(|rest| rest.split_once(':'));
        let place = tokens.and_then(|(owner, document)| self.place_of(owner.to_owned(), document.to_owned()));
        place.ok_or_else(|| Error::Unknown { urn: urn.to_owned() })
    }

    /// `None` when these are no tokens.
    pub(super) fn place_of(&self, owner: String, document: String) -> Option<Place> {
        if !is_token(&owner) || !is_token(&document) {
            return None;
        }
        let id: ObjectId = format!("{URN}:{owner}:{document}").parse().ok()?;
        let place = layout::place(&id);
        let root = self.root_path(&owner);
        let tuple = root.join(&place.tuple);
        let object = tuple.join(&place.name);
        Some(Place { owner, document, id, root, tuple, object })
    }

    /// The document at its place, if it is there.
    pub(super) fn at(&self, place: &Place) -> Result<Option<Stored>, Error> {
        if !place.object.exists() {
            return Ok(None);
        }
        let stored = self.open_object(&place.object)?;
        match stored.receipt.urn {
            ref found if found == place.id.as_str() => Ok(Some(stored)),
            found => Err(Error::Foreign { path: place.object.clone(), expected: place.id.to_string(), found }),
        }
    }

    pub(super) fn store(&self) -> PathBuf {
        self.path.join(STORE)
    }

    fn open_object(&self, folder: &Path) -> Result<Stored, Error> {
        let object = StoredObject::open(folder)?;
        let inventory = object.inventory();
        let head = inventory.head();
        let missing = || ocfl::Error::Missing { path: DOCUMENT.to_owned(), version: head };
        let document = inventory.digest(head, DOCUMENT).ok_or_else(missing)?;
        let version = inventory.version(head).ok_or_else(missing)?;
        let receipt = Receipt {
            urn: inventory.id().to_string(),
            path: folder.strip_prefix(&self.path).unwrap_or(folder).to_string_lossy().into_owned(),
            version: head.to_string(),
            inventory: object.digest(),
            document,
            at: version.created,
            adopted: true,
        };
        Ok(Stored { receipt, object })
    }

    fn root_path(&self, owner: &str) -> PathBuf {
        self.path.join(STORE).join(&owner[..2]).join(&owner[2..4]).join(owner)
    }

    fn folders(&self, depth: usize) -> impl Iterator<Item = Result<PathBuf, Error>> + use<> {
        let store = self.store();
        let walk = WalkDir::new(&store).min_depth(depth).max_depth(depth).sort_by_file_name().into_iter();
        walk.filter_map(move |entry| match entry {
            Ok(entry) => entry.file_type().is_dir().then(|| Ok(entry.into_path())),
            Err(error) => {
                let path = error.path().unwrap_or(&store).to_owned();
                let source = error.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of folders"));
                Some(Err(FileError::new(Operation::Read, &path, source).into()))
            }
        })
    }
}

impl Stored {
    /// Its receipt; `adopted`, as it was there before.
    #[must_use]
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    /// The object that holds it.
    #[must_use]
    pub fn object(&self) -> &StoredObject {
        &self.object
    }

    /// The owner's token, from its name.
    #[must_use]
    pub fn owner_token(&self) -> &str {
        self.receipt.urn.split(':').nth(2).unwrap_or_default()
    }

    /// `document.pdf`, its digest checked.
    ///
    /// # Errors
    /// [`Error::Object`] where it is gone or altered.
    pub fn document(&self) -> Result<Vec<u8>, Error> {
        Ok(self.object.read(DOCUMENT)?)
    }

    /// `record.json`, its digest checked.
    ///
    /// # Errors
    /// [`Error::Object`] where it is gone or altered; [`Error::Form`], [`Error::FormVersion`].
    pub fn record(&self) -> Result<StoredRecord, Error> {
        self.form(RECORD, record::VERSION)
    }

    /// `text.json`, its digest checked.
    ///
    /// # Errors
    /// As [`Stored::record`].
    pub fn text(&self) -> Result<StoredText, Error> {
        self.form(TEXT, text::VERSION)
    }

    /// `provenance.json`, its digest checked.
    ///
    /// # Errors
    /// As [`Stored::record`].
    pub fn provenance(&self) -> Result<StoredProvenance, Error> {
        self.form(PROVENANCE, text::VERSION)
    }

    pub(super) fn into_receipt(self) -> Receipt {
        self.receipt
    }

    fn form<T: DeserializeOwned>(&self, name: &'static str, expected: u32) -> Result<T, Error> {
        #[derive(serde::Deserialize)]
        struct Versioned {
            version: u32,
        }
        let urn = || self.receipt.urn.clone();
        let json = self.object.read(name)?;
        let form = |source| Error::Form { urn: urn(), name, source };
        let found = serde_json::from_slice::<Versioned>(&json).map_err(form)?.version;
        if found != expected {
            return Err(Error::FormVersion { urn: urn(), name, found, expected });
        }
        serde_json::from_slice(&json).map_err(form)
    }
}

fn check_one_volume(store: &Path, staging: &Path) -> Result<(), Error> {
    let volume = |path: &Path| {
        fs::metadata(path).map(|found| found.dev()).map_err(|source| FileError::new(Operation::Read, path, source))
    };
    if volume(store)? == volume(staging)? {
        Ok(())
    } else {
        Err(Error::TwoVolumes { store: store.to_owned(), staging: staging.to_owned() })
    }
}

fn is_token(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn is_extension(object: &Path) -> bool {
    object.parent().and_then(Path::file_name).is_some_and(|tuple| tuple == "extensions")
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

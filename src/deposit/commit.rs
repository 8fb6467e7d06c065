//! How a document comes into the store: staged, complete, in place, durable, and only then acknowledged.
//!
//! 1. Every file is written and synced in `staging/<document>.<place>.<attempt>`, then every folder, bottom up.
//! 2. One rename to `staging/<owner>.<document>.ready`, and the staging folder is synced: complete, by name.
//! 3. The owner's storage root and the tuple's folder are there and durable up to the top.
//! 4. One rename to the object's place, only where nothing is; the folder above it is synced.
//!
//! Whoever comes upon a complete document may do steps 3 and 4 for it, so no step waits for a dead process.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::Ordering;

use super::names::{DOCUMENT, PROVENANCE, RECORD, TEXT, source_path};
use super::record::StoredRecord;
use super::staging::Swept;
use super::text::{StoredProvenance, StoredText};
use super::warehouse::{Place, Stored, Warehouse};
use super::{Error, Package, Receipt};
use crate::base::files;
use crate::base::time::Timestamp;
use crate::intake::{Identity, SourceBytes, SourceFile};
use crate::ocfl::object::{Commit, ObjectWriter, StoredObject};
use crate::ocfl::paths::LogicalPath;
use crate::ocfl::root;
use crate::ocfl::{self, FileError, Operation};
use crate::vn::identifiers::OwnerId;

/// What an object takes on the disk beside its content: ten inodes and their rounding.
const OVERHEAD_BYTES: u64 = 64 << 10;
/// How often a tuple's folder may be swept from under a rename before that is no accident.
const TRIES: u32 = 64;

/// The files of an object in the order in which they are written.
struct Contents<'a> {
    record: Vec<u8>,
    text: Vec<u8>,
    provenance: Vec<u8>,
    document: &'a [u8],
    sources: Vec<(&'a SourceFile, &'a SourceBytes)>,
}

impl Warehouse {
    pub(super) fn deposit(&self, package: &Package<'_>, at: Timestamp) -> Result<Receipt, Error> {
        self.guard(|| {
            let identity = package.approved.described().classified.recognized.origin.identity;
            let place = self.place(package.owner, identity);
            if let Some(stored) = self.settle(&place)? {
                return Ok(stored.into_receipt());
            }
            let contents = Contents::of(package, place.id.as_str(), at)?;
            self.check_space(&contents)?;
            let staged = self.stage(&place, &contents, at)?;
            let first = self.declare_ready(&place, &staged)?;
            self.install(&place)?;
            let mut receipt = self.at(&place)?.ok_or_else(|| vanished(&place.object))?.into_receipt();
            // Whoever renamed it into place, and whatever came into staging since: what stands there tells whose it is.
            receipt.adopted = !(first && receipt.inventory == staged.digest());
            Ok(receipt)
        })
    }

    /// The receipt of a document that an earlier run deposited, or left complete in staging: that is put in place now,
    /// and nothing needs to be signed again. `None` when there is neither.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn resume(&self, owner: &OwnerId, identity: Identity) -> Result<Option<Receipt>, Error> {
        self.guard(|| Ok(self.settle(&self.place(owner, identity))?.map(Stored::into_receipt)))
    }

    /// Names of the documents that earlier runs left complete in staging, whatever input they were made from.
    ///
    /// # Errors
    /// [`Error::File`] where the staging folder cannot be read.
    pub fn ready(&self) -> Result<Vec<String>, Error> {
        let places = self.staging.ready()?.into_iter().filter_map(|found| self.place_of(found.owner, found.document));
        Ok(places.map(|place| place.id.to_string()).collect())
    }

    /// As [`Warehouse::resume`], by the document's name: it is durable on return.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn complete(&self, urn: &str) -> Result<Option<Stored>, Error> {
        self.guard(|| self.settle(&self.place_named(urn)?))
    }

    /// Removes what killed runs left and lists what they completed. An empty tuple folder, which would make its
    /// storage root invalid, can only be that of a document which waits in staging.
    pub(super) fn sweep(&self) -> Result<Swept, Error> {
        let (removed, ready) = self.staging.sweep(&self.disk)?;
        let mut swept = Swept { removed, ..Swept::default() };
        for found in ready {
            let Some(place) = self.place_of(found.owner, found.document) else { continue };
            if place.object.exists() {
                self.staging.discard(&self.disk, &found.path)?;
                swept.removed += 1;
                continue;
            }
            swept.ready += 1;
            if self.disk.remove_empty(&place.tuple)? {
                self.disk.sync_folder(&place.root)?;
                swept.empty_folders += 1;
            }
        }
        Ok(swept)
    }

    /// Refuses to go on after a failed sync, and notices one.
    fn guard<T>(&self, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        if self.unsound.load(Ordering::SeqCst) {
            return Err(Error::Unsound { path: self.path.clone() });
        }
        work().inspect_err(|error| {
            if error.is_failed_sync() {
                self.unsound.store(true, Ordering::SeqCst);
            }
        })
    }

    /// What is deposited or complete, made durable: another may have put it there a moment ago.
    fn settle(&self, place: &Place) -> Result<Option<Stored>, Error> {
        if self.staging.ready_path(&place.owner, &place.document).exists() {
            self.install(place)?;
        } else if place.object.exists() {
            self.settle_folders(place)?;
            self.disk.sync_folder(&place.tuple)?;
        }
        self.at(place)
    }

    fn check_space(&self, contents: &Contents<'_>) -> Result<(), Error> {
        let failed = |source| FileError::new(Operation::Read, &self.path, source);
        let free = files::free_space(&self.path).map_err(failed)?;
        let needed = contents.bytes() + OVERHEAD_BYTES + self.options.reserve_bytes;
        if free < needed {
            return Err(Error::Full { path: self.path.clone(), needed, free });
        }
        Ok(())
    }

    fn stage(&self, place: &Place, contents: &Contents<'_>, at: Timestamp) -> Result<StoredObject, Error> {
        let folder = self.staging.new_path(&place.document);
        let staged = self.write(place, contents, at, &folder);
        if staged.is_err() {
            // The error above is the one that matters; what stays is swept at the next start.
            drop(self.disk.remove_tree(&folder));
        }
        staged
    }

    fn write(
        &self,
        place: &Place,
        contents: &Contents<'_>,
        at: Timestamp,
        folder: &Path,
    ) -> Result<StoredObject, Error> {
        let mut writer = ObjectWriter::new(&self.disk, folder, place.id.clone())?;
        for (name, bytes) in contents.own_files() {
            writer.add(&logical(name)?, bytes)?;
        }
        for (source, bytes) in &contents.sources {
            let found = writer.add(&logical(&source_path(&source.name))?, bytes)?;
            if found != source.sha256 {
                return Err(Error::SourceChanged { name: source.name.clone(), expected: source.sha256, found });
            }
        }
        let user = self.options.user.clone();
        Ok(writer.finish(Commit { created: at, message: "Số hóa và nộp vào kho (deposit)".to_owned(), user })?)
    }

    /// Gives the staged object the name that says it is complete; `false` when another was first.
    fn declare_ready(&self, place: &Place, staged: &StoredObject) -> Result<bool, Error> {
        let ready = self.staging.ready_path(&place.owner, &place.document);
        let renamed = self.disk.rename_to_new(staged.folder(), &ready);
        if renamed.is_err() {
            drop(self.disk.remove_tree(staged.folder()));
        }
        match renamed {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            renamed => {
                renamed?;
                let synced = self.disk.sync_folder(self.staging.folder());
                if synced.is_err() {
                    // Whether it stays after a power cut nobody knows, so it must not count as complete.
                    drop(self.staging.discard(&self.disk, &ready));
                }
                synced?;
                Ok(true)
            }
        }
    }

    /// Puts the complete document of this place where it belongs, and makes that durable.
    fn install(&self, place: &Place) -> Result<(), Error> {
        let ready = self.staging.ready_path(&place.owner, &place.document);
        for _ in 0..TRIES {
            self.settle_folders(place)?;
            match self.disk.rename_to_new(&ready, &place.object) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    self.staging.discard(&self.disk, &ready)?;
                }
                // Another took it out of staging and put it there.
                Err(error) if error.kind() == ErrorKind::NotFound && place.object.exists() => {}
                // A sweep elsewhere took the tuple's folder, which was empty still.
                Err(error) if error.kind() == ErrorKind::NotFound && ready.exists() => continue,
                Err(error) if error.kind() == ErrorKind::NotFound => return Err(vanished(&ready)),
                Err(error) => return Err(error.into()),
            }
            return Ok(self.disk.sync_folder(&place.tuple)?);
        }
        Err(vanished(&place.tuple))
    }

    /// Makes the folders above an object, each of them durable: also those that another made a moment ago.
    fn settle_folders(&self, place: &Place) -> Result<(), Error> {
        let is_settled = self.settled.lock().is_ok_and(|settled| settled.contains(&place.owner));
        if !is_settled {
            self.settle_root(place)?;
            if let Ok(mut settled) = self.settled.lock() {
                // Forgetting costs three syncs for each owner, remembering all costs memory.
                if settled.len() > 100_000 {
                    settled.clear();
                }
                settled.insert(place.owner.clone());
            }
        }
        self.disk.make_folder(&place.tuple)?;
        Ok(self.disk.sync_folder(&place.root)?)
    }

    fn settle_root(&self, place: &Place) -> Result<(), Error> {
        let store = self.store();
        let upper = store.join(&place.owner[..2]);
        let lower = upper.join(&place.owner[2..4]);
        for (folder, above) in [(&upper, &store), (&lower, &upper)] {
            self.disk.make_folder(folder)?;
            self.disk.sync_folder(above)?;
        }
        if !place.root.is_dir() {
            let staged = self.staging.new_path(&format!("root-{}", place.owner));
            let renamed = root::write(&self.disk, &staged)
                .and_then(|()| self.disk.rename_to_new(&staged, &place.root).map_err(ocfl::Error::from));
            if renamed.is_err() {
                drop(self.disk.remove_tree(&staged));
            }
            match renamed {
                Err(ocfl::Error::File(error)) if error.kind() == ErrorKind::AlreadyExists => {}
                renamed => renamed?,
            }
        }
        Ok(self.disk.sync_folder(&lower)?)
    }
}

impl<'a> Contents<'a> {
    fn of(package: &'a Package<'_>, urn: &str, at: Timestamp) -> Result<Self, Error> {
        let files = &package.approved.described().classified.recognized.origin.sources;
        if !package.sources.is_empty() && package.sources.len() != files.len() {
            return Err(Error::Sources { expected: files.len(), found: package.sources.len() });
        }
        let form = |name| move |source| Error::Form { urn: urn.to_owned(), name, source };
        let mut record = serde_json::to_vec_pretty(&StoredRecord::of(package, urn)).map_err(form(RECORD))?;
        let mut text = serde_json::to_vec(&StoredText::of(package)).map_err(form(TEXT))?;
        let mut provenance = serde_json::to_vec_pretty(&StoredProvenance::of(package, at)).map_err(form(PROVENANCE))?;
        for json in [&mut record, &mut text, &mut provenance] {
            json.push(b'\n');
        }
        let sources = files.iter().zip(package.sources).collect();
        Ok(Self { record, text, provenance, document: package.signed.bytes(), sources })
    }

    fn own_files(&self) -> [(&'static str, &[u8]); 4] {
        [(DOCUMENT, self.document), (RECORD, &self.record), (TEXT, &self.text), (PROVENANCE, &self.provenance)]
    }

    fn bytes(&self) -> u64 {
        let own = self.own_files().iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
        own + self.sources.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>()
    }
}

fn logical(path: &str) -> Result<LogicalPath, Error> {
    Ok(path.parse().map_err(ocfl::Error::Path)?)
}

fn vanished(path: &Path) -> Error {
    Error::Vanished { path: path.to_owned() }
}

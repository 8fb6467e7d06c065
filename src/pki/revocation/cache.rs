//! Evidence kept on disk until it is due for renewal, one file for each address and issuer. Many processes may use one
//! folder: a file appears whole or not at all. What is kept is checked like what was just received.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::certificate::Certificate;
use crate::base::digest::{Sha256, hex};
use crate::base::files;

/// A folder of evidence.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
}

/// Names one piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key(String);

impl Key {
    /// What an address says of an issuer, or (with a serial number) of one certificate.
    pub(super) fn new(url: &str, issuer: &Certificate, serial: &[u8]) -> Self {
        let digests = [url.as_bytes(), issuer.der(), serial].map(|part| *Sha256::of(part).as_bytes());
        Self(hex(Sha256::of(&digests.concat()).as_bytes()))
    }
}

impl Cache {
    /// In this folder, which is made when something is first kept.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// What is kept; nothing where it cannot be read.
    pub(super) fn get(&self, key: &Key) -> Option<Vec<u8>> {
        fs::read(self.path(key)).ok()
    }

    /// Keeps something. A folder that cannot be written is no failure: it is fetched again.
    pub(super) fn put(&self, key: &Key, bytes: &[u8]) {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let part = format!(".{}.{}.{}.part", key.0, std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let part = self.folder.join(part);
        let written = files::create_folders(&self.folder)
            .and_then(|()| files::write_durably(&part, bytes))
            .and_then(|()| fs::rename(&part, self.path(key)));
        if written.is_err() {
            drop(fs::remove_file(&part));
        }
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(format!("{}.der", key.0))
    }
}

//! The site key: 32 random bytes by which owners' numbers become the names of their folders.
//!
//! Who has the folders but not the key cannot tell whose they are, not even by trying all numbers.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use zeroize::Zeroizing;

use super::Error;
use crate::base::digest::{keyed_token, random_bytes};
use crate::base::files;
use crate::ocfl::{FileError, Operation};

/// Name of the key's file in the warehouse.
const NAME: &str = "site.key";
/// Its length in bytes.
const LENGTH: usize = 32;

/// The key; wiped from memory when dropped, never shown.
pub(super) struct SiteKey(Zeroizing<Vec<u8>>);

impl SiteKey {
    /// Reads the key of the warehouse; makes it where there is none and no owner is named by one.
    /// Of several who make it at once, all get the one that was first.
    pub(super) fn open(warehouse: &Path, has_owners: bool) -> Result<Self, Error> {
        let path = warehouse.join(NAME);
        if !path.exists() {
            if has_owners {
                return Err(Error::KeyMissing { path });
            }
            make(warehouse, &path).map_err(|source| FileError::new(Operation::Write, &path, source))?;
        }
        let bytes = fs::read(&path).map_err(|source| FileError::new(Operation::Read, &path, source))?;
        let key = Self(Zeroizing::new(bytes));
        match key.0.len() {
            LENGTH => Ok(key),
            found => Err(Error::KeyDamaged { path, found, expected: LENGTH }),
        }
    }

    /// The owner's name on the disk: 32 hexadecimal digits.
    pub(super) fn owner_token(&self, kind: &str, number: &str) -> String {
        keyed_token(&self.0, format!("{kind}\u{1f}{number}").as_bytes())
    }
}

impl std::fmt::Debug for SiteKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SiteKey")
    }
}

fn make(warehouse: &Path, path: &Path) -> io::Result<()> {
    static ATTEMPT: AtomicU32 = AtomicU32::new(0);
    let bytes = random_bytes(LENGTH)?;
    let attempt = ATTEMPT.fetch_add(1, Ordering::Relaxed);
    let beside = warehouse.join(format!(".{NAME}.{}.{attempt}.part", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    let made = match files::rename_to_new(&beside, path) {
        // A hard link, too, is made only where nothing is.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => fs::hard_link(&beside, path),
        made => made,
    };
    // Gone already when it was renamed.
    drop(fs::remove_file(&beside));
    match made {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => files::sync_folder(warehouse),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn all_who_race_get_one_key() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let tokens: Vec<String> = std::thread::scope(|scope| {
            let open = || SiteKey::open(folder.path(), false).expect("made or read").owner_token("citizen", "1");
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(open)).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
        let mode = fs::metadata(folder.path().join(NAME)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1);
    }

    #[test]
    fn kind_and_number_do_not_run_together() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let key = SiteKey::open(folder.path(), false).expect("made");
        assert_ne!(key.owner_token("citizen", "12"), key.owner_token("citizen1", "2"));
        assert_eq!(key.owner_token("citizen", "12").len(), 32);
    }

    #[test]
    fn a_lost_or_damaged_key_is_not_replaced() {
        let folder = tempfile::tempdir().expect("temporary folder");
        assert!(matches!(SiteKey::open(folder.path(), true), Err(Error::KeyMissing { .. })));
        fs::write(folder.path().join(NAME), b"short").expect("written");
        assert!(matches!(SiteKey::open(folder.path(), true), Err(Error::KeyDamaged { found: 5, .. })));
    }
}

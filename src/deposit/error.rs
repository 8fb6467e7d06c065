//! Why a warehouse cannot be used or a deposit was not made.

use std::path::PathBuf;

use crate::base::digest::Sha256;
use crate::ocfl::{self, FileError};

/// Why a warehouse cannot be used or a deposit was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// An object could not be written or read.
    #[error(transparent)]
    Object(#[from] ocfl::Error),
    /// There are owners, but the key that names them is gone.
    #[error("the key `{}` is missing, and the warehouse holds owners named by it", path.display())]
    KeyMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The key has another length than a key.
    #[error("the key `{}` is {found} bytes long, expected {expected}", path.display())]
    KeyDamaged {
        /// Where it is.
        path: PathBuf,
        /// Bytes found.
        found: usize,
        /// Bytes of a key.
        expected: usize,
    },
    /// Staging and store are on different volumes: no rename in one step.
    #[error("`{}` and `{}` are on different volumes", store.display(), staging.display())]
    TwoVolumes {
        /// The store.
        store: PathBuf,
        /// The staging folder.
        staging: PathBuf,
    },
    /// More writers at once than there are places in staging.
    #[error("more than {most} programs write to `{}` at once", path.display())]
    TooManyWriters {
        /// The staging folder.
        path: PathBuf,
        /// How many may.
        most: u32,
    },
    /// Not enough space for the document and the reserve.
    #[error("`{}` has {free} bytes free, and the deposit needs {needed}", path.display())]
    Full {
        /// The warehouse.
        path: PathBuf,
        /// Bytes needed, with the reserve.
        needed: u64,
        /// Bytes free.
        free: u64,
    },
    /// A sync failed before: what this process believes to be on the disk may not be.
    #[error("the disk under `{}` failed to keep what it had taken; nothing more is deposited", path.display())]
    Unsound {
        /// The warehouse.
        path: PathBuf,
    },
    /// Sources were given, but not one for each that the origin names.
    #[error("{found} sources were given, expected {expected}")]
    Sources {
        /// How many the origin names.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// A source is not the one that was taken in.
    #[error("the source `{name}` is not the one taken in: its digest is {found}, expected {expected}")]
    SourceChanged {
        /// Its name in the deposit.
        name: String,
        /// Its digest at intake.
        expected: Sha256,
        /// Its digest now.
        found: Sha256,
    },
    /// Another object where the document's own should be.
    #[error("`{}` holds `{found}`, expected `{expected}`", path.display())]
    Foreign {
        /// The object's folder.
        path: PathBuf,
        /// The identifier that belongs there.
        expected: String,
        /// The identifier found.
        found: String,
    },
    /// Something took a complete document out of staging.
    #[error("the staged document `{}` disappeared", path.display())]
    Vanished {
        /// Where it was.
        path: PathBuf,
    },
    /// The warehouse has no such document.
    #[error("the warehouse has no `{urn}`")]
    Unknown {
        /// The name asked for.
        urn: String,
    },
    /// A stored form that this version cannot read.
    #[error("`{name}` of `{urn}` cannot be read")]
    Form {
        /// Which document.
        urn: String,
        /// Which file of it.
        name: &'static str,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A stored form of another version.
    #[error("`{name}` of `{urn}` has version {found}, this program reads {expected}")]
    FormVersion {
        /// Which document.
        urn: String,
        /// Which file of it.
        name: &'static str,
        /// The version found.
        found: u32,
        /// The version that can be read.
        expected: u32,
    },
}

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::File(error) => return error.hint(),
            Self::Object(error) => return error.hint(),
            Self::KeyMissing { path } | Self::KeyDamaged { path, .. } => {
                format!(
                    "bring `{}` back from the backup; a new key would give every owner a second space",
                    path.display()
                )
            }
            Self::TwoVolumes { staging, .. } => {
                format!(
                    "`{}` must be an ordinary folder on the warehouse's volume, not a mount or a link",
                    staging.display()
                )
            }
            Self::TooManyWriters { .. } => "let some of the running programs finish, then start again".to_owned(),
            Self::Full { path, needed, free } => {
                format!("free {} more bytes on the volume of `{}`", needed.saturating_sub(*free), path.display())
            }
            Self::Unsound { .. } => "check the disk and its cables, read the kernel's log, then start again".to_owned(),
            Self::SourceChanged { .. } => "take the document in again".to_owned(),
            Self::Foreign { path, .. } => format!("look at `{}`: it was put there by hand", path.display()),
            Self::FormVersion { .. } => "use the newer version of this program that wrote it".to_owned(),
            Self::Sources { .. } | Self::Vanished { .. } | Self::Unknown { .. } | Self::Form { .. } => return None,
        })
    }

    /// Whether a sync failed: then nothing that this process wrote can be trusted.
    pub(super) fn is_failed_sync(&self) -> bool {
        let (Self::File(error) | Self::Object(ocfl::Error::File(error))) = self else { return false };
        error.doing == ocfl::Operation::Sync
    }
}

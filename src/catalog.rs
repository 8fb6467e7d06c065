//! The index of the warehouse, and the rows of jobs: one SQLite file beside the store.
//!
//! Made from what the store holds and from nothing else, so it can be thrown away and built again
//! ([`Catalog::rebuild`]); the jobs are this machine's own memory of what it was doing. Owners stand under their
//! tokens and masked numbers; no number of a person is stored or indexed, not even where a page's text has it.
//!
//! WAL, full sync, immediate transactions: what returned is durable, and several processes may write. One machine
//! only, never a network file system. Knows nothing of pages, signatures or how a deposit is made.

mod documents;
mod fold;
pub mod jobs;
mod schema;
mod search;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::deposit;

pub use documents::Rebuilt;
pub use jobs::Jobs;
pub use search::{Found, Page, Query, Row};

/// Why the catalog could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be opened.
    #[error("the catalog `{}` cannot be opened", path.display())]
    Open {
        /// Where.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// It was made by another version of this program.
    #[error("the catalog `{}` has version {found}, this program reads {expected}", path.display())]
    Version {
        /// Where.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The version that can be read.
        expected: i64,
    },
    /// The database refused.
    #[error("the catalog refused")]
    Database(#[from] rusqlite::Error),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] deposit::Error),
    /// A job that was not begun.
    #[error("no job was begun for the input {identity}")]
    NoJob {
        /// Identity of the input.
        identity: String,
    },
}

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let busy = |error: &rusqlite::Error| {
            let code = error.sqlite_error_code()?;
            Some(match code {
                rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked => {
                    "another program has been writing to the catalog for too long; wait for it to end"
                }
                rusqlite::ErrorCode::DiskFull => "free space on the warehouse's volume",
                rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::CannotOpen => {
                    "give this user the right to write in the warehouse"
                }
                rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase => {
                    "move `catalog.sqlite` away, then `sohoa warehouse rebuild` makes it again from the store"
                }
                _ => return None,
            })
        };
        match self {
            Self::Open { source, .. } | Self::Database(source) => busy(source).map(str::to_owned),
            Self::Version { .. } => Some(
                "move `catalog.sqlite` away, then `sohoa warehouse rebuild` makes it again from the store".to_owned(),
            ),
            Self::Store(error) => error.hint(),
            Self::NoJob { .. } => None,
        }
    }
}

/// The open catalog; one value serves all threads of a process.
#[derive(Debug)]
pub struct Catalog {
    connection: Mutex<Connection>,
}

impl Catalog {
    /// Opens the catalog of the warehouse in `folder`, made where there is none.
    ///
    /// # Errors
    /// [`Error::Open`]; [`Error::Version`].
    pub fn open(folder: &Path) -> Result<Self, Error> {
        Ok(Self { connection: Mutex::new(schema::open(&folder.join("catalog.sqlite"))?) })
    }

    /// The rows of jobs.
    #[must_use]
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs::new(self)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A thread that panicked left no transaction open: it was rolled back when dropped.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `work` in one transaction that holds the right to write from the start.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}

//! Why the queue could not be read or written, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use crate::review::fields::UnfitValue;

/// What can go wrong with the queue.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// No document of that name is held.
    #[error("no held document `{id}`")]
    NoSuch {
        /// The name given.
        id: String,
    },
    /// The file system refused.
    #[error("review queue: {} could not be written or read", path.display())]
    Storage {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A stored file is not what it should be.
    #[error("review queue: {} is damaged: {message}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The kept input files no longer give the pages that were recognised.
    #[error("review queue: the pages of `{id}` are not those that were recognized")]
    PagesDiffer {
        /// The document.
        id: String,
    },
    /// A correction does not fit.
    #[error(transparent)]
    Unfit(#[from] UnfitValue),
    /// An approval leaves something open that nobody may guess.
    #[error("held document `{id}` cannot be approved: {missing}")]
    Incomplete {
        /// The document.
        id: String,
        /// What nobody said.
        missing: &'static str,
    },
    /// The document was decided before.
    #[error("held document `{id}` was already decided by {by}")]
    Decided {
        /// The document.
        id: String,
        /// By whom.
        by: String,
    },
    /// The document's pages are another document since.
    #[error("held document `{id}` was superseded: its pages were given another dossier, paper or ordinal, as `{by}`")]
    Superseded {
        /// The document.
        id: String,
        /// What they are now.
        by: String,
    },
}

impl QueueError {
    /// What the user can do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoSuch { .. } => Some("`sohoa review list` shows what is held".to_owned()),
            Self::PagesDiffer { .. } | Self::Damaged { .. } => Some(
                "move the entry's folder out of the queue, keep it for the scans in its `source`, and run those again"
                    .to_owned(),
            ),
            Self::Storage { .. } => Some("check free space and rights of the warehouse".to_owned()),
            Self::Incomplete { .. } => Some("say it with `--set owner=NUMBER` or `--type CODE`".to_owned()),
            Self::Superseded { by, .. } => {
                Some(format!("decide on `{by}` where it is held; else it is deposited, or the next run takes it up"))
            }
            Self::Unfit(_) | Self::Decided { .. } => None,
        }
    }
}

/// A failure of the file system at this path.
pub(super) fn storage(path: &Path) -> impl FnOnce(io::Error) -> QueueError {
    let path = path.to_owned();
    move |source| QueueError::Storage { path, source }
}

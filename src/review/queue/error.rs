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
    /// No document can be divided at these pages.
    #[error("held document `{id}` of {pages} pages cannot be divided at {starts:?}")]
    Starts {
        /// The document.
        id: String,
        /// The pages named.
        starts: Vec<u32>,
        /// How many it has.
        pages: usize,
    },
    /// The document was divided into others.
    #[error("held document `{id}` was divided by {by}")]
    Divided {
        /// The document.
        id: String,
        /// By whom.
        by: String,
    },
    /// A part of a divided document went on: the whole cannot be had back.
    #[error("held document `{id}` cannot be joined again: its part `{part}` is {state}")]
    PartGone {
        /// The document.
        id: String,
        /// The part.
        part: String,
        /// What became of it.
        state: &'static str,
    },
    /// The document was not divided.
    #[error("held document `{id}` was not divided")]
    Whole {
        /// The document.
        id: String,
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
            Self::Starts { pages, .. } => {
                Some(format!("name the pages with which documents begin, rising, from 2 to {pages}"))
            }
            Self::Divided { id, .. } => Some(format!(
                "decide on its parts (`sohoa review list`), or take it back with `sohoa review join {id}`"
            )),
            Self::PartGone { .. } => Some("what is in the warehouse stays; decide on the other parts".to_owned()),
            Self::Unfit(_) | Self::Decided { .. } | Self::Whole { .. } => None,
        }
    }
}

/// A failure of the file system at this path.
pub(super) fn storage(path: &Path) -> impl FnOnce(io::Error) -> QueueError {
    let path = path.to_owned();
    move |source| QueueError::Storage { path, source }
}

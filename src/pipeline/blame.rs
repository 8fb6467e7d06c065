//! Whose fault a failure is: the paper's, or that of what surrounds it.
//!
//! A paper's own fault meets it again at every try, and a person must mend it. What surrounds it (disk, time-stamp
//! authority, key, recogniser, warehouse) says nothing about the paper, which is tried again.

use serde::Serialize;

use super::StageError;
use crate::{deposit, intake, pdfa, review, sign};

/// Whose fault a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blame {
    /// The paper's: every later try fails the same way until somebody mends it.
    Paper,
    /// That of disk, network, keys, programs or the warehouse: the same paper may well succeed later.
    Surroundings,
}

impl StageError {
    /// Whose fault it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        let is_surroundings = match self {
            Self::Intake(error) => is_disk(error),
            Self::Ocr(error) => !error.costs_only_this_picture(),
            Self::Pdfa(error) => matches!(error, pdfa::Error::Assembly(_)),
            Self::Sign(error) => !is_of_file(error),
            Self::Review(error) => matches!(error, review::QueueError::Storage { .. }),
            Self::Deposit(error) => !is_of_content(error),
            Self::Catalog(_) => true,
            // A fault of sohoa itself comes again with the same paper.
            Self::Raster(_) | Self::NoOwner | Self::Bug { .. } => false,
        };
        if is_surroundings { Blame::Surroundings } else { Blame::Paper }
    }
}

/// The disk, or the rights on it; not what is on it.
fn is_disk(error: &intake::Error) -> bool {
    matches!(error, intake::Error::Unreadable { .. } | intake::Error::Unsettled { .. })
}

/// What was to be stored does not agree with itself.
fn is_of_content(error: &deposit::Error) -> bool {
    use deposit::Error::{Form, SourceChanged, Sources};
    matches!(error, Form { .. } | SourceChanged { .. } | Sources { .. })
}

/// The file cannot be signed by any key.
fn is_of_file(error: &sign::Error) -> bool {
    matches!(error, sign::Error::Pdf(_) | sign::Error::NotSigned { .. })
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use super::*;
    use crate::{ocr, pki, raster};

    #[test]
    fn what_surrounds_a_paper_is_not_its_fault() {
        let path = || PathBuf::from("a.pdf");
        let silent = || pki::Error::Timestamp { authority: "http://a".to_owned(), why: "unreachable".to_owned() };
        let surroundings: [StageError; 5] = [
            sign::Error::Key(silent()).into(),
            deposit::Error::Full { path: path(), needed: 2, free: 1 }.into(),
            ocr::Error::Spawn { program: path(), source: io::ErrorKind::OutOfMemory.into() }.into(),
            intake::Error::Unreadable { path: path(), source: io::ErrorKind::StaleNetworkFileHandle.into() }.into(),
            review::QueueError::Storage { path: path(), source: io::ErrorKind::StorageFull.into() }.into(),
        ];
        assert!(surroundings.iter().all(|error| error.blame() == Blame::Surroundings));
        let paper: [StageError; 4] = [
            intake::Error::File { path: path(), source: raster::Error::Empty }.into(),
            raster::Error::Empty.into(),
            StageError::NoOwner,
            StageError::Bug { message: String::new() },
        ];
        assert!(paper.iter().all(|error| error.blame() == Blame::Paper));
    }
}

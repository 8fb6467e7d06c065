//! Scanned Vietnamese papers that never were: with their true text, type and fields, from a seed.
//!
//! A [`kinds::Kind`] composes a paper in millimeters ([`compose`], [`sheet`]); [`faults::scan`]
//! draws it as a scanner would see it; [`Inbox::write`] keeps a folder of them as an office does,
//! with the truth beside it. [`page()`] gives one page to a bench or a test. Nothing is shared
//! with the program that these papers judge, and nothing comes from outside but the letters of
//! installed fonts.
//!
//! ```
//! let scan = papers::page(&papers::PageRequest { words: 120, dpi: 100, ..papers::PageRequest::new(1) })?;
//! assert!(scan.truth.plain().contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"));
//! # Ok::<(), papers::Error>(())
//! ```

pub mod calendar;
pub mod compose;
pub mod draw;
pub mod encode;
pub mod faults;
pub mod fonts;
pub mod geometry;
mod inbox;
pub mod kinds;
mod office;
mod page;
pub mod people;
pub mod places;
pub mod profile;
pub mod random;
pub mod separators;
pub mod sheet;
pub mod spoken;
pub mod truth;

use std::path::{Path, PathBuf};

pub use faults::{Color, Faults, Picture, Scan};
pub use inbox::{Inbox, Metadata};
pub use page::{PageRequest, page};
pub use profile::{Fault, Profile};
pub use truth::DocumentTruth;

/// Why papers could not be made.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// No font that could be used.
    Fonts(fonts::NoFonts),
    /// A file could not be written.
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A picture or a truth could not be encoded.
    Encode {
        /// As what.
        form: &'static str,
        /// Why, in the encoder's words.
        reason: String,
    },
    /// No such profile.
    Profile {
        /// The text given.
        found: String,
    },
    /// No such type of paper.
    Kind {
        /// The code given.
        found: String,
    },
}

impl Error {
    fn write(path: &Path, source: std::io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fonts(source) => source.fmt(f),
            Self::Write { path, .. } => write!(f, "{} cannot be written", path.display()),
            Self::Encode { form, reason } => write!(f, "no {form} could be made: {reason}"),
            Self::Profile { found } => {
                write!(f, "`{found}` is no profile: expected clean, office, faults:KIND, orientation or bench")
            }
            Self::Kind { found } => write!(f, "`{found}` is no type of paper that is made here"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Write { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<fonts::NoFonts> for Error {
    fn from(source: fonts::NoFonts) -> Self {
        Self::Fonts(source)
    }
}

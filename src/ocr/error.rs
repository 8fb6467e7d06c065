//! What can go wrong, and what to do about it.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::protocol::Fault;
use crate::base::geometry::Size;

/// Why a picture was not recognised.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system did not start a worker.
    #[error("the recognition worker `{}` did not start", program.display())]
    Spawn {
        /// The program to run.
        program: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// A worker started and did not report.
    #[error("the recognition worker `{}` did not report within {} s", program.display(), waited.as_secs())]
    Silent {
        /// The program that runs.
        program: PathBuf,
        /// How long it was waited for.
        waited: Duration,
    },
    /// Language data are not there.
    #[error("no recognition data for {} in {}", missing.join(", "), folder.display())]
    MissingLanguages {
        /// Languages asked for and not found.
        missing: Vec<String>,
        /// The folder searched.
        folder: PathBuf,
        /// Languages found there.
        available: Vec<String>,
    },
    /// A picture that is never handed to Tesseract.
    #[error("a picture of {} × {} pixels cannot be recognised", size.width, size.height)]
    Picture {
        /// Its size.
        size: Size,
        /// What is wrong with it.
        #[source]
        fault: PictureFault,
    },
    /// Recognition took too long and its worker was killed. It is not tried again.
    #[error(
        "recognition of {} × {} pixels did not end within {:.1} s and was cut off",
        size.width, size.height, allowed.as_secs_f32()
    )]
    Deadline {
        /// Size of the picture.
        size: Size,
        /// How long it was given.
        allowed: Duration,
    },
    /// A worker died on this picture. Whether it is tried again is for the caller to say.
    #[error("recognition of {} × {} pixels crashed: {death}", size.width, size.height)]
    Crashed {
        /// Size of the picture.
        size: Size,
        /// How it died.
        death: Death,
        /// The last lines that it wrote to standard error.
        stderr: String,
    },
    /// A worker died before it reported.
    #[error("the recognition worker `{}` died at its start: {death}", program.display())]
    CrashedAtStart {
        /// The program.
        program: PathBuf,
        /// How it died.
        death: Death,
        /// The last lines that it wrote to standard error.
        stderr: String,
    },
    /// Tesseract said no.
    #[error("Tesseract refused a picture of {} × {} pixels: {reason}", size.width, size.height)]
    Refused {
        /// Size of the picture.
        size: Size,
        /// Tesseract's words.
        reason: String,
    },
    /// Parent and worker did not understand each other.
    #[error("the recognition worker broke its protocol")]
    Protocol(#[from] Fault),
}

/// What makes a picture unfit for Tesseract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    /// Tesseract keeps coordinates in 16 bits.
    #[error("a side is longer than {limit} pixels")]
    TooLong {
        /// The longest side that it takes.
        limit: u32,
    },
    /// More pixels than a worker may hold.
    #[error("it has more than {limit} pixels")]
    TooLarge {
        /// The most pixels that a worker takes.
        limit: u64,
    },
    /// Width or height is zero.
    #[error("it has no pixels")]
    Empty,
    /// Fewer or more bytes than its size says.
    #[error("it has {found} bytes, expected {expected}")]
    WrongLength {
        /// Width times height.
        expected: u64,
        /// Bytes found.
        found: u64,
    },
}

/// How a worker ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// By this signal.
    Signal(i32),
    /// With this exit code.
    Code(i32),
    /// It closed its pipe and went on running, until it was killed.
    Mute,
}

impl Error {
    /// Whether the next picture may well succeed: the fault is this picture's, not the machine's.
    #[must_use]
    pub fn costs_only_this_picture(&self) -> bool {
        matches!(self, Self::Picture { .. } | Self::Deadline { .. } | Self::Crashed { .. } | Self::Refused { .. })
    }

    /// What a user can do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::MissingLanguages { missing, folder, available } => {
                Some(hint_for_languages(missing, &folder.display(), available))
            }
            Self::Picture { fault: PictureFault::TooLong { .. } | PictureFault::TooLarge { .. }, .. } => {
                Some("scan the page again at 300 dpi".to_owned())
            }
            Self::Deadline { .. } => Some(
                "look at the page: dense noise or a screened picture takes long; a longer deadline can be set"
                    .to_owned(),
            ),
            Self::Crashed { stderr, .. } | Self::CrashedAtStart { stderr, .. } if !stderr.is_empty() => {
                Some(format!("the worker's last words were: {stderr}"))
            }
            Self::Spawn { .. } => {
                Some("check that the program file is still in its place and that processes may be started".to_owned())
            }
            _ => None,
        }
    }
}

fn hint_for_languages(missing: &[String], folder: &dyn fmt::Display, available: &[String]) -> String {
    let package = |name: &String| format!("tesseract-ocr-{}", name.replace('_', "-"));
    let packages: Vec<String> = missing.iter().map(package).collect();
    let found = if available.is_empty() { "nothing".to_owned() } else { available.join(", ") };
    format!(
        "install {} (`sudo apt-get install {}`), or set the folder of traineddata files; {folder} has {found}",
        packages.join(" and "),
        packages.join(" "),
    )
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal(signal) => write!(f, "ended by signal {signal}"),
            Self::Code(code) => write!(f, "ended with code {code}"),
            Self::Mute => write!(f, "closed its pipe"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_data_name_the_folder_and_the_package() {
        let error = Error::MissingLanguages {
            missing: vec!["vie".to_owned(), "chi_sim".to_owned()],
            folder: PathBuf::from("/srv/tessdata"),
            available: vec!["eng".to_owned()],
        };
        assert_eq!(error.to_string(), "no recognition data for vie, chi_sim in /srv/tessdata");
        let hint = error.hint().expect("a user can act");
        assert!(hint.contains("sudo apt-get install tesseract-ocr-vie tesseract-ocr-chi-sim"), "{hint}");
        assert!(hint.contains("/srv/tessdata has eng"), "{hint}");
        assert!(!error.costs_only_this_picture());
    }

    #[test]
    fn a_crash_is_the_pictures_fault_and_carries_the_last_words() {
        let size = Size { width: 10, height: 20 };
        let error = Error::Crashed { size, death: Death::Signal(11), stderr: "contains_unichar_id".to_owned() };
        assert_eq!(error.to_string(), "recognition of 10 × 20 pixels crashed: ended by signal 11");
        assert!(error.hint().is_some_and(|hint| hint.ends_with("contains_unichar_id")));
        assert!(error.costs_only_this_picture());
    }
}

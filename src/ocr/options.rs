//! Settings of recognition.

use std::fmt;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How pages are recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Languages of the models, the most likely first. A second one costs a fifth more (measured with `vie+eng`)
    /// and made Vietnamese pages no better.
    pub languages: Languages,
    /// Folder of `*.traineddata`; where none is given, Tesseract's own.
    pub tessdata: Option<PathBuf>,
    /// How many worker processes there may be at a time.
    pub workers: NonZeroUsize,
    /// A worker is replaced after so many pictures, because engines that live long grow.
    pub pages_per_worker: NonZeroU32,
    /// How long a picture of up to [`Options::DEADLINE_PIXELS`] may take; larger ones have longer in proportion.
    pub deadline: Duration,
}

impl Options {
    /// A4 at 300 dpi: the picture that [`Options::deadline`] is meant for.
    pub const DEADLINE_PIXELS: u64 = 2480 * 3508;

    /// How long a picture of so many pixels may take.
    pub(super) fn allowed(&self, pixels: u64) -> Duration {
        let pages = pixels as f64 / Self::DEADLINE_PIXELS as f64;
        self.deadline.mul_f64(pages.max(1.0))
    }
}

impl Default for Options {
    /// `vie`, two workers, 200 pictures a worker, 60 s a page: forty times what a dense page takes.
    fn default() -> Self {
        Self {
            languages: Languages::default(),
            tessdata: None,
            workers: NonZeroUsize::MIN.saturating_add(1),
            pages_per_worker: NonZeroU32::MIN.saturating_add(199),
            deadline: Duration::from_mins(1),
        }
    }
}

/// Tesseract's names of one or more languages, such as `vie` or `vie+eng`; never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Languages(Vec<String>);

/// Text that names no languages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` names no recognition languages: expected names like `vie` or `vie+eng`")]
pub struct NotLanguages {
    /// The text found.
    pub found: String,
}

impl Languages {
    /// The names in order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

impl Default for Languages {
    /// Vietnamese.
    fn default() -> Self {
        Self(vec!["vie".to_owned()])
    }
}

impl fmt::Display for Languages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("+"))
    }
}

impl FromStr for Languages {
    type Err = NotLanguages;

    fn from_str(text: &str) -> Result<Self, NotLanguages> {
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphanumeric())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        };
        let names: Vec<String> = text.split('+').map(str::to_owned).collect();
        if names.iter().all(|name| is_name(name)) {
            Ok(Self(names))
        } else {
            Err(NotLanguages { found: text.to_owned() })
        }
    }
}

impl TryFrom<String> for Languages {
    type Error = NotLanguages;

    fn try_from(text: String) -> Result<Self, NotLanguages> {
        text.parse()
    }
}

impl From<Languages> for String {
    fn from(languages: Languages) -> Self {
        languages.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_names_joined_by_plus() {
        let both: Languages = "vie+eng".parse().expect("two names");
        assert_eq!(both.names(), ["vie", "eng"]);
        assert_eq!(both.to_string(), "vie+eng");
        assert_eq!(Languages::default().to_string(), "vie");
    }

    #[test]
    fn languages_are_no_paths_and_never_empty() {
        for text in ["", "+", "vie+", "../vie", "vie\0", "tiếng", "vie eng", "-vie"] {
            assert!(text.parse::<Languages>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn large_pictures_have_longer() {
        let options = Options::default();
        assert_eq!(options.allowed(1), Duration::from_mins(1));
        assert_eq!(options.allowed(2 * Options::DEADLINE_PIXELS), Duration::from_mins(2));
    }
}

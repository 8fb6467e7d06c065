//! Settings: flags over environment over one TOML file over defaults, resolved once.
//!
//! Every setting is one row of [`KEYS`]: its name in the file, in the environment and
//! on the command line are the same word, and `sohoa settings` prints the rows with
//! where each value came from. A value replaces, lists do not merge.

mod keys;
mod layers;
mod settings;

pub use keys::{KEYS, Key};
pub use layers::{Layers, Source};
pub use settings::{KeepSource, Pictures, SecretOrigin, Settings, SigningKey};

use std::path::PathBuf;

/// Why settings could not be resolved.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read.
    #[error("settings file {} could not be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is no TOML.
    #[error("settings file {} is not valid TOML: {message}", path.display())]
    NotToml {
        /// The file.
        path: PathBuf,
        /// What and where, in the parser's words.
        message: String,
    },
    /// The file names a setting that does not exist.
    #[error("settings file {} has an unknown setting `{name}`", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The name found.
        name: String,
    },
    /// A value does not fit its setting.
    #[error("setting `{name}` from {from} is `{found}`, expected {expected}")]
    Invalid {
        /// The setting.
        name: &'static str,
        /// Where the value came from.
        from: String,
        /// The value found.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// Two settings name the same thing in two places.
    #[error("settings `{name}` and `{other}` exclude each other")]
    Conflict {
        /// One.
        name: &'static str,
        /// The other.
        other: &'static str,
    },
    /// One setting needs another.
    #[error("setting `{name}` needs `{missing}` too")]
    Incomplete {
        /// The setting given.
        name: &'static str,
        /// The setting missing.
        missing: &'static str,
    },
}

impl Error {
    /// What the user can do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { .. } => Some("check the path given by --config or SOHOA_CONFIG".to_owned()),
            Self::NotToml { .. } => None,
            Self::Unknown { name, .. } => Some(match nearest(name) {
                Some(key) => format!("did you mean `{}`? `sohoa settings` lists them all", key.name),
                None => "`sohoa settings` lists them all".to_owned(),
            }),
            Self::Invalid { name, .. } => KEYS.iter().find(|key| key.name == *name).map(|key| key.help.to_owned()),
            Self::Conflict { other, .. } => Some(format!("leave `{other}` out, or the other one")),
            Self::Incomplete { missing, .. } => Some(format!("set `{missing}`, or leave both out")),
        }
    }
}

/// The setting whose last word is the same, or that starts the same.
fn nearest(name: &str) -> Option<&'static Key> {
    let last = |text: &str| text.rsplit('.').next().unwrap_or_default().replace('_', "-");
    KEYS.iter()
        .find(|key| last(key.name) == last(name))
        .or_else(|| KEYS.iter().find(|key| name.len() >= 3 && last(key.name).starts_with(&last(name))))
}

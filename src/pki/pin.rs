//! PINs and passwords: asked for when they are first needed, once a run, wiped after use, and never given again once
//! they were refused, because a token locks after a few wrong ones.
//!
//! Knows neither terminal nor environment: who asks a person or reads a variable hands that in.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

/// A PIN or password; wiped when it is dropped.
pub type Secret = Zeroizing<String>;

/// Where a PIN or password comes from. Clones share what was given.
#[derive(Clone)]
pub struct PinSource(Arc<Inner>);

struct Inner {
    origin: Origin,
    state: Mutex<State>,
}

enum Origin {
    Nowhere,
    File(PathBuf),
    Variable(String, Box<dyn Fn() -> Option<String> + Send + Sync>),
    Person(Box<Ask>),
}

/// Shows a person a question and takes the answer.
type Ask = dyn Fn(&str) -> std::io::Result<Secret> + Send + Sync;

enum State {
    Unasked,
    Given(Secret),
    Refused,
}

/// No PIN is longer; what is longer is another file.
const LONGEST: u64 = 1024;
/// Bits of a file's mode that let anyone but its owner read or change it.
const OTHERS: u32 = 0o066;

impl PinSource {
    /// No source: what needs a PIN fails.
    #[must_use]
    pub fn nowhere() -> Self {
        Self::of(Origin::Nowhere)
    }

    /// The first line of a file that only its owner may read.
    #[must_use]
    pub fn file(path: &Path) -> Self {
        Self::of(Origin::File(path.to_owned()))
    }

    /// An environment variable of this name, read by `read`.
    #[must_use]
    pub fn variable(name: &str, read: impl Fn() -> Option<String> + Send + Sync + 'static) -> Self {
        Self::of(Origin::Variable(name.to_owned(), Box::new(read)))
    }

    /// A person, who is shown a question.
    #[must_use]
    pub fn person(ask: impl Fn(&str) -> std::io::Result<Secret> + Send + Sync + 'static) -> Self {
        Self::of(Origin::Person(Box::new(ask)))
    }

    fn of(origin: Origin) -> Self {
        Self(Arc::new(Inner { origin, state: Mutex::new(State::Unasked) }))
    }

    /// Whether a person answers, who can be warned before the last try.
    #[must_use]
    pub fn is_attended(&self) -> bool {
        matches!(self.0.origin, Origin::Person(_))
    }

    /// The PIN; `question` says what it opens, in a person's words. Asked for once, then remembered.
    ///
    /// # Errors
    /// [`Error::Refused`] when what it gave was refused before; else why there is none.
    pub fn get(&self, question: &str) -> Result<Secret, Error> {
        let mut state = self.state();
        match &*state {
            State::Given(secret) => Ok(secret.clone()),
            State::Refused => Err(Error::Refused),
            State::Unasked => {
                let secret = self.ask(question)?;
                *state = State::Given(secret.clone());
                Ok(secret)
            }
        }
    }

    /// A secret for one use, such as a one-time password: asked for each time, never remembered.
    ///
    /// # Errors
    /// Why there is none.
    pub fn ask(&self, question: &str) -> Result<Secret, Error> {
        let secret = match &self.0.origin {
            Origin::Nowhere => return Err(Error::Missing { question: question.to_owned() }),
            Origin::File(path) => first_line(path)?,
            Origin::Variable(name, read) => {
                read().map(Zeroizing::new).ok_or_else(|| Error::Unset { name: name.clone() })?
            }
            Origin::Person(ask) => {
                ask(question).map_err(|source| Error::Unanswered { question: question.to_owned(), source })?
            }
        };
        if secret.is_empty() { Err(Error::Missing { question: question.to_owned() }) } else { Ok(secret) }
    }

    /// Says that what it gave was refused: it is forgotten, and nothing is given again.
    pub fn refuse(&self) {
        *self.state() = State::Refused;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves a whole state behind.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows where from, never what.
impl std::fmt::Debug for PinSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0.origin {
            Origin::Nowhere => f.write_str("PinSource(nowhere)"),
            Origin::File(path) => write!(f, "PinSource(file {})", path.display()),
            Origin::Variable(name, _) => write!(f, "PinSource(variable {name})"),
            Origin::Person(_) => f.write_str("PinSource(person)"),
        }
    }
}

/// The text of a file that only its owner may read, such as one that holds a PIN.
///
/// # Errors
/// [`Error::Exposed`] when others may read or change it, [`Error::Read`], [`Error::NotAPin`] when it is longer than
/// `limit` bytes or no text.
pub fn private_text(path: &Path, limit: u64) -> Result<Secret, Error> {
    let unread = |source| Error::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(unread)?;
    let mode = file.metadata().map_err(unread)?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(Error::Exposed { path: path.to_owned(), mode: mode & 0o777 });
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit as usize + 1));
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unread)?;
    let text = std::str::from_utf8(&bytes).ok().filter(|text| text.len() as u64 <= limit);
    text.map(|text| Zeroizing::new(text.to_owned())).ok_or_else(|| Error::NotAPin { path: path.to_owned() })
}

fn first_line(path: &Path) -> Result<Secret, Error> {
    let text = private_text(path, LONGEST)?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

/// Why there is no PIN or password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nobody said where it comes from, or it is empty.
    #[error("there is no {question}")]
    Missing {
        /// What was asked for.
        question: String,
    },
    /// The file that should hold it cannot be read.
    #[error("`{}` cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Others than its owner may read or change the file.
    #[error("`{}` holds a secret and has mode {mode:03o}: others may read or change it", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The file holds something else.
    #[error("`{}` does not hold a PIN or password: it is too long, or no text", path.display())]
    NotAPin {
        /// The file.
        path: PathBuf,
    },
    /// The environment variable is not set.
    #[error("the environment variable {name} is not set")]
    Unset {
        /// Its name.
        name: String,
    },
    /// The person did not answer, or there is no terminal.
    #[error("nobody gave the {question}")]
    Unanswered {
        /// What was asked for.
        question: String,
        /// Why.
        source: std::io::Error,
    },
    /// It was refused before, and is not tried again.
    #[error("the PIN was refused before and is not tried again")]
    Refused,
}

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Missing { .. } | Self::Unanswered { .. } => {
                "set sign.pin-from to `file:PATH` or `env:NAME`, or answer at a terminal".to_owned()
            }
            Self::Read { .. } => "check the path in sign.pin-from and that this user may read it".to_owned(),
            Self::Exposed { path, .. } => format!("`chmod 600 {}`", path.display()),
            Self::NotAPin { .. } => "write the PIN alone into the first line of the file".to_owned(),
            Self::Unset { name } => format!("set {name} in the environment of sohoa, or change sign.pin-from"),
            Self::Refused => "check the PIN, then start again".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn written(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("pin");
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("changed");
        (folder, path)
    }

    #[test]
    fn a_person_is_asked_once() {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let source = PinSource::person(move |question| {
            assert_eq!(question, "PIN of the token");
            count.fetch_add(1, Ordering::Relaxed);
            Ok("1234".to_owned().into())
        });
        for _ in 0..3 {
            assert_eq!(source.clone().get("PIN of the token").expect("given").as_str(), "1234");
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        source.refuse();
        assert!(matches!(source.get("PIN of the token"), Err(Error::Refused)));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_file_gives_its_first_line() {
        let (_folder, path) = written("12 34\r\nmore\n", 0o600);
        assert_eq!(PinSource::file(&path).get("PIN").expect("read").as_str(), "12 34");
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        for mode in [0o604, 0o640, 0o620, 0o602] {
            let (_folder, path) = written("1234", mode);
            let refused = PinSource::file(&path).get("PIN").expect_err("exposed");
            assert!(matches!(refused, Error::Exposed { mode: found, .. } if found == mode), "{refused}");
            assert!(refused.hint().contains("chmod 600"));
        }
    }

    #[test]
    fn what_is_no_pin_is_refused() {
        let (_folder, path) = written(&"x".repeat(2000), 0o600);
        assert!(matches!(PinSource::file(&path).get("PIN"), Err(Error::NotAPin { .. })));
        let (_folder, path) = written("\n1234", 0o600);
        assert!(matches!(PinSource::file(&path).get("PIN"), Err(Error::Missing { .. })));
        assert!(matches!(PinSource::nowhere().get("PIN"), Err(Error::Missing { .. })));
        assert!(matches!(PinSource::variable("X", || None).get("PIN"), Err(Error::Unset { .. })));
    }

    #[test]
    fn nothing_shows_a_pin() {
        let source = PinSource::variable("PIN_OF_OURS", || Some("907531".to_owned()));
        source.get("PIN").expect("given");
        let shown = format!("{source:?} {:?} {}", Error::Refused, Error::Refused);
        assert!(shown.contains("PIN_OF_OURS") && !shown.contains("907531"), "{shown}");
    }
}

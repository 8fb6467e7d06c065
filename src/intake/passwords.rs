//! Passwords of locked PDF files: tried one after another, never shown, never stored.

use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::intake::Error;

/// The passwords that an office gives for its locked files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passwords(Arc<[Password]>);

/// A password. It prints as nothing, and its memory is wiped.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Passwords {
    /// Reads a file with a password a line, in UTF-8; empty lines are none.
    ///
    /// # Errors
    /// [`Error::Unreadable`], also for what is no UTF-8.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map(Zeroizing::new);
        Ok(Self::of_lines(&text.map_err(|source| Error::Unreadable { path: path.to_owned(), source })?))
    }

    /// A password a line.
    #[must_use]
    pub fn of_lines(text: &str) -> Self {
        let lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.is_empty());
        Self(lines.map(|line| Password(Zeroizing::new(line.to_owned()))).collect())
    }

    /// One by one, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Password> {
        self.0.iter()
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl Password {
    /// The password itself, for the reader that opens the file.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_passwords_and_are_not_shown() {
        let passwords = Passwords::of_lines("\u{feff}một hai\r\n\nba \n");
        let exposed: Vec<&str> = passwords.iter().map(Password::expose).collect();
        assert_eq!(exposed, ["một hai", "ba "]);
        assert!(!format!("{passwords:?}").contains("ba"));
    }
}

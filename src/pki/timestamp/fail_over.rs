//! Several authorities in order: the next is asked where one gave no token.

use super::super::Error;
use super::super::algorithm::DigestAlgorithm;
use super::{Imprint, TimestampAuthority, Token};

/// Authorities in the order in which they are asked.
pub struct FailOver {
    first: Box<dyn TimestampAuthority>,
    others: Vec<Box<dyn TimestampAuthority>>,
}

impl FailOver {
    /// Asks `first`, then each of `others` that takes digests by the same algorithm.
    #[must_use]
    pub fn new(first: Box<dyn TimestampAuthority>, others: Vec<Box<dyn TimestampAuthority>>) -> Self {
        Self { first, others }
    }
}

impl TimestampAuthority for FailOver {
    /// # Errors
    /// [`Error::Timestamp`] with what each authority said.
    fn stamp(&self, imprint: &Imprint) -> Result<Token, Error> {
        let mut failed = match self.first.stamp(imprint) {
            Ok(token) => return Ok(token),
            Err(error) => vec![error],
        };
        for authority in self.others.iter().filter(|other| other.digest() == imprint.algorithm()) {
            match authority.stamp(imprint) {
                Ok(token) => return Ok(token),
                Err(error) => failed.push(error),
            }
        }
        Err(joined(failed))
    }

    fn digest(&self) -> DigestAlgorithm {
        self.first.digest()
    }

    fn token_bytes(&self) -> usize {
        let others = self.others.iter().map(|authority| authority.token_bytes());
        others.chain([self.first.token_bytes()]).max().unwrap_or_default()
    }
}

/// One failure of one authority as it is, several as one.
fn joined(mut failed: Vec<Error>) -> Error {
    if failed.len() == 1 {
        return failed.swap_remove(0);
    }
    let parts = |error: &Error| match error {
        Error::Timestamp { authority, why } => (authority.clone(), why.clone()),
        other => (String::new(), other.to_string()),
    };
    let (authorities, whys): (Vec<_>, Vec<_>) = failed.iter().map(parts).unzip();
    Error::Timestamp { authority: authorities.join(", "), why: whys.join("; ") }
}

impl std::fmt::Debug for FailOver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FailOver({} authorities)", 1 + self.others.len())
    }
}

//! Certification paths: from a certificate to a trust anchor (RFC 5280, 6, without policies and name constraints;
//! a critical extension that would bring these in is refused).
//!
//! Knows nothing of revocation.

use std::path::PathBuf;

use super::Error;
use super::certificate::Certificate;
use crate::base::time::Timestamp;

/// A path holds at most so many certificates below the anchor.
const LONGEST_PATH: usize = 8;
/// At most so many signatures are tried for one path, whatever certificates a file brings.
const MOST_TRIALS: usize = 64;

/// The certificates that are trusted for themselves.
#[derive(Debug, Clone, Default)]
pub struct TrustAnchors {
    anchors: Vec<Certificate>,
}

/// Why no path leads from a certificate to an anchor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No anchor, and no certificate at hand, issued it.
    #[error("no trusted certificate issued `{subject}` (issuer `{issuer}`)")]
    NoAnchor {
        /// The certificate at which the path ends.
        subject: String,
        /// The issuer that was looked for.
        issuer: String,
    },
    /// The time asked for is outside the certificate's term.
    #[error("`{subject}` was valid from {not_before} to {not_after}, not at {at}")]
    OutsideValidity {
        /// The certificate.
        subject: String,
        /// The first moment of its term.
        not_before: Timestamp,
        /// The last moment of its term.
        not_after: Timestamp,
        /// The time asked for.
        at: Timestamp,
    },
    /// A certificate that issued another may not issue any.
    #[error("`{subject}` is not allowed to issue certificates")]
    NotAnAuthority {
        /// The certificate.
        subject: String,
    },
    /// More authorities stand below one than it allows.
    #[error("more authorities stand below `{subject}` than it allows")]
    PathTooLong {
        /// The authority.
        subject: String,
    },
    /// A critical extension is not understood.
    #[error("`{subject}` has the critical extension {oid}, which is not understood")]
    UnknownCritical {
        /// The certificate.
        subject: String,
        /// The extension.
        oid: String,
    },
}

impl TrustAnchors {
    /// These certificates are trusted.
    #[must_use]
    pub fn new(anchors: Vec<Certificate>) -> Self {
        Self { anchors }
    }

    /// The certificates of these PEM files are trusted.
    ///
    /// # Errors
    /// [`Error::Read`], and those of [`TrustAnchors::from_pem`].
    pub fn load(paths: &[PathBuf]) -> Result<Self, Error> {
        let read =
            |path: &PathBuf| std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.clone(), source });
        let texts: Vec<String> = paths.iter().map(read).collect::<Result<_, _>>()?;
        Self::from_pem(texts.iter().map(String::as_str))
    }

    /// The certificates of these PEM texts are trusted.
    ///
    /// # Errors
    /// [`Error::Certificate`] when a block is no certificate; [`Error::NoCertificate`] when a text holds none.
    pub fn from_pem<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let mut anchors = Vec::new();
        for text in texts {
            let found = Certificate::all_from_pem(text)?;
            if found.is_empty() {
                return Err(Error::NoCertificate);
            }
            anchors.extend(found);
        }
        Ok(Self { anchors })
    }

    /// The anchors.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.anchors
    }

    /// A path from `leaf` over certificates of `others` to an anchor, all valid at `at`; `leaf` first, anchor last.
    ///
    /// # Errors
    /// The [`Fault`] of the path that came furthest.
    pub fn path(&self, leaf: &Certificate, others: &[Certificate], at: Timestamp) -> Result<Vec<Certificate>, Fault> {
        let mut search = Search { anchors: &self.anchors, others, at, trials: 0, furthest: None };
        let mut path = vec![leaf.clone()];
        if search.extend(&mut path) {
            return Ok(path);
        }
        Err(search.furthest.map_or_else(|| no_anchor(leaf), |(_, fault)| fault))
    }
}

struct Search<'a> {
    anchors: &'a [Certificate],
    others: &'a [Certificate],
    at: Timestamp,
    trials: usize,
    /// The fault of the longest path, and its length; at equal length the first.
    furthest: Option<(usize, Fault)>,
}

impl Search<'_> {
    /// Completes `path` to an anchor; on `false` it is as it was.
    fn extend(&mut self, path: &mut Vec<Certificate>) -> bool {
        let Some(last) = path.last().cloned() else { return false };
        if let Err(fault) = self.check(&last, path.len() - 1) {
            return self.fail(path.len(), fault);
        }
        if self.anchors.contains(&last) {
            return true;
        }
        for issuer in self.anchors.iter().chain(self.others) {
            if self.issued(issuer, &last, path) {
                path.push(issuer.clone());
                if self.extend(path) {
                    return true;
                }
                path.pop();
            }
        }
        self.fail(path.len(), no_anchor(&last))
    }

    fn issued(&mut self, issuer: &Certificate, subject: &Certificate, path: &[Certificate]) -> bool {
        let fits = issuer.subject_der() == subject.issuer_der() && !path.contains(issuer);
        if !fits || path.len() >= LONGEST_PATH || self.trials >= MOST_TRIALS {
            return false;
        }
        self.trials += 1;
        subject.verify_by(issuer).is_ok()
    }

    /// Checks a certificate with `below` certificates below it.
    fn check(&self, certificate: &Certificate, below: usize) -> Result<(), Fault> {
        let subject = || certificate.common_name().to_owned();
        if !certificate.is_valid_at(self.at) {
            return Err(Fault::OutsideValidity {
                subject: subject(),
                not_before: certificate.not_before(),
                not_after: certificate.not_after(),
                at: self.at,
            });
        }
        if let Some(oid) = certificate.unknown_critical() {
            return Err(Fault::UnknownCritical { subject: subject(), oid: oid.to_owned() });
        }
        if below > 0 && !certificate.is_authority() {
            return Err(Fault::NotAnAuthority { subject: subject() });
        }
        let authorities = below.saturating_sub(1);
        if certificate.path_length().is_some_and(|most| authorities > most as usize) {
            return Err(Fault::PathTooLong { subject: subject() });
        }
        Ok(())
    }

    fn fail(&mut self, length: usize, fault: Fault) -> bool {
        if self.furthest.as_ref().is_none_or(|(furthest, _)| length > *furthest) {
            self.furthest = Some((length, fault));
        }
        false
    }
}

fn no_anchor(certificate: &Certificate) -> Fault {
    Fault::NoAnchor { subject: certificate.common_name().to_owned(), issuer: certificate.issuer_name().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::testing::{self, Pki};

    #[test]
    fn a_path_leads_to_the_anchor() {
        let pki = Pki::new();
        let others = [pki.issuing.certificate().clone()];
        let path = pki.anchors().path(pki.signer.certificate(), &others, testing::now()).expect("a path");
        assert_eq!(path.len(), 3);
        assert_eq!(path.last(), Some(pki.root.certificate()));
    }

    #[test]
    fn each_fault_is_named() {
        let pki = Pki::new();
        let leaf = pki.signer.certificate();
        let others = [pki.issuing.certificate().clone()];
        let nothing = TrustAnchors::default();
        assert!(matches!(nothing.path(leaf, &others, testing::now()), Err(Fault::NoAnchor { .. })));
        assert!(matches!(pki.anchors().path(leaf, &[], testing::now()), Err(Fault::NoAnchor { .. })));
        let late = testing::now().plus_seconds(40 * 366 * 86_400);
        assert!(matches!(pki.anchors().path(leaf, &others, late), Err(Fault::OutsideValidity { .. })));
        let forged = pki.issued_by_signer();
        let with_leaf = [leaf.clone(), others[0].clone()];
        let refused = pki.anchors().path(forged.certificate(), &with_leaf, testing::now());
        assert!(matches!(refused, Err(Fault::NotAnAuthority { .. })), "{refused:?}");
    }

    #[test]
    fn the_same_name_with_another_key_is_no_issuer() {
        let (pki, other) = (Pki::new(), Pki::new());
        assert_eq!(pki.root.certificate().subject_der(), other.root.certificate().subject_der());
        let others = [pki.issuing.certificate().clone()];
        assert!(other.anchors().path(pki.signer.certificate(), &others, testing::now()).is_err());
    }
}

//! Revocation: what CRLs (RFC 5280, 5 and 6.3) and OCSP responses (RFC 6960) say of a certificate at a time.
//!
//! The judge is offline and decides from evidence alone; where evidence comes from is the matter of a
//! [`RevocationSource`]. Everything is a value: how fresh evidence must be, and what follows from a status, is decided by
//! who asks.

mod cache;
mod crl;
mod fetch;
mod judge;
pub mod ocsp;

use std::fmt;

pub use cache::Cache;
pub use crl::Crl;
pub use fetch::{Gathered, HostMap, Online, Recorded, RevocationSource, Trouble};
pub use judge::judge;
pub use ocsp::{NoAnswer, OcspResponse};

use super::algorithm::Unsupported;
use super::certificate::Certificate;
use super::der::NotDer;
use super::path::{self, Path};
use super::policy::Weak;
use crate::base::digest::Sha256;
use crate::base::time::Timestamp;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The certificate.
    pub certificate: &'a Certificate,
    /// Its issuer, which whoever asks vouches for.
    pub issuer: &'a Certificate,
    /// The moment whose status is asked.
    pub at: Timestamp,
    /// When the evidence was there: now, or the time of a time-stamp over it. Evidence that says to be made later is not
    /// believed, and algorithms must be believed then.
    pub seen: Timestamp,
}

/// What may decide: as a file brings it, a cache holds it, or a service gave it.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Revocation lists.
    pub crls: Vec<Crl>,
    /// OCSP responses.
    pub responses: Vec<OcspResponse>,
    /// Certificates of those who signed these, and of their issuers.
    pub certificates: Vec<Certificate>,
}

impl Evidence {
    /// Evidence of these lists and responses in DER; also how many of them cannot be read.
    #[must_use]
    pub fn read<'a>(
        crls: impl IntoIterator<Item = &'a [u8]>,
        responses: impl IntoIterator<Item = &'a [u8]>,
        certificates: &[Certificate],
    ) -> (Self, usize) {
        let mut unreadable = 0;
        let mut evidence = Self { certificates: certificates.to_vec(), ..Self::default() };
        for bytes in crls {
            match Crl::read(bytes) {
                Ok(crl) => evidence.crls.push(crl),
                Err(_) => unreadable += 1,
            }
        }
        for bytes in responses {
            match OcspResponse::read(bytes) {
                Ok(response) => evidence.responses.push(response),
                Err(_) => unreadable += 1,
            }
        }
        (evidence, unreadable)
    }

    /// Takes other evidence in.
    pub fn extend(&mut self, other: Self) {
        self.crls.extend(other.crls);
        self.responses.extend(other.responses);
        self.certificates.extend(other.certificates);
    }
}

/// What is known of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It was not revoked.
    Good,
    /// It was revoked, or suspended.
    Revoked(Revocation),
    /// Nothing that can be believed says.
    Unknown,
}

/// When and why a certificate was revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// Since when.
    pub at: Timestamp,
    /// Why, where that is said.
    pub reason: Option<Reason>,
    /// Since when its issuer thinks the key was not the holder's alone (RFC 5280, 5.3.2).
    pub invalid_since: Option<Timestamp>,
}

/// `CRLReason` (RFC 5280, 5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// 0.
    Unspecified,
    /// 1: the key is known to others.
    KeyCompromise,
    /// 2: the authority's key is known to others.
    CaCompromise,
    /// 3: names or duties changed.
    AffiliationChanged,
    /// 4: a newer certificate is there.
    Superseded,
    /// 5: no longer needed.
    CessationOfOperation,
    /// 6: suspended; may come back.
    CertificateHold,
    /// 8: no longer suspended (in delta lists only).
    RemoveFromCrl,
    /// 9: a privilege was taken away.
    PrivilegeWithdrawn,
    /// 10: the attribute authority's key is known to others.
    AaCompromise,
}

impl Reason {
    const ALL: [(u8, Self); 10] = [
        (0, Self::Unspecified),
        (1, Self::KeyCompromise),
        (2, Self::CaCompromise),
        (3, Self::AffiliationChanged),
        (4, Self::Superseded),
        (5, Self::CessationOfOperation),
        (6, Self::CertificateHold),
        (8, Self::RemoveFromCrl),
        (9, Self::PrivilegeWithdrawn),
        (10, Self::AaCompromise),
    ];

    fn of(number: u64) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| u64::from(*known) == number).map(|(_, reason)| *reason)
    }

    /// Its number in a list.
    #[must_use]
    pub fn number(self) -> u8 {
        Self::ALL.iter().find(|(_, reason)| *reason == self).map_or(0, |(number, _)| *number)
    }
}

/// By the names of RFC 5280: `keyCompromise`.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::CertificateHold => "certificateHold",
            Self::RemoveFromCrl => "removeFromCRL",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
        })
    }
}

/// What kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A revocation list.
    Crl,
    /// An OCSP response.
    Ocsp,
}

/// What one piece of evidence that can be believed says of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What kind of evidence.
    pub kind: Kind,
    /// Digest of its bytes.
    pub digest: Sha256,
    /// What it says, for its own time.
    pub status: Status,
    /// The time for which it speaks.
    pub this_update: Timestamp,
    /// When newer evidence is there at the latest.
    pub next_update: Option<Timestamp>,
    /// When it was signed.
    pub produced_at: Timestamp,
    /// The certificate of who signed it. Its own revocation is for who asks to ask,
    /// unless it [is exempt](Certificate::is_exempt_from_revocation).
    pub signer: Certificate,
    /// The signer's path at the time of the evidence. A fault here can only be that of the issuer whom the asker vouches
    /// for: evidence of any other whose path fails is refused.
    pub path: Result<Path, path::Fault>,
}

impl Answer {
    /// Whether it speaks for this moment: made after it, or not yet due for renewal.
    #[must_use]
    pub fn covers(&self, at: Timestamp) -> bool {
        at <= self.this_update || self.next_update.is_some_and(|next| at <= next)
    }
}

/// Evidence on a certificate that is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What kind of evidence.
    pub kind: Kind,
    /// Digest of its bytes.
    pub digest: Sha256,
    /// Why.
    pub fault: Fault,
}

/// Why evidence is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It is malformed.
    #[error("it is malformed: {0}")]
    Malformed(NotDer),
    /// It is a list of changes to another list.
    #[error("it is a delta list")]
    Delta,
    /// It is a list that speaks for other authorities.
    #[error("it is an indirect list")]
    Indirect,
    /// It is a list for some reasons only.
    #[error("it is a list for some reasons only")]
    SomeReasons,
    /// It is a list for other certificates of the issuer.
    #[error("it is a list for other certificates")]
    OutOfScope,
    /// A critical extension is not understood.
    #[error("it has the critical extension {0}, which is not understood")]
    UnknownCritical(String),
    /// A complete list says that the certificate was removed, which only a delta list may.
    #[error("it is no delta list and says that the certificate was removed")]
    RemovedEntry,
    /// By an algorithm that is not known here.
    #[error(transparent)]
    Algorithm(#[from] Unsupported),
    /// By an algorithm or key that is not believed.
    #[error(transparent)]
    Weak(#[from] Weak),
    /// No certificate at hand is its signer's.
    #[error("the certificate of its signer is not at hand, or its signature is wrong")]
    NoSigner,
    /// Its signer may not sign such evidence.
    #[error("`{subject}` may not sign it")]
    Usage {
        /// The signer.
        subject: String,
    },
    /// No path leads from its signer to an anchor.
    #[error("its signer: {0}")]
    Path(path::Fault),
    /// Its signer is under another anchor than the issuer.
    #[error("`{subject}`, who signed it, is under another anchor than the issuer")]
    OtherAnchor {
        /// The signer.
        subject: String,
    },
    /// It says that it was made after the time at which it was there.
    #[error("it says to be of {this_update}, which is still to come")]
    Future {
        /// What it says.
        this_update: Timestamp,
    },
    /// It is older than the certificate.
    #[error("it is older than the certificate")]
    BeforeCertificate,
    /// It was made after the certificate's term, when it may no longer be listed.
    #[error("it was made after the certificate expired, and does not say that it keeps such certificates")]
    AfterExpiry,
    /// It answers another request.
    #[error("it answers another request")]
    Nonce,
}

/// What all evidence together says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The status at the moment asked for.
    pub status: Status,
    /// A revocation after the moment asked for.
    pub later: Option<Revocation>,
    /// What decided: its place among [`Judgement::answers`].
    pub decisive: Option<usize>,
    /// What each piece of evidence that is believed says.
    pub answers: Vec<Answer>,
    /// Evidence on the certificate that is not believed.
    pub refused: Vec<Refused>,
}

impl Judgement {
    /// The answer that decided.
    #[must_use]
    pub fn decisive(&self) -> Option<&Answer> {
        self.answers.get(self.decisive?)
    }
}

#[cfg(test)]
mod tests;

//! A PDF/A is signed: PAdES by incremental update (EN 319 142-1), and signatures are verified.
//!
//! In: [`PdfA`](crate::pdfa::PdfA). Out: [`SignedPdf`]. The bytes to be signed and the signature's insertion are two steps,
//! so that a key may live in a file, on a token or behind a service:
//! [`prepare`] → [`PreparedPdf::to_be_signed`] → [`PreparedPdf::finish`]; a [`Desk`] does all three, and adds the proof of its level. Any PDF
//! can be signed ([`Desk::sign_file`], as `sohoa sign` does); only what was a PDF/A becomes a [`SignedPdf`].
//! Knows nothing of where files are kept, and never reads the clock.

mod appearance;
mod desk;
mod dictionary;
mod field;
mod page;
mod prepare;
pub mod proof;
mod terms;
pub mod verify;

use std::io;
use std::sync::Arc;

pub use appearance::{
    Appearance, CopyForm, Error as AppearanceError, Ink, Mark, Notice, Picture, Place, Spot, Unfound, recognized_words,
};
pub use desk::{Desk, Level, UnknownStatus};
pub use prepare::{Order, PreparedPdf, Signatory, prepare};
pub use proof::{Proofs, Renewed, renew};
pub use terms::{Lock, Permission, Terms};
pub use verify::{Asking, Finding, Indication, Integrity, Report, Rules, SignatureReport, Verdict, verify};

use crate::base::digest::Sha256;
use crate::base::source::{Source, each_chunk};
use crate::base::time::Timestamp;
use crate::pdf::file::{self, File};
use crate::pki::{self, TrustAnchors};

/// A signed file; its last signature covers all of it but its own value.
#[derive(Debug, Clone)]
pub struct SignedPdf {
    bytes: Vec<u8>,
    sha256: Sha256,
    level: PadesLevel,
    signer: String,
    signed_at: Timestamp,
    notice: Option<Notice>,
}

/// PAdES baseline levels (EN 319 142-1, 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PadesLevel {
    /// B-B: signature.
    B,
    /// B-T: with a time-stamp.
    T,
    /// B-LT: with what proves the status of all certificates.
    Lt,
    /// B-LTA: and with a document time-stamp over that.
    Lta,
}

impl PadesLevel {
    /// All levels, the lowest first.
    pub const ALL: [Self; 4] = [Self::B, Self::T, Self::Lt, Self::Lta];

    /// `b-lta`: as in settings and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::B => "b-b",
            Self::T => "b-t",
            Self::Lt => "b-lt",
            Self::Lta => "b-lta",
        }
    }
}

impl std::fmt::Display for PadesLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::B => "PAdES B-B",
            Self::T => "PAdES B-T",
            Self::Lt => "PAdES B-LT",
            Self::Lta => "PAdES B-LTA",
        })
    }
}

/// Any PDF with a signature appended, which the file that it was is not copied for.
#[derive(Debug, Clone)]
pub struct Signed {
    base: Arc<dyn Source>,
    tail: Vec<u8>,
    level: PadesLevel,
    signer: String,
    at: Timestamp,
    notice: Option<Notice>,
}

impl Signed {
    /// What was appended to the file.
    #[must_use]
    pub fn tail(&self) -> &[u8] {
        &self.tail
    }

    /// The level reached.
    #[must_use]
    pub fn level(&self) -> PadesLevel {
        self.level
    }

    /// What a person should know of where the signature stands.
    #[must_use]
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// Writes the whole file, a megabyte at a time.
    ///
    /// # Errors
    /// Those of the file and of `out`.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        write(self.base.as_ref(), &self.tail, out)
    }

    fn into_pdf(self) -> Result<SignedPdf, Error> {
        let mut bytes = self.base.bytes(0..self.base.length()).map_err(file::Error::Io)?.into_owned();
        bytes.extend_from_slice(&self.tail);
        let sha256 = Sha256::of(&bytes);
        let Self { level, signer, at, notice, .. } = self;
        Ok(SignedPdf { bytes, sha256, level, signer, signed_at: at, notice })
    }
}

/// Writes a file and what is appended to it, a megabyte at a time.
fn write(base: &dyn Source, tail: &[u8], out: &mut dyn io::Write) -> io::Result<()> {
    let mut written = Ok(());
    each_chunk(base, 0..base.length(), |chunk| {
        if written.is_ok() {
            written = out.write_all(chunk);
        }
    })?;
    written?;
    out.write_all(tail)
}

/// The first of these passwords that opens a locked file; none where it is not locked, or none of them does.
pub fn password_for<'p>(source: &dyn Source, mut passwords: impl Iterator<Item = &'p str>) -> Option<&'p str> {
    let is_locked = |password| matches!(File::open(source, source.length(), password), Err(file::Error::Locked));
    if !is_locked(None) {
        return None;
    }
    passwords.find(|password| !is_locked(Some(password)))
}

/// ISO 19005-2, 6.1.13: no number in a PDF/A file is larger; an update takes a megabyte at most.
const LARGEST_PDF_A: u64 = 2_147_483_647 - (1 << 20);

impl SignedPdf {
    /// For tests of later stages: any bytes pass as signed.
    #[cfg(test)]
    pub(crate) fn for_tests(bytes: Vec<u8>, signer: &str, signed_at: Timestamp) -> Self {
        let sha256 = Sha256::of(&bytes);
        Self { bytes, sha256, level: PadesLevel::B, signer: signer.to_owned(), signed_at, notice: None }
    }

    /// A signed file that was kept, such as one whose deposit was interrupted.
    ///
    /// # Errors
    /// [`Error::NotSigned`] unless every signature is valid, and all that was added since is allowed.
    pub fn read(bytes: Vec<u8>, anchors: &TrustAnchors, at: Timestamp) -> Result<Self, Error> {
        let rules = verify::Rules { anchors, at, revocation: verify::Asking::Nothing, password: None };
        let report = verify(&&bytes[..], &rules);
        let mut signatures = report.signatures.iter().filter(|signature| signature.kind == verify::Kind::Signature);
        let last = signatures.next_back().filter(|_| report.is_valid());
        let last = last.ok_or_else(|| Error::NotSigned { verdict: report.verdict().english })?;
        Ok(Self {
            sha256: Sha256::of(&bytes),
            level: last.level.ok_or_else(|| Error::NotSigned { verdict: Finding::NotPades.to_string() })?,
            signer: last.signer.clone().unwrap_or_default(),
            signed_at: last.stamped_at.or(last.claimed_at).unwrap_or(at),
            notice: None,
            bytes,
        })
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its digest.
    #[must_use]
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// The level reached.
    #[must_use]
    pub fn level(&self) -> PadesLevel {
        self.level
    }

    /// Common name of the signing certificate.
    #[must_use]
    pub fn signer(&self) -> &str {
        &self.signer
    }

    /// The time claimed, or stamped.
    #[must_use]
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// What a person should know of where its last signature stands; none for a file that was kept.
    #[must_use]
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }
}

/// Why a file was not signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Key, certificate or time-stamp.
    #[error(transparent)]
    Key(#[from] pki::Error),
    /// The file cannot be updated.
    #[error(transparent)]
    Pdf(#[from] file::Error),
    /// It would be larger than PDF/A allows.
    #[error("a PDF of {bytes} bytes is larger than PDF/A allows when it is signed")]
    TooLarge {
        /// How many bytes it has.
        bytes: u64,
    },
    /// The document was certified, and nothing in it may change.
    #[error("the document was certified so that nothing in it may change")]
    Certified,
    /// Only the first signature of a document may certify it.
    #[error("the document is signed already, and only its first signature may certify it")]
    CertifyFirst,
    /// The signature cannot look as it should.
    #[error(transparent)]
    Appearance(#[from] AppearanceError),
    /// Certificates and token do not fit into a string of PDF/A.
    #[error("the signature needs {needed} bytes, PDF/A allows {allowed}")]
    SignatureTooLarge {
        /// How many bytes it needs.
        needed: usize,
        /// How many are allowed.
        allowed: usize,
    },
    /// Signature and token are larger than the place made for them.
    #[error("the signature needs {needed} bytes, {reserved} were reserved")]
    PlaceTooSmall {
        /// How many bytes it needs.
        needed: usize,
        /// How many were reserved.
        reserved: usize,
    },
    /// The signer gave something else than a signature by its key.
    #[error("what the signer gave is no signature by the key of `{subject}`")]
    WrongSignature {
        /// The certificate.
        subject: String,
    },
    /// A certificate of the signer was revoked.
    #[error("the certificate of `{subject}` was revoked on {at}")]
    Revoked {
        /// The certificate.
        subject: String,
        /// When.
        at: Timestamp,
    },
    /// The status of a certificate cannot be proven.
    #[error("nothing that can be believed says whether the certificate of `{subject}` was revoked")]
    NoEvidence {
        /// The certificate.
        subject: String,
    },
    /// Every time-stamp came from another certificate, whose status had to be put in before the next.
    #[error(
        "the time-stamp authority signed {tokens} tokens in a row with certificates whose status was not in the file"
    )]
    RestlessAuthority {
        /// How many were asked for.
        tokens: usize,
    },
    /// A file that should be signed is not, or not validly.
    #[error("the file is not validly signed: {verdict}")]
    NotSigned {
        /// What verification says.
        verdict: String,
    },
}

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Key(error) => error.hint(),
            Self::Appearance(error) => error.hint(),
            Self::SignatureTooLarge { .. } => {
                Some("leave out of the certificate file what is not below the root".to_owned())
            }
            Self::WrongSignature { .. } => {
                Some("check that the token or service holds the key of this certificate".to_owned())
            }
            Self::NoEvidence { .. } => Some(
                "check that this machine may reach the OCSP and CRL addresses in the certificate, and that its root is trusted; \
                 or sign at B-T and raise the level later"
                    .to_owned(),
            ),
            Self::Revoked { .. } => Some("sign with another certificate, and ask its authority why".to_owned()),
            Self::RestlessAuthority { .. } => Some("ask another time-stamp authority by sign.timestamp-url".to_owned()),
            Self::Certified => Some("sign before the document is certified, or ask for a new document".to_owned()),
            Self::CertifyFirst => Some("sign without certifying".to_owned()),
            Self::Pdf(file::Error::Locked) => Some("put the password of the file into intake.password-file".to_owned()),
            Self::TooLarge { .. } => Some("divide the document".to_owned()),
            Self::Pdf(file::Error::Io(_)) => Some("check the file, its disk and its rights".to_owned()),
            Self::Pdf(_) => Some(
                "the file is damaged: get it again, or have the program that made it save it anew, unless it is signed"
                    .to_owned(),
            ),
            Self::PlaceTooSmall { .. } | Self::NotSigned { .. } => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

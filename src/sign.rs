//! A PDF/A is signed: PAdES by incremental update (EN 319 142-1), and signatures are verified.
//!
//! In: [`PdfA`]. Out: [`SignedPdf`]. The bytes to be signed and the signature's insertion are two steps,
//! so that a key may live in a file, on a token or behind a service:
//! [`prepare`] → [`PreparedPdf::to_be_signed`] → [`PreparedPdf::finish`]; [`sign`] does all three with a [`Signer`].
//! Knows nothing of where files are kept, and never reads the clock.

mod appearance;
mod field;
mod page;
mod prepare;
pub mod verify;

pub use appearance::{Appearance, CopyForm, Mark};
pub use prepare::{PreparedPdf, Signatory, prepare};
pub use verify::{Finding, Indication, Report, SignatureReport, Verdict, verify};

use crate::base::digest::Sha256;
use crate::base::time::Timestamp;
use crate::pdf::incremental;
use crate::pdfa::PdfA;
use crate::pki::{self, Signer, TimestampAuthority, TrustAnchors};

/// A signed file; its last signature covers all of it but its own value.
#[derive(Debug, Clone)]
pub struct SignedPdf {
    bytes: Vec<u8>,
    sha256: Sha256,
    level: PadesLevel,
    signer: String,
    signed_at: Timestamp,
}

/// PAdES baseline levels (EN 319 142-1, 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PadesLevel {
    /// B-B: signature.
    B,
    /// B-T: with a time-stamp.
    T,
}

impl std::fmt::Display for PadesLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::B => "PAdES B-B",
            Self::T => "PAdES B-T",
        })
    }
}

/// Signs a file: level B-T with an authority, B-B without. `at` is the time that the signer claims, at which the
/// certificate must be valid; the appearance shows it.
///
/// # Errors
/// [`Error::Key`] when certificate or key cannot sign at `at`, or no time-stamp was had; else those of [`prepare`]
/// and [`PreparedPdf::finish`].
pub fn sign(
    pdf: &PdfA,
    signer: &dyn Signer,
    authority: Option<&dyn TimestampAuthority>,
    appearance: &Appearance,
    at: Timestamp,
) -> Result<SignedPdf, Error> {
    pki::check_signer(signer, at)?;
    let mut token_bytes = authority.map_or(0, TimestampAuthority::token_bytes);
    loop {
        let signatory = Signatory { chain: signer.chain(), algorithm: signer.algorithm(), token_bytes };
        let prepared = prepare(pdf, appearance, &signatory, at)?;
        let signature = signer.sign(prepared.to_be_signed())?;
        match prepared.finish(&signature, authority) {
            // The token was larger than expected: once more, with room for one that is larger still.
            Err(Error::PlaceTooSmall { needed, reserved }) if needed > reserved => {
                token_bytes += (needed - reserved) + needed / 8;
            }
            finished => return finished,
        }
    }
}

impl SignedPdf {
    /// For tests of later stages: any bytes pass as signed.
    #[cfg(test)]
    pub(crate) fn for_tests(bytes: Vec<u8>, signer: &str, signed_at: Timestamp) -> Self {
        let sha256 = Sha256::of(&bytes);
        Self { bytes, sha256, level: PadesLevel::B, signer: signer.to_owned(), signed_at }
    }

    /// A signed file that was kept, such as one whose deposit was interrupted.
    ///
    /// # Errors
    /// [`Error::NotSigned`] unless every signature is valid and the last one covers the whole file.
    pub fn read(bytes: Vec<u8>, anchors: &TrustAnchors, at: Timestamp) -> Result<Self, Error> {
        let report = verify(&bytes, anchors, at);
        let last = report.signatures.last().filter(|last| report.is_valid() && last.covers_whole_file);
        let last = last.ok_or_else(|| Error::NotSigned { verdict: report.verdict().english })?;
        Ok(Self {
            sha256: Sha256::of(&bytes),
            level: last.level.ok_or_else(|| Error::NotSigned { verdict: Finding::NotPades.to_string() })?,
            signer: last.signer.clone().unwrap_or_default(),
            signed_at: last.stamped_at.or(last.claimed_at).unwrap_or(at),
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
    Pdf(#[from] incremental::Error),
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
            Self::SignatureTooLarge { .. } => {
                Some("leave out of the certificate file what is not below the root".to_owned())
            }
            Self::WrongSignature { .. } => {
                Some("check that the token or service holds the key of this certificate".to_owned())
            }
            Self::Pdf(_) | Self::PlaceTooSmall { .. } | Self::NotSigned { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests;

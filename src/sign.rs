//! A PDF/A is signed: PAdES by incremental update (EN 319 142-1), and signatures are verified.
//!
//! In: [`PdfA`]. Out: [`SignedPdf`]. The bytes to be signed and the signature's insertion are two steps,
//! so that a key may live in a file, on a token or behind a service.

use crate::base::digest::Sha256;
use crate::base::time::Timestamp;
use crate::pdfa::PdfA;

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

impl SignedPdf {
    /// For tests of later stages: any bytes pass as signed.
    #[cfg(test)]
    pub(crate) fn for_tests(bytes: Vec<u8>, signer: &str, signed_at: Timestamp) -> Self {
        let sha256 = Sha256::of(&bytes);
        Self { bytes, sha256, level: PadesLevel::B, signer: signer.to_owned(), signed_at }
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

/// Where a file was before it was signed; replaced by the real phases.
#[doc(hidden)]
pub type Unsigned = PdfA;

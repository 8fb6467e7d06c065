//! Signatures of a PDF are verified: structure, coverage, digest, signature, signing certificate, path to a trust
//! anchor at the best time known, time-stamps (after EN 319 102-1; Circular 15/2025/TT-BKHCN, art. 6).
//!
//! Nothing here fails: what is wrong is a [`Finding`]. Not asked yet, and said so in every report: revocation.
//! What an update after a signature changed is not judged; a file whose last signature does not cover all of it
//! is therefore never called valid.

mod fields;
mod judge;
mod wording;

use crate::base::time::Timestamp;
use crate::pki::{TrustAnchors, cms, der, path, timestamp};
use crate::sign::PadesLevel;

pub use wording::Verdict;

/// What verification found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its signatures, by how much of the file each covers.
    pub signatures: Vec<SignatureReport>,
    /// What was found about the file as a whole.
    pub findings: Vec<Finding>,
}

/// What verification found about one signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureReport {
    /// Name of its field.
    pub field: String,
    /// What it is.
    pub kind: Kind,
    /// Common name of the signer, where a certificate is inside.
    pub signer: Option<String>,
    /// Organization of the signer.
    pub organization: Option<String>,
    /// Common name of the authority that issued the certificate.
    pub issuer: Option<String>,
    /// The term of the certificate: its first and last moment.
    pub term: Option<(Timestamp, Timestamp)>,
    /// The time that the signer claims.
    pub claimed_at: Option<Timestamp>,
    /// The time of a good time-stamp.
    pub stamped_at: Option<Timestamp>,
    /// Its level, where it is PAdES.
    pub level: Option<PadesLevel>,
    /// The first byte after what it covers.
    pub covers_to: usize,
    /// Whether it covers all of the file but its own value.
    pub covers_whole_file: bool,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// What a signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The signature of a person or organization.
    Signature,
    /// A document time-stamp (EN 319 142-1, 5.4.3).
    DocumentTimestamp,
}

/// EN 319 102-1, 5.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Indication {
    /// TOTAL-PASSED.
    Valid,
    /// INDETERMINATE: what is known does not decide it.
    Indeterminate,
    /// TOTAL-FAILED.
    Invalid,
}

/// One thing found. `Display` is English; [`Finding::vietnamese`] is Vietnamese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The file is no PDF that can be read.
    Unreadable,
    /// The file could be read only after repair.
    Repaired,
    /// There is no signature.
    NotSigned,
    /// The byte range is not two ranges around one gap, from the first byte to the end of a revision.
    ByteRange,
    /// The gap between the ranges is not the value of this signature and nothing else.
    Gap,
    /// The form of the signature is not supported.
    SubFilter(String),
    /// The value is no CMS signature in DER.
    NotCms(der::NotDer),
    /// The CMS signature is not good.
    Cms(cms::Fault),
    /// No path leads from the certificate to a trust anchor.
    Path(path::Fault),
    /// The certificate is not for signing documents.
    Usage,
    /// The time-stamp is not good.
    Timestamp(timestamp::Fault),
    /// No path leads from the time-stamp's certificate to a trust anchor.
    TimestampPath(path::Fault),
    /// Bytes after the last signature: how many.
    UnsignedBytes(usize),
    /// A later revision, which a later signature covers: how many bytes.
    LaterRevision(usize),
    /// There is no time-stamp.
    NoTimestamp,
    /// The signature is over the file itself, without attributes: RFC 5652 (5.4) allows it, PAdES does not.
    NoSignedAttributes,
    /// It is an older form than PAdES.
    NotPades,
    /// Revocation was not asked.
    RevocationNotChecked,
}

impl Finding {
    /// How much the finding weighs; [`Indication::Valid`] is a remark.
    #[must_use]
    pub fn indication(&self) -> Indication {
        match self {
            Self::NoTimestamp
            | Self::NoSignedAttributes
            | Self::NotPades
            | Self::RevocationNotChecked
            | Self::LaterRevision(_) => Indication::Valid,
            Self::Repaired
            | Self::NotSigned
            | Self::SubFilter(_)
            | Self::Path(_)
            | Self::TimestampPath(_)
            | Self::UnsignedBytes(_)
            | Self::Cms(
                cms::Fault::Algorithm(_) | cms::Fault::NoSignerCertificate | cms::Fault::NoSigningCertificate,
            )
            | Self::Timestamp(
                timestamp::Fault::Malformed
                | timestamp::Fault::Algorithm(_)
                | timestamp::Fault::Signature(cms::Fault::Algorithm(_)),
            ) => Indication::Indeterminate,
            Self::Unreadable
            | Self::ByteRange
            | Self::Gap
            | Self::NotCms(_)
            | Self::Cms(_)
            | Self::Usage
            | Self::Timestamp(_) => Indication::Invalid,
        }
    }
}

impl SignatureReport {
    /// The worst of its findings.
    #[must_use]
    pub fn indication(&self) -> Indication {
        worst(&self.findings)
    }
}

impl Report {
    /// The worst of all findings.
    #[must_use]
    pub fn indication(&self) -> Indication {
        let signatures = self.signatures.iter().map(SignatureReport::indication);
        signatures.chain([worst(&self.findings)]).max().unwrap_or(Indication::Indeterminate)
    }

    /// Whether there is a signature, every one is valid, and the last covers the whole file.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.indication() == Indication::Valid
            && self.signatures.last().is_some_and(|signature| signature.covers_whole_file)
    }

    /// The verdict in one line, in Vietnamese and English.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self)
    }
}

fn worst(findings: &[Finding]) -> Indication {
    findings.iter().map(Finding::indication).max().unwrap_or(Indication::Valid)
}

/// Verifies every signature of a file against these anchors; `at` is the time of verification, which counts where no
/// good time-stamp says when a signature was there.
#[must_use]
pub fn verify(bytes: &[u8], anchors: &TrustAnchors, at: Timestamp) -> Report {
    let (found, mut findings) = match fields::signatures(bytes) {
        Ok(found) => (found.signatures, found.findings),
        Err(finding) => (Vec::new(), vec![finding]),
    };
    let mut signatures: Vec<_> = found.iter().map(|found| judge::judge(bytes, found, anchors, at)).collect();
    signatures.sort_by_key(|signature| signature.covers_to);
    remark_coverage(&mut signatures, bytes.len());
    if signatures.is_empty() && findings.is_empty() {
        findings.push(Finding::NotSigned);
    }
    Report { signatures, findings }
}

/// Says of each signature what follows it.
fn remark_coverage(signatures: &mut [SignatureReport], length: usize) {
    let last = signatures.len().saturating_sub(1);
    for (place, signature) in signatures.iter_mut().enumerate() {
        let after = length.saturating_sub(signature.covers_to);
        if after > 0 && signature.covers_to > 0 {
            let finding = if place == last { Finding::UnsignedBytes } else { Finding::LaterRevision };
            signature.findings.push(finding(after));
        }
    }
}

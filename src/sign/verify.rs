//! Signatures of a PDF are verified: structure, coverage, digest, signature, signing certificate, path to a trust
//! anchor, revocation and algorithms at the best time known, time-stamps, and what was changed since (after EN 319 102-1; Circular
//! 15/2025/TT-BKHCN, art. 6).
//!
//! Nothing here fails: what is wrong is a [`Finding`]. A file is valid only where every signature is, and everything in it
//! was signed or added as the signatures allow.

mod changes;
mod evidence;
mod judge;
mod signatures;
mod wording;

use crate::base::source::Source;
use crate::base::time::Timestamp;
use crate::pdf::file::{self, File};
use crate::pki::path::Path;
use crate::pki::revocation::{Reason, RevocationSource};
use crate::pki::{TrustAnchors, Weak, cms, der, path, timestamp};
use crate::sign::PadesLevel;

pub use changes::{Allowed, Change, Changes};
pub use evidence::StatusFact;
pub use wording::Verdict;

/// What verification goes by.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// Whom to trust, and which algorithms.
    pub anchors: &'a TrustAnchors,
    /// The time of verification, which counts where no good time-stamp says when a signature was there.
    pub at: Timestamp,
    /// How revocation is asked.
    pub revocation: Asking<'a>,
    /// What opens the file, where it is locked.
    pub password: Option<&'a str>,
}

/// How revocation is asked.
#[derive(Clone, Copy)]
pub enum Asking<'a> {
    /// Not at all: what is asked is whether the file is as it was signed, by whom it says.
    Nothing,
    /// The file itself brings what is to be known.
    File,
    /// This source, for what the file does not bring.
    Source(&'a dyn RevocationSource),
}

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
    /// Common name of the signer, where a certificate is at hand.
    pub signer: Option<String>,
    /// Organization of the signer.
    pub organization: Option<String>,
    /// Unit of the signer within the organization.
    pub unit: Option<String>,
    /// Common name of the authority that issued the certificate.
    pub issuer: Option<String>,
    /// The store of the anchor that the certificate leads to.
    pub store: Option<String>,
    /// The term of the certificate: its first and last moment.
    pub term: Option<(Timestamp, Timestamp)>,
    /// How it was made: `RSA-2048, RSASSA-PKCS1-v1_5, SHA-256`.
    pub algorithm: Option<String>,
    /// The time that the signer claims.
    pub claimed_at: Option<Timestamp>,
    /// The time of a good time-stamp over it.
    pub stamped_at: Option<Timestamp>,
    /// The earliest time at which it is proven to have been there; the time of verification where nothing proves it.
    pub proven_at: Timestamp,
    /// Until when it proves what it covers: the first end of a certificate of its path (of its time-stamp's path, where it has
    /// one), or the day before which an algorithm in them is no longer believed.
    pub lasts_until: Option<Timestamp>,
    /// Its level, where it is PAdES.
    pub level: Option<PadesLevel>,
    /// What is known of the certificates of its path, at the time that counts.
    pub statuses: Vec<StatusFact>,
    /// What was changed in the file since.
    pub changes: Changes,
    /// The first byte after what it covers.
    pub covers_to: u64,
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

/// Why a signature is not valid (EN 319 102-1, table 5), by its name there.
pub type SubIndication = &'static str;

/// One thing found. `Display` is English; [`Finding::vietnamese`] is Vietnamese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The file could not be opened, and may be good: why.
    Closed(String),
    /// The file is no PDF that can be read: why.
    Unreadable(String),
    /// The file could be read only after repair.
    Repaired,
    /// Old and new readers see different objects in it (a hybrid file whose two sections disagree).
    Ambiguous,
    /// There is no signature.
    NotSigned,
    /// The byte range is not two ranges around one gap, from the first byte to the end of a revision.
    ByteRange,
    /// The gap between the ranges is not the value of this signature and nothing else.
    Gap,
    /// The form of the signature is not supported.
    SubFilter(String),
    /// The value is no CMS signature.
    NotCms(der::NotDer),
    /// The CMS signature is not good.
    Cms(cms::Fault),
    /// No path leads from the certificate to a trust anchor.
    Path(path::Fault),
    /// The certificate is not for signing documents.
    Usage,
    /// An algorithm or key is not believed at the time that counts.
    Weak(Weak),
    /// A certificate of the path was revoked before the signature is proven to have been there.
    Revoked {
        /// The certificate.
        subject: String,
        /// Since when.
        at: Timestamp,
        /// Why, where that is said.
        reason: Option<Reason>,
    },
    /// Nothing that can be believed says whether a certificate of the path was revoked at the time that counts.
    StatusUnknown {
        /// The certificate.
        subject: String,
    },
    /// The time-stamp is not good.
    Timestamp(timestamp::Fault),
    /// No path leads from the time-stamp's certificate to a trust anchor.
    TimestampPath(path::Fault),
    /// Something else is wrong with what proves the time: an algorithm, the status of a certificate.
    OfTimestamp(Box<Finding>),
    /// Bytes after the last revision: how many.
    UnsignedBytes(u64),
    /// Something was changed after the signature that it does not allow.
    Changed(Change),
    /// Something was added after the signature, as it allows.
    Added(Allowed),
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
        self.weight().0
    }

    /// The reason, by its name in EN 319 102-1; none for a remark.
    #[must_use]
    pub fn sub_indication(&self) -> Option<SubIndication> {
        Some(self.weight().1).filter(|name| !name.is_empty())
    }

    /// What it says of whether the file is what was signed; none for what says nothing of that.
    fn integrity(&self) -> Option<Integrity> {
        match self {
            Self::Unreadable(_)
            | Self::Repaired
            | Self::Ambiguous
            | Self::ByteRange
            | Self::Gap
            | Self::Changed(_)
            | Self::UnsignedBytes(_)
            | Self::Cms(cms::Fault::DigestMismatch | cms::Fault::WrongSignature | cms::Fault::ContentInside)
            | Self::Timestamp(timestamp::Fault::Imprint) => Some(Integrity::Broken),
            Self::Closed(_)
            | Self::NotCms(_)
            | Self::SubFilter(_)
            | Self::Cms(cms::Fault::Algorithm(_) | cms::Fault::NoSignerCertificate | cms::Fault::NoMessageDigest)
            | Self::Timestamp(timestamp::Fault::Malformed | timestamp::Fault::Algorithm(_)) => Some(Integrity::Unknown),
            _ => None,
        }
    }

    fn weight(&self) -> (Indication, SubIndication) {
        use Indication::{Indeterminate, Invalid, Valid};
        match self {
            Self::NoTimestamp
            | Self::NoSignedAttributes
            | Self::NotPades
            | Self::RevocationNotChecked
            | Self::Added(_) => (Valid, ""),
            Self::NotSigned => (Indeterminate, "SIGNED_DATA_NOT_FOUND"),
            Self::Repaired | Self::Ambiguous | Self::SubFilter(_) => (Indeterminate, "FORMAT_FAILURE"),
            Self::Path(fault) | Self::TimestampPath(fault) => (Indeterminate, of_path(fault)),
            Self::Weak(_) => (Indeterminate, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"),
            Self::Revoked { .. } => (Indeterminate, "REVOKED_NO_POE"),
            Self::StatusUnknown { .. } => (Indeterminate, "TRY_LATER"),
            Self::OfTimestamp(finding) => finding.weight(),
            Self::Cms(cms::Fault::Algorithm(_)) => (Indeterminate, "CRYPTO_CONSTRAINTS_FAILURE"),
            Self::Cms(cms::Fault::NoSignerCertificate) => (Indeterminate, "NO_SIGNING_CERTIFICATE_FOUND"),
            Self::UnsignedBytes(_) | Self::Cms(cms::Fault::NoSigningCertificate) => {
                (Indeterminate, "SIG_CONSTRAINTS_FAILURE")
            }
            Self::Closed(_)
            | Self::Timestamp(
                timestamp::Fault::Malformed
                | timestamp::Fault::Algorithm(_)
                | timestamp::Fault::Signature(cms::Fault::Algorithm(_)),
            ) => (Indeterminate, "GENERIC"),
            Self::Cms(cms::Fault::DigestMismatch) => (Invalid, "HASH_FAILURE"),
            Self::Cms(cms::Fault::WrongSignature) => (Invalid, "SIG_CRYPTO_FAILURE"),
            Self::Cms(_) | Self::Unreadable(_) | Self::ByteRange | Self::Gap | Self::NotCms(_) => {
                (Invalid, "FORMAT_FAILURE")
            }
            Self::Usage => (Invalid, "CHAIN_CONSTRAINTS_FAILURE"),
            Self::Changed(_) => (Invalid, "SIG_CONSTRAINTS_FAILURE"),
            Self::Timestamp(_) => (Invalid, "TIMESTAMP_FAILURE"),
        }
    }
}

fn of_path(fault: &path::Fault) -> SubIndication {
    match fault {
        path::Fault::NoAnchor { .. } => "NO_CERTIFICATE_CHAIN_FOUND",
        path::Fault::OutsideValidity { not_before, at, .. } if at < not_before => "NOT_YET_VALID",
        path::Fault::OutsideValidity { .. } | path::Fault::AnchorNotTrusted { .. } => "OUT_OF_BOUNDS_NO_POE",
        _ => "CHAIN_CONSTRAINTS_FAILURE",
    }
}

impl SignatureReport {
    /// The worst of its findings.
    #[must_use]
    pub fn indication(&self) -> Indication {
        worst(&self.findings)
    }

    /// The reason of the worst finding.
    #[must_use]
    pub fn sub_indication(&self) -> Option<SubIndication> {
        first_of(self.findings.iter(), self.indication()).and_then(Finding::sub_indication)
    }
}

/// Whether a file is what was signed (Circular 15/2025/TT-BKHCN, art. 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Integrity {
    /// It is, as far as the signature covers it, and what came later is allowed.
    Intact,
    /// What was found does not let it be told.
    Unknown,
    /// It is not.
    Broken,
}

impl Report {
    /// Whether the file is what one of its signatures was over.
    #[must_use]
    pub fn integrity(&self, signature: &SignatureReport) -> Integrity {
        let findings = self.findings.iter().chain(&signature.findings);
        findings.filter_map(Finding::integrity).max().unwrap_or(Integrity::Intact)
    }

    /// The worst of all findings.
    #[must_use]
    pub fn indication(&self) -> Indication {
        let signatures = self.signatures.iter().map(SignatureReport::indication);
        signatures.chain([worst(&self.findings)]).max().unwrap_or(Indication::Indeterminate)
    }

    /// The reason of the worst finding.
    #[must_use]
    pub fn sub_indication(&self) -> Option<SubIndication> {
        self.decisive().and_then(Finding::sub_indication)
    }

    /// The finding that is told first.
    fn decisive(&self) -> Option<&Finding> {
        let all = self.findings.iter().chain(self.signatures.iter().flat_map(|signature| &signature.findings));
        first_of(all, self.indication())
    }

    /// Whether there is a signature of a person or organization, and everything found is a remark.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.indication() == Indication::Valid
            && self.signatures.iter().any(|signature| signature.kind == Kind::Signature)
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

/// The finding that is told first: the first one of this weight.
fn first_of<'a>(mut findings: impl Iterator<Item = &'a Finding>, worst: Indication) -> Option<&'a Finding> {
    findings.find(|finding| finding.indication() == worst)
}

/// The paths of the signers of every signature and time-stamp of a file, as far as they lead to an anchor at the time asked for.
///
/// # Errors
/// Those of the file.
pub(super) fn paths(file: &File<'_>, proofs: &crate::sign::Proofs<'_>) -> Result<Vec<Path>, file::Error> {
    let found = signatures::signatures(file)?;
    let rules =
        Rules { anchors: proofs.anchors, at: proofs.at, revocation: Asking::Source(proofs.source), password: None };
    judge::paths(file, &found, &rules)
}

/// Verifies every signature of a file.
#[must_use]
pub fn verify(source: &dyn Source, rules: &Rules<'_>) -> Report {
    let opened = File::open(source, source.length(), rules.password);
    let (file, mut findings) = match opened {
        Ok(file) => (file, Vec::new()),
        Err(error @ file::Error::NoHeader) => {
            return Report { signatures: Vec::new(), findings: vec![Finding::Unreadable(error.to_string())] };
        }
        Err(error @ (file::Error::Locked | file::Error::Encryption | file::Error::Io(_))) => {
            return Report { signatures: Vec::new(), findings: vec![Finding::Closed(error.to_string())] };
        }
        Err(error) => match File::repaired(source, rules.password) {
            Ok(file) => (file, vec![Finding::Repaired]),
            Err(_) => return Report { signatures: Vec::new(), findings: vec![Finding::Unreadable(error.to_string())] },
        },
    };
    if file.sections().iter().any(file::Section::is_ambiguous) {
        findings.push(Finding::Ambiguous);
    }
    let judged = signatures::signatures(&file).and_then(|found| {
        let covered = found.iter().map(signatures::Signature::end).max().unwrap_or(0);
        Ok((judge::judge(&file, &found, rules)?, file.bytes_after_end(covered)?))
    });
    let (signatures, behind) = match judged {
        Ok(judged) => judged,
        Err(error) => {
            findings.push(Finding::Unreadable(error.to_string()));
            return Report { signatures: Vec::new(), findings };
        }
    };
    findings.extend((behind > 0).then_some(Finding::UnsignedBytes(behind)));
    // A time-stamp says when something was there, and nothing of who answers for it.
    if signatures.iter().all(|signature| signature.kind == Kind::DocumentTimestamp) {
        findings.push(Finding::NotSigned);
    }
    Report { signatures, findings }
}

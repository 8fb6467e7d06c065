//! Input files that were signed already: what verification says of them, before anything is made of them.
//!
//! The signed file itself is the original: its bytes go into the deposit whatever the settings say of sources, and the
//! searchable rendition stands beside it. Without trusted roots the structure, the digests and the
//! signature values are judged all the same, and the verdict is indeterminate at best. Where revocation is not asked, the verdict says so.

use crate::intake::{Origin, SignatureVerdict, SourceBytes, Standing};
use crate::sign::{self, Indication, Report, Rules};

/// Judges the signatures of every signed file and notes the verdict in its row; one that was noted before stands.
pub fn judge(origin: &mut Origin, sources: &[SourceBytes], rules: &Rules<'_>) {
    for (source, bytes) in origin.sources.iter_mut().zip(sources) {
        if source.signed && source.verdict.is_none() {
            source.verdict = Some(verdict(&sign::verify(&&bytes[..], rules)));
        }
    }
}

/// Whether a file of the document was signed before it came here.
pub(super) fn any(origin: &Origin) -> bool {
    origin.sources.iter().any(|source| source.signed)
}

fn verdict(report: &Report) -> SignatureVerdict {
    let standing = match report.indication() {
        _ if report.is_valid() => Standing::Valid,
        Indication::Invalid => Standing::Invalid,
        Indication::Valid | Indication::Indeterminate => Standing::Indeterminate,
    };
    let said = report.verdict();
    SignatureVerdict {
        standing,
        signatures: report.signatures.len() as u32,
        vietnamese: said.vietnamese,
        english: said.english,
    }
}

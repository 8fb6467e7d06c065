//! What proves the status of certificates: in the file and from elsewhere, and since when it was there.

use std::cell::RefCell;

use lopdf::{Dictionary, Object};

use super::{Asking, Rules};
use crate::base::time::Timestamp;
use crate::pdf::file::{self, File, Found};
use crate::pki::Certificate;
use crate::pki::path::Path;
use crate::pki::revocation::{self, Answer, Evidence, Judgement, Kind, Question, Revocation, Status};

/// Pieces of evidence that a file brings at most.
const MOST_PIECES: usize = 4096;
/// Bytes of all of them.
const MOST_BYTES: usize = 64 << 20;

/// What is known of a certificate at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusFact {
    /// Common name of the certificate.
    pub subject: String,
    /// Its status.
    pub status: Status,
    /// What kind of evidence says so, for which time, and until when there is newer.
    pub by: Option<(Kind, Timestamp, Option<Timestamp>)>,
}

/// Evidence, and when it is proven to have been there.
struct Exhibit {
    evidence: Evidence,
    seen: Timestamp,
}

/// All evidence on a file.
pub(super) struct Exhibits<'a> {
    rules: &'a Rules<'a>,
    /// That of the whole file first, then what time-stamps prove to have been there earlier.
    all: Vec<Exhibit>,
    /// What was asked elsewhere.
    asked: RefCell<Vec<Evidence>>,
}

/// When a revocation after the time asked for counts, because the time-stamp itself is in doubt.
#[derive(Clone, Copy)]
pub(super) struct Undone<'a> {
    /// Whether this one does.
    pub(super) by: &'a dyn Fn(&Revocation) -> bool,
    /// Whether what is known today is asked for, where it can be.
    pub(super) asks: bool,
}

/// What is known of the certificates of a path.
#[derive(Debug, Default)]
pub(super) struct OfPath {
    pub(super) facts: Vec<StatusFact>,
    /// The certificate that was revoked by the time that counts, and how.
    pub(super) revoked: Option<(String, Revocation)>,
    /// The certificates of which nothing is known.
    pub(super) unknown: Vec<String>,
    /// Whether the file alone says all this.
    pub(super) by_file: bool,
}

impl<'a> Exhibits<'a> {
    /// What a file brings, with what its signatures hold.
    pub(super) fn of(file: &File<'_>, embedded: Evidence, rules: &'a Rules<'a>) -> Result<Self, file::Error> {
        let mut evidence = store(file)?;
        evidence.extend(embedded);
        Ok(Self { rules, all: vec![Exhibit { evidence, seen: rules.at }], asked: RefCell::default() })
    }

    /// What a file held when it was stamped at `seen`.
    pub(super) fn add(&mut self, file: &File<'_>, seen: Timestamp) -> Result<(), file::Error> {
        self.all.push(Exhibit { evidence: store(file)?, seen });
        Ok(())
    }

    /// The certificates at hand.
    pub(super) fn certificates(&self) -> &[Certificate] {
        self.all.first().map_or(&[], |exhibit| &exhibit.evidence.certificates)
    }

    /// Whether evidence was there when a time-stamp over it was made.
    pub(super) fn are_stamped(&self) -> bool {
        let has_any = |exhibit: &Exhibit| !exhibit.evidence.crls.is_empty() || !exhibit.evidence.responses.is_empty();
        self.all.iter().skip(1).any(has_any)
    }

    /// The status at `at` of every certificate of a path but the anchor; a revocation later than that counts where `undone` says so.
    pub(super) fn of_path(&self, path: &Path, at: Timestamp, undone: Option<Undone<'_>>) -> OfPath {
        let mut found = OfPath { by_file: true, ..OfPath::default() };
        for link in path.certificates().windows(2) {
            let [certificate, issuer] = link else { continue };
            if certificate.is_exempt_from_revocation() {
                continue;
            }
            let (judgement, by_file) = self.judged(certificate, issuer, at);
            let subject = certificate.common_name().to_owned();
            let late = undone.and_then(|undone| {
                let later = judgement.later.clone();
                later.or_else(|| self.revoked_today(certificate, issuer, undone)).filter(|later| (undone.by)(later))
            });
            let status = late.map_or(judgement.status.clone(), Status::Revoked);
            match &status {
                Status::Good if covers(&judgement, at) && self.is_vouched(&judgement, issuer) => {}
                Status::Revoked(revocation) => found.revoked = Some((subject.clone(), revocation.clone())),
                Status::Good | Status::Unknown => found.unknown.push(subject.clone()),
            }
            let by = judgement.decisive().map(|answer| (answer.kind, answer.this_update, answer.next_update));
            found.facts.push(StatusFact { subject, status, by });
            found.by_file &= by_file;
        }
        found
    }

    /// Whether a certificate whose status the file tells has been revoked since, where that can be asked.
    fn revoked_today(&self, certificate: &Certificate, issuer: &Certificate, undone: Undone<'_>) -> Option<Revocation> {
        let (true, Asking::Source(source)) = (undone.asks, self.rules.revocation) else { return None };
        let at = self.rules.at;
        let mut evidence = source.evidence(certificate, issuer, at).evidence;
        evidence.certificates.extend_from_slice(self.certificates());
        let question = Question { certificate, issuer, at, seen: at };
        match revocation::judge(&question, &evidence, self.rules.anchors).status {
            Status::Revoked(revocation) => Some(revocation),
            Status::Good | Status::Unknown => None,
        }
    }

    /// Whether nobody else than the issuer decided whose own certificate was revoked then. Of a service that is not exempt and of whose
    /// status nothing is known it is not held that it was (RFC 6960, 4.2.2.2.1 leaves it to the one who asks).
    fn is_vouched(&self, judgement: &Judgement, issuer: &Certificate) -> bool {
        let Some(answer) = judgement.decisive() else { return true };
        let Ok(path) = &answer.path else { return true };
        path.certificates().windows(2).filter(|link| link[0] != *issuer && !link[0].is_exempt_from_revocation()).all(
            |link| {
                let (judgement, _) = self.judged(&link[0], &link[1], answer.produced_at);
                !matches!(judgement.status, Status::Revoked(_))
            },
        )
    }

    /// By the file, by what time-stamps prove, and at last by asking elsewhere; whether the file alone decided.
    fn judged(&self, certificate: &Certificate, issuer: &Certificate, at: Timestamp) -> (Judgement, bool) {
        let question = Question { certificate, issuer, at, seen: self.rules.at };
        let judge =
            |evidence: &Evidence, seen| revocation::judge(&Question { seen, ..question }, evidence, self.rules.anchors);
        let mut last = None;
        for exhibit in &self.all {
            let judgement = judge(&exhibit.evidence, exhibit.seen);
            if is_settled(&judgement, at) {
                return (judgement, true);
            }
            last.get_or_insert(judgement);
        }
        let known = self
            .asked
            .borrow()
            .iter()
            .map(|evidence| judge(evidence, self.rules.at))
            .find(|found| is_settled(found, at));
        if let Some(judgement) = known {
            return (judgement, false);
        }
        if let Asking::Source(source) = self.rules.revocation {
            let mut evidence = source.evidence(certificate, issuer, self.rules.at).evidence;
            evidence.certificates.extend_from_slice(self.certificates());
            let judgement = judge(&evidence, self.rules.at);
            self.asked.borrow_mut().push(evidence);
            return (judgement, false);
        }
        let none = || judge(&Evidence::default(), self.rules.at);
        (last.unwrap_or_else(none), true)
    }
}

fn is_settled(judgement: &Judgement, at: Timestamp) -> bool {
    match judgement.status {
        Status::Revoked(_) => true,
        Status::Good => covers(judgement, at),
        Status::Unknown => false,
    }
}

fn covers(judgement: &Judgement, at: Timestamp) -> bool {
    judgement.answers.iter().any(|answer: &Answer| answer.status != Status::Unknown && answer.covers(at))
}

/// The document security store of a revision (EN 319 142-1, 5.4.2).
fn store(file: &File<'_>) -> Result<Evidence, file::Error> {
    let Some(store) = file.dictionary_in(&file.catalog()?, b"DSS")? else { return Ok(Evidence::default()) };
    let mut left = (MOST_PIECES, MOST_BYTES);
    let certificates = pieces(file, &store, b"Certs", &mut left)?;
    let certificates: Vec<Certificate> =
        certificates.iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
    let (crls, responses) = (pieces(file, &store, b"CRLs", &mut left)?, pieces(file, &store, b"OCSPs", &mut left)?);
    let (evidence, _) =
        Evidence::read(crls.iter().map(Vec::as_slice), responses.iter().map(Vec::as_slice), &certificates);
    Ok(evidence)
}

fn pieces(
    file: &File<'_>,
    store: &Dictionary,
    key: &[u8],
    left: &mut (usize, usize),
) -> Result<Vec<Vec<u8>>, file::Error> {
    let mut pieces = Vec::new();
    for item in file.array_in(store, key)?.into_iter().take(left.0) {
        let Object::Reference(id) = item else { continue };
        let Some(Found::Stream(dictionary, data)) = file.object(id)? else { continue };
        let piece = match file.unfolded(id, &dictionary, data) {
            Ok(piece) => piece,
            Err(error @ file::Error::Io(_)) => return Err(error),
            // What cannot be read proves nothing.
            Err(_) => continue,
        };
        let Some(bytes) = left.1.checked_sub(piece.len()) else { break };
        *left = (left.0 - 1, bytes);
        pieces.push(piece);
    }
    Ok(pieces)
}

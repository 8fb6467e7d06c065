//! The judge: evidence is checked piece by piece, then weighed.

use super::super::certificate::Certificate;
use super::super::path::{Path, TrustAnchors};
use super::crl::Crl;
use super::ocsp::OcspResponse;
use super::{Answer, Evidence, Fault, Judgement, Kind, Question, Reason, Refused, Status};
use crate::base::digest::Sha256;
use crate::base::time::Timestamp;

/// Clocks of responders may be ahead by so many seconds.
const SKEW: i64 = 300;
/// At most so many certificates are tried as the signer's of one piece of evidence.
const MOST_SIGNERS: usize = 16;

/// The status of a certificate at a time, from evidence alone.
///
/// - A revocation is final: any evidence that is believed and says so decides, with the earliest date.
/// - A suspension holds until evidence made after it, and not after the time asked for, no longer lists it.
/// - Else the freshest evidence decides.
///
/// A certificate that is revoked after the time asked for was good then; the revocation is told beside.
#[must_use]
pub fn judge(question: &Question<'_>, evidence: &Evidence, anchors: &TrustAnchors) -> Judgement {
    let court = Court { question, evidence, anchors };
    let (mut answers, mut refused) = (Vec::new(), Vec::new());
    let mut sort = |kind, bytes: &[u8], outcome: Result<Answer, Fault>| match outcome {
        Ok(answer) => answers.push(answer),
        Err(fault) => refused.push(Refused { kind, digest: Sha256::of(bytes), fault }),
    };
    for crl in evidence.crls.iter().filter(|crl| crl.is_of(question.issuer)) {
        sort(Kind::Crl, crl.der(), court.crl(crl));
    }
    for response in &evidence.responses {
        if response.answer(question.certificate, question.issuer).is_some() {
            sort(Kind::Ocsp, response.der(), court.ocsp(response));
        }
    }
    weigh(question.at, answers, refused)
}

struct Court<'a> {
    question: &'a Question<'a>,
    evidence: &'a Evidence,
    anchors: &'a TrustAnchors,
}

impl Court<'_> {
    /// RFC 5280, 6.3.3.
    fn crl(&self, crl: &Crl) -> Result<Answer, Fault> {
        let Question { certificate, issuer, .. } = *self.question;
        crl.check_scope(certificate)?;
        self.check_time(crl.this_update())?;
        let mut signers: Vec<_> =
            std::iter::once(issuer).chain(&self.evidence.certificates).filter(|signer| crl.is_of(signer)).collect();
        signers.sort_by_key(|signer| crl.hints_at(signer) == Some(false));
        let algorithm = crl.algorithm()?;
        let signer = signers.into_iter().take(MOST_SIGNERS).find(|signer| crl.verify_by(signer).is_ok());
        let signer = signer.ok_or(Fault::NoSigner)?;
        if !signer.may_sign_crls() {
            return Err(Fault::Usage { subject: signer.common_name().to_owned() });
        }
        self.check_algorithm(algorithm, signer)?;
        let path = self.anchors.path(signer, &self.others(&[]), crl.this_update());
        if !is_same_authority(signer, issuer) {
            self.check_anchor(signer, path.as_ref().map_err(|fault| Fault::Path(fault.clone()))?)?;
        }
        let status = match crl.find(certificate.serial())? {
            Some(revocation) => Status::Revoked(revocation),
            None if crl.keeps(certificate.not_after()) => Status::Good,
            None => return Err(Fault::AfterExpiry),
        };
        Ok(Answer {
            kind: Kind::Crl,
            digest: Sha256::of(crl.der()),
            status,
            this_update: crl.this_update(),
            next_update: crl.next_update(),
            produced_at: crl.this_update(),
            signer: signer.clone(),
            path,
        })
    }

    /// RFC 6960, 3.2 and 4.2.2.
    fn ocsp(&self, response: &OcspResponse) -> Result<Answer, Fault> {
        let Question { certificate, issuer, .. } = *self.question;
        let single = response.answer(certificate, issuer).ok_or(Fault::OutOfScope)?;
        if let Some(oid) = response.unknown_critical().or(single.unknown_critical.as_deref()) {
            return Err(Fault::UnknownCritical(oid.to_owned()));
        }
        self.check_time(single.this_update)?;
        self.check_time(response.produced_at())?;
        let at_hand = std::iter::once(issuer).chain(response.certificates()).chain(&self.evidence.certificates);
        let mut signers = at_hand.filter(|signer| response.is_of(signer)).take(MOST_SIGNERS);
        let algorithm = response.algorithm()?;
        let signer = signers.find(|signer| response.verify_by(signer).is_ok()).ok_or(Fault::NoSigner)?;
        self.check_algorithm(algorithm, signer)?;
        let path = self.anchors.path(signer, &self.others(response.certificates()), response.produced_at());
        if !is_same_authority(signer, issuer) {
            // 4.2.2.2: a responder of the issuer's, certified by the very key that certified the certificate.
            if !signer.may_sign_ocsp() || !signer.names_issuer(issuer) || signer.verify_by(issuer).is_err() {
                return Err(Fault::Usage { subject: signer.common_name().to_owned() });
            }
            self.check_anchor(signer, path.as_ref().map_err(|fault| Fault::Path(fault.clone()))?)?;
        }
        if single.status == Status::Good && !single.keeps(certificate.not_after()) {
            return Err(Fault::AfterExpiry);
        }
        Ok(Answer {
            kind: Kind::Ocsp,
            digest: Sha256::of(response.der()),
            status: single.status.clone(),
            this_update: single.this_update,
            next_update: single.next_update,
            produced_at: response.produced_at(),
            signer: signer.clone(),
            path,
        })
    }

    fn check_time(&self, this_update: Timestamp) -> Result<(), Fault> {
        if this_update > self.question.seen.plus_seconds(SKEW) {
            return Err(Fault::Future { this_update });
        }
        if this_update < self.question.certificate.not_before() {
            return Err(Fault::BeforeCertificate);
        }
        Ok(())
    }

    fn check_algorithm(
        &self,
        algorithm: super::super::algorithm::SignatureAlgorithm,
        signer: &Certificate,
    ) -> Result<(), Fault> {
        let Some(key) = signer.public_key() else { return Err(Fault::NoSigner) };
        Ok(self.anchors.policy().allows(algorithm, key.kind(), self.question.seen)?)
    }

    /// RFC 5280, 6.3.3 (f): a signer of the same name under another anchor speaks for another authority.
    fn check_anchor(&self, signer: &Certificate, path: &Path) -> Result<(), Fault> {
        let issuers = self.anchors.past_path(self.question.issuer, &self.evidence.certificates).map_err(Fault::Path)?;
        if issuers.anchor() == path.anchor() {
            Ok(())
        } else {
            Err(Fault::OtherAnchor { subject: signer.common_name().to_owned() })
        }
    }

    fn others(&self, more: &[Certificate]) -> Vec<Certificate> {
        let all = std::iter::once(self.question.issuer).chain(more).chain(&self.evidence.certificates);
        all.cloned().collect()
    }
}

/// The same name and the same key: the issuer itself, if perhaps by another certificate.
fn is_same_authority(signer: &Certificate, issuer: &Certificate) -> bool {
    signer.subject_name() == issuer.subject_name() && signer.public_key() == issuer.public_key()
}

fn weigh(at: Timestamp, answers: Vec<Answer>, refused: Vec<Refused>) -> Judgement {
    let all = answers.iter().enumerate().filter_map(|(place, answer)| match &answer.status {
        Status::Revoked(revocation) => Some((place, revocation)),
        Status::Good | Status::Unknown => None,
    });
    let (suspended, ended): (Vec<_>, Vec<_>) =
        all.partition(|(_, revocation)| revocation.reason == Some(Reason::CertificateHold));
    let ended = ended.into_iter().min_by_key(|(_, revocation)| revocation.at);
    let later = ended.iter().chain(&suspended).map(|(_, revocation)| *revocation);
    let later = later.filter(|revocation| revocation.at > at).min_by_key(|revocation| revocation.at).cloned();
    let in_force = suspended.into_iter().find(|(place, revocation)| {
        revocation.at <= at && !answers.get(*place).is_some_and(|answer| is_lifted(answer, &answers, at))
    });
    let (status, decisive) = match ended.filter(|(_, revocation)| revocation.at <= at).or(in_force) {
        Some((place, revocation)) => (Status::Revoked(revocation.clone()), Some(place)),
        None => match freshest(&answers) {
            Some(place) => (Status::Good, Some(place)),
            None => (Status::Unknown, None),
        },
    };
    Judgement { status, later, decisive, answers, refused }
}

/// Whether evidence made after the suspension, and not after the time asked for, says that it is over.
fn is_lifted(hold: &Answer, answers: &[Answer], at: Timestamp) -> bool {
    answers.iter().any(|answer| {
        answer.status == Status::Good && hold.this_update < answer.this_update && answer.this_update <= at
    })
}

/// The freshest answer that does not say "unknown": one of a later revocation or suspension says that it was good before,
/// as does one whose suspension was lifted by then.
fn freshest(answers: &[Answer]) -> Option<usize> {
    let known = answers.iter().enumerate().filter(|(_, answer)| answer.status != Status::Unknown);
    known.max_by_key(|(_, answer)| (answer.this_update, answer.produced_at)).map(|(place, _)| place)
}

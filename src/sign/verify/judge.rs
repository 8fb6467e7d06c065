//! Signatures are judged, the newest first: what a good document time-stamp covers was there at its time (EN 319 102-1, 5.6).

use super::changes::{self, Changes};
use super::evidence::{Exhibits, OfPath, Undone};
use super::signatures::{Coverage, Signature};
use super::{Asking, Finding, Indication, Kind, Rules, SignatureReport, StatusFact};
use crate::base::source::each_chunk;
use crate::base::time::{Date, Timestamp};
use crate::pdf::file::{self, File};
use crate::pki::algorithm::Hasher;
use crate::pki::cms::{self, Message, SignedData, SignerInfo};
use crate::pki::path::Path;
use crate::pki::policy::Policy;
use crate::pki::revocation::{Evidence, Reason, Revocation};
use crate::pki::{Certificate, DigestAlgorithm, SignatureAlgorithm, Token, der, oid, timestamp};
use crate::sign::{PadesLevel, terms};

/// Clocks of authorities may differ by so many seconds.
const SKEW: i64 = 60;

/// Judges the signatures of a file; the reports are in the order of what they cover.
///
/// # Errors
/// Those of the file.
pub(super) fn judge(
    file: &File<'_>,
    found: &[Signature],
    rules: &Rules<'_>,
) -> Result<Vec<SignatureReport>, file::Error> {
    let mut newest_first: Vec<&Signature> = found.iter().collect();
    newest_first.sort_by_key(|signature| std::cmp::Reverse(signature.end()));
    let exhibits = Exhibits::of(file, embedded(found), rules)?;
    let mut court = Court { file, rules, exhibits, proven: rules.at };
    let mut reports = Vec::new();
    for signature in newest_first {
        reports.push(court.judged(signature)?);
    }
    reports.reverse();
    Ok(reports)
}

/// The paths of the signers of every signature and time-stamp, as far as they lead to an anchor at the time of verification.
///
/// # Errors
/// Those of the file.
pub(super) fn paths(file: &File<'_>, found: &[Signature], rules: &Rules<'_>) -> Result<Vec<Path>, file::Error> {
    let exhibits = Exhibits::of(file, embedded(found), rules)?;
    let mut paths = Vec::new();
    for signed in found.iter().filter_map(|signature| SignedData::read(signature.value()).ok()) {
        let tokens = signed.signer().timestamps().into_iter().filter_map(|token| SignedData::read(token).ok());
        for signer in tokens.chain([signed.clone()]).map(|signed| signed.signer().clone()) {
            let others = exhibits.certificates();
            let certificate = signer.certificate().or_else(|| others.iter().find(|one| signer.names(one)));
            let path = certificate.map(|certificate| rules.anchors.path(certificate, others, rules.at));
            paths.extend(path.and_then(Result::ok));
        }
    }
    Ok(paths)
}

impl Signature {
    pub(super) fn end(&self) -> u64 {
        self.coverage.as_ref().map_or(0, |coverage| coverage.end)
    }

    fn value(&self) -> &[u8] {
        without_padding(&self.contents)
    }
}

/// The certificates and the evidence that signatures and their time-stamps hold.
fn embedded(found: &[Signature]) -> Evidence {
    let mut all = Evidence::default();
    for signed in found.iter().filter_map(|signature| SignedData::read(signature.value()).ok()) {
        let tokens = signed.signer().timestamps().into_iter().filter_map(|token| SignedData::read(token).ok());
        for signed in tokens.chain([signed.clone()]) {
            all.extend(Evidence::read(signed.crls(), signed.ocsp_responses(), signed.certificates()).0);
        }
    }
    all
}

struct Court<'a> {
    file: &'a File<'a>,
    rules: &'a Rules<'a>,
    exhibits: Exhibits<'a>,
    /// When what is judged next is proven to have been there.
    proven: Timestamp,
}

/// The time-stamps over a signature.
struct Stamps {
    are_there: bool,
    /// Whether the file alone tells the status of their certificates.
    told_by_file: bool,
}

impl Court<'_> {
    fn judged(&mut self, signature: &Signature) -> Result<SignatureReport, file::Error> {
        let mut report = self.blank(signature);
        let coverage = match &signature.coverage {
            Ok(coverage) => coverage,
            Err(finding) => {
                report.findings.push(finding.clone());
                return Ok(report);
            }
        };
        report.covers_to = coverage.end;
        report.covers_whole_file = coverage.end == self.file.length();
        match signature.sub_filter.as_str() {
            "ETSI.CAdES.detached" => self.signature(signature, coverage, &mut report, true)?,
            "adbe.pkcs7.detached" => self.signature(signature, coverage, &mut report, false)?,
            "ETSI.RFC3161" => self.document_timestamp(signature, coverage, &mut report)?,
            other => report.findings.push(Finding::SubFilter(other.to_owned())),
        }
        let is_good = report.indication() == Indication::Valid;
        self.changes(coverage, &mut report)?;
        if let (Kind::DocumentTimestamp, Some(stamped_at), true) = (report.kind, report.stamped_at, is_good) {
            self.proven = self.proven.min(stamped_at);
            let then = File::open(self.file.source(), coverage.end, self.rules.password)?;
            self.exhibits.add(&then, self.proven)?;
        }
        Ok(report)
    }

    fn blank(&self, signature: &Signature) -> SignatureReport {
        SignatureReport {
            field: signature.field.clone(),
            kind: Kind::Signature,
            signer: None,
            organization: None,
            unit: None,
            issuer: None,
            store: None,
            term: None,
            algorithm: None,
            claimed_at: signature.claimed_at,
            stamped_at: None,
            proven_at: self.proven,
            lasts_until: None,
            level: None,
            statuses: Vec::new(),
            changes: Changes::default(),
            covers_to: 0,
            covers_whole_file: false,
            findings: Vec::new(),
        }
    }

    fn signature(
        &self,
        signature: &Signature,
        coverage: &Coverage,
        report: &mut SignatureReport,
        is_pades: bool,
    ) -> Result<(), file::Error> {
        let data = match SignedData::read(signature.value()) {
            Ok(data) => data,
            Err(why) => {
                report.findings.push(Finding::NotCms(why));
                return Ok(());
            }
        };
        let signer = data.signer();
        let certificate = signer.certificate().or_else(|| self.named(signer));
        let mut faults = self.faults(signer, certificate, coverage)?;
        let count = data.signers().count();
        faults.extend((count > 1).then_some(cms::Fault::SeveralSigners(count)));
        faults.extend(data.content().is_some().then_some(cms::Fault::ContentInside));
        if !is_pades {
            // The older form does not ask for this attribute.
            faults.retain(|fault| *fault != cms::Fault::NoSigningCertificate);
        }
        report.findings.extend(faults.into_iter().map(Finding::Cms));
        report.findings.extend(data.is_bare().then_some(Finding::NoSignedAttributes));
        let stamps = self.timestamps(signer, report);
        report.proven_at = report.stamped_at.map_or(self.proven, |stamped_at| stamped_at.min(self.proven));
        let by_file = certificate.is_some_and(|certificate| self.certificate(certificate, signer, report));
        // EN 319 142-1, 6.3: there are signed attributes, and the claimed time is none of them but stands in the PDF.
        if is_pades && !data.is_bare() && !data.has_signed_attribute(oid::SIGNING_TIME) {
            report.level = Some(self.level(&stamps, by_file));
        } else {
            report.findings.push(Finding::NotPades);
        }
        Ok(())
    }

    /// A certificate at hand by which the signer is named.
    fn named(&self, signer: &SignerInfo) -> Option<&Certificate> {
        self.exhibits.certificates().iter().find(|certificate| signer.names(certificate))
    }

    fn faults(
        &self,
        signer: &SignerInfo,
        certificate: Option<&Certificate>,
        coverage: &Coverage,
    ) -> Result<Vec<cms::Fault>, file::Error> {
        let source = self.file.source();
        let (before, after, digest);
        let parts;
        let message = match signer.digest_algorithm() {
            // What is signed without attributes is the file itself, which this algorithm wants whole.
            _ if signer.is_bare() && signer.algorithm() == Some(SignatureAlgorithm::Ed25519) => {
                before = source.bytes(0..coverage.gap.start)?;
                after = source.bytes(coverage.gap.end..coverage.end)?;
                parts = [&*before, &*after];
                Message::Parts(&parts)
            }
            Some(algorithm) => {
                digest = self.digest(coverage, algorithm)?;
                Message::Digest(algorithm, &digest)
            }
            None => Message::Parts(&[]),
        };
        Ok(match certificate {
            Some(certificate) => signer.verify_by(certificate, oid::DATA, &message),
            None => signer.verify(oid::DATA, &message),
        })
    }

    /// The digest of what a signature covers.
    fn digest(&self, coverage: &Coverage, algorithm: DigestAlgorithm) -> Result<Vec<u8>, file::Error> {
        let mut digester = Hasher::new(algorithm);
        for range in [0..coverage.gap.start, coverage.gap.end..coverage.end] {
            each_chunk(self.file.source(), range, |chunk| digester.update(chunk))?;
        }
        Ok(digester.finish())
    }

    /// Judges the certificate at the time that the signature is proven to have been there; whether the file alone tells its status.
    fn certificate(&self, certificate: &Certificate, signer: &SignerInfo, report: &mut SignatureReport) -> bool {
        let at = report.proven_at;
        describe(report, certificate, signer);
        if !certificate.may_sign_documents() {
            report.findings.push(Finding::Usage);
        }
        let policy = self.rules.anchors.policy();
        report.findings.extend(signer.weaknesses(Some(certificate), policy, at).into_iter().map(Finding::Weak));
        let path = match self.rules.anchors.path(certificate, self.exhibits.certificates(), at) {
            Ok(path) => path,
            Err(fault) => {
                report.findings.push(Finding::Path(fault));
                return false;
            }
        };
        report.store = Some(path.store().name.clone());
        if report.stamped_at.is_none() {
            report.lasts_until = lasts(&path, signer, policy);
        }
        report.findings.extend(path.weaknesses(policy, at).into_iter().map(Finding::Weak));
        let (mut findings, facts, by_file) = self.status(&path, at, None);
        findings.retain(|finding| !report.findings.contains(finding));
        report.findings.extend(findings);
        report.statuses.extend(facts);
        by_file
    }

    /// What is known of the certificates of a path at a time: findings, facts, and whether the file alone says so.
    fn status(&self, path: &Path, at: Timestamp, undone: Option<Undone<'_>>) -> (Vec<Finding>, Vec<StatusFact>, bool) {
        if let Asking::Nothing = self.rules.revocation {
            return (vec![Finding::RevocationNotChecked], Vec::new(), false);
        }
        let OfPath { facts, revoked, unknown, by_file } = self.exhibits.of_path(path, at, undone);
        let by_file = by_file && unknown.is_empty();
        let unknown = unknown.into_iter().map(|subject| Finding::StatusUnknown { subject });
        let revoked = revoked.map(|(subject, by)| Finding::Revoked { subject, at: by.at, reason: by.reason });
        (revoked.into_iter().chain(unknown).collect(), facts, by_file)
    }

    /// Judges the time-stamps of a signature; the earliest good one gives the time.
    fn timestamps(&self, signer: &SignerInfo, report: &mut SignatureReport) -> Stamps {
        let tokens = signer.timestamps();
        if tokens.is_empty() && self.proven == self.rules.at {
            report.findings.push(Finding::NoTimestamp);
        }
        let mut stamps = Stamps { are_there: self.proven < self.rules.at, told_by_file: true };
        for token in tokens {
            match Token::read(token) {
                Ok(token) => {
                    let digest = token.digest_algorithm().map(|algorithm| algorithm.of(&[signer.signature()]));
                    stamps.told_by_file &= self.token(&token, digest.unwrap_or_default(), report);
                    stamps.are_there = true;
                }
                Err(_) => report.findings.push(Finding::Timestamp(timestamp::Fault::Malformed)),
            }
        }
        stamps
    }

    /// Judges a token over a message of this digest, at the time that it is proven to have been there; whether the file alone tells
    /// the status of its certificates.
    fn token(&self, token: &Token, digest: Vec<u8>, report: &mut SignatureReport) -> bool {
        let certificate = token.certificate().or_else(|| self.named(token.signed_data().signer()));
        let mut findings: Vec<Finding> =
            token.verify_by(certificate, |_| digest).into_iter().map(Finding::Timestamp).collect();
        if token.at() > self.proven.plus_seconds(SKEW) {
            findings.push(Finding::Timestamp(timestamp::Fault::Future { at: token.at() }));
        }
        let policy = self.rules.anchors.policy();
        let of_timestamp = |finding| Finding::OfTimestamp(Box::new(finding));
        let weak = token.weaknesses(certificate, policy, self.proven);
        findings.extend(weak.into_iter().map(Finding::Weak).map(of_timestamp));
        let mut by_file = false;
        if let Some(certificate) = certificate {
            match self.rules.anchors.path(certificate, self.exhibits.certificates(), self.proven) {
                Ok(path) => {
                    report.lasts_until = lasts(&path, token.signed_data().signer(), policy).max(report.lasts_until);
                    let weak = path.weaknesses(policy, self.proven);
                    findings.extend(weak.into_iter().map(Finding::Weak).map(of_timestamp));
                    // Nothing proves that the newest one was there before today, so what is known today counts.
                    let undone = Undone { by: &|later| self.undoes(later), asks: self.proven == self.rules.at };
                    let (found, facts, told) = self.status(&path, token.at(), Some(undone));
                    findings.extend(found.into_iter().map(|finding| match finding {
                        Finding::RevocationNotChecked => finding,
                        finding => of_timestamp(finding),
                    }));
                    report.statuses.extend(facts);
                    by_file = told;
                }
                Err(fault) => findings.push(Finding::TimestampPath(fault)),
            }
        }
        if findings.iter().all(|finding| finding.indication() == Indication::Valid) {
            report.stamped_at = Some(report.stamped_at.map_or(token.at(), |earlier| earlier.min(token.at())));
        }
        findings.retain(|finding| !report.findings.contains(finding));
        report.findings.extend(findings);
        by_file
    }

    /// Whether a revocation after a time-stamp makes it worthless (RFC 3161, 4): not where the key was only no longer used, nor
    /// where the time-stamp is proven to have been there before.
    fn undoes(&self, later: &Revocation) -> bool {
        let harmless =
            [Reason::Unspecified, Reason::AffiliationChanged, Reason::Superseded, Reason::CessationOfOperation];
        later.at <= self.proven && !later.reason.is_some_and(|reason| harmless.contains(&reason))
    }

    fn document_timestamp(
        &self,
        signature: &Signature,
        coverage: &Coverage,
        report: &mut SignatureReport,
    ) -> Result<(), file::Error> {
        report.kind = Kind::DocumentTimestamp;
        let Ok(token) = Token::read(signature.value()) else {
            report.findings.push(Finding::Timestamp(timestamp::Fault::Malformed));
            return Ok(());
        };
        let signer = token.signed_data().signer();
        if let Some(certificate) = token.certificate().or_else(|| self.named(signer)) {
            describe(report, certificate, signer);
        }
        let digest = token.digest_algorithm().map(|algorithm| self.digest(coverage, algorithm)).transpose()?;
        self.token(&token, digest.unwrap_or_default(), report);
        Ok(())
    }

    /// EN 319 142-1, 6.1: what the signature is, by what the file brings.
    fn level(&self, stamps: &Stamps, told_by_file: bool) -> PadesLevel {
        match () {
            () if !stamps.are_there => PadesLevel::B,
            () if !told_by_file || !stamps.told_by_file => PadesLevel::T,
            () if self.exhibits.are_stamped() => PadesLevel::Lta,
            () => PadesLevel::Lt,
        }
    }

    /// What was done to the file since, and what of it the signatures up to this one do not allow.
    fn changes(&self, coverage: &Coverage, report: &mut SignatureReport) -> Result<(), file::Error> {
        if report.covers_whole_file || self.file.is_repaired() {
            return Ok(());
        }
        let Ok(then) = File::open(self.file.source(), coverage.end, self.rules.password) else {
            report.findings.push(Finding::ByteRange);
            return Ok(());
        };
        let rules = changes::Rules { permission: terms::certified(&then)?, locks: terms::locks(&then)? };
        report.changes = changes::compare(&then, self.file, &rules);
        let refused = report.changes.refused.iter().cloned().map(Finding::Changed);
        let allowed = report.changes.allowed.iter().cloned().map(Finding::Added);
        report.findings.extend(refused.chain(allowed));
        Ok(())
    }
}

fn describe(report: &mut SignatureReport, certificate: &Certificate, signer: &SignerInfo) {
    report.signer = Some(certificate.common_name().to_owned());
    report.organization = certificate.organization().map(str::to_owned);
    report.unit = certificate.unit().map(str::to_owned);
    report.issuer = Some(certificate.issuer_name().to_owned());
    report.term = Some((certificate.not_before(), certificate.not_after()));
    let key = certificate.public_key().map(|key| key.kind().to_string());
    let algorithm = signer.algorithm().map(|algorithm| algorithm.to_string());
    report.algorithm = key.zip(algorithm).map(|(key, algorithm)| format!("{key}, {algorithm}"));
}

/// The first end of a certificate of a path, or of belief in how they and the signature were made.
fn lasts(path: &Path, signer: &SignerInfo, policy: &Policy) -> Option<Timestamp> {
    let own = path.leaf().and_then(Certificate::public_key).zip(signer.algorithm());
    let own = own.and_then(|(key, algorithm)| policy.last_day(algorithm, key.kind()));
    let links = path.certificates().windows(2).filter_map(|link| {
        let algorithm = link[0].algorithm().ok()?;
        policy.last_day(algorithm, link[1].public_key()?.kind())
    });
    let days = links.chain(own).map(Date::end);
    days.chain([path.term().1]).min()
}

/// The value without the zeros that fill its place: the first element, when only zeros follow it.
fn without_padding(contents: &[u8]) -> &[u8] {
    let mut reader = der::Reader::ber(contents);
    match reader.element() {
        Ok(element) if reader.rest().iter().all(|&byte| byte == 0) => element.raw,
        _ => contents,
    }
}

//! One signature is judged: value, certificate, time-stamp, path.

use super::fields::{Coverage, Signature};
use super::{Finding, Indication, Kind, SignatureReport};
use crate::base::time::Timestamp;
use crate::pki::cms::{self, SignedData};
use crate::pki::{Certificate, Token, TrustAnchors, oid, timestamp};
use crate::sign::PadesLevel;

/// Judges a signature against these anchors at this time of verification.
pub(super) fn judge(bytes: &[u8], found: &Signature, anchors: &TrustAnchors, at: Timestamp) -> SignatureReport {
    let mut report = SignatureReport {
        field: found.field.clone(),
        kind: Kind::Signature,
        signer: None,
        organization: None,
        issuer: None,
        term: None,
        claimed_at: found.claimed_at,
        stamped_at: None,
        level: None,
        covers_to: 0,
        covers_whole_file: false,
        findings: Vec::new(),
    };
    let coverage = match &found.coverage {
        Ok(coverage) => coverage,
        Err(finding) => {
            report.findings.push(finding.clone());
            return report;
        }
    };
    report.covers_to = coverage.end;
    report.covers_whole_file = coverage.end == bytes.len();
    let covered = covered(bytes, coverage);
    let value = without_padding(&found.contents);
    let context = Context { anchors, at, covered, value };
    match found.sub_filter.as_str() {
        "ETSI.CAdES.detached" => context.signature(&mut report, true),
        "adbe.pkcs7.detached" => context.signature(&mut report, false),
        "ETSI.RFC3161" => context.document_timestamp(&mut report),
        other => report.findings.push(Finding::SubFilter(other.to_owned())),
    }
    report
}

struct Context<'a> {
    anchors: &'a TrustAnchors,
    at: Timestamp,
    covered: [&'a [u8]; 2],
    value: &'a [u8],
}

impl Context<'_> {
    fn signature(&self, report: &mut SignatureReport, is_pades: bool) {
        let signed = match SignedData::read(self.value) {
            Ok(signed) => signed,
            Err(why) => {
                report.findings.push(Finding::NotCms(why));
                return;
            }
        };
        let mut faults = signed.verify(oid::DATA, &self.covered);
        if !is_pades {
            // The older form does not ask for this attribute.
            faults.retain(|fault| *fault != cms::Fault::NoSigningCertificate);
        }
        report.findings.extend(faults.into_iter().map(Finding::Cms));
        report.findings.extend(signed.is_bare().then_some(Finding::NoSignedAttributes));
        self.timestamp(&signed, report);
        if let Some(certificate) = signed.signer_certificate() {
            describe(report, certificate);
            if !certificate.may_sign_documents() {
                report.findings.push(Finding::Usage);
            }
            let at = report.stamped_at.unwrap_or(self.at);
            let path = self.anchors.path(certificate, signed.certificates(), at);
            report.findings.extend(path.err().map(Finding::Path));
        }
        // EN 319 142-1, 6.3: there are signed attributes, and the claimed time is none of them but stands in the PDF.
        if is_pades && !signed.is_bare() && !signed.has_signed_attribute(oid::SIGNING_TIME) {
            let level = if report.stamped_at.is_some() { PadesLevel::T } else { PadesLevel::B };
            report.level = Some(level);
        } else {
            report.findings.push(Finding::NotPades);
        }
        report.findings.push(Finding::RevocationNotChecked);
    }

    /// Judges a signature time-stamp; a good one gives the time.
    fn timestamp(&self, signed: &SignedData, report: &mut SignatureReport) {
        let Some(token) = signed.timestamp() else {
            report.findings.push(Finding::NoTimestamp);
            return;
        };
        match Token::read(token) {
            Ok(token) => self.token(&token, &[signed.signature()], report),
            Err(_) => report.findings.push(Finding::Timestamp(timestamp::Fault::Malformed)),
        }
    }

    fn token(&self, token: &Token, message: &[&[u8]], report: &mut SignatureReport) {
        let mut findings: Vec<_> = token.verify(message).into_iter().map(Finding::Timestamp).collect();
        if let Some(certificate) = token.certificate() {
            // Trust in the authority is asked for at its own time: it stands for what was, as it was.
            let path = self.anchors.path(certificate, token.certificates(), token.at());
            findings.extend(path.err().map(Finding::TimestampPath));
        }
        if token.at() > self.at {
            findings.push(Finding::Timestamp(timestamp::Fault::Future { at: token.at() }));
        }
        if findings.iter().all(|finding| finding.indication() == Indication::Valid) {
            report.stamped_at = Some(token.at());
        }
        report.findings.extend(findings);
    }

    fn document_timestamp(&self, report: &mut SignatureReport) {
        report.kind = Kind::DocumentTimestamp;
        match Token::read(self.value) {
            Ok(token) => {
                if let Some(certificate) = token.certificate() {
                    describe(report, certificate);
                }
                self.token(&token, &self.covered, report);
                report.findings.push(Finding::RevocationNotChecked);
            }
            Err(_) => report.findings.push(Finding::Timestamp(timestamp::Fault::Malformed)),
        }
    }
}

fn describe(report: &mut SignatureReport, certificate: &Certificate) {
    report.signer = Some(certificate.common_name().to_owned());
    report.organization = certificate.organization().map(str::to_owned);
    report.issuer = Some(certificate.issuer_name().to_owned());
    report.term = Some((certificate.not_before(), certificate.not_after()));
}

fn covered<'a>(bytes: &'a [u8], coverage: &Coverage) -> [&'a [u8]; 2] {
    [&bytes[..coverage.gap.start], &bytes[coverage.gap.end..coverage.end]]
}

/// The value without the zeros that fill its place: the first DER element, when only zeros follow it.
fn without_padding(contents: &[u8]) -> &[u8] {
    let mut reader = crate::pki::der::Reader::new(contents);
    match reader.element() {
        Ok(element) if reader.rest().iter().all(|&byte| byte == 0) => element.raw,
        _ => contents,
    }
}

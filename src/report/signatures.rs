//! What verification found in a file: JSON for machines, and one self-contained HTML page that shows the seven facts of Circular
//! 15/2025/TT-BKHCN, art. 6, in Vietnamese and English.

use serde::Serialize;

use super::html::{STYLE, append, escaped};
use crate::base::time::Timestamp;
use crate::pki::revocation::Status;
use crate::sign::verify::{Kind, StatusFact};
use crate::sign::{Finding, Indication, Integrity, Report, SignatureReport};

/// A file and what was found in it.
#[derive(Debug, Clone, Copy)]
pub struct Verified<'a> {
    /// Its name, as the user gave it.
    pub file: &'a str,
    /// What was found.
    pub report: &'a Report,
    /// The time of verification.
    pub at: Timestamp,
}

/// The form of the JSON report; it changes with the fields.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct FileWire<'a> {
    version: u32,
    file: &'a str,
    at: String,
    indication: &'static str,
    sub_indication: Option<&'static str>,
    verdict: VerdictWire,
    signatures: Vec<SignatureWire<'a>>,
    findings: Vec<FindingWire>,
}

#[derive(Serialize)]
struct VerdictWire {
    vi: String,
    en: String,
}

#[derive(Serialize)]
struct SignatureWire<'a> {
    field: &'a str,
    kind: &'static str,
    level: Option<&'static str>,
    indication: &'static str,
    sub_indication: Option<&'static str>,
    signer: Option<&'a str>,
    organization: Option<&'a str>,
    unit: Option<&'a str>,
    issuer: Option<&'a str>,
    trust_store: Option<&'a str>,
    not_before: Option<String>,
    not_after: Option<String>,
    algorithm: Option<&'a str>,
    claimed_at: Option<String>,
    stamped_at: Option<String>,
    proven_at: String,
    covers_to: u64,
    covers_whole_file: bool,
    certificates: Vec<StatusWire<'a>>,
    findings: Vec<FindingWire>,
}

#[derive(Serialize)]
struct StatusWire<'a> {
    subject: &'a str,
    status: &'static str,
    revoked_at: Option<String>,
    reason: Option<String>,
    evidence: Option<&'static str>,
    this_update: Option<String>,
    next_update: Option<String>,
}

#[derive(Serialize)]
struct FindingWire {
    weight: &'static str,
    reason: Option<&'static str>,
    vi: String,
    en: String,
}

/// One line of JSON for a file.
///
/// # Errors
/// None that its own fields can give.
pub fn signatures_json(verified: &Verified<'_>) -> serde_json::Result<String> {
    let report = verified.report;
    let verdict = report.verdict();
    serde_json::to_string(&FileWire {
        version: VERSION,
        file: verified.file,
        at: verified.at.utc(),
        indication: name(report.indication()),
        sub_indication: report.sub_indication(),
        verdict: VerdictWire { vi: verdict.vietnamese, en: verdict.english },
        signatures: report.signatures.iter().map(signature).collect(),
        findings: report.findings.iter().map(finding).collect(),
    })
}

fn signature(report: &SignatureReport) -> SignatureWire<'_> {
    SignatureWire {
        field: &report.field,
        kind: match report.kind {
            Kind::Signature => "signature",
            Kind::DocumentTimestamp => "document-time-stamp",
        },
        level: report.level.map(crate::sign::PadesLevel::name),
        indication: name(report.indication()),
        sub_indication: report.sub_indication(),
        signer: report.signer.as_deref(),
        organization: report.organization.as_deref(),
        unit: report.unit.as_deref(),
        issuer: report.issuer.as_deref(),
        trust_store: report.store.as_deref(),
        not_before: report.term.map(|(from, _)| from.utc()),
        not_after: report.term.map(|(_, to)| to.utc()),
        algorithm: report.algorithm.as_deref(),
        claimed_at: report.claimed_at.map(Timestamp::utc),
        stamped_at: report.stamped_at.map(Timestamp::utc),
        proven_at: report.proven_at.utc(),
        covers_to: report.covers_to,
        covers_whole_file: report.covers_whole_file,
        certificates: report.statuses.iter().map(status).collect(),
        findings: report.findings.iter().map(finding).collect(),
    }
}

fn status(fact: &StatusFact) -> StatusWire<'_> {
    let revocation = match &fact.status {
        Status::Revoked(revocation) => Some(revocation),
        Status::Good | Status::Unknown => None,
    };
    StatusWire {
        subject: &fact.subject,
        status: match fact.status {
            Status::Good => "good",
            Status::Revoked(_) => "revoked",
            Status::Unknown => "unknown",
        },
        revoked_at: revocation.map(|revocation| revocation.at.utc()),
        reason: revocation.and_then(|revocation| Some(revocation.reason?.to_string())),
        evidence: fact.by.map(|(kind, ..)| match kind {
            crate::pki::revocation::Kind::Crl => "crl",
            crate::pki::revocation::Kind::Ocsp => "ocsp",
        }),
        this_update: fact.by.map(|(_, this, _)| this.utc()),
        next_update: fact.by.and_then(|(.., next)| next.map(Timestamp::utc)),
    }
}

fn finding(finding: &Finding) -> FindingWire {
    FindingWire {
        weight: match finding.indication() {
            Indication::Valid => "remark",
            other => name(other),
        },
        reason: finding.sub_indication(),
        vi: finding.vietnamese(),
        en: finding.to_string(),
    }
}

fn name(indication: Indication) -> &'static str {
    match indication {
        Indication::Valid => "valid",
        Indication::Indeterminate => "indeterminate",
        Indication::Invalid => "invalid",
    }
}

/// One page for all files.
#[must_use]
pub fn signatures_html(files: &[Verified<'_>]) -> String {
    let mut page = String::with_capacity(1 << 14);
    page.push_str("<!doctype html>\n<html lang=\"vi\">\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    append(&mut page, format_args!("<title>Kết quả kiểm tra chữ ký số</title>\n<style>\n{STYLE}</style>\n"));
    page.push_str(
        "<header><h1>Kết quả kiểm tra chữ ký số</h1><p lang=\"en\">Verification of digital signatures</p></header>\n",
    );
    for verified in files {
        file(&mut page, verified);
    }
    page.push_str("</html>\n");
    page
}

fn file(page: &mut String, verified: &Verified<'_>) {
    let verdict = verified.report.verdict();
    let class = class(verified.report.indication());
    append(
        page,
        format_args!(
            "<section><h2>{}</h2><p class=\"{class}\"><strong>{}</strong></p><p lang=\"en\">{}</p><p>Kiểm tra lúc {}</p>",
            escaped(verified.file),
            escaped(&verdict.vietnamese),
            escaped(&verdict.english),
            verified.at.vietnam(),
        ),
    );
    findings(page, &verified.report.findings);
    for signature in &verified.report.signatures {
        facts(page, signature, verified.report.integrity(signature));
    }
    page.push_str("</section>\n");
}

/// Art. 6.3: authority, signer, unit, time, integrity, validity at the time of signing, term of the certificate.
fn facts(page: &mut String, report: &SignatureReport, integrity: Integrity) {
    let unknown = || "-".to_owned();
    let time = |time: Option<Timestamp>| time.map_or_else(unknown, Timestamp::vietnam);
    let integrity = match integrity {
        Integrity::Intact => "toàn vẹn / intact",
        Integrity::Unknown => "chưa xác định được / not established",
        Integrity::Broken => "không toàn vẹn / not intact",
    };
    let validity = match report.indication() {
        Indication::Valid => "hợp lệ / valid",
        Indication::Indeterminate => "chưa đủ căn cứ kết luận / indeterminate",
        Indication::Invalid => "không hợp lệ / invalid",
    };
    append(page, format_args!("<h3>{}</h3><table class=\"facts\">", escaped(&report.field)));
    for (label, english, value) in [
        ("Tổ chức chứng thực", "certification authority", report.issuer.clone().unwrap_or_else(unknown)),
        ("Người ký", "signer", report.signer.clone().unwrap_or_else(unknown)),
        ("Đơn vị quản lý chứng thư", "organization", unit(report).unwrap_or_else(unknown)),
        ("Thời gian ký", "time claimed", time(report.claimed_at)),
        ("Dấu thời gian", "time-stamp", time(report.stamped_at)),
        ("Tính toàn vẹn", "integrity", integrity.to_owned()),
        ("Hiệu lực chữ ký tại thời điểm ký", "validity when it was signed", validity.to_owned()),
        (
            "Thời hạn chứng thư",
            "term of the certificate",
            report.term.map_or_else(unknown, |(from, to)| format!("{} – {}", from.vietnam(), to.vietnam())),
        ),
        ("Mức", "level", report.level.map_or_else(unknown, |level| level.to_string())),
        ("Thuật toán", "algorithms", report.algorithm.clone().unwrap_or_else(unknown)),
        ("Kho tin cậy", "trust store", report.store.clone().unwrap_or_else(unknown)),
    ] {
        append(
            page,
            format_args!("<tr><th>{label} <small lang=\"en\">{english}</small></th><td>{}</td></tr>", escaped(&value)),
        );
    }
    page.push_str("</table>");
    findings(page, &report.findings);
}

fn unit(report: &SignatureReport) -> Option<String> {
    match (&report.unit, &report.organization) {
        (Some(unit), Some(organization)) => Some(format!("{unit}, {organization}")),
        (unit, organization) => unit.clone().or_else(|| organization.clone()),
    }
}

fn findings(page: &mut String, findings: &[Finding]) {
    if findings.is_empty() {
        return;
    }
    page.push_str("<ul>");
    for finding in findings {
        append(
            page,
            format_args!(
                "<li class=\"{}\">{} <small lang=\"en\">{}</small></li>",
                class(finding.indication()),
                escaped(&finding.vietnamese()),
                escaped(&finding.to_string()),
            ),
        );
    }
    page.push_str("</ul>");
}

fn class(indication: Indication) -> &'static str {
    match indication {
        Indication::Valid => "good",
        Indication::Indeterminate => "wait",
        Indication::Invalid => "bad",
    }
}

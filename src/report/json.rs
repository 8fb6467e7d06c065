//! The report as JSON: schema `sohoa-batch-report`, version 1.

use std::time::Duration;

use serde::Serialize;

use super::pages_per_second;
use crate::deposit::Receipt;
use crate::deposit::page::PageRecord;
use crate::gate::{Finding, Weight};
use crate::intake::text::Doubt;
use crate::intake::{Note, SetAside, SignatureVerdict};
use crate::ocr::TextKind;
use crate::pipeline::{BatchReport, Blame, Compression, DocumentReport, Outcome, PageReport};
use crate::review::Reason;

#[derive(Serialize)]
struct ReportWire<'a> {
    schema: &'static str,
    version: u32,
    started: String,
    seconds: f64,
    pages_per_second: f64,
    interrupted: bool,
    counts: CountsWire,
    stage_seconds: Vec<(&'static str, f64)>,
    documents: Vec<DocumentWire<'a>>,
    left: Vec<LeftWire<'a>>,
}

#[derive(Serialize)]
struct CountsWire {
    documents: usize,
    pages: usize,
    deposited: usize,
    already_deposited: usize,
    held: usize,
    rejected: usize,
    failed: usize,
    postponed: usize,
    left: usize,
}

#[derive(Serialize)]
struct LeftWire<'a> {
    name: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct DocumentWire<'a> {
    name: &'a str,
    identity: Option<String>,
    #[serde(rename = "type")]
    document_type: Option<&'a str>,
    number: Option<&'a str>,
    bytes_in: u64,
    bytes_out: Option<u64>,
    stage_seconds: Vec<(&'static str, f64)>,
    notes: Vec<NoteWire<'a>>,
    pages: Vec<PageWire<'a>>,
    findings: Vec<FindingWire<'a>>,
    signed_originals: Vec<OriginalWire<'a>>,
    set_aside: Vec<AsideWire>,
    #[serde(flatten)]
    outcome: OutcomeWire<'a>,
}

#[derive(Serialize)]
struct NoteWire<'a> {
    #[serde(flatten)]
    note: &'a Note,
    text: String,
}

#[derive(Serialize)]
struct OriginalWire<'a> {
    file: &'a str,
    #[serde(flatten)]
    verdict: &'a SignatureVerdict,
}

#[derive(Serialize)]
struct PageWire<'a> {
    number: u32,
    words: usize,
    confidence: Option<f32>,
    text: TextKind,
    text_doubts: Vec<String>,
    unread: Option<&'a str>,
    record: &'a PageRecord,
    compression: Option<&'a Compression>,
}

#[derive(Serialize)]
pub(super) struct FindingWire<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    weight: Weight,
    text: String,
}

impl<'a> From<&'a Finding> for FindingWire<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self { finding, weight: finding.weight(), text: finding.text() }
    }
}

#[derive(Serialize)]
struct AsideWire {
    /// Among the pages of the kept sources.
    page: u32,
    sha256: String,
    reason: &'static str,
    text: &'static str,
}

#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
enum OutcomeWire<'a> {
    Deposited { receipt: &'a Receipt },
    AlreadyDeposited { receipt: &'a Receipt },
    Held { id: String, reasons: Vec<ReasonWire<'a>> },
    Rejected { id: String, reason: &'a str },
    Failed { stage: &'static str, blame: Blame, error: String, hint: Option<String> },
}

#[derive(Serialize)]
struct ReasonWire<'a> {
    #[serde(flatten)]
    reason: &'a Reason,
    text: String,
}

/// The whole report, one line for each of its rows, ended by a line feed.
///
/// # Errors
/// Those of the serialiser, which has none to give for these types.
pub fn json(report: &BatchReport) -> Result<String, serde_json::Error> {
    let counts = report.counts();
    let wire = ReportWire {
        schema: "sohoa-batch-report",
        version: 1,
        started: report.started.vietnam(),
        seconds: rounded(report.elapsed),
        pages_per_second: (pages_per_second(report) * 1000.0).round() / 1000.0,
        interrupted: report.interrupted,
        counts: CountsWire {
            documents: report.documents.len(),
            pages: counts.pages,
            deposited: counts.deposited,
            already_deposited: counts.already,
            held: counts.held,
            rejected: counts.rejected,
            failed: counts.failed,
            postponed: counts.postponed,
            left: report.left.len(),
        },
        stage_seconds: report.times().rows().map(|(name, time)| (name, rounded(time))).to_vec(),
        documents: report.documents.iter().map(document).collect(),
        left: report.left.iter().map(|(name, reason)| LeftWire { name, reason }).collect(),
    };
    Ok(serde_json::to_string_pretty(&wire)? + "\n")
}

fn document(row: &DocumentReport) -> DocumentWire<'_> {
    DocumentWire {
        name: &row.name,
        identity: row.identity.map(|identity| identity.0.to_string()),
        document_type: row.document_type,
        number: row.number.as_deref(),
        bytes_in: row.bytes_in,
        bytes_out: row.bytes_out,
        stage_seconds: row.times.rows().map(|(name, time)| (name, rounded(time))).to_vec(),
        notes: row.notes.iter().map(|note| NoteWire { note, text: note.text() }).collect(),
        pages: row.pages.iter().map(page).collect(),
        findings: row.findings.iter().map(FindingWire::from).collect(),
        signed_originals: row.originals.iter().map(|(file, verdict)| OriginalWire { file, verdict }).collect(),
        set_aside: row.set_aside.iter().map(aside).collect(),
        outcome: outcome(&row.outcome),
    }
}

fn page(page: &PageReport) -> PageWire<'_> {
    PageWire {
        number: page.number.value(),
        words: page.words,
        confidence: page.confidence.map(|confidence| (confidence.value() * 1000.0).round() / 1000.0),
        text: page.source.kind,
        text_doubts: page.source.doubts.iter().map(Doubt::text).collect(),
        unread: page.unread.as_deref(),
        record: &page.record,
        compression: page.compression.as_ref(),
    }
}

fn aside(aside: &SetAside) -> AsideWire {
    let (reason, text) = (aside.reason.name(), aside.reason.text());
    AsideWire { page: aside.page.value(), sha256: aside.sha256.to_string(), reason, text }
}

fn outcome(outcome: &Outcome) -> OutcomeWire<'_> {
    match outcome {
        Outcome::Deposited(receipt) => OutcomeWire::Deposited { receipt },
        Outcome::AlreadyDeposited(receipt) => OutcomeWire::AlreadyDeposited { receipt },
        Outcome::Held { id, reasons } => OutcomeWire::Held {
            id: id.to_string(),
            reasons: reasons.iter().map(|reason| ReasonWire { reason, text: reason.text() }).collect(),
        },
        Outcome::Rejected { id, reason } => OutcomeWire::Rejected { id: id.to_string(), reason },
        Outcome::Failed(error) => {
            OutcomeWire::Failed { stage: error.stage(), blame: error.blame(), error: error.story(), hint: error.hint() }
        }
    }
}

/// Seconds to the millisecond.
fn rounded(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}

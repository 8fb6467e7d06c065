//! One document's way through the chain.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::batch::{Observer, Progress};
use super::earlier::{self, Earlier};
use super::provenance::History;
use super::reading::{recognize, timed};
use super::stack::{opened, without_blanks};
use super::{
    Check, Compression, Compressor, DocumentReport, Outcome, StageError, StageTimes, Tools, compress, sides,
    signatures, thumbnails,
};
use crate::base::time::Timestamp;
use crate::catalog::jobs;
use crate::config::{KeepSource, Pictures};
use crate::deposit::{self, Package, Receipt};
use crate::intake::{self, BlankPages, Candidate, Identity, Origin, Provenance, ScannedDocument, SourceBytes};
use crate::ocr::{RecognizedDocument, RecognizedPage};
use crate::pdfa::{self, Conversion, Rendition, Shown};
use crate::review::{ApprovedDocument, Entry, HeldDocument, HeldId, Screening, screen};
use crate::sign::{self, SignedPdf};
use crate::{classify, describe};

/// Takes one input of the inbox through the whole chain: one document, or those of a stack. Whatever happens to each is
/// its outcome.
pub(super) fn digitize(candidate: &Candidate, tools: &Tools<'_>, observer: Observer<'_>) -> Vec<DocumentReport> {
    let mut times = StageTimes::default();
    let each = |scanned: ScannedDocument| {
        let input = Some(candidate.path().to_owned());
        DocumentReport { input, ..digitize_one(scanned, tools, observer) }
    };
    match guarded(|| opened(candidate, tools, &mut times)) {
        Ok(documents) => {
            let mut reports: Vec<DocumentReport> = documents.into_iter().map(each).collect();
            // What the stack took as a whole is told with its first document.
            if let Some(first) = reports.first_mut() {
                first.times = first.times.plus(times);
            }
            reports
        }
        Err(error) => {
            let (name, input) = (candidate.name.clone(), Some(candidate.path().to_owned()));
            vec![conclude(DocumentReport { input, ..DocumentReport::begun(name) }, Err(error), tools)]
        }
    }
}

/// Takes one document through the whole chain.
pub(super) fn digitize_one(scanned: ScannedDocument, tools: &Tools<'_>, observer: Observer<'_>) -> DocumentReport {
    let mut report = DocumentReport::begun(scanned.origin.name.clone());
    let outcome = guarded(|| attempt(scanned, tools, observer, &mut report));
    conclude(report, outcome, tools)
}

/// Finishes a document that a person approved.
pub(super) fn finish_entry(entry: &Entry, tools: &Tools<'_>) -> DocumentReport {
    let mut report = DocumentReport::begun(entry.origin.name.clone());
    report.identity = Some(entry.origin.identity);
    let outcome = guarded(|| {
        tools.catalog.jobs().begin(entry.origin.identity, &entry.origin.name, tools.clock.now())?;
        finish_approved(entry, tools, &mut report)
    });
    conclude(report, outcome, tools)
}

/// A fault of our own costs one document, like any other.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, StageError>) -> Result<T, StageError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(StageError::Bug { message: text.unwrap_or("no message").to_owned() })
    })
}

/// Journals the outcome; it is reported only after that.
pub(super) fn conclude(
    mut report: DocumentReport,
    outcome: Result<Outcome, StageError>,
    tools: &Tools<'_>,
) -> DocumentReport {
    let outcome = outcome.unwrap_or_else(Outcome::Failed);
    let settled = report.identity.map_or(Ok(()), |identity| settle(identity, &outcome, tools));
    report.outcome = match (settled, outcome) {
        (Err(error), Outcome::Deposited(_) | Outcome::Held { .. }) => Outcome::Failed(error),
        (_, outcome) => outcome,
    };
    report
}

/// The journal first, then the queue: killed in between, the next run finds the paper deposited and not held.
fn settle(identity: Identity, outcome: &Outcome, tools: &Tools<'_>) -> Result<(), StageError> {
    tools.catalog.jobs().finish(identity, &job_outcome(outcome), tools.clock.now())?;
    if matches!(outcome, Outcome::Deposited(_) | Outcome::AlreadyDeposited(_)) {
        tools.queue.release(&HeldId::of(identity))?;
    }
    Ok(())
}

fn job_outcome(outcome: &Outcome) -> jobs::Outcome {
    match outcome {
        Outcome::Deposited(receipt) | Outcome::AlreadyDeposited(receipt) => {
            jobs::Outcome::Deposited { urn: receipt.urn.clone() }
        }
        Outcome::Held { reasons, .. } => {
            let reasons: Vec<String> = reasons.iter().map(crate::review::Reason::text).collect();
            jobs::Outcome::Held { reason: reasons.join("; ") }
        }
        Outcome::Rejected { reason, .. } => jobs::Outcome::Rejected { reason: reason.clone() },
        Outcome::Failed(error) => jobs::Outcome::Failed { reason: error.story() },
    }
}

fn attempt(
    mut scanned: ScannedDocument,
    tools: &Tools<'_>,
    observer: Observer<'_>,
    report: &mut DocumentReport,
) -> Result<Outcome, StageError> {
    give_owner(&mut scanned.origin, tools);
    report.opened(&scanned);
    observer(Progress::Opened { pages: scanned.scans.len() });
    tools.catalog.jobs().begin(scanned.origin.identity, &scanned.origin.name, tools.clock.now())?;
    let earlier = earlier::of(&scanned, tools)?;
    if !matches!(earlier, Earlier::Nothing) {
        (0..scanned.scans.len()).for_each(|_| observer(Progress::Page));
    }
    let read_before = match earlier {
        Earlier::Stands(outcome) => return Ok(*outcome),
        Earlier::Approved(entry) => return finish_approved(&entry, tools, report),
        Earlier::Read(entry) => Some(entry),
        Earlier::Nothing => None,
    };
    signatures::judge(&mut scanned.origin, &scanned.source_bytes, &tools.rules());
    report.judged(&scanned.origin);
    let sources = std::mem::take(&mut scanned.source_bytes);
    let mut history = History::of(&scanned, tools.clock);
    let (recognized, note) = match read_before {
        // Its sides were settled when it was read, and its blanks are gone: it has no pairs any more.
        Some(entry) => (entry.recognized(scanned.origin, scanned.scans)?, None),
        None => sides::settled(recognize(scanned, &tools.reading(), &|| observer(Progress::Page), &mut report.times)?),
    };
    history.note(note.as_slice());
    report.notes.extend(note);
    report.recognized(&recognized, tools);
    let recognized = match tools.options.intake.blank_pages {
        BlankPages::SetAside => without_blanks(recognized),
        BlankPages::Keep => recognized,
    };
    report.set_aside.clone_from(&recognized.origin.set_aside);
    history.recognized(&recognized);
    history.inspected(&report.findings);
    let described = timed(&mut report.times.describe, || {
        describe::describe(
            classify::classify(recognized, &tools.options.classify),
            &describe::Options::on(tools.clock.now().day()),
        )
    });
    report.described(&described);
    history.described(&described);
    match screen(described, &tools.options.review) {
        Screening::Approved(document) => finish(&document, &sources, history, tools, report),
        Screening::Held(document) => hold(&document, &sources, tools),
    }
}

/// The inbox's owner, for documents whose own metadata names none.
pub(super) fn give_owner(origin: &mut Origin, tools: &Tools<'_>) {
    if origin.hints.owner.is_none() {
        origin.hints.owner.clone_from(&tools.options.owner);
    }
}

/// Puts a document into the review queue.
fn hold(held: &HeldDocument, sources: &[SourceBytes], tools: &Tools<'_>) -> Result<Outcome, StageError> {
    let pages = &held.described.classified.recognized.pages;
    let thumbnails = thumbnails::of(pages, &tools.options.intake.limits);
    let id = tools.queue.hold(held, sources, &thumbnails, tools.clock.now())?;
    Ok(Outcome::Held { id, reasons: held.reasons.clone() })
}

/// Reads the kept input of an approved entry again and finishes it.
fn finish_approved(entry: &Entry, tools: &Tools<'_>, report: &mut DocumentReport) -> Result<Outcome, StageError> {
    let again = timed(&mut report.times.intake, || {
        intake::read_again(&entry.origin, &entry.source_folder(), &tools.options.intake)
    })?;
    report.opened(&again);
    report.judged(&again.origin);
    report.set_aside.clone_from(&entry.origin.set_aside);
    let mut history = History::of(&again, tools.clock);
    let approved = entry.clone().approved(again.scans)?;
    history.recognized(&approved.described().classified.recognized);
    report.recognized(&approved.described().classified.recognized, tools);
    history.inspected(&report.findings);
    report.described(approved.described());
    history.described(approved.described());
    finish(&approved, &again.source_bytes, history, tools, report)
}

/// Approved → PDF/A → signed → deposited → indexed.
fn finish(
    approved: &ApprovedDocument,
    sources: &[SourceBytes],
    mut history: History,
    tools: &Tools<'_>,
    report: &mut DocumentReport,
) -> Result<Outcome, StageError> {
    let described = approved.described();
    let origin = &described.classified.recognized.origin;
    let Some(owner) = described.record.owner.as_ref().map(|field| &field.value) else {
        return Err(StageError::NoOwner);
    };
    if let Some(receipt) = tools.warehouse.resume(owner, origin.identity)? {
        return Ok(Outcome::AlreadyDeposited(index(tools, receipt)?));
    }
    let now = tools.clock.now();
    history.approved(approved);
    let conversion = conversion(now, tools);
    let (pictures, decisions) = timed(&mut report.times.pdfa, || compressed(&described.classified.recognized, tools));
    report.compressed(&described.classified.recognized.pages, &pictures, &decisions);
    history.compressed(&decisions);
    let rendition = Rendition { conformance: tools.options.level, pictures: &pictures, sources };
    let pdf = timed(&mut report.times.pdfa, || pdfa::write(approved, &conversion, &rendition))?;
    history.converted(&pdf);
    let signed = timed(&mut report.times.sign, || {
        let appearance = tools.options.appearance.on(sign::recognized_words(&described.classified.recognized.pages));
        tools.desk.sign(&pdf, &appearance, now)
    })?;
    history.signed(&signed);
    report.bytes_out = Some(signed.bytes().len() as u64);
    let changed = pictures.iter().any(Option::is_some);
    let sources = kept_sources(sources, &described.classified.recognized, (&signed, changed), tools);
    timed(&mut report.times.deposit, || {
        put(approved, (&signed, Some(&pictures), &conversion), sources, &history, tools)
    })
}

/// What pages show in place of their pictures, and why. A picture is only parted where the input goes into the deposit too:
/// what was scanned must be there as it was scanned.
fn compressed(document: &RecognizedDocument, tools: &Tools<'_>) -> (Vec<Option<Shown>>, Vec<Compression>) {
    let by = Compressor {
        parts: Check::of(tools.options.pictures).filter(|_| tools.options.keep_source != KeepSource::Never),
        level: tools.options.level,
        recognizer: tools.recognizer,
        limits: &tools.options.intake.limits,
    };
    compress(&document.pages, &by)
}

/// Deposits and indexes.
fn put(
    approved: &ApprovedDocument,
    (signed, shown, conversion): (&SignedPdf, Option<&[Option<Shown>]>, &Conversion),
    sources: &[SourceBytes],
    history: &History,
    tools: &Tools<'_>,
) -> Result<Outcome, StageError> {
    let described = approved.described();
    let owner = described.record.owner.as_ref().map(|field| &field.value).ok_or(StageError::NoOwner)?;
    let identity = described.classified.recognized.origin.identity;
    tools.catalog.jobs().depositing(identity, &tools.warehouse.urn(owner, identity))?;
    let events = history.events();
    let package = Package { owner, approved, conversion, signed, shown, sources, events };
    let receipt = index(tools, deposit::deposit(tools.warehouse, &package, conversion.at)?)?;
    Ok(if receipt.adopted { Outcome::AlreadyDeposited(receipt) } else { Outcome::Deposited(receipt) })
}

fn conversion(at: Timestamp, tools: &Tools<'_>) -> Conversion {
    Conversion { agency: tools.options.agency.clone(), officer: tools.options.officer.clone(), at }
}

/// The input files that go into the deposit; with `shown_otherwise`, where any page shows something else than its own
/// picture. A file that was signed before is the original, and is kept whatever the settings say; unless it is the very
/// file that is deposited. A page that was set aside is nowhere else than in the sources.
fn kept_sources<'a>(
    sources: &'a [SourceBytes],
    document: &RecognizedDocument,
    (signed, shown_otherwise): (&SignedPdf, bool),
    tools: &Tools<'_>,
) -> &'a [SourceBytes] {
    let is_recoded = |page: &RecognizedPage| page.page.scan.provenance != Provenance::PassedThrough;
    let changed = shown_otherwise || document.pages.iter().any(is_recoded);
    let is_deposited = document.origin.sources.iter().any(|source| source.sha256 == signed.sha256());
    if !document.origin.set_aside.is_empty() {
        return sources;
    }
    match tools.options.keep_source {
        _ if signatures::any(&document.origin) && !is_deposited => sources,
        KeepSource::Always => sources,
        KeepSource::Changed if changed => sources,
        KeepSource::Changed | KeepSource::Never => &[],
    }
}

/// Deposits a document that was signed before, and that its approver answers for.
#[must_use]
pub fn deposit_signed(
    approved: &ApprovedDocument,
    signed: &SignedPdf,
    sources: &[SourceBytes],
    tools: &Tools<'_>,
) -> DocumentReport {
    let recognized = &approved.described().classified.recognized;
    let mut report = DocumentReport::begun(recognized.origin.name.clone());
    report.identity = Some(recognized.origin.identity);
    report.recognized(recognized, tools);
    report.described(approved.described());
    let outcome = guarded(|| {
        tools.catalog.jobs().begin(recognized.origin.identity, &recognized.origin.name, tools.clock.now())?;
        let mut history = History::begun(tools.clock);
        history.recognized(recognized);
        history.described(approved.described());
        history.approved(approved);
        history.signed(signed);
        // Whether its pictures were parted when it was written is not known here.
        let layered = tools.options.pictures != Pictures::Archive;
        let sources = kept_sources(sources, recognized, (signed, layered), tools);
        put(approved, (signed, None, &conversion(tools.clock.now(), tools)), sources, &history, tools)
    });
    conclude(report, outcome, tools)
}

/// The catalog learns of a deposit only from the store, so that a rebuilt catalog is the same.
pub(super) fn index(tools: &Tools<'_>, receipt: Receipt) -> Result<Receipt, StageError> {
    let stored = tools.warehouse.read(&receipt.urn)?;
    tools.catalog.add(&stored)?;
    Ok(receipt)
}

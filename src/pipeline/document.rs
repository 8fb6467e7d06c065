//! One document's way through the chain.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::batch::{Observer, Progress};
use super::provenance::History;
use super::reading::{recognize, timed};
use super::{DocumentReport, Outcome, PageReport, StageError, StageTimes, Tools, thumbnails};
use crate::catalog::JobState;
use crate::config::KeepSource;
use crate::deposit::{self, Package, Receipt};
use crate::intake::{self, Candidate, Origin, Provenance, ScannedDocument, SourceBytes};
use crate::ocr::{RecognizedDocument, RecognizedPage};
use crate::pdfa::{self, Conversion};
use crate::review::{ApprovedDocument, Entry, HeldDocument, HeldId, Screening, State, screen};
use crate::sign::{self, Appearance};
use crate::vn::document_type::DocumentType;
use crate::{classify, describe};

/// Takes one document of the inbox through the whole chain. Whatever happens to it is its outcome.
pub(super) fn digitize(candidate: &Candidate, tools: &Tools<'_>, observer: Observer<'_>) -> DocumentReport {
    let mut report = DocumentReport::begun(candidate.name().to_owned());
    let outcome = guarded(|| attempt(candidate, tools, observer, &mut report));
    conclude(report, outcome, tools)
}

/// Finishes a document that a person approved.
pub(super) fn finish_entry(entry: &Entry, tools: &Tools<'_>) -> DocumentReport {
    let mut report = DocumentReport::begun(entry.origin.name.clone());
    report.identity = Some(entry.origin.identity);
    let outcome = guarded(|| finish_approved(entry, tools, &mut report));
    conclude(report, outcome, tools)
}

/// A fault of our own costs one document, like any other.
fn guarded(work: impl FnOnce() -> Result<Outcome, StageError>) -> Result<Outcome, StageError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(StageError::Bug { message: text.unwrap_or("no message").to_owned() })
    })
}

/// Journals the outcome; it is reported only after that.
fn conclude(mut report: DocumentReport, outcome: Result<Outcome, StageError>, tools: &Tools<'_>) -> DocumentReport {
    let outcome = outcome.unwrap_or_else(Outcome::Failed);
    let journaled = report.identity.map_or(Ok(()), |identity| tools.catalog.finish(identity, &job_state(&outcome)));
    report.outcome = match (journaled, outcome) {
        (Err(error), Outcome::Deposited(_) | Outcome::Held { .. }) => Outcome::Failed(error.into()),
        (_, outcome) => outcome,
    };
    report
}

fn job_state(outcome: &Outcome) -> JobState {
    match outcome {
        Outcome::Deposited(receipt) | Outcome::AlreadyDeposited(receipt) => JobState::Deposited { receipt: receipt.clone() },
        Outcome::Held { reasons, .. } => JobState::Held { reasons: reasons.iter().map(crate::review::Reason::text).collect() },
        Outcome::Rejected { reason, .. } => JobState::Rejected { reason: reason.clone() },
        Outcome::Failed(error) => JobState::Failed { stage: error.stage().to_owned(), reason: error.story() },
    }
}

fn attempt(candidate: &Candidate, tools: &Tools<'_>, observer: Observer<'_>, report: &mut DocumentReport) -> Result<Outcome, StageError> {
    let mut scanned = timed(&mut report.times.intake, || intake::read(candidate, &tools.options.intake))?;
    give_owner(&mut scanned.origin, tools);
    report.opened(&scanned);
    observer(Progress::Opened { pages: scanned.scans.len() });
    if let Some(outcome) = earlier(&scanned.origin, tools, report)? {
        (0..scanned.scans.len()).for_each(|_| observer(Progress::Page));
        return Ok(outcome);
    }
    tools.catalog.begin(scanned.origin.identity, &scanned.origin.name)?;
    let sources = std::mem::take(&mut scanned.source_bytes);
    let mut history = History::of(&scanned, tools.clock);
    let recognized = recognize(scanned, &tools.reading(), &|| observer(Progress::Page), &mut report.times)?;
    report.recognized(&recognized);
    history.recognized(&recognized);
    let described = timed(&mut report.times.describe, || {
        describe::describe(classify::classify(recognized, &tools.options.classify), &tools.options.describe)
    });
    report.described(&described);
    history.described(&described);
    match screen(described, &tools.options.review) {
        Screening::Approved(document) => finish(&document, &sources, history, tools, report),
        Screening::Held(document) => hold(&document, &sources, tools),
    }
}

/// The inbox's owner, for documents whose own metadata names none.
fn give_owner(origin: &mut Origin, tools: &Tools<'_>) {
    if origin.hints.owner.is_none() {
        origin.hints.owner.clone_from(&tools.options.owner);
    }
}

/// What an earlier run made of the same input, if that stands.
fn earlier(origin: &Origin, tools: &Tools<'_>, report: &mut DocumentReport) -> Result<Option<Outcome>, StageError> {
    let identity = origin.identity;
    if let Some(JobState::Deposited { receipt }) = tools.catalog.state(identity)?
        && tools.warehouse.read(&receipt.urn).is_ok()
    {
        return Ok(Some(Outcome::AlreadyDeposited(receipt)));
    }
    if let Some(owner) = &origin.hints.owner
        && let Some(receipt) = tools.warehouse.resume(owner, identity)?
    {
        return Ok(Some(Outcome::AlreadyDeposited(index(tools, receipt)?)));
    }
    let Some(entry) = tools.queue.find(&HeldId::of(identity))? else { return Ok(None) };
    Ok(Some(match entry.state() {
        State::Waiting => Outcome::Held { id: entry.id, reasons: entry.reasons },
        State::Rejected => Outcome::Rejected { reason: entry.rejection().unwrap_or_default(), id: entry.id },
        State::Approved => finish_approved(&entry, tools, report)?,
    }))
}

/// Puts a document into the review queue.
fn hold(held: &HeldDocument, sources: &[SourceBytes], tools: &Tools<'_>) -> Result<Outcome, StageError> {
    let pages = &held.described.classified.recognized.pages;
    let pages: Vec<_> = pages.iter().map(|page| (&page.page.scan, &page.page.correction)).collect();
    let thumbnails = thumbnails::of(&pages, &tools.options.intake.limits);
    let id = tools.queue.hold(held, sources, &thumbnails, tools.clock.now())?;
    Ok(Outcome::Held { id, reasons: held.reasons.clone() })
}

/// Reads the kept input of an approved entry again and finishes it.
fn finish_approved(entry: &Entry, tools: &Tools<'_>, report: &mut DocumentReport) -> Result<Outcome, StageError> {
    let again = timed(&mut report.times.intake, || {
        intake::read_again(&entry.origin, &entry.source_folder(), &tools.options.intake)
    })?;
    report.opened(&again);
    let mut history = History::of(&again, tools.clock);
    let approved = entry.clone().approved(again.scans)?;
    history.recognized(&approved.described().classified.recognized);
    report.recognized(&approved.described().classified.recognized);
    report.described(approved.described());
    history.described(approved.described());
    let outcome = finish(&approved, &again.source_bytes, history, tools, report)?;
    tools.queue.release(&entry.id)?;
    Ok(outcome)
}

/// Approved → PDF/A → signed → deposited → indexed.
fn finish(approved: &ApprovedDocument, sources: &[SourceBytes], mut history: History, tools: &Tools<'_>, report: &mut DocumentReport) -> Result<Outcome, StageError> {
    let described = approved.described();
    let origin = &described.classified.recognized.origin;
    let Some(owner) = described.record.owner.as_ref().map(|field| &field.value) else {
        return Err(StageError::NoOwner);
    };
    if let Some(receipt) = tools.warehouse.resume(owner, origin.identity)? {
        return Ok(Outcome::AlreadyDeposited(index(tools, receipt)?));
    }
    let now = tools.clock.now();
    let conversion = Conversion { agency: tools.options.agency.clone(), officer: tools.options.officer.clone(), at: now };
    history.approved(approved);
    let pdf = timed(&mut report.times.pdfa, || pdfa::write(approved, &conversion))?;
    history.converted(&pdf);
    let appearance = Appearance::copy_stamp(&tools.options.agency, now, &tools.options.font);
    let signed = timed(&mut report.times.sign, || sign::sign(pdf, tools.signer, tools.authority, &appearance, now))?;
    history.signed(&signed);
    report.bytes_out = Some(signed.bytes().len() as u64);
    let kept = kept_sources(sources, described.classified.recognized.pages.as_slice(), tools);
    let package = Package { owner, approved, conversion: &conversion, signed: &signed, sources: kept, events: history.events() };
    let receipt = timed(&mut report.times.deposit, || -> Result<Receipt, StageError> {
        index(tools, deposit::deposit(tools.warehouse, &package, now)?)
    })?;
    Ok(if receipt.adopted { Outcome::AlreadyDeposited(receipt) } else { Outcome::Deposited(receipt) })
}

fn kept_sources<'a>(sources: &'a [SourceBytes], pages: &[RecognizedPage], tools: &Tools<'_>) -> &'a [SourceBytes] {
    let changed = pages.iter().any(|page| page.page.scan.provenance != Provenance::PassedThrough);
    match tools.options.keep_source {
        KeepSource::Always => sources,
        KeepSource::Changed if changed => sources,
        KeepSource::Changed | KeepSource::Never => &[],
    }
}

/// The catalog learns of a deposit only from the store, so that a rebuilt catalog is the same.
fn index(tools: &Tools<'_>, receipt: Receipt) -> Result<Receipt, StageError> {
    let stored = tools.warehouse.read(&receipt.urn)?;
    tools.catalog.index(&stored)?;
    Ok(receipt)
}

impl DocumentReport {
    fn begun(name: String) -> Self {
        Self {
            name,
            identity: None,
            document_type: None,
            number: None,
            pages: Vec::new(),
            bytes_in: 0,
            bytes_out: None,
            times: StageTimes::default(),
            outcome: Outcome::Failed(StageError::Bug { message: "the document was not concluded".to_owned() }),
        }
    }

    fn opened(&mut self, scanned: &ScannedDocument) {
        self.identity = Some(scanned.origin.identity);
        self.bytes_in = scanned.origin.sources.iter().map(|source| source.bytes).sum();
    }

    fn recognized(&mut self, document: &RecognizedDocument) {
        self.pages = document.pages.iter().map(PageReport::of).collect();
    }

    fn described(&mut self, document: &describe::DescribedDocument) {
        let found = document.classified.classification.document_type;
        self.document_type = (found != DocumentType::UNKNOWN).then(|| found.code());
        self.number = document.record.number.as_ref().map(|number| number.value.text.clone());
    }
}

impl PageReport {
    fn of(page: &RecognizedPage) -> Self {
        Self {
            number: page.page.number(),
            sha256: page.page.scan.sha256,
            provenance: page.page.scan.provenance,
            correction: page.page.correction.clone(),
            words: page.text.words().count(),
            confidence: page.text.confidence(),
            unread: page.unread.clone(),
        }
    }
}

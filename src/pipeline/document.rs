//! One document's way through the chain.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::batch::{Observer, Progress};
use super::provenance::History;
use super::reading::{recognize, timed};
use super::stack::{opened, without_blanks};
use super::{DocumentReport, Outcome, PageReport, StageError, StageTimes, Tools, thumbnails};
use crate::base::time::Timestamp;
use crate::catalog::jobs;
use crate::config::KeepSource;
use crate::deposit::{self, Package, Receipt};
use crate::intake::{self, BlankPages, Candidate, Identity, Origin, Provenance, ScannedDocument, SourceBytes};
use crate::ocr::{RecognizedDocument, RecognizedPage};
use crate::pdfa::{self, Conversion};
use crate::review::{ApprovedDocument, Entry, HeldDocument, HeldId, Screening, State, screen};
use crate::sign::{self, SignedPdf};
use crate::vn::document_type::DocumentType;
use crate::vn::identifiers::OwnerId;
use crate::{classify, describe};

/// Takes one input of the inbox through the whole chain: one document, or those of a stack. Whatever happens to each is
/// its outcome.
pub(super) fn digitize(candidate: &Candidate, tools: &Tools<'_>, observer: Observer<'_>) -> Vec<DocumentReport> {
    let mut times = StageTimes::default();
    let each = |scanned: ScannedDocument| {
        let mut report = DocumentReport::begun(scanned.origin.name.clone());
        let outcome = guarded(|| attempt(scanned, tools, observer, &mut report));
        conclude(report, outcome, tools)
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
        Err(error) => vec![conclude(DocumentReport::begun(candidate.name.clone()), Err(error), tools)],
    }
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
fn guarded<T>(work: impl FnOnce() -> Result<T, StageError>) -> Result<T, StageError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(StageError::Bug { message: text.unwrap_or("no message").to_owned() })
    })
}

/// Journals the outcome; it is reported only after that.
fn conclude(mut report: DocumentReport, outcome: Result<Outcome, StageError>, tools: &Tools<'_>) -> DocumentReport {
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
    if let Some(outcome) = earlier(&scanned.origin, tools, report)? {
        (0..scanned.scans.len()).for_each(|_| observer(Progress::Page));
        return Ok(outcome);
    }
    let sources = std::mem::take(&mut scanned.source_bytes);
    let mut history = History::of(&scanned, tools.clock);
    let recognized = recognize(scanned, &tools.reading(), &|| observer(Progress::Page), &mut report.times)?;
    report.recognized(&recognized);
    let recognized = match tools.options.intake.blank_pages {
        BlankPages::SetAside => without_blanks(recognized),
        BlankPages::Keep => recognized,
    };
    report.set_aside.clone_from(&recognized.origin.set_aside);
    history.recognized(&recognized);
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
fn give_owner(origin: &mut Origin, tools: &Tools<'_>) {
    if origin.hints.owner.is_none() {
        origin.hints.owner.clone_from(&tools.options.owner);
    }
}

/// What an earlier run made of the same input, if that stands.
fn earlier(origin: &Origin, tools: &Tools<'_>, report: &mut DocumentReport) -> Result<Option<Outcome>, StageError> {
    let identity = origin.identity;
    // The journal says where to look; the store says whether it is there.
    if let Some(urn) = tools.catalog.jobs().state(identity)?.and_then(|job| job.urn)
        && let Ok(stored) = tools.warehouse.read(&urn)
        && origin.hints.owner.as_ref().is_none_or(|owner| tools.warehouse.owner_token(owner) == stored.owner_token())
    {
        return Ok(Some(Outcome::AlreadyDeposited(stored.receipt().clone())));
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
    report.set_aside.clone_from(&entry.origin.set_aside);
    let mut history = History::of(&again, tools.clock);
    let approved = entry.clone().approved(again.scans)?;
    history.recognized(&approved.described().classified.recognized);
    report.recognized(&approved.described().classified.recognized);
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
    let pdf = timed(&mut report.times.pdfa, || pdfa::write(approved, &conversion))?;
    history.converted(&pdf);
    let signed = timed(&mut report.times.sign, || {
        sign::sign(&pdf, tools.signer, Some(tools.authority), &tools.options.appearance, now)
    })?;
    history.signed(&signed);
    report.bytes_out = Some(signed.bytes().len() as u64);
    timed(&mut report.times.deposit, || put(approved, (&signed, &conversion), sources, &history, tools))
}

/// Deposits and indexes.
fn put(
    approved: &ApprovedDocument,
    (signed, conversion): (&SignedPdf, &Conversion),
    sources: &[SourceBytes],
    history: &History,
    tools: &Tools<'_>,
) -> Result<Outcome, StageError> {
    let described = approved.described();
    let owner = described.record.owner.as_ref().map(|field| &field.value).ok_or(StageError::NoOwner)?;
    let sources = kept_sources(sources, &described.classified.recognized, tools);
    let events = history.events();
    let package = Package { owner, approved, conversion, signed, sources, events };
    let receipt = index(tools, deposit::deposit(tools.warehouse, &package, conversion.at)?)?;
    Ok(if receipt.adopted { Outcome::AlreadyDeposited(receipt) } else { Outcome::Deposited(receipt) })
}

fn conversion(at: Timestamp, tools: &Tools<'_>) -> Conversion {
    Conversion { agency: tools.options.agency.clone(), officer: tools.options.officer.clone(), at }
}

/// A page that was set aside is nowhere else than in the sources.
fn kept_sources<'a>(sources: &'a [SourceBytes], document: &RecognizedDocument, tools: &Tools<'_>) -> &'a [SourceBytes] {
    if !document.origin.set_aside.is_empty() {
        return sources;
    }
    let changed = document.pages.iter().any(|page| page.page.scan.provenance != Provenance::PassedThrough);
    match tools.options.keep_source {
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
    report.recognized(recognized);
    report.described(approved.described());
    let outcome = guarded(|| {
        tools.catalog.jobs().begin(recognized.origin.identity, &recognized.origin.name, tools.clock.now())?;
        let mut history = History::begun(tools.clock);
        history.recognized(recognized);
        history.described(approved.described());
        history.approved(approved);
        history.signed(signed);
        put(approved, (signed, &conversion(tools.clock.now(), tools)), sources, &history, tools)
    });
    conclude(report, outcome, tools)
}

/// The catalog learns of a deposit only from the store, so that a rebuilt catalog is the same.
fn index(tools: &Tools<'_>, receipt: Receipt) -> Result<Receipt, StageError> {
    let stored = tools.warehouse.read(&receipt.urn)?;
    tools.catalog.add(&stored)?;
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
            set_aside: Vec::new(),
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
        self.number = document.record.number.as_ref().map(|number| shown(&number.value.to_string()));
    }
}

/// A card's number is its owner's: reports show it as they show owners.
fn shown(number: &str) -> String {
    number.parse::<OwnerId>().map_or_else(|_| number.to_owned(), |owner| owner.masked())
}

impl PageReport {
    fn of(page: &RecognizedPage) -> Self {
        Self {
            number: page.page.number(),
            sha256: page.page.scan.sha256,
            provenance: page.page.scan.provenance,
            correction: page.page.correction,
            words: page.text.words().count(),
            confidence: page.text.confidence(),
            unread: page.unread.clone(),
        }
    }
}

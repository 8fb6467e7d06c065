//! A held document that a person divides: its parts go through the chain as the documents of a stack do.
//!
//! The decision is durable before any part is worked on, and names them: a killed run goes on with those that came to no
//! end yet, and a later look at the same input finds them, and not the whole.

use rayon::ThreadPool;

use super::document::{digitize_one, guarded};
use super::resume::resume;
use super::{DocumentReport, Outcome, StageError, Tools};
use crate::base::units::PageNumber;
use crate::catalog::jobs;
use crate::intake::{self, Division, Identity, ScannedDocument};
use crate::review::{Decision, Entry, HeldId, QueueError, State};

/// Divides a waiting document at pages and works on its parts; a row for each.
///
/// # Errors
/// Where the decision cannot be taken; a part's failure is its outcome.
pub fn divide(
    id: &HeldId,
    starts: &[PageNumber],
    by: &str,
    tools: &Tools<'_>,
    pool: &ThreadPool,
) -> Result<Vec<DocumentReport>, StageError> {
    settle(tools)?;
    let entry = tools.queue.entry(id)?;
    let at = tools.clock.now();
    let decision = |parts| Decision::Divide { by: by.to_owned(), at, starts: starts.to_vec(), parts };
    // What may not be divided so is not even read.
    entry.check(&decision(Vec::new()))?;
    let division = Division { starts, by };
    let documents = guarded(|| Ok(intake::divided(&entry.origin, &entry.source_folder(), division, intake(tools))?))?;
    let decision = decision(documents.iter().map(|document| document.origin.identity).collect());
    tools.queue.decide(id, &decision)?;
    Ok(pool.install(|| documents.into_iter().map(|document| digitize_one(document, tools, &|_| {})).collect()))
}

/// Takes a division back: the whole waits again, its waiting parts are superseded by it.
///
/// # Errors
/// [`QueueError::PartGone`] where a part is deposited or approved, and those of the queue.
pub fn join(id: &HeldId, tools: &Tools<'_>) -> Result<(), StageError> {
    settle(tools)?;
    let entry = tools.queue.entry(id)?;
    for part in entry.parts() {
        let job = tools.catalog.jobs().state(*part)?;
        if job.is_some_and(|job| job.state == jobs::State::Deposited) {
            let part = HeldId::of(*part).to_string();
            return Err(QueueError::PartGone { id: id.to_string(), part, state: "deposited" }.into());
        }
    }
    Ok(tools.queue.join(id, tools.clock.now())?)
}

/// Puts in place what a killed run was about to deposit: it may be the whole or a part, which would come into the warehouse
/// behind the decision's back. Where one cannot be put in place, which it is is not known.
fn settle(tools: &Tools<'_>) -> Result<(), StageError> {
    let failure = |row: DocumentReport| if let Outcome::Failed(error) = row.outcome { Some(error) } else { None };
    resume(tools, &|_| {})?.into_iter().find_map(failure).map_or(Ok(()), Err)
}

/// The documents that a person divided this one into; itself where nobody did.
pub(super) fn parts_of(whole: ScannedDocument, tools: &Tools<'_>) -> Result<Vec<ScannedDocument>, StageError> {
    // An entry that cannot be read is told of when the document is looked up.
    let entry = tools.queue.find(&HeldId::of(whole.origin.identity)).ok().flatten();
    match entry.as_ref().map(|entry| parts(entry, tools)).transpose()? {
        Some(parts) if !parts.is_empty() => Ok(parts),
        _ => Ok(vec![whole]),
    }
}

/// Works on the parts of a divided document that came to no end yet.
pub(super) fn finish_parts(entry: &Entry, tools: &Tools<'_>) -> Vec<DocumentReport> {
    match guarded(|| unfinished(entry, tools)) {
        Ok(documents) => documents.into_iter().map(|document| digitize_one(document, tools, &|_| {})).collect(),
        Err(error) => vec![DocumentReport::failed(entry.origin.name.clone(), error)],
    }
}

/// Whether a division is still to be carried out.
pub(super) fn is_unfinished(entry: &Entry, tools: &Tools<'_>) -> bool {
    entry.parts().iter().any(|part| !has_ended(*part, entry, tools))
}

fn unfinished(entry: &Entry, tools: &Tools<'_>) -> Result<Vec<ScannedDocument>, StageError> {
    let mut documents = parts(entry, tools)?;
    documents.retain(|document| !has_ended(document.origin.identity, entry, tools));
    Ok(documents)
}

/// Whether a part came to an end since its whole was divided. One that waited when an earlier division was taken back is
/// superseded by the whole, while the journal still says that it is held.
fn has_ended(part: Identity, whole: &Entry, tools: &Tools<'_>) -> bool {
    let entry = tools.queue.find(&HeldId::of(part)).ok().flatten();
    if entry.is_some_and(|entry| entry.is_superseded_by(&whole.id)) {
        return false;
    }
    let ended = |state| matches!(state, jobs::State::Held | jobs::State::Rejected | jobs::State::Deposited);
    tools.catalog.jobs().state(part).ok().flatten().is_some_and(|job| ended(job.state))
}

fn parts(entry: &Entry, tools: &Tools<'_>) -> Result<Vec<ScannedDocument>, StageError> {
    let (State::Divided, Some(Decision::Divide { by, starts, .. })) = (entry.state(), &entry.decision) else {
        return Ok(Vec::new());
    };
    Ok(intake::divided(&entry.origin, &entry.source_folder(), Division { starts, by }, intake(tools))?)
}

fn intake<'a>(tools: &Tools<'a>) -> &'a intake::Options {
    &tools.options.intake
}

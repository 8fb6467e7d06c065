//! What earlier runs made of the same pages, and what of it still stands.

use super::document::{give_owner, index};
use super::{Outcome, StageError, Tools};
use crate::catalog::jobs;
use crate::intake::{Hints, Identity, Origin, ScannedDocument};
use crate::review::{Entry, HeldId, State};

/// What earlier runs made of a document.
pub(super) enum Earlier {
    /// Nothing that helps.
    Nothing,
    /// Its outcome, which stands.
    Stands(Box<Outcome>),
    /// A person approved it, and it is to be finished.
    Approved(Box<Entry>),
    /// Its pages were recognised and held; the office says something else of them now, so that they are to be
    /// screened again.
    Read(Box<Entry>),
}

/// Looks where the document may be: the journal and the store, then the review queue.
pub(super) fn of(scanned: &ScannedDocument, tools: &Tools<'_>) -> Result<Earlier, StageError> {
    let origin = &scanned.origin;
    let before = supersede(scanned, tools)?;
    if let Some(outcome) = deposited(origin, tools)? {
        return Ok(Earlier::Stands(Box::new(outcome)));
    }
    let Some(entry) = tools.queue.find(&HeldId::of(origin.identity))? else {
        return Ok(before.map_or(Earlier::Nothing, |entry| Earlier::Read(Box::new(entry))));
    };
    Ok(match entry.state() {
        State::Waiting if entry.origin.hints == origin.hints => {
            Earlier::Stands(Box::new(Outcome::Held { id: entry.id, reasons: entry.reasons }))
        }
        State::Rejected => {
            let reason = entry.rejection().unwrap_or_default();
            Earlier::Stands(Box::new(Outcome::Rejected { reason, id: entry.id }))
        }
        State::Approved => Earlier::Approved(Box::new(entry)),
        // Divided a moment ago, by somebody else: its parts are worked on.
        State::Divided => Earlier::Stands(Box::new(Outcome::Held { id: entry.id, reasons: entry.reasons })),
        State::Waiting | State::Superseded if entry.has_pages(scanned) => Earlier::Read(Box::new(entry)),
        State::Waiting | State::Superseded => Earlier::Nothing,
    })
}

/// Whether an input, undivided and with what is said of it without its pages, is deposited: a stack is not.
pub(super) fn is_deposited(origin: &Origin, tools: &Tools<'_>) -> Result<bool, StageError> {
    let mut origin = origin.clone();
    give_owner(&mut origin, tools);
    Ok(deposited(&origin, tools)?.is_some())
}

fn deposited(origin: &Origin, tools: &Tools<'_>) -> Result<Option<Outcome>, StageError> {
    let identity = origin.identity;
    // The journal says where to look; the store says whether it is there.
    let job = tools.catalog.jobs().state(identity)?.filter(|job| job.state == jobs::State::Deposited);
    if let Some(urn) = job.and_then(|job| job.urn)
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
    Ok(None)
}

/// Dossier, paper and ordinal are part of a document's identity. Where the office named one after the pages were held,
/// the entry of before would wait for ever, and be approved into a second deposit: it is set aside, and gives its text.
/// This comes first, so that at no moment both can be approved.
fn supersede(scanned: &ScannedDocument, tools: &Tools<'_>) -> Result<Option<Entry>, StageError> {
    let mut before = None;
    for identity in tools.catalog.jobs().named(&scanned.origin.name)? {
        let Some(entry) = entry_before(identity, scanned, tools) else { continue };
        let by = HeldId::of(scanned.origin.identity);
        match entry.state() {
            State::Waiting => tools.queue.supersede(&entry.id, by, tools.clock.now())?,
            State::Superseded => {}
            State::Approved | State::Rejected | State::Divided => continue,
        }
        before = Some(entry);
    }
    Ok(before)
}

/// The entry that the same pages of the same name had when less was said of them. One that is damaged is told of
/// where the queue is listed.
fn entry_before(identity: Identity, scanned: &ScannedDocument, tools: &Tools<'_>) -> Option<Entry> {
    let origin = &scanned.origin;
    let entry = tools.queue.find(&HeldId::of(identity)).ok().flatten()?;
    let is_before = identity != origin.identity
        && entry.origin.name == origin.name
        && entry.has_pages(scanned)
        && says_more(&origin.hints, &entry.origin.hints);
    is_before.then_some(entry)
}

/// Two different dossiers are two deposits of one paper, but one dossier is what was not known before.
fn says_more(now: &Hints, before: &Hints) -> bool {
    fn added<T: PartialEq>(now: Option<&T>, before: Option<&T>) -> bool {
        before.is_none() || now == before
    }
    added(now.dossier.as_ref(), before.dossier.as_ref())
        && added(now.paper.as_ref(), before.paper.as_ref())
        && added(now.ordinal.as_ref(), before.ordinal.as_ref())
}

//! Deposits that a killed run had made, or all but made, before it could tell anyone.
//!
//! Staging knows what was complete and not yet in place, the journal what was about to be deposited; the document
//! itself says which input it was made from. So neither the input nor a key is needed to go on.

use std::collections::BTreeSet;

use super::batch::{Observer, Progress};
use super::document::{conclude, guarded};
use super::{DocumentReport, Outcome, StageError, Tools};
use crate::deposit::{Receipt, Stored};

/// Puts in place, indexes and journals what an earlier run left; a row for each such document.
///
/// # Errors
/// When staging or the journal cannot be read; a document's failure is its outcome.
pub fn resume(tools: &Tools<'_>, observer: Observer<'_>) -> Result<Vec<DocumentReport>, StageError> {
    let mut urns: BTreeSet<String> = tools.warehouse.ready()?.into_iter().collect();
    urns.extend(tools.catalog.jobs().unsettled()?);
    let rows: Vec<DocumentReport> = urns.iter().filter_map(|urn| settle(urn, tools)).collect();
    for row in &rows {
        observer(Progress::Done(row));
    }
    Ok(rows)
}

/// `None` when the run was killed before the document was complete: its input is simply worked on again.
fn settle(urn: &str, tools: &Tools<'_>) -> Option<DocumentReport> {
    let stored = tools.warehouse.complete(urn).transpose()?;
    let mut report = DocumentReport::begun(urn.to_owned());
    let outcome = guarded(|| make_known(&stored?, tools, &mut report));
    Some(conclude(report, outcome, tools))
}

fn make_known(stored: &Stored, tools: &Tools<'_>, report: &mut DocumentReport) -> Result<Outcome, StageError> {
    let record = stored.record()?;
    report.stored(&record);
    if let Some(identity) = report.identity {
        // The journal may be younger than the store.
        tools.catalog.jobs().begin(identity, &report.name, tools.clock.now())?;
    }
    tools.catalog.add(stored)?;
    // It was adopted from nobody: no run was told of it.
    Ok(Outcome::Deposited(Receipt { adopted: false, ..stored.receipt().clone() }))
}

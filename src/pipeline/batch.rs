//! An inbox: rayon over documents and pages, memory bounded by what is in flight.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::ThreadPool;

use super::divide::{finish_parts, is_unfinished};
use super::document::{digitize, finish_entry};
use super::{BatchReport, DocumentReport, StageError, Tools};
use crate::intake::{self, Candidate, Skipped};
use crate::review::{Entry, HeldId, Listing, State};

/// What is going on, told as it happens, from many threads.
#[derive(Debug)]
pub enum Progress<'a> {
    /// So many documents were found.
    Found {
        /// Documents.
        documents: usize,
    },
    /// A document was read and has so many pages.
    Opened {
        /// Its pages.
        pages: usize,
    },
    /// A page was recognised.
    Page,
    /// A document came to its end.
    Done(&'a DocumentReport),
}

/// Hears what is going on.
pub type Observer<'a> = &'a (dyn Fn(Progress<'_>) + Sync);

/// Documents in flight for each thread: one worked on and one ready, so that no thread waits
/// at a document's end, and memory stays that of a few documents.
const IN_FLIGHT_PER_THREAD: usize = 2;

/// Runs the chain over an inbox. Every document found has one row in the report, in input order.
///
/// # Errors
/// When the inbox itself cannot be read; a document's failure is its outcome.
pub fn run(
    inbox: &Path,
    tools: &Tools<'_>,
    pool: &ThreadPool,
    observer: Observer<'_>,
) -> Result<BatchReport, StageError> {
    let (started, clock) = (tools.clock.now(), Instant::now());
    let discovery = intake::discover(inbox, &tools.options.intake)?;
    observer(Progress::Found { documents: discovery.candidates.len() });
    let found = AtomicUsize::new(discovery.candidates.len());
    let work = |candidate: &Candidate| {
        let reports = digitize(candidate, tools, observer);
        // A stack turns out to be more documents than it was counted for.
        let more = reports.len().saturating_sub(1);
        if more > 0 {
            observer(Progress::Found { documents: found.fetch_add(more, Ordering::Relaxed) + more });
        }
        reports
    };
    let inputs = in_window(&discovery.candidates, tools, pool, observer, &work);
    Ok(BatchReport {
        started,
        elapsed: clock.elapsed(),
        interrupted: inputs.len() < discovery.candidates.len(),
        documents: inputs.into_iter().flatten().collect(),
        left: discovery.skipped.iter().map(|skipped| left(inbox, skipped)).collect(),
    })
}

/// A file that is no document, by its name below the inbox, and why.
pub(super) fn left(inbox: &Path, skipped: &Skipped) -> (String, String) {
    let below = skipped.path.strip_prefix(inbox).unwrap_or(&skipped.path);
    (below.display().to_string(), skipped.reason.to_string())
}

/// Finishes every document that a person approved and that is not deposited yet, and every part of a divided one that came
/// to no end. An entry of the queue that cannot be read may be one of them: it is a failed row.
///
/// # Errors
/// When the queue cannot be read.
pub fn finish_approved(
    tools: &Tools<'_>,
    pool: &ThreadPool,
    observer: Observer<'_>,
) -> Result<Vec<DocumentReport>, StageError> {
    let Listing { mut entries, damaged } = tools.queue.list()?;
    entries.retain(|entry| entry.state() == State::Approved || is_unfinished(entry, tools));
    let work = |entry: &Entry| match entry.state() {
        State::Approved => vec![finish_entry(entry, tools)],
        _ => finish_parts(entry, tools),
    };
    let mut rows: Vec<DocumentReport> =
        in_window(&entries, tools, pool, observer, &work).into_iter().flatten().collect();
    for (id, error) in damaged {
        let row = DocumentReport::failed(format!("queue/{id}"), error.into());
        observer(Progress::Done(&row));
        rows.push(row);
    }
    Ok(rows)
}

/// Finishes one document that a person approved; `None` when no such document waits to be finished.
///
/// # Errors
/// When the queue cannot be read.
pub fn finish_one(id: &HeldId, tools: &Tools<'_>, pool: &ThreadPool) -> Result<Option<DocumentReport>, StageError> {
    let entry = tools.queue.find(id)?.filter(|entry| entry.state() == State::Approved);
    Ok(entry.map(|entry| pool.install(|| finish_entry(&entry, tools))))
}

/// Works on `items` in the pool with a bounded number in flight, and gives the results in order.
/// After a stop the items not yet begun are left out.
fn in_window<T: Sync>(
    items: &[T],
    tools: &Tools<'_>,
    pool: &ThreadPool,
    observer: Observer<'_>,
    work: &(dyn Fn(&T) -> Vec<DocumentReport> + Sync),
) -> Vec<Vec<DocumentReport>> {
    let window = Window::new(pool.current_num_threads() * IN_FLIGHT_PER_THREAD);
    let done: Vec<Mutex<Option<Vec<DocumentReport>>>> = items.iter().map(|_| Mutex::new(None)).collect();
    pool.in_place_scope(|scope| {
        for (item, place) in items.iter().zip(&done) {
            if !window.enter(|| tools.stop.load(Ordering::Relaxed)) {
                break;
            }
            let window = &window;
            scope.spawn(move |_| {
                let reports = work(item);
                for report in &reports {
                    observer(Progress::Done(report));
                }
                *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(reports);
                window.leave();
            });
        }
    });
    done.into_iter().filter_map(|place| place.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

/// So many documents at once.
struct Window {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Window {
    fn new(size: usize) -> Self {
        Self { free: Mutex::new(size.max(1)), freed: Condvar::new() }
    }

    /// Waits for a free place; `false` when a stop was asked for first.
    fn enter(&self, stop: impl Fn() -> bool) -> bool {
        // A signal handler can set the flag but not wake a sleeper, so the flag is looked at ten times a second.
        const LOOK: Duration = Duration::from_millis(100);
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 && !stop() {
            free = self.freed.wait_timeout(free, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        if stop() {
            return false;
        }
        *free -= 1;
        true
    }

    fn leave(&self) {
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.freed.notify_one();
    }
}

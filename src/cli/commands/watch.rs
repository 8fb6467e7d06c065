//! `sohoa watch`: the whole chain over what comes into a folder.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::run::{digitize, fault, print_outcome, refuse_nesting, write_report};
use crate::base::writers::Writers;
use crate::cli::exit::Exit;
use crate::cli::progress::Display;
use crate::cli::render::{self, Fault};
use crate::cli::workplace::{self, Workplace};
use crate::config::Settings;
use crate::intake::claim::{Batch, Claims, LOCK};
use crate::intake::settle::{Looks, Settled};
use crate::intake::{self, discover};
use crate::pipeline::{BatchReport, Outcome, StageError};

/// Runs the whole chain over every document that comes into a folder, until Ctrl-C.
///
/// A document is taken when it is whole: unchanged over two looks, and written by nobody. It is moved to
/// INBOX/.sohoa/claimed and, when it is done, to INBOX/.sohoa/taken; what no document could be made of lies in
/// INBOX/.sohoa/failed. Nothing is deleted. Ctrl-C ends after what is in flight; killed at any moment, the next watch
/// goes on with what was claimed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder into which scans come.
    inbox: PathBuf,
}

/// Does what the arguments say.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    let unreadable = |error: std::io::Error| {
        let story = format!("the inbox {} cannot be watched: {error}", args.inbox.display());
        Fault::plain(story, "name a folder in which you may make and move files", Exit::Input)
    };
    let inbox = std::fs::canonicalize(&args.inbox).map_err(unreadable)?;
    refuse_nesting(&inbox, Workplace::folder(settings)?)?;
    let claims = Claims::open(&inbox).map_err(unreadable)?;
    let stop = workplace::stop_on_interrupt()?;
    let mut watch =
        Watch { inbox, intake: workplace::intake_options(settings)?, claims, settings, stop, looks: Looks::default() };
    // What would fail after a claim is refused before it.
    drop(watch.workplace()?);
    while !watch.is_stopped() {
        watch.look()?;
        watch.rest();
    }
    Ok(if watch.claims.abandoned().map_err(unreadable)?.is_empty() { Exit::Done } else { Exit::Interrupted })
}

struct Watch<'a> {
    inbox: PathBuf,
    intake: intake::Options,
    claims: Claims,
    settings: &'a Settings,
    stop: std::sync::Arc<AtomicBool>,
    looks: Looks,
}

impl Watch<'_> {
    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Goes on with what a killed watcher left, then takes what has come in whole.
    fn look(&mut self) -> Result<(), Fault> {
        let settled = self.settled()?;
        let abandoned = self.claims.abandoned().map_err(|error| self.refused(&error))?;
        if settled.is_empty() && abandoned.is_empty() {
            return Ok(());
        }
        // Another process works in the warehouse: nothing is claimed until it is free.
        let Some(workplace) = self.workplace()? else { return Ok(()) };
        for batch in abandoned {
            self.digitize(batch, &workplace)?;
        }
        match self.claim(&settled)? {
            Some(batch) if !self.is_stopped() => self.digitize(batch, &workplace),
            _ => Ok(()),
        }
    }

    fn settled(&mut self) -> Result<Vec<Settled>, Fault> {
        let found = match discover(&self.inbox, &self.intake) {
            Ok(found) => found.candidates,
            Err(intake::Error::EmptyFolder { .. }) => Vec::new(),
            Err(error) => return Err(fault(&StageError::from(error))),
        };
        Ok(self.looks.settled(found, &Writers::now()))
    }

    /// The opened warehouse; `None` while another process works in it.
    fn workplace(&self) -> Result<Option<Workplace>, Fault> {
        match Workplace::open(self.settings) {
            Ok(workplace) => Ok(Some(workplace.stopped_by(&self.stop))),
            Err(fault) if fault.exit == Exit::Warehouse && Workplace::is_busy(self.settings) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    fn claim(&self, settled: &[Settled]) -> Result<Option<Batch>, Fault> {
        if settled.is_empty() {
            return Ok(None);
        }
        let name = self.settings.clock.now().vietnam().replace(':', "-");
        let batch = self.claims.begin(&name).map_err(|error| self.refused(&error))?;
        for document in settled {
            batch.take(document).map_err(|error| self.refused(&error))?;
        }
        Ok(Some(batch))
    }

    fn digitize(&self, batch: Batch, workplace: &Workplace) -> Result<(), Fault> {
        let display = Display::new(true);
        let mut report = match digitize(&batch.folder(), workplace, &display) {
            Ok(report) => report,
            // Another watcher was faster with every document.
            Err(_) if is_empty(&batch.folder(), &self.intake) => {
                return batch.finish(&[]).map_err(|error| self.refused(&error));
            }
            Err(fault) => return Err(fault),
        };
        // What the batch holds besides documents is sohoa's own.
        report.left.retain(|(name, _)| name != LOCK && !name.ends_with("metadata.csv"));
        let paths = write_report(&report, workplace)?;
        for row in &report.documents {
            print_outcome(row)?;
        }
        render::print(&format!("report: {}\n", paths.html.display()))?;
        if report.interrupted {
            return Ok(());
        }
        batch.finish(&failed(&report)).map_err(|error| self.refused(&error))
    }

    fn refused(&self, error: &std::io::Error) -> Fault {
        let story = format!("a document in {} could not be moved: {error}", self.inbox.display());
        Fault::plain(story, "the inbox and all its folders must be on one volume, and yours to write", Exit::Input)
    }

    /// Waits for the next look; Ctrl-C is heard ten times a second.
    fn rest(&self) {
        let until = Instant::now() + self.settings.watch_interval;
        while !self.is_stopped() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

fn is_empty(folder: &Path, intake: &intake::Options) -> bool {
    matches!(discover(folder, intake), Err(intake::Error::EmptyFolder { .. }))
}

/// Documents that no later run could make anything of: those that cannot be read.
fn failed(report: &BatchReport) -> Vec<String> {
    let is_failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed(_));
    report.documents.iter().filter(|row| is_failed(&row.outcome)).map(|row| row.name.clone()).collect()
}

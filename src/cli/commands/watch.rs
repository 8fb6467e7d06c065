//! `sohoa watch`: the whole chain over what comes into a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::run::{digitize, fault, print_outcome, refuse_nesting, write_report};
use crate::base::writers::Writers;
use crate::cli::exit::Exit;
use crate::cli::progress::Display;
use crate::cli::render::{self, Fault, failure};
use crate::cli::workplace::{self, Workplace};
use crate::config::Settings;
use crate::intake::claim::{Batch, Claims, LOCK, Refused};
use crate::intake::settle::{Looks, Settled};
use crate::intake::{self, discover};
use crate::pipeline::{BatchReport, Blame, Outcome, StageError};

/// Runs the whole chain over every document that comes into a folder, until Ctrl-C.
///
/// A document is taken when it is whole: unchanged over two looks, and written by nobody. NAME-fronts waits 15 minutes for
/// NAME-backs, and is then taken alone for a person to look at. What is taken is moved to
/// INBOX/.sohoa/claimed and, when it is done, to INBOX/.sohoa/taken; what no document could be made of lies in
/// INBOX/.sohoa/failed, its reason beside it. What fails by no fault of the paper (no time-stamp, a full disk) stays
/// claimed and is tried again, after longer and longer waits. Nothing is deleted. Ctrl-C ends after what is in flight;
/// killed at any moment, the next watch goes on with what was claimed.
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
    let intake = workplace::intake_options(settings)?;
    let (looks, waiting) = (Looks::default(), Vec::new());
    let pause = Pause { first: settings.watch_interval, tries: 0, until: None };
    let mut watch = Watch { inbox, intake, claims, settings, stop, looks, waiting, pause };
    // What would fail after a claim is refused before it; later on it is waited for.
    drop(watch.workplace()?);
    while !watch.is_stopped() {
        if let Err(fault) = watch.look() {
            fault.print();
            watch.pause.lengthen();
        }
        watch.rest();
    }
    watch.waiting.clear();
    Ok(if watch.claims.abandoned().map_err(unreadable)?.is_empty() { Exit::Done } else { Exit::Interrupted })
}

struct Watch<'a> {
    inbox: PathBuf,
    intake: intake::Options,
    claims: Claims,
    settings: &'a Settings,
    stop: std::sync::Arc<AtomicBool>,
    looks: Looks,
    /// What failed by no fault of its own, to be tried again.
    waiting: Vec<(Batch, Pause)>,
    /// Nothing more is claimed while nothing comes through.
    pause: Pause,
}

/// A wait that doubles at every try.
#[derive(Debug, Clone, Copy)]
struct Pause {
    first: Duration,
    tries: u32,
    until: Option<Instant>,
}

/// An authority or a disk that is back is made use of within this time.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

impl Pause {
    fn lengthen(&mut self) -> Duration {
        let wait = self.first.saturating_mul(1 << self.tries.min(16)).min(LONGEST_PAUSE.max(self.first));
        self.tries += 1;
        self.until = Some(Instant::now() + wait);
        wait
    }

    fn end(&mut self) {
        (self.tries, self.until) = (0, None);
    }

    fn is_over(&self) -> bool {
        self.until.is_none_or(|until| until <= Instant::now())
    }
}

impl Watch<'_> {
    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Tries again what waited long enough, goes on with what a killed watcher left, then takes what has come in whole.
    fn look(&mut self) -> Result<(), Fault> {
        let settled = self.settled()?;
        let is_open = self.pause.is_over();
        let abandoned =
            if is_open { self.claims.abandoned().map_err(|error| self.refused(&error))? } else { Vec::new() };
        let settled = if is_open { settled } else { Vec::new() };
        let due: Vec<(Batch, Pause)> = self.waiting.extract_if(.., |(_, pause)| pause.is_over()).collect();
        if settled.is_empty() && abandoned.is_empty() && due.is_empty() {
            return Ok(());
        }
        let workplace = match self.workplace() {
            Ok(Some(workplace)) => workplace,
            // Another process works in the warehouse: nothing is claimed until it is free.
            refused => {
                self.waiting.extend(due);
                return refused.map(drop);
            }
        };
        let fresh = Pause { tries: 0, until: None, ..self.pause };
        for (batch, pause) in due.into_iter().chain(abandoned.into_iter().map(|batch| (batch, fresh))) {
            // One batch that cannot be worked on leaves its lock, and is taken up again like one of a killed watcher.
            if let Err(fault) = self.digitize(batch, pause, &workplace) {
                fault.print();
                self.pause.lengthen();
            }
        }
        match self.claim(&settled)? {
            Some(batch) if !self.is_stopped() => self.digitize(batch, fresh, &workplace),
            _ => Ok(()),
        }
    }

    fn settled(&mut self) -> Result<Vec<Settled>, Fault> {
        let found = match discover(&self.inbox, &self.intake) {
            Ok(found) => found.candidates,
            Err(intake::Error::EmptyFolder { .. }) => Vec::new(),
            Err(error) => return Err(fault(&StageError::from(error))),
        };
        Ok(self.looks.settled(found, &Writers::now(), Instant::now()))
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

    fn digitize(&mut self, batch: Batch, mut pause: Pause, workplace: &Workplace) -> Result<(), Fault> {
        let display = Display::new(true);
        let mut report = match digitize(&batch.folder(), workplace, &display) {
            Ok(report) => report,
            // Another watcher was faster with every document.
            Err(_) if is_empty(&batch.folder(), &self.intake) => {
                return batch.finish(&[], &[]).map(drop).map_err(|error| self.refused(&error));
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
        let Ends { through, refused, again } = Ends::of(&report);
        if through {
            self.pause.end();
        }
        let rest = batch.finish(&refused, &again).map_err(|error| self.refused(&error))?;
        if let Some(rest) = rest {
            let wait = pause.lengthen();
            for path in &again {
                let name = path.strip_prefix(rest.folder()).unwrap_or(path).display();
                render::say(&format!("{name}: is tried again in {} s", wait.as_secs()));
            }
            self.waiting.push((rest, pause));
            // A paper that fails again and again delays no other.
            if !through && pause.tries == 1 {
                self.pause = pause;
            }
        }
        Ok(())
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

/// What becomes of the inputs of a batch. One whose documents came to different ends is tried again while any of them
/// failed by no fault of its own; those that are done stand.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ends {
    /// Something was not hindered by what surrounds it.
    through: bool,
    refused: Vec<Refused>,
    again: Vec<PathBuf>,
}

impl Ends {
    fn of(report: &BatchReport) -> Self {
        let mut ends = Self::default();
        let mut reasons: BTreeMap<&Path, String> = BTreeMap::new();
        for row in &report.documents {
            let Some(input) = row.input.as_deref() else { continue };
            match &row.outcome {
                Outcome::Failed(error) if error.blame() == Blame::Surroundings => ends.again.push(input.to_owned()),
                Outcome::Failed(error) => {
                    ends.through = true;
                    let reason = failure(&format!("{}: {}", row.name, error.story()), error.hint().as_deref());
                    *reasons.entry(input).or_default() += &(reason + "\n");
                }
                _ => ends.through = true,
            }
        }
        ends.again.dedup();
        reasons.retain(|input, _| !ends.again.iter().any(|again| again == input));
        ends.refused = reasons.into_iter().map(|(path, reason)| Refused { path: path.to_owned(), reason }).collect();
        ends
    }
}

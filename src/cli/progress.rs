//! Progress on a terminal as bars; without one as plain lines; for machines not at all.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::render;
use crate::pipeline::{DocumentReport, Outcome, Progress};

/// Shows what a run is doing, on standard error.
pub(crate) struct Display {
    kind: Kind,
    began: Instant,
    found: AtomicUsize,
    done: AtomicUsize,
    pages: AtomicUsize,
}

enum Kind {
    Bars { all: MultiProgress, documents: ProgressBar, pages: ProgressBar },
    Lines { last: Mutex<Instant> },
    Silent,
}

/// Without a terminal, one line of totals in so long at most, so that a log of a night stays readable.
const LINE_EVERY: Duration = Duration::from_secs(5);

impl Display {
    /// Bars on a terminal, lines elsewhere, nothing when `silent`.
    pub(crate) fn new(silent: bool) -> Self {
        let kind = if silent {
            Kind::Silent
        } else if std::io::stderr().is_terminal() {
            bars()
        } else {
            Kind::Lines { last: Mutex::new(Instant::now()) }
        };
        let zero = || AtomicUsize::new(0);
        Self { kind, began: Instant::now(), found: zero(), done: zero(), pages: zero() }
    }

    /// Takes one event of a run.
    pub(crate) fn show(&self, event: &Progress<'_>) {
        match *event {
            Progress::Found { documents } => self.found(documents),
            Progress::Opened { pages } => self.opened(pages),
            Progress::Page => self.page(),
            Progress::Done(report) => self.done(report),
        }
    }

    /// Takes the bars off the screen.
    pub(crate) fn finish(&self) {
        if let Kind::Bars { documents, pages, .. } = &self.kind {
            documents.finish_and_clear();
            pages.finish_and_clear();
        }
    }

    fn found(&self, count: usize) {
        self.found.store(count, Ordering::Relaxed);
        match &self.kind {
            Kind::Bars { documents, .. } => documents.set_length(count as u64),
            Kind::Lines { .. } => render::say(&format!("{count} documents found")),
            Kind::Silent => {}
        }
    }

    fn opened(&self, count: usize) {
        if let Kind::Bars { pages, .. } = &self.kind {
            pages.inc_length(count as u64);
        }
    }

    fn page(&self) {
        let pages = self.pages.fetch_add(1, Ordering::Relaxed) + 1;
        match &self.kind {
            Kind::Bars { pages, .. } => pages.inc(1),
            Kind::Lines { last } => self.line(last, pages),
            Kind::Silent => {}
        }
    }

    fn line(&self, last: &Mutex<Instant>, pages: usize) {
        let Ok(mut last) = last.try_lock() else { return };
        if last.elapsed() >= LINE_EVERY {
            *last = Instant::now();
            let (done, found) = (self.done.load(Ordering::Relaxed), self.found.load(Ordering::Relaxed));
            let rate = pages as f64 / self.began.elapsed().as_secs_f64();
            render::say(&format!("{done} of {found} documents, {pages} pages, {rate:.2} pages/s"));
        }
    }

    fn done(&self, report: &DocumentReport) {
        self.done.fetch_add(1, Ordering::Relaxed);
        let trouble = trouble(report);
        match &self.kind {
            Kind::Bars { all, documents, .. } => {
                documents.inc(1);
                if let Some(trouble) = trouble {
                    // A line that cannot be shown is in the report all the same.
                    drop(all.println(trouble));
                }
            }
            Kind::Lines { .. } => trouble.iter().for_each(|line| render::say(line)),
            Kind::Silent => {}
        }
    }
}

fn bars() -> Kind {
    let all = MultiProgress::new();
    let style = |template: &str| {
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─")
    };
    let documents = all.add(ProgressBar::new(0));
    documents.set_style(style("documents {bar:32} {pos}/{len}  {elapsed_precise} elapsed"));
    let pages = all.add(ProgressBar::new(0));
    pages.set_style(style("pages     {bar:32} {pos}/{len}  {per_sec}  {eta} left"));
    pages.enable_steady_tick(Duration::from_millis(500));
    Kind::Bars { all, documents, pages }
}

/// One line for what went wrong or needs a person; nothing for what went well.
fn trouble(report: &DocumentReport) -> Option<String> {
    match &report.outcome {
        Outcome::Failed(error) => {
            Some(render::failure(&format!("{}: {}", report.name, error.story()), error.hint().as_deref()))
        }
        Outcome::Held { id, reasons } => {
            let reasons: Vec<String> = reasons.iter().map(crate::review::Reason::text).collect();
            Some(format!("held {id} {}: {}", report.name, reasons.join("; ")))
        }
        Outcome::Deposited(_) | Outcome::AlreadyDeposited(_) | Outcome::Rejected { .. } => None,
    }
}

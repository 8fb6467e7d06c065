//! `sohoa run`: the whole chain over a folder of scans.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::base::files;
use crate::cli::exit::Exit;
use crate::cli::progress::Display;
use crate::cli::render::{self, Fault, failure};
use crate::cli::workplace::{self, Workplace};
use crate::config::Settings;
use crate::pipeline::{self, BatchReport, DocumentReport, Outcome, StageError};
use crate::report;
use crate::review::{HeldId, QueueError};

/// Runs the whole chain over a folder of scans.
///
/// A PDF or multi-page TIFF is one document; a folder of page images is one document. What is known of a document
/// can stand beside it in NAME.json, metadata.json or metadata.csv. Stopped at any moment, the same command goes on
/// where it was: nothing is lost and nothing is deposited twice.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of scans, or one file.
    inbox: PathBuf,
    /// What goes to standard output: a summary for people, or the report for machines.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Does what the arguments say.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    if !args.inbox.exists() {
        let story = format!("there is no inbox {}", args.inbox.display());
        return Err(Fault::plain(story, "give the folder where the scans are", Exit::Input));
    }
    refuse_nesting(&args.inbox, Workplace::folder(settings)?)?;
    let workplace = Workplace::open(settings)?.stopped_by(&workplace::stop_on_interrupt()?);
    let display = Display::new(args.format == Format::Json);
    let report = digitize(&args.inbox, &workplace, &display);
    display.finish();
    let report = report?;
    let paths = write_report(&report, &workplace)?;
    match args.format {
        Format::Json => render::print(&json(&report)?)?,
        Format::Text => render::print(&summary(&report, &workplace, &paths))?,
    }
    Ok(exit(&report))
}

/// A warehouse inside its inbox would be taken in as scans, run after run.
pub(crate) fn refuse_nesting(inbox: &Path, warehouse: &Path) -> Result<(), Fault> {
    let whole = |path: &Path| {
        let existing = path.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
        let existing = if existing.as_os_str().is_empty() { Path::new(".") } else { existing };
        let rest = path.strip_prefix(existing).unwrap_or(path);
        fs::canonicalize(existing).map_or_else(|_| path.to_owned(), |existing| existing.join(rest))
    };
    let (inbox, warehouse) = (whole(inbox), whole(warehouse));
    if warehouse.starts_with(&inbox) || inbox.starts_with(&warehouse) {
        let story = format!("inbox {} and warehouse {} lie inside each other", inbox.display(), warehouse.display());
        return Err(Fault::plain(story, "name two folders that lie apart", Exit::Usage));
    }
    Ok(())
}

/// First what a killed run left complete, then what people approved since the last run, then the inbox.
pub(crate) fn digitize(inbox: &Path, workplace: &Workplace, display: &Display) -> Result<BatchReport, Fault> {
    let tools = workplace.tools();
    let observer = |event: pipeline::Progress<'_>| display.show(&event);
    let mut first = pipeline::resume(&tools, &observer).map_err(|error| fault(&error))?;
    first.extend(pipeline::finish_approved(&tools, &workplace.pool, &observer).map_err(|error| fault(&error))?);
    let mut report = pipeline::run(inbox, &tools, &workplace.pool, &observer).map_err(|error| fault(&error))?;
    // What is in the inbox too has its row there.
    first.retain(|row| !report.documents.iter().any(|other| is_same(row, other)));
    report.documents.extend(first);
    Ok(report)
}

/// Two rows tell of one document, or of one damaged entry of the queue.
fn is_same(row: &DocumentReport, other: &DocumentReport) -> bool {
    match (row.identity, damaged(row)) {
        (Some(identity), _) => other.identity == Some(identity),
        (None, Some(path)) => damaged(other) == Some(path),
        (None, None) => false,
    }
}

fn damaged(row: &DocumentReport) -> Option<&Path> {
    match &row.outcome {
        Outcome::Failed(StageError::Review(QueueError::Damaged { path, .. })) => Some(path),
        _ => None,
    }
}

/// A stage's failure as the end of a command.
pub(crate) fn fault(error: &StageError) -> Fault {
    Fault { story: error.story(), hint: error.hint(), exit: kind(error) }
}

/// The exit code of a stage's failure, for commands that work on one document.
pub(crate) fn kind(error: &StageError) -> Exit {
    match error {
        StageError::Intake(_) | StageError::Raster(_) | StageError::NoOwner | StageError::Pdfa(_) => Exit::Input,
        StageError::Ocr(_) => Exit::Requirement,
        StageError::Sign(_) => Exit::Signing,
        StageError::Review(_) | StageError::Deposit(_) | StageError::Catalog(_) => Exit::Warehouse,
        StageError::Bug { .. } => Exit::Bug,
    }
}

/// Many outcomes, one code: an interruption is named before failures, failures before what is held.
fn exit(report: &BatchReport) -> Exit {
    let counts = report.counts();
    let is_bug = |row: &DocumentReport| matches!(row.outcome, Outcome::Failed(StageError::Bug { .. }));
    if report.interrupted {
        Exit::Interrupted
    } else if report.documents.iter().any(is_bug) {
        Exit::Bug
    } else if counts.failed + counts.postponed > 0 {
        Exit::SomeFailed
    } else if counts.held > 0 {
        Exit::SomeHeld
    } else {
        Exit::Done
    }
}

/// Where a report was written.
pub(crate) struct ReportPaths {
    /// For people.
    pub html: PathBuf,
}

/// Writes both forms of a report into a folder of their own.
///
/// # Errors
/// [`Fault`] when the warehouse cannot be written to.
pub(crate) fn write_report(report: &BatchReport, workplace: &Workplace) -> Result<ReportPaths, Fault> {
    let folder = unused(&workplace.reports.join(report.started.vietnam().replace(':', "-")));
    let html = folder.join("report.html");
    let queue = workplace.queue_folder();
    let thumbnail = |id: &HeldId| fs::read(queue.join(id.to_string()).join("page-1.jpg")).ok();
    let page = report::html(report, &thumbnail);
    files::create_folders(&folder)
        .and_then(|()| files::write_atomically(&html, page.as_bytes()))
        .map_err(|error| unwritten(&folder, &error))?;
    files::write_atomically(&folder.join("report.json"), json(report)?.as_bytes())
        .map_err(|error| unwritten(&folder, &error))?;
    Ok(ReportPaths { html })
}

/// Two runs may begin in the same second.
fn unused(folder: &Path) -> PathBuf {
    let numbered = |number: u32| PathBuf::from(format!("{}-{number}", folder.display()));
    let mut names = std::iter::once(folder.to_owned()).chain((2..).map(numbered));
    names.find(|name| !name.exists()).unwrap_or_else(|| folder.to_owned())
}

fn unwritten(folder: &Path, error: &std::io::Error) -> Fault {
    let story = format!("the report could not be written to {}: {error}", folder.display());
    Fault::plain(
        story,
        "every document's state is safe in the warehouse; free some space and run again",
        Exit::Warehouse,
    )
}

fn json(report: &BatchReport) -> Result<String, Fault> {
    report::json(report).map_err(|error| Fault::new(&error, None, Exit::Bug))
}

fn summary(report: &BatchReport, workplace: &Workplace, paths: &ReportPaths) -> String {
    let counts = report.counts();
    let seconds = report.elapsed.as_secs_f64();
    let mut text = format!(
        "{} documents, {} pages in {seconds:.1} s ({:.2} pages/s)\n",
        report.documents.len(),
        counts.pages,
        counts.pages as f64 / seconds.max(1e-3),
    );
    for (number, meaning) in [
        (counts.deposited, "deposited"),
        (counts.already, "deposited before"),
        (counts.held, "held for a person: `sohoa review list`"),
        (counts.rejected, "rejected before"),
        (counts.failed, "failed"),
        (counts.postponed, "not done for now, by no fault of theirs: run again"),
        (report.left.len(), "files left, being no scans"),
    ] {
        if number > 0 {
            text += &format!("{number:>6} {meaning}\n");
        }
    }
    if report.interrupted {
        text += "stopped before the end; the same command goes on from here\n";
    }
    if workplace.is_demo {
        text += "signed with the warehouse's DEMO keys, without legal value; set sign.key and sign.certificate for real papers\n";
    }
    text + &format!("report: {}\n", paths.html.display())
}

/// One line for a document, and the exit code that it asks for.
///
/// # Errors
/// [`Fault`] when standard output cannot be written.
pub(crate) fn print_outcome(report: &DocumentReport) -> Result<Exit, Fault> {
    let (line, exit) = match &report.outcome {
        Outcome::Deposited(receipt) => (format!("{}: deposited in {}", report.name, receipt.path), Exit::Done),
        Outcome::AlreadyDeposited(receipt) => {
            (format!("{}: deposited before in {}", report.name, receipt.path), Exit::Done)
        }
        Outcome::Held { id, .. } => (format!("{}: held as {id}", report.name), Exit::SomeHeld),
        Outcome::Rejected { reason, .. } => (format!("{}: rejected: {reason}", report.name), Exit::SomeHeld),
        Outcome::Failed(error) => {
            (failure(&format!("{}: {}", report.name, error.story()), error.hint().as_deref()), Exit::SomeFailed)
        }
    };
    render::print(&(line + "\n"))?;
    Ok(exit)
}

//! `sohoa review`: what waits for a person.

use std::num::NonZeroU32;

use clap::Subcommand;

use super::run::{fault, print_outcome};
use crate::base::units::PageNumber;
use crate::cli::exit::Exit;
use crate::cli::render::{self, Fault};
use crate::cli::workplace::Workplace;
use crate::config::Settings;
use crate::pipeline::{self, StageError};
use crate::review::{Decision, Entry, HeldId, Listing, Queue, QueueError, State, fields};
use crate::vn::document_type::{DocumentType, FieldName};

/// Lists, shows and decides what waits for a person.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Lists what is held, oldest first.
    List {
        /// Rejected, superseded and divided documents too.
        #[arg(long)]
        all: bool,
    },
    /// Shows a held document: fields with confidence, reasons, text, where its pictures are.
    Show {
        /// Its name in the queue.
        id: String,
    },
    /// Approves a document, corrected where --set says so, and finishes it.
    Approve {
        /// Its name in the queue.
        id: String,
        /// Who approves.
        #[arg(long, value_name = "NAME")]
        by: String,
        /// A field and its right value, such as `number=15/QĐ-UBND`; may be given again.
        #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = correction)]
        fields: Vec<(FieldName, String)>,
        /// The right type, by its code, such as GKS.
        #[arg(long = "type", value_name = "CODE", value_parser = document_type)]
        document_type: Option<DocumentType>,
    },
    /// Divides a file that holds several documents; each goes on by itself, and the whole is kept.
    Split {
        /// Its name in the queue.
        id: String,
        /// The pages with which further documents begin, such as `3` or `3,5`.
        #[arg(long, value_name = "PAGE", required = true, value_delimiter = ',')]
        at: Vec<NonZeroU32>,
        /// Who divides.
        #[arg(long, value_name = "NAME")]
        by: String,
    },
    /// Takes a division back, while none of its parts is approved or deposited.
    Join {
        /// The whole's name in the queue.
        id: String,
    },
    /// Sets a document aside; its files are kept.
    Reject {
        /// Its name in the queue.
        id: String,
        /// Who rejects.
        #[arg(long, value_name = "NAME")]
        by: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// Does what the arguments say.
pub(crate) fn run(args: Args, settings: &Settings) -> Result<Exit, Fault> {
    match args.verb {
        Verb::List { all } => list(settings, all),
        Verb::Show { id } => show(settings, &id),
        Verb::Approve { id, by, fields, document_type } => {
            let at = settings.clock.now();
            let id = decide(settings, &id, &Decision::Approve { by, at, document_type, fields })?;
            finish(settings, &id)
        }
        Verb::Split { id, at, by } => split(settings, &id, &at, &by),
        Verb::Join { id } => join(settings, &id),
        Verb::Reject { id, by, reason } => {
            decide(settings, &id, &Decision::Reject { by, at: settings.clock.now(), reason })?;
            render::print(&format!("{id} is set aside; its files are kept in the queue's `rejected` folder\n"))?;
            Ok(Exit::Done)
        }
    }
}

fn list(settings: &Settings, all: bool) -> Result<Exit, Fault> {
    let Listing { entries, damaged } = queue(settings)?.list().map_err(|error| refused(&error))?;
    let mut rows: Vec<Vec<String>> = entries.iter().filter(|entry| all || is_open(entry)).map(row).collect();
    rows.extend(damaged.iter().map(damaged_row));
    if rows.is_empty() {
        render::print("nothing is held\n")?;
    } else {
        render::print(&render::table(&rows))?;
    }
    let Some((_, error)) = damaged.first() else { return Ok(Exit::Done) };
    let story = format!("{} of the entries cannot be read; the others are not affected", damaged.len());
    Fault { story, hint: error.hint(), exit: Exit::SomeFailed }.print();
    Ok(Exit::SomeFailed)
}

fn damaged_row((id, error): &(HeldId, QueueError)) -> Vec<String> {
    vec![id.to_string(), "damaged".to_owned(), "-".to_owned(), "-".to_owned(), pipeline::story(error)]
}

/// Something is still to be done with it.
fn is_open(entry: &Entry) -> bool {
    matches!(entry.state(), State::Waiting | State::Approved)
}

fn row(entry: &Entry) -> Vec<String> {
    let state = match entry.state() {
        State::Waiting => "waiting",
        State::Approved => "approved",
        State::Rejected => "rejected",
        State::Superseded => "superseded",
        State::Divided => "divided",
    };
    let reasons: Vec<String> = entry.reasons.iter().map(crate::review::Reason::text).collect();
    vec![
        entry.id.to_string(),
        state.to_owned(),
        entry.classification.document_type.code().to_owned(),
        entry.origin.name.clone(),
        reasons.join("; "),
    ]
}

fn show(settings: &Settings, id: &str) -> Result<Exit, Fault> {
    let entry = entry(&queue(settings)?, id)?;
    let mut text = format!("{}  {}\n", entry.id, entry.origin.name);
    text += &format!("held {} in {}\n", entry.held_at, entry.folder.display());
    if let Some(Decision::Supersede { by, at }) = &entry.decision {
        text += &format!("superseded {at} by {by}: the office said more of these pages\n");
    }
    if let Some(Decision::Divide { by, at, parts, .. }) = &entry.decision {
        let parts: Vec<String> = parts.iter().map(|part| HeldId::of(*part).to_string()).collect();
        text += &format!("divided {at} by {by} into {}\n", parts.join(", "));
    }
    let found = &entry.classification;
    text += &format!(
        "type {} ({}), confidence {:.2}\n",
        found.document_type.code(),
        found.document_type.name(),
        found.confidence.value()
    );
    for reason in &entry.reasons {
        text += &format!("  - {}\n", reason.text());
    }
    for source in &entry.origin.sources {
        if let Some(verdict) = &source.verdict {
            text += &format!("signed original {}: {}\n", source.name, verdict.vietnamese);
        }
    }
    text += "\n";
    let fields = FieldName::ALL.iter().filter_map(|field| {
        let value = fields::shown(*field, &entry.record)?;
        let confidence = entry.record.confidence(*field)?;
        Some(vec![field.as_str().to_owned(), format!("{:.2}", confidence.value()), value])
    });
    text += &render::table(&fields.collect::<Vec<_>>());
    for page in &entry.pages {
        text += &format!("\n--- page {} ({}) ---\n", page.number.value(), page.source.kind.text());
        text += &page.text.plain();
        if let Some(why) = &page.unread {
            text += &format!("(not recognized: {why})\n");
        }
    }
    render::print(&text)?;
    Ok(Exit::Done)
}

fn decide(settings: &Settings, id: &str, decision: &Decision) -> Result<HeldId, Fault> {
    let queue = queue(settings)?;
    let entry = entry(&queue, id)?;
    queue.decide(&entry.id, decision).map_err(|error| refused(&error))?;
    Ok(entry.id)
}

/// The decision is durable before a part is worked on, so a failure there loses nothing.
fn split(settings: &Settings, id: &str, at: &[NonZeroU32], by: &str) -> Result<Exit, Fault> {
    let id = entry(&queue(settings)?, id)?.id;
    let starts: Vec<PageNumber> = at.iter().map(|page| PageNumber::at_index(page.get() as usize - 1)).collect();
    let workplace = Workplace::open(settings)?;
    let rows =
        pipeline::divide(&id, &starts, by, &workplace.tools(), &workplace.pool).map_err(|error| undivided(&error))?;
    let mut worst = Exit::Done;
    for row in &rows {
        worst = worst.max(print_outcome(row)?);
    }
    render::print(&format!("{id} is divided; `sohoa review join {id}` takes it back while no part went on\n"))?;
    Ok(worst)
}

fn join(settings: &Settings, id: &str) -> Result<Exit, Fault> {
    let id = entry(&queue(settings)?, id)?.id;
    let workplace = Workplace::open(settings)?;
    pipeline::join(&id, &workplace.tools()).map_err(|error| undivided(&error))?;
    render::print(&format!("{id} waits as one document again\n"))?;
    Ok(Exit::Done)
}

fn undivided(error: &StageError) -> Fault {
    match error {
        StageError::Review(error) => refused(error),
        error => fault(error),
    }
}

/// Signs and deposits what was approved; the decision is durable already, so a failure here loses nothing.
fn finish(settings: &Settings, id: &HeldId) -> Result<Exit, Fault> {
    let later = |fault: Fault| Fault {
        story: format!("{id} is approved and waits to be finished by the next run: {}", fault.story),
        ..fault
    };
    let workplace = Workplace::open(settings).map_err(later)?;
    let report = pipeline::finish_one(id, &workplace.tools(), &workplace.pool)
        .map_err(|error| later(Fault { story: error.story(), hint: error.hint(), exit: Exit::Warehouse }))?;
    report.map_or(Ok(Exit::Done), |report| print_outcome(&report))
}

fn queue(settings: &Settings) -> Result<Queue, Fault> {
    Queue::open(&Workplace::folder(settings)?.join("queue")).map_err(|error| refused(&error))
}

fn entry(queue: &Queue, id: &str) -> Result<Entry, Fault> {
    id.parse().and_then(|id: HeldId| queue.entry(&id)).map_err(|error| refused(&error))
}

fn refused(error: &QueueError) -> Fault {
    let exit = match error {
        QueueError::Storage { .. } | QueueError::Damaged { .. } => Exit::Warehouse,
        _ => Exit::Usage,
    };
    Fault::new(error, error.hint(), exit)
}

fn correction(text: &str) -> Result<(FieldName, String), String> {
    let (field, value) = text.split_once('=').ok_or("expected FIELD=VALUE, such as number=15/QĐ-UBND")?;
    Ok((field.parse()?, value.to_owned()))
}

fn document_type(code: &str) -> Result<DocumentType, String> {
    DocumentType::from_code(code).ok_or_else(|| format!("`{code}` is no type code, such as GKS or QD"))
}

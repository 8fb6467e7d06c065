//! `sohoa pdfa`: a searchable PDF/A of one document, unsigned.

use std::path::PathBuf;

use crate::base::files;
use crate::cli::documents::{Reader, needs_a_person, unwritten, who};
use crate::cli::exit::Exit;
use crate::cli::render::{Fault, say};
use crate::config::Settings;
use crate::pdfa::{self, Conversion, Rendition};
use crate::pipeline::Compression;

/// Makes a searchable PDF/A of a document: its pictures, invisible text, metadata.
///
/// You answer for the record, and for keeping the document itself where its pictures were parted into layers: what
/// `sohoa run` would hold the document for is said on standard error.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// PDF, TIFF, JPEG or PNG file, or folder of page images.
    document: PathBuf,
    /// Where the PDF/A goes.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Does what the arguments say.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    let reader = Reader::start(settings)?;
    let officer = who(settings);
    let (screening, sources) = reader.screen(&args.document)?;
    if !screening.reasons().is_empty() {
        say(&format!("warning: {}", needs_a_person(&args.document, screening.reasons())));
    }
    let approved = screening.approve(officer.clone(), settings.clock.now());
    let agency = settings.agency.clone().ok_or_else(|| {
        Fault::plain(
            "no agency is named for the conversion mark",
            "give --agency NAME, or set pdfa.agency",
            Exit::Usage,
        )
    })?;
    let conversion = Conversion { agency, officer: Some(officer), at: settings.clock.now() };
    let (pictures, decisions) = reader.pictures(&approved);
    for (page, refusal) in (1..).zip(decisions.iter().map(Compression::refusal)) {
        if let Some(why) = refusal {
            say(&format!("page {page} keeps its own picture: {why}"));
        }
    }
    let rendition = Rendition { conformance: settings.level, pictures: &pictures, sources: &sources };
    let pdf = pdfa::write(&approved, &conversion, &rendition)
        .map_err(|error| Fault::new(&error, error.hint(), Exit::Input))?;
    files::write_atomically(&args.output, pdf.bytes()).map_err(|error| unwritten(&args.output, &error))?;
    Ok(Exit::Done)
}

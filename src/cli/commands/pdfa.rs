//! `sohoa pdfa`: a searchable PDF/A of one document, unsigned.

use std::path::PathBuf;

use crate::base::files;
use crate::cli::documents::{Reader, unwritten, who};
use crate::cli::exit::Exit;
use crate::cli::render::Fault;
use crate::config::Settings;
use crate::pdfa::{self, Conversion, Rendition};

/// Makes a searchable PDF/A of a document: its pictures, invisible text, metadata. You answer for the record, and for
/// keeping the document itself where its pictures were parted into layers.
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
    let (approved, sources) = reader.approve(&args.document, &officer)?;
    let agency = settings.agency.clone().ok_or_else(|| {
        Fault::plain(
            "no agency is named for the conversion mark",
            "give --agency NAME, or set pdfa.agency",
            Exit::Usage,
        )
    })?;
    let conversion = Conversion { agency, officer: Some(officer), at: settings.clock.now() };
    let pictures = reader.pictures(&approved);
    let rendition = Rendition { conformance: settings.level, pictures: &pictures, sources: &sources };
    let pdf = pdfa::write(&approved, &conversion, &rendition)
        .map_err(|error| Fault::new(&error, error.hint(), Exit::Input))?;
    files::write_atomically(&args.output, pdf.bytes()).map_err(|error| unwritten(&args.output, &error))?;
    Ok(Exit::Done)
}

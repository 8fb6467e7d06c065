//! `sohoa deposit`: a signed PDF/A goes into its owner's warehouse.

use std::path::PathBuf;

use super::run::print_outcome;
use super::verify::{anchors, read};
use crate::cli::documents::{Reader, who};
use crate::cli::exit::Exit;
use crate::cli::render::Fault;
use crate::cli::workplace::Workplace;
use crate::config::Settings;
use crate::pipeline;
use crate::sign::SignedPdf;

/// Deposits a signed PDF/A: its signature is verified, its text and record are read, and you answer for them.
///
/// The owner comes from --owner, from metadata beside the file, or from the paper itself.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A signed PDF/A.
    file: PathBuf,
    /// Trusted root certificates, PEM; without it the warehouse's demo root.
    #[arg(long, value_name = "FILE")]
    trust: Vec<PathBuf>,
}

/// Does what the arguments say.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    let trust = if args.trust.is_empty() {
        vec![Workplace::folder(settings)?.join("demo-keys/root.pem")]
    } else {
        args.trust.clone()
    };
    let anchors = anchors(&trust)?;
    let signed = SignedPdf::read(read(&args.file)?, &anchors, settings.clock.now()).map_err(|error| {
        let fault = Fault::new(&error, error.hint(), Exit::Invalid);
        Fault { story: format!("{}: {}", args.file.display(), fault.story), ..fault }
    })?;
    let (approved, sources) = Reader::start(settings)?.approve(&args.file, &who(settings))?;
    let workplace = Workplace::open(settings)?;
    let report = pipeline::deposit_signed(&approved, &signed, &sources, &workplace.tools());
    print_outcome(&report)
}

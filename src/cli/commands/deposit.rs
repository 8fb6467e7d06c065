//! `sohoa deposit`: a signed PDF/A goes into its owner's warehouse.

use std::path::PathBuf;

use super::run::print_outcome;
use super::verify::{read, trust};
use crate::cli::documents::{Reader, needs_a_person};
use crate::cli::exit::Exit;
use crate::cli::render::Fault;
use crate::cli::workplace::Workplace;
use crate::config::Settings;
use crate::pipeline;
use crate::review::{ApprovedDocument, Screening};
use crate::sign::SignedPdf;

/// Deposits a signed PDF/A: its signature is verified, its text and record are read and screened as `sohoa run` does.
///
/// What needs a person is refused with the reasons, unless --by names the person who answers for it.
/// The owner comes from --owner, from metadata beside the file, or from the paper itself.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A signed PDF/A.
    file: PathBuf,
    /// Who takes responsibility for the record as it was read; the name is kept in it.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Trusted root certificates, PEM; without it the warehouse's demo root.
    #[arg(long, value_name = "FILE")]
    trust: Vec<PathBuf>,
}

/// Does what the arguments say.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    let roots = if args.trust.is_empty() {
        vec![Workplace::folder(settings)?.join("demo-keys/root.pem")]
    } else {
        args.trust.clone()
    };
    let anchors = trust(&roots, settings)?;
    let signed = SignedPdf::read(read(&args.file)?, &anchors, settings.clock.now()).map_err(|error| {
        let fault = Fault::new(&error, error.hint(), Exit::Invalid);
        Fault { story: format!("{}: {}", args.file.display(), fault.story), ..fault }
    })?;
    let (screening, sources) = Reader::start(settings)?.screen(&args.file)?;
    let approved = answered_for(screening, args, settings)?;
    let workplace = Workplace::open(settings)?;
    let report = pipeline::deposit_signed(&approved, &signed, &sources, &workplace.tools());
    print_outcome(&report)
}

fn answered_for(screening: Screening, args: &Args, settings: &Settings) -> Result<ApprovedDocument, Fault> {
    match (&args.by, screening) {
        (Some(name), screening) => Ok(screening.approve(name.clone(), settings.clock.now())),
        (None, Screening::Approved(document)) => Ok(*document),
        (None, Screening::Held(document)) => Err(Fault::plain(
            needs_a_person(&args.file, &document.reasons),
            "look at the paper; who answers for it says so with --by NAME, and whose it is with --owner NUMBER",
            Exit::SomeHeld,
        )),
    }
}

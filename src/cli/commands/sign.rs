//! `sohoa sign`: the organisation's signature on a PDF/A that sohoa made.

use std::path::PathBuf;

use super::verify::read;
use crate::base::files;
use crate::cli::documents::unwritten;
use crate::cli::exit::Exit;
use crate::cli::render::Fault;
use crate::cli::workplace;
use crate::config::Settings;
use crate::pdfa::PdfA;
use crate::sign;

/// Signs a PDF/A at PAdES B-T, with the text that Decree 30/2020 asks of copies at the top right of page 1.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A PDF/A made by `sohoa pdfa`.
    file: PathBuf,
    /// Where the signed file goes.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Folder of demo keys, where no key is set; made by `sohoa keys demo`.
    #[arg(long, value_name = "FOLDER")]
    demo_keys: Option<PathBuf>,
}

/// Does what the arguments say.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    let pdf = PdfA::read(read(&args.file)?).map_err(|error| {
        let fault = Fault::new(&error, error.hint(), Exit::Input);
        Fault { story: format!("{}: {}", args.file.display(), fault.story), ..fault }
    })?;
    let (signer, authority) = workplace::signing(settings, args.demo_keys.as_deref())?;
    let appearance = workplace::appearance(settings, &signer)?;
    let result = sign::sign(&pdf, &signer, Some(authority.as_ref()), &appearance, settings.clock.now())
        .map_err(|error| Fault::new(&error, error.hint(), Exit::Signing))?;
    files::write_atomically(&args.output, result.bytes()).map_err(|error| unwritten(&args.output, &error))?;
    Ok(Exit::Done)
}

//! `sohoa keys`: making keys.

use std::path::PathBuf;

use clap::Subcommand;

use crate::cli::exit::Exit;
use crate::cli::render::{self, Fault};
use crate::config::Settings;
use crate::pki::demo;

/// Makes keys.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Makes a demo PKI: root, issuing CA, organisation, officer, time-stamp authority. For trials only.
    Demo {
        /// Where; a new folder.
        folder: PathBuf,
        /// The organisation's name in its certificate.
        #[arg(long, default_value = "UBND PHƯỜNG BÌNH MINH")]
        organization: String,
        /// The officer's name in the certificate.
        #[arg(long, default_value = "Nguyễn Văn Thử")]
        officer_name: String,
    },
}

/// Does what the arguments say.
pub(crate) fn run(args: Args, settings: &Settings) -> Result<Exit, Fault> {
    let Verb::Demo { folder, organization, officer_name } = args.verb;
    demo::create(&folder, &organization, &officer_name, settings.clock.now())
        .map_err(|error| Fault::new(&error, error.hint(), Exit::Signing))?;
    render::print(&format!(
        "demo keys are in {}\ntheir certificates say that they are a demo; never sign a real paper with them\n",
        folder.display()
    ))?;
    Ok(Exit::Done)
}

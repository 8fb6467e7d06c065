//! The command line: the only module that prints, exits, reads the environment or knows clap.
//!
//! One file for each subcommand in `commands/`: its arguments and what it does.

mod args;
mod commands;
mod documents;
mod exit;
mod progress;
mod render;
mod secrets;
mod signer;
mod workplace;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use crate::config::{self, Layers, Settings};
use args::{Cli, Verb};
use exit::Exit;
use render::Fault;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    // Panics on damaged files are caught where they happen and told as that file's error.
    std::panic::set_hook(Box::new(|_| {}));
    // Scans, thumbnails and reports are for the office's own group, and for nobody else.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o027));
    match Cli::try_parse() {
        Ok(cli) => finish(catch_unwind(AssertUnwindSafe(|| dispatch(cli))).unwrap_or_else(|_| Err(bug()))),
        Err(error) => {
            // Help and version are printed by clap itself and are no fault.
            drop(error.print());
            if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
        }
    }
}

fn finish(ended: Result<Exit, Fault>) -> ExitCode {
    match ended {
        Ok(exit) => exit.into(),
        Err(fault) => {
            fault.print();
            fault.exit.into()
        }
    }
}

fn dispatch(cli: Cli) -> Result<Exit, Fault> {
    // The worker takes its orders from its parent and needs no settings.
    if matches!(cli.command, Verb::RecognizeWorker) {
        return commands::worker::run();
    }
    let layers = layers(&cli).map_err(|error| configuration(&error))?;
    let settings = Settings::resolve(&layers).map_err(|error| configuration(&error))?;
    match cli.command {
        Verb::Run(args) => commands::run::run(&args, &settings),
        Verb::Watch(args) => commands::watch::run(&args, &settings),
        Verb::Check(args) => commands::check::run(&args, &settings),
        Verb::Scan(args) => commands::scan::run(&args, &settings),
        Verb::Review(args) => commands::review::run(args, &settings),
        Verb::Ocr(args) => commands::ocr::run(&args, &settings),
        Verb::Pdfa(args) => commands::pdfa::run(&args, &settings),
        Verb::Sign(args) => commands::sign::run(&args, &settings),
        Verb::Renew(args) => commands::renew::run(&args, &settings),
        Verb::Verify(args) => commands::verify::run(&args, &settings),
        Verb::Deposit(args) => commands::deposit::run(&args, &settings),
        Verb::Warehouse(args) => commands::warehouse::run(&args, &settings),
        Verb::Keys(args) => commands::keys::run(args, &settings),
        Verb::Settings => commands::settings::run(&layers),
        Verb::Doctor => commands::doctor::run(&settings),
        Verb::RecognizeWorker => commands::worker::run(),
    }
}

fn layers(cli: &Cli) -> Result<Layers, config::Error> {
    let mut layers = Layers::default();
    if let Some(file) = settings_file(cli.config.as_deref()) {
        layers.file(&file)?;
    }
    layers.environment(|name| std::env::var(name).ok());
    for (name, value) in &cli.settings.0 {
        layers.flag(name, Some(value.clone()));
    }
    Ok(layers)
}

fn settings_file(flag: Option<&Path>) -> Option<PathBuf> {
    let here = || Some(PathBuf::from("sohoa.toml")).filter(|path| path.is_file());
    flag.map(Path::to_owned).or_else(|| std::env::var_os("SOHOA_CONFIG").map(PathBuf::from)).or_else(here)
}

fn bug() -> Fault {
    let hint = "what was acknowledged is safe; please report this with the command and its files";
    Fault::plain("a fault of sohoa itself ended the command", hint, Exit::Bug)
}

fn configuration(error: &config::Error) -> Fault {
    Fault::new(error, error.hint(), Exit::Usage)
}

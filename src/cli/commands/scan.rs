//! `sohoa scan`: pages from a scanner into a folder, through the gate at once.

use std::path::PathBuf;

use clap::ValueEnum;

use super::check;
use crate::cli::exit::Exit;
use crate::cli::render::Fault;
use crate::config::Settings;
use crate::scanner::{self, Device, Feed, Mode, Request};

/// Scans the papers in a scanner into a new folder, which is one document, and says which pages to scan again.
///
/// The scanner is one that SANE knows (`scanimage -L`), or a network scanner at an eSCL address that you name. The folder
/// appears when all pages are in it, so it may lie in a watched inbox. Ends with 3 when a page should be scanned again.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder to make.
    folder: PathBuf,
    /// A device of SANE, or `http://HOST/eSCL`; SANE's first where none is given.
    #[arg(long, value_name = "DEVICE")]
    device: Option<Device>,
    /// Dots an inch; Decree 30/2020 asks for at least 200.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(50..=1200))]
    resolution: u32,
    /// Color as the decree asks, gray, or one bit.
    #[arg(long, value_enum, default_value_t = ModeName::Color)]
    mode: ModeName,
    /// Where the paper lies.
    #[arg(long, value_enum, default_value_t = SourceName::Feeder)]
    source: SourceName,
    /// Pages at most; without it until the feeder is empty, and one from the glass.
    #[arg(long, value_name = "N")]
    pages: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModeName {
    /// 24 bits.
    Color,
    /// 8 bits.
    Gray,
    /// 1 bit.
    Bilevel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SourceName {
    /// On the glass.
    Glass,
    /// In the feeder, fronts only.
    Feeder,
    /// In the feeder, both sides.
    Duplex,
}

/// Does what the arguments say.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    let request = Request {
        device: args.device.clone().unwrap_or(Device::Sane(None)),
        dpi: args.resolution,
        mode: match args.mode {
            ModeName::Color => Mode::Color,
            ModeName::Gray => Mode::Gray,
            ModeName::Bilevel => Mode::Bilevel,
        },
        feed: match args.source {
            SourceName::Glass => Feed::Glass,
            SourceName::Feeder => Feed::Feeder,
            SourceName::Duplex => Feed::Duplex,
        },
        pages: args.pages,
    };
    scanner::scan(&request, &args.folder).map_err(|error| refused(&error))?;
    check::look(&args.folder, check::Format::Text, settings)
}

fn refused(error: &scanner::Error) -> Fault {
    let exit = match error {
        scanner::Error::NoProgram { .. } => Exit::Requirement,
        _ => Exit::Input,
    };
    Fault::new(error, error.hint(), exit)
}

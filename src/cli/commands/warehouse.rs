//! `sohoa warehouse`: the store and its index.

use clap::Subcommand;

use crate::catalog::Rebuilt;
use crate::cli::exit::Exit;
use crate::cli::render::{self, Fault};
use crate::cli::workplace::Store;
use crate::config::Settings;

/// Looks after the warehouse.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Makes every row of the catalog again from what the store holds.
    ///
    /// The catalog is an index and no record: a damaged or lost `catalog.sqlite` is moved away and rebuilt.
    Rebuild,
}

/// Does what the arguments say.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    match args.verb {
        Verb::Rebuild => rebuild(settings),
    }
}

fn rebuild(settings: &Settings) -> Result<Exit, Fault> {
    let store = Store::open(settings)?;
    let rebuilt =
        store.catalog.rebuild(&store.warehouse).map_err(|error| Fault::new(&error, error.hint(), Exit::Warehouse))?;
    render::print(&summary(&rebuilt))?;
    for error in &rebuilt.unreadable {
        Fault::new(error, error.hint(), Exit::Warehouse).print();
    }
    Ok(if rebuilt.unreadable.is_empty() { Exit::Done } else { Exit::Warehouse })
}

fn summary(rebuilt: &Rebuilt) -> String {
    format!(
        "{} documents in the catalog, {} rows of documents that are gone removed, {} documents unreadable\n",
        rebuilt.documents,
        rebuilt.removed,
        rebuilt.unreadable.len()
    )
}

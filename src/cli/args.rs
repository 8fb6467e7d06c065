//! The command line as text: subcommands, and one flag for each setting.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, Parser, Subcommand};

use super::commands;
use super::exit::Exit;
use crate::config::KEYS;

/// Digitises paper records into signed, searchable PDF/A in each owner's warehouse.
#[derive(Debug, Parser)]
#[command(name = "sohoa", version, propagate_version = true, max_term_width = 100, subcommand_required = true)]
#[command(after_help = "Settings come from flags, then the environment, then a TOML file, then defaults; \
    `sohoa settings` shows each with its source.", after_long_help = exit_codes())]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Verb,
    /// Settings file; without it `SOHOA_CONFIG`, then sohoa.toml in this folder where there is one.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The settings given as flags.
    #[command(flatten)]
    pub settings: SettingFlags,
}

fn exit_codes() -> String {
    let rows = Exit::TABLE.map(|(exit, meaning)| format!("  {:>3}  {meaning}\n", exit as u8));
    format!("Exit codes:\n{}", rows.concat())
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Runs the whole chain over a folder of scans.
    Run(commands::run::Args),
    /// Runs the whole chain over what comes into a folder, until Ctrl-C.
    Watch(commands::watch::Args),
    /// Looks at scans without recognising them, and names what should be scanned again.
    Check(commands::check::Args),
    /// Scans papers into a folder, and says which pages to scan again.
    Scan(commands::scan::Args),
    /// Lists, shows, approves or rejects what waits for a person.
    Review(commands::review::Args),
    /// Recognises the text of documents and prints it.
    Ocr(commands::ocr::Args),
    /// Makes a searchable PDF/A of a document, unsigned.
    Pdfa(commands::pdfa::Args),
    /// Signs PDF files.
    Sign(commands::sign::Args),
    /// Makes signed PDF files last longer.
    Renew(commands::renew::Args),
    /// Verifies the signatures of PDF files.
    Verify(commands::verify::Args),
    /// Deposits a signed PDF/A into its owner's warehouse.
    Deposit(commands::deposit::Args),
    /// Looks after the warehouse.
    Warehouse(commands::warehouse::Args),
    /// Makes keys.
    Keys(commands::keys::Args),
    /// Shows every setting and where it came from.
    Settings,
    /// Says what is missing on this machine and how to get it.
    Doctor,
    /// Recognises pages for another sohoa process; not for people.
    #[command(hide = true)]
    RecognizeWorker,
}

/// Flags made from the table of settings, so that a setting is defined once.
#[derive(Debug, Clone, Default)]
pub(crate) struct SettingFlags(pub Vec<(&'static str, String)>);

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |name: &'static str| matches.get_one::<String>(name).map(|value| (name, value.clone()));
        Ok(Self(KEYS.iter().filter_map(|key| given(key.name)).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        KEYS.iter().fold(command, |command, key| {
            let flag = key.name.rsplit('.').next().unwrap_or(key.name);
            let help =
                if key.default.is_empty() { key.help.to_owned() } else { format!("{} [{}]", key.help, key.default) };
            command.arg(
                Arg::new(key.name)
                    .long(flag)
                    .value_name("VALUE")
                    .help(help)
                    .help_heading("Settings")
                    .global(true)
                    .hide_short_help(flag != "warehouse" && flag != "owner" && flag != "workers"),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_setting_has_its_flag() {
        let cli = Cli::parse_from(["sohoa", "settings", "--workers", "3", "--languages=vie+eng"]);
        assert_eq!(cli.settings.0, [("run.workers", "3".to_owned()), ("ocr.languages", "vie+eng".to_owned())]);
    }
}

//! The command line: the only module that prints, exits or knows clap.

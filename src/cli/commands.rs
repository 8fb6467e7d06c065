//! The subcommands, one file each: arguments and action.

pub(crate) mod check;
pub(crate) mod deposit;
pub(crate) mod doctor;
pub(crate) mod keys;
pub(crate) mod ocr;
pub(crate) mod pdfa;
pub(crate) mod renew;
pub(crate) mod review;
pub(crate) mod run;
pub(crate) mod scan;
pub(crate) mod settings;
pub(crate) mod sign;
pub(crate) mod verify;
pub(crate) mod warehouse;
pub(crate) mod watch;
pub(crate) mod worker;

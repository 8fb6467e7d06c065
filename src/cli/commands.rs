//! The subcommands, one file each: arguments and action.

pub mod deposit;
pub mod doctor;
pub mod keys;
pub mod ocr;
pub mod pdfa;
pub mod review;
pub mod run;
pub mod settings;
pub mod sign;
pub mod verify;
pub mod worker;

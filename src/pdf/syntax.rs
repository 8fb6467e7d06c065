//! Objects in PDF syntax (ISO 32000-1, 7.2 and 7.3).

mod parse;
mod write;

pub(crate) use parse::{Fault, Parser};
pub(crate) use write::write;

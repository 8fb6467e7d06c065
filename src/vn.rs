//! What is particular to Vietnam: identifiers, codes, document numbers, dates,
//! places, document types and the writing itself.
//!
//! Grammar and tables only: it knows no page and no file. Rule texts, codes and
//! types are data (`vn/*.toml`) with their source and dates in force.

pub mod cards;
pub mod codes;
pub mod dates;
pub mod document_number;
pub mod document_type;
pub mod identifiers;
pub mod matching;
pub mod names;
pub mod places;
pub mod syllables;
pub mod text;

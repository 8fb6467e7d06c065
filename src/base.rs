//! Quantities, places, digests, time and durable files.
//!
//! The lowest row of the house: it knows no format and no document, and every
//! other module may use it.

pub mod digest;
pub mod files;
pub mod geometry;
pub mod source;
pub mod time;
pub mod units;
pub mod writers;

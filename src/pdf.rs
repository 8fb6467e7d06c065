//! ISO 32000: fonts, XMP, incremental updates, reading within bounds. Blind to pictures, keys and documents.

pub mod file;
pub mod font;
pub mod incremental;
pub(crate) mod reading;
pub(crate) mod syntax;
pub mod xmp;

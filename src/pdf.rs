//! ISO 32000: fonts, XMP, incremental updates, reading within bounds. Blind to pictures, keys and documents.

pub mod font;
pub mod incremental;
pub(crate) mod reading;
pub mod xmp;

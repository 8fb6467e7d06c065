//! ISO 32000: reading pages and their pictures, drawing pages, fonts, XMP, incremental updates.

pub mod font;
pub mod incremental;
pub mod pictures;
pub mod render;
pub mod xmp;

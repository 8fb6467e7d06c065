//! ISO 32000: fonts, XMP, incremental updates. Blind to pictures, keys and documents.

pub mod font;
pub mod incremental;
pub mod xmp;

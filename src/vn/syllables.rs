//! syllables

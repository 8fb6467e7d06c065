//! TrueType subsets in PDF (ISO 32000-1, 9.7).

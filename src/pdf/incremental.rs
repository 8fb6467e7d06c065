//! Updates appended to a file without touching its earlier bytes (ISO 32000-1, 7.5.6).

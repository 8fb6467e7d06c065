//! Pixels to the encodings that PDF takes.

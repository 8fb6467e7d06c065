//! The `sohoa` program; everything is in the library.

fn main() {}

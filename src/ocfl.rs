//! ocfl

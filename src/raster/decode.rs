//! Encoded pictures to pixels, within limits.

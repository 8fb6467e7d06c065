//! Pixel arithmetic: scaling, turning, rotating, thresholds.

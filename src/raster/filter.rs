//! Pixel arithmetic: grey from colour and bits, scaling, turning, rotating, thresholds, blobs.
//!
//! Coordinates are continuous: x to the right, y down, the middle of the first pixel at (0.5, 0.5).
//! All pictures are taken as they are; one without pixels gives one without pixels.
//! Knows no page: what is paper, ink or dirt is judged elsewhere.

mod blobs;
mod rotate;
mod scale;
mod threshold;
mod tone;
mod turn;

pub use blobs::{Blob, Blobs, Mask};
pub use rotate::rotate;
pub use scale::{enlarge_onto, shrink, shrink_rgb};
pub use threshold::{histogram, otsu, percentile};
pub use tone::{gray, luma};
pub use turn::{turn, turn_bilevel, turn_rgb};

//! Named quantities with their ranges.

use serde::{Deserialize, Serialize};

/// A value outside the range of its quantity.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{quantity} is {found}, expected {least} to {most}")]
pub struct OutOfRange {
    /// What was measured.
    pub quantity: &'static str,
    /// The value found.
    pub found: f64,
    /// The smallest value allowed.
    pub least: f64,
    /// The largest value allowed.
    pub most: f64,
}

/// Resolution in dots per inch, 36 to 4800.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(into = "f32", try_from = "f32")]
pub struct Dpi(f32);

impl Dpi {
    /// Decree 30/2020, Appendix I, part II: the least resolution of a digitised copy.
    pub const DECREE_30_MINIMUM: Self = Self(200.0);

    /// Checks a resolution.
    ///
    /// # Errors
    /// [`OutOfRange`] below 36 or above 4800, or when it is no number.
    pub fn new(dots_per_inch: f32) -> Result<Self, OutOfRange> {
        check("resolution (dpi)", dots_per_inch, 36.0, 4800.0).map(Self)
    }

    /// Dots per inch.
    #[must_use]
    pub fn value(self) -> f32 {
        self.0
    }

    /// Length in PDF points (1/72 inch) of `pixels` at this resolution.
    #[must_use]
    pub fn points(self, pixels: f32) -> f32 {
        pixels * 72.0 / self.0
    }

    /// Length in pixels of `points` (1/72 inch) at this resolution.
    #[must_use]
    pub fn pixels(self, points: f32) -> f32 {
        points * self.0 / 72.0
    }

    /// Length in pixels of `millimetres` at this resolution.
    #[must_use]
    pub fn pixels_of_millimetres(self, millimetres: f32) -> f32 {
        millimetres * self.0 / 25.4
    }
}

/// How sure a judgement is: 0 (not at all) to 1 (certain).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(into = "f32", try_from = "f32")]
pub struct Confidence(f32);

impl Confidence {
    /// Not at all sure.
    pub const NONE: Self = Self(0.0);
    /// Certain, such as a value given by a person.
    pub const CERTAIN: Self = Self(1.0);

    /// Checks a confidence.
    ///
    /// # Errors
    /// [`OutOfRange`] below 0 or above 1, or when it is no number.
    pub fn new(value: f32) -> Result<Self, OutOfRange> {
        check("confidence", value, 0.0, 1.0).map(Self)
    }

    /// The nearest confidence to any number; no number becomes 0.
    #[must_use]
    pub fn clamped(value: f32) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }

    /// 0 to 1.
    #[must_use]
    pub fn value(self) -> f32 {
        self.0
    }

    /// Both must hold: the product.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

fn check(quantity: &'static str, found: f32, least: f32, most: f32) -> Result<f32, OutOfRange> {
    if (least..=most).contains(&found) {
        Ok(found)
    } else {
        Err(OutOfRange { quantity, found: found.into(), least: least.into(), most: most.into() })
    }
}

macro_rules! as_number {
    ($quantity:ident) => {
        impl From<$quantity> for f32 {
            fn from(quantity: $quantity) -> Self {
                quantity.0
            }
        }

        impl TryFrom<f32> for $quantity {
            type Error = OutOfRange;

            fn try_from(number: f32) -> Result<Self, OutOfRange> {
                Self::new(number)
            }
        }
    };
}

as_number!(Dpi);
as_number!(Confidence);

/// A page's place in its document, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageNumber(std::num::NonZeroU32);

impl PageNumber {
    /// The first page.
    pub const FIRST: Self = Self(std::num::NonZeroU32::MIN);

    /// The page at `index`, counted from 0.
    #[must_use]
    pub fn at_index(index: usize) -> Self {
        let number = u32::try_from(index).unwrap_or(u32::MAX - 1) + 1;
        Self(std::num::NonZeroU32::new(number).unwrap_or(std::num::NonZeroU32::MIN))
    }

    /// Counted from 1.
    #[must_use]
    pub fn value(self) -> u32 {
        self.0.get()
    }

    /// Counted from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl std::fmt::Display for PageNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "page {}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resolution_converts_between_pixels_and_points() {
        let dpi = Dpi::new(300.0).expect("in range");
        assert!((dpi.points(2480.0) - 595.2).abs() < 1e-3);
        assert!((dpi.pixels(dpi.points(123.0)) - 123.0).abs() < 1e-3);
        assert!((dpi.pixels_of_millimetres(25.4) - 300.0).abs() < 1e-3);
    }

    #[test]
    fn quantities_refuse_what_is_out_of_range() {
        assert!(Dpi::new(0.0).is_err());
        assert!(Dpi::new(f32::NAN).is_err());
        assert!(Confidence::new(1.01).is_err());
        assert_eq!(Confidence::clamped(f32::NAN), Confidence::NONE);
    }

    #[test]
    fn pages_count_from_one() {
        assert_eq!(PageNumber::at_index(0), PageNumber::FIRST);
        assert_eq!(PageNumber::at_index(6).value(), 7);
        assert_eq!(PageNumber::at_index(6).index(), 6);
    }
}

//! Version numbers of an object (OCFL 1.1, 3.3): `v1`, `v2`, or zero-padded `v0001`.

use std::num::NonZeroU32;

/// Text that is no version number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no version number: expected `v1`, `v2`, ...")]
pub struct NotAVersion {
    /// The text found.
    pub found: String,
}

/// A version number, from 1; written without padding by us, read with it from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionNumber {
    number: NonZeroU32,
    width: u8,
}

impl VersionNumber {
    /// The first version.
    pub const FIRST: Self = Self { number: NonZeroU32::MIN, width: 0 };

    /// 1, 2, 3, ...
    #[must_use]
    pub fn number(self) -> u32 {
        self.number.get()
    }

    /// Digits of the zero-padded form; 0 without padding.
    #[must_use]
    pub fn padding(self) -> u8 {
        self.width
    }

    /// The number in the same form.
    #[must_use]
    pub fn with_number(self, number: NonZeroU32) -> Self {
        Self { number, width: self.width }
    }
}

impl std::fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "v{:0width$}", self.number, width = usize::from(self.width))
    }
}

impl std::str::FromStr for VersionNumber {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let refused = || NotAVersion { found: text.to_owned() };
        let digits = text.strip_prefix('v').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let digits = digits.ok_or_else(refused)?;
        let number = digits.parse().map_err(|_| refused())?;
        let width = if digits.starts_with('0') { digits.len() } else { 0 };
        Ok(Self { number, width: u8::try_from(width).map_err(|_| refused())? })
    }
}

impl serde::Serialize for VersionNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for VersionNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_positive_and_keep_their_padding() {
        for text in ["v1", "v10", "v0001", "v4294967295"] {
            assert_eq!(text.parse::<VersionNumber>().map(|version| version.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "v", "v0", "v000", "1", "v-1", "v+1", "v1 ", "V1", "v4294967296"] {
            assert!(text.parse::<VersionNumber>().is_err(), "{text}");
        }
        let parse = |text: &str| text.parse::<VersionNumber>().expect("a version");
        assert!(parse("v2") < parse("v10"));
    }
}

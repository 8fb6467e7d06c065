//! Extension 0003, hash and id n-tuple storage layout: from an object's identifier to its folder in the root.
//!
//! Parameters here: SHA-256, one tuple of two digits: `12/urn%3avn-kho%3a...`.

use super::paths::ObjectId;
use crate::base::digest::Sha256;

/// Registered name of the extension.
pub const EXTENSION: &str = "0003-hash-and-id-n-tuple-storage-layout";
/// Digits of the digest in a tuple.
pub const TUPLE_SIZE: usize = 2;
/// Tuples, one folder each.
pub const TUPLES: usize = 1;

/// Longest encoded identifier; a longer one is cut and its digest appended.
const LONGEST_NAME: usize = 100;

/// Where an object lies below its storage root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder above it: the first digits of the identifier's digest.
    pub tuple: String,
    /// The object's own folder: its identifier, encoded.
    pub name: String,
}

/// The place of an object.
#[must_use]
pub fn place(id: &ObjectId) -> Place {
    let digest = Sha256::of(id.as_str().as_bytes()).to_string();
    let tuple = digest[..TUPLE_SIZE * TUPLES].to_owned();
    let mut name = encode(id.as_str());
    if name.len() > LONGEST_NAME {
        name.truncate(LONGEST_NAME);
        name = format!("{name}-{digest}");
    }
    Place { tuple, name }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.tuple, self.name)
    }
}

/// Every byte but ASCII letters, digits, `-` and `_` becomes `%` and two lower-case digits.
fn encode(id: &str) -> String {
    let mut name = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            name.push(char::from(byte));
        } else {
            name.push('%');
            name.push_str(&crate::base::digest::hex(&[byte]));
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(id: &str, expected: &str) {
        assert_eq!(place(&id.parse().expect("an identifier")).to_string(), expected);
    }

    /// The examples of the extension's text, with our parameters.
    #[test]
    fn the_examples_of_the_extension() {
        check("object-01", "3c/object-01");
        check("..hor/rib:le-$id", "48/%2e%2ehor%2frib%3ale-%24id");
        check("..Hor/rib:lè-$id", "37/%2e%2eHor%2frib%3al%c3%a8-%24id");
        let long = "abcdefghij".repeat(10);
        let digest = "5cc73e648fbcff136510e330871180922ddacf193b68fdeff855683a01464220";
        check(&format!("{long}a"), &format!("5c/{long}-{digest}"));
        check(&long, &format!("{}/{long}", &Sha256::of(long.as_bytes()).to_string()[..2]));
    }

    #[test]
    fn our_identifiers_are_never_cut() {
        let id = format!("urn:vn-kho:{}:{}", "0".repeat(32), "f".repeat(32));
        assert_eq!(place(&id.parse().expect("an identifier")).name.len(), 82);
    }

    proptest! {
        #[test]
        fn a_place_is_safe_everywhere(id in "\\PC{1,200}") {
            prop_assume!(!id.trim().is_empty());
            let place = place(&id.parse().expect("an identifier"));
            prop_assert!(place.name.bytes().all(|b| b.is_ascii_alphanumeric() || b"%-_".contains(&b)));
            prop_assert!(place.name.len() <= LONGEST_NAME + 65);
            prop_assert_eq!(place.tuple.len(), 2);
        }

        #[test]
        fn different_identifiers_have_different_places(a in "\\PC{1,120}", b in "\\PC{1,120}") {
            prop_assume!(a != b && !a.trim().is_empty() && !b.trim().is_empty());
            prop_assert_ne!(place(&a.parse().expect("an identifier")), place(&b.parse().expect("an identifier")));
        }
    }
}

//! Identifiers of objects, and the two kinds of path in an inventory: logical (what a file is called)
//! and content (where its bytes lie) (OCFL 1.1, 3.5.2 and 3.5.3).

use super::version::VersionNumber;

/// Longest element of a path that common file systems take, in bytes.
const LONGEST_ELEMENT: usize = 255;
/// Folder of a version's files, the standard's default.
pub(crate) const CONTENT: &str = "content";

/// Text that is no path or identifier of the standard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no {expected}")]
pub struct NotAPath {
    /// The text found.
    pub found: String,
    /// What was expected.
    pub expected: &'static str,
}

macro_rules! text_value {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// As written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAPath;

            fn from_str(text: &str) -> Result<Self, NotAPath> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(NotAPath { found: text.to_owned(), expected: $expected })
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

text_value!(
    /// Identifier of an object, unique in its place; a URI where it is ours.
    ObjectId,
    "object identifier: it is empty or holds control characters",
    |text| !text.trim().is_empty() && !text.chars().any(char::is_control)
);
text_value!(
    /// Name of a file in a version's state: `source/page-1.tif`. Not a place on the disk.
    LogicalPath,
    "logical path: its parts must not be empty, `.` or `..`, hold control characters, or exceed 255 bytes",
    |text| is_clean(text) && text.split('/').all(|part| part.len() <= LONGEST_ELEMENT && !part.contains('\0'))
        && !text.chars().any(char::is_control)
);
text_value!(
    /// Where a file's bytes lie below the object: `v1/content/source/page-1.tif`.
    ContentPath,
    "content path: it must lie in a version's folder and its parts must not be empty, `.` or `..`",
    |text| is_clean(text) && !text.contains('\0') && version_of(text).is_some()
);

impl LogicalPath {
    /// The place of a file of this name that `version` brings.
    #[must_use]
    pub fn in_version(&self, version: VersionNumber) -> ContentPath {
        ContentPath(format!("{version}/{CONTENT}/{}", self.0))
    }
}

impl ContentPath {
    /// The version that brought the file.
    #[must_use]
    pub fn version(&self) -> Option<VersionNumber> {
        version_of(&self.0)
    }
}

/// One or more parts, joined by `/`, none of them empty, `.` or `..`.
pub(crate) fn is_clean(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn version_of(path: &str) -> Option<VersionNumber> {
    path.split_once('/').and_then(|(version, _)| version.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_cannot_leave_their_object() {
        for path in ["", "/a", "a/", "a//b", "./a", "a/../b", "..", "a\nb", "a\0"] {
            assert!(path.parse::<LogicalPath>().is_err(), "{path:?}");
        }
        assert!("x".repeat(256).parse::<LogicalPath>().is_err());
        for path in ["v1", "content/a", "v1/../../a", "/v1/content/a", "v0/content/a"] {
            assert!(path.parse::<ContentPath>().is_err(), "{path:?}");
        }
        let path: LogicalPath = "source/Giấy khai sinh.tif".parse().expect("valid");
        let stored = path.in_version(VersionNumber::FIRST);
        assert_eq!(stored.as_str(), "v1/content/source/Giấy khai sinh.tif");
        assert_eq!(stored.version(), Some(VersionNumber::FIRST));
    }
}

//! Maps from digests to paths, as the manifest, the states and the fixity blocks hold them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Report;

/// Digests as written, and the paths under each.
pub(super) type Paths = BTreeMap<String, Vec<String>>;

/// Which block a map is, and so which codes its faults have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Manifest,
    Fixity,
    State,
}

impl Block {
    /// Not an object of arrays of text.
    fn form(self) -> u8 {
        match self {
            Self::Manifest => 106,
            Self::Fixity => 57,
            Self::State => 50,
        }
    }

    /// Values that are not arrays of paths.
    fn value(self) -> u8 {
        match self {
            Self::Manifest => 92,
            Self::Fixity => 57,
            Self::State => 51,
        }
    }

    /// The same digest twice, in different case.
    fn twice(self) -> u8 {
        match self {
            Self::Manifest => 96,
            Self::Fixity => 97,
            Self::State => 50,
        }
    }

    /// A path twice, or a path that is the beginning of another; a part that is not allowed; a slash at an end.
    fn path(self) -> (u8, u8, u8) {
        match self {
            Self::Manifest | Self::Fixity => (101, 99, 100),
            Self::State => (95, 52, 53),
        }
    }
}

/// Reads a block and finds fault with its form and its paths.
pub(super) fn read(value: &Value, block: Block, label: &str, report: &mut Report) -> Paths {
    let Some(object) = value.as_object() else {
        report.error(block.form(), label, "not a JSON object");
        return Paths::new();
    };
    let mut paths = Paths::new();
    let mut seen = BTreeSet::new();
    for (digest, value) in object {
        if !seen.insert(digest.to_ascii_lowercase()) {
            report.error(block.twice(), label, format!("the digest {digest} twice"));
        }
        let strings: Option<Vec<String>> =
            value.as_array().and_then(|array| array.iter().map(|path| path.as_str().map(str::to_owned)).collect());
        match strings {
            Some(strings) => drop(paths.insert(digest.clone(), strings)),
            None => report.error(block.value(), label, format!("the value of {digest} is no array of paths")),
        }
    }
    check(&paths, block, label, report);
    paths
}

/// All paths of a block.
pub(super) fn all(paths: &Paths) -> impl Iterator<Item = &str> {
    paths.values().flatten().map(String::as_str)
}

fn check(paths: &Paths, block: Block, label: &str, report: &mut Report) {
    let (twice, part, ends) = block.path();
    let mut seen = BTreeSet::new();
    for path in all(paths) {
        if !seen.insert(path) {
            report.error(twice, label, format!("the path `{path}` twice"));
        }
        if path.starts_with('/') || path.ends_with('/') {
            report.error(ends, label, format!("the path `{path}` begins or ends with a slash"));
        }
        let inner = path.trim_matches('/');
        if inner.split('/').any(|element| matches!(element, "" | "." | "..")) {
            report.error(part, label, format!("the path `{path}` has an empty, `.` or `..` part"));
        }
    }
    for path in &seen {
        let mut above = path.match_indices('/').map(|(at, _)| &path[..at]);
        if let Some(file) = above.find(|above| seen.contains(above)) {
            report.error(twice, label, format!("`{file}` is a file and the folder of `{path}`"));
        }
    }
}

//! The inventory of an object (OCFL 1.1, 3.5), typed, and its one JSON form.
//!
//! SHA-512 only: an object with another digest algorithm is judged by [`super::validate`], not read here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::paths::{CONTENT, ContentPath, LogicalPath, ObjectId};
use super::version::VersionNumber;
use super::{INVENTORY, INVENTORY_TYPE};
use crate::base::digest::Sha512;
use crate::base::time::Timestamp;

/// All that an object holds, in all its versions.
///
/// Invariants: `versions` has every number from 1 to `head`; every digest of a state is in `manifest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    id: ObjectId,
    head: VersionNumber,
    content_directory: Option<String>,
    manifest: BTreeMap<Sha512, Vec<ContentPath>>,
    versions: BTreeMap<VersionNumber, Version>,
    fixity: BTreeMap<String, BTreeMap<String, Vec<ContentPath>>>,
}

/// One version: what it holds, who made it, when and why (3.5.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// When it was made.
    pub created: Timestamp,
    /// Digest of each file's bytes, and the names under which they stand.
    pub state: BTreeMap<Sha512, Vec<LogicalPath>>,
    /// Why it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
}

/// Who made a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Name.
    pub name: String,
    /// URI: a `mailto:`, or a URN for a program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Why bytes are no inventory that can be read here.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotAnInventory {
    /// No JSON, a key that is missing, unknown or of the wrong kind, a value that is none of its grammar.
    #[error("it does not follow the standard")]
    Form(#[from] serde_json::Error),
    /// Another version of the standard.
    #[error("its type is `{found}`, expected `{INVENTORY_TYPE}`")]
    Type {
        /// The type found.
        found: String,
    },
    /// Another digest algorithm.
    #[error("its digest algorithm is `{found}`, expected `sha512`")]
    Algorithm {
        /// The algorithm found.
        found: String,
    },
    /// Versions with a gap, or a head that is not the last.
    #[error("its head is {head}, but it has {found} versions")]
    Versions {
        /// The head found.
        head: VersionNumber,
        /// How many versions there are.
        found: usize,
    },
    /// A state names a digest that no stored file has.
    #[error("{version} names the digest {digest}, which the manifest lacks")]
    Unstored {
        /// The version.
        version: VersionNumber,
        /// The digest.
        digest: Box<Sha512>,
    },
}

impl Inventory {
    /// The inventory of a new object with one version; `version.state` says what it holds.
    #[must_use]
    pub fn first(id: ObjectId, version: Version) -> Self {
        let head = VersionNumber::FIRST;
        let stored = |paths: &Vec<LogicalPath>| paths.iter().map(|path| path.in_version(head)).collect();
        let manifest = version.state.iter().map(|(digest, paths)| (*digest, stored(paths))).collect();
        let versions = BTreeMap::from([(head, version)]);
        Self { id, head, content_directory: None, manifest, versions, fixity: BTreeMap::new() }
    }

    /// The object's identifier.
    #[must_use]
    pub fn id(&self) -> &ObjectId {
        &self.id
    }

    /// The newest version's number.
    #[must_use]
    pub fn head(&self) -> VersionNumber {
        self.head
    }

    /// The version of a number.
    #[must_use]
    pub fn version(&self, number: VersionNumber) -> Option<&Version> {
        self.versions.get(&number)
    }

    /// Every stored file, by digest.
    #[must_use]
    pub fn manifest(&self) -> &BTreeMap<Sha512, Vec<ContentPath>> {
        &self.manifest
    }

    /// The digest of a file in a version.
    #[must_use]
    pub fn digest(&self, version: VersionNumber, path: &str) -> Option<Sha512> {
        let state = &self.versions.get(&version)?.state;
        state.iter().find(|(_, paths)| paths.iter().any(|held| held.as_str() == path)).map(|(digest, _)| *digest)
    }

    /// Where bytes of this digest lie.
    #[must_use]
    pub fn content(&self, digest: Sha512) -> Option<&ContentPath> {
        self.manifest.get(&digest)?.first()
    }

    /// The JSON form: keys in the standard's order, digests and paths sorted, two spaces of indent.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "maps with text keys are always JSON")]
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(&Wire::from(self)).expect("maps with text keys are always JSON");
        json.push(b'\n');
        json
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// See [`NotAnInventory`].
    pub fn from_json(json: &[u8]) -> Result<Self, NotAnInventory> {
        serde_json::from_slice::<Wire>(json)?.check()
    }
}

/// The sidecar of an inventory with this digest (3.6).
#[must_use]
pub fn sidecar(digest: Sha512) -> String {
    format!("{digest} {INVENTORY}\n")
}

/// The digest in a sidecar; `None` when it has another form.
#[must_use]
pub fn sidecar_digest(text: &str) -> Option<&str> {
    let mut parts = text.split_ascii_whitespace();
    match (parts.next(), parts.next(), parts.next()) {
        (Some(digest), Some(INVENTORY), None) => Some(digest),
        _ => None,
    }
}

/// The keys of the standard, in its order.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wire {
    id: ObjectId,
    r#type: String,
    digest_algorithm: String,
    head: VersionNumber,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_directory: Option<String>,
    manifest: BTreeMap<Sha512, Vec<ContentPath>>,
    versions: BTreeMap<VersionNumber, Version>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    fixity: BTreeMap<String, BTreeMap<String, Vec<ContentPath>>>,
}

impl From<&Inventory> for Wire {
    fn from(inventory: &Inventory) -> Self {
        let Inventory { id, head, content_directory, manifest, versions, fixity } = inventory.clone();
        let (r#type, digest_algorithm) = (INVENTORY_TYPE.to_owned(), "sha512".to_owned());
        Self { id, r#type, digest_algorithm, head, content_directory, manifest, versions, fixity }
    }
}

impl Wire {
    fn check(self) -> Result<Inventory, NotAnInventory> {
        let Self { id, r#type, digest_algorithm, head, content_directory, manifest, versions, fixity } = self;
        if r#type != INVENTORY_TYPE {
            return Err(NotAnInventory::Type { found: r#type });
        }
        if digest_algorithm != "sha512" {
            return Err(NotAnInventory::Algorithm { found: digest_algorithm });
        }
        let expected = 1..=head.number();
        if !versions.keys().map(|version| version.number()).eq(expected) || !versions.contains_key(&head) {
            return Err(NotAnInventory::Versions { head, found: versions.len() });
        }
        for (version, content) in &versions {
            if let Some(digest) = content.state.keys().find(|digest| !manifest.contains_key(digest)) {
                return Err(NotAnInventory::Unstored { version: *version, digest: Box::new(*digest) });
            }
        }
        let content_directory = content_directory.filter(|name| name != CONTENT);
        Ok(Inventory { id, head, content_directory, manifest, versions, fixity })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn inventory(id: &str, files: &BTreeMap<String, Vec<u8>>, created: i64, message: Option<String>) -> Inventory {
        let mut state: BTreeMap<Sha512, Vec<LogicalPath>> = BTreeMap::new();
        for (path, bytes) in files {
            state.entry(Sha512::of(bytes)).or_default().push(path.parse().expect("a logical path"));
        }
        let user = Some(User { name: "sohoa".into(), address: Some("urn:vn-kho:sohoa".into()) });
        let created = Timestamp::from_unix(created);
        Inventory::first(id.parse().expect("an identifier"), Version { created, state, message, user })
    }

    #[test]
    fn the_json_has_the_order_of_the_standard() {
        let files = BTreeMap::from([("a.txt".to_owned(), b"abc".to_vec())]);
        let json = inventory("urn:a", &files, 1_762_136_122, Some("deposit".into())).to_json();
        let digest = Sha512::of(b"abc");
        let expected = format!(
            r#"{{
  "id": "urn:a",
  "type": "https://ocfl.io/1.1/spec/#inventory",
  "digestAlgorithm": "sha512",
  "head": "v1",
  "manifest": {{
    "{digest}": [
      "v1/content/a.txt"
    ]
  }},
  "versions": {{
    "v1": {{
      "created": "2025-11-03T09:15:22+07:00",
      "state": {{
        "{digest}": [
          "a.txt"
        ]
      }},
      "message": "deposit",
      "user": {{
        "name": "sohoa",
        "address": "urn:vn-kho:sohoa"
      }}
    }}
  }}
}}
"#
        );
        assert_eq!(String::from_utf8(json).expect("UTF-8"), expected);
    }

    #[test]
    fn what_is_no_inventory_is_refused() {
        let files = BTreeMap::from([("a.txt".to_owned(), b"abc".to_vec())]);
        let json = String::from_utf8(inventory("urn:a", &files, 0, None).to_json()).expect("UTF-8");
        let with = |from: &str, to: &str| Inventory::from_json(json.replacen(from, to, 1).as_bytes());
        assert!(with("", "").is_ok());
        assert!(matches!(with("1.1/spec", "1.0/spec"), Err(NotAnInventory::Type { .. })));
        assert!(matches!(with("sha512", "sha256"), Err(NotAnInventory::Algorithm { .. })));
        assert!(matches!(with("\"v1\"", "\"v2\""), Err(NotAnInventory::Versions { .. })));
        assert!(matches!(with("v1/content/a.txt", "../a.txt"), Err(NotAnInventory::Form(_))));
        assert!(matches!(with("\"id\"", "\"name\""), Err(NotAnInventory::Form(_))));
        let digest = Sha512::of(b"abc").to_string();
        let other = Sha512::of(b"abd").to_string();
        assert!(matches!(with(&digest, &other), Err(NotAnInventory::Unstored { .. })));
    }

    #[test]
    fn a_sidecar_names_the_inventory() {
        assert_eq!(sidecar_digest(&sidecar(Sha512::of(b""))), Some(Sha512::of(b"").to_string().as_str()));
        assert_eq!(sidecar_digest("ab\tinventory.json"), Some("ab"));
        for text in ["", "ab", "ab other.json", "ab inventory.json more"] {
            assert_eq!(sidecar_digest(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_inventory_comes_back(
            files in prop::collection::btree_map("[a-zđ]{1,8}(/[A-Z0-9 _.-]{3,9}){0,2}", prop::collection::vec(any::<u8>(), 0..4), 1..6),
            created in 0_i64..4_000_000_000,
            message in prop::option::of("\\PC{0,20}"),
        ) {
            prop_assume!(files.keys().all(|path| path.parse::<LogicalPath>().is_ok()));
            let inventory = inventory("urn:vn-kho:a:b", &files, created, message);
            let json = inventory.to_json();
            let back = Inventory::from_json(&json).expect("what we wrote");
            prop_assert_eq!(&back, &inventory);
            prop_assert_eq!(back.to_json(), json);
        }
    }
}

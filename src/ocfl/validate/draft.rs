//! An inventory read leniently: whatever can be understood is kept, everything else is a finding (OCFL 1.1, 3.5).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Report;
use super::paths::{self, Block, Paths};
use crate::ocfl::paths::CONTENT;
use crate::ocfl::version::VersionNumber;

/// What an inventory says, as far as it could be understood.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) id: Option<String>,
    pub(super) spec: Option<Spec>,
    pub(super) algorithm: Option<Algorithm>,
    pub(super) head: Option<VersionNumber>,
    pub(super) content_directory: Option<String>,
    pub(super) manifest: Paths,
    pub(super) versions: BTreeMap<VersionNumber, VersionDraft>,
    pub(super) fixity: BTreeMap<String, Paths>,
}

/// One version of it.
#[derive(Debug, Default)]
pub(super) struct VersionDraft {
    pub(super) state: Paths,
    /// `created`, `message` and `user`, as written.
    pub(super) about: [Option<Value>; 3],
}

/// Versions of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spec {
    V1_0,
    V1_1,
}

/// Digest algorithms that may address content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Sha256,
    Sha512,
}

impl Spec {
    pub(super) fn of(version: &str) -> Option<Self> {
        match version {
            "1.0" => Some(Self::V1_0),
            "1.1" => Some(Self::V1_1),
            _ => None,
        }
    }
}

impl Algorithm {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }
}

impl Draft {
    pub(super) fn content_directory(&self) -> &str {
        self.content_directory.as_deref().unwrap_or(CONTENT)
    }

    /// Reads an inventory; `None` when it is no JSON object.
    pub(super) fn read(json: &[u8], label: &str, report: &mut Report) -> Option<Self> {
        let root = match serde_json::from_slice(json) {
            Ok(Value::Object(root)) => root,
            Ok(_) => {
                report.error(33, label, "not a JSON object");
                return None;
            }
            Err(error) => {
                report.error(33, label, format!("not JSON: {error}"));
                return None;
            }
        };
        let mut reader = Reader { root: &root, label, report };
        let mut draft = Self {
            id: reader.id(),
            spec: reader.spec(),
            algorithm: reader.algorithm(),
            content_directory: reader.content_directory(),
            ..Self::default()
        };
        reader.unknown_keys();
        draft.manifest = reader.manifest();
        draft.versions = reader.versions(&draft.manifest);
        draft.fixity = reader.fixity();
        draft.head = reader.head(&draft.versions);
        if draft.spec != Some(Spec::V1_0) {
            reader.unused(&draft);
        }
        Some(draft)
    }
}

struct Reader<'a> {
    root: &'a Map<String, Value>,
    label: &'a str,
    report: &'a mut Report,
}

impl<'a> Reader<'a> {
    fn error(&mut self, number: u8, detail: impl Into<String>) {
        self.report.error(number, self.label, detail);
    }

    fn warn(&mut self, number: u8, detail: impl Into<String>) {
        self.report.warn(number, self.label, detail);
    }

    /// A key that must be there and be text; `wrong` is the code for another kind of value.
    fn text(&mut self, key: &str, wrong: u8) -> Option<&'a str> {
        match self.root.get(key) {
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                self.error(wrong, format!("`{key}` is no text"));
                None
            }
            None => {
                self.error(36, format!("`{key}` is missing"));
                None
            }
        }
    }

    fn unknown_keys(&mut self) {
        const KEYS: [&str; 8] =
            ["id", "type", "digestAlgorithm", "head", "contentDirectory", "manifest", "versions", "fixity"];
        for key in self.root.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            self.error(102, format!("the key `{key}` is not of the standard"));
        }
    }

    fn id(&mut self) -> Option<String> {
        let id = self.text("id", 37)?;
        if id.is_empty() {
            self.error(37, "`id` is empty");
        } else if !is_uri(id) {
            self.warn(5, format!("`id` is no URI: `{id}`"));
        }
        Some(id.to_owned())
    }

    fn spec(&mut self) -> Option<Spec> {
        let uri = self.text("type", 38)?;
        let version = uri.strip_prefix("https://ocfl.io/").and_then(|rest| rest.strip_suffix("/spec/#inventory"));
        let spec = version.and_then(Spec::of);
        if spec.is_none() {
            self.error(38, format!("`type` is `{uri}`"));
        }
        spec
    }

    fn algorithm(&mut self) -> Option<Algorithm> {
        match self.text("digestAlgorithm", 25)? {
            "sha512" => Some(Algorithm::Sha512),
            "sha256" => {
                self.warn(4, "the digest algorithm is `sha256`");
                Some(Algorithm::Sha256)
            }
            other => {
                self.error(25, format!("the digest algorithm is `{other}`"));
                None
            }
        }
    }

    fn content_directory(&mut self) -> Option<String> {
        let value = self.root.get("contentDirectory")?;
        match value.as_str() {
            Some("" | "." | "..") => self.error(18, format!("`contentDirectory` is {value}")),
            Some(name) if name.contains('/') => self.error(17, format!("`contentDirectory` is `{name}`")),
            Some(name) => return Some(name.to_owned()),
            None => self.error(17, "`contentDirectory` is no text"),
        }
        None
    }

    fn manifest(&mut self) -> Paths {
        let Some(value) = self.root.get("manifest") else {
            self.error(41, "`manifest` is missing");
            return Paths::new();
        };
        paths::read(value, Block::Manifest, &format!("{}#manifest", self.label), self.report)
    }

    fn head(&mut self, versions: &BTreeMap<VersionNumber, VersionDraft>) -> Option<VersionNumber> {
        let text = self.text("head", 40)?;
        let head = text.parse().ok();
        let last = versions.keys().next_back();
        if head.is_none() || last.is_some_and(|last| Some(*last) != head) {
            self.error(40, format!("`head` is `{text}`"));
        }
        head
    }

    fn versions(&mut self, manifest: &Paths) -> BTreeMap<VersionNumber, VersionDraft> {
        let object = match self.root.get("versions") {
            Some(Value::Object(object)) => object,
            Some(_) => {
                self.error(44, "`versions` is no JSON object");
                return BTreeMap::new();
            }
            None => {
                self.error(43, "`versions` is missing");
                return BTreeMap::new();
            }
        };
        if object.is_empty() {
            self.error(8, "there is no version");
        }
        let mut versions = BTreeMap::new();
        for (key, value) in object {
            match key.parse::<VersionNumber>() {
                Ok(number) => drop(versions.insert(number, self.version(key, value, manifest))),
                Err(_) => self.error(46, format!("`{key}` is no version number")),
            }
        }
        super::history::check_numbers(&versions.keys().copied().collect::<Vec<_>>(), self.label, self.report);
        versions
    }

    fn version(&mut self, key: &str, value: &Value, manifest: &Paths) -> VersionDraft {
        let Some(object) = value.as_object() else {
            self.error(47, format!("`{key}` is no JSON object"));
            return VersionDraft::default();
        };
        for unknown in object.keys().filter(|key| !["created", "state", "message", "user"].contains(&key.as_str())) {
            self.error(102, format!("the key `{unknown}` in `{key}` is not of the standard"));
        }
        self.created(key, object.get("created"));
        self.message_and_user(key, object.get("message"), object.get("user"));
        let state = if let Some(value) = object.get("state") {
            paths::read(value, Block::State, &format!("{}#{key}", self.label), self.report)
        } else {
            self.error(48, format!("`state` of {key} is missing"));
            Paths::new()
        };
        for digest in state.keys().filter(|digest| !manifest.contains_key(*digest)) {
            self.error(50, format!("{key} names the digest {digest}, which is not in the manifest"));
        }
        let about = ["created", "message", "user"].map(|key| object.get(key).cloned());
        VersionDraft { state, about }
    }

    fn created(&mut self, version: &str, value: Option<&Value>) {
        match value {
            None => self.error(48, format!("`created` of {version} is missing")),
            Some(value) => {
                let moment = value.as_str().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
                if moment.is_none() {
                    self.error(49, format!("`created` of {version} is no moment of RFC 3339: {value}"));
                }
            }
        }
    }

    fn message_and_user(&mut self, version: &str, message: Option<&Value>, user: Option<&Value>) {
        if message.is_none() || user.is_none() {
            self.warn(7, format!("{version} has no `message` or no `user`"));
        }
        if message.is_some_and(|message| !message.is_string()) {
            self.error(94, format!("`message` of {version} is no text"));
        }
        let Some(user) = user else { return };
        if user.get("name").and_then(Value::as_str).is_none_or(str::is_empty) {
            self.error(54, format!("`user` of {version} has no name"));
        }
        match user.get("address").map(Value::as_str) {
            None => self.warn(8, format!("`user` of {version} has no address")),
            Some(Some(address)) if is_uri(address) => {}
            Some(_) => self.warn(9, format!("the user's address in {version} is no URI")),
        }
    }

    fn fixity(&mut self) -> BTreeMap<String, Paths> {
        let mut fixity = BTreeMap::new();
        match self.root.get("fixity") {
            None => {}
            Some(Value::Object(object)) => {
                for (algorithm, value) in object {
                    let label = format!("{}#fixity/{algorithm}", self.label);
                    fixity.insert(algorithm.clone(), paths::read(value, Block::Fixity, &label, self.report));
                }
            }
            Some(_) => self.error(111, "`fixity` is no JSON object"),
        }
        fixity
    }

    /// OCFL 1.1 alone: every digest of the manifest is used by some version.
    fn unused(&mut self, draft: &Draft) {
        let states = draft.versions.values().flat_map(|version| version.state.keys());
        let used: BTreeSet<String> = states.map(|digest| digest.to_ascii_lowercase()).collect();
        for digest in draft.manifest.keys().filter(|digest| !used.contains(&digest.to_ascii_lowercase())) {
            self.error(107, format!("no version uses the digest {digest}"));
        }
    }
}

/// A scheme and something after it (RFC 3986, 3).
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(allowed) && !rest.is_empty()
}

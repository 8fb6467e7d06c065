//! Trust stores: which certificates are trusted for themselves, by whom, and from when until when.
//!
//! A store is a PEM file, or a folder of PEM files. A folder may say in `trust.toml` what it holds:
//!
//! ```toml
//! [[store]]
//! name = "NEAC"            # shown in reports
//! kind = "national"        # national, government, foreign, own
//! files = ["neac-g2.pem"]  # each holds one certificate or more
//! from = "2015-06-01"      # optional: the first and the last day on which they are trusted, in Vietnam
//! until = "2040-06-01"
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::super::Error;
use super::super::certificate::Certificate;
use super::super::policy::{NotAPolicy, Policy};
use crate::base::time::{Date, Timestamp};

/// The file of a folder that says what it holds.
const DESCRIPTION: &str = "trust.toml";

/// The certificates that are trusted for themselves, and the algorithms that are believed.
#[derive(Debug, Clone)]
pub struct TrustAnchors {
    anchors: Vec<Anchor>,
    policy: Policy,
}

impl Default for TrustAnchors {
    /// No certificate is trusted; algorithms by [`Policy::standard`].
    fn default() -> Self {
        Self { anchors: Vec::new(), policy: Policy::standard().clone() }
    }
}

/// A certificate that is trusted for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The certificate.
    pub certificate: Certificate,
    /// Where it is from.
    pub store: Store,
}

/// A set of anchors that someone answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Its name.
    pub name: String,
    /// Whose anchors they are.
    pub kind: StoreKind,
    /// The first day on which they are trusted, in Vietnam.
    pub from: Option<Date>,
    /// The last day on which they are trusted, in Vietnam.
    pub until: Option<Date>,
}

/// Whose anchors a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// The national root for public authorities, run by NEAC (Decree 23/2025).
    National,
    /// The root for official duty (Decree 68/2024).
    Government,
    /// Foreign authorities that are recognised in Vietnam.
    Foreign,
    /// Any other, on the user's own answer.
    #[default]
    Own,
}

impl Store {
    fn own(name: &str) -> Self {
        Self { name: name.to_owned(), kind: StoreKind::Own, from: None, until: None }
    }

    /// Whether its anchors are trusted at this moment.
    #[must_use]
    pub fn is_trusted_at(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at.day()) && self.until.is_none_or(|until| at.day() <= until)
    }
}

/// `trust.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    /// A file of the folder with days until which algorithms are believed, in place of those of [`Policy::standard`].
    algorithms: Option<String>,
    #[serde(rename = "store", default)]
    stores: Vec<Described>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    name: String,
    #[serde(default)]
    kind: StoreKind,
    files: Vec<String>,
    from: Option<Date>,
    until: Option<Date>,
}

impl TrustAnchors {
    /// These certificates are trusted, at any time.
    #[must_use]
    pub fn new(anchors: Vec<Certificate>) -> Self {
        let store = Store::own("own");
        let anchors = anchors.into_iter().map(|certificate| Anchor { certificate, store: store.clone() }).collect();
        Self { anchors, ..Self::default() }
    }

    /// Anchors with their stores.
    #[must_use]
    pub fn of_stores(anchors: Vec<Anchor>) -> Self {
        Self { anchors, ..Self::default() }
    }

    /// The same anchors, with other algorithms believed.
    #[must_use]
    pub fn with_policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// The certificates of these PEM files and folders are trusted, and the algorithms that `trust.toml` of a folder names.
    ///
    /// # Errors
    /// [`Error::Read`]; [`Error::TrustStore`] when a folder's `trust.toml` is malformed or names a file outside it; and
    /// those of [`TrustAnchors::from_pem`].
    pub fn load(paths: &[PathBuf]) -> Result<Self, Error> {
        let mut anchors = Vec::new();
        let mut policy = Policy::standard().clone();
        for path in paths {
            if path.is_dir() {
                let description = description(path)?;
                if let Some(rules) = &description.algorithms {
                    policy = rules_of(&path.join(rules))?.before(&policy);
                }
                anchors.extend(of_folder(path, &description.stores)?);
            } else {
                anchors.extend(of_file(path, &Store::own(&shown(path)))?);
            }
        }
        Ok(Self::of_stores(anchors).with_policy(policy))
    }

    /// The certificates of these PEM texts are trusted.
    ///
    /// # Errors
    /// [`Error::Certificate`] when a block is no certificate; [`Error::NoCertificate`] when a text holds none.
    pub fn from_pem<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let store = Store::own("own");
        let found: Result<Vec<_>, _> = texts.into_iter().map(|text| of_text(text, &store)).collect();
        Ok(Self::of_stores(found?.into_iter().flatten().collect()))
    }

    /// The anchors with their stores.
    #[must_use]
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// The certificates of the anchors.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.anchors.iter().map(|anchor| &anchor.certificate)
    }

    /// The algorithms that are believed.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}

fn shown(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn of_text(text: &str, store: &Store) -> Result<Vec<Anchor>, Error> {
    let found = Certificate::all_from_pem(text)?;
    if found.is_empty() {
        return Err(Error::NoCertificate);
    }
    Ok(found.into_iter().map(|certificate| Anchor { certificate, store: store.clone() }).collect())
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })
}

fn of_file(path: &Path, store: &Store) -> Result<Vec<Anchor>, Error> {
    of_text(&read(path)?, store)
}

/// Every PEM file of a folder, in the order of their names; each in the store that names it, else in one of the folder's name.
fn of_folder(folder: &Path, described: &[Described]) -> Result<Vec<Anchor>, Error> {
    let mut anchors = Vec::new();
    for described in described {
        let Described { name, kind, from, until, .. } = described;
        let store = Store { name: name.clone(), kind: *kind, from: *from, until: *until };
        for file in &described.files {
            anchors.extend(of_file(&folder.join(file), &store)?);
        }
    }
    let plain = Store::own(&shown(folder));
    for file in pem_files(folder)? {
        if !described.iter().any(|described| described.files.contains(&shown(&file))) {
            anchors.extend(of_file(&file, &plain)?);
        }
    }
    Ok(anchors)
}

fn rules_of(path: &Path) -> Result<Policy, Error> {
    let refused = |error: NotAPolicy| Error::TrustStore { path: path.to_owned(), why: error.why };
    Policy::from_toml(&read(path)?).map_err(refused)
}

fn description(folder: &Path) -> Result<Description, Error> {
    let path = folder.join(DESCRIPTION);
    if !path.is_file() {
        return Ok(Description { algorithms: None, stores: Vec::new() });
    }
    let refused = |why: String| Error::TrustStore { path: path.clone(), why };
    let description: Description =
        toml::from_str(&read(&path)?).map_err(|error| refused(error.message().to_owned()))?;
    let named = description.stores.iter().flat_map(|store| &store.files).chain(&description.algorithms);
    match named.into_iter().find(|file| file.contains('/')) {
        Some(file) => Err(refused(format!("`{file}` is not a file of this folder"))),
        None => Ok(description),
    }
}

fn pem_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let wrong = |source| Error::Read { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        let is_pem =
            path.extension().is_some_and(|extension| ["pem", "crt", "cer"].iter().any(|known| extension == *known));
        if is_pem && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::super::Fault;
    use super::*;
    use crate::pki::testing::{self, Pki};

    #[test]
    fn a_folder_says_whose_anchors_it_holds() {
        let (pki, other) = (Pki::new(), Pki::new());
        let folder = tempfile::tempdir().expect("temporary folder");
        let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
        put("neac.pem", &pki.root.certificate().to_pem());
        put("office.pem", &other.root.certificate().to_pem());
        put(
            "trust.toml",
            "[[store]]\nname = \"NEAC\"\nkind = \"national\"\nfiles = [\"neac.pem\"]\nuntil = \"2026-12-31\"",
        );
        let anchors = TrustAnchors::load(&[folder.path().to_owned()]).expect("a store");
        assert_eq!(anchors.anchors().len(), 2);
        let others = [pki.issuing.certificate().clone()];
        let path = anchors.path(pki.signer.certificate(), &others, testing::now()).expect("a path");
        assert_eq!((path.store().name.as_str(), path.store().kind), ("NEAC", StoreKind::National));
        let next_year = testing::now().plus_seconds(90 * 86_400);
        let late = anchors.path(pki.signer.certificate(), &others, next_year);
        assert!(matches!(late, Err(Fault::AnchorNotTrusted { .. })), "{late:?}");
        let others = [other.issuing.certificate().clone()];
        assert!(anchors.path(other.signer.certificate(), &others, next_year).is_ok());
    }

    #[test]
    fn a_folder_says_how_long_algorithms_are_believed() {
        let pki = Pki::new();
        let folder = tempfile::tempdir().expect("temporary folder");
        let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
        put("root.pem", &pki.root.certificate().to_pem());
        put("trust.toml", "algorithms = \"days.toml\"");
        put(
            "days.toml",
            "key = [{ family = \"ECDSA\", bits = 256, until = \"2026-12-31\", source = \"this office\" }]",
        );
        let anchors = TrustAnchors::load(&[folder.path().to_owned()]).expect("a store");
        let path = anchors.path(pki.signer.certificate(), &[pki.issuing.certificate().clone()], testing::now());
        let path = path.expect("a path");
        let next_year = testing::now().plus_seconds(90 * 86_400);
        assert_eq!(path.weaknesses(anchors.policy(), testing::now()), []);
        assert_eq!(path.weaknesses(anchors.policy(), next_year)[0].rule, "this office");
        assert_eq!(path.weaknesses(Policy::standard(), next_year), [], "other rules are those of the program");
    }

    #[test]
    fn a_malformed_description_is_told() {
        let folder = tempfile::tempdir().expect("temporary folder");
        fs::write(folder.path().join("wrong.toml"), "key = 1").expect("written");
        for text in [
            "[[store]]\nname = 1",
            "[[store]]\nname = \"a\"\nfiles = [\"../a.pem\"]",
            "algorithms = \"../a.toml\"",
            "algorithms = \"wrong.toml\"",
        ] {
            fs::write(folder.path().join("trust.toml"), text).expect("written");
            let refused = TrustAnchors::load(&[folder.path().to_owned()]).expect_err("refused");
            assert!(matches!(&refused, Error::TrustStore { .. }) && refused.hint().is_some(), "{refused}");
        }
    }
}

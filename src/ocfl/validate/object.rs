//! The shape of an object: its declaration, its inventories and sidecars, its version folders (OCFL 1.1, 3).

use std::collections::BTreeMap;
use std::path::Path;

use super::content::{Content, Files};
use super::draft::{Algorithm, Draft, Spec};
use super::entries::{self, Kind};
use super::fixity::Digests;
use super::{Depth, Report, history};
use crate::ocfl::version::VersionNumber;
use crate::ocfl::{Error, INVENTORY, disk, inventory};

/// Prefix of an object's declaration.
pub(super) const DECLARATION: &str = "0=ocfl_object_";

/// Names in the register of extensions that may stand in an object.
const REGISTERED: [&str; 14] = [
    "0000-example-extension",
    "0001-digest-algorithms",
    "0002-flat-direct-storage-layout",
    "0003-hash-and-id-n-tuple-storage-layout",
    "0004-hashed-n-tuple-storage-layout",
    "0005-mutable-head",
    "0006-flat-omit-prefix-storage-layout",
    "0007-n-tuple-omit-prefix-storage-layout",
    "0008-schema-registry",
    "0009-digest-algorithms",
    "0010-differential-n-tuple-omit-prefix-storage-layout",
    "0011-direct-clean-path-layout",
    "0012-hash-and-no-prefix-id-n-tuple-storage-layout",
    "initial",
];

/// What an object holds, as its folder shows it.
struct Object<'a> {
    folder: &'a Path,
    spec: Option<Spec>,
    versions: Vec<VersionNumber>,
    files: Files,
}

pub(super) fn judge(folder: &Path, depth: Depth, report: &mut Report) -> Result<(), Error> {
    let mut object = Object { folder, spec: None, versions: Vec::new(), files: Files::new() };
    let has_inventory = object.entries(report)?;
    if !has_inventory {
        report.error(63, INVENTORY, "the object has no inventory");
        return Ok(());
    }
    let json = disk::read(&folder.join(INVENTORY))?;
    let Some(newest) = Draft::read(&json, INVENTORY, report) else { return Ok(()) };
    object.sidecar("", &json, newest.algorithm, report)?;
    object.compare_versions(&newest, report);
    if object.spec.is_some() && newest.spec.is_some() && object.spec != newest.spec {
        report.error(38, INVENTORY, "`type` names another version of the standard than the declaration");
    }
    for version in object.versions.clone() {
        object.version_folder(version, newest.content_directory(), report)?;
    }
    let older = object.older(&json, &newest, report)?;
    let mut digests = Digests::new(folder);
    let content = Content { draft: &newest, label: INVENTORY, last: newest.head, files: &object.files };
    content.judge(depth, &mut digests, report)?;
    for (version, draft) in &older {
        let label = format!("{version}/{INVENTORY}");
        let content = Content { draft, label: &label, last: Some(*version), files: &object.files };
        content.judge(depth, &mut digests, report)?;
    }
    Ok(())
}

impl Object<'_> {
    /// The entries of the object's folder; whether an inventory is among them.
    fn entries(&mut self, report: &mut Report) -> Result<bool, Error> {
        let mut declarations = 0;
        let mut has_inventory = false;
        for (name, kind) in entries::list(self.folder)? {
            match kind {
                Kind::File if name == INVENTORY => has_inventory = true,
                Kind::File if is_sidecar(&name) => {}
                Kind::File if name.starts_with(DECLARATION) => {
                    declarations += 1;
                    self.spec = declaration(self.folder, &name, DECLARATION, (6, 7), report)?;
                }
                Kind::Folder if name == "logs" => {}
                Kind::Folder if name == "extensions" => extensions(&self.folder.join(&name), (67, 13), report)?,
                Kind::Folder if name.parse::<VersionNumber>().is_ok() => {
                    self.versions.extend(name.parse::<VersionNumber>());
                }
                Kind::Other => report.error(90, name, "a link or a special file"),
                _ => report.error(1, name, "not allowed in an object's folder"),
            }
        }
        if declarations != 1 {
            report.error(3, DECLARATION, format!("{declarations} declarations of the standard's version"));
        }
        self.versions.sort();
        history::check_numbers(&self.versions, "versions", report);
        Ok(has_inventory)
    }

    /// The inventory in the folder `below` has a sidecar with its digest.
    fn sidecar(
        &self,
        below: &str,
        json: &[u8],
        algorithm: Option<Algorithm>,
        report: &mut Report,
    ) -> Result<(), Error> {
        let Some(algorithm) = algorithm else { return Ok(()) };
        let name = format!("{below}{INVENTORY}.{}", algorithm.name());
        let path = self.folder.join(&name);
        if !path.is_file() {
            report.error(58, name, "the inventory has no sidecar");
            return Ok(());
        }
        let text = String::from_utf8_lossy(&disk::read(&path)?).into_owned();
        let found = match algorithm {
            Algorithm::Sha256 => crate::base::digest::Sha256::of(json).to_string(),
            Algorithm::Sha512 => crate::base::digest::Sha512::of(json).to_string(),
        };
        match inventory::sidecar_digest(&text) {
            None => report.error(61, name, "not a digest, white space and `inventory.json`"),
            Some(digest) if !digest.eq_ignore_ascii_case(&found) => {
                report.error(60, name, format!("the inventory's digest is {found}"));
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// The versions of the inventory are those on the disk.
    fn compare_versions(&self, newest: &Draft, report: &mut Report) {
        for version in newest.versions.keys().filter(|version| !self.versions.contains(version)) {
            report.error(10, version.to_string(), "the inventory tells of it, but there is no folder");
        }
        for version in self.versions.iter().filter(|version| !newest.versions.contains_key(version)) {
            report.error(46, version.to_string(), "a folder of which the inventory does not tell");
        }
    }

    /// A version folder holds an inventory, its sidecar and the content; its files are remembered.
    fn version_folder(&mut self, version: VersionNumber, content: &str, report: &mut Report) -> Result<(), Error> {
        let folder = self.folder.join(version.to_string());
        for (name, kind) in entries::list(&folder)? {
            let path = format!("{version}/{name}");
            match kind {
                Kind::File if name == INVENTORY || is_sidecar(&name) => {}
                Kind::Folder if name == content => {
                    if entries::list(&folder.join(&name))?.is_empty() {
                        report.warn(3, path, "a content folder without files");
                    } else {
                        self.files.extend(entries::files(&folder.join(&name), &path, report)?);
                    }
                }
                Kind::Folder => report.warn(2, path, "a folder that is not the content folder"),
                Kind::File => report.error(15, path, "a file that is neither inventory nor sidecar"),
                Kind::Other => report.error(90, path, "a link or a special file"),
            }
        }
        Ok(())
    }

    /// The inventories of the versions: the last is the object's own, the others agree with it.
    fn older(&self, json: &[u8], newest: &Draft, report: &mut Report) -> Result<BTreeMap<VersionNumber, Draft>, Error> {
        let mut older = BTreeMap::new();
        let mut spec = None;
        for version in &self.versions {
            let label = format!("{version}/{INVENTORY}");
            let path = self.folder.join(&label);
            if !path.is_file() {
                report.warn(10, label, "the version has no inventory");
                continue;
            }
            let kept = disk::read(&path)?;
            let is_last = Some(*version) == newest.head;
            if is_last && kept != json {
                report.error(64, &label, "the newest version's inventory is not the object's");
            }
            // The same bytes would give the same findings again.
            let draft = if kept == json { None } else { Draft::read(&kept, &label, report) };
            let said = draft.as_ref().unwrap_or(newest);
            if said.head.is_some_and(|head| head != *version) {
                report.error(40, &label, format!("`head` is not {version}"));
            }
            self.sidecar(&format!("{version}/"), &kept, said.algorithm, report)?;
            if said.spec < spec {
                report.error(103, &label, "an earlier version of the standard than the version before");
            }
            spec = spec.max(said.spec);
            if let Some(draft) = draft {
                history::check_older(&draft, newest, *version, report);
                older.insert(*version, draft);
            }
        }
        Ok(older)
    }
}

/// The version that a declaration names, its content checked. `codes`: for its name and for its content.
pub(super) fn declaration(
    folder: &Path,
    name: &str,
    prefix: &str,
    codes: (u8, u8),
    report: &mut Report,
) -> Result<Option<Spec>, Error> {
    let spec = name.strip_prefix(prefix).and_then(Spec::of);
    if spec.is_none() {
        report.error(codes.0, name, "names no known version of the standard");
    }
    let expected = format!("{}\n", name.trim_start_matches("0="));
    if disk::read(&folder.join(name))? != expected.as_bytes() {
        report.error(codes.1, name, "its text is not its name and a line feed");
    }
    Ok(spec)
}

/// An extensions folder holds folders only, named by the register. `codes`: an error and a warning.
pub(super) fn extensions(folder: &Path, codes: (u8, u8), report: &mut Report) -> Result<(), Error> {
    for (name, kind) in entries::list(folder)? {
        let path = format!("extensions/{name}");
        if kind != Kind::Folder {
            report.error(codes.0, path, "not a folder");
        } else if !REGISTERED.contains(&name.as_str()) {
            report.warn(codes.1, path, "not a registered extension");
        }
    }
    Ok(())
}

fn is_sidecar(name: &str) -> bool {
    name.strip_prefix(INVENTORY).is_some_and(|end| matches!(end, ".sha512" | ".sha256"))
}

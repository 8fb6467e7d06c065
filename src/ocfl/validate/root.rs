//! The shape of a storage root (OCFL 1.1, 4): its declaration, its layout, and the folders down to its objects.

use std::path::Path;

use serde_json::Value;

use super::entries::{self, Kind};
use super::object::{self, DECLARATION, declaration, extensions};
use super::{Depth, Report};
use crate::ocfl::layout;
use crate::ocfl::paths::ObjectId;
use crate::ocfl::{Error, INVENTORY, disk};

/// Prefix of a storage root's declaration.
const ROOT: &str = "0=ocfl_";
/// Deeper than any registered layout: what lies below is no hierarchy of objects.
const DEEPEST: usize = 64;

struct Root<'a> {
    folder: &'a Path,
    depth: Depth,
    /// The layout is ours, so the place of each object is known.
    is_ours: bool,
}

pub(super) fn judge(folder: &Path, depth: Depth, report: &mut Report) -> Result<(), Error> {
    let mut declarations = 0;
    let mut root = Root { folder, depth, is_ours: false };
    let listed = entries::list(folder)?;
    for (name, kind) in &listed {
        match kind {
            Kind::File if name.starts_with(ROOT) => {
                declarations += 1;
                declaration(folder, name, ROOT, (79, 80), report)?;
            }
            Kind::File if name == "ocfl_layout.json" => root.is_ours = layout_file(folder, report)?,
            Kind::Folder if name == "extensions" => extensions(&folder.join(name), (112, 16), report)?,
            Kind::Other => report.error(90, name, "a link or a special file"),
            // Other files of the root are ignored (E087); folders come below.
            _ => {}
        }
    }
    if declarations == 0 {
        report.error(69, ROOT, "no declaration: this is no storage root");
    } else if declarations > 1 {
        report.error(76, ROOT, format!("{declarations} declarations"));
    }
    for (name, kind) in listed {
        if kind == Kind::Folder && name != "extensions" {
            root.descend(&name, 1, report)?;
        }
    }
    Ok(())
}

impl Root<'_> {
    fn descend(&self, below: &str, level: usize, report: &mut Report) -> Result<(), Error> {
        let folder = self.folder.join(below);
        let listed = entries::list(&folder)?;
        if listed.iter().any(|(name, kind)| *kind == Kind::File && name.starts_with(DECLARATION)) {
            return self.object(&folder, below, report);
        }
        if listed.is_empty() {
            report.error(73, below, "an empty folder");
        }
        for (name, kind) in listed {
            let path = format!("{below}/{name}");
            match kind {
                Kind::Folder if level < DEEPEST => self.descend(&path, level + 1, report)?,
                Kind::Folder => report.error(88, path, "folders nested too deep to hold objects"),
                Kind::File => report.error(72, path, "a file that belongs to no object"),
                Kind::Other => report.error(90, path, "a link or a special file"),
            }
        }
        Ok(())
    }

    fn object(&self, folder: &Path, below: &str, report: &mut Report) -> Result<(), Error> {
        let first = report.findings.len();
        report.objects += 1;
        object::judge(folder, self.depth, report)?;
        for finding in &mut report.findings[first..] {
            finding.path = format!("{below}/{}", finding.path);
        }
        if self.is_ours
            && let Some(id) = identifier(folder)?
        {
            let expected = layout::place(&id).to_string();
            if expected != below {
                report.error(83, below, format!("the layout puts `{id}` at `{expected}`"));
            }
        }
        Ok(())
    }
}

/// Judges `ocfl_layout.json`; whether it names the layout that [`layout::place`] computes, with our parameters.
fn layout_file(folder: &Path, report: &mut Report) -> Result<bool, Error> {
    let name = "ocfl_layout.json";
    let value: Value = serde_json::from_slice(&disk::read(&folder.join(name))?).unwrap_or(Value::Null);
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    if text("extension").is_none() || text("description").is_none() {
        report.error(70, name, "`extension` or `description` is missing");
    }
    let config = folder.join("extensions").join(layout::EXTENSION).join("config.json");
    if text("extension") != Some(layout::EXTENSION) || !config.is_file() {
        return Ok(false);
    }
    let config: Value = serde_json::from_slice(&disk::read(&config)?).unwrap_or(Value::Null);
    let number = |key: &str| config.get(key).and_then(Value::as_u64);
    Ok(config.get("digestAlgorithm").and_then(Value::as_str) == Some("sha256")
        && number("tupleSize") == Some(layout::TUPLE_SIZE as u64)
        && number("numberOfTuples") == Some(layout::TUPLES as u64))
}

fn identifier(folder: &Path) -> Result<Option<ObjectId>, Error> {
    let path = folder.join(INVENTORY);
    if !path.is_file() {
        return Ok(None);
    }
    let value: Value = serde_json::from_slice(&disk::read(&path)?).unwrap_or(Value::Null);
    Ok(value.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok()))
}

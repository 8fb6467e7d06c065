//! Values as given, each with where it came from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Error, KEYS};

/// Where a value came from; later ones win.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Nobody gave one.
    Default,
    /// The settings file.
    File(PathBuf),
    /// This environment variable.
    Environment(String),
    /// This flag.
    Flag(String),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// Raw values by name, the winning layer only.
#[derive(Debug, Clone)]
pub struct Layers(BTreeMap<&'static str, (String, Source)>);

impl Default for Layers {
    fn default() -> Self {
        Self(KEYS.iter().map(|key| (key.name, (key.default.to_owned(), Source::Default))).collect())
    }
}

impl Layers {
    /// Takes every value that a settings file gives.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::NotToml`], [`Error::Unknown`], [`Error::Invalid`] for a value that is a table or list.
    pub fn file(&mut self, path: &Path) -> Result<(), Error> {
        let text =
            std::fs::read_to_string(path).map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
        let document: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| Error::NotToml { path: path.to_owned(), message: error.to_string() })?;
        for (name, value) in flatten(&document) {
            let key = KEYS.iter().find(|key| key.name == name);
            let key = key.ok_or_else(|| Error::Unknown { path: path.to_owned(), name: name.clone() })?;
            let text = plain(&value).ok_or_else(|| Error::Invalid {
                name: key.name,
                from: path.display().to_string(),
                found: value.to_string(),
                expected: "text, a number or true/false".to_owned(),
            })?;
            self.0.insert(key.name, (text, Source::File(path.to_owned())));
        }
        Ok(())
    }

    /// Takes every setting that `variable` knows.
    pub fn environment(&mut self, variable: impl Fn(&str) -> Option<String>) {
        for key in KEYS {
            let name = key.variable();
            if let Some(value) = variable(&name) {
                self.0.insert(key.name, (value, Source::Environment(name)));
            }
        }
    }

    /// Takes a flag's value; `name` is a name of [`KEYS`], anything else is left out.
    pub fn flag(&mut self, name: &str, value: Option<String>) {
        let key = KEYS.iter().find(|key| key.name == name);
        if let (Some(key), Some(value)) = (key, value) {
            let flag = format!("--{}", name.rsplit('.').next().unwrap_or(name));
            self.0.insert(key.name, (value, Source::Flag(flag)));
        }
    }

    /// Value and source of a setting; an unknown name has an empty value.
    #[must_use]
    pub fn value(&self, name: &str) -> (&str, &Source) {
        self.0.get(name).map_or(("", &Source::Default), |(value, source)| (value, source))
    }
}

fn flatten(table: &toml::Table) -> Vec<(String, toml::Value)> {
    let mut rows = Vec::new();
    for (name, value) in table {
        match value {
            toml::Value::Table(inner) => {
                rows.extend(flatten(inner).into_iter().map(|(below, value)| (format!("{name}.{below}"), value)));
            }
            other => rows.push((name.clone(), other.clone())),
        }
    }
    rows
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(truth) => Some(truth.to_string()),
        toml::Value::Datetime(moment) => Some(moment.to_string()),
        toml::Value::Array(_) | toml::Value::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<Layers, Error> {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("sohoa.toml");
        std::fs::write(&path, text).expect("written");
        let mut layers = Layers::default();
        layers.file(&path).map(|()| layers)
    }

    #[test]
    fn later_layers_win() {
        let mut layers = file("[ocr]\nlanguages = \"vie+eng\"\npage-seconds = 30").expect("valid");
        layers.environment(|name| (name == "SOHOA_OCR_LANGUAGES").then(|| "eng".to_owned()));
        layers.flag("ocr.page-seconds", Some("9".to_owned()));
        layers.flag("ocr.languages", None);
        assert_eq!(layers.value("ocr.languages").0, "eng");
        assert_eq!(layers.value("ocr.page-seconds"), ("9", &Source::Flag("--page-seconds".to_owned())));
        assert_eq!(layers.value("run.workers"), ("", &Source::Default));
    }

    #[test]
    fn unknown_names_are_refused_with_the_nearest() {
        let error = file("[orc]\nlanguages = \"vie\"").expect_err("unknown table");
        assert!(error.hint().expect("has one").contains("`ocr.languages`"));
    }

    #[test]
    fn broken_files_say_where() {
        let error = file("[ocr\n").expect_err("no TOML");
        assert!(error.to_string().contains("line 1"), "{error}");
    }
}

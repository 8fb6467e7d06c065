//! Judges objects and storage roots by OCFL 1.0 and 1.1, with the codes of the standard's list of validation codes.
//!
//! What breaks the standard is a finding, all of them are returned; only a disk that cannot be read is an error.
//! Fixity by `blake2b-512` is not computed and passes unjudged.

mod content;
mod draft;
mod entries;
mod fixity;
mod history;
mod object;
mod paths;
mod root;

use std::fmt;
use std::path::Path;

use super::Error;

/// How deep to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Names, inventories and sidecars; no content is read.
    Structure,
    /// Also the digest of every file.
    Digests,
}

/// A code of the standard's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// `E`: a MUST is broken.
    Error(u8),
    /// `W`: a SHOULD is not followed.
    Warning(u8),
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(number) => write!(f, "E{number:03}"),
            Self::Warning(number) => write!(f, "W{number:03}"),
        }
    }
}

/// One thing that is not as the standard says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub code: Code,
    /// Where, below the object or the root.
    pub path: String,
    /// What was found.
    pub detail: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.path, self.detail)
    }
}

/// Everything found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    findings: Vec<Finding>,
    objects: usize,
}

impl Report {
    /// Whether nothing breaks the standard; warnings do not.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        !self.findings.iter().any(|finding| matches!(finding.code, Code::Error(_)))
    }

    /// All findings, in the order in which they were met.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many objects were judged.
    #[must_use]
    pub fn objects(&self) -> usize {
        self.objects
    }

    fn error(&mut self, number: u8, path: impl Into<String>, detail: impl Into<String>) {
        self.findings.push(Finding { code: Code::Error(number), path: path.into(), detail: detail.into() });
    }

    fn warn(&mut self, number: u8, path: impl Into<String>, detail: impl Into<String>) {
        self.findings.push(Finding { code: Code::Warning(number), path: path.into(), detail: detail.into() });
    }
}

/// Judges the object in `folder`.
///
/// # Errors
/// [`Error::File`] when something cannot be read.
pub fn object(folder: &Path, depth: Depth) -> Result<Report, Error> {
    let mut report = Report { objects: 1, ..Report::default() };
    object::judge(folder, depth, &mut report)?;
    Ok(report)
}

/// Judges the storage root in `folder` and every object in it.
///
/// # Errors
/// [`Error::File`] when something cannot be read.
pub fn root(folder: &Path, depth: Depth) -> Result<Report, Error> {
    let mut report = Report::default();
    root::judge(folder, depth, &mut report)?;
    Ok(report)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use super::*;

    fn fixtures() -> Option<PathBuf> {
        let real = std::env::var_os("SOHOA_REAL").map(PathBuf::from);
        let real = real.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real"));
        let fixtures = real.join("../fixtures/ocfl");
        fixtures.is_dir().then_some(fixtures)
    }

    /// The codes in the name of a fixture: `E066_E092_old_manifest`.
    fn expected(name: &str) -> BTreeSet<String> {
        let is_code = |part: &&str| part.len() == 4 && part[1..].bytes().all(|byte| byte.is_ascii_digit());
        name.split('_').take_while(is_code).map(str::to_owned).collect()
    }

    fn judge(kind: &str, path: &Path) -> Result<(), String> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let report = object(path, Depth::Digests).map_err(|error| error.to_string())?;
        let codes: BTreeSet<String> = report.findings().iter().map(|finding| finding.code.to_string()).collect();
        let valid = kind != "bad-objects";
        if report.is_valid() != valid {
            return Err(format!("verdict of {name}: {codes:?}"));
        }
        if !expected(&name).is_subset(&codes) {
            return Err(format!("codes of {name}: {codes:?}"));
        }
        Ok(())
    }

    /// The official fixtures, OCFL 1.0 and 1.1.
    #[test]
    #[expect(clippy::print_stderr, reason = "a test that did not run must say so")]
    fn the_official_fixtures_are_judged_right() {
        let Some(fixtures) = fixtures() else {
            eprintln!("skipped: the OCFL fixtures are not here");
            return;
        };
        let (mut judged, mut wrong) = (0, Vec::new());
        for version in ["1.0", "1.1"] {
            for kind in ["good-objects", "warn-objects", "bad-objects"] {
                for entry in std::fs::read_dir(fixtures.join(version).join(kind)).expect("listed") {
                    judged += 1;
                    wrong.extend(judge(kind, &entry.expect("listed").path()).err());
                }
            }
        }
        assert_eq!(judged, 156);
        assert!(wrong.is_empty(), "{} of {judged} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}

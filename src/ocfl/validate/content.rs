//! The files of an object against what its inventories say of them (OCFL 1.1, 3.5.2 and 3.5.4).

use std::collections::BTreeSet;

use super::draft::Draft;
use super::fixity::Digests;
use super::paths::{self, Paths};
use super::{Depth, Report};
use crate::ocfl::Error;
use crate::ocfl::version::VersionNumber;

/// The files that an object's version folders hold.
pub(super) type Files = BTreeSet<String>;

/// What one inventory says against the files of the versions up to `last`.
pub(super) struct Content<'a> {
    pub(super) draft: &'a Draft,
    pub(super) label: &'a str,
    pub(super) last: Option<VersionNumber>,
    pub(super) files: &'a Files,
}

impl Content<'_> {
    /// Every file is named, every named file is there, and at [`Depth::Digests`] has its digest.
    pub(super) fn judge(&self, depth: Depth, digests: &mut Digests<'_>, report: &mut Report) -> Result<(), Error> {
        let named: BTreeSet<&str> = paths::all(&self.draft.manifest).collect();
        for file in self.files.iter().filter(|file| self.covers(file) && !named.contains(file.as_str())) {
            report.error(23, self.label, format!("`{file}` is not in the manifest"));
        }
        for path in named.iter().filter(|path| !self.files.contains(**path)) {
            report.error(92, self.label, format!("`{path}` is in the manifest but not on the disk"));
        }
        for (algorithm, block) in &self.draft.fixity {
            for path in paths::all(block).filter(|path| !named.contains(path) || !self.files.contains(*path)) {
                report.error(93, self.label, format!("`{path}` has fixity by {algorithm} but is no stored file"));
            }
        }
        if depth == Depth::Structure {
            return Ok(());
        }
        if let Some(algorithm) = self.draft.algorithm {
            self.compare((algorithm.name(), &self.draft.manifest, 92), digests, report)?;
        }
        for (algorithm, block) in &self.draft.fixity {
            self.compare((algorithm, block, 93), digests, report)?;
        }
        Ok(())
    }

    fn compare(
        &self,
        (algorithm, block, code): (&str, &Paths, u8),
        digests: &mut Digests<'_>,
        report: &mut Report,
    ) -> Result<(), Error> {
        for (expected, paths) in block {
            for path in paths.iter().filter(|path| self.files.contains(*path)) {
                if let Some(found) = digests.of(algorithm, path)?
                    && !found.eq_ignore_ascii_case(expected)
                {
                    report.error(code, path, format!("{algorithm} is {found}, {} says {expected}", self.label));
                }
            }
        }
        Ok(())
    }

    /// Whether a file belongs to one of the versions that this inventory tells of.
    fn covers(&self, file: &str) -> bool {
        let version = file.split('/').next().and_then(|version| version.parse::<VersionNumber>().ok());
        match (version, self.last) {
            (Some(version), Some(last)) => version.number() <= last.number(),
            _ => true,
        }
    }
}

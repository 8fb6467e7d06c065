//! The gate alone over an inbox: every page looked at, none recognised.
//!
//! Fast enough to run beside the scanner: a bad scan is found while the paper is still there. Printed page numbers
//! are not read, and which way is up is not asked.

use std::path::Path;
use std::time::{Duration, Instant};

use rayon::ThreadPool;
use rayon::prelude::*;

use super::StageError;
use crate::gate::{self, Finding, Sheet, Thresholds, Weight};
use crate::intake::{self, Candidate, Scan, ScannedDocument, SkipReason, Skipped};
use crate::preprocess::{self, Observed};
use crate::raster::Color;

/// What the gate found in an inbox.
#[derive(Debug)]
pub struct CheckReport {
    /// Every document, in input order.
    pub documents: Vec<CheckedDocument>,
    /// Names of papers that the metadata list and that are not there.
    pub missing: Vec<String>,
    /// Files that are no document, each with its reason.
    pub left: Vec<(String, String)>,
    /// How long it took.
    pub elapsed: Duration,
}

/// One document.
#[derive(Debug)]
pub struct CheckedDocument {
    /// Path below the inbox.
    pub name: String,
    /// Its pages, or why it cannot be read.
    pub pages: Result<Vec<CheckedPage>, StageError>,
    /// What was found about the document as a whole.
    pub findings: Vec<Finding>,
}

/// One page.
#[derive(Debug)]
pub struct CheckedPage {
    /// The page as it came, without its picture's bytes.
    pub scan: Scan,
    /// Nothing is on it.
    pub blank: bool,
    /// What was measured.
    pub observed: Observed,
    /// What misses a threshold.
    pub findings: Vec<Finding>,
}

impl CheckReport {
    /// Every finding, documents in order.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.documents.iter().flat_map(|document| {
            let of_pages = document.pages.iter().flatten().flat_map(|page| &page.findings);
            of_pages.chain(&document.findings)
        })
    }

    /// A person must look: a finding holds, or a listed paper is not there.
    #[must_use]
    pub fn needs_a_person(&self) -> bool {
        !self.missing.is_empty() || self.findings().any(|finding| finding.weight() == Weight::Hold)
    }

    /// Documents that cannot be read.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.documents.iter().filter(|document| document.pages.is_err()).count()
    }

    /// Pages looked at.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.documents.iter().flat_map(|document| &document.pages).map(Vec::len).sum()
    }
}

/// Looks at every page of an inbox, or of one document.
///
/// # Errors
/// When the inbox itself cannot be read; a document that cannot be read has its own row.
pub fn check(
    inbox: &Path,
    options: &intake::Options,
    thresholds: &Thresholds,
    pool: &ThreadPool,
) -> Result<CheckReport, StageError> {
    let began = Instant::now();
    let discovery = intake::discover(inbox, options)?;
    let look = |candidate: &Candidate| document(candidate, options, thresholds);
    let documents = pool.install(|| discovery.candidates.par_iter().map(look).collect());
    let (missing, left): (Vec<&Skipped>, Vec<&Skipped>) =
        discovery.skipped.iter().partition(|skipped| matches!(skipped.reason, SkipReason::LonelyMetadata(_)));
    Ok(CheckReport {
        documents,
        missing: missing.into_iter().map(|skipped| absent(inbox, skipped)).collect(),
        left: left.into_iter().map(|skipped| super::batch::left(inbox, skipped)).collect(),
        elapsed: began.elapsed(),
    })
}

/// The name below the inbox of a paper that only its metadata know.
fn absent(inbox: &Path, skipped: &Skipped) -> String {
    let SkipReason::LonelyMetadata(name) = &skipped.reason else { return String::new() };
    let folder = skipped.path.parent().and_then(|folder| folder.strip_prefix(inbox).ok()).unwrap_or(Path::new(""));
    folder.join(name).display().to_string()
}

fn document(candidate: &Candidate, options: &intake::Options, thresholds: &Thresholds) -> CheckedDocument {
    let name = candidate.name.clone();
    match intake::read(candidate, options) {
        Ok(scanned) => {
            let hints = scanned.origin.hints.clone();
            let pages = pages(scanned, options, thresholds);
            let count = |blank| pages.iter().flatten().filter(|page| page.blank == blank).count();
            let findings = pages.is_ok().then(|| gate::page_count(count(false), count(true), &hints)).flatten();
            CheckedDocument { name, findings: findings.into_iter().collect(), pages }
        }
        Err(error) => CheckedDocument { name, pages: Err(error.into()), findings: Vec::new() },
    }
}

fn pages(
    scanned: ScannedDocument,
    options: &intake::Options,
    thresholds: &Thresholds,
) -> Result<Vec<CheckedPage>, StageError> {
    scanned.scans.into_par_iter().map(|scan| page(scan, options, thresholds)).collect()
}

fn page(mut scan: Scan, options: &intake::Options, thresholds: &Thresholds) -> Result<CheckedPage, StageError> {
    let gray = scan.decoded_gray(&options.limits)?;
    let is_bilevel = matches!(scan.picture.color, Color::Bilevel { .. });
    let (blank, observed) = preprocess::inspect(&gray, scan.dpi, is_bilevel);
    scan.picture.bytes = [].into();
    let findings = gate::page(&Sheet { scan: &scan, blank, observed: &observed }, thresholds);
    Ok(CheckedPage { scan, blank, observed, findings })
}

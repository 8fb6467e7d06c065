//! What the gate found, as JSON: schema `sohoa-check`, version 1.

use serde::Serialize;

use super::json::FindingWire;
use crate::deposit::page::StoredQuality;
use crate::pipeline::{CheckReport, CheckedDocument, CheckedPage};
use crate::raster::Color;

#[derive(Serialize)]
struct CheckWire<'a> {
    schema: &'static str,
    version: u32,
    seconds: f64,
    pages: usize,
    needs_a_person: bool,
    documents: Vec<DocumentWire<'a>>,
    missing: &'a [String],
    left: &'a [(String, String)],
}

#[derive(Serialize)]
struct DocumentWire<'a> {
    name: &'a str,
    error: Option<String>,
    hint: Option<String>,
    findings: Vec<FindingWire<'a>>,
    pages: Vec<PageWire<'a>>,
}

#[derive(Serialize)]
struct PageWire<'a> {
    number: u32,
    width: u32,
    height: u32,
    dpi: f32,
    bits: usize,
    blank: bool,
    slope_degrees: f32,
    slope_clarity: f32,
    quality: Option<StoredQuality>,
    findings: Vec<FindingWire<'a>>,
}

/// The whole report, ended by a line feed.
///
/// # Errors
/// Those of the serialiser, which has none to give for these types.
pub fn check_json(report: &CheckReport) -> Result<String, serde_json::Error> {
    let wire = CheckWire {
        schema: "sohoa-check",
        version: 1,
        seconds: (report.elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
        pages: report.pages(),
        needs_a_person: report.needs_a_person(),
        documents: report.documents.iter().map(document).collect(),
        missing: &report.missing,
        left: &report.left,
    };
    Ok(serde_json::to_string_pretty(&wire)? + "\n")
}

fn document(document: &CheckedDocument) -> DocumentWire<'_> {
    let error = document.pages.as_ref().err();
    DocumentWire {
        name: &document.name,
        error: error.map(crate::pipeline::StageError::story),
        hint: error.and_then(crate::pipeline::StageError::hint),
        findings: document.findings.iter().map(FindingWire::from).collect(),
        pages: document.pages.iter().flatten().map(page).collect(),
    }
}

fn page(page: &CheckedPage) -> PageWire<'_> {
    let picture = &page.scan.picture;
    PageWire {
        number: page.scan.number.value(),
        width: picture.size.width,
        height: picture.size.height,
        dpi: page.scan.dpi.value(),
        bits: bits(picture.color),
        blank: page.blank,
        slope_degrees: page.observed.basis.slope_degrees,
        slope_clarity: page.observed.basis.slope_clarity,
        quality: page.observed.quality.as_ref().map(StoredQuality::from),
        findings: page.findings.iter().map(FindingWire::from).collect(),
    }
}

fn bits(color: Color) -> usize {
    color.bits() * color.channels()
}

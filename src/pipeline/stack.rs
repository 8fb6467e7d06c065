//! One input of the inbox becomes the documents that lie in it, and their blank pages are set aside.

use rayon::prelude::*;

use super::divide::parts_of;
use super::earlier;
use super::reading::timed;
use super::{StageError, StageTimes, Tools};
use crate::base::units::PageNumber;
use crate::intake::{self, AsideReason, Candidate, Look, ScannedDocument, SetAside};
use crate::ocr::RecognizedDocument;

/// Reads an input and looks at its pages for codes, by which it is divided, or by what a person said; not where all of it was
/// deposited before.
pub(super) fn opened(
    candidate: &Candidate,
    tools: &Tools<'_>,
    times: &mut StageTimes,
) -> Result<Vec<ScannedDocument>, StageError> {
    let options = &tools.options.intake;
    let scanned = timed(&mut times.intake, || intake::read(candidate, options))?;
    if earlier::is_deposited(&scanned.origin, tools)? {
        return Ok(vec![scanned]);
    }
    let mut documents = Vec::new();
    for document in timed(&mut times.intake, || divided_by_codes(scanned, options))? {
        documents.extend(parts_of(document, tools)?);
    }
    Ok(documents)
}

/// Reads an input and looks at its pages for codes, by which it is divided.
///
/// # Errors
/// Those of reading and dividing.
pub fn documents_of(candidate: &Candidate, options: &intake::Options) -> Result<Vec<ScannedDocument>, StageError> {
    divided_by_codes(intake::read(candidate, options)?, options)
}

fn divided_by_codes(scanned: ScannedDocument, options: &intake::Options) -> Result<Vec<ScannedDocument>, StageError> {
    // A picture that cannot be decoded is told when its page is prepared, with its document's name.
    let look = |scan| intake::look(scan, &options.limits).unwrap_or_default();
    let looks: Vec<Look> = scanned.scans.par_iter().map(look).collect();
    Ok(intake::formed(scanned, looks, &options.limits)?)
}

/// The document without its blank pages, which are listed; a document of nothing else keeps them.
pub(super) fn without_blanks(mut document: RecognizedDocument) -> RecognizedDocument {
    let blank: Vec<bool> = document.pages.iter().map(|page| page.page.correction.blank).collect();
    if !blank.contains(&true) || !blank.contains(&false) {
        return document;
    }
    let places: Vec<PageNumber> = (0..blank.len()).map(|index| document.origin.place_in_sources(index)).collect();
    let (mut pages, mut kept) = (Vec::with_capacity(blank.len()), Vec::with_capacity(blank.len()));
    for ((mut page, blank), place) in document.pages.into_iter().zip(blank).zip(places) {
        if blank {
            let sha256 = page.page.scan.sha256;
            document.origin.set_aside.push(SetAside { page: place, sha256, reason: AsideReason::Blank });
            continue;
        }
        let (before, now) = (page.page.scan.number, PageNumber::at_index(pages.len()));
        document.origin.codes.iter_mut().filter(|code| code.page == before).for_each(|code| code.page = now);
        page.page.scan.number = now;
        pages.push(page);
        kept.push(place);
    }
    document.origin.pages = kept;
    document.origin.set_aside.sort_by_key(|aside| aside.page);
    RecognizedDocument { pages, ..document }
}

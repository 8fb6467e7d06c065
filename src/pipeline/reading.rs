//! Pages of one document, decoded, set upright and recognised in parallel.

use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::{StageError, StageTimes};
use crate::base::units::PageNumber;
use crate::catalog::Catalog;
use crate::intake::{self, Identity, Scan, ScannedDocument};
use crate::ocr::{self, RecognizedDocument, RecognizedPage, Recognizer, TextSource, text::PageText};
use crate::preprocess::{self, Prepared};
use crate::raster::decode;

/// What reading pages takes.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// Reads pages.
    pub recognizer: &'a dyn Recognizer,
    /// Limits of the input.
    pub intake: &'a intake::Options,
    /// Turning, deskewing, cleaning.
    pub preprocess: &'a preprocess::Options,
    /// Where crashed pages are named, in a run that may be resumed.
    pub journal: Option<&'a Catalog>,
}

/// A page that crashed recognition so often is not tried again, in this run or a later one.
const CRASHES_ALLOWED: u32 = 2;

/// Recognises every page, in parallel; blank pages are not looked at. `done` is told of each page.
///
/// # Errors
/// Those of preparing, and those of recognition that are not one page's own fault: a missing model, say.
pub fn recognize(
    scanned: ScannedDocument,
    reading: &Reading<'_>,
    done: &(dyn Fn() + Sync),
    times: &mut StageTimes,
) -> Result<RecognizedDocument, StageError> {
    let identity = scanned.origin.identity;
    let read = |scan| {
        let page = page(scan, identity, reading);
        done();
        page
    };
    let pages: Result<Vec<_>, StageError> = scanned.scans.into_par_iter().map(read).collect();
    let (pages, spent): (Vec<RecognizedPage>, Vec<StageTimes>) = pages?.into_iter().unzip();
    *times = spent.into_iter().fold(*times, StageTimes::plus);
    Ok(RecognizedDocument { origin: scanned.origin, pages })
}

fn page(scan: Scan, identity: Identity, reading: &Reading<'_>) -> Result<(RecognizedPage, StageTimes), StageError> {
    let mut times = StageTimes::default();
    let number = scan.number;
    // What the file says of itself, such as values that nothing shows, counts on a page without a word too.
    let doubts = scan.text.as_ref().map(|text| text.doubts.clone()).unwrap_or_default();
    let source = TextSource { doubts, ..TextSource::default() };
    let nothing = |page, unread| RecognizedPage { page, text: PageText::default(), source, unread };
    let Prepared { page, copy, .. } = timed(&mut times.preprocess, || prepare(scan, reading))?;
    if page.correction.blank {
        return Ok((nothing(page, None), times));
    }
    if let Some(why) = crashed_before(identity, number, reading)? {
        return Ok((nothing(page, Some(why)), times));
    }
    let why = |error| journal(error, identity, number, reading);
    match timed(&mut times.ocr, || ocr::read(reading.recognizer, &copy, &page)) {
        Ok(ocr::Reading { text, source, fault }) => {
            let unread = fault.map(why).transpose()?;
            Ok((RecognizedPage { page, text, source, unread }, times))
        }
        Err(error) if error.costs_only_this_picture() => Ok((nothing(page, Some(why(error)?)), times)),
        Err(error) => Err(error.into()),
    }
}

fn prepare(scan: Scan, reading: &Reading<'_>) -> Result<Prepared, StageError> {
    let dpi = scan.dpi;
    let picture = decode::decode(&scan.picture, &reading.intake.limits)?;
    // A strip that cannot be read says nothing about which way is up.
    let probe = |strip: &_| reading.recognizer.legibility(strip, dpi).unwrap_or(0.0);
    Ok(preprocess::prepare(scan, &picture, reading.preprocess, &probe))
}

fn crashed_before(identity: Identity, page: PageNumber, reading: &Reading<'_>) -> Result<Option<String>, StageError> {
    let Some(catalog) = reading.journal else { return Ok(None) };
    let crashes = catalog.jobs().page_attempts(identity, page)?;
    Ok((crashes >= CRASHES_ALLOWED).then(|| "nhận dạng trang này đã hỏng hai lần trước đây".to_owned()))
}

/// Names a page's crashes in the journal, so that no later run tries it a third time.
fn journal(
    error: ocr::Error,
    identity: Identity,
    page: PageNumber,
    reading: &Reading<'_>,
) -> Result<String, StageError> {
    if let (ocr::Error::Crashed { attempts, .. }, Some(catalog)) = (&error, reading.journal) {
        for _ in 0..*attempts {
            catalog.jobs().page_crashed(identity, page)?;
        }
    }
    Ok(StageError::from(error).story())
}

pub(super) fn timed<T>(spent: &mut Duration, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = work();
    *spent += began.elapsed();
    result
}

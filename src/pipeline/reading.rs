//! Pages of one document, decoded, set upright and recognised in parallel.

use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::{StageError, StageTimes, story};
use crate::base::units::PageNumber;
use crate::catalog::Catalog;
use crate::intake::{self, Identity, Scan, ScannedDocument};
use crate::ocr::{self, RecognizedDocument, RecognizedPage, Recognizer, TextSource, text::PageText};
use crate::preprocess::{self, Page, Prepared};
use crate::raster::pixels::Gray;

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

/// A page that crashed recognition so often is not tried again, in this run or a later one. A second try, because a
/// worker may also die of what other pages did to it or to the machine.
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
    // What the file says of itself, such as values that nothing shows, counts on a page without a word too.
    let doubts = scan.text.as_ref().map(|text| text.doubts.clone()).unwrap_or_default();
    let source = TextSource { doubts, ..TextSource::default() };
    let number = scan.number;
    let Prepared { page, copy, observed } = timed(&mut times.preprocess, || prepare(scan, reading))?;
    if page.correction.blank {
        return Ok((RecognizedPage { page, text: PageText::default(), source, unread: None, observed }, times));
    }
    let crashes = Crashes { identity, page: number, reading };
    let (found, unread) = timed(&mut times.ocr, || read(&copy, &page, &crashes))?;
    let (text, source) = found.unwrap_or((PageText::default(), source));
    Ok((RecognizedPage { page, text, source, unread, observed }, times))
}

/// A page's text and where it came from.
type Found = (PageText, TextSource);

/// The text of a page, and why there is none or not all of it; each crash is journaled before the page is tried again.
fn read(copy: &Gray, page: &Page, crashes: &Crashes<'_>) -> Result<(Option<Found>, Option<String>), StageError> {
    let mut count = crashes.before()?;
    let mut found = None;
    let mut why = "nhận dạng trang này đã hỏng hai lần trước đây".to_owned();
    while count < CRASHES_ALLOWED {
        let fault = match ocr::read(crashes.reading.recognizer, copy, page) {
            Ok(ocr::Reading { text, source, fault: None }) => return Ok((Some((text, source)), None)),
            Ok(ocr::Reading { text, source, fault: Some(fault) }) => {
                found = Some((text, source));
                fault
            }
            Err(fault) => fault,
        };
        if !fault.costs_only_this_picture() {
            return Err(fault.into());
        }
        let is_crash = matches!(fault, ocr::Error::Crashed { .. });
        why = story(&fault);
        count = if is_crash { crashes.add(count)? } else { CRASHES_ALLOWED };
    }
    Ok((found, Some(why)))
}

/// How often recognition of one page has crashed: over all runs where there is a journal, else in this one.
struct Crashes<'a> {
    identity: Identity,
    page: PageNumber,
    reading: &'a Reading<'a>,
}

impl Crashes<'_> {
    fn before(&self) -> Result<u32, StageError> {
        let Some(catalog) = self.reading.journal else { return Ok(0) };
        Ok(catalog.jobs().page_crashes(self.identity, self.page)?)
    }

    fn add(&self, so_far: u32) -> Result<u32, StageError> {
        let Some(catalog) = self.reading.journal else { return Ok(so_far + 1) };
        Ok(catalog.jobs().page_crashed(self.identity, self.page)?)
    }
}

fn prepare(scan: Scan, reading: &Reading<'_>) -> Result<Prepared, StageError> {
    let dpi = scan.dpi;
    let picture = scan.decoded(&reading.intake.limits)?;
    // A strip that cannot be read says nothing about which way is up.
    let probe = |strip: &_| reading.recognizer.legibility(strip, dpi).unwrap_or(0.0);
    Ok(preprocess::prepare(scan, &picture, reading.preprocess, &probe))
}

pub(super) fn timed<T>(spent: &mut Duration, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = work();
    *spent += began.elapsed();
    result
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::base::time::Timestamp;
    use crate::base::units::Dpi;
    use crate::ocr::Death;

    /// Crashes so often, then reads nothing.
    struct Crashing {
        crashes: u32,
        tries: AtomicU32,
    }

    impl Crashing {
        fn times(crashes: u32) -> Self {
            Self { crashes, tries: AtomicU32::new(0) }
        }

        fn tries(&self) -> u32 {
            self.tries.load(Ordering::SeqCst)
        }
    }

    impl Recognizer for Crashing {
        fn recognize(&self, copy: &Gray, _: Dpi) -> Result<PageText, ocr::Error> {
            if self.tries.fetch_add(1, Ordering::SeqCst) < self.crashes {
                let (size, death) = (copy.size, Death::Signal(11));
                return Err(ocr::Error::Crashed { size, death, stderr: String::new() });
            }
            Ok(PageText::default())
        }

        fn legibility(&self, _: &Gray, _: Dpi) -> Result<f32, ocr::Error> {
            Ok(1.0)
        }
    }

    /// One page of a letter, and the journal of its warehouse.
    struct Place {
        folder: tempfile::TempDir,
        scanned: ScannedDocument,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("temporary folder");
            let request = papers::PageRequest { words: 40, ..papers::PageRequest::new(3) };
            let letter = papers::page(&request).expect("drawn");
            let path = folder.path().join("letter.png");
            fs::write(&path, papers::encode::png(&letter.picture, 300).expect("encoded")).expect("written");
            let options = intake::Options::default();
            let candidate = intake::single(&path, &options).expect("found");
            let scanned = intake::read(&candidate, &options).expect("read");
            Self { folder, scanned }
        }

        fn journal(&self) -> Catalog {
            let catalog = Catalog::open(self.folder.path()).expect("opened");
            let origin = &self.scanned.origin;
            catalog.jobs().begin(origin.identity, &origin.name, Timestamp::from_unix(0)).expect("begun");
            catalog
        }

        fn read(&self, recognizer: &Crashing, journal: Option<&Catalog>) -> Option<String> {
            let (intake, preprocess) = (intake::Options::default(), preprocess::Options::default());
            let reading = Reading { recognizer, intake: &intake, preprocess: &preprocess, journal };
            let document = recognize(self.scanned.clone(), &reading, &|| {}, &mut StageTimes::default());
            document.expect("no fault of the machine").pages.remove(0).unread
        }
    }

    #[test]
    fn a_page_that_crashed_once_is_read_at_its_second_try() {
        let place = Place::new();
        let (catalog, recognizer) = (place.journal(), Crashing::times(1));
        assert_eq!(place.read(&recognizer, Some(&catalog)), None);
        assert_eq!(recognizer.tries(), 2);
    }

    #[test]
    fn a_page_that_crashed_twice_is_never_tried_again() {
        let place = Place::new();
        let (catalog, recognizer) = (place.journal(), Crashing::times(u32::MAX));
        let why = place.read(&recognizer, Some(&catalog)).expect("given up");
        assert!(why.contains("ended by signal 11"), "{why}");
        drop(catalog);
        assert!(place.read(&recognizer, Some(&place.journal())).is_some());
        assert_eq!(recognizer.tries(), 2);
    }

    /// Each crash is in the journal before the page is tried again: a run that is killed then leaves one try, not two.
    #[test]
    fn a_run_that_was_killed_after_a_crash_leaves_one_try() {
        let place = Place::new();
        let (catalog, recognizer) = (place.journal(), Crashing::times(u32::MAX));
        let (identity, page) = (place.scanned.origin.identity, PageNumber::at_index(0));
        assert_eq!(catalog.jobs().page_crashed(identity, page).expect("counted"), 1);
        assert!(place.read(&recognizer, Some(&catalog)).is_some());
        assert_eq!((recognizer.tries(), catalog.jobs().page_crashes(identity, page).expect("read")), (1, 2));
    }

    #[test]
    fn without_a_journal_a_page_is_tried_twice_too() {
        let (place, recognizer) = (Place::new(), Crashing::times(u32::MAX));
        assert!(place.read(&recognizer, None).is_some());
        assert_eq!(recognizer.tries(), 2);
    }
}

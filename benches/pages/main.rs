//! Which way up, how far askew, blank or not: what `preprocess` finds, against what is known.
//!
//! `cargo bench --bench pages` judges the pages of `shared/real/general` (`SOHOA_REAL`, default `../shared/real`) and 500
//! generated pages of seed 101; `cargo bench --bench pages -- SEED COUNT [FOLDER]` other generated pages alone, and keeps
//! those that fail in a folder. Seeds above 100 judge, those below tune.
//!
//! Every page is a file that goes through `intake`, its decoder and `preprocess::prepare`, with the recognition that the
//! program asks when it is in doubt. Pages are not recognised beyond that; of the real ones that were turned the text is.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints its tables, and what failed beside them")]

mod generated;
mod real;

use std::path::{Path, PathBuf};

use sohoa::base::units::Dpi;
use sohoa::intake;
use sohoa::ocr::text::Line;
use sohoa::ocr::{Options, Recognizer, WorkerPool};
use sohoa::preprocess::{self, Prepared};
use sohoa::raster::pixels::Gray;

/// Degrees by which what is found may differ from what is so.
const TOLERANCE: f32 = 0.2;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    // The test runner asks every bench what tests it has: none.
    if arguments.iter().any(|argument| argument == "--list") {
        return;
    }
    let reader = Reader::new();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number(0) {
        generated::judge(&reader, seed, number(1).unwrap_or(500), arguments.get(2).map(Path::new));
    } else {
        real::judge(&reader);
        generated::judge(&reader, 304, 500, None);
    }
}

/// Everything that a page needs to be set upright.
struct Reader {
    pool: WorkerPool,
    intake: intake::Options,
}

impl Reader {
    fn new() -> Self {
        let pool = WorkerPool::new(PathBuf::from(env!("CARGO_BIN_EXE_sohoa")), Options::default());
        pool.check().expect("Tesseract's Vietnamese data");
        Self { pool, intake: intake::Options::default() }
    }

    /// Every page of a file; none where the file is no document, or a page cannot be drawn.
    fn prepare(&self, path: &Path) -> Vec<Prepared> {
        let read = intake::single(path, &self.intake).and_then(|candidate| intake::read(&candidate, &self.intake));
        let scans = read.map(|document| document.scans).unwrap_or_default();
        scans.into_iter().filter_map(|scan| self.page(scan)).collect()
    }

    fn page(&self, scan: intake::Scan) -> Option<Prepared> {
        let picture = scan.decoded(&self.intake.limits).ok()?;
        let dpi = scan.dpi;
        let legibility = |strip: &Gray| self.pool.legibility(strip, dpi).unwrap_or(0.0);
        Some(preprocess::prepare(scan, &picture, &preprocess::Options::default(), &legibility))
    }

    /// The words of an upright page.
    fn words(&self, copy: &Gray, dpi: Dpi) -> Vec<String> {
        let text = self.pool.recognize(copy, dpi).expect("recognised");
        text.words().map(|word| word.text.clone()).collect()
    }

    /// Clockwise degrees by which the baselines of lines of more than an inch fall: their median; none without such lines.
    fn baselines(&self, copy: &Gray, dpi: Dpi) -> Option<f32> {
        let text = self.pool.recognize(copy, dpi).expect("recognised");
        let long = text.lines.iter().filter(|line| line.words.len() > 1 && line.bbox.width() > dpi.value());
        let fall = |line: &Line| ((line.baseline.1 - line.baseline.0) / line.bbox.width()).atan().to_degrees();
        let mut falls: Vec<f32> = long.map(fall).collect();
        falls.sort_unstable_by(f32::total_cmp);
        falls.get(falls.len() / 2).copied()
    }
}

//! What a page of colour costs before, beside and after its recognition, in CPU seconds of all processes.
//!
//! `cargo bench --bench added [-- SEED COUNT]`: the pages in color at 300 dpi among so many documents of the generator's
//! profile `office`. One page at a time, stage by stage, in user and system time of this process and of the
//! recogniser's, so that other work on the machine counts little.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::path::{Path, PathBuf};

use papers::{Inbox, Profile};
use sohoa::base::geometry::Rect;
use sohoa::intake::{self, Scan};
use sohoa::ocr::{self, RecognizedPage, WorkerPool};
use sohoa::pdfa::Conformance;
use sohoa::pipeline::{self, Check, Compressor, Verdict};
use sohoa::preprocess::{self, Prepared};
use sohoa::raster::{self, filter, layers};

const STAGES: [&str; 7] = [
    "decoding",
    "codes for machines, their own decoding included",
    "gray as recognition alone would have it",
    "orientation, skew, seals, scan quality, cleaning",
    "recognition",
    "parting into layers alone",
    "parting, decoding for it, comparing, reading again",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--b")).collect();
    // The test runner asks every bench what tests it has: none.
    if arguments.iter().any(|argument| argument == "--list") {
        return;
    }
    let number = |at: usize, default: u64| arguments.get(at).and_then(|text| text.parse().ok()).unwrap_or(default);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inbox = Inbox::write(folder.path(), number(0, 101), number(1, 24) as usize, &Profile::Office).expect("written");
    let pool = WorkerPool::new(PathBuf::from(env!("CARGO_BIN_EXE_sohoa")), ocr::Options::default());
    // The model is loaded before anything is measured.
    pool.check().expect("Tesseract and its model");
    report(&scans(&inbox.folder).into_iter().map(|scan| spent(scan, &pool)).collect::<Vec<_>>());
}

/// The pages in color at 300 dpi.
fn scans(folder: &Path) -> Vec<Scan> {
    let options = intake::Options::default();
    let found = intake::discover(folder, &options).expect("an inbox");
    let documents = found.candidates.iter().filter_map(|candidate| intake::read(candidate, &options).ok());
    let is_meant = |scan: &Scan| scan.picture.color == raster::Color::Rgb && (299.0..301.0).contains(&scan.dpi.value());
    documents.flat_map(|document| document.scans).filter(is_meant).collect()
}

/// CPU seconds of each stage over one page.
fn spent(scan: Scan, pool: &WorkerPool) -> ([f64; STAGES.len()], Verdict) {
    let limits = raster::Limits::default();
    let mut clock = Clock::started(pool);
    let mut spent = [0.0; STAGES.len()];
    let picture = scan.decoded(&limits).expect("a picture");
    spent[0] = clock.lap();
    intake::look(&scan, &limits).expect("the same picture");
    spent[1] = clock.lap();
    drop(filter::gray(&picture));
    spent[2] = clock.lap();
    let dpi = scan.dpi;
    let legibility = |strip: &_| ocr::Recognizer::legibility(pool, strip, dpi).unwrap_or(0.0);
    let Prepared { page, copy, observed } =
        preprocess::prepare(scan, &picture, &preprocess::Options::default(), &legibility);
    spent[3] = clock.lap();
    let ocr::Reading { text, source, .. } = ocr::read(pool, &copy, &page).expect("read");
    spent[4] = clock.lap();
    let page = RecognizedPage { page, text, source, unread: None, observed };
    let boxes: Vec<Rect> = page.text.words().map(|word| word.bbox).collect();
    drop(layers::part(&picture, &boxes, dpi).expect("encoded"));
    spent[5] = clock.lap();
    let by = Compressor { parts: Some(Check::Lines), level: Conformance::A2u, recognizer: pool, limits: &limits };
    let verdict = pipeline::compress(std::slice::from_ref(&page), &by).1[0].verdict;
    spent[6] = clock.lap();
    (spent, verdict)
}

fn report(pages: &[([f64; STAGES.len()], Verdict)]) {
    let mean = |stage: usize| pages.iter().map(|(spent, _)| spent[stage]).sum::<f64>() / pages.len() as f64;
    println!("| stage, {} pages | CPU s a page |\n| --- | --- |", pages.len());
    STAGES.iter().enumerate().for_each(|(stage, name)| println!("| {name} | {:.3} |", mean(stage)));
    println!("| added to decoding and recognition | {:.3} |", mean(1) + mean(3) - mean(2) + mean(6));
    let layered = pages.iter().filter(|(_, verdict)| *verdict == Verdict::Layered).count();
    println!("\n{layered} of {} as layers", pages.len());
}

/// User and system time of this process and of the recogniser's.
struct Clock<'a> {
    pool: &'a WorkerPool,
    last: f64,
}

impl<'a> Clock<'a> {
    fn started(pool: &'a WorkerPool) -> Self {
        Self { pool, last: Self::now(pool) }
    }

    fn lap(&mut self) -> f64 {
        let now = Self::now(self.pool);
        now - std::mem::replace(&mut self.last, now)
    }

    fn now(pool: &WorkerPool) -> f64 {
        let processes = pool.process_ids().into_iter().chain([std::process::id()]);
        processes.map(|id| seconds(&format!("/proc/{id}/stat"))).sum()
    }
}

/// proc(5): the fields after the name in parentheses; 14 and 15 are user and system time in hundredths of a second.
fn seconds(stat: &str) -> f64 {
    let text = std::fs::read_to_string(stat).expect("Linux");
    let fields = text.rsplit_once(')').map(|(_, fields)| fields).unwrap_or_default();
    fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

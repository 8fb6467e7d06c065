//! Words that recognition in gray loses under red seals, and how many of them come back.
//!
//! `cargo bench --bench seals [-- FIRST_SEED COUNT [FOLDER]]`; needs the program `tesseract` with its Vietnamese data. Seeds
//! above 100 judge, those below tune. In a folder are kept the pages with one seal and more, as they were read.
//!
//! Letters of about 400 words with the signer's own seal and signature, in color, as JPEG of half the color resolution
//! (4:2:0), as most scanners write them: once as they are, and with one and with three more seals of 36 mm over the text.
//! The stock `tesseract` program reads them in gray, sohoa as it reads every page.
//! A word counts where it stands in the truth's line at its place, and where the stock program reads it on the page without
//! more seals; it is lost where the stock program does not read it at that place on the sealed page, and comes back where
//! sohoa does. Seals and noise are the only difference: the letters are the same pixels on paper.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints its table, and what it missed beside it")]

use std::path::PathBuf;
use std::process::Command;

use papers::PageRequest;
use papers::faults::{Color, Faults, Jpeg};
use papers::geometry::Frame;
use papers::truth::PageTruth;
use rayon::prelude::*;
use sohoa::base::geometry::Rect;
use sohoa::intake;
use sohoa::ocr::{self, Options, Recognizer, WorkerPool};
use sohoa::preprocess;
use sohoa::vn::text::{nfc, place_tones};

/// Part of a word's box that another must cover to be at the same place.
const SAME_PLACE: f32 = 0.4;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    // The test runner asks every bench what tests it has: none.
    if arguments.iter().any(|argument| argument == "--list") {
        return;
    }
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<u64>().ok());
    let (first, count) = (number(0).unwrap_or(101), number(1).unwrap_or(12));
    let bench = Bench::new(arguments.get(2).map(PathBuf::from));
    println!("letters of seeds {first} to {}\n", first + count - 1);
    println!(
        "| seals | dpi | JPEG | words | lost in gray | come back | | of them under a seal | come back | | lost by sohoa alone |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for dpi in [300, 200] {
        for quality in [90, 75] {
            bench.compare(first..first + count, dpi, quality);
        }
    }
}

/// A word and where it stands.
#[derive(Clone)]
struct Word {
    text: String,
    place: Rect,
}

/// A page in its file, and what is known of it.
struct Page {
    file: PathBuf,
    truth: PageTruth,
    dpi: u32,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    words: usize,
    lost: usize,
    back: usize,
    lost_under: usize,
    back_under: usize,
    lost_by_us: usize,
}

struct Bench {
    pool: WorkerPool,
    folder: tempfile::TempDir,
    kept: Option<PathBuf>,
}

impl Bench {
    fn new(kept: Option<PathBuf>) -> Self {
        let pool = WorkerPool::new(PathBuf::from(env!("CARGO_BIN_EXE_sohoa")), Options::default());
        pool.check().expect("Tesseract's Vietnamese data");
        Self { pool, folder: tempfile::tempdir().expect("a temporary folder"), kept }
    }

    fn compare(&self, seeds: std::ops::Range<u64>, dpi: u32, quality: u8) {
        let workers = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("threads");
        let letters: Vec<[Counts; 3]> =
            workers.install(|| seeds.into_par_iter().map(|seed| self.letter(seed, dpi, quality)).collect());
        for (at, seals) in [0, 1, 3].iter().enumerate() {
            let all = letters.iter().map(|counts| counts[at]).fold(Counts::default(), Counts::plus);
            println!(
                "| {seals} | {dpi} | {quality} | {} | {} | {} | {} | {} | {} | {} | {} |",
                all.words,
                all.lost,
                all.back,
                share(all.back, all.lost),
                all.lost_under,
                all.back_under,
                share(all.back_under, all.lost_under),
                all.lost_by_us
            );
        }
    }

    /// A letter without more seals, with one, with three.
    fn letter(&self, seed: u64, dpi: u32, quality: u8) -> [Counts; 3] {
        let plain = self.page(seed, 0, dpi, quality);
        let read: Vec<Word> = Self::stock(&plain).into_iter().filter(|word| is_true(word, &plain.truth)).collect();
        [0, 1, 3].map(|seals| {
            let sealed = self.page(seed, seals, dpi, quality);
            // Without more seals what is lost is nothing, and what sohoa alone loses is the control.
            let stock = if seals == 0 { read.clone() } else { Self::stock(&sealed) };
            let ours = self.ours(&sealed);
            let counts = count(&read, &stock, &ours, &sealed.truth.seals);
            self.keep(&sealed, &read, &stock, &ours);
            counts
        })
    }

    fn page(&self, seed: u64, seals: usize, dpi: u32, quality: u8) -> Page {
        let faults = Faults {
            noise: 3.0,
            blur: 0.5 * dpi as f32 / 300.0,
            jpeg: Jpeg { quality, full_chroma: false },
            ..Faults::none(Color::Rgb)
        };
        let request = PageRequest { seals, dpi, faults, ..PageRequest::new(seed) };
        let papers::Scan { picture, truth } = papers::page(&request).expect("drawn");
        let bytes = papers::encode::jpeg(&picture, request.faults.jpeg, dpi, 0).expect("encoded");
        let file = self.folder.path().join(format!("{seed}-{seals}-{dpi}-{quality}.jpg"));
        std::fs::write(&file, bytes).expect("written");
        Page { file, truth, dpi }
    }

    /// What the stock program reads of the page in gray.
    fn stock(page: &Page) -> Vec<Word> {
        let gray = page.file.with_extension("png");
        let picture = image::open(&page.file).expect("a JPEG").to_luma8();
        picture.save(&gray).expect("written");
        let output = Command::new("tesseract")
            .arg(&gray)
            .args(["-", "-l", "vie", "--psm", "3", "--dpi", &page.dpi.to_string(), "tsv"])
            .env("OMP_THREAD_LIMIT", "1")
            .output()
            .expect("tesseract runs");
        String::from_utf8_lossy(&output.stdout).lines().filter_map(row).collect()
    }

    /// What sohoa reads of it.
    fn ours(&self, page: &Page) -> Vec<Word> {
        let options = intake::Options::default();
        let candidate = intake::single(&page.file, &options).expect("found");
        let scan = intake::read(&candidate, &options).expect("read").scans.remove(0);
        let picture = scan.decoded(&options.limits).expect("decoded");
        let dpi = scan.dpi;
        let legibility = |strip: &_| self.pool.legibility(strip, dpi).unwrap_or(0.0);
        let prepared = preprocess::prepare(scan, &picture, &preprocess::Options::default(), &legibility);
        let read = ocr::read(&self.pool, &prepared.copy, &prepared.page).expect("recognised");
        read.text.words().map(|word| Word { text: tidy(&word.text), place: word.bbox }).collect()
    }

    fn keep(&self, page: &Page, read: &[Word], stock: &[Word], ours: &[Word]) {
        let Some(folder) = &self.kept else { return };
        std::fs::create_dir_all(folder).expect("a folder to keep pages in");
        let name = page.file.file_name().expect("a name").to_string_lossy().into_owned();
        std::fs::copy(&page.file, folder.join(&name)).expect("copied");
        for word in read.iter().filter(|word| !has(stock, word) && !has(ours, word)) {
            eprintln!("{name}: not back: {} at {:?}", word.text, word.place);
        }
        for word in read.iter().filter(|word| has(stock, word) && !has(ours, word)) {
            eprintln!("{name}: lost by sohoa alone: {} at {:?}", word.text, word.place);
        }
    }
}

impl Counts {
    fn plus(self, other: Self) -> Self {
        Self {
            words: self.words + other.words,
            lost: self.lost + other.lost,
            back: self.back + other.back,
            lost_under: self.lost_under + other.lost_under,
            back_under: self.back_under + other.back_under,
            lost_by_us: self.lost_by_us + other.lost_by_us,
        }
    }
}

fn count(read: &[Word], stock: &[Word], ours: &[Word], seals: &[Frame]) -> Counts {
    let lost: Vec<&Word> = read.iter().filter(|word| !has(stock, word)).collect();
    let under: Vec<&&Word> = lost.iter().filter(|word| seals.iter().any(|seal| is_under(word, seal))).collect();
    Counts {
        words: read.len(),
        lost: lost.len(),
        back: lost.iter().filter(|word| has(ours, word)).count(),
        lost_under: under.len(),
        back_under: under.iter().filter(|word| has(ours, word)).count(),
        lost_by_us: read.iter().filter(|word| has(stock, word) && !has(ours, word)).count(),
    }
}

fn share(part: usize, whole: usize) -> String {
    if whole == 0 { String::new() } else { format!("{:.0} %", 100.0 * part as f64 / whole as f64) }
}

/// Whether the same word stands at the same place.
fn has(words: &[Word], wanted: &Word) -> bool {
    let least = SAME_PLACE * wanted.place.area();
    let covers = |word: &Word| word.place.intersection(&wanted.place).is_some_and(|both| both.area() >= least);
    words.iter().any(|word| word.text == wanted.text && covers(word))
}

/// Whether a truth's line at its place has the word.
fn is_true(word: &Word, truth: &PageTruth) -> bool {
    let (x, y) = word.place.center();
    let holds = |frame: &Frame| (frame.left..frame.right).contains(&x) && (frame.top..frame.bottom).contains(&y);
    truth.lines.iter().any(|line| holds(&line.frame) && tidy(&line.text).split(' ').any(|text| text == word.text))
}

/// Whether some of the word lies in the seal's circle.
fn is_under(word: &Word, seal: &Frame) -> bool {
    let (x, y) = (f32::midpoint(seal.left, seal.right), f32::midpoint(seal.top, seal.bottom));
    let near = (x.clamp(word.place.left, word.place.right), y.clamp(word.place.top, word.place.bottom));
    (near.0 - x).hypot(near.1 - y) < (seal.right - seal.left) / 2.0
}

/// A word of `tesseract`'s table: level 5, left, top, width and height from the seventh column on, text last.
fn row(line: &str) -> Option<Word> {
    let cells: Vec<&str> = line.split('\t').collect();
    let text = tidy(cells.get(11).filter(|_| cells[0] == "5")?);
    let edge = |at: usize| cells[at].parse::<f32>().ok();
    let (left, top, width, height) = (edge(6)?, edge(7)?, edge(8)?, edge(9)?);
    (!text.is_empty()).then(|| Word { text, place: Rect::new(left, top, left + width, top + height) })
}

fn tidy(text: &str) -> String {
    place_tones(&nfc(text)).replace('…', "...").trim().to_owned()
}

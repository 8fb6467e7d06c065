//! Character and word error of `sohoa ocr` beside the stock `tesseract` program, on the same real pages.
//!
//! `cargo bench --bench accuracy`. Needs the real scans (`SOHOA_REAL`, default `../shared/real`), the
//! programs `tesseract` and `pdftoppm`. The judge's pages are never tuned on.
//!
//! Scoring: NFC, white space collapsed, dot leaders dropped. CER is Levenshtein distance over the truth's
//! length, per page and summed per document. Word recall and precision are order-free (multisets), because
//! letterheads and signature blocks have two columns. Both with old and new tone placement folded together.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use sohoa::vn::text::{nfc, place_tones};

fn main() {
    let real = std::env::var_os("SOHOA_REAL").map_or_else(|| root().join("../shared/real"), PathBuf::from);
    let folder = real.join("text");
    if !folder.is_dir() {
        println!("skipped: {} is absent", folder.display());
        return;
    }
    println!(
        "| document | pages | CER stock | CER sohoa | words found stock | words found sohoa | words right stock | words right sohoa |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for (document, truths) in truths(&folder.join("pages-gt")) {
        let pdf = folder.join("scans").join(format!("{document}.pdf"));
        let (mut stock, mut ours) = (Score::default(), Score::default());
        let own_pages = sohoa_pages(&pdf);
        for (page, truth) in &truths {
            stock.add(truth, &stock_page(&pdf, *page));
            ours.add(truth, own_pages.get(page - 1).map_or("", String::as_str));
        }
        println!(
            "| {document} | {} | {:.2} % | {:.2} % | {:.2} % | {:.2} % | {:.2} % | {:.2} % |",
            truths.len(),
            stock.cer(),
            ours.cer(),
            stock.recall(),
            ours.recall(),
            stock.precision(),
            ours.precision(),
        );
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Truth texts by document and page number.
fn truths(folder: &Path) -> BTreeMap<String, Vec<(usize, String)>> {
    let mut documents: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("truth folder") {
        let path = entry.expect("entry").path();
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        let Some((document, rest)) = name.rsplit_once(".p") else { continue };
        let page = rest.trim_end_matches(".gt.txt").parse().expect("page number");
        let text = std::fs::read_to_string(&path).expect("truth text");
        documents.entry(document.to_owned()).or_default().push((page, text));
    }
    for pages in documents.values_mut() {
        pages.sort();
    }
    documents
}

fn sohoa_pages(pdf: &Path) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_sohoa")).arg("ocr").arg(pdf).output().expect("sohoa runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).split('\u{c}').map(str::to_owned).collect()
}

/// The page drawn at its scan's own resolution, through the program with its usual options.
fn stock_page(pdf: &Path, page: usize) -> String {
    let folder = std::env::temp_dir().join(format!("sohoa-accuracy-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("temporary folder");
    let page = page.to_string();
    let dpi = resolution(pdf, &page);
    let picture = folder.join("page");
    let drawn = Command::new("pdftoppm")
        .args(["-r", &dpi, "-gray", "-png", "-singlefile", "-f", &page, "-l", &page])
        .arg(pdf)
        .arg(&picture)
        .status()
        .expect("pdftoppm runs");
    assert!(drawn.success());
    let output = Command::new("tesseract")
        .arg(picture.with_extension("png"))
        .args(["-", "-l", "vie", "--psm", "3", "--dpi", &dpi])
        .env("OMP_THREAD_LIMIT", "1")
        .output()
        .expect("tesseract runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Resolution of the largest picture on the page, as `pdfimages` lists it.
fn resolution(pdf: &Path, page: &str) -> String {
    let output =
        Command::new("pdfimages").args(["-list", "-f", page, "-l", page]).arg(pdf).output().expect("pdfimages runs");
    let listing = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows = listing.lines().skip(2).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let area = |row: &Vec<&str>| {
        row.get(3).zip(row.get(4)).map_or(0, |(w, h)| w.parse().unwrap_or(0) * h.parse().unwrap_or(0u64))
    };
    rows.filter(|row| row.len() > 12).max_by_key(area).map_or_else(|| "300".to_owned(), |row| row[12].to_owned())
}

#[derive(Default)]
struct Score {
    distance: usize,
    letters: usize,
    truth_words: usize,
    found_words: usize,
    common_words: usize,
}

impl Score {
    fn add(&mut self, truth: &str, found: &str) {
        let (truth, found) = (tidy(truth), tidy(found));
        let letters: Vec<char> = truth.chars().collect();
        self.distance += levenshtein(&letters, &found.chars().collect::<Vec<_>>());
        self.letters += letters.len();
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        truth.split(' ').for_each(|word| *counts.entry(word).or_default() += 1);
        self.truth_words += truth.split(' ').count();
        for word in found.split(' ') {
            self.found_words += 1;
            if let Some(left) = counts.get_mut(word).filter(|left| **left > 0) {
                *left -= 1;
                self.common_words += 1;
            }
        }
    }

    fn cer(&self) -> f64 {
        percent(self.distance, self.letters)
    }

    fn recall(&self) -> f64 {
        percent(self.common_words, self.truth_words)
    }

    fn precision(&self) -> f64 {
        percent(self.common_words, self.found_words)
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}

fn tidy(text: &str) -> String {
    let text = place_tones(&nfc(text)).replace('…', "...");
    let is_leader = |word: &&str| !(word.len() > 2 && word.chars().all(|letter| letter == '.'));
    text.split_whitespace().filter(is_leader).collect::<Vec<_>>().join(" ")
}

fn levenshtein(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

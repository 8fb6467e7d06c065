//! The pages of `shared/real/general`: four orientations, stated angles, and all others, which are upright.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::{Reader, TOLERANCE};

/// Files with pages that do not stand upright, and where the words of an upright page are found.
const TURNED: [(&str, Words); 9] = [
    ("ocrmypdf/cardinal.pdf", Words::File("ocrmypdf/linn.txt")),
    ("tesseract-test/phototest.tif", Words::File("tesseract-test/phototest.gold.txt")),
    ("tesseract-test/phototest-rotated-R.png", Words::File("tesseract-test/phototest.gold.txt")),
    ("tesseract-test/phototest-rotated-L.png", Words::File("tesseract-test/phototest.gold.txt")),
    ("tesseract-test/phototest-rotated-180.png", Words::File("tesseract-test/phototest.gold.txt")),
    ("tesseract-test/phototestrot.tif", Words::File("tesseract-test/phototest.gold.txt")),
    ("tiff-fax-multipage/kreuzberg-ocr_test_rotated_90.pdf", Words::These(DOCLING)),
    ("tiff-fax-multipage/kreuzberg-ocr_test_rotated_180.pdf", Words::These(DOCLING)),
    ("tiff-fax-multipage/kreuzberg-ocr_test_rotated_270.pdf", Words::These(DOCLING)),
];

const DOCLING: &str = "Docling bundles PDF document conversion to JSON and Markdown in an easy self contained package";

/// Part of the words that must be read of a page that stands upright; of one that does not next to none are.
const UPRIGHT: f32 = 0.6;

enum Words {
    File(&'static str),
    These(&'static str),
}

pub(super) fn judge(reader: &Reader) {
    let real = std::env::var_os("SOHOA_REAL").map_or_else(|| PathBuf::from("../shared/real"), PathBuf::from);
    let folder = real.join("general");
    if !folder.is_dir() {
        println!("real pages: skipped, `{}` is not there", folder.display());
        return;
    }
    orientations(reader, &folder);
    slopes(reader, &folder);
    others(reader, &folder);
}

fn orientations(reader: &Reader, folder: &Path) {
    println!("| file | page | turn found | probes | words of the upright page read |\n| --- | --- | --- | --- | --- |");
    let (mut upright, mut pages) = (0, 0);
    for (name, words) in &TURNED {
        let truth = match words {
            Words::File(name) => std::fs::read_to_string(folder.join(name)).expect("the truth is readable"),
            Words::These(words) => (*words).to_owned(),
        };
        for prepared in reader.prepare(&folder.join(name)) {
            let (page, basis) = (&prepared.page, prepared.observed.basis);
            let share = share_of(&truth, &reader.words(&prepared.copy, page.dpi()));
            let (number, turn) = (page.number().value(), page.correction.turn.degrees());
            println!("| {name} | {number} | {turn} | {} | {:.0} % |", basis.probes, share * 100.0);
            pages += 1;
            upright += usize::from(share > UPRIGHT);
        }
    }
    println!("\nupright: {upright} of {pages}\n");
}

/// Part of the truth's different words that were read.
fn share_of(truth: &str, read: &[String]) -> f32 {
    let bare = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let read: HashSet<String> = read.iter().map(|word| bare(word)).collect();
    let truth: HashSet<String> = truth.split_whitespace().map(bare).filter(|word| word.len() > 2).collect();
    truth.intersection(&read).count() as f32 / truth.len().max(1) as f32
}

/// `angles.tsv`: file, clockwise degrees by which its lines fall, note. They are whole degrees; to tenths the straightened
/// page is judged, by the baselines of the lines that recognition finds on it.
fn slopes(reader: &Reader, folder: &Path) {
    println!(
        "| file | degrees stated | found | clarity | corrected by | left over, by baselines |\n| --- | --- | --- | --- | --- | --- |"
    );
    let table = std::fs::read_to_string(folder.join("deskew/angles.tsv")).expect("the angles are readable");
    let (mut rounded, mut within, mut files) = (0, 0, 0);
    for row in table.lines().skip(1) {
        let mut cells = row.split('\t');
        let (Some(name), Some(stated)) = (cells.next(), cells.next().and_then(|cell| cell.parse::<f32>().ok())) else {
            continue;
        };
        let Some(prepared) = reader.prepare(&folder.join("deskew").join(name)).pop() else { continue };
        let (basis, correction) = (prepared.observed.basis, prepared.page.correction);
        let off = (correction.deskew_degrees + stated).abs();
        let left = reader.baselines(&prepared.copy, prepared.page.dpi());
        println!(
            "| {name} | {stated:.1} | {:.2} | {:.2} | {:.2} | {} |",
            basis.slope_degrees,
            basis.slope_clarity,
            correction.deskew_degrees,
            left.map_or("no lines".to_owned(), |degrees| format!("{degrees:.2}"))
        );
        files += 1;
        rounded += usize::from(off <= 0.5);
        within += usize::from(left.is_some_and(|degrees| degrees.abs() <= TOLERANCE));
    }
    println!(
        "\nthe stated whole degree is the nearest: {rounded} of {files}; level within {TOLERANCE} degrees: {within}\n"
    );
}

/// No other page may be turned beyond what its file states.
fn others(reader: &Reader, folder: &Path) {
    let known: HashSet<PathBuf> = TURNED.iter().map(|(name, _)| folder.join(name)).collect();
    let (mut pages, mut blank, mut turned) = (0, 0, Vec::new());
    for path in files(folder).into_iter().filter(|path| !known.contains(path)) {
        for prepared in reader.prepare(&path) {
            let page = &prepared.page;
            pages += 1;
            blank += usize::from(page.correction.blank);
            if page.correction.turn != page.scan.stated_turn {
                turned.push(format!(
                    "{}, {}{}: {} degrees, stated {}",
                    path.display(),
                    page.number(),
                    if page.correction.blank { ", blank" } else { "" },
                    page.correction.turn.degrees(),
                    page.scan.stated_turn.degrees()
                ));
            }
        }
    }
    println!("other pages: {pages}, of them blank {blank}, turned beyond what the file states {}", turned.len());
    for line in &turned {
        println!("- {line}");
    }
    println!();
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path()).collect();
    entries.sort();
    entries.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

//! Pages whose file says something, read with a recogniser that sees what a test wants.

use super::*;
use crate::base::digest::Sha256;
use crate::base::geometry::Turn;
use crate::base::units::PageNumber;
use crate::intake::text::FileWord;
use crate::intake::{Provenance, Scan};
use crate::ocr::fake::Fake;
use crate::preprocess::Correction;
use crate::raster::{Color, Encoded, Encoding};

const SIZE: Size = Size { width: 1000, height: 1400 };
const SENTENCE: &str = "Căn cứ Luật Tổ chức chính quyền địa phương";

fn dpi() -> Dpi {
    Dpi::new(120.0).expect("in range")
}

/// Words of a line, 10 pixels a letter, on rows 40 pixels apart.
fn line(row: u16, text: &str) -> FileLine {
    let top = f32::from(row) * 40.0 + 40.0;
    let mut x = 100.0;
    let word = |text: &str| {
        let right = x + text.chars().count() as f32 * 10.0;
        let bbox = Rect::new(x, top, right, top + 20.0);
        x = right + 8.0;
        FileWord { text: text.to_owned(), bbox }
    };
    let words: Vec<FileWord> = text.split(' ').map(word).collect();
    FileLine { start: (100.0, top + 18.0), end: (x, top + 18.0), words }
}

fn file(lines: Vec<FileLine>, elsewhere: Vec<Rect>) -> FileText {
    FileText { lines, elsewhere, legal_share: Some(0.95), doubts: Vec::new() }
}

fn page(text: FileText, turn: Turn) -> Page {
    let encoding = Encoding::Flate { png_predictor: false };
    let scan = Scan {
        number: PageNumber::FIRST,
        picture: Encoded { encoding, size: SIZE, color: Color::Gray, bytes: Vec::new().into() },
        dpi: dpi(),
        crop: None,
        stated_turn: Turn::None,
        sha256: Sha256::of(b""),
        provenance: Provenance::Rendered,
        text: Some(text.into()),
    };
    let correction = Correction { turn, deskew_degrees: 0.0, blank: false };
    Page { scan, size: correction.page_size(SIZE), correction }
}

fn copy() -> Gray {
    Gray { size: SIZE, pixels: vec![200; SIZE.area() as usize] }
}

/// Recognises these lines, each at its place, whatever it is shown.
fn sees(lines: Vec<FileLine>) -> Fake {
    let page = page(file(lines, Vec::new()), Turn::None);
    let lines = on_page(page.scan.text.as_deref().expect("set"), &page);
    let unsure = |mut line: Line| {
        line.words.iter_mut().for_each(|word| word.confidence = Confidence::clamped(0.9));
        line
    };
    Fake::canned(PageText { lines: lines.into_iter().map(unsure).collect() })
}

fn plain(reading: &Reading) -> Vec<String> {
    reading.text.lines.iter().map(Line::text).collect()
}

#[test]
fn what_is_seen_as_the_file_says_is_the_files() {
    let lines = vec![line(1, SENTENCE), line(2, "ngày 19 tháng 6 năm 2015")];
    let page = page(file(lines.clone(), Vec::new()), Turn::None);
    let seen = vec![line(1, "Căn cú Luật Tổ chúc chính quyền địa phuong"), line(2, "ngày 19 tháng 6 năm 2015")];
    let reading = read(&sees(seen), &copy(), &page).expect("read");
    assert_eq!(reading.source, TextSource { kind: TextKind::File, doubts: Vec::new() });
    assert_eq!(plain(&reading), [SENTENCE, "ngày 19 tháng 6 năm 2015"]);
    assert!(reading.text.words().all(|word| word.confidence == Confidence::CERTAIN));
    assert!((reading.text.lines[0].baseline.0 - 98.0).abs() < 0.01);
}

#[test]
fn what_is_not_seen_is_not_believed() {
    let page = page(file(vec![line(1, SENTENCE)], Vec::new()), Turn::None);
    let seen = "Quyết định về việc phê duyệt kế hoạch năm";
    let reading = read(&sees(vec![line(1, seen)]), &copy(), &page).expect("read");
    assert_eq!(plain(&reading), [seen]);
    assert_eq!(reading.source.kind, TextKind::Recognized);
    assert!(matches!(reading.source.doubts[..], [Doubt::Disagrees { agreement }] if agreement < 0.3));
}

#[test]
fn a_page_that_does_not_look_vietnamese_is_compared_whole() {
    let english = "This certificate is issued to the bearer named below";
    let mut text = file(vec![line(1, english)], Vec::new());
    text.legal_share = Some(0.2);
    let reading = read(&sees(vec![line(1, english)]), &copy(), &page(text.clone(), Turn::None)).expect("read");
    assert_eq!(reading.source.kind, TextKind::File);
    text.lines = vec![line(1, "Wklv fhuwlilfdwh lv lvvxhg wr wkh ehduhu")];
    let reading = read(&sees(vec![line(1, english)]), &copy(), &page(text, Turn::None)).expect("read");
    assert_eq!((reading.source.kind, plain(&reading)), (TextKind::Recognized, vec![english.to_owned()]));
}

#[test]
fn pictures_are_recognised_beside_the_words() {
    let picture = Rect::new(0.0, 200.0, 1000.0, 400.0);
    let page = page(file(vec![line(1, SENTENCE), line(12, "Nơi nhận như Điều này")], vec![picture]), Turn::None);
    // The recogniser sees the file's words too, and a rule as a mark where nothing but rules can be.
    let seen = vec![line(1, SENTENCE), line(5, "chữ trong ảnh"), line(10, "|"), line(12, "Nơi nhận như Điều này")];
    let reading = read(&sees(seen), &copy(), &page).expect("read");
    assert_eq!(plain(&reading), [SENTENCE, "chữ trong ảnh", "Nơi nhận như Điều này"]);
    assert_eq!(reading.source.kind, TextKind::Both);
    let confidence: Vec<f32> = reading.text.lines.iter().map(|line| line.words[0].confidence.value()).collect();
    assert_eq!(confidence, [1.0, 0.9, 1.0]);
}

#[test]
fn words_of_the_file_are_there_even_if_a_picture_cannot_be_recognised() {
    let picture = Rect::new(0.0, 200.0, 1000.0, 400.0);
    let page = page(file(vec![line(1, SENTENCE)], vec![picture]), Turn::None);
    let seen = sees(vec![line(1, SENTENCE)]);
    let fails = Fake::new(move |copy, dpi| {
        // Only a strip is recognised; the picture, on a sheet as high as the page, is not.
        if copy.size.height < SIZE.height {
            return seen.recognize(copy, dpi);
        }
        Err(Error::Refused { size: copy.size, reason: "none today".to_owned() })
    });
    let reading = read(&fails, &copy(), &page).expect("read");
    assert_eq!(plain(&reading), [SENTENCE]);
    assert!(reading.fault.is_some());
}

#[test]
fn a_watermark_takes_no_words_from_the_page() {
    let mut mark = line(1, "BẢN SAO LƯU TRỮ");
    (mark.start, mark.end) = ((100.0, 900.0), (700.0, 300.0));
    mark.words.iter_mut().for_each(|word| word.bbox = Rect::new(0.0, 0.0, 1000.0, 1000.0));
    let page = page(file(vec![mark], vec![Rect::new(0.0, 0.0, 1000.0, 1400.0)]), Turn::None);
    let reading = read(&sees(vec![line(3, SENTENCE)]), &copy(), &page).expect("read");
    assert_eq!((reading.source.kind, plain(&reading)), (TextKind::Recognized, vec![SENTENCE.to_owned()]));
}

#[test]
fn words_turn_with_the_page() {
    let page = page(file(vec![line(1, "12 15/2024")], Vec::new()), Turn::Over);
    let reading = read(&Fake::canned(PageText::default()), &copy(), &page).expect("read");
    // Digits alone need no look. Upside down, each word stands by itself at the other corner.
    assert_eq!(reading.source.kind, TextKind::Recognized, "a line with a share of syllables is looked at");
    let mut text = FileText::clone(page.scan.text.as_deref().expect("set"));
    text.legal_share = None;
    let scan = Scan { text: Some(text.into()), ..page.scan.clone() };
    let reading = read(&Fake::canned(PageText::default()), &copy(), &Page { scan, ..page }).expect("read");
    assert_eq!(plain(&reading), ["12", "15/2024"]);
    assert_eq!(reading.text.lines[0].bbox, Rect::new(880.0, 1300.0, 900.0, 1320.0));
}

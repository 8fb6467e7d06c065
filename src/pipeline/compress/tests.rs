//! Decisions over drawn pages, with recognisers that answer what a test needs.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::*;
use crate::base::digest::Sha256;
use crate::base::geometry::{Size, Turn};
use crate::base::units::{Dpi, PageNumber};
use crate::intake::{Provenance, Scan};
use crate::ocr::TextSource;
use crate::ocr::fake::Fake;
use crate::preprocess::{Correction, Ink, MarkKind, Observed, Page};
use crate::raster::encode::Chroma;
use crate::raster::filter;
use crate::raster::pixels::Gray;

const SIZE: Size = Size { width: 1240, height: 800 };

/// Words of strokes on paper that a scanner made uneven, so that a JPEG of it is large.
fn picture() -> Gray {
    let mut pixels: Vec<u8> =
        (0..SIZE.area() as u32).map(|i| 225 + (i.wrapping_mul(2_654_435_761) >> 28) as u8).collect();
    for top in (100..700).step_by(90) {
        for (n, left) in (100..1100).step_by(12).enumerate().filter(|(n, _)| n % 8 != 7) {
            let height = 24 + n % 5 * 2;
            for y in top..top + height {
                pixels[y * SIZE.width as usize + left..][..4].fill(40);
            }
        }
    }
    Gray { size: SIZE, pixels }
}

fn page(encoded: Encoded, text: PageText, turn: Turn) -> RecognizedPage {
    let size = if turn.swaps_sides() { encoded.size.turned() } else { encoded.size };
    let scan = Scan {
        number: PageNumber::FIRST,
        sha256: Sha256::of(&encoded.bytes),
        picture: encoded,
        dpi: dpi(),
        crop: None,
        stated_turn: Turn::None,
        provenance: Provenance::PassedThrough,
        text: None,
    };
    let correction = Correction { turn, deskew_degrees: 0.0, blank: false };
    RecognizedPage {
        page: Page { scan, size, correction },
        text,
        source: TextSource::default(),
        unread: None,
        observed: Observed::default(),
    }
}

fn dpi() -> Dpi {
    Dpi::new(300.0).expect("in range")
}

/// The page as the computed recogniser reads it, scanned with that turn undone.
fn read_page(turn: Turn) -> RecognizedPage {
    let upright = picture();
    let text = Fake::computed().recognize(&upright, dpi()).expect("always");
    let back = Turn::from_degrees(-i32::from(turn.degrees())).expect("a quarter turn");
    let scanned = filter::turn(&upright, back);
    page(encode::jpeg_gray(&scanned, 95).expect("encoded"), text, turn)
}

/// The page with a mark over its first line, all of which is read again where whole pages are.
fn marked(mut page: RecognizedPage) -> RecognizedPage {
    let place = page.text.lines[0].bbox;
    page.observed.marks = vec![Mark { ink: Ink::Red, kind: MarkKind::RoundSeal, place }];
    page
}

fn decided(page: RecognizedPage, recognizer: &dyn Recognizer, parts: Option<Check>) -> (Option<Shown>, Compression) {
    let limits = raster::Limits::default();
    let by = Compressor { parts, level: Conformance::A2u, recognizer, limits: &limits };
    let (mut shown, mut records) = compress(&[page], &by);
    (shown.remove(0), records.remove(0))
}

/// Reads the words of the page, but nothing at these calls.
fn forgetful(text: PageText, at: &'static [usize]) -> Fake {
    let asked = AtomicUsize::new(0);
    Fake::new(move |_, _| {
        let forgets = at.contains(&asked.fetch_add(1, Ordering::Relaxed));
        Ok(if forgets { PageText::default() } else { text.clone() })
    })
}

// A checked page is read whole from the layers; then what differs or meets marks is read in a strip from the layers, and where
// words are missing there, from the picture, and at last whole once more.
const STRIP: usize = 1;
const WHOLE_AGAIN: usize = 3;

#[test]
fn a_page_that_reads_the_same_is_parted() {
    for turn in [Turn::None, Turn::Right, Turn::Over, Turn::Left] {
        let page = marked(read_page(turn));
        let reads_all = Fake::canned(page.text.clone());
        let (shown, record) = decided(page, &reads_all, Some(Check::Page));
        assert_eq!(record.verdict, Verdict::Layered, "{record:?}");
        assert!(matches!(shown, Some(Shown::Layers(_))));
        assert!(record.layered_bytes.is_some_and(|bytes| bytes * 5 < record.own_bytes), "{record:?}");
        assert!(record.strokes_changed.is_some_and(|change| change < 0.03), "{record:?}");
        assert!(record.words_read > 0 && record.words_lost == 0);
    }
}

#[test]
fn the_lines_that_are_read_again_are_upright() {
    let page = marked(read_page(Turn::Left));
    let words = page.text.lines[0].words.len();
    let (shown, record) = decided(page, &Fake::computed(), Some(Check::Page));
    // The strip holds the whole line as it was, so that the computed words come out the same.
    assert!(shown.is_some() && record.words_read >= words && record.words_lost == 0, "{record:?}");
}

#[test]
fn a_word_that_only_the_picture_gives_keeps_the_picture() {
    let page = marked(read_page(Turn::None));
    // Neither the lines nor the whole page have it, drawn from the layers.
    let forgets = forgetful(page.text.clone(), &[STRIP, WHOLE_AGAIN]);
    let (shown, record) = decided(page, &forgets, Some(Check::Page));
    assert!(shown.is_none());
    assert_eq!(record.verdict, Verdict::WordsLost);
    assert!(record.words_lost > 0 && record.words_lost == record.words_read);
}

#[test]
fn a_word_that_the_whole_page_gives_is_no_loss() {
    let page = marked(read_page(Turn::None));
    let forgets = forgetful(page.text.clone(), &[STRIP]);
    let (_, record) = decided(page.clone(), &forgets, Some(Check::Page));
    assert_eq!((record.verdict, record.words_lost), (Verdict::Layered, 0));
    // But at its own place.
    let mut elsewhere = page.text.clone();
    elsewhere
        .lines
        .iter_mut()
        .flat_map(|line| &mut line.words)
        .for_each(|word| word.bbox = Rect::new(0.0, 0.0, 9.0, 9.0));
    let (_, record) = decided(page, &forgetful(elsewhere, &[STRIP]), Some(Check::Page));
    assert_eq!(record.verdict, Verdict::WordsLost);
}

#[test]
fn a_word_that_neither_gives_is_no_loss() {
    let page = marked(read_page(Turn::None));
    let (_, record) = decided(page, &Fake::canned(PageText::default()), Some(Check::Page));
    assert_eq!((record.verdict, record.words_lost), (Verdict::Layered, 0));
    assert!(record.words_read > 0);
}

#[test]
fn lines_without_a_changed_stroke_are_read_again_only_where_the_whole_page_is() {
    let nothing = Fake::canned(PageText::default());
    let read = |check| decided(read_page(Turn::None), &nothing, Some(check)).1.words_read;
    let words = read_page(Turn::None).text.words().count();
    assert_eq!((read(Check::Lines), read(Check::Page)), (0, words));
}

#[test]
fn a_word_that_the_whole_page_lacks_keeps_the_picture() {
    let page = read_page(Turn::None);
    let forgets = forgetful(page.text.clone(), &[0, STRIP, WHOLE_AGAIN]);
    assert_eq!(decided(page, &forgets, Some(Check::Page)).1.verdict, Verdict::WordsLost);
    let page = read_page(Turn::None);
    let reads_all = Fake::canned(page.text.clone());
    let record = decided(page, &reads_all, Some(Check::Page)).1;
    assert_eq!((record.verdict, record.words_read), (Verdict::Layered, 0));
}

/// The dark part of the whole page and of the strip that are read again of a page whose first lines a mark meets, with or without a seal on it.
fn darkness_read(has_seal: bool) -> Vec<f32> {
    let text = read_page(Turn::None).text;
    let mut rgb = picture().to_rgb();
    for y in (60..260).filter(|y| has_seal && y / 12 % 2 == 0) {
        let row = &mut rgb.pixels.as_chunks_mut::<3>().0[y * SIZE.width as usize..][300..700];
        row.iter_mut().filter(|pixel| pixel[0] > 128).for_each(|pixel| *pixel = [205, 45, 60]);
    }
    let encoded = encode::jpeg_rgb(&rgb, 90, Chroma::Full).expect("encoded");
    let mut page = page(encoded, text.clone(), Turn::None);
    let place = Rect::new(300.0, 60.0, 700.0, 260.0);
    page.observed.marks = vec![Mark { ink: Ink::Red, kind: MarkKind::RoundSeal, place }];
    let dark = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&dark);
    let looks = Fake::new(move |strip, _| {
        let ink = strip.pixels.iter().filter(|value| **value < 128).count();
        seen.lock().expect("one at a time").push(ink as f32 / strip.pixels.len() as f32);
        Ok(text.clone())
    });
    let (shown, record) = decided(page, &looks, Some(Check::Page));
    assert!(shown.is_some(), "{record:?}");
    dark.lock().expect("ended").clone()
}

#[test]
fn a_line_under_a_seal_is_read_without_the_seal() {
    let (with, without) = (darkness_read(true), darkness_read(false));
    assert_eq!((with.len(), without.len()), (2, 2));
    assert!((with[STRIP] / without[STRIP] - 1.0).abs() < 0.05, "{with:?} {without:?}");
}

#[test]
fn other_pages_keep_their_picture_and_say_why() {
    let reads = Fake::computed();
    let verdict = |page: RecognizedPage, parts: Option<Check>| decided(page, &reads, parts).1.verdict;
    assert_eq!(verdict(read_page(Turn::None), None), Verdict::Archived);
    let unread = RecognizedPage { unread: Some("hỏng".to_owned()), ..read_page(Turn::None) };
    assert_eq!(verdict(unread, Some(Check::Lines)), Verdict::Unread);
    let bits = encode::smallest_bilevel(&picture().to_bilevel(128));
    assert_eq!(verdict(page(bits, PageText::default(), Turn::None), Some(Check::Lines)), Verdict::Bilevel);
    let card = Size { width: 200, height: 200 };
    let tiny = encode::jpeg_gray(&Gray { size: card, pixels: vec![250; card.area() as usize] }, 20).expect("encoded");
    assert_eq!(verdict(page(tiny, PageText::default(), Turn::None), Some(Check::Lines)), Verdict::NotSmaller);
    let broken = Encoded { bytes: vec![1, 2, 3].into(), ..read_page(Turn::None).page.scan.picture };
    assert_eq!(verdict(page(broken, PageText::default(), Turn::None), Some(Check::Lines)), Verdict::Failed);
}

#[test]
fn color_goes_the_same_way() {
    let rgb = picture().to_rgb();
    let text = read_page(Turn::None).text;
    let reads_all = Fake::canned(text.clone());
    let encoded = encode::jpeg_rgb(&rgb, 95, Chroma::Full).expect("encoded");
    assert_eq!(decided(page(encoded, text, Turn::None), &reads_all, Some(Check::Lines)).1.verdict, Verdict::Layered);
}

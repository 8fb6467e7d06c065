//! Decisions over drawn pages, with recognisers that answer what a test needs.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::base::digest::Sha256;
use crate::base::geometry::Turn;
use crate::base::units::{Dpi, PageNumber};
use crate::intake::{Provenance, Scan};
use crate::ocr::TextSource;
use crate::ocr::fake::Fake;
use crate::preprocess::Observed;
use crate::raster::encode::Chroma;

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

fn decided(page: RecognizedPage, recognizer: &dyn Recognizer, parts: bool) -> (Option<Shown>, Compression) {
    let limits = raster::Limits::default();
    let by = Compressor { parts, level: Conformance::A2u, recognizer, limits: &limits };
    let (mut shown, mut records) = compress(&[page], &by);
    (shown.remove(0), records.remove(0))
}

/// Reads the words of the page the first time or the second, and nothing the other.
fn forgetful(text: PageText, reads_first: bool) -> Fake {
    let is_first = AtomicBool::new(true);
    Fake::new(move |_, _| {
        let reads = is_first.swap(false, Ordering::Relaxed) == reads_first;
        Ok(if reads { text.clone() } else { PageText::default() })
    })
}

#[test]
fn a_page_that_reads_the_same_is_parted() {
    for turn in [Turn::None, Turn::Right, Turn::Over, Turn::Left] {
        let page = read_page(turn);
        let reads_all = Fake::canned(page.text.clone());
        let (shown, record) = decided(page, &reads_all, true);
        assert_eq!(record.verdict, Verdict::Layered, "{record:?}");
        assert!(matches!(shown, Some(Shown::Layers(_))));
        assert!(record.layered_bytes.is_some_and(|bytes| bytes * 5 < record.own_bytes), "{record:?}");
        assert!(record.strokes_changed.is_some_and(|change| change < 0.03), "{record:?}");
        assert!(record.words_read > 0 && record.words_lost == 0);
    }
}

#[test]
fn the_lines_that_are_read_again_are_upright() {
    let page = read_page(Turn::Left);
    let lines = page.text.lines.len();
    let (shown, record) = decided(page, &Fake::computed(), true);
    // The strip holds whole lines as they were, so that the computed words come out the same.
    assert!(shown.is_some() && record.words_lost == 0 && lines > 1, "{record:?}");
}

#[test]
fn a_word_that_only_the_picture_gives_keeps_the_picture() {
    let page = read_page(Turn::None);
    let forgets = forgetful(page.text.clone(), false);
    let (shown, record) = decided(page, &forgets, true);
    assert!(shown.is_none());
    assert_eq!(record.verdict, Verdict::WordsLost);
    assert_eq!(record.words_lost, record.words_read);
}

#[test]
fn a_word_that_neither_gives_is_no_loss() {
    let page = read_page(Turn::None);
    let (_, record) = decided(page, &Fake::canned(PageText::default()), true);
    assert_eq!((record.verdict, record.words_lost), (Verdict::Layered, 0));
}

#[test]
fn other_pages_keep_their_picture_and_say_why() {
    let reads = Fake::computed();
    let verdict = |page: RecognizedPage, parts: bool| decided(page, &reads, parts).1.verdict;
    assert_eq!(verdict(read_page(Turn::None), false), Verdict::Archived);
    let unread = RecognizedPage { unread: Some("hỏng".to_owned()), ..read_page(Turn::None) };
    assert_eq!(verdict(unread, true), Verdict::Unread);
    let bits = encode::smallest_bilevel(&picture().to_bilevel(128));
    assert_eq!(verdict(page(bits, PageText::default(), Turn::None), true), Verdict::Bilevel);
    let card = Size { width: 200, height: 200 };
    let tiny = encode::jpeg_gray(&Gray { size: card, pixels: vec![250; card.area() as usize] }, 20).expect("encoded");
    assert_eq!(verdict(page(tiny, PageText::default(), Turn::None), true), Verdict::NotSmaller);
    let broken = Encoded { bytes: vec![1, 2, 3].into(), ..read_page(Turn::None).page.scan.picture };
    assert_eq!(verdict(page(broken, PageText::default(), Turn::None), true), Verdict::Failed);
}

#[test]
fn color_goes_the_same_way() {
    let rgb = picture().to_rgb();
    let text = read_page(Turn::None).text;
    let reads_all = Fake::canned(text.clone());
    let encoded = encode::jpeg_rgb(&rgb, 95, Chroma::Full).expect("encoded");
    assert_eq!(decided(page(encoded, text, Turn::None), &reads_all, true).1.verdict, Verdict::Layered);
}

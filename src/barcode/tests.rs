//! Codes drawn by the generator, as a scanner sees them, and read back.

use papers::faults::{Color, Conditions, Faults, Jpeg, Picture, scan};
use papers::fonts::Fonts;
use papers::separators;
use papers::sheet::{Mark, Sheet, Symbology as Drawn};

use super::*;

const DOSSIER: &str = "H29.12-251103-0001";
/// Shaped like the code of a citizen's card.
const CARD: &str = "079203001234|280123456|Nguyễn Thị Thùy Dương|02031990|Nữ|Tổ 5, Khu phố 3, Phường An Thạnh|14082021";

fn fonts() -> &'static Fonts {
    Fonts::installed().expect("a font with Vietnamese letters")
}

fn scanned(sheet: &Sheet, skew: f32, quarters: u32, faults: Faults) -> Picture {
    let conditions = Conditions { dpi: 200, skew, quarters, faults, seed: 7 };
    scan(sheet, None, fonts().serif(0), &conditions).picture
}

fn codes(picture: &Picture) -> Vec<Code> {
    let size = Size { width: picture.width as u32, height: picture.height as u32 };
    read(&Luma { size, pixels: &picture.pixels }, Dpi::new(200.0).expect("in range"))
}

fn texts(picture: &Picture) -> Vec<(Symbology, String)> {
    codes(picture).into_iter().map(|code| (code.symbology, code.text)).collect()
}

fn gray() -> Faults {
    Faults::none(Color::Gray)
}

fn sheets() -> [(Sheet, Symbology, &'static str); 5] {
    let family = fonts().serif(0);
    let mut card = Sheet::default();
    separators::stamp(&mut card, Drawn::Qr, CARD, [120.0, 60.0, 20.0, 20.0]);
    [
        (separators::cover(Drawn::Qr, DOSSIER, "Nguyễn Văn An", family), Symbology::Qr, DOSSIER),
        (card, Symbology::Qr, CARD),
        (separators::cover(Drawn::Code128, DOSSIER, "Nguyễn Văn An", family), Symbology::Code128, DOSSIER),
        (separators::separator(Drawn::Code39, DOSSIER, true, family), Symbology::Code39, DOSSIER),
        (separators::patch("T", family), Symbology::Patch, "T"),
    ]
}

#[test]
fn codes_are_read_whichever_way_the_sheet_lies() {
    for (sheet, symbology, text) in sheets() {
        for (quarters, skew) in [(0, 0.0), (1, 10.0), (2, -10.0), (3, 0.4)] {
            let found = texts(&scanned(&sheet, skew, quarters, gray()));
            assert_eq!(found, [(symbology, text.to_owned())], "{quarters} quarters, {skew} degrees");
        }
    }
}

#[test]
fn codes_are_read_through_noise_blur_and_one_bit() {
    let noisy = Faults { noise: 18.0, blur: 0.6, light: 0.2, ..gray() };
    let one_bit = Faults { noise: 6.0, threshold: 150, ..Faults::none(Color::Bilevel) };
    for (sheet, symbology, text) in sheets() {
        for faults in [&noisy, &one_bit] {
            let found = texts(&scanned(&sheet, 1.3, 0, faults.clone()));
            assert_eq!(found, [(symbology, text.to_owned())], "{:?}", faults.color);
        }
    }
}

#[test]
fn codes_are_read_through_jpeg() {
    for (sheet, symbology, text) in sheets() {
        let picture = scanned(&sheet, -1.0, 0, Faults { noise: 3.0, ..gray() });
        let jpeg = papers::encode::jpeg(&picture, Jpeg { quality: 50, full_chroma: true }, 200, 0).expect("encodes");
        let pixels = image::load_from_memory(&jpeg).expect("decodes").to_luma8().into_raw();
        assert_eq!(texts(&Picture { pixels, ..picture }), [(symbology, text.to_owned())]);
    }
}

#[test]
fn a_code_is_told_with_its_place() {
    for (sheet, _, text) in sheets() {
        let picture = scanned(&sheet, 0.0, 0, gray());
        let place = codes(&picture)[0].place;
        let [left, top, right, bottom] = sheet.codes[0].place.map(|edge| edge * 200.0 / 25.4);
        let across = (place.left - left).abs().max((place.right - right).abs());
        let down = (place.top - top).abs().max((place.bottom - bottom).abs());
        // The ends of bars are met by lines a few pixels apart.
        assert!(across < 12.0 && down < 16.0, "{text}: {place:?} for {left} {top} {right} {bottom}");
    }
}

#[test]
fn patch_codes_are_told_apart_and_read_from_the_nearer_edge() {
    for code in ["1", "2", "3", "4", "6", "T"] {
        for quarters in 0..4 {
            let sheet = separators::patch(code, fonts().serif(0));
            assert_eq!(texts(&scanned(&sheet, 0.8, quarters, gray())), [(Symbology::Patch, code.to_owned())]);
        }
    }
}

#[test]
fn damaged_codes_are_not_invented() {
    for (sheet, symbology, _) in sheets() {
        let [left, top, right, bottom] = sheet.codes[0].place;
        // A strip of paper over a fifth of the code, from edge to edge.
        let (width, height) = (right - left, bottom - top);
        let strip = match symbology {
            Symbology::Patch => [left - 2.0, top + 0.28 * height, width + 4.0, 0.1 * height],
            _ => [left + 0.4 * width, top - 2.0, 0.2 * width, height + 4.0],
        };
        let picture = covered(&scanned(&sheet, 0.0, 0, gray()), strip);
        assert_eq!(texts(&picture), [], "{symbology:?}");
    }
}

#[test]
fn a_code_without_its_quiet_zone_is_not_read() {
    let mut sheet = Sheet::default();
    separators::stamp(&mut sheet, Drawn::Code128, DOSSIER, [60.0, 60.0, 90.0, 20.0]);
    sheet.marks.push(Mark::Squares { squares: vec![[58.5, 55.0, 0.8, 30.0]] });
    assert_eq!(texts(&scanned(&sheet, 0.0, 0, gray())), []);
}

#[test]
fn two_codes_on_a_sheet_are_both_told() {
    let mut sheet = separators::cover(Drawn::Code128, DOSSIER, "Nguyễn Văn An", fonts().serif(0));
    separators::stamp(&mut sheet, Drawn::Qr, CARD, [20.0, 20.0, 24.0, 24.0]);
    separators::stamp(&mut sheet, Drawn::Qr, DOSSIER, [160.0, 230.0, 16.0, 16.0]);
    let found = texts(&scanned(&sheet, 2.0, 0, gray()));
    let expected = [(Symbology::Qr, CARD), (Symbology::Code128, DOSSIER), (Symbology::Qr, DOSSIER)];
    assert_eq!(found, expected.map(|(symbology, text)| (symbology, text.to_owned())));
}

#[test]
fn pages_of_text_and_of_nothing_hold_no_code() {
    for seed in 1..4 {
        let request = papers::PageRequest { dpi: 200, seals: 2, ..papers::PageRequest::new(seed) };
        assert_eq!(texts(&papers::page(&request).expect("drawn").picture), []);
    }
    assert_eq!(texts(&scanned(&Sheet::default(), 0.0, 0, Faults { noise: 30.0, specks: 2000, ..gray() })), []);
}

#[test]
fn pictures_of_any_size_are_looked_at() {
    let dpi = Dpi::new(300.0).expect("in range");
    for (width, height) in [(0, 0), (1, 1), (1, 5000), (5000, 1), (2, 2), (40, 3)] {
        let size = Size { width, height };
        for value in [0, 255] {
            let pixels = vec![value; size.area() as usize];
            assert_eq!(read(&Luma { size, pixels: &pixels }, dpi), []);
            assert_eq!(read(&Luma { size, pixels: &pixels[..pixels.len() / 2] }, dpi), []);
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    /// Bars of chance in every width, as lists, hatching and print patterns have them.
    #[test]
    fn bars_of_chance_say_nothing(widths in proptest::collection::vec(2_usize..14, 60..90), lying: bool) {
        let line: Vec<u8> = widths.iter().enumerate().flat_map(|(n, width)| vec![if n % 2 == 0 { 255 } else { 20 }; *width]).collect();
        let (long, high) = (line.len() + 120, 160);
        let shade = |along: usize| if along < 60 { 255 } else { line.get(along - 60).copied().unwrap_or(255) };
        let size = if lying { Size { width: high, height: long as u32 } } else { Size { width: long as u32, height: high } };
        let width = size.width as usize;
        let pixels: Vec<u8> = (0..size.area() as usize).map(|n| shade(if lying { n / width } else { n % width })).collect();
        let found = read(&Luma { size, pixels: &pixels }, Dpi::new(300.0).expect("in range"));
        proptest::prop_assert_eq!(found, vec![]);
    }
}

fn covered(picture: &Picture, strip: [f32; 4]) -> Picture {
    let [left, top, width, height] = strip.map(|edge| (edge * 200.0 / 25.4) as usize);
    let mut picture = picture.clone();
    for row in picture.pixels.chunks_exact_mut(picture.width).skip(top).take(height) {
        row[left..left + width].fill(255);
    }
    picture
}

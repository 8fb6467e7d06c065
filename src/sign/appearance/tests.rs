//! Pictures and papers drawn for the occasion; what is measured is where boxes stand against words.

use std::io::Write as _;

use lopdf::{Document, StringFormat};

use super::*;
use crate::intake::text::words;
use crate::pdf::incremental::testing::{XrefKind, a_pdf, a_pdf_with};
use crate::pdfa::PdfA;
use crate::pki::testing::{Pki, now};
use crate::raster::Limits;
use crate::sign::testing::sign;
use crate::sign::{Asking, Error as SignError, PadesLevel, Rules, SignedPdf, verify};

const MM: f32 = POINTS_PER_MM;

/// Width and height.
type Sides = (u32, u32);

/// A PNG of these raw rows; `chunks` stand before the data.
fn png(
    (width, height): Sides,
    (bits, kind, interlaced): (u8, u8, u8),
    chunks: &[(&[u8; 4], &[u8])],
    rows: &[u8],
) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut push = |name: &[u8; 4], content: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(name);
        sum.update(content);
        bytes.extend((content.len() as u32).to_be_bytes());
        bytes.extend(name);
        bytes.extend(content);
        bytes.extend(sum.sum().to_be_bytes());
    };
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, kind, 0, 0, interlaced]].concat();
    push(b"IHDR", &header);
    for (name, content) in chunks {
        push(name, content);
    }
    let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    deflated.write_all(rows).expect("memory");
    push(b"IDAT", &deflated.finish().expect("memory"));
    push(b"IEND", &[]);
    bytes
}

/// Rows of pixels, each with the tag of no filter.
fn rows((width, height): Sides, pixel: impl Fn(u32, u32) -> Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for y in 0..height {
        bytes.push(0);
        (0..width).for_each(|x| bytes.extend(pixel(x, y)));
    }
    bytes
}

/// `pHYs` of so many dots per inch.
fn physical(dpi: f32) -> Vec<u8> {
    let dots = ((dpi / 0.0254).round() as u32).to_be_bytes();
    [&dots[..], &dots, &[1]].concat()
}

/// A blue scrawl of 40 x 15 mm at 300 dpi, in a margin of 5 mm that shows nothing.
fn scrawl() -> Vec<u8> {
    let sides = (590, 295);
    let ink = |x: u32, y: u32| {
        let (x, y) = (x as f32 - 59.0, y as f32 - 147.5);
        let along = x / 472.0;
        let curve = 80.0 * (along * 21.0).sin() * (1.0 - 0.3 * along);
        (0.0..472.0).contains(&x) && (y - curve).abs() < 9.0 + 20.0 * (along * 21.0).cos().abs()
    };
    let pixel = |x: u32, y: u32| if ink(x, y) { vec![20, 40, 170, 255] } else { vec![0, 0, 0, 0] };
    png(sides, (8, 6, 0), &[(b"pHYs", &physical(300.0))], &rows(sides, pixel))
}

/// A red round seal, without a word of its resolution.
fn seal() -> Vec<u8> {
    let sides = (400, 400);
    let pixel = |x: u32, y: u32| {
        let (x, y) = (x as f32 - 199.5, y as f32 - 199.5);
        let (radius, angle) = (x.hypot(y), y.atan2(x));
        let star = radius < 45.0 + 25.0 * (angle * 5.0).sin();
        let ring = (180.0..199.5).contains(&radius) || (120.0..126.0).contains(&radius);
        if star || ring { vec![215, 30, 35, 255] } else { vec![255, 255, 255, 0] }
    };
    png(sides, (8, 6, 0), &[], &rows(sides, pixel))
}

fn signature_picture() -> Picture {
    Picture::read(&scrawl(), Ink::Signature, None).expect("a picture")
}

fn seal_picture() -> Picture {
    Picture::read(&seal(), Ink::Seal, None).expect("a picture")
}

fn millimetres(picture: &Picture) -> (f32, f32) {
    let (width, height) = picture.size();
    (width / MM, height / MM)
}

#[test]
fn a_picture_is_as_large_as_its_ink() {
    let (width, height) = millimetres(&signature_picture());
    assert!((width - 40.0).abs() < 0.5 && (10.0..20.0).contains(&height), "{width} x {height}");
    let (width, height) = millimetres(&seal_picture());
    assert!((width - 36.0).abs() < 0.1 && (height - 36.0).abs() < 0.1, "{width} x {height}");
    let given = Picture::read(&seal(), Ink::Seal, Some(42.0)).expect("a picture");
    assert!((millimetres(&given).0 - 42.0).abs() < 0.1);
}

#[test]
fn a_resolution_that_nobody_measured_is_no_size() {
    let sides = (300, 100);
    let blue = rows(sides, |_, _| vec![0, 0, 200, 255]);
    let made = png(sides, (8, 6, 0), &[(b"pHYs", &physical(96.0))], &blue);
    let (width, height) = millimetres(&Picture::read(&made, Ink::Signature, None).expect("a picture"));
    assert!((width - 40.0).abs() < 0.1 && (height - 40.0 / 3.0).abs() < 0.1, "{width} x {height}");
}

#[test]
fn every_kind_of_png_is_the_same_picture() {
    let sides = (16, 16);
    let ink = |x: u32, y: u32| (4..12).contains(&x) && (2..14).contains(&y);
    let rgba = |x: u32, y: u32| if ink(x, y) { vec![0, 0, 255, 255] } else { vec![9, 9, 9, 0] };
    let deep = rows(sides, |x, y| rgba(x, y).into_iter().flat_map(|value| [value, value]).collect());
    let indexed = rows(sides, |x, y| vec![u8::from(ink(x, y))]);
    let opaque = rows(sides, |x, y| if ink(x, y) { vec![0, 0, 255] } else { vec![255, 255, 255] });
    let palette: [(&[u8; 4], &[u8]); 2] = [(b"PLTE", &[9, 9, 9, 0, 0, 255]), (b"tRNS", &[0, 255])];
    let passes: Vec<u8> =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            .into_iter()
            .flat_map(|(x, y, dx, dy)| {
                let sides = ((16_u32 - x).div_ceil(dx), (16_u32 - y).div_ceil(dy));
                rows(sides, move |column, row| rgba(x + column * dx, y + row * dy))
            })
            .collect();
    let plain = Picture::read(&png(sides, (8, 6, 0), &[], &rows(sides, rgba)), Ink::Seal, None).expect("plain");
    for (kind, bytes) in [
        ("16 bits", png(sides, (16, 6, 0), &[], &deep)),
        ("a palette", png(sides, (8, 3, 0), &palette, &indexed)),
        ("on white paper", png(sides, (8, 2, 0), &[], &opaque)),
        ("interlaced", png(sides, (8, 6, 1), &[], &passes)),
    ] {
        assert_eq!(Picture::read(&bytes, Ink::Seal, None).expect(kind), plain, "{kind}");
    }
    let gray = png(sides, (8, 0, 0), &[], &rows(sides, |x, y| vec![if ink(x, y) { 60 } else { 255 }]));
    assert!(Picture::read(&gray, Ink::Seal, None).is_ok());
}

#[test]
fn what_is_no_picture_of_ink_is_refused_with_a_hint() {
    let sides = (8, 8);
    let blank = png(sides, (8, 6, 0), &[], &rows(sides, |_, _| vec![1, 2, 3, 0]));
    let white = png(sides, (8, 2, 0), &[], &rows(sides, |_, _| vec![255; 3]));
    for bytes in [blank, white] {
        assert!(matches!(Picture::read(&bytes, Ink::Seal, None), Err(Error::NoInk)));
    }
    for bytes in [&b"no picture"[..], b"", b"%PDF-1.7", &scrawl()[..200]] {
        let refused = Picture::read(bytes, Ink::Seal, None).expect_err("refused");
        assert!(matches!(refused, Error::Picture(_)) && refused.hint().is_some());
    }
    let huge = png((50_000, 50_000), (8, 6, 0), &[], &[0]);
    assert!(matches!(Picture::read(&huge, Ink::Seal, None), Err(Error::Picture(raster::Error::TooManyPixels { .. }))));
}

fn checked(bytes: &[u8], pki: &Pki) -> crate::sign::Report {
    let rules = Rules { anchors: &pki.anchors(), at: now(), revocation: Asking::Nothing, password: None };
    verify(&bytes, &rules)
}

/// An original of one page: `lines` of 14 pt, each around a middle, in millimetres from the top left. None without a font.
fn original(lines: &[(&str, f32, f32)], change: impl FnOnce(&mut Document, &mut Dictionary)) -> Option<PdfA> {
    let Ok(font) = Font::find() else { return None };
    let all: String = lines.iter().map(|(text, ..)| *text).collect();
    let letters = font.subset(&all).expect("all letters");
    let base = a_pdf_with(XrefKind::Table, [595.0, 842.0], |document, page| {
        let font = letters.embed(&mut |object| document.add_object(object));
        let show = |(text, x, y): &(&str, f32, f32)| {
            let left = x * MM - letters.width(text, 14.0) / 2.0;
            format!("BT /F1 14 Tf {left} {} Td {} Tj ET ", 842.0 - y * MM, letters.show(text))
        };
        let content: String = lines.iter().map(show).collect();
        let content = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
        page.set("Contents", Object::Reference(content));
        page.set("Resources", dictionary! { "Font" => dictionary! { "F1" => Object::Reference(font) } });
        change(document, page);
    });
    Some(PdfA::for_tests(base))
}

const LETTER: [(&str, f32, f32); 8] = [
    ("ỦY BAN NHÂN DÂN PHƯỜNG BÌNH MINH", 60.0, 26.0),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 148.0, 26.0),
    ("Điều 1. Công nhận kết quả của ông Nguyễn Văn An trong danh sách kèm theo.", 110.0, 100.0),
    ("Nơi nhận:", 45.0, 202.0),
    ("KT. CHỦ TỊCH", 150.0, 200.0),
    ("PHÓ CHỦ TỊCH", 150.0, 206.0),
    ("Trần Thị Bích Ngọc", 150.0, 246.0),
    ("- Lưu: VT.", 45.0, 212.0),
];

fn known(pdf: &PdfA, appearance: &Appearance) -> Appearance {
    appearance.on(words(&Arc::from(pdf.bytes()), &Limits::default()).expect("words"))
}

fn signed(pdf: &PdfA, pki: &Pki, appearance: &Appearance) -> SignedPdf {
    sign(pdf, &pki.signer, None, &known(pdf, appearance), now()).expect("signed")
}

fn again(signed: &SignedPdf) -> PdfA {
    PdfA::for_tests(signed.bytes().to_vec())
}

/// Where the signatures stand on the pages as shown.
fn places(bytes: &[u8]) -> Vec<Rect> {
    let file = File::open(&bytes, bytes.len() as u64, None).expect("readable");
    let pages = pages(&file).expect("pages");
    widgets::of(&file, &pages).into_iter().filter(|widget| widget.signed).map(|widget| widget.place).collect()
}

fn share_covered(seal: &Rect, signature: &Rect) -> f32 {
    seal.intersection(signature).map_or(0.0, |both| both.area()) / signature.area()
}

#[test]
fn a_person_then_the_organisation_sign_an_original() {
    let Some(pdf) = original(&LETTER, |_, _| ()) else { return };
    let pki = Pki::new();
    let place = Place::ByDecree { signer: Some("Trần Thị Bích Ngọc".to_owned()), otherwise: None };
    let first = signed(&pdf, &pki, &Appearance::picture(signature_picture(), Ink::Signature).at(place.clone()));
    assert_eq!(first.notice(), None);
    let second = signed(&again(&first), &pki, &Appearance::picture(seal_picture(), Ink::Seal).at(place));
    assert_eq!((second.notice(), second.level()), (None, PadesLevel::B));
    let report = checked(second.bytes(), &pki);
    assert!(report.is_valid(), "{report:?}");

    let [signature, seal] = places(second.bytes())[..] else { panic!("two signatures") };
    let (x, y) = signature.center();
    assert!((x / MM - 150.0).abs() < 3.0, "centred between title and name: {}", x / MM);
    assert!(y / MM > 206.0 && y / MM < 246.0 && (signature.width() / MM - 40.0).abs() < 0.5, "{signature:?}");
    let pages = words(&Arc::from(pdf.bytes()), &Limits::default()).expect("words");
    assert!(pages[0].words.iter().all(|word| word.bbox.intersection(&signature).is_none()), "no print is covered");
    assert!((0.28..0.38).contains(&share_covered(&seal, &signature)), "{}", share_covered(&seal, &signature));
    assert!(
        seal.left < signature.left && (seal.width() / MM - 36.0).abs() < 0.1 && (seal.height() / MM - 36.0).abs() < 0.1
    );
}

#[test]
fn a_turned_and_cropped_page_is_signed_as_it_is_shown() {
    for turn in [90, 180, 270] {
        let change = |_: &mut Document, page: &mut Dictionary| {
            page.set("Rotate", turn);
            page.set("UserUnit", 1.5);
            page.set("CropBox", [20, 10, 590, 840].map(Object::Integer).to_vec());
        };
        let Some(pdf) = original(&LETTER, change) else { return };
        let pki = Pki::new();
        let pages = words(&Arc::from(pdf.bytes()), &Limits::default()).expect("words");
        // On its side the text runs down or up: nothing is found, and nothing is guessed.
        let look = Appearance::picture(signature_picture(), Ink::Signature);
        assert!(matches!(signed(&pdf, &pki, &look).notice(), Some(Notice::Invisible(_))), "turned by {turn}");
        let spot = Spot { page: PageNumber::FIRST, left: 30.0, top: 40.0 };
        let spotted = signed(&pdf, &pki, &look.at(Place::At(spot)));
        let [place] = places(spotted.bytes())[..] else { panic!("one signature") };
        assert!((place.left / MM - 30.0).abs() < 0.1 && (place.top / MM - 40.0).abs() < 0.1, "{place:?}");
        assert!((place.width() / MM - 40.0).abs() < 0.5, "{place:?}");
        let size = if turn == 180 { (855.0, 1245.0) } else { (1245.0, 855.0) };
        assert!(
            (pages[0].size.0 - size.0).abs() < 0.1 && (pages[0].size.1 - size.1).abs() < 0.1,
            "{:?}",
            pages[0].size
        );
    }
}

#[test]
fn a_page_that_is_upright_only_when_turned() {
    // Written on its side in a page that is turned: a reader shows it upright.
    let Ok(font) = Font::find() else { return };
    let letters = font.subset("CHỦ TỊCH Nguyễn Văn An").expect("all letters");
    let base = a_pdf_with(XrefKind::Table, [842.0, 595.0], |document, page| {
        let font = letters.embed(&mut |object| document.add_object(object));
        // As shown by a turn of 90°, x is up the sheet and y from the left.
        let show = |text: &str, x: f32, y: f32| {
            let left = x - letters.width(text, 14.0) / 2.0;
            format!("BT /F1 14 Tf 0 1 -1 0 {y} {left} Tm {} Tj ET ", letters.show(text))
        };
        let content = [show("CHỦ TỊCH", 425.0, 500.0), show("Nguyễn Văn An", 425.0, 600.0)].concat();
        let content = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
        page.set("Contents", Object::Reference(content));
        page.set("Resources", dictionary! { "Font" => dictionary! { "F1" => Object::Reference(font) } });
        page.set("Rotate", 90);
    });
    let (pdf, pki) = (PdfA::for_tests(base), Pki::new());
    let first = signed(&pdf, &pki, &Appearance::picture(signature_picture(), Ink::Signature));
    assert_eq!(first.notice(), None);
    let [place] = places(first.bytes())[..] else { panic!("one signature") };
    assert!((place.center().0 - 425.0).abs() < 3.0 * MM && place.top > 500.0 && place.bottom < 600.0, "{place:?}");
}

#[test]
fn where_no_place_is_found_nothing_is_covered() {
    let Some(pdf) = original(&LETTER, |_, _| ()) else { return };
    let pki = Pki::new();
    let look = |otherwise| {
        let signer = Some("Lê Văn Khác".to_owned());
        Appearance::picture(signature_picture(), Ink::Signature).at(Place::ByDecree { signer, otherwise })
    };
    let unfound = Unfound::OtherSigner { name: "Trần Thị Bích Ngọc".to_owned() };
    let invisible = signed(&pdf, &pki, &look(None));
    assert_eq!(invisible.notice(), Some(&Notice::Invisible(unfound.clone())));
    assert!(places(invisible.bytes())[0].area() <= 0.0);
    let free = Spot { page: PageNumber::FIRST, left: 20.0, top: 260.0 };
    let elsewhere = signed(&pdf, &pki, &look(Some(free)));
    assert_eq!(elsewhere.notice(), Some(&Notice::Elsewhere(unfound.clone())));
    let over_print = Spot { page: PageNumber::FIRST, left: 90.0, top: 90.0 };
    assert_eq!(signed(&pdf, &pki, &look(Some(over_print))).notice(), Some(&Notice::Invisible(unfound)));
    let unread = sign(&pdf, &pki.signer, None, &look(None), now()).expect("signed");
    assert_eq!(unread.notice(), Some(&Notice::Invisible(Unfound::NoWords)));
}

#[test]
fn a_seal_without_a_persons_signature_says_so() {
    let Some(pdf) = original(&LETTER, |_, _| ()) else { return };
    let sealed = signed(&pdf, &Pki::new(), &Appearance::picture(seal_picture(), Ink::Seal));
    assert_eq!(sealed.notice(), Some(&Notice::NoPersonalSignature));
    let seal = places(sealed.bytes())[0];
    assert!(seal.center().0 / MM < 150.0 && seal.right / MM > 130.0, "{seal:?}");
}

#[test]
fn texts_of_copies_stand_side_by_side() {
    let Some(pdf) = original(&LETTER, |_, _| ()) else { return };
    let (pki, font) = (Pki::new(), Font::find().expect("a font"));
    let mark = |agency: &str| Mark::Copy { form: CopyForm::Full, agency: agency.to_owned() };
    let first = signed(&pdf, &pki, &Appearance::text(mark("UBND phường Bình Minh"), &font).expect("letters"));
    let second = signed(&again(&first), &pki, &Appearance::text(mark("Sở Tư pháp"), &font).expect("letters"));
    let all = places(second.bytes());
    assert_eq!((all.len(), first.notice(), second.notice()), (2, None, None));
    assert!(all[0].intersection(&all[1]).is_none(), "{all:?}");
    assert!(all.iter().all(|place| place.bottom / MM < 20.0), "both in the top margin: {all:?}");
    // A seal on top of a copy's text is no seal over a signature.
    let sealed = signed(&again(&second), &pki, &Appearance::picture(seal_picture(), Ink::Seal));
    assert_eq!(sealed.notice(), Some(&Notice::NoPersonalSignature));
}

fn with_field(document: &mut Document, page: &mut Dictionary) {
    let name = Object::String(b"\xFE\xFF\x1E\xF1".to_vec(), StringFormat::Hexadecimal);
    let widget = document.new_object_id();
    let parent = document.add_object(dictionary! {
        "FT" => "Sig", "T" => name, "Kids" => vec![Object::Reference(widget)],
    });
    let kid = dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "Parent" => parent, "F" => 4,
        "Rect" => [300, 100, 440, 160].map(Object::Integer).to_vec(),
    };
    document.set_object(widget, kid);
    page.set("Annots", vec![Object::Reference(widget)]);
    let form = dictionary! { "Fields" => vec![Object::Reference(parent)] };
    document.catalog_mut().expect("there").set("AcroForm", form);
}

#[test]
fn a_field_that_waits_is_signed_where_it_stands() {
    let Some(pdf) = original(&LETTER, with_field) else { return };
    let (pki, font) = (Pki::new(), Font::find().expect("a font"));
    let mark = Mark::Attachment { number: "15/QĐ-UBND".to_owned() };
    let field = || Place::Field("ự".to_owned());
    for look in [
        Appearance::picture(seal_picture(), Ink::Seal),
        Appearance::text(mark, &font).expect("letters"),
        Appearance::invisible(),
    ] {
        let filled = signed(&pdf, &pki, &look.at(field()));
        let report = checked(filled.bytes(), &pki);
        assert!(report.is_valid(), "{report:?}");
        assert_eq!(places(filled.bytes()), [Rect::new(300.0, 682.0, 440.0, 742.0)]);
        let taken = sign(&again(&filled), &pki.signer, None, &Appearance::invisible().at(field()), now());
        assert!(matches!(taken, Err(SignError::Appearance(Error::FieldSigned { .. }))));
    }
    let unknown = Appearance::invisible().at(Place::Field("Signature1".to_owned()));
    let refused = sign(&pdf, &pki.signer, None, &unknown, now()).expect_err("no such field");
    assert_eq!(refused.hint().as_deref(), Some("empty signature fields: ự"));
}

#[test]
fn spots_outside_are_refused_and_edges_kept() {
    let (pdf, pki) = (PdfA::for_tests(a_pdf(XrefKind::Stream, [200.0, 100.0])), Pki::new());
    let at = |page, left, top| {
        let spot = Spot { page: PageNumber::at_index(page), left, top };
        sign(&pdf, &pki.signer, None, &Appearance::picture(seal_picture(), Ink::Seal).at(Place::At(spot)), now())
    };
    let off = at(0, 80.0, 5.0).expect_err("off the page");
    assert_eq!(off.to_string(), "the spot 80 mm, 5 mm is not on page 1, which is 71 x 35 mm");
    let missing = at(2, 0.0, 0.0).expect_err("no such page");
    assert_eq!(missing.to_string(), "page 3 is to be signed, the file has 1");
    let moved = at(0, 60.0, 30.0).expect("signed");
    let place = places(moved.bytes())[0];
    assert!(place.left >= 0.0 && place.right <= 200.01 && place.top >= 0.0 && place.bottom <= 100.01, "{place:?}");
}

/// The images that a signed file has, their dictionaries and whether they are masks.
fn images(bytes: &[u8]) -> Vec<Dictionary> {
    let document = Document::load_mem(bytes).expect("readable");
    let streams = document.objects.values().filter_map(|object| object.as_stream().ok());
    streams
        .filter(|stream| stream.dict.get(b"Subtype").is_ok_and(|kind| kind == &"Image".into()))
        .map(|stream| stream.dict.clone())
        .collect()
}

#[test]
fn pictures_are_of_the_kind_that_the_level_allows() {
    let pki = Pki::new();
    let spot = Place::At(Spot { page: PageNumber::FIRST, left: 10.0, top: 10.0 });
    let look = Appearance::picture(signature_picture(), Ink::Signature).at(spot);
    let modern = sign(&PdfA::for_tests(a_pdf(XrefKind::Table, [595.0, 842.0])), &pki.signer, None, &look, now());
    let found = images(modern.expect("signed").bytes());
    assert_eq!(found.len(), 2, "the picture and its mask");
    assert!(
        found.iter().any(
            |image| image.has(b"SMask") && image.get(b"ColorSpace").is_ok_and(|space| space == &"DeviceRGB".into())
        )
    );
    let old = String::from_utf8_lossy(&a_pdf(XrefKind::Table, [595.0, 842.0])[..8]).replace("1.7", "1.4");
    let old = [old.as_bytes(), &a_pdf(XrefKind::Table, [595.0, 842.0])[8..]].concat();
    let stencil = sign(&PdfA::for_tests(old), &pki.signer, None, &look, now()).expect("signed");
    let found = images(stencil.bytes());
    assert_eq!(found.len(), 1, "a stencil alone");
    assert!(found[0].has(b"ImageMask") && !found[0].has(b"SMask") && !found[0].has(b"ColorSpace"));
    let text = String::from_utf8_lossy(stencil.bytes()).into_owned();
    assert!(text.contains("0.078 0.157 0.667 rg"), "its own blue");
}

#[test]
fn a_picture_is_no_finer_than_it_needs_to_be() {
    let small = Picture::read(&scrawl(), Ink::Signature, Some(10.0)).expect("a picture");
    let mut widths = Vec::new();
    let mut add = |object: Object| {
        let stream = object.as_stream().expect("an image");
        widths.push(stream.dict.get(b"Width").and_then(Object::as_i64).expect("a width"));
        (1, 0)
    };
    small.embed(small.size().0, true, &mut add).expect("embedded");
    // 472 pixels on 10 mm are 1200 dpi.
    assert!(widths.iter().all(|width| (236..=237).contains(width)), "{widths:?}");
}

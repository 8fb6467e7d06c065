//! Whole files, read back by another reader.

use std::collections::BTreeMap;

use lopdf::Document;
use lopdf::content::Content;
use proptest::prelude::*;

use super::*;
use crate::base::geometry::{Size, Turn};
use crate::describe::Record;
use crate::ocr::text::PageText;
use crate::ocr::{TextKind, TextSource};
use crate::preprocess::Observed;
use crate::raster::layers::{self, Layers};
use crate::raster::pixels::{Gray, Picture};
use crate::raster::{Encoded, Limits, decode};

const SIZE: Size = Size { width: 1240, height: 877 };

/// A landscape A5 page upright, and the same scanned turned and askew.
fn pages(picture: &Encoded) -> Vec<RecognizedPage> {
    let mut pages = vec![page(0, picture.clone(), Turn::None, 0.0)];
    let crooked = [(Turn::Right, 0.0), (Turn::Over, 1.5), (Turn::Left, -3.0)];
    for (index, (turn, skew)) in (1..).zip(crooked) {
        pages.push(page(index, samples::crooked_gray_jpeg(SIZE, turn, skew), turn, skew));
    }
    pages
}

fn page(index: usize, picture: Encoded, turn: Turn, skew: f32) -> RecognizedPage {
    RecognizedPage {
        page: samples::page(index, picture, turn, skew),
        text: samples::text(SIZE),
        source: crate::ocr::TextSource::default(),
        unread: None,
        observed: Observed::default(),
    }
}

fn written(pages: Vec<RecognizedPage>) -> PdfA {
    write(&samples::approved("mẫu.pdf", pages, samples::record()), &samples::conversion(), &Rendition::default())
        .expect("written")
}

fn read(file: &PdfA) -> Document {
    let document = Document::load_mem(file.bytes()).expect("a file");
    assert_eq!(document.xref_recovery, None, "the table is right");
    document
}

/// The words of a page as a reader finds them: codes, spaces, `ToUnicode`.
fn words(document: &Document, page: lopdf::ObjectId) -> Vec<String> {
    let fonts = document.get_page_fonts(page).expect("fonts");
    let font = fonts.values().next().expect("one");
    let map = font.get_deref(b"ToUnicode", document).and_then(Object::as_stream).expect("a stream");
    let map = String::from_utf8(map.decompressed_content().expect("deflated")).expect("ASCII");
    let units = |hex: &str| -> Vec<u16> {
        hex.as_bytes()
            .chunks(4)
            .map(|unit| u16::from_str_radix(str::from_utf8(unit).expect("ASCII"), 16).expect("hex"))
            .collect()
    };
    let entries = map.lines().filter_map(|line| line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <"));
    let map: BTreeMap<u16, String> = entries
        .filter(|(code, _)| *code != "0000")
        .map(|(code, text)| (units(code)[0], String::from_utf16(&units(text)).expect("UTF-16")))
        .collect();

    let content = Content::decode(&document.get_page_content(page)).expect("operators");
    let mut text = String::new();
    for operation in content.operations {
        match (operation.operator.as_str(), &operation.operands[..]) {
            ("Tj", [Object::String(codes, _)]) => {
                text.extend(codes.chunks(2).map(|code| map[&u16::from_be_bytes([code[0], code[1]])].as_str()));
            }
            ("ET", _) => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().map(ToOwned::to_owned).collect()
}

#[test]
fn every_kind_of_picture_goes_in_byte_for_byte() {
    for (name, picture) in samples::every_kind(SIZE) {
        let file = written(vec![page(0, picture.clone(), Turn::None, 0.0)]);
        let document = read(&file);
        let id = document.page_iter().next().expect("a page");
        let images = document.get_page_images(id).expect("images");
        assert_eq!(images.len(), 1, "{name}");
        assert_eq!(images[0].content, &picture.bytes[..], "{name}");
    }
}

#[test]
fn every_word_is_read_back_in_order() {
    let file = written(pages(&samples::gray_jpeg(SIZE)));
    let document = read(&file);
    let expected: Vec<&str> = samples::LINES.iter().flat_map(|line| line.split(' ')).collect();
    for page in document.page_iter() {
        assert_eq!(words(&document, page), expected);
    }
    assert_eq!((document.page_iter().count(), file.pages()), (4, 4));
}

#[test]
fn the_same_document_makes_the_same_bytes() {
    let document = samples::birth_certificate();
    let once = write(&document, &samples::conversion(), &Rendition::default()).expect("written");
    let again = write(&document, &samples::conversion(), &Rendition::default()).expect("written");
    assert_eq!(once.bytes(), again.bytes());
    assert_eq!(once.sha256(), Sha256::of(again.bytes()));
    let later = Conversion { at: samples::conversion().at.plus_seconds(1), ..samples::conversion() };
    let later = write(&document, &later, &Rendition::default()).expect("written");
    let id = |file: &PdfA| format!("{:?}", read(file).trailer.get(b"ID").expect("an ID"));
    assert_ne!(id(&once), id(&later));
}

#[test]
fn a_blank_page_and_no_fields_are_enough() {
    let blank = RecognizedPage { text: PageText::default(), ..page(0, samples::gray_jpeg(SIZE), Turn::None, 0.0) };
    let document = samples::approved("trống", vec![blank], Record::default());
    let bare = Conversion { officer: None, ..samples::conversion() };
    let file = write(&document, &bare, &Rendition::default()).expect("written");
    let document = read(&file);
    let info = document.trailer.get_deref(b"Info", &document).and_then(Object::as_dict).expect("information");
    assert_eq!(lopdf::decode_text_string(info.get(b"Title").expect("set")).expect("text"), "trống");
    assert!(!info.has(b"Author") && !info.has(b"Subject"));
}

#[test]
fn the_mark_says_who_and_when() {
    let mark = samples::conversion().mark();
    assert_eq!(mark, "BẢN SỐ HÓA TỪ VĂN BẢN GIẤY; UBND phường Bình Minh; Trần Văn Mẫu; 2026-11-03T09:15:22+07:00");
    let agency = Conversion { officer: None, ..samples::conversion() };
    assert_eq!(agency.mark(), "BẢN SỐ HÓA TỪ VĂN BẢN GIẤY; UBND phường Bình Minh; 2026-11-03T09:15:22+07:00");
}

#[test]
fn a_file_that_was_electronic_from_the_beginning_bears_no_mark_of_paper() {
    let marked = |kinds: &[TextKind]| {
        let of = |(index, kind): (usize, &TextKind)| {
            let page = page(index, samples::gray_jpeg(SIZE), Turn::None, 0.0);
            RecognizedPage { source: TextSource { kind: *kind, ..TextSource::default() }, ..page }
        };
        let pages = kinds.iter().enumerate().map(of).collect();
        let document = samples::approved("a", pages, Record::default());
        let file = write(&document, &samples::conversion(), &Rendition::default()).expect("written");
        let document = read(&file);
        let packet = document.catalog().and_then(|catalog| catalog.get_deref(b"Metadata", &document)?.as_stream());
        let packet = packet.expect("a packet").get_plain_content().expect("plain");
        let says = |text: &str| packet.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(says("ThoiGianSoHoa"), "when it was taken in is told of every document");
        says("BẢN SỐ HÓA TỪ VĂN BẢN GIẤY")
    };
    assert!(marked(&[TextKind::Recognized]));
    assert!(!marked(&[TextKind::File, TextKind::File]));
    assert!(marked(&[TextKind::File, TextKind::Recognized]), "an appendix was on paper");
    // All words of these pages are certain, as a file's own are.
    assert!(!marked(&[TextKind::Both]));
}

#[test]
fn violations_stop_the_writing_with_a_hint() {
    let document = samples::approved("a", Vec::new(), Record::default());
    let error = write(&document, &samples::conversion(), &Rendition::default()).expect_err("no pages");
    assert_eq!(error.to_string(), "the document cannot be PDF/A: the document has no pages");
    assert!(error.hint().is_some());
}

#[test]
fn little_is_added_to_the_pictures() {
    let page = page(0, samples::gray_jpeg(SIZE), Turn::None, 0.0);
    let picture = page.page.scan.picture.bytes.len();
    let added = written(vec![page]).bytes().len() - picture;
    assert!(added < 16 << 10, "{added} bytes");
}

/// The marks of the samples, as a scanner's JPEG and as layers.
fn layered(turn: Turn, skew: f32) -> (RecognizedPage, Layers, Picture) {
    let page = page(0, samples::crooked_gray_jpeg(SIZE, turn, skew), turn, skew);
    let picture = decode(&page.page.scan.picture, &Limits::default()).expect("decoded");
    let (layers, _) = layers::part(&picture, &[], page.page.dpi()).expect("encoded").expect("not bilevel");
    let composed = layers.compose(&Limits::default()).expect("decoded");
    (page, layers, composed)
}

fn written_layered(turn: Turn, skew: f32) -> (PdfA, Layers, Picture) {
    let (page, layers, composed) = layered(turn, skew);
    let document = samples::approved("lớp.pdf", vec![page], samples::record());
    let pictures = [Some(Shown::Layers(Box::new(layers.clone())))];
    let rendition = Rendition { pictures: &pictures, ..Rendition::default() };
    (write(&document, &samples::conversion(), &rendition).expect("written"), layers, composed)
}

#[test]
fn layers_are_paper_and_ink_through_its_mask() {
    let (file, layers, _) = written_layered(Turn::None, 0.0);
    let document = read(&file);
    let page = document.page_iter().next().expect("a page");
    let images = document.get_page_images(page).expect("images");
    let contents: Vec<&[u8]> = images.iter().map(|image| image.content).collect();
    assert_eq!(contents, [&layers.paper().bytes[..], &layers.inks()[0].color.bytes[..]]);
    let mask = images[1].origin_dict.get_deref(b"Mask", &document).and_then(Object::as_stream).expect("a stencil");
    assert_eq!(mask.content, &layers.inks()[0].mask.bytes[..]);
    assert!(mask.dict.get(b"ImageMask").and_then(Object::as_bool).expect("said"));
    assert!(!mask.dict.has(b"ColorSpace"));
}

#[test]
fn a_viewer_shows_the_composed_picture() {
    let (file, _, composed) = written_layered(Turn::None, 0.0);
    let drawn = drawn(&file);
    let expected = composed.into_gray();
    assert_eq!(drawn.size, expected.size);
    let off = drawn.pixels.iter().zip(&expected.pixels).filter(|(a, b)| a.abs_diff(**b) > 40).count();
    assert!(off * 1000 < drawn.pixels.len(), "{off} pixels differ");
}

/// The sample at a level, its picture parted where `parts`, its input file attached where the level has that.
/// An input that looks like a signed and updated PDF, which must not make the file itself look like one.
const INPUT: &[u8] = b"%PDF-1.7 /ByteRange %%EOF\n%%EOF\n";

fn written_at(conformance: Conformance, parts: bool) -> PdfA {
    let (page, layers, _) = layered(Turn::None, 0.0);
    let document = samples::approved("mức.pdf", vec![page], samples::record());
    let pictures = [parts.then(|| Shown::Layers(Box::new(layers)))];
    let rendition = Rendition { conformance, pictures: &pictures, sources: &[INPUT.into()] };
    write(&document, &samples::conversion(), &rendition).expect("written")
}

#[test]
fn each_level_says_what_it_is_and_is_taken_on_again() {
    for (level, version, name) in [
        (Conformance::A1b, "%PDF-1.4", "PDF/A-1b"),
        (Conformance::A2u, "%PDF-1.7", "PDF/A-2u"),
        (Conformance::A3u, "%PDF-1.7", "PDF/A-3u"),
    ] {
        let file = written_at(level, true);
        assert!(file.bytes().starts_with(version.as_bytes()));
        assert_eq!(PdfA::read(file.into_bytes()).expect("our own").conformance(), level);
        assert_eq!(level.to_string(), name);
    }
}

#[test]
fn what_is_nested_too_deep_or_cut_is_not_taken_on() {
    let file = written_at(Conformance::A2u, false).into_bytes();
    let within = |middle: &str| [&file[..9], middle.as_bytes(), &file[9..]].concat();
    let deep = PdfA::read(within(&"<<".repeat(2_000))).expect_err("nested");
    assert!(matches!(deep, Error::Foreign { why: "its dictionaries are nested too deep" }));
    let cut = [&file[..file.len() / 2], b"%%EOF\n"].concat();
    assert!(matches!(PdfA::read(cut), Err(Error::Foreign { .. })));
}

#[test]
fn the_input_is_attached_at_level_3u_alone() {
    for level in [Conformance::A1b, Conformance::A2u, Conformance::A3u] {
        let file = written_at(level, false);
        let document = read(&file);
        let associated = document.catalog().expect("a catalog").get_deref(b"AF", &document).and_then(Object::as_array);
        assert_eq!(associated.is_ok(), level == Conformance::A3u);
        let Ok(associated) = associated else { continue };
        let specification = document.get_object(associated[0].as_reference().expect("named")).and_then(Object::as_dict);
        let specification = specification.expect("a dictionary");
        assert_eq!(specification.get(b"AFRelationship").and_then(Object::as_name).expect("said"), b"Source");
        let embedded = specification.get(b"EF").and_then(Object::as_dict).expect("a dictionary");
        let embedded = embedded.get_deref(b"F", &document).and_then(Object::as_stream).expect("a stream");
        assert_eq!(embedded.content, INPUT);
    }
}

#[test]
fn level_1b_refuses_jpeg_2000_and_takes_it_recoded() {
    let page = page(0, samples::jpeg2000(SIZE, 1), Turn::None, 0.0);
    let document = samples::approved("a", vec![page], samples::record());
    let rendition = Rendition { conformance: Conformance::A1b, ..Rendition::default() };
    let refused = write(&document, &samples::conversion(), &rendition).expect_err("no such filter in PDF 1.4");
    assert_eq!(refused.to_string(), "the document cannot be PDF/A: page 1: PDF/A-1 knows no JPEG 2000");
    let pictures = [Some(Shown::Recoded(samples::gray_jpeg(SIZE)))];
    assert!(write(&document, &samples::conversion(), &Rendition { pictures: &pictures, ..rendition }).is_ok());
}

/// The first page as hayro draws it, a pixel for each of the scan's.
fn drawn(file: &PdfA) -> Gray {
    let pdf = hayro::hayro_syntax::Pdf::new(std::sync::Arc::new(file.bytes().to_vec())).expect("a file");
    let page = &pdf.pages()[0];
    let (width, height) = page.render_dimensions();
    let scale = |pixels: u32, units: f32| (f64::from(pixels) + 0.01) as f32 / units;
    let settings = hayro::PixmapSettings {
        x_scale: scale(SIZE.width, width),
        y_scale: scale(SIZE.height, height),
        bg_color: hayro::vello_cpu::color::palette::css::WHITE,
    };
    let interpreter = hayro::hayro_interpret::InterpreterSettings::default();
    let drawn =
        hayro::render(page, &hayro::RenderCache::new(), &interpreter, &hayro::RenderSettings::default(), &settings);
    let size = Size { width: drawn.width().into(), height: drawn.height().into() };
    Gray { size, pixels: drawn.data_as_u8_slice().chunks_exact(4).map(|pixel| pixel[1]).collect() }
}

/// Writes a file of each kind for the outside judges, where `SOHOA_PDFA_SAMPLES` names a folder.
#[test]
fn samples_are_left_for_the_outside_judges() {
    let Some(folder) = std::env::var_os("SOHOA_PDFA_SAMPLES").map(std::path::PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(&folder).expect("a folder");
    let save = |name: &str, file: &PdfA| std::fs::write(folder.join(name), file.bytes()).expect("written");
    for (name, picture) in samples::every_kind(SIZE) {
        save(&format!("{name}.pdf"), &written(pages(&picture)));
    }
    for (turn, skew) in [(Turn::None, 0.0), (Turn::Right, 0.0), (Turn::Left, -3.0)] {
        save(&format!("layers-{}.pdf", turn.degrees()), &written_layered(turn, skew).0);
    }
    for (name, level) in [("1b", Conformance::A1b), ("3u", Conformance::A3u)] {
        let other = folder.join(name);
        std::fs::create_dir_all(&other).expect("a folder");
        for (kind, parts) in [("layers", true), ("own", false)] {
            std::fs::write(other.join(format!("{kind}.pdf")), written_at(level, parts).bytes()).expect("written");
        }
    }
    save(
        "birth.pdf",
        &write(&samples::birth_certificate(), &samples::conversion(), &Rendition::default()).expect("written"),
    );
    let blank = RecognizedPage { text: PageText::default(), ..page(0, samples::gray_jpeg(SIZE), Turn::None, 0.0) };
    save("blank.pdf", &written(vec![blank]));
}

proptest! {
    #[test]
    fn any_name_is_a_title_that_reads_back(name in "\\PC{0,40}|.{0,40}") {
        let page = page(0, samples::gray_jpeg(Size { width: 64, height: 48 }), Turn::None, 0.0);
        let document = samples::approved(&name, vec![page], Record::default());
        let document = read(&write(&document, &samples::conversion(), &Rendition::default()).expect("written"));
        let info = document.trailer.get_deref(b"Info", &document).and_then(Object::as_dict).expect("information");
        let title = lopdf::decode_text_string(info.get(b"Title").expect("set")).expect("text");
        prop_assert_eq!(title, facts::tidy(&name).unwrap_or_else(|| "Giấy tờ số hóa".to_owned()));
    }
}

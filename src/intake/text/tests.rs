//! Pages of made-up PDF files with text of their own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use super::*;
use crate::base::units::Dpi;
use crate::intake::{Passwords, pictures};
use crate::raster::Limits;

/// One page of 200 by 100 points, font `F` (Helvetica) and whatever a test adds.
struct Sheet {
    document: Document,
    page: Dictionary,
    fonts: Dictionary,
    objects: Dictionary,
    catalog: Dictionary,
}

impl Sheet {
    fn new() -> Self {
        let mut fonts = Dictionary::new();
        fonts.set("F", dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
        let page = dictionary! { "Type" => "Page", "MediaBox" => vec![0.into(), 0.into(), 200.into(), 100.into()] };
        Self {
            document: Document::with_version("1.7"),
            page,
            fonts,
            objects: Dictionary::new(),
            catalog: Dictionary::new(),
        }
    }

    fn stream(&mut self, dictionary: Dictionary, content: &[u8]) -> Object {
        self.document.add_object(Stream::new(dictionary, content.to_vec())).into()
    }

    fn form(&mut self, content: &str) -> Object {
        let area = vec![0.into(), 0.into(), 200.into(), 100.into()];
        let resources = dictionary! { "Font" => self.fonts.clone(), "XObject" => self.objects.clone() };
        self.stream(dictionary! { "Subtype" => "Form", "BBox" => area, "Resources" => resources }, content.as_bytes())
    }

    /// Helvetica whose codes are said to be these letters.
    fn said(mut self, name: &str, pairs: &[(char, &str)]) -> Self {
        let map = |(code, text): &(char, &str)| {
            let units: Vec<String> = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
            format!("<{:02X}> <{}>\n", u32::from(*code), units.concat())
        };
        let pairs: Vec<String> = pairs.iter().map(map).collect();
        let cmap = format!(
            "/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <00> <FF> endcodespacerange\n\
             {} beginbfchar\n{}endbfchar\nendcmap end",
            pairs.len(),
            pairs.concat()
        );
        let cmap = self.stream(dictionary! {}, cmap.as_bytes());
        let font =
            dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "ToUnicode" => cmap };
        self.fonts.set(name, font);
        self
    }

    fn bytes(mut self, content: &str) -> Arc<[u8]> {
        let content = self.stream(dictionary! {}, content.as_bytes());
        let pages = self.document.new_object_id();
        self.page.set("Contents", content);
        self.page.set("Parent", pages);
        self.page.set("Resources", dictionary! { "Font" => self.fonts, "XObject" => self.objects });
        let page = self.document.add_object(self.page);
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        self.document.objects.insert(pages, tree.into());
        self.catalog.set("Type", "Catalog");
        self.catalog.set("Pages", pages);
        let root = self.document.add_object(self.catalog);
        self.document.trailer.set("Root", root);
        let mut bytes = Vec::new();
        self.document.save_to(&mut bytes).expect("saved");
        bytes.into()
    }

    fn read(self, content: &str) -> FileText {
        let limits = Limits::default();
        let file = pictures::open(self.bytes(content), &limits, &Passwords::default()).expect("opened");
        let page = file.pictures(Dpi::new(100.0).expect("in range"), &limits).expect("drawn").remove(0);
        let text = page.text.expect("a drawn page");
        let sheet = page.encoded.size;
        for word in text.lines.iter().flat_map(|line| &line.words) {
            assert!(word.bbox.left >= -1.0 && word.bbox.right <= sheet.width as f32 + 1.0, "{word:?}");
            assert!(word.bbox.top >= -1.0 && word.bbox.bottom <= sheet.height as f32 + 1.0, "{word:?}");
        }
        FileText::clone(&text)
    }

    fn refused(self, content: &str) -> String {
        let limits = Limits::default();
        let began = Instant::now();
        let file = pictures::open(self.bytes(content), &limits, &Passwords::default()).expect("opened");
        let error = file.pictures(Dpi::new(100.0).expect("in range"), &limits).expect_err("refused");
        // A second by itself; tests run beside others.
        assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
        crate::pipeline::story(&error)
    }
}

fn plain(text: &FileText) -> Vec<String> {
    let line = |line: &FileLine| line.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    text.lines.iter().map(line).collect()
}

fn check(content: &str, expected: &[&str]) {
    assert_eq!(plain(&Sheet::new().read(content)), expected, "{content}");
}

#[test]
fn words_stand_where_they_are_seen() {
    let text = Sheet::new().read("BT /F 12 Tf 20 50 Td (Quyet dinh) Tj ET");
    assert_eq!(plain(&text), ["Quyet dinh"]);
    let word = &text.lines[0].words[0];
    // At 100 dpi: x from 20 pt, the baseline 50 pt below the top of 100 pt.
    assert!((word.bbox.left - 27.8).abs() < 2.0 && (word.bbox.bottom - 69.4).abs() < 4.0, "{:?}", word.bbox);
    assert!(word.bbox.height() > 8.0 && word.bbox.height() < 18.0 && word.bbox.width() > 30.0, "{:?}", word.bbox);
    assert!((text.lines[0].start.1 - 69.4).abs() < 1.0);
    assert!(text.elsewhere.is_empty() && text.doubts.is_empty());
}

#[test]
fn words_end_at_spaces_and_wide_steps() {
    check("BT /F 12 Tf 20 50 Td [(Qu) -30 (y) 40 (et) -400 (dinh)] TJ ET", &["Quyet dinh"]);
    check("BT /F 12 Tf 20 50 Td (Q) Tj 9.3 0 Td (u) Tj 20 0 Td (dinh) Tj ET", &["Qu dinh"]);
    check("BT /F 12 Tf 20 50 Td (mot) Tj 0 -20 Td (hai) Tj ET", &["mot", "hai"]);
    // Titles are spaced out.
    check("BT /F 12 Tf 3 Tc 20 50 Td [(Quyet) -400 (dinh)] TJ ET", &["Quyet dinh"]);
    // A raised digit is part of its word.
    check("BT /F 12 Tf 20 50 Td (120 m) Tj /F 7 Tf 4 Ts (2) Tj ET", &["120 m2"]);
}

#[test]
fn what_is_printed_twice_to_look_bold_is_read_once() {
    check("BT /F 12 Tf 20 50 Td (Dieu) Tj ET BT /F 12 Tf 20.4 50 Td (Dieu) Tj ET", &["Dieu"]);
    check("BT 2 Tr /F 12 Tf 20 50 Td (Dieu) Tj ET", &["Dieu"]);
    // Words of one printing are lines of the other.
    let once = "BT /F 12 Tf 20 70 Td (QUYET DINH) Tj 0 -14 Td (Ve viec) Tj ET";
    let again = "BT /F 12 Tf 20.4 70 Td (QUYET) Tj ET BT /F 12 Tf 20.4 56 Td (Ve viec) Tj ET";
    check(&format!("{once} {again} BT /F 12 Tf 65.1 70 Td (DINH) Tj ET"), &["QUYET DINH", "Ve viec"]);
    check("BT /F 12 Tf 20 50 Td (llll) Tj ET", &["llll"]);
}

#[test]
fn letters_are_composed() {
    let pairs = [('a', "e\u{302}\u{301}"), ('b', "\u{d0}"), ('c', "\u{ad}"), ('d', "\u{301}"), ('e', "ơ")];
    let text = Sheet::new().said("G", &pairs).read("BT /G 12 Tf 20 50 Td (bac ed) Tj ET");
    assert_eq!(plain(&text), ["Đế- ớ"]);
}

#[test]
fn hidden_text_is_none() {
    for content in [
        "BT 3 Tr /F 12 Tf 20 50 Td (chu an) Tj ET",
        "BT 7 Tr /F 12 Tf 20 50 Td (chu an) Tj ET",
        "1 g BT /F 12 Tf 20 50 Td (trang) Tj ET",
        "BT /F 12 Tf 20 50 Td (bi che) Tj ET 0 g 10 40 150 40 re f",
        "BT /F 12 Tf 20 50 Td (bi xoa) Tj ET 1 g 10 40 150 40 re f",
        "q 100 60 50 30 re W n BT /F 12 Tf 20 50 Td (cat) Tj ET Q",
        "BT /F 12 Tf 20 500 Td (ngoai) Tj ET",
    ] {
        let text = Sheet::new().read(content);
        assert!(text.lines.is_empty(), "{content}: {:?}", text.lines);
        assert!(matches!(text.doubts[..], [Doubt::Hidden { .. }]), "{content}: {:?}", text.doubts);
    }
}

#[test]
fn text_beneath_a_picture_is_hidden_and_text_over_it_is_not() {
    let picture = |sheet: &mut Sheet| {
        let dictionary = dictionary! {
            "Subtype" => "Image", "Width" => 8, "Height" => 8, "BitsPerComponent" => 8, "ColorSpace" => "DeviceGray",
        };
        let noise: Vec<u8> = (0..64).map(|at| if at % 3 == 0 { 40 } else { 250 }).collect();
        let picture = sheet.stream(dictionary, &noise);
        sheet.objects.set("P", picture);
    };
    let shown = "q 180 0 0 80 10 10 cm /P Do Q";
    let words = "BT /F 12 Tf 20 50 Td (tren hay duoi) Tj ET";
    let mut beneath = Sheet::new();
    picture(&mut beneath);
    let text = beneath.read(&format!("{words} {shown}"));
    assert!(text.lines.is_empty() && text.elsewhere.len() == 1);
    let mut over = Sheet::new();
    picture(&mut over);
    let text = over.read(&format!("{shown} {words}"));
    assert_eq!((plain(&text), text.elsewhere.len()), (vec!["tren hay duoi".to_owned()], 1));
}

#[test]
fn layers_that_are_off_are_not_read() {
    let mut sheet = Sheet::new();
    let group = sheet.document.add_object(dictionary! { "Type" => "OCG", "Name" => Object::string_literal("an") });
    let off = dictionary! { "OFF" => vec![group.into()] };
    sheet.catalog.set("OCProperties", dictionary! { "OCGs" => vec![group.into()], "D" => off });
    let mut form = dictionary! { "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 200.into(), 100.into()] };
    form.set("OC", group);
    form.set("Resources", dictionary! { "Font" => sheet.fonts.clone() });
    let layer = sheet.stream(form, b"BT /F 12 Tf 20 50 Td (tat) Tj ET");
    sheet.objects.set("L", layer);
    let text = sheet.read("/L Do BT /F 12 Tf 20 20 Td (bat) Tj ET");
    assert_eq!(plain(&text), ["bat"]);
}

#[test]
#[expect(clippy::print_stderr, reason = "a test says that it was skipped")]
fn values_that_the_file_does_not_show_are_drawn_and_read() {
    if crate::pdf::font::Font::find().is_err() {
        eprintln!("skipped: no Times-like font is installed");
        return;
    }
    let mut sheet = Sheet::new();
    let mut field = |value: &str, kind: &str, bottom: i64| {
        let area = vec![80.into(), bottom.into(), 195.into(), (bottom + 16).into()];
        let value = lopdf::text_string(value);
        let field = dictionary! { "Subtype" => "Widget", "FT" => kind, "Rect" => area, "V" => value };
        Object::from(sheet.document.add_object(field))
    };
    let fields = vec![field("Nguyễn Thị Thùy", "Tx", 57), field("Đà Nẵng", "Ch", 27)];
    sheet.page.set("Annots", fields);
    let text = sheet.read("BT /F 12 Tf 10 60 Td (Ho va ten:) Tj 0 -30 Td (Noi sinh:) Tj ET");
    assert_eq!(plain(&text), ["Ho va ten: Nguyễn Thị Thùy", "Noi sinh: Đà Nẵng"]);
    assert!(text.doubts.is_empty(), "{:?}", text.doubts);
}

#[test]
fn a_filled_field_stands_in_its_line() {
    let mut sheet = Sheet::new();
    let look = sheet.form("BT /F 12 Tf 2 3 Td (Nguyen Van A) Tj ET");
    let Object::Reference(id) = look else { panic!("a reference") };
    let area = vec![0.into(), 0.into(), 100.into(), 16.into()];
    sheet.document.get_object_mut(id).and_then(Object::as_stream_mut).expect("a form").dict.set("BBox", area);
    let field = dictionary! {
        "Subtype" => "Widget", "Rect" => vec![80.into(), 57.into(), 180.into(), 73.into()],
        "AP" => dictionary! { "N" => look },
    };
    sheet.page.set("Annots", vec![field.into()]);
    let text = sheet.read("BT /F 12 Tf 10 60 Td (Ho va ten:) Tj 0 -30 Td (Ngay sinh:) Tj ET");
    assert_eq!(plain(&text), ["Ho va ten: Nguyen Van A", "Ngay sinh:"]);
}

#[test]
fn turned_and_cropped_pages_are_read_as_they_are_seen() {
    let words = "BT /F 12 Tf 20 50 Td (Quyet dinh) Tj ET BT /F 12 Tf 0 1 -1 0 150 20 Tm (doc) Tj ET";
    for (turn, width, height) in [(0, 200.0, 100.0), (90, 100.0, 200.0), (180, 200.0, 100.0), (270, 100.0, 200.0)] {
        let mut sheet = Sheet::new();
        sheet.page.set("Rotate", turn);
        let text = sheet.read(words);
        assert_eq!(plain(&text), ["Quyet dinh", "doc"], "{turn}");
        let start = text.lines[0].start;
        let expected = match turn {
            0 => (20.0, 50.0),
            90 => (50.0, 20.0),
            180 => (width - 20.0, height - 50.0),
            _ => (width - 50.0, height - 20.0),
        };
        let off = [start.0 / 100.0 * 72.0 - expected.0, start.1 / 100.0 * 72.0 - expected.1];
        assert!(off.iter().all(|off: &f32| off.abs() < 1.0), "{turn}: {start:?}, expected {expected:?}");
    }
    let mut cropped = Sheet::new();
    cropped.page.set("CropBox", vec![10.into(), 40.into(), 100.into(), 70.into()]);
    cropped.page.set("UserUnit", 2);
    let text = cropped.read("BT /F 12 Tf 20 50 Td (Quyet) Tj 0 40 Td (ngoai) Tj ET");
    assert_eq!(plain(&text), ["Quyet"]);
    // The unit is 1/36 inch: 10 units from the left are 27.8 pixels at 100 dpi.
    assert!((text.lines[0].start.0 - 27.8).abs() < 1.0, "{:?}", text.lines[0].start);
}

#[test]
fn curves_may_be_letters_and_rules_are_none() {
    let curve = Sheet::new().read("20 20 m 30 60 40 60 50 20 c f 0 0 m 200 0 l S 5 5 190 90 re S");
    assert_eq!(curve.elsewhere.len(), 1);
    let rules = Sheet::new().read("BT /F 9 Tf 20 50 Td (a) Tj ET 0 9 m 200 9 l S 5 5 190 90 re S");
    assert!(rules.elsewhere.is_empty());
}

#[test]
fn letter_bombs_are_refused() {
    let long = format!("BT /F 1 Tf ({}) Tj ET", "a".repeat(200_000));
    assert!(Sheet::new().refused(&long).contains("steps to draw"));
    let line = format!("({}) Tj ", "a".repeat(1000));
    let many = format!("BT /F 1 Tf {} ET", line.repeat(9_000));
    assert!(Sheet::new().refused(&many).contains("steps to draw"));
}

#[test]
fn forms_that_multiply_are_refused() {
    let mut sheet = Sheet::new();
    let mut inner = sheet.form(&"0 0 9 9 re f ".repeat(10));
    for _ in 0..20 {
        sheet.objects.set("X", inner.clone());
        inner = sheet.form(&"/X Do ".repeat(10));
    }
    sheet.objects.set("X", inner);
    assert!(sheet.refused("/X Do").contains("steps to draw"));
}

#[test]
fn forms_that_show_themselves_end() {
    let with = |shown: usize| {
        let mut sheet = Sheet::new();
        let id = sheet.document.new_object_id();
        let area = vec![0.into(), 0.into(), 200.into(), 100.into()];
        let resources = dictionary! { "XObject" => dictionary! { "X" => id }, "Font" => sheet.fonts.clone() };
        let form = dictionary! { "Subtype" => "Form", "BBox" => area, "Resources" => resources };
        let content = format!("BT /F 12 Tf 20 50 Td (vong) Tj ET {}", "/X Do ".repeat(shown));
        sheet.document.objects.insert(id, Stream::new(form, content.into_bytes()).into());
        sheet.objects.set("X", id);
        sheet
    };
    assert_eq!(plain(&with(1).read("/X Do")), ["vong"]);
    assert_eq!(plain(&with(2).read("/X Do")), ["vong"]);
}

#[test]
fn drawn_letters_are_not_believed_and_their_bombs_are_refused() {
    let with = |letter: &str| {
        let mut sheet = Sheet::new();
        let letter = sheet.stream(dictionary! {}, format!("600 0 d0 {letter}").as_bytes());
        let font = dictionary! {
            "Type" => "Font", "Subtype" => "Type3", "FontBBox" => vec![0.into(), 0.into(), 600.into(), 700.into()],
            "FontMatrix" => vec![0.001.into(), 0.into(), 0.into(), 0.001.into(), 0.into(), 0.into()],
            "CharProcs" => dictionary! { "a" => letter }, "FirstChar" => 97, "LastChar" => 97,
            "Widths" => vec![600.into()],
            "Encoding" => dictionary! { "Differences" => vec![97.into(), Object::Name(b"a".to_vec())] },
        };
        sheet.fonts.set("T", font);
        sheet
    };
    let text = with("0 0 500 700 re f").read("BT /T 12 Tf 20 50 Td (aa aa) Tj ET");
    assert!(text.lines.is_empty() && matches!(text.doubts[..], [Doubt::DrawnLetters { .. }]), "{text:?}");
    let dear = with(&"0 0 9 9 re f ".repeat(10_000));
    assert!(dear.refused(&format!("BT /T 12 Tf ({}) Tj ET", "a".repeat(5_000))).contains("steps to draw"));
}

#[test]
fn bad_and_huge_maps_cost_nothing_much() {
    let with = |cmap: &[u8]| {
        let mut sheet = Sheet::new();
        let cmap = sheet.stream(dictionary! {}, cmap);
        let font =
            dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "ToUnicode" => cmap };
        sheet.fonts.set("G", font);
        sheet.read("BT /G 12 Tf 20 50 Td (abc) Tj ET")
    };
    let began = Instant::now();
    let huge = "100 beginbfchar\n".to_owned() + &"<61> <0062>\n".repeat(200_000) + "endbfchar";
    let ranges = "1 beginbfrange\n<00000000> <FFFFFFFF> <0000>\nendbfrange";
    let itself = "/G usecmap /Identity-H usecmap begincmap endcmap";
    for cmap in [huge.as_bytes(), ranges.as_bytes(), itself.as_bytes(), b"beginbfchar <61> <", &[0xff; 4096]] {
        let text = with(cmap);
        assert!(text.lines.len() <= 1 && text.doubts.len() <= 1);
    }
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
}

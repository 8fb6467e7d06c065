//! Pages of made-up PDF files.

use lopdf::{Document, dictionary};

use super::*;
use crate::base::geometry::Size;
use crate::intake::Passwords;
use crate::pdf::reading::MOST_STRUCTURE;
use crate::raster::pixels::{Bilevel, Picture, Rgb};
use crate::raster::{Color, Encoding, decode, encode};

mod locked;

const A4: [i64; 4] = [0, 0, 595, 842];

struct Sheet {
    document: Document,
    page: lopdf::Dictionary,
    objects: lopdf::Dictionary,
}

impl Sheet {
    fn new() -> Self {
        let page = dictionary! { "Type" => "Page", "MediaBox" => A4.map(Object::from).to_vec() };
        Self { document: Document::with_version("1.7"), page, objects: lopdf::Dictionary::new() }
    }

    fn object(mut self, name: &str, dictionary: lopdf::Dictionary, content: Vec<u8>) -> Self {
        let id = self.document.add_object(lopdf::Stream::new(dictionary, content));
        self.objects.set(name, id);
        self
    }

    fn page(mut self, key: &str, value: impl Into<Object>) -> Self {
        self.page.set(key, value);
        self
    }

    fn bytes(mut self, content: &str) -> Arc<[u8]> {
        let content = self.document.add_object(lopdf::Stream::new(dictionary! {}, content.as_bytes().to_vec()));
        let pages = self.document.new_object_id();
        self.page.set("Contents", content);
        self.page.set("Parent", pages);
        self.page.set("Resources", dictionary! { "XObject" => self.objects });
        let page = self.document.add_object(self.page);
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        self.document.objects.insert(pages, tree.into());
        let root = self.document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        self.document.trailer.set("Root", root);
        let mut bytes = Vec::new();
        self.document.save_to(&mut bytes).expect("saved");
        bytes.into()
    }
}

fn red(size: Size) -> Encoded {
    encode::jpeg_rgb(&Rgb { size, pixels: [190, 20, 30].repeat(size.area() as usize) }, 90, encode::Chroma::Full)
        .expect("encoded")
}

const SIZE: Size = Size { width: 248, height: 351 };

fn image(filter: &str) -> lopdf::Dictionary {
    dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => i64::from(SIZE.width), "Height" => i64::from(SIZE.height),
        "BitsPerComponent" => 8, "ColorSpace" => "DeviceRGB", "Filter" => filter,
    }
}

fn scan() -> Sheet {
    Sheet::new().object("P", image("DCTDecode"), red(SIZE).bytes.to_vec())
}

fn read(bytes: Arc<[u8]>) -> PagePicture {
    let limits = Limits::default();
    let file = open(bytes, &limits, &Passwords::default()).expect("opened");
    let dpi = Dpi::new(100.0).expect("in range");
    file.pictures(dpi, &limits).expect("read").remove(0)
}

const FULL: &str = "q 595 0 0 842 0 0 cm /P Do Q";

#[test]
fn a_full_page_jpeg_passes() {
    let found = read(big().bytes(FULL));
    assert_eq!(found.way, Way::Kept);
    assert!(found.encoded.bytes == red(Size { width: 595, height: 842 }).bytes);
    // Coarser than any scan: drawn, so that it has a resolution that can be worked with.
    assert_eq!(read(scan().bytes(FULL)).way, Way::Drawn);
}

#[test]
fn invisible_text_and_what_lies_below_do_not_matter() {
    let hidden = format!("{FULL} BT 3 Tr /F 12 Tf (chu) Tj ET");
    let below = format!("BT /F 12 Tf (chu) Tj ET 0 0 100 100 re f {FULL}");
    let clipped = format!("q 0 0 595 842 re W n {FULL} Q");
    for content in [hidden, below, clipped] {
        assert_eq!(read(big().bytes(&content)).way, Way::Kept, "{content}");
    }
}

/// As [`scan`], fine enough to be a scan.
fn big() -> Sheet {
    let mut dictionary = image("DCTDecode");
    let size = Size { width: 595, height: 842 };
    dictionary.set("Width", 595);
    dictionary.set("Height", 842);
    Sheet::new().object("P", dictionary, red(size).bytes.to_vec())
}

#[test]
fn whatever_is_seen_besides_is_drawn() {
    for more in [
        "BT /F 12 Tf (chu) Tj ET",
        "10 10 50 50 re f",
        "q 50 0 0 50 9 9 cm /P Do Q",
        "BI /W 1 /H 1 /BPC 8 /CS /G ID x EI",
    ] {
        let found = read(big().bytes(&format!("{FULL} {more}")));
        assert_eq!(found.way, Way::Drawn, "{more}");
    }
    assert_eq!(read(big().bytes("q 100 0 0 100 0 0 cm /P Do Q")).way, Way::Drawn, "a figure on a page");
    assert_eq!(read(big().bytes("q 0 0 300 842 re W n 595 0 0 842 0 0 cm /P Do Q")).way, Way::Drawn, "clipped");
    assert_eq!(read(big().bytes("q -595 0 0 842 595 0 cm /P Do Q")).way, Way::Drawn, "mirrored");
}

#[test]
fn a_cropped_picture_keeps_its_stream_and_says_what_is_seen() {
    let cropped = |turn: i64, content: &str| {
        let mut sheet = big();
        sheet.page.set("CropBox", vec![100.into(), 42.into(), 500.into(), 742.into()]);
        sheet.page.set("Rotate", turn);
        read(sheet.bytes(content))
    };
    let crop = |left, top, width, height| Some(Crop { left, top, size: Size { width, height } });
    for turn in [0, 90] {
        let found = cropped(turn, FULL);
        assert_eq!((found.way, found.crop), (Way::Kept, crop(100, 100, 400, 700)));
        assert!(found.encoded.bytes == red(Size { width: 595, height: 842 }).bytes);
    }
    // Shown head down: what is seen at the right is at the picture's left.
    let over = cropped(0, "q -595 0 0 -842 595 842 cm /P Do Q");
    assert_eq!(over.crop, crop(95, 42, 400, 700));
    assert_eq!(read(big().bytes(FULL)).crop, None);
}

#[test]
fn a_visible_annotation_is_not_lost() {
    let mut sheet = big();
    let area = || A4.map(Object::from).to_vec();
    let stamp =
        lopdf::Stream::new(dictionary! { "Subtype" => "Form", "BBox" => area() }, b"1 0 0 rg 0 0 9 9 re f".to_vec());
    let stamp = sheet.document.add_object(stamp);
    let empty = sheet
        .document
        .add_object(lopdf::Stream::new(dictionary! { "Subtype" => "Form", "BBox" => area() }, Vec::new()));
    let annotation = |appearance: ObjectId, flags: i64| {
        let look = dictionary! { "N" => appearance };
        Object::from(
            dictionary! { "Subtype" => "Stamp", "Rect" => A4.map(Object::from).to_vec(), "AP" => look, "F" => flags },
        )
    };
    let with = |annotation: Object, sheet: Sheet| read(sheet.page("Annots", vec![annotation]).bytes(FULL)).way;
    let copy = |sheet: &Sheet| Sheet {
        document: sheet.document.clone(),
        page: sheet.page.clone(),
        objects: sheet.objects.clone(),
    };
    assert_eq!(with(annotation(stamp, 4), copy(&sheet)), Way::Drawn);
    assert_eq!(with(annotation(stamp, 2), copy(&sheet)), Way::Kept, "hidden");
    assert_eq!(with(annotation(empty, 4), copy(&sheet)), Way::Kept, "an invisible signature");
}

#[test]
fn turns_of_page_and_matrix_add_up() {
    let turned = read(big().page("Rotate", 90).bytes(FULL));
    assert_eq!((turned.way, turned.turn), (Way::Kept, Turn::Right));
    let over = read(big().bytes("q -595 0 0 -842 595 842 cm /P Do Q"));
    assert_eq!((over.way, over.turn), (Way::Kept, Turn::Over));
    let both = read(big().page("Rotate", 180).bytes("q -595 0 0 -842 595 842 cm /P Do Q"));
    assert_eq!(both.turn, Turn::None);
}

#[test]
fn resolution_comes_from_the_matrix() {
    assert!((read(big().bytes(FULL)).dpi.value() - 72.0).abs() < 0.01);
    assert!((read(big().page("UserUnit", 0.5).bytes(FULL)).dpi.value() - 144.0).abs() < 0.01);
}

#[test]
fn a_wrapping_around_a_jpeg_is_taken_off() {
    let jpeg = red(Size { width: 595, height: 842 }).bytes;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, &jpeg).expect("memory");
    // The JPEG's own size counts, not that of its dictionary.
    let mut dictionary = image("DCTDecode");
    dictionary.set("Width", 600);
    dictionary.set("Height", 850);
    dictionary.set("Filter", vec![Object::from("FlateDecode"), Object::from("DCTDecode")]);
    let found = read(Sheet::new().object("P", dictionary, encoder.finish().expect("memory")).bytes(FULL));
    assert!(found.way == Way::Kept && found.encoded.bytes == jpeg);
}

fn fax(decode: Option<[i64; 2]>, stencil: bool) -> Sheet {
    let size = Size { width: 595, height: 842 };
    let mut rows = vec![0; 75 * 842];
    rows[..75 * 100].fill(0xFF);
    rows.chunks_exact_mut(75).for_each(|row| row[74] &= 0b1110_0000);
    let bytes = encode::g4(&Bilevel { size, rows }).expect("encoded").bytes.to_vec();
    let mut dictionary = dictionary! {
        "Subtype" => "Image", "Width" => 595, "Height" => 842, "BitsPerComponent" => 1, "Filter" => "CCITTFaxDecode",
        "DecodeParms" => dictionary! { "K" => -1, "Columns" => 595, "Rows" => 842 },
    };
    if stencil {
        dictionary.set("ImageMask", true);
    } else {
        dictionary.set("ColorSpace", "DeviceGray");
    }
    if let Some(decode) = decode {
        dictionary.set("Decode", decode.map(Object::from).to_vec());
    }
    Sheet::new().object("P", dictionary, bytes)
}

/// Whether the top of the page, black in the fax data, is shown black.
fn top_is_black(found: &PagePicture) -> bool {
    let Picture::Bilevel(picture) = decode(&found.encoded, &Limits::default()).expect("decoded") else {
        panic!("bilevel stays bilevel")
    };
    picture.rows[10] == 0xFF
}

#[test]
fn fax_pictures_are_shown_as_their_dictionary_says() {
    for (decode, stencil, black) in
        [(None, false, true), (Some([1, 0]), false, false), (None, true, true), (Some([1, 0]), true, false)]
    {
        let found = read(fax(decode, stencil).bytes(FULL));
        assert_eq!(found.way, Way::Kept);
        assert!(matches!(found.encoded.encoding, Encoding::Ccitt { k: -1, .. }));
        assert_eq!(top_is_black(&found), black, "{decode:?} {stencil}");
    }
    assert_eq!(read(fax(None, true).bytes(&format!("1 0 0 rg {FULL}"))).way, Way::Drawn, "a red stencil");
}

#[test]
fn palettes_become_colors() {
    let mut dictionary = image("FlateDecode");
    dictionary.remove(b"Filter");
    let table = Object::string_literal(vec![0, 0, 0, 255, 0, 0]);
    dictionary.set("ColorSpace", vec!["Indexed".into(), "DeviceRGB".into(), 1.into(), table]);
    dictionary.set("BitsPerComponent", 1);
    let found = read(Sheet::new().object("P", dictionary, vec![0x80; 31 * 351]).page("UserUnit", 0.1).bytes(FULL));
    assert_eq!((found.way, found.encoded.color), (Way::Recoded, Color::Rgb));
    let Picture::Rgb(picture) = decode(&found.encoded, &Limits::default()).expect("decoded") else { panic!("colour") };
    assert_eq!(picture.pixels[..6], [255, 0, 0, 0, 0, 0]);
}

#[test]
fn a_drawn_page_is_upright_and_in_its_depth() {
    let found = read(Sheet::new().page("Rotate", 90).bytes("0 0 595 421 re f"));
    assert_eq!((found.way, found.turn), (Way::Drawn, Turn::None));
    assert_eq!(found.encoded.size, Size { width: 1169, height: 826 });
    // The page's lower half is black; turned right, that is the left half.
    let gray = crate::raster::decode_gray(&found.encoded, &Limits::default()).expect("decoded");
    assert!(gray.pixels[20] < 10 && gray.pixels[1100] > 245);
}

#[test]
fn damage_and_locks_are_told_apart() {
    let limits = Limits::default();
    let whole = scan().bytes(FULL);
    let cut: Arc<[u8]> = whole[..whole.len() / 2].into();
    assert!(matches!(open(cut, &limits, &Passwords::default()), Err(Error::Truncated { .. })));
    let few = Limits { max_pages: 0, ..limits };
    assert!(matches!(
        open(whole, &few, &Passwords::default()),
        Err(Error::Refused(raster::Error::TooManyPages { .. }))
    ));
}

#[test]
fn bombs_are_refused_before_they_unfold() {
    let limits = Limits::default();
    let mut huge = image("FlateDecode");
    huge.set("Width", 30_000);
    huge.set("Height", 30_000);
    let error = open(Sheet::new().object("P", huge, vec![0; 9]).bytes(FULL), &limits, &Passwords::default())
        .expect_err("too large");
    assert!(matches!(error, Error::Refused(raster::Error::TooManyPixels { .. })));

    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, &vec![b' '; MOST_STRUCTURE + 9]).expect("memory");
    let form = dictionary! { "Subtype" => "Form", "BBox" => A4.map(Object::from).to_vec(), "Filter" => "FlateDecode" };
    let bytes = Sheet::new().object("P", form, encoder.finish().expect("memory")).bytes(FULL);
    let file = open(bytes, &limits, &Passwords::default()).expect("opened");
    let error = file.pictures(Dpi::new(100.0).expect("in range"), &limits).expect_err("a bomb");
    assert!(matches!(error, Error::Unfolds { .. }) && error.hint().is_some());

    // JPEG 2000 of 64 pixels by four milliards in its own header, in tiles of 64 by 48: found by damaging a good one.
    let sides = [64, u32::MAX - 128, 0, 0, 64, 48, 0, 0].map(u32::to_be_bytes).concat();
    let stream = [&[0xff, 0x4f, 0xff, 0x51, 0, 0x2f, 0, 0][..], &sides, &[0, 3, 7, 1, 1, 7, 1, 1, 7, 1, 1]].concat();
    let mut picture = image("JPXDecode");
    // A color space that the page's picture is not in, so that the page is drawn.
    picture.set("ColorSpace", "DiceRGB");
    let file =
        open(Sheet::new().object("P", picture, stream).bytes(FULL), &limits, &Passwords::default()).expect("opened");
    let error = file.pictures(Dpi::new(100.0).expect("in range"), &limits).expect_err("a bomb");
    assert!(matches!(error, Error::Unfolds { .. }), "{error}");
}

#[test]
fn a_broken_table_of_objects_is_repaired() {
    let whole = big().bytes(FULL);
    let mut bytes = whole.to_vec();
    let at = bytes.windows(9).rposition(|window| window == b"startxref").expect("present");
    bytes[at + 10..at + 12].copy_from_slice(b"99");
    let file = open(bytes.into(), &Limits::default(), &Passwords::default()).expect("repaired");
    assert!(file.is_repaired() && file.page_count() == 1);
}

#[test]
fn nesting_without_end_is_refused_before_it_is_read() {
    let deep = format!("%PDF-1.7\n1 0 obj\n{}{}\nendobj\n%%EOF\n", "<< /A ".repeat(1_100), ">>".repeat(1_100));
    let refused = open(deep.into_bytes().into(), &Limits::default(), &Passwords::default());
    assert!(matches!(refused, Err(Error::Damaged { fact }) if fact.contains("1000")));
}

#[test]
fn a_fax_that_claims_more_pixels_than_it_has_is_refused_before_room_is_made_for_it() {
    let parameters = dictionary! { "K" => -1, "Columns" => 2_147_483_647, "Rows" => 2_147_483_647 };
    let mut fax = image("CCITTFaxDecode");
    fax.set("DecodeParms", parameters);
    let inline = "BI /W 100 /H 100 /BPC 1 /IM true /F /CCF /DP << /K -1 /Columns 2147483647 >> ID 0000 EI";
    for (sheet, content) in
        [(Sheet::new().object("Im", fax, vec![0; 1000]), "q 500 0 0 700 0 0 cm /Im Do Q"), (Sheet::new(), inline)]
    {
        let file = open(sheet.bytes(content), &Limits::default(), &Passwords::default()).expect("opened");
        let drawn = file.pictures(Dpi::new(72.0).expect("in range"), &Limits::default());
        let source = match drawn {
            Err(Error::Page { source, .. }) => source,
            other => panic!("drawn: {:?}", other.map(|pages| pages.len())),
        };
        assert!(matches!(source, raster::Error::TooManyPixels { .. }), "{source}");
    }
}

//! Files read whole, damaged, and beyond the limits.

use std::fs;

use lopdf::dictionary;

use super::*;
use crate::base::geometry::{Size, Turn};
use crate::intake::discover;
use crate::raster::pixels::{Bilevel, Gray};
use crate::raster::{Color, encode};

struct Inbox(tempfile::TempDir);

impl Inbox {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("temporary folder"))
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("below")).expect("made");
        fs::write(path, bytes).expect("written");
        self
    }

    fn read_with(&self, options: &Options) -> Result<ScannedDocument, Error> {
        read(&discover(self.0.path(), options)?.candidates[0], options)
    }

    fn read(&self) -> ScannedDocument {
        self.read_with(&Options::default()).expect("read")
    }

    /// The whole story of the error, outermost first.
    fn error(&self) -> String {
        let error = self.read_with(&Options::default()).expect_err("refused");
        assert!(error.hint().is_some(), "{error}");
        let mut story = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            story.push_str(": ");
            story.push_str(&cause.to_string());
            source = cause.source();
        }
        story
    }
}

fn jpeg(shade: u8) -> Vec<u8> {
    let size = Size { width: 210, height: 297 };
    let pixels = vec![shade; size.area() as usize];
    encode::jpeg_gray(&Gray { size, pixels }, 80).expect("encoded").bytes.to_vec()
}

fn pdf_of(jpeg: &[u8]) -> Vec<u8> {
    let mut document = lopdf::Document::with_version("1.7");
    let image = dictionary! {
        "Subtype" => "Image", "Width" => 210, "Height" => 297, "BitsPerComponent" => 8, "ColorSpace" => "DeviceGray",
        "Filter" => "DCTDecode",
    };
    let image = document.add_object(lopdf::Stream::new(image, jpeg.to_vec()));
    let content = document.add_object(lopdf::Stream::new(dictionary! {}, b"q 210 0 0 297 0 0 cm /P Do Q".to_vec()));
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "MediaBox" => [0, 0, 210, 297].map(lopdf::Object::from).to_vec(),
        "Contents" => content, "Resources" => dictionary! { "XObject" => dictionary! { "P" => image } },
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, tree.into());
    let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", root);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("saved");
    bytes
}

#[test]
fn a_folder_of_pages_becomes_one_document() {
    let inbox = Inbox::new()
        .with("hs/2.jpg", jpeg(20))
        .with("hs/10.jpg", jpeg(100))
        .with("metadata.json", r#"{"owner": "079085001234"}"#);
    let found = inbox.read();
    assert_eq!(found.origin.name, "hs");
    let names: Vec<_> = found.origin.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["2.jpg", "10.jpg"]);
    assert!(found.origin.hints.owner.is_some());
    let scan = &found.scans[1];
    assert_eq!((scan.number.value(), scan.provenance, scan.stated_turn), (2, Provenance::PassedThrough, Turn::None));
    assert_eq!(scan.picture.color, Color::Gray);
    // The bytes are held once, and digested once.
    assert!(Arc::ptr_eq(&scan.picture.bytes, &found.source_bytes[1]));
    assert_eq!((scan.sha256, found.origin.sources[1].sha256), (Sha256::of(&jpeg(100)), Sha256::of(&jpeg(100))));
    assert!(matches!(found.notes[0], Note::ResolutionAssumed { .. }));
}

#[test]
fn a_pdf_gives_its_streams() {
    let bytes = pdf_of(&jpeg(30));
    let found = Inbox::new().with("a.pdf", &bytes).read();
    assert!(found.scans[0].picture.bytes[..] == jpeg(30)[..] && found.source_bytes[0][..] == bytes[..]);
    assert!((found.scans[0].dpi.value() - 72.0).abs() < 0.01);
    assert_eq!(found.origin.sources[0].media_type, "application/pdf");
    assert!(!found.origin.sources[0].signed && found.notes.is_empty());
}

#[test]
fn pages_of_a_tiff_are_pages_of_a_document() {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut bytes).expect("started");
    for shade in [0, 100] {
        encoder.write_image::<tiff::encoder::colortype::Gray8>(4, 3, &[shade; 12]).expect("written");
    }
    let found = Inbox::new().with("hs/a.tif", bytes.into_inner()).read();
    assert_eq!((found.origin.name.as_str(), found.scans.len()), ("hs/a.tif", 2));
    assert_eq!(found.scans[1].provenance, Provenance::Recoded);
}

#[test]
fn identity_is_of_pages_dossier_paper_and_ordinal() {
    let identity = |files: &[(&str, &[u8])]| {
        let inbox = files.iter().fold(Inbox::new(), |inbox, (name, bytes)| inbox.with(name, bytes));
        inbox.read().origin.identity
    };
    let page = jpeg(40);
    let alone = identity(&[("a.jpg", &page)]);
    assert_eq!(alone, identity(&[("b.jpg", &page)]), "names do not count");
    assert_eq!(alone, identity(&[("hs/b.jpg", &page)]));
    assert_eq!(alone, identity(&[("a.pdf", &pdf_of(&page))]), "the container does not count");
    assert_eq!(alone, identity(&[("a.jpg", &page), ("a.json", br#"{"ordinal": 1, "form": "copy"}"#)]));
    assert_ne!(alone, identity(&[("a.jpg", &page), ("a.json", br#"{"ordinal": 2}"#)]));
    assert_ne!(alone, identity(&[("a.jpg", &page), ("a.json", br#"{"dossier": "H29.12-251103-0001"}"#)]));
    assert_ne!(alone, identity(&[("a.jpg", &jpeg(41))]));
    assert_ne!(alone, identity(&[("hs/1.jpg", &page), ("hs/2.jpg", &page)]));
    // Written down once, so that a change of the form does not pass unseen: it would deposit everything again.
    let rows = vec![0xF0; 10];
    let bilevel = Bilevel { size: Size { width: 8, height: 10 }, rows };
    let text = "sohoa-input-1\ndossier \npaper \nordinal 1\n";
    let expected = Sha256::of(format!("{text}page {}\n", Sha256::of(&page)).as_bytes());
    assert_eq!(alone.0, expected);
    drop(encode::g4(&bilevel).expect("encoded"));
}

#[test]
fn bad_input_is_named_with_what_to_do() {
    let check = |name: &str, bytes: &[u8], expected: &str| {
        let story = Inbox::new().with(name, bytes).error();
        assert!(story.contains(name) && story.contains(expected), "{story}");
    };
    let whole = jpeg(50);
    check("a.jpg", b"", "has no bytes");
    check("a.jpg", &whole[..whole.len() - 9], "it was cut off");
    check("a.pdf", b"<!DOCTYPE html><html></html>", "is an HTML page, expected JPEG, PNG, TIFF or PDF");
    check("a.pdf", &pdf_of(&whole)[..400], "it was cut off");
    check("a.pdf", b"%PDF-1.7\nnothing in it\n%%EOF", "the PDF is damaged");
    check("a.png", b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", "cut off");
    check("a.tif", b"II*\0\x08\0\0\0\0\0", "the TIFF is damaged");
    let mut bomb = whole;
    let frame = bomb.windows(2).position(|window| window == [0xFF, 0xC0]).expect("frame");
    bomb[frame + 5..frame + 9].copy_from_slice(&[0x4E, 0x20, 0x4E, 0x20]);
    check("a.jpg", &bomb, "20000 x 20000 pixels, the limit is 200000000");
}

#[test]
fn limits_are_those_of_the_settings() {
    let small = |limits| Options { limits, ..Options::default() };
    let inbox = Inbox::new().with("hs/1.jpg", jpeg(1)).with("hs/2.jpg", jpeg(2));
    let pages = inbox.read_with(&small(Limits { max_pages: 1, ..Limits::default() })).expect_err("too many");
    assert!(matches!(pages, Error::File { source: raster::Error::TooManyPages { pages: 2, limit: 1 }, .. }));
    let together = inbox.read_with(&small(Limits { max_bytes: jpeg(1).len() as u64 + 5, ..Limits::default() }));
    assert!(matches!(together, Err(Error::File { source: raster::Error::TooManyBytes { .. }, .. })));
}

#[test]
fn content_counts_and_not_the_name() {
    let found = Inbox::new().with("a.pdf", jpeg(60)).read();
    assert_eq!(found.origin.sources[0].media_type, "image/jpeg");
    assert!(matches!(&found.notes[0], Note::MisleadingName { media_type, .. } if media_type == "image/jpeg"));
}

#[test]
fn wrong_metadata_stop_their_document() {
    let story = Inbox::new().with("a.jpg", jpeg(70)).with("a.json", r#"{"owner": "12"}"#).error();
    assert!(story.contains("line 1, column 2, field `owner`"), "{story}");
}

#[test]
#[expect(clippy::print_stderr, reason = "a test says when it was skipped")]
fn every_real_file_gives_pages_or_a_clear_error() {
    let real = std::env::var_os("SOHOA_REAL")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real"), std::path::PathBuf::from);
    if !real.is_dir() {
        eprintln!("skipped: no real inputs at {}", real.display());
        return;
    }
    // Coarse, for most of the time goes into drawing pages of text.
    let options = Options { render_dpi: Dpi::new(72.0).expect("in range"), ..Options::default() };
    for folder in ["text/scans", "central-scans", "mixed-and-ocred", "born-digital", "general"] {
        for candidate in discover(&real.join(folder), &options).expect("found").candidates {
            match read(&candidate, &options) {
                Ok(document) => check_real(&candidate, &document),
                Err(error) => {
                    assert!(error.hint().is_some(), "{}: {error}", candidate.name);
                    assert!(!error.to_string().is_empty());
                }
            }
        }
    }
}

/// Pages that are passed through hold the bytes of a stream of the file, as another reader finds it.
fn check_real(candidate: &Candidate, document: &ScannedDocument) {
    assert!(!document.scans.is_empty(), "{}", candidate.name);
    let source = &document.origin.sources[0];
    if source.media_type != "application/pdf" || !source.path.to_string_lossy().contains("text/scans") {
        return;
    }
    let pdf = lopdf::Document::load_mem(&document.source_bytes[0]).expect("loaded");
    let streams: Vec<&[u8]> =
        pdf.objects.values().filter_map(|object| Some(object.as_stream().ok()?.content.as_slice())).collect();
    for scan in document.scans.iter().filter(|scan| scan.provenance == Provenance::PassedThrough) {
        assert!(streams.contains(&&*scan.picture.bytes), "{}, {}", candidate.name, scan.number);
    }
    let kept = document.scans.iter().filter(|scan| scan.provenance == Provenance::PassedThrough).count();
    assert!(kept + 2 >= document.scans.len(), "{}: {kept} of {}", candidate.name, document.scans.len());
}

//! PDF files in the states that offices have them in: signed already, locked, with text of their own.

use std::fs;
use std::path::PathBuf;

use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions};
use serde_json::Value;

use crate::{CLOCK, OWNER, Place};

/// A letter as a PDF/A, and the same signed.
fn letter(place: &Place) -> (Vec<u8>, Vec<u8>) {
    place.letter("qd.jpg");
    place.sohoa(["keys", "demo", "keys", "--clock", CLOCK]).code(0);
    place.sohoa(["pdfa", "qd.jpg", "-o", "qd.pdf", "--agency", "UBND phường Thử", "--clock", CLOCK]).code(0);
    let sign = ["sign", "qd.pdf", "-o", "signed.pdf", "--demo-keys", "keys", "--clock", CLOCK];
    place.sohoa(sign).code(0);
    let read = |name: &str| fs::read(place.path(name)).unwrap();
    (read("qd.pdf"), read("signed.pdf"))
}

fn beside(document: &std::path::Path, name: &str) -> PathBuf {
    document.with_file_name(name)
}

fn json(path: &std::path::Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_signed_original_is_kept_with_its_verdict() {
    let place = Place::new();
    let (_, signed) = letter(&place);
    place.write("inbox/signed.pdf", &signed);
    let settings = ["--owner", OWNER, "--keep-source", "never", "--trusted-roots", "keys/root.pem"];
    place.run(&settings).code(0).says(&["1 deposited"]);
    let document = &place.documents()[0];
    let original = beside(document, "source/signed.pdf");
    assert_eq!(fs::read(&original).unwrap(), signed, "whatever the settings say of sources");
    let source = &json(&beside(document, "record.json"))["origin"]["sources"][0];
    assert_eq!(source["path"], "source/signed.pdf");
    assert_eq!(source["signed_original"]["standing"], "valid", "{source}");
    assert_eq!(source["signed_original"]["signatures"], 1);
    assert!(json(&beside(document, "provenance.json")).to_string().contains("digital signature validation"));
    let verify =
        |path: &str| place.sohoa(["verify", path, "--no-revocation", "--trust", "keys/root.pem", "--clock", CLOCK]);
    verify(original.to_str().unwrap()).code(0);
}

#[test]
fn a_signature_that_is_not_good_holds_the_document() {
    let place = Place::new();
    let (_, mut signed) = letter(&place);
    let at = signed.windows(5).position(|window| window == b"sohoa").unwrap();
    signed[at] = b'S';
    place.write("inbox/altered.pdf", &signed);
    place.run(&["--owner", OWNER]).code(3).says(&["1 held"]);
    let list = place.sohoa(["review", "list", "--warehouse", "warehouse"]).code(0);
    let list = list.says(&["chữ ký số của altered.pdf"]).out();
    let id = list.split_whitespace().next().unwrap();
    place.sohoa(["review", "show", id, "--warehouse", "warehouse"]).code(0).says(&["signed original altered.pdf"]);
}

#[test]
fn a_signature_that_is_not_good_is_told_by_a_stage_alone_too() {
    let place = Place::new();
    let (_, mut signed) = letter(&place);
    let at = signed.windows(5).position(|window| window == b"sohoa").unwrap();
    signed[at] = b'S';
    place.write("altered.pdf", &signed);
    let pdfa =
        ["pdfa", "altered.pdf", "-o", "out.pdf", "--agency", "UBND phường Thử", "--owner", OWNER, "--clock", CLOCK];
    place.sohoa(pdfa).code(0).says(&["altered.pdf needs a person", "chữ ký số của altered.pdf"]);
}

#[test]
fn a_cropped_page_keeps_its_stream_and_shows_its_part() {
    let place = Place::new();
    let request = papers::PageRequest { words: 150, dpi: 200, ..papers::PageRequest::new(3) };
    let scan = papers::page(&request).unwrap();
    let mut pdf = papers::encode::Pdf::default();
    pdf.page(&scan.picture, papers::faults::Jpeg { quality: 85, full_chroma: true }, 200, 0).unwrap();
    let mut document = Document::load_mem(&pdf.finish()).unwrap();
    let page = document.page_iter().next().unwrap();
    let crop = [20, 30, 575, 822].map(Object::from).to_vec();
    document.get_dictionary_mut(page).unwrap().set("CropBox", crop);
    let mut cropped = Vec::new();
    document.save_to(&mut cropped).unwrap();
    place.write("inbox/cropped.pdf", &cropped);
    place.run(&["--owner", OWNER, "--pictures", "archive"]).code(0).says(&["1 deposited"]);
    let deposited = &place.documents()[0];
    let picture = |document: &Document| {
        let streams = document.objects.values().filter_map(|object| object.as_stream().ok());
        streams
            .filter(|stream| {
                stream.dict.get(b"Subtype").is_ok_and(|kind| kind.as_name().is_ok_and(|kind| kind == b"Image"))
            })
            .map(|stream| stream.content.clone())
            .collect::<Vec<_>>()
    };
    let made = Document::load(deposited).unwrap();
    assert_eq!(picture(&made), picture(&document), "the scanner's own bytes");
    let page = made.get_dictionary(made.page_iter().next().unwrap()).unwrap();
    let sides: Vec<f32> =
        page.get(b"MediaBox").unwrap().as_array().unwrap().iter().map(|side| side.as_float().unwrap()).collect();
    assert!((sides[2] - 555.0).abs() < 1.0 && (sides[3] - 792.0).abs() < 1.0, "{sides:?}");
    let text = json(&beside(deposited, "text.json"));
    let shown: Vec<f64> = text["pages"][0]["record"]["came"]["crop"]
        .as_array()
        .expect("told")
        .iter()
        .map(|side| side.as_f64().unwrap())
        .collect();
    assert!(
        (shown[0] - 55.6).abs() < 2.0 && (shown[1] - 55.6).abs() < 2.0 && (shown[2] - 1541.7).abs() < 2.0,
        "{shown:?}"
    );
}

#[test]
fn a_locked_file_asks_for_its_password_and_stays_locked() {
    const PASSWORD: &str = "Mat-khau-rieng-7";
    let place = Place::new();
    let (plain, _) = letter(&place);
    let mut document = Document::load_mem(&plain).unwrap();
    let id = || Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id(), id()]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: PASSWORD,
        key_length: 128,
        permissions: Permissions::PRINTABLE,
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut locked = Vec::new();
    document.save_to(&mut locked).unwrap();
    place.write("inbox/locked.pdf", &locked);

    place.run(&["--owner", OWNER]).code(1).says(&["locked.pdf", "locked with a password", "--password-file"]);
    place.write("passwords.txt", b"khong-phai\n");
    let given = ["--owner", OWNER, "--password-file", "passwords.txt"];
    place.run(&given).code(1).says(&["none of 1 passwords opens it"]);
    place.write("passwords.txt", format!("khong-phai\n{PASSWORD}\n").as_bytes());
    let said = place.run(&given).code(0).says(&["1 deposited"]).out();
    let document = &place.documents()[0];
    assert_eq!(fs::read(beside(document, "source/locked.pdf")).unwrap(), locked, "kept as it came");
    let provenance = fs::read_to_string(beside(document, "provenance.json")).unwrap();
    assert!(provenance.contains("opens with a password only") && provenance.contains("locked against changing"));
    let mut stored = Vec::new();
    crate::collect(&place.path("warehouse"), &mut stored);
    for path in stored {
        let bytes = fs::read(&path).unwrap();
        let shows = bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes());
        assert!(!shows, "{} holds the password", path.display());
    }
    assert!(!said.contains(PASSWORD));
}

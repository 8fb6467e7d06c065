//! Each stage alone.

use std::fs;

use serde_json::Value;

use crate::{CLOCK, OWNER, Place};

#[test]
fn a_document_goes_through_the_stages_one_by_one() {
    let place = Place::new();
    place.letter("qd.jpg");
    place.sohoa(["keys", "demo", "keys", "--clock", CLOCK]).code(0);
    place.sohoa(["pdfa", "qd.jpg", "-o", "qd.pdf", "--agency", "UBND phường Thử", "--clock", CLOCK]).code(0);
    let sign = ["sign", "qd.pdf", "-o", "signed.pdf", "--demo-keys", "keys", "--clock", CLOCK];
    place.sohoa(sign).code(0);
    let verify =
        |file: &str, code: i32| place.sohoa(["verify", file, "--trust", "keys/root.pem", "--clock", CLOCK]).code(code);
    verify("signed.pdf", 0).says(&["UBND PHƯỜNG BÌNH MINH"]);
    verify("qd.pdf", 8);
    let mut altered = fs::read(place.path("signed.pdf")).unwrap();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    place.write("altered.pdf", &altered);
    verify("altered.pdf", 8);
    let deposit = |file: &str| {
        place.sohoa([
            "deposit",
            file,
            "--trust",
            "keys/root.pem",
            "--owner",
            OWNER,
            "--warehouse",
            "warehouse",
            "--clock",
            CLOCK,
        ])
    };
    deposit("altered.pdf").code(8).says(&["altered.pdf"]);
    deposit("qd.pdf").code(8);
    deposit("signed.pdf").code(0).says(&["deposited in"]);
    assert_eq!(fs::read(&place.documents()[0]).unwrap(), fs::read(place.path("signed.pdf")).unwrap());
}

#[test]
fn only_a_pdfa_of_ours_is_signed() {
    let place = Place::new();
    place.write("foreign.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n");
    let sign = ["sign", "foreign.pdf", "-o", "signed.pdf", "--demo-keys", "keys"];
    place.sohoa(sign).code(4).says(&["foreign.pdf", "sohoa pdfa"]);
}

#[test]
fn recognized_text_comes_as_text_or_json() {
    let place = Place::new();
    place.letter("qd.jpg");
    place.sohoa(["ocr", "qd.jpg"]).code(0).says(&["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Kính gửi", "\u{c}"]);
    let json = place.sohoa(["ocr", "qd.jpg", "--format", "json"]).code(0).out();
    let document: Value = serde_json::from_str(&json).unwrap();
    let word = &document["pages"][0]["lines"][0]["words"][0];
    assert!(word["confidence"].as_f64().unwrap() > 0.5 && word["bbox"]["right"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_bad_document_does_not_keep_the_others_from_being_read() {
    let place = Place::new();
    place.letter("qd.jpg");
    place.sohoa(["ocr", "nothing.pdf", "qd.jpg"]).code(4).says(&["nothing.pdf", "Kính gửi"]);
}

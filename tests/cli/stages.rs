//! Each stage alone.

use std::fs;

use serde_json::Value;

use crate::{CLOCK, OWNER, Place, Ran};

#[test]
fn a_document_goes_through_the_stages_one_by_one() {
    let place = Place::new();
    place.letter("qd.jpg");
    place.sohoa(["keys", "demo", "keys", "--clock", CLOCK]).code(0);
    let pdfa = ["pdfa", "qd.jpg", "-o", "qd.pdf", "--agency", "UBND phường Thử", "--clock", CLOCK];
    let warned = place.sohoa(pdfa).code(0).err();
    assert!(warned.contains("qd.jpg needs a person: chưa rõ chủ giấy tờ"), "{warned}");
    let silent = place.sohoa(pdfa.into_iter().chain(["--owner", OWNER])).code(0).err();
    assert_eq!(silent, "");
    let sign = ["sign", "qd.pdf", "-o", "signed.pdf", "--demo-keys", "keys", "--clock", CLOCK];
    place.sohoa(sign).code(0);
    let verify = |file: &str, code: i32| {
        let lists = ["--crl", "keys/root.crl", "--crl", "keys/issuing.crl"];
        let verify = ["verify", file, "--trust", "keys/root.pem", "--clock", CLOCK];
        place.sohoa(verify.into_iter().chain(lists)).code(code)
    };
    verify("signed.pdf", 0).says(&["UBND PHƯỜNG BÌNH MINH"]);
    verify("qd.pdf", 9);
    // Without the lists nobody knows whether the certificates were revoked.
    place.sohoa(["verify", "signed.pdf", "--trust", "keys/root.pem", "--clock", CLOCK]).code(9);
    let mut altered = fs::read(place.path("signed.pdf")).unwrap();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    place.write("altered.pdf", &altered);
    verify("altered.pdf", 8);
    let deposit = |file: &str| deposit(&place, file, &["--owner", OWNER]);
    deposit("altered.pdf").code(8).says(&["altered.pdf"]);
    deposit("qd.pdf").code(8);
    deposit("signed.pdf").code(0).says(&["deposited in"]);
    assert_eq!(fs::read(&place.documents()[0]).unwrap(), fs::read(place.path("signed.pdf")).unwrap());
    assert_eq!(record(&place)["approval"]["by"], "thresholds");
}

#[test]
fn what_needs_a_person_is_deposited_only_when_one_answers_for_it() {
    let place = Place::new();
    place.letter("qd.jpg");
    place.sohoa(["keys", "demo", "keys", "--clock", CLOCK]).code(0);
    place.sohoa(["pdfa", "qd.jpg", "-o", "qd.pdf", "--agency", "UBND phường Thử", "--clock", CLOCK]).code(0);
    place.sohoa(["sign", "qd.pdf", "-o", "signed.pdf", "--demo-keys", "keys", "--clock", CLOCK]).code(0);
    deposit(&place, "signed.pdf", &[]).code(3).says(&["signed.pdf needs a person: chưa rõ chủ giấy tờ", "--by NAME"]);
    // Whose it is nobody may guess, whoever answers for it.
    deposit(&place, "signed.pdf", &["--by", "Trần Thị Duyệt"]).code(1).says(&["no owner", "--owner NUMBER"]);
    let unclear = ["--owner", OWNER, "--page-confidence", "1"];
    deposit(&place, "signed.pdf", &unclear).code(3).says(&["trang 1 khó đọc"]);
    assert_eq!(place.documents().len(), 0);
    let by = unclear.into_iter().chain(["--by", "Trần Thị Duyệt"]).collect::<Vec<_>>();
    deposit(&place, "signed.pdf", &by).code(0).says(&["deposited in"]);
    let approval = &record(&place)["approval"];
    assert_eq!((&approval["by"], &approval["name"]), (&"person".into(), &"Trần Thị Duyệt".into()));
}

fn deposit(place: &Place, file: &str, more: &[&str]) -> Ran {
    let fixed = ["deposit", file, "--trust", "keys/root.pem", "--warehouse", "warehouse", "--clock", CLOCK];
    place.sohoa(fixed.into_iter().chain(more.iter().copied()))
}

fn record(place: &Place) -> Value {
    serde_json::from_slice(&fs::read(place.documents()[0].with_file_name("record.json")).unwrap()).unwrap()
}

#[test]
fn what_cannot_be_read_is_not_signed() {
    let place = Place::new();
    place.write("foreign.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n");
    let sign = ["sign", "foreign.pdf", "-o", "signed.pdf", "--demo-keys", "keys"];
    place.sohoa(sign).code(4).says(&["foreign.pdf", "could not be read"]);
    assert!(!place.path("signed.pdf").exists());
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

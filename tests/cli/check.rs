//! `sohoa check`: bad scans are found without recognition.

use serde_json::Value;

use crate::Place;

fn page(place: &Place, name: &str, dpi: u32, change: impl Fn(&mut papers::Faults)) {
    let mut faults = papers::Faults::none(papers::Color::Rgb);
    change(&mut faults);
    let scan = papers::page(&papers::PageRequest { words: 300, dpi, faults, ..papers::PageRequest::new(5) }).unwrap();
    let quality = papers::faults::Jpeg { quality: 85, full_chroma: true };
    place.write(name, &papers::encode::jpeg(&scan.picture, quality, dpi, 0).unwrap());
}

#[test]
fn good_scans_pass_and_bad_ones_are_named_with_what_is_wrong() {
    let place = Place::new();
    page(&place, "good/a.jpg", 200, |_| {});
    place.sohoa(["check", "good"]).code(0).says(&["a.jpg", "tốt", "0 findings"]);
    page(&place, "bad/coarse.jpg", 120, |_| {});
    page(&place, "bad/blurred.jpg", 200, |faults| faults.blur = 3.0);
    page(&place, "bad/faint.jpg", 200, |faults| faults.contrast = 0.15);
    let ran = place.sohoa(["check", "bad"]).code(3);
    ran.says(&["chỉ 120 dpi, cần ít nhất 200 dpi", "nét chữ bị nhòe", "nét chữ rất mờ"]);
}

#[test]
fn papers_and_pages_that_the_list_names_and_that_are_not_there_are_told() {
    let place = Place::new();
    page(&place, "hs/don.jpg", 200, |_| {});
    place.write("hs/metadata.csv", "tệp,số trang\ndon.jpg,2\ngiay-khai-sinh.pdf,1\n".as_bytes());
    let ran = place.sohoa(["check", "hs", "--format", "json"]).code(3);
    let report: Value = serde_json::from_str(&ran.out()).unwrap();
    assert_eq!(report["missing"][0], "giay-khai-sinh.pdf");
    let finding = &report["documents"][0]["findings"][0];
    assert_eq!((finding["fault"].as_str(), finding["expected"].as_u64()), (Some("page-count"), Some(2)));
    assert_eq!(finding["weight"], "hold");
}

#[test]
fn a_file_that_cannot_be_read_is_a_failure_of_its_own() {
    let place = Place::new();
    page(&place, "hs/don.jpg", 200, |_| {});
    place.write("hs/broken.jpg", b"\xff\xd8\xff\xe0 and no more");
    place.sohoa(["check", "hs"]).code(1).says(&["broken.jpg", "hint", "tốt"]);
    place.sohoa(["check", "nowhere"]).code(4).says(&["nowhere"]);
}

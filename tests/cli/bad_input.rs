//! Bad input: each file is named with the fact and the next step, and the good one is still done.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::{OWNER, Place};

/// A PNG header that declares 20 000 × 20 000 pixels.
fn bomb() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR".to_vec();
    png.extend(20_000u32.to_be_bytes());
    png.extend(20_000u32.to_be_bytes());
    png.extend([8, 2, 0, 0, 0]);
    png.extend([0; 64]);
    png
}

/// A PDF of a thousand empty pages.
fn thousand_pages() -> Vec<u8> {
    let kids = (0..1000).map(|page| format!("{} 0 R", page + 3)).collect::<Vec<_>>().join(" ");
    let mut objects =
        vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned(), format!("<< /Type /Pages /Kids [{kids}] /Count 1000 >>")];
    objects.extend((0..1000).map(|_| "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".to_owned()));
    pdf(&objects, "")
}

/// A PDF that says it is encrypted.
fn encrypted() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".to_owned(),
        format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -3904 /O <{0}> /U <{0}> >>", "ab".repeat(32)),
    ];
    pdf(&objects, "/Encrypt 4 0 R /ID [<0102> <0102>]")
}

fn pdf(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut file = "%PDF-1.7\n".to_owned();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file += &format!("{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let start = file.len();
    file += &format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    file.extend(offsets.iter().map(|offset| format!("{offset:010} 00000 n \n")));
    file += &format!("trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    file.into_bytes()
}

#[test]
fn every_bad_file_is_named_and_the_good_one_is_done() {
    let place = Place::new();
    let good = place.letter("inbox/good.jpg");
    let jpeg = fs::read(&good).unwrap();
    place.write("inbox/truncated.jpg", &jpeg[..jpeg.len() / 3]);
    place.write("inbox/zero.jpg", b"");
    place.write("inbox/page.pdf", b"<!DOCTYPE html><html><body>404</body></html>");
    place.write("inbox/noise.tif", &[42; 500]);
    place.write("inbox/bomb.png", &bomb());
    place.write("inbox/long.pdf", &thousand_pages());
    place.write("inbox/locked.pdf", &encrypted());
    place.write("inbox/bad-metadata.jpg", &jpeg);
    place.write("inbox/bad-metadata.json", b"{\"ownr\": \"079203001234\"}");
    fs::create_dir_all(place.path("inbox/empty")).unwrap();
    let ran = place.run(&["--owner", OWNER, "--format", "json"]).code(1);
    let report: Value = serde_json::from_str(&ran.out()).unwrap();
    let rows = report["documents"].as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name} has a row"));
    assert_eq!(row("good.jpg")["outcome"], "deposited");
    for (name, fact) in [
        ("truncated.jpg", "truncated.jpg"),
        ("zero.jpg", "no bytes"),
        ("page.pdf", "HTML"),
        ("noise.tif", "noise.tif"),
        ("bomb.png", "200000000"),
        ("long.pdf", "more than 500 pages"),
        ("locked.pdf", "password"),
        ("bad-metadata.jpg", "ownr"),
        ("empty", "no scans"),
    ] {
        let row = row(name);
        assert_eq!(row["outcome"], "failed", "{row}");
        let error = row["error"].as_str().unwrap();
        assert!(error.contains(fact) || error.replace(' ', "").contains(fact), "{name}: {error}");
        assert!(row["hint"].is_string(), "{name} has a next step: {row}");
    }
}

#[test]
fn a_wrong_extension_does_not_matter() {
    let place = Place::new();
    let jpeg = fs::read(place.letter("qd.jpg")).unwrap();
    place.write("inbox/really-a-jpeg.pdf", &jpeg);
    place.run(&["--owner", OWNER]).code(0).says(&["1 deposited"]);
}

#[test]
fn a_folder_without_rights_is_named() {
    let place = Place::new();
    place.letter("inbox/good.jpg");
    place.letter("inbox/closed/qd.jpg");
    let closed = place.path("inbox/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = fs::read_dir(&closed).is_ok();
    let ran = place.run(&["--owner", OWNER]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    // Rights do not bind root, who runs the tests in many containers.
    if is_root {
        ran.code(0)
    } else {
        ran.code(1).says(&["closed", "chmod", "1 deposited"])
    };
}

//! Settings, keys, locks, exit codes, and the README's tables.

use std::fs;

use crate::{CLOCK, OWNER, Place};

#[test]
fn settings_show_where_each_value_came_from() {
    let place = Place::new();
    place.write("sohoa.toml", b"[ocr]\nlanguages = \"vie+eng\"\n");
    let shown = place.sohoa(["settings", "--workers", "2"]).code(0).out();
    let row = |name: &str| shown.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(row("ocr.languages").contains("vie+eng") && row("ocr.languages").ends_with("sohoa.toml"), "{shown}");
    assert!(row("run.workers").ends_with("flag --workers"), "{shown}");
    assert!(row("review.type-confidence").ends_with("default"), "{shown}");
}

#[test]
fn a_wrong_setting_is_refused_with_its_place() {
    let place = Place::new();
    place.write("sohoa.toml", b"[ocr]\nlanguage = \"vie\"\n");
    place.sohoa(["settings"]).code(2).says(&["sohoa.toml", "ocr.language", "sohoa settings"]);
    place.sohoa(["settings", "--config", "none.toml"]).code(2).says(&["none.toml"]);
    let place = Place::new();
    place.sohoa(["settings", "--workers", "none"]).code(2).says(&["run.workers", "flag --workers", "1 to 256"]);
    place.sohoa(["no-such-command"]).code(2);
}

#[test]
fn a_run_without_a_warehouse_or_an_inbox_says_what_to_give() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.sohoa(["run", "inbox"]).code(2).says(&["no warehouse is named", "--warehouse"]);
    place.sohoa(["run", "nowhere", "--warehouse", "warehouse"]).code(4).says(&["nowhere"]);
}

#[test]
fn a_missing_language_model_is_named_with_its_package() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.run(&["--languages", "xyz"]).code(5).says(&["xyz", "tesseract-ocr-xyz"]);
}

#[test]
fn an_expired_key_is_refused_before_any_work() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.sohoa(["keys", "demo", "keys", "--clock", CLOCK]).code(0).says(&["demo"]);
    place.sohoa(["keys", "demo", "keys", "--clock", CLOCK]).code(6).says(&["never overwritten"]);
    let late = ["run", "inbox", "--warehouse", "warehouse", "--clock", "2090-01-01T00:00:00+07:00"];
    let keys = ["--key", "keys/organization-key.pem", "--certificate", "keys/organization.pem"];
    place.sohoa(late.into_iter().chain(keys)).code(6).says(&["expired", "hint"]);
    assert_eq!(place.documents().len(), 0);
}

#[test]
fn a_warehouse_in_use_is_refused() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    fs::create_dir_all(place.path("warehouse")).unwrap();
    let lock = sohoa::base::files::Lock::try_take(&place.path("warehouse/run.lock")).unwrap();
    place.run(&["--owner", OWNER]).code(7).says(&["another sohoa process"]);
    drop(lock);
}

#[test]
fn a_warehouse_that_cannot_be_made_is_refused() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.write("warehouse", b"a file where a folder should be");
    place.run(&[]).code(7).says(&["warehouse"]);
}

#[test]
fn a_warehouse_inside_its_inbox_is_refused() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.sohoa(["run", "inbox", "--warehouse", "inbox/kho"]).code(2).says(&["inside each other"]);
    place.sohoa(["run", ".", "--warehouse", "warehouse"]).code(2).says(&["inside each other"]);
}

#[test]
fn the_doctor_finds_what_this_machine_has() {
    Place::new().sohoa(["doctor"]).code(0).says(&["Tesseract", "font"]);
}

#[test]
fn readme_and_help_list_the_same_exit_codes() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let help = Place::new().sohoa(["--help"]).code(0).out();
    let rows: Vec<&str> =
        help.lines().skip_while(|line| *line != "Exit codes:").skip(1).take_while(|line| !line.is_empty()).collect();
    assert_eq!(rows.len(), 12, "{help}");
    for row in rows {
        let (code, meaning) = row.trim().split_once("  ").unwrap();
        assert!(readme.contains(&format!("| {code} | {} |", meaning.trim())), "README lacks {row}");
    }
}

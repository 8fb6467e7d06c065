//! Stacks of papers in one file: separators, blank pages, and what becomes of both.

use std::fs;

use papers::faults::{Color, Conditions, Faults, Picture, scan};
use papers::fonts::Fonts;
use papers::separators;
use papers::sheet::{Sheet, Symbology};
use serde_json::Value;

use crate::{OWNER, Place};

const DPI: u32 = 200;

fn scanned(sheet: &Sheet) -> Picture {
    let family = Fonts::installed().unwrap().serif(0);
    let faults = Faults { noise: 2.0, ..Faults::none(Color::Gray) };
    scan(sheet, None, family, &Conditions { dpi: DPI, skew: 0.0, quarters: 0, faults, seed: 5 }).picture
}

fn letter(seed: u64) -> Picture {
    papers::page(&papers::PageRequest { words: 150, dpi: DPI, ..papers::PageRequest::new(seed) }).unwrap().picture
}

fn separator(text: &str) -> Picture {
    scanned(&separators::separator(Symbology::Qr, text, true, Fonts::installed().unwrap().serif(0)))
}

fn patch() -> Picture {
    scanned(&separators::patch("T", Fonts::installed().unwrap().serif(0)))
}

fn stack(place: &Place, pages: &[Picture]) {
    let mut pdf = papers::encode::Pdf::default();
    for page in pages {
        pdf.page(page, Faults::none(Color::Gray).jpeg, DPI, 0).unwrap();
    }
    place.write("inbox/stack.pdf", &pdf.finish());
}

pub(crate) fn report(place: &Place) -> Value {
    serde_json::from_str(&place.run(&["--owner", OWNER, "--format", "json"]).out()).unwrap()
}

fn names(report: &Value) -> Vec<&str> {
    report["documents"].as_array().unwrap().iter().map(|document| document["name"].as_str().unwrap()).collect()
}

#[test]
fn separators_and_blanks_are_set_aside_listed_and_kept() {
    let place = Place::new();
    stack(&place, &[letter(3), patch(), letter(4), scanned(&Sheet::default()), letter(5)]);
    let first = report(&place);
    assert_eq!(names(&first), ["stack.pdf, trang 1-1", "stack.pdf, trang 2-5"]);
    let aside = |n: usize| -> Vec<(u64, &str)> {
        let pages = first["documents"][n]["set_aside"].as_array().unwrap();
        pages.iter().map(|page| (page["page"].as_u64().unwrap(), page["reason"].as_str().unwrap())).collect()
    };
    assert_eq!((aside(0), aside(1)), (vec![], vec![(1, "patch-sheet"), (3, "blank")]));
    let again = report(&place);
    let identities = |report: &Value| -> Vec<Value> {
        report["documents"].as_array().unwrap().iter().map(|document| document["identity"].clone()).collect()
    };
    assert_eq!(identities(&again), identities(&first));
}

#[test]
fn a_separator_names_dossier_and_owner_and_metadata_that_disagree_hold() {
    let place = Place::new();
    let text = "SOHOA;dossier=H29.12-251103-0001;owner=079203001234;role=result";
    stack(&place, &[separator(text), letter(3)]);
    place.run(&[]).code(0).says(&["1 deposited"]);
    let record = place.documents()[0].with_file_name("record.json");
    let record: Value = serde_json::from_slice(&fs::read(record).unwrap()).unwrap();
    assert_eq!(record["dossier"], "H29.12-251103-0001");
    assert_eq!(record["origin"]["set_aside"][0]["reason"], "separator");
    assert!(place.documents()[0].with_file_name("source").join("stack.pdf").is_file());

    let place = Place::new();
    stack(&place, &[separator(text), letter(3)]);
    place.write("inbox/stack.json", br#"{"owner": "079203001234", "dossier": "H29.12-251103-0002"}"#);
    place.run(&[]).code(3);
    let list = place.sohoa(["review", "list", "--warehouse", "warehouse"]).out();
    let id = list.split_whitespace().next().unwrap();
    let show = place.sohoa(["review", "show", id, "--warehouse", "warehouse"]).code(0);
    show.says(&["H29.12-251103-0001", "H29.12-251103-0002"]);
}

#[test]
fn blank_pages_stay_where_the_settings_say_so() {
    let place = Place::new();
    stack(&place, &[letter(3), scanned(&Sheet::default())]);
    place.write("sohoa.toml", b"[intake]\nblank-pages = \"keep\"\n");
    assert!(report(&place)["documents"][0]["set_aside"].as_array().unwrap().is_empty());
}

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

fn review(place: &Place, more: &[&str]) -> crate::Ran {
    place.sohoa(["review"].iter().chain(more).chain(&["--warehouse", "warehouse", "--clock", crate::CLOCK]))
}

/// The name in the queue of what waits under this name.
#[track_caller]
fn waiting(place: &Place, name: &str) -> String {
    let list = review(place, &["list"]).out();
    let row = list.lines().find(|row| row.contains("waiting") && row.contains(name));
    row.unwrap_or_else(|| panic!("{name} does not wait:\n{list}")).split_whitespace().next().unwrap().to_owned()
}

#[test]
fn two_papers_in_one_file_are_held_and_divided_by_a_person() {
    let place = Place::new();
    stack(&place, &[letter(3), letter(4)]);
    place.run(&["--owner", OWNER]).code(3);
    let id = waiting(&place, "stack.pdf");
    review(&place, &["show", &id]).code(0).says(&["có thể là nhiều văn bản trong một tệp, bắt đầu từ trang 2"]);
    for at in ["1", "3", "2,2", "3,2", "9"] {
        let refused = review(&place, &["split", &id, "--at", at, "--by", "Lê Thị Cán"]).code(2);
        refused.says(&["cannot be divided at", "rising, from 2 to 2"]);
    }
    let split = ["split", &id, "--at", "2", "--by", "Lê Thị Cán"];
    review(&place, &split).code(3).says(&["trang 1-1: deposited in", "trang 2-2: held as"]);
    // The second may be another citizen's than the whole's; that all papers of the inbox are of one is said again.
    place.run(&["--owner", OWNER]).code(0).says(&["1 deposited"]);
    assert_eq!(place.documents().len(), 2);
    for document in place.documents() {
        let provenance = fs::read_to_string(document.with_file_name("provenance.json")).unwrap();
        assert!(provenance.contains("divided by Lê Thị Cán"), "{provenance}");
    }
    let kept = place.path(&format!("warehouse/queue/{id}/source/stack.pdf"));
    assert_eq!(fs::read(kept).unwrap(), fs::read(place.path("inbox/stack.pdf")).unwrap(), "the whole is kept");
    place.run(&["--owner", OWNER]).code(0).says(&["2 deposited before"]);
    review(&place, &split).code(2).says(&["was divided by Lê Thị Cán"]);
    review(&place, &["approve", &id, "--by", "Lê Thị Cán"]).code(2).says(&["was divided by"]);
    review(&place, &["join", &id]).code(2).says(&["cannot be joined again", "deposited"]);
}

#[test]
fn a_division_is_taken_back_while_its_parts_wait() {
    let place = Place::new();
    stack(&place, &[letter(3), letter(4), letter(5)]);
    place.run(&[]).code(3);
    let id = waiting(&place, "stack.pdf");
    review(&place, &["split", &id, "--at", "2,3", "--by", "Lê Thị Cán"]).code(3);
    for part in ["trang 1-1", "trang 2-2", "trang 3-3"] {
        waiting(&place, part);
    }
    let list = review(&place, &["list"]).out();
    assert!(!list.contains(&id), "the whole is no longer to be decided on:\n{list}");
    review(&place, &["join", &id]).code(0).says(&["waits as one document again"]);
    assert_eq!(review(&place, &["list"]).out().lines().count(), 1);
    place.run(&[]).code(3).says(&["1 held"]);
    review(&place, &["join", &id]).code(2).says(&["was not divided"]);
    review(&place, &["split", &id, "--at", "3", "--by", "Lê Thị Cán"]).code(3);
    waiting(&place, "trang 1-2");
    waiting(&place, "trang 3-3");
}

/// The code of an identity card, as its holder's number, name and day of birth make it.
const CARD: &str = "079190001234|280123456|Nguyễn Thị Thùy Dương|02031990|Nữ|Phường An Thạnh|14082021";

fn card() -> Picture {
    let family = Fonts::installed().unwrap().serif(0);
    scanned(&separators::card("079190001234", "Nguyễn Thị Thùy Dương", CARD, family))
}

#[test]
fn the_code_of_a_card_names_its_owner_with_its_place() {
    let place = Place::new();
    stack(&place, &[card()]);
    place.run(&[]).code(0).says(&["1 deposited"]);
    let record: Value =
        serde_json::from_slice(&fs::read(place.documents()[0].with_file_name("record.json")).unwrap()).unwrap();
    let (owner, name) = (&record["owner"]["found"], &record["owner"]["name"]);
    assert_eq!(
        (&owner["value"], &name["value"]),
        (&"079190001234".into(), &"Nguyễn Thị Thùy Dương".into()),
        "{record}"
    );
    for field in [owner, name] {
        let evidence = &field["evidence"];
        assert_eq!((&evidence["text"], &evidence["page"]), (&"QR".into(), &1.into()), "{record}");
        // The code lies right of the middle, near the top: left, top, right, bottom.
        let place: Vec<f64> = evidence["box"].as_array().unwrap().iter().map(|side| side.as_f64().unwrap()).collect();
        assert!(place[0] > 1000.0 && place[1] < 400.0 && place[2] < 1654.0, "{place:?}");
    }
}

#[test]
fn a_card_of_somebody_else_than_the_dossiers_owner_is_asked_about() {
    let place = Place::new();
    stack(&place, &[card()]);
    place.write("inbox/stack.json", format!(r#"{{"owner": "{OWNER}"}}"#).as_bytes());
    place.run(&[]).code(3);
    let id = waiting(&place, "stack.pdf");
    review(&place, &["show", &id]).code(0).says(&["số định danh chủ giấy tờ: các mã trên giấy khác nhau"]);
    assert!(place.documents().is_empty());
}

#[test]
fn commands_that_run_a_stage_alone_know_stacks_too() {
    let place = Place::new();
    stack(&place, &[letter(3), patch(), letter(4)]);
    let texts = place.sohoa(["ocr", "inbox/stack.pdf", "--format", "json"]).code(0).out();
    let names: Vec<Value> =
        texts.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["name"].take()).collect();
    assert_eq!(names, ["stack.pdf, trang 1-1", "stack.pdf, trang 2-3"]);
    let pdfa = ["pdfa", "inbox/stack.pdf", "-o", "out.pdf", "--agency", "UBND phường Thử"];
    place.sohoa(pdfa).code(4).says(&["stack.pdf is a stack of 2 documents", "sohoa run"]);
}

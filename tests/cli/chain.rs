//! `sohoa run` and `sohoa review`.

use std::fs;

use serde_json::Value;

use crate::stacks::report;
use crate::{CLOCK, OWNER, Place};

#[test]
fn a_scan_becomes_a_signed_document_and_a_second_run_changes_nothing() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.run(&["--owner", OWNER]).code(0).says(&["1 deposited", "DEMO keys", "report.html"]);
    let [document] = &place.documents()[..] else { panic!("one document") };
    let before = fs::read(document).unwrap();
    place.run(&["--owner", OWNER]).code(0).says(&["1 deposited before"]);
    assert_eq!(place.documents().len(), 1);
    assert_eq!(fs::read(document).unwrap(), before);
    let keys = ["--trust", "warehouse/demo-keys/root.pem", "--crl", "warehouse/demo-keys/root.crl"];
    let verified = ["verify", document.to_str().unwrap(), "--crl", "warehouse/demo-keys/issuing.crl", "--clock", CLOCK];
    place.sohoa(verified.into_iter().chain(keys)).code(0).says(&["PAdES B-T", "the whole file"]);
}

#[test]
fn metadata_beside_a_document_give_its_owner() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.write("inbox/qd.json", br#"{"owner": "079203001234", "dossier": "H29.12-251103-0001", "role": "result"}"#);
    place.run(&[]).code(0).says(&["1 deposited"]);
    let record = place.documents()[0].with_file_name("record.json");
    let record: Value = serde_json::from_slice(&fs::read(record).unwrap()).unwrap();
    assert!(record.to_string().contains("H29.12-251103-0001"));
}

#[test]
fn an_unknown_owner_holds_the_document_until_a_person_names_one() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.run(&[]).code(3).says(&["1 held for a person"]);
    assert_eq!(place.documents().len(), 0);
    let list = place.sohoa(["review", "list", "--warehouse", "warehouse"]).code(0).says(&["waiting", "qd.jpg"]).out();
    let id = list.split_whitespace().next().unwrap().to_owned();
    let show = ["review", "show", &id, "--warehouse", "warehouse"];
    place.sohoa(show).code(0).says(&["chưa rõ chủ giấy tờ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]);
    place.run(&[]).code(3);
    let approve = |owner: &str| {
        let set = format!("owner={owner}");
        place.sohoa([
            "review",
            "approve",
            &id,
            "--by",
            "Trần Thị Duyệt",
            "--set",
            &set,
            "--warehouse",
            "warehouse",
            "--clock",
            CLOCK,
        ])
    };
    approve("123").code(2).says(&["owner"]);
    approve(OWNER).code(0).says(&["deposited in"]);
    assert_eq!(place.documents().len(), 1);
    place.sohoa(["review", "list", "--warehouse", "warehouse"]).code(0).says(&["nothing is held"]);
    place.run(&[]).code(0).says(&["1 deposited before"]);
}

#[test]
fn an_approval_must_say_whose_paper_it_is_and_can_be_mended() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.run(&[]).code(3);
    let list = place.sohoa(["review", "list", "--warehouse", "warehouse"]).out();
    let id = list.split_whitespace().next().unwrap().to_owned();
    let approve = ["review", "approve", &id, "--by", "Trần Thị Duyệt", "--warehouse", "warehouse", "--clock", CLOCK];
    place.sohoa(approve).code(2).says(&["whose paper", "--set owner="]);
    // The key is refused after the approval: nothing is lost, and a second approval replaces the first.
    let late = ["--set", "owner=079203001234", "--key", "none.pem", "--certificate", "none.pem"];
    place.sohoa(approve.into_iter().chain(late)).code(6).says(&["is approved and waits"]);
    place.sohoa(approve.into_iter().chain(["--set", "owner=079203001235"])).code(0).says(&["deposited in"]);
    assert_eq!(place.documents().len(), 1);
}

#[test]
fn what_the_office_says_later_is_screened_without_reading_the_pages_again() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.run(&[]).code(3);
    let id = held(&place);
    place.write("inbox/qd.json", br#"{"owner_name": "Nguy\u1ec5n Th\u1ecb B\u00ecnh"}"#);
    place.run(&[]).code(3).says(&["1 held"]);
    let show = ["review", "show", &id, "--warehouse", "warehouse"];
    place.sohoa(show).code(0).says(&["Nguyễn Thị Bình", "chưa rõ chủ giấy tờ"]);
    place.write("inbox/qd.json", br#"{"owner": "079203001234"}"#);
    let report: Value = serde_json::from_str(&place.run(&["--format", "json"]).code(0).out()).unwrap();
    let row = &report["documents"][0];
    assert_eq!((&row["outcome"], &row["identity"].as_str().unwrap()[..16]), (&"deposited".into(), &*id));
    assert_eq!(row["stage_seconds"][2], serde_json::json!(["ocr", 0.0]));
    assert_eq!(place.documents().len(), 1);
    place.sohoa(["review", "list", "--all", "--warehouse", "warehouse"]).code(0).says(&["nothing is held"]);
}

#[test]
fn what_a_person_approved_stands_whatever_the_office_says_later() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.run(&[]).code(3);
    let id = held(&place);
    let approve = ["review", "approve", &id, "--by", "Trần Thị Duyệt", "--set", "owner=079203001234"];
    let late = ["--warehouse", "warehouse", "--clock", CLOCK, "--key", "none.pem", "--certificate", "none.pem"];
    place.sohoa(approve.into_iter().chain(late)).code(6);
    place.write("inbox/qd.json", br#"{"owner_name": "Someone Else"}"#);
    place.run(&[]).code(0);
    assert_eq!(place.documents().len(), 1);
    let record = fs::read_to_string(place.documents()[0].with_file_name("record.json")).unwrap();
    assert!(record.contains("Trần Thị Duyệt") && record.contains(OWNER), "{record}");
}

#[test]
fn a_dossier_named_later_supersedes_what_was_held_without_it() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.run(&[]).code(3);
    let before = held(&place);
    place.write("inbox/qd.json", br#"{"dossier": "H29.12-251103-0001"}"#);
    place.run(&[]).code(3).says(&["1 held"]);
    let now = held(&place);
    assert_ne!(before, now);
    let list = place.sohoa(["review", "list", "--all", "--warehouse", "warehouse"]).code(0).out();
    assert!(list.lines().any(|line| line.starts_with(&before) && line.contains("superseded")), "{list}");
    place.sohoa(["review", "show", &before, "--warehouse", "warehouse"]).code(0).says(&["superseded", &now]);
    let approve = |id: &str| {
        let set = ["--by", "Trần Thị Duyệt", "--set", "owner=079203001234"];
        place.sohoa(["review", "approve", id, "--warehouse", "warehouse", "--clock", CLOCK].into_iter().chain(set))
    };
    approve(&before).code(2).says(&["was superseded", &now]);
    approve(&now).code(0).says(&["deposited in"]);
    place.run(&[]).code(0).says(&["1 deposited before"]);
    assert_eq!(place.documents().len(), 1);
    assert!(place.path("warehouse/queue").join(&before).join("source/qd.jpg").is_file());
}

#[test]
fn a_dossier_taken_back_lets_the_document_wait_again() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.run(&[]).code(3);
    let before = held(&place);
    let metadata = place.write("inbox/qd.json", br#"{"dossier": "H29.12-251103-0001"}"#);
    place.run(&[]).code(3);
    fs::remove_file(metadata).unwrap();
    place.run(&[]).code(3);
    let list = place.sohoa(["review", "list", "--warehouse", "warehouse"]).code(0).out();
    assert!(list.lines().any(|line| line.starts_with(&before) && line.contains("waiting")), "{list}");
}

/// The name of the one document that is held.
fn held(place: &Place) -> String {
    let list = place.sohoa(["review", "list", "--warehouse", "warehouse"]).code(0).out();
    assert_eq!(list.lines().count(), 1, "{list}");
    list.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a_document_that_a_killed_run_left_complete_is_put_in_place_though_its_scan_is_gone() {
    let place = Place::new();
    let scan = place.letter("inbox/qd.jpg");
    let (queue, kept) = (place.path("warehouse/queue"), place.path("kept"));
    place.run(&[]).code(3);
    let id = held(&place);
    let approve = ["review", "approve", &id, "--by", "Trần Thị Duyệt", "--set", "owner=079203001234"];
    let late = ["--warehouse", "warehouse", "--clock", CLOCK, "--key", "none.pem", "--certificate", "none.pem"];
    place.sohoa(approve.into_iter().chain(late)).code(6);
    crate::copy(&queue.join(&id), &kept);
    place.run(&[]).code(0);
    let document = place.documents().remove(0);
    // As a process leaves it that was killed before its last rename: approved, complete in staging, journaled nowhere.
    let object = document.ancestors().nth(3).unwrap();
    let urn = object.file_name().unwrap().to_str().unwrap().replace("%3a", ":");
    let ready = format!("{}.ready", urn.trim_start_matches("urn:vn-kho:").replace(':', "."));
    fs::rename(object, place.path("warehouse/staging").join(ready)).unwrap();
    fs::rename(kept, queue.join(&id)).unwrap();
    for file in ["catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"] {
        drop(fs::remove_file(place.path("warehouse").join(file)));
    }
    fs::rename(scan, place.path("away.jpg")).unwrap();
    place.write("inbox/broken.pdf", b"%PDF-1.4\nnothing more");
    let report: Value = serde_json::from_str(&place.run(&["--format", "json"]).code(1).out()).unwrap();
    let row = report["documents"].as_array().unwrap().iter().find(|row| row["name"] == "qd.jpg").unwrap();
    assert_eq!((&row["outcome"], &row["receipt"]["urn"]), (&"deposited".into(), &Value::from(urn.as_str())));
    assert_eq!(place.documents(), [document]);
    assert!(!queue.join(&id).exists());
    assert_is_known(&place, row);
}

#[test]
fn a_document_in_place_that_a_killed_run_told_nobody_of_is_made_known() {
    let place = Place::new();
    let scan = place.letter("inbox/qd.jpg");
    let first = place.run(&["--owner", OWNER, "--format", "json"]).code(0).out();
    let first: Value = serde_json::from_str(&first).unwrap();
    let catalog = rusqlite::Connection::open(place.path("warehouse/catalog.sqlite")).unwrap();
    catalog.execute_batch("DELETE FROM words; DELETE FROM documents; UPDATE jobs SET state = 'started'").unwrap();
    drop(catalog);
    fs::rename(scan, place.path("away.jpg")).unwrap();
    place.write("inbox/broken.pdf", b"%PDF-1.4\nnothing more");
    place.run(&[]).code(1).says(&["1 deposited"]);
    assert_is_known(&place, &first["documents"][0]);
    // It is told once.
    let again = place.run(&[]).code(1).out();
    assert!(!again.contains("deposited"), "{again}");
}

/// Index and journal have the document of a row of the report.
fn assert_is_known(place: &Place, row: &Value) {
    let catalog = sohoa::catalog::Catalog::open(&place.path("warehouse")).unwrap();
    let found = catalog.search(&sohoa::catalog::Query::default()).unwrap();
    assert_eq!(found.rows.iter().map(|row| row.urn.as_str()).collect::<Vec<_>>(), [&row["receipt"]["urn"]]);
    let identity = sohoa::intake::Identity(row["identity"].as_str().unwrap().parse().unwrap());
    let job = catalog.jobs().state(identity).unwrap().unwrap();
    assert_eq!(
        (job.state, job.urn.as_deref()),
        (sohoa::catalog::jobs::State::Deposited, row["receipt"]["urn"].as_str())
    );
}

#[test]
fn a_damaged_entry_of_the_queue_is_named_and_the_others_go_on() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.run(&[]).code(3);
    let id = held(&place);
    let broken = place.path("warehouse/queue").join(&id).join("decision.json");
    fs::write(&broken, b"{\"approve\"").unwrap();
    // Another one, without its findings at all.
    fs::create_dir_all(place.path("warehouse/queue/0123456789abcdef")).unwrap();
    place.letter_png("inbox/second.png", 300);
    let ran = place.run(&["--format", "json"]).code(1);
    let report: Value = serde_json::from_str(&ran.out()).unwrap();
    let rows: Vec<(&str, &str)> = report["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["name"].as_str().unwrap(), row["outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(rows, [("qd.jpg", "failed"), ("second.png", "held"), ("queue/0123456789abcdef", "failed")]);
    assert!(ran.out().contains("held.json is damaged: it is missing") && ran.out().contains("run those again"));
    let list = place.sohoa(["review", "list", "--warehouse", "warehouse"]).code(1);
    let list = list.says(&["2 of the entries cannot be read", "hint: move", "decision.json is damaged"]).out();
    let states: Vec<&str> = list.lines().map(|line| line.split_whitespace().nth(1).unwrap()).collect();
    assert_eq!(states, ["waiting", "damaged", "damaged"]);
    fs::remove_file(broken).unwrap();
    fs::remove_dir_all(place.path("warehouse/queue/0123456789abcdef")).unwrap();
    place.run(&[]).code(3).says(&["2 held"]);
}

#[test]
fn the_same_paper_twice_in_an_inbox_is_one_document() {
    let place = Place::new();
    place.letter("inbox/a.jpg");
    place.letter("inbox/b.jpg");
    place.run(&["--owner", OWNER]).code(0);
    assert_eq!(place.documents().len(), 1);
    // The same pages of another owner are another deposit.
    place.run(&["--owner", "079203001235"]).code(0);
    assert_eq!(place.documents().len(), 2);
}

#[test]
fn a_rejected_document_is_set_aside_and_not_asked_about_again() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.run(&[]).code(3);
    let list = place.sohoa(["review", "list", "--warehouse", "warehouse"]).out();
    let id = list.split_whitespace().next().unwrap().to_owned();
    let reject = ["review", "reject", &id, "--by", "Lê Văn Soát", "--reason", "scan lại", "--warehouse", "warehouse"];
    place.sohoa(reject).code(0);
    assert!(place.path("warehouse/queue/rejected").join(&id).join("source/qd.jpg").is_file());
    place.run(&[]).code(0).says(&["1 rejected before"]);
    place
        .sohoa(["review", "show", "000000000000", "--warehouse", "warehouse"])
        .code(2)
        .says(&["no held document", "review list"]);
}

#[test]
fn the_machine_readable_report_has_a_row_for_every_file() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.write("inbox/broken.pdf", b"%PDF-1.4\nnothing more");
    place.write("inbox/notes.txt", b"not a scan");
    let ran = place.run(&["--owner", OWNER, "--format", "json"]).code(1);
    let report: Value = serde_json::from_str(&ran.out()).unwrap();
    assert_eq!(report["schema"], "sohoa-batch-report");
    assert_eq!(report["counts"]["deposited"], 1);
    assert_eq!(report["counts"]["failed"], 1);
    assert_eq!(report["left"][0]["name"], "notes.txt");
    let failed = report["documents"].as_array().unwrap().iter().find(|row| row["outcome"] == "failed").unwrap();
    assert!(failed["error"].as_str().unwrap().contains("broken.pdf"));
    let html = fs::read_to_string(place.path("warehouse/reports/2026-11-03T09-15-22+07-00/report.html")).unwrap();
    assert!(html.contains("Báo cáo số hóa") && html.contains("broken.pdf") && !html.contains("http://"));
}

#[test]
fn what_was_odd_about_an_input_stands_in_the_reports_and_in_its_history() {
    let place = Place::new();
    place.letter_png("inbox/qd.tif", 1);
    let ran = place.run(&["--owner", OWNER, "--format", "json"]).code(0);
    let report: Value = serde_json::from_str(&ran.out()).unwrap();
    let notes = report["documents"][0]["notes"].as_array().unwrap();
    assert_eq!((&notes[0]["note"], &notes[1]["note"]), (&"misleading-name".into(), &"resolution-assumed".into()));
    assert!(notes[0]["text"].as_str().unwrap().contains("nội dung là image/png"), "{notes:?}");
    let html = fs::read_to_string(place.path("warehouse/reports/2026-11-03T09-15-22+07-00/report.html")).unwrap();
    assert!(html.contains("Lưu ý khi tiếp nhận") && html.contains("trang 1: tệp không ghi độ phân giải"), "{html}");
    let history = fs::read_to_string(place.documents()[0].with_file_name("provenance.json")).unwrap();
    assert!(history.contains("is image/png whatever its name says"), "{history}");
    assert!(history.contains("no resolution that can be is stated"), "{history}");
}

#[test]
fn one_or_two_workers_give_the_same_bytes_up_to_the_signature() {
    let place = Place::new();
    papers::Inbox::write(&place.path("."), 5, 3, &papers::Profile::Clean).unwrap();
    place.sohoa(["keys", "demo", "keys", "--clock", CLOCK]).code(0);
    let run = |warehouse: &str, workers: &str| {
        let folder = place.path(warehouse);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("site.key"), [7; 32]).unwrap();
        let keys = ["--key", "keys/organization-key.pem", "--certificate", "keys/organization.pem"];
        let fixed =
            ["run", "inbox", "--warehouse", warehouse, "--workers", workers, "--clock", CLOCK, "--owner", OWNER];
        let ran = place.sohoa(fixed.into_iter().chain(keys));
        assert!([Some(0), Some(3)].contains(&ran.0.status.code()), "{}", ran.err());
        contents(&folder)
    };
    let (one, two) = (run("one", "1"), run("two", "2"));
    assert!(one.len() >= 4, "{one:?}");
    assert_eq!(one, two);
}

/// Every file of the store and the queue, the PDF only up to its first end-of-file mark.
fn contents(warehouse: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for part in ["kho", "queue"] {
        let mut found = Vec::new();
        crate::collect(&warehouse.join(part), &mut found);
        files.extend(found);
    }
    files.sort();
    // Inventories hold digests of signed bytes.
    files.retain(|path| !path.to_string_lossy().contains("inventory.json"));
    files
        .into_iter()
        .map(|path| {
            let mut bytes = fs::read(&path).unwrap();
            if path.ends_with("document.pdf") {
                let end = bytes.windows(5).position(|window| window == b"%%EOF").unwrap();
                bytes.truncate(end);
            }
            let is_record = path.ends_with("record.json") || path.ends_with("provenance.json");
            if is_record {
                bytes = without_signature(&bytes);
            }
            (path.strip_prefix(warehouse).unwrap().display().to_string(), bytes)
        })
        .collect()
}

/// Lines that speak of the signed bytes.
fn without_signature(json: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(json.to_vec()).unwrap();
    let about_signed = |line: &&str| !["\"sha256\"", "\"sha512\"", "\"bytes\""].iter().any(|key| line.contains(key));
    text.lines().filter(about_signed).collect::<Vec<_>>().join("\n").into_bytes()
}

/// A file may be larger than its input by the words of its pages, the metadata and the signature, not by its pictures; where a
/// picture had to be encoded anew, its row says so.
#[test]
fn nothing_goes_out_larger_without_a_reason() {
    const ADDED: u64 = 64 << 10;
    const ADDED_A_PAGE: u64 = 8 << 10;
    for pictures in ["layers", "checked-layers", "archive"] {
        let place = Place::new();
        place.letter("inbox/a.jpg");
        place.letter_png("inbox/b.png", 200);
        place.run(&["--owner", OWNER, "--pictures", pictures]);
        let report = report(&place);
        assert!(!place.documents().is_empty());
        for document in report["documents"].as_array().unwrap() {
            let pages = document["pages"].as_array().unwrap();
            for page in pages {
                let bytes = |picture: &Value| picture["bytes"].as_u64().unwrap();
                let went: u64 = page["record"]["went"]["pictures"].as_array().unwrap().iter().map(bytes).sum();
                assert!(went <= bytes(&page["record"]["came"]), "{pictures}: {page}");
            }
            if let Some(went) = document["bytes_out"].as_u64()
                && pages.iter().all(|page| page["picture"] == "passed-through")
            {
                let most = document["bytes_in"].as_u64().unwrap() + ADDED + ADDED_A_PAGE * pages.len() as u64;
                assert!(went < most, "{pictures}: {document}");
            }
        }
    }
}

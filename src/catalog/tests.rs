//! The catalog against a store: live rows, rebuilt rows, searches, jobs.

use std::fs;
use std::path::Path;

use super::jobs::{Outcome, State};
use super::{Catalog, Page, Query, Row};
use crate::base::time::Date;
use crate::base::units::PageNumber;
use crate::deposit::Warehouse;
use crate::deposit::samples::{Sample, moment, warehouse};

const ANNA: &str = "079199000001";
const BINH: &str = "0312345673";

fn filled() -> (tempfile::TempDir, Warehouse, Catalog) {
    let (folder, warehouse) = warehouse();
    let catalog = Catalog::open(warehouse.path()).expect("opened");
    for number in 1..=5 {
        deposit(&warehouse, &catalog, ANNA, number);
    }
    deposit(&warehouse, &catalog, BINH, 6);
    (folder, warehouse, catalog)
}

fn deposit(warehouse: &Warehouse, catalog: &Catalog, owner: &str, number: u32) {
    let receipt = Sample::new(owner, number, "a").deposit(warehouse).expect("deposited");
    catalog.add(&warehouse.read(&receipt.urn).expect("read")).expect("added");
}

fn all(catalog: &Catalog) -> Vec<Row> {
    catalog.search(&Query { page: Page { offset: 0, limit: 1000 }, ..Query::default() }).expect("searched").rows
}

/// Every word of the index with its document, in a form that does not depend on row numbers.
fn index(catalog: &Catalog) -> Vec<(String, String, i64, String)> {
    let connection = catalog.connection();
    connection
        .execute_batch("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, words, instance)")
        .expect("made");
    let sql = "SELECT term, col, offset, urn FROM terms JOIN documents ON id = doc ORDER BY 1, 2, 3, 4";
    let mut statement = connection.prepare(sql).expect("valid");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
    rows.expect("read").collect::<rusqlite::Result<_>>().expect("read")
}

#[test]
fn documents_are_found_by_what_is_known_of_them() {
    let (_folder, warehouse, catalog) = filled();
    let total = |query: Query| catalog.search(&query).expect("searched").total;
    let text = |text: &str| Some(text.to_owned());
    let anna = warehouse.owner_token(&ANNA.parse().expect("a number"));
    assert_eq!(total(Query::default()), 6);
    assert_eq!(total(Query { owner: Some(anna), ..Query::default() }), 5);
    assert_eq!(total(Query { number: text(" 3/2025-ks"), ..Query::default() }), 1);
    assert_eq!(total(Query { dossier: text("H29.12-251103-0001"), ..Query::default() }), 6);
    assert_eq!(total(Query { document_type: text("GKS"), ..Query::default() }), 0);
    let (from, to) = (Date::new(2025, 11, 3), Date::new(2025, 11, 5));
    assert_eq!(total(Query { issued_from: from, issued_to: to, ..Query::default() }), 3);
    for issuer in ["da nang", "Đà Nẵng", "BINH MINH phuong"] {
        assert_eq!(total(Query { issuer: text(issuer), ..Query::default() }), 6, "{issuer}");
    }
    assert_eq!(total(Query { issuer: text("khai sinh"), ..Query::default() }), 0);
}

#[test]
fn words_are_found_with_and_without_accents() {
    let (_folder, _warehouse, catalog) = filled();
    for (words, expected) in [
        ("giấy khai sinh", 6),
        ("GIAY khai sinh", 6),
        ("giầy khai sinh", 0),
        ("tran thi dao", 6),
        ("trần thị đào", 6),
        ("Trần Thị Dào", 0),
        ("4/2025-KS", 1),
        ("\"khai* OR - )", 0),
        (" - ", 6),
    ] {
        let query = Query { words: Some(words.to_owned()), ..Query::default() };
        assert_eq!(catalog.search(&query).expect("searched").total, expected, "{words}");
    }
}

#[test]
fn an_answer_comes_in_parts() {
    let (_folder, _warehouse, catalog) = filled();
    let part = |offset| {
        let found = catalog.search(&Query { page: Page { offset, limit: 4 }, ..Query::default() }).expect("searched");
        assert_eq!(found.total, 6);
        found.rows
    };
    let parts = [part(0), part(4)];
    assert_eq!((parts[0].len(), parts[1].len(), part(8).len()), (4, 2, 0));
    assert_eq!(parts.concat(), all(&catalog));
}

/// No file of the catalog has an owner's number in any form.
#[test]
fn no_owners_number_is_kept() {
    let (_folder, warehouse, catalog) = filled();
    assert!(all(&catalog).iter().any(|row| row.owner_masked == "079*****0001"));
    let query = Query { words: Some(ANNA.to_owned()), ..Query::default() };
    assert_eq!(catalog.search(&query).expect("searched").total, 0);
    drop(catalog);
    for file in ["catalog.sqlite", "catalog.sqlite-wal"] {
        let bytes = fs::read(warehouse.path().join(file)).unwrap_or_default();
        assert!(!bytes.windows(ANNA.len()).any(|window| window == ANNA.as_bytes()), "{file}");
    }
}

#[test]
fn a_rebuilt_catalog_equals_the_live_one() {
    let (_folder, warehouse, catalog) = filled();
    // What is added twice is there once.
    deposit(&warehouse, &catalog, ANNA, 2);
    let live = (all(&catalog), index(&catalog));
    assert_eq!(live.0.len(), 6);
    assert!(live.1.len() > 100);
    let rebuilt = catalog.rebuild(&warehouse).expect("rebuilt");
    assert_eq!((rebuilt.documents, rebuilt.removed, rebuilt.unreadable.len()), (6, 0, 0));
    assert_eq!((all(&catalog), index(&catalog)), live);
    drop(catalog);
    for file in ["catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"] {
        drop(fs::remove_file(warehouse.path().join(file)));
    }
    let catalog = Catalog::open(warehouse.path()).expect("made");
    assert_eq!(all(&catalog), []);
    catalog.rebuild(&warehouse).expect("rebuilt");
    assert_eq!((all(&catalog), index(&catalog)), live);
}

#[test]
fn a_rebuild_drops_what_is_gone_and_names_what_is_unreadable() {
    let (_folder, warehouse, catalog) = filled();
    let rows = all(&catalog);
    fs::remove_dir_all(warehouse.path().join(&rows[0].path)).expect("removed");
    fs::write(warehouse.path().join(&rows[1].path).join("v1/content/record.json"), "{}").expect("altered");
    let rebuilt = catalog.rebuild(&warehouse).expect("rebuilt");
    assert_eq!((rebuilt.documents, rebuilt.removed, rebuilt.unreadable.len()), (4, 1, 1));
    assert!(rebuilt.unreadable[0].hint().is_some());
    // The altered one keeps its row: it is damaged, not gone.
    assert_eq!(all(&catalog).len(), 5);
}

#[test]
fn a_job_remembers_what_crashed() {
    let (_folder, warehouse) = warehouse();
    let identity = Sample::new(ANNA, 1, "a").identity();
    let (first, second) = (PageNumber::at_index(0), PageNumber::at_index(1));
    {
        let catalog = Catalog::open(warehouse.path()).expect("opened");
        let jobs = catalog.jobs();
        assert_eq!(jobs.state(identity).expect("read"), None);
        let job = jobs.begin(identity, "hộp 1/1.tif", moment()).expect("begun");
        assert_eq!((job.state, job.attempts, job.crashes.len()), (State::Started, 1, 0));
        assert_eq!(jobs.page_crashed(identity, second).expect("counted"), 1);
    }
    let catalog = Catalog::open(warehouse.path()).expect("opened again");
    let jobs = catalog.jobs();
    let job = jobs.begin(identity, "hộp 1/1.tif", moment()).expect("begun again");
    assert_eq!((job.attempts, job.crashes), (2, [(second, 1)].into()));
    assert_eq!(jobs.page_crashed(identity, second).expect("counted"), 2);
    let crashes = |page| jobs.page_crashes(identity, page).expect("read");
    assert_eq!((crashes(second), crashes(first)), (2, 0));
}

#[test]
fn a_job_ends_and_may_begin_again() {
    let (_folder, warehouse) = warehouse();
    let catalog = Catalog::open(warehouse.path()).expect("opened");
    let jobs = catalog.jobs();
    let identity = Sample::new(ANNA, 1, "a").identity();
    let held = Outcome::Held { reason: "chưa rõ chủ giấy tờ".into() };
    assert!(jobs.finish(identity, &held, moment()).is_err());
    jobs.begin(identity, "a", moment()).expect("begun");
    jobs.finish(identity, &held, moment()).expect("finished");
    let job = jobs.state(identity).expect("read").expect("there");
    assert_eq!((job.state, job.reason.as_deref()), (State::Held, Some("chưa rõ chủ giấy tờ")));
    assert_eq!(jobs.begin(identity, "a", moment()).expect("begun again").reason, None);
    jobs.finish(identity, &Outcome::Deposited { urn: "urn:vn-kho:a:b".into() }, moment()).expect("finished");
    let done = jobs.begin(identity, "a", moment().plus_seconds(9)).expect("left alone");
    assert_eq!((done.state, done.attempts, done.changed), (State::Deposited, 2, moment()));
    assert_eq!(jobs.all().expect("read"), [done]);
}

#[test]
fn jobs_are_found_by_name_and_crashes_counted_also_in_a_catalog_of_before() {
    let (_folder, warehouse) = warehouse();
    let path = warehouse.path().join("catalog.sqlite");
    drop(Catalog::open(warehouse.path()).expect("made"));
    let before = rusqlite::Connection::open(&path).expect("opened");
    let version_1 = "DROP INDEX jobs_by_name;
        ALTER TABLE job_pages ADD COLUMN running INTEGER NOT NULL DEFAULT 0;
        INSERT INTO job_pages VALUES ('a', 1, 0, 1), ('a', 2, 1, 0);
        PRAGMA user_version = 1;";
    before.execute_batch(version_1).expect("taken back");
    drop(before);
    let catalog = Catalog::open(warehouse.path()).expect("brought up");
    let identity = Sample::new(ANNA, 1, "a").identity();
    catalog.jobs().begin(identity, "a.pdf", moment()).expect("begun");
    assert_eq!(catalog.jobs().named("a.pdf").expect("read"), [identity]);
    assert_eq!(catalog.jobs().named("b.pdf").expect("read"), []);
    assert_eq!(catalog.jobs().page_crashed(identity, PageNumber::at_index(0)).expect("counted"), 1);
    let rows = catalog.connection().query_row("SELECT count(*) FROM job_pages", [], |row| row.get(0));
    assert_eq!(rows, Ok(2));
    drop(catalog);
    Catalog::open(warehouse.path()).expect("opened once more");
}

/// Connections of their own, as other processes have them: nobody is refused, nothing is lost.
#[test]
fn many_write_at_once() {
    let (_folder, warehouse) = warehouse();
    let path: &Path = warehouse.path();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            scope.spawn(move || {
                let catalog = Catalog::open(path).expect("opened");
                for number in 0..20 {
                    let identity = Sample::new(ANNA, writer * 100 + number, "a").identity();
                    catalog.jobs().begin(identity, &format!("{writer}-{number}"), moment()).expect("begun");
                }
            });
        }
    });
    assert_eq!(Catalog::open(path).expect("opened").jobs().all().expect("read").len(), 160);
}

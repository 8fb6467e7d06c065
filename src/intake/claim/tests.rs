//! Inboxes in which somebody else is at work.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::*;
use crate::base::writers::Writers;
use crate::intake::settle::{Looks, WAIT_FOR_OTHER_SIDE};
use crate::intake::{Options, discover};

fn inbox() -> (TempDir, Claims) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let claims = Claims::open(folder.path()).expect("opened");
    (folder, claims)
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("has one")).expect("made");
    fs::write(path, bytes).expect("written");
}

/// The names that one more look finds settled.
fn look(looks: &mut Looks, folder: &Path) -> Vec<Settled> {
    look_later(looks, folder, Duration::ZERO)
}

fn look_later(looks: &mut Looks, folder: &Path, later: Duration) -> Vec<Settled> {
    let found = discover(folder, &Options::default()).map_or(Vec::new(), |found| found.candidates);
    looks.settled(found, &Writers::now(), Instant::now() + later)
}

fn names(settled: &[Settled]) -> Vec<&str> {
    settled.iter().map(|settled| settled.candidate.name.as_str()).collect()
}

#[test]
fn a_file_is_settled_when_two_looks_agree_and_nobody_writes_it() {
    let (folder, _) = inbox();
    let mut looks = Looks::default();
    put(folder.path(), "a.pdf", b"%PDF-1.4");
    assert!(look(&mut looks, folder.path()).is_empty());
    let mut slow = OpenOptions::new().append(true).open(folder.path().join("a.pdf")).expect("opened");
    assert!(look(&mut looks, folder.path()).is_empty(), "somebody writes it");
    slow.write_all(b"more").expect("written");
    assert!(look(&mut looks, folder.path()).is_empty(), "it grew");
    drop(slow);
    assert_eq!(names(&look(&mut looks, folder.path())), ["a.pdf"]);
}

#[test]
fn a_folder_of_pages_settles_as_a_whole() {
    let (folder, _) = inbox();
    let mut looks = Looks::default();
    put(folder.path(), "hs/1.jpg", b"\xff\xd8\xff one");
    assert!(look(&mut looks, folder.path()).is_empty());
    put(folder.path(), "hs/2.jpg", b"\xff\xd8\xff two");
    assert!(look(&mut looks, folder.path()).is_empty());
    put(folder.path(), "hs/3.jpg.part", b"\xff\xd8\xff thr");
    assert!(look(&mut looks, folder.path()).is_empty());
    assert!(look(&mut looks, folder.path()).is_empty(), "a page is on its way");
    fs::rename(folder.path().join("hs/3.jpg.part"), folder.path().join("hs/3.jpg")).expect("renamed");
    assert!(look(&mut looks, folder.path()).is_empty());
    assert_eq!(names(&look(&mut looks, folder.path())), ["hs"]);
}

#[test]
fn a_document_is_claimed_once_with_its_metadata() {
    let (folder, claims) = inbox();
    let mut looks = Looks::default();
    put(folder.path(), "xa/a.pdf", b"%PDF-1.4");
    put(folder.path(), "xa/b.pdf", b"%PDF-1.4 b");
    put(folder.path(), "xa/a.json", b"{}");
    put(folder.path(), "xa/metadata.json", b"{}");
    look(&mut looks, folder.path());
    let settled = look(&mut looks, folder.path());
    let (one, two) = (claims.begin("run").expect("begun"), claims.begin("run").expect("begun"));
    assert!(one.take(&settled[0]).expect("claimed"));
    assert!(!two.take(&settled[0]).expect("gone"));
    assert!(two.take(&settled[1]).expect("claimed"));
    for name in ["xa/a.pdf", "xa/a.json", "xa/metadata.json"] {
        assert!(one.folder().join(name).is_file(), "{name}");
    }
    assert!(two.folder().join("xa/metadata.json").is_file());
    assert!(folder.path().join("xa/metadata.json").is_file() && !folder.path().join("xa/a.pdf").exists());
    let left = discover(folder.path(), &Options::default()).expect("an empty folder is a candidate").candidates;
    assert!(left.iter().all(|candidate| candidate.files().is_err()));
    let refused = Refused { path: "xa/a.pdf".into(), reason: "damaged".to_owned() };
    assert!(one.finish(&[refused], &[]).expect("finished").is_none());
    assert_eq!(fs::read(folder.path().join(".sohoa/failed/run-1/xa/a.pdf.reason.txt")).expect("said"), b"damaged");
    assert!(folder.path().join(".sohoa/failed/run-1/xa/a.pdf").is_file());
    assert!(folder.path().join(".sohoa/failed/run-1/xa/a.json").is_file());
    let again = two.finish(&[], &["xa/b.pdf".into()]).expect("finished").expect("to be tried again");
    assert!(again.folder().join("xa/b.pdf").is_file() && again.folder().join("xa/metadata.json").is_file());
    assert!(claims.abandoned().expect("looked").is_empty(), "its watcher waits to try it again");
    again.finish(&[], &[]).expect("finished");
    assert!(folder.path().join(".sohoa/taken/run-3/xa/b.pdf").is_file());
    assert!(claims.begin("run").expect("begun").folder().ends_with("run-4"));
}

#[test]
fn a_document_that_changes_while_it_is_claimed_goes_back() {
    let (folder, claims) = inbox();
    let mut looks = Looks::default();
    put(folder.path(), "a.pdf", b"%PDF-1.4");
    look(&mut looks, folder.path());
    let settled = look(&mut looks, folder.path());
    put(folder.path(), "a.pdf", b"%PDF-1.4 and more");
    let batch = claims.begin("run").expect("begun");
    assert!(!batch.take(&settled[0]).expect("put back"));
    assert_eq!(fs::read(folder.path().join("a.pdf")).expect("back"), b"%PDF-1.4 and more");
}

#[test]
fn what_a_killed_watcher_claimed_is_found_with_its_metadata() {
    let (folder, claims) = inbox();
    let batch = claims.begin("run").expect("begun");
    assert!(claims.abandoned().expect("looked").is_empty(), "its watcher lives");
    put(&batch.folder(), "a.pdf", b"%PDF-1.4");
    put(folder.path(), "a.json", b"{}");
    // A killed process loses its lock as a dropped one does.
    drop(batch);
    let found = claims.abandoned().expect("looked");
    assert_eq!(found.len(), 1);
    assert!(found[0].folder().join("a.json").is_file() && !folder.path().join("a.json").exists());
}

#[test]
fn a_side_alone_is_taken_after_a_while() {
    let (folder, _) = inbox();
    let mut looks = Looks::default();
    put(folder.path(), "a-fronts.pdf", b"%PDF-1.4 fronts");
    put(folder.path(), "a-backs.txt", b"a note that has its name");
    look(&mut looks, folder.path());
    assert!(look_later(&mut looks, folder.path(), WAIT_FOR_OTHER_SIDE / 2).is_empty());
    assert_eq!(names(&look_later(&mut looks, folder.path(), WAIT_FOR_OTHER_SIDE)), ["a-fronts.pdf"]);
}

#[test]
fn both_sides_are_claimed_together_and_neither_before_the_other_is_there() {
    let (folder, claims) = inbox();
    let mut looks = Looks::default();
    put(folder.path(), "a-fronts.pdf", b"%PDF-1.4 fronts");
    look(&mut looks, folder.path());
    assert!(look(&mut looks, folder.path()).is_empty(), "its backs are not there");
    put(folder.path(), "a-backs.pdf", b"%PDF-1.4 backs");
    put(folder.path(), "a.json", b"{}");
    look(&mut looks, folder.path());
    let settled = look(&mut looks, folder.path());
    assert_eq!(names(&settled), ["a-fronts.pdf"]);
    let batch = claims.begin("run").expect("begun");
    assert!(batch.take(&settled[0]).expect("claimed"));
    let all = ["a-fronts.pdf", "a-backs.pdf", "a.json"];
    assert!(all.iter().all(|name| batch.folder().join(name).is_file() && !folder.path().join(name).exists()));
    let refused = Refused { path: "a-fronts.pdf".into(), reason: "damaged".to_owned() };
    batch.finish(&[refused], &[]).expect("finished");
    assert!(all.iter().all(|name| folder.path().join(".sohoa/failed/run-1").join(name).is_file()));
    // A watcher that was killed between the two.
    let batch = claims.begin("run").expect("begun");
    put(&batch.folder(), "b-fronts.pdf", b"%PDF-1.4");
    put(folder.path(), "b-backs.pdf", b"%PDF-1.4");
    put(folder.path(), "b.json", b"{}");
    drop(batch);
    let found = claims.abandoned().expect("looked");
    assert!(["b-backs.pdf", "b.json"].iter().all(|name| found[0].folder().join(name).is_file()));
}

//! One valid object for each input, whatever happens and whoever takes part.

mod outside;

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::samples::{Sample, warehouse};
use super::{Error, Options, Receipt, Warehouse};
use crate::ocfl::disk::{Disk, Fault, Fuse};
use crate::ocfl::validate::{self, Depth};
use crate::ocfl::{FileError, Operation};

const ANNA: &str = "079199000001";
const BINH: &str = "0312345673";

/// Memory where there is some: a `sync` of it costs nothing, and its order is what these tests look at.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("temporary folder")
}

fn open(path: &Path) -> Warehouse {
    Warehouse::open(path, &Options::default()).expect("opened")
}

/// Every owner's root is valid; the number of objects in all of them.
fn judge(warehouse: &Warehouse) -> usize {
    let mut objects = 0;
    for owner in warehouse.owners() {
        let owner = owner.expect("listed");
        let root = warehouse.root_of(&owner).expect("a token");
        let report = validate::root(&root, Depth::Digests).expect("readable");
        assert_eq!(report.findings(), [], "{}", root.display());
        objects += report.objects();
    }
    objects
}

/// What is left in staging beside the locks.
fn staged(warehouse: &Warehouse) -> Vec<String> {
    let entries = fs::read_dir(warehouse.path().join("staging")).expect("listed");
    let names = entries.map(|entry| entry.expect("listed").file_name().to_string_lossy().into_owned());
    names.filter(|name| Path::new(name).extension().is_none_or(|end| end != "lock")).collect()
}

#[test]
fn a_deposit_holds_everything_and_is_found_again() {
    let (_folder, warehouse) = warehouse();
    let sample = Sample::new(ANNA, 1, "a");
    let receipt = sample.deposit(&warehouse).expect("deposited");
    assert!(!receipt.adopted);
    assert_eq!(judge(&warehouse), 1);
    assert_eq!(staged(&warehouse), Vec::<String>::new());
    let stored = warehouse.find(&sample.owner, sample.identity()).expect("read").expect("found");
    assert_eq!(stored.receipt(), &Receipt { adopted: true, ..receipt.clone() });
    assert_eq!(stored.document().expect("unaltered"), sample.signed.bytes());
    assert_eq!(stored.object().read("source/1.tif").expect("unaltered"), sample.sources[0].as_ref());
    let record = stored.record().expect("read");
    assert_eq!((record.urn.as_str(), record.owner.number.as_str()), (receipt.urn.as_str(), ANNA));
    assert_eq!(record.number.expect("read").value, "1/2025-KS");
    assert_eq!((record.role.as_deref(), record.signature.level.as_str()), (Some("component"), "B-B"));
    assert_eq!(
        stored.text().expect("read").plain(),
        format!("GIẤY KHAI SINH Số 1/2025-KS Hoà Bình số định danh {ANNA}\n")
    );
    let events = stored.provenance().expect("read").events;
    assert_eq!(events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["capture", "ingestion"]);
    assert_eq!(warehouse.read(&receipt.urn).expect("found").receipt(), stored.receipt());
    for urn in ["", "urn:vn-kho:a:b", "urn:vn-kho:../../etc:passwd"] {
        assert!(matches!(warehouse.read(urn), Err(Error::Unknown { .. })), "{urn}");
    }
    assert!(!receipt.path.contains(ANNA) && receipt.path.starts_with("kho/"));
}

#[test]
fn the_same_input_is_deposited_once() {
    let (folder, warehouse) = warehouse();
    let first = Sample::new(ANNA, 1, "first").deposit(&warehouse).expect("deposited");
    let second = Sample::new(ANNA, 1, "second").deposit(&warehouse).expect("adopted");
    assert_eq!(second, Receipt { adopted: true, ..first.clone() });
    // Another process, after a restart, with the same key.
    drop(warehouse);
    let warehouse = open(&folder.path().join("warehouse"));
    assert_eq!(Sample::new(ANNA, 1, "third").deposit(&warehouse).expect("adopted"), second);
    assert_ne!(Sample::new(BINH, 1, "first").deposit(&warehouse).expect("deposited").urn, first.urn);
    assert_eq!(judge(&warehouse), 2);
    assert_eq!(warehouse.owners().count(), 2);
    assert_eq!(
        warehouse.walk().map(|stored| stored.expect("read").receipt().urn.clone()).collect::<BTreeSet<_>>().len(),
        2
    );
}

#[test]
fn of_sixteen_who_race_one_wins() {
    for _ in 0..4 {
        let (_folder, warehouse) = warehouse();
        let receipts: Vec<Receipt> = std::thread::scope(|scope| {
            let deposit = |number: u32| {
                let warehouse = &warehouse;
                scope.spawn(move || Sample::new(ANNA, 7, &number.to_string()).deposit(warehouse).expect("deposited"))
            };
            let threads: Vec<_> = (0..16).map(deposit).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert_eq!(receipts.iter().filter(|receipt| !receipt.adopted).count(), 1);
        assert!(receipts.iter().all(|receipt| receipt.inventory == receipts[0].inventory));
        assert_eq!(judge(&warehouse), 1);
        assert_eq!(staged(&warehouse), Vec::<String>::new());
    }
}

/// Eight warehouses open on one folder, as eight processes have it, with owners and documents in common.
#[test]
fn many_writers_share_owners() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("warehouse");
    let receipts: Vec<Receipt> = std::thread::scope(|scope| {
        let writer = |writer: u32| {
            let path = &path;
            scope.spawn(move || {
                let warehouse = open(path);
                let deposit = |number: u32| {
                    let owner = [ANNA, BINH, "123456789"][(number % 3) as usize];
                    Sample::new(owner, number, &writer.to_string()).deposit(&warehouse).expect("deposited")
                };
                (0..12).map(deposit).collect::<Vec<_>>()
            })
        };
        let threads: Vec<_> = (0..8).map(writer).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    let warehouse = open(&path);
    assert_eq!(judge(&warehouse), 12);
    assert_eq!(receipts.iter().filter(|receipt| !receipt.adopted).count(), 12);
    assert_eq!(receipts.iter().map(|receipt| (&receipt.urn, receipt.inventory)).collect::<BTreeSet<_>>().len(), 12);
    assert_eq!(staged(&warehouse), Vec::<String>::new());
}

/// How many operations one deposit into a new warehouse takes.
fn steps() -> i64 {
    let folder = scratch();
    let fuse = Fuse::after(i64::MAX, Fault::Killed);
    let path = folder.path().join("warehouse");
    let warehouse = Warehouse::open_on(Disk::with_fuse(&fuse), &path, &Options::default()).expect("opened");
    Sample::new(ANNA, 1, "a").deposit(&warehouse).expect("deposited");
    let steps = fuse.done.lock().expect("no panic").len();
    i64::try_from(steps).expect("few")
}

/// The process dies before each operation in turn; after the next start everything is valid at once, and one more
/// attempt gives one object.
#[test]
fn a_kill_at_any_step_leaves_nothing_behind() {
    let (mut resumed, total) = (0, steps());
    assert!(total > 40, "{total}");
    for step in 0..=total {
        let folder = scratch();
        let path = folder.path().join("warehouse");
        let fuse = Fuse::after(step, Fault::Killed);
        let killed = Warehouse::open_on(Disk::with_fuse(&fuse), &path, &Options::default()).expect("opened");
        let acknowledged = Sample::new(ANNA, 1, "before").deposit(&killed).ok();
        assert_eq!(acknowledged.is_some(), step == total, "step {step}");
        drop(killed);

        let warehouse = open(&path);
        let before = judge(&warehouse);
        let sample = Sample::new(ANNA, 1, "after");
        // Whoever knows nothing but the name goes on from it too.
        for urn in warehouse.ready().expect("listed") {
            assert_eq!((urn.as_str(), before), (&*warehouse.urn(&sample.owner, sample.identity()), 0), "step {step}");
            assert!(warehouse.complete(&urn).expect("put in place").is_some(), "step {step}");
            assert_eq!(warehouse.ready().expect("listed"), [""; 0], "step {step}");
        }
        let found = warehouse.resume(&sample.owner, sample.identity()).expect("resumed");
        resumed += usize::from(found.is_some() && before == 0);
        assert!(before == 0 || found.is_some(), "step {step}");
        let receipt = sample.deposit(&warehouse).expect("deposited");
        assert_eq!(receipt.adopted, found.is_some(), "step {step}");
        assert_eq!(judge(&warehouse), 1, "step {step}");
        assert_eq!(staged(&warehouse), Vec::<String>::new(), "step {step}");
        let stored = warehouse.read(&receipt.urn).expect("found");
        let expected = Sample::new(ANNA, 1, if receipt.adopted { "before" } else { "after" });
        assert_eq!(stored.document().expect("unaltered"), expected.signed.bytes(), "step {step}");
    }
    assert!(resumed > 5, "complete documents were resumed at {resumed} steps");
}

/// One operation fails and the process lives: nothing half done is left, and what failed is named.
#[test]
fn a_failure_at_any_step_is_reported_and_undone() {
    for step in 0..steps() {
        let folder = scratch();
        let path = folder.path().join("warehouse");
        let fuse = Fuse::after(step, Fault::Refused(ErrorKind::StorageFull));
        let warehouse = Warehouse::open_on(Disk::with_fuse(&fuse), &path, &Options::default()).expect("opened");
        let sample = Sample::new(ANNA, 1, "a");
        let failed = sample.deposit(&warehouse).expect_err("refused");
        assert!(failed.hint().is_some(), "step {step}: {failed}");
        let again = sample.deposit(&warehouse);
        if failed.is_failed_sync() {
            assert!(matches!(again, Err(Error::Unsound { .. })), "step {step}");
        } else {
            again.expect("deposited");
            assert_eq!(judge(&warehouse), 1, "step {step}");
            assert_eq!(staged(&warehouse), Vec::<String>::new(), "step {step}");
        }
        drop(warehouse);
        let warehouse = open(&path);
        sample.deposit(&warehouse).expect("deposited");
        assert_eq!(judge(&warehouse), 1, "step {step}");
        assert_eq!(staged(&warehouse), Vec::<String>::new(), "step {step}");
    }
}

/// Everything is synced before it gets its name, and the name before anyone is told.
#[test]
fn what_is_renamed_is_durable_and_so_is_the_renaming() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let fuse = Fuse::after(i64::MAX, Fault::Killed);
    let path = folder.path().join("warehouse");
    let warehouse = Warehouse::open_on(Disk::with_fuse(&fuse), &path, &Options::default()).expect("opened");
    let receipt = Sample::new(ANNA, 1, "a").deposit(&warehouse).expect("deposited");
    let done = fuse.done.lock().expect("no panic");
    let object = path.join(&receipt.path);
    let renamed = |target: &Path| {
        done.iter().position(|(doing, path)| *doing == Operation::Rename && path == target).expect("renamed")
    };
    let ready = done
        .iter()
        .position(|(doing, path)| {
            *doing == Operation::Rename && path.ends_with(format!("{}.ready", &receipt.urn[11..].replace(':', ".")))
        })
        .expect("declared ready");
    let written = done.iter().rposition(|(doing, _)| *doing == Operation::Write).expect("written");
    let installed = renamed(&object);
    let root = warehouse.root_of(receipt.urn.split(':').nth(2).expect("a token")).expect("a token");
    let synced_after = |start: usize, folder: &Path| done[start..].contains(&(Operation::Sync, folder.to_owned()));
    assert!(ready < installed && done[..ready].iter().filter(|(doing, _)| *doing == Operation::Write).count() == 10);
    assert!(written < installed);
    assert!(done[ready..installed].contains(&(Operation::Sync, path.join("staging"))));
    assert!(synced_after(renamed(&root), root.parent().expect("a folder")));
    assert!(done[..installed].contains(&(Operation::Sync, root)));
    assert_eq!(done.last(), Some(&(Operation::Sync, object.parent().expect("a folder").to_owned())));
}

#[test]
fn a_sweep_elsewhere_does_not_break_a_rename() {
    let folder = scratch();
    let path = folder.path().join("warehouse");
    let warehouse = open(&path);
    std::thread::scope(|scope| {
        let sweeper = scope.spawn(|| (0..60).for_each(|_| drop(open(&path))));
        for number in 0..60 {
            Sample::new(ANNA, number, "a").deposit(&warehouse).expect("deposited");
        }
        sweeper.join().expect("no panic");
    });
    assert_eq!(judge(&warehouse), 60);
}

#[test]
fn what_is_wrong_is_said_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let options = Options { reserve_bytes: u64::MAX >> 1, ..Options::default() };
    let warehouse = Warehouse::open(folder.path(), &options).expect("opened");
    let full = Sample::new(ANNA, 1, "a").deposit(&warehouse).expect_err("full");
    assert!(matches!(full, Error::Full { .. }) && full.hint().is_some());
    assert_eq!((staged(&warehouse).len(), warehouse.walk().count()), (0, 0));

    let (_folder, warehouse) = super::samples::warehouse();
    let mut sample = Sample::new(ANNA, 1, "a");
    sample.sources[0] = b"other"[..].into();
    assert!(matches!(sample.deposit(&warehouse), Err(Error::SourceChanged { .. })));
    sample.sources.push(b"one more"[..].into());
    assert!(matches!(sample.deposit(&warehouse), Err(Error::Sources { expected: 1, found: 2 })));
    sample.sources.clear();
    assert_eq!((staged(&warehouse).len(), warehouse.walk().count()), (0, 0));
    sample.deposit(&warehouse).expect("deposited without its source");
}

#[test]
fn a_place_taken_by_another_object_is_refused() {
    let (_folder, warehouse) = warehouse();
    let (mine, other) = (Sample::new(ANNA, 1, "a"), Sample::new(ANNA, 2, "a"));
    let receipt = other.deposit(&warehouse).expect("deposited");
    let place = warehouse.place(&mine.owner, mine.identity());
    fs::create_dir_all(&place.tuple).expect("made");
    fs::rename(warehouse.path().join(receipt.path), &place.object).expect("moved by hand");
    assert!(matches!(mine.deposit(&warehouse), Err(Error::Foreign { .. })));
}

#[test]
fn a_file_where_a_folder_should_be_is_an_error_with_a_path() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("file");
    fs::write(&path, b"").expect("written");
    let error = Warehouse::open(&path, &Options::default()).expect_err("no folder");
    assert!(matches!(error, Error::File(FileError { doing: Operation::MakeFolder, .. })), "{error}");
}

//! `sohoa watch`: files that come in while it looks.

use std::fs::{self, File};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{CLOCK, OWNER, Place};

/// A watcher at work, killed when the test ends.
struct Watcher(Child);

impl Watcher {
    fn start(place: &Place, warehouse: &str) -> Self {
        Self::with(place, warehouse, &[])
    }

    fn with(place: &Place, warehouse: &str, more: &[&str]) -> Self {
        let fixed = ["watch", "inbox", "--warehouse", warehouse, "--owner", OWNER, "--interval-seconds", "1"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_sohoa"));
        command.args(fixed).args(["--clock", CLOCK]).args(more).current_dir(place.folder.path());
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// Ctrl-C, and how it then ends.
    fn interrupt(mut self) -> Option<i32> {
        let sent = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
        self.0.wait().unwrap().code()
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[track_caller]
fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_mins(4), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Documents below one of the watcher's folders.
fn names(place: &Place, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    crate::collect(&place.path(&format!("inbox/.sohoa/{folder}")), &mut found);
    let name = |path: &std::path::PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let mut names: Vec<String> = found.iter().map(name).filter(|name| name != ".lock").collect();
    names.sort();
    names
}

#[test]
fn a_slow_writer_is_waited_for_and_a_file_of_the_same_name_is_another_document() {
    let place = Place::new();
    let bytes = fs::read(place.letter("letter.jpg")).unwrap();
    fs::create_dir(place.path("inbox")).unwrap();
    let watcher = Watcher::start(&place, "warehouse");
    let mut slow = File::create(place.path("inbox/qd.jpg")).unwrap();
    for piece in bytes.chunks(bytes.len() / 3 + 1) {
        slow.write_all(piece).unwrap();
        slow.sync_all().unwrap();
        std::thread::sleep(Duration::from_millis(2500));
        assert_eq!(names(&place, "claimed").len() + names(&place, "taken").len(), 0, "taken while it is written");
    }
    drop(slow);
    until("the letter is deposited", || place.documents().len() == 1 && names(&place, "taken") == ["qd.jpg"]);
    assert!(!place.path("inbox/qd.jpg").exists());
    assert_eq!(fs::read(taken(&place, 0)).unwrap(), bytes, "kept as it came");
    // Another paper under the same name, renamed into place as careful scanners do, and a file that is no scan.
    let scan = papers::page(&papers::PageRequest { words: 120, dpi: 200, ..papers::PageRequest::new(4) }).unwrap();
    let quality = papers::faults::Jpeg { quality: 85, full_chroma: true };
    place.write("inbox/.qd.jpg.new", &papers::encode::jpeg(&scan.picture, quality, 200, 0).unwrap());
    fs::rename(place.path("inbox/.qd.jpg.new"), place.path("inbox/qd.jpg")).unwrap();
    place.write("inbox/broken.pdf", b"%PDF-1.4\nnothing more");
    until("both are done", || {
        names(&place, "taken") == ["qd.jpg", "qd.jpg"]
            && names(&place, "failed") == ["broken.pdf", "broken.pdf.reason.txt"]
    });
    assert_eq!(watcher.interrupt(), Some(0));
}

fn taken(place: &Place, index: usize) -> std::path::PathBuf {
    let mut found = Vec::new();
    crate::collect(&place.path("inbox/.sohoa/taken"), &mut found);
    found.retain(|path| !path.ends_with(".lock"));
    found.sort();
    found[index].clone()
}

#[test]
fn two_watchers_never_take_the_same_document_and_a_killed_one_is_resumed() {
    let place = Place::new();
    let bytes = fs::read(place.letter("letter.jpg")).unwrap();
    fs::create_dir(place.path("inbox")).unwrap();
    let (one, two) = (Watcher::start(&place, "one"), Watcher::start(&place, "two"));
    place.write("inbox/a.jpg", &bytes);
    place.write("inbox/b.jpg", &bytes);
    until("one of them claims", || !names(&place, "claimed").is_empty());
    one.kill();
    until("the other does what was left", || names(&place, "taken") == ["a.jpg", "b.jpg"]);
    assert_eq!(two.interrupt(), Some(0));
    assert!(names(&place, "claimed").is_empty() && names(&place, "failed").is_empty());
    let stores = ["one", "two"].map(|warehouse| {
        let mut found = Vec::new();
        crate::collect(&place.path(&format!("{warehouse}/kho")), &mut found);
        found.iter().filter(|path| path.ends_with("document.pdf")).count()
    });
    assert!(stores.iter().all(|count| *count <= 1) && stores.iter().sum::<usize>() >= 1, "{stores:?}");
}

#[test]
fn what_fails_by_no_fault_of_the_paper_is_tried_again_and_is_not_called_bad() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    // Nobody answers at this address.
    place.write("silent.toml", b"[sign]\ntimestamp-url = \"http://127.0.0.1:9/\"\n");
    let silent = Watcher::with(&place, "warehouse", &["--config", "silent.toml"]);
    until("it was tried", || !names(&place, "claimed").is_empty() && report(&place).contains("no time-stamp"));
    assert!(names(&place, "failed").is_empty() && names(&place, "taken").is_empty());
    assert!(report(&place).contains("\"blame\": \"surroundings\"") && report(&place).contains("\"failed\": 0"));
    silent.kill();
    let watcher = Watcher::start(&place, "warehouse");
    until("it is deposited", || place.documents().len() == 1 && names(&place, "taken") == ["qd.jpg"]);
    assert_eq!(watcher.interrupt(), Some(0));
    assert!(names(&place, "claimed").is_empty() && names(&place, "failed").is_empty());
}

#[test]
fn a_warehouse_that_cannot_be_used_for_a_while_is_waited_for() {
    let place = Place::new();
    let bytes = fs::read(place.letter("letter.jpg")).unwrap();
    fs::create_dir(place.path("inbox")).unwrap();
    let watcher = Watcher::start(&place, "warehouse");
    until("it is made", || place.path("warehouse/catalog.sqlite").exists());
    std::thread::sleep(Duration::from_secs(1));
    fs::rename(place.path("warehouse"), place.path("away")).unwrap();
    fs::write(place.path("warehouse"), b"no folder").unwrap();
    place.write("inbox/qd.jpg", &bytes);
    std::thread::sleep(Duration::from_secs(5));
    fs::remove_file(place.path("warehouse")).unwrap();
    fs::rename(place.path("away"), place.path("warehouse")).unwrap();
    until("it is deposited", || place.documents().len() == 1 && names(&place, "taken") == ["qd.jpg"]);
    assert_eq!(watcher.interrupt(), Some(0));
}

/// All reports of the warehouse.
fn report(place: &Place) -> String {
    let mut found = Vec::new();
    crate::collect(&place.path("warehouse/reports"), &mut found);
    found.retain(|path| path.ends_with("report.json"));
    found.iter().map(|path| fs::read_to_string(path).unwrap_or_default()).collect()
}

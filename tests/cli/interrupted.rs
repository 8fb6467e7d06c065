//! Runs that are stopped: by Ctrl-C, by a full disk, by a lost catalog. Nothing is lost, and the next run goes on.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::{CLOCK, OWNER, Place};

/// So many clean papers that an interruption leaves some undone.
const PAPERS: usize = 6;

fn inbox(place: &Place) {
    for index in 0..PAPERS {
        let request = papers::PageRequest { words: 120, ..papers::PageRequest::new(60 + index as u64) };
        let scan = papers::page(&request).unwrap();
        let quality = papers::faults::Jpeg { quality: 85, full_chroma: true };
        let jpeg = papers::encode::jpeg(&scan.picture, quality, 300, 0).unwrap();
        place.write(&format!("inbox/paper-{index}.jpg"), &jpeg);
    }
}

fn start(place: &Place) -> Child {
    Command::new(env!("CARGO_BIN_EXE_sohoa"))
        .args(["run", "inbox", "--warehouse", "warehouse", "--clock", CLOCK, "--owner", OWNER, "--workers", "1"])
        .current_dir(place.folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until the first paper has come to its end, or the process has.
fn wait_for_the_first(place: &Place, child: &mut Child) {
    let until = Instant::now() + Duration::from_mins(2);
    while held_or_deposited(place) == 0 && child.try_wait().unwrap().is_none() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn held_or_deposited(place: &Place) -> usize {
    let is_entry = |entry: &fs::DirEntry| entry.path().join("held.json").is_file();
    let held = fs::read_dir(place.path("warehouse/queue")).into_iter().flatten().map(Result::unwrap);
    place.documents().len() + held.filter(is_entry).count()
}

#[test]
fn control_c_finishes_what_is_in_flight_and_the_next_run_goes_on() {
    let place = Place::new();
    inbox(&place);
    let mut child = start(&place);
    wait_for_the_first(&place, &mut child);
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), Some(130), "{said}{}", String::from_utf8_lossy(&ended.stderr));
    assert!(said.contains("stopped before the end; the same command goes on from here"), "{said}");
    let before = held_or_deposited(&place);
    assert!(before < PAPERS, "all {PAPERS} papers were done before the interruption");
    let ran = place.run(&["--owner", OWNER]);
    assert!([Some(0), Some(3)].contains(&ran.0.status.code()), "{}{}", ran.out(), ran.err());
    assert_eq!(held_or_deposited(&place), PAPERS);
}

#[test]
fn a_lost_catalog_is_made_again_from_the_store() {
    let place = Place::new();
    place.letter("inbox/qd.jpg");
    place.run(&["--owner", OWNER]).code(0);
    place.write("warehouse/catalog.sqlite", b"no database");
    for journal in ["-wal", "-shm"] {
        drop(fs::remove_file(place.path(&format!("warehouse/catalog.sqlite{journal}"))));
    }
    let rebuild = ["warehouse", "rebuild", "--warehouse", "warehouse"];
    place.sohoa(rebuild).code(7).says(&["catalog.sqlite", "sohoa warehouse rebuild"]);
    fs::remove_file(place.path("warehouse/catalog.sqlite")).unwrap();
    place.sohoa(rebuild).code(0).says(&["1 documents in the catalog"]);
    place.run(&["--owner", OWNER]).code(0).says(&["1 deposited before"]);
    assert_eq!(place.documents().len(), 1);
}

/// A run into a volume of so many megabytes, which is made larger for a second run. `None` where this user may not
/// mount one.
fn on_a_small_volume(place: &Place, megabytes: u32) -> Option<[(i32, String); 2]> {
    let script = format!(
        r#"mkdir -p volume && mount -t tmpfs -o size={megabytes}m none volume || exit 99
        run() {{ "$0" run inbox --warehouse volume/warehouse --clock {CLOCK} --owner {OWNER} --format json >"$1" 2>&1; }}
        run first.json; echo $? >first.code
        mount -o remount,size=400m volume
        run second.json; echo $? >second.code
        cp -r volume/warehouse warehouse"#
    );
    let ran = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script, env!("CARGO_BIN_EXE_sohoa")])
        .current_dir(place.folder.path())
        .output();
    if !ran.is_ok_and(|ran| ran.status.success()) {
        return None;
    }
    let result = |name: &str| {
        let code = fs::read_to_string(place.path(&format!("{name}.code"))).unwrap().trim().parse().unwrap();
        (code, fs::read_to_string(place.path(&format!("{name}.json"))).unwrap())
    };
    Some([result("first"), result("second")])
}

#[test]
#[expect(clippy::print_stderr, reason = "a test says that it was skipped")]
fn a_full_disk_is_named_and_nothing_is_half_done() {
    let place = Place::new();
    inbox(&place);
    // 64 MiB are kept in reserve for catalog and journal; the rest holds some of the papers.
    let Some([(first, said), (second, then)]) = on_a_small_volume(&place, 65) else {
        eprintln!("skipped: this user may not mount a small volume");
        return;
    };
    assert_eq!(first, 1, "{said}");
    assert!(said.contains("free") && said.contains("\"outcome\": \"failed\""), "{said}");
    assert!([0, 3].contains(&second), "{then}");
    assert!(!then.contains("\"outcome\": \"failed\""), "{then}");
    assert_eq!(held_or_deposited(&place), PAPERS);
    let left = fs::read_dir(place.path("warehouse/staging")).unwrap().map(Result::unwrap);
    let left: Vec<_> =
        left.map(|entry| entry.file_name()).filter(|name| name.to_string_lossy().ends_with(".ready")).collect();
    assert!(left.is_empty(), "{left:?}");
}

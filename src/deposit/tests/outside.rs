//! What `conformance/ocfl` looks at: a warehouse for the outside judges, one deposit to be traced, and the rate.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::super::samples::{Sample, moment, warehouse};
use super::open;
use crate::base::files;
use crate::sign::SignedPdf;

/// A warehouse of 6 owners and 60 documents in the folder that `SOHOA_JUDGED` names, if it names one.
#[test]
fn write_a_warehouse() {
    let Some(folder) = std::env::var_os("SOHOA_JUDGED") else { return };
    let warehouse = open(Path::new(&folder));
    let owners = ["079199000001", "001085000002", "123456789", "0312345673", "0312345673-001", "048304000003"];
    for number in 0..60 {
        let mut sample = Sample::new(owners[number as usize % owners.len()], number, "a");
        if number % 7 == 0 {
            sample.sources.clear();
        }
        sample.deposit(&warehouse).expect("deposited");
    }
}

/// One deposit, between two files whose names a trace shows, in the folder that `SOHOA_TRACED` names.
#[test]
fn deposit_one() {
    let Some(folder) = std::env::var_os("SOHOA_TRACED").map(PathBuf::from) else { return };
    let warehouse = open(&folder.join("warehouse"));
    fs::write(folder.join("deposit-begins"), b"").expect("written");
    Sample::new("079199000001", 1, "a").deposit(&warehouse).expect("deposited");
    fs::write(folder.join("deposit-acknowledged"), b"").expect("written");
}

/// Deposits a second of a 200 KB document, and those of the bare recipe: the same files and the same syncs, nothing
/// digested, described or checked. In turns, as a busy disk changes its mind. Run it alone, with `SOHOA_RATE=1`.
#[test]
#[expect(clippy::print_stderr, reason = "the rate is what this test is run for")]
fn rate() {
    if std::env::var_os("SOHOA_RATE").is_none() {
        return;
    }
    for threads in [1, 4] {
        let (folder, warehouse) = warehouse();
        prepare(1_000_000).deposit(&warehouse).expect("deposited");
        let object = warehouse.walk().next().expect("one").expect("read").object().folder().to_owned();
        let bare = Bare::like(&object, folder.path());
        let (mut ours, mut theirs) = (0.0, 0.0);
        for turn in 0..TURNS {
            let samples: Vec<Sample> = (turn * DEPOSITS..(turn + 1) * DEPOSITS).map(prepare).collect();
            let sample = |number: u32| &samples[(number % DEPOSITS) as usize];
            ours += run(threads, turn, |number| drop(sample(number).deposit(&warehouse).expect("deposited")));
            theirs += run(threads, turn, |number| bare.deposit(number));
        }
        let rate = |seconds: f64| f64::from(TURNS * DEPOSITS) / seconds;
        let share = 100.0 * theirs / ours;
        eprintln!("{threads} threads: {:.0} deposits/s, bare {:.0}/s: {share:.0} %", rate(ours), rate(theirs));
    }
}

const TURNS: u32 = 24;
const DEPOSITS: u32 = 24;

fn prepare(number: u32) -> Sample {
    let mut sample = Sample::new("079199000001", number, "a");
    let pdf: Vec<u8> = (0..200_000_u32).map(|at| (at.wrapping_mul(number | 1) >> 7) as u8).collect();
    sample.signed = SignedPdf::for_tests(pdf, "Con dấu", moment());
    sample
}

/// Seconds that one turn takes.
fn run(threads: u32, turn: u32, deposit: impl Fn(u32) + Sync) -> f64 {
    let started = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let deposit = &deposit;
            let numbers = (0..DEPOSITS).filter(move |number| number % threads == thread);
            scope.spawn(move || numbers.for_each(|number| deposit(turn * DEPOSITS + number)));
        }
    });
    started.elapsed().as_secs_f64()
}

/// The files of an object, to be written again and again.
struct Bare {
    files: Vec<(PathBuf, Vec<u8>)>,
    root: PathBuf,
    staging: PathBuf,
}

impl Bare {
    fn like(object: &Path, folder: &Path) -> Self {
        let (root, staging) = (folder.join("bare"), folder.join("bare-staging"));
        fs::create_dir_all(&root).expect("made");
        fs::create_dir_all(&staging).expect("made");
        let found = walkdir::WalkDir::new(object).into_iter().map(|entry| entry.expect("listed"));
        let files = found.filter(|entry| entry.file_type().is_file()).map(|entry| {
            let below = entry.path().strip_prefix(object).expect("below").to_owned();
            (below, fs::read(entry.path()).expect("read"))
        });
        Self { files: files.collect(), root, staging }
    }

    fn deposit(&self, number: u32) {
        let staged = self.staging.join(number.to_string());
        fs::create_dir_all(staged.join("v1/content/source")).expect("made");
        for (path, bytes) in &self.files {
            let mut file = File::create(staged.join(path)).expect("made");
            file.write_all(bytes).expect("written");
            file.sync_all().expect("synced");
        }
        for below in ["v1/content/source", "v1/content", "v1", ""] {
            files::sync_folder(&staged.join(below)).expect("synced");
        }
        let ready = self.staging.join(format!("{number}.ready"));
        fs::rename(&staged, &ready).expect("renamed");
        files::sync_folder(&self.staging).expect("synced");
        let tuple = self.root.join(format!("{:02x}", number.wrapping_mul(97) & 255));
        drop(fs::create_dir(&tuple));
        files::sync_folder(&self.root).expect("synced");
        fs::rename(&ready, tuple.join(number.to_string())).expect("renamed");
        files::sync_folder(&tuple).expect("synced");
    }
}

//! The program as its users run it: every command, every exit code, bad input.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod bad_input;
mod chain;
mod check;
mod house;
mod interrupted;
mod pdfs;
mod scan;
mod stacks;
mod stages;
mod streams;
mod watch;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A moment long ago enough that no test depends on today.
const CLOCK: &str = "2026-11-03T09:15:22+07:00";
const OWNER: &str = "079203001234";

/// A folder of its own for one test, and the program run in it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn sohoa<I: IntoIterator<Item = S>, S: AsRef<std::ffi::OsStr>>(&self, arguments: I) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sohoa"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        for kept in ["PATH", "HOME", "TMPDIR"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        Ran(command.output().unwrap())
    }

    /// A whole run over `inbox` into `warehouse`, with a fixed clock.
    fn run(&self, more: &[&str]) -> Ran {
        let fixed = ["run", "inbox", "--warehouse", "warehouse", "--clock", CLOCK];
        self.sohoa(fixed.into_iter().chain(more.iter().copied()))
    }

    /// One clean official letter of one page, as a scanner gives it; it says whose it is nowhere.
    fn letter(&self, name: &str) -> PathBuf {
        let scan = papers::page(&papers::PageRequest { words: 150, ..papers::PageRequest::new(3) }).unwrap();
        let jpeg = papers::encode::jpeg(&scan.picture, papers::faults::Jpeg { quality: 85, full_chroma: true }, 300, 0)
            .unwrap();
        self.write(name, &jpeg)
    }

    /// The same letter as another file: a PNG that states this resolution.
    fn letter_png(&self, name: &str, dpi: u32) -> PathBuf {
        let scan = papers::page(&papers::PageRequest { words: 150, ..papers::PageRequest::new(3) }).unwrap();
        self.write(name, &papers::encode::png(&scan.picture, dpi).unwrap())
    }

    fn documents(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        collect(&self.path("warehouse/kho"), &mut found);
        found.retain(|path| path.ends_with("v1/content/document.pdf"));
        found
    }
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    let mut files = Vec::new();
    collect(from, &mut files);
    for file in files {
        let target = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(file, target).unwrap();
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, found) } else { found.push(path) }
    }
}

/// What a run of the program gave.
struct Ran(Output);

impl Ran {
    #[track_caller]
    fn code(self, expected: i32) -> Self {
        assert_eq!(self.0.status.code(), Some(expected), "stdout:\n{}\nstderr:\n{}", self.out(), self.err());
        self
    }

    fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// The message names each of these.
    #[track_caller]
    fn says(self, parts: &[&str]) -> Self {
        let all = format!("{}{}", self.out(), self.err());
        for part in parts {
            assert!(all.contains(part), "`{part}` is not in:\n{all}");
        }
        self
    }
}

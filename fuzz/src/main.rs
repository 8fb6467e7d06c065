//! Gives damaged seeds to the readers on a stable compiler.
//!
//! ```text
//! fuzz [SECONDS=30] [TARGET...]     each target in a process of its own
//! fuzz --replay TARGET FILE         one input again
//! ```
//! A process that ends by itself, hangs or takes too much memory leaves its input in `target/fuzz/TARGET`.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::time::{Duration, Instant, SystemTime};

use fuzz::mutate::{Chance, damaged};
use fuzz::{TARGETS, Target, target};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What any reader may take, of memory in use.
const MOST_BYTES: u64 = 512 << 20;
/// Of addresses, which stacks and files count to: what goes beyond is ended at once.
const MOST_ADDRESSES: u64 = 4 << 30;
/// One input takes longer on no machine, however busy.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--one", name, seconds, seed] => one(name, number(seconds), number(seed)),
        ["--replay", name, file] => replay(name, Path::new(file)),
        [] => all(30, &[]),
        [seconds, names @ ..] => all(number(seconds), names),
    }
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no number"))
}

fn named(name: &str) -> &'static Target {
    target(name).unwrap_or_else(|| panic!("no target `{name}`"))
}

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/fuzz").join(name)
}

fn replay(name: &str, file: &Path) -> ExitCode {
    let data = fs::read(file).expect("the input is readable");
    let start = Instant::now();
    (named(name).read)(&data);
    println!("{name}: {} bytes, {:?}, {} MB", data.len(), start.elapsed(), most_memory() >> 20);
    ExitCode::SUCCESS
}

/// Every target, one after another; how many failed is told at the end.
fn all(seconds: u64, names: &[&str]) -> ExitCode {
    let chosen = TARGETS.iter().filter(|target| names.is_empty() || names.contains(&target.name));
    let failed = chosen.filter(|target| !goes_through(target, seconds)).count();
    println!("{failed} targets failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn goes_through(target: &Target, seconds: u64) -> bool {
    fs::create_dir_all(kept("")).expect("a folder for inputs");
    // What an earlier run left there would look like an input that takes long.
    drop(fs::remove_file(kept(target.name)));
    let program = std::env::current_exe().expect("this program has a path");
    // Another day, other damage.
    let day = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    let seconds = seconds.to_string();
    let mut process =
        Command::new(program).args(["--one", target.name, &seconds, &day.to_string()]).spawn().expect("starts itself");
    match wait(&mut process, &kept(target.name)) {
        Some(fault) => {
            println!("{}: {fault}, see target/fuzz/{}", target.name, target.name);
            false
        }
        None => true,
    }
}

/// Waits for the end of a process; what was wrong with it.
fn wait(process: &mut Child, input: &Path) -> Option<String> {
    loop {
        if let Some(status) = process.try_wait().expect("a child of this process") {
            return (!status.success()).then(|| status.to_string());
        }
        let since = fs::metadata(input).and_then(|input| input.modified()).ok().and_then(|since| since.elapsed().ok());
        if since.is_some_and(|since| since > PATIENCE) {
            process.kill().expect("a child of this process");
            process.wait().expect("a child of this process");
            return Some("hangs".to_owned());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// One target, in this process.
fn one(name: &str, seconds: u64, seed: u64) -> ExitCode {
    let target = named(name);
    let input = kept(name);
    let kept = fs::File::create(&input).expect("a place for the input");
    // Where memory is told by another than the kernel, the parent's patience is the only bound.
    let hard = getrlimit(Resource::As).maximum;
    let _ = setrlimit(Resource::As, Rlimit { current: Some(MOST_ADDRESSES), maximum: hard });
    // Panics of outside decoders that sohoa catches are many.
    std::panic::set_hook(Box::new(|_| ()));
    let (seeds, mut chance) = ((target.seeds)(), Chance::new(seed));
    let (start, mut count, mut slowest) = (Instant::now(), 0_u64, Duration::ZERO);
    let undamaged = seeds.clone();
    for data in undamaged.into_iter().chain(std::iter::from_fn(|| Some(damaged(&seeds, &mut chance)))) {
        // Should this process end, here is what ended it.
        kept.set_len(data.len() as u64).and_then(|()| kept.write_all_at(&data, 0)).expect("a place for the input");
        let began = Instant::now();
        if std::panic::catch_unwind(|| (target.read)(&data)).is_err() {
            println!("{name}: a panic");
            return ExitCode::FAILURE;
        }
        (count, slowest) = (count + 1, slowest.max(began.elapsed()));
        if most_memory() > MOST_BYTES {
            println!("{name}: {} MB", most_memory() >> 20);
            return ExitCode::FAILURE;
        }
        if start.elapsed().as_secs() >= seconds {
            break;
        }
    }
    drop(fs::remove_file(&input));
    println!("{name}: {count} inputs, slowest {slowest:.1?}, {} MB", most_memory() >> 20);
    ExitCode::SUCCESS
}

/// Memory that this process had at most; 0 where the kernel does not tell.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).map_or(0, |kilobytes| kilobytes << 10)
}

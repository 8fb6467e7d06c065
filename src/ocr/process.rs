//! One worker process, seen from its parent.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::error::{Death, Error};
use super::protocol::{self, Answer, EngineFacts, Fault, PictureHead, Setup};
use super::worker::SUBCOMMAND;

/// A worker reports within a tenth of a second; a machine that swaps may need far longer.
const START: Duration = Duration::from_secs(30);

/// How long a worker that has closed its pipe may take to end by itself, so that its true end is known.
const LAST_BREATH: Duration = Duration::from_millis(500);

/// Lines of standard error that are kept, and bytes of each.
const STDERR_LINES: usize = 8;
const STDERR_LINE_BYTES: u64 = 400;

/// A running worker; killed when dropped.
pub(super) struct Process {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    stderr: Option<JoinHandle<String>>,
    /// What it reported.
    pub facts: EngineFacts,
    /// How many pictures it was given.
    pub pictures: u32,
}

/// Why a worker gave no answer. It is dead by then.
#[derive(Debug)]
pub(super) enum Failure {
    /// It did not answer in time and was killed.
    Late,
    /// It died.
    Dead(Death, String),
    /// It said something else.
    Confused(Fault),
}

impl Process {
    /// Starts `program` as a worker and waits for its report.
    pub(super) fn start(program: &Path, setup: &Setup) -> Result<Self, Error> {
        let spawn = |source| Error::Spawn { program: program.to_owned(), source };
        let mut child = command(program).spawn().map_err(spawn)?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(spawn(io::ErrorKind::BrokenPipe.into()));
        };
        let mut process = Self {
            child,
            stdin,
            stdout: BufReader::new(stdout),
            stderr: Some(thread::spawn(move || tail(stderr))),
            facts: EngineFacts::unknown(),
            pictures: 0,
        };
        let reported = process.within(START, |to, from| {
            protocol::write_setup(to, setup)?;
            protocol::read_facts(from)
        });
        process.facts = reported.map_err(|failure| failure.at_start(program))?;
        Ok(process)
    }

    /// Has a picture read. After a failure the process is dead.
    pub(super) fn read(&mut self, head: PictureHead, pixels: &[u8], allowed: Duration) -> Result<Answer, Failure> {
        self.pictures += 1;
        self.within(allowed, |to, from| {
            protocol::write_picture(to, head, pixels)?;
            protocol::read_answer(from)
        })
    }

    /// The number of the process.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Talks with the worker on a thread of its own, because a pipe has no time limit: the death of the worker ends
    /// a talk that takes too long.
    fn within<T: Send>(
        &mut self,
        allowed: Duration,
        talk: impl FnOnce(&mut ChildStdin, &mut BufReader<ChildStdout>) -> Result<T, Fault> + Send,
    ) -> Result<T, Failure> {
        let (child, stdin, stdout) = (&mut self.child, &mut self.stdin, &mut self.stdout);
        let said = thread::scope(|scope| {
            let (sender, receiver) = sync_channel(1);
            // Nobody may be listening any more, which is no fault.
            scope.spawn(move || sender.send(talk(stdin, stdout)).unwrap_or_default());
            let said = receiver.recv_timeout(allowed);
            if said.is_err() {
                kill(child);
            }
            said
        });
        match said {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(Fault::Pipe(_))) => Err(self.post_mortem()),
            Ok(Err(fault)) => {
                kill(&mut self.child);
                Err(Failure::Confused(fault))
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(Failure::Late),
        }
    }

    fn post_mortem(&mut self) -> Failure {
        let death = last_breath(&mut self.child).map_or(Death::Mute, death);
        kill(&mut self.child);
        let stderr = self.stderr.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        Failure::Dead(death, stderr)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        kill(&mut self.child);
    }
}

impl Failure {
    fn at_start(self, program: &Path) -> Error {
        let program = program.to_owned();
        match self {
            Self::Late => Error::Silent { program, waited: START },
            Self::Dead(death, stderr) => Error::CrashedAtStart { program, death, stderr },
            Self::Confused(fault) => Error::Protocol(fault),
        }
    }
}

fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .arg(SUBCOMMAND)
        // Read by the OpenMP library when it is loaded, so it must stand before the start.
        .env("OMP_THREAD_LIMIT", "1")
        // A group of its own: Ctrl-C at the terminal is for the parent, which lets the page in hand finish.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Kills the worker with all it may have started, and waits for its end.
fn kill(child: &mut Child) {
    if let Ok(None) = child.try_wait() {
        // Not yet waited for, so its number is still its own.
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            // Fails only where it has ended by itself.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = child.kill();
    }
    let _ = child.wait();
}

fn last_breath(child: &mut Child) -> Option<ExitStatus> {
    let until = Instant::now() + LAST_BREATH;
    loop {
        match child.try_wait() {
            Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(5)),
            Ok(status) => return status,
            Err(_) => return None,
        }
    }
}

fn death(status: ExitStatus) -> Death {
    match (status.signal(), status.code()) {
        (Some(signal), _) => Death::Signal(signal),
        (None, Some(code)) => Death::Code(code),
        (None, None) => Death::Mute,
    }
}

/// Reads a worker's standard error to its end and keeps the last lines, joined by ` | `.
fn tail(stderr: ChildStderr) -> String {
    let mut reader = BufReader::new(stderr);
    let mut lines = VecDeque::new();
    loop {
        let mut line = Vec::new();
        match reader.by_ref().take(STDERR_LINE_BYTES).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        if !line.is_empty() {
            lines.push_back(line);
        }
        if lines.len() > STDERR_LINES {
            lines.pop_front();
        }
    }
    Vec::from(lines).join(" | ")
}

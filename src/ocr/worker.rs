//! The worker's side: a process that reads pictures from standard input and answers on standard output.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};

use super::engine::Engine;
use super::error::Error;
use super::protocol::{self, Answer, Fault, ToWorker};

/// The hidden subcommand under which this program is a worker.
pub const SUBCOMMAND: &str = "recognize-worker";

/// How long a worker goes on with a picture that nobody waits for.
const GRACE: Duration = Duration::from_secs(1);

/// Serves until the parent closes `input`; for the program's own standard input and output.
///
/// A parent that dies closes its end. Then an idle worker returns from here, and one whose engine is busy, or hangs,
/// is ended by SIGKILL: to leave by `exit` would run destructors under the feet of the engine's thread.
///
/// # Errors
/// [`Error::Protocol`] when the parent speaks another language or a pipe breaks.
pub fn run(input: impl Read + Send + 'static, output: impl Write) -> Result<(), Error> {
    serve(input, output, || {
        thread::sleep(GRACE);
        // A failure leaves nothing else to try, and the worker ends with its picture.
        let _ = kill_process(getpid(), Signal::KILL);
    })
}

fn serve(
    input: impl Read + Send + 'static,
    mut output: impl Write,
    abandoned: impl FnOnce() + Send + 'static,
) -> Result<(), Error> {
    let (sender, messages) = sync_channel(1);
    thread::spawn(move || {
        forward(input, &sender);
        drop(sender);
        abandoned();
    });
    let Some(ToWorker::Setup(setup)) = next(&messages)? else {
        return Ok(());
    };
    let (facts, engine) = Engine::start(&setup);
    protocol::write_facts(&mut output, &facts)?;
    let Some(mut engine) = engine else {
        return Ok(());
    };
    while let Some(message) = next(&messages)? {
        let answer = match message {
            ToWorker::Picture(head, pixels) => engine.read(head, &pixels),
            ToWorker::Setup(_) => Answer::Refused("a worker is set up once".to_owned()),
        };
        protocol::write_answer(&mut output, &answer)?;
    }
    Ok(())
}

/// Reads ahead by one message, so that the end of `input` is seen while the engine works.
fn forward(mut input: impl Read, sender: &SyncSender<Result<ToWorker, Fault>>) {
    while let Some(message) = protocol::read_to_worker(&mut input).transpose() {
        let is_last = message.is_err();
        if sender.send(message).is_err() || is_last {
            break;
        }
    }
}

fn next(messages: &Receiver<Result<ToWorker, Fault>>) -> Result<Option<ToWorker>, Fault> {
    messages.recv().ok().transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;
    use std::path::PathBuf;

    use super::super::protocol::{EngineFacts, Setup, VERSION};

    fn facts_for(setup: &Setup) -> EngineFacts {
        let mut input = Vec::new();
        protocol::write_setup(&mut input, setup).expect("memory takes all");
        let mut output = Vec::new();
        serve(Cursor::new(input), &mut output, || {}).expect("an orderly end");
        protocol::read_facts(&mut output.as_slice()).expect("facts")
    }

    #[test]
    fn missing_languages_are_facts() {
        let facts =
            facts_for(&Setup { version: VERSION, languages: vec!["vie".to_owned(), "xxq".to_owned()], tessdata: None });
        assert!(facts.missing.contains(&"xxq".to_owned()), "{facts:?}");
        assert!(facts.tesseract.starts_with('5'), "{facts:?}");
    }

    #[test]
    fn an_empty_folder_has_no_languages() {
        let folder = tempfile::tempdir().expect("a folder");
        let setup =
            Setup { version: VERSION, languages: vec!["vie".to_owned()], tessdata: Some(folder.path().to_owned()) };
        let facts = facts_for(&setup);
        assert_eq!(facts.missing, ["vie"]);
        assert!(facts.available.is_empty(), "{facts:?}");
        assert_eq!(facts.folder.components().collect::<PathBuf>(), folder.path());
    }

    #[test]
    fn nothing_asked_is_an_orderly_end() {
        let mut output = Vec::new();
        serve(Cursor::new(Vec::new()), &mut output, || {}).expect("an orderly end");
        assert!(output.is_empty());
    }

    #[test]
    fn garbage_is_a_fault() {
        let served = serve(Cursor::new(b"hello".to_vec()), Vec::new(), || {});
        assert!(matches!(served, Err(Error::Protocol(Fault::Kind { found: b'h' }))));
    }
}

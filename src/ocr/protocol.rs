//! What parent and worker say to each other over pipes.
//!
//! Parent to worker: one `Setup`, then pictures as raw bytes. Worker to parent: one [`EngineFacts`],
//! then an `Answer` for each picture. Both are the same program file, so there is one version and no compatibility.
//! Numbers are little-endian. A message is its kind (one byte), its length (four bytes), and JSON.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::error::PictureFault;
use crate::base::geometry::Size;

/// Changes with every change of what is sent.
pub(super) const VERSION: u32 = 1;

/// Tesseract keeps coordinates in signed 16-bit integers.
pub(super) const MAX_SIDE: u32 = 32_767;

/// A0 at 400 dpi has 243 million; Tesseract needs about five bytes for each.
pub(super) const MAX_PIXELS: u64 = 1 << 28;

/// The densest page of print has some 10 000 words of 100 bytes each.
const MAX_MESSAGE: u32 = 64 << 20;

const SETUP: u8 = b'S';
const PICTURE: u8 = b'P';
const FACTS: u8 = b'F';
const ANSWER: u8 = b'A';

/// What the worker is to load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Setup {
    pub version: u32,
    pub languages: Vec<String>,
    pub tessdata: Option<PathBuf>,
}

/// What a worker has found on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineFacts {
    /// Version of the protocol.
    pub(super) version: u32,
    /// Version of the Tesseract library, such as `5.3.0`.
    pub tesseract: String,
    /// The folder searched for language data.
    pub folder: PathBuf,
    /// Languages whose data are in that folder, sorted.
    pub available: Vec<String>,
    /// Languages asked for and not loaded; empty when pages can be recognised.
    pub missing: Vec<String>,
}

/// How a picture is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A page with columns and pictures.
    Page,
    /// A strip of lines.
    Strip,
}

/// The head of a picture; `area` bytes of grey follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PictureHead {
    pub mode: Mode,
    pub size: Size,
    /// Whole dots per inch.
    pub dpi: u32,
}

/// A message to a worker.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ToWorker {
    Setup(Setup),
    Picture(PictureHead, Vec<u8>),
}

/// A message from a worker about a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Answer {
    /// What stands on it, as Tesseract has it.
    Lines(Vec<RawLine>),
    /// Tesseract's reason.
    Refused(String),
}

/// A line as Tesseract gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct RawLine {
    /// Which block, from 0 in Tesseract's order.
    pub block: u32,
    /// x and y of the baseline's left end, then of its right end; none where Tesseract knows none.
    pub baseline: Option<[i32; 4]>,
    pub words: Vec<RawWord>,
}

/// A word as Tesseract gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct RawWord {
    pub text: String,
    /// Left, top, right, bottom in pixels.
    pub bounds: [i32; 4],
    /// Per cent.
    pub confidence: f32,
}

/// How parent and worker can misunderstand each other.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The pipe broke, or ended in the middle of a message.
    #[error("the pipe broke")]
    Pipe(#[source] io::Error),
    /// A message of another kind.
    #[error("a message starts with byte {found}")]
    Kind {
        /// Its first byte.
        found: u8,
    },
    /// A message longer than any should be.
    #[error("a message of {found} bytes, the limit is {limit}")]
    TooLong {
        /// Its length.
        found: u32,
        /// The greatest length.
        limit: u32,
    },
    /// A message that does not parse.
    #[error("a message is malformed")]
    Json(#[source] serde_json::Error),
    /// A picture with an impossible head.
    #[error("a picture is announced that cannot be")]
    Head(#[source] PictureFault),
    /// Another program answered.
    #[error("the worker speaks version {found} of the protocol, expected {expected}")]
    Version {
        /// The worker's version.
        found: u32,
        /// Ours.
        expected: u32,
    },
}

impl EngineFacts {
    /// Before a worker has reported.
    pub(super) fn unknown() -> Self {
        Self {
            version: VERSION,
            tesseract: String::new(),
            folder: PathBuf::new(),
            available: Vec::new(),
            missing: Vec::new(),
        }
    }
}

impl RawLine {
    /// Moves it right and down by so many pixels.
    pub(super) fn shift(&mut self, right: i32, down: i32) {
        for [x1, y1, x2, y2] in self.words.iter_mut().map(|word| &mut word.bounds).chain(&mut self.baseline) {
            // A broken worker may send any number.
            *x1 = x1.saturating_add(right);
            *x2 = x2.saturating_add(right);
            *y1 = y1.saturating_add(down);
            *y2 = y2.saturating_add(down);
        }
    }
}

impl PictureHead {
    /// Whether Tesseract can take it.
    ///
    /// # Errors
    /// [`PictureFault`] says why not.
    pub(super) fn check(self) -> Result<Self, PictureFault> {
        let Size { width, height } = self.size;
        if width == 0 || height == 0 {
            Err(PictureFault::Empty)
        } else if width > MAX_SIDE || height > MAX_SIDE {
            Err(PictureFault::TooLong { limit: MAX_SIDE })
        } else if self.size.area() > MAX_PIXELS {
            Err(PictureFault::TooLarge { limit: MAX_PIXELS })
        } else {
            Ok(self)
        }
    }
}

pub(super) fn write_setup(to: &mut impl Write, setup: &Setup) -> Result<(), Fault> {
    write_message(to, SETUP, setup)
}

pub(super) fn write_picture(to: &mut impl Write, head: PictureHead, pixels: &[u8]) -> Result<(), Fault> {
    let mut bytes = [0; 14];
    bytes[0] = PICTURE;
    bytes[1] = match head.mode {
        Mode::Page => 0,
        Mode::Strip => 1,
    };
    bytes[2..6].copy_from_slice(&head.size.width.to_le_bytes());
    bytes[6..10].copy_from_slice(&head.size.height.to_le_bytes());
    bytes[10..14].copy_from_slice(&head.dpi.to_le_bytes());
    to.write_all(&bytes).and_then(|()| to.write_all(pixels)).and_then(|()| to.flush()).map_err(Fault::Pipe)
}

/// The next message to a worker; none when the parent has closed the pipe.
pub(super) fn read_to_worker(from: &mut impl Read) -> Result<Option<ToWorker>, Fault> {
    match read_kind(from)? {
        None => Ok(None),
        Some(SETUP) => Ok(Some(ToWorker::Setup(read_body(from)?))),
        Some(PICTURE) => read_picture(from).map(Some),
        Some(found) => Err(Fault::Kind { found }),
    }
}

pub(super) fn write_facts(to: &mut impl Write, facts: &EngineFacts) -> Result<(), Fault> {
    write_message(to, FACTS, facts)
}

pub(super) fn read_facts(from: &mut impl Read) -> Result<EngineFacts, Fault> {
    let facts: EngineFacts = read_expected(from, FACTS)?;
    if facts.version == VERSION { Ok(facts) } else { Err(Fault::Version { found: facts.version, expected: VERSION }) }
}

pub(super) fn write_answer(to: &mut impl Write, answer: &Answer) -> Result<(), Fault> {
    write_message(to, ANSWER, answer)
}

pub(super) fn read_answer(from: &mut impl Read) -> Result<Answer, Fault> {
    read_expected(from, ANSWER)
}

fn write_message(to: &mut impl Write, kind: u8, message: &impl Serialize) -> Result<(), Fault> {
    let body = serde_json::to_vec(message).map_err(Fault::Json)?;
    let length = u32::try_from(body.len()).ok().filter(|&length| length <= MAX_MESSAGE);
    let length = length.ok_or(Fault::TooLong { found: u32::MAX, limit: MAX_MESSAGE })?;
    // In one piece, so that a message is there whole or not at all.
    let mut message = Vec::with_capacity(body.len() + 5);
    message.push(kind);
    message.extend(length.to_le_bytes());
    message.extend(body);
    to.write_all(&message).and_then(|()| to.flush()).map_err(Fault::Pipe)
}

fn read_expected<T: DeserializeOwned>(from: &mut impl Read, expected: u8) -> Result<T, Fault> {
    match read_kind(from)? {
        None => Err(Fault::Pipe(io::ErrorKind::UnexpectedEof.into())),
        Some(kind) if kind == expected => read_body(from),
        Some(found) => Err(Fault::Kind { found }),
    }
}

fn read_kind(from: &mut impl Read) -> Result<Option<u8>, Fault> {
    let mut kind = [0];
    loop {
        match from.read(&mut kind) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(kind[0])),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Fault::Pipe(error)),
        }
    }
}

fn read_body<T: DeserializeOwned>(from: &mut impl Read) -> Result<T, Fault> {
    let length = read_number(from)?;
    if length > MAX_MESSAGE {
        return Err(Fault::TooLong { found: length, limit: MAX_MESSAGE });
    }
    let mut body = Vec::new();
    // Grows with what arrives, not with what was announced.
    from.take(length.into()).read_to_end(&mut body).map_err(Fault::Pipe)?;
    serde_json::from_slice(&body).map_err(Fault::Json)
}

fn read_picture(from: &mut impl Read) -> Result<ToWorker, Fault> {
    let mut mode = [0];
    from.read_exact(&mut mode).map_err(Fault::Pipe)?;
    let mode = match mode[0] {
        0 => Mode::Page,
        1 => Mode::Strip,
        found => return Err(Fault::Kind { found }),
    };
    let size = Size { width: read_number(from)?, height: read_number(from)? };
    let head = PictureHead { mode, size, dpi: read_number(from)? }.check().map_err(Fault::Head)?;
    let mut pixels = vec![0; size.area() as usize];
    from.read_exact(&mut pixels).map_err(Fault::Pipe)?;
    Ok(ToWorker::Picture(head, pixels))
}

fn read_number(from: &mut impl Read) -> Result<u32, Fault> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes).map_err(Fault::Pipe)?;
    Ok(u32::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words() -> impl Strategy<Value = RawWord> {
        (any::<String>(), any::<[i32; 4]>(), -1.0f32..=101.0).prop_map(|(text, bounds, confidence)| RawWord {
            text,
            bounds,
            confidence,
        })
    }

    fn answers() -> impl Strategy<Value = Answer> {
        let line = (any::<u32>(), any::<Option<[i32; 4]>>(), prop::collection::vec(words(), 0..4))
            .prop_map(|(block, baseline, words)| RawLine { block, baseline, words });
        prop_oneof![
            prop::collection::vec(line, 0..4).prop_map(Answer::Lines),
            any::<String>().prop_map(Answer::Refused),
        ]
    }

    proptest! {
        #[test]
        fn answers_arrive_as_sent(first in answers(), second in answers()) {
            let mut pipe = Vec::new();
            write_answer(&mut pipe, &first).expect("memory takes all");
            write_answer(&mut pipe, &second).expect("memory takes all");
            let mut pipe = pipe.as_slice();
            prop_assert_eq!(read_answer(&mut pipe).expect("first"), first);
            prop_assert_eq!(read_answer(&mut pipe).expect("second"), second);
            prop_assert!(matches!(read_answer(&mut pipe), Err(Fault::Pipe(_))));
        }

        #[test]
        fn pictures_arrive_as_sent(width in 1u32..40, height in 1u32..40, dpi in any::<u32>(), page in any::<bool>()) {
            let head = PictureHead {
                mode: if page { Mode::Page } else { Mode::Strip },
                size: Size { width, height },
                dpi,
            };
            let pixels: Vec<u8> = (0..width * height).map(|i| i as u8).collect();
            let mut pipe = Vec::new();
            write_picture(&mut pipe, head, &pixels).expect("memory takes all");
            let mut pipe = pipe.as_slice();
            prop_assert_eq!(read_to_worker(&mut pipe).expect("whole"), Some(ToWorker::Picture(head, pixels)));
            prop_assert!(matches!(read_to_worker(&mut pipe), Ok(None)));
        }

        #[test]
        fn a_cut_message_is_a_fault_and_no_panic(cut in 1usize..60) {
            let setup = Setup { version: VERSION, languages: vec!["vie".to_owned()], tessdata: None };
            let mut pipe = Vec::new();
            write_setup(&mut pipe, &setup).expect("memory takes all");
            let whole = pipe.len();
            pipe.truncate(whole.saturating_sub(cut).max(1));
            prop_assert!(read_to_worker(&mut pipe.as_slice()).is_err());
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_to_worker(&mut bytes.as_slice());
            let _ = read_answer(&mut bytes.as_slice());
            let _ = read_facts(&mut bytes.as_slice());
        }
    }

    #[test]
    fn impossible_pictures_are_refused_before_memory_is_taken() {
        let check = |width, height| PictureHead { mode: Mode::Page, size: Size { width, height }, dpi: 300 }.check();
        assert_eq!(check(0, 5).err(), Some(PictureFault::Empty));
        assert_eq!(check(40_000, 5).err(), Some(PictureFault::TooLong { limit: MAX_SIDE }));
        assert_eq!(check(30_000, 30_000).err(), Some(PictureFault::TooLarge { limit: MAX_PIXELS }));
        assert!(check(2480, 3508).is_ok());
    }

    #[test]
    fn another_version_is_named() {
        let facts = EngineFacts { version: VERSION + 1, ..EngineFacts::unknown() };
        let mut pipe = Vec::new();
        write_facts(&mut pipe, &facts).expect("memory takes all");
        assert!(matches!(read_facts(&mut pipe.as_slice()), Err(Fault::Version { found, .. }) if found == VERSION + 1));
    }
}

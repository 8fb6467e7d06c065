//! Documents named one by one on the command line, for the commands that run a stage alone.

use std::path::{Path, PathBuf};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::commands::run::kind;
use super::exit::Exit;
use super::render::Fault;
use super::workplace;
use crate::base::time::Date;
use crate::config::Settings;
use crate::describe::DescribedDocument;
use crate::intake::{self, ScannedDocument, SourceBytes};
use crate::ocr::{RecognizedDocument, WorkerPool};
use crate::pdfa::Shown;
use crate::pipeline::{self, Check, Compression, Compressor, Reading, StageError, StageTimes};
use crate::pki::TrustAnchors;
use crate::review::{self, ApprovedDocument, Reason, Screening};
use crate::{classify, describe, preprocess};

/// Reads single documents; needs no warehouse.
pub(crate) struct Reader {
    recognizer: WorkerPool,
    pool: ThreadPool,
    intake: intake::Options,
    trust: TrustAnchors,
    settings: Settings,
}

/// A document that was read and recognised, and its input files' bytes.
pub(crate) type Read = (RecognizedDocument, Vec<SourceBytes>);

impl Reader {
    /// Starts the recogniser.
    ///
    /// # Errors
    /// [`Fault`] when Tesseract or a model is missing.
    pub(crate) fn start(settings: &Settings) -> Result<Self, Fault> {
        let recognizer = workplace::recognizer(settings)?;
        let pool = ThreadPoolBuilder::new()
            .num_threads(settings.workers.get())
            .build()
            .map_err(|error| Fault::new(&error, Some("set fewer workers".to_owned()), Exit::Usage))?;
        let (intake, trust) = (workplace::intake_options(settings)?, workplace::trusted_roots(settings)?);
        Ok(Self { recognizer, pool, intake, trust, settings: settings.clone() })
    }

    /// Reads and recognises a document, or those of a stack, as `sohoa run` does.
    ///
    /// # Errors
    /// [`Fault`] of the stage that failed.
    pub(crate) fn recognize(&self, path: &Path) -> Result<Vec<Read>, Fault> {
        self.read(path).map_err(|error| Fault { story: error.story(), hint: error.hint(), exit: kind(&error) })
    }

    fn read(&self, path: &Path) -> Result<Vec<Read>, StageError> {
        let candidate = intake::single(path, &self.intake)?;
        let documents = self.pool.install(|| pipeline::documents_of(&candidate, &self.intake))?;
        documents.into_iter().map(|scanned| self.read_one(scanned)).collect()
    }

    fn read_one(&self, mut scanned: ScannedDocument) -> Result<Read, StageError> {
        if scanned.origin.hints.owner.is_none() {
            scanned.origin.hints.owner.clone_from(&self.settings.owner);
        }
        let now = self.settings.clock.now();
        pipeline::judge_signatures(&mut scanned.origin, &scanned.source_bytes, &self.trust, now);
        let sources = std::mem::take(&mut scanned.source_bytes);
        let reading = Reading {
            recognizer: &self.recognizer,
            intake: &self.intake,
            preprocess: &preprocess::Options::default(),
            journal: None,
        };
        let times = &mut StageTimes::default();
        let recognized = self.pool.install(|| pipeline::recognize(scanned, &reading, &|| {}, times))?;
        Ok((recognized, sources))
    }

    /// The document screened as `sohoa run` screens it.
    ///
    /// # Errors
    /// As [`Reader::recognize`]; a stack of several documents.
    pub(crate) fn screen(&self, path: &Path) -> Result<(Screening, Vec<SourceBytes>), Fault> {
        let mut documents = self.recognize(path)?;
        let found = documents.len();
        let (recognized, sources) = documents.pop().filter(|_| found == 1).ok_or_else(|| several(path, found))?;
        let described = describe(recognized, self.settings.clock.now().day());
        Ok((review::screen(described, &workplace::review_options(&self.settings)), sources))
    }
}

impl Reader {
    /// What its pages show in place of their pictures, as the settings ask, and the decisions.
    pub(crate) fn pictures(&self, approved: &ApprovedDocument) -> (Vec<Option<Shown>>, Vec<Compression>) {
        let by = Compressor {
            parts: Check::of(self.settings.pictures),
            level: self.settings.level,
            recognizer: &self.recognizer,
            limits: &self.intake.limits,
        };
        self.pool.install(|| pipeline::compress(&approved.described().classified.recognized.pages, &by))
    }
}

fn several(path: &Path, found: usize) -> Fault {
    Fault::plain(
        format!("{} is a stack of {found} documents by its separators, expected one", path.display()),
        "use `sohoa run`, which divides it",
        Exit::Input,
    )
}

fn describe(recognized: RecognizedDocument, today: Date) -> DescribedDocument {
    describe::describe(classify::classify(recognized, &classify::Options::default()), &describe::Options::on(today))
}

/// Works on each document; a failure is printed and the others are still done. Gives the worst exit code of all.
pub(crate) fn each(paths: &[PathBuf], mut work: impl FnMut(&Path) -> Result<(), Fault>) -> Exit {
    let mut worst = Exit::Done;
    for path in paths {
        if let Err(fault) = work(path) {
            fault.print();
            worst = worst.max(fault.exit);
        }
    }
    worst
}

/// Why a document needs a person, in one line with its name.
pub(crate) fn needs_a_person(path: &Path, reasons: &[Reason]) -> String {
    let reasons: Vec<String> = reasons.iter().map(Reason::text).collect();
    format!("{} needs a person: {}", path.display(), reasons.join("; "))
}

/// The officer of the settings, else the name of the account.
pub(crate) fn who(settings: &Settings) -> String {
    let account = || std::env::var("USER").ok().filter(|name| !name.is_empty());
    settings.officer.clone().or_else(account).unwrap_or_else(|| "sohoa".to_owned())
}

/// An output file that could not be written.
pub(crate) fn unwritten(path: &Path, error: &std::io::Error) -> Fault {
    Fault::plain(
        format!("{} could not be written: {error}", path.display()),
        "check that its folder exists, has space, and may be written to",
        Exit::Input,
    )
}

//! Documents named one by one on the command line, for the commands that run a stage alone.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::ThreadPool;
use rayon::prelude::*;

use super::commands::run::kind;
use super::exit::Exit;
use super::render::Fault;
use super::workplace;
use crate::base::files;
use crate::base::source::{OnDisk, Source};
use crate::base::time::Date;
use crate::config::Settings;
use crate::describe::DescribedDocument;
use crate::intake::{self, Password, Passwords, ScannedDocument, SourceBytes};
use crate::ocr::{RecognizedDocument, WorkerPool};
use crate::pdfa::Shown;
use crate::pipeline::{self, Check, Compression, Compressor, Reading, StageError, StageTimes};
use crate::pki::TrustAnchors;
use crate::pki::revocation::Online;
use crate::review::{self, ApprovedDocument, Reason, Screening};
use crate::sign::{Asking, Rules};
use crate::{classify, describe, preprocess, sign};

/// Reads single documents; needs no warehouse.
pub(crate) struct Reader {
    recognizer: WorkerPool,
    pool: ThreadPool,
    intake: intake::Options,
    trust: TrustAnchors,
    status: Online,
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
        let pool = workplace::threads(settings)?;
        let (intake, trust) = (workplace::intake_options(settings)?, workplace::trusted_roots(settings)?);
        let status = workplace::status_source(settings);
        Ok(Self { recognizer, pool, intake, trust, status, settings: settings.clone() })
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
        let revocation = if self.settings.asks_status { Asking::Source(&self.status) } else { Asking::Nothing };
        let rules = Rules { anchors: &self.trust, at: now, revocation, password: None };
        pipeline::judge_signatures(&mut scanned.origin, &scanned.source_bytes, &rules);
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

/// A file, and where what is made of it goes.
pub(crate) struct Job {
    /// The file.
    pub file: PathBuf,
    /// Where it goes.
    pub target: PathBuf,
}

impl Job {
    /// A fault, with the file's name before it.
    pub(crate) fn fault(&self, fault: Fault) -> Fault {
        Fault { story: format!("{}: {}", self.file.display(), fault.story), ..fault }
    }

    /// Opens the file.
    ///
    /// # Errors
    /// [`Fault`] without the file's name.
    pub(crate) fn open(&self) -> Result<Arc<dyn Source>, Fault> {
        let opened = OnDisk::open(&self.file).map_err(|error| {
            Fault::plain(format!("could not be read: {error}"), "check the path and its rights", Exit::Input)
        });
        Ok(Arc::new(opened?))
    }

    /// Writes the target, whole or not at all.
    ///
    /// # Errors
    /// [`Fault`] naming the target.
    pub(crate) fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Fault> {
        let target = &self.target;
        files::create_folder_of(target).map_err(|error| unwritten(target, &error))?;
        files::write_atomically_by(target, write).map_err(|error| unwritten(target, &error))
    }
}

/// Each file goes into a folder under its own name.
///
/// # Errors
/// As [`jobs`].
pub(crate) fn into_folder(files: &[PathBuf], folder: &Path) -> Result<Vec<Job>, Fault> {
    let target = |file: &PathBuf| folder.join(file.file_name().unwrap_or_default());
    jobs(files.iter().map(|file| Job { target: target(file), file: file.clone() }))
}

/// Two files that would go to one place, and one that would be written over itself, are refused before anything is done: the one
/// would be lost, the other worked on again by every later run.
///
/// # Errors
/// [`Fault`] with [`Exit::Usage`].
pub(crate) fn jobs(jobs: impl Iterator<Item = Job>) -> Result<Vec<Job>, Fault> {
    let mut taken: BTreeMap<PathBuf, Job> = BTreeMap::new();
    let mut order = Vec::new();
    for job in jobs {
        let Job { file, target } = &job;
        if fs::canonicalize(target).is_ok_and(|there| fs::canonicalize(file).is_ok_and(|file| file == there)) {
            let story = format!("{} would be written over itself", file.display());
            return Err(Fault::plain(story, "name another file or folder by -o", Exit::Usage));
        }
        if let Some(other) = taken.get(target) {
            let (other, target) = (other.file.display(), target.display());
            let story = format!("{other} and {} would both be written to {target}", file.display());
            return Err(Fault::plain(story, "write them into different folders", Exit::Usage));
        }
        order.push(target.clone());
        taken.insert(target.clone(), job);
    }
    Ok(order.iter().filter_map(|target| taken.remove(target)).collect())
}

/// The exit code of a file that was not signed or renewed.
pub(crate) fn exit_of(error: &sign::Error) -> Exit {
    match error {
        sign::Error::Pdf(_) | sign::Error::TooLarge { .. } => Exit::Input,
        sign::Error::Appearance(_) => Exit::Usage,
        sign::Error::Certified | sign::Error::CertifyFirst => Exit::SomeFailed,
        sign::Error::NotSigned { .. } => Exit::Invalid,
        _ => Exit::Signing,
    }
}

/// The password among these that a locked file opens with; none where it is not locked, or none of them does.
pub(crate) fn password_of<'p>(source: &dyn Source, passwords: &'p Passwords) -> Option<&'p str> {
    sign::password_for(source, passwords.iter().map(Password::expose))
}

/// Works on groups of documents of so many, as many groups at once as there are threads; failures are printed. Gives the worst exit code
/// of all.
pub(crate) fn in_groups<T: Sync>(
    threads: &ThreadPool,
    documents: &[T],
    size: usize,
    work: impl Fn(&[T]) -> Vec<Result<(), Fault>> + Sync,
) -> Exit {
    let worst = |group: &[T]| {
        let faults = work(group).into_iter().filter_map(Result::err);
        faults.inspect(Fault::print).map(|fault| fault.exit).max().unwrap_or(Exit::Done)
    };
    threads.install(|| documents.par_chunks(size.max(1)).map(worst).max()).unwrap_or(Exit::Done)
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

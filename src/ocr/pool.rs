//! Worker processes shared by all threads.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::error::{Error, PictureFault};
use super::options::Options;
use super::process::{Failure, Process};
use super::protocol::{Answer, EngineFacts, Mode, PictureHead, RawLine, Setup, VERSION};
use super::text::PageText;
use super::{Recognizer, ink, layout, legibility};
use crate::base::geometry::Size;
use crate::base::units::Dpi;
use crate::raster::pixels::Gray;

/// White left around the ink: Tesseract judges letters by what is beside them.
const MARGIN_INCHES: f32 = 1.0 / 6.0;

/// Recognition by Tesseract in worker processes.
///
/// Workers start when they are first needed, at most [`Options::workers`] of them; a thread that finds all busy waits.
pub struct WorkerPool {
    program: PathBuf,
    options: Options,
    workers: Mutex<Workers>,
    returned: Condvar,
}

#[derive(Default)]
struct Workers {
    idle: Vec<Process>,
    /// Idle, busy and starting ones.
    count: usize,
    ids: BTreeSet<u32>,
}

/// The right to one worker; given back when dropped, with the worker where it is to be used again.
struct Place<'a> {
    pool: &'a WorkerPool,
    id: Option<u32>,
    worker: Option<Process>,
}

impl WorkerPool {
    /// A pool of workers that are `program` (this program's own file), none started yet.
    #[must_use]
    pub fn new(program: PathBuf, options: Options) -> Self {
        Self { program, options, workers: Mutex::default(), returned: Condvar::new() }
    }

    /// What a worker finds on this machine: the library's version, the folder of language data, the languages there,
    /// and which of those asked for are missing. Missing ones are no error here.
    ///
    /// # Errors
    /// [`Error::Spawn`], [`Error::Silent`], [`Error::CrashedAtStart`], [`Error::Protocol`].
    pub fn engine(&self) -> Result<EngineFacts, Error> {
        Ok(self.start()?.facts.clone())
    }

    /// Starts a first worker, and refuses where language data are missing.
    ///
    /// # Errors
    /// [`Error::MissingLanguages`], and those of [`WorkerPool::engine`].
    pub fn check(&self) -> Result<(), Error> {
        let (mut place, worker) = self.worker()?;
        place.worker = Some(worker);
        Ok(())
    }

    /// Numbers of the worker processes that live now, for measuring them.
    #[must_use]
    pub fn process_ids(&self) -> Vec<u32> {
        self.lock().ids.iter().copied().collect()
    }

    /// What stands on a picture, in its pixels. Only the part with ink is sent to a worker, and a blank one not at all.
    fn read(&self, mode: Mode, picture: &Gray, dpi: Dpi) -> Result<Vec<RawLine>, Error> {
        let size = picture.size;
        check(mode, picture, dpi).map_err(|fault| Error::Picture { size, fault })?;
        let Some(extent) = ink::extent(picture, (dpi.value() * MARGIN_INCHES) as u32) else {
            return Ok(Vec::new());
        };
        let head = head(mode, extent.size, dpi);
        let mut lines = if extent.size == size {
            self.ask(size, head, &picture.pixels)?
        } else {
            self.ask(size, head, &ink::cut(picture, extent))?
        };
        for line in &mut lines {
            line.shift(extent.left as i32, extent.top as i32);
        }
        Ok(lines)
    }

    /// A worker's answer to what was cut from a picture of `size`. Whether a picture on which it died is tried again is
    /// for the caller to say, who knows what happened in earlier runs.
    fn ask(&self, size: Size, head: PictureHead, pixels: &[u8]) -> Result<Vec<RawLine>, Error> {
        let allowed = self.options.allowed(head.size.area());
        let (mut place, mut worker) = self.worker()?;
        let answer = worker.read(head, pixels, allowed);
        if answer.is_ok() && worker.pictures < self.options.pages_per_worker.get() {
            place.worker = Some(worker);
        }
        match answer {
            Ok(Answer::Lines(lines)) => Ok(lines),
            Ok(Answer::Refused(reason)) => Err(Error::Refused { size, reason }),
            Err(Failure::Late) => Err(Error::Deadline { size, allowed }),
            Err(Failure::Confused(fault)) => Err(Error::Protocol(fault)),
            Err(Failure::Dead(death, stderr)) => Err(Error::Crashed { size, death, stderr }),
        }
    }

    /// A worker, as soon as there is one.
    fn worker(&self) -> Result<(Place<'_>, Process), Error> {
        let (mut place, idle) = self.place();
        let worker = match idle {
            Some(worker) => worker,
            None => self.start()?,
        };
        if !worker.facts.missing.is_empty() {
            let EngineFacts { missing, folder, available, .. } = worker.facts.clone();
            return Err(Error::MissingLanguages { missing, folder, available });
        }
        place.id = Some(worker.id());
        self.lock().ids.insert(worker.id());
        Ok((place, worker))
    }

    /// A place in the pool, and the worker that had it if there is one to be used again.
    fn place(&self) -> (Place<'_>, Option<Process>) {
        let limit = self.options.workers.get();
        let mut workers = self.lock();
        while workers.idle.is_empty() && workers.count >= limit {
            workers = self.returned.wait(workers).unwrap_or_else(PoisonError::into_inner);
        }
        let place = |id| Place { pool: self, id, worker: None };
        if let Some(worker) = workers.idle.pop() {
            return (place(Some(worker.id())), Some(worker));
        }
        workers.count += 1;
        (place(None), None)
    }

    fn start(&self) -> Result<Process, Error> {
        let setup = Setup {
            version: VERSION,
            languages: self.options.languages.names().to_vec(),
            tessdata: self.options.tessdata.clone(),
        };
        Process::start(&self.program, &setup)
    }

    fn lock(&self) -> MutexGuard<'_, Workers> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recognizer for WorkerPool {
    fn recognize(&self, copy: &Gray, dpi: Dpi) -> Result<PageText, Error> {
        self.read(Mode::Page, copy, dpi).map(|lines| layout::compose(&lines, copy.size))
    }

    fn legibility(&self, strip: &Gray, dpi: Dpi) -> Result<f32, Error> {
        self.read(Mode::Strip, strip, dpi).map(|lines| legibility::score(&lines))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut workers = self.pool.lock();
        match (self.worker.take(), self.id) {
            (Some(worker), _) => workers.idle.push(worker),
            (None, id) => {
                workers.count -= 1;
                id.map(|id| workers.ids.remove(&id));
            }
        }
        drop(workers);
        self.pool.returned.notify_one();
    }
}

fn head(mode: Mode, size: Size, dpi: Dpi) -> PictureHead {
    PictureHead { mode, size, dpi: dpi.value().round() as u32 }
}

fn check(mode: Mode, picture: &Gray, dpi: Dpi) -> Result<(), PictureFault> {
    head(mode, picture.size, dpi).check()?;
    let (expected, found) = (picture.size.area(), picture.pixels.len() as u64);
    if expected == found { Ok(()) } else { Err(PictureFault::WrongLength { expected, found }) }
}

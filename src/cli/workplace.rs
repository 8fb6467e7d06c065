//! Everything that a run works with, opened from the settings.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::exit::Exit;
use super::render::{Fault, say};
use super::signer;
use crate::base::files::{self, Lock};
use crate::base::time::Clock;
use crate::catalog::Catalog;
use crate::config::Settings;
use crate::deposit::{self, Warehouse};
use crate::intake::Passwords;
use crate::ocr::{self, WorkerPool};
use crate::pdf::font::Font;
use crate::pipeline::{self, Tools};
use crate::pki::revocation::{Cache, HostMap, Online};
use crate::pki::{self, FailOver, HttpAuthority, Patience, Signer, TimestampAuthority, TrustAnchors, demo};
use crate::review::Queue;
use crate::sign::{Appearance, CopyForm, Desk, Level, Mark, PadesLevel};
use crate::{classify, gate, intake, preprocess, raster, review};

/// The store and its index; locked against other processes of sohoa until this is dropped.
pub(crate) struct Store {
    /// Where documents go.
    pub warehouse: Warehouse,
    /// The index and the journal.
    pub catalog: Catalog,
    _lock: Lock,
}

impl Store {
    /// Opens the warehouse that the settings name, made where there is none.
    ///
    /// # Errors
    /// [`Fault`] with [`Exit::Warehouse`], or [`Exit::Usage`] when no warehouse is named.
    pub(crate) fn open(settings: &Settings) -> Result<Self, Fault> {
        let folder = Workplace::folder(settings)?;
        files::create_folders(folder).map_err(|error| warehouse_fault(folder, &error))?;
        let lock = take_lock(folder)?;
        let warehouse = Warehouse::open(folder, &deposit::Options::default()).map_err(|error| deposit_fault(&error))?;
        let catalog = Catalog::open(folder).map_err(|error| Fault::new(&error, error.hint(), Exit::Warehouse))?;
        Ok(Self { warehouse, catalog, _lock: lock })
    }
}

/// Opened tools; the warehouse stays locked against other runs until this is dropped.
pub(crate) struct Workplace {
    /// Threads for documents and pages.
    pub pool: ThreadPool,
    /// Where reports go.
    pub reports: PathBuf,
    store: Store,
    queue: Queue,
    recognizer: WorkerPool,
    signing: Signing,
    options: pipeline::Options,
    clock: Clock,
    stop: Arc<AtomicBool>,
    /// Signed with the warehouse's demo keys.
    pub is_demo: bool,
}

impl Workplace {
    /// The warehouse folder that the settings name.
    ///
    /// # Errors
    /// [`Fault`] when they name none.
    pub(crate) fn folder(settings: &Settings) -> Result<&Path, Fault> {
        settings.warehouse.as_deref().ok_or_else(|| {
            Fault::plain("no warehouse is named", "give --warehouse FOLDER, or set run.warehouse", Exit::Usage)
        })
    }

    /// Opens everything, and refuses before any work is done what would fail after it:
    /// a missing language model, an expired key, a locked warehouse.
    ///
    /// # Errors
    /// [`Fault`] with the exit code of its kind.
    pub(crate) fn open(settings: &Settings) -> Result<Self, Fault> {
        let folder = Self::folder(settings)?;
        let store = Store::open(settings)?;
        let recognizer = recognizer(settings)?;
        let signing = Signing::open(settings, Some(&folder.join("demo-keys")))?;
        let options = options(settings, signing.signer.as_ref())?;
        let queue =
            Queue::open(&folder.join("queue")).map_err(|error| Fault::new(&error, error.hint(), Exit::Warehouse))?;
        queue.sweep().map_err(|error| Fault::new(&error, error.hint(), Exit::Warehouse))?;
        let pool = threads(settings)?;
        Ok(Self {
            pool,
            reports: folder.join("reports"),
            store,
            queue,
            recognizer,
            signing,
            options,
            clock: settings.clock,
            stop: Arc::new(AtomicBool::new(false)),
            is_demo: settings.signing_key.is_none(),
        })
    }

    /// What the pipeline works with.
    pub(crate) fn tools(&self) -> Tools<'_> {
        Tools {
            recognizer: &self.recognizer,
            desk: self.signing.desk(),
            warehouse: &self.store.warehouse,
            catalog: &self.store.catalog,
            queue: &self.queue,
            clock: self.clock,
            stop: &self.stop,
            options: &self.options,
        }
    }

    /// Where held documents lie.
    pub(crate) fn queue_folder(&self) -> PathBuf {
        self.store.warehouse.path().join("queue")
    }

    /// Runs in it end after the documents in flight when `stop` is set.
    pub(crate) fn stopped_by(self, stop: &Arc<AtomicBool>) -> Self {
        Self { stop: Arc::clone(stop), ..self }
    }

    /// Whether another process works in the warehouse of the settings.
    pub(crate) fn is_busy(settings: &Settings) -> bool {
        let taken = |folder: &Path| Lock::try_take(&folder.join("run.lock"));
        settings.warehouse.as_deref().is_some_and(|folder| matches!(taken(folder), Ok(None)))
    }
}

/// As many threads as the settings want.
///
/// # Errors
/// [`Fault`] with [`Exit::Usage`] when the system gives fewer.
pub(crate) fn threads(settings: &Settings) -> Result<ThreadPool, Fault> {
    let pool = ThreadPoolBuilder::new().num_threads(settings.workers.get()).build();
    pool.map_err(|error| Fault::new(&error, Some("set fewer workers".to_owned()), Exit::Usage))
}

/// Set by the first Ctrl-C, which lets the documents in flight finish; the second ends the program at once.
///
/// # Errors
/// [`Fault`] when the handler cannot be set.
pub(crate) fn stop_on_interrupt() -> Result<Arc<AtomicBool>, Fault> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let handler = move || {
        if asked.swap(true, Ordering::Relaxed) {
            end_now();
        }
    };
    ctrlc::set_handler(handler).map_err(|error| Fault::new(&error, None, Exit::Bug))?;
    Ok(stop)
}

/// Every deposit is durable when it is acknowledged and the rest is resumed, so nothing is lost here.
#[expect(clippy::exit, reason = "the second Ctrl-C asks for the end of the process")]
fn end_now() {
    std::process::exit(i32::from(Exit::Interrupted as u8));
}

/// The recogniser of the settings, its engine and language models checked.
///
/// # Errors
/// [`Fault`] with [`Exit::Requirement`].
pub(crate) fn recognizer(settings: &Settings) -> Result<WorkerPool, Fault> {
    let program = std::env::current_exe()
        .map_err(|error| Fault::new(&error, Some("the program's own file cannot be found".to_owned()), Exit::Bug))?;
    let options = ocr::Options {
        languages: settings.languages.clone(),
        workers: settings.workers,
        deadline: settings.page_time,
        ..ocr::Options::default()
    };
    let pool = WorkerPool::new(program, options);
    pool.check().map_err(|error| Fault::new(&error, error.hint(), Exit::Requirement))?;
    Ok(pool)
}

fn take_lock(folder: &Path) -> Result<Lock, Fault> {
    let path = folder.join("run.lock");
    Lock::try_take(&path).map_err(|error| warehouse_fault(&path, &error))?.ok_or_else(|| {
        Fault::plain(
            format!("another sohoa process works in {}", folder.display()),
            "wait until it ends; the lock goes with its process, however it ends",
            Exit::Warehouse,
        )
    })
}

/// What signing takes, as the settings have it.
pub(crate) struct Signing {
    /// Holds the key.
    pub signer: Box<dyn Signer>,
    level: PadesLevel,
    authority: Option<Box<dyn TimestampAuthority>>,
    anchors: TrustAnchors,
    status: Online,
}

impl Signing {
    /// Opens the key of the settings, else demo keys, made on first use; nothing is signed yet. A status that nobody tells is warned of, but
    /// for demo keys, which nobody vouches for.
    ///
    /// # Errors
    /// [`Fault`] with [`Exit::Signing`]: a key or certificate that cannot sign today, or no key and no folder for a demo.
    pub(crate) fn open(settings: &Settings, demo_folder: Option<&Path>) -> Result<Self, Fault> {
        let signer: Box<dyn Signer> = match &settings.signing_key {
            Some(key) => signer::open(key, settings).map_err(|error| refused(&error))?.signer,
            None => Box::new(demo_keys(demo_folder, settings)?.organization),
        };
        let level = settings.pades;
        let authority = (level > PadesLevel::B).then(|| authority(settings, demo_folder)).transpose()?;
        let (anchors, status) = (trusted_roots(settings)?, status_source(settings));
        let signing = Self { signer, level, authority, anchors, status };
        signing.check(settings)?;
        Ok(signing)
    }

    fn check(&self, settings: &Settings) -> Result<(), Fault> {
        let now = settings.clock.now();
        if settings.signing_key.is_none() || !settings.checks_status {
            return pki::check_signer(self.signer.as_ref(), now).map_err(|error| refused(&error));
        }
        let unknown = self.desk().check(now).map_err(|error| Fault::new(&error, error.hint(), Exit::Signing))?;
        for unknown in unknown {
            say(&format!("warning: {unknown}"));
        }
        Ok(())
    }

    /// Where files are signed.
    pub(crate) fn desk(&self) -> Desk<'_> {
        let level = self.authority.as_deref().map_or(Level::B, |authority| self.level.by(authority));
        Desk { signer: self.signer.as_ref(), level, anchors: &self.anchors, status: &self.status }
    }
}

/// The time-stamp authorities of the settings, the next asked where one gives nothing; else that of demo keys.
///
/// # Errors
/// [`Fault`] with [`Exit::Signing`].
pub(crate) fn authority(settings: &Settings, demo_folder: Option<&Path>) -> Result<Box<dyn TimestampAuthority>, Fault> {
    let mut all: Vec<Box<dyn TimestampAuthority>> = Vec::new();
    for url in &settings.timestamp_urls {
        let authority = HttpAuthority::new(url, Patience::default()).map_err(|error| refused(&error))?;
        all.push(Box::new(authority.with_digest(settings.timestamp_digest)));
    }
    if all.is_empty() {
        return Ok(Box::new(demo_keys(demo_folder, settings)?.authority));
    }
    let first = all.remove(0);
    Ok(if all.is_empty() { first } else { Box::new(FailOver::new(first, all)) })
}

/// Where the status of certificates is asked, as the settings say.
pub(crate) fn status_source(settings: &Settings) -> Online {
    let cache = settings.status_cache.as_deref().map(Cache::in_folder);
    Online::new(settings.status_time, HostMap::new(settings.status_hosts.clone()), cache)
}

fn demo_keys(folder: Option<&Path>, settings: &Settings) -> Result<demo::DemoPki, Fault> {
    let folder = folder.ok_or_else(|| {
        let hint = "set sign.key, sign.module or sign.service, and sign.timestamp-url, or name a folder of demo keys";
        Fault::plain("no signing key or time-stamp authority is set", hint, Exit::Signing)
    })?;
    if !folder.is_dir() {
        let organization = settings.agency.as_deref().unwrap_or("UBND PHƯỜNG BÌNH MINH");
        let officer = settings.officer.as_deref().unwrap_or("Nguyễn Văn Thử");
        demo::create(folder, organization, officer, settings.clock.now()).map_err(|error| refused(&error))?;
    }
    demo::load(folder, settings.clock).map_err(|error| refused(&error))
}

fn refused(error: &pki::Error) -> Fault {
    Fault::new(error, error.hint(), Exit::Signing)
}

/// The text that Decree 30/2020 asks of copies and scans, in a Times-like font.
///
/// # Errors
/// [`Fault`] with [`Exit::Requirement`] when there is no such font.
pub(crate) fn appearance(settings: &Settings, signer: &dyn Signer) -> Result<Appearance, Fault> {
    let mark = Mark::Copy { form: CopyForm::Full, agency: agency(settings, signer) };
    font(settings).and_then(|font| {
        Appearance::text(mark, &font).map_err(|error| Fault::new(&error, error.hint(), Exit::Requirement))
    })
}

/// The font of the settings, else one of the system.
///
/// # Errors
/// [`Fault`] with [`Exit::Requirement`].
pub(crate) fn font(settings: &Settings) -> Result<Font, Fault> {
    let font = settings.font.as_deref().map_or_else(Font::find, Font::load);
    font.map_err(|error| Fault::new(&error, error.hint(), Exit::Requirement))
}

/// The agency of the settings, else the certificate's.
pub(crate) fn agency(settings: &Settings, signer: &dyn Signer) -> String {
    let named = || signer.chain().first().map_or_else(String::new, |own| own.common_name().to_owned());
    settings.agency.clone().unwrap_or_else(named)
}

fn options(settings: &Settings, signer: &dyn Signer) -> Result<pipeline::Options, Fault> {
    Ok(pipeline::Options {
        intake: intake_options(settings)?,
        preprocess: preprocess::Options::default(),
        classify: classify::Options::default(),
        review: review_options(settings),
        agency: agency(settings, signer),
        officer: settings.officer.clone(),
        level: settings.level,
        pictures: settings.pictures,
        appearance: appearance(settings, signer)?,
        owner: settings.owner.clone(),
        keep_source: settings.keep_source,
        asks_status: settings.asks_status,
    })
}

/// The thresholds of the settings.
pub(crate) fn review_options(settings: &Settings) -> review::Options {
    review::Options {
        document_type: settings.type_confidence,
        field: settings.field_confidence,
        page: settings.page_confidence,
        scan: gate::Thresholds::default(),
    }
}

/// The roots of the settings that signatures of input files are judged by; none where none are set.
///
/// # Errors
/// [`Fault`] for a file that cannot be read or holds no certificate.
pub(crate) fn trusted_roots(settings: &Settings) -> Result<TrustAnchors, Fault> {
    let Some(path) = &settings.trusted_roots else { return Ok(TrustAnchors::default()) };
    TrustAnchors::load(std::slice::from_ref(path)).map_err(|error| Fault::new(&error, error.hint(), Exit::Usage))
}

/// The passwords of the settings.
///
/// # Errors
/// [`Fault`] when their file cannot be read.
pub(crate) fn passwords(settings: &Settings) -> Result<Passwords, Fault> {
    let passwords = settings.password_file.as_deref().map_or_else(|| Ok(Passwords::default()), Passwords::read);
    passwords.map_err(|error| Fault::new(&error, error.hint(), Exit::Usage))
}

/// The limits and passwords of the settings.
///
/// # Errors
/// [`Fault`] when the file of passwords cannot be read.
pub(crate) fn intake_options(settings: &Settings) -> Result<intake::Options, Fault> {
    Ok(intake::Options {
        passwords: passwords(settings)?,
        limits: raster::Limits {
            max_pixels: settings.max_pixels,
            max_pages: settings.max_pages,
            max_bytes: settings.max_bytes,
        },
        blank_pages: settings.blank_pages,
        ..intake::Options::default()
    })
}

fn warehouse_fault(path: &Path, error: &std::io::Error) -> Fault {
    Fault {
        story: format!("the warehouse {} cannot be used: {error}", path.display()),
        hint: Some("name a folder on a local disk that you may write to".to_owned()),
        exit: Exit::Warehouse,
    }
}

fn deposit_fault(error: &deposit::Error) -> Fault {
    Fault::new(error, error.hint(), Exit::Warehouse)
}

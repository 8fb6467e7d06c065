//! `sohoa sign`: the organisation's signature on PDF files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::ValueEnum;

use super::verify::read;
use crate::base::source::{OnDisk, Source};
use crate::base::time::Timestamp;
use crate::base::units::PageNumber;
use crate::cli::documents::{self, Job};
use crate::cli::exit::Exit;
use crate::cli::render::{Fault, say};
use crate::cli::workplace::{self, Signing};
use crate::config::Settings;
use crate::intake::{Passwords, text};
use crate::pki::Signer;
use crate::sign::{
    self, Appearance, CopyForm, Desk, Ink, Lock, Mark, Order, Permission, Picture, Place, Signed, Spot, Terms,
};

/// Signs PDF files as they stand, at the level of sign.pades, as Decree 30/2020 has it: a text at the top right of page 1 of a copy or an
/// attachment, the picture of a signature between title and name, the picture of a seal over the left third of that
/// signature. A file whose signed copy is there already is passed over, so that an interrupted batch can be
/// started again.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// PDF files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Where the signed file goes; a folder where it is one, or where several files are signed.
    #[arg(short, long, value_name = "PATH")]
    output: PathBuf,
    /// Folder of demo keys, where no key is set; made by `sohoa keys demo`.
    #[arg(long, value_name = "FOLDER")]
    demo_keys: Option<PathBuf>,
    /// Certifies the document: 1 nothing may change, 2 fields may be filled, 3 annotations may be added too.
    #[arg(long, value_name = "1|2|3", value_parser = permission)]
    certify: Option<Permission>,
    /// Locks fields: all, include:NAME,NAME or exclude:NAME,NAME.
    #[arg(long, value_name = "FIELDS", value_parser = lock)]
    lock: Option<Lock>,
    /// What the signature looks like.
    #[arg(long, value_enum, default_value_t)]
    look: Look,
    /// How the copy was made.
    #[arg(long, value_enum, default_value_t)]
    copy_form: Form,
    /// Number and symbol of the document that the attachment belongs to.
    #[arg(long, value_name = "NUMBER", required_if_eq("look", "attachment"))]
    number: Option<String>,
    /// Who signs, as the paper names them; default for a signature: the name in the certificate.
    #[arg(long, value_name = "NAME")]
    signer: Option<String>,
    /// The page of `--at`.
    #[arg(long, value_name = "N", default_value = "1", requires = "at", value_parser = clap::value_parser!(u32).range(1..))]
    page: u32,
    /// The signature's top left corner, in millimetres from that of the page as it is shown.
    #[arg(long, value_name = "X,Y", value_parser = corner, conflicts_with = "field")]
    at: Option<(f32, f32)>,
    /// An empty signature field of the file, by its full name.
    #[arg(long, value_name = "NAME")]
    field: Option<String>,
}

/// What a signature looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Look {
    /// An organisation's on a copy or a scan: form of copy, organisation, time.
    #[default]
    Copy,
    /// An organisation's on an attachment in a file of its own: number of the document, time.
    Attachment,
    /// A person's on an original: the picture of the handwritten signature.
    Signature,
    /// An organisation's on an original: the picture of its seal.
    Seal,
    /// Nothing is shown.
    Invisible,
}

/// Forms of copies (Decree 30/2020, art. 25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// Sao y: the whole original.
    #[default]
    SaoY,
    /// Sao lục: of a copy.
    SaoLuc,
    /// Trích sao: of a part.
    TrichSao,
}

fn corner(text: &str) -> Result<(f32, f32), String> {
    let (left, top) = text.split_once(',').ok_or("expected two numbers such as 120,240")?;
    let number = |text: &str| text.trim().parse().map_err(|_| format!("`{text}` is no number"));
    Ok((number(left)?, number(top)?))
}

fn permission(text: &str) -> Result<Permission, String> {
    text.parse().ok().and_then(Permission::of).ok_or_else(|| "1, 2 or 3".to_owned())
}

fn lock(text: &str) -> Result<Lock, String> {
    let names =
        |names: &str| names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    match text.split_once(':') {
        None if text == "all" => Ok(Lock::All),
        Some(("include", fields)) => Ok(Lock::Include(names(fields))),
        Some(("exclude", fields)) => Ok(Lock::Exclude(names(fields))),
        _ => Err("all, include:NAME,NAME or exclude:NAME,NAME".to_owned()),
    }
}

/// Does what the arguments say; what is wrong with one file keeps no other from being signed.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    let jobs = if args.files.len() > 1 || args.output.is_dir() {
        documents::into_folder(&args.files, &args.output)?
    } else {
        documents::jobs(args.files.iter().map(|file| Job { file: file.clone(), target: args.output.clone() }))?
    };
    let signing = Signing::open(settings, args.demo_keys.as_deref())?;
    let signer = signing.signer.as_ref();
    let batch = Batch {
        settings,
        desk: signing.desk(),
        appearance: appearance(args, settings, signer)?.at(place(args, settings, signer)),
        seeks: args.seeks(),
        terms: Terms { certify: args.certify, lock: args.lock.clone() },
        passwords: workplace::passwords(settings)?,
        before: AtomicUsize::new(0),
    };
    let at_once = signer.most_at_once();
    let exit = documents::in_groups(&workplace::threads(settings)?, &jobs, at_once, |jobs| batch.sign(jobs));
    match batch.before.into_inner() {
        0 => {}
        1 => say("1 file was signed before and is left as it is"),
        count => say(&format!("{count} files were signed before and are left as they are")),
    }
    Ok(exit)
}

/// What is the same for all files.
struct Batch<'a> {
    settings: &'a Settings,
    desk: Desk<'a>,
    appearance: Appearance,
    /// Whether the place depends on what is written.
    seeks: bool,
    terms: Terms,
    passwords: Passwords,
    /// How many files had been signed before.
    before: AtomicUsize,
}

/// A file that is to be signed.
struct Opened<'a> {
    job: &'a Job,
    base: Arc<dyn Source>,
    password: Option<&'a str>,
    appearance: Appearance,
}

impl Batch<'_> {
    /// Signs some files by one call to the key, where it takes several.
    fn sign(&self, jobs: &[Job]) -> Vec<Result<(), Fault>> {
        let mut done = Vec::with_capacity(jobs.len());
        let mut opened = Vec::with_capacity(jobs.len());
        for job in jobs {
            match self.open(job) {
                Ok(file) => opened.extend(file),
                Err(fault) => done.push(Err(job.fault(fault))),
            }
        }
        let at = self.settings.clock.now();
        let orders: Vec<Order<'_>> = opened.iter().map(|file| self.order(file, at)).collect();
        let signed = self.desk.sign_files(&orders);
        done.extend(opened.iter().zip(signed).map(|(file, signed)| keep(file.job, signed)));
        done
    }

    fn order<'a>(&'a self, file: &'a Opened<'_>, at: Timestamp) -> Order<'a> {
        let (base, appearance) = (Arc::clone(&file.base), &file.appearance);
        Order { base, password: file.password, appearance, terms: &self.terms, at }
    }

    /// None where the signed copy is there already.
    fn open<'a>(&'a self, job: &'a Job) -> Result<Option<Opened<'a>>, Fault> {
        let base = job.open()?;
        if is_signed_copy(&job.target, base.as_ref()) {
            self.before.fetch_add(1, Ordering::Relaxed);
            return Ok(None);
        }
        let password = documents::password_of(base.as_ref(), &self.passwords);
        let appearance = if self.seeks { self.known(base.as_ref())? } else { self.appearance.clone() };
        Ok(Some(Opened { job, base, password, appearance }))
    }

    /// The appearance on a file whose words are read; of one that is too large to be read they are not known.
    fn known(&self, base: &dyn Source) -> Result<Appearance, Fault> {
        let limits = workplace::intake_options(self.settings)?.limits;
        if limits.check_bytes(base.length()).is_err() {
            return Ok(self.appearance.clone());
        }
        let unreadable = |error: &dyn std::fmt::Display| {
            Fault::plain(format!("could not be read: {error}"), "check the file", Exit::Input)
        };
        let bytes = base.bytes(0..base.length()).map_err(|error| unreadable(&error))?;
        let words = text::words(&Arc::from(&*bytes), &limits).map_err(|error| unreadable(&error))?;
        Ok(self.appearance.on(words))
    }
}

impl Args {
    /// Whether the place depends on what is written.
    fn seeks(&self) -> bool {
        self.look != Look::Invisible && self.at.is_none() && self.field.is_none()
    }
}

fn appearance(args: &Args, settings: &Settings, signer: &dyn Signer) -> Result<Appearance, Fault> {
    let font = || workplace::font(settings);
    let text =
        |mark| Appearance::text(mark, &font()?).map_err(|error| Fault::new(&error, error.hint(), Exit::Requirement));
    match args.look {
        Look::Invisible => Ok(Appearance::invisible()),
        Look::Copy => {
            let form = match args.copy_form {
                Form::SaoY => CopyForm::Full,
                Form::SaoLuc => CopyForm::OfCopy,
                Form::TrichSao => CopyForm::Extract,
            };
            text(Mark::Copy { form, agency: workplace::agency(settings, signer) })
        }
        Look::Attachment => text(Mark::Attachment { number: args.number.clone().unwrap_or_default() }),
        Look::Signature => {
            let (image, width) = (settings.signature_image.as_deref(), settings.signature_width);
            picture(image, width, Ink::Signature, "--signature-image FILE, or set sign.signature-image")
        }
        Look::Seal => {
            let (image, width) = (settings.seal_image.as_deref(), settings.seal_width);
            picture(image, width, Ink::Seal, "--seal-image FILE, or set sign.seal-image")
        }
    }
}

fn picture(image: Option<&Path>, width: Option<f32>, ink: Ink, given_by: &str) -> Result<Appearance, Fault> {
    let path = image.ok_or_else(|| Fault::plain("no picture is named", format!("give {given_by}"), Exit::Usage))?;
    let picture = Picture::read(&read(path)?, ink, width).map_err(|error| {
        let fault = Fault::new(&error, error.hint(), Exit::Usage);
        Fault { story: format!("{}: {}", path.display(), fault.story), ..fault }
    })?;
    Ok(Appearance::picture(picture, ink))
}

fn place(args: &Args, settings: &Settings, signer: &dyn Signer) -> Place {
    if let Some(field) = &args.field {
        return Place::Field(field.clone());
    }
    if let Some((left, top)) = args.at {
        return Place::At(Spot { page: PageNumber::at_index(args.page as usize - 1), left, top });
    }
    let own =
        || signer.chain().first().filter(|_| args.look == Look::Signature).map(|own| own.common_name().to_owned());
    Place::ByDecree { signer: args.signer.clone().or_else(own), otherwise: settings.fallback_place }
}

fn keep(job: &Job, signed: Result<Signed, sign::Error>) -> Result<(), Fault> {
    let signed = signed.map_err(|error| job.fault(Fault::new(&error, error.hint(), documents::exit_of(&error))))?;
    job.write(|out| signed.write(out))?;
    if let Some(notice) = signed.notice() {
        say(&format!("warning: {}: {notice}", job.target.display()));
    }
    Ok(())
}

/// Whether the target is this file with more behind it: a signed copy appears whole or not at all.
fn is_signed_copy(target: &Path, base: &dyn Source) -> bool {
    let Ok(there) = OnDisk::open(target) else { return false };
    let (mut at, mut same) = (0, there.length() > base.length());
    let read = crate::base::source::each_chunk(base, 0..base.length(), |chunk| {
        let end = at + chunk.len() as u64;
        same = same && there.bytes(at..end).is_ok_and(|bytes| *bytes == *chunk);
        at = end;
    });
    read.is_ok() && same
}

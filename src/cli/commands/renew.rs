//! `sohoa renew`: signed files are made to last longer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use crate::base::files;
use crate::base::source::{OnDisk, Source, each_chunk};
use crate::cli::documents::{self, unwritten};
use crate::cli::exit::Exit;
use crate::cli::render::{self, Fault};
use crate::cli::workplace;
use crate::config::Settings;
use crate::pki::TimestampAuthority;
use crate::pki::revocation::Online;
use crate::sign::proof::{self, Proofs};
use crate::sign::{self, Asking, Rules};

/// Renews the proof of signed PDF files, before what proves them ends: adds the status of all certificates and a
/// document time-stamp over everything (PAdES B-LTA). Files are only added to.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Signed PDF files, or folders of them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Folder for the renewed files; without it each file is replaced by its renewed self.
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Only files whose proof ends within so many days; without it all.
    #[arg(long, value_name = "DAYS")]
    within_days: Option<u32>,
    /// Trusted root certificates: PEM files, or folders of them with a trust.toml; default: sign.trusted-roots.
    #[arg(long, value_name = "PATH")]
    trust: Vec<PathBuf>,
    /// Folder of demo keys, whose time-stamp authority is asked where none is set.
    #[arg(long, value_name = "FOLDER")]
    demo_keys: Option<PathBuf>,
}

/// Does what the arguments say.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    let anchors =
        if args.trust.is_empty() { workplace::trusted_roots(settings)? } else { super::verify::anchors(&args.trust)? };
    let authority = workplace::authority(settings, args.demo_keys.as_deref())?;
    let status: Online = workplace::status_source(settings);
    let proofs = Proofs { anchors: &anchors, source: &status, at: settings.clock.now() };
    Ok(documents::each(&files(&args.paths), |file| renew(args, file, &proofs, authority.as_ref())))
}

/// The files named, and those in the folders named.
fn files(paths: &[PathBuf]) -> Vec<PathBuf> {
    let is_pdf = |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf"));
    let below = |path: &PathBuf| -> Vec<PathBuf> {
        let entries = WalkDir::new(path).sort_by_file_name().into_iter().flatten().map(walkdir::DirEntry::into_path);
        entries.filter(|entry| entry.is_file() && is_pdf(entry)).collect()
    };
    paths.iter().flat_map(|path| if path.is_dir() { below(path) } else { vec![path.clone()] }).collect()
}

fn renew(args: &Args, file: &Path, proofs: &Proofs<'_>, authority: &dyn TimestampAuthority) -> Result<(), Fault> {
    let named = |fault: Fault| Fault { story: format!("{}: {}", file.display(), fault.story), ..fault };
    let source = OnDisk::open(file).map_err(|error| {
        Fault::plain(format!("could not be read: {error}"), "check the path and its rights", Exit::Input)
    });
    let base: Arc<dyn Source> = Arc::new(source.map_err(named)?);
    if !is_due(args, base.as_ref(), proofs) {
        return render::print(&format!("{}: not due\n", file.display()));
    }
    let renewed = sign::renew(&base, proofs, authority, None)
        .map_err(|error| named(Fault::new(&error, error.hint(), Exit::Signing)))?;
    let target = match &args.output {
        Some(folder) => folder.join(file.file_name().unwrap_or_default()),
        None => file.to_owned(),
    };
    files::create_folder_of(&target).map_err(|error| unwritten(&target, &error))?;
    let write = |out: &mut dyn std::io::Write| {
        let mut written = Ok(());
        each_chunk(base.as_ref(), 0..base.length(), |chunk| {
            if written.is_ok() {
                written = out.write_all(chunk);
            }
        })?;
        written.and_then(|()| out.write_all(&renewed.tail))
    };
    files::write_atomically_by(&target, write).map_err(|error| unwritten(&target, &error))?;
    let until = renewed.proves_until.map_or_else(|| "?".to_owned(), |until| until.to_string());
    render::print(&format!("{}: renewed, proves until {until}\n", file.display()))
}

fn is_due(args: &Args, base: &dyn Source, proofs: &Proofs<'_>) -> bool {
    let Some(days) = args.within_days else { return true };
    let rules = Rules { anchors: proofs.anchors, at: proofs.at, revocation: Asking::File, password: None };
    let due = proof::due(&sign::verify(base, &rules));
    due.is_none_or(|due| due <= proofs.at.plus_seconds(i64::from(days) * 86_400))
}

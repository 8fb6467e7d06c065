//! `sohoa renew`: signed files are made to last longer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::base::source::Source;
use crate::base::time::Timestamp;
use crate::cli::documents::{self, Job};
use crate::cli::exit::Exit;
use crate::cli::render::{self, Fault};
use crate::cli::workplace;
use crate::config::Settings;
use crate::intake::Passwords;
use crate::pki::revocation::Online;
use crate::pki::{TimestampAuthority, TrustAnchors};
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
    let anchors = super::verify::trust(&args.trust, settings)?;
    let authority = workplace::authority(settings, args.demo_keys.as_deref())?;
    let (status, passwords) = (workplace::status_source(settings), workplace::passwords(settings)?);
    let jobs = jobs(args)?;
    let archivist = Archivist {
        within_days: args.within_days,
        anchors: &anchors,
        authority: authority.as_ref(),
        status: &status,
        passwords: &passwords,
    };
    Ok(documents::in_groups(&workplace::threads(settings)?, &jobs, 1, |jobs| {
        // Authorities and their answers go by the clock, and a batch may take hours.
        jobs.iter().map(|job| archivist.renew(job, settings.clock.now())).collect()
    }))
}

fn jobs(args: &Args) -> Result<Vec<Job>, Fault> {
    let files = files(&args.paths)?;
    if files.is_empty() {
        return Err(Fault::plain("there is no PDF file in what was named", "name signed PDF files", Exit::Input));
    }
    if let Some(folder) = &args.output {
        return documents::into_folder(&files, folder);
    }
    let folders: BTreeMap<&Path, &PathBuf> = files.iter().filter_map(|file| Some((file.parent()?, file))).collect();
    for file in folders.into_values() {
        if let Some(archive) = archive_of(file) {
            let story = format!(
                "{} is kept in the archive {}, which is not changed in place",
                file.display(),
                archive.display()
            );
            return Err(Fault::plain(story, "name a folder for the renewed files by -o", Exit::Usage));
        }
    }
    Ok(files.into_iter().map(|file| Job { target: file.clone(), file }).collect())
}

/// The files named, and those in the folders named.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Fault> {
    let is_pdf = |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf"));
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        for entry in WalkDir::new(path).sort_by_file_name() {
            let entry = entry.map_err(|error| {
                let story = format!("{} could not be read: {error}", path.display());
                Fault::plain(story, "check the folder and its rights", Exit::Input)
            })?;
            files.extend((entry.file_type().is_file() && is_pdf(entry.path())).then(|| entry.into_path()));
        }
    }
    Ok(files)
}

/// The OCFL object or root that a file is in: its fixity is kept in an inventory beside it.
fn archive_of(file: &Path) -> Option<PathBuf> {
    let file = std::fs::canonicalize(file).ok()?;
    let is_declaration = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with("0=ocfl_");
    let is_archive = |folder: &&Path| {
        std::fs::read_dir(folder).is_ok_and(|entries| entries.filter_map(Result::ok).any(is_declaration))
    };
    file.ancestors().skip(1).find(is_archive).map(Path::to_owned)
}

/// What renews one file after the other.
struct Archivist<'a> {
    within_days: Option<u32>,
    anchors: &'a TrustAnchors,
    authority: &'a dyn TimestampAuthority,
    status: &'a Online,
    passwords: &'a Passwords,
}

impl Archivist<'_> {
    fn renew(&self, job: &Job, at: Timestamp) -> Result<(), Fault> {
        let proofs = Proofs { anchors: self.anchors, source: self.status, at };
        let base = job.open().map_err(|fault| job.fault(fault))?;
        let password = documents::password_of(base.as_ref(), self.passwords);
        if !self.is_due(base.as_ref(), &proofs, password) {
            return render::print(&format!("{}: not due\n", job.file.display()));
        }
        let renewed = sign::renew(&base, &proofs, self.authority, password)
            .map_err(|error| job.fault(Fault::new(&error, error.hint(), documents::exit_of(&error))))?;
        job.write(|out| renewed.write(out))?;
        let until = renewed.proves_until.map_or_else(|| "?".to_owned(), |until| until.to_string());
        render::print(&format!("{}: renewed, proves until {until}\n", job.file.display()))
    }

    fn is_due(&self, base: &dyn Source, proofs: &Proofs<'_>, password: Option<&str>) -> bool {
        let Some(days) = self.within_days else { return true };
        let rules = Rules { anchors: proofs.anchors, at: proofs.at, revocation: Asking::File, password };
        let due = proof::due(&sign::verify(base, &rules));
        due.is_none_or(|due| due <= proofs.at.plus_seconds(i64::from(days) * 86_400))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_an_archive_are_known() {
        let place = tempfile::tempdir().expect("temporary folder");
        let object = place.path().join("abc/v1/content");
        std::fs::create_dir_all(&object).expect("made");
        let file = object.join("document.pdf");
        std::fs::write(&file, b"%PDF-").expect("written");
        assert_eq!(archive_of(&file), None);
        std::fs::write(place.path().join("abc/0=ocfl_object_1.1"), b"ocfl_object_1.1\n").expect("written");
        assert!(archive_of(&file).is_some_and(|archive| archive.ends_with("abc")));
    }
}

//! `sohoa verify`: the signatures of PDF files.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::base::files;
use crate::base::source::OnDisk;
use crate::cli::documents::{self, unwritten};
use crate::cli::exit::Exit;
use crate::cli::render::{self, Fault};
use crate::cli::workplace;
use crate::config::Settings;
use crate::pki::revocation::Recorded;
use crate::pki::{Crl, Evidence, TrustAnchors};
use crate::report::{Verified, signatures_html, signatures_json};
use crate::sign::{Asking, Indication, Report, Rules, SignatureReport, verify};

/// Verifies every signature of PDF files against trusted root certificates.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// PDF files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Trusted root certificates: PEM files, or folders of them with a trust.toml; may be given again; default: sign.trusted-roots.
    #[arg(long, value_name = "PATH")]
    trust: Vec<PathBuf>,
    /// Judge as of this time instead of now: 2036-05-01T00:00:00Z.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Ask the OCSP and CRL addresses in the certificates for what the file does not bring.
    #[arg(long)]
    online: bool,
    /// A revocation list (DER) for what the file does not bring; may be given again.
    #[arg(long, value_name = "FILE", conflicts_with = "online")]
    crl: Vec<PathBuf>,
    /// Do not ask whether certificates were revoked.
    #[arg(long, conflicts_with_all = ["online", "crl"])]
    no_revocation: bool,
    /// How results are printed.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Also writes one HTML page with all results.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// One line of JSON for each file.
    Json,
}

/// Does what the arguments say: [`Exit::Invalid`] when a signature of any file is, [`Exit::Undecided`] when one cannot be judged or
/// there is none.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    let anchors = trust(&args.trust, settings)?;
    let passwords = workplace::passwords(settings)?;
    let at = match &args.at {
        Some(text) => text.parse().map_err(|_| {
            Fault::plain(format!("`{text}` is no time"), "write it as 2036-05-01T00:00:00Z", Exit::Usage)
        })?,
        None => settings.clock.now(),
    };
    let (online, lists) = (workplace::status_source(settings), lists(&args.crl)?);
    let revocation = match () {
        () if args.no_revocation => Asking::Nothing,
        () if args.online => Asking::Source(&online),
        () if !args.crl.is_empty() => Asking::Source(&lists),
        () => Asking::File,
    };
    let rules = Rules { anchors: &anchors, at, revocation, password: None };
    let hint = args.advice();
    let mut verified: Vec<(String, Report)> = Vec::new();
    let exit = documents::each(&args.files, |path| {
        let source = OnDisk::open(path).map_err(|error| unreadable(path, &error))?;
        let password = documents::password_of(&source, &passwords);
        let (name, report) = (path.display().to_string(), verify(&source, &Rules { password, ..rules }));
        render::print(&print(args.format, &Verified { file: &name, report: &report, at })?)?;
        let fault = fault(path, &report, hint);
        verified.push((name, report));
        fault.map_or(Ok(()), Err)
    });
    if let Some(path) = &args.html {
        let files: Vec<Verified<'_>> = verified.iter().map(|(file, report)| Verified { file, report, at }).collect();
        files::write_atomically(path, signatures_html(&files).as_bytes()).map_err(|error| unwritten(path, &error))?;
    }
    Ok(exit)
}

/// What a verdict that is not valid asks of whoever called.
fn fault(path: &Path, report: &Report, advice: Option<&str>) -> Option<Fault> {
    if report.is_valid() {
        return None;
    }
    let story = format!("{}: {}", path.display(), report.verdict().english);
    let hint = advice.filter(|_| report.sub_indication() == Some("TRY_LATER")).map(str::to_owned);
    let exit = if report.indication() == Indication::Invalid { Exit::Invalid } else { Exit::Undecided };
    Some(Fault { story, hint, exit })
}

impl Args {
    /// What may help where the status of a certificate is not known.
    fn advice(&self) -> Option<&'static str> {
        let asks = self.online || !self.crl.is_empty();
        (!asks).then_some("ask its authority by --online, or give its revocation list by --crl FILE")
    }
}

/// Revocation lists from files.
fn lists(files: &[PathBuf]) -> Result<Recorded, Fault> {
    let mut evidence = Evidence::default();
    for path in files {
        let list = Crl::read(&read(path)?).map_err(|error| {
            let story = format!("{} is no revocation list: {error}", path.display());
            Fault::plain(story, "give a CRL in DER", Exit::Usage)
        })?;
        evidence.crls.push(list);
    }
    Ok(Recorded(evidence))
}

fn print(format: Format, verified: &Verified<'_>) -> Result<String, Fault> {
    if format == Format::Json {
        let json = signatures_json(verified).map_err(|error| Fault::new(&error, None, Exit::Bug))?;
        return Ok(json + "\n");
    }
    let verdict = verified.report.verdict();
    let mut text = format!("{}: {}\n  {}\n", verified.file, verdict.vietnamese, verdict.english);
    text.extend(verified.report.signatures.iter().map(signature));
    for finding in &verified.report.findings {
        text += &format!("  - {finding} / {}\n", finding.vietnamese());
    }
    Ok(text)
}

/// The seven facts that Circular 15/2025/TT-BKHCN, art. 6, wants shown, and what was found.
fn signature(report: &SignatureReport) -> String {
    let unknown = || "-".to_owned();
    let state = match report.indication() {
        Indication::Valid => "valid",
        Indication::Indeterminate => "indeterminate",
        Indication::Invalid => "INVALID",
    };
    let mut text = format!("  {} ({state})\n", report.field);
    for (label, value) in [
        ("signer", report.signer.clone()),
        ("organization", report.organization.clone()),
        ("unit", report.unit.clone()),
        ("issued by", report.issuer.clone()),
        ("certificate term", report.term.map(|(from, to)| format!("{from} to {to}"))),
        ("time claimed", report.claimed_at.map(|time| time.to_string())),
        ("time stamped", report.stamped_at.map(|time| time.to_string())),
        ("level", report.level.map(|level| level.to_string())),
        ("algorithms", report.algorithm.clone()),
        (
            "covers",
            Some(if report.covers_whole_file {
                "the whole file".to_owned()
            } else {
                format!("the first {} bytes", report.covers_to)
            }),
        ),
    ] {
        text += &format!("    {label:<17} {}\n", value.unwrap_or_else(unknown));
    }
    for finding in &report.findings {
        text += &format!("    - {finding} / {}\n", finding.vietnamese());
    }
    text
}

/// The trusted roots named, else those of the settings.
///
/// # Errors
/// [`Fault`] where there are none, and for a file that cannot be read or holds no certificate.
pub(crate) fn trust(named: &[PathBuf], settings: &Settings) -> Result<TrustAnchors, Fault> {
    if !named.is_empty() {
        return TrustAnchors::load(named).map_err(|error| Fault::new(&error, error.hint(), Exit::Usage));
    }
    if settings.trusted_roots.is_none() {
        let hint = "give --trust PATH, or set sign.trusted-roots";
        return Err(Fault::plain("no trusted root certificates are named", hint, Exit::Usage));
    }
    workplace::trusted_roots(settings)
}

/// The bytes of a file named on the command line.
///
/// # Errors
/// [`Fault`] naming the file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    fs::read(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Fault {
    Fault::plain(format!("{} could not be read: {error}", path.display()), "check the path and its rights", Exit::Input)
}

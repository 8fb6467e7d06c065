//! `sohoa verify`: the signatures of PDF files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::documents;
use crate::cli::exit::Exit;
use crate::cli::render::{self, Fault};
use crate::config::Settings;
use crate::pki::TrustAnchors;
use crate::sign::{Indication, SignatureReport, verify};

/// Verifies every signature of PDF files against trusted root certificates.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// PDF files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Trusted root certificates, PEM; may be given again.
    #[arg(long, value_name = "FILE", required = true)]
    trust: Vec<PathBuf>,
}

/// Does what the arguments say: [`Exit::Invalid`] when any file has a fault, or no signature.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    let anchors = anchors(&args.trust)?;
    Ok(documents::each(&args.files, |path| {
        let report = verify(&read(path)?, &anchors, settings.clock.now());
        let verdict = report.verdict();
        let mut text = format!("{}: {}\n  {}\n", path.display(), verdict.vietnamese, verdict.english);
        text.extend(report.signatures.iter().map(signature));
        for finding in &report.findings {
            text += &format!("  - {finding}\n");
        }
        render::print(&text)?;
        if report.is_valid() {
            return Ok(());
        }
        let story = format!("{}: {}", path.display(), verdict.english);
        Err(Fault { story, hint: None, exit: Exit::Invalid })
    }))
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
        ("issued by", report.issuer.clone()),
        ("certificate term", report.term.map(|(from, to)| format!("{from} to {to}"))),
        ("time claimed", report.claimed_at.map(|time| time.to_string())),
        ("time stamped", report.stamped_at.map(|time| time.to_string())),
        ("level", report.level.map(|level| level.to_string())),
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

/// Trusted roots from PEM files.
///
/// # Errors
/// [`Fault`] for a file that cannot be read or holds no certificate.
pub(crate) fn anchors(files: &[PathBuf]) -> Result<TrustAnchors, Fault> {
    TrustAnchors::load(files).map_err(|error| Fault::new(&error, error.hint(), Exit::Usage))
}

/// The bytes of a file named on the command line.
///
/// # Errors
/// [`Fault`] naming the file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    fs::read(path).map_err(|error| {
        Fault::plain(
            format!("{} could not be read: {error}", path.display()),
            "check the path and its rights",
            Exit::Input,
        )
    })
}

//! `sohoa doctor`: what this machine has, what is missing, and how to get it.

use std::path::Path;

use crate::cli::exit::Exit;
use crate::cli::render::{self, Fault};
use crate::cli::{signer, workplace};
use crate::config::Settings;
use crate::pki::{self, SignatureAlgorithm};

/// Checks everything, and prints a line for each: fine, or what to do. A PIN is asked for where the key has one.
pub(crate) fn run(settings: &Settings) -> Result<Exit, Fault> {
    let checks = [recognition(settings), fonts(settings), signing(settings), warehouse(settings)];
    let mut worst = Exit::Done;
    for check in checks {
        match check {
            Ok(line) => render::print(&format!("ok       {line}\n"))?,
            Err(fault) => {
                let hint = fault.hint.map_or(String::new(), |hint| format!("\n         {hint}"));
                render::print(&format!("MISSING  {}{hint}\n", fault.story))?;
                worst = worst.max(fault.exit);
            }
        }
    }
    Ok(worst)
}

fn recognition(settings: &Settings) -> Result<String, Fault> {
    let facts = workplace::recognizer(settings)?
        .engine()
        .map_err(|error| Fault::new(&error, error.hint(), Exit::Requirement))?;
    Ok(format!("Tesseract {} with {}", facts.tesseract, settings.languages))
}

fn fonts(settings: &Settings) -> Result<String, Fault> {
    Ok(format!("font of the visible signature text: {}", workplace::font(settings)?.name()))
}

/// A certificate that ends sooner is told: a new one takes weeks.
const SOON_DAYS: i64 = 30;

fn signing(settings: &Settings) -> Result<String, Fault> {
    let refused = |error: pki::Error| Fault::new(&error, error.hint(), Exit::Signing);
    let Some(key) = &settings.signing_key else {
        return Ok("no signing key is set: demo keys, without legal value, are made in the warehouse".to_owned());
    };
    let opened = signer::open(key, settings).map_err(refused)?;
    let now = settings.clock.now();
    pki::check_signer(opened.signer.as_ref(), now).map_err(refused)?;
    let certificate = opened.signer.chain().first().ok_or(pki::Error::NoCertificate).map_err(refused)?;
    let days = (certificate.not_after().unix() - now.unix()) / 86_400;
    let kind = certificate.public_key().map_or_else(String::new, |key| key.kind().to_string());
    let padding =
        if matches!(opened.signer.algorithm(), SignatureAlgorithm::RsaPss(_)) { " by RSASSA-PSS" } else { "" };
    let mut line = format!(
        "signing by {} ({kind}{padding}): certificate of {}, issued by {}, valid until {}, {days} days left",
        opened.place,
        certificate.common_name(),
        certificate.issuer_name(),
        certificate.not_after()
    );
    if days < SOON_DAYS {
        line += "\nWARNING  the signing certificate ends soon: renew it now";
    }
    if let Some(caution) = opened.caution {
        line += &format!("\nWARNING  {}: {caution}", opened.place);
    }
    Ok(line)
}

fn warehouse(settings: &Settings) -> Result<String, Fault> {
    let Some(folder) = &settings.warehouse else {
        return Ok("no warehouse is set; give one with --warehouse".to_owned());
    };
    let refused = |error: &std::io::Error| {
        let story = format!("warehouse {}: {error}", folder.display());
        Fault::plain(story, "name a folder on a local disk that you may write to", Exit::Warehouse)
    };
    let existing = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let free = crate::base::files::free_space(existing).map_err(|error| refused(&error))?;
    Ok(format!("warehouse {} with {} GB free", folder.display(), free / 1_000_000_000))
}

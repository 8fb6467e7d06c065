//! `sohoa keys`: making keys, and showing those of a token or service.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::cli::exit::Exit;
use crate::cli::render::{self, Fault};
use crate::cli::secrets;
use crate::config::{Settings, SigningKey};
use crate::pki::pkcs11::{Module, TokenFacts};
use crate::pki::remote::{self, Account, Waiting};
use crate::pki::{self, Certificate, demo};

/// Makes keys, and lists those of a token or service.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Makes a demo PKI: root, issuing CA, organisation, officer, time-stamp authority. For trials only.
    Demo {
        /// Where; a new folder.
        folder: PathBuf,
        /// The organisation's name in its certificate.
        #[arg(long, default_value = "UBND PHƯỜNG BÌNH MINH")]
        organization: String,
        /// The officer's name in the certificate.
        #[arg(long, default_value = "Nguyễn Văn Thử")]
        officer_name: String,
    },
    /// Lists the tokens that a PKCS#11 module sees and what they hold (--module), or the credentials of a signing service
    /// (--service).
    List {
        /// Logs in to the token, because private keys are not shown before.
        #[arg(long)]
        login: bool,
    },
}

/// Does what the arguments say.
pub(crate) fn run(args: Args, settings: &Settings) -> Result<Exit, Fault> {
    match args.verb {
        Verb::Demo { folder, organization, officer_name } => make_demo(&folder, &organization, &officer_name, settings),
        Verb::List { login } => list(login, settings),
    }
}

fn make_demo(folder: &Path, organization: &str, officer: &str, settings: &Settings) -> Result<Exit, Fault> {
    demo::create(folder, organization, officer, settings.clock.now()).map_err(|error| refused(&error))?;
    render::print(&format!(
        "demo keys are in {}\ntheir certificates say that they are a demo; never sign a real paper with them\n",
        folder.display()
    ))?;
    Ok(Exit::Done)
}

fn list(login: bool, settings: &Settings) -> Result<Exit, Fault> {
    let rows = match &settings.signing_key {
        Some(SigningKey::Token { choice, .. }) => {
            let module = Module::open(&choice.module).map_err(|error| refused(&error.into()))?;
            let mut tokens = module.tokens().map_err(|error| refused(&error.into()))?;
            if login {
                // A PIN is given to no token but the one that is meant.
                tokens = vec![module.find(choice.token.as_deref()).map_err(|error| refused(&error.into()))?];
            }
            let rows = tokens.iter().map(|token| entries(&module, token, login, settings));
            rows.collect::<Result<Vec<_>, _>>()?.concat()
        }
        Some(SigningKey::Service { choice, account, .. }) => {
            let account = Account::load(account).map_err(|error| refused(&error))?;
            let found = remote::credentials(choice, account, Waiting::default()).map_err(|error| refused(&error))?;
            found.into_iter().map(credential).collect()
        }
        Some(SigningKey::File(_)) | None => {
            let hint = "give --module, the PKCS#11 library of the token's maker, or --service and --service-account";
            return Err(Fault::plain("neither a token nor a service is set", hint, Exit::Usage));
        }
    };
    render::print(&render::table(&rows))?;
    Ok(Exit::Done)
}

/// The token, then a line for each of its keys and certificates.
fn entries(module: &Module, token: &TokenFacts, login: bool, settings: &Settings) -> Result<Vec<Vec<String>>, Fault> {
    let pin = login.then(|| secrets::pin(settings));
    let entries = module.entries(token, pin).map_err(|error| refused(&error))?;
    let caution = token.caution().map_or_else(String::new, str::to_owned);
    let mut rows = vec![vec![token.name(), token.model(), caution]];
    rows.extend(entries.into_iter().map(|entry| {
        let kind = if entry.private { "key" } else { "certificate" };
        let name = format!("  {kind} `{}` (id {})", entry.label, entry.id);
        [vec![name], holder(entry.certificate.as_ref())].concat()
    }));
    Ok(rows)
}

fn credential(facts: remote::CredentialFacts) -> Vec<String> {
    let note = facts.unusable.unwrap_or_else(|| format!("{} at once", facts.most_at_once));
    [vec![facts.id], holder(facts.certificate.as_ref()), vec![note]].concat()
}

/// Whose certificate it is, and until when.
fn holder(certificate: Option<&Certificate>) -> Vec<String> {
    certificate.map_or_else(
        || vec!["no certificate".to_owned(), String::new()],
        |own| vec![own.common_name().to_owned(), format!("until {}", own.not_after())],
    )
}

fn refused(error: &pki::Error) -> Fault {
    Fault::new(error, error.hint(), Exit::Signing)
}

//! The signer that the settings name: in a file, on a token, behind a service.

use std::path::Path;

use super::secrets;
use crate::config::{Settings, SigningKey};
use crate::pki::remote::{Account, Factors, Waiting};
use crate::pki::{Certificate, Error, FileKey, ServiceKey, Signer, TokenKey};

/// A signer, and what a person should know of it.
pub(crate) struct Opened {
    /// It.
    pub signer: Box<dyn Signer>,
    /// Where its key is, in words.
    pub place: String,
    /// What to be careful with.
    pub caution: Option<&'static str>,
}

/// Opens the key, with its PIN or password where it wants one.
///
/// # Errors
/// Those of [`FileKey::open`], [`TokenKey::open`] and [`ServiceKey::open`].
pub(crate) fn open(key: &SigningKey, settings: &Settings) -> Result<Opened, Error> {
    Ok(match key {
        SigningKey::File(file) => {
            let signer = FileKey::open(file, &secrets::pin(settings))?;
            Opened { signer: Box::new(signer), place: format!("key file {}", file.key.display()), caution: None }
        }
        SigningKey::Token { choice, certificates } => {
            let given = given(certificates.as_deref())?;
            let signer = TokenKey::open(choice, &given, secrets::pin(settings))?;
            let (place, caution) = (format!("key `{}` on {}", signer.name(), signer.token()), signer.caution());
            Opened { signer: Box::new(signer), place, caution }
        }
        SigningKey::Service { choice, account, certificates } => {
            let factors = Factors { pin: secrets::pin(settings), otp: secrets::otp(settings) };
            let (account, given) = (Account::load(account)?, given(certificates.as_deref())?);
            let signer = ServiceKey::open(choice, account, &given, factors, Waiting::default())?;
            let place = format!("{}, {} at once", signer.name(), signer.most_at_once());
            Opened { signer: Box::new(signer), place, caution: None }
        }
    })
}

fn given(file: Option<&Path>) -> Result<Vec<Certificate>, Error> {
    let Some(path) = file else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    Certificate::all_from_pem(&text)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::*;
    use crate::config::Layers;
    use crate::pki::demo;

    #[test]
    #[expect(clippy::print_stderr, reason = "says that it was skipped")]
    fn a_key_file_is_opened_by_the_password_of_the_settings() {
        let place = tempfile::tempdir().expect("temporary folder");
        let settings = |pairs: &[(&str, &str)]| {
            let mut layers = Layers::default();
            for (name, value) in pairs {
                layers.flag(name, Some((*value).to_owned()));
            }
            Settings::resolve(&layers).expect("valid")
        };
        let plain = settings(&[]);
        let keys = demo::create(&place.path().join("demo"), "UBND", "Nguyễn Văn Thử", plain.clock.now()).expect("made");
        let password = place.path().join("password");
        std::fs::write(&password, "mật khẩu\n").expect("written");
        std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o600)).expect("changed");
        let file = place.path().join("key.p12");
        let made = Command::new("openssl")
            .args(["pkcs12", "-export", "-passout"])
            .arg(format!("file:{}", password.display()))
            .args(["-inkey".as_ref(), keys.organization_key().as_os_str()])
            .args(["-in".as_ref(), keys.organization_chain().as_os_str()])
            .args(["-out".as_ref(), file.as_os_str()])
            .output();
        if !made.is_ok_and(|made| made.status.success()) {
            eprintln!("skipped: openssl is not installed");
            return;
        }
        let from = format!("file:{}", password.display());
        let settings = settings(&[("sign.key", &file.to_string_lossy()), ("sign.pin-from", &from)]);
        let key = settings.signing_key.clone().expect("set");
        let opened = open(&key, &settings).expect("opened");
        assert!(opened.place.contains("key.p12") && opened.caution.is_none());
        assert_eq!(opened.signer.chain().len(), 2);
        assert!(opened.signer.sign(b"message").is_ok());
    }
}

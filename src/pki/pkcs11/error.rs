//! What goes wrong with modules and tokens, and what to do then.

use std::path::PathBuf;

/// Why a token gave no signature.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The module cannot be loaded.
    #[error("the PKCS#11 module `{}` cannot be loaded: {why}", path.display())]
    Module {
        /// The module.
        path: PathBuf,
        /// Why, in the loader's words.
        why: String,
    },
    /// The token is not there.
    #[error("{}: {}", wanted.as_ref().map_or("no token".to_owned(), |wanted| format!("no token `{wanted}`")), seen(found))]
    NoToken {
        /// Label or serial number asked for.
        wanted: Option<String>,
        /// The tokens that are there.
        found: Vec<String>,
    },
    /// More than one token fits.
    #[error("more than one token: {}", found.join(", "))]
    SeveralTokens {
        /// Those that fit.
        found: Vec<String>,
    },
    /// The key is not there.
    #[error("{token} holds no private key{}: {}", wanted.as_ref().map_or(String::new(), |wanted| format!(" `{wanted}`")), seen(found))]
    NoKey {
        /// The token.
        token: String,
        /// What was asked for.
        wanted: Option<String>,
        /// The keys that are there.
        found: Vec<String>,
    },
    /// More than one key fits.
    #[error("{token} holds more than one key: {}", found.join(", "))]
    SeveralKeys {
        /// The token.
        token: String,
        /// Those that fit.
        found: Vec<String>,
    },
    /// There is a key and no certificate of it.
    #[error("{token} holds the key `{key}` and no certificate of it")]
    NoCertificate {
        /// The token.
        token: String,
        /// The key.
        key: String,
    },
    /// The token refused the PIN.
    #[error("{token} refused the PIN{}", caution.map_or(String::new(), |caution| format!("; {caution}")))]
    PinRefused {
        /// The token.
        token: String,
        /// What the token says of further tries.
        caution: Option<&'static str>,
    },
    /// The PIN is locked.
    #[error("the PIN of {token} is locked")]
    PinLocked {
        /// The token.
        token: String,
    },
    /// The next wrong PIN locks the token, and nobody is there to be asked.
    #[error("the next wrong PIN locks {token}, so it is not given without a person")]
    LastTry {
        /// The token.
        token: String,
    },
    /// The PIN has to be changed or set first.
    #[error("{token} wants its PIN set or changed first")]
    PinToBeChanged {
        /// The token.
        token: String,
    },
    /// The token went away.
    #[error("{token} does not answer any more: {why}")]
    Lost {
        /// The token.
        token: String,
        /// Its last words.
        why: String,
    },
    /// The token cannot sign like this by this key.
    #[error("{token} does not sign like this by the key: {why}")]
    Mechanism {
        /// The token.
        token: String,
        /// Its words.
        why: String,
    },
    /// Anything else that the token says.
    #[error("{token}: {why}")]
    Device {
        /// The token.
        token: String,
        /// Its words.
        why: String,
    },
    /// The token gave something else than a signature by its key.
    #[error("what {token} gave is no signature by the key of `{subject}`")]
    WrongSignature {
        /// The token.
        token: String,
        /// The certificate.
        subject: String,
    },
}

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Module { why, .. } => module_hint(why).to_owned(),
            Self::NoToken { wanted: None, .. } => {
                "plug the token in; `sohoa keys list` shows what the module sees".to_owned()
            }
            Self::NoToken { .. } => {
                "plug the token in, or set sign.token to a label or serial number that is there".to_owned()
            }
            Self::SeveralTokens { .. } => "set sign.token to the label or serial number of one".to_owned(),
            Self::NoKey { .. } | Self::SeveralKeys { .. } => {
                "set sign.token-key to the label or id of one; `sohoa keys list --login` shows them".to_owned()
            }
            Self::NoCertificate { .. } => "give the key's certificate, PEM, in sign.certificate".to_owned(),
            Self::PinRefused { .. } => {
                "it was tried once and not again, because tokens lock; check the PIN, then start again".to_owned()
            }
            Self::PinLocked { .. } => {
                "unlock it by its PUK in the software of the token's maker, or ask who issued it".to_owned()
            }
            Self::LastTry { .. } => {
                "log in by hand once with the right PIN: set sign.pin-from to `prompt`, or use the maker's software"
                    .to_owned()
            }
            Self::PinToBeChanged { .. } => "set the PIN in the software of the token's maker".to_owned(),
            Self::Lost { .. } => "plug the token in again, then start again: what is signed stays signed".to_owned(),
            Self::Mechanism { .. } => "set sign.scheme to `pkcs1`, or check the key's permitted uses".to_owned(),
            Self::Device { .. } => "check the token with `pkcs11-tool --test --login`".to_owned(),
            Self::WrongSignature { .. } => {
                "check that the certificate is that of this key; else have the token replaced".to_owned()
            }
        }
    }
}

fn module_hint(why: &str) -> &'static str {
    if why.contains("wrong ELF class")
        || why.contains("invalid ELF header")
        || why.contains("cannot open shared object")
    {
        "set sign.module to the maker's library for Linux on this machine's architecture, such as \
         /usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
    } else {
        "set sign.module to the PKCS#11 library of the token's maker, and install what it needs"
    }
}

fn seen(found: &[String]) -> String {
    if found.is_empty() { "none is there".to_owned() } else { format!("there are {}", found.join(", ")) }
}

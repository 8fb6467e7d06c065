//! Who one is for a service: a file that only its owner may read.

use std::path::Path;

use serde::Deserialize;

use super::super::pin::{self, Secret};
use super::Error;

/// How an account logs in.
#[derive(Clone)]
pub enum Account {
    /// A bearer token that was had elsewhere.
    Bearer(Secret),
    /// OAuth 2.0 client credentials (RFC 6749, 4.4).
    Client {
        /// Its id.
        id: String,
        /// Its secret.
        secret: Secret,
        /// Where tokens are given.
        token_url: String,
    },
    /// User and password at `auth/login` (CSC v1.0.4, 11.2).
    Login {
        /// The user.
        user: String,
        /// The password.
        password: Secret,
    },
}

/// No account file is larger; a token may have some kilobytes.
const LARGEST: u64 = 65_536;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Lines {
    token: Option<Secret>,
    client_id: Option<String>,
    client_secret: Option<Secret>,
    token_url: Option<String>,
    user: Option<String>,
    password: Option<Secret>,
}

impl Account {
    /// Reads a TOML file that only its owner may read: `token`, or `client-id`, `client-secret` and `token-url`,
    /// or `user` and `password`.
    ///
    /// # Errors
    /// [`pin::Error`] within [`super::super::Error::Pin`] when others may read it, [`Error::Account`] for another content.
    pub fn load(path: &Path) -> Result<Self, super::super::Error> {
        let text: Secret = pin::private_text(path, LARGEST)?;
        let wrong = |why: &str| Error::Account { path: path.to_owned(), why: why.to_owned() };
        // The parser's own words would show the line, and with it a secret.
        let lines: Lines = toml::from_str(&text).map_err(|_| wrong("it is no TOML of the names that are known"))?;
        match lines {
            Lines { token: Some(token), client_id: None, user: None, .. } => Ok(Self::Bearer(token)),
            Lines {
                client_id: Some(id),
                client_secret: Some(secret),
                token_url: Some(token_url),
                token: None,
                user: None,
                ..
            } => Ok(Self::Client { id, secret, token_url }),
            Lines { user: Some(user), password: Some(password), token: None, client_id: None, .. } => {
                Ok(Self::Login { user, password })
            }
            _ => Err(wrong("it names no account, half of one, or more than one").into()),
        }
    }
}

/// Shows how, never the secret.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bearer(_) => f.write_str("Account(token)"),
            Self::Client { id, .. } => write!(f, "Account(client {id})"),
            Self::Login { user, .. } => write!(f, "Account(user {user})"),
        }
    }
}

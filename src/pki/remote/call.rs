//! Calls of a service: where they may go, who asks, and when they are repeated.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use ureq::tls::{RootCerts, TlsConfig};
use zeroize::Zeroizing;

use super::super::certificate::Certificate;
use super::super::pin::Secret;
use super::super::timestamp::Patience;
use super::wire::{self, Credential, Version};
use super::{Account, Error, Request};

/// A service that was asked what it is.
pub(super) struct Service {
    url: String,
    account: Account,
    agent: ureq::Agent,
    patience: Patience,
    version: Version,
    /// The bearer token in use.
    bearer: Mutex<Option<Secret>>,
}

/// No answer is larger: some hundred signatures, or a chain of certificates.
const LARGEST_ANSWER: u64 = 4 << 20;
/// A service that asks for a longer pause is asked again after this one.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// What came back.
struct Answer {
    status: u16,
    retry_after: Option<Duration>,
    body: Zeroizing<Vec<u8>>,
}

impl Service {
    /// Asks the service what it is; nobody logs in yet.
    pub(super) fn open(
        url: &str,
        roots: Option<&Path>,
        account: Account,
        patience: Patience,
    ) -> Result<Self, super::super::Error> {
        let url = url.trim_end_matches('/').to_owned();
        check_address(&url)?;
        if let Account::Client { token_url, .. } = &account {
            check_address(token_url)?;
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(patience.timeout))
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent("sohoa")
            // No call goes anywhere but to the address given, whatever the environment says.
            .proxy(None)
            .tls_config(tls(roots)?)
            .build();
        let bearer = match &account {
            Account::Bearer(token) => Some(token.clone()),
            Account::Client { .. } | Account::Login { .. } => None,
        };
        let agent = ureq::Agent::new_with_config(config);
        let version = Version::V1;
        let mut service = Self { url, account, agent, patience, version, bearer: Mutex::new(bearer) };
        service.version = service.ask_anonymously::<wire::Info>("info", &wire::info())?.version();
        Ok(service)
    }

    /// The service, in words.
    pub(super) fn name(&self) -> String {
        self.url.clone()
    }

    pub(super) fn version(&self) -> Version {
        self.version
    }

    /// The ids of all credentials of the account.
    pub(super) fn credentials(&self) -> Result<Vec<String>, Error> {
        let mut ids = Vec::new();
        let mut page = None;
        // A service that never ends its list is not followed for ever.
        for _ in 0..100 {
            let list: wire::CredentialList = self.ask("credentials/list", &wire::list(page.as_deref()))?;
            ids.extend(list.ids);
            page = list.next_page.filter(|page| !page.is_empty());
            if page.is_none() {
                break;
            }
        }
        Ok(ids)
    }

    pub(super) fn credential(&self, id: &str) -> Result<Credential, Error> {
        self.ask("credentials/info", &wire::credential_info(id))
    }

    /// The answer to a call of the account.
    pub(super) fn ask<T: DeserializeOwned>(&self, call: &str, request: &Request) -> Result<T, Error> {
        let url = format!("{}/{call}", self.url);
        let (bearer, is_new) = self.bearer()?;
        let answer = self.patiently(call, || self.post(&url, Some(&wire::bearer(&bearer)), request))?;
        // A token runs out during a long run; one that is new did not.
        let answer = if answer.status == 401 && !is_new && !matches!(self.account, Account::Bearer(_)) {
            self.forget(&bearer);
            let (bearer, _) = self.bearer()?;
            self.patiently(call, || self.post(&url, Some(&wire::bearer(&bearer)), request))?
        } else {
            answer
        };
        self.read(call, &answer)
    }

    fn ask_anonymously<T: DeserializeOwned>(&self, call: &str, request: &Request) -> Result<T, Error> {
        let url = format!("{}/{call}", self.url);
        let answer = self.patiently(call, || self.post(&url, None, request))?;
        self.read(call, &answer)
    }

    pub(super) fn nonsense(&self, call: &str) -> Error {
        Error::Nonsense { service: self.name(), call: call.to_owned() }
    }

    fn read<T: DeserializeOwned>(&self, call: &str, answer: &Answer) -> Result<T, Error> {
        let is_pending = wire::is_pending(&answer.body);
        if !(200..300).contains(&answer.status) && !is_pending {
            return Err(Error::Refused {
                service: self.name(),
                call: call.to_owned(),
                status: answer.status,
                why: wire::refusal(&answer.body),
            });
        }
        let body: &[u8] = if answer.body.is_empty() || is_pending { b"{}" } else { &answer.body };
        serde_json::from_slice(body).map_err(|_| self.nonsense(call))
    }

    /// The token in use, and whether it was had just now.
    fn bearer(&self) -> Result<(Secret, bool), Error> {
        // Held while a new one is asked for, so that threads share it.
        let mut bearer = self.held();
        if let Some(token) = &*bearer {
            return Ok((token.clone(), false));
        }
        let token = match &self.account {
            Account::Bearer(token) => token.clone(),
            Account::Client { id, secret, token_url } => {
                let form = wire::client_form(id, secret);
                let answer = self.patiently("the token", || {
                    self.send(token_url, None, "application/x-www-form-urlencoded", &form)
                })?;
                self.read::<wire::Login>("the token", &answer)?.access_token
            }
            Account::Login { user, password } => {
                let basic = wire::basic(user, password);
                let url = format!("{}/auth/login", self.url);
                let answer = self.patiently("auth/login", || self.post(&url, Some(&basic), &wire::login()))?;
                self.read::<wire::Login>("auth/login", &answer)?.access_token
            }
        };
        *bearer = Some(token.clone());
        Ok((token, true))
    }

    fn forget(&self, used: &Secret) {
        let mut bearer = self.held();
        // Another thread may have a new one already.
        if bearer.as_ref() == Some(used) {
            *bearer = None;
        }
    }

    fn held(&self) -> MutexGuard<'_, Option<Secret>> {
        self.bearer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Repeats a call after trouble that passes: the service's own, too many requests, no connection.
    fn patiently(&self, call: &str, once: impl Fn() -> Result<Answer, ureq::Error>) -> Result<Answer, Error> {
        let mut pause = self.patience.pause;
        let mut attempt = 1;
        loop {
            let (why, asked_pause) = match once() {
                Ok(answer) if answer.status < 500 && answer.status != 429 => return Ok(answer),
                Ok(answer) => (format!("{call}: HTTP status {}", answer.status), answer.retry_after),
                Err(error) if is_lasting(&error) => return Err(self.unreachable(&error.to_string())),
                Err(error) => (error.to_string(), None),
            };
            if attempt >= self.patience.attempts {
                return Err(self.unreachable(&why));
            }
            std::thread::sleep(asked_pause.unwrap_or(pause).min(LONGEST_PAUSE));
            pause *= 2;
            attempt += 1;
        }
    }

    fn unreachable(&self, why: &str) -> Error {
        Error::Unreachable { service: self.name(), why: why.to_owned() }
    }

    fn post(&self, url: &str, authorization: Option<&str>, body: &[u8]) -> Result<Answer, ureq::Error> {
        self.send(url, authorization, "application/json", body)
    }

    fn send(&self, url: &str, authorization: Option<&str>, kind: &str, body: &[u8]) -> Result<Answer, ureq::Error> {
        let mut request = self.agent.post(url).content_type(kind).header("accept", "application/json");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let mut response = request.send(body)?;
        let header = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let retry_after = header.and_then(|value| value.parse().ok()).map(Duration::from_secs);
        let status = response.status().as_u16();
        let body = Zeroizing::new(response.body_mut().with_config().limit(LARGEST_ANSWER).read_to_vec()?);
        Ok(Answer { status, retry_after, body })
    }
}

/// Whether another attempt would fail the same.
fn is_lasting(error: &ureq::Error) -> bool {
    matches!(
        error,
        ureq::Error::BadUri(_)
            | ureq::Error::BodyExceedsLimit(_)
            | ureq::Error::TooManyRedirects
            | ureq::Error::Tls(_)
            | ureq::Error::Rustls(_)
            | ureq::Error::Pem(_)
    )
}

/// Secrets go over TLS, or stay on this machine.
fn check_address(url: &str) -> Result<(), Error> {
    let refused = |why| Err(Error::Address { url: url.to_owned(), why });
    let (is_tls, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return refused("it does not begin with `https://`"),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return refused("it holds a user name, which belongs into the account file");
    }
    if is_tls || is_loopback(authority) { Ok(()) } else { refused("only `https://` may leave this machine") }
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn tls(roots: Option<&Path>) -> Result<TlsConfig, super::super::Error> {
    let roots = match roots {
        None => RootCerts::WebPki,
        Some(path) => {
            let unread = |source| super::super::Error::Read { path: path.to_owned(), source };
            let found = Certificate::all_from_pem(&std::fs::read_to_string(path).map_err(unread)?)?;
            if found.is_empty() {
                return Err(super::super::Error::NoCertificate);
            }
            let owned = found.iter().map(|root| ureq::tls::Certificate::from_der(root.der()).to_owned());
            RootCerts::Specific(Arc::new(owned.collect()))
        }
    };
    Ok(TlsConfig::builder().root_certs(roots).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_leave_the_machine_by_tls_alone() {
        for url in ["https://sign.example.vn/csc/v1", "http://127.0.0.1:9/x", "http://[::1]:9", "http://localhost/csc"]
        {
            assert!(check_address(url).is_ok(), "{url}");
        }
        for url in [
            "http://sign.example.vn",
            "ftp://127.0.0.1",
            "sign.example.vn",
            "http://localhost@example.vn/",
            "https://user:secret@example.vn/",
            "http://127.0.0.1.example.vn/",
            "http://localhost.example.vn",
        ] {
            let refused = check_address(url).expect_err(url);
            assert!(refused.hint().contains("https://"), "{url}");
        }
    }
}

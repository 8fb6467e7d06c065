//! Where evidence comes from: the addresses in the certificates (online), or what is at hand (recorded).
//!
//! Online, only hosts are asked that a certificate names, or that the host map puts in their place; by plain HTTP, which is
//! what these services speak (their answers are signed), without redirects, proxies, or more bytes than a bound. The
//! addresses are the issuer's word: ask only about certificates whose path is trusted.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

use super::super::certificate::Certificate;
use super::cache::Key;
use super::{Cache, Crl, Evidence, OcspResponse, ocsp};
use crate::base::time::Timestamp;

/// No list is larger.
const LARGEST_CRL_BYTES: u64 = 20 << 20;
/// No response or certificate is larger.
const LARGEST_OTHER_BYTES: u64 = 1 << 20;
/// At most so many addresses of a certificate are asked.
const MOST_URLS: usize = 4;
/// So many pieces of evidence are kept in memory.
const MOST_REMEMBERED: usize = 64;
/// RFC 8954: 1 to 32 octets.
const NONCE_BYTES: usize = 16;

/// Where evidence on certificates comes from.
pub trait RevocationSource: Send + Sync {
    /// Evidence on a certificate of this issuer, as new as `now`; nothing is judged.
    fn evidence(&self, certificate: &Certificate, issuer: &Certificate, now: Timestamp) -> Gathered;
}

/// What was had, and what was not.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// What was had.
    pub evidence: Evidence,
    /// Addresses that gave nothing.
    pub troubles: Vec<Trouble>,
}

/// An address that gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The address in the certificate.
    pub url: String,
    /// Why.
    pub why: String,
}

/// Evidence that is at hand: what a file brings, or a folder holds.
#[derive(Debug, Clone, Default)]
pub struct Recorded(pub Evidence);

impl RevocationSource for Recorded {
    fn evidence(&self, certificate: &Certificate, issuer: &Certificate, _now: Timestamp) -> Gathered {
        let crls = self.0.crls.iter().filter(|crl| crl.is_of(issuer)).cloned().collect();
        let about = |response: &&OcspResponse| response.answer(certificate, issuer).is_some();
        let responses = self.0.responses.iter().filter(about).cloned().collect();
        let evidence = Evidence { crls, responses, certificates: self.0.certificates.clone() };
        Gathered { evidence, troubles: Vec::new() }
    }
}

/// Hosts that are asked in place of those in certificates: some certificates name hosts of a closed network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostMap(BTreeMap<String, String>);

impl HostMap {
    /// Each host of a certificate (without port) with the host (and port, where it is not 80) to be asked.
    #[must_use]
    pub fn new(hosts: BTreeMap<String, String>) -> Self {
        Self(hosts.into_iter().map(|(host, asked)| (host.to_ascii_lowercase(), asked)).collect())
    }

    /// The address to be asked for an address in a certificate.
    fn asked(&self, url: &str) -> Result<String, String> {
        let scheme = url.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("http://"));
        let rest = scheme.and_then(|_| url.get(7..)).ok_or("only addresses that start with `http://` are asked")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let host = authority.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if host.is_empty() || authority.contains('@') || url.chars().any(|letter| letter.is_control() || letter == ' ')
        {
            return Err("the address is malformed".to_owned());
        }
        let asked = self.0.get(&host).map_or(authority, String::as_str);
        Ok(format!("http://{asked}{path}"))
    }
}

/// Evidence from the addresses in certificates.
pub struct Online {
    agent: ureq::Agent,
    hosts: HostMap,
    cache: Option<Cache>,
    remembered: Mutex<HashMap<Key, Piece>>,
}

/// One piece of evidence.
#[derive(Debug, Clone)]
enum Piece {
    Crl(Crl),
    Ocsp(OcspResponse),
}

impl Online {
    /// Asks each address for at most `timeout`; what is had is kept in `cache` until it is due for renewal.
    #[must_use]
    pub fn new(timeout: Duration, hosts: HostMap, cache: Option<Cache>) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(timeout))
            .max_redirects(0)
            .http_status_as_error(true)
            .user_agent("sohoa")
            // No call goes anywhere but to the address given, whatever the environment says.
            .proxy(None)
            .build();
        let agent = ureq::Agent::new_with_config(config);
        Self { agent, hosts, cache, remembered: Mutex::new(HashMap::new()) }
    }

    fn ocsp(&self, url: &str, certificate: &Certificate, issuer: &Certificate) -> Result<OcspResponse, String> {
        let mut nonce = [0; NONCE_BYTES];
        SystemRandom::new().fill(&mut nonce).map_err(|_| "this machine gives no random numbers".to_owned())?;
        let asked = self.hosts.asked(url)?;
        let request = ocsp::request(certificate, issuer, &nonce);
        let mut response = self
            .agent
            .post(&asked)
            .content_type("application/ocsp-request")
            .send(&request[..])
            .map_err(|error| error.to_string())?;
        let body = response.body_mut().with_config().limit(LARGEST_OTHER_BYTES).read_to_vec();
        let response =
            OcspResponse::read(&body.map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
        ocsp::check_nonce(&response, &nonce).map_err(|fault| fault.to_string())?;
        match response.answer(certificate, issuer) {
            Some(_) => Ok(response),
            None => Err("the answer is on another certificate".to_owned()),
        }
    }

    fn crl(&self, url: &str, issuer: &Certificate) -> Result<Crl, String> {
        let crl = Crl::read(&self.get(url, LARGEST_CRL_BYTES)?).map_err(|error| error.to_string())?;
        if crl.is_of(issuer) { Ok(crl) } else { Err("the list is of another issuer".to_owned()) }
    }

    fn get(&self, url: &str, most_bytes: u64) -> Result<Vec<u8>, String> {
        let asked = self.hosts.asked(url)?;
        let mut response = self.agent.get(&asked).call().map_err(|error| error.to_string())?;
        response.body_mut().with_config().limit(most_bytes).read_to_vec().map_err(|error| error.to_string())
    }

    /// Evidence by OCSP: what is kept, else of the first address that answers.
    fn by_ocsp(&self, asked: &Asked<'_>, gathered: &mut Gathered) {
        for url in asked.certificate.ocsp_urls().iter().take(MOST_URLS) {
            let key = Key::new(url, asked.issuer, asked.certificate.serial());
            let fetch = || self.ocsp(url, asked.certificate, asked.issuer).map(Piece::Ocsp);
            match self.kept_or(key, Piece::ocsp, fetch, asked) {
                Ok(piece) => return piece.give(&mut gathered.evidence),
                Err(why) => gathered.troubles.push(Trouble { url: url.clone(), why }),
            }
        }
    }

    /// Evidence by lists: what is kept, else of the first address that gives one.
    fn by_crl(&self, asked: &Asked<'_>, gathered: &mut Gathered) {
        for url in asked.certificate.crl_urls().into_iter().take(MOST_URLS) {
            let key = Key::new(url, asked.issuer, &[]);
            let fetch = || self.crl(url, asked.issuer).map(Piece::Crl);
            match self.kept_or(key, Piece::crl, fetch, asked) {
                Ok(piece) => return piece.give(&mut gathered.evidence),
                Err(why) => gathered.troubles.push(Trouble { url: url.to_owned(), why }),
            }
        }
    }

    /// What is kept under this key and not due for renewal, else what is fetched, which is then kept.
    fn kept_or(
        &self,
        key: Key,
        read: fn(&[u8]) -> Option<Piece>,
        fetch: impl FnOnce() -> Result<Piece, String>,
        asked: &Asked<'_>,
    ) -> Result<Piece, String> {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let kept = remembered.or_else(|| read(&self.cache.as_ref()?.get(&key)?));
        if let Some(piece) = kept.filter(|piece| !piece.is_due(asked)) {
            return Ok(piece);
        }
        let piece = fetch()?;
        // What anyone on the way could have written must not stay in the way of the next answer.
        if !piece.is_due(asked) && piece.is_genuine(asked) {
            self.keep(key, &piece);
        }
        Ok(piece)
    }

    fn keep(&self, key: Key, piece: &Piece) {
        if let Some(cache) = &self.cache {
            cache.put(&key, piece.der());
        }
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= MOST_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(key, piece.clone());
    }
}

impl std::fmt::Debug for Online {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Online")
    }
}

impl RevocationSource for Online {
    /// OCSP first, which is newer and smaller; lists where no responder answered.
    fn evidence(&self, certificate: &Certificate, issuer: &Certificate, now: Timestamp) -> Gathered {
        let mut gathered = Gathered::default();
        let asked = Asked { certificate, issuer, now };
        self.by_ocsp(&asked, &mut gathered);
        if gathered.evidence.responses.is_empty() {
            self.by_crl(&asked, &mut gathered);
        }
        gathered
    }
}

#[derive(Clone, Copy)]
struct Asked<'a> {
    certificate: &'a Certificate,
    issuer: &'a Certificate,
    now: Timestamp,
}

impl Piece {
    fn ocsp(bytes: &[u8]) -> Option<Self> {
        OcspResponse::read(bytes).ok().map(Self::Ocsp)
    }

    fn crl(bytes: &[u8]) -> Option<Self> {
        Crl::read(bytes).ok().map(Self::Crl)
    }

    fn der(&self) -> &[u8] {
        match self {
            Self::Crl(crl) => crl.der(),
            Self::Ocsp(response) => response.der(),
        }
    }

    /// Whether it must be had anew: it is due, says nothing of when it is, or is not about what is asked.
    fn is_due(&self, asked: &Asked<'_>) -> bool {
        let next = match self {
            Self::Crl(crl) => crl.next_update().filter(|_| crl.is_of(asked.issuer)),
            Self::Ocsp(response) => response.next_update(asked.certificate, asked.issuer),
        };
        next.is_none_or(|next| next < asked.now)
    }

    /// Whether the issuer, or a responder that it certified, signed it.
    fn is_genuine(&self, asked: &Asked<'_>) -> bool {
        match self {
            Self::Crl(crl) => crl.verify_by(asked.issuer).is_ok(),
            Self::Ocsp(response) => {
                let certified = response.certificates().iter().filter(|one| one.verify_by(asked.issuer).is_ok());
                std::iter::once(asked.issuer).chain(certified).any(|signer| response.verify_by(signer).is_ok())
            }
        }
    }

    fn give(self, evidence: &mut Evidence) {
        match self {
            Self::Crl(crl) => evidence.crls.push(crl),
            Self::Ocsp(response) => evidence.responses.push(response),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_to_named_hosts_is_asked() {
        let map = HostMap::new(BTreeMap::from([("OCSP.internal".to_owned(), "ocsp.ca.gov.vn".to_owned())]));
        assert_eq!(map.asked("http://ocsp.internal:8080/a?b"), Ok("http://ocsp.ca.gov.vn/a?b".to_owned()));
        assert_eq!(map.asked("HTTP://ocsp.example:81"), Ok("http://ocsp.example:81".to_owned()));
        for refused in ["https://a", "ldap://a", "file:///etc", "http://", "http://u@a/", "http://a b/", "http:/", "é"]
        {
            assert!(map.asked(refused).is_err(), "{refused}");
        }
    }
}

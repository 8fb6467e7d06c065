//! The API's JSON, as v1.0.4 and v2.0 of the Cloud Signature Consortium's specification write it.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::super::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use super::super::certificate::Certificate;
use super::super::der::{self, Reader};
use super::super::oid::{self, Oid};
use super::super::pin::Secret;
use super::call::Service;
use super::{Error, Request};

/// Which API a service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

/// Answer of `info`.
#[derive(Debug, Deserialize)]
pub(super) struct Info {
    #[serde(default)]
    specs: String,
}

impl Info {
    pub(super) fn version(&self) -> Version {
        if self.specs.starts_with('2') { Version::V2 } else { Version::V1 }
    }
}

/// Answer of `auth/login`, and of an OAuth 2.0 token endpoint.
#[derive(Deserialize)]
pub(super) struct Login {
    pub(super) access_token: Secret,
}

/// Answer of `credentials/list`.
#[derive(Debug, Deserialize)]
pub(super) struct CredentialList {
    #[serde(rename = "credentialIDs", default)]
    pub(super) ids: Vec<String>,
    #[serde(rename = "nextPageToken")]
    pub(super) next_page: Option<String>,
}

/// Answer of `credentials/info`.
#[derive(Debug, Deserialize)]
pub(super) struct Credential {
    key: Key,
    cert: Certificates,
    #[serde(rename = "authMode")]
    mode: Option<String>,
    #[serde(default)]
    auth: Auth,
    #[serde(rename = "multisign")]
    most: Option<Number>,
    #[serde(rename = "SCAL")]
    level: Option<String>,
    #[serde(rename = "PIN", default)]
    pin: Factor,
    #[serde(rename = "OTP", default)]
    otp: Factor,
}

#[derive(Debug, Deserialize)]
struct Key {
    status: Option<String>,
    #[serde(default)]
    algo: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Certificates {
    #[serde(default)]
    certificates: Vec<String>,
}

/// How v2.0 says what authorises.
#[derive(Debug, Default, Deserialize)]
struct Auth {
    mode: Option<String>,
    #[serde(default)]
    objects: Vec<AuthObject>,
}

#[derive(Debug, Deserialize)]
struct AuthObject {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    id: String,
}

/// How v1 says it: presence is `true`, `false` or `optional`.
#[derive(Debug, Default, Deserialize)]
struct Factor {
    #[serde(default)]
    presence: String,
    #[serde(rename = "type", default)]
    kind: String,
}

/// Some services write their numbers as text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Number {
    Number(u32),
    Text(String),
}

/// No call carries more hashes, whatever a service offers.
const MOST_HASHES: usize = 1000;

impl Credential {
    /// Why it cannot sign here.
    pub(super) fn unusable(&self) -> Option<String> {
        if self.key.status.as_deref() == Some("disabled") {
            return Some("its key is disabled".to_owned());
        }
        let mode = self.auth.mode.as_deref().or(self.mode.as_deref()).unwrap_or("explicit");
        (!["explicit", "implicit"].contains(&mode)).then(|| format!("it is authorised by {mode}, in a browser"))
    }

    /// Its certificates; its own should be the first.
    pub(super) fn chain(&self, service: &Service, id: &str) -> Result<Vec<Certificate>, Error> {
        let read = |text: &String| {
            let der = STANDARD.decode(text.split_whitespace().collect::<String>()).ok()?;
            Certificate::from_der(&der).ok()
        };
        let found: Option<Vec<_>> = self.cert.certificates.iter().map(read).collect();
        found.ok_or_else(|| Error::Unusable {
            service: service.name(),
            credential: id.to_owned(),
            why: "its certificate cannot be read".to_owned(),
        })
    }

    /// Signatures by one authorisation, and hashes in one call.
    pub(super) fn most_at_once(&self) -> usize {
        let most = match &self.most {
            Some(Number::Number(number)) => *number as usize,
            Some(Number::Text(text)) => text.trim().parse().unwrap_or(1),
            None => 1,
        };
        most.clamp(1, MOST_HASHES)
    }

    /// Whether an authorisation is for certain hashes only (SCAL 2 of EN 419 241-1).
    pub(super) fn binds_hashes(&self) -> bool {
        self.level.as_deref() == Some("2")
    }

    pub(super) fn lists(&self, algorithm: Oid) -> bool {
        self.key.algo.iter().any(|listed| *listed == oid::dotted(algorithm.0))
    }

    pub(super) fn wants_pin(&self) -> bool {
        self.pin.presence == "true" || self.auth.objects.iter().any(AuthObject::is_pin)
    }

    pub(super) fn wants_otp(&self) -> bool {
        self.otp.presence == "true" || self.auth.objects.iter().any(AuthObject::is_otp)
    }

    /// Whether the one-time password is sent to the person when it is asked for.
    pub(super) fn sends_otp(&self) -> bool {
        self.otp.presence == "true" && self.otp.kind == "online"
    }

    /// The secrets by the names that the service gives them.
    pub(super) fn secrets<'a>(&'a self, pin: Option<&'a Secret>, otp: Option<&'a Secret>) -> Secrets<'a> {
        let named = |is: fn(&AuthObject) -> bool, usual: &'static str| {
            self.auth
                .objects
                .iter()
                .find(|object| is(object) && !object.id.is_empty())
                .map_or(usual, |object| &object.id)
        };
        Secrets {
            pin: pin.map(|pin| (named(AuthObject::is_pin, "PIN"), pin)),
            otp: otp.map(|otp| (named(AuthObject::is_otp, "OTP"), otp)),
        }
    }
}

impl AuthObject {
    fn is_pin(&self) -> bool {
        !self.is_otp() && (self.kind.eq_ignore_ascii_case("password") || self.id.eq_ignore_ascii_case("pin"))
    }

    fn is_otp(&self) -> bool {
        [&self.kind, &self.id].iter().any(|word| word.to_ascii_lowercase().contains("otp"))
    }
}

/// A PIN and a one-time password with their names.
pub(super) struct Secrets<'a> {
    pin: Option<(&'a str, &'a Secret)>,
    otp: Option<(&'a str, &'a Secret)>,
}

/// Answer of `credentials/authorize` and `credentials/authorizeCheck`.
#[derive(Default, Deserialize)]
pub(super) struct Authorization {
    #[serde(rename = "SAD")]
    sad: Option<Secret>,
    #[serde(rename = "expiresIn")]
    expires_in: Option<u64>,
    handle: Option<String>,
}

impl Authorization {
    pub(super) fn sad(&self) -> Option<Secret> {
        self.sad.clone().filter(|sad| !sad.is_empty())
    }

    /// One hour where nothing is said (CSC v1.0.4, 11.6), and some seconds less than is said.
    pub(super) fn lifetime(&self) -> Duration {
        Duration::from_secs(self.expires_in.unwrap_or(3600).min(86_400).saturating_sub(10))
    }

    /// What to ask for the answer that is still to come.
    pub(super) fn later(&self) -> Option<String> {
        self.handle.clone().filter(|_| self.sad.is_none())
    }

    /// The same question, where the answer was still not there.
    pub(super) fn or_later(self, handle: String) -> Self {
        if self.sad.is_none() { Self { handle: Some(handle), ..self } } else { self }
    }
}

/// Answer of `signatures/signHash` and `signatures/signPolling`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Signatures {
    signatures: Option<Vec<String>>,
    #[serde(rename = "responseID")]
    response: Option<String>,
}

impl Signatures {
    /// The signatures; none when one is no Base64.
    pub(super) fn decoded(&self) -> Option<Vec<Vec<u8>>> {
        self.signatures.as_ref()?.iter().map(|text| STANDARD.decode(text).ok()).collect()
    }

    pub(super) fn later(&self) -> Option<String> {
        self.response.clone().filter(|_| self.signatures.is_none())
    }

    pub(super) fn or_later(self, response: String) -> Self {
        if self.signatures.is_none() { Self { response: Some(response), ..self } } else { self }
    }
}

/// Whether a refusal says that the answer is still to come, in OAuth's word for it (RFC 8628, 3.5).
pub(super) fn is_pending(body: &[u8]) -> bool {
    Refusal::read(body).is_some_and(|refusal| refusal.error == "authorization_pending")
}

/// A service's words for a refusal, bounded and in one line.
pub(super) fn refusal(body: &[u8]) -> String {
    let said = Refusal::read(body).map(|refusal| format!("{} {}", refusal.error, refusal.error_description));
    let said = said.unwrap_or_default();
    let line: String = said.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
    if line.is_empty() { "it does not say why".to_owned() } else { line }
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Refusal {
    fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }
}

/// Request of `info`.
pub(super) fn info() -> Request {
    request(&serde_json::json!({}))
}

/// Request of `auth/login`.
pub(super) fn login() -> Request {
    request(&serde_json::json!({ "rememberMe": false }))
}

/// Request of `credentials/list`.
pub(super) fn list(page: Option<&str>) -> Request {
    match page {
        Some(page) => request(&serde_json::json!({ "pageToken": page })),
        None => request(&serde_json::json!({})),
    }
}

/// Request of `credentials/info`.
pub(super) fn credential_info(id: &str) -> Request {
    request(&serde_json::json!({ "credentialID": id, "certificates": "chain", "certInfo": true, "authInfo": true }))
}

/// Request that names the credential alone.
pub(super) fn credential_only(id: &str) -> Request {
    request(&serde_json::json!({ "credentialID": id }))
}

/// Request of `credentials/authorizeCheck`.
pub(super) fn check(handle: &str) -> Request {
    request(&serde_json::json!({ "handle": handle }))
}

/// Request of `signatures/signPolling`.
pub(super) fn polling(response: &str) -> Request {
    request(&serde_json::json!({ "responseID": response }))
}

/// Request of `credentials/authorize`: v1 names the secrets itself, v2.0 takes a list of them.
#[derive(Serialize)]
struct Authorize<'a> {
    #[serde(rename = "credentialID")]
    credential: &'a str,
    #[serde(rename = "numSignatures")]
    number: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hash: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<String>,
    #[serde(rename = "hashAlgorithmOID", skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    #[serde(rename = "PIN", skip_serializing_if = "Option::is_none")]
    pin: Option<&'a str>,
    #[serde(rename = "OTP", skip_serializing_if = "Option::is_none")]
    otp: Option<&'a str>,
    #[serde(rename = "authData", skip_serializing_if = "Vec::is_empty")]
    data: Vec<AuthData<'a>>,
}

#[derive(Serialize)]
struct AuthData<'a> {
    id: &'a str,
    value: &'a str,
}

/// Request of `credentials/authorize`; without hashes where the authorisation is for any.
pub(super) fn authorize(
    version: Version,
    id: &str,
    number: usize,
    (hashes, digest): (&[Vec<u8>], DigestAlgorithm),
    secrets: &Secrets<'_>,
) -> Request {
    let encoded = base64(hashes);
    let all = || secrets.pin.iter().chain(&secrets.otp).map(|(id, value)| AuthData { id, value: value.as_str() });
    request(&match version {
        Version::V1 => Authorize {
            credential: id,
            number,
            hash: encoded,
            hashes: Vec::new(),
            digest: None,
            pin: secrets.pin.map(|(_, value)| value.as_str()),
            otp: secrets.otp.map(|(_, value)| value.as_str()),
            data: Vec::new(),
        },
        Version::V2 => Authorize {
            credential: id,
            number,
            hash: Vec::new(),
            digest: (!encoded.is_empty()).then(|| oid::dotted(digest.oid().0)),
            hashes: encoded,
            pin: None,
            otp: None,
            data: all().collect(),
        },
    })
}

/// What signs, and by what right.
pub(super) struct Signing<'a> {
    pub(super) id: &'a str,
    pub(super) credential: &'a Credential,
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) sad: &'a str,
}

/// Request of `signatures/signHash`.
pub(super) fn sign_hashes(version: Version, signing: &Signing<'_>, hashes: &[Vec<u8>]) -> Request {
    let Signing { id, credential, algorithm, sad } = *signing;
    let (hash_name, digest_name) = match version {
        Version::V1 => ("hash", "hashAlgo"),
        Version::V2 => ("hashes", "hashAlgorithmOID"),
    };
    let mut fields = serde_json::json!({
        "credentialID": id,
        hash_name: base64(hashes),
        digest_name: oid::dotted(algorithm.digest().oid().0),
        "signAlgo": signature_name(algorithm, credential),
    });
    if let (SignatureAlgorithm::RsaPss(_), Some(parameters)) = (algorithm, parameters(algorithm)) {
        fields["signAlgoParams"] = STANDARD.encode(parameters).into();
    }
    if version == Version::V2 {
        fields["operationMode"] = "S".into();
    }
    request(&WithSad { sad, fields })
}

/// Borrows the secret, which a map would copy.
#[derive(Serialize)]
struct WithSad<'a> {
    #[serde(rename = "SAD")]
    sad: &'a str,
    #[serde(flatten)]
    fields: serde_json::Value,
}

/// The algorithm's own identifier where the credential lists it; else that of the key, next to which the digest stands.
fn signature_name(algorithm: SignatureAlgorithm, credential: &Credential) -> String {
    let of_key = match algorithm {
        SignatureAlgorithm::RsaPkcs1(_) => Some(oid::RSA_ENCRYPTION),
        SignatureAlgorithm::Ecdsa(_) => Some(oid::EC_PUBLIC_KEY),
        _ => None,
    };
    let own = identifier(algorithm).map(|(name, _)| name).unwrap_or_default();
    match of_key {
        Some(key) if credential.lists(key) && !credential.key.algo.contains(&own) => oid::dotted(key.0),
        _ => own,
    }
}

fn parameters(algorithm: SignatureAlgorithm) -> Option<Vec<u8>> {
    identifier(algorithm).map(|(_, parameters)| parameters)
}

/// The parts of an `AlgorithmIdentifier`.
fn identifier(algorithm: SignatureAlgorithm) -> Option<(String, Vec<u8>)> {
    let bytes = algorithm.identifier();
    let mut fields = Reader::new(&bytes).enter(der::SEQUENCE).ok()?;
    let name = oid::dotted(fields.expect(der::OBJECT_IDENTIFIER).ok()?.content);
    Some((name, fields.rest().to_vec()))
}

/// `Authorization` of RFC 7617.
pub(super) fn basic(user: &str, password: &Secret) -> Secret {
    let pair = joined(&[user, ":", password]);
    let coded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
    joined(&["Basic ", &coded])
}

/// `Authorization` of RFC 6750, 2.1.
pub(super) fn bearer(token: &str) -> Secret {
    joined(&["Bearer ", token])
}

/// Texts one after the other, in a place that is large enough from the start: none is left behind.
fn joined(parts: &[&str]) -> Secret {
    let mut whole = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
    for part in parts {
        whole.push_str(part);
    }
    whole
}

/// The form of RFC 6749, 4.4.2.
pub(super) fn client_form(id: &str, secret: &Secret) -> Request {
    let (id, secret) = (percent(id), percent(secret));
    let form = joined(&["grant_type=client_credentials&client_id=", &id, "&client_secret=", &secret]);
    Zeroizing::new(form.as_bytes().to_vec())
}

fn percent(text: &str) -> Secret {
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 3));
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            out.push(char::from(octet));
        } else {
            out.push_str(&format!("%{octet:02X}"));
        }
    }
    out
}

fn base64(hashes: &[Vec<u8>]) -> Vec<String> {
    hashes.iter().map(|hash| STANDARD.encode(hash)).collect()
}

fn request(fields: &impl Serialize) -> Request {
    // Measured first, so that no piece of a secret is left behind in a place that became too small. Maps of text, numbers and lists cannot
    // fail to be written.
    let mut length = Length(0);
    let _ = serde_json::to_writer(&mut length, fields);
    let mut body = Zeroizing::new(Vec::with_capacity(length.0));
    let _ = serde_json::to_writer(&mut *body, fields);
    body
}

/// Counts what is written.
struct Length(usize);

impl std::io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

//! Keys behind a signing service: the Cloud Signature Consortium's API, v1.0.4 and v2.0 (JSON over HTTPS).
//!
//! Only digests go to the service, as many in one call as the credential allows, and what comes back is verified by the
//! certificate before anybody sees it. Answers that take their time (a confirmation on a telephone) are waited for.
//! Trouble of the service itself (5xx, 429, no connection) is waited out; a refusal (4xx) is not asked again, and a PIN
//! that was refused is never sent again.

mod account;
mod call;
mod error;
#[cfg(test)]
mod tests;
mod wire;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

pub use account::Account;
use call::Service;
pub use error::Error;
use wire::{Authorization, Credential, Signatures, Signing};

use super::algorithm::{DigestAlgorithm, KeyKind, PublicKey, SignatureAlgorithm};
use super::certificate::Certificate;
use super::key::Scheme;
use super::pin::{self, PinSource, Secret};
use super::timestamp::Patience;
use super::{Signer, chain, oid, pkcs11};

/// Which credential of which service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceChoice {
    /// Address of the API, such as `https://sign.example.vn/csc/v1`; `http://` to this machine alone.
    pub url: String,
    /// Id of the credential; none: the only one of the account.
    pub credential: Option<String>,
    /// How an RSA key signs.
    pub scheme: Scheme,
    /// Roots, PEM, that the service's TLS certificate must lead to; none: those that browsers trust.
    pub roots: Option<PathBuf>,
}

/// How long a service is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// For the answer of one call.
    pub call: Patience,
    /// Between two looks at an answer that takes its time.
    pub poll: Duration,
    /// For such an answer in all: as long as a person needs to confirm.
    pub answer: Duration,
}

impl Default for Waiting {
    fn default() -> Self {
        let call = Patience { timeout: Duration::from_mins(1), attempts: 3, pause: Duration::from_secs(2) };
        Self { call, poll: Duration::from_secs(2), answer: Duration::from_mins(5) }
    }
}

/// Secrets that authorise a signature.
#[derive(Debug, Clone)]
pub struct Factors {
    /// The credential's PIN, asked for once.
    pub pin: PinSource,
    /// One-time passwords, asked for at each authorisation.
    pub otp: PinSource,
}

/// A key behind a service, with the certificates that speak for it.
pub struct ServiceKey {
    service: Service,
    id: String,
    credential: Credential,
    factors: Factors,
    waiting: Waiting,
    algorithm: SignatureAlgorithm,
    chain: Vec<Certificate>,
    /// What is left of the last authorisation.
    granted: Mutex<Option<Grant>>,
}

/// An authorisation (signature activation data) that may sign more than once.
struct Grant {
    sad: Secret,
    left: usize,
    until: Instant,
}

impl ServiceKey {
    /// Logs in, finds the credential and reads its certificates, which are completed by those given.
    /// Nothing is authorised yet, so no PIN is asked for.
    ///
    /// # Errors
    /// [`Error`] within [`super::Error::Service`]: an address that is not safe, no answer, a refusal, no such
    /// credential, one that is disabled, has no certificate or wants a browser; [`super::Error::KeyRefused`] for a kind
    /// of key that is not used here.
    pub fn open(
        choice: &ServiceChoice,
        account: Account,
        certificates: &[Certificate],
        factors: Factors,
        waiting: Waiting,
    ) -> Result<Self, super::Error> {
        let service = Service::open(&choice.url, choice.roots.as_deref(), account, waiting.call)?;
        let id = match &choice.credential {
            Some(id) => id.clone(),
            None => only_one(&service)?,
        };
        let credential = service.credential(&id)?;
        if let Some(why) = credential.unusable() {
            return Err(Error::Unusable { service: service.name(), credential: id, why }.into());
        }
        let own = credential.chain(&service, &id)?;
        let end = own.iter().find(|one| one.may_sign_documents()).or(own.first());
        let end = end.ok_or_else(|| Error::NoCertificate { service: service.name(), credential: id.clone() })?;
        let chain = chain::upwards(end, &[own.as_slice(), certificates].concat());
        let kind = end.public_key().map(PublicKey::kind);
        let algorithm = algorithm(kind, choice.scheme, &credential)
            .map_err(|why| super::Error::KeyRefused { why: format!("{why} (credential `{id}`)") })?;
        Ok(Self { service, id, credential, factors, waiting, algorithm, chain, granted: Mutex::default() })
    }

    /// The credential and its service, in words.
    #[must_use]
    pub fn name(&self) -> String {
        format!("credential `{}` of {}", self.id, self.service.name())
    }

    /// As many hashes as one call may carry.
    fn sign_some(&self, messages: &[&[u8]]) -> Result<Vec<Result<Vec<u8>, super::Error>>, super::Error> {
        let digest = self.algorithm.digest();
        let hashes: Vec<Vec<u8>> = messages.iter().map(|message| digest.of(&[message])).collect();
        let given = self.signatures(&hashes)?;
        if given.len() != messages.len() {
            let (found, expected) = (given.len(), messages.len());
            return Err(Error::Count { service: self.service.name(), found, expected }.into());
        }
        Ok(given.into_iter().zip(messages).map(|(signature, message)| self.proven(signature, message)).collect())
    }

    fn signatures(&self, hashes: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, super::Error> {
        let (sad, is_fresh) = self.authorization(hashes)?;
        match self.sign_hashes(&sad, hashes) {
            // What was left of an authorisation may have run out on the other side: once more with a new one.
            Err(Error::Refused { .. }) if !is_fresh => {
                *self.granted() = None;
                let (sad, _) = self.authorization(hashes)?;
                Ok(self.sign_hashes(&sad, hashes)?)
            }
            given => Ok(given?),
        }
    }

    fn sign_hashes(&self, sad: &str, hashes: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, Error> {
        let signing = Signing { id: &self.id, credential: &self.credential, algorithm: self.algorithm, sad };
        let request = wire::sign_hashes(self.service.version(), &signing, hashes);
        let mut given: Signatures = self.service.ask("signatures/signHash", &request)?;
        let begun = Instant::now();
        while let Some(answer) = given.later() {
            self.wait(begun)?;
            let next: Signatures = self.service.ask("signatures/signPolling", &wire::polling(&answer))?;
            given = next.or_later(answer);
        }
        given.decoded().ok_or_else(|| self.service.nonsense("signatures/signHash"))
    }

    /// What authorises these signatures, and whether it is new: a grant that is left over, or one asked for now.
    fn authorization(&self, hashes: &[Vec<u8>]) -> Result<(Secret, bool), super::Error> {
        // Held while a new one is asked for, so that threads share it in place of asking a person each.
        let mut granted = self.granted();
        if let Some(grant) = granted.as_mut().filter(|grant| grant.fits(hashes.len())) {
            grant.left -= hashes.len();
            return Ok((grant.sad.clone(), false));
        }
        let number = if self.credential.binds_hashes() { hashes.len() } else { self.most_at_once() };
        let authorization = self.authorize(number, hashes)?;
        let sad = authorization.sad().ok_or_else(|| self.service.nonsense("credentials/authorize"))?;
        *granted = (!self.credential.binds_hashes()).then(|| Grant {
            sad: sad.clone(),
            left: number - hashes.len(),
            until: Instant::now() + authorization.lifetime(),
        });
        Ok((sad, true))
    }

    fn authorize(&self, number: usize, hashes: &[Vec<u8>]) -> Result<Authorization, super::Error> {
        let pin = self.credential.wants_pin().then(|| self.pin()).transpose()?;
        if self.credential.sends_otp() {
            let _: serde_json::Value = self.service.ask("credentials/sendOTP", &wire::credential_only(&self.id))?;
        }
        let question = format!("one-time password of {}", self.name());
        let otp = self.credential.wants_otp().then(|| self.factors.otp.ask(&question)).transpose()?;
        let hashes = if self.credential.binds_hashes() { hashes } else { &[] };
        let digest = self.algorithm.digest();
        let secrets = self.credential.secrets(pin.as_ref(), otp.as_ref());
        let request = wire::authorize(self.service.version(), &self.id, number, (hashes, digest), &secrets);
        let mut given: Authorization = self.service.ask("credentials/authorize", &request).inspect_err(|error| {
            if error.is_pin_refused() {
                self.factors.pin.refuse();
            }
        })?;
        let begun = Instant::now();
        while let Some(handle) = given.later() {
            self.wait(begun)?;
            let next: Authorization = self.service.ask("credentials/authorizeCheck", &wire::check(&handle))?;
            given = next.or_later(handle);
        }
        Ok(given)
    }

    fn pin(&self) -> Result<Secret, super::Error> {
        self.factors.pin.get(&format!("PIN of {}", self.name())).map_err(|error| match error {
            pin::Error::Refused => Error::PinRefused { service: self.service.name() }.into(),
            error => error.into(),
        })
    }

    /// Waits before the next look, unless an answer was waited for long enough.
    fn wait(&self, begun: Instant) -> Result<(), Error> {
        if begun.elapsed() >= self.waiting.answer {
            return Err(Error::Unconfirmed { service: self.service.name(), waited: self.waiting.answer });
        }
        std::thread::sleep(self.waiting.poll);
        Ok(())
    }

    /// The signature, if it is one by the key of the certificate; services give ECDSA in one of two forms.
    fn proven(&self, signature: Vec<u8>, message: &[u8]) -> Result<Vec<u8>, super::Error> {
        let certificate = &self.chain[0];
        let is_good = |signature: &[u8]| {
            certificate.public_key().is_some_and(|key| key.verify(self.algorithm, message, signature).is_ok())
        };
        if is_good(&signature) {
            return Ok(signature);
        }
        if matches!(self.algorithm, SignatureAlgorithm::Ecdsa(_)) {
            let other = pkcs11::ecdsa_value(&signature);
            if is_good(&other) {
                return Ok(other);
            }
        }
        let subject = certificate.common_name().to_owned();
        Err(Error::WrongSignature { service: self.service.name(), subject }.into())
    }

    fn granted(&self) -> MutexGuard<'_, Option<Grant>> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Grant {
    fn fits(&self, number: usize) -> bool {
        self.left >= number && Instant::now() < self.until
    }
}

impl Signer for ServiceKey {
    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign(&self, to_be_signed: &[u8]) -> Result<Vec<u8>, super::Error> {
        self.sign_some(&[to_be_signed])?.pop().unwrap_or(Err(super::Error::SigningFailed))
    }

    /// Signatures that one authorisation may make.
    fn most_at_once(&self) -> usize {
        self.credential.most_at_once()
    }

    fn sign_many(&self, messages: &[&[u8]]) -> Vec<Result<Vec<u8>, super::Error>> {
        let mut signed = Vec::with_capacity(messages.len());
        for some in messages.chunks(self.most_at_once()) {
            match self.sign_some(some) {
                Ok(each) => signed.extend(each),
                // Each of the call's messages has failed, and each is told so in its own words.
                Err(error) => {
                    let (service, why) = (self.service.name(), super::Error::to_string(&error));
                    signed.push(Err(error));
                    let failed = |_: &&[u8]| Err(Error::Batch { service: service.clone(), why: why.clone() }.into());
                    signed.extend(some.iter().skip(1).map(failed));
                }
            }
        }
        signed
    }
}

impl std::fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ServiceKey({})", self.name())
    }
}

/// What a service shows of an account's credentials.
#[derive(Debug, Clone)]
pub struct CredentialFacts {
    /// Its id.
    pub id: String,
    /// Its certificate, where it has one.
    pub certificate: Option<Certificate>,
    /// Signatures that one authorisation may make.
    pub most_at_once: usize,
    /// Why it cannot be used here.
    pub unusable: Option<String>,
}

/// All credentials of an account.
///
/// # Errors
/// Those of [`ServiceKey::open`] but for what a single credential lacks.
pub fn credentials(
    choice: &ServiceChoice,
    account: Account,
    waiting: Waiting,
) -> Result<Vec<CredentialFacts>, super::Error> {
    let service = Service::open(&choice.url, choice.roots.as_deref(), account, waiting.call)?;
    let facts = |id: String| {
        let credential = service.credential(&id)?;
        let certificate = credential.chain(&service, &id)?.into_iter().find(Certificate::may_sign_documents);
        let (most_at_once, unusable) = (credential.most_at_once(), credential.unusable());
        Ok(CredentialFacts { id, certificate, most_at_once, unusable })
    };
    service.credentials()?.into_iter().map(facts).collect()
}

fn only_one(service: &Service) -> Result<String, Error> {
    let mut found = service.credentials()?;
    match (found.len(), found.pop()) {
        (1, Some(id)) => Ok(id),
        (_, None) => Err(Error::NoCredential { service: service.name() }),
        (_, Some(last)) => {
            found.push(last);
            Err(Error::SeveralCredentials { service: service.name(), found })
        }
    }
}

fn algorithm(kind: Option<KeyKind>, scheme: Scheme, credential: &Credential) -> Result<SignatureAlgorithm, String> {
    let lists_pss = credential.lists(oid::RSA_PSS);
    match kind {
        Some(KeyKind::P256) => Ok(SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256)),
        Some(KeyKind::P384) => Ok(SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384)),
        Some(KeyKind::Rsa { .. }) => match scheme {
            Scheme::Pss if !lists_pss => Err("sign.scheme is pss, and the service lists no RSASSA-PSS".to_owned()),
            Scheme::Auto | Scheme::Pss if lists_pss => Ok(SignatureAlgorithm::RsaPss(DigestAlgorithm::Sha256)),
            _ => Ok(SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256)),
        },
        Some(other) => Err(format!("a key of kind {other}")),
        None => Err("its kind is not known".to_owned()),
    }
}

/// A request that may hold a PIN.
type Request = Zeroizing<Vec<u8>>;

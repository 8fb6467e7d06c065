//! Keys on tokens, smart cards and HSMs: PKCS#11 v2.40 and later, by the module that the device's maker gives.
//!
//! The private key never leaves its device, and only digests go there. A login is made once and shared by the sessions of
//! a pool, one for each thread that signs; when a session is lost, or the token was pulled out and put back, the next
//! signature looks for it and logs in again. A PIN that was refused is never tried again: tokens lock after three to ten
//! wrong ones. A key may want its PIN at each signature.

mod error;
mod module;
mod objects;
mod raw;
mod session;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::types::Ulong;

pub use error::Error;
pub use module::{Module, TokenFacts};
pub use objects::Entry;
use objects::KeyName;
use raw::SecondHalf;
use session::{Failure, Sessions};

use super::algorithm::{DigestAlgorithm, KeyKind, SignatureAlgorithm};
use super::certificate::Certificate;
use super::key::Scheme;
use super::pin::PinSource;
use super::{Signer, chain, der};

/// Which key on which token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenChoice {
    /// The module: a shared library of the token's maker.
    pub module: PathBuf,
    /// Label or serial number of the token; none: the only one.
    pub token: Option<String>,
    /// Label of the key, its id in hexadecimal, or common name or serial number of its certificate;
    /// none: the only one whose certificate may sign documents.
    pub key: Option<String>,
    /// How an RSA key signs.
    pub scheme: Scheme,
}

/// A key on a token, with the certificates that speak for it.
pub struct TokenKey {
    sessions: Sessions,
    key: KeyName,
    /// For a key that wants its PIN at each signature.
    second_half: Option<SecondHalf>,
    algorithm: SignatureAlgorithm,
    chain: Vec<Certificate>,
}

impl TokenKey {
    /// Finds the token, logs in and finds the key. Its certificates are those on the token and those given, in any order.
    ///
    /// # Errors
    /// [`Error`] within [`super::Error::Token`]: no module, no such token or key, no certificate, a PIN that is refused
    /// or locked; [`super::Error::Pin`] without a PIN; [`super::Error::KeyRefused`] for a kind of key not used here.
    pub fn open(choice: &TokenChoice, certificates: &[Certificate], pin: PinSource) -> Result<Self, super::Error> {
        let module = Module::open(&choice.module)?;
        let token = module.find(choice.token.as_deref())?;
        let mechanisms = module.mechanisms(&token)?;
        let sessions = Sessions::new(module, token, pin);
        let session = sessions.opened()?;
        let found = objects::key(&session, &sessions.label(), choice.key.as_deref(), certificates)?;
        let kind = found.certificate.public_key().map(super::algorithm::PublicKey::kind);
        let algorithm = algorithm(kind, choice.scheme, &mechanisms)
            .map_err(|why| super::Error::KeyRefused { why: format!("{why} (key on {})", sessions.label()) })?;
        let candidates = [certificates, &found.others].concat();
        let chain = chain::upwards(&found.certificate, &candidates);
        sessions.keep(session, found.handle);
        let load = || SecondHalf::load(&choice.module).map_err(|fault| session::device(&sessions.label(), &fault));
        let second_half = found.name.asks_each_time.then(load).transpose()?;
        Ok(Self { sessions, key: found.name, second_half, algorithm, chain })
    }

    /// The token, in words: its label and serial number.
    #[must_use]
    pub fn token(&self) -> String {
        self.sessions.label()
    }

    /// The key's label, or its id.
    #[must_use]
    pub fn name(&self) -> String {
        self.key.to_string()
    }

    /// What of the token's PIN a person should know: that one was wrong, or that the next wrong one locks it.
    #[must_use]
    pub fn caution(&self) -> Option<&'static str> {
        self.sessions.facts().ok().and_then(|facts| facts.caution())
    }

    fn once(&self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        let session = self.sessions.take(&self.key)?;
        let (mechanism, input) = (mechanism(self.algorithm), input(self.algorithm, message));
        // A session in which something failed is closed with what it holds.
        let raw = match &self.second_half {
            Some(second_half) => session.sign_with_pin(&mechanism, second_half, &input)?,
            None => session.sign(&mechanism, &input)?,
        };
        session.give_back();
        let signature = output(self.algorithm, raw);
        let certificate = &self.chain[0];
        if certificate.public_key().is_some_and(|key| key.verify(self.algorithm, message, &signature).is_ok()) {
            Ok(signature)
        } else {
            let subject = certificate.common_name().to_owned();
            Err(Failure::Lasting(Error::WrongSignature { token: self.token(), subject }.into()))
        }
    }
}

impl Signer for TokenKey {
    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign(&self, to_be_signed: &[u8]) -> Result<Vec<u8>, super::Error> {
        match self.once(to_be_signed) {
            // Once more from the beginning: the token is looked for again, and the PIN that it took is given again.
            Err(Failure::Lost(_)) => {
                self.sessions.forget();
                self.once(to_be_signed).map_err(Failure::into_error)
            }
            once => once.map_err(Failure::into_error),
        }
    }
}

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenKey({} on {})", self.name(), self.token())
    }
}

fn algorithm(
    kind: Option<KeyKind>,
    scheme: Scheme,
    mechanisms: &[MechanismType],
) -> Result<SignatureAlgorithm, String> {
    let listed = |wanted| mechanisms.contains(&wanted);
    match kind {
        Some(KeyKind::P256) => Ok(SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256)),
        Some(KeyKind::P384) => Ok(SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384)),
        Some(KeyKind::Rsa { .. }) => match scheme {
            Scheme::Pss if !listed(MechanismType::RSA_PKCS_PSS) => {
                Err("sign.scheme is pss, and the token lists no RSASSA-PSS".to_owned())
            }
            Scheme::Auto if !listed(MechanismType::RSA_PKCS_PSS) => {
                Ok(SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256))
            }
            Scheme::Pkcs1 => Ok(SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256)),
            Scheme::Auto | Scheme::Pss => Ok(SignatureAlgorithm::RsaPss(DigestAlgorithm::Sha256)),
        },
        Some(other) => Err(format!("a key of kind {other}")),
        None => Err("its kind is not known".to_owned()),
    }
}

/// The mechanism that signs a digest made here.
fn mechanism(algorithm: SignatureAlgorithm) -> Mechanism<'static> {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1(_) => Mechanism::RsaPkcs,
        SignatureAlgorithm::RsaPss(_) => Mechanism::RsaPkcsPss(PSS_SHA256),
        _ => Mechanism::Ecdsa,
    }
}

/// RSASSA-PSS with a salt as long as the digest: what every verifier accepts.
const PSS_SHA256: PkcsPssParams =
    PkcsPssParams { hash_alg: MechanismType::SHA256, mgf: PkcsMgfType::MGF1_SHA256, s_len: Ulong::new(32) };

/// What goes to the token: the digest, for PKCS#1 v1.5 as `DigestInfo` (RFC 8017, 9.2, with NULL parameters).
fn input(algorithm: SignatureAlgorithm, message: &[u8]) -> Vec<u8> {
    let digest = algorithm.digest();
    let hash = digest.of(&[message]);
    match algorithm {
        SignatureAlgorithm::RsaPkcs1(_) => {
            let identifier = der::sequence(&[&der::object_identifier(digest.oid()), &der::null()]);
            der::sequence(&[&identifier, &der::octet_string(&hash)])
        }
        _ => hash,
    }
}

/// ECDSA comes as r and s side by side (PKCS#11, 6.3.1) and is `ECDSA-Sig-Value` elsewhere.
fn output(algorithm: SignatureAlgorithm, raw: Vec<u8>) -> Vec<u8> {
    match algorithm {
        SignatureAlgorithm::Ecdsa(_) => ecdsa_value(&raw),
        _ => raw,
    }
}

/// `ECDSA-Sig-Value` from r and s side by side.
pub(super) fn ecdsa_value(raw: &[u8]) -> Vec<u8> {
    let (r, s) = raw.split_at(raw.len() / 2);
    der::sequence(&[&der::unsigned(r), &der::unsigned(s)])
}

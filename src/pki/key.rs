//! Private keys in files: PEM or DER of PKCS#8 (RFC 5958), plain or under a password, PKCS#1 and SEC 1, and PKCS#12.
//!
//! ECDSA on P-256 and P-384, RSA of 2048 to 4096 bits. The key is in this process's memory while it is used; a key on a
//! token ([`pkcs11`](super::pkcs11)) or behind a service ([`remote`](super::remote)) never is.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use zeroize::Zeroizing;

use super::algorithm::{DigestAlgorithm, KeyKind, PublicKey, SignatureAlgorithm};
use super::certificate::Certificate;
use super::der::{self, Reader};
use super::encrypted::{self, Locked, SecretBytes};
use super::pin::PinSource;
use super::{Error, Signer, chain, oid, pem, pkcs12};

/// How an RSA key signs; other keys have one way only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scheme {
    /// RSASSA-PSS where the key can: always for a key in a file, for one on a token or behind a service where that
    /// lists it. Circular 15/2025/TT-BKHCN, Appendix I, names RSASSA-PSS; tokens issued earlier do PKCS#1 v1.5 alone.
    #[default]
    Auto,
    /// RSASSA-PKCS1-v1_5, for the sake of old readers.
    Pkcs1,
    /// RSASSA-PSS; a key that cannot is refused.
    Pss,
}

/// Where a private key and its certificates lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFile {
    /// PEM, DER or PKCS#12.
    pub key: PathBuf,
    /// Certificates in PEM, in any order, besides those in the key file.
    pub certificates: Option<PathBuf>,
    /// How an RSA key signs.
    pub scheme: Scheme,
}

/// A key whose private part is in memory, with the certificates that speak for it.
pub struct FileKey {
    private: Private,
    chain: Vec<Certificate>,
    scheme: Scheme,
}

impl FileKey {
    /// Reads a key and its certificates; `password` is asked for only where the file is encrypted.
    ///
    /// # Errors
    /// [`Error::Read`] when a file cannot be read, [`Error::NoCertificate`] and [`Error::NoPrivateKey`] when it
    /// holds none, [`Error::Locked`] for a wrong password or a form of encryption that is not read, [`Error::Pin`]
    /// without a password, and those of [`FileKey::new`].
    pub fn open(file: &KeyFile, password: &PinSource) -> Result<Self, Error> {
        let name = file.key.display().to_string();
        let contents = Contents::read(&read(&file.key)?, &name, password)?;
        let mut certificates = match &file.certificates {
            Some(path) => Certificate::all_from_pem(&String::from_utf8_lossy(&read(path)?))?,
            None => Vec::new(),
        };
        certificates.extend_from_slice(&contents.certificates);
        contents.key(&certificates).map(|key| Self { scheme: file.scheme, ..key })
    }

    /// Reads a private key that has no password, and its certificates in any order; the root may be missing.
    ///
    /// # Errors
    /// As [`FileKey::open`].
    pub fn load(key: &Path, chain: &Path) -> Result<Self, Error> {
        let file = KeyFile { key: key.to_owned(), certificates: Some(chain.to_owned()), scheme: Scheme::default() };
        Self::open(&file, &PinSource::nowhere())
    }

    /// Reads a private key that has no password, and its certificates, from PEM texts.
    ///
    /// # Errors
    /// As [`FileKey::load`], without [`Error::Read`].
    pub fn from_pem(key: &str, chain: &str) -> Result<Self, Error> {
        let contents = Contents::read(key.as_bytes(), "the key", &PinSource::nowhere())?;
        contents.key(&Certificate::all_from_pem(chain)?)
    }

    /// A key from its PKCS#8 form and its certificates in any order.
    ///
    /// # Errors
    /// [`Error::KeyRefused`] for another kind of key or one below 2048 bits; [`Error::NoCertificate`] without a chain;
    /// [`Error::KeyMismatch`] when no certificate is of the key, [`Error::ChainBroken`] when others are there and
    /// none issued the key's own.
    pub fn new(pkcs8: &[u8], certificates: &[Certificate]) -> Result<Self, Error> {
        Self::checked(Private::from_pkcs8(pkcs8)?, certificates)
    }

    /// The same key, its RSA signatures made in another way.
    #[must_use]
    pub fn with_scheme(self, scheme: Scheme) -> Self {
        Self { scheme, ..self }
    }

    fn checked(private: Private, certificates: &[Certificate]) -> Result<Self, Error> {
        let chain = chain::complete(&private.public_key(), certificates)?;
        Ok(Self { private, chain, scheme: Scheme::default() })
    }

    /// The key's own certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        // `chain::complete` gives no empty chain.
        &self.chain[0]
    }
}

impl Signer for FileKey {
    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.private.algorithm(self.scheme)
    }

    fn sign(&self, to_be_signed: &[u8]) -> Result<Vec<u8>, Error> {
        self.private.sign(self.scheme, to_be_signed)
    }
}

/// Shows whose key it is, never the key.
impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileKey({})", self.certificate().common_name())
    }
}

/// What a key file holds.
struct Contents {
    /// PKCS#8.
    keys: Vec<SecretBytes>,
    certificates: Vec<Certificate>,
}

impl Contents {
    fn read(bytes: &[u8], name: &str, password: &PinSource) -> Result<Self, Error> {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.contains("-----BEGIN ") => Self::from_pem(text, name, password),
            _ if pkcs12::is_one(bytes) => {
                let found = unlocked(name, password, |password| pkcs12::open(bytes, password))?;
                Ok(Self { keys: found.keys, certificates: found.certificates })
            }
            // BER of indefinite length, as some programs of old write PKCS#12.
            _ if bytes.starts_with(&[der::SEQUENCE, 0x80]) => {
                Err(Error::KeyForm { label: "PKCS#12 of indefinite length".to_owned() })
            }
            _ if bytes.first() == Some(&der::SEQUENCE) => {
                Ok(Self { keys: vec![bytes.to_vec().into()], certificates: Vec::new() })
            }
            _ => Err(Error::NoPrivateKey),
        }
    }

    fn from_pem(text: &str, name: &str, password: &PinSource) -> Result<Self, Error> {
        if text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(Error::KeyForm { label: "Proc-Type: 4,ENCRYPTED".to_owned() });
        }
        let blocks = pem::read(text);
        let block = blocks.iter().find(|block| block.label.ends_with("PRIVATE KEY")).ok_or(Error::NoPrivateKey)?;
        let key = match block.label.as_str() {
            "PRIVATE KEY" => block.bytes.clone(),
            "ENCRYPTED PRIVATE KEY" => {
                unlocked(name, password, |password| encrypted::private_key(&block.bytes, password))?
            }
            "RSA PRIVATE KEY" => pkcs8(&[&der::object_identifier(oid::RSA_ENCRYPTION), &der::null()], &block.bytes),
            "EC PRIVATE KEY" => {
                let curve = ec_curve(&block.bytes).ok_or_else(|| Error::KeyForm { label: block.label.clone() })?;
                pkcs8(&[&der::object_identifier(oid::EC_PUBLIC_KEY), curve], &block.bytes)
            }
            _ => return Err(Error::KeyForm { label: block.label.clone() }),
        };
        Ok(Self { keys: vec![key], certificates: Certificate::all_from_pem(text)? })
    }

    /// The first key that one of the certificates speaks for.
    fn key(&self, certificates: &[Certificate]) -> Result<FileKey, Error> {
        let mut first = None;
        for key in &self.keys {
            let read = Private::of_certificates(key, certificates);
            match read.and_then(|private| FileKey::checked(private, certificates)) {
                Ok(key) => return Ok(key),
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or(Error::NoPrivateKey))
    }
}

/// What a password opens; it is asked for now, and never again when it is wrong.
fn unlocked<T>(name: &str, password: &PinSource, open: impl FnOnce(&str) -> Result<T, Locked>) -> Result<T, Error> {
    let given = password.get(&format!("password of {name}"))?;
    open(&given).map_err(|locked| {
        if locked == Locked::Password {
            password.refuse();
        }
        Error::Locked { name: name.to_owned(), why: locked.to_string() }
    })
}

/// `PrivateKeyInfo` (RFC 5958, 2) around a key in its own form.
fn pkcs8(algorithm: &[&[u8]], key: &[u8]) -> SecretBytes {
    let (version, algorithm) = (der::integer(0), der::sequence(algorithm));
    let key = Zeroizing::new(der::octet_string(key));
    let mut fields = Zeroizing::new(Vec::with_capacity(version.len() + algorithm.len() + key.len()));
    for field in [&version, &algorithm, &*key] {
        fields.extend_from_slice(field);
    }
    der::element(der::SEQUENCE, &fields).into()
}

/// The curve that an `ECPrivateKey` names (RFC 5915), as it stands there.
fn ec_curve(key: &[u8]) -> Option<&[u8]> {
    let mut fields = Reader::new(key).enter(der::SEQUENCE).ok()?;
    fields.expect(der::INTEGER).ok()?;
    fields.expect(der::OCTET_STRING).ok()?;
    Some(fields.enter(der::constructed(0)).ok()?.expect(der::OBJECT_IDENTIFIER).ok()?.raw)
}

/// The number of an `ECPrivateKey` inside PKCS#8.
pub(super) fn ec_number(pkcs8: &[u8]) -> Option<&[u8]> {
    let mut fields = Reader::new(pkcs8).enter(der::SEQUENCE).ok()?;
    fields.expect(der::INTEGER).ok()?;
    fields.expect(der::SEQUENCE).ok()?;
    let mut key = Reader::new(fields.expect(der::OCTET_STRING).ok()?.content).enter(der::SEQUENCE).ok()?;
    key.expect(der::INTEGER).ok()?;
    Some(key.expect(der::OCTET_STRING).ok()?.content)
}

/// The point of a public key on a curve.
fn ec_point(key: &PublicKey) -> Option<Vec<u8>> {
    let info = key.info();
    let mut fields = Reader::new(&info).enter(der::SEQUENCE).ok()?;
    fields.expect(der::SEQUENCE).ok()?;
    fields.expect(der::BIT_STRING).ok()?.content.split_first().map(|(_, point)| point.to_vec())
}

/// A private key by its kind.
pub(super) enum Private {
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl Private {
    /// Reads PKCS#8.
    pub(super) fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, Error> {
        let random = SystemRandom::new();
        let curve = |algorithm| EcdsaKeyPair::from_pkcs8(algorithm, pkcs8, &random);
        Ok(match (curve(&ECDSA_P256_SHA256_ASN1_SIGNING), curve(&ECDSA_P384_SHA384_ASN1_SIGNING)) {
            (Ok(pair), _) => Self::P256(pair),
            (_, Ok(pair)) => Self::P384(pair),
            _ => Self::Rsa(RsaKeyPair::from_pkcs8(pkcs8).map_err(refused)?),
        })
    }

    /// Reads PKCS#8 whose curve key may lack its public half: that is then the certificate's.
    fn of_certificates(pkcs8: &[u8], certificates: &[Certificate]) -> Result<Self, Error> {
        Self::from_pkcs8(pkcs8).or_else(|error| {
            let mut keys = certificates.iter().filter_map(Certificate::public_key);
            ec_number(pkcs8).and_then(|number| keys.find_map(|key| Self::halves(number, key))).ok_or(error)
        })
    }

    fn halves(number: &[u8], public: &PublicKey) -> Option<Self> {
        let (algorithm, curve): (_, fn(EcdsaKeyPair) -> Self) = match public.kind() {
            KeyKind::P256 => (&ECDSA_P256_SHA256_ASN1_SIGNING, Self::P256),
            KeyKind::P384 => (&ECDSA_P384_SHA384_ASN1_SIGNING, Self::P384),
            _ => return None,
        };
        let point = ec_point(public)?;
        EcdsaKeyPair::from_private_key_and_public_key(algorithm, number, &point, &SystemRandom::new()).ok().map(curve)
    }

    pub(super) fn algorithm(&self, scheme: Scheme) -> SignatureAlgorithm {
        match self {
            Self::P256(_) => SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256),
            Self::P384(_) => SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384),
            Self::Rsa(_) if scheme == Scheme::Pkcs1 => SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256),
            Self::Rsa(_) => SignatureAlgorithm::RsaPss(DigestAlgorithm::Sha256),
        }
    }

    pub(super) fn sign(&self, scheme: Scheme, to_be_signed: &[u8]) -> Result<Vec<u8>, Error> {
        let random = SystemRandom::new();
        match self {
            Self::P256(pair) | Self::P384(pair) => {
                let signature = pair.sign(&random, to_be_signed).map_err(|_| Error::SigningFailed)?;
                Ok(signature.as_ref().to_vec())
            }
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let padding: &dyn RsaEncoding =
                    if scheme == Scheme::Pkcs1 { &RSA_PKCS1_SHA256 } else { &RSA_PSS_SHA256 };
                pair.sign(padding, &random, to_be_signed, &mut signature).map_err(|_| Error::SigningFailed)?;
                Ok(signature)
            }
        }
    }

    pub(super) fn public_key(&self) -> PublicKey {
        let (kind, octets) = match self {
            Self::P256(pair) => (KeyKind::P256, pair.public_key().as_ref()),
            Self::P384(pair) => (KeyKind::P384, pair.public_key().as_ref()),
            // ring takes moduli of whole octets only.
            Self::Rsa(pair) => (KeyKind::Rsa { bits: pair.public().modulus_len() * 8 }, pair.public_key().as_ref()),
        };
        PublicKey::new(kind, octets.to_vec())
    }
}

/// No key file is larger.
const LARGEST: u64 = 1 << 20;

fn read(path: &Path) -> Result<SecretBytes, Error> {
    let unread = |source| Error::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(unread)?;
    let length = file.metadata().map_err(unread)?.len().min(LARGEST);
    // Room for all of it at once, so that no copy stays behind in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(length as usize + 1));
    file.take(LARGEST).read_to_end(&mut bytes).map_err(unread)?;
    Ok(bytes)
}

fn refused(rejected: ring::error::KeyRejected) -> Error {
    Error::KeyRefused { why: rejected.to_string() }
}

#[cfg(test)]
mod tests;

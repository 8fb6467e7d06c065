//! Private keys in files: PKCS#8 PEM (RFC 5958), ECDSA P-256 and P-384, RSA of 2048 bits and more.

use std::path::Path;

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use zeroize::Zeroizing;

use super::algorithm::{DigestAlgorithm, KeyKind, PublicKey, SignatureAlgorithm};
use super::certificate::Certificate;
use super::{Error, Signer, pem};

/// A key whose private part is in memory, with the certificates that speak for it.
pub struct FileKey {
    private: Private,
    chain: Vec<Certificate>,
}

impl FileKey {
    /// Reads a private key and its certificates: the key's own first, then its issuers; the root may be missing.
    ///
    /// # Errors
    /// [`Error::Read`] when a file cannot be read, [`Error::NoCertificate`] and [`Error::NoPrivateKey`] when it
    /// holds none, [`Error::EncryptedKey`], and those of [`FileKey::new`].
    pub fn load(key: &Path, chain: &Path) -> Result<Self, Error> {
        let key_text = Zeroizing::new(read(key)?);
        Self::from_pem(&key_text, &read(chain)?)
    }

    /// Reads a private key and its certificates from PEM texts.
    ///
    /// # Errors
    /// As [`FileKey::load`], without [`Error::Read`].
    pub fn from_pem(key: &str, chain: &str) -> Result<Self, Error> {
        let blocks = pem::read(key);
        let chain = Certificate::all_from_pem(chain)?;
        if let Some(block) = blocks.iter().find(|block| block.label == "PRIVATE KEY") {
            return Self::new(&block.bytes, chain);
        }
        match blocks.iter().find(|block| block.label.ends_with("PRIVATE KEY")) {
            Some(block) if block.label == "RSA PRIVATE KEY" => {
                let pair = RsaKeyPair::from_der(&block.bytes).map_err(refused)?;
                Self::checked(Private::Rsa(pair), chain)
            }
            Some(block) if block.label == "ENCRYPTED PRIVATE KEY" => Err(Error::EncryptedKey),
            Some(block) => Err(Error::KeyForm { label: block.label.clone() }),
            None => Err(Error::NoPrivateKey),
        }
    }

    /// A key from its PKCS#8 form and its certificates.
    ///
    /// # Errors
    /// [`Error::KeyRefused`] for another kind of key or one below 2048 bits; [`Error::NoCertificate`] without a chain;
    /// [`Error::KeyMismatch`] when the first certificate is of another key, [`Error::ChainBroken`] when one was not
    /// issued by the next.
    pub fn new(pkcs8: &[u8], chain: Vec<Certificate>) -> Result<Self, Error> {
        Self::checked(Private::from_pkcs8(pkcs8)?, chain)
    }

    fn checked(private: Private, chain: Vec<Certificate>) -> Result<Self, Error> {
        let certificate = chain.first().ok_or(Error::NoCertificate)?;
        if certificate.public_key() != Some(&private.public_key()) {
            return Err(Error::KeyMismatch { subject: certificate.common_name().to_owned() });
        }
        for link in chain.windows(2) {
            link[0].verify_by(&link[1]).map_err(|_| Error::ChainBroken {
                subject: link[0].common_name().to_owned(),
                issuer: link[1].common_name().to_owned(),
            })?;
        }
        Ok(Self { private, chain })
    }

    /// The key's own certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        // `checked` refuses an empty chain.
        &self.chain[0]
    }
}

impl Signer for FileKey {
    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.private.algorithm()
    }

    fn sign(&self, to_be_signed: &[u8]) -> Result<Vec<u8>, Error> {
        self.private.sign(to_be_signed)
    }
}

/// Shows whose key it is, never the key.
impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileKey({})", self.certificate().common_name())
    }
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

    pub(super) fn algorithm(&self) -> SignatureAlgorithm {
        match self {
            Self::P256(_) => SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256),
            Self::P384(_) => SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384),
            Self::Rsa(_) => SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256),
        }
    }

    pub(super) fn sign(&self, to_be_signed: &[u8]) -> Result<Vec<u8>, Error> {
        let random = SystemRandom::new();
        match self {
            Self::P256(pair) | Self::P384(pair) => {
                let signature = pair.sign(&random, to_be_signed).map_err(|_| Error::SigningFailed)?;
                Ok(signature.as_ref().to_vec())
            }
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, to_be_signed, &mut signature)
                    .map_err(|_| Error::SigningFailed)?;
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

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })
}

fn refused(rejected: ring::error::KeyRejected) -> Error {
    Error::KeyRefused { why: rejected.to_string() }
}

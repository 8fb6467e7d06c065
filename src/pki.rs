//! Keys, certificates and time-stamps: X.509 (RFC 5280), CMS (RFC 5652), RFC 3161, as CAdES uses them; keys in files
//! (PKCS#8, PKCS#12), on tokens (PKCS#11) and behind services (Cloud Signature Consortium API).
//!
//! Made and read here: certificates, signed data, time-stamp tokens, revocation lists and OCSP responses. What is signed is
//! bytes; this module knows no PDF. It is the only one that knows the cryptographic crates, and digests elsewhere come from
//! `base`. Verdicts are not given here: every check tells what it found, and who asks decides.

pub mod algorithm;
pub mod certificate;
mod chain;
pub mod cms;
pub mod demo;
pub mod der;
mod encrypted;
pub mod issue;
pub mod key;
mod name;
pub mod oid;
pub mod path;
pub mod pem;
pub mod pin;
pub mod pkcs11;
mod pkcs12;
pub mod policy;
pub mod remote;
pub mod revocation;
#[cfg(test)]
pub(crate) mod testing;
pub mod timestamp;

use std::path::PathBuf;

pub use algorithm::{DigestAlgorithm, KeyKind, SignatureAlgorithm};
pub use certificate::Certificate;
pub use key::{FileKey, KeyFile, Scheme};
pub use path::TrustAnchors;
pub use pin::PinSource;
pub use pkcs11::TokenKey;
pub use policy::{Policy, Weak};
pub use remote::ServiceKey;
pub use revocation::{Crl, Evidence, OcspResponse, RevocationSource};
pub use timestamp::{FailOver, HttpAuthority, Imprint, LocalAuthority, Patience, TimestampAuthority, Token};

use crate::base::time::Timestamp;

/// Who signs: a key in a file, on a token, or behind a service. The private key stays where it is.
pub trait Signer: Send + Sync {
    /// The certificates that speak for the key: its own first, each next one the issuer of the one before,
    /// the root left out; never empty.
    fn chain(&self) -> &[Certificate];

    /// How it signs.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// A signature over these bytes (their digest is the signer's matter).
    ///
    /// # Errors
    /// [`Error::SigningFailed`] when the key gives none.
    fn sign(&self, to_be_signed: &[u8]) -> Result<Vec<u8>, Error>;

    /// How many messages it takes at once; 1 where more at once would save nothing.
    fn most_at_once(&self) -> usize {
        1
    }

    /// Signatures over many messages, one result for each in their order: one that fails takes no other with it.
    /// A service signs them by as few calls and confirmations as it allows.
    fn sign_many(&self, messages: &[&[u8]]) -> Vec<Result<Vec<u8>, Error>> {
        messages.iter().map(|message| self.sign(message)).collect()
    }
}

/// Asks, before anything is signed, whether a signature by this signer at this moment could be valid: certificate and
/// its issuers in their term, a usage that allows signatures, a key as strong as the law asks.
///
/// # Errors
/// [`Error::NoCertificate`], [`Error::CertificateExpired`], [`Error::CertificateNotYetValid`],
/// [`Error::CertificateUsage`], [`Error::KeyRefused`].
pub fn check_signer(signer: &dyn Signer, at: Timestamp) -> Result<(), Error> {
    let certificate = signer.chain().first().ok_or(Error::NoCertificate)?;
    for link in signer.chain() {
        check_validity(link, at)?;
    }
    if !certificate.may_sign_documents() {
        return Err(Error::CertificateUsage { subject: certificate.common_name().to_owned() });
    }
    match certificate.public_key().map(algorithm::PublicKey::kind) {
        Some(KeyKind::Rsa { bits }) if bits < LEAST_RSA_BITS => {
            Err(Error::KeyRefused { why: format!("an RSA key of {bits} bits, {LEAST_RSA_BITS} is the least") })
        }
        Some(_) => Ok(()),
        None => Err(Error::KeyRefused { why: "its kind is not known".to_owned() }),
    }
}

/// Circular 15/2025/TT-BKHCN, Appendix I.
const LEAST_RSA_BITS: usize = 2048;

fn check_validity(certificate: &Certificate, at: Timestamp) -> Result<(), Error> {
    let subject = || certificate.common_name().to_owned();
    if at > certificate.not_after() {
        return Err(Error::CertificateExpired { subject: subject(), not_after: certificate.not_after() });
    }
    if at < certificate.not_before() {
        return Err(Error::CertificateNotYetValid { subject: subject(), not_before: certificate.not_before() });
    }
    Ok(())
}

/// Why a key, a certificate or a time-stamp cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read.
    #[error("`{}` cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file or folder cannot be written.
    #[error("`{}` cannot be written", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A folder for new keys holds something already.
    #[error("`{}` is there already, and keys are never overwritten", path.display())]
    FolderInUse {
        /// The folder.
        path: PathBuf,
    },
    /// Bytes that are no certificate.
    #[error("{bytes} bytes that should be a certificate are none")]
    Certificate {
        /// How many bytes.
        bytes: usize,
    },
    /// What a folder says of the anchors in it is malformed.
    #[error("`{}` cannot be understood: {why}", path.display())]
    TrustStore {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A text holds no certificate.
    #[error("there is no certificate")]
    NoCertificate,
    /// A text holds no private key.
    #[error("there is no private key")]
    NoPrivateKey,
    /// A key file was not opened by its password.
    #[error("{name} cannot be opened: {why}")]
    Locked {
        /// The file.
        name: String,
        /// Why.
        why: String,
    },
    /// There is no PIN or password.
    #[error(transparent)]
    Pin(#[from] pin::Error),
    /// A token.
    #[error(transparent)]
    Token(#[from] pkcs11::Error),
    /// A signing service.
    #[error(transparent)]
    Service(#[from] remote::Error),
    /// A private key is in a form that is not read.
    #[error("a private key in the form `{label}` is not read")]
    KeyForm {
        /// Its PEM label.
        label: String,
    },
    /// A key that is of a kind not used here, too short, or inconsistent.
    #[error("the key is refused: {why}")]
    KeyRefused {
        /// Why.
        why: String,
    },
    /// The certificate is of another key.
    #[error("the certificate of `{subject}` is not that of the key")]
    KeyMismatch {
        /// The certificate.
        subject: String,
    },
    /// A certificate in a chain was not issued by the next one.
    #[error("the certificate of `{subject}` was not issued by `{issuer}`, which follows it")]
    ChainBroken {
        /// The certificate.
        subject: String,
        /// The next one.
        issuer: String,
    },
    /// A certificate's term is over.
    #[error("the certificate of `{subject}` expired on {not_after}")]
    CertificateExpired {
        /// The certificate.
        subject: String,
        /// The last moment of its term.
        not_after: Timestamp,
    },
    /// A certificate's term has not begun.
    #[error("the certificate of `{subject}` is valid only from {not_before}")]
    CertificateNotYetValid {
        /// The certificate.
        subject: String,
        /// The first moment of its term.
        not_before: Timestamp,
    },
    /// A certificate is not for signing documents.
    #[error("the certificate of `{subject}` is not for signing documents")]
    CertificateUsage {
        /// The certificate.
        subject: String,
    },
    /// The key gave no signature.
    #[error("the key gave no signature")]
    SigningFailed,
    /// The authority gave no time-stamp.
    #[error("no time-stamp from {authority}: {why}")]
    Timestamp {
        /// Its address.
        authority: String,
        /// Why.
        why: String,
    },
}

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::FolderInUse { .. } => "name a folder that does not exist yet".to_owned(),
            Self::NoCertificate | Self::Certificate { .. } => {
                "give a PEM file with `-----BEGIN CERTIFICATE-----`, the signer's own certificate first".to_owned()
            }
            Self::TrustStore { .. } => {
                "write for each store `[[store]]`, `name`, `files` and, where they are known, `kind`, `from` and `until`"
                    .to_owned()
            }
            Self::NoPrivateKey => {
                "give a PKCS#12 file, or a PEM file with `-----BEGIN PRIVATE KEY-----` (PKCS#8)".to_owned()
            }
            Self::Locked { .. } => {
                "check the password that sign.pin-from gives; other encryptions are converted by `openssl pkcs8 -topk8` \
                 or `openssl pkcs12`"
                    .to_owned()
            }
            Self::Pin(error) => error.hint(),
            Self::Token(error) => error.hint(),
            Self::Service(error) => error.hint(),
            Self::KeyForm { .. } => {
                "convert it to PKCS#8: `openssl pkcs8 -topk8 -in KEY -out NEW`, or PKCS#12 to PEM: `openssl pkcs12 -in KEY \
                 -out NEW`"
                    .to_owned()
            }
            Self::KeyRefused { .. } => "use a key of RSA 2048 bits or more, ECDSA P-256 or P-384".to_owned(),
            Self::KeyMismatch { .. } => {
                "put the certificate of this key into the certificate file, or name its own key file".to_owned()
            }
            Self::ChainBroken { .. } => {
                "put the signer's certificate and each issuer's below the root into the certificate file".to_owned()
            }
            Self::CertificateExpired { .. } => "sign with a certificate that is valid today".to_owned(),
            Self::CertificateNotYetValid { .. } => {
                "check this machine's clock, or wait until the certificate is valid".to_owned()
            }
            Self::CertificateUsage { .. } => {
                "use an end certificate whose key usage has digitalSignature or nonRepudiation".to_owned()
            }
            Self::Timestamp { authority, .. } if authority == timestamp::LOCAL => {
                "make the demo PKI anew with `sohoa keys demo`".to_owned()
            }
            Self::Timestamp { authority, .. } if !authority.starts_with("http://") => {
                "give the authority's address as `http://…`; time-stamps are signed, so HTTP is enough".to_owned()
            }
            Self::Timestamp { .. } => {
                "check the address and that this machine may reach it, or try again later".to_owned()
            }
            Self::Read { .. } | Self::Write { .. } | Self::SigningFailed => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{Pki, now};
    use super::*;

    const YEAR: i64 = 366 * 86_400;

    #[test]
    fn a_signer_is_checked_before_it_signs() {
        let pki = Pki::new();
        assert!(check_signer(&pki.signer, now()).is_ok());
        let late = check_signer(&pki.signer, now().plus_seconds(30 * YEAR)).expect_err("expired");
        assert!(matches!(&late, Error::CertificateExpired { subject, .. } if subject.contains("Bình Minh")));
        assert!(late.hint().is_some());
        let early = check_signer(&pki.signer, now().plus_seconds(-YEAR)).expect_err("not yet");
        assert!(matches!(early, Error::CertificateNotYetValid { .. }));
        let authority = check_signer(&pki.issuing, now()).expect_err("an authority");
        assert!(matches!(authority, Error::CertificateUsage { .. }));
        let stamper = check_signer(pki.authority().key(), now()).expect_err("a time-stamp authority");
        assert!(matches!(stamper, Error::CertificateUsage { .. }));
    }

    #[test]
    fn a_key_must_fit_its_certificate() {
        let (pki, other) = (Pki::new(), Pki::new());
        let chain = other.signer.chain();
        assert!(matches!(FileKey::new(&pki.signer_pkcs8(), chain), Err(Error::KeyMismatch { .. })));
        let broken = vec![pki.signer.certificate().clone(), other.issuing.certificate().clone()];
        assert!(matches!(FileKey::new(&pki.signer_pkcs8(), &broken), Err(Error::ChainBroken { .. })));
        assert!(matches!(FileKey::new(&pki.signer_pkcs8(), &[]), Err(Error::NoCertificate)));
        assert!(matches!(FileKey::new(b"no key", &[]), Err(Error::KeyRefused { .. })));
    }

    #[test]
    fn other_forms_of_keys_are_named() {
        let key = |label: &str| FileKey::from_pem(&pem::write(label, b"x"), "").expect_err("refused");
        assert!(matches!(key("ENCRYPTED PRIVATE KEY"), Error::Pin(_)));
        assert!(matches!(key("DSA PRIVATE KEY"), Error::KeyForm { .. }));
        assert!(matches!(key("CERTIFICATE"), Error::NoPrivateKey));
        assert!(key("DSA PRIVATE KEY").hint().is_some_and(|hint| hint.contains("openssl pkcs8")));
    }
}

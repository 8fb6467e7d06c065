//! Making certificates, revocation lists (RFC 5280) and OCSP responses (RFC 6960): what the demo PKI and the tests need, no
//! general authority.

mod status;

pub use status::{CrlContent, Listed, OcspContent, crl, ocsp};

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use zeroize::Zeroizing;

use super::certificate::Certificate;
use super::der;
use super::key::{FileKey, Private, Scheme};
use super::oid::{self, Oid};
use super::{Error, Signer};
use crate::base::digest::Sha256;
use crate::base::time::Timestamp;

/// What a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// A root: issues authorities.
    Root,
    /// An authority below the root: issues end certificates only.
    Issuing,
    /// Signs documents.
    Signing,
    /// Stamps times.
    TimeStamping,
    /// Answers for its issuer by OCSP, and need not be asked for itself.
    Responder,
}

/// What a certificate says of its holder and itself.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// Common name, at most 64 characters (X.520 `ub-common-name`).
    pub common_name: &'a str,
    /// Organization, at most 64 characters.
    pub organization: &'a str,
    /// Organizational unit, at most 64 characters.
    pub unit: Option<&'a str>,
    /// What it is for.
    pub profile: Profile,
    /// The first moment of its validity.
    pub not_before: Timestamp,
    /// The last moment of its validity.
    pub not_after: Timestamp,
    /// Further extensions in DER, as [`extension`], [`crl_at`] and [`services_at`] make them.
    pub further: &'a [Vec<u8>],
}

/// A new P-256 key: its PKCS#8 form.
///
/// # Errors
/// [`Error::SigningFailed`] when the machine gives no random numbers.
pub fn new_key() -> Result<Zeroizing<Vec<u8>>, Error> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new());
    Ok(Zeroizing::new(made.map_err(|_| Error::SigningFailed)?.as_ref().to_vec()))
}

/// A root of itself, for a private key in PKCS#8.
///
/// # Errors
/// Those of [`FileKey::new`] and of the key.
pub fn root(subject: &Subject<'_>, pkcs8: &[u8]) -> Result<FileKey, Error> {
    let private = Private::from_pkcs8(pkcs8)?;
    let info = private.public_key().info();
    let algorithm = private.algorithm(Scheme::default()).identifier();
    let body = to_be_signed(subject, &info, &Issuer { name: &name(subject), key: &key_identifier(&info) }, &algorithm);
    let certificate = assemble(&body, &algorithm, &private.sign(Scheme::default(), &body)?)?;
    FileKey::new(pkcs8, &[certificate])
}

/// A certificate issued by `issuer` for a private key in PKCS#8; its chain leads up to, but without, the root.
///
/// # Errors
/// Those of [`FileKey::new`] and of the issuer's key.
pub fn issue(issuer: &FileKey, subject: &Subject<'_>, pkcs8: &[u8]) -> Result<FileKey, Error> {
    let info = Private::from_pkcs8(pkcs8)?.public_key().info();
    let algorithm = issuer.algorithm().identifier();
    let above = issuer.certificate();
    let named = Issuer { name: above.subject_der(), key: above.subject_key().unwrap_or_default() };
    let body = to_be_signed(subject, &info, &named, &algorithm);
    let certificate = assemble(&body, &algorithm, &issuer.sign(&body)?)?;
    let below_root = issuer.chain().iter().filter(|link| link.subject_der() != link.issuer_der());
    FileKey::new(pkcs8, &std::iter::once(certificate).chain(below_root.cloned()).collect::<Vec<_>>())
}

/// How a certificate names its issuer.
struct Issuer<'a> {
    name: &'a [u8],
    key: &'a [u8],
}

/// `TBSCertificate` (RFC 5280, 4.1).
fn to_be_signed(subject: &Subject<'_>, info: &[u8], issuer: &Issuer<'_>, algorithm: &[u8]) -> Vec<u8> {
    // The serial number is a digest of key and term: unique, positive and unforeseeable, for keys are random.
    let mut serial = Sha256::of(&[info, subject.not_after.utc().as_bytes()].concat()).as_bytes()[..16].to_vec();
    serial[0] = serial[0] & 0x7f | 0x40;
    der::sequence(&[
        &der::explicit(0, &der::integer(2)),
        &der::unsigned(&serial),
        algorithm,
        issuer.name,
        &der::sequence(&[&der::time(subject.not_before), &der::time(subject.not_after)]),
        &name(subject),
        info,
        &der::explicit(3, &extensions(subject, info, issuer.key)),
    ])
}

fn assemble(body: &[u8], algorithm: &[u8], signature: &[u8]) -> Result<Certificate, Error> {
    Certificate::from_der(&der::sequence(&[body, algorithm, &der::bit_string(signature)]))
}

/// `Name`: country, organization, unit, common name.
fn name(subject: &Subject<'_>) -> Vec<u8> {
    let attribute =
        |oid: Oid, value: Vec<u8>| der::set_of(vec![der::sequence(&[&der::object_identifier(oid), &value])]);
    let mut parts = attribute(oid::COUNTRY, der::element(der::PRINTABLE_STRING, b"VN"));
    parts.extend(attribute(oid::ORGANIZATION, der::utf8_string(subject.organization)));
    if let Some(unit) = subject.unit {
        parts.extend(attribute(oid::ORGANIZATIONAL_UNIT, der::utf8_string(unit)));
    }
    parts.extend(attribute(oid::COMMON_NAME, der::utf8_string(subject.common_name)));
    der::element(der::SEQUENCE, &parts)
}

/// RFC 5280, 4.2.1.2, method 1 with SHA-256 cut to 160 bits (RFC 7093).
fn key_identifier(info: &[u8]) -> Vec<u8> {
    Sha256::of(info).as_bytes()[..20].to_vec()
}

fn extensions(subject: &Subject<'_>, info: &[u8], authority_key: &[u8]) -> Vec<u8> {
    let profile = subject.profile;
    let usage = match profile {
        // keyCertSign and cRLSign; digitalSignature; digitalSignature and nonRepudiation.
        Profile::Root | Profile::Issuing => [1, 0b0000_0110],
        Profile::TimeStamping | Profile::Responder => [7, 0b1000_0000],
        Profile::Signing => [6, 0b1100_0000],
    };
    let mut all = Vec::new();
    match profile {
        Profile::Root => all.extend(extension(oid::BASIC_CONSTRAINTS, true, &authority(1))),
        Profile::Issuing => all.extend(extension(oid::BASIC_CONSTRAINTS, true, &authority(0))),
        Profile::Signing | Profile::TimeStamping | Profile::Responder => {
            all.extend(extension(oid::BASIC_CONSTRAINTS, true, &der::sequence(&[])));
        }
    }
    all.extend(extension(oid::KEY_USAGE, true, &der::element(der::BIT_STRING, &usage)));
    let extended = match profile {
        // NSS, which pdfsig asks, knows signatures of documents only as those of mail.
        Profile::Signing => Some((vec![oid::DOCUMENT_SIGNING, oid::EMAIL_PROTECTION], false)),
        Profile::TimeStamping => Some((vec![oid::TIME_STAMPING], true)),
        Profile::Responder => Some((vec![oid::OCSP_SIGNING], false)),
        Profile::Root | Profile::Issuing => None,
    };
    if let Some((purposes, critical)) = extended {
        let purposes: Vec<u8> = purposes.into_iter().flat_map(der::object_identifier).collect();
        let purposes = der::element(der::SEQUENCE, &purposes);
        all.extend(extension(oid::EXTENDED_KEY_USAGE, critical, &purposes));
    }
    all.extend(extension(oid::SUBJECT_KEY_IDENTIFIER, false, &der::octet_string(&key_identifier(info))));
    let above = der::sequence(&[&der::element(der::primitive(0), authority_key)]);
    all.extend(extension(oid::AUTHORITY_KEY_IDENTIFIER, false, &above));
    if profile == Profile::Responder {
        all.extend(extension(oid::OCSP_NO_CHECK, false, &der::null()));
    }
    all.extend(subject.further.concat());
    der::element(der::SEQUENCE, &all)
}

/// `BasicConstraints` of an authority with at most `below` authorities below it.
fn authority(below: u64) -> Vec<u8> {
    der::sequence(&[&der::boolean(true), &der::integer(below)])
}

/// `CRLDistributionPoints` with one address (RFC 5280, 4.2.1.13).
#[must_use]
pub fn crl_at(url: &str) -> Vec<u8> {
    let full_name = der::explicit(0, &der::explicit(0, &address(url)));
    extension(oid::CRL_DISTRIBUTION_POINTS, false, &der::sequence(&[&der::sequence(&[&full_name])]))
}

/// `AuthorityInfoAccess`: where the issuer answers by OCSP, and where its certificate is (RFC 5280, 4.2.2.1).
#[must_use]
pub fn services_at(ocsp: &str, issuer: &str) -> Vec<u8> {
    let one = |method: Oid, url: &str| der::sequence(&[&der::object_identifier(method), &address(url)]);
    let both = der::sequence(&[&one(oid::OCSP, ocsp), &one(oid::CA_ISSUERS, issuer)]);
    extension(oid::AUTHORITY_INFORMATION, false, &both)
}

fn address(url: &str) -> Vec<u8> {
    der::element(der::primitive(6), url.as_bytes())
}

/// `Extension` (RFC 5280, 4.1).
#[must_use]
pub fn extension(oid: Oid, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { der::boolean(true) } else { Vec::new() };
    der::sequence(&[&der::object_identifier(oid), &critical, &der::octet_string(value)])
}

//! Certificates (RFC 5280): the facts that signing and verification ask of one.

use std::sync::Arc;

use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

mod extensions;

use extensions::Extensions;

use super::Error;
use super::algorithm::{BadSignature, PublicKey, SignatureAlgorithm, Unsupported};
use super::der::{self, NotDer, Reader};
use super::name::{self, GeneralName, Name};
use super::oid::{self, Oid};
use super::pem;
use crate::base::time::Timestamp;

/// A certificate, read once; clones share it.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate(Arc<Facts>);

#[derive(PartialEq, Eq)]
struct Facts {
    der: Vec<u8>,
    subject_der: Vec<u8>,
    issuer_der: Vec<u8>,
    subject_name: Name,
    issuer_as_name: Name,
    /// `emailAddress` in the subject.
    mail_addresses: Vec<String>,
    serial: Vec<u8>,
    subject: String,
    common_name: String,
    organization: Option<String>,
    unit: Option<String>,
    issuer_name: String,
    not_before: Timestamp,
    not_after: Timestamp,
    algorithm: Result<SignatureAlgorithm, Unsupported>,
    public_key: Option<PublicKey>,
    extensions: Extensions,
}

const DIGITAL_SIGNATURE: u16 = 1;
const NON_REPUDIATION: u16 = 1 << 1;
const KEY_CERT_SIGN: u16 = 1 << 5;
const CRL_SIGN: u16 = 1 << 6;

impl Certificate {
    /// Reads the DER of one certificate, nothing after it.
    ///
    /// # Errors
    /// [`Error::Certificate`] when it is none.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let refused = || Error::Certificate { bytes: der.len() };
        match X509Certificate::from_der(der) {
            Ok(([], parsed)) => Ok(Self(Arc::new(facts(der, &parsed).map_err(|_| refused())?))),
            _ => Err(refused()),
        }
    }

    /// Reads every certificate of a PEM text, in order.
    ///
    /// # Errors
    /// [`Error::Certificate`] when a block is none; an empty list is no error.
    pub fn all_from_pem(text: &str) -> Result<Vec<Self>, Error> {
        let blocks = pem::read(text).into_iter().filter(|block| block.label == "CERTIFICATE");
        blocks.map(|block| Self::from_der(&block.bytes)).collect()
    }

    /// The certificate as a PEM block.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::write("CERTIFICATE", self.der())
    }

    /// Its bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// Common name of the subject; the whole subject where it has none.
    #[must_use]
    pub fn common_name(&self) -> &str {
        &self.0.common_name
    }

    /// Organization of the subject.
    #[must_use]
    pub fn organization(&self) -> Option<&str> {
        self.0.organization.as_deref()
    }

    /// Organizational unit of the subject.
    #[must_use]
    pub fn unit(&self) -> Option<&str> {
        self.0.unit.as_deref()
    }

    /// The subject as text: `C=VN, O=…, CN=…`.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Common name of the issuer; the whole name where it has none.
    #[must_use]
    pub fn issuer_name(&self) -> &str {
        &self.0.issuer_name
    }

    /// `Name` of the subject in DER.
    #[must_use]
    pub fn subject_der(&self) -> &[u8] {
        &self.0.subject_der
    }

    /// `Name` of the issuer in DER.
    #[must_use]
    pub fn issuer_der(&self) -> &[u8] {
        &self.0.issuer_der
    }

    /// Content octets of the serial number.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.0.serial
    }

    /// The first moment of its validity.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        self.0.not_before
    }

    /// The last moment of its validity.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.0.not_after
    }

    /// Whether it is valid at this moment.
    #[must_use]
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        (self.not_before()..=self.not_after()).contains(&at)
    }

    /// Its public key, where it is of a kind known here.
    #[must_use]
    pub fn public_key(&self) -> Option<&PublicKey> {
        self.0.public_key.as_ref()
    }

    /// Content of the subject key identifier.
    #[must_use]
    pub fn subject_key(&self) -> Option<&[u8]> {
        self.0.extensions.subject_key.as_deref()
    }

    /// The key identifier by which it names its issuer's key.
    #[must_use]
    pub fn authority_key(&self) -> Option<&[u8]> {
        self.0.extensions.authority_key.as_deref()
    }

    /// Whether its issuer's name is its own: a root, or an authority's new key certified by its old one.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.0.subject_name == self.0.issuer_as_name
    }

    /// Whether `issuer` has the name by which this certificate names its issuer; who signed it is asked of
    /// [`Certificate::verify_by`].
    #[must_use]
    pub fn names_issuer(&self, issuer: &Self) -> bool {
        self.0.issuer_as_name == issuer.0.subject_name
    }

    /// Whether it names its issuer by this `Name`, in DER or BER.
    #[must_use]
    pub fn is_issued_by_name(&self, issuer: &[u8]) -> bool {
        let same = |issuer: Vec<u8>| Name::read(&issuer).is_ok_and(|name| name == self.0.issuer_as_name);
        self.issuer_der() == issuer || der::canonical(issuer).is_ok_and(same)
    }

    /// Whether `issuer` has the key identifier that this certificate names; a hint, `None` where either says nothing.
    #[must_use]
    pub fn hints_at(&self, issuer: &Self) -> Option<bool> {
        Some(self.authority_key()? == issuer.subject_key()?)
    }

    /// How its issuer signed it.
    ///
    /// # Errors
    /// [`Unsupported`] when by an algorithm that is not known here.
    pub fn algorithm(&self) -> Result<SignatureAlgorithm, Unsupported> {
        self.0.algorithm.clone()
    }

    pub(super) fn subject_name(&self) -> &Name {
        &self.0.subject_name
    }

    pub(super) fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    /// All names that constraints bind (RFC 5280, 4.2.1.10): the subject, the alternative names, and mail addresses in
    /// the subject.
    pub(super) fn names(&self) -> Vec<GeneralName> {
        let mut names = self.0.extensions.alternative_names.clone();
        names.extend(self.0.mail_addresses.iter().cloned().map(GeneralName::Mail));
        if !self.0.subject_name.is_empty() {
            names.push(GeneralName::Directory(self.0.subject_name.clone()));
        }
        names
    }

    /// Whether it may issue certificates (RFC 5280, 4.2.1.3 and 4.2.1.9).
    #[must_use]
    pub fn is_authority(&self) -> bool {
        self.0.extensions.is_authority && self.has_usage(KEY_CERT_SIGN)
    }

    /// Whether it may sign CRLs (RFC 5280, 4.2.1.3).
    #[must_use]
    pub fn may_sign_crls(&self) -> bool {
        self.has_usage(CRL_SIGN)
    }

    /// Whether it says that it may answer for its issuer by OCSP (RFC 6960, 4.2.2.2).
    #[must_use]
    pub fn may_sign_ocsp(&self) -> bool {
        let extended = self.0.extensions.extended.as_ref();
        extended.is_some_and(|extended| extended.names(oid::OCSP_SIGNING))
            && self.has_usage(DIGITAL_SIGNATURE | NON_REPUDIATION)
    }

    /// Whether its own revocation need not be asked for (`id-pkix-ocsp-nocheck`, RFC 6960, 4.2.2.2.1).
    #[must_use]
    pub fn is_exempt_from_revocation(&self) -> bool {
        self.0.extensions.no_check
    }

    /// Where it says that CRLs of its issuer are: addresses as they stand.
    #[must_use]
    pub fn crl_urls(&self) -> Vec<&str> {
        let points = self.0.extensions.distribution_points.iter();
        points.filter_map(|name| if let GeneralName::Uri(uri) = name { Some(uri.as_str()) } else { None }).collect()
    }

    /// Where it says that its issuer answers by OCSP.
    #[must_use]
    pub fn ocsp_urls(&self) -> &[String] {
        &self.0.extensions.ocsp_urls
    }

    fn has_usage(&self, any_of: u16) -> bool {
        self.0.extensions.key_usage.is_none_or(|usage| usage & any_of != 0)
    }

    /// How many authorities may stand below it, where it says so.
    #[must_use]
    pub fn path_length(&self) -> Option<u32> {
        self.0.extensions.path_length
    }

    /// Whether it may sign documents: no authority, a usage that allows signatures or none stated,
    /// and not one for time-stamps, OCSP, web servers or programs alone.
    #[must_use]
    pub fn may_sign_documents(&self) -> bool {
        const OF_OTHERS: [Oid; 4] =
            [oid::TIME_STAMPING, oid::OCSP_SIGNING, oid::SERVER_AUTHENTICATION, oid::CODE_SIGNING];
        let extensions = &self.0.extensions;
        let is_of_others = |purpose: &Vec<u8>| OF_OTHERS.iter().any(|other| other.is(purpose));
        let extended = extensions.extended.as_ref().is_none_or(|usage| !usage.purposes.iter().all(is_of_others));
        self.has_usage(DIGITAL_SIGNATURE | NON_REPUDIATION) && !extensions.is_authority && extended
    }

    /// Whether it may stamp times: an extended usage that is critical and says nothing else (RFC 3161, 2.3).
    #[must_use]
    pub fn may_stamp_time(&self) -> bool {
        let extended = self.0.extensions.extended.as_ref();
        extended.is_some_and(|usage| usage.critical && usage.purposes.len() == 1 && usage.names(oid::TIME_STAMPING))
            && self.has_usage(DIGITAL_SIGNATURE | NON_REPUDIATION)
    }

    /// A critical extension that is not understood here, or one that restricts and is malformed; such a certificate must
    /// be refused (RFC 5280, 4.2).
    #[must_use]
    pub fn unknown_critical(&self) -> Option<&str> {
        self.0.extensions.unknown_critical.as_deref()
    }

    /// Whether the holder of `issuer`'s key signed this certificate. By mathematics alone: whether the algorithm is still
    /// believed is asked of [`super::Policy`].
    ///
    /// # Errors
    /// [`BadSignature`] when not, or by an algorithm that is not known here.
    pub fn verify_by(&self, issuer: &Self) -> Result<(), BadSignature> {
        let algorithm = self.0.algorithm.as_ref().map_err(|_| BadSignature)?;
        let (signed, signature) = self.signature_parts().map_err(|_| BadSignature)?;
        issuer.public_key().ok_or(BadSignature)?.verify(*algorithm, signed, signature)
    }

    /// `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }`.
    fn signature_parts(&self) -> Result<(&[u8], &[u8]), NotDer> {
        let mut fields = Reader::new(self.der()).enter(der::SEQUENCE)?;
        let signed = fields.expect(der::SEQUENCE)?;
        let outside = fields.expect(der::SEQUENCE)?;
        // RFC 5280, 4.1.1.2: the algorithm stands inside what is signed too.
        let mut inside = signed.reader();
        inside.optional(der::constructed(0))?;
        inside.expect(der::INTEGER)?;
        if inside.expect(der::SEQUENCE)?.raw != outside.raw {
            return Err(NotDer("the algorithm inside is another"));
        }
        match fields.expect(der::BIT_STRING)?.content.split_first() {
            Some((0, signature)) => Ok((signed.raw, signature)),
            _ => Err(NotDer("a signature is not of whole octets")),
        }
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({})", self.subject())
    }
}

fn facts(der: &[u8], parsed: &X509Certificate<'_>) -> Result<Facts, NotDer> {
    let subject = parsed.subject().to_string();
    let mut fields = Reader::new(der).enter(der::SEQUENCE)?;
    fields.expect(der::SEQUENCE)?;
    let algorithm = SignatureAlgorithm::read(fields.element()?, None);
    Ok(Facts {
        der: der.to_vec(),
        subject_der: parsed.subject().as_raw().to_vec(),
        issuer_der: parsed.issuer().as_raw().to_vec(),
        subject_name: Name::read(parsed.subject().as_raw())?,
        issuer_as_name: Name::read(parsed.issuer().as_raw())?,
        mail_addresses: name::mail_addresses(parsed.subject().as_raw())?,
        serial: parsed.raw_serial().to_vec(),
        common_name: common_name(parsed.subject()).unwrap_or_else(|| subject.clone()),
        organization: parsed.subject().iter_organization().find_map(|name| name.as_str().ok()).map(str::to_owned),
        unit: parsed.subject().iter_organizational_unit().find_map(|name| name.as_str().ok()).map(str::to_owned),
        subject,
        issuer_name: common_name(parsed.issuer()).unwrap_or_else(|| parsed.issuer().to_string()),
        not_before: Timestamp::from_unix(parsed.validity().not_before.timestamp()),
        not_after: Timestamp::from_unix(parsed.validity().not_after.timestamp()),
        algorithm,
        public_key: PublicKey::read(parsed.public_key().raw).ok(),
        extensions: Extensions::of(
            parsed.extensions().iter().map(|extension| (extension.oid.as_bytes(), extension.critical, extension.value)),
        ),
    })
}

fn common_name(name: &X509Name<'_>) -> Option<String> {
    name.iter_common_name().find_map(|name| name.as_str().ok()).map(str::to_owned)
}

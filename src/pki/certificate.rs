//! Certificates (RFC 5280): the facts that signing and verification ask of one.

use std::sync::Arc;

use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

use super::Error;
use super::algorithm::{BadSignature, PublicKey, SignatureAlgorithm};
use super::der::{self, Reader};
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
    serial: Vec<u8>,
    subject: String,
    common_name: String,
    organization: Option<String>,
    issuer_name: String,
    not_before: Timestamp,
    not_after: Timestamp,
    public_key: Option<PublicKey>,
    extensions: Extensions,
}

/// The extensions that decide what a certificate may be used for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Extensions {
    is_authority: bool,
    path_length: Option<u32>,
    key_usage: Option<u16>,
    extended: Option<ExtendedUsage>,
    subject_key: Option<Vec<u8>>,
    unknown_critical: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ExtendedUsage {
    critical: bool,
    time_stamping: bool,
    count: usize,
}

const DIGITAL_SIGNATURE: u16 = 1;
const NON_REPUDIATION: u16 = 1 << 1;
const KEY_CERT_SIGN: u16 = 1 << 5;

impl Certificate {
    /// Reads the DER of one certificate, nothing after it.
    ///
    /// # Errors
    /// [`Error::Certificate`] when it is none.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        match X509Certificate::from_der(der) {
            Ok(([], parsed)) => Ok(Self(Arc::new(facts(der, &parsed)))),
            _ => Err(Error::Certificate { bytes: der.len() }),
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

    /// Whether it may issue certificates (RFC 5280, 4.2.1.3 and 4.2.1.9).
    #[must_use]
    pub fn is_authority(&self) -> bool {
        let extensions = &self.0.extensions;
        extensions.is_authority && extensions.key_usage.is_none_or(|usage| usage & KEY_CERT_SIGN != 0)
    }

    /// How many authorities may stand below it, where it says so.
    #[must_use]
    pub fn path_length(&self) -> Option<u32> {
        self.0.extensions.path_length
    }

    /// Whether it may sign documents: no authority, a usage that allows signatures or none stated,
    /// and not one for time-stamps alone.
    #[must_use]
    pub fn may_sign_documents(&self) -> bool {
        let extensions = &self.0.extensions;
        let usage = extensions.key_usage.is_none_or(|usage| usage & (DIGITAL_SIGNATURE | NON_REPUDIATION) != 0);
        let extended = extensions.extended.as_ref();
        usage && !extensions.is_authority && extended.is_none_or(|usage| !usage.time_stamping || usage.count > 1)
    }

    /// Whether it may stamp times: an extended usage that is critical and says nothing else (RFC 3161, 2.3).
    #[must_use]
    pub fn may_stamp_time(&self) -> bool {
        let extended = self.0.extensions.extended.as_ref();
        extended.is_some_and(|usage| usage.critical && usage.time_stamping && usage.count == 1)
    }

    /// A critical extension that is not understood here; such a certificate must be refused (RFC 5280, 4.2).
    #[must_use]
    pub fn unknown_critical(&self) -> Option<&str> {
        self.0.extensions.unknown_critical.as_deref()
    }

    /// Whether the holder of `issuer`'s key signed this certificate.
    ///
    /// # Errors
    /// [`BadSignature`] when not, or by an algorithm that is not accepted.
    pub fn verify_by(&self, issuer: &Self) -> Result<(), BadSignature> {
        let (signed, algorithm, signature) = self.signature_parts().ok_or(BadSignature)?;
        let key = issuer.public_key().ok_or(BadSignature)?;
        key.verify(algorithm, signed, signature)
    }

    /// `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }`.
    fn signature_parts(&self) -> Option<(&[u8], SignatureAlgorithm, &[u8])> {
        let mut fields = Reader::new(self.der()).enter(der::SEQUENCE).ok()?;
        let signed = fields.expect(der::SEQUENCE).ok()?.raw;
        let algorithm = SignatureAlgorithm::read(fields.element().ok()?, None).ok()?;
        let (unused, signature) = fields.expect(der::BIT_STRING).ok()?.content.split_first()?;
        (*unused == 0).then_some((signed, algorithm, signature))
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({})", self.subject())
    }
}

fn facts(der: &[u8], parsed: &X509Certificate<'_>) -> Facts {
    let subject = parsed.subject().to_string();
    let public_key = PublicKey::read(parsed.public_key().raw).ok();
    Facts {
        der: der.to_vec(),
        subject_der: parsed.subject().as_raw().to_vec(),
        issuer_der: parsed.issuer().as_raw().to_vec(),
        serial: parsed.raw_serial().to_vec(),
        common_name: common_name(parsed.subject()).unwrap_or_else(|| subject.clone()),
        organization: parsed.subject().iter_organization().find_map(|name| name.as_str().ok()).map(str::to_owned),
        subject,
        issuer_name: common_name(parsed.issuer()).unwrap_or_else(|| parsed.issuer().to_string()),
        not_before: Timestamp::from_unix(parsed.validity().not_before.timestamp()),
        not_after: Timestamp::from_unix(parsed.validity().not_after.timestamp()),
        public_key,
        extensions: extensions(parsed),
    }
}

fn common_name(name: &X509Name<'_>) -> Option<String> {
    name.iter_common_name().find_map(|name| name.as_str().ok()).map(str::to_owned)
}

fn extensions(parsed: &X509Certificate<'_>) -> Extensions {
    let mut found = Extensions::default();
    for extension in parsed.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::BasicConstraints(constraints) => {
                found.is_authority = constraints.ca;
                found.path_length = constraints.path_len_constraint;
            }
            ParsedExtension::KeyUsage(usage) => found.key_usage = Some(usage.flags),
            ParsedExtension::ExtendedKeyUsage(usage) => {
                let named = [
                    usage.any,
                    usage.server_auth,
                    usage.client_auth,
                    usage.code_signing,
                    usage.email_protection,
                    usage.time_stamping,
                    usage.ocsp_signing,
                ];
                found.extended = Some(ExtendedUsage {
                    critical: extension.critical,
                    time_stamping: usage.time_stamping,
                    count: named.into_iter().filter(|named| *named).count() + usage.other.len(),
                });
            }
            ParsedExtension::SubjectKeyIdentifier(key) => found.subject_key = Some(key.0.to_vec()),
            // Policies and alternative names restrict nothing that is decided here.
            ParsedExtension::CertificatePolicies(_)
            | ParsedExtension::SubjectAlternativeName(_)
            | ParsedExtension::IssuerAlternativeName(_)
            | ParsedExtension::AuthorityKeyIdentifier(_)
            | ParsedExtension::PolicyMappings(_)
            | ParsedExtension::CRLDistributionPoints(_) => {}
            _ if extension.critical => {
                found.unknown_critical.get_or_insert_with(|| extension.oid.to_id_string());
            }
            _ => {}
        }
    }
    found
}

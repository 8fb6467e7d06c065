//! Reading and verifying of `SignedData`.

use std::borrow::Cow;
use std::fmt;

use super::super::algorithm::{DigestAlgorithm, SignatureAlgorithm, sha1};
use super::super::certificate::Certificate;
use super::super::der::{self, Element, NotDer, Reader};
use super::super::oid::{self, Oid};

/// A `SignedData` with exactly one signer.
#[derive(Clone)]
pub struct SignedData {
    content_type: Vec<u8>,
    content: Option<Vec<u8>>,
    certificates: Vec<Certificate>,
    signer: SignerInfo,
}

/// `SignerInfo`; the algorithms are judged in verification.
#[derive(Clone)]
struct SignerInfo {
    identifier: SignerIdentifier,
    digest: Result<DigestAlgorithm, String>,
    /// The attributes as the SET that was signed; empty without any.
    attributes: Vec<u8>,
    algorithm: Result<SignatureAlgorithm, String>,
    signature: Vec<u8>,
    unsigned: Vec<Attribute>,
}

/// One value of an attribute.
#[derive(Clone)]
struct Attribute {
    name: Vec<u8>,
    value: Vec<u8>,
}

#[derive(Clone)]
enum SignerIdentifier {
    IssuerAndSerial { issuer: Vec<u8>, serial: Vec<u8> },
    SubjectKey(Vec<u8>),
}

/// What is wrong with a CMS signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The signed content is of another type than it must be, or its attribute is missing.
    ContentType,
    /// The content is not what was signed.
    DigestMismatch,
    /// There is no digest among the signed attributes.
    NoMessageDigest,
    /// There are no signed attributes, or malformed ones, where the content is not plain data.
    NoSignedAttributes,
    /// An attribute is there twice.
    RepeatedAttribute,
    /// The signer's certificate is not inside.
    NoSignerCertificate,
    /// The signed attributes name no signing certificate.
    NoSigningCertificate,
    /// The signed attributes name another certificate.
    SigningCertificateMismatch,
    /// The signature is not of the certificate's key over the attributes.
    WrongSignature,
    /// Digest of the attributes and of the signature algorithm differ.
    DigestsDiffer,
    /// An algorithm that is not accepted, by its dotted identifier.
    Algorithm(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ContentType => "the signed content is of another type",
            Self::DigestMismatch => "the content is not what was signed",
            Self::NoMessageDigest => "the signed attributes hold no digest of the content",
            Self::NoSignedAttributes => "there are no signed attributes",
            Self::RepeatedAttribute => "a signed attribute is there twice",
            Self::NoSignerCertificate => "the certificate of the signer is not inside",
            Self::NoSigningCertificate => "the signed attributes name no signing certificate",
            Self::SigningCertificateMismatch => "the signed attributes name another signing certificate",
            Self::WrongSignature => "the signature is not of the certificate's key",
            Self::DigestsDiffer => "the signature and the content are digested by different algorithms",
            Self::Algorithm(oid) => return write!(f, "the algorithm {oid} is not accepted"),
        })
    }
}

impl SignedData {
    /// Reads a `ContentInfo` around a `SignedData` in DER, nothing after it.
    ///
    /// # Errors
    /// [`NotDer`] for anything else, and when there is not exactly one signer.
    pub fn read(bytes: &[u8]) -> Result<Self, NotDer> {
        let mut outer = Reader::new(bytes);
        let mut info = outer.enter(der::SEQUENCE)?;
        outer.finish()?;
        if !oid::SIGNED_DATA.is(info.expect(der::OBJECT_IDENTIFIER)?.content) {
            return Err(NotDer("no signed data"));
        }
        let mut wrapped = info.enter(der::constructed(0))?;
        info.finish()?;
        let mut fields = wrapped.enter(der::SEQUENCE)?;
        wrapped.finish()?;
        version(&mut fields, &[1, 3, 4, 5])?;
        let digests = fields.expect(der::SET)?;
        let mut encapsulated = fields.enter(der::SEQUENCE)?;
        let content_type = encapsulated.expect(der::OBJECT_IDENTIFIER)?.content.to_vec();
        let content = match encapsulated.optional(der::constructed(0))? {
            Some(wrapped) => Some(only(Reader::new(wrapped.content), der::OCTET_STRING)?.content.to_vec()),
            None => None,
        };
        encapsulated.finish()?;
        let certificates = match fields.optional(der::constructed(0))? {
            Some(set) => certificates(set)?,
            None => Vec::new(),
        };
        fields.optional(der::constructed(1))?;
        let mut signers = fields.enter(der::SET)?;
        fields.finish()?;
        let signer = signer_info(signers.enter(der::SEQUENCE)?)?;
        signers.finish().map_err(|_| NotDer("more than one signer"))?;
        if !lists(digests, &signer.digest)? {
            return Err(NotDer("the signer's digest algorithm is not listed"));
        }
        Ok(Self { content_type, content, certificates, signer })
    }

    /// The content, where it is inside.
    #[must_use]
    pub fn content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    /// The certificates inside, in their order there.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The signer's certificate, where it is inside.
    #[must_use]
    pub fn signer_certificate(&self) -> Option<&Certificate> {
        self.certificates.iter().find(|certificate| match &self.signer.identifier {
            SignerIdentifier::IssuerAndSerial { issuer, serial } => {
                certificate.issuer_der() == issuer && certificate.serial() == serial
            }
            SignerIdentifier::SubjectKey(key) => certificate.subject_key() == Some(key),
        })
    }

    /// The signature: what a signature time-stamp is over.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signer.signature
    }

    /// How the signature was made, where that is an algorithm accepted here.
    #[must_use]
    pub fn algorithm(&self) -> Option<SignatureAlgorithm> {
        self.signer.algorithm.as_ref().ok().copied()
    }

    /// The first signature time-stamp token, as it stands.
    #[must_use]
    pub fn timestamp(&self) -> Option<&[u8]> {
        let mut unsigned = self.signer.unsigned.iter();
        unsigned.find(|attribute| oid::TIMESTAMP_TOKEN.is(&attribute.name)).map(|attribute| attribute.value.as_slice())
    }

    /// Whether a signed attribute of this name is there.
    #[must_use]
    pub fn has_signed_attribute(&self, name: Oid) -> bool {
        attribute_values(&self.signer.attributes, name).is_ok_and(|values| !values.is_empty())
    }

    /// Whether there are no signed attributes: then the signature is over the content itself (RFC 5652, 5.4).
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.signer.attributes.is_empty()
    }

    /// All that is wrong with the signature over `message` (its parts in order) of `content_type`;
    /// nothing when it is good, but that a bare one names no signing certificate. Trust in the certificate is not asked here.
    ///
    /// A bare signature cannot be told from one over the attributes of another message, so what the message begins with must
    /// say that it is none (as `%PDF` does).
    #[must_use]
    pub fn verify(&self, content_type: Oid, message: &[&[u8]]) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.is_bare() {
            // RFC 5652, 5.3: any content but plain data must have its type signed.
            let is_plain = content_type == oid::DATA && oid::DATA.is(&self.content_type);
            faults.extend((!is_plain).then_some(Fault::NoSignedAttributes));
        } else {
            faults.extend(self.check_content_type(content_type).err());
            faults.extend(self.check_digest(message).err());
        }
        match self.signer_certificate() {
            None => faults.push(Fault::NoSignerCertificate),
            Some(certificate) => {
                faults.extend(self.check_signing_certificate(certificate).err());
                // One algorithm that is not accepted is told once.
                let fault = self.check_signature(certificate, message).err().filter(|fault| !faults.contains(fault));
                faults.extend(fault);
            }
        }
        faults
    }

    fn check_content_type(&self, expected: Oid) -> Result<(), Fault> {
        let value = self.one_attribute(oid::CONTENT_TYPE)?.ok_or(Fault::ContentType)?;
        let named = Reader::new(value).expect(der::OBJECT_IDENTIFIER).map_err(|_| Fault::ContentType)?;
        let same = expected.is(named.content) && expected.is(&self.content_type);
        if same { Ok(()) } else { Err(Fault::ContentType) }
    }

    fn check_digest(&self, message: &[&[u8]]) -> Result<(), Fault> {
        let algorithm = self.signer.digest.clone().map_err(Fault::Algorithm)?;
        let value = self.one_attribute(oid::MESSAGE_DIGEST)?.ok_or(Fault::NoMessageDigest)?;
        let stated = Reader::new(value).expect(der::OCTET_STRING).map_err(|_| Fault::NoMessageDigest)?;
        if algorithm.of(message) == stated.content { Ok(()) } else { Err(Fault::DigestMismatch) }
    }

    /// RFC 5035, 5.4: the first certificate named must be the signer's.
    fn check_signing_certificate(&self, certificate: &Certificate) -> Result<(), Fault> {
        let (value, second) = match self.one_attribute(oid::SIGNING_CERTIFICATE_V2)? {
            Some(value) => (value, true),
            None => (self.one_attribute(oid::SIGNING_CERTIFICATE)?.ok_or(Fault::NoSigningCertificate)?, false),
        };
        match certificate_is_named(value, second, certificate) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Fault::SigningCertificateMismatch),
            Err(_) => Err(Fault::NoSigningCertificate),
        }
    }

    fn check_signature(&self, certificate: &Certificate, message: &[&[u8]]) -> Result<(), Fault> {
        let algorithm = self.signer.algorithm.clone().map_err(Fault::Algorithm)?;
        if self.signer.digest.as_ref().is_ok_and(|digest| *digest != algorithm.digest()) {
            return Err(Fault::DigestsDiffer);
        }
        let key = certificate.public_key().ok_or_else(|| Fault::Algorithm("of the public key".to_owned()))?;
        let signed = if self.is_bare() { Cow::Owned(message.concat()) } else { Cow::Borrowed(&self.signer.attributes) };
        key.verify(algorithm, &signed, &self.signer.signature).map_err(|_| Fault::WrongSignature)
    }

    fn one_attribute(&self, name: Oid) -> Result<Option<&[u8]>, Fault> {
        if self.is_bare() {
            return Ok(None);
        }
        match attribute_values(&self.signer.attributes, name).map_err(|_| Fault::NoSignedAttributes)?.as_slice() {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            _ => Err(Fault::RepeatedAttribute),
        }
    }
}

/// The one element of this tag that is left.
fn only(mut reader: Reader<'_>, tag: u8) -> Result<Element<'_>, NotDer> {
    let element = reader.expect(tag)?;
    reader.finish()?;
    Ok(element)
}

/// Whether the set of digest algorithms names that of the signer (RFC 5652, 5.1).
fn lists(digests: Element<'_>, own: &Result<DigestAlgorithm, String>) -> Result<bool, NotDer> {
    let listed = Reader::new(digests.content).elements()?;
    Ok(listed.into_iter().any(|element| DigestAlgorithm::read(element).map_err(|unsupported| unsupported.oid) == *own))
}

/// A version among those of RFC 5652, 5.1 or 5.3.
fn version(fields: &mut Reader<'_>, known: &[u8]) -> Result<(), NotDer> {
    match fields.expect(der::INTEGER)?.content {
        [version] if known.contains(version) => Ok(()),
        _ => Err(NotDer("an unknown version")),
    }
}

/// The certificates of a `CertificateSet`; other kinds (attribute certificates), and what cannot be read, are passed
/// over: they may be for another purpose, and a missing one is found out where it is needed.
fn certificates(set: Element<'_>) -> Result<Vec<Certificate>, NotDer> {
    let elements = Reader::new(set.content).elements()?;
    let plain = elements.into_iter().filter(|element| element.tag == der::SEQUENCE);
    Ok(plain.filter_map(|element| Certificate::from_der(element.raw).ok()).collect())
}

fn signer_info(mut fields: Reader<'_>) -> Result<SignerInfo, NotDer> {
    version(&mut fields, &[1, 3])?;
    let identifier = signer_identifier(fields.element()?)?;
    let digest = DigestAlgorithm::read(fields.expect(der::SEQUENCE)?).map_err(|unsupported| unsupported.oid);
    let mut attributes = fields.optional(der::constructed(0))?.map(|set| set.raw.to_vec()).unwrap_or_default();
    if let Some(tag) = attributes.first_mut() {
        *tag = der::SET;
    }
    let algorithm = fields.expect(der::SEQUENCE)?;
    let algorithm = match (SignatureAlgorithm::read(algorithm, digest.as_ref().ok().copied()), &digest) {
        (Ok(algorithm), _) => Ok(algorithm),
        // `rsaEncryption` takes its digest from the field above.
        (Err(_), Err(digest)) => Err(digest.clone()),
        (Err(unsupported), Ok(_)) => Err(unsupported.oid),
    };
    let signature = fields.expect(der::OCTET_STRING)?.content.to_vec();
    let unsigned = match fields.optional(der::constructed(1))? {
        Some(set) => unsigned_attributes(set)?,
        None => Vec::new(),
    };
    fields.finish()?;
    Ok(SignerInfo { identifier, digest, attributes, algorithm, signature, unsigned })
}

fn signer_identifier(element: Element<'_>) -> Result<SignerIdentifier, NotDer> {
    if element.tag == der::primitive(0) {
        return Ok(SignerIdentifier::SubjectKey(element.content.to_vec()));
    }
    let mut fields = Reader::new(element.raw).enter(der::SEQUENCE)?;
    let issuer = fields.expect(der::SEQUENCE)?.raw.to_vec();
    Ok(SignerIdentifier::IssuerAndSerial { issuer, serial: fields.expect(der::INTEGER)?.content.to_vec() })
}

fn unsigned_attributes(set: Element<'_>) -> Result<Vec<Attribute>, NotDer> {
    let mut found = Vec::new();
    each_value(Reader::new(set.content), |name, value| {
        found.push(Attribute { name: name.to_vec(), value: value.to_vec() });
    })?;
    Ok(found)
}

/// The values of all attributes of this name in a SET of attributes.
fn attribute_values(set: &[u8], name: Oid) -> Result<Vec<&[u8]>, NotDer> {
    let mut found = Vec::new();
    each_value(Reader::new(set).enter(der::SET)?, |other, value| {
        if name.is(other) {
            found.push(value);
        }
    })?;
    Ok(found)
}

/// `Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF AttributeValue }`, each value by itself.
fn each_value<'a>(mut attributes: Reader<'a>, mut take: impl FnMut(&'a [u8], &'a [u8])) -> Result<(), NotDer> {
    while attributes.peek().is_some() {
        let mut fields = attributes.enter(der::SEQUENCE)?;
        let name = fields.expect(der::OBJECT_IDENTIFIER)?.content;
        for value in only(fields, der::SET).map(|set| Reader::new(set.content))?.elements()? {
            take(name, value.raw);
        }
    }
    Ok(())
}

/// Whether the first `ESSCertIDv2` (or `ESSCertID` when not `second`) is of this certificate.
fn certificate_is_named(value: &[u8], second: bool, certificate: &Certificate) -> Result<bool, NotDer> {
    let mut identifier = Reader::new(value).enter(der::SEQUENCE)?.enter(der::SEQUENCE)?.enter(der::SEQUENCE)?;
    let digest = match identifier.optional(der::SEQUENCE)? {
        Some(algorithm) if second => {
            DigestAlgorithm::read(algorithm).map_err(|_| NotDer("an unknown digest"))?.of(&[certificate.der()])
        }
        _ if second => DigestAlgorithm::Sha256.of(&[certificate.der()]),
        _ => sha1(certificate.der()),
    };
    let same_digest = identifier.expect(der::OCTET_STRING)?.content == digest;
    let same_serial = match identifier.optional(der::SEQUENCE)? {
        Some(issuer_serial) => issued_as(issuer_serial, certificate)?,
        None => true,
    };
    Ok(same_digest && same_serial)
}

/// `IssuerSerial` (RFC 5035, 6) against a certificate; a name of another form than a directory name is left unjudged.
fn issued_as(issuer_serial: Element<'_>, certificate: &Certificate) -> Result<bool, NotDer> {
    let mut fields = Reader::new(issuer_serial.content);
    let mut names = fields.enter(der::SEQUENCE)?;
    let same_issuer = names.optional(der::constructed(4))?.is_none_or(|name| name.content == certificate.issuer_der());
    Ok(same_issuer && fields.expect(der::INTEGER)?.content == certificate.serial())
}

//! Reading and verifying of `SignedData`, as anyone may have written it: outside of what is signed in BER as well.

use std::fmt;

use super::super::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use super::super::certificate::Certificate;
use super::super::der::{self, Element, NotDer, Reader};
use super::super::oid::{self, Oid};
use super::super::policy::{Policy, Weak};
use super::attributes::Attributes;
use crate::base::time::Timestamp;

/// At most so many signers are read.
const MOST_SIGNERS: usize = 32;

/// A `SignedData` with at least one signer. Its own methods speak of the first: PAdES has one alone.
#[derive(Clone)]
pub struct SignedData {
    content: Option<Vec<u8>>,
    certificates: Vec<Certificate>,
    crls: Vec<Vec<u8>>,
    responses: Vec<Vec<u8>>,
    first: SignerInfo,
    others: Vec<SignerInfo>,
}

/// `SignerInfo` with its certificate; the algorithms are judged in verification.
#[derive(Clone)]
pub struct SignerInfo {
    content_type: Vec<u8>,
    identifier: SignerIdentifier,
    certificate: Option<Certificate>,
    digest: Result<DigestAlgorithm, String>,
    signed: Attributes,
    algorithm: Result<SignatureAlgorithm, String>,
    signature: Vec<u8>,
    unsigned: Attributes,
}

#[derive(Clone)]
enum SignerIdentifier {
    IssuerAndSerial { issuer: Vec<u8>, serial: Vec<u8> },
    SubjectKey(Vec<u8>),
}

/// What was signed: the message in its parts, or its digest where it is not at hand.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    /// The message, its parts in order.
    Parts(&'a [&'a [u8]]),
    /// Its digest by the algorithm of [`SignerInfo::digest_algorithm`].
    Digest(DigestAlgorithm, &'a [u8]),
}

impl Message<'_> {
    fn digest(&self, algorithm: DigestAlgorithm) -> Option<Vec<u8>> {
        match self {
            Self::Parts(parts) => Some(algorithm.of(parts)),
            Self::Digest(by, digest) => (*by == algorithm).then(|| digest.to_vec()),
        }
    }
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
    /// There is more than one signer, which PAdES (EN 319 142-1, 6.3) does not allow: how many.
    SeveralSigners(usize),
    /// The signed attributes name other algorithms than the signature does (RFC 6211).
    OtherAlgorithms,
    /// The content is inside, where the signature must be over what is beside it.
    ContentInside,
    /// An algorithm that is not known here, by its dotted identifier.
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
            Self::OtherAlgorithms => "the signed attributes name other algorithms",
            Self::ContentInside => "what is signed is inside the value, and not the file",
            Self::SeveralSigners(count) => return write!(f, "the signature has {count} signers in place of one"),
            Self::Algorithm(oid) => return write!(f, "the algorithm {oid} is not supported"),
        })
    }
}

impl SignedData {
    /// Reads a `ContentInfo` around a `SignedData` in BER or DER, nothing after it. All values keep their bytes as they were
    /// received.
    ///
    /// # Errors
    /// [`NotDer`] for anything else, and when there is no signer or more than 32.
    pub fn read(bytes: &[u8]) -> Result<Self, NotDer> {
        let mut fields = open(bytes)?;
        version(&mut fields, &[1, 3, 4, 5])?;
        let digests = fields.expect(der::SET)?;
        let mut encapsulated = fields.enter(der::SEQUENCE)?;
        let content_type = encapsulated.expect(der::OBJECT_IDENTIFIER)?.content;
        let content = match encapsulated.optional(der::constructed(0))? {
            Some(wrapped) => Some(only(wrapped.reader())?.octets()?.into_owned()),
            None => None,
        };
        encapsulated.finish()?;
        let certificates = fields.optional(der::constructed(0))?.map_or(Ok(Vec::new()), certificates)?;
        let (crls, responses) =
            fields.optional(der::constructed(1))?.map_or(Ok((Vec::new(), Vec::new())), revocations)?;
        let infos = fields.enter(der::SET)?.elements()?;
        fields.finish()?;
        if infos.len() > MOST_SIGNERS {
            return Err(NotDer("too many signers"));
        }
        let listed: Vec<_> = Reader::elements(digests.reader())?.into_iter().map(read_digest).collect();
        let mut signers = Vec::new();
        for info in infos {
            let signer = SignerInfo::read(info, content_type, &certificates)?;
            // RFC 5652, 5.1.
            if !listed.contains(&signer.digest) {
                return Err(NotDer("the signer's digest algorithm is not listed"));
            }
            signers.push(signer);
        }
        let mut signers = signers.into_iter();
        let first = signers.next().ok_or(NotDer("there is no signer"))?;
        Ok(Self { content, certificates, crls, responses, first, others: signers.collect() })
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

    /// The revocation lists inside, in the `crls` field and in the first signer's attributes.
    #[must_use]
    pub fn crls(&self) -> Vec<&[u8]> {
        let of_attributes = self.first.revocation_values().0;
        self.crls.iter().map(Vec::as_slice).chain(of_attributes).collect()
    }

    /// The OCSP responses inside, in the `crls` field (RFC 5940) and in the first signer's attributes.
    #[must_use]
    pub fn ocsp_responses(&self) -> Vec<&[u8]> {
        let of_attributes = self.first.revocation_values().1;
        self.responses.iter().map(Vec::as_slice).chain(of_attributes).collect()
    }

    /// All signers.
    pub fn signers(&self) -> impl Iterator<Item = &SignerInfo> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The first signer.
    #[must_use]
    pub fn signer(&self) -> &SignerInfo {
        &self.first
    }

    /// The first signer's certificate, where it is inside.
    #[must_use]
    pub fn signer_certificate(&self) -> Option<&Certificate> {
        self.first.certificate()
    }

    /// The first signer's signature: what a signature time-stamp is over.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.first.signature()
    }

    /// How the first signature was made, where that is an algorithm known here.
    #[must_use]
    pub fn algorithm(&self) -> Option<SignatureAlgorithm> {
        self.first.algorithm()
    }

    /// The first signature time-stamp token, as it stands.
    #[must_use]
    pub fn timestamp(&self) -> Option<&[u8]> {
        self.first.timestamps().first().copied()
    }

    /// Whether the first signer has a signed attribute of this name.
    #[must_use]
    pub fn has_signed_attribute(&self, name: Oid) -> bool {
        self.first.signed.has(name)
    }

    /// Whether there are no signed attributes: then the signature is over the content itself (RFC 5652, 5.4).
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.first.is_bare()
    }

    /// As [`SignerInfo::verify`] for the only signer; several are a fault.
    #[must_use]
    pub fn verify(&self, content_type: Oid, message: &[&[u8]]) -> Vec<Fault> {
        let mut faults = self.first.verify(content_type, &Message::Parts(message));
        faults.extend((!self.others.is_empty()).then_some(Fault::SeveralSigners(1 + self.others.len())));
        faults
    }

    /// As [`SignerInfo::weaknesses`] for the first signer, by the certificate inside.
    #[must_use]
    pub fn weaknesses(&self, policy: &Policy, at: Timestamp) -> Vec<Weak> {
        self.first.weaknesses(self.first.certificate(), policy, at)
    }
}

impl SignerInfo {
    fn read(info: Element<'_>, content_type: &[u8], among: &[Certificate]) -> Result<Self, NotDer> {
        if info.tag != der::SEQUENCE {
            return Err(NotDer("a signer is none"));
        }
        let mut fields = info.reader();
        version(&mut fields, &[1, 3])?;
        let identifier = SignerIdentifier::read(fields.element()?)?;
        let digest = read_digest(fields.expect(der::SEQUENCE)?);
        let signed = Attributes::read(fields.optional(der::constructed(0))?);
        let algorithm = fields.expect(der::SEQUENCE)?;
        let algorithm = match (SignatureAlgorithm::read(algorithm, digest.as_ref().ok().copied()), &digest) {
            (Ok(algorithm), _) => Ok(algorithm),
            // `rsaEncryption` takes its digest from the field above.
            (Err(_), Err(digest)) => Err(digest.clone()),
            (Err(unsupported), Ok(_)) => Err(unsupported.oid),
        };
        let signature = fields.element()?.octets()?.into_owned();
        let unsigned = Attributes::read(fields.optional(der::constructed(1))?);
        if unsigned.is_malformed() {
            return Err(NotDer("the unsigned attributes are malformed"));
        }
        fields.finish()?;
        let certificate = among.iter().find(|certificate| identifier.names(certificate)).cloned();
        let content_type = content_type.to_vec();
        Ok(Self { content_type, identifier, certificate, digest, signed, algorithm, signature, unsigned })
    }

    /// The signer's certificate, where it is inside.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Whether this is the certificate by which the signer is named.
    #[must_use]
    pub fn names(&self, certificate: &Certificate) -> bool {
        self.identifier.names(certificate)
    }

    /// The signature.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// How the signature was made, where that is an algorithm known here.
    #[must_use]
    pub fn algorithm(&self) -> Option<SignatureAlgorithm> {
        self.algorithm.as_ref().ok().copied()
    }

    /// How the message was digested, where that is an algorithm known here.
    #[must_use]
    pub fn digest_algorithm(&self) -> Option<DigestAlgorithm> {
        self.digest.as_ref().ok().copied()
    }

    /// The signed attributes.
    #[must_use]
    pub fn signed_attributes(&self) -> &Attributes {
        &self.signed
    }

    /// The unsigned attributes.
    #[must_use]
    pub fn unsigned_attributes(&self) -> &Attributes {
        &self.unsigned
    }

    /// All signature time-stamp tokens, as they stand.
    #[must_use]
    pub fn timestamps(&self) -> Vec<&[u8]> {
        self.unsigned.values(oid::TIMESTAMP_TOKEN)
    }

    /// Revocation lists and OCSP responses that the signer put in: signed in Adobe's archive, or unsigned as CAdES has them
    /// (EN 319 122-1, A.1.2).
    #[must_use]
    pub fn revocation_values(&self) -> (Vec<&[u8]>, Vec<&[u8]>) {
        let adobe = self.signed.values(oid::ADOBE_REVOCATION);
        let (mut crls, mut responses) = (Vec::new(), Vec::new());
        for value in adobe.into_iter().chain(self.unsigned.values(oid::REVOCATION_VALUES)) {
            // What is malformed holds no evidence.
            if let Ok((more_crls, more_responses)) = archived(value) {
                crls.extend(more_crls);
                responses.extend(more_responses);
            }
        }
        (crls, responses)
    }

    /// Whether there are no signed attributes: then the signature is over the content itself (RFC 5652, 5.4).
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.signed.is_absent()
    }

    /// By which weak algorithms or keys it was made, for a signature that was there at `at`; `certificate` is the signer's, wherever it
    /// was found.
    #[must_use]
    pub fn weaknesses(&self, certificate: Option<&Certificate>, policy: &Policy, at: Timestamp) -> Vec<Weak> {
        let key = certificate.and_then(Certificate::public_key);
        let digest = self.digest_algorithm().and_then(|digest| policy.allows_digest(digest, at).err());
        let signature = match (self.algorithm(), key) {
            (Some(algorithm), Some(key)) => policy.allows(algorithm, key.kind(), at).err(),
            (Some(algorithm), None) => policy.allows_digest(algorithm.digest(), at).err(),
            (None, _) => None,
        };
        let signature = signature.filter(|signature| digest.as_ref() != Some(signature));
        let key = key.and_then(|key| policy.allows_key(key.kind(), at).err());
        let key = key.filter(|key| signature.as_ref() != Some(key));
        digest.into_iter().chain(signature).chain(key).collect()
    }

    /// All that is wrong with the signature over a message of `content_type`, by the certificate inside; nothing when it is
    /// good, but that a bare one names no signing certificate. Neither trust in the certificate nor the strength of
    /// algorithms is asked here: see [`SignerInfo::weaknesses`].
    ///
    /// A bare signature cannot be told from one over the attributes of another message, so what the message begins with must
    /// say that it is none (as `%PDF` does).
    #[must_use]
    pub fn verify(&self, content_type: Oid, message: &Message<'_>) -> Vec<Fault> {
        if let Some(certificate) = &self.certificate {
            return self.verify_by(certificate, content_type, message);
        }
        let mut faults = self.check_message(content_type, message);
        faults.push(Fault::NoSignerCertificate);
        faults
    }

    /// As [`SignerInfo::verify`], by a certificate from elsewhere.
    #[must_use]
    pub fn verify_by(&self, certificate: &Certificate, content_type: Oid, message: &Message<'_>) -> Vec<Fault> {
        let mut faults = self.check_message(content_type, message);
        faults.extend(self.check_signing_certificate(certificate).err());
        faults.extend(self.check_algorithms().err());
        // One algorithm that is not known is told once.
        let fault = self.check_signature(certificate, message).err().filter(|fault| !faults.contains(fault));
        faults.extend(fault);
        faults
    }

    fn check_message(&self, content_type: Oid, message: &Message<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.is_bare() {
            // RFC 5652, 5.3: any content but plain data must have its type signed.
            let is_plain = content_type == oid::DATA && oid::DATA.is(&self.content_type);
            faults.extend((!is_plain).then_some(Fault::NoSignedAttributes));
        } else {
            faults.extend(self.check_content_type(content_type).err());
            faults.extend(self.check_digest(message).err());
        }
        faults
    }

    fn check_content_type(&self, expected: Oid) -> Result<(), Fault> {
        let value = self.signed.one(oid::CONTENT_TYPE)?.ok_or(Fault::ContentType)?;
        let named = Reader::ber(value).expect(der::OBJECT_IDENTIFIER).map_err(|_| Fault::ContentType)?;
        let same = expected.is(named.content) && expected.is(&self.content_type);
        if same { Ok(()) } else { Err(Fault::ContentType) }
    }

    fn check_digest(&self, message: &Message<'_>) -> Result<(), Fault> {
        let algorithm = self.digest.clone().map_err(Fault::Algorithm)?;
        let value = self.signed.one(oid::MESSAGE_DIGEST)?.ok_or(Fault::NoMessageDigest)?;
        let stated = Reader::ber(value).element().and_then(|octets| octets.octets());
        let stated = stated.map_err(|_| Fault::NoMessageDigest)?;
        if message.digest(algorithm).is_some_and(|digest| digest == *stated) {
            Ok(())
        } else {
            Err(Fault::DigestMismatch)
        }
    }

    /// RFC 5035, 5.4: the first certificate named must be the signer's.
    fn check_signing_certificate(&self, certificate: &Certificate) -> Result<(), Fault> {
        let (value, second) = match self.signed.one(oid::SIGNING_CERTIFICATE_V2)? {
            Some(value) => (value, true),
            None => (self.signed.one(oid::SIGNING_CERTIFICATE)?.ok_or(Fault::NoSigningCertificate)?, false),
        };
        match certificate_is_named(value, second, certificate) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Fault::SigningCertificateMismatch),
            Err(_) => Err(Fault::NoSigningCertificate),
        }
    }

    /// RFC 6211, 2: where the attributes name algorithms, they are those of the signature.
    fn check_algorithms(&self) -> Result<(), Fault> {
        let Some(value) = self.signed.one(oid::ALGORITHM_PROTECTION)? else { return Ok(()) };
        let read = || -> Result<bool, NotDer> {
            let mut fields = Reader::ber(value).only(der::SEQUENCE)?;
            let digest = read_digest(fields.expect(der::SEQUENCE)?);
            let signature = fields.expect(der::constructed(1))?.tagged(der::SEQUENCE);
            let signature = SignatureAlgorithm::read(signature, digest.as_ref().ok().copied());
            Ok(digest == self.digest && signature.ok() == self.algorithm())
        };
        if read() == Ok(true) { Ok(()) } else { Err(Fault::OtherAlgorithms) }
    }

    fn check_signature(&self, certificate: &Certificate, message: &Message<'_>) -> Result<(), Fault> {
        let algorithm = self.algorithm.clone().map_err(Fault::Algorithm)?;
        if self.digest.as_ref().is_ok_and(|digest| *digest != algorithm.digest()) {
            return Err(Fault::DigestsDiffer);
        }
        let key = certificate.public_key().ok_or_else(|| Fault::Algorithm("of the public key".to_owned()))?;
        let by_key = |signed: &[u8]| key.verify(algorithm, signed, &self.signature).is_ok();
        let is_good = match (self.is_bare(), message) {
            (false, _) => by_key(&self.signed.hashed()),
            (true, Message::Parts([whole])) => by_key(whole),
            (true, Message::Parts(parts)) => by_key(&parts.concat()),
            (true, Message::Digest(by, digest)) => {
                *by == algorithm.digest() && key.verify_digest(algorithm, digest, &self.signature).is_ok()
            }
        };
        if is_good { Ok(()) } else { Err(Fault::WrongSignature) }
    }
}

impl SignerIdentifier {
    fn read(element: Element<'_>) -> Result<Self, NotDer> {
        match element.tag {
            tag if tag == der::primitive(0) => Ok(Self::SubjectKey(element.content.to_vec())),
            der::SEQUENCE => {
                let mut fields = element.reader();
                let issuer = fields.expect(der::SEQUENCE)?.raw.to_vec();
                Ok(Self::IssuerAndSerial { issuer, serial: fields.expect(der::INTEGER)?.content.to_vec() })
            }
            _ => Err(NotDer("a signer is named neither by issuer nor by key")),
        }
    }

    fn names(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerial { issuer, serial } => {
                certificate.serial() == serial && certificate.is_issued_by_name(issuer)
            }
            Self::SubjectKey(key) => certificate.subject_key() == Some(key),
        }
    }
}

/// The fields of the `SignedData` in a `ContentInfo`.
fn open(bytes: &[u8]) -> Result<Reader<'_>, NotDer> {
    let mut info = Reader::ber(bytes).only(der::SEQUENCE)?;
    if !oid::SIGNED_DATA.is(info.expect(der::OBJECT_IDENTIFIER)?.content) {
        return Err(NotDer("no signed data"));
    }
    info.only(der::constructed(0))?.only(der::SEQUENCE)
}

/// The one element that is left.
fn only(mut reader: Reader<'_>) -> Result<Element<'_>, NotDer> {
    let element = reader.element()?;
    reader.finish()?;
    Ok(element)
}

fn read_digest(element: Element<'_>) -> Result<DigestAlgorithm, String> {
    DigestAlgorithm::read(element).map_err(|unsupported| unsupported.oid)
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
    let elements = set.reader().elements()?;
    let plain = elements.into_iter().filter(|element| element.tag == der::SEQUENCE);
    Ok(plain.filter_map(|element| Certificate::from_der(element.raw).ok()).collect())
}

/// Revocation lists, and OCSP responses.
type Revocations<T> = (Vec<T>, Vec<T>);

/// `RevocationInfoChoices` (RFC 5652, 10.2.1; RFC 5940).
fn revocations(set: Element<'_>) -> Result<Revocations<Vec<u8>>, NotDer> {
    let (mut crls, mut responses) = (Vec::new(), Vec::new());
    for element in set.reader().elements()? {
        if element.tag == der::SEQUENCE {
            crls.push(element.raw.to_vec());
        } else if element.tag == der::constructed(1) {
            let mut fields = element.reader();
            if oid::OCSP_IN_CMS.is(fields.expect(der::OBJECT_IDENTIFIER)?.content) {
                responses.push(fields.element()?.raw.to_vec());
            }
        }
    }
    Ok((crls, responses))
}

/// Adobe's `RevocationInfoArchival`, or `RevocationValues` of CAdES, which has the same first two fields.
fn archived(value: &[u8]) -> Result<Revocations<&[u8]>, NotDer> {
    let mut fields = Reader::ber(value).only(der::SEQUENCE)?;
    let mut list = |number| -> Result<Vec<&[u8]>, NotDer> {
        let Some(wrapped) = fields.optional(der::constructed(number))? else { return Ok(Vec::new()) };
        let elements = wrapped.reader().only(der::SEQUENCE)?.elements()?;
        Ok(elements.into_iter().map(|element| element.raw).collect())
    };
    Ok((list(0)?, list(1)?))
}

/// Whether the first `ESSCertIDv2` (or `ESSCertID` when not `second`) is of this certificate.
fn certificate_is_named(value: &[u8], second: bool, certificate: &Certificate) -> Result<bool, NotDer> {
    let mut identifier = Reader::ber(value).enter(der::SEQUENCE)?.enter(der::SEQUENCE)?.enter(der::SEQUENCE)?;
    let digest = match identifier.optional(der::SEQUENCE)? {
        Some(algorithm) if second => {
            DigestAlgorithm::read(algorithm).map_err(|_| NotDer("an unknown digest"))?.of(&[certificate.der()])
        }
        _ if second => DigestAlgorithm::Sha256.of(&[certificate.der()]),
        // RFC 2634 knows SHA-1 alone; it only names here, what is signed is the attribute.
        _ => DigestAlgorithm::Sha1.of(&[certificate.der()]),
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
    let mut fields = issuer_serial.reader();
    let mut names = fields.enter(der::SEQUENCE)?;
    let same_issuer =
        names.optional(der::constructed(4))?.is_none_or(|name| certificate.is_issued_by_name(name.content));
    Ok(same_issuer && fields.expect(der::INTEGER)?.content == certificate.serial())
}

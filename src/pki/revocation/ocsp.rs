//! OCSP (RFC 6960): requests written, basic responses read.

use std::sync::Arc;

use super::super::algorithm::{BadSignature, DigestAlgorithm, SignatureAlgorithm, Unsupported};
use super::super::certificate::Certificate;
use super::super::der::{self, Element, NotDer, Reader};
use super::super::name::Name;
use super::super::oid;
use super::crl::{Extension, octets_of_bits};
use super::{Fault, Reason, Revocation, Status};
use crate::base::time::Timestamp;

/// A response holds at most so many answers.
const MOST_ANSWERS: usize = 1000;

/// A response of an OCSP responder, read once; clones share it.
#[derive(Clone)]
pub struct OcspResponse(Arc<Facts>);

struct Facts {
    der: Vec<u8>,
    signed: Vec<u8>,
    algorithm: Result<SignatureAlgorithm, Unsupported>,
    signature: Vec<u8>,
    responder: Responder,
    produced_at: Timestamp,
    answers: Vec<Single>,
    nonce: Option<Vec<u8>>,
    unknown_critical: Option<String>,
    certificates: Vec<Certificate>,
}

/// `ResponderID`.
enum Responder {
    Name(Name),
    /// SHA-1 of the public key.
    Key(Vec<u8>),
}

/// `SingleResponse`.
#[derive(Debug, Clone)]
pub(super) struct Single {
    digest: Option<DigestAlgorithm>,
    name_hash: Vec<u8>,
    key_hash: Vec<u8>,
    serial: Vec<u8>,
    pub(super) status: Status,
    pub(super) this_update: Timestamp,
    pub(super) next_update: Option<Timestamp>,
    /// Since when the responder keeps answers on expired certificates (RFC 6960, 4.4.4).
    archive_cutoff: Option<Timestamp>,
    pub(super) unknown_critical: Option<String>,
}

/// Bytes that are no response with an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// They are no OCSP response.
    #[error(transparent)]
    Malformed(#[from] NotDer),
    /// The responder gives none: malformed request (1), internal error (2), try later (3), signature required (5),
    /// unauthorised (6).
    #[error("the responder refuses (status {0})")]
    Refused(u64),
}

impl OcspResponse {
    /// Reads an `OCSPResponse`, or the `BasicOCSPResponse` inside one, as some archives keep it. Its signature is not
    /// checked here.
    ///
    /// # Errors
    /// [`NoAnswer`] when it is none, or the responder refused.
    pub fn read(bytes: &[u8]) -> Result<Self, NoAnswer> {
        let mut fields = Reader::new(bytes).only(der::SEQUENCE)?;
        if fields.peek() == Some(der::SEQUENCE) {
            return Ok(Self(Arc::new(Facts::read(bytes, bytes)?)));
        }
        let status = fields.expect(der::ENUMERATED)?.small()?;
        if status != 0 {
            return Err(NoAnswer::Refused(status));
        }
        let mut inner = fields.only(der::constructed(0))?.only(der::SEQUENCE)?;
        if !oid::OCSP_BASIC.is(inner.expect(der::OBJECT_IDENTIFIER)?.content) {
            return Err(NotDer("another kind of response").into());
        }
        let basic = inner.expect(der::OCTET_STRING)?.content;
        inner.finish()?;
        Ok(Self(Arc::new(Facts::read(bytes, basic)?)))
    }

    /// Its bytes, as received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// When it was signed.
    #[must_use]
    pub fn produced_at(&self) -> Timestamp {
        self.0.produced_at
    }

    /// The certificates inside.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.0.certificates
    }

    /// The nonce of the request that it answers, where it repeats it.
    #[must_use]
    pub fn nonce(&self) -> Option<&[u8]> {
        self.0.nonce.as_deref()
    }

    /// How it was signed.
    ///
    /// # Errors
    /// [`Unsupported`] when by an algorithm that is not known here.
    pub fn algorithm(&self) -> Result<SignatureAlgorithm, Unsupported> {
        self.0.algorithm.clone()
    }

    /// Whether it names this certificate as its signer's, by name or key.
    #[must_use]
    pub fn is_of(&self, responder: &Certificate) -> bool {
        match &self.0.responder {
            Responder::Name(name) => name == responder.subject_name(),
            Responder::Key(key) => {
                responder.public_key().is_some_and(|public| DigestAlgorithm::Sha1.of(&[public.octets()]) == *key)
            }
        }
    }

    /// Whether the holder of this certificate's key signed it. By mathematics alone.
    ///
    /// # Errors
    /// [`BadSignature`] when not, or by an algorithm that is not known here.
    pub fn verify_by(&self, responder: &Certificate) -> Result<(), BadSignature> {
        let algorithm = self.0.algorithm.as_ref().map_err(|_| BadSignature)?;
        responder.public_key().ok_or(BadSignature)?.verify(*algorithm, &self.0.signed, &self.0.signature)
    }

    /// When the answer on this certificate is renewed at the latest; `None` where there is no answer, or it says nothing.
    #[must_use]
    pub fn next_update(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Timestamp> {
        self.answer(certificate, issuer)?.next_update
    }

    /// The newest answer on this certificate.
    pub(super) fn answer(&self, certificate: &Certificate, issuer: &Certificate) -> Option<&Single> {
        let about = self.0.answers.iter().filter(|answer| answer.is_about(certificate, issuer));
        about.max_by_key(|answer| answer.this_update)
    }

    pub(super) fn unknown_critical(&self) -> Option<&str> {
        self.0.unknown_critical.as_deref()
    }
}

impl std::fmt::Debug for OcspResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OcspResponse({})", self.0.produced_at)
    }
}

impl Facts {
    /// `BasicOCSPResponse` (4.2.1).
    fn read(whole: &[u8], basic: &[u8]) -> Result<Self, NotDer> {
        let mut fields = Reader::new(basic).only(der::SEQUENCE)?;
        let signed = fields.expect(der::SEQUENCE)?;
        let algorithm = SignatureAlgorithm::read(fields.expect(der::SEQUENCE)?, None);
        let signature = octets_of_bits(fields.expect(der::BIT_STRING)?)?.to_vec();
        let certificates = match fields.optional(der::constructed(0))? {
            Some(wrapped) => wrapped.reader().only(der::SEQUENCE)?.elements()?,
            None => Vec::new(),
        };
        fields.finish()?;

        let mut data = signed.reader();
        data.optional(der::constructed(0))?;
        let responder = responder(data.element()?)?;
        let produced_at = data.expect(der::GENERALIZED_TIME)?.time()?;
        let answers = data.enter(der::SEQUENCE)?.elements()?;
        if answers.len() > MOST_ANSWERS {
            return Err(NotDer("too many answers"));
        }
        let answers: Result<Vec<_>, _> = answers.into_iter().map(Single::read).collect();
        let (mut nonce, mut unknown_critical) = (None, None);
        if let Some(extensions) = data.optional(der::constructed(1))? {
            for extension in extensions.reader().only(der::SEQUENCE)?.elements()? {
                let extension = Extension::read(extension)?;
                if oid::OCSP_NONCE.is(extension.name) {
                    nonce = Some(nonce_octets(extension.value));
                } else if extension.critical {
                    unknown_critical = Some(oid::dotted(extension.name));
                }
            }
        }
        data.finish()?;
        Ok(Self {
            der: whole.to_vec(),
            signed: signed.raw.to_vec(),
            algorithm,
            signature,
            responder,
            produced_at,
            answers: answers?,
            nonce,
            unknown_critical,
            certificates: certificates.iter().filter_map(|one| Certificate::from_der(one.raw).ok()).collect(),
        })
    }
}

/// RFC 8954 wraps the nonce in an OCTET STRING; before, it was any octets.
fn nonce_octets(value: &[u8]) -> Vec<u8> {
    let mut reader = Reader::new(value);
    match reader.expect(der::OCTET_STRING) {
        Ok(wrapped) if reader.rest().is_empty() => wrapped.content.to_vec(),
        _ => value.to_vec(),
    }
}

fn responder(element: Element<'_>) -> Result<Responder, NotDer> {
    match element.tag {
        tag if tag == der::constructed(1) => Ok(Responder::Name(Name::read(element.content)?)),
        tag if tag == der::constructed(2) => {
            Ok(Responder::Key(element.reader().expect(der::OCTET_STRING)?.content.to_vec()))
        }
        _ => Err(NotDer("a responder is named neither by name nor by key")),
    }
}

impl Single {
    fn read(element: Element<'_>) -> Result<Self, NotDer> {
        let mut fields = Reader::new(element.raw).only(der::SEQUENCE)?;
        let mut id = fields.enter(der::SEQUENCE)?;
        let digest = DigestAlgorithm::read(id.expect(der::SEQUENCE)?).ok();
        let name_hash = id.expect(der::OCTET_STRING)?.content.to_vec();
        let key_hash = id.expect(der::OCTET_STRING)?.content.to_vec();
        let serial = id.expect(der::INTEGER)?.content.to_vec();
        id.finish()?;
        let status = status(fields.element()?)?;
        let this_update = fields.expect(der::GENERALIZED_TIME)?.time()?;
        let next_update = match fields.optional(der::constructed(0))? {
            Some(next) => Some(next.reader().expect(der::GENERALIZED_TIME)?.time()?),
            None => None,
        };
        let mut single = Self {
            digest,
            name_hash,
            key_hash,
            serial,
            status,
            this_update,
            next_update,
            archive_cutoff: None,
            unknown_critical: None,
        };
        if let Some(extensions) = fields.optional(der::constructed(1))? {
            single.take(extensions)?;
        }
        fields.finish()?;
        Ok(single)
    }

    fn take(&mut self, extensions: Element<'_>) -> Result<(), NotDer> {
        for extension in extensions.reader().only(der::SEQUENCE)?.elements()? {
            let extension = Extension::read(extension)?;
            if oid::OCSP_ARCHIVE_CUTOFF.is(extension.name) {
                self.archive_cutoff = Some(Reader::new(extension.value).expect(der::GENERALIZED_TIME)?.time()?);
            } else if extension.critical {
                self.unknown_critical = Some(oid::dotted(extension.name));
            }
        }
        Ok(())
    }

    /// `CertID` (4.1.1) of this certificate.
    fn is_about(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let (Some(digest), Some(key)) = (self.digest, issuer.public_key()) else { return false };
        let is_name = |name: &[u8]| digest.of(&[name]) == self.name_hash;
        self.serial == certificate.serial()
            && digest.of(&[key.octets()]) == self.key_hash
            && (is_name(issuer.subject_der()) || is_name(certificate.issuer_der()))
    }

    /// Whether a certificate of this last moment of validity is still answered for at the time of the answer.
    pub(super) fn keeps(&self, not_after: Timestamp) -> bool {
        self.this_update <= not_after || self.archive_cutoff.is_some_and(|since| since <= not_after)
    }
}

/// `CertStatus`.
fn status(element: Element<'_>) -> Result<Status, NotDer> {
    match element.tag {
        tag if tag == der::primitive(0) => Ok(Status::Good),
        tag if tag == der::primitive(2) => Ok(Status::Unknown),
        tag if tag == der::constructed(1) => {
            let mut fields = element.reader();
            let at = fields.expect(der::GENERALIZED_TIME)?.time()?;
            let reason = match fields.optional(der::constructed(0))? {
                Some(reason) => Reason::of(reason.reader().expect(der::ENUMERATED)?.small()?),
                None => None,
            };
            Ok(Status::Revoked(Revocation { at, reason, invalid_since: None }))
        }
        _ => Err(NotDer("a status is none of the three")),
    }
}

/// `OCSPRequest` on one certificate; `nonce` may be empty.
#[must_use]
pub fn request(certificate: &Certificate, issuer: &Certificate, nonce: &[u8]) -> Vec<u8> {
    // SHA-1 only names here, and is the one digest that every responder knows (RFC 5019, 2.1.1).
    let digest = DigestAlgorithm::Sha1;
    let one = der::sequence(&[&certificate_id(digest, certificate.serial(), issuer)]);
    let nonce = der::octet_string(&der::octet_string(nonce));
    let extension = der::sequence(&[&der::object_identifier(oid::OCSP_NONCE), &nonce]);
    let extensions = der::explicit(2, &der::sequence(&[&extension]));
    let has_nonce = nonce.len() > 4;
    let list = der::sequence(&[&one]);
    der::sequence(&[&der::sequence(&[&list, if has_nonce { &extensions } else { &[] }])])
}

/// `CertID` (4.1.1) of a serial number of this issuer.
#[must_use]
pub fn certificate_id(digest: DigestAlgorithm, serial: &[u8], issuer: &Certificate) -> Vec<u8> {
    let key = issuer.public_key().map(|key| key.octets().to_vec()).unwrap_or_default();
    der::sequence(&[
        // RFC 5019, 2.1.1: responders expect the NULL.
        &der::sequence(&[&der::object_identifier(digest.oid()), &der::null()]),
        &der::octet_string(&digest.of(&[issuer.subject_der()])),
        &der::octet_string(&digest.of(&[&key])),
        &der::element(der::INTEGER, serial),
    ])
}

/// The nonce rule (RFC 6960, 4.4.1): a response that repeats a nonce must repeat that of the request; one without may be
/// made in advance.
///
/// # Errors
/// [`Fault::Nonce`] when it is another.
pub fn check_nonce(response: &OcspResponse, asked: &[u8]) -> Result<(), Fault> {
    if response.nonce().is_none_or(|nonce| nonce == asked) { Ok(()) } else { Err(Fault::Nonce) }
}

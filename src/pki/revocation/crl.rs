//! Certificate revocation lists (RFC 5280, 5): complete ones of the issuer itself. Indirect lists, delta lists and lists
//! for some reasons only are named and not used.

use std::sync::Arc;

use super::super::algorithm::{BadSignature, SignatureAlgorithm, Unsupported};
use super::super::certificate::Certificate;
use super::super::der::{self, Element, NotDer, Reader};
use super::super::name::{GeneralName, Name};
use super::super::oid;
use super::{Fault, Reason, Revocation};
use crate::base::time::Timestamp;

/// A certificate revocation list, read once; clones share it.
#[derive(Clone)]
pub struct Crl(Arc<Facts>);

struct Facts {
    der: Vec<u8>,
    issuer: Name,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    number: Option<Vec<u8>>,
    authority_key: Option<Vec<u8>>,
    algorithm: Result<SignatureAlgorithm, Unsupported>,
    scope: Scope,
    is_delta: bool,
    /// Certificates that expired on this day or later stay listed (X.509, 9.5.2.8).
    keeps_expired_since: Option<Timestamp>,
    unknown_critical: Option<String>,
}

/// `IssuingDistributionPoint` (RFC 5280, 5.2.5).
#[derive(Debug, Default)]
struct Scope {
    points: Vec<GeneralName>,
    only: Option<Only>,
    some_reasons: bool,
    indirect: bool,
}

/// The kind of certificates that a list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only {
    Users,
    Authorities,
    Attributes,
}

/// What of a list is found again when it is looked into.
struct Parts<'a> {
    signed: Element<'a>,
    entries: Option<Element<'a>>,
    extensions: Option<Element<'a>>,
    algorithm: Element<'a>,
    signature: &'a [u8],
    issuer: &'a [u8],
    this_update: Timestamp,
    next_update: Option<Timestamp>,
}

impl Crl {
    /// Reads the DER of one list, nothing after it. Its signature is not checked here.
    ///
    /// # Errors
    /// [`NotDer`] when it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, NotDer> {
        let parts = Parts::read(bytes)?;
        let mut facts = Facts {
            der: bytes.to_vec(),
            issuer: Name::read(parts.issuer)?,
            this_update: parts.this_update,
            next_update: parts.next_update,
            number: None,
            authority_key: None,
            algorithm: SignatureAlgorithm::read(parts.algorithm, None),
            scope: Scope::default(),
            is_delta: false,
            keeps_expired_since: None,
            unknown_critical: None,
        };
        if let Some(extensions) = parts.extensions {
            for extension in extensions.reader().only(der::SEQUENCE)?.elements()? {
                facts.take(&Extension::read(extension)?)?;
            }
        }
        Ok(Self(Arc::new(facts)))
    }

    /// Its bytes, as received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// When it was made.
    #[must_use]
    pub fn this_update(&self) -> Timestamp {
        self.0.this_update
    }

    /// When the next one is there at the latest, where it says so.
    #[must_use]
    pub fn next_update(&self) -> Option<Timestamp> {
        self.0.next_update
    }

    /// Content octets of its number, where it has one.
    #[must_use]
    pub fn number(&self) -> Option<&[u8]> {
        self.0.number.as_deref()
    }

    /// How it was signed.
    ///
    /// # Errors
    /// [`Unsupported`] when by an algorithm that is not known here.
    pub fn algorithm(&self) -> Result<SignatureAlgorithm, Unsupported> {
        self.0.algorithm.clone()
    }

    /// Whether its issuer has the name of this certificate's subject.
    #[must_use]
    pub fn is_of(&self, issuer: &Certificate) -> bool {
        self.0.issuer == *issuer.subject_name()
    }

    /// Whether it names the key of this certificate; `None` where either says nothing.
    #[must_use]
    pub fn hints_at(&self, issuer: &Certificate) -> Option<bool> {
        Some(self.0.authority_key.as_deref()? == issuer.subject_key()?)
    }

    /// Whether certificates of this last moment of validity are still listed at the time of the list.
    pub(super) fn keeps(&self, not_after: Timestamp) -> bool {
        self.0.this_update <= not_after || self.0.keeps_expired_since.is_some_and(|since| since <= not_after)
    }

    /// Whether the holder of this certificate's key signed the list. By mathematics alone.
    ///
    /// # Errors
    /// [`BadSignature`] when not, or by an algorithm that is not known here.
    pub fn verify_by(&self, signer: &Certificate) -> Result<(), BadSignature> {
        let algorithm = self.0.algorithm.as_ref().map_err(|_| BadSignature)?;
        let parts = Parts::read(&self.0.der).map_err(|_| BadSignature)?;
        signer.public_key().ok_or(BadSignature)?.verify(*algorithm, parts.signed.raw, parts.signature)
    }

    /// Whether the list speaks of this certificate at all (RFC 5280, 6.3.3 b), the issuer's name apart.
    pub(super) fn check_scope(&self, certificate: &Certificate) -> Result<(), Fault> {
        let scope = &self.0.scope;
        match () {
            () if self.0.is_delta => Err(Fault::Delta),
            () if scope.indirect => Err(Fault::Indirect),
            () if scope.some_reasons => Err(Fault::SomeReasons),
            () if self.0.unknown_critical.is_some() => {
                Err(Fault::UnknownCritical(self.0.unknown_critical.clone().unwrap_or_default()))
            }
            () if scope.only.is_some_and(|only| {
                only != if certificate.is_authority() { Only::Authorities } else { Only::Users }
            }) =>
            {
                Err(Fault::OutOfScope)
            }
            () if !scope.points.is_empty()
                && !scope.points.iter().any(|point| certificate.extensions().distribution_points.contains(point)) =>
            {
                Err(Fault::OutOfScope)
            }
            () => Ok(()),
        }
    }

    /// What the list says of a serial number; nothing where it is not listed. Of several entries the earliest counts.
    ///
    /// # Errors
    /// [`Fault`] when an entry is malformed, or has a critical extension that is not understood: such a list says nothing
    /// of any certificate (RFC 5280, 5.3).
    pub fn find(&self, serial: &[u8]) -> Result<Option<Revocation>, Fault> {
        let parts = Parts::read(&self.0.der).map_err(Fault::Malformed)?;
        let Some(entries) = parts.entries else { return Ok(None) };
        let mut found: Option<Revocation> = None;
        let mut reader = entries.reader();
        while reader.peek().is_some() {
            let entry = reader.enter(der::SEQUENCE).map_err(Fault::Malformed)?;
            if let Some(revocation) = read_entry(entry, serial)? {
                found = found.into_iter().chain([revocation]).min_by_key(|revocation| revocation.at);
            }
        }
        match found {
            Some(Revocation { reason: Some(Reason::RemoveFromCrl), .. }) => Err(Fault::RemovedEntry),
            found => Ok(found),
        }
    }
}

impl std::fmt::Debug for Crl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Crl({})", self.0.this_update)
    }
}

impl<'a> Parts<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, NotDer> {
        let mut whole = Reader::new(bytes).only(der::SEQUENCE)?;
        let signed = whole.expect(der::SEQUENCE)?;
        let algorithm = whole.expect(der::SEQUENCE)?;
        let signature = octets_of_bits(whole.expect(der::BIT_STRING)?)?;
        whole.finish()?;
        let mut fields = signed.reader();
        // Version 2 is written as 1; version 1 is left out and has no extensions.
        if fields.optional(der::INTEGER)?.is_some_and(|version| version.content != [1]) {
            return Err(NotDer("an unknown version"));
        }
        if fields.expect(der::SEQUENCE)?.raw != algorithm.raw {
            return Err(NotDer("the algorithm inside is another"));
        }
        let issuer = fields.expect(der::SEQUENCE)?.raw;
        let this_update = fields.element()?.time()?;
        let next_update = match fields.peek() {
            Some(der::UTC_TIME | der::GENERALIZED_TIME) => Some(fields.element()?.time()?),
            _ => None,
        };
        let entries = fields.optional(der::SEQUENCE)?;
        let extensions = fields.optional(der::constructed(0))?;
        fields.finish()?;
        Ok(Self { signed, entries, extensions, algorithm, signature, issuer, this_update, next_update })
    }
}

pub(super) fn octets_of_bits(bits: Element<'_>) -> Result<&[u8], NotDer> {
    match bits.content.split_first() {
        Some((0, octets)) => Ok(octets),
        _ => Err(NotDer("a signature is not of whole octets")),
    }
}

/// `Extension` (RFC 5280, 4.1).
pub(super) struct Extension<'a> {
    pub(super) name: &'a [u8],
    pub(super) critical: bool,
    pub(super) value: &'a [u8],
}

impl<'a> Extension<'a> {
    pub(super) fn read(element: Element<'a>) -> Result<Self, NotDer> {
        let mut fields = Reader::new(element.raw).only(der::SEQUENCE)?;
        let name = fields.expect(der::OBJECT_IDENTIFIER)?.content;
        let critical = fields.optional(der::BOOLEAN)?.is_some_and(|critical| critical.content != [0]);
        let value = fields.expect(der::OCTET_STRING)?.content;
        fields.finish()?;
        Ok(Self { name, critical, value })
    }
}

impl Facts {
    fn take(&mut self, extension: &Extension<'_>) -> Result<(), NotDer> {
        let Extension { name, critical, value } = *extension;
        let mut reader = Reader::new(value);
        match () {
            () if oid::CRL_NUMBER.is(name) => self.number = Some(reader.expect(der::INTEGER)?.content.to_vec()),
            () if oid::AUTHORITY_KEY_IDENTIFIER.is(name) => {
                let key = reader.only(der::SEQUENCE)?.optional(der::primitive(0))?;
                self.authority_key = key.map(|key| key.content.to_vec());
            }
            () if oid::ISSUING_DISTRIBUTION_POINT.is(name) => self.scope = Scope::read(reader.only(der::SEQUENCE)?)?,
            () if oid::DELTA_CRL.is(name) => self.is_delta = true,
            () if oid::EXPIRED_ON_CRL.is(name) => self.keeps_expired_since = Some(reader.element()?.time()?),
            () if critical => {
                self.unknown_critical.get_or_insert_with(|| oid::dotted(name));
            }
            () => {}
        }
        Ok(())
    }
}

impl Scope {
    fn read(mut fields: Reader<'_>) -> Result<Self, NotDer> {
        let mut scope = Self::default();
        if let Some(point) = fields.optional(der::constructed(0))? {
            let full =
                point.reader().only(der::constructed(0)).map_err(|_| NotDer("a distribution point is relative"))?;
            scope.points = GeneralName::read_all(full)?;
        }
        let mut flag = |number| Ok(fields.optional(der::primitive(number))?.is_some_and(|flag| flag.content != [0]));
        let (users, authorities) = (flag(1)?, flag(2)?);
        scope.some_reasons = flag(3)?;
        scope.indirect = flag(4)?;
        scope.only = match (users, authorities, flag(5)?) {
            (false, false, false) => None,
            (true, false, false) => Some(Only::Users),
            (false, true, false) => Some(Only::Authorities),
            (false, false, true) => Some(Only::Attributes),
            _ => return Err(NotDer("a list is for two kinds of certificates alone")),
        };
        fields.finish()?;
        Ok(scope)
    }
}

/// An entry of `revokedCertificates`, if it is of this serial number; the extensions of any other are looked at too.
fn read_entry(mut fields: Reader<'_>, serial: &[u8]) -> Result<Option<Revocation>, Fault> {
    let read = |fields: &mut Reader<'_>| -> Result<(bool, Timestamp), NotDer> {
        let is_asked = fields.expect(der::INTEGER)?.content == serial;
        Ok((is_asked, fields.element()?.time()?))
    };
    let (is_asked, at) = read(&mut fields).map_err(Fault::Malformed)?;
    let mut revocation = Revocation { at, reason: None, invalid_since: None };
    let extensions = fields.optional(der::SEQUENCE).map_err(Fault::Malformed)?;
    fields.finish().map_err(Fault::Malformed)?;
    if let Some(extensions) = extensions {
        revocation.take(extensions)?;
    }
    Ok(is_asked.then_some(revocation))
}

impl Revocation {
    /// Takes the extensions of an entry in (RFC 5280, 5.3).
    pub(super) fn take(&mut self, extensions: Element<'_>) -> Result<(), Fault> {
        for element in extensions.reader().elements().map_err(Fault::Malformed)? {
            let extension = Extension::read(element).map_err(Fault::Malformed)?;
            let mut reader = Reader::new(extension.value);
            match () {
                () if oid::CRL_REASON.is(extension.name) => {
                    let number = reader.expect(der::ENUMERATED).and_then(|reason| reason.small());
                    self.reason = Reason::of(number.map_err(Fault::Malformed)?);
                }
                () if oid::INVALIDITY_DATE.is(extension.name) => {
                    let since = reader.element().and_then(|since| since.time()).map_err(Fault::Malformed)?;
                    self.invalid_since = Some(since);
                }
                () if oid::CERTIFICATE_ISSUER.is(extension.name) => return Err(Fault::Indirect),
                () if extension.critical => return Err(Fault::UnknownCritical(oid::dotted(extension.name))),
                () => {}
            }
        }
        Ok(())
    }
}

//! What a token holds: private keys, and the certificates that belong to them.

use cryptoki::error::Error as Fault;
use cryptoki::object::{Attribute, AttributeType, CertificateType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;

use super::super::algorithm::PublicKey;
use super::super::certificate::Certificate;
use super::super::{der, oid};
use super::{Error, session};

/// What a token holds under one label and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Label.
    pub label: String,
    /// Id in hexadecimal.
    pub id: String,
    /// Whether a private key is there; seen only after a login.
    pub private: bool,
    /// The certificate, where there is one.
    pub certificate: Option<Certificate>,
}

/// How a key is found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyName {
    label: Vec<u8>,
    id: Vec<u8>,
    /// `CKA_ALWAYS_AUTHENTICATE`: it wants the PIN at every signature.
    pub(super) asks_each_time: bool,
}

/// A key that was found.
pub(super) struct Found {
    pub(super) handle: ObjectHandle,
    pub(super) name: KeyName,
    pub(super) certificate: Certificate,
    /// All certificates on the token.
    pub(super) others: Vec<Certificate>,
}

impl KeyName {
    /// The key in this session.
    pub(super) fn find(&self, session: &Session) -> Result<Option<ObjectHandle>, Fault> {
        let mut template = vec![Attribute::Class(ObjectClass::PRIVATE_KEY)];
        template.extend((!self.id.is_empty()).then(|| Attribute::Id(self.id.clone())));
        template.extend((!self.label.is_empty()).then(|| Attribute::Label(self.label.clone())));
        Ok(session.find_objects(&template)?.first().copied())
    }

    fn fits(&self, wanted: &str, certificate: Option<&Certificate>) -> bool {
        let digits = wanted.replace([':', ' '], "").to_lowercase();
        let of_certificate = certificate.is_some_and(|certificate| {
            certificate.common_name() == wanted
                || hex(certificate.serial()).trim_start_matches('0') == digits.trim_start_matches('0')
        });
        self.label == wanted.as_bytes() || (!self.id.is_empty() && hex(&self.id) == digits) || of_certificate
    }
}

impl std::fmt::Display for KeyName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let label = String::from_utf8_lossy(&self.label);
        if label.is_empty() { f.write_str(&hex(&self.id)) } else { f.write_str(label.trim()) }
    }
}

/// The key that is wanted, or the only one that can sign documents; its certificate is looked for on the token and
/// among those given.
pub(super) fn key(
    session: &Session,
    token: &str,
    wanted: Option<&str>,
    given: &[Certificate],
) -> Result<Found, super::super::Error> {
    let held = Held::read(session).map_err(|fault| session::device(token, &fault))?;
    let matched: Vec<(&Private, Option<&Certificate>)> =
        held.private.iter().map(|key| (key, held.certificate_of(key, given))).collect();
    let fits = |(key, certificate): &&(&Private, Option<&Certificate>)| match wanted {
        Some(wanted) => key.name.fits(wanted, *certificate),
        None => certificate.is_some_and(Certificate::may_sign_documents) || held.private.len() == 1,
    };
    let fitting: Vec<_> = matched.iter().filter(fits).collect();
    let names = |keys: &mut dyn Iterator<Item = &Private>| keys.map(|key| key.name.shown()).collect();
    match fitting.as_slice() {
        [(key, Some(certificate))] => Ok(Found {
            handle: key.handle,
            name: key.name.clone(),
            certificate: (*certificate).clone(),
            others: held.certificates.iter().map(|(_, certificate)| certificate.clone()).collect(),
        }),
        [(key, None)] => Err(Error::NoCertificate { token: token.to_owned(), key: key.name.to_string() }.into()),
        [] => {
            let found = names(&mut held.private.iter());
            Err(Error::NoKey { token: token.to_owned(), wanted: wanted.map(str::to_owned), found }.into())
        }
        several => {
            let found = names(&mut several.iter().map(|(key, _)| *key));
            Err(Error::SeveralKeys { token: token.to_owned(), found }.into())
        }
    }
}

/// Everything under its label and id.
pub(super) fn entries(session: &Session) -> Result<Vec<Entry>, Fault> {
    let held = Held::read(session)?;
    let mut entries: Vec<Entry> = held.private.iter().map(|key| held.entry(key)).collect();
    for (name, certificate) in &held.certificates {
        if entries.iter().all(|entry| entry.certificate.as_ref() != Some(certificate)) {
            entries.push(Entry {
                label: String::from_utf8_lossy(&name.label).into_owned(),
                id: hex(&name.id),
                private: false,
                certificate: Some(certificate.clone()),
            });
        }
    }
    Ok(entries)
}

/// The keys and certificates of a token.
struct Held {
    private: Vec<Private>,
    certificates: Vec<(KeyName, Certificate)>,
}

struct Private {
    handle: ObjectHandle,
    name: KeyName,
    public: Option<PublicKey>,
}

impl Held {
    fn read(session: &Session) -> Result<Self, Fault> {
        let template = [Attribute::Class(ObjectClass::CERTIFICATE), Attribute::CertificateType(CertificateType::X_509)];
        let mut certificates = Vec::new();
        for handle in session.find_objects(&template)? {
            let facts = Facts::read(session, handle, &[AttributeType::Value])?;
            // A token may hold what is no certificate, and that hinders nobody.
            if let Ok(certificate) = Certificate::from_der(&facts.value) {
                certificates.push((facts.name, certificate));
            }
        }
        let template = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Sign(true)];
        let private = session.find_objects(&template)?.into_iter().map(|handle| Private::read(session, handle));
        Ok(Self { private: private.collect::<Result<_, _>>()?, certificates })
    }

    /// By the public key where the token shows it, else by the id that both have.
    fn certificate_of<'a>(&'a self, key: &Private, given: &'a [Certificate]) -> Option<&'a Certificate> {
        let all = || self.certificates.iter().map(|(_, certificate)| certificate).chain(given);
        if let Some(public) = &key.public {
            return all().filter(|one| one.public_key() == Some(public)).max_by_key(|one| one.not_after());
        }
        let own = self.certificates.iter().find(|(name, _)| !name.id.is_empty() && name.id == key.name.id);
        own.map(|(_, certificate)| certificate).or_else(|| given.iter().find(|one| one.may_sign_documents()))
    }

    fn entry(&self, key: &Private) -> Entry {
        Entry {
            label: String::from_utf8_lossy(&key.name.label).into_owned(),
            id: hex(&key.name.id),
            private: true,
            certificate: self.certificate_of(key, &[]).cloned(),
        }
    }
}

impl KeyName {
    fn shown(&self) -> String {
        format!("`{self}` (id {})", hex(&self.id))
    }
}

impl Private {
    fn read(session: &Session, handle: ObjectHandle) -> Result<Self, Fault> {
        let wanted = [
            AttributeType::KeyType,
            AttributeType::AlwaysAuthenticate,
            AttributeType::Modulus,
            AttributeType::PublicExponent,
        ];
        let facts = Facts::read(session, handle, &wanted)?;
        let public = match facts.key_type {
            Some(KeyType::RSA) => rsa(&facts),
            Some(KeyType::EC) => curve_point(session, &facts.name)?,
            _ => None,
        };
        Ok(Self { handle, name: facts.name, public })
    }
}

/// The public half of a key on a curve stands in an object of its own.
fn curve_point(session: &Session, name: &KeyName) -> Result<Option<PublicKey>, Fault> {
    if name.id.is_empty() {
        return Ok(None);
    }
    let template = [Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Id(name.id.clone())];
    let Some(handle) = session.find_objects(&template)?.first().copied() else { return Ok(None) };
    let facts = Facts::read(session, handle, &[AttributeType::EcParams, AttributeType::EcPoint])?;
    Ok(public_key(&[&der::object_identifier(oid::EC_PUBLIC_KEY), &facts.curve], point(&facts.value)))
}

/// `CKA_EC_POINT` is the point in an OCTET STRING; some tokens leave that out.
fn point(value: &[u8]) -> &[u8] {
    const POINTS: [usize; 2] = [65, 97];
    let inside = der::Reader::new(value).expect(der::OCTET_STRING).ok().map(|string| string.content);
    inside.filter(|point| POINTS.contains(&point.len())).unwrap_or(value)
}

fn rsa(facts: &Facts) -> Option<PublicKey> {
    if facts.modulus.is_empty() || facts.exponent.is_empty() {
        return None;
    }
    let key = der::sequence(&[&der::unsigned(&facts.modulus), &der::unsigned(&facts.exponent)]);
    public_key(&[&der::object_identifier(oid::RSA_ENCRYPTION), &der::null()], &key)
}

fn public_key(algorithm: &[&[u8]], key: &[u8]) -> Option<PublicKey> {
    PublicKey::read(&der::sequence(&[&der::sequence(algorithm), &der::bit_string(key)])).ok()
}

/// What is read of an object; what the token does not say is empty.
struct Facts {
    name: KeyName,
    key_type: Option<KeyType>,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    curve: Vec<u8>,
    /// A certificate, or a point.
    value: Vec<u8>,
}

impl Facts {
    fn read(session: &Session, handle: ObjectHandle, wanted: &[AttributeType]) -> Result<Self, Fault> {
        let mut facts = Self {
            name: KeyName { label: Vec::new(), id: Vec::new(), asks_each_time: false },
            key_type: None,
            modulus: Vec::new(),
            exponent: Vec::new(),
            curve: Vec::new(),
            value: Vec::new(),
        };
        let wanted = [&[AttributeType::Label, AttributeType::Id], wanted].concat();
        for attribute in session.get_attributes(handle, &wanted)? {
            match attribute {
                Attribute::Label(label) => facts.name.label = label,
                Attribute::Id(id) => facts.name.id = id,
                Attribute::AlwaysAuthenticate(always) => facts.name.asks_each_time = always,
                Attribute::KeyType(key_type) => facts.key_type = Some(key_type),
                Attribute::Modulus(modulus) => facts.modulus = modulus,
                Attribute::PublicExponent(exponent) => facts.exponent = exponent,
                Attribute::EcParams(curve) => facts.curve = curve,
                Attribute::EcPoint(value) | Attribute::Value(value) => facts.value = value,
                _ => {}
            }
        }
        Ok(facts)
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |text, octet| text + &format!("{octet:02x}"))
}

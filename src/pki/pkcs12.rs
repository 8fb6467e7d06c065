//! PKCS#12 files (RFC 7292): the private keys and certificates inside.
//!
//! The MAC is checked before anything is decrypted, so that a wrong password is known as one. Read in DER with a password
//! for all its parts; a file that is signed or encrypted to a certificate instead is not.

use ring::{digest, hmac};

use super::certificate::Certificate;
use super::der::{self, Reader};
use super::encrypted::{self, Algorithm, Locked, Pkcs12Keys, Purpose, SecretBytes};
use super::oid;

/// What a file holds, in its order.
#[derive(Default)]
pub(super) struct Contents {
    /// Private keys, PKCS#8.
    pub(super) keys: Vec<SecretBytes>,
    /// Certificates.
    pub(super) certificates: Vec<Certificate>,
}

/// Bags may hold bags; nobody nests deeper.
const DEEPEST: u8 = 4;

/// Whether these bytes begin as a PKCS#12 file does: a SEQUENCE, version 3, a `ContentInfo`.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    Reader::new(bytes).enter(der::SEQUENCE).is_ok_and(|mut fields| {
        fields.expect(der::INTEGER).is_ok_and(|version| version.content == [3]) && fields.peek() == Some(der::SEQUENCE)
    })
}

/// Opens a file by its password.
pub(super) fn open(bytes: &[u8], password: &str) -> Result<Contents, Locked> {
    let mut fields = Reader::new(bytes).enter(der::SEQUENCE)?;
    fields.expect(der::INTEGER)?;
    let safe = data(fields.expect(der::SEQUENCE)?.raw)?;
    if let Some(mac) = fields.optional(der::SEQUENCE)? {
        check_mac(mac.raw, safe, password)?;
    }
    let mut contents = Contents::default();
    for part in Reader::new(safe).enter(der::SEQUENCE)?.elements()? {
        let mut info = Reader::new(part.raw).enter(der::SEQUENCE)?;
        if oid::ENCRYPTED_DATA.is(info.expect(der::OBJECT_IDENTIFIER)?.content) {
            let mut encrypted = info.enter(der::constructed(0))?.enter(der::SEQUENCE)?;
            encrypted.expect(der::INTEGER)?;
            let mut inner = encrypted.enter(der::SEQUENCE)?;
            inner.expect(der::OBJECT_IDENTIFIER)?;
            let scheme = inner.expect(der::SEQUENCE)?.raw;
            let content = inner.expect(der::primitive(0))?.content;
            contents.take(&encrypted::decrypt(scheme, content, password)?, password, DEEPEST)?;
        } else {
            contents.take(data(part.raw)?, password, DEEPEST)?;
        }
    }
    Ok(contents)
}

/// The content of a `ContentInfo` of type id-data.
fn data(info: &[u8]) -> Result<&[u8], Locked> {
    let mut fields = Reader::new(info).enter(der::SEQUENCE)?;
    let content_type = fields.expect(der::OBJECT_IDENTIFIER)?.content;
    if !oid::DATA.is(content_type) {
        return Err(Locked::Scheme(oid::dotted(content_type)));
    }
    Ok(fields.enter(der::constructed(0))?.expect(der::OCTET_STRING)?.content)
}

impl Contents {
    /// `SafeContents` (RFC 7292, 4.2).
    fn take(&mut self, bags: &[u8], password: &str, depth: u8) -> Result<(), Locked> {
        for bag in Reader::new(bags).enter(der::SEQUENCE)?.elements()? {
            let mut fields = Reader::new(bag.raw).enter(der::SEQUENCE)?;
            let kind = fields.expect(der::OBJECT_IDENTIFIER)?.content;
            let value = fields.expect(der::constructed(0))?.content;
            if oid::KEY_BAG.is(kind) {
                self.keys.push(SecretBytes::new(value.to_vec()));
            } else if oid::SHROUDED_KEY_BAG.is(kind) {
                self.keys.push(encrypted::private_key(value, password)?);
            } else if oid::CERTIFICATE_BAG.is(kind) {
                self.certificates.extend(certificate(value)?);
            } else if oid::SAFE_CONTENTS_BAG.is(kind) {
                let deeper = depth.checked_sub(1).ok_or(Locked::Malformed)?;
                self.take(value, password, deeper)?;
            }
        }
        Ok(())
    }
}

/// `CertBag` (RFC 7292, 4.2.3); one of another type of certificate is passed over.
fn certificate(bag: &[u8]) -> Result<Option<Certificate>, Locked> {
    let mut fields = Reader::new(bag).enter(der::SEQUENCE)?;
    if !oid::X509_CERTIFICATE.is(fields.expect(der::OBJECT_IDENTIFIER)?.content) {
        return Ok(None);
    }
    let bytes = fields.enter(der::constructed(0))?.expect(der::OCTET_STRING)?.content;
    Certificate::from_der(bytes).map(Some).map_err(|_| Locked::Malformed)
}

/// `MacData` (RFC 7292, 4), by the key derivation of PKCS#12 or PBMAC1 (RFC 9579).
fn check_mac(mac: &[u8], content: &[u8], password: &str) -> Result<(), Locked> {
    let mut fields = Reader::new(mac).enter(der::SEQUENCE)?;
    let mut info = fields.enter(der::SEQUENCE)?;
    let algorithm = Algorithm::read(info.expect(der::SEQUENCE)?.raw)?;
    let expected = info.expect(der::OCTET_STRING)?.content;
    let key = if oid::PBMAC1.is(algorithm.oid) {
        let mut parameters = Reader::new(algorithm.parameters).enter(der::SEQUENCE)?;
        let kdf = parameters.expect(der::SEQUENCE)?.raw;
        let function = Algorithm::read(parameters.expect(der::SEQUENCE)?.raw)?;
        let function = mac_function(&function)?;
        hmac::Key::new(function, &encrypted::pbkdf2_key(kdf, password, expected.len())?)
    } else {
        let (hash, function) = hash(&algorithm)?;
        let salt = fields.expect(der::OCTET_STRING)?.content;
        let rounds = fields.optional(der::INTEGER)?.map_or(&[1][..], |rounds| rounds.content);
        let (password, rounds) = (encrypted::pkcs12_password(password), encrypted::rounds(rounds)?);
        let keys = Pkcs12Keys { hash, password: &password, salt, rounds };
        hmac::Key::new(function, &keys.derive(Purpose::Mac, hash.output_len()))
    };
    hmac::verify(&key, content, expected).map_err(|_| Locked::Password)
}

fn hash(algorithm: &Algorithm<'_>) -> Result<(&'static digest::Algorithm, hmac::Algorithm), Locked> {
    let hashes = [
        (oid::SHA1, &digest::SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        (oid::SHA256, &digest::SHA256, hmac::HMAC_SHA256),
        (oid::SHA384, &digest::SHA384, hmac::HMAC_SHA384),
        (oid::SHA512, &digest::SHA512, hmac::HMAC_SHA512),
    ];
    let found = hashes.into_iter().find(|(oid, ..)| oid.is(algorithm.oid));
    found.map(|(_, hash, function)| (hash, function)).ok_or_else(|| algorithm.unread())
}

fn mac_function(algorithm: &Algorithm<'_>) -> Result<hmac::Algorithm, Locked> {
    let functions = [
        (oid::HMAC_SHA256, hmac::HMAC_SHA256),
        (oid::HMAC_SHA384, hmac::HMAC_SHA384),
        (oid::HMAC_SHA512, hmac::HMAC_SHA512),
    ];
    let found = functions.into_iter().find(|(oid, _)| oid.is(algorithm.oid));
    found.map(|(_, function)| function).ok_or_else(|| algorithm.unread())
}

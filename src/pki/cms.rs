//! CMS `SignedData` (RFC 5652) with one signer and CAdES attributes (EN 319 122-1): made in DER in two steps,
//! the attributes that are to be signed and the whole; and read again by [`SignedData::read`].
//!
//! The claimed time is no attribute: in PAdES it stands in the PDF (EN 319 142-1, 6.3).

mod read;

pub use read::{Fault, SignedData};

use super::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use super::certificate::Certificate;
use super::der;
use super::oid::{self, Oid};

/// The attributes of a signature in DER, as a SET: these are the bytes to be signed (RFC 5652, 5.4).
///
/// ```text
/// content-type, message-digest, signing-certificate-v2 (RFC 5035)
/// ```
#[must_use]
pub fn signed_attributes(
    content_type: Oid,
    digest: DigestAlgorithm,
    message_digest: &[u8],
    certificate: &Certificate,
) -> Vec<u8> {
    der::set_of(vec![
        attribute(oid::CONTENT_TYPE, der::object_identifier(content_type)),
        attribute(oid::MESSAGE_DIGEST, der::octet_string(message_digest)),
        attribute(oid::SIGNING_CERTIFICATE_V2, signing_certificate(digest, certificate)),
    ])
}

/// What a `SignedData` is put together from.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Type of the content, and the content itself where it is inside.
    pub content_type: Oid,
    /// The content, where it is inside.
    pub content: Option<&'a [u8]>,
    /// The certificates, the signer's first.
    pub chain: &'a [Certificate],
    /// How the signature was made.
    pub algorithm: SignatureAlgorithm,
    /// What was signed: [`signed_attributes`].
    pub signed_attributes: &'a [u8],
    /// The signature.
    pub signature: &'a [u8],
    /// A time-stamp token over the signature.
    pub timestamp: Option<&'a [u8]>,
}

/// `ContentInfo` around a `SignedData`; `None` without a signer. The certificates are left out when
/// `with_certificates` is false (a time-stamp whose request did not ask for them).
#[must_use]
pub fn signed_data(parts: &Parts<'_>, with_certificates: bool) -> Option<Vec<u8>> {
    let signer = parts.chain.first()?;
    let content = parts.content.map(|content| der::explicit(0, &der::octet_string(content))).unwrap_or_default();
    let encapsulated = der::sequence(&[&der::object_identifier(parts.content_type), &content]);
    let certificates = if with_certificates {
        der::implicit_set_of(0, parts.chain.iter().map(|certificate| certificate.der().to_vec()).collect())
    } else {
        Vec::new()
    };
    // RFC 5652, 5.1: version 3 when the content is not id-data, else 1.
    let version = if parts.content_type == oid::DATA { 1 } else { 3 };
    let body = der::sequence(&[
        &der::integer(version),
        &der::set_of(vec![parts.algorithm.digest().identifier()]),
        &encapsulated,
        &certificates,
        &der::set_of(vec![signer_info(parts, signer)]),
    ]);
    Some(der::sequence(&[&der::object_identifier(oid::SIGNED_DATA), &der::explicit(0, &body)]))
}

/// `SignerInfo` (RFC 5652, 5.3), the signer named by issuer and serial number.
fn signer_info(parts: &Parts<'_>, signer: &Certificate) -> Vec<u8> {
    let issuer_and_serial = der::sequence(&[signer.issuer_der(), &der::element(der::INTEGER, signer.serial())]);
    // Stored under an implicit tag, signed under that of a SET: only the first octet differs.
    let mut attributes = parts.signed_attributes.to_vec();
    if let Some(tag) = attributes.first_mut() {
        *tag = der::constructed(0);
    }
    let unsigned = parts
        .timestamp
        .map(|token| der::implicit_set_of(1, vec![attribute(oid::TIMESTAMP_TOKEN, token.to_vec())]))
        .unwrap_or_default();
    der::sequence(&[
        &der::integer(1),
        &issuer_and_serial,
        &parts.algorithm.digest().identifier(),
        &attributes,
        &parts.algorithm.identifier(),
        &der::octet_string(parts.signature),
        &unsigned,
    ])
}

fn attribute(oid: Oid, value: Vec<u8>) -> Vec<u8> {
    der::sequence(&[&der::object_identifier(oid), &der::set_of(vec![value])])
}

/// `SigningCertificateV2` with one `ESSCertIDv2` (RFC 5035, 3 and 4); SHA-256 is its default and left out in DER.
fn signing_certificate(digest: DigestAlgorithm, certificate: &Certificate) -> Vec<u8> {
    let algorithm = if digest == DigestAlgorithm::Sha256 { Vec::new() } else { digest.identifier() };
    let hash = der::octet_string(&digest.of(&[certificate.der()]));
    // GeneralNames with one directoryName, which is explicit because Name is a CHOICE.
    let issuer = der::sequence(&[&der::explicit(4, certificate.issuer_der())]);
    let serial = der::element(der::INTEGER, certificate.serial());
    let identifier = der::sequence(&[&algorithm, &hash, &der::sequence(&[&issuer, &serial])]);
    der::sequence(&[&der::sequence(&[&identifier])])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pki::Signer;
    use crate::pki::testing::Pki;

    fn signed(signer: &dyn Signer, message: &[u8]) -> Vec<u8> {
        let digest = signer.algorithm().digest();
        let attributes = signed_attributes(oid::DATA, digest, &digest.of(&[message]), &signer.chain()[0]);
        built(signer, oid::DATA, &attributes, &attributes)
    }

    fn built(signer: &dyn Signer, content_type: Oid, attributes: &[u8], to_be_signed: &[u8]) -> Vec<u8> {
        let signature = signer.sign(to_be_signed).expect("signed");
        let parts = Parts {
            content_type,
            content: None,
            chain: signer.chain(),
            algorithm: signer.algorithm(),
            signed_attributes: attributes,
            signature: &signature,
            timestamp: None,
        };
        signed_data(&parts, true).expect("has a signer")
    }

    #[test]
    fn a_signature_of_every_kind_of_key_is_verified() {
        let pki = Pki::new();
        for signer in [&pki.signer, &pki.rsa_signer(), &pki.p384_signer()] {
            let bytes = signed(signer, b"message");
            let read = SignedData::read(&bytes).expect("own writing");
            assert_eq!(read.certificates(), {
                let mut chain = signer.chain().to_vec();
                chain.sort_by(|a, b| a.der().cmp(b.der()));
                chain
            });
            assert_eq!(read.verify(oid::DATA, &[b"mess", b"age"]), []);
            assert_eq!(read.signer_certificate(), Some(signer.certificate()));
            assert_eq!(read.verify(oid::DATA, &[b"massage"]), [Fault::DigestMismatch]);
            assert_eq!(read.verify(oid::TST_INFO, &[b"message"]), [Fault::ContentType]);
        }
    }

    #[test]
    fn a_signature_without_attributes_is_over_the_content() {
        let pki = Pki::new();
        for signer in [&pki.signer, &pki.rsa_signer(), &pki.p384_signer()] {
            let bytes = built(signer, oid::DATA, &[], b"message");
            let read = SignedData::read(&bytes).expect("own writing");
            assert!(read.is_bare());
            assert_eq!(read.verify(oid::DATA, &[b"mess", b"age"]), [Fault::NoSigningCertificate]);
            let changed = read.verify(oid::DATA, &[b"massage"]);
            assert_eq!(changed, [Fault::NoSigningCertificate, Fault::WrongSignature]);
        }
        let typed = built(&pki.signer, oid::TST_INFO, &[], b"message");
        let read = SignedData::read(&typed).expect("own writing");
        assert!(read.verify(oid::TST_INFO, &[b"message"]).contains(&Fault::NoSignedAttributes));
        assert!(read.verify(oid::DATA, &[b"message"]).contains(&Fault::NoSignedAttributes));
    }

    #[test]
    fn every_changed_octet_is_noticed() {
        let pki = Pki::new();
        let bytes = signed(&pki.signer, b"message");
        let whole = SignedData::read(&bytes).expect("own writing");
        for position in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[position] ^= 1;
            let Ok(read) = SignedData::read(&changed) else { continue };
            let harmless = read.verify(oid::DATA, &[b"message"]).is_empty();
            let same_signer = read.signer_certificate() == whole.signer_certificate();
            // What a signature does not cover: versions, the set of digest algorithms, and other certificates.
            let uncovered = read.certificates() != whole.certificates() || position < 64;
            assert!(!harmless || (same_signer && uncovered), "octet {position}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = SignedData::read(&bytes);
            let _ = crate::pki::Token::read(&bytes);
            let _ = Certificate::from_der(&bytes);
        }
    }

    #[test]
    fn another_certificate_of_the_same_key_is_noticed() {
        let pki = Pki::new();
        let digest = DigestAlgorithm::Sha256;
        let other = pki.root.certificate();
        let attributes = signed_attributes(oid::DATA, digest, &digest.of(&[b"m"]), other);
        let signature = pki.signer.sign(&attributes).expect("signed");
        let parts = Parts {
            content_type: oid::DATA,
            content: None,
            chain: pki.signer.chain(),
            algorithm: pki.signer.algorithm(),
            signed_attributes: &attributes,
            signature: &signature,
            timestamp: None,
        };
        let bytes = signed_data(&parts, true).expect("has a signer");
        let read = SignedData::read(&bytes).expect("own writing");
        assert_eq!(read.verify(oid::DATA, &[b"m"]), [Fault::SigningCertificateMismatch]);
    }
}

//! CMS `SignedData` (RFC 5652) with one signer and CAdES attributes (EN 319 122-1): made in DER in two steps,
//! the attributes that are to be signed and the whole; and read again by [`SignedData::read`].
//!
//! The claimed time is no attribute: in PAdES it stands in the PDF (EN 319 142-1, 6.3).

mod attributes;
mod read;

pub use attributes::Attributes;
pub use read::{Fault, Message, SignedData, SignerInfo};

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
        let name = pki.signer.certificate().issuer_der();
        let starts = bytes.windows(name.len()).enumerate().filter(|(_, window)| *window == name);
        let names: Vec<_> = starts.map(|(start, _)| start..start + name.len()).collect();
        for position in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[position] ^= 1;
            let Ok(read) = SignedData::read(&changed) else { continue };
            let harmless = read.verify(oid::DATA, &[b"message"]).is_empty();
            let same_signer = read.signer_certificate() == whole.signer_certificate();
            // What a signature does not cover: versions, the set of digest algorithms, other certificates, and the name of the
            // issuer, in which the case of a letter does not count.
            let is_name = names.iter().any(|name| name.contains(&position));
            let uncovered = read.certificates() != whole.certificates() || position < 64 || is_name;
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

    /// The same elements with indefinite lengths and octet strings in pieces, wherever `keep` does not begin.
    fn indefinite(bytes: &[u8], keep: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        for element in der::Reader::new(bytes).elements().expect("DER") {
            if keep.contains(&element.raw) || element.tag & 0x20 == 0 {
                out.extend_from_slice(element.raw);
            } else {
                out.extend_from_slice(&[element.tag, 0x80]);
                out.extend(indefinite(element.content, keep));
                out.extend_from_slice(&[0, 0]);
            }
        }
        out
    }

    #[test]
    fn outer_ber_is_read_and_tokens_are_kept_as_received() {
        let pki = Pki::new();
        let der = signed(&pki.signer, b"message");
        let certificates: Vec<_> = pki.signer.chain().iter().map(Certificate::der).collect();
        let ber = indefinite(&der, &certificates);
        assert_ne!(ber, der);
        let read = SignedData::read(&ber).expect("BER");
        assert_eq!(read.verify(oid::DATA, &[b"message"]), []);
        assert_eq!(read.verify(oid::DATA, &[b"massage"]), [Fault::DigestMismatch]);
        assert!(!read.signer().signed_attributes().are_der(), "the signed attributes too are in BER here");
        let kept = SignedData::read(&der).expect("DER");
        assert!(kept.signer().signed_attributes().are_der());

        let token =
            crate::pki::TimestampAuthority::stamp(&pki.authority(), &crate::base::digest::Sha256::of(b"m").into());
        let token = token.expect("stamped");
        let certificates: Vec<_> = token.certificates().iter().map(Certificate::der).collect();
        let ber = indefinite(token.der(), &certificates);
        let read = crate::pki::Token::read(&ber).expect("BER");
        assert_eq!((read.verify(&[b"m"]), read.der()), (vec![], ber.as_slice()));
    }

    #[test]
    fn attributes_are_hashed_in_der_in_whatever_order_they_come() {
        let pki = Pki::new();
        let digest = DigestAlgorithm::Sha256;
        let sorted = signed_attributes(oid::DATA, digest, &digest.of(&[b"m"]), pki.signer.certificate());
        let mut each: Vec<_> = der::Reader::new(&sorted).only(der::SET).expect("a set").elements().expect("attributes");
        each.reverse();
        let unsorted =
            der::element(der::SET, &each.iter().flat_map(|element| element.raw.to_vec()).collect::<Vec<_>>());
        for (hashed, faults) in [(&sorted, vec![]), (&unsorted, vec![Fault::WrongSignature])] {
            let read = SignedData::read(&built(&pki.signer, oid::DATA, &unsorted, hashed)).expect("own writing");
            assert_eq!(read.verify(oid::DATA, &[b"m"]), faults);
            assert!(!read.signer().signed_attributes().are_der());
        }
    }

    #[test]
    fn what_a_report_needs_is_read() {
        let pki = Pki::new();
        let digest = DigestAlgorithm::Sha256;
        let identifier = |oid| der::object_identifier(oid);
        let crl = pki.crl(crate::pki::testing::now(), &[]);
        let crls = der::explicit(0, &der::sequence(&[crl.der()]));
        let attributes = der::set_of(vec![
            attribute(oid::CONTENT_TYPE, identifier(oid::DATA)),
            attribute(oid::MESSAGE_DIGEST, der::octet_string(&digest.of(&[b"m"]))),
            attribute(oid::SIGNING_CERTIFICATE_V2, signing_certificate(digest, pki.signer.certificate())),
            attribute(oid::SIGNING_TIME, der::time(crate::pki::testing::now())),
            attribute(oid::ADOBE_REVOCATION, der::sequence(&[&crls])),
        ]);
        let read = SignedData::read(&built(&pki.signer, oid::DATA, &attributes, &attributes)).expect("own writing");
        assert_eq!(read.verify(oid::DATA, &[b"m"]), []);
        let found = read.signer().signed_attributes();
        assert_eq!((read.crls(), read.ocsp_responses()), (vec![crl.der()], vec![]));
        assert_eq!(found.names().len(), 5);
    }

    #[test]
    fn several_signers_are_told() {
        let (pki, other) = (Pki::new(), Pki::new());
        let one = signed(&pki.signer, b"m");
        let info = |bytes: &[u8]| {
            let mut body = der::Reader::new(bytes).only(der::SEQUENCE).expect("information");
            body.element().expect("its type");
            let body = body.only(der::constructed(0)).expect("wrapped").only(der::SEQUENCE).expect("signed data");
            body.elements().expect("fields").iter().map(|field| field.raw.to_vec()).collect::<Vec<_>>()
        };
        let mut fields = info(&one);
        let second = info(&signed(&other.signer, b"m")).pop().expect("signers");
        let second = der::Reader::new(&second).only(der::SET).expect("a set").rest().to_vec();
        let first = der::Reader::new(fields.last().expect("signers")).only(der::SET).expect("a set").rest().to_vec();
        *fields.last_mut().expect("signers") = der::element(der::SET, &[first, second].concat());
        let body = der::element(der::SEQUENCE, &fields.concat());
        let both = der::sequence(&[&der::object_identifier(oid::SIGNED_DATA), &der::explicit(0, &body)]);
        let read = SignedData::read(&both).expect("two signers");
        assert_eq!(read.verify(oid::DATA, &[b"m"]), [Fault::SeveralSigners(2)]);
        let second = read.signers().nth(1).expect("the second");
        assert_eq!(second.verify(oid::DATA, &Message::Parts(&[b"m"])), [Fault::NoSignerCertificate]);
        assert_eq!(second.verify_by(other.signer.certificate(), oid::DATA, &Message::Parts(&[b"m"])), []);
        let digest = DigestAlgorithm::Sha256.of(&[b"m"]);
        let message = Message::Digest(DigestAlgorithm::Sha256, &digest);
        assert_eq!(read.signer().verify(oid::DATA, &message), []);
        let other = Message::Digest(DigestAlgorithm::Sha512, &digest);
        assert_eq!(read.signer().verify(oid::DATA, &other), [Fault::DigestMismatch]);
    }

    #[test]
    fn what_openssl_signs_is_verified() {
        use crate::pki::Policy;
        use crate::pki::testing::{has_openssl, openssl};
        if !has_openssl() {
            return;
        }
        let place = tempfile::tempdir().expect("temporary folder");
        let at = |name: &str| place.path().join(name).display().to_string();
        std::fs::write(at("message"), b"message").expect("written");
        let (pss, auto) = ("rsa_padding_mode:pss", "rsa_pss_saltlen:-3");
        for (key, words, weak) in [
            ("rsa:2048", vec!["-md", "sha256"], vec![]),
            ("rsa:2048", vec!["-md", "sha256", "-noattr"], vec![]),
            ("rsa:2048", vec!["-md", "sha256", "-stream"], vec![]),
            ("rsa:2048", vec!["-md", "sha512", "-keyid"], vec![]),
            ("rsa:2048", vec!["-md", "sha256", "-keyopt", pss, "-keyopt", auto], vec![]),
            ("rsa:2048", vec!["-md", "sha384", "-keyopt", pss], vec![]),
            ("rsa:2048", vec!["-md", "sha1"], vec!["SHA-1"]),
            ("rsa:1024", vec!["-md", "md5"], vec!["MD5", "RSA-1024"]),
            ("ec:P-521", vec!["-md", "sha512"], vec![]),
        ] {
            let (kind, parameter) = key.split_once(':').expect("two parts");
            let curve = format!("ec_paramgen_curve:{parameter}");
            let new: &[&str] = if kind == "ec" { &["-newkey", "ec", "-pkeyopt", &curve] } else { &["-newkey", key] };
            let subject = ["req", "-x509", "-nodes", "-subj", "/CN=t", "-keyout", &at("key"), "-out", &at("pem")];
            openssl(&[&subject[..], new].concat());
            let sign = ["cms", "-sign", "-binary", "-in", &at("message"), "-signer", &at("pem"), "-inkey", &at("key")];
            let signer = words.iter().take_while(|word| **word != "-stream");
            let signer: Vec<_> = signer.copied().collect();
            let rest = ["-cades", "-outform", "DER", "-out", &at("cms")];
            let rest = if words.contains(&"-noattr") { &rest[1..] } else { &rest[..] };
            let stream: &[&str] = if words.contains(&"-stream") { &["-stream", "-nodetach"] } else { &[] };
            openssl(&[&sign[..], &signer, rest, stream].concat());
            let bytes = std::fs::read(at("cms")).expect("made");
            let read = SignedData::read(&bytes).expect("signed data");
            let faults = read.verify(oid::DATA, &[b"mes", b"sage"]);
            let bare = words.contains(&"-noattr");
            assert_eq!(faults, if bare { vec![Fault::NoSigningCertificate] } else { vec![] }, "{key} {words:?}");
            assert!(read.verify(oid::DATA, &[b"massage"]).len() > faults.len());
            let found = read.weaknesses(Policy::standard(), crate::pki::testing::now());
            assert_eq!(found.iter().map(|weak| weak.what.as_str()).collect::<Vec<_>>(), weak, "{key} {words:?}");
            if stream.len() > 1 {
                assert_eq!((read.content(), bytes[1]), (Some(&b"message"[..]), 0x80), "BER, the content inside");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn damaged_signatures_are_never_of_another_message(
            places in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..4),
            ber in any::<bool>(),
        ) {
            let pki = Pki::new();
            let mut bytes = signed(&pki.signer, b"message");
            if ber {
                bytes = indefinite(&bytes, &[]);
            }
            for (place, value) in places {
                let place = place % bytes.len();
                bytes[place] = value;
            }
            if let Ok(read) = SignedData::read(&bytes) {
                prop_assert!(!read.verify(oid::DATA, &[b"massage"]).is_empty());
                let _ = (read.crls(), read.ocsp_responses(), read.signer().signed_attributes().names());
            }
            if let Ok(token) = crate::pki::Token::read(&bytes) {
                prop_assert!(!token.verify(&[b"message"]).is_empty());
            }
        }
    }
}

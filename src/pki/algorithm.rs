//! Digests, signature algorithms and public keys: their identifiers, and verification by ring.
//!
//! Made: RSASSA-PKCS1-v1_5 and ECDSA on P-256 and P-384. Verified: these, RSASSA-PSS whose salt is as
//! long as the digest, and Ed25519. SHA-1 and MD5 are neither made nor accepted (Circular 15/2025/TT-BKHCN).

use ring::{digest, signature};

use super::der::{self, NotDer, Reader};
use super::oid::{self, Oid};

/// A digest algorithm that the law allows (SHA-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DigestAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    /// The digest of these parts as one message.
    #[must_use]
    pub fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut context = digest::Context::new(match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        });
        for part in parts {
            context.update(part);
        }
        context.finish().as_ref().to_vec()
    }

    /// Length of a digest in bytes.
    #[must_use]
    pub fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Its identifier.
    #[must_use]
    pub fn oid(self) -> Oid {
        match self {
            Self::Sha256 => oid::SHA256,
            Self::Sha384 => oid::SHA384,
            Self::Sha512 => oid::SHA512,
        }
    }

    /// `AlgorithmIdentifier` without parameters (RFC 5754, 2).
    #[must_use]
    pub fn identifier(self) -> Vec<u8> {
        der::sequence(&[&der::object_identifier(self.oid())])
    }

    /// Reads an `AlgorithmIdentifier`; parameters may be absent or NULL.
    ///
    /// # Errors
    /// [`Unsupported`] for another algorithm, or what is no identifier.
    pub fn read(element: der::Element<'_>) -> Result<Self, Unsupported> {
        let identifier = Identifier::read(element)?;
        Self::by_oid(identifier.oid).ok_or_else(|| identifier.unsupported())
    }

    fn by_oid(content: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.oid().is(content))
    }
}

/// SHA-1, for the one place where a standard still names certificates by it (`ESSCertID`, RFC 2634).
pub(super) fn sha1(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec()
}

/// How a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    RsaPkcs1(DigestAlgorithm),
    /// RSASSA-PSS (RFC 8017, 8.1), MGF1 of the same digest, salt as long as the digest.
    RsaPss(DigestAlgorithm),
    /// ECDSA (FIPS 186-4), value as `ECDSA-Sig-Value`.
    Ecdsa(DigestAlgorithm),
    /// Ed25519 (RFC 8032).
    Ed25519,
}

/// An algorithm that is not made or verified here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the algorithm {oid} is not supported")]
pub struct Unsupported {
    /// Its dotted identifier, and what of its parameters is not supported.
    pub oid: String,
}

impl SignatureAlgorithm {
    /// The digest of the message; that of the signed attributes too (SHA-512 for Ed25519, RFC 8419).
    #[must_use]
    pub fn digest(self) -> DigestAlgorithm {
        match self {
            Self::RsaPkcs1(digest) | Self::RsaPss(digest) | Self::Ecdsa(digest) => digest,
            Self::Ed25519 => DigestAlgorithm::Sha512,
        }
    }

    /// `AlgorithmIdentifier`: NULL parameters for RSA (RFC 4055), none for ECDSA (RFC 5758) and Ed25519.
    #[must_use]
    pub fn identifier(self) -> Vec<u8> {
        use DigestAlgorithm::{Sha256, Sha384, Sha512};
        let oid = match self {
            Self::RsaPkcs1(Sha256) => oid::RSA_SHA256,
            Self::RsaPkcs1(Sha384) => oid::RSA_SHA384,
            Self::RsaPkcs1(Sha512) => oid::RSA_SHA512,
            Self::RsaPss(_) => oid::RSA_PSS,
            Self::Ecdsa(Sha256) => oid::ECDSA_SHA256,
            Self::Ecdsa(Sha384) => oid::ECDSA_SHA384,
            Self::Ecdsa(Sha512) => oid::ECDSA_SHA512,
            Self::Ed25519 => oid::ED25519,
        };
        let parameters = match self {
            Self::RsaPkcs1(_) => der::null(),
            Self::RsaPss(digest) => pss_parameters(digest),
            Self::Ecdsa(_) | Self::Ed25519 => Vec::new(),
        };
        der::sequence(&[&der::object_identifier(oid), &parameters])
    }

    /// Reads an `AlgorithmIdentifier`. `rsaEncryption`, which names no digest, takes `digest`.
    ///
    /// # Errors
    /// [`Unsupported`] for another algorithm or other parameters.
    pub fn read(element: der::Element<'_>, digest: Option<DigestAlgorithm>) -> Result<Self, Unsupported> {
        use DigestAlgorithm::{Sha256, Sha384, Sha512};
        let identifier = Identifier::read(element)?;
        let plain = [
            (oid::RSA_SHA256, Self::RsaPkcs1(Sha256)),
            (oid::RSA_SHA384, Self::RsaPkcs1(Sha384)),
            (oid::RSA_SHA512, Self::RsaPkcs1(Sha512)),
            (oid::ECDSA_SHA256, Self::Ecdsa(Sha256)),
            (oid::ECDSA_SHA384, Self::Ecdsa(Sha384)),
            (oid::ECDSA_SHA512, Self::Ecdsa(Sha512)),
            (oid::ED25519, Self::Ed25519),
        ];
        if let Some((_, algorithm)) = plain.iter().find(|(oid, _)| oid.is(identifier.oid)) {
            return Ok(*algorithm);
        }
        if oid::RSA_PSS.is(identifier.oid) {
            return read_pss(identifier.parameters)
                .map(Self::RsaPss)
                .ok_or_else(|| Unsupported { oid: "RSASSA-PSS with a salt unlike its digest".to_owned() });
        }
        match digest {
            Some(digest) if oid::RSA_ENCRYPTION.is(identifier.oid) => Ok(Self::RsaPkcs1(digest)),
            _ => Err(identifier.unsupported()),
        }
    }

    /// Length in bytes that a signature by this key cannot exceed.
    #[must_use]
    pub fn signature_bytes(self, key: &PublicKey) -> usize {
        match key.kind {
            KeyKind::Rsa { bits } => bits.div_ceil(8),
            // Two INTEGERs of the field's length with a sign octet each, in a SEQUENCE.
            KeyKind::P256 => 72,
            KeyKind::P384 => 104,
            KeyKind::Ed25519 => 64,
        }
    }
}

/// `RSASSA-PSS-params` (RFC 4055, 3.1) with one digest throughout.
fn pss_parameters(digest: DigestAlgorithm) -> Vec<u8> {
    let hash = digest.identifier();
    let mask = der::sequence(&[&der::object_identifier(oid::MGF1), &hash]);
    let salt = der::integer(digest.length() as u64);
    der::sequence(&[&der::explicit(0, &hash), &der::explicit(1, &mask), &der::explicit(2, &salt)])
}

/// The digest of PSS parameters that ring can verify: the same in the mask, and as long as the salt.
fn read_pss(parameters: &[u8]) -> Option<DigestAlgorithm> {
    let mut fields = Reader::new(parameters).enter(der::SEQUENCE).ok()?;
    let hash = fields.enter(der::constructed(0)).ok()?.expect(der::SEQUENCE).ok()?;
    let digest = DigestAlgorithm::read(hash).ok()?;
    let mut mask = fields.enter(der::constructed(1)).ok()?.enter(der::SEQUENCE).ok()?;
    let is_mgf1 = oid::MGF1.is(mask.expect(der::OBJECT_IDENTIFIER).ok()?.content);
    let same = DigestAlgorithm::read(mask.expect(der::SEQUENCE).ok()?).ok()? == digest;
    let salt = fields.enter(der::constructed(2)).ok()?.expect(der::INTEGER).ok()?;
    (is_mgf1 && same && salt.content == [digest.length() as u8]).then_some(digest)
}

/// `AlgorithmIdentifier`.
struct Identifier<'a> {
    oid: &'a [u8],
    parameters: &'a [u8],
}

impl<'a> Identifier<'a> {
    fn read(element: der::Element<'a>) -> Result<Self, Unsupported> {
        let read = || -> Result<Self, NotDer> {
            let mut fields = Reader::new(element.raw).enter(der::SEQUENCE)?;
            Ok(Self { oid: fields.expect(der::OBJECT_IDENTIFIER)?.content, parameters: fields.rest() })
        };
        read().map_err(|_| Unsupported { oid: "(no identifier)".to_owned() })
    }

    fn unsupported(&self) -> Unsupported {
        Unsupported { oid: oid::dotted(self.oid) }
    }
}

/// What kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// RSA with a modulus of `bits`.
    Rsa {
        /// Length of the modulus.
        bits: usize,
    },
    /// ECDSA on NIST P-256.
    P256,
    /// ECDSA on NIST P-384.
    P384,
    /// Ed25519.
    Ed25519,
}

impl std::fmt::Display for KeyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA-{bits}"),
            Self::P256 => f.write_str("ECDSA P-256"),
            Self::P384 => f.write_str("ECDSA P-384"),
            Self::Ed25519 => f.write_str("Ed25519"),
        }
    }
}

/// A public key as in `SubjectPublicKeyInfo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    kind: KeyKind,
    /// `RSAPublicKey`, or the point.
    octets: Vec<u8>,
}

impl PublicKey {
    /// What kind of key.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Reads `SubjectPublicKeyInfo` (RFC 5280, 4.1.2.7).
    ///
    /// # Errors
    /// [`Unsupported`] for another kind of key.
    pub fn read(spki: &[u8]) -> Result<Self, Unsupported> {
        let malformed = |_: NotDer| Unsupported { oid: "(malformed public key)".to_owned() };
        let mut fields = Reader::new(spki).enter(der::SEQUENCE).map_err(malformed)?;
        let identifier = Identifier::read(fields.expect(der::SEQUENCE).map_err(malformed)?)?;
        let bits = fields.expect(der::BIT_STRING).map_err(malformed)?.content;
        let octets = bits.split_first().filter(|(unused, _)| **unused == 0).map(|(_, octets)| octets.to_vec());
        let octets = octets.ok_or_else(|| identifier.unsupported())?;
        let kind = key_kind(&identifier, &octets).ok_or_else(|| identifier.unsupported())?;
        Ok(Self { kind, octets })
    }

    /// A key of this kind from the octets that ring gives.
    pub(super) fn new(kind: KeyKind, octets: Vec<u8>) -> Self {
        Self { kind, octets }
    }

    /// `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn info(&self) -> Vec<u8> {
        let identifier = match self.kind {
            KeyKind::Rsa { .. } => [der::object_identifier(oid::RSA_ENCRYPTION), der::null()],
            KeyKind::P256 => [der::object_identifier(oid::EC_PUBLIC_KEY), der::object_identifier(oid::P256)],
            KeyKind::P384 => [der::object_identifier(oid::EC_PUBLIC_KEY), der::object_identifier(oid::P384)],
            KeyKind::Ed25519 => [der::object_identifier(oid::ED25519), Vec::new()],
        };
        der::sequence(&[&der::element(der::SEQUENCE, &identifier.concat()), &der::bit_string(&self.octets)])
    }

    /// Whether `signature` over `message` was made by the owner of this key.
    ///
    /// # Errors
    /// [`BadSignature`] when it was not, or the key is of another kind or too weak (RSA below 2048 bits).
    pub fn verify(&self, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let ring_algorithm = self.ring_algorithm(algorithm).ok_or(BadSignature)?;
        signature::UnparsedPublicKey::new(ring_algorithm, &self.octets)
            .verify(message, signature)
            .map_err(|_| BadSignature)
    }

    fn ring_algorithm(&self, algorithm: SignatureAlgorithm) -> Option<&'static dyn signature::VerificationAlgorithm> {
        use DigestAlgorithm::{Sha256, Sha384, Sha512};
        use SignatureAlgorithm::{Ecdsa, Ed25519, RsaPkcs1, RsaPss};
        Some(match (self.kind, algorithm) {
            (KeyKind::Rsa { .. }, RsaPkcs1(Sha256)) => &signature::RSA_PKCS1_2048_8192_SHA256,
            (KeyKind::Rsa { .. }, RsaPkcs1(Sha384)) => &signature::RSA_PKCS1_2048_8192_SHA384,
            (KeyKind::Rsa { .. }, RsaPkcs1(Sha512)) => &signature::RSA_PKCS1_2048_8192_SHA512,
            (KeyKind::Rsa { .. }, RsaPss(Sha256)) => &signature::RSA_PSS_2048_8192_SHA256,
            (KeyKind::Rsa { .. }, RsaPss(Sha384)) => &signature::RSA_PSS_2048_8192_SHA384,
            (KeyKind::Rsa { .. }, RsaPss(Sha512)) => &signature::RSA_PSS_2048_8192_SHA512,
            (KeyKind::P256, Ecdsa(Sha256)) => &signature::ECDSA_P256_SHA256_ASN1,
            (KeyKind::P256, Ecdsa(Sha384)) => &signature::ECDSA_P256_SHA384_ASN1,
            (KeyKind::P384, Ecdsa(Sha256)) => &signature::ECDSA_P384_SHA256_ASN1,
            (KeyKind::P384, Ecdsa(Sha384)) => &signature::ECDSA_P384_SHA384_ASN1,
            (KeyKind::Ed25519, Ed25519) => &signature::ED25519,
            _ => return None,
        })
    }
}

/// A signature that this key did not make over this message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not of this key over this message")]
pub struct BadSignature;

fn key_kind(identifier: &Identifier<'_>, octets: &[u8]) -> Option<KeyKind> {
    if oid::RSA_ENCRYPTION.is(identifier.oid) {
        let modulus = Reader::new(octets).enter(der::SEQUENCE).ok()?.expect(der::INTEGER).ok()?.content;
        let significant = &modulus[modulus.iter().position(|&octet| octet != 0)?..];
        let bits = significant.len() * 8 - significant.first()?.leading_zeros() as usize;
        return Some(KeyKind::Rsa { bits });
    }
    if oid::ED25519.is(identifier.oid) {
        return Some(KeyKind::Ed25519);
    }
    let is_ec = oid::EC_PUBLIC_KEY.is(identifier.oid);
    let curve = Reader::new(identifier.parameters).expect(der::OBJECT_IDENTIFIER).ok()?.content;
    match () {
        () if is_ec && oid::P256.is(curve) => Some(KeyKind::P256),
        () if is_ec && oid::P384.is(curve) => Some(KeyKind::P384),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithm_identifiers_are_read_back() {
        use SignatureAlgorithm::{Ecdsa, Ed25519, RsaPkcs1, RsaPss};
        for digest in DigestAlgorithm::ALL {
            let bytes = digest.identifier();
            assert_eq!(DigestAlgorithm::read(Reader::new(&bytes).element().expect("one")), Ok(digest));
            for algorithm in [RsaPkcs1(digest), RsaPss(digest), Ecdsa(digest), Ed25519] {
                let bytes = algorithm.identifier();
                let element = Reader::new(&bytes).element().expect("one");
                assert_eq!(SignatureAlgorithm::read(element, None), Ok(algorithm));
            }
        }
    }

    #[test]
    fn weak_digests_are_named_when_they_are_refused() {
        let bytes = der::sequence(&[&der::object_identifier(oid::SHA1), &der::null()]);
        let refused = DigestAlgorithm::read(Reader::new(&bytes).element().expect("one")).expect_err("SHA-1");
        assert_eq!(refused.to_string(), "the algorithm 1.3.14.3.2.26 is not supported");
    }

    #[test]
    fn a_salt_unlike_its_digest_is_not_supported() {
        let hash = DigestAlgorithm::Sha256.identifier();
        let mask = der::sequence(&[&der::object_identifier(oid::MGF1), &hash]);
        let fields = [der::explicit(0, &hash), der::explicit(1, &mask), der::explicit(2, &der::integer(222))].concat();
        let bytes = der::sequence(&[&der::object_identifier(oid::RSA_PSS), &der::element(der::SEQUENCE, &fields)]);
        assert!(SignatureAlgorithm::read(Reader::new(&bytes).element().expect("one"), None).is_err());
    }
}

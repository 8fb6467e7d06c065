//! Digests, signature algorithms and public keys: their identifiers, and verification.
//!
//! Made: RSASSA-PKCS1-v1_5 and PSS, ECDSA on P-256 and P-384, with SHA-2. Verified: these with any digest known here,
//! PSS with any salt and mask, P-521, and Ed25519. Broken digests (SHA-1, MD5) and short keys are verified too, so that
//! what is weak is told from what is false; whether an algorithm is believed is asked of [`super::policy`], never here.

mod rsa;
mod verify;

use ring::digest;
use sha2::Digest as _;

use super::der::{self, NotDer, Reader};
use super::oid::{self, Oid};

/// A digest algorithm. Whether it is believed is a matter of [`super::Policy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DigestAlgorithm {
    /// MD5: broken.
    Md5,
    /// SHA-1: broken.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA-512/256.
    Sha512Cut256,
    /// SHA3-256.
    Sha3With256,
    /// SHA3-384.
    Sha3With384,
    /// SHA3-512.
    Sha3With512,
}

impl DigestAlgorithm {
    /// All that are known here.
    pub const ALL: [Self; 10] = [
        Self::Md5,
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha512Cut256,
        Self::Sha3With256,
        Self::Sha3With384,
        Self::Sha3With512,
    ];

    /// The digest of these parts as one message.
    #[must_use]
    pub fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut hasher = Hasher::new(self);
        for part in parts {
            hasher.update(part);
        }
        hasher.finish()
    }

    /// Length of a digest in bytes.
    #[must_use]
    pub fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 | Self::Sha512Cut256 | Self::Sha3With256 => 32,
            Self::Sha384 | Self::Sha3With384 => 48,
            Self::Sha512 | Self::Sha3With512 => 64,
        }
    }

    /// Its identifier.
    #[must_use]
    pub fn oid(self) -> Oid {
        match self {
            Self::Md5 => oid::MD5,
            Self::Sha1 => oid::SHA1,
            Self::Sha224 => oid::SHA224,
            Self::Sha256 => oid::SHA256,
            Self::Sha384 => oid::SHA384,
            Self::Sha512 => oid::SHA512,
            Self::Sha512Cut256 => oid::SHA512_256,
            Self::Sha3With256 => oid::SHA3_256,
            Self::Sha3With384 => oid::SHA3_384,
            Self::Sha3With512 => oid::SHA3_512,
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

/// `SHA-256`, `SHA3-256`.
impl std::fmt::Display for DigestAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Sha512Cut256 => "SHA-512/256",
            Self::Sha3With256 => "SHA3-256",
            Self::Sha3With384 => "SHA3-384",
            Self::Sha3With512 => "SHA3-512",
        })
    }
}

/// A digest in the making, for messages that are not in memory at once.
pub struct Hasher(Inner);

enum Inner {
    Ring(digest::Context),
    Md5(md5::Md5),
    Sha224(sha2::Sha224),
    Sha3With256(sha3::Sha3_256),
    Sha3With384(sha3::Sha3_384),
    Sha3With512(sha3::Sha3_512),
}

impl Hasher {
    /// Begins a digest.
    #[must_use]
    pub fn new(algorithm: DigestAlgorithm) -> Self {
        let ring = |algorithm| Inner::Ring(digest::Context::new(algorithm));
        Self(match algorithm {
            DigestAlgorithm::Md5 => Inner::Md5(md5::Md5::new()),
            DigestAlgorithm::Sha1 => ring(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            DigestAlgorithm::Sha224 => Inner::Sha224(sha2::Sha224::new()),
            DigestAlgorithm::Sha256 => ring(&digest::SHA256),
            DigestAlgorithm::Sha384 => ring(&digest::SHA384),
            DigestAlgorithm::Sha512 => ring(&digest::SHA512),
            DigestAlgorithm::Sha512Cut256 => ring(&digest::SHA512_256),
            DigestAlgorithm::Sha3With256 => Inner::Sha3With256(sha3::Sha3_256::new()),
            DigestAlgorithm::Sha3With384 => Inner::Sha3With384(sha3::Sha3_384::new()),
            DigestAlgorithm::Sha3With512 => Inner::Sha3With512(sha3::Sha3_512::new()),
        })
    }

    /// Goes on with these bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            Inner::Ring(context) => context.update(bytes),
            Inner::Md5(context) => context.update(bytes),
            Inner::Sha224(context) => context.update(bytes),
            Inner::Sha3With256(context) => context.update(bytes),
            Inner::Sha3With384(context) => context.update(bytes),
            Inner::Sha3With512(context) => context.update(bytes),
        }
    }

    /// The digest.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        match self.0 {
            Inner::Ring(context) => context.finish().as_ref().to_vec(),
            Inner::Md5(context) => context.finalize().to_vec(),
            Inner::Sha224(context) => context.finalize().to_vec(),
            Inner::Sha3With256(context) => context.finalize().to_vec(),
            Inner::Sha3With384(context) => context.finalize().to_vec(),
            Inner::Sha3With512(context) => context.finalize().to_vec(),
        }
    }
}

/// How a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    RsaPkcs1(DigestAlgorithm),
    /// RSASSA-PSS (RFC 8017, 8.1), MGF1 of the same digest, salt as long as the digest.
    RsaPss(DigestAlgorithm),
    /// RSASSA-PSS with other parameters than [`SignatureAlgorithm::RsaPss`]: verified, never made.
    RsaPssWith(PssParameters),
    /// ECDSA (FIPS 186-4), value as `ECDSA-Sig-Value`.
    Ecdsa(DigestAlgorithm),
    /// Ed25519 (RFC 8032).
    Ed25519,
}

/// `RSASSA-PSS-params` (RFC 4055, 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PssParameters {
    /// Digest of the message.
    pub digest: DigestAlgorithm,
    /// Digest of the mask generation function, which is MGF1.
    pub mask: DigestAlgorithm,
    /// Length of the salt in bytes.
    pub salt: usize,
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
            Self::RsaPssWith(parameters) => parameters.digest,
            Self::Ed25519 => DigestAlgorithm::Sha512,
        }
    }

    /// `AlgorithmIdentifier`: NULL parameters for RSA (RFC 4055), none for ECDSA (RFC 5758) and Ed25519.
    #[must_use]
    pub fn identifier(self) -> Vec<u8> {
        let with = |oid: Oid, parameters: &[u8]| der::sequence(&[&der::object_identifier(oid), parameters]);
        match self {
            Self::RsaPss(digest) => with(oid::RSA_PSS, &pss_parameters(PssParameters::of(digest))),
            Self::RsaPssWith(parameters) => with(oid::RSA_PSS, &pss_parameters(parameters)),
            Self::RsaPkcs1(_) => with(self.plain_oid(), &der::null()),
            Self::Ecdsa(_) | Self::Ed25519 => with(self.plain_oid(), &[]),
        }
    }

    /// The identifier among [`PLAIN`]; `rsaEncryption` or `id-ecPublicKey`, which name no digest, where there is none.
    fn plain_oid(self) -> Oid {
        let named = PLAIN.iter().find(|(_, algorithm)| *algorithm == self).map(|(oid, _)| *oid);
        named.unwrap_or(if matches!(self, Self::Ecdsa(_)) { oid::EC_PUBLIC_KEY } else { oid::RSA_ENCRYPTION })
    }

    /// Reads an `AlgorithmIdentifier`. `rsaEncryption` and `id-ecPublicKey`, which name no digest, take `digest`.
    ///
    /// # Errors
    /// [`Unsupported`] for another algorithm or other parameters.
    pub fn read(element: der::Element<'_>, digest: Option<DigestAlgorithm>) -> Result<Self, Unsupported> {
        let identifier = Identifier::read(element)?;
        if let Some((_, algorithm)) = PLAIN.iter().find(|(oid, _)| oid.is(identifier.oid)) {
            return Ok(*algorithm);
        }
        if oid::RSA_PSS.is(identifier.oid) {
            return read_pss(identifier.parameters)
                .map_err(|_| Unsupported { oid: "RSASSA-PSS with parameters that are not understood".to_owned() });
        }
        match digest {
            Some(digest) if oid::RSA_ENCRYPTION.is(identifier.oid) => Ok(Self::RsaPkcs1(digest)),
            Some(digest) if oid::EC_PUBLIC_KEY.is(identifier.oid) => Ok(Self::Ecdsa(digest)),
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
            KeyKind::P521 => 139,
            KeyKind::Ed25519 => 64,
        }
    }
}

/// `RSASSA-PKCS1-v1_5 with SHA-256`, `RSASSA-PSS with SHA-256`, `ECDSA with SHA-384`, `Ed25519`.
impl std::fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RsaPkcs1(digest) => write!(f, "RSASSA-PKCS1-v1_5 with {digest}"),
            Self::RsaPss(digest) => write!(f, "RSASSA-PSS with {digest}"),
            Self::RsaPssWith(PssParameters { digest, mask, salt }) => {
                write!(f, "RSASSA-PSS with {digest}, MGF1 with {mask}, salt of {salt} bytes")
            }
            Self::Ecdsa(digest) => write!(f, "ECDSA with {digest}"),
            Self::Ed25519 => f.write_str("Ed25519"),
        }
    }
}

/// Algorithms whose identifier says all; an algorithm's first one is the one that is written.
const PLAIN: &[(Oid, SignatureAlgorithm)] = {
    use DigestAlgorithm::{
        Md5, Sha1, Sha3With256, Sha3With384, Sha3With512, Sha224, Sha256, Sha384, Sha512, Sha512Cut256,
    };
    use SignatureAlgorithm::{Ecdsa, Ed25519, RsaPkcs1};
    &[
        (oid::RSA_MD5, RsaPkcs1(Md5)),
        (oid::RSA_SHA1, RsaPkcs1(Sha1)),
        (oid::RSA_SHA1_OLD, RsaPkcs1(Sha1)),
        (oid::RSA_SHA224, RsaPkcs1(Sha224)),
        (oid::RSA_SHA256, RsaPkcs1(Sha256)),
        (oid::RSA_SHA384, RsaPkcs1(Sha384)),
        (oid::RSA_SHA512, RsaPkcs1(Sha512)),
        (oid::RSA_SHA512_256, RsaPkcs1(Sha512Cut256)),
        (oid::RSA_SHA3_256, RsaPkcs1(Sha3With256)),
        (oid::RSA_SHA3_384, RsaPkcs1(Sha3With384)),
        (oid::RSA_SHA3_512, RsaPkcs1(Sha3With512)),
        (oid::ECDSA_SHA1, Ecdsa(Sha1)),
        (oid::ECDSA_SHA224, Ecdsa(Sha224)),
        (oid::ECDSA_SHA256, Ecdsa(Sha256)),
        (oid::ECDSA_SHA384, Ecdsa(Sha384)),
        (oid::ECDSA_SHA512, Ecdsa(Sha512)),
        (oid::ECDSA_SHA3_256, Ecdsa(Sha3With256)),
        (oid::ECDSA_SHA3_384, Ecdsa(Sha3With384)),
        (oid::ECDSA_SHA3_512, Ecdsa(Sha3With512)),
        (oid::ED25519, Ed25519),
    ]
};

impl PssParameters {
    /// The parameters of [`SignatureAlgorithm::RsaPss`].
    #[must_use]
    pub fn of(digest: DigestAlgorithm) -> Self {
        Self { digest, mask: digest, salt: digest.length() }
    }
}

fn pss_parameters(parameters: PssParameters) -> Vec<u8> {
    let mask = der::sequence(&[&der::object_identifier(oid::MGF1), &parameters.mask.identifier()]);
    let salt = der::integer(parameters.salt as u64);
    let hash = der::explicit(0, &parameters.digest.identifier());
    der::sequence(&[&hash, &der::explicit(1, &mask), &der::explicit(2, &salt)])
}

/// RFC 4055, 3.1: what is absent is SHA-1, MGF1 with SHA-1, a salt of 20 bytes, and the trailer 0xbc (1).
fn read_pss(parameters: &[u8]) -> Result<SignatureAlgorithm, NotDer> {
    let mut fields = Reader::new(parameters).only(der::SEQUENCE)?;
    let digest = match fields.optional(der::constructed(0))? {
        Some(hash) => read_digest(hash.reader())?,
        None => DigestAlgorithm::Sha1,
    };
    let mask = match fields.optional(der::constructed(1))? {
        Some(mask) => {
            let mut mask = mask.reader().only(der::SEQUENCE)?;
            if !oid::MGF1.is(mask.expect(der::OBJECT_IDENTIFIER)?.content) {
                return Err(NotDer("another mask generation function"));
            }
            read_digest(mask)?
        }
        None => DigestAlgorithm::Sha1,
    };
    let salt = match fields.optional(der::constructed(2))? {
        Some(salt) => salt.reader().expect(der::INTEGER)?.small()?,
        None => 20,
    };
    let trailer = fields.optional(der::constructed(3))?.map(|trailer| trailer.reader().expect(der::INTEGER));
    let trailer = trailer.transpose()?.map_or(Ok(1), |trailer| trailer.small())?;
    fields.finish()?;
    // No salt of a key with at most 8192 bits is longer.
    if trailer != 1 || salt > 1024 {
        return Err(NotDer("another trailer or salt"));
    }
    let parameters = PssParameters { digest, mask, salt: salt as usize };
    let usual = parameters == PssParameters::of(digest);
    Ok(if usual { SignatureAlgorithm::RsaPss(digest) } else { SignatureAlgorithm::RsaPssWith(parameters) })
}

fn read_digest(mut reader: Reader<'_>) -> Result<DigestAlgorithm, NotDer> {
    let digest = DigestAlgorithm::read(reader.expect(der::SEQUENCE)?).map_err(|_| NotDer("another digest"))?;
    reader.finish()?;
    Ok(digest)
}

/// `AlgorithmIdentifier`.
struct Identifier<'a> {
    oid: &'a [u8],
    parameters: &'a [u8],
}

impl<'a> Identifier<'a> {
    fn read(element: der::Element<'a>) -> Result<Self, Unsupported> {
        let read = || -> Result<Self, NotDer> {
            if element.tag != der::SEQUENCE {
                return Err(NotDer("no identifier"));
            }
            let mut fields = element.reader();
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
    /// ECDSA on NIST P-521.
    P521,
    /// Ed25519.
    Ed25519,
}

impl std::fmt::Display for KeyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA-{bits}"),
            Self::P256 => f.write_str("ECDSA P-256"),
            Self::P384 => f.write_str("ECDSA P-384"),
            Self::P521 => f.write_str("ECDSA P-521"),
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
    /// RFC 4055, 1.2: the key says that it is for RSASSA-PSS alone.
    is_pss_only: bool,
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
        Ok(Self { kind, octets, is_pss_only: oid::RSA_PSS.is(identifier.oid) })
    }

    /// A key of this kind from the octets that ring gives.
    pub(super) fn new(kind: KeyKind, octets: Vec<u8>) -> Self {
        Self { kind, octets, is_pss_only: false }
    }

    /// The content of the BIT STRING in `SubjectPublicKeyInfo`: what OCSP digests (RFC 6960, 4.1.1).
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn info(&self) -> Vec<u8> {
        let identifier = match self.kind {
            KeyKind::Rsa { .. } => [der::object_identifier(oid::RSA_ENCRYPTION), der::null()],
            KeyKind::P256 => [der::object_identifier(oid::EC_PUBLIC_KEY), der::object_identifier(oid::P256)],
            KeyKind::P384 => [der::object_identifier(oid::EC_PUBLIC_KEY), der::object_identifier(oid::P384)],
            KeyKind::P521 => [der::object_identifier(oid::EC_PUBLIC_KEY), der::object_identifier(oid::P521)],
            KeyKind::Ed25519 => [der::object_identifier(oid::ED25519), Vec::new()],
        };
        der::sequence(&[&der::element(der::SEQUENCE, &identifier.concat()), &der::bit_string(&self.octets)])
    }
}

/// A signature that this key did not make over this message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not of this key over this message")]
pub struct BadSignature;

fn key_kind(identifier: &Identifier<'_>, octets: &[u8]) -> Option<KeyKind> {
    if oid::RSA_ENCRYPTION.is(identifier.oid) || oid::RSA_PSS.is(identifier.oid) {
        return rsa::modulus_bits(octets).map(|bits| KeyKind::Rsa { bits });
    }
    if oid::ED25519.is(identifier.oid) {
        return Some(KeyKind::Ed25519);
    }
    let is_ec = oid::EC_PUBLIC_KEY.is(identifier.oid);
    let curve = Reader::new(identifier.parameters).expect(der::OBJECT_IDENTIFIER).ok()?.content;
    match () {
        () if is_ec && oid::P256.is(curve) => Some(KeyKind::P256),
        () if is_ec && oid::P384.is(curve) => Some(KeyKind::P384),
        () if is_ec && oid::P521.is(curve) => Some(KeyKind::P521),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithm_identifiers_are_read_back() {
        use SignatureAlgorithm::{Ecdsa, Ed25519, RsaPkcs1, RsaPss, RsaPssWith};
        for digest in DigestAlgorithm::ALL {
            let bytes = digest.identifier();
            assert_eq!(DigestAlgorithm::read(Reader::new(&bytes).element().expect("one")), Ok(digest));
            let parameters = PssParameters { digest, mask: DigestAlgorithm::Sha1, salt: 222 };
            for algorithm in [RsaPkcs1(digest), RsaPss(digest), RsaPssWith(parameters), Ecdsa(digest), Ed25519] {
                let bytes = algorithm.identifier();
                let element = Reader::new(&bytes).element().expect("one");
                assert_eq!(SignatureAlgorithm::read(element, Some(digest)), Ok(algorithm), "{algorithm}");
            }
        }
    }

    #[test]
    fn digests_agree_with_their_standards() {
        for (digest, of_abc) in [
            (DigestAlgorithm::Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (DigestAlgorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (DigestAlgorithm::Sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
            (DigestAlgorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (DigestAlgorithm::Sha512Cut256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"),
            (DigestAlgorithm::Sha3With256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
        ] {
            assert_eq!(crate::base::digest::hex(&digest.of(&[b"a", b"bc"])), of_abc, "{digest}");
        }
        for digest in DigestAlgorithm::ALL {
            assert_eq!(digest.of(&[b"abc"]).len(), digest.length(), "{digest}");
        }
    }

    #[test]
    fn algorithms_that_are_not_known_are_named() {
        let md2 = der::sequence(&[&der::element(der::OBJECT_IDENTIFIER, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 2])]);
        let refused = DigestAlgorithm::read(Reader::new(&md2).element().expect("one")).expect_err("MD2");
        assert_eq!(refused.to_string(), "the algorithm 1.2.840.113549.2.2 is not supported");
    }

    #[test]
    fn pss_parameters_have_the_defaults_of_rfc_4055() {
        let bytes = der::sequence(&[&der::object_identifier(oid::RSA_PSS), &der::sequence(&[])]);
        let read = SignatureAlgorithm::read(Reader::new(&bytes).element().expect("one"), None);
        assert_eq!(read, Ok(SignatureAlgorithm::RsaPss(DigestAlgorithm::Sha1)));
        let huge = der::sequence(&[&der::explicit(2, &der::integer(1 << 40))]);
        let bytes = der::sequence(&[&der::object_identifier(oid::RSA_PSS), &huge]);
        assert!(SignatureAlgorithm::read(Reader::new(&bytes).element().expect("one"), None).is_err());
    }
}

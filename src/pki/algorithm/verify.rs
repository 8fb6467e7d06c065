//! Verification of signatures: ring for what it does, small crates for the rest.

use ring::signature;

use super::{BadSignature, DigestAlgorithm, KeyKind, PssParameters, PublicKey, SignatureAlgorithm, rsa};
use crate::pki::der::{self, NotDer, Reader};

impl PublicKey {
    /// Whether `signature` over `message` was made by the owner of this key. This is mathematics alone: whether key and
    /// algorithm are believed is asked of [`crate::pki::Policy`].
    ///
    /// # Errors
    /// [`BadSignature`] when it was not, or the key is of another kind than the algorithm.
    pub fn verify(&self, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        if let Some(by_ring) = self.ring_algorithm(algorithm) {
            let key = signature::UnparsedPublicKey::new(by_ring, &self.octets);
            if key.verify(message, signature).is_ok() {
                return self.check_purpose(algorithm);
            }
        }
        self.verify_digest(algorithm, &algorithm.digest().of(&[message]), signature)
    }

    /// As [`PublicKey::verify`], for a message of which only the digest by [`SignatureAlgorithm::digest`] is at hand.
    ///
    /// # Errors
    /// [`BadSignature`] as there, and for Ed25519, which signs the message itself.
    pub fn verify_digest(
        &self,
        algorithm: SignatureAlgorithm,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        self.check_purpose(algorithm)?;
        if hash.len() != algorithm.digest().length() {
            return Err(BadSignature);
        }
        match (self.kind, algorithm) {
            (KeyKind::Rsa { .. }, SignatureAlgorithm::RsaPkcs1(digest)) => {
                rsa::verify_pkcs1(&self.octets, digest, hash, signature)
            }
            (KeyKind::Rsa { .. }, SignatureAlgorithm::RsaPss(digest)) => {
                rsa::verify_pss(&self.octets, PssParameters::of(digest), hash, signature)
            }
            (KeyKind::Rsa { .. }, SignatureAlgorithm::RsaPssWith(parameters)) => {
                rsa::verify_pss(&self.octets, parameters, hash, signature)
            }
            (KeyKind::P256, SignatureAlgorithm::Ecdsa(_)) => p256(&self.octets, hash, signature),
            (KeyKind::P384, SignatureAlgorithm::Ecdsa(_)) => p384(&self.octets, hash, signature),
            (KeyKind::P521, SignatureAlgorithm::Ecdsa(_)) => p521(&self.octets, hash, signature),
            _ => Err(BadSignature),
        }
    }

    fn check_purpose(&self, algorithm: SignatureAlgorithm) -> Result<(), BadSignature> {
        if self.is_pss_only && matches!(algorithm, SignatureAlgorithm::RsaPkcs1(_)) {
            return Err(BadSignature);
        }
        Ok(())
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

/// ECDSA on a curve whose crate is `$curve` and whose field has `$length` bytes.
macro_rules! ecdsa {
    ($name:ident, $curve:ident, $length:literal) => {
        fn $name(point: &[u8], hash: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
            use $curve::ecdsa::signature::hazmat::PrehashVerifier;
            let numbers = numbers(signature, $length).map_err(|_| BadSignature)?;
            let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| BadSignature)?;
            let signature = $curve::ecdsa::Signature::from_slice(&numbers).map_err(|_| BadSignature)?;
            key.verify_prehash(&filled(hash, $length), &signature).map_err(|_| BadSignature)
        }
    };
}

ecdsa!(p256, p256, 32);
ecdsa!(p384, p384, 48);
ecdsa!(p521, p521, 66);

/// `ECDSA-Sig-Value` (RFC 3279, 2.2.3): its two numbers, each in `length` bytes.
fn numbers(signature: &[u8], length: usize) -> Result<Vec<u8>, NotDer> {
    let mut fields = Reader::new(signature).only(der::SEQUENCE)?;
    let mut both = Vec::with_capacity(2 * length);
    for _ in 0..2 {
        let content = fields.expect(der::INTEGER)?.content;
        let digits = content.strip_prefix(&[0]).unwrap_or(content);
        if content.first().is_none_or(|first| first & 0x80 != 0) || digits.len() > length {
            return Err(NotDer("a number of a signature is out of bounds"));
        }
        both.extend(filled(digits, length));
    }
    fields.finish()?;
    Ok(both)
}

/// A number with zeros before it; a digest of at least that length as it is.
fn filled(digits: &[u8], length: usize) -> Vec<u8> {
    [vec![0; length.saturating_sub(digits.len())], digits.to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::pki::pem;
    use crate::pki::testing::openssl;

    const MESSAGE: &[u8] = b"m\xe1\xba\xabu";

    /// Makes a key by these words of `openssl genpkey`, signs by those of `openssl dgst`, and verifies here.
    fn agrees(folder: &Path, key: &[&str], sign: &[&str], algorithm: SignatureAlgorithm) {
        let at = |name: &str| folder.join(name).display().to_string();
        fs::write(at("message"), MESSAGE).expect("written");
        openssl(&[&["genpkey", "-out", &at("key.pem")], key].concat());
        openssl(&["pkey", "-in", &at("key.pem"), "-pubout", "-out", &at("public.pem")]);
        openssl(&[&["dgst", "-out", &at("signature"), "-sign", &at("key.pem")], sign, &[&at("message")]].concat());
        let public = pem::read(&fs::read_to_string(at("public.pem")).expect("made"));
        let key = PublicKey::read(&public[0].bytes).expect("a public key");
        let signature = fs::read(at("signature")).expect("made");
        assert_eq!(key.verify(algorithm, MESSAGE, &signature), Ok(()), "{algorithm} by {}", key.kind());
        assert_eq!(key.verify(algorithm, b"other", &signature), Err(BadSignature));
        let hash = algorithm.digest().of(&[MESSAGE]);
        assert_eq!(key.verify_digest(algorithm, &hash, &signature), Ok(()), "{algorithm} by {}", key.kind());
        for place in (0..signature.len()).step_by(7) {
            let mut changed = signature.clone();
            changed[place] ^= 1;
            assert_eq!(key.verify(algorithm, MESSAGE, &changed), Err(BadSignature), "octet {place}");
        }
    }

    #[test]
    fn what_openssl_signs_is_verified() {
        use DigestAlgorithm::{Md5, Sha1, Sha3With256, Sha3With384, Sha3With512, Sha224, Sha256, Sha384, Sha512};
        use SignatureAlgorithm::{Ecdsa, RsaPkcs1, RsaPss, RsaPssWith};
        if !crate::pki::testing::has_openssl() {
            return;
        }
        let folder = tempfile::tempdir().expect("temporary folder");
        let here = folder.path();
        let rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
        let short = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"];
        let odd = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2049"];
        for (name, digest) in [
            ("-md5", Md5),
            ("-sha1", Sha1),
            ("-sha224", Sha224),
            ("-sha256", Sha256),
            ("-sha3-256", Sha3With256),
            ("-sha3-384", Sha3With384),
            ("-sha3-512", Sha3With512),
        ] {
            agrees(here, &short, &[name], RsaPkcs1(digest));
        }
        agrees(here, &rsa, &["-sha512"], RsaPkcs1(Sha512));
        agrees(here, &odd, &["-sha256"], RsaPkcs1(Sha256));
        let pss = |name, salt, mask| {
            ["-sigopt", "rsa_padding_mode:pss", name, "-sigopt", salt, "-sigopt", mask].map(str::to_owned)
        };
        for (key, name, salt, mask, digest, parameters) in [
            (&rsa, "-sha256", "rsa_pss_saltlen:32", "rsa_mgf1_md:sha256", Sha256, (Sha256, 32)),
            (&rsa, "-sha256", "rsa_pss_saltlen:222", "rsa_mgf1_md:sha256", Sha256, (Sha256, 222)),
            (&rsa, "-sha256", "rsa_pss_saltlen:0", "rsa_mgf1_md:sha1", Sha256, (Sha1, 0)),
            (&odd, "-sha384", "rsa_pss_saltlen:20", "rsa_mgf1_md:sha512", Sha384, (Sha512, 20)),
            (&short, "-sha3-256", "rsa_pss_saltlen:32", "rsa_mgf1_md:sha3-256", Sha3With256, (Sha3With256, 32)),
        ] {
            let words = pss(name, salt, mask);
            let parameters = PssParameters { digest, mask: parameters.0, salt: parameters.1 };
            let algorithm =
                if parameters == PssParameters::of(digest) { RsaPss(digest) } else { RsaPssWith(parameters) };
            agrees(here, key, &words.each_ref().map(String::as_str), algorithm);
        }
        for curve in ["P-256", "P-384", "P-521"] {
            let key = ["-algorithm", "EC", "-pkeyopt", &format!("ec_paramgen_curve:{curve}")];
            for (name, digest) in
                [("-sha1", Sha1), ("-sha256", Sha256), ("-sha512", Sha512), ("-sha3-384", Sha3With384)]
            {
                agrees(here, &key, &[name], Ecdsa(digest));
            }
        }
    }

    #[test]
    fn huge_numbers_are_not_computed_with() {
        let key = |modulus: usize, exponent: usize| {
            let octets = der::sequence(&[&der::unsigned(&vec![0xff; modulus]), &der::unsigned(&vec![0xff; exponent])]);
            PublicKey::new(KeyKind::Rsa { bits: modulus * 8 }, octets)
        };
        let algorithm = SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha1);
        for key in [key(125_000, 3), key(256, 125_000), key(256, 9), key(8, 1), key(0, 1)] {
            assert_eq!(key.verify(algorithm, b"m", &vec![1; 256]), Err(BadSignature));
        }
    }
}

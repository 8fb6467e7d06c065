//! RSA verification (RFC 8017) for what ring does not do: any salt, any mask, any digest, any length of modulus.
//!
//! The public operation alone: no secret takes part, so the time that it takes tells nothing.

use num_bigint::BigUint;

use super::{BadSignature, DigestAlgorithm, PssParameters};
use crate::pki::der::{self, NotDer, Reader};

/// Moduli and exponents outside these bounds are not computed with, whatever a certificate says.
const LEAST_MODULUS_BITS: u64 = 512;
const LARGEST_MODULUS_BITS: u64 = 8192;
const LARGEST_EXPONENT_BITS: u64 = 64;

/// `RSAPublicKey` within bounds.
struct Key {
    modulus: BigUint,
    exponent: BigUint,
}

/// Length of the modulus of an `RSAPublicKey`.
pub(super) fn modulus_bits(octets: &[u8]) -> Option<usize> {
    let modulus = Reader::new(octets).enter(der::SEQUENCE).ok()?.expect(der::INTEGER).ok()?.content;
    let start = modulus.iter().position(|&octet| octet != 0)?;
    let significant = modulus.get(start..)?;
    Some(significant.len() * 8 - significant.first()?.leading_zeros() as usize)
}

/// RSASSA-PKCS1-v1_5 (8.2.2); the parameters of the digest inside may be NULL or absent.
pub(super) fn verify_pkcs1(
    octets: &[u8],
    digest: DigestAlgorithm,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), BadSignature> {
    let key = Key::read(octets).map_err(|_| BadSignature)?;
    let encoded = key.open(signature, key.bytes())?;
    let with_null = der::sequence(&[&der::object_identifier(digest.oid()), &der::null()]);
    for identifier in [with_null, digest.identifier()] {
        let info = der::sequence(&[&identifier, &der::octet_string(hash)]);
        let Some(fill) = encoded.len().checked_sub(info.len() + 3).filter(|fill| *fill >= 8) else { continue };
        if encoded == [&[0, 1][..], &vec![0xff; fill], &[0], &info].concat() {
            return Ok(());
        }
    }
    Err(BadSignature)
}

/// RSASSA-PSS (8.1.2 and 9.1.2).
pub(super) fn verify_pss(
    octets: &[u8],
    parameters: PssParameters,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), BadSignature> {
    let key = Key::read(octets).map_err(|_| BadSignature)?;
    let bits = key.modulus.bits() as usize - 1;
    let length = bits.div_ceil(8);
    let PssParameters { digest, mask, salt } = parameters;
    let mut block = key.open(signature, length)?;
    let block_length = length.checked_sub(digest.length() + 1).ok_or(BadSignature)?;
    if block_length < salt + 1 || block.pop() != Some(0xbc) {
        return Err(BadSignature);
    }
    let stated = block.split_off(block_length);
    let unused = 0xffu8.checked_shr((8 * length - bits) as u32).unwrap_or_default();
    if block.first().is_none_or(|first| first & !unused != 0) {
        return Err(BadSignature);
    }
    for (octet, mask) in block.iter_mut().zip(mgf1(mask, &stated, block_length)) {
        *octet ^= mask;
    }
    if let Some(first) = block.first_mut() {
        *first &= unused;
    }
    let salt = block.split_off(block_length - salt);
    let Some((1, zeros)) = block.split_last() else { return Err(BadSignature) };
    let same = digest.of(&[&[0; 8], hash, &salt]) == stated;
    if same && zeros.iter().all(|&octet| octet == 0) { Ok(()) } else { Err(BadSignature) }
}

/// MGF1 (B.2.1).
fn mgf1(digest: DigestAlgorithm, seed: &[u8], length: usize) -> Vec<u8> {
    let blocks = length.div_ceil(digest.length()) as u32;
    let mut mask: Vec<u8> = (0..blocks).flat_map(|counter| digest.of(&[seed, &counter.to_be_bytes()])).collect();
    mask.truncate(length);
    mask
}

impl Key {
    fn read(octets: &[u8]) -> Result<Self, NotDer> {
        let mut fields = Reader::new(octets).only(der::SEQUENCE)?;
        let modulus = number(&mut fields, LARGEST_MODULUS_BITS)?;
        let exponent = number(&mut fields, LARGEST_EXPONENT_BITS)?;
        fields.finish()?;
        if modulus.bits() < LEAST_MODULUS_BITS || !modulus.bit(0) || exponent.bits() < 2 || !exponent.bit(0) {
            return Err(NotDer("no RSA key"));
        }
        Ok(Self { modulus, exponent })
    }

    /// Length of the modulus in bytes.
    fn bytes(&self) -> usize {
        self.modulus.bits().div_ceil(8) as usize
    }

    /// RSAVP1 (5.2.2), the outcome in `length` bytes.
    fn open(&self, signature: &[u8], length: usize) -> Result<Vec<u8>, BadSignature> {
        let value = BigUint::from_bytes_be(signature);
        if signature.len() != self.bytes() || value >= self.modulus {
            return Err(BadSignature);
        }
        let opened = value.modpow(&self.exponent, &self.modulus).to_bytes_be();
        let fill = length.checked_sub(opened.len()).ok_or(BadSignature)?;
        Ok([vec![0; fill], opened].concat())
    }
}

fn number(fields: &mut Reader<'_>, most_bits: u64) -> Result<BigUint, NotDer> {
    let content = fields.expect(der::INTEGER)?.content;
    // One octet more for the sign.
    if content.len() as u64 > most_bits / 8 + 1 || content.first().is_none_or(|first| first & 0x80 != 0) {
        return Err(NotDer("a number of an RSA key is out of bounds"));
    }
    Ok(BigUint::from_bytes_be(content))
}

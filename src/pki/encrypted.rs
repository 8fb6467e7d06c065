//! What a password opens: PBES2 (RFC 8018) and the schemes of PKCS#12 (RFC 7292, appendices B and C).
//!
//! Read: PBKDF2 with AES or three-key DES in CBC, as all programs of today write; three-key DES and RC2 of PKCS#12, as
//! older ones wrote. Not read: RC4, one-key DES, scrypt.

use std::num::NonZeroU32;

use aes::{Aes128, Aes192, Aes256};
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, InnerIvInit, KeyInit, KeyIvInit};
use des::TdesEde3;
use rc2::Rc2;
use ring::{digest, pbkdf2};
use zeroize::Zeroizing;

use super::der::{self, NotDer, Reader};
use super::oid::{self, Oid};

/// Bytes in memory that are wiped.
pub(super) type SecretBytes = Zeroizing<Vec<u8>>;

/// Why something encrypted was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Locked {
    /// It is no such structure.
    #[error("it is damaged")]
    Malformed,
    /// The scheme is not read.
    #[error("it is encrypted by {0}, which is not read")]
    Scheme(String),
    /// The password is asked to be hashed too often.
    #[error("its password is to be hashed {0} times, {MOST_ROUNDS} are the most")]
    Rounds(u64),
    /// The password is another.
    #[error("the password is wrong")]
    Password,
}

impl From<NotDer> for Locked {
    fn from(_: NotDer) -> Self {
        Self::Malformed
    }
}

/// Rounds are checked before any is made: this many take some seconds.
pub(super) const MOST_ROUNDS: u64 = 10_000_000;

/// `EncryptedPrivateKeyInfo` (RFC 5958, 3): the PKCS#8 key inside.
pub(super) fn private_key(encrypted: &[u8], password: &str) -> Result<SecretBytes, Locked> {
    let mut fields = Reader::new(encrypted).enter(der::SEQUENCE)?;
    let scheme = fields.expect(der::SEQUENCE)?.raw;
    decrypt(scheme, fields.expect(der::OCTET_STRING)?.content, password)
}

/// What is encrypted by the scheme that this `AlgorithmIdentifier` names.
pub(super) fn decrypt(scheme: &[u8], encrypted: &[u8], password: &str) -> Result<SecretBytes, Locked> {
    let scheme = Algorithm::read(scheme)?;
    if oid::PBES2.is(scheme.oid) {
        let mut parameters = Reader::new(scheme.parameters).enter(der::SEQUENCE)?;
        let kdf = parameters.expect(der::SEQUENCE)?.raw;
        let cipher = Algorithm::read(parameters.expect(der::SEQUENCE)?.raw)?;
        let iv = Reader::new(cipher.parameters).expect(der::OCTET_STRING)?.content;
        let ciphers: [(Oid, usize, Open); 4] = [
            (oid::AES_128_CBC, 16, open::<Aes128>),
            (oid::AES_192_CBC, 24, open::<Aes192>),
            (oid::AES_256_CBC, 32, open::<Aes256>),
            (oid::DES_EDE3_CBC, 24, open::<TdesEde3>),
        ];
        let found = ciphers.into_iter().find(|(oid, ..)| oid.is(cipher.oid));
        let (_, length, open) = found.ok_or_else(|| cipher.unread())?;
        return open(&pbkdf2_key(kdf, password, length)?, iv, encrypted);
    }
    let ciphers: [(Oid, usize, Open); 3] = [
        (oid::PKCS12_SHA1_3DES, 24, open::<TdesEde3>),
        (oid::PKCS12_SHA1_RC2_128, 16, |key, iv, bytes| open_rc2(key, 128, iv, bytes)),
        (oid::PKCS12_SHA1_RC2_40, 5, |key, iv, bytes| open_rc2(key, 40, iv, bytes)),
    ];
    let found = ciphers.into_iter().find(|(oid, ..)| oid.is(scheme.oid));
    let (_, length, open) = found.ok_or_else(|| scheme.unread())?;
    let mut parameters = Reader::new(scheme.parameters).enter(der::SEQUENCE)?;
    let salt = parameters.expect(der::OCTET_STRING)?.content;
    let rounds = rounds(parameters.expect(der::INTEGER)?.content)?;
    let password = pkcs12_password(password);
    let keys = Pkcs12Keys { hash: &digest::SHA1_FOR_LEGACY_USE_ONLY, password: &password, salt, rounds };
    open(&keys.derive(Purpose::Key, length), &keys.derive(Purpose::Iv, 8), encrypted)
}

/// A key by PBKDF2, whose `AlgorithmIdentifier` this is (RFC 8018, A.2).
pub(super) fn pbkdf2_key(kdf: &[u8], password: &str, length: usize) -> Result<SecretBytes, Locked> {
    let kdf = Algorithm::read(kdf)?;
    if !oid::PBKDF2.is(kdf.oid) {
        return Err(kdf.unread());
    }
    let mut parameters = Reader::new(kdf.parameters).enter(der::SEQUENCE)?;
    let salt = parameters.expect(der::OCTET_STRING)?.content;
    let rounds = rounds(parameters.expect(der::INTEGER)?.content)?;
    parameters.optional(der::INTEGER)?;
    let function = match parameters.optional(der::SEQUENCE)? {
        None => pbkdf2::PBKDF2_HMAC_SHA1,
        Some(named) => {
            let named = Algorithm::read(named.raw)?;
            let functions = [
                (oid::HMAC_SHA1, pbkdf2::PBKDF2_HMAC_SHA1),
                (oid::HMAC_SHA256, pbkdf2::PBKDF2_HMAC_SHA256),
                (oid::HMAC_SHA384, pbkdf2::PBKDF2_HMAC_SHA384),
                (oid::HMAC_SHA512, pbkdf2::PBKDF2_HMAC_SHA512),
            ];
            let found = functions.into_iter().find(|(oid, _)| oid.is(named.oid));
            found.ok_or_else(|| named.unread())?.1
        }
    };
    let mut key = Zeroizing::new(vec![0; length]);
    pbkdf2::derive(function, rounds, salt, password.as_bytes(), &mut key);
    Ok(key)
}

/// What a key of PKCS#12 is for (RFC 7292, B.3).
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// A password as PKCS#12 hashes it: UTF-16 in big-endian order, two zero octets at the end (RFC 7292, B.1).
pub(super) fn pkcs12_password(password: &str) -> SecretBytes {
    let mut octets = Zeroizing::new(Vec::with_capacity(password.len() * 2 + 2));
    octets.extend(password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes));
    octets
}

/// The key derivation of PKCS#12 (RFC 7292, B.2).
pub(super) struct Pkcs12Keys<'a> {
    pub(super) hash: &'static digest::Algorithm,
    /// From [`pkcs12_password`].
    pub(super) password: &'a [u8],
    pub(super) salt: &'a [u8],
    pub(super) rounds: NonZeroU32,
}

impl Pkcs12Keys<'_> {
    /// A key of `length` octets.
    pub(super) fn derive(&self, purpose: Purpose, length: usize) -> SecretBytes {
        let (hash, block) = (self.hash, self.hash.block_len());
        let filled = |octets: &[u8]| octets.len().div_ceil(block) * block;
        let mut input = Zeroizing::new(Vec::with_capacity(filled(self.salt) + filled(self.password)));
        for octets in [self.salt, self.password] {
            input.extend(octets.iter().copied().cycle().take(filled(octets)));
        }
        let mut key = Zeroizing::new(Vec::with_capacity(length + hash.output_len()));
        loop {
            let mut context = digest::Context::new(hash);
            context.update(&vec![purpose as u8; block]);
            context.update(&input);
            let mut derived = context.finish();
            for _ in 1..self.rounds.get() {
                derived = digest::digest(hash, derived.as_ref());
            }
            key.extend_from_slice(derived.as_ref());
            if key.len() >= length {
                key.truncate(length);
                return key;
            }
            let mut addend = Zeroizing::new(Vec::with_capacity(block));
            addend.extend(derived.as_ref().iter().copied().cycle().take(block));
            for part in input.chunks_mut(block) {
                add_with_one(part, &addend);
            }
        }
    }
}

/// `part + addend + 1`, as big-endian numbers, what overflows left out.
fn add_with_one(part: &mut [u8], addend: &[u8]) {
    let mut carry = 1;
    for (octet, add) in part.iter_mut().zip(addend).rev() {
        let sum = u16::from(*octet) + u16::from(*add) + carry;
        *octet = sum as u8;
        carry = sum >> 8;
    }
}

/// Rounds within bounds.
pub(super) fn rounds(content: &[u8]) -> Result<NonZeroU32, Locked> {
    if content.len() > 8 || content.first().is_none_or(|&first| first & 0x80 != 0) {
        return Err(Locked::Malformed);
    }
    let rounds = content.iter().fold(0u64, |value, &octet| value << 8 | u64::from(octet));
    let small = u32::try_from(rounds).ok().filter(|_| rounds <= MOST_ROUNDS).ok_or(Locked::Rounds(rounds))?;
    NonZeroU32::new(small).ok_or(Locked::Malformed)
}

type Open = fn(&[u8], &[u8], &[u8]) -> Result<SecretBytes, Locked>;

fn open<C: BlockCipherDecrypt + KeyInit>(key: &[u8], iv: &[u8], encrypted: &[u8]) -> Result<SecretBytes, Locked> {
    let decryptor = Decryptor::<C>::new_from_slices(key, iv).map_err(|_| Locked::Malformed)?;
    unpadded(decryptor, encrypted)
}

fn open_rc2(key: &[u8], bits: usize, iv: &[u8], encrypted: &[u8]) -> Result<SecretBytes, Locked> {
    let cipher = Rc2::new_with_eff_key_len(key, bits);
    unpadded(Decryptor::inner_iv_slice_init(cipher, iv).map_err(|_| Locked::Malformed)?, encrypted)
}

fn unpadded(decryptor: impl BlockModeDecrypt, encrypted: &[u8]) -> Result<SecretBytes, Locked> {
    let mut buffer = Zeroizing::new(encrypted.to_vec());
    // Wrong padding is what a wrong password gives.
    let length = decryptor.decrypt_padded::<Pkcs7>(&mut buffer).map_err(|_| Locked::Password)?.len();
    buffer.truncate(length);
    Ok(buffer)
}

/// `AlgorithmIdentifier`.
pub(super) struct Algorithm<'a> {
    pub(super) oid: &'a [u8],
    pub(super) parameters: &'a [u8],
}

impl<'a> Algorithm<'a> {
    pub(super) fn read(identifier: &'a [u8]) -> Result<Self, Locked> {
        let mut fields = Reader::new(identifier).enter(der::SEQUENCE)?;
        Ok(Self { oid: fields.expect(der::OBJECT_IDENTIFIER)?.content, parameters: fields.rest() })
    }

    pub(super) fn unread(&self) -> Locked {
        Locked::Scheme(oid::dotted(self.oid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_pkcs12_are_derived() {
        // Vectors that other implementations share: password "smeg", SHA-1.
        let password = pkcs12_password("smeg");
        let salt = [0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f];
        let hash = &digest::SHA1_FOR_LEGACY_USE_ONLY;
        let keys = Pkcs12Keys { hash, password: &password, salt: &salt, rounds: NonZeroU32::MIN };
        let key = keys.derive(Purpose::Key, 24);
        let expected = [
            0x8a, 0xaa, 0xe6, 0x29, 0x7b, 0x6c, 0xb0, 0x46, 0x42, 0xab, 0x5b, 0x07, 0x78, 0x51, 0x28, 0x4e, 0xb7, 0x12,
            0x8f, 0x1a, 0x2a, 0x7f, 0xbc, 0xa3,
        ];
        assert_eq!(key.as_slice(), expected);
    }

    #[test]
    fn rounds_are_bounded_before_any_is_made() {
        assert_eq!(rounds(&[8, 0]).map(NonZeroU32::get), Ok(2048));
        assert!(matches!(rounds(&[0x7f, 0xff, 0xff, 0xff]), Err(Locked::Rounds(_))));
        assert_eq!(rounds(&[0]), Err(Locked::Malformed));
        assert_eq!(rounds(&[0xff]), Err(Locked::Malformed));
        assert_eq!(rounds(&[]), Err(Locked::Malformed));
    }

    #[test]
    fn any_bytes_are_read_without_panic() {
        let good = der::sequence(&[
            &der::sequence(&[&der::object_identifier(oid::PBES2), &der::sequence(&[])]),
            &der::octet_string(&[0; 16]),
        ]);
        for at in 0..good.len() {
            for value in [0, 1, 0x30, 0x7f, 0x80, 0xff] {
                let mut bytes = good.clone();
                bytes[at] = value;
                drop(private_key(&bytes, "x"));
                drop(private_key(&bytes[..at], "x"));
            }
        }
    }
}

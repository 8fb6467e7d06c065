//! SHA-256 and SHA-512 values, readers and writers that digest what passes,
//! and keyed tokens.

use std::io::{self, Read, Write};

use ring::rand::{SecureRandom, SystemRandom};
use ring::{digest, hmac};
use zeroize::Zeroizing;

/// Text that is not the lower-case hexadecimal form of a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no digest: expected {expected} hexadecimal digits")]
pub struct NotADigest {
    /// The text found.
    pub found: String,
    /// How many digits were expected.
    pub expected: usize,
}

macro_rules! digest_value {
    ($(#[$doc:meta])* $name:ident, $length:literal, $algorithm:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// The digest of `bytes`.
            #[must_use]
            pub fn of(bytes: &[u8]) -> Self {
                Self::from_ring(digest::digest(&digest::$algorithm, bytes).as_ref())
            }

            /// The digest of everything that `reader` gives.
            ///
            /// # Errors
            /// The reader's own.
            pub fn of_reader(mut reader: impl Read) -> io::Result<Self> {
                let mut context = digest::Context::new(&digest::$algorithm);
                let mut buffer = vec![0; 1 << 16];
                loop {
                    match reader.read(&mut buffer)? {
                        0 => return Ok(Self::from_ring(context.finish().as_ref())),
                        read => context.update(&buffer[..read]),
                    }
                }
            }

            /// A value from its bytes.
            #[must_use]
            pub fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }

            fn from_ring(bytes: &[u8]) -> Self {
                let mut value = [0; $length];
                value.copy_from_slice(bytes);
                Self(value)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotADigest;

            fn from_str(text: &str) -> Result<Self, NotADigest> {
                let refused = || NotADigest { found: text.to_owned(), expected: $length * 2 };
                let bytes = from_hex(text).ok_or_else(refused)?;
                Ok(Self(bytes.try_into().map_err(|_| refused())?))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

digest_value!(
    /// A SHA-256 digest, written as 64 lower-case hexadecimal digits.
    Sha256,
    32,
    SHA256
);
digest_value!(
    /// A SHA-512 digest, written as 128 lower-case hexadecimal digits.
    Sha512,
    64,
    SHA512
);

/// Writes through to `inner` and digests what passes.
#[derive(Debug)]
pub struct DigestWriter<W> {
    inner: W,
    sha256: Context,
    sha512: Context,
    length: u64,
}

struct Context(digest::Context);

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("digest::Context")
    }
}

impl<W: Write> DigestWriter<W> {
    /// Starts with nothing written.
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            sha256: Context(digest::Context::new(&digest::SHA256)),
            sha512: Context(digest::Context::new(&digest::SHA512)),
            length: 0,
        }
    }

    /// The inner writer, both digests, and the number of bytes written.
    pub fn finish(self) -> (W, Sha256, Sha512, u64) {
        (
            self.inner,
            Sha256::from_ring(self.sha256.0.finish().as_ref()),
            Sha512::from_ring(self.sha512.0.finish().as_ref()),
            self.length,
        )
    }
}

impl<W: Write> Write for DigestWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sha256.0.update(&bytes[..written]);
        self.sha512.0.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The first 128 bits of HMAC-SHA-256(`key`, `message`) as 32 lower-case hexadecimal digits:
/// a name that says nothing to who does not hold the key.
#[must_use]
pub fn keyed_token(key: &[u8], message: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message);
    hex(&tag.as_ref()[..16])
}

/// Bytes that nobody can guess, for new keys; wiped from memory when dropped.
///
/// # Errors
/// When the system has none to give.
pub fn random_bytes(length: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; length]);
    SystemRandom::new().fill(&mut bytes).map_err(|_| io::Error::other("the system gives no random bytes"))?;
    Ok(bytes)
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

/// Bytes from hexadecimal digits of either case; `None` when it is anything else.
#[must_use]
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok())).collect();
    let digits = digits?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn digests_agree_with_fips_180() {
        assert_eq!(Sha256::of(b"abc").to_string(), ABC);
        assert_eq!(ABC.parse(), Ok(Sha256::of(b"abc")));
        assert!("ba78".parse::<Sha256>().is_err());
        assert_eq!(Sha256::of_reader(&b"abc"[..]).expect("memory"), Sha256::of(b"abc"));
    }

    #[test]
    fn a_writer_digests_what_passes() {
        let mut writer = DigestWriter::new(Vec::new());
        writer.write_all(b"ab").expect("memory");
        writer.write_all(b"c").expect("memory");
        let (bytes, sha256, sha512, length) = writer.finish();
        assert_eq!(
            (bytes.as_slice(), sha256, sha512, length),
            (&b"abc"[..], Sha256::of(b"abc"), Sha512::of(b"abc"), 3)
        );
    }

    #[test]
    fn tokens_depend_on_the_key() {
        assert_eq!(keyed_token(b"k", b"m").len(), 32);
        assert_ne!(keyed_token(b"k", b"m"), keyed_token(b"l", b"m"));
    }
}

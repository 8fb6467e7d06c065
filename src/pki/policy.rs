//! Which algorithms are believed, and until when: data with its sources, not constants in code
//! (Circular 15/2025/TT-BKHCN, Appendix I; ETSI TS 119 312 in its manner).
//!
//! Says nothing about whether a signature is right, only whether its algorithm still proves anything at a time.

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use super::algorithm::{DigestAlgorithm, KeyKind, SignatureAlgorithm};
use crate::base::time::{Date, Timestamp};

/// The algorithms that are believed, each until a day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    #[serde(rename = "digest", default)]
    digests: Vec<DigestRule>,
    #[serde(rename = "key", default)]
    keys: Vec<KeyRule>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct DigestRule {
    /// As [`DigestAlgorithm`] shows itself.
    algorithm: String,
    until: Option<Date>,
    source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyRule {
    family: Family,
    bits: usize,
    until: Option<Date>,
    source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Family {
    #[serde(rename = "RSA")]
    Rsa,
    #[serde(rename = "ECDSA")]
    Ecdsa,
    Ed25519,
}

/// An algorithm or key that proves nothing at the time asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Weak {
    /// What it is: `SHA-1`, `RSA-1024`.
    pub what: String,
    /// The last day on which it was believed; `None` when it never was.
    pub until: Option<Date>,
    /// The rule that says so.
    pub rule: String,
}

impl fmt::Display for Weak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.until {
            Some(day) => write!(f, "{} is believed only until {day} ({})", self.what, self.rule),
            None => write!(f, "{} is not believed ({})", self.what, self.rule),
        }
    }
}

/// A text that is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the list of algorithms cannot be read: {why}")]
pub struct NotAPolicy {
    /// Why.
    pub why: String,
}

static STANDARD: LazyLock<Policy> = LazyLock::new(|| {
    Policy::from_toml(include_str!("algorithms.toml")).unwrap_or(Policy { digests: vec![], keys: vec![] })
});

impl Policy {
    /// The policy that comes with the program.
    #[must_use]
    pub fn standard() -> &'static Self {
        &STANDARD
    }

    /// A policy from TOML: tables `[[digest]]` with `algorithm`, and `[[key]]` with `family` (RSA, ECDSA, Ed25519) and
    /// least `bits`; each with the last day (`until`; none: never believed) and its `source`.
    ///
    /// # Errors
    /// [`NotAPolicy`] when it is none.
    pub fn from_toml(text: &str) -> Result<Self, NotAPolicy> {
        toml::from_str(text).map_err(|error| NotAPolicy { why: error.message().to_owned() })
    }

    /// These rules, and those of `other` for what these do not name.
    #[must_use]
    pub fn before(mut self, other: &Self) -> Self {
        let new_digests =
            other.digests.iter().filter(|rule| !self.digests.iter().any(|own| own.algorithm == rule.algorithm));
        let new_digests: Vec<_> = new_digests.cloned().collect();
        let is_named = |rule: &KeyRule| self.keys.iter().any(|own| (own.family, own.bits) == (rule.family, rule.bits));
        let new_keys: Vec<_> = other.keys.iter().filter(|rule| !is_named(rule)).cloned().collect();
        self.digests.extend(new_digests);
        self.keys.extend(new_keys);
        self
    }

    /// Whether a signature by this algorithm and key, of which it is proven that it was there at `at`, is believed.
    ///
    /// # Errors
    /// What is [`Weak`]: the digest first, then that of the mask, then the key.
    pub fn allows(&self, algorithm: SignatureAlgorithm, key: KeyKind, at: Timestamp) -> Result<(), Weak> {
        self.allows_digest(algorithm.digest(), at)?;
        if let SignatureAlgorithm::RsaPssWith(parameters) = algorithm {
            self.allows_digest(parameters.mask, at)?;
        }
        self.allows_key(key, at)
    }

    /// Whether a digest that was there at `at` is believed.
    ///
    /// # Errors
    /// [`Weak`] when not.
    pub fn allows_digest(&self, digest: DigestAlgorithm, at: Timestamp) -> Result<(), Weak> {
        let name = digest.to_string();
        let rule = self.digests.iter().find(|rule| rule.algorithm == name);
        decide(name, rule.map(|rule| (rule.until, rule.source.as_str())), at)
    }

    /// Whether a signature by such a key that was there at `at` is believed.
    ///
    /// # Errors
    /// [`Weak`] when not.
    pub fn allows_key(&self, key: KeyKind, at: Timestamp) -> Result<(), Weak> {
        let (family, bits) = match key {
            KeyKind::Rsa { bits } => (Family::Rsa, bits),
            KeyKind::P256 => (Family::Ecdsa, 256),
            KeyKind::P384 => (Family::Ecdsa, 384),
            KeyKind::P521 => (Family::Ecdsa, 521),
            KeyKind::Ed25519 => (Family::Ed25519, 256),
        };
        let reached = self.keys.iter().filter(|rule| rule.family == family && rule.bits <= bits);
        let rule = reached.max_by_key(|rule| rule.bits);
        decide(key.to_string(), rule.map(|rule| (rule.until, rule.source.as_str())), at)
    }

    /// The last day on which a signature by this algorithm and key is believed: before it ends, what it proves must be
    /// proven anew. `None` when it is never believed.
    #[must_use]
    pub fn last_day(&self, algorithm: SignatureAlgorithm, key: KeyKind) -> Option<Date> {
        let far = Timestamp::from_unix(FAR);
        let until = |answer: Result<(), Weak>| answer.err().and_then(|weak| weak.until);
        let digest = until(self.allows_digest(algorithm.digest(), far))?;
        let mask = match algorithm {
            SignatureAlgorithm::RsaPssWith(parameters) => until(self.allows_digest(parameters.mask, far))?,
            _ => digest,
        };
        Some(digest.min(mask).min(until(self.allows_key(key, far))?))
    }
}

/// 9999-12-31: after every day of a policy.
const FAR: i64 = 253_402_214_400;

fn decide(what: String, rule: Option<(Option<Date>, &str)>, at: Timestamp) -> Result<(), Weak> {
    match rule {
        Some((Some(until), _)) if at.day() <= until => Ok(()),
        Some((until, source)) => Err(Weak { what, until, rule: source.to_owned() }),
        None => Err(Weak { what, until: None, rule: "not in the list of algorithms".to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::algorithm::PssParameters;

    fn at(day: &str) -> Timestamp {
        format!("{day}T12:00:00+07:00").parse().expect("a moment")
    }

    #[test]
    fn every_digest_has_its_row() {
        let policy = Policy::standard();
        for digest in DigestAlgorithm::ALL {
            assert!(policy.digests.iter().any(|rule| rule.algorithm == digest.to_string()), "{digest}");
        }
        assert_eq!(policy.digests.len(), DigestAlgorithm::ALL.len());
    }

    #[test]
    fn broken_digests_were_never_believed() {
        let weak = Policy::standard().allows_digest(DigestAlgorithm::Sha1, at("2010-01-01")).expect_err("weak");
        assert_eq!(weak.to_string(), "SHA-1 is not believed (Circular 15/2025/TT-BKHCN, Appendix I)");
        let mask = PssParameters { mask: DigestAlgorithm::Sha1, ..PssParameters::of(DigestAlgorithm::Sha256) };
        let weak = Policy::standard().allows(SignatureAlgorithm::RsaPssWith(mask), KeyKind::P256, at("2026-11-03"));
        assert_eq!(weak.expect_err("weak").what, "SHA-1");
    }

    #[test]
    fn a_key_is_believed_until_its_day() {
        let policy = Policy::standard();
        let rsa = SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256);
        let short = KeyKind::Rsa { bits: 2048 };
        assert_eq!(policy.allows(rsa, short, at("2030-12-31")), Ok(()));
        let weak = policy.allows(rsa, short, at("2031-01-01")).expect_err("past its day");
        assert_eq!((weak.what.as_str(), weak.until), ("RSA-2048", Date::new(2030, 12, 31)));
        assert_eq!(policy.allows(rsa, KeyKind::Rsa { bits: 3072 }, at("2031-01-01")), Ok(()));
        assert_eq!(policy.allows(rsa, KeyKind::Rsa { bits: 1024 }, at("2011-01-01")).map_err(|w| w.until), Err(None));
        assert_eq!(policy.last_day(rsa, short), Date::new(2030, 12, 31));
        assert_eq!(policy.last_day(SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha1), KeyKind::P256), None);
    }

    #[test]
    fn a_policy_is_data() {
        let policy =
            Policy::from_toml("[[digest]]\nalgorithm = \"SHA-1\"\nuntil = \"2016-12-31\"\nsource = \"a rule\"");
        let policy = policy.expect("a policy");
        assert_eq!(policy.allows_digest(DigestAlgorithm::Sha1, at("2016-01-01")), Ok(()));
        assert!(policy.allows_digest(DigestAlgorithm::Sha256, at("2016-01-01")).is_err(), "what is not listed");
        assert!(Policy::from_toml("[[digest]]\nalgoritm = \"SHA-1\"").is_err());
    }
}

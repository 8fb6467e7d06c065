//! Attributes of a signer (RFC 5652, 5.3; EN 319 122-1, 5): all kept, those that a report needs read.

use super::super::algorithm::DigestAlgorithm;
use super::super::der::{self, Element, NotDer, Reader};
use super::super::oid::{self, Oid};
use super::Fault;
use crate::base::time::Timestamp;

/// A set of attributes as it was received.
#[derive(Debug, Clone, Default)]
pub struct Attributes {
    /// The set under its universal tag; empty where there is none.
    set: Vec<u8>,
    /// `None` where the set is malformed.
    values: Option<Vec<Value>>,
}

/// The name of an attribute (content octets), and one of its values.
type Value = (Vec<u8>, Vec<u8>);

/// `SignaturePolicyIdentifier` (EN 319 122-1, 5.2.9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignaturePolicy {
    /// The policy follows from what is signed.
    Implied,
    /// A policy by its dotted identifier.
    Named {
        /// The identifier.
        id: String,
        /// Digest of the policy document, where its algorithm is known here.
        digest: Option<(DigestAlgorithm, Vec<u8>)>,
    },
}

/// `ContentHints` (RFC 2634, 2.9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentHint {
    /// What the content is, in words.
    pub description: Option<String>,
    /// Its type, as a dotted identifier.
    pub content_type: String,
}

impl Attributes {
    /// Reads a set under an implicit tag.
    pub(super) fn read(set: Option<Element<'_>>) -> Self {
        let Some(set) = set else { return Self { set: Vec::new(), values: Some(Vec::new()) } };
        let mut bytes = set.raw.to_vec();
        if let Some(tag) = bytes.first_mut() {
            *tag = der::SET;
        }
        Self { set: bytes, values: all_values(set.reader()).ok() }
    }

    pub(super) fn is_absent(&self) -> bool {
        self.set.is_empty()
    }

    pub(super) fn is_malformed(&self) -> bool {
        self.values.is_none()
    }

    /// The bytes that are hashed: in DER, however they were sent (RFC 5652, 5.4).
    pub(super) fn hashed(&self) -> Vec<u8> {
        der::canonical(&self.set).unwrap_or_else(|_| self.set.clone())
    }

    /// Whether they were sent in DER, as RFC 5652 (5.3) asks of signed ones.
    #[must_use]
    pub fn are_der(&self) -> bool {
        self.set.is_empty() || der::canonical(&self.set).is_ok_and(|canonical| canonical == self.set)
    }

    /// The names of all attributes, dotted, in their order; one with several values as often.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.values.iter().flatten().map(|(name, _)| oid::dotted(name)).collect()
    }

    /// Whether there is an attribute of this name.
    #[must_use]
    pub fn has(&self, name: Oid) -> bool {
        !self.values(name).is_empty()
    }

    /// All values of this name, each as received.
    #[must_use]
    pub fn values(&self, name: Oid) -> Vec<&[u8]> {
        let all = self.values.iter().flatten();
        all.filter(|(other, _)| name.is(other)).map(|(_, value)| value.as_slice()).collect()
    }

    /// The one value of this name.
    ///
    /// # Errors
    /// [`Fault::RepeatedAttribute`] when there are several, [`Fault::NoSignedAttributes`] when the set is malformed.
    pub fn one(&self, name: Oid) -> Result<Option<&[u8]>, Fault> {
        if self.is_malformed() {
            return Err(Fault::NoSignedAttributes);
        }
        match self.values(name).as_slice() {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            _ => Err(Fault::RepeatedAttribute),
        }
    }

    /// `signing-time` (RFC 5652, 11.3), which PAdES does not use.
    #[must_use]
    pub fn signing_time(&self) -> Option<Timestamp> {
        Reader::ber(self.first(oid::SIGNING_TIME)?).element().ok()?.time().ok()
    }

    /// `commitment-type-indication` (EN 319 122-1, 5.2.3): the dotted identifiers of what the signer commits to.
    #[must_use]
    pub fn commitments(&self) -> Vec<String> {
        let read = |value: &&[u8]| {
            let mut fields = Reader::ber(value).enter(der::SEQUENCE).ok()?;
            Some(oid::dotted(fields.expect(der::OBJECT_IDENTIFIER).ok()?.content))
        };
        self.values(oid::COMMITMENT_TYPE).iter().filter_map(read).collect()
    }

    /// `signature-policy-identifier` (EN 319 122-1, 5.2.9).
    #[must_use]
    pub fn signature_policy(&self) -> Option<SignaturePolicy> {
        let mut reader = Reader::ber(self.first(oid::SIGNATURE_POLICY)?);
        if reader.peek() == Some(der::NULL) {
            return Some(SignaturePolicy::Implied);
        }
        let mut fields = reader.enter(der::SEQUENCE).ok()?;
        let id = oid::dotted(fields.expect(der::OBJECT_IDENTIFIER).ok()?.content);
        Some(SignaturePolicy::Named { id, digest: policy_digest(fields) })
    }

    /// `content-hints` (RFC 2634, 2.9).
    #[must_use]
    pub fn content_hint(&self) -> Option<ContentHint> {
        let mut fields = Reader::ber(self.first(oid::CONTENT_HINT)?).enter(der::SEQUENCE).ok()?;
        let description = fields.optional(der::UTF8_STRING).ok()?;
        let description = description.map(|text| String::from_utf8_lossy(text.content).into_owned());
        let content_type = oid::dotted(fields.expect(der::OBJECT_IDENTIFIER).ok()?.content);
        Some(ContentHint { description, content_type })
    }

    fn first(&self, name: Oid) -> Option<&[u8]> {
        self.values(name).first().copied()
    }
}

/// `SigPolicyHash`, which may be absent.
fn policy_digest(mut fields: Reader<'_>) -> Option<(DigestAlgorithm, Vec<u8>)> {
    let mut hash = fields.optional(der::SEQUENCE).ok()??.reader();
    let algorithm = DigestAlgorithm::read(hash.expect(der::SEQUENCE).ok()?).ok()?;
    Some((algorithm, hash.element().ok()?.octets().ok()?.into_owned()))
}

/// `Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF AttributeValue }`, each value by itself.
fn all_values(mut attributes: Reader<'_>) -> Result<Vec<Value>, NotDer> {
    let mut found = Vec::new();
    while attributes.peek().is_some() {
        let mut fields = attributes.enter(der::SEQUENCE)?;
        let name = fields.expect(der::OBJECT_IDENTIFIER)?.content;
        for value in fields.only(der::SET)?.elements()? {
            found.push((name.to_vec(), value.raw.to_vec()));
        }
    }
    Ok(found)
}

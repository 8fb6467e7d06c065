//! Attributes of a signer (RFC 5652, 5.3; EN 319 122-1, 5): all kept, those that a report needs read.

use super::super::der::{self, Element, NotDer, Reader};
use super::super::oid::{self, Oid};
use super::Fault;

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

//! The extensions of a certificate that decide what it may be used for (RFC 5280, 4.2).

use super::super::der::{self, NotDer, Reader};
use super::super::name::{Constraints, GeneralName};
use super::super::oid::{self, Oid};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::pki) struct Extensions {
    pub(super) is_authority: bool,
    pub(super) path_length: Option<u32>,
    /// Bit 0 is digitalSignature.
    pub(super) key_usage: Option<u16>,
    pub(super) extended: Option<ExtendedUsage>,
    pub(super) subject_key: Option<Vec<u8>>,
    pub(super) authority_key: Option<Vec<u8>>,
    pub(super) alternative_names: Vec<GeneralName>,
    pub(in crate::pki) constraints: Option<Constraints>,
    /// Content octets of the policies.
    pub(in crate::pki) policies: Option<Vec<Vec<u8>>>,
    pub(in crate::pki) mappings: Vec<Mapping>,
    pub(in crate::pki) require_explicit_policy: Option<u64>,
    pub(in crate::pki) inhibit_policy_mapping: Option<u64>,
    pub(in crate::pki) inhibit_any_policy: Option<u64>,
    /// Names of the distribution points that hold CRLs of the issuer itself, for all reasons.
    pub(in crate::pki) distribution_points: Vec<GeneralName>,
    pub(super) ocsp_urls: Vec<String>,
    pub(super) no_check: bool,
    pub(super) unknown_critical: Option<String>,
}

/// A policy of the issuer, and one of the subject that counts as it.
pub(in crate::pki) type Mapping = (Vec<u8>, Vec<u8>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ExtendedUsage {
    pub(super) critical: bool,
    /// Content octets of the purposes.
    pub(super) purposes: Vec<Vec<u8>>,
}

impl ExtendedUsage {
    pub(super) fn names(&self, purpose: Oid) -> bool {
        self.purposes.iter().any(|named| purpose.is(named))
    }
}

/// Extensions that take away rights: malformed, they cannot be passed over even where they are not critical.
const RESTRICTING: [Oid; 7] = [
    oid::BASIC_CONSTRAINTS,
    oid::KEY_USAGE,
    oid::EXTENDED_KEY_USAGE,
    oid::NAME_CONSTRAINTS,
    oid::POLICY_CONSTRAINTS,
    oid::INHIBIT_ANY_POLICY,
    oid::POLICY_MAPPINGS,
];

impl Extensions {
    /// Reads extensions, each by its identifier, criticality and value.
    pub(super) fn of<'a>(all: impl Iterator<Item = (&'a [u8], bool, &'a [u8])>) -> Self {
        let mut found = Self::default();
        let mut seen: Vec<&[u8]> = Vec::new();
        for (name, critical, value) in all {
            let read = found.read(name, critical, value);
            let is_refused = match read {
                Ok(is_known) => !is_known && critical,
                Err(_) => critical || RESTRICTING.iter().any(|restricting| restricting.is(name)),
            };
            // RFC 5280, 4.2: no extension is there twice.
            if is_refused || seen.contains(&name) {
                found.unknown_critical.get_or_insert_with(|| oid::dotted(name));
            }
            seen.push(name);
        }
        found
    }

    /// Takes one extension in; says whether it is known.
    fn read(&mut self, name: &[u8], critical: bool, value: &[u8]) -> Result<bool, NotDer> {
        let mut reader = Reader::new(value);
        match () {
            () if oid::BASIC_CONSTRAINTS.is(name) => self.basic_constraints(reader)?,
            () if oid::KEY_USAGE.is(name) => self.key_usage = Some(key_usage(reader.expect(der::BIT_STRING)?.content)?),
            () if oid::EXTENDED_KEY_USAGE.is(name) => {
                self.extended = Some(ExtendedUsage { critical, purposes: identifiers(reader.only(der::SEQUENCE)?)? });
            }
            () if oid::SUBJECT_KEY_IDENTIFIER.is(name) => {
                self.subject_key = Some(reader.expect(der::OCTET_STRING)?.content.to_vec());
            }
            () if oid::AUTHORITY_KEY_IDENTIFIER.is(name) => {
                let key = reader.only(der::SEQUENCE)?.optional(der::primitive(0))?;
                self.authority_key = key.map(|key| key.content.to_vec());
            }
            () if oid::SUBJECT_ALT_NAME.is(name) => {
                self.alternative_names = GeneralName::read_all(reader.only(der::SEQUENCE)?)?;
            }
            () if oid::NAME_CONSTRAINTS.is(name) => self.constraints = Some(Constraints::read(value)?),
            () if oid::CERTIFICATE_POLICIES.is(name) => self.policies = Some(policies(reader.only(der::SEQUENCE)?)?),
            () if oid::POLICY_MAPPINGS.is(name) => self.mappings = mappings(reader.only(der::SEQUENCE)?)?,
            () if oid::POLICY_CONSTRAINTS.is(name) => self.policy_constraints(reader.only(der::SEQUENCE)?)?,
            () if oid::INHIBIT_ANY_POLICY.is(name) => {
                self.inhibit_any_policy = Some(reader.expect(der::INTEGER)?.small()?);
            }
            () if oid::CRL_DISTRIBUTION_POINTS.is(name) => {
                self.distribution_points = distribution_points(reader.only(der::SEQUENCE)?)?;
            }
            () if oid::AUTHORITY_INFORMATION.is(name) => self.authority_information(reader.only(der::SEQUENCE)?)?,
            () if oid::OCSP_NO_CHECK.is(name) => self.no_check = true,
            // They restrict nothing that is decided here.
            () => {
                let harmless = [oid::ISSUER_ALT_NAME, oid::FRESHEST_CRL, oid::QC_STATEMENTS];
                return Ok(harmless.iter().any(|known| known.is(name)));
            }
        }
        Ok(true)
    }

    fn basic_constraints(&mut self, reader: Reader<'_>) -> Result<(), NotDer> {
        let mut fields = reader.only(der::SEQUENCE)?;
        self.is_authority = fields.optional(der::BOOLEAN)?.is_some_and(|is| is.content != [0]);
        let length = fields.optional(der::INTEGER)?.map(|length| length.small()).transpose()?;
        self.path_length = length.map(|length| u32::try_from(length).unwrap_or(u32::MAX));
        fields.finish()
    }

    fn policy_constraints(&mut self, mut fields: Reader<'_>) -> Result<(), NotDer> {
        let number = |element: Option<der::Element<'_>>| element.map(|number| number.small()).transpose();
        self.require_explicit_policy = number(fields.optional(der::primitive(0))?)?;
        self.inhibit_policy_mapping = number(fields.optional(der::primitive(1))?)?;
        fields.finish()
    }

    fn authority_information(&mut self, reader: Reader<'_>) -> Result<(), NotDer> {
        for description in reader.elements()? {
            let mut fields = description.reader();
            let method = fields.expect(der::OBJECT_IDENTIFIER)?.content;
            if let GeneralName::Uri(uri) = GeneralName::read(fields.element()?)? {
                self.ocsp_urls.extend(oid::OCSP.is(method).then_some(uri));
            }
        }
        Ok(())
    }
}

/// Bit 0 of the outcome is the first bit of the BIT STRING; `KeyUsage` has nine.
fn key_usage(content: &[u8]) -> Result<u16, NotDer> {
    let (_, octets) = content.split_first().ok_or(NotDer("a bit string is empty"))?;
    let bit = |place: usize| octets.get(place / 8).is_some_and(|octet| octet >> (7 - place % 8) & 1 == 1);
    Ok((0..9).filter(|&place| bit(place)).fold(0, |flags, place| flags | 1 << place))
}

fn identifiers(mut reader: Reader<'_>) -> Result<Vec<Vec<u8>>, NotDer> {
    let mut found = Vec::new();
    while reader.peek().is_some() {
        found.push(reader.expect(der::OBJECT_IDENTIFIER)?.content.to_vec());
    }
    Ok(found)
}

fn policies(reader: Reader<'_>) -> Result<Vec<Vec<u8>>, NotDer> {
    let one = |element: der::Element<'_>| Ok(element.reader().expect(der::OBJECT_IDENTIFIER)?.content.to_vec());
    reader.elements()?.into_iter().map(one).collect()
}

fn mappings(reader: Reader<'_>) -> Result<Vec<Mapping>, NotDer> {
    let one = |element: der::Element<'_>| {
        let mut fields = element.reader();
        let mut next = || Ok(fields.expect(der::OBJECT_IDENTIFIER)?.content.to_vec());
        Ok((next()?, next()?))
    };
    reader.elements()?.into_iter().map(one).collect()
}

/// RFC 5280, 4.2.1.13. Points of another CRL issuer or for some reasons only are left out.
fn distribution_points(reader: Reader<'_>) -> Result<Vec<GeneralName>, NotDer> {
    let mut found = Vec::new();
    for point in reader.elements()? {
        let mut fields = point.reader();
        let name = fields.optional(der::constructed(0))?;
        let is_plain = fields.rest().is_empty();
        let full = name.map(|name| name.reader().optional(der::constructed(0))).transpose()?.flatten();
        if let (Some(full), true) = (full, is_plain) {
            found.extend(GeneralName::read_all(full.reader())?);
        }
    }
    Ok(found)
}

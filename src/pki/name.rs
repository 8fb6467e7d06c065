//! Names of X.501 and of RFC 5280, 4.2.1.6, compared as RFC 5280 (7.1) compares them, and constraints on them (4.2.1.10).

use super::der::{self, NotDer, Reader};
use super::oid;

/// A `Name`, in a form in which equal names are equal: letters folded to lower case, white space to single blanks, and
/// the kind of string dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Name(Vec<Vec<u8>>);

impl Name {
    /// Reads `Name` in DER.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NotDer> {
        let mut parts = Vec::new();
        for relative in Reader::new(bytes).only(der::SEQUENCE)?.elements()? {
            if relative.tag != der::SET {
                return Err(NotDer("a name holds something else than relative names"));
            }
            let attributes: Result<Vec<_>, _> = relative.reader().elements()?.into_iter().map(attribute).collect();
            let mut attributes = attributes?;
            attributes.sort();
            parts.push(attributes.concat());
        }
        Ok(Self(parts))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this name stands at or below `above` in the tree of names.
    fn is_within(&self, above: &Self) -> bool {
        self.0.starts_with(&above.0)
    }
}

fn attribute(element: der::Element<'_>) -> Result<Vec<u8>, NotDer> {
    let mut fields = Reader::new(element.raw).only(der::SEQUENCE)?;
    let kind = fields.expect(der::OBJECT_IDENTIFIER)?.raw;
    let value = fields.element()?;
    fields.finish()?;
    let value = text(value).map_or_else(|| value.raw.to_vec(), |text| der::utf8_string(&folded(&text)));
    Ok([kind, &value].concat())
}

/// The text of a string type of X.520; `None` for anything else.
fn text(value: der::Element<'_>) -> Option<String> {
    const TELETEX: u8 = 0x14;
    const UNIVERSAL: u8 = 0x1c;
    const BMP: u8 = 0x1e;
    match value.tag {
        der::UTF8_STRING | der::PRINTABLE_STRING | der::IA5_STRING => String::from_utf8(value.content.to_vec()).ok(),
        // In practice Latin-1.
        TELETEX => Some(value.content.iter().map(|&octet| char::from(octet)).collect()),
        BMP => {
            let units = value
                .content
                .chunks_exact(2)
                .map(|pair| pair.iter().fold(0, |unit, &octet| unit << 8 | u16::from(octet)));
            char::decode_utf16(units).collect::<Result<_, _>>().ok()
        }
        UNIVERSAL => {
            let units = value
                .content
                .chunks_exact(4)
                .map(|four| four.iter().fold(0, |unit, &octet| unit << 8 | u32::from(octet)));
            units.map(char::from_u32).collect()
        }
        _ => None,
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The `emailAddress` attributes of a `Name`, which constraints on mail addresses bind too (RFC 5280, 4.2.1.10).
pub(super) fn mail_addresses(name: &[u8]) -> Result<Vec<String>, NotDer> {
    let mut found = Vec::new();
    for relative in Reader::new(name).only(der::SEQUENCE)?.elements()? {
        for attribute in relative.reader().elements()? {
            let mut fields = attribute.reader();
            if oid::EMAIL_IN_NAME.is(fields.expect(der::OBJECT_IDENTIFIER)?.content) {
                found.extend(text(fields.element()?));
            }
        }
    }
    Ok(found)
}

/// `GeneralName`, as far as it is compared here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GeneralName {
    Mail(String),
    Dns(String),
    Directory(Name),
    Uri(String),
    /// Another kind, by its tag.
    Other(u8),
}

impl GeneralName {
    pub(super) fn read(element: der::Element<'_>) -> Result<Self, NotDer> {
        let text = || {
            let text = std::str::from_utf8(element.content).ok().filter(|text| text.is_ascii());
            text.map(str::to_owned).ok_or(NotDer("a name holds other letters than ASCII"))
        };
        Ok(match element.tag {
            tag if tag == der::primitive(1) => Self::Mail(text()?),
            tag if tag == der::primitive(2) => Self::Dns(text()?),
            tag if tag == der::constructed(4) => Self::Directory(Name::read(element.content)?),
            tag if tag == der::primitive(6) => Self::Uri(text()?),
            tag => Self::Other(tag),
        })
    }

    /// `GeneralNames`.
    pub(super) fn read_all(reader: Reader<'_>) -> Result<Vec<Self>, NotDer> {
        reader.elements()?.into_iter().map(Self::read).collect()
    }

    fn is_of_kind(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Other(tag), Self::Other(other)) => tag == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// Whether this name is in the subtree of `base`; `None` where that cannot be told.
    fn is_within(&self, base: &Self) -> Option<bool> {
        Some(match (self, base) {
            (Self::Directory(name), Self::Directory(base)) => name.is_within(base),
            (Self::Dns(name), Self::Dns(base)) => is_within_domain(name, base),
            (Self::Mail(name), Self::Mail(base)) => is_within_mail(name, base),
            (Self::Uri(name), Self::Uri(base)) => is_host_within(host(name)?, base),
            _ => return None,
        })
    }
}

/// `www.example.com` is within `example.com`, and everything within the empty name.
fn is_within_domain(name: &str, base: &str) -> bool {
    let (name, base) = (name.to_ascii_lowercase(), base.to_ascii_lowercase());
    let base = base.trim_start_matches('.');
    base.is_empty() || name == base || name.strip_suffix(base).is_some_and(|above| above.ends_with('.'))
}

/// A base with `@` is one mailbox, one with a leading point a domain without its own host, another a host.
fn is_within_mail(name: &str, base: &str) -> bool {
    let Some((_, at)) = name.rsplit_once('@') else { return false };
    if base.contains('@') { name.eq_ignore_ascii_case(base) } else { is_host_within(at, base) }
}

fn is_host_within(host: &str, base: &str) -> bool {
    let (host, base) = (host.to_ascii_lowercase(), base.to_ascii_lowercase());
    if base.starts_with('.') { host.ends_with(&base) } else { base.is_empty() || host == base }
}

/// The host of a URI with an authority.
fn host(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    if host.starts_with('[') {
        return None;
    }
    host.split(':').next().filter(|host| !host.is_empty())
}

/// `NameConstraints` (RFC 5280, 4.2.1.10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Constraints {
    permitted: Vec<GeneralName>,
    excluded: Vec<GeneralName>,
}

impl Constraints {
    /// Reads the value of the extension.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NotDer> {
        let mut fields = Reader::new(bytes).only(der::SEQUENCE)?;
        let permitted = fields.optional(der::constructed(0))?.map_or(Ok(vec![]), |trees| subtrees(trees.reader()))?;
        let excluded = fields.optional(der::constructed(1))?.map_or(Ok(vec![]), |trees| subtrees(trees.reader()))?;
        fields.finish()?;
        Ok(Self { permitted, excluded })
    }

    /// Whether a certificate may have this name. A name of a constrained kind that cannot be compared is refused.
    pub(super) fn allow(&self, name: &GeneralName) -> bool {
        let of_kind = |tree: &&GeneralName| tree.is_of_kind(name);
        let is_excluded = self.excluded.iter().filter(of_kind).any(|tree| name.is_within(tree) != Some(false));
        let mut permitted = self.permitted.iter().filter(of_kind).peekable();
        let is_permitted = permitted.peek().is_none() || permitted.any(|tree| name.is_within(tree) == Some(true));
        is_permitted && !is_excluded
    }
}

/// `GeneralSubtrees`: RFC 5280 knows a minimum of 0, which DER leaves out, and no maximum.
fn subtrees(reader: Reader<'_>) -> Result<Vec<GeneralName>, NotDer> {
    let one = |element: der::Element<'_>| {
        let mut fields = Reader::new(element.raw).only(der::SEQUENCE)?;
        let base = GeneralName::read(fields.element()?)?;
        fields.finish()?;
        Ok(base)
    };
    reader.elements()?.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(parts: &[(u8, &str)]) -> Name {
        let one = |(tag, value): &(u8, &str)| {
            let value = der::element(*tag, value.as_bytes());
            der::set_of(vec![der::sequence(&[&der::object_identifier(oid::ORGANIZATION), &value])])
        };
        let parts: Vec<u8> = parts.iter().flat_map(one).collect();
        Name::read(&der::element(der::SEQUENCE, &parts)).expect("a name")
    }

    #[test]
    fn names_are_compared_as_rfc_5280_does() {
        let printable = name(&[(der::PRINTABLE_STRING, "Ban  Co yeu"), (der::PRINTABLE_STRING, "CA")]);
        let utf8 = name(&[(der::UTF8_STRING, "ban co YEU "), (der::UTF8_STRING, "ca")]);
        assert_eq!(printable, utf8);
        assert_ne!(printable, name(&[(der::UTF8_STRING, "ban co yeu")]));
        assert!(utf8.is_within(&name(&[(der::UTF8_STRING, "Ban Co yeu")])));
        assert!(!name(&[(der::UTF8_STRING, "Ban Co yeu")]).is_within(&utf8));
    }

    #[test]
    fn subtrees_hold_what_they_should() {
        let dns = |name: &str| GeneralName::Dns(name.to_owned());
        let mail = |name: &str| GeneralName::Mail(name.to_owned());
        let uri = |name: &str| GeneralName::Uri(name.to_owned());
        for (name, base, within) in [
            (dns("a.gov.vn"), dns("gov.vn"), Some(true)),
            (dns("GOV.VN"), dns("gov.vn"), Some(true)),
            (dns("agov.vn"), dns("gov.vn"), Some(false)),
            (mail("an@gov.vn"), mail("gov.vn"), Some(true)),
            (mail("an@a.gov.vn"), mail("gov.vn"), Some(false)),
            (mail("an@a.gov.vn"), mail(".gov.vn"), Some(true)),
            (mail("an@gov.vn"), mail("binh@gov.vn"), Some(false)),
            (mail("gov.vn"), mail("gov.vn"), Some(false)),
            (uri("https://x@a.gov.vn:8/p"), uri(".gov.vn"), Some(true)),
            (uri("https://evil.example/a.gov.vn"), uri(".gov.vn"), Some(false)),
            (uri("urn:a"), uri(".gov.vn"), None),
            (dns("gov.vn"), uri("gov.vn"), None),
        ] {
            assert_eq!(name.is_within(&base), within, "{name:?} within {base:?}");
        }
    }

    #[test]
    fn constraints_permit_and_exclude() {
        let dns = |name: &str| GeneralName::Dns(name.to_owned());
        let constraints = Constraints {
            permitted: vec![dns("gov.vn")],
            excluded: vec![dns("test.gov.vn"), GeneralName::Other(0x87)],
        };
        assert!(constraints.allow(&dns("a.gov.vn")) && constraints.allow(&GeneralName::Mail("a@b.example".to_owned())));
        assert!(!constraints.allow(&dns("a.example")) && !constraints.allow(&dns("a.test.gov.vn")));
        assert!(!constraints.allow(&GeneralName::Other(0x87)), "what cannot be compared");
    }
}

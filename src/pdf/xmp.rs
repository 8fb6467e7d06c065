//! XMP packets (ISO 16684-1) with PDF/A extension schemas.
//!
//! Makes the bytes of a metadata stream from properties in the order given: UTF-8, one
//! `rdf:Description` per namespace, read-only packet wrapper (ISO 19005-2, 6.6.2.1), and for
//! namespaces that no standard defines the container that describes them (ISO 19005-2, 6.6.2.3.3).
//! Knows no document, and does not read packets.

/// A namespace and the prefix that its properties bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Namespace {
    /// Prefix without colon.
    pub prefix: &'static str,
    /// Its URI, ending where names begin.
    pub uri: &'static str,
}

/// Dublin Core (ISO 16684-1, 8.3).
pub const DUBLIN_CORE: Namespace = Namespace { prefix: "dc", uri: "http://purl.org/dc/elements/1.1/" };
/// XMP basic (ISO 16684-1, 8.4).
pub const BASIC: Namespace = Namespace { prefix: "xmp", uri: "http://ns.adobe.com/xap/1.0/" };
/// XMP media management (ISO 16684-1, 8.6).
pub const MEDIA_MANAGEMENT: Namespace = Namespace { prefix: "xmpMM", uri: "http://ns.adobe.com/xap/1.0/mm/" };
/// Adobe PDF (XMP specification part 2, 3.1).
pub const PDF: Namespace = Namespace { prefix: "pdf", uri: "http://ns.adobe.com/pdf/1.3/" };
/// Part and level of PDF/A (ISO 19005-2, 6.6.4).
pub const PDFA_IDENTIFICATION: Namespace = Namespace { prefix: "pdfaid", uri: "http://www.aiim.org/pdfa/ns/id/" };

/// The value of a property; characters that XML 1.0 has no form for are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A simple value of any type, in its text form.
    Text(String),
    /// A language alternative with one text, `x-default`.
    Localized(String),
    /// An ordered array.
    Sequence(Vec<String>),
    /// An unordered array.
    Bag(Vec<String>),
}

/// Types of values that an extension schema may declare without defining them (ISO 19005-2, 6.6.2.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// Any text.
    Text,
    /// ISO 8601, a day or a moment.
    Date,
    /// `True` or `False`.
    Boolean,
    /// Texts in order.
    TextSequence,
}

/// Properties of one namespace that no standard defines.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// What it is, for people.
    pub description: &'static str,
    /// Its namespace.
    pub namespace: Namespace,
    /// Its properties.
    pub properties: &'static [Property],
}

/// One declared property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Property {
    /// Name without prefix.
    pub name: &'static str,
    /// What its values are.
    pub value_type: ValueType,
    /// What it says, for people.
    pub description: &'static str,
}

/// Properties gathered for one metadata stream.
#[derive(Debug, Clone, Default)]
pub struct Packet {
    groups: Vec<(Namespace, Vec<(&'static str, Value)>)>,
    schemas: Vec<&'static Schema>,
}

impl Packet {
    /// A packet without properties.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a property after those of its namespace. Each name is to be set once.
    pub fn set(&mut self, namespace: Namespace, name: &'static str, value: Value) {
        match self.groups.iter_mut().find(|(known, _)| *known == namespace) {
            Some((_, properties)) => properties.push((name, value)),
            None => self.groups.push((namespace, vec![(name, value)])),
        }
    }

    /// Adds a simple property.
    pub fn set_text(&mut self, namespace: Namespace, name: &'static str, text: impl Into<String>) {
        self.set(namespace, name, Value::Text(text.into()));
    }

    /// Declares a namespace that no standard defines.
    pub fn declare(&mut self, schema: &'static Schema) {
        self.schemas.push(schema);
    }

    /// The packet with its wrapper, as the bytes of a metadata stream.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut xml = String::from(concat!(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n",
            "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n",
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n",
        ));
        for (namespace, properties) in &self.groups {
            describe(&mut xml, *namespace, properties);
        }
        if !self.schemas.is_empty() {
            declare_schemas(&mut xml, &self.schemas);
        }
        xml.push_str("</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>\n");
        xml.into_bytes()
    }
}

impl ValueType {
    /// As ISO 19005-2 writes it.
    fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Date => "Date",
            Self::Boolean => "Boolean",
            Self::TextSequence => "seq Text",
        }
    }
}

fn describe(xml: &mut String, namespace: Namespace, properties: &[(&'static str, Value)]) {
    let Namespace { prefix, uri } = namespace;
    push(xml, &["<rdf:Description rdf:about=\"\" xmlns:", prefix, "=\"", uri, "\">\n"]);
    for (name, value) in properties {
        push(xml, &["<", prefix, ":", name, ">"]);
        match value {
            Value::Text(text) => push_escaped(xml, text),
            Value::Localized(text) => {
                xml.push_str("<rdf:Alt><rdf:li xml:lang=\"x-default\">");
                push_escaped(xml, text);
                xml.push_str("</rdf:li></rdf:Alt>");
            }
            Value::Sequence(items) => push_items(xml, "rdf:Seq", items),
            Value::Bag(items) => push_items(xml, "rdf:Bag", items),
        }
        push(xml, &["</", prefix, ":", name, ">\n"]);
    }
    xml.push_str("</rdf:Description>\n");
}

fn push_items(xml: &mut String, container: &str, items: &[String]) {
    push(xml, &["<", container, ">"]);
    for item in items {
        xml.push_str("<rdf:li>");
        push_escaped(xml, item);
        xml.push_str("</rdf:li>");
    }
    push(xml, &["</", container, ">"]);
}

/// The extension schema container. The fields of each property stand as attributes, which says
/// the same as elements (ISO 16684-1, 7.9.2.3) in half the bytes.
fn declare_schemas(xml: &mut String, schemas: &[&Schema]) {
    xml.push_str(concat!(
        "<rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\"",
        " xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\"",
        " xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n",
        "<pdfaExtension:schemas><rdf:Bag>\n",
    ));
    for schema in schemas {
        push(xml, &["<rdf:li rdf:parseType=\"Resource\">\n<pdfaSchema:schema>"]);
        push_escaped(xml, schema.description);
        push(xml, &["</pdfaSchema:schema>\n<pdfaSchema:namespaceURI>", schema.namespace.uri]);
        push(xml, &["</pdfaSchema:namespaceURI>\n<pdfaSchema:prefix>", schema.namespace.prefix]);
        push(xml, &["</pdfaSchema:prefix>\n<pdfaSchema:property><rdf:Seq>\n"]);
        for property in schema.properties {
            push(xml, &["<rdf:li pdfaProperty:name=\"", property.name]);
            push(xml, &["\" pdfaProperty:valueType=\"", property.value_type.name()]);
            push(xml, &["\" pdfaProperty:category=\"external\" pdfaProperty:description=\""]);
            push_escaped(xml, property.description);
            push(xml, &["\"/>\n"]);
        }
        push(xml, &["</rdf:Seq></pdfaSchema:property>\n</rdf:li>\n"]);
    }
    xml.push_str("</rdf:Bag></pdfaExtension:schemas>\n</rdf:Description>\n");
}

fn push(xml: &mut String, parts: &[&str]) {
    xml.extend(parts.iter().copied());
}

/// Character data that is right inside elements and inside attributes (XML 1.0, 2.2 and 2.4).
fn push_escaped(xml: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            // As references, or an attribute's value would turn them into spaces.
            '\t' => xml.push_str("&#9;"),
            '\n' => xml.push_str("&#10;"),
            '\r' => xml.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => xml.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: Namespace = Namespace { prefix: "s", uri: "urn:s#" };
    static SCHEMA: Schema = Schema {
        description: "Hồ sơ",
        namespace: OURS,
        properties: &[Property { name: "Ten", value_type: ValueType::Text, description: "tên \"giấy\"" }],
    };

    fn xml(packet: &Packet) -> String {
        String::from_utf8(packet.to_bytes()).expect("UTF-8")
    }

    #[test]
    fn a_packet_is_wrapped_and_read_only() {
        let xml = xml(&Packet::new());
        assert!(xml.starts_with("<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"));
        assert!(xml.ends_with("<?xpacket end=\"r\"?>\n"));
        assert!(!xml.contains("pdfaExtension"));
    }

    #[test]
    fn every_kind_of_value_is_written() {
        let mut packet = Packet::new();
        packet.set(DUBLIN_CORE, "title", Value::Localized("Sổ đỏ".to_owned()));
        packet.set_text(OURS, "Ten", "a");
        packet.set(DUBLIN_CORE, "creator", Value::Sequence(vec!["b".to_owned(), "c".to_owned()]));
        packet.set(DUBLIN_CORE, "language", Value::Bag(vec!["vi".to_owned()]));
        let xml = xml(&packet);
        assert!(xml.contains("<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">Sổ đỏ</rdf:li></rdf:Alt></dc:title>"));
        assert!(xml.contains("<dc:creator><rdf:Seq><rdf:li>b</rdf:li><rdf:li>c</rdf:li></rdf:Seq></dc:creator>"));
        assert!(xml.contains("<dc:language><rdf:Bag><rdf:li>vi</rdf:li></rdf:Bag></dc:language>"));
        assert!(xml.contains("<s:Ten>a</s:Ten>"));
        assert_eq!(xml.matches("<rdf:Description").count(), 2, "one for each namespace");
    }

    #[test]
    fn outside_text_cannot_break_the_packet() {
        let mut packet = Packet::new();
        packet.set_text(OURS, "Ten", "a</s:Ten>&\"<?xpacket end\0\u{b}\u{ffff}\n");
        assert!(xml(&packet).contains("<s:Ten>a&lt;/s:Ten&gt;&amp;&quot;&lt;?xpacket end&#10;</s:Ten>"));
    }

    #[test]
    fn a_schema_is_declared_with_its_properties() {
        let mut packet = Packet::new();
        packet.declare(&SCHEMA);
        let xml = xml(&packet);
        assert!(xml.contains("<pdfaSchema:namespaceURI>urn:s#</pdfaSchema:namespaceURI>"));
        assert!(xml.contains(
            "<rdf:li pdfaProperty:name=\"Ten\" pdfaProperty:valueType=\"Text\" \
             pdfaProperty:category=\"external\" pdfaProperty:description=\"tên &quot;giấy&quot;\"/>"
        ));
    }
}

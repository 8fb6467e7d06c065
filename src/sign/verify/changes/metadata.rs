//! Changes of the document's metadata (XMP, ISO 16684-1): the date of an update and the program that made it, and nothing else.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object};

use super::{Allowed, Change, Comparison};
use crate::pdf::file::{self, File, Found};
use crate::pdf::xmp;

/// What says when and by which program a file was updated.
const OF_UPDATES: [(&str, &str); 5] = [
    (xmp::BASIC.uri, "ModifyDate"),
    (xmp::BASIC.uri, "MetadataDate"),
    (xmp::BASIC.uri, "CreatorTool"),
    (xmp::PDF.uri, "Producer"),
    (xmp::MEDIA_MANAGEMENT.uri, "InstanceID"),
];
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const WRAPPER: &str = "adobe:ns:meta/";
/// Metadata are no larger.
const LARGEST: u64 = 4 << 20;
/// Names on the way to a value, in bytes.
const LONGEST_WAY: usize = 1 << 12;

impl Comparison<'_> {
    /// The stream of the catalog's metadata may say that the file was updated.
    pub(super) fn metadata(&mut self, before: &Dictionary, now: &Dictionary) -> Result<(), file::Error> {
        let place = |catalog: &Dictionary| catalog.get(b"Metadata").and_then(Object::as_reference).ok();
        let Some(new) = place(now) else { return Ok(()) };
        let then = place(before).map_or_else(|| Ok(Some(String::new())), |old| packet(self.signed, old))?;
        let since = packet(self.now, new)?;
        if then.is_some() && then == since {
            return Ok(());
        }
        self.replaced.insert(new.0);
        let (then, since) = (then.as_deref().and_then(facts), since.as_deref().and_then(facts));
        if then.is_some() && then == since {
            self.allow(Allowed::Information);
        } else {
            self.refuse(Change::Information("Metadata".to_owned()));
        }
        Ok(())
    }
}

fn packet(file: &File<'_>, id: lopdf::ObjectId) -> Result<Option<String>, file::Error> {
    let Some(Found::Stream(dictionary, data)) = file.object(id)? else { return Ok(None) };
    if data.end - data.start > LARGEST {
        return Ok(None);
    }
    let packet = String::from_utf8(file.unfolded(id, &dictionary, data)?).ok();
    Ok(packet.filter(|packet| packet.len() as u64 <= LARGEST))
}

/// Every value with the names on the way to it, however RDF writes it (ISO 16684-1, 7), but those that speak of updates; none where it
/// is no XML.
fn facts(packet: &str) -> Option<BTreeSet<(String, String)>> {
    let mut facts = BTreeSet::new();
    if packet.is_empty() {
        return Some(facts);
    }
    let document = roxmltree::Document::parse(packet).ok()?;
    let mut left = vec![(document.root_element(), String::new())];
    while let Some((element, holder)) = left.pop() {
        if is_of_updates(element.tag_name()) {
            continue;
        }
        let place = format!("{holder}{}", step(element));
        if place.len() > LONGEST_WAY {
            return None;
        }
        facts.extend(attributes(element).map(|(name, value)| (format!("{place}{name}"), value)));
        let texts = element.children().filter(roxmltree::Node::is_text).filter_map(|child| child.text());
        let text: String = texts.collect();
        if !text.trim().is_empty() {
            facts.insert((place.clone(), text.trim().to_owned()));
        }
        left.extend(element.children().filter(roxmltree::Node::is_element).map(|child| (child, place.clone())));
    }
    Some(facts)
}

/// What an element adds to the way: nothing where it only wraps, its place in an array, else its name.
fn step(element: roxmltree::Node<'_, '_>) -> String {
    let name = element.tag_name();
    match (name.namespace().unwrap_or_default(), name.name()) {
        (RDF, "RDF" | "Description") | (WRAPPER, _) => String::new(),
        (RDF, "li") => {
            format!("/{}", element.prev_siblings().skip(1).filter(roxmltree::Node::is_element).count())
        }
        (space, name) => format!("/{space}{name}"),
    }
}

/// Properties written as attributes, with their own steps.
fn attributes<'a>(element: roxmltree::Node<'a, '_>) -> impl Iterator<Item = (String, String)> + 'a {
    let is_wrapper = element.tag_name().namespace() == Some(WRAPPER);
    element.attributes().filter_map(move |attribute| {
        let (space, name) = (attribute.namespace().unwrap_or_default(), attribute.name());
        let is_syntax = is_wrapper || space == RDF && matches!(name, "about" | "parseType");
        let is_told = !is_syntax && !OF_UPDATES.contains(&(space, name));
        is_told.then(|| (format!("/{space}{name}"), attribute.value().to_owned()))
    })
}

fn is_of_updates(name: roxmltree::ExpandedName<'_, '_>) -> bool {
    OF_UPDATES.contains(&(name.namespace().unwrap_or_default(), name.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_are_told_from_facts() {
        let packet = |date: &str, title: &str| {
            format!(
                "<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/' x:xmptk='{date}'><r:RDF xmlns:r='{RDF}'>\
                 <r:Description r:about='' xmlns:pdf='{}' xmlns:a='urn:a' xmlns:b='{}' pdf:Producer='p{date}' a:owner='1'>\
                 <b:ModifyDate>{date}</b:ModifyDate><a:title><r:Alt><r:li>{title}</r:li></r:Alt></a:title>\
                 </r:Description></r:RDF></x:xmpmeta><?xpacket end='w'?>",
                xmp::PDF.uri,
                xmp::BASIC.uri
            )
        };
        let same = |one: &str, other: &str| facts(one).expect("XML") == facts(other).expect("XML");
        let paper = packet("2025", "Giấy");
        assert!(same(&paper, &packet("2026", "Giấy")));
        assert!(!same(&paper, &packet("2025", "Khác")));
        assert!(!same(&paper, &paper.replace("owner='1'", "owner='2'")));
        // By other prefixes, and an attribute as an element: the same. A name like one of updates in another name space: not.
        let rewritten =
            paper.replace("a:", "ns1:").replace(":a=", ":ns1=").replace(" ns1:owner='1'>", "><ns1:owner>1</ns1:owner>");
        assert!(same(&paper, &rewritten), "{rewritten}");
        let disguised = paper.replace("<a:title>", "<a:ModifyDate>hidden</a:ModifyDate><a:title>");
        assert!(!same(&paper, &disguised));
        let bare = paper.replace(" a:owner='1'", "").replace("<a:title><r:Alt><r:li>Giấy</r:li></r:Alt></a:title>", "");
        assert!(same("", &bare), "{bare}");
        assert!(facts("<a b=<c").is_none() && facts("no xml").is_none());
    }
}

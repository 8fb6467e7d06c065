//! Changes of the document's metadata (XMP, ISO 16684-1): the date of an update and the program that made it, and nothing else.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object};

use super::{Allowed, Change, Comparison};
use crate::pdf::file::{self, File, Found};

/// What says when and by which program a file was updated, by the names without their prefixes.
const OF_UPDATES: [&str; 6] = ["ModifyDate", "MetadataDate", "Producer", "CreatorTool", "InstanceID", "xmptk"];
/// Metadata are no larger.
const LARGEST: u64 = 1 << 20;

impl Comparison<'_> {
    /// The stream of the catalog's metadata may say that the file was updated.
    pub(super) fn metadata(&mut self, before: &Dictionary, now: &Dictionary) -> Result<(), file::Error> {
        let place = |catalog: &Dictionary| catalog.get(b"Metadata").and_then(Object::as_reference).ok();
        let (Some(old), Some(new)) = (place(before), place(now)) else { return Ok(()) };
        let (then, since) = (packet(self.signed, old)?, packet(self.now, new)?);
        if then == since {
            return Ok(());
        }
        self.explained.insert(new.0);
        if then.as_deref().map(facts) == since.as_deref().map(facts) {
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
    Ok(String::from_utf8(file.unfolded(id, &dictionary, data)?).ok())
}

/// Every text and every attribute with the name of what holds it, but those that speak of updates.
fn facts(packet: &str) -> BTreeSet<(String, String)> {
    let (mut facts, mut open) = (BTreeSet::new(), Vec::new());
    for part in packet.split('<').skip(1) {
        let Some((tag, text)) = part.split_once('>') else { continue };
        let name = tag.trim_start_matches('/').split([' ', '\n', '\r', '\t', '/']).next().unwrap_or_default();
        match tag.chars().next() {
            Some('/') => drop(open.pop()),
            Some('?' | '!') => {}
            _ => {
                facts.extend(attributes(tag).filter(|(name, _)| !is_of_updates(name)));
                if !tag.ends_with('/') {
                    open.push(name.to_owned());
                }
            }
        }
        let holder = open.join("/");
        if !text.trim().is_empty() && !open.iter().any(|name| is_of_updates(name)) {
            facts.insert((holder, text.trim().to_owned()));
        }
    }
    facts
}

/// `name="value"` of a tag.
fn attributes(tag: &str) -> impl Iterator<Item = (String, String)> + '_ {
    let mut rest = tag;
    std::iter::from_fn(move || {
        let (head, tail) = rest.split_once('=')?;
        let quote = tail.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, behind) = tail.get(1..)?.split_once(quote)?;
        rest = behind;
        let name = head.split_whitespace().next_back().unwrap_or_default();
        Some((name.to_owned(), value.to_owned()))
    })
}

fn is_of_updates(name: &str) -> bool {
    let own = name.rsplit(':').next().unwrap_or_default();
    OF_UPDATES.contains(&own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_are_told_from_facts() {
        let packet = |date: &str, title: &str| {
            format!(
                "<?xpacket begin=''?><x:xmpmeta x:xmptk=\"{date}\"><rdf:Description pdf:Producer='p{date}' a:owner=\"1\">\
                 <xmp:ModifyDate>{date}</xmp:ModifyDate><dc:title><rdf:li>{title}</rdf:li></dc:title>\
                 </rdf:Description></x:xmpmeta><?xpacket end='w'?>"
            )
        };
        assert_eq!(facts(&packet("2025", "Giấy")), facts(&packet("2026", "Giấy")));
        assert_ne!(facts(&packet("2025", "Giấy")), facts(&packet("2025", "Khác")));
        assert_ne!(facts(&packet("1", "a")), facts(&packet("1", "a").replace("owner=\"1\"", "owner=\"2\"")));
        assert!(facts("<a b=<c").is_empty() && facts("no xml").is_empty());
    }
}

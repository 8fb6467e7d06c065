//! Some pages of a PDF as a file of their own: their objects and streams as they stand, and nothing of the others.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object};

use crate::pdf::reading;
use crate::raster::{self, guarded};

/// The pages at these places, from 0, as a PDF; `None` where the file cannot be taken apart.
pub(crate) fn pages_of(bytes: &[u8], pages: &[usize]) -> Option<Vec<u8>> {
    guarded("PDF structure", || Ok::<_, raster::Error>(part(bytes, pages))).ok().flatten()
}

fn part(bytes: &[u8], pages: &[usize]) -> Option<Vec<u8>> {
    let mut document = reading::load(bytes, None).ok()?;
    if document.is_encrypted() {
        return None;
    }
    let wanted: BTreeSet<u32> = pages.iter().map(|page| *page as u32 + 1).collect();
    let others: Vec<u32> = document.get_pages().into_keys().filter(|number| !wanted.contains(number)).collect();
    document.delete_pages(&others);
    if document.get_pages().len() != wanted.len() {
        return None;
    }
    // Outlines, forms, destinations and structure speak of the other pages too.
    let tree = document.catalog().ok()?.get(b"Pages").ok()?.clone();
    let root = document.trailer.get(b"Root").and_then(Object::as_reference).ok()?;
    let catalog = Dictionary::from_iter([("Type", Object::Name(b"Catalog".to_vec())), ("Pages", tree)]);
    document.objects.insert(root, Object::Dictionary(catalog));
    for entry in [&b"Info"[..], b"Prev", b"XRefStm"] {
        document.trailer.remove(entry);
    }
    document.prune_objects();
    let mut taken = Vec::new();
    document.save_to(&mut taken).ok()?;
    Some(taken)
}

//! Updates appended to a file without touching its earlier bytes (ISO 32000-1, 7.5.6).
//!
//! The cross-reference section is of the same kind as the file's last one, its lines are 20 bytes long, and the file
//! ends with `%%EOF` and one line feed, so that what another program appends later starts on its own line.

mod syntax;

use std::collections::BTreeMap;

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use crate::base::digest::Sha256;

/// ISO 19005-2, 6.1.13: no offset in a PDF/A file is larger.
const LARGEST_FILE: usize = 2_147_483_647;

/// A file and the objects that are to be added or replaced.
pub struct Update<'a> {
    base: &'a [u8],
    document: Document,
    next: u32,
    objects: BTreeMap<ObjectId, Body>,
}

enum Body {
    Object(Object),
    Raw(Vec<u8>),
}

/// A file with an update appended.
#[derive(Debug)]
pub struct Appended {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// Where the content of each raw object starts.
    pub raw: BTreeMap<ObjectId, usize>,
}

/// Why a file cannot be updated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be read without repair.
    #[error("the PDF cannot be read")]
    Unreadable(#[source] lopdf::Error),
    /// It does not start with its header.
    #[error("the file does not start with `%PDF-`")]
    NoHeader,
    /// It is encrypted.
    #[error("the PDF is encrypted")]
    Encrypted,
    /// An object that it needs is missing or of another type.
    #[error("the PDF has no usable {what}")]
    Missing {
        /// What is missing: `catalog`, `first page`.
        what: &'static str,
    },
    /// It would be larger than PDF/A allows.
    #[error("the PDF would have {bytes} bytes, PDF/A allows {LARGEST_FILE}")]
    TooLarge {
        /// How many bytes it would have.
        bytes: usize,
    },
}

impl<'a> Update<'a> {
    /// Starts an update of a file that needs no repair.
    ///
    /// # Errors
    /// [`Error::NoHeader`], [`Error::Unreadable`], [`Error::Encrypted`].
    pub fn open(base: &'a [u8]) -> Result<Self, Error> {
        if !base.starts_with(b"%PDF-") {
            return Err(Error::NoHeader);
        }
        let options = LoadOptions { strict: true, filter: Some(without_content), ..LoadOptions::default() };
        let document = Document::load_mem_with_options(base, options).map_err(Error::Unreadable)?;
        if document.trailer.has(b"Encrypt") || document.encryption_state.is_some() {
            return Err(Error::Encrypted);
        }
        let next = document.max_id.max(document.reference_table.size.saturating_sub(1)) + 1;
        Ok(Self { base, document, next, objects: BTreeMap::new() })
    }

    /// The file as it is; the content of its streams is left out.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// A number that no object has.
    pub fn reserve(&mut self) -> ObjectId {
        let id = (self.next, 0);
        self.next += 1;
        id
    }

    /// Adds an object.
    pub fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        let id = self.reserve();
        self.set(id, object);
        id
    }

    /// Gives an object a new value. A stream of the file itself must not be given back: its content was left out.
    pub fn set(&mut self, id: ObjectId, object: impl Into<Object>) {
        self.objects.insert(id, Body::Object(object.into()));
    }

    /// Gives an object these very bytes, whose place in the file will be told.
    pub fn set_raw(&mut self, id: ObjectId, bytes: Vec<u8>) {
        self.objects.insert(id, Body::Raw(bytes));
    }

    /// The dictionary of an object as it will be: changed here, else that of the file.
    ///
    /// # Errors
    /// [`Error::Missing`] with `what` when there is none.
    pub fn dictionary(&self, id: ObjectId, what: &'static str) -> Result<Dictionary, Error> {
        let found = match self.objects.get(&id) {
            Some(Body::Object(object)) => object.as_dict().ok(),
            Some(Body::Raw(_)) => None,
            None => self.document.get_dictionary(id).ok(),
        };
        found.cloned().ok_or(Error::Missing { what })
    }

    /// The id of the catalog.
    ///
    /// # Errors
    /// [`Error::Missing`] when the trailer names none.
    pub fn catalog(&self) -> Result<ObjectId, Error> {
        let root = self.document.trailer.get(b"Root").and_then(Object::as_reference);
        root.map_err(|_| Error::Missing { what: "catalog" })
    }

    /// The file with the update appended.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn append(self) -> Result<Appended, Error> {
        let mut bytes = Vec::with_capacity(self.base.len() + 65_536);
        bytes.extend_from_slice(self.base);
        if !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        let start = bytes.len();
        let mut offsets = BTreeMap::new();
        let mut raw = BTreeMap::new();
        for (id, body) in &self.objects {
            offsets.insert(*id, bytes.len());
            bytes.extend_from_slice(format!("{} {} obj\n", id.0, id.1).as_bytes());
            match body {
                Body::Object(object) => syntax::write(&mut bytes, object),
                Body::Raw(content) => {
                    raw.insert(*id, bytes.len());
                    bytes.extend_from_slice(content);
                }
            }
            bytes.extend_from_slice(b"\nendobj\n");
        }
        let trailer = self.trailer(&bytes[start..]);
        match self.document.reference_table.cross_reference_type {
            XrefType::CrossReferenceTable => write_table(&mut bytes, &offsets, trailer, self.next),
            XrefType::CrossReferenceStream => write_stream(&mut bytes, offsets, trailer, self.next),
        }
        if bytes.len() > LARGEST_FILE {
            return Err(Error::TooLarge { bytes: bytes.len() });
        }
        Ok(Appended { bytes, raw })
    }

    /// What the last trailer says of the whole file, with `Prev` and a new second `ID` (ISO 32000-1, 14.4).
    fn trailer(&self, added: &[u8]) -> Dictionary {
        let mut trailer = Dictionary::new();
        for key in ["Root", "Info"] {
            if let Ok(value) = self.document.trailer.get(key.as_bytes()) {
                trailer.set(key, value.clone());
            }
        }
        let own = Sha256::of(added).as_bytes()[..16].to_vec();
        let ids = self.document.trailer.get(b"ID").and_then(Object::as_array).ok();
        let first = ids.and_then(|ids| ids.first()).and_then(|id| id.as_str().ok()).unwrap_or(&own).to_vec();
        let string = |bytes| Object::String(bytes, lopdf::StringFormat::Hexadecimal);
        trailer.set("ID", vec![string(first), string(own)]);
        trailer.set("Prev", self.document.xref_start as i64);
        trailer
    }
}

impl std::fmt::Debug for Update<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Update({} objects on {} bytes)", self.objects.len(), self.base.len())
    }
}

#[expect(clippy::unnecessary_wraps, reason = "lopdf's filters may also drop objects")]
/// Drops what an update never looks at, so that a large scan is not held twice.
fn without_content(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let mut kept = std::mem::replace(object, Object::Null);
    if let Object::Stream(stream) = &mut kept
        && !stream.dict.has_type(b"ObjStm")
        && !stream.dict.has_type(b"XRef")
    {
        // Not empty: lopdf would read an empty one again.
        stream.content = vec![b' '];
    }
    *object = kept.clone();
    Some((id, kept))
}

/// ISO 32000-1, 7.5.4: `xref`, runs of consecutive numbers, lines of 20 bytes; then the trailer.
fn write_table(bytes: &mut Vec<u8>, offsets: &BTreeMap<ObjectId, usize>, mut trailer: Dictionary, size: u32) {
    let start = bytes.len();
    bytes.extend_from_slice(b"xref\n");
    for run in runs(offsets.keys().copied()) {
        bytes.extend_from_slice(format!("{} {}\n", run[0].0, run.len()).as_bytes());
        for id in run {
            bytes.extend_from_slice(format!("{:010} {:05} n\r\n", offsets[&id], id.1).as_bytes());
        }
    }
    trailer.set("Size", i64::from(size));
    bytes.extend_from_slice(b"trailer\n");
    syntax::write(bytes, &Object::Dictionary(trailer));
    finish(bytes, start);
}

/// ISO 32000-1, 7.5.8: the section as a stream, which has an entry for itself.
fn write_stream(bytes: &mut Vec<u8>, mut offsets: BTreeMap<ObjectId, usize>, mut trailer: Dictionary, own: u32) {
    let start = bytes.len();
    offsets.insert((own, 0), start);
    let mut index = Vec::new();
    for run in runs(offsets.keys().copied()) {
        index.extend([Object::from(run[0].0), Object::Integer(run.len() as i64)]);
    }
    let mut content = Vec::new();
    for (id, offset) in &offsets {
        content.push(1);
        // `append` refuses what does not fit into 31 bits.
        content.extend_from_slice(&(*offset as u32).to_be_bytes());
        content.extend_from_slice(&id.1.to_be_bytes());
    }
    trailer.set("Type", "XRef");
    trailer.set("Size", i64::from(own) + 1);
    trailer.set("W", vec![Object::Integer(1), Object::Integer(4), Object::Integer(2)]);
    trailer.set("Index", index);
    bytes.extend_from_slice(format!("{own} 0 obj\n").as_bytes());
    syntax::write(bytes, &Object::Stream(lopdf::Stream::new(trailer, content)));
    bytes.extend_from_slice(b"\nendobj");
    finish(bytes, start);
}

fn finish(bytes: &mut Vec<u8>, xref: usize) {
    bytes.extend_from_slice(format!("\nstartxref\n{xref}\n%%EOF\n").as_bytes());
}

/// Ids in runs of consecutive numbers.
fn runs(ids: impl Iterator<Item = ObjectId>) -> Vec<Vec<ObjectId>> {
    let mut runs: Vec<Vec<ObjectId>> = Vec::new();
    for id in ids {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| last.0 + 1 == id.0) => run.push(id),
            _ => runs.push(vec![id]),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;
    use crate::pdf::incremental::testing::{XrefKind, a_pdf};

    #[test]
    fn an_update_is_read_back_and_touches_nothing() {
        for kind in [XrefKind::Table, XrefKind::Stream] {
            let base = a_pdf(kind, [595.0, 842.0]);
            let mut update = Update::open(&base).expect("readable");
            let added = update.add(dictionary! { "Name (with) #" => Object::string_literal("a\\(b\n\u{e9}") });
            let catalog = update.catalog().expect("there");
            let mut changed = update.dictionary(catalog, "catalog").expect("there");
            changed.set("Lang", Object::string_literal("vi-VN"));
            update.set(catalog, changed);
            let raw = update.reserve();
            update.set_raw(raw, b"<</A 1>>".to_vec());
            let appended = update.append().expect("small");
            assert!(appended.bytes.starts_with(&base));
            assert!(appended.bytes.ends_with(b"\n%%EOF\n"));
            let place = appended.raw[&raw];
            assert_eq!(&appended.bytes[place..place + 8], b"<</A 1>>");
            let read = Document::load_mem_with_options(
                &appended.bytes,
                LoadOptions { strict: true, ..LoadOptions::default() },
            )
            .expect("readable");
            assert_eq!(read.catalog().expect("there").get(b"Lang").expect("there").as_str().expect("text"), b"vi-VN");
            let text = read.get_dictionary(added).expect("added").get(b"Name (with) #").expect("named");
            assert_eq!(text.as_str().expect("text"), "a\\(b\n\u{e9}".as_bytes());
            assert_eq!(read.revision_count(), 2);
            assert_eq!(read.get_pages().len(), 1);
        }
    }

    #[test]
    fn lines_of_the_table_are_twenty_bytes_long() {
        let base = a_pdf(XrefKind::Table, [595.0, 842.0]);
        let mut update = Update::open(&base).expect("readable");
        update.add(Object::Null);
        let appended = update.append().expect("small").bytes;
        let tail = &appended[base.len()..];
        let start = tail.windows(5).position(|window| window == b"xref\n").expect("a table") + 5;
        let line = tail[start..].iter().position(|&byte| byte == b'\n').expect("a header") + 1;
        assert_eq!(&tail[start + line + 18..start + line + 20], b"\r\n");
        assert!(tail[start + line + 20..].starts_with(b"trailer\n"));
    }

    #[test]
    fn what_cannot_be_updated_is_refused() {
        assert!(matches!(Update::open(b"\n%PDF-1.7"), Err(Error::NoHeader)));
        assert!(matches!(Update::open(b"%PDF-1.7\nnothing"), Err(Error::Unreadable(_))));
        let mut base = a_pdf(XrefKind::Table, [595.0, 842.0]);
        base.truncate(base.len() / 2);
        assert!(matches!(Update::open(&base), Err(Error::Unreadable(_))));
    }
}

#[cfg(test)]
pub(crate) mod testing;

//! Updates appended to a file without touching its earlier bytes (ISO 32000-1, 7.5.6).
//!
//! The cross-reference section is of the same kind as the file's last one, its lines are 20 bytes long, and the file
//! ends with `%%EOF` and one line feed, so that what another program appends later starts on its own line. What is made is the
//! update alone: the file before it is neither copied nor held.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, ObjectId};

use crate::base::digest::Sha256;
use crate::base::source::Source;
use crate::pdf::file::{Error, File, Found, Kind};
use crate::pdf::syntax;

/// A line of a cross-reference table has room for ten digits (7.5.4).
const LARGEST_OFFSET: u64 = 9_999_999_999;

/// A file and the objects that are to be added or replaced.
#[derive(Debug)]
pub struct Update<'a> {
    file: File<'a>,
    next: u32,
    objects: BTreeMap<ObjectId, Body>,
}

#[derive(Debug)]
enum Body {
    Object(Object),
    Raw(Vec<u8>),
}

/// What is appended to a file.
#[derive(Debug)]
pub struct Tail {
    /// The update, from behind the last byte of the file.
    pub bytes: Vec<u8>,
    /// Where in it the content of each raw object starts.
    pub raw: BTreeMap<ObjectId, usize>,
}

impl<'a> Update<'a> {
    /// Starts an update of a file that needs no repair.
    ///
    /// # Errors
    /// Those of `File::open`.
    pub fn open(base: &'a dyn Source, password: Option<&str>) -> Result<Self, Error> {
        let file = File::open(base, base.length(), password)?;
        let next = file.next_number();
        Ok(Self { file, next, objects: BTreeMap::new() })
    }

    /// The file as it is.
    pub(crate) fn file(&self) -> &File<'a> {
        &self.file
    }

    /// A number that no object has.
    pub fn reserve(&mut self) -> ObjectId {
        let id = (self.next, 0);
        self.next = self.next.saturating_add(1);
        id
    }

    /// Adds an object.
    pub fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        let id = self.reserve();
        self.set(id, object);
        id
    }

    /// Gives an object a new value.
    pub fn set(&mut self, id: ObjectId, object: impl Into<Object>) {
        self.objects.insert(id, Body::Object(object.into()));
    }

    /// Gives an object these very bytes, whose place will be told. In a locked file their strings must be locked.
    pub fn set_raw(&mut self, id: ObjectId, bytes: Vec<u8>) {
        self.objects.insert(id, Body::Raw(bytes));
    }

    /// A string of a raw object as it is written there.
    ///
    /// # Errors
    /// [`Error::Encryption`].
    pub fn string(&self, id: ObjectId, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let string = Object::String(bytes.to_vec(), lopdf::StringFormat::Hexadecimal);
        let mut written = Vec::new();
        syntax::write(&mut written, &self.locked(id, string)?);
        Ok(written)
    }

    /// The dictionary of an object as it will be: changed here, else that of the file.
    ///
    /// # Errors
    /// [`Error::Missing`] with `what` when there is none.
    pub fn dictionary(&self, id: ObjectId, what: &'static str) -> Result<Dictionary, Error> {
        match self.objects.get(&id) {
            Some(Body::Object(object)) => object.as_dict().cloned().map_err(|_| Error::Missing { what }),
            Some(Body::Raw(_)) => Err(Error::Missing { what }),
            None => self.file.dictionary(id, what),
        }
    }

    /// The items of an array that is an object of its own, as they will be; none where it is none.
    ///
    /// # Errors
    /// As `File::object`.
    pub fn array(&self, id: ObjectId) -> Result<Vec<Object>, Error> {
        let found = match self.objects.get(&id) {
            Some(Body::Object(object)) => Some(object.clone()),
            Some(Body::Raw(_)) => None,
            None => match self.file.object(id)? {
                Some(Found::Value(object)) => Some(object),
                _ => None,
            },
        };
        Ok(found.and_then(|found| found.as_array().cloned().ok()).unwrap_or_default())
    }

    /// The update.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Encryption`], [`Error::Io`].
    pub fn tail(self) -> Result<Tail, Error> {
        let base = self.file.length();
        let mut bytes = Vec::new();
        let last = self.file.source().bytes(base.saturating_sub(1)..base)?;
        if &*last != b"\n" {
            bytes.push(b'\n');
        }
        let (mut offsets, mut raw) = (BTreeMap::new(), BTreeMap::new());
        for (id, body) in &self.objects {
            offsets.insert(*id, base + bytes.len() as u64);
            bytes.extend_from_slice(format!("{} {} obj\n", id.0, id.1).as_bytes());
            match body {
                Body::Object(object) => syntax::write(&mut bytes, &self.locked(*id, object.clone())?),
                Body::Raw(content) => {
                    raw.insert(*id, bytes.len());
                    bytes.extend_from_slice(content);
                }
            }
            bytes.extend_from_slice(b"\nendobj\n");
        }
        let trailer = self.trailer(&bytes);
        let kind = self.file.sections().first().map_or(Kind::Table, |section| section.kind);
        match kind {
            Kind::Table | Kind::Hybrid => write_table(&mut bytes, base, &offsets, trailer, self.next),
            Kind::Stream => write_stream(&mut bytes, base, offsets, trailer, self.next),
        }
        let end = base + bytes.len() as u64;
        if end > LARGEST_OFFSET { Err(Error::TooLarge { bytes: end }) } else { Ok(Tail { bytes, raw }) }
    }

    /// An object as it is written in a locked file.
    ///
    /// # Errors
    /// [`Error::Encryption`].
    pub(crate) fn locked(&self, id: ObjectId, object: Object) -> Result<Object, Error> {
        match self.file.cipher() {
            Some(cipher) => cipher.locked(id, object),
            None => Ok(object),
        }
    }

    /// What the last trailer says of the whole file, with `Prev` and a new second `ID` (ISO 32000-1, 14.4).
    fn trailer(&self, added: &[u8]) -> Dictionary {
        let (old, mut trailer) = (self.file.trailer(), Dictionary::new());
        for key in ["Root", "Info", "Encrypt"] {
            if let Ok(value) = old.get(key.as_bytes()) {
                trailer.set(key, value.clone());
            }
        }
        let own = Sha256::of(added).as_bytes()[..16].to_vec();
        let ids = old.get(b"ID").and_then(Object::as_array).ok();
        let first = ids.and_then(|ids| ids.first()).and_then(|id| id.as_str().ok()).unwrap_or(&own).to_vec();
        let string = |bytes| Object::String(bytes, lopdf::StringFormat::Hexadecimal);
        trailer.set("ID", vec![string(first), string(own)]);
        let before = self.file.sections().first().map_or(0, |section| section.at);
        trailer.set("Prev", i64::try_from(before).unwrap_or(i64::MAX));
        trailer
    }
}

/// ISO 32000-1, 7.5.4: `xref`, runs of consecutive numbers, lines of 20 bytes; then the trailer.
fn write_table(bytes: &mut Vec<u8>, base: u64, offsets: &BTreeMap<ObjectId, u64>, mut trailer: Dictionary, size: u32) {
    let start = base + bytes.len() as u64;
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
fn write_stream(
    bytes: &mut Vec<u8>,
    base: u64,
    mut offsets: BTreeMap<ObjectId, u64>,
    mut trailer: Dictionary,
    own: u32,
) {
    let start = base + bytes.len() as u64;
    offsets.insert((own, 0), start);
    let mut index = Vec::new();
    for run in runs(offsets.keys().copied()) {
        index.extend([Object::from(run[0].0), Object::Integer(run.len() as i64)]);
    }
    let mut content = Vec::new();
    for (id, offset) in &offsets {
        content.push(1);
        // Ten digits fit into five bytes.
        content.extend_from_slice(&offset.to_be_bytes()[3..]);
        content.extend_from_slice(&id.1.to_be_bytes());
    }
    trailer.set("Type", "XRef");
    trailer.set("Size", i64::from(own) + 1);
    trailer.set("W", vec![Object::Integer(1), Object::Integer(5), Object::Integer(2)]);
    trailer.set("Index", index);
    bytes.extend_from_slice(format!("{own} 0 obj\n").as_bytes());
    syntax::write(bytes, &Object::Stream(lopdf::Stream::new(trailer, content)));
    bytes.extend_from_slice(b"\nendobj");
    finish(bytes, start);
}

fn finish(bytes: &mut Vec<u8>, xref: u64) {
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
    use lopdf::{Document, LoadOptions, dictionary};

    use super::*;
    use crate::pdf::incremental::testing::{XrefKind, a_pdf};

    #[test]
    fn an_update_is_read_back_and_touches_nothing() {
        for kind in [XrefKind::Table, XrefKind::Stream] {
            let base = a_pdf(kind, [595.0, 842.0]);
            let source = &base[..];
            let mut update = Update::open(&source, None).expect("readable");
            let added = update.add(dictionary! { "Name (with) #" => Object::string_literal("a\\(b\n\u{e9}") });
            let catalog = update.file().catalog_id().expect("there");
            let mut changed = update.dictionary(catalog, "catalog").expect("there");
            changed.set("Lang", Object::string_literal("vi-VN"));
            update.set(catalog, changed);
            let raw = update.reserve();
            update.set_raw(raw, b"<</A 1>>".to_vec());
            let tail = update.tail().expect("small");
            assert!(tail.bytes.ends_with(b"\n%%EOF\n"));
            let place = tail.raw[&raw];
            assert_eq!(&tail.bytes[place..place + 8], b"<</A 1>>");
            let whole = [&base[..], &tail.bytes].concat();
            let read = Document::load_mem_with_options(&whole, LoadOptions { strict: true, ..LoadOptions::default() })
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
        let source = &base[..];
        let mut update = Update::open(&source, None).expect("readable");
        update.add(Object::Null);
        let tail = update.tail().expect("small").bytes;
        let start = tail.windows(5).position(|window| window == b"xref\n").expect("a table") + 5;
        let line = tail[start..].iter().position(|&byte| byte == b'\n').expect("a header") + 1;
        assert_eq!(&tail[start + line + 18..start + line + 20], b"\r\n");
        assert!(tail[start + line + 20..].starts_with(b"trailer\n"));
    }

    #[test]
    fn what_cannot_be_updated_is_refused() {
        let open = |bytes: &[u8]| Update::open(&bytes, None).map(drop);
        assert!(matches!(open(b"\n%PDF-1.7"), Err(Error::NoHeader)));
        assert!(matches!(open(b"%PDF-1.7\nnothing"), Err(Error::NoStart)));
        let mut base = a_pdf(XrefKind::Table, [595.0, 842.0]);
        base.truncate(base.len() / 2);
        assert!(open(&base).is_err());
    }
}

#[cfg(test)]
pub(crate) mod testing;

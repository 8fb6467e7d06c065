//! The file itself: objects one after the other, a cross-reference table, a trailer (ISO 32000-1, 7.5).
//!
//! A classic table, because incremental updates must go on in the kind that the file began with and this
//! kind needs no decoding. Objects go out as soon as they are made, so a picture's bytes are
//! copied once, from the scan into the file. Knows nothing of what the objects mean.

use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Object, ObjectId};

/// Four bytes above 127 in a comment, so that the file is taken for binary (ISO 19005-2, 6.1.2).
const BINARY: &[u8] = b"%\xe2\xe3\xcf\xd3\n";

/// A file being written; numbers of objects go up from 1 in the order in which they were asked for.
#[derive(Debug)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    /// Where each object begins; `None` while its number is only reserved.
    offsets: Vec<Option<usize>>,
}

impl Writer {
    /// A file of this version of PDF with its header, and room for `capacity` bytes.
    pub(super) fn new(version: &str, capacity: usize) -> Self {
        let mut bytes = Vec::with_capacity(capacity);
        bytes.extend_from_slice(format!("%PDF-{version}\n").as_bytes());
        bytes.extend_from_slice(BINARY);
        Self { bytes, offsets: Vec::new() }
    }

    /// A number for an object that others must name before it is written.
    pub(super) fn reserve(&mut self) -> ObjectId {
        self.offsets.push(None);
        (self.offsets.len() as u32, 0)
    }

    /// Writes a dictionary under a reserved number.
    pub(super) fn put(&mut self, id: ObjectId, dictionary: &Dictionary) -> io::Result<()> {
        self.begin(id)?;
        lopdf::Writer::write_object(&mut self.bytes, &Object::Dictionary(dictionary.clone()))?;
        self.bytes.write_all(b"\nendobj\n")
    }

    /// Writes a dictionary under a new number.
    pub(super) fn add(&mut self, dictionary: &Dictionary) -> io::Result<ObjectId> {
        let id = self.reserve();
        self.put(id, dictionary)?;
        Ok(id)
    }

    /// Writes a stream as it stands under a new number.
    pub(super) fn add_stream(&mut self, mut dictionary: Dictionary, content: &[u8]) -> io::Result<ObjectId> {
        let id = self.reserve();
        dictionary.set("Length", content.len() as i64);
        self.begin(id)?;
        lopdf::Writer::write_object(&mut self.bytes, &Object::Dictionary(dictionary))?;
        self.bytes.write_all(b"\nstream\n")?;
        self.bytes.write_all(content)?;
        self.bytes.write_all(b"\nendstream\nendobj\n")?;
        Ok(id)
    }

    /// Writes a stream, deflated, under a new number.
    pub(super) fn add_compressed(&mut self, mut dictionary: Dictionary, content: &[u8]) -> io::Result<ObjectId> {
        dictionary.set("Filter", "FlateDecode");
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content)?;
        self.add_stream(dictionary, &encoder.finish()?)
    }

    /// Ends the file: the table, and a trailer of the entries given.
    pub(super) fn finish(mut self, mut trailer: Dictionary) -> io::Result<Vec<u8>> {
        let start = self.bytes.len();
        let size = self.offsets.len() + 1;
        writeln!(self.bytes, "xref\n0 {size}\n0000000000 65535 f ")?;
        for offset in &self.offsets {
            match offset {
                Some(offset) => writeln!(self.bytes, "{offset:010} 00000 n ")?,
                None => self.bytes.write_all(b"0000000000 00001 f \n")?,
            }
        }
        trailer.set("Size", size as i64);
        self.bytes.write_all(b"trailer\n")?;
        lopdf::Writer::write_object(&mut self.bytes, &Object::Dictionary(trailer))?;
        writeln!(self.bytes, "\nstartxref\n{start}\n%%EOF")?;
        Ok(self.bytes)
    }

    fn begin(&mut self, id: ObjectId) -> io::Result<()> {
        if let Some(offset) = self.offsets.get_mut(id.0 as usize - 1) {
            *offset = Some(self.bytes.len());
        }
        writeln!(self.bytes, "{} 0 obj", id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    #[test]
    fn a_file_is_read_back() {
        let mut writer = Writer::new("1.7", 0);
        let catalog = writer.reserve();
        let stream = writer.add_compressed(Dictionary::new(), b"abcabcabc").expect("memory");
        let kids = writer.add(&dictionary! { "Type" => "Pages", "Kids" => Vec::new(), "Count" => 0 }).expect("memory");
        let root = dictionary! { "Type" => "Catalog", "Pages" => kids, "Ours" => stream };
        writer.put(catalog, &root).expect("memory");
        let file = writer.finish(dictionary! { "Root" => catalog }).expect("memory");

        assert!(file.starts_with(b"%PDF-1.7\n%") && file.ends_with(b"%%EOF\n"));
        let read = lopdf::Document::load_mem(&file).expect("a file");
        assert_eq!(read.xref_recovery, None, "the table is right");
        let stream = read.get_object(stream).and_then(Object::as_stream).expect("a stream");
        assert_eq!(stream.decompressed_content().expect("deflated"), b"abcabcabc");
    }
}

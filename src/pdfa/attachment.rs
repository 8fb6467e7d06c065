//! The input files inside the file: associated files whose relationship is Source (ISO 19005-3, 6.8).

use std::io;

use lopdf::{Dictionary, Object, dictionary};

use super::facts::Facts;
use super::file::Writer;
use crate::intake::{SourceBytes, SourceFile};

/// Writes the files, and names them in the catalog; without files the catalog stays as it is.
pub(super) fn attach(
    writer: &mut Writer,
    root: &mut Dictionary,
    files: &[(&SourceFile, &SourceBytes)],
    facts: &Facts,
) -> io::Result<()> {
    let mut named = Vec::new();
    let mut associated: Vec<Object> = Vec::new();
    for (index, (file, bytes)) in files.iter().enumerate() {
        let stream = writer.add_stream(
            dictionary! {
                "Type" => "EmbeddedFile",
                "Subtype" => Object::Name(file.media_type.clone().into_bytes()),
                "Params" => dictionary! { "Size" => bytes.len() as i64, "ModDate" => facts.moment() },
            },
            bytes,
        )?;
        let specification = writer.add(&dictionary! {
            "Type" => "Filespec",
            "F" => lopdf::text_string(&file.name),
            "UF" => lopdf::text_string(&file.name),
            "Desc" => lopdf::text_string(&format!("SHA-256 {}", file.sha256)),
            "AFRelationship" => "Source",
            "EF" => dictionary! { "F" => stream, "UF" => stream },
        })?;
        // Names of a tree are in order (ISO 32000-1, 7.9.6): numbers of one length are.
        named.extend([Object::string_literal(format!("{index:06}")), specification.into()]);
        associated.push(specification.into());
    }
    if !associated.is_empty() {
        root.set("AF", associated);
        root.set("Names", dictionary! { "EmbeddedFiles" => dictionary! { "Names" => named } });
    }
    Ok(())
}

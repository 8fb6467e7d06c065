//! Small files for tests.

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, SaveOptions, Stream, dictionary};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum XrefKind {
    Table,
    Stream,
}

/// A file of one page of this size in points.
pub(crate) fn a_pdf(kind: XrefKind, size: [f32; 2]) -> Vec<u8> {
    a_pdf_with(kind, size, |_, _| {})
}

/// A file of one page that `change` may change, given the document and the page's dictionary.
pub(crate) fn a_pdf_with(
    kind: XrefKind,
    size: [f32; 2],
    change: impl FnOnce(&mut Document, &mut Dictionary),
) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let content = b"0.9 g 20 20 100 100 re f".to_vec();
    let content = document.add_object(Stream::new(Dictionary::new(), content));
    let mut page = dictionary! {
        "Type" => "Page",
        "Parent" => pages,
        "MediaBox" => vec![0.into(), 0.into(), Object::Real(size[0]), Object::Real(size[1])],
        "Contents" => content,
        "Resources" => Dictionary::new(),
    };
    let catalog = document.new_object_id();
    document.trailer.set("Root", catalog);
    document.set_object(catalog, dictionary! { "Type" => "Catalog", "Pages" => pages });
    change(&mut document, &mut page);
    let page = document.add_object(page);
    document
        .set_object(pages, dictionary! { "Type" => "Pages", "Kids" => vec![Object::Reference(page)], "Count" => 1 });
    let id = Object::String(b"0123456789abcdef".to_vec(), lopdf::StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    let mut bytes = Vec::new();
    document.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    let modern = kind == XrefKind::Stream;
    let options = SaveOptions::builder().use_object_streams(modern).use_xref_streams(modern).build();
    document.save_with_options(&mut bytes, options).expect("memory");
    bytes
}

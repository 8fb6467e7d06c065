//! Forms (ISO 32000-1, 12.7): what is filled in but shown nowhere, and forms that are no pages at all.
//!
//! A field's value is drawn by its appearance. Some programs fill in values and leave the appearance to the viewer
//! (`NeedAppearances`); drawn as they are, such pages would lose what the citizen wrote: `appearance` draws what it can, the rest is told. An XFA form is a program
//! that makes its pages when it is opened; the one page in the file then says "please wait".

use lopdf::{Dictionary, Document, Object};

/// Nodes above a field; a circle ends here.
const MOST_PARENTS: usize = 32;

/// How many fields of a page have a value and nothing that shows it.
pub(super) fn unseen(document: &Document, page: &Dictionary) -> u32 {
    let annotations = page.get_deref(b"Annots", document).and_then(Object::as_array);
    let fields = annotations.into_iter().flatten().filter_map(|annotation| match document.dereference(annotation) {
        Ok((_, Object::Dictionary(field))) => Some(field),
        _ => None,
    });
    fields.filter(|field| is_unseen(document, field)).count() as u32
}

/// Whether the file is an XFA form whose pages are made by the program in it.
pub(super) fn is_program(document: &Document) -> bool {
    let Ok(catalog) = document.catalog() else { return false };
    let Ok(form) = catalog.get_deref(b"AcroForm", document).and_then(Object::as_dict) else { return false };
    let is_set = |key| matches!(catalog.get_deref(key, document), Ok(Object::Boolean(true)));
    let fields = form.get_deref(b"Fields", document).and_then(Object::as_array).map_or(0, Vec::len);
    form.has(b"XFA") && (is_set(b"NeedsRendering") || fields == 0)
}

pub(super) fn is_unseen(document: &Document, field: &Dictionary) -> bool {
    const HIDDEN: i64 = 2;
    const NO_VIEW: i64 = 32;
    let own = |key| field.get_deref(key, document).ok();
    let flags = own(b"F").and_then(|flags| flags.as_i64().ok()).unwrap_or(0);
    let is_widget = own(b"Subtype").is_some_and(|kind| matches!(kind.as_name(), Ok(b"Widget")));
    let kind = inherited(document, field, b"FT").and_then(|kind| kind.as_name().ok());
    let look = own(b"AP").and_then(|looks| looks.as_dict().ok()).is_some_and(|looks| looks.has(b"N"));
    let value = inherited(document, field, b"V");
    is_widget
        && flags & (HIDDEN | NO_VIEW) == 0
        && !look
        && match kind {
            Some(b"Tx" | b"Ch") => value.is_some_and(|value| says_something(document, value)),
            // A tick that is set and not drawn.
            Some(b"Btn") => value.and_then(|value| value.as_name().ok()).is_some_and(|state| state != b"Off"),
            _ => false,
        }
}

/// An attribute of a field or of the nodes above it (ISO 32000-1, 12.7.3.1).
pub(super) fn inherited<'a>(document: &'a Document, field: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut node = field;
    for _ in 0..MOST_PARENTS {
        if let Ok(found) = node.get_deref(key, document) {
            return Some(found);
        }
        node = node.get_deref(b"Parent", document).and_then(Object::as_dict).ok()?;
    }
    None
}

fn says_something(document: &Document, value: &Object) -> bool {
    let visible = |text: &[u8]| text.iter().any(|&byte| byte > b' ' && byte < 0xfe);
    match value {
        Object::String(text, _) => visible(text),
        Object::Stream(text) => !text.content.is_empty(),
        Object::Array(parts) => {
            parts.iter().any(|part| document.dereference(part).is_ok_and(|(_, part)| part.as_str().is_ok_and(visible)))
        }
        _ => false,
    }
}

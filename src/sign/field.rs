//! The signature field: its place in the form, its widget on the page (ISO 32000-1, 12.7.4.5 and 12.5.6.19).

use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use crate::pdf::incremental::{Error, Update};

/// `Print` and `Locked`: what PDF/A asks of an annotation, and what keeps it in its place.
const PRINT_AND_LOCKED: i64 = 4 | 128;
/// `SignaturesExist` and `AppendOnly`.
const SIGNATURES_EXIST_APPEND_ONLY: i64 = 1 | 2;

/// Where a field stands and what it shows.
pub(super) struct Widget {
    pub(super) page: ObjectId,
    pub(super) rect: [f32; 4],
    pub(super) form: Option<ObjectId>,
}

/// Adds a field whose value is `signature`.
pub(super) fn add(update: &mut Update<'_>, widget: &Widget, signature: ObjectId) -> Result<(), Error> {
    let mut field = dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Sig",
        "T" => Object::string_literal(free_name(update.document())),
        "V" => Object::Reference(signature),
        "F" => PRINT_AND_LOCKED,
        "P" => Object::Reference(widget.page),
        "Rect" => widget.rect.map(Object::Real).to_vec(),
    };
    if let Some(form) = widget.form {
        field.set("AP", dictionary! { "N" => Object::Reference(form) });
    }
    let field = update.add(field);
    let page = update.dictionary(widget.page, "first page")?;
    append_to_array(update, widget.page, page, b"Annots", field);
    add_to_form(update, field)
}

/// Adds a field to the form of the catalog, which is made where there is none.
fn add_to_form(update: &mut Update<'_>, field: ObjectId) -> Result<(), Error> {
    let catalog_id = update.catalog()?;
    let mut catalog = update.dictionary(catalog_id, "catalog")?;
    let form_id = match catalog.get(b"AcroForm") {
        Ok(Object::Reference(id)) => *id,
        // A direct form becomes an object of its own, so that later updates replace no catalog.
        direct => {
            let form = direct.and_then(Object::as_dict).cloned().unwrap_or_default();
            let id = update.add(form);
            catalog.set("AcroForm", Object::Reference(id));
            update.set(catalog_id, catalog);
            id
        }
    };
    let mut form = update.dictionary(form_id, "form")?;
    form.set("SigFlags", SIGNATURES_EXIST_APPEND_ONLY);
    append_to_array(update, form_id, form, b"Fields", field);
    Ok(())
}

/// Appends to an array of a dictionary: in the array's own object where it has one, else in the dictionary.
fn append_to_array(update: &mut Update<'_>, owner: ObjectId, mut dictionary: Dictionary, key: &[u8], item: ObjectId) {
    let item = Object::Reference(item);
    match dictionary.get(key) {
        Ok(Object::Reference(id)) => {
            let id = *id;
            let mut items = update.document().get_object(id).and_then(Object::as_array).cloned().unwrap_or_default();
            items.push(item);
            update.set(id, items);
        }
        direct => {
            let mut items = direct.and_then(Object::as_array).cloned().unwrap_or_default();
            items.push(item);
            dictionary.set(key, items);
        }
    }
    update.set(owner, dictionary);
}

/// `Signature1`, or the first number that no field of the form has.
fn free_name(document: &Document) -> String {
    let taken = names(document);
    let mut number = 1;
    loop {
        let name = format!("Signature{number}");
        if !taken.contains(name.as_bytes()) {
            return name;
        }
        number += 1;
    }
}

/// The partial names of the form's topmost fields: a new field is one of these.
fn names(document: &Document) -> BTreeSet<Vec<u8>> {
    let form = document.catalog().and_then(|catalog| catalog.get_deref(b"AcroForm", document));
    let fields = form.and_then(Object::as_dict).and_then(|form| form.get_deref(b"Fields", document));
    let fields = fields.and_then(Object::as_array).map(Vec::as_slice).unwrap_or_default();
    let name = |field: &Object| {
        let dictionary = document.dereference(field).ok()?.1.as_dict().ok()?;
        Some(dictionary.get_deref(b"T", document).ok()?.as_str().ok()?.to_vec())
    };
    fields.iter().filter_map(name).collect()
}

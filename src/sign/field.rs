//! The signature field: its place in the form, its widget on the page (ISO 32000-1, 12.7.4.5 and 12.5.6.19).

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};

use super::Error;
use super::appearance::EmptyField;
use super::terms::Lock;
use crate::pdf::file::{self, File};
use crate::pdf::incremental::Update;

/// `Print` and `Locked`: what PDF/A asks of an annotation, and what keeps it in its place.
const PRINT_AND_LOCKED: i64 = 4 | 128;
/// `SignaturesExist` and `AppendOnly`.
const SIGNATURES_EXIST_APPEND_ONLY: i64 = 1 | 2;
/// Fields within fields.
const DEEPEST_FORM: usize = 32;
/// Fields of one form.
const MOST_FIELDS: usize = 10_000;

/// Where a field stands and what it shows.
pub(super) struct Widget {
    pub(super) page: ObjectId,
    pub(super) rect: [f32; 4],
    pub(super) form: Option<ObjectId>,
    /// A field that waits for a signature; it keeps its place.
    pub(super) field: Option<EmptyField>,
}

/// A field of the form, found by walking down from its topmost ones.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Its full name: the partial names above and of it, joined by full stops (12.7.3.2).
    pub(super) name: String,
    pub(super) id: ObjectId,
    /// Its dictionary, with what it inherits of type and value.
    pub(super) dictionary: Dictionary,
}

/// Every field of the form that has a type, in its order; each once.
///
/// # Errors
/// As [`File::object`].
pub(super) fn fields(file: &File<'_>) -> Result<Vec<Field>, file::Error> {
    let form = file.dictionary_in(&file.catalog()?, b"AcroForm")?.unwrap_or_default();
    let mut walk = Walk { file, seen: BTreeSet::new(), found: Vec::new() };
    for top in file.array_in(&form, b"Fields")? {
        walk.visit(&top, "", &Dictionary::new(), 0)?;
    }
    Ok(walk.found)
}

struct Walk<'a> {
    file: &'a File<'a>,
    seen: BTreeSet<ObjectId>,
    found: Vec<Field>,
}

impl Walk<'_> {
    fn visit(&mut self, field: &Object, above: &str, inherited: &Dictionary, depth: usize) -> Result<(), file::Error> {
        let Ok(id) = field.as_reference() else { return Ok(()) };
        if depth > DEEPEST_FORM || !self.seen.insert(id) {
            return Ok(());
        }
        if self.seen.len() > MOST_FIELDS {
            return Err(file::Error::Object { id, why: "it is one of more than 10,000 fields" });
        }
        let Object::Dictionary(mut dictionary) = self.file.resolved(field)? else { return Ok(()) };
        for key in [&b"FT"[..], b"V", b"Ff", b"Lock", b"SV"] {
            if let (false, Ok(value)) = (dictionary.has(key), inherited.get(key)) {
                dictionary.set(key, value.clone());
            }
        }
        if dictionary.has(b"FT") {
            let kind = self.file.value(&dictionary, b"FT")?;
            dictionary.set("FT", kind);
        }
        let own = lopdf::decode_text_string(&self.file.value(&dictionary, b"T")?).ok();
        let name = match own {
            Some(own) if above.is_empty() => own,
            Some(own) => format!("{above}.{own}"),
            None => above.to_owned(),
        };
        let kids = self.file.array_in(&dictionary, b"Kids")?;
        // Kids without a name of their own are widgets of this field.
        let mut is_node = false;
        for kid in &kids {
            let named = matches!(self.file.resolved(kid)?, Object::Dictionary(kid) if kid.has(b"T"));
            if named {
                is_node = true;
                self.visit(kid, &name, &dictionary, depth + 1)?;
            }
        }
        if !is_node && dictionary.has(b"FT") {
            self.found.push(Field { name, id, dictionary });
        }
        Ok(())
    }
}

/// Whether the form has a signature with a value.
///
/// # Errors
/// As [`File::object`].
pub(super) fn is_signed(file: &File<'_>) -> Result<bool, file::Error> {
    for field in fields(file)? {
        if is_signature(&field.dictionary) && is_signed_field(file, &field.dictionary)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a signature field has a value: `null` is none.
///
/// # Errors
/// As [`File::object`].
pub(super) fn is_signed_field(file: &File<'_>, field: &Dictionary) -> Result<bool, file::Error> {
    Ok(file.value(field, b"V")? != Object::Null)
}

/// Whether a field is for signatures.
pub(super) fn is_signature(field: &Dictionary) -> bool {
    field.get(b"FT").and_then(Object::as_name).is_ok_and(|kind| kind == b"Sig")
}

/// Signs the field that waits, else adds one; the lock that holds: that of the field, else this one.
///
/// # Errors
/// Those of the file.
pub(super) fn sign(
    update: &mut Update<'_>,
    widget: &Widget,
    signature: ObjectId,
    lock: Option<&Lock>,
) -> Result<Option<Lock>, Error> {
    let Some(EmptyField { field, widget: shown }) = widget.field else {
        add(update, widget, signature, lock)?;
        return Ok(lock.cloned());
    };
    let mut own = update.dictionary(field, "signature field")?;
    let held = match update.file().dictionary_in(&own, b"Lock")? {
        Some(held) => Lock::read(update.file(), &held)?,
        None => lock.cloned(),
    };
    own.set("V", Object::Reference(signature));
    update.set(field, own);
    let mut shown_as = update.dictionary(shown, "widget of the signature field")?;
    shown_as.set("F", PRINT_AND_LOCKED);
    if let Some(form) = widget.form {
        shown_as.set("AP", dictionary! { "N" => Object::Reference(form) });
    }
    update.set(shown, shown_as);
    mark_form(update)?;
    Ok(held)
}

/// Adds a field whose value is `signature`; `lock` says what it locks.
///
/// # Errors
/// Those of the file.
fn add(update: &mut Update<'_>, widget: &Widget, signature: ObjectId, lock: Option<&Lock>) -> Result<(), Error> {
    // PDF/A-1 wants an appearance also of what shows nothing (ISO 19005-1, 6.9); later ones do not, and pyHanko takes it for filling in.
    let wants_look = update.file().header_version().map_err(file::Error::Io)?.as_str() <= "1.4";
    let shown = widget.form.or_else(|| wants_look.then(|| update.add(nothing())));
    let mut field = dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Sig",
        "T" => Object::string_literal(free_name(update.file())?),
        "V" => Object::Reference(signature),
        "F" => PRINT_AND_LOCKED,
        "P" => Object::Reference(widget.page),
        "Rect" => widget.rect.map(Object::Real).to_vec(),
    };
    if let Some(shown) = shown {
        field.set("AP", dictionary! { "N" => Object::Reference(shown) });
    }
    if let Some(lock) = lock {
        let mut entries = lock.entries();
        entries.set("Type", "SigFieldLock");
        let lock = update.add(entries);
        field.set("Lock", Object::Reference(lock));
    }
    let field = update.add(field);
    let page = update.dictionary(widget.page, "first page")?;
    append_to_array(update, widget.page, page, b"Annots", field)?;
    let (form_id, form) = form(update)?;
    append_to_array(update, form_id, form, b"Fields", field)?;
    mark_form(update)
}

/// A form that shows nothing.
fn nothing() -> Stream {
    let zero = || Object::Integer(0);
    let dictionary =
        dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![zero(), zero(), zero(), zero()] };
    Stream::new(dictionary, Vec::new())
}

/// `SigFlags` of the form.
fn mark_form(update: &mut Update<'_>) -> Result<(), Error> {
    let (id, mut form) = form(update)?;
    if form.get(b"SigFlags").and_then(Object::as_i64).ok() != Some(SIGNATURES_EXIST_APPEND_ONLY) {
        form.set("SigFlags", SIGNATURES_EXIST_APPEND_ONLY);
        update.set(id, form);
    }
    Ok(())
}

/// The form of the catalog, which is made where there is none.
fn form(update: &mut Update<'_>) -> Result<(ObjectId, Dictionary), Error> {
    let catalog_id = update.file().catalog_id()?;
    let mut catalog = update.dictionary(catalog_id, "catalog")?;
    if let Ok(Object::Reference(id)) = catalog.get(b"AcroForm") {
        return Ok((*id, update.dictionary(*id, "form")?));
    }
    // A direct form becomes an object of its own, so that later updates replace no catalog.
    let form = catalog.get(b"AcroForm").and_then(Object::as_dict).cloned().unwrap_or_default();
    let id = update.add(form.clone());
    catalog.set("AcroForm", Object::Reference(id));
    update.set(catalog_id, catalog);
    Ok((id, form))
}

/// Appends to an array of a dictionary: in the array's own object where it has one, else in the dictionary.
fn append_to_array(
    update: &mut Update<'_>,
    owner: ObjectId,
    mut dictionary: Dictionary,
    key: &[u8],
    item: ObjectId,
) -> Result<(), Error> {
    let item = Object::Reference(item);
    if let Ok(Object::Reference(id)) = dictionary.get(key) {
        let id = *id;
        let mut items = update.array(id)?;
        items.push(item);
        update.set(id, items);
        return Ok(());
    }
    let mut items = dictionary.get(key).and_then(Object::as_array).cloned().unwrap_or_default();
    items.push(item);
    dictionary.set(key, items);
    update.set(owner, dictionary);
    Ok(())
}

/// `Signature1`, or the first number that no field of the form has.
fn free_name(file: &File<'_>) -> Result<String, file::Error> {
    let taken: BTreeSet<String> = fields(file)?.into_iter().map(|field| field.name).collect();
    let mut number = 1;
    loop {
        let name = format!("Signature{number}");
        let is_taken = taken.contains(&name) || taken.iter().any(|other| other.starts_with(&format!("{name}.")));
        if !is_taken {
            return Ok(name);
        }
        number += 1;
    }
}

//! What a signature says of later changes: certification and locks (ISO 32000-1, 12.8.2, 12.7.4.5).

use lopdf::{Dictionary, Object, ObjectId, dictionary};

use super::{Error, field};
use crate::pdf::file::{self, File};
use crate::pdf::incremental::Update;
use crate::pdf::syntax;

/// What a signature says besides who and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Certification of the document; only its first signature may certify.
    pub certify: Option<Permission>,
    /// The fields that may not change any more.
    pub lock: Option<Lock>,
}

/// What may change in a certified document (ISO 32000-1, table 254).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Nothing; only what proves signatures may be added (EN 319 142-1, 5.4.2.1).
    Nothing = 1,
    /// Fields may be filled, signatures added.
    Forms = 2,
    /// Annotations too.
    Annotations = 3,
}

impl Permission {
    /// Of the number `P`.
    #[must_use]
    pub fn of(number: i64) -> Option<Self> {
        [Self::Nothing, Self::Forms, Self::Annotations].into_iter().find(|permission| *permission as i64 == number)
    }
}

/// Which fields a signature locks (ISO 32000-1, tables 233 and 256).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lock {
    /// All.
    All,
    /// These, by their full names, and those below them.
    Include(Vec<String>),
    /// All but these.
    Exclude(Vec<String>),
}

impl Lock {
    /// The entries `Action` and `Fields`.
    pub(super) fn entries(&self) -> Dictionary {
        let names = |names: &[String]| -> Vec<Object> { names.iter().map(|name| lopdf::text_string(name)).collect() };
        match self {
            Self::All => dictionary! { "Action" => "All" },
            Self::Include(fields) => dictionary! { "Action" => "Include", "Fields" => names(fields) },
            Self::Exclude(fields) => dictionary! { "Action" => "Exclude", "Fields" => names(fields) },
        }
    }

    /// Of a lock's dictionary, or of the parameters of a transform.
    pub(super) fn read(file: &File<'_>, dictionary: &Dictionary) -> Result<Option<Self>, file::Error> {
        let action = file.value(dictionary, b"Action")?;
        let mut names = Vec::new();
        for name in file.array_in(dictionary, b"Fields")? {
            names.extend(lopdf::decode_text_string(&file.resolved(&name)?).ok());
        }
        Ok(match action.as_name().unwrap_or_default() {
            b"All" => Some(Self::All),
            b"Include" => Some(Self::Include(names)),
            b"Exclude" => Some(Self::Exclude(names)),
            _ => None,
        })
    }

    /// Whether a field of this full name is locked.
    #[must_use]
    pub fn holds(&self, field: &str) -> bool {
        let is_below = |name: &String| {
            field.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        match self {
            Self::All => true,
            Self::Include(names) => names.iter().any(is_below),
            Self::Exclude(names) => !names.iter().any(is_below),
        }
    }
}

/// What a document that was certified allows; none where it was not.
pub(super) fn certified(file: &File<'_>) -> Result<Option<Permission>, file::Error> {
    let Some(permissions) = file.dictionary_in(&file.catalog()?, b"Perms")? else { return Ok(None) };
    let Some(signature) = file.dictionary_in(&permissions, b"DocMDP")? else { return Ok(None) };
    for reference in file.array_in(&signature, b"Reference")? {
        let Object::Dictionary(reference) = file.resolved(&reference)? else { continue };
        if file.value(&reference, b"TransformMethod")?.as_name().ok() != Some(b"DocMDP") {
            continue;
        }
        let parameters = file.dictionary_in(&reference, b"TransformParams")?.unwrap_or_default();
        // Without a number it is 2.
        let number = file.value(&parameters, b"P")?.as_i64().unwrap_or(2);
        return Ok(Some(Permission::of(number).unwrap_or(Permission::Nothing)));
    }
    Ok(Some(Permission::Nothing))
}

/// What every signature of a document locks.
pub(super) fn locks(file: &File<'_>) -> Result<Vec<Lock>, file::Error> {
    let mut locks = Vec::new();
    for field in field::fields(file)?.iter().filter(|field| field::is_signature(&field.dictionary)) {
        let Some(signature) = file.dictionary_in(&field.dictionary, b"V")? else { continue };
        for reference in file.array_in(&signature, b"Reference")? {
            let Object::Dictionary(reference) = file.resolved(&reference)? else { continue };
            if file.value(&reference, b"TransformMethod")?.as_name().ok() == Some(b"FieldMDP") {
                let parameters = file.dictionary_in(&reference, b"TransformParams")?.unwrap_or_default();
                locks.extend(Lock::read(file, &parameters)?);
            }
        }
    }
    Ok(locks)
}

/// Refuses what the document does not allow, before anything is signed.
///
/// # Errors
/// [`Error::Certified`], [`Error::CertifyFirst`].
pub(super) fn check(file: &File<'_>, terms: &Terms, is_first: bool) -> Result<(), Error> {
    if certified(file)? == Some(Permission::Nothing) {
        return Err(Error::Certified);
    }
    if terms.certify.is_some() && !is_first {
        return Err(Error::CertifyFirst);
    }
    Ok(())
}

/// The entry `Reference` of a signature, in PDF syntax; empty where there are no terms. Catalog and `Perms` are changed with it.
///
/// # Errors
/// Those of the file.
pub(super) fn reference(
    update: &mut Update<'_>,
    signature: ObjectId,
    certify: Option<Permission>,
    lock: Option<&Lock>,
) -> Result<Vec<u8>, Error> {
    let catalog_id = update.file().catalog_id()?;
    let mut references = Vec::new();
    if let Some(permission) = certify {
        let parameters = dictionary! { "Type" => "TransformParams", "P" => permission as i64, "V" => "1.2" };
        references.push(transform("DocMDP", parameters));
        let mut catalog = update.dictionary(catalog_id, "catalog")?;
        let mut permissions = update.file().dictionary_in(&catalog, b"Perms")?.unwrap_or_default();
        permissions.set("DocMDP", Object::Reference(signature));
        catalog.set("Perms", permissions);
        update.set(catalog_id, catalog);
    }
    if let Some(lock) = lock {
        let mut parameters = lock.entries();
        parameters.set("Type", "TransformParams");
        parameters.set("V", "1.2");
        let mut reference = transform("FieldMDP", parameters);
        reference.set("Data", Object::Reference(catalog_id));
        references.push(reference);
    }
    if references.is_empty() {
        return Ok(Vec::new());
    }
    let references = references.into_iter().map(Object::Dictionary).collect();
    let mut written = b"/Reference ".to_vec();
    syntax::write(&mut written, &update.locked(signature, Object::Array(references))?);
    Ok(written)
}

fn transform(method: &str, parameters: Dictionary) -> Dictionary {
    dictionary! { "Type" => "SigRef", "TransformMethod" => method, "TransformParams" => parameters }
}

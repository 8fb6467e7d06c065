//! A PDF file is opened: by the exact reader, or by the tolerant one where it is damaged; with a password where it asks.

use std::sync::Arc;

use lopdf::{Document, ObjectId};

use super::{Error, PdfFile, appearance, fields, image_pixels};
use crate::intake::passwords::{Password, Passwords};
use crate::intake::render::Drawings;
use crate::pdf::reading;
use crate::raster::{self, Limits, guarded};

/// Opens a PDF: counts its pages, and opens what is locked, with a password where it asks for one.
///
/// # Errors
/// [`Error::Encrypted`], [`Error::WrongPassword`], [`Error::Truncated`], [`Error::Damaged`], [`Error::Unfolds`],
/// [`Error::NoPages`], and [`Error::Refused`] with the limit of pages or bytes.
pub fn open(bytes: Arc<[u8]>, limits: &Limits, passwords: &Passwords) -> Result<PdfFile, Error> {
    limits.check_bytes(bytes.len() as u64)?;
    reading::check_nesting(&bytes).map_err(|deep| Error::Damaged { fact: deep.to_string() })?;
    let (mut document, password) = match load(&bytes, passwords) {
        Ok(Some(opened)) => opened,
        Ok(None) => return Err(locked(passwords)),
        Err(raster::Error::Malformed { fact, .. }) => return open_tolerantly(bytes, limits, passwords, &fact),
        Err(_) => return open_tolerantly(bytes, limits, passwords, "its structure broke the reader down"),
    };
    if fields::is_program(&document) {
        return Err(Error::Program);
    }
    let images = document.objects.values().filter_map(|object| image_pixels(&document, object.as_stream().ok()?));
    for size in images.filter(|size| size.area() > 0) {
        limits.check_pixels(size)?;
    }
    let repaired = document.xref_recovery.is_some();
    let pages: Vec<ObjectId> = document.page_iter().take(limits.max_pages + 1).collect();
    limits.check_pages(pages.len())?;
    // A page that two branches of the tree name is shown twice by viewers, so it counts twice; the
    // iterator itself ends after as many steps as the file has objects, so a circle ends too.
    if pages.is_empty() {
        return open_tolerantly(bytes, limits, passwords, "its page tree is empty");
    }
    if repaired {
        check_repaired(&document, &bytes, pages.len())?;
    }
    let count = pages.len();
    let (bytes, values_drawn) = with_values_drawn(bytes, &mut document);
    Ok(PdfFile { bytes, document: Some(document), pages, count, repaired, password, values_drawn })
}

/// The file with a look for the values that it does not show itself. A locked file stays as it is: it is not written again.
fn with_values_drawn(bytes: Arc<[u8]>, document: &mut Document) -> (Arc<[u8]>, u32) {
    if document.encryption_state.is_some() {
        return (bytes, 0);
    }
    let drawn = guarded("PDF form", || Ok::<_, raster::Error>(appearance::draw_values(document))).unwrap_or(0);
    let mut saved = Vec::new();
    if drawn > 0 && document.save_to(&mut saved).is_ok() { (saved.into(), drawn) } else { (bytes, 0) }
}

/// No password first, then each.
fn tries(passwords: &Passwords) -> impl Iterator<Item = Option<&Password>> {
    std::iter::once(None).chain(passwords.iter().map(Some))
}

fn locked(passwords: &Passwords) -> Error {
    match passwords.count() {
        0 => Error::Encrypted,
        tried => Error::WrongPassword { tried },
    }
}

/// The document, and the password that opened it if it asks for one; none when no password does.
fn load(bytes: &[u8], passwords: &Passwords) -> Result<Option<(Document, Option<Password>)>, raster::Error> {
    for password in tries(passwords) {
        let loaded = guarded("PDF structure", || match reading::load(bytes, password.map(Password::expose)) {
            Ok(document) if document.is_encrypted() => Ok(None),
            Ok(document) => Ok(Some(document)),
            Err(lopdf::Error::InvalidPassword) => Ok(None),
            Err(error) => Err(raster::Error::Malformed { format: "PDF", fact: error.to_string() }),
        });
        if let Some(document) = loaded? {
            return Ok(Some((document, password.cloned())));
        }
    }
    Ok(None)
}

/// Bytes at the end of a file that are searched for the end mark: scanners append their own notes there.
const TAIL: usize = 64 << 10;

/// After a repair, pages may be missing without a trace; then it is better to refuse the file.
fn check_repaired(document: &Document, bytes: &[u8], found: usize) -> Result<(), Error> {
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    if !tail.windows(5).any(|window| window == b"%%EOF") {
        return Err(Error::Truncated { bytes: bytes.len() as u64 });
    }
    let root = document.catalog().ok().and_then(|catalog| catalog.get_deref(b"Pages", document).ok());
    let stated = root.and_then(|root| root.as_dict().ok()?.get_deref(b"Count", document).ok()?.as_i64().ok());
    match stated {
        Some(stated) if stated > found as i64 => {
            Err(Error::Damaged { fact: format!("it speaks of {stated} pages, but only {found} are left") })
        }
        _ => Ok(()),
    }
}

fn open_tolerantly(bytes: Arc<[u8]>, limits: &Limits, passwords: &Passwords, refused: &str) -> Result<PdfFile, Error> {
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    if !tail.windows(5).any(|window| window == b"%%EOF") {
        return Err(Error::Truncated { bytes: bytes.len() as u64 });
    }
    let mut attempts = tries(passwords).map(|password| (Drawings::open(&bytes, password), password));
    let opened = attempts.find(|(opened, _)| !matches!(opened, Err(Error::Encrypted)));
    let (count, password) = match opened {
        Some((Ok(drawings), password)) => (drawings.page_count(), password.cloned()),
        Some((Err(bomb @ Error::Unfolds { .. }), _)) => return Err(bomb),
        Some((Err(_), _)) => return Err(Error::Damaged { fact: refused.to_owned() }),
        None => return Err(locked(passwords)),
    };
    limits.check_pages(count)?;
    if count == 0 {
        return Err(Error::NoPages);
    }
    let pages = Vec::new();
    Ok(PdfFile { bytes, document: None, pages, count, repaired: true, password, values_drawn: 0 })
}

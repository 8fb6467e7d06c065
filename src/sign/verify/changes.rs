//! What was changed in a file after a signature, and whether that was allowed (ISO 32000-1, 12.8.2.2 and 12.8.2.4; EN 319 142-1, 5.4.2.1).
//!
//! Reject by default: every object that has another value than when it was signed must be explained by a rule. Signatures, time-stamps and
//! what proves them may always be added, but where nothing may change; fields may be filled where the certification says so.
//! New objects that nothing refers to show nothing, and are passed over.

mod annotations;
mod fixed;
mod form;
mod metadata;
mod objects;

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId};

use crate::pdf::file::{self, File};
use crate::sign::terms::{Lock, Permission};
use fixed::{Fixed, Role};
use objects::{Reach, keys_that_differ};

/// Objects with another value: signatures of ten years with all their evidence.
const MOST_CHANGES: usize = 100_000;

/// What an update did that is allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowed {
    /// Certificates and their status were added (EN 319 142-1, 5.4.2).
    Evidence,
    /// A document time-stamp was added, in this field.
    Timestamp(String),
    /// A signature was added, in this field.
    Signature(String),
    /// A field was filled, as the certification allows.
    Filled(String),
    /// The document information says when and by which program the file was updated; nothing of it is shown on a page.
    Information,
}

/// What an update did that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Change {
    /// The file was written anew; what was signed is not what it goes on from.
    Rewritten,
    /// The trailer names another catalog, or another lock.
    Trailer,
    /// An entry of the catalog.
    Catalog(String),
    /// An entry of the form.
    Form(String),
    /// A field that was not to be changed: its name.
    Field(String),
    /// A page, by its number from 1, in this entry.
    Page(usize, String),
    /// Pages were added, removed or moved.
    Pages,
    /// An annotation on a page, by its number from 1. Also where annotations may be added: they can cover what was signed.
    Annotation(usize),
    /// Evidence was removed.
    Evidence,
    /// An entry of the document information.
    Information(String),
    /// Another object.
    Object(u32),
    /// More objects than are looked at.
    TooMany,
    /// An object that was changed cannot be read.
    Unreadable(u32),
}

/// What was done to a file between two of its revisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// What is allowed, each once.
    pub allowed: BTreeSet<Allowed>,
    /// What is not, each once.
    pub refused: BTreeSet<Change>,
}

/// What signatures up to a revision allow later ones to do.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    /// Of the certification, where there is one.
    pub(super) permission: Option<Permission>,
    /// Of every signature that locks fields.
    pub(super) locks: Vec<Lock>,
}

impl Rules {
    fn may_sign(&self) -> bool {
        self.permission != Some(Permission::Nothing)
    }

    fn may_fill(&self, field: &str) -> bool {
        let is_allowed = matches!(self.permission, Some(Permission::Forms | Permission::Annotations));
        is_allowed && !self.locks.iter().any(|lock| lock.holds(field))
    }
}

/// Compares a file with what it was when it was signed.
pub(super) fn compare(signed: &File<'_>, now: &File<'_>, rules: &Rules) -> Changes {
    let mut comparison = Comparison {
        signed,
        now,
        rules,
        changes: Changes::default(),
        compared: BTreeMap::new(),
        names: BTreeMap::new(),
        replaced: BTreeSet::new(),
        open_looks: BTreeSet::new(),
        signing: BTreeSet::new(),
    };
    if let Err(error) = comparison.run() {
        let number = if let file::Error::Object { id, .. } = error { id.0 } else { 0 };
        comparison.changes.refused.insert(Change::Unreadable(number));
    }
    comparison.changes
}

struct Comparison<'a> {
    signed: &'a File<'a>,
    now: &'a File<'a>,
    rules: &'a Rules,
    changes: Changes,
    /// Numbers of dictionaries and arrays that were compared entry by entry, in the place that they had, and what they are.
    compared: BTreeMap<u32, BTreeSet<Role>>,
    /// How many fields have each name now.
    names: BTreeMap<String, usize>,
    /// Numbers that stand where the content may be another.
    replaced: BTreeSet<u32>,
    /// Numbers of widgets whose look may be another.
    open_looks: BTreeSet<u32>,
    /// Numbers of the widgets of signatures that were added or filled in.
    signing: BTreeSet<u32>,
}

impl Comparison<'_> {
    fn run(&mut self) -> Result<(), file::Error> {
        let Some(touched) = self.now.changed_since(self.signed) else {
            self.refuse(Change::Rewritten);
            return Ok(());
        };
        if touched.len() > MOST_CHANGES {
            self.refuse(Change::TooMany);
            return Ok(());
        }
        let trailer = |key: &[u8]| self.signed.trailer().get(key).ok() == self.now.trailer().get(key).ok();
        if !trailer(b"Root") || !trailer(b"Encrypt") {
            self.refuse(Change::Trailer);
        }
        let altered = self.altered(&touched)?;
        self.information()?;
        self.catalog()?;
        self.pages()?;
        self.objects(&touched, altered)
    }

    /// Every object with another value must be explained, none may come out of what was signed as something else, and a new one must not be
    /// what something waited for.
    fn objects(&mut self, touched: &BTreeSet<u32>, altered: Vec<u32>) -> Result<(), file::Error> {
        let fixed = Fixed::of(self.signed, &self.open_looks)?;
        if fixed.is_too_large {
            self.refuse(Change::TooMany);
        }
        let holders: BTreeSet<u32> = self.signed.object_streams().chain(self.now.object_streams()).collect();
        for number in altered {
            let roles = self.compared.get(&number);
            let is_compared = roles.is_some_and(|roles| roles.iter().all(|role| fixed.is_only(number, *role)));
            let is_replaced = self.replaced.contains(&number) && fixed.may_be_replaced(number);
            if !is_compared && !is_replaced || holders.contains(&number) {
                self.refuse(Change::Object(number));
            }
        }
        let free = self.signed.next_number();
        for &number in touched {
            let is_new = has(self.now, number) && !has(self.signed, number);
            let was_awaited = fixed.is_awaited(number) || !fixed.gaps.is_empty() && number < free;
            if is_new && was_awaited || self.is_from_before(number) {
                self.refuse(Change::Object(number));
            }
        }
        // What could not be read then, and can be now, shows what was not there.
        for gap in fixed.gaps {
            if self.now.object(gap).is_ok() {
                self.refuse(Change::Object(gap.0));
            }
        }
        Ok(())
    }

    /// Whether an update gives a number another place in what was signed: bytes may be read there that were never an object.
    fn is_from_before(&self, number: u32) -> bool {
        let end = self.signed.length();
        let is_before = |entry| matches!(entry, Some(file::Entry::At { offset, .. }) if offset < end);
        let entry = self.now.entry(number);
        let is_there = match entry {
            Some(file::Entry::In { stream, .. }) => is_before(self.now.entry(stream)),
            entry => is_before(entry),
        };
        is_there && entry != self.signed.entry(number)
    }

    /// An entry that leads to the object that it led to: compared entry by entry.
    fn compared(&mut self, role: Role, before: Option<&Object>, now: Option<&Object>) {
        if let (Some(Object::Reference(before)), Some(Object::Reference(now))) = (before, now)
            && before == now
        {
            self.note(now.0, role);
        }
    }

    fn note(&mut self, number: u32, role: Role) {
        self.compared.entry(number).or_default().insert(role);
    }

    /// Of the numbers that the updates touch, those that had a value when it was signed and have another now.
    fn altered(&self, touched: &BTreeSet<u32>) -> Result<Vec<u32>, file::Error> {
        let mut altered = Vec::new();
        for number in touched {
            if has(self.signed, *number) && !objects::same(self.signed, self.now, *number)? {
                altered.push(*number);
            }
        }
        Ok(altered)
    }

    fn refuse(&mut self, change: Change) {
        self.changes.refused.insert(change);
    }

    fn allow(&mut self, allowed: Allowed) {
        self.changes.allowed.insert(allowed);
    }

    /// The catalog may name evidence and a form, and a later version or extension that evidence and signatures need.
    fn catalog(&mut self) -> Result<(), file::Error> {
        let (before, now) = (self.signed.catalog()?, self.now.catalog()?);
        self.note(self.now.catalog_id()?.0, Role::Catalog);
        for key in keys_that_differ(&before, &now) {
            match key.as_slice() {
                b"DSS" | b"AcroForm" => {}
                b"Metadata" if now.get(&key).is_ok_and(|now| now.as_reference().is_ok()) => {}
                b"Version" if !before.has(&key) => {}
                b"Extensions" if self.only_grows(&before, &now, &key)? => {}
                _ => self.refuse(Change::Catalog(String::from_utf8_lossy(&key).into_owned())),
            }
        }
        self.evidence(&before, &now)?;
        self.metadata(&before, &now)?;
        self.form(&before, &now)
    }

    /// Whether a dictionary of the catalog still has all that it had.
    fn only_grows(&self, before: &Dictionary, now: &Dictionary, key: &[u8]) -> Result<bool, file::Error> {
        let old = self.signed.dictionary_in(before, key)?.unwrap_or_default();
        let new = self.now.dictionary_in(now, key)?.unwrap_or_default();
        Ok(old.iter().all(|(name, value)| new.get(name).is_ok_and(|now| now == value)))
    }

    /// Programs that sign note when they did, and their own name (14.3.3).
    fn information(&mut self) -> Result<(), file::Error> {
        let before = self.signed.dictionary_in(self.signed.trailer(), b"Info")?.unwrap_or_default();
        let now = self.now.dictionary_in(self.now.trailer(), b"Info")?.unwrap_or_default();
        for key in keys_that_differ(&before, &now) {
            match key.as_slice() {
                b"ModDate" | b"Producer" => self.allow(Allowed::Information),
                _ => self.refuse(Change::Information(String::from_utf8_lossy(&key).into_owned())),
            }
        }
        let place = |file: &File<'_>| file.trailer().get(b"Info").cloned().ok();
        self.compared(Role::Information, place(self.signed).as_ref(), place(self.now).as_ref());
        Ok(())
    }

    /// Evidence only grows: what its arrays named they name still, and no stream of it is another.
    fn evidence(&mut self, before: &Dictionary, now: &Dictionary) -> Result<(), file::Error> {
        let (Some(old), new) = (self.signed.dictionary_in(before, b"DSS")?, self.now.dictionary_in(now, b"DSS")?)
        else {
            if now.has(b"DSS") {
                self.allow(Allowed::Evidence);
            }
            return Ok(());
        };
        let Some(new) = new else {
            self.refuse(Change::Evidence);
            return Ok(());
        };
        for key in [&b"Certs"[..], b"OCSPs", b"CRLs"] {
            let new: BTreeSet<Vec<u8>> = self.now.array_in(&new, key)?.iter().map(objects::written).collect();
            if self.signed.array_in(&old, key)?.iter().any(|item| !new.contains(&objects::written(item))) {
                self.refuse(Change::Evidence);
            }
        }
        if old != new || self.now.catalog()?.get(b"DSS").ok() != before.get(b"DSS").ok() {
            self.allow(Allowed::Evidence);
        }
        // Containers may be rewritten; a stream with another content would be found with another value.
        let mut reach = Reach::default();
        reach.containers(self.now, now.get(b"DSS").unwrap_or(&Object::Null))?;
        if reach.numbers.iter().any(|number| has(self.signed, *number)) {
            self.allow(Allowed::Evidence);
        }
        for number in reach.numbers {
            // A stream that became a container is evidence that was taken away.
            if objects::is_stream(self.signed, number)? {
                self.refuse(Change::Evidence);
            }
            self.replaced.insert(number);
        }
        Ok(())
    }

    /// The page tree stays; a page may get annotations.
    fn pages(&mut self) -> Result<(), file::Error> {
        let (before, now) = (self.signed.pages()?, self.now.pages()?);
        if before != now {
            self.refuse(Change::Pages);
            return Ok(());
        }
        for (id, number) in now.into_iter().zip(1..) {
            self.page(id, number)?;
        }
        Ok(())
    }

    fn page(&mut self, id: ObjectId, number: usize) -> Result<(), file::Error> {
        let (before, now) = (self.signed.dictionary(id, "page")?, self.now.dictionary(id, "page")?);
        for key in keys_that_differ(&before, &now) {
            if key != b"Annots" {
                self.refuse(Change::Page(number, String::from_utf8_lossy(&key).into_owned()));
            }
        }
        self.note(id.0, Role::Page);
        self.annotations(&before, &now, number)
    }
}

/// Whether an object of this number has a value.
fn has(file: &File<'_>, number: u32) -> bool {
    !matches!(file.entry(number), None | Some(file::Entry::Free))
}

#[cfg(test)]
mod tests;

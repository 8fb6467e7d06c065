//! Changes of the form: signatures that were added, fields that were filled.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::fixed::Role;
use super::objects::{Reach, keys_that_differ};
use super::{Allowed, Change, Comparison, has};
use crate::pdf::file::{self, Entry};
use crate::sign::field::{self, Field};

/// What signing changes in a field that was empty, and in its widget.
const OF_SIGNING: [&[u8]; 5] = [b"V", b"AP", b"F", b"M", b"P"];
/// What a new signature field and its widgets are made of (ISO 32000-1, tables 164, 166, 188, 220, 232).
const OF_SIGNATURE: [&[u8]; 24] = [
    b"Type", b"Subtype", b"FT", b"T", b"TU", b"V", b"F", b"Ff", b"P", b"Rect", b"AP", b"AS", b"Lock", b"SV", b"Kids",
    b"Parent", b"MK", b"DA", b"DR", b"H", b"M", b"NM", b"BS", b"Border",
];
/// What filling changes in a field and its widgets.
const OF_FILLING: [&[u8]; 6] = [b"V", b"AP", b"AS", b"I", b"M", b"RV"];

impl Comparison<'_> {
    pub(super) fn form(&mut self, before: &Dictionary, now: &Dictionary) -> Result<(), file::Error> {
        let old = self.signed.dictionary_in(before, b"AcroForm")?.unwrap_or_default();
        let new = self.now.dictionary_in(now, b"AcroForm")?.unwrap_or_default();
        for key in keys_that_differ(&old, &new) {
            match key.as_slice() {
                b"Fields" if is_each_once(&self.now.array_in(&new, b"Fields")?) => {}
                b"SigFlags" => {}
                // Programs that draw signatures name their fonts here.
                b"DR" | b"DA" if !old.has(&key) => {}
                _ => self.refuse(Change::Form(String::from_utf8_lossy(&key).into_owned())),
            }
        }
        self.compared(Role::Form, before.get(b"AcroForm").ok(), now.get(b"AcroForm").ok());
        self.compared(Role::Fields, old.get(b"Fields").ok(), new.get(b"Fields").ok());
        let before: BTreeMap<ObjectId, Field> =
            field::fields(self.signed)?.into_iter().map(|field| (field.id, field)).collect();
        let now = field::fields(self.now)?;
        let kept: BTreeSet<ObjectId> = now.iter().map(|field| field.id).collect();
        for field in before.values().filter(|old| !kept.contains(&old.id)) {
            self.refuse(Change::Field(field.name.clone()));
        }
        for field in &now {
            *self.names.entry(field.name.clone()).or_default() += 1;
        }
        for field in &now {
            match before.get(&field.id) {
                Some(old) => self.field(old, field)?,
                None => self.added(field)?,
            }
        }
        Ok(())
    }

    fn field(&mut self, old: &Field, new: &Field) -> Result<(), file::Error> {
        let is_signature = field::is_signature(&new.dictionary);
        let was_empty = matches!(self.signed.value(&old.dictionary, b"V")?, Object::Null);
        let is_signing = is_signature && was_empty && new.dictionary.has(b"V");
        let may: &[&[u8]] = match () {
            () if is_signing => &OF_SIGNING,
            () if !is_signature && self.rules.may_fill(&new.name) => &OF_FILLING,
            () => &[],
        };
        let own = keys_that_differ(&old.dictionary, &new.dictionary);
        let mut differs = !own.is_empty();
        let mut wrong = old.name != new.name || own.iter().any(|key| !may.contains(&key.as_slice()));
        for widget in self.now.array_in(&new.dictionary, b"Kids")? {
            let Ok(id) = widget.as_reference() else { continue };
            let widgets = (self.signed.dictionary(id, "widget").ok(), self.now.dictionary(id, "widget").ok());
            let (Some(before), Some(now)) = widgets else {
                wrong = true;
                continue;
            };
            let keys = keys_that_differ(&before, &now);
            differs |= !keys.is_empty();
            wrong |= keys.iter().any(|key| !may.contains(&key.as_slice()));
            self.compare_widget(id.0, &now, !may.is_empty())?;
        }
        // What cannot be told here, such as a stream of the look with another content, is found among the objects.
        self.compare_widget(new.id.0, &new.dictionary, !may.is_empty())?;
        if wrong {
            self.refuse(Change::Field(new.name.clone()));
        } else if is_signing {
            self.signature(new)?;
        } else if differs {
            self.allow(Allowed::Filled(new.name.clone()));
        }
        Ok(())
    }

    /// A field that is new must be signed: an empty one, or one of another kind, shows what was not signed. And it must be no more than a
    /// signature: an action would run.
    fn added(&mut self, field: &Field) -> Result<(), file::Error> {
        let is_plain =
            |dictionary: &Dictionary| dictionary.iter().all(|(key, _)| OF_SIGNATURE.contains(&key.as_slice()));
        // 12.7.3.2: two of one name would be one field.
        let is_named_once = self.names.get(&field.name) == Some(&1);
        let mut is_signature = field::is_signature(&field.dictionary) && is_plain(&field.dictionary);
        for kid in self.now.array_in(&field.dictionary, b"Kids")? {
            is_signature &= self.now.resolved(&kid)?.as_dict().is_ok_and(is_plain);
        }
        if is_signature && field::is_signed_field(self.now, &field.dictionary)? && is_named_once {
            self.signature(field)
        } else {
            self.refuse(Change::Field(field.name.clone()));
            Ok(())
        }
    }

    /// The value is a new object: that of another signature says nothing of this field.
    fn signature(&mut self, field: &Field) -> Result<(), file::Error> {
        let holder = field.dictionary.get(b"V").and_then(Object::as_reference);
        let end = self.signed.length();
        let is_new = |number| matches!(self.now.entry(number), Some(Entry::At { offset, .. }) if offset >= end);
        if !holder.is_ok_and(|holder| !has(self.signed, holder.0) && is_new(holder.0)) {
            self.refuse(Change::Field(field.name.clone()));
            return Ok(());
        }
        let value = self.now.dictionary_in(&field.dictionary, b"V")?.unwrap_or_default();
        let is_stamp = self.now.value(&value, b"SubFilter")?.as_name().ok() == Some(b"ETSI.RFC3161");
        let name = field.name.clone();
        self.signing.insert(field.id.0);
        let kids = self.now.array_in(&field.dictionary, b"Kids")?;
        self.signing.extend(kids.iter().filter_map(|kid| kid.as_reference().ok()).map(|id| id.0));
        match () {
            () if is_stamp && self.shows_nothing(field)? => self.allow(Allowed::Timestamp(name)),
            () if is_stamp => self.refuse(Change::Field(name)),
            () if self.rules.may_sign() => self.allow(Allowed::Signature(name)),
            () => self.refuse(Change::Field(name)),
        }
        Ok(())
    }

    /// Whether a field takes no room on any page: a time-stamp over a certified text could else cover it.
    fn shows_nothing(&self, field: &Field) -> Result<bool, file::Error> {
        let mut widgets = vec![field.dictionary.clone()];
        for kid in self.now.array_in(&field.dictionary, b"Kids")? {
            widgets.extend(self.now.resolved(&kid)?.as_dict().ok().cloned());
        }
        for widget in &widgets {
            let mut sides = Vec::new();
            for side in self.now.array_in(widget, b"Rect")? {
                sides.extend(self.now.resolved(&side)?.as_float().ok());
            }
            let is_empty = matches!(sides[..], [left, bottom, right, top] if (left, bottom) == (right, top));
            // A field with widgets of its own need not have a place itself.
            if !is_empty && (widget.has(b"Rect") || widgets.len() == 1) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The look of a field that may change may be other objects, or the same with another value.
    fn compare_widget(&mut self, number: u32, widget: &Dictionary, may_change: bool) -> Result<(), file::Error> {
        self.note(number, Role::Field);
        if !may_change {
            return Ok(());
        }
        self.open_looks.insert(number);
        let looks = self.now.dictionary_in(widget, b"AP")?.unwrap_or_default();
        let mut reach = Reach::default();
        reach.containers(self.now, &Object::Dictionary(looks.clone()))?;
        self.replaced.extend(reach.numbers);
        self.replaced.extend(looks.iter().filter_map(|(_, look)| look.as_reference().ok()).map(|id| id.0));
        Ok(())
    }
}

fn is_each_once(items: &[Object]) -> bool {
    let mut seen = BTreeSet::new();
    items.iter().filter_map(|item| item.as_reference().ok()).all(|id| seen.insert(id))
}

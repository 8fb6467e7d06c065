//! Changes of the form: signatures that were added, fields that were filled.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, ObjectId};

use super::objects::{Reach, keys_that_differ};
use super::{Allowed, Change, Comparison};
use crate::pdf::file;
use crate::sign::field::{self, Field};

/// What signing changes in a field that was empty, and in its widget.
const OF_SIGNING: [&[u8]; 4] = [b"V", b"AP", b"F", b"M"];
/// What filling changes in a field and its widgets.
const OF_FILLING: [&[u8]; 6] = [b"V", b"AP", b"AS", b"I", b"M", b"RV"];

impl Comparison<'_> {
    pub(super) fn form(&mut self, before: &Dictionary, now: &Dictionary) -> Result<(), file::Error> {
        let old = self.signed.dictionary_in(before, b"AcroForm")?.unwrap_or_default();
        let new = self.now.dictionary_in(now, b"AcroForm")?.unwrap_or_default();
        for key in keys_that_differ(&old, &new) {
            match key.as_slice() {
                b"Fields" | b"SigFlags" => {}
                // Programs that draw signatures name their fonts here.
                b"DR" | b"DA" if !old.has(&key) => {}
                _ => self.refuse(Change::Form(String::from_utf8_lossy(&key).into_owned())),
            }
        }
        for value in [now.get(b"AcroForm").ok(), new.get(b"Fields").ok()].into_iter().flatten() {
            self.explained.extend(value.as_reference().ok().map(|id| id.0));
        }
        let before: BTreeMap<ObjectId, Field> =
            field::fields(self.signed)?.into_iter().map(|field| (field.id, field)).collect();
        let now = field::fields(self.now)?;
        for field in before.values().filter(|old| !now.iter().any(|new| new.id == old.id)) {
            self.refuse(Change::Field(field.name.clone()));
        }
        for field in &now {
            self.widgets.insert(field.id.0);
            let kids = self.now.array_in(&field.dictionary, b"Kids")?;
            self.widgets.extend(kids.iter().filter_map(|kid| kid.as_reference().ok()).map(|id| id.0));
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
            self.explained.insert(id.0);
            self.explain_look(&now, !may.is_empty())?;
        }
        // What cannot be told here, such as a stream of the look with another content, is found among the objects.
        self.explained.insert(new.id.0);
        self.explain_look(&new.dictionary, !may.is_empty())?;
        if wrong {
            self.refuse(Change::Field(new.name.clone()));
        } else if is_signing {
            self.signature(new)?;
        } else if differs {
            self.allow(Allowed::Filled(new.name.clone()));
        }
        Ok(())
    }

    /// A field that is new must be signed: an empty one, or one of another kind, shows what was not signed.
    fn added(&mut self, field: &Field) -> Result<(), file::Error> {
        if field::is_signature(&field.dictionary) && field.dictionary.has(b"V") {
            self.signature(field)
        } else {
            self.refuse(Change::Field(field.name.clone()));
            Ok(())
        }
    }

    fn signature(&mut self, field: &Field) -> Result<(), file::Error> {
        let value = self.now.dictionary_in(&field.dictionary, b"V")?.unwrap_or_default();
        let is_stamp = self.now.value(&value, b"SubFilter")?.as_name().ok() == Some(b"ETSI.RFC3161");
        let name = field.name.clone();
        match () {
            () if is_stamp => self.allow(Allowed::Timestamp(name)),
            () if self.rules.may_sign() => self.allow(Allowed::Signature(name)),
            () => self.refuse(Change::Field(name)),
        }
        Ok(())
    }

    /// The look of a field that may change may be other objects, or the same with another value.
    fn explain_look(&mut self, widget: &Dictionary, may_change: bool) -> Result<(), file::Error> {
        if !may_change {
            return Ok(());
        }
        let looks = self.now.dictionary_in(widget, b"AP")?.unwrap_or_default();
        let mut reach = Reach::default();
        reach.containers(self.now, &Object::Dictionary(looks.clone()))?;
        self.explained.extend(reach.numbers);
        self.explained.extend(looks.iter().filter_map(|(_, look)| look.as_reference().ok()).map(|id| id.0));
        Ok(())
    }
}

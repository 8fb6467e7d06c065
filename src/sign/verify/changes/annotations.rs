//! Changes of annotations on a page.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object};

use super::fixed::Role;
use super::objects::{keys_that_differ, written};
use super::{Change, Comparison};
use crate::pdf::file;

impl Comparison<'_> {
    /// Those that were there stay; what is new must be the widget of a signature that is new, which is judged with it.
    pub(super) fn annotations(
        &mut self,
        before: &Dictionary,
        now: &Dictionary,
        page: usize,
    ) -> Result<(), file::Error> {
        self.compared(Role::Annotations, before.get(b"Annots").ok(), now.get(b"Annots").ok());
        let (old, new) = (self.signed.array_in(before, b"Annots")?, self.now.array_in(now, b"Annots")?);
        let mut rest = new.iter();
        if !old.iter().all(|annotation| rest.any(|kept| kept == annotation)) {
            self.refuse(Change::Annotation(page));
        }
        let known: BTreeSet<Vec<u8>> = old.iter().map(written).collect();
        for annotation in &new {
            let is_new = !known.contains(&written(annotation));
            if is_new && !self.is_of_signature(annotation)? {
                self.refuse(Change::Annotation(page));
            }
        }
        // One that stands in the page itself has no number by which a change of it would be found.
        if old.iter().zip(&new).any(|(old, new)| match (old, new) {
            (Object::Dictionary(old), Object::Dictionary(new)) => !keys_that_differ(old, new).is_empty(),
            _ => false,
        }) {
            self.refuse(Change::Annotation(page));
        }
        Ok(())
    }

    /// Whether an annotation is a widget of a signature that was added or filled in.
    fn is_of_signature(&self, annotation: &Object) -> Result<bool, file::Error> {
        let Ok(id) = annotation.as_reference() else { return Ok(false) };
        let Object::Dictionary(dictionary) = self.now.resolved(annotation)? else { return Ok(false) };
        let is_widget = self.now.value(&dictionary, b"Subtype")?.as_name().ok() == Some(b"Widget");
        Ok(is_widget && self.signing.contains(&id.0))
    }
}

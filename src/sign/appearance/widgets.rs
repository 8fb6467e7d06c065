//! What earlier signers left on the pages: the widgets of signature fields (ISO 32000-1, 12.5.6.19 and 12.7.4.5).

use lopdf::{Dictionary, Object, ObjectId};

use crate::base::geometry::Rect;
use crate::pdf::file::File;
use crate::sign::page::Page;

/// A widget of a signature field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SignatureWidget {
    /// Index of its page.
    pub(super) page: usize,
    /// Where it stands, in points of the page as shown, y down; of no extent where it is invisible.
    pub(super) place: Rect,
    /// The field's full name (12.7.3.2).
    pub(super) name: String,
    /// The field was signed.
    pub(super) signed: bool,
    /// The field, and the widget; often one and the same object.
    pub(super) field: ObjectId,
    /// The widget.
    pub(super) widget: ObjectId,
}

/// Fields within fields.
const DEEPEST_FIELD: usize = 16;
/// Annotations that are looked at, far above any office's file.
const MOST_ANNOTATIONS: usize = 20_000;

/// The signature widgets of all pages, in the order of pages and of their annotations. What cannot be read is none.
pub(super) fn of(file: &File<'_>, pages: &[Page]) -> Vec<SignatureWidget> {
    let annotations = pages.iter().enumerate().flat_map(|(index, page)| {
        let list = file.dictionary(page.id, "page").and_then(|page| file.array_in(&page, b"Annots"));
        list.unwrap_or_default().into_iter().filter_map(move |entry| Some((index, page, entry.as_reference().ok()?)))
    });
    let annotations = annotations.take(MOST_ANNOTATIONS);
    annotations.filter_map(|(index, page, id)| widget(file, (index, page), id)).collect()
}

fn widget(file: &File<'_>, (index, page): (usize, &Page), id: ObjectId) -> Option<SignatureWidget> {
    let widget = file.dictionary(id, "widget").ok()?;
    if file.value(&widget, b"Subtype").ok()?.as_name().ok()? != b"Widget" {
        return None;
    }
    let chain = chain(file, id);
    let of_chain = |key: &[u8]| {
        chain.iter().filter_map(|(_, node)| file.value(node, key).ok()).find(|value| *value != Object::Null)
    };
    if of_chain(b"FT")?.as_name().ok()? != b"Sig" {
        return None;
    }
    let named = |(_, node): &&(ObjectId, Dictionary)| node.has(b"T");
    let parts = chain
        .iter()
        .rev()
        .filter(named)
        .filter_map(|(_, node)| lopdf::decode_text_string(&file.value(node, b"T").ok()?).ok());
    Some(SignatureWidget {
        page: index,
        place: place(file, page, &widget).unwrap_or(Rect::new(0.0, 0.0, 0.0, 0.0)),
        name: parts.collect::<Vec<_>>().join("."),
        signed: of_chain(b"V").is_some(),
        // The nearest node with a name is the field; those below it are widgets alone.
        field: chain.iter().find(named).map_or(id, |(id, _)| *id),
        widget: id,
    })
}

/// A node of the form and those above it.
fn chain(file: &File<'_>, id: ObjectId) -> Vec<(ObjectId, Dictionary)> {
    let mut chain = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next.filter(|_| chain.len() < DEEPEST_FIELD) {
        let Ok(node) = file.dictionary(id, "field") else { break };
        next = node.get(b"Parent").and_then(Object::as_reference).ok();
        chain.push((id, node));
    }
    chain
}

fn place(file: &File<'_>, page: &Page, widget: &Dictionary) -> Option<Rect> {
    let numbers = file.array_in(widget, b"Rect").ok()?;
    let number = |object: &Object| file.resolved(object).ok()?.as_float().ok().filter(|number| number.is_finite());
    let [a, b, c, d] = <[f32; 4]>::try_from(numbers.iter().filter_map(number).collect::<Vec<_>>()).ok()?;
    Some(downwards(page, page.shown([a.min(c), b.min(d), a.max(c), b.max(d)])))
}

/// A box of the page as shown with y down, of one with y up.
pub(super) fn downwards(page: &Page, [left, bottom, right, top]: [f32; 4]) -> Rect {
    let height = page.shown_size()[1];
    Rect::new(left, height - top, right, height - bottom)
}

/// The way back.
pub(super) fn upwards(page: &Page, place: &Rect) -> [f32; 4] {
    let height = page.shown_size()[1];
    [place.left, height - place.bottom, place.right, height - place.top]
}

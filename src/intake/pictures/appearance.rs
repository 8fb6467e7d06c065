//! Values of form fields that their file does not show, drawn as a viewer would draw them (ISO 32000-1, 12.7.3.3).
//!
//! In: a form with values and no appearances. Out: an appearance for each value of text and choice fields, in a font with all Vietnamese
//! letters; how it looks is the viewer's to decide, what it says is the file's. Other fields stay as they are, and are told of.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use lopdf::{Document, Object, ObjectId, Stream, decode_text_string, dictionary};

use super::fields::{inherited, is_unseen};
use super::matrix::Area;
use crate::pdf::font::{Font, Subset};

/// Points of a value where its field has room; smaller where it has not.
const USUAL_SIZE: f32 = 11.0;
const LEAST_SIZE: f32 = 4.0;
/// Between two lines, in parts of the size.
const LEADING: f32 = 1.15;
/// Points free at the left and right of a value.
const MARGIN: f32 = 2.0;
/// `Ff`: the value may have several lines (table 228).
const MULTILINE: i64 = 1 << 12;
/// `Ff`: the value is not to be seen.
const PASSWORD: i64 = 1 << 13;

/// A field that is to be drawn.
struct Value {
    field: ObjectId,
    area: Area,
    text: String,
    multiline: bool,
    /// `Q`: 0 left, 1 middle, 2 right.
    quadding: i64,
}

/// Gives every unseen value an appearance; how many. None where no font is installed that can show them.
pub(super) fn draw_values(document: &mut Document) -> u32 {
    let values: Vec<Value> = unseen_fields(document).into_iter().filter_map(|field| value(document, field)).collect();
    if values.is_empty() {
        return 0;
    }
    let letters: BTreeSet<char> = values.iter().flat_map(|value| value.text.chars()).chain([' ']).collect();
    let letters: String = letters.into_iter().filter(|letter| !letter.is_control()).collect();
    let Some(letters) = Font::find().ok().and_then(|font| font.subset(&letters).ok()) else { return 0 };
    let font = letters.embed(&mut |object| document.add_object(object));
    let mut drawn = 0;
    for value in &values {
        let form = document.add_object(value.form(&letters, font));
        if let Ok(field) = document.get_dictionary_mut(value.field) {
            field.set("AP", dictionary! { "N" => form });
            drawn += 1;
        }
    }
    drawn
}

/// Widgets of all pages that have a value and nothing that shows it; those within the pages themselves have no name to be
/// reached by, and stay.
fn unseen_fields(document: &Document) -> Vec<ObjectId> {
    let annotations = |page: ObjectId| {
        let page = document.get_dictionary(page).ok()?;
        page.get_deref(b"Annots", document).and_then(Object::as_array).ok()
    };
    let all = document.page_iter().filter_map(annotations).flatten().filter_map(|one| one.as_reference().ok());
    all.filter(|id| document.get_dictionary(*id).is_ok_and(|field| is_unseen(document, field))).collect()
}

fn value(document: &Document, id: ObjectId) -> Option<Value> {
    let field = document.get_dictionary(id).ok()?;
    let number = |key| inherited(document, field, key).and_then(|value| value.as_i64().ok()).unwrap_or(0);
    let kind = inherited(document, field, b"FT")?.as_name().ok()?;
    if !matches!(kind, b"Tx" | b"Ch") || number(b"Ff") & PASSWORD != 0 {
        return None;
    }
    let text = said(document, inherited(document, field, b"V")?)?;
    let area = Area::of(document, field.get_deref(b"Rect", document).ok()?)?;
    let multiline = kind == b"Tx" && number(b"Ff") & MULTILINE != 0;
    let quadding = number(b"Q");
    (area.size() > 0.0).then_some(Value { field: id, area, text, multiline, quadding })
}

/// The words of a value; several choices one after the other.
fn said(document: &Document, value: &Object) -> Option<String> {
    match value {
        Object::String(..) => decode_text_string(value).ok(),
        Object::Array(parts) => {
            let parts = parts.iter().filter_map(|part| said(document, document.dereference(part).ok()?.1));
            Some(parts.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
        }
        _ => None,
    }
}

impl Value {
    fn form(&self, letters: &Subset, font: ObjectId) -> Stream {
        let (width, height) = ((self.area.right - self.area.left) as f32, (self.area.top - self.area.bottom) as f32);
        let (size, lines) = self.fitted(letters, width - 2.0 * MARGIN, height);
        let step = size * LEADING;
        // One line stands in the middle of its field, several begin at its top.
        let top = if self.multiline { height - size } else { (height - size) / 2.0 + size * 0.2 };
        let mut content = format!("/Tx BMC q 0 0 {width} {height} re W n BT 0 g /F {size} Tf\n");
        for (row, line) in lines.iter().enumerate() {
            let free = (width - 2.0 * MARGIN - letters.width(line, size)).max(0.0);
            let left = MARGIN
                + free
                    * match self.quadding {
                        1 => 0.5,
                        2 => 1.0,
                        _ => 0.0,
                    };
            // Writing to a String cannot fail.
            let _ = writeln!(content, "1 0 0 1 {left} {} Tm {} Tj", top - step * row as f32, letters.show(line));
        }
        content.push_str("ET Q EMC");
        let resources = dictionary! { "Font" => dictionary! { "F" => font } };
        let bounds = vec![0.into(), 0.into(), Object::Real(width), Object::Real(height)];
        let form = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => bounds, "Resources" => resources };
        Stream::new(form, content.into_bytes())
    }

    /// The largest size at which the value has room, and its lines at it.
    fn fitted(&self, letters: &Subset, width: f32, height: f32) -> (f32, Vec<String>) {
        let mut size = if self.multiline { USUAL_SIZE } else { USUAL_SIZE.min(height * 0.8) };
        loop {
            let lines = self.lines(letters, size, width);
            let widest = lines.iter().map(|line| letters.width(line, size)).fold(0.0, f32::max);
            let fits = widest <= width && lines.len() as f32 * size * LEADING <= height.max(size * LEADING);
            if fits || size <= LEAST_SIZE {
                return (size, lines);
            }
            size -= 0.5;
        }
    }

    fn lines(&self, letters: &Subset, size: f32, width: f32) -> Vec<String> {
        let text = self.text.replace("\r\n", "\n").replace('\r', "\n");
        if !self.multiline {
            return vec![text.replace('\n', " ")];
        }
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if letters.width(&joined, size) > width && !line.is_empty() {
                    lines.push(std::mem::replace(&mut line, word.to_owned()));
                } else {
                    line = joined;
                }
            }
            lines.push(line);
        }
        lines
    }
}

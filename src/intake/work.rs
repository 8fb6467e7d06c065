//! What drawing a page would take, counted before any of it is drawn.
//!
//! A few hundred bytes can ask for more than any machine gives: a form that shows ten forms that show ten forms, a
//! string of a million letters, a font whose every letter is a drawing. The renderer bounds the depth, not the sum.
//! Here each stream is read once and its cost remembered, so that counting stays cheap however often it is shown.
//! Standard: ISO 32000-1, 8.10, 9.4, 9.6.5, 11.6.5 and 12.5.5.

use std::collections::HashMap;

use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::{Page, Resources};

use crate::base::geometry::Size;
use crate::raster::{self, Limits};

/// Operators and letters of a page, each as often as it is drawn. The densest page of an office, a cadastral map, has
/// 200 000; this many take the renderer seconds.
const MOST_STEPS: u64 = 8_000_000;

/// Letters of a single operator: the renderer holds them all at once, at some 200 bytes each.
const MOST_LETTERS: u64 = 100_000;

/// Forms within forms; the renderer itself stops at 50.
const MOST_NESTING: usize = 24;

/// Refuses a page that takes more than any page of an office, or shows a picture that claims too many pixels.
///
/// # Errors
/// [`raster::Error::Malformed`]; [`raster::Error::TooManyPixels`].
pub(super) fn check(page: &Page<'_>, limits: &Limits) -> Result<(), raster::Error> {
    let mut count = Count::default();
    let mut steps = count.content(page.page_stream().unwrap_or_default(), page.resources(), 0);
    for annotation in page.raw().get::<Array<'_>>(b"Annots").iter().flat_map(Array::iter::<Dict<'_>>) {
        steps = steps.saturating_add(count.appearance(&annotation, page.resources()));
    }
    if steps > MOST_STEPS || count.too_long {
        let fact = format!("a page of it takes more than {MOST_STEPS} steps to draw");
        return Err(raster::Error::Malformed { format: "PDF", fact });
    }
    // One that claims none is shown as nothing.
    let mut claimed = count.pictures.iter().filter(|claimed| claimed.area() > 0);
    claimed.try_for_each(|claimed| limits.check_pixels(*claimed))
}

#[derive(Default)]
struct Count {
    known: HashMap<ObjectIdentifier, u64>,
    read: u64,
    too_long: bool,
    /// What each picture claims, which the decoder of faxes makes room for before it looks at the data.
    pictures: Vec<Size>,
}

impl Count {
    /// Steps of a content stream, with all that it shows.
    fn content(&mut self, bytes: &[u8], resources: &Resources<'_>, depth: usize) -> u64 {
        let mut steps = 0_u64;
        let mut letter = 1_u64;
        let mut operations = TypedIter::new(bytes);
        while let Some(operation) = operations.next() {
            self.read += 1;
            let more = match operation {
                TypedInstruction::TextFont(font) => {
                    letter = resources.get_font(font.0).map_or(1, |font| self.letter(&font, resources, depth));
                    1
                }
                TypedInstruction::ShowText(text) => self.letters(text.0.len() as u64, letter),
                TypedInstruction::NextLineAndShowText(text) => self.letters(text.0.len() as u64, letter),
                TypedInstruction::ShowTextWithParameters(text) => self.letters(text.2.len() as u64, letter),
                TypedInstruction::ShowTexts(texts) => {
                    let length =
                        texts.0.iter::<Object<'_>>().map(|part| part.into_string().map_or(1, |text| text.len()));
                    self.letters(length.sum::<usize>() as u64, letter)
                }
                TypedInstruction::XObject(name) => {
                    resources.get_x_object(name.0).map_or(1, |stream| self.form(&stream, resources, depth))
                }
                TypedInstruction::InlineImage(image) => self.picture(image.0),
                TypedInstruction::SetGraphicsState(name) => {
                    let mask = resources.get_ext_g_state(name.0).and_then(|state| state.get::<Dict<'_>>(b"SMask"));
                    mask.and_then(|mask| mask.get::<Stream<'_>>(b"G")).map_or(1, |g| self.form(&g, resources, depth))
                }
                TypedInstruction::NonStrokeColorNamed(color) => self.pattern(color.1, resources, depth),
                TypedInstruction::StrokeColorNamed(color) => self.pattern(color.1, resources, depth),
                _ => 1,
            };
            steps = steps.saturating_add(more);
            if steps > MOST_STEPS || self.read > MOST_STEPS || self.too_long {
                return u64::MAX;
            }
        }
        steps
    }

    fn letters(&mut self, count: u64, each: u64) -> u64 {
        self.too_long |= count > MOST_LETTERS;
        count.saturating_mul(each).max(1)
    }

    /// A picture is one step, however large; what it claims is noted.
    fn picture(&mut self, stream: &Stream<'_>) -> u64 {
        let dictionary = stream.dict();
        let number = |dictionary: &Dict<'_>, keys: [&[u8]; 2]| keys.iter().find_map(|key| dictionary.get::<u32>(*key));
        let parameters: Vec<Dict<'_>> = [&b"DecodeParms"[..], b"DP"]
            .iter()
            .flat_map(|key| {
                let several = dictionary.get::<Array<'_>>(*key).map(|all| all.iter::<Dict<'_>>().collect::<Vec<_>>());
                several.or_else(|| Some(vec![dictionary.get::<Dict<'_>>(*key)?])).unwrap_or_default()
            })
            .collect();
        let most = |own: [&[u8]; 2], decoded: &[u8]| {
            let decoded = parameters.iter().filter_map(|parameters| parameters.get::<u32>(decoded)).max();
            number(dictionary, own).max(decoded).unwrap_or(0)
        };
        let (width, height) = (most([b"Width", b"W"], b"Columns"), most([b"Height", b"H"], b"Rows"));
        self.pictures.push(Size { width, height });
        1
    }

    /// Steps of a form or a pattern's cell; an image is one.
    fn form(&mut self, stream: &Stream<'_>, outer: &Resources<'_>, depth: usize) -> u64 {
        let image = matches!(stream.dict().get::<Name<'_>>(b"Subtype").as_deref(), Some(b"Image"));
        if image {
            return self.picture(stream);
        }
        if depth >= MOST_NESTING {
            return 1;
        }
        if let Some(&known) = self.known.get(&stream.obj_id()) {
            return known;
        }
        // The renderer does not follow a form into itself.
        self.known.insert(stream.obj_id(), 1);
        let own = stream.dict().get::<Dict<'_>>(b"Resources").map(Resources::new);
        let steps =
            stream.decoded_data().map_or(1, |bytes| self.content(&bytes, own.as_ref().unwrap_or(outer), depth + 1));
        self.known.insert(stream.obj_id(), steps.saturating_add(1));
        steps.saturating_add(1)
    }

    fn pattern(&mut self, name: Option<&Name<'_>>, resources: &Resources<'_>, depth: usize) -> u64 {
        let cell = name.and_then(|name| resources.get_pattern(name)).and_then(Object::into_stream);
        cell.map_or(1, |cell| self.form(&cell, resources, depth))
    }

    /// Steps of the dearest letter of a font: one, unless its letters are drawings.
    fn letter(&mut self, font: &Dict<'_>, outer: &Resources<'_>, depth: usize) -> u64 {
        let Some(letters) = font.get::<Dict<'_>>(b"CharProcs") else { return 1 };
        let own = font.get::<Dict<'_>>(b"Resources").map(Resources::new);
        let mut dearest = 1;
        for name in letters.keys() {
            if let Some(letter) = letters.get::<Stream<'_>>(&name) {
                dearest = dearest.max(self.form(&letter, own.as_ref().unwrap_or(outer), depth + 1));
            }
        }
        dearest
    }

    fn appearance(&mut self, annotation: &Dict<'_>, resources: &Resources<'_>) -> u64 {
        let looks = annotation.get::<Dict<'_>>(b"AP").and_then(|looks| looks.get::<Object<'_>>(b"N"));
        match looks {
            Some(Object::Stream(look)) => self.form(&look, resources, 1),
            Some(Object::Dict(states)) => {
                let state = annotation.get::<Name<'_>>(b"AS").and_then(|state| states.get::<Stream<'_>>(&state));
                let look = state.or_else(|| states.get::<Stream<'_>>(b"Off"));
                look.map_or(1, |look| self.form(&look, resources, 1))
            }
            _ => 1,
        }
    }
}

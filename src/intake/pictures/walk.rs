//! What a page shows: one picture and nothing else, or more (ISO 32000-1, 8 and 9).
//!
//! Only as much of the graphics model is followed as that question needs. Whatever is not
//! understood counts as "more", so that a page is rather drawn than shown without a part of it.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::intake::pictures::matrix::{Area, Matrix, numbers};

/// A picture on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Drawn {
    /// Its stream.
    pub(super) id: ObjectId,
    /// Where the unit square goes.
    pub(super) matrix: Matrix,
}

/// What was found on a page.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The picture that lies on top of everything before it.
    pub(super) only: Option<Drawn>,
    /// Something is seen besides it.
    pub(super) more: bool,
    /// The largest picture, for the resolution of the page.
    pub(super) largest: Option<Drawn>,
}

/// Reads the page's content and its annotations.
pub(super) fn walk(document: &Document, id: ObjectId, page: &Dictionary, area: Area) -> Found {
    let mut walker = Walker { document, area, found: Found::default(), unsure: false, budget: MOST_BYTES };
    let resources = super::inherited(document, page, b"Resources").and_then(|object| object.as_dict().ok());
    let has_objects = resources.is_some_and(|resources| {
        resources.get_deref(b"XObject", document).and_then(Object::as_dict).is_ok_and(|objects| !objects.is_empty())
    });
    if !has_objects {
        // No picture can be on it, whatever its content says.
        return Found { more: true, ..Found::default() };
    }
    let state = State::new(Matrix::IDENTITY);
    match document.get_page_content_with_limit(id, walker.budget) {
        Ok(content) => walker.content(&content, resources, state, 0),
        Err(_) => walker.unsure = true,
    }
    walker.annotations(page);
    walker.found.more |= walker.unsure;
    walker.found
}

/// Content read for this question, in bytes: the invisible text of the densest page takes 1 MB. More is a drawing.
const MOST_BYTES: usize = 8 << 20;

/// What the shortest form counts as, for forms that show forms that show forms.
const LEAST_BYTES: usize = 2 << 10;

/// Larger than any page.
const EVERYWHERE: Area = Area { left: -1e6, bottom: -1e6, right: 1e6, top: 1e6 };

/// Forms within forms.
const MOST_NESTING: usize = 12;

/// Where painting is confined to.
#[derive(Clone, Copy)]
enum Clip {
    Nowhere,
    Within(Area),
    Unknown,
}

impl Clip {
    fn and(self, area: Option<Area>) -> Self {
        match (self, area) {
            (Self::Unknown, _) | (_, None) => Self::Unknown,
            (Self::Nowhere, Some(area)) => Self::Within(area),
            (Self::Within(old), Some(area)) => match old.intersection(area) {
                Some(both) => Self::Within(both),
                None => Self::Within(Area { left: 0.0, bottom: 0.0, right: 0.0, top: 0.0 }),
            },
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Ink {
    Black,
    White,
    Other,
}

#[derive(Clone, Copy)]
struct State {
    matrix: Matrix,
    clip: Clip,
    ink: Ink,
    /// Colours are set in a space whose 0 is black.
    plain_space: bool,
    text_mode: i64,
    /// By an opacity, a soft mask, a blend mode.
    see_through: [bool; 3],
}

impl State {
    fn new(matrix: Matrix) -> Self {
        Self { matrix, clip: Clip::Nowhere, ink: Ink::Black, plain_space: true, text_mode: 0, see_through: [false; 3] }
    }
}

/// The path under construction, in points of the page.
#[derive(Default)]
struct Path {
    points: Vec<(f64, f64)>,
    parts: usize,
    curved: bool,
    clips: bool,
}

impl Path {
    /// The path's box, if it is one.
    fn as_area(&self) -> Option<Area> {
        let area = Area::around(&self.points);
        let near = |a: f64, b: f64| (a - b).abs() < 0.01;
        let at_corner = |&(x, y): &(f64, f64)| {
            (near(x, area.left) || near(x, area.right)) && (near(y, area.bottom) || near(y, area.top))
        };
        let simple = self.parts == 1 && !self.curved && matches!(self.points.len(), 4 | 5);
        (simple && self.points.iter().all(at_corner)).then_some(area)
    }
}

struct Walker<'a> {
    document: &'a Document,
    area: Area,
    found: Found,
    /// Something was met that is not followed.
    unsure: bool,
    budget: usize,
}

impl<'a> Walker<'a> {
    fn content(&mut self, bytes: &[u8], resources: Option<&'a Dictionary>, start: State, depth: usize) {
        self.budget = self.budget.saturating_sub(bytes.len().max(LEAST_BYTES));
        let padding = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
        let end = bytes.iter().rposition(|byte| !padding(byte)).map_or(0, |last| last + 1);
        let Ok(content) = Content::decode_strict(&bytes[..end]) else {
            self.unsure = true;
            return;
        };
        let (mut state, mut stack, mut path) = (start, Vec::new(), Path::default());
        for operation in &content.operations {
            match operation.operator.as_str() {
                "q" => stack.push(state),
                "Q" => state = stack.pop().unwrap_or(state),
                "cm" => match numbers::<6>(self.document, &operation.operands) {
                    Some(values) => state.matrix = Matrix(values).then(state.matrix),
                    None => self.unsure = true,
                },
                "Do" => self.draw(operation, resources, &state, depth),
                "gs" => self.graphics_state(operation, resources, &mut state),
                "m" | "l" | "c" | "v" | "y" | "re" | "W" | "W*" => build(&mut path, operation, state.matrix),
                "n" | "f" | "F" | "f*" | "s" | "S" | "b" | "b*" | "B" | "B*" => {
                    self.paint(operation.operator.as_str(), &std::mem::take(&mut path), &mut state);
                }
                "g" | "rg" | "k" | "cs" | "sc" | "scn" => self.color(operation, resources, &mut state),
                "Tr" => state.text_mode = operation.operands.first().and_then(|o| o.as_i64().ok()).unwrap_or(0),
                "Tj" | "TJ" | "'" | "\"" => self.text(operation, &state),
                "sh" | "BI" => self.found.more = true,
                "BDC" if operation.operands.first().is_some_and(|tag| tag.as_name().is_ok_and(|tag| tag == b"OC")) => {
                    self.unsure = true;
                }
                _ => {}
            }
        }
    }

    /// Ends a path: paints it, and confines what follows where it was marked as a clip.
    fn paint(&mut self, operator: &str, path: &Path, state: &mut State) {
        let nothing_yet = self.found.only.is_none() && !self.found.more;
        let bare_paper = matches!(operator, "f" | "F" | "f*") && state.ink == Ink::White && nothing_yet;
        if operator != "n" && !path.points.is_empty() && !bare_paper {
            self.found.more |= Area::around(&path.points).grown().intersection(self.area).is_some();
        }
        if path.clips {
            state.clip = state.clip.and(path.as_area());
        }
    }

    fn text(&mut self, operation: &Operation, state: &State) {
        let blank = |text: &[u8]| text.iter().all(|&byte| byte == b' ');
        let shows = operation.operands.iter().any(|operand| match operand {
            Object::String(text, _) => !blank(text),
            Object::Array(parts) => parts.iter().any(|part| part.as_str().is_ok_and(|text| !blank(text))),
            _ => false,
        });
        self.found.more |= shows && state.text_mode != 3;
    }

    fn color(&mut self, operation: &Operation, resources: Option<&Dictionary>, state: &mut State) {
        if operation.operator == "cs" {
            let name = operation.operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default();
            state.plain_space = self.is_plain_space(name, resources);
            state.ink = if state.plain_space { Ink::Black } else { Ink::Other };
            return;
        }
        if matches!(operation.operator.as_str(), "g" | "rg" | "k") {
            state.plain_space = true;
        }
        let values: Option<Vec<f32>> = operation.operands.iter().map(|value| value.as_float().ok()).collect();
        state.ink = match values.as_deref() {
            _ if !state.plain_space => Ink::Other,
            Some([0.0] | [0.0, 0.0, 0.0] | [_, _, _, 1.0]) => Ink::Black,
            Some([1.0] | [1.0, 1.0, 1.0] | [0.0, 0.0, 0.0, 0.0]) => Ink::White,
            _ => Ink::Other,
        };
    }

    fn is_plain_space(&self, name: &[u8], resources: Option<&Dictionary>) -> bool {
        if matches!(name, b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK") {
            return true;
        }
        let space = self.resource(resources, b"ColorSpace", name).and_then(|object| object.as_array().ok());
        let family = space.and_then(|space| space.first()?.as_name().ok());
        matches!(family, Some(b"ICCBased" | b"CalGray" | b"CalRGB"))
    }

    fn graphics_state(&mut self, operation: &Operation, resources: Option<&Dictionary>, state: &mut State) {
        let name = operation.operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default();
        let found = self.resource(resources, b"ExtGState", name).and_then(|object| object.as_dict().ok());
        let Some(settings) = found else { return };
        let value = |key: &[u8]| settings.get_deref(key, self.document).ok();
        if let Some(alpha) = value(b"ca").and_then(|alpha| alpha.as_float().ok()) {
            state.see_through[0] = alpha < 0.999;
        }
        if let Some(mask) = value(b"SMask") {
            state.see_through[1] = !matches!(mask.as_name(), Ok(b"None"));
        }
        if let Some(mode) = value(b"BM") {
            state.see_through[2] = !matches!(mode.as_name(), Ok(b"Normal" | b"Compatible"));
        }
    }

    fn resource(&self, resources: Option<&'a Dictionary>, kind: &[u8], name: &[u8]) -> Option<&'a Object> {
        let group = resources?.get_deref(kind, self.document).and_then(Object::as_dict).ok()?;
        group.get_deref(name, self.document).ok()
    }

    fn draw(&mut self, operation: &Operation, resources: Option<&'a Dictionary>, state: &State, depth: usize) {
        let name = operation.operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default();
        let group = resources.and_then(|resources| resources.get_deref(b"XObject", self.document).ok()?.as_dict().ok());
        let Some(id) = group.and_then(|group| group.get(name).and_then(Object::as_reference).ok()) else { return };
        let Ok(stream) = self.document.get_object(id).and_then(Object::as_stream) else { return };
        self.unsure |= stream.dict.has(b"OC");
        match stream.dict.get_deref(b"Subtype", self.document).and_then(Object::as_name) {
            Ok(b"Image") => self.image(Drawn { id, matrix: state.matrix }, &stream.dict, state),
            Ok(b"Form") => self.form(stream, resources, *state, depth + 1),
            _ => {}
        }
    }

    fn form(&mut self, stream: &'a lopdf::Stream, resources: Option<&'a Dictionary>, mut state: State, depth: usize) {
        if depth > MOST_NESTING || self.budget == 0 {
            self.unsure = true;
            return;
        }
        let own = |key: &[u8]| stream.dict.get_deref(key, self.document).ok();
        if let Some(matrix) = own(b"Matrix").and_then(|object| Matrix::of(self.document, object)) {
            state.matrix = matrix.then(state.matrix);
        }
        if let Some(bounds) = own(b"BBox").and_then(|object| Area::of(self.document, object)) {
            let upright = state.matrix.keeps_boxes();
            state.clip = state.clip.and(upright.then(|| bounds.mapped(state.matrix)));
        }
        let resources = own(b"Resources").and_then(|object| object.as_dict().ok()).or(resources);
        match stream.get_plain_content_with_limit(self.budget) {
            Ok(content) => self.content(&content, resources, state, depth),
            Err(_) => self.unsure = true,
        }
    }

    fn image(&mut self, drawn: Drawn, dictionary: &Dictionary, state: &State) {
        let Some(seen) = drawn.matrix.bounds().intersection(self.area) else { return };
        let larger = |old: &Drawn| old.matrix.bounds().size() < drawn.matrix.bounds().size();
        if self.found.largest.as_ref().is_none_or(larger) {
            self.found.largest = Some(drawn);
        }
        let whole = match state.clip {
            Clip::Nowhere => true,
            Clip::Within(clip) if clip.intersection(seen).is_none() => return,
            Clip::Within(clip) => clip.contains(seen),
            Clip::Unknown => false,
        };
        let is_set =
            |key| dictionary.get_deref(key, self.document).is_ok_and(|value| matches!(value, Object::Boolean(true)));
        let stencil = is_set(b"ImageMask");
        let see_through = dictionary.has(b"SMask") || dictionary.has(b"Mask") || state.see_through != [false; 3];
        if whole && !see_through && !stencil && drawn.matrix.keeps_boxes() && seen.contains(self.area) {
            // It hides whatever was painted before it.
            self.found.only = Some(drawn);
            self.found.more = false;
        } else if !whole || see_through || (stencil && state.ink != Ink::Black) || self.found.only.is_some() {
            self.found.more = true;
        } else {
            self.found.only = Some(drawn);
        }
    }

    /// Appearances of annotations lie over the page (ISO 32000-1, 12.5.5): stamps, visible signatures.
    fn annotations(&mut self, page: &'a Dictionary) {
        let annotations = page.get_deref(b"Annots", self.document).and_then(Object::as_array);
        for annotation in annotations.into_iter().flatten() {
            let Ok((_, Object::Dictionary(annotation))) = self.document.dereference(annotation) else { continue };
            if let Some(appearance) = self.appearance(annotation) {
                // Its own coordinates are not the page's, so any mark anywhere counts.
                let before = std::mem::take(&mut self.found);
                let page_area = std::mem::replace(&mut self.area, EVERYWHERE);
                self.form(appearance, None, State::new(Matrix::IDENTITY), 1);
                self.area = page_area;
                let shows = self.found.more || self.found.only.is_some() || self.found.largest.is_some();
                self.found = before;
                self.found.more |= shows;
            }
        }
    }

    fn appearance(&self, annotation: &'a Dictionary) -> Option<&'a lopdf::Stream> {
        const HIDDEN: i64 = 2;
        const NO_VIEW: i64 = 32;
        let flags = annotation.get_deref(b"F", self.document).and_then(Object::as_i64).unwrap_or(0);
        let kind = annotation.get_deref(b"Subtype", self.document).and_then(Object::as_name);
        let popup = matches!(kind, Ok(b"Popup"));
        let area = annotation.get_deref(b"Rect", self.document).ok().and_then(|rect| Area::of(self.document, rect))?;
        if flags & (HIDDEN | NO_VIEW) != 0 || popup || area.size() <= 0.0 {
            return None;
        }
        let appearances = annotation.get_deref(b"AP", self.document).and_then(Object::as_dict).ok()?;
        match appearances.get_deref(b"N", self.document).ok()? {
            Object::Stream(stream) => Some(stream),
            Object::Dictionary(states) => {
                let state = annotation.get_deref(b"AS", self.document).and_then(Object::as_name).ok()?;
                states.get_deref(state, self.document).and_then(Object::as_stream).ok()
            }
            _ => None,
        }
    }
}

fn build(path: &mut Path, operation: &Operation, matrix: Matrix) {
    let values: Vec<f64> = operation.operands.iter().filter_map(|value| value.as_float().ok()).map(f64::from).collect();
    match (operation.operator.as_str(), values.as_slice()) {
        ("W" | "W*", _) => path.clips = true,
        ("re", &[x, y, width, height]) => {
            let area = Area { left: x, bottom: y, right: x + width, top: y + height };
            path.points.extend(area.corners().map(|corner| matrix.apply(corner)));
            path.parts += 1;
        }
        ("m", &[x, y]) => {
            path.points.push(matrix.apply((x, y)));
            path.parts += 1;
        }
        ("l", &[x, y]) => path.points.push(matrix.apply((x, y))),
        (_, values) => {
            path.curved = true;
            path.points.extend(values.chunks_exact(2).map(|pair| matrix.apply((pair[0], pair[1]))));
        }
    }
}

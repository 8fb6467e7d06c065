//! What a signature looks like, and where it stands (Decree 30/2020/NĐ-CP, Appendix I).
//!
//! - A person's: the picture of the handwritten signature, blue, between title and name ([`Ink::Signature`]).
//! - An organisation's on an original: the picture of its seal, red, in real size, over the left third of the person's
//!   ([`Ink::Seal`]).
//! - An organisation's on a copy, a scan, an attachment: a text without picture, top right of the first page ([`Mark`]).
//!
//! In: the pages of a file, and what is written on them ([`Appearance::on`]). Out: a box on a page and the form that fills
//! it. A place is found by words and by earlier signatures, or given; where none is found nothing is put over print: the
//! signature goes where a setting says, or is invisible, and a [`Notice`] says so. Pages are seen as shown: turned,
//! cropped, in units of their own. Knows neither keys nor the signature's value.

mod block;
mod mark;
mod picture;
mod widgets;

use std::sync::Arc;

use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};

pub use block::Unfound;
pub use mark::{CopyForm, Mark};
pub use picture::{Ink, Picture};

use super::page::Page;
use crate::base::geometry::Rect;
use crate::base::time::Timestamp;
use crate::base::units::PageNumber;
use crate::intake::text::{FileWord, PageWords};
use crate::ocr::RecognizedPage;
use crate::ocr::text::Word;
use crate::pdf::file::{self, File};
use crate::pdf::font::{self, Font, Subset};
use crate::pdf::incremental::Update;
use crate::raster;
use block::Block;
use mark::Layout;
use widgets::{SignatureWidget, upwards};

/// How a signature looks and where it stands; made once for all documents that look alike.
#[derive(Debug, Clone)]
pub struct Appearance {
    look: Look,
    place: Place,
    words: Arc<[PageWords]>,
}

#[derive(Debug, Clone)]
enum Look {
    Invisible,
    Text { mark: Mark, letters: Arc<Subset> },
    Picture { picture: Arc<Picture>, ink: Ink },
}

/// Where a signature stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// Where the Decree has it.
    ByDecree {
        /// The name of the person who signs, or whose signature gets the seal; without it the lowest block on the right counts.
        signer: Option<String>,
        /// Where it stands when that place is not found, and no print is there; else it is invisible.
        otherwise: Option<Spot>,
    },
    /// At a spot that a person chose.
    At(Spot),
    /// In a signature field that waits for it, by its full name.
    Field(String),
}

impl Default for Place {
    fn default() -> Self {
        Self::ByDecree { signer: None, otherwise: None }
    }
}

/// The top left corner of a signature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Its page.
    pub page: PageNumber,
    /// Millimetres from the left edge of the page as shown.
    pub left: f32,
    /// Millimetres from the top edge of the page as shown.
    pub top: f32,
}

/// Something about the place that a person should know.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Notice {
    /// The signature is invisible, because no place was found.
    #[error("no place for the signature was found, so it is invisible: {0}")]
    Invisible(Unfound),
    /// The signature stands where the settings say, because no place was found.
    #[error("no place for the signature was found, so it stands where the settings say: {0}")]
    Elsewhere(Unfound),
    /// The seal stands between title and name: no person signed visibly before.
    #[error("no person's signature is on the page; the seal stands where it would be")]
    NoPersonalSignature,
    /// The text stands over something, because all of the top of the page is taken.
    #[error("the top of the first page has no free place for the text of the signature")]
    Crowded,
}

impl Notice {
    /// In Vietnamese, for reports.
    #[must_use]
    pub fn vietnamese(&self) -> String {
        match self {
            Self::Invisible(why) => {
                format!("không tìm thấy vị trí chữ ký nên chữ ký không hiển thị: {}", why.vietnamese())
            }
            Self::Elsewhere(why) => {
                format!("không tìm thấy vị trí chữ ký nên đặt theo cấu hình: {}", why.vietnamese())
            }
            Self::NoPersonalSignature => {
                "chưa có chữ ký của người có thẩm quyền hiển thị; dấu đặt tại vị trí của chữ ký đó".to_owned()
            }
            Self::Crowded => "đầu trang 1 không còn chỗ trống cho thông tin chữ ký số".to_owned(),
        }
    }
}

/// Why a signature cannot look so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The picture is no PNG that can be read.
    #[error("the picture cannot be used")]
    Picture(#[from] raster::Error),
    /// The picture is blank.
    #[error("the picture shows nothing: all of it is transparent or white")]
    NoInk,
    /// The page is not there.
    #[error("{page} is to be signed, the file has {pages}")]
    NoPage {
        /// The page asked for.
        page: PageNumber,
        /// How many there are.
        pages: usize,
    },
    /// The spot is not on the page.
    #[error("the spot {left} mm, {top} mm is not on {page}, which is {width:.0} x {height:.0} mm")]
    OffPage {
        /// The page.
        page: PageNumber,
        /// Millimetres from its left edge.
        left: f32,
        /// Millimetres from its top edge.
        top: f32,
        /// Its width in millimetres.
        width: f32,
        /// Its height in millimetres.
        height: f32,
    },
    /// No signature field has this name.
    #[error("no signature field is called `{name}`")]
    NoField {
        /// The name asked for.
        name: String,
        /// The empty signature fields of the file.
        empty: Vec<String>,
    },
    /// The field was signed before.
    #[error("the signature field `{name}` is signed already")]
    FieldSigned {
        /// Its name.
        name: String,
    },
}

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Picture(_) | Self::NoInk => {
                "give a PNG of the signature or seal alone, scanned at 300 dpi or more, with a transparent background"
                    .to_owned()
            }
            Self::NoPage { .. } | Self::OffPage { .. } => {
                "give the page, and millimetres from its top left corner as it is shown".to_owned()
            }
            Self::NoField { empty, .. } if empty.is_empty() => {
                "the file has no empty signature field; sign without naming one".to_owned()
            }
            Self::NoField { empty, .. } => format!("empty signature fields: {}", empty.join(", ")),
            Self::FieldSigned { .. } => "name another field, or none".to_owned(),
        })
    }
}

/// What was drawn.
#[derive(Debug)]
pub(super) struct Drawn {
    /// The page.
    pub(super) page: ObjectId,
    /// The box on it in its own units; of no extent where nothing is shown.
    pub(super) rect: [f32; 4],
    /// What fills the box.
    pub(super) form: Option<ObjectId>,
    /// The field that waited for the signature.
    pub(super) field: Option<EmptyField>,
    /// What a person should know.
    pub(super) notice: Option<Notice>,
}

/// A signature field without a value, and its widget; often the same object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EmptyField {
    /// The field.
    pub(super) field: ObjectId,
    /// Its widget.
    pub(super) widget: ObjectId,
}

/// A box on a page, in points as shown, y down.
struct Target {
    page: Page,
    place: Rect,
    field: Option<EmptyField>,
    notice: Option<Notice>,
}

const POINTS_PER_MM: f32 = 72.0 / 25.4;
/// The share of a personal signature that a seal covers.
const SEALED: f32 = 1.0 / 3.0;
/// How large a personal signature is taken to be where there is none, in points.
const USUAL_SIGNATURE: (f32, f32) = (40.0 * POINTS_PER_MM, 20.0 * POINTS_PER_MM);
/// A signature so high up on the first page is the text of a copy, in parts of the height.
const MARKS: f32 = 0.2;
/// Every character of a moment in ISO 8601, and what stands between the parts.
const TIME_CHARACTERS: &str = "0123456789-:T+; ";

impl Appearance {
    /// Nothing is shown.
    #[must_use]
    pub fn invisible() -> Self {
        Self::of(Look::Invisible)
    }

    /// A text of this mark and the time of signing.
    ///
    /// # Errors
    /// [`font::Error`] when the font lacks a letter of the mark.
    pub fn text(mark: Mark, font: &Font) -> Result<Self, font::Error> {
        let letters = Arc::new(font.subset(&format!("{}{TIME_CHARACTERS}", mark.head()))?);
        Ok(Self::of(Look::Text { mark, letters }))
    }

    /// The picture of a handwritten signature or a seal.
    #[must_use]
    pub fn picture(picture: Picture, ink: Ink) -> Self {
        Self::of(Look::Picture { picture: Arc::new(picture), ink })
    }

    /// The same at this place; without it, where the Decree has it.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// The same on a document with these words on its pages, in order. By them the place is found, and print is kept free.
    #[must_use]
    pub fn on(&self, words: Vec<PageWords>) -> Self {
        Self { words: words.into(), ..self.clone() }
    }

    fn of(look: Look) -> Self {
        Self { look, place: Place::default(), words: Arc::from([]) }
    }

    /// Draws it: the place on a page, and the form that fills it.
    pub(super) fn draw(&self, update: &mut Update<'_>, at: Timestamp) -> Result<Drawn, super::Error> {
        match &self.look {
            Look::Invisible => self.draw_nothing(update),
            Look::Text { mark, letters } => self.draw_text(update, &mark.text(at), letters),
            Look::Picture { picture, ink } => self.draw_picture(update, picture, *ink),
        }
    }

    fn draw_nothing(&self, update: &mut Update<'_>) -> Result<Drawn, super::Error> {
        let target = match &self.place {
            Place::Field(name) => empty_field(update.file(), name)?,
            Place::At(_) | Place::ByDecree { .. } => Target::nowhere(Page::first(update.file())?, None),
        };
        // A field of some extent has an appearance, be it blank (ISO 19005-2, 6.3.3).
        let blank = (!target.is_empty()).then(|| form(&target, Dictionary::new(), "q Q".to_owned()));
        let blank = blank.map(|form| update.add(form));
        Ok(target.drawn(blank))
    }

    fn draw_text(&self, update: &mut Update<'_>, text: &str, letters: &Subset) -> Result<Drawn, super::Error> {
        let file = update.file();
        let target = match &self.place {
            Place::Field(name) => empty_field(file, name)?,
            Place::At(spot) => {
                let page = page_at(file, spot.page)?;
                let layout = Layout::of(text, letters, mark::room(page.shown_size()));
                Target::on(page, spot.place(&page, (layout.width, layout.height))?)
            }
            Place::ByDecree { .. } => self.at_the_top(file, text, letters)?,
        };
        let (width, height) = (target.place.width(), target.place.height());
        if target.is_empty() {
            return Ok(target.drawn(None));
        }
        let layout = Layout::of(text, letters, (width, height));
        let font = letters.embed(&mut |object| update.add(object));
        let resources = dictionary! { "Font" => dictionary! { "F1" => Object::Reference(font) } };
        let form = update.add(form(&target, resources, layout.content(letters, height)));
        Ok(target.drawn(Some(form)))
    }

    /// Top right of the first page, beside what is there.
    fn at_the_top(&self, file: &File<'_>, text: &str, letters: &Subset) -> Result<Target, super::Error> {
        let page = Page::first(file)?;
        let layout = Layout::of(text, letters, mark::room(page.shown_size()));
        let earlier = widgets::of(file, &[page]).into_iter().map(|widget| widget.place);
        let taken: Vec<Rect> = earlier.chain(self.print(0)).collect();
        let free = layout.free_place(page.shown_size(), &taken);
        let notice = free.is_none().then_some(Notice::Crowded);
        let place = free.unwrap_or_else(|| layout.usual_place(page.shown_size()));
        Ok(Target { notice, ..Target::on(page, place) })
    }

    fn draw_picture(&self, update: &mut Update<'_>, picture: &Picture, ink: Ink) -> Result<Drawn, super::Error> {
        let file = update.file();
        // Transparency came with PDF 1.4, whose level of PDF/A knows none (ISO 19005-1, 6.4).
        let transparency = file.header_version().map_err(file::Error::Io)?.as_str() > "1.4";
        let target = match (&self.place, ink) {
            (Place::Field(name), _) => empty_field(file, name)?,
            (Place::At(spot), _) => {
                let page = page_at(file, spot.page)?;
                Target::on(page, spot.place(&page, picture.size())?)
            }
            (Place::ByDecree { signer, otherwise }, Ink::Signature) => {
                self.between_title_and_name(file, picture, (signer.as_deref(), *otherwise))?
            }
            (Place::ByDecree { signer, otherwise }, Ink::Seal) => {
                self.over_the_signature(file, picture, (signer.as_deref(), *otherwise))?
            }
        };
        if target.is_empty() {
            return Ok(target.drawn(None));
        }
        let frame = (target.place.width(), target.place.height());
        let (width, height) = shrunk(picture.size(), frame);
        let (image, color) = picture.embed(width, transparency, &mut |object| update.add(object))?;
        let resources = dictionary! { "XObject" => dictionary! { "P" => Object::Reference(image) } };
        let (left, bottom) = ((frame.0 - width) / 2.0, (frame.1 - height) / 2.0);
        let content = format!("q {color}{width} 0 0 {height} {left} {bottom} cm /P Do Q");
        let form = update.add(form(&target, resources, content));
        Ok(target.drawn(Some(form)))
    }

    /// In real size, or as large as the room between title and name allows.
    fn between_title_and_name(
        &self,
        file: &File<'_>,
        picture: &Picture,
        (signer, otherwise): (Option<&str>, Option<Spot>),
    ) -> Result<Target, super::Error> {
        let pages = pages(file)?;
        let taken: Vec<(usize, Rect)> =
            widgets::of(file, &pages).into_iter().map(|widget| (widget.page, widget.place)).collect();
        let block = block::find(&self.words, signer, &taken);
        let found = block.and_then(|block| Ok((*pages.get(block.page).ok_or(Unfound::NoWords)?, block.gap)));
        match found {
            Ok((page, gap)) => {
                Ok(Target::on(page, around(gap.center(), shrunk(picture.size(), (gap.width(), gap.height())))))
            }
            Err(why) => self.otherwise(&pages, picture.size(), otherwise, why),
        }
    }

    /// To the left of a person's signature, over a third of it; as if there were one where nobody signed visibly.
    fn over_the_signature(
        &self,
        file: &File<'_>,
        picture: &Picture,
        (signer, otherwise): (Option<&str>, Option<Spot>),
    ) -> Result<Target, super::Error> {
        let pages = pages(file)?;
        let block = block::find(&self.words, signer, &[]);
        let widgets = widgets::of(file, &pages);
        let personal = personal_signature(&widgets, &pages, block.as_ref().ok().filter(|_| signer.is_some()));
        let (index, signature, notice) = match (personal, block) {
            (Some(widget), _) => (widget.page, widget.place, None),
            (None, Ok(block)) => {
                let size = shrunk(USUAL_SIGNATURE, (block.gap.width(), block.gap.height()));
                (block.page, around(block.gap.center(), size), Some(Notice::NoPersonalSignature))
            }
            (None, Err(why)) => return self.otherwise(&pages, picture.size(), otherwise, why),
        };
        let Some(page) = pages.get(index) else {
            return self.otherwise(&pages, picture.size(), otherwise, Unfound::NoWords);
        };
        let (width, height) = picture.size();
        let right = signature.left + signature.width() * SEALED;
        let place = around((right - width / 2.0, signature.center().1), (width, height));
        Ok(Target { notice, ..Target::on(*page, kept_on(page, &place)) })
    }

    /// At the spot of the settings where no print is there, else nowhere.
    fn otherwise(
        &self,
        pages: &[Page],
        size: (f32, f32),
        spot: Option<Spot>,
        why: Unfound,
    ) -> Result<Target, super::Error> {
        let first = pages.first().copied().ok_or(file::Error::Missing { what: "first page" })?;
        let Some(spot) = spot else { return Ok(Target::nowhere(first, Some(Notice::Invisible(why)))) };
        let index = spot.page.index();
        let page = *pages.get(index).ok_or(Error::NoPage { page: spot.page, pages: pages.len() })?;
        let place = spot.place(&page, size)?;
        if self.print(index).any(|word| word.intersection(&place).is_some()) {
            return Ok(Target::nowhere(first, Some(Notice::Invisible(why))));
        }
        Ok(Target { notice: Some(Notice::Elsewhere(why)), ..Target::on(page, place) })
    }

    /// Boxes of the words on a page.
    fn print(&self, page: usize) -> impl Iterator<Item = Rect> {
        self.words.get(page).into_iter().flat_map(|page| &page.words).map(|word| word.bbox)
    }
}

impl Spot {
    /// The box of this size, moved inwards where it would leave the page.
    fn place(&self, page: &Page, (width, height): (f32, f32)) -> Result<Rect, Error> {
        let [page_width, page_height] = page.shown_size();
        let (left, top) = (self.left * POINTS_PER_MM, self.top * POINTS_PER_MM);
        if !(0.0..page_width).contains(&left) || !(0.0..page_height).contains(&top) {
            let (width, height) = (page_width / POINTS_PER_MM, page_height / POINTS_PER_MM);
            return Err(Error::OffPage { page: self.page, left: self.left, top: self.top, width, height });
        }
        Ok(kept_on(page, &Rect::new(left, top, left + width, top + height)))
    }
}

impl Target {
    fn on(page: Page, place: Rect) -> Self {
        Self { page, place, field: None, notice: None }
    }

    /// An invisible signature belongs to a page all the same.
    fn nowhere(page: Page, notice: Option<Notice>) -> Self {
        Self { notice, ..Self::on(page, Rect::new(0.0, 0.0, 0.0, 0.0)) }
    }

    fn is_empty(&self) -> bool {
        self.place.area() <= 0.0
    }

    fn drawn(self, form: Option<ObjectId>) -> Drawn {
        let rect = if form.is_some() { self.page.rect(upwards(&self.page, &self.place)) } else { [0.0; 4] };
        Drawn { page: self.page.id, rect, form, field: self.field, notice: self.notice }
    }
}

/// A form as large as its box, upright as shown.
fn form(target: &Target, resources: Dictionary, content: String) -> Stream {
    let dictionary = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => vec![0.into(), 0.into(), Object::Real(target.place.width()), Object::Real(target.place.height())],
        "Matrix" => target.page.matrix().map(Object::Integer).to_vec(),
        "Resources" => resources,
    };
    Stream::new(dictionary, content.into_bytes())
}

fn pages(file: &File<'_>) -> Result<Vec<Page>, super::Error> {
    Ok(file.pages()?.into_iter().map(|id| Page::of(file, id)).collect::<Result<_, _>>()?)
}

fn page_at(file: &File<'_>, number: PageNumber) -> Result<Page, super::Error> {
    let pages = file.pages()?;
    let found = pages.get(number.index()).copied();
    Ok(Page::of(file, found.ok_or(Error::NoPage { page: number, pages: pages.len() })?)?)
}

/// The empty signature field of this name.
fn empty_field(file: &File<'_>, name: &str) -> Result<Target, super::Error> {
    let pages = pages(file)?;
    let mut widgets = widgets::of(file, &pages);
    let Some(at) = widgets.iter().position(|widget| widget.name == name) else {
        let empty = widgets.into_iter().filter(|widget| !widget.signed).map(|widget| widget.name).collect();
        return Err(Error::NoField { name: name.to_owned(), empty }.into());
    };
    let SignatureWidget { page, place, signed, field, widget, .. } = widgets.swap_remove(at);
    if signed {
        return Err(Error::FieldSigned { name: name.to_owned() }.into());
    }
    let page = *pages.get(page).ok_or(file::Error::Missing { what: "page" })?;
    Ok(Target { field: Some(EmptyField { field, widget }), ..Target::on(page, place) })
}

/// The last visible signature that is no text of a copy; where a block is known, the one that stands there.
fn personal_signature<'w>(
    widgets: &'w [SignatureWidget],
    pages: &[Page],
    block: Option<&Block>,
) -> Option<&'w SignatureWidget> {
    let is_mark = |widget: &SignatureWidget| {
        let height = pages.first().map_or(0.0, |page| page.shown_size()[1]);
        widget.page == 0 && widget.place.bottom < height * MARKS
    };
    let visible =
        || widgets.iter().rev().filter(|widget| widget.signed && widget.place.area() > 0.0 && !is_mark(widget));
    let there = |widget: &&SignatureWidget| {
        block.is_some_and(|block| block.page == widget.page && block.gap.intersection(&widget.place).is_some())
    };
    visible().find(there).or_else(|| visible().next())
}

/// A size made small enough for a frame, in its own shape.
fn shrunk((width, height): (f32, f32), frame: (f32, f32)) -> (f32, f32) {
    let scale = (frame.0 / width).min(frame.1 / height).min(1.0);
    (width * scale, height * scale)
}

/// The box of this size around a middle.
fn around((x, y): (f32, f32), (width, height): (f32, f32)) -> Rect {
    Rect::new(x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0)
}

/// A box moved onto the page; shrunk where the page is smaller.
fn kept_on(page: &Page, place: &Rect) -> Rect {
    let [page_width, page_height] = page.shown_size();
    let (width, height) = shrunk((place.width(), place.height()), (page_width, page_height));
    let left = place.left.min(page_width - width).max(0.0);
    let top = place.top.min(page_height - height).max(0.0);
    Rect::new(left, top, left + width, top + height)
}

/// The words of a recognised file, page by page, as [`Appearance::on`] takes them.
#[must_use]
pub fn recognized_words(pages: &[RecognizedPage]) -> Vec<PageWords> {
    let words = |page: &RecognizedPage| {
        let (dpi, size) = (page.page.dpi(), page.page.size);
        let points = |place: Rect| {
            Rect::new(dpi.points(place.left), dpi.points(place.top), dpi.points(place.right), dpi.points(place.bottom))
        };
        let word = |word: &Word| FileWord { text: word.text.clone(), bbox: points(word.bbox) };
        PageWords {
            size: (dpi.points(size.width as f32), dpi.points(size.height as f32)),
            words: page.text.words().map(word).collect(),
        }
    };
    pages.iter().map(words).collect()
}

#[cfg(test)]
mod tests;

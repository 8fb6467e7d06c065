//! Pages of a PDF: the picture that fills one, as its stream stands.
//!
//! A scanned page is one picture, perhaps under an invisible text layer: its stream is handed over byte
//! for byte, with the resolution and the turn that its matrix says. Anything else on the page (a stamp,
//! a signature's appearance, visible text, a second picture) and the page is drawn by
//! `render`, which reads its text too. Standard: ISO 32000-1, 7.4, 8.4, 8.9, 12.5.

mod appearance;
mod fields;
mod matrix;
mod open;
mod part;
mod place;
mod space;
mod stream;
mod walk;

use std::collections::BTreeSet;
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId, Permissions, Stream};
use rayon::prelude::*;

use crate::base::geometry::{Size, Turn};
use crate::base::units::{Dpi, PageNumber};
use crate::intake::Use;
use crate::intake::passwords::Password;
use crate::intake::render::{Drawings, Scale};
use crate::intake::text::{Doubt, FileText};
use crate::raster::pixels::Crop;
use crate::raster::{self, Encoded, Limits, guarded};
use matrix::Area;
pub use open::open;
use place::{crop, fills, placed};

pub(crate) use part::pages_of;

/// An opened PDF within limits.
#[derive(Debug)]
pub struct PdfFile {
    bytes: Arc<[u8]>,
    /// What lopdf makes of it; `None` when only the tolerant reader copes with the file.
    document: Option<Document>,
    pages: Vec<ObjectId>,
    count: usize,
    repaired: bool,
    /// The one that opened it, where it asks for one.
    password: Option<Password>,
    /// Values of its form that were given a look.
    values_drawn: u32,
}

/// The picture of one page.
#[derive(Debug, Clone)]
pub struct PagePicture {
    /// The picture.
    pub encoded: Encoded,
    /// The part of it that the page shows, where it crops it.
    pub crop: Option<Crop>,
    /// Its resolution on the page.
    pub dpi: Dpi,
    /// The turn that the page asks for; none where it was drawn, for then it was drawn upright.
    pub turn: Turn,
    /// How it was come by.
    pub way: Way,
    /// The text that the page carries itself; none where it is one picture.
    pub text: Option<Arc<FileText>>,
}

/// How a page's picture was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The stream's own bytes.
    Kept,
    /// Decoded and encoded again without loss.
    Recoded,
    /// Drawn.
    Drawn,
}

/// Why a PDF gives no pages.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It opens with a password only, and none was given.
    #[error("the PDF is locked with a password")]
    Encrypted,
    /// It opens with a password only, and none of those given is the one.
    #[error("the PDF is locked, and none of {tried} passwords opens it")]
    WrongPassword {
        /// How many were tried.
        tried: usize,
    },
    /// A form whose pages are made by a program in it (XFA).
    #[error("the PDF is an XFA form, a program without pages of its own")]
    Program,
    /// The end of the file is missing.
    #[error("the PDF has no end mark, {bytes} bytes in: it was cut off")]
    Truncated {
        /// Its length.
        bytes: u64,
    },
    /// Neither reader makes sense of it.
    #[error("the PDF is damaged: {fact}")]
    Damaged {
        /// What is wrong.
        fact: String,
    },
    /// A small stream that would fill the memory.
    #[error("a stream in the PDF unfolds to more than {limit} bytes")]
    Unfolds {
        /// What it may unfold to.
        limit: usize,
    },
    /// It has no page.
    #[error("the PDF has no pages")]
    NoPages,
    /// Beyond a limit, or broken down.
    #[error(transparent)]
    Refused(#[from] raster::Error),
    /// One page cannot be shown.
    #[error("{page}")]
    Page {
        /// The page.
        page: PageNumber,
        /// Why.
        #[source]
        source: raster::Error,
    },
}

impl Error {
    /// What to do next, where a user can do something.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Encrypted | Self::WrongPassword { .. } => Some(
                "write its password into a file, one a line, and name that file with --password-file or \
                 intake.password-file"
                    .to_owned(),
            ),
            Self::Program => Some("open it in Adobe Reader and print it to a new PDF, then put that here".to_owned()),
            Self::Truncated { .. } => {
                Some("copy the file again from where it came, or scan the paper again".to_owned())
            }
            Self::Damaged { .. } | Self::NoPages | Self::Unfolds { .. } => {
                Some("open it in a viewer: if it shows the pages, print it to a new PDF, else scan again".to_owned())
            }
            Self::Refused(error) | Self::Page { source: error, .. } => error.hint(),
        }
    }
}

/// The size of a stream that is a picture.
fn image_pixels(document: &Document, stream: &Stream) -> Option<Size> {
    let is_image = matches!(stream.dict.get_deref(b"Subtype", document).and_then(Object::as_name), Ok(b"Image"));
    is_image.then(|| stream::size(document, &stream.dict))?
}

impl PdfFile {
    /// How many pages it has.
    #[must_use]
    pub fn page_count(&self) -> usize {
        self.count
    }

    /// Whether its structure had to be repaired to be read.
    #[must_use]
    pub fn is_repaired(&self) -> bool {
        self.repaired
    }

    /// How many values of its form it does not show itself; they are drawn with its pages.
    #[must_use]
    pub fn values_drawn(&self) -> u32 {
        self.values_drawn
    }

    /// Whether it asks for a password to be opened.
    #[must_use]
    pub fn asks_for_password(&self) -> bool {
        self.password.is_some()
    }

    /// What it forbids whoever opens it (ISO 32000-1, 7.6.3.2).
    #[must_use]
    pub fn denied(&self) -> Vec<Use> {
        let Some(state) = self.document.as_ref().and_then(|document| document.encryption_state.as_ref()) else {
            return Vec::new();
        };
        let uses = [
            (Permissions::PRINTABLE, Use::Print),
            (Permissions::MODIFIABLE, Use::Change),
            (Permissions::COPYABLE, Use::Copy),
            (Permissions::ANNOTABLE, Use::Annotate),
            (Permissions::FILLABLE, Use::Fill),
            (Permissions::ASSEMBLABLE, Use::Assemble),
        ];
        uses.into_iter().filter(|(bit, _)| !state.permissions().contains(*bit)).map(|(_, one)| one).collect()
    }

    /// Whether it carries a digital signature (ISO 32000-1, 12.8): a dictionary with a byte range.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        let Some(document) = &self.document else {
            return self.bytes.windows(10).any(|window| window == b"/ByteRange");
        };
        let signs = |dictionary: &Dictionary| dictionary.has(b"ByteRange") && dictionary.has(b"Contents");
        document.objects.values().any(|object| match object {
            Object::Dictionary(dictionary) => {
                signs(dictionary) || dictionary.get(b"V").and_then(Object::as_dict).is_ok_and(signs)
            }
            _ => false,
        })
    }

    /// The pictures of all pages in order; `otherwise` is the resolution for pages that hold none.
    ///
    /// # Errors
    /// [`Error::Page`] for the first page that cannot be shown.
    pub fn pictures(&self, otherwise: Dpi, limits: &Limits) -> Result<Vec<PagePicture>, Error> {
        let plans: Vec<Plan> =
            (0..self.count).map(|index| self.plan(index, otherwise, limits)).collect::<Result<_, _>>()?;
        let draws = plans.iter().any(|plan| matches!(plan, Plan::Draw(_)));
        let drawings = draws.then(|| Drawings::open(&self.bytes, self.password.as_ref())).transpose()?;
        if let Some(drawings) = drawings.as_ref().filter(|drawings| drawings.page_count() != self.count) {
            let fact = format!("{} or {} pages, as one counts", self.count, drawings.page_count());
            return Err(Error::Damaged { fact });
        }
        let no_copy = self.denied().contains(&Use::Copy);
        let show = |(index, plan): (usize, Plan)| match (plan, &drawings) {
            (Plan::Ready(picture), _) => Ok(picture),
            (Plan::Draw(scale), Some(drawings)) => {
                let picture = drawings.draw(index, scale, limits).map_err(at_page(index))?;
                Ok(if no_copy { picture.without_text() } else { picture })
            }
            (Plan::Draw(_), None) => Err(Error::NoPages),
        };
        let picture = |(index, plan)| Ok(self.with_unseen_fields(index, show((index, plan))?));
        plans.into_par_iter().enumerate().map(picture).collect()
    }

    /// The page, with word of what is filled in on it and shown nowhere.
    fn with_unseen_fields(&self, index: usize, picture: PagePicture) -> PagePicture {
        let page = self.document.as_ref().zip(self.pages.get(index));
        let page = page.and_then(|(document, &id)| Some((document, document.get_dictionary(id).ok()?)));
        match page.map_or(0, |(document, page)| fields::unseen(document, page)) {
            0 => picture,
            fields => picture.with_doubt(Doubt::UnseenFields { fields }),
        }
    }

    fn plan(&self, index: usize, otherwise: Dpi, limits: &Limits) -> Result<Plan, Error> {
        let fallback = Plan::Draw(Scale::even(otherwise));
        let Some((document, &id)) = self.document.as_ref().zip(self.pages.get(index)) else { return Ok(fallback) };
        guarded("PDF page", || plan_page(document, id, otherwise, limits)).map_err(at_page(index))
    }
}

impl PagePicture {
    /// As seen only: its file forbids taking out its text.
    fn without_text(self) -> Self {
        let text = FileText { doubts: vec![Doubt::CopyDenied], ..FileText::default() };
        Self { text: self.text.filter(|text| text.lines.is_empty()).or(Some(text.into())), ..self }
    }

    fn with_doubt(self, doubt: Doubt) -> Self {
        let mut text = self.text.map_or_else(FileText::default, Arc::unwrap_or_clone);
        text.doubts.push(doubt);
        Self { text: Some(text.into()), ..self }
    }
}

enum Plan {
    Ready(PagePicture),
    Draw(Scale),
}

fn at_page(index: usize) -> impl Fn(raster::Error) -> Error {
    move |source| Error::Page { page: PageNumber::at_index(index), source }
}

/// The least part of the page that a picture must cover for the page to be drawn in its resolution.
const COUNTS: f64 = 0.25;

fn plan_page(document: &Document, id: ObjectId, otherwise: Dpi, limits: &Limits) -> Result<Plan, raster::Error> {
    let Ok(page) = document.get_dictionary(id) else { return Ok(Plan::Draw(Scale::even(otherwise))) };
    let area = visible_area(document, page);
    let found = walk::walk(document, id, page, area);
    let unit = page.get_deref(b"UserUnit", document).and_then(Object::as_float).map_or(1.0, f64::from).max(0.01);
    let main = found.largest.filter(|drawn| drawn.matrix.bounds().size() >= area.size() * COUNTS);
    let main = main.and_then(|drawn| placed(&drawn, image_size(document, drawn.id)?, unit));
    if let (Some(drawn), false) = (&found.only, found.more)
        && let Some(turn) = drawn.matrix.quarter_turn()
        && fills(drawn, area)
        && let Some((encoded, kept)) = stream::take(document, drawn, limits)?
        && let Some(place) = placed(drawn, encoded.size, unit)
        && let (true, Ok(dpi)) = (place.is_square(), Dpi::new(place.dpi()))
    {
        let way = if kept { Way::Kept } else { Way::Recoded };
        let turn = turn.then(page_turn(document, page));
        let crop = crop(drawn, encoded.size, area);
        return Ok(Plan::Ready(PagePicture { encoded, crop, dpi, turn, way, text: None }));
    }
    let swapped = page_turn(document, page).swaps_sides();
    let scale = main.map_or(Scale::even(otherwise).with_unit(unit), |place| place.scale(unit, otherwise, swapped));
    Ok(Plan::Draw(scale))
}

fn image_size(document: &Document, id: ObjectId) -> Option<Size> {
    image_pixels(document, document.get_object(id).and_then(Object::as_stream).ok()?)
}

/// The part of the page that is shown (ISO 32000-1, 14.11.2): the crop box within the media box.
fn visible_area(document: &Document, page: &Dictionary) -> Area {
    let media = inherited(document, page, b"MediaBox").and_then(|object| Area::of(document, object));
    let media =
        media.filter(|area| area.size() > 0.0).unwrap_or(Area { left: 0.0, bottom: 0.0, right: 612.0, top: 792.0 });
    let crop = inherited(document, page, b"CropBox").and_then(|object| Area::of(document, object));
    crop.and_then(|crop| crop.intersection(media)).filter(|area| area.size() > 0.0).unwrap_or(media)
}

fn page_turn(document: &Document, page: &Dictionary) -> Turn {
    let degrees = inherited(document, page, b"Rotate").and_then(|object| object.as_float().ok()).unwrap_or(0.0);
    Turn::from_degrees(degrees.round() as i32).unwrap_or_default()
}

/// An attribute of a page or of the nodes above it (ISO 32000-1, 7.7.3.4).
fn inherited<'a>(document: &'a Document, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let (mut node, mut seen) = (page, BTreeSet::new());
    loop {
        if let Ok(found) = node.get_deref(key, document) {
            return Some(found);
        }
        let parent = node.get(b"Parent").and_then(Object::as_reference).ok()?;
        if !seen.insert(parent) {
            return None;
        }
        node = document.get_dictionary(parent).ok()?;
    }
}

#[cfg(test)]
mod tests;

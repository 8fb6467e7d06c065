//! Drawing of PDF pages that are more than one picture.
//!
//! In: a page and a scale. Out: an encoded picture, upright as the page asks for: bilevel stays
//! bilevel, pages of text stay exact, pictures become JPEG with full chroma. Text is drawn from the fonts in the file,
//! and read from them by `text`. What a page would take is counted before any of it is drawn.

use std::sync::Arc;

use hayro::hayro_interpret::{InterpreterSettings, TransformExt};
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};

use crate::base::geometry::{Size, Turn};
use crate::base::units::Dpi;
use crate::intake::passwords::Password;
use crate::intake::pictures::{Error, PagePicture, Way};
use crate::intake::{text, unfolding, work};
use crate::raster::pixels::{Gray, Picture, Rgb};
use crate::raster::{self, Encoded, Limits, encode, guarded};

/// A PDF whose pages can be drawn.
pub(super) struct Drawings {
    pdf: Pdf,
}

/// How finely a page is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    /// Pixels a unit of the page, across.
    pub(super) x: f64,
    /// Pixels a unit of the page, down.
    pub(super) y: f64,
    /// The resolution that this is.
    pub(super) dpi: Dpi,
}

/// Quality of the JPEG that a coloured page becomes: seals and their text stay apart at 85 with full chroma.
const JPEG_QUALITY: u8 = 85;

/// Pixels drawn at most: a pixel takes eight bytes while it is drawn. A2 at 300 dpi has 35 million.
const MOST_PIXELS: u64 = 80_000_000;

impl std::fmt::Debug for Drawings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Drawings").field("pages", &self.page_count()).finish_non_exhaustive()
    }
}

impl Scale {
    /// The same resolution both ways, for a page whose unit is 1/72 inch.
    #[must_use]
    pub(super) fn even(dpi: Dpi) -> Self {
        let pixels = f64::from(dpi.value()) / 72.0;
        Self { x: pixels, y: pixels, dpi }
    }

    /// The same resolution for a page whose unit is `unit` / 72 inch (`UserUnit`).
    #[must_use]
    pub(super) fn with_unit(self, unit: f64) -> Self {
        Self { x: self.x * unit, y: self.y * unit, ..self }
    }

    /// A scale at which a page of so many units has no more pixels than `most`.
    fn within(self, (width, height): (f64, f64), most: u64) -> Self {
        let pixels = width * self.x * height * self.y;
        let longest = (width * self.x).max(height * self.y);
        let shrink = (most as f64 / pixels).sqrt().min(f64::from(u16::MAX) / longest).min(1.0);
        match Dpi::new((f64::from(self.dpi.value()) * shrink) as f32) {
            Ok(dpi) if shrink < 1.0 => Self { x: self.x * shrink, y: self.y * shrink, dpi },
            _ => self,
        }
    }
}

impl Drawings {
    /// Opens a PDF for drawing, tolerating damage, with a password where it asks for one.
    ///
    /// # Errors
    /// [`Error::Encrypted`], [`Error::Damaged`] and [`Error::Unfolds`].
    pub(super) fn open(bytes: &Arc<[u8]>, password: Option<&Password>) -> Result<Self, Error> {
        let password = password.map_or("", Password::expose);
        guarded("PDF drawing", || {
            unfolding::check_bytes(bytes)?;
            let pdf = Pdf::new_with_password(Arc::new(Arc::clone(bytes)), password).map_err(|error| match error {
                LoadPdfError::Decryption(_) => Error::Encrypted,
                LoadPdfError::Invalid => Error::Damaged { fact: "its objects are not found".to_owned() },
            })?;
            unfolding::check_unlocked(&pdf)?;
            Ok(Self { pdf })
        })
    }

    /// How many pages it has.
    #[must_use]
    pub(super) fn page_count(&self) -> usize {
        self.pdf.pages().len()
    }

    /// The words of one page, counted from 0, in points.
    ///
    /// # Errors
    /// [`raster::Error::Malformed`] when the page would take more work than any page of an office,
    /// [`raster::Error::Panicked`], and those of the pixels that its pictures claim.
    pub(super) fn words(&self, index: usize, limits: &Limits) -> Result<text::PageWords, raster::Error> {
        guarded("PDF text", || {
            let page = self.pdf.pages().get(index).ok_or_else(missing_page)?;
            work::check(page, limits)?;
            Ok(text::words_of(page))
        })
    }

    /// Draws one page, counted from 0; a page too large for the limits is drawn more coarsely.
    ///
    /// # Errors
    /// [`raster::Error::TooManyPixels`] when even 36 dpi are too many, [`raster::Error::Malformed`] when the page would
    /// take more work than any page of an office, [`raster::Error::Panicked`], and those of encoding.
    pub(super) fn draw(&self, index: usize, scale: Scale, limits: &Limits) -> Result<PagePicture, raster::Error> {
        guarded("PDF drawing", || {
            let page = self.pdf.pages().get(index).ok_or_else(missing_page)?;
            let (width, height) = page.render_dimensions();
            let scale = scale.within((width.into(), height.into()), limits.max_pixels.min(MOST_PIXELS));
            let pixels = |units: f32, scale: f64| (f64::from(units) * scale).round().max(1.0);
            let (across, down) = (pixels(width, scale.x), pixels(height, scale.y));
            limits.check_pixels(Size { width: across as u32, height: down as u32 })?;
            work::check(page, limits)?;
            // The renderer cuts the size down to whole pixels, so it is asked for a trifle more.
            let settings = PixmapSettings {
                x_scale: ((across + 0.01) / f64::from(width)) as f32,
                y_scale: ((down + 0.01) / f64::from(height)) as f32,
                bg_color: WHITE,
            };
            let (cache, interpreter) = (RenderCache::new(), InterpreterSettings::default());
            let drawn = hayro::render(page, &cache, &interpreter, &RenderSettings::default(), &settings);
            let size = Size { width: drawn.width().into(), height: drawn.height().into() };
            let picture = picture(size, drawn.data_as_u8_slice());
            let to_pixels = Affine::scale_non_uniform(settings.x_scale.into(), settings.y_scale.into())
                * page.initial_transform(true).to_kurbo();
            let text = text::read(page, to_pixels, &picture);
            let encoded = encoded(&picture)?;
            let (turn, way, text) = (Turn::None, Way::Drawn, Some(text.into()));
            Ok(PagePicture { encoded, crop: None, dpi: scale.dpi, turn, way, text })
        })
    }
}

fn missing_page() -> raster::Error {
    raster::Error::Malformed { format: "PDF", fact: "a page is missing".to_owned() }
}

/// Opaque pixels of four bytes in the least depth that holds them.
fn picture(size: Size, rgba: &[u8]) -> Picture {
    let pixels = rgba.chunks_exact(4);
    if pixels.clone().all(|p| p[0] == p[1] && p[1] == p[2]) {
        Picture::Gray(Gray { size, pixels: pixels.map(|p| p[0]).collect() }).simplified()
    } else {
        Picture::Rgb(Rgb { size, pixels: pixels.flat_map(|p| [p[0], p[1], p[2]]).collect() })
    }
}

/// Pages of text without loss, which makes them half as large as a JPEG would; the rest as JPEG.
fn encoded(picture: &Picture) -> Result<Encoded, raster::Error> {
    let exact = match picture {
        Picture::Bilevel(_) => true,
        Picture::Gray(gray) => encode::is_bare(&gray.pixels),
        Picture::Rgb(rgb) => encode::is_bare(&rgb.pixels),
    };
    if exact { encode::lossless(picture) } else { encode::jpeg(picture, JPEG_QUALITY, encode::Chroma::Full) }
}

//! Pages become recognised text: words with boxes and confidence, in reading order, in NFC.
//!
//! In: [`Prepared`](crate::preprocess::Prepared) pages. Out: [`RecognizedPage`], [`RecognizedDocument`].
//! Words that a PDF carries itself are taken from it where recognition agrees with them ([`read`]).
//! The only module that knows Tesseract. It refuses to know what a page says: no class, no field,
//! and no vocabulary beyond the few words that mark the two-column heads of Decree 30/2020,
//! Appendix I.
//!
//! Tesseract runs in worker processes: this program again, under the hidden subcommand
//! [`worker::SUBCOMMAND`], each with one long-lived engine. Three facts force that (measured with
//! Debian's Tesseract 5.3): its OpenMP threads cost five times the processor time unless
//! `OMP_THREAD_LIMIT=1` stands in the environment *before* the process starts; native code
//! may crash or hang, and a process can be cut off without harm to the rest; and long-lived engines
//! grow, so that a worker is replaced after [`Options::pages_per_worker`] pictures.

mod engine;
mod error;
pub mod fake;
mod file_text;
mod heads;
mod ink;
mod layout;
mod legibility;
mod letters;
mod options;
mod pool;
mod process;
mod protocol;
pub mod text;
pub mod worker;

use crate::base::units::Dpi;
use crate::intake::Origin;
use crate::preprocess::{Observed, Page};
use crate::raster::pixels::Gray;
use text::PageText;

pub use error::{Death, Error, PictureFault};
pub use file_text::{Reading, TextKind, TextSource, read};
pub use options::{Languages, NotLanguages, Options};
pub use pool::WorkerPool;
pub use protocol::{EngineFacts, Fault};

/// A page and its text; a page without text is a valid result.
#[derive(Debug, Clone)]
pub struct RecognizedPage {
    /// The page.
    pub page: Page,
    /// Its text, boxes in the page's pixels.
    pub text: PageText,
    /// Where the text came from.
    pub source: TextSource,
    /// Why it has no text although something is on it: its recognition was cut off or crashed.
    pub unread: Option<String>,
    /// What was seen on it before it was read.
    pub observed: Observed,
}

/// All pages of a document, recognised.
#[derive(Debug, Clone)]
pub struct RecognizedDocument {
    /// What it is and where it came from.
    pub origin: Origin,
    /// Its pages in order, never empty.
    pub pages: Vec<RecognizedPage>,
}

/// Reads text from pictures; shared by all threads.
pub trait Recognizer: Send + Sync {
    /// The text of a whole page, from its upright and straight copy (0 is black).
    ///
    /// Boxes are in the copy's pixels. A picture without text gives an empty text.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::costs_only_this_picture`] tells faults of this picture from faults of the machine.
    fn recognize(&self, copy: &Gray, dpi: Dpi) -> Result<PageText, Error>;

    /// How much a strip of a page reads like upright text, 0 to 1: a quick look, to tell upright from upside down.
    ///
    /// Measured on strips of two or three lines: upright print 0.48 to 0.95 (0.48 where the strip cuts a line in half),
    /// turned over or on its side 0.06 to 0.22. No words score 0.
    ///
    /// # Errors
    /// As [`Recognizer::recognize`].
    fn legibility(&self, strip: &Gray, dpi: Dpi) -> Result<f32, Error>;
}

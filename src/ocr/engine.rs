//! One Tesseract engine in this process. Used only by a worker.
//!
//! `tesseract-rs` 0.4.0 marks its engine and iterators as free to share and to outlive one another, which the C
//! library does not allow. Here one owner holds the engine, iterators live and die inside one function, and plain owned
//! words come out. Of its calls only those are used whose declarations agree with the C header; `orientation`,
//! `paragraph_info` and `word_font_attributes` do not, and must never be called.

use std::path::PathBuf;

use tesseract_rs::{
    PageIterator, ResultIterator, TessPageIteratorLevel, TessPageSegMode, TesseractAPI, TesseractError,
};

use super::protocol::{Answer, EngineFacts, Mode, PictureHead, RawLine, RawWord, Setup, VERSION};

/// Tesseract's number of "only the neural network"; the older engine has no Vietnamese data.
const LSTM_ONLY: i32 = 1;

/// Tesseract's own bounds of a believable resolution.
const CREDIBLE_DPI: (u32, u32) = (70, 2400);

/// The level of lines, as the number that the baseline call wants.
const LINES: i32 = TessPageIteratorLevel::RIL_TEXTLINE as i32;

/// Settings other than Tesseract's defaults, each with its reason.
const VARIABLES: [(&str, &str); 4] = [
    // Light text on dark ground does not occur on office papers, but every poor line would be recognised twice.
    ("tessedit_do_invert", "0"),
    ("invert_threshold", "0"),
    // Whether a row is typewritten is not asked: the network finds its own spaces, and the search
    // for a fixed pitch costs a twentieth of a page.
    ("textord_all_prop", "1"),
    // Nothing to standard error but what is fatal.
    ("debug_file", "/dev/null"),
];

/// A loaded engine. Not shared: each worker has one, on one thread.
pub(super) struct Engine {
    api: TesseractAPI,
}

impl Engine {
    /// Loads the languages. The facts say what is missing where there is no engine.
    pub(super) fn start(setup: &Setup) -> (EngineFacts, Option<Self>) {
        let api = TesseractAPI::new();
        // Before the start too, so that the loader's complaints stay away; the facts carry them.
        let silenced = api.set_variable("debug_file", "/dev/null");
        let folder = setup.tessdata.as_deref().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
        let languages = setup.languages.join("+");
        let loaded = if folder.contains('\0') || languages.contains('\0') {
            Err(TesseractError::InitError)
        } else {
            silenced.and_then(|()| api.init_2(&folder, &languages, LSTM_ONLY)).and_then(|()| api.get_loaded_languages())
        };
        let missing = missing(&setup.languages, loaded.as_deref().unwrap_or_default());
        let facts = EngineFacts {
            version: VERSION,
            tesseract: TesseractAPI::version(),
            folder: api.get_datapath().map(PathBuf::from).unwrap_or_default(),
            available: available(&api),
            missing,
        };
        let engine = Self { api };
        let ready = facts.missing.is_empty() && engine.configure().is_ok();
        (facts, ready.then_some(engine))
    }

    /// What stands on a picture; `pixels` are as many as the head says.
    pub(super) fn read(&mut self, head: PictureHead, pixels: &[u8]) -> Answer {
        let answer = self.try_read(head, pixels);
        // Frees the picture and what was found in it; the models stay.
        let cleared = self.api.clear();
        match (answer, cleared) {
            (Ok(lines), Ok(())) => Answer::Lines(lines),
            (Err(error), _) | (_, Err(error)) => Answer::Refused(error.to_string()),
        }
    }

    fn configure(&self) -> Result<(), TesseractError> {
        VARIABLES.iter().try_for_each(|(name, value)| self.api.set_variable(name, value))
    }

    fn try_read(&mut self, head: PictureHead, pixels: &[u8]) -> Result<Vec<RawLine>, TesseractError> {
        // Always set: the C interface's own default is one block of text, which spoils pages with columns.
        self.api.set_page_seg_mode(match head.mode {
            Mode::Page => TessPageSegMode::PSM_AUTO,
            Mode::Strip => TessPageSegMode::PSM_SINGLE_BLOCK,
        })?;
        let (width, height) = (head.size.width as i32, head.size.height as i32);
        self.api.set_image(pixels, width, height, 1, width)?;
        self.api.set_source_resolution(head.dpi.clamp(CREDIBLE_DPI.0, CREDIBLE_DPI.1) as i32)?;
        self.api.recognize()?;
        self.lines()
    }

    /// Everything found, by two iterators in step: one knows words, the other lines.
    fn lines(&self) -> Result<Vec<RawLine>, TesseractError> {
        let (words, places) = match (self.api.get_iterator(), self.api.get_page_iterator()) {
            (Ok(words), Ok(places)) => (words, places),
            // An empty page has no iterators.
            (Err(TesseractError::NullPointerError), _) | (_, Err(TesseractError::NullPointerError)) => {
                return Ok(Vec::new());
            }
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        let mut lines: Vec<RawLine> = Vec::new();
        let mut blocks = 0;
        loop {
            let starts_block = places.is_at_beginning_of(TessPageIteratorLevel::RIL_BLOCK)?;
            blocks += u32::from(starts_block);
            if starts_block || lines.is_empty() || places.is_at_beginning_of(TessPageIteratorLevel::RIL_TEXTLINE)? {
                lines.push(line_at(&places, blocks.saturating_sub(1)));
            }
            if let (Some(word), Some(line)) = (word_at(&words)?, lines.last_mut()) {
                line.words.push(word);
            }
            let further = words.next(TessPageIteratorLevel::RIL_WORD)?;
            if !places.next(TessPageIteratorLevel::RIL_WORD)? || !further {
                break;
            }
        }
        lines.retain(|line| !line.words.is_empty());
        Ok(lines)
    }
}

fn line_at(places: &PageIterator, block: u32) -> RawLine {
    let baseline = places.baseline(LINES).ok().map(|(x1, y1, x2, y2)| [x1, y1, x2, y2]);
    RawLine { block, baseline, words: Vec::new() }
}

/// The word here; none where Tesseract has only a picture.
fn word_at(words: &ResultIterator) -> Result<Option<RawWord>, TesseractError> {
    let Ok((left, top, right, bottom)) = words.get_bounding_box(TessPageIteratorLevel::RIL_WORD) else {
        return Ok(None);
    };
    match words.get_utf8_text(TessPageIteratorLevel::RIL_WORD) {
        Ok(text) => {
            let confidence = words.confidence(TessPageIteratorLevel::RIL_WORD)?;
            let confidence = if confidence.is_finite() { confidence } else { 0.0 };
            Ok(Some(RawWord { text, bounds: [left, top, right, bottom], confidence }))
        }
        Err(TesseractError::NullPointerError | TesseractError::Utf8Error(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn missing(wanted: &[String], loaded: &[String]) -> Vec<String> {
    wanted.iter().filter(|name| !loaded.contains(name)).cloned().collect()
}

fn available(api: &TesseractAPI) -> Vec<String> {
    let mut names = api.get_available_languages().unwrap_or_default();
    names.sort();
    names.dedup();
    names
}

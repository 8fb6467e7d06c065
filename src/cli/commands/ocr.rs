//! `sohoa ocr`: the text of documents.

use std::path::PathBuf;

use serde::Serialize;

use super::run::Format;
use crate::cli::documents::{self, Reader};
use crate::cli::exit::Exit;
use crate::cli::render::{self, Fault};
use crate::config::Settings;
use crate::ocr::text::PageText;
use crate::ocr::{RecognizedDocument, TextSource};

/// Recognises the text of documents and prints it, a form feed after each page; a stack's documents one after the other.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// PDF, TIFF, JPEG or PNG files, or folders of page images.
    #[arg(required = true)]
    documents: Vec<PathBuf>,
    /// Plain text, or words with boxes (pixels of the upright page) and confidence.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Serialize)]
struct TextWire<'a> {
    schema: &'static str,
    version: u32,
    name: &'a str,
    pages: Vec<PageWire<'a>>,
}

#[derive(Serialize)]
struct PageWire<'a> {
    number: u32,
    width: u32,
    height: u32,
    dpi: f32,
    turn_degrees: u16,
    deskew_degrees: f32,
    blank: bool,
    unread: Option<&'a str>,
    /// Whether the words were recognised or the file's own, and why.
    source: &'a TextSource,
    #[serde(flatten)]
    text: &'a PageText,
}

/// Does what the arguments say.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    let reader = Reader::start(settings)?;
    Ok(documents::each(&args.documents, |path| {
        let documents = reader.recognize(path)?;
        documents.iter().try_for_each(|(document, _)| {
            render::print(&match args.format {
                Format::Text => text(document),
                Format::Json => json(document)?,
            })
        })
    }))
}

fn text(document: &RecognizedDocument) -> String {
    document.pages.iter().map(|page| page.text.plain() + "\u{c}").collect()
}

fn json(document: &RecognizedDocument) -> Result<String, Fault> {
    let pages = document.pages.iter().map(|page| PageWire {
        number: page.page.number().value(),
        width: page.page.size.width,
        height: page.page.size.height,
        dpi: page.page.dpi().value(),
        turn_degrees: page.page.correction.turn.degrees(),
        deskew_degrees: page.page.correction.deskew_degrees,
        blank: page.page.correction.blank,
        unread: page.unread.as_deref(),
        source: &page.source,
        text: &page.text,
    });
    let wire = TextWire { schema: "sohoa-text", version: 1, name: &document.origin.name, pages: pages.collect() };
    let line = serde_json::to_string(&wire).map_err(|error| Fault::new(&error, None, Exit::Bug))?;
    Ok(line + "\n")
}

//! An approved document becomes PDF/A: picture, invisible text, metadata.
//!
//! In: [`ApprovedDocument`], and how its pictures are to be shown. Out: [`PdfA`]. Standards: ISO 19005-2 and
//! 19005-3 (level u) on ISO 32000-1, ISO 19005-1 (level b) on PDF 1.4. Each page is the input's own picture, byte for byte, or the layers that it was parted into, placed so that it
//! is upright and straight, under invisible words in reading order. Same document, same rendition: same bytes.
//! Knows nothing of signing, storage or files, and never reads the clock.

mod attachment;
mod check;
mod facts;
mod file;
mod glyphless;
mod jp2;
mod picture;
mod placement;
mod profile;
#[cfg(test)]
pub(crate) mod samples;
mod schema;
mod text_layer;
mod truetype;

use std::io;

use lopdf::{Dictionary, Object, ObjectId, StringFormat, dictionary};

use crate::base::digest::Sha256;
use crate::base::time::Timestamp;
use crate::intake::{Origin, SourceBytes, SourceFile};
use crate::ocr::{RecognizedDocument, RecognizedPage};
use crate::pdf::reading;
use crate::raster::layers::Layers;
use crate::raster::{self, Encoded};
use crate::review::ApprovedDocument;
pub use check::Violation;
use facts::Facts;
use file::Writer;
use glyphless::Codes;
pub use jp2::Jp2Fault;
use picture::Pictures;
pub(crate) use picture::entries as image_entries;
use placement::{Matrix, Sheet, number};

/// The language of documents (BCP 47).
const LANGUAGE: &str = "vi-VN";
/// Decimals of page sizes and matrices: 1/10000 point.
const DECIMALS: usize = 4;
/// Names of the font and the pictures in each page's resources: the paper or the whole picture, and the inks.
const FONT: &str = "F";
const PICTURES: [&str; 4] = ["P", "I", "J", "K"];

/// A file written under the rules of its level, with no violation collected.
#[derive(Debug, Clone)]
pub struct PdfA {
    bytes: Vec<u8>,
    sha256: Sha256,
    conformance: Conformance,
    pages: usize,
}

/// The part and level of ISO 19005 that a file claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Conformance {
    /// PDF/A-1b, on PDF 1.4: what TCVN 14159-1:2024 asks.
    A1b,
    /// PDF/A-2u.
    #[default]
    A2u,
    /// PDF/A-3u, with the input files attached.
    A3u,
}

/// How a document is to be written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rendition<'a> {
    /// The level.
    pub conformance: Conformance,
    /// What each page shows in place of its scan's own picture, by page; pages without show their own.
    pub pictures: &'a [Option<Shown>],
    /// The input files, in the order of the document's sources: attached where the level is [`Conformance::A3u`].
    pub sources: &'a [SourceBytes],
}

/// What a page shows in place of its scan's own picture.
#[derive(Debug, Clone)]
pub enum Shown {
    /// The layers that it was parted into.
    Layers(Box<Layers>),
    /// The same picture in an encoding that the level knows.
    Recoded(Encoded),
}

impl<'a> Rendition<'a> {
    /// What the page at this place, from 0, shows instead of its picture.
    fn shown_at(&self, index: usize) -> Option<&'a Shown> {
        self.pictures.get(index)?.as_ref()
    }

    /// The input files to be attached, with their facts.
    fn attachments<'d>(&self, origin: &'d Origin) -> Vec<(&'d SourceFile, &'a SourceBytes)> {
        if self.conformance == Conformance::A3u {
            origin.sources.iter().zip(self.sources).collect()
        } else {
            Vec::new()
        }
    }

    /// Bytes of what each page shows and of what is attached.
    fn bytes(&self, document: &RecognizedDocument) -> u64 {
        let shown = |(at, page): (usize, &RecognizedPage)| match self.shown_at(at) {
            Some(Shown::Layers(layers)) => layers.bytes(),
            Some(Shown::Recoded(picture)) => picture.bytes.len() as u64,
            None => page.page.scan.picture.bytes.len() as u64,
        };
        let attached = self.attachments(&document.origin).iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
        document.pages.iter().enumerate().map(shown).sum::<u64>() + attached
    }
}

/// The mark that Law 20/2023 art. 12 and Decree 137/2024 art. 4 ask of a converted paper:
/// that it was converted, by whom, when. A document that was electronic from the beginning was not converted and bears none;
/// its copy is marked by the agency's signature (`SAO Y`, Decree 30/2020 art. 25).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// The agency that converts: `UBND phường Bình Minh`.
    pub agency: String,
    /// The officer who converts, where one does.
    pub officer: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Why no file was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The document cannot be PDF/A as it is; every reason, never none.
    #[error("the document cannot be PDF/A: {}", list(.0))]
    Violations(Vec<Violation>),
    /// A file that is to be taken on is not one that sohoa wrote.
    #[error("it is no unsigned PDF/A written by sohoa: {why}")]
    Foreign {
        /// What is missing, or too much.
        why: &'static str,
    },
    /// The file could not be put together in memory.
    #[error("the file could not be put together")]
    Assembly(#[from] io::Error),
}

/// Writes a document as PDF/A.
///
/// # Errors
/// [`Error::Violations`] with every rule that the document would break, before anything is written;
/// [`Error::Assembly`] when memory for the file fails.
pub fn write(document: &ApprovedDocument, conversion: &Conversion, rendition: &Rendition<'_>) -> Result<PdfA, Error> {
    let recognized = &document.described().classified.recognized;
    let facts = Facts::of(document, conversion, rendition);
    let violations = check::violations(recognized, conversion, &facts, rendition);
    if !violations.is_empty() {
        return Err(Error::Violations(violations));
    }
    let bytes = assemble(recognized, &facts, rendition)?;
    let conformance = rendition.conformance;
    Ok(PdfA { sha256: Sha256::of(&bytes), bytes, conformance, pages: recognized.pages.len() })
}

impl PdfA {
    /// Takes on a file that [`write()`] made before, such as one that waited for its signature.
    ///
    /// What another program wrote is refused: whether it keeps the rules of its level is not judged here.
    ///
    /// # Errors
    /// [`Error::Foreign`].
    pub fn read(bytes: Vec<u8>) -> Result<Self, Error> {
        let why = |why| Error::Foreign { why };
        if !bytes.starts_with(b"%PDF-1.") || !bytes.ends_with(b"%%EOF\n") {
            return Err(why("it does not begin and end as such a file"));
        }
        reading::check_nesting(&bytes).map_err(|_| why("its dictionaries are nested too deep"))?;
        let malformed = |error: lopdf::Error| raster::Error::Malformed { format: "PDF", fact: error.to_string() };
        let file = raster::guarded("PDF structure", || reading::load(&bytes, None).map_err(malformed));
        let file = file.map_err(|_| why("it cannot be read"))?;
        let packet = facts::packet_of(&file).unwrap_or_default();
        let has = |mark: &str| packet.contains(mark);
        let said = |level: &Conformance| has(&format!("<pdfaid:part>{}</pdfaid:part>", level.part()));
        let conformance = [Conformance::A1b, Conformance::A2u, Conformance::A3u].into_iter().find(said);
        let conformance = conformance.filter(|_| has(schema::NAMESPACE.uri));
        let conformance = conformance.ok_or_else(|| why("its metadata do not say so"))?;
        // What stands in a stream, such as an attached PDF, says nothing of this file.
        let streams = || file.objects.values().filter_map(|object| object.as_stream().ok());
        let outside = |mark| count(&bytes, mark).saturating_sub(streams().map(|own| count(&own.content, mark)).sum());
        if outside(b"/ByteRange") > 0 || outside(b"%%EOF") > 1 {
            return Err(why("it was signed or updated"));
        }
        let pages = file.get_pages().len();
        Ok(Self { sha256: Sha256::of(&bytes), bytes, conformance, pages })
    }

    /// Any file, for the tests of what comes after.
    #[cfg(test)]
    pub(crate) fn for_tests(bytes: Vec<u8>) -> Self {
        Self { sha256: Sha256::of(&bytes), bytes, conformance: Conformance::A2u, pages: 1 }
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file, taken out.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Its digest.
    #[must_use]
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// What it claims.
    #[must_use]
    pub fn conformance(&self) -> Conformance {
        self.conformance
    }

    /// How many pages it has.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.pages
    }
}

impl Conformance {
    /// `pdfaid:part`.
    fn part(self) -> &'static str {
        match self {
            Self::A1b => "1",
            Self::A2u => "2",
            Self::A3u => "3",
        }
    }

    /// `pdfaid:conformance`.
    fn level(self) -> &'static str {
        match self {
            Self::A1b => "B",
            Self::A2u | Self::A3u => "U",
        }
    }

    /// The version of PDF that the part is built on.
    fn version(self) -> &'static str {
        match self {
            Self::A1b => "1.4",
            Self::A2u | Self::A3u => "1.7",
        }
    }
}

impl std::fmt::Display for Conformance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PDF/A-{}{}", self.part(), self.level().to_lowercase())
    }
}

impl Conversion {
    /// The mark in words, with the names and the moment in Vietnam's zone (ISO 8601).
    #[must_use]
    pub fn mark(&self) -> String {
        let said = [Some("BẢN SỐ HÓA TỪ VĂN BẢN GIẤY"), Some(&self.agency), self.officer.as_deref()];
        let said = said.into_iter().flatten().filter_map(facts::tidy);
        said.chain([self.at.vietnam()]).collect::<Vec<_>>().join("; ")
    }
}

impl Error {
    /// What a user can do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Violations(violations) => violations.iter().find_map(Violation::hint),
            Self::Foreign { .. } => Some("make it with `sohoa pdfa` first".to_owned()),
            Self::Assembly(_) => Some("free memory or set fewer workers".to_owned()),
        }
    }
}

fn list(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn assemble(document: &RecognizedDocument, facts: &Facts, rendition: &Rendition<'_>) -> Result<Vec<u8>, Error> {
    let (pages, conformance) = (&document.pages, rendition.conformance);
    let room = rendition.bytes(document) as usize + (16 << 10) * (pages.len() + 1);
    let mut writer = Writer::new(conformance.version(), room);
    let (catalog, tree) = (writer.reserve(), writer.reserve());
    let information = writer.add(&facts.information())?;
    let packet = facts.packet(conformance);
    let metadata = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    // Three quarters of the packet declare our fields and are the same in every file. ISO 19005-1, 6.7.2 wants it plain.
    let metadata = match conformance {
        Conformance::A1b => writer.add_stream(metadata, &packet)?,
        Conformance::A2u | Conformance::A3u => writer.add_compressed(metadata, &packet)?,
    };
    let intent = output_intent(&mut writer)?;
    let mut entries = root(conformance.version(), tree, metadata, intent);
    attachment::attach(&mut writer, &mut entries, &rendition.attachments(&document.origin), facts)?;
    writer.put(catalog, &entries)?;

    let words = pages.iter().flat_map(|page| page.text.words());
    let codes = Codes::of(words.map(|word| word.text.as_str()));
    let font = glyphless::write(&mut writer, &codes)?;
    let mut shared =
        Shared { tree, font, codes, pictures: Pictures::default(), digests: Sha256::of(&packet).as_bytes().to_vec() };
    let kids = pages
        .iter()
        .enumerate()
        .map(|(at, page)| Ok(shared.write_page(&mut writer, page, rendition.shown_at(at))?.into()));
    let kids = kids.collect::<io::Result<Vec<Object>>>()?;
    let nodes = dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids };
    writer.put(tree, &nodes)?;

    let id = Object::String(Sha256::of(&shared.digests).as_bytes()[..16].to_vec(), StringFormat::Hexadecimal);
    let trailer = dictionary! { "Root" => catalog, "Info" => information, "ID" => vec![id.clone(), id] };
    Ok(writer.finish(trailer)?)
}

/// The catalog (ISO 32000-1, table 28).
fn root(version: &str, tree: ObjectId, metadata: ObjectId, output_intent: Dictionary) -> Dictionary {
    dictionary! {
        "Type" => "Catalog",
        "Version" => version,
        "Pages" => tree,
        "Lang" => Object::string_literal(LANGUAGE),
        "MarkInfo" => dictionary! { "Marked" => false },
        "ViewerPreferences" => dictionary! { "DisplayDocTitle" => true },
        "Metadata" => metadata,
        "OutputIntents" => vec![output_intent.into()],
    }
}

/// sRGB, for the device colors of pictures (ISO 19005-2, 6.2.3).
fn output_intent(writer: &mut Writer) -> io::Result<Dictionary> {
    let profile = writer.add_compressed(dictionary! { "N" => 3 }, &profile::srgb())?;
    Ok(dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("sRGB"),
        "Info" => Object::string_literal("sRGB IEC61966-2.1"),
        "DestOutputProfile" => profile,
    })
}

/// What all pages share while they are written.
struct Shared {
    tree: ObjectId,
    font: ObjectId,
    codes: Codes,
    pictures: Pictures,
    /// Digests of everything that makes this file differ from others; their digest is its `ID`.
    digests: Vec<u8>,
}

impl Shared {
    fn write_page(
        &mut self,
        writer: &mut Writer,
        page: &RecognizedPage,
        shown: Option<&Shown>,
    ) -> io::Result<ObjectId> {
        let sheet = Sheet::of(&page.page);
        let picture = &page.page.scan.picture;
        // Layers are of what the page shows, streams of the whole picture.
        let crop = page.page.scan.crop.filter(|_| !matches!(shown, Some(Shown::Layers(_))));
        let matrix =
            sheet.picture_matrix(page.page.correction, page.page.scan.size(), crop.map(|crop| (crop, picture.size)));
        self.digests.extend(page.page.scan.sha256.as_bytes());
        // In the order in which they are shown.
        let mut pictures = Dictionary::new();
        if let Some(Shown::Layers(layers)) = shown {
            let written = self.pictures.write_layers(writer, layers)?;
            PICTURES.iter().zip(written).for_each(|(name, picture)| pictures.set(*name, picture));
            layers.pictures().for_each(|layer| self.digests.extend(Sha256::of(&layer.bytes).as_bytes()));
        } else {
            let own = if let Some(Shown::Recoded(recoded)) = shown { recoded } else { picture };
            pictures.set(PICTURES[0], self.pictures.write(writer, own)?);
        }
        let mut content = show_pictures(&sheet, &matrix, &pictures);
        content.push_str(&text_layer::draw(&page.text, &sheet, &self.codes, FONT));
        self.digests.extend(Sha256::of(content.as_bytes()).as_bytes());

        let content = writer.add_compressed(Dictionary::new(), content.as_bytes())?;
        let side = |points: f64| Object::Real(number(points, DECIMALS).parse().unwrap_or_default());
        writer.add(&dictionary! {
            "Type" => "Page",
            "Parent" => self.tree,
            "MediaBox" => vec![0.into(), 0.into(), side(sheet.width()), side(sheet.height())],
            "Resources" => dictionary! {
                "Font" => dictionary! { FONT => self.font },
                "XObject" => pictures,
            },
            "Contents" => content,
        })
    }
}

/// The pictures one over the other, cut to the page: a turned corner must not stand out of it.
fn show_pictures(sheet: &Sheet, matrix: &Matrix, pictures: &Dictionary) -> String {
    let [width, height] = [sheet.width(), sheet.height()].map(|side| number(side, DECIMALS));
    let matrix = matrix.0.map(|cell| number(cell, DECIMALS)).join(" ");
    let names = pictures.iter().map(|(name, _)| String::from_utf8_lossy(name));
    let shown = names.fold(String::new(), |shown, name| format!("{shown}/{name} Do "));
    format!("q 0 0 {width} {height} re W n {matrix} cm {shown}Q\n")
}

fn count(bytes: &[u8], mark: &[u8]) -> usize {
    bytes.windows(mark.len()).filter(|window| *window == mark).count()
}

#[cfg(test)]
mod tests;

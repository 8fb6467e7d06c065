//! A candidate's files become a document.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::base::digest::Sha256;
use crate::base::geometry::Size;
use crate::base::units::{Dpi, PageNumber};
use crate::intake::pictures::{self, PagePicture, Way};
use crate::intake::resolution::resolution;
use crate::intake::sides::Side;
use crate::intake::stack::renumbered;
use crate::intake::text::FileText;
use crate::intake::{
    Candidate, Content, Doubt, Duplex, Error, Hints, Identity, Note, Options, Origin, Provenance, Scan,
    ScannedDocument, SourceBytes, SourceFile,
};
use crate::raster::files::{self, FilePicture};
use crate::raster::pixels::Crop;
use crate::raster::probe::{Format, Probe, probe};
use crate::raster::{self, Encoded, Encoding, Limits};

/// Reads a document: each file once, all within limits, every input digested.
///
/// # Errors
/// See [`Error`]: each names the file, what was found, what was expected, and has a hint.
pub fn read(candidate: &Candidate, options: &Options) -> Result<ScannedDocument, Error> {
    let paths = candidate.files()?;
    let mut hints = candidate.hints()?;
    if let Content::Sides(_) = candidate.content {
        hints.duplex = Some(Duplex::Apart);
    }
    check_together(paths, &options.limits)?;
    let files: Vec<Result<FileRead, Error>> = paths.par_iter().map(|path| read_file(path, options)).collect();
    let (mut sources, mut source_bytes, mut pages, mut notes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut counts = Vec::new();
    for file in files {
        // The first error in page order, not the first in time: a run is told the same twice.
        let file = file?;
        let count = pages.len() + file.pages.len();
        counts.push(file.pages.len());
        let refused = |source| Error::File { path: file.source.path.clone(), source };
        options.limits.check_pages(count).map_err(refused)?;
        notes.extend(file.notes);
        pages.extend(file.pages);
        sources.push(file.source);
        source_bytes.push(file.bytes);
    }
    let order = match candidate.lone_side() {
        None => order(hints.duplex, &counts),
        Some(Side::Fronts) => Err(Doubt::SidesDiffer { fronts: pages.len(), backs: 0 }),
        Some(Side::Backs) => Err(Doubt::SidesDiffer { fronts: 0, backs: pages.len() }),
    };
    if let Ok(order) = &order {
        pages = collated(pages, order);
    }
    let keys: Vec<String> = pages.iter().map(|page| page.key.clone()).collect();
    let identity = identity(&hints, &keys);
    let scans = pages.into_iter().enumerate().map(|(index, page)| page.into_scan(index, &mut notes)).collect();
    let mut origin = Origin::new(candidate.name.clone(), sources, hints, identity);
    match order {
        Ok(order) => origin.pages = order.into_iter().map(PageNumber::at_index).collect(),
        Err(doubt) => origin.doubts.push(doubt),
    }
    Ok(ScannedDocument { origin, scans, source_bytes, notes, keys })
}

/// Reads a document again from its files as they were kept in `folder`; origin and metadata are those of before, and
/// so are the pages that were set aside.
///
/// # Errors
/// As [`read`].
pub fn read_again(origin: &Origin, folder: &Path, options: &Options) -> Result<ScannedDocument, Error> {
    let mut again = read(&Candidate::kept(origin, folder), options)?;
    if !origin.pages.is_empty() {
        let at = |place: &PageNumber| again.scans.get(place.index()).cloned();
        again.scans = renumbered(origin.pages.iter().filter_map(at).collect());
    }
    Ok(ScannedDocument { origin: origin.clone(), ..again })
}

/// The places of the pages in the order in which they are read, by how many each file has; none where that is how they
/// come.
///
/// # Errors
/// The doubt where there are not as many fronts as backs: nobody can say which is missing.
fn order(duplex: Option<Duplex>, files: &[usize]) -> Result<Vec<usize>, Doubt> {
    let count: usize = files.iter().sum();
    let (fronts, backs) = match duplex {
        None => return Ok(Vec::new()),
        Some(Duplex::FrontsThenBacks) => (count.div_ceil(2), count / 2),
        Some(Duplex::Apart) => files.first().map_or((0, 0), |fronts| (*fronts, count - fronts)),
    };
    if fronts != backs {
        return Err(Doubt::SidesDiffer { fronts, backs });
    }
    Ok((0..fronts).flat_map(|front| [front, count - 1 - front]).collect())
}

fn collated<T>(pages: Vec<T>, order: &[usize]) -> Vec<T> {
    if order.is_empty() {
        return pages;
    }
    let mut left: Vec<Option<T>> = pages.into_iter().map(Some).collect();
    order.iter().filter_map(|place| left.get_mut(*place)?.take()).collect()
}

struct FileRead {
    source: SourceFile,
    bytes: SourceBytes,
    pages: Vec<PageRead>,
    notes: Vec<Note>,
}

struct PageRead {
    picture: Encoded,
    crop: Option<Crop>,
    dpi: Dpi,
    dpi_assumed: bool,
    turn: crate::base::geometry::Turn,
    provenance: Provenance,
    sha256: Sha256,
    text: Option<Arc<FileText>>,
    /// What the page counts as in the document's identity.
    key: String,
}

impl PageRead {
    fn into_scan(self, index: usize, notes: &mut Vec<Note>) -> Scan {
        let number = PageNumber::at_index(index);
        if self.dpi_assumed {
            notes.push(Note::ResolutionAssumed { page: number, dpi: self.dpi });
        }
        Scan {
            number,
            picture: self.picture,
            crop: self.crop,
            dpi: self.dpi,
            stated_turn: self.turn,
            sha256: self.sha256,
            provenance: self.provenance,
            text: self.text,
        }
    }
}

/// The files of one document are held in memory together.
fn check_together(paths: &[PathBuf], limits: &Limits) -> Result<(), Error> {
    let mut total = 0_u64;
    for path in paths {
        let unreadable = |source| Error::Unreadable { path: path.clone(), source };
        total = total.saturating_add(std::fs::metadata(path).map_err(unreadable)?.len());
        if total > limits.max_bytes {
            let source = raster::Error::TooManyBytes { bytes: total, limit: limits.max_bytes };
            return Err(Error::File { path: path.clone(), source });
        }
    }
    let refused = |source| Error::File { path: paths.last().cloned().unwrap_or_default(), source };
    limits.check_pages(paths.len()).map_err(refused)
}

fn read_file(path: &Path, options: &Options) -> Result<FileRead, Error> {
    let refused = |source| Error::File { path: path.to_owned(), source };
    let bytes = load(path, &options.limits)?;
    let sha256 = Sha256::of(&bytes);
    let found = probe(Cursor::new(&bytes), &options.limits).map_err(refused)?;
    let name: String = path.file_name().unwrap_or_default().to_string_lossy().nfc().collect();
    let mut source = SourceFile {
        path: path.to_owned(),
        name,
        media_type: found.format().media_type().to_owned(),
        bytes: bytes.len() as u64,
        sha256,
        signed: false,
        verdict: None,
    };
    let mut notes = misleading_name(path, &source, found.format()).into_iter().collect();
    let pages = match found {
        Probe::Jpeg(header) => {
            vec![of_file(files::of_jpeg(&bytes, &header, &options.limits).map_err(refused)?, (&bytes, sha256), 0)]
        }
        Probe::Png(header) => {
            vec![of_file(files::of_png(&bytes, &header, &options.limits).map_err(refused)?, (&bytes, sha256), 0)]
        }
        Probe::Tiff(pages) => tiff(path, &bytes, &pages, (sha256, options))?,
        Probe::Pdf => pdf(&bytes, &mut source, (options, &mut notes))?,
    };
    Ok(FileRead { source, bytes, pages, notes })
}

/// Reads a file into the one place that it is kept in.
fn load(path: &Path, limits: &Limits) -> Result<SourceBytes, Error> {
    let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    let expected = file.metadata().map_err(unreadable)?.len();
    limits.check_bytes(expected).map_err(|source| Error::File { path: path.to_owned(), source })?;
    let mut bytes: SourceBytes = std::iter::repeat_n(0, expected as usize).collect();
    let mut found = 0;
    if let Some(room) = Arc::get_mut(&mut bytes) {
        while found < room.len() {
            match file.read(&mut room[found..]).map_err(unreadable)? {
                0 => break,
                read => found += read,
            }
        }
    }
    let more = file.read(&mut [0]).map_err(unreadable)?;
    let found = (found + more) as u64;
    if found == expected { Ok(bytes) } else { Err(Error::Unsettled { path: path.to_owned(), found, expected }) }
}

fn misleading_name(path: &Path, source: &SourceFile, found: Format) -> Option<Note> {
    let stated = path.extension().and_then(|extension| Format::of_extension(extension.to_str()?));
    (stated? != found)
        .then(|| Note::MisleadingName { file: source.name.clone(), media_type: source.media_type.clone() })
}

fn of_file(taken: FilePicture, (bytes, file): (&SourceBytes, Sha256), index: usize) -> PageRead {
    let (dpi, dpi_assumed) = resolution(taken.density, taken.encoded.size);
    // Most scans are a JPEG file, whose digest is known already.
    let sha256 = if Arc::ptr_eq(&taken.encoded.bytes, bytes) { file } else { Sha256::of(&taken.encoded.bytes) };
    let provenance = if taken.unchanged { Provenance::PassedThrough } else { Provenance::Recoded };
    let key = key(&taken.encoded, provenance, (sha256, file), index);
    PageRead {
        picture: taken.encoded,
        crop: None,
        dpi,
        dpi_assumed,
        turn: taken.turn,
        provenance,
        sha256,
        text: None,
        key,
    }
}

fn tiff(
    path: &Path,
    bytes: &SourceBytes,
    pages: &[crate::raster::probe::tiff::Page],
    (file, options): (Sha256, &Options),
) -> Result<Vec<PageRead>, Error> {
    let taken: Vec<_> = pages.par_iter().map(|page| files::tiff::of_page(bytes, page, &options.limits)).collect();
    let at_page =
        |index| move |source| Error::Page { path: path.to_owned(), page: PageNumber::at_index(index), source };
    let read = |(index, taken): (usize, Result<FilePicture, raster::Error>)| {
        taken.map(|taken| of_file(taken, (bytes, file), index)).map_err(at_page(index))
    };
    taken.into_iter().enumerate().map(read).collect()
}

fn pdf(
    bytes: &SourceBytes,
    source: &mut SourceFile,
    (options, notes): (&Options, &mut Vec<Note>),
) -> Result<Vec<PageRead>, Error> {
    let path = source.path.clone();
    let refused = |source| Error::Pdf { path: path.clone(), source };
    let file = pictures::open(Arc::clone(bytes), &options.limits, &options.passwords).map_err(refused)?;
    source.signed = file.is_signed();
    if file.is_repaired() {
        notes.push(Note::Repaired { file: source.name.clone() });
    }
    if file.asks_for_password() {
        notes.push(Note::Unlocked { file: source.name.clone() });
    }
    if file.values_drawn() > 0 {
        notes.push(Note::ValuesDrawn { file: source.name.clone(), fields: file.values_drawn() });
    }
    let denied = file.denied();
    if !denied.is_empty() {
        notes.push(Note::Locked { file: source.name.clone(), denied });
    }
    let pages = file.pictures(options.render_dpi, &options.limits).map_err(refused)?;
    Ok(pages.into_iter().enumerate().map(|(index, page)| of_page(page, source.sha256, index)).collect())
}

fn of_page(page: PagePicture, file: Sha256, index: usize) -> PageRead {
    let sha256 = Sha256::of(&page.encoded.bytes);
    let provenance = match page.way {
        Way::Kept => Provenance::PassedThrough,
        Way::Recoded => Provenance::Recoded,
        Way::Drawn => Provenance::Rendered,
    };
    let mut key = key(&page.encoded, provenance, (sha256, file), index);
    if let Some(Crop { left, top, size: Size { width, height } }) = page.crop {
        // Two pages may show different parts of one picture.
        key.push_str(&format!(" {left},{top} {width}x{height}"));
    }
    PageRead {
        picture: page.encoded,
        crop: page.crop,
        dpi: page.dpi,
        dpi_assumed: false,
        turn: page.turn,
        provenance,
        sha256,
        text: page.text,
        key,
    }
}

/// A page's part of the identity: bytes that the input itself holds. Bytes made here would change with the encoder.
fn key(picture: &Encoded, provenance: Provenance, (own, file): (Sha256, Sha256), index: usize) -> String {
    match (provenance, &picture.encoding) {
        (Provenance::PassedThrough, Encoding::Jbig2 { globals: Some(globals) }) => {
            format!("{own} {}", Sha256::of(globals))
        }
        (Provenance::PassedThrough, _) => own.to_string(),
        _ => format!("{file}#{}", index + 1),
    }
}

/// SHA-256 over lines of text, each ended by a line feed: the form's name, dossier, paper, ordinal, then a line a page.
pub(super) fn identity(hints: &Hints, pages: &[String]) -> Identity {
    let dossier = hints.dossier.as_ref().map_or("", |code| code.as_str());
    let paper = hints.paper.as_ref().map_or("", |code| code.as_str());
    let mut text = format!("sohoa-input-1\ndossier {dossier}\npaper {paper}\nordinal {}\n", hints.ordinal.unwrap_or(1));
    for page in pages {
        text.push_str("page ");
        text.push_str(page);
        text.push('\n');
    }
    Identity(Sha256::of(text.as_bytes()))
}

#[cfg(test)]
mod tests;

//! What lies in an inbox: documents to be read, and what is passed over and why.
//!
//! Only names are looked at, and the first bytes where a name does not say enough (TIFF files, which may be one
//! page or a document, and names without a known extension). Links are not followed.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use walkdir::{DirEntry, WalkDir};

use crate::intake::metadata::{self, CSV, JSON, Level};
use crate::intake::names::{extension, is_hidden, is_unfinished, metadata_beside, own_metadata};
use crate::intake::order::natural;
use crate::intake::sides;
use crate::intake::{Error, Hints, Options, Origin};
use crate::raster::probe::{self, Format, Probe};

/// What was found in an inbox.
#[derive(Debug)]
pub struct Discovery {
    /// Documents in natural order of their names, not yet read.
    pub candidates: Vec<Candidate>,
    /// What is no document.
    pub skipped: Vec<Skipped>,
}

/// A document that has not been read yet.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Path below the inbox, `/` between folders, in NFC.
    pub name: String,
    /// What it is made of.
    pub content: Content,
    pub(super) path: PathBuf,
    pub(super) own: Option<PathBuf>,
    level: Arc<Level>,
}

/// What a candidate is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// One file.
    File(PathBuf),
    /// Pages in order, each a file.
    Pages(Vec<PathBuf>),
    /// Two files: of the fronts of its sheets, and of their backs.
    Sides([PathBuf; 2]),
    /// Nothing that can be read: reading it gives the error.
    Nothing(Fault),
}

/// Why a candidate has no content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A folder without scans, and how many entries were passed over.
    EmptyFolder(usize),
    /// No right to look into it, or no such place.
    Unreadable(std::io::ErrorKind),
    /// Its name is no UTF-8.
    NameNotText,
}

/// An entry that is no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where it is.
    pub path: PathBuf,
    /// Why it is passed over.
    pub reason: SkipReason,
}

/// Why an entry is passed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SkipReason {
    /// A hidden file, or one that a system or a program keeps for itself.
    #[error("hidden, or a file of the system")]
    Hidden,
    /// The name says that it is not yet finished.
    #[error("not finished: its name ends like that of a file being written")]
    Unfinished,
    /// A link.
    #[error("a link, which is not followed")]
    Link,
    /// A pipe, a socket, a device.
    #[error("no regular file")]
    Special,
    /// Something else than a scan.
    #[error("no scan: {0}")]
    NotAScan(String),
    /// Metadata of a document that is not there.
    #[error("metadata of `{0}`, which is not there")]
    LonelyMetadata(String),
}

/// Looks through an inbox, or at one file.
///
/// # Errors
/// [`Error::Unreadable`] when the inbox cannot be opened, [`Error::EmptyFolder`] when it holds no document at all.
pub fn discover(inbox: &Path, options: &Options) -> Result<Discovery, Error> {
    let unreadable = |source| Error::Unreadable { path: inbox.to_owned(), source };
    let is_folder = std::fs::metadata(inbox).map_err(unreadable)?.is_dir();
    let root = if is_folder { inbox } else { inbox.parent().unwrap_or(Path::new("")) };
    let mut search = Search { root, options, skipped: Vec::new() };
    if !is_folder {
        let level = Arc::new(Level::read(root, None));
        let candidate = search.candidate(inbox, Content::File(inbox.to_owned()), level);
        return Ok(Discovery { candidates: vec![candidate], skipped: Vec::new() });
    }
    std::fs::read_dir(inbox).map_err(unreadable)?;
    let candidates = search.folder(inbox, None, 0);
    if candidates.is_empty() {
        return Err(Error::EmptyFolder { path: inbox.to_owned(), skipped: search.skipped.len() });
    }
    Ok(Discovery { candidates, skipped: search.skipped })
}

/// One document named by itself: a file, or a folder whose pictures are its pages.
///
/// # Errors
/// [`Error::Unreadable`], [`Error::EmptyFolder`], [`Error::SeveralDocuments`] for a folder that is more than one.
pub fn single(path: &Path, options: &Options) -> Result<Candidate, Error> {
    let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
    let is_folder = std::fs::metadata(path).map_err(unreadable)?.is_dir();
    let root = path.parent().unwrap_or(Path::new(""));
    let mut search = Search { root, options, skipped: Vec::new() };
    let mut found = if is_folder { search.folder(path, None, 0) } else { discover(path, options)?.candidates };
    match (found.pop(), found.len()) {
        (Some(candidate), 0) => Ok(candidate),
        (None, _) => Err(Error::EmptyFolder { path: path.to_owned(), skipped: search.skipped.len() }),
        (Some(_), others) => Err(Error::SeveralDocuments { path: path.to_owned(), found: others + 1 }),
    }
}

impl Candidate {
    /// A document that was read before, from its files as they were kept in a folder.
    pub(super) fn kept(origin: &Origin, folder: &Path) -> Self {
        let mut paths: Vec<PathBuf> = origin.sources.iter().map(|source| folder.join(&source.name)).collect();
        let content = if paths.len() == 1 { Content::File(paths.remove(0)) } else { Content::Pages(paths) };
        let level = Arc::new(Level::read(folder, None));
        Self { name: origin.name.clone(), content, path: folder.to_owned(), own: None, level }
    }

    /// The side of sheets that its name speaks of, where the other side's file is not there.
    pub(super) fn lone_side(&self) -> Option<sides::Side> {
        let Content::File(path) = &self.content else { return None };
        sides::side(path).map(|(_, side)| side).filter(|_| sides::other_side(path).is_none())
    }

    /// What the metadata around it say.
    ///
    /// # Errors
    /// [`metadata::Error`] for the nearest file that is wrong.
    pub fn hints(&self) -> Result<Hints, metadata::Error> {
        metadata::hints(&self.path, self.own.as_deref(), &self.level)
    }

    /// Its files in page order.
    ///
    /// # Errors
    /// Why there are none.
    pub fn files(&self) -> Result<&[PathBuf], Error> {
        match &self.content {
            Content::File(path) => Ok(std::slice::from_ref(path)),
            Content::Pages(paths) => Ok(paths),
            Content::Sides(paths) => Ok(paths),
            Content::Nothing(Fault::EmptyFolder(skipped)) => {
                Err(Error::EmptyFolder { path: self.path.clone(), skipped: *skipped })
            }
            Content::Nothing(Fault::Unreadable(kind)) => {
                Err(Error::Unreadable { path: self.path.clone(), source: (*kind).into() })
            }
            Content::Nothing(Fault::NameNotText) => Err(Error::NameNotText { path: self.path.clone() }),
        }
    }
}

/// Folders within folders: deeper than any archive's, less deep than the stack.
const MOST_NESTING: usize = 64;

struct Search<'a> {
    root: &'a Path,
    options: &'a Options,
    skipped: Vec<Skipped>,
}

/// What an entry is by its name, or by its first bytes.
enum Entry {
    Folder(Vec<Candidate>),
    Document,
    Picture,
}

impl Search<'_> {
    fn folder(&mut self, folder: &Path, above: Option<Arc<Level>>, depth: usize) -> Vec<Candidate> {
        let level = Arc::new(Level::read(folder, above));
        let skipped_before = self.skipped.len();
        let (mut entries, mut metadata) = (Vec::new(), Vec::new());
        for entry in WalkDir::new(folder).min_depth(1).max_depth(1).follow_links(false) {
            match entry {
                Ok(entry) if is_metadata(&entry) => metadata.push(entry.into_path()),
                Ok(entry) => entries.push(entry),
                Err(error) => return vec![self.unreadable(folder, &error, level)],
            }
        }
        let name = |entry: &DirEntry| sides::in_order(&entry.file_name().to_string_lossy());
        entries.sort_by(|a, b| natural(&name(a), &name(b)));
        let mut found = Vec::new();
        for entry in entries {
            if let Some(kind) = self.entry(&entry, &level, depth) {
                found.push((entry.into_path(), kind));
            }
        }
        call_pictures_by_their_name(&mut found);
        self.lonely(&metadata, &found, &level);
        let skipped = &self.skipped[skipped_before..];
        // A folder of other files is listed file by file, and holds no document that could be missed.
        let others = skipped.iter().any(|skipped| matches!(skipped.reason, SkipReason::NotAScan(_)));
        let skipped = skipped.len();
        if found.is_empty() && others { Vec::new() } else { self.documents(folder, found, level, skipped) }
    }

    /// The rule of what is a document; see the head of [`intake`](crate::intake).
    fn documents(
        &self,
        folder: &Path,
        found: Vec<(PathBuf, Entry)>,
        level: Arc<Level>,
        skipped: usize,
    ) -> Vec<Candidate> {
        let is_inbox = folder == self.root;
        let is_document = |(_, kind): &(PathBuf, Entry)| match kind {
            Entry::Document => true,
            Entry::Folder(below) => !below.is_empty(),
            Entry::Picture => false,
        };
        let pictures: Vec<PathBuf> =
            found.iter().filter(|(_, kind)| matches!(kind, Entry::Picture)).map(|(path, _)| path.clone()).collect();
        if found.is_empty() && !is_inbox {
            return vec![self.candidate(folder, Content::Nothing(Fault::EmptyFolder(skipped)), level)];
        }
        let alone = pictures.iter().any(|path| own_metadata(path).is_some() || is_in_table(path, &level));
        if !is_inbox && !pictures.is_empty() && !alone && !found.iter().any(is_document) {
            return vec![self.candidate(folder, Content::Pages(pictures), level)];
        }
        let files: Vec<PathBuf> =
            found.iter().filter(|(_, kind)| !matches!(kind, Entry::Folder(_))).map(|(path, _)| path.clone()).collect();
        let (mut candidates, mut taken) = (Vec::new(), BTreeSet::new());
        for (path, kind) in found {
            match kind {
                Entry::Folder(below) => candidates.extend(below),
                _ if taken.contains(&path) => {}
                _ if let Some(backs) = sides::backs_of(&path, files.iter()).filter(|backs| !taken.contains(*backs)) => {
                    taken.insert(backs.clone());
                    let content = Content::Sides([path.clone(), backs.clone()]);
                    candidates.push(self.candidate(&path, content, Arc::clone(&level)));
                }
                _ => candidates.push(self.candidate(&path, Content::File(path.clone()), Arc::clone(&level))),
            }
        }
        candidates
    }

    fn candidate(&self, path: &Path, content: Content, level: Arc<Level>) -> Candidate {
        let below = path.strip_prefix(self.root).unwrap_or(path);
        let name = if below.as_os_str().is_empty() { path.file_name().map_or(path, Path::new) } else { below };
        let content = if path.to_str().is_some() { content } else { Content::Nothing(Fault::NameNotText) };
        Candidate {
            name: name.to_string_lossy().nfc().collect(),
            content,
            path: path.to_owned(),
            own: own_metadata(path),
            level,
        }
    }

    fn unreadable(&self, folder: &Path, error: &walkdir::Error, level: Arc<Level>) -> Candidate {
        let kind = error.io_error().map_or(std::io::ErrorKind::Other, std::io::Error::kind);
        self.candidate(folder, Content::Nothing(Fault::Unreadable(kind)), level)
    }

    fn skip(&mut self, entry: &DirEntry, reason: SkipReason) -> Option<Entry> {
        self.skipped.push(Skipped { path: entry.path().to_owned(), reason });
        None
    }

    fn entry(&mut self, entry: &DirEntry, level: &Arc<Level>, depth: usize) -> Option<Entry> {
        let name = entry.file_name().to_string_lossy();
        let kind = entry.file_type();
        if is_hidden(&name) {
            self.skip(entry, SkipReason::Hidden)
        } else if is_unfinished(&name) {
            self.skip(entry, SkipReason::Unfinished)
        } else if kind.is_symlink() {
            self.skip(entry, SkipReason::Link)
        } else if kind.is_dir() && depth >= MOST_NESTING {
            self.skip(entry, SkipReason::NotAScan(format!("folders are nested more than {MOST_NESTING} deep")))
        } else if kind.is_dir() {
            Some(Entry::Folder(self.folder(entry.path(), Some(Arc::clone(level)), depth + 1)))
        } else if !kind.is_file() {
            self.skip(entry, SkipReason::Special)
        } else {
            self.file(entry)
        }
    }

    fn file(&mut self, entry: &DirEntry) -> Option<Entry> {
        match extension(entry.path()).and_then(|extension| Format::of_extension(&extension)) {
            Some(Format::Pdf) => Some(Entry::Document),
            Some(Format::Jpeg | Format::Png) => Some(Entry::Picture),
            Some(Format::Tiff) => Some(self.tiff(entry.path())),
            None => match first_bytes(entry.path()) {
                // Whatever cannot be looked into is named when it is read.
                None => Some(Entry::Document),
                Some(head) => match probe::format(&head) {
                    Ok(Format::Pdf) => Some(Entry::Document),
                    Ok(Format::Tiff) => Some(self.tiff(entry.path())),
                    Ok(Format::Jpeg | Format::Png) => Some(Entry::Picture),
                    Err(error) => self.skip(entry, SkipReason::NotAScan(error.to_string())),
                },
            },
        }
    }

    fn tiff(&self, path: &Path) -> Entry {
        let pages =
            File::open(path).ok().and_then(|file| probe::probe(BufReader::new(file), &self.options.limits).ok());
        match pages {
            Some(Probe::Tiff(pages)) if pages.len() == 1 => Entry::Picture,
            Some(Probe::Jpeg(_) | Probe::Png(_)) => Entry::Picture,
            _ => Entry::Document,
        }
    }

    /// Metadata whose document is not there would be lost without a word.
    fn lonely(&mut self, files: &[PathBuf], found: &[(PathBuf, Entry)], level: &Level) {
        let stems: BTreeSet<PathBuf> =
            found.iter().filter_map(|(path, _)| Some(metadata_beside(path)?.with_extension(""))).collect();
        for path in files.iter().filter(|path| path.file_name().is_some_and(|name| name != JSON && name != CSV)) {
            if !stems.contains(&path.with_extension("")) {
                let document = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                self.skipped.push(Skipped { path: path.clone(), reason: SkipReason::LonelyMetadata(document) });
            }
        }
        let Some(Ok(table)) = &level.table else { return };
        for name in table.names().filter(|name| !level.folder.join(name).exists()) {
            let reason = SkipReason::LonelyMetadata(name.to_owned());
            self.skipped.push(Skipped { path: level.folder.join(CSV), reason });
        }
    }
}

fn is_metadata(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.file_type().is_file()
        && !is_hidden(&name)
        && (name == CSV || extension(entry.path()).is_some_and(|e| e == "json"))
}

fn is_in_table(path: &Path, level: &Level) -> bool {
    let below = path.strip_prefix(&level.folder).ok();
    matches!((&level.table, below), (Some(Ok(table)), Some(below)) if table.row(below).is_some())
}

/// Scanners and users call pictures `.pdf`: among pictures, such a file is one of them.
fn call_pictures_by_their_name(found: &mut [(PathBuf, Entry)]) {
    if !found.iter().any(|(_, kind)| matches!(kind, Entry::Picture)) {
        return;
    }
    for (path, kind) in found.iter_mut().filter(|(_, kind)| matches!(kind, Entry::Document)) {
        let format = first_bytes(path).and_then(|head| probe::format(&head).ok());
        if matches!(format, Some(Format::Jpeg | Format::Png)) {
            *kind = Entry::Picture;
        }
    }
}

/// Whether a file is one that an inbox takes, by its name or its first bytes.
pub(super) fn is_scan(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let of_name = || extension(path).and_then(|extension| Format::of_extension(&extension)).is_some();
    let of_bytes = || first_bytes(path).is_none_or(|head| probe::format(&head).is_ok());
    !is_hidden(&name) && !is_unfinished(&name) && path.is_file() && !path.is_symlink() && (of_name() || of_bytes())
}

fn first_bytes(path: &Path) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path).ok()?.take(probe::HEAD as u64).read_to_end(&mut head).ok()?;
    Some(head)
}

#[cfg(test)]
mod tests;

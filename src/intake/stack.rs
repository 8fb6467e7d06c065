//! A stack of papers in one input becomes its documents: separators divide it, and are set aside.
//!
//! A document of a stack keeps its own pages alone, because the others may be another citizen's: the files of its pages where
//! each page is a file, and a PDF or TIFF of its pages, taken out of the stack's unchanged, where the stack is one.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::pictures;
use super::read::identity;
use super::separator::{Look, Separator};
use super::{Error, Hints, Origin, Scan, ScannedDocument, SourceBytes, SourceFile, metadata};
use crate::barcode::Code;
use crate::base::digest::Sha256;
use crate::base::units::PageNumber;
use crate::raster::Limits;
use crate::raster::probe;
use crate::vn::codes::DossierCode;

/// A page of the input that is no page of the document; it stays in the kept sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// Its place among the pages of the kept sources.
    pub page: PageNumber,
    /// Digest of its picture's encoded bytes.
    pub sha256: Sha256,
    /// Why it is no page of the document.
    pub reason: AsideReason,
}

/// Why a page is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AsideReason {
    /// A sheet with a patch code T.
    PatchSheet,
    /// A sheet with a code that divides.
    Separator,
    /// Nothing is written or printed on it.
    Blank,
}

impl AsideReason {
    /// The reason in a word, as it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PatchSheet => "patch-sheet",
            Self::Separator => "separator",
            Self::Blank => "blank",
        }
    }

    /// The reason as people read it.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::PatchSheet => "tờ phân cách Patch T",
            Self::Separator => "tờ phân cách có mã",
            Self::Blank => "trang trắng",
        }
    }
}

/// Where in a stack a document lay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackPart {
    /// The stack's name: that of its file or folder below the inbox.
    pub of: String,
    /// Digest of the stack's file, where it is one.
    pub sha256: Option<Sha256>,
    /// Its first page in the stack, separators counted.
    pub first: PageNumber,
    /// Its last.
    pub last: PageNumber,
    /// The person who divided it; none where separators did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// Something about the input that a person must decide before the document goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "doubt")]
pub enum Doubt {
    /// The metadata say one thing, a code on a page another.
    CodeDisagrees {
        /// The field, in Vietnamese.
        field: String,
        /// What the metadata say; an owner's number is masked.
        metadata: String,
        /// What the code says.
        code: String,
    },
    /// Two codes on the pages say different things.
    CodesDiffer {
        /// The field, in Vietnamese.
        field: String,
        /// What they say.
        codes: Vec<String>,
    },
    /// Fronts and backs were scanned one after the other, and are not as many.
    SidesDiffer {
        /// Pages taken for fronts.
        fronts: usize,
        /// Pages taken for backs.
        backs: usize,
    },
    /// The code of the separator before the document cannot be understood.
    SeparatorUnclear {
        /// Why.
        fact: String,
    },
}

impl Doubt {
    /// The doubt as people read it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::CodeDisagrees { field, metadata, code } => {
                format!("{field}: siêu dữ liệu ghi {metadata}, mã trên giấy ghi {code}")
            }
            Self::CodesDiffer { field, codes } => format!("{field}: các mã trên giấy khác nhau ({})", codes.join(", ")),
            Self::SidesDiffer { fronts, backs } => {
                format!("quét hai mặt: {fronts} mặt trước nhưng {backs} mặt sau, chưa xếp xen kẽ")
            }
            Self::SeparatorUnclear { fact } => format!("không hiểu mã trên tờ phân cách: {fact}"),
        }
    }
}

/// A code on a page of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageCode {
    /// The page, as the document counts.
    pub page: PageNumber,
    /// The code, its place in the pixels of the scan.
    pub code: Code,
}

/// The documents of an input, by what was seen on each of its pages; one document where nothing divides it.
///
/// # Errors
/// [`Error::Indivisible`] where separators divide a file that its pages cannot be taken out of.
pub fn formed(mut scanned: ScannedDocument, looks: Vec<Look>, limits: &Limits) -> Result<Vec<ScannedDocument>, Error> {
    let (groups, trailing) = groups(&looks);
    if groups.is_empty() {
        scanned.origin.codes = page_codes(&looks);
        scanned.take_from_codes();
        return Ok(vec![scanned]);
    }
    let count = groups.len();
    let whole = Whole { scanned, looks };
    let mut documents: Vec<ScannedDocument> = Vec::with_capacity(count);
    for (index, mut group) in groups.into_iter().enumerate() {
        if index + 1 == count {
            group.pages.extend(&trailing);
            group.aside.extend(&trailing);
        }
        documents.push(whole.part(&group, count > 1, limits)?);
    }
    Ok(documents)
}

/// Pages that belong together, by their places in the stack from 0.
#[derive(Default)]
struct Group {
    /// All of them, in order.
    pages: Vec<usize>,
    /// Those that are separators.
    aside: Vec<usize>,
}

/// Groups with at least one paper; and the separators behind the last. No groups where nothing divides, or where
/// there is nothing but separators.
fn groups(looks: &[Look]) -> (Vec<Group>, Vec<usize>) {
    let divides: Vec<bool> = looks.iter().map(|look| Separator::of(look).is_some()).collect();
    if divides.iter().all(|divides| *divides) || !divides.contains(&true) {
        return (Vec::new(), Vec::new());
    }
    let (mut groups, mut group) = (Vec::new(), Group::default());
    for (page, divides) in divides.into_iter().enumerate() {
        if divides && group.pages.len() > group.aside.len() {
            groups.push(std::mem::take(&mut group));
        }
        group.pages.push(page);
        if divides {
            group.aside.push(page);
        }
    }
    let trailing = if group.pages.len() > group.aside.len() {
        groups.push(group);
        Vec::new()
    } else {
        group.pages
    };
    (groups, trailing)
}

fn page_codes(looks: &[Look]) -> Vec<PageCode> {
    let of_page = |(index, look): (usize, &Look)| {
        let page = PageNumber::at_index(index);
        look.codes.iter().map(|code| PageCode { page, code: code.clone() }).collect::<Vec<_>>()
    };
    looks.iter().enumerate().flat_map(of_page).collect()
}

/// A stack with what was seen on its pages.
struct Whole {
    scanned: ScannedDocument,
    looks: Vec<Look>,
}

impl Whole {
    /// One document of the stack. `divided`: there are others, whose pages it must not keep.
    fn part(&self, group: &Group, divided: bool, limits: &Limits) -> Result<ScannedDocument, Error> {
        let papers: Vec<usize> = group.pages.iter().filter(|page| !group.aside.contains(page)).copied().collect();
        let mut origin = self.scanned.origin.clone();
        for page in &group.aside {
            match Separator::of(&self.looks[*page]) {
                Some(Separator::Fields(Ok(hints))) => origin.take_code(&hints),
                Some(Separator::Fields(Err(fact))) => origin.doubts.push(Doubt::SeparatorUnclear { fact }),
                Some(Separator::Patch) | None => {}
            }
        }
        // Places in the kept sources: those of the stack, or of the part alone, in which pages lie as in the stack.
        let in_stack = |page: &usize| self.scanned.origin.place_in_sources(*page).index();
        let mut kept: Vec<usize> = group.pages.iter().map(in_stack).collect();
        kept.sort_unstable();
        let place = |page: &usize| {
            let place = in_stack(page);
            PageNumber::at_index(if divided { kept.partition_point(|other| *other < place) } else { place })
        };
        origin.pages = papers.iter().map(place).collect();
        origin.set_aside = group.aside.iter().map(|page| self.set_aside(*page, place(page))).collect();
        let keys: Vec<String> = papers.iter().map(|page| self.scanned.keys[*page].clone()).collect();
        origin.identity = identity(&origin.hints, &keys);
        let (sources, source_bytes) = if divided {
            sources_of(&self.scanned, &kept, limits)?
        } else {
            (origin.sources, self.scanned.source_bytes.clone())
        };
        origin.sources = sources;
        if divided {
            let (first, last) =
                (PageNumber::at_index(group.pages[0]), PageNumber::at_index(group.pages[group.pages.len() - 1]));
            let only = self.scanned.origin.sources.len() == 1;
            let sha256 = self.scanned.origin.sources.first().filter(|_| only).map(|source| source.sha256);
            let of = std::mem::take(&mut origin.name);
            origin.name = format!("{of}, trang {first}-{last}", first = first.value(), last = last.value());
            origin.stack = Some(StackPart { of, sha256, first, last, by: None });
        }
        let looks: Vec<Look> = papers.iter().map(|page| self.looks[*page].clone()).collect();
        origin.codes = page_codes(&looks);
        let scans = papers.iter().map(|page| self.scanned.scans[*page].clone()).collect();
        let notes = self.scanned.notes.clone();
        let mut part = ScannedDocument { origin, scans: renumbered(scans), source_bytes, notes, keys };
        part.take_from_codes();
        Ok(part)
    }

    fn set_aside(&self, page: usize, place: PageNumber) -> SetAside {
        let patch = Separator::of(&self.looks[page]) == Some(Separator::Patch);
        let reason = if patch { AsideReason::PatchSheet } else { AsideReason::Separator };
        SetAside { page: place, sha256: self.scanned.scans[page].sha256, reason }
    }
}

/// The sources of some pages of a document alone, by their places from 0: the files of these pages where each page is a file,
/// else a file of these pages, taken out of the document's unchanged.
///
/// # Errors
/// [`Error::Indivisible`].
pub(super) fn sources_of(
    whole: &ScannedDocument,
    pages: &[usize],
    limits: &Limits,
) -> Result<(Vec<SourceFile>, Vec<SourceBytes>), Error> {
    let (sources, bytes) = (&whole.origin.sources, &whole.source_bytes);
    let all = whole.keys.len();
    if sources.len() == all {
        return Ok(pages.iter().map(|page| (sources[*page].clone(), Arc::clone(&bytes[*page]))).unzip());
    }
    let indivisible =
        || Error::Indivisible { path: sources.first().map(|source| source.path.clone()).unwrap_or_default() };
    let ([source], [bytes]) = (&sources[..], &bytes[..]) else { return Err(indivisible()) };
    let (taken, extension) = match source.media_type.as_str() {
        "application/pdf" => (pictures::pages_of(bytes, pages), "pdf"),
        "image/tiff" => (probe::tiff::pages_of(bytes, pages, limits).ok(), "tif"),
        _ => (None, ""),
    };
    let taken: SourceBytes = taken.ok_or_else(indivisible)?.into();
    let stem = Path::new(&source.name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = format!("{stem}.p{}-{}.{extension}", pages[0] + 1, pages[pages.len() - 1] + 1);
    let part = SourceFile { name, bytes: taken.len() as u64, sha256: Sha256::of(&taken), ..source.clone() };
    Ok((vec![part], vec![taken]))
}

/// Pages counted anew from 1.
pub(super) fn renumbered(scans: Vec<Scan>) -> Vec<Scan> {
    scans.into_iter().enumerate().map(|(index, scan)| Scan { number: PageNumber::at_index(index), ..scan }).collect()
}

impl Origin {
    /// Takes over what a code says; where the metadata say otherwise they stay, and a person must decide.
    fn take_code(&mut self, code: &Hints) {
        self.doubts.extend(metadata::differences(&self.hints, code));
        metadata::fill(&mut self.hints, code);
    }

    /// The place in the kept sources of the document's `index`th page, from 0.
    #[must_use]
    pub fn place_in_sources(&self, index: usize) -> PageNumber {
        self.pages.get(index).copied().unwrap_or_else(|| PageNumber::at_index(index))
    }
}

impl ScannedDocument {
    /// The dossier that codes on the pages name, where the metadata name none. Receipts and covers bear it; it is no part
    /// of the identity, which must not change when codes are read better.
    pub(super) fn take_from_codes(&mut self) {
        let mut dossiers: Vec<DossierCode> =
            self.origin.codes.iter().filter_map(|found| found.code.text.parse().ok()).collect();
        dossiers.sort();
        dossiers.dedup();
        match &dossiers[..] {
            [] => {}
            [dossier] => self.origin.take_code(&Hints { dossier: Some(dossier.clone()), ..Hints::default() }),
            _ => self.origin.doubts.push(Doubt::CodesDiffer {
                field: "mã hồ sơ".to_owned(),
                codes: dossiers.iter().map(ToString::to_string).collect(),
            }),
        }
    }
}

#[cfg(test)]
mod tests;

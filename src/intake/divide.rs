//! A document that turned out to be several becomes them, where a person says where each begins.
//!
//! It is divided from its files as they were kept, so that the parts are the same whenever that is done. They go on as the
//! documents of a [`stack`](super::stack) do: each keeps its own pages alone, and what was set aside between them.

use std::ops::Range;
use std::path::Path;

use super::read::{identity, read};
use super::stack::{renumbered, sources_of};
use super::{Candidate, Doubt, Error, Hints, Options, Origin, PageCode, ScannedDocument, SetAside, StackPart};
use crate::base::units::PageNumber;
use crate::vn::codes::DossierCode;

/// Where a document is divided, and who says so.
#[derive(Debug, Clone, Copy)]
pub struct Division<'a> {
    /// The pages with which documents begin, as the whole counts them: rising, none of them its first.
    pub starts: &'a [PageNumber],
    /// Who divides.
    pub by: &'a str,
}

/// The documents of a whole that was kept in `folder`.
///
/// # Errors
/// As [`read`], and [`Error::Indivisible`] where pages cannot be taken out of the file, or it is a signed original.
pub fn divided(
    origin: &Origin,
    folder: &Path,
    division: Division<'_>,
    options: &Options,
) -> Result<Vec<ScannedDocument>, Error> {
    if let Some(signed) = origin.sources.iter().find(|source| source.signed) {
        return Err(Error::Indivisible { path: signed.path.clone() });
    }
    let sources = read(&Candidate::kept(origin, folder), options)?;
    let count = sources.scans.len();
    let order: Vec<usize> = match &origin.pages[..] {
        [] => (0..count).collect(),
        places => places.iter().map(|place| place.index()).filter(|place| *place < count).collect(),
    };
    let whole = Whole { origin, sources, order, by: division.by };
    whole.ranges(division.starts).map(|range| whole.part(range, options)).collect()
}

struct Whole<'a> {
    origin: &'a Origin,
    /// All pages of the kept files.
    sources: ScannedDocument,
    /// The places of the document's pages among them.
    order: Vec<usize>,
    by: &'a str,
}

impl Whole<'_> {
    fn ranges(&self, starts: &[PageNumber]) -> impl Iterator<Item = Range<usize>> {
        let count = self.order.len();
        let within = starts.iter().map(|page| page.index()).filter(|start| *start < count);
        let mut bounds: Vec<usize> = [0, count].into_iter().chain(within).collect();
        bounds.sort_unstable();
        bounds.dedup();
        (1..bounds.len()).map(move |end| bounds[end - 1]..bounds[end])
    }

    fn part(&self, range: Range<usize>, options: &Options) -> Result<ScannedDocument, Error> {
        let papers = &self.order[range.clone()];
        let aside: Vec<&SetAside> =
            self.origin.set_aside.iter().filter(|aside| range.contains(&self.before(aside))).collect();
        let mut kept: Vec<usize> = papers.iter().copied().chain(aside.iter().map(|aside| aside.page.index())).collect();
        kept.sort_unstable();
        let place = |place: usize| PageNumber::at_index(kept.partition_point(|other| *other < place));
        let keys: Vec<String> = papers.iter().map(|place| self.sources.keys[*place].clone()).collect();
        let hints = self.hints(range.start == 0);
        let (sources, source_bytes) = sources_of(&self.sources, &kept, &options.limits)?;
        let identity = identity(&hints, &keys);
        let mut origin = Origin::new(self.name(&range), sources, hints, identity);
        origin.pages = papers.iter().map(|page| place(*page)).collect();
        origin.set_aside =
            aside.into_iter().map(|aside| SetAside { page: place(aside.page.index()), ..aside.clone() }).collect();
        origin.stack = Some(self.stack_part(&range));
        origin.codes = self.codes(&range);
        let lasting = |doubt: &&Doubt| matches!(doubt, Doubt::SeparatorUnclear { .. });
        origin.doubts = self.origin.doubts.iter().filter(lasting).cloned().collect();
        let scans = papers.iter().map(|place| self.sources.scans[*place].clone()).collect();
        let notes = self.sources.notes.clone();
        let mut part = ScannedDocument { origin, scans: renumbered(scans), source_bytes, notes, keys };
        part.take_from_codes();
        Ok(part)
    }

    /// What the metadata of the whole say of a part: of its first paper all but how many pages there are. Those behind it
    /// may be other citizens', of other kinds and dossiers; nothing of one paper is said of them. A dossier that a code on
    /// a page named is that page's part's, which takes it from its own codes again.
    fn hints(&self, is_first: bool) -> Hints {
        let stated = &self.origin.hints;
        let is_on_a_page = |dossier: &DossierCode| {
            self.origin
                .codes
                .iter()
                .any(|found| found.code.text.parse().is_ok_and(|code: DossierCode| code == *dossier))
        };
        let dossier = stated.dossier.clone().filter(|dossier| !is_on_a_page(dossier));
        if is_first {
            Hints { pages: None, dossier, ..stated.clone() }
        } else {
            Hints { dossier, procedure: stated.procedure.clone(), ..Hints::default() }
        }
    }

    /// The document's page, from 0, behind which a page lay that was set aside; the first where there is none.
    fn before(&self, aside: &SetAside) -> usize {
        let earlier = self.order.iter().enumerate().filter(|(_, place)| **place < aside.page.index());
        earlier.max_by_key(|(_, place)| **place).map_or(0, |(index, _)| index)
    }

    fn name(&self, range: &Range<usize>) -> String {
        format!("{}, trang {}-{}", self.origin.name, range.start + 1, range.end)
    }

    fn stack_part(&self, range: &Range<usize>) -> StackPart {
        let sha256 = match &self.origin.sources[..] {
            [only] => Some(only.sha256),
            _ => None,
        };
        StackPart {
            of: self.origin.name.clone(),
            sha256,
            first: PageNumber::at_index(range.start),
            last: PageNumber::at_index(range.end - 1),
            by: Some(self.by.to_owned()),
        }
    }

    fn codes(&self, range: &Range<usize>) -> Vec<PageCode> {
        let own = self.origin.codes.iter().filter(|code| range.contains(&code.page.index()));
        own.map(|found| PageCode {
            page: PageNumber::at_index(found.page.index() - range.start),
            code: found.code.clone(),
        })
        .collect()
    }
}

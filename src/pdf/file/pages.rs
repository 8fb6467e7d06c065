//! The pages of a file in their order (ISO 32000-1, 7.7.3).

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId};

use super::{Error, File};

/// Nodes above a page.
const DEEPEST_TREE: usize = 64;
/// Pages of one file, as elsewhere.
const MOST_PAGES: usize = 100_000;

impl File<'_> {
    /// The first page.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is none; as [`File::object`].
    pub(crate) fn first_page(&self) -> Result<ObjectId, Error> {
        self.pages_up_to(1)?.first().copied().ok_or(Error::Missing { what: "first page" })
    }

    /// All pages in order. A tree that goes round or shows a page twice gives each page once.
    ///
    /// # Errors
    /// [`Error::Missing`] when the catalog has no pages, or too many; as [`File::object`].
    pub(crate) fn pages(&self) -> Result<Vec<ObjectId>, Error> {
        let pages = self.pages_up_to(MOST_PAGES + 1)?;
        if pages.len() > MOST_PAGES { Err(Error::Missing { what: "page tree" }) } else { Ok(pages) }
    }

    fn pages_up_to(&self, most: usize) -> Result<Vec<ObjectId>, Error> {
        let catalog = self.catalog()?;
        let root =
            catalog.get(b"Pages").and_then(Object::as_reference).map_err(|_| Error::Missing { what: "page tree" })?;
        // The nodes still to be visited, the next one last.
        let (mut left, mut seen, mut pages) = (vec![(root, 0)], BTreeSet::new(), Vec::new());
        while let Some((id, depth)) = left.pop().filter(|_| pages.len() < most) {
            if depth > DEEPEST_TREE || !seen.insert(id) {
                continue;
            }
            let node = self.dictionary(id, "page")?;
            // A node with kids is none of the pages, whatever its type says.
            if node.has(b"Kids") {
                let kids = self.array_in(&node, b"Kids")?;
                left.extend(kids.iter().rev().filter_map(|kid| Some((kid.as_reference().ok()?, depth + 1))));
            } else {
                pages.push(id);
            }
        }
        Ok(pages)
    }

    /// A value of a page or of the nearest node above it that has one (7.7.3.4); `null` where none has.
    ///
    /// # Errors
    /// As [`File::object`].
    pub(crate) fn inherited(&self, page: &Dictionary, key: &[u8]) -> Result<Object, Error> {
        let mut node = page.clone();
        for _ in 0..DEEPEST_TREE {
            match self.value(&node, key)? {
                Object::Null => {}
                value => return Ok(value),
            }
            match self.dictionary_in(&node, b"Parent")? {
                Some(parent) => node = parent,
                None => break,
            }
        }
        Ok(Object::Null)
    }
}

//! What a signed revision holds fixed: all that hangs together in it, but for the few places whose content may be replaced.
//!
//! A number may be one thing in two places: a page's content and, in a later revision, the look of a field. It may only be replaced
//! where every way to it in the signed revision goes through a place that a rule opens. And a number that the signed revision refers to
//! but does not have shows nothing there; an object that later takes it would.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId};

use crate::pdf::file::{self, File, Found};

/// No file has more objects that hang together.
const MOST_OBJECTS: usize = 2_000_000;
/// Keys by which fields and their widgets are referred to.
const OF_FIELDS: [&[u8]; 9] = [b"Annots", b"Fields", b"Kids", b"Parent", b"Obj", b"CO", b"IRT", b"Popup", b"T"];

/// What hangs together in a revision.
#[derive(Debug, Default)]
pub(super) struct Fixed {
    /// Numbers reached on a way that is not open.
    closed: BTreeSet<u32>,
    /// Numbers reached as something else than a field or its widget.
    other_than_field: BTreeSet<u32>,
    /// Numbers referred to that no object has.
    dangling: BTreeSet<u32>,
    /// Whether something could not be read, so that what it refers to is not known.
    pub(super) has_gaps: bool,
    /// Whether there is more than is looked at.
    pub(super) is_too_large: bool,
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Closed,
    /// Containers here, and the streams in them, may be replaced.
    Open,
}

struct Walk<'a> {
    file: &'a File<'a>,
    /// Numbers of widgets whose look may be replaced.
    open_looks: &'a BTreeSet<u32>,
    catalog: u32,
    seen: BTreeSet<(u32, bool)>,
    /// The number of the object that a value stands in, the value, its key, its way.
    left: Vec<(u32, Object, Vec<u8>, Way)>,
    fixed: Fixed,
}

impl Fixed {
    /// Walks a revision; in it the looks of some widgets may be replaced, and the evidence and metadata of the catalog.
    ///
    /// # Errors
    /// [`file::Error::Missing`] without a catalog; [`file::Error::Io`].
    pub(super) fn of(file: &File<'_>, open_looks: &BTreeSet<u32>) -> Result<Self, file::Error> {
        let catalog = file.catalog_id()?;
        let mut walk = Walk {
            file,
            open_looks,
            catalog: catalog.0,
            seen: BTreeSet::new(),
            left: Vec::new(),
            fixed: Self::default(),
        };
        for key in [&b"Root"[..], b"Info"] {
            let value = file.trailer().get(key).cloned().unwrap_or(Object::Null);
            walk.left.push((0, value, key.to_vec(), Way::Closed));
        }
        walk.run()?;
        Ok(walk.fixed)
    }

    /// Whether the content of an object may be replaced.
    pub(super) fn may_be_replaced(&self, number: u32) -> bool {
        !self.closed.contains(&number)
    }

    /// Whether an object is a field or a widget and nothing else.
    pub(super) fn is_field_alone(&self, number: u32) -> bool {
        !self.other_than_field.contains(&number)
    }

    /// Whether something refers to a number that no object has.
    pub(super) fn is_awaited(&self, number: u32) -> bool {
        self.dangling.contains(&number)
    }
}

impl Walk<'_> {
    fn run(&mut self) -> Result<(), file::Error> {
        while let Some((holder, value, key, way)) = self.left.pop() {
            match value {
                Object::Reference(id) => self.object(id, &key, way)?,
                Object::Array(items) => {
                    self.left.extend(items.into_iter().map(|item| (holder, item, key.clone(), way)));
                }
                Object::Dictionary(dictionary) => self.entries(holder, dictionary, way),
                _ => {}
            }
            if self.seen.len() > MOST_OBJECTS {
                self.fixed.is_too_large = true;
                return Ok(());
            }
        }
        Ok(())
    }

    fn entries(&mut self, holder: u32, dictionary: Dictionary, way: Way) {
        for (key, value) in dictionary {
            let way = match key.as_slice() {
                // Evidence below it is judged piece by piece.
                b"DSS" if holder == self.catalog => continue,
                b"Metadata" if holder == self.catalog => Way::Open,
                b"AP" if self.open_looks.contains(&holder) => Way::Open,
                _ => way,
            };
            self.left.push((holder, value, key, way));
        }
    }

    fn object(&mut self, id: ObjectId, key: &[u8], way: Way) -> Result<(), file::Error> {
        if way == Way::Closed {
            self.fixed.closed.insert(id.0);
            if !OF_FIELDS.contains(&key) {
                self.fixed.other_than_field.insert(id.0);
            }
        }
        if !self.seen.insert((id.0, way == Way::Open)) {
            return Ok(());
        }
        match self.file.object(id) {
            Ok(Some(Found::Value(value))) => self.left.push((id.0, value, key.to_vec(), way)),
            // Where a stream is replaced as a whole, what its dictionary names is not.
            Ok(Some(Found::Stream(dictionary, _))) => self.entries(id.0, dictionary, Way::Closed),
            Ok(None) => drop(self.fixed.dangling.insert(id.0)),
            Err(error @ file::Error::Io(_)) => return Err(error),
            Err(_) => self.fixed.has_gaps = true,
        }
        Ok(())
    }
}

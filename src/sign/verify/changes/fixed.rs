//! What a signed revision holds fixed: all that hangs together in it, but for the few places whose content may be replaced.
//!
//! A number may be one thing in two places: a page's content and, in a later revision, the look of a field. It may only be replaced
//! where every way to it in the signed revision goes through a place that a rule opens, and only be compared as what it is in every place.
//! A number that the signed revision refers to and does not have, or that could not be read there, shows nothing; an object that later
//! takes it would.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId};

use crate::pdf::file::{self, File, Found};

/// No file has more objects that hang together.
const MOST_OBJECTS: usize = 2_000_000;
/// Keys of resources (ISO 32000-1, table 33): what is named below them is drawn.
const OF_RESOURCES: [&[u8]; 8] =
    [b"Resources", b"XObject", b"Font", b"ExtGState", b"ColorSpace", b"Pattern", b"Shading", b"Properties"];
/// Keys by which fields and their widgets are referred to.
const OF_FIELDS: [&[u8]; 9] = [b"Annots", b"Fields", b"Kids", b"Parent", b"Obj", b"CO", b"IRT", b"Popup", b"T"];

/// What an object is, where it is compared entry by entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Catalog,
    Information,
    Form,
    Fields,
    Annotations,
    Page,
    /// A field or a widget.
    Field,
}

impl Role {
    /// Whether an object of this role may be referred to by a key.
    fn allows(self, key: &[u8]) -> bool {
        match self {
            Self::Catalog => matches!(key, b"Root" | b"Data"),
            Self::Information => key == b"Info",
            Self::Form => key == b"AcroForm",
            Self::Fields => key == b"Fields",
            Self::Annotations => key == b"Annots",
            Self::Page => !OF_RESOURCES.contains(&key) && key != b"Contents",
            Self::Field => OF_FIELDS.contains(&key),
        }
    }
}

/// What hangs together in a revision.
#[derive(Debug, Default)]
pub(super) struct Fixed {
    /// Numbers reached on a way that is not open, with the keys by which they are referred to.
    ways: BTreeMap<u32, BTreeSet<Vec<u8>>>,
    /// Numbers referred to that no object has.
    dangling: BTreeSet<u32>,
    /// What could not be read, so that what it refers to is not known.
    pub(super) gaps: BTreeSet<ObjectId>,
    /// Whether there is more than is looked at.
    pub(super) is_too_large: bool,
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Closed,
    /// Containers here, and the streams in them, may be replaced.
    Open,
}

/// A value on the way.
struct Step {
    value: Object,
    /// By which key of a dictionary it is there.
    key: Vec<u8>,
    way: Way,
    /// The number of the object that it is, where it is all of it.
    whole: Option<u32>,
}

struct Walk<'a> {
    file: &'a File<'a>,
    /// Numbers of widgets whose look may be replaced.
    open_looks: &'a BTreeSet<u32>,
    catalog: u32,
    seen: BTreeSet<(ObjectId, Way)>,
    left: Vec<Step>,
    fixed: Fixed,
}

impl Fixed {
    /// Walks a revision. In it the evidence and metadata of the catalog may be replaced, and the looks of some widgets, if these are nothing
    /// else.
    ///
    /// # Errors
    /// [`file::Error::Missing`] without a catalog; [`file::Error::Io`].
    pub(super) fn of(file: &File<'_>, open_looks: &BTreeSet<u32>) -> Result<Self, file::Error> {
        let closed = Self::walked(file, &BTreeSet::new())?;
        let plain: BTreeSet<u32> =
            open_looks.iter().copied().filter(|number| closed.is_only(*number, Role::Field)).collect();
        if plain.is_empty() { Ok(closed) } else { Self::walked(file, &plain) }
    }

    fn walked(file: &File<'_>, open_looks: &BTreeSet<u32>) -> Result<Self, file::Error> {
        let catalog = file.catalog_id()?.0;
        let (seen, fixed) = (BTreeSet::new(), Self::default());
        let mut walk = Walk { file, open_looks, catalog, seen, left: Vec::new(), fixed };
        for key in [&b"Root"[..], b"Info", b"Encrypt"] {
            let value = file.trailer().get(key).cloned().unwrap_or(Object::Null);
            walk.left.push(Step { value, key: key.to_vec(), way: Way::Closed, whole: None });
        }
        walk.run()?;
        Ok(walk.fixed)
    }

    /// Whether the content of an object may be replaced.
    pub(super) fn may_be_replaced(&self, number: u32) -> bool {
        !self.ways.contains_key(&number)
    }

    /// Whether an object is of this role in every place where it stands.
    pub(super) fn is_only(&self, number: u32, role: Role) -> bool {
        self.ways.get(&number).is_none_or(|keys| keys.iter().all(|key| role.allows(key)))
    }

    /// Whether something refers to a number that no object has.
    pub(super) fn is_awaited(&self, number: u32) -> bool {
        self.dangling.contains(&number)
    }
}

impl Walk<'_> {
    fn run(&mut self) -> Result<(), file::Error> {
        while let Some(Step { value, key, way, whole }) = self.left.pop() {
            match value {
                Object::Reference(id) => self.object(id, key, way)?,
                Object::Array(items) => {
                    let step = |value| Step { value, key: key.clone(), way, whole: None };
                    self.left.extend(items.into_iter().map(step));
                }
                Object::Dictionary(dictionary) => self.entries(dictionary, &key, way, whole),
                _ => {}
            }
            if self.seen.len() > MOST_OBJECTS {
                self.fixed.is_too_large = true;
                return Ok(());
            }
        }
        Ok(())
    }

    /// The rules open entries of an object itself, not of what stands inside it.
    fn entries(&mut self, dictionary: Dictionary, under: &[u8], way: Way, whole: Option<u32>) {
        let is_catalog = whole == Some(self.catalog);
        let has_open_look = whole.is_some_and(|number| self.open_looks.contains(&number));
        for (own, value) in dictionary {
            let way = match own.as_slice() {
                // Evidence below it is judged piece by piece.
                b"DSS" if is_catalog => continue,
                b"Metadata" if is_catalog => Way::Open,
                b"AP" if has_open_look => Way::Open,
                _ => way,
            };
            // A name of a resource is anyone's choice; what it is, its category says.
            let key = if OF_RESOURCES.contains(&under) { b"Resources".to_vec() } else { own };
            self.left.push(Step { value, key, way, whole: None });
        }
    }

    fn object(&mut self, id: ObjectId, key: Vec<u8>, way: Way) -> Result<(), file::Error> {
        if way == Way::Closed {
            self.fixed.ways.entry(id.0).or_default().insert(key.clone());
        }
        if !self.seen.insert((id, way)) {
            return Ok(());
        }
        match self.file.object(id) {
            Ok(Some(Found::Value(value))) => self.left.push(Step { value, key, way, whole: Some(id.0) }),
            // Where a stream is replaced as a whole, what its dictionary names is not; and a stream begins anew what keys mean.
            Ok(Some(Found::Stream(dictionary, _))) => self.entries(dictionary, b"", Way::Closed, None),
            Ok(None) => drop(self.fixed.dangling.insert(id.0)),
            Err(error @ file::Error::Io(_)) => return Err(error),
            Err(_) => drop(self.fixed.gaps.insert(id)),
        }
        Ok(())
    }
}

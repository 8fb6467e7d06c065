//! The Oxford Common File Layout, version 1.1: storage roots, objects, inventories, and their validation.
//!
//! Makes: a storage root's own files ([`root`]), an object staged whole in a folder (`object::ObjectWriter`),
//! the place of an object by extension 0003 ([`layout`]), and a list of findings with the standard's codes
//! ([`validate`]). An object written here is version 1, SHA-512, without zero padding, with inventory and
//! sidecar in the version too; it draws no warning.
//!
//! Knows no document and no owner: files have logical paths, objects have identifiers. Nothing here renames
//! anything into place; when an object becomes part of a storage root is its caller's decision.

pub(crate) mod disk;
pub mod inventory;
pub mod layout;
pub mod object;
pub mod paths;
pub mod root;
pub mod validate;
pub mod version;

use std::path::PathBuf;

pub use disk::{FileError, Operation};

use crate::base::digest::Sha512;

/// Name of the inventory (OCFL 1.1, 3.5).
pub(crate) const INVENTORY: &str = "inventory.json";
/// Name of its sidecar (3.6).
pub(crate) const SIDECAR: &str = "inventory.json.sha512";
/// Name of an object's declaration, and its content without the line feed (3.2).
pub(crate) const OBJECT_DECLARATION: (&str, &str) = ("0=ocfl_object_1.1", "ocfl_object_1.1");
/// Name of a storage root's declaration, and its content without the line feed (4.1).
pub(crate) const ROOT_DECLARATION: (&str, &str) = ("0=ocfl_1.1", "ocfl_1.1");
/// `type` of an inventory (3.5.1).
pub(crate) const INVENTORY_TYPE: &str = "https://ocfl.io/1.1/spec/#inventory";

/// Why an object or a storage root could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// A path that the standard does not allow.
    #[error(transparent)]
    Path(#[from] paths::NotAPath),
    /// The same logical path twice in one version.
    #[error("`{path}` is in the object already")]
    Twice {
        /// The logical path.
        path: paths::LogicalPath,
    },
    /// A version without a file: an object that says nothing.
    #[error("the object holds no file")]
    Empty,
    /// Bytes that are no inventory of this standard.
    #[error("the inventory `{}` cannot be read", path.display())]
    Inventory {
        /// Where.
        path: PathBuf,
        /// What is wrong.
        source: inventory::NotAnInventory,
    },
    /// An inventory whose sidecar says another digest.
    #[error("the inventory `{}` is not the one that its sidecar names: {found}, expected `{expected}`", path.display())]
    Sidecar {
        /// Where.
        path: PathBuf,
        /// What the sidecar says.
        expected: String,
        /// The inventory's digest.
        found: Box<Sha512>,
    },
    /// A file whose bytes changed since it was stored.
    #[error("`{}` was altered: its digest is {found}, expected {expected}", path.display())]
    Altered {
        /// Where.
        path: PathBuf,
        /// What the manifest says.
        expected: Box<Sha512>,
        /// The digest of the bytes.
        found: Box<Sha512>,
    },
    /// A logical path that the version does not have.
    #[error("the object has no `{path}` in {version}")]
    Missing {
        /// The logical path.
        path: String,
        /// The version asked.
        version: version::VersionNumber,
    },
}

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Inventory { path, .. } | Self::Sidecar { path, .. } | Self::Altered { path, .. } => Some(format!(
                "set the object around `{}` aside and bring it back from a backup; do not repair it in place",
                path.display()
            )),
            _ => None,
        }
    }
}

//! Both sides of sheets in two files: `NAME-fronts.pdf` and `NAME-backs.pdf`, in Vietnamese `-mat-truoc` and `-mat-sau`.
//!
//! A scanner that sees one side is fed twice, and cards are photographed side by side. The two files are one document. Its
//! backs are taken as a feeder gives them when the stack is turned over, the last one first; printed numbers, once they are
//! read, may say that they came in order. How many fronts and backs there are is not mended: a person is asked.

use std::path::{Path, PathBuf};

use crate::intake::discover::is_scan;
use crate::vn::text::{fold, nfc};

/// Which side of its sheets a file shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Fronts,
    Backs,
}

/// What names end with, folded, with hyphens for spaces and underscores.
const ENDINGS: [(&str, Side); 4] =
    [("-fronts", Side::Fronts), ("-mat-truoc", Side::Fronts), ("-backs", Side::Backs), ("-mat-sau", Side::Backs)];

/// The name of a document whose sides are files of their own, and which side this is; none for other names.
pub(super) fn side(path: &Path) -> Option<(String, Side)> {
    let stem = nfc(path.file_stem()?.to_str()?);
    let plain = fold(&stem).replace([' ', '_'], "-");
    let (ending, side) = ENDINGS.into_iter().find(|(ending, _)| plain.ends_with(ending))?;
    // Folding keeps one letter for one: the ending has as many in the name.
    let letters = stem.chars().count().checked_sub(ending.len()).filter(|letters| *letters > 0)?;
    Some((stem.chars().take(letters).collect(), side))
}

/// The file of the backs that belongs to one of fronts, among the files of its folder.
pub(super) fn backs_of<'a>(fronts: &Path, mut files: impl Iterator<Item = &'a PathBuf>) -> Option<&'a PathBuf> {
    let (_, own) = side(fronts)?;
    if own == Side::Fronts { files.find(|file| belong_together(fronts, file)) } else { None }
}

/// Whether two files show the two sides of one document.
fn belong_together(one: &Path, other: &Path) -> bool {
    let sides = side(one).zip(side(other));
    sides.is_some_and(|((name, own), (other, its))| own != its && name == other)
}

/// The other side's file, which lies beside it. A note or a file half written that has its name is none.
pub(super) fn other_side(path: &Path) -> Option<PathBuf> {
    side(path)?;
    let mut beside = std::fs::read_dir(path.parent()?).ok()?.flatten().map(|entry| entry.path());
    beside.find(|file| belong_together(path, file) && is_scan(file))
}

/// A name by which fronts come before their backs.
pub(super) fn in_order(name: &str) -> String {
    match side(Path::new(name)) {
        Some((document, Side::Fronts)) => format!("{document}-1"),
        Some((document, Side::Backs)) => format!("{document}-2"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sides_are_understood_in_both_languages() {
        for (file, name, of) in [
            ("hs1-fronts.pdf", "hs1", Side::Fronts),
            ("CCCD_mặt trước.jpg", "CCCD", Side::Fronts),
            ("CCCD-mat-sau.jpg", "CCCD", Side::Backs),
            ("a b-Backs.tif", "a b", Side::Backs),
        ] {
            assert_eq!(side(Path::new(file)), Some((name.to_owned(), of)), "{file}");
        }
        for file in ["fronts.pdf", "-backs.pdf", "a-back.pdf", "a.pdf", "feedbacks.pdf", "mat-sau.jpg"] {
            assert_eq!(side(Path::new(file)), None, "{file}");
        }
    }

    #[test]
    fn fronts_find_their_backs_alone() {
        let files = ["b-backs.pdf", "a-fronts.pdf", "a-backs.pdf"].map(PathBuf::from);
        assert_eq!(backs_of(&files[1], files.iter()), Some(&files[2]));
        assert_eq!(backs_of(&files[2], files.iter()), None);
        assert_eq!(backs_of(Path::new("c-fronts.pdf"), files.iter()), None);
    }
}

//! Metadata beside documents: JSON for one or for a folder, CSV for many.
//!
//! Field names are folded before they are compared (case, accents, spaces and signs do not matter), so that
//! `Mã hồ sơ`, `ma_ho_so` and `MaHoSo` are one. A file that cannot be understood in full is an error that
//! names line, column and field; nothing in it is ignored, save the columns `STT` and `ghi chú`.

pub(super) mod fields;
mod json;
mod table;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::intake::{Doubt, Hints};
use crate::vn::identifiers::OwnerId;

pub(super) use table::Table;

/// What is wrong with a metadata file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The file.
    pub path: PathBuf,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Column, from 1: of characters in JSON, of cells in CSV.
    pub column: Option<usize>,
    /// The field as it is written there.
    pub field: Option<String>,
    /// What was found and what was expected.
    pub fact: String,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ", field `{field}`")?;
        }
        write!(f, ": {}", self.fact)
    }
}

impl std::error::Error for Error {}

impl Error {
    fn of(path: &Path, fact: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, column: None, field: None, fact: fact.into() }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let fields = "owner, owner_name, dossier, procedure, paper, role, form, document_type, ordinal, pages, duplex";
        Some(format!(
            "put it right there and run again; the fields are {fields}, and for CSV also file; \
             from a spreadsheet save as CSV in UTF-8, with numbers as text so that leading zeros stay"
        ))
    }
}

/// The metadata of one folder, and those of the folders above it.
#[derive(Debug, Clone, Default)]
pub(super) struct Level {
    /// The folder.
    pub(super) folder: PathBuf,
    json: Option<Result<Hints, Error>>,
    /// `metadata.csv`.
    pub(super) table: Option<Result<Table, Error>>,
    above: Option<Arc<Level>>,
}

impl Level {
    /// Reads `metadata.json` and `metadata.csv` of a folder where they are.
    pub(super) fn read(folder: &Path, above: Option<Arc<Self>>) -> Self {
        let (json, table) = (folder.join(JSON), folder.join(CSV));
        Self {
            folder: folder.to_owned(),
            json: json.is_file().then(|| json::hints(&json)),
            table: table.is_file().then(|| Table::read(&table)),
            above,
        }
    }
}

/// Metadata of a whole folder.
pub(super) const JSON: &str = "metadata.json";

/// Metadata of single documents of a folder.
pub(super) const CSV: &str = "metadata.csv";

/// What is known of the document at `path`: `own` is `NAME.json` beside it, `level` that of the folder that it is in,
/// or that it is.
///
/// # Errors
/// The first file that is wrong, nearest first.
pub(super) fn hints(path: &Path, own: Option<&Path>, level: &Level) -> Result<Hints, Error> {
    let mut hints = Hints::default();
    let mut level = Some(level);
    // What lies within a folder of pages is nearer to it than what lies beside.
    if let Some(inner) = level.filter(|level| level.folder == path) {
        inner.add_to(&mut hints, path)?;
        level = inner.above.as_deref();
    }
    if let Some(own) = own {
        fill(&mut hints, &json::hints(own)?);
    }
    while let Some(current) = level {
        current.add_to(&mut hints, path)?;
        level = current.above.as_deref();
    }
    Ok(hints)
}

impl Level {
    fn add_to(&self, hints: &mut Hints, path: &Path) -> Result<(), Error> {
        if let Some(table) = &self.table {
            let table = table.as_ref().map_err(Clone::clone)?;
            if let Some(row) = path.strip_prefix(&self.folder).ok().and_then(|below| table.row(below)) {
                fill(hints, row);
            }
        }
        if let Some(json) = &self.json {
            fill(hints, json.as_ref().map_err(Clone::clone)?);
        }
        Ok(())
    }
}

/// Fields of which metadata say one thing and a code on a page another.
pub(super) fn differences(stated: &Hints, code: &Hints) -> Vec<Doubt> {
    fn differ<T: PartialEq>(name: &str, pair: (Option<&T>, Option<&T>), shown: impl Fn(&T) -> String) -> Option<Doubt> {
        let (Some(stated), Some(code)) = pair else { return None };
        let told = || Doubt::CodeDisagrees { field: name.to_owned(), metadata: shown(stated), code: shown(code) };
        (stated != code).then(told)
    }
    [
        differ("số định danh chủ giấy tờ", (stated.owner.as_ref(), code.owner.as_ref()), OwnerId::masked),
        differ("mã hồ sơ", (stated.dossier.as_ref(), code.dossier.as_ref()), ToString::to_string),
        differ("mã thủ tục", (stated.procedure.as_ref(), code.procedure.as_ref()), ToString::to_string),
        differ("mã thành phần hoặc kết quả", (stated.paper.as_ref(), code.paper.as_ref()), ToString::to_string),
        differ("loại giấy tờ", (stated.document_type.as_ref(), code.document_type.as_ref()), |kind| {
            kind.code().to_owned()
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Takes over what `hints` do not say.
pub(super) fn fill(hints: &mut Hints, further: &Hints) {
    fn take<T: Clone>(own: &mut Option<T>, further: Option<&T>) {
        if own.is_none() {
            *own = further.cloned();
        }
    }
    // Named one by one, so that a new field is not forgotten here.
    let Hints { owner, owner_name, dossier, procedure, paper, role, form, document_type, ordinal, pages, duplex } =
        further;
    take(&mut hints.owner, owner.as_ref());
    take(&mut hints.owner_name, owner_name.as_ref());
    take(&mut hints.dossier, dossier.as_ref());
    take(&mut hints.procedure, procedure.as_ref());
    take(&mut hints.paper, paper.as_ref());
    take(&mut hints.role, role.as_ref());
    take(&mut hints.form, form.as_ref());
    take(&mut hints.document_type, document_type.as_ref());
    take(&mut hints.ordinal, ordinal.as_ref());
    take(&mut hints.pages, pages.as_ref());
    take(&mut hints.duplex, duplex.as_ref());
}

/// Bytes of a metadata file that are read: a table of a million rows has less.
const MOST_BYTES: u64 = 64 << 20;

/// A metadata file as text without its byte order mark.
fn text(path: &Path) -> Result<String, Error> {
    let refused = |error: std::io::Error| Error::of(path, format!("cannot be read ({error})"));
    let length = std::fs::metadata(path).map_err(refused)?.len();
    if length > MOST_BYTES {
        return Err(Error::of(path, format!("has {length} bytes, expected at most {MOST_BYTES}")));
    }
    let bytes = std::fs::read(path).map_err(refused)?;
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(Error::of(path, "is UTF-16, expected UTF-8"));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    String::from_utf8(bytes.to_vec()).map_err(|error| {
        let before = &bytes[..error.utf8_error().valid_up_to()];
        let line = Some(before.split(|&byte| byte == b'\n').count());
        Error { line, ..Error::of(path, "is not UTF-8") }
    })
}

#[cfg(test)]
mod tests;

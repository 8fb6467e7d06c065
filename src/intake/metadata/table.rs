//! `metadata.csv`: a row for each document.

use std::collections::BTreeMap;
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use crate::intake::Hints;
use crate::intake::metadata::fields::{Field, set};
use crate::intake::metadata::{Error, text};

/// Rows by the document they are about: its path below the table's folder, `/` between folders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Table {
    rows: BTreeMap<String, Hints>,
}

impl Table {
    /// Reads a table; the separator is the one of `,`, `;` and tabulator that its first line has most of.
    ///
    /// # Errors
    /// [`Error`] with line, column and field.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let text = text(path)?;
        let mut reader = csv::ReaderBuilder::new().delimiter(separator(&text)).from_reader(text.as_bytes());
        let no_table = |error: csv::Error| {
            let line = error.position().map(|position| position.line() as usize);
            Error { line, ..Error::of(path, format!("is no table ({error})")) }
        };
        let header = reader.headers().map_err(no_table)?.clone();
        let fields = fields(path, &header)?;
        let file = fields.iter().position(|field| *field == Field::File);
        let file =
            file.ok_or_else(|| Error { line: Some(1), ..Error::of(path, "has no column `file` (tên tệp)") })?;
        let mut rows = BTreeMap::new();
        for record in reader.records() {
            let record = record.map_err(no_table)?;
            let line = record.position().map(|position| position.line() as usize);
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let wrong = |column: usize, fact: String| Error {
                line,
                column: Some(column + 1),
                field: header.get(column).map(str::to_owned),
                ..Error::of(path, fact)
            };
            let mut hints = Hints::default();
            for (column, (field, cell)) in fields.iter().zip(&record).enumerate() {
                set(&mut hints, *field, cell).map_err(|fact| wrong(column, fact))?;
            }
            let name = tidy(record.get(file).unwrap_or_default());
            if name.is_empty() {
                return Err(wrong(file, "is empty, expected the name of a file or folder".to_owned()));
            }
            if rows.insert(name.clone(), hints).is_some() {
                return Err(wrong(file, format!("`{name}` has a row already")));
            }
        }
        Ok(Self { rows })
    }

    /// The row about the document at `path` below the table's folder.
    pub(crate) fn row(&self, path: &Path) -> Option<&Hints> {
        self.rows.get(&tidy(path.to_str()?))
    }

    /// The documents it speaks of.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }
}

/// A name as it is compared: NFC, `/` between folders.
fn tidy(name: &str) -> String {
    let name: String = name.trim().nfc().map(|letter| if letter == '\\' { '/' } else { letter }).collect();
    name.strip_prefix("./").unwrap_or(&name).trim_end_matches('/').to_owned()
}

fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: u8| first.bytes().filter(|&byte| byte == separator).count();
    // The last of equals wins, so a line without any is read with commas.
    [b'\t', b';', b','].into_iter().max_by_key(|&separator| count(separator)).unwrap_or(b',')
}

fn fields(path: &Path, header: &csv::StringRecord) -> Result<Vec<Field>, Error> {
    let mut fields = Vec::new();
    for (column, name) in header.iter().enumerate() {
        let wrong = |fact: String| Error {
            line: Some(1),
            column: Some(column + 1),
            field: Some(name.to_owned()),
            ..Error::of(path, fact)
        };
        let field = Field::of(name).ok_or_else(|| wrong("is no field that is known".to_owned()))?;
        if field != Field::Aside && fields.contains(&field) {
            return Err(wrong("means the same as an earlier column".to_owned()));
        }
        fields.push(field);
    }
    Ok(fields)
}

//! `NAME.json` and `metadata.json`: one object of fields.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::intake::Hints;
use crate::intake::metadata::fields::{Field, set};
use crate::intake::metadata::{Error, text};

/// Reads one object.
///
/// # Errors
/// [`Error`] with line and column of what is no JSON, or with the line of a field that is wrong.
pub(super) fn hints(path: &Path) -> Result<Hints, Error> {
    let text = text(path)?;
    let object: BTreeMap<String, Value> = serde_json::from_str(&text).map_err(|error| Error {
        line: Some(error.line()),
        column: Some(error.column()),
        ..Error::of(path, format!("is no JSON object of fields ({error})"))
    })?;
    let (mut hints, mut seen) = (Hints::default(), BTreeMap::new());
    for (name, value) in &object {
        let wrong = |fact: String| {
            let (line, column) = place(&text, name);
            Error { line, column, field: Some(name.clone()), ..Error::of(path, fact) }
        };
        let field = Field::of(name).filter(|field| *field != Field::File);
        let field = field.ok_or_else(|| wrong("is no field that is known".to_owned()))?;
        if field != Field::Aside
            && let Some(other) = seen.insert(field, name)
        {
            return Err(wrong(format!("means the same as `{other}`")));
        }
        let value = plain(value).ok_or_else(|| wrong(format!("`{value}` is no text and no number")))?;
        set(&mut hints, field, &value).map_err(wrong)?;
    }
    Ok(hints)
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Line and column of a field's name.
fn place(text: &str, name: &str) -> (Option<usize>, Option<usize>) {
    let quoted = serde_json::to_string(name).unwrap_or_default();
    let Some(at) = text.find(&quoted) else { return (None, None) };
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    (Some(text[..at].matches('\n').count() + 1), Some(text[line_start..at].chars().count() + 1))
}

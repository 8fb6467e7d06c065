//! The name of the paper: that of its type, or the printed heading where the type leaves it open.

use super::reading::{clean, field};
use super::{Field, FieldSource, Source};
use crate::classify::Classification;
use crate::vn::text::fold;

/// As sure as the type.
pub(super) fn read(source: &Source, classification: &Classification) -> Option<Field<String>> {
    let definition = source.definition?;
    let confidence = classification.confidence;
    let Some(heading) = &source.heading else {
        let value = definition.name.clone();
        return Some(Field {
            value,
            confidence,
            source: FieldSource::Read,
            evidence: classification.evidence.first().cloned(),
        });
    };
    let open = |text: &str| definition.open_headings.iter().any(|begun| fold(text).starts_with(&fold(begun)));
    let segments = heading.segments.iter().map(|&at| &source.first.segments[at]);
    let printed: Vec<_> = segments.take(1).collect();
    let text = clean(&printed.iter().map(|segment| segment.text.as_str()).collect::<String>());
    let goes_on = !heading.whole && open(&text) && printed.iter().all(|segment| segment.capitals() > 0.7);
    let value = if goes_on { text } else { definition.name.clone() };
    field(value, source.first.number, &heading.words, confidence.value())
}

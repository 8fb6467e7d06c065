//! Whether objects have the same value, and what hangs together.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object};

use crate::base::source::each_chunk;
use crate::pdf::file::{self, Entry, File, Found};
use crate::pdf::syntax;

/// Whether an object has the same value in two revisions.
pub(super) fn same(before: &File<'_>, now: &File<'_>, number: u32) -> Result<bool, file::Error> {
    if before.entry(number) == now.entry(number) && !matches!(now.entry(number), Some(Entry::In { .. })) {
        return Ok(true);
    }
    let generation = |file: &File<'_>| match file.entry(number) {
        Some(Entry::At { generation, .. }) => generation,
        _ => 0,
    };
    if generation(before) != generation(now) {
        return Ok(false);
    }
    let id = (number, generation(now));
    match (before.object(id)?, now.object(id)?) {
        (Some(Found::Stream(old, data)), Some(Found::Stream(new, its))) => {
            let same_length = data.end - data.start == its.end - its.start;
            Ok(old == new && same_length && same_bytes(now, data.start, its.start, its.end - its.start)?)
        }
        (old, new) => Ok(old == new),
    }
}

fn same_bytes(file: &File<'_>, one: u64, other: u64, length: u64) -> Result<bool, file::Error> {
    if one == other {
        return Ok(true);
    }
    let (mut at, mut same) = (one, Ok(true));
    each_chunk(file.source(), other..other + length, |chunk| {
        let end = at + chunk.len() as u64;
        if matches!(same, Ok(true)) {
            same = file.source().bytes(at..end).map(|bytes| *bytes == *chunk);
        }
        at = end;
    })?;
    Ok(same?)
}

/// The keys that one dictionary has and the other has not, or with another value.
pub(super) fn keys_that_differ(one: &Dictionary, other: &Dictionary) -> Vec<Vec<u8>> {
    let keys: BTreeSet<&Vec<u8>> = one.iter().chain(other).map(|(key, _)| key).collect();
    keys.into_iter().filter(|key| one.get(key).ok() != other.get(key).ok()).cloned().collect()
}

/// Whether an object is a stream.
pub(super) fn is_stream(file: &File<'_>, number: u32) -> Result<bool, file::Error> {
    let Some(Entry::At { generation, .. }) = file.entry(number) else { return Ok(false) };
    Ok(matches!(file.object((number, generation))?, Some(Found::Stream(..))))
}

/// A value as it is written: equal where and only where values are.
pub(super) fn written(value: &Object) -> Vec<u8> {
    let mut written = Vec::new();
    syntax::write(&mut written, value);
    written
}

/// Objects that hang together.
#[derive(Debug, Default)]
pub(super) struct Reach {
    pub(super) numbers: BTreeSet<u32>,
}

impl Reach {
    /// The dictionaries and arrays that a value leads to; streams are where it ends.
    pub(super) fn containers(&mut self, file: &File<'_>, value: &Object) -> Result<(), file::Error> {
        let mut left = vec![value.clone()];
        while let Some(value) = left.pop() {
            match value {
                Object::Reference(id) if !self.numbers.contains(&id.0) => {
                    if let Some(Found::Value(found @ (Object::Dictionary(_) | Object::Array(_)))) = file.object(id)? {
                        self.numbers.insert(id.0);
                        left.push(found);
                    }
                }
                Object::Array(items) => left.extend(items),
                Object::Dictionary(dictionary) => left.extend(dictionary.into_iter().map(|(_, value)| value)),
                _ => {}
            }
        }
        Ok(())
    }
}

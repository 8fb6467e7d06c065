//! A sign of a document type on a page: the words that speak for it, and what they are worth.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::ocr::text::Word;
use crate::vn::document_type::DocumentType;

/// What each sign is worth, in nats; see `weights.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weights {
    pub(super) heading: f32,
    pub(super) rival: f32,
    pub(super) second: f32,
    pub(super) symbol: f32,
    pub(super) phrase: f32,
    pub(super) phrases_at_most: usize,
    pub(super) label: f32,
    pub(super) labels_at_most: usize,
    pub(super) letter_abstract: f32,
    pub(super) letter_address: f32,
    pub(super) letter_symbol: f32,
    pub(super) unknown: f32,
}

pub(super) static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| {
    toml::from_str(include_str!("weights.toml")).expect("the weights are part of the program and read by its tests")
});

/// Words that speak for a type.
#[derive(Debug)]
pub(super) struct Sign<'a> {
    pub(super) document_type: DocumentType,
    pub(super) points: f32,
    pub(super) page: usize,
    pub(super) words: Vec<&'a Word>,
}

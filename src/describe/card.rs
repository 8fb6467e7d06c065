//! The holder of an identity card, by the card's own QR code.
//!
//! The code names the holder of the card that it is printed on, so it counts on a document that is a card and on no other:
//! a card's copy within another paper may be anybody's.

use super::{Field, FieldSource, Record};
use crate::base::units::Confidence;
use crate::classify::{ClassifiedDocument, Evidence};
use crate::intake::{Doubt, PageCode};
use crate::vn::cards::CitizenCard;
use crate::vn::identifiers::OwnerId;

/// The type whose codes name the owner: Căn cước.
const CARD: &str = "CC";

/// Puts the holder into the record; where the metadata, the print or another code say otherwise, a person must decide.
pub(super) fn apply(classified: &mut ClassifiedDocument, record: &mut Record) {
    if classified.classification.document_type.code() != CARD {
        return;
    }
    let codes = classified.recognized.origin.codes.clone();
    let cards: Vec<(&PageCode, CitizenCard)> =
        codes.iter().filter_map(|found| Some((found, CitizenCard::of(&found.code.text)?))).collect();
    let Some((found, card)) = cards.first() else { return };
    let mut stated: Vec<&OwnerId> = cards.iter().map(|(_, card)| &card.owner).collect();
    stated.extend(record.owner.as_ref().map(|owner| &owner.value));
    stated.sort();
    stated.dedup();
    if stated.len() > 1 {
        let codes = stated.iter().map(|owner| owner.masked()).collect();
        let field = "số định danh chủ giấy tờ".to_owned();
        classified.recognized.origin.doubts.push(Doubt::CodesDiffer { field, codes });
        return;
    }
    let given = |source: FieldSource| source == FieldSource::Metadata;
    if !record.owner.as_ref().is_some_and(|owner| given(owner.source)) {
        record.owner = Some(read(card.owner.clone(), found, classified));
    }
    if !record.owner_name.as_ref().is_some_and(|name| given(name.source)) {
        record.owner_name = Some(read(card.name.clone(), found, classified));
    }
}

/// A value of a code, whose check digits corrected or refused it: surer than any print.
fn read<T>(value: T, found: &PageCode, classified: &ClassifiedDocument) -> Field<T> {
    let page = classified.recognized.pages.iter().find(|page| page.page.number() == found.page);
    let evidence = page.map(|page| Evidence {
        page: found.page,
        bbox: page.page.correction.box_on_page(found.code.place, page.page.scan.size()),
        text: "QR".to_owned(),
    });
    Field { value, confidence: Confidence::clamped(0.99), source: FieldSource::Read, evidence }
}

//! Backs that came in a file of their own, in the order that their printed numbers say.
//!
//! At intake they are taken as a feeder gives them when the stack is turned over, the last one first. Only when the
//! pages are recognised is it known whether they came in order instead. The identity stays that of the input.

use crate::base::units::PageNumber;
use crate::gate;
use crate::intake::{Duplex, Note};
use crate::ocr::{RecognizedDocument, RecognizedPage};

/// The document with its backs behind their fronts, and what decided; none where its sides are no files of their own.
pub(super) fn settled(mut document: RecognizedDocument) -> (RecognizedDocument, Option<Note>) {
    let is_apart = document.origin.hints.duplex == Some(Duplex::Apart) && document.pages.len().is_multiple_of(2);
    if !is_apart || document.origin.pages.is_empty() {
        return (document, None);
    }
    let printed: Vec<Option<u32>> = document.pages.iter().map(gate::printed_number).collect();
    let (turned, in_order) = (agreements(&printed), agreements(&exchanged(printed.clone())));
    let as_fed = in_order > turned;
    if as_fed {
        let places = exchanged(document.origin.pages.clone());
        document.pages = renumbered(exchanged(document.pages));
        for code in &mut document.origin.codes {
            if let Some(now) = places.iter().position(|place| *place == document.origin.pages[code.page.index()]) {
                code.page = PageNumber::at_index(now);
            }
        }
        document.origin.pages = places;
    }
    let note = Note::Sides { sheets: document.pages.len() as u32 / 2, turned: !as_fed, by_numbers: turned != in_order };
    (document, Some(note))
}

/// Backs, at every second place, in the opposite order.
fn exchanged<T>(pages: Vec<T>) -> Vec<T> {
    let (mut fronts, mut backs) = (Vec::new(), Vec::new());
    for (index, page) in pages.into_iter().enumerate() {
        if index % 2 == 0 { &mut fronts } else { &mut backs }.push(page);
    }
    backs.reverse();
    fronts.into_iter().zip(backs).flat_map(|(front, back)| [front, back]).collect()
}

/// How many backs bear the number that follows their front's: where fronts bear none, the place's own.
fn agreements(printed: &[Option<u32>]) -> usize {
    let before = |front: usize| printed[front].unwrap_or(front as u32 + 1);
    (1..printed.len()).step_by(2).filter(|back| printed[*back] == Some(before(back - 1) + 1)).count()
}

fn renumbered(mut pages: Vec<RecognizedPage>) -> Vec<RecognizedPage> {
    for (index, page) in pages.iter_mut().enumerate() {
        page.page.scan.number = PageNumber::at_index(index);
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backs_are_exchanged_and_exchanged_again() {
        assert_eq!(exchanged(vec![1, 6, 3, 4, 5, 2]), [1, 2, 3, 4, 5, 6]);
        assert_eq!(exchanged(exchanged(vec![1, 6, 3, 4, 5, 2])), [1, 6, 3, 4, 5, 2]);
    }

    #[test]
    fn numbers_that_follow_their_fronts_agree() {
        assert_eq!(agreements(&[None, Some(2), Some(3), Some(4)]), 2);
        assert_eq!(agreements(&[None, Some(4), Some(3), Some(2)]), 0);
        assert_eq!(agreements(&[Some(7), Some(8), None, None]), 1);
    }
}

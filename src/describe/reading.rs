//! Fields made of words: how sure the words are, and what tidies their text.

use super::{Field, FieldSource};
use crate::base::units::{Confidence, PageNumber};
use crate::classify::Evidence;
use crate::ocr::text::Word;
use crate::vn::syllables::legal_share;
use crate::vn::text::{repair, squeeze};

/// A value read from words of one page; `strength` is that of the rule, 0 to 1, times the words' own.
pub(super) fn field<T>(value: T, page: PageNumber, words: &[&Word], confidence: f32) -> Option<Field<T>> {
    let evidence = Evidence::of(page, words)?;
    let confidence = Confidence::clamped(confidence);
    Some(Field { value, confidence, source: FieldSource::Read, evidence: Some(evidence) })
}

/// The least confidence of the words: for values of which no letter may be wrong.
pub(super) fn least(words: &[&Word]) -> f32 {
    words.iter().map(|word| word.confidence.value()).fold(1.0, f32::min)
}

/// The mean confidence of the words by their letters: for running text.
pub(super) fn mean(words: &[&Word]) -> f32 {
    let letters = |word: &&Word| word.text.chars().count() as f32;
    let total: f32 = words.iter().map(letters).sum();
    let sum: f32 = words.iter().map(|word| letters(word) * word.confidence.value()).sum();
    if total > 0.0 { sum / total } else { 0.0 }
}

/// 0.5 where no word is a syllable of Vietnamese, 1 where all are: what the words' own confidence misses.
pub(super) fn legality(words: &[&Word]) -> f32 {
    0.5 + 0.5 * legal_share(words.iter().map(|word| word.text.as_str())).unwrap_or(0.0)
}

/// Words of letters or digits, without leaders, rules and specks at the ends of the text.
pub(super) fn clean(text: &str) -> String {
    let kept = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric) || is_joint(word));
    let joined = squeeze(&kept.collect::<Vec<_>>().join(" "));
    let speck = |sign: char| !sign.is_alphanumeric() && !"()\"“”/".contains(sign);
    repair(joined.trim_matches(speck))
}

/// Signs that stand alone between words.
fn is_joint(word: &str) -> bool {
    matches!(word, "-" | "–" | "&" | "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaders_and_specks_are_cleaned_away() {
        assert_eq!(clean("…… Nguyễn  Văn An ......"), "Nguyễn Văn An");
        assert_eq!(clean(". , _ ___ ..."), "");
        assert_eq!(clean("- Về việc hỗ trợ - đợt 2 (năm 2020)."), "Về việc hỗ trợ - đợt 2 (năm 2020)");
    }
}

//! A quick judgement whether recognised words are words.

use super::letters::{clean, folded};
use super::protocol::{RawLine, RawWord};

/// The longest written syllable of Vietnamese, "nghiêng".
const LONGEST: usize = 7;

/// Mean confidence of words times the share that look like Vietnamese, both by letters: 0 to 1.
///
/// Confidence alone does not tell: print upside down gives many short words that the engine is half sure of.
pub(super) fn score(lines: &[RawLine]) -> f32 {
    let (mut letters, mut sure, mut legal) = (0.0, 0.0, 0.0);
    for word in lines.iter().flat_map(|line| &line.words) {
        let text = clean(&word.text);
        let weight = text.chars().count() as f32;
        letters += weight;
        sure += weight * confidence(word);
        legal += if looks_legal(&text) { weight } else { 0.0 };
    }
    if letters > 0.0 { (sure / letters) * (legal / letters) } else { 0.0 }
}

fn confidence(word: &RawWord) -> f32 {
    (word.confidence / 100.0).clamp(0.0, 1.0)
}

/// Syllables and numbers, alone or joined as in `12/2024/QĐ-UBND`, perhaps between marks.
fn looks_legal(word: &str) -> bool {
    let core = word.trim_matches(|c: char| !c.is_alphanumeric());
    let is_number = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    !core.is_empty() && core.split(['/', '-', '.', ',', ':']).all(|part| is_number(part) || is_syllable(part))
}

fn is_syllable(part: &str) -> bool {
    let length = part.chars().count();
    (1..=LONGEST).contains(&length) && part.chars().all(char::is_alphabetic) && is_cased(part) && has_one_nucleus(part)
}

fn is_cased(part: &str) -> bool {
    let mut rest = part.chars();
    rest.next();
    part.chars().all(char::is_uppercase) || rest.all(char::is_lowercase)
}

/// Vowels stand together: "chuyển" has one run of them, "gọưn2o" none or more. Short capitals are abbreviations.
fn has_one_nucleus(part: &str) -> bool {
    let is_vowel = |c: char| "aeiouy".contains(c);
    let plain = folded(part);
    let runs = plain.split(|c| !is_vowel(c)).filter(|run| !run.is_empty()).count();
    let is_abbreviation = part.chars().all(char::is_uppercase) && part.chars().count() <= 5;
    runs == 1 || is_abbreviation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_and_numbers_look_legal() {
        for word in ["nghiêng", "ĐỊNH", "Nguyễn", "UBND", "12/2024/QĐ-UBND", "(số", "2015,", "quyết;", "a)"]
        {
            assert!(looks_legal(word), "{word}");
        }
        for word in ["uaAnBN", "onyuạu", "'", "", "8uọnuu&", "ñgnhiêng2", "|Ị|a"] {
            assert!(!looks_legal(word), "{word}");
        }
    }

    fn line(words: &[(&str, f32)]) -> Vec<RawLine> {
        let word = |&(text, confidence): &(&str, f32)| RawWord { text: text.to_owned(), bounds: [0; 4], confidence };
        vec![RawLine { block: 0, baseline: None, words: words.iter().map(word).collect() }]
    }

    #[test]
    fn a_score_is_confidence_times_sense() {
        assert!(score(&line(&[("Quyết", 96.0), ("định", 96.0)])) > 0.9);
        assert!(score(&line(&[("quAết", 96.0), ("đnhxz", 96.0)])) < 0.1);
        assert!(score(&line(&[("Quyết", 20.0), ("định", 20.0)])) < 0.3);
        assert!(score(&[]).abs() < f32::EPSILON);
    }
}

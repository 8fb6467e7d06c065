//! Which words of a file can be believed, by their fonts and letters.
//!
//! Papers of the 1990s to 2010s are set in fonts whose letters are stored under the codes of others: `.VnTime` (TCVN3,
//! TCVN 5712) has ® for đ and Ê for ấ, `VNI-Times` writes a mark as a second letter. Such fonts are known by name, or
//! by letters that Unicode Vietnamese never has inside a word. Their words are left to the recogniser.

use super::glyphs::Font;
use super::lines::{Written, WrittenLine};
use super::{Doubt, FileLine, FileWord};
use crate::base::geometry::Rect;
use crate::vn::syllables;

/// Letters of Latin-1 that stand for Vietnamese ones in TCVN3 and VNI, and in no word of Unicode Vietnamese.
const TELLTALES: &str = "¡¢£¤¥¦§¨©ª«¬®¯°µ¶·¸¹»¼½¾ÄÅÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñö÷øûüþÿ";

/// A font has an old coding where so many of its words tell so...
const LEAST_TOLD: usize = 3;
/// ...and at least so many of all.
const LEAST_SHARE: f32 = 0.08;

/// The outcome for a page.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Judged {
    pub(super) lines: Vec<FileLine>,
    pub(super) untrusted: Vec<Rect>,
    pub(super) legal_share: Option<f32>,
    pub(super) doubts: Vec<Doubt>,
}

/// Why a word is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Legacy(usize),
    Drawn,
    Unknown,
}

/// Keeps the words that can be believed.
pub(super) fn judge(lines: Vec<WrittenLine>, fonts: &[Font]) -> Judged {
    let legacy = legacy_fonts(&lines, fonts);
    let mut judged = Judged::default();
    let mut faults: Vec<(Fault, u32)> = Vec::new();
    for line in lines {
        let (good, bad): (Vec<_>, Vec<_>) = line
            .words
            .into_iter()
            .map(|word| (fault(&word, fonts, &legacy), word))
            .partition(|(fault, _)| fault.is_none());
        for (fault, word) in bad {
            judged.untrusted.push(word.bbox);
            let Some(fault) = fault else { continue };
            match faults.iter_mut().find(|(known, _)| *known == fault) {
                Some((_, words)) => *words += 1,
                None => faults.push((fault, 1)),
            }
        }
        let words: Vec<FileWord> =
            good.into_iter().map(|(_, word)| FileWord { text: word.text, bbox: word.bbox }).collect();
        if !words.is_empty() {
            judged.lines.push(FileLine { start: line.start, end: line.end, words });
        }
    }
    let words = judged.lines.iter().flat_map(|line| &line.words).map(|word| word.text.as_str());
    judged.legal_share = syllables::legal_share(words);
    judged.doubts = faults.into_iter().map(|(fault, words)| doubt(fault, words, fonts)).collect();
    judged
}

fn doubt(fault: Fault, words: u32, fonts: &[Font]) -> Doubt {
    match fault {
        Fault::Legacy(font) => Doubt::LegacyFont { font: fonts[font].name.clone(), words },
        Fault::Drawn => Doubt::DrawnLetters { words },
        Fault::Unknown => Doubt::NoUnicode { words },
    }
}

fn fault(word: &Written, fonts: &[Font], legacy: &[bool]) -> Option<Fault> {
    // Digits and marks have the same codes in every coding.
    let plain = word.text.chars().all(|letter| letter.is_ascii() && !letter.is_ascii_alphabetic());
    let old = word.fonts.iter().copied().find(|&font| legacy[font]);
    match old {
        _ if word.fonts.iter().any(|&font| fonts[font].drawn) => Some(Fault::Drawn),
        _ if word.unknown => Some(Fault::Unknown),
        Some(font) if !plain => Some(Fault::Legacy(font)),
        _ => None,
    }
}

/// For each font whether its coding is an old one.
fn legacy_fonts(lines: &[WrittenLine], fonts: &[Font]) -> Vec<bool> {
    let mut counts = vec![(0_usize, 0_usize); fonts.len()];
    for word in lines.iter().flat_map(|line| &line.words) {
        let (words, told) = &mut counts[word.font];
        *words += 1;
        *told += usize::from(is_told(&word.text));
    }
    let by_letters = |&(words, told): &(usize, usize)| told >= LEAST_TOLD && told as f32 >= LEAST_SHARE * words as f32;
    fonts.iter().zip(&counts).map(|(font, count)| by_name(font) || by_letters(count)).collect()
}

/// `.VnTime`, `.VnCenturySchoolbook`, `VNI-Times`, with or without the six letters of a subset before them.
fn by_name(font: &Font) -> bool {
    let name = font.name.as_deref().unwrap_or_default();
    let name = name.split_once('+').map_or(name, |(_, name)| name).to_ascii_lowercase();
    name.starts_with(".vn") || name.starts_with("vn") || name.starts_with("vni")
}

/// Whether a letter inside the word is none of Unicode Vietnamese: beside another letter, so that quotation marks
/// and degrees around words do not count.
fn is_told(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let beside = |at: usize| {
        let is_letter = |at: usize| letters.get(at).is_some_and(char::is_ascii_alphabetic);
        at > 0 && is_letter(at - 1) && is_letter(at + 1) || letters[at].is_alphabetic() && is_letter(at + 1)
    };
    letters.len() > 1 && (0..letters.len()).any(|at| TELLTALES.contains(letters[at]) && beside(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(font: usize, text: &str) -> WrittenLine {
        let word = |text: &str| Written {
            text: text.to_owned(),
            bbox: Rect::new(0.0, 0.0, 9.0, 9.0),
            font,
            fonts: vec![font],
            unknown: text.contains('?'),
        };
        WrittenLine { start: (0.0, 9.0), end: (9.0, 9.0), words: text.split(' ').map(word).collect() }
    }

    fn named(name: &str) -> Font {
        Font { name: Some(name.to_owned()), drawn: false }
    }

    fn check(font: Font, text: &str, kept: &str) -> Vec<Doubt> {
        let judged = judge(vec![line(0, text)], &[font]);
        let words: Vec<&str> =
            judged.lines.iter().flat_map(|line| &line.words).map(|word| word.text.as_str()).collect();
        assert_eq!(words.join(" "), kept);
        assert_eq!(judged.untrusted.len(), text.split(' ').count() - words.len());
        judged.doubts
    }

    #[test]
    fn unicode_is_believed() {
        let text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM 12/2024/QĐ-UBND «Đất ở» 120 m² 37°C";
        assert_eq!(check(named("TimesNewRomanPSMT"), text, text), []);
        assert_eq!(check(Font::default(), text, text), []);
    }

    #[test]
    fn old_fonts_are_known_by_name_but_their_digits_are_good() {
        let doubts = check(named("ABCDEE+.VnTime"), "Céng hoµ 12 - 3", "12 - 3");
        assert_eq!(doubts, [Doubt::LegacyFont { font: Some("ABCDEE+.VnTime".to_owned()), words: 2 }]);
        assert_eq!(check(named("VNI-Times"), "Coäng hoøa", "").len(), 1);
    }

    #[test]
    fn old_codings_are_known_by_their_letters() {
        // TCVN3, then VNI, in fonts without a name.
        let tcvn3 = "Céng hoµ x· héi chñ nghÜa ViÖt Nam §éc lËp Tù do H¹nh phóc";
        assert_eq!(check(Font::default(), tcvn3, ""), [Doubt::LegacyFont { font: None, words: 14 }]);
        let vni = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam Ñoäc laäp Töï do Haïnh phuùc";
        assert_eq!(check(Font::default(), vni, "").len(), 1);
    }

    #[test]
    fn what_a_font_does_not_say_is_not_guessed() {
        assert_eq!(check(named("Arial"), "mot ??? hai", "mot hai"), [Doubt::NoUnicode { words: 1 }]);
        let drawn = Font { name: None, drawn: true };
        assert_eq!(check(drawn, "mot hai", ""), [Doubt::DrawnLetters { words: 2 }]);
    }

    #[test]
    fn the_share_of_syllables_is_told() {
        let judged = judge(vec![line(0, "quyết định and their")], &[Font::default()]);
        assert_eq!(judged.legal_share, Some(0.5));
    }
}

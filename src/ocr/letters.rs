//! The letters of recognised Vietnamese: NFC, and one letter Đ.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A recognised word as it is stored: NFC (never NFKC: m² stays m²), with the look-alikes of Đ made Đ (U+0110)
/// and those of đ made đ (U+0111), without white space, control characters and broken codes.
///
/// The `vie` model gives U+00D0 for Đ on printed pages; U+0189, U+00F0 and U+0256 are seen in other output.
pub(super) fn clean(word: &str) -> String {
    word.nfc().filter(|&letter| is_kept(letter)).map(one_d).collect()
}

/// Lower case without tones and marks, đ as d: for comparing with key words.
pub(super) fn folded(text: &str) -> String {
    text.nfd()
        .filter(|&c| !is_combining_mark(c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

fn is_kept(letter: char) -> bool {
    let is_broken = matches!(letter, '\u{FFFD}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}');
    let is_invisible = matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}');
    !letter.is_whitespace() && !letter.is_control() && !is_broken && !is_invisible
}

fn one_d(letter: char) -> char {
    match letter {
        '\u{00D0}' | '\u{0189}' => '\u{0110}',
        '\u{00F0}' | '\u{0256}' => '\u{0111}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::is_nfc;

    fn check(input: &str, expected: &str) {
        assert_eq!(clean(input), expected, "{input:?}");
    }

    #[test]
    fn words_are_composed_and_have_one_letter_d() {
        check("quye\u{302}\u{301}t", "quyết");
        check("\u{00D0}ỊNH", "ĐỊNH");
        check("\u{0189}iều", "Điều");
        check("\u{00F0}ồng", "đồng");
        check("\u{0256}ất", "đất");
    }

    #[test]
    fn compatibility_letters_stay() {
        check("m²", "m²");
        check("½", "½");
        check("№", "№");
    }

    #[test]
    fn what_cannot_be_shown_goes() {
        check(" a\u{200B}b\tc\n\u{FFFD}", "abc");
        check("\u{FEFF} ", "");
    }

    #[test]
    fn folding_drops_tones() {
        assert_eq!(folded("CỘNG HÒA Độc lập"), "cong hoa doc lap");
    }

    proptest! {
        #[test]
        fn any_text_becomes_nfc_without_spaces(text in any::<String>()) {
            let word = clean(&text);
            prop_assert!(is_nfc(&word));
            prop_assert!(!word.contains(char::is_whitespace));
            prop_assert_eq!(clean(&word), word.clone());
        }
    }
}

//! Text as it is searched: without marks, and without the numbers of persons.
//!
//! The fold belongs to `vn::text`; it stands here until that module has it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Digits that may be the number of a person, a tax code, an account: 9 and more in a row.
const LONG: usize = 9;

/// Lower case without marks, đ as d: `Giấy Khai Sinh` is `giay khai sinh`.
pub(super) fn fold(text: &str) -> String {
    let bare = text.nfd().filter(|letter| !is_combining_mark(*letter));
    bare.flat_map(char::to_lowercase).map(|letter| if letter == 'đ' { 'd' } else { letter }).collect()
}

/// Lower case in NFC: what the exact search compares.
pub(super) fn lower(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).collect()
}

/// A number and symbol as it is compared: folded, without spaces, persons' numbers masked.
pub(super) fn number_key(number: &str) -> String {
    mask(&fold(number).split_whitespace().collect::<String>())
}

/// Every long row of digits with its middle hidden: `079*****0001`.
pub(super) fn mask(text: &str) -> String {
    replace_long(text, |digits| {
        let (head, tail) = (&digits[..3], &digits[digits.len() - 4..]);
        format!("{head}{}{tail}", "*".repeat(digits.len() - 7))
    })
}

/// The text without long rows of digits: what is indexed.
pub(super) fn without_numbers(text: &str) -> String {
    replace_long(text, |_| String::new())
}

fn replace_long(text: &str, replace: impl Fn(&str) -> String) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        replaced.push_str(before);
        if digits.len() < LONG {
            replaced.push_str(digits);
        } else {
            replaced.push_str(&replace(digits));
        }
        rest = after;
    }
    replaced + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_folds_to_bare_letters() {
        assert_eq!(fold("Giấy ĐĂNG ký, đường Lê Lợi, m²"), "giay dang ky, duong le loi, m²");
        // Decomposed and composed are the same.
        assert_eq!(fold("ho\u{301}a"), fold("hóa"));
        assert_eq!(lower("HO\u{301}A Đ"), "hóa đ");
    }

    #[test]
    fn numbers_of_persons_are_hidden() {
        assert_eq!(mask("CCCD 079199000001, số 15/QĐ"), "CCCD 079*****0001, số 15/QĐ");
        assert_eq!(mask("0312345678-001"), "031***5678-001");
        assert_eq!(mask("12345678"), "12345678");
        assert_eq!(without_numbers("a 079199000001b 2025"), "a b 2025");
        assert_eq!(number_key("15 / QĐ-BNV"), "15/qd-bnv");
    }
}

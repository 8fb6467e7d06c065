//! Names of persons: whether words can be a Vietnamese name, and how a name is written.
//!
//! A pattern and the common surnames, no register of names. A seal over a signature reads as words too;
//! what is not plausible here is not taken for a name.

use super::syllables::is_syllable;
use super::text::{fold, nfc, place_tones};

/// How well words fit a Vietnamese person's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plausibility {
    /// Two to six capitalised syllables, the first of them no common surname.
    Pattern,
    /// The same, beginning with a common surname.
    Surname,
}

/// Judges a name without ranks and titles; none where it cannot be one.
#[must_use]
pub fn plausibility(name: &str) -> Option<Plausibility> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let fits = (2..=6).contains(&words.len())
        && words.iter().all(|word| is_capitalised(word) && is_syllable(word))
        && words.iter().any(|word| word.chars().count() > 2);
    let surname = words.first().is_some_and(|first| is_surname(first));
    fits.then_some(if surname { Plausibility::Surname } else { Plausibility::Pattern })
}

/// A rank or degree before the name taken off: `ThS. BS. Nguyễn Văn An`, `Đại tá Trần Văn Bình`.
#[must_use]
pub fn without_titles(name: &str) -> &str {
    let mut rest = name.trim_start_matches(|sign: char| !sign.is_alphanumeric());
    while let Some(title) = TITLES.iter().find_map(|title| length_of_title(rest, title)) {
        rest = rest[title..].trim_start_matches(|sign: char| !sign.is_alphanumeric());
    }
    rest.trim_end_matches(|sign: char| !sign.is_alphanumeric())
}

/// Each syllable with one capital, tones as the older rule puts them: `NGUYỄN VĂN HOÀ` is `Nguyễn Văn Hòa`.
#[must_use]
pub fn written(name: &str) -> String {
    let capitalised = |word: &str| {
        let mut letters = word.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        first + &letters.as_str().to_lowercase()
    };
    place_tones(&nfc(name).split_whitespace().map(capitalised).collect::<Vec<_>>().join(" "))
}

/// Whether the word, in either case, is one of the common surnames; accents must agree.
#[must_use]
pub fn is_surname(word: &str) -> bool {
    let lower = place_tones(&word.to_lowercase());
    SURNAMES.contains(&lower.as_str())
}

fn is_capitalised(word: &str) -> bool {
    let mut letters = word.chars();
    let first = letters.next().is_some_and(char::is_uppercase);
    let rest: Vec<char> = letters.collect();
    let all = |check: fn(char) -> bool| rest.iter().all(|&letter| check(letter));
    first && (all(char::is_lowercase) || all(char::is_uppercase))
}

/// Bytes that `title` takes at the start of `text`, with the dot or space that must follow.
fn length_of_title(text: &str, title: &str) -> Option<usize> {
    let letters = title.chars().count();
    let (end, next) = text.char_indices().nth(letters)?;
    (fold(&text[..end]) == title && (next == '.' || next.is_whitespace())).then_some(end)
}

/// Degrees, offices of honour and ranks, folded; the longer of two with one beginning first.
const TITLES: &[&str] = &[
    "pgs.ts",
    "gs.ts",
    "ts.bs",
    "ths.bs",
    "bs.ckii",
    "bs.cki",
    "bsckii",
    "bscki",
    "bs ckii",
    "bs cki",
    "ckii",
    "cki",
    "pgs",
    "gs",
    "ths",
    "ts",
    "bs",
    "ds",
    "ks",
    "kts",
    "cn",
    "ls",
    "dai tuong",
    "thuong tuong",
    "trung tuong",
    "thieu tuong",
    "dai ta",
    "thuong ta",
    "trung ta",
    "thieu ta",
    "dai uy",
    "thuong uy",
    "trung uy",
    "thieu uy",
    "tien si",
    "thac si",
    "bac si",
    "duoc si",
    "giao su",
    "ong",
    "ba",
    "dr",
    "bsck2",
];

/// Surnames borne by nearly all, in lower case with the older tone placement.
const SURNAMES: &[&str] = &[
    "nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi", "đỗ", "hồ", "ngô", "dương",
    "lý", "đào", "đoàn", "vương", "trịnh", "đinh", "lâm", "phùng", "mai", "tô", "trương", "hà", "tăng", "cao", "quách",
    "thái", "tạ", "chu", "châu", "từ", "la", "lương", "lưu", "kiều", "thạch", "sơn", "kim", "danh", "tống", "nghiêm",
    "doãn", "khổng", "âu", "quang", "ninh", "bạch", "diệp", "đàm", "đồng", "giang", "hứa", "khúc", "khuất", "lại",
    "lò", "lục", "lữ", "mạc", "mã", "nông", "ông", "phí", "quản", "sầm", "thân", "thiều", "tiêu", "tôn", "triệu",
    "ứng", "văn", "vi", "viên", "xa", "bế", "cù", "đổng", "hoa", "hùng", "hầu", "cồ", "ma", "nhâm", "thẩm", "trang",
    "lù", "vàng", "giàng", "rơ", "điểu", "cầm",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_other_words() {
        assert_eq!(plausibility("Nguyễn Văn Hải"), Some(Plausibility::Surname));
        assert_eq!(plausibility("TRẦN THỊ NGỌC ÁNH"), Some(Plausibility::Surname));
        assert_eq!(plausibility("Đăng Thị Hoà"), Some(Plausibility::Pattern));
        for other in
            ["Nguyễn", "phó chủ tịch", "Ký tên", "NGUYỄN VĂN 1", "Xzq Văn An", "A B", "Ủy ban nhân dân", "Ng V An"]
        {
            assert_eq!(plausibility(other), None, "{other}");
        }
    }

    #[test]
    fn degrees_and_ranks_are_taken_off() {
        for (full, bare) in [
            ("ThS. BS. Nguyễn Văn An", "Nguyễn Văn An"),
            ("BS.CKII Trần Văn Bình", "Trần Văn Bình"),
            ("Đại tá Lê Văn Cường", "Lê Văn Cường"),
            ("PGS.TS. Phạm Thị Dung.", "Phạm Thị Dung"),
            ("Bành Văn Em", "Bành Văn Em"),
            ("Tsé", "Tsé"),
        ] {
            assert_eq!(without_titles(full), bare);
        }
    }

    #[test]
    fn names_are_written_one_way() {
        assert_eq!(written("NGUYỄN  VĂN HOÀ"), "Nguyễn Văn Hòa");
        assert_eq!(written("Lê Thị ÁNH"), "Lê Thị Ánh");
    }
}

//! Official wording whose accents a recogniser lost: `THÀNH PHỎ` before a city's name is `THÀNH PHỐ`.
//!
//! Only where a whole phrase of several words agrees in all its letters; a province's name only after its
//! rank, because communes are named alike but for accents.

use std::sync::LazyLock;

use crate::vn::places;
use crate::vn::text::{fold, place_tones};

/// The text with every known phrase spelled right, its capitals and signs kept.
pub(super) fn restored(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let folded: Vec<String> = words.iter().map(|word| fold(core(word))).collect();
    let mut right: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
    for at in 0..words.len() {
        let fits = |phrase: &&Phrase| folded[at..].starts_with(&phrase.folded);
        if let Some(phrase) = PHRASES.iter().filter(fits).max_by_key(|phrase| phrase.words.len()) {
            for (offset, wanted) in phrase.words.iter().enumerate() {
                right[at + offset] = respelled(words[at + offset], wanted);
            }
        }
    }
    right.join(" ")
}

/// The wanted spelling in the case of the word that was read; words that differ in tone placement alone stay.
fn respelled(read: &str, wanted: &str) -> String {
    let inner = core(read);
    if place_tones(&inner.to_lowercase()) == place_tones(&wanted.to_lowercase()) {
        return read.to_owned();
    }
    let mut letters = inner.chars();
    let first = letters.next().is_some_and(char::is_uppercase);
    let capitals = first && letters.next().is_none_or(char::is_uppercase);
    let spelled = match (capitals, first) {
        (true, _) => wanted.to_uppercase(),
        (false, true) => wanted.chars().take(1).flat_map(char::to_uppercase).chain(wanted.chars().skip(1)).collect(),
        (false, false) => wanted.to_owned(),
    };
    read.replacen(inner, &spelled, 1)
}

fn core(word: &str) -> &str {
    word.trim_matches(|sign: char| !sign.is_alphanumeric())
}

struct Phrase {
    words: Vec<String>,
    folded: Vec<String>,
}

impl Phrase {
    fn of(text: &str) -> Self {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        let folded = words.iter().map(|word| fold(word)).collect();
        Self { words, folded }
    }
}

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let provinces = places::current().iter().chain(places::old()).flat_map(|province| {
        let name = province.name.replace(" - ", " ").to_lowercase();
        ["tỉnh", "thành phố"].map(|rank| Phrase::of(&format!("{rank} {name}")))
    });
    OFFICIAL.iter().map(|text| Phrase::of(text)).chain(provinces).collect()
});

const OFFICIAL: &[&str] = &[
    "ủy ban nhân dân",
    "ủy ban nhân dân tỉnh",
    "ủy ban nhân dân thành phố",
    "ủy ban nhân dân huyện",
    "ủy ban nhân dân quận",
    "ủy ban nhân dân thị xã",
    "ủy ban nhân dân phường",
    "ủy ban nhân dân thị trấn",
    "ubnd tỉnh",
    "ubnd thành phố",
    "ubnd huyện",
    "ubnd quận",
    "ubnd phường",
    "hội đồng nhân dân",
    "hội đồng nhân dân tỉnh",
    "hội đồng nhân dân thành phố",
    "quốc hội",
    "chính phủ",
    "thủ tướng chính phủ",
    "ủy ban thường vụ quốc hội",
    "sở tư pháp",
    "sở tài chính",
    "sở nội vụ",
    "sở xây dựng",
    "sở công thương",
    "sở y tế",
    "sở giáo dục và đào tạo",
    "sở khoa học và công nghệ",
    "sở kế hoạch và đầu tư",
    "sở nông nghiệp và môi trường",
    "sở tài nguyên và môi trường",
    "sở nông nghiệp và phát triển nông thôn",
    "sở văn hóa, thể thao và du lịch",
    "phòng đăng ký kinh doanh",
    "phòng kinh tế",
    "trung tâm phục vụ hành chính công",
    "văn phòng đăng ký đất đai",
    "công an tỉnh",
    "công an thành phố",
    "bộ tư pháp",
    "bộ tài chính",
    "bộ nội vụ",
    "bộ xây dựng",
    "bộ y tế",
    "bộ quốc phòng",
    "bộ công an",
    "bộ ngoại giao",
    "bộ công thương",
    "chủ tịch",
    "phó chủ tịch",
    "giám đốc",
    "phó giám đốc",
    "bộ trưởng",
    "thứ trưởng",
    "cục trưởng",
    "phó cục trưởng",
    "trưởng phòng",
    "phó trưởng phòng",
    "chi cục trưởng",
    "phó chi cục trưởng",
    "chánh văn phòng",
    "phó chánh văn phòng",
    "thủ tướng",
    "phó thủ tướng",
    "trưởng công an",
    "phó trưởng công an",
    "hiệu trưởng",
    "phó hiệu trưởng",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_phrases_are_spelled_right() {
        let check = |read: &str, right: &str| assert_eq!(restored(read), right);
        check("ỦY BAN NHÂN DÂN THÀNH PHỎ HUẾ", "ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ");
        check("UỶ BAN NHÂN DÂN TÍNH HẬU GIANG", "UỶ BAN NHÂN DÂN TỈNH HẬU GIANG");
        check("PHO CHU TỊCH", "PHÓ CHỦ TỊCH");
        check("Sở Y tê", "Sở Y tế");
        check("QUÓC HỘI", "QUỐC HỘI");
    }

    #[test]
    fn names_without_their_rank_stay() {
        for text in ["HUYỆN QUANG BÌNH", "XÃ BINH DƯƠNG", "Ủy ban nhân dân xã Hòa Binh", ""] {
            assert_eq!(restored(text), text);
        }
    }
}

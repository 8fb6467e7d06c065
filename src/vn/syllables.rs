//! Which words can be Vietnamese: onset, rime and tone by the rules of the writing.
//!
//! A rule table, not a dictionary: 15 870 syllables can be written by its rules, of which some 7 000 are in use.
//! Extra evidence on recognised text, beside the recogniser's own confidence.

use super::text::{Tone, is_vowel, nfc, without_tone};

/// Whether a word, in either case, is a syllable of Vietnamese.
#[must_use]
pub fn is_syllable(word: &str) -> bool {
    let Some((bare, tone)) = bare_and_tone(word) else { return false };
    tone_fits(&bare, tone) && ONSETS.iter().any(|&onset| bare.strip_prefix(onset).is_some_and(|rime| fits(onset, rime)))
}

/// Share of the words that are syllables; none where no word is made of letters alone.
///
/// Punctuation at a word's ends is put aside. Words with digits or signs inside, and capitals
/// without a vowel (`UBND` has one, `TTHC` has none), are no evidence either way.
pub fn legal_share<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<f32> {
    let (mut legal, mut judged) = (0_u32, 0_u32);
    for word in words {
        let core = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        let letters = !core.is_empty() && core.chars().all(char::is_alphabetic);
        if letters && !is_abbreviation(core) {
            judged += 1;
            legal += u32::from(is_syllable(core));
        }
    }
    (judged > 0).then(|| legal as f32 / judged as f32)
}

fn is_abbreviation(word: &str) -> bool {
    let capitals = word.chars().count() > 1 && word.chars().all(char::is_uppercase);
    capitals && !is_syllable(word) && word.chars().filter(|&letter| is_vowel(without_tone(letter).0)).count() < 2
}

/// Lower case without tone, and the tone; none where a letter is foreign or two tones are written.
fn bare_and_tone(word: &str) -> Option<(String, Option<Tone>)> {
    let mut bare = String::with_capacity(word.len());
    let mut tone = None;
    for letter in nfc(word).to_lowercase().chars() {
        let (own, found) = without_tone(letter);
        if !own.is_alphabetic() || (found.is_some() && (tone.is_some() || !is_vowel(own))) {
            return None;
        }
        tone = tone.or(found);
        bare.push(own);
    }
    (!bare.is_empty()).then_some((bare, tone))
}

/// A syllable that ends in a stop has a rising or a heavy tone.
fn tone_fits(bare: &str, tone: Option<Tone>) -> bool {
    let stopped = ["c", "ch", "p", "t"].iter().any(|stop| bare.ends_with(stop));
    !stopped || matches!(tone, Some(Tone::Rising | Tone::Heavy))
}

fn fits(onset: &str, rime: &str) -> bool {
    let front = rime.starts_with(['e', 'ê', 'i', 'y']);
    match onset {
        "qu" => AFTER_QU.contains(&rime),
        "gi" => !front && !is_rounded(rime) && RIMES.contains(&rime) || matches!(rime, "" | "n" | "êng" | "êt" | "êc"),
        "k" | "gh" | "ngh" => front && (RIMES.contains(&rime) || onset == "k" && rime == "y"),
        "c" | "g" | "ng" => !front && RIMES.contains(&rime),
        "" => rime == "y" || AFTER_NOTHING.contains(&rime) || RIMES.contains(&rime) && !rime.starts_with("iê"),
        "b" | "m" | "p" | "ph" | "v" => {
            RIMES.contains(&rime) && !is_rounded(rime) || rime == "y" && "mv".contains(onset)
        }
        "h" | "l" | "s" | "t" => RIMES.contains(&rime) || rime == "y",
        _ => RIMES.contains(&rime),
    }
}

/// Rimes with a rounded glide: never after a consonant made with the lips.
fn is_rounded(rime: &str) -> bool {
    ["oa", "oă", "oe", "uâ", "uê", "uơ", "uy"].iter().any(|glide| rime.starts_with(glide))
}

/// Longer ones first is not needed: every onset is tried.
const ONSETS: &[&str] = &[
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu",
    "r", "s", "t", "th", "tr", "v", "x",
];

/// Rimes as written after a consonant.
const RIMES: &[&str] = &[
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "ăc", "ăm", "ăn", "ăng", "ăp",
    "ăt", "âc", "âm", "ân", "âng", "âp", "ât", "âu", "ây", "e", "ec", "em", "en", "eng", "eo", "ep", "et", "ê", "êch",
    "êm", "ên", "ênh", "êp", "êt", "êu", "i", "ia", "ich", "iêc", "iêm", "iên", "iêng", "iêp", "iêt", "iêu", "im",
    "in", "inh", "ip", "it", "iu", "o", "oa", "oac", "oach", "oai", "oam", "oan", "oang", "oanh", "oao", "oap", "oat",
    "oay", "oăc", "oăm", "oăn", "oăng", "oăt", "oc", "oe", "oen", "oeo", "oet", "oi", "om", "on", "ong", "ooc", "oong",
    "op", "ot", "ô", "ôc", "ôi", "ôm", "ôn", "ông", "ôp", "ôt", "ơ", "ơi", "ơm", "ơn", "ơp", "ơt", "u", "ua", "uân",
    "uâng", "uât", "uây", "uc", "uê", "uêch", "uênh", "ui", "um", "un", "ung", "uơ", "uôc", "uôi", "uôm", "uôn",
    "uông", "uôt", "up", "ut", "uy", "uya", "uych", "uyên", "uyêt", "uyn", "uynh", "uyp", "uyt", "uyu", "ư", "ưa",
    "ưc", "ưi", "ưn", "ưng", "ươc", "ươi", "ươm", "ươn", "ương", "ươp", "ươt", "ươu", "ưt", "ưu",
];

/// Rimes written with y where no consonant stands before.
const AFTER_NOTHING: &[&str] = &["yêm", "yên", "yêng", "yêt", "yêu"];

/// What may follow `qu`, whose u is the glide.
const AFTER_QU: &[&str] = &[
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "ăc", "ăm", "ăn", "ăng", "ăp",
    "ăt", "âc", "ân", "âng", "ât", "âu", "ây", "e", "en", "eng", "eo", "et", "ê", "êch", "ên", "ênh", "êt", "i", "ôc",
    "ơ", "y", "ych", "yên", "yêt", "ynh", "yt", "yu",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_official_papers_are_syllables() {
        let text = "Cộng hòa xã hội chủ nghĩa Việt Nam Độc lập Tự do Hạnh phúc quyết định về việc phê duyệt kết quả \
                    giấy khai sinh nghiêng giếng gì gìn giữ yêu quý khuya khuỷu thuở hươu ỷ ích kỹ lý mỹ tỷ sỹ quỳ quốc \
                    Nguyễn Trần Lê Phạm Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý HOÀ UỶ ỦY BAN NHÂN DÂN xoong";
        for word in text.split_whitespace() {
            assert!(is_syllable(word), "{word}");
        }
    }

    #[test]
    fn misread_words_are_none() {
        for word in ["", "QUYT", "ĐNH", "cịêm", "kác", "ghà", "ngà1", "and", "boà", "mat", "họcc", "àà", "zũ", "cêu"]
        {
            assert!(!is_syllable(word), "{word}");
        }
    }

    #[test]
    fn the_rules_allow_as_many_as_the_module_says() {
        let bare: std::collections::BTreeSet<String> = ONSETS
            .iter()
            .flat_map(|onset| {
                RIMES.iter().chain(AFTER_QU).chain(AFTER_NOTHING).chain(&["y", ""]).map(move |rime| (onset, rime))
            })
            .filter(|(onset, rime)| fits(onset, rime))
            .map(|(onset, rime)| format!("{onset}{rime}"))
            .collect();
        let stopped = |bare: &String| ["c", "ch", "p", "t"].iter().any(|stop| bare.ends_with(stop));
        let count: usize = bare.iter().map(|bare| if stopped(bare) { 2 } else { 6 }).sum();
        assert_eq!((bare.len(), count), (3459, 15_870));
    }

    #[test]
    fn the_share_leaves_out_numbers_and_abbreviations() {
        assert_eq!(legal_share(["Số:", "15/QĐ-BNV", "TTHC", "12"]), Some(1.0));
        assert_eq!(legal_share(["xin", "chxo"]), Some(0.5));
        assert_eq!(legal_share(["15/2020", "..."]), None);
    }
}

//! Number and symbol of a document (số, ký hiệu): `15/QĐ-BNV`, `12/2025/NĐ-CP`, `29-NQ/TW`, `123/2020`.
//!
//! Decree 30/2020, Appendix I, zone 3, with the Party's and older forms. Spaces and recognisers' slips are
//! forgiven; an abbreviation is spelled right only where exactly one of the table's can be meant.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::document_type::{DocumentType, abbreviations};
use super::text::{Folded, fold, repair, squeeze};

/// A number and symbol, in NFC, as Decree 30/2020 writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DocumentNumber {
    /// As written on the paper, tidied: no spaces, đ right: `15/QĐ-BNV`.
    pub text: String,
}

/// Text that is no document's number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no document's number: expected a form like `15/QĐ-BNV`")]
pub struct NotADocumentNumber {
    /// The text found.
    pub found: String,
}

/// A number found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundNumber {
    /// The number.
    pub number: DocumentNumber,
    /// Its bytes in the text, without the label.
    pub range: Range<usize>,
    /// Letters were changed to what must be meant.
    pub repaired: bool,
}

impl DocumentNumber {
    /// The running number: `15` of `15/QĐ-BNV`; the whole text where it has no symbol.
    #[must_use]
    pub fn ordinal(&self) -> &str {
        let end = self.text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(self.text.len());
        if end == 0 { &self.text } else { &self.text[..end] }
    }

    /// The year, where the number states it: 2025 of `12/2025/NĐ-CP`.
    #[must_use]
    pub fn year(&self) -> Option<u16> {
        let second = self.text.split('/').nth(1)?;
        let year = second.parse().ok()?;
        (second.len() == 4 && (1900..2100).contains(&year)).then_some(year)
    }

    /// The symbol: `QĐ-BNV` of `15/QĐ-BNV`, `NQ/TW` of `29-NQ/TW`; none in `123/2020`.
    #[must_use]
    pub fn symbol(&self) -> Option<&str> {
        let rest = self.text.trim_start_matches(|sign: char| sign.is_ascii_digit());
        let rest = rest.trim_start_matches(['/', '-', '.']);
        let symbol = match self.year() {
            Some(_) => rest.get(5..)?,
            None => rest,
        };
        (symbol.len() < self.text.len() && symbol.chars().any(char::is_alphabetic)).then_some(symbol)
    }

    /// The type that the symbol names: `QĐ-BNV` a decision, `UBND-XNTTHN` a certificate of marital status.
    #[must_use]
    pub fn document_type(&self) -> Option<DocumentType> {
        let symbol = self.symbol()?;
        let first = first_group(symbol);
        let of =
            |wanted: &str| abbreviations().find(|(text, _)| *text == wanted).map(|(_, document_type)| document_type);
        of(symbol).or_else(|| of(first))
    }

    /// A card's or a form's own number: digits and capitals, such as `AA 05565655` or `079199000001`.
    ///
    /// # Errors
    /// [`NotADocumentNumber`] without a digit, below 4 or above 30 characters, or with other signs.
    pub fn serial(text: &str) -> Result<Self, NotADocumentNumber> {
        let tidy = squeeze(&repair(text));
        let length = tidy.chars().count();
        let allowed = |sign: char| sign.is_ascii_digit() || sign.is_ascii_uppercase() || " ./-Đ".contains(sign);
        let numbered = tidy.chars().filter(char::is_ascii_digit).count() >= 3;
        if (4..=30).contains(&length) && numbered && tidy.chars().all(allowed) {
            Ok(Self { text: tidy })
        } else {
            Err(NotADocumentNumber { found: text.to_owned() })
        }
    }
}

impl std::fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for DocumentNumber {
    type Err = NotADocumentNumber;

    fn from_str(text: &str) -> Result<Self, NotADocumentNumber> {
        let refused = || NotADocumentNumber { found: text.to_owned() };
        let found = find_at_start(text.trim()).ok_or_else(refused)?;
        if found.range.end == text.trim().len() { Ok(found.number) } else { Err(refused()) }
    }
}

/// The number after a leading `Số:` (`Luật số:`, `Nghị quyết số:`); none where the text begins otherwise.
#[must_use]
pub fn find_after_label(text: &str) -> Option<FoundNumber> {
    let folded = Folded::of(text);
    let label = LABEL.find(&folded.text)?;
    let start = folded.source_range(label.range()).end;
    let mut found = find_at_start(&text[start..])?;
    found.range = found.range.start + start..found.range.end + start;
    Some(found)
}

/// The number that the text begins with, spaces aside.
#[must_use]
pub fn find_at_start(text: &str) -> Option<FoundNumber> {
    FORMS.iter().find_map(|form| {
        let parts = form.captures(text)?;
        let whole = parts.name("number")?;
        let runs_on = text[whole.end()..].starts_with(|next: char| next.is_alphanumeric());
        let tidy = tidied(whole.as_str());
        let digits = tidy.chars().next().is_some_and(|first| first.is_ascii_digit());
        (digits && !runs_on).then(|| {
            let (number, repaired) = spelled_right(tidy);
            FoundNumber { number, range: whole.range(), repaired }
        })
    })
}

/// No spaces, one kind of dash, digits where the running number stands.
fn tidied(text: &str) -> String {
    let close: String = repair(text).chars().filter(|sign| !sign.is_whitespace()).map(plain_dash).collect();
    let end = close.find(['/', '-', '.']).unwrap_or(close.len());
    let (ordinal, rest) = close.split_at(end);
    let as_digit = |sign: char| match sign {
        'O' | 'o' => '0',
        'l' | 'I' => '1',
        digit => digit,
    };
    let numbered = ordinal.chars().any(|sign| sign.is_ascii_digit());
    if numbered { ordinal.chars().map(as_digit).collect::<String>() + rest } else { close }
}

fn plain_dash(sign: char) -> char {
    if matches!(sign, '–' | '—' | '−' | '‐' | '‑') { '-' } else { sign }
}

/// The first group of the symbol, spelled as the table has it when exactly one entry can be meant.
fn spelled_right(tidy: String) -> (DocumentNumber, bool) {
    let as_read = DocumentNumber { text: tidy };
    let Some(group) = as_read.symbol().map(first_group) else { return (as_read, false) };
    if abbreviations().any(|(known, _)| known == group) {
        return (as_read, false);
    }
    let looks = |text: &str| fold(text).replace(['o', '0'], "q");
    let mut alike: Vec<&str> =
        abbreviations().map(|(known, _)| known).filter(|known| looks(known) == looks(group)).collect();
    alike.dedup();
    match alike[..] {
        [only] => {
            let text = as_read.text.replacen(group, only, 1);
            (DocumentNumber { text }, true)
        }
        _ => (as_read, false),
    }
}

fn first_group(symbol: &str) -> &str {
    symbol.split(['-', '/', '.']).next().unwrap_or(symbol)
}

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^[\s.,:;'*_-]{0,4}(?:(?:luat|phap lenh|nghi quyet|nghi dinh|lenh)\s+)?s[o06s]{1,2}\s?[:;.,]{0,3}\s?")
});

/// Decree 30's form; the Party's and older ones; civil status; a birth notice of the health ministry.
static FORMS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    let dash = "[-–—−‐‑]";
    let group = "[A-ZĐÐ][A-Za-zĐÐđð0-9&]*";
    let symbol = format!(r"{group}(?: ?(?:{dash}|\.) ?{group})*");
    let ordinal = "[0-9OolI]{1,6}[a-z]?";
    [
        pattern(&format!(r"^\s*(?P<number>{ordinal}(?: ?/ ?(?:19|20)[0-9]{{2}})? ?/ ?{symbol})")),
        pattern(&format!(r"^\s*(?P<number>{ordinal} ?{dash} ?{group}(?: ?{dash} ?{group})* ?/ ?{symbol})")),
        pattern(r"^\s*(?P<number>[0-9]{1,6} ?/ ?(?:19|20)[0-9]{2})(?:[^/0-9-]|$)"),
        pattern(r"^\s*(?P<number>[0-9]{1,6}\.GCS\.[0-9]{1,6}\.[0-9]{2})"),
    ]
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern, compiled by this module's tests")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Option<&str>) {
        let found = find_after_label(text).map(|found| found.number.text);
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn numbers_are_read_after_their_label() {
        check("Số: 15/QĐ-BNV", Some("15/QĐ-BNV"));
        check("Số: 12/2025/NĐ-CP Hà Nội, ngày", Some("12/2025/NĐ-CP"));
        check("Số:05 /BNV - VP", Some("05/BNV-VP"));
        check("S6: 123/TLKT–BS", Some("123/TLKT-BS"));
        check("Số 45/UBND-XNTTHN", Some("45/UBND-XNTTHN"));
        check("Số: 37/GPXD", Some("37/GPXD"));
        check("Luật số: 26/2023/QH15", Some("26/2023/QH15"));
        check("Số 29-NQ/TW", Some("29-NQ/TW"));
        check("Số: 123/2020", Some("123/2020"));
        check("Số: 00123.GCS.74001.25", Some("00123.GCS.74001.25"));
        check("Số: 7/TB-SKH&ĐT", Some("7/TB-SKH&ĐT"));
    }

    #[test]
    fn slips_are_mended_only_where_one_thing_can_be_meant() {
        check("Số: I5/QD-UBND", Some("15/QĐ-UBND"));
        check("Số: 15/QÐ-UBND", Some("15/QĐ-UBND"));
        check("Số: 15/OĐ-UBND", Some("15/QĐ-UBND"));
        check("Số: 15/HD-UBND", Some("15/HD-UBND"));
        check("Số: 15/TTR-UBND", Some("15/TTr-UBND"));
        check("Số: 15/HDND-VP", Some("15/HDND-VP"));
        assert!(find_after_label("Số: 15/QD-UBND").expect("read").repaired);
        assert!(!find_after_label("Số: 15/QĐ-UBND").expect("read").repaired);
    }

    #[test]
    fn what_is_no_number_is_none() {
        check("Số:      /QĐ-UBND", None);
        check("15/QĐ-BNV", None);
        check("Căn cứ Quyết định số 15/QĐ-BNV", None);
        check("Số lượng hồ sơ: 01", None);
        check("Số: 05/01/2020", None);
    }

    #[test]
    fn the_parts_of_a_number() {
        let number: DocumentNumber = "12/2025/NĐ-CP".parse().expect("valid");
        assert_eq!((number.ordinal(), number.year(), number.symbol()), ("12", Some(2025), Some("NĐ-CP")));
        let party: DocumentNumber = "29-NQ/TW".parse().expect("valid");
        assert_eq!((party.ordinal(), party.year(), party.symbol()), ("29", None, Some("NQ/TW")));
        let civil: DocumentNumber = "123/2020".parse().expect("valid");
        assert_eq!((civil.year(), civil.symbol()), (Some(2020), None));
        assert!("15/QĐ-BNV và".parse::<DocumentNumber>().is_err());
    }

    #[test]
    fn a_symbol_names_its_type() {
        let code = |text: &str| text.parse::<DocumentNumber>().expect("valid").document_type().map(DocumentType::code);
        assert_eq!(code("15/QĐ-BNV"), Some("QD"));
        assert_eq!(code("45/UBND-XNTTHN"), Some("XNTTHN"));
        assert_eq!(code("123/TLKT-BS"), Some("TLKT"));
        assert_eq!(code("37/GPXD"), Some("GPXD"));
        assert_eq!(code("00123.GCS.74001.25"), Some("GCS"));
        assert_eq!(code("12/UBND-VX"), None);
    }

    #[test]
    fn a_serial_is_kept_as_printed() {
        assert_eq!(DocumentNumber::serial(" AA  05565655 ").expect("valid").text, "AA 05565655");
        assert!(DocumentNumber::serial("Nguyễn Văn An").is_err());
        assert!(DocumentNumber::serial("12").is_err());
    }

    proptest! {
        #[test]
        fn a_written_number_is_read_back(ordinal in 1_u32..99999, symbol in "(QĐ|TB|KH|BC)-(UBND|SYT|VP)") {
            let text = format!("{ordinal:02}/{symbol}");
            let found = find_after_label(&format!("Số: {text}")).expect("read");
            prop_assert_eq!(found.number.text, text);
            prop_assert!(!found.repaired);
        }

        #[test]
        fn any_text_is_survived(text in "(Số: )?.{0,40}") {
            if let Some(found) = find_after_label(&text) {
                prop_assert!(text.get(found.range).is_some());
                let _ = (found.number.symbol(), found.number.year(), found.number.ordinal());
            }
        }
    }
}

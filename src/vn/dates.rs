//! Dates as Vietnamese papers write them, always day, month, year; a complete date or none.
//!
//! `ngày 05 tháng 01 năm 2020` (Decree 30/2020, Appendix I, zone 4) and `05/01/2020`, `05-01-2020`,
//! `05.01.2020`, with what a recogniser does to them. Whether a date is plausible is its reader's matter.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::text::Folded;
use crate::base::time::Date;

/// A complete date in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDate {
    /// The day.
    pub date: Date,
    /// Its bytes in the text, from `ngày` or the first digit to the last digit.
    pub range: Range<usize>,
    /// How it is written.
    pub form: Form,
    /// A letter had to be taken for a digit: `2O2O`, `l2`.
    pub repaired: bool,
}

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `ngày … tháng … năm …`.
    Words,
    /// Three numbers with the same sign between.
    Numbers,
}

/// Every complete date, in the order of the text; years 1900 to 2099.
#[must_use]
pub fn find_all(text: &str) -> Vec<FoundDate> {
    let folded = Folded::of(text);
    let mut found: Vec<FoundDate> = [(&WORDS, Form::Words), (&NUMBERS, Form::Numbers)]
        .into_iter()
        .flat_map(|(pattern, form)| {
            pattern.captures_iter(&folded.text).filter_map(|parts| read(&folded, &parts, form)).collect::<Vec<_>>()
        })
        .collect();
    found.sort_by_key(|date| date.range.start);
    found.dedup_by(|later, earlier| later.range.start < earlier.range.end);
    found
}

/// The first complete date.
#[must_use]
pub fn find_first(text: &str) -> Option<FoundDate> {
    find_all(text).into_iter().next()
}

fn read(folded: &Folded, parts: &Captures, form: Form) -> Option<FoundDate> {
    let whole = parts.get(0)?;
    if !stands_alone(&folded.text, whole.range(), form) {
        return None;
    }
    let mut numbers = parts.iter().skip(1).flatten().map(|part| number(part.as_str()));
    let ((day, one), (month, two), (year, three)) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let date = Date::new(i32::from(year), u8::try_from(month).ok()?, u8::try_from(day).ok()?)?;
    (1900..2100).contains(&year).then(|| FoundDate {
        date,
        range: folded.source_range(whole.range()),
        form,
        repaired: one || two || three,
    })
}

/// The number, and whether a letter stood for a digit.
fn number(digits: &str) -> Option<(u16, bool)> {
    let as_digit = |letter: char| match letter {
        'o' => '0',
        'l' | 'i' | '|' => '1',
        digit => digit,
    };
    let repaired: String = digits.chars().map(as_digit).collect();
    Some((repaired.parse().ok()?, repaired != digits))
}

/// Not a piece of a longer number, of a document's number (`01/02/2020/QĐ`), or of an amount.
fn stands_alone(text: &str, range: Range<usize>, form: Form) -> bool {
    let before = text[..range.start].chars().next_back();
    let mut after = text[range.end..].chars();
    let (next, second) = (after.next(), after.next());
    if form == Form::Words {
        return !next.is_some_and(|sign| sign.is_ascii_digit());
    }
    let joined = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_digit() || "/-".contains(sign));
    let runs_on =
        joined(next) && (next.is_some_and(|sign| sign.is_ascii_digit()) || second.is_some_and(char::is_alphanumeric));
    !(joined(before) || before == Some('.') || runs_on)
}

/// In folded text. Between the parts: spaces and the specks that a recogniser makes of leaders and dirt.
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\bng[a-z]{1,2}[\s.,:;…_'"*-]{0,6}([0-9oli|]{1,2})[\s.,:;…_'"*-]{0,6}t[a-z]{2,4}[\s.,:;…_'"*-]{0,6}([0-9oli|]{1,2})[\s.,:;…_'"*-]{0,6}n[a-z]{1,2}[mn]?[\s.,:;…_'"*-]{0,6}([12][0-9oli|]{3})"#,
    )
});

/// The same sign twice; spaces around it are forgiven.
static NUMBERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"([0-9]{1,2}) ?/ ?([0-9]{1,2}) ?/ ?([0-9]{4})",
        r"|([0-9]{1,2}) ?- ?([0-9]{1,2}) ?- ?([0-9]{4})",
        r"|([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})",
    ))
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern, compiled by this module's tests")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = find_all(text).iter().map(|found| found.date.to_string()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn dates_in_words_are_read_through_noise() {
        check("Hà Nội, ngày 05 tháng 01 năm 2020", &["2020-01-05"]);
        check("Kiên Giang, ngày  5 tháng 9 năm 2017", &["2017-09-05"]);
        check("ngày05tháng01năm2020", &["2020-01-05"]);
        check("Ngay .. 9 .. thắng .11. nǎm 2017", &["2017-11-09"]);
        check("NGÀY 31 THÁNG 12 NĂM 1999", &["1999-12-31"]);
        let slip = find_first("ngày O5 tháng l2 năm 2O2O").expect("read");
        assert_eq!((slip.date.to_string().as_str(), slip.repaired), ("2020-12-05", true));
    }

    #[test]
    fn dates_in_numbers_are_day_month_year() {
        check(
            "sinh 05/01/2020, cấp 06-02-2021 và 07.03.2022; 8/4/2023.",
            &["2020-01-05", "2021-02-06", "2022-03-07", "2023-04-08"],
        );
        check("ngày 19/5/2018 đến 20 / 5 / 2018", &["2018-05-19", "2018-05-20"]);
    }

    #[test]
    fn incomplete_or_impossible_dates_are_none() {
        check("ngày … tháng 9 năm 2017", &[]);
        check("ngày 31 tháng 02 năm 2020", &[]);
        check("tháng 9 năm 2017", &[]);
        check("13/25/2020 và 05/01-2020 và 05/01/20", &[]);
        check("số 12/05/2020/QĐ-UBND, 105/01/2020, 1.05.01.2020", &[]);
        check("năm 2017", &[]);
    }

    #[test]
    fn the_range_is_that_of_the_text() {
        let text = "Thủ Dầu Một, ngày 05 tháng 01 năm 2020.";
        let found = find_first(text).expect("read");
        assert_eq!(&text[found.range], "ngày 05 tháng 01 năm 2020");
        assert_eq!(found.form, Form::Words);
    }

    proptest! {
        #[test]
        fn every_day_is_read_back(year in 1900_i32..2100, month in 1_u8..13, day in 1_u8..29) {
            let date = Date::new(year, month, day).expect("exists");
            for text in [
                format!("ngày {day:02} tháng {month:02} năm {year}"),
                format!("{day}/{month}/{year}"),
                format!("{day:02}-{month:02}-{year}"),
                format!("{day:02}.{month:02}.{year}"),
            ] {
                prop_assert_eq!(find_first(&text).map(|found| found.date), Some(date));
            }
        }

        #[test]
        fn any_text_is_survived(text in ".{0,60}") {
            for found in find_all(&text) {
                prop_assert!(text.get(found.range).is_some());
            }
        }
    }
}

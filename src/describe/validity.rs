//! The last day in force, where the paper states one: a date, or a term from the day of issue.

use std::sync::LazyLock;

use regex::Regex;

use super::labels::Kind;
use super::reading::{field, least, mean};
use super::{Field, Source};
use crate::base::time::Date;
use crate::classify::layout::Sheet;
use crate::vn::dates;
use crate::vn::text::Folded;

/// Behind a label (`Có giá trị đến:`), or in a sentence of the paper.
pub(super) fn read(source: &Source, issued: Option<&Field<Date>>) -> Option<Field<Date>> {
    labelled(source).or_else(|| source.sheets.iter().find_map(|sheet| stated(source, sheet, issued)))
}

fn labelled(source: &Source) -> Option<Field<Date>> {
    let entry = source.entries.iter().find(|entry| entry.kind == Kind::ValidUntil)?;
    let found = dates::find_first(&entry.value)?;
    let confidence = least(&entry.words) * 0.96 * entry.strength;
    is_plausible(source, found.date).then(|| field(found.date, entry.page, &entry.words, confidence))?
}

fn stated(source: &Source, sheet: &Sheet, issued: Option<&Field<Date>>) -> Option<Field<Date>> {
    let running = sheet.running();
    let folded = Folded::of(&running.text);
    if let Some(announced) = UNTIL.find(&folded.text) {
        let start = folded.source_range(announced.range()).end;
        let found = dates::find_first(&running.text[start..]).filter(|found| found.range.start < 8)?;
        let words = running.words_in(&(start..start + found.range.end));
        let plausible = is_plausible(source, found.date);
        return plausible.then(|| field(found.date, sheet.number, &words, least(&words) * 0.95))?;
    }
    let term = TERM.captures(&folded.text)?;
    let count: u32 = term.name("count")?.as_str().parse().ok()?;
    let issued = issued?;
    let last = match term.name("unit")?.as_str() {
        "ngay" => plus_days(issued.value, count),
        "nam" => plus_months(issued.value, count.checked_mul(12)?),
        _ => plus_months(issued.value, count),
    }?;
    let words = running.words_in(&folded.source_range(term.get(0)?.range()));
    field(last, sheet.number, &words, mean(&words) * issued.confidence.value() * 0.97)
}

/// Not before the earliest paper, and not further ahead than any paper is valid.
fn is_plausible(source: &Source, date: Date) -> bool {
    date >= source.options.earliest && date.year() <= source.options.today.year() + 100
}

/// The same day so many months later, or that month's last (Civil Code 91/2015/QH13, Article 148, clause 3).
fn plus_months(date: Date, months: u32) -> Option<Date> {
    let count = i64::from(date.year()) * 12 + i64::from(date.month()) - 1 + i64::from(months);
    let (year, month) = (i32::try_from(count / 12).ok()?, u8::try_from(count % 12 + 1).ok()?);
    (0..4).find_map(|back| Date::new(year, month, date.day().checked_sub(back)?))
}

fn plus_days(date: Date, days: u32) -> Option<Date> {
    (days <= 3700).then_some(())?;
    (0..days).try_fold(date, |day, _| {
        let (year, month) = (day.year(), day.month());
        Date::new(year, month, day.day() + 1)
            .or_else(|| Date::new(year, month + 1, 1))
            .or_else(|| Date::new(year + 1, 1, 1))
    })
}

/// In folded text. A building permit's `có hiệu lực khởi công` is no end of validity and is not matched.
static TERM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"co gia tri (?:su dung )?(?:trong )?(?:thoi han |vong )?(?:la )?(?P<count>[0-9]{1,3}) ?(?:\([a-z ]+\) ?)?(?P<unit>ngay|thang|nam),? ?ke tu ngay (?:duoc )?(?:cap|ky|xac nhan|ban hanh)",
    )
});

static UNTIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"co gia tri (?:su dung )?den (?:het )?|co hieu luc (?:ke )?tu ngay ky (?:cho )?den (?:het )?")
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern, compiled by this module's tests")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u8, day: u8) -> Date {
        Date::new(year, month, day).expect("exists")
    }

    #[test]
    fn terms_end_on_the_same_day_or_the_months_last() {
        assert_eq!(plus_months(day(2020, 1, 5), 6), Some(day(2020, 7, 5)));
        assert_eq!(plus_months(day(2023, 8, 31), 6), Some(day(2024, 2, 29)));
        assert_eq!(plus_months(day(2020, 12, 31), 12), Some(day(2021, 12, 31)));
        assert_eq!(plus_days(day(2020, 12, 15), 30), Some(day(2021, 1, 14)));
        assert_eq!(plus_days(day(2020, 1, 1), 100_000), None);
    }
}

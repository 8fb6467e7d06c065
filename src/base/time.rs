//! Moments, days and the clock.

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339, macros::format_description};

/// A moment, to the second, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(OffsetDateTime);

/// Text that is no moment or no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no {expected}")]
pub struct NotATime {
    /// The text found.
    pub found: String,
    /// What was expected, with an example.
    pub expected: &'static str,
}

impl Timestamp {
    /// A moment by its seconds since 1970-01-01T00:00:00Z; out-of-range values become that moment.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        Self(OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// ISO 8601 in Vietnam's zone, as Decree 30/2020 asks: `2026-11-03T09:15:22+07:00`.
    #[must_use]
    pub fn vietnam(self) -> String {
        let format = format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second][offset_hour sign:mandatory]:[offset_minute]"
        );
        self.0.to_offset(vietnam_offset()).format(format).unwrap_or_default()
    }

    /// ISO 8601 in UTC: `2026-11-03T02:15:22Z`.
    #[must_use]
    pub fn utc(self) -> String {
        self.0.format(format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z")).unwrap_or_default()
    }

    /// A PDF date in Vietnam's zone (ISO 32000-1, 7.9.4): `D:20261103091522+07'00'`.
    #[must_use]
    pub fn pdf(self) -> String {
        let format = format_description!("D:[year][month][day][hour][minute][second]+07'00'");
        self.0.to_offset(vietnam_offset()).format(format).unwrap_or_default()
    }

    /// An ASN.1 `GeneralizedTime` (RFC 5280, 4.1.2.5.2): `20261103021522Z`.
    #[must_use]
    pub fn generalized(self) -> String {
        self.0.format(format_description!("[year][month][day][hour][minute][second]Z")).unwrap_or_default()
    }

    /// The day in Vietnam.
    #[must_use]
    pub fn day(self) -> Date {
        let date = self.0.to_offset(vietnam_offset()).date();
        Date { year: date.year(), month: date.month().into(), day: date.day() }
    }

    /// This moment moved by `seconds`.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_unix(self.unix() + seconds)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        OffsetDateTime::parse(text, &Rfc3339)
            .map(|moment| Self::from_unix(moment.unix_timestamp()))
            .map_err(|_| NotATime { found: text.to_owned(), expected: "moment like 2026-11-03T09:15:22+07:00" })
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.vietnam())
    }
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// A day that exists: 31 February does not.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let month_name = time::Month::try_from(month).ok()?;
        time::Date::from_calendar_date(year, month_name, day).ok()?;
        Some(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    /// 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// The last second of the day in Vietnam.
    #[must_use]
    pub fn end(self) -> Timestamp {
        let month = time::Month::try_from(self.month).unwrap_or(time::Month::January);
        let date = time::Date::from_calendar_date(self.year, month, self.day).unwrap_or(time::Date::MIN);
        Timestamp(
            date.with_time(time::macros::time!(23:59:59)).assume_offset(vietnam_offset()).to_offset(UtcOffset::UTC),
        )
    }
}

/// ISO 8601: `2026-11-03`.
impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl std::str::FromStr for Date {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let refused = || NotATime { found: text.to_owned(), expected: "day like 2026-11-03" };
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().ok_or_else(refused);
        let (year, month, day) = (next()?, next()?, next()?);
        let number = |digits: &str| digits.parse::<u16>().map_err(|_| refused());
        let small = |digits: &str| u8::try_from(number(digits)?).map_err(|_| refused());
        Self::new(number(year)?.into(), small(month)?, small(day)?).ok_or_else(refused)
    }
}

macro_rules! as_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

as_text!(Timestamp);
as_text!(Date);

/// Where the time comes from: read at the edge, never deep inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always the same moment, for repeatable runs.
    Fixed(Timestamp),
}

impl Clock {
    /// The moment it is.
    #[must_use]
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => Timestamp::from_unix(OffsetDateTime::now_utc().unix_timestamp()),
            Self::Fixed(moment) => moment,
        }
    }
}

fn vietnam_offset() -> UtcOffset {
    UtcOffset::from_hms(7, 0, 0).unwrap_or(UtcOffset::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_every_form() {
        let moment: Timestamp = "2026-11-03T09:15:22+07:00".parse().expect("valid");
        assert_eq!(moment.vietnam(), "2026-11-03T09:15:22+07:00");
        assert_eq!(moment.utc(), "2026-11-03T02:15:22Z");
        assert_eq!(moment.pdf(), "D:20261103091522+07'00'");
        assert_eq!(moment.generalized(), "20261103021522Z");
        assert_eq!(moment.day(), Date::new(2026, 11, 3).expect("exists"));
    }

    #[test]
    fn a_day_must_exist() {
        assert_eq!(Date::new(2026, 2, 29), None);
        assert_eq!("2024-02-29".parse(), Ok(Date::new(2024, 2, 29).expect("leap year")));
        assert!("2024-2".parse::<Date>().is_err());
    }
}

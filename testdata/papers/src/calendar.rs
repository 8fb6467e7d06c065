//! Days of the Gregorian calendar and the ways Vietnamese papers write them.

use serde::{Deserialize, Serialize};

use crate::spoken;

/// A day. Ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year, 1900-2099.
    pub year: i32,
    /// Month, 1-12.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
}

impl Date {
    /// A day by its parts, taken as they are.
    #[must_use]
    pub const fn new(year: i32, month: u32, day: u32) -> Self {
        Self { year, month, day }
    }

    /// So many days later, or earlier.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::from_number(self.number() + days)
    }

    /// The same day so many years later; 29 February becomes the 28th.
    #[must_use]
    pub fn plus_years(self, years: i32) -> Self {
        let day = if self.month == 2 { self.day.min(28) } else { self.day };
        Self { year: self.year + years, day, ..self }
    }

    /// Whole years lived on another day.
    #[must_use]
    pub fn age_on(self, day: Self) -> i32 {
        day.year - self.year - i32::from((day.month, day.day) < (self.month, self.day))
    }

    /// The first working day on or after this.
    #[must_use]
    pub fn working(self) -> Self {
        match self.number().rem_euclid(7) {
            2 => self.plus_days(2),
            3 => self.plus_days(1),
            _ => self,
        }
    }

    /// `05/03/2024`.
    #[must_use]
    pub fn slashed(self) -> String {
        format!("{:02}/{:02}/{}", self.day, self.month, self.year)
    }

    /// `05-03-2024`.
    #[must_use]
    pub fn dashed(self) -> String {
        format!("{:02}-{:02}-{}", self.day, self.month, self.year)
    }

    /// `05 tháng 3 năm 2024`: days below 10 and months 1 and 2 take a zero (Decree 30/2020).
    #[must_use]
    pub fn long(self) -> String {
        format!("{:02} tháng {} năm {}", self.day, self.decree_month(), self.year)
    }

    /// The month as Decree 30/2020 writes it: `01`, `02`, `3` … `12`.
    #[must_use]
    pub fn decree_month(self) -> String {
        if self.month < 3 { format!("{:02}", self.month) } else { self.month.to_string() }
    }

    /// `Ngày mười lăm tháng ba năm hai nghìn không trăm hai mươi tư`.
    #[must_use]
    pub fn spoken(self) -> String {
        let month = match self.month {
            1 => "một".to_owned(),
            4 => "tư".to_owned(),
            month => spoken::number(u64::from(month)),
        };
        format!("Ngày {} tháng {month} năm {}", spoken::number(u64::from(self.day)), spoken::number(self.year as u64))
    }

    /// `2024-03-05`.
    #[must_use]
    pub fn iso(self) -> String {
        format!("{}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// `240305`, as in dossier codes.
    #[must_use]
    pub fn compact(self) -> String {
        format!("{:02}{:02}{:02}", self.year % 100, self.month, self.day)
    }

    /// Days since 1970-01-01 (civil calendar, H. Hinnant's day count).
    fn number(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let of_era = year - era * 400;
        let month = (i64::from(self.month) + 9) % 12;
        let of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    fn from_number(number: i64) -> Self {
        let z = number + 719_468;
        let era = z.div_euclid(146_097);
        let of_era = z - era * 146_097;
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let mp = (5 * of_year + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        Self {
            year: (year_of_era + era * 400 + i64::from(month <= 2)) as i32,
            month: month as u32,
            day: (of_year - (153 * mp + 2) / 5 + 1) as u32,
        }
    }
}

impl Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.iso())
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut parts = text.split('-').map(str::parse::<u32>);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) => Ok(Self::new(year as i32, month, day)),
            _ => Err(serde::de::Error::custom(format!("`{text}` is no day like 2024-03-05"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_through_months_and_leap_years() {
        assert_eq!(Date::new(2024, 2, 28).plus_days(2), Date::new(2024, 3, 1));
        assert_eq!(Date::new(2025, 1, 1).plus_days(-1), Date::new(2024, 12, 31));
        assert_eq!(Date::new(2000, 5, 2).age_on(Date::new(2020, 5, 1)), 19);
        assert_eq!(Date::new(2025, 11, 1).working(), Date::new(2025, 11, 3));
        assert_eq!(Date::new(2025, 11, 2).working(), Date::new(2025, 11, 3));
        assert_eq!(Date::new(2025, 11, 7).working(), Date::new(2025, 11, 7));
    }

    #[test]
    fn days_are_written_as_papers_do() {
        let day = Date::new(2024, 3, 5);
        assert_eq!(day.long(), "05 tháng 3 năm 2024");
        assert_eq!(Date::new(2024, 2, 15).long(), "15 tháng 02 năm 2024");
        assert_eq!(day.spoken(), "Ngày năm tháng ba năm hai nghìn không trăm hai mươi tư");
    }
}

//! Provinces before and since the merger of 1 July 2025, and which old one belongs to which new one.
//!
//! NQ 202/2025/QH15, QĐ 124/2004/QĐ-TTg, QĐ 19/2025/QĐ-TTg, as data in `places.toml`. Papers keep the name
//! that they were printed with; this table says what it is called now. Communes are not held here.

use std::sync::LazyLock;

use serde::Deserialize;

use super::text::{fold, place_tones, squeeze};
use crate::base::time::Date;

/// A province or a city of the same rank.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Province {
    /// Two digits.
    pub code: String,
    /// Name without its rank, older tone placement: `Hòa Bình`, `Hồ Chí Minh`.
    pub name: String,
    /// A city under the central government (thành phố trực thuộc trung ương).
    pub city: bool,
    /// Code of the province that it belongs to since the merger; none where it is a present one.
    #[serde(default)]
    into: Option<String>,
}

impl Province {
    /// With its rank: `tỉnh Bình Dương`, `Thành phố Hồ Chí Minh`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", if self.city { "Thành phố" } else { "tỉnh" }, self.name)
    }

    /// The present province that this one is part of; itself where it is a present one.
    #[must_use]
    pub fn now(&self) -> &Self {
        let code = self.into.as_ref().unwrap_or(&self.code);
        current().iter().find(|present| &present.code == code).unwrap_or(self)
    }

    /// Whether its code or its name is gone.
    #[must_use]
    pub fn is_retired(&self) -> bool {
        let now = self.now();
        now.code != self.code || place_tones(&now.name) != place_tones(&self.name)
    }
}

/// The 63 provinces in force until 30 June 2025.
#[must_use]
pub fn old() -> &'static [Province] {
    &TABLE.old
}

/// The 34 provinces in force since 1 July 2025.
#[must_use]
pub fn current() -> &'static [Province] {
    &TABLE.current
}

/// The provinces in force on a day.
#[must_use]
pub fn in_force(day: Date) -> &'static [Province] {
    if TABLE.since.parse::<Date>().is_ok_and(|since| day < since) { old() } else { current() }
}

/// The old province of a two-digit code.
#[must_use]
pub fn old_by_code(code: &str) -> Option<&'static Province> {
    old().iter().find(|province| province.code == code)
}

/// The present province of a two-digit code.
#[must_use]
pub fn current_by_code(code: &str) -> Option<&'static Province> {
    current().iter().find(|province| province.code == code)
}

/// The province of a name as printed, present ones first: with or without its rank, accents and case.
///
/// `TP.HCM`, `TP. Hồ Chí Minh` and `tỉnh bình dương` are all understood. A name within a longer text is not.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Province> {
    let wanted = comparable(name);
    let wanted = match wanted.as_str() {
        "hcm" => "ho chi minh",
        "brvt" => "ba ria vung tau",
        "hue" | "thua thien hue" => return current_by_code("46"),
        other => other,
    };
    current().iter().chain(old()).find(|province| comparable(&province.name) == wanted)
}

fn comparable(name: &str) -> String {
    let words: String = fold(name).chars().map(|sign| if sign.is_alphanumeric() { sign } else { ' ' }).collect();
    let words = squeeze(&words);
    let ranks = ["tinh ", "thanh pho ", "tp "];
    ranks.iter().find_map(|rank| words.strip_prefix(rank)).unwrap_or(&words).to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[allow(dead_code, reason = "the table says until when the old codes were given")]
    until: String,
    since: String,
    #[allow(dead_code, reason = "the table names its source")]
    source: String,
    old: Vec<Province>,
    current: Vec<Province>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("places.toml"))
        .expect("the table is part of the program and read by this module's tests")
});

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn sixty_three_became_thirty_four() {
        assert_eq!((old().len(), current().len()), (63, 34));
        let reached: BTreeSet<&str> = old().iter().map(|province| province.now().code.as_str()).collect();
        assert_eq!(reached.len(), 34, "every present province comes from an old one");
        assert_eq!(current().iter().filter(|province| province.city).count(), 7);
    }

    #[test]
    fn merged_provinces_lead_to_their_successor() {
        let check = |name: &str, now: &str| {
            let province = old().iter().find(|province| province.name == name).expect(name);
            assert_eq!(province.now().name, now);
        };
        check("Bình Dương", "Hồ Chí Minh");
        check("Bình Định", "Gia Lai");
        check("Kiên Giang", "An Giang");
        check("Thừa Thiên Huế", "Huế");
        check("Hà Nội", "Hà Nội");
        assert!(old_by_code("74").expect("old").is_retired());
        assert!(!old_by_code("01").expect("old").is_retired());
        assert_eq!(current_by_code("74"), None);
    }

    #[test]
    fn names_are_found_as_printed() {
        for name in ["TP. Hồ Chí Minh", "TP.HCM", "THÀNH PHỐ HỒ CHÍ MINH", "ho chi minh"] {
            assert_eq!(by_name(name).map(|province| province.code.as_str()), Some("79"), "{name}");
        }
        assert_eq!(by_name("tỉnh Hoà Bình").map(|province| province.code.as_str()), Some("17"));
        assert_eq!(by_name("Bà Rịa – Vũng Tàu").map(|province| province.code.as_str()), Some("77"));
        assert_eq!(by_name("tỉnh"), None);
    }

    #[test]
    fn the_day_decides_which_table_is_in_force() {
        assert_eq!(in_force(Date::new(2025, 6, 30).expect("day")).len(), 63);
        assert_eq!(in_force(Date::new(2025, 7, 1).expect("day")).len(), 34);
    }
}

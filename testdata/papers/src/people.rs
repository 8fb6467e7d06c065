//! Persons and organisations that do not exist, with numbers that are formed as real ones are.

mod names;

use crate::calendar::Date;
use crate::places::{Commune, PROVINCES, Province, place_name};
use crate::random::Random;
use names::{GIVEN_MEN, GIVEN_WOMEN, MIDDLE_MEN, MIDDLE_WOMEN, SURNAMES};

/// Man or woman.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Nam.
    Man,
    /// Nữ.
    Woman,
}

impl Sex {
    /// A man so often, out of 1.
    pub fn any(random: &mut Random, men: f32) -> Self {
        if random.chance(men) { Self::Man } else { Self::Woman }
    }

    /// `Nam` or `Nữ`.
    #[must_use]
    pub fn word(self) -> &'static str {
        if self == Self::Man { "Nam" } else { "Nữ" }
    }

    /// `Ông` or `Bà`.
    #[must_use]
    pub fn address(self) -> &'static str {
        if self == Self::Man { "Ông" } else { "Bà" }
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Surname, middle names, given name.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Day of birth.
    pub birth: Date,
    /// Personal identification number, 12 digits: province, century and sex, year, six more.
    pub id: String,
    /// Day when the identity card was issued.
    pub id_issued: Date,
    /// `Kinh`, `Tày` …
    pub ethnicity: &'static str,
    /// Where they live.
    pub home: Commune,
    /// The whole address.
    pub address: String,
    /// The province of their birth.
    pub origin: &'static Province,
}

impl Person {
    /// A person of an age on a day, living in a commune.
    pub fn any(random: &mut Random, sex: Sex, ages: (i64, i64), home: &Commune) -> Self {
        let day = home.day;
        let lived = random.between(ages.0 * 365 + 30, ages.1 * 365 + 300);
        let birth = day.plus_days(-lived);
        let origin = if random.chance(0.6) { home.province } else { random.pick(PROVINCES) };
        let age = birth.age_on(day);
        let id_issued = id_day(random, birth, day);
        Self {
            name: name(random, sex, age < 18),
            sex,
            birth,
            id: personal_number(random, origin, sex, birth),
            id_issued,
            ethnicity: *random.weighted(ETHNICITIES),
            home: home.clone(),
            address: home.address(random),
            origin,
        }
    }

    /// Father's, mother's and child's surname agree.
    #[must_use]
    pub fn named_after(mut self, father: &Self) -> Self {
        let surname = father.name.split(' ').next().unwrap_or_default();
        if let Some((_, rest)) = self.name.split_once(' ') {
            self.name = format!("{surname} {rest}");
        }
        self.ethnicity = father.ethnicity;
        self
    }

    /// `Căn cước công dân số 074…, Cục Cảnh sát … cấp ngày …`.
    #[must_use]
    pub fn identity_paper(&self) -> String {
        format!("{} số {}, {} cấp ngày {}", self.card(), self.id, self.card_issuer(), self.id_issued.slashed())
    }

    /// Name of the card by the day of its issue (Law on Identity, in force from 1 July 2024).
    #[must_use]
    pub fn card(&self) -> &'static str {
        if self.id_issued < Date::new(2024, 7, 1) { "Căn cước công dân" } else { "Căn cước" }
    }

    /// Who issued the card.
    #[must_use]
    pub fn card_issuer(&self) -> &'static str {
        if self.id_issued < Date::new(2024, 7, 1) {
            "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
        } else {
            "Bộ Công an"
        }
    }

    /// A mobile telephone number.
    pub fn telephone(&self, random: &mut Random) -> String {
        let head =
            *random.pick(&["090", "091", "093", "096", "097", "098", "032", "035", "038", "070", "077", "083", "086"]);
        format!("{head}{}", random.digits(7))
    }
}

/// An enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// `CÔNG TY TNHH MỘT THÀNH VIÊN XÂY DỰNG AN PHÁT`.
    pub name: String,
    /// `LIMITED` words in English.
    pub foreign_name: String,
    /// Short name.
    pub short_name: String,
    /// Whether it has one member.
    pub one_member: bool,
    /// Tax and enterprise code, ten digits, the last a check digit.
    pub code: String,
    /// Head office.
    pub address: String,
}

impl Company {
    /// An enterprise of a province.
    pub fn any(random: &mut Random, home: &Commune) -> Self {
        let (trade, english) = *random.pick(TRADES);
        let own = place_name(random, 2);
        let plain = ascii(&own);
        let one_member = random.chance(0.6);
        let form = if one_member { "CÔNG TY TNHH MỘT THÀNH VIÊN" } else { "CÔNG TY TNHH" };
        Self {
            name: format!("{form} {} {}", trade.to_uppercase(), own.to_uppercase()),
            foreign_name: format!("{} {} COMPANY LIMITED", plain.to_uppercase(), english.to_uppercase()),
            short_name: format!("{} CO., LTD", plain.to_uppercase()),
            one_member,
            code: tax_code(random, home.province),
            address: home.address(random),
        }
    }
}

/// A tax code of a province: nine digits and the check digit, `10 − Σ dᵢ·wᵢ mod 11`.
pub fn tax_code(random: &mut Random, province: &Province) -> String {
    loop {
        let head = format!("{:02}{}", province.tax, random.digits(7));
        if let Some(check) = tax_check_digit(&head) {
            return format!("{head}{check}");
        }
    }
}

/// The check digit of nine digits; none where the remainder is 0, which is never issued.
#[must_use]
pub fn tax_check_digit(head: &str) -> Option<u32> {
    const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    let sum: u32 = head.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    (!sum.is_multiple_of(11)).then(|| 10 - sum % 11)
}

/// A personal number: province, century and sex, year of birth, six digits.
pub fn personal_number(random: &mut Random, origin: &Province, sex: Sex, birth: Date) -> String {
    let century = (birth.year / 100 - 19) * 2 + i32::from(sex == Sex::Woman);
    format!("{:03}{century}{:02}{:06}", origin.id, birth.year % 100, random.between(120, 39_999))
}

/// A full name; with a modern middle name, as children have, or any.
pub fn name(random: &mut Random, sex: Sex, modern: bool) -> String {
    let surname = *random.weighted(SURNAMES);
    let (middles, givens) = match sex {
        Sex::Man => (MIDDLE_MEN, GIVEN_MEN),
        Sex::Woman => (MIDDLE_WOMEN, GIVEN_WOMEN),
    };
    let mut middle = *random.weighted(middles);
    if modern && (middle == "Văn" || middle == "Thị") {
        middle = *random.pick(&["Gia", "Bảo", "Minh", "Ngọc", "Khánh", "Thiên"]);
    }
    let mut given = *random.pick(givens);
    while middle.ends_with(given) {
        given = *random.pick(givens);
    }
    format!("{surname} {middle} {given}")
}

fn id_day(random: &mut Random, birth: Date, day: Date) -> Date {
    let first = Date::new(2021, 3, 1).max(birth.plus_years(14).plus_days(20));
    let mut issued = first.plus_days(random.between(0, 900));
    if issued >= day {
        issued = day.plus_days(-random.between(20, 300)).max(birth.plus_days(1));
    }
    issued.working()
}

/// The text without Vietnamese marks, as foreign names of enterprises have.
#[must_use]
pub fn ascii(text: &str) -> String {
    text.chars()
        .map(|letter| match PLAIN.iter().find(|(_, marked)| marked.contains(letter)) {
            Some((plain, _)) => *plain,
            None => letter,
        })
        .collect()
}

const PLAIN: &[(char, &str)] = &[
    ('a', "áàảãạăắằẳẵặâấầẩẫậ"),
    ('e', "éèẻẽẹêếềểễệ"),
    ('i', "íìỉĩị"),
    ('o', "óòỏõọôốồổỗộơớờởỡợ"),
    ('u', "úùủũụưứừửữự"),
    ('y', "ýỳỷỹỵ"),
    ('d', "đ"),
    ('A', "ÁÀẢÃẠĂẮẰẲẴẶÂẤẦẨẪẬ"),
    ('E', "ÉÈẺẼẸÊẾỀỂỄỆ"),
    ('I', "ÍÌỈĨỊ"),
    ('O', "ÓÒỎÕỌÔỐỒỔỖỘƠỚỜỞỠỢ"),
    ('U', "ÚÙỦŨỤƯỨỪỬỮỰ"),
    ('Y', "ÝỲỶỸỴ"),
    ('D', "Đ"),
];

const ETHNICITIES: &[(&str, u32)] = &[
    ("Kinh", 86),
    ("Tày", 3),
    ("Thái", 2),
    ("Mường", 2),
    ("Khmer", 2),
    ("Hoa", 2),
    ("Nùng", 1),
    ("Ê Đê", 1),
    ("Chăm", 1),
];
const TRADES: &[(&str, &str)] = &[
    ("Xây dựng", "Construction"),
    ("Thương mại và Dịch vụ", "Trading and Service"),
    ("Sản xuất Cơ khí", "Mechanical Production"),
    ("Vận tải", "Transport"),
    ("Đầu tư Phát triển", "Development Investment"),
    ("Chế biến Nông sản", "Agricultural Processing"),
    ("Tư vấn Thiết kế", "Design Consultancy"),
    ("Dược phẩm", "Pharmaceutical"),
    ("May mặc Xuất khẩu", "Garment Export"),
    ("Giáo dục", "Education"),
    ("Nội thất gỗ", "Wooden Furniture"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_agree_with_known_codes() {
        for code in ["0100109106", "0300588569", "3700145020"] {
            assert_eq!(tax_check_digit(&code[..9]).map(|digit| digit.to_string()), Some(code[9..].to_owned()));
        }
    }

    #[test]
    fn personal_numbers_agree_with_birth_and_sex() {
        let mut random = Random::new(5);
        for _ in 0..200 {
            let home = Commune::any(&mut random, Province::any(&mut Random::new(9)), Date::new(2025, 9, 9));
            let person = Person::any(&mut random, Sex::Woman, (0, 80), &home);
            let century = if person.birth.year < 2000 { '1' } else { '3' };
            assert_eq!(person.id.len(), 12);
            assert_eq!(person.id.chars().nth(3), Some(century));
            assert_eq!(person.id[4..6], format!("{:02}", person.birth.year % 100));
            assert!(person.id_issued > person.birth);
        }
    }

    #[test]
    fn names_lose_their_marks() {
        assert_eq!(ascii("Đặng Thị Ngọc Huệ"), "Dang Thi Ngoc Hue");
    }
}

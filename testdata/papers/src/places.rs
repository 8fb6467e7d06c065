//! Provinces as they are and were, and communes, streets and offices of nowhere in particular.
//!
//! Provinces are real, because numbers of persons and of dossiers depend on them; everything
//! below a province is put together from common syllables.

use crate::calendar::Date;
use crate::random::Random;

/// The day when districts ceased and provinces merged (Resolution 202/2025/QH15).
pub const MERGER: Date = Date::new(2025, 7, 1);

/// A province before the merger, with what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Province {
    /// First three digits of personal numbers.
    pub id: u16,
    /// Its name then.
    pub name: &'static str,
    /// The number of its organisation code `H..`.
    pub organization: u8,
    /// First two digits of tax codes issued there.
    pub tax: u8,
    /// Its name after the merger.
    pub successor: &'static str,
    /// The number of the successor's organisation code.
    pub successor_organization: u8,
}

impl Province {
    /// One of the list; more often one with more people.
    pub fn any(random: &mut Random) -> &'static Self {
        random.pick(PROVINCES)
    }

    /// Its name on a day.
    #[must_use]
    pub fn name_on(&self, day: Date) -> &'static str {
        if day < MERGER { self.name } else { self.successor }
    }

    /// `tỉnh Bình Dương`, `Thành phố Hồ Chí Minh`, on a day.
    #[must_use]
    pub fn full_name_on(&self, day: Date) -> String {
        let name = self.name_on(day);
        match name {
            "Hồ Chí Minh" => format!("Thành phố {name}"),
            "Hà Nội" | "Đà Nẵng" | "Hải Phòng" | "Cần Thơ" => format!("thành phố {name}"),
            _ => format!("tỉnh {name}"),
        }
    }

    /// `TỈNH BÌNH DƯƠNG`, on a day.
    #[must_use]
    pub fn heading_on(&self, day: Date) -> String {
        self.full_name_on(day).to_uppercase()
    }

    /// `H09`, on a day.
    #[must_use]
    pub fn code_on(&self, day: Date) -> String {
        format!("H{:02}", if day < MERGER { self.organization } else { self.successor_organization })
    }
}

/// A commune: ward or village commune, with its district before the merger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commune {
    /// `phường` or `xã`.
    pub rank: &'static str,
    /// `An Thạnh Đông`.
    pub name: String,
    /// `huyện Tân Phú`, `thành phố Long An`: none after the merger.
    pub district: Option<String>,
    /// Its province.
    pub province: &'static Province,
    /// The day for which names hold.
    pub day: Date,
    /// Number of the commune in its province's organisation codes.
    pub code: u8,
}

impl Commune {
    /// A commune of a province on a day.
    pub fn any(random: &mut Random, province: &'static Province, day: Date) -> Self {
        let ward = random.chance(0.45);
        let district = (day < MERGER).then(|| {
            let city = ["Hồ Chí Minh", "Hà Nội", "Đà Nẵng", "Hải Phòng", "Cần Thơ"].contains(&province.name);
            let rank = match (ward, city) {
                (true, true) => "quận",
                (true, false) => *random.pick(&["thành phố", "thị xã"]),
                (false, _) => "huyện",
            };
            format!("{rank} {}", place_name(random, 2))
        });
        let syllables = if random.chance(0.25) { 3 } else { 2 };
        let name = place_name(random, syllables);
        let code = random.between(11, 99) as u8;
        Self { rank: if ward { "phường" } else { "xã" }, name, district, province, day, code }
    }

    /// `phường An Thạnh`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.rank, self.name)
    }

    /// `phường An Thạnh, thành phố Tân An, tỉnh Long An`.
    #[must_use]
    pub fn with_province(&self) -> String {
        let province = self.province.full_name_on(self.day);
        match &self.district {
            Some(district) => format!("{}, {district}, {province}", self.full_name()),
            None => format!("{}, {province}", self.full_name()),
        }
    }

    /// House, street or hamlet, commune, province.
    pub fn address(&self, random: &mut Random) -> String {
        format!("{}, {}", local(random, self.rank == "phường"), self.with_province())
    }

    /// Organisation code of its committee: `H29.12`.
    #[must_use]
    pub fn organization_code(&self) -> String {
        format!("{}.{}", self.province.code_on(self.day), self.code)
    }
}

/// A name of so many syllables, as communes have.
pub fn place_name(random: &mut Random, syllables: usize) -> String {
    let first = *random.pick(FIRST);
    let mut name = first.to_owned();
    let mut last = first;
    for _ in 1..syllables {
        let mut next = *random.pick(SECOND);
        while next == last || next == first {
            next = *random.pick(SECOND);
        }
        name = format!("{name} {next}");
        last = next;
    }
    name
}

fn local(random: &mut Random, town: bool) -> String {
    let street = *random.pick(STREETS);
    let house = random.between(2, 480);
    if town {
        let quarter = random.between(1, 12);
        match random.below(4) {
            0 => format!("số {house} đường {street}, khu phố {quarter}"),
            1 => format!("{house}/{} đường {street}, tổ dân phố số {quarter}", random.between(1, 60)),
            2 => format!("số nhà {house}, đường {street}"),
            _ => format!("số {house}, ngõ {}, phố {street}", random.between(2, 90)),
        }
    } else {
        match random.below(4) {
            0 => format!("tổ {}, ấp {}", random.between(1, 15), place_name(random, 2)),
            1 => format!("thôn {}", place_name(random, 2)),
            2 => format!("xóm {}, thôn {}", random.between(1, 12), place_name(random, 2)),
            _ => format!("số {house}, ấp {}", random.between(1, 9)),
        }
    }
}

const FIRST: &[&str] = &[
    "An",
    "Bình",
    "Đông",
    "Hòa",
    "Hưng",
    "Lộc",
    "Long",
    "Mỹ",
    "Nghĩa",
    "Phú",
    "Phước",
    "Quảng",
    "Tân",
    "Tây",
    "Thạnh",
    "Thanh",
    "Thuận",
    "Trung",
    "Vĩnh",
    "Xuân",
    "Yên",
    "Đại",
    "Đức",
    "Hải",
    "Nam",
    "Cẩm",
    "Diên",
    "Thượng",
    "Bảo",
    "Ngọc",
];
const SECOND: &[&str] = &[
    "An",
    "Bình",
    "Châu",
    "Cường",
    "Điền",
    "Giang",
    "Hậu",
    "Hiệp",
    "Hòa",
    "Hội",
    "Hưng",
    "Khánh",
    "Lạc",
    "Lâm",
    "Lập",
    "Lễ",
    "Lộc",
    "Lợi",
    "Lương",
    "Mỹ",
    "Nghĩa",
    "Nhơn",
    "Ninh",
    "Phong",
    "Phú",
    "Phước",
    "Quới",
    "Sơn",
    "Tâm",
    "Thành",
    "Thạnh",
    "Thắng",
    "Thiện",
    "Thịnh",
    "Thọ",
    "Thới",
    "Thủy",
    "Tiến",
    "Trạch",
    "Trị",
    "Trường",
    "Vân",
    "Xuyên",
    "Đông",
    "Nam",
    "Bắc",
];
const STREETS: &[&str] = &[
    "Nguyễn Huệ",
    "Trần Hưng Đạo",
    "Lê Lợi",
    "Quang Trung",
    "Lý Thường Kiệt",
    "Hai Bà Trưng",
    "Phan Bội Châu",
    "Nguyễn Trãi",
    "Ngô Quyền",
    "Đinh Tiên Hoàng",
    "Hùng Vương",
    "Phan Chu Trinh",
    "Nguyễn Du",
    "Bà Triệu",
    "Lê Hồng Phong",
    "Trần Phú",
    "Võ Thị Sáu",
    "Nguyễn Thị Minh Khai",
    "Cách Mạng Tháng Tám",
    "Điện Biên Phủ",
    "Hoàng Hoa Thám",
    "Nguyễn Văn Trỗi",
    "Tôn Đức Thắng",
    "Huỳnh Thúc Kháng",
];

macro_rules! provinces {
    ($(($id:literal, $name:literal, $organization:literal, $tax:literal, $successor:literal, $next:literal)),* $(,)?) => {
        /// Provinces that papers are made for: most of the 63 of before the merger.
        pub const PROVINCES: &[Province] = &[$(Province {
            id: $id, name: $name, organization: $organization, tax: $tax,
            successor: $successor, successor_organization: $next,
        }),*];
    };
}

provinces![
    (1, "Hà Nội", 26, 1, "Hà Nội", 26),
    (79, "Hồ Chí Minh", 29, 3, "Hồ Chí Minh", 29),
    (74, "Bình Dương", 9, 37, "Hồ Chí Minh", 29),
    (77, "Bà Rịa - Vũng Tàu", 6, 35, "Hồ Chí Minh", 29),
    (75, "Đồng Nai", 19, 36, "Đồng Nai", 19),
    (70, "Bình Phước", 10, 38, "Đồng Nai", 19),
    (80, "Long An", 39, 11, "Tây Ninh", 53),
    (72, "Tây Ninh", 53, 39, "Tây Ninh", 53),
    (82, "Tiền Giang", 58, 12, "Đồng Tháp", 20),
    (87, "Đồng Tháp", 20, 14, "Đồng Tháp", 20),
    (83, "Bến Tre", 7, 13, "Vĩnh Long", 61),
    (86, "Vĩnh Long", 61, 15, "Vĩnh Long", 61),
    (92, "Cần Thơ", 13, 18, "Cần Thơ", 13),
    (94, "Sóc Trăng", 51, 22, "Cần Thơ", 13),
    (89, "An Giang", 1, 16, "An Giang", 1),
    (91, "Kiên Giang", 33, 17, "An Giang", 1),
    (96, "Cà Mau", 12, 20, "Cà Mau", 12),
    (31, "Hải Phòng", 24, 2, "Hải Phòng", 24),
    (30, "Hải Dương", 23, 8, "Hải Phòng", 24),
    (22, "Quảng Ninh", 49, 57, "Quảng Ninh", 49),
    (24, "Bắc Giang", 2, 24, "Bắc Ninh", 5),
    (27, "Bắc Ninh", 5, 23, "Bắc Ninh", 5),
    (19, "Thái Nguyên", 55, 46, "Thái Nguyên", 55),
    (25, "Phú Thọ", 44, 26, "Phú Thọ", 44),
    (26, "Vĩnh Phúc", 62, 25, "Phú Thọ", 44),
    (33, "Hưng Yên", 31, 9, "Hưng Yên", 31),
    (34, "Thái Bình", 54, 10, "Hưng Yên", 31),
    (36, "Nam Định", 40, 6, "Ninh Bình", 42),
    (37, "Ninh Bình", 42, 27, "Ninh Bình", 42),
    (38, "Thanh Hóa", 56, 28, "Thanh Hóa", 56),
    (40, "Nghệ An", 41, 29, "Nghệ An", 41),
    (42, "Hà Tĩnh", 27, 30, "Hà Tĩnh", 27),
    (44, "Quảng Bình", 46, 31, "Quảng Trị", 50),
    (48, "Đà Nẵng", 17, 4, "Đà Nẵng", 17),
    (49, "Quảng Nam", 47, 40, "Đà Nẵng", 17),
    (51, "Quảng Ngãi", 48, 43, "Quảng Ngãi", 48),
    (52, "Bình Định", 8, 41, "Gia Lai", 21),
    (56, "Khánh Hòa", 32, 42, "Khánh Hòa", 32),
    (66, "Đắk Lắk", 15, 60, "Đắk Lắk", 15),
    (68, "Lâm Đồng", 36, 58, "Lâm Đồng", 36),
    (60, "Bình Thuận", 11, 34, "Lâm Đồng", 36),
    (10, "Lào Cai", 38, 53, "Lào Cai", 38),
    (20, "Lạng Sơn", 37, 49, "Lạng Sơn", 37),
    (14, "Sơn La", 52, 55, "Sơn La", 52),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_day() {
        let province = PROVINCES.iter().find(|province| province.id == 74).expect("Bình Dương is listed");
        assert_eq!(province.full_name_on(Date::new(2025, 6, 30)), "tỉnh Bình Dương");
        assert_eq!(province.full_name_on(Date::new(2025, 7, 1)), "Thành phố Hồ Chí Minh");
        let commune = Commune::any(&mut Random::new(3), province, Date::new(2025, 11, 3));
        assert!(commune.district.is_none() && commune.organization_code().starts_with("H29."));
    }
}

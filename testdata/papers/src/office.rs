//! Bodies that issue papers, as they were named on a day.

use crate::calendar::Date;
use crate::compose::SealText;
use crate::people::{self, Sex};
use crate::places::{Commune, MERGER};
use crate::random::Random;

/// Which body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Committee of a commune.
    Committee,
    /// Its one-stop center.
    Center,
    /// Its economic section.
    Economy,
    /// Its police.
    Police,
    /// Police of the province.
    ProvincePolice,
    /// Department of the province, by its name.
    Department(&'static str),
    /// Land registration office, a branch.
    Land,
    /// Tax office.
    Tax,
    /// Hospital.
    Hospital,
}

/// A body with who signs for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// Superior agency in capitals; may be empty.
    pub parent: String,
    /// Its own name in capitals, one or two lines.
    pub name: Vec<String>,
    /// Its name as in a sentence.
    pub spoken: String,
    /// What stands behind the type in its symbols: `UBND`, `SXD`.
    pub symbol: String,
    /// Place name before dates.
    pub place: String,
    /// Lines above the signature; the last is the signer's own title.
    pub authority: Vec<String>,
    /// Who signs.
    pub signer: String,
    /// What the seal says.
    pub seal: SealText,
    /// Organisation code.
    pub code: String,
}

impl Office {
    /// A body of a commune or its province.
    pub fn of(body: Body, commune: &Commune, random: &mut Random) -> Self {
        let day = commune.day;
        let province = commune.province;
        let heading = province.heading_on(day);
        let code = commune.organization_code();
        let sex = Sex::any(random, 0.7);
        let signer = people::name(random, sex, false);
        match body {
            Body::Committee => committee(commune, signer, random),
            Body::Center => center(commune, signer, random),
            Body::Economy => economy(commune, signer, random),
            Body::Police => {
                let name = format!("CÔNG AN {}", commune.full_name().to_uppercase());
                let parent = format!("CÔNG AN {heading}");
                let spoken = format!("Công an {}", commune.full_name());
                let built = Built { parent, name, spoken, symbol: "CAX".to_owned(), place: commune.name.clone() };
                built.office(led("TRƯỞNG CÔNG AN", random), signer, code)
            }
            Body::ProvincePolice => {
                let parent = format!("CÔNG AN {heading}");
                let name = "PHÒNG HỒ SƠ NGHIỆP VỤ".to_owned();
                let spoken = format!("Phòng Hồ sơ nghiệp vụ Công an {}", province.full_name_on(day));
                let place = province.name_on(day).to_owned();
                let built = Built { parent, name, spoken, symbol: "PV06".to_owned(), place };
                built.office(led("TRƯỞNG PHÒNG", random), signer, province.code_on(day))
            }
            Body::Department(title) => department(title, commune, signer, random),
            Body::Land => land(commune, signer, random),
            Body::Tax => tax(commune, signer, random),
            Body::Hospital => {
                let parent = format!("SỞ Y TẾ {heading}");
                let name = format!("BỆNH VIỆN ĐA KHOA {}", commune.name.to_uppercase());
                let spoken = format!("Bệnh viện Đa khoa {}", commune.name);
                let built = Built { parent, name, spoken, symbol: "BVĐK".to_owned(), place: commune.name.clone() };
                built.office(led("GIÁM ĐỐC", random), signer, code)
            }
        }
    }

    /// The signer's own title.
    #[must_use]
    pub fn title(&self) -> &str {
        self.authority.last().map_or("", String::as_str)
    }

    /// The body's own name as printed, lines joined.
    #[must_use]
    pub fn printed(&self) -> String {
        self.name.join(" ")
    }
}

struct Built {
    parent: String,
    name: String,
    spoken: String,
    symbol: String,
    place: String,
}

impl Built {
    fn office(self, authority: Vec<String>, signer: String, code: String) -> Office {
        let seal = SealText { upper: short(&self.parent), lower: self.name.clone(), emblem: true };
        Office {
            parent: self.parent,
            name: vec![self.name],
            spoken: self.spoken,
            symbol: self.symbol,
            place: self.place,
            authority,
            signer,
            seal,
            code,
        }
    }
}

fn committee(commune: &Commune, signer: String, random: &mut Random) -> Office {
    let mut authority = vec!["TM. ỦY BAN NHÂN DÂN".to_owned()];
    authority.extend(led("CHỦ TỊCH", random));
    Office {
        parent: String::new(),
        name: vec!["ỦY BAN NHÂN DÂN".to_owned(), commune.full_name().to_uppercase()],
        spoken: format!("Ủy ban nhân dân {}", commune.full_name()),
        symbol: "UBND".to_owned(),
        place: commune.name.clone(),
        authority,
        signer,
        seal: commune_seal(commune),
        code: commune.organization_code(),
    }
}

fn center(commune: &Commune, signer: String, random: &mut Random) -> Office {
    let commune_name = commune.full_name();
    let name = if commune.day < MERGER {
        vec!["BỘ PHẬN TIẾP NHẬN VÀ".to_owned(), "TRẢ KẾT QUẢ".to_owned()]
    } else {
        vec!["TRUNG TÂM PHỤC VỤ".to_owned(), "HÀNH CHÍNH CÔNG".to_owned()]
    };
    let spoken_name = if commune.day < MERGER {
        "Bộ phận Tiếp nhận và Trả kết quả"
    } else {
        "Trung tâm Phục vụ hành chính công"
    };
    Office {
        parent: format!("UBND {}", commune_name.to_uppercase()),
        name,
        spoken: format!("{spoken_name} {commune_name}"),
        symbol: if commune.day < MERGER { "BPMC" } else { "TTPVHCC" }.to_owned(),
        place: commune.name.clone(),
        authority: led("GIÁM ĐỐC", random),
        signer,
        seal: commune_seal(commune),
        code: commune.organization_code(),
    }
}

fn economy(commune: &Commune, signer: String, random: &mut Random) -> Office {
    let (parent, name) = match &commune.district {
        Some(district) => (format!("UBND {}", district.to_uppercase()), "PHÒNG TÀI CHÍNH - KẾ HOẠCH"),
        None if commune.rank == "phường" => {
            (format!("UBND {}", commune.full_name().to_uppercase()), "PHÒNG KINH TẾ, HẠ TẦNG VÀ ĐÔ THỊ")
        }
        None => (format!("UBND {}", commune.full_name().to_uppercase()), "PHÒNG KINH TẾ"),
    };
    let spoken_parent = commune.district.clone().unwrap_or_else(|| commune.full_name());
    let spoken = format!("{} {spoken_parent}", crate::spoken::capital(&name.to_lowercase()));
    let place = commune.name.clone();
    let built = Built { parent, name: name.to_owned(), spoken, symbol: "PKT".to_owned(), place };
    built.office(led("TRƯỞNG PHÒNG", random), signer, commune.organization_code())
}

fn department(title: &'static str, commune: &Commune, signer: String, random: &mut Random) -> Office {
    let day = commune.day;
    let initials: String = title.split(' ').filter_map(|word| word.chars().next()).collect();
    let built = Built {
        parent: format!("UBND {}", commune.province.heading_on(day)),
        name: title.to_uppercase(),
        spoken: format!("{title} {}", commune.province.full_name_on(day)),
        symbol: initials.to_uppercase(),
        place: commune.province.name_on(day).to_owned(),
    };
    built.office(led("GIÁM ĐỐC", random), signer, commune.province.code_on(day))
}

fn land(commune: &Commune, signer: String, random: &mut Random) -> Office {
    let place = commune.name.clone();
    let own = commune.district.clone().unwrap_or_else(|| format!("khu vực {place}"));
    let built = Built {
        parent: "VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI".to_owned(),
        name: format!("CHI NHÁNH {}", own.to_uppercase()),
        spoken: format!("Chi nhánh Văn phòng đăng ký đất đai {own}"),
        symbol: "CNVPĐKĐĐ".to_owned(),
        place,
    };
    built.office(led("GIÁM ĐỐC", random), signer, commune.province.code_on(commune.day))
}

fn tax(commune: &Commune, signer: String, random: &mut Random) -> Office {
    let number = random.between(1, 19);
    let province = commune.province.full_name_on(commune.day);
    let built = Built {
        parent: format!("THUẾ {}", province.to_uppercase()),
        name: format!("THUẾ CƠ SỞ {number}"),
        spoken: format!("Thuế cơ sở {number} {province}"),
        symbol: "TCS".to_owned(),
        place: commune.province.name_on(commune.day).to_owned(),
    };
    built.office(led("TRƯỞNG THUẾ CƠ SỞ", random), signer, "G12.18".to_owned())
}

/// The head signs, or a deputy for the head.
fn led(title: &str, random: &mut Random) -> Vec<String> {
    match random.below(5) {
        0 | 1 => vec![format!("KT. {title}"), format!("PHÓ {title}")],
        2 if title == "GIÁM ĐỐC" => vec!["TL. GIÁM ĐỐC".to_owned(), "CHÁNH VĂN PHÒNG".to_owned()],
        _ => vec![title.to_owned()],
    }
}

fn commune_seal(commune: &Commune) -> SealText {
    let lower = match &commune.district {
        Some(district) => format!("{} - {}", district.to_uppercase(), commune.province.heading_on(commune.day)),
        None => commune.province.heading_on(commune.day),
    };
    SealText { upper: format!("ỦY BAN NHÂN DÂN {}", commune.full_name().to_uppercase()), lower, emblem: true }
}

fn short(name: &str) -> String {
    if name.is_empty() { "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM".to_owned() } else { name.to_owned() }
}

/// A day on which the office worked, in the years that archives and counters hold.
pub fn working_day(random: &mut Random) -> Date {
    let first = if random.chance(0.6) { Date::new(2025, 7, 1) } else { Date::new(2021, 10, 1) };
    let days = if first.year == 2025 { 480 } else { 1360 };
    first.plus_days(random.between(0, days)).working()
}

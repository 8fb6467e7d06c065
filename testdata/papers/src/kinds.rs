//! The types of papers (regulation sheet §7) and who makes which.

mod agency;
mod business;
mod citizen;
mod civil;
mod counter;
mod death;
mod land;
pub mod phrases;
mod property;
mod residence;

use crate::calendar::Date;
use crate::compose::{Composer, Look, Signer};
use crate::fonts::Fonts;
use crate::office::{Body, Office, working_day};
use crate::people::{Person, Sex};
use crate::places::{Commune, Province};
use crate::random::Random;
use crate::sheet::Sheet;
use crate::truth::Fields;

/// A type of paper.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Short code: `GKS`.
    pub code: &'static str,
    /// Tên giấy tờ.
    pub title: &'static str,
    /// `result` or `component`.
    pub role: &'static str,
    /// Mã thủ tục; some are withdrawn by now.
    pub procedure: &'static str,
    /// Mã kết quả or mã thành phần hồ sơ.
    pub paper: &'static str,
    make: fn(&mut Setting) -> Fields,
}

/// A paper with what it says.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Its type.
    pub kind: Kind,
    /// Its sides in order.
    pub sheets: Vec<Sheet>,
    /// What it says.
    pub fields: Fields,
    /// Mã hồ sơ that it belongs to, whether printed or not.
    pub dossier: String,
    /// Place of the family of letters in the fixed list.
    pub font: usize,
}

impl Kind {
    /// The type of a code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        KINDS.iter().copied().find(|kind| kind.code == code)
    }

    /// A paper of this type.
    ///
    /// Where little but the signature would stand alone on the last sheet, lines are set closer,
    /// as a typist would.
    #[must_use]
    pub fn make(self, random: &Random, fonts: &Fonts) -> Paper {
        let paper = self.set(random, fonts, 1.0);
        for squeeze in [0.95, 0.9, 0.86] {
            let last = paper.sheets.last().map_or(0, |sheet| sheet.lines.len());
            if paper.sheets.len() == 1 || last > 9 {
                break;
            }
            let closer = self.set(random, fonts, squeeze);
            if closer.sheets.len() < paper.sheets.len() {
                return closer;
            }
        }
        paper
    }

    fn set(self, random: &Random, fonts: &Fonts, squeeze: f32) -> Paper {
        let mut random = random.fork(self.code);
        let font = random.below(5);
        let date = working_day(&mut random);
        let province = Province::any(&mut random);
        let commune = Commune::any(&mut random, province, date);
        let look = Look { squeeze, ..Look::any(&mut random.fork("look")) };
        let page = Composer::new(fonts.serif(font), look, random.fork("pen"));
        let mut setting = Setting { random, date, commune, page, dossier: String::new() };
        setting.dossier = setting.any_dossier();
        let fields = Fields { title: self.title.to_owned(), ..(self.make)(&mut setting) };
        Paper { kind: self, sheets: setting.page.finish(), fields, dossier: setting.dossier, font }
    }
}

/// What a paper is made in: a day, a commune, and the sheets.
pub(crate) struct Setting<'a> {
    pub random: Random,
    pub date: Date,
    pub commune: Commune,
    pub page: Composer<'a>,
    pub dossier: String,
}

impl Setting<'_> {
    /// A grown person of the commune.
    pub fn adult(&mut self) -> Person {
        let sex = Sex::any(&mut self.random, 0.5);
        self.person(sex, (22, 74))
    }

    /// A person of a sex and an age.
    pub fn person(&mut self, sex: Sex, ages: (i64, i64)) -> Person {
        Person::any(&mut self.random, sex, ages, &self.commune)
    }

    /// A body.
    pub fn office(&mut self, body: Body) -> Office {
        Office::of(body, &self.commune, &mut self.random)
    }

    /// A number of the year's register, more later in the year.
    pub fn serial(&mut self, per_year: i64) -> String {
        let progress = (i64::from(self.date.month) * 30 - 15) * per_year / 365;
        let number = (progress + self.random.between(-per_year / 20, per_year / 20)).max(1);
        format!("{number:02}")
    }

    /// A day before the paper's own.
    pub fn earlier(&mut self, days: (i64, i64)) -> Date {
        self.date.plus_days(-self.random.between(days.0, days.1)).working()
    }

    fn any_dossier(&mut self) -> String {
        let received = self.earlier((1, 12));
        format!("{}-{}-{:04}", self.commune.organization_code(), received.compact(), self.random.between(1, 420))
    }

    /// The foot of a paper of an office, and the fields that follow from it.
    pub fn signed_by(&mut self, office: &Office, recipients: &[String]) -> Fields {
        let signer = Signer {
            dated: None,
            lines: &office.authority,
            note: None,
            name: &office.signer,
            signed: true,
            seal: Some(office.seal.clone()),
        };
        self.page.sign(recipients, &signer);
        self.issued_by(office)
    }

    /// The fields that follow from who issued it.
    pub fn issued_by(&self, office: &Office) -> Fields {
        Fields {
            issued: Some(self.date),
            issuer: Some(office.spoken.clone()),
            issuer_parent: (!office.parent.is_empty()).then(|| office.parent.clone()),
            signer: Some(office.signer.clone()),
            signer_title: Some(office.title().to_owned()),
            authority: office.authority.clone(),
            ..Fields::default()
        }
    }
}

/// The stamp of an incoming document about a place of the sheet.
pub(crate) fn received(setting: &mut Setting, at: (f32, f32)) {
    let office = format!("UBND {}", setting.commune.full_name().to_uppercase());
    let place = (at.0 + setting.random.real(-4.0, 5.0), at.1 + setting.random.real(-2.0, 4.0));
    let number = setting.random.between(12, 3900).to_string();
    let date = setting.date.plus_days(setting.random.between(1, 6)).working();
    setting.page.received_stamp(&office, &number, date, place);
}

/// The fields of a paper that a person owns.
pub(crate) fn owned(fields: Fields, owner: &Person) -> Fields {
    Fields { owner: Some(owner.id.clone()), owner_name: Some(owner.name.clone()), owner_on_paper: true, ..fields }
}

macro_rules! kinds {
    ($(($code:literal, $title:literal, $role:literal, $procedure:literal, $paper:literal, $make:path)),* $(,)?) => {
        /// Every type that is made.
        pub const KINDS: &[Kind] = &[$(Kind {
            code: $code, title: $title, role: $role, procedure: $procedure, paper: $paper, make: $make,
        }),*];
    };
}

kinds![
    ("GKS", "Giấy khai sinh", "result", "1.001193", "KQ.G15.000031", civil::birth_certificate),
    ("TKKS", "Tờ khai đăng ký khai sinh", "component", "1.001193", "TP.G15.000101", civil::birth_application),
    ("TLKT", "Trích lục khai tử", "result", "1.000656", "KQ.G15.000034", death::death_extract),
    ("TKKT", "Tờ khai đăng ký khai tử", "component", "1.000656", "TP.G15.000104", death::death_application),
    ("GBT", "Giấy báo tử", "component", "1.000656", "TP.G18.000071", death::death_notice),
    ("GCNKH", "Giấy chứng nhận kết hôn", "result", "1.000894", "KQ.G15.000032", civil::marriage_certificate),
    ("XNTTHN", "Giấy xác nhận tình trạng hôn nhân", "result", "1.004873", "KQ.G15.000036", civil::single_status),
    ("GCNM", "Giấy chứng nhận quyền sử dụng đất", "result", "1.012787", "KQ0777", property::land_certificate),
    ("DDKBD", "Đơn đăng ký biến động đất đai", "component", "1.013831", "KQ005897", land::change_application),
    (
        "HDCN",
        "Hợp đồng chuyển nhượng quyền sử dụng đất",
        "component",
        "1.013831",
        "KQ005898",
        property::transfer_contract
    ),
    ("GPXD", "Giấy phép xây dựng", "result", "1.009122", "KQ.G17.000045", land::building_permit),
    ("HKD", "Giấy chứng nhận đăng ký hộ kinh doanh", "result", "1.001612", "KQ.G12.000059", business::household),
    ("DN", "Giấy chứng nhận đăng ký doanh nghiệp", "result", "2.001610", "KQ.G12.000048", business::enterprise),
    ("LLTP", "Phiếu lý lịch tư pháp", "result", "3.000333", "KQ.G01.000021", business::judicial_record),
    ("TNHS", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "component", "1.004222", "TP.G22.000001", counter::receipt),
    ("PBS", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "component", "1.004222", "TP.G22.000002", counter::completion),
    ("PTC", "Phiếu từ chối tiếp nhận giải quyết hồ sơ", "component", "1.004222", "TP.G22.000003", counter::refusal),
    ("PXL", "Phiếu xin lỗi và hẹn lại ngày trả kết quả", "component", "1.004222", "TP.G22.000004", counter::apology),
    ("QD", "Quyết định", "result", "1.011607", "KQ.G09.000077", agency::decision),
    ("CV", "Công văn", "component", "1.012787", "TP.G09.000012", agency::letter),
    ("TTr", "Tờ trình", "component", "1.012787", "TP.G09.000013", agency::proposal),
    ("BB", "Biên bản", "component", "1.012787", "TP.G09.000014", agency::minutes),
    ("TB", "Thông báo", "result", "1.013831", "KQ.G12.000088", agency::notice),
    ("GUQ", "Giấy ủy quyền", "component", "2.000884", "KQ004869", citizen::authorization),
    ("DDN", "Đơn đề nghị", "component", "2.000908", "TP.G09.000020", citizen::request),
    ("CT01", "Tờ khai thay đổi thông tin cư trú", "component", "1.004222", "TP.G01.000301", residence::change_form),
    ("CT07", "Xác nhận thông tin về cư trú", "result", "1.004222", "KQ.G01.000307", residence::confirmation),
    ("GCS", "Giấy chứng sinh", "component", "1.001193", "TP.G18.000070", civil::birth_notice),
    ("HN", "Giấy chứng nhận hộ nghèo, hộ cận nghèo", "result", "1.011607", "KQ.G10.000016", citizen::poor_household),
];

//! Deaths: extract, application and notice.

use super::civil::{applicant_rows, application_head, applied, sworn};
use super::{Setting, owned};
use crate::calendar::Date;
use crate::compose::text::Paragraph;
use crate::compose::{Field, Head};
use crate::office::Body;
use crate::people::{Person, Sex};
use crate::sheet::Zone;
use crate::truth::Fields;

/// One who died, when, where and of what.
struct Death {
    person: Person,
    day: Date,
    time: String,
    place: String,
    cause: &'static str,
}

impl Death {
    fn any(setting: &mut Setting, days: (i64, i64)) -> Self {
        let sex = Sex::any(&mut setting.random, 0.5);
        let person = setting.person(sex, (55, 94));
        let day = setting.date.plus_days(-setting.random.between(days.0, days.1));
        let time = format!("{:02} giờ {:02} phút", setting.random.between(0, 23), setting.random.between(0, 59));
        let place = if setting.random.chance(0.6) { person.address.clone() } else { hospital(setting) };
        let cause = *setting.random.pick(CAUSES);
        Self { person, day, time, place, cause }
    }

    fn moment(&self) -> String {
        format!("{}, ngày {}", self.time, self.day.long())
    }
}

fn hospital(setting: &mut Setting) -> String {
    format!("Bệnh viện Đa khoa {}, {}", setting.commune.name, setting.commune.with_province())
}

/// Trích lục khai tử, the original or a copy from the register.
pub(super) fn death_extract(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    let office = setting.office(Body::Committee);
    let death = Death::any(setting, (2, 20));
    let copy = setting.random.chance(0.4);
    let number = setting.serial(300);
    let symbol = if copy { "/TLKT-BS" } else { "/TLKT" };
    let place = office.place.clone();
    let head = Head {
        parent: "",
        issuer: &office.name,
        number: Some((&number, symbol)),
        about: None,
        place: Some((&place, setting.date)),
    };
    setting.page.head(&head);
    setting.page.add(&Paragraph::new("TRÍCH LỤC KHAI TỬ").center().bold().size(17.0).zone(Zone::Title).before(3.0));
    if copy {
        setting.page.add(&Paragraph::new("(BẢN SAO)").center().bold().zone(Zone::Title));
    }
    setting.page.gap(4.0);
    dead(setting, &death.person);
    let page = &mut setting.page;
    page.field("Giấy tờ tùy thân:", &death.person.identity_paper());
    page.field("Đã chết vào lúc:", &death.moment());
    page.field("Nơi chết:", &death.place);
    page.field("Nguyên nhân chết:", death.cause);
    page.gap(2.0);
    let registered = format!("{}, {}", office.spoken, setting.commune.province.full_name_on(setting.date));
    setting.page.field("Đăng ký khai tử tại:", &registered);
    let day = setting.date.slashed();
    setting.page.fields(&[
        Field { label: "số:", value: &format!("{number}/{}", setting.date.year), share: 1.0 },
        Field { label: "ngày:", value: &day, share: 1.0 },
    ]);
    let informant = setting.adult();
    setting.page.text(&format!(
        "Họ, chữ đệm, tên người đi khai tử: ^{}^, {}.",
        informant.name,
        informant.identity_paper()
    ));
    let fields = setting.signed_by(&office, &[]);
    Fields { number: Some(format!("{number}{symbol}")), ..owned(fields, &death.person) }
}

/// Tờ khai đăng ký khai tử.
pub(super) fn death_application(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    let death = Death::any(setting, (1, 14));
    let applicant = setting.adult();
    application_head(setting, "TỜ KHAI ĐĂNG KÝ KHAI TỬ");
    applicant_rows(setting, &applicant);
    let relation = *setting.random.pick(&["Con", "Vợ", "Chồng", "Cháu nội", "Em ruột", "Con rể"]);
    setting.page.field("Quan hệ với người đã chết:", relation);
    let lead = "*Đề nghị cơ quan đăng ký khai tử cho người có tên dưới đây:*";
    setting.page.add(&Paragraph::new(lead).before(2.0).after(1.5));
    dead(setting, &death.person);
    let page = &mut setting.page;
    page.field("Nơi cư trú cuối cùng:", &death.person.address);
    page.field("Giấy tờ tùy thân:", &death.person.identity_paper());
    page.field("Đã chết vào lúc:", &death.moment());
    page.field("Nơi chết:", &death.place);
    page.field("Nguyên nhân chết:", death.cause);
    let notice =
        format!("{}/GBT do {} cấp ngày {}", setting.random.between(4, 180), hospital(setting), death.day.slashed());
    setting.page.field("Số Giấy báo tử/Giấy tờ thay thế Giấy báo tử:", &notice);
    sworn(
        setting,
        "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật về cam đoan của mình.",
    );
    let copies = setting.random.between(1, 5);
    setting.page.text(&format!("Đề nghị cấp bản sao: Có, số lượng: ^{copies:02}^ bản."));
    let subject = Some(format!("Đăng ký khai tử cho {}", death.person.name));
    Fields { subject, ..applied(setting, &applicant, "Người yêu cầu") }
}

/// Giấy báo tử of a hospital.
pub(super) fn death_notice(setting: &mut Setting) -> Fields {
    let office = setting.office(Body::Hospital);
    let death = Death::any(setting, (0, 2));
    let number = setting.serial(180);
    let symbol = "/GBT";
    let place = office.place.clone();
    let head = Head {
        parent: &office.parent,
        issuer: &office.name,
        number: Some((&number, symbol)),
        about: None,
        place: Some((&place, setting.date)),
    };
    setting.page.head(&head);
    setting
        .page
        .add(&Paragraph::new("GIẤY BÁO TỬ").center().bold().size(17.0).zone(Zone::Title).before(3.0).after(3.0));
    let committee = format!("Kính gửi: Ủy ban nhân dân {}", setting.commune.full_name());
    setting.page.center(&committee, 13.5);
    setting.page.gap(2.0);
    setting.page.text(&format!("{} thông báo và đề nghị quý cơ quan đăng ký khai tử cho người bệnh sau đây theo quy định của pháp luật về hộ tịch:", office.spoken));
    let person = &death.person;
    let page = &mut setting.page;
    page.field("Họ và tên người chết:", &format!("*{}*", person.name.to_uppercase()));
    page.fields(&[
        Field { label: "Ngày, tháng, năm sinh:", value: &person.birth.slashed(), share: 1.5 },
        Field { label: "Giới tính:", value: person.sex.word(), share: 1.0 },
    ]);
    page.fields(&[
        Field { label: "Dân tộc:", value: person.ethnicity, share: 1.0 },
        Field { label: "Quốc tịch:", value: "Việt Nam", share: 1.0 },
    ]);
    page.field("Số CCCD/định danh:", &person.id);
    page.field("Nơi thường trú:", &person.address);
    page.field("Vào viện lúc:", &format!("08 giờ 15 phút, ngày {}", death.day.plus_days(-3).long()));
    page.field("Tử vong lúc:", &death.moment());
    page.field("Nguyên nhân tử vong:", death.cause);
    page.text("Thi thể người bệnh đã được bàn giao cho gia đình, có biên bản kèm theo. Giấy báo tử này được lập thành hai bản, một bản giao thân nhân để làm thủ tục đăng ký khai tử, một bản lưu hồ sơ bệnh án.");
    let recipients = ["- Như trên;".to_owned(), "- Thân nhân người chết;".to_owned(), "- Lưu: VT, KHTH.".to_owned()];
    let fields = setting.signed_by(&office, &recipients);
    Fields { number: Some(format!("{number}{symbol}")), ..owned(fields, &death.person) }
}

fn dead(setting: &mut Setting, person: &Person) {
    let page = &mut setting.page;
    page.field("Họ, chữ đệm, tên:", &format!("*{}*", person.name.to_uppercase()));
    page.field("Ngày, tháng, năm sinh:", &person.birth.slashed());
    page.fields(&[
        Field { label: "Giới tính:", value: person.sex.word(), share: 1.0 },
        Field { label: "Dân tộc:", value: person.ethnicity, share: 1.0 },
        Field { label: "Quốc tịch:", value: "Việt Nam", share: 1.3 },
    ]);
    page.field("Số định danh cá nhân:", &person.id);
}

const CAUSES: &[&str] = &[
    "Già yếu",
    "Bệnh lý tim mạch",
    "Nhồi máu cơ tim cấp",
    "Tai biến mạch máu não",
    "Ung thư phổi giai đoạn cuối",
    "Suy hô hấp, viêm phổi nặng",
    "Tai nạn giao thông",
    "Suy thận mạn giai đoạn cuối",
];

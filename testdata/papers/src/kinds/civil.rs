//! Births and marriages: certificates and applications (Circulars 04/2020 and 04/2024/TT-BTP).

use super::{Setting, owned};
use crate::calendar::Date;
use crate::compose::text::Paragraph;
use crate::compose::{Field, Head, Signer};
use crate::office::{Body, Office};
use crate::people::{Person, Sex};
use crate::sheet::{Mark, Zone};
use crate::truth::Fields;

/// A child with its parents.
pub(super) struct Family {
    pub child: Person,
    pub mother: Person,
    pub father: Person,
    pub birthplace: String,
}

impl Family {
    /// A family whose child is of an age on the day of the paper, in days.
    pub fn any(setting: &mut Setting, days: (i64, i64)) -> Self {
        let mother = setting.person(Sex::Woman, (21, 40));
        let mut father = setting.person(Sex::Man, (23, 46));
        father.address.clone_from(&mother.address);
        let sex = Sex::any(&mut setting.random, 0.51);
        let mut child = setting.person(sex, (0, 1)).named_after(&father);
        child.birth = setting.date.plus_days(-setting.random.between(days.0, days.1));
        child.origin = setting.commune.province;
        child.id = crate::people::personal_number(&mut setting.random, child.origin, sex, child.birth);
        let hospital = setting.random.pick(&["Bệnh viện Đa khoa", "Trung tâm Y tế", "Bệnh viện Phụ sản"]).to_owned();
        let birthplace = format!("{hospital} {}, {}", setting.commune.name, setting.commune.with_province());
        Self { child, mother, father, birthplace }
    }
}

/// Giấy khai sinh.
pub(super) fn birth_certificate(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    let office = setting.office(Body::Committee);
    let family = Family::any(setting, (4, 70));
    let serial = setting.serial(420);
    let number = format!("{serial}/{}", setting.date.year);
    certificate_head(setting, &office, "GIẤY KHAI SINH", &number);
    let child = &family.child;
    setting.page.field("Họ, chữ đệm, tên:", &format!("*{}*", child.name.to_uppercase()));
    let page = &mut setting.page;
    page.field("Ngày, tháng, năm sinh:", &child.birth.slashed());
    page.field("ghi bằng chữ:", &child.birth.spoken());
    page.fields(&[
        Field { label: "Giới tính:", value: child.sex.word(), share: 1.0 },
        Field { label: "Dân tộc:", value: child.ethnicity, share: 1.0 },
        Field { label: "Quốc tịch:", value: "Việt Nam", share: 1.3 },
    ]);
    page.field("Nơi sinh:", &family.birthplace);
    page.field("Quê quán:", &family.father.home.with_province());
    page.field("Số định danh cá nhân:", &child.id);
    page.gap(2.0);
    parent(setting, "mẹ", &family.mother);
    setting.page.gap(2.0);
    parent(setting, "cha", &family.father);
    setting.page.gap(2.0);
    let declarer = if setting.random.chance(0.6) { family.father.clone() } else { family.mother.clone() };
    setting.page.field("Họ, chữ đệm, tên người đi khai sinh:", &declarer.name.to_uppercase());
    setting.page.field("Giấy tờ tùy thân:", &declarer.identity_paper());
    let page = &mut setting.page;
    page.field(
        "Nơi đăng ký khai sinh:",
        &format!("{}, {}", office.spoken, setting.commune.province.full_name_on(setting.date)),
    );
    page.field("Ngày, tháng, năm đăng ký:", &setting.date.slashed());
    let fields = certificate_foot(setting, &office, "Người ký Giấy khai sinh", None);
    Fields { number: Some(number), ..owned(fields, &family.child) }
}

/// Tờ khai đăng ký khai sinh.
pub(super) fn birth_application(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    let family = Family::any(setting, (2, 58));
    let applicant = if setting.random.chance(0.5) { family.father.clone() } else { family.mother.clone() };
    application_head(setting, "TỜ KHAI ĐĂNG KÝ KHAI SINH");
    applicant_rows(setting, &applicant);
    setting.page.field("Quan hệ với người được khai sinh:", if applicant.sex == Sex::Man { "Cha" } else { "Mẹ" });
    let page = &mut setting.page;
    page.add(&Paragraph::new("*Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:*").before(2.0).after(1.5));
    let child = &family.child;
    page.field("Họ, chữ đệm, tên:", &format!("*{}*", child.name.to_uppercase()));
    page.field("Ngày, tháng, năm sinh:", &child.birth.slashed());
    page.field("ghi bằng chữ:", &child.birth.spoken());
    page.fields(&[
        Field { label: "Giới tính:", value: child.sex.word(), share: 1.0 },
        Field { label: "Dân tộc:", value: child.ethnicity, share: 1.0 },
        Field { label: "Quốc tịch:", value: "Việt Nam", share: 1.3 },
    ]);
    page.field("Nơi sinh:", &family.birthplace);
    page.field("Quê quán:", &family.father.home.with_province());
    parent(setting, "mẹ", &family.mother);
    parent(setting, "cha", &family.father);
    sworn(
        setting,
        "Tôi cam đoan nội dung đề nghị đăng ký khai sinh trên đây là đúng sự thật, được sự thỏa thuận nhất trí của các bên liên quan theo quy định pháp luật. Tôi chịu hoàn toàn trách nhiệm trước pháp luật về nội dung cam đoan của mình.",
    );
    let subject = Some(format!("Đăng ký khai sinh cho {}", family.child.name));
    Fields { subject, ..applied(setting, &applicant, "Người yêu cầu") }
}

/// Giấy chứng sinh: `XXXXX.GCS.ZZZZZ.YY` (Circular 22/2025/TT-BYT).
pub(super) fn birth_notice(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    let office = setting.office(Body::Hospital);
    let family = Family::any(setting, (1, 5));
    let facility = setting.random.between(10_000, 96_999);
    let number = format!("{facility}.GCS.{:05}.{:02}", setting.random.between(20, 4000), setting.date.year % 100);
    let head =
        Head { parent: &office.parent, issuer: &office.name, number: Some((&number, "")), about: None, place: None };
    setting.page.look.by_hand = false;
    setting.page.head(&head);
    setting.page.add(&Paragraph::new("GIẤY CHỨNG SINH").center().bold().size(16.0).zone(Zone::Title).after(4.0));
    let mother = &family.mother;
    let page = &mut setting.page;
    page.field("Họ, chữ đệm, tên mẹ/người nuôi dưỡng:", &mother.name.to_uppercase());
    page.fields(&[
        Field { label: "Ngày, tháng, năm sinh:", value: &mother.birth.slashed(), share: 1.4 },
        Field { label: "Dân tộc:", value: mother.ethnicity, share: 1.0 },
    ]);
    page.field("Nơi cư trú:", &mother.address);
    page.field("Số định danh cá nhân/Căn cước:", &mother.id);
    let (hour, minute) = (setting.random.between(0, 23), setting.random.between(0, 59));
    let page = &mut setting.page;
    let born = family.child.birth.long();
    page.text(&format!("Đã sinh con vào lúc: ^{hour:02} giờ {minute:02} phút, ngày {born}^"));
    page.field("Tại:", &family.birthplace);
    let weight = setting.random.between(26, 41) * 100;
    let week = setting.random.between(37, 41);
    let page = &mut setting.page;
    page.fields(&[
        Field { label: "Số con trong lần sinh này:", value: "01", share: 1.3 },
        Field { label: "Tuổi thai:", value: &format!("{week} tuần"), share: 1.0 },
    ]);
    page.fields(&[
        Field { label: "Giới tính của con:", value: family.child.sex.word(), share: 1.0 },
        Field { label: "Cân nặng:", value: &format!("{weight} gam"), share: 1.0 },
    ]);
    page.field("Tình trạng của con:", "Khỏe mạnh, bình thường");
    page.field("Dự định đặt tên con là:", &family.child.name.to_uppercase());
    page.text("~Lưu ý: Giấy chứng sinh được cấp lần đầu, dùng làm căn cứ đăng ký khai sinh trong thời hạn 60 ngày kể từ ngày sinh con. Tên dự định đặt có thể thay đổi khi đăng ký khai sinh.~");
    setting.page.gap(3.0);
    let dated = setting.page.dated(&office.place, setting.date);
    setting.page.add(&Paragraph::new(&dated).right().italic());
    let fields = setting.signed_by(&office, &[]);
    Fields { number: Some(number), ..owned(fields, &family.mother) }
}

/// Giấy chứng nhận kết hôn: wife at the left, husband at the right.
pub(super) fn marriage_certificate(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    let office = setting.office(Body::Committee);
    let wife = setting.person(Sex::Woman, (19, 42));
    let husband = setting.person(Sex::Man, (21, 48));
    let serial = setting.serial(260);
    let number = format!("{serial}/{}", setting.date.year);
    certificate_head(setting, &office, "GIẤY CHỨNG NHẬN KẾT HÔN", &number);
    spouses(setting, &wife, &husband);
    setting.page.gap(3.0);
    let place = format!("{}, {}", office.spoken, setting.commune.province.full_name_on(setting.date));
    setting.page.field("Nơi đăng ký kết hôn:", &place);
    setting.page.field("Ngày, tháng, năm đăng ký:", &setting.date.slashed());
    setting.page.text("~Giấy chứng nhận kết hôn này có giá trị kể từ ngày, tháng, năm đăng ký.~");
    let own_lines = [vec!["Vợ".to_owned()], vec!["Chồng".to_owned()]];
    let signers: Vec<Signer> = [&wife, &husband]
        .iter()
        .zip(&own_lines)
        .map(|(person, lines)| Signer {
            dated: None,
            lines,
            note: Some("(Ký, ghi rõ họ, chữ đệm, tên)"),
            name: &person.name,
            signed: true,
            seal: None,
        })
        .collect();
    setting.page.sign_together(&signers);
    let fields = certificate_foot(setting, &office, "Người ký Giấy chứng nhận kết hôn", None);
    Fields { number: Some(number), other_owner: Some(husband.id.clone()), ..owned(fields, &wife) }
}

/// Giấy xác nhận tình trạng hôn nhân, in force six months.
pub(super) fn single_status(setting: &mut Setting) -> Fields {
    let office = setting.office(Body::Committee);
    let person = setting.adult();
    let number = setting.serial(600);
    let symbol = "/UBND-XNTTHN";
    let place = office.place.clone();
    let head = Head {
        parent: "",
        issuer: &office.name,
        number: Some((&number, symbol)),
        about: None,
        place: Some((&place, setting.date)),
    };
    setting.page.head(&head);
    let title = Paragraph::new("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN").center().bold().size(15.0);
    setting.page.add(&title.zone(Zone::Title).before(3.0).after(3.0));
    let heading = office.printed();
    setting.page.center(&format!("*{heading}*"), 13.5);
    let address = person.sex.address().to_lowercase();
    setting.page.gap(2.0);
    setting
        .page
        .text(&format!("Xét đề nghị của {address} ^{}^ về việc cấp Giấy xác nhận tình trạng hôn nhân,", person.name));
    setting.page.center("*XÁC NHẬN:*", 13.5);
    setting.page.gap(1.5);
    let page = &mut setting.page;
    page.field("Họ, chữ đệm, tên:", &format!("*{}*", person.name.to_uppercase()));
    page.field("Ngày, tháng, năm sinh:", &person.birth.slashed());
    page.fields(&[
        Field { label: "Giới tính:", value: person.sex.word(), share: 1.0 },
        Field { label: "Dân tộc:", value: person.ethnicity, share: 1.0 },
        Field { label: "Quốc tịch:", value: "Việt Nam", share: 1.3 },
    ]);
    page.field("Giấy tờ tùy thân:", &person.identity_paper());
    page.field("Nơi cư trú:", &person.address);
    let state = *setting.random.pick(&[
        "Hiện tại chưa đăng ký kết hôn với ai.",
        "Trong thời gian cư trú tại địa phương chưa đăng ký kết hôn với ai.",
        "Đã ly hôn theo Quyết định công nhận thuận tình ly hôn của Tòa án nhân dân khu vực, hiện chưa đăng ký kết hôn với ai.",
    ]);
    setting.page.field("Tình trạng hôn nhân:", state);
    let purpose = *setting.random.pick(&[
        "đăng ký kết hôn",
        "làm thủ tục vay vốn ngân hàng",
        "làm thủ tục chuyển nhượng quyền sử dụng đất",
        "làm thủ tục mua nhà ở xã hội",
    ]);
    setting.page.text(&format!(
        "Giấy này có giá trị sử dụng trong thời hạn 6 tháng, kể từ ngày cấp, được sử dụng để: ^{purpose}^."
    ));
    let fields = setting.signed_by(&office, &[]);
    let valid_until = Some(half_year_after(setting.date));
    Fields { number: Some(format!("{number}{symbol}")), valid_until, ..owned(fields, &person) }
}

fn half_year_after(date: Date) -> Date {
    let months = date.month + 6;
    let (year, month) = if months > 12 { (date.year + 1, months - 12) } else { (date.year, months) };
    let first_after = Date::new(if month == 12 { year + 1 } else { year }, month % 12 + 1, 1);
    Date::new(year, month, date.day.min(first_after.plus_days(-1).day))
}

/// Head of a certificate: issuer, motto, heading, number.
pub(super) fn certificate_head(setting: &mut Setting, office: &Office, title: &str, number: &str) {
    let seed = setting.random.bits();
    if setting.random.chance(0.7) {
        let ink = *setting.random.pick(&[[236, 224, 206], [224, 232, 240], [240, 224, 226]]);
        setting.page.sheet().marks.push(Mark::Waves { ink, seed });
    }
    let head = Head { parent: "", issuer: &office.name, number: None, about: None, place: None };
    setting.page.head(&head);
    let page = &mut setting.page;
    page.add(&Paragraph::new(title).center().bold().size(18.0).zone(Zone::Title).before(2.0));
    let by_hand = page.look.by_hand;
    let text = match number.split_once('/') {
        Some((serial, rest)) if by_hand => format!("Số: #{serial}#/{rest}"),
        _ => format!("Số: {number}"),
    };
    page.add(&Paragraph::new(&text).center().zone(Zone::Title).after(4.0));
}

/// Foot of a certificate: `Người ký …` with name, title, pen and seal.
pub(super) fn certificate_foot(setting: &mut Setting, office: &Office, label: &str, left: Option<&str>) -> Fields {
    let mut lines = vec![label.to_uppercase()];
    lines.extend(office.authority.iter().cloned());
    let left_lines = [left.unwrap_or_default().to_owned()];
    let right = Signer {
        dated: None,
        lines: &lines,
        note: None,
        name: &office.signer,
        signed: true,
        seal: Some(office.seal.clone()),
    };
    let signers: Vec<Signer> = match left {
        Some(_) => {
            let note = Some("(Ký, ghi rõ họ, chữ đệm, tên)");
            vec![Signer { dated: None, lines: &left_lines, note, name: "", signed: true, seal: None }, right]
        }
        None => Vec::from([Signer { dated: None, lines: &[], note: None, name: "", signed: false, seal: None }, right]),
    };
    setting.page.sign_together(&signers);
    setting.issued_by(office)
}

/// Head of an application: motto alone, heading, `Kính gửi`.
pub(super) fn application_head(setting: &mut Setting, title: &str) {
    let page = &mut setting.page;
    page.motto_alone();
    page.add(&Paragraph::new(title).center().bold().size(15.0).zone(Zone::Title).before(2.0).after(3.0));
    let to = format!("Ủy ban nhân dân {}", setting.commune.with_province());
    setting.page.add(&Paragraph::new(&format!("Kính gửi: ^{to}^")).center().after(3.0));
}

/// Who applies.
pub(super) fn applicant_rows(setting: &mut Setting, person: &Person) {
    let page = &mut setting.page;
    page.field("Họ, chữ đệm, tên người yêu cầu:", &person.name.to_uppercase());
    page.field("Nơi cư trú:", &person.address);
    page.field("Giấy tờ tùy thân:", &person.identity_paper());
}

/// `Tôi cam đoan …`
pub(super) fn sworn(setting: &mut Setting, text: &str) {
    setting.page.gap(1.0);
    setting.page.text(text);
}

/// Foot of an application: place and date, who applied, signature without a seal.
pub(super) fn applied(setting: &mut Setting, person: &Person, title: &str) -> Fields {
    let dated = format!("Làm tại: {}", setting.page.dated(&setting.commune.name, setting.date));
    let lines = [title.to_owned()];
    let signer = Signer {
        dated: Some(dated),
        lines: &lines,
        note: Some("(Ký, ghi rõ họ, chữ đệm, tên)"),
        name: &person.name,
        signed: true,
        seal: None,
    };
    setting.page.sign(&[], &signer);
    let fields = Fields {
        issued: Some(setting.date),
        signer: Some(person.name.clone()),
        signer_title: Some(title.to_owned()),
        authority: lines.to_vec(),
        ..Fields::default()
    };
    owned(fields, person)
}

fn parent(setting: &mut Setting, role: &str, person: &Person) {
    let page = &mut setting.page;
    page.field(&format!("Họ, chữ đệm, tên người {role}:"), &format!("*{}*", person.name.to_uppercase()));
    page.fields(&[
        Field { label: "Năm sinh:", value: &person.birth.year.to_string(), share: 1.0 },
        Field { label: "Dân tộc:", value: person.ethnicity, share: 1.0 },
        Field { label: "Quốc tịch:", value: "Việt Nam", share: 1.3 },
    ]);
    page.field("Nơi cư trú:", &person.address);
}

fn spouses(setting: &mut Setting, wife: &Person, husband: &Person) {
    let texts = |role: &str, person: &Person| {
        [
            format!("Họ, chữ đệm, tên {role}: ^*{}*^", person.name.to_uppercase()),
            format!("Ngày, tháng, năm sinh: ^{}^", person.birth.slashed()),
            format!("Dân tộc: ^{}^", person.ethnicity),
            "Quốc tịch: ^Việt Nam^".to_owned(),
            format!("Nơi cư trú: ^{}^", person.address),
            format!("Giấy tờ tùy thân: ^{}^", person.identity_paper()),
        ]
    };
    let (left_texts, right_texts) = (texts("vợ", wife), texts("chồng", husband));
    let (left, right, middle) = (setting.page.look.left, setting.page.right(), setting.page.middle());
    let left_column: Vec<Paragraph> = left_texts.iter().map(|text| Paragraph::new(text).after(1.6)).collect();
    let right_column: Vec<Paragraph> = right_texts.iter().map(|text| Paragraph::new(text).after(1.6)).collect();
    setting.page.columns(&[(left, middle - 3.0, left_column), (middle + 3.0, right, right_column)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_year_ends_within_the_month() {
        assert_eq!(half_year_after(Date::new(2025, 8, 31)), Date::new(2026, 2, 28));
        assert_eq!(half_year_after(Date::new(2025, 3, 5)), Date::new(2025, 9, 5));
    }
}

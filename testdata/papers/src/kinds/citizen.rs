//! What citizens write, and what a commune certifies of a household.

use super::{Setting, owned};
use crate::compose::text::Paragraph;
use crate::compose::{Head, Signer, Table};
use crate::kinds::phrases;
use crate::office::Body;
use crate::people::{Person, Sex};
use crate::sheet::Zone;
use crate::truth::Fields;

/// Giấy ủy quyền, the signature certified by the commune for some.
pub(super) fn authorization(setting: &mut Setting) -> Fields {
    let (giver, taker) = (setting.adult(), setting.adult());
    setting.page.motto_alone();
    setting
        .page
        .add(&Paragraph::new("GIẤY ỦY QUYỀN").center().bold().size(16.0).zone(Zone::Title).before(2.0).after(2.5));
    for ground in ["Căn cứ Bộ luật Dân sự năm 2015;", "Căn cứ nhu cầu và khả năng của các bên."]
    {
        setting.page.text(&format!("~- {ground}~"));
    }
    let place = setting.commune.full_name();
    setting.page.text(&format!("Hôm nay, ngày {}, tại {place}, chúng tôi gồm:", setting.date.long()));
    party(setting, "BÊN ỦY QUYỀN", &giver);
    party(setting, "BÊN ĐƯỢC ỦY QUYỀN", &taker);
    setting.page.add(&Paragraph::new("Nội dung ủy quyền:").bold().before(1.5).after(1.0));
    let matter = *setting.random.pick(MATTERS);
    setting.page.text(&format!("Bên ủy quyền ủy quyền cho bên được ủy quyền thay mặt mình {matter}."));
    let more = *setting.random.pick(MORE);
    setting.page.text(more);
    setting.page.add(&Paragraph::new("Thời hạn ủy quyền:").bold().before(1.0).after(1.0));
    let months = [6, 12, 24][setting.random.below(3)];
    let end = setting.date.plus_days(months * 365 / 12);
    setting.page.text(&format!(
        "Giấy ủy quyền có hiệu lực kể từ ngày ký đến hết ngày {}, hoặc đến khi công việc được ủy quyền hoàn thành.",
        end.long()
    ));
    setting.page.text("Các bên cam kết chịu trách nhiệm trước pháp luật về nội dung ủy quyền nêu trên. Mọi tranh chấp phát sinh giữa hai bên sẽ do hai bên tự giải quyết.");
    let lines = [vec!["BÊN ĐƯỢC ỦY QUYỀN".to_owned()], vec!["BÊN ỦY QUYỀN".to_owned()]];
    let note = Some("(Ký, ghi rõ họ tên)");
    let signers = [
        Signer { dated: None, lines: &lines[0], note, name: &taker.name, signed: true, seal: None },
        Signer { dated: None, lines: &lines[1], note, name: &giver.name, signed: true, seal: None },
    ];
    setting.page.sign_together(&signers);
    let mut fields = Fields {
        issued: Some(setting.date),
        signer: Some(giver.name.clone()),
        signer_title: Some("BÊN ỦY QUYỀN".to_owned()),
        authority: lines[1].clone(),
        subject: Some(format!("Ủy quyền {matter}")),
        valid_until: Some(end),
        ..Fields::default()
    };
    if setting.random.chance(0.6) {
        fields = certified(setting, &giver, fields);
    }
    owned(fields, &giver)
}

fn party(setting: &mut Setting, title: &str, person: &Person) {
    let page = &mut setting.page;
    page.add(&Paragraph::new(&format!("*{title}:*")).before(1.5).after(1.0));
    page.field("Họ và tên:", &format!("*{}*", person.name.to_uppercase()));
    page.field("Ngày sinh:", &person.birth.slashed());
    page.field(
        "CCCD số:",
        &format!("{}, ngày cấp: {}, nơi cấp: {}", person.id, person.id_issued.slashed(), person.card_issuer()),
    );
    page.field("Nơi thường trú:", &person.address);
}

/// The commune certifies the signature (Decree 23/2015): number, signer and seal.
fn certified(setting: &mut Setting, giver: &Person, fields: Fields) -> Fields {
    let office = setting.office(Body::Committee);
    let number = setting.serial(1800);
    setting.page.keep(100.0);
    let heading = "LỜI CHỨNG CỦA ỦY BAN NHÂN DÂN CẤP XÃ";
    setting.page.add(&Paragraph::new(heading).center().bold().size(13.0).zone(Zone::Title).before(6.0).after(2.0));
    setting.page.text(&format!("Chứng thực {} {}, số định danh {}, cam đoan đã hiểu, tự chịu trách nhiệm về nội dung của giấy ủy quyền và đã ký vào giấy này trước mặt người có thẩm quyền.", giver.sex.address().to_lowercase(), giver.name, giver.id));
    setting.page.field("Số chứng thực:", &format!("{number}; quyển số 01/{}-SCT/CK, ĐC", setting.date.year));
    let signed = setting.signed_by(&office, &[]);
    Fields {
        number: Some(number),
        issuer: signed.issuer,
        signer: signed.signer,
        signer_title: signed.signer_title,
        authority: signed.authority,
        ..fields
    }
}

/// Đơn đề nghị, đơn xin …
pub(super) fn request(setting: &mut Setting) -> Fields {
    let person = setting.adult();
    let (title, about, text) = *setting.random.pick(REQUESTS);
    if setting.random.chance(0.5) {
        super::received(setting, (12.0, 8.0));
    }
    setting.page.motto_alone();
    setting.page.add(&Paragraph::new(title).center().bold().size(15.0).zone(Zone::Title).before(2.0));
    setting.page.add(&Paragraph::new(&format!("(V/v {about})")).center().italic().zone(Zone::Title).after(3.0));
    let to = format!("Kính gửi: Ủy ban nhân dân {}", setting.commune.full_name());
    setting.page.add(&Paragraph::new(&to).center().after(3.0));
    let telephone = person.telephone(&mut setting.random);
    let page = &mut setting.page;
    page.field("Tôi tên là:", &format!("*{}*", person.name.to_uppercase()));
    page.field("Sinh ngày:", &person.birth.slashed());
    page.field(
        "CCCD số:",
        &format!("{} – ngày cấp: {} – nơi cấp: {}", person.id, person.id_issued.slashed(), person.card_issuer()),
    );
    page.field("Địa chỉ thường trú:", &person.address);
    page.field("Số điện thoại:", &telephone);
    page.gap(1.0);
    setting.page.text(&format!("Nay tôi làm đơn này kính đề nghị quý cơ quan {text}"));
    let detail = phrases::paragraph(&mut setting.random, setting.date, 2);
    setting.page.text(&detail);
    setting.page.text("Tôi xin cam đoan những nội dung trình bày trên đây là đúng sự thật. Nếu sai, tôi xin hoàn toàn chịu trách nhiệm trước pháp luật.");
    setting.page.text("Rất mong được quý cơ quan xem xét, giải quyết. Tôi xin chân thành cảm ơn./.");
    let dated = setting.page.dated(&setting.commune.name, setting.date);
    let lines = ["Người làm đơn".to_owned()];
    let note = Some("(Ký và ghi rõ họ tên)");
    let signer = Signer { dated: Some(dated), lines: &lines, note, name: &person.name, signed: true, seal: None };
    setting.page.sign(&[], &signer);
    let fields = Fields {
        issued: Some(setting.date),
        subject: Some(format!("V/v {about}")),
        signer: Some(person.name.clone()),
        signer_title: Some(lines[0].clone()),
        authority: lines.to_vec(),
        ..Fields::default()
    };
    owned(fields, &person)
}

/// Giấy chứng nhận hộ nghèo, hộ cận nghèo.
pub(super) fn poor_household(setting: &mut Setting) -> Fields {
    let office = setting.office(Body::Committee);
    let head_person = setting.adult();
    let near = setting.random.chance(0.5);
    let number = setting.serial(240);
    let symbol = if near { "/GCN-HCN" } else { "/GCN-HN" };
    let place = office.place.clone();
    let head = Head {
        parent: "",
        issuer: &office.name,
        number: Some((&number, symbol)),
        about: None,
        place: Some((&place, setting.date)),
    };
    setting.page.head(&head);
    let kind = if near { "HỘ CẬN NGHÈO" } else { "HỘ NGHÈO" };
    setting.page.add(&Paragraph::new("GIẤY CHỨNG NHẬN").center().bold().size(16.0).zone(Zone::Title).before(2.0));
    setting.page.add(&Paragraph::new(kind).center().bold().size(15.0).zone(Zone::Title).after(3.0));
    let decision = format!("Quyết định số {}/QĐ-UBND ngày {}", setting.random.between(40, 900), setting.date.long());
    setting.page.text(&format!(
        "Căn cứ {decision} của {} về việc công nhận danh sách hộ nghèo, hộ cận nghèo năm {};",
        office.spoken, setting.date.year
    ));
    setting.page.text(&format!(
        "Công nhận hộ gia đình {}: ^*{}*^",
        head_person.sex.address().to_lowercase(),
        head_person.name.to_uppercase()
    ));
    let page = &mut setting.page;
    page.field("Số định danh cá nhân:", &head_person.id);
    page.field("Dân tộc:", head_person.ethnicity);
    page.field("Địa chỉ cư trú:", &head_person.address);
    let code = format!("{}{:04}", setting.random.digits(5), setting.random.between(1, 2000));
    setting.page.field("Mã số hộ:", &code);
    setting.page.text(&format!(
        "Là {} theo chuẩn nghèo đa chiều giai đoạn 2022 - 2025, gồm các thành viên sau đây:",
        kind.to_lowercase()
    ));
    let rows = members(setting, &head_person);
    let titles = ["STT", "Họ và tên", "Quan hệ với chủ hộ", "Ngày sinh", "Số định danh cá nhân"];
    let shares = [0.8, 3.2, 2.0, 1.9, 2.4];
    setting.page.table(&Table { shares: &shares, head: &titles, rows: &rows, centered: &[0, 2, 3, 4], points: 12.0 });
    setting.page.text(&format!("Giấy chứng nhận này có giá trị đến hết ngày 31 tháng 12 năm {}.", setting.date.year));
    let fields = setting.signed_by(&office, &["- Hộ gia đình;".to_owned(), "- Lưu: VT, VHXH.".to_owned()]);
    let valid_until = Some(crate::calendar::Date::new(setting.date.year, 12, 31));
    Fields { number: Some(format!("{number}{symbol}")), valid_until, ..owned(fields, &head_person) }
}

/// Rows of a household: its head first.
pub(super) fn members(setting: &mut Setting, head: &Person) -> Vec<Vec<String>> {
    let mut rows =
        vec![vec!["1".to_owned(), head.name.clone(), "Chủ hộ".to_owned(), head.birth.slashed(), head.id.clone()]];
    let age = i64::from(head.birth.age_on(setting.date));
    let other = if head.sex == Sex::Man { (Sex::Woman, "Vợ") } else { (Sex::Man, "Chồng") };
    let spouse = setting.person(other.0, ((age - 4).max(20), age + 3));
    let children = setting.random.between(1, 3);
    let father = if head.sex == Sex::Man { head.clone() } else { spouse.clone() };
    let mut people = vec![(spouse, other.1)];
    for _ in 0..children {
        let sex = Sex::any(&mut setting.random, 0.5);
        let oldest = (age - 21).clamp(1, 24);
        people.push((setting.person(sex, (0, oldest)).named_after(&father), "Con"));
    }
    for (person, relation) in people {
        rows.push(vec![
            (rows.len() + 1).to_string(),
            person.name,
            relation.to_owned(),
            person.birth.slashed(),
            person.id,
        ]);
    }
    rows
}

const MATTERS: &[&str] = &[
    "nộp hồ sơ và nhận kết quả giải quyết thủ tục đăng ký biến động đất đai tại Bộ phận tiếp nhận và trả kết quả",
    "liên hệ cơ quan có thẩm quyền xin cấp bản sao trích lục khai sinh, nộp phí, lệ phí theo quy định",
    "quản lý, trông coi nhà ở và đất ở trong thời gian bên ủy quyền đi làm ăn xa",
    "nhận tiền bồi thường, hỗ trợ khi Nhà nước thu hồi đất và ký các giấy tờ có liên quan",
    "làm thủ tục cấp giấy phép xây dựng nhà ở riêng lẻ, ký nhận các văn bản của cơ quan cấp phép",
    "nhận lương hưu và trợ cấp bảo hiểm xã hội hằng tháng tại điểm chi trả",
];
const MORE: &[&str] = &[
    "Bên được ủy quyền được lập, ký tên trên các giấy tờ liên quan đến việc thực hiện nội dung ủy quyền nói trên và không được ủy quyền lại cho người thứ ba.",
    "Trong phạm vi ủy quyền, bên được ủy quyền có nghĩa vụ thông báo đầy đủ, kịp thời kết quả công việc cho bên ủy quyền; việc ủy quyền này không có thù lao.",
    "Bên ủy quyền chịu trách nhiệm về những cam kết do bên được ủy quyền thực hiện trong phạm vi ủy quyền; các giấy tờ bản chính được hoàn trả ngay sau khi công việc kết thúc.",
];
const REQUESTS: &[(&str, &str, &str)] = &[
    (
        "ĐƠN ĐỀ NGHỊ",
        "xác nhận nguồn gốc sử dụng đất",
        "xác nhận nguồn gốc thửa đất mà gia đình tôi đang sử dụng ổn định từ năm 1996 đến nay, không có tranh chấp, để làm thủ tục cấp Giấy chứng nhận.",
    ),
    (
        "ĐƠN XIN XÁC NHẬN",
        "xác nhận hoàn cảnh gia đình",
        "xác nhận hoàn cảnh gia đình tôi đang gặp khó khăn về kinh tế để con tôi được xét miễn, giảm học phí năm học mới.",
    ),
    (
        "ĐƠN ĐỀ NGHỊ",
        "hỗ trợ sửa chữa nhà ở",
        "xem xét hỗ trợ kinh phí sửa chữa nhà ở đã xuống cấp, mái tôn hư hỏng nặng sau cơn bão vừa qua.",
    ),
    (
        "ĐƠN XIN",
        "cấp bản sao từ sổ gốc",
        "cấp cho tôi hai bản sao bằng tốt nghiệp từ sổ gốc đang lưu giữ, do bản chính bị hư hỏng trong đợt ngập lụt.",
    ),
    (
        "ĐƠN ĐỀ NGHỊ",
        "giải quyết tranh chấp lối đi chung",
        "tổ chức hòa giải tranh chấp lối đi chung giữa gia đình tôi và hộ liền kề theo quy định của pháp luật đất đai.",
    ),
];

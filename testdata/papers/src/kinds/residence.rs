//! Residence: the form CT01 and the confirmation CT07 (Circular 53/2025/TT-BCA).

use super::citizen::members;
use super::{Setting, owned};
use crate::compose::text::Paragraph;
use crate::compose::{Field, Head, Signer, Table};
use crate::office::Body;
use crate::people::Person;
use crate::sheet::{BLACK, Mark, Style, Zone};
use crate::truth::Fields;

/// Tờ khai thay đổi thông tin cư trú.
pub(super) fn change_form(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    let (person, householder) = (setting.adult(), setting.adult());
    let circular = match setting.date.year {
        ..=2023 => "56/2021",
        2024 => "66/2023",
        _ => "53/2025",
    };
    let note = format!("Mẫu CT01 ban hành kèm theo Thông tư số {circular}/TT-BCA");
    setting.page.add(&Paragraph::new(&note).right().italic().size(10.5).zone(Zone::Note));
    setting.page.motto_alone();
    let title = "TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ";
    setting.page.add(&Paragraph::new(title).center().bold().size(15.0).zone(Zone::Title).after(2.5));
    let to = format!("Kính gửi: ^Công an {}^", setting.commune.full_name());
    setting.page.add(&Paragraph::new(&to).center().after(2.0));
    let telephone = person.telephone(&mut setting.random);
    setting.page.field("1. Họ, chữ đệm và tên:", &format!("*{}*", person.name.to_uppercase()));
    setting.page.fields(&[
        Field { label: "2. Ngày, tháng, năm sinh:", value: &person.birth.slashed(), share: 1.5 },
        Field { label: "3. Giới tính:", value: person.sex.word(), share: 1.0 },
    ]);
    numbered(setting, "4. Số định danh cá nhân:", &person.id);
    setting.page.fields(&[
        Field { label: "5. Số điện thoại liên hệ:", value: &telephone, share: 1.2 },
        Field { label: "6. Email:", value: "", share: 1.0 },
    ]);
    let relation = *setting.random.pick(&["Con", "Vợ", "Cháu ruột", "Người ở nhờ", "Em ruột"]);
    setting.page.fields(&[
        Field { label: "7. Họ, chữ đệm và tên chủ hộ:", value: &householder.name, share: 2.0 },
        Field { label: "8. Quan hệ với chủ hộ:", value: relation, share: 1.4 },
    ]);
    numbered(setting, "9. Số định danh cá nhân của chủ hộ:", &householder.id);
    let matter = matter(setting, &householder);
    setting.page.field("10. Nội dung đề nghị:", &matter);
    setting.page.add(&Paragraph::new("11. Những thành viên trong hộ gia đình cùng thay đổi:").after(1.5));
    let mut rows = members(setting, &person);
    rows.remove(0);
    for (at, row) in rows.iter_mut().enumerate() {
        row[0] = (at + 1).to_string();
    }
    let head = ["TT", "Họ, chữ đệm và tên", "Quan hệ", "Ngày sinh", "Số định danh cá nhân"];
    let shares = [0.7, 3.2, 1.4, 1.9, 2.6];
    setting.page.table(&Table { shares: &shares, head: &head, rows: &rows, centered: &[0, 2, 3, 4], points: 12.0 });
    consents(setting, &person, &householder);
    let fields = Fields {
        issued: Some(setting.date),
        signer: Some(person.name.clone()),
        signer_title: Some("NGƯỜI KÊ KHAI".to_owned()),
        authority: vec!["NGƯỜI KÊ KHAI".to_owned()],
        subject: Some(matter),
        ..Fields::default()
    };
    owned(fields, &person)
}

fn matter(setting: &mut Setting, householder: &Person) -> String {
    let address = &householder.address;
    match setting.random.below(4) {
        0 => format!("Đăng ký thường trú tại {address}"),
        1 => format!("Đăng ký tạm trú tại {address}, thời hạn 24 tháng"),
        2 => "Tách hộ tại cùng một chỗ ở hợp pháp".to_owned(),
        _ => format!("Xác nhận thông tin về cư trú tại {address}"),
    }
}

fn consents(setting: &mut Setting, person: &Person, householder: &Person) {
    let dated = setting.page.dated(&setting.commune.name, setting.date);
    let titles = [vec!["Ý kiến của chủ hộ".to_owned()], vec!["NGƯỜI KÊ KHAI".to_owned()]];
    let note = Some("(Ký, ghi rõ họ tên)");
    let signers = [
        Signer {
            dated: Some("Đồng ý cho đăng ký".to_owned()),
            lines: &titles[0],
            note,
            name: &householder.name,
            signed: true,
            seal: None,
        },
        Signer { dated: Some(dated), lines: &titles[1], note, name: &person.name, signed: true, seal: None },
    ];
    setting.page.sign_together(&signers);
}

/// A number with each digit in a box of its own, read as one word.
fn numbered(setting: &mut Setting, label: &str, number: &str) {
    const BOX: f32 = 6.2;
    setting.page.keep(BOX + 2.0);
    let points = setting.page.look.body;
    let ink = setting.page.look.ink;
    let filled = setting.page.look.filled;
    let left = setting.page.look.left;
    let (top, baseline) = (setting.page.y + 0.6, setting.page.y + 5.2);
    let width = setting.page.measure(label, crate::fonts::Face::Regular, points);
    let line = setting.page.sheet().lines.len();
    let mut x = left;
    for word in label.split(' ') {
        let style = Style { face: crate::fonts::Face::Regular, points, ink };
        let mark = Mark::Word { text: word.to_owned(), style, at: (x, baseline), angle: 0.0, line: Some(line) };
        x += setting.page.measure(&format!("{word} "), crate::fonts::Face::Regular, points);
        setting.page.sheet().marks.push(mark);
    }
    let start = left + width + 3.0;
    for (at, digit) in number.chars().enumerate() {
        let place = [start + at as f32 * BOX, top, BOX, BOX];
        let style = Style { face: filled.0, points, ink: filled.1 };
        let at = (place[0] + BOX * 0.3, baseline);
        let sheet = setting.page.sheet();
        sheet.marks.push(Mark::Frame { place, width: 0.22, ink: BLACK, angle: 0.0 });
        sheet.marks.push(Mark::Word { text: digit.to_string(), style, at, angle: 0.0, line: Some(line) });
    }
    let text = format!("{label} {number}");
    setting.page.sheet().lines.push(crate::sheet::Line { zone: Zone::Body, text, hand: false });
    setting.page.gap(BOX + 2.4);
}

/// Xác nhận thông tin về cư trú.
pub(super) fn confirmation(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    let office = setting.office(Body::Police);
    let person = setting.adult();
    let number = setting.serial(3000);
    let symbol = "/XN";
    let place = office.place.clone();
    let head = Head {
        parent: &office.parent,
        issuer: &office.name,
        number: Some((&number, symbol)),
        about: None,
        place: Some((&place, setting.date)),
    };
    setting.page.head(&head);
    setting.page.add(
        &Paragraph::new("XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ")
            .center()
            .bold()
            .size(15.0)
            .zone(Zone::Title)
            .before(2.0)
            .after(3.0),
    );
    setting.page.text("*I. Theo đề nghị của Ông/Bà:*");
    let page = &mut setting.page;
    page.field("1. Họ, chữ đệm và tên:", &format!("*{}*", person.name.to_uppercase()));
    page.fields(&[
        Field { label: "2. Ngày, tháng, năm sinh:", value: &person.birth.slashed(), share: 1.5 },
        Field { label: "3. Giới tính:", value: person.sex.word(), share: 1.0 },
    ]);
    page.field("4. Số định danh cá nhân:", &person.id);
    page.fields(&[
        Field { label: "5. Dân tộc:", value: person.ethnicity, share: 1.0 },
        Field { label: "6. Tôn giáo:", value: "Không", share: 1.0 },
        Field { label: "7. Quốc tịch:", value: "Việt Nam", share: 1.2 },
    ]);
    page.field("8. Quê quán:", &person.origin.full_name_on(person.birth));
    page.gap(1.0);
    setting.page.text(&format!("*II. {} xác nhận thông tin của Ông/Bà như sau:*", office.spoken));
    setting.page.field("1. Nơi thường trú:", &person.address);
    setting.page.field("2. Nơi tạm trú:", "Không");
    setting.page.field("3. Nơi ở hiện tại:", &person.address);
    setting.page.add(&Paragraph::new("4. Thông tin các thành viên khác trong hộ gia đình:").after(1.5));
    let rows = members(setting, &person);
    let titles = ["TT", "Họ, chữ đệm và tên", "Quan hệ với chủ hộ", "Ngày sinh", "Số định danh cá nhân"];
    let shares = [0.7, 3.0, 1.8, 1.9, 2.5];
    setting.page.table(&Table { shares: &shares, head: &titles, rows: &rows, centered: &[0, 2, 3, 4], points: 12.0 });
    let end = setting.date.plus_years(1);
    setting.page.text(&format!("Xác nhận này có giá trị đến hết ngày {} (kể từ ngày ký). Trường hợp thông tin cư trú thay đổi thì văn bản này hết giá trị.", end.long()));
    let fields = setting.signed_by(&office, &["- Ông/Bà có tên trên;".to_owned(), "- Lưu: CAX.".to_owned()]);
    Fields { number: Some(format!("{number}{symbol}")), valid_until: Some(end), ..owned(fields, &person) }
}

//! Documents of administration in the layout of Decree 30/2020: decisions, letters, proposals,
//! minutes and notices.

mod stock;

use super::phrases::{self, fill, filled};
use super::{Setting, owned};
use crate::compose::text::Paragraph;
use crate::compose::{Head, Signer, Table};
use crate::office::{Body, Office};
use crate::people::{self, Person, Sex};
use crate::sheet::Zone;
use crate::spoken;
use crate::truth::Fields;
use stock::{ADDRESSEES, DECISIONS, GROUNDS};

/// A committee or a department.
fn agency(setting: &mut Setting) -> Office {
    let title = *setting.random.pick(&["Sở Nội vụ", "Sở Xây dựng", "Sở Tư pháp", "Sở Y tế", "Sở Giáo dục và Đào tạo"]);
    let body = if setting.random.chance(0.65) { Body::Committee } else { Body::Department(title) };
    setting.office(body)
}

/// Quyết định: about one person, or about an organisation's work.
pub(super) fn decision(setting: &mut Setting) -> Fields {
    let office = agency(setting);
    let person = setting.adult();
    let (about, articles, own) = *setting.random.pick(DECISIONS);
    let number = setting.serial(1600);
    let symbol = format!("/QĐ-{}", office.symbol);
    head(setting, &office, &number, &symbol, None);
    let values = [("name", person.name.as_str()), ("address", person.address.as_str()), ("id", person.id.as_str())];
    let subject = filled(about, &values);
    let subject = fill(&subject, &mut setting.random, setting.date);
    title(setting, "QUYẾT ĐỊNH", &subject);
    let authority = if office.symbol == "UBND" {
        format!("CHỦ TỊCH {}", office.printed())
    } else {
        format!("GIÁM ĐỐC {}", office.printed())
    };
    setting.page.add(&Paragraph::new(&authority).center().bold().zone(Zone::Title).before(1.0).after(2.0));
    grounds(setting, &office);
    setting.page.add(&Paragraph::new("QUYẾT ĐỊNH:").center().bold().before(1.0).after(2.0));
    for (at, article) in articles.iter().enumerate() {
        let text = fill(&filled(article, &values), &mut setting.random, setting.date);
        setting.page.text(&format!("*Điều {}.* {text}", at + 1));
    }
    let last = format!(
        "*Điều {}.* Chánh Văn phòng, thủ trưởng các đơn vị có liên quan và {} chịu trách nhiệm thi hành Quyết định này./.",
        articles.len() + 1,
        if own { "ông (bà) có tên tại Điều 1" } else { "các tổ chức, cá nhân có liên quan" }
    );
    setting.page.text(&last);
    let recipients = recipients(setting, &["- Như Điều cuối;", "- Sở Nội vụ (để báo cáo);"], &office);
    let fields = setting.signed_by(&office, &recipients);
    let fields = Fields { number: Some(format!("{number}{symbol}")), subject: Some(subject), ..fields };
    if own { owned(fields, &person) } else { fields }
}

/// Công văn, one to three pages.
pub(super) fn letter(setting: &mut Setting) -> Fields {
    let office = agency(setting);
    let about = fill("V/v {work}", &mut setting.random, setting.date);
    let number = setting.serial(2600);
    let section = *setting.random.pick(&["VP", "KT", "VHXH", "ĐĐ", "TP", "NV"]);
    let symbol = format!("/{}-{section}", office.symbol);
    head(setting, &office, &number, &symbol, Some(&about));
    if setting.random.chance(0.45) {
        super::received(setting, (20.0, setting.page.y + 1.0));
    }
    addressees(setting);
    let opening = fill("Thực hiện {document} về việc {work}, ", &mut setting.random, setting.date);
    let first = fill(
        "{agency} và các đơn vị trực thuộc đã chủ động triển khai trong phạm vi nhiệm vụ được giao.",
        &mut setting.random,
        setting.date,
    );
    setting.page.text(&format!("{opening}{first}"));
    let paragraphs = setting.random.between(2, 5);
    for _ in 0..paragraphs {
        let count = setting.random.between(2, 4) as usize;
        let text = phrases::paragraph(&mut setting.random, setting.date, count);
        setting.page.text(&text);
    }
    let spoken = office.spoken.clone();
    setting.page.text(&format!("{spoken} đề nghị các đơn vị thực hiện một số nội dung sau:"));
    tasks(setting, (3, 6));
    if setting.random.chance(0.35) {
        figures(setting);
    }
    setting.page.text(&format!(
        "Trên đây là nội dung chỉ đạo của {spoken}, đề nghị các đơn vị nghiêm túc tổ chức thực hiện./."
    ));
    let recipients = recipients(setting, &["- Như trên;", "- Thường trực Đảng ủy (để báo cáo);"], &office);
    let fields = setting.signed_by(&office, &recipients);
    Fields { number: Some(format!("{number}{symbol}")), subject: Some(about), ..fields }
}

/// Tờ trình.
pub(super) fn proposal(setting: &mut Setting) -> Fields {
    let office = agency(setting);
    let subject = fill("Về việc phê duyệt kế hoạch {work} năm {next}", &mut setting.random, setting.date);
    let number = setting.serial(240);
    let symbol = format!("/TTr-{}", office.symbol);
    head(setting, &office, &number, &symbol, None);
    if setting.random.chance(0.3) {
        super::received(setting, (18.0, setting.page.y - 2.0));
    }
    title(setting, "TỜ TRÌNH", &subject);
    let higher = setting.commune.province.full_name_on(setting.date);
    setting.page.add(&Paragraph::new(&format!("Kính gửi: Ủy ban nhân dân {higher}")).center().after(2.5));
    grounds(setting, &office);
    for heading in ["I. SỰ CẦN THIẾT", "II. MỤC TIÊU, NỘI DUNG", "III. KINH PHÍ VÀ TỔ CHỨC THỰC HIỆN"]
    {
        setting.page.keep(18.0);
        setting.page.add(&Paragraph::new(heading).bold().indent(11.0).before(1.0).after(1.5));
        let paragraphs = setting.random.between(1, 2);
        for _ in 0..paragraphs {
            let count = setting.random.between(2, 4) as usize;
            let text = phrases::paragraph(&mut setting.random, setting.date, count);
            setting.page.text(&text);
        }
    }
    figures(setting);
    setting.page.text(&format!("Kính trình Ủy ban nhân dân {higher} xem xét, quyết định./."));
    let recipients = recipients(setting, &["- Như trên;", "- Sở Tài chính;"], &office);
    let fields = setting.signed_by(&office, &recipients);
    Fields { number: Some(format!("{number}{symbol}")), subject: Some(subject), ..fields }
}

/// Biên bản of a meeting.
pub(super) fn minutes(setting: &mut Setting) -> Fields {
    let office = agency(setting);
    let subject = fill("Họp về {field}", &mut setting.random, setting.date);
    let number = setting.serial(120);
    let symbol = format!("/BB-{}", office.symbol);
    let place = office.place.clone();
    let about = Head {
        parent: &office.parent,
        issuer: &office.name,
        number: Some((&number, &symbol)),
        about: None,
        place: Some((&place, setting.date)),
    };
    setting.page.head(&about);
    title(setting, "BIÊN BẢN", &subject);
    let (hour, minute) = (setting.random.between(7, 14), setting.random.between(0, 5) * 10);
    setting.page.text(&format!("Thời gian bắt đầu: {hour:02} giờ {minute:02} phút, ngày {}.", setting.date.long()));
    setting.page.text(&format!("Địa điểm: Phòng họp số {}, trụ sở {}.", setting.random.between(1, 5), office.spoken));
    let chair = office.signer.clone();
    let clerk = people::name(&mut setting.random, Sex::Woman, false);
    let present: Vec<Person> = (0..3).map(|_| setting.adult()).collect();
    setting.page.text("Thành phần tham dự:");
    for person in &present {
        let agency = fill("{agency}", &mut setting.random, setting.date);
        setting.page.text(&format!("- {} {}, đại diện {agency};", person.sex.address(), person.name));
    }
    setting.page.text(&format!("Chủ trì (chủ tọa): {chair}, {}.", office.title().to_lowercase()));
    setting.page.text(&format!("Thư ký (người ghi biên bản): {clerk}, công chức văn phòng."));
    setting.page.text("Nội dung (theo diễn biến cuộc họp):");
    for person in &present {
        let text = phrases::paragraph(&mut setting.random, setting.date, 2);
        setting.page.text(&format!("{} {} phát biểu: {text}", person.sex.address(), person.name));
    }
    setting.page.text("Kết luận của chủ tọa:");
    tasks(setting, (2, 4));
    setting.page.text(&format!("Cuộc họp kết thúc vào {:02} giờ {:02} phút cùng ngày. Biên bản được đọc lại cho mọi người cùng nghe và thống nhất ký tên./.", hour + 2, (minute + 20) % 60));
    let lines = [vec!["THƯ KÝ".to_owned()], vec!["CHỦ TỌA".to_owned()]];
    let signers = [
        Signer { dated: None, lines: &lines[0], note: Some("(Chữ ký)"), name: &clerk, signed: true, seal: None },
        Signer {
            dated: None,
            lines: &lines[1],
            note: Some("(Chữ ký)"),
            name: &chair,
            signed: true,
            seal: Some(office.seal.clone()),
        },
    ];
    setting.page.sign_together(&signers);
    let fields = setting.issued_by(&office);
    Fields {
        number: Some(format!("{number}{symbol}")),
        subject: Some(subject),
        signer_title: Some("CHỦ TỌA".to_owned()),
        authority: lines[1].clone(),
        ..fields
    }
}

/// Thông báo: a payment due to the tax office, or a result told to a citizen.
pub(super) fn notice(setting: &mut Setting) -> Fields {
    let taxed = setting.random.chance(0.5);
    let office = if taxed { setting.office(Body::Tax) } else { agency(setting) };
    let person = setting.adult();
    let number = setting.serial(1900);
    let symbol = format!("/TB-{}", office.symbol);
    let subject = if taxed {
        (*setting.random.pick(&[
            "Nộp lệ phí trước bạ nhà, đất",
            "Nộp thuế thu nhập cá nhân từ chuyển nhượng bất động sản",
            "Nộp tiền sử dụng đất",
        ]))
        .to_owned()
    } else {
        fill("Về việc {work}", &mut setting.random, setting.date)
    };
    head(setting, &office, &number, &symbol, None);
    title(setting, "THÔNG BÁO", &subject);
    let (address, name) = (person.sex.address(), person.name.clone());
    if taxed {
        due(setting, &person, &office);
    } else {
        setting.page.text(&format!(
            "{} thông báo đến {} {name}, số định danh cá nhân {}, địa chỉ: {}, như sau:",
            office.spoken,
            address.to_lowercase(),
            person.id,
            person.address
        ));
        for _ in 0..2 {
            let text = phrases::paragraph(&mut setting.random, setting.date, 3);
            setting.page.text(&text);
        }
    }
    setting.page.text(&format!(
        "{} thông báo để {} {name} được biết và thực hiện./.",
        office.spoken,
        address.to_lowercase()
    ));
    let recipients = recipients(setting, &["- Như trên;", "- Trung tâm PVHCC;"], &office);
    let fields = setting.signed_by(&office, &recipients);
    owned(Fields { number: Some(format!("{number}{symbol}")), subject: Some(subject), ..fields }, &person)
}

fn due(setting: &mut Setting, person: &Person, office: &Office) {
    let value = setting.random.between(300, 9000) as u64 * 1_000_000;
    let amount = value / 200;
    let page = &mut setting.page;
    page.text(&format!("Căn cứ Phiếu chuyển thông tin để xác định nghĩa vụ tài chính về đất đai, {} xác định số tiền phải nộp như sau:", office.spoken));
    page.field("1. Người nộp thuế:", &format!("*{}*", person.name.to_uppercase()));
    page.field("2. Mã số thuế/Số định danh:", &person.id);
    page.field("3. Địa chỉ:", &person.address);
    let rows: Vec<Vec<String>> = vec![
        vec!["1".into(), "Giá trị nhà, đất tính lệ phí".into(), spoken::grouped(value)],
        vec!["2".into(), "Tỷ lệ (%) tính lệ phí".into(), "0,5".into()],
        vec!["3".into(), "Số tiền phải nộp".into(), spoken::grouped(amount)],
    ];
    let head = ["STT", "Chỉ tiêu", "Số tiền (đồng)"];
    page.table(&Table { shares: &[0.8, 4.0, 2.2], head: &head, rows: &rows, centered: &[0, 2], points: 12.5 });
    page.text(&format!("Bằng chữ: {} đồng.", spoken::capitalized(amount)));
    let last = setting.date.plus_days(30);
    setting.page.text(&format!("Thời hạn nộp chậm nhất là ngày {}. Quá thời hạn này mà chưa nộp, người nộp thuế phải nộp tiền chậm nộp bằng 0,03%/ngày tính trên số tiền chậm nộp.", last.long()));
}

fn head(setting: &mut Setting, office: &Office, number: &str, symbol: &str, about: Option<&str>) {
    let place = office.place.clone();
    let head = Head {
        parent: &office.parent,
        issuer: &office.name,
        number: Some((number, symbol)),
        about,
        place: Some((&place, setting.date)),
    };
    setting.page.head(&head);
}

fn title(setting: &mut Setting, kind: &str, subject: &str) {
    let page = &mut setting.page;
    page.add(&Paragraph::new(kind).center().bold().size(14.0).zone(Zone::Title).before(1.0));
    let (left, right) = (page.look.left + 12.0, page.right() - 12.0);
    page.block(&Paragraph::new(subject).center().bold().size(13.5).zone(Zone::Title), left, right);
    let (middle, y) = (page.middle(), page.y + 1.0);
    page.rule(middle - 18.0, middle + 18.0, y);
    page.gap(4.5);
}

fn grounds(setting: &mut Setting, office: &Office) {
    let count = setting.random.between(2, 5) as usize;
    let year = setting.date.year;
    let known: Vec<&str> = GROUNDS.iter().filter(|(since, _)| *since < year).map(|(_, ground)| *ground).collect();
    let chosen = setting.random.some(&known, count);
    let mut grounds: Vec<String> = chosen.into_iter().map(|ground| (*ground).to_owned()).collect();
    let request = fill("Theo đề nghị của {agency} tại {proposal}.", &mut setting.random, setting.date);
    if setting.random.chance(0.4) {
        let (year, symbol) = (setting.date.year - 1, &office.symbol);
        let number = setting.random.between(5, 80);
        grounds.push(format!("Căn cứ Quyết định số {number}/{year}/QĐ-{symbol} ban hành Quy chế làm việc;"));
    }
    grounds.push(request);
    for ground in grounds {
        setting.page.text(&format!("~{ground}~"));
    }
}

fn addressees(setting: &mut Setting) {
    let count = setting.random.between(1, 4) as usize;
    let names: Vec<String> =
        setting.random.some(ADDRESSEES, count).into_iter().map(|name| (*name).to_owned()).collect();
    if let [only] = &names[..] {
        setting.page.add(&Paragraph::new(&format!("Kính gửi: {only}")).center().before(2.0).after(4.0));
        return;
    }
    let left = setting.page.look.left + 26.0;
    let right = setting.page.right();
    setting.page.gap(2.0);
    setting.page.block(&Paragraph::new("Kính gửi:"), left, right);
    for (at, name) in names.iter().enumerate() {
        let end = if at + 1 == names.len() { "." } else { ";" };
        setting.page.block(&Paragraph::new(&format!("- {name}{end}")), left + 22.0, right);
    }
    setting.page.gap(4.0);
}

fn tasks(setting: &mut Setting, (least, most): (i64, i64)) {
    let count = setting.random.between(least, most);
    for at in 1..=count {
        let task = phrases::task(&mut setting.random, setting.date);
        setting.page.text(&format!("{at}. {task}."));
    }
}

/// A table of figures, as letters and proposals have.
fn figures(setting: &mut Setting) {
    let count = setting.random.between(4, 9);
    let mut rows = Vec::new();
    for at in 1..=count {
        let name = spoken::capital(&fill("{field}", &mut setting.random, setting.date));
        let (taken, done) = (setting.random.between(40, 900), setting.random.between(30, 100));
        rows.push(vec![at.to_string(), name, taken.to_string(), (taken * done / 100).to_string(), format!("{done}%")]);
    }
    let head = ["TT", "Lĩnh vực", "Hồ sơ tiếp nhận", "Đã giải quyết", "Tỷ lệ"];
    let shares = [0.7, 4.0, 1.6, 1.6, 1.1];
    setting.page.gap(1.0);
    setting.page.table(&Table { shares: &shares, head: &head, rows: &rows, centered: &[0, 2, 3, 4], points: 12.0 });
}

fn recipients(setting: &mut Setting, first: &[&str], office: &Office) -> Vec<String> {
    let mut lines: Vec<String> = first.iter().map(|line| (*line).to_owned()).collect();
    let count = setting.random.between(0, 2) as usize;
    let more =
        ["- Chủ tịch, các Phó Chủ tịch;", "- Cổng thông tin điện tử;", "- Phòng Kinh tế;", "- Các thôn, khu phố;"];
    lines.extend(setting.random.some(&more, count).into_iter().map(|line| (*line).to_owned()));
    let initials: String =
        people::name(&mut setting.random, Sex::Man, false).split(' ').filter_map(|part| part.chars().next()).collect();
    let unit = if office.symbol == "UBND" { "VP" } else { "TH" };
    lines.push(format!("- Lưu: VT, {unit} ({}b){}.", setting.random.between(2, 9), initials));
    lines
}

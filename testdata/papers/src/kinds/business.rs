//! Business registration and judicial records (Circular 68/2025/TT-BTC; Law on Judicial Records).

use super::{Setting, owned};
use crate::calendar::Date;
use crate::compose::text::Paragraph;
use crate::compose::{Field, Head, Table};
use crate::office::{Body, Office};
use crate::people::{self, Company, Person};
use crate::places::MERGER;
use crate::sheet::Zone;
use crate::spoken;
use crate::truth::Fields;

/// Giấy chứng nhận đăng ký hộ kinh doanh.
pub(super) fn household(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    let office = setting.office(Body::Economy);
    let owner = setting.adult();
    let code = if setting.date < MERGER {
        format!("{}-{:03}", people::tax_code(&mut setting.random, setting.commune.province), 1)
    } else {
        owner.id.clone()
    };
    certificate_title(setting, &office, "GIẤY CHỨNG NHẬN", "ĐĂNG KÝ HỘ KINH DOANH");
    setting.page.center(&format!("*Mã số hộ kinh doanh: {code}*"), 13.5);
    let first = setting.earlier((0, 900));
    setting.page.center(&format!("~Đăng ký lần đầu, ngày {}~", first.long()), 13.0);
    if setting.random.chance(0.3) {
        let date = setting.date.long();
        setting.page.center(&format!("~Đăng ký thay đổi lần thứ 1, ngày {date}~"), 13.0);
    }
    setting.page.gap(3.0);
    let trade = *setting.random.pick(TRADE_NAMES);
    let given = owner.name.split(' ').next_back().unwrap_or_default().to_uppercase();
    let address = setting.commune.address(&mut setting.random);
    setting.page.field("1. Tên hộ kinh doanh:", &format!("*{trade} {given}*"));
    setting.page.field("2. Địa chỉ trụ sở hộ kinh doanh:", &address);
    let telephone = owner.telephone(&mut setting.random);
    setting.page.fields(&[
        Field { label: "Điện thoại:", value: &telephone, share: 1.0 },
        Field { label: "Email:", value: "", share: 1.0 },
    ]);
    setting.page.add(&Paragraph::new("3. Ngành, nghề kinh doanh:").after(1.5));
    let rows = trades(setting, (1, 4));
    let head = ["STT", "Tên ngành", "Mã ngành"];
    setting.page.table(&Table { shares: &[1.0, 7.0, 2.0], head: &head, rows: &rows, centered: &[0, 2], points: 12.0 });
    let capital = setting.random.between(4, 60) as u64 * 10_000_000;
    let spoken_capital = spoken::capitalized(capital);
    setting
        .page
        .field("4. Vốn kinh doanh:", &format!("{} đồng (bằng chữ: {spoken_capital} đồng)", spoken::grouped(capital)));
    setting.page.add(&Paragraph::new("5. Thông tin về chủ hộ kinh doanh:").after(1.0));
    identity(setting, &owner);
    let fields = setting.signed_by(&office, &[]);
    Fields { number: Some(code), ..owned(fields, &owner) }
}

/// Giấy chứng nhận đăng ký doanh nghiệp.
pub(super) fn enterprise(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    setting.page.look.by_hand = false;
    let title =
        if setting.date < Date::new(2025, 3, 1) { "Sở Kế hoạch và Đầu tư" } else { "Sở Tài chính" };
    let mut office = setting.office(Body::Department(title));
    office.parent = format!("{} {}", title.to_uppercase(), setting.commune.province.heading_on(setting.date));
    office.name = vec!["PHÒNG ĐĂNG KÝ KINH DOANH".to_owned()];
    office.spoken = format!("Phòng Đăng ký kinh doanh {}", office.spoken);
    office.authority = vec!["TRƯỞNG PHÒNG".to_owned()];
    let company = Company::any(&mut setting.random, &setting.commune);
    let director = setting.adult();
    certificate_title(setting, &office, "GIẤY CHỨNG NHẬN", "ĐĂNG KÝ DOANH NGHIỆP");
    let form = if company.one_member {
        "CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN"
    } else {
        "CÔNG TY TRÁCH NHIỆM HỮU HẠN HAI THÀNH VIÊN TRỞ LÊN"
    };
    setting.page.center(&format!("*{form}*"), 13.0);
    setting.page.center(&format!("*Mã số doanh nghiệp: {}*", company.code), 13.5);
    registered(setting);
    let page = &mut setting.page;
    page.add(&Paragraph::new("*1. Tên công ty*").after(1.0));
    page.field("Tên công ty viết bằng tiếng Việt:", &format!("*{}*", company.name));
    page.field("Tên công ty viết bằng tiếng nước ngoài:", &company.foreign_name);
    page.field("Tên công ty viết tắt:", &company.short_name);
    page.add(&Paragraph::new("*2. Địa chỉ trụ sở chính*").before(1.0).after(1.0));
    page.text(&format!("^{}, Việt Nam^", spoken::capital(&company.address)));
    let telephone = director.telephone(&mut setting.random);
    setting.page.fields(&[
        Field { label: "Điện thoại:", value: &telephone, share: 1.0 },
        Field { label: "Fax:", value: "", share: 1.0 },
    ]);
    let capital = setting.random.between(3, 200) as u64 * 100_000_000;
    let words = spoken::capitalized(capital);
    setting.page.field("*3. Vốn điều lệ:*", &format!("{} đồng", spoken::grouped(capital)));
    setting.page.field("Bằng chữ:", &format!("{words} đồng"));
    owners(setting, &company, &director, capital);
    let number = if company.one_member { "5" } else { "6" };
    let representative = format!("*{number}. Người đại diện theo pháp luật của công ty*");
    setting.page.add(&Paragraph::new(&representative).before(1.0).after(1.0));
    let role = if company.one_member { "Chủ tịch công ty kiêm Giám đốc" } else { "Giám đốc" };
    identity(setting, &director);
    setting.page.field("Chức danh:", role);
    let fields = setting.signed_by(&office, &[]);
    Fields {
        number: Some(company.code.clone()),
        owner: Some(company.code),
        owner_name: Some(company.name),
        owner_on_paper: true,
        ..fields
    }
}

fn registered(setting: &mut Setting) {
    let first = setting.earlier((0, 2500));
    setting.page.center(&format!("~Đăng ký lần đầu: ngày {}~", first.long()), 13.0);
    let changes = setting.random.between(0, 4);
    if changes > 0 {
        let text = format!("~Đăng ký thay đổi lần thứ: {changes}, ngày {}~", setting.date.long());
        setting.page.center(&text, 13.0);
    }
    setting.page.gap(3.0);
}

fn owners(setting: &mut Setting, company: &Company, director: &Person, capital: u64) {
    if company.one_member {
        setting.page.add(&Paragraph::new("*4. Thông tin về chủ sở hữu*").before(1.0).after(1.0));
        identity(setting, director);
        return;
    }
    setting.page.add(&Paragraph::new("*4. Danh sách thành viên góp vốn*").before(1.0).after(1.5));
    let partner = setting.adult();
    let share = setting.random.between(51, 80) as u64;
    let rows: Vec<Vec<String>> = [(director, share), (&partner, 100 - share)]
        .iter()
        .enumerate()
        .map(|(at, (person, share))| {
            let value = spoken::grouped(capital / 100 * share);
            vec![(at + 1).to_string(), person.name.clone(), person.id.clone(), value, format!("{share}%")]
        })
        .collect();
    let head = ["STT", "Tên thành viên", "Số giấy tờ pháp lý", "Giá trị phần vốn góp (đồng)", "Tỷ lệ"];
    let shares = [0.8, 3.0, 2.4, 2.6, 1.2];
    setting.page.table(&Table { shares: &shares, head: &head, rows: &rows, centered: &[0, 2, 3, 4], points: 11.5 });
    setting.page.field("*5. Loại vốn góp:*", "Đồng Việt Nam");
}

/// Phiếu lý lịch tư pháp, by the police since March 2025.
pub(super) fn judicial_record(setting: &mut Setting) -> Fields {
    let by_police = setting.date >= Date::new(2025, 3, 1);
    let office = setting.office(if by_police { Body::ProvincePolice } else { Body::Department("Sở Tư pháp") });
    let person = setting.adult();
    let second = setting.random.chance(0.3);
    let number = setting.serial(9000);
    let symbol = format!("/{}-LLTP", office.symbol);
    let place = office.place.clone();
    let head = Head {
        parent: &office.parent,
        issuer: &office.name,
        number: Some((&number, &symbol)),
        about: None,
        place: Some((&place, setting.date)),
    };
    setting.page.head(&head);
    let title = if second { "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 2" } else { "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1" };
    setting.page.add(&Paragraph::new(title).center().bold().size(15.0).zone(Zone::Title).before(2.0).after(2.0));
    for ground in [
        "Căn cứ Luật Lý lịch tư pháp ngày 17 tháng 6 năm 2009;",
        "Căn cứ hồ sơ, dữ liệu lý lịch tư pháp đang được quản lý,",
    ] {
        setting.page.text(&format!("~{ground}~"));
    }
    setting.page.center("*XÁC NHẬN:*", 13.5);
    setting.page.gap(1.5);
    let page = &mut setting.page;
    page.field("1. Họ và tên:", &format!("*{}*", person.name.to_uppercase()));
    page.field("2. Giới tính:", person.sex.word());
    page.field("3. Ngày, tháng, năm sinh:", &person.birth.slashed());
    page.field("4. Nơi sinh:", &person.origin.full_name_on(person.birth));
    page.field("5. Quốc tịch:", "Việt Nam");
    page.field("6. Nơi thường trú:", &person.address);
    page.field("7. Nơi tạm trú:", "Không");
    page.field("8. Số định danh cá nhân/CCCD:", &person.identity_paper());
    page.field("9. Tình trạng án tích:", "Không có án tích");
    let ban = "Thông tin về cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp, hợp tác xã:";
    page.field(
        &format!("10. {ban}"),
        "Không bị cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp, hợp tác xã theo quyết định của Tòa án",
    );
    let maker = people::name(&mut setting.random, person.sex, false);
    setting.page.text(&format!("~Người lập phiếu: {maker}~"));
    let fields = setting.signed_by(&office, &[]);
    Fields { number: Some(format!("{number}{symbol}")), subject: Some(title.to_owned()), ..owned(fields, &person) }
}

fn certificate_title(setting: &mut Setting, office: &Office, first: &str, second: &str) {
    let place = office.place.clone();
    let head = Head {
        parent: &office.parent,
        issuer: &office.name,
        number: None,
        about: None,
        place: Some((&place, setting.date)),
    };
    setting.page.head(&head);
    setting.page.add(&Paragraph::new(first).center().bold().size(16.0).zone(Zone::Title));
    setting.page.add(&Paragraph::new(second).center().bold().size(16.0).zone(Zone::Title).after(1.5));
}

fn identity(setting: &mut Setting, person: &Person) {
    let page = &mut setting.page;
    page.fields(&[
        Field { label: "Họ và tên:", value: &format!("*{}*", person.name.to_uppercase()), share: 1.9 },
        Field { label: "Giới tính:", value: person.sex.word(), share: 1.0 },
    ]);
    page.fields(&[
        Field { label: "Sinh ngày:", value: &person.birth.slashed(), share: 1.3 },
        Field { label: "Dân tộc:", value: person.ethnicity, share: 1.0 },
        Field { label: "Quốc tịch:", value: "Việt Nam", share: 1.2 },
    ]);
    page.field("Số định danh cá nhân:", &person.id);
    page.field("Nơi thường trú:", &person.address);
}

fn trades(setting: &mut Setting, (least, most): (i64, i64)) -> Vec<Vec<String>> {
    let count = setting.random.between(least, most) as usize;
    let chosen = setting.random.some(TRADES, count);
    let row = |(at, (name, code)): (usize, &&(&str, &str))| {
        vec![(at + 1).to_string(), (*name).to_owned(), (*code).to_owned()]
    };
    chosen.iter().enumerate().map(row).collect()
}

const TRADE_NAMES: &[&str] = &[
    "TẠP HÓA",
    "QUÁN ĂN",
    "CÀ PHÊ",
    "CỬA HÀNG VẬT LIỆU XÂY DỰNG",
    "TIỆM MAY",
    "NHÀ TRỌ",
    "CƠ SỞ CƠ KHÍ",
    "CỬA HÀNG ĐIỆN MÁY",
    "NHÀ THUỐC",
];
/// Trades with their codes (VSIC 2018).
const TRADES: &[(&str, &str)] = &[
    ("Bán lẻ lương thực, thực phẩm, đồ uống trong các cửa hàng kinh doanh tổng hợp", "4711"),
    ("Nhà hàng và các dịch vụ ăn uống phục vụ lưu động", "5610"),
    ("Dịch vụ phục vụ đồ uống", "5630"),
    ("Bán buôn vật liệu, thiết bị lắp đặt khác trong xây dựng", "4663"),
    ("May trang phục (trừ trang phục từ da lông thú)", "1410"),
    ("Dịch vụ lưu trú ngắn ngày", "5510"),
    ("Gia công cơ khí; xử lý và tráng phủ kim loại", "2592"),
    ("Bán lẻ thuốc, dụng cụ y tế, mỹ phẩm và vật phẩm vệ sinh", "4772"),
    ("Vận tải hàng hóa bằng đường bộ", "4933"),
    ("Cắt tóc, làm đầu, gội đầu", "9631"),
];

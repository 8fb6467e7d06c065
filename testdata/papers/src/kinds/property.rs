//! Plots of land: the certificate of land use rights and the contract that transfers them.

use super::{Setting, owned};
use crate::compose::text::Paragraph;
use crate::compose::{Signer, Table};
use crate::office::Body;
use crate::people::{Person, Sex};
use crate::sheet::{BLACK, Mark, RED, Zone};
use crate::spoken;
use crate::truth::Fields;

/// A plot of land.
pub(super) struct Plot {
    pub number: i64,
    pub map: i64,
    pub square: i64,
    tenth: i64,
    pub address: String,
    pub serial: String,
    pub register: String,
    purpose: &'static str,
    term: &'static str,
    origin: &'static str,
}

impl Plot {
    pub fn any(setting: &mut Setting) -> Self {
        let address = setting.commune.with_province();
        let random = &mut setting.random;
        let (purpose, term) = *random.pick(&[
            ("Đất ở tại đô thị (ODT)", "Lâu dài"),
            ("Đất ở tại nông thôn (ONT)", "Lâu dài"),
            ("Đất trồng cây lâu năm (CLN)", "Đến ngày 15/10/2063"),
            ("Đất chuyên trồng lúa (LUC)", "Đến ngày 01/7/2064"),
        ]);
        let series = *random.pick(&["AA", "AB", "CS", "DĐ", "BX", "DK"]);
        let digits = if series.starts_with('A') { 8 } else { 6 };
        Self {
            number: random.between(12, 1480),
            map: random.between(2, 96),
            square: random.between(64, 1900),
            tenth: random.between(0, 9),
            address,
            serial: format!("{series} {}", random.digits(digits)),
            register: format!("{}{:05}", random.pick(&["CS", "CH", "CN", "VP"]), random.between(120, 28_000)),
            purpose,
            term,
            origin: *random.pick(&[
                "Nhận chuyển nhượng đất được Công nhận quyền sử dụng đất như giao đất có thu tiền sử dụng đất",
                "Công nhận quyền sử dụng đất như giao đất không thu tiền sử dụng đất",
                "Nhận tặng cho đất được Nhà nước giao đất có thu tiền sử dụng đất",
            ]),
        }
    }

    /// `128,5`.
    pub fn area(&self) -> String {
        format!("{},{}", self.square, self.tenth)
    }

    fn spoken_area(&self) -> String {
        format!("{} phẩy {} mét vuông", spoken::capitalized(self.square as u64), spoken::number(self.tenth as u64))
    }
}

/// Giấy chứng nhận quyền sử dụng đất, on the pale paper of certificates.
pub(super) fn land_certificate(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    setting.page.look.by_hand = false;
    let body = if setting.random.chance(0.5) {
        Body::Land
    } else {
        Body::Department("Sở Nông nghiệp và Môi trường")
    };
    let office = setting.office(body);
    let owner = setting.adult();
    let spouse_sex = if owner.sex == Sex::Man { Sex::Woman } else { Sex::Man };
    let spouse = setting.random.chance(0.6).then(|| setting.person(spouse_sex, (24, 70)));
    let plot = Plot::any(setting);
    face(setting, &plot);
    holders(setting, &owner, spouse.as_ref());
    let page = &mut setting.page;
    page.add(&Paragraph::new("*2. Thông tin thửa đất:*").before(2.0).after(1.0));
    page.field_at(6.0, "a) Thửa đất số:", &format!("{}; tờ bản đồ số: {}", plot.number, plot.map));
    page.field_at(6.0, "b) Diện tích:", &format!("{} m² (Bằng chữ: {})", plot.area(), plot.spoken_area()));
    page.field_at(6.0, "c) Loại đất:", plot.purpose);
    page.field_at(6.0, "d) Thời hạn sử dụng đất:", plot.term);
    page.field_at(
        6.0,
        "đ) Hình thức sử dụng đất:",
        if spouse.is_some() { "Sử dụng chung của vợ và chồng" } else { "Sử dụng riêng" },
    );
    page.field_at(6.0, "e) Địa chỉ:", &plot.address);
    page.field_at(6.0, "g) Nguồn gốc sử dụng đất:", plot.origin);
    page.add(&Paragraph::new("*3. Thông tin tài sản gắn liền với đất:* -/-").before(2.0).after(1.0));
    page.add(&Paragraph::new("*4. Ghi chú:* Không").after(3.0));
    let dated = setting.page.dated(&office.place, setting.date);
    setting.page.add(&Paragraph::new(&dated).right().italic());
    let fields = setting.signed_by(&office, &[]);
    setting
        .page
        .add(&Paragraph::new(&format!("Số vào sổ cấp Giấy chứng nhận: {}", plot.register)).size(12.0).zone(Zone::Note));
    setting.page.next_sheet();
    plan(setting, &plot);
    let fields = Fields { number: Some(plot.register.clone()), subject: Some(plot_words(&plot)), ..fields };
    Fields { other_owner: spouse.map(|person| person.id), ..owned(fields, &owner) }
}

fn plot_words(plot: &Plot) -> String {
    format!("Thửa đất số {}, tờ bản đồ số {}, {}", plot.number, plot.map, plot.address)
}

fn face(setting: &mut Setting, plot: &Plot) {
    let seed = setting.random.bits();
    let (left, right) = (12.0, 198.0);
    let sheet = setting.page.sheet();
    sheet.marks.push(Mark::Waves { ink: [244, 222, 214], seed });
    for (inset, width) in [(0.0, 0.9), (2.0, 0.3)] {
        let place = [left + inset, 12.0 + inset, right - left - 2.0 * inset, 273.0 - 2.0 * inset];
        sheet.marks.push(Mark::Frame { place, width, ink: [196, 70, 64], angle: 0.0 });
    }
    setting.page.gap(-2.0);
    setting.page.motto_alone();
    let title = "GIẤY CHỨNG NHẬN";
    let style = |text| Paragraph::new(text).center().bold().ink(RED).zone(Zone::Title);
    setting.page.add(&style(title).size(21.0));
    setting.page.add(&style("QUYỀN SỬ DỤNG ĐẤT,").size(15.0));
    setting.page.add(&style("QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT").size(15.0).after(2.0));
    setting
        .page
        .add(&Paragraph::new(&plot.serial).right().bold().size(14.0).ink([150, 30, 34]).zone(Zone::Note).after(2.0));
}

fn holders(setting: &mut Setting, owner: &Person, spouse: Option<&Person>) {
    let page = &mut setting.page;
    page.add(&Paragraph::new("*1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:*").after(1.0));
    for person in std::iter::once(owner).chain(spouse) {
        let text = format!(
            "{}: ^*{}*^, sinh năm {}, CCCD số: ^{}^",
            person.sex.address(),
            person.name.to_uppercase(),
            person.birth.year,
            person.id
        );
        page.add(&Paragraph::new(&text).indent(6.0).after(1.0));
    }
    page.field_at(6.0, "Địa chỉ thường trú:", &owner.address);
}

/// The plan of the plot with the lengths of its edges, and changes after issue.
fn plan(setting: &mut Setting, plot: &Plot) {
    setting.page.add(&Paragraph::new("*5. Sơ đồ thửa đất, tài sản gắn liền với đất*").zone(Zone::Title).after(2.0));
    let top = setting.page.y + 6.0;
    let deep = setting.random.real(46.0, 66.0);
    let wide = setting.random.real(32.0, 58.0);
    let left = setting.page.middle() - wide / 2.0;
    let mut shake = || setting.random.real(-7.0, 7.0);
    let corners = [
        (left + shake(), top + shake().abs()),
        (left + wide + shake(), top + shake().abs()),
        (left + wide + shake(), top + deep),
        (left + shake(), top + deep + shake().abs()),
    ];
    let scale = ((plot.square as f32) / (deep * wide)).sqrt();
    let mut rows = Vec::new();
    for side in 0..4 {
        let (from, to) = (corners[side], corners[(side + 1) % 4]);
        setting.page.sheet().marks.push(Mark::Rule { from, to, width: 0.4, ink: BLACK });
        let length = format!("{:.2}", (to.0 - from.0).hypot(to.1 - from.1) * scale).replace('.', ",");
        rows.push(vec![format!("{} - {}", side + 1, (side + 1) % 4 + 1), length]);
    }
    setting.page.y = top + deep + 14.0;
    setting.page.center("~Tỷ lệ 1:500. Chiều dài các cạnh tính bằng mét.~", 11.5);
    setting.page.gap(2.0);
    let table =
        Table {
            shares: &[1.0, 1.0], head: &["Cạnh", "Chiều dài (m)"], rows: &rows, centered: &[0, 1], points: 12.0
        };
    setting.page.table(&table);
    setting.page.add(&Paragraph::new("*6. Những thay đổi sau khi cấp Giấy chứng nhận:*").before(3.0).after(1.5));
    let rows: Vec<Vec<String>> = (0..4).map(|_| vec![String::new(), String::new()]).collect();
    let head = ["Nội dung thay đổi và cơ sở pháp lý", "Xác nhận của cơ quan có thẩm quyền"];
    setting.page.table(&Table { shares: &[3.0, 2.0], head: &head, rows: &rows, centered: &[], points: 12.0 });
}

/// Hợp đồng chuyển nhượng quyền sử dụng đất with the notary's certification: three pages or so.
pub(super) fn transfer_contract(setting: &mut Setting) -> Fields {
    let (seller, buyer) = (setting.adult(), setting.adult());
    let plot = Plot::any(setting);
    let price = setting.random.between(9, 90) as u64 * 50_000_000;
    setting.page.motto_alone();
    let title = "HỢP ĐỒNG CHUYỂN NHƯỢNG QUYỀN SỬ DỤNG ĐẤT";
    setting.page.add(&Paragraph::new(title).center().bold().size(15.0).zone(Zone::Title).before(2.0).after(3.0));
    let place = setting.commune.name.clone();
    setting
        .page
        .text(&format!("Hôm nay, ngày {}, tại Văn phòng công chứng {place}, chúng tôi gồm có:", setting.date.long()));
    party(setting, "BÊN CHUYỂN NHƯỢNG (Bên A):", &seller);
    party(setting, "BÊN NHẬN CHUYỂN NHƯỢNG (Bên B):", &buyer);
    setting.page.text("Hai bên đồng ý thực hiện việc chuyển nhượng quyền sử dụng đất theo các thỏa thuận sau đây:");
    articles(setting, &plot, price);
    let lines = [vec!["BÊN A".to_owned()], vec!["BÊN B".to_owned()]];
    let note = Some("(Ký, điểm chỉ và ghi rõ họ tên)");
    let signers = [
        Signer { dated: None, lines: &lines[0], note, name: &seller.name, signed: true, seal: None },
        Signer { dated: None, lines: &lines[1], note, name: &buyer.name, signed: true, seal: None },
    ];
    setting.page.sign_together(&signers);
    let number = certification(setting, &seller, &buyer);
    Fields { subject: Some(plot_words(&plot)), number: Some(number.0), ..owned(number.1, &buyer) }
}

fn party(setting: &mut Setting, title: &str, person: &Person) {
    let page = &mut setting.page;
    page.add(&Paragraph::new(title).bold().before(1.5).after(1.0));
    page.field(
        &format!("{}:", person.sex.address()),
        &format!("*{}*, sinh ngày {}", person.name.to_uppercase(), person.birth.slashed()),
    );
    page.field(
        &format!("{} số:", person.card()),
        &format!("{} do {} cấp ngày {}", person.id, person.card_issuer(), person.id_issued.slashed()),
    );
    page.field("Nơi thường trú:", &person.address);
}

fn articles(setting: &mut Setting, plot: &Plot, price: u64) {
    let tax = setting.random.chance(0.7);
    let texts = [
        ("ĐIỀU 1. QUYỀN SỬ DỤNG ĐẤT CHUYỂN NHƯỢNG", format!("Quyền sử dụng đất của Bên A đối với thửa đất số {}, tờ bản đồ số {}, diện tích {} m² ({}), mục đích sử dụng: {}, thời hạn: {}, địa chỉ: {}, theo Giấy chứng nhận số phát hành {}, số vào sổ cấp GCN: {}.", plot.number, plot.map, plot.area(), plot.spoken_area(), plot.purpose, plot.term, plot.address, plot.serial, plot.register)),
        ("ĐIỀU 2. GIÁ CHUYỂN NHƯỢNG VÀ PHƯƠNG THỨC THANH TOÁN", format!("Giá chuyển nhượng: {} đồng (bằng chữ: {} đồng). Bên B thanh toán cho Bên A bằng chuyển khoản, chia làm hai lần: lần thứ nhất ngay sau khi ký hợp đồng này, lần thứ hai khi Bên A giao đủ giấy tờ bản chính. Việc giao nhận số tiền trên do hai bên tự thực hiện và chịu trách nhiệm trước pháp luật.", spoken::grouped(price), spoken::capitalized(price))),
        ("ĐIỀU 3. VIỆC GIAO ĐẤT VÀ ĐĂNG KÝ QUYỀN SỬ DỤNG ĐẤT", "Bên A có nghĩa vụ giao thửa đất nêu tại Điều 1 cùng toàn bộ giấy tờ về quyền sử dụng đất cho Bên B trong thời hạn 15 ngày kể từ ngày hợp đồng được công chứng. Bên B có nghĩa vụ thực hiện đăng ký quyền sử dụng đất tại cơ quan có thẩm quyền theo quy định của pháp luật.".to_owned()),
        ("ĐIỀU 4. TRÁCH NHIỆM NỘP THUẾ, LỆ PHÍ", format!("Thuế thu nhập cá nhân do Bên {} nộp; lệ phí trước bạ và phí thẩm định hồ sơ do Bên B nộp theo thông báo của cơ quan thuế.", if tax { "A" } else { "B" })),
        ("ĐIỀU 5. PHƯƠNG THỨC GIẢI QUYẾT TRANH CHẤP", "Trong quá trình thực hiện hợp đồng, nếu phát sinh tranh chấp, các bên cùng nhau thương lượng giải quyết trên nguyên tắc tôn trọng quyền lợi của nhau; trường hợp không giải quyết được thì một trong hai bên có quyền khởi kiện để yêu cầu Tòa án có thẩm quyền giải quyết.".to_owned()),
        ("ĐIỀU 6. CAM ĐOAN CỦA CÁC BÊN", "Bên A cam đoan thửa đất thuộc trường hợp được chuyển nhượng, tại thời điểm giao kết không có tranh chấp, không bị kê biên để bảo đảm thi hành án. Bên B cam đoan đã xem xét kỹ, biết rõ về thửa đất và giấy tờ về quyền sử dụng đất. Hợp đồng được giao kết hoàn toàn tự nguyện, không bị lừa dối hoặc ép buộc.".to_owned()),
    ];
    for (heading, text) in &texts {
        setting.page.keep(16.0);
        setting.page.add(&Paragraph::new(heading).center().bold().before(1.5).after(1.0));
        setting.page.text(text);
    }
}

/// The notary's certification: its number and the fields of who signed it.
fn certification(setting: &mut Setting, seller: &Person, buyer: &Person) -> (String, Fields) {
    let sex = Sex::any(&mut setting.random, 0.5);
    let notary = crate::people::name(&mut setting.random, sex, false);
    let place = setting.commune.name.clone();
    let number = setting.serial(4000);
    setting.page.keep(120.0);
    setting.page.add(
        &Paragraph::new("LỜI CHỨNG CỦA CÔNG CHỨNG VIÊN")
            .center()
            .bold()
            .size(14.0)
            .zone(Zone::Title)
            .before(6.0)
            .after(2.0),
    );
    setting.page.text(&format!("Hôm nay, ngày {}, tại trụ sở Văn phòng công chứng {place}, tôi, ^{notary}^, công chứng viên, ký tên dưới đây, chứng nhận: Hợp đồng chuyển nhượng quyền sử dụng đất này được giao kết giữa Bên A là {} {} và Bên B là {} {}; các bên đã tự nguyện thỏa thuận, có năng lực hành vi dân sự theo quy định của pháp luật và đã ký vào từng trang của hợp đồng trước mặt tôi.", setting.date.long(), seller.sex.address().to_lowercase(), seller.name, buyer.sex.address().to_lowercase(), buyer.name));
    let book = format!("Quyển số: {:02} TP/CC-SCC/HĐGD", setting.random.between(1, 24));
    setting.page.field("Số công chứng:", &format!("{number}/{}; {book}", setting.date.year));
    let lines = ["CÔNG CHỨNG VIÊN".to_owned()];
    let seal = crate::compose::SealText {
        upper: format!("VĂN PHÒNG CÔNG CHỨNG {}", place.to_uppercase()),
        lower: setting.commune.province.heading_on(setting.date),
        emblem: false,
    };
    let signer = Signer { dated: None, lines: &lines, note: None, name: &notary, signed: true, seal: Some(seal) };
    setting.page.sign(&[], &signer);
    let fields = Fields {
        issued: Some(setting.date),
        issuer: Some(format!("Văn phòng công chứng {place}")),
        signer: Some(notary.clone()),
        signer_title: Some(lines[0].clone()),
        authority: lines.to_vec(),
        ..Fields::default()
    };
    (format!("{number}/{}", setting.date.year), fields)
}

//! Land and building: application for a change, building permit.

use super::property::Plot;
use super::{Setting, owned};
use crate::compose::text::Paragraph;
use crate::compose::{Head, Signer};
use crate::kinds::phrases;
use crate::office::Body;
use crate::people::Company;
use crate::sheet::Zone;
use crate::spoken;
use crate::truth::Fields;

/// Đơn đăng ký biến động đất đai, tài sản gắn liền với đất (Mẫu số 18).
pub(super) fn change_application(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    let owner = setting.adult();
    let plot = Plot::any(setting);
    let serial = plot.serial.clone();
    let granted = setting.earlier((400, 4000));
    setting.page.add(&Paragraph::new("Mẫu số 18").right().italic().size(11.0).zone(Zone::Note));
    setting.page.motto_alone();
    let title = "ĐƠN ĐĂNG KÝ BIẾN ĐỘNG ĐẤT ĐAI, TÀI SẢN GẮN LIỀN VỚI ĐẤT";
    setting.page.add(&Paragraph::new(title).center().bold().size(14.0).zone(Zone::Title).before(1.0).after(3.0));
    let land = setting.office(Body::Land);
    setting.page.add(&Paragraph::new(&format!("Kính gửi: ^{}^", land.spoken)).center().after(2.0));
    let page = &mut setting.page;
    page.add(&Paragraph::new("*1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:*").after(1.0));
    page.field("a) Họ và tên:", &format!("*{}*", owner.name.to_uppercase()));
    page.field("b) Giấy tờ nhân thân:", &owner.identity_paper());
    page.field("c) Địa chỉ:", &owner.address);
    let telephone = owner.telephone(&mut setting.random);
    let page = &mut setting.page;
    page.field("d) Điện thoại liên hệ:", &telephone);
    page.add(&Paragraph::new("*2. Giấy chứng nhận đã cấp:*").before(1.0).after(1.0));
    page.field("2.1. Số vào sổ cấp Giấy chứng nhận:", &plot.register);
    page.field("2.2. Số phát hành Giấy chứng nhận:", &format!("{serial}; ngày cấp: {}", granted.slashed()));
    page.field(
        "2.3. Thửa đất:",
        &format!("số {}, tờ bản đồ số {}, diện tích {} m², tại {}", plot.number, plot.map, plot.area(), plot.address),
    );
    page.add(&Paragraph::new("*3. Nội dung biến động:*").before(1.0).after(1.0));
    let (change, reason) = *setting.random.pick(CHANGES);
    setting.page.text(&format!("- Nội dung trước khi biến động: ^{}^", reason_before(change)));
    setting.page.text(&format!("- Nội dung sau khi biến động: ^{change}^"));
    setting.page.field("4. Lý do biến động:", reason);
    setting.page.add(
        &Paragraph::new("*5. Tôi có nhu cầu cấp mới Giấy chứng nhận / xác nhận thay đổi trên Giấy chứng nhận.*")
            .after(1.0),
    );
    setting.page.add(&Paragraph::new("*6. Giấy tờ nộp kèm theo:*").after(1.0));
    let count = setting.random.between(3, 5) as usize;
    let papers: Vec<String> =
        setting.random.some(ENCLOSED, count).into_iter().map(|paper| (*paper).to_owned()).collect();
    for (at, paper) in papers.iter().enumerate() {
        setting.page.text(&format!("({}) {paper};", at + 1));
    }
    setting.page.text("Tôi xin cam đoan nội dung kê khai trên đơn là đúng sự thật, nếu sai tôi hoàn toàn chịu trách nhiệm trước pháp luật.");
    let dated = setting.page.dated(&setting.commune.name, setting.date);
    let lines = ["Người viết đơn".to_owned()];
    let note = Some("(Ký, ghi rõ họ tên)");
    let signer = Signer { dated: Some(dated), lines: &lines, note, name: &owner.name, signed: true, seal: None };
    setting.page.sign(&[], &signer);
    let fields = Fields {
        issued: Some(setting.date),
        signer: Some(owner.name.clone()),
        signer_title: Some(lines[0].clone()),
        authority: lines.to_vec(),
        subject: Some(change.to_owned()),
        ..Fields::default()
    };
    owned(fields, &owner)
}

fn reason_before(change: &str) -> &'static str {
    if change.contains("chuyển mục đích") {
        "Đất trồng cây lâu năm"
    } else {
        "Theo Giấy chứng nhận đã cấp nêu trên"
    }
}

/// Giấy phép xây dựng for a house of one's own.
pub(super) fn building_permit(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    let office = setting.office(if setting.commune.rank == "phường" { Body::Committee } else { Body::Economy });
    let owner = setting.adult();
    let plot = Plot::any(setting);
    let number = setting.serial(500);
    let symbol = "/GPXD";
    let place = office.place.clone();
    let head = Head {
        parent: &office.parent,
        issuer: &office.name,
        number: Some((&number, symbol)),
        about: None,
        place: Some((&place, setting.date)),
    };
    setting.page.head(&head);
    setting.page.add(&Paragraph::new("GIẤY PHÉP XÂY DỰNG").center().bold().size(16.0).zone(Zone::Title));
    setting.page.add(&Paragraph::new("(Sử dụng cho nhà ở riêng lẻ)").center().italic().zone(Zone::Title).after(2.5));
    let address = owner.sex.address();
    setting.page.text(&format!("*1. Cấp cho:* {} ^*{}*^", address.to_lowercase(), owner.name.to_uppercase()));
    setting.page.field("Số định danh cá nhân:", &owner.id);
    setting.page.field("Địa chỉ thường trú:", &owner.address);
    let designer = Company::any(&mut setting.random, &setting.commune);
    setting.page.text("*2. Được phép xây dựng công trình:* nhà ở riêng lẻ");
    setting.page.text(&format!(
        "- Theo thiết kế: ký hiệu KT-{:02}/{} do: {} lập.",
        setting.random.between(1, 60),
        setting.date.year,
        designer.name
    ));
    building(setting, &plot);
    setting.page.text(&format!(
        "*3. Giấy tờ về quyền sử dụng đất:* Giấy chứng nhận quyền sử dụng đất số phát hành {}, số vào sổ {}.",
        plot.serial, plot.register
    ));
    setting.page.text("*4.* Giấy phép này có hiệu lực khởi công xây dựng trong thời hạn 12 tháng kể từ ngày cấp; quá thời hạn trên thì phải đề nghị gia hạn giấy phép xây dựng.");
    let recipients =
        ["- Như trên;".to_owned(), "- Thanh tra xây dựng;".to_owned(), format!("- Lưu: VT, {}.", office.symbol)];
    let fields = setting.signed_by(&office, &recipients);
    setting.page.next_sheet();
    conditions(setting);
    let valid_until = Some(setting.date.plus_years(1));
    Fields { number: Some(format!("{number}{symbol}")), valid_until, ..owned(fields, &owner) }
}

fn building(setting: &mut Setting, plot: &Plot) {
    let storeys = setting.random.between(1, 5);
    let ground = (plot.square / 10 * setting.random.between(5, 8)).max(40);
    let total = ground * storeys;
    let height = storeys * 36 + setting.random.between(2, 20);
    let setback = setting.random.between(24, 60);
    let lines = [
        format!("- Vị trí xây dựng: thửa đất số {}, tờ bản đồ số {}, {}.", plot.number, plot.map, plot.address),
        format!(
            "- Cốt nền xây dựng công trình: +0,{} m so với mặt đường hiện hữu; mật độ xây dựng: {} %; hệ số sử dụng đất: {},{} lần.",
            setting.random.between(15, 60),
            setting.random.between(52, 90),
            storeys,
            setting.random.between(0, 9)
        ),
        format!("- Chỉ giới đường đỏ, chỉ giới xây dựng: cách tim đường {},{} m.", setback / 10, setback % 10),
        format!(
            "- Diện tích xây dựng (tầng 1): {ground},{} m²; tổng diện tích sàn: {total},{} m².",
            setting.random.between(0, 9),
            setting.random.between(0, 9)
        ),
        format!(
            "- Chiều cao công trình: {},{} m; số tầng: {:02} ({}).",
            height / 10,
            height % 10,
            storeys,
            spoken::number(storeys as u64)
        ),
        format!(
            "- Kết cấu: móng, khung, sàn bê tông cốt thép; tường gạch; mái {}.",
            setting.random.pick(&["tôn", "bê tông cốt thép", "ngói"])
        ),
    ];
    for line in &lines {
        setting.page.text(line);
    }
}

fn conditions(setting: &mut Setting) {
    setting.page.center("*CHỦ ĐẦU TƯ PHẢI THỰC HIỆN CÁC NỘI DUNG SAU ĐÂY:*", 13.0);
    setting.page.gap(2.0);
    let duties = [
        "Phải hoàn toàn chịu trách nhiệm trước pháp luật nếu xâm phạm các quyền hợp pháp của các chủ sở hữu liền kề.",
        "Phải thực hiện đúng các quy định của pháp luật về đất đai, về đầu tư xây dựng và Giấy phép xây dựng này.",
        "Phải thông báo ngày khởi công bằng văn bản đến cơ quan cấp phép xây dựng trước khi khởi công xây dựng công trình.",
        "Xuất trình Giấy phép xây dựng cho cơ quan có thẩm quyền khi được yêu cầu theo quy định của pháp luật và treo biển báo tại địa điểm xây dựng.",
        "Khi điều chỉnh thiết kế làm thay đổi nội dung Giấy phép xây dựng thì phải đề nghị điều chỉnh và chờ quyết định của cơ quan cấp giấy phép.",
    ];
    for (at, duty) in duties.iter().enumerate() {
        setting.page.text(&format!("{}. {duty}", at + 1));
    }
    let note = phrases::sentence(&mut setting.random, setting.date);
    setting.page.text(&format!("~Ghi chú:~ {note}"));
}

const CHANGES: &[(&str, &str)] = &[
    (
        "Nhận chuyển nhượng toàn bộ quyền sử dụng đất và tài sản gắn liền với đất",
        "Chuyển nhượng theo hợp đồng đã công chứng",
    ),
    ("Nhận tặng cho quyền sử dụng đất từ cha mẹ ruột", "Tặng cho quyền sử dụng đất"),
    ("Xin chuyển mục đích sang đất ở tại nông thôn một phần diện tích", "Nhu cầu xây dựng nhà ở của gia đình"),
    ("Nhận thừa kế quyền sử dụng đất theo văn bản thỏa thuận phân chia di sản", "Thừa kế theo pháp luật"),
    ("Thay đổi số căn cước và địa chỉ của người sử dụng đất", "Cấp đổi thẻ căn cước, sắp xếp đơn vị hành chính"),
    ("Bổ sung tài sản gắn liền với đất là nhà ở riêng lẻ một tầng", "Đã hoàn thành việc xây dựng nhà ở"),
];
const ENCLOSED: &[&str] = &[
    "Bản gốc Giấy chứng nhận đã cấp",
    "Hợp đồng chuyển nhượng quyền sử dụng đất đã được công chứng",
    "Mảnh trích đo bản đồ địa chính thửa đất",
    "Tờ khai thuế thu nhập cá nhân",
    "Tờ khai lệ phí trước bạ nhà, đất",
    "Giấy xác nhận tình trạng hôn nhân",
    "Văn bản thỏa thuận về tài sản của vợ chồng",
];

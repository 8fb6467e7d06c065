//! The papers of the one-stop counter (Circulars 01/2018 and 03/2025/TT-VPCP), with a bar code of
//! the dossier.

use super::{Setting, owned};
use crate::calendar::Date;
use crate::compose::text::Paragraph;
use crate::compose::{Head, Signer};
use crate::kinds::phrases;
use crate::office::{Body, Office};
use crate::people::{self, Person};
use crate::separators::stamp;
use crate::sheet::{Symbology, Zone};
use crate::truth::Fields;

/// A procedure at the counter.
struct Procedure {
    name: &'static str,
    papers: &'static [&'static str],
    days: i64,
}

/// Giấy tiếp nhận hồ sơ và hẹn trả kết quả (Mẫu số 01).
pub(super) fn receipt(setting: &mut Setting) -> Fields {
    setting.page.look = setting.page.look.form();
    let office = setting.office(Body::Center);
    let applicant = setting.adult();
    let procedure = setting.random.pick(PROCEDURES);
    let dossier = setting.dossier.clone();
    let form = head(setting, &office, Some("/TNHS"));
    codes(setting, &dossier);
    setting.page.add(
        &Paragraph::new("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ")
            .center()
            .bold()
            .size(14.0)
            .zone(Zone::Title)
            .before(2.0),
    );
    setting.page.add(&Paragraph::new(&format!("Mã hồ sơ: ^*{dossier}*^")).center().before(1.5).after(3.0));
    setting.page.text(&office.spoken);
    asker(setting, &applicant, "Tiếp nhận hồ sơ của:", procedure);
    setting.page.text("Thành phần hồ sơ nộp gồm:");
    for (at, paper) in procedure.papers.iter().enumerate() {
        setting.page.text(&format!(
            "{}. {paper} (01 {})",
            at + 1,
            setting.random.pick(&["bản chính", "bản sao", "bản chụp"])
        ));
    }
    let taken = received(&dossier, setting.date);
    let due = taken.plus_days(procedure.days * 7 / 5).working();
    let (hour, minute) = (setting.random.between(7, 16), setting.random.between(0, 59));
    let page = &mut setting.page;
    page.field("Số lượng hồ sơ:", "01 (bộ)");
    page.field("Thời gian giải quyết hồ sơ theo quy định là:", &format!("{:02} ngày làm việc", procedure.days));
    page.field("Thời gian nhận hồ sơ:", &format!("{hour:02} giờ {minute:02} phút, ngày {}", taken.long()));
    page.field("Thời gian trả kết quả giải quyết hồ sơ:", &format!("16 giờ 30 phút, ngày {}", due.long()));
    page.field("Đăng ký nhận kết quả tại:", "Bộ phận tiếp nhận và trả kết quả");
    let (book, row) = (setting.random.between(1, 6), setting.random.between(1, 900));
    setting.page.field("Vào Sổ theo dõi hồ sơ, Quyển số:", &format!("{book:02} Số thứ tự: {row}"));
    let clerk = people::name(&mut setting.random, applicant.sex, false);
    let lines = [vec!["NGƯỜI NỘP HỒ SƠ".to_owned()], vec!["NGƯỜI TIẾP NHẬN HỒ SƠ".to_owned()]];
    let note = Some("(Ký và ghi rõ họ tên)");
    let seal = setting.random.chance(0.4).then(|| office.seal.clone());
    let signers = [
        Signer { dated: None, lines: &lines[0], note, name: &applicant.name, signed: true, seal: None },
        Signer { dated: None, lines: &lines[1], note, name: &clerk, signed: true, seal },
    ];
    setting.page.sign_together(&signers);
    let fields = Fields {
        signer: Some(clerk.clone()),
        signer_title: Some("NGƯỜI TIẾP NHẬN HỒ SƠ".to_owned()),
        authority: lines[1].clone(),
        number: Some(form),
        subject: Some(procedure.name.to_owned()),
        dossier: Some(dossier),
        ..setting.issued_by(&office)
    };
    owned(fields, &applicant)
}

/// Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (Mẫu số 02).
pub(super) fn completion(setting: &mut Setting) -> Fields {
    let (office, applicant) = (setting.office(Body::Center), setting.adult());
    let procedure = setting.random.pick(PROCEDURES);
    let number = head(setting, &office, Some("/HDHS"));
    title(setting, &["PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"]);
    let dossier = setting.dossier.clone();
    setting.page.field("Mã hồ sơ:", &dossier);
    asker(setting, &applicant, "Hồ sơ của:", procedure);
    setting.page.text("*Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:*");
    let count = setting.random.between(2, 3) as usize;
    let papers: Vec<&str> = setting.random.some(procedure.papers, count).into_iter().copied().collect();
    for (at, paper) in papers.iter().enumerate() {
        let lack = *setting.random.pick(LACKS);
        setting.page.text(&format!("{}. {paper}: {lack}.", at + 1));
    }
    let reason = phrases::sentence(&mut setting.random, setting.date);
    setting.page.text(&format!("*Lý do:* Hồ sơ chưa đáp ứng yêu cầu theo quy định hiện hành. {reason}"));
    setting.page.text("Trong quá trình hoàn thiện hồ sơ nếu có vướng mắc, ông (bà) liên hệ với công chức hướng dẫn để được giải đáp. Thời hạn bổ sung là 30 ngày kể từ ngày nhận được phiếu này; quá thời hạn trên, hồ sơ được trả lại theo quy định.");
    close(setting, &office, &applicant, known(number, procedure, Some(dossier)))
}

/// Phiếu từ chối tiếp nhận giải quyết hồ sơ (Mẫu số 03).
pub(super) fn refusal(setting: &mut Setting) -> Fields {
    let (office, applicant) = (setting.office(Body::Center), setting.adult());
    let procedure = setting.random.pick(PROCEDURES);
    let number = head(setting, &office, Some("/TCHS"));
    title(setting, &["PHIẾU TỪ CHỐI TIẾP NHẬN", "GIẢI QUYẾT HỒ SƠ"]);
    asker(setting, &applicant, "Tiếp nhận hồ sơ của:", procedure);
    setting
        .page
        .text(&format!("Qua xem xét, {} thông báo không tiếp nhận hồ sơ này với lý do cụ thể như sau:", office.spoken));
    let count = setting.random.between(1, 3) as usize;
    let reasons: Vec<&str> = setting.random.some(REFUSALS, count).into_iter().copied().collect();
    for reason in reasons {
        setting.page.text(&format!("- {reason};"));
    }
    let text = phrases::paragraph(&mut setting.random, setting.date, 2);
    setting.page.text(&text);
    setting.page.text("Xin thông báo cho ông (bà) được biết và thực hiện. Ông (bà) có quyền khiếu nại đối với việc từ chối tiếp nhận hồ sơ theo quy định của Luật Khiếu nại.");
    close(setting, &office, &applicant, known(number, procedure, None))
}

/// Phiếu xin lỗi và hẹn lại ngày trả kết quả.
pub(super) fn apology(setting: &mut Setting) -> Fields {
    let (office, applicant) = (setting.office(Body::Center), setting.adult());
    let procedure = setting.random.pick(PROCEDURES);
    let number = head(setting, &office, Some("/PXL"));
    title(setting, &["PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"]);
    setting.page.add(
        &Paragraph::new(&format!("Kính gửi: ^{} {}^", applicant.sex.address(), applicant.name)).center().after(2.0),
    );
    let dossier = setting.dossier.clone();
    let taken = received(&dossier, setting.date);
    let due = taken.plus_days(procedure.days * 7 / 5).working();
    let again = setting.date.max(due).plus_days(setting.random.between(3, 10)).working();
    let address = applicant.sex.address().to_lowercase();
    setting.page.text(&format!("Ngày {}, {} tiếp nhận giải quyết hồ sơ đề nghị ^{}^ của {address} ^{}^, số định danh ^{}^; mã số: ^{dossier}^.", taken.long(), office.spoken, procedure.name.to_lowercase(), applicant.name, applicant.id));
    setting.page.field("Thời gian hẹn trả kết quả:", &format!("ngày {}", due.long()));
    let reason = *setting.random.pick(DELAYS);
    setting.page.text(&format!("Tuy nhiên đến nay, chúng tôi chưa trả kết quả giải quyết hồ sơ của {address} đúng thời hạn đã hẹn. *Lý do:* {reason}."));
    setting.page.text(&format!("Sự chậm trễ này đã gây phiền hà, tốn kém thời gian, công sức của {address}. {} chân thành xin lỗi và sẽ trả kết quả giải quyết hồ sơ vào ngày ^{}^.", office.spoken, again.long()));
    setting.page.text(&format!("Mong nhận được sự thông cảm của {address} vì sự chậm trễ này./."));
    close(setting, &office, &applicant, known(number, procedure, Some(dossier)))
}

fn head(setting: &mut Setting, office: &Office, symbol: Option<&str>) -> String {
    let number = setting.serial(2400);
    let place = office.place.clone();
    let symbol = symbol.unwrap_or_default();
    let head = Head {
        parent: &office.parent,
        issuer: &office.name,
        number: Some((&number, symbol)),
        about: None,
        place: Some((&place, setting.date)),
    };
    setting.page.head(&head);
    format!("{number}{symbol}")
}

fn title(setting: &mut Setting, lines: &[&str]) {
    for (at, line) in lines.iter().enumerate() {
        let after = if at + 1 == lines.len() { 3.0 } else { 0.0 };
        setting.page.add(&Paragraph::new(line).center().bold().size(14.5).zone(Zone::Title).after(after));
    }
}

fn asker(setting: &mut Setting, person: &Person, label: &str, procedure: &Procedure) {
    let telephone = person.telephone(&mut setting.random);
    let plain = people::ascii(&person.name).to_lowercase();
    let email = format!("{}{}@thumau.vn", plain.split(' ').next_back().unwrap_or_default(), person.birth.year % 100);
    let page = &mut setting.page;
    page.field(label, &format!("*{}*", person.name.to_uppercase()));
    page.field("Số CCCD/MST:", &person.id);
    page.field("Địa chỉ:", &person.address);
    page.fields(&[
        crate::compose::Field { label: "Số điện thoại:", value: &telephone, share: 1.0 },
        crate::compose::Field { label: "Email:", value: &email, share: 1.2 },
    ]);
    page.field("Nội dung yêu cầu giải quyết:", procedure.name);
}

/// The foot, with what the procedure and the dossier add to the fields.
fn close(setting: &mut Setting, office: &Office, applicant: &Person, known: Fields) -> Fields {
    let recipients = ["- Như trên;".to_owned(), format!("- Lưu: VT, {}.", office.symbol)];
    let fields = setting.signed_by(office, &recipients);
    owned(Fields { number: known.number, subject: known.subject, dossier: known.dossier, ..fields }, applicant)
}

fn known(number: String, procedure: &Procedure, dossier: Option<String>) -> Fields {
    Fields { number: Some(number), subject: Some(procedure.name.to_owned()), dossier, ..Fields::default() }
}

/// The day in a dossier code, or another.
fn received(dossier: &str, otherwise: Date) -> Date {
    let digits = dossier.split('-').nth(1).unwrap_or_default();
    let part = |at: usize| digits.get(at..at + 2).and_then(|part| part.parse::<u32>().ok());
    match (part(0), part(2), part(4)) {
        (Some(year), Some(month), Some(day)) => Date::new(2000 + year as i32, month, day),
        _ => otherwise,
    }
}

/// The dossier for machines: Code 128 above the heading, a QR code in the top left corner, or both.
fn codes(setting: &mut Setting, dossier: &str) {
    let (bars, qr) =
        *setting.random.fork("codes").weighted(&[((true, false), 5), ((false, true), 4), ((true, true), 1)]);
    let width = 62.0;
    let (left, top) = (setting.page.middle() - width / 2.0, setting.page.y - 2.0);
    let sheet = setting.page.sheet();
    if bars {
        stamp(sheet, Symbology::Code128, dossier, [left, top, width, 10.0]);
    }
    if qr {
        stamp(sheet, Symbology::Qr, dossier, [12.0, 6.0, 16.0, 16.0]);
    }
    setting.page.gap(9.5);
}

const PROCEDURES: &[Procedure] = &[
    Procedure {
        name: "Đăng ký thường trú",
        papers: &[
            "Tờ khai thay đổi thông tin cư trú (Mẫu CT01)",
            "Giấy tờ chứng minh chỗ ở hợp pháp",
            "Văn bản đồng ý của chủ hộ, chủ sở hữu chỗ ở",
        ],
        days: 7,
    },
    Procedure {
        name: "Đăng ký biến động quyền sử dụng đất",
        papers: &[
            "Đơn đăng ký biến động đất đai (Mẫu số 18)",
            "Hợp đồng chuyển nhượng quyền sử dụng đất đã công chứng",
            "Bản gốc Giấy chứng nhận đã cấp",
            "Tờ khai thuế thu nhập cá nhân",
        ],
        days: 10,
    },
    Procedure {
        name: "Cấp giấy phép xây dựng nhà ở riêng lẻ",
        papers: &[
            "Đơn đề nghị cấp giấy phép xây dựng",
            "Giấy tờ chứng minh quyền sử dụng đất",
            "Hai bộ bản vẽ thiết kế xây dựng",
            "Bản cam kết bảo đảm an toàn công trình liền kề",
        ],
        days: 15,
    },
    Procedure {
        name: "Cấp bản sao trích lục hộ tịch",
        papers: &["Tờ khai cấp bản sao trích lục hộ tịch", "Giấy tờ tùy thân của người yêu cầu"],
        days: 3,
    },
    Procedure {
        name: "Đăng ký thành lập hộ kinh doanh",
        papers: &[
            "Giấy đề nghị đăng ký hộ kinh doanh",
            "Bản sao biên bản họp thành viên hộ gia đình",
            "Văn bản ủy quyền của thành viên cho chủ hộ",
        ],
        days: 3,
    },
    Procedure {
        name: "Công nhận hộ nghèo, hộ cận nghèo",
        papers: &["Giấy đề nghị công nhận hộ nghèo, hộ cận nghèo", "Phiếu rà soát thông tin của hộ gia đình"],
        days: 15,
    },
    Procedure {
        name: "Cấp Giấy xác nhận tình trạng hôn nhân",
        papers: &[
            "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân",
            "Bản án, quyết định ly hôn đã có hiệu lực pháp luật",
            "Giấy tờ chứng minh nơi cư trú",
        ],
        days: 3,
    },
];
const LACKS: &[&str] = &[
    "chưa có chữ ký của tất cả thành viên trong hộ",
    "bản chụp bị mờ, không đọc được số và ngày cấp",
    "thông tin về số định danh không khớp với Cơ sở dữ liệu quốc gia về dân cư",
    "cần bổ sung bản chính để đối chiếu",
    "kê khai chưa đúng mẫu quy định hiện hành",
    "thiếu trang 2 và phần xác nhận của cơ quan có thẩm quyền",
];
const REFUSALS: &[&str] = &[
    "Hồ sơ không thuộc thẩm quyền giải quyết của Ủy ban nhân dân cấp xã",
    "Thửa đất đang có tranh chấp, đã được Tòa án nhân dân thụ lý giải quyết",
    "Vị trí xin phép xây dựng nằm trong hành lang bảo vệ công trình thủy lợi",
    "Người nộp hồ sơ không có văn bản ủy quyền hợp lệ",
    "Nội dung yêu cầu đã được giải quyết tại hồ sơ nộp trước đó",
];
const DELAYS: &[&str] = &[
    "hồ sơ cần xác minh thực địa nhưng thời tiết mưa kéo dài, không thể đo đạc",
    "đang chờ ý kiến phối hợp bằng văn bản của cơ quan thuế",
    "hệ thống thông tin giải quyết thủ tục hành chính bị gián đoạn trong hai ngày",
    "cần đối chiếu lại sổ hộ tịch lưu tại cơ quan cũ trước khi sắp xếp đơn vị hành chính",
];

//! Records read from made-up pages.

use super::*;
use crate::classify::testing::Draft;
use crate::classify::{self, classify};

const PLACE: &str = "Bình Minh, ngày 05 tháng 01 năm 2020";

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn described(draft: Draft) -> Record {
    let classified = classify(draft.document(), &classify::Options::default());
    describe(classified, &Options::on(day("2026-11-03"))).record
}

fn text(field: Option<&Field<String>>) -> Option<&str> {
    field.map(|field| field.value.as_str())
}

fn motto(draft: Draft) -> Draft {
    draft.centered(1240.0, 200.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").centered(
        1240.0,
        262.0,
        "Độc lập - Tự do - Hạnh phúc",
    )
}

fn decision() -> Draft {
    Draft::new()
        .head(&["ỦY BAN NHÂN DÂN", "TỈNH BÌNH MINH"], "Số: 15/QĐ-UBND", PLACE)
        .centered(1240.0, 560.0, "QUYẾT ĐỊNH")
        .centered(1240.0, 622.0, "Về việc công nhận hộ nghèo, hộ cận nghèo")
        .centered(1240.0, 684.0, "trên địa bàn tỉnh năm 2020")
        .centered(1240.0, 800.0, "ỦY BAN NHÂN DÂN TỈNH BÌNH MINH")
        .line(400.0, 900.0, "Căn cứ Luật số 77/2015/QH13 ngày 19 tháng 6 năm 2015 của Quốc hội;")
        .centered(1240.0, 1100.0, "QUYẾT ĐỊNH:")
}

fn signed(draft: Draft) -> Draft {
    draft
        .row(2000.0, &[(300.0, "Nơi nhận:"), (1450.0, "TM. ỦY BAN NHÂN DÂN")])
        .row(2062.0, &[(300.0, "- Như Điều 3;"), (1550.0, "KT. CHỦ TỊCH")])
        .row(2124.0, &[(300.0, "- Lưu: VT."), (1530.0, "PHÓ CHỦ TỊCH")])
        .line(1500.0, 2300.0, "NHÂN DÂN xz *")
        .line(1520.0, 2480.0, "Nguyễn Văn Hoà")
}

#[test]
fn a_decision_is_read_zone_by_zone() {
    let record = described(signed(decision()));
    assert_eq!(text(record.title.as_ref()), Some("Quyết định"));
    assert_eq!(record.number.as_ref().map(|field| field.value.text.as_str()), Some("15/QĐ-UBND"));
    assert_eq!(record.issued.as_ref().map(|field| field.value), Some(day("2020-01-05")));
    assert_eq!(text(record.issuer.as_ref()), Some("ỦY BAN NHÂN DÂN TỈNH BÌNH MINH"));
    assert_eq!(
        text(record.subject.as_ref()),
        Some("Về việc công nhận hộ nghèo, hộ cận nghèo trên địa bàn tỉnh năm 2020")
    );
    assert_eq!(text(record.signer.as_ref()), Some("Nguyễn Văn Hòa"));
    assert_eq!(text(record.signer_title.as_ref()), Some("PHÓ CHỦ TỊCH"));
    assert_eq!((record.owner, record.owner_name, record.valid_until), (None, None, None));
}

#[test]
fn each_field_shows_where_it_was_read() {
    let record = described(signed(decision()));
    let number = record.number.expect("read");
    assert_eq!(number.source, FieldSource::Read);
    let evidence = number.evidence.expect("read");
    assert_eq!((evidence.text.as_str(), evidence.page.value()), ("15/QĐ-UBND", 1));
    let signer = record.signer.expect("read").evidence.expect("read");
    assert!((signer.bbox.top - 2480.0).abs() < 1.0);
    assert!(number.confidence.value() > 0.9 && number.confidence.value() < 0.95);
}

#[test]
fn an_official_letter_has_its_abstract_under_the_number() {
    let record = described(
        Draft::new()
            .head(&["UBND TỈNH BÌNH MINH", "SỞ Y TẾ"], "Số: 2107/SYT-NVY", "Bình Minh, ngày 9 tháng 11 năm 2017")
            .lines(300.0, 430.0, &["V/v báo cáo nhanh kết quả", "thực hiện Đề án 1816"])
            .line(700.0, 700.0, "Kính gửi: Các đơn vị trực thuộc")
            .line(400.0, 800.0, "Thực hiện Quyết định số 14/2013/QĐ-TTg ngày 20 tháng 02 năm 2013")
            .page()
            .row(500.0, &[(300.0, "Nơi nhận:"), (1600.0, "GIÁM ĐỐC")])
            .line(300.0, 562.0, "- Như trên;")
            .line(1500.0, 900.0, "ThS. BS. Lê Hoàng Anh"),
    );
    assert_eq!(text(record.title.as_ref()), Some("Công văn"));
    assert_eq!(text(record.issuer.as_ref()), Some("SỞ Y TẾ, UBND TỈNH BÌNH MINH"));
    assert_eq!(text(record.subject.as_ref()), Some("V/v báo cáo nhanh kết quả thực hiện Đề án 1816"));
    assert_eq!(record.issued.map(|field| field.value), Some(day("2017-11-09")));
    assert_eq!(text(record.signer.as_ref()), Some("Lê Hoàng Anh"));
    let title = record.signer_title.expect("read");
    assert_eq!((title.value.as_str(), title.evidence.expect("read").page.value()), ("GIÁM ĐỐC", 2));
}

#[test]
fn what_cannot_be_read_is_none() {
    let record = described(
        Draft::new()
            .head(&["ỦY BAN NHÂN DÂN", "TỈNH BÌNH MINH"], "Số: /QĐ-UBND", "Bình Minh, ngày tháng 01 năm 2020")
            .centered(1240.0, 560.0, "QUYẾT ĐỊNH")
            .line(400.0, 900.0, "Căn cứ Quyết định số 77/QĐ-UBND ngày 19 tháng 6 năm 2015;")
            .row(2000.0, &[(300.0, "Nơi nhận:"), (1600.0, "CHỦ TỊCH")])
            .line(1500.0, 2480.0, "Ngưyxn Vzn"),
    );
    assert_eq!((record.number, record.issued, record.subject), (None, None, None));
    assert_eq!((record.signer, record.signer_title), (None, None));
}

#[test]
fn a_day_to_come_is_not_believed() {
    let draft = Draft::new().head(&["SỞ Y TẾ"], "Số: 15/QĐ-SYT", "Bình Minh, ngày 05 tháng 01 năm 2028");
    assert_eq!(described(draft.centered(1240.0, 560.0, "QUYẾT ĐỊNH")).issued, None);
}

fn birth(id: &str) -> Draft {
    motto(Draft::new())
        .row(380.0, &[(300.0, "ỦY BAN NHÂN DÂN PHƯỜNG AN HÒA"), (1800.0, "Số: 123/2020")])
        .centered(1240.0, 500.0, "GIẤY KHAI SINH")
        .lines(
            300.0,
            700.0,
            &[
                "Họ, chữ đệm, tên: TRẦN THỊ ÁNH",
                "Ngày, tháng, năm sinh: 05/01/2020",
                "Giới tính: Nữ Dân tộc: Kinh Quốc tịch: Việt Nam",
                id,
                "Họ, chữ đệm, tên người mẹ: LÊ THỊ BÌNH",
                "Số định danh cá nhân: 074190004321",
                "Nơi đăng ký khai sinh: Ủy ban nhân dân phường An Hòa",
                "Ngày, tháng, năm đăng ký: 09/01/2020",
            ],
        )
        .centered(1800.0, 2000.0, "NGƯỜI KÝ GIẤY KHAI SINH")
        .centered(1800.0, 2062.0, "PHÓ CHỦ TỊCH")
        .centered(1800.0, 2400.0, "Võ Minh Đức")
}

#[test]
fn a_birth_certificate_is_read_by_its_labels() {
    let record = described(birth("Số định danh cá nhân: 074320001234"));
    assert_eq!(text(record.title.as_ref()), Some("Giấy khai sinh"));
    assert_eq!(record.number.map(|field| field.value.text), Some("123/2020".to_owned()));
    assert_eq!(text(record.owner_name.as_ref()), Some("Trần Thị Ánh"));
    assert_eq!(record.owner.map(|field| field.value.as_str().to_owned()), Some("074320001234".to_owned()));
    assert_eq!(record.issued.map(|field| field.value), Some(day("2020-01-09")));
    assert_eq!(text(record.issuer.as_ref()), Some("Ủy ban nhân dân phường An Hòa"));
    assert_eq!(text(record.signer.as_ref()), Some("Võ Minh Đức"));
    assert_eq!(text(record.signer_title.as_ref()), Some("PHÓ CHỦ TỊCH"));
    assert_eq!(record.subject, None);
}

#[test]
fn the_mothers_number_is_never_the_childs() {
    assert_eq!(described(birth("Số định danh cá nhân: ……………")).owner, None);
}

#[test]
fn a_number_that_contradicts_birth_or_sex_is_left_out() {
    assert_eq!(described(birth("Số định danh cá nhân: 074319001234")).owner, None);
    assert_eq!(described(birth("Số định danh cá nhân: 074220001234")).owner, None);
}

#[test]
fn the_metadata_comes_first() {
    let hints =
        Hints { owner: "3700769325".parse().ok(), owner_name: Some("Công ty Mẫu".to_owned()), ..Hints::default() };
    let record = described(birth("Số định danh cá nhân: 074320001234").hints(hints));
    let owner = record.owner.expect("given");
    assert_eq!((owner.value.as_str(), owner.source, owner.evidence), ("3700769325", FieldSource::Metadata, None));
    assert_eq!(text(record.owner_name.as_ref()), Some("Công ty Mẫu"));
}

#[test]
fn a_term_is_counted_from_the_day_of_issue() {
    let record = described(
        Draft::new()
            .head(&["ỦY BAN NHÂN DÂN", "PHƯỜNG AN HÒA"], "Số: 45/UBND-XNTTHN", PLACE)
            .centered(1240.0, 560.0, "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
            .lines(
                300.0,
                700.0,
                &[
                    "Xét đề nghị của ông/bà: Lê Văn Cường",
                    "Họ, chữ đệm, tên: Lê Văn Cường",
                    "Giấy tờ tùy thân: CCCD số 074095001234 cấp ngày 05/01/2018",
                    "Giấy này có giá trị sử dụng trong thời hạn 6 tháng, kể từ ngày cấp,",
                    "được sử dụng để: đăng ký kết hôn",
                ],
            ),
    );
    assert_eq!(record.valid_until.map(|field| field.value), Some(day("2020-07-05")));
    assert_eq!(record.owner.map(|field| field.value.as_str().to_owned()), Some("074095001234".to_owned()));
    assert_eq!(text(record.owner_name.as_ref()), Some("Lê Văn Cường"));
}

#[test]
fn a_company_owns_by_its_code() {
    let record = described(
        Draft::new()
            .row(200.0, &[(300.0, "SỞ TÀI CHÍNH TỈNH BÌNH MINH"), (1120.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")])
            .row(262.0, &[(330.0, "PHÒNG ĐĂNG KÝ KINH DOANH"), (1210.0, "Độc lập - Tự do - Hạnh phúc")])
            .centered(1240.0, 500.0, "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP")
            .centered(1240.0, 640.0, "Mã số doanh nghiệp: 3700769325")
            .centered(1240.0, 702.0, "Đăng ký lần đầu: ngày 05 tháng 01 năm 2020")
            .centered(1240.0, 764.0, "Đăng ký thay đổi lần thứ: 2, ngày 07 tháng 02 năm 2021")
            .lines(
                300.0,
                900.0,
                &[
                    "Tên công ty viết bằng tiếng Việt: CÔNG TY TNHH MẪU HOÀ BÌNH",
                    "Người đại diện theo pháp luật của công ty:",
                    "Họ và tên: LÊ VĂN CƯỜNG Giới tính: Nam",
                    "Số giấy tờ pháp lý của cá nhân: 074095001234",
                ],
            ),
    );
    assert_eq!(text(record.owner_name.as_ref()), Some("CÔNG TY TNHH MẪU HÒA BÌNH"));
    assert_eq!(record.owner.as_ref().map(|field| field.value.as_str()), Some("3700769325"));
    assert_eq!(record.number.map(|field| field.value.text), Some("3700769325".to_owned()));
    assert_eq!(record.issued.map(|field| field.value), Some(day("2021-02-07")));
    assert_eq!(text(record.issuer.as_ref()), Some("PHÒNG ĐĂNG KÝ KINH DOANH, SỞ TÀI CHÍNH TỈNH BÌNH MINH"));
}

#[test]
fn poor_words_make_poor_fields() {
    let record = described(signed(decision().confidence(0.5)));
    assert!(record.signer.expect("read").confidence.value() < 0.55);
    assert!(record.number.expect("read").confidence.value() > 0.9);
}

#[test]
fn pages_without_words_have_an_empty_record() {
    assert_eq!(described(Draft::new()), Record::default());
}

#[test]
fn a_title_under_a_seal_is_not_made_up() {
    let draft = decision()
        .row(2000.0, &[(300.0, "Nơi nhận:"), (1550.0, "KT. CHỦ TỊCH")])
        .line(300.0, 2062.0, "- Lưu: VT.")
        .line(1520.0, 2480.0, "Nguyễn Văn Hòa");
    let record = described(draft);
    assert_eq!((text(record.signer.as_ref()), record.signer_title), (Some("Nguyễn Văn Hòa"), None));
    let lone = decision().line(300.0, 2000.0, "Nơi nhận:").line(1520.0, 2480.0, "Nguyễn Văn Hòa");
    let signer = described(lone).signer.expect("read");
    assert!(signer.confidence.value() < 0.8);
}

#[test]
fn half_an_issuers_name_is_not_sure() {
    let draft = Draft::new().head(&["ỦY BAN NHÂN DÂN"], "Số: 15/QĐ-UBND", PLACE).centered(1240.0, 560.0, "QUYẾT ĐỊNH");
    assert!(described(draft).issuer.expect("read").confidence.value() < 0.5);
}

#[test]
fn a_symbol_of_another_type_is_not_sure() {
    let draft = Draft::new().head(&["ỦY BAN NHÂN DÂN", "TỈNH BÌNH MINH"], "Số: 15/QĐĐ-UBND", PLACE).centered(
        1240.0,
        560.0,
        "QUYẾT ĐỊNH",
    );
    assert!(described(draft).number.expect("read").confidence.value() < 0.6);
}

#[test]
fn an_application_is_the_applicants() {
    let record = described(
        motto(Draft::new())
            .centered(1240.0, 500.0, "TỜ KHAI ĐĂNG KÝ KHAI SINH")
            .lines(
                300.0,
                700.0,
                &[
                    "Họ, chữ đệm, tên người yêu cầu: LÊ THỊ BÌNH",
                    "Giấy tờ tùy thân: CCCD số 074190004321",
                    "Họ, chữ đệm, tên: TRẦN THỊ ÁNH",
                    "Số định danh cá nhân: 074320001234",
                ],
            )
            .centered(1800.0, 2000.0, "Bình Minh, ngày 05 tháng 01 năm 2020")
            .centered(1800.0, 2062.0, "Người yêu cầu")
            .centered(1800.0, 2400.0, "Lê Thị Bình"),
    );
    assert_eq!(text(record.owner_name.as_ref()), Some("Lê Thị Bình"));
    assert_eq!(record.owner.map(|field| field.value.as_str().to_owned()), Some("074190004321".to_owned()));
    assert_eq!(
        (text(record.signer.as_ref()), text(record.signer_title.as_ref())),
        (Some("Lê Thị Bình"), Some("Người yêu cầu"))
    );
    assert_eq!(record.issued.map(|field| field.value), Some(day("2020-01-05")));
}

#[test]
fn a_received_stamp_beside_the_abstract_is_no_part_of_it() {
    let record = described(
        Draft::new()
            .head(&["ỦY BAN NHÂN DÂN", "XÃ AN HÒA"], "Số: 150/TTr-UBND", PLACE)
            .centered(1240.0, 560.0, "TỜ TRÌNH")
            .row(622.0, &[(200.0, "Số: 3025"), (800.0, "Về việc phê duyệt kế hoạch bàn giao hồ sơ")])
            .line(400.0, 760.0, "Kính gửi: Ủy ban nhân dân tỉnh Bình Minh"),
    );
    assert_eq!(text(record.subject.as_ref()), Some("Về việc phê duyệt kế hoạch bàn giao hồ sơ"));
    assert_eq!(record.number.map(|field| field.value.text), Some("150/TTr-UBND".to_owned()));
}

#[test]
fn one_stop_papers_say_what_they_are_about() {
    let record = described(
        Draft::new()
            .head(&["UBND XÃ AN HÒA", "BỘ PHẬN TIẾP NHẬN VÀ", "TRẢ KẾT QUẢ"], "Số: 937/TNHS", PLACE)
            .centered(1240.0, 560.0, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ")
            .lines(
                300.0,
                700.0,
                &[
                    "Mã hồ sơ: H29.12-251103-0001",
                    "Tiếp nhận hồ sơ của: LÊ THỊ BÌNH",
                    "Số CCCD/MST: 074190004321",
                    "Nội dung yêu cầu giải quyết: Cấp giấy phép xây dựng nhà ở riêng lẻ",
                ],
            ),
    );
    assert_eq!(record.number.map(|field| field.value.text), Some("937/TNHS".to_owned()));
    assert_eq!(text(record.subject.as_ref()), Some("Cấp giấy phép xây dựng nhà ở riêng lẻ"));
    assert_eq!(text(record.issuer.as_ref()), Some("BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ, UBND XÃ AN HÒA"));
    assert_eq!(text(record.owner_name.as_ref()), Some("Lê Thị Bình"));
}

#[test]
fn the_end_of_validity_is_read_where_it_is_stated() {
    let record = described(
        Draft::new()
            .head(&["CÔNG AN XÃ AN HÒA"], "Số: 2766/XN", PLACE)
            .centered(1240.0, 560.0, "XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ")
            .lines(300.0, 800.0, &["Xác nhận này có giá trị đến hết ngày 05 tháng 01 năm 2021 (kể từ", "ngày ký)."]),
    );
    assert_eq!(record.valid_until.map(|field| field.value), Some(day("2021-01-05")));
}

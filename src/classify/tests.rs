//! Types told from made-up pages.

use super::testing::Draft;
use super::*;
use crate::intake::Hints;

const PLACE: &str = "Bình Minh, ngày 05 tháng 01 năm 2020";

fn check(draft: Draft, expected: &str) -> Classification {
    let classified = classify(draft.document(), &Options::default());
    let found = classified.classification;
    assert_eq!(found.document_type.code(), expected, "{found:#?}");
    found
}

fn motto(draft: Draft) -> Draft {
    draft.centered(1240.0, 200.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").centered(
        1240.0,
        262.0,
        "Độc lập - Tự do - Hạnh phúc",
    )
}

#[test]
fn a_decision_is_known_by_its_heading() {
    let found = check(
        Draft::new()
            .head(&["ỦY BAN NHÂN DÂN", "TỈNH BÌNH MINH"], "Số: 15/QĐ-UBND", PLACE)
            .centered(1240.0, 560.0, "QUYẾT ĐỊNH")
            .centered(1240.0, 630.0, "Về việc công nhận hộ nghèo năm 2020")
            .line(400.0, 800.0, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;")
            .centered(1240.0, 1000.0, "QUYẾT ĐỊNH:"),
        "QD",
    );
    assert!(found.confidence.value() > 0.97);
    assert_eq!(found.evidence[0].text, "QUYẾT ĐỊNH");
    assert_eq!(found.evidence[0].page, PageNumber::FIRST);
    assert!((found.evidence[0].bbox.top - 560.0).abs() < 1.0);
}

#[test]
fn noise_and_spacing_in_a_heading_are_forgiven() {
    for heading in ["QUYÊT ĐlNH", "Q U Y Ế T Đ Ị N H", "QUYẾTĐỊNH", "QUYẾT ÐỊNH"] {
        let draft = Draft::new()
            .head(&["ỦY BAN NHÂN DÂN", "TỈNH BÌNH MINH"], "Số: 15/QĐ-UBND", PLACE)
            .centered(1240.0, 560.0, heading);
        check(draft, "QD");
    }
}

#[test]
fn a_decision_named_in_a_body_is_no_heading() {
    let found = check(
        Draft::new()
            .head(&["UBND TỈNH BÌNH MINH", "SỞ Y TẾ"], "Số: 2107/SYT-NVY", PLACE)
            .lines(380.0, 460.0, &["V/v báo cáo kết quả thực hiện", "Quyết định số 14/2013/QĐ-TTg"])
            .line(700.0, 700.0, "Kính gửi: Các đơn vị trực thuộc")
            .line(400.0, 800.0, "Thực hiện Quyết định số 14/2013/QĐ-TTg ngày 20 tháng 02 năm 2013 của Thủ tướng")
            .line(400.0, 870.0, "QUYẾT ĐỊNH của Ủy ban nhân dân tỉnh về việc nêu trên, Sở Y tế đề nghị các đơn vị"),
        "CV",
    );
    assert!(found.confidence.value() > 0.85, "{found:?}");
}

#[test]
fn a_resolution_is_not_the_decision_in_it() {
    check(
        Draft::new()
            .head(&["HỘI ĐỒNG NHÂN DÂN", "TỈNH BÌNH MINH"], "Số: 15/NQ-HĐND", PLACE)
            .centered(1240.0, 560.0, "NGHỊ QUYẾT")
            .centered(1240.0, 630.0, "Về việc phê chuẩn dự toán ngân sách")
            .line(400.0, 800.0, "Căn cứ Luật Ngân sách nhà nước ngày 25 tháng 6 năm 2015;")
            .centered(1240.0, 1000.0, "QUYẾT ĐỊNH:"),
        "NQ",
    );
}

#[test]
fn civil_status_papers_are_told_apart() {
    let born = ["Họ, chữ đệm, tên: NGUYỄN VĂN AN", "Ngày, tháng, năm sinh: 05/01/2020", "Giới tính: Nam"];
    check(motto(Draft::new()).centered(1240.0, 500.0, "GIẤY KHAI SINH").lines(400.0, 700.0, &born), "GKS");
    check(motto(Draft::new()).centered(1240.0, 500.0, "TRÍCH LỤC KHAI SINH").lines(400.0, 700.0, &born), "GKS");
    check(motto(Draft::new()).centered(1240.0, 500.0, "TỜ KHAI ĐĂNG KÝ KHAI SINH").lines(400.0, 700.0, &born), "TKKS");
    check(
        motto(Draft::new())
            .centered(1240.0, 500.0, "TỜ KHAI")
            .centered(1240.0, 562.0, "ĐĂNG KÝ KHAI SINH")
            .lines(400.0, 700.0, &born),
        "TKKS",
    );
    check(motto(Draft::new()).centered(1240.0, 500.0, "TRÍCH LỤC KHAI TỬ").lines(400.0, 700.0, &born), "TLKT");
    check(motto(Draft::new()).centered(1240.0, 500.0, "TỜ KHAI ĐĂNG KÝ KHAI TỬ").lines(400.0, 700.0, &born), "TKKT");
}

#[test]
fn headings_over_two_lines_and_alike_headings() {
    check(
        motto(Draft::new()).centered(1240.0, 500.0, "GIẤY CHỨNG NHẬN ĐĂNG KÝ").centered(1240.0, 562.0, "HỘ KINH DOANH"),
        "HKD",
    );
    check(motto(Draft::new()).centered(1240.0, 500.0, "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP"), "DN");
    check(
        motto(Draft::new()).centered(1240.0, 500.0, "GIẤY TIẾP NHẬN HỒ SƠ").centered(
            1240.0,
            562.0,
            "VÀ HẸN TRẢ KẾT QUẢ",
        ),
        "TNHS",
    );
    check(motto(Draft::new()).centered(1240.0, 500.0, "ĐƠN XIN CHUYỂN MỤC ĐÍCH SỬ DỤNG ĐẤT"), "DDN");
    check(
        motto(Draft::new()).centered(1240.0, 500.0, "ĐƠN ĐĂNG KÝ BIẾN ĐỘNG").centered(
            1240.0,
            562.0,
            "ĐẤT ĐAI, TÀI SẢN GẮN LIỀN VỚI ĐẤT",
        ),
        "DDKBD",
    );
}

#[test]
fn every_heading_of_the_table_leads_to_its_type() {
    for known in DocumentType::all() {
        let headings = known.definition().map_or(&[][..], |definition| &definition.headings);
        for heading in headings {
            check(motto(Draft::new()).centered(1240.0, 500.0, heading), known.code());
        }
    }
}

#[test]
fn what_says_nothing_is_unknown() {
    check(Draft::new(), "UNKNOWN");
    check(Draft::new().lines(400.0, 500.0, &["Một trang văn bản", "không nói gì về loại của nó"]), "UNKNOWN");
    let found = check(
        Draft::new().head(&["ỦY BAN NHÂN DÂN", "TỈNH BÌNH MINH"], "Số: 15/QĐ-UBND", PLACE).line(400.0, 700.0, "chữ mờ"),
        "UNKNOWN",
    );
    assert_eq!(found.evidence[0].text, "15/QĐ-UBND");
}

#[test]
fn a_broken_heading_with_a_symbol_is_still_known() {
    check(
        Draft::new()
            .head(&["ỦY BAN NHÂN DÂN", "TỈNH BÌNH MINH"], "Số: 15/QĐ-UBND", PLACE)
            .centered(1240.0, 560.0, "QUYẾT ĐIN")
            .line(400.0, 800.0, "Điều 3. Các cơ quan chịu trách nhiệm thi hành Quyết định này."),
        "QD",
    );
}

#[test]
fn the_last_page_speaks_too() {
    check(
        Draft::new()
            .head(&["UBND TỈNH BÌNH MINH", "SỞ Y TẾ"], "Số: 2107/SYT-NVY", PLACE)
            .line(700.0, 700.0, "Kính gửi: Các đơn vị trực thuộc")
            .page()
            .lines(300.0, 900.0, &["Nơi nhận:", "- Như trên;", "- Lưu: VT."]),
        "CV",
    );
}

#[test]
fn a_statement_beside_the_document_is_certain() {
    let hints = Hints { document_type: DocumentType::from_code("GPXD"), ..Hints::default() };
    let draft = motto(Draft::new().hints(hints)).centered(1240.0, 500.0, "GIẤY KHAI SINH");
    let found = check(draft, "GPXD");
    assert_eq!(found.confidence, Confidence::CERTAIN);
    assert!(found.evidence.is_empty());
}

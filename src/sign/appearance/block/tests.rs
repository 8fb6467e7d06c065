//! Pages as words with boxes, in millimetres of A4 unless they say otherwise.

use super::*;
use crate::intake::text::FileWord;

const A4: (f32, f32) = (210.0, 297.0);

/// Where a line stands.
#[derive(Clone, Copy)]
enum Stands {
    Left(f32),
    Middle(f32),
}

use Stands::{Left, Middle};

fn page(size: (f32, f32), lines: &[(&str, Stands, f32)]) -> PageWords {
    let words = lines.iter().flat_map(|(text, stands, y)| line(text, *stands, *y)).collect();
    PageWords { size: (size.0 * MM, size.1 * MM), words }
}

/// Words of 14 pt, their tops at `y`.
fn line(text: &str, stands: Stands, y: f32) -> Vec<FileWord> {
    let width = |word: &str| word.chars().map(|letter| if letter.is_uppercase() { 3.2 } else { 2.2 }).sum::<f32>();
    let all = text.split(' ').map(width).sum::<f32>() + 1.3 * text.matches(' ').count() as f32;
    let mut x = match stands {
        Left(x) => x,
        Middle(x) => x - all / 2.0,
    };
    let word = |word: &str| {
        let left = x;
        x += width(word) + 1.3;
        let height = if word.chars().any(char::is_uppercase) { 3.4 } else { 2.6 };
        let bbox = Rect::new(left * MM, (y + 3.4 - height) * MM, (left + width(word)) * MM, (y + 3.4) * MM);
        FileWord { text: word.to_owned(), bbox }
    };
    text.split(' ').map(word).collect()
}

const HEAD: [(&str, Stands, f32); 5] = [
    ("ỦY BAN NHÂN DÂN", Middle(60.0), 20.0),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Middle(145.0), 20.0),
    ("PHƯỜNG BÌNH MINH", Middle(60.0), 26.0),
    ("Độc lập - Tự do - Hạnh phúc", Middle(145.0), 26.0),
    ("Bình Minh, ngày 03 tháng 11 năm 2026", Middle(145.0), 36.0),
];

const BODY: [(&str, Stands, f32); 3] = [
    ("Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;", Left(40.0), 70.0),
    ("Theo đề nghị của Trưởng phòng Tư pháp và ông Nguyễn Văn An, cán bộ hộ tịch,", Left(30.0), 78.0),
    ("Điều 1. Công nhận kết quả đăng ký của công dân theo danh sách kèm theo.", Left(40.0), 90.0),
];

fn paper(lines: &[(&str, Stands, f32)]) -> PageWords {
    page(A4, &[&HEAD[..], &BODY, lines].concat())
}

const RECIPIENTS: [(&str, Stands, f32); 4] = [
    ("Nơi nhận:", Left(30.0), 202.0),
    ("- Như Điều 3;", Left(30.0), 207.0),
    ("- Chủ tịch, các Phó Chủ tịch UBND;", Left(30.0), 212.0),
    ("- Lưu: VT, TP.", Left(30.0), 217.0),
];

fn found(pages: &[PageWords], signer: Option<&str>) -> Block {
    let block = find(pages, signer, &[]).expect("a place");
    let covers = |word: &FileWord| word.bbox.intersection(&block.gap).is_some();
    assert!(!pages[block.page].words.iter().any(covers), "print is kept free: {block:?}");
    block
}

/// In millimetres: the middle of the gap, and its height.
fn measured(block: &Block) -> (f32, f32, f32) {
    let (x, y) = block.gap.center();
    (x / MM, y / MM, block.gap.height() / MM)
}

fn near(found: f32, expected: f32, what: &str) {
    assert!((found - expected).abs() < 3.0, "{what}: {found}, expected {expected}");
}

#[test]
fn a_resolution_is_signed_between_title_and_name() {
    let paper = paper(&[
        ("TM. ỦY BAN NHÂN DÂN", Middle(150.0), 200.0),
        ("CHỦ TỊCH", Middle(150.0), 206.0),
        ("Nguyễn Văn An", Middle(150.0), 238.0),
    ]);
    for signer in [None, Some("Nguyễn Văn An"), Some("NGUYEN VAN AN"), Some("Nguyễn Văn An - Chủ tịch UBND phường")]
    {
        let block = found(std::slice::from_ref(&paper), signer);
        let (x, y, height) = measured(&block);
        near(x, 150.0, "middle");
        near(y, f32::midpoint(209.4, 238.0), "between");
        assert!(height > 25.0 && block.title.is_some() && block.name.is_some());
    }
}

#[test]
fn a_deputy_signs_an_official_letter_beside_its_recipients() {
    let block = found(
        &[paper(
            &[
                &RECIPIENTS[..],
                &[
                    ("KT. GIÁM ĐỐC", Middle(155.0), 200.0),
                    ("PHÓ GIÁM ĐỐC", Middle(155.0), 206.0),
                    ("Trần Thị Bích Ngọc", Middle(155.0), 236.0),
                ],
            ]
            .concat(),
        )],
        None,
    );
    near(measured(&block).0, 155.0, "middle");
    assert!((block.title.expect("a title").top / MM - 206.0).abs() < 0.5, "under the deputy's line");
}

#[test]
fn a_certificate_with_a_table_of_names() {
    let rows = [
        ("STT", Left(30.0), 100.0),
        ("Họ và tên", Left(60.0), 100.0),
        ("Chức vụ", Left(140.0), 100.0),
        ("1", Left(30.0), 110.0),
        ("Lê Văn Bình", Left(60.0), 110.0),
        ("Giám đốc", Left(140.0), 110.0),
        ("2", Left(30.0), 130.0),
        ("Phạm Thị Cúc", Left(60.0), 130.0),
        ("Kế toán trưởng", Left(140.0), 130.0),
        ("NGƯỜI KÝ GIẤY CHỨNG NHẬN", Middle(150.0), 180.0),
        ("Hoàng Văn Dũng", Middle(150.0), 212.0),
    ];
    let block = found(&[paper(&rows)], None);
    near(measured(&block).0, 150.0, "middle");
    near(measured(&block).1, f32::midpoint(183.4, 212.0), "height");
}

#[test]
fn of_two_signers_the_one_named_is_taken() {
    let two = paper(&[
        ("NGƯỜI LÀM ĐƠN", Middle(65.0), 200.0),
        ("CHỦ TỊCH", Middle(150.0), 200.0),
        ("Lê Thị Hoa", Middle(65.0), 232.0),
        ("Nguyễn Văn An", Middle(150.0), 232.0),
    ]);
    for (signer, middle) in [(Some("Lê Thị Hoa"), 65.0), (Some("Nguyễn Văn An"), 150.0), (None, 150.0)] {
        near(measured(&found(std::slice::from_ref(&two), signer)).0, middle, "middle");
    }
}

#[test]
fn a_title_of_several_lines_ends_with_its_last() {
    let block = found(
        &[paper(&[
            ("TL. CHỦ TỊCH", Middle(150.0), 190.0),
            ("TRƯỞNG PHÒNG", Middle(150.0), 196.0),
            ("VĂN HÓA VÀ XÃ HỘI", Middle(150.0), 202.0),
            ("(Ký, ghi rõ họ tên)", Middle(150.0), 208.0),
            ("ThS. Đặng Hữu Phước", Middle(150.0), 240.0),
        ])],
        Some("Đặng Hữu Phước"),
    );
    assert!((block.title.expect("a title").top / MM - 208.0).abs() < 1.0, "{block:?}");
}

#[test]
fn a_title_without_a_name_has_room_below() {
    let paper = paper(&[&RECIPIENTS[..], &[("CHỦ TỊCH", Middle(150.0), 200.0)]].concat());
    for signer in [None, Some("Nguyễn Văn Bảy")] {
        let block = found(std::slice::from_ref(&paper), signer);
        near(measured(&block).0, 150.0, "middle");
        assert!(block.name.is_none() && block.gap.top / MM > 203.0 && block.gap.bottom / MM < 235.0, "{block:?}");
    }
}

#[test]
fn a_page_in_english() {
    let page = page(
        A4,
        &[
            ("SERVICE AGREEMENT", Middle(105.0), 40.0),
            ("The parties have signed this agreement on the date below.", Left(30.0), 150.0),
            ("Managing Director", Middle(150.0), 180.0),
            ("John Smith", Middle(150.0), 214.0),
        ],
    );
    near(measured(&found(&[page], None)).0, 150.0, "middle");
}

#[test]
fn a_page_that_lies_on_its_side() {
    let page = page(
        (297.0, 210.0),
        &[("GIẤY KHEN", Middle(148.0), 50.0), ("GIÁM ĐỐC", Middle(220.0), 130.0), ("Vũ Thị Lan", Middle(220.0), 165.0)],
    );
    near(measured(&found(&[page], None)).0, 220.0, "middle");
}

#[test]
fn a_letter_misread_does_no_harm() {
    // As recognised: one letter of the name wrong, an accent lost in the title, a stray bar for an I.
    let paper = paper(&[
        ("KT. CHU TỊCH", Middle(150.0), 200.0),
        ("PHÓ CHỦ T|CH", Middle(150.0), 206.0),
        ("Nguyễn Vãn Ân", Middle(148.0), 238.0),
    ]);
    let block = found(std::slice::from_ref(&paper), Some("Nguyễn Văn An"));
    near(measured(&block).0, 149.0, "middle");
    assert!((block.title.expect("a title").top / MM - 206.0).abs() < 0.5);
    let worse = self::paper(&[("CHỦ TỊCH", Middle(150.0), 206.0), ("Nguyễn Vàn Am", Middle(150.0), 238.0)]);
    near(measured(&found(&[worse], Some("Nguyễn Văn An"))).0, 150.0, "middle");
}

#[test]
fn the_block_may_stand_before_the_attachments() {
    let block_page = page(A4, &[("CHỦ TỊCH", Middle(150.0), 60.0), ("Nguyễn Văn An", Middle(150.0), 95.0)]);
    let attachment =
        page(A4, &[("Phụ lục", Middle(105.0), 20.0), ("Danh sách kèm theo Quyết định", Middle(105.0), 28.0)]);
    let pages = [paper(&[]), block_page, attachment];
    for signer in [None, Some("Nguyễn Văn An")] {
        assert_eq!(found(&pages, signer).page, 1);
    }
}

#[test]
fn recipients_on_the_left_narrow_the_room() {
    let wide = [
        ("Nơi nhận:", Left(30.0), 202.0),
        ("- Văn phòng Đoàn đại biểu Quốc hội và HĐND;", Left(30.0), 215.0),
        ("CHỦ TỊCH", Middle(160.0), 200.0),
        ("Nguyễn Văn An", Middle(160.0), 232.0),
    ];
    let block = found(&[paper(&wide)], None);
    near(measured(&block).0, 160.0, "middle");
    assert!(block.gap.width() / MM < 75.0, "{block:?}");
}

#[test]
fn a_name_in_capitals() {
    let paper = paper(&[("GIÁM ĐỐC", Middle(150.0), 200.0), ("TRẦN QUỐC TOẢN", Middle(150.0), 230.0)]);
    for signer in [None, Some("Trần Quốc Toản"), Some("trần quốc toàn")] {
        assert!(found(std::slice::from_ref(&paper), signer).name.is_some());
    }
}

#[test]
fn a_name_without_a_title_is_enough_where_it_is_the_signers() {
    let paper = paper(&[("Nguyễn Văn An", Middle(150.0), 238.0)]);
    let block = found(std::slice::from_ref(&paper), Some("Nguyễn Văn An"));
    assert!(block.title.is_none() && block.gap.height() / MM > 20.0);
    assert_eq!(find(&[paper], None, &[]), Err(Unfound::NoBlock));
}

#[test]
fn what_is_not_clear_is_not_found() {
    let signed_by_other = paper(&[("CHỦ TỊCH", Middle(150.0), 206.0), ("Lê Thị Hoa", Middle(150.0), 238.0)]);
    let other = Unfound::OtherSigner { name: "Lê Thị Hoa".to_owned() };
    assert_eq!(find(&[signed_by_other], Some("Nguyễn Văn An"), &[]), Err(other));
    let tight = paper(&[("CHỦ TỊCH", Middle(150.0), 206.0), ("Nguyễn Văn An", Middle(150.0), 219.0)]);
    let block = find(&[tight], Some("Nguyễn Văn An"), &[]).expect("room for a small one");
    assert!(block.gap.height() / MM < 10.0);
    let filled = paper(&[
        ("CHỦ TỊCH", Middle(150.0), 206.0),
        ("đã ký và đóng dấu tại trụ sở", Middle(150.0), 214.0),
        ("đã ký và đóng dấu tại trụ sở", Middle(150.0), 221.0),
        ("đã ký và đóng dấu tại trụ sở", Middle(150.0), 228.0),
        ("Nguyễn Văn An", Middle(150.0), 236.0),
    ]);
    assert_eq!(find(&[filled], Some("Nguyễn Văn An"), &[]), Err(Unfound::NoRoom));
    assert_eq!(find(&[paper(&[])], None, &[]), Err(Unfound::NoBlock));
    assert_eq!(find(&[PageWords::default()], None, &[]), Err(Unfound::NoWords));
    assert_eq!(find(&[], None, &[]), Err(Unfound::NoWords));
}

#[test]
fn nothing_is_put_over_an_earlier_signature() {
    let paper = paper(&[("CHỦ TỊCH", Middle(150.0), 200.0), ("Nguyễn Văn An", Middle(150.0), 240.0)]);
    let taken = Rect::new(130.0 * MM, 205.0 * MM, 170.0 * MM, 238.0 * MM);
    assert_eq!(find(std::slice::from_ref(&paper), None, &[(0, taken)]), Err(Unfound::NoRoom));
    assert!(find(&[paper], None, &[(1, taken)]).is_ok(), "that one is on another page");
}

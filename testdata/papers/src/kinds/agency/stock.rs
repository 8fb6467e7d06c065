//! Grounds, addressees and articles that documents of administration choose from.

/// Grounds with the year since when they can be cited.
pub(super) const GROUNDS: &[(i32, &str)] = &[
    (2015, "Căn cứ Luật Tổ chức chính quyền địa phương;"),
    (2024, "Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024;"),
    (2014, "Căn cứ Luật Xây dựng ngày 18 tháng 6 năm 2014;"),
    (2024, "Căn cứ Luật Lưu trữ ngày 21 tháng 6 năm 2024;"),
    (2020, "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;"),
    (
        2020,
        "Căn cứ Nghị định số 45/2020/NĐ-CP ngày 08 tháng 4 năm 2020 của Chính phủ về thực hiện thủ tục hành chính trên môi trường điện tử;",
    ),
    (
        2018,
        "Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ về thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết thủ tục hành chính;",
    ),
    (
        2021,
        "Căn cứ Nghị định số 20/2021/NĐ-CP ngày 15 tháng 3 năm 2021 của Chính phủ quy định chính sách trợ giúp xã hội đối với đối tượng bảo trợ xã hội;",
    ),
    (2023, "Căn cứ Thông tư số 01/2023/TT-VPCP ngày 05 tháng 4 năm 2023 của Bộ trưởng, Chủ nhiệm Văn phòng Chính phủ;"),
];
/// Whom official letters go to.
pub(super) const ADDRESSEES: &[&str] = &[
    "Các phòng, ban chuyên môn",
    "Các trường học trên địa bàn",
    "Trưởng các thôn, khu phố",
    "Trung tâm Phục vụ hành chính công",
    "Công an, Ban Chỉ huy quân sự",
    "Ủy ban Mặt trận Tổ quốc Việt Nam và các đoàn thể",
    "Các doanh nghiệp trên địa bàn",
    "Trạm Y tế, Bưu điện văn hóa",
];
/// Subject, articles, and whether a person owns it.
pub(super) const DECISIONS: &[(&str, &[&str], bool)] = &[
    (
        "Về việc hưởng trợ cấp xã hội hằng tháng đối với ông (bà) {name}",
        &[
            "Trợ cấp xã hội hằng tháng đối với ông (bà) {name}, số định danh cá nhân {id}, nơi thường trú: {address}, với mức trợ cấp 750.000 đồng/tháng (bằng chữ: Bảy trăm năm mươi nghìn đồng). Thời gian hưởng kể từ ngày {past}.",
            "Kinh phí chi trả từ nguồn bảo đảm xã hội trong dự toán ngân sách năm {year}; việc chi trả thực hiện qua tài khoản ngân hàng của người hưởng hoặc qua bưu điện.",
            "Quyết định này có hiệu lực kể từ ngày ký.",
        ],
        true,
    ),
    (
        "Về việc cho phép chuyển mục đích sử dụng đất",
        &[
            "Cho phép ông (bà) {name}, số định danh cá nhân {id}, nơi thường trú: {address}, chuyển mục đích sử dụng {count} m² đất trồng cây lâu năm sang đất ở tại nông thôn thuộc khu vực {hamlet}.",
            "Người được chuyển mục đích sử dụng đất phải nộp tiền sử dụng đất, lệ phí theo thông báo của cơ quan thuế trước khi nhận Giấy chứng nhận; sử dụng đất đúng mục đích, đúng ranh giới.",
            "Giao Chi nhánh Văn phòng đăng ký đất đai xác định mốc giới, chỉnh lý hồ sơ địa chính và trao Giấy chứng nhận theo quy định của pháp luật về đất đai.",
        ],
        true,
    ),
    (
        "Về việc thay đổi, cải chính hộ tịch",
        &[
            "Cho phép ông (bà) {name}, số định danh cá nhân {id}, nơi thường trú: {address}, được cải chính ngày, tháng, năm sinh trong Giấy khai sinh theo hồ sơ đã được xác minh.",
            "Công chức làm công tác hộ tịch ghi nội dung cải chính vào Sổ hộ tịch và mặt sau bản chính Giấy khai sinh theo quy định của pháp luật về hộ tịch.",
        ],
        true,
    ),
    (
        "Về việc tặng Giấy khen cho cá nhân có thành tích xuất sắc trong công tác {field}",
        &[
            "Tặng Giấy khen cho ông (bà) {name}, số định danh cá nhân {id}, nơi thường trú: {address}, đã có thành tích xuất sắc, góp phần {goal}.",
            "Mức tiền thưởng kèm theo là 1.200.000 đồng, trích từ quỹ thi đua, khen thưởng năm {year}.",
        ],
        true,
    ),
    (
        "Về việc kiện toàn Ban Chỉ đạo {field}",
        &[
            "Kiện toàn Ban Chỉ đạo {field} gồm {few} thành viên; Trưởng ban là đồng chí Chủ tịch Ủy ban nhân dân, Phó Trưởng ban thường trực là đại diện {agency}.",
            "Ban Chỉ đạo có nhiệm vụ {work}; theo dõi, đôn đốc các đơn vị nhằm {goal}. Trưởng ban phân công nhiệm vụ cụ thể cho từng thành viên.",
            "Quyết định này có hiệu lực kể từ ngày ký và thay thế các quyết định trước đây trái với Quyết định này.",
        ],
        false,
    ),
    (
        "Về việc phê duyệt kế hoạch {work} năm {next}",
        &[
            "Phê duyệt kế hoạch {work} năm {next} với tổng kinh phí {count} triệu đồng từ nguồn ngân sách địa phương.",
            "Giao {agency} chủ trì, phối hợp với các đơn vị liên quan tổ chức thực hiện, bảo đảm hoàn thành trước ngày {later}, đúng quy định của {law}.",
            "Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, các đơn vị kịp thời báo cáo để được xem xét, giải quyết.",
        ],
        false,
    ),
];

//! A stock of administrative Vietnamese: sentences with slots, and what goes into them.

use crate::calendar::Date;
use crate::random::Random;

/// Replaces `{name}` by its value, for every pair.
#[must_use]
pub fn filled(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// A sentence that is like none before it.
pub fn sentence(random: &mut Random, day: Date) -> String {
    let template = *random.pick(SENTENCES);
    fill(template, random, day)
}

/// A paragraph of so many sentences, each from another template.
pub fn paragraph(random: &mut Random, day: Date, sentences: usize) -> String {
    let templates = random.some(SENTENCES, sentences);
    let texts: Vec<String> = templates.into_iter().map(|template| fill(template, random, day)).collect();
    texts.join(" ")
}

/// A task, as under "đề nghị": without a subject, ended by nothing.
pub fn task(random: &mut Random, day: Date) -> String {
    let template = *random.pick(TASKS);
    fill(template, random, day)
}

/// Fills the common slots of a template.
pub fn fill(template: &str, random: &mut Random, day: Date) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (slot, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(&value(slot, random, day));
        rest = after;
    }
    text + rest
}

fn value(slot: &str, random: &mut Random, day: Date) -> String {
    match slot {
        "agency" => (*random.pick(AGENCIES)).to_owned(),
        "field" => (*random.pick(FIELDS)).to_owned(),
        "work" => (*random.pick(WORKS)).to_owned(),
        "goal" => (*random.pick(GOALS)).to_owned(),
        "fault" => (*random.pick(FAULTS)).to_owned(),
        "law" => {
            let known: Vec<&str> = LAWS.iter().filter(|(since, _)| *since <= day.year).map(|(_, law)| *law).collect();
            (*random.pick(&known)).to_owned()
        }
        "rate" => format!("{},{}", random.between(61, 99), random.between(0, 9)),
        "count" => random.between(12, 4800).to_string(),
        "few" => format!("{:02}", random.between(2, 9)),
        "past" => day.plus_days(-random.between(5, 200)).slashed(),
        "later" => day.plus_days(random.between(10, 90)).slashed(),
        "quarter" => ["I", "II", "III", "IV"][random.below(4)].to_owned(),
        "year" => day.year.to_string(),
        "next" => (day.year + 1).to_string(),
        "proposal" => {
            let date = day.plus_days(-random.between(3, 20)).working();
            format!("Tờ trình số {}/TTr-VP ngày {}", random.between(11, 290), date.long())
        }
        "hamlet" => crate::places::place_name(random, 2),
        "document" => {
            let kind = *random.pick(&["Công văn", "Kế hoạch", "Thông báo", "Quyết định"]);
            let symbol = match kind {
                "Công văn" => "UBND-VP",
                "Kế hoạch" => "KH-UBND",
                "Thông báo" => "TB-UBND",
                _ => "QĐ-UBND",
            };
            let date = day.plus_days(-random.between(20, 400)).slashed();
            format!("{kind} số {}/{symbol} ngày {date}", random.between(12, 2900))
        }
        _ => String::new(),
    }
}

const SENTENCES: &[&str] = &[
    "Thực hiện {document} của Ủy ban nhân dân tỉnh, trong quý {quarter} năm {year} các đơn vị đã {work} theo đúng tiến độ được giao.",
    "Tính đến ngày {past}, toàn địa bàn đã tiếp nhận {count} hồ sơ, trong đó giải quyết trước và đúng hạn đạt {rate}%.",
    "Đề nghị {agency} phối hợp chặt chẽ với các cơ quan liên quan để {work}, hoàn thành trước ngày {later}.",
    "Qua kiểm tra thực tế tại khu dân cư {hamlet}, đoàn công tác ghi nhận {fault}, cần được khắc phục sớm.",
    "Việc {work} phải bảo đảm công khai, minh bạch, đúng quy định của {law} và thuận lợi cho người dân, doanh nghiệp.",
    "Trường hợp phát sinh khó khăn, vướng mắc, các đơn vị kịp thời phản ánh về {agency} để được hướng dẫn, giải quyết.",
    "Nguyên nhân chủ yếu là do {fault}; bên cạnh đó, kinh phí bố trí cho {field} còn hạn chế so với nhu cầu.",
    "Ủy ban nhân dân giao {agency} chủ trì, theo dõi, đôn đốc việc thực hiện và báo cáo kết quả trước ngày {later}.",
    "Công tác {field} tiếp tục có chuyển biến tích cực, góp phần {goal}.",
    "Số hồ sơ quá hạn còn {few} trường hợp, tập trung ở lĩnh vực {field}, do {fault}.",
    "Các tổ chức, cá nhân có liên quan được quyền khiếu nại theo quy định của {law} trong thời hạn 90 ngày kể từ ngày nhận được văn bản.",
    "Đối với {field}, yêu cầu rà soát lại toàn bộ dữ liệu đã nhập, đối chiếu với hồ sơ gốc đang lưu trữ và cập nhật phần còn thiếu.",
    "Từ đầu năm {year} đến nay đã có {count} lượt người dân sử dụng dịch vụ công trực tuyến, tăng {rate}% so với cùng kỳ năm trước.",
    "Để {goal}, trong thời gian tới cần tập trung vào {few} nhóm nhiệm vụ, giải pháp trọng tâm sau đây.",
    "Bộ phận một cửa có trách nhiệm hướng dẫn đầy đủ, một lần, bằng văn bản về những thành phần hồ sơ còn thiếu.",
    "Người đứng đầu cơ quan, đơn vị chịu trách nhiệm trước pháp luật về tính chính xác của số liệu và nội dung báo cáo.",
    "Kinh phí thực hiện được bố trí từ nguồn ngân sách nhà nước năm {year} và các nguồn huy động hợp pháp khác theo phân cấp.",
    "Căn cứ tình hình thực tế, {agency} đã tổ chức {few} buổi làm việc với đại diện các hộ dân để thống nhất phương án.",
    "Kết quả giải quyết thủ tục hành chính được số hóa, ký số và lưu vào kho quản lý dữ liệu điện tử của tổ chức, cá nhân.",
    "Hồ sơ, giấy tờ đã được số hóa còn giá trị sử dụng thì không yêu cầu người dân nộp lại khi thực hiện thủ tục khác.",
    "Đoàn kiểm tra đề nghị đơn vị khẩn trương {work}, đồng thời rút kinh nghiệm đối với các cá nhân để xảy ra sai sót.",
    "Diện tích đất bị ảnh hưởng khoảng {count} m² thuộc khu vực {hamlet}, liên quan đến {few} hộ gia đình đang sinh sống ổn định.",
    "Việc niêm yết công khai được thực hiện tại trụ sở và trên trang thông tin điện tử trong thời gian 15 ngày làm việc.",
    "Nhìn chung, {field} trên địa bàn cơ bản ổn định, không để xảy ra vụ việc phức tạp, kéo dài.",
    "Giao Văn phòng tham mưu văn bản chỉ đạo về {field}, trình lãnh đạo xem xét, ký ban hành trước ngày {later}.",
    "Mức độ hài lòng của người dân đối với {field} đạt {rate}%, vượt chỉ tiêu kế hoạch năm {year} đã đề ra.",
    "Cán bộ, công chức được phân công phải mặc trang phục gọn gàng, đeo thẻ và có thái độ lịch sự, tận tình khi tiếp dân.",
    "Sau khi nhận đủ hồ sơ hợp lệ, cơ quan giải quyết tiến hành thẩm định, xác minh và trả kết quả trong thời hạn quy định.",
    "Trong năm {next}, phấn đấu {goal}; tỷ lệ hồ sơ nộp trực tuyến đạt tối thiểu {rate}% tổng số hồ sơ.",
    "Những nội dung khác không quy định tại văn bản này thì thực hiện theo {law} và các văn bản hướng dẫn thi hành.",
    "Ủy ban nhân dân đã ban hành {document} để triển khai nhiệm vụ {field} đến từng khu phố, thôn, ấp.",
    "Đường giao thông qua thôn {hamlet} dài {count} mét đã xuống cấp, mặt đường hẹp, gây khó khăn cho việc đi lại của nhân dân.",
    "Đề nghị Mặt trận Tổ quốc và các đoàn thể tăng cường tuyên truyền, vận động hội viên tích cực tham gia {goal}.",
    "Thời gian thực hiện bắt đầu từ ngày {past} đến hết ngày {later}; quá thời hạn trên, các trường hợp còn lại xử lý theo quy định.",
    "Khoản hỗ trợ được chi trả trực tiếp cho người thụ hưởng thông qua tài khoản ngân hàng hoặc tại điểm chi trả của bưu điện.",
    "Cơ sở dữ liệu về {field} phải được kết nối, chia sẻ với Cơ sở dữ liệu quốc gia về dân cư, bảo đảm an toàn thông tin.",
    "Người yêu cầu có trách nhiệm xuất trình bản chính để đối chiếu, không phải nộp thêm bản sao có chứng thực.",
    "Biên bản được lập thành {few} bản có giá trị pháp lý như nhau, mỗi bên giữ một bản để thực hiện.",
    "Hội nghị thống nhất đánh giá: {fault} là vấn đề tồn tại từ nhiều năm, cần có lộ trình giải quyết phù hợp.",
    "Hệ thống camera giám sát và máy lấy số tự động tại nơi tiếp nhận hồ sơ đã hoạt động trở lại từ ngày {past}.",
    "Các hộ kinh doanh thuộc khu vực {hamlet} đề nghị được gia hạn nộp thuế thêm {few} tháng do ảnh hưởng của mưa bão.",
    "Theo quy định của {law}, thời hạn giải quyết không quá {few} ngày làm việc; trường hợp phức tạp có thể kéo dài nhưng phải thông báo rõ lý do.",
    "Đến hết quý {quarter} năm {year}, tổng thu ngân sách đạt {rate}% dự toán, chi thường xuyên bảo đảm đúng định mức, tiết kiệm.",
    "{agency} có ý kiến thẩm định tại {document}, trong đó yêu cầu bổ sung thuyết minh về {field}.",
    "Bản đồ địa chính khu vực {hamlet} tỷ lệ 1:1000 được đo vẽ lại, có {count} thửa thay đổi về hình thể hoặc diện tích.",
    "Người cao tuổi, người khuyết tật và phụ nữ mang thai được ưu tiên giải quyết trước, không phải xếp hàng chờ đợi.",
    "Mọi ý kiến đóng góp xin gửi về {agency} trước ngày {later} để tổng hợp, tiếp thu và giải trình đầy đủ.",
    "Trưởng thôn {hamlet} đã vận động {count} hộ gia đình đăng ký tài khoản định danh điện tử, đạt {rate}% kế hoạch.",
    "Tài liệu có giá trị bảo quản vĩnh viễn được chỉnh lý, lập mục lục và giao nộp vào lưu trữ lịch sử theo {document}.",
    "Qua rà soát, có {few} quyết định không còn phù hợp với {law}, cần sửa đổi, bổ sung hoặc bãi bỏ.",
    "Việc thu, nộp phí và lệ phí thực hiện bằng hình thức không dùng tiền mặt, có biên lai điện tử gửi ngay cho người nộp.",
    "Ngay sau khi nhận được văn bản này, yêu cầu thủ trưởng các đơn vị nghiêm túc triển khai, phân công người chịu trách nhiệm cụ thể.",
];

const TASKS: &[&str] = &[
    "Khẩn trương {work}, gửi kết quả về {agency} trước ngày {later}",
    "Chủ trì, phối hợp với {agency} {work} theo đúng quy định của {law}",
    "Rà soát {field} trên địa bàn quản lý, lập danh sách các trường hợp {fault}",
    "Bố trí nhân lực, kinh phí và trang thiết bị cần thiết để {work}",
    "Tăng cường kiểm tra, giám sát {field}; kịp thời chấn chỉnh tình trạng {fault}",
    "Tổ chức tuyên truyền rộng rãi trên hệ thống truyền thanh cơ sở nhằm {goal}",
    "Tổng hợp số liệu {field} quý {quarter} năm {year}, báo cáo bằng văn bản kèm tệp điện tử",
    "Niêm yết công khai kết quả {field} tại trụ sở và nhà văn hóa thôn {hamlet} trong 15 ngày",
    "Cập nhật đầy đủ dữ liệu {field} vào hệ thống thông tin giải quyết thủ tục hành chính",
    "Hướng dẫn các hộ gia đình tại {hamlet} hoàn thiện hồ sơ, tránh đi lại nhiều lần",
];

const AGENCIES: &[&str] = &[
    "Sở Nội vụ",
    "Sở Tài chính",
    "Sở Xây dựng",
    "Sở Nông nghiệp và Môi trường",
    "Sở Khoa học và Công nghệ",
    "Sở Tư pháp",
    "Phòng Văn hóa - Xã hội",
    "Phòng Kinh tế",
    "Công an xã",
    "Trung tâm Phục vụ hành chính công",
    "Chi nhánh Văn phòng đăng ký đất đai",
    "Thuế cơ sở",
    "Ban Chỉ huy quân sự",
    "Văn phòng Ủy ban nhân dân",
    "Ủy ban Mặt trận Tổ quốc Việt Nam",
    "Kho bạc Nhà nước khu vực",
    "Bảo hiểm xã hội cơ sở",
    "Trạm Y tế",
];
const FIELDS: &[&str] = &[
    "cải cách thủ tục hành chính",
    "quản lý đất đai",
    "hộ tịch và chứng thực",
    "trật tự xây dựng",
    "bảo trợ xã hội",
    "giảm nghèo bền vững",
    "vệ sinh môi trường",
    "số hóa hồ sơ, giấy tờ",
    "tiếp công dân và giải quyết khiếu nại, tố cáo",
    "phòng cháy, chữa cháy",
    "an toàn thực phẩm",
    "đăng ký kinh doanh",
    "quản lý cư trú",
    "lưu trữ lịch sử",
    "giáo dục mầm non",
    "y tế dự phòng",
    "thu ngân sách nhà nước",
    "bồi thường, hỗ trợ, tái định cư",
    "chuyển đổi số",
    "xây dựng nông thôn mới",
];
const WORKS: &[&str] = &[
    "rà soát, chuẩn hóa quy trình nội bộ giải quyết hồ sơ",
    "số hóa kết quả giải quyết thủ tục hành chính còn hiệu lực",
    "đo đạc, chỉnh lý bản đồ địa chính",
    "kiểm kê tài sản công và lập biên bản bàn giao",
    "thẩm định phương án bồi thường của các hộ dân",
    "tổ chức đối thoại với doanh nghiệp và người dân",
    "cập nhật biến động hộ tịch vào sổ đăng ký",
    "hoàn thiện hồ sơ trình cấp có thẩm quyền phê duyệt",
    "lập danh sách người được hưởng trợ cấp hằng tháng",
    "nâng cấp đường truyền và máy quét tại bộ phận một cửa",
    "tập huấn nghiệp vụ cho công chức tiếp nhận hồ sơ",
    "xử lý dứt điểm các hồ sơ tồn đọng kéo dài",
    "giải phóng mặt bằng phục vụ thi công công trình",
    "bàn giao hồ sơ, con dấu và tài liệu lưu trữ",
    "xác minh nguồn gốc sử dụng đất",
];
const GOALS: &[&str] = &[
    "nâng cao chất lượng phục vụ nhân dân",
    "rút ngắn thời gian giải quyết thủ tục",
    "giảm chi phí tuân thủ cho người dân và doanh nghiệp",
    "bảo đảm quyền, lợi ích hợp pháp của công dân",
    "giữ vững an ninh chính trị, trật tự an toàn xã hội",
    "hoàn thành các chỉ tiêu phát triển kinh tế - xã hội",
    "xây dựng nền hành chính chuyên nghiệp, hiện đại",
    "ngăn ngừa thất lạc, hư hỏng hồ sơ, tài liệu",
    "tái sử dụng dữ liệu, không yêu cầu nộp lại giấy tờ",
    "thúc đẩy sản xuất, kinh doanh trên địa bàn",
];
const FAULTS: &[&str] = &[
    "hồ sơ lưu trữ chưa được sắp xếp khoa học",
    "một số giấy tờ bị mờ, rách, khó đọc",
    "thông tin giữa sổ gốc và cơ sở dữ liệu chưa thống nhất",
    "hệ thống phần mềm thường xuyên quá tải",
    "ranh giới thửa đất chưa rõ ràng",
    "việc phối hợp giữa các đơn vị chưa kịp thời",
    "người dân chưa quen nộp hồ sơ trực tuyến",
    "thiếu cán bộ có chuyên môn về công nghệ thông tin",
    "xây dựng công trình sai nội dung giấy phép",
    "chậm luân chuyển hồ sơ giữa các bước",
];
/// Laws and decrees with their years.
const LAWS: &[(i32, &str)] = &[
    (2024, "Luật Đất đai năm 2024"),
    (2014, "Luật Hộ tịch năm 2014"),
    (2020, "Luật Cư trú năm 2020"),
    (2011, "Luật Khiếu nại năm 2011"),
    (2014, "Luật Xây dựng năm 2014"),
    (2024, "Luật Lưu trữ năm 2024"),
    (2023, "Luật Giao dịch điện tử năm 2023"),
    (2015, "Luật Tổ chức chính quyền địa phương"),
    (2025, "Nghị định số 118/2025/NĐ-CP"),
    (2020, "Nghị định số 30/2020/NĐ-CP"),
    (2020, "Nghị định số 45/2020/NĐ-CP"),
    (2015, "Nghị định số 23/2015/NĐ-CP"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled_and_sentences_vary() {
        let mut random = Random::new(11);
        let day = Date::new(2025, 9, 9);
        let texts: Vec<String> = (0..200).map(|_| sentence(&mut random, day)).collect();
        assert!(texts.iter().all(|text| !text.contains('{') && !text.contains("  ") && text.ends_with('.')));
        let mut distinct = texts.clone();
        distinct.sort();
        distinct.dedup();
        assert!(distinct.len() > 135, "only {} of 200 sentences differ", distinct.len());
    }
}

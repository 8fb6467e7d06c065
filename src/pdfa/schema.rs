//! The namespace of our own metadata: the field set of a digitised paper.
//!
//! Names are those that provincial systems use in their records (regulation sheet §1.4), so that a
//! reader of the file and a reader of the record see one vocabulary; descriptions are the
//! Vietnamese labels. Every field of the set is declared, whether or not a document has it,
//! so that a later revision of a file may state it without a new schema.

use crate::pdf::xmp::{Namespace, Property, Schema, ValueType};

/// Namespace of the fields.
pub(super) const NAMESPACE: Namespace = Namespace { prefix: "sohoa", uri: "urn:vn:sohoa:xmp:1.0#" };

/// The whole field set.
pub(super) static SCHEMA: Schema =
    Schema { description: "Giấy tờ số hóa", namespace: NAMESPACE, properties: PROPERTIES };

const fn text(name: &'static str, description: &'static str) -> Property {
    Property { name, value_type: ValueType::Text, description }
}

const fn date(name: &'static str, description: &'static str) -> Property {
    Property { name, value_type: ValueType::Date, description }
}

const fn boolean(name: &'static str, description: &'static str) -> Property {
    Property { name, value_type: ValueType::Boolean, description }
}

const fn sequence(name: &'static str, description: &'static str) -> Property {
    Property { name, value_type: ValueType::TextSequence, description }
}

const PROPERTIES: &[Property] = &[
    // The record of the paper.
    text("Ma", "mã giấy tờ số hóa"),
    text("MaGiayTo", "mã thành phần hồ sơ hoặc mã kết quả"),
    text("LoaiGiayTo", "loại giấy tờ"),
    text("Ten", "tên giấy tờ"),
    text("SoKyHieu", "số, ký hiệu"),
    date("NgayBanHanh", "ngày ban hành, ngày cấp"),
    text("CoQuanBanHanh", "cơ quan ban hành"),
    text("NguoiKy", "người ký"),
    text("ChucVuNguoiKy", "chức vụ người ký"),
    text("TrichYeuNoiDung", "trích yếu nội dung"),
    date("ThoiHanHieuLuc", "thời hạn hiệu lực"),
    boolean("ThoiHanVinhVien", "không thời hạn"),
    text("PhamViHieuLuc", "phạm vi hiệu lực"),
    text("MaDinhDanh", "số định danh chủ giấy tờ"),
    text("ChuGiayTo", "tên chủ giấy tờ"),
    text("MaHoSo", "mã hồ sơ"),
    text("MaTTHC", "mã thủ tục hành chính"),
    text("MaLinhVuc", "mã lĩnh vực"),
    text("MaGiayToKhoQuocGia", "mã giấy tờ trong kho quốc gia"),
    // How it was digitised.
    text("KyHieuRieng", "ký hiệu riêng của văn bản chuyển đổi"),
    text("LoaiSoHoa", "loại số hóa: 0 thành phần hồ sơ, 1 kết quả"),
    text("LoaiBan", "loại bản: 0 bản chính, 1 bản sao"),
    text("NguoiSoHoa", "người số hóa"),
    text("DonViSoHoa", "đơn vị số hóa"),
    date("ThoiGianSoHoa", "thời gian số hóa"),
    text("TrangThaiSoHoa", "trạng thái số hóa: 1 chờ duyệt, 2 đã duyệt, 3 không duyệt"),
    text("NguoiDuyet", "người duyệt"),
    date("ThoiGianDuyet", "thời gian duyệt"),
    boolean("AnGiayTo", "ẩn giấy tờ đến khi trả kết quả"),
    // Where the system keeps it.
    text("JsonOcr", "kết quả nhận dạng"),
    text("DinhKem", "tệp đính kèm"),
    text("DungLuong", "dung lượng tệp"),
    text("KhoTaiLieuDienTuId", "định danh trong kho tài liệu điện tử"),
    // What ties the file to the paper's scan.
    text("DinhDanhDauVao", "định danh nội dung đầu vào"),
    sequence("MaBamTepNguon", "mã băm của các tệp nguồn"),
    sequence("MaBamTrang", "mã băm ảnh từng trang và cách lấy ảnh"),
    sequence("HieuChinhTrang", "hiệu chỉnh từng trang"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_declared_once() {
        let names: std::collections::BTreeSet<_> = PROPERTIES.iter().map(|property| property.name).collect();
        assert_eq!(names.len(), PROPERTIES.len());
    }
}

//! Findings and verdicts in words, in Vietnamese (Circular 15/2025/TT-BKHCN, art. 6: "hợp lệ" or "không hợp lệ")
//! and English.

use std::fmt;

use super::{Allowed, Change, Finding, Indication, Kind, Report, SignatureReport};
use crate::base::time::Timestamp;
use crate::pki::{cms, path, timestamp};

/// A verdict in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// In Vietnamese.
    pub vietnamese: String,
    /// In English.
    pub english: String,
}

impl Verdict {
    pub(super) fn of(report: &Report) -> Self {
        let decisive = report.decisive();
        let english = decisive.map_or_else(String::new, ToString::to_string);
        let vietnamese = decisive.map_or_else(String::new, Finding::vietnamese);
        match report.indication() {
            Indication::Valid => Self::valid(report),
            Indication::Indeterminate => Self {
                vietnamese: format!("Chưa đủ căn cứ kết luận: {vietnamese}"),
                english: format!("indeterminate: {english}"),
            },
            Indication::Invalid => {
                Self { vietnamese: format!("Không hợp lệ: {vietnamese}"), english: format!("invalid: {english}") }
            }
        }
    }

    fn valid(report: &Report) -> Self {
        let count = report.signatures.iter().filter(|signature| signature.kind == Kind::Signature).count();
        let plural = if count == 1 { "signature" } else { "signatures" };
        let (vietnamese, english): (Vec<_>, Vec<_>) = report.signatures.iter().map(signature).unzip();
        // What was added behind the last value is evidence alone, else it would not be valid.
        let whole = report.signatures.iter().any(|signature| signature.covers_whole_file);
        let (of_file, over) = if whole { (" trên toàn bộ tệp", " over the whole file") } else { ("", "") };
        Self {
            vietnamese: format!("Hợp lệ: {count} chữ ký số{of_file}; {}", vietnamese.join("; ")),
            english: format!("valid: {count} {plural}{over}; {}", english.join("; ")),
        }
    }
}

/// `… ký lúc 2026-11-03T09:15:22+07:00 (PAdES B-T)`
fn signature(signature: &SignatureReport) -> (String, String) {
    let signer = signature.signer.as_deref().unwrap_or("?");
    let level = signature.level.map(|level| format!(" ({level})")).unwrap_or_default();
    let time = signature.stamped_at.or(signature.claimed_at).map_or_else(|| "?".to_owned(), Timestamp::vietnam);
    match signature.kind {
        Kind::Signature => (format!("{signer} ký lúc {time}{level}"), format!("signed by {signer} at {time}{level}")),
        Kind::DocumentTimestamp => {
            (format!("dấu thời gian của {signer} lúc {time}"), format!("time-stamped by {signer} at {time}"))
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable(why) => return write!(f, "the file cannot be read as a PDF: {why}"),
            Self::Closed(why) => return write!(f, "the file could not be opened: {why}"),
            Self::Repaired => "the file is damaged and could be read only after repair",
            Self::Ambiguous => "old and new readers see different objects in the file",
            Self::NotSigned => "the file has no signature",
            Self::ByteRange => "the ranges that a signature covers are malformed",
            Self::Gap => "what a signature leaves out is not its value alone",
            Self::Usage => "the certificate is not for signing documents",
            Self::NoTimestamp => "there is no time-stamp",
            Self::NoSignedAttributes => "the signature is over the file alone and has no signed attributes",
            Self::NotPades => "the signature is in a form older than PAdES baseline",
            Self::RevocationNotChecked => "whether the certificates were revoked was not checked",
            Self::NotCms(why) => return write!(f, "the value of a signature is no CMS signature: {why}"),
            Self::SubFilter(found) => return write!(f, "signatures of the form `{found}` are not supported"),
            Self::Cms(fault) => return fault.fmt(f),
            Self::Path(fault) => return fault.fmt(f),
            Self::Weak(weak) => return weak.fmt(f),
            Self::Revoked { subject, at, reason: Some(reason) } => {
                return write!(f, "the certificate `{subject}` was revoked on {at} ({reason})");
            }
            Self::Revoked { subject, at, reason: None } => {
                return write!(f, "the certificate `{subject}` was revoked on {at}");
            }
            Self::StatusUnknown { subject } => {
                return write!(f, "nothing says whether the certificate `{subject}` was revoked");
            }
            Self::Timestamp(fault) => return fault.fmt(f),
            Self::TimestampPath(fault) => return write!(f, "the time-stamp: {fault}"),
            Self::OfTimestamp(finding) => return write!(f, "the time-stamp: {finding}"),
            Self::UnsignedBytes(bytes) => return write!(f, "{bytes} bytes stand behind the end of the file"),
            Self::Changed(change) => return write!(f, "changed after it was signed: {change}"),
            Self::Added(allowed) => return write!(f, "added after it was signed, as it allows: {allowed}"),
        })
    }
}

impl Finding {
    /// The finding in Vietnamese.
    #[must_use]
    pub fn vietnamese(&self) -> String {
        match self {
            Self::Unreadable(_) => "tệp không phải là PDF đọc được".to_owned(),
            Self::Closed(_) => "không mở được tệp (tệp bị khóa hoặc không đọc được)".to_owned(),
            Self::Repaired => "tệp bị hỏng, chỉ đọc được sau khi sửa".to_owned(),
            Self::Ambiguous => "phần mềm đọc cũ và mới thấy nội dung khác nhau trong tệp".to_owned(),
            Self::NotSigned => "tệp không có chữ ký số".to_owned(),
            Self::ByteRange => "phạm vi ký không đúng quy định".to_owned(),
            Self::Gap => "phần tệp để trống khi ký không chỉ là giá trị chữ ký".to_owned(),
            Self::NotCms(_) => "giá trị chữ ký không phải là chữ ký CMS".to_owned(),
            Self::Usage => "chứng thư không dùng để ký văn bản".to_owned(),
            Self::NoTimestamp => "không có dấu thời gian".to_owned(),
            Self::NoSignedAttributes => "chữ ký chỉ trên nội dung tệp, không có thuộc tính được ký".to_owned(),
            Self::NotPades => "chữ ký ở dạng cũ hơn PAdES".to_owned(),
            Self::RevocationNotChecked => "chưa kiểm tra tình trạng thu hồi chứng thư".to_owned(),
            Self::SubFilter(found) => format!("chưa hỗ trợ chữ ký dạng `{found}`"),
            Self::Cms(fault) => signature_fault(fault),
            Self::Path(fault) => path_fault(fault),
            Self::Weak(weak) => format!("thuật toán {} không còn được tin cậy", weak.what),
            Self::Revoked { subject, at, .. } => format!("chứng thư \"{subject}\" đã bị thu hồi từ {at}"),
            Self::StatusUnknown { subject } => {
                format!("không xác định được chứng thư \"{subject}\" có bị thu hồi hay không")
            }
            Self::Timestamp(fault) => timestamp_fault(fault),
            Self::TimestampPath(fault) => format!("dấu thời gian: {}", path_fault(fault)),
            Self::OfTimestamp(finding) => format!("dấu thời gian: {}", finding.vietnamese()),
            Self::UnsignedBytes(bytes) => format!("có {bytes} byte sau phần kết thúc của tệp"),
            Self::Changed(change) => format!("đã thay đổi sau khi ký: {}", change.vietnamese()),
            Self::Added(allowed) => format!("được thêm sau khi ký theo quy định: {}", allowed.vietnamese()),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rewritten => f.write_str("the file was written anew"),
            Self::Trailer => f.write_str("the trailer names another catalog or lock"),
            Self::Catalog(key) => write!(f, "the entry {key} of the catalog"),
            Self::Form(key) => write!(f, "the entry {key} of the form"),
            Self::Field(name) => write!(f, "the field `{name}`"),
            Self::Page(number, key) => write!(f, "the entry {key} of page {number}"),
            Self::Pages => f.write_str("pages were added, removed or moved"),
            Self::Annotation(page) => write!(f, "an annotation on page {page}"),
            Self::Evidence => f.write_str("evidence was removed"),
            Self::Information(key) => write!(f, "the entry {key} of the document information"),
            Self::Object(number) => write!(f, "object {number}"),
            Self::TooMany => f.write_str("more objects than are looked at"),
            Self::Unreadable(number) => write!(f, "object {number}, which cannot be read"),
        }
    }
}

impl Change {
    fn vietnamese(&self) -> String {
        match self {
            Self::Rewritten => "tệp đã được ghi lại toàn bộ".to_owned(),
            Self::Trailer => "phần cuối tệp trỏ tới nội dung khác".to_owned(),
            Self::Catalog(key) => format!("mục {key} của tài liệu"),
            Self::Form(key) => format!("mục {key} của biểu mẫu"),
            Self::Field(name) => format!("trường \"{name}\""),
            Self::Page(number, key) => format!("mục {key} của trang {number}"),
            Self::Pages => "số trang hoặc thứ tự trang".to_owned(),
            Self::Annotation(page) => format!("chú thích trên trang {page}"),
            Self::Evidence => "bằng chứng xác thực bị xóa".to_owned(),
            Self::Information(key) => format!("mục {key} của thông tin tài liệu"),
            Self::Object(number) => format!("đối tượng {number}"),
            Self::TooMany => "quá nhiều đối tượng".to_owned(),
            Self::Unreadable(number) => format!("đối tượng {number} không đọc được"),
        }
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evidence => f.write_str("certificates and their status"),
            Self::Timestamp(field) => write!(f, "the document time-stamp `{field}`"),
            Self::Signature(field) => write!(f, "the signature `{field}`"),
            Self::Filled(field) => write!(f, "the value of the field `{field}`"),
            Self::Information => f.write_str("date of change and program in the document information"),
        }
    }
}

impl Allowed {
    fn vietnamese(&self) -> String {
        match self {
            Self::Evidence => "chứng thư và tình trạng chứng thư".to_owned(),
            Self::Timestamp(field) => format!("dấu thời gian \"{field}\""),
            Self::Signature(field) => format!("chữ ký \"{field}\""),
            Self::Filled(field) => format!("giá trị của trường \"{field}\""),
            Self::Information => "ngày sửa và phần mềm trong thông tin tài liệu".to_owned(),
        }
    }
}

fn signature_fault(fault: &cms::Fault) -> String {
    match fault {
        cms::Fault::ContentType => "nội dung được ký thuộc loại khác".to_owned(),
        cms::Fault::DigestMismatch => "nội dung tệp đã thay đổi sau khi ký".to_owned(),
        cms::Fault::NoMessageDigest => "chữ ký không có giá trị băm của nội dung".to_owned(),
        cms::Fault::NoSignedAttributes => "chữ ký không có thuộc tính được ký".to_owned(),
        cms::Fault::RepeatedAttribute => "một thuộc tính được ký bị lặp lại".to_owned(),
        cms::Fault::NoSignerCertificate => "không có chứng thư của người ký".to_owned(),
        cms::Fault::NoSigningCertificate => "chữ ký không nêu chứng thư ký".to_owned(),
        cms::Fault::SigningCertificateMismatch => "chữ ký nêu một chứng thư khác".to_owned(),
        cms::Fault::WrongSignature => "giá trị chữ ký không đúng với khóa của chứng thư".to_owned(),
        cms::Fault::DigestsDiffer => "chữ ký và nội dung dùng hai thuật toán băm khác nhau".to_owned(),
        cms::Fault::OtherAlgorithms => "thuộc tính được ký nêu các thuật toán khác".to_owned(),
        cms::Fault::ContentInside => "nội dung được ký nằm trong chữ ký, không phải là tệp".to_owned(),
        cms::Fault::SeveralSigners(count) => format!("chữ ký có {count} người ký thay vì một"),
        cms::Fault::Algorithm(oid) => format!("thuật toán {oid} không được chấp nhận"),
    }
}

fn path_fault(fault: &path::Fault) -> String {
    match fault {
        path::Fault::NoAnchor { subject, issuer } => {
            format!("chứng thư \"{subject}\" do \"{issuer}\" cấp, không thuộc danh sách tin cậy")
        }
        path::Fault::OutsideValidity { subject, not_before, not_after, at } => {
            format!("chứng thư \"{subject}\" có hiệu lực từ {not_before} đến {not_after}, không có hiệu lực lúc {at}")
        }
        path::Fault::NeverTogether { subject } => {
            format!("chứng thư \"{subject}\" và các chứng thư cấp trên chưa bao giờ cùng có hiệu lực")
        }
        path::Fault::AnchorNotTrusted { subject, store, at } => {
            format!("\"{subject}\" trong kho tin cậy \"{store}\" không được tin cậy lúc {at}")
        }
        path::Fault::NameNotAllowed { subject, authority } => {
            format!("\"{authority}\" không được cấp chứng thư mang tên của \"{subject}\"")
        }
        path::Fault::NoPolicy { subject } => {
            format!("chuỗi chứng thư của \"{subject}\" đòi hỏi một chính sách mà không chính sách nào áp dụng")
        }
        path::Fault::NotAnAuthority { subject } => format!("\"{subject}\" không có quyền cấp chứng thư"),
        path::Fault::PathTooLong { subject } => format!("chuỗi chứng thư dưới \"{subject}\" dài quá mức cho phép"),
        path::Fault::UnknownCritical { subject, oid } => {
            format!("chứng thư \"{subject}\" có phần mở rộng bắt buộc {oid} chưa hiểu được")
        }
    }
}

fn timestamp_fault(fault: &timestamp::Fault) -> String {
    match fault {
        timestamp::Fault::Malformed => "dấu thời gian không đọc được".to_owned(),
        timestamp::Fault::Imprint => "dấu thời gian không thuộc chữ ký này".to_owned(),
        timestamp::Fault::Algorithm(oid) => format!("dấu thời gian: thuật toán băm {oid} không được chấp nhận"),
        timestamp::Fault::Signature(fault) => format!("dấu thời gian: {}", signature_fault(fault)),
        timestamp::Fault::Usage { subject } => format!("chứng thư \"{subject}\" không chỉ dùng để cấp dấu thời gian"),
        timestamp::Fault::OutsideValidity { subject, at } => {
            format!("chứng thư dấu thời gian \"{subject}\" không có hiệu lực lúc {at}")
        }
        timestamp::Fault::Future { at } => format!("dấu thời gian {at} ở sau thời điểm kiểm tra"),
    }
}

//! Findings and verdicts in words, in Vietnamese (Circular 15/2025/TT-BKHCN, art. 6: "hợp lệ" or "không hợp lệ")
//! and English.

use std::fmt;

use super::{Finding, Indication, Kind, Report, SignatureReport};
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
        let decisive = decisive(report);
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
        let count = report.signatures.len();
        let plural = if count == 1 { "signature" } else { "signatures" };
        let (vietnamese, english): (Vec<_>, Vec<_>) = report.signatures.iter().map(signature).unzip();
        Self {
            vietnamese: format!("Hợp lệ: {count} chữ ký số trên toàn bộ tệp; {}", vietnamese.join("; ")),
            english: format!("valid: {count} {plural} over the whole file; {}", english.join("; ")),
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

/// The first finding of the worst kind.
fn decisive(report: &Report) -> Option<&Finding> {
    let worst = report.indication();
    let mut all = report.findings.iter().chain(report.signatures.iter().flat_map(|signature| &signature.findings));
    all.find(|finding| finding.indication() == worst)
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "the file is no PDF that can be read",
            Self::Repaired => "the file is damaged and could be read only after repair",
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
            Self::Timestamp(fault) => return fault.fmt(f),
            Self::TimestampPath(fault) => return write!(f, "the time-stamp: {fault}"),
            Self::UnsignedBytes(bytes) => return write!(f, "{bytes} bytes after the last signature are not signed"),
            Self::LaterRevision(bytes) => return write!(f, "{bytes} bytes were added after this signature"),
        })
    }
}

impl Finding {
    /// The finding in Vietnamese.
    #[must_use]
    pub fn vietnamese(&self) -> String {
        match self {
            Self::Unreadable => "tệp không phải là PDF đọc được".to_owned(),
            Self::Repaired => "tệp bị hỏng, chỉ đọc được sau khi sửa".to_owned(),
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
            Self::Timestamp(fault) => timestamp_fault(fault),
            Self::TimestampPath(fault) => format!("dấu thời gian: {}", path_fault(fault)),
            Self::UnsignedBytes(bytes) => format!("{bytes} byte sau chữ ký cuối cùng không được ký"),
            Self::LaterRevision(bytes) => format!("{bytes} byte được thêm sau chữ ký này"),
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

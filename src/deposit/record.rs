//! `record.json`: what a provincial system keeps of each digitised paper (regulation sheet §1.4), version 1.
//!
//! Every field of that set is here under an English name, with the system's own name in its description; what is not
//! known, or is given later, is `null`. Read and written by this module alone, so the inner types may change freely.

use serde::{Deserialize, Serialize};

use super::{Package, names};
use crate::base::digest::Sha256;
use crate::base::geometry::Rect;
use crate::base::time::Timestamp;
use crate::classify::Evidence;
use crate::describe::{Field, FieldSource};
use crate::intake::{Form, Role, SetAside, SignatureVerdict, SourceFile, Standing};
use crate::review::Approval;

/// The version that is written and read here.
pub const VERSION: u32 = 1;

/// The whole record of a deposited document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredRecord {
    /// Version of this form.
    pub version: u32,
    /// Mã định danh trong kho (`KhoTaiLieuDienTuId`): `urn:vn-kho:...`.
    pub urn: String,
    /// Mã giấy tờ số hóa (`Ma`): owner, kind, number, ordinal; given when the dossier is completed.
    pub paper_code: Option<String>,
    /// Mã giấy tờ trong kho quốc gia (`MaGiayToKhoQuocGia`), where it was registered there.
    pub national_code: Option<String>,
    /// Mã loại giấy tờ (`MaGiayTo`): component or result code.
    pub paper_kind: Option<String>,
    /// Loại giấy tờ: short code of the closed list, and what says so.
    pub document_type: StoredType,
    /// Tên giấy tờ (`Ten`).
    pub title: Option<StoredField>,
    /// Số, ký hiệu (`SoKyHieu`).
    pub number: Option<StoredField>,
    /// Ngày ban hành, ngày cấp (`NgayBanHanh`): `2026-11-03`.
    pub issued: Option<StoredField>,
    /// Cơ quan ban hành (`CoQuanBanHanh`).
    pub issuer: Option<StoredField>,
    /// Người ký (`NguoiKy`).
    pub signer: Option<StoredField>,
    /// Chức vụ người ký.
    pub signer_title: Option<StoredField>,
    /// Trích yếu nội dung (`TrichYeuNoiDung`).
    pub subject: Option<StoredField>,
    /// Thời hạn hiệu lực (`ThoiHanHieuLuc`): the last day in force.
    pub valid_until: Option<StoredField>,
    /// Không thời hạn (`ThoiHanVinhVien`).
    pub valid_forever: Option<bool>,
    /// Phạm vi hiệu lực (`PhamViHieuLuc`).
    pub valid_where: Option<String>,
    /// Chủ giấy tờ.
    pub owner: StoredOwner,
    /// Mã hồ sơ (`MaHoSo`).
    pub dossier: Option<String>,
    /// Mã thủ tục hành chính (`MaTTHC`).
    pub procedure: Option<String>,
    /// Mã lĩnh vực (`MaLinhVuc`).
    pub domain: Option<String>,
    /// Loại số hóa (`LoaiSoHoa`): `component` (0) or `result` (1).
    pub role: Option<String>,
    /// Loại bản: `original` or `copy`.
    pub form: Option<String>,
    /// Người, đơn vị, thời gian số hóa (`NguoiSoHoa`, `DonViId`, `ThoiGianSoHoa`).
    pub digitized: StoredConversion,
    /// Trạng thái số hóa (`TrangThaiSoHoa`): only what is approved (2) is deposited.
    pub approval: StoredApproval,
    /// Ẩn giấy tờ (`AnGiayTo`): a result hidden from its owner until it is returned.
    pub hidden: Option<bool>,
    /// Tệp đính kèm (`DinhKem`, `DungLuong`).
    pub document: StoredFile,
    /// Chữ ký số.
    pub signature: StoredSignature,
    /// Where the document came from.
    pub origin: StoredOrigin,
}

/// A type, how sure, and the words that say so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredType {
    /// Short code, such as `GKS`, or `UNKNOWN`.
    pub code: String,
    /// 0 to 1.
    pub confidence: f32,
    /// The words that decided, most telling first.
    pub evidence: Vec<StoredEvidence>,
}

/// A value with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredField {
    /// The value, normalised.
    pub value: String,
    /// 0 to 1.
    pub confidence: f32,
    /// `read`, `metadata` or `person`.
    pub source: String,
    /// The words it was read from.
    pub evidence: Option<StoredEvidence>,
}

/// Words on a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredEvidence {
    /// The page, from 1.
    pub page: u32,
    /// Left, top, right, bottom in pixels of the corrected page.
    #[serde(rename = "box")]
    pub bbox: [f32; 4],
    /// The words as recognised.
    pub text: String,
}

/// Whose the document is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredOwner {
    /// `citizen`, `old-citizen` or `organization`.
    pub kind: String,
    /// Số định danh chủ giấy tờ (`MaDinhDanh`).
    pub number: String,
    /// The number as it stands on the paper, where it was found.
    pub found: Option<StoredField>,
    /// Tên chủ giấy tờ (`ChuGiayTo`).
    pub name: Option<StoredField>,
}

/// The conversion from paper (Law 20/2023 art. 12, Decree 137/2024 art. 4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredConversion {
    /// Cơ quan số hóa.
    pub agency: String,
    /// Người số hóa.
    pub officer: Option<String>,
    /// Thời gian số hóa.
    pub at: Timestamp,
}

/// Who approved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredApproval {
    /// `thresholds` or `person`.
    pub by: String,
    /// The person's name.
    pub name: Option<String>,
    /// When the person approved.
    pub at: Option<Timestamp>,
}

/// A file of the object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Its path in the object.
    pub path: String,
    /// Its media type.
    pub media_type: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Sha256,
    /// For an input file that was signed before it came: it is the signed original, kept byte for byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_original: Option<StoredVerdict>,
}

/// What verification said of a signed original when it was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredVerdict {
    /// `valid`, `indeterminate` or `invalid` (EN 319 102-1).
    pub standing: String,
    /// How many signatures and document time-stamps it carries.
    pub signatures: u32,
    /// In one line.
    pub verdict: String,
}

/// The signature of `document.pdf`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredSignature {
    /// `B-B`, `B-T`, ... (EN 319 142-1).
    pub level: String,
    /// Common name of the signing certificate.
    pub signer: String,
    /// The time claimed, or stamped.
    pub at: Timestamp,
}

/// The input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredOrigin {
    /// Its path below the inbox.
    pub name: String,
    /// Identity of the input.
    pub identity: Sha256,
    /// Ordinal among papers of the same pages.
    pub ordinal: Option<u32>,
    /// The input files in page order; in the object only where sources are kept.
    pub sources: Vec<StoredFile>,
    /// Pages of the input files that are no pages of the document, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_aside: Vec<SetAside>,
}

impl StoredRecord {
    /// The record of a package under its name in the store.
    pub(super) fn of(package: &Package<'_>, urn: &str) -> Self {
        let described = package.approved.described();
        let (classified, record) = (&described.classified, &described.record);
        let origin = &classified.recognized.origin;
        let hints = &origin.hints;
        let text = |field: &Option<Field<String>>| field.as_ref().map(|field| stored(field, String::clone));
        Self {
            version: VERSION,
            urn: urn.to_owned(),
            paper_code: None,
            national_code: None,
            paper_kind: hints.paper.as_ref().map(ToString::to_string),
            document_type: StoredType {
                code: classified.classification.document_type.code().to_owned(),
                confidence: classified.classification.confidence.value(),
                evidence: classified.classification.evidence.iter().map(StoredEvidence::from).collect(),
            },
            title: text(&record.title),
            number: record.number.as_ref().map(|field| stored(field, |number| number.text.clone())),
            issued: record.issued.as_ref().map(|field| stored(field, ToString::to_string)),
            issuer: text(&record.issuer),
            signer: text(&record.signer),
            signer_title: text(&record.signer_title),
            subject: text(&record.subject),
            valid_until: record.valid_until.as_ref().map(|field| stored(field, ToString::to_string)),
            valid_forever: None,
            valid_where: None,
            owner: StoredOwner::of(package),
            dossier: hints.dossier.as_ref().map(ToString::to_string),
            procedure: hints.procedure.as_ref().map(ToString::to_string),
            domain: None,
            role: hints.role.map(role),
            form: hints.form.map(form),
            digitized: StoredConversion {
                agency: package.conversion.agency.clone(),
                officer: package.conversion.officer.clone(),
                at: package.conversion.at,
            },
            approval: package.approved.approval().into(),
            hidden: None,
            document: StoredFile {
                path: names::DOCUMENT.to_owned(),
                media_type: "application/pdf".to_owned(),
                bytes: package.signed.bytes().len() as u64,
                sha256: package.signed.sha256(),
                signed_original: None,
            },
            signature: StoredSignature {
                // The level's own letters: B, T, LT, LTA.
                level: format!("B-{:?}", package.signed.level()).to_uppercase(),
                signer: package.signed.signer().to_owned(),
                at: package.signed.signed_at(),
            },
            origin: StoredOrigin {
                name: origin.name.clone(),
                identity: origin.identity.0,
                ordinal: hints.ordinal,
                sources: origin.sources.iter().map(StoredFile::from).collect(),
                set_aside: origin.set_aside.clone(),
            },
        }
    }
}

impl StoredOwner {
    fn of(package: &Package<'_>) -> Self {
        let record = &package.approved.described().record;
        let hints = &package.approved.described().classified.recognized.origin.hints;
        let given = |name: &String| StoredField {
            value: name.clone(),
            confidence: 1.0,
            source: source(FieldSource::Metadata),
            evidence: None,
        };
        let found = record.owner_name.as_ref().map(|field| stored(field, String::clone));
        Self {
            kind: package.owner.kind().to_owned(),
            number: package.owner.as_str().to_owned(),
            found: record.owner.as_ref().map(|field| stored(field, |owner| owner.as_str().to_owned())),
            name: found.or_else(|| hints.owner_name.as_ref().map(given)),
        }
    }
}

fn stored<T>(field: &Field<T>, text: impl Fn(&T) -> String) -> StoredField {
    StoredField {
        value: text(&field.value),
        confidence: field.confidence.value(),
        source: source(field.source),
        evidence: field.evidence.as_ref().map(StoredEvidence::from),
    }
}

fn source(source: FieldSource) -> String {
    match source {
        FieldSource::Read => "read",
        FieldSource::Metadata => "metadata",
        FieldSource::Person => "person",
    }
    .to_owned()
}

fn role(role: Role) -> String {
    match role {
        Role::Component => "component",
        Role::Result => "result",
    }
    .to_owned()
}

fn form(form: Form) -> String {
    match form {
        Form::Original => "original",
        Form::Copy => "copy",
    }
    .to_owned()
}

/// JSON has no other numbers than finite ones.
pub(super) fn finite(value: f32) -> f32 {
    if value.is_finite() { value } else { 0.0 }
}

pub(super) fn sides(bbox: &Rect) -> [f32; 4] {
    [bbox.left, bbox.top, bbox.right, bbox.bottom].map(finite)
}

impl From<&Evidence> for StoredEvidence {
    fn from(evidence: &Evidence) -> Self {
        let Evidence { page, bbox, text } = evidence;
        Self { page: page.value(), bbox: sides(bbox), text: text.clone() }
    }
}

impl From<&Approval> for StoredApproval {
    fn from(approval: &Approval) -> Self {
        match approval {
            Approval::Thresholds => Self { by: "thresholds".to_owned(), name: None, at: None },
            Approval::Person { name, at } => Self { by: "person".to_owned(), name: Some(name.clone()), at: Some(*at) },
        }
    }
}

impl From<&SourceFile> for StoredFile {
    fn from(file: &SourceFile) -> Self {
        Self {
            path: names::source_path(&file.name),
            media_type: file.media_type.clone(),
            bytes: file.bytes,
            sha256: file.sha256,
            signed_original: file.verdict.as_ref().map(StoredVerdict::from),
        }
    }
}

impl From<&SignatureVerdict> for StoredVerdict {
    fn from(verdict: &SignatureVerdict) -> Self {
        let standing = match verdict.standing {
            Standing::Valid => "valid",
            Standing::Indeterminate => "indeterminate",
            Standing::Invalid => "invalid",
        };
        Self { standing: standing.to_owned(), signatures: verdict.signatures, verdict: verdict.vietnamese.clone() }
    }
}

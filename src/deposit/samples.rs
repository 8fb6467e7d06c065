//! Invented documents for tests.

use std::sync::Arc;

use super::{Event, Options, Package, Receipt, Warehouse, deposit};
use crate::base::digest::Sha256;
use crate::base::geometry::{Rect, Size, Turn};
use crate::base::time::{Date, Timestamp};
use crate::base::units::{Confidence, Dpi, PageNumber};
use crate::classify::{Classification, ClassifiedDocument, Evidence};
use crate::describe::{DescribedDocument, Field, FieldSource, Record};
use crate::intake::{Hints, Identity, Origin, Provenance, Role, Scan, SourceBytes, SourceFile};
use crate::ocr::text::{Line, PageText, Word};
use crate::ocr::{RecognizedDocument, RecognizedPage};
use crate::pdfa::Conversion;
use crate::preprocess::{Correction, Observed, Page};
use crate::raster::{Color, Encoded, Encoding};
use crate::review::{Approval, ApprovedDocument};
use crate::sign::SignedPdf;
use crate::vn::document_number::DocumentNumber;
use crate::vn::document_type::DocumentType;
use crate::vn::identifiers::OwnerId;

/// A document and all that goes with it.
pub(crate) struct Sample {
    pub(crate) owner: OwnerId,
    pub(crate) approved: ApprovedDocument,
    pub(crate) conversion: Conversion,
    pub(crate) signed: SignedPdf,
    pub(crate) sources: Vec<SourceBytes>,
    pub(crate) events: Vec<Event>,
}

impl Sample {
    /// The document `number` of an owner; `signature` makes its signed bytes differ.
    pub(crate) fn new(owner: &str, number: u32, signature: &str) -> Self {
        let at = moment();
        let source: SourceBytes = Arc::from(format!("II*\0 scan {owner} {number}").into_bytes());
        Self {
            owner: owner.parse().expect("an owner's number"),
            approved: ApprovedDocument::for_tests(described(owner, number, &source), Approval::Thresholds),
            conversion: Conversion { agency: "UBND phường Bình Minh".into(), officer: None, at },
            signed: SignedPdf::for_tests(pdf(number, signature), "Con dấu UBND phường Bình Minh", at),
            sources: vec![source],
            events: vec![Event { kind: "capture".into(), at, agent: "sohoa intake".into(), detail: "1 tệp".into() }],
        }
    }

    pub(crate) fn package(&self) -> Package<'_> {
        Package {
            owner: &self.owner,
            approved: &self.approved,
            conversion: &self.conversion,
            signed: &self.signed,
            shown: None,
            sources: &self.sources,
            events: &self.events,
        }
    }

    pub(crate) fn identity(&self) -> Identity {
        self.approved.described().classified.recognized.origin.identity
    }

    pub(crate) fn deposit(&self, warehouse: &Warehouse) -> Result<Receipt, super::Error> {
        deposit(warehouse, &self.package(), moment())
    }
}

/// 2025-11-03T09:15:22+07:00.
pub(crate) fn moment() -> Timestamp {
    Timestamp::from_unix(1_762_136_122)
}

/// A new warehouse in a folder of its own.
pub(crate) fn warehouse() -> (tempfile::TempDir, Warehouse) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let warehouse = Warehouse::open(&folder.path().join("warehouse"), &Options::default()).expect("opened");
    (folder, warehouse)
}

/// A paper of about the size of a one-page scan when `number` is 0 modulo 1,000; small else.
fn pdf(number: u32, signature: &str) -> Vec<u8> {
    format!("%PDF-1.7\n% document {number}\n% signature {signature}\n%%EOF\n").into_bytes()
}

fn described(owner: &str, number: u32, source: &SourceBytes) -> DescribedDocument {
    let origin = Origin::new(
        format!("hộp 1/{number}.tif"),
        vec![SourceFile {
            path: "/inbox/1.tif".into(),
            name: format!("{number}.tif"),
            media_type: "image/tiff".into(),
            bytes: source.len() as u64,
            sha256: Sha256::of(source),
            signed: false,
            verdict: None,
        }],
        Hints {
            dossier: "H29.12-251103-0001".parse().ok(),
            procedure: "1.004222".parse().ok(),
            role: Some(Role::Component),
            ..Hints::default()
        },
        Identity(Sha256::of(format!("{owner} {number}").as_bytes())),
    );
    let recognized = RecognizedDocument { origin, pages: vec![page(owner, number)] };
    let classification = Classification {
        document_type: DocumentType::UNKNOWN,
        confidence: Confidence::clamped(0.93),
        evidence: vec![evidence("GIẤY KHAI SINH")],
    };
    DescribedDocument { classified: ClassifiedDocument { recognized, classification }, record: record(owner, number) }
}

fn record(owner: &str, number: u32) -> Record {
    Record {
        title: Some(read("Giấy khai sinh".to_owned())),
        number: Some(read(DocumentNumber { text: format!("{number}/2025-KS") })),
        issued: Date::new(2025, 11, 1 + u8::try_from(number % 28).unwrap_or(0)).map(read),
        issuer: Some(read("UBND phường Bình Minh, thành phố Đà Nẵng".to_owned())),
        subject: Some(read("Đăng ký khai sinh".to_owned())),
        signer: Some(read("Trần Thị Đào".to_owned())),
        signer_title: Some(read("Chủ tịch".to_owned())),
        owner: owner.parse().ok().map(read),
        owner_name: Some(read("Nguyễn Văn Ứng".to_owned())),
        valid_until: None,
    }
}

fn read<T>(value: T) -> Field<T> {
    let evidence = Some(evidence("như trên giấy"));
    Field { value, confidence: Confidence::clamped(0.87), source: FieldSource::Read, evidence }
}

fn evidence(text: &str) -> Evidence {
    Evidence { page: PageNumber::FIRST, bbox: Rect::new(10.5, 20.25, 300.1, 44.0), text: text.into() }
}

fn page(owner: &str, number: u32) -> RecognizedPage {
    let bytes: Arc<[u8]> = Arc::from(format!("page {owner} {number}").into_bytes());
    let size = Size { width: 2480, height: 3508 };
    let scan = Scan {
        number: PageNumber::FIRST,
        dpi: Dpi::new(300.0).expect("in range"),
        crop: None,
        stated_turn: Turn::None,
        sha256: Sha256::of(&bytes),
        provenance: Provenance::PassedThrough,
        text: None,
        picture: Encoded { encoding: Encoding::Jpeg { inverted_cmyk: false }, size, color: Color::Gray, bytes },
    };
    let correction = Correction { turn: Turn::Right, deskew_degrees: 0.7, blank: false };
    let text = format!("GIẤY KHAI SINH Số {number}/2025-KS Hoà Bình số định danh {owner}");
    RecognizedPage {
        page: Page { scan, size, correction },
        text: PageText { lines: vec![line(&text)] },
        source: crate::ocr::TextSource::default(),
        unread: None,
        observed: Observed::default(),
    }
}

fn line(text: &str) -> Line {
    let word = |text: &str| Word {
        text: text.to_owned(),
        bbox: Rect::new(1.5, 2.0, 30.25, 40.0),
        confidence: Confidence::clamped(0.91),
    };
    Line {
        block: 0,
        bbox: Rect::new(1.5, 2.0, 30.25, 40.0),
        baseline: (38.0, 38.5),
        words: text.split(' ').map(word).collect(),
    }
}

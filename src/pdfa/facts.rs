//! What the file says of itself: document information and XMP, from one set of values.
//!
//! ISO 19005-2, 6.6; field set of the regulation sheet §1.4. What is not known is not said; only the
//! title is never empty, because a reader shows it in place of a file name.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use lopdf::{Dictionary, Object, text_string};
use unicode_normalization::UnicodeNormalization;

use super::schema::{NAMESPACE, SCHEMA};
use super::{Conformance, Conversion, Rendition, Shown};
use crate::base::geometry::Turn;
use crate::base::time::Timestamp;
use crate::base::units::Confidence;
use crate::describe::{DescribedDocument, Record};
use crate::intake::{Form, Hints, Origin, Provenance, Role};
use crate::ocr::{RecognizedPage, TextKind};
use crate::pdf::xmp::{self, Packet, Value};
use crate::review::{Approval, ApprovedDocument};
use crate::vn::codes::{DossierCode, ProcedureCode};
use crate::vn::document_type::DocumentType;
use crate::vn::identifiers::OwnerId;

/// The program that writes, as `Creator` and `Producer`.
const PROGRAM: &str = concat!("sohoa ", env!("CARGO_PKG_VERSION"));

/// Bytes of the longest packet that is read back: a document of the most pages has 100 KB.
const LONGEST_PACKET: u64 = 4 << 20;

/// The packet of a file, unpacked.
pub(super) fn packet_of(file: &lopdf::Document) -> Option<String> {
    let stream = file.catalog().ok()?.get_deref(b"Metadata", file).and_then(Object::as_stream).ok()?;
    let mut packet = String::new();
    let read = if stream.dict.has(b"Filter") {
        ZlibDecoder::new(&stream.content[..]).take(LONGEST_PACKET).read_to_string(&mut packet)
    } else {
        stream.content.take(LONGEST_PACKET).read_to_string(&mut packet)
    };
    read.ok().map(|_| packet)
}

/// The values that document information and XMP share, and those that XMP alone has.
#[derive(Debug)]
pub(super) struct Facts {
    title: String,
    author: Option<String>,
    subject: Option<String>,
    keywords: Option<String>,
    at: Timestamp,
    identity: String,
    fields: Vec<(&'static str, Value)>,
}

impl Facts {
    /// Gathers them from a document and its conversion.
    pub(super) fn of(document: &ApprovedDocument, conversion: &Conversion, rendition: &Rendition<'_>) -> Self {
        let described = document.described();
        let origin = &described.classified.recognized.origin;
        let mut fields = Fields::default();
        fields.paper(described);
        let pages = &described.classified.recognized.pages;
        fields.conversion(conversion, &origin.hints, is_from_paper(pages));
        fields.approval(document.approval());
        fields.evidence(origin, pages, rendition);
        Self {
            title: title(&described.record, origin),
            author: described.record.issuer.as_ref().and_then(|issuer| tidy(&issuer.value)),
            subject: described.record.subject.as_ref().and_then(|subject| tidy(&subject.value)),
            keywords: keywords(described),
            at: conversion.at,
            identity: origin.identity.0.to_string(),
            fields: fields.0,
        }
    }

    /// The document information dictionary (ISO 32000-1, table 317).
    pub(super) fn information(&self) -> Dictionary {
        let mut info = Dictionary::new();
        for (key, value) in self.texts() {
            info.set(key, text_string(value));
        }
        for key in ["CreationDate", "ModDate"] {
            info.set(key, Object::string_literal(self.at.pdf()));
        }
        info
    }

    /// When the document was converted, as a PDF date.
    pub(super) fn moment(&self) -> Object {
        Object::string_literal(self.at.pdf())
    }

    /// The same and more as an XMP packet.
    pub(super) fn packet(&self, conformance: Conformance) -> Vec<u8> {
        let mut packet = Packet::new();
        packet.set_text(xmp::PDFA_IDENTIFICATION, "part", conformance.part());
        packet.set_text(xmp::PDFA_IDENTIFICATION, "conformance", conformance.level());
        self.dublin_core(&mut packet);
        packet.set_text(xmp::BASIC, "CreatorTool", PROGRAM);
        packet.set_text(xmp::BASIC, "CreateDate", self.at.vietnam());
        packet.set_text(xmp::BASIC, "ModifyDate", self.at.vietnam());
        packet.set_text(xmp::BASIC, "MetadataDate", self.at.vietnam());
        packet.set_text(xmp::PDF, "Producer", PROGRAM);
        if let Some(keywords) = &self.keywords {
            packet.set_text(xmp::PDF, "Keywords", keywords);
        }
        packet.set_text(xmp::MEDIA_MANAGEMENT, "DocumentID", uuid(&self.identity));
        for (name, value) in &self.fields {
            packet.set(NAMESPACE, name, value.clone());
        }
        packet.declare(&SCHEMA);
        packet.to_bytes()
    }

    /// Values that become PDF strings, with the key of each: these have a limit of length.
    pub(super) fn texts(&self) -> Vec<(&'static str, &str)> {
        let given = [
            ("Title", Some(self.title.as_str())),
            ("Author", self.author.as_deref()),
            ("Subject", self.subject.as_deref()),
            ("Keywords", self.keywords.as_deref()),
            ("Creator", Some(PROGRAM)),
            ("Producer", Some(PROGRAM)),
        ];
        given.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    fn dublin_core(&self, packet: &mut Packet) {
        packet.set_text(xmp::DUBLIN_CORE, "format", "application/pdf");
        packet.set(xmp::DUBLIN_CORE, "title", Value::Localized(self.title.clone()));
        if let Some(author) = &self.author {
            packet.set(xmp::DUBLIN_CORE, "creator", Value::Sequence(vec![author.clone()]));
        }
        if let Some(subject) = &self.subject {
            packet.set(xmp::DUBLIN_CORE, "description", Value::Localized(subject.clone()));
        }
        packet.set(xmp::DUBLIN_CORE, "language", Value::Bag(vec![super::LANGUAGE.to_owned()]));
        packet.set_text(xmp::DUBLIN_CORE, "identifier", format!("sha256:{}", self.identity));
    }
}

/// Fields of our own namespace, in the schema's order of groups.
#[derive(Debug, Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn text(&mut self, name: &'static str, value: Option<impl AsRef<str>>) {
        if let Some(text) = value.and_then(|value| tidy(value.as_ref())) {
            self.0.push((name, Value::Text(text)));
        }
    }

    fn paper(&mut self, described: &DescribedDocument) {
        let record = &described.record;
        let hints = &described.classified.recognized.origin.hints;
        let document_type = described.classified.classification.document_type;
        self.text("MaGiayTo", hints.paper.as_ref().map(ToString::to_string));
        self.text("LoaiGiayTo", (document_type != DocumentType::UNKNOWN).then(|| document_type.code()));
        self.text("Ten", record.title.as_ref().map(|title| &title.value));
        self.text("SoKyHieu", record.number.as_ref().map(|number| &number.value.text));
        self.text("NgayBanHanh", record.issued.as_ref().map(|day| day.value.to_string()));
        self.text("CoQuanBanHanh", record.issuer.as_ref().map(|issuer| &issuer.value));
        self.text("NguoiKy", record.signer.as_ref().map(|signer| &signer.value));
        self.text("ChucVuNguoiKy", record.signer_title.as_ref().map(|title| &title.value));
        self.text("TrichYeuNoiDung", record.subject.as_ref().map(|subject| &subject.value));
        self.text("ThoiHanHieuLuc", record.valid_until.as_ref().map(|day| day.value.to_string()));
        let owner = record.owner.as_ref().map(|owner| &owner.value).or(hints.owner.as_ref());
        self.text("MaDinhDanh", owner.map(OwnerId::as_str));
        let owner_name = record.owner_name.as_ref().map(|name| &name.value).or(hints.owner_name.as_ref());
        self.text("ChuGiayTo", owner_name);
        self.text("MaHoSo", hints.dossier.as_ref().map(DossierCode::as_str));
        self.text("MaTTHC", hints.procedure.as_ref().map(ProcedureCode::as_str));
    }

    /// The mark is one of papers: of a file that was electronic from the beginning it would say what is not true.
    fn conversion(&mut self, conversion: &Conversion, hints: &Hints, is_from_paper: bool) {
        self.text("KyHieuRieng", is_from_paper.then(|| conversion.mark()));
        let role = hints.role.map(|role| match role {
            Role::Component => "0",
            Role::Result => "1",
        });
        self.text("LoaiSoHoa", role);
        let form = hints.form.map(|form| match form {
            Form::Original => "0",
            Form::Copy => "1",
        });
        self.text("LoaiBan", form);
        self.text("NguoiSoHoa", conversion.officer.as_ref());
        self.text("DonViSoHoa", Some(&conversion.agency));
        self.text("ThoiGianSoHoa", Some(conversion.at.vietnam()));
    }

    fn approval(&mut self, approval: &Approval) {
        self.text("TrangThaiSoHoa", Some("2"));
        if let Approval::Person { name, at } = approval {
            self.text("NguoiDuyet", Some(name));
            self.text("ThoiGianDuyet", Some(at.vietnam()));
        }
    }

    fn evidence(&mut self, origin: &Origin, pages: &[RecognizedPage], rendition: &Rendition<'_>) {
        self.text("DinhDanhDauVao", Some(format!("sha256:{}", origin.identity.0)));
        let sources = origin.sources.iter().map(|source| format!("sha256:{}", source.sha256)).collect();
        self.sequence("MaBamTepNguon", sources);
        self.sequence(
            "MaBamTrang",
            pages.iter().enumerate().map(|(at, page)| page_digest(page, rendition.shown_at(at))).collect(),
        );
        self.sequence("HieuChinhTrang", pages.iter().filter_map(page_correction).collect());
    }

    fn sequence(&mut self, name: &'static str, items: Vec<String>) {
        if !items.is_empty() {
            self.0.push((name, Value::Sequence(items)));
        }
    }
}

/// Whether a page of the document was on paper when it was taken in: one whose words had to be recognised, all of them or more
/// than the file had itself. A document without words is taken for a scan.
fn is_from_paper(pages: &[RecognizedPage]) -> bool {
    let with_words = || pages.iter().filter(|page| page.text.words().next().is_some());
    with_words().next().is_none() || with_words().any(is_mostly_recognized)
}

fn is_mostly_recognized(page: &RecognizedPage) -> bool {
    match page.source.kind {
        TextKind::Recognized => true,
        TextKind::File => false,
        // Words of the file are certain, recognised ones are not.
        TextKind::Both => {
            let of_file = page.text.words().filter(|word| word.confidence == Confidence::CERTAIN).count();
            of_file * 2 < page.text.words().count()
        }
    }
}

/// `sha256:9f86… nguyên vẹn`: digest of the page's picture as it came, and what became of it here.
fn page_digest(page: &RecognizedPage, shown: Option<&Shown>) -> String {
    let provenance = match (shown, page.page.scan.provenance) {
        (Some(Shown::Layers(_)), _) => "tách thành lớp mực và lớp nền",
        (Some(Shown::Recoded(_)), _) => "mã hóa lại thành JPEG",
        (None, Provenance::PassedThrough) => "nguyên vẹn",
        (None, Provenance::Recoded) => "mã hóa lại không mất dữ liệu",
        (None, Provenance::Rendered) => "vẽ lại từ trang PDF",
    };
    format!("sha256:{} {provenance}", page.page.scan.sha256)
}

/// `trang 2: xoay 90°, chỉnh nghiêng 1.25°`, for a page that is not shown as it was scanned.
fn page_correction(page: &RecognizedPage) -> Option<String> {
    let correction = page.page.correction;
    let turn = (correction.turn != Turn::None).then(|| format!("xoay {}°", correction.turn.degrees()));
    let skew = (correction.deskew_degrees != 0.0).then(|| format!("chỉnh nghiêng {}°", correction.deskew_degrees));
    let done: Vec<String> = turn.into_iter().chain(skew).collect();
    (!done.is_empty()).then(|| format!("trang {}: {}", page.page.number().value(), done.join(", ")))
}

/// The first of these that says anything: title, subject, number, name of the input, a plain word.
fn title(record: &Record, origin: &Origin) -> String {
    let read = [
        record.title.as_ref().map(|title| &title.value),
        record.subject.as_ref().map(|subject| &subject.value),
        record.number.as_ref().map(|number| &number.value.text),
        Some(&origin.name),
    ];
    let found = read.into_iter().flatten().find_map(|text| tidy(text));
    found.unwrap_or_else(|| "Giấy tờ số hóa".to_owned())
}

/// What a person would search a shelf by: number, type, codes.
fn keywords(described: &DescribedDocument) -> Option<String> {
    let hints = &described.classified.recognized.origin.hints;
    let document_type = described.classified.classification.document_type;
    let words = [
        described.record.number.as_ref().map(|number| number.value.text.clone()),
        (document_type != DocumentType::UNKNOWN).then(|| document_type.code().to_owned()),
        hints.paper.as_ref().map(ToString::to_string),
        hints.dossier.as_ref().map(ToString::to_string),
        hints.procedure.as_ref().map(ToString::to_string),
    ];
    let words: Vec<String> = words.into_iter().flatten().filter_map(|word| tidy(&word)).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

/// One line of text in NFC, without control characters; `None` when nothing is left.
pub(super) fn tidy(text: &str) -> Option<String> {
    let spoken = |char: &char| !char.is_control() && !('\u{fffe}'..='\u{ffff}').contains(char) && *char != '\u{feff}';
    let words = text.split_whitespace().map(|word| word.nfc().filter(spoken).collect::<String>());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// `uuid:` and the first 128 bits of a hexadecimal digest.
fn uuid(digest: &str) -> String {
    let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
    format!("uuid:{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdfa::samples;

    fn packet(facts: &Facts) -> String {
        String::from_utf8(facts.packet(Conformance::A2u)).expect("UTF-8")
    }

    #[test]
    fn every_field_set_is_declared() {
        let facts = Facts::of(&samples::birth_certificate(), &samples::conversion(), &Rendition::default());
        let declared: Vec<_> = SCHEMA.properties.iter().map(|property| property.name).collect();
        let undeclared: Vec<_> = facts.fields.iter().filter(|(name, _)| !declared.contains(name)).collect();
        assert!(undeclared.is_empty(), "{undeclared:?}");
        let set: std::collections::BTreeSet<_> = facts.fields.iter().map(|(name, _)| name).collect();
        assert_eq!(set.len(), facts.fields.len(), "each once");
    }

    #[test]
    fn information_and_packet_agree() {
        let facts = Facts::of(&samples::birth_certificate(), &samples::conversion(), &Rendition::default());
        let (info, packet) = (facts.information(), packet(&facts));
        let info = |key: &str| {
            let object = info.get(key.as_bytes()).expect("set");
            lopdf::decode_text_string(object).expect("text")
        };
        let within = |element: &str| {
            let (_, rest) = packet.split_once(&format!("<{element}>")).expect("opened");
            rest.split_once(&format!("</{element}>")).expect("closed").0.to_owned()
        };
        assert!(within("dc:title").contains(&format!(">{}<", info("Title"))));
        assert!(within("dc:creator").contains(&format!(">{}<", info("Author"))));
        assert!(within("dc:description").contains(&format!(">{}<", info("Subject"))));
        assert_eq!(within("pdf:Keywords"), info("Keywords"));
        assert_eq!(within("pdf:Producer"), info("Producer"));
        assert_eq!(within("xmp:CreatorTool"), info("Creator"));
        assert_eq!(within("xmp:CreateDate"), "2026-11-03T09:15:22+07:00");
        assert_eq!(info("CreationDate"), "D:20261103091522+07'00'");
        assert_eq!(info("ModDate"), info("CreationDate"));
    }

    #[test]
    fn the_title_is_never_empty() {
        let document = samples::approved("", Vec::new(), Record::default());
        let facts = Facts::of(&document, &samples::conversion(), &Rendition::default());
        assert_eq!(facts.title, "Giấy tờ số hóa");
        let document = samples::approved("hộp 1/0007.pdf", Vec::new(), Record::default());
        assert_eq!(Facts::of(&document, &samples::conversion(), &Rendition::default()).title, "hộp 1/0007.pdf");
    }

    #[test]
    fn text_is_tidied_to_one_line() {
        assert_eq!(tidy(" Gia\u{302}\u{301}y\n khai\u{0} sinh "), Some("Giấy khai sinh".to_owned()));
        assert_eq!(tidy(" \u{feff} \t"), None);
    }
}

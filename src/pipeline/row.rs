//! A document's row in the report, filled as it goes through the chain.

use super::{Compression, DocumentReport, Outcome, PageReport, StageError, StageTimes, Tools};
use crate::deposit::page::PageRecord;
use crate::deposit::record::StoredRecord;
use crate::describe::DescribedDocument;
use crate::gate;
use crate::intake::{Identity, Origin, ScannedDocument, SourceFile};
use crate::ocr::{RecognizedDocument, RecognizedPage};
use crate::pdfa::Shown;
use crate::vn::document_type::DocumentType;
use crate::vn::identifiers::OwnerId;

impl DocumentReport {
    pub(super) fn failed(name: String, error: StageError) -> Self {
        Self { outcome: Outcome::Failed(error), ..Self::begun(name) }
    }

    pub(super) fn begun(name: String) -> Self {
        Self {
            name,
            input: None,
            identity: None,
            document_type: None,
            number: None,
            notes: Vec::new(),
            pages: Vec::new(),
            findings: Vec::new(),
            originals: Vec::new(),
            set_aside: Vec::new(),
            bytes_in: 0,
            bytes_out: None,
            times: StageTimes::default(),
            outcome: Outcome::Failed(StageError::Bug { message: "the document was not concluded".to_owned() }),
        }
    }

    /// What stands in the store under its own name and number.
    pub(super) fn stored(&mut self, record: &StoredRecord) {
        self.name.clone_from(&record.origin.name);
        self.identity = Some(Identity(record.origin.identity));
        let found = DocumentType::from_code(&record.document_type.code).filter(|found| *found != DocumentType::UNKNOWN);
        self.document_type = found.map(DocumentType::code);
        self.number = record.number.as_ref().map(|number| shown(&number.value));
    }

    pub(super) fn opened(&mut self, scanned: &ScannedDocument) {
        self.identity = Some(scanned.origin.identity);
        self.notes.clone_from(&scanned.notes);
        self.bytes_in = scanned.origin.sources.iter().map(|source| source.bytes).sum();
    }

    pub(super) fn judged(&mut self, origin: &Origin) {
        let verdict = |source: &SourceFile| Some((source.name.clone(), source.verdict.clone()?));
        self.originals = origin.sources.iter().filter_map(verdict).collect();
    }

    pub(super) fn recognized(&mut self, document: &RecognizedDocument, tools: &Tools<'_>) {
        self.pages = document.pages.iter().map(PageReport::of).collect();
        self.findings = gate::document(&document.pages, &document.origin, &tools.options.review.scan);
    }

    /// Notes how pages went into the PDF. Blank pages, which are set aside, have a row here but no page there.
    pub(super) fn compressed(&mut self, pages: &[RecognizedPage], shown: &[Option<Shown>], decisions: &[Compression]) {
        let mut rows = self.pages.iter_mut();
        for ((page, shown), decision) in pages.iter().zip(shown).zip(decisions) {
            if let Some(row) = rows.find(|row| row.record.came.picture.sha256 == page.page.scan.sha256) {
                row.record = PageRecord::of(page, shown.as_ref());
                row.compression = Some(decision.clone());
            }
        }
    }

    pub(super) fn described(&mut self, document: &DescribedDocument) {
        let found = document.classified.classification.document_type;
        self.document_type = (found != DocumentType::UNKNOWN).then(|| found.code());
        self.number = document.record.number.as_ref().map(|number| shown(&number.value.to_string()));
    }
}

/// A card's number is its owner's: reports show it as they show owners.
fn shown(number: &str) -> String {
    number.parse::<OwnerId>().map_or_else(|_| number.to_owned(), |owner| owner.masked())
}

impl PageReport {
    fn of(page: &RecognizedPage) -> Self {
        Self {
            number: page.page.number(),
            words: page.text.words().count(),
            confidence: page.text.confidence(),
            source: page.source.clone(),
            unread: page.unread.clone(),
            record: PageRecord::of(page, None),
            compression: None,
        }
    }
}

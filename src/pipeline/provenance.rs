//! What was done to a document, in the words of PREMIS (event types of the Library of Congress).

use crate::base::time::{Clock, Timestamp};
use crate::deposit::Event;
use crate::describe::DescribedDocument;
use crate::intake::{Provenance, ScannedDocument};
use crate::ocr::RecognizedDocument;
use crate::pdfa::PdfA;
use crate::review::{Approval, ApprovedDocument};
use crate::sign::SignedPdf;

/// Events of one document, in order.
pub(super) struct History {
    events: Vec<Event>,
    clock: Clock,
}

impl History {
    /// Begins with nothing.
    pub(super) fn begun(clock: Clock) -> Self {
        Self { events: Vec::new(), clock }
    }

    /// Begins with the capture of the input and its digests.
    pub(super) fn of(scanned: &ScannedDocument, clock: Clock) -> Self {
        let mut history = Self::begun(clock);
        let (files, pages) = (scanned.origin.sources.len(), scanned.scans.len());
        history.add("capture", format!("{files} files, {pages} pages"));
        for source in scanned.origin.sources.iter().filter(|source| source.signed) {
            history
                .add("capture", format!("{} carries a digital signature of its own; its bytes are kept", source.name));
        }
        if let Some(part) = &scanned.origin.stack {
            let whole = part.sha256.map(|sha256| format!(", SHA-256 {sha256}")).unwrap_or_default();
            let (first, last) = (part.first.value(), part.last.value());
            history.add("information package splitting", format!("pages {first} to {last} of {}{whole}", part.of));
        }
        history.add("message digest calculation", "SHA-256 of every input file and page picture".to_owned());
        let count = |kind| scanned.scans.iter().filter(|scan| scan.provenance == kind).count();
        let (recoded, rendered) = (count(Provenance::Recoded), count(Provenance::Rendered));
        if recoded + rendered > 0 {
            history.add("migration", format!("{recoded} page pictures recoded without loss, {rendered} rendered"));
        }
        history
    }

    pub(super) fn recognized(&mut self, document: &RecognizedDocument) {
        for aside in &document.origin.set_aside {
            let (page, sha256) = (aside.page.value(), aside.sha256);
            let detail = format!("page {page} of the sources set aside: {}; SHA-256 {sha256}", aside.reason.name());
            self.add("information package splitting", detail);
        }
        let pages = &document.pages;
        let turned = pages.iter().filter(|page| page.page.correction.turn.degrees() != 0).count();
        let deskewed = pages.iter().filter(|page| page.page.correction.deskew_degrees != 0.0).count();
        let blank = pages.iter().filter(|page| page.page.correction.blank).count();
        let unread = pages.iter().filter(|page| page.unread.is_some()).count();
        let words: usize = pages.iter().map(|page| page.text.words().count()).sum();
        self.add(
            "metadata extraction",
            format!(
                "recognition: {words} words; pages turned {turned}, deskewed {deskewed}, blank {blank}, unread {unread}"
            ),
        );
    }

    pub(super) fn described(&mut self, document: &DescribedDocument) {
        let found = &document.classified.classification;
        self.add(
            "metadata extraction",
            format!("type {} with confidence {:.2}", found.document_type.code(), found.confidence.value()),
        );
    }

    pub(super) fn approved(&mut self, document: &ApprovedDocument) {
        match document.approval() {
            Approval::Thresholds => self.add("validation", "every rule was met".to_owned()),
            Approval::Person { name, at } => {
                self.push("validation", *at, name.clone(), "approved by a person".to_owned());
            }
        }
    }

    pub(super) fn converted(&mut self, pdf: &PdfA) {
        self.add("normalization", format!("PDF/A-2u, {} pages, SHA-256 {}", pdf.pages(), pdf.sha256()));
    }

    pub(super) fn signed(&mut self, signed: &SignedPdf) {
        self.add("digital signature generation", format!("{} by {}", signed.level(), signed.signer()));
    }

    pub(super) fn events(&self) -> &[Event] {
        &self.events
    }

    fn add(&mut self, kind: &str, detail: String) {
        let at = self.clock.now();
        self.push(kind, at, concat!("sohoa ", env!("CARGO_PKG_VERSION")).to_owned(), detail);
    }

    fn push(&mut self, kind: &str, at: Timestamp, agent: String, detail: String) {
        self.events.push(Event { kind: kind.to_owned(), at, agent, detail });
    }
}

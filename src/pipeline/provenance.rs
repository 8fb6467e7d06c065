//! What was done to a document, in the words of PREMIS (event types of the Library of Congress).

use super::{Compression, Verdict};
use crate::base::time::{Clock, Timestamp};
use crate::deposit::Event;
use crate::describe::DescribedDocument;
use crate::gate::Finding;
use crate::intake::{Note, Provenance, ScannedDocument};
use crate::ocr::{RecognizedDocument, TextKind};
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
            let verdict = source.verdict.as_ref().map_or("its signatures were not judged", |verdict| &verdict.english);
            let detail =
                format!("{} is a signed original, SHA-256 {}, kept as it is: {verdict}", source.name, source.sha256);
            history.add("digital signature validation", detail);
        }
        history.note(&scanned.notes);
        if let Some(part) = &scanned.origin.stack {
            let whole = part.sha256.map(|sha256| format!(", SHA-256 {sha256}")).unwrap_or_default();
            let (first, last) = (part.first.value(), part.last.value());
            let by = part.by.as_ref().map(|by| format!(", divided by {by}")).unwrap_or_default();
            history.add("information package splitting", format!("pages {first} to {last} of {}{whole}{by}", part.of));
        }
        history.add("message digest calculation", "SHA-256 of every input file and page picture".to_owned());
        let count = |kind| scanned.scans.iter().filter(|scan| scan.provenance == kind).count();
        let (recoded, rendered) = (count(Provenance::Recoded), count(Provenance::Rendered));
        if recoded + rendered > 0 {
            history.add("migration", format!("{recoded} page pictures recoded without loss, {rendered} rendered"));
        }
        history
    }

    /// What is worth telling of the input.
    pub(super) fn note(&mut self, notes: &[Note]) {
        let (others, assumed) = Note::grouped(notes);
        for note in others {
            self.add("capture", note.to_string());
        }
        if let Some((first, more)) = assumed {
            let more = if more > 0 { format!("; so it is with {more} more") } else { String::new() };
            self.add("capture", format!("{first}{more}"));
        }
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
        let marks: usize = pages.iter().map(|page| page.observed.marks.len()).sum();
        let words: usize = pages.iter().map(|page| page.text.words().count()).sum();
        let of = |kind| pages.iter().filter(|page| page.source.kind == kind).count();
        let (file, both) = (of(TextKind::File), of(TextKind::Both));
        self.add(
            "metadata extraction",
            format!(
                "recognition: {words} words; pages turned {turned}, deskewed {deskewed}, blank {blank}, unread {unread}, \
                 with their file's text {file}, with both {both}; {marks} seals, stamps and signatures in colored ink"
            ),
        );
    }

    /// The gate's findings, those that are only told too.
    pub(super) fn inspected(&mut self, findings: &[Finding]) {
        for finding in findings {
            self.add("validation", format!("scan quality: {}", finding.text()));
        }
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

    /// What became of the pictures, and why those that could have been parted were not.
    pub(super) fn compressed(&mut self, decisions: &[Compression]) {
        let layered: Vec<&Compression> = decisions.iter().filter(|one| one.verdict == Verdict::Layered).collect();
        if !layered.is_empty() {
            let before: u64 = layered.iter().map(|one| one.own_bytes).sum();
            let after: u64 = layered.iter().filter_map(|one| one.layered_bytes).sum();
            let (parted, all) = (layered.len(), decisions.len());
            let sizes = format!("{before} to {after} bytes; the input is kept");
            self.add("migration", format!("{parted} of {all} page pictures parted into ink and paper, {sizes}"));
        }
        for (page, refusal) in (1..).zip(decisions.iter().map(Compression::refusal)) {
            if let Some(why) = refusal {
                self.add("validation", format!("the picture of page {page} was not parted: {why}"));
            }
        }
    }

    pub(super) fn converted(&mut self, pdf: &PdfA) {
        self.add("normalization", format!("{}, {} pages, SHA-256 {}", pdf.conformance(), pdf.pages(), pdf.sha256()));
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

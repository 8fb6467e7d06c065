//! Stacks of drawn papers and separator sheets, divided page by page.

use std::path::{Path, PathBuf};

use papers::encode::{self, Pdf, Tiff, TiffCodec};
use papers::faults::{Color, Conditions, Faults, Picture, scan};
use papers::fonts::{Family, Fonts};
use papers::separators::{patch, separator};
use papers::sheet::{Sheet, Symbology};

use super::*;
use crate::intake::{Division, Options, discover, divided, look, read, read_again, single};
use crate::vn::identifiers::OwnerId;

const DPI: u32 = 150;
const FIELDS: &str = "SOHOA;dossier=H29.12-251103-0001;owner=079203001234;role=result";
const DOSSIER: &str = "H29.12-251103-0002";

fn family() -> &'static Family {
    Fonts::installed().expect("a font with Vietnamese letters").serif(0)
}

fn scanned(sheet: &Sheet, seed: u64) -> Picture {
    let faults = Faults { noise: 3.0, ..Faults::none(Color::Gray) };
    scan(sheet, None, family(), &Conditions { dpi: DPI, skew: 0.7, quarters: 0, faults, seed }).picture
}

fn paper(seed: u64) -> Picture {
    papers::page(&papers::PageRequest { dpi: DPI, words: 120, ..papers::PageRequest::new(seed) })
        .expect("drawn")
        .picture
}

fn divider(symbology: Symbology, text: &str) -> Picture {
    scanned(&separator(symbology, text, true, family()), 3)
}

fn patch_sheet() -> Picture {
    scanned(&patch("T", family()), 4)
}

/// A sheet with a code that a strip of paper covers.
fn unreadable() -> Picture {
    let mut picture = divider(Symbology::Code39, DOSSIER);
    let middle = picture.width / 2;
    picture.pixels.chunks_exact_mut(picture.width).for_each(|row| row[middle - 40..middle + 40].fill(255));
    picture
}

fn pdf(folder: &Path, pages: &[Picture]) -> PathBuf {
    let mut pdf = Pdf::default();
    for page in pages {
        pdf.page(page, Faults::none(Color::Gray).jpeg, DPI, 0).expect("encodes");
    }
    let path = folder.join("chồng.pdf");
    std::fs::write(&path, pdf.finish()).expect("written");
    path
}

fn documents(path: &Path) -> Result<Vec<ScannedDocument>, Error> {
    let options = Options::default();
    let scanned = read(&single(path, &options)?, &options)?;
    let looks = scanned.scans.iter().map(|scan| look(scan, &options.limits).expect("decodes")).collect();
    formed(scanned, looks, &options.limits)
}

/// The places in `pages` of a document's pages, from 1; and those that are set aside.
fn places(document: &ScannedDocument, pages: &[Sha256]) -> (Vec<usize>, Vec<usize>) {
    let place = |sha256: &Sha256| pages.iter().position(|page| page == sha256).expect("a page of the stack") + 1;
    let own = document.scans.iter().map(|scan| place(&scan.sha256)).collect();
    (own, document.origin.set_aside.iter().map(|aside| place(&aside.sha256)).collect())
}

#[test]
fn a_stack_is_divided_page_by_page_and_an_unreadable_sheet_divides_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = [
        paper(1),
        paper(2),
        patch_sheet(),
        paper(3),
        divider(Symbology::Qr, FIELDS),
        paper(4),
        unreadable(),
        paper(5),
        scanned(&patch("3", family()), 9),
        divider(Symbology::Code128, DOSSIER),
        divider(Symbology::Qr, "https://example.vn"),
        scanned(&patch("T", family()), 8),
    ];
    let path = pdf(folder.path(), &pages);
    let options = Options::default();
    let whole = read(&single(&path, &options).expect("found"), &options).expect("read");
    let digests: Vec<Sha256> = whole.scans.iter().map(|scan| scan.sha256).collect();
    let documents = documents(&path).expect("divided");
    let found: Vec<_> = documents.iter().map(|document| places(document, &digests)).collect();
    let expected: [(&[usize], &[usize]); 4] = [(&[1, 2], &[]), (&[4], &[3]), (&[6, 7, 8, 9], &[5]), (&[11], &[10, 12])];
    assert_eq!(found, expected.map(|(own, aside)| (own.to_vec(), aside.to_vec())));

    let names: Vec<&str> = documents.iter().map(|document| document.origin.name.as_str()).collect();
    assert_eq!(
        names,
        ["chồng.pdf, trang 1-2", "chồng.pdf, trang 3-4", "chồng.pdf, trang 5-9", "chồng.pdf, trang 10-12"]
    );
    let dossier = |n: usize| documents[n].origin.hints.dossier.as_ref().map(DossierCode::as_str);
    assert_eq!(
        [dossier(0), dossier(1), dossier(2), dossier(3)],
        [None, None, Some("H29.12-251103-0001"), Some(DOSSIER)]
    );
    assert_eq!(documents[2].origin.hints.owner.as_ref().map(OwnerId::as_str), Some("079203001234"));
    assert!(documents.iter().all(|document| document.origin.doubts.is_empty()));
    let mut identities: Vec<_> = documents.iter().map(|document| document.origin.identity).collect();
    identities.sort();
    identities.dedup();
    assert_eq!(identities.len(), 4);

    // What a document keeps is enough to read it again, and holds no other's page.
    for document in &documents {
        let kept = tempfile::tempdir().expect("a folder");
        std::fs::write(kept.path().join(&document.origin.sources[0].name), &document.source_bytes[0]).expect("written");
        let all = read(&single(kept.path(), &options).expect("found"), &options).expect("read");
        assert_eq!(all.scans.len(), document.scans.len() + document.origin.set_aside.len());
        let again = read_again(&document.origin, kept.path(), &options).expect("read again");
        let digests = |scanned: &ScannedDocument| scanned.scans.iter().map(|scan| scan.sha256).collect::<Vec<_>>();
        assert_eq!(digests(&again), digests(document));
        assert!(again.scans.iter().enumerate().all(|(index, scan)| scan.number == PageNumber::at_index(index)));
    }
}

#[test]
fn an_input_without_separators_is_one_document_as_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = pdf(folder.path(), &[paper(1), paper(2)]);
    let options = Options::default();
    let before = read(&single(&path, &options).expect("found"), &options).expect("read");
    let documents = documents(&path).expect("read");
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0].origin, before.origin);
}

#[test]
fn a_sheet_before_a_single_document_is_set_aside_and_the_file_stays_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = pdf(folder.path(), &[divider(Symbology::Qr, FIELDS), paper(1)]);
    let documents = documents(&path).expect("read");
    assert_eq!((documents.len(), documents[0].scans.len()), (1, 1));
    let origin = &documents[0].origin;
    assert_eq!((&*origin.name, &*origin.sources[0].name, &origin.stack), ("chồng.pdf", "chồng.pdf", &None));
    assert_eq!(origin.set_aside[0].page.value(), 1);
    assert_eq!(origin.set_aside[0].reason, AsideReason::Separator);
    assert_eq!(origin.place_in_sources(0).value(), 2);
}

#[test]
fn a_folder_of_pictures_gives_each_document_its_own_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = folder.path().join("chồng");
    std::fs::create_dir(&pages).expect("made");
    for (index, page) in [paper(1), patch_sheet(), paper(2), paper(3)].iter().enumerate() {
        std::fs::write(pages.join(format!("{index}.png")), encode::png(page, DPI).expect("encodes")).expect("written");
    }
    let documents = documents(&pages).expect("divided");
    let files = |n: usize| documents[n].origin.sources.iter().map(|source| source.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        (files(0), files(1)),
        (vec!["0.png".to_owned()], vec!["1.png".to_owned(), "2.png".to_owned(), "3.png".to_owned()])
    );
}

#[test]
fn a_tiff_is_divided_as_a_pdf_is_and_its_pages_keep_their_bytes() {
    for codec in [TiffCodec::Lzw, TiffCodec::Jpeg] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tiff = Tiff::new(codec);
        for page in [paper(1), patch_sheet(), paper(2), paper(3)] {
            tiff.page(page, Faults::none(Color::Gray).jpeg, DPI).expect("encodes");
        }
        let path = folder.path().join("chồng.tif");
        std::fs::write(&path, tiff.finish().expect("encodes")).expect("written");
        let options = Options::default();
        let whole = read(&single(&path, &options).expect("found"), &options).expect("read");
        let digests: Vec<Sha256> = whole.scans.iter().map(|scan| scan.sha256).collect();
        let documents = documents(&path).expect("divided");
        assert_eq!(places(&documents[0], &digests), (vec![1], vec![]));
        assert_eq!(places(&documents[1], &digests), (vec![3, 4], vec![2]));
        for document in &documents {
            let kept = tempfile::tempdir().expect("a folder");
            let source = &document.origin.sources[0];
            assert_eq!((&*source.media_type, document.source_bytes.len()), ("image/tiff", 1));
            std::fs::write(kept.path().join(&source.name), &document.source_bytes[0]).expect("written");
            let again = read_again(&document.origin, kept.path(), &options).expect("read again");
            let of = |scanned: &ScannedDocument| scanned.scans.iter().map(|scan| scan.sha256).collect::<Vec<_>>();
            assert_eq!(of(&again), of(document));
            assert_eq!(again.scans[0].dpi, document.scans[0].dpi);
        }
    }
}

#[test]
fn a_person_divides_a_document_and_nothing_of_it_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = pdf(folder.path(), &[paper(1), paper(2), divider(Symbology::Qr, FIELDS), paper(3), paper(4), paper(5)]);
    let whole = documents(&path).expect("divided").pop().expect("the second");
    std::fs::write(folder.path().join(&whole.origin.sources[0].name), &whole.source_bytes[0]).expect("written");
    let division = Division { starts: &[PageNumber::at_index(2)], by: "Lê Thị Cán" };
    let options = Options::default();
    let parts = divided(&whole.origin, folder.path(), division, &options).expect("divided");
    let digests: Vec<Sha256> = whole.scans.iter().map(|scan| scan.sha256).collect();
    let of = |part: &ScannedDocument| part.scans.iter().map(|scan| scan.sha256).collect::<Vec<_>>();
    assert_eq!((of(&parts[0]), of(&parts[1])), (digests[..2].to_vec(), digests[2..].to_vec()));
    // The separator stays with the paper behind which it was kept.
    assert_eq!((parts[0].origin.set_aside.len(), parts[1].origin.set_aside.len()), (1, 0));
    assert_eq!(parts[0].origin.name, format!("{}, trang 1-2", whole.origin.name));
    assert_eq!(parts[1].origin.stack.as_ref().and_then(|part| part.by.as_deref()), Some("Lê Thị Cán"));
    assert_eq!(parts[1].origin.hints.dossier, whole.origin.hints.dossier);
    assert_ne!(parts[0].origin.identity, parts[1].origin.identity);
    let again = divided(&whole.origin, folder.path(), division, &options).expect("divided");
    assert_eq!(
        parts.iter().map(|part| part.origin.identity).collect::<Vec<_>>(),
        again.iter().map(|part| part.origin.identity).collect::<Vec<_>>()
    );
    for part in &parts {
        let kept = tempfile::tempdir().expect("a folder");
        std::fs::write(kept.path().join(&part.origin.sources[0].name), &part.source_bytes[0]).expect("written");
        let again = read_again(&part.origin, kept.path(), &options).expect("read again");
        assert_eq!(of(&again), of(part));
    }
}

#[test]
fn metadata_and_a_code_that_disagree_are_both_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = pdf(folder.path(), &[divider(Symbology::Qr, FIELDS), paper(1)]);
    std::fs::write(folder.path().join("chồng.json"), r#"{"dossier": "H29.12-251103-0009"}"#).expect("written");
    let documents = documents(&path).expect("read");
    let origin = &documents[0].origin;
    assert_eq!(origin.hints.dossier.as_ref().map(DossierCode::as_str), Some("H29.12-251103-0009"));
    let doubt = origin.doubts.first().expect("a doubt").text();
    assert!(doubt.contains("H29.12-251103-0009") && doubt.contains("H29.12-251103-0001"), "{doubt}");
}

#[test]
fn a_receipt_names_its_dossier_without_changing_its_identity() {
    let folder = tempfile::tempdir().expect("a folder");
    let receipt = papers::page(&papers::PageRequest { kind: Some("TNHS"), dpi: 200, ..papers::PageRequest::new(5) });
    let receipt = receipt.expect("drawn");
    let printed = receipt.truth.codes[0].text.clone();
    let path = folder.path().join("giấy.png");
    std::fs::write(&path, encode::png(&receipt.picture, 200).expect("encodes")).expect("written");
    let options = Options::default();
    let before = read(&single(&path, &options).expect("found"), &options).expect("read");
    let documents = documents(&path).expect("read");
    assert_eq!(documents[0].origin.hints.dossier.as_ref().map(ToString::to_string), Some(printed));
    assert_eq!(documents[0].origin.identity, before.origin.identity);
    assert!(documents[0].origin.set_aside.is_empty());
}

#[test]
fn backs_come_behind_their_fronts_where_the_metadata_say_how_they_were_scanned() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages: Vec<Picture> = (1..=6).map(paper).collect();
    let path = pdf(folder.path(), &pages);
    let options = Options::default();
    let plain = read(&single(&path, &options).expect("found"), &options).expect("read");
    let digests: Vec<Sha256> = plain.scans.iter().map(|scan| scan.sha256).collect();
    std::fs::write(folder.path().join("chồng.json"), r#"{"duplex": "fronts-then-backs"}"#).expect("written");
    let documents = documents(&path).expect("read");
    assert_eq!(places(&documents[0], &digests), (vec![1, 6, 2, 5, 3, 4], vec![]));
    assert!(documents[0].origin.doubts.is_empty());
    let again = read_again(&documents[0].origin, folder.path(), &options).expect("read again");
    let digests = |scanned: &ScannedDocument| scanned.scans.iter().map(|scan| scan.sha256).collect::<Vec<_>>();
    assert_eq!(digests(&again), digests(&documents[0]));
}

#[test]
fn backs_that_are_fewer_than_fronts_leave_the_pages_as_they_are_and_ask() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = pdf(folder.path(), &[paper(1), paper(2), paper(3)]);
    std::fs::write(folder.path().join("chồng.json"), r#"{"hai mặt": "mặt trước rồi mặt sau"}"#).expect("written");
    let documents = documents(&path).expect("read");
    let doubt = documents[0].origin.doubts.first().expect("a doubt").text();
    assert!(doubt.contains("2 mặt trước") && doubt.contains("1 mặt sau"), "{doubt}");
    assert_eq!((documents[0].scans.len(), documents[0].origin.pages.len()), (3, 0));
}

#[test]
fn backs_in_a_file_of_their_own_are_turned_over_and_too_few_of_them_ask() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, pages: &[Picture]| {
        std::fs::rename(pdf(folder.path(), pages), folder.path().join(name)).expect("named");
    };
    write("hs-fronts.pdf", &[paper(1), paper(2), paper(3)]);
    write("hs-backs.pdf", &[paper(4), paper(5), paper(6)]);
    let options = Options::default();
    let look = || discover(folder.path(), &options).expect("found").candidates.remove(0);
    let whole = read(&look(), &options).expect("read");
    let places: Vec<u32> = whole.origin.pages.iter().map(|page| page.value()).collect();
    assert_eq!(places, [1, 6, 2, 5, 3, 4]);
    assert!(whole.origin.doubts.is_empty());
    write("hs-backs.pdf", &[paper(4), paper(5)]);
    let fewer = read(&look(), &options).expect("read");
    assert_eq!((fewer.scans.len(), &fewer.origin.doubts[..]), (5, &[Doubt::SidesDiffer { fronts: 3, backs: 2 }][..]));
    std::fs::remove_file(folder.path().join("hs-backs.pdf")).expect("removed");
    let alone = read(&look(), &options).expect("read");
    assert_eq!(alone.origin.doubts, [Doubt::SidesDiffer { fronts: 3, backs: 0 }]);
}

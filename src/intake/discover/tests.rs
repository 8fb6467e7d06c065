//! What is a document, in folders of every kind.

use std::fs;

use super::*;

struct Inbox(tempfile::TempDir);

impl Inbox {
    fn of(files: &[&str]) -> Self {
        let inbox = Self(tempfile::tempdir().expect("temporary folder"));
        for name in files {
            inbox.write(name, b"\xFF\xD8\xFF");
        }
        inbox
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("below")).expect("made");
        fs::write(path, bytes).expect("written");
    }

    fn look(&self) -> Discovery {
        discover(self.0.path(), &Options::default()).expect("found")
    }

    /// Documents with the number of their files.
    fn documents(&self) -> Vec<(String, usize)> {
        self.look().candidates.iter().map(|found| (found.name.clone(), found.files().map_or(0, <[_]>::len))).collect()
    }

    fn skipped(&self) -> Vec<String> {
        let below = |skipped: &Skipped| {
            let path = skipped.path.strip_prefix(self.0.path()).expect("below").display().to_string();
            format!("{path}: {}", skipped.reason)
        };
        self.look().skipped.iter().map(below).collect()
    }
}

fn check(files: &[&str], expected: &[(&str, usize)]) {
    let expected: Vec<(String, usize)> = expected.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    assert_eq!(Inbox::of(files).documents(), expected);
}

#[test]
fn files_are_documents_and_folders_of_pages_are_one() {
    check(
        &["b.pdf", "a10.pdf", "a2.pdf", "x.jpg", "y.PNG"],
        &[("a2.pdf", 1), ("a10.pdf", 1), ("b.pdf", 1), ("x.jpg", 1), ("y.PNG", 1)],
    );
    check(&["hs1/p1.jpg", "hs1/p10.jpg", "hs1/p2.jpg", "z.pdf"], &[("hs1", 3), ("z.pdf", 1)]);
    check(&["a/hs1/p1.jpg", "a/hs2/p1.jpg", "a/hs2/p2.png"], &[("a/hs1", 1), ("a/hs2", 2)]);
}

#[test]
fn pictures_beside_documents_are_documents() {
    let inbox = Inbox::of(&["hs/p1.jpg"]);
    inbox.write("hs/b.pdf", b"%PDF-1.7");
    assert_eq!(inbox.documents(), [("hs/b.pdf".to_owned(), 1), ("hs/p1.jpg".to_owned(), 1)]);
    check(&["hs/p1.jpg", "hs/phu luc/1.jpg"], &[("hs/p1.jpg", 1), ("hs/phu luc", 1)]);
}

#[test]
fn pages_come_in_natural_order() {
    let inbox = Inbox::of(&["hs/trang 10.jpg", "hs/trang 2.jpg", "hs/trang 1.jpg"]);
    let found = inbox.look();
    let names: Vec<_> = found.candidates[0].files().expect("pages").iter().map(|path| path.file_name()).collect();
    assert_eq!(names, ["trang 1.jpg", "trang 2.jpg", "trang 10.jpg"].map(|name| Some(name.as_ref())));
}

#[test]
fn metadata_of_single_pictures_make_them_documents() {
    let inbox = Inbox::of(&["hs/1.jpg", "hs/2.jpg"]);
    inbox.write("hs/1.json", br#"{"ordinal": 2}"#);
    assert_eq!(inbox.documents().len(), 2);
    assert_eq!(inbox.look().candidates[0].hints().expect("read").ordinal, Some(2));

    let inbox = Inbox::of(&["hs/1.jpg", "hs/2.jpg"]);
    inbox.write("hs/metadata.csv", b"file,ordinal\n2.jpg,3\n");
    assert_eq!(inbox.look().candidates[1].hints().expect("read").ordinal, Some(3));

    let inbox = Inbox::of(&["hs/1.jpg", "hs/2.jpg"]);
    inbox.write("hs/metadata.json", br#"{"ordinal": 4}"#);
    inbox.write("hs.json", br#"{"ordinal": 5, "form": "copy"}"#);
    assert_eq!(inbox.documents(), [("hs".to_owned(), 2)]);
    let hints = inbox.look().candidates[0].hints().expect("read");
    assert!(hints.ordinal == Some(4) && hints.form.is_some());
}

#[test]
fn what_is_no_document_is_listed_with_its_reason() {
    let inbox = Inbox::of(&["a.pdf", ".hidden.pdf", "b.pdf.part", "Thumbs.db", "~$c.docx"]);
    inbox.write("note.txt", b"chao");
    inbox.write("stray.json", b"{}");
    inbox.write("metadata.csv", b"file\ngone.pdf\na.pdf\n");
    std::os::unix::fs::symlink(inbox.0.path().join("a.pdf"), inbox.0.path().join("link.pdf")).expect("linked");
    let skipped = inbox.skipped();
    let expected = [
        ".hidden.pdf: hidden",
        "b.pdf.part: not finished",
        "link.pdf: a link",
        "note.txt: no scan: is a text",
        "Thumbs.db: hidden",
        "~$c.docx: hidden",
        "stray.json: metadata of `stray`",
        "metadata.csv: metadata of `gone.pdf`",
    ];
    for start in expected {
        assert!(skipped.iter().any(|line| line.starts_with(start)), "{start} in {skipped:?}");
    }
    assert_eq!(inbox.documents(), [("a.pdf".to_owned(), 1)]);
}

#[test]
fn a_name_without_extension_is_looked_into() {
    check(&["scan0001"], &[("scan0001", 1)]);
    // Among pictures, one that is called `.pdf` is a page like the others.
    check(&["hs/1.jpg", "hs/2.pdf"], &[("hs", 2)]);
}

#[test]
fn emptiness_is_an_error_with_a_name() {
    let inbox = Inbox::of(&[]);
    let error = discover(inbox.0.path(), &Options::default()).expect_err("empty");
    assert!(matches!(error, Error::EmptyFolder { skipped: 0, .. }) && error.hint().is_some());
    let inbox = Inbox::of(&["a.pdf"]);
    fs::create_dir(inbox.0.path().join("hs9")).expect("made");
    let found = inbox.look();
    assert!(matches!(found.candidates[1].files(), Err(Error::EmptyFolder { .. })));
    assert!(matches!(discover(&inbox.0.path().join("no"), &Options::default()), Err(Error::Unreadable { .. })));
}

#[test]
fn one_file_is_an_inbox_of_its_own() {
    let inbox = Inbox::of(&["hs/a.pdf"]);
    inbox.write("hs/a.json", br#"{"ordinal": 6}"#);
    let found = discover(&inbox.0.path().join("hs/a.pdf"), &Options::default()).expect("found");
    assert_eq!((found.candidates.len(), found.candidates[0].name.as_str()), (1, "a.pdf"));
    assert_eq!(found.candidates[0].hints().expect("read").ordinal, Some(6));
}

#[test]
fn names_are_composed() {
    check(&["Gia\u{302}\u{301}y.pdf"], &[("Giấy.pdf", 1)]);
}

#[test]
fn fronts_and_backs_in_files_of_their_own_are_one_document() {
    check(&["a-backs.pdf", "a-fronts.pdf", "b.pdf"], &[("a-fronts.pdf", 2), ("b.pdf", 1)]);
    check(&["cc-mặt sau.jpg", "cc-mặt trước.jpg"], &[("cc-mặt trước.jpg", 2)]);
    check(&["c-backs.pdf", "d-fronts.pdf"], &[("c-backs.pdf", 1), ("d-fronts.pdf", 1)]);
    let inbox = Inbox::of(&["a-fronts.pdf", "a-backs.pdf", "c-backs.pdf", "hs/cc-mat-sau.jpg", "hs/cc-mat-truoc.jpg"]);
    inbox.write("a.json", br#"{"ordinal": 6}"#);
    inbox.write("a-fronts.json", b"{}");
    let found = inbox.look().candidates;
    assert_eq!(found[0].hints().expect("read").ordinal, Some(6));
    assert_eq!((found[0].lone_side(), found[1].lone_side()), (None, Some(sides::Side::Backs)));
    let pages: Vec<String> = found[2].files().expect("pages").iter().map(|path| path.display().to_string()).collect();
    assert!(pages[0].ends_with("mat-truoc.jpg") && pages[1].ends_with("mat-sau.jpg"), "{pages:?}");
    assert_eq!(inbox.skipped(), ["a-fronts.json: metadata of `a-fronts`, which is not there"]);
}

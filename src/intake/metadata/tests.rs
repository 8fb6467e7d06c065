//! Metadata files, right and wrong.

use std::fs;

use super::*;
use crate::intake::{Form, Role};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("temporary folder"))
    }

    fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("below")).expect("made");
        fs::write(path, content).expect("written");
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn level(&self) -> Level {
        Level::read(self.0.path(), None)
    }
}

fn wrong(folder: &Folder, file: &str) -> String {
    hints(&folder.path(file), None, &folder.level()).expect_err("wrong").to_string()
}

#[test]
fn vietnamese_and_english_names_mean_the_same() {
    let json =
        r#"{"Số định danh": "079085001234", "MaHoSo": "H29.12-251103-0001", "loại bản": "Bản chính", "role": 1}"#;
    let folder = Folder::new().with("metadata.json", json);
    let found = hints(&folder.path("a.pdf"), None, &folder.level()).expect("read");
    assert_eq!(found.owner.expect("owner").as_str(), "079085001234");
    assert_eq!(found.dossier.expect("dossier").as_str(), "H29.12-251103-0001");
    assert_eq!((found.form, found.role), (Some(Form::Original), Some(Role::Result)));
}

#[test]
fn nearer_wins_field_by_field() {
    let folder = Folder::new()
        .with("metadata.json", r#"{"owner": "079085001234", "form": "copy", "ordinal": 7}"#)
        .with("metadata.csv", "\u{feff}tên tệp;STT;form\na.pdf;1;bản chính\n")
        .with("a.json", r#"{"ordinal": 2, "owner_name": null}"#);
    let own = folder.path("a.json");
    let found = hints(&folder.path("a.pdf"), Some(&own), &folder.level()).expect("read");
    assert_eq!((found.ordinal, found.form), (Some(2), Some(Form::Original)));
    assert!(found.owner.is_some() && found.owner_name.is_none());
    let other = hints(&folder.path("b.pdf"), None, &folder.level()).expect("read");
    assert_eq!((other.ordinal, other.form), (Some(7), Some(Form::Copy)));
}

#[test]
fn folders_above_count_for_what_lies_below() {
    let folder = Folder::new()
        .with("metadata.json", r#"{"owner": "079085001234"}"#)
        .with("metadata.csv", "file,ordinal\nhs/1,3\n")
        .with("hs/1/metadata.json", r#"{"form": "copy"}"#);
    let outer = Arc::new(folder.level());
    let middle = Arc::new(Level::read(&folder.path("hs"), Some(outer)));
    let inner = Level::read(&folder.path("hs/1"), Some(middle));
    let found = hints(&folder.path("hs/1"), None, &inner).expect("read");
    assert_eq!((found.ordinal, found.form), (Some(3), Some(Form::Copy)));
    assert!(found.owner.is_some());
}

#[test]
fn mistakes_are_named_with_their_place() {
    let json = |text: &str| wrong(&Folder::new().with("metadata.json", text), "a.pdf");
    assert!(json("{\"owner\": \n oops}").contains("line 2, column 2: is no JSON object"));
    assert!(json("{\n  \"owner\": \"123\"}").contains("line 2, column 3, field `owner`: `123` is no owner's number"));
    assert!(json(r#"{"colour": 1}"#).contains("field `colour`: is no field that is known"));
    assert!(json(r#"{"owner": "079085001234", "cccd": "079085001234"}"#).contains("means the same as"));
    assert!(json("[]").contains("is no JSON object"));

    let table = |text: &str| wrong(&Folder::new().with("metadata.csv", text), "a.pdf");
    assert!(table("file,owner\na.pdf,079085001234\nb.pdf,12\n").contains("line 3, column 2, field `owner`: `12`"));
    assert!(table("file,owner\na.pdf\n").contains("line 2: is no table"));
    assert!(table("owner\n079085001234\n").contains("no column `file`"));
    assert!(table("file,form\na.pdf,copy\na.pdf,copy\n").contains("line 3, column 1, field `file`: `a.pdf` has a row"));
    assert!(table("file,màu\na.pdf,đỏ\n").contains("line 1, column 2, field `màu`"));

    let folder = Folder::new().with("metadata.csv", b"\xFF\xFEf\0");
    assert!(wrong(&folder, "a.pdf").contains("is UTF-16, expected UTF-8"));
    let folder = Folder::new().with("metadata.csv", b"file\n\xE9\n");
    assert!(wrong(&folder, "a.pdf").contains("line 2: is not UTF-8"));
}

#[test]
fn decomposed_letters_are_composed() {
    let folder = Folder::new().with("metadata.json", "{\"ho\u{323} va\u{300} te\u{302}n\": \"Nguye\u{302}\u{303}n\"}");
    let found = hints(&folder.path("a.pdf"), None, &folder.level()).expect("read");
    assert_eq!(found.owner_name.as_deref(), Some("Nguyễn"));
}

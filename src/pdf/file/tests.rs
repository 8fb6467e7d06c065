//! Files of every kind, whole, updated, and damaged.

use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions, SaveOptions, Stream, dictionary};
use proptest::prelude::*;

use super::*;
use crate::pdf::incremental::Update;
use crate::pdf::incremental::testing::{XrefKind, a_pdf};

const A4: [f32; 2] = [595.0, 842.0];

fn open(bytes: &[u8]) -> Result<File<'_>, Error> {
    // The source must live as long as the file.
    File::open(Box::leak(Box::new(bytes)), bytes.len() as u64, None)
}

fn leaked(bytes: Vec<u8>) -> &'static [u8] {
    bytes.leak()
}

/// A file with a table that calls object 3 free, and a stream in which older readers do not see it.
fn hybrid() -> Vec<u8> {
    let mut bytes = b"%PDF-1.5\n".to_vec();
    let mut places = Vec::new();
    let mut object = |bytes: &mut Vec<u8>, text: &str| {
        places.push(bytes.len());
        bytes.extend_from_slice(text.as_bytes());
    };
    object(&mut bytes, "1 0 obj\n<</Type/Catalog/Pages 2 0 R/Lang 3 0 R>>\nendobj\n");
    object(&mut bytes, "2 0 obj\n<</Type/Pages/Kids[4 0 R]/Count 1>>\nendobj\n");
    object(&mut bytes, "4 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n");
    object(&mut bytes, "5 0 obj\n<</Type/ObjStm/N 1/First 4/Length 11>>\nstream\n3 0 (vi-VN)\nendstream\nendobj\n");
    let stream = bytes.len();
    bytes.extend_from_slice(b"6 0 obj\n<</Type/XRef/Size 7/W[1 2 1]/Index[3 1]/Length 4>>\nstream\n");
    bytes.extend_from_slice(&[2, 0, 5, 0]);
    bytes.extend_from_slice(b"\nendstream\nendobj\n");
    let table = bytes.len();
    bytes.extend_from_slice(b"xref\n0 6\n0000000003 65535 f\r\n");
    for place in [Some(places[0]), Some(places[1]), None, Some(places[2]), Some(places[3])] {
        let line = place.map_or("0000000000 00000 f\r\n".to_owned(), |place| format!("{place:010} 00000 n\r\n"));
        bytes.extend_from_slice(line.as_bytes());
    }
    let trailer = format!("trailer\n<</Size 7/Root 1 0 R/XRefStm {stream}>>\nstartxref\n{table}\n%%EOF\n");
    [bytes, trailer.into_bytes()].concat()
}

fn locked(password: &str) -> Vec<u8> {
    let mut document = Document::load_mem(&a_pdf(XrefKind::Table, A4)).expect("readable");
    document.catalog_mut().expect("there").set("Lang", Object::string_literal("vi-VN"));
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: password,
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).expect("a key");
    document.encrypt(&state).expect("locked");
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("memory");
    bytes
}

#[test]
fn an_object_is_not_read_inside_of_a_number() {
    let mut file = b"%PDF-1.7\n10 0 obj\n<<>>\nendobj\n".to_vec();
    let start = file.len();
    let table = |inside: usize, number: u32| {
        format!(
            "xref\n{number} 1\n{inside:010} 00000 n \ntrailer\n<</Size 11/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
        )
    };
    let read = |inside, number| {
        let whole = [&file[..], table(inside, number).as_bytes()].concat();
        open(leaked(whole)).expect("a table").object((number, 0)).map(|found| found.is_some())
    };
    assert!(matches!(read(9, 10), Ok(true)));
    assert!(matches!(read(10, 0), Ok(false)), "number 0 is always free");
    file[9..11].copy_from_slice(b"15");
    let read = |inside, number| {
        let whole = [&file[..], table(inside, number).as_bytes()].concat();
        open(leaked(whole)).expect("a table").object((number, 0)).map(|found| found.is_some())
    };
    assert!(matches!(read(10, 5), Err(Error::Object { .. })));
}

#[test]
fn lengths_that_lead_to_one_another_end() {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for object in [
        "1 0 obj\n<</Length 2 0 R>>stream\nx\nendstream\nendobj\n",
        "2 0 obj\n<</Length 1 0 R>>stream\nx\nendstream\nendobj\n",
    ] {
        places.push(file.len());
        file.extend_from_slice(object.as_bytes());
    }
    let start = file.len();
    let [first, second] = places[..] else { panic!("two objects") };
    let lines = format!("{first:010} 00000 n \n{second:010} 00000 n \n");
    let table =
        format!("xref\n0 3\n0000000000 65535 f \n{lines}trailer\n<</Size 3/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    file.extend_from_slice(table.as_bytes());
    let source = &file[..];
    let opened = File::open(&source, file.len() as u64, None).expect("a table");
    assert!(matches!(opened.object((1, 0)), Err(Error::Object { .. })));
}

#[test]
fn every_kind_of_section_is_read() {
    for (bytes, kind) in [
        (a_pdf(XrefKind::Table, A4), Kind::Table),
        (a_pdf(XrefKind::Stream, A4), Kind::Stream),
        (hybrid(), Kind::Hybrid),
    ] {
        let file = open(&bytes).expect("readable");
        assert_eq!(file.sections().iter().map(|section| section.kind).collect::<Vec<_>>(), [kind]);
        let page = file.first_page().expect("a page");
        let dictionary = file.dictionary(page, "page").expect("there");
        assert_eq!(file.inherited(&dictionary, b"MediaBox").expect("read").as_array().expect("four").len(), 4);
        assert_eq!(file.pages().expect("read"), [page]);
        assert!(!file.sections()[0].is_ambiguous() && !file.is_repaired());
        // An independent reader finds the same objects.
        let document = Document::load_mem(&bytes).expect("readable");
        for (id, object) in &document.objects {
            match file.object(*id).expect("readable").expect("there") {
                Found::Value(own) => assert_eq!(own, *object, "{id:?}"),
                Found::Stream(_, data) => {
                    let content = &object.as_stream().expect("a stream").content;
                    assert_eq!(&bytes[data.start as usize..data.end as usize], &content[..], "{id:?}");
                }
            }
        }
    }
}

#[test]
fn a_hidden_object_is_seen_and_an_ambiguous_one_told() {
    let bytes = hybrid();
    let file = open(&bytes).expect("readable");
    let language = file.value(&file.catalog().expect("there"), b"Lang").expect("read");
    assert_eq!(language, Object::string_literal("vi-VN"));
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let second = format!("{:010} 00000 n", text.find("2 0 obj").expect("there"));
    let ambiguous = text.replacen("0000000000 00000 f", &second, 1);
    assert!(
        ambiguous.len() == bytes.len() && open(ambiguous.as_bytes()).expect("readable").sections()[0].is_ambiguous()
    );
}

#[test]
fn an_update_is_told_from_what_it_updates() {
    for kind in [XrefKind::Table, XrefKind::Stream] {
        let base = leaked(a_pdf(kind, A4));
        let mut update = Update::open(Box::leak(Box::new(base)), None).expect("readable");
        let catalog = update.file().catalog_id().expect("there");
        let mut changed = update.dictionary(catalog, "catalog").expect("there");
        changed.set("Lang", Object::string_literal("vi-VN"));
        update.set(catalog, changed);
        let added = update.add(dictionary! { "A" => 1 });
        let whole = leaked([base, &update.tail().expect("small").bytes[..]].concat());
        let source: &'static &'static [u8] = Box::leak(Box::new(whole));
        let now = File::open(source, whole.len() as u64, None).expect("readable");
        let then = File::open(source, base.len() as u64, None).expect("readable");
        assert!(then.catalog().expect("there").get(b"Lang").is_err() && now.catalog().expect("there").has(b"Lang"));
        let changed = now.changed_since(&then).expect("an update");
        assert!(changed.contains(&catalog.0) && changed.contains(&added.0) && changed.len() <= 3, "{changed:?}");
        assert_eq!(then.object(added).expect("free"), None);
        assert!(then.changed_since(&now).is_none());
        assert_eq!(now.changed_since(&now), Some(BTreeSet::new()));
    }
}

#[test]
fn locked_files_open_with_their_password() {
    let bytes = leaked(locked(""));
    let file = open(bytes).expect("no password is needed");
    assert_eq!(file.value(&file.catalog().expect("there"), b"Lang").expect("read").as_str().ok(), Some(&b"vi-VN"[..]));
    let bytes = leaked(locked("secret"));
    let source: &'static &'static [u8] = Box::leak(Box::new(bytes));
    assert!(matches!(File::open(source, bytes.len() as u64, None), Err(Error::Locked)));
    assert!(matches!(File::open(source, bytes.len() as u64, Some("wrong")), Err(Error::Locked)));
    let mut update = Update::open(source, Some("secret")).expect("opened");
    let added = update.add(dictionary! { "A" => Object::string_literal("text") });
    let whole = leaked([bytes, &update.tail().expect("small").bytes[..]].concat());
    assert!(!whole[bytes.len()..].windows(4).any(|window| window == b"text"), "it is locked");
    let again = File::open(Box::leak(Box::new(whole)), whole.len() as u64, Some("secret")).expect("opened");
    let dictionary = again.dictionary(added, "addition").expect("there");
    assert_eq!(dictionary.get(b"A").and_then(Object::as_str).ok(), Some(&b"text"[..]));
}

/// The bytes with the first (or last) place of `from` replaced.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let place = bytes.windows(from.len()).position(|window| window == from).expect("there");
    [&bytes[..place], to, &bytes[place + from.len()..]].concat()
}

#[test]
fn what_two_readers_would_read_differently_is_refused() {
    let good = a_pdf(XrefKind::Table, A4);
    let start = good.windows(9).rposition(|window| window == b"startxref").expect("there");
    let refuse = |changed: &[u8]| open(changed).map(drop).expect_err("refused").to_string();
    assert!(refuse(&good[..start]).contains("does not end with"));
    assert!(refuse(&[b"\n", &good[..]].concat()).contains("start with"));
    assert!(refuse(&[&good[..start], b"startxref\n99999999\n%%EOF\n"].concat()).contains("does not end with"));
    assert!(refuse(&replaced(&good, b" 00000 n", b" 00000 x")).contains("20 bytes"));
    let place = good.windows(6).position(|window| window == b"\nxref\n" || window == b"\rxref\n").expect("a table") + 1;
    let circle = replaced(&good, b"trailer\n<<", format!("trailer\n<</Prev {place} ").as_bytes());
    assert!(refuse(&circle).contains("comes before itself"), "{}", refuse(&circle));
    let file = open(&good).expect("readable");
    assert!(file.object((1, 7)).expect("read").is_none() && file.object((999, 0)).expect("read").is_none());
}

#[test]
fn damaged_files_are_repaired_and_say_so() {
    for kind in [XrefKind::Table, XrefKind::Stream] {
        let mut bytes = a_pdf(kind, A4);
        let end = bytes.len() - 30;
        bytes[end..].fill(b' ');
        assert!(open(&bytes).is_err());
        let source = &&bytes[..];
        let file = File::repaired(source, None).expect("repaired");
        assert!(file.is_repaired() && file.first_page().is_ok());
    }
    assert!(File::repaired(&&b"%PDF-1.7 nothing"[..], None).is_err());
}

#[test]
fn a_stream_is_as_long_as_it_says() {
    let mut document = Document::load_mem(&a_pdf(XrefKind::Table, A4)).expect("readable");
    let id = document.add_object(Stream::new(lopdf::Dictionary::new(), b"0123456789".to_vec()));
    let mut bytes = Vec::new();
    let options = SaveOptions::builder().use_object_streams(false).use_xref_streams(false).build();
    document.save_with_options(&mut bytes, options).expect("memory");
    let file = open(&bytes).expect("readable");
    let Some(Found::Stream(dictionary, data)) = file.object(id).expect("read") else { panic!("a stream") };
    assert_eq!(file.unfolded(id, &dictionary, data).expect("plain"), b"0123456789");
    let longer = replaced(&bytes, b"/Length 10", b"/Length 12");
    let shorter = open(&longer).expect("readable").object(id).map(drop);
    assert!(matches!(shorter, Err(Error::Object { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn no_bytes_break_it(place in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(), kind in 0..3) {
        let mut bytes = match kind {
            0 => a_pdf(XrefKind::Table, A4),
            1 => a_pdf(XrefKind::Stream, A4),
            _ => hybrid(),
        };
        let at = place.index(bytes.len());
        bytes[at] = byte;
        if byte < 16 {
            bytes.truncate(cut.index(bytes.len()));
        }
        let source = &&bytes[..];
        for file in [File::open(source, source.length(), None), File::repaired(source, None)].into_iter().flatten() {
            for number in 0..file.next_number().min(100) {
                let _ = file.object((number, 0));
            }
            let _ = file.pages();
        }
    }
}

//! Locked files in every cipher, and forms.

use std::collections::BTreeMap;

use lopdf::encryption::crypt_filters::{Aes128CryptFilter, Aes256CryptFilter, CryptFilter};
use lopdf::{EncryptionState, EncryptionVersion};

use super::*;

const KEY: [u8; 32] = [7; 32];

/// Everything but copying is allowed, or nothing is.
fn rights(copying: bool) -> Permissions {
    if copying { Permissions::COPYABLE } else { Permissions::empty() }
}

/// A locked file; `cipher` from RC4 with 40 bits to AES with 256.
fn locked(whole: &[u8], cipher: usize, user: &str, permissions: Permissions) -> Arc<[u8]> {
    let mut document = Document::load_mem(whole).expect("loaded");
    let id = || Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id(), id()]);
    let (owner_password, user_password) = ("owner", user);
    let filter: Arc<dyn CryptFilter> =
        if cipher == 2 { Arc::new(Aes128CryptFilter) } else { Arc::new(Aes256CryptFilter) };
    let crypt_filters = BTreeMap::from([(b"StdCF".to_vec(), filter)]);
    let (stream_filter, string_filter) = (b"StdCF".to_vec(), b"StdCF".to_vec());
    let version = match cipher {
        0 => EncryptionVersion::V1 { document: &document, owner_password, user_password, permissions },
        1 => EncryptionVersion::V2 { document: &document, owner_password, user_password, key_length: 128, permissions },
        2 => EncryptionVersion::V4 {
            document: &document,
            encrypt_metadata: true,
            crypt_filters,
            stream_filter,
            string_filter,
            owner_password,
            user_password,
            permissions,
        },
        _ => EncryptionVersion::V5 {
            encrypt_metadata: true,
            crypt_filters,
            file_encryption_key: &KEY,
            stream_filter,
            string_filter,
            owner_password,
            user_password,
            permissions,
        },
    };
    let state = EncryptionState::try_from(version).expect("keys");
    document.encrypt(&state).expect("encrypted");
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("saved");
    bytes.into()
}

fn opened(bytes: Arc<[u8]>, passwords: &str) -> Result<PdfFile, Error> {
    open(bytes, &Limits::default(), &Passwords::of_lines(passwords))
}

fn page(file: &PdfFile) -> PagePicture {
    file.pictures(Dpi::new(100.0).expect("in range"), &Limits::default()).expect("read").remove(0)
}

/// One page that is a picture, and one that has to be drawn.
fn pages() -> [Arc<[u8]>; 2] {
    [big().bytes(FULL), lettered(true)]
}

fn lettered(letters: bool) -> Arc<[u8]> {
    let text = if letters { "BT /F 40 Tf 60 400 Td (Quyet dinh) Tj ET" } else { "0 0 m 90 90 l S" };
    Sheet::new().bytes(text)
}

#[test]
fn a_password_is_asked_for_only_where_it_is_needed() {
    for cipher in 0..4 {
        for whole in pages() {
            let file = locked(&whole, cipher, "mật khẩu", rights(true));
            let error = opened(Arc::clone(&file), "").expect_err("locked");
            assert!(
                matches!(error, Error::Encrypted) && error.hint().is_some_and(|hint| hint.contains("password-file"))
            );
            let error = opened(Arc::clone(&file), "mot\nhai").expect_err("locked");
            assert!(matches!(error, Error::WrongPassword { tried: 2 }), "{error}");
            if cipher >= 3 {
                // Older ciphers know passwords in Latin letters alone.
                let file = opened(file, "mot\nmật khẩu").expect("opened");
                assert!(file.asks_for_password());
                page(&file);
            }
            let file = opened(locked(&whole, cipher, "secret", rights(true)), "mot\nsecret").expect("opened");
            assert!(file.asks_for_password());
            let (found, plain) = (page(&file), page(&opened(Arc::clone(&whole), "").expect("opened")));
            assert!(found.way == plain.way && found.encoded.bytes == plain.encoded.bytes, "cipher {cipher}");
        }
    }
}

#[test]
fn files_locked_against_changes_are_read_within_their_rights() {
    for cipher in 0..4 {
        for whole in pages() {
            let file = opened(locked(&whole, cipher, "", rights(true)), "").expect("opened");
            assert!(!file.asks_for_password());
            let denied = [Use::Print, Use::Change, Use::Annotate, Use::Fill, Use::Assemble];
            assert_eq!(file.denied(), denied, "cipher {cipher}");
            let plain = page(&opened(Arc::clone(&whole), "").expect("opened"));
            let found = page(&file);
            assert!(found.way == plain.way && found.encoded.bytes == plain.encoded.bytes, "cipher {cipher}");
            assert_eq!(found.text, plain.text);
        }
        let file = opened(locked(&lettered(true), cipher, "", rights(false)), "").expect("opened");
        let text = page(&file).text.expect("a drawn page");
        assert!(text.lines.is_empty() && text.doubts == [Doubt::CopyDenied], "its text may not be taken out");
    }
    assert_eq!(opened(lettered(false), "").expect("opened").denied(), []);
}

#[test]
fn values_that_nothing_shows_are_told() {
    let field = |value: &str, look: bool| {
        let mut sheet = big();
        let area = || A4.map(Object::from).to_vec();
        let mut field = dictionary! {
            "Subtype" => "Widget", "FT" => "Tx", "Rect" => area(), "V" => Object::string_literal(value),
        };
        if look {
            let empty = lopdf::Stream::new(dictionary! { "Subtype" => "Form", "BBox" => area() }, Vec::new());
            field.set("AP", dictionary! { "N" => sheet.document.add_object(empty) });
        }
        read(sheet.page("Annots", vec![field.into()]).bytes(FULL))
    };
    let lost = field("Nguyen Van A", false);
    assert_eq!(lost.text.expect("told").doubts, [Doubt::UnseenFields { fields: 1 }]);
    assert_eq!(lost.way, Way::Kept);
    assert!(field("Nguyen Van A", true).text.is_none() && field("  ", false).text.is_none());
}

#[test]
fn a_form_that_is_a_program_is_refused() {
    let mut document = Document::load_mem(&lettered(true)).expect("loaded");
    let xfa = document.add_object(lopdf::Stream::new(dictionary! {}, b"<xdp/>".to_vec()));
    let form = dictionary! { "XFA" => xfa, "Fields" => Vec::<Object>::new() };
    document.catalog_mut().expect("a catalog").set("AcroForm", form);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("saved");
    let error = opened(bytes.into(), "").expect_err("no pages");
    assert!(matches!(error, Error::Program) && error.hint().is_some());
}

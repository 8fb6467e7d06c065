//! What may and what may not be done to a signed file: known attacks, each made of a good file by an update.

use std::sync::Arc;

use lopdf::{Object, ObjectId, Stream, dictionary};

use super::*;
use crate::base::source::Source;
use crate::pdf::incremental::Update;
use crate::pdf::incremental::testing::{XrefKind, a_pdf_with};
use crate::pki::testing::{Pki, now};
use crate::sign::testing::sign_file;
use crate::sign::verify::{Asking, Finding, Indication, Report, Rules as Asked, verify};
use crate::sign::{Appearance, Order, Terms};

/// A page with content, a text field, and a font that it uses.
fn paper() -> Vec<u8> {
    a_pdf_with(XrefKind::Table, [595.0, 842.0], |document, page| {
        let field = document.add_object(dictionary! {
            "FT" => "Tx", "T" => Object::string_literal("so"), "Type" => "Annot", "Subtype" => "Widget",
            "Rect" => vec![100.into(), 100.into(), 200.into(), Object::Integer(120)], "F" => 4,
            "V" => Object::string_literal("100"),
        });
        let font =
            document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
        page.set("Resources", dictionary! { "Font" => dictionary! { "F1" => font } });
        page.set("Annots", vec![Object::Reference(field)]);
        let fields = vec![Object::Reference(field)];
        document.catalog_mut().expect("there").set("AcroForm", dictionary! { "Fields" => fields });
    })
}

fn signed(pki: &Pki, base: Vec<u8>, terms: &Terms) -> Vec<u8> {
    let base: Arc<dyn Source> = Arc::new(Arc::<[u8]>::from(base));
    let order =
        Order { base: Arc::clone(&base), password: None, appearance: &Appearance::invisible(), terms, at: now() };
    let signed = sign_file(&order, &pki.signer, None).expect("signed");
    let mut bytes = Vec::new();
    signed.write(&mut bytes).expect("memory");
    bytes
}

fn certified(permission: Permission) -> Terms {
    Terms { certify: Some(permission), ..Terms::default() }
}

fn check(bytes: &[u8], pki: &Pki) -> Report {
    verify(&bytes, &Asked { anchors: &pki.anchors(), at: now(), revocation: Asking::Nothing, password: None })
}

/// The file with an update that `change` makes.
fn updated(bytes: &[u8], change: impl FnOnce(&mut Update<'_>)) -> Vec<u8> {
    let source = &bytes;
    let mut update = Update::open(source, None).expect("readable");
    change(&mut update);
    let tail = update.tail().expect("small").bytes;
    [bytes, &tail[..]].concat()
}

fn page(update: &Update<'_>) -> (ObjectId, lopdf::Dictionary) {
    let id = update.file().first_page().expect("a page");
    (id, update.dictionary(id, "page").expect("there"))
}

fn catalog(update: &Update<'_>) -> (ObjectId, lopdf::Dictionary) {
    let id = update.file().catalog_id().expect("there");
    (id, update.dictionary(id, "catalog").expect("there"))
}

fn field(update: &Update<'_>, name: &str) -> crate::sign::field::Field {
    let fields = crate::sign::field::fields(update.file()).expect("readable");
    fields.into_iter().find(|field| field.name == name).expect("there")
}

fn set_field(update: &mut Update<'_>, key: &str, value: Object) {
    let id = field(update, "so").id;
    let mut dictionary = update.dictionary(id, "field").expect("there");
    dictionary.set(key, value);
    update.set(id, dictionary);
}

/// Names a new field in the form.
fn add_field(update: &mut Update<'_>, more: ObjectId) {
    let (_, catalog) = catalog(update);
    let id = catalog.get(b"AcroForm").and_then(Object::as_reference).expect("there");
    let mut form = update.dictionary(id, "form").expect("there");
    let mut fields = form.get(b"Fields").and_then(Object::as_array).expect("there").clone();
    fields.push(Object::Reference(more));
    form.set("Fields", fields);
    update.set(id, form);
}

type Attack = (&'static str, fn(&mut Update<'_>), fn(&Change) -> bool);

const ATTACKS: &[Attack] = &[
    (
        "the content of a page",
        |update| {
            let (_, page) = page(update);
            let id = page.get(b"Contents").and_then(Object::as_reference).expect("there");
            update.set(id, Stream::new(lopdf::Dictionary::new(), b"1 0 0 rg 0 0 600 900 re f".to_vec()));
        },
        |change| matches!(change, Change::Object(_)),
    ),
    (
        "another content for a page",
        |update| {
            let other = update.add(Stream::new(lopdf::Dictionary::new(), b"0 g 0 0 9 9 re f".to_vec()));
            let (id, mut page) = page(update);
            page.set("Contents", Object::Reference(other));
            update.set(id, page);
        },
        |change| matches!(change, Change::Page(1, key) if key == "Contents"),
    ),
    (
        "another font",
        |update| {
            let (_, page) = page(update);
            let fonts =
                page.get(b"Resources").and_then(Object::as_dict).and_then(|r| r.get(b"Font")).and_then(Object::as_dict);
            let id = fonts.and_then(|fonts| fonts.get(b"F1")).and_then(Object::as_reference).expect("there");
            update.set(id, dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Symbol" });
        },
        |change| matches!(change, Change::Object(_)),
    ),
    (
        "the catalog with other pages",
        |update| {
            let (id, mut catalog) = catalog(update);
            let pages = update.add(dictionary! { "Type" => "Pages", "Kids" => Vec::<Object>::new(), "Count" => 0 });
            catalog.set("Pages", Object::Reference(pages));
            update.set(id, catalog);
        },
        |change| matches!(change, Change::Catalog(key) if key == "Pages"),
    ),
    (
        "an action that runs when the file is opened",
        |update| {
            let (id, mut catalog) = catalog(update);
            catalog
                .set("OpenAction", dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") });
            update.set(id, catalog);
        },
        |change| matches!(change, Change::Catalog(key) if key == "OpenAction"),
    ),
    (
        "a page more",
        |update| {
            let (_, page) = page(update);
            let parent = page.get(b"Parent").and_then(Object::as_reference).expect("there");
            let more = update.add(dictionary! { "Type" => "Page", "Parent" => parent, "MediaBox" => vec![0.into(), 0.into(), 9.into(), Object::Integer(9)] });
            let mut pages = update.dictionary(parent, "pages").expect("there");
            let mut kids = pages.get(b"Kids").and_then(Object::as_array).expect("there").clone();
            kids.push(Object::Reference(more));
            pages.set("Kids", kids);
            pages.set("Count", 2);
            update.set(parent, pages);
        },
        |change| matches!(change, Change::Pages),
    ),
    (
        "an annotation that covers the page",
        |update| {
            let cover = update.add(dictionary! {
                "Type" => "Annot", "Subtype" => "FreeText", "F" => 4,
                "Rect" => vec![0.into(), 0.into(), 595.into(), Object::Integer(842)],
            });
            let (id, mut page) = page(update);
            let mut annotations = page.get(b"Annots").and_then(Object::as_array).expect("there").clone();
            annotations.push(Object::Reference(cover));
            page.set("Annots", annotations);
            update.set(id, page);
        },
        |change| matches!(change, Change::Annotation(1)),
    ),
    (
        "an annotation taken away",
        |update| {
            let (id, mut page) = page(update);
            page.set("Annots", Vec::<Object>::new());
            update.set(id, page);
        },
        |change| matches!(change, Change::Annotation(1)),
    ),
    (
        "the value of a field",
        |update| set_field(update, "V", Object::string_literal("999")),
        |change| matches!(change, Change::Field(name) if name == "so"),
    ),
    (
        "the place of a field",
        |update| {
            set_field(update, "Rect", vec![0.into(), 0.into(), 9.into(), Object::Integer(9)].into());
        },
        |change| matches!(change, Change::Field(name) if name == "so"),
    ),
    (
        "a field more",
        |update| {
            let more = update.add(
                dictionary! { "FT" => "Tx", "T" => Object::string_literal("them"), "V" => Object::string_literal("x") },
            );
            add_field(update, more);
        },
        |change| matches!(change, Change::Field(name) if name == "them"),
    ),
    (
        "a form that is drawn anew by readers",
        |update| {
            let (_, catalog) = catalog(update);
            let id = catalog.get(b"AcroForm").and_then(Object::as_reference).expect("there");
            let mut form = update.dictionary(id, "form").expect("there");
            form.set("NeedAppearances", true);
            update.set(id, form);
        },
        |change| matches!(change, Change::Form(key) if key == "NeedAppearances"),
    ),
    (
        "the place of the signature",
        |update| {
            let id = field(update, "Signature1").id;
            let mut widget = update.dictionary(id, "field").expect("there");
            widget.set("Rect", vec![0.into(), 0.into(), 595.into(), Object::Integer(842)]);
            update.set(id, widget);
        },
        |change| matches!(change, Change::Field(name) if name == "Signature1"),
    ),
    (
        "a page turned over",
        |update| {
            let (id, mut page) = page(update);
            page.set("Rotate", 180);
            update.set(id, page);
        },
        |change| matches!(change, Change::Page(1, key) if key == "Rotate"),
    ),
];

#[test]
fn what_was_signed_does_not_change() {
    let pki = Pki::new();
    for terms in [
        Terms::default(),
        certified(Permission::Nothing),
        certified(Permission::Forms),
        certified(Permission::Annotations),
    ] {
        let good = signed(&pki, paper(), &terms);
        assert!(check(&good, &pki).is_valid(), "{:#?}", check(&good, &pki));
        let may_fill = terms.certify > Some(Permission::Nothing);
        for (name, attack, is_it) in ATTACKS.iter().filter(|(name, ..)| !(may_fill && *name == "the value of a field"))
        {
            let report = check(&updated(&good, attack), &pki);
            assert_eq!(report.indication(), Indication::Invalid, "{name}, {terms:?}: {report:#?}");
            let refused = &report.signatures[0].changes.refused;
            assert!(refused.iter().any(is_it), "{name}: {refused:?}");
        }
    }
}

/// Adds a signature field over the whole page with this value.
fn add_signature(update: &mut Update<'_>, value: lopdf::Dictionary) {
    let value = update.add(value);
    let look = update.add(Stream::new(lopdf::Dictionary::new(), b"1 g 0 0 595 842 re f".to_vec()));
    let more = update.add(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => Object::string_literal("Signature9"), "F" => 4,
        "V" => Object::Reference(value), "AP" => dictionary! { "N" => look },
        "Rect" => vec![0.into(), 0.into(), 595.into(), Object::Integer(842)],
    });
    let (id, mut page) = page(update);
    let mut annotations = page.get(b"Annots").and_then(Object::as_array).expect("there").clone();
    annotations.push(Object::Reference(more));
    page.set("Annots", annotations);
    update.set(id, page);
    add_field(update, more);
}

#[test]
fn what_only_looks_like_a_signature_is_none() {
    let pki = Pki::new();
    let good = signed(&pki, paper(), &Terms::default());
    for value in [
        dictionary! { "Type" => "Sig" },
        dictionary! { "Type" => "DocTimeStamp", "SubFilter" => "ETSI.RFC3161" },
        dictionary! { "Type" => "Sig", "SubFilter" => "ETSI.CAdES.detached", "Contents" => Object::string_literal("x") },
    ] {
        let report = check(&updated(&good, |update| add_signature(update, value.clone())), &pki);
        assert_eq!(report.indication(), Indication::Invalid, "{value:?}: {report:#?}");
    }
    // One that names the value of the good signature.
    let twice = updated(&good, |update| {
        let value = field(update, "Signature1").dictionary.get(b"V").and_then(Object::as_reference).expect("there");
        add_signature(update, dictionary! {});
        let id = field_named(update, "Signature9");
        let mut own = update.dictionary(id, "field").expect("there");
        own.set("V", Object::Reference(value));
        update.set(id, own);
    });
    assert_eq!(check(&twice, &pki).indication(), Indication::Invalid);
}

/// The number of the field that was added last.
fn field_named(update: &Update<'_>, name: &str) -> ObjectId {
    let (_, catalog) = catalog(update);
    let id = catalog.get(b"AcroForm").and_then(Object::as_reference).expect("there");
    let form = update.dictionary(id, "form").expect("there");
    let fields = form.get(b"Fields").and_then(Object::as_array).expect("there").iter();
    let mut ids = fields.filter_map(|field| field.as_reference().ok());
    let is_it = |id: &ObjectId| {
        let own = update.dictionary(*id, "field").expect("there");
        own.get(b"T").and_then(Object::as_str).is_ok_and(|own| own == name.as_bytes())
    };
    ids.find(is_it).expect("there")
}

/// A page whose content is an array of its own, and that waits for an object that is not there.
fn waiting_paper() -> Vec<u8> {
    a_pdf_with(XrefKind::Table, [595.0, 842.0], |document, page| {
        let content = page.get(b"Contents").and_then(Object::as_reference).expect("there");
        let waiting = Object::Reference((document.max_id + 40, 0));
        let contents = document.add_object(vec![Object::Reference(content), waiting]);
        page.set("Contents", contents);
        let field = document.add_object(dictionary! {
            "FT" => "Tx", "T" => Object::string_literal("so"), "Type" => "Annot", "Subtype" => "Widget", "F" => 4,
            "Rect" => vec![100.into(), 100.into(), 200.into(), Object::Integer(120)],
        });
        page.set("Annots", vec![Object::Reference(field)]);
        let fields = vec![Object::Reference(field)];
        document.catalog_mut().expect("there").set("AcroForm", dictionary! { "Fields" => fields });
    })
}

/// The array of the page's content, and the first stream in it.
fn contents(update: &Update<'_>) -> (ObjectId, ObjectId) {
    let (_, page) = page(update);
    let array = page.get(b"Contents").and_then(Object::as_reference).expect("there");
    let first = update.array(array).expect("an array").first().and_then(|first| first.as_reference().ok());
    (array, first.expect("there"))
}

type Swap = (&'static str, fn(&mut Update<'_>));

const SWAPS: &[Swap] = &[
    ("the object that the page waits for", |update| {
        let (array, _) = contents(update);
        let waiting = update.array(array).expect("an array")[1].as_reference().expect("a reference");
        update.set(waiting, Stream::new(lopdf::Dictionary::new(), b"1 g 0 0 595 842 re f".to_vec()));
    }),
    ("the page's content for metadata", |update| {
        let (_, content) = contents(update);
        update.set(content, Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, Vec::new()));
        let (id, mut catalog) = catalog(update);
        catalog.set("Metadata", Object::Reference(content));
        update.set(id, catalog);
    }),
    ("the page's content for the look of a field", |update| {
        let (_, content) = contents(update);
        update.set(content, Stream::new(dictionary! { "Subtype" => "Form" }, b"1 g 0 0 595 842 re f".to_vec()));
        set_field(update, "AP", dictionary! { "N" => content }.into());
    }),
    ("the array of the page's content for that of its annotations", |update| {
        let (array, _) = contents(update);
        let (id, mut page) = page(update);
        let annotations = page.get(b"Annots").and_then(Object::as_array).expect("there").clone();
        page.set("Annots", Object::Reference(array));
        update.set(array, annotations);
        update.set(id, page);
    }),
    ("the page's content for evidence", |update| {
        let (array, _) = contents(update);
        let (id, mut catalog) = catalog(update);
        catalog.set("DSS", dictionary! { "Certs" => Object::Reference(array) });
        update.set(array, Vec::<Object>::new());
        update.set(id, catalog);
    }),
    ("the page's content for the document information", |update| {
        let (_, content) = contents(update);
        update.set(content, dictionary! {});
    }),
];

#[test]
fn an_object_is_not_replaced_by_way_of_another_place() {
    let pki = Pki::new();
    for terms in [Terms::default(), certified(Permission::Forms), certified(Permission::Annotations)] {
        let good = signed(&pki, waiting_paper(), &terms);
        assert!(check(&good, &pki).is_valid(), "{:#?}", check(&good, &pki));
        for (name, swap) in SWAPS {
            let report = check(&updated(&good, swap), &pki);
            assert_eq!(report.indication(), Indication::Invalid, "{name}, {terms:?}: {report:#?}");
        }
        // The field's own look may be another one where it may be filled.
        let filled = updated(&good, |update| {
            let look = update.add(Stream::new(dictionary! { "Subtype" => "Form" }, b"0 g".to_vec()));
            set_field(update, "AP", dictionary! { "N" => look }.into());
        });
        let expected = if terms.certify.is_some() { Indication::Valid } else { Indication::Invalid };
        assert_eq!(check(&filled, &pki).indication(), expected, "{:#?}", check(&filled, &pki));
    }
}

/// A paper whose author drew with dictionaries that may grow: the catalog and the page themselves are named as resources, and one object by
/// another generation than the page's.
fn prepared_paper() -> Vec<u8> {
    a_pdf_with(XrefKind::Table, [595.0, 842.0], |document, page| {
        let catalog = document.trailer.get(b"Root").and_then(Object::as_reference).expect("there");
        let pages = document.catalog().and_then(|catalog| catalog.get(b"Pages")).and_then(Object::as_reference);
        let waiting = Object::Reference((document.max_id + 40, 0));
        let deep = document.add_object(dictionary! { "A" => waiting });
        page.set(
            "Resources",
            dictionary! { "XObject" => Object::Reference(catalog), "Properties" => Object::Reference(deep) },
        );
        page.set("PieceInfo", dictionary! { "X" => Object::Reference((deep.0, 1)), "Y" => pages.expect("there") });
        let packet =
            document.add_object(Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, Vec::new()));
        document.catalog_mut().expect("there").set("Metadata", packet);
    })
}

const PREPARED: &[Swap] = &[
    ("the catalog, which is drawn as resources, names evidence that is a picture", |update| {
        let picture = update.add(Stream::new(dictionary! { "Subtype" => "Form" }, b"1 g 0 0 595 842 re f".to_vec()));
        let (id, mut catalog) = catalog(update);
        catalog.set("DSS", Object::Reference(picture));
        update.set(id, catalog);
    }),
    ("the object that is waited for below one that is named by two generations", |update| {
        let (_, page) = page(update);
        let resources = page.get(b"Resources").and_then(Object::as_dict).expect("there");
        let deep = resources.get(b"Properties").and_then(Object::as_reference).expect("there");
        let deep = update.dictionary(deep, "resources").expect("there");
        let waiting = deep.get(b"A").and_then(Object::as_reference).expect("there");
        update.set(waiting, dictionary! { "Type" => "OCG" });
    }),
    ("the metadata taken away", |update| {
        let (id, mut catalog) = catalog(update);
        catalog.set("Metadata", Object::Null);
        update.set(id, catalog);
    }),
];

#[test]
fn what_an_author_prepared_is_found() {
    let pki = Pki::new();
    for terms in [Terms::default(), certified(Permission::Forms)] {
        let good = signed(&pki, prepared_paper(), &terms);
        assert!(check(&good, &pki).is_valid(), "{:#?}", check(&good, &pki));
        for (name, swap) in PREPARED {
            let report = check(&updated(&good, swap), &pki);
            assert_eq!(report.indication(), Indication::Invalid, "{name}, {terms:?}: {report:#?}");
        }
    }
}

#[test]
fn fields_are_filled_where_that_is_allowed() {
    let pki = Pki::new();
    let fill = |update: &mut Update<'_>| set_field(update, "V", Object::string_literal("999"));
    for (permission, lock, indication) in [
        (Permission::Forms, None, Indication::Valid),
        (Permission::Annotations, None, Indication::Valid),
        (Permission::Nothing, None, Indication::Invalid),
        (Permission::Forms, Some(Lock::All), Indication::Invalid),
        (Permission::Forms, Some(Lock::Include(vec!["so".to_owned()])), Indication::Invalid),
        (Permission::Forms, Some(Lock::Include(vec!["khac".to_owned()])), Indication::Valid),
        (Permission::Forms, Some(Lock::Exclude(vec!["so".to_owned()])), Indication::Valid),
    ] {
        let terms = Terms { certify: Some(permission), lock: lock.clone() };
        let report = check(&updated(&signed(&pki, paper(), &terms), fill), &pki);
        assert_eq!(report.indication(), indication, "{permission:?} {lock:?}: {report:#?}");
        if indication == Indication::Valid {
            assert!(report.signatures[0].findings.contains(&Finding::Added(Allowed::Filled("so".to_owned()))));
        }
    }
}

#[test]
fn what_shows_nothing_may_be_there() {
    let pki = Pki::new();
    let good = signed(&pki, paper(), &Terms::default());
    let orphan = updated(&good, |update| {
        update.add(dictionary! { "A" => 1 });
    });
    assert!(check(&orphan, &pki).is_valid());
    // The same objects written again have the same values.
    let again = updated(&good, |update| {
        let (id, page) = page(update);
        update.set(id, page);
    });
    assert!(check(&again, &pki).is_valid());
    let start = good.windows(9).rposition(|window| window == b"startxref").expect("there");
    for garbage in [&b"\n% and more\n"[..], b"%%EOF\n", &good[start..]] {
        let report = check(&[&good[..], garbage].concat(), &pki);
        assert_eq!(report.indication(), Indication::Indeterminate, "{}", String::from_utf8_lossy(garbage));
        assert!(matches!(report.findings[..], [Finding::UnsignedBytes(_)]), "{report:#?}");
    }
}

#[test]
fn a_second_signature_is_seen_as_what_it_is() {
    let pki = Pki::new();
    let first = signed(&pki, paper(), &certified(Permission::Forms));
    let both = signed(&pki, first.clone(), &Terms::default());
    let report = check(&both, &pki);
    assert!(report.is_valid(), "{report:#?}");
    assert!(report.signatures[0].findings.contains(&Finding::Added(Allowed::Signature("Signature2".to_owned()))));
    assert!(report.signatures[1].changes.allowed.is_empty());
    let closed: Arc<dyn Source> = Arc::new(Arc::<[u8]>::from(signed(&pki, paper(), &certified(Permission::Nothing))));
    let order = Order {
        base: closed,
        password: None,
        appearance: &Appearance::invisible(),
        terms: &Terms::default(),
        at: now(),
    };
    let refused = sign_file(&order, &pki.signer, None).expect_err("nothing may change");
    assert!(matches!(refused, crate::sign::Error::Certified));
    let again: Arc<dyn Source> = Arc::new(Arc::<[u8]>::from(first));
    let order = Order { base: again, terms: &certified(Permission::Forms), ..order };
    assert!(matches!(sign_file(&order, &pki.signer, None), Err(crate::sign::Error::CertifyFirst)));
}

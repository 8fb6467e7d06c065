//! The readers, each entered by the nearest public function.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sohoa::base::digest::Sha512;
use sohoa::base::geometry::Size;
use sohoa::base::source::Source;
use sohoa::base::time::Timestamp;
use sohoa::base::units::Dpi;
use sohoa::config::{Layers, Settings};
use sohoa::deposit::record::StoredRecord;
use sohoa::deposit::text::{StoredProvenance, StoredText};
use sohoa::intake::{self, Passwords, pictures};
use sohoa::pki::cms::SignedData;
use sohoa::pki::remote::{self, Account, Factors, ServiceChoice, Waiting};
use sohoa::pki::revocation::{self, Question, Recorded};
use sohoa::pki::{
    Certificate, Crl, Evidence, FileKey, KeyFile, OcspResponse, Patience, PinSource, Policy, Scheme, ServiceKey,
    Signer, Token, TrustAnchors, oid, pem,
};
use sohoa::raster::probe::{Probe, probe};
use sohoa::raster::{self, Color, Encoded, Encoding, Limits, files};
use sohoa::scanner::{Device, Feed, Mode, Request};
use sohoa::sign::{Appearance, Desk, Level, Order, Terms};
use tempfile::TempDir;

use crate::seeds;

/// Small, so that a good picture is read in no time and what claims more is refused.
const LIMITS: Limits = Limits { max_pixels: 1_000_000, max_pages: 20, max_bytes: 4 << 20 };

/// 2026-11-03, at which the seeds' certificates are in term.
fn now() -> Timestamp {
    Timestamp::from_unix(1_793_700_000)
}

fn dpi() -> Dpi {
    Dpi::new(72.0).unwrap_or_else(|_| unreachable!("72 dpi is in range"))
}

/// A folder of this process and this reader, with nothing in it but what the reader puts there.
fn folder(place: &'static OnceLock<TempDir>) -> &'static Path {
    place.get_or_init(|| tempfile::tempdir().expect("a temporary folder")).path()
}

fn put(path: &Path, data: &[u8]) {
    fs::write(path, data).expect("a temporary file");
}

/// JPEG, PNG or TIFF.
pub(crate) fn picture_file(data: &[u8]) {
    let bytes: Arc<[u8]> = data.into();
    let taken = match probe(Cursor::new(&bytes), &LIMITS) {
        Ok(Probe::Jpeg(header)) => vec![files::of_jpeg(&bytes, &header, &LIMITS)],
        Ok(Probe::Png(header)) => vec![files::of_png(&bytes, &header, &LIMITS)],
        Ok(Probe::Tiff(pages)) => pages.iter().map(|page| files::tiff::of_page(&bytes, page, &LIMITS)).collect(),
        Ok(Probe::Pdf) | Err(_) => Vec::new(),
    };
    for picture in taken.into_iter().flatten() {
        drop(raster::decode(&picture.encoded, &LIMITS));
        drop(raster::decode_gray(&picture.encoded, &LIMITS));
    }
}

fn decode(encoding: Encoding, color: Color, data: &[u8]) {
    let size = Size { width: seeds::SIZE.width, height: seeds::SIZE.height };
    drop(raster::decode(&Encoded { encoding, size, color, bytes: data.into() }, &LIMITS));
}

pub(crate) fn jpeg2000(data: &[u8]) {
    decode(Encoding::Jpeg2000, Color::Gray, data);
    decode(Encoding::Jpeg2000, Color::Rgb, data);
}

/// The first byte says whether the first half are global segments.
pub(crate) fn jbig2(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let (globals, data) =
        if first & 1 == 0 { (None, rest) } else { (Some(&rest[..rest.len() / 2]), &rest[rest.len() / 2..]) };
    decode(Encoding::Jbig2 { globals: globals.map(Arc::from) }, Color::Bilevel { one_is_black: false }, data);
}

/// The first byte holds the parameters.
pub(crate) fn ccitt(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let flag = |bit: u8| first >> bit & 1 == 1;
    let k = match first & 3 {
        0 => -1,
        1 => 0,
        _ => 4,
    };
    let encoding = Encoding::Ccitt {
        k,
        black_is_one: flag(2),
        byte_aligned: flag(3),
        end_of_line: flag(4),
        end_of_block: !flag(5),
    };
    decode(encoding, Color::Bilevel { one_is_black: flag(2) }, rest);
}

/// Pages, pictures, own text, fields, locks.
pub(crate) fn pdf(data: &[u8]) {
    let passwords = Passwords::of_lines(seeds::PASSWORD);
    let Ok(file) = pictures::open(data.into(), &LIMITS, &passwords) else { return };
    let _ = (file.is_signed(), file.is_repaired(), file.asks_for_password(), file.denied());
    for picture in file.pictures(dpi(), &LIMITS).unwrap_or_default() {
        drop(raster::decode(&picture.encoded, &LIMITS));
    }
}

pub(crate) fn signatures(data: &[u8]) {
    let rules = sohoa::sign::Rules {
        anchors: seeds::anchors(),
        at: now(),
        revocation: sohoa::sign::Asking::File,
        password: None,
    };
    let report = sohoa::sign::verify(&data, &rules);
    drop(report.verdict());
}

/// CMS signatures.
pub(crate) fn cms(data: &[u8]) {
    let Ok(signed) = SignedData::read(data) else { return };
    drop(signed.verify(oid::DATA, &[b"message"]));
    drop(signed.weaknesses(Policy::standard(), now()));
    for signer in signed.signers() {
        let attributes = signer.signed_attributes();
        let _ = (attributes.names(), attributes.are_der());
        for token in signer.timestamps().into_iter().filter_map(|token| Token::read(token).ok()) {
            drop(token.verify(&[signer.signature()]));
        }
    }
    let (evidence, _) = Evidence::read(signed.crls(), signed.ocsp_responses(), signed.certificates());
    judge(&evidence);
    if let Some(certificate) = signed.signer_certificate() {
        drop(seeds::anchors().path(certificate, signed.certificates(), now()));
    }
}

/// Time-stamp tokens.
pub(crate) fn timestamp(data: &[u8]) {
    let Ok(token) = Token::read(data) else { return };
    drop(token.verify(&[b"message"]));
    drop(token.weaknesses(token.certificate(), Policy::standard(), now()));
    let _ = (token.accuracy(), token.serial());
    if let Some(certificate) = token.certificate() {
        drop(seeds::anchors().path(certificate, token.certificates(), token.at()));
    }
}

/// Revocation lists.
pub(crate) fn crl(data: &[u8]) {
    let crls: Vec<Crl> = Crl::read(data).into_iter().collect();
    for crl in &crls {
        drop(crl.find(&[1, 2, 3]));
        for certificate in seeds::chain() {
            let _ = crl.verify_by(certificate);
        }
    }
    judge(&Evidence { crls, ..Evidence::default() });
}

/// OCSP responses.
pub(crate) fn ocsp(data: &[u8]) {
    let responses = OcspResponse::read(data).into_iter().collect();
    judge(&Evidence { responses, ..Evidence::default() });
}

/// Evidence on the certificates of the demo office.
fn judge(evidence: &Evidence) {
    let [certificate, issuer] = seeds::chain() else { return };
    let question = Question { certificate, issuer, at: now(), seen: now() };
    drop(revocation::judge(&question, evidence, seeds::anchors()));
}

/// Certificates in DER and PEM, and paths from them.
pub(crate) fn certificates(data: &[u8]) {
    let mut found: Vec<Certificate> = Certificate::from_der(data).into_iter().collect();
    if let Ok(text) = std::str::from_utf8(data) {
        found.extend(Certificate::all_from_pem(text).unwrap_or_default());
        drop(TrustAnchors::from_pem([text]));
    }
    if let Some(leaf) = found.first() {
        let _ = (leaf.verify_by(leaf), leaf.may_sign_documents(), leaf.may_stamp_time());
        drop(leaf.crl_urls());
        drop(seeds::anchors().path(leaf, &found, now()));
        drop(TrustAnchors::new(found.clone()).path(leaf, &found, now()));
    }
}

/// Private keys in PEM and PKCS#8.
pub(crate) fn keys(data: &[u8]) {
    drop(FileKey::new(data, seeds::chain()));
    let text = String::from_utf8_lossy(data);
    drop(pem::read(&text));
    drop(FileKey::from_pem(&text, &text));
}

/// PKCS#12, and PEM that a password opens.
pub(crate) fn locked_keys(data: &[u8]) {
    static PLACE: OnceLock<TempDir> = OnceLock::new();
    let key = folder(&PLACE).join("key");
    put(&key, data);
    let password = PinSource::variable("password", || Some(seeds::KEY_PASSWORD.to_owned()));
    drop(FileKey::open(&KeyFile { key, certificates: None, scheme: Scheme::Auto }, &password));
}

/// Any PDF is signed as it stands, and what was signed is verified.
pub(crate) fn signing(data: &[u8]) {
    let base: Arc<dyn Source> = Arc::new(Arc::<[u8]>::from(data));
    let status = Recorded::default();
    let desk = Desk { signer: seeds::signer(), level: Level::B, anchors: seeds::anchors(), status: &status };
    let appearance = Appearance::invisible();
    let order = Order { base, password: None, appearance: &appearance, terms: &Terms::default(), at: now() };
    let mut written = Vec::new();
    if desk.sign_file(&order).is_ok_and(|signed| signed.write(&mut written).is_ok()) {
        signatures(&written);
    }
}

/// What a signing service says, to every call the same.
pub(crate) fn service(data: &[u8]) {
    let Ok(listener) = TcpListener::bind("127.0.0.1:0") else { return };
    let Ok(address) = listener.local_addr() else { return };
    let answer = data.to_vec();
    let server = std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut asked = [0; 4096];
            let length = stream.read(&mut asked).unwrap_or(0);
            if asked[..length].starts_with(b"END") {
                return;
            }
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", answer.len());
            drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&answer)));
        }
    });
    let url = format!("http://{address}/csc/v1");
    let choice = ServiceChoice { url, credential: None, scheme: Scheme::Auto, roots: None };
    let patience = Patience { timeout: Duration::from_secs(5), attempts: 1, pause: Duration::ZERO };
    let waiting = Waiting { call: patience, poll: Duration::from_millis(1), answer: Duration::from_millis(10) };
    let account = || Account::Bearer("token".to_owned().into());
    drop(remote::credentials(&choice, account(), waiting));
    let factors = Factors { pin: PinSource::nowhere(), otp: PinSource::nowhere() };
    if let Ok(key) = ServiceKey::open(&choice, account(), &[], factors, waiting) {
        drop(key.sign(b"message"));
    }
    drop(std::net::TcpStream::connect(address).and_then(|mut stream| stream.write_all(b"END")));
    drop(server.join());
}

fn metadata(place: &'static OnceLock<TempDir>, name: &str, data: &[u8]) {
    let inbox = folder(place);
    put(&inbox.join("a.jpg"), b"");
    put(&inbox.join(name), data);
    if let Ok(found) = intake::discover(inbox, &intake::Options::default()) {
        for candidate in found.candidates {
            drop(candidate.hints());
        }
    }
}

pub(crate) fn metadata_json(data: &[u8]) {
    static PLACE: OnceLock<TempDir> = OnceLock::new();
    metadata(&PLACE, "metadata.json", data);
}

pub(crate) fn metadata_csv(data: &[u8]) {
    static PLACE: OnceLock<TempDir> = OnceLock::new();
    metadata(&PLACE, "metadata.csv", data);
}

pub(crate) fn settings(data: &[u8]) {
    static PLACE: OnceLock<TempDir> = OnceLock::new();
    let file = folder(&PLACE).join("sohoa.toml");
    put(&file, data);
    let mut layers = Layers::default();
    if layers.file(&file).is_ok() {
        drop(Settings::resolve(&layers));
    }
}

/// Codes on a picture; the first two bytes are its width.
pub(crate) fn barcode(data: &[u8]) {
    let [low, high, pixels @ ..] = data else { return };
    let width = u32::from(u16::from_le_bytes([*low, *high])).clamp(1, 2000);
    let height = (pixels.len() as u32 / width).max(1);
    let luma = sohoa::barcode::Luma { size: Size { width, height }, pixels };
    for code in sohoa::barcode::read(&luma, Dpi::new(200.0).unwrap_or_else(|_| dpi())) {
        payload(code.text.as_bytes());
    }
}

/// What a code says.
pub(crate) fn payload(data: &[u8]) {
    use sohoa::vn::{cards::CitizenCard, codes, document_number::DocumentNumber, identifiers::OwnerId};
    let text = String::from_utf8_lossy(data);
    drop(CitizenCard::of(&text));
    drop(text.parse::<codes::DossierCode>());
    drop(text.parse::<codes::ProcedureCode>());
    drop(text.parse::<codes::PaperKindCode>());
    drop(text.parse::<codes::PaperCode>());
    drop(text.parse::<OwnerId>());
    drop(text.parse::<DocumentNumber>());
}

/// An inventory by itself, and in an object.
pub(crate) fn inventory(data: &[u8]) {
    static PLACE: OnceLock<TempDir> = OnceLock::new();
    use sohoa::ocfl::{inventory, object::StoredObject, validate};
    drop(inventory::Inventory::from_json(data));
    drop(inventory::sidecar_digest(&String::from_utf8_lossy(data)).map(str::to_owned));
    let object = folder(&PLACE);
    put(&object.join("0=ocfl_object_1.1"), b"ocfl_object_1.1\n");
    put(&object.join("inventory.json"), data);
    put(&object.join("inventory.json.sha512"), inventory::sidecar(Sha512::of(data)).as_bytes());
    drop(StoredObject::open(object));
    drop(validate::object(object, validate::Depth::Digests));
}

/// The stored forms of a document: record, text, provenance.
pub(crate) fn record(data: &[u8]) {
    drop(serde_json::from_slice::<StoredRecord>(data));
    drop(serde_json::from_slice::<StoredText>(data).map(|text| text.plain()));
    drop(serde_json::from_slice::<StoredProvenance>(data));
}

/// A held document and what was decided of it: `held.json`, and after a byte 0 `decision.json`.
pub(crate) fn held(data: &[u8]) {
    static PLACE: OnceLock<TempDir> = OnceLock::new();
    let queue = folder(&PLACE);
    let entry = queue.join("0123456789abcdef");
    fs::create_dir_all(&entry).expect("a temporary folder");
    let (held, decision) = data.split_at(data.iter().position(|byte| *byte == 0).unwrap_or(data.len()));
    put(&entry.join("held.json"), held);
    if decision.is_empty() {
        drop(fs::remove_file(entry.join("decision.json")));
    } else {
        put(&entry.join("decision.json"), &decision[1..]);
    }
    if let Ok(queue) = sohoa::review::Queue::open(queue) {
        drop(queue.list());
    }
}

/// The catalog of a warehouse, which holds the journal.
pub(crate) fn journal(data: &[u8]) {
    static PLACE: OnceLock<TempDir> = OnceLock::new();
    let folder = folder(&PLACE);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        drop(fs::remove_file(entry.path()));
    }
    put(&folder.join("catalog.sqlite"), data);
    if let Ok(catalog) = sohoa::catalog::Catalog::open(folder) {
        drop(catalog.jobs().all());
        drop(catalog.jobs().unsettled());
    }
}

/// What a network scanner says of itself.
pub(crate) fn escl(data: &[u8]) {
    static PLACE: OnceLock<TempDir> = OnceLock::new();
    let Ok(listener) = TcpListener::bind("127.0.0.1:0") else { return };
    let Ok(address) = listener.local_addr() else { return };
    let answer = data.to_vec();
    let scanner = std::thread::spawn(move || {
        // Capabilities, then a job that is refused.
        for body in [answer.as_slice(), b""] {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let _ = stream.read(&mut [0; 4096]);
            let status = if body.is_empty() { "409 Conflict" } else { "200 OK" };
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
            if body.is_empty() {
                return;
            }
        }
    });
    let request = Request {
        device: Device::Escl(format!("http://{address}/eSCL")),
        dpi: 300,
        mode: Mode::Color,
        feed: Feed::Feeder,
        pages: Some(1),
    };
    drop(sohoa::scanner::scan(&request, &folder(&PLACE).join("scan")));
    // One that was not asked for a job waits no longer.
    drop(std::net::TcpStream::connect(address).and_then(|mut stream| stream.write_all(b"\r\n")));
    drop(scanner.join());
}

//! Good inputs of every reader, small, made here; stored forms are those of a generated paper (`fuzz/seeds`).

use std::io::{Cursor, Write};
use std::sync::OnceLock;

use lopdf::{Dictionary, Document, EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary};
use sohoa::base::geometry::Size;
use sohoa::base::time::Timestamp;
use sohoa::pki::cms::SignedData;
use sohoa::pki::issue::{self, CrlContent, Listed, OcspContent};
use sohoa::pki::revocation::{Reason, Revocation, Status};
use sohoa::pki::{Certificate, DigestAlgorithm, FileKey, TrustAnchors, demo};
use sohoa::raster::encode::{self, Chroma};
use sohoa::raster::pixels::{Gray, Rgb};

/// Size of all sample pictures.
pub const SIZE: Size = Size { width: 64, height: 48 };

/// Opens the sample PDF that is locked.
pub const PASSWORD: &str = "mở ra";

fn gray_picture() -> Gray {
    let pixels = (0..SIZE.height)
        .flat_map(|y| (0..SIZE.width).map(move |x| if (x / 5 + y / 7).is_multiple_of(3) { 20 } else { 240 }));
    Gray { size: SIZE, pixels: pixels.collect() }
}

fn color_picture() -> Rgb {
    Rgb { size: SIZE, pixels: gray_picture().pixels.iter().flat_map(|&gray| [gray, gray / 2, 200]).collect() }
}

fn encoded(made: Result<sohoa::raster::Encoded, sohoa::raster::Error>) -> Vec<u8> {
    made.map(|encoded| encoded.bytes.to_vec()).expect("a good picture is encoded")
}

pub(crate) fn jpeg() -> Vec<Vec<u8>> {
    vec![
        encoded(encode::jpeg_gray(&gray_picture(), 80)),
        encoded(encode::jpeg_rgb(&color_picture(), 80, Chroma::Full)),
        encoded(encode::jpeg_rgb(&color_picture(), 30, Chroma::Halved)),
    ]
}

pub(crate) fn png() -> Vec<Vec<u8>> {
    let row = |bytes: usize| [vec![0], vec![0x5a; bytes]].concat().repeat(SIZE.height as usize);
    let width = SIZE.width as usize;
    [(1, 0, width / 8), (8, 0, width), (8, 2, width * 3), (8, 3, width), (8, 6, width * 4), (16, 2, width * 6)]
        .into_iter()
        .map(|(depth, color, bytes)| png_file(depth, color, &row(bytes)))
        .collect()
}

/// A PNG of these filtered rows; its checksums are right until it is damaged, so most damage must be found by them.
fn png_file(depth: u8, color: u8, rows: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let head = [&SIZE.width.to_be_bytes()[..], &SIZE.height.to_be_bytes(), &[depth, color, 0, 0, 0]].concat();
    let mut chunk = |kind: &[u8; 4], data: &[u8]| {
        let mut checksum = flate2::Crc::new();
        checksum.update(kind);
        checksum.update(data);
        file.extend((data.len() as u32).to_be_bytes());
        file.extend(kind);
        file.extend(data);
        file.extend(checksum.sum().to_be_bytes());
    };
    chunk(b"IHDR", &head);
    chunk(b"pHYs", &[0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1]);
    if color == 3 {
        chunk(b"PLTE", &[200; 3 * 256]);
        chunk(b"tRNS", &[100; 20]);
    }
    chunk(b"IDAT", &deflated(rows));
    chunk(b"IEND", &[]);
    file
}

pub(crate) fn tiff() -> Vec<Vec<u8>> {
    use tiff::encoder::{Compression, DeflateLevel, TiffEncoder, colortype};
    let compressions =
        [Compression::Uncompressed, Compression::Lzw, Compression::Deflate(DeflateLevel::Fast), Compression::Packbits];
    let mut files: Vec<Vec<u8>> = compressions
        .into_iter()
        .map(|compression| {
            let mut file = Cursor::new(Vec::new());
            let mut encoder = TiffEncoder::new(&mut file).expect("memory").with_compression(compression);
            let (gray, color) = (gray_picture().pixels, color_picture().pixels);
            encoder.write_image::<colortype::Gray8>(SIZE.width, SIZE.height, &gray).expect("memory");
            encoder.write_image::<colortype::RGB8>(SIZE.width, SIZE.height, &color).expect("memory");
            file.into_inner()
        })
        .collect();
    files.push(fax_tiff());
    files
}

/// One page of CCITT Group 4.
fn fax_tiff() -> Vec<u8> {
    let fax = ccitt_g4();
    let length = fax.len() as u32;
    let entries: [(u16, u16, u32); 9] = [
        (256, 4, SIZE.width),
        (257, 4, SIZE.height),
        (258, 3, 1),
        (259, 3, 4),
        (262, 3, 0),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, SIZE.height),
        (279, 4, length),
    ];
    let mut file = [b"II*\0".as_slice(), &(8 + length).to_le_bytes(), &fax].concat();
    file.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, value) in entries {
        file.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        file.extend([1_u32.to_le_bytes(), value.to_le_bytes()].concat());
    }
    file.extend([0; 4]);
    file
}

/// The least that a decoder accepts, in the JP2 form and bare.
pub(crate) fn jpeg2000() -> Vec<Vec<u8>> {
    [1_u8, 3].into_iter().flat_map(|channels| [jp2(channels), codestream(channels)]).collect()
}

fn codestream(channels: u8) -> Vec<u8> {
    let mut out = vec![0xff, 0x4f, 0xff, 0x51];
    out.extend((38 + 3 * u16::from(channels)).to_be_bytes());
    out.extend([0, 0]);
    let grid = [SIZE.width, SIZE.height, 0, 0, SIZE.width, SIZE.height, 0, 0];
    out.extend(grid.iter().flat_map(|edge| edge.to_be_bytes()));
    out.extend([0, channels]);
    out.extend([7, 1, 1].repeat(channels.into()));
    // Two levels, so that there are packets enough to damage.
    out.extend([0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 2, 4, 4, 0, 1]);
    out.extend([0xff, 0x5c, 0, 10, 0x40, 0x40, 0x48, 0x48, 0x50, 0x48, 0x48, 0x50]);
    out.extend([0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0x93]);
    out.extend(vec![0; 3 * usize::from(channels)]);
    // Noise where more packets would be.
    out.extend((0_u8..200).map(|byte| byte.wrapping_mul(37)));
    out.extend([0xff, 0xd9]);
    out
}

fn jp2(channels: u8) -> Vec<u8> {
    let atom = |kind: &[u8; 4], data: &[u8]| [&(data.len() as u32 + 8).to_be_bytes()[..], kind, data].concat();
    let image = [&SIZE.height.to_be_bytes()[..], &SIZE.width.to_be_bytes(), &[0, channels, 7, 7, 0, 0]].concat();
    let space = if channels == 1 { 17 } else { 16 };
    let header = [atom(b"ihdr", &image), atom(b"colr", &[1, 0, 0, 0, 0, 0, space])].concat();
    let file_type = atom(b"ftyp", b"jp2 \0\0\0\0jp2 ");
    [atom(b"jP  ", b"\r\n\x87\n"), file_type, atom(b"jp2h", &header), atom(b"jp2c", &codestream(channels))].concat()
}

/// The first byte says whether there are global segments: none, then a comment.
pub(crate) fn jbig2() -> Vec<Vec<u8>> {
    let page = encode::jbig2(&gray_picture().to_bilevel(128)).bytes;
    vec![[&[0], &*page].concat(), [&[1], &*page, &*page].concat()]
}

/// The first byte holds the parameters: Group 4, then what it must not be.
pub(crate) fn ccitt() -> Vec<Vec<u8>> {
    [0_u8, 1, 2, 0x18].into_iter().map(|parameters| [&[parameters], ccitt_g4().as_slice()].concat()).collect()
}

fn ccitt_g4() -> Vec<u8> {
    encoded(encode::g4(&gray_picture().to_bilevel(128)))
}

/// Pages of one picture in every encoding, a page of text, a form, one of each kind of structure, one locked, one signed.
pub(crate) fn pdf() -> Vec<Vec<u8>> {
    let bilevel = |filter: &str, parameters: Dictionary| {
        let mut image = image(filter, "DeviceGray", 1);
        image.set("DecodeParms", parameters);
        image
    };
    let fax = dictionary! { "K" => -1, "Columns" => SIZE.width, "Rows" => SIZE.height };
    let mut files: Vec<Vec<u8>> = [
        (image("DCTDecode", "DeviceGray", 8), jpeg().swap_remove(0)),
        (image("DCTDecode", "DeviceRGB", 8), jpeg().swap_remove(1)),
        (image("JPXDecode", "DeviceRGB", 8), jp2(3)),
        (image("FlateDecode", "DeviceGray", 8), deflated(&gray_picture().pixels)),
        (bilevel("CCITTFaxDecode", fax), ccitt_g4()),
        (bilevel("JBIG2Decode", Dictionary::new()), encode::jbig2(&gray_picture().to_bilevel(128)).bytes.to_vec()),
    ]
    .into_iter()
    .map(|(dictionary, data)| saved(&mut page("q 200 0 0 150 0 0 cm /I Do Q", Some(Stream::new(dictionary, data)))))
    .collect();
    let text = "BT /F 18 Tf 20 100 Td (So: 12/QD-UBND) Tj 0 -30 Td [(Nguyen) -250 <56616e>] TJ ET 10 10 60 30 re f";
    files.push(saved(&mut page(text, None)));
    files.push(saved(&mut form(text)));
    files.push(compact(&mut form(text)));
    files.push(locked(page(text, None)));
    files.extend(signed_pdf());
    files
}

fn image(filter: &str, space: &str, bits: i64) -> Dictionary {
    dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => SIZE.width, "Height" => SIZE.height,
        "BitsPerComponent" => bits, "ColorSpace" => space, "Filter" => filter,
    }
}

fn page(content: &str, picture: Option<Stream>) -> Document {
    let mut document = Document::with_version("1.7");
    let content = document.add_object(Stream::new(dictionary! {}, content.as_bytes().to_vec()));
    let mut pictures = Dictionary::new();
    if let Some(picture) = picture {
        pictures.set("I", document.add_object(picture));
    }
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    let fonts = dictionary! { "F" => document.add_object(font) };
    let tree = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content, "Rotate" => 90,
        "MediaBox" => [0, 0, 200, 150].map(Object::from).to_vec(),
        "Resources" => dictionary! { "XObject" => pictures, "Font" => fonts },
    });
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", root);
    document
}

/// A page with a field that is filled in, shown by an appearance.
fn form(content: &str) -> Document {
    let mut document = page(content, None);
    let bounds = [0, 0, 90, 20].map(Object::from).to_vec();
    let look = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => bounds.clone() };
    let look = document.add_object(Stream::new(look, b"0 0 20 10 re f".to_vec()));
    let field = document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "T" => Object::string_literal("ten"),
        "V" => Object::string_literal("An"), "Rect" => bounds, "AP" => dictionary! { "N" => look },
    });
    let page = document.page_iter().next().expect("a page");
    document.get_dictionary_mut(page).expect("a page").set("Annots", vec![field.into()]);
    let fields = dictionary! { "Fields" => vec![field.into()] };
    document.catalog_mut().expect("a catalog").set("AcroForm", fields);
    document
}

fn saved(document: &mut Document) -> Vec<u8> {
    let mut file = Vec::new();
    document.save_to(&mut file).expect("memory");
    file
}

/// With object streams and a cross-reference stream.
fn compact(document: &mut Document) -> Vec<u8> {
    let mut file = Vec::new();
    document.save_modern(&mut file).expect("memory");
    file
}

fn locked(mut document: Document) -> Vec<u8> {
    let id = || Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id(), id()]);
    let state = EncryptionState::try_from(EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: PASSWORD,
        key_length: 128,
        permissions: Permissions::COPYABLE,
    });
    document.encrypt(&state.expect("keys")).expect("encrypted");
    saved(&mut document)
}

/// Signed at B-T by a demo key (`samples_for_judges` in `sign::tests`).
pub(crate) fn signed_pdf() -> Vec<Vec<u8>> {
    vec![include_bytes!("../seeds/signed.pdf").to_vec()]
}

/// The root of [`signed_pdf`].
pub(crate) fn anchors() -> &'static TrustAnchors {
    static ANCHORS: OnceLock<TrustAnchors> = OnceLock::new();
    ANCHORS.get_or_init(|| TrustAnchors::from_pem([include_str!("../seeds/root.pem")]).expect("a good root"))
}

/// The signature of [`signed_pdf`].
pub(crate) fn cms() -> Vec<Vec<u8>> {
    let file = signed_pdf().swap_remove(0);
    let start = file.windows(11).rposition(|window| window == b"/Contents <").expect("signed") + 11;
    let digits = file[start..].split(|byte| *byte == b'>').next().unwrap_or_default();
    let value: Vec<u8> = digits.chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect();
    // Zeros fill the place of the value.
    let length = 4 + usize::from(u16::from_be_bytes([value[2], value[3]]));
    vec![value[..length].to_vec()]
}

/// The time-stamp token in [`cms`].
pub(crate) fn timestamp() -> Vec<Vec<u8>> {
    let value = cms().swap_remove(0);
    vec![SignedData::read(&value).expect("a good signature").timestamp().expect("stamped").to_vec()]
}

/// A list of the key of [`office`], which stands for its issuer's here.
pub(crate) fn crl() -> Vec<Vec<u8>> {
    let (key, this_update) = (office_key(), Timestamp::from_unix(1_793_700_000));
    let revocation =
        Revocation { at: this_update, reason: Some(Reason::KeyCompromise), invalid_since: Some(this_update) };
    let listed = [Listed { serial: vec![1, 2, 3], revocation }];
    let next_update = Some(this_update.plus_seconds(86_400));
    let content = CrlContent { this_update, next_update, number: 1, listed: &listed, further: &[] };
    vec![issue::crl(&key, &content).expect("a list")]
}

/// A response by the key of [`office`] on its own certificate.
pub(crate) fn ocsp() -> Vec<Vec<u8>> {
    let (key, this_update) = (office_key(), Timestamp::from_unix(1_793_700_000));
    let [certificate, issuer] = chain() else { return Vec::new() };
    let revocation = Revocation { at: this_update, reason: Some(Reason::KeyCompromise), invalid_since: None };
    let content = OcspContent {
        certificate,
        issuer,
        status: Status::Revoked(revocation),
        this_update,
        next_update: Some(this_update.plus_seconds(86_400)),
        nonce: Some(b"0123456789abcdef"),
        named_by: DigestAlgorithm::Sha1,
    };
    vec![issue::ocsp(&key, &content).expect("a response")]
}

fn office_key() -> FileKey {
    FileKey::from_pem(&office().0, &office().1).expect("a good key")
}

fn digit(letter: u8) -> u8 {
    char::from(letter).to_digit(16).map_or(0, |digit| digit as u8)
}

/// Keys and certificates of a demo office, in PEM: key, chain.
fn office() -> &'static (String, String) {
    static OFFICE: OnceLock<(String, String)> = OnceLock::new();
    OFFICE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = Timestamp::from_unix(1_793_700_000);
        let paths = demo::create(&folder.path().join("keys"), "UBND phường Thử", "Nguyễn Văn An", at).expect("made");
        let read = |path| std::fs::read_to_string(path).expect("made");
        (read(paths.organization_key()), read(paths.organization_chain()))
    })
}

pub(crate) fn chain() -> &'static [Certificate] {
    static CHAIN: OnceLock<Vec<Certificate>> = OnceLock::new();
    CHAIN.get_or_init(|| Certificate::all_from_pem(&office().1).expect("good certificates"))
}

pub(crate) fn certificates() -> Vec<Vec<u8>> {
    let der = chain().iter().map(|certificate| certificate.der().to_vec());
    der.chain([office().1.clone().into_bytes()]).collect()
}

pub(crate) fn keys() -> Vec<Vec<u8>> {
    let (key, chain) = office();
    let blocks = sohoa::pki::pem::read(key).into_iter().map(|block| block.bytes.to_vec());
    blocks.chain([[key.as_bytes(), chain.as_bytes()].concat()]).collect()
}

/// The organisation's key with its certificates.
pub(crate) fn signer() -> &'static FileKey {
    static SIGNER: OnceLock<FileKey> = OnceLock::new();
    SIGNER.get_or_init(|| FileKey::from_pem(&office().0, &office().1).expect("a good key"))
}

/// Opens the sample keys that are locked.
pub const KEY_PASSWORD: &str = "thu";

/// PKCS#12 by AES and by triple DES, encrypted PKCS#8; made by OpenSSL with few rounds.
pub(crate) fn locked_keys() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../seeds/modern.p12").to_vec(),
        include_bytes!("../seeds/legacy.p12").to_vec(),
        include_bytes!("../seeds/locked.pem").to_vec(),
    ]
}

/// Files of every kind, one of them signed already.
pub(crate) fn to_be_signed() -> Vec<Vec<u8>> {
    [pdf(), signed_pdf()].concat()
}

/// Answers of a signing service, each with all that any call asks for (CSC v1 and v2).
pub(crate) fn service() -> Vec<Vec<u8>> {
    let base64 = |der: &[u8]| {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(der)
    };
    let certificates: Vec<String> = chain().iter().map(|certificate| base64(certificate.der())).collect();
    let answer = serde_json::json!({
        "specs": "1.0.4.0", "name": "dịch vụ", "methods": ["credentials/list", "signatures/signHash"], "credentialIDs": ["C1"],
        "key": { "status": "enabled", "algo": ["1.2.840.10045.4.3.2", "1.2.840.10045.2.1"], "len": 256, "curve": "1.2.840.10045.3.1.7" },
        "cert": { "status": "valid", "certificates": certificates },
        "auth": { "mode": "implicit" }, "authMode": "implicit", "multisign": 5, "SCAL": "1",
        "SAD": "một", "expiresIn": 300, "signatures": ["MEUCIQ=="], "access_token": "t", "responseID": "r1",
    });
    vec![answer.to_string().into_bytes(), br#"{"error": "invalid_request", "error_description": "sai"}"#.to_vec()]
}

pub(crate) fn metadata_json() -> Vec<Vec<u8>> {
    texts(&[
        r#"{"owner": "079203001234", "owner_name": "Nguyễn Văn An", "mã hồ sơ": "H29.12-251103-0001", "ordinal": 1}"#,
        r#"{"paper": "KQ.G10.000321", "role": "result", "form": "original", "pages": 2, "duplex": "fronts-then-backs"}"#,
    ])
}

pub(crate) fn metadata_csv() -> Vec<Vec<u8>> {
    texts(&[
        "file,owner,owner_name,dossier\na.jpg,079203001234,\"Nguyễn, Văn An\",H29.12-251103-0001\n",
        "\u{feff}file;số định danh;pages\r\na.jpg;079203001234;2\r\n",
    ])
}

pub(crate) fn settings() -> Vec<Vec<u8>> {
    texts(&[
        "[intake]\nmax-pixels = 1000\npassword-file = \"a\"\n[pdfa]\nlevel = \"3u\"\n",
        "warehouse = \"kho\"\nworkers = 2\n",
    ])
}

/// A page with Code 39 and bars of all widths; the first two bytes are its width.
pub(crate) fn barcode() -> Vec<Vec<u8>> {
    let (width, height) = (400_usize, 200_usize);
    let bars = |wide: usize| -> Vec<u8> {
        let row: Vec<u8> = (0..width)
            .map(|x| if x > 30 && x < 370 && (x / wide * 7 / 3).is_multiple_of(2) { 0 } else { 255 })
            .collect();
        [(width as u16).to_le_bytes().to_vec(), row.repeat(height)].concat()
    };
    vec![bars(2), bars(5), [(width as u16).to_le_bytes().to_vec(), gray_picture().pixels.repeat(26)].concat()]
}

pub(crate) fn payload() -> Vec<Vec<u8>> {
    texts(&[
        "079190001234|280123456|Nguyễn Thị An|02031990|Nữ|1 Lê Lợi, Phường Thử|01012021",
        "H29.12-251103-0001",
        "000.00.12.H29-201103-0001",
        "1.001234.000.00.00.H29",
        "KQ.G10.000321",
        "12/2025/QĐ-UBND",
        "SOHOA-TACH",
    ])
}

pub(crate) fn inventory() -> Vec<Vec<u8>> {
    texts(&[include_str!("../seeds/inventory.json")])
}

pub(crate) fn record() -> Vec<Vec<u8>> {
    texts(&[
        include_str!("../seeds/record.json"),
        include_str!("../seeds/text.json"),
        include_str!("../seeds/provenance.json"),
    ])
}

pub(crate) fn held() -> Vec<Vec<u8>> {
    let decision = r#"{"version": 1, "approve": {"by": "An", "at": "2026-11-03T09:15:22+07:00", "document_type": null, "fields": []}}"#;
    let held = include_str!("../seeds/held.json");
    texts(&[held, &format!("{held}\0{decision}")])
}

/// A journal with a job.
pub(crate) fn journal() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let catalog = sohoa::catalog::Catalog::open(folder.path()).expect("made");
    let identity = sohoa::intake::Identity(sohoa::base::digest::Sha256::of(b"a"));
    catalog.jobs().begin(identity, "a.jpg", Timestamp::from_unix(1_793_700_000)).expect("noted");
    drop(catalog);
    vec![std::fs::read(folder.path().join("catalog.sqlite")).expect("made")]
}

pub(crate) fn escl() -> Vec<Vec<u8>> {
    texts(&[
        r#"<?xml version="1.0"?><scan:ScannerCapabilities xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03">
<scan:Platen><scan:ColorModes><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes></scan:Platen>
<scan:Adf><scan:AdfSimplexInputCaps><scan:ColorMode> Grayscale8 </scan:ColorMode></scan:AdfSimplexInputCaps></scan:Adf>
</scan:ScannerCapabilities>"#,
    ])
}

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}

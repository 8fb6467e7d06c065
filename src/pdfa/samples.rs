//! Invented documents for tests: pictures of every encoding, with text where their marks are.

use std::sync::Arc;

use lopdf::Dictionary;

use crate::base::digest::Sha256;
use crate::base::geometry::{Rect, Size, Turn};
use crate::base::time::Date;
use crate::base::units::{Confidence, Dpi, PageNumber};
use crate::classify::{Classification, ClassifiedDocument};
use crate::describe::{DescribedDocument, Field, FieldSource, Record};
use crate::intake::{Form, Hints, Identity, Origin, Provenance, Role, Scan, SourceFile};
use crate::ocr::text::{Line, PageText, Word};
use crate::ocr::{RecognizedDocument, RecognizedPage};
use crate::pdfa::Conversion;
use crate::preprocess::{Correction, Observed, Page};
use crate::raster::{Color, Encoded, Encoding};
use crate::review::{Approval, ApprovedDocument};
use crate::vn::document_number::DocumentNumber;
use crate::vn::document_type::DocumentType;
use crate::vn::identifiers::OwnerId;

/// Text with all that is hard: hyphens, superscripts, rare letters, marks, letters beyond 16 bits.
pub(crate) const LINES: [&str; 8] = [
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 123/2026/QĐ-UBND ngày 03/11/2026 (bản chính)",
    "Diện tích 1.250,5 m² ; ½ thửa đất số 7 & \"phụ lục\" <A>",
    "Nguyễn Thị Ngọc Huyền, sinh năm 1990 tại ấp Đông, xã Ký",
    "chữ Nôm: 𠮷 𡨸 喃 … “trích” – ‰ № Ð ɖ",
    "bảng chữ: Ữ Ợ Ẵ Ỹ ằ ẳ ẵ ặ ế ề ể ễ ệ ỉ ị ọ ỏ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ ụ ủ ứ ừ ử ữ ự ỳ ỵ ỷ ỹ",
    "il.,:;'|!/\\ mw WM%@ [x] {y} ^~`$#*_=+?",
];

/// 3 November 2026, by an officer.
pub(crate) fn conversion() -> Conversion {
    Conversion {
        agency: "UBND phường Bình Minh".to_owned(),
        officer: Some("Trần Văn Mẫu".to_owned()),
        at: "2026-11-03T09:15:22+07:00".parse().expect("a moment"),
    }
}

/// A page at 300 dpi with a picture corrected so.
pub(crate) fn page(index: usize, picture: Encoded, turn: Turn, deskew_degrees: f32) -> Page {
    let size = if turn.swaps_sides() { picture.size.turned() } else { picture.size };
    let scan = Scan {
        number: PageNumber::at_index(index),
        sha256: Sha256::of(&picture.bytes),
        picture,
        dpi: Dpi::new(300.0).expect("in range"),
        crop: None,
        stated_turn: Turn::None,
        provenance: Provenance::PassedThrough,
        text: None,
    };
    Page { scan, size, correction: Correction { turn, deskew_degrees, blank: false } }
}

/// A line of words that share its box evenly by their letters.
pub(crate) fn line(block: u32, bbox: Rect, words: &[&str]) -> Line {
    let letters: usize = words.iter().map(|word| word.chars().count() + 1).sum();
    let step = bbox.width() / letters.saturating_sub(1).max(1) as f32;
    let mut left = bbox.left;
    let words = words.iter().map(|text| {
        let right = left + step * text.chars().count() as f32;
        let bbox = Rect::new(left, bbox.top, right, bbox.bottom);
        left = right + step;
        Word { text: (*text).to_owned(), bbox, confidence: Confidence::CERTAIN }
    });
    let baseline = bbox.bottom - bbox.height() / 4.0;
    Line { block, bbox, baseline: (baseline, baseline), words: words.collect() }
}

/// [`LINES`] down a page of that size.
pub(crate) fn text(size: Size) -> PageText {
    let (width, height) = (size.width as f32, size.height as f32);
    let step = height / (LINES.len() + 2) as f32;
    let lines = LINES.iter().zip(1_u8..).map(|(text, row)| {
        let top = step * f32::from(row);
        let bbox = Rect::new(width * 0.1, top, width * 0.9, top + step * 0.45);
        line(row.into(), bbox, &text.split(' ').collect::<Vec<_>>())
    });
    PageText { lines: lines.collect() }
}

/// A document of these pages, approved.
pub(crate) fn approved(name: &str, pages: Vec<RecognizedPage>, record: Record) -> ApprovedDocument {
    let origin = Origin::new(
        name.to_owned(),
        vec![SourceFile {
            path: "a.tif".into(),
            name: "a.tif".to_owned(),
            media_type: "image/tiff".to_owned(),
            bytes: 4,
            sha256: Sha256::of(b"scan"),
            signed: false,
            verdict: None,
        }],
        Hints {
            dossier: "H29.12-251103-0001".parse().ok(),
            procedure: "1.004222".parse().ok(),
            paper: "KQ.G15.000031".parse().ok(),
            role: Some(Role::Result),
            form: Some(Form::Original),
            ..Hints::default()
        },
        Identity(Sha256::of(name.as_bytes())),
    );
    let classification = Classification {
        document_type: DocumentType::from_code("GKS").unwrap_or(DocumentType::UNKNOWN),
        confidence: Confidence::CERTAIN,
        evidence: Vec::new(),
    };
    let recognized = RecognizedDocument { origin, pages };
    let classified = ClassifiedDocument { recognized, classification };
    ApprovedDocument::for_tests(DescribedDocument { classified, record }, Approval::Thresholds)
}

/// A record with every field.
pub(crate) fn record() -> Record {
    Record {
        title: Some(given("Giấy khai sinh".to_owned())),
        number: Some(given(DocumentNumber { text: "123/2026".to_owned() })),
        issued: Some(given(Date::new(2026, 11, 3).expect("a day"))),
        issuer: Some(given("Ủy ban nhân dân phường Bình Minh".to_owned())),
        subject: Some(given("Đăng ký khai sinh cho Lê Thị Mẫu".to_owned())),
        signer: Some(given("Phạm Văn Thử".to_owned())),
        signer_title: Some(given("Chủ tịch".to_owned())),
        owner: Some(given(OwnerId::Citizen("079199000000".to_owned()))),
        owner_name: Some(given("Lê Thị Mẫu".to_owned())),
        valid_until: Some(given(Date::new(2036, 11, 3).expect("a day"))),
    }
}

/// One gray page with text, upright, and every field.
pub(crate) fn birth_certificate() -> ApprovedDocument {
    let size = Size { width: 1240, height: 877 };
    let page = page(0, gray_jpeg(size), Turn::None, 0.0);
    approved(
        "khai sinh.pdf",
        vec![RecognizedPage {
            text: text(size),
            page,
            source: crate::ocr::TextSource::default(),
            unread: None,
            observed: Observed::default(),
        }],
        record(),
    )
}

/// A picture in each encoding and color that passes, all of the same marks, with its name.
pub(crate) fn every_kind(size: Size) -> Vec<(&'static str, Encoded)> {
    let gray = draw(size);
    let jpeg = |inverted_cmyk| Encoding::Jpeg { inverted_cmyk };
    let flate = |png_predictor| Encoding::Flate { png_predictor };
    let bits = |one_is_black| Color::Bilevel { one_is_black };
    let ccitt = |black_is_one| Encoding::Ccitt {
        k: -1,
        black_is_one,
        byte_aligned: false,
        end_of_line: false,
        end_of_block: true,
    };
    let made = |encoding, color, bytes: Vec<u8>| Encoded { encoding, size, color, bytes: bytes.into() };
    let globals = || Some(Arc::from(jbig2_comment()));
    vec![
        ("jpeg-gray", gray_jpeg(size)),
        ("jpeg-rgb", made(jpeg(false), Color::Rgb, encode_jpeg(size, &tinted(&gray), jpeg_encoder::ColorType::Rgb))),
        ("jpeg-cmyk", made(jpeg(true), Color::Cmyk, encode_jpeg(size, &inks(&gray), jpeg_encoder::ColorType::Cmyk))),
        ("jpeg2000-gray", jpeg2000(size, 1)),
        ("jpeg2000-rgb", jpeg2000(size, 3)),
        ("ccitt-g4", made(ccitt(false), bits(false), group4(size, &gray))),
        ("ccitt-g4-inverted", made(ccitt(true), bits(true), group4(size, &gray))),
        ("jbig2", made(Encoding::Jbig2 { globals: None }, bits(false), jbig2(size, &gray))),
        ("jbig2-globals", made(Encoding::Jbig2 { globals: globals() }, bits(false), jbig2(size, &gray))),
        ("flate-bilevel", made(flate(false), bits(true), deflate(&pack(size, &gray)))),
        ("flate-gray", made(flate(false), Color::Gray, deflate(&gray))),
        ("flate-rgb-png", made(flate(true), Color::Rgb, deflate(&png_rows(size, &tinted(&gray))))),
    ]
}

/// The marks as gray JPEG.
pub(crate) fn gray_jpeg(size: Size) -> Encoded {
    gray_jpeg_of(size, &draw(size))
}

/// The marks as a scanner would see them before this correction: turned back and skewed back.
pub(crate) fn crooked_gray_jpeg(upright: Size, turn: Turn, deskew_degrees: f32) -> Encoded {
    let picture = if turn.swaps_sides() { upright.turned() } else { upright };
    let marks = draw(upright);
    let (sin, cos) = f64::from(deskew_degrees).to_radians().sin_cos();
    let mut pixels = Vec::with_capacity(marks.len());
    for y in 0..picture.height {
        for x in 0..picture.width {
            let (dx, dy) = (
                f64::from(x) + 0.5 - f64::from(picture.width) / 2.0,
                f64::from(y) + 0.5 - f64::from(picture.height) / 2.0,
            );
            let (dx, dy) = match turn {
                Turn::None => (dx, dy),
                Turn::Right => (-dy, dx),
                Turn::Over => (-dx, -dy),
                Turn::Left => (dy, -dx),
            };
            let column = dx * cos - dy * sin + f64::from(upright.width) / 2.0;
            let row = dx * sin + dy * cos + f64::from(upright.height) / 2.0;
            let inside =
                (0.0..f64::from(upright.width)).contains(&column) && (0.0..f64::from(upright.height)).contains(&row);
            pixels.push(if inside { marks[row as usize * upright.width as usize + column as usize] } else { 160 });
        }
    }
    gray_jpeg_of(picture, &pixels)
}

/// A flat picture whose packets are all empty: the least that a JPEG 2000 decoder accepts.
pub(crate) fn jpeg2000(size: Size, channels: u8) -> Encoded {
    let mut codestream = vec![0xff, 0x4f, 0xff, 0x51];
    codestream.extend((38 + 3 * u16::from(channels)).to_be_bytes());
    codestream.extend([0, 0]);
    let grid = [size.width, size.height, 0, 0, size.width, size.height, 0, 0];
    codestream.extend(grid.iter().flat_map(|edge| edge.to_be_bytes()));
    codestream.extend([0, channels]);
    codestream.extend([7, 1, 1].repeat(channels.into()));
    codestream.extend([0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1]);
    codestream.extend([0xff, 0x5c, 0, 4, 0x40, 0x40]);
    codestream.extend([0xff, 0x90, 0, 10, 0, 0]);
    codestream.extend((14 + u32::from(channels)).to_be_bytes());
    codestream.extend([0, 1, 0xff, 0x93]);
    codestream.extend(vec![0; channels.into()]);
    codestream.extend([0xff, 0xd9]);

    let (color, space) = if channels == 1 { (Color::Gray, 17) } else { (Color::Rgb, 16) };
    let image = [&size.height.to_be_bytes()[..], &size.width.to_be_bytes(), &[0, channels, 7, 7, 0, 0]].concat();
    let header = [atom(*b"ihdr", &image), atom(*b"colr", &[1, 0, 0, 0, 0, 0, space])].concat();
    let bytes = [
        atom(*b"jP  ", b"\r\n\x87\n"),
        atom(*b"ftyp", b"jp2 \0\0\0\0jp2 "),
        atom(*b"jp2h", &header),
        atom(*b"jp2c", &codestream),
    ]
    .concat();
    Encoded { encoding: Encoding::Jpeg2000, size, color, bytes: bytes.into() }
}

fn given<T>(value: T) -> Field<T> {
    Field { value, confidence: Confidence::CERTAIN, source: FieldSource::Person, evidence: None }
}

/// White paper with a black bar for each word of [`text`], a frame, and a block in the top left corner.
fn draw(size: Size) -> Vec<u8> {
    let mut pixels = vec![255; size.area() as usize];
    let mut fill = |bbox: Rect| {
        for y in bbox.top as usize..(bbox.bottom as usize).min(size.height as usize) {
            let row = y * size.width as usize;
            pixels[row + bbox.left as usize..row + (bbox.right as usize).min(size.width as usize)].fill(0);
        }
    };
    let (width, height) = (size.width as f32, size.height as f32);
    for word in text(size).words() {
        fill(word.bbox);
    }
    let thin = (width / 200.0).max(1.0);
    for edge in [
        Rect::new(0.0, 0.0, width, thin),
        Rect::new(0.0, height - thin, width, height),
        Rect::new(0.0, 0.0, thin, height),
        Rect::new(width - thin, 0.0, width, height),
        Rect::new(thin * 2.0, thin * 2.0, width * 0.08, height * 0.06),
    ] {
        fill(edge);
    }
    pixels
}

fn gray_jpeg_of(size: Size, pixels: &[u8]) -> Encoded {
    let bytes = encode_jpeg(size, pixels, jpeg_encoder::ColorType::Luma).into();
    Encoded { encoding: Encoding::Jpeg { inverted_cmyk: false }, size, color: Color::Gray, bytes }
}

fn encode_jpeg(size: Size, pixels: &[u8], color: jpeg_encoder::ColorType) -> Vec<u8> {
    let short = |edge: u32| u16::try_from(edge).expect("small");
    let mut bytes = Vec::new();
    jpeg_encoder::Encoder::new(&mut bytes, 90)
        .encode(pixels, short(size.width), short(size.height), color)
        .expect("memory");
    bytes
}

/// Paper stays white, marks become a red.
fn tinted(gray: &[u8]) -> Vec<u8> {
    gray.iter().flat_map(|value| [(*value).max(200), *value, *value]).collect()
}

/// Paper without ink, marks in magenta and yellow.
fn inks(gray: &[u8]) -> Vec<u8> {
    gray.iter().flat_map(|value| [0, 255 - value, 255 - value, 0]).collect()
}

/// Rows of bits, 1 for black.
fn pack(size: Size, gray: &[u8]) -> Vec<u8> {
    let byte = |bits: &[u8]| (0..).zip(bits).fold(0, |byte, (at, value)| byte | u8::from(*value < 128) << (7 - at));
    gray.chunks(size.width as usize).flat_map(|row| row.chunks(8).map(byte)).collect()
}

fn png_rows(size: Size, rgb: &[u8]) -> Vec<u8> {
    let row_bytes = 3 * size.width as usize;
    let mut rows = Vec::new();
    for (index, row) in rgb.chunks(row_bytes).enumerate() {
        // Filter 2: the difference to the row above.
        rows.push(if index == 0 { 0 } else { 2 });
        let above = index.checked_sub(1).map(|above| &rgb[above * row_bytes..]);
        rows.extend(row.iter().enumerate().map(|(at, value)| value.wrapping_sub(above.map_or(0, |above| above[at]))));
    }
    rows
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut stream = lopdf::Stream::new(Dictionary::new(), bytes.to_vec());
    stream.compress().expect("memory");
    stream.content
}

fn group4(size: Size, gray: &[u8]) -> Vec<u8> {
    let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
    for row in gray.chunks(size.width as usize) {
        let pels = row.iter().map(|value| if *value < 128 { fax::Color::Black } else { fax::Color::White });
        encoder.encode_line(pels, size.width).expect("memory");
    }
    encoder.finish().expect("memory").finish()
}

/// One generic region in MMR, which is Group 4 (ISO/IEC 14492, 6.2.6).
fn jbig2(size: Size, gray: &[u8]) -> Vec<u8> {
    let sides = [size.width.to_be_bytes(), size.height.to_be_bytes()].concat();
    let page = [&sides[..], &[0; 8], &[0, 0, 0]].concat();
    let region = [&sides[..], &[0; 8], &[0, 1], &group4(size, gray)].concat();
    [jbig2_segment(1, 48, 1, &page), jbig2_segment(2, 38, 1, &region)].concat()
}

/// A comment, to have something global.
fn jbig2_comment() -> Vec<u8> {
    jbig2_segment(0, 62, 0, b"\x20\0\0\0Title\0sample\0\0")
}

fn jbig2_segment(number: u32, kind: u8, page: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("small");
    [&number.to_be_bytes()[..], &[kind, 0, page], &length.to_be_bytes(), content].concat()
}

fn atom(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(8 + body.len()).expect("small");
    [&length.to_be_bytes()[..], &kind, body].concat()
}

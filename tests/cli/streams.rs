//! Pages of one picture that needed nothing: the stream in the PDF/A, and in the same signed, is that of the input, byte for byte.

use std::fs;
use std::io::Cursor;
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use sohoa::base::digest::Sha256;
use sohoa::base::geometry::Size;
use sohoa::raster::pixels::Gray;
use sohoa::raster::probe::{Probe, probe};
use sohoa::raster::{Limits, decode_gray, encode, files};

use crate::{CLOCK, Place};

/// The letter of [`Place::letter`], as it stands in its file and as pixels.
fn letter(place: &Place) -> (Vec<u8>, Gray) {
    let jpeg = fs::read(place.letter("letter.jpg")).unwrap();
    let (bytes, limits): (Arc<[u8]>, _) = (jpeg.clone().into(), Limits::default());
    let Probe::Jpeg(header) = probe(Cursor::new(&bytes), &limits).unwrap() else { panic!("a JPEG") };
    let taken = files::of_jpeg(&bytes, &header, &limits).unwrap();
    (jpeg, decode_gray(&taken.encoded, &limits).unwrap())
}

/// A flat JP2 whose packets are all empty: the least that is one.
fn jp2(size: Size) -> Vec<u8> {
    let mut codestream = b"\xff\x4f\xff\x51\x00\x29\x00\x00".to_vec();
    let grid = [size.width, size.height, 0, 0, size.width, size.height, 0, 0];
    codestream.extend(grid.iter().flat_map(|edge| edge.to_be_bytes()));
    codestream.extend(b"\x00\x01\x07\x01\x01\xff\x52\x00\x0c\x00\x00\x00\x01\x00\x00\x04\x04\x00\x01");
    codestream.extend(b"\xff\x5c\x00\x04\x40\x40\xff\x90\x00\x0a\x00\x00\x00\x00\x00\x0f\x00\x01\xff\x93\x00\xff\xd9");
    let atom = |kind: &[u8; 4], data: &[u8]| [&(data.len() as u32 + 8).to_be_bytes()[..], kind, data].concat();
    let image = [&size.height.to_be_bytes()[..], &size.width.to_be_bytes(), &[0, 1, 7, 7, 0, 0]].concat();
    let header = [atom(b"ihdr", &image), atom(b"colr", &[1, 0, 0, 0, 0, 0, 17])].concat();
    let (signature, kind) = (atom(b"jP  ", b"\r\n\x87\n"), atom(b"ftyp", b"jp2 \0\0\0\0jp2 "));
    [signature, kind, atom(b"jp2h", &header), atom(b"jp2c", &codestream)].concat()
}

/// A PDF whose page is filled by one picture of 300 dpi.
fn pdf(size: Size, picture: Stream) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let [width, height] = [size.width, size.height].map(|side| side as f32 * 72.0 / 300.0);
    let content = format!("q {width} 0 0 {height} 0 0 cm /I Do Q").into_bytes();
    let (content, picture) = (document.add_object(Stream::new(dictionary! {}, content)), document.add_object(picture));
    let tree = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), width.into(), Object::from(height)],
        "Resources" => dictionary! { "XObject" => dictionary! { "I" => picture } },
    });
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", root);
    let mut file = Vec::new();
    document.save_to(&mut file).unwrap();
    file
}

/// Filter and digest of the raw stream of every picture in a file that fills a page.
fn streams(file: &[u8], size: Size) -> Vec<(String, Sha256)> {
    let document = Document::load_mem(file).unwrap();
    let pixels = |stream: &Stream, key: &[u8]| stream.dict.get(key).and_then(Object::as_i64).unwrap_or(0);
    let whole = |stream: &&Stream| {
        pixels(stream, b"Width") == i64::from(size.width) && pixels(stream, b"Height") == i64::from(size.height)
    };
    let streams = document.objects.values().filter_map(|object| object.as_stream().ok()).filter(whole);
    streams.map(|stream| (stream.filters().unwrap().concat(), Sha256::of(&stream.content))).map(named).collect()
}

fn named((filter, digest): (Vec<u8>, Sha256)) -> (String, Sha256) {
    (String::from_utf8(filter).unwrap(), digest)
}

#[test]
fn the_stream_of_a_page_that_needed_nothing_is_its_own() {
    let place = Place::new();
    place.sohoa(["keys", "demo", "keys", "--clock", CLOCK]).code(0);
    let (jpeg, pixels) = letter(&place);
    let (size, bilevel) = (pixels.size, pixels.to_bilevel(128));
    let image = |filter: &str, bits: i64| {
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => size.width, "Height" => size.height,
            "BitsPerComponent" => bits, "ColorSpace" => "DeviceGray", "Filter" => filter,
        }
    };
    let gray = encode::jpeg_gray(&pixels, 70).unwrap().bytes.to_vec();
    let jpx = jp2(size);
    let (fax, jbig2) = (encode::g4(&bilevel).unwrap().bytes.to_vec(), encode::jbig2(&bilevel).bytes.to_vec());
    let parameters = dictionary! { "K" => -1, "Columns" => size.width, "Rows" => size.height };
    let mut fax_image: Dictionary = image("CCITTFaxDecode", 1);
    fax_image.set("DecodeParms", parameters);
    let inputs: [(&str, &str, &[u8], Vec<u8>); 5] = [
        ("scan.jpg", "DCTDecode", &jpeg, jpeg.clone()),
        ("jpeg.pdf", "DCTDecode", &gray, pdf(size, Stream::new(image("DCTDecode", 8), gray.clone()))),
        ("fax.pdf", "CCITTFaxDecode", &fax, pdf(size, Stream::new(fax_image, fax.clone()))),
        ("jbig2.pdf", "JBIG2Decode", &jbig2, pdf(size, Stream::new(image("JBIG2Decode", 1), jbig2.clone()))),
        ("jpx.pdf", "JPXDecode", &jpx, pdf(size, Stream::new(image("JPXDecode", 8), jpx.clone()))),
    ];
    for (name, filter, stream, input) in inputs {
        place.write(name, &input);
        let kept = ["--pictures", "archive", "--blank-pages", "keep", "--agency", "UBND phường Thử", "--clock", CLOCK];
        place.sohoa(["pdfa", name, "-o", "out.pdf"].into_iter().chain(kept)).code(0);
        place.sohoa(["sign", "out.pdf", "-o", "signed.pdf", "--demo-keys", "keys", "--clock", CLOCK]).code(0);
        for output in ["out.pdf", "signed.pdf"] {
            let found = streams(&fs::read(place.path(output)).unwrap(), size);
            assert_eq!(found, [(filter.to_owned(), Sha256::of(stream))], "{name} in {output}");
        }
        fs::remove_file(place.path("out.pdf")).unwrap();
        fs::remove_file(place.path("signed.pdf")).unwrap();
    }
}

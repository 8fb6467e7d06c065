//! Bombs in every wrapping.

use std::io::Write;

use super::*;

/// Zeros, deflated a thousand to one.
fn bomb(length: usize) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    (0..length >> 10).for_each(|_| encoder.write_all(&[0; 1 << 10]).expect("memory"));
    encoder.finish().expect("memory")
}

fn folded(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}

fn file(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("%PDF-1.7\n1 0 obj\n<< {dictionary} >>\nstream\n");
    [head.as_bytes(), data, b"\nendstream\nendobj\n%%EOF\n"].concat()
}

fn is_refused(dictionary: &str, data: &[u8]) -> bool {
    matches!(check_bytes(&file(dictionary, data)), Err(Error::Unfolds { .. }))
}

#[test]
fn bombs_are_found_in_every_wrapping() {
    let bomb = bomb(MOST_STRUCTURE + (1 << 16));
    assert!(is_refused("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &bomb));
    assert!(is_refused("/Type /Obj#53tm /Filter /Flate#44ecode /Length 99 0 R", &bomb));
    let cut = &bomb[..bomb.len() - 6];
    let table = format!("/Type /XRef /Filter [/FlateDecode] /DecodeParms << /Predictor 12 >> /Length {}", cut.len());
    assert!(is_refused(&table, cut), "without its end");
    assert!(is_refused("/Type /XRef /Filter [/FlateDecode] /Length 9 0 R", cut), "zeros at its end are no white space");
    assert!(is_refused("/Filter [/FlateDecode /FlateDecode]", &folded(&bomb)));
    assert!(is_refused("/Filter [/AHx /Fl]", format!("{}>", crate::base::digest::hex(&bomb)).as_bytes()));
    assert!(is_refused("/Filter /FlateDecode", &bomb[2..]), "without its head");
    let mut repeats = Vec::new();
    (0..=MOST_STRUCTURE / 128).for_each(|_| repeats.extend_from_slice(&[129, 0]));
    assert!(is_refused("/Filter [/FlateDecode /RunLengthDecode]", &folded(&repeats)));
}

#[test]
fn what_is_locked_is_judged_by_its_length() {
    let noise: Vec<u8> = (0..300_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let structure = "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode";
    assert!(is_refused(structure, &noise));
    assert!(!is_refused(structure, &noise[..100_000]));
    assert!(!is_refused(structure, &folded(&noise)), "not locked");
    assert!(is_refused("/Type /ObjStm /Filter [/FlateDecode /FlateDecode]", &noise[..100]));
}

#[test]
fn pictures_may_unfold_to_their_pixels() {
    let bomb = bomb(MOST_STRUCTURE + (1 << 20));
    let picture = |size: &str| format!("/Subtype /Image {size} /Filter /FlateDecode");
    assert!(is_refused(&picture("/Width 10 /Height 10"), &bomb));
    assert!(!is_refused(&picture("/Width 4000 /Height 6000"), &bomb));
    assert!(!is_refused(&picture("/Width 9 0 R /Height 6000"), &bomb));
    assert!(!is_refused("/Subtype /Image /Filter /DCTDecode", &bomb), "a picture's own decoder has its own bound");
}

#[test]
fn a_search_that_takes_too_long_is_given_up() {
    let streams = "<< /Length 9 0 R >> stream\n".repeat(400_000);
    let tangled = check_bytes(format!("%PDF-1.7\n{streams}endstream\n").as_bytes());
    assert!(matches!(tangled, Err(Error::Damaged { .. })));
}

#[test]
fn streams_of_unknown_length_end_where_their_filter_says() {
    let end = |data: &[u8], filter| own_end(data, Some(&filter));
    assert_eq!(end(b"00ff> endstream", Filter::AsciiHexDecode), 5);
    assert_eq!(end(b"87cUR~> endstream", Filter::Ascii85Decode), 7);
    assert_eq!(end(b"\x02abc\xffd\x80 endstream", Filter::RunLengthDecode), 7);
    assert_eq!(end(b"\x02abc", Filter::RunLengthDecode), 4);
    assert_eq!(end(b"\x80\x0b", Filter::LzwDecode), 2);
    // Each of these would read the file to its end, were it not for their own.
    let stream = |filter: &str, data: &str| format!("<< /Filter {filter} /Length 9 0 R >> stream\n{data}\nendstream\n");
    let whole = format!("%PDF-1.4\n{}", stream("/ASCIIHexDecode", &"00".repeat(50)).repeat(20_000));
    assert!(check_bytes(format!("{}>", whole.replace("00\nend", "00>\nend")).as_bytes()).is_ok());
    let endless = format!("%PDF-1.4\n{}", stream("/LZWDecode", &"00".repeat(50)).repeat(20_000));
    assert!(matches!(check_bytes(endless.as_bytes()), Err(Error::Damaged { .. })));
}

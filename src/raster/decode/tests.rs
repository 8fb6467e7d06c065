//! Every encoding decoded back to the pixels it was made from.

use std::sync::Arc;

use super::*;
use crate::base::geometry::Size;
use crate::raster::encode;

const SIZE: Size = Size { width: 19, height: 7 };

fn checkered() -> Bilevel {
    let rows = (0..7_u8).flat_map(|row| [0b1100_1010_u8.rotate_left(row.into()), 0x0F, 0b1010_0000]).collect();
    Bilevel { size: SIZE, rows }
}

fn read(encoded: &Encoded) -> Picture {
    decode(encoded, &Limits::default()).expect("decoded")
}

#[test]
fn inversions_of_fax_pictures_cancel_out() {
    let picture = checkered();
    for (black_is_one, one_is_black) in [(false, false), (true, true), (true, false), (false, true)] {
        let mut encoded = encode::g4(&picture).expect("encoded");
        let Encoding::Ccitt { black_is_one: flag, .. } = &mut encoded.encoding else { panic!("fax") };
        *flag = black_is_one;
        encoded.color = Color::Bilevel { one_is_black };
        let Picture::Bilevel(found) = read(&encoded) else { panic!("bilevel stays bilevel") };
        assert_eq!(found == picture, black_is_one == one_is_black);
        // Padding stays clear even when the picture is inverted.
        assert!(found.rows.chunks(3).all(|row| row[2].trailing_zeros() >= 5));
    }
}

#[test]
fn a_broken_fax_picture_is_an_error() {
    let mut encoded = encode::g4(&checkered()).expect("encoded");
    encoded.bytes = encoded.bytes[..encoded.bytes.len() / 3].into();
    assert!(matches!(decode(&encoded, &Limits::default()), Err(Error::Undecodable { .. })));
}

#[test]
fn luma_alone_equals_luma_of_all() {
    let size = Size { width: 64, height: 48 };
    let pixels = (0..size.area()).flat_map(|at| [at as u8, (at / 3) as u8, (255 - at % 256) as u8]).collect();
    let encoded = encode::jpeg_rgb(&Rgb { size, pixels }, 95, encode::Chroma::Full).expect("encoded");
    let fast = decode_gray(&encoded, &Limits::default()).expect("decoded");
    let slow = read(&encoded).into_gray();
    let apart = fast.pixels.iter().zip(&slow.pixels).map(|(a, b)| a.abs_diff(*b)).max();
    // Where colours leave the cube, clamping moves the slow way's luma.
    assert!(apart < Some(12), "{apart:?}");
}

#[test]
fn components_may_be_red_green_and_blue_themselves() {
    let size = Size { width: 16, height: 8 };
    let gray = encode::jpeg_rgb(&Rgb { size, pixels: [180, 20, 30].repeat(128) }, 95, encode::Chroma::Full);
    let mut encoded = gray.expect("encoded");
    // Three numbers that were luma and chroma before the marker was put in.
    let marker = b"\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x00";
    encoded.bytes = [&encoded.bytes[..2], marker, &encoded.bytes[2..]].concat().into();
    let Picture::Rgb(found) = read(&encoded) else { panic!("colour") };
    assert!(found.pixels[0].abs_diff(69) < 4 && found.pixels[2].abs_diff(207) < 6, "{:?}", &found.pixels[..3]);
    let fast = decode_gray(&encoded, &Limits::default()).expect("decoded");
    assert!(fast.pixels[0].abs_diff(crate::raster::pixels::luma(69, 106, 207)) < 5, "{}", fast.pixels[0]);
}

fn four_inks(transform: Option<u8>) -> Encoded {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 100);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_1_1);
    let kind = if transform == Some(2) { jpeg_encoder::ColorType::CmykAsYcck } else { jpeg_encoder::ColorType::Cmyk };
    // Full cyan, a little black; the encoder takes and keeps "255 is ink" as plain numbers.
    encoder.encode(&[255, 0, 0, 51].repeat(64), 8, 8, kind).expect("encoded");
    Encoded {
        encoding: Encoding::Jpeg { inverted_cmyk: false },
        size: Size { width: 8, height: 8 },
        color: Color::Cmyk,
        bytes: bytes.into(),
    }
}

#[test]
fn inks_become_light() {
    assert_eq!(ink_to_rgb([255, 0, 0, 51], false), [0, 204, 204]);
    assert_eq!(ink_to_rgb([0, 255, 255, 204], true), [0, 204, 204]);
    for transform in [None, Some(2)] {
        let plain = four_inks(transform);
        let mut inverted = plain.clone();
        inverted.encoding = Encoding::Jpeg { inverted_cmyk: true };
        let (Picture::Rgb(plain), Picture::Rgb(inverted)) = (read(&plain), read(&inverted)) else { panic!("colour") };
        // Whatever way the encoder stores inks, the flag makes one the other's opposite.
        assert_ne!(plain.pixels[..3], inverted.pixels[..3]);
        let cyan = [&plain, &inverted].iter().any(|found| {
            found.pixels[..3].iter().zip([0, 204, 204]).all(|(&value, expected)| value.abs_diff(expected) < 4)
        });
        assert!(cyan, "{transform:?} {:?} {:?}", &plain.pixels[..3], &inverted.pixels[..3]);
    }
}

#[test]
fn sizes_must_agree() {
    let gray = Gray { size: SIZE, pixels: vec![9; SIZE.area() as usize] };
    let mut jpeg = encode::jpeg_gray(&gray, 80).expect("encoded");
    jpeg.size.width += 1;
    assert!(matches!(decode(&jpeg, &Limits::default()), Err(Error::SizeDiffers { .. })));
    let mut flate = encode::flate(&Picture::Gray(gray)).expect("encoded");
    flate.size.height += 1;
    assert!(matches!(decode(&flate, &Limits::default()), Err(Error::Undecodable { .. })));
}

#[test]
fn a_bomb_is_not_unfolded() {
    let bytes: Arc<[u8]> =
        encode::flate_rows(&vec![0; 4096], Size { width: 4096, height: 1 }, Color::Gray).expect("encoded").bytes;
    let size = Size { width: 60_000, height: 60_000 };
    let bomb = Encoded { encoding: Encoding::Flate { png_predictor: true }, size, color: Color::Gray, bytes };
    assert!(matches!(decode(&bomb, &Limits::default()), Err(Error::TooManyPixels { .. })));
}

#[test]
fn plain_flate_is_read_in_every_depth() {
    let plain = |rows: &[u8], color, size| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, rows).expect("memory");
        let bytes = encoder.finish().expect("memory").into();
        Encoded { encoding: Encoding::Flate { png_predictor: false }, size, color, bytes }
    };
    let two = Size { width: 2, height: 1 };
    assert_eq!(read(&plain(&[1, 2], Color::Gray, two)), Picture::Gray(Gray { size: two, pixels: vec![1, 2] }));
    let inks = read(&plain(&[0, 0, 0, 0, 0, 0, 0, 255], Color::Cmyk, two));
    assert_eq!(inks, Picture::Rgb(Rgb { size: two, pixels: vec![255, 255, 255, 0, 0, 0] }));
    let bits = read(&plain(&[0b0100_0000], Color::Bilevel { one_is_black: false }, two));
    assert_eq!(bits, Picture::Bilevel(Bilevel { size: two, rows: vec![0b1000_0000] }));
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300), kind in 0..5) {
        let bilevel = Color::Bilevel { one_is_black: false };
        let (encoding, color) = match kind {
            0 => (Encoding::Jpeg { inverted_cmyk: false }, Color::Rgb),
            1 => (Encoding::Jpeg2000, Color::Gray),
            2 => (Encoding::Jbig2 { globals: None }, bilevel),
            3 => (Encoding::Flate { png_predictor: true }, Color::Gray),
            _ => {
                let k = i32::from(bytes.first().copied().unwrap_or(0)) - 1;
                let fax =
                    Encoding::Ccitt { k, black_is_one: false, byte_aligned: false, end_of_line: false, end_of_block: true };
                (fax, bilevel)
            }
        };
        let encoded = Encoded { encoding, size: Size { width: 40, height: 40 }, color, bytes: bytes.into() };
        drop(decode(&encoded, &Limits::default()));
        drop(decode_gray(&encoded, &Limits::default()));
    }
}

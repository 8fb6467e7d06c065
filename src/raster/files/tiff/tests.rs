//! TIFF files of every compression that scanners write.

use tiff::encoder::{Compression, TiffEncoder, colortype};
use tiff::tags::Tag;

use super::*;
use crate::raster::decode;
use crate::raster::probe::{Probe, probe};

/// A small classic TIFF of one page: tags with their values, and the strips' bytes.
pub(crate) fn tiff_of(tags: &[(u16, u32)], strips: &[&[u8]]) -> Arc<[u8]> {
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    let mut places = Vec::new();
    for strip in strips {
        places.push((bytes.len() as u32, strip.len() as u32));
        bytes.extend_from_slice(strip);
    }
    let mut list = |values: Vec<u32>| {
        if let [one] = values.as_slice() {
            return *one;
        }
        let at = bytes.len() as u32;
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        at
    };
    let offsets = list(places.iter().map(|place| place.0).collect());
    let lengths = list(places.iter().map(|place| place.1).collect());
    let count = strips.len() as u32;
    let mut entries: Vec<(u16, u32, u32)> = tags.iter().map(|&(tag, value)| (tag, 1, value)).collect();
    entries.extend([(273, count, offsets), (279, count, lengths)]);
    entries.sort_unstable();
    let directory = (bytes.len() as u32).to_le_bytes();
    bytes[4..8].copy_from_slice(&directory);
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(4_u16.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes.into()
}

fn take(bytes: &Arc<[u8]>) -> FilePicture {
    let limits = Limits::default();
    let Probe::Tiff(pages) = probe(Cursor::new(bytes), &limits).expect("probed") else { panic!("TIFF") };
    of_page(bytes, &pages[0], &limits).expect("taken")
}

fn pixels(taken: &FilePicture) -> Picture {
    decode(&taken.encoded, &Limits::default()).expect("decoded")
}

const SIZE: Size = Size { width: 21, height: 8 };

fn drawing() -> Bilevel {
    let rows = (0..8_u8).flat_map(|row| [0x0F_u8.rotate_left(row.into()), 0b1110_0000, 0b0001_1000]).collect();
    Bilevel { size: SIZE, rows }
}

fn fax_tags(compression: u32, photometric: u32, rows_per_strip: u32) -> Vec<(u16, u32)> {
    vec![(256, 21), (257, 8), (258, 1), (259, compression), (262, photometric), (277, 1), (278, rows_per_strip)]
}

#[test]
fn a_single_fax_strip_passes() {
    let strip = encode::g4(&drawing()).expect("encoded").bytes;
    let taken = take(&tiff_of(&fax_tags(4, 0, 8), &[&strip]));
    assert!(taken.unchanged);
    assert_eq!(taken.encoded.bytes, strip);
    assert_eq!(pixels(&taken), Picture::Bilevel(drawing()));
}

#[test]
fn photometric_inverts_fax_pictures() {
    let strip = encode::g4(&drawing()).expect("encoded").bytes;
    let mut expected = drawing();
    invert(&mut expected);
    assert_eq!(pixels(&take(&tiff_of(&fax_tags(4, 1, 8), &[&strip]))), Picture::Bilevel(expected));
}

#[test]
fn fax_strips_are_joined() {
    let half = |rows: Range<usize>| {
        let size = Size { width: 21, height: rows.len() as u32 };
        encode::g4(&Bilevel { size, rows: drawing().rows[rows.start * 3..rows.end * 3].to_vec() }).expect("encoded")
    };
    let (first, second) = (half(0..5), half(5..8));
    let taken = take(&tiff_of(&fax_tags(4, 0, 5), &[&first.bytes, &second.bytes]));
    assert!(!taken.unchanged);
    assert_eq!(pixels(&taken), Picture::Bilevel(drawing()));
}

#[test]
fn reversed_bits_are_put_right() {
    let strip: Vec<u8> =
        encode::g4(&drawing()).expect("encoded").bytes.iter().map(|byte| byte.reverse_bits()).collect();
    let mut tags = fax_tags(4, 0, 8);
    tags.push((266, 2));
    let taken = take(&tiff_of(&tags, &[&strip]));
    assert!(!taken.unchanged);
    assert_eq!(pixels(&taken), Picture::Bilevel(drawing()));
}

#[test]
fn plain_bits_keep_their_sense() {
    let rows: Vec<u8> = drawing().rows;
    assert_eq!(pixels(&take(&tiff_of(&fax_tags(1, 0, 8), &[&rows]))), Picture::Bilevel(drawing()));
    let white: Vec<u8> = rows.iter().map(|byte| !byte).collect();
    assert_eq!(pixels(&take(&tiff_of(&fax_tags(1, 1, 8), &[&white]))), Picture::Bilevel(drawing()));
}

#[test]
fn a_jpeg_strip_passes() {
    let size = Size { width: 16, height: 8 };
    let rgb = Rgb { size, pixels: [180, 20, 30].repeat(128) };
    let strip = encode::jpeg_rgb(&rgb, 90, encode::Chroma::Full).expect("encoded").bytes;
    let tags = |photometric| vec![(256, 16), (257, 8), (258, 8), (259, 7), (262, photometric), (277, 3), (278, 8)];
    let taken = take(&tiff_of(&tags(6), &[&strip]));
    assert!(taken.unchanged);
    assert_eq!(taken.encoded.bytes, strip);
    // The same components called red, green and blue are shown as such.
    let taken = take(&tiff_of(&tags(2), &[&strip]));
    assert!(!taken.unchanged);
    let Picture::Rgb(found) = pixels(&taken) else { panic!("colour") };
    assert!(found.pixels[0].abs_diff(69) < 5, "{:?}", &found.pixels[..3]);
}

#[test]
fn palettes_become_colors() {
    let mut tags = vec![(256, 4), (257, 1), (258, 8), (259, 1), (262, 3), (277, 1), (278, 1)];
    let mut colors = vec![0_u16; 768];
    (colors[1], colors[256 + 2], colors[512 + 3]) = (0xFFFF, 0xFFFF, 0xFFFF);
    let colors: Vec<u8> = colors.iter().flat_map(|value| value.to_le_bytes()).collect();
    // The palette is a second "strip" in the file, pointed at by its own tag.
    let bytes = tiff_of(&tags, &[&[0, 1, 2, 3]]).to_vec();
    tags.push((320, 12));
    let mut with_palette = tiff_of(&tags, &[&[0, 1, 2, 3]]).to_vec();
    let at = with_palette.len() as u32;
    let entry = with_palette.windows(2).rposition(|pair| pair == 320_u16.to_le_bytes()).expect("entry");
    with_palette[entry + 2..entry + 4].copy_from_slice(&3_u16.to_le_bytes());
    with_palette[entry + 4..entry + 8].copy_from_slice(&768_u32.to_le_bytes());
    with_palette[entry + 8..entry + 12].copy_from_slice(&at.to_le_bytes());
    with_palette.extend(colors);
    assert!(with_palette.len() > bytes.len());
    let Picture::Rgb(found) = pixels(&take(&with_palette.into())) else { panic!("colour") };
    assert_eq!(found.pixels, [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255]);
}

#[test]
fn compressed_samples_come_back() {
    let gray: Vec<u8> = (0..40 * 30).map(|at| (at * 7 % 251) as u8).collect();
    for compression in [Compression::Uncompressed, Compression::Lzw, Compression::Packbits] {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes).expect("started").with_compression(compression);
        let mut page = encoder.new_image::<colortype::Gray8>(40, 30).expect("page");
        page.encoder().write_tag(Tag::Orientation, 8_u16).expect("tag");
        page.write_data(&gray).expect("written");
        let taken = take(&bytes.into_inner().into());
        let size = Size { width: 40, height: 30 };
        assert_eq!(pixels(&taken), Picture::Gray(Gray { size, pixels: gray.clone() }));
        assert_eq!(taken.turn, crate::base::geometry::Turn::Left);
    }
}

#[test]
fn inks_stay_inks() {
    let mut bytes = Cursor::new(Vec::new());
    let inks: Vec<u8> = [255, 0, 0, 51].repeat(4);
    TiffEncoder::new(&mut bytes).expect("started").write_image::<colortype::CMYK8>(2, 2, &inks).expect("written");
    let taken = take(&bytes.into_inner().into());
    assert_eq!(taken.encoded.color, Color::Cmyk);
    let Picture::Rgb(found) = pixels(&taken) else { panic!("colour") };
    assert_eq!(found.pixels[..3], [0, 204, 204]);
}

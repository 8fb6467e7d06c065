//! JBIG2 without loss (ITU-T T.88): one generic region, arithmetic coding, template 0.
//!
//! Every pixel is coded by its 16 neighbours; rows that repeat the row above may be coded as one decision (TPGDON).
//! Symbols are never used: they are what swaps look-alike glyphs. The organisation is the embedded one of
//! ISO 32000-1, 7.4.7: a page's segments without file header, end of page or end of file.

use super::arithmetic::{ArithmeticEncoder, Context};
use crate::raster::pixels::Bilevel;
use crate::raster::{Color, Encoded, Encoding};

/// Segment types (T.88, 7.3).
const PAGE_INFORMATION: u8 = 48;
const IMMEDIATE_LOSSLESS_GENERIC_REGION: u8 = 39;
/// The page's default pixel is white, its final content is lossless (7.4.8.5).
const PAGE_LOSSLESS: u8 = 1;
/// `TPGDON` in the region's flags (7.4.6.2); template 0 and arithmetic coding are zeros.
const TYPICAL_PREDICTION: u8 = 8;
/// The adaptive pixels A1 to A4 at their usual places, x then y (6.2.5.4).
const ADAPTIVE: [u8; 8] = [3, 0xFF, 0xFD, 0xFF, 2, 0xFE, 0xFE, 0xFE];
/// The context under which it is coded whether a row's being typical changes (figure 8).
const TYPICALITY: usize = 0x9B25;
/// One row of so many must repeat the row above before prediction pays for the decisions it costs.
const REPEATED: usize = 2;

/// Encodes one-bit pixels, black shown as black. No size is refused.
#[must_use]
pub fn jbig2(picture: &Bilevel) -> Encoded {
    let predicts = repeated_rows(picture) * REPEATED > picture.size.height as usize;
    let sides = [picture.size.width.to_be_bytes(), picture.size.height.to_be_bytes()].concat();
    let mut bytes = Vec::new();
    // Resolution unknown, no striping.
    push_segment(&mut bytes, 0, PAGE_INFORMATION, &[&sides[..], &[0; 8], &[PAGE_LOSSLESS, 0, 0]].concat());
    let flags = if predicts { TYPICAL_PREDICTION } else { 0 };
    // The region lies at the page's origin and is combined with it by OR.
    let mut region = [&sides[..], &[0; 8], &[0, flags], &ADAPTIVE].concat();
    region.extend(generic_region(picture, predicts));
    push_segment(&mut bytes, 1, IMMEDIATE_LOSSLESS_GENERIC_REGION, &region);
    Encoded {
        encoding: Encoding::Jbig2 { globals: None },
        size: picture.size,
        color: Color::Bilevel { one_is_black: false },
        bytes: bytes.into(),
    }
}

/// A segment of page 1 that refers to no other (T.88, 7.2).
fn push_segment(bytes: &mut Vec<u8>, number: u32, kind: u8, content: &[u8]) {
    bytes.extend(number.to_be_bytes());
    bytes.extend([kind, 0, 1]);
    bytes.extend((content.len() as u32).to_be_bytes());
    bytes.extend(content);
}

fn repeated_rows(picture: &Bilevel) -> usize {
    let row_bytes = picture.row_bytes().max(1);
    let above = picture.rows.chunks_exact(row_bytes);
    above.zip(picture.rows.chunks_exact(row_bytes).skip(1)).filter(|(above, row)| above == row).count()
}

/// The coded rows (T.88, 6.2.5.7).
fn generic_region(picture: &Bilevel, predicts: bool) -> Vec<u8> {
    let row_bytes = picture.row_bytes();
    let mut coder = ArithmeticEncoder::new(picture.rows.len() / 16);
    let mut contexts = vec![Context::default(); 1 << 16];
    // White is above the first row, and to the right of the last pixel.
    let mut lines = [vec![0; row_bytes + 1], vec![0; row_bytes + 1], vec![0; row_bytes + 1]];
    let mut was_typical = false;
    for row in picture.rows.chunks_exact(row_bytes.max(1)) {
        lines.rotate_left(1);
        lines[2][..row_bytes].copy_from_slice(row);
        if predicts {
            let is_typical = lines[2] == lines[1];
            coder.encode(&mut contexts[TYPICALITY], is_typical != was_typical);
            was_typical = is_typical;
        }
        if !was_typical {
            let [above2, above, line] = &lines;
            encode_row(&mut coder, &mut contexts, [above2, above, line], picture.size.width as usize);
        }
    }
    coder.finish()
}

/// One row, given the two above it; each has a white byte behind its last.
///
/// A context is four pixels to the left in its bits 0 to 3, seven of the row above in 4 to 10, five of the row above
/// that in 11 to 15, the rightmost lowest (figure 3 with A1 to A4 at their usual places).
fn encode_row(
    coder: &mut ArithmeticEncoder,
    contexts: &mut [Context],
    [above2, above, line]: [&[u8]; 3],
    width: usize,
) {
    let row_bytes = line.len() - 1;
    let mut context = usize::from(above[0] >> 4) << 4 | usize::from(above2[0] >> 5) << 11;
    let mut at = 0;
    while at < row_bytes {
        let bare = if context == 0 { bare_bytes([above2, above, line], at) } else { 0 };
        if bare > 0 {
            coder.encode_run(&mut contexts[0], false, ((bare * 8).min(width - at * 8)) as u32);
            at += bare;
            continue;
        }
        // The eight bits that come in on the right of each window while this byte's pixels are coded.
        let coming = u32::from(above[at]) << 8 | u32::from(above[at + 1]);
        let coming2 = u32::from(above2[at]) << 8 | u32::from(above2[at + 1]);
        for bit in 0..8.min(width - at * 8) {
            let pixel = line[at] >> (7 - bit) & 1;
            coder.encode(&mut contexts[context], pixel == 1);
            let right = (coming >> (11 - bit) & 1) as usize;
            let right2 = (coming2 >> (12 - bit) & 1) as usize;
            context = (context << 1) & 0xF7EE | usize::from(pixel) | right << 4 | right2 << 11;
        }
        at += 1;
    }
}

/// How many bytes from `at` on are white in all three rows, with a white byte behind them.
fn bare_bytes([above2, above, line]: [&[u8]; 3], at: usize) -> usize {
    let is_bare = |at: &usize| above2[*at] | above[*at] | line[*at] == 0;
    (at..line.len()).take_while(is_bare).count().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::raster::pixels::Picture;
    use crate::raster::{Limits, decode};
    use proptest::prelude::*;

    fn decoded(encoded: &Encoded) -> Picture {
        decode(encoded, &Limits::default()).expect("decoded")
    }

    /// Rows of bytes, some of which repeat; bits behind the width are clear.
    fn picture(width: u32, rows: &[(Vec<u8>, usize)]) -> Bilevel {
        let row_bytes = (width as usize).div_ceil(8);
        let padding = row_bytes * 8 - width as usize;
        let mut bytes = Vec::new();
        for (row, times) in rows {
            let mut row: Vec<u8> = row.iter().copied().cycle().take(row_bytes).collect();
            row[row_bytes - 1] &= 0xFF << padding;
            bytes.extend(row.repeat(*times));
        }
        let height = (bytes.len() / row_bytes) as u32;
        Bilevel { size: Size { width, height }, rows: bytes }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(
            width in 1_u32..300,
            rows in prop::collection::vec((prop::collection::vec(prop_oneof![3 => Just(0), 1 => any::<u8>()], 1..40), 1_usize..5), 1..20),
        ) {
            let picture = picture(width, &rows);
            prop_assert_eq!(decoded(&jbig2(&picture)), Picture::Bilevel(picture));
        }
    }

    #[test]
    fn bare_and_black_pages_are_small() {
        for byte in [0, 0xFF] {
            let picture = picture(2480, &[(vec![byte], 3508)]);
            let encoded = jbig2(&picture);
            assert!(encoded.bytes.len() < 100, "{}", encoded.bytes.len());
            assert_eq!(decoded(&encoded), Picture::Bilevel(picture));
        }
    }
}

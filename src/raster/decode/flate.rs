//! Flate pictures (ISO 32000-1, 7.4.4), plain or with PNG predictors.

use std::io::Read;

use flate2::read::ZlibDecoder;

use crate::raster::decode::{ink_to_rgb, normalize};
use crate::raster::pixels::{Bilevel, Gray, Picture, Rgb};
use crate::raster::{Color, Encoded, Encoding, Error};

/// Decodes a picture; the room taken is that of its size, whatever the stream would unfold to.
pub(super) fn decode(encoded: &Encoded) -> Result<Picture, Error> {
    let Encoded { size, color, .. } = *encoded;
    let samples = samples(encoded)?;
    Ok(match color {
        Color::Bilevel { one_is_black } => Picture::Bilevel(normalize(Bilevel { size, rows: samples }, one_is_black)),
        Color::Gray => Picture::Gray(Gray { size, pixels: samples }),
        Color::Rgb => Picture::Rgb(Rgb { size, pixels: samples }),
        Color::Cmyk => {
            let inks = samples.chunks_exact(4).map(|ink| [ink[0], ink[1], ink[2], ink[3]]);
            Picture::Rgb(Rgb { size, pixels: inks.flat_map(|ink| ink_to_rgb(ink, false)).collect() })
        }
    })
}

fn samples(encoded: &Encoded) -> Result<Vec<u8>, Error> {
    let predicted = matches!(encoded.encoding, Encoding::Flate { png_predictor: true });
    let row_bytes = encoded.color.row_bytes(encoded.size.width);
    let height = encoded.size.height as usize;
    let wanted = (row_bytes + usize::from(predicted)) * height;
    // Grows as data come, so that a small stream with a large claim takes little.
    let mut samples = Vec::with_capacity(wanted.min(encoded.bytes.len().saturating_mul(16)));
    let outcome = ZlibDecoder::new(&*encoded.bytes).take(wanted as u64).read_to_end(&mut samples);
    if samples.len() < wanted {
        let fact = match outcome {
            Err(error) => error.to_string(),
            Ok(_) => format!("it holds {} bytes of pixels, expected {wanted}", samples.len()),
        };
        return Err(Error::Undecodable { format: "Flate picture", fact });
    }
    if predicted { unpredict(samples, row_bytes, encoded.color) } else { Ok(samples) }
}

/// Undoes the PNG filters (ISO/IEC 15948, clause 9) in place and drops their tags.
fn unpredict(mut rows: Vec<u8>, row_bytes: usize, color: Color) -> Result<Vec<u8>, Error> {
    let back = (color.channels() * color.bits()).div_ceil(8);
    let height = rows.len() / (row_bytes + 1);
    let mut above = vec![0; row_bytes];
    for index in 0..height {
        let start = index * (row_bytes + 1);
        let (tag, row) = (rows[start], &mut rows[start + 1..start + 1 + row_bytes]);
        unfilter(tag, row, &above, back)?;
        above.copy_from_slice(row);
        rows.copy_within(start + 1..start + 1 + row_bytes, index * row_bytes);
    }
    rows.truncate(height * row_bytes);
    Ok(rows)
}

fn unfilter(tag: u8, row: &mut [u8], above: &[u8], back: usize) -> Result<(), Error> {
    match tag {
        0 => {}
        1 => (back..row.len()).for_each(|at| row[at] = row[at].wrapping_add(row[at - back])),
        2 => row.iter_mut().zip(above).for_each(|(byte, up)| *byte = byte.wrapping_add(*up)),
        3 => {
            for at in 0..row.len() {
                let left = if at < back { 0 } else { row[at - back] };
                row[at] = row[at].wrapping_add(u8::midpoint(left, above[at]));
            }
        }
        4 => {
            for at in 0..row.len() {
                let (left, corner) = if at < back { (0, 0) } else { (row[at - back], above[at - back]) };
                row[at] = row[at].wrapping_add(paeth(left, above[at], corner));
            }
        }
        _ => {
            let fact = format!("a row has the predictor {tag}, which PNG does not know");
            return Err(Error::Undecodable { format: "Flate picture", fact });
        }
    }
    Ok(())
}

/// The predictor of PNG's filter 4 (ISO/IEC 15948, 9.4).
pub(crate) fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let (pa, pb, pc) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    if pa <= pb && pa <= pc {
        left
    } else if pb <= pc {
        up
    } else {
        corner
    }
}

//! CCITT (ITU-T T.4, T.6) and JBIG2 (T.88) pictures.

use crate::base::geometry::Size;
use crate::raster::decode::normalize;
use crate::raster::pixels::Bilevel;
use crate::raster::{Encoded, Encoding, Error};

/// Decodes either encoding; `one_is_black` is about what a PDF filter would give.
pub(super) fn decode(encoded: &Encoded, one_is_black: bool) -> Result<Bilevel, Error> {
    match &encoded.encoding {
        Encoding::Ccitt { black_is_one, .. } => {
            // The decoder speaks of black runs; a filter would give them as 1 only with BlackIs1.
            let shown_black = *black_is_one == one_is_black;
            let black = ccitt_rows(&encoded.bytes, &encoded.encoding, encoded.size)?;
            Ok(normalize(black, shown_black))
        }
        Encoding::Jbig2 { globals } => {
            // ISO 32000-1, 7.4.7: the filter gives black pixels as 0.
            let black = jbig2(&encoded.bytes, globals.as_deref(), encoded.size)?;
            Ok(normalize(black, !one_is_black))
        }
        _ => Err(undecodable("picture", "it is not a bilevel encoding")),
    }
}

/// The black runs of a CCITT stream as 1 bits. Data that stop early are an error.
pub(crate) fn ccitt_rows(bytes: &[u8], encoding: &Encoding, size: Size) -> Result<Bilevel, Error> {
    let Encoding::Ccitt { k, byte_aligned, end_of_line, end_of_block, .. } = *encoding else {
        return Err(undecodable(CCITT, "it is not a CCITT encoding"));
    };
    let settings = hayro_ccitt::DecodeSettings {
        columns: size.width,
        rows: size.height,
        end_of_block,
        end_of_line,
        rows_are_byte_aligned: byte_aligned,
        encoding: match k {
            ..0 => hayro_ccitt::EncodingMode::Group4,
            0 => hayro_ccitt::EncodingMode::Group3_1D,
            1.. => hayro_ccitt::EncodingMode::Group3_2D,
        },
        strict: false,
    };
    let mut rows = BitRows::new(size);
    let outcome = hayro_ccitt::decode(bytes, &mut rows, &mut hayro_ccitt::DecoderContext::new(settings));
    match outcome {
        _ if rows.row == size.height as usize => Ok(rows.picture),
        // Some writers count a few rows more than they encode and end properly.
        Ok(_) if rows.row * 50 >= size.height as usize * 49 => Ok(rows.picture),
        Ok(_) => Err(undecodable(CCITT, &format!("it ends at row {} of {}", rows.row, size.height))),
        Err(_) => Err(undecodable(CCITT, &format!("row {} of {} is broken", rows.row + 1, size.height))),
    }
}

const CCITT: &str = "CCITT fax picture";
const JBIG2: &str = "JBIG2";

fn undecodable(format: &'static str, fact: &str) -> Error {
    Error::Undecodable { format, fact: fact.to_owned() }
}

fn jbig2(bytes: &[u8], globals: Option<&[u8]>, size: Size) -> Result<Bilevel, Error> {
    let settings = hayro_jbig2::DecodeSettings { strict: false };
    let refused = |error: hayro_jbig2::DecodeError| undecodable(JBIG2, &error.to_string());
    let globals = globals.map(|bytes| hayro_jbig2::Globals::new(bytes, &settings)).transpose().map_err(refused)?;
    let page = hayro_jbig2::Page::new_embedded(bytes, globals.as_ref(), &settings).map_err(refused)?;
    if (page.width(), page.height()) != (size.width, size.height) {
        return Err(Error::SizeDiffers {
            format: JBIG2,
            found_width: page.width(),
            found_height: page.height(),
            width: size.width,
            height: size.height,
        });
    }
    let mut rows = BitRows::new(size);
    page.decode(&mut rows).map_err(refused)?;
    Ok(rows.picture)
}

/// Collects rows of black pixels.
pub(crate) struct BitRows {
    /// What was collected; rows not reached are white.
    pub(crate) picture: Bilevel,
    row: usize,
    column: usize,
}

impl BitRows {
    /// An empty picture; `size` was held against the limits.
    pub(crate) fn new(size: Size) -> Self {
        let rows = vec![0; (size.width as usize).div_ceil(8) * size.height as usize];
        Self { picture: Bilevel { size, rows }, row: 0, column: 0 }
    }

    fn current(&mut self) -> Option<&mut [u8]> {
        let row_bytes = self.picture.row_bytes();
        self.picture.rows.get_mut(self.row * row_bytes..(self.row + 1) * row_bytes)
    }
}

impl hayro_ccitt::Decoder for BitRows {
    fn push_row(&mut self, changes: &[u32]) {
        let width = self.picture.size.width;
        if let Some(row) = self.current() {
            for run in changes.chunks(2) {
                blacken(row, run[0].min(width) as usize, run.get(1).copied().unwrap_or(width).min(width) as usize);
            }
            self.row += 1;
        }
    }
}

impl hayro_jbig2::Decoder for BitRows {
    fn push_pixel(&mut self, black: bool) {
        let column = self.column;
        self.column += 1;
        if black && let Some(byte) = self.current().and_then(|row| row.get_mut(column / 8)) {
            *byte |= 0x80 >> (column % 8);
        }
    }

    fn push_pixel_chunk(&mut self, black: bool, chunk_count: u32) {
        let (start, count) = (self.column / 8, chunk_count as usize);
        self.column += count * 8;
        if black && let Some(bytes) = self.current().and_then(|row| row.get_mut(start..start + count)) {
            bytes.fill(0xFF);
        }
    }

    fn next_line(&mut self) {
        self.row += 1;
        self.column = 0;
    }
}

/// Sets the bits from `start` up to `end`.
fn blacken(row: &mut [u8], start: usize, end: usize) {
    if start >= end {
        return;
    }
    let (first, last) = (start / 8, (end - 1) / 8);
    let (head, tail) = (0xFF_u8 >> (start % 8), 0xFF_u8 << (7 - (end - 1) % 8));
    if first == last {
        row[first] |= head & tail;
    } else {
        row[first] |= head;
        row[first + 1..last].fill(0xFF);
        row[last] |= tail;
    }
}

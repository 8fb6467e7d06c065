//! Small pictures of the pages of a held document, for the report and the reviewer.

use rayon::prelude::*;

use crate::intake::Scan;
use crate::preprocess::Correction;
use crate::raster::{self, decode, encode};

/// Longer side in pixels: enough to tell a paper by its look, about 20 KB.
const SIDE: u32 = 480;

/// JPEGs of the pages, upright, in order; a page whose picture cannot be decoded is left out.
pub(super) fn of(pages: &[(&Scan, Correction)], limits: &raster::Limits) -> Vec<Vec<u8>> {
    pages.par_iter().filter_map(|(scan, correction)| of_page(scan, correction, limits)).collect()
}

fn of_page(scan: &Scan, correction: &Correction, limits: &raster::Limits) -> Option<Vec<u8>> {
    let picture = decode::decode(&scan.picture, limits).ok()?;
    Some(encode::thumbnail(&picture, SIDE, correction.turn))
}

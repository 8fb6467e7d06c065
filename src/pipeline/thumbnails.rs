//! Small pictures of the pages of a held document, for the report and the reviewer.

use rayon::prelude::*;

use crate::ocr::RecognizedPage;
use crate::raster::pixels::Picture;
use crate::raster::{self, encode, filter};

/// Longer side in pixels: enough to tell a paper by its look, about 20 KB.
const SIDE: u32 = 480;

/// JPEGs of the pages, upright, in order; a page whose picture cannot be decoded has an empty one.
pub(super) fn of(pages: &[RecognizedPage], limits: &raster::Limits) -> Vec<Vec<u8>> {
    pages.par_iter().map(|page| of_page(page, limits).unwrap_or_default()).collect()
}

fn of_page(page: &RecognizedPage, limits: &raster::Limits) -> Result<Vec<u8>, raster::Error> {
    let turn = page.page.correction.turn;
    let upright = match page.page.scan.decoded(limits)? {
        Picture::Rgb(picture) => Picture::Rgb(filter::turn_rgb(&picture, turn)),
        other => Picture::Gray(filter::turn(&other.into_gray(), turn)),
    };
    encode::thumbnail(&upright, SIDE)
}

//! One page as it came: its picture, encoded, and what its file says of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::text::FileText;
use crate::base::digest::Sha256;
use crate::base::geometry::{Size, Turn};
use crate::base::units::{Dpi, PageNumber};
use crate::raster::pixels::{Crop, Gray, Picture};
use crate::raster::{self, Encoded, Limits};

/// One page as it came.
#[derive(Debug, Clone)]
pub struct Scan {
    /// Its place, from 1.
    pub number: PageNumber,
    /// Its picture, encoded.
    pub picture: Encoded,
    /// The part of the picture that the page shows, where it crops it; the bytes are those of the whole.
    pub crop: Option<Crop>,
    /// Resolution of the picture on paper.
    pub dpi: Dpi,
    /// The turn that its file asks for (EXIF, `/Rotate`).
    pub stated_turn: Turn,
    /// Digest of the picture's encoded bytes.
    pub sha256: Sha256,
    /// How the picture was come by.
    pub provenance: Provenance,
    /// The text that a drawn PDF page carries itself, in pixels of its picture.
    pub text: Option<Arc<FileText>>,
}

impl Scan {
    /// Size of what the page shows of its picture, in pixels before any turn: all places on a scan are in these.
    #[must_use]
    pub fn size(&self) -> Size {
        self.crop.map_or(self.picture.size, |crop| crop.size)
    }

    /// Decodes what the page shows of its picture, in its own depth.
    ///
    /// # Errors
    /// Those of [`raster::decode::decode`].
    pub fn decoded(&self, limits: &Limits) -> Result<Picture, raster::Error> {
        let whole = raster::decode::decode(&self.picture, limits)?;
        match self.crop {
            Some(crop) => Ok(whole.cropped(&crop)),
            None => Ok(whole),
        }
    }

    /// The same in grey, which costs less where the picture is a JPEG.
    ///
    /// # Errors
    /// Those of [`raster::decode_gray`].
    pub fn decoded_gray(&self, limits: &Limits) -> Result<Gray, raster::Error> {
        let whole = raster::decode_gray(&self.picture, limits)?;
        match self.crop {
            Some(crop) => Ok(Picture::Gray(whole).cropped(&crop).into_gray()),
            None => Ok(whole),
        }
    }
}

/// How a page's picture was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provenance {
    /// The input's own bytes.
    PassedThrough,
    /// Decoded and encoded again without loss: PDF has no such encoding.
    Recoded,
    /// Drawn from a PDF page that is more than one picture.
    Rendered,
}

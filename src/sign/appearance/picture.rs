//! Pictures of ink without paper: a handwritten signature, a seal (Decree 30/2020, Appendix I: PNG, transparent
//! background, a seal in its real size).
//!
//! In a file they are an image of `DeviceRGB`, which the output intent defines, with its transparency as a soft mask
//! (ISO 32000-1, 11.6.5.3). PDF/A-1 knows no transparency (ISO 19005-1, 6.4): there the ink becomes a stencil of one bit,
//! painted in its mean color.

use lopdf::{Object, ObjectId, Stream};

use super::Error;
use crate::base::geometry::Size;
use crate::pdfa;
use crate::raster::filter;
use crate::raster::pixels::{self, Gray, Rgb, Rgba};
use crate::raster::{Encoded, Limits, encode, files};

/// A picture without its margins, its colors multiplied by their opacity, and how large it is on paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    color: Rgb,
    opacity: Gray,
    /// Points.
    width: f32,
    height: f32,
}

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// A handwritten signature, blue.
    Signature,
    /// A seal, red.
    Seal,
}

/// A page of A4 at 600 dpi has 35 million pixels; no signature and no seal is larger.
const MOST_PIXELS: u64 = 40_000_000;
const MOST_BYTES: u64 = 64 << 20;

/// Less opaque than this is no ink: what editors leave around what they cut out.
const LEAST_OPACITY: u8 = 16;

/// A resolution that was measured; editors write 72 or 96 where they know none.
const LEAST_MEASURED_DPI: f32 = 150.0;

/// The finest resolution that is kept.
const MOST_DPI: f32 = 600.0;

/// The usual seal of an office: 36 mm across.
const USUAL_SEAL: f32 = 36.0;
/// A usual signature, in millimetres: no wider and no higher.
const USUAL_SIGNATURE: (f32, f32) = (40.0, 20.0);

const POINTS_PER_MM: f32 = 72.0 / 25.4;

impl Picture {
    /// Reads a PNG of any kind. Where nothing of it is transparent, it is ink on white paper, and the paper is taken off.
    /// Its size on paper, without margins, is `width` in millimetres; else that of its own resolution, where that was
    /// measured (150 dpi and more); else that of a usual seal or signature.
    ///
    /// # Errors
    /// [`Error::Picture`] when it is no PNG that can be read, or has more than 40 million pixels; [`Error::NoInk`] when
    /// it shows nothing.
    pub fn read(bytes: &[u8], ink: Ink, width: Option<f32>) -> Result<Self, Error> {
        let limits = Limits { max_pixels: MOST_PIXELS, max_pages: 1, max_bytes: MOST_BYTES };
        let (mut rgba, density) = files::transparent_png(bytes, &limits)?;
        if rgba.pixels.chunks_exact(4).all(|pixel| pixel[3] == u8::MAX) {
            take_off_paper(&mut rgba);
        }
        let (color, opacity) = trimmed(&rgba).ok_or(Error::NoInk)?;
        let measured = density.filter(|density| density.x.min(density.y) >= LEAST_MEASURED_DPI);
        let pixels = (opacity.size.width as f32, opacity.size.height as f32);
        // Pixels may be oblong.
        let shape = match measured {
            Some(density) => (pixels.0 / density.x, pixels.1 / density.y),
            None => pixels,
        };
        let width = match (width, measured) {
            (Some(millimetres), _) => millimetres * POINTS_PER_MM,
            (None, Some(_)) => shape.0 * 72.0,
            (None, None) => usual_width(ink, shape) * POINTS_PER_MM,
        };
        Ok(Self { color, opacity, width, height: width * shape.1 / shape.0 })
    }

    /// Width and height on paper in points.
    pub(super) fn size(&self) -> (f32, f32) {
        (self.width, self.height)
    }

    /// Adds the image, fine enough for this width in points, by a function that adds an object. Returns what a content
    /// stream must say before it shows the image: the color of a stencil.
    pub(super) fn embed(
        &self,
        width: f32,
        transparency: bool,
        add: &mut dyn FnMut(Object) -> ObjectId,
    ) -> Result<(ObjectId, String), Error> {
        let dpi = self.color.size.width as f32 / width.max(1.0) * 72.0;
        let factor = (dpi / MOST_DPI).ceil().max(1.0) as u32;
        let color = filter::shrink_rgb(&self.color, factor);
        let opacity = filter::shrink(&self.opacity, factor);
        let mean = mean(&color, &opacity);
        if !transparency {
            let ink = Gray { size: opacity.size, pixels: opacity.pixels.iter().map(|value| !value).collect() };
            let stencil = encode::smallest_bilevel(&ink.to_bilevel(128));
            let [red, green, blue] = mean.map(|value| f32::from(value) / 255.0);
            let entry = ("ImageMask", Object::Boolean(true));
            return Ok((add(image(&stencil, [entry]).into()), format!("{red:.3} {green:.3} {blue:.3} rg ")));
        }
        let color = encode::flate(&pixels::Picture::Rgb(undivided(&color, &opacity, mean)))?;
        let opacity = encode::flate(&pixels::Picture::Gray(opacity))?;
        let mask = add(image(&opacity, [("ColorSpace", "DeviceGray".into())]).into());
        let entries = [("ColorSpace", "DeviceRGB".into()), ("SMask", mask.into())];
        Ok((add(image(&color, entries).into()), String::new()))
    }
}

/// In millimetres, for a picture of this shape.
fn usual_width(ink: Ink, (width, height): (f32, f32)) -> f32 {
    match ink {
        Ink::Seal => USUAL_SEAL * (width / height).min(1.0),
        Ink::Signature => USUAL_SIGNATURE.0.min(USUAL_SIGNATURE.1 * width / height),
    }
}

/// White becomes transparent, so that on white paper all looks as before.
fn take_off_paper(rgba: &mut Rgba) {
    for pixel in rgba.pixels.chunks_exact_mut(4) {
        let ink = u8::MAX - pixel[0].min(pixel[1]).min(pixel[2]);
        for value in &mut pixel[..3] {
            let darkness = u32::from(u8::MAX - *value) * 255;
            *value = u8::MAX - darkness.checked_div(ink.into()).unwrap_or(0).min(255) as u8;
        }
        pixel[3] = ink;
    }
}

/// Colors multiplied by their opacity, and the opacity, without margins; none where there is no ink.
fn trimmed(rgba: &Rgba) -> Option<(Rgb, Gray)> {
    let row = rgba.size.width as usize * 4;
    let has_ink = |pixel: &[u8]| pixel.get(3).is_some_and(|opacity| *opacity >= LEAST_OPACITY);
    let rows = || rgba.pixels.chunks_exact(row.max(1)).map(|row| row.chunks_exact(4));
    let top = rows().position(|mut row| row.any(has_ink))?;
    let bottom = rows().rposition(|mut row| row.any(has_ink))? + 1;
    let left = rows().filter_map(|mut row| row.position(has_ink)).min()?;
    let right = rows().filter_map(|mut row| row.rposition(has_ink)).max()? + 1;
    let size = Size { width: (right - left) as u32, height: (bottom - top) as u32 };
    let kept = || rows().skip(top).take(bottom - top).flat_map(|row| row.skip(left).take(right - left));
    let multiplied = |value: u8, opacity: u8| ((u32::from(value) * u32::from(opacity) + 127) / 255) as u8;
    let color = kept().flat_map(|p| [p[0], p[1], p[2]].map(|value| multiplied(value, p[3]))).collect();
    Some((Rgb { size, pixels: color }, Gray { size, pixels: kept().map(|pixel| pixel[3]).collect() }))
}

/// The mean color of the ink.
fn mean(color: &Rgb, opacity: &Gray) -> [u8; 3] {
    let all: u64 = opacity.pixels.iter().map(|value| u64::from(*value)).sum();
    std::array::from_fn(|channel| {
        let sum: u64 = color.pixels.iter().skip(channel).step_by(3).map(|value| u64::from(*value)).sum();
        (sum * 255).checked_div(all).unwrap_or(0).min(255) as u8
    })
}

/// Colors as they are, no longer multiplied by their opacity; `mean` where there is no ink, so that no edge is drawn from another color.
fn undivided(color: &Rgb, opacity: &Gray, mean: [u8; 3]) -> Rgb {
    let pixel = |(color, opacity): (&[u8], &u8)| -> [u8; 3] {
        std::array::from_fn(|channel| {
            let value = (u32::from(color[channel]) * 255).checked_div(u32::from(*opacity));
            value.map_or(mean[channel], |value| value.min(255) as u8)
        })
    };
    Rgb { size: color.size, pixels: color.pixels.chunks_exact(3).zip(&opacity.pixels).flat_map(pixel).collect() }
}

fn image<const N: usize>(picture: &Encoded, entries: [(&str, Object); N]) -> Stream {
    let mut dictionary = pdfa::image_entries(picture);
    for (key, value) in entries {
        dictionary.set(key, value);
    }
    Stream::new(dictionary, picture.bytes.to_vec())
}

//! Colour spaces of pictures and their `Decode` arrays (ISO 32000-1, 8.6 and 8.9.5).

use lopdf::{Dictionary, Document, Object};

use crate::raster::Color;
use crate::raster::decode::ink_to_rgb;

/// A space that needs no profile to be shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Space {
    /// One, three or four channels.
    Device(Color),
    /// A palette of red, green and blue.
    Indexed(Vec<[u8; 3]>),
}

/// Nested definitions: an index into a profile's space is the deepest that makes sense.
const MOST_NESTING: usize = 4;

impl Space {
    /// The space that a picture's entry names; `None` for those that are drawn rather than passed on.
    pub(super) fn of(document: &Document, object: &Object) -> Option<Self> {
        Self::nested(document, object, 0)
    }

    fn nested(document: &Document, object: &Object, depth: usize) -> Option<Self> {
        let (_, object) = document.dereference(object).ok()?;
        if depth > MOST_NESTING {
            return None;
        }
        let (family, rest) = match object {
            Object::Name(name) => (name.as_slice(), &[][..]),
            Object::Array(parts) => {
                let (first, rest) = parts.split_first()?;
                (document.dereference(first).ok()?.1.as_name().ok()?, rest)
            }
            _ => return None,
        };
        match family {
            b"DeviceGray" | b"G" | b"CalGray" => Some(Self::Device(Color::Gray)),
            b"DeviceRGB" | b"RGB" | b"CalRGB" => Some(Self::Device(Color::Rgb)),
            b"DeviceCMYK" | b"CMYK" => Some(Self::Device(Color::Cmyk)),
            b"ICCBased" => {
                let profile = document.dereference(rest.first()?).ok()?.1.as_stream().ok()?;
                match profile.dict.get_deref(b"N", document).and_then(Object::as_i64).ok()? {
                    1 => Some(Self::Device(Color::Gray)),
                    3 => Some(Self::Device(Color::Rgb)),
                    4 => Some(Self::Device(Color::Cmyk)),
                    _ => None,
                }
            }
            b"Indexed" | b"I" => {
                let Self::Device(base) = Self::nested(document, rest.first()?, depth + 1)? else { return None };
                Some(Self::Indexed(table(document, rest.get(2)?, base)?))
            }
            _ => None,
        }
    }

    /// Samples a pixel has.
    pub(super) fn channels(&self) -> usize {
        match self {
            Self::Device(color) => color.channels(),
            Self::Indexed(_) => 1,
        }
    }
}

fn table(document: &Document, object: &Object, base: Color) -> Option<Vec<[u8; 3]>> {
    /// 256 colours of four channels.
    const LARGEST: usize = 1024;
    let bytes = match document.dereference(object).ok()?.1 {
        Object::String(bytes, _) => bytes.clone(),
        Object::Stream(stream) => stream.get_plain_content_with_limit(LARGEST * 2).ok()?,
        _ => return None,
    };
    let bytes = &bytes[..bytes.len().min(LARGEST)];
    let colors = bytes.chunks_exact(base.channels()).map(|entry| match *entry {
        [gray] => [gray; 3],
        [red, green, blue] => [red, green, blue],
        [cyan, magenta, yellow, black] => ink_to_rgb([cyan, magenta, yellow, black], false),
        _ => [0; 3],
    });
    Some(colors.collect())
}

/// How sample values are stretched, for each channel its first and its last value; 0 to 1, or indices.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stretch(pub(super) Vec<(f32, f32)>);

impl Stretch {
    /// The `Decode` array of a picture, or the usual one.
    pub(super) fn of(document: &Document, dictionary: &Dictionary, space: &Space, bits: u32) -> Option<Self> {
        let usual = Self::usual(space, bits);
        let Ok(object) = dictionary.get_deref(b"Decode", document) else { return Some(usual) };
        let values: Option<Vec<f32>> =
            object.as_array().ok()?.iter().map(|value| document.dereference(value).ok()?.1.as_float().ok()).collect();
        let pairs: Vec<(f32, f32)> = values?.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        (pairs.len() == space.channels()).then_some(Self(pairs))
    }

    fn usual(space: &Space, bits: u32) -> Self {
        match space {
            Space::Device(color) => Self(vec![(0.0, 1.0); color.channels()]),
            Space::Indexed(_) => Self(vec![(0.0, (2_f32).powi(bits as i32) - 1.0)]),
        }
    }

    /// Whether samples stand for themselves.
    pub(super) fn is_usual(&self, space: &Space, bits: u32) -> bool {
        *self == Self::usual(space, bits)
    }

    /// Whether every channel runs from full to none.
    pub(super) fn is_inverted(&self) -> bool {
        self.0.iter().all(|pair| *pair == (1.0, 0.0))
    }

    /// What a sample of `bits` bits stands for: 0 to 255, or an index.
    pub(super) fn value(&self, channel: usize, sample: u8, bits: u32, space: &Space) -> u8 {
        let (first, last) = self.0[channel];
        let most = (2_f32).powi(bits.min(8) as i32) - 1.0;
        let value = first + f32::from(sample) * (last - first) / most;
        let full = if matches!(space, Space::Indexed(_)) { 1.0 } else { 255.0 };
        (value * full).round().clamp(0.0, 255.0) as u8
    }
}

//! Pages drawn for tests: strokes in the shape of Vietnamese print, at 150 dots an inch.

use crate::base::geometry::{Rect, Size};
use crate::base::units::Dpi;
use crate::raster::pixels::{Gray, Rgb};

const SIZE: Size = Size { width: 1000, height: 1300 };
/// Height of small letters, pixels.
const BODY: i32 = 12;

pub(super) fn dpi() -> Dpi {
    Dpi::new(150.0).expect("in range")
}

/// Lines of words: small letters, some with a stem or a mark above, few with a tail below.
pub(super) fn page(seed: u64) -> Gray {
    let mut random = Random(seed);
    let mut page = blank(seed);
    for top in (110..1200).step_by(37) {
        let (mut x, end) = (90 + random.below(20), 915 - random.below(8) * random.below(20));
        while x < end {
            for _ in 0..=random.below(5) {
                letter(&mut page, x, top, &mut random);
                x += 13;
            }
            x += 8;
        }
    }
    page
}

/// Paper with the noise of a scanner.
pub(super) fn blank(seed: u64) -> Gray {
    let mut random = Random(seed ^ 0xb1a9);
    Gray { size: SIZE, pixels: (0..SIZE.area()).map(|_| 244 + random.below(7) as u8).collect() }
}

/// Whether `strip` is cut out of `page`, pixel by pixel but for those made white.
pub(super) fn is_part(strip: &Gray, page: &Gray) -> bool {
    let width = strip.size.width as usize;
    let middle = &strip.pixels[strip.size.height as usize / 2 * width..][..width];
    let same = |piece: &[u8]| piece.iter().zip(middle).all(|(a, b)| *b == 255 || a == b);
    page.pixels.chunks_exact(page.size.width as usize).any(|row| row.windows(width).any(same))
}

/// A seal of 36 mm over what is there; the box around it.
pub(super) fn stamp_seal(picture: &mut Rgb, cx: f32, cy: f32) -> Rect {
    let radius = 106.0;
    let width = picture.size.width as usize;
    for (i, pixel) in picture.pixels.as_chunks_mut::<3>().0.iter_mut().enumerate() {
        let (dx, dy) = ((i % width) as f32 - cx, (i / width) as f32 - cy);
        let (far, around) = (dx.hypot(dy), dy.atan2(dx));
        let ring = (radius - 5.0..radius).contains(&far) || (66.0..69.0).contains(&far);
        let letters = (76.0..94.0).contains(&far) && (around * 40.0).sin() > 0.2;
        if ring || letters || far < 25.0 {
            *pixel = [u32::from(pixel[0]) * 85 / 100, u32::from(pixel[1]) * 3 / 10, u32::from(pixel[2]) * 3 / 10]
                .map(|v| v as u8);
        }
    }
    Rect::new(cx - radius, cy - radius, cx + radius, cy + radius)
}

/// A filled box: its top left corner, its width and height, its brightness.
pub(super) fn block(page: &mut Gray, (left, top): (i32, i32), (width, height): (i32, i32), value: u8) {
    for y in top..top + height {
        let start = y as usize * page.size.width as usize + left as usize;
        page.pixels[start..start + width as usize].fill(value);
    }
}

/// A filled disc.
pub(super) fn disc(page: &mut Gray, (cx, cy): (f32, f32), radius: f32, value: u8) {
    let width = page.size.width as usize;
    for (i, pixel) in page.pixels.iter_mut().enumerate() {
        if ((i % width) as f32 - cx).hypot((i / width) as f32 - cy) < radius {
            *pixel = value;
        }
    }
}

fn letter(page: &mut Gray, x: i32, top: i32, random: &mut Random) {
    ink(page, x, top, 2, BODY);
    ink(page, x + 8, top, 2, BODY);
    let bar = [top, top + BODY / 2 - 1, top + BODY - 2][random.below(3) as usize];
    ink(page, x, bar, 10, 2);
    match random.below(10) {
        0..3 => ink(page, x, top - 8, 2, 8),
        3..6 => ink(page, x + 3, top - 6, 5, 3),
        6 => ink(page, x + 8, top + BODY, 2, 7),
        _ => {}
    }
}

fn ink(page: &mut Gray, left: i32, top: i32, width: i32, height: i32) {
    block(page, (left, top), (width, height), 30);
}

/// Numbers that look random and are the same every time (G. Steele's split-mix).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: i32) -> i32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) % limit as u64) as i32
    }
}

//! Faults of optics and sensor: blur, uneven light, low contrast, noise, threshold.

use super::{Color, Picture};
use crate::draw::Canvas;
use crate::random::Random;

/// The canvas in the channels of the scan.
pub(super) fn in_color(canvas: Canvas, color: Color) -> Picture {
    let Canvas { width, height, pixels } = canvas;
    let pixels = match color {
        Color::Rgb => pixels,
        // Rec. 601 luma, in 1/256.
        Color::Gray | Color::Bilevel => pixels
            .chunks_exact(3)
            .map(|pixel| {
                let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
                ((77 * r + 150 * g + 29 * b + 128) >> 8) as u8
            })
            .collect(),
    };
    Picture { width, height, color, pixels }
}

/// Gaussian blur, rows then columns.
pub(super) fn blur(picture: &mut Picture, deviation: f32) {
    if deviation <= 0.0 {
        return;
    }
    let kernel = kernel(deviation);
    let channels = picture.channels();
    let row = picture.width * channels;
    let mut passed = picture.pixels.clone();
    for (from, to) in picture.pixels.chunks_exact(row).zip(passed.chunks_exact_mut(row)) {
        convolve(from, to, &kernel, channels);
    }
    let mut sums = vec![0u32; row];
    let radius = kernel.len() / 2;
    for y in 0..picture.height {
        sums.fill(1 << 15);
        for (tap, weight) in kernel.iter().enumerate() {
            let source = (y + tap).saturating_sub(radius).min(picture.height - 1);
            let line = &passed[source * row..(source + 1) * row];
            sums.iter_mut().zip(line).for_each(|(sum, value)| *sum += weight * u32::from(*value));
        }
        let line = &mut picture.pixels[y * row..(y + 1) * row];
        line.iter_mut().zip(&sums).for_each(|(value, sum)| *value = (sum >> 16) as u8);
    }
}

/// Weights in 1/65536, an odd number of them.
fn kernel(deviation: f32) -> Vec<u32> {
    let radius = (deviation * 2.7).ceil() as i32;
    let weights: Vec<f32> =
        (-radius..=radius).map(|at| (-(at as f32).powi(2) / (2.0 * deviation * deviation)).exp()).collect();
    let sum: f32 = weights.iter().sum();
    let mut kernel: Vec<u32> = weights.iter().map(|weight| (weight / sum * 65_536.0) as u32).collect();
    let missing = 65_535 - kernel.iter().sum::<u32>().min(65_535);
    kernel[radius as usize] += missing;
    kernel
}

fn convolve(from: &[u8], to: &mut [u8], kernel: &[u32], channels: usize) {
    let pixels = from.len() / channels;
    let radius = kernel.len() / 2;
    for x in 0..pixels {
        for channel in 0..channels {
            let mut sum = 1u32 << 15;
            if x >= radius && x + radius < pixels {
                let first = (x - radius) * channels + channel;
                for (tap, weight) in kernel.iter().enumerate() {
                    sum += weight * u32::from(from[first + tap * channels]);
                }
            } else {
                for (tap, weight) in kernel.iter().enumerate() {
                    let at = (x + tap).saturating_sub(radius).min(pixels - 1);
                    sum += weight * u32::from(from[at * channels + channel]);
                }
            }
            to[x * channels + channel] = (sum >> 16) as u8;
        }
    }
}

/// Darkens towards one side, more the farther.
pub(super) fn light(picture: &mut Picture, fall: f32, degrees: f32) {
    if fall <= 0.0 {
        return;
    }
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height, channels) = (picture.width as f32, picture.height as f32, picture.channels());
    let reach = cos.abs() + sin.abs();
    let row = picture.width * channels;
    for (y, line) in picture.pixels.chunks_exact_mut(row).enumerate() {
        let down = (y as f32 / height - 0.5) * sin;
        for (x, pixel) in line.chunks_exact_mut(channels).enumerate() {
            let t = ((x as f32 / width - 0.5) * cos + down) / reach + 0.5;
            let factor = ((1.0 - fall * t * t) * 256.0) as u32;
            for value in pixel {
                *value = ((u32::from(*value) * factor) >> 8) as u8;
            }
        }
    }
}

/// Low contrast, then Gaussian noise: each pixel's lightness, and in color each channel a little.
pub(super) fn noise(picture: &mut Picture, contrast: f32, deviation: f32, random: &mut Random) {
    if contrast < 1.0 {
        // What is left of the distance lies nearer to paper than to ink, as with worn ribbons.
        let table: [u8; 256] =
            std::array::from_fn(|value| (250.0 - (250.0 - value as f32) * contrast).clamp(0.0, 255.0) as u8);
        picture.pixels.iter_mut().for_each(|value| *value = table[usize::from(*value)]);
    }
    if deviation <= 0.0 {
        return;
    }
    let table: Vec<i16> = (0..4096).map(|_| (random.normal() * deviation * 16.0) as i16).collect();
    let drawn = |bits: u64, at: u32| i32::from(table[(bits >> (at * 12) & 0xfff) as usize]);
    let put = |value: &mut u8, amount: i32| *value = (i32::from(*value) + ((amount + 8) >> 4)).clamp(0, 255) as u8;
    if picture.channels() == 1 {
        for four in picture.pixels.chunks_mut(4) {
            let bits = random.bits();
            four.iter_mut().zip(0..).for_each(|(value, at)| put(value, drawn(bits, at)));
        }
        return;
    }
    for pixel in picture.pixels.chunks_exact_mut(3) {
        let bits = random.bits();
        let lightness = drawn(bits, 3);
        pixel.iter_mut().zip(0..).for_each(|(value, at)| put(value, lightness + drawn(bits, at) / 3));
    }
}

/// 1 bit: black below the threshold.
pub(super) fn threshold(picture: &mut Picture, threshold: u8) {
    if picture.color == Color::Bilevel {
        picture.pixels.iter_mut().for_each(|value| *value = if *value < threshold { 0 } else { 255 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(value: u8) -> Picture {
        Picture { width: 40, height: 30, color: Color::Gray, pixels: vec![value; 1200] }
    }

    #[test]
    fn blur_keeps_an_even_tone() {
        let mut picture = plain(200);
        blur(&mut picture, 1.3);
        assert!(picture.pixels.iter().all(|value| value.abs_diff(200) <= 1));
    }

    #[test]
    fn noise_has_the_strength_asked_for() {
        let mut picture = Picture { width: 400, height: 300, color: Color::Gray, pixels: vec![128; 120_000] };
        noise(&mut picture, 1.0, 8.0, &mut Random::new(3));
        let mean = picture.pixels.iter().map(|value| f64::from(*value)).sum::<f64>() / 120_000.0;
        let spread = picture.pixels.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum::<f64>() / 120_000.0;
        assert!((mean - 128.0).abs() < 0.5 && (spread.sqrt() - 8.0).abs() < 0.5, "{mean} {spread}");
    }

    #[test]
    fn light_falls_to_one_side() {
        let mut picture = plain(240);
        light(&mut picture, 0.5, 0.0);
        assert!(picture.pixels[0] > 238 && picture.pixels[39] < 140);
    }
}

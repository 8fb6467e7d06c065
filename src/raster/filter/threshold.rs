//! Thresholds between ink and paper.

use crate::raster::pixels::Gray;

/// How often each value occurs.
#[must_use]
pub fn histogram(pixels: &[u8]) -> [u32; 256] {
    // Four tables, since runs of one value would wait for one counter.
    let mut counts = [[0_u32; 256]; 4];
    let (fours, rest) = pixels.as_chunks::<4>();
    for four in fours {
        for (table, value) in counts.iter_mut().zip(four) {
            table[usize::from(*value)] += 1;
        }
    }
    for value in rest {
        counts[0][usize::from(*value)] += 1;
    }
    std::array::from_fn(|value| counts.iter().map(|table| table[value]).sum())
}

/// The least value that `share` (0 to 1) of the pixels do not exceed; 0 without pixels.
#[must_use]
pub fn percentile(histogram: &[u32; 256], share: f64) -> u8 {
    let total: f64 = histogram.iter().map(|n| f64::from(*n)).sum();
    let mut seen = 0.0;
    let reached = |n: &u32| {
        seen += f64::from(*n);
        seen >= share * total
    };
    histogram.iter().position(reached).unwrap_or(255) as u8
}

/// The greatest value of the darker of two classes, parted where the variance between them is
/// greatest (N. Otsu, 1979).
#[must_use]
pub fn otsu(histogram: &[u32; 256]) -> u8 {
    let total: f64 = histogram.iter().map(|n| f64::from(*n)).sum();
    let all: f64 = histogram.iter().enumerate().map(|(value, n)| value as f64 * f64::from(*n)).sum();
    let (mut count, mut sum) = (0.0, 0.0);
    let mut best = (0.0, 0);
    for (value, n) in histogram.iter().enumerate() {
        count += f64::from(*n);
        sum += value as f64 * f64::from(*n);
        if count > 0.0 && count < total {
            let apart = sum / count - (all - sum) / (total - count);
            let variance = count * (total - count) * apart * apart;
            if variance > best.0 {
                best = (variance, value);
            }
        }
    }
    best.1 as u8
}

/// Black (0) where a pixel is darker than `mean * (1 + k * (deviation / 128 - 1))` of the square of
/// `window` pixels around it, else white (J. Sauvola and M. Pietikäinen, 2000).
#[must_use]
pub fn sauvola(picture: &Gray, window: u32, k: f32) -> Gray {
    let (width, height) = (picture.size.width as usize, picture.size.height as usize);
    let reach = (window / 2).max(1) as usize;
    let row = |y: usize| &picture.pixels[y * width..(y + 1) * width];
    let mut sums = vec![Sums::default(); width];
    let mut out = Vec::with_capacity(picture.pixels.len());
    if width > 0 {
        (0..reach.min(height)).for_each(|y| sums.iter_mut().zip(row(y)).for_each(|(sum, v)| sum.add(*v)));
    }
    for y in 0..if width > 0 { height } else { 0 } {
        if y + reach < height {
            sums.iter_mut().zip(row(y + reach)).for_each(|(sum, v)| sum.add(*v));
        }
        if y > reach {
            sums.iter_mut().zip(row(y - reach - 1)).for_each(|(sum, v)| sum.drop(*v));
        }
        let rows = (y + reach + 1).min(height) - y.saturating_sub(reach);
        sauvola_row(row(y), &sums, reach, rows, k, &mut out);
    }
    Gray { size: picture.size, pixels: out }
}

/// Sum and sum of squares of a column's window, or of a whole window.
#[derive(Clone, Copy, Default)]
struct Sums(u32, u32);

impl Sums {
    fn add(&mut self, value: u8) {
        self.0 += u32::from(value);
        self.1 += u32::from(value) * u32::from(value);
    }

    fn drop(&mut self, value: u8) {
        self.0 -= u32::from(value);
        self.1 -= u32::from(value) * u32::from(value);
    }
}

fn sauvola_row(row: &[u8], sums: &[Sums], reach: usize, rows: usize, k: f32, out: &mut Vec<u8>) {
    let width = row.len();
    let mut all = (0_u64, 0_u64);
    let add = |all: &mut (u64, u64), s: Sums| *all = (all.0 + u64::from(s.0), all.1 + u64::from(s.1));
    sums[..reach.min(width)].iter().for_each(|s| add(&mut all, *s));
    for (x, value) in row.iter().enumerate() {
        if let Some(s) = sums.get(x + reach) {
            add(&mut all, *s);
        }
        if x > reach {
            let s = sums[x - reach - 1];
            all = (all.0 - u64::from(s.0), all.1 - u64::from(s.1));
        }
        let count = ((x + reach + 1).min(width) - x.saturating_sub(reach)) * rows;
        let mean = all.0 as f32 / count as f32;
        let deviation = (all.1 as f32 / count as f32 - mean * mean).max(0.0).sqrt();
        let limit = mean * (1.0 + k * (deviation / 128.0 - 1.0));
        out.push(if f32::from(*value) < limit { 0 } else { 255 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;

    #[test]
    fn otsu_parts_two_classes() {
        let mut pixels = vec![40; 300];
        pixels.extend([60; 200]);
        pixels.extend([200; 4001]);
        let counts = histogram(&pixels);
        assert_eq!((counts[40], counts[60], counts[200]), (300, 200, 4001));
        assert_eq!(otsu(&counts), 60);
        assert_eq!([0.0, 0.1, 0.11, 0.5, 1.0].map(|share| percentile(&counts, share)), [0, 60, 60, 200, 200]);
        assert_eq!(otsu(&histogram(&[7; 10])), 0);
    }

    #[test]
    fn sauvola_finds_ink_on_a_shadow() {
        let size = Size { width: 200, height: 120 };
        let paper = |x: u32| 240.0 - x as f32 * 0.9;
        let ink = |x: u32, y: u32| x % 16 < 3 && y % 20 < 12;
        let pixels = (0..size.width * size.height)
            .map(|i| (i % size.width, i / size.width))
            .map(|(x, y)| (paper(x) * if ink(x, y) { 0.35 } else { 1.0 }) as u8)
            .collect();
        let found = sauvola(&Gray { size, pixels }, 41, 0.3);
        for (i, v) in found.pixels.iter().enumerate() {
            let (x, y) = (i as u32 % size.width, i as u32 / size.width);
            assert_eq!(*v == 0, ink(x, y), "at {x}, {y}");
        }
        let none = Gray { size: Size { width: 0, height: 3 }, pixels: Vec::new() };
        assert_eq!(sauvola(&none, 41, 0.3), none);
    }
}

//! Smaller by whole factors, and larger without steps.

use crate::base::geometry::Size;
use crate::raster::pixels::{Gray, Rgb};

/// Each pixel the mean of a square of `factor` pixels (1 to 64); what is left over at the right
/// and at the bottom gives a last column and row of its own.
#[must_use]
pub fn shrink(picture: &Gray, factor: u32) -> Gray {
    let (size, pixels) = shrink_channels::<1>(&picture.pixels, picture.size, factor);
    Gray { size, pixels }
}

/// As [`shrink`], of each color alone.
#[must_use]
pub fn shrink_rgb(picture: &Rgb, factor: u32) -> Rgb {
    let (size, pixels) = shrink_channels::<3>(&picture.pixels, picture.size, factor);
    Rgb { size, pixels }
}

fn shrink_channels<const N: usize>(pixels: &[u8], size: Size, factor: u32) -> (Size, Vec<u8>) {
    let factor = factor.clamp(1, 64) as usize;
    let width = size.width as usize * N;
    let small = Size { width: size.width.div_ceil(factor as u32), height: size.height.div_ceil(factor as u32) };
    if factor == 1 || width == 0 {
        return (if width == 0 { size } else { small }, pixels.to_vec());
    }
    let mut out = Vec::with_capacity(small.area() as usize * N);
    let mut sums = vec![0_u16; width];
    for band in pixels.chunks(width * factor) {
        sums.fill(0);
        for row in band.chunks_exact(width) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += u16::from(*value));
        }
        let rows = band.len() / width;
        mean_of_columns::<N>(&sums, factor, rows as u32, &mut out);
    }
    (small, out)
}

/// Appends the mean of every `factor` columns, given the sums of `rows` rows.
fn mean_of_columns<const N: usize>(sums: &[u16], factor: usize, rows: u32, out: &mut Vec<u8>) {
    // Division by the usual cell is a multiplication: exact for sums below 2^20.
    let area = factor as u32 * rows;
    let inverse = (1_u64 << 32) / u64::from(area) + 1;
    let whole = sums.len() / (factor * N) * factor * N;
    for cell in sums[..whole].chunks_exact(factor * N) {
        for channel in 0..N {
            let sum: u32 = cell[channel..].iter().step_by(N).map(|s| u32::from(*s)).sum();
            out.push(((u64::from(sum + area / 2) * inverse) >> 32) as u8);
        }
    }
    let rest = &sums[whole..];
    if !rest.is_empty() {
        let area = (rest.len() / N) as u32 * rows;
        for channel in 0..N {
            let sum: u32 = rest[channel..].iter().step_by(N).map(|s| u32::from(*s)).sum();
            out.push(((sum + area / 2) / area) as u8);
        }
    }
}

/// One row of a picture `factor` times larger than `grid`, between the grid's pixels by straight lines:
/// row `y` of the large picture is written to `line`.
pub fn enlarge_onto(line: &mut [u8], grid: &Gray, factor: u32, y: u32) {
    let (width, height) = (grid.size.width as usize, grid.size.height as usize);
    if width == 0 || height == 0 {
        return;
    }
    let factor = factor.max(1) as usize;
    let mixed = row_between(grid, factor, y as usize, height);
    let mut from = 0;
    for cell in 0..=width {
        // From the middle of the cell before to the middle of this one.
        let until = (cell * factor + factor / 2).min(line.len());
        let (a, b) = (mixed[cell.saturating_sub(1)], mixed[cell.min(width - 1)]);
        let step = (b - a) / factor as i32;
        let mut value = a + step / 2;
        for pixel in &mut line[from.min(until)..until] {
            *pixel = (value >> 16) as u8;
            value += step;
        }
        from = until;
    }
    let last = (mixed[width - 1] >> 16) as u8;
    line[from..].fill(last);
}

/// The grid's row at the height of row `y`, with 16 bits of fraction.
fn row_between(grid: &Gray, factor: usize, y: usize, height: usize) -> Vec<i32> {
    let place = (2 * y + 1) as i32 - factor as i32;
    let above = place.div_euclid(2 * factor as i32);
    let part = place.rem_euclid(2 * factor as i32) * 65536 / (2 * factor as i32);
    let row = |n: i32| {
        let n = n.clamp(0, height as i32 - 1) as usize;
        &grid.pixels[n * grid.size.width as usize..][..grid.size.width as usize]
    };
    let mix = |(a, b): (&u8, &u8)| i32::from(*a) * (65536 - part) + i32::from(*b) * part;
    row(above).iter().zip(row(above + 1)).map(mix).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn shrinking_takes_the_mean_of_each_cell(width in 1u32..60, height in 1u32..60, factor in 1u32..9, seed: u32) {
            let size = Size { width, height };
            let pixels: Vec<u8> = (0..width * height).map(|i| (i.wrapping_mul(2_654_435_761) ^ seed).to_le_bytes()[2]).collect();
            let small = shrink(&Gray { size, pixels: pixels.clone() }, factor);
            prop_assert_eq!(small.pixels.len() as u64, small.size.area());
            for (i, found) in small.pixels.iter().enumerate() {
                let (left, top) = (i as u32 % small.size.width * factor, i as u32 / small.size.width * factor);
                let cell: Vec<u32> = (top..(top + factor).min(height))
                    .flat_map(|y| (left..(left + factor).min(width)).map(move |x| (y * width + x) as usize))
                    .map(|n| u32::from(pixels[n]))
                    .collect();
                let mean = (cell.iter().sum::<u32>() + cell.len() as u32 / 2) / cell.len() as u32;
                prop_assert_eq!(u32::from(*found), mean);
            }
            let rgb = Rgb { size, pixels: pixels.iter().flat_map(|v| [*v, 7, 255 - *v]).collect() };
            let red: Vec<u8> = shrink_rgb(&rgb, factor).pixels.chunks(3).map(|p| p[0]).collect();
            prop_assert_eq!(red, small.pixels);
        }
    }

    #[test]
    fn a_slope_enlarged_stays_a_slope() {
        let grid = Gray {
            size: Size { width: 8, height: 8 },
            pixels: (0..64).map(|i| (i % 8 * 16 + i / 8 * 8) as u8).collect(),
        };
        for y in 8..120 {
            let mut line = vec![0; 128];
            enlarge_onto(&mut line, &grid, 16, y);
            for (x, value) in line.iter().enumerate().take(120).skip(8) {
                let exact = (x as f32 + 0.5 - 8.0) + (y as f32 + 0.5 - 8.0) / 2.0;
                assert!((f32::from(*value) - exact).abs() <= 1.2, "{value} at {x}, {y}, expected {exact}");
            }
        }
    }
}

//! The three corner marks of QR codes (ISO/IEC 18004, 6.3.3): dark and light in 1:1:3:1:1 whichever way they are crossed.

use super::Luma;
use super::lines::Lines;

/// The middle of a corner mark.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Pixels of a module.
    pub(super) module: f32,
    /// Lines that met it.
    hits: usize,
}

/// Smaller modules than this many pixels are not read.
const LEAST_MODULE: f32 = 1.3;
/// Modules by which an element may be off; blur takes from the dark ones and gives to the light.
const TOLERANCE: f32 = 0.7;
/// Corner marks kept of a page: real ones are met by several lines, so the most met.
const MOST: usize = 40;

/// The corner marks that the lines, along rows, meet.
pub(super) fn corners(luma: &Luma<'_>, rows: &Lines) -> Vec<Corner> {
    let mut corners: Vec<Corner> = Vec::new();
    for (line, changes) in rows.changes.iter().enumerate() {
        let y = rows.across_at(line);
        for first in (0..changes.len().saturating_sub(5)).step_by(2) {
            let Some(module) = module(&changes[first..first + 6]) else { continue };
            let x = f32::midpoint(changes[first + 2], changes[first + 3]);
            // Met again by a later line: no need to look at it again.
            if let Some(known) = corners.iter_mut().find(|corner| corner.is_at(x, y)) {
                known.hits += 1;
            } else {
                corners.extend(confirmed(luma, x, y, module));
            }
        }
    }
    corners.sort_by_key(|corner| std::cmp::Reverse(corner.hits));
    corners.truncate(MOST);
    corners
}

impl Corner {
    fn is_at(&self, x: f32, y: f32) -> bool {
        (self.x - x).abs() < 2.0 * self.module && (self.y - y).abs() < 2.0 * self.module
    }
}

/// The module of five elements in 1:1:3:1:1.
fn module(changes: &[f32]) -> Option<f32> {
    let module = (changes[5] - changes[0]) / 7.0;
    let fits = |(pair, modules): (&[f32], f32)| {
        (pair[1] - pair[0] - modules * module).abs() <= TOLERANCE * module * if modules > 1.0 { 1.4 } else { 1.0 }
    };
    (module >= LEAST_MODULE && changes.windows(2).zip([1.0, 1.0, 3.0, 1.0, 1.0]).all(fits)).then_some(module)
}

/// The corner mark around a place, where a column and then a row through its middle cross it as this row did.
fn confirmed(luma: &Luma<'_>, x: f32, y: f32, module: f32) -> Option<Corner> {
    let down = |x: f32, y: f32| {
        crossed(module, |far| luma.at(x as isize, y as isize + far)).map(|(middle, high)| (y.floor() + middle, high))
    };
    let over = |x: f32, y: f32| {
        crossed(module, |far| luma.at(x as isize + far, y as isize)).map(|(middle, wide)| (x.floor() + middle, wide))
    };
    let (y, high) = down(x, y)?;
    let (x, wide) = over(x, y)?;
    let alike = (high - wide).abs() < 0.35 * wide;
    // The mean over the mark's heart: one row alone may be half a pixel off.
    let heart = || [-1.0, -0.5, 0.0, 0.5, 1.0].into_iter().map(|part: f32| part * module);
    let x_mean = mean(heart().filter_map(|off| over(x, y + off)).map(|(x, _)| x))?;
    let y_mean = mean(heart().filter_map(|off| down(x + off, y)).map(|(y, _)| y))?;
    alike.then_some(Corner { x: x_mean, y: y_mean, module: f32::midpoint(high, wide), hits: 1 })
}

fn mean(values: impl Iterator<Item = f32>) -> Option<f32> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// Crosses a mark from within; where its middle lies from there, and its module.
fn crossed(guess: f32, value: impl Fn(isize) -> u8) -> Option<(f32, f32)> {
    let reach = (guess * 6.5) as isize;
    let values: Vec<f32> = (-reach..=reach).map(|far| f32::from(value(far))).collect();
    let (low, high) = values.iter().fold((f32::MAX, f32::MIN), |(low, high), &value| (value.min(low), value.max(high)));
    let level = f32::midpoint(low, high);
    let middle = reach as usize;
    if values[middle] > level {
        return None;
    }
    let behind = walk(values[middle..].iter().copied(), level)?;
    let before = walk(values[..=middle].iter().rev().copied(), level)?;
    let changes = [-before[2], -before[1], -before[0], behind[0], behind[1], behind[2]];
    let module = module(&changes)?;
    Some((f32::midpoint(changes[2], changes[3]) + 0.5, module))
}

/// How far it is from dark to light, to dark, and to light again.
fn walk(values: impl Iterator<Item = f32>, level: f32) -> Option<[f32; 3]> {
    let (mut found, mut count) = ([0.0; 3], 0);
    let mut last: Option<f32> = None;
    for (far, value) in values.enumerate() {
        if let Some(last) = last.filter(|last| (*last > level) != (value > level)) {
            found[count] = far as f32 - 1.0 + (level - last) / (value - last);
            count += 1;
            if count == 3 {
                return Some(found);
            }
        }
        last = Some(value);
    }
    None
}

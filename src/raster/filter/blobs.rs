//! What hangs together.

use std::ops::Range;

use crate::base::geometry::Size;
use crate::raster::pixels::Bilevel;

/// Marked pixels, rows from the top without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    /// Width and height.
    pub size: Size,
    /// `width * height` marks.
    pub pixels: Vec<bool>,
}

impl Mask {
    /// With every pixel around a marked one marked too.
    #[must_use]
    pub fn grown(&self) -> Self {
        let width = (self.size.width as usize).max(1);
        let mut pixels = self.pixels.clone();
        for (y, row) in self.pixels.chunks_exact(width).enumerate() {
            for (x, _) in row.iter().enumerate().filter(|(_, marked)| **marked) {
                let columns = x.saturating_sub(1)..(x + 2).min(width);
                let rows = y.saturating_sub(1)..(y + 2).min(self.size.height as usize);
                rows.for_each(|y| pixels[y * width..][columns.clone()].fill(true));
            }
        }
        Self { size: self.size, pixels }
    }

    /// Goes through a picture of `size`, of which each pixel here covers a square of `factor` pixels: the
    /// indices of each run of covered pixels, row by row.
    pub fn visit_enlarged(&self, size: Size, factor: u32, mut visit: impl FnMut(Range<usize>)) {
        let (width, factor) = (size.width as usize, factor.max(1) as usize);
        let rows = self.pixels.chunks_exact((self.size.width as usize).max(1));
        for (y, row) in rows.flat_map(|row| std::iter::repeat_n(row, factor)).enumerate().take(size.height as usize) {
            let mut start = 0;
            for run in row.chunk_by(|a, b| a == b) {
                let end = start + run.len();
                let (left, right) = ((start * factor).min(width), (end * factor).min(width));
                if run[0] && left < right {
                    visit(y * width + left..y * width + right);
                }
                start = end;
            }
        }
    }
}

/// A group of marked pixels that touch at sides or corners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blob {
    /// First column.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// Behind the last column.
    pub right: u32,
    /// Behind the last row.
    pub bottom: u32,
    /// Number of pixels.
    pub area: u32,
}

impl Blob {
    /// Columns.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.right - self.left
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.bottom - self.top
    }

    /// Whether the other's box lies within this one's.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        self.left <= other.left && self.top <= other.top && self.right >= other.right && self.bottom >= other.bottom
    }

    /// Whether the boxes have a part in common.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// Takes the other in: the box around both, and the pixels of both.
    pub fn join(&mut self, other: &Self) {
        self.left = self.left.min(other.left);
        self.top = self.top.min(other.top);
        self.right = self.right.max(other.right);
        self.bottom = self.bottom.max(other.bottom);
        self.area += other.area;
    }
}

/// All blobs of a mask.
#[derive(Debug, Clone)]
pub struct Blobs {
    /// The blobs, ordered by their first pixel.
    pub all: Vec<Blob>,
    size: Size,
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy)]
struct Run {
    y: u32,
    start: u32,
    end: u32,
    blob: u32,
}

impl Blobs {
    /// Finds them.
    #[must_use]
    pub fn of(mask: &Mask) -> Self {
        let rows = mask.pixels.chunks_exact((mask.size.width as usize).max(1));
        Self::of_rows(mask.size, rows, push_runs)
    }

    /// Those of the black pixels.
    #[must_use]
    pub fn of_bilevel(picture: &Bilevel) -> Self {
        let rows = picture.rows.chunks_exact(picture.row_bytes().max(1));
        Self::of_rows(picture.size, rows, push_bit_runs)
    }

    /// Each run of marked pixels with its row and its blob, row by row.
    pub fn runs(&self) -> impl Iterator<Item = (u32, Range<u32>, &Blob)> {
        self.runs.iter().map(|run| (run.y, run.start..run.end, &self.all[run.blob as usize]))
    }

    fn of_rows<'a, T: 'a>(
        size: Size,
        rows: impl Iterator<Item = &'a [T]>,
        push: impl Fn(&[T], u32, &mut Vec<Run>),
    ) -> Self {
        let mut runs = Vec::new();
        let mut parents = Vec::new();
        let mut above = 0..0;
        for (y, row) in rows.enumerate() {
            let first = runs.len();
            push(row, y as u32, &mut runs);
            parents.extend(first as u32..runs.len() as u32);
            join_touching(&runs, above, first..runs.len(), &mut parents);
            above = first..runs.len();
        }
        Self::gather(size, runs, &mut parents)
    }

    /// The blobs that `keep` picks, drawn into a mask of the same size.
    #[must_use]
    pub fn mask(&self, keep: impl Fn(&Blob) -> bool) -> Mask {
        let kept: Vec<bool> = self.all.iter().map(keep).collect();
        let width = self.size.width as usize;
        let mut pixels = vec![false; self.size.area() as usize];
        for run in self.runs.iter().filter(|run| kept[run.blob as usize]) {
            pixels[run.y as usize * width..][run.start as usize..run.end as usize].fill(true);
        }
        Mask { size: self.size, pixels }
    }

    fn gather(size: Size, mut runs: Vec<Run>, parents: &mut [u32]) -> Self {
        let mut all: Vec<Blob> = Vec::new();
        let mut blob_of_root = vec![u32::MAX; parents.len()];
        for (n, run) in runs.iter_mut().enumerate() {
            let part =
                Blob { left: run.start, top: run.y, right: run.end, bottom: run.y + 1, area: run.end - run.start };
            let blob = &mut blob_of_root[root(parents, n as u32) as usize];
            if let Some(known) = all.get_mut(*blob as usize) {
                known.join(&part);
            } else {
                *blob = all.len() as u32;
                all.push(part);
            }
            run.blob = *blob;
        }
        Self { all, size, runs }
    }
}

fn push_runs(row: &[bool], y: u32, runs: &mut Vec<Run>) {
    let mut x = 0;
    while let Some(skipped) = row[x..].iter().position(|marked| *marked) {
        let start = x + skipped;
        let length = row[start..].iter().position(|marked| !marked).unwrap_or(row.len() - start);
        x = start + length;
        runs.push(Run { y, start: start as u32, end: x as u32, blob: 0 });
    }
}

/// The runs of 1 bits of a row whose padding is clear.
fn push_bit_runs(row: &[u8], y: u32, runs: &mut Vec<Run>) {
    let mut start = None;
    for (at, &byte) in row.iter().enumerate() {
        // Most bytes are paper, or the inside of a stroke.
        if byte == if start.is_some() { 0xFF } else { 0 } {
            continue;
        }
        for bit in 0..8 {
            let x = at as u32 * 8 + bit;
            let marked = byte >> (7 - bit) & 1 == 1;
            match start {
                None if marked => start = Some(x),
                Some(from) if !marked => {
                    runs.push(Run { y, start: from, end: x, blob: 0 });
                    start = None;
                }
                _ => {}
            }
        }
    }
    runs.extend(start.map(|start| Run { y, start, end: row.len() as u32 * 8, blob: 0 }));
}

/// Joins runs of one row with those of the row above that they touch, corners included.
fn join_touching(runs: &[Run], above: Range<usize>, here: Range<usize>, parents: &mut [u32]) {
    let mut upper = above.start;
    for lower in here {
        while upper < above.end && runs[upper].end < runs[lower].start {
            upper += 1;
        }
        let touching = (upper..above.end).take_while(|n| runs[*n].start <= runs[lower].end);
        for n in touching {
            let (a, b) = (root(parents, n as u32), root(parents, lower as u32));
            parents[a.max(b) as usize] = a.min(b);
        }
    }
}

fn root(parents: &mut [u32], mut n: u32) -> u32 {
    while parents[n as usize] != n {
        parents[n as usize] = parents[parents[n as usize] as usize];
        n = parents[n as usize];
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn(rows: &[&str]) -> Mask {
        let size = Size { width: rows[0].len() as u32, height: rows.len() as u32 };
        Mask { size, pixels: rows.iter().flat_map(|row| row.chars().map(|c| c == '#')).collect() }
    }

    #[test]
    fn corners_hold_together_and_gaps_part() {
        let mask = drawn(&["#...##", ".#....", "#....#", "...###"]);
        let blobs = Blobs::of(&mask);
        let areas: Vec<u32> = blobs.all.iter().map(|b| b.area).collect();
        assert_eq!(areas, [3, 2, 4]);
        assert_eq!(blobs.all[2], Blob { left: 3, top: 2, right: 6, bottom: 4, area: 4 });
        assert_eq!(blobs.mask(|b| b.area == 2), drawn(&["....##", "......", "......", "......"]));
    }

    #[test]
    fn marks_grow_to_their_neighbours_and_into_pixels() {
        let mask = drawn(&["#....", ".....", "....#"]);
        let grown = mask.grown();
        assert_eq!(grown, drawn(&["##...", "##.##", "...##"]));
        let size = Size { width: 9, height: 5 };
        let mut pixels = vec![false; 45];
        grown.visit_enlarged(size, 2, |run| pixels[run].fill(true));
        let rows = ["####.....", "####.....", "####..###", "####..###", "......###"];
        assert_eq!(Mask { size, pixels }, drawn(&rows));
    }

    proptest! {
        #[test]
        fn blobs_cover_the_mask_exactly(width in 0u32..40, cells in proptest::collection::vec(any::<bool>(), 0..1200)) {
            let height = (cells.len() as u32).checked_div(width).unwrap_or(0);
            let size = Size { width, height };
            let mask = Mask { size, pixels: cells[..size.area() as usize].to_vec() };
            let blobs = Blobs::of(&mask);
            let count = mask.pixels.iter().filter(|m| **m).count() as u32;
            prop_assert_eq!(blobs.all.iter().map(|b| b.area).sum::<u32>(), count);
            prop_assert_eq!(blobs.mask(|_| true), mask);
        }
    }
}

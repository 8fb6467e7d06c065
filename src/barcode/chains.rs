//! Findings on neighbouring lines that belong together: the straight edge that they lie on.

/// Something found on a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    /// Which line.
    pub(super) line: usize,
    /// Where along it.
    pub(super) at: f32,
    /// The width of its narrowest element in pixels.
    pub(super) module: f32,
}

/// Hits on one straight edge, in order of lines.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) hits: Vec<Hit>,
}

/// The edge of a chain: `along = start + slope * across`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) start: f32,
    /// Tangent of the angle by which the bars lean.
    pub(super) slope: f32,
    /// The first and last place across.
    pub(super) span: (f32, f32),
}

/// Tangent of the largest angle by which bars may lean against the lines: ten degrees, and what noise adds.
const LEAN: f32 = 0.22;
/// Lines that a chain may miss: a speck or a fold.
const MISSED: usize = 3;
/// How much modules of one code may differ.
const ALIKE: f32 = 0.2;

/// Joins hits (in order of lines, `pitch` pixels apart) to chains.
pub(super) fn joined(hits: impl Iterator<Item = Hit>, pitch: f32) -> Vec<Chain> {
    let (mut open, mut closed): (Vec<Chain>, Vec<Chain>) = (Vec::new(), Vec::new());
    for hit in hits {
        let mut at = 0;
        while at < open.len() {
            if open[at].last().line + MISSED + 1 < hit.line { closed.push(open.swap_remove(at)) } else { at += 1 }
        }
        match open.iter_mut().find(|chain| follows(&chain.last(), &hit, pitch)) {
            Some(chain) => chain.hits.push(hit),
            None => open.push(Chain { hits: vec![hit] }),
        }
    }
    closed.extend(open);
    closed
}

fn follows(last: &Hit, hit: &Hit, pitch: f32) -> bool {
    let lines = (hit.line - last.line) as f32;
    lines > 0.0
        && (hit.at - last.at).abs() <= lines * pitch * LEAN + 1.5
        && (hit.module - last.module).abs() <= ALIKE * last.module
}

impl Chain {
    fn last(&self) -> Hit {
        self.hits[self.hits.len() - 1]
    }

    /// Pixels across from the first hit to the last.
    pub(super) fn height(&self, pitch: f32) -> f32 {
        (self.last().line - self.hits[0].line) as f32 * pitch
    }

    /// The share of the lines between the first hit and the last that hit.
    pub(super) fn density(&self) -> f32 {
        self.hits.len() as f32 / (self.last().line - self.hits[0].line + 1) as f32
    }

    /// The middle of the hits' modules.
    pub(super) fn module(&self) -> f32 {
        let mut modules: Vec<f32> = self.hits.iter().map(|hit| hit.module).collect();
        modules.sort_by(f32::total_cmp);
        modules[modules.len() / 2]
    }

    /// The straight line through the hits, by least squares, once more without those that lie off it.
    pub(super) fn edge(&self, across: impl Fn(usize) -> f32) -> Edge {
        let points: Vec<(f32, f32)> = self.hits.iter().map(|hit| (across(hit.line), hit.at)).collect();
        let first = fitted(&points);
        let off = |point: &(f32, f32)| (point.1 - first.0 - first.1 * point.0).abs();
        let near: Vec<(f32, f32)> = points.iter().filter(|point| off(point) <= 1.5).copied().collect();
        let (start, slope) = if near.len() * 2 > points.len() { fitted(&near) } else { first };
        Edge { start, slope, span: (points[0].0, points[points.len() - 1].0) }
    }
}

/// Start and slope of the line through points.
fn fitted(points: &[(f32, f32)]) -> (f32, f32) {
    let count = points.len() as f32;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / count, y + point.1 / count));
    let (over, under) = points.iter().fold((0.0, 0.0), |(over, under), point| {
        let dx = point.0 - x;
        (over + dx * (point.1 - y), under + dx * dx)
    });
    let slope = if under > 0.0 { over / under } else { 0.0 };
    (y - slope * x, slope)
}

impl Edge {
    pub(super) fn along(&self, across: f32) -> f32 {
        self.start + self.slope * across
    }
}

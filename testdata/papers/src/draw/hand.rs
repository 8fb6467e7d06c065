//! What a hand writes with a pen: digits from skeletons, and signatures from splines.

use crate::random::Random;

/// A stroke: points in millimeters with the pen's pressure about 1.
pub type Stroke = Vec<(f32, f32, f32)>;

/// Width of a text of digits by hand, in the unit of its height.
#[must_use]
pub fn width(text: &str, height: f32) -> f32 {
    text.chars().map(|sign| advance(sign) * height).sum()
}

/// Strokes of digits, `/` and `-` that stand on a baseline.
#[must_use]
pub fn digits(text: &str, (left, baseline): (f32, f32), height: f32, random: &mut Random) -> Vec<Stroke> {
    let mut at = left;
    let mut strokes = Vec::new();
    let slant = random.real(-0.05, 0.3);
    for sign in text.chars() {
        let (lift, size) = (random.real(-0.06, 0.06), random.real(0.92, 1.08));
        for skeleton in skeleton(sign) {
            let stroke = skeleton.iter().map(|(x, y)| {
                let (x, y) = (x + random.real(-0.025, 0.025), y + random.real(-0.03, 0.03));
                let up = (1.0 - y) * size + lift;
                (at + (x * 0.56 + up * slant * 0.5) * height, baseline - up * height, random.real(0.8, 1.15))
            });
            strokes.push(stroke.collect());
        }
        at += advance(sign) * height;
    }
    strokes
}

/// Strokes of a signature about a middle: a tall beginning, waves that run to the right, and a
/// flourish under or around them.
#[must_use]
pub fn signature((x, y): (f32, f32), width: f32, random: &mut Random) -> Vec<Stroke> {
    let height = width * random.real(0.22, 0.5);
    let mut strokes = vec![waves((x, y), width, height, random)];
    if random.chance(0.35) {
        strokes.push(capital((x - width * 0.42, y), height * random.real(0.9, 1.5), random));
    }
    match random.below(4) {
        0 | 1 => strokes.push(underline((x, y + height * random.real(0.25, 0.6)), width, height, random)),
        2 => strokes.push(ring((x, y), width * random.real(0.45, 0.62), height * random.real(0.7, 1.0), random)),
        _ => {}
    }
    if random.chance(0.3) {
        let (left, top) = (x + width * random.real(-0.4, 0.4), y - height * random.real(0.6, 0.9));
        strokes.push(vec![(left, top, 1.0), (left + width * 0.12, top - height * 0.08, 0.5)]);
    }
    strokes
}

/// Up and down strokes of uneven height that lean back into loops or forward into points.
fn waves((x, y): (f32, f32), width: f32, height: f32, random: &mut Random) -> Stroke {
    let count = random.between(3, 9);
    let lean = random.real(0.0, 0.7) * height;
    let loops = random.real(-0.5, 1.1);
    let slope = random.real(-0.25, 0.1);
    let decay = random.real(0.35, 1.0);
    let mut stroke = Vec::new();
    let mut at = x - width / 2.0;
    let mut fall = 1.0;
    for turn in 0..count {
        let step = width / count as f32 * random.real(0.45, 1.6);
        let flat = if random.chance(0.2) { 0.25 } else { 1.0 };
        let up = height * random.real(0.4, 1.0) * fall * flat * if turn == 0 { 1.35 } else { 1.0 };
        let down = height * random.real(0.1, 0.55) * flat;
        let base = y + slope * (at - x);
        let back = step * loops * random.real(0.5, 1.0);
        stroke.push((at, base + down, random.real(0.8, 1.3)));
        stroke.push((at + step * 0.5 + lean * up / height, base - up, random.real(0.5, 0.9)));
        stroke.push((at + step * 0.5 - back * 0.5 + lean * up / height * 0.5, base - up * 0.55, random.real(0.9, 1.4)));
        at += step;
        fall *= decay + (1.0 - decay) * random.unit();
    }
    let tail = at + width * random.real(0.05, 0.45);
    stroke.push((tail, y + slope * width * 0.5 - height * random.real(-0.3, 0.4), 0.35));
    stroke
}

/// A large letter's curve at the beginning.
fn capital((x, y): (f32, f32), height: f32, random: &mut Random) -> Stroke {
    let wide = height * random.real(0.3, 0.7);
    let turns = random.real(3.5, 7.0);
    let start = random.real(0.0, 6.0);
    (0..9)
        .map(|step| {
            let t = step as f32 / 8.0;
            let (sin, cos) = (start + t * turns).sin_cos();
            (x + wide * cos * (1.0 - 0.3 * t), y - height * 0.3 + height * 0.75 * sin * (1.0 - 0.4 * t), 0.6 + 0.6 * t)
        })
        .collect()
}

fn underline((x, y): (f32, f32), width: f32, height: f32, random: &mut Random) -> Stroke {
    vec![
        (x - width * random.real(0.2, 0.6), y + height * random.real(-0.1, 0.2), 0.7),
        (x - width * 0.1, y - height * random.real(-0.1, 0.25), 1.2),
        (x + width * random.real(0.3, 0.6), y - height * random.real(0.0, 0.3), 0.9),
        (x + width * random.real(0.1, 0.8), y + height * random.real(0.0, 0.35), 0.4),
    ]
}

fn ring((x, y): (f32, f32), wide: f32, high: f32, random: &mut Random) -> Stroke {
    let start = random.real(2.0, 4.5);
    let turn = random.real(4.8, 6.8);
    (0..10)
        .map(|step| {
            let (sin, cos) = (start + turn * step as f32 / 9.0).sin_cos();
            (x + wide * cos, y + high * sin - cos * high * 0.2, random.real(0.6, 1.1))
        })
        .collect()
}

/// The stroke as a Catmull-Rom spline through its points.
#[must_use]
pub fn smooth(stroke: &[(f32, f32, f32)]) -> Stroke {
    let last = stroke.len() - 1;
    let point = |at: isize| stroke[at.clamp(0, last as isize) as usize];
    let mut curve = Vec::with_capacity(stroke.len() * 12);
    for at in 0..last as isize {
        let points = [point(at - 1), point(at), point(at + 1), point(at + 2)];
        for step in 0..12 {
            let t = step as f32 / 12.0;
            let part = |pick: fn(&(f32, f32, f32)) -> f32| catmull_rom(points.each_ref().map(pick), t);
            curve.push((part(|p| p.0), part(|p| p.1), part(|p| p.2).max(0.3)));
        }
    }
    curve.push(stroke[last]);
    curve
}

fn catmull_rom([a, b, c, d]: [f32; 4], t: f32) -> f32 {
    let (square, cube) = (t * t, t * t * t);
    0.5 * (2.0 * b + (c - a) * t + (2.0 * a - 5.0 * b + 4.0 * c - d) * square + (3.0 * b - a - 3.0 * c + d) * cube)
}

fn advance(sign: char) -> f32 {
    match sign {
        '1' => 0.45,
        '/' | '-' => 0.5,
        _ => 0.68,
    }
}

/// Points of a sign in a box of 1 by 1, y down.
fn skeleton(sign: char) -> Vec<Vec<(f32, f32)>> {
    let strokes: &[&[(f32, f32)]] = match sign {
        '0' => &[&[(0.6, 0.02), (0.15, 0.25), (0.08, 0.7), (0.45, 1.0), (0.85, 0.7), (0.85, 0.25), (0.55, 0.0)]],
        '1' => &[&[(0.2, 0.3), (0.5, 0.0), (0.48, 0.5), (0.45, 1.0)]],
        '2' => &[&[(0.12, 0.25), (0.45, 0.0), (0.8, 0.2), (0.6, 0.55), (0.1, 0.97), (0.5, 0.95), (0.9, 0.98)]],
        '3' => &[&[(0.15, 0.12), (0.55, 0.0), (0.75, 0.22), (0.4, 0.45), (0.8, 0.65), (0.6, 0.98), (0.1, 0.88)]],
        '4' => &[&[(0.6, 0.0), (0.3, 0.35), (0.08, 0.65), (0.5, 0.64), (0.95, 0.62)], &[(0.65, 0.4), (0.62, 1.0)]],
        '5' => &[
            &[(0.3, 0.03), (0.22, 0.42), (0.6, 0.4), (0.82, 0.68), (0.5, 1.0), (0.1, 0.9)],
            &[(0.3, 0.04), (0.85, 0.0)],
        ],
        '6' => &[&[(0.75, 0.0), (0.3, 0.3), (0.1, 0.7), (0.4, 1.0), (0.8, 0.8), (0.6, 0.52), (0.15, 0.68)]],
        '7' => &[&[(0.1, 0.08), (0.5, 0.05), (0.88, 0.03), (0.55, 0.5), (0.4, 1.0)], &[(0.25, 0.5), (0.8, 0.48)]],
        '8' => &[&[
            (0.75, 0.15),
            (0.4, 0.0),
            (0.2, 0.22),
            (0.5, 0.48),
            (0.82, 0.78),
            (0.45, 1.0),
            (0.12, 0.78),
            (0.5, 0.46),
            (0.78, 0.18),
            (0.6, 0.02),
        ]],
        '9' => &[&[(0.78, 0.2), (0.4, 0.02), (0.15, 0.3), (0.45, 0.5), (0.78, 0.25), (0.75, 0.6), (0.55, 1.0)]],
        '/' => &[&[(0.7, 0.0), (0.4, 0.5), (0.1, 1.05)]],
        '-' => &[&[(0.1, 0.55), (0.5, 0.53), (0.8, 0.55)]],
        _ => &[],
    };
    strokes.iter().map(|stroke| stroke.to_vec()).collect()
}

//! Letters become words and lines.
//!
//! A file shows letters in any order and with any steps between them. Runs of letters that follow one another on a
//! baseline are put together to lines, in the order in which the file shows them, which is the writer's own; what
//! annotations add (filled fields, signatures) goes to the line or the height where it stands. Words end at spaces and
//! where a step is wider than letters of a word have.

use std::collections::HashMap;

use hayro::kurbo::{Point, Vec2};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::glyphs::Glyph;
use crate::base::geometry::Rect;

/// A gap wider than this part of an em is a space; letters that are kerned apart have less.
const SPACE: f64 = 0.13;

/// Letters are on one baseline within this part of an em; raised digits (m²) have a third.
const RAISED: f64 = 0.4;

/// A step back by more than this part of an em begins a new run; kerning and accents that are set back have less.
const BACK: f64 = 0.6;

/// A run joins a line nearby whose end is no further than this part of an em.
const NEAR: f64 = 0.7;

/// Lines that are looked at when a run is joined to one.
const LOOK_BACK: usize = 8;

/// What fills in a line joins it further off: an entry stands within so many ems of its label.
const ENTRY: f64 = 6.0;

/// Lines that an annotation's run is compared with, and runs that a line is joined from: far above any page's.
const MOST_COMPARED: usize = 2_000;

/// The same letter again within this part of an em is the same letter, printed twice to look bold.
const TWICE: f64 = 0.12;

/// A word, and what its letters say about it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Written {
    /// NFC.
    pub(super) text: String,
    pub(super) bbox: Rect,
    /// Index of the font of most letters.
    pub(super) font: usize,
    /// Every font of its letters.
    pub(super) fonts: Vec<usize>,
    /// A letter whose font does not say what it is.
    pub(super) unknown: bool,
}

/// A line of words with the ends of its baseline, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WrittenLine {
    pub(super) start: (f32, f32),
    pub(super) end: (f32, f32),
    pub(super) words: Vec<Written>,
}

/// The lines of letters in the order in which they were shown.
pub(super) fn of(glyphs: &[Glyph]) -> Vec<WrittenLine> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for run in runs(&once(glyphs)) {
        match place_of(&lines, &run) {
            Place::Joins(at) => lines[at].add(run),
            Place::Before(at) => lines.insert(at, Line(vec![run])),
        }
    }
    lines.iter().filter_map(Line::written).collect()
}

/// Letters side by side.
struct Run<'a> {
    glyphs: Vec<&'a Glyph>,
    along: Vec2,
    /// Along and across the baseline.
    from: f64,
    to: f64,
    base: f64,
    size: f64,
}

impl<'a> Run<'a> {
    fn begun(glyph: &'a Glyph) -> Self {
        let (from, base) = place(glyph.origin, glyph.along);
        let to = from + glyph.advance;
        Self { glyphs: vec![glyph], along: glyph.along, from, to, base, size: glyph.size }
    }

    /// Takes the next letter if it stands where this run goes on.
    fn take(&mut self, glyph: &'a Glyph) -> bool {
        let last = self.glyphs[self.glyphs.len() - 1];
        let (at, base) = place(glyph.origin, self.along);
        let em = self.size.max(glyph.size);
        let accent = glyph.text.as_deref().is_some_and(|text| text.chars().all(is_combining_mark));
        let back = if accent { em } else { BACK * em };
        let goes_on = glyph.annotation == last.annotation
            && self.along.dot(glyph.along) > 0.99
            && (base - self.base).abs() <= RAISED * em
            && at >= self.to - back;
        if goes_on {
            self.to = self.to.max(at + glyph.advance);
            if glyph.size > self.size {
                (self.size, self.base) = (glyph.size, base);
            }
            self.glyphs.push(glyph);
        }
        goes_on
    }

    fn is_level(&self, other: &Self) -> bool {
        self.along.dot(other.along) > 0.99 && (self.base - other.base).abs() <= RAISED * self.size.min(other.size)
    }

    /// The gap that ends a word, in parts of an em: wider where the letters are spaced out, as in titles.
    fn space(&self) -> f64 {
        let mut gaps: Vec<f64> = self.glyphs.windows(2).map(|pair| gap(pair[0], pair[1], self.along)).collect();
        gaps.sort_by(f64::total_cmp);
        let usual = gaps.get(gaps.len() / 2).map_or(0.0, |gap| gap / self.size);
        let spaced = gaps.len() >= 4 && usual > SPACE && !self.glyphs.iter().any(|glyph| glyph.is_blank());
        if spaced { usual + SPACE } else { SPACE }
    }
}

fn runs<'a>(glyphs: &[&'a Glyph]) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for &glyph in glyphs {
        if !runs.last_mut().is_some_and(|run| run.take(glyph)) {
            runs.push(Run::begun(glyph));
        }
    }
    runs.retain(|run| run.glyphs.iter().any(|glyph| !glyph.is_blank()));
    runs
}

/// Cells of the page, in pixels, in which a letter is looked for again; no letter moves so far to look bold.
const CELL: f64 = 64.0;

/// Letters without those that were shown before in the same place. A title that is printed twice to look bold may be broken
/// into lines or words otherwise the second time, so letters are compared and not lines.
fn once(glyphs: &[Glyph]) -> Vec<&Glyph> {
    let mut shown: HashMap<(&str, i64, i64), Vec<Point>> = HashMap::new();
    let cell = |value: f64| (value / CELL).floor() as i64;
    let mut kept = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        let text = glyph.text.as_deref().filter(|_| !glyph.is_blank());
        let (x, y) = (cell(glyph.origin.x), cell(glyph.origin.y));
        if let Some(text) = text {
            let reach = (TWICE * glyph.size).min(CELL);
            let near = |place: &Point| (*place - glyph.origin).hypot() <= reach;
            let mut around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (text, x + dx, y + dy)));
            if around.any(|cell| shown.get(&cell).is_some_and(|places| places.iter().any(near))) {
                continue;
            }
            shown.entry((text, x, y)).or_default().push(glyph.origin);
        }
        kept.push(glyph);
    }
    kept
}

/// Runs on one baseline.
struct Line<'a>(Vec<Run<'a>>);

enum Place {
    Joins(usize),
    Before(usize),
}

/// Where a run belongs: the line shown last, a line whose end it touches, or a line of its own.
fn place_of(lines: &[Line<'_>], run: &Run<'_>) -> Place {
    let annotation = run.glyphs[0].annotation;
    let look_back = if annotation { MOST_COMPARED } else { LOOK_BACK };
    let joins = |at: usize| {
        let last = !annotation && at + 1 == lines.len();
        let near = if annotation { ENTRY } else { NEAR };
        lines[at].gap_to(run).is_some_and(|gap| last || gap <= near * run.size)
    };
    let found = (lines.len().saturating_sub(look_back)..lines.len()).rev().find(|&at| joins(at));
    match found {
        Some(at) => Place::Joins(at),
        None if annotation && lines.len() < MOST_COMPARED => {
            let below = |line: &Line<'_>| line.0[0].along.dot(run.along) > 0.99 && line.0[0].base > run.base;
            Place::Before(lines.iter().position(below).unwrap_or(lines.len()))
        }
        None => Place::Before(lines.len()),
    }
}

impl<'a> Line<'a> {
    /// The free space between this line and a run on its level; none where they overlap.
    fn gap_to(&self, run: &Run<'_>) -> Option<f64> {
        if self.0.len() >= MOST_COMPARED {
            return None;
        }
        let gap = |own: &Run<'_>| (run.from - own.to).max(own.from - run.to);
        let nearest = self.0.iter().map(gap).reduce(f64::min)?;
        (self.0.iter().all(|own| own.is_level(run)) && nearest > -0.5 * run.size).then_some(nearest)
    }

    fn add(&mut self, run: Run<'a>) {
        let at = self.0.iter().position(|own| own.from > run.from).unwrap_or(self.0.len());
        self.0.insert(at, run);
    }

    fn written(&self) -> Option<WrittenLine> {
        let along = self.0.first()?.along;
        let mut words = Words { along, done: Vec::new(), open: None };
        for run in &self.0 {
            let space = run.space();
            run.glyphs.iter().for_each(|glyph| words.take(glyph, space));
        }
        words.end();
        let largest = self.0.iter().max_by(|a, b| a.size.total_cmp(&b.size))?;
        let (from, to) = (self.0.first()?.from, self.0.iter().map(|run| run.to).fold(f64::MIN, f64::max));
        let point = |at: f64| {
            let point = along * at + Vec2::new(-along.y, along.x) * largest.base;
            (point.x as f32, point.y as f32)
        };
        let words = words.done;
        (!words.is_empty()).then(|| WrittenLine { start: point(from), end: point(to), words })
    }
}

/// Words in the making.
struct Words<'a> {
    along: Vec2,
    done: Vec<Written>,
    open: Option<Open<'a>>,
}

struct Open<'a> {
    glyphs: Vec<&'a Glyph>,
    end: f64,
}

impl<'a> Words<'a> {
    fn take(&mut self, glyph: &'a Glyph, space: f64) {
        if glyph.is_blank() {
            self.end();
            return;
        }
        let (at, _) = place(glyph.origin, self.along);
        if let Some(open) = &mut self.open {
            let last = open.glyphs[open.glyphs.len() - 1];
            if at - open.end <= space * glyph.size.max(last.size) {
                open.glyphs.push(glyph);
                open.end = open.end.max(at + glyph.advance);
                return;
            }
        }
        self.end();
        self.open = Some(Open { glyphs: vec![glyph], end: at + glyph.advance });
    }

    fn end(&mut self) {
        self.done.extend(self.open.take().and_then(|open| word(&open.glyphs)));
    }
}

fn word(glyphs: &[&Glyph]) -> Option<Written> {
    let unknown = |text: Option<&str>| text.is_none_or(|text| text.is_empty() || text.chars().any(is_no_letter));
    let text: String = glyphs.iter().filter_map(|glyph| glyph.text.as_deref()).flat_map(str::chars).collect();
    let text: String = text.nfc().filter(|&letter| !letter.is_whitespace() && !is_format(letter)).map(seen).collect();
    let bbox = glyphs.iter().map(|glyph| glyph.bbox).reduce(|all, one| all.union(&one))?;
    let mut fonts: Vec<usize> = glyphs.iter().map(|glyph| glyph.font).collect();
    fonts.sort_unstable();
    let count = |font: usize| fonts.iter().filter(|&&other| other == font).count();
    let font = fonts.iter().copied().max_by_key(|&font| count(font))?;
    let unknown = text.is_empty() || glyphs.iter().any(|glyph| unknown(glyph.text.as_deref()));
    fonts.dedup();
    Some(Written { text, bbox, font, fonts, unknown })
}

/// What no font can mean by a letter that it shows: controls, private use, replacement.
fn is_no_letter(letter: char) -> bool {
    let private = matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    private || letter == '\u{fffd}' || (letter.is_control() && !letter.is_whitespace())
}

/// Marks without a look of their own.
fn is_format(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}') || letter.is_control()
}

/// A soft hyphen that is drawn is a hyphen; Ð and ð are what old keyboards put for Đ and đ.
fn seen(letter: char) -> char {
    match letter {
        '\u{ad}' => '-',
        '\u{d0}' | '\u{189}' => '\u{110}',
        '\u{f0}' | '\u{256}' => '\u{111}',
        other => other,
    }
}

/// The free space between a letter and the next.
fn gap(glyph: &Glyph, next: &Glyph, along: Vec2) -> f64 {
    place(next.origin, along).0 - place(glyph.origin, along).0 - glyph.advance
}

/// A point along and across a direction of reading.
fn place(point: Point, along: Vec2) -> (f64, f64) {
    (point.to_vec2().dot(along), point.to_vec2().dot(Vec2::new(-along.y, along.x)))
}

//! Rows of labelled fields, tables with rules, and bar codes.

use super::Composer;
use super::text::{Align, Paragraph};
use crate::fonts::{Face, MILLIMETERS_PER_POINT};
use crate::sheet::{A4, Mark, Style, Zone};

/// A label with what is filled in behind it, and its share of the row's width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field<'t> {
    /// `Giới tính:`.
    pub label: &'t str,
    /// What is filled in; empty where nothing is.
    pub value: &'t str,
    /// Share of the width.
    pub share: f32,
}

/// A table with rules around every cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<'t> {
    /// Shares of the width.
    pub shares: &'t [f32],
    /// Head row; may be empty.
    pub head: &'t [&'t str],
    /// Rows of cells.
    pub rows: &'t [Vec<String>],
    /// Columns whose text is in the middle.
    pub centered: &'t [usize],
    /// Size of letters.
    pub points: f32,
}

impl Composer<'_> {
    /// One field over the whole width; long values run on over the next lines.
    pub fn field(&mut self, label: &str, value: &str) {
        let text = marked(label, value);
        let leaders = self.look.leaders;
        self.add(&Paragraph::new(&text).leader(leaders).after(0.9));
    }

    /// One field with its first line indented, as numbered forms have.
    pub fn field_at(&mut self, indent: f32, label: &str, value: &str) {
        let text = marked(label, value);
        let leaders = self.look.leaders;
        self.add(&Paragraph::new(&text).indent(indent).leader(leaders).after(0.9));
    }

    /// Several fields on one line, which a reader reads as one; below one another where a line
    /// cannot hold them.
    pub fn fields(&mut self, fields: &[Field]) {
        let points = self.look.body;
        let bold = |field: &Field| self.measure(&format!("{} {}", field.label, field.value), Face::Bold, points) + 2.0;
        let total: f32 = fields.iter().map(|field| field.share).sum();
        let ends = fields.iter().fold((0.0, 0.0f32), |(edge, end), field| {
            (edge + self.width() * field.share / total, end.max(edge) + bold(field))
        });
        if ends.1 > self.width() {
            for field in fields {
                self.field(field.label, field.value);
            }
            return;
        }
        let height = points * MILLIMETERS_PER_POINT * self.look.leading * self.look.squeeze;
        self.keep(height);
        self.y += height;
        let baseline = self.y - 0.27 * points * MILLIMETERS_PER_POINT;
        let mut left = self.look.left;
        let line = self.sheet().lines.len();
        let mut texts = Vec::new();
        for field in fields {
            let width = self.width() * field.share / total;
            let end = self.field_on((left, baseline), line, field, &mut texts);
            if self.look.leaders && left + width - end > 6.0 {
                let from = (end + 0.8, baseline);
                let leader = Mark::Leader { from, length: left + width - end - 2.6, pitch: points * 0.088 };
                self.sheet().marks.push(leader);
            }
            left = (left + width).max(end + 2.0);
        }
        let text = texts.join(" ");
        self.sheet().lines.push(crate::sheet::Line { zone: Zone::Body, text, hand: false });
        self.y += 0.9;
    }

    /// A table over the text's width; rows are never cut by the end of a sheet.
    pub fn table(&mut self, table: &Table) {
        let total: f32 = table.shares.iter().sum();
        let widths: Vec<f32> = table.shares.iter().map(|share| self.width() * share / total).collect();
        if !table.head.is_empty() {
            let head: Vec<String> = table.head.iter().map(|cell| format!("*{cell}*")).collect();
            let all: Vec<usize> = (0..head.len()).collect();
            self.table_row(&head, &widths, &all, table.points);
        }
        for row in table.rows {
            self.table_row(row, &widths, table.centered, table.points);
        }
        self.y += 2.0;
    }

    /// Paragraphs side by side, each list between its own edges; goes on below the longest.
    pub fn columns(&mut self, columns: &[(f32, f32, Vec<Paragraph>)]) {
        let top = self.y;
        let mut bottom = top;
        for (left, right, paragraphs) in columns {
            self.y = top;
            for paragraph in paragraphs {
                self.block(paragraph, *left, *right);
            }
            bottom = bottom.max(self.y);
        }
        self.y = bottom;
    }

    fn field_on(&mut self, at: (f32, f32), line: usize, field: &Field, texts: &mut Vec<String>) -> f32 {
        let style = Style { face: Face::Regular, points: self.look.body, ink: self.look.ink };
        let text = marked(field.label, field.value);
        let tokens = super::text::tokens(&text, style, self.look.filled, self.family);
        let space = self.space(style.points);
        let mut x = at.0;
        for token in &tokens {
            for chunk in &token.chunks {
                let seed = self.seed();
                let mark = chunk.mark((x, at.1), line, seed);
                self.sheet().marks.push(mark);
                x += chunk.width;
            }
            x += space;
            texts.push(token.text());
        }
        x - space
    }

    fn table_row(&mut self, cells: &[String], widths: &[f32], centered: &[usize], points: f32) {
        const PAD: f32 = 1.4;
        let paragraph = |at: usize, cell: &'_ String| {
            let mut paragraph = Paragraph::new("").size(points).zone(Zone::Table).leading(1.22);
            paragraph.align = if centered.contains(&at) { Align::Center } else { Align::Left };
            (paragraph, cell.clone())
        };
        let set: Vec<(Paragraph, String)> = cells.iter().enumerate().map(|(at, cell)| paragraph(at, cell)).collect();
        let inner = |at: usize| widths[at] - 2.0 * PAD;
        let heights = set.iter().enumerate().map(|(at, (style, cell))| {
            let mut whole = style.clone();
            whole.text = cell;
            self.height(&whole, inner(at))
        });
        let height = heights.fold(points * MILLIMETERS_PER_POINT * 1.22, f32::max) + 2.0 * PAD;
        if self.y + height > A4.1 - self.look.top {
            self.next_sheet();
        }
        let top = self.y;
        let mut left = self.look.left;
        for (at, (style, cell)) in set.iter().enumerate() {
            let mut whole = style.clone();
            whole.text = cell;
            let slack = height - 2.0 * PAD - self.height(&whole, inner(at));
            self.y = top + PAD + if centered.contains(&at) { slack / 2.0 } else { 0.0 };
            self.block(&whole, left + PAD, left + widths[at] - PAD);
            left += widths[at];
        }
        self.y = top + height;
        self.cell_rules(widths, top, height);
    }

    fn cell_rules(&mut self, widths: &[f32], top: f32, height: f32) {
        let (left, right) = (self.look.left, self.look.left + widths.iter().sum::<f32>());
        self.rule(left, right, top);
        self.rule(left, right, top + height);
        let ink = self.look.ink;
        let mut x = left;
        for width in std::iter::once(0.0).chain(widths.iter().copied()) {
            x += width;
            self.sheet().marks.push(Mark::Rule { from: (x, top), to: (x, top + height), width: 0.25, ink });
        }
    }
}

fn marked(label: &str, value: &str) -> String {
    if value.is_empty() { label.to_owned() } else { format!("{label} ^{value}^") }
}

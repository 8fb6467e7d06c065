//! Sheets are composed: paragraphs, rows of fields, tables, heads and signatures, page after page.
//!
//! Lengths are millimeters, sizes points. Text may carry marks: `*bold*`, `~italic~`,
//! `^filled in^`, `#12#` for digits by hand.

mod blocks;
mod head;
mod signing;
pub mod text;

pub use blocks::{Field, Table};
pub use head::Head;
pub use signing::{SealText, Signer};

use crate::fonts::{Face, Family, MILLIMETERS_PER_POINT};
use crate::random::Random;
use crate::sheet::{A4, BLACK, BLUE, Ink, Line, Mark, Sheet, Style, Zone};
use text::{Align, Paragraph, Token};

/// How one document is set throughout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Left margin, 30-35.
    pub left: f32,
    /// Right margin, 15-20.
    pub right: f32,
    /// Top and bottom margin, 20-25.
    pub top: f32,
    /// Size of the text, 13 or 14.
    pub body: f32,
    /// Height of a line, in parts of the letters' size.
    pub leading: f32,
    /// Dotted leaders after what is filled in.
    pub leaders: bool,
    /// How what is filled in is set.
    pub filled: (Face, Ink),
    /// Toner.
    pub ink: Ink,
    /// Numbers and days by hand.
    pub by_hand: bool,
    /// How much closer together lines are than they should be, to save a sheet: 1 or less.
    pub squeeze: f32,
}

impl Look {
    /// One that an office may have.
    pub fn any(random: &mut Random) -> Self {
        let gray = random.between(10, 52) as u8;
        let filled = match random.below(6) {
            0 => (Face::Bold, BLACK),
            1 => (Face::Italic, BLUE),
            2 => (Face::Regular, BLUE),
            _ => (Face::Regular, BLACK),
        };
        Self {
            left: random.real(30.0, 33.0),
            right: random.real(15.0, 20.0),
            top: random.real(20.0, 23.0),
            body: *random.pick(&[13.0, 13.0, 13.5, 14.0]),
            leading: random.real(1.2, 1.38),
            leaders: random.chance(0.5),
            filled,
            ink: [gray, gray, gray.saturating_add(2)],
            by_hand: random.chance(0.3),
            squeeze: 1.0,
        }
    }

    /// Closer together and smaller, as forms are.
    #[must_use]
    pub fn form(mut self) -> Self {
        self.body = self.body.min(13.0);
        self.leading = self.leading.min(1.3);
        self
    }
}

/// Sheets in the making.
pub struct Composer<'a> {
    /// Letters.
    pub family: &'a Family,
    /// How it is set.
    pub look: Look,
    /// Where the next line begins on the sheet.
    pub y: f32,
    sheets: Vec<Sheet>,
    random: Random,
}

impl<'a> Composer<'a> {
    /// Begins the first sheet.
    #[must_use]
    pub fn new(family: &'a Family, look: Look, random: Random) -> Self {
        Self { family, look, y: look.top, sheets: vec![Sheet::default()], random }
    }

    /// The sheets as they stand.
    #[must_use]
    pub fn finish(self) -> Vec<Sheet> {
        self.sheets
    }

    /// Middle of the text's width.
    #[must_use]
    pub fn middle(&self) -> f32 {
        f32::midpoint(self.look.left, A4.0 - self.look.right)
    }

    /// Right edge of the text.
    #[must_use]
    pub fn right(&self) -> f32 {
        A4.0 - self.look.right
    }

    /// Width of the text.
    #[must_use]
    pub fn width(&self) -> f32 {
        self.right() - self.look.left
    }

    /// The sheet being made.
    pub fn sheet(&mut self) -> &mut Sheet {
        if self.sheets.is_empty() {
            self.sheets.push(Sheet::default());
        }
        let last = self.sheets.len() - 1;
        &mut self.sheets[last]
    }

    /// A seed for something drawn.
    pub fn seed(&mut self) -> u64 {
        self.random.bits()
    }

    /// Leaves room.
    pub fn gap(&mut self, height: f32) {
        self.y += height;
    }

    /// Begins a sheet unless so much room is left on this one.
    pub fn keep(&mut self, height: f32) {
        if self.y + height > A4.1 - self.look.top {
            self.next_sheet();
        }
    }

    /// Begins a sheet, with its number on top.
    pub fn next_sheet(&mut self) {
        self.sheets.push(Sheet::default());
        let number = self.sheets.len().to_string();
        self.y = self.look.top - 9.0;
        let middle = self.middle();
        let paragraph = Paragraph::new(&number).center().zone(Zone::PageNumber).size(13.0);
        self.block(&paragraph, middle - 10.0, middle + 10.0);
        self.y = self.look.top;
    }

    /// A paragraph over the text's width, over as many sheets as it takes.
    pub fn add(&mut self, paragraph: &Paragraph) {
        let (left, right) = (self.look.left, self.right());
        self.y += paragraph.before;
        let lines = self.lines(paragraph, right - left);
        let count = lines.len();
        for (at, line) in lines.into_iter().enumerate() {
            self.keep(self.line_height(paragraph));
            self.line(paragraph, &line, (left, right), (at, count));
        }
        self.y += paragraph.after;
    }

    /// A justified paragraph with its first line indented.
    pub fn text(&mut self, text: &str) {
        self.add(&Paragraph::new(text).justify().indent(11.0).after(1.8));
    }

    /// A paragraph in the middle.
    pub fn center(&mut self, text: &str, points: f32) {
        self.add(&Paragraph::new(text).center().size(points));
    }

    /// A paragraph between two edges, without looking at the end of the sheet.
    pub fn block(&mut self, paragraph: &Paragraph, left: f32, right: f32) {
        self.y += paragraph.before;
        let lines = self.lines(paragraph, right - left);
        let count = lines.len();
        for (at, line) in lines.into_iter().enumerate() {
            self.line(paragraph, &line, (left, right), (at, count));
        }
        self.y += paragraph.after;
    }

    /// Height that a block takes between two edges.
    #[must_use]
    pub fn height(&self, paragraph: &Paragraph, width: f32) -> f32 {
        let lines = self.lines(paragraph, width).len();
        paragraph.before + paragraph.after + lines as f32 * self.line_height(paragraph)
    }

    /// A horizontal rule.
    pub fn rule(&mut self, from: f32, to: f32, y: f32) {
        let ink = self.look.ink;
        self.sheet().marks.push(Mark::Rule { from: (from, y), to: (to, y), width: 0.25, ink });
    }

    /// Width of a text in a face.
    #[must_use]
    pub fn measure(&self, text: &str, face: Face, points: f32) -> f32 {
        self.family.width(text, face, points)
    }

    fn lines(&self, paragraph: &Paragraph, width: f32) -> Vec<Vec<Token>> {
        let style = Style {
            face: paragraph.face,
            points: paragraph.points.unwrap_or(self.look.body),
            ink: paragraph.ink.unwrap_or(self.look.ink),
        };
        let tokens = text::tokens(paragraph.text, style, self.look.filled, self.family);
        text::broken(tokens, width, paragraph.indent, self.space(style.points))
    }

    fn space(&self, points: f32) -> f32 {
        self.family.width(" ", Face::Regular, points)
    }

    fn line_height(&self, paragraph: &Paragraph) -> f32 {
        let points = paragraph.points.unwrap_or(self.look.body);
        points * MILLIMETERS_PER_POINT * paragraph.leading.unwrap_or(self.look.leading) * self.look.squeeze
    }

    /// Sets one line of a paragraph; `(at, count)` says which of how many.
    fn line(&mut self, paragraph: &Paragraph, line: &[Token], edges: (f32, f32), (at, count): (usize, usize)) {
        let points = paragraph.points.unwrap_or(self.look.body);
        self.y += self.line_height(paragraph);
        let baseline = self.y - 0.27 * points * MILLIMETERS_PER_POINT;
        let left = edges.0 + if at == 0 { paragraph.indent } else { 0.0 };
        let space = self.space(points);
        let width = text::width(line, space);
        let room = edges.1 - left - width;
        let last = at + 1 == count;
        let (x, gap) = match paragraph.align {
            Align::Left => (left, space),
            Align::Justify if last || line.len() < 2 => (left, space),
            Align::Justify => (left, space + room / (line.len() - 1) as f32),
            Align::Center => (left + room / 2.0, space),
            Align::Right => (left + room, space),
        };
        let end = self.place(line, paragraph.zone, (x, baseline), gap);
        if paragraph.leader && last && edges.1 - end > 6.0 {
            let from = (end + 0.8, baseline);
            self.sheet().marks.push(Mark::Leader { from, length: edges.1 - end - 0.8, pitch: points * 0.088 });
        }
    }

    /// Puts tokens on a baseline as one line of text and gives back where they end.
    fn place(&mut self, tokens: &[Token], zone: Zone, at: (f32, f32), gap: f32) -> f32 {
        let line = self.sheet().lines.len();
        let text = tokens.iter().map(Token::text).collect::<Vec<_>>().join(" ");
        let hand = tokens.iter().any(Token::by_hand);
        self.sheet().lines.push(Line { zone, text, hand });
        let mut x = at.0;
        for (index, token) in tokens.iter().enumerate() {
            if index > 0 {
                x += gap;
            }
            for chunk in &token.chunks {
                let seed = self.random.bits();
                let mark = chunk.mark((x, at.1), line, seed);
                self.sheet().marks.push(mark);
                x += chunk.width;
            }
        }
        x
    }
}

//! Marked text becomes tokens, and tokens lines.

use crate::draw::hand;
use crate::fonts::{Face, Family, MILLIMETERS_PER_POINT};
use crate::sheet::{BLUE, Ink, Mark, Style, Zone};

/// How lines lie between their edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left edge.
    Left,
    /// At both edges, the last line at the left.
    Justify,
    /// In the middle.
    Center,
    /// At the right edge.
    Right,
}

/// A paragraph and how it is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Paragraph<'t> {
    pub(super) text: &'t str,
    pub(super) face: Face,
    pub(super) points: Option<f32>,
    pub(super) ink: Option<Ink>,
    pub(super) align: Align,
    pub(super) indent: f32,
    pub(super) before: f32,
    pub(super) after: f32,
    pub(super) leading: Option<f32>,
    pub(super) zone: Zone,
    pub(super) leader: bool,
}

impl<'t> Paragraph<'t> {
    /// A paragraph at the left edge, in the document's own size.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            face: Face::Regular,
            points: None,
            ink: None,
            align: Align::Left,
            indent: 0.0,
            before: 0.0,
            after: 0.0,
            leading: None,
            zone: Zone::Body,
            leader: false,
        }
    }

    /// In the middle.
    #[must_use]
    pub fn center(mut self) -> Self {
        self.align = Align::Center;
        self
    }

    /// At both edges.
    #[must_use]
    pub fn justify(mut self) -> Self {
        self.align = Align::Justify;
        self
    }

    /// At the right edge.
    #[must_use]
    pub fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    /// In another face.
    #[must_use]
    pub fn face(mut self, face: Face) -> Self {
        self.face = face;
        self
    }

    /// Bold.
    #[must_use]
    pub fn bold(self) -> Self {
        self.face(Face::Bold)
    }

    /// Italic.
    #[must_use]
    pub fn italic(self) -> Self {
        self.face(Face::Italic)
    }

    /// In another size, points.
    #[must_use]
    pub fn size(mut self, points: f32) -> Self {
        self.points = Some(points);
        self
    }

    /// In another color.
    #[must_use]
    pub fn ink(mut self, ink: Ink) -> Self {
        self.ink = Some(ink);
        self
    }

    /// First line indented.
    #[must_use]
    pub fn indent(mut self, indent: f32) -> Self {
        self.indent = indent;
        self
    }

    /// Room above.
    #[must_use]
    pub fn before(mut self, before: f32) -> Self {
        self.before = before;
        self
    }

    /// Room below.
    #[must_use]
    pub fn after(mut self, after: f32) -> Self {
        self.after = after;
        self
    }

    /// Height of a line in parts of the letters' size.
    #[must_use]
    pub fn leading(mut self, leading: f32) -> Self {
        self.leading = Some(leading);
        self
    }

    /// In a zone.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// With a dotted leader up to the right edge.
    #[must_use]
    pub fn leader(mut self, leader: bool) -> Self {
        self.leader = leader;
        self
    }
}

/// What stands between two spaces.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// Its parts of one style each.
    pub chunks: Vec<Chunk>,
}

/// Letters of one style.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk {
    /// The letters.
    pub text: String,
    /// How they are set.
    pub style: Style,
    /// Written by hand.
    pub hand: bool,
    /// Width in millimeters.
    pub width: f32,
}

impl Token {
    /// Its letters.
    #[must_use]
    pub fn text(&self) -> String {
        self.chunks.iter().map(|chunk| chunk.text.as_str()).collect()
    }

    /// Whether a part is written by hand.
    #[must_use]
    pub fn by_hand(&self) -> bool {
        self.chunks.iter().any(|chunk| chunk.hand)
    }

    fn width(&self) -> f32 {
        self.chunks.iter().map(|chunk| chunk.width).sum()
    }
}

impl Chunk {
    /// The chunk as a mark of a line.
    #[must_use]
    pub fn mark(&self, at: (f32, f32), line: usize, seed: u64) -> Mark {
        if self.hand {
            let height = hand_height(self.style);
            return Mark::Hand { text: self.text.clone(), at, height, ink: BLUE, line: Some(line), seed };
        }
        Mark::Word { text: self.text.clone(), style: self.style, at, angle: 0.0, line: Some(line) }
    }
}

fn hand_height(style: Style) -> f32 {
    style.points * MILLIMETERS_PER_POINT * 0.86
}

/// Width of tokens on one line.
#[must_use]
pub fn width(tokens: &[Token], space: f32) -> f32 {
    tokens.iter().map(Token::width).sum::<f32>() + space * tokens.len().saturating_sub(1) as f32
}

/// Tokens in lines no wider than a width.
#[must_use]
pub fn broken(tokens: Vec<Token>, width: f32, indent: f32, space: f32) -> Vec<Vec<Token>> {
    let mut lines = vec![Vec::new()];
    let mut used = indent;
    for token in tokens {
        let wide = token.width();
        let line = lines.len() - 1;
        if !lines[line].is_empty() && used + space + wide > width + 0.01 {
            used = wide;
            lines.push(vec![token]);
        } else {
            used += if lines[line].is_empty() { wide } else { space + wide };
            lines[line].push(token);
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Tokens of a marked text.
#[must_use]
pub fn tokens(text: &str, style: Style, filled: (Face, Ink), family: &Family) -> Vec<Token> {
    let mut marks = Marks { base: style, filled, open: String::new() };
    let mut tokens = Vec::new();
    for part in text.split_whitespace() {
        let mut chunks = Vec::new();
        let mut letters = String::new();
        for letter in part.chars() {
            if "*~^#".contains(letter) {
                marks.chunk(&mut letters, &mut chunks, family);
                marks.toggle(letter);
            } else {
                letters.push(letter);
            }
        }
        marks.chunk(&mut letters, &mut chunks, family);
        if !chunks.is_empty() {
            tokens.push(Token { chunks });
        }
    }
    tokens
}

struct Marks {
    base: Style,
    filled: (Face, Ink),
    /// The marks that are open.
    open: String,
}

impl Marks {
    fn toggle(&mut self, mark: char) {
        match self.open.find(mark) {
            Some(at) => {
                self.open.remove(at);
            }
            None => self.open.push(mark),
        }
    }

    fn style(&self) -> Style {
        let mut style = self.base;
        if self.open.contains('^') {
            style.face = self.filled.0;
            if self.filled.1 != crate::sheet::BLACK {
                style.ink = self.filled.1;
            }
        }
        let bold = self.open.contains('*') != matches!(style.face, Face::Bold | Face::BoldItalic);
        let italic = self.open.contains('~') != matches!(style.face, Face::Italic | Face::BoldItalic);
        style.face = match (bold, italic) {
            (false, false) => Face::Regular,
            (true, false) => Face::Bold,
            (false, true) => Face::Italic,
            (true, true) => Face::BoldItalic,
        };
        style
    }

    fn chunk(&self, letters: &mut String, chunks: &mut Vec<Chunk>, family: &Family) {
        if letters.is_empty() {
            return;
        }
        let text = std::mem::take(letters);
        let style = self.style();
        let hand = self.open.contains('#');
        let width = if hand {
            hand::width(&text, hand_height(style)) + 0.8
        } else {
            family.width(&text, style.face, style.points)
        };
        chunks.push(Chunk { text, style, hand, width });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::Fonts;
    use crate::sheet::BLACK;

    #[test]
    fn marks_make_faces_and_are_not_text() {
        let family = Fonts::installed().expect("a font is installed").serif(0);
        let style = Style { face: Face::Regular, points: 13.0, ink: BLACK };
        let tokens = tokens("*Điều 1.* Nay ~công nhận~ số #15#/QĐ", style, (Face::Regular, BLACK), family);
        let texts: Vec<String> = tokens.iter().map(Token::text).collect();
        assert_eq!(texts, ["Điều", "1.", "Nay", "công", "nhận", "số", "15/QĐ"]);
        assert_eq!(tokens[0].chunks[0].style.face, Face::Bold);
        assert_eq!(tokens[3].chunks[0].style.face, Face::Italic);
        assert!(tokens[6].by_hand() && tokens[6].chunks.len() == 2);
    }

    #[test]
    fn lines_are_no_wider_than_asked() {
        let family = Fonts::installed().expect("a font is installed").serif(0);
        let style = Style { face: Face::Regular, points: 13.0, ink: BLACK };
        let text = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;".repeat(4);
        let lines = broken(tokens(&text, style, (Face::Regular, BLACK), family), 90.0, 10.0, 1.2);
        assert!(lines.len() > 3 && lines.iter().all(|line| width(line, 1.2) <= 90.01));
    }
}

//! The foot of a document: who receives it, who signs it, the seal and the pen
//! (Decree 30/2020, Annex I, boxes 7 to 9), and the stamp of an incoming document.

use super::Composer;
use super::text::Paragraph;
use crate::calendar::Date;
use crate::fonts::Face;
use crate::sheet::{BLUE, Line, Mark, Seal, Style, VIOLET, Zone};

/// What a seal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealText {
    /// Along the upper half.
    pub upper: String,
    /// Along the lower half.
    pub lower: String,
    /// With the emblem of state bodies.
    pub emblem: bool,
}

/// One who signs.
#[derive(Debug, Clone, PartialEq)]
pub struct Signer<'t> {
    /// Place and date above, in forms.
    pub dated: Option<String>,
    /// Authority and title, bold capitals or not as written.
    pub lines: &'t [String],
    /// `(Ký, ghi rõ họ tên)`.
    pub note: Option<&'t str>,
    /// The name below the signature; may be empty.
    pub name: &'t str,
    /// Whether a signature is there.
    pub signed: bool,
    /// The seal over the signature's left third.
    pub seal: Option<SealText>,
}

/// Room for pen and seal between title and name.
const ROOM: f32 = 25.0;

impl Composer<'_> {
    /// `Nơi nhận` at the left, one signer at the right.
    pub fn sign(&mut self, recipients: &[String], signer: &Signer) {
        let height = signer.lines.len() as f32 * 6.0 + ROOM + 16.0;
        self.keep(height.max(recipients.len() as f32 * 4.8 + 8.0));
        self.gap(3.0);
        let top = self.y;
        let split =
            self.look.left + self.width() * if recipients.is_empty() && signer.dated.is_some() { 0.36 } else { 0.48 };
        self.recipients(recipients, (self.look.left, split - 3.0));
        let bottom = self.y;
        self.y = top;
        self.signer(signer, (split, self.right()));
        self.y = self.y.max(bottom);
    }

    /// Signers side by side.
    pub fn sign_together(&mut self, signers: &[Signer]) {
        self.keep(ROOM + 26.0);
        self.gap(3.0);
        let top = self.y;
        let width = self.width() / signers.len() as f32;
        let mut bottom = top;
        for (at, signer) in signers.iter().enumerate() {
            self.y = top;
            let left = self.look.left + width * at as f32;
            self.signer(signer, (left, left + width));
            bottom = bottom.max(self.y);
        }
        self.y = bottom;
    }

    /// The stamp of an incoming document, in a clerk's hand.
    pub fn received_stamp(&mut self, office: &str, number: &str, date: Date, place: (f32, f32)) {
        let angle = self.random.real(-4.0, 4.0);
        let ink = if self.random.chance(0.5) { VIOLET } else { [44, 70, 170] };
        let (width, height) = (52.0, 24.0);
        let frame = [place.0, place.1, width, height];
        self.sheet().marks.push(Mark::Frame { place: frame, width: 0.5, ink, angle });
        let rows = [(office, 4.6, 8.5), ("CÔNG VĂN ĐẾN", 9.8, 10.5), ("Số:", 15.6, 10.0), ("Ngày:", 21.2, 10.0)];
        for (at, (text, down, points)) in rows.into_iter().enumerate() {
            let width_of = self.measure(text, Face::Bold, points);
            let centered = at < 2;
            let across = if centered { (width - width_of) / 2.0 } else { 3.0 };
            let written = match at {
                2 => number.to_owned(),
                3 => date.slashed(),
                _ => String::new(),
            };
            let line = Line { zone: Zone::Stamp, text: format!("{text} {written}").trim().to_owned(), hand: !centered };
            self.stamped((place, angle), (across, down), text, points, ink, line, &written);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one place, called once: what a stamp's row is made of")]
    fn stamped(
        &mut self,
        (place, angle): ((f32, f32), f32),
        (across, down): (f32, f32),
        text: &str,
        points: f32,
        ink: crate::sheet::Ink,
        line: Line,
        written: &str,
    ) {
        let (sin, cos) = angle.to_radians().sin_cos();
        let at = |x: f32, y: f32| (place.0 + x * cos - y * sin, place.1 + x * sin + y * cos);
        let index = self.sheet().lines.len();
        self.sheet().lines.push(line);
        let style = Style { face: Face::Bold, points, ink };
        let mut x = across;
        for word in text.split(' ') {
            let mark = Mark::Word { text: word.to_owned(), style, at: at(x, down), angle, line: Some(index) };
            self.sheet().marks.push(mark);
            x += self.measure(word, Face::Bold, points) + self.measure(" ", Face::Bold, points);
        }
        if !written.is_empty() {
            let seed = self.seed();
            let hand = Mark::Hand {
                text: written.to_owned(),
                at: at(x + 2.0, down),
                height: 3.6,
                ink: BLUE,
                line: Some(index),
                seed,
            };
            self.sheet().marks.push(hand);
        }
    }

    fn recipients(&mut self, recipients: &[String], (left, right): (f32, f32)) {
        if recipients.is_empty() {
            return;
        }
        let zone = Zone::Recipients;
        self.block(
            &Paragraph::new("Nơi nhận:").face(Face::BoldItalic).size(12.0).zone(zone).leading(1.15),
            left,
            right,
        );
        for recipient in recipients {
            self.block(&Paragraph::new(recipient).size(11.0).zone(zone).leading(1.15), left, right);
        }
    }

    fn signer(&mut self, signer: &Signer, (left, right): (f32, f32)) {
        let zone = Zone::Signature;
        if let Some(dated) = &signer.dated {
            self.block(&Paragraph::new(dated).center().italic().size(13.0).zone(zone).leading(1.2), left, right);
        }
        for line in signer.lines {
            self.block(&Paragraph::new(line).center().bold().size(13.0).zone(zone).leading(1.18), left, right);
        }
        if let Some(note) = signer.note {
            self.block(&Paragraph::new(note).center().italic().size(11.5).zone(zone).leading(1.2), left, right);
        }
        let middle = f32::midpoint(left, right);
        let top = self.y;
        self.y += ROOM;
        if !signer.name.is_empty() {
            self.block(&Paragraph::new(signer.name).center().bold().size(13.5).zone(zone).leading(1.2), left, right);
        }
        if signer.signed {
            let at = (middle + self.random.real(-3.0, 5.0), top + ROOM * self.random.real(0.45, 0.6));
            let width = self.random.real(26.0, 40.0).min(right - left - 10.0);
            let ink = if self.random.chance(0.85) { BLUE } else { [20, 20, 60] };
            let seed = self.seed();
            self.sheet().marks.push(Mark::Signature { at, width, ink, seed });
        }
        if let Some(seal) = &signer.seal {
            let at = (middle - self.random.real(13.0, 19.0), top + ROOM * self.random.real(0.38, 0.62));
            self.seal(seal, at);
        }
    }

    /// A seal about a place of the sheet.
    pub fn seal(&mut self, text: &SealText, at: (f32, f32)) {
        let seal = Seal {
            at,
            diameter: 36.0,
            upper: text.upper.clone(),
            lower: text.lower.clone(),
            emblem: text.emblem,
            angle: self.random.real(-12.0, 12.0),
            opacity: self.random.real(0.68, 0.92),
            seed: self.random.bits(),
        };
        self.sheet().marks.push(Mark::Seal(seal));
    }
}

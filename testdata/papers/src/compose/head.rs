//! The head of a document: issuer at the left, motto at the right, number, place and date
//! (Decree 30/2020, Annex I, boxes 1 to 4 and 5b).

use super::Composer;
use super::text::Paragraph;
use crate::calendar::Date;
use crate::fonts::Face;
use crate::sheet::{A4, Zone};

/// What stands in the head.
#[derive(Debug, Clone, PartialEq)]
pub struct Head<'t> {
    /// Superior agency, capitals; may be empty.
    pub parent: &'t str,
    /// The agency itself, capitals, one or two lines.
    pub issuer: &'t [String],
    /// `15/QĐ-UBND`, split where the number ends: `("15", "/QĐ-UBND")`; nothing for forms without one.
    pub number: Option<(&'t str, &'t str)>,
    /// `V/v …` below the number of an official letter.
    pub about: Option<&'t str>,
    /// Place and date; forms have them at their foot instead.
    pub place: Option<(&'t str, Date)>,
}

/// National motto, first line.
pub const COUNTRY: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
/// National motto, second line.
pub const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";

impl Composer<'_> {
    /// The head in two columns.
    pub fn head(&mut self, head: &Head) {
        let left = (self.look.left - 10.0, self.look.left + self.width() * 0.42 - 2.0);
        let right = (self.look.left + self.width() * 0.42 - 1.0, A4.0 - self.look.right + 7.0);
        let top = self.y;
        self.issuer(head, left);
        let below_issuer = self.y;
        self.y = top;
        self.motto(right);
        let row = self.y.max(below_issuer) + 1.8;
        self.y = row;
        self.number(head, left);
        let below_number = self.y;
        self.y = row;
        if let Some((place, date)) = head.place {
            let text = self.dated(place, date);
            self.block(&Paragraph::new(&text).center().italic().size(13.0).zone(Zone::Head), right.0, right.1);
        }
        self.y = self.y.max(below_number) + 4.0;
    }

    /// The motto alone over the whole width, as applications have.
    pub fn motto_alone(&mut self) {
        let edges = (self.look.left, self.right());
        self.motto(edges);
        self.y += 4.0;
    }

    /// `Tân An, ngày 05 tháng 3 năm 2025`, the day by hand where the office does so.
    #[must_use]
    pub fn dated(&self, place: &str, date: Date) -> String {
        if self.look.by_hand {
            format!("{place}, ngày #{:02}# tháng {} năm {}", date.day, date.decree_month(), date.year)
        } else {
            format!("{place}, ngày {}", date.long())
        }
    }

    fn issuer(&mut self, head: &Head, (left, right): (f32, f32)) {
        let size = 12.5;
        if !head.parent.is_empty() {
            self.block(&Paragraph::new(head.parent).center().size(size).zone(Zone::Head).leading(1.15), left, right);
        }
        for line in head.issuer {
            self.block(&Paragraph::new(line).center().bold().size(size).zone(Zone::Head).leading(1.15), left, right);
        }
        let width = head.issuer.last().map_or(20.0, |line| self.measure(line, Face::Bold, size)).min(right - left);
        let middle = f32::midpoint(left, right);
        self.rule(middle - width * 0.21, middle + width * 0.21, self.y + 1.3);
    }

    fn motto(&mut self, (left, right): (f32, f32)) {
        let room = (right - left) / self.measure(COUNTRY, Face::Bold, 12.5);
        let size = 12.5 * room.min(1.0);
        self.block(&Paragraph::new(COUNTRY).center().bold().size(size).zone(Zone::Head).leading(1.15), left, right);
        self.block(&Paragraph::new(MOTTO).center().bold().size(13.0).zone(Zone::Head).leading(1.2), left, right);
        let width = self.measure(MOTTO, Face::Bold, 13.0);
        let middle = f32::midpoint(left, right);
        self.rule(middle - width / 2.0, middle + width / 2.0, self.y + 1.2);
    }

    fn number(&mut self, head: &Head, (left, right): (f32, f32)) {
        let Some((number, symbol)) = head.number else { return };
        let text =
            if self.look.by_hand { format!("Số: #{number}#{symbol}") } else { format!("Số: {number}{symbol}") };
        self.block(&Paragraph::new(&text).center().size(13.0).zone(Zone::Head), left, right);
        if let Some(about) = head.about {
            let style = Paragraph::new(about).center().size(12.0).zone(Zone::Head).leading(1.15);
            self.block(&style, left + 5.0, right - 3.0);
        }
    }
}

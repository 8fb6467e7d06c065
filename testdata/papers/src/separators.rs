//! Sheets that are no papers: patch sheets, sheets with a code and nothing else, cover sheets of dossiers, copies of cards.

use crate::draw;
use crate::fonts::{Face, Family, MILLIMETERS_PER_POINT};
use crate::sheet::{A4, BLACK, Code, Line, Mark, Sheet, Style, Symbology, Zone};

/// A sheet with a patch code along its top edge, and the word for people.
#[must_use]
pub fn patch(code: &str, family: &Family) -> Sheet {
    let mut sheet = Sheet::default();
    let (left, top, length) = (45.0, 14.0, 120.0);
    sheet.marks.push(Mark::Squares { squares: draw::patch::bars(code, (left, top), length) });
    let place = [left, top, left + length, top + draw::patch::HEIGHT];
    sheet.codes.push(Code { symbology: Symbology::Patch, text: code.to_owned(), place });
    print(&mut sheet, family, &format!("PATCH {code}"), 24.0, 70.0);
    sheet
}

/// A sheet with one code of a kind, and what it says under it where `captioned`.
#[must_use]
pub fn separator(symbology: Symbology, text: &str, captioned: bool, family: &Family) -> Sheet {
    let mut sheet = Sheet::default();
    let place = match symbology {
        Symbology::Qr => [80.0, 60.0, 50.0, 50.0],
        Symbology::Code128 => [35.0, 60.0, 140.0, 22.0],
        Symbology::Code39 => [20.0, 60.0, 170.0, 22.0],
        Symbology::Patch => return patch(text, family),
    };
    stamp(&mut sheet, symbology, text, place);
    if captioned {
        print(&mut sheet, family, text, 12.0, 60.0 + place[3] + 8.0);
    }
    sheet
}

/// The cover of a dossier: its name and number in print, and a code of the number.
#[must_use]
pub fn cover(symbology: Symbology, dossier: &str, owner: &str, family: &Family) -> Sheet {
    let mut sheet = Sheet::default();
    print(&mut sheet, family, "BÌA HỒ SƠ", 26.0, 60.0);
    print(&mut sheet, family, &format!("Mã hồ sơ: {dossier}"), 14.0, 85.0);
    print(&mut sheet, family, &format!("Họ và tên: {owner}"), 14.0, 95.0);
    print(&mut sheet, family, "Thời hạn bảo quản: Vĩnh viễn", 14.0, 105.0);
    let place = match symbology {
        Symbology::Qr => [90.0, 120.0, 30.0, 30.0],
        _ => [60.0, 120.0, 90.0, 14.0],
    };
    stamp(&mut sheet, symbology, dossier, place);
    sheet
}

/// A copy of an identity card: its heading, number and name in print, and the code that it bears.
#[must_use]
pub fn card(number: &str, name: &str, payload: &str, family: &Family) -> Sheet {
    let mut sheet = Sheet::default();
    print(&mut sheet, family, "CĂN CƯỚC CÔNG DÂN", 20.0, 75.0);
    print(&mut sheet, family, "Citizen Identity Card", 14.0, 84.0);
    print(&mut sheet, family, &format!("Số / No.: {number}"), 16.0, 100.0);
    print(&mut sheet, family, &format!("Họ và tên / Full name: {}", name.to_uppercase()), 14.0, 112.0);
    print(&mut sheet, family, "Giới tính / Sex: Nữ   Quốc tịch / Nationality: Việt Nam", 12.0, 122.0);
    stamp(&mut sheet, Symbology::Qr, payload, [150.0, 25.0, 34.0, 34.0]);
    sheet
}

/// Puts a code onto a sheet: left, top, width and height; a QR code takes the width as its side.
pub fn stamp(sheet: &mut Sheet, symbology: Symbology, text: &str, [left, top, width, height]: [f32; 4]) {
    let squares = match symbology {
        Symbology::Qr => draw::qr::squares(text, [left, top, width]),
        Symbology::Code128 => draw::code128::bars(text, [left, top, width, height]),
        Symbology::Code39 => draw::code39::bars(text, [left, top, width, height]),
        Symbology::Patch => draw::patch::bars(text, (left, top), width),
    };
    sheet.marks.push(Mark::Squares { squares });
    sheet.codes.push(Code { symbology, text: text.to_owned(), place: [left, top, left + width, top + height] });
}

/// One line in the middle of the sheet, its baseline so far down.
fn print(sheet: &mut Sheet, family: &Family, text: &str, points: f32, baseline: f32) {
    let style = Style { face: Face::Bold, points, ink: BLACK };
    let space = family.width(" ", Face::Bold, points).max(points * MILLIMETERS_PER_POINT * 0.25);
    let width = |word: &str| family.width(word, Face::Bold, points);
    let whole: f32 = text.split(' ').map(|word| width(word) + space).sum::<f32>() - space;
    let line = sheet.lines.len();
    sheet.lines.push(Line { zone: Zone::Title, text: text.to_owned(), hand: false });
    let mut left = (A4.0 - whole) / 2.0;
    for word in text.split(' ') {
        sheet.marks.push(Mark::Word {
            text: word.to_owned(),
            style,
            at: (left, baseline),
            angle: 0.0,
            line: Some(line),
        });
        left += width(word) + space;
    }
}

//! One page for a bench or a test, without files.

use crate::Error;
use crate::compose::text::Paragraph;
use crate::compose::{Composer, Head, Look, SealText, Signer};
use crate::faults::{Color, Conditions, Faults, Scan, scan};
use crate::fonts::Fonts;
use crate::kinds::{Kind, Paper, phrases};
use crate::office::{Body, Office, working_day};
use crate::places::{Commune, Province};
use crate::random::Random;
use crate::sheet::{A4, BLUE, Mark, Sheet, Zone};
use crate::truth::Fields;

/// What page is wanted.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// Which text, names and faults.
    pub seed: u64,
    /// Type of paper, its first page; a letter of about `words` words where none is named.
    pub kind: Option<&'static str>,
    /// About so many words, 60 to 480, where no type is named.
    pub words: usize,
    /// Seals laid over the text, besides the signer's own.
    pub seals: usize,
    /// Pixels an inch.
    pub dpi: u32,
    /// Clockwise degrees by which the sheet lies askew.
    pub skew: f32,
    /// Clockwise quarter turns of the sheet.
    pub quarters: u32,
    /// The faults, with channels and depth.
    pub faults: Faults,
}

impl PageRequest {
    /// A clean, straight A4 page of about 400 words at 300 dpi in gray.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            kind: None,
            words: 400,
            seals: 0,
            dpi: 300,
            skew: 0.0,
            quarters: 0,
            faults: Faults::none(Color::Gray),
        }
    }
}

/// Draws a page.
///
/// # Errors
///
/// [`Error::Fonts`] where no font has all letters, [`Error::Kind`] for a type that is not made.
pub fn page(request: &PageRequest) -> Result<Scan, Error> {
    let fonts = Fonts::installed()?;
    let random = Random::new(request.seed);
    let paper = match request.kind {
        Some(code) => Kind::of(code).ok_or_else(|| Error::Kind { found: code.to_owned() })?.make(&random, fonts),
        None => running_text(&random, fonts, request.words),
    };
    let mut sheets = paper.sheets.into_iter();
    let mut front = sheets.next().unwrap_or_default();
    let back = sheets.next();
    let mut places = random.fork("seals");
    for _ in 0..request.seals {
        front.marks.push(stray_seal(&mut places));
    }
    let conditions = Conditions {
        dpi: request.dpi,
        skew: request.skew,
        quarters: request.quarters,
        faults: request.faults.clone(),
        seed: random.fork("scanner").bits(),
    };
    Ok(scan(&front, back.as_ref(), fonts.serif(paper.font), &conditions))
}

/// A letter on one sheet with about so many words.
pub(crate) fn running_text(random: &Random, fonts: &Fonts, words: usize) -> Paper {
    let mut random = random.fork("running text");
    let kind = Kind::of("CV").expect("official letters are in the list of types");
    let font = random.below(5);
    let date = working_day(&mut random);
    let commune = Commune::any(&mut random, Province::any(&mut Random::new(1)), date);
    let office = Office::of(Body::Committee, &commune, &mut random);
    let mut look = Look::any(&mut random);
    (look.body, look.leading, look.by_hand) = (if words > 330 { 12.5 } else { 13.0 }, 1.2, false);
    let mut page = Composer::new(fonts.serif(font), look, random.fork("pen"));
    let number = random.between(10, 2000).to_string();
    let about = phrases::fill("V/v {work}", &mut random, date);
    let symbol = "/UBND-VP";
    let head = Head {
        parent: "",
        issuer: &office.name,
        number: Some((&number, symbol)),
        about: Some(&about),
        place: Some((&office.place, date)),
    };
    page.head(&head);
    page.add(&Paragraph::new("Kính gửi: Các phòng, ban chuyên môn").center().after(2.5));
    let foot = 70;
    while count(page.sheet()) + foot < words && page.y < A4.1 - 86.0 {
        let text = phrases::paragraph(&mut random, date, 2);
        page.text(&text);
    }
    let signer = Signer {
        dated: None,
        lines: &office.authority,
        note: None,
        name: &office.signer,
        signed: true,
        seal: Some(office.seal.clone()),
    };
    page.sign(&["- Như trên;".to_owned(), "- Lưu: VT.".to_owned()], &signer);
    let fields = Fields {
        title: kind.title.to_owned(),
        number: Some(format!("{number}{symbol}")),
        issued: Some(date),
        issuer: Some(office.spoken.clone()),
        subject: Some(about),
        signer: Some(office.signer.clone()),
        signer_title: Some(office.title().to_owned()),
        authority: office.authority.clone(),
        ..Fields::default()
    };
    Paper { kind, sheets: page.finish(), fields, dossier: String::new(), font }
}

fn count(sheet: &Sheet) -> usize {
    sheet.lines.iter().map(|line| line.text.split(' ').count()).sum()
}

/// A seal somewhere over the text.
fn stray_seal(random: &mut Random) -> Mark {
    let text =
        SealText { upper: "ỦY BAN NHÂN DÂN".to_owned(), lower: "PHƯỜNG AN THẠNH".to_owned(), emblem: true };
    Mark::Seal(crate::sheet::Seal {
        at: (random.real(50.0, 170.0), random.real(70.0, 230.0)),
        diameter: 36.0,
        upper: text.upper,
        lower: text.lower,
        emblem: text.emblem,
        angle: random.real(-15.0, 15.0),
        opacity: 0.8,
        seed: random.bits(),
    })
}

/// A back side with nothing but a number that a clerk wrote.
pub(crate) fn numbered_back(random: &mut Random) -> Sheet {
    let text = random.between(1, 240).to_string();
    let at = (random.real(150.0, 185.0), random.real(20.0, 40.0));
    let mut sheet = Sheet::default();
    sheet.lines.push(crate::sheet::Line { zone: Zone::Note, text: text.clone(), hand: true });
    let seed = random.bits();
    sheet.marks.push(Mark::Hand { text, at, height: 6.0, ink: BLUE, line: Some(0), seed });
    sheet
}

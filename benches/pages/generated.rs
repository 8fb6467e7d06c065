//! Generated pages with known turn, skew and content.

use std::collections::BTreeMap;
use std::path::Path;

use papers::calendar::Date;
use papers::compose::{Composer, Look};
use papers::encode::{self, Tiff, TiffCodec};
use papers::faults::{Color, Conditions, Faults, Jpeg, Scan, scan};
use papers::fonts::{Face, Fonts};
use papers::kinds::KINDS;
use papers::random::Random;
use papers::sheet::{A4, BLACK, BLUE, Line, Mark, Sheet, Style, Zone};
use papers::truth::PageTruth;
use rayon::prelude::*;
use sohoa::preprocess::Prepared;

use super::{Reader, TOLERANCE};

/// A page with fewer words is a signature that had no room on the page before, or the like.
const FEW: usize = 25;

/// Out of so many pages in a row the last two are blank and nearly blank.
const ROUND: u64 = 7;

/// What is on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Content {
    /// A page of one of the types of papers.
    Text,
    /// A number of a page, alone.
    PageNumber,
    /// A number by hand, alone.
    HandNumber,
    /// The stamp of an incoming document, alone.
    Stamp,
    /// A seal, alone.
    Seal,
    /// Nothing, on clean paper.
    Blank,
    /// Nothing but specks.
    Specks,
    /// Nothing, and a printed back that shows through.
    ShowThrough,
    /// Nothing but black edges, holes and a crease.
    Edges,
}

const NEARLY: [Content; 4] = [Content::PageNumber, Content::HandNumber, Content::Stamp, Content::Seal];
const BLANK: [Content; 4] = [Content::Blank, Content::Specks, Content::ShowThrough, Content::Edges];

impl Content {
    fn at(n: u64) -> Self {
        let pick = |list: [Self; 4]| list[(n / ROUND % 4) as usize];
        match n % ROUND {
            5 => pick(NEARLY),
            6 => pick(BLANK),
            _ => Self::Text,
        }
    }

    fn is_blank(self) -> bool {
        BLANK.contains(&self)
    }
}

/// A page as a file, and what is known of it.
struct Sample {
    name: String,
    content: Content,
    truth: PageTruth,
    bytes: Vec<u8>,
}

/// What was found of it.
struct Found {
    content: Content,
    dpi: u32,
    turn_right: bool,
    /// Degrees between what was found and what is so.
    off: f32,
    blank: bool,
    /// Words that the truth has.
    words: usize,
    turned: bool,
    probes: u32,
}

pub(super) fn judge(reader: &Reader, seed: u64, count: u64, kept: Option<&Path>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workers = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("threads");
    let one = |n: u64| {
        let sample = sample(seed, n);
        let path = folder.path().join(&sample.name);
        std::fs::write(&path, &sample.bytes).expect("written");
        let prepared = reader.prepare(&path).pop().expect("a page");
        std::fs::remove_file(&path).expect("removed");
        let found = found(&sample, &prepared);
        tell(&sample, &found, &prepared, kept);
        found
    };
    let found: Vec<Found> = workers.install(|| (0..count).into_par_iter().map(one).collect());
    println!("generated pages, seed {seed}\n");
    print(&found);
}

fn found(sample: &Sample, prepared: &Prepared) -> Found {
    let correction = prepared.page.correction;
    Found {
        content: sample.content,
        dpi: sample.truth.dpi,
        turn_right: u32::from(correction.turn.degrees()) == sample.truth.turn,
        off: (correction.deskew_degrees - sample.truth.deskew_degrees).abs(),
        blank: correction.blank,
        words: sample.truth.words(),
        turned: correction.turn.degrees() != 0,
        probes: prepared.observed.basis.probes,
    }
}

impl Found {
    fn is_right(&self) -> bool {
        match self.content {
            Content::Text => self.turn_right && self.off <= TOLERANCE && !self.blank,
            _ => self.blank == self.content.is_blank() && (self.turn_right || !self.turned),
        }
    }
}

fn tell(sample: &Sample, found: &Found, prepared: &Prepared, kept: Option<&Path>) {
    if found.is_right() {
        return;
    }
    let Sample { name, content, truth, .. } = sample;
    eprintln!(
        "{name}: {content:?} turn {} askew {}; found {:?} by {:?}; {:?}",
        truth.turn, truth.deskew_degrees, prepared.page.correction, prepared.observed.basis, truth.faults
    );
    if let Some(folder) = kept {
        std::fs::create_dir_all(folder).expect("a folder for what failed");
        std::fs::write(folder.join(name), &sample.bytes).expect("written");
    }
}

fn print(found: &[Found]) {
    println!(
        "| pages of text | count | turn right | within {TOLERANCE} degrees | farthest | shown to the reader | strips each |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for (dpi, words) in [(200, FEW..usize::MAX), (300, FEW..usize::MAX), (200, 0..FEW), (300, 0..FEW)] {
        let is_one = |f: &&Found| f.content == Content::Text && f.dpi == dpi && words.contains(&f.words);
        let pages: Vec<&Found> = found.iter().filter(is_one).collect();
        let count = |is: &dyn Fn(&Found) -> bool| pages.iter().filter(|page| is(page)).count();
        let (shown, probes) = (count(&|p| p.probes > 0), pages.iter().map(|page| page.probes).sum::<u32>());
        println!(
            "| {dpi} dpi{} | {} | {} | {} | {:.2} | {shown} | {:.1} |",
            if words.start == 0 { format!(", fewer than {FEW} words") } else { String::new() },
            pages.len(),
            count(&|page| page.turn_right),
            count(&|page| page.turn_right && page.off <= TOLERANCE),
            pages.iter().filter(|page| page.turn_right).map(|page| page.off).fold(0.0, f32::max),
            probes as f32 / shown.max(1) as f32
        );
    }
    println!("\n| other pages | count | blank | turned upright | turned wrongly |\n| --- | --- | --- | --- | --- |");
    let mut others: BTreeMap<Content, [usize; 4]> = BTreeMap::new();
    for page in found.iter().filter(|page| page.content != Content::Text) {
        let row = others.entry(page.content).or_default();
        let (upright, wrong) = (page.turned && page.turn_right, page.turned && !page.turn_right);
        let more = [1, usize::from(page.blank), usize::from(upright), usize::from(wrong)];
        row.iter_mut().zip(more).for_each(|(sum, one)| *sum += one);
    }
    for (content, [count, blank, upright, wrong]) in others {
        println!("| {content:?} | {count} | {blank} | {upright} | {wrong} |");
    }
}

fn sample(seed: u64, n: u64) -> Sample {
    let random = Random::new(seed).fork(&format!("page {n}"));
    let content = Content::at(n);
    let fonts = Fonts::installed().expect("a font with Vietnamese letters");
    let (sheet, font) = front(content, n, &random, fonts);
    let back = printed(n + 11, &random.fork("back"), fonts).0;
    let conditions = conditions(content, &mut random.fork("scanner"));
    let Scan { picture, truth } = scan(&sheet, Some(&back), fonts.serif(font), &conditions);
    let (ending, bytes) = if picture.color == Color::Bilevel {
        let mut tiff = Tiff::new(TiffCodec::Lzw);
        tiff.page(picture, conditions.faults.jpeg, conditions.dpi).expect("encoded");
        ("tif", tiff.finish().expect("encoded"))
    } else {
        ("jpg", encode::jpeg(&picture, conditions.faults.jpeg, conditions.dpi, 0).expect("encoded"))
    };
    Sample { name: format!("{seed}-{n:03}.{ending}"), content, truth, bytes }
}

/// A sheet, and the place of its font in the list.
fn front(content: Content, n: u64, random: &Random, fonts: &Fonts) -> (Sheet, usize) {
    let mut random = random.fork("front");
    match content {
        Content::Text => printed(n, &random, fonts),
        Content::PageNumber => (numbered(&mut random, fonts), 0),
        Content::HandNumber => (numbered_by_hand(&mut random), 0),
        Content::Stamp | Content::Seal => (stamped(content, &mut random, fonts), 0),
        _ => (Sheet::default(), 0),
    }
}

/// One side of a paper, of every type in turn.
fn printed(n: u64, random: &Random, fonts: &Fonts) -> (Sheet, usize) {
    let mut paper = KINDS[n as usize % KINDS.len()].make(random, fonts);
    let at = random.fork("side").below(paper.sheets.len());
    (paper.sheets.swap_remove(at), paper.font)
}

fn numbered(random: &mut Random, fonts: &Fonts) -> Sheet {
    let style = Style { face: Face::Regular, points: 13.0, ink: BLACK };
    let text = random.between(1, 60).to_string();
    let width = fonts.serif(0).width(&text, style.face, style.points);
    let at = ((A4.0 - width) / 2.0, if random.chance(0.7) { 15.0 } else { 285.0 });
    let mut sheet = Sheet::default();
    sheet.lines.push(Line { zone: Zone::PageNumber, text: text.clone(), hand: false });
    sheet.marks.push(Mark::Word { text, style, at, angle: 0.0, line: Some(0) });
    sheet
}

fn numbered_by_hand(random: &mut Random) -> Sheet {
    let text = random.between(1, 240).to_string();
    let at = (random.real(150.0, 185.0), random.real(20.0, 40.0));
    let mut sheet = Sheet::default();
    sheet.lines.push(Line { zone: Zone::Note, text: text.clone(), hand: true });
    sheet.marks.push(Mark::Hand { text, at, height: 6.0, ink: BLUE, line: Some(0), seed: random.bits() });
    sheet
}

fn stamped(content: Content, random: &mut Random, fonts: &Fonts) -> Sheet {
    let mut page = Composer::new(fonts.serif(0), Look::any(random), random.fork("pen"));
    let at = (random.real(30.0, 120.0), random.real(40.0, 220.0));
    if content == Content::Stamp {
        let date = Date { year: 2024, month: random.between(1, 12) as u32, day: random.between(1, 28) as u32 };
        page.received_stamp("UBND PHƯỜNG AN THẠNH", &random.between(12, 3900).to_string(), date, at);
    } else {
        let (upper, lower) = ("ỦY BAN NHÂN DÂN".to_owned(), "PHƯỜNG AN THẠNH".to_owned());
        page.seal(&papers::compose::SealText { upper, lower, emblem: true }, at);
    }
    page.finish().swap_remove(0)
}

/// How an office scans: every color and resolution, turned every way, mostly a little askew, some faults at a time.
fn conditions(content: Content, random: &mut Random) -> Conditions {
    let dpi = *random.pick(&[200, 300]);
    let spread = *random.weighted(&[(0.15, 3), (0.6, 4), (1.8, 4), (5.0, 3)]);
    let skew = (random.real(-spread, spread) * 100.0).round() / 100.0;
    Conditions {
        dpi,
        skew,
        quarters: random.below(4) as u32,
        faults: faults(content, dpi, random),
        seed: random.bits(),
    }
}

fn faults(content: Content, dpi: u32, random: &mut Random) -> Faults {
    let mut faults = Faults::none(*random.weighted(&[(Color::Rgb, 5), (Color::Gray, 3), (Color::Bilevel, 2)]));
    faults.paper = *random.pick(&[[254, 254, 254], [250, 250, 247], [247, 243, 233], [238, 228, 200], [228, 228, 225]]);
    faults.blur = random.real(0.3, 0.75) * dpi as f32 / 300.0;
    faults.noise = *random.weighted(&[(1.5, 4), (3.0, 4), (6.0, 2), (11.0, 1)]);
    faults.jpeg = Jpeg { quality: random.between(60, 95) as u8, full_chroma: random.chance(0.4) };
    let is =
        |wanted: Content, random: &mut Random| content == wanted || (content == Content::Text && random.chance(0.18));
    if is(Content::Specks, random) {
        faults.specks = random.between(20, 700) as u32;
    }
    if is(Content::ShowThrough, random) {
        faults.show_through = random.real(0.03, 0.2);
    }
    if is(Content::Edges, random) {
        faults.border = [0, 1, 2, 3].map(|_| if random.chance(0.45) { random.real(1.0, 6.0) } else { 0.0 });
        faults.holes = *random.pick(&[0, 2, 4]);
        faults.fold = Some(random.real(0.3, 0.68));
    }
    if content == Content::Text && random.chance(0.25) {
        (faults.light, faults.light_angle) = (random.real(0.05, 0.32), random.real(0.0, 360.0));
    }
    if !content.is_blank() && random.chance(0.12) {
        faults.contrast = random.real(0.4, 0.75);
    }
    faults.threshold = threshold(&faults, random);
    faults
}

/// Between ink and paper, nearer to the paper more often than not.
fn threshold(faults: &Faults, random: &mut Random) -> u8 {
    let bright = |value: f32| 250.0 - (250.0 - value) * faults.contrast;
    let paper = bright(f32::from(faults.paper[1])) * (1.0 - faults.light * 0.7);
    let ink = bright(36.0);
    (ink + (paper - ink) * random.real(0.42, 0.7)) as u8
}

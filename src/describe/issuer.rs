//! The issuing body: the capitals at the top left (zone 2), its superior above it; or the label of a form.

use super::labels::Kind;
use super::reading::{clean, field, legality, mean};
use super::wording::restored;
use super::{Field, Source};
use crate::classify::layout::{Segment, Sheet};
use crate::classify::letterhead;
use crate::ocr::text::Word;
use crate::vn::syllables::is_syllable;
use crate::vn::text::fold;

/// Value: own name as printed, then its superior's where the head shows one.
pub(super) fn read(source: &Source) -> Option<Field<String>> {
    in_head(source.first).or_else(|| labelled(source))
}

fn in_head(sheet: &Sheet) -> Option<Field<String>> {
    let bodies = bodies(sheet);
    let (own, superiors) = bodies.split_last()?;
    let value = match superiors.last() {
        Some(superior) => format!("{}, {}", own.name(), superior.name()),
        None => own.name(),
    };
    let words: Vec<&Word> = superiors.last().into_iter().chain([own]).flat_map(|body| body.words.clone()).collect();
    field(value, sheet.number, &words, mean(&words) * legality(&words) * own.strength())
}

/// The bodies named in the left column above the number, from the highest down.
fn bodies<'a>(sheet: &Sheet<'a>) -> Vec<Body<'a>> {
    let Some(head) = sheet.head.filter(|head| head.two_columns) else { return Vec::new() };
    let bottom = letterhead::number_line(sheet).map_or(head.bottom - sheet.letter, |line| line.bbox.top);
    let above = head.motto.top - sheet.letter * 1.5;
    let lines = sheet.left_column(bottom).filter(|segment| segment.bbox.center().1 > above && is_name_line(segment));
    let mut bodies: Vec<Body> = Vec::new();
    let mut reach = f32::INFINITY;
    for line in lines.take_while(|line| {
        let near = line.bbox.top - reach < sheet.letter * 1.8;
        reach = line.bbox.bottom;
        near
    }) {
        let begins = begins_body(line.folded());
        match bodies.last_mut() {
            Some(last) if !begins => last.words.extend(&line.words),
            _ => bodies.push(Body { words: line.words.clone(), is_named: begins }),
        }
    }
    bodies
}

struct Body<'a> {
    words: Vec<&'a Word>,
    /// It begins as names of bodies do.
    is_named: bool,
}

impl Body<'_> {
    fn name(&self) -> String {
        restored(&clean(&self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")))
    }

    /// How sure the name is by its form: a committee or council without its place is half a name.
    fn strength(&self) -> f32 {
        let bare = matches!(fold(&self.name()).as_str(), "uy ban nhan dan" | "hoi dong nhan dan" | "ubnd" | "hdnd");
        match (bare, self.is_named) {
            (true, _) => 0.5,
            (false, true) => 0.98,
            (false, false) => 0.7,
        }
    }
}

/// Capitals of which at least half are words.
fn is_name_line(segment: &Segment) -> bool {
    let words = || segment.text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic));
    let known =
        words().filter(|word| is_syllable(word.trim_matches(|sign: char| !sign.is_alphabetic())) || is_known(word));
    let (known, all) = (known.count(), words().count());
    segment.capitals() > 0.7
        && all > 0
        && known * 2 >= all
        && segment.text.chars().filter(|sign| sign.is_alphabetic()).count() >= 3
}

/// Short forms, and words of provinces' names that are no syllables by the rules: Đắk Lắk, Kon Tum.
fn is_known(word: &str) -> bool {
    matches!(
        fold(word).trim_matches(|sign: char| !sign.is_alphabetic()),
        "ubnd" | "hdnd" | "tp" | "tw" | "mttq" | "tnhh" | "dak" | "lak" | "kon" | "pccc" | "cnch"
    )
}

/// Whether folded text begins as the name of a body does; what does not carries on the line above.
fn begins_body(folded: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| {
        folded.strip_prefix(beginning).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
    })
}

const BEGINNINGS: &[&str] = &[
    "bo",
    "so",
    "ubnd",
    "uy ban",
    "hdnd",
    "hoi dong",
    "cuc",
    "tong cuc",
    "chi cuc",
    "phong",
    "van phong",
    "trung tam",
    "truong",
    "benh vien",
    "cong an",
    "cong ty",
    "tong cong ty",
    "ban",
    "chinh phu",
    "quoc hoi",
    "thu tuong chinh phu",
    "chu tich nuoc",
    "toa an",
    "vien",
    "thanh tra",
    "ngan hang",
    "kho bac",
    "bao hiem",
    "dang uy",
    "tinh uy",
    "thanh uy",
    "huyen uy",
    "quan uy",
    "cong doan",
    "lien doan",
    "doan",
    "hoi",
    "dai",
    "thue",
    "co quan",
    "chi nhanh",
    "tram",
    "khoa",
    "hat",
    "tap doan",
    "hoc vien",
    "dang cong san viet nam",
    "dang bo",
    "uy ban thuong vu quoc hoi",
    "kiem toan",
    "tong lien doan",
    "bo chi huy",
    "bo tu lenh",
    "doanh nghiep",
    "hop tac xa",
    "cang vu",
    "hai quan",
    "kiem lam",
    "ban quan ly",
    "mat tran to quoc",
];

/// `Nơi đăng ký khai sinh: Ủy ban nhân dân phường …`.
fn labelled(source: &Source) -> Option<Field<String>> {
    let entry = source.entries.iter().find(|entry| entry.kind == Kind::Issuer)?;
    let plausible = begins_body(&fold(&entry.value)) && entry.value.chars().count() >= 6;
    let confidence = mean(&entry.words) * legality(&entry.words) * 0.93 * entry.strength;
    plausible.then(|| field(entry.value.clone(), entry.page, &entry.words, confidence))?
}

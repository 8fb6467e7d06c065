//! The font of invisible text: glyphs with widths and no ink (ISO 32000-1, 9.7; ISO 19005-2, 6.2.11).
//!
//! Each character used gets a code; every code shows one of a few blank glyphs that differ in width
//! alone, so that marking part of a word in a viewer marks about the right letters. `ToUnicode` maps
//! exactly the codes used: a map of the whole range would hold values that level u forbids.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use lopdf::{Dictionary, Object, dictionary};
use unicode_normalization::UnicodeNormalization;

use super::file::Writer;
use super::truetype;

/// Ems above and below the baseline. What viewers mark is this box; it is higher than the em, as is a
/// line of Vietnamese with its marks, so that the size of the text comes near the printed one.
pub(super) const ASCENT: f64 = 0.95;
pub(super) const DESCENT: f64 = 0.25;

/// The space's code: no character that is given a code comes before it.
pub(super) const SPACE: u16 = 1;

const NAME: &str = "SohoaGlyphless";
/// Widths of the glyphs in 1/1000 em, after common serif faces; glyph 0 (`.notdef`) is never shown.
const WIDTHS: [u16; 8] = [500, 250, 278, 333, 500, 722, 889, 1000];

/// Characters used and their codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Codes(BTreeMap<char, u16>);

impl Codes {
    /// Most characters that one font can have: codes are 16 bits, and 0 is `.notdef`.
    pub(super) const MOST: usize = 65_535;

    /// Codes from 1 in order of the characters, for the space and all of `words`; beyond
    /// [`Self::MOST`] characters have none.
    pub(super) fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let used: BTreeSet<char> = words.flat_map(legible).chain([' ']).collect();
        Self(used.into_iter().zip(1..=u16::MAX).collect())
    }

    /// The codes of a word in NFC, without what has none.
    pub(super) fn encode(&self, word: &str) -> Vec<u16> {
        legible(word).filter_map(|char| self.0.get(&char).copied()).collect()
    }

    /// Widths of all codes in 1/1000 em, the first for code 1.
    pub(super) fn widths(&self) -> Vec<u16> {
        self.0.keys().map(|char| WIDTHS[glyph(*char)]).collect()
    }
}

/// How many different characters `words` have.
pub(super) fn characters<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    words.flat_map(legible).collect::<BTreeSet<char>>().len()
}

/// Writes the font and all that it needs.
pub(super) fn write(writer: &mut Writer, codes: &Codes) -> Result<lopdf::ObjectId, std::io::Error> {
    let program = truetype::without_ink(&WIDTHS, units(ASCENT), -units(DESCENT));
    let length = program.len() as i64;
    let program = writer.add_compressed(dictionary! { "Length1" => length }, &program)?;
    let glyphs = writer.add_compressed(Dictionary::new(), &glyph_map(codes))?;
    let to_unicode = writer.add_compressed(Dictionary::new(), to_unicode(codes).as_bytes())?;
    let descriptor = writer.add(&dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => NAME,
        // Symbolic: its characters are none of the standard Latin set.
        "Flags" => 4,
        "FontBBox" => vec![0.into(), (-units(DESCENT)).into(), 1000.into(), units(ASCENT).into()],
        "ItalicAngle" => 0,
        "Ascent" => units(ASCENT),
        "Descent" => -units(DESCENT),
        "CapHeight" => units(ASCENT),
        "StemV" => 80,
        "FontFile2" => program,
    })?;
    let widths = codes.widths().into_iter().map(|width| i64::from(width).into()).collect();
    let descendant = writer.add(&dictionary! {
        "Type" => "Font",
        "Subtype" => "CIDFontType2",
        "BaseFont" => NAME,
        "CIDSystemInfo" => dictionary! {
            "Registry" => Object::string_literal("Adobe"),
            "Ordering" => Object::string_literal("Identity"),
            "Supplement" => 0,
        },
        "FontDescriptor" => descriptor,
        "DW" => 500,
        "W" => vec![1.into(), Object::Array(widths)],
        "CIDToGIDMap" => glyphs,
    })?;
    writer.add(&dictionary! {
        "Type" => "Font",
        "Subtype" => "Type0",
        "BaseFont" => NAME,
        "Encoding" => "Identity-H",
        "DescendantFonts" => vec![descendant.into()],
        "ToUnicode" => to_unicode,
    })
}

/// Ems in the font's units.
fn units(ems: f64) -> i16 {
    (ems * f64::from(truetype::UNITS_PER_EM)).round() as i16
}

/// Characters in NFC that text may be mapped to (ISO 19005-2, 6.2.11.7.2) and that say something.
fn legible(word: &str) -> impl Iterator<Item = char> + '_ {
    word.nfc().filter_map(|char| match char {
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => None,
        space if space.is_whitespace() => Some(' '),
        control if control.is_control() => None,
        other => Some(other),
    })
}

/// The glyph that is about as wide as the character.
fn glyph(char: char) -> usize {
    // The letter below its marks: ế is as wide as e.
    let base = std::iter::once(char).nfd().next().unwrap_or(char);
    match base {
        ' ' => 1,
        'i' | 'j' | 'l' | 'I' | 'ı' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '/' | '\\' => 2,
        'f' | 't' | 'r' | 'J' | 's' | '-' | '(' | ')' | '[' | ']' | '"' | '“' | '”' => 3,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '—' | '…' | '№' => 6,
        capital if capital.is_uppercase() => 5,
        wide if wide >= '\u{2e80}' => 7,
        _ => 4,
    }
}

/// `CIDToGIDMap`: two bytes for each code from 0.
fn glyph_map(codes: &Codes) -> Vec<u8> {
    std::iter::once(0).chain(codes.0.keys().map(|char| glyph(*char) as u16)).flat_map(u16::to_be_bytes).collect()
}

/// The `ToUnicode` `CMap` (ISO 32000-1, 9.10.3), 100 mappings a block at most.
fn to_unicode(codes: &Codes) -> String {
    let mut map = String::from(concat!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n",
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n",
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n",
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    ));
    let entries: Vec<(char, u16)> = codes.0.iter().map(|(char, code)| (*char, *code)).collect();
    for block in entries.chunks(100) {
        append(&mut map, format_args!("{} beginbfchar\n", block.len()));
        for (char, code) in block {
            append(&mut map, format_args!("<{code:04X}> <"));
            for unit in char.encode_utf16(&mut [0; 2]) {
                append(&mut map, format_args!("{unit:04X}"));
            }
            map.push_str(">\n");
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}

/// A string of codes as a hexadecimal string of a content stream.
pub(super) fn hexadecimal<'a>(codes: impl IntoIterator<Item = &'a u16>) -> String {
    let mut text = String::from("<");
    for code in codes {
        append(&mut text, format_args!("{code:04X}"));
    }
    text.push('>');
    text
}

/// Formats to the end of a text, which cannot go wrong.
pub(super) fn append(text: &mut String, formatted: std::fmt::Arguments<'_>) {
    text.write_fmt(formatted).unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_given_to_what_is_used() {
        let codes = Codes::of(["Độc", "lập", "𠮷\u{feff}\0\u{fffe}"].into_iter());
        assert_eq!(codes.encode("\u{feff}\0"), Vec::<u16>::new());
        assert_eq!(codes.encode("xyz"), Vec::<u16>::new());
        assert_eq!(codes.encode("lập").len(), 3);
        assert_eq!(codes.encode("la\u{323}\u{302}p"), codes.encode("lập"), "NFC");
        assert_eq!(codes.encode("𠮷").len(), 1);
        assert_eq!(codes.encode(" "), [SPACE], "the space is always there, and first");
        assert_eq!(codes.widths().len(), 8);
    }

    #[test]
    fn characters_map_to_utf_16() {
        let map = to_unicode(&Codes::of(["ế𠮷"].into_iter()));
        assert!(map.contains("3 beginbfchar\n<0001> <0020>\n<0002> <1EBF>\n<0003> <D842DFB7>\nendbfchar"));
        let many: String =
            ('\u{4e00}'..'\u{4e00}').chain((0..150).filter_map(|i| char::from_u32(0x4e00 + i))).collect();
        let map = to_unicode(&Codes::of([many.as_str()].into_iter()));
        assert!(map.contains("100 beginbfchar") && map.contains("51 beginbfchar"));
    }

    #[test]
    fn marks_do_not_widen_a_letter() {
        for (marked, plain) in [('ế', 'e'), ('ị', 'i'), ('Ữ', 'U'), ('đ', 'd')] {
            assert_eq!(glyph(marked), glyph(plain));
        }
    }
}

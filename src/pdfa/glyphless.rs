//! The font of invisible text: glyphs with widths and no outlines (ISO 32000-1, 9.7; ISO 19005-2, 6.2.11).
//!
//! Each character used gets a code; every code shows one of a few empty glyphs that differ in width
//! alone, so that marking part of a word in a viewer marks about the right letters. `ToUnicode` maps
//! exactly the codes used: a map of the whole range would hold values that level u forbids.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use lopdf::{Dictionary, Object, dictionary};
use unicode_normalization::UnicodeNormalization;

use super::file::Writer;

/// Part of the em above the baseline; the rest, to 1, lies below. What viewers mark is this box.
pub(super) const ASCENT: f64 = 0.75;

const NAME: &str = "SohoaGlyphless";
const UNITS_PER_EM: u16 = 1000;
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
    let program = program();
    let length = program.len() as i64;
    let program = writer.add_compressed(dictionary! { "Length1" => length }, &program)?;
    let glyphs = writer.add_compressed(Dictionary::new(), &glyph_map(codes))?;
    let to_unicode = writer.add_compressed(Dictionary::new(), to_unicode(codes).as_bytes())?;
    let descriptor = writer.add(&dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => NAME,
        // Symbolic: its characters are none of the standard Latin set.
        "Flags" => 4,
        "FontBBox" => vec![0.into(), (-250).into(), 1000.into(), 750.into()],
        "ItalicAngle" => 0,
        "Ascent" => 750,
        "Descent" => -250,
        "CapHeight" => 750,
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

/// The TrueType program: the tables that a CID font needs (ISO 32000-1, 9.9), glyphs without outlines.
fn program() -> Vec<u8> {
    let glyphs = WIDTHS.len() as u16;
    let words = |values: &[u16]| values.iter().flat_map(|value| value.to_be_bytes()).collect::<Vec<u8>>();
    let descent = (-250_i16).cast_unsigned();
    let head = [
        // Version, revision, room for the check sum, magic number.
        &[0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x5f, 0x0f, 0x3c, 0xf5][..],
        &words(&[0, UNITS_PER_EM]),
        // Times of making and changing: none.
        &[0; 16],
        // Box of all glyphs, style, smallest legible size, direction, long offsets, glyph format.
        &words(&[0, 0, 0, 0, 0, 8, 2, 0, 0]),
    ]
    .concat();
    let hhea = words(&[1, 0, 750, descent, 0, 1000, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, glyphs]);
    let maxp = words(&[1, 0, glyphs, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    let hmtx = WIDTHS.iter().flat_map(|width| words(&[*width, 0])).collect();
    let loca = words(&vec![0; usize::from(glyphs) + 1]);
    // Outlines are all empty; four bytes, because some readers take an empty table for a missing one.
    sfnt(&[
        (*b"glyf", vec![0; 4]),
        (*b"head", head),
        (*b"hhea", hhea),
        (*b"hmtx", hmtx),
        (*b"loca", loca),
        (*b"maxp", maxp),
    ])
}

/// Tables, sorted by their tags, as one font file with its check sums (OpenType, "Font file").
fn sfnt(tables: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let count = tables.len() as u16;
    let log = count.max(1).ilog2() as u16;
    let mut font = vec![0, 1, 0, 0];
    for value in [count, 16 << log, log, 16 * count - (16 << log)] {
        font.extend_from_slice(&value.to_be_bytes());
    }
    let (mut offset, mut head) = (12 + 16 * tables.len(), 0);
    for (tag, content) in tables {
        if tag == b"head" {
            head = offset;
        }
        font.extend_from_slice(tag);
        for value in [check_sum(content), offset as u32, content.len() as u32] {
            font.extend_from_slice(&value.to_be_bytes());
        }
        offset += content.len().next_multiple_of(4);
    }
    for (_, content) in tables {
        font.extend_from_slice(content);
        font.resize(font.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xb1b0_afba_u32.wrapping_sub(check_sum(&font));
    font[head + 8..head + 12].copy_from_slice(&adjustment.to_be_bytes());
    font
}

fn check_sum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0, |sum: u32, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

/// A string of codes as a hexadecimal string of a content stream.
pub(super) fn hexadecimal(codes: &[u16]) -> String {
    let mut text = String::with_capacity(4 * codes.len() + 2);
    text.push('<');
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
        assert_eq!(codes.encode(" "), [1], "the space is always there, and first");
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
    fn the_font_is_read_by_an_outside_parser() {
        let program = program();
        // The tables of a CID font do not suffice for a font of a system; ttf-parser asks for these alone.
        let face = ttf_parser::Face::parse(&program, 0).expect("a font");
        assert_eq!(face.units_per_em(), UNITS_PER_EM);
        assert_eq!((face.ascender(), face.descender()), (750, -250));
        assert_eq!(usize::from(face.number_of_glyphs()), WIDTHS.len());
        for (glyph, width) in (0_u16..).zip(WIDTHS) {
            assert_eq!(face.glyph_hor_advance(ttf_parser::GlyphId(glyph)), Some(width));
            assert_eq!(face.glyph_bounding_box(ttf_parser::GlyphId(glyph)), None, "no outline");
        }
        assert_eq!(check_sum(&program), 0xb1b0_afba);
    }

    #[test]
    fn marks_do_not_widen_a_letter() {
        for (marked, plain) in [('ế', 'e'), ('ị', 'i'), ('Ữ', 'U'), ('đ', 'd')] {
            assert_eq!(glyph(marked), glyph(plain));
        }
    }
}

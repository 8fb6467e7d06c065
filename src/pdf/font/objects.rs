//! The objects of an embedded font.

use std::fmt::Write as _;

use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};

use super::Subset;

impl Subset {
    /// Adds the font to a file by a function that adds an object; the id is that of its `Type0` dictionary.
    pub fn embed(&self, add: &mut dyn FnMut(Object) -> ObjectId) -> ObjectId {
        let program = add(self.font_file().into());
        let present = add(Stream::new(Dictionary::new(), self.cid_set()).into());
        let descriptor = add(self.descriptor(program, present).into());
        let descendant = add(self.descendant(descriptor).into());
        let to_unicode = add(Stream::new(Dictionary::new(), self.to_unicode().into_bytes()).into());
        let font = dictionary! {
            "Type" => "Font",
            "Subtype" => "Type0",
            "BaseFont" => self.base_font.as_str(),
            "Encoding" => "Identity-H",
            "DescendantFonts" => vec![Object::Reference(descendant)],
            "ToUnicode" => Object::Reference(to_unicode),
        };
        add(font.into())
    }

    fn font_file(&self) -> Stream {
        let mut dictionary = dictionary! { "Filter" => "FlateDecode" };
        if self.program.is_cff {
            dictionary.set("Subtype", "CIDFontType0C");
        } else {
            dictionary.set("Length1", self.program.length as i64);
        }
        Stream::new(dictionary, self.program.deflated.clone())
    }

    /// ISO 32000-1, table 122.
    fn descriptor(&self, program: ObjectId, cid_set: ObjectId) -> Dictionary {
        // Serif, and symbolic because the codes are glyphs (table 123).
        const FLAGS: i64 = 2 | 4;
        // Fonts do not state it; readers use it only to imitate a font that is missing.
        const STEM: i64 = 80;
        let metrics = &self.metrics;
        let number = |value: f32| Object::Integer(value.round() as i64);
        let key = if self.program.is_cff { "FontFile3" } else { "FontFile2" };
        dictionary! {
            "Type" => "FontDescriptor",
            "FontName" => self.base_font.as_str(),
            "Flags" => FLAGS,
            "FontBBox" => metrics.bounds.map(number).to_vec(),
            "ItalicAngle" => number(metrics.italic_angle),
            "Ascent" => number(metrics.ascent),
            "Descent" => number(metrics.descent),
            "CapHeight" => number(metrics.cap_height),
            "StemV" => STEM,
            key => Object::Reference(program),
            "CIDSet" => Object::Reference(cid_set),
        }
    }

    /// A bit for each glyph of the subset, which are numbered without gaps (ISO 19005-1, 6.3.5).
    fn cid_set(&self) -> Vec<u8> {
        let glyphs = usize::from(self.program.glyphs);
        let mut bits = vec![0xFF; glyphs.div_ceil(8)];
        if let Some(last) = bits.last_mut() {
            *last <<= (8 - glyphs % 8) % 8;
        }
        bits
    }

    /// ISO 32000-1, table 117.
    fn descendant(&self, descriptor: ObjectId) -> Dictionary {
        let mut dictionary = dictionary! {
            "Type" => "Font",
            "Subtype" => if self.program.is_cff { "CIDFontType0" } else { "CIDFontType2" },
            "BaseFont" => self.base_font.as_str(),
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"),
                "Ordering" => Object::string_literal("Identity"),
                "Supplement" => 0,
            },
            "FontDescriptor" => Object::Reference(descriptor),
            "W" => self.widths(),
        };
        if !self.program.is_cff {
            dictionary.set("CIDToGIDMap", "Identity");
        }
        dictionary
    }

    /// `W`: each glyph by itself, `id [width]`.
    fn widths(&self) -> Vec<Object> {
        let mut glyphs: Vec<_> = self.glyphs.values().collect();
        glyphs.sort_by_key(|glyph| glyph.id);
        glyphs.dedup_by_key(|glyph| glyph.id);
        let entry = |glyph: &&super::Glyph| {
            [Object::Integer(glyph.id.into()), Object::Array(vec![Object::Integer(glyph.advance.round() as i64)])]
        };
        glyphs.iter().flat_map(entry).collect()
    }

    /// ISO 32000-1, 9.10.3: the character of each glyph.
    fn to_unicode(&self) -> String {
        let mut text = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let pairs: Vec<_> = self.glyphs.iter().collect();
        // A block holds at most 100 lines (Adobe technical note 5014).
        for block in pairs.chunks(100) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{} beginbfchar", block.len());
            for (character, glyph) in block {
                let mut units = [0; 2];
                let _ = write!(text, "<{:04X}> <", glyph.id);
                for unit in character.encode_utf16(&mut units) {
                    let _ = write!(text, "{unit:04X}");
                }
                text.push_str(">\n");
            }
            text.push_str("endbfchar\n");
        }
        text.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        text
    }
}

//! Fonts in PDF: the part of a TrueType or OpenType font that a text needs, embedded (ISO 32000-1, 9.7)
//! so that PDF/A-2u holds (ISO 19005-2, 6.2.11): composite font, `Identity-H`, `ToUnicode`.
//!
//! Knows nothing of where a text stands on a page.

mod objects;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use flate2::{Compression, write::ZlibEncoder};
use ttf_parser::{Face, RawFace, Tag, maxp, name_id};

/// Where distributions keep fonts that look like Times and hold every Vietnamese letter; the first that is there
/// is taken. The package that brings it stands beside the path.
const TIMES_LIKE: [(&str, &str); 7] = [
    ("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf", "fonts-liberation2"),
    ("/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf", "fonts-liberation"),
    ("/usr/share/fonts/liberation-serif/LiberationSerif-Regular.ttf", "liberation-serif-fonts"),
    ("/usr/share/fonts/truetype/msttcorefonts/Times_New_Roman.ttf", "ttf-mscorefonts-installer"),
    ("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf", "fonts-croscore"),
    ("/usr/share/texmf/fonts/opentype/public/tex-gyre/texgyretermes-regular.otf", "fonts-texgyre"),
    ("/usr/share/fonts/truetype/freefont/FreeSerif.ttf", "fonts-freefont-ttf"),
];

/// A font file that holds every Vietnamese letter and may be embedded.
#[derive(Clone)]
pub struct Font {
    data: Vec<u8>,
    name: String,
}

/// Why a font cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    #[error("the font `{}` cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no font, or no part of it can be taken out.
    #[error("`{name}` is no usable TrueType or OpenType font")]
    Malformed {
        /// Its path or name.
        name: String,
    },
    /// The font does not allow to be embedded in part.
    #[error("the font `{name}` does not allow a subset of it to be embedded")]
    NotEmbeddable {
        /// Its path or name.
        name: String,
    },
    /// A letter is missing.
    #[error("the font `{name}` has no `{missing}`")]
    MissingLetter {
        /// Its path or name.
        name: String,
        /// The letter.
        missing: char,
    },
    /// No usable font is installed.
    #[error("no Times-like font with all Vietnamese letters is installed")]
    NotInstalled,
}

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let packages = "install one: `apt-get install fonts-liberation2` (or fonts-liberation, fonts-croscore)";
        Some(match self {
            Self::NotInstalled => packages.to_owned(),
            Self::Read { .. } | Self::Malformed { .. } => format!("name a .ttf or .otf file; or {packages}"),
            Self::NotEmbeddable { .. } | Self::MissingLetter { .. } => format!("name another font; or {packages}"),
        })
    }
}

impl Font {
    /// Reads a font file and checks that it may be embedded and holds all 134 letters that Vietnamese adds to ASCII.
    ///
    /// # Errors
    /// Every [`Error`] but the last.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let data = std::fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        Self::from_bytes(data, &path.display().to_string())
    }

    /// Checks a font that was read already; `name` is for messages.
    ///
    /// # Errors
    /// As [`Font::load`], without [`Error::Read`].
    pub fn from_bytes(data: Vec<u8>, name: &str) -> Result<Self, Error> {
        let font = Self { data, name: name.to_owned() };
        let face = font.face()?;
        if !face.is_subsetting_allowed() || face.permissions() == Some(ttf_parser::Permissions::Restricted) {
            return Err(Error::NotEmbeddable { name: font.name });
        }
        let letters = vietnamese_letters().into_iter().chain(' '..='~');
        if let Some(missing) = letters.into_iter().find(|&letter| face.glyph_index(letter).is_none()) {
            return Err(Error::MissingLetter { name: font.name, missing });
        }
        Ok(font)
    }

    /// The first usable Times-like font that is installed where Debian, Ubuntu and Fedora put them.
    ///
    /// # Errors
    /// [`Error::NotInstalled`] when there is none.
    pub fn find() -> Result<Self, Error> {
        TIMES_LIKE.iter().find_map(|(path, _)| Self::load(Path::new(path)).ok()).ok_or(Error::NotInstalled)
    }

    /// Its path, or the name given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The part of the font that draws these characters.
    ///
    /// # Errors
    /// [`Error::MissingLetter`] for a character that the font has not, [`Error::Malformed`] when nothing can be taken
    /// out of it.
    pub fn subset(&self, characters: &str) -> Result<Subset, Error> {
        let face = self.face()?;
        let mut remapper = subsetter::GlyphRemapper::new();
        let mut glyphs = BTreeMap::new();
        let scale = 1000.0 / f32::from(face.units_per_em());
        for character in characters.chars().collect::<BTreeSet<_>>() {
            let missing = || Error::MissingLetter { name: self.name.clone(), missing: character };
            let glyph = face.glyph_index(character).ok_or_else(missing)?;
            let advance = f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * scale;
            glyphs.insert(character, Glyph { id: remapper.remap(glyph.0), advance });
        }
        let program = self.program(&remapper)?;
        let metrics = Metrics::of(&face, scale);
        Ok(Subset { base_font: base_font(&face, &glyphs), glyphs, program, metrics })
    }

    fn program(&self, remapper: &subsetter::GlyphRemapper) -> Result<Program, Error> {
        let file = subsetter::subset(&self.data, 0, remapper).map_err(|_| self.malformed())?;
        let raw = RawFace::parse(&file, 0).map_err(|_| self.malformed())?;
        let glyphs = maxp::Table::parse(raw.table(Tag::from_bytes(b"maxp")).unwrap_or_default());
        let glyphs = glyphs.ok_or_else(|| self.malformed())?.number_of_glyphs.get();
        match raw.table(Tag::from_bytes(b"CFF ")) {
            Some(table) => Ok(Program { is_cff: true, glyphs, length: table.len(), deflated: deflate(table) }),
            None => Ok(Program { is_cff: false, glyphs, length: file.len(), deflated: deflate(&file) }),
        }
    }

    fn face(&self) -> Result<Face<'_>, Error> {
        Face::parse(&self.data, 0).map_err(|_| self.malformed())
    }

    fn malformed(&self) -> Error {
        Error::Malformed { name: self.name.clone() }
    }
}

impl std::fmt::Debug for Font {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Font({})", self.name)
    }
}

/// Part of a font, ready to be embedded.
#[derive(Debug, Clone)]
pub struct Subset {
    base_font: String,
    glyphs: BTreeMap<char, Glyph>,
    program: Program,
    metrics: Metrics,
}

/// A glyph: its id in the subset, and its advance in thousandths of the font size.
#[derive(Debug, Clone, Copy)]
struct Glyph {
    id: u16,
    advance: f32,
}

/// The font program as it is embedded.
#[derive(Debug, Clone)]
struct Program {
    is_cff: bool,
    /// Glyphs in it, parts of composite ones included.
    glyphs: u16,
    /// Before compression.
    length: usize,
    deflated: Vec<u8>,
}

/// In thousandths of the font size.
#[derive(Debug, Clone, Copy)]
struct Metrics {
    ascent: f32,
    descent: f32,
    cap_height: f32,
    italic_angle: f32,
    bounds: [f32; 4],
}

impl Subset {
    /// Width of a text at a font size, in the unit of the size; characters outside the subset have none.
    #[must_use]
    pub fn width(&self, text: &str, size: f32) -> f32 {
        let advance = |character| self.glyphs.get(&character).map_or(0.0, |glyph| glyph.advance);
        text.chars().map(advance).sum::<f32>() * size / 1000.0
    }

    /// Height of the letters above the base line at a font size.
    #[must_use]
    pub fn ascent(&self, size: f32) -> f32 {
        self.metrics.ascent * size / 1000.0
    }

    /// The operand of `Tj` that shows a text: `<00010002>`; characters outside the subset are left out.
    #[must_use]
    pub fn show(&self, text: &str) -> String {
        let mut operand = String::from("<");
        for glyph in text.chars().filter_map(|character| self.glyphs.get(&character)) {
            // Writing to a String cannot fail.
            let _ = write!(operand, "{:04X}", glyph.id);
        }
        operand.push('>');
        operand
    }
}

impl Metrics {
    fn of(face: &Face<'_>, scale: f32) -> Self {
        let bounds = face.global_bounding_box();
        let scaled = |value: i16| f32::from(value) * scale;
        Self {
            ascent: scaled(face.ascender()),
            descent: scaled(face.descender()),
            cap_height: scaled(face.capital_height().unwrap_or(face.ascender())),
            italic_angle: face.italic_angle(),
            bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(scaled),
        }
    }
}

/// `ABCDEF+Name` (ISO 32000-1, 9.6.4): the tag comes from the glyphs, so that equal subsets have equal names.
fn base_font(face: &Face<'_>, glyphs: &BTreeMap<char, Glyph>) -> String {
    let characters: String = glyphs.keys().collect();
    let digest = crate::base::digest::Sha256::of(characters.as_bytes());
    let tag: String = digest.as_bytes()[..6].iter().map(|byte| char::from(b'A' + byte % 26)).collect();
    let mut names = face.names().into_iter().filter(|name| name.name_id == name_id::POST_SCRIPT_NAME);
    let name = names.find_map(|name| name.to_string()).unwrap_or_else(|| "Font".to_owned());
    let plain: String = name.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    format!("{tag}+{plain}")
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// The 134 letters that Vietnamese adds to ASCII: seven base letters and every vowel under five tones, in both cases.
#[must_use]
pub fn vietnamese_letters() -> Vec<char> {
    let lower = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ";
    lower.chars().chain(lower.chars().flat_map(char::to_uppercase)).collect()
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "a test says that it was skipped")]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_has_134_letters_of_its_own() {
        assert_eq!(vietnamese_letters().into_iter().collect::<BTreeSet<_>>().len(), 134);
    }

    #[test]
    fn every_installed_candidate_is_cut_down() {
        let text = "SAO Y; ỦY BAN NHÂN DÂN PHƯỜNG BÌNH MINH; 2026-11-03T09:15:22+07:00";
        let mut tried = 0;
        for (path, _) in TIMES_LIKE.iter().filter(|(path, _)| Path::new(path).exists()) {
            // The first generation of Liberation fonts lacks Vietnamese; `find` passes it over just so.
            let font = match Font::load(Path::new(path)) {
                Err(Error::MissingLetter { .. }) => continue,
                loaded => loaded.expect("a usable font"),
            };
            let subset = font.subset(text).expect("cut down");
            assert!(subset.program.deflated.len() < 60_000, "{path}: {}", subset.program.deflated.len());
            let width = subset.width(text, 10.0);
            assert!((300.0..480.0).contains(&width), "{path}: {width}");
            assert_eq!(subset.show("S").len(), 6);
            tried += 1;
        }
        if tried == 0 {
            eprintln!("skipped: no font of the list is installed");
        }
    }

    #[test]
    fn what_is_no_font_is_refused_with_a_hint() {
        let refused = Font::from_bytes(b"no font".to_vec(), "x.ttf").expect_err("no font");
        assert_eq!(refused.to_string(), "`x.ttf` is no usable TrueType or OpenType font");
        assert!(refused.hint().is_some_and(|hint| hint.contains("fonts-liberation2")));
        assert!(matches!(Font::load(Path::new("/nonexistent.ttf")), Err(Error::Read { .. })));
    }
}

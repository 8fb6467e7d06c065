//! Installed fonts that hold every Vietnamese letter, checked letter by letter.
//!
//! The families are those that Debian packages; which of them are there decides how a paper
//! looks, never what it says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ab_glyph::{Font, FontArc, FontVec, Outline};

/// Millimeters in a typographic point.
pub const MILLIMETERS_PER_POINT: f32 = 25.4 / 72.0;

/// Where distributions put fonts.
const FOLDERS: [&str; 3] = ["/usr/share/fonts", "/usr/share/texmf/fonts", "/usr/local/share/fonts"];

/// Letters outside ASCII that Vietnamese is written with: all 134.
pub const LETTERS: &str = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ\
ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ";

/// Signs that papers use besides.
const SIGNS: &str = "0123456789.,;:/()-–“”²°%&@+…";

/// Weight and slope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Upright.
    Regular,
    /// Upright, bold.
    Bold,
    /// Italic.
    Italic,
    /// Italic, bold.
    BoldItalic,
}

/// Four faces of one design.
#[derive(Debug, Clone)]
pub struct Family {
    /// Its name.
    pub name: &'static str,
    faces: [FontArc; 4],
}

/// Families that were found.
#[derive(Debug, Clone)]
pub struct Fonts {
    serif: Vec<Option<Family>>,
    sans: Vec<Option<Family>>,
}

/// No font that could be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoFonts;

impl std::fmt::Display for NoFonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "no installed font holds all 134 Vietnamese letters in four faces; install fonts-liberation2 or \
             fonts-croscore (Debian and Ubuntu packages)",
        )
    }
}

impl std::error::Error for NoFonts {}

impl Fonts {
    /// The fonts of this machine, looked for once.
    ///
    /// # Errors
    ///
    /// [`NoFonts`] where no family with serifs holds all letters.
    pub fn installed() -> Result<&'static Self, NoFonts> {
        static INSTALLED: OnceLock<Option<Fonts>> = OnceLock::new();
        INSTALLED.get_or_init(|| Self::find(&FOLDERS.map(PathBuf::from))).as_ref().ok_or(NoFonts)
    }

    /// Names of the families found, those with serifs first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.serif.iter().chain(&self.sans).flatten().map(|family| family.name)
    }

    /// The family with serifs at a place of the fixed list, or the next one that is installed.
    #[must_use]
    pub fn serif(&self, at: usize) -> &Family {
        nth_installed(&self.serif, at)
    }

    /// The family without serifs at a place of the fixed list; one with serifs where there is none.
    #[must_use]
    pub fn sans(&self, at: usize) -> &Family {
        if self.sans.iter().any(Option::is_some) { nth_installed(&self.sans, at) } else { self.serif(at) }
    }

    fn find(folders: &[PathBuf]) -> Option<Self> {
        let mut files = BTreeMap::new();
        for folder in folders {
            list(folder, 0, &mut files);
        }
        let load = |known: &[Known]| known.iter().map(|known| known.load(&files)).collect::<Vec<_>>();
        let fonts = Self { serif: load(SERIF), sans: load(SANS) };
        fonts.serif.iter().any(Option::is_some).then_some(fonts)
    }
}

fn nth_installed(families: &[Option<Family>], at: usize) -> &Family {
    (0..families.len())
        .find_map(|step| families[(at + step) % families.len()].as_ref())
        .expect("a list without any family is not asked")
}

impl Family {
    /// Width of a text on one line, in millimeters, without kerning.
    #[must_use]
    pub fn width(&self, text: &str, face: Face, points: f32) -> f32 {
        let font = &self.faces[face as usize];
        let units: f32 = text.chars().map(|letter| font.h_advance_unscaled(font.glyph_id(letter))).sum();
        units * self.scale(face, points)
    }

    /// Each letter's outline (none for a space) and its distance from the text's start in millimeters.
    pub fn outlines<'a>(
        &'a self,
        text: &'a str,
        face: Face,
        points: f32,
    ) -> impl Iterator<Item = (f32, Option<Outline>)> + 'a {
        let font = &self.faces[face as usize];
        let scale = self.scale(face, points);
        let mut at = 0.0;
        text.chars().map(move |letter| {
            let glyph = font.glyph_id(letter);
            let start = at;
            at += font.h_advance_unscaled(glyph) * scale;
            (start, font.outline(glyph))
        })
    }

    /// Millimeters in a unit of the font's design.
    #[must_use]
    pub fn scale(&self, face: Face, points: f32) -> f32 {
        points * MILLIMETERS_PER_POINT / self.faces[face as usize].units_per_em().unwrap_or(1000.0)
    }

    fn holds_everything(&self) -> bool {
        let holds = |font: &FontArc| {
            LETTERS.chars().chain(SIGNS.chars()).all(|letter| {
                let glyph = font.glyph_id(letter);
                glyph.0 != 0 && font.outline(glyph).is_some()
            })
        };
        self.faces.iter().all(holds)
    }
}

/// A family by the names of its files.
struct Known {
    name: &'static str,
    files: [&'static str; 4],
}

impl Known {
    fn load(&self, files: &BTreeMap<String, Vec<PathBuf>>) -> Option<Family> {
        let found: Vec<&Vec<PathBuf>> = self.files.iter().map(|file| files.get(*file)).collect::<Option<_>>()?;
        let copies = found.iter().map(|paths| paths.len()).min()?;
        (0..copies).find_map(|copy| {
            let face = |at: usize| read(&found[at][copy]);
            let family = Family { name: self.name, faces: [face(0)?, face(1)?, face(2)?, face(3)?] };
            family.holds_everything().then_some(family)
        })
    }
}

fn read(path: &Path) -> Option<FontArc> {
    let bytes = std::fs::read(path).ok()?;
    Some(FontArc::new(FontVec::try_from_vec(bytes).ok()?))
}

/// Every file below a folder by its name, paths in order.
fn list(folder: &Path, depth: usize, files: &mut BTreeMap<String, Vec<PathBuf>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && depth < 6 {
            list(&path, depth + 1, files);
        } else if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
            files.entry(name.to_owned()).or_default().push(path);
        }
    }
}

const SERIF: &[Known] = &[
    Known {
        name: "Liberation Serif",
        files: [
            "LiberationSerif-Regular.ttf",
            "LiberationSerif-Bold.ttf",
            "LiberationSerif-Italic.ttf",
            "LiberationSerif-BoldItalic.ttf",
        ],
    },
    Known { name: "Tinos", files: ["Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf", "Tinos-BoldItalic.ttf"] },
    Known {
        name: "TeX Gyre Termes",
        files: [
            "texgyretermes-regular.otf",
            "texgyretermes-bold.otf",
            "texgyretermes-italic.otf",
            "texgyretermes-bolditalic.otf",
        ],
    },
    Known {
        name: "FreeSerif",
        files: ["FreeSerif.ttf", "FreeSerifBold.ttf", "FreeSerifItalic.ttf", "FreeSerifBoldItalic.ttf"],
    },
    Known {
        name: "Noto Serif",
        files: ["NotoSerif-Regular.ttf", "NotoSerif-Bold.ttf", "NotoSerif-Italic.ttf", "NotoSerif-BoldItalic.ttf"],
    },
];

const SANS: &[Known] = &[
    Known {
        name: "Liberation Sans",
        files: [
            "LiberationSans-Regular.ttf",
            "LiberationSans-Bold.ttf",
            "LiberationSans-Italic.ttf",
            "LiberationSans-BoldItalic.ttf",
        ],
    },
    Known { name: "Arimo", files: ["Arimo-Regular.ttf", "Arimo-Bold.ttf", "Arimo-Italic.ttf", "Arimo-BoldItalic.ttf"] },
    Known {
        name: "Noto Sans",
        files: ["NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSans-Italic.ttf", "NotoSans-BoldItalic.ttf"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_are_134() {
        let mut letters: Vec<char> = LETTERS.chars().collect();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), 134);
    }

    #[test]
    fn widths_add_up() {
        let family = Fonts::installed().expect("a font with all letters is installed").serif(0);
        let one = family.width("Đ", Face::Bold, 13.0);
        assert!((family.width("ĐĐ", Face::Bold, 13.0) - 2.0 * one).abs() < 1e-4);
        assert!(one > 2.0 && one < 5.0);
    }
}

//! Pages that divide a stack: which they are, and what their codes say of the document behind them.
//!
//! - A patch code `T`, or the word `PATCHT` in Code 39 or Code 128 that many printed sheets carry beside it.
//! - A code that begins with `SOHOA;`, whatever else is on the sheet: fields as `name=value`, `;` between, by the names of
//!   [`Hints`] or in Vietnamese as in metadata: `SOHOA;dossier=H29.12-251103-0001;paper=KQ.G15.000031;role=result`.
//! - A mã hồ sơ in a code of any kind, on a sheet that bears nothing else but a line of print.

use super::Hints;
use super::metadata::fields::{self, Field};
use crate::barcode::{self, Code, Luma, Symbology};
use crate::base::geometry::Rect;
use crate::base::units::Dpi;
use crate::intake::Scan;
use crate::raster::pixels::Gray;
use crate::raster::{self, Limits};
use crate::vn::codes::DossierCode;

/// What is seen on a page before anybody knows which document it belongs to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Look {
    /// Its codes.
    pub codes: Vec<Code>,
    /// It bears codes, and nothing else but a line of print.
    pub bare: bool,
}

/// A page that divides a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Separator {
    /// A patch code; it says nothing of what follows.
    Patch,
    /// A code with fields; or why they cannot be understood.
    Fields(Result<Box<Hints>, String>),
}

/// The first word of a separator's code.
const PREFIX: &str = "SOHOA;";
/// What sheets with a patch code say in a bar code.
const PATCH_WORD: &str = "PATCHT";

/// Looks at a page's picture.
///
/// # Errors
/// Those of decoding.
pub fn look(scan: &Scan, limits: &Limits) -> Result<Look, raster::Error> {
    let gray = scan.decoded_gray(limits)?;
    let codes = barcode::read(&Luma { size: gray.size, pixels: &gray.pixels }, scan.dpi);
    let bare = !codes.is_empty() && is_bare(&gray, &codes, scan.dpi);
    Ok(Look { codes, bare })
}

impl Separator {
    /// What a page is, if it divides.
    pub(super) fn of(look: &Look) -> Option<Self> {
        let stated = look.codes.iter().find_map(|code| code.text.strip_prefix(PREFIX));
        if let Some(text) = stated {
            return Some(Self::Fields(parsed(text).map(Box::new)));
        }
        if look.codes.iter().any(is_patch) {
            return Some(Self::Patch);
        }
        let dossier = || look.codes.iter().find_map(|code| code.text.parse::<DossierCode>().ok());
        let dossier = look.bare.then(dossier).flatten()?;
        Some(Self::Fields(Ok(Box::new(Hints { dossier: Some(dossier), ..Hints::default() }))))
    }
}

fn is_patch(code: &Code) -> bool {
    match code.symbology {
        Symbology::Patch => code.text == "T",
        Symbology::Code128 | Symbology::Code39 => code.text == PATCH_WORD,
        Symbology::Qr => false,
    }
}

/// The fields of a code, behind its first word.
fn parsed(text: &str) -> Result<Hints, String> {
    let mut hints = Hints::default();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("`{part}` is no `name=value`"))?;
        let unknown = || format!("field `{name}` is not known");
        let about_files = |field: &Field| matches!(field, Field::File | Field::Duplex);
        let field = Field::of(name).filter(|field| !about_files(field)).ok_or_else(unknown)?;
        fields::set(&mut hints, field, value)?;
    }
    Ok(hints)
}

/// The most ink, as a share of the page, that a sheet may bear besides its codes: a line of print covers 0.0005, a cover
/// with four lines of 14 points 0.003, a receipt 0.03.
const MOST_INK: f64 = 0.0012;
/// Ink is darker than the paper by this much.
const INK: u8 = 70;
/// Millimetres at the sheet's edges, and around codes, in which nothing counts.
const MARGIN: f32 = 6.0;

fn is_bare(gray: &Gray, codes: &[Code], dpi: Dpi) -> bool {
    // Every fourth pixel of every fourth row tells enough.
    const STEP: usize = 4;
    let margin = dpi.pixels_of_millimetres(MARGIN);
    let (width, height) = (gray.size.width as f32, gray.size.height as f32);
    let places: Vec<Rect> = codes.iter().map(|code| code.place.grown(margin)).collect();
    let (mut inked, mut seen) = (0_u64, 0_u64);
    for (y, row) in gray.pixels.chunks_exact((gray.size.width as usize).max(1)).enumerate().step_by(STEP) {
        let y = y as f32;
        if y < margin || y > height - margin {
            continue;
        }
        let paper = row.iter().step_by(STEP).copied().max().unwrap_or(u8::MAX);
        for (x, value) in row.iter().enumerate().step_by(STEP) {
            let x = x as f32;
            let counts = x >= margin && x <= width - margin;
            let in_code = places
                .iter()
                .any(|place| (place.left..=place.right).contains(&x) && (place.top..=place.bottom).contains(&y));
            seen += 1;
            inked += u64::from(counts && !in_code && *value < paper.saturating_sub(INK));
        }
    }
    (inked as f64) < MOST_INK * seen.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vn::identifiers::OwnerId;

    fn code(symbology: Symbology, text: &str) -> Code {
        Code { symbology, text: text.to_owned(), place: Rect::new(0.0, 0.0, 9.0, 9.0) }
    }

    fn of(symbology: Symbology, text: &str, bare: bool) -> Option<Separator> {
        Separator::of(&Look { codes: vec![code(symbology, text)], bare })
    }

    #[test]
    fn patch_t_divides_and_other_patch_codes_do_not() {
        assert_eq!(of(Symbology::Patch, "T", false), Some(Separator::Patch));
        assert_eq!(of(Symbology::Code39, "PATCHT", false), Some(Separator::Patch));
        assert_eq!(of(Symbology::Patch, "3", true), None);
        assert_eq!(of(Symbology::Qr, "PATCHT", true), None);
    }

    #[test]
    fn fields_are_read_by_their_names_in_either_language() {
        let text = "SOHOA;mã hồ sơ=H29.12-251103-0001; owner=079203001234;họ tên=Nguyễn Văn An;role=kết quả";
        let Some(Separator::Fields(Ok(hints))) = of(Symbology::Qr, text, false) else { panic!("fields") };
        assert_eq!(hints.dossier.map(|code| code.to_string()).as_deref(), Some("H29.12-251103-0001"));
        assert_eq!(hints.owner.as_ref().map(OwnerId::as_str), Some("079203001234"));
        assert_eq!(hints.owner_name.as_deref(), Some("Nguyễn Văn An"));
        assert_eq!(hints.role, Some(crate::intake::Role::Result));
    }

    #[test]
    fn what_cannot_be_understood_divides_and_says_so() {
        for text in ["SOHOA;dossier=12", "SOHOA;colour=red", "SOHOA;dossier", "SOHOA;file=a.pdf"] {
            assert!(matches!(of(Symbology::Code128, text, false), Some(Separator::Fields(Err(_)))), "{text}");
        }
    }

    #[test]
    fn a_dossier_code_divides_on_a_bare_sheet_alone() {
        assert!(matches!(of(Symbology::Code39, "H29.12-251103-0001", true), Some(Separator::Fields(Ok(_)))));
        assert_eq!(of(Symbology::Code39, "H29.12-251103-0001", false), None);
        assert_eq!(of(Symbology::Code39, "8934567890123", true), None);
    }
}

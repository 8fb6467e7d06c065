//! The scan-quality gate: what is wrong with a scan, told while the paper is still there.
//!
//! In: a page's scan and what was [`Observed`] on it; of a document also its text and metadata. Out: [`Finding`]s, each
//! with what was measured and the threshold that it missed. The thresholds are data ([`Thresholds`]), each with the
//! clause or the bench that it comes from. Resolution and color are those of Decree 30/2020, Appendix I, part II.
//! It refuses to know what a page says, but for the page number printed on it.

mod numbers;
mod thresholds;

use serde::{Deserialize, Serialize};

use crate::base::units::{Dpi, PageNumber};
use crate::intake::{AsideReason, Hints, Origin, Scan};
use crate::ocr::RecognizedPage;
use crate::preprocess::Observed;
use crate::raster::Color;

pub(crate) use numbers::printed_number;
pub use thresholds::Thresholds;

/// Something about a scan that misses a threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The page; none where it is about the whole document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<PageNumber>,
    /// What is wrong.
    #[serde(flatten)]
    pub fault: Fault,
}

/// What is wrong with a scan: the measurement and the threshold that it missed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "kebab-case")]
pub enum Fault {
    /// Fewer dots an inch than the law asks for.
    Resolution {
        /// Dots an inch.
        dpi: Dpi,
        /// The least.
        least: Dpi,
    },
    /// Scanned without color; whether the paper had any, nobody can tell any more.
    Colorless {
        /// Bits a pixel: 1 or 8.
        bits: u32,
    },
    /// Text runs over edges of the picture.
    Cut {
        /// Pieces of text cut at the left, top, right and bottom edge.
        pieces: [u32; 4],
        /// The most at an edge.
        most: u32,
    },
    /// Strokes are blurred.
    Blurred {
        /// How far edges of strokes rise, inches ([`Strokes`](crate::preprocess::Strokes)).
        edge_inches: f32,
        /// The most.
        most: f32,
    },
    /// The paper is too dark.
    Dark {
        /// Brightness of bare paper, 0 to 255.
        paper: u8,
        /// The least.
        least: u8,
    },
    /// Print hardly differs from the paper.
    Faint {
        /// How much darker than the paper strokes are, 0 to 255.
        contrast: u8,
        /// The least.
        least: u8,
    },
    /// Taken for blank, and yet there are strokes of letters: print too faint to be read, or what shines through.
    FaintBlank {
        /// How much darker than the paper strokes are, 0 to 255.
        contrast: u8,
    },
    /// The page lies more askew than is straightened, or its lines do not agree.
    Askew {
        /// Clockwise degrees by which lines fall.
        degrees: f32,
        /// The most that is straightened.
        most: f32,
    },
    /// The document has fewer or more pages than its metadata say.
    PageCount {
        /// Pages found.
        found: usize,
        /// Pages that the metadata speak of.
        expected: u32,
    },
    /// Numbers printed on the pages leave gaps.
    PagesMissing {
        /// The numbers that are on no page.
        numbers: Vec<u32>,
    },
}

/// What becomes of a document with a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// It is told and goes on.
    Notice,
    /// A person must look: the law or what can be read is at stake.
    Hold,
}

/// A page as the gate looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The scan.
    pub scan: &'a Scan,
    /// Nothing is on it.
    pub blank: bool,
    /// What was seen on it.
    pub observed: &'a Observed,
}

/// The findings about one page.
#[must_use]
pub fn page(sheet: &Sheet<'_>, thresholds: &Thresholds) -> Vec<Finding> {
    let page = Some(sheet.scan.number);
    let mut faults = Vec::new();
    faults.extend(resolution(sheet.scan.dpi, thresholds));
    if sheet.blank {
        faults.extend(faint_blank(sheet.observed));
    } else {
        faults.extend(colorless(sheet.scan.picture.color));
        faults.extend(exposure(sheet.observed, thresholds));
        faults.extend(askew(sheet.observed, thresholds));
    }
    faults.into_iter().map(|fault| Finding { page, fault }).collect()
}

/// The findings about a recognized document and all its pages.
#[must_use]
pub fn document(pages: &[RecognizedPage], origin: &Origin, thresholds: &Thresholds) -> Vec<Finding> {
    let mut findings: Vec<Finding> = pages.iter().flat_map(|read| page(&Sheet::of(read), thresholds)).collect();
    let blank = pages.iter().filter(|read| read.page.correction.blank).count();
    let aside = origin.set_aside.iter().filter(|aside| aside.reason == AsideReason::Blank).count();
    findings.extend(page_count(pages.len() - blank, blank + aside, &origin.hints));
    findings.extend(numbers::missing(pages).map(|numbers| whole(Fault::PagesMissing { numbers })));
    findings
}

/// Whether a document has as many pages as its metadata say. Whoever counted them may or may not have counted blank backs.
#[must_use]
pub fn page_count(written: usize, blank: usize, hints: &Hints) -> Option<Finding> {
    let expected = hints.pages.filter(|expected| !(written..=written + blank).contains(&(*expected as usize)))?;
    Some(whole(Fault::PageCount { found: written, expected }))
}

fn whole(fault: Fault) -> Finding {
    Finding { page: None, fault }
}

impl<'a> Sheet<'a> {
    /// A page that was read.
    #[must_use]
    pub fn of(read: &'a RecognizedPage) -> Self {
        Self { scan: &read.page.scan, blank: read.page.correction.blank, observed: &read.observed }
    }
}

/// A scanner's 200 dpi may be written as 199.9, so one part in a hundred is let pass.
fn resolution(dpi: Dpi, thresholds: &Thresholds) -> Option<Fault> {
    let least = thresholds.resolution;
    (dpi.value() < least.value() * 0.99).then_some(Fault::Resolution { dpi, least })
}

fn colorless(color: Color) -> Option<Fault> {
    match color {
        Color::Bilevel { .. } => Some(Fault::Colorless { bits: 1 }),
        Color::Gray => Some(Fault::Colorless { bits: 8 }),
        Color::Rgb | Color::Cmyk => None,
    }
}

/// What the quality of the picture itself says; nothing where nobody measured it.
fn exposure(observed: &Observed, thresholds: &Thresholds) -> Vec<Fault> {
    let Some(quality) = observed.quality else { return Vec::new() };
    let mut faults = Vec::new();
    if quality.cut.iter().any(|pieces| *pieces > thresholds.cut) {
        faults.push(Fault::Cut { pieces: quality.cut, most: thresholds.cut });
    }
    if quality.paper < thresholds.paper {
        faults.push(Fault::Dark { paper: quality.paper, least: thresholds.paper });
    }
    let Some(strokes) = quality.strokes else { return faults };
    if strokes.edge_inches > thresholds.edge_inches {
        faults.push(Fault::Blurred { edge_inches: strokes.edge_inches, most: thresholds.edge_inches });
    }
    if strokes.contrast < thresholds.contrast {
        faults.push(Fault::Faint { contrast: strokes.contrast, least: thresholds.contrast });
    }
    faults
}

fn faint_blank(observed: &Observed) -> Option<Fault> {
    let strokes = observed.quality.and_then(|quality| quality.strokes)?;
    Some(Fault::FaintBlank { contrast: strokes.contrast })
}

/// Lines that stand out clearly and fall by more than is straightened.
fn askew(observed: &Observed, thresholds: &Thresholds) -> Option<Fault> {
    let basis = observed.basis;
    let is_clear = basis.words >= thresholds.slope_words && basis.slope_clarity >= thresholds.slope_clarity;
    (is_clear && basis.slope_degrees.abs() > thresholds.slope_degrees)
        .then_some(Fault::Askew { degrees: basis.slope_degrees, most: thresholds.slope_degrees })
}

impl Finding {
    /// What becomes of a document with it.
    #[must_use]
    pub fn weight(&self) -> Weight {
        match self.fault {
            // Archives are full of the first, and they read as well; the last are the backs of most duplex scans.
            Fault::Colorless { .. } | Fault::Dark { .. } | Fault::FaintBlank { .. } => Weight::Notice,
            _ => Weight::Hold,
        }
    }

    /// The finding as people read it.
    #[must_use]
    pub fn text(&self) -> String {
        let place = self.page.map_or(String::new(), |page| format!("trang {}: ", page.value()));
        place + &self.fault.text()
    }
}

/// Findings as people read them: what is said alike of several pages in one line.
#[must_use]
pub fn told(findings: &[Finding]) -> Vec<String> {
    let mut lines: Vec<(String, Vec<u32>)> = Vec::new();
    for finding in findings {
        let text = finding.fault.text();
        let at = lines.iter().position(|(known, _)| *known == text).unwrap_or_else(|| {
            lines.push((text, Vec::new()));
            lines.len() - 1
        });
        lines[at].1.extend(finding.page.map(PageNumber::value));
    }
    let line = |(text, pages): (String, Vec<u32>)| {
        if pages.is_empty() { text } else { format!("trang {}: {text}", runs(&pages)) }
    };
    lines.into_iter().map(line).collect()
}

/// `1–3, 5`.
fn runs(pages: &[u32]) -> String {
    let runs = pages.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
        [first, .., last] => format!("{first}–{last}"),
        one => one.first().map_or(String::new(), ToString::to_string),
    });
    runs.collect::<Vec<_>>().join(", ")
}

impl Fault {
    /// The fault as people read it, with the measurement and the threshold.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Resolution { dpi, least } => {
                format!("chỉ {} dpi, cần ít nhất {} dpi", dpi.value().round(), least.value())
            }
            Self::Colorless { bits: 1 } => "quét đen trắng, quy định là quét màu".to_owned(),
            Self::Colorless { .. } => "quét thang xám, quy định là quét màu".to_owned(),
            Self::Cut { pieces, most } => {
                let names = ["trái", "trên", "phải", "dưới"].iter().zip(pieces);
                let edges: Vec<String> = names
                    .filter(|(_, pieces)| *pieces > most)
                    .map(|(name, pieces)| format!("mép {name} ({pieces} chỗ)"))
                    .collect();
                format!("chữ bị cắt ở {}", edges.join(", "))
            }
            Self::Blurred { edge_inches, most } => {
                let millimeters = |inches: f32| decimal(inches * 25.4, 2);
                format!(
                    "nét chữ bị nhòe (mép nét rộng {} mm, cho phép {} mm)",
                    millimeters(*edge_inches),
                    millimeters(*most)
                )
            }
            Self::Dark { paper, least } => format!("ảnh quá tối (nền giấy sáng {paper}/255, cần ít nhất {least})"),
            Self::Faint { contrast, least } => {
                format!("chữ quá mờ (tương phản {contrast}/255, cần ít nhất {least})")
            }
            Self::FaintBlank { contrast } => {
                format!("coi là trang trắng, nhưng có nét chữ rất mờ (tương phản {contrast}/255)")
            }
            Self::Askew { degrees, most } => {
                format!("giấy nghiêng {}°, chỉ tự nắn được đến {}°", decimal(degrees.abs(), 1), decimal(*most, 1))
            }
            Self::PageCount { found, expected } => format!("có {found} trang, danh mục ghi {expected} trang"),
            Self::PagesMissing { numbers } => {
                let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                format!("thiếu trang in số {}", numbers.join(", "))
            }
        }
    }
}

/// Vietnamese writes a comma before decimals.
fn decimal(number: f32, places: usize) -> String {
    format!("{number:.places$}").replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preprocess::{Basis, Quality, Strokes};

    fn observed(quality: Quality) -> Observed {
        Observed { quality: Some(quality), ..Observed::default() }
    }

    fn good() -> Quality {
        let strokes = Strokes { contrast: 190, width_inches: 0.015, edge_inches: 0.006 };
        Quality { paper: 240, shade: 230, cut: [0; 4], strokes: Some(strokes) }
    }

    fn check(quality: Quality, expected: &[&str]) {
        let faults: Vec<String> =
            exposure(&observed(quality), &Thresholds::default()).iter().map(Fault::text).collect();
        assert_eq!(faults.len(), expected.len(), "{faults:?}");
        faults.iter().zip(expected).for_each(|(text, part)| assert!(text.contains(part), "{text}"));
    }

    #[test]
    fn each_measurement_has_its_threshold() {
        check(good(), &[]);
        check(Quality { cut: [0, 0, 9, 1], ..good() }, &["mép phải (9 chỗ)"]);
        check(Quality { paper: 70, ..good() }, &["quá tối"]);
        let strokes = |contrast, edge_inches| Some(Strokes { contrast, edge_inches, width_inches: 0.015 });
        check(Quality { strokes: strokes(190, 0.03), ..good() }, &["nhòe (mép nét rộng 0,76 mm, cho phép 0,47 mm)"]);
        check(Quality { strokes: strokes(12, 0.006), ..good() }, &["quá mờ (tương phản 12/255"]);
        check(Quality { strokes: None, ..good() }, &[]);
    }

    #[test]
    fn a_page_that_nobody_measured_is_not_judged() {
        assert!(exposure(&Observed::default(), &Thresholds::default()).is_empty());
        assert_eq!(askew(&Observed::default(), &Thresholds::default()), None);
    }

    #[test]
    fn lines_beyond_what_is_straightened_are_told() {
        let basis =
            |slope_degrees, slope_clarity| Basis { words: 200, slope_degrees, slope_clarity, ..Basis::default() };
        let found = |basis| askew(&Observed { basis, ..Observed::default() }, &Thresholds::default());
        assert!(found(basis(-7.0, 1.6)).is_some_and(|fault| fault.text().contains("nghiêng 7,0°")));
        assert_eq!(found(basis(5.0, 1.6)), None);
        assert_eq!(found(basis(7.0, 1.0)), None);
    }

    #[test]
    fn a_count_of_pages_is_held_against_the_metadata() {
        let hints = Hints { pages: Some(3), ..Hints::default() };
        assert_eq!(page_count(3, 0, &hints), None);
        // A blank back may have been counted or not.
        assert_eq!(page_count(2, 1, &hints), None);
        assert_eq!(page_count(2, 0, &Hints::default()), None);
        let finding = page_count(2, 0, &hints).expect("one is missing");
        assert_eq!((finding.weight(), finding.text().as_str()), (Weight::Hold, "có 2 trang, danh mục ghi 3 trang"));
    }

    #[test]
    fn what_is_said_of_many_pages_is_one_line() {
        let finding = |page: usize, fault: Fault| Finding { page: Some(PageNumber::at_index(page)), fault };
        let bits = |page| finding(page, Fault::Colorless { bits: 1 });
        let whole = Finding { page: None, fault: Fault::PagesMissing { numbers: vec![3, 4] } };
        let lines =
            told(&[bits(0), bits(1), finding(1, Fault::Dark { paper: 60, least: 100 }), bits(2), bits(4), whole]);
        assert_eq!(lines[0], "trang 1–3, 5: quét đen trắng, quy định là quét màu");
        assert!(lines[1].starts_with("trang 2: ảnh quá tối"));
        assert_eq!(lines[2], "thiếu trang in số 3, 4");
    }

    #[test]
    fn findings_are_stored_and_read_back() {
        let finding = Finding { page: Some(PageNumber::FIRST), fault: Fault::Colorless { bits: 1 } };
        let stored = serde_json::to_string(&finding).expect("stored");
        assert_eq!(stored, r#"{"page":1,"fault":"colorless","bits":1}"#);
        assert_eq!(serde_json::from_str::<Finding>(&stored).expect("read"), finding);
    }
}

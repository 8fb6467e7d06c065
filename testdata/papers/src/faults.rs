//! What a scanner does to a paper: each fault with its strength, and the scan that comes of them.

mod dirt;
mod tone;

use serde::{Deserialize, Serialize};

use crate::draw::{self, Canvas};
use crate::fonts::Family;
use crate::geometry::{Affine, Frame};
use crate::random::Random;
use crate::sheet::{A4, Sheet};
use crate::truth::{CodeTruth, LineTruth, PageTruth, SignatureTruth};

/// Channels and depth of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Color {
    /// 24 bits.
    Rgb,
    /// 8 bits of gray.
    Gray,
    /// 1 bit: black below a threshold.
    Bilevel,
}

/// Everything but turn and skew that was done to a page; at rest, nothing was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Faults {
    /// Channels and depth.
    pub color: Color,
    /// Black below this, for 1 bit.
    pub threshold: u8,
    /// Color of the paper.
    pub paper: [u8; 3],
    /// How dark the back side shows, 0 to 1.
    pub show_through: f32,
    /// Black at the left, top, right and bottom edge, millimeters.
    pub border: [f32; 4],
    /// Punch holes at the left edge.
    pub holes: u32,
    /// A crease across the paper at this part of its height, 0 to 1.
    pub fold: Option<f32>,
    /// Deviation of the blur, pixels.
    pub blur: f32,
    /// How much darker the far corner is, 0 to 1.
    pub light: f32,
    /// Which way it darkens, clockwise degrees from the right.
    pub light_angle: f32,
    /// Distance between ink and paper that is left, 1 for all.
    pub contrast: f32,
    /// Deviation of Gaussian noise, of 255.
    pub noise: f32,
    /// Number of specks.
    pub specks: u32,
    /// JPEG quality and sampling, where the container keeps JPEG.
    pub jpeg: Jpeg,
}

/// How a JPEG is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jpeg {
    /// 1 to 100.
    pub quality: u8,
    /// Color at full resolution (4:4:4) rather than a quarter of it (4:2:0).
    pub full_chroma: bool,
}

impl Faults {
    /// A fine scan: none of the faults.
    #[must_use]
    pub fn none(color: Color) -> Self {
        Self {
            color,
            threshold: 140,
            paper: [255, 255, 255],
            show_through: 0.0,
            border: [0.0; 4],
            holes: 0,
            fold: None,
            blur: 0.0,
            light: 0.0,
            light_angle: 0.0,
            contrast: 1.0,
            noise: 0.0,
            specks: 0,
            jpeg: Jpeg { quality: 90, full_chroma: true },
        }
    }
}

/// How a sheet lies on the scanner, and how it is scanned.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditions {
    /// Pixels an inch.
    pub dpi: u32,
    /// Clockwise degrees by which the sheet lies askew.
    pub skew: f32,
    /// Clockwise quarter turns of the sheet.
    pub quarters: u32,
    /// The faults.
    pub faults: Faults,
    /// Which noise and specks.
    pub seed: u64,
}

/// A scanned page.
#[derive(Debug, Clone)]
pub struct Scan {
    /// Its pixels.
    pub picture: Picture,
    /// What it really says and what was done.
    pub truth: PageTruth,
}

/// Pixels of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Channels and depth; 1 bit is kept as bytes 0 and 255.
    pub color: Color,
    /// Rows from the top, one or three bytes a pixel.
    pub pixels: Vec<u8>,
}

impl Picture {
    /// Bytes a pixel.
    #[must_use]
    pub fn channels(&self) -> usize {
        if self.color == Color::Rgb { 3 } else { 1 }
    }
}

/// Scans the front of a sheet; the back shows through.
#[must_use]
pub fn scan(front: &Sheet, back: Option<&Sheet>, family: &Family, conditions: &Conditions) -> Scan {
    let size = frame_size(conditions);
    let map = Affine::scan(conditions.dpi, A4, conditions.skew, conditions.quarters, size);
    let faults = &conditions.faults;
    let mut random = Random::new(conditions.seed);
    let mut canvas = laid_out(conditions, size, &map);
    if let (Some(back), true) = (back, faults.show_through > 0.0) {
        dirt::show_through(&mut canvas, back, family, &map, faults.show_through);
    }
    draw::sheet(&mut canvas, front, family, &map);
    dirt::holes(&mut canvas, faults.holes, &map);
    if let Some(fold) = faults.fold {
        dirt::fold(&mut canvas, fold, &map);
    }
    let mut picture = tone::in_color(canvas, faults.color);
    tone::blur(&mut picture, faults.blur);
    tone::light(&mut picture, faults.light, faults.light_angle);
    tone::noise(&mut picture, faults.contrast, faults.noise, &mut random);
    dirt::specks(&mut picture, faults.specks, conditions.dpi, &mut random);
    dirt::border(&mut picture, faults.border, conditions.dpi, &mut random);
    tone::threshold(&mut picture, faults.threshold);
    Scan { picture, truth: truth(front, family, conditions, size) }
}

/// The scanner's frame is A4, turned as the sheet is.
fn frame_size(conditions: &Conditions) -> (usize, usize) {
    let pixels = |millimeters: f32| (millimeters * conditions.dpi as f32 / 25.4).round() as usize;
    let (width, height) = (pixels(A4.0), pixels(A4.1));
    if conditions.quarters % 2 == 1 { (height, width) } else { (width, height) }
}

fn laid_out(conditions: &Conditions, (width, height): (usize, usize), map: &Affine) -> Canvas {
    let faults = &conditions.faults;
    if conditions.skew == 0.0 {
        return Canvas::filled(width, height, faults.paper);
    }
    let dark = faults.border.iter().any(|border| *border > 0.0);
    let mut canvas = Canvas::filled(width, height, if dark { [24, 24, 26] } else { [252, 252, 252] });
    let corners = [(0.0, 0.0), (A4.0, 0.0), A4, (0.0, A4.1)].map(|corner| map.apply(corner));
    canvas.paint(&corners, faults.paper);
    canvas
}

fn truth(sheet: &Sheet, family: &Family, conditions: &Conditions, size: (usize, usize)) -> PageTruth {
    let map = Affine::scan(conditions.dpi, A4, conditions.skew, conditions.quarters, size);
    let upright_map = Affine::upright(conditions.dpi);
    let frames = sheet.line_boxes(family, &map);
    let uprights = sheet.line_boxes(family, &upright_map);
    let lines = sheet.lines.iter().zip(frames.iter().zip(&uprights)).map(|(line, (frame, upright))| LineTruth {
        text: line.text.clone(),
        zone: line.zone,
        hand: line.hand,
        frame: frame.rounded(),
        upright: upright.rounded(),
    });
    let code = |code: &crate::sheet::Code| CodeTruth {
        symbology: code.symbology.name().to_owned(),
        text: code.text.clone(),
        frame: map.frame(&Frame::from(code.place)).rounded(),
    };
    PageTruth {
        number: 1,
        width: size.0 as u32,
        height: size.1 as u32,
        dpi: conditions.dpi,
        turn: (4 - conditions.quarters % 4) % 4 * 90,
        stated_turn: 0,
        deskew_degrees: if conditions.skew == 0.0 { 0.0 } else { -conditions.skew },
        blank: sheet.is_blank(),
        faults: conditions.faults.clone(),
        lines: lines.collect(),
        seals: sheet.seal_boxes(&map).iter().map(Frame::rounded).collect(),
        stamps: sheet.stamp_boxes(&map).iter().map(Frame::rounded).collect(),
        signatures: sheet
            .signature_boxes(&map)
            .into_iter()
            .map(|(frame, blue)| SignatureTruth { frame: frame.rounded(), blue })
            .collect(),
        codes: sheet.codes.iter().map(code).collect(),
    }
}

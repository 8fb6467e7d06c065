//! Every letter that a page shows, and what is painted beside and over it.

use std::collections::HashMap;

use hayro::hayro_interpret::font::{Glyph as Shown, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};
use hayro::kurbo::{Affine, BezPath, PathEl, Point, Rect as Box64, Shape, Vec2};

use super::areas::{Areas, Covers};
use crate::base::geometry::{Rect, Size};

/// Letters followed on a page: a dense page has 6 000, a large map 100 000; each takes 150 bytes.
const MOST_GLYPHS: usize = 300_000;

/// Glyph space of every font as the interpreter gives it: 1000 units an em.
const EM: f64 = 1000.0;

/// Less opaque than this is not seen.
const LEAST_ALPHA: f32 = 0.1;

/// As opaque as this hides what is below.
const OPAQUE: f32 = 0.99;

/// A letter on the page, in pixels, y down.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// What its font says that it is.
    pub(super) text: Option<String>,
    /// Where it begins on its baseline.
    pub(super) origin: Point,
    /// The direction of reading, of length 1.
    pub(super) along: Vec2,
    /// Height of an em.
    pub(super) size: f64,
    /// How far the next letter begins.
    pub(super) advance: f64,
    /// Around its ink; its place on the line where it has none.
    pub(super) bbox: Rect,
    /// Index of its font.
    pub(super) font: usize,
    /// In the appearance of an annotation: a filled field, a stamp, a visible signature.
    pub(super) annotation: bool,
    /// Coverings before it.
    covers: u32,
    seen: bool,
}

/// A font as far as trust in it needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Font {
    /// Its PostScript name, where it is embedded.
    pub(super) name: Option<String>,
    /// Its letters are drawings (Type 3).
    pub(super) drawn: bool,
}

/// Hears what a page paints.
pub(super) struct Collector {
    glyphs: Vec<Glyph>,
    fonts: Vec<Font>,
    font_indices: HashMap<u128, usize>,
    boxes: HashMap<u128, Option<Box64>>,
    covers: Covers,
    elsewhere: Areas,
    clips: Vec<Box64>,
    groups: Vec<f32>,
    sheet: Box64,
    annotation: bool,
    overdrawn: bool,
}

/// The font of letters whose font is not told apart.
const UNNAMED: usize = 0;
/// The font of all drawn letters.
const DRAWN: usize = 1;

impl Collector {
    pub(super) fn new(size: Size) -> Self {
        Self {
            glyphs: Vec::new(),
            fonts: vec![Font::default(), Font { name: None, drawn: true }],
            font_indices: HashMap::new(),
            boxes: HashMap::new(),
            covers: Covers::new(size),
            elsewhere: Areas::default(),
            clips: Vec::new(),
            groups: Vec::new(),
            sheet: Box64::new(0.0, 0.0, f64::from(size.width), f64::from(size.height)),
            annotation: false,
            overdrawn: false,
        }
    }

    /// Begins the page's own content, or its annotations.
    pub(super) fn begin(&mut self, annotation: bool) {
        self.annotation = annotation;
        self.clips.clear();
        self.groups.clear();
    }

    /// Whether more was painted than is followed.
    pub(super) fn is_overdrawn(&self) -> bool {
        self.overdrawn || self.covers.is_full()
    }

    /// The letters that are seen, their fonts, what else stands on the page, and how many letters are not seen.
    /// `has_ink` tells whether the page's picture shows anything in a place.
    pub(super) fn finish(self, has_ink: &dyn Fn(Rect) -> bool) -> (Vec<Glyph>, Vec<Font>, Areas, u32) {
        let Self { mut glyphs, fonts, covers, elsewhere, .. } = self;
        let mut hidden = 0;
        glyphs.retain(|glyph| {
            let blank = glyph.is_blank();
            let covered = || covers.is_covered(glyph.bbox.center(), glyph.covers);
            let seen = glyph.seen && (blank || !covered() && has_ink(glyph.bbox));
            hidden += u32::from(!seen && !blank);
            seen
        });
        (glyphs, fonts, elsewhere, hidden)
    }

    /// Every letter, seen or not.
    pub(super) fn into_all(self) -> Vec<Glyph> {
        self.glyphs
    }

    fn font_of(&mut self, glyph: &Shown<'_>) -> usize {
        let Shown::Outline(outline) = glyph else { return DRAWN };
        let Some(data) = outline.font_data() else { return UNNAMED };
        let fonts = &mut self.fonts;
        *self.font_indices.entry(data.cache_key).or_insert_with(|| {
            fonts.push(Font { name: data.postscript_name, drawn: false });
            fonts.len() - 1
        })
    }

    /// The box around a letter's outline, in its glyph space.
    fn outline_box(&mut self, glyph: &Shown<'_>) -> Option<Box64> {
        let Shown::Outline(outline) = glyph else { return None };
        *self.boxes.entry(outline.identifier().cache_key()).or_insert_with(|| {
            let path = outline.outline();
            path.segments().next().is_some().then(|| path.bounding_box())
        })
    }

    fn clip(&self) -> Box64 {
        self.clips.last().copied().unwrap_or(self.sheet)
    }

    fn push_clip(&mut self, place: Box64) {
        self.clips.push(self.clip().intersect(place));
    }

    /// How opaque the groups around are together.
    fn opacity(&self) -> f32 {
        self.groups.iter().product()
    }

    fn glyph(&mut self, glyph: &Shown<'_>, to_pixels: Affine, seen: bool) -> Option<Glyph> {
        let [a, b, c, d, x, y] = to_pixels.as_coeffs();
        let (across, up) = (Vec2::new(a, b), Vec2::new(c, d));
        let finite = [a, b, c, d, x, y].iter().all(|value| value.is_finite());
        if !finite || across.hypot() * EM < 0.01 || up.hypot() * EM < 0.01 {
            return None;
        }
        let units = match glyph {
            Shown::Outline(outline) => outline.advance_width(),
            // A drawn letter's own units are not an em's; its place is all that is asked.
            Shown::Type3(_) => None,
        };
        let advance = units.filter(|units| units.is_finite()).map_or(EM / 2.0, f64::from);
        let place = self.outline_box(glyph).unwrap_or_else(|| Box64::new(0.0, 0.0, advance.max(1.0), 0.7 * EM));
        let bbox = to_pixels.transform_rect_bbox(place);
        let inside = self.clip().contains(bbox.center());
        Some(Glyph {
            text: unicode(glyph),
            origin: Point::new(x, y),
            along: across / across.hypot(),
            size: up.hypot() * EM,
            advance: across.hypot() * advance,
            bbox: narrowed(bbox),
            font: self.font_of(glyph),
            annotation: self.annotation,
            covers: self.covers.count(),
            seen: seen && inside,
        })
    }

    /// Something that covers what is below it, where it does.
    fn paint_box(&mut self, place: Box64, opacity: f32, blend: BlendMode, masked: bool) {
        if opacity * self.opacity() >= OPAQUE && blend == BlendMode::Normal && !masked {
            self.covers.cover(narrowed(place.intersect(self.clip())));
        }
    }

    /// Somewhere that letters may stand which no font speaks of.
    fn note(&mut self, place: Box64) {
        let place = place.intersect(self.clip());
        if place.width() > 0.0 && place.height() > 0.0 {
            self.elsewhere.add(narrowed(place));
        }
    }
}

impl Glyph {
    /// A space, of whatever kind.
    pub(super) fn is_blank(&self) -> bool {
        self.text.as_deref().is_some_and(|text| text.chars().all(char::is_whitespace))
    }
}

impl<'a> Device<'a> for Collector {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, _: &DrawMode) {
        if opacity(&props.paint) * self.opacity() < LEAST_ALPHA {
            return;
        }
        // Rules, boxes and underlines are no letters; whatever is curved or slanted may be one.
        if matches!(props.paint, Paint::Pattern(_)) || !is_straight(&(props.transform * path)) {
            self.note((props.transform * path).bounding_box());
        }
    }

    fn draw_rect(&mut self, rect: &Box64, props: DrawProps<'a>, mode: &DrawMode) {
        let place = props.transform.transform_rect_bbox(*rect);
        if keeps_boxes(props.transform) && matches!(mode, DrawMode::Fill(_)) {
            self.paint_box(place, opacity(&props.paint), props.blend_mode, props.soft_mask.is_some());
        }
        if matches!(props.paint, Paint::Pattern(_)) {
            self.note(place);
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.push_clip(clip.path.bounding_box());
    }

    fn push_clip_rect(&mut self, rect: &Box64) {
        self.push_clip(*rect);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend: BlendMode) {
        // What is masked or mixed hides nothing for sure, and is seen for all that is known.
        let hides = mask.is_none() && blend == BlendMode::Normal;
        self.groups.push(if hides { opacity } else { opacity.min(OPAQUE / 2.0) });
    }

    fn pop_transparency_group(&mut self) {
        self.groups.pop();
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let seen = !matches!(mode, DrawMode::Invisible) && opacity(&props.paint) * self.opacity() >= LEAST_ALPHA;
        for positioned in run.glyphs() {
            if self.glyphs.len() >= MOST_GLYPHS {
                self.overdrawn = true;
                return;
            }
            let glyph = self.glyph(positioned, props.transform * positioned.transform(), seen);
            self.glyphs.extend(glyph);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let pixels = Box64::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let place = props.transform.transform_rect_bbox(pixels);
        let masked = match &image {
            Image::Stencil(_) => true,
            Image::Raster(raster) => {
                let dictionary = raster.stream();
                let dictionary = dictionary.dict();
                ["SMask", "Mask", "SMaskInData"].iter().any(|key| dictionary.contains_key(key))
            }
        };
        if keeps_boxes(props.transform) {
            self.paint_box(place, 1.0, props.blend_mode, masked || props.soft_mask.is_some());
        }
        if self.opacity() >= LEAST_ALPHA {
            self.note(place);
        }
    }
}

fn unicode(glyph: &Shown<'_>) -> Option<String> {
    match glyph.as_unicode()? {
        BfString::Char(letter) => Some(letter.to_string()),
        // One glyph is a ligature at most; a longer text is no letter.
        BfString::String(text) => Some(text).filter(|text| text.chars().count() <= 8),
    }
}

fn opacity(paint: &Paint<'_>) -> f32 {
    match paint {
        Paint::Color(color) => f32::from(color.to_rgba().to_rgba8()[3]) / 255.0,
        Paint::Pattern(_) => OPAQUE / 2.0,
    }
}

/// Whether boxes stay upright boxes.
fn keeps_boxes(transform: Affine) -> bool {
    let [a, b, c, d, ..] = transform.as_coeffs();
    let tiny = |small: f64, large: f64| small.abs() <= large.abs() * 0.003;
    (tiny(b, a) && tiny(c, d)) || (tiny(a, b) && tiny(d, c))
}

/// Whether all lines run along the page's edges.
fn is_straight(path: &BezPath) -> bool {
    let mut last = Point::ZERO;
    path.elements().iter().all(|element| match *element {
        PathEl::MoveTo(to) => {
            last = to;
            true
        }
        PathEl::LineTo(to) => {
            let step = to - last;
            last = to;
            step.x.abs() < 1.0 || step.y.abs() < 1.0
        }
        PathEl::ClosePath => true,
        PathEl::QuadTo(..) | PathEl::CurveTo(..) => false,
    })
}

fn narrowed(place: Box64) -> Rect {
    let edge = |value: f64| value.clamp(-1e6, 1e6) as f32;
    Rect::new(edge(place.x0), edge(place.y0), edge(place.x1), edge(place.y1))
}

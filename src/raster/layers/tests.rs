//! Parting and composing of drawn pages.

use super::*;
use crate::raster::pixels::Rgb;

const SIZE: Size = Size { width: 1240, height: 900 };
const PAPER: [u8; 3] = [246, 243, 235];
const BLACK: [u8; 3] = [30, 28, 32];
const RED: [u8; 3] = [205, 40, 55];

struct Sheet(Rgb);

impl Sheet {
    fn bare() -> Self {
        Self(Rgb { size: SIZE, pixels: PAPER.repeat(SIZE.area() as usize) })
    }

    fn fill(&mut self, (left, top): (usize, usize), (width, height): (usize, usize), color: [u8; 3]) {
        for y in top..top + height {
            let row = (y * SIZE.width as usize + left) * 3;
            self.0.pixels[row..row + width * 3].as_chunks_mut::<3>().0.fill(color);
        }
    }

    /// Lines of strokes four pixels wide, a dot under every third, as under `ạ`.
    fn text(&mut self, color: [u8; 3], rows: std::ops::Range<usize>) -> Vec<Rect> {
        let mut words = Vec::new();
        for top in rows.step_by(60) {
            for (n, left) in (100..1100).step_by(14).enumerate() {
                self.fill((left, top), (4, 28), color);
                if n % 3 == 0 {
                    self.fill((left, top + 33), (4, 4), color);
                }
            }
            words.push(Rect::new(100.0, top as f32, 1100.0, top as f32 + 37.0));
        }
        words
    }

    fn picture(self) -> Picture {
        Picture::Rgb(self.0)
    }
}

fn dpi() -> Dpi {
    Dpi::new(300.0).expect("in range")
}

fn parted(picture: &Picture, words: &[Rect]) -> (Layers, Rgb) {
    let (layers, canvas) = part(picture, words, dpi()).expect("encoded").expect("not bilevel");
    let composed = layers.compose(&Limits::default()).expect("decoded");
    assert_eq!(canvas.whole(), composed);
    let composed = composed.into_rgb();
    (layers, composed)
}

fn differing(a: &Picture, b: &Rgb, tolerance: u8) -> usize {
    let Picture::Rgb(a) = a else { panic!("in color") };
    let pairs = a.pixels.as_chunks::<3>().0.iter().zip(b.pixels.as_chunks::<3>().0);
    pairs.filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > tolerance)).count()
}

#[test]
fn print_comes_back_to_the_pixel() {
    let mut sheet = Sheet::bare();
    let words = sheet.text(BLACK, 100..500);
    let picture = sheet.picture();
    let (layers, composed) = parted(&picture, &words);
    assert_eq!(composed.size, SIZE);
    assert_eq!(differing(&picture, &composed, 24), 0);
    assert!(layers.bytes() < 6000, "{} bytes", layers.bytes());
}

#[test]
fn a_seal_keeps_its_color_beside_print() {
    let mut sheet = Sheet::bare();
    let words = sheet.text(BLACK, 100..300);
    for ring in 0..6 {
        sheet.fill((300 + ring * 40, 500), (6, 200), RED);
    }
    let (_, composed) = parted(&sheet.picture(), &words);
    let at = (600 * SIZE.width as usize + 302) * 3;
    let [red, green, blue] = [0, 1, 2].map(|channel| composed.pixels[at + channel]);
    assert!(red > 170 && green < 90 && blue < 100, "{red} {green} {blue}");
}

#[test]
fn print_stays_black_under_a_seal() {
    let mut sheet = Sheet::bare();
    sheet.fill((80, 80), (400, 26), RED);
    let words = sheet.text(BLACK, 70..80);
    let (_, composed) = parted(&sheet.picture(), &words);
    let at = |x: usize| composed.pixels[(90 * SIZE.width as usize + x) * 3];
    let values: Vec<u8> = (100..400).step_by(14).map(|x| at(x + 2)).collect();
    assert!(values.iter().all(|value| *value < 90), "{values:?}");
}

/// To the pixel: the strokes of print are black to their edges, and the seal beside them is red up to them.
#[test]
fn print_and_a_seal_over_it_keep_their_own_colors() {
    let mut sheet = Sheet::bare();
    (70..210).step_by(24).for_each(|top| sheet.fill((80, top), (400, 12), RED));
    let words = sheet.text(BLACK, 80..200);
    let picture = sheet.picture();
    let (layers, composed) = parted(&picture, &words);
    assert_eq!(layers.inks().len(), 2);
    // Away from the seal's edge, which is as wide as the blur of a JPEG.
    let within =
        |at: usize| (90..470).contains(&(at % SIZE.width as usize)) && (80..190).contains(&(at / SIZE.width as usize));
    let Picture::Rgb(own) = &picture else { panic!("in color") };
    let pairs = own.pixels.as_chunks::<3>().0.iter().zip(composed.pixels.as_chunks::<3>().0).enumerate();
    let off = |(at, (a, b)): &(usize, (&[u8; 3], &[u8; 3]))| within(*at) && a[0].abs_diff(b[0]) > 40;
    assert_eq!(pairs.filter(off).count(), 0);
}

#[test]
fn blue_ink_over_a_seal_stays_blue() {
    let mut sheet = Sheet::bare();
    sheet.fill((100, 300), (300, 20), RED);
    sheet.fill((100, 400), (300, 20), RED);
    sheet.fill((200, 280), (8, 300), [45, 60, 170]);
    let (layers, composed) = parted(&sheet.picture(), &[]);
    assert_eq!(layers.inks().len(), 3);
    let at = |x: usize, y: usize| composed.pixels.as_chunks::<3>().0[y * SIZE.width as usize + x];
    assert!(at(204, 310)[2] > 140 && at(204, 310)[0] < 80, "{:?}", at(204, 310));
    assert!(at(196, 310)[0] > 170 && at(196, 310)[2] < 100, "{:?}", at(196, 310));
}

#[test]
fn colored_fringes_of_print_are_print() {
    let mut sheet = Sheet::bare();
    let words = sheet.text(BLACK, 100..500);
    for left in (100..1100).step_by(14) {
        sheet.fill((left, 100), (1, 300), [170, 60, 60]);
        sheet.fill((left + 3, 100), (1, 300), [60, 60, 170]);
    }
    assert_eq!(parted(&sheet.picture(), &words).0.inks().len(), 1);
}

#[test]
fn what_is_solid_stays_in_the_paper() {
    let mut sheet = Sheet::bare();
    let words = sheet.text(BLACK, 100..200);
    sheet.fill((400, 400), (300, 300), [60, 90, 120]);
    let picture = sheet.picture();
    let (layers, composed) = parted(&picture, &words);
    let Picture::Bilevel(mask) = decode(&layers.inks[0].mask, &Limits::default()).expect("decoded") else {
        panic!("a mask")
    };
    assert_eq!(mask.rows[550 * mask.row_bytes() + 68], 0);
    let at = (550 * SIZE.width as usize + 550) * 3;
    assert!(composed.pixels[at].abs_diff(60) < 8);
}

#[test]
fn a_colored_photograph_stays_in_the_paper() {
    let mut sheet = Sheet::bare();
    let words = sheet.text(BLACK, 100..200);
    sheet.fill((400, 400), (300, 400), [60, 90, 200]);
    for (n, top) in (420..780).step_by(30).enumerate() {
        sheet.fill((430, top), (200 - n * 10, 20), [150, 110, 90]);
    }
    let (layers, composed) = parted(&sheet.picture(), &words);
    assert_eq!(layers.inks().len(), 1);
    let at = composed.pixels.as_chunks::<3>().0[500 * SIZE.width as usize + 680];
    assert!(at[2].abs_diff(200) < 12 && at[0].abs_diff(60) < 12, "{at:?}");
}

#[test]
fn dust_goes_and_dots_of_words_stay() {
    let mut sheet = Sheet::bare();
    let words = sheet.text(BLACK, 100..160);
    sheet.fill((700, 700), (2, 2), BLACK);
    sheet.fill((1105, 133), (2, 2), BLACK);
    let (layers, _) = parted(&sheet.picture(), &words);
    let Picture::Bilevel(mask) = decode(&layers.inks[0].mask, &Limits::default()).expect("decoded") else {
        panic!("a mask")
    };
    let is_ink = |x: usize, y: usize| mask.rows[y * mask.row_bytes() + x / 8] >> (7 - x % 8) & 1 == 1;
    assert!(!is_ink(700, 700) && is_ink(1105, 133));
}

#[test]
fn a_bilevel_picture_is_not_parted() {
    let size = Size { width: 16, height: 2 };
    let picture = Picture::Bilevel(crate::raster::pixels::Bilevel { size, rows: vec![0xA5; 4] });
    assert!(part(&picture, &[], dpi()).expect("nothing to encode").is_none());
}

#[test]
fn any_size_is_parted() {
    for (width, height) in [(1, 1), (3, 2), (1, 700), (900, 1), (17, 33)] {
        let size = Size { width, height };
        for value in [0, 128, 255] {
            let gray = Picture::Gray(Gray { size, pixels: vec![value; size.area() as usize] });
            let words = [Rect::new(-5.0, -5.0, 2000.0, 2000.0)];
            let (layers, _) = part(&gray, &words, dpi()).expect("encoded").expect("gray");
            let composed = layers.compose(&Limits::default()).expect("decoded");
            assert_eq!(composed.size(), size);
        }
    }
}

#[test]
fn a_moved_stroke_changes_no_color_and_a_lost_field_does() {
    let sheet = |field: bool| {
        let mut sheet = Sheet::bare();
        let words = sheet.text(BLACK, 100..400);
        if field {
            sheet.fill((200, 500), (400, 120), RED);
        }
        (words, sheet.picture())
    };
    let ((words, plain), (_, with_field)) = (sheet(false), sheet(true));
    let (_, canvas) = part(&plain, &words, dpi()).expect("encoded").expect("not bilevel");
    let change = tint_changed(&plain, &canvas, dpi());
    assert!(change < 18.0, "{change}");
    assert!(tint_changed(&with_field, &canvas, dpi()) > 100.0);
}

//! Recognition by real worker processes, on pages drawn here; and what happens when workers die or hang.
//!
//! Needs Tesseract's Vietnamese data and the fonts of Debian's `fonts-liberation2`; says so where they are missing.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may fail loudly and say why it was skipped")]

use std::fs;
use std::io::Write;
use std::num::{NonZeroU32, NonZeroUsize};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use sohoa::base::geometry::Size;
use sohoa::base::units::Dpi;
use sohoa::ocr::text::PageText;
use sohoa::ocr::{Death, Error, Options, PictureFault, Recognizer, WorkerPool};
use sohoa::raster::pixels::Gray;

const FONT: &str = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf";

const BODY: [&str; 4] = [
    "Căn cứ Luật Tổ chức chính quyền địa phương;",
    "Theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình",
    "về việc phê duyệt kế hoạch số hóa hồ sơ năm 2024,",
    "Điều 1. Phê duyệt diện tích 120 m2 đất ở đô thị.",
];

/// A page of 80 rows, which takes seconds.
fn dense() -> Gray {
    let mut dense = drawing::blank(2480, 3508);
    drawing::text(&mut dense, FONT, &BODY.join(" "), (20.0, 40.0), 40.0);
    for row in 1..80 {
        dense.pixels.copy_within(0..2480 * 42, 2480 * 42 * row);
    }
    dense
}

fn black(width: u32, height: u32) -> Gray {
    Gray { size: Size { width, height }, pixels: vec![0; (width * height) as usize] }
}

/// A strip with a little ink.
fn strip() -> Gray {
    let mut strip = drawing::blank(400, 100);
    drawing::text(&mut strip, FONT, "năm", (100.0, 60.0), 40.0);
    strip
}

/// The program under test, with these options; none where the machine lacks what recognition needs.
fn pool(options: Options) -> Option<WorkerPool> {
    let pool = WorkerPool::new(PathBuf::from(env!("CARGO_BIN_EXE_sohoa")), options);
    let missing = pool.engine().unwrap().missing;
    if !missing.is_empty() || !PathBuf::from(FONT).exists() {
        eprintln!("skipped: no data for {missing:?}, or no {FONT}");
        return None;
    }
    Some(pool)
}

fn one_worker() -> Options {
    Options { workers: NonZeroUsize::MIN, ..Options::default() }
}

fn dpi() -> Dpi {
    Dpi::new(300.0).unwrap()
}

fn page() -> Gray {
    let mut page = drawing::blank(2480, 1200);
    for (row, line) in BODY.iter().enumerate() {
        drawing::text(&mut page, FONT, line, (300.0, 300.0 + 95.0 * row as f32), 58.0);
    }
    page
}

fn assert_is_body(text: &PageText) {
    assert_eq!(text.plain().lines().collect::<Vec<_>>(), BODY, "{text:#?}");
}

#[test]
fn a_page_is_read_with_places() {
    let Some(pool) = pool(one_worker()) else { return };
    let text = pool.recognize(&page(), dpi()).unwrap();
    assert_is_body(&text);
    for (row, line) in text.lines.iter().enumerate() {
        let baseline = 300.0 + 95.0 * row as f32;
        assert!((line.baseline.0 - baseline).abs() < 5.0 && (line.baseline.1 - baseline).abs() < 5.0, "{line:?}");
        assert!((line.bbox.left - 300.0).abs() < 12.0, "{line:?}");
    }
    assert!(text.confidence().unwrap().value() > 0.85);
}

#[test]
fn the_same_page_reads_the_same_after_other_pages() {
    let Some(pool) = pool(one_worker()) else { return };
    let first = pool.recognize(&page(), dpi()).unwrap();
    let mut other = drawing::blank(2000, 900);
    drawing::text(&mut other, FONT, "Kế hoạch kế hoạch số hóa số hóa", (100.0, 300.0), 80.0);
    pool.recognize(&other, dpi()).unwrap();
    assert_eq!(pool.recognize(&page(), dpi()).unwrap(), first);
}

#[test]
fn a_blank_page_has_no_text() {
    let Some(pool) = pool(one_worker()) else { return };
    assert_eq!(pool.recognize(&drawing::blank(2480, 3508), dpi()).unwrap(), PageText::default());
    assert!(pool.legibility(&drawing::blank(2480, 300), dpi()).unwrap() < 0.1);
    // Nothing was asked of a worker.
    assert!(pool.process_ids().is_empty());
    // Too small for any letter, and still no fault of the machine.
    let tiny = Gray { size: Size { width: 3, height: 3 }, pixels: vec![0; 9] };
    assert!(pool.recognize(&tiny, dpi()).map_or_else(|error| error.costs_only_this_picture(), |_| true));
    assert_is_body(&pool.recognize(&page(), dpi()).unwrap());
}

#[test]
fn upright_print_is_legible_and_upside_down_is_not() {
    let Some(pool) = pool(one_worker()) else { return };
    let mut strip = drawing::blank(2000, 300);
    drawing::text(&mut strip, FONT, BODY[0], (100.0, 110.0), 58.0);
    drawing::text(&mut strip, FONT, BODY[1], (100.0, 205.0), 58.0);
    let upright = pool.legibility(&strip, dpi()).unwrap();
    strip.pixels.reverse();
    let over = pool.legibility(&strip, dpi()).unwrap();
    assert!(upright > 0.6 && over < 0.4, "{upright} and {over}");
}

#[test]
fn threads_share_workers() {
    let Some(pool) = pool(Options { pages_per_worker: NonZeroU32::new(2).unwrap(), ..Options::default() }) else {
        return;
    };
    let page = page();
    thread::scope(|scope| {
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(|| pool.recognize(&page, dpi()).unwrap())).collect();
        for reader in readers {
            assert_is_body(&reader.join().unwrap());
        }
        assert!(pool.process_ids().len() <= 2);
    });
}

#[test]
fn workers_are_replaced_after_their_pages() {
    let Some(pool) = pool(Options { pages_per_worker: NonZeroU32::new(2).unwrap(), ..one_worker() }) else { return };
    let strip = strip();
    pool.legibility(&strip, dpi()).unwrap();
    let first = pool.process_ids();
    assert_eq!(first.len(), 1);
    pool.legibility(&strip, dpi()).unwrap();
    assert!(pool.process_ids().is_empty());
    pool.legibility(&strip, dpi()).unwrap();
    assert_ne!(pool.process_ids(), first);
}

/// Kills the pool's first worker as soon as it lives.
fn kill_a_worker(pool: &Arc<WorkerPool>) -> thread::JoinHandle<()> {
    let pool = Arc::clone(pool);
    thread::spawn(move || {
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            if let Some(id) = pool.process_ids().first() {
                return kill_process(Pid::from_raw(*id as i32).unwrap(), Signal::KILL).unwrap();
            }
            thread::sleep(Duration::from_millis(2));
        }
    })
}

#[test]
fn a_page_whose_worker_dies_is_an_error_and_the_next_is_read() {
    let Some(pool) = pool(one_worker()).map(Arc::new) else { return };
    let killer = kill_a_worker(&pool);
    let error = pool.recognize(&page(), dpi()).unwrap_err();
    killer.join().unwrap();
    assert!(matches!(error, Error::Crashed { death: Death::Signal(9), .. }), "{error:?}");
    assert!(error.costs_only_this_picture());
    assert_is_body(&pool.recognize(&page(), dpi()).unwrap());
}

#[test]
fn a_page_past_its_deadline_is_cut_off_and_the_next_is_read() {
    let Some(pool) = pool(Options { deadline: Duration::from_millis(700), ..one_worker() }) else { return };
    let started = Instant::now();
    let error = pool.recognize(&dense(), dpi()).unwrap_err();
    assert!(matches!(error, Error::Deadline { .. }), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert!(pool.process_ids().is_empty());
    assert!(pool.legibility(&strip(), dpi()).is_ok());
}

#[test]
fn pictures_that_cannot_be_are_refused_without_a_worker() {
    let pool = WorkerPool::new(PathBuf::from("/no/such/program"), one_worker());
    let fault = |picture: &Gray| match pool.recognize(picture, dpi()) {
        Err(Error::Picture { fault, .. }) => fault,
        other => panic!("{other:?}"),
    };
    let picture = |width, height, pixels| Gray { size: Size { width, height }, pixels };
    assert_eq!(fault(&picture(0, 10, Vec::new())), PictureFault::Empty);
    assert_eq!(fault(&picture(2, 2, vec![0; 3])), PictureFault::WrongLength { expected: 4, found: 3 });
    assert!(matches!(fault(&picture(40_000, 1, vec![0; 40_000])), PictureFault::TooLong { .. }));
    assert!(matches!(pool.recognize(&black(10, 10), dpi()), Err(Error::Spawn { .. })));
}

#[test]
fn missing_languages_name_the_package() {
    let pool = WorkerPool::new(
        PathBuf::from(env!("CARGO_BIN_EXE_sohoa")),
        Options { languages: "xxq".parse().unwrap(), ..one_worker() },
    );
    assert_eq!(pool.engine().unwrap().missing, ["xxq"]);
    let error = pool.recognize(&black(10, 10), dpi()).unwrap_err();
    assert!(matches!(error, Error::MissingLanguages { .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("tesseract-ocr-xxq"));
    // The place in the pool is free again.
    assert!(pool.recognize(&black(10, 10), dpi()).is_err());
}

/// A worker that is a shell script.
fn script(body: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("worker");
    let mut file = fs::File::create(&path).unwrap();
    write!(file, "#!/bin/sh\n{body}\n").unwrap();
    file.set_permissions(fs::Permissions::from_mode(0o755)).unwrap();
    drop(file);
    (folder, path)
}

/// A shell command that is set up and reports as a worker does.
const REPORT: &str = concat!(
    "dd bs=1 count=1 of=/dev/null 2>/dev/null; ",
    r#"facts='{"version":1,"tesseract":"5","folder":"/","available":[],"missing":[]}'; "#,
    r#"printf 'F%b\0\0\0%s' "\\0$(printf %o ${#facts})" "$facts"; "#,
);

#[test]
fn a_worker_that_hangs_is_cut_off_with_its_children() {
    // It never reads the picture, so that writing to it blocks too; and a child of its own holds the pipes.
    let (_folder, path) = script(&format!("{REPORT} sleep 600"));
    let pool = WorkerPool::new(path, Options { deadline: Duration::from_millis(300), ..one_worker() });
    let started = Instant::now();
    let error = pool.recognize(&black(2480, 3508), dpi()).unwrap_err();
    assert!(matches!(error, Error::Deadline { .. }), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert!(pool.process_ids().is_empty());
}

#[test]
fn a_worker_that_dies_leaves_its_last_words() {
    let (_folder, path) = script(&format!("{REPORT} echo 'contains_unichar_id(unichar_id):Error' >&2; exit 3"));
    let pool = WorkerPool::new(path, one_worker());
    match pool.recognize(&black(2480, 3508), dpi()).unwrap_err() {
        Error::Crashed { death: Death::Code(3), stderr, .. } => {
            assert_eq!(stderr, "contains_unichar_id(unichar_id):Error");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_worker_that_dies_at_its_start_says_why() {
    let (_folder, path) = script("echo 'error while loading shared libraries' >&2; exit 127");
    let error = WorkerPool::new(path, one_worker()).engine().unwrap_err();
    assert!(matches!(&error, Error::CrashedAtStart { death: Death::Code(127), .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("shared libraries"));
}

#[test]
fn a_worker_that_talks_nonsense_is_no_worker() {
    let (_folder, path) = script("echo 'Usage: worker'; sleep 600");
    let error = WorkerPool::new(path, one_worker()).engine().unwrap_err();
    assert!(matches!(&error, Error::Protocol(_)), "{error:?}");
}

fn lone_worker() -> Child {
    Command::new(env!("CARGO_BIN_EXE_sohoa"))
        .arg("recognize-worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn a_worker_ends_when_its_parent_goes() {
    let mut worker = lone_worker();
    drop(worker.stdin.take());
    assert!(worker.wait().unwrap().success());
}

#[test]
fn a_busy_worker_ends_when_its_parent_goes() {
    let Some(_) = pool(one_worker()) else { return };
    let mut worker = lone_worker();
    let mut stdin = worker.stdin.take().unwrap();
    let setup = br#"{"version":1,"languages":["vie"],"tessdata":null}"#;
    stdin.write_all(&[b"S", (setup.len() as u32).to_le_bytes().as_slice(), setup].concat()).unwrap();
    let size = [2480u32, 3508, 300].map(u32::to_le_bytes).concat();
    stdin.write_all(&[b"P\0", size.as_slice(), &dense().pixels].concat()).unwrap();
    let closed = Instant::now();
    drop(stdin);
    worker.wait().unwrap();
    assert!(closed.elapsed() < Duration::from_secs(5), "{:?}", closed.elapsed());
}

/// Just enough to draw text: outlines of a font, filled by counting windings on a grid of four by four samples.
mod drawing {
    use super::{Gray, Size, fs};
    use ttf_parser::{Face, OutlineBuilder};

    pub(crate) fn blank(width: u32, height: u32) -> Gray {
        Gray { size: Size { width, height }, pixels: vec![255; (width * height) as usize] }
    }

    /// Draws a line of text from a point on its baseline, `em` pixels large.
    pub(crate) fn text(page: &mut Gray, font: &str, text: &str, from: (f32, f32), em: f32) {
        let bytes = fs::read(font).unwrap();
        let face = Face::parse(&bytes, 0).unwrap();
        let scale = em / f32::from(face.units_per_em());
        let mut x = from.0;
        for letter in text.chars() {
            let glyph = face.glyph_index(letter).unwrap();
            let mut outline = Outline { edges: Vec::new(), start: (0.0, 0.0), pen: (0.0, 0.0), to: (x, from.1, scale) };
            face.outline_glyph(glyph, &mut outline);
            outline.fill(page);
            x += f32::from(face.glyph_hor_advance(glyph).unwrap()) * scale;
        }
    }

    struct Outline {
        edges: Vec<((f32, f32), (f32, f32))>,
        start: (f32, f32),
        pen: (f32, f32),
        to: (f32, f32, f32),
    }

    impl Outline {
        fn at(&self, x: f32, y: f32) -> (f32, f32) {
            (self.to.0 + x * self.to.2, self.to.1 - y * self.to.2)
        }

        fn fill(&self, page: &mut Gray) {
            let (width, height) = (page.size.width as usize, page.size.height as usize);
            let bound = |value: f32, most: usize| (value.max(0.0) as usize).min(most);
            let points = || self.edges.iter().flat_map(|&(a, b)| [a, b]);
            let (left, right) = points().fold((f32::MAX, 0.0f32), |(l, r), (x, _)| (l.min(x), r.max(x)));
            let (top, bottom) = points().fold((f32::MAX, 0.0f32), |(t, b), (_, y)| (t.min(y), b.max(y)));
            for y in bound(top, height)..bound(bottom + 1.0, height) {
                for x in bound(left, width)..bound(right + 1.0, width) {
                    let ink = (0..16).filter(|s| self.is_inside(x as f32, y as f32, *s)).count();
                    let pixel = &mut page.pixels[y * width + x];
                    *pixel = (*pixel).min((255 - ink * 255 / 16) as u8);
                }
            }
        }

        fn is_inside(&self, x: f32, y: f32, sample: u8) -> bool {
            let (x, y) = (x + f32::from(sample % 4) / 4.0 + 0.125, y + f32::from(sample / 4) / 4.0 + 0.125);
            let crossing = |&((x1, y1), (x2, y2)): &((f32, f32), (f32, f32))| {
                let crosses = (y1 <= y) != (y2 <= y) && x1 + (y - y1) / (y2 - y1) * (x2 - x1) > x;
                if crosses { if y1 < y2 { 1 } else { -1 } } else { 0 }
            };
            self.edges.iter().map(crossing).sum::<i32>() != 0
        }
    }

    impl OutlineBuilder for Outline {
        fn move_to(&mut self, x: f32, y: f32) {
            self.pen = self.at(x, y);
            self.start = self.pen;
        }

        fn line_to(&mut self, x: f32, y: f32) {
            let to = self.at(x, y);
            self.edges.push((self.pen, to));
            self.pen = to;
        }

        fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
            let (from, middle, to) = (self.pen, self.at(x1, y1), self.at(x, y));
            let blend = |a: f32, b: f32, c: f32, t: f32| (1.0 - t).powi(2) * a + 2.0 * t * (1.0 - t) * b + t * t * c;
            for step in 1..=6u8 {
                let t = f32::from(step) / 6.0;
                let next = (blend(from.0, middle.0, to.0, t), blend(from.1, middle.1, to.1, t));
                self.edges.push((self.pen, next));
                self.pen = next;
            }
        }

        fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, x: f32, y: f32) {
            self.line_to(x, y);
        }

        fn close(&mut self) {
            self.edges.push((self.pen, self.start));
            self.pen = self.start;
        }
    }
}

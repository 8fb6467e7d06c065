//! Codes for machines: how many are read of sheets with an office scanner's faults, how many are invented on real pages,
//! and what a page costs that has none.
//!
//! `cargo bench --bench barcodes` ; seeds above 100 judge. `SOHOA_REAL` names the real pages (default `../shared/real`).

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints its tables, and what it missed beside them"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use papers::faults::{Color, Conditions, Faults, Jpeg, Picture, scan};
use papers::fonts::Fonts;
use papers::random::Random;
use papers::separators;
use papers::sheet::{Sheet, Symbology};
use sohoa::barcode::{self, Code, Luma};
use sohoa::base::geometry::Size;
use sohoa::base::units::Dpi;
use sohoa::intake;
use sohoa::raster::decode_gray;

const SEEDS: std::ops::Range<u64> = 101..161;

fn main() {
    // The test runner asks every bench what tests it has: none.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    generated();
    real();
}

/// One kind of code on a sheet.
struct Kind {
    name: &'static str,
    symbology: Symbology,
    text: fn(&mut Random) -> String,
    sheet: fn(Symbology, &str) -> Sheet,
}

const KINDS: [Kind; 6] = [
    Kind { name: "QR, mã hồ sơ on a cover", symbology: Symbology::Qr, text: dossier, sheet: cover },
    Kind { name: "QR of a citizen's card, 20 mm", symbology: Symbology::Qr, text: card, sheet: small },
    Kind { name: "Code 128, cover, 90 x 14 mm", symbology: Symbology::Code128, text: dossier, sheet: cover },
    Kind { name: "Code 128, receipt, 62 x 10 mm", symbology: Symbology::Code128, text: dossier, sheet: small },
    Kind { name: "Code 39, sheet, 170 x 22 mm", symbology: Symbology::Code39, text: dossier, sheet: whole },
    Kind { name: "Patch 1 2 3 4 6 T", symbology: Symbology::Patch, text: patch, sheet: whole },
];

fn generated() {
    println!("| code | dpi | read | nothing | wrong |\n| --- | --- | --- | --- | --- |");
    for kind in &KINDS {
        for dpi in [200, 300] {
            let (mut right, mut none, mut wrong) = (0, 0, 0);
            for seed in SEEDS {
                let mut random = Random::new(seed).fork(kind.name).fork(&dpi.to_string());
                let text = (kind.text)(&mut random);
                let sheet = (kind.sheet)(kind.symbology, &text);
                let conditions = conditions(dpi, &mut random);
                let codes =
                    read(&scan(&sheet, None, fonts().serif(0), &conditions).picture, conditions.faults.jpeg, dpi);
                let right_ones = codes.iter().filter(|code| code.text == text).count();
                right += right_ones.min(1);
                wrong += codes.len() - right_ones;
                none += usize::from(codes.is_empty());
                if right_ones == 0 {
                    eprintln!("not read: {} seed {seed}: {conditions:?}", kind.name);
                }
            }
            println!("| {} | {dpi} | {right} of {} | {none} | {wrong} |", kind.name, SEEDS.count());
        }
    }
}

/// The faults of an office's scanner: every sheet turned by some quarters, a sixth of them badly askew.
fn conditions(dpi: u32, random: &mut Random) -> Conditions {
    let mut faults = Faults::none(*random.weighted(&[(Color::Rgb, 5), (Color::Gray, 3), (Color::Bilevel, 2)]));
    faults.blur = random.real(0.3, 0.75) * dpi as f32 / 300.0;
    faults.noise = *random.weighted(&[(1.5, 4), (3.0, 4), (6.0, 2), (11.0, 1)]);
    faults.specks = if random.chance(0.2) { random.between(20, 700) as u32 } else { 0 };
    faults.light = if random.chance(0.25) { random.real(0.05, 0.32) } else { 0.0 };
    faults.contrast = if random.chance(0.1) { random.real(0.4, 0.75) } else { 1.0 };
    faults.paper = *random.pick(&[[254, 254, 254], [247, 243, 233], [238, 228, 200], [228, 228, 225]]);
    let ink = 250.0 - 214.0 * faults.contrast;
    faults.threshold = (ink + (f32::from(faults.paper[1]) - ink) * random.real(0.42, 0.7)) as u8;
    faults.jpeg = Jpeg { quality: random.between(60, 95) as u8, full_chroma: random.chance(0.4) };
    let spread = *random.weighted(&[(0.6_f32, 5), (3.0, 4), (10.0, 2)]);
    Conditions {
        dpi,
        skew: random.real(-spread, spread),
        quarters: random.below(4) as u32,
        faults,
        seed: random.bits(),
    }
}

/// Through the file that a scanner writes.
fn read(picture: &Picture, jpeg: Jpeg, dpi: u32) -> Vec<Code> {
    let bytes = if picture.color == Color::Bilevel {
        papers::encode::png(picture, dpi)
    } else {
        papers::encode::jpeg(picture, jpeg, dpi, 0)
    };
    let gray = image::load_from_memory(&bytes.expect("encodes")).expect("decodes").to_luma8();
    let size = Size { width: gray.width(), height: gray.height() };
    barcode::read(&Luma { size, pixels: gray.as_raw() }, Dpi::new(dpi as f32).expect("in range"))
}

fn fonts() -> &'static Fonts {
    Fonts::installed().expect("a font with Vietnamese letters")
}

fn dossier(random: &mut Random) -> String {
    let (office, day) = (random.between(1, 63), random.between(1, 28));
    format!(
        "H{office:02}.{}-25{:02}{day:02}-{:04}",
        random.between(1, 99),
        random.between(1, 12),
        random.between(1, 9999)
    )
}

fn card(random: &mut Random) -> String {
    let name = papers::people::name(random, papers::people::Sex::Woman, false);
    let number = random.between(100_000, 999_999);
    format!(
        "079190{number}|280123456|{name}|02031990|Nữ|Tổ 5, Khu phố 3, Phường An Thạnh, Thành phố Hồ Chí Minh|14082021"
    )
}

fn patch(random: &mut Random) -> String {
    (*random.pick(&["1", "2", "3", "4", "6", "T"])).to_owned()
}

fn cover(symbology: Symbology, text: &str) -> Sheet {
    separators::cover(symbology, text, "Nguyễn Văn An", fonts().serif(0))
}

fn whole(symbology: Symbology, text: &str) -> Sheet {
    separators::separator(symbology, text, true, fonts().serif(0))
}

/// A page of text with a code at its head, as on a receipt.
fn small(symbology: Symbology, text: &str) -> Sheet {
    let mut sheet = cover(Symbology::Qr, text);
    sheet.marks.retain(|mark| matches!(mark, papers::sheet::Mark::Word { .. }));
    sheet.codes.clear();
    let place = if symbology == Symbology::Qr { [25.0, 20.0, 20.0, 20.0] } else { [74.0, 35.0, 62.0, 10.0] };
    separators::stamp(&mut sheet, symbology, text, place);
    sheet
}

/// Every page of every real file that can be read as a document.
fn real() {
    let folder = std::env::var_os("SOHOA_REAL").map_or_else(|| PathBuf::from("../shared/real"), PathBuf::from);
    if !folder.is_dir() {
        println!("\nreal pages: skipped, `{}` is not there", folder.display());
        return;
    }
    let options = intake::Options::default();
    let mut costs: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut found = Vec::new();
    for path in files(&folder) {
        let Ok(candidate) = intake::single(&path, &options) else { continue };
        let Ok(document) = intake::read(&candidate, &options) else { continue };
        let part = path.strip_prefix(&folder).unwrap_or(&path).components().next();
        let part = part.map(|part| part.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
        for scan in &document.scans {
            let Ok(gray) = decode_gray(&scan.picture, &options.limits) else { continue };
            let begun = cpu_seconds();
            let codes = barcode::read(&Luma { size: gray.size, pixels: &gray.pixels }, scan.dpi);
            costs.entry(part.clone()).or_default().push(cpu_seconds() - begun);
            found.extend(codes.into_iter().map(|code| format!("{}, {}: {code:?}", path.display(), scan.number)));
        }
    }
    println!("\n| real pages | pages | CPU ms a page, median | worst |\n| --- | --- | --- | --- |");
    let mut all: Vec<f64> = Vec::new();
    for (part, costs) in costs {
        row(&part, costs.clone());
        all.extend(costs);
    }
    row("all", all);
    println!("\ncodes found on them: {}", found.len());
    for code in &found {
        println!("- {code}");
    }
}

fn row(name: &str, mut costs: Vec<f64>) {
    costs.sort_by(f64::total_cmp);
    let (median, worst) = (costs[costs.len() / 2] * 1e3, costs[costs.len() - 1] * 1e3);
    println!("| {name} | {} | {median:.1} | {worst:.1} |", costs.len());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path()).collect();
    entries.sort();
    entries.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Seconds that this process has computed for.
fn cpu_seconds() -> f64 {
    let spent = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    spent.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

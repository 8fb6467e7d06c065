//! `sohoa check`: the scan-quality gate alone.

use std::path::{Path, PathBuf};

pub(crate) use super::run::Format;
use super::run::fault;
use crate::cli::exit::Exit;
use crate::cli::render::{self, Fault, failure};
use crate::cli::workplace;
use crate::config::Settings;
use crate::gate::{Finding, Thresholds};
use crate::pipeline::{self, CheckReport, CheckedDocument, CheckedPage};
use crate::raster::Color;
use crate::report;

/// Looks at every page of a folder of scans without recognising it, and names what should be scanned again.
///
/// Resolution, color, cut and blurred text, exposure, skew, and the papers and numbers of pages that metadata.csv lists
/// (columns `file` and `pages`). Ends with 0 when all is good, 3 when a person must look, 1 when a file cannot be read.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of scans, or one file.
    inbox: PathBuf,
    /// A table for people, or all measures for machines.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Does what the arguments say.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<Exit, Fault> {
    look(&args.inbox, args.format, settings)
}

/// Looks at an inbox and prints what was found.
///
/// # Errors
/// [`Fault`] when the inbox cannot be read.
pub(crate) fn look(inbox: &Path, format: Format, settings: &Settings) -> Result<Exit, Fault> {
    let pool = workplace::threads(settings)?;
    let options = workplace::intake_options(settings)?;
    let report = pipeline::check(inbox, &options, &Thresholds::default(), &pool).map_err(|error| fault(&error))?;
    render::print(&match format {
        Format::Json => report::check_json(&report).map_err(|error| Fault::new(&error, None, Exit::Bug))?,
        Format::Text => text(&report),
    })?;
    Ok(exit(&report))
}

fn exit(report: &CheckReport) -> Exit {
    if report.failed() > 0 {
        Exit::SomeFailed
    } else if report.needs_a_person() {
        Exit::SomeHeld
    } else {
        Exit::Done
    }
}

/// A row for each page, what is about whole documents below, and the sum.
fn text(report: &CheckReport) -> String {
    let rows: Vec<Vec<String>> = report.documents.iter().flat_map(rows).collect();
    let mut text = render::table(&rows);
    for name in &report.missing {
        text += &format!("{name}: có trong danh mục nhưng không có tệp\n");
    }
    for (name, reason) in &report.left {
        text += &format!("{name}: {reason}\n");
    }
    let seconds = report.elapsed.as_secs_f64();
    let (pages, rate) = (report.pages(), report.pages() as f64 / seconds.max(1e-3));
    let findings = report.findings().count();
    text + &format!("{pages} pages in {seconds:.1} s ({rate:.1} pages/s), {findings} findings\n")
}

fn rows(document: &CheckedDocument) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = match &document.pages {
        Ok(pages) => pages.iter().map(|page| row(&document.name, page)).collect(),
        Err(error) => {
            let told = failure(&error.story(), error.hint().as_deref());
            vec![vec![document.name.clone(), "-".to_owned(), String::new(), String::new(), told]]
        }
    };
    let whole = |finding: &Finding| {
        vec![document.name.clone(), "*".to_owned(), String::new(), String::new(), finding.fault.text()]
    };
    rows.extend(document.findings.iter().map(whole));
    rows
}

fn row(name: &str, page: &CheckedPage) -> Vec<String> {
    let color = match page.scan.picture.color {
        Color::Bilevel { .. } => "1 bit",
        Color::Gray => "xám",
        Color::Rgb | Color::Cmyk => "màu",
    };
    let faults: Vec<String> = page.findings.iter().map(|finding| finding.fault.text()).collect();
    let found = match (faults.is_empty(), page.blank) {
        (false, _) => faults.join("; "),
        (true, true) => "trang trắng".to_owned(),
        (true, false) => "tốt".to_owned(),
    };
    let dpi = format!("{} dpi", page.scan.dpi.value().round());
    vec![name.to_owned(), page.scan.number.value().to_string(), dpi, color.to_owned(), found]
}

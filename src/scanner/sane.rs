//! Scanners that SANE knows, through its program `scanimage` (SANE standard 1.06; option names of section 4.5).
//!
//! Modes and sources have other names with every driver, so the device's own list is asked first.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{Device, Error, Feed, Mode, Request};

/// A4 in millimeters.
const A4: (&str, &str) = ("210", "297");

/// Scans into `folder`.
pub(super) fn scan(request: &Request, device: Option<&str>, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let name = Device::Sane(device.map(str::to_owned)).to_string();
    let offered = Offered::by(&run(scanimage(device).arg("--all-options"), &name)?);
    let mut command = scanimage(device);
    command.arg("--format=png").arg(format!("--batch={}", folder.join("page-%03d.png").display()));
    command.arg(format!("--resolution={}", request.dpi));
    if let Some(mode) = offered.mode(request.mode, &name)? {
        command.arg(format!("--mode={mode}"));
    }
    if let Some(source) = offered.source(request.feed, &name)? {
        command.arg(format!("--source={source}"));
    }
    if offered.has_area {
        command.args(["-x", A4.0, "-y", A4.1]);
    }
    if let Some(pages) = request.pages.or((request.feed == Feed::Glass).then_some(1)) {
        command.arg(format!("--batch-count={pages}"));
    }
    run(&mut command, &name)?;
    pages(folder)
}

fn scanimage(device: Option<&str>) -> Command {
    let mut command = Command::new("scanimage");
    // Its messages are told on in English, whatever the office speaks.
    command.env("LC_ALL", "C");
    if let Some(device) = device {
        command.arg(format!("--device-name={device}"));
    }
    command
}

/// Runs to its end; what it wrote to standard output.
fn run(command: &mut Command, device: &str) -> Result<String, Error> {
    let Output { status, stdout, stderr } = command.output().map_err(|source| Error::NoProgram { source })?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it ended without a word");
    let message = last.trim_start_matches("scanimage: ").to_owned();
    Err(Error::Sane { device: device.to_owned(), message })
}

/// The files that it wrote, in order; it leaves none half written under its final name.
fn pages(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let storage = |source| Error::Storage { path: folder.to_owned(), source };
    let entries = std::fs::read_dir(folder).map_err(storage)?;
    let mut pages: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(storage)?;
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "png"));
    pages.sort();
    Ok(pages)
}

/// What a device offers.
#[derive(Debug, Default, PartialEq, Eq)]
struct Offered {
    modes: Vec<String>,
    sources: Vec<String>,
    has_area: bool,
}

impl Offered {
    /// From `scanimage --all-options`: lines such as `    --mode Gray|Color [Gray]`.
    fn by(options: &str) -> Self {
        let choices = |option: &str| {
            let line = options.lines().find_map(|line| line.trim_start().strip_prefix(option)).unwrap_or_default();
            let list = line.rsplit_once(" [").map_or(line, |(list, _)| list).trim();
            let choices = list.split('|').map(str::trim).filter(|choice| !choice.is_empty());
            choices.map(str::to_owned).collect()
        };
        let has_area = options.lines().any(|line| line.trim_start().starts_with("-x "));
        Self { modes: choices("--mode "), sources: choices("--source "), has_area }
    }

    /// The device's own name of a mode; none where it lets nobody choose.
    fn mode(&self, mode: Mode, device: &str) -> Result<Option<&str>, Error> {
        let words: &[&str] = match mode {
            Mode::Color => &["color", "colour"],
            Mode::Gray => &["gray", "grey"],
            Mode::Bilevel => &["lineart", "binary", "black"],
        };
        let fits = |choice: &str| words.iter().any(|word| choice.contains(word));
        choose(&self.modes, fits, (device, mode.name()))
    }

    /// The device's own name of a place for paper; none where it lets nobody choose.
    fn source(&self, feed: Feed, device: &str) -> Result<Option<&str>, Error> {
        let is_feeder = |choice: &str| choice.contains("adf") || choice.contains("feeder");
        let fits = |choice: &str| match feed {
            Feed::Glass => !is_feeder(choice) && !choice.contains("duplex"),
            Feed::Feeder => is_feeder(choice) && !choice.contains("duplex"),
            Feed::Duplex => choice.contains("duplex"),
        };
        choose(&self.sources, fits, (device, feed.name()))
    }
}

fn choose<'a>(
    choices: &'a [String],
    fits: impl Fn(&str) -> bool,
    (device, wanted): (&str, &'static str),
) -> Result<Option<&'a str>, Error> {
    if choices.is_empty() {
        return Ok(None);
    }
    let found = choices.iter().find(|choice| fits(&choice.to_lowercase()));
    let unsupported = || Error::Unsupported { device: device.to_owned(), wanted, found: choices.join(", ") };
    found.map(|choice| Some(choice.as_str())).ok_or_else(unsupported)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: &str = "  Scan Mode:\n    --mode Lineart|Gray|Color [Color]\n    --resolution 75..600dpi [75]\n    \
        --source Flatbed|ADF Front|ADF Duplex [Flatbed]\n    -x 0..215.9mm [215.9]\n";

    #[test]
    fn a_device_is_asked_for_its_own_names() {
        let offered = Offered::by(OPTIONS);
        assert_eq!(offered.modes, ["Lineart", "Gray", "Color"]);
        assert!(offered.has_area);
        assert_eq!(offered.mode(Mode::Bilevel, "d").expect("has it"), Some("Lineart"));
        assert_eq!(offered.source(Feed::Feeder, "d").expect("has it"), Some("ADF Front"));
        assert_eq!(offered.source(Feed::Duplex, "d").expect("has it"), Some("ADF Duplex"));
        assert_eq!(Offered::default().source(Feed::Duplex, "d").expect("no choice"), None);
        let few = Offered { sources: vec!["Flatbed".to_owned()], ..Offered::default() };
        let error = few.source(Feed::Duplex, "d").expect_err("no feeder");
        assert_eq!(error.to_string(), "scanner d has no duplex feeder; it has Flatbed");
    }
}

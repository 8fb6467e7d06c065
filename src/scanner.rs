//! Pages from a scanner become a folder of pictures, which is a document of an inbox.
//!
//! In: a [`Request`]. Out: the page files in order, each stating its resolution. Two ways to a device: SANE's own
//! program `scanimage`, and eSCL (Mopria's driverless scanning over HTTP), which is spoken only to an address that was
//! named. The pages are kept as the scanner gave them: PNG from SANE, JPEG from eSCL, whose header alone is told the
//! resolution where it says none. Knows no document: what the pages are is read from the folder like any other.

mod density;
mod escl;
mod sane;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::base::files;

/// What is to be scanned, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// From where.
    pub device: Device,
    /// Dots an inch.
    pub dpi: u32,
    /// Channels and depth.
    pub mode: Mode,
    /// Where the paper lies.
    pub feed: Feed,
    /// Pages at most; none: until the feeder is empty, and one from the glass.
    pub pages: Option<u32>,
}

/// A scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    /// By its name in SANE; SANE's first where none is given.
    Sane(Option<String>),
    /// By its address, `http://HOST/eSCL`.
    Escl(String),
}

/// Channels and depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// 24 bits: what Decree 30/2020 asks for.
    Color,
    /// 8 bits.
    Gray,
    /// 1 bit.
    Bilevel,
}

/// Where the paper lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// On the glass.
    Glass,
    /// In the feeder, fronts only.
    Feeder,
    /// In the feeder, both sides.
    Duplex,
}

/// Why nothing, or not everything, was scanned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// SANE's program is not installed.
    #[error("`scanimage` cannot be started")]
    NoProgram {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// SANE refused, in its own words.
    #[error("scanner {device}: {message}")]
    Sane {
        /// The device.
        device: String,
        /// What `scanimage` said.
        message: String,
    },
    /// The scanner has no such place for paper, or no such mode.
    #[error("scanner {device} has no {wanted}; it has {found}")]
    Unsupported {
        /// The device.
        device: String,
        /// What was asked for.
        wanted: &'static str,
        /// What it has.
        found: String,
    },
    /// The network scanner did not do what was asked.
    #[error("scanner {device}: {request} failed: {why}")]
    Escl {
        /// Its address.
        device: String,
        /// Which request.
        request: &'static str,
        /// What came back.
        why: String,
    },
    /// Nothing lay in the feeder.
    #[error("scanner {device} gave no page")]
    NoPage {
        /// The device.
        device: String,
    },
    /// The folder is there already, or cannot be written.
    #[error("{} cannot be written", path.display())]
    Storage {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// What the user can do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoProgram { .. } => "install SANE: `apt install sane-utils`".to_owned(),
            Self::Sane { .. } => "`scanimage -L` lists the scanners that SANE knows; name one with --device".to_owned(),
            Self::Unsupported { .. } => "choose another with --source or --mode".to_owned(),
            Self::Escl { .. } => {
                "check that the scanner is on, not in use, and that its address ends in /eSCL".to_owned()
            }
            Self::NoPage { .. } => "put the paper into the feeder, or use --source glass".to_owned(),
            Self::Storage { .. } => "name a new folder on a disk with space".to_owned(),
        })
    }
}

/// Scans into a new folder, which appears only when all pages are in it. The page files, in order.
///
/// # Errors
/// See [`Error`]. What was scanned until then is kept in a hidden folder beside, `.NAME.part`.
pub fn scan(request: &Request, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let storage = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Storage { path, source }
    };
    if folder.exists() {
        return Err(storage(folder)(io::ErrorKind::AlreadyExists.into()));
    }
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        files::create_folders(above).map_err(storage(above))?;
    }
    let part = new_part(folder).map_err(storage(folder))?;
    let pages = pages(request, &part).inspect_err(|_| {
        // Removes it only where nothing was scanned.
        drop(fs::remove_dir(&part));
    })?;
    files::rename_to_new(&part, folder).map_err(storage(folder))?;
    Ok(pages.iter().filter_map(|page| page.file_name()).map(|name| folder.join(name)).collect())
}

/// A hidden folder beside, under a name that no earlier scan left: `.NAME.part`, `.NAME.part-2`.
fn new_part(folder: &Path) -> io::Result<PathBuf> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut number = 1_u32;
    loop {
        let ending = if number == 1 { String::new() } else { format!("-{number}") };
        let part = folder.with_file_name(format!(".{name}.part{ending}"));
        match fs::create_dir(&part) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            made => return made.map(|()| part),
        }
    }
}

fn pages(request: &Request, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let pages = match &request.device {
        Device::Sane(device) => sane::scan(request, device.as_deref(), folder),
        Device::Escl(address) => escl::scan(request, address, folder),
    }?;
    if pages.is_empty() { Err(Error::NoPage { device: request.device.to_string() }) } else { Ok(pages) }
}

impl std::fmt::Display for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sane(None) => f.write_str("(SANE's first)"),
            Self::Sane(Some(name)) | Self::Escl(name) => f.write_str(name),
        }
    }
}

impl std::str::FromStr for Device {
    type Err = std::convert::Infallible;

    /// An address is a network scanner, anything else a name of SANE.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_address = text.starts_with("http://");
        let text = text.trim_end_matches('/').to_owned();
        Ok(if is_address { Self::Escl(text) } else { Self::Sane(Some(text)) })
    }
}

impl Feed {
    /// Its name on the command line.
    fn name(self) -> &'static str {
        match self {
            Self::Glass => "glass",
            Self::Feeder => "feeder",
            Self::Duplex => "duplex feeder",
        }
    }
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Color => "color mode",
            Self::Gray => "gray mode",
            Self::Bilevel => "one-bit mode",
        }
    }
}

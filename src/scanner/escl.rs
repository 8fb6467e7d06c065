//! Network scanners that speak eSCL (Mopria Alliance, eSCL Technical Specification 2.97) over plain HTTP.
//!
//! `ScannerCapabilities` says what there is, `ScanJobs` begins a job, `NextDocument` gives a page at a time until 404.
//! Nothing is asked of any address but the one named.

use std::path::{Path, PathBuf};
use std::time::Duration;

use regex::Regex;
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use super::{Error, Feed, Mode, Request, density};
use crate::base::files;

/// For one answer: a page at 600 dpi takes a slow scanner half a minute.
const PATIENCE: Duration = Duration::from_mins(2);
/// Between two tries while the scanner warms up or moves paper (503).
const PAUSE: Duration = Duration::from_secs(1);
/// Tries for one page.
const TRIES: u32 = 120;
/// Bytes of a page at most, as for any file of an inbox.
const LARGEST_PAGE: u64 = 256 << 20;
/// Bytes of what a scanner says of itself.
const LARGEST_ANSWER: u64 = 1 << 20;
/// Pages of one job at most: a scanner that never says that it is done.
const MOST_PAGES: u32 = 2000;

/// Scans into `folder`.
pub(super) fn scan(request: &Request, address: &str, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let scanner = Scanner::at(address);
    let capabilities = scanner.capabilities()?;
    refuse_unsupported(request, &capabilities, address)?;
    let job = scanner.begin(request)?;
    let most = request.pages.unwrap_or(if request.feed == Feed::Glass { 1 } else { MOST_PAGES });
    let mut pages = Vec::new();
    for number in 1..=most {
        let Some(jpeg) = scanner.next(&job)? else { return Ok(pages) };
        let page = folder.join(format!("page-{number:03}.jpg"));
        let stored = files::write_durably(&page, &density::stated(jpeg, request.dpi));
        stored.map_err(|source| Error::Storage { path: page.clone(), source })?;
        pages.push(page);
    }
    scanner.end(&job);
    Ok(pages)
}

struct Scanner<'a> {
    address: &'a str,
    agent: Agent,
}

impl<'a> Scanner<'a> {
    fn at(address: &'a str) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent("sohoa")
            // No call goes anywhere but to the address given, whatever the environment says.
            .proxy(None)
            .build();
        Self { address, agent: Agent::new_with_config(config) }
    }

    fn capabilities(&self) -> Result<String, Error> {
        let request = "ScannerCapabilities";
        let answer = self.agent.get(format!("{}/{request}", self.address)).call();
        let mut answer = self.answer(answer, request)?;
        if answer.status() != StatusCode::OK {
            return Err(self.refused(request, answer.status().to_string()));
        }
        let text = answer.body_mut().with_config().limit(LARGEST_ANSWER).read_to_string();
        text.map_err(|error| self.refused(request, error.to_string()))
    }

    /// Begins a job; its address.
    fn begin(&self, wanted: &Request) -> Result<String, Error> {
        let request = "ScanJobs";
        let url = format!("{}/{request}", self.address);
        for _ in 0..TRIES {
            let answer = self.agent.post(&url).content_type("text/xml").send(settings(wanted));
            let answer = self.answer(answer, request)?;
            match answer.status() {
                StatusCode::CREATED => return self.job(&answer),
                StatusCode::SERVICE_UNAVAILABLE => std::thread::sleep(PAUSE),
                // The specification's answer of a feeder without paper.
                StatusCode::CONFLICT => return Err(Error::NoPage { device: self.address.to_owned() }),
                status => return Err(self.refused(request, status.to_string())),
            }
        }
        Err(self.refused(request, "it stays busy".to_owned()))
    }

    /// Where the answer says that the job is: on this scanner, whatever host it names.
    fn job(&self, answer: &Response<Body>) -> Result<String, Error> {
        let place = answer.headers().get("location").and_then(|place| place.to_str().ok());
        let job = place.and_then(|place| place.trim_end_matches('/').rsplit_once("ScanJobs/"));
        let (_, job) = job.ok_or_else(|| self.refused("ScanJobs", "it names no job".to_owned()))?;
        Ok(format!("{}/ScanJobs/{job}", self.address))
    }

    /// The next page; `None` when there is none.
    fn next(&self, job: &str) -> Result<Option<Vec<u8>>, Error> {
        let request = "NextDocument";
        for _ in 0..TRIES {
            let mut answer = self.answer(self.agent.get(format!("{job}/{request}")).call(), request)?;
            match answer.status() {
                StatusCode::OK => {
                    let page = answer.body_mut().with_config().limit(LARGEST_PAGE).read_to_vec();
                    return page.map(Some).map_err(|error| self.refused(request, error.to_string()));
                }
                StatusCode::NOT_FOUND => return Ok(None),
                StatusCode::SERVICE_UNAVAILABLE => std::thread::sleep(PAUSE),
                status => return Err(self.refused(request, status.to_string())),
            }
        }
        Err(self.refused(request, "it stays busy".to_owned()))
    }

    /// Ends a job before its feeder is empty; a scanner that does not listen ends it by itself.
    fn end(&self, job: &str) {
        drop(self.agent.delete(job).call());
    }

    fn answer(
        &self,
        answer: Result<Response<Body>, ureq::Error>,
        request: &'static str,
    ) -> Result<Response<Body>, Error> {
        answer.map_err(|error| self.refused(request, error.to_string()))
    }

    fn refused(&self, request: &'static str, why: String) -> Error {
        Error::Escl { device: self.address.to_owned(), request, why }
    }
}

fn refuse_unsupported(request: &Request, capabilities: &str, device: &str) -> Result<(), Error> {
    let places = [("Platen", Feed::Glass), ("AdfSimplexInputCaps", Feed::Feeder), ("AdfDuplexInputCaps", Feed::Duplex)];
    let has = |element: &str| {
        capabilities.contains(&format!(":{element}>")) || capabilities.contains(&format!("<{element}>"))
    };
    let found: Vec<Feed> = places.into_iter().filter(|(element, _)| has(element)).map(|(_, feed)| feed).collect();
    let unsupported =
        |wanted, found: Vec<String>| Error::Unsupported { device: device.to_owned(), wanted, found: found.join(", ") };
    if !found.contains(&request.feed) {
        let names = found.iter().map(|feed| feed.name().to_owned()).collect();
        return Err(unsupported(request.feed.name(), names));
    }
    let modes = texts(capabilities, "ColorMode");
    if !modes.iter().any(|mode| mode == color_mode(request.mode)) {
        return Err(unsupported(request.mode.name(), modes));
    }
    Ok(())
}

/// The texts of all elements of a name, whatever their prefix.
fn texts(xml: &str, element: &str) -> Vec<String> {
    let Ok(form) = Regex::new(&format!(r"<(?:\w+:)?{element}\b[^>]*>\s*([^<]*?)\s*<")) else { return Vec::new() };
    form.captures_iter(xml).map(|found| found[1].to_owned()).collect()
}

fn color_mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Color => "RGB24",
        Mode::Gray => "Grayscale8",
        Mode::Bilevel => "BlackAndWhite1",
    }
}

/// A4, in three hundredths of an inch; JPEG, since every eSCL scanner has it.
fn settings(request: &Request) -> String {
    let source = if request.feed == Feed::Glass { "Platen" } else { "Feeder" };
    let duplex = if request.feed == Feed::Duplex { "<scan:Duplex>true</scan:Duplex>" } else { "" };
    let (dpi, mode) = (request.dpi, color_mode(request.mode));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<scan:ScanSettings xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">
<pwg:Version>2.0</pwg:Version><scan:Intent>Document</scan:Intent>
<pwg:ScanRegions><pwg:ScanRegion><pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits>
<pwg:XOffset>0</pwg:XOffset><pwg:YOffset>0</pwg:YOffset><pwg:Width>2480</pwg:Width><pwg:Height>3508</pwg:Height>
</pwg:ScanRegion></pwg:ScanRegions>
<pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat><scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt>
<pwg:InputSource>{source}</pwg:InputSource>{duplex}<scan:ColorMode>{mode}</scan:ColorMode>
<scan:XResolution>{dpi}</scan:XResolution><scan:YResolution>{dpi}</scan:YResolution>
</scan:ScanSettings>"#
    )
}

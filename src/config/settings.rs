//! Settings as meaning: typed, checked, complete.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use super::{Error, Layers};
use crate::base::time::Clock;
use crate::base::units::Confidence;
use crate::intake::BlankPages;
use crate::ocr::Languages;
use crate::pdfa::Conformance;
use crate::vn::identifiers::OwnerId;

/// Resolved settings; absence means what each field says.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of the warehouse, where one was named.
    pub warehouse: Option<PathBuf>,
    /// Documents and pages worked on at once.
    pub workers: NonZeroUsize,
    /// Where the time comes from.
    pub clock: Clock,
    /// Pixels of one page at most.
    pub max_pixels: u64,
    /// Pages of one document at most.
    pub max_pages: usize,
    /// Bytes of one file at most.
    pub max_bytes: u64,
    /// Time between two looks at a watched inbox.
    pub watch_interval: Duration,
    /// Owner of the whole inbox.
    pub owner: Option<OwnerId>,
    /// Passwords of locked PDF files.
    pub password_file: Option<PathBuf>,
    /// What becomes of pages with nothing on them.
    pub blank_pages: BlankPages,
    /// Tesseract languages.
    pub languages: Languages,
    /// Time for one A4 page at 300 dpi.
    pub page_time: Duration,
    /// Threshold of a document type.
    pub type_confidence: Confidence,
    /// Threshold of a required field.
    pub field_confidence: Confidence,
    /// Threshold of a page's mean word confidence.
    pub page_confidence: Confidence,
    /// The agency that digitises; none: the certificate's organisation.
    pub agency: Option<String>,
    /// The officer who digitises.
    pub officer: Option<String>,
    /// Level of PDF/A.
    pub level: Conformance,
    /// How page pictures go into the PDF.
    pub pictures: Pictures,
    /// The organisation's key; none: the warehouse's demo keys.
    pub signing_key: Option<SigningKey>,
    /// Time-stamp authority; none: the demo's own.
    pub timestamp_url: Option<String>,
    /// Roots that signatures of input files are judged by; none: no certificate is trusted.
    pub trusted_roots: Option<PathBuf>,
    /// Font of the visible text; none: one of the system.
    pub font: Option<PathBuf>,
    /// Whether the input files go into the deposit.
    pub keep_source: KeepSource,
}

/// A private key file and its certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// PKCS#8 PEM.
    pub key: PathBuf,
    /// PEM, the signer's certificate first.
    pub certificate: PathBuf,
}

/// How page pictures go into the PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pictures {
    /// As layers of ink and paper, where that reads the same and is much smaller; the lines that changed most are read again.
    Layers,
    /// As layers, after every page was read again as a whole.
    CheckedLayers,
    /// As they came.
    Archive,
}

/// Whether the input files go into the deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepSource {
    /// Always.
    Always,
    /// Where a page's picture is not the input's own.
    Changed,
    /// Never.
    Never,
}

impl Settings {
    /// Gives every value its meaning.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a value outside its range, [`Error::Incomplete`] for half a key.
    pub fn resolve(layers: &Layers) -> Result<Self, Error> {
        let read = Reader(layers);
        Ok(Self {
            warehouse: read.path("run.warehouse"),
            workers: read.workers()?,
            clock: read.clock()?,
            max_pixels: read.number("intake.max-pixels", 1..=10_000_000_000)?,
            max_pages: read.number("intake.max-pages", 1..=1_000_000)? as usize,
            max_bytes: read.number("intake.max-bytes", 1..=1 << 40)?,
            watch_interval: Duration::from_secs(read.number("watch.interval-seconds", 1..=3600)?),
            owner: read.owner()?,
            password_file: read.path("intake.password-file"),
            blank_pages: read.blank_pages()?,
            languages: read.languages()?,
            page_time: Duration::from_secs(read.number("ocr.page-seconds", 1..=3600)?),
            type_confidence: read.confidence("review.type-confidence")?,
            field_confidence: read.confidence("review.field-confidence")?,
            page_confidence: read.confidence("review.page-confidence")?,
            agency: read.text("pdfa.agency"),
            officer: read.text("pdfa.officer"),
            level: read.level()?,
            pictures: read.pictures()?,
            signing_key: read.signing_key()?,
            timestamp_url: read.timestamp_url()?,
            trusted_roots: read.path("sign.trusted-roots"),
            font: read.path("sign.font"),
            keep_source: read.keep_source()?,
        })
    }
}

struct Reader<'a>(&'a Layers);

impl Reader<'_> {
    fn text(&self, name: &str) -> Option<String> {
        let value = self.0.value(name).0.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    fn invalid(&self, name: &'static str, expected: impl Into<String>) -> Error {
        let (found, from) = self.0.value(name);
        Error::Invalid { name, from: from.to_string(), found: found.to_owned(), expected: expected.into() }
    }

    fn number(&self, name: &'static str, range: std::ops::RangeInclusive<u64>) -> Result<u64, Error> {
        let found = self.0.value(name).0.trim().replace('_', "").parse().ok();
        found
            .filter(|number| range.contains(number))
            .ok_or_else(|| self.invalid(name, format!("a whole number from {} to {}", range.start(), range.end())))
    }

    fn workers(&self) -> Result<NonZeroUsize, Error> {
        if self.text("run.workers").is_none() {
            return Ok(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN));
        }
        let number = self.number("run.workers", 1..=256)? as usize;
        Ok(NonZeroUsize::new(number).unwrap_or(NonZeroUsize::MIN))
    }

    fn clock(&self) -> Result<Clock, Error> {
        self.text("run.clock").map_or(Ok(Clock::System), |text| {
            text.parse()
                .map(Clock::Fixed)
                .map_err(|_| self.invalid("run.clock", "a moment like 2026-11-03T09:15:22+07:00"))
        })
    }

    fn owner(&self) -> Result<Option<OwnerId>, Error> {
        self.text("intake.owner")
            .map(|text| {
                text.parse().map_err(|error| self.invalid("intake.owner", format!("an owner's number ({error})")))
            })
            .transpose()
    }

    fn blank_pages(&self) -> Result<BlankPages, Error> {
        match self.0.value("intake.blank-pages").0.trim() {
            "set-aside" => Ok(BlankPages::SetAside),
            "keep" => Ok(BlankPages::Keep),
            _ => Err(self.invalid("intake.blank-pages", "set-aside or keep")),
        }
    }

    fn languages(&self) -> Result<Languages, Error> {
        let found = self.text("ocr.languages").unwrap_or_default().parse();
        found.map_err(|_| self.invalid("ocr.languages", "language names joined by +, such as vie+eng"))
    }

    fn confidence(&self, name: &'static str) -> Result<Confidence, Error> {
        let found = self.0.value(name).0.trim().parse().ok();
        found.and_then(|number| Confidence::new(number).ok()).ok_or_else(|| self.invalid(name, "a number from 0 to 1"))
    }

    fn signing_key(&self) -> Result<Option<SigningKey>, Error> {
        match (self.path("sign.key"), self.path("sign.certificate")) {
            (Some(key), Some(certificate)) => Ok(Some(SigningKey { key, certificate })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(Error::Incomplete { name: "sign.key", missing: "sign.certificate" }),
            (None, Some(_)) => Err(Error::Incomplete { name: "sign.certificate", missing: "sign.key" }),
        }
    }

    fn timestamp_url(&self) -> Result<Option<String>, Error> {
        let url = self.text("sign.timestamp-url");
        if url.as_deref().is_none_or(|url| url.starts_with("http://")) {
            return Ok(url);
        }
        Err(self
            .invalid("sign.timestamp-url", "an address that begins with http:// (tokens are signed, so need no TLS)"))
    }

    fn level(&self) -> Result<Conformance, Error> {
        match self.0.value("pdfa.level").0.trim() {
            "1b" => Ok(Conformance::A1b),
            "2u" => Ok(Conformance::A2u),
            "3u" => Ok(Conformance::A3u),
            _ => Err(self.invalid("pdfa.level", "1b, 2u or 3u")),
        }
    }

    fn pictures(&self) -> Result<Pictures, Error> {
        match self.0.value("pdfa.pictures").0.trim() {
            "layers" => Ok(Pictures::Layers),
            "checked-layers" => Ok(Pictures::CheckedLayers),
            "archive" => Ok(Pictures::Archive),
            _ => Err(self.invalid("pdfa.pictures", "layers, checked-layers or archive")),
        }
    }

    fn keep_source(&self) -> Result<KeepSource, Error> {
        match self.0.value("deposit.keep-source").0.trim() {
            "always" => Ok(KeepSource::Always),
            "changed" => Ok(KeepSource::Changed),
            "never" => Ok(KeepSource::Never),
            _ => Err(self.invalid("deposit.keep-source", "always, changed or never")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Settings, Error> {
        let mut layers = Layers::default();
        for (name, value) in pairs {
            layers.flag(name, Some((*value).to_owned()));
        }
        Settings::resolve(&layers)
    }

    #[test]
    fn defaults_are_valid() {
        let settings = with(&[]).expect("defaults");
        assert_eq!(settings.languages.to_string(), "vie");
        assert_eq!(settings.clock, Clock::System);
        assert_eq!(settings.keep_source, KeepSource::Always);
        assert_eq!(settings.pictures, Pictures::Layers);
    }

    #[test]
    fn each_value_is_checked() {
        for (name, value) in [
            ("run.workers", "0"),
            ("run.clock", "yesterday"),
            ("intake.max-pages", "-1"),
            ("intake.owner", "12"),
            ("intake.blank-pages", "delete"),
            ("ocr.languages", "vie;eng"),
            ("review.type-confidence", "2"),
            ("sign.timestamp-url", "https://tsa.example"),
            ("deposit.keep-source", "sometimes"),
            ("pdfa.pictures", "small"),
            ("pdfa.level", "2b"),
        ] {
            let error = with(&[(name, value)]).expect_err(name);
            assert!(matches!(error, Error::Invalid { .. }), "{error}");
            assert!(error.hint().is_some(), "{name} has a hint");
        }
    }

    #[test]
    fn half_a_key_is_refused() {
        assert!(matches!(with(&[("sign.key", "a.pem")]), Err(Error::Incomplete { missing: "sign.certificate", .. })));
    }
}

//! Settings as meaning: typed, checked, complete.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use super::{Error, Layers};
use crate::base::time::Clock;
use crate::base::units::{Confidence, PageNumber};
use crate::intake::BlankPages;
use crate::ocr::Languages;
use crate::pdfa::Conformance;
use crate::pki::pkcs11::TokenChoice;
use crate::pki::remote::ServiceChoice;
use crate::pki::{DigestAlgorithm, KeyFile, Scheme};
use crate::sign::{PadesLevel, Spot};
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
    /// Whether the status of certificates of signed input files is asked.
    pub asks_status: bool,
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
    /// Where the key's PIN or password comes from.
    pub pin_from: SecretOrigin,
    /// Where one-time passwords come from.
    pub otp_from: SecretOrigin,
    /// Level of signatures.
    pub pades: PadesLevel,
    /// Time-stamp authorities in the order in which they are asked; none: the demo's own.
    pub timestamp_urls: Vec<String>,
    /// By which algorithm what they stamp is digested.
    pub timestamp_digest: DigestAlgorithm,
    /// Whether the status of the signer's certificates is asked before anything is signed.
    pub checks_status: bool,
    /// Time for an address of a certificate.
    pub status_time: Duration,
    /// Folder of answers about certificates.
    pub status_cache: Option<PathBuf>,
    /// Hosts asked in place of those in certificates.
    pub status_hosts: BTreeMap<String, String>,
    /// Roots that signatures of input files are judged by; none: no certificate is trusted.
    pub trusted_roots: Option<PathBuf>,
    /// Font of the visible text; none: one of the system.
    pub font: Option<PathBuf>,
    /// Picture of the handwritten signature.
    pub signature_image: Option<PathBuf>,
    /// Its width in millimetres; none: what the picture says.
    pub signature_width: Option<f32>,
    /// Picture of the organisation's seal.
    pub seal_image: Option<PathBuf>,
    /// Its width in millimetres; none: what the picture says.
    pub seal_width: Option<f32>,
    /// Where a signature stands whose place is not found; none: it is invisible.
    pub fallback_place: Option<Spot>,
    /// Whether the input files go into the deposit.
    pub keep_source: KeepSource,
}

/// Where the organisation's key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigningKey {
    /// In a file.
    File(KeyFile),
    /// On a token or HSM.
    Token {
        /// Which.
        choice: TokenChoice,
        /// Certificates that the token lacks, PEM.
        certificates: Option<PathBuf>,
    },
    /// Behind a service.
    Service {
        /// Which.
        choice: ServiceChoice,
        /// Who one is there.
        account: PathBuf,
        /// Certificates that the service lacks, PEM.
        certificates: Option<PathBuf>,
    },
}

/// Where a PIN or password comes from; never the secret itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretOrigin {
    /// A person at the terminal.
    Prompt,
    /// The first line of a file.
    File(PathBuf),
    /// An environment variable of this name.
    Variable(String),
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
    /// [`Error::Invalid`] for a value outside its range, [`Error::Incomplete`] for half a key, [`Error::Conflict`] for
    /// more than one.
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
            asks_status: read.yes("intake.ask-status")?,
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
            pin_from: read.secret_origin("sign.pin-from")?,
            otp_from: read.secret_origin("sign.otp-from")?,
            pades: read.pades()?,
            timestamp_urls: read.timestamp_urls()?,
            timestamp_digest: read.timestamp_digest()?,
            checks_status: read.yes("sign.check-status")?,
            status_time: Duration::from_secs(read.number("sign.status-seconds", 1..=600)?),
            status_cache: read.path("sign.status-cache"),
            status_hosts: read.status_hosts()?,
            trusted_roots: read.path("sign.trusted-roots"),
            font: read.path("sign.font"),
            signature_image: read.path("sign.signature-image"),
            signature_width: read.millimetres("sign.signature-width")?,
            seal_image: read.path("sign.seal-image"),
            seal_width: read.millimetres("sign.seal-width")?,
            fallback_place: read.spot("sign.fallback-place")?,
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

    fn yes(&self, name: &'static str) -> Result<bool, Error> {
        match self.0.value(name).0.trim() {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err(self.invalid(name, "yes or no")),
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

    fn millimetres(&self, name: &'static str) -> Result<Option<f32>, Error> {
        let sane = |text: String| text.parse().ok().filter(|width| (5.0..=120.0).contains(width));
        let width = |text| sane(text).ok_or_else(|| self.invalid(name, "millimetres from 5 to 120"));
        self.text(name).map(width).transpose()
    }

    fn spot(&self, name: &'static str) -> Result<Option<Spot>, Error> {
        let spot = |text: String| {
            let numbers: Vec<f32> = text.split(',').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
            let [page, left, top] = <[f32; 3]>::try_from(numbers).ok()?;
            let sane = page.fract() == 0.0 && (1.0..=1e6).contains(&page) && left >= 0.0 && top >= 0.0;
            sane.then(|| Spot { page: PageNumber::at_index(page as usize - 1), left, top })
        };
        let expected = "PAGE,X,Y such as 1,120,240, in millimetres from the top left corner of the page";
        self.text(name).map(|text| spot(text).ok_or_else(|| self.invalid(name, expected))).transpose()
    }

    fn signing_key(&self) -> Result<Option<SigningKey>, Error> {
        const KEYS: [&str; 3] = ["sign.key", "sign.module", "sign.service"];
        let mut given = KEYS.into_iter().filter(|name| self.text(name).is_some());
        let kind = given.next();
        if let (Some(name), Some(other)) = (kind, given.next()) {
            return Err(Error::Conflict { name, other });
        }
        for (name, needed) in [
            ("sign.token", "sign.module"),
            ("sign.token-key", "sign.module"),
            ("sign.credential", "sign.service"),
            ("sign.service-account", "sign.service"),
            ("sign.service-roots", "sign.service"),
        ] {
            if self.text(name).is_some() && kind != Some(needed) {
                return Err(Error::Incomplete { name, missing: needed });
            }
        }
        let (scheme, certificates) = (self.scheme()?, self.path("sign.certificate"));
        Ok(match (self.path("sign.key"), self.path("sign.module"), self.text("sign.service")) {
            (Some(key), ..) => Some(SigningKey::File(KeyFile { key, certificates, scheme })),
            (_, Some(module), _) => {
                let (token, key) = (self.text("sign.token"), self.text("sign.token-key"));
                Some(SigningKey::Token { choice: TokenChoice { module, token, key, scheme }, certificates })
            }
            (.., Some(url)) => {
                let account = self.path("sign.service-account");
                let account =
                    account.ok_or(Error::Incomplete { name: "sign.service", missing: "sign.service-account" })?;
                let (credential, roots) = (self.text("sign.credential"), self.path("sign.service-roots"));
                let choice = ServiceChoice { url, credential, scheme, roots };
                Some(SigningKey::Service { choice, account, certificates })
            }
            _ if certificates.is_some() => {
                return Err(Error::Incomplete { name: "sign.certificate", missing: "sign.key" });
            }
            _ => None,
        })
    }

    fn scheme(&self) -> Result<Scheme, Error> {
        match self.0.value("sign.scheme").0.trim() {
            "auto" => Ok(Scheme::Auto),
            "pkcs1" => Ok(Scheme::Pkcs1),
            "pss" => Ok(Scheme::Pss),
            _ => Err(self.invalid("sign.scheme", "auto, pkcs1 or pss")),
        }
    }

    fn secret_origin(&self, name: &'static str) -> Result<SecretOrigin, Error> {
        let (value, from) = self.0.value(name);
        let parts = value.trim().split_once(':').filter(|(_, rest)| !rest.is_empty());
        match (value.trim(), parts) {
            ("prompt", _) => Ok(SecretOrigin::Prompt),
            (_, Some(("file", path))) => Ok(SecretOrigin::File(PathBuf::from(path))),
            (_, Some(("env", variable))) => Ok(SecretOrigin::Variable(variable.to_owned())),
            // Somebody may have written the PIN itself.
            _ => Err(Error::Invalid {
                name,
                from: from.to_string(),
                found: "(not shown)".to_owned(),
                expected: "prompt, file:PATH or env:NAME".to_owned(),
            }),
        }
    }

    fn pades(&self) -> Result<PadesLevel, Error> {
        let name = self.0.value("sign.pades").0.trim();
        let level = PadesLevel::ALL.into_iter().find(|level| level.name() == name);
        level.ok_or_else(|| self.invalid("sign.pades", "b-b, b-t, b-lt or b-lta"))
    }

    fn timestamp_digest(&self) -> Result<DigestAlgorithm, Error> {
        match self.0.value("sign.timestamp-digest").0.trim() {
            "sha-256" => Ok(DigestAlgorithm::Sha256),
            "sha-384" => Ok(DigestAlgorithm::Sha384),
            "sha-512" => Ok(DigestAlgorithm::Sha512),
            _ => Err(self.invalid("sign.timestamp-digest", "sha-256, sha-384 or sha-512")),
        }
    }

    fn timestamp_urls(&self) -> Result<Vec<String>, Error> {
        let mut urls = Vec::new();
        for name in ["sign.timestamp-url", "sign.second-timestamp-url"] {
            let Some(url) = self.text(name) else { continue };
            if !url.starts_with("http://") {
                let expected = "an address that begins with http:// (tokens are signed, so need no TLS)";
                return Err(self.invalid(name, expected));
            }
            urls.push(url);
        }
        Ok(urls)
    }

    fn status_hosts(&self) -> Result<BTreeMap<String, String>, Error> {
        let text = self.text("sign.status-hosts").unwrap_or_default();
        let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
        let pair = |pair: &str| {
            let (from, to) = pair.split_once('=')?;
            (!from.is_empty() && !to.is_empty()).then(|| (from.to_owned(), to.to_owned()))
        };
        let hosts: Option<BTreeMap<String, String>> = pairs.map(pair).collect();
        hosts.ok_or_else(|| self.invalid("sign.status-hosts", "host=host, separated by commas"))
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
            ("sign.scheme", "rsa"),
            ("sign.timestamp-digest", "sha-1"),
            ("intake.ask-status", "maybe"),
            ("sign.pin-from", "1234"),
            ("sign.otp-from", ""),
            ("deposit.keep-source", "sometimes"),
            ("pdfa.pictures", "small"),
            ("pdfa.level", "2b"),
            ("sign.seal-width", "3"),
            ("sign.signature-width", "wide"),
            ("sign.fallback-place", "1,20"),
            ("sign.fallback-place", "0,20,20"),
        ] {
            let error = with(&[(name, value)]).expect_err(name);
            assert!(matches!(error, Error::Invalid { .. }), "{error}");
            assert!(error.hint().is_some(), "{name} has a hint");
        }
    }

    #[test]
    fn a_place_is_page_and_millimetres() {
        let spot = with(&[("sign.fallback-place", "2, 120.5,240")]).expect("a place").fallback_place;
        assert_eq!(spot, Some(Spot { page: PageNumber::at_index(1), left: 120.5, top: 240.0 }));
        assert_eq!(with(&[("sign.seal-width", "36.5")]).expect("a width").seal_width, Some(36.5));
    }

    #[test]
    fn half_a_key_is_refused() {
        for (pairs, missing) in [
            (&[("sign.certificate", "a.pem")][..], "sign.key"),
            (&[("sign.token", "A")], "sign.module"),
            (&[("sign.key", "a.pem"), ("sign.token-key", "A")], "sign.module"),
            (&[("sign.service", "https://a")], "sign.service-account"),
            (&[("sign.module", "m.so"), ("sign.credential", "C")], "sign.service"),
        ] {
            let error = with(pairs).expect_err(missing);
            assert!(matches!(error, Error::Incomplete { missing: found, .. } if found == missing), "{error}");
        }
        let two = with(&[("sign.key", "a.pem"), ("sign.module", "m.so")]).expect_err("two keys");
        assert!(matches!(two, Error::Conflict { name: "sign.key", other: "sign.module" }) && two.hint().is_some());
    }

    #[test]
    fn a_key_is_in_one_of_three_places() {
        let key = |pairs: &[(&str, &str)]| with(pairs).expect("valid").signing_key;
        assert_eq!(key(&[]), None);
        assert!(matches!(key(&[("sign.key", "a.p12")]), Some(SigningKey::File(file)) if file.certificates.is_none()));
        let token = key(&[("sign.module", "m.so"), ("sign.token", "A"), ("sign.scheme", "pss")]);
        let Some(SigningKey::Token { choice, .. }) = token else { panic!("{token:?}") };
        assert_eq!((choice.token.as_deref(), choice.key, choice.scheme), (Some("A"), None, Scheme::Pss));
        let service = key(&[("sign.service", "https://a/csc/v1"), ("sign.service-account", "a.toml")]);
        assert!(matches!(service, Some(SigningKey::Service { .. })), "{service:?}");
    }

    #[test]
    fn a_pin_in_the_wrong_place_is_not_shown() {
        assert_eq!(with(&[]).expect("valid").pin_from, SecretOrigin::Prompt);
        let origin = |value| with(&[("sign.pin-from", value)]).map(|settings| settings.pin_from);
        assert_eq!(origin("file:/run/pin").expect("valid"), SecretOrigin::File("/run/pin".into()));
        assert_eq!(origin("env:TOKEN_PIN").expect("valid"), SecretOrigin::Variable("TOKEN_PIN".to_owned()));
        for value in ["246810", "file:", "env:", "pin:246810"] {
            let error = origin(value).expect_err(value);
            assert!(!format!("{error} {error:?}").contains("246810"), "{error}");
        }
    }
}

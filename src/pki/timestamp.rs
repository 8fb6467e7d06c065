//! Time-stamps (RFC 3161): requests, responses and tokens, read and made.
//!
//! A token here is always checked: one that was read states a time that its authority signed for this very imprint.
//! Trust in the authority is a matter of verification.

mod http;
mod local;

pub use http::{HttpAuthority, Patience};
pub(super) use local::LOCAL;
pub use local::LocalAuthority;

use super::Error;
use super::algorithm::DigestAlgorithm;
use super::certificate::Certificate;
use super::cms::{self, SignedData};
use super::der::{self, NotDer, Reader};
use super::oid;
use crate::base::digest::Sha256;
use crate::base::time::Timestamp;

/// Who stamps times.
pub trait TimestampAuthority: Send + Sync {
    /// A token over a digest.
    ///
    /// # Errors
    /// [`Error::Timestamp`] when none was had, with the reason.
    fn stamp(&self, imprint: Sha256) -> Result<Token, Error>;

    /// How many bytes a token of this authority is expected to have at most.
    fn token_bytes(&self) -> usize;
}

/// A time-stamp token with the facts that it states.
#[derive(Clone)]
pub struct Token {
    der: Vec<u8>,
    signed: SignedData,
    info: Info,
}

/// `TSTInfo` (RFC 3161, 2.4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Info {
    algorithm: Result<DigestAlgorithm, String>,
    imprint: Vec<u8>,
    at: Timestamp,
    nonce: Option<Vec<u8>>,
}

/// What is wrong with a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is no token.
    #[error("the time-stamp is no token")]
    Malformed,
    /// It is over something else.
    #[error("the time-stamp is over something else")]
    Imprint,
    /// What it is over is digested by an algorithm that is not accepted, by its dotted identifier.
    #[error("the time-stamp's digest algorithm {0} is not accepted")]
    Algorithm(String),
    /// Its signature is not good.
    #[error("the time-stamp's signature: {0}")]
    Signature(cms::Fault),
    /// Its signer's certificate is not for time-stamps alone.
    #[error("the certificate `{subject}` is not for time-stamps alone")]
    Usage {
        /// The certificate.
        subject: String,
    },
    /// The certificate was not valid at the time stated.
    #[error("the certificate `{subject}` was not valid at {at}")]
    OutsideValidity {
        /// The certificate.
        subject: String,
        /// The time stated.
        at: Timestamp,
    },
    /// It states a time after that of verification.
    #[error("the time-stamp states {at}, which is after the time of verification")]
    Future {
        /// The time stated.
        at: Timestamp,
    },
}

impl Token {
    /// Reads a token; nothing of it is checked but its form.
    ///
    /// # Errors
    /// [`NotDer`] when it is none.
    pub fn read(der: &[u8]) -> Result<Self, NotDer> {
        let signed = SignedData::read(der)?;
        let info = Info::read(signed.content().ok_or(NotDer("no time-stamp information"))?)?;
        Ok(Self { der: der.to_vec(), signed, info })
    }

    /// The token.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The time that it states.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.info.at
    }

    /// The authority's certificate, where it is inside.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.signed.signer_certificate()
    }

    /// All certificates inside.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        self.signed.certificates()
    }

    /// All that is wrong with the token as one over `message` (its parts in order); nothing when it is good.
    #[must_use]
    pub fn verify(&self, message: &[&[u8]]) -> Vec<Fault> {
        let mut faults = self.verify_signature();
        match &self.info.algorithm {
            Ok(algorithm) if algorithm.of(message) != self.info.imprint => faults.push(Fault::Imprint),
            Ok(_) => {}
            Err(oid) => faults.push(Fault::Algorithm(oid.clone())),
        }
        faults
    }

    /// All that is wrong with the token but its imprint.
    fn verify_signature(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let content = self.signed.content().unwrap_or_default();
        faults.extend(self.signed.verify(oid::TST_INFO, &[content]).into_iter().map(Fault::Signature));
        if let Some(certificate) = self.certificate() {
            let subject = || certificate.common_name().to_owned();
            if !certificate.may_stamp_time() {
                faults.push(Fault::Usage { subject: subject() });
            }
            if !certificate.is_valid_at(self.at()) {
                faults.push(Fault::OutsideValidity { subject: subject(), at: self.at() });
            }
        }
        faults
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Token({})", self.at())
    }
}

impl Info {
    fn read(bytes: &[u8]) -> Result<Self, NotDer> {
        let mut fields = Reader::new(bytes).enter(der::SEQUENCE)?;
        fields.expect(der::INTEGER)?;
        fields.expect(der::OBJECT_IDENTIFIER)?;
        let mut imprint = fields.enter(der::SEQUENCE)?;
        let algorithm = DigestAlgorithm::read(imprint.expect(der::SEQUENCE)?).map_err(|unsupported| unsupported.oid);
        let imprint = imprint.expect(der::OCTET_STRING)?.content.to_vec();
        fields.expect(der::INTEGER)?;
        let at = read_time(fields.expect(der::GENERALIZED_TIME)?.content)?;
        fields.optional(der::SEQUENCE)?;
        fields.optional(der::BOOLEAN)?;
        let nonce = fields.optional(der::INTEGER)?.map(|nonce| nonce.content.to_vec());
        Ok(Self { algorithm, imprint, at, nonce })
    }
}

/// `YYYYMMDDhhmmss[.s…]Z` (RFC 3161, 2.4.2); the fraction is dropped.
fn read_time(content: &[u8]) -> Result<Timestamp, NotDer> {
    let refused = NotDer("a time is not in the form of a time-stamp");
    let text = std::str::from_utf8(content).map_err(|_| refused)?;
    let (whole, fraction) = text.split_at_checked(14).ok_or(refused)?;
    let zone = fraction.strip_suffix('Z').ok_or(refused)?;
    let digits = zone.strip_prefix('.').unwrap_or(zone);
    if !whole.bytes().chain(digits.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(refused);
    }
    let part = |range: std::ops::Range<usize>| &whole[range];
    let (date, time) = (part(0..8), part(8..14));
    let rfc3339 =
        format!("{}-{}-{}T{}:{}:{}Z", &date[..4], &date[4..6], &date[6..], &time[..2], &time[2..4], &time[4..]);
    rfc3339.parse().map_err(|_| refused)
}

/// `TimeStampReq` (RFC 3161, 2.4.1), asking for certificates.
#[must_use]
fn request(imprint: Sha256, nonce: &[u8]) -> Vec<u8> {
    let imprint = der::sequence(&[&DigestAlgorithm::Sha256.identifier(), &der::octet_string(imprint.as_bytes())]);
    der::sequence(&[&der::integer(1), &imprint, &der::unsigned(nonce), &der::boolean(true)])
}

/// Why a response holds no token that answers the request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no `TimeStampResp`.
    #[error("the answer is no time-stamp response")]
    Malformed,
    /// The authority refuses.
    #[error("the authority refuses (status {status}{}{text})", if text.is_empty() { "" } else { ": " })]
    Status {
        /// `PKIStatus`.
        status: u64,
        /// What it says.
        text: String,
    },
    /// It answers another request.
    #[error("the answer is to another request")]
    Nonce,
    /// The token is over another digest.
    #[error("the token is over another digest")]
    Imprint,
    /// The token is not good.
    #[error(transparent)]
    Token(#[from] Fault),
}

/// Reads `TimeStampResp` (RFC 3161, 2.4.2) as the answer to a request.
fn read_response(bytes: &[u8], imprint: Sha256, nonce: &[u8]) -> Result<Token, Refusal> {
    let malformed = |_: NotDer| Refusal::Malformed;
    let mut fields = Reader::new(bytes).enter(der::SEQUENCE).map_err(malformed)?;
    let mut status_info = fields.enter(der::SEQUENCE).map_err(malformed)?;
    let status = status_info.expect(der::INTEGER).map_err(malformed)?.content;
    let status = status.iter().fold(0u64, |value, &octet| value << 8 | u64::from(octet));
    // granted and grantedWithMods
    if status > 1 {
        return Err(Refusal::Status { status, text: status_text(status_info).unwrap_or_default() });
    }
    let token = Token::read(fields.expect(der::SEQUENCE).map_err(malformed)?.raw).map_err(malformed)?;
    let own_nonce = der::unsigned(nonce);
    if token.info.nonce.as_deref() != own_nonce.get(2..) {
        return Err(Refusal::Nonce);
    }
    if token.info.algorithm != Ok(DigestAlgorithm::Sha256) || token.info.imprint != imprint.as_bytes() {
        return Err(Refusal::Imprint);
    }
    match token.verify_signature().into_iter().next() {
        Some(fault) => Err(fault.into()),
        None => Ok(token),
    }
}

fn status_text(mut status_info: Reader<'_>) -> Result<String, NotDer> {
    let lines = status_info.optional(der::SEQUENCE)?.map(|text| Reader::new(text.content).elements());
    let lines = lines.transpose()?.unwrap_or_default();
    let shown = lines.iter().map(|line| String::from_utf8_lossy(line.content).into_owned());
    Ok(shown.collect::<Vec<_>>().join("; ").chars().filter(|letter| !letter.is_control()).take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::testing::{self, Pki};

    #[test]
    fn a_token_states_its_time_and_imprint() {
        let token = Pki::new().authority().stamp(Sha256::of(b"message")).expect("stamped");
        assert_eq!(token.at(), testing::now());
        assert_eq!(token.verify(&[b"message"]), []);
        assert_eq!(token.verify(&[b"massage"]), [Fault::Imprint]);
        let read = Token::read(token.der()).expect("own writing");
        assert_eq!(read.info, token.info);
    }

    #[test]
    fn a_signer_of_documents_stamps_no_time() {
        let pki = Pki::new();
        let wrong = LocalAuthority::new(pki.signer, crate::base::time::Clock::Fixed(testing::now()));
        let refused = wrong.stamp(Sha256::of(b"m")).expect_err("refused");
        assert!(refused.to_string().contains("time-stamp"), "{refused}");
    }

    #[test]
    fn an_answer_must_fit_its_request() {
        let pki = Pki::new();
        let authority = pki.authority();
        let imprint = Sha256::of(b"message");
        let answer = authority.respond(&request(imprint, &[7, 9]));
        assert!(read_response(&answer, imprint, &[7, 9]).is_ok());
        assert_eq!(read_response(&answer, imprint, &[7, 8]).err(), Some(Refusal::Nonce));
        assert_eq!(read_response(&answer, Sha256::of(b"x"), &[7, 9]).err(), Some(Refusal::Imprint));
        let refusal = authority.respond(b"no request");
        assert!(matches!(read_response(&refusal, imprint, &[7]), Err(Refusal::Status { status: 2, .. })));
        for position in 0..answer.len() {
            let mut changed = answer.clone();
            changed[position] ^= 4;
            let _ = read_response(&changed, imprint, &[7, 9]);
        }
    }

    #[test]
    fn times_are_read_strictly() {
        assert_eq!(read_time(b"20261103021522Z"), Ok(testing::now()));
        assert_eq!(read_time(b"20261103021522.125Z"), Ok(testing::now()));
        for wrong in ["20261103021522", "20261303021522Z", "20261103021522+07", "2026110302152", "aaaaaaaaaaaaaaZ"] {
            assert!(read_time(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}

//! Time-stamps (RFC 3161): requests, responses and tokens, read and made.
//!
//! A token that an authority here gave is always checked: it states a time that the authority signed for this very imprint.
//! Trust in the authority is a matter of verification.

mod fail_over;
mod http;
mod local;

pub use fail_over::FailOver;
pub use http::{HttpAuthority, Patience};
pub(super) use local::LOCAL;
pub use local::LocalAuthority;

use super::Error;
use super::algorithm::DigestAlgorithm;
use super::certificate::Certificate;
use super::cms::{self, Message, SignedData};
use super::der::{self, NotDer, Reader};
use super::oid;
use super::policy::{Policy, Weak};
use crate::base::digest::Sha256;
use crate::base::time::Timestamp;

/// Who stamps times.
pub trait TimestampAuthority: Send + Sync {
    /// A token over a digest by the algorithm of [`TimestampAuthority::digest`].
    ///
    /// # Errors
    /// [`Error::Timestamp`] when none was had, with the reason.
    fn stamp(&self, imprint: &Imprint) -> Result<Token, Error>;

    /// By which algorithm what is to be stamped must be digested.
    fn digest(&self) -> DigestAlgorithm {
        DigestAlgorithm::Sha256
    }

    /// How many bytes a token of this authority is expected to have at most.
    fn token_bytes(&self) -> usize;
}

/// What a token is over (`MessageImprint`, RFC 3161, 2.4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    algorithm: DigestAlgorithm,
    digest: Vec<u8>,
}

impl Imprint {
    /// A digest by this algorithm; `None` when it has another length.
    #[must_use]
    pub fn new(algorithm: DigestAlgorithm, digest: Vec<u8>) -> Option<Self> {
        (digest.len() == algorithm.length()).then_some(Self { algorithm, digest })
    }

    /// The imprint of a message, its parts in order.
    #[must_use]
    pub fn of(algorithm: DigestAlgorithm, message: &[&[u8]]) -> Self {
        Self { algorithm, digest: algorithm.of(message) }
    }

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// The digest.
    #[must_use]
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }
}

impl From<Sha256> for Imprint {
    fn from(digest: Sha256) -> Self {
        Self { algorithm: DigestAlgorithm::Sha256, digest: digest.as_bytes().to_vec() }
    }
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
    policy: String,
    serial: Vec<u8>,
    at: Timestamp,
    accuracy: Option<Accuracy>,
    nonce: Option<Vec<u8>>,
}

/// How far the time stated may be off, either way (RFC 3161, 2.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accuracy {
    /// Seconds.
    pub seconds: u64,
    /// Milliseconds, 0 to 999.
    pub millis: u16,
    /// Microseconds, 0 to 999.
    pub micros: u16,
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
    /// What it is over is digested by an algorithm that is not known here, by its dotted identifier.
    #[error("the time-stamp's digest algorithm {0} is not supported")]
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
    /// Reads a token in DER or BER, whose bytes are kept as they are; nothing of it is checked but its form.
    ///
    /// # Errors
    /// [`NotDer`] when it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, NotDer> {
        let signed = SignedData::read(bytes)?;
        let info = Info::read(signed.content().ok_or(NotDer("no time-stamp information"))?)?;
        Ok(Self { der: bytes.to_vec(), signed, info })
    }

    /// The token, as received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The time that it states.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.info.at
    }

    /// How exact the time is, where the token says so.
    #[must_use]
    pub fn accuracy(&self) -> Option<Accuracy> {
        self.info.accuracy
    }

    /// The policy under which it was issued, as a dotted identifier.
    #[must_use]
    pub fn policy(&self) -> &str {
        &self.info.policy
    }

    /// Content octets of its serial number.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.info.serial
    }

    /// By which algorithm what it is over was digested, where that is known here.
    #[must_use]
    pub fn digest_algorithm(&self) -> Option<DigestAlgorithm> {
        self.info.algorithm.as_ref().ok().copied()
    }

    /// The digest of what it is over.
    #[must_use]
    pub fn imprint(&self) -> &[u8] {
        &self.info.imprint
    }

    /// The signed data that it is.
    #[must_use]
    pub fn signed_data(&self) -> &SignedData {
        &self.signed
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

    /// All that is wrong with the token as one over `message` (its parts in order); nothing when it is good. Neither trust in
    /// the authority nor the strength of algorithms is asked here: see [`Token::weaknesses`].
    #[must_use]
    pub fn verify(&self, message: &[&[u8]]) -> Vec<Fault> {
        self.verify_by(self.certificate(), |algorithm| algorithm.of(message))
    }

    /// As [`Token::verify`], by a certificate from elsewhere where there is none inside, and for a message of which only
    /// digests are at hand: `digest_of` gives that by the algorithm asked for.
    #[must_use]
    pub fn verify_by(
        &self,
        certificate: Option<&Certificate>,
        digest_of: impl FnOnce(DigestAlgorithm) -> Vec<u8>,
    ) -> Vec<Fault> {
        let mut faults = self.verify_signature(certificate);
        match &self.info.algorithm {
            Ok(algorithm) if digest_of(*algorithm) != self.info.imprint => faults.push(Fault::Imprint),
            Ok(_) => {}
            Err(oid) => faults.push(Fault::Algorithm(oid.clone())),
        }
        faults
    }

    /// By which weak algorithms or keys it was made, for a token that was there at `at`; `certificate` is the authority's, wherever it was
    /// found. By which algorithm it names its
    /// certificate (SHA-1 in RFC 2634) does not count: the name is signed.
    #[must_use]
    pub fn weaknesses(&self, certificate: Option<&Certificate>, policy: &Policy, at: Timestamp) -> Vec<Weak> {
        let mut weak = self.signed.signer().weaknesses(certificate, policy, at);
        let imprint = self.digest_algorithm().and_then(|digest| policy.allows_digest(digest, at).err());
        weak.extend(imprint.filter(|imprint| !weak.contains(imprint)));
        weak
    }

    /// All that is wrong with the token but its imprint.
    fn verify_signature(&self, certificate: Option<&Certificate>) -> Vec<Fault> {
        let content = [self.signed.content().unwrap_or_default()];
        let content = Message::Parts(&content);
        let signer = self.signed.signer();
        let faults = match certificate {
            Some(certificate) => signer.verify_by(certificate, oid::TST_INFO, &content),
            None => signer.verify(oid::TST_INFO, &content),
        };
        let mut faults: Vec<_> = faults.into_iter().map(Fault::Signature).collect();
        // RFC 3161, 2.4.2: the token holds the signature of the authority alone.
        let signers = self.signed.signers().count();
        faults.extend((signers > 1).then_some(Fault::Signature(cms::Fault::SeveralSigners(signers))));
        if let Some(certificate) = certificate {
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
        let mut fields = Reader::ber(bytes).only(der::SEQUENCE)?;
        fields.expect(der::INTEGER)?;
        let policy = oid::dotted(fields.expect(der::OBJECT_IDENTIFIER)?.content);
        let mut imprint = fields.enter(der::SEQUENCE)?;
        let algorithm = DigestAlgorithm::read(imprint.expect(der::SEQUENCE)?).map_err(|unsupported| unsupported.oid);
        let imprint = imprint.element()?.octets()?.into_owned();
        let serial = fields.expect(der::INTEGER)?.content.to_vec();
        let at = fields.expect(der::GENERALIZED_TIME)?.time()?;
        let accuracy = fields.optional(der::SEQUENCE)?.map(|accuracy| Accuracy::read(accuracy.reader())).transpose()?;
        fields.optional(der::BOOLEAN)?;
        let nonce = fields.optional(der::INTEGER)?.map(|nonce| nonce.content.to_vec());
        Ok(Self { algorithm, imprint, policy, serial, at, accuracy, nonce })
    }
}

impl Accuracy {
    fn read(mut fields: Reader<'_>) -> Result<Self, NotDer> {
        let seconds = fields.optional(der::INTEGER)?.map_or(Ok(0), |seconds| seconds.small())?;
        let mut part = |number| {
            let part = fields.optional(der::primitive(number))?.map_or(Ok(0), |part| part.small())?;
            u16::try_from(part).ok().filter(|part| *part < 1000).ok_or(NotDer("an accuracy is out of bounds"))
        };
        Ok(Self { seconds, millis: part(0)?, micros: part(1)? })
    }
}

/// `TimeStampReq` (RFC 3161, 2.4.1), asking for certificates.
fn request(imprint: &Imprint, nonce: &[u8]) -> Vec<u8> {
    let digest = der::octet_string(&imprint.digest);
    let imprint = der::sequence(&[&imprint.algorithm.identifier(), &digest]);
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
fn read_response(bytes: &[u8], imprint: &Imprint, nonce: &[u8]) -> Result<Token, Refusal> {
    let malformed = |_: NotDer| Refusal::Malformed;
    let mut fields = Reader::ber(bytes).enter(der::SEQUENCE).map_err(malformed)?;
    let mut status_info = fields.enter(der::SEQUENCE).map_err(malformed)?;
    let status = status_info.expect(der::INTEGER).and_then(|status| status.small()).map_err(malformed)?;
    // granted and grantedWithMods
    if status > 1 {
        return Err(Refusal::Status { status, text: status_text(status_info).unwrap_or_default() });
    }
    let token = Token::read(fields.expect(der::SEQUENCE).map_err(malformed)?.raw).map_err(malformed)?;
    let own_nonce = der::unsigned(nonce);
    if token.info.nonce.as_deref() != own_nonce.get(2..) {
        return Err(Refusal::Nonce);
    }
    if token.info.algorithm != Ok(imprint.algorithm) || token.info.imprint != imprint.digest {
        return Err(Refusal::Imprint);
    }
    match token.verify_signature(token.certificate()).into_iter().next() {
        Some(fault) => Err(fault.into()),
        None => Ok(token),
    }
}

fn status_text(mut status_info: Reader<'_>) -> Result<String, NotDer> {
    let lines = status_info.optional(der::SEQUENCE)?.map(|text| text.reader().elements());
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
        let token = Pki::new().authority().stamp(&Sha256::of(b"message").into()).expect("stamped");
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
        let refused = wrong.stamp(&Sha256::of(b"m").into()).expect_err("refused");
        assert!(refused.to_string().contains("time-stamp"), "{refused}");
    }

    #[test]
    fn an_answer_must_fit_its_request() {
        let pki = Pki::new();
        let authority = pki.authority();
        for algorithm in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha512, DigestAlgorithm::Sha3With384] {
            let imprint = Imprint::of(algorithm, &[b"message"]);
            let answer = authority.respond(&request(&imprint, &[7, 9]));
            let token = read_response(&answer, &imprint, &[7, 9]).expect("an answer");
            assert_eq!((token.digest_algorithm(), token.imprint()), (Some(algorithm), imprint.digest()));
            assert_eq!(token.verify(&[b"message"]), []);
            assert_eq!(read_response(&answer, &imprint, &[7, 8]).err(), Some(Refusal::Nonce));
            let other = Imprint::of(algorithm, &[b"x"]);
            assert_eq!(read_response(&answer, &other, &[7, 9]).err(), Some(Refusal::Imprint));
        }
        let broken = Imprint::of(DigestAlgorithm::Sha1, &[b"message"]);
        let refusal = authority.respond(&request(&broken, &[7]));
        assert!(matches!(read_response(&refusal, &broken, &[7]), Err(Refusal::Status { status: 2, .. })));
        let imprint = Sha256::of(b"message").into();
        let answer = authority.respond(&request(&imprint, &[7, 9]));
        let refusal = authority.respond(b"no request");
        assert!(matches!(read_response(&refusal, &imprint, &[7]), Err(Refusal::Status { status: 2, .. })));
        for position in 0..answer.len() {
            let mut changed = answer.clone();
            changed[position] ^= 4;
            let _ = read_response(&changed, &imprint, &[7, 9]);
        }
    }

    #[test]
    fn policy_and_accuracy_are_read() {
        let imprint = der::sequence(&[&DigestAlgorithm::Sha1.identifier(), &der::octet_string(&[7; 20])]);
        let part = |number, value| der::element(der::primitive(number), &[1, value]);
        let accuracy = der::sequence(&[&der::integer(2), &part(0, 4), &part(1, 0)]);
        let info = |accuracy: &[u8]| {
            let time = der::generalized_time(testing::now());
            let policy = der::object_identifier(oid::DEMO_TIMESTAMP_POLICY);
            Info::read(&der::sequence(&[&der::integer(1), &policy, &imprint, &der::integer(9), &time, accuracy]))
        };
        let read = info(&accuracy).expect("information");
        assert_eq!(read.accuracy, Some(Accuracy { seconds: 2, millis: 260, micros: 256 }));
        assert_eq!(read.policy, oid::dotted(oid::DEMO_TIMESTAMP_POLICY.0));
        assert_eq!((read.algorithm, read.serial), (Ok(DigestAlgorithm::Sha1), vec![9]));
        let beyond = der::sequence(&[&der::element(der::primitive(0), &[0x7f, 0xff])]);
        assert!(info(&beyond).is_err());
        assert_eq!(info(&[]).map(|info| info.accuracy), Ok(None));
    }

    #[test]
    fn what_openssl_stamps_is_verified() {
        let Some(place) = testing::openssl_authority() else { return };
        let at = |name: &str| place.path().join(name).display().to_string();
        std::fs::write(at("data"), b"message").expect("written");
        let certificate = std::fs::read_to_string(at("tsa.pem")).expect("made");
        let certificate = Certificate::all_from_pem(&certificate).expect("a certificate").swap_remove(0);
        for (digest, named_by) in [("-sha256", "sha1"), ("-sha512", "sha256"), ("-sha1", "sha512")] {
            let request = ["ts", "-query", "-data", &at("data"), digest, "-cert", "-out", &at("request")];
            testing::openssl(&request);
            let config = format!(
                "[tsa]\ndefault_tsa = t\n[t]\nserial = {}\ncrypto_device = builtin\nsigner_digest = sha256\n\
                 default_policy = 1.2.3.4\ndigests = sha1, sha256, sha512\naccuracy = secs:1, millisecs:500\n\
                 ess_cert_id_chain = no\ness_cert_id_alg = {named_by}\n",
                at("serial")
            );
            std::fs::write(at("config"), config).expect("written");
            let reply =
                ["ts", "-reply", "-config", &at("config"), "-queryfile", &at("request"), "-inkey", &at("tsa-key.pem")];
            testing::openssl(&[&reply[..], &["-signer", &at("tsa.pem"), "-token_out", "-out", &at("token")]].concat());
            let token = Token::read(&std::fs::read(at("token")).expect("made")).expect("a token");
            assert_eq!(token.verify(&[b"message"]), [], "{digest}, named by {named_by}");
            assert_eq!(token.verify(&[b"massage"]), [Fault::Imprint]);
            assert_eq!(token.policy(), "1.2.3.4");
            assert_eq!(token.accuracy(), Some(Accuracy { seconds: 1, millis: 500, micros: 0 }));
            assert_eq!(token.certificate(), Some(&certificate));
            let weak = token.weaknesses(token.certificate(), Policy::standard(), token.at());
            let weak: Vec<_> = weak.iter().map(|weak| weak.what.as_str()).collect();
            assert_eq!(weak, if digest == "-sha1" { vec!["SHA-1"] } else { vec![] });
        }
    }
}

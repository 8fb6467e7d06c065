//! An authority inside the process: for the demo PKI and for tests.

use ring::rand::{SecureRandom, SystemRandom};

use super::super::der::{self, NotDer, Reader};
use super::super::{Error, FileKey, Policy, Signer, algorithm::DigestAlgorithm, cms, oid};
use super::{Imprint, Refusal, TimestampAuthority, Token, read_response, request};
use crate::base::time::Clock;

/// How messages name it.
pub(crate) const LOCAL: &str = "the authority in this process";

/// Stamps times with a key of its own, by a clock that is given.
#[derive(Debug)]
pub struct LocalAuthority {
    key: FileKey,
    clock: Clock,
}

impl LocalAuthority {
    /// An authority with this key; `clock` is the time that it states.
    #[must_use]
    pub fn new(key: FileKey, clock: Clock) -> Self {
        Self { key, clock }
    }

    /// The certificates of the authority, its own first.
    #[must_use]
    pub fn key(&self) -> &FileKey {
        &self.key
    }

    /// Answers a `TimeStampReq` by a `TimeStampResp` (RFC 3161, 2.4), as a server would.
    #[must_use]
    pub fn respond(&self, request: &[u8]) -> Vec<u8> {
        match self.token(request) {
            Some(token) => der::sequence(&[&der::sequence(&[&der::integer(0)]), &token]),
            // rejection (2)
            None => der::sequence(&[&der::sequence(&[&der::integer(2)])]),
        }
    }

    fn token(&self, request: &[u8]) -> Option<Vec<u8>> {
        let asked = Request::read(request).ok()?;
        // RFC 3161, 2.4.2: a digest that was never believed is a `badAlg`.
        if Policy::standard().allows_digest(asked.algorithm, self.clock.now()).is_err_and(|weak| weak.until.is_none()) {
            return None;
        }
        let mut serial = [0; 16];
        SystemRandom::new().fill(&mut serial).ok()?;
        let info = der::sequence(&[
            &der::integer(1),
            &der::object_identifier(oid::DEMO_TIMESTAMP_POLICY),
            asked.imprint,
            &der::unsigned(&serial),
            &der::generalized_time(self.clock.now()),
            asked.nonce.unwrap_or_default(),
        ]);
        let digest = self.key.algorithm().digest();
        let attributes = cms::signed_attributes(oid::TST_INFO, digest, &digest.of(&[&info]), self.key.certificate());
        let signature = self.key.sign(&attributes).ok()?;
        let parts = cms::Parts {
            content_type: oid::TST_INFO,
            content: Some(&info),
            chain: self.key.chain(),
            algorithm: self.key.algorithm(),
            signed_attributes: &attributes,
            signature: &signature,
            timestamp: None,
        };
        cms::signed_data(&parts, asked.with_certificates)
    }
}

impl TimestampAuthority for LocalAuthority {
    fn stamp(&self, imprint: &Imprint) -> Result<Token, Error> {
        let nonce = &imprint.digest()[..8];
        let answer = self.respond(&request(imprint, nonce));
        read_response(&answer, imprint, nonce).map_err(|refusal| local(&refusal))
    }

    fn token_bytes(&self) -> usize {
        let chain: usize = self.key.chain().iter().map(|certificate| certificate.der().len()).sum();
        // Attributes, names, numbers and the signature of the token itself.
        chain + 1100
    }
}

fn local(refusal: &Refusal) -> Error {
    Error::Timestamp { authority: LOCAL.to_owned(), why: refusal.to_string() }
}

/// `TimeStampReq`, as far as it is answered.
struct Request<'a> {
    algorithm: DigestAlgorithm,
    imprint: &'a [u8],
    nonce: Option<&'a [u8]>,
    with_certificates: bool,
}

impl<'a> Request<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, NotDer> {
        let mut outer = Reader::new(bytes);
        let mut fields = outer.enter(der::SEQUENCE)?;
        outer.finish()?;
        fields.expect(der::INTEGER)?;
        let imprint = fields.expect(der::SEQUENCE)?;
        let mut parts = Reader::new(imprint.content);
        let algorithm = DigestAlgorithm::read(parts.expect(der::SEQUENCE)?).map_err(|_| NotDer("a digest"))?;
        if parts.expect(der::OCTET_STRING)?.content.len() != algorithm.length() {
            return Err(NotDer("a digest has another length"));
        }
        fields.optional(der::OBJECT_IDENTIFIER)?;
        let nonce = fields.optional(der::INTEGER)?.map(|nonce| nonce.raw);
        let with_certificates = fields.optional(der::BOOLEAN)?.is_some_and(|wanted| wanted.content != [0]);
        Ok(Self { algorithm, imprint: imprint.raw, nonce, with_certificates })
    }
}

//! A PKI for tests, in memory, and OpenSSL as another's hand.

use std::process::Command;

use zeroize::Zeroizing;

use super::algorithm::DigestAlgorithm;
use super::certificate::Certificate;
use super::issue::{self, CrlContent, Listed, OcspContent, Profile, Subject};
use super::revocation::{Crl, OcspResponse, Reason, Revocation, Status};
use super::{FileKey, LocalAuthority, TrustAnchors, pem};
use crate::base::time::{Clock, Timestamp};

/// When tests take place: 2026-11-03T09:15:22+07:00.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix(1_793_672_122)
}

const DAY: i64 = 86_400;
const ORGANIZATION: &str = "UBND phường Bình Minh";

pub(crate) struct Pki {
    at: Timestamp,
    pub(crate) root: FileKey,
    pub(crate) issuing: FileKey,
    pub(crate) signer: FileKey,
    signer_pkcs8: Zeroizing<Vec<u8>>,
}

fn subject(at: Timestamp, common_name: &str, profile: Profile, years: i64) -> Subject<'_> {
    Subject {
        common_name,
        organization: ORGANIZATION,
        unit: None,
        profile,
        not_before: at.plus_seconds(-DAY),
        not_after: at.plus_seconds(years * 366 * DAY),
        further: &[],
    }
}

/// Whether OpenSSL is there; says so where it is not.
#[expect(clippy::print_stderr, reason = "a test says that it was skipped")]
pub(crate) fn has_openssl() -> bool {
    let has = Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success());
    if !has {
        eprintln!("openssl is not installed: what it makes is not tried");
    }
    has
}

/// Runs OpenSSL, which must succeed; what it printed.
pub(crate) fn openssl(words: &[&str]) -> String {
    let output = Command::new("openssl").args(words).output().expect("openssl runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "openssl {}: {said}", words.join(" "));
    String::from_utf8_lossy(&output.stdout).into_owned() + &said
}

/// A folder with `tsa.pem` and `tsa-key.pem`, a time-stamp authority of its own made by OpenSSL; `None` without it.
pub(crate) fn openssl_authority() -> Option<tempfile::TempDir> {
    if !has_openssl() {
        return None;
    }
    let place = tempfile::tempdir().expect("temporary folder");
    let at = |name: &str| place.path().join(name).display().to_string();
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/C=VN/O=T/CN=TSA",
        "-days",
        "3650",
        "-sha256",
        "-addext",
        "extendedKeyUsage=critical,timeStamping",
        "-addext",
        "keyUsage=critical,digitalSignature",
        "-keyout",
        &at("tsa-key.pem"),
        "-out",
        &at("tsa.pem"),
    ]);
    std::fs::write(at("serial"), "01").expect("written");
    Some(place)
}

fn new_key() -> Zeroizing<Vec<u8>> {
    issue::new_key().expect("random numbers")
}

impl Pki {
    pub(crate) fn new() -> Self {
        Self::at(now())
    }

    /// A PKI made at a moment.
    pub(crate) fn at(at: Timestamp) -> Self {
        let root = issue::root(&subject(at, "Gốc thử", Profile::Root, 20), &new_key()).expect("a root");
        let issuing = subject(at, "Cấp phát thử", Profile::Issuing, 15);
        let issuing = issue::issue(&root, &issuing, &new_key()).expect("an authority");
        let signer_pkcs8 = new_key();
        let signer = issue::issue(&issuing, &subject(at, ORGANIZATION, Profile::Signing, 5), &signer_pkcs8);
        Self { at, root, issuing, signer: signer.expect("a signer"), signer_pkcs8 }
    }

    pub(crate) fn anchors(&self) -> TrustAnchors {
        TrustAnchors::new(vec![self.root.certificate().clone()])
    }

    pub(crate) fn signer_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        self.signer_pkcs8.clone()
    }

    pub(crate) fn authority(&self) -> LocalAuthority {
        self.authority_by(Clock::Fixed(self.at))
    }

    pub(crate) fn authority_by(&self, clock: Clock) -> LocalAuthority {
        let subject = subject(self.at, "Dấu thời gian thử", Profile::TimeStamping, 10);
        LocalAuthority::new(issue::issue(&self.issuing, &subject, &new_key()).expect("an authority"), clock)
    }

    /// A signer whose term ended a day after it began.
    pub(crate) fn expired_signer(&self) -> FileKey {
        let term = Subject {
            not_after: self.at.plus_seconds(-DAY / 2),
            ..subject(self.at, "Hết hạn", Profile::Signing, 1)
        };
        issue::issue(&self.issuing, &term, &new_key()).expect("a signer")
    }

    /// A signer whose term begins tomorrow.
    pub(crate) fn early_signer(&self) -> FileKey {
        let term = Subject {
            not_before: self.at.plus_seconds(DAY),
            ..subject(self.at, "Chưa có hiệu lực", Profile::Signing, 1)
        };
        issue::issue(&self.issuing, &term, &new_key()).expect("a signer")
    }

    /// A certificate of the issuing authority with further extensions.
    pub(crate) fn issued_with(&self, common_name: &str, profile: Profile, further: &[Vec<u8>]) -> FileKey {
        let with = Subject { further, ..subject(self.at, common_name, profile, 5) };
        issue::issue(&self.issuing, &with, &new_key()).expect("a certificate")
    }

    /// An authority below the root, with further extensions.
    pub(crate) fn authority_with(&self, common_name: &str, further: &[Vec<u8>]) -> FileKey {
        let with = Subject { further, ..subject(self.at, common_name, Profile::Issuing, 15) };
        issue::issue(&self.root, &with, &new_key()).expect("an authority")
    }

    /// A certificate of another issuer.
    pub(crate) fn issued_by(issuer: &FileKey, common_name: &str, further: &[Vec<u8>]) -> FileKey {
        let with = Subject { further, ..subject(now(), common_name, Profile::Signing, 5) };
        issue::issue(issuer, &with, &new_key()).expect("a certificate")
    }

    /// A responder of the issuing authority.
    pub(crate) fn responder(&self) -> FileKey {
        self.issued_with("OCSP thử", Profile::Responder, &[])
    }

    /// A list of the issuing authority made at a moment, due a week later.
    pub(crate) fn crl(&self, this_update: Timestamp, listed: &[Listed]) -> Crl {
        self.crl_with(this_update, listed, &[])
    }

    pub(crate) fn crl_with(&self, this_update: Timestamp, listed: &[Listed], further: &[Vec<u8>]) -> Crl {
        let next_update = Some(this_update.plus_seconds(7 * DAY));
        let content = CrlContent { this_update, next_update, number: 7, listed, further };
        Crl::read(&issue::crl(&self.issuing, &content).expect("a list")).expect("own writing")
    }

    /// A response on a certificate of the issuing authority.
    pub(crate) fn ocsp(
        &self,
        responder: &FileKey,
        certificate: &Certificate,
        status: Status,
        this_update: Timestamp,
    ) -> OcspResponse {
        let content = OcspContent {
            certificate,
            issuer: self.issuing.certificate(),
            status,
            this_update,
            next_update: Some(this_update.plus_seconds(DAY)),
            nonce: None,
            named_by: DigestAlgorithm::Sha256,
        };
        OcspResponse::read(&issue::ocsp(responder, &content).expect("a response")).expect("own writing")
    }

    /// A certificate that an end certificate issued.
    pub(crate) fn issued_by_signer(&self) -> FileKey {
        issue::issue(&self.signer, &subject(self.at, "Giả", Profile::Signing, 1), &new_key()).expect("a forgery")
    }

    pub(crate) fn rsa_signer(&self) -> FileKey {
        self.signer_of(include_str!("testdata/rsa-2048-test-key.pem"))
    }

    pub(crate) fn p384_signer(&self) -> FileKey {
        self.signer_of(include_str!("testdata/p384-test-key.pem"))
    }

    /// An entry of a list on this certificate.
    pub(crate) fn listed(certificate: &Certificate, at: Timestamp, reason: Option<Reason>) -> Listed {
        let revocation = Revocation { at, reason, invalid_since: None };
        Listed { serial: certificate.serial().to_vec(), revocation }
    }

    pub(crate) fn signer_of(&self, key: &str) -> FileKey {
        let pkcs8 = &pem::read(key)[0].bytes;
        issue::issue(&self.issuing, &subject(self.at, ORGANIZATION, Profile::Signing, 5), pkcs8).expect("a signer")
    }
}

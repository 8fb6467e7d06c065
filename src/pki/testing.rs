//! A PKI for tests, in memory.

use zeroize::Zeroizing;

use super::issue::{self, Profile, Subject};
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
    }
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

    fn signer_of(&self, key: &str) -> FileKey {
        let pkcs8 = &pem::read(key)[0].bytes;
        issue::issue(&self.issuing, &subject(self.at, ORGANIZATION, Profile::Signing, 5), pkcs8).expect("a signer")
    }
}

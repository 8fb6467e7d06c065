//! Certification paths: from a certificate to a trust anchor (RFC 5280, 6: names, terms, usages, name constraints,
//! policies). Knows nothing of revocation, and tells of weak algorithms without refusing them.

mod policies;
mod store;

pub use store::{Anchor, Store, StoreKind, TrustAnchors};

use super::certificate::Certificate;
use super::policy::{Policy, Weak};
use crate::base::time::Timestamp;

/// A path holds at most so many certificates below the anchor.
const LONGEST_PATH: usize = 8;
/// At most so many signatures are tried for one path, whatever certificates a file brings.
const MOST_TRIALS: usize = 128;

/// A path from a certificate to an anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    certificates: Vec<Certificate>,
    store: Store,
}

impl Path {
    /// The certificates: the one asked for first, each next one the issuer of the one before, the anchor last.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The certificate asked for.
    #[must_use]
    pub fn leaf(&self) -> Option<&Certificate> {
        self.certificates.first()
    }

    /// The issuer of the certificate asked for; `None` when that is an anchor itself.
    #[must_use]
    pub fn issuer(&self) -> Option<&Certificate> {
        self.certificates.get(1)
    }

    /// The certificate that is trusted for itself.
    #[must_use]
    pub fn anchor(&self) -> Option<&Certificate> {
        self.certificates.last()
    }

    /// The store that the anchor is from.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The first and the last moment at which all certificates are in term; the first is after the last where there is no
    /// such moment.
    #[must_use]
    pub fn term(&self) -> (Timestamp, Timestamp) {
        let latest = self.certificates.iter().map(Certificate::not_before).max();
        let earliest = self.certificates.iter().map(Certificate::not_after).min();
        (latest.unwrap_or(Timestamp::from_unix(0)), earliest.unwrap_or(Timestamp::from_unix(0)))
    }

    /// By which weak algorithms the certificates below the anchor were signed, for a path that was there at `at`.
    #[must_use]
    pub fn weaknesses(&self, policy: &Policy, at: Timestamp) -> Vec<Weak> {
        let mut weak: Vec<Weak> = Vec::new();
        for link in self.certificates.windows(2) {
            let [subject, issuer] = link else { continue };
            let (Ok(algorithm), Some(key)) = (subject.algorithm(), issuer.public_key()) else { continue };
            let found = policy.allows(algorithm, key.kind(), at).err().filter(|found| !weak.contains(found));
            weak.extend(found);
        }
        weak
    }
}

/// Why no path leads from a certificate to an anchor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No anchor, and no certificate at hand, issued it.
    #[error("no trusted certificate issued `{subject}` (issuer `{issuer}`)")]
    NoAnchor {
        /// The certificate at which the path ends.
        subject: String,
        /// The issuer that was looked for.
        issuer: String,
    },
    /// The time asked for is outside the certificate's term.
    #[error("`{subject}` was valid from {not_before} to {not_after}, not at {at}")]
    OutsideValidity {
        /// The certificate.
        subject: String,
        /// The first moment of its term.
        not_before: Timestamp,
        /// The last moment of its term.
        not_after: Timestamp,
        /// The time asked for.
        at: Timestamp,
    },
    /// There is no moment at which all certificates of the path are in term.
    #[error("`{subject}` and its issuers were never valid at the same time")]
    NeverTogether {
        /// The certificate.
        subject: String,
    },
    /// The anchor is trusted at other times than the one asked for.
    #[error("`{subject}` of the store `{store}` is not trusted at {at}")]
    AnchorNotTrusted {
        /// The anchor.
        subject: String,
        /// The store.
        store: String,
        /// The time asked for.
        at: Timestamp,
    },
    /// A certificate that issued another may not issue any.
    #[error("`{subject}` is not allowed to issue certificates")]
    NotAnAuthority {
        /// The certificate.
        subject: String,
    },
    /// More authorities stand below one than it allows.
    #[error("more authorities stand below `{subject}` than it allows")]
    PathTooLong {
        /// The authority.
        subject: String,
    },
    /// A critical extension is not understood, or one that restricts is malformed.
    #[error("`{subject}` has the critical extension {oid}, which is not understood")]
    UnknownCritical {
        /// The certificate.
        subject: String,
        /// The extension.
        oid: String,
    },
    /// A certificate has a name that an authority above it may not give.
    #[error("`{authority}` may not give the names of `{subject}`")]
    NameNotAllowed {
        /// The certificate.
        subject: String,
        /// The authority.
        authority: String,
    },
    /// The path demands a policy, and none holds along it.
    #[error("the path of `{subject}` demands a policy, and none holds along it")]
    NoPolicy {
        /// The certificate asked for.
        subject: String,
    },
}

impl TrustAnchors {
    /// A path from `leaf` over certificates of `others` to an anchor that is trusted at `at`, all in term then.
    ///
    /// # Errors
    /// The [`Fault`] of the path that came furthest.
    pub fn path(&self, leaf: &Certificate, others: &[Certificate], at: Timestamp) -> Result<Path, Fault> {
        self.search(leaf, others, Some(at))
    }

    /// A path from `leaf` over certificates of `others` to an anchor, all of which were in term together at some time,
    /// that of [`Path::term`]: what past validation starts from (EN 319 102-1, 5.6.2.1). When the anchor's store is trusted
    /// is left to ask ([`Store::is_trusted_at`]).
    ///
    /// # Errors
    /// The [`Fault`] of the path that came furthest.
    pub fn past_path(&self, leaf: &Certificate, others: &[Certificate]) -> Result<Path, Fault> {
        self.search(leaf, others, None)
    }

    fn search(&self, leaf: &Certificate, others: &[Certificate], at: Option<Timestamp>) -> Result<Path, Fault> {
        let mut search = Search { anchors: self.anchors(), others, at, trials: 0, furthest: None };
        let mut path = vec![leaf.clone()];
        match search.extend(&mut path) {
            Some(anchor) => Ok(Path { certificates: path, store: anchor.store.clone() }),
            None => Err(search.furthest.map_or_else(|| no_anchor(leaf), |(_, fault)| fault)),
        }
    }
}

struct Search<'a> {
    anchors: &'a [Anchor],
    others: &'a [Certificate],
    at: Option<Timestamp>,
    trials: usize,
    /// The fault of the longest path, and its length; at equal length the first.
    furthest: Option<(usize, Fault)>,
}

impl<'a> Search<'a> {
    /// Completes `path` to an anchor; on `None` it is as it was.
    fn extend(&mut self, path: &mut Vec<Certificate>) -> Option<&'a Anchor> {
        let last = path.last()?.clone();
        if let Err(fault) = self.check(path) {
            self.fail(path.len(), fault);
            return None;
        }
        // One certificate may be in several stores, each trusted at other times.
        for anchor in self.anchors.iter().filter(|anchor| anchor.certificate == last) {
            match self.check_whole(path, anchor) {
                Ok(()) => return Some(anchor),
                Err(fault) => self.fail(path.len(), fault),
            }
        }
        for issuer in self.candidates(&last, path) {
            if path.len() < LONGEST_PATH && self.issued(issuer, &last) {
                path.push(issuer.clone());
                if let Some(anchor) = self.extend(path) {
                    return Some(anchor);
                }
                path.pop();
            }
        }
        self.fail(path.len(), no_anchor(&last));
        None
    }

    /// Certificates with the issuer's name, anchors first, then those whose key is the one named.
    fn candidates(&self, subject: &Certificate, path: &[Certificate]) -> Vec<&'a Certificate> {
        let all = self.anchors.iter().map(|anchor| &anchor.certificate).chain(self.others);
        let mut named: Vec<_> = all.filter(|issuer| subject.names_issuer(issuer) && !path.contains(issuer)).collect();
        let anchors = self.anchors;
        named.sort_by_cached_key(|issuer| {
            let hint = match subject.hints_at(issuer) {
                Some(true) => 0,
                None => 1,
                Some(false) => 2,
            };
            (!anchors.iter().any(|anchor| anchor.certificate == **issuer), hint)
        });
        named
    }

    fn issued(&mut self, issuer: &Certificate, subject: &Certificate) -> bool {
        if self.trials >= MOST_TRIALS {
            return false;
        }
        self.trials += 1;
        subject.verify_by(issuer).is_ok()
    }

    /// Checks the last certificate of a path that may go on.
    fn check(&self, path: &[Certificate]) -> Result<(), Fault> {
        let Some((certificate, below)) = path.split_last() else { return Ok(()) };
        let subject = || certificate.common_name().to_owned();
        if let Some(at) = self.at.filter(|at| !certificate.is_valid_at(*at)) {
            let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
            return Err(Fault::OutsideValidity { subject: subject(), not_before, not_after, at });
        }
        if let Some(oid) = certificate.unknown_critical() {
            return Err(Fault::UnknownCritical { subject: subject(), oid: oid.to_owned() });
        }
        if !below.is_empty() && !certificate.is_authority() {
            return Err(Fault::NotAnAuthority { subject: subject() });
        }
        // RFC 5280, 4.2.1.9: an authority's own new certificates do not count.
        let authorities = below.iter().skip(1).filter(|authority| !authority.is_self_issued()).count();
        if certificate.path_length().is_some_and(|most| authorities > most as usize) {
            return Err(Fault::PathTooLong { subject: subject() });
        }
        Ok(())
    }

    /// Checks what can be judged only from the anchor down.
    fn check_whole(&self, path: &[Certificate], anchor: &Anchor) -> Result<(), Fault> {
        let leaf = || path.first().map(|leaf| leaf.common_name().to_owned()).unwrap_or_default();
        if let Some(at) = self.at.filter(|at| !anchor.store.is_trusted_at(*at)) {
            let subject = anchor.certificate.common_name().to_owned();
            return Err(Fault::AnchorNotTrusted { subject, store: anchor.store.name.clone(), at });
        }
        let begins = path.iter().map(Certificate::not_before).max();
        if begins > path.iter().map(Certificate::not_after).min() {
            return Err(Fault::NeverTogether { subject: leaf() });
        }
        check_names(path)?;
        let below_anchor: Vec<_> = path.iter().rev().skip(1).collect();
        if policies::are_satisfied(&below_anchor) { Ok(()) } else { Err(Fault::NoPolicy { subject: leaf() }) }
    }

    fn fail(&mut self, length: usize, fault: Fault) {
        if self.furthest.as_ref().is_none_or(|(furthest, _)| length > *furthest) {
            self.furthest = Some((length, fault));
        }
    }
}

/// RFC 5280, 6.1.3 (b) and (c): the constraints of every authority bind all that stand below it.
fn check_names(path: &[Certificate]) -> Result<(), Fault> {
    for (place, authority) in path.iter().enumerate() {
        let Some(constraints) = &authority.extensions().constraints else { continue };
        for (below, certificate) in path.iter().enumerate().take(place) {
            let is_bound = below == 0 || !certificate.is_self_issued();
            if is_bound && !certificate.names().iter().all(|name| constraints.allow(name)) {
                return Err(Fault::NameNotAllowed {
                    subject: certificate.common_name().to_owned(),
                    authority: authority.common_name().to_owned(),
                });
            }
        }
    }
    Ok(())
}

fn no_anchor(certificate: &Certificate) -> Fault {
    Fault::NoAnchor { subject: certificate.common_name().to_owned(), issuer: certificate.issuer_name().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::testing::{self, Pki};
    use crate::pki::{der, issue, oid};

    #[test]
    fn a_path_leads_to_the_anchor() {
        let pki = Pki::new();
        let others = [pki.issuing.certificate().clone()];
        let path = pki.anchors().path(pki.signer.certificate(), &others, testing::now()).expect("a path");
        assert_eq!(path.certificates().len(), 3);
        assert_eq!(path.anchor(), Some(pki.root.certificate()));
        assert_eq!(path.issuer(), Some(pki.issuing.certificate()));
        assert_eq!(path.store().kind, StoreKind::Own);
        assert_eq!(path.weaknesses(Policy::standard(), testing::now()), []);
        let late = "2046-01-01T00:00:00Z".parse().expect("a moment");
        assert_eq!(path.weaknesses(Policy::standard(), late)[0].what, "ECDSA P-256");
    }

    #[test]
    fn each_fault_is_named() {
        let pki = Pki::new();
        let leaf = pki.signer.certificate();
        let others = [pki.issuing.certificate().clone()];
        let nothing = TrustAnchors::default();
        assert!(matches!(nothing.path(leaf, &others, testing::now()), Err(Fault::NoAnchor { .. })));
        assert!(matches!(pki.anchors().path(leaf, &[], testing::now()), Err(Fault::NoAnchor { .. })));
        let late = testing::now().plus_seconds(40 * 366 * 86_400);
        assert!(matches!(pki.anchors().path(leaf, &others, late), Err(Fault::OutsideValidity { .. })));
        let forged = pki.issued_by_signer();
        let with_leaf = [leaf.clone(), others[0].clone()];
        let refused = pki.anchors().path(forged.certificate(), &with_leaf, testing::now());
        assert!(matches!(refused, Err(Fault::NotAnAuthority { .. })), "{refused:?}");
    }

    #[test]
    fn the_same_name_with_another_key_is_no_issuer() {
        let (pki, other) = (Pki::new(), Pki::new());
        assert_eq!(pki.root.certificate().subject_der(), other.root.certificate().subject_der());
        let others = [pki.issuing.certificate().clone()];
        assert!(other.anchors().path(pki.signer.certificate(), &others, testing::now()).is_err());
    }

    fn extension(oid: oid::Oid, value: &[u8]) -> Vec<u8> {
        issue::extension(oid, true, value)
    }

    fn address(tag: u8, text: &str) -> Vec<u8> {
        der::element(der::primitive(tag), text.as_bytes())
    }

    /// `NameConstraints` of permitted and excluded names.
    fn constraints(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Vec<u8> {
        let trees = |number, names: &[Vec<u8>]| {
            let trees: Vec<u8> = names.iter().flat_map(|name| der::sequence(&[name])).collect();
            if trees.is_empty() { trees } else { der::element(der::constructed(number), &trees) }
        };
        let both = der::sequence(&[&trees(0, permitted), &trees(1, excluded)]);
        extension(oid::NAME_CONSTRAINTS, &both)
    }

    fn alternative(names: &[Vec<u8>]) -> Vec<u8> {
        extension(oid::SUBJECT_ALT_NAME, &der::sequence(&[&names.concat()]))
    }

    /// The path of a certificate with `below` under an authority with `above`.
    fn path_under(above: &[Vec<u8>], below: &[Vec<u8>]) -> Result<Path, Fault> {
        let pki = Pki::new();
        let authority = pki.authority_with("CA có ràng buộc", above);
        let leaf = Pki::issued_by(&authority, "Người ký", below);
        pki.anchors().path(leaf.certificate(), &[authority.certificate().clone()], testing::now())
    }

    #[test]
    fn an_authority_gives_only_names_that_it_may() {
        let mail = |text| address(1, text);
        let only_mail = [constraints(&[mail("gov.vn")], &[])];
        assert!(path_under(&only_mail, &[alternative(&[mail("an@gov.vn")])]).is_ok());
        assert!(path_under(&only_mail, &[]).is_ok(), "no mail address to be bound");
        let refused = path_under(&only_mail, &[alternative(&[mail("an@gov.vn"), mail("an@example.com")])]);
        assert!(matches!(refused, Err(Fault::NameNotAllowed { .. })), "{refused:?}");
        let excluded = [constraints(&[], &[address(2, "evil.example"), address(6, ".evil.example")])];
        assert!(path_under(&excluded, &[alternative(&[address(2, "good.example")])]).is_ok());
        for name in [address(2, "a.evil.example"), address(6, "http://a.evil.example/")] {
            assert!(matches!(path_under(&excluded, &[alternative(&[name])]), Err(Fault::NameNotAllowed { .. })));
        }
        // The names of tests begin with C=VN and the organization.
        let country = |country: &str| {
            let value = der::element(der::PRINTABLE_STRING, country.as_bytes());
            let part = der::set_of(vec![der::sequence(&[&der::object_identifier(oid::COUNTRY), &value])]);
            der::explicit(4, &der::sequence(&[&part]))
        };
        assert!(path_under(&[constraints(&[country("vn")], &[])], &[]).is_ok());
        assert!(matches!(path_under(&[constraints(&[country("LA")], &[])], &[]), Err(Fault::NameNotAllowed { .. })));
        // An IP address cannot be compared, and a malformed constraint cannot be passed over.
        let ip = address(7, "\u{1}\u{2}\u{3}\u{4}");
        let any_ip = [constraints(&[address(7, "\u{1}\u{2}\u{3}\u{4}\u{0}\u{0}\u{0}\u{0}")], &[])];
        assert!(matches!(path_under(&any_ip, &[alternative(&[ip])]), Err(Fault::NameNotAllowed { .. })));
        let malformed = [issue::extension(oid::NAME_CONSTRAINTS, false, &[4, 1, 0])];
        assert!(matches!(path_under(&malformed, &[]), Err(Fault::UnknownCritical { .. })));
    }

    fn policies(names: &[oid::Oid]) -> Vec<u8> {
        let each: Vec<u8> = names.iter().flat_map(|name| der::sequence(&[&der::object_identifier(*name)])).collect();
        extension(oid::CERTIFICATE_POLICIES, &der::sequence(&[&each]))
    }

    #[test]
    fn policies_are_asked_only_where_they_are_demanded() {
        let (ours, other, any) = (oid::DEMO_TIMESTAMP_POLICY, oid::TIME_STAMPING, oid::ANY_POLICY);
        let demand = || extension(oid::POLICY_CONSTRAINTS, &der::sequence(&[&der::element(der::primitive(0), &[0])]));
        let no_any = || extension(oid::INHIBIT_ANY_POLICY, &der::integer(0));
        let map = |from: oid::Oid, to: oid::Oid| {
            let pair = der::sequence(&[&der::object_identifier(from), &der::object_identifier(to)]);
            extension(oid::POLICY_MAPPINGS, &der::sequence(&[&pair]))
        };
        let cases = [
            (vec![policies(&[ours])], vec![policies(&[other])], true),
            (vec![], vec![policies(&[ours])], true),
            (vec![policies(&[ours]), demand()], vec![policies(&[ours])], true),
            (vec![policies(&[any]), demand()], vec![policies(&[ours])], true),
            (vec![policies(&[ours]), demand()], vec![policies(&[any])], true),
            (vec![policies(&[ours]), demand()], vec![policies(&[other])], false),
            (vec![policies(&[ours]), demand()], vec![], false),
            (vec![policies(&[any]), demand(), no_any()], vec![policies(&[any])], false),
            (vec![policies(&[ours]), demand(), map(ours, other)], vec![policies(&[other])], true),
            (vec![policies(&[ours]), demand(), map(ours, other)], vec![policies(&[ours])], false),
        ];
        for (number, (above, below, is_good)) in cases.into_iter().enumerate() {
            let found = path_under(&above, &below);
            assert_eq!(found.is_ok(), is_good, "case {number}: {found:?}");
            assert!(is_good || matches!(found, Err(Fault::NoPolicy { .. })));
        }
    }

    #[test]
    fn unknown_critical_extensions_are_refused() {
        let unknown = [extension(oid::DATA, &[5, 0])];
        assert!(matches!(path_under(&unknown, &[]), Err(Fault::UnknownCritical { .. })));
        assert!(matches!(path_under(&[], &unknown), Err(Fault::UnknownCritical { .. })));
        let twice = [policies(&[oid::ANY_POLICY]), policies(&[oid::ANY_POLICY])];
        assert!(matches!(path_under(&[], &twice), Err(Fault::UnknownCritical { .. })));
    }

    #[test]
    fn many_certificates_of_one_name_do_not_stop_it() {
        let pki = Pki::new();
        // One made by another key, in ten thousand copies that differ in what nobody signed.
        let other = Pki::new().issuing.certificate().der().to_vec();
        let mut others: Vec<Certificate> = (0u32..10_000)
            .map(|number| {
                let mut copy = other.clone();
                let place = copy.len() - 4;
                copy[place..].copy_from_slice(&number.to_be_bytes());
                Certificate::from_der(&copy).expect("a certificate")
            })
            .collect();
        others.push(pki.issuing.certificate().clone());
        let begun = std::time::Instant::now();
        assert!(pki.anchors().path(pki.signer.certificate(), &others, testing::now()).is_ok(), "by its key identifier");
        others.pop();
        assert!(pki.anchors().path(pki.signer.certificate(), &others, testing::now()).is_err());
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    }

    #[test]
    fn authorities_that_certify_each_other_end() {
        let pki = Pki::new();
        let key = issue::new_key().expect("random numbers");
        let named = |name| issue::Subject {
            common_name: name,
            organization: "T",
            unit: None,
            profile: issue::Profile::Root,
            not_before: testing::now().plus_seconds(-86_400),
            not_after: testing::now().plus_seconds(86_400),
            further: &[],
        };
        let first = issue::root(&named("A"), &key).expect("a root");
        let second = issue::issue(&first, &named("B"), &key).expect("an authority");
        let back = issue::issue(&second, &named("A"), &key).expect("an authority");
        let others = [first, second, back].map(|key| key.certificate().clone());
        let refused = pki.anchors().path(&others[2], &others, testing::now());
        assert!(refused.is_err(), "{refused:?}");
    }

    #[test]
    fn past_paths_tell_their_term() {
        let pki = Pki::new();
        let others = [pki.issuing.certificate().clone()];
        let expired = pki.expired_signer();
        let path = pki.anchors().past_path(expired.certificate(), &others).expect("a path");
        assert_eq!(path.term(), (expired.certificate().not_before(), expired.certificate().not_after()));
        assert!(pki.anchors().path(expired.certificate(), &others, testing::now()).is_err());
        assert!(pki.anchors().path(pki.early_signer().certificate(), &others, testing::now()).is_err());
    }

    #[test]
    fn weak_links_are_named_and_openssl_agrees() {
        if !testing::has_openssl() {
            return;
        }
        let place = tempfile::tempdir().expect("temporary folder");
        let at = |name: &str| place.path().join(name).display().to_string();
        let read = |name: &str| {
            let text = std::fs::read_to_string(at(name)).expect("made");
            Certificate::all_from_pem(&text).expect("a certificate").swap_remove(0)
        };
        let ca = ["req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=CA", "-days", "60", "-sha256"];
        testing::openssl(&[&ca[..], &["-keyout", &at("ca-key.pem"), "-out", &at("ca.pem")]].concat());
        let request = ["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=leaf", "-keyout", &at("key.pem")];
        testing::openssl(&[&request[..], &["-out", &at("request.pem")]].concat());
        for (digest, expected) in [("-sha1", "SHA-1"), ("-md5", "MD5"), ("-sha256", "RSA-1024")] {
            let sign = ["x509", "-req", "-in", &at("request.pem"), "-CA", &at("ca.pem"), "-CAkey", &at("ca-key.pem")];
            testing::openssl(
                &[&sign[..], &["-CAcreateserial", digest, "-days", "9", "-out", &at("leaf.pem")]].concat(),
            );
            let now = crate::base::time::Clock::System.now();
            let path = TrustAnchors::new(vec![read("ca.pem")]).path(&read("leaf.pem"), &[], now).expect("a path");
            let weak = path.weaknesses(Policy::standard(), now);
            assert_eq!(weak.iter().map(|weak| weak.what.as_str()).collect::<Vec<_>>(), [expected]);
            let verify = ["verify", "-auth_level", "0", "-CAfile", &at("ca.pem"), &at("leaf.pem")];
            assert!(testing::openssl(&verify).contains("OK"));
        }
    }
}

//! Lists and responses of a PKI in memory and of OpenSSL, good, weak, false and damaged.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::pki::algorithm::DigestAlgorithm;
use crate::pki::issue::{self, CrlContent, Listed, Profile};
use crate::pki::testing::{self, Pki, now, openssl};
use crate::pki::{FileKey, TrustAnchors, der, oid, pem};

const DAY: i64 = 86_400;

fn hours(count: i64) -> Timestamp {
    now().plus_seconds(count * 3600)
}

struct Case {
    pki: Pki,
    evidence: Evidence,
}

impl Case {
    fn new(make: impl FnOnce(&Pki) -> Evidence) -> Self {
        let pki = Pki::new();
        let evidence = make(&pki);
        Self { pki, evidence }
    }

    fn crls(make: impl FnOnce(&Pki) -> Vec<Crl>) -> Self {
        Self::new(|pki| Evidence { crls: make(pki), ..Evidence::default() })
    }

    fn responses(make: impl FnOnce(&Pki) -> Vec<OcspResponse>) -> Self {
        Self::new(|pki| Evidence { responses: make(pki), ..Evidence::default() })
    }

    fn judge(&self, at: Timestamp) -> Judgement {
        self.judge_of(self.pki.signer.certificate(), at, hours(1000))
    }

    fn judge_of(&self, certificate: &Certificate, at: Timestamp, seen: Timestamp) -> Judgement {
        let question = Question { certificate, issuer: self.pki.issuing.certificate(), at, seen };
        judge(&question, &self.evidence, &self.pki.anchors())
    }

    /// The fault of the one piece of evidence.
    fn fault(&self) -> Fault {
        let judged = self.judge(now());
        assert_eq!(judged.status, Status::Unknown, "{judged:#?}");
        judged.refused.first().expect("refused").fault.clone()
    }
}

fn listed(pki: &Pki, at: Timestamp, reason: Option<Reason>) -> Listed {
    Pki::listed(pki.signer.certificate(), at, reason)
}

fn revoked_at(status: &Status) -> Option<Timestamp> {
    if let Status::Revoked(revocation) = status { Some(revocation.at) } else { None }
}

#[test]
fn a_list_that_does_not_name_a_certificate_says_that_it_is_good() {
    let case = Case::crls(|pki| vec![pki.crl(now(), &[])]);
    let judged = case.judge(now());
    assert_eq!(judged.status, Status::Good);
    let answer = judged.decisive().expect("decided");
    assert_eq!((answer.kind, answer.this_update), (Kind::Crl, now()));
    assert_eq!(answer.next_update, Some(now().plus_seconds(7 * DAY)));
    assert_eq!(&answer.signer, case.pki.issuing.certificate());
    assert_eq!(answer.digest, Sha256::of(case.evidence.crls[0].der()));
    assert!(answer.path.is_ok());
    assert!(answer.covers(hours(-9)) && answer.covers(hours(24)) && !answer.covers(hours(24 * 8)));
}

#[test]
fn a_revocation_counts_from_its_day_on() {
    let case = Case::crls(|pki| vec![pki.crl(hours(10), &[listed(pki, hours(5), Some(Reason::KeyCompromise))])]);
    let before = case.judge(hours(4));
    assert_eq!(before.status, Status::Good);
    assert_eq!(
        before.later.as_ref().map(|later| (later.at, later.reason)),
        Some((hours(5), Some(Reason::KeyCompromise)))
    );
    assert_eq!(revoked_at(&case.judge(hours(5)).status), Some(hours(5)));
}

#[test]
fn a_revocation_is_final_and_its_earliest_day_counts() {
    let case = Case::crls(|pki| {
        let entry = |hour| listed(pki, hours(hour), None);
        vec![pki.crl(hours(10), &[entry(6), entry(5)]), pki.crl(hours(12), &[entry(8)]), pki.crl(hours(20), &[])]
    });
    assert_eq!(revoked_at(&case.judge(hours(30)).status), Some(hours(5)));
}

#[test]
fn a_suspension_holds_until_it_is_lifted() {
    let case = Case::crls(|pki| {
        let hold = [listed(pki, hours(3), Some(Reason::CertificateHold))];
        vec![pki.crl(hours(5), &hold), pki.crl(hours(10), &[])]
    });
    let status = |hour| revoked_at(&case.judge(hours(hour)).status);
    assert_eq!([status(2), status(4), status(7), status(11)], [None, Some(hours(3)), Some(hours(3)), None]);
    assert_eq!(case.judge(hours(2)).later.and_then(|later| later.reason), Some(Reason::CertificateHold));
}

#[test]
fn lists_for_others_are_not_used() {
    let scope = |fields: &[&[u8]]| issue::extension(oid::ISSUING_DISTRIBUTION_POINT, true, &der::sequence(fields));
    let flag = |number| der::element(der::primitive(number), &[0xff]);
    let point = |url: &str| der::explicit(0, &der::explicit(0, &der::element(der::primitive(6), url.as_bytes())));
    let with = |further: Vec<u8>| Case::crls(|pki| vec![pki.crl_with(now(), &[], &[further])]);
    assert_eq!(with(scope(&[&flag(2)])).fault(), Fault::OutOfScope);
    assert_eq!(with(scope(&[&flag(5)])).fault(), Fault::OutOfScope);
    assert_eq!(with(scope(&[&flag(4)])).fault(), Fault::Indirect);
    assert_eq!(with(scope(&[&der::element(der::primitive(3), &[1, 0x40])])).fault(), Fault::SomeReasons);
    assert_eq!(with(scope(&[&point("http://a.example/b.crl")])).fault(), Fault::OutOfScope);
    assert_eq!(with(issue::extension(oid::DELTA_CRL, true, &der::integer(1))).fault(), Fault::Delta);
    let unknown = with(issue::extension(oid::DEMO_TIMESTAMP_POLICY, true, &der::null())).fault();
    assert!(matches!(unknown, Fault::UnknownCritical(_)));
    assert_eq!(with(scope(&[&flag(1)])).judge(now()).status, Status::Good);
    // The point that the certificate names.
    let mut case = with(scope(&[&point("http://a.example/b.crl")]));
    let named = case.pki.issued_with("Có điểm", Profile::Signing, &[issue::crl_at("http://a.example/b.crl")]);
    assert_eq!(case.judge_of(named.certificate(), now(), now()).status, Status::Good);
    let critical_entry = Pki::listed(case.pki.root.certificate(), now(), Some(Reason::RemoveFromCrl));
    case.evidence.crls = vec![case.pki.crl(now(), &[critical_entry])];
    assert_eq!(case.judge(now()).status, Status::Good, "of another certificate");
    case.evidence.crls = vec![case.pki.crl(now(), &[listed(&case.pki, now(), Some(Reason::RemoveFromCrl))])];
    assert_eq!(case.fault(), Fault::RemovedEntry);
}

#[test]
fn who_signs_a_list_must_be_the_issuer() {
    let other = Pki::new();
    // The same names, other keys, another root.
    let mut case = Case::crls(|_| vec![other.crl(now(), &[])]);
    assert_eq!(case.fault(), Fault::NoSigner);
    case.evidence.certificates = vec![other.issuing.certificate().clone()];
    assert!(matches!(case.fault(), Fault::Path(_)));
    let both = TrustAnchors::new(vec![case.pki.root.certificate().clone(), other.root.certificate().clone()]);
    let question = Question {
        certificate: case.pki.signer.certificate(),
        issuer: case.pki.issuing.certificate(),
        at: now(),
        seen: now(),
    };
    let judged = judge(&question, &case.evidence, &both);
    assert!(matches!(judged.refused[0].fault, Fault::OtherAnchor { .. }), "{judged:?}");
    // A list of an end certificate in the issuer's name.
    let question = Question { issuer: case.pki.signer.certificate(), ..question };
    let content = CrlContent { this_update: now(), next_update: None, number: 1, listed: &[], further: &[] };
    let by_signer = Crl::read(&issue::crl(&case.pki.signer, &content).expect("a list")).expect("own writing");
    let evidence = Evidence { crls: vec![by_signer], ..Evidence::default() };
    let judged = judge(&question, &evidence, &case.pki.anchors());
    assert!(matches!(judged.refused[0].fault, Fault::Usage { .. }), "{judged:?}");
}

#[test]
fn evidence_of_other_times_is_not_believed() {
    let old = Case::crls(|pki| vec![pki.crl(hours(-48), &[])]);
    assert_eq!(old.fault(), Fault::BeforeCertificate);
    let case = Case::crls(|pki| vec![pki.crl(hours(2), &[])]);
    let early = case.judge_of(case.pki.signer.certificate(), now(), now());
    assert!(matches!(early.refused[0].fault, Fault::Future { .. }));
    let late = case.pki.signer.certificate().not_after().plus_seconds(DAY);
    let expired = Case::crls(|pki| vec![pki.crl(late, &[])]);
    let judged = expired.judge_of(expired.pki.signer.certificate(), now(), late);
    assert_eq!((judged.status, &judged.refused[0].fault), (Status::Unknown, &Fault::AfterExpiry));
    let since = der::generalized_time(now());
    let keeps = issue::extension(oid::EXPIRED_ON_CRL, false, &since);
    let kept = Case::crls(|pki| vec![pki.crl_with(late, &[], &[keeps])]);
    assert_eq!(kept.judge_of(kept.pki.signer.certificate(), now(), late).status, Status::Good);
    let listed = Case::crls(|pki| vec![pki.crl(late, &[listed(pki, hours(5), None)])]);
    let judged = listed.judge_of(listed.pki.signer.certificate(), hours(6), late);
    assert_eq!(revoked_at(&judged.status), Some(hours(5)));
}

#[test]
fn responders_answer_for_their_issuer() {
    let case = Case::responses(|pki| vec![pki.ocsp(&pki.responder(), pki.signer.certificate(), Status::Good, now())]);
    let judged = case.judge(now());
    assert_eq!(judged.status, Status::Good);
    let answer = judged.decisive().expect("decided");
    assert_eq!((answer.kind, answer.produced_at), (Kind::Ocsp, now()));
    assert!(answer.signer.is_exempt_from_revocation() && answer.signer.may_sign_ocsp());
    let by_issuer = Case::responses(|pki| vec![pki.ocsp(&pki.issuing, pki.signer.certificate(), Status::Good, now())]);
    assert_eq!(by_issuer.judge(now()).status, Status::Good);
    let revocation = Revocation { at: hours(-1), reason: Some(Reason::Superseded), invalid_since: None };
    let revoked = Case::responses(|pki| {
        let status = Status::Revoked(revocation.clone());
        let responder = pki.responder();
        let certificate = pki.signer.certificate();
        vec![
            pki.ocsp(&responder, certificate, status, now()),
            pki.ocsp(&responder, certificate, Status::Unknown, now()),
        ]
    });
    assert_eq!(revoked.judge(now()).status, Status::Revoked(revocation));
    let unknown = Case::responses(|pki| vec![pki.ocsp(&pki.issuing, pki.signer.certificate(), Status::Unknown, now())]);
    assert_eq!((unknown.judge(now()).status, unknown.judge(now()).decisive), (Status::Unknown, None));
}

#[test]
fn others_do_not_answer() {
    let by_signer = |by: fn(&Pki) -> FileKey| {
        Case::responses(|pki| vec![pki.ocsp(&by(pki), pki.signer.certificate(), Status::Good, now())]).fault()
    };
    assert!(matches!(by_signer(|pki| pki.issued_with("Giả", Profile::Signing, &[])), Fault::Usage { .. }));
    assert!(matches!(by_signer(Pki::expired_signer), Fault::Usage { .. }));
    // A responder of another authority of the same root.
    let elsewhere = by_signer(|pki| {
        let other = pki.authority_with("CA khác", &[]);
        Pki::issued_by(&other, "OCSP khác", &[])
    });
    assert!(matches!(elsewhere, Fault::Usage { .. }));
    let other = Pki::new();
    let stranger =
        Case::responses(|pki| vec![pki.ocsp(&other.responder(), pki.signer.certificate(), Status::Good, now())]);
    assert!(matches!(stranger.fault(), Fault::Usage { .. }));
    // An answer on another certificate is none.
    let apart = Case::responses(|pki| vec![pki.ocsp(&pki.issuing, pki.root.certificate(), Status::Good, now())]);
    assert_eq!((apart.judge(now()).status, apart.judge(now()).refused.len()), (Status::Unknown, 0));
}

#[test]
fn a_nonce_must_be_that_of_the_request() {
    let pki = Pki::new();
    let content = issue::OcspContent {
        certificate: pki.signer.certificate(),
        issuer: pki.issuing.certificate(),
        status: Status::Good,
        this_update: now(),
        next_update: None,
        nonce: Some(b"0123456789abcdef"),
        named_by: DigestAlgorithm::Sha1,
    };
    let response = issue::ocsp(&pki.issuing, &content).expect("a response");
    let response = OcspResponse::read(&response).expect("own writing");
    assert_eq!(response.nonce(), Some(&b"0123456789abcdef"[..]));
    assert_eq!(ocsp::check_nonce(&response, b"0123456789abcdef"), Ok(()));
    assert_eq!(ocsp::check_nonce(&response, b"another"), Err(Fault::Nonce));
    assert_eq!(OcspResponse::read(&der::sequence(&[&der::enumerated(3)])).err(), Some(NoAnswer::Refused(3)));
}

/// A CA of OpenSSL with one revoked and one good certificate, and what it makes of them.
struct OpenSsl {
    place: tempfile::TempDir,
}

impl OpenSsl {
    fn new(digest: &str) -> Option<Self> {
        if !testing::has_openssl() {
            return None;
        }
        let made = Self { place: tempfile::tempdir().expect("temporary folder") };
        let at = |name: &str| made.at(name);
        let config = format!(
            "[ca]\ndefault_ca = c\n[c]\ndatabase = {}\nnew_certs_dir = {}\nserial = {}\ncrlnumber = {}\n\
             default_md = {digest}\ndefault_days = 30\ndefault_crl_days = 7\npolicy = p\ncrl_extensions = x\n\
             unique_subject = no\n[p]\ncommonName = supplied\n[x]\nauthorityKeyIdentifier = keyid\n",
            at("index"),
            made.place.path().display(),
            at("serial"),
            at("number"),
        );
        for (name, text) in [("config", config.as_str()), ("index", ""), ("serial", "1001"), ("number", "05")] {
            std::fs::write(at(name), text).expect("written");
        }
        let ca = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=CA", "-days", "60", "-sha256"];
        openssl(&[&ca[..], &["-keyout", &at("ca-key.pem"), "-out", &at("ca.pem")]].concat());
        for name in ["good", "revoked"] {
            let request = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj"];
            let subject = format!("/CN={name}");
            let out = [&subject, "-keyout", &at("key.pem"), "-out", &at("request.pem")].map(str::to_owned);
            openssl(&[&request[..], &out.each_ref().map(String::as_str)].concat());
            openssl(&[
                "ca",
                "-batch",
                "-config",
                &at("config"),
                "-cert",
                &at("ca.pem"),
                "-keyfile",
                &at("ca-key.pem"),
                "-in",
                &at("request.pem"),
                "-out",
                &at(&format!("{name}.pem")),
            ]);
        }
        let ca = ["ca", "-config", &at("config"), "-cert", &at("ca.pem"), "-keyfile", &at("ca-key.pem")];
        openssl(&[&ca[..], &["-revoke", &at("revoked.pem"), "-crl_reason", "keyCompromise"]].concat());
        openssl(&[&ca[..], &["-gencrl", "-out", &at("crl.pem")]].concat());
        Some(made)
    }

    fn at(&self, name: &str) -> String {
        self.place.path().join(name).display().to_string()
    }

    fn certificate(&self, name: &str) -> Certificate {
        let text = std::fs::read_to_string(self.at(&format!("{name}.pem"))).expect("made");
        Certificate::all_from_pem(&text).expect("a certificate").swap_remove(0)
    }

    fn crl(&self) -> Crl {
        let text = std::fs::read_to_string(self.at("crl.pem")).expect("made");
        Crl::read(&pem::read(&text)[0].bytes).expect("a list")
    }

    /// What OpenSSL's responder answers to our request.
    fn ocsp(&self, name: &str) -> OcspResponse {
        let request = ocsp::request(&self.certificate(name), &self.certificate("ca"), b"0123456789abcdef");
        std::fs::write(self.at("request"), request).expect("written");
        openssl(&[
            "ocsp",
            "-index",
            &self.at("index"),
            "-rsigner",
            &self.at("ca.pem"),
            "-rkey",
            &self.at("ca-key.pem"),
            "-CA",
            &self.at("ca.pem"),
            "-reqin",
            &self.at("request"),
            "-respout",
            &self.at("response"),
            "-ndays",
            "1",
        ]);
        let response = OcspResponse::read(&std::fs::read(self.at("response")).expect("made")).expect("a response");
        assert_eq!(ocsp::check_nonce(&response, b"0123456789abcdef"), Ok(()));
        assert_eq!(response.nonce(), Some(&b"0123456789abcdef"[..]));
        response
    }

    fn judge(&self, name: &str, evidence: &Evidence) -> Judgement {
        let issuer = self.certificate("ca");
        let at = crate::base::time::Clock::System.now();
        let question = Question { certificate: &self.certificate(name), issuer: &issuer, at, seen: at };
        judge(&question, evidence, &TrustAnchors::new(vec![issuer.clone()]))
    }
}

#[test]
fn what_openssl_lists_and_answers_is_read() {
    let Some(openssl) = OpenSsl::new("sha256") else { return };
    for evidence in [
        Evidence { crls: vec![openssl.crl()], ..Evidence::default() },
        Evidence { responses: vec![openssl.ocsp("good"), openssl.ocsp("revoked")], ..Evidence::default() },
    ] {
        let good = openssl.judge("good", &evidence);
        assert_eq!((good.status, good.refused), (Status::Good, vec![]));
        let Status::Revoked(revocation) = openssl.judge("revoked", &evidence).status else { panic!("revoked") };
        assert_eq!(revocation.reason, Some(Reason::KeyCompromise));
    }
    assert_eq!(openssl.crl().number(), Some(&[5][..]));
}

#[test]
fn what_is_signed_by_broken_digests_is_refused_by_name() {
    let Some(openssl) = OpenSsl::new("sha1") else { return };
    let crl = openssl.crl();
    assert_eq!(crl.verify_by(&openssl.certificate("ca")), Ok(()));
    let judged = openssl.judge("good", &Evidence { crls: vec![crl], ..Evidence::default() });
    let Fault::Weak(weak) = &judged.refused[0].fault else { panic!("{judged:?}") };
    assert_eq!((weak.what.as_str(), judged.status), ("SHA-1", Status::Unknown));
}

#[test]
fn what_is_made_here_openssl_reads() {
    if !testing::has_openssl() {
        return;
    }
    let pki = Pki::new();
    let place = tempfile::tempdir().expect("temporary folder");
    let at = |name: &str| place.path().join(name).display().to_string();
    let crl = pki.crl(now(), &[listed(&pki, hours(-1), Some(Reason::Superseded))]);
    let chain = pki.issuing.certificate().to_pem() + &pki.root.certificate().to_pem();
    for (name, bytes) in [("crl", crl.der()), ("chain.pem", chain.as_bytes())] {
        std::fs::write(at(name), bytes).expect("written");
    }
    let said = openssl(&["crl", "-inform", "DER", "-in", &at("crl"), "-CAfile", &at("chain.pem"), "-noout", "-text"]);
    assert!(said.contains("verify OK") && said.contains("Superseded"), "{said}");
    let response = pki.ocsp(&pki.responder(), pki.signer.certificate(), Status::Good, now());
    for (name, bytes) in [
        ("response", response.der()),
        ("root.pem", pki.root.certificate().to_pem().as_bytes()),
        ("issuing.pem", pki.issuing.certificate().to_pem().as_bytes()),
        ("signer.pem", pki.signer.certificate().to_pem().as_bytes()),
    ] {
        std::fs::write(at(name), bytes).expect("written");
    }
    let said = openssl(&[
        "ocsp",
        "-respin",
        &at("response"),
        "-issuer",
        &at("issuing.pem"),
        "-sha256",
        "-cert",
        &at("signer.pem"),
        "-CAfile",
        &at("root.pem"),
        "-verify_other",
        &at("issuing.pem"),
        "-attime",
        &now().unix().to_string(),
        "-no_nonce",
    ]);
    assert!(said.contains("Response verify OK"), "{said}");
}

/// Serves what `answer` gives for a path and a body, until the test ends, and counts the calls.
fn serve(answer: impl Fn(&str, &[u8]) -> Option<Vec<u8>> + Send + 'static) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let host = listener.local_addr().expect("bound").to_string();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            counted.fetch_add(1, Ordering::SeqCst);
            let (path, body) = read_request(&mut stream);
            let (status, bytes) = answer(&path, &body).map_or(("404 Not Found", vec![]), |bytes| ("200 OK", bytes));
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len());
            drop(stream.write_all(&[head.as_bytes(), &bytes].concat()));
        }
    });
    (host, calls)
}

fn read_request(stream: &mut impl Read) -> (String, Vec<u8>) {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut buffer).unwrap_or_default();
        bytes.extend_from_slice(&buffer[..read]);
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        let head = String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).to_lowercase();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |l| l.parse().unwrap_or(0));
        if read == 0 || end.is_some_and(|end| bytes.len() - end - 4 >= length) {
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            return (path, end.map(|end| bytes.split_off(end + 4)).unwrap_or_default());
        }
    }
}

/// A certificate whose services are under a host of a closed network.
fn named_services(pki: &Pki) -> FileKey {
    let further = [
        issue::services_at("http://ocsp.internal/ocsp", "http://ocsp.internal/ca.cer"),
        issue::crl_at("http://ocsp.internal/ca.crl"),
    ];
    pki.issued_with("Có dịch vụ", Profile::Signing, &further)
}

fn online(host: &str, cache: Option<&std::path::Path>) -> Online {
    let hosts = HostMap::new(BTreeMap::from([("ocsp.internal".to_owned(), host.to_owned())]));
    Online::new(Duration::from_secs(10), hosts, cache.map(Cache::in_folder))
}

#[test]
fn services_named_in_certificates_are_asked_and_answers_kept() {
    let pki = Pki::new();
    let named = named_services(&pki);
    let response = pki.ocsp(&pki.responder(), named.certificate(), Status::Good, now()).der().to_vec();
    let issuer = pki.issuing.certificate().der().to_vec();
    let (host, calls) = serve(move |path, body| match path {
        "/ocsp" if !body.is_empty() => Some(response.clone()),
        "/ca.cer" => Some(issuer.clone()),
        _ => None,
    });
    let place = tempfile::tempdir().expect("temporary folder");
    let source = online(&host, Some(place.path()));
    let ask = |source: &Online, at| source.evidence(named.certificate(), pki.issuing.certificate(), at);
    let first = ask(&source, now());
    assert_eq!((first.evidence.responses.len(), first.troubles.len()), (1, 0), "{:?}", first.troubles);
    assert_eq!(ask(&source, now()).evidence.responses.len(), 1);
    // Another process finds the answer on disk.
    assert_eq!(ask(&online("127.0.0.1:1", Some(place.path())), now()).evidence.responses.len(), 1);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    // Past its time the answer is asked for again.
    ask(&source, hours(48));
    assert!(calls.load(Ordering::SeqCst) >= 2);
    // A damaged file in the cache is passed over.
    for entry in std::fs::read_dir(place.path()).expect("listed") {
        std::fs::write(entry.expect("listed").path(), b"damaged").expect("written");
    }
    let again = ask(&online(&host, Some(place.path())), now());
    assert_eq!(again.evidence.responses.len(), 1);
}

#[test]
fn lists_are_asked_where_no_responder_answers() {
    let pki = Pki::new();
    let named = named_services(&pki);
    let crl = pki.crl(now(), &[]).der().to_vec();
    let (host, calls) = serve(move |path, _| (path == "/ca.crl").then(|| crl.clone()));
    let source = online(&host, None);
    let gathered = source.evidence(named.certificate(), pki.issuing.certificate(), now());
    assert_eq!((gathered.evidence.crls.len(), gathered.evidence.responses.len()), (1, 0));
    assert_eq!(gathered.troubles[0].url, "http://ocsp.internal/ocsp");
    let question =
        Question { certificate: named.certificate(), issuer: pki.issuing.certificate(), at: now(), seen: now() };
    assert_eq!(judge(&question, &gathered.evidence, &pki.anchors()).status, Status::Good);
    source.evidence(named.certificate(), pki.issuing.certificate(), now());
    assert_eq!(calls.load(Ordering::SeqCst), 3, "the list is kept, the responder asked again");
}

#[test]
fn what_anyone_could_have_written_is_not_kept() {
    let (pki, other) = (Pki::new(), Pki::new());
    let named = named_services(&pki);
    let forged = other.crl(now(), &[]).der().to_vec();
    let (host, calls) = serve(move |path, _| (path == "/ca.crl").then(|| forged.clone()));
    let place = tempfile::tempdir().expect("temporary folder");
    let source = online(&host, Some(place.path()));
    for _ in 0..2 {
        source.evidence(named.certificate(), pki.issuing.certificate(), now());
    }
    assert_eq!(calls.load(Ordering::SeqCst), 4);
    assert_eq!(std::fs::read_dir(place.path()).expect("listed").count(), 0);
}

#[test]
fn recorded_evidence_is_that_of_the_issuer() {
    let (pki, other) = (Pki::new(), Pki::new());
    let apart = pki.authority_with("CA khác", &[]);
    let content = CrlContent { this_update: now(), next_update: None, number: 1, listed: &[], further: &[] };
    let apart = Crl::read(&issue::crl(&apart, &content).expect("a list")).expect("own writing");
    let (evidence, unreadable) = Evidence::read([pki.crl(now(), &[]).der(), apart.der(), b"x"], [], &[]);
    assert_eq!((evidence.crls.len(), unreadable), (2, 1));
    let gathered = Recorded(evidence).evidence(pki.signer.certificate(), pki.issuing.certificate(), now());
    assert_eq!(gathered.evidence.crls.len(), 1);
    drop(other);
}

#[test]
fn a_long_list_is_looked_through() {
    let pki = Pki::new();
    let number = |number: u32| Listed {
        serial: [&[0x20], &number.to_be_bytes()[..]].concat(),
        revocation: Revocation { at: now(), reason: Some(Reason::Unspecified), invalid_since: None },
    };
    let mut entries: Vec<Listed> = (0..50_000).map(number).collect();
    entries.push(listed(&pki, now(), None));
    let case = Case { evidence: Evidence { crls: vec![pki.crl(now(), &entries)], ..Evidence::default() }, pki };
    assert_eq!(revoked_at(&case.judge(now()).status), Some(now()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn damaged_evidence_never_says_another_thing(
        places in proptest::collection::vec((0usize..4000, any::<u8>()), 1..4),
        cut in 0usize..4000,
    ) {
        let pki = Pki::new();
        let crl = pki.crl(now(), &[listed(&pki, hours(-1), Some(Reason::Superseded))]);
        let revocation = Revocation { at: hours(-1), reason: None, invalid_since: None };
        let response = pki.ocsp(&pki.responder(), pki.signer.certificate(), Status::Revoked(revocation), now());
        for (bytes, is_crl) in [(crl.der(), true), (response.der(), false)] {
            let mut damaged = bytes.to_vec();
            for (place, value) in &places {
                let place = place % damaged.len();
                damaged[place] = *value;
            }
            damaged.truncate(damaged.len() - cut.saturating_sub(3000) % damaged.len());
            let mut evidence = Evidence::default();
            if is_crl { evidence.crls.extend(Crl::read(&damaged).ok()) } else { evidence.responses.extend(OcspResponse::read(&damaged).ok()) }
            let question = Question { certificate: pki.signer.certificate(), issuer: pki.issuing.certificate(), at: now(), seen: now() };
            let judged = judge(&question, &evidence, &pki.anchors());
            prop_assert!(judged.status != Status::Good, "{:?}", judged);
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Crl::read(&bytes);
        let _ = OcspResponse::read(&bytes);
    }
}

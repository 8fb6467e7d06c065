//! Against services made here: well-behaved ones of both versions, slow ones, broken ones, refusing ones.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::*;
use crate::pki::testing::Pki;
use crate::pki::{self, FileKey};

const PIN: &str = "246810";

/// What a service does otherwise than a plain one.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one way to be odd, and they go together")]
struct Manner {
    version_2: bool,
    most: usize,
    binds_hashes: bool,
    wants_otp: bool,
    /// Answers signHash and authorize by a number to ask for.
    is_slow: bool,
    /// Troubles before each call is answered.
    troubles: usize,
    rubbish: bool,
    strange_signatures: bool,
    raw_ecdsa: bool,
    forgets_sads: bool,
    lists_pss: bool,
    tokens_end: bool,
}

/// A service on this machine; it signs what it was told the hash of, because a hash alone is all that it is sent.
struct Server {
    manner: Manner,
    key: FileKey,
    issuer: Certificate,
    known: Mutex<HashMap<String, Vec<u8>>>,
    calls: Mutex<Vec<(String, Value)>>,
    troubles: AtomicUsize,
    tokens: AtomicUsize,
    /// Signatures left by authorisation.
    sads: Mutex<HashMap<String, usize>>,
    polls: AtomicUsize,
}

impl Server {
    fn start(manner: Manner, key: impl FnOnce(&Pki) -> FileKey) -> (Arc<Self>, String) {
        let pki = Pki::new();
        let server = Arc::new(Self {
            manner,
            key: key(&pki),
            issuer: pki.issuing.certificate().clone(),
            known: Mutex::default(),
            calls: Mutex::default(),
            troubles: AtomicUsize::new(manner.troubles),
            tokens: AtomicUsize::new(0),
            sads: Mutex::default(),
            polls: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/csc", listener.local_addr().expect("bound"));
        let serving = Arc::clone(&server);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                serving.serve(&mut stream.expect("a call"));
            }
        });
        (server, url)
    }

    fn serve(&self, stream: &mut (impl Read + Write)) {
        let (call, head, body) = read_request(stream);
        let (status, answer) = self.answer(&call, &head, &body);
        let answer = answer.to_string();
        let reply = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
            answer.len()
        );
        stream.write_all(reply.as_bytes()).expect("answered");
    }

    fn answer(&self, call: &str, head: &str, body: &[u8]) -> (u16, Value) {
        if self.troubles.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
            return (503, json!({}));
        }
        self.troubles.store(self.manner.troubles, Ordering::Relaxed);
        let request: Value = serde_json::from_slice(body).unwrap_or_else(|_| json!(String::from_utf8_lossy(body)));
        self.calls.lock().expect("whole").push((call.to_owned(), request.clone()));
        match call {
            "info" => return (200, json!({ "specs": if self.manner.version_2 { "2.0.0.2" } else { "1.0.4.0" } })),
            "auth/login" if head.contains("authorization: basic dtpw") => return (200, self.token()),
            "oauth2/token" => return (200, self.token()),
            _ => {}
        }
        let token = format!("authorization: bearer t{}\r\n", self.tokens.load(Ordering::Relaxed));
        if !head.contains(&token) && !head.contains("authorization: bearer fixed") {
            return (401, json!({ "error": "invalid_token" }));
        }
        if self.manner.rubbish && call != "credentials/info" && call != "credentials/list" {
            return (200, json!(["rubbish"]));
        }
        match call {
            "credentials/list" => (200, json!({ "credentialIDs": ["C1"] })),
            "credentials/info" => (200, self.info()),
            "credentials/sendOTP" => (200, json!({})),
            "credentials/authorize" => self.authorize(&request),
            "credentials/authorizeCheck" => match self.polls.fetch_add(1, Ordering::Relaxed) % 3 {
                0 => (400, json!({ "error": "authorization_pending" })),
                1 => (202, json!({})),
                _ => self.grant(request["handle"].as_str().and_then(|number| number.parse().ok()).unwrap_or(0)),
            },
            "signatures/signHash" => self.sign(&request),
            "signatures/signPolling" => match self.polls.fetch_add(1, Ordering::Relaxed) % 2 {
                0 => (202, json!({})),
                _ => (200, self.signed(request["responseID"].as_str().unwrap_or_default().split(' '))),
            },
            _ => (404, json!({ "error": "not_found" })),
        }
    }

    fn token(&self) -> Value {
        json!({ "access_token": format!("t{}", self.tokens.fetch_add(1, Ordering::Relaxed) + 1), "expires_in": 60 })
    }

    fn info(&self) -> Value {
        let certificates = [&self.issuer, self.key.certificate()].map(|one| STANDARD.encode(one.der()));
        let algo = match (self.manner.lists_pss, self.key.algorithm()) {
            (true, _) => json!(["1.2.840.113549.1.1.10"]),
            (_, SignatureAlgorithm::Ecdsa(_)) => json!(["1.2.840.10045.2.1"]),
            _ => json!(["1.2.840.113549.1.1.1"]),
        };
        let mut info = json!({
            "key": { "status": "enabled", "algo": algo, "len": 256 },
            "cert": { "status": "valid", "certificates": certificates },
            "multisign": self.manner.most.max(1),
            "SCAL": if self.manner.binds_hashes { "2" } else { "1" },
        });
        if self.manner.version_2 {
            let objects = json!([{ "type": "Password", "id": "PIN" }]);
            info["auth"] = json!({ "mode": "explicit", "objects": objects });
        } else {
            info["authMode"] = json!("explicit");
            info["PIN"] = json!({ "presence": "true" });
            info["OTP"] = json!({ "presence": if self.manner.wants_otp { "true" } else { "false" }, "type": "online" });
        }
        info
    }

    fn authorize(&self, request: &Value) -> (u16, Value) {
        let pin = if self.manner.version_2 { &request["authData"][0]["value"] } else { &request["PIN"] };
        if pin != PIN {
            return (400, json!({ "error": "invalid_pin", "error_description": "The PIN is\nwrong" }));
        }
        if self.manner.wants_otp && request["OTP"].as_str().is_none_or(|otp| !otp.starts_with("otp-")) {
            return (400, json!({ "error": "invalid_otp" }));
        }
        let hashes = if self.manner.version_2 { &request["hashes"] } else { &request["hash"] };
        assert_eq!(hashes.is_array(), self.manner.binds_hashes);
        let number = request["numSignatures"].as_u64().expect("a number") as usize;
        if self.manner.is_slow { (200, json!({ "handle": number.to_string() })) } else { self.grant(number) }
    }

    fn grant(&self, number: usize) -> (u16, Value) {
        let mut sads = self.sads.lock().expect("whole");
        let sad = format!("sad-{}", sads.len());
        sads.insert(sad.clone(), number);
        (200, json!({ "SAD": sad, "expiresIn": 3600 }))
    }

    fn sign(&self, request: &Value) -> (u16, Value) {
        let name = if self.manner.version_2 { "hashes" } else { "hash" };
        let hashes: Vec<&str> = request[name].as_array().expect("hashes").iter().filter_map(Value::as_str).collect();
        assert!(hashes.len() <= self.manner.most.max(1));
        let mut sads = self.sads.lock().expect("whole");
        let left = sads.get_mut(request["SAD"].as_str().expect("a SAD")).expect("granted");
        if *left < hashes.len() {
            return (400, json!({ "error": "invalid_request", "error_description": "SAD" }));
        }
        *left = if self.manner.forgets_sads { 0 } else { *left - hashes.len() };
        if self.manner.tokens_end {
            self.tokens.fetch_add(100, Ordering::Relaxed);
        }
        if self.manner.is_slow {
            return (200, json!({ "responseID": hashes.join(" ") }));
        }
        (200, self.signed(hashes.into_iter()))
    }

    fn signed<'a>(&self, hashes: impl Iterator<Item = &'a str>) -> Value {
        let known = self.known.lock().expect("whole");
        let sign = |hash: &str| {
            let message =
                if self.manner.strange_signatures { &b"another"[..] } else { known.get(hash).expect("known") };
            let signature = self.key.sign(message).expect("signed");
            STANDARD.encode(if self.manner.raw_ecdsa { raw(&signature) } else { signature })
        };
        json!({ "signatures": hashes.map(sign).collect::<Vec<_>>() })
    }

    /// Lets the service know what it will get the hash of.
    fn knows(&self, messages: &[&[u8]]) {
        let digest = self.key.algorithm().digest();
        let hashes = messages.iter().map(|message| (STANDARD.encode(digest.of(&[message])), message.to_vec()));
        self.known.lock().expect("whole").extend(hashes);
    }

    fn count(&self, call: &str) -> usize {
        self.calls.lock().expect("whole").iter().filter(|(name, _)| name == call).count()
    }
}

/// r and s side by side.
fn raw(value: &[u8]) -> Vec<u8> {
    let mut fields = pki::der::Reader::new(value).enter(pki::der::SEQUENCE).expect("a value");
    let mut number = || {
        let content = fields.expect(pki::der::INTEGER).expect("a number").content;
        let digits = &content[content.len().saturating_sub(32)..];
        [vec![0; 32 - digits.len()], digits.to_vec()].concat()
    };
    [number(), number()].concat()
}

/// The call, the head in small letters, and the body.
fn read_request(stream: &mut impl Read) -> (String, String, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).expect("a request");
        bytes.extend_from_slice(&buffer[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&bytes[..end + 2]).into_owned();
        let head = text.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
        if bytes.len() - end - 4 == length.parse::<usize>().expect("a number") {
            let path = text.split(' ').nth(1).unwrap_or_default();
            return (path.trim_start_matches("/csc/").to_owned(), head, bytes.split_off(end + 4));
        }
        assert!(read > 0, "the whole request");
    }
}

fn hasty() -> Waiting {
    let call = Patience { timeout: Duration::from_secs(10), attempts: 3, pause: Duration::from_millis(1) };
    Waiting { call, poll: Duration::from_millis(1), answer: Duration::from_secs(5) }
}

fn choice(url: &str) -> ServiceChoice {
    ServiceChoice { url: url.to_owned(), credential: None, scheme: Scheme::Auto, roots: None }
}

fn bearer() -> Account {
    Account::Bearer("fixed".to_owned().into())
}

fn factors(pin: &'static str) -> Factors {
    let number = AtomicUsize::new(0);
    let otp = PinSource::person(move |_| Ok(format!("otp-{}", number.fetch_add(1, Ordering::Relaxed)).into()));
    Factors { pin: PinSource::variable("PIN", || Some(pin.to_owned())), otp }
}

fn open(url: &str, account: Account) -> ServiceKey {
    ServiceKey::open(&choice(url), account, &[], factors(PIN), hasty()).expect("opened")
}

fn p256(pki: &Pki) -> FileKey {
    FileKey::new(&pki.signer_pkcs8(), pki.signer.chain()).expect("a key")
}

fn all_signed(key: &ServiceKey, server: &Server, number: u8) {
    let messages: Vec<Vec<u8>> = (0..number).map(|number| vec![number; 40]).collect();
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    server.knows(&messages);
    let public = key.chain()[0].public_key().expect("known");
    let signed = key.sign_many(&messages);
    assert_eq!(signed.len(), messages.len());
    for (message, signature) in messages.iter().zip(signed) {
        assert_eq!(public.verify(key.algorithm(), message, &signature.expect("signed")), Ok(()));
    }
}

#[test]
fn both_versions_sign_many_hashes_in_few_calls() {
    for version_2 in [false, true] {
        for binds_hashes in [false, true] {
            let manner = Manner { version_2, binds_hashes, most: 10, ..Manner::default() };
            let (server, url) = Server::start(manner, p256);
            let key = open(&url, bearer());
            assert_eq!(key.chain().len(), 2);
            assert!(key.name().contains("`C1`"));
            all_signed(&key, &server, 23);
            assert_eq!((server.count("signatures/signHash"), server.count("credentials/authorize")), (3, 3));
        }
    }
}

#[test]
fn an_authorisation_is_used_up_before_another_is_asked_for() {
    let (server, url) = Server::start(Manner { most: 10, wants_otp: true, ..Manner::default() }, p256);
    let key = open(&url, bearer());
    let public = key.chain()[0].public_key().expect("known").clone();
    for number in 0..12 {
        let message: &[u8] = &[number; 3];
        server.knows(&[message]);
        assert_eq!(public.verify(key.algorithm(), message, &key.sign(message).expect("signed")), Ok(()));
    }
    assert_eq!((server.count("credentials/authorize"), server.count("credentials/sendOTP")), (2, 2));

    let (server, url) = Server::start(Manner { most: 10, forgets_sads: true, ..Manner::default() }, p256);
    let key = open(&url, bearer());
    all_signed(&key, &server, 1);
    all_signed(&key, &server, 1);
    assert_eq!(server.count("credentials/authorize"), 2, "what ran out on the other side is asked for anew");
}

#[test]
fn every_kind_of_key_signs_in_the_way_that_is_listed() {
    let rsa = |pki: &Pki| pki.rsa_signer().with_scheme(Scheme::Pkcs1);
    for (manner, key, expected) in [
        (Manner::default(), rsa as fn(&Pki) -> FileKey, SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256)),
        (
            Manner { lists_pss: true, ..Manner::default() },
            Pki::rsa_signer,
            SignatureAlgorithm::RsaPss(DigestAlgorithm::Sha256),
        ),
        (Manner::default(), Pki::p384_signer, SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384)),
        (Manner { raw_ecdsa: true, ..Manner::default() }, p256, SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256)),
    ] {
        let (server, url) = Server::start(manner, key);
        let key = open(&url, bearer());
        assert_eq!(key.algorithm(), expected);
        all_signed(&key, &server, 2);
        let calls = server.calls.lock().expect("whole");
        let (_, request) = calls.iter().find(|(call, _)| call == "signatures/signHash").expect("asked");
        assert_eq!(request["signAlgoParams"].is_string(), manner.lists_pss);
    }
    let choice = ServiceChoice { scheme: Scheme::Pss, ..choice(&Server::start(Manner::default(), Pki::rsa_signer).1) };
    let refused = ServiceKey::open(&choice, bearer(), &[], factors(PIN), hasty()).expect_err("not listed");
    assert!(matches!(refused, pki::Error::KeyRefused { .. }), "{refused}");
}

#[test]
fn slow_and_troubled_services_are_waited_for() {
    for version_2 in [false, true] {
        let manner = Manner { version_2, is_slow: true, troubles: 2, most: 5, ..Manner::default() };
        let (server, url) = Server::start(manner, p256);
        all_signed(&open(&url, bearer()), &server, 7);
    }
    let (_, url) = Server::start(Manner { troubles: 3, ..Manner::default() }, p256);
    let refused = ServiceKey::open(&choice(&url), bearer(), &[], factors(PIN), hasty()).expect_err("too long");
    assert!(refused.to_string().contains("503") && refused.hint().is_some(), "{refused}");

    let (server, url) = Server::start(Manner { is_slow: true, ..Manner::default() }, p256);
    server.knows(&[b"m"]);
    let waiting = Waiting { answer: Duration::ZERO, ..hasty() };
    let key = ServiceKey::open(&choice(&url), bearer(), &[], factors(PIN), waiting).expect("opened");
    let late = key.sign(b"m").expect_err("nobody confirmed");
    assert!(matches!(late, pki::Error::Service(Error::Unconfirmed { .. })), "{late}");
}

#[test]
fn a_refused_pin_is_sent_once() {
    let (server, url) = Server::start(Manner { most: 2, ..Manner::default() }, p256);
    let key = ServiceKey::open(&choice(&url), bearer(), &[], factors("975318"), hasty()).expect("opened");
    let messages: [&[u8]; 5] = [b"a", b"b", b"c", b"d", b"e"];
    server.knows(&messages);
    let refused: Vec<pki::Error> = key.sign_many(&messages).into_iter().map(|one| one.expect_err("refused")).collect();
    assert_eq!(refused.len(), 5);
    assert!(refused[0].to_string().contains("invalid_pin The PIN is wrong"), "{}", refused[0]);
    assert!(matches!(refused[2], pki::Error::Service(Error::PinRefused { .. })), "{}", refused[2]);
    assert!(refused.iter().all(|one| !one.to_string().contains("975318") && one.hint().is_some()));
    assert_eq!(server.count("credentials/authorize"), 1);
    assert_eq!(server.count("signatures/signHash"), 0);
}

#[test]
fn rubbish_is_never_taken_for_a_signature() {
    let (server, url) = Server::start(Manner { strange_signatures: true, most: 3, ..Manner::default() }, p256);
    let key = open(&url, bearer());
    server.knows(&[b"a", b"b"]);
    for signed in key.sign_many(&[b"a", b"b"]) {
        assert!(matches!(signed, Err(pki::Error::Service(Error::WrongSignature { .. }))), "{signed:?}");
    }
    let (server, url) = Server::start(Manner { rubbish: true, ..Manner::default() }, p256);
    let key = open(&url, bearer());
    server.knows(&[b"a"]);
    let refused = key.sign(b"a").expect_err("rubbish");
    assert!(matches!(refused, pki::Error::Service(Error::Nonsense { .. })), "{refused}");
}

#[test]
fn accounts_log_in_by_what_their_file_says() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("account.toml");
    let load = |text: &str| {
        std::fs::write(&path, text).expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("changed");
        Account::load(&path)
    };
    let manner = Manner { tokens_end: true, ..Manner::default() };
    let (server, url) = Server::start(manner, p256);
    for text in [
        "user = \"u\"\npassword = \"p\"".to_owned(),
        format!("client-id = \"a b\"\nclient-secret = \"s&\"\ntoken-url = \"{url}/oauth2/token\""),
    ] {
        let key = open(&url, load(&text).expect("read"));
        all_signed(&key, &server, 1);
        // The token has ended in between, and another is had.
        all_signed(&key, &server, 1);
    }
    let calls = server.calls.lock().expect("whole");
    let form = calls.iter().find(|(call, _)| call == "oauth2/token").expect("asked").1.clone();
    assert_eq!(form, json!("grant_type=client_credentials&client_id=a%20b&client_secret=s%26"));

    for text in ["", "token = 1", "user = \"secret\"", "token = \"secret\"\nuser = \"x\"", "other = \"secret\""] {
        let refused = load(text).expect_err(text);
        assert!(!format!("{refused:?} {refused}").contains("secret"), "{refused:?}");
    }
    assert!(!format!("{:?}", load("user = \"u\"\npassword = \"secret\"").expect("read")).contains("secret"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("changed");
    assert!(matches!(Account::load(&path), Err(pki::Error::Pin(_))));
}

#[test]
fn a_token_that_is_refused_is_not_asked_with_again() {
    let (server, url) = Server::start(Manner::default(), p256);
    let account = Account::Bearer("old".to_owned().into());
    let refused = ServiceKey::open(&choice(&url), account, &[], factors(PIN), hasty()).expect_err("refused");
    assert!(refused.to_string().contains("401"), "{refused}");
    assert_eq!(server.count("credentials/list"), 1);
}

#[test]
fn credentials_are_listed() {
    let (_, url) = Server::start(Manner { most: 25, ..Manner::default() }, p256);
    let found = credentials(&choice(&url), bearer(), hasty()).expect("listed");
    assert_eq!((found.len(), found[0].id.as_str(), found[0].most_at_once), (1, "C1", 25));
    assert!(found[0].certificate.is_some() && found[0].unusable.is_none());
}

/// A certificate of 127.0.0.1 with its key, made by OpenSSL.
#[expect(clippy::print_stderr, reason = "says that it was skipped")]
fn tls_server(folder: &std::path::Path, server: Arc<Server>) -> Option<String> {
    let made = Command::new("openssl")
        .args("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test".split(' '))
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", "key.pem", "-out", "root.pem"])
        .current_dir(folder)
        .output();
    if !made.is_ok_and(|made| made.status.success()) {
        eprintln!("skipped: openssl is not installed");
        return None;
    }
    let read = |name: &str| pki::pem::read(&std::fs::read_to_string(folder.join(name)).expect("read")).remove(0).bytes;
    let certificate = rustls::pki_types::CertificateDer::from(read("root.pem").to_vec());
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(read("key.pem").to_vec());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key.into())
        .expect("its key");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("https://{}/csc", listener.local_addr().expect("bound"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).expect("configured");
            let mut stream = rustls::StreamOwned::new(connection, stream.expect("a call"));
            // A client that does not trust the certificate ends the talk here.
            if stream.conn.complete_io(&mut stream.sock).is_ok() {
                server.serve(&mut stream);
            }
        }
    });
    Some(url)
}

#[test]
fn a_service_speaks_tls_and_shows_whose_it_is() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (server, _) = Server::start(Manner::default(), p256);
    let Some(url) = tls_server(folder.path(), Arc::clone(&server)) else { return };
    let stranger = ServiceKey::open(&choice(&url), bearer(), &[], factors(PIN), hasty()).expect_err("not trusted");
    assert!(matches!(stranger, pki::Error::Service(Error::Unreachable { .. })), "{stranger}");
    assert_eq!(server.count("info"), 0);
    let choice = ServiceChoice { roots: Some(folder.path().join("root.pem")), ..choice(&url) };
    let key = ServiceKey::open(&choice, bearer(), &[], factors(PIN), hasty()).expect("trusted");
    all_signed(&key, &server, 2);
}

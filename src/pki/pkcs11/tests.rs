//! On SoftHSM2, each test in a process of its own with tokens of its own; said where it is not installed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cryptoki::context::{CInitializeArgs, CInitializeFlags};
use cryptoki::object::{Attribute, CertificateType, KeyType, ObjectClass};
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;

use super::*;
use crate::pki::testing::Pki;
use crate::pki::{self, der, key, oid, pem, pin};

const PIN: &str = "246810";
const MODULES: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
];
const FOLDER: &str = "SOHOA_TEST_TOKENS";

struct Bench {
    module: PathBuf,
    folder: PathBuf,
    pki: Pki,
}

/// Runs `body` in a process of its own: SoftHSM2 reads where its tokens are from the environment, once a process.
#[expect(clippy::print_stderr, reason = "says that it was skipped")]
fn with_tokens(name: &str, body: impl FnOnce(&Bench)) {
    let module = MODULES.into_iter().map(Path::new).find(|module| module.is_file());
    let has_openssl = Command::new("openssl").arg("version").output().is_ok();
    let Some(module) = module.filter(|_| has_openssl) else {
        eprintln!("skipped: SoftHSM2 or OpenSSL is not installed");
        return;
    };
    if let Some(folder) = std::env::var_os(FOLDER) {
        return body(&Bench { module: module.to_owned(), folder: folder.into(), pki: Pki::new() });
    }
    let folder = tempfile::tempdir().expect("temporary folder");
    std::fs::create_dir(folder.path().join("tokens")).expect("made");
    let settings = folder.path().join("softhsm2.conf");
    let text = format!("directories.tokendir = {}\nlog.level = ERROR\n", folder.path().join("tokens").display());
    std::fs::write(&settings, text).expect("written");
    let ran = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", &format!("pki::pkcs11::tests::{name}"), "--nocapture"])
        .env("SOFTHSM2_CONF", settings)
        .env(FOLDER, folder.path())
        .output()
        .expect("started");
    let said = [String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr)].concat();
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}

impl Bench {
    /// A new key as PKCS#8 PEM in a file.
    fn new_key(&self, name: &str, algorithm: &str, option: &str) -> PathBuf {
        let path = self.folder.join(format!("{name}.pem"));
        let out = path.to_string_lossy();
        run("openssl", &["genpkey", "-algorithm", algorithm, "-pkeyopt", option, "-out", &out]);
        path
    }

    /// A key with its certificate on a token.
    fn key(&self, token: &str, (label, id): (&str, &str), (algorithm, option): (&str, &str)) -> Certificate {
        let path = self.new_key(label, algorithm, option);
        import(token, &path, label, id);
        let certificate = self.certificate(&path);
        self.store(token, label, id, &certificate);
        certificate
    }

    fn certificate(&self, key: &Path) -> Certificate {
        self.pki.signer_of(&std::fs::read_to_string(key).expect("read")).certificate().clone()
    }

    fn store(&self, token: &str, label: &str, id: &str, certificate: &Certificate) {
        self.create(
            token,
            &[
                Attribute::Class(ObjectClass::CERTIFICATE),
                Attribute::CertificateType(CertificateType::X_509),
                Attribute::Token(true),
                Attribute::Private(false),
                Attribute::Label(label.as_bytes().to_vec()),
                Attribute::Id(octets(id)),
                Attribute::Subject(certificate.subject_der().to_vec()),
                Attribute::Value(certificate.der().to_vec()),
            ],
        );
    }

    fn create(&self, token: &str, template: &[Attribute]) {
        let module = self.module();
        let facts = module.find(Some(token)).expect("there");
        let session = module.library.open_rw_session(facts.slot).expect("opened");
        session.login(UserType::User, Some(&AuthPin::from(PIN.to_owned()))).expect("logged in");
        session.create_object(template).expect("created");
    }

    fn module(&self) -> Module {
        Module::open(&self.module).expect("loaded")
    }

    fn choice(&self, token: Option<&str>, key: Option<&str>) -> TokenChoice {
        TokenChoice {
            module: self.module.clone(),
            token: token.map(str::to_owned),
            key: key.map(str::to_owned),
            scheme: Scheme::Auto,
        }
    }

    fn open(&self, token: Option<&str>, key: Option<&str>) -> Result<TokenKey, pki::Error> {
        let issuers = [self.pki.root.certificate().clone(), self.pki.issuing.certificate().clone()];
        TokenKey::open(&self.choice(token, key), &issuers, right_pin())
    }

    fn refused(&self, token: Option<&str>, key: Option<&str>) -> Error {
        match self.open(token, key) {
            Err(pki::Error::Token(error)) => {
                assert!(!error.hint().is_empty());
                error
            }
            other => panic!("not refused by the token: {other:?}"),
        }
    }
}

fn new_token(label: &str) {
    run("softhsm2-util", &["--init-token", "--free", "--label", label, "--so-pin", "13579135", "--pin", PIN]);
}

fn import(token: &str, key: &Path, label: &str, id: &str) {
    let key = key.to_string_lossy();
    run("softhsm2-util", &["--import", &key, "--token", token, "--label", label, "--id", id, "--pin", PIN]);
}

fn run(program: &str, arguments: &[&str]) {
    let ran = Command::new(program).args(arguments).output().expect(program);
    assert!(ran.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

fn octets(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("digits"), 16).expect("digits"))
        .collect()
}

fn right_pin() -> PinSource {
    PinSource::variable("PIN", || Some(PIN.to_owned()))
}

fn signs(key: &TokenKey, message: &[u8]) {
    let signature = key.sign(message).expect("signed");
    let public = key.chain()[0].public_key().expect("known");
    assert_eq!(public.verify(key.algorithm(), message, &signature), Ok(()));
}

/// Ends all sessions and logins, and begins anew with what is there then.
fn pulled_out(module: &Module, meanwhile: impl FnOnce()) {
    module.library.clone().finalize().expect("ended");
    meanwhile();
    module.library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).expect("begun");
}

#[test]
fn every_kind_of_key_signs() {
    with_tokens("every_kind_of_key_signs", |bench| {
        use SignatureAlgorithm::{Ecdsa, RsaPkcs1, RsaPss};
        new_token("Một cửa");
        for (label, id, kind, option, expected) in [
            ("rsa2048", "01", "RSA", "rsa_keygen_bits:2048", RsaPss(DigestAlgorithm::Sha256)),
            ("rsa3072", "02", "RSA", "rsa_keygen_bits:3072", RsaPss(DigestAlgorithm::Sha256)),
            ("p256", "03", "EC", "ec_paramgen_curve:P-256", Ecdsa(DigestAlgorithm::Sha256)),
            ("p384", "04", "EC", "ec_paramgen_curve:P-384", Ecdsa(DigestAlgorithm::Sha384)),
        ] {
            let certificate = bench.key("Một cửa", (label, id), (kind, option));
            let key = bench.open(Some("Một cửa"), Some(label)).expect("opened");
            assert_eq!((key.algorithm(), &key.chain()[0]), (expected, &certificate), "{label}");
            assert_eq!(key.chain().len(), 2, "{label}: its issuer, not the root");
            for message in [&b"one"[..], b"two", &vec![0; 100_000]] {
                signs(&key, message);
            }
            for scheme in [Scheme::Pkcs1, Scheme::Pss] {
                let choice = TokenChoice { scheme, ..bench.choice(None, Some(label)) };
                let key = TokenKey::open(&choice, &[], right_pin()).expect("opened");
                if scheme == Scheme::Pkcs1 && kind == "RSA" {
                    assert_eq!(key.algorithm(), RsaPkcs1(DigestAlgorithm::Sha256));
                }
                signs(&key, b"by scheme");
            }
        }
    });
}

#[test]
fn a_key_is_named_by_what_people_know() {
    with_tokens("a_key_is_named_by_what_people_know", |bench| {
        new_token("A");
        new_token("B");
        let certificate = bench.key("A", ("dấu", "0a0b"), ("EC", "ec_paramgen_curve:P-256"));
        let serial = certificate.serial().iter().fold(String::new(), |text, octet| text + &format!("{octet:02X}:"));
        let module = bench.module();
        let number = module.find(Some("A")).expect("there").serial().to_owned();
        for token in ["A", &number] {
            for key in
                [None, Some("dấu"), Some("0A:0B"), Some(certificate.common_name()), Some(serial.trim_matches(':'))]
            {
                let opened = bench.open(Some(token), key).unwrap_or_else(|error| panic!("{token} {key:?}: {error}"));
                assert_eq!(opened.name(), "dấu");
                assert!(opened.token().contains(&number));
            }
        }
        let several = bench.refused(None, None);
        assert!(matches!(&several, Error::SeveralTokens { found } if found.len() == 2), "{several}");
        let none = bench.refused(Some("C"), None);
        assert!(matches!(&none, Error::NoToken { found, .. } if found.len() == 2), "{none}");
        assert!(none.to_string().contains("token `A`"), "{none}");
        let empty = bench.refused(Some("B"), None);
        assert!(matches!(empty, Error::NoKey { wanted: None, .. }), "{empty}");
        let unknown = bench.refused(Some("A"), Some("x"));
        assert!(matches!(&unknown, Error::NoKey { wanted: Some(_), found, .. } if found.len() == 1), "{unknown}");
        bench.key("A", ("nháy", "0c"), ("EC", "ec_paramgen_curve:P-256"));
        let several = bench.refused(Some("A"), None);
        assert!(matches!(&several, Error::SeveralKeys { found, .. } if found.len() == 2), "{several}");

        let token = module.find(Some("A")).expect("there");
        let open = module.entries(&token, None).expect("listed");
        assert!(open.iter().all(|entry| !entry.private) && open.len() == 2, "{open:?}");
        let all = module.entries(&token, Some(right_pin())).expect("listed");
        assert!(all.iter().any(|entry| entry.private && entry.id == "0a0b" && entry.certificate.is_some()), "{all:?}");
    });
}

#[test]
fn a_certificate_may_be_in_a_file() {
    with_tokens("a_certificate_may_be_in_a_file", |bench| {
        new_token("A");
        for (label, id, kind, option) in
            [("rsa", "01", "RSA", "rsa_keygen_bits:2048"), ("p384", "02", "EC", "ec_paramgen_curve:P-384")]
        {
            let path = bench.new_key(label, kind, option);
            import("A", &path, label, id);
            let missing = bench.refused(None, Some(label));
            assert!(matches!(missing, Error::NoCertificate { .. }), "{missing}");
            let given = [bench.pki.issuing.certificate().clone(), bench.certificate(&path)];
            let key = TokenKey::open(&bench.choice(None, Some(label)), &given, right_pin()).expect("opened");
            assert_eq!(key.chain(), [given[1].clone(), given[0].clone()]);
            signs(&key, b"message");
        }
    });
}

#[test]
fn a_wrong_pin_is_tried_once() {
    with_tokens("a_wrong_pin_is_tried_once", |bench| {
        new_token("A");
        bench.key("A", ("k", "01"), ("EC", "ec_paramgen_curve:P-256"));
        let wrong = PinSource::variable("PIN", || Some("975318".to_owned()));
        for _ in 0..20 {
            let refused = TokenKey::open(&bench.choice(None, None), &[], wrong.clone()).expect_err("refused");
            let refused = match refused {
                pki::Error::Token(error @ Error::PinRefused { .. }) => error,
                other => panic!("{other:?}"),
            };
            assert!(refused.to_string().contains("a wrong PIN was given before"), "{refused}");
            assert!(!format!("{refused:?} {refused}").contains("975318"));
        }
        assert!(matches!(wrong.get("PIN"), Err(pin::Error::Refused)));
        signs(&bench.open(None, None).expect("not locked"), b"message");
    });
}

#[test]
fn threads_share_one_login() {
    with_tokens("threads_share_one_login", |bench| {
        new_token("A");
        bench.key("A", ("k", "01"), ("RSA", "rsa_keygen_bits:2048"));
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let pin = PinSource::person(move |question| {
            assert!(question.contains("token `A`"), "{question}");
            count.fetch_add(1, Ordering::Relaxed);
            Ok(PIN.to_owned().into())
        });
        let key = TokenKey::open(&bench.choice(None, None), &[], pin).expect("opened");
        std::thread::scope(|scope| {
            for thread in 0..2u8 {
                let key = &key;
                scope.spawn(move || (0..100u8).for_each(|number| signs(key, &[thread, number])));
            }
        });
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        assert!(key.sessions.open_sessions() <= 2, "one session a thread");
    });
}

#[test]
fn a_lost_session_is_opened_again() {
    with_tokens("a_lost_session_is_opened_again", |bench| {
        new_token("A");
        bench.key("A", ("k", "01"), ("EC", "ec_paramgen_curve:P-256"));
        let key = bench.open(None, None).expect("opened");
        let module = bench.module();
        signs(&key, b"before");
        // What a token does that is pulled out and put back: its sessions are gone, and so is the login.
        pulled_out(&module, || ());
        signs(&key, b"after");
        let slot = module.find(None).expect("there").slot;
        module.library.open_ro_session(slot).expect("opened").logout().expect("logged out");
        signs(&key, b"logged out in between");
    });
}

#[test]
fn a_token_that_is_gone_is_named_and_taken_when_it_is_back() {
    with_tokens("a_token_that_is_gone_is_named_and_taken_when_it_is_back", |bench| {
        new_token("A");
        bench.key("A", ("k", "01"), ("EC", "ec_paramgen_curve:P-256"));
        let key = bench.open(None, None).expect("opened");
        let module = bench.module();
        let (tokens, away) = (bench.folder.join("tokens"), bench.folder.join("away"));
        pulled_out(&module, || {
            std::fs::rename(&tokens, &away).expect("moved");
            std::fs::create_dir(&tokens).expect("an empty reader");
        });
        let gone = key.sign(b"message").expect_err("gone");
        assert!(matches!(gone, pki::Error::Token(_)) && gone.hint().is_some(), "{gone}");
        pulled_out(&module, || {
            std::fs::remove_dir(&tokens).expect("removed");
            std::fs::rename(&away, &tokens).expect("moved");
        });
        signs(&key, b"message");
    });
}

#[test]
fn a_key_may_want_its_pin_each_time() {
    with_tokens("a_key_may_want_its_pin_each_time", |bench| {
        new_token("A");
        let path = bench.new_key("k", "EC", "ec_paramgen_curve:P-256");
        let pkcs8 = &pem::read(&std::fs::read_to_string(&path).expect("read"))[0].bytes;
        bench.create(
            "A",
            &[
                Attribute::Class(ObjectClass::PRIVATE_KEY),
                Attribute::KeyType(KeyType::EC),
                Attribute::Token(true),
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Sign(true),
                Attribute::AlwaysAuthenticate(true),
                Attribute::Label(b"k".to_vec()),
                Attribute::Id(vec![1]),
                Attribute::EcParams(der::object_identifier(oid::P256)),
                Attribute::Value(key::ec_number(pkcs8).expect("a number").to_vec()),
            ],
        );
        bench.store("A", "k", "01", &bench.certificate(&path));
        let key = bench.open(None, None).expect("opened");
        assert!(key.key.asks_each_time);
        for message in [b"one", b"two"] {
            signs(&key, message);
        }
    });
}

#[test]
fn what_is_no_module_is_named() {
    let open = |path: &str| match Module::open(Path::new(path)) {
        Err(error @ Error::Module { .. }) => error,
        other => panic!("{other:?}"),
    };
    let absent = open("/nowhere/module.so");
    assert!(absent.to_string().contains("/nowhere/module.so") && absent.hint().contains("sign.module"), "{absent}");
    let folder = tempfile::tempdir().expect("temporary folder");
    let text = folder.path().join("text.so");
    std::fs::write(&text, "no library").expect("written");
    assert!(!open(&text.to_string_lossy()).hint().is_empty());
}

#[test]
fn digests_go_to_the_token_in_the_form_it_takes() {
    let info = input(SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256), b"message");
    assert_eq!(info.len(), 51);
    assert!(info.starts_with(&[0x30, 0x31, 0x30, 0x0d, 0x06, 0x09]));
    assert_eq!(input(SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384), b"message").len(), 48);
    assert_eq!(ecdsa_value(&[0, 1, 0x80, 0]), [0x30, 8, 2, 1, 1, 2, 3, 0, 0x80, 0][..]);
    assert_eq!(ecdsa_value(&[]), [0x30, 6, 2, 1, 0, 2, 1, 0]);
}

//! Files that OpenSSL wrote, in every form that people have; said where it is not installed.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use super::*;
use crate::pki::pin;
use crate::pki::testing::Pki;

const PASSWORD: &str = "mật khẩu thử 1";

/// Files of one key and its certificates, made by OpenSSL; `None`, and said so, where it is not installed.
struct Bench {
    folder: tempfile::TempDir,
    pki: Pki,
}

impl Bench {
    #[expect(clippy::print_stderr, reason = "says that it was skipped")]
    fn new(key: &FileKey, pkcs8: &str, pki: Pki) -> Option<Self> {
        let folder = tempfile::tempdir().expect("temporary folder");
        let bench = Self { folder, pki };
        if Command::new("openssl").arg("version").output().is_err() {
            eprintln!("skipped: openssl is not installed");
            return None;
        }
        bench.write("key.pem", pkcs8);
        bench.write("end.pem", &key.certificate().to_pem());
        bench.write("issuing.pem", &bench.pki.issuing.certificate().to_pem());
        bench.write("root.pem", &bench.pki.root.certificate().to_pem());
        let all = [bench.pki.root.certificate(), key.certificate(), bench.pki.issuing.certificate()];
        bench.write("all.pem", &all.map(Certificate::to_pem).concat());
        bench.write("password", PASSWORD);
        Some(bench)
    }

    fn p256() -> Option<Self> {
        let pki = Pki::new();
        let pkcs8 = pem::write("PRIVATE KEY", &pki.signer_pkcs8());
        let signer = FileKey::new(&pki.signer_pkcs8(), pki.signer.chain()).expect("a signer");
        Self::new(&signer, &pkcs8, pki)
    }

    fn rsa() -> Option<Self> {
        let pki = Pki::new();
        Self::new(&pki.rsa_signer(), include_str!("../testdata/rsa-2048-test-key.pem"), pki)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(0o600)).expect("changed");
    }

    fn openssl(&self, arguments: &str) {
        let ran = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("openssl");
        assert!(ran.status.success(), "{arguments}: {}", String::from_utf8_lossy(&ran.stderr));
    }

    fn file(&self, key: &str, certificates: Option<&str>) -> KeyFile {
        let certificates = certificates.map(|name| self.path(name));
        KeyFile { key: self.path(key), certificates, scheme: Scheme::Auto }
    }

    fn password(&self) -> PinSource {
        PinSource::file(&self.path("password"))
    }

    /// Opens a file with all its certificates, and signs.
    fn opens(&self, key: &str, certificates: Option<&str>) {
        let opened = FileKey::open(&self.file(key, certificates), &self.password());
        let opened = opened.unwrap_or_else(|error| panic!("{key}: {error}"));
        assert_eq!(opened.chain().len(), 2, "{key}: the root is left out");
        signs(&opened);
        let wrong = PinSource::variable("WRONG", || Some("another".to_owned()));
        let is_locked = key.contains("locked") || certificates.is_none();
        if is_locked {
            let refused = FileKey::open(&self.file(key, certificates), &wrong).expect_err("a wrong password");
            assert!(matches!(refused, Error::Locked { .. }), "{key}: {refused}");
            assert!(!refused.to_string().contains("another") && refused.hint().is_some());
            // A wrong password is not tried on the next file.
            assert!(matches!(wrong.get("password"), Err(pin::Error::Refused)));
        }
    }
}

fn signs(key: &FileKey) {
    let signature = key.sign(b"message").expect("signed");
    let public = key.certificate().public_key().expect("known");
    assert_eq!(public.verify(key.algorithm(), b"message", &signature), Ok(()));
}

#[test]
fn encrypted_pem_is_opened_by_its_password() {
    for bench in [Bench::p256(), Bench::rsa()].into_iter().flatten() {
        for (name, options) in [
            ("locked-aes256.pem", "-v2 aes-256-cbc"),
            ("locked-aes128-sha512.pem", "-v2 aes-128-cbc -v2prf hmacWithSHA512"),
            ("locked-aes192-sha1.pem", "-v2 aes-192-cbc -v2prf hmacWithSHA1 -iter 3000"),
            ("locked-3des.pem", "-v2 des3"),
            ("locked-old-3des.pem", "-v1 PBE-SHA1-3DES"),
        ] {
            bench.openssl(&format!("pkcs8 -topk8 -in key.pem -out {name} -passout file:password {options}"));
            bench.opens(name, Some("all.pem"));
        }
    }
}

#[test]
fn older_forms_of_plain_keys_are_read() {
    if let Some(bench) = Bench::p256() {
        bench.openssl("ec -in key.pem -out sec1.pem");
        bench.opens("sec1.pem", Some("all.pem"));
        bench.openssl("pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der");
        bench.opens("key.der", Some("all.pem"));
        // The public half is in the certificate.
        bench.openssl("ec -in key.pem -no_public -out half.pem");
        bench.openssl("pkcs8 -topk8 -nocrypt -in half.pem -out half8.pem");
        bench.opens("half8.pem", Some("all.pem"));
    }
    if let Some(bench) = Bench::rsa() {
        bench.openssl("rsa -in key.pem -traditional -out pkcs1.pem");
        bench.opens("pkcs1.pem", Some("all.pem"));
        bench.openssl("rsa -in key.pem -traditional -aes256 -passout file:password -out old.pem");
        let refused = FileKey::open(&bench.file("old.pem", Some("all.pem")), &bench.password()).expect_err("not read");
        assert!(refused.hint().is_some_and(|hint| hint.contains("openssl pkcs8")), "{refused}");
    }
}

#[test]
fn rsa_signs_up_to_4096_bits() {
    let Some(bench) = Bench::rsa() else { return };
    for bits in [3072, 4096] {
        bench.openssl(&format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits} -out large.pem"));
        let text = std::fs::read_to_string(bench.path("large.pem")).expect("read");
        let key = bench.pki.signer_of(&text);
        assert_eq!(key.certificate().public_key().map(PublicKey::kind), Some(KeyKind::Rsa { bits }));
        signs(&key);
    }
    bench.openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out small.pem");
    let small = FileKey::open(&bench.file("small.pem", Some("all.pem")), &bench.password()).expect_err("too short");
    assert!(matches!(small, Error::KeyRefused { .. }), "{small}");
}

#[test]
fn pkcs12_is_opened_whoever_wrote_it() {
    for bench in [Bench::p256(), Bench::rsa()].into_iter().flatten() {
        for (name, options) in [
            ("new.p12", ""),
            ("sha384.p12", "-macalg SHA384 -iter 5000"),
            ("aes128.p12", "-keypbe AES-128-CBC -certpbe AES-128-CBC -macalg SHA512"),
            ("3des.p12", "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg SHA1"),
            ("rc2.p12", "-legacy -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-RC2-40 -macalg SHA1"),
            ("rc2-128.p12", "-legacy -keypbe PBE-SHA1-RC2-128 -certpbe PBE-SHA1-RC2-128 -macalg SHA1"),
        ] {
            bench.openssl(&format!(
                "pkcs12 -export -inkey key.pem -in all.pem -out {name} -passout file:password {options}"
            ));
            bench.opens(name, None);
        }
        bench.openssl("pkcs12 -export -inkey key.pem -in end.pem -out alone.p12 -passout file:password");
        bench.opens("alone.p12", Some("all.pem"));
    }
}

#[test]
fn damaged_pkcs12_is_refused_without_panic() {
    let Some(bench) = Bench::p256() else { return };
    bench.openssl("pkcs12 -export -inkey key.pem -in all.pem -out whole.p12 -passout file:password -iter 1 -maciter");
    let whole = std::fs::read(bench.path("whole.p12")).expect("read");
    for at in (0..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        // One octet in the padding of nothing changes nothing; all else is refused.
        drop(pkcs12::open(&bytes, PASSWORD));
        drop(pkcs12::open(&whole[..at], PASSWORD));
    }
    assert!(pkcs12::open(&whole, PASSWORD).is_ok());
}

#[test]
fn a_scheme_decides_how_rsa_signs() {
    let pki = Pki::new();
    for (scheme, expected) in [
        (Scheme::Auto, SignatureAlgorithm::RsaPss(DigestAlgorithm::Sha256)),
        (Scheme::Pss, SignatureAlgorithm::RsaPss(DigestAlgorithm::Sha256)),
        (Scheme::Pkcs1, SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256)),
    ] {
        let key = pki.rsa_signer().with_scheme(scheme);
        assert_eq!(key.algorithm(), expected);
        signs(&key);
    }
    let curve = pki.p384_signer().with_scheme(Scheme::Pss);
    assert_eq!(curve.algorithm(), SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384));
    signs(&curve);
}

#[test]
fn many_messages_are_signed_in_their_order() {
    let pki = Pki::new();
    let messages: Vec<&[u8]> = vec![b"a", b"b", b"c"];
    let signed = pki.signer.sign_many(&messages);
    let public = pki.signer.certificate().public_key().expect("known");
    for (message, signature) in messages.iter().zip(signed) {
        assert_eq!(public.verify(pki.signer.algorithm(), message, &signature.expect("signed")), Ok(()));
    }
}

#[test]
fn nothing_shows_a_key() {
    let pki = Pki::new();
    assert_eq!(format!("{:?}", pki.signer), "FileKey(UBND phường Bình Minh)");
}

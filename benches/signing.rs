//! Signatures a second on one core, without a disk: ring alone, and a desk at B-B over a file in memory, the whole signed file written to
//! memory. `cargo bench --bench signing -- KEY.pem CHAIN.pem FILE.pdf`, an RSA key; `benches/signing.py` calls it.

#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]
#![expect(clippy::expect_used, reason = "a benchmark ends where it cannot go on")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ring::rand::SystemRandom;
use ring::signature::{RSA_PSS_SHA256, RsaKeyPair};
use sohoa::base::source::Source;
use sohoa::base::time::Clock;
use sohoa::pki::revocation::Recorded;
use sohoa::pki::{FileKey, KeyFile, PinSource, Scheme, TrustAnchors, pem};
use sohoa::sign::{Appearance, Desk, Level, Order, Terms};

/// Long enough for a rate of three digits.
const TIME: Duration = Duration::from_secs(2);
const ROUNDS: usize = 3;

fn main() {
    let words: Vec<PathBuf> =
        std::env::args_os().skip(1).map(PathBuf::from).filter(|word| !word.starts_with("--bench")).collect();
    let [key, chain, file] = &words[..] else { panic!("KEY.pem CHAIN.pem FILE.pdf") };
    let blocks = pem::read(&std::fs::read_to_string(key).expect("a key file"));
    let raw = RsaKeyPair::from_pkcs8(&blocks.first().expect("a PEM block").bytes).expect("an RSA key in PKCS#8");
    let named = KeyFile { key: key.clone(), certificates: Some(chain.clone()), scheme: Scheme::Pss };
    let signer = FileKey::open(&named, &PinSource::nowhere()).expect("a key with its certificate");
    let (anchors, status) = (TrustAnchors::default(), Recorded::default());
    let desk = Desk { signer: &signer, level: Level::B, anchors: &anchors, status: &status };
    let base: Arc<dyn Source> = Arc::new(Arc::<[u8]>::from(std::fs::read(file).expect("a PDF file")));
    let (random, mut signature) = (SystemRandom::new(), vec![0; raw.public().modulus_len()]);
    println!("| signatures a second | ring alone | desk | part |\n| --- | --- | --- | --- |");
    for round in 1..=ROUNDS {
        let alone = rate(|| raw.sign(&RSA_PSS_SHA256, &random, b"attributes", &mut signature).expect("signed"));
        let desk = rate(|| {
            let appearance = Appearance::invisible();
            let order = Order {
                base: Arc::clone(&base),
                password: None,
                appearance: &appearance,
                terms: &Terms::default(),
                at: Clock::System.now(),
            };
            let mut written = Vec::new();
            desk.sign_file(&order).expect("signed").write(&mut written).expect("memory");
        });
        println!("| round {round} | {alone:.0} | {desk:.0} | {:.0} % |", 100.0 * desk / alone);
    }
}

fn rate(mut work: impl FnMut()) -> f64 {
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < TIME {
        work();
        count += 1;
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

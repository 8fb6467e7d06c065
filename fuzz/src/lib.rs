//! Every reader of bytes from outside, as a function of bytes that must come back: with whatever answer, but without a
//! panic, a hang, or more memory than a bound.
//!
//! The same functions serve two drivers: the program `fuzz`, which damages [`seeds`] by [`mutate`] on a stable compiler (the
//! tests run it for some seconds), and `cargo fuzz` with libFuzzer (`fuzz/targets`). One reader is not here: the protocol
//! between the program and its recognition workers is private to `ocr`, whose own tests give it any bytes.

pub mod mutate;
mod readers;
pub mod seeds;

/// A reader.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, that of its file in `targets/`.
    pub name: &'static str,
    /// Reads; what it says is dropped.
    pub read: fn(&[u8]),
    /// Good inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "jpeg", read: readers::picture_file, seeds: seeds::jpeg },
    Target { name: "png", read: readers::picture_file, seeds: seeds::png },
    Target { name: "tiff", read: readers::picture_file, seeds: seeds::tiff },
    Target { name: "jpeg2000", read: readers::jpeg2000, seeds: seeds::jpeg2000 },
    Target { name: "jbig2", read: readers::jbig2, seeds: seeds::jbig2 },
    Target { name: "ccitt", read: readers::ccitt, seeds: seeds::ccitt },
    Target { name: "pdf", read: readers::pdf, seeds: seeds::pdf },
    Target { name: "signatures", read: readers::signatures, seeds: seeds::signed_pdf },
    Target { name: "cms", read: readers::cms, seeds: seeds::cms },
    Target { name: "timestamp", read: readers::timestamp, seeds: seeds::timestamp },
    Target { name: "crl", read: readers::crl, seeds: seeds::crl },
    Target { name: "ocsp", read: readers::ocsp, seeds: seeds::ocsp },
    Target { name: "certificates", read: readers::certificates, seeds: seeds::certificates },
    Target { name: "keys", read: readers::keys, seeds: seeds::keys },
    Target { name: "locked_keys", read: readers::locked_keys, seeds: seeds::locked_keys },
    Target { name: "signing", read: readers::signing, seeds: seeds::to_be_signed },
    Target { name: "service", read: readers::service, seeds: seeds::service },
    Target { name: "metadata_json", read: readers::metadata_json, seeds: seeds::metadata_json },
    Target { name: "metadata_csv", read: readers::metadata_csv, seeds: seeds::metadata_csv },
    Target { name: "settings", read: readers::settings, seeds: seeds::settings },
    Target { name: "barcode", read: readers::barcode, seeds: seeds::barcode },
    Target { name: "payload", read: readers::payload, seeds: seeds::payload },
    Target { name: "inventory", read: readers::inventory, seeds: seeds::inventory },
    Target { name: "record", read: readers::record, seeds: seeds::record },
    Target { name: "held", read: readers::held, seeds: seeds::held },
    Target { name: "journal", read: readers::journal, seeds: seeds::journal },
    Target { name: "escl", read: readers::escl, seeds: seeds::escl },
];

/// The reader of this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// A target of libFuzzer. Panics of outside decoders that sohoa itself catches are no findings, so libFuzzer's own hook,
/// which ends the process at any panic, is taken off; a panic that gets out ends it still.
#[cfg(feature = "libfuzzer")]
#[macro_export]
macro_rules! libfuzzer {
    ($name:literal) => {
        libfuzzer_sys::fuzz_target!(init: std::panic::set_hook(Box::new(|_| ())), |data: &[u8]| {
            if let Some(target) = $crate::target($name) {
                (target.read)(data);
            }
        });
    };
}

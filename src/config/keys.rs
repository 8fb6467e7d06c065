//! The table of settings.

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// `table.name` as in the file; the variable is `SOHOA_TABLE_NAME`, the flag `--name`.
    pub name: &'static str,
    /// The value where nobody gives one; empty is none.
    pub default: &'static str,
    /// What it is, its unit and range, and why this default.
    pub help: &'static str,
}

impl Key {
    /// The environment variable of this setting.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("SOHOA_{}", self.name.replace(['.', '-'], "_").to_uppercase())
    }
}

macro_rules! keys {
    ($($name:literal = $default:literal, $help:literal;)*) => {
        /// Every setting, in the order of the chain.
        pub const KEYS: &[Key] = &[$(Key { name: $name, default: $default, help: $help },)*];
    };
}

keys! {
    "run.warehouse" = "", "folder of the warehouse; made where it is missing";
    "run.workers" = "", "documents and pages worked on at once, 1 to 256; default: one for each processor";
    "run.clock" = "", "a fixed moment such as 2026-11-03T09:15:22+07:00 in place of the clock, for repeatable runs";
    "intake.max-pixels" = "200000000", "pixels of one page, checked before decoding; 200 million is A3 at 1200 dpi";
    "intake.max-pages" = "500", "pages of one document, which is held in memory whole";
    "intake.max-bytes" = "268435456", "bytes of one document's files; 256 MiB";
    "watch.interval-seconds" = "5", "seconds between two looks at a watched inbox, 1 to 3600; a document is taken when two looks agree";
    "intake.owner" = "", "owner of every document in the inbox: a CCCD, CMND or tax code, such as an agency's own";
    "intake.password-file" = "", "file of passwords, one a line, tried on PDF files that open with a password only; keep it readable by its owner alone";
    "intake.blank-pages" = "set-aside", "set-aside (listed and kept with the sources, but no pages of the document) or keep";
    "intake.ask-status" = "no", "yes: the addresses in the certificates of signed input files are asked whether these were revoked; no: the verdict says that it was not asked";
    "ocr.languages" = "vie", "Tesseract languages joined by +; each further one costs about a fifth more time";
    "ocr.page-seconds" = "60", "seconds that one A4 page at 300 dpi may take before it is given up, 1 to 3600";
    "review.type-confidence" = "0.6", "0 to 1: a document type below it is held for a person";
    "review.field-confidence" = "0.75", "0 to 1: a required field below it is held for a person";
    "review.page-confidence" = "0.5", "0 to 1: a page whose mean word confidence is below it is held";
    "pdfa.agency" = "", "the agency that digitises, in the conversion mark and on the page; default: the name in the signing certificate";
    "pdfa.pictures" = "layers", "layers (ink and paper apart, where that reads the same and is much smaller; the input files then go into the deposit), checked-layers (the same, but whole pages are read again to be sure, which doubles the time of recognition) or archive (each page's picture as it came)";
    "pdfa.level" = "2u", "level of PDF/A: 2u, 1b (PDF 1.4, TCVN 14159-1) or 3u (the input files attached)";
    "pdfa.officer" = "", "the officer who digitises, in the conversion mark";
    "sign.key" = "", "private key of the organisation in a file: PEM (PKCS#8, encrypted or not, PKCS#1, SEC 1) or PKCS#12";
    "sign.certificate" = "", "certificates in PEM, in any order: the organisation's and its issuers', where key file, token or service lack them";
    "sign.module" = "", "PKCS#11 module of a token or HSM that holds the key, such as /usr/lib/x86_64-linux-gnu/opensc-pkcs11.so";
    "sign.token" = "", "label or serial number of the token; default: the only one";
    "sign.token-key" = "", "label or id of the key on the token, or name or serial number of its certificate; default: the only one for documents";
    "sign.service" = "", "address of a signing service that holds the key (Cloud Signature Consortium API), such as https://sign.example.vn/csc/v1";
    "sign.credential" = "", "id of the credential at the service; default: the only one";
    "sign.service-account" = "", "file that only its owner may read: token, or client-id, client-secret and token-url, or user and password (TOML)";
    "sign.service-roots" = "", "root certificates, PEM, of the service's TLS; default: those that browsers trust";
    "sign.pin-from" = "prompt", "where the PIN or password of the key comes from: prompt, file:PATH (readable by its owner alone) or env:NAME; never the PIN itself";
    "sign.otp-from" = "prompt", "where one-time passwords of the service come from: prompt, file:PATH or env:NAME";
    "sign.scheme" = "auto", "how an RSA key signs: auto (RSASSA-PSS where the key can, as Circular 15/2025/TT-BKHCN lists it, else PKCS#1 v1.5), pkcs1 (for old readers) or pss";
    "sign.pades" = "b-t", "level of signatures: b-b (alone), b-t (time-stamped), b-lt (with the status of all certificates) or b-lta (and a document time-stamp over that)";
    "sign.timestamp-url" = "", "RFC 3161 time-stamp authority; default: the demo's own";
    "sign.second-timestamp-url" = "", "another authority, asked where the first gives no time-stamp";
    "sign.timestamp-digest" = "sha-256", "digest of what is stamped: sha-256, sha-384 or sha-512; a longer one is believed for longer, where the authority takes it";
    "sign.check-status" = "yes", "yes: before anything is signed, the addresses in the signer's certificates are asked whether these were revoked (Circular 15/2025/TT-BKHCN, art. 5); no: for a machine without a network";
    "sign.status-seconds" = "20", "seconds that an OCSP or CRL address of a certificate may take, 1 to 600";
    "sign.status-cache" = "", "folder in which answers about certificates are kept until they are due for renewal";
    "sign.status-hosts" = "", "hosts asked in place of those in certificates: inner.example=outer.example:8080, separated by commas";
    "sign.font" = "", "TrueType font of the visible text; default: a Times-like font of the system";
    "sign.signature-image" = "", "PNG of the handwritten signature, blue, transparent background, for `sohoa sign --look signature`";
    "sign.signature-width" = "", "millimetres that its ink is wide, 5 to 120; default: by the resolution it was scanned at, else 40";
    "sign.seal-image" = "", "PNG of the organisation's seal, red, transparent background, for `sohoa sign --look seal`";
    "sign.seal-width" = "", "millimetres that the seal is wide, 5 to 120; default: by the resolution it was scanned at, else 36";
    "sign.fallback-place" = "", "PAGE,X,Y in millimetres from the top left corner: where a signature stands whose place is not found on the paper; default: it is invisible";
    "sign.trusted-roots" = "", "root certificates, PEM, that signatures of input files are judged by; without it their verdict is indeterminate at best";
    "deposit.keep-source" = "always", "always, changed (only where a page had to change) or never: whether the input files go into the deposit; a file that was signed already always does";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_documented() {
        for (index, key) in KEYS.iter().enumerate() {
            assert!(key.name.split_once('.').is_some(), "{} has a table", key.name);
            assert!(!key.help.is_empty(), "{} has help", key.name);
            assert!(KEYS[..index].iter().all(|other| other.name != key.name), "{} is unique", key.name);
        }
    }

    #[test]
    fn variables_follow_names() {
        assert_eq!(KEYS[0].variable(), "SOHOA_RUN_WAREHOUSE");
        assert_eq!(KEYS[3].variable(), "SOHOA_INTAKE_MAX_PIXELS");
    }
}

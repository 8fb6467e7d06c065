//! PEM (RFC 7468): labelled Base64 blocks in text.

use std::fmt::Write as _;

use zeroize::Zeroizing;

/// One block.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// What it says it is: `CERTIFICATE`, `PRIVATE KEY`.
    pub label: String,
    /// What it holds.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// All blocks of a text, in order; what stands between them is explanation (RFC 7468, 5.2).
/// A block that is cut off, or is no Base64, is left out.
#[must_use]
pub fn read(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((label, after)) = begin(rest) {
        let end = format!("-----END {label}-----");
        let Some((body, behind)) = after.split_once(&end) else { break };
        if let Some(bytes) = decode(body) {
            blocks.push(Block { label: label.to_owned(), bytes: bytes.into() });
        }
        rest = behind;
    }
    blocks
}

/// One block, lines of 64 characters.
#[must_use]
pub fn write(label: &str, bytes: &[u8]) -> String {
    let base64 = encode(bytes);
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in base64.as_bytes().chunks(64) {
        // Base64 is ASCII, and writing to a String cannot fail.
        let _ = writeln!(text, "{}", String::from_utf8_lossy(line));
    }
    let _ = writeln!(text, "-----END {label}-----");
    text
}

fn begin(text: &str) -> Option<(&str, &str)> {
    let (_, after) = text.split_once("-----BEGIN ")?;
    after.split_once("-----")
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let value = group.iter().fold(0u32, |value, &byte| value << 8 | u32::from(byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let index = (value >> (18 - 6 * place)) & 63;
            out.push(if place <= group.len() { char::from(ALPHABET[index as usize]) } else { '=' });
        }
    }
    out
}

/// Base64 with white space anywhere; padding only at the end.
fn decode(text: &str) -> Option<Vec<u8>> {
    // It may be a private key's: wiped, and never moved to a larger place.
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    digits.extend(text.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    if !digits.len().is_multiple_of(4) {
        return None;
    }
    let mut out = Vec::with_capacity(digits.len() / 4 * 3);
    let groups = digits.len() / 4;
    for (number, group) in digits.chunks(4).enumerate() {
        let padding = group.iter().rev().take_while(|&&digit| digit == b'=').count();
        if padding > 2 || (padding > 0 && number + 1 < groups) {
            return None;
        }
        let mut value = 0u32;
        for &digit in &group[..4 - padding] {
            value = value << 6 | ALPHABET.iter().position(|&letter| letter == digit)? as u32;
        }
        value <<= 6 * padding;
        out.extend_from_slice(&value.to_be_bytes()[1..4 - padding]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn base64_agrees_with_rfc_4648() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(encode(plain.as_bytes()), coded);
            assert_eq!(decode(coded).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(decode("Zg==Zg=="), None);
        assert_eq!(decode("Z"), None);
    }

    #[test]
    fn explanations_and_broken_blocks_are_passed_over() {
        let text =
            format!("subject=…\n{}-----BEGIN X-----\n!!!!\n-----END X-----\n-----BEGIN CUT-----", write("A", b"1"));
        let blocks = read(&text);
        assert_eq!(blocks.len(), 1);
        assert_eq!((blocks[0].label.as_str(), blocks[0].bytes.as_slice()), ("A", &b"1"[..]));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let blocks = read(&write("CERTIFICATE", &bytes));
            prop_assert_eq!(blocks[0].bytes.as_slice(), bytes.as_slice());
        }

        #[test]
        fn any_text_is_read_without_panic(text in ".*") {
            let _ = read(&text);
        }
    }
}

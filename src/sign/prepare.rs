//! A file with a place for its signature, and the signature put into that place.

use std::ops::Range;

use super::appearance::Appearance;
use super::field::{self, Widget};
use super::page::Page;
use super::{Error, PadesLevel, SignedPdf};
use crate::base::digest::{Sha256, hex};
use crate::base::time::Timestamp;
use crate::pdf::incremental::Update;
use crate::pdfa::PdfA;
use crate::pki::cms::{self, SignedData};
use crate::pki::{Certificate, SignatureAlgorithm, TimestampAuthority, Token, oid};

/// ISO 19005-2, 6.1.13: no string is longer.
const LARGEST_STRING: usize = 32_767;
/// Names and numbers in a token may be somewhat longer than expected.
const SLACK: usize = 128;

/// Who will sign, and how much room that takes.
#[derive(Debug, Clone, Copy)]
pub struct Signatory<'a> {
    /// The certificates, the signer's first.
    pub chain: &'a [Certificate],
    /// How the signature will be made.
    pub algorithm: SignatureAlgorithm,
    /// How large a time-stamp token is expected at most; 0 without one.
    pub token_bytes: usize,
}

/// A file that lacks nothing but the value of its signature.
#[derive(Debug, Clone)]
pub struct PreparedPdf {
    bytes: Vec<u8>,
    /// The hexadecimal digits between `<` and `>`.
    contents: Range<usize>,
    attributes: Vec<u8>,
    chain: Vec<Certificate>,
    algorithm: SignatureAlgorithm,
    at: Timestamp,
}

/// Makes the place for a signature: an update with field, appearance and signature dictionary.
/// `at` is the time that the signer claims.
///
/// # Errors
/// [`Error::Pdf`] when the file cannot be updated, [`Error::SignatureTooLarge`] when certificates and token would
/// not fit into a string of PDF/A, [`Error::Key`] without a certificate.
pub fn prepare(
    pdf: &PdfA,
    appearance: &Appearance,
    signatory: &Signatory<'_>,
    at: Timestamp,
) -> Result<PreparedPdf, Error> {
    prepare_bytes(pdf.bytes(), appearance, signatory, at)
}

fn prepare_bytes(
    base: &[u8],
    appearance: &Appearance,
    signatory: &Signatory<'_>,
    at: Timestamp,
) -> Result<PreparedPdf, Error> {
    let certificate = signatory.chain.first().ok_or(crate::pki::Error::NoCertificate)?;
    let reserved = estimate(signatory, certificate)?;
    let mut update = Update::open(base)?;
    let page = Page::first(update.document())?;
    let (rect, form) = appearance.draw(&mut update, &page, at);
    let (dictionary, places) = signature_dictionary(certificate, at, reserved);
    let signature = update.reserve();
    update.set_raw(signature, dictionary);
    field::add(&mut update, &Widget { page: page.id, rect, form }, signature)?;
    let appended = update.append()?;
    let start = appended.raw.get(&signature).copied().unwrap_or_default();
    let contents = start + places.contents.start..start + places.contents.end;
    let mut bytes = appended.bytes;
    write_byte_range(&mut bytes, start + places.byte_range, &contents);
    let attributes = {
        let digest = signatory.algorithm.digest();
        let covered = covered(&bytes, &contents);
        cms::signed_attributes(oid::DATA, digest, &digest.of(&covered), certificate)
    };
    Ok(PreparedPdf { bytes, contents, attributes, chain: signatory.chain.to_vec(), algorithm: signatory.algorithm, at })
}

impl PreparedPdf {
    /// The bytes to be signed: the signed attributes in DER.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        &self.attributes
    }

    /// Puts the signature, and a time-stamp over it where there is an authority, into the file. Both are verified
    /// before the file is given out: a token or a service may answer with anything.
    ///
    /// # Errors
    /// [`Error::WrongSignature`] when it is not of the certificate's key over [`PreparedPdf::to_be_signed`],
    /// [`Error::Key`] when no time-stamp was had, [`Error::PlaceTooSmall`] when it all does not fit.
    pub fn finish(self, signature: &[u8], authority: Option<&dyn TimestampAuthority>) -> Result<SignedPdf, Error> {
        // Before an authority is troubled with it.
        let key = self.chain.first().and_then(Certificate::public_key).ok_or_else(|| self.wrong_signature())?;
        key.verify(self.algorithm, &self.attributes, signature).map_err(|_| self.wrong_signature())?;
        let token = authority.map(|authority| authority.stamp(Sha256::of(signature))).transpose()?;
        self.insert(signature, token.as_ref())
    }

    fn insert(mut self, signature: &[u8], token: Option<&Token>) -> Result<SignedPdf, Error> {
        let cms = self.cms(signature, token)?;
        self.verify(&cms)?;
        let digits = hex(&cms);
        if digits.len() > self.contents.len() {
            return Err(Error::PlaceTooSmall { needed: cms.len(), reserved: self.contents.len() / 2 });
        }
        let start = self.contents.start;
        self.bytes[start..start + digits.len()].copy_from_slice(digits.as_bytes());
        let signer = self.chain.first().map(Certificate::common_name).unwrap_or_default().to_owned();
        Ok(SignedPdf {
            sha256: Sha256::of(&self.bytes),
            level: if token.is_some() { PadesLevel::T } else { PadesLevel::B },
            signed_at: token.map_or(self.at, Token::at),
            signer,
            bytes: self.bytes,
        })
    }

    fn cms(&self, signature: &[u8], token: Option<&Token>) -> Result<Vec<u8>, Error> {
        let parts = cms::Parts {
            content_type: oid::DATA,
            content: None,
            chain: &self.chain,
            algorithm: self.algorithm,
            signed_attributes: &self.attributes,
            signature,
            timestamp: token.map(Token::der),
        };
        Ok(cms::signed_data(&parts, true).ok_or(crate::pki::Error::NoCertificate)?)
    }

    /// Reads what was built and verifies it over the file as it stands.
    fn verify(&self, cms: &[u8]) -> Result<(), Error> {
        let read = SignedData::read(cms).map_err(|_| self.wrong_signature())?;
        let faults = read.verify(oid::DATA, &covered(&self.bytes, &self.contents));
        if faults.is_empty() && read.signer_certificate() == self.chain.first() {
            Ok(())
        } else {
            Err(self.wrong_signature())
        }
    }

    fn wrong_signature(&self) -> Error {
        Error::WrongSignature {
            subject: self.chain.first().map(Certificate::common_name).unwrap_or_default().to_owned(),
        }
    }
}

/// What a signature covers: all but the string of its value, angle brackets included.
fn covered<'a>(bytes: &'a [u8], contents: &Range<usize>) -> [&'a [u8]; 2] {
    [&bytes[..contents.start - 1], &bytes[contents.end + 1..]]
}

/// How many bytes to reserve: a signature of the same shape, measured.
fn estimate(signatory: &Signatory<'_>, certificate: &Certificate) -> Result<usize, Error> {
    let digest = signatory.algorithm.digest();
    let key = certificate
        .public_key()
        .ok_or_else(|| crate::pki::Error::KeyRefused { why: "its kind is not known".to_owned() })?;
    let attributes = cms::signed_attributes(oid::DATA, digest, &vec![0; digest.length()], certificate);
    let token = vec![0; signatory.token_bytes];
    let parts = cms::Parts {
        content_type: oid::DATA,
        content: None,
        chain: signatory.chain,
        algorithm: signatory.algorithm,
        signed_attributes: &attributes,
        signature: &vec![0; signatory.algorithm.signature_bytes(key)],
        timestamp: (signatory.token_bytes > 0).then_some(token.as_slice()),
    };
    let measured = cms::signed_data(&parts, true).map_or(0, |cms| cms.len());
    let needed = measured + SLACK;
    if needed > LARGEST_STRING {
        return Err(Error::SignatureTooLarge { needed, allowed: LARGEST_STRING });
    }
    Ok(needed)
}

/// Where in the signature dictionary the values stand that are not known yet.
struct Places {
    byte_range: usize,
    contents: Range<usize>,
}

/// Room for four numbers of ten digits: PDF/A files have fewer than 2³¹ bytes.
const BYTE_RANGE_WIDTH: usize = 43;

/// The signature dictionary (ISO 32000-1, table 252; EN 319 142-1, 6.3).
fn signature_dictionary(certificate: &Certificate, at: Timestamp, reserved: usize) -> (Vec<u8>, Places) {
    let mut bytes = b"<</Type /Sig/Filter /Adobe.PPKLite/SubFilter /ETSI.CAdES.detached".to_vec();
    bytes.extend_from_slice(format!("/M ({})", at.pdf()).as_bytes());
    // UTF-16BE with its mark: a PDF text string of any letters (7.9.2.2).
    let name: Vec<u8> =
        std::iter::once(0xfeff).chain(certificate.common_name().encode_utf16()).flat_map(u16::to_be_bytes).collect();
    bytes.extend_from_slice(format!("/Name <{}>/ByteRange [", hex(&name)).as_bytes());
    let byte_range = bytes.len();
    bytes.extend(std::iter::repeat_n(b' ', BYTE_RANGE_WIDTH));
    bytes.extend_from_slice(b"]/Contents <");
    let start = bytes.len();
    bytes.extend(std::iter::repeat_n(b'0', reserved * 2));
    let contents = start..bytes.len();
    bytes.extend_from_slice(b">>>");
    (bytes, Places { byte_range, contents })
}

fn write_byte_range(bytes: &mut [u8], place: usize, contents: &Range<usize>) {
    let (gap_start, gap_end) = (contents.start - 1, contents.end + 1);
    let numbers = format!("0 {gap_start} {gap_end} {}", bytes.len() - gap_end);
    bytes[place..place + numbers.len()].copy_from_slice(numbers.as_bytes());
}

//! A file with a place for its signature, and the signature put into that place.

use std::sync::Arc;

use super::appearance::{Appearance, Drawn, Notice};
use super::dictionary::{Draft, Place};
use super::field::{self, Widget};
use super::terms::{self, Terms};
use super::{Error, PadesLevel, Signed};
use crate::base::source::Source;
use crate::base::time::Timestamp;
use crate::pdf::file;
use crate::pdf::incremental::Update;
use crate::pki::cms::{self, Message, SignedData};
use crate::pki::{Certificate, Imprint, SignatureAlgorithm, TimestampAuthority, Token, oid};

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
    base: Arc<dyn Source>,
    place: Place,
    digest: Vec<u8>,
    attributes: Vec<u8>,
    chain: Vec<Certificate>,
    algorithm: SignatureAlgorithm,
    at: Timestamp,
    notice: Option<Notice>,
}

/// What is to be signed, and how.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// The file, as it stands.
    pub base: Arc<dyn Source>,
    /// What opens it, where it is locked.
    pub password: Option<&'a str>,
    /// How the signature looks.
    pub appearance: &'a Appearance,
    /// What it says of later changes.
    pub terms: &'a Terms,
    /// The time that the signer claims.
    pub at: Timestamp,
}

/// Makes the place for a signature: an update with field, appearance and signature dictionary.
///
/// # Errors
/// [`Error::Pdf`] when the file cannot be updated, [`Error::Certified`] and [`Error::CertifyFirst`] when it does
/// not allow it, [`Error::SignatureTooLarge`] when certificates and token would not fit into a string of PDF/A, [`Error::Key`] without a
/// certificate, [`Error::Appearance`] when the place asked for is not there.
pub fn prepare(order: &Order<'_>, signatory: &Signatory<'_>) -> Result<PreparedPdf, Error> {
    let certificate = signatory.chain.first().ok_or(crate::pki::Error::NoCertificate)?;
    let (place, notice) = place(order, signatory, certificate)?;
    let algorithm = signatory.algorithm.digest();
    let digest = place.digest(order.base.as_ref(), algorithm).map_err(file::Error::Io)?;
    let attributes = cms::signed_attributes(oid::DATA, algorithm, &digest, certificate);
    Ok(PreparedPdf {
        base: Arc::clone(&order.base),
        place,
        digest,
        attributes,
        chain: signatory.chain.to_vec(),
        algorithm: signatory.algorithm,
        at: order.at,
        notice,
    })
}

fn place(
    order: &Order<'_>,
    signatory: &Signatory<'_>,
    certificate: &Certificate,
) -> Result<(Place, Option<Notice>), Error> {
    let value_bytes = value_bytes(signatory, certificate)?;
    let mut update = Update::open(order.base.as_ref(), order.password)?;
    terms::check(update.file(), order.terms, !field::is_signed(update.file())?)?;
    let Drawn { page, rect, form, field, notice } = order.appearance.draw(&mut update, order.at)?;
    let signature = update.reserve();
    let widget = Widget { page, rect, form, field };
    let lock = field::sign(&mut update, &widget, signature, order.terms.lock.as_ref())?;
    let mut entries = entries(&update, signature, certificate, order.at)?;
    entries.extend(terms::reference(&mut update, signature, order.terms.certify, lock.as_ref())?);
    Ok((Draft::new(&entries, value_bytes)?.placed(update, signature)?, notice))
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
    pub fn finish(self, signature: &[u8], authority: Option<&dyn TimestampAuthority>) -> Result<Signed, Error> {
        // Before an authority is troubled with it.
        let key = self.chain.first().and_then(Certificate::public_key).ok_or_else(|| self.wrong_signature())?;
        key.verify(self.algorithm, &self.attributes, signature).map_err(|_| self.wrong_signature())?;
        let stamp =
            |authority: &dyn TimestampAuthority| authority.stamp(&Imprint::of(authority.digest(), &[signature]));
        let token = authority.map(stamp).transpose()?;
        self.insert(signature, token.as_ref())
    }

    fn insert(self, signature: &[u8], token: Option<&Token>) -> Result<Signed, Error> {
        let cms = self.cms(signature, token)?;
        self.verify(&cms)?;
        let signer = self.chain.first().map(Certificate::common_name).unwrap_or_default().to_owned();
        Ok(Signed {
            level: if token.is_some() { PadesLevel::T } else { PadesLevel::B },
            at: token.map_or(self.at, Token::at),
            signer,
            notice: self.notice,
            tail: self.place.filled(&cms)?,
            base: self.base,
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

    /// Reads what was built and verifies it against the digest of the file as it stands.
    fn verify(&self, cms: &[u8]) -> Result<(), Error> {
        let read = SignedData::read(cms).map_err(|_| self.wrong_signature())?;
        let message = Message::Digest(self.algorithm.digest(), &self.digest);
        let faults = read.signer().verify(oid::DATA, &message);
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

/// How many bytes the value takes: a signature of the same shape, measured.
fn value_bytes(signatory: &Signatory<'_>, certificate: &Certificate) -> Result<usize, Error> {
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
    Ok(cms::signed_data(&parts, true).map_or(0, |cms| cms.len()))
}

/// The entries of a signature dictionary (ISO 32000-1, table 252; EN 319 142-1, 6.3).
fn entries(
    update: &Update<'_>,
    id: lopdf::ObjectId,
    certificate: &Certificate,
    at: Timestamp,
) -> Result<Vec<u8>, Error> {
    let mut entries = b"/Type /Sig/Filter /Adobe.PPKLite/SubFilter /ETSI.CAdES.detached/M ".to_vec();
    entries.extend(update.string(id, at.pdf().as_bytes())?);
    // UTF-16BE with its mark: a PDF text string of any letters (7.9.2.2).
    let name: Vec<u8> =
        std::iter::once(0xfeff).chain(certificate.common_name().encode_utf16()).flat_map(u16::to_be_bytes).collect();
    entries.extend_from_slice(b"/Name ");
    entries.extend(update.string(id, &name)?);
    Ok(entries)
}

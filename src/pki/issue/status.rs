//! Making revocation lists and OCSP responses.

use super::super::algorithm::{DigestAlgorithm, PublicKey};
use super::super::certificate::Certificate;
use super::super::revocation::{Reason, Revocation, Status, ocsp as reading};
use super::super::{Error, Signer, der, oid};
use super::extension;
use crate::base::time::Timestamp;

/// A revoked certificate.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Content octets of its serial number.
    pub serial: Vec<u8>,
    /// Since when, and why.
    pub revocation: Revocation,
}

/// What a list says.
#[derive(Debug, Clone)]
pub struct CrlContent<'a> {
    /// When it was made.
    pub this_update: Timestamp,
    /// When the next one is there at the latest.
    pub next_update: Option<Timestamp>,
    /// Its number.
    pub number: u64,
    /// The certificates on it.
    pub listed: &'a [Listed],
    /// Further extensions, as [`extension`] makes them.
    pub further: &'a [Vec<u8>],
}

/// `CertificateList` of this issuer (RFC 5280, 5.1).
///
/// # Errors
/// [`Error::NoCertificate`] without one, and those of the key.
pub fn crl(issuer: &dyn Signer, content: &CrlContent<'_>) -> Result<Vec<u8>, Error> {
    let certificate = issuer.chain().first().ok_or(Error::NoCertificate)?;
    let algorithm = issuer.algorithm().identifier();
    let entries: Vec<u8> = content.listed.iter().flat_map(entry).collect();
    // RFC 5280, 5.1.2.6: left out where nothing is revoked.
    let entries = if entries.is_empty() { Vec::new() } else { der::element(der::SEQUENCE, &entries) };
    let key = der::element(der::primitive(0), certificate.subject_key().unwrap_or_default());
    let mut extensions = extension(oid::AUTHORITY_KEY_IDENTIFIER, false, &der::sequence(&[&key]));
    extensions.extend(extension(oid::CRL_NUMBER, false, &der::integer(content.number)));
    extensions.extend(content.further.concat());
    let body = der::sequence(&[
        &der::integer(1),
        &algorithm,
        certificate.subject_der(),
        &der::time(content.this_update),
        &content.next_update.map(der::time).unwrap_or_default(),
        &entries,
        &der::explicit(0, &der::element(der::SEQUENCE, &extensions)),
    ]);
    let signature = issuer.sign(&body)?;
    Ok(der::sequence(&[&body, &algorithm, &der::bit_string(&signature)]))
}

fn entry(listed: &Listed) -> Vec<u8> {
    let Revocation { at, reason, invalid_since } = &listed.revocation;
    let mut extensions = Vec::new();
    if let Some(reason) = reason {
        extensions.extend(extension(oid::CRL_REASON, false, &der::enumerated(reason.number())));
    }
    if let Some(since) = invalid_since {
        extensions.extend(extension(oid::INVALIDITY_DATE, false, &der::generalized_time(*since)));
    }
    let extensions = if extensions.is_empty() { extensions } else { der::element(der::SEQUENCE, &extensions) };
    der::sequence(&[&der::element(der::INTEGER, &listed.serial), &der::time(*at), &extensions])
}

/// What a response says of one certificate.
#[derive(Debug, Clone)]
pub struct OcspContent<'a> {
    /// The certificate.
    pub certificate: &'a Certificate,
    /// Its issuer.
    pub issuer: &'a Certificate,
    /// Its status.
    pub status: Status,
    /// The time for which it speaks.
    pub this_update: Timestamp,
    /// When newer answers are there at the latest.
    pub next_update: Option<Timestamp>,
    /// The nonce of the request, where it had one.
    pub nonce: Option<&'a [u8]>,
    /// By which digest the certificate is named.
    pub named_by: DigestAlgorithm,
}

/// A successful `OCSPResponse` (RFC 6960, 4.2.1), the responder named by its key.
///
/// # Errors
/// [`Error::NoCertificate`] without one, and those of the key.
pub fn ocsp(responder: &dyn Signer, content: &OcspContent<'_>) -> Result<Vec<u8>, Error> {
    let certificate = responder.chain().first().ok_or(Error::NoCertificate)?;
    let key = certificate.public_key().map(PublicKey::octets).unwrap_or_default();
    let next = content.next_update.map(|next| der::explicit(0, &der::generalized_time(next))).unwrap_or_default();
    let single = der::sequence(&[
        &reading::certificate_id(content.named_by, content.certificate.serial(), content.issuer),
        &status(&content.status),
        &der::generalized_time(content.this_update),
        &next,
    ]);
    let nonce = content.nonce.map(|nonce| extension(oid::OCSP_NONCE, false, &der::octet_string(nonce)));
    let data = der::sequence(&[
        &der::explicit(2, &der::octet_string(&DigestAlgorithm::Sha1.of(&[key]))),
        &der::generalized_time(content.this_update),
        &der::sequence(&[&single]),
        &nonce.map(|nonce| der::explicit(1, &der::sequence(&[&nonce]))).unwrap_or_default(),
    ]);
    let signature = responder.sign(&data)?;
    let basic = der::sequence(&[
        &data,
        &responder.algorithm().identifier(),
        &der::bit_string(&signature),
        &der::explicit(0, &der::sequence(&[certificate.der()])),
    ]);
    let bytes = der::sequence(&[&der::object_identifier(oid::OCSP_BASIC), &der::octet_string(&basic)]);
    Ok(der::sequence(&[&der::enumerated(0), &der::explicit(0, &bytes)]))
}

fn status(status: &Status) -> Vec<u8> {
    match status {
        Status::Good => der::element(der::primitive(0), &[]),
        Status::Unknown => der::element(der::primitive(2), &[]),
        Status::Revoked(Revocation { at, reason, .. }) => {
            let reason = reason.map(|reason: Reason| der::explicit(0, &der::enumerated(reason.number())));
            der::element(der::constructed(1), &[der::generalized_time(*at), reason.unwrap_or_default()].concat())
        }
    }
}

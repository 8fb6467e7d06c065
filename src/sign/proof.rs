//! What makes a signature last: evidence of the status of all certificates in the file (B-LT), and document time-stamps over it
//! (B-LTA), renewed before what proves the last one ends (EN 319 142-1, 5.4 and 6.3; EN 319 102-1, 5.6).
//!
//! Evidence is gathered for every signature and time-stamp in the file, also those of others; what is there already is not put in again.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use lopdf::{Object, ObjectId, Stream, dictionary};

use super::dictionary::Draft;
use super::field::{self, Widget};
use super::verify::{self, Asking, Kind, Rules};
use super::{Error, PadesLevel, Signed};
use crate::base::digest::Sha256;
use crate::base::source::{self, Source};
use crate::base::time::Timestamp;
use crate::pdf::file::{self, File, Found};
use crate::pdf::incremental::Update;
use crate::pki::path::Path;
use crate::pki::revocation::RevocationSource;
use crate::pki::{self, Certificate, Imprint, TimestampAuthority, Token, TrustAnchors};

/// Where evidence comes from, and by whom it must be believed.
#[derive(Clone, Copy)]
pub struct Proofs<'a> {
    /// Whom to trust.
    pub anchors: &'a TrustAnchors,
    /// Where evidence comes from.
    pub source: &'a dyn RevocationSource,
    /// The time at which it must hold.
    pub at: Timestamp,
}

/// A file that is added to, one update after the other.
#[derive(Debug, Clone)]
struct Growing<'a> {
    base: Arc<dyn Source>,
    tail: Vec<u8>,
    password: Option<&'a str>,
    /// The latest moment known: of the clock, or of a time-stamp since.
    at: Timestamp,
    /// Digests of the certificates whose status was put in.
    proven: BTreeSet<Sha256>,
}

impl<'a> Growing<'a> {
    fn new(base: Arc<dyn Source>, tail: Vec<u8>, password: Option<&'a str>, at: Timestamp) -> Self {
        Self { base, tail, password, at, proven: BTreeSet::new() }
    }

    fn source(&self) -> source::Appended {
        source::Appended { base: Arc::clone(&self.base), tail: self.tail.as_slice().into() }
    }

    /// What verification says of the file as it is now.
    fn report(&self, anchors: &TrustAnchors, revocation: Asking<'_>) -> verify::Report {
        verify::verify(&self.source(), &Rules { anchors, at: self.at, revocation, password: self.password })
    }
}

/// Raises what was signed at B-T to B-LT.
///
/// # Errors
/// [`Error::NoEvidence`] where the status of a certificate cannot be told, [`Error::NotSigned`] where the signature is not valid by what the file
/// brings then (an authority that is not trusted, say), [`Error::Pdf`] when the file cannot be updated.
pub fn prove(signed: Signed, proofs: &Proofs<'_>, password: Option<&str>) -> Result<Signed, Error> {
    grown(signed, PadesLevel::Lt, proofs, password, |growing| add_evidence(growing, proofs, Lack::Refused))
}

/// Raises what was signed at B-LT to B-LTA.
///
/// # Errors
/// [`Error::Key`] when no time-stamp was had; else as [`prove`].
pub fn archive(
    signed: Signed,
    proofs: &Proofs<'_>,
    authority: &dyn TimestampAuthority,
    password: Option<&str>,
) -> Result<Signed, Error> {
    grown(signed, PadesLevel::Lta, proofs, password, |growing| add_timestamp(growing, proofs, authority))
}

/// Adds to a file, and asks whether the signature that was made has its level then, by the file alone.
fn grown(
    signed: Signed,
    level: PadesLevel,
    proofs: &Proofs<'_>,
    password: Option<&str>,
    add: impl FnOnce(&mut Growing<'_>) -> Result<(), Error>,
) -> Result<Signed, Error> {
    let at = proofs.at.max(signed.at);
    let mut growing = Growing::new(Arc::clone(&signed.base), signed.tail, password, at);
    add(&mut growing)?;
    let report = growing.report(proofs.anchors, Asking::File);
    let own = report.signatures.iter().rfind(|signature| signature.kind == Kind::Signature);
    if !own.is_some_and(|own| own.indication() == verify::Indication::Valid && own.level >= Some(level)) {
        return Err(Error::NotSigned { verdict: report.verdict().english });
    }
    Ok(Signed { tail: growing.tail, level, ..signed })
}

/// What renewal added to a file.
#[derive(Debug, Clone)]
pub struct Renewed {
    base: Arc<dyn Source>,
    /// What is appended to the file.
    pub tail: Vec<u8>,
    /// Until when the newest time-stamp proves what it covers: the first of its certificates' ends and its algorithms' last days.
    pub proves_until: Option<Timestamp>,
}

impl Renewed {
    /// Writes the whole file, a megabyte at a time.
    ///
    /// # Errors
    /// Those of the file and of `out`.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        super::write(self.base.as_ref(), &self.tail, out)
    }
}

/// Renews the proof of a signed file: evidence for its last time-stamp, where the file lacks it, and a new one over all of it.
///
/// # Errors
/// [`Error::NotSigned`] where something but time is against the signatures: then there is nothing to be kept. Else as [`archive`].
pub fn renew(
    base: &Arc<dyn Source>,
    proofs: &Proofs<'_>,
    authority: &dyn TimestampAuthority,
    password: Option<&str>,
) -> Result<Renewed, Error> {
    let mut growing = Growing::new(Arc::clone(base), Vec::new(), password, proofs.at);
    // What a file proves by itself needs no service to be there still; but what there is today is put in, because a verifier may want
    // evidence that was fresh when the next time-stamp was made (EN 319 102-1, 5.6.2.2).
    if growing.report(proofs.anchors, Asking::File).is_valid() {
        add_evidence(&mut growing, proofs, Lack::Allowed)?;
    } else {
        valid(&growing.report(proofs.anchors, Asking::Source(proofs.source)))?;
        add_evidence(&mut growing, proofs, Lack::Refused)?;
    }
    add_timestamp(&mut growing, proofs, authority)?;
    let report = growing.report(proofs.anchors, Asking::File);
    valid(&report)?;
    Ok(Renewed { base: growing.base, tail: growing.tail, proves_until: due(&report) })
}

fn valid(report: &verify::Report) -> Result<(), Error> {
    if report.is_valid() { Ok(()) } else { Err(Error::NotSigned { verdict: report.verdict().english }) }
}

/// Until when what a file proves can be told: before this moment it must be renewed. None where something in it proves no time. A good document
/// time-stamp answers for all that it covers, so what came after the newest of them counts, and it.
#[must_use]
pub fn due(report: &verify::Report) -> Option<Timestamp> {
    let is_good = |signature: &verify::SignatureReport| {
        signature.kind == Kind::DocumentTimestamp && signature.indication() == verify::Indication::Valid
    };
    let newest = report.signatures.iter().rposition(is_good).unwrap_or(0);
    let ends = report.signatures.iter().skip(newest).map(|signature| signature.lasts_until);
    ends.collect::<Option<Vec<Timestamp>>>()?.into_iter().min()
}

/// Whether evidence may be lacking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lack {
    Allowed,
    Refused,
}

/// Puts into the file what proves the status of every certificate in it.
fn add_evidence(growing: &mut Growing<'_>, proofs: &Proofs<'_>, lack: Lack) -> Result<(), Error> {
    let source = growing.source();
    let file = File::open(&source, source.length(), growing.password)?;
    let paths = verify::paths(&file, &Proofs { at: growing.at, ..*proofs })?;
    add_proof_of(growing, paths, proofs, lack).map(drop)
}

/// Puts into the file what proves the status of the certificates of paths; whether there was anything new.
fn add_proof_of(growing: &mut Growing<'_>, paths: Vec<Path>, proofs: &Proofs<'_>, lack: Lack) -> Result<bool, Error> {
    let (pieces, proven) = gathered(paths, &Proofs { at: growing.at, ..*proofs }, lack)?;
    growing.proven.extend(proven);
    add_pieces(growing, &pieces)
}

/// Puts pieces into the file that are not in it; whether there were any.
fn add_pieces(growing: &mut Growing<'_>, pieces: &Pieces) -> Result<bool, Error> {
    let source = growing.source();
    let mut update = Update::open(&source, growing.password)?;
    let has_more = write_store(&mut update, pieces)?;
    if has_more {
        let tail = update.tail()?.bytes;
        growing.tail.extend_from_slice(&tail);
    }
    Ok(has_more)
}

/// The bytes of certificates, revocation lists and responses.
#[derive(Debug, Default)]
struct Pieces {
    certificates: Vec<Vec<u8>>,
    crls: Vec<Vec<u8>>,
    responses: Vec<Vec<u8>>,
}

impl Pieces {
    fn certificate(&mut self, certificate: &Certificate) {
        add(&mut self.certificates, certificate.der());
    }
}

fn add(pieces: &mut Vec<Vec<u8>>, piece: &[u8]) {
    if !pieces.iter().any(|other| other == piece) {
        pieces.push(piece.to_vec());
    }
}

/// What proves the status of the certificates of paths, and of those who signed that; and the digests of these certificates.
fn gathered(paths: Vec<Path>, proofs: &Proofs<'_>, lack: Lack) -> Result<(Pieces, BTreeSet<Sha256>), Error> {
    let mut pieces = Pieces::default();
    // The certificates whose status is still to be proven, each with its issuer.
    let mut left: Vec<(Certificate, Certificate)> = Vec::new();
    for path in paths {
        path.certificates().iter().for_each(|certificate| pieces.certificate(certificate));
        left.extend(path.certificates().windows(2).map(|link| (link[0].clone(), link[1].clone())));
    }
    let (mut seen, mut proven) = (BTreeSet::new(), BTreeSet::new());
    while let Some((certificate, issuer)) = left.pop() {
        if certificate.is_exempt_from_revocation() || !seen.insert(Sha256::of(certificate.der())) {
            continue;
        }
        let evidence = proofs.source.evidence(&certificate, &issuer, proofs.at).evidence;
        let question =
            pki::revocation::Question { certificate: &certificate, issuer: &issuer, at: proofs.at, seen: proofs.at };
        let judgement = pki::revocation::judge(&question, &evidence, proofs.anchors);
        let answer = match judgement.decisive().filter(|answer| answer.covers(proofs.at)) {
            Some(answer) => answer,
            None if lack == Lack::Allowed => continue,
            None => return Err(Error::NoEvidence { subject: certificate.common_name().to_owned() }),
        };
        proven.insert(Sha256::of(certificate.der()));
        let is_it = |bytes: &[u8]| Sha256::of(bytes) == answer.digest;
        evidence.crls.iter().filter(|crl| is_it(crl.der())).for_each(|crl| add(&mut pieces.crls, crl.der()));
        let responses = evidence.responses.iter().filter(|response| is_it(response.der()));
        responses.for_each(|response| add(&mut pieces.responses, response.der()));
        if let Ok(path) = &answer.path {
            path.certificates().iter().for_each(|certificate| pieces.certificate(certificate));
            left.extend(path.certificates().windows(2).map(|link| (link[0].clone(), link[1].clone())));
        }
    }
    Ok((pieces, proven))
}

/// Adds to the document security store what is not in it (EN 319 142-1, 5.4.2.2); whether there was anything.
fn write_store(update: &mut Update<'_>, pieces: &Pieces) -> Result<bool, Error> {
    let catalog_id = update.file().catalog_id()?;
    let mut catalog = update.dictionary(catalog_id, "catalog")?;
    let mut store = update.file().dictionary_in(&catalog, b"DSS")?.unwrap_or_else(|| dictionary! { "Type" => "DSS" });
    let mut has_more = false;
    for (key, pieces) in [("Certs", &pieces.certificates), ("CRLs", &pieces.crls), ("OCSPs", &pieces.responses)] {
        let mut items = update.file().array_in(&store, key.as_bytes())?;
        let there = digests(update.file(), &items)?;
        for piece in pieces.iter().filter(|piece| !there.contains(&Sha256::of(piece))) {
            items.push(Object::Reference(update.add(deflated(piece))));
            has_more = true;
        }
        if !items.is_empty() {
            store.set(key, items);
        }
    }
    if has_more {
        if let Ok(id) = catalog.get(b"DSS").and_then(Object::as_reference) {
            update.set(id, store);
        } else {
            let id = update.add(store);
            catalog.set("DSS", Object::Reference(id));
            update.set(catalog_id, catalog);
        }
    }
    Ok(has_more)
}

fn deflated(piece: &[u8]) -> Stream {
    let mut stream = Stream::new(lopdf::Dictionary::new(), piece.to_vec());
    // What does not become smaller stays as it is.
    drop(stream.compress());
    stream
}

fn digests(file: &File<'_>, items: &[Object]) -> Result<BTreeSet<Sha256>, file::Error> {
    let mut digests = BTreeSet::new();
    for id in items.iter().filter_map(|item| item.as_reference().ok()) {
        if let Some(Found::Stream(dictionary, data)) = file.object(id)? {
            digests.insert(Sha256::of(&file.unfolded(id, &dictionary, data)?));
        }
    }
    Ok(digests)
}

/// Authorities that change their certificate at every token are asked so often.
const MOST_STAMPS: usize = 4;

/// Adds a document time-stamp over everything (EN 319 142-1, 5.4.3), what proves its own certificates included: where the file
/// lacks that, it is put in, and the time is stamped anew.
fn add_timestamp(
    growing: &mut Growing<'_>,
    proofs: &Proofs<'_>,
    authority: &dyn TimestampAuthority,
) -> Result<(), Error> {
    let mut token_bytes = authority.token_bytes();
    for _ in 0..MOST_STAMPS {
        let source = growing.source();
        let mut update = Update::open(&source, growing.password)?;
        let stamp: ObjectId = update.reserve();
        let page = update.file().first_page()?;
        field::sign(&mut update, &Widget { page, rect: [0.0; 4], form: None, field: None }, stamp, None)?;
        let entries = b"/Type /DocTimeStamp/Filter /Adobe.PPKLite/SubFilter /ETSI.RFC3161";
        let place = Draft::new(entries, token_bytes)?.placed(update, stamp)?;
        let digest = place.digest(&source, authority.digest()).map_err(file::Error::Io)?;
        let imprint = Imprint::new(authority.digest(), digest).ok_or(pki::Error::SigningFailed)?;
        let token = authority.stamp(&imprint)?;
        growing.at = growing.at.max(token.at());
        let path = path_of(&token, proofs.anchors, growing.at)?;
        let certificates = path.certificates().split_last().map_or(&[][..], |(_, below)| below);
        let of_status = certificates.iter().filter(|certificate| !certificate.is_exempt_from_revocation());
        let is_proven = of_status.map(|one| Sha256::of(one.der())).all(|digest| growing.proven.contains(&digest));
        if !is_proven && add_proof_of(growing, vec![path], proofs, Lack::Refused)? {
            continue;
        }
        match place.filled(token.der()) {
            Ok(tail) => {
                growing.tail.extend_from_slice(&tail);
                return Ok(());
            }
            // The token was larger than expected: once more, with room for one that is larger still.
            Err(Error::PlaceTooSmall { needed, reserved }) if needed > reserved => {
                token_bytes += (needed - reserved) + needed / 8;
            }
            Err(error) => return Err(error),
        }
    }
    Err(Error::RestlessAuthority { tokens: MOST_STAMPS })
}

/// The path of a token's authority.
fn path_of(token: &Token, anchors: &TrustAnchors, at: Timestamp) -> Result<Path, Error> {
    let subject = || token.certificate().map_or("?", Certificate::common_name).to_owned();
    let certificate = token.certificate().ok_or_else(|| Error::NoEvidence { subject: subject() })?;
    anchors.path(certificate, token.certificates(), at).map_err(|_| Error::NoEvidence { subject: subject() })
}

#[cfg(test)]
mod tests;

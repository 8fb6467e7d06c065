//! The certificates that speak for a key, put in order whatever the order of their file.

use super::Error;
use super::algorithm::PublicKey;
use super::certificate::Certificate;

/// The certificate of this key among many, newest where it was renewed.
#[must_use]
pub(super) fn of_key<'a>(key: &PublicKey, certificates: &'a [Certificate]) -> Option<&'a Certificate> {
    let own = certificates.iter().filter(|certificate| certificate.public_key() == Some(key));
    own.max_by_key(|certificate| certificate.not_after())
}

/// A certificate, then its issuer, and so on; the root is left out, and so is what leads nowhere.
#[must_use]
pub(super) fn upwards(end: &Certificate, certificates: &[Certificate]) -> Vec<Certificate> {
    let mut chain = vec![end.clone()];
    while let Some(issuer) = chain.last().and_then(|link| issuer_of(link, certificates)) {
        if is_self_issued(issuer) || chain.contains(issuer) {
            break;
        }
        chain.push(issuer.clone());
    }
    chain
}

/// A certificate and its issuers from a file that should hold nothing else.
///
/// # Errors
/// [`Error::NoCertificate`] when it is empty, [`Error::KeyMismatch`] when none is of the key, [`Error::ChainBroken`]
/// when the file has others and none of them issued the key's own.
pub(super) fn complete(key: &PublicKey, certificates: &[Certificate]) -> Result<Vec<Certificate>, Error> {
    let first = certificates.first().ok_or(Error::NoCertificate)?;
    let end =
        of_key(key, certificates).ok_or_else(|| Error::KeyMismatch { subject: first.common_name().to_owned() })?;
    let other = certificates.iter().find(|other| other.public_key() != Some(key));
    match other {
        Some(other) if !is_self_issued(end) && issuer_of(end, certificates).is_none() => {
            Err(Error::ChainBroken { subject: end.common_name().to_owned(), issuer: other.common_name().to_owned() })
        }
        _ => Ok(upwards(end, certificates)),
    }
}

fn issuer_of<'a>(link: &Certificate, certificates: &'a [Certificate]) -> Option<&'a Certificate> {
    if is_self_issued(link) {
        return None;
    }
    let named = certificates.iter().filter(|issuer| issuer.subject_der() == link.issuer_der());
    named.into_iter().find(|issuer| link.verify_by(issuer).is_ok())
}

fn is_self_issued(certificate: &Certificate) -> bool {
    certificate.subject_der() == certificate.issuer_der()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::Signer;
    use crate::pki::testing::Pki;

    #[test]
    fn any_order_becomes_the_one_order() {
        let pki = Pki::new();
        let (root, issuing) = (pki.root.certificate().clone(), pki.issuing.certificate().clone());
        let signer = pki.signer.certificate().clone();
        let stranger = Pki::new().issuing.certificate().clone();
        let key = signer.public_key().expect("known");
        for file in [
            [&signer, &issuing, &root, &stranger],
            [&stranger, &root, &issuing, &signer],
            [&issuing, &signer, &stranger, &root],
        ] {
            let file: Vec<Certificate> = file.into_iter().cloned().collect();
            assert_eq!(complete(key, &file).expect("complete"), pki.signer.chain());
        }
        let root_only = [signer.clone(), root];
        assert!(matches!(complete(key, &root_only), Err(Error::ChainBroken { .. })));
        let alone = complete(key, std::slice::from_ref(&signer)).expect("alone");
        assert_eq!(alone, pki.signer.chain()[..1]);
        assert!(matches!(complete(key, &[stranger]), Err(Error::KeyMismatch { .. })));
    }
}

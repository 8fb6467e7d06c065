//! Signing in tests: nobody is trusted, and nobody asked for the status of certificates.

use super::{Appearance, Desk, Error, Level, Order, Signed, SignedPdf};
use crate::base::time::Timestamp;
use crate::pdfa::PdfA;
use crate::pki::revocation::Recorded;
use crate::pki::{Signer, TimestampAuthority, TrustAnchors};

/// Signs a PDF/A, at B-T with an authority.
pub(crate) fn sign(
    pdf: &PdfA,
    signer: &dyn Signer,
    authority: Option<&dyn TimestampAuthority>,
    appearance: &Appearance,
    at: Timestamp,
) -> Result<SignedPdf, Error> {
    at_desk(signer, authority, |desk| desk.sign(pdf, appearance, at))
}

/// Signs any file, at B-T with an authority.
pub(crate) fn sign_file(
    order: &Order<'_>,
    signer: &dyn Signer,
    authority: Option<&dyn TimestampAuthority>,
) -> Result<Signed, Error> {
    at_desk(signer, authority, |desk| desk.sign_file(order))
}

fn at_desk<T>(signer: &dyn Signer, authority: Option<&dyn TimestampAuthority>, work: impl FnOnce(&Desk<'_>) -> T) -> T {
    let (anchors, status) = (TrustAnchors::default(), Recorded::default());
    work(&Desk { signer, level: authority.map_or(Level::B, Level::T), anchors: &anchors, status: &status })
}

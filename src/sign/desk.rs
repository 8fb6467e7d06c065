//! The desk at which files are signed: whose key, whose clock, and how much proof goes into the file.

use std::fmt;
use std::sync::Arc;

use super::appearance::Appearance;
use super::prepare::{Order, PreparedPdf, Signatory, prepare};
use super::proof::{self, Proofs};
use super::terms::Terms;
use super::{Error, LARGEST_PDF_A, PadesLevel, Signed, SignedPdf};
use crate::base::source::Source;
use crate::base::time::Timestamp;
use crate::pdfa::PdfA;
use crate::pki::revocation::{self, Question, RevocationSource, Status, Trouble};
use crate::pki::{self, Certificate, Signer, TimestampAuthority, TrustAnchors};

/// All that signing takes but the files.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// Holds the key.
    pub signer: &'a dyn Signer,
    /// How much proof goes into the file.
    pub level: Level<'a>,
    /// Whom evidence on certificates must be believed by.
    pub anchors: &'a TrustAnchors,
    /// Where evidence on certificates comes from.
    pub status: &'a dyn RevocationSource,
}

/// A level, and who stamps the time for it.
#[derive(Clone, Copy)]
pub enum Level<'a> {
    /// [`PadesLevel::B`]: the signature alone.
    B,
    /// [`PadesLevel::T`].
    T(&'a dyn TimestampAuthority),
    /// [`PadesLevel::Lt`].
    Lt(&'a dyn TimestampAuthority),
    /// [`PadesLevel::Lta`].
    Lta(&'a dyn TimestampAuthority),
}

impl PadesLevel {
    /// This level, the time stamped by an authority.
    #[must_use]
    pub fn by(self, authority: &dyn TimestampAuthority) -> Level<'_> {
        match self {
            Self::B => Level::B,
            Self::T => Level::T(authority),
            Self::Lt => Level::Lt(authority),
            Self::Lta => Level::Lta(authority),
        }
    }
}

impl<'a> Level<'a> {
    fn authority(self) -> Option<&'a dyn TimestampAuthority> {
        match self {
            Self::B => None,
            Self::T(authority) | Self::Lt(authority) | Self::Lta(authority) => Some(authority),
        }
    }
}

/// A certificate of the signer's chain of which nothing that can be believed says whether it was revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownStatus {
    /// The certificate.
    pub subject: String,
    /// The addresses in it that gave nothing.
    pub troubles: Vec<Trouble>,
}

impl fmt::Display for UnknownStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing says whether the signing certificate `{}` was revoked", self.subject)?;
        match self.troubles.as_slice() {
            [] => f.write_str(": it names no address that could be asked, or no answer that can be believed came"),
            troubles => troubles.iter().try_for_each(|trouble| write!(f, "; {}: {}", trouble.url, trouble.why)),
        }
    }
}

impl Desk<'_> {
    /// Asks, before anything is signed, whether the signer's certificates were revoked (Circular 15/2025/TT-BKHCN, art. 5); gives those
    /// whose status is not known, which does not keep from signing.
    ///
    /// # Errors
    /// [`Error::Key`] as [`pki::check_signer`]; [`Error::Revoked`].
    pub fn check(&self, at: Timestamp) -> Result<Vec<UnknownStatus>, Error> {
        pki::check_signer(self.signer, at)?;
        let chain = self.signer.chain();
        let path = chain.first().and_then(|own| self.anchors.path(own, chain, at).ok());
        let links = path.as_ref().map_or(chain, |path| path.certificates());
        links.windows(2).filter_map(|link| self.standing(&link[0], &link[1], at).transpose()).collect()
    }

    fn standing(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        at: Timestamp,
    ) -> Result<Option<UnknownStatus>, Error> {
        if certificate.is_exempt_from_revocation() {
            return Ok(None);
        }
        let gathered = self.status.evidence(certificate, issuer, at);
        let judgement =
            revocation::judge(&Question { certificate, issuer, at, seen: at }, &gathered.evidence, self.anchors);
        let subject = certificate.common_name().to_owned();
        match judgement.status {
            Status::Good => Ok(None),
            Status::Revoked(revocation) => Err(Error::Revoked { subject, at: revocation.at }),
            Status::Unknown => Ok(Some(UnknownStatus { subject, troubles: gathered.troubles })),
        }
    }

    /// Signs a PDF/A; it stays one.
    ///
    /// # Errors
    /// [`Error::TooLarge`]; else those of [`Desk::sign_files`].
    pub fn sign(&self, pdf: &PdfA, appearance: &Appearance, at: Timestamp) -> Result<SignedPdf, Error> {
        let base: Arc<dyn Source> = Arc::new(Arc::<[u8]>::from(pdf.bytes()));
        if base.length() > LARGEST_PDF_A {
            return Err(Error::TooLarge { bytes: base.length() });
        }
        let order = Order { base, password: None, appearance, terms: &Terms::default(), at };
        self.sign_file(&order)?.into_pdf()
    }

    /// Signs any PDF as it stands. Whether it keeps the rules of PDF/A is not asked; if it does, it does so still.
    ///
    /// # Errors
    /// Those of [`Desk::sign_files`].
    pub fn sign_file(&self, order: &Order<'_>) -> Result<Signed, Error> {
        self.signed(order, self.token_bytes())
    }

    /// Signs files by as few calls to the key as it allows; one that fails takes no other with it. One result for each, in their order.
    ///
    /// # Errors
    /// In each result: [`Error::Key`] when certificate or key cannot sign at the order's time, or no time-stamp was had; those of [`prepare`],
    /// [`PreparedPdf::finish`], [`proof::prove`] and [`proof::archive`].
    #[must_use]
    pub fn sign_files(&self, orders: &[Order<'_>]) -> Vec<Result<Signed, Error>> {
        let token_bytes = self.token_bytes();
        let prepared: Vec<Result<PreparedPdf, Error>> =
            orders.iter().map(|order| self.prepared(order, token_bytes)).collect();
        let messages: Vec<&[u8]> = prepared.iter().flatten().map(PreparedPdf::to_be_signed).collect();
        let mut signatures = self.signer.sign_many(&messages).into_iter();
        let mut finish = |order: &Order<'_>, prepared: PreparedPdf| -> Result<Signed, Error> {
            let signature = signatures.next().unwrap_or(Err(pki::Error::SigningFailed))?;
            self.finished(order, prepared, &signature, token_bytes)
        };
        orders.iter().zip(prepared).map(|(order, prepared)| finish(order, prepared?)).collect()
    }

    fn signed(&self, order: &Order<'_>, token_bytes: usize) -> Result<Signed, Error> {
        let prepared = self.prepared(order, token_bytes)?;
        let signature = self.signer.sign(prepared.to_be_signed())?;
        self.finished(order, prepared, &signature, token_bytes)
    }

    fn prepared(&self, order: &Order<'_>, token_bytes: usize) -> Result<PreparedPdf, Error> {
        pki::check_signer(self.signer, order.at)?;
        prepare(order, &Signatory { chain: self.signer.chain(), algorithm: self.signer.algorithm(), token_bytes })
    }

    fn finished(
        &self,
        order: &Order<'_>,
        prepared: PreparedPdf,
        signature: &[u8],
        token_bytes: usize,
    ) -> Result<Signed, Error> {
        match prepared.finish(signature, self.level.authority()) {
            // The token was larger than expected: once more, with room for one that is larger still.
            Err(Error::PlaceTooSmall { needed, reserved }) if needed > reserved => {
                self.signed(order, token_bytes + (needed - reserved) + needed / 8)
            }
            Err(error) => Err(error),
            Ok(signed) => self.raised(order, signed),
        }
    }

    fn raised(&self, order: &Order<'_>, signed: Signed) -> Result<Signed, Error> {
        let proofs = Proofs { anchors: self.anchors, source: self.status, at: order.at };
        match self.level {
            Level::B | Level::T(_) => Ok(signed),
            Level::Lt(_) => proof::prove(signed, &proofs, order.password),
            Level::Lta(authority) => {
                let proven = proof::prove(signed, &proofs, order.password)?;
                proof::archive(proven, &proofs, authority, order.password)
            }
        }
    }

    /// How large a token is expected at most.
    fn token_bytes(&self) -> usize {
        self.level.authority().map_or(0, TimestampAuthority::token_bytes)
    }
}

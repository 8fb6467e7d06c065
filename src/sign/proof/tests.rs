//! Levels, renewal, and thirty years of them.

use super::*;
use crate::pdf::incremental::testing::{XrefKind, a_pdf};
use crate::pki::issue::{self, CrlContent};
use crate::pki::revocation::{Evidence, Reason, Recorded};
use crate::pki::testing::{Pki, now};
use crate::pki::{Crl, Policy};
use crate::sign::verify::{Finding, Indication, Report};
use crate::sign::{Appearance, Desk, Order, Terms};

const YEAR: i64 = 366 * 86_400;

fn base(kind: XrefKind) -> Arc<dyn Source> {
    Arc::new(Arc::<[u8]>::from(a_pdf(kind, [595.0, 842.0])))
}

/// The lists of both authorities, made at a moment, and who is on the lower one's.
fn lists(pki: &Pki, at: Timestamp, listed: &[issue::Listed]) -> Recorded {
    let content = CrlContent {
        this_update: at,
        next_update: Some(at.plus_seconds(86_400)),
        number: 1,
        listed: &[],
        further: &[],
    };
    let root = Crl::read(&issue::crl(&pki.root, &content).expect("a list")).expect("own writing");
    let evidence = Evidence { crls: vec![root, pki.crl(at, listed)], ..Evidence::default() };
    Recorded(evidence)
}

fn signed(pki: &Pki, kind: XrefKind, level: PadesLevel) -> Result<Signed, Error> {
    let appearance = Appearance::invisible();
    let order =
        Order { base: base(kind), password: None, appearance: &appearance, terms: &Terms::default(), at: now() };
    let (authority, source) = (pki.authority(), lists(pki, now(), &[]));
    let level = level.by(&authority);
    Desk { signer: &pki.signer, level, anchors: &pki.anchors(), status: &source }.sign_file(&order)
}

fn bytes(signed: &Signed) -> Arc<[u8]> {
    let mut bytes = Vec::new();
    signed.write(&mut bytes).expect("memory");
    bytes.into()
}

fn judged(file: &Arc<[u8]>, anchors: &TrustAnchors, at: Timestamp) -> Report {
    verify::verify(file, &Rules { anchors, at, revocation: Asking::File, password: None })
}

#[test]
fn every_level_is_reached_and_recognised() {
    let pki = Pki::new();
    for kind in [XrefKind::Table, XrefKind::Stream] {
        for level in PadesLevel::ALL {
            let file = bytes(&signed(&pki, kind, level).expect("signed"));
            let rules = Rules { anchors: &pki.anchors(), at: now(), revocation: Asking::Nothing, password: None };
            assert!(verify::verify(&file, &rules).is_valid(), "{kind:?} {level}: {:#?}", verify::verify(&file, &rules));
            let report = judged(&file, &pki.anchors(), now().plus_seconds(3600));
            assert_eq!(report.signatures[0].level, Some(level), "{kind:?}: {report:#?}");
            // Without evidence nobody knows whether the certificates were revoked.
            let expected = if level < PadesLevel::Lt { Indication::Indeterminate } else { Indication::Valid };
            assert_eq!(report.indication(), expected, "{kind:?} {level}: {report:#?}");
            let stamps = report.signatures.iter().filter(|signature| signature.kind == Kind::DocumentTimestamp).count();
            assert_eq!(stamps, usize::from(level == PadesLevel::Lta));
        }
    }
}

#[test]
fn evidence_is_put_in_once() {
    let pki = Pki::new();
    let file = bytes(&signed(&pki, XrefKind::Table, PadesLevel::T).expect("signed"));
    let mut growing = Growing::new(Arc::new(Arc::clone(&file)), Vec::new(), None, now());
    let source = lists(&pki, now(), &[]);
    let proofs = Proofs { anchors: &pki.anchors(), source: &source, at: now() };
    add_evidence(&mut growing, &proofs, Lack::Refused).expect("put in");
    let once = growing.tail.len();
    add_evidence(&mut growing, &proofs, Lack::Refused).expect("nothing new");
    assert!(once > 0 && growing.tail.len() == once, "the same lists again");
}

#[test]
fn without_evidence_no_file_is_called_long_term() {
    let pki = Pki::new();
    let signed = signed(&pki, XrefKind::Table, PadesLevel::T).expect("signed");
    let (anchors, nothing) = (pki.anchors(), Recorded::default());
    let proofs = Proofs { anchors: &anchors, source: &nothing, at: now() };
    let refused = prove(signed, &proofs, None).expect_err("no evidence");
    assert!(matches!(refused, Error::NoEvidence { .. }) && refused.hint().is_some());
}

#[test]
fn a_revoked_certificate_signs_nothing_that_lasts() {
    let pki = Pki::new();
    let file = bytes(&signed(&pki, XrefKind::Table, PadesLevel::T).expect("signed"));
    for (days, reason, indication) in [
        (-1, None, Indication::Indeterminate),
        (-1, Some(Reason::KeyCompromise), Indication::Indeterminate),
        (2, Some(Reason::KeyCompromise), Indication::Valid),
    ] {
        let revoked = now().plus_seconds(days * 86_400);
        let listed = [Pki::listed(pki.signer.certificate(), revoked, reason)];
        let later = now().plus_seconds(3 * 86_400);
        let source = lists(&pki, later, &listed);
        let rules = Rules { anchors: &pki.anchors(), at: later, revocation: Asking::Source(&source), password: None };
        let report = verify::verify(&file, &rules);
        assert_eq!(report.indication(), indication, "{days}: {report:#?}");
        let told = report.signatures[0].findings.iter().any(|finding| matches!(finding, Finding::Revoked { .. }));
        assert_eq!(told, indication != Indication::Valid);
        if told {
            assert_eq!(report.sub_indication(), Some("REVOKED_NO_POE"));
        }
    }
}

/// A file renewed by the authorities of another PKI at a moment, when both are trusted.
fn renewed(file: &Arc<[u8]>, older: &[&Pki], pki: &Pki, at: Timestamp) -> Result<Arc<[u8]>, Error> {
    let mut evidence = lists(pki, at, &[]).0;
    for older in older {
        evidence.extend(lists(older, at, &[]).0);
    }
    let source = Recorded(evidence);
    let anchors = trusted(&[older, &[pki]].concat());
    let proofs = Proofs { anchors: &anchors, source: &source, at };
    let base: Arc<dyn Source> = Arc::new(Arc::clone(file));
    let renewed = renew(&base, &proofs, &pki.authority(), None)?;
    Ok([file, &renewed.tail[..]].concat().into())
}

fn trusted(all: &[&Pki]) -> TrustAnchors {
    let policy = Policy::from_toml(
        "digest = [{ algorithm = \"SHA-256\", until = \"2090-12-31\", source = \"of this test\" }]
         key = [{ family = \"ECDSA\", bits = 256, until = \"2090-12-31\", source = \"of this test\" }]",
    );
    TrustAnchors::new(all.iter().map(|pki| pki.root.certificate().clone()).collect())
        .with_policy(policy.expect("a policy"))
}

#[test]
fn a_document_lasts_while_it_is_renewed() {
    let pki = Pki::new();
    let first = bytes(&signed(&pki, XrefKind::Table, PadesLevel::Lta).expect("signed"));
    let anchors = pki.anchors();
    assert!(judged(&first, &anchors, now().plus_seconds(3 * YEAR)).is_valid());
    // Its time-stamp authority's certificate ends after ten years.
    let late = judged(&first, &anchors, now().plus_seconds(11 * YEAR));
    assert_eq!((late.indication(), late.sub_indication()), (Indication::Indeterminate, Some("OUT_OF_BOUNDS_NO_POE")));
    let due = due(&judged(&first, &anchors, now())).expect("known");
    assert!(due > now().plus_seconds(9 * YEAR) && due < now().plus_seconds(11 * YEAR), "{due}");
    let at = |years: i64| now().plus_seconds(years * YEAR);
    let (second, third, fourth) = (Pki::at(at(8)), Pki::at(at(16)), Pki::at(at(24)));
    // By the standard policy nobody believes P-256 so long: what is tried here is time alone.
    let all = trusted(&[&pki, &second, &third, &fourth]);
    let once = renewed(&first, &[&pki], &second, at(8)).expect("in time");
    assert!(judged(&once, &all, at(15)).is_valid(), "{:#?}", judged(&once, &all, at(15)));
    let twice = renewed(&once, &[&pki, &second], &third, at(16)).expect("in time");
    assert!(judged(&twice, &all, at(23)).is_valid(), "{:#?}", judged(&twice, &all, at(23)));
    let thrice = renewed(&twice, &[&pki, &second, &third], &fourth, at(24)).expect("in time");
    let report = judged(&thrice, &all, at(31));
    assert!(report.is_valid(), "{report:#?}");
    assert_eq!(report.signatures[0].level, Some(PadesLevel::Lta));
    // One renewal left out: nothing proves the first time-stamp any more.
    assert!(matches!(renewed(&first, &[&pki, &second], &third, at(16)), Err(Error::NotSigned { .. })));
    assert!(!judged(&once, &all, at(23)).is_valid());
    // Nor does a renewal by an algorithm that is not believed then.
    let standard = TrustAnchors::of_stores(all.anchors().to_vec());
    let weak = judged(&thrice, &standard, at(31));
    let newest = weak.signatures.last().expect("a time-stamp");
    assert_eq!(newest.sub_indication(), Some("CRYPTO_CONSTRAINTS_FAILURE_NO_POE"), "{newest:#?}");
}

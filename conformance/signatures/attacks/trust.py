"""Who signed, when, and whether the certificates were revoked."""

import datetime

import forge
from asn1crypto import cms, core, ocsp
from asn1crypto import x509 as certificates
from attacks.values import altered
from attacks.workshop import EVIL_TEXT, FIELDS, INDETERMINATE, REFUSED
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from forge import Cms, attribute


def signers(shop):
    """Good signatures by those who may not sign."""
    cases = {
        "expired": ("the certificate ended in 2022", INDETERMINATE, "term status"),
        "early": ("the certificate begins in 2040", REFUSED, "term"),
        "revoked": ("the certificate was revoked in January 2026", REFUSED, "revoked"),
        "no-status": ("nobody says whether the certificate was revoked", INDETERMINATE, "status"),
        "encipher": ("the certificate is for enciphering keys", REFUSED, "usage"),
        "authority": ("the certificate is a CA's", REFUSED, "usage"),
        "weak": ("the key has 1024 bits", REFUSED, "algorithm"),
        "sha1": ("the certificate is signed with SHA-1", REFUSED, "algorithm chain"),
        "strange": ("the root is not trusted", INDETERMINATE, "chain"),
        "self-signed": ("the certificate is self-signed", INDETERMINATE, "chain"),
        "issued-by-signer": ("the certificate was issued by one who is no CA", REFUSED, "chain usage"),
        "office": ("only the public root is trusted, and the government issued the certificate", INDETERMINATE, "chain"),
    }
    for name, (how, verdict, reasons) in cases.items():
        yield f"signer-{name}", how, shop.valued(name), verdict, reasons
        if name in ("expired", "early", "revoked", "weak", "strange"):
            yield f"signer-{name}-stamped", f"{how}; with a time-stamp", shop.valued(name, tsa=shop.authority.tsa("tsa")), REFUSED, reasons
    for name, certificate, reasons in impostors(shop.authority):
        yield (
            f"signer-{name}",
            f"the certificate {name.replace('-', ' ')}",
            forge.sign(shop.paper, Cms(shop.authority, "rsa2048", certificate=certificate)),
            REFUSED,
            reasons,
        )


def impostors(authority):
    """Certificates for the key of rsa2048 that certomancer does not make."""
    source = x509.load_der_x509_certificate(authority.certificate("rsa2048").dump())
    issuing = authority.private_key("issuing")

    def made(key, *changes, issuer=source.issuer):
        builder = x509.CertificateBuilder(
            issuer, source.subject, source.public_key(), x509.random_serial_number(), source.not_valid_before_utc, source.not_valid_after_utc
        )
        extensions = [one for one in source.extensions if one.oid not in {change.oid for change, _ in changes}]
        for extension, critical in [*((one.value, one.critical) for one in extensions), *changes]:
            builder = builder.add_extension(extension, critical)
        return certificates.Certificate.load(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))

    usage = x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.1")])
    yield "is-a-web-server's", made(issuing, (usage, True)), "usage status"
    yield (
        "has-an-unknown-critical-extension",
        made(issuing, (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)),
        "chain status",
    )
    yield "is-signed-by-another-key-of-its-issuer's-name", made(authority.private_key("rsa3072")), "chain"
    yield "was-issued-by-the-root-in-the-issuing-CA's-name", made(authority.private_key("root")), "chain"


def stamps(shop):
    """Time-stamps that are not good. What is signed beside them is."""
    authority = shop.authority
    tsa = authority.tsa("tsa")
    yield "stamp-other-value", "a time-stamp over another value", shop.valued(tsa=tsa, stamped=b"another value"), REFUSED, "timestamp"
    yield "stamp-by-signer", "a time-stamp by one who is no authority for it", shop.valued(tsa=authority.tsa("no-tsa")), REFUSED, "timestamp usage"
    yield (
        "stamp-expired",
        "a time-stamp by an authority whose certificate ended in 2022",
        shop.valued(tsa=authority.tsa("tsa-expired")),
        REFUSED,
        "timestamp term",
    )
    yield (
        "stamp-stranger",
        "a time-stamp under a root that is not trusted",
        shop.valued(tsa=authority.tsa("tsa-stranger")),
        REFUSED,
        "timestamp chain",
    )
    yield (
        "stamp-rubbish",
        "a time-stamp that is none",
        shop.valued(unsigned=[attribute("signature_time_stamp_token", cms.ContentInfo({"content_type": "data", "content": b"x"}))]),
        REFUSED,
        "timestamp",
    )
    broken = shop.stamped
    token = next(one["values"][0] for one in forge.value_of(broken)["content"]["signer_infos"][0]["unsigned_attrs"])
    signature = token["content"]["signer_infos"][0]["signature"].native
    yield (
        "stamp-broken",
        "one byte of the time-stamp's signature",
        altered(broken, signature, signature[:-1] + bytes([signature[-1] ^ 1])),
        REFUSED,
        "timestamp",
    )
    moment = token["content"]["encap_content_info"]["content"].parsed["gen_time"].contents
    later = b"2031" + moment[4:]
    yield "stamp-time-forged", "the time in the time-stamp changed", altered(broken, moment, later), REFUSED, "timestamp"
    yield "stamp-future", "a time-stamp of 2031", shop.valued(tsa=tsa, stamped_at="2031-01-01T00:00:00+0000"), REFUSED, "timestamp"
    yield (
        "document-stamp-other-content",
        "a document time-stamp over another content",
        document_stamp(shop, b"another content", tsa),
        REFUSED,
        "timestamp digest",
    )
    yield (
        "document-stamp-expired",
        "a document time-stamp by an authority whose certificate ended in 2022",
        document_stamp(shop, None, authority.tsa("tsa-expired")),
        REFUSED,
        "timestamp term",
    )
    yield (
        "document-stamp-by-signer",
        "a document time-stamp by one who is no authority for it",
        document_stamp(shop, None, authority.tsa("no-tsa")),
        REFUSED,
        "timestamp usage",
    )
    yield (
        "document-stamp-is-signature",
        "a signature in place of a document time-stamp",
        forge.sign(shop.plain, shop.cms("p256"), stamp_objects()),
        REFUSED,
        "timestamp format",
    )
    yield (
        "document-stamp-changed",
        "page content changed after the document time-stamp",
        forge.revise(document_stamp(shop, None, tsa), {4: forge.stream(EVIL_TEXT)}),
        REFUSED,
        "changed",
    )


def stamp_objects():
    return forge.signature_objects(12, b"Stamp", (6, 11, 13), sub_filter=b"ETSI.RFC3161", kind=b"DocTimeStamp")


def document_stamp(shop, stamped, tsa):
    return forge.sign(shop.plain, lambda covered: forge.timestamp(tsa, covered if stamped is None else stamped).dump(), stamp_objects())


def store(certs=(), ocsps=(), crls=(), first=20):
    """A DSS dictionary and its streams, by object number."""
    objects, listed = {}, {}
    for key, items in (("Certs", certs), ("OCSPs", ocsps), ("CRLs", crls)):
        listed[key] = []
        for item in items:
            objects[first] = forge.stream(item)
            listed[key].append(b"%d 0 R" % first)
            first += 1
    body = b" ".join(b"/%s [%s]" % (key.encode(), b" ".join(items)) for key, items in listed.items() if items)
    objects[first] = b"<< /Type /DSS %s >>" % body
    return objects, first


def with_store(data, fields=FIELDS, **evidence):
    objects, number = store(**evidence)
    return forge.revise(data, {**objects, 1: forge.catalog(fields, b"/DSS %d 0 R" % number)})


def evidence(authority):
    """What a good DSS holds for rsa2048: its OCSP response, the CRL of its issuer, the certificates."""
    issuing = authority.certificate("issuing")
    return {
        "certs": [authority.certificate(name).dump() for name in ("rsa2048", "issuing", "root", "tsa")],
        "ocsps": [forge.ask_ocsp(authority.ocsp("issuing"), authority.certificate(name), issuing) for name in ("rsa2048", "tsa")],
        "crls": [forge.requests.get(authority.crl("root"), timeout=30).content],
    }


def stores(shop):
    """What the file brings to show that nothing was revoked does not show it. Judged by the file alone."""
    authority = shop.authority
    good = evidence(authority)
    issuing = authority.certificate("issuing")
    data = shop.stamped
    complete = with_store(data, **good)

    def changed(**parts):
        return with_store(data, **{**good, **parts})

    other = [forge.ask_ocsp(authority.ocsp("issuing"), authority.certificate(name), issuing) for name in ("rsa3072", "tsa")]
    old = [respond(authority, name, datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc)) for name in ("rsa2048", "tsa")]
    by_stranger = [respond(authority, name, responder="strange") for name in ("rsa2048", "tsa")]
    by_signer = [respond(authority, name, responder="rsa3072") for name in ("rsa2048", "tsa")]
    forged = [one[:-300] + bytes([one[-300] ^ 1]) + one[-299:] for one in good["ocsps"]]
    foreign = [forge.requests.get(authority.crl(name), timeout=30).content for name in ("government", "government-issuing")]
    yield "store-empty", "no status in the file", changed(ocsps=[], crls=[]), INDETERMINATE, "status", "offline"
    yield (
        "store-ocsp-other-serial",
        "an OCSP response on another certificate",
        changed(ocsps=other[:1] + good["ocsps"][1:]),
        INDETERMINATE,
        "status",
        "offline",
    )
    yield "store-ocsp-old", "an OCSP response from long before the signature", changed(ocsps=old), INDETERMINATE, "status", "offline"
    yield "store-ocsp-stranger", "an OCSP response signed by a stranger", changed(ocsps=by_stranger), INDETERMINATE, "status", "offline"
    yield "store-ocsp-by-signer", "an OCSP response signed by one who may not give any", changed(ocsps=by_signer), INDETERMINATE, "status", "offline"
    yield "store-ocsp-broken", "one byte of the OCSP responses changed", changed(ocsps=forged), INDETERMINATE, "status", "offline"
    yield (
        "store-ocsp-rubbish",
        "an OCSP response that is none",
        changed(ocsps=[b"\x30\x03\x0a\x01\x06", b"rubbish"]),
        INDETERMINATE,
        "status",
        "offline",
    )
    yield "store-crl-other-issuer", "only CRLs of other issuers", changed(ocsps=[], crls=foreign), INDETERMINATE, "status", "offline"
    yield "store-no-issuer-status", "no CRL of the root", changed(crls=[]), INDETERMINATE, "status", "offline"
    yield (
        "store-revoked",
        "an OCSP response that says revoked",
        changed(ocsps=[respond(authority, "rsa2048", revoked=True), good["ocsps"][1]]),
        REFUSED,
        "revoked",
        "offline",
    )
    yield (
        "store-deleted",
        "the DSS is deleted by a later revision",
        forge.revise(complete, {1: forge.catalog(FIELDS)}),
        REFUSED,
        "status changed",
        "offline",
    )
    yield (
        "store-emptied",
        "the streams of the DSS are emptied by a later revision",
        forge.revise(complete, {number: forge.stream(b"") for number in range(20, 27)}),
        REFUSED,
        "status changed",
        "offline",
    )
    yield (
        "store-loop",
        "the DSS refers to itself",
        forge.revise(
            data, {1: forge.catalog(FIELDS, b"/DSS 20 0 R"), 20: b"<< /Type /DSS /Certs 20 0 R /OCSPs [20 0 R] /CRLs 20 0 R /VRI 20 0 R >>"}
        ),
        REFUSED,
        "status changed",
        "offline",
    )


def respond(authority, name, at=None, responder="ocsp", revoked=False):
    """An OCSP response that the test authority does not give."""
    at = at or datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    issuing, subject, by = authority.certificate("issuing"), authority.certificate(name), authority.certificate(responder)
    named_as = {
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": issuing.subject.sha1,
        "issuer_key_hash": issuing.public_key.sha1,
        "serial_number": subject.serial_number,
    }
    since = {"revocation_time": at - datetime.timedelta(days=30), "revocation_reason": "key_compromise"}
    state = ocsp.CertStatus(name="revoked", value=since) if revoked else ocsp.CertStatus("good")
    single = {"cert_id": named_as, "cert_status": state, "this_update": at, "next_update": at + datetime.timedelta(minutes=10)}
    data = ocsp.ResponseData({"responder_id": ocsp.ResponderId(name="by_key", value=by.public_key.sha1), "produced_at": at, "responses": [single]})
    signer = Cms(authority, responder)
    basic = ocsp.BasicOCSPResponse(
        {"tbs_response_data": data, "signature_algorithm": signer.algorithm(), "signature": signer.sign(data.dump()), "certs": [by]}
    )
    inner = {"response_type": "basic_ocsp_response", "response": core.ParsableOctetString(basic.dump())}
    return ocsp.OCSPResponse({"response_status": "successful", "response_bytes": inner}).dump()

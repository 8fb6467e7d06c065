"""The value of the signature: CMS and its encoding."""

import datetime

import forge
from asn1crypto import algos, cms
from asn1crypto import x509 as certificates
from attacks.workshop import INVALID, REFUSED
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from forge import attribute


def values(shop):
    """The value says other things than it should."""
    authority = shop.authority
    mine, other = authority.certificate("rsa2048"), authority.certificate("rsa3072")
    issuing = authority.certificate("issuing")
    same_name = clone(authority, "rsa2048")
    yield (
        "cms-other-certificate",
        "the certificate is another's, with the same name and number",
        shop.valued(certificates=[same_name, issuing]),
        REFUSED,
        "certificate signature chain",
    )
    yield (
        "cms-named-other",
        "the value names another's certificate, which is inside",
        shop.valued(certificates=[other, issuing], signer_id=named(other)),
        REFUSED,
        "certificate signature",
    )
    yield "cms-no-certificate", "no certificate inside", shop.valued(certificates=[]), REFUSED, "certificate chain"
    yield (
        "cms-only-issuer",
        "the signer's certificate is not inside, its issuer's is",
        shop.valued(certificates=[issuing]),
        REFUSED,
        "certificate chain",
    )
    yield (
        "cms-unknown-serial",
        "the value names a certificate that is not inside",
        shop.valued(signer_id=cms.SignerIdentifier({"issuer_and_serial_number": {"issuer": mine.issuer, "serial_number": 99}})),
        REFUSED,
        "certificate",
    )
    yield (
        "ess-other",
        "the signing certificate attribute names another",
        shop.valued(attributes={"signing_certificate_v2": attribute("signing_certificate_v2", forge.certificate_id(other))}),
        REFUSED,
        "certificate attributes",
    )
    yield (
        "ess-missing",
        "no signing certificate attribute",
        shop.valued(attributes={"signing_certificate_v2": None}),
        REFUSED,
        "certificate attributes format",
    )
    yield (
        "ess-twice",
        "two signing certificate attributes",
        shop.valued(more_attributes=[attribute("signing_certificate_v2", forge.certificate_id(other))]),
        REFUSED,
        "certificate attributes",
    )
    yield "digest-missing", "no message digest attribute", shop.valued(attributes={"message_digest": None}), INVALID, "digest attributes"
    yield (
        "digest-other",
        "the message digest of another content",
        shop.valued(attributes={"message_digest": attribute("message_digest", bytes(32))}),
        INVALID,
        "digest",
    )
    yield (
        "digest-twice",
        "two message digest attributes",
        shop.valued(more_attributes=[attribute("message_digest", bytes(32))]),
        REFUSED,
        "digest attributes",
    )
    yield (
        "digest-two-values",
        "two values in the message digest attribute",
        shop.valued(attributes={"message_digest": attribute("message_digest", bytes(32), bytes(32))}),
        REFUSED,
        "digest attributes",
    )
    yield (
        "digest-empty",
        "an empty message digest",
        shop.valued(attributes={"message_digest": attribute("message_digest", b"")}),
        INVALID,
        "digest attributes",
    )
    yield "content-type-missing", "no content type attribute", shop.valued(attributes={"content_type": None}), REFUSED, "attributes"
    yield (
        "content-type-other",
        "the content type attribute says signed data",
        shop.valued(attributes={"content_type": attribute("content_type", "signed_data")}),
        REFUSED,
        "attributes",
    )
    yield "attributes-missing", "no signed attributes at all", shop.valued(bare=True), REFUSED, "attributes certificate format"
    yield (
        "attributes-unsorted",
        "signed attributes in an order that is not DER, signed as they stand",
        unsorted(shop),
        REFUSED,
        "attributes format signature",
    )
    forged = altered(
        shop.valued(more_attributes=[attribute("signing_time", cms.Time({"utc_time": datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)}))]),
        b"260101000000Z",
        b"250101000000Z",
    )
    yield "signing-time-forged", "the signing time attribute changed after it was signed", forged, INVALID, "signature"
    yield "two-signers", "two signer infos", shop.valued(signer_infos=2), REFUSED, "format"
    yield "no-signers", "no signer info", shop.valued(signer_infos=0), REFUSED, "format certificate"
    yield "content-inside", "the content is inside the value", shop.valued(content=b"another content"), REFUSED, "format digest"
    yield (
        "no-signed-data",
        "the value is enveloped data",
        forge.put(shop.plain, cms.ContentInfo({"content_type": "data", "content": b"x"}).dump()),
        REFUSED,
        "format",
    )
    yield "sha512-said", "the value says SHA-512 where SHA-256 was taken", shop.valued(said_digest="sha512"), REFUSED, "digest algorithm attributes"
    yield (
        "algorithms-differ",
        "digest SHA-256, signature said with SHA-512",
        shop.valued(said_algorithm=forge.algorithm("sha512_rsa")),
        REFUSED,
        "algorithm signature",
    )
    yield (
        "ecdsa-said",
        "an RSA signature said to be ECDSA",
        shop.valued(said_algorithm=forge.algorithm("sha256_ecdsa")),
        REFUSED,
        "algorithm signature certificate",
    )
    yield (
        "rsa-said",
        "an ECDSA signature said to be RSA",
        shop.valued("p256", said_algorithm=forge.algorithm("sha256_rsa")),
        REFUSED,
        "algorithm signature certificate",
    )
    yield (
        "pss-other-hash",
        "PSS parameters with another hash than was taken",
        shop.valued(pss_salt=32, said_algorithm=forge.pss_parameters("sha512", 32)),
        REFUSED,
        "algorithm signature",
    )
    yield (
        "pss-other-salt",
        "PSS parameters with another salt length",
        shop.valued(pss_salt=32, said_algorithm=forge.pss_parameters("sha256", 20)),
        REFUSED,
        "algorithm signature",
    )
    yield (
        "pss-said-pkcs1",
        "a PSS signature said to be PKCS #1",
        shop.valued(pss_salt=32, said_algorithm=forge.algorithm("sha256_rsa")),
        REFUSED,
        "signature algorithm",
    )
    yield (
        "algorithm-unknown",
        "an algorithm that nobody knows",
        shop.valued(said_algorithm=algos.SignedDigestAlgorithm({"algorithm": "1.2.3.4.5"})),
        REFUSED,
        "algorithm",
    )
    yield "sha1", "a signature with SHA-1", shop.valued(digest="sha1"), REFUSED, "algorithm"
    yield "md5", "a signature with MD5", shop.valued(digest="md5"), REFUSED, "algorithm"
    yield (
        "protected-algorithm",
        "the algorithm protection attribute names another",
        shop.valued(more_attributes=[protection("sha512")]),
        REFUSED,
        "algorithm attributes",
    )


def named(certificate):
    return cms.SignerIdentifier({"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}})


def protection(digest):
    return attribute(
        "cms_algorithm_protection",
        cms.CMSAlgorithmProtection({"digest_algorithm": {"algorithm": digest}, "signature_algorithm": forge.algorithm(f"{digest}_rsa")}),
    )


def altered(data, old, new):
    """The same with other bytes of the same length in its value."""
    whole = forge.value_of(data).dump()
    if len(old) != len(new) or old not in whole:
        raise ValueError(old)
    return forge.put(data, whole.replace(old, new))


def unsorted(shop):
    """Signed over attributes in an order of their own."""
    data = forge.revise(shop.paper, forge.signature_objects())

    def make(covered):
        info = shop.cms().content_info(covered)
        signer = info["content"]["signer_infos"][0]
        sorted_set = cms.CMSAttributes(list(signer["signed_attrs"])).dump()
        parts = [one.dump() for one in signer["signed_attrs"]][::-1]
        reversed_set = sorted_set[: len(sorted_set) - sum(map(len, parts))] + b"".join(parts)
        whole = info.dump()
        signature = shop.cms().sign(reversed_set)
        return whole.replace(sorted_set[1:], reversed_set[1:]).replace(signer["signature"].native, signature)

    return forge.fill(data, make)


def clone(authority, name):
    """A certificate with the same names and number and another key."""
    source = x509.load_der_x509_certificate(authority.certificate(name).dump())
    builder = x509.CertificateBuilder(
        source.issuer,
        source.subject,
        rsa.generate_private_key(65537, 2048).public_key(),
        source.serial_number,
        source.not_valid_before_utc,
        source.not_valid_after_utc,
    )
    made = builder.sign(rsa.generate_private_key(65537, 2048), hashes.SHA256())
    return certificates.Certificate.load(made.public_bytes(serialization.Encoding.DER))


def malformed(shop):
    """Values that are no DER."""
    data = shop.plain
    whole = forge.value_of(data).dump()
    header = 4
    made = {
        "truncated": whole[: len(whole) // 2],
        "one-byte": whole[:1],
        "trailing": whole + b"\x05\x00",
        "huge-length": b"\x30\x84\x7f\xff\xff\xff" + whole[header:],
        "longest-length": b"\x30\xff" + b"\xff" * 126 + whole[header:],
        "reserved-length": b"\x30\xff" + whole[header:],
        "deep": nested(4000),
        "empty": b"\x30\x00",
        "text": b"this is no signature",
        "set": b"\x31" + whole[1:],
        "big-tag": b"\x3f" + b"\xff" * 40 + b"\x7f\x00" + whole,
    }
    # Length and nesting in BER are no attack: what is signed is hashed in DER (RFC 5652, 5.4), and much software writes the rest so;
    # see others.py.
    for name, content in made.items():
        yield f"der-{name}", "the value is no DER", forge.put(data, content), REFUSED, "format gap"


def nested(depth):
    content = b""
    for _ in range(depth):
        length = len(content)
        content = b"\x30" + (bytes([length]) if length < 128 else b"\x82" + length.to_bytes(2, "big")) + content
        if len(content) > 8000:
            return content
    return content

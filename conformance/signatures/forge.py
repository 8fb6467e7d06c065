"""PDFs and signatures made byte by byte, so that every byte of them can be made wrong.

`document` is the paper that is signed, `revise` adds a revision, `sign` adds a signature whose value `Cms` makes.
What is not asked to be wrong is right: unaltered, these signatures are valid to every judge (see `others.py`).
"""

import datetime
import hashlib
import re
from dataclasses import dataclass, field

import requests
from asn1crypto import algos, cms, core, ocsp, tsp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding

CATALOG = b"<< /Type /Catalog /Pages 2 0 R %s >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> /XObject << /X 8 0 R >> >> /Annots [%s] >>"
TEXT = b"BT /F 14 Tf 72 720 Td (Decision 12: pay 100 000 dong to Mr An) Tj ET q 1 0 0 1 72 600 cm /X Do Q"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
AMOUNT = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (%s) /DA (/F 11 Tf 0 g) /F 4 /Rect [72 640 272 654] /P 3 0 R /AP << /N 7 0 R >> >>"
# The form that is drawn, and a field with its appearance; a signature and its field are added as 10 and 11, the next as 12 and 13.
FORM_KEYS = b"/Type /XObject /Subtype /Form /BBox [0 0 200 14] /Resources << /Font << /F 5 0 R >> >>"
LOOK = b"BT /F 11 Tf 2 2 Td (%s) Tj ET"
SIGNATURE, FIELD = 10, 11


def stream(data, keys=b""):
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), keys, data)


def catalog(fields=(6,), more=b"", form=b"/SigFlags 3"):
    listed = b" ".join(b"%d 0 R" % number for number in fields)
    resources = b"/DR << /Font << /F 5 0 R >> >> /DA (/F 11 Tf 0 g)"
    return CATALOG % (b"/AcroForm << /Fields [%s] %s %s >> %s" % (listed, form, resources, more))


def page(fields=(6,)):
    return PAGE % b" ".join(b"%d 0 R" % number for number in fields)


def paper(**changes):
    """The objects of a page with text, a form that is drawn, and a field with a value; 9 is left for an attacker's own."""
    objects = {
        1: catalog(form=b""),
        2: PAGES,
        3: page(),
        4: stream(TEXT),
        5: FONT,
        6: AMOUNT % b"100 000",
        7: stream(LOOK % b"100 000", FORM_KEYS),
        8: stream(b"0.9 g 0 0 200 14 re f", FORM_KEYS),
    }
    return {**objects, **{int(number[1:]): body for number, body in changes.items()}}


def numbered(number, body):
    return b"%d 0 obj\n%s\nendobj\n" % (number, body)


def entry(offset):
    return b"%010d 00000 n \n" % offset


def table(offsets):
    """A cross-reference table of these objects, one subsection each."""
    return b"xref\n" + b"".join(b"%d 1\n%s" % (number, entry(offset)) for number, offset in sorted(offsets.items()))


def document(objects=None, hidden=b""):
    """A first revision; `hidden` stands in it without being in its table."""
    objects = paper() if objects is None else objects
    data, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", {}
    for number, body in objects.items():
        offsets[number] = len(data)
        data += numbered(number, body)
    data += hidden
    start, size = len(data), max(objects) + 1
    rows = b"".join(entry(offsets[number]) if number in offsets else b"0000000000 65535 f \n" for number in range(size))
    identity = hashlib.md5(data).hexdigest().encode()
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /ID [<%s> <%s>] >>\n" % (size, identity, identity)
    return data + b"xref\n0 %d\n" % size + rows + trailer + b"startxref\n%d\n%%%%EOF\n" % start


def last(pattern, data):
    return re.findall(pattern, data)[-1]


def ending(data, start, size, root=1, previous=None):
    """A trailer that goes on from `data`."""
    previous = int(last(rb"startxref\s+(\d+)", data)) if previous is None else previous
    identity = last(rb"/ID ?\[[^\]]*\]", data)
    return b"trailer\n<< /Size %d /Root %d 0 R /Prev %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, previous, identity, start)


def revise(data, objects, root=1, offsets=None, previous=None):
    """A revision with these objects; `offsets` says where objects stand that are there already."""
    new, offsets = data, dict(offsets or {})
    for number, body in objects.items():
        offsets[number] = len(new)
        new += numbered(number, body)
    size = max(int(last(rb"/Size (\d+)", data)), *(number + 1 for number in offsets))
    return new + table(offsets) + ending(data, len(new), size, root, previous)


def value(sub_filter=b"ETSI.CAdES.detached", kind=b"Sig", more=b"", reserved=16384):
    """A signature dictionary with places for its ranges and its value."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%d%H%M%SZ").encode()
    head = b"<< /Type /%s /Filter /Adobe.PPKLite /SubFilter /%s /M (D:%s) %s" % (kind, sub_filter, now, more)
    return head + b" /ByteRange [0 %s %s %s] /Contents <%s> >>" % (b"@" * 10, b"@" * 10, b"@" * 10, b"0" * reserved)


def widget(number, name=b"Signature1", more=b"/Rect [0 0 0 0]"):
    return b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /V %d 0 R /F 132 /P 3 0 R %s >>" % (name, number, more)


def signature_objects(number=SIGNATURE, name=b"Signature1", fields=(6, FIELD), more=b"", root=b"", look=b"/Rect [0 0 0 0]", **how):
    """What a signature adds to `paper`."""
    return {number: value(more=more, **how), number + 1: widget(number, name, look), 1: catalog(fields, root), 3: page(fields)}


def sign(data, make, objects=None):
    """Adds a revision with a signature over all of it; `make` gives the value for what is covered."""
    return fill(revise(data, objects or signature_objects()), make)


def gap(data):
    """Where the last place for a value begins and ends, with its angle brackets."""
    found = list(re.finditer(rb"/Contents (<[0-9a-fA-F]{64,}>)", data))[-1]
    return found.span(1)


def fill(data, make):
    """Fills the places for the ranges and the value."""
    begin, end = gap(data)
    for number in (begin, end, len(data) - end):
        data = data.replace(b"@" * 10, b"%010d" % number, 1)
    return put(data, make(data[:begin] + data[end:]))


def put(data, cms_bytes, fill_with=b"0"):
    """The same with another value in its last place."""
    begin, end = gap(data)
    digits = cms_bytes.hex().encode()
    return data[: begin + 1] + digits.ljust(end - begin - 2, fill_with) + data[end - 1 :]


def value_of(data):
    """The value in the last place, as CMS."""
    begin, end = gap(data)
    return cms.ContentInfo.load(bytes.fromhex(data[begin + 1 : end - 1].decode()))


def indefinite(value):
    """The same with its outermost length left open, which is BER."""
    return b"\x30\x80" + value[4:] + b"\0\0"


def long_form(value):
    """The same with a length in more bytes than it takes, which is BER."""
    return b"\x30\x83\x00" + value[2:]


HASHES = {name: getattr(hashes, name.upper()) for name in ("md5", "sha1", "sha256")}


def attribute(kind, *values):
    return cms.CMSAttribute({"type": kind, "values": list(values)})


def certificate_id(certificate):
    """What the signing certificate attribute says; SHA-256 is not named, being the default."""
    return tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate.dump()).digest()})]})


def algorithm(name):
    """Identifiers of ECDSA and EdDSA have no parameters, those of RSA NULL."""
    return algos.SignedDigestAlgorithm({"algorithm": name, **({"parameters": core.Null()} if name.endswith("_rsa") else {})})


def pss_parameters(digest, salt):
    hashed = {"algorithm": digest}
    mask = {"algorithm": "mgf1", "parameters": hashed}
    return algos.SignedDigestAlgorithm(
        {"algorithm": "rsassa_pss", "parameters": {"hash_algorithm": hashed, "mask_gen_algorithm": mask, "salt_length": salt}}
    )


@dataclass
class Cms:
    """How the value of a signature is made; each field makes one thing wrong when it is set."""

    authority: object
    signer: str
    digest: str = "sha256"
    # Named in the value, where they differ from what was done.
    said_digest: str = None
    said_algorithm: object = None
    pss_salt: int = None
    # Signed attributes that replace (or, with None, drop) those of the same type; more of them; their order as given.
    attributes: dict = field(default_factory=dict)
    more_attributes: list = field(default_factory=list)
    bare: bool = False
    unsigned: list = field(default_factory=list)
    # URL of a time-stamp authority; what is stamped in place of the signature, and when.
    tsa: str = None
    stamped: bytes = None
    stamped_at: str = None
    certificates: list = None
    signer_id: object = None
    certificate: object = None
    content: bytes = None
    signer_infos: int = 1

    def __call__(self, covered):
        return self.content_info(covered).dump()

    def content_info(self, covered):
        infos = [self._signer_info(covered) for _ in range(self.signer_infos)]
        issuers = self.authority.issuers(self.signer)[:-1]
        certificates = [self._certificate(), *issuers] if self.certificates is None else self.certificates
        content = {"content_type": "data"}
        if self.content is not None:
            content["content"] = self.content
        data = {
            "version": "v1",
            "digest_algorithms": [{"algorithm": self.said_digest or self.digest}],
            "encap_content_info": content,
            "signer_infos": infos,
        }
        if certificates:
            data["certificates"] = certificates
        return cms.ContentInfo({"content_type": "signed_data", "content": data})

    def _certificate(self):
        return self.certificate or self.authority.certificate(self.signer)

    def _signer_info(self, covered):
        attributes = None if self.bare else self._attributes(hashlib.new(self.digest, covered).digest())
        signature = self.sign(covered if self.bare else attributes.dump())
        certificate = self._certificate()
        identity = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        info = {
            "version": "v1",
            "sid": self.signer_id or cms.SignerIdentifier({"issuer_and_serial_number": identity}),
            "digest_algorithm": {"algorithm": self.said_digest or self.digest},
            "signature_algorithm": self.said_algorithm or self.algorithm(),
            "signature": signature,
        }
        if attributes:
            info["signed_attrs"] = attributes
        unsigned = list(self.unsigned)
        if self.tsa:
            token = timestamp(self.tsa, signature if self.stamped is None else self.stamped, self.stamped_at)
            unsigned.append(attribute("signature_time_stamp_token", token))
        if unsigned:
            info["unsigned_attrs"] = unsigned
        return cms.SignerInfo(info)

    def _attributes(self, digest):
        made = {
            "content_type": attribute("content_type", "data"),
            "message_digest": attribute("message_digest", digest),
            "signing_certificate_v2": attribute("signing_certificate_v2", certificate_id(self._certificate())),
            **self.attributes,
        }
        return cms.CMSAttributes([one for one in made.values() if one is not None] + self.more_attributes)

    def algorithm(self):
        key = self.authority.private_key(self.signer)
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return algorithm("ed25519")
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return algorithm(f"{self.digest}_ecdsa")
        return pss_parameters(self.digest, self.pss_salt) if self.pss_salt is not None else algorithm(f"{self.digest}_rsa")

    def sign(self, message):
        key, chosen = self.authority.private_key(self.signer), HASHES[self.digest]()
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(message)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(message, ec.ECDSA(chosen))
        scheme = padding.PKCS1v15() if self.pss_salt is None else padding.PSS(padding.MGF1(chosen), self.pss_salt)
        return key.sign(message, scheme, chosen)


def timestamp(url, message, at=None):
    """A time-stamp token over a message, as ContentInfo; `at` is the time that the test authority is told."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(message).digest()}
    asked = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": 20_261_103, "cert_req": True})
    headers = {"Content-Type": "application/timestamp-query", **({"X-Certomancer-Fake-Time": at} if at else {})}
    answer = requests.post(url, asked.dump(), headers=headers, timeout=30)
    answer.raise_for_status()
    return tsp.TimeStampResp.load(answer.content)["time_stamp_token"]


def ask_ocsp(url, certificate, issuer):
    """An OCSP response on a certificate."""
    named = {
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": issuer.subject.sha1,
        "issuer_key_hash": issuer.public_key.sha1,
        "serial_number": certificate.serial_number,
    }
    asked = ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": named}]}})
    answer = requests.post(url, asked.dump(), headers={"Content-Type": "application/ocsp-request"}, timeout=30)
    answer.raise_for_status()
    return answer.content

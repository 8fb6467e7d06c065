"""Good files that sohoa did not make: by pyHanko, by EU DSS, and by `forge`, each with the level that is right."""

import io
from dataclasses import dataclass

from asn1crypto import keys
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata
from pyhanko.sign.timestamps.requests_client import HTTPTimeStamper
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

import forge
from forge import Cms

LEVELS = ["B-B", "B-T", "B-LT", "B-LTA"]


@dataclass
class Good:
    name: str
    data: bytes
    levels: list
    # Hybrid files are read by pyHanko only when it is told to be lenient.
    strict: bool = True
    roots: tuple = ("root",)


class PyHankoSigner:
    """Signs as pyHanko's library does, with the authority's keys."""

    def __init__(self, authority):
        self.authority = authority

    def signer(self, name, scheme):
        certificates = SimpleCertificateStore()
        certificates.register_multiple(self.authority.issuers(name))
        form = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        private = keys.PrivateKeyInfo.load(self.authority.private_key(name).private_bytes(*form))
        mechanism = forge.pss_parameters("sha256", 32) if scheme == "pss" else None
        certificate, long_salt = self.authority.certificate(name), scheme == "pss-long"
        return SimpleSigner(certificate, private, certificates, mechanism, prefer_pss=long_salt, embed_roots=False)

    def _context(self, roots):
        return ValidationContext(trust_roots=[self.authority.certificate(name) for name in roots], allow_fetching=True, revocation_mode="require")

    def sign(
        self,
        data,
        level,
        name="rsa2048",
        scheme="pkcs1",
        digest="sha256",
        field="Signature1",
        tsa="tsa",
        box=None,
        certify=None,
        lock=None,
        strict=True,
        roots=("root", "government"),
    ):
        metadata = PdfSignatureMetadata(
            field_name=field,
            md_algorithm=digest,
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=level in ("B-LT", "B-LTA"),
            use_pades_lta=level == "B-LTA",
            validation_context=self._context(roots) if level in ("B-LT", "B-LTA") else None,
            certify=certify is not None,
            docmdp_permissions=MDPPerm(certify or 2),
        )
        stamper = None if level == "B-B" else HTTPTimeStamper(self.authority.tsa(tsa))
        spec = SigFieldSpec(field, box=box, field_mdp_spec=lock)
        style = TextStampStyle(stamp_text="%(signer)s") if box else None
        signer = PdfSigner(metadata, self.signer(name, scheme), timestamper=stamper, stamp_style=style, new_field_spec=spec)
        writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=strict)
        if writer.prev.encrypted:
            writer.encrypt("")
        return signer.sign_pdf(writer).getvalue()

    def sign_with(self, signer, data):
        """Signs at B-B with a signer that is there already."""
        metadata = PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
        return PdfSigner(metadata, signer, new_field_spec=SigFieldSpec("Signature1")).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data))).getvalue()

    def renew(self, data, tsa, roots=("root", "government"), digest="sha256"):
        stamper = PdfTimeStamper(HTTPTimeStamper(self.authority.tsa(tsa)))
        output = io.BytesIO()
        reader = PdfFileReader(io.BytesIO(data))
        stamper.update_archival_timestamp_chain(reader, self._context(roots), in_place=False, output=output, default_md_algorithm=digest)
        return output.getvalue()


def good_files(authority, dss, papers, folder):
    """Every good file; `papers` are those of documents.py."""
    signer = PyHankoSigner(authority)
    read = lambda kind: papers[kind].read_bytes()
    plain = read("table")
    for level in LEVELS:
        for name, key, options in (
            ("rsa2048", "rsa2048", {}),
            ("rsa3072", "rsa3072", {}),
            ("pss", "rsa2048", {"scheme": "pss"}),
            ("pss-long-salt", "rsa2048", {"scheme": "pss-long"}),
            ("p256", "p256", {}),
            ("p384", "p384", {"digest": "sha384"}),
            ("ed25519", "ed25519", {"digest": "sha512"}),
        ):
            yield Good(f"pyhanko-{level}-{name}", signer.sign(plain, level, key, **options), [level])
    for kind in ("stream", "linearized", "hybrid", "encrypted", "pdfa-2u"):
        strict = kind != "hybrid"
        for level in ("B-T", "B-LTA"):
            yield Good(f"pyhanko-{level}-{kind}", signer.sign(read(kind), level, strict=strict), [level], strict)
    yield Good("pyhanko-pss-sha3", signer.sign(plain, "B-B", scheme="pss-long", digest="sha3_256"), ["B-B"])
    yield Good("pyhanko-sha512", signer.sign(plain, "B-T", digest="sha512"), ["B-T"])
    yield Good("pyhanko-p256-sha3", signer.sign(plain, "B-B", "p256", digest="sha3_256"), ["B-B"])
    yield Good("pyhanko-visible", signer.sign(plain, "B-T", box=(72, 100, 272, 160)), ["B-T"])
    both = ("root", "government")
    for level in LEVELS:
        two = signer.sign(signer.sign(plain, level), level, "office", field="Signature2")
        yield Good(f"pyhanko-{level}-two", two, [level] * 2, roots=both)
    two = signer.sign(signer.sign(plain, "B-LTA"), "B-LTA", "p256", field="Signature2")
    three = signer.sign(two, "B-LTA", "office", field="Signature3", tsa="tsa-long")
    yield Good("pyhanko-B-LTA-three", three, ["B-LTA"] * 3, roots=both)
    for permission in (1, 2, 3):
        yield Good(f"pyhanko-certified-{permission}", signer.sign(plain, "B-LTA", certify=permission), ["B-LTA"])
    certified = signer.sign(plain, "B-T", certify=2)
    yield Good("pyhanko-certified-then-signed", signer.sign(certified, "B-T", "p256", field="Signature2"), ["B-T"] * 2)
    for name, lock in (
        ("all", FieldMDPSpec(FieldMDPAction.ALL)),
        ("include", FieldMDPSpec(FieldMDPAction.INCLUDE, ["amount"])),
        ("exclude", FieldMDPSpec(FieldMDPAction.EXCLUDE, ["amount"])),
    ):
        yield Good(f"pyhanko-lock-{name}", signer.sign(plain, "B-T", lock=lock), ["B-T"])
    yield Good("pyhanko-renewed", signer.renew(signer.sign(plain, "B-LTA"), "tsa-long"), ["B-LTA"])

    for level in LEVELS:
        for name, key, scheme in (("rsa2048", "rsa2048", "pkcs1"), ("pss", "rsa2048", "pss"), ("p256", "p256", "pkcs1")):
            target = folder / f"dss-{level}-{name}.pdf"
            dss.sign(papers["table"], target, level, authority.pkcs12(key), authority.tsa("tsa"), [authority.root("root")], scheme)
            yield Good(target.stem, target.read_bytes(), [level])
    target = folder / "dss-second.pdf"
    dss.sign(folder / "dss-B-T-rsa2048.pdf", target, "B-T", authority.pkcs12("p256"), authority.tsa("tsa"), [authority.root("root")])
    yield Good("dss-two", target.read_bytes(), ["B-T"] * 2)

    # The good files that attacks.py makes bad ones of.
    paper = forge.document()
    yield Good("forge-plain", forge.sign(paper, Cms(authority, "rsa2048")), ["B-B"])
    # BER around what is signed is no fault: much software writes it so.
    plain = forge.sign(paper, Cms(authority, "rsa2048"))
    for name, in_ber in (("indefinite", forge.indefinite), ("long-form", forge.long_form)):
        yield Good(f"forge-{name}", forge.put(plain, in_ber(forge.value_of(plain).dump())), ["B-B"])
    stamped = forge.sign(paper, Cms(authority, "rsa2048", tsa=authority.tsa("tsa")))
    yield Good("forge-stamped", stamped, ["B-T"])
    yield Good("forge-pss", forge.sign(paper, Cms(authority, "rsa2048", pss_salt=32)), ["B-B"])
    second = forge.signature_objects(12, b"Signature2", (6, 11, 13))
    yield Good("forge-two", forge.sign(stamped, Cms(authority, "p256", tsa=authority.tsa("tsa")), second), ["B-T"] * 2)

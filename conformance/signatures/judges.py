"""The outside judges, each asked for a Verdict: pyHanko, EU DSS, pdfsig, OpenSSL, qpdf, veraPDF.

usage: judges.py ROOT.pem... FILE    pyHanko's verdict, for a run under a moved clock
"""

import asyncio
import datetime
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY
from pyhanko.sign.ades.report import AdESStatus
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy, FreshnessReqType
from pyhanko_certvalidator.registry import SimpleTrustManager

from verdict import Verdict

HERE = Path(__file__).resolve().parent
PATIENCE = 120
# pyHanko logs the whole of each refusal.
logging.disable(logging.CRITICAL)


def certificates(paths):
    return [x509.Certificate.load(der) for path in paths for _, _, der in pem.unarmor(Path(path).read_bytes(), multiple=True)]


# ---- pyHanko


class PyHanko:
    """Both of its engines: what `sign validate` does, and for a file with document time-stamps what `sign adesverify` does (EN 319 102-1).

    `past` leaves out the first, which asks whether every certificate is good today.
    """

    name = "pyhanko"

    def __init__(self, roots, strict=True, past=False):
        self.roots, self.strict, self.past = certificates(roots), strict, past

    def verify(self, path, online=True):
        try:
            return asyncio.run(self._verify(path, online))
        # It meets malformed files with exceptions of every kind.
        except Exception as error:
            return Verdict("error", text=f"{type(error).__name__}: {error}")

    async def _verify(self, path, online):
        with open(path, "rb") as file:
            reader = PdfFileReader(file, strict=self.strict)
            if reader.encrypted and reader.decrypt("").status == AuthStatus.FAILED:
                return Verdict("error", text="locked")
            if not reader.embedded_regular_signatures:
                return Verdict("unsigned")
            faults = []
            for signature in reader.embedded_regular_signatures:
                faults += await self._signature(reader, signature, online)
            for stamp in [] if self.past else reader.embedded_timestamp_signatures:
                status = await async_validate_pdf_timestamp(stamp, self._context(reader, online))
                # None: nothing came after it that could be against a certification.
                good = status.intact and status.valid and status.trusted and status.docmdp_ok is not False
                faults += [] if good else [f"{stamp.field_name}: {status.summary()}"]
        return Verdict("invalid" if faults else "valid", text="; ".join(faults))

    async def _signature(self, reader, signature, online):
        faults = []
        if reader.embedded_timestamp_signatures:
            result = await ades_lta_validation(signature, self._policy(online), ValidationTimingInfo.now())
            good = result.ades_subindic.status == AdESStatus.PASSED and result.api_status.bottom_line
            faults += [] if good else [f"{signature.field_name}: {result.ades_subindic} {result.failure_msg}"]
        if not self.past:
            status = await async_validate_pdf_signature(signature, self._context(reader, online), self._context(reader, online))
            faults += [] if status.bottom_line else [f"{signature.field_name}: {status.summary()}"]
        return faults

    def _context(self, reader, online):
        settings = {"trust_roots": self.roots, "allow_fetching": online, "revocation_mode": "require"}
        if "/DSS" in reader.root:
            return DocumentSecurityStore.read_dss(reader).as_validation_context(settings)
        return ValidationContext(crls=[], ocsps=[], **settings)

    def _policy(self, online):
        trust = CertRevTrustPolicy(
            REQUIRE_REVINFO, freshness=datetime.timedelta(days=30), freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION
        )
        rule = RevinfoOnlineFetchingRule.NO_HISTORICAL_FETCH if online else RevinfoOnlineFetchingRule.LOCAL_ONLY
        spec = SignatureValidationSpec(
            CertValidationPolicySpec(SimpleTrustManager.build(trust_roots=self.roots), trust),
            RevocationInfoGatheringSpec(online_fetching_rule=rule),
        )
        return PdfSignatureValidationSpec(spec, DEFAULT_DIFF_POLICY)


# ---- EU DSS


class Dss:
    """One Java process for all files: a line of tab-separated words in, a line of JSON out."""

    name = "dss"

    def __init__(self):
        self.process = subprocess.Popen(
            [str(HERE / "dss/run.sh")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(PATIENCE)

    def _ask(self, *words):
        self.process.stdin.write("\t".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"DSS ended at {words}")
        return json.loads(line)

    def verify(self, path, roots, online=True):
        answer = self._ask("verify", "online" if online else "offline", path, *roots)
        if "error" in answer:
            return Verdict("error", text=answer["error"])
        if not answer["signatures"]:
            return Verdict("unsigned")
        indications = {one["indication"] for one in answer["signatures"]}
        good = indications == {"TOTAL_PASSED"} and all(one == "PASSED" for one in answer["timestamps"])
        indication = "valid" if good else "invalid" if "TOTAL_FAILED" in indications else "indeterminate"
        levels = [one["level"].replace("PAdES-BASELINE-", "B-") for one in answer["signatures"]]
        said = [f"{one['indication']} {one['sub_indication']} {one['errors']}".strip() for one in answer["signatures"]]
        return Verdict(indication, levels, text="; ".join(said + answer["timestamps"]))

    def sign(self, source, target, level, pkcs12, tsa, roots, scheme="pkcs1"):
        answer = self._ask("sign", f"PAdES_BASELINE_{level[2:]}", scheme, pkcs12, tsa, source, target, *roots)
        if "error" in answer:
            raise RuntimeError(f"DSS did not sign: {answer['error']}")


# ---- the others


def pdfsig(path, expected):
    """Digests and signature values alone: its check of certificates fails wherever one names an OCSP responder on loopback."""
    ended = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, timeout=PATIENCE)
    # Document time-stamps are of a type that it does not know.
    signatures = [block for block in re.split(r"(?m)^Signature #\d+:", ended.stdout)[1:] if "Signature Type: unknown" not in block]
    faults = [" ".join(block.split()) for block in signatures if "Signature Validation: Signature is Valid." not in block]
    faults += [] if len(signatures) == expected else [f"{len(signatures)} signatures {ended.stderr}"]
    return Verdict("invalid" if faults else "valid", text="; ".join(faults))


def openssl(path, roots, expected, evidence_last=False):
    """Each value by itself: CAdES signatures over what they cover, time-stamps over what they stamp. The number of signatures is expected, and
    that the last value covers the whole file, but where evidence comes last (B-LT)."""
    faults, seen = [], 0
    with tempfile.TemporaryDirectory() as folder:
        trusted = Path(folder) / "roots.pem"
        trusted.write_bytes(b"".join(Path(root).read_bytes() for root in roots))
        listed = subprocess.run([sys.executable, str(HERE / "extract.py"), str(path), folder], capture_output=True, text=True)
        faults += [listed.stderr] if listed.returncode else []
        for number, kind, rest in (line.split() for line in listed.stdout.splitlines()):
            part = str(Path(folder) / number)
            ca = ["-CAfile", str(trusted), "-no-CApath", "-no-CAstore"]
            checks = []
            if kind == "document-time-stamp":
                checks.append(["openssl", "ts", "-verify", "-token_in", "-in", f"{part}.cms", "-data", f"{part}.content", "-CAfile", str(trusted)])
            else:
                seen += 1
                checks.append(
                    [
                        "openssl",
                        "cms",
                        "-verify",
                        "-cades",
                        "-purpose",
                        "any",
                        "-binary",
                        "-inform",
                        "DER",
                        "-in",
                        f"{part}.cms",
                        "-content",
                        f"{part}.content",
                        *ca,
                        "-out",
                        os.devnull,
                    ]
                )
            if kind == "timestamped":
                checks.append(
                    ["openssl", "ts", "-verify", "-token_in", "-in", f"{part}.token", "-data", f"{part}.signature", "-CAfile", str(trusted)]
                )
            for check in checks:
                ended = subprocess.run(check, capture_output=True, text=True, timeout=PATIENCE)
                faults += [f"{check[1]} {number}: {ended.stderr.strip()}"] if ended.returncode else []
            last = rest
        faults += [] if seen == expected else [f"{seen} signatures"]
        faults += [] if seen and (last == "whole" or evidence_last) else ["the last value does not cover the whole file"]
    return Verdict("invalid" if faults else "valid", text="; ".join(faults))


def qpdf(path):
    ended = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, timeout=PATIENCE)
    return Verdict("valid" if ended.returncode == 0 else "invalid", text=f"{ended.stdout} {ended.stderr}" if ended.returncode else "")


def verapdf(paths, flavour):
    """What veraPDF finds wrong with files that are PDF/A of this flavour."""
    if not paths:
        return ""
    ended = subprocess.run(
        [str(HERE.parent / "verapdf/run.sh"), *map(str, paths)], env={**os.environ, "VERAPDF_FLAVOUR": flavour}, capture_output=True, text=True
    )
    return ended.stdout + ended.stderr if ended.returncode else ""


if __name__ == "__main__":
    found = PyHanko(sys.argv[1:-1], past=True).verify(sys.argv[-1])
    print(json.dumps({"indication": found.indication, "text": found.text}))

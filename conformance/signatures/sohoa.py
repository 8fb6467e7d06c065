"""The program under judgement: its command line, and its answers in the words of the judges. Nothing else here knows them."""

import json
import re
import subprocess

from verdict import Verdict

PATIENCE = 60
# Where Debian puts the module of SoftHSM2.
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
# Of memory, whatever the file.
MOST_BYTES = 1 << 30
# 0: valid, 8: invalid, 9: undecided (src/cli/exit.rs). Everything else is no verdict.
VERDICTS = (0, 8, 9)
# EN 319 102-1, table 5.
SUB_INDICATIONS = {
    "FORMAT_FAILURE": "format",
    "HASH_FAILURE": "digest",
    "SIG_CRYPTO_FAILURE": "signature",
    "REVOKED": "revoked",
    "REVOKED_NO_POE": "revoked",
    "REVOKED_CA_NO_POE": "revoked",
    "EXPIRED": "term",
    "NOT_YET_VALID": "term",
    "OUT_OF_BOUNDS_NO_POE": "term",
    "OUT_OF_BOUNDS_NOT_REVOKED": "term",
    "CRYPTO_CONSTRAINTS_FAILURE": "algorithm",
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "algorithm",
    "NO_SIGNING_CERTIFICATE_FOUND": "certificate",
    "NO_CERTIFICATE_CHAIN_FOUND": "chain",
    "NO_CERTIFICATE_CHAIN_FOUND_NO_POE": "chain",
    "CERTIFICATE_CHAIN_GENERAL_FAILURE": "chain",
    "CHAIN_CONSTRAINTS_FAILURE": "usage",
    "TRY_LATER": "status",
    "TIMESTAMP_ORDER_FAILURE": "timestamp",
    "TIMESTAMP_FAILURE": "timestamp",
    "SIGNED_DATA_NOT_FOUND": "unsigned",
}
# What findings say, in English.
WORDS = {
    "unreadable": r"cannot be read|only after repair|different objects",
    "unsigned": r"no signature",
    "byte-range": r"ranges that a signature covers",
    "gap": r"leaves out is not its value",
    "format": r"no CMS signature|of the form|more than one signer|not supported",
    "digest": r"not what was signed|content.*(changed|digest)|digest.*content",
    "signature": r"not of the certificate's key|signature value",
    "certificate": r"certificate of the signer|signing certificate|names another",
    "attributes": r"attribute|of another type",
    "algorithm": r"algorithm|digests differ|SHA-1|MD5|bits|two different digest",
    "chain": r"no trusted certificate|not allowed to issue|critical extension|more authorities",
    "term": r"was valid from|not valid at|validity",
    "revoked": r"was revoked",
    "status": r"whether the certificate .* was revoked",
    "usage": r"not for signing|not only for",
    "timestamp": r"(?<!there is no )time-stamp",
    "changed": r"changed after it was signed|stand behind the end",
}


class Sohoa:
    def __init__(self, program):
        self.program = str(program)

    def run(self, *arguments, codes=(0,)):
        command = ["prlimit", f"--as={MOST_BYTES}", self.program, *map(str, arguments)]
        try:
            ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"sohoa {' '.join(map(str, arguments))} gave no answer within {PATIENCE} s") from None
        if ended.returncode not in codes:
            raise RuntimeError(f"sohoa {' '.join(map(str, arguments))} ended with {ended.returncode}: {ended.stderr.strip()[-400:]}")
        return ended

    def pdfa(self, source, target, level):
        self.run("pdfa", source, "-o", target, "--level", level, "--workers", "1", "--agency", "UBND phường Thử")

    def run_inbox(self, inbox, warehouse, authority, signer, level, **options):
        """A whole run; documents that wait for a person are left waiting."""
        command = self.signing([], "", authority, signer, level, **options)
        settings = command[command.index("--agency") :]
        settings += ["--pades", level.lower(), "--owner", "079203001234", "--workers", "2"]
        self.run("run", inbox, "--warehouse", warehouse, *settings, codes=(0, 3))

    def signing(self, sources, target, authority, signer, level, tsa="tsa", trust=None, at=None, look="copy", held="pem", **options):
        """The command that signs; `options` are --certify, --field, --lock and --scheme, `trust` a file or folder of roots, `held` says where the
        key is: in PEM, in PKCS#12, on a token."""
        command = [self.program, "sign", *sources, "-o", target, "--pades", level.lower(), "--look", look, "--agency", "UBND phường Thử"]
        if held == "pem":
            command += ["--key", authority.key(signer), "--certificate", authority.chain(signer)]
        elif held == "pkcs12":
            command += ["--key", authority.pkcs12(signer), "--pin-from", f"file:{authority.pin()}"]
        else:
            command += ["--module", SOFTHSM, "--token", authority.token(signer), "--pin-from", f"file:{authority.pin()}"]
            command += ["--certificate", authority.chain(signer)]
        command += ["--timestamp-url", authority.tsa(tsa), "--trusted-roots", trust or authority.root("root")]
        for name, value in {**options, "clock": at}.items():
            command += [f"--{name}", value] if value is not None else []
        return [str(word) for word in command]

    def sign(self, source, *arguments, **options):
        """Signs as `signing` says."""
        self.run(*self.signing([source], *arguments, **options)[1:])

    def sign_all(self, sources, folder, authority, signer):
        """Signs many at B-B in one run."""
        self.run(*self.signing(sources, folder, authority, signer, "B-B", look="invisible")[1:])

    def verify_all(self, paths, roots):
        """Verifies many in one run; each is expected to be valid."""
        self.run(*self.verifying(roots), "--no-revocation", *paths)

    def renew(self, path, authority, tsa, trust, digest, at):
        digest = f"{digest[:3]}-{digest[3:]}"
        self.run("renew", path, "--timestamp-url", authority.tsa(tsa), "--timestamp-digest", digest, "--trust", trust, "--clock", at)

    def verifying(self, roots):
        return ["verify", "--format", "json", *(word for root in roots for word in ("--trust", root))]

    def verify(self, path, roots, online=True, at=None):
        asked = [*self.verifying(roots), *(["--online"] if online else []), *(["--at", at] if at else [])]
        try:
            ended = self.run(*asked, path, codes=VERDICTS)
        except RuntimeError as error:
            return Verdict("error", text=str(error))
        return read(json.loads(ended.stdout))


def read(report):
    signatures = report["signatures"]
    findings = [one for part in (report, *signatures) for one in part["findings"] if one["weight"] != "remark"]
    reasons = {SUB_INDICATIONS[one["reason"]] for one in findings if one["reason"] in SUB_INDICATIONS}
    reasons |= {word for word, pattern in WORDS.items() for one in findings if re.search(pattern, one["en"])}
    levels = [one["level"].upper() for one in signatures if one["kind"] == "signature" and one["level"]]
    text = "; ".join(one["en"] for one in findings)
    return Verdict(report["indication"], levels, reasons, text)

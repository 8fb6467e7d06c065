"""The program under judgement: its command line, and its answers in the words of the judges. Nothing else here knows them."""

import json
import re
import subprocess

from verdict import Verdict

PATIENCE = 60
# Of memory, whatever the file.
MOST_BYTES = 1 << 30
# 0: valid; 8: a verification found faults (src/cli/exit.rs). Everything else is no verdict.
VERDICTS = (0, 8)
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
}
# What findings say, in English.
WORDS = {
    "unreadable": r"no PDF|only after repair|read differently|encrypted|too (deep|many|large|long)|loop",
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
    "revoked": r"was revoked|is revoked",
    "status": r"revoked was not|revocation.*(unknown|missing)|status",
    "usage": r"not for signing|not only for",
    "timestamp": r"(?<!there is no )time-stamp",
    "changed": r"after the last signature|added after|changed by|later revision|hidden",
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

    def signing(self, source, target, authority, signer, level, tsa="tsa", roots=("root",), at=None, **options):
        """The command that signs; `options` are --certify, --field, --lock and --scheme."""
        key = ["--key", authority.key(signer), "--cert", authority.chain(signer)]
        command = [self.program, "sign", source, "-o", target, "--level", level.lower(), *key]
        if level != "B-B":
            command += ["--tsa", authority.tsa(tsa)]
        for root in roots:
            command += ["--trust", authority.root(root)]
        for name, value in {**options, "at": at}.items():
            command += [f"--{name}", value] if value is not None else []
        return [str(word) for word in command]

    def sign(self, *arguments, **options):
        """Signs as `signing` says."""
        self.run(*self.signing(*arguments, **options)[1:])

    def sign_all(self, sources, folder, authority, signer):
        """Signs many at B-B in one run."""
        key = ["--key", authority.key(signer), "--cert", authority.chain(signer), "--trust", authority.root("root")]
        self.run("sign", *sources, "-o", folder, "--level", "b-b", *key)

    def verify_all(self, paths, roots):
        """Verifies many in one run; each is expected to be valid."""
        self.run("verify", "--json", *(word for root in roots for word in ("--trust", root)), *paths)

    def renew(self, path, authority, tsa, roots, at=None):
        command = ["renew", path, "--tsa", authority.tsa(tsa)]
        for root in roots:
            command += ["--trust", authority.root(root)]
        self.run(*command, *(["--at", at] if at else []))

    def verify(self, path, roots, online=True, at=None):
        command = ["verify", "--json"]
        for root in roots:
            command += ["--trust", root]
        command += ["--online"] if online else []
        command += ["--at", at] if at else []
        try:
            ended = self.run(*command, path, codes=VERDICTS)
        except RuntimeError as error:
            return Verdict("error", text=str(error))
        return read(json.loads(ended.stdout))


def read(report):
    signatures = report["signatures"]
    parts = [report, *signatures]
    findings = [str(finding) for part in parts for finding in part["findings"]]
    reasons = {SUB_INDICATIONS[part["sub_indication"]] for part in parts if part.get("sub_indication") in SUB_INDICATIONS}
    reasons |= {word for word, pattern in WORDS.items() for finding in findings if re.search(pattern, finding)}
    levels = [one["level"] for one in signatures if one["kind"] == "signature"]
    return Verdict(report["indication"], levels, reasons, "; ".join(findings))

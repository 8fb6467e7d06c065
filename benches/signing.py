"""Signatures made and verified, sohoa beside pyHanko, on the same files in one run on one core; and the memory of signing large files.

usage: $(conformance/signatures/venv.sh)/bin/python benches/signing.py SOHOA FOLDER [COUNT=300] [ROUNDS=3]
Files: one page and 200 kB that no filter shortens, each with an identity of its own. Level B-B, RSA-2048, the key in memory: pyHanko is a loop
around its library with the key loaded once, sohoa a batch over the folder, its start included. Verification: one root, revocation not asked.
The programs take turns in every round; ratios are medians over rounds. Beside them, without a disk: ring alone
and the library (signing.rs).
"""

import asyncio
import io
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from functools import cache, partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "conformance/signatures"))

import forge
from authority import Authority
from cryptography.hazmat.primitives import serialization
from others import PyHankoSigner
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from sohoa import Sohoa

CORE = 0
FILE_BYTES = 200_000
# PDF/A ends at 2^31 - 1 (ISO 19005-2, 6.1.13).
LARGE = [20_000_000, 200_000_000, 2_000_000_000]


# pyHanko loads the key anew for each signature, and the checks of an RSA key take ten times as long as the signature: it is given
# a loaded one, as a program that cares would.
serialization.load_der_private_key = cache(partial(serialization.load_der_private_key, unsafe_skip_rsa_key_validation=True))


def sample(number, length=FILE_BYTES):
    noise = random.Random(number).randbytes(length)
    return forge.document({**forge.paper(), 9: forge.stream(noise)})


def large(path, length):
    """A page and a stream of so many zero bytes, most of which take no room on the disk."""
    body = forge.document({**forge.paper(), 9: forge.stream(b"@")})
    start = int(forge.last(rb"startxref\s+(\d+)", body))
    moved = start + length - 1 + len(str(length)) - 1
    body = body.replace(b"/Length 1 ", b"/Length %d " % length).replace(b"startxref\n%d" % start, b"startxref\n%d" % moved)
    head, tail = body.split(b"@\nendstream")
    with path.open("wb") as file:
        file.write(head)
        file.seek(length, os.SEEK_CUR)
        file.write(b"\nendstream" + tail)


def timed(work):
    began = time.monotonic()
    work()
    return time.monotonic() - began


def peak(command):
    """The largest memory of a program, in bytes."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code:
        sys.exit(f"{command[0]} ended with {code}: {process.stderr.read().decode()[-1000:]}")
    return usage.ru_maxrss << 10


def without_a_disk(rivals):
    """The rates of ring alone and of a desk over a file in memory, on this core: see signing.rs."""
    key, chain = rivals.authority.key("rsa2048"), rivals.authority.chain("rsa2048")
    return subprocess.run(["cargo", "bench", "--quiet", "--bench", "signing", "--", key, chain, rivals.files[0]], check=True)


class Rivals:
    def __init__(self, sohoa, folder, count):
        self.authority = Authority(folder / "authority")
        self.sohoa, self.hanko = sohoa, PyHankoSigner(self.authority)
        self.inputs, self.signed = folder / "inputs", folder / "signed"
        self.inputs.mkdir()
        for number in range(count):
            (self.inputs / f"{number:05}.pdf").write_bytes(sample(number))
        self.files = sorted(self.inputs.iterdir())

    def sohoa_signs(self):
        shutil.rmtree(self.signed, ignore_errors=True)
        self.signed.mkdir()
        self.sohoa.sign_all(self.files, self.signed, self.authority, "rsa2048")

    def hanko_signs(self):
        signer = self.hanko.signer("rsa2048", "pkcs1")
        for path in self.files:
            self.hanko.sign_with(signer, path.read_bytes())

    def sohoa_verifies(self):
        self.sohoa.verify_all(sorted(self.signed.iterdir()), [self.authority.root("root")])

    def hanko_verifies(self):
        async def all_files():
            for path in sorted(self.signed.iterdir()):
                context = ValidationContext(trust_roots=[self.authority.certificate("root")], allow_fetching=False)
                signature = PdfFileReader(io.BytesIO(path.read_bytes())).embedded_regular_signatures[0]
                if not (await async_validate_pdf_signature(signature, context)).bottom_line:
                    sys.exit(f"pyHanko does not accept {path}")

        asyncio.run(all_files())


def main():
    sohoa, folder = Sohoa(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve()
    count, rounds = (int(sys.argv[i]) if len(sys.argv) > i else default for i, default in ((3, 300), (4, 3)))
    os.sched_setaffinity(0, {CORE})
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rivals = Rivals(sohoa, folder, count)
    # sohoa asks it once for the status of the signer's certificate.
    with rivals.authority:
        compare(rivals, count, rounds)
        measure_memory(rivals, folder)


def compare(rivals, count, rounds):
    rows = {"signatures": [], "verifications": []}
    for _ in range(rounds):
        rows["signatures"].append((count / timed(rivals.sohoa_signs), count / timed(rivals.hanko_signs)))
        rows["verifications"].append((count / timed(rivals.sohoa_verifies), count / timed(rivals.hanko_verifies)))
    print("| a second, one core | sohoa | pyHanko | ratio |\n| --- | --- | --- | --- |")
    for name, pairs in rows.items():
        ours, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
        print(f"| {name} | {ours:.0f} | {theirs:.0f} | {statistics.median(one / other for one, other in pairs):.1f} |")
    print(flush=True)
    without_a_disk(rivals)


def measure_memory(rivals, folder):
    print("\n| file MB | sohoa's peak memory MB |\n| --- | --- |")
    for length in LARGE:
        source, target = folder / "large.pdf", folder / "large-signed.pdf"
        large(source, length)
        command = rivals.sohoa.signing([source], target, rivals.authority, "rsa2048", "B-B", look="invisible")
        print(f"| {length / 1e6:.0f} | {peak(command) / 1e6:.0f} |", flush=True)
        source.unlink(), target.unlink()


main()

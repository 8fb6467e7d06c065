"""Takes the signatures out of a PDF for OpenSSL.

usage: extract.py FILE FOLDER

For the signature number N, in order of what it covers, writes
  N.content    the bytes that it covers
  N.cms        the CMS signature without the zeros after it
  N.signature  the signature value, N.token the time-stamp token over it (where there is one)
and prints one line: N; `timestamped`, `plain` or `document-time-stamp`; and `whole` or the number of bytes that follow it.
"""

import pathlib
import re
import sys

# The latter teaches the former the types of time-stamps.
from asn1crypto import cms, tsp  # noqa: F401

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


def main() -> None:
    data = pathlib.Path(sys.argv[1]).read_bytes()
    folder = pathlib.Path(sys.argv[2])
    ranges = [tuple(map(int, found.groups())) for found in BYTE_RANGE.finditer(data)]
    for number, (start, before, gap_end, after) in enumerate(sorted(ranges, key=lambda r: r[2] + r[3]), 1):
        gap = data[start + before : gap_end]
        if start != 0 or gap[:1] != b"<" or gap[-1:] != b">":
            sys.exit(f"signature {number}: the gap is not one string")
        info = cms.ContentInfo.load(bytes.fromhex(gap[1:-1].decode("ascii")))
        signers = info["content"]["signer_infos"]
        if len(signers) != 1:
            sys.exit(f"signature {number}: {len(signers)} signers")
        (folder / f"{number}.content").write_bytes(data[:before] + data[gap_end : gap_end + after])
        (folder / f"{number}.cms").write_bytes(info.dump())
        (folder / f"{number}.signature").write_bytes(signers[0]["signature"].native)
        unsigned = signers[0]["unsigned_attrs"] or []
        tokens = [value for a in unsigned if a["type"].native == "signature_time_stamp_token" for value in a["values"]]
        for token in tokens[:1]:
            (folder / f"{number}.token").write_bytes(token.dump())
        rest = len(data) - gap_end - after
        content = info["content"]["encap_content_info"]["content_type"].native
        kind = "document-time-stamp" if content == "tst_info" else "timestamped" if tokens else "plain"
        print(number, kind, rest or "whole")


main()

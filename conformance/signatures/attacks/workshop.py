"""What the makers of bad files share: good files, verdicts, reasons, and ways to change a signed file in place."""

import re
from dataclasses import dataclass

import forge
from forge import FIELD, Cms

INVALID, INDETERMINATE = {"invalid"}, {"indeterminate"}
REFUSED = INVALID | INDETERMINATE
# The file is made to harm whoever reads it; any verdict is right that comes soon.
ANY = REFUSED | {"valid"}
# What a refusal may be for.
REASONS = {
    "unreadable": "the file cannot be read, or two readers would see different files",
    "unsigned": "there is no signature",
    "byte-range": "the ranges are no two ranges around one gap from the first byte to the end of a revision",
    "gap": "the gap is not the value alone",
    "format": "the value is no CMS signature, or of a form that is not supported",
    "digest": "what was signed has changed",
    "signature": "the signature value does not fit the key",
    "certificate": "no certificate of the signer, or another than the signature names",
    "attributes": "a signed attribute is missing, repeated or wrong",
    "algorithm": "an algorithm or key is weak, unknown, or not the one named",
    "chain": "no path to a trusted root",
    "term": "a certificate outside its term",
    "revoked": "a certificate was revoked",
    "status": "whether a certificate was revoked is not known",
    "usage": "a certificate for another use",
    "timestamp": "a time-stamp is not good",
    "changed": "the file was changed after the signature in a way that is not allowed",
}


@dataclass
class Bad:
    name: str
    kind: str
    how: str
    data: bytes
    verdict: set
    reasons: set
    # Judged only by what is in the file, because authorities would give what the file lacks.
    offline: bool = False


class Workshop:
    """Good files of each sort, and the ways to make them bad."""

    def __init__(self, authority):
        self.authority = authority
        self.paper = forge.document()
        self.plain = forge.sign(self.paper, self.cms())
        self.stamped = forge.sign(self.paper, self.cms(tsa=authority.tsa("tsa")))

    def cms(self, signer="rsa2048", **how):
        """What makes the value of a signature."""
        return Cms(self.authority, signer, **how)

    def signed(self, objects=None, data=None):
        """The good paper, or other bytes, signed; `objects` stand in place of those that a signature adds."""
        return forge.sign(self.paper if data is None else data, self.cms(), objects)

    def valued(self, signer="rsa2048", **how):
        """The good paper with such a value."""
        return forge.sign(self.paper, self.cms(signer, **how))


def ranges(data):
    """The text of the last ranges, and their numbers."""
    text = forge.last(rb"/ByteRange \[[^\]]*\]", data)
    return text, [int(number) for number in re.findall(rb"\d+", text)]


def with_ranges(data, text):
    """The same with other ranges, in the same place and of the same length."""
    old, _ = ranges(data)
    if len(text) > len(old):
        raise ValueError(text)
    return data.replace(old, text.ljust(len(old)))


def in_gap(data, text):
    """The same with these bytes in the gap, and spaces behind them."""
    begin, end = forge.gap(data)
    if len(text) > end - begin:
        raise ValueError("too long for the gap")
    return data[:begin] + text.ljust(end - begin) + data[end:]


def digits(data):
    """The digits of the value, without the zeros after it."""
    begin, end = forge.gap(data)
    length = len(forge.value_of(data).dump()) * 2
    return data[begin + 1 : begin + 1 + length]


# What an attacker would have read, and the fields of a page that is signed once.
EVIL_TEXT = forge.TEXT.replace(b"100 000", b"900 000")
FIELDS = (6, FIELD)

"""Files made to harm their reader: loops, numbers and sizes. The signature itself is good."""

import zlib

import forge
from attacks.workshop import ANY, EVIL_TEXT, FIELDS, INDETERMINATE, REFUSED, ranges, with_ranges
from forge import FIELD, SIGNATURE


def hostile(shop):
    """Loops, numbers and sizes that break a careless reader. The signature itself is good."""
    data = shop.plain
    start = len(data)
    loop = data + b"xref\n0 0\n" + forge.ending(data, start, 12, previous=start)
    yield "loop-previous", "a table that leads to itself", loop, REFUSED, "changed unreadable"
    first = data + b"xref\n0 0\n" + forge.ending(data, start, 12, previous=start)
    second = first + b"xref\n0 0\n" + forge.ending(data, len(first), 12, previous=start)
    yield (
        "loop-two-tables",
        "two tables that lead to one another",
        second.replace(b"/Prev %d" % start, b"/Prev %d" % len(first), 1),
        REFUSED,
        "changed unreadable",
    )
    yield "number-huge", "ranges of 10^20", with_ranges(data, b"/ByteRange [0 99999999999999999999 9 9]"), REFUSED, "byte-range unreadable unsigned"
    yield (
        "number-wraps",
        "ranges that come back to the start in 64 bits",
        with_ranges(data, b"/ByteRange [0 %d 18446744073709551615 2]" % ranges(data)[1][1]),
        REFUSED,
        "byte-range unreadable unsigned",
    )
    yield (
        "size-huge",
        "a Size of 10^20 in a later revision",
        forge.revise(data, {14: b"null"}).replace(b"/Size 15", b"/Size 99999999999999999999"),
        REFUSED,
        "changed unreadable",
    )
    yield "offset-huge", "an object far behind the end of the file", forge.revise(data, {}, offsets={4: 9_999_999_999}), REFUSED, "changed unreadable"
    yield "prev-huge", "a Prev of 10^20", forge.revise(data, {14: b"null"}, previous=10**20), REFUSED, "changed unreadable unsigned"
    yield "prev-negative", "a Prev below zero", forge.revise(data, {14: b"null"}, previous=-1), REFUSED, "changed unreadable unsigned"
    yield (
        "fields-loop",
        "fields that are their own children",
        forge.revise(data, {FIELD: forge.widget(SIGNATURE).replace(b"/T ", b"/Kids [11 0 R] /Parent 11 0 R /T ")}),
        REFUSED,
        "changed unreadable unsigned",
    )
    yield (
        "fields-many",
        "one field a hundred thousand times",
        forge.revise(data, {1: forge.catalog((6,) + (FIELD,) * 100_000)}),
        REFUSED,
        "changed unreadable",
    )
    yield (
        "deep",
        "an array 100 000 deep in the catalog",
        forge.revise(data, {1: forge.catalog(FIELDS, b"/X " + b"[" * 100_000 + b"]" * 100_000)}),
        REFUSED,
        "changed unreadable unsigned",
    )
    yield (
        "range-long",
        "a million numbers for ranges",
        shop.signed(forge.signature_objects(more=b"/ByteRange [" + b"0 " * 1_000_000 + b"]")),
        REFUSED,
        "byte-range unreadable gap",
    )
    # What nothing refers to shows nothing, and is no reason to refuse; whoever does so is right as well.
    yield "revisions-many", "five hundred revisions", many(data, 500), ANY, "changed unreadable"
    yield (
        "stream-bomb",
        "page content that unfolds to a gigabyte, in a later revision",
        forge.revise(data, {4: forge.stream(bomb(1 << 30), b"/Filter /FlateDecode")}),
        REFUSED,
        "changed unreadable",
    )
    unfolding = shop.signed(
        {
            **forge.signature_objects(root=b"/DSS 20 0 R"),
            20: b"<< /Type /DSS /Certs [21 0 R] /OCSPs [21 0 R] /CRLs [21 0 R] >>",
            21: forge.stream(bomb(1 << 30), b"/Filter /FlateDecode"),
        }
    )
    yield "store-bomb", "a DSS whose evidence unfolds to a gigabyte", unfolding, INDETERMINATE, "unreadable status", "offline"
    yield (
        "object-stream-loop",
        "an object stream that extends itself",
        forge.revise(data, {14: forge.stream(b"15 0 null", b"/Type /ObjStm /N 1 /First 5 /Extends 14 0 R")}),
        ANY,
        "changed unreadable",
    )
    yield "hybrid", "a table and a stream beside it that lead to different page contents", hybrid(data), REFUSED, "changed unreadable"


def many(data, count):
    for _ in range(count):
        data = forge.revise(data, {14: b"null"})
    return data


def bomb(length):
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(length >> 20)) + packer.flush()


def hybrid(data):
    """A later revision in hybrid form: readers of tables see the old page content, readers of streams another."""
    evil = forge.numbered(4, forge.stream(EVIL_TEXT))
    at = len(data)
    rows = b"".join(kind.to_bytes(1, "big") + offset.to_bytes(4, "big") + b"\0\0" for kind, offset in ((1, at),))
    listed = forge.numbered(14, forge.stream(rows, b"/Type /XRef /W [1 4 2] /Index [4 1] /Size 15 /Root 1 0 R"))
    both = data + evil + listed
    trailer = forge.ending(data, len(both), 15).replace(b"/Prev", b"/XRefStm %d /Prev" % (at + len(evil)))
    return both + forge.table({14: at + len(evil)}) + trailer

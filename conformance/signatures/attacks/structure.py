"""The file around the signature: ranges, revisions, objects, certification."""

import forge
from attacks.workshop import EVIL_TEXT, FIELDS, INVALID, REFUSED, digits, in_gap, ranges, with_ranges
from forge import FIELD, SIGNATURE


def wrapping(shop):
    """Mladenov et al., 2019: signature wrapping. The second range is read from a copy; what stands in its place is the attacker's."""
    data = shop.plain
    begin, end = forge.gap(data)
    tail, value = data[end:], digits(data)

    def wrapped(between, key=b"/ByteRange"):
        """Value, then a second key with ranges that lead to the copy of the tail behind `between`."""
        head = data[:begin] + b"<" + value + b">"
        second = b" %s [0 %d %s %d]" % (key, begin, b"@" * 10, len(tail))
        body = head + second + tail_of_dictionary + between
        copy = len(body)
        return body.replace(b"@" * 10, b"%010d" % copy) + tail

    tail_of_dictionary = b" >>\nendobj\n"
    evil = forge.numbered(4, forge.stream(forge.TEXT.replace(b"100 000", b"900 000")))
    yield (
        "swa-moved",
        "a second ByteRange in the gap, the tail moved behind the dictionary",
        wrapped(b""),
        REFUSED,
        "byte-range gap unreadable digest changed",
    )
    yield "swa-object", "the same, with another page content before the tail", wrapped(evil), REFUSED, "byte-range gap unreadable digest changed"
    start = len(data[:begin]) + len(value) + 400
    rows = forge.table({4: start})
    yield (
        "swa-object-and-table",
        "the same, with a table that leads to it",
        wrapped(evil + rows + forge.ending(data, start, 12)),
        REFUSED,
        "byte-range gap unreadable digest changed",
    )
    yield (
        "swa-contents",
        "a second Contents in the gap",
        in_gap(data, b"<" + value + b"> /Contents <" + b"0" * 64 + b">"),
        REFUSED,
        "gap byte-range format unreadable",
    )
    yield (
        "swa-comment",
        "the second ByteRange stands in a comment's place",
        wrapped(b"% " + evil, b"%\n/ByteRange"),
        REFUSED,
        "byte-range gap unreadable digest changed",
    )
    grown = data[:end] + evil + data[end:]
    yield (
        "swa-between",
        "an object between the value and what is signed after it",
        with_ranges(grown, b"/ByteRange [0 %d %d %d]" % (begin, end + len(evil), len(tail))),
        REFUSED,
        "byte-range gap digest unreadable",
    )


def universal_forgery(shop):
    """Mladenov et al., 2019: keys of the signature dictionary that make a verifier skip its check."""
    data = shop.plain
    _, (zero, before, after, rest) = ranges(data)
    forged = {
        "missing": b"/ByteRangf [0 1 2 3]",
        "null": b"/ByteRange null",
        "empty": b"/ByteRange []",
        "zeros": b"/ByteRange [0 0 0 0]",
        "no-gap": b"/ByteRange [0 %d %d 0]" % (before, before),
        "negative": b"/ByteRange [0 -1 %d -1]" % after,
        "two-numbers": b"/ByteRange [0 %d]" % before,
        "three-numbers": b"/ByteRange [0 %d %d]" % (before, after),
        "six-numbers": b"/ByteRange [0 %d %d %d 0 0]" % (before, after, rest),
        "reals": b"/ByteRange [.0 %d. %d. .1]" % (before, after),
        "strings": b"/ByteRange [(0)(1)(2)(3)]",
        "names": b"/ByteRange [/0 /1 /2 /3]",
        "reference": b"/ByteRange 5 0 R",
        "whole-file": b"/ByteRange [0 %d]" % len(data),
    }
    for name, text in forged.items():
        yield f"usf-range-{name}", f"`{text.decode()}`", with_ranges(data, text), REFUSED, "byte-range digest gap unreadable"
    emptied = {"null": b"null", "empty": b"<>", "zero": b"<00>", "missing": b"", "number": b"0", "name": b"/None", "reference": b"5 0 R"}
    for name, text in emptied.items():
        yield (
            f"usf-contents-{name}",
            f"the value is `{text.decode()}`",
            in_gap(data, text),
            REFUSED,
            "gap format byte-range unreadable",
        )
    yield "usf-contents-zeros", "the value is zeros", forge.put(data, b""), REFUSED, "format"
    yield "usf-no-filter", "no SubFilter", data.replace(b"/SubFilter", b"/SubFiltes"), REFUSED, "format digest"
    yield (
        "usf-no-type",
        "the dictionary says that it is no signature",
        data.replace(b"/Type /Sig ", b"/Type /Ann "),
        REFUSED,
        "format digest unsigned",
    )
    yield "usf-no-value", "the field has no value", shop.plain.replace(b"/V 10 0 R", b"/W 10 0 R"), REFUSED, "unsigned digest"


EVIL_NOTE = b"<< /Type /Annot /Subtype /%s /Rect [72 700 500 740] /F 4 /Contents (pay 900 000) /DA (/F 14 Tf 0 g) /P 3 0 R /AP << /N 15 0 R >> >>"
EVIL_LOOK = forge.stream(
    b"1 g 0 0 428 40 re f 0 g BT /F 14 Tf 2 20 Td (Decision 12: pay 900 000 dong to Mr Ba) Tj ET", forge.FORM_KEYS.replace(b"200 14", b"428 40")
)


def incremental_saving(shop):
    """Mladenov et al., 2019: incremental saving. A later revision changes what is seen."""
    data = shop.plain
    evil = {4: forge.stream(EVIL_TEXT)}
    body = b"".join(forge.numbered(number, one) for number, one in evil.items())
    yield "isa-content", "other page content", forge.revise(data, evil), REFUSED, "changed"
    yield "isa-no-table", "the same without a table and trailer", data + body, REFUSED, "changed unreadable"
    yield "isa-no-trailer", "the same with a table and no trailer", data + body + forge.table({4: len(data)}), REFUSED, "changed unreadable"
    yield (
        "isa-no-startxref",
        "the same with a trailer and no startxref",
        forge.revise(data, evil).rpartition(b"startxref")[0],
        REFUSED,
        "changed unreadable",
    )
    yield (
        "isa-trailer-alone",
        "only a trailer that leads back",
        data + forge.ending(data, int(forge.last(rb"startxref\s+(\d+)", data)), 12),
        REFUSED,
        "changed unreadable",
    )
    yield (
        "isa-no-previous",
        "the new table leads to no older one",
        forge.revise(data, {**forge.paper(x4=evil[4]), **{10: b"null"}}, previous=0),
        REFUSED,
        "changed unreadable unsigned",
    )
    copied = forge.last(rb"(?s)10 0 obj\n(.*?)\nendobj", data)
    yield (
        "isa-copied-value",
        "the same, with a copy of the signature dictionary in the revision",
        forge.revise(data, {**evil, 10: copied}),
        REFUSED,
        "changed gap byte-range digest",
    )
    yield "isa-page", "another page object", forge.revise(data, {3: forge.page(FIELDS).replace(b"842", b"400")}), REFUSED, "changed"
    yield (
        "isa-rotated",
        "the page turned over",
        forge.revise(data, {3: forge.page(FIELDS).replace(b"/Parent", b"/Rotate 180 /Parent")}),
        REFUSED,
        "changed",
    )
    yield (
        "isa-page-added",
        "one page more",
        forge.revise(data, {2: b"<< /Type /Pages /Kids [3 0 R 15 0 R] /Count 2 >>", 15: forge.page(()).replace(b"4 0 R", b"16 0 R"), 16: evil[4]}),
        REFUSED,
        "changed",
    )
    yield (
        "isa-page-replaced",
        "the page tree has another page",
        forge.revise(data, {2: b"<< /Type /Pages /Kids [15 0 R] /Count 1 >>", 15: forge.page(()).replace(b"4 0 R", b"16 0 R"), 16: evil[4]}),
        REFUSED,
        "changed",
    )
    yield "isa-page-removed", "no page is left", forge.revise(data, {2: b"<< /Type /Pages /Kids [] /Count 0 >>"}), REFUSED, "changed unreadable"
    yield (
        "isa-catalog",
        "another catalog with pages of its own",
        forge.revise(
            data,
            {
                15: forge.catalog(FIELDS).replace(b"/Pages 2", b"/Pages 16"),
                16: b"<< /Type /Pages /Kids [17 0 R] /Count 1 >>",
                17: forge.page(FIELDS).replace(b"/Parent 2", b"/Parent 16").replace(b"4 0 R", b"18 0 R"),
                18: evil[4],
            },
            root=15,
        ),
        REFUSED,
        "changed",
    )
    yield (
        "isa-action",
        "a script that is run when the file is opened",
        forge.revise(data, {1: forge.catalog(FIELDS, b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")}),
        REFUSED,
        "changed",
    )
    yield (
        "isa-layers",
        "an optional content group that hides",
        forge.revise(
            data, {1: forge.catalog(FIELDS, b"/OCProperties << /OCGs [15 0 R] /D << /OFF [15 0 R] >> >>"), 15: b"<< /Type /OCG /Name (x) >>"}
        ),
        REFUSED,
        "changed",
    )
    yield (
        "isa-attachment",
        "an attached file",
        forge.revise(
            data,
            {
                1: forge.catalog(FIELDS, b"/Names << /EmbeddedFiles << /Names [(a) 15 0 R] >> >>"),
                15: b"<< /Type /Filespec /F (a) /EF << /F 16 0 R >> >>",
                16: forge.stream(b"x"),
            },
        ),
        REFUSED,
        "changed",
    )
    yield "isa-form-reset", "the form has no fields any more", forge.revise(data, {1: forge.catalog(())}), REFUSED, "changed unsigned"
    yield "isa-no-form", "there is no form any more", forge.revise(data, {1: forge.CATALOG % b""}), REFUSED, "changed unsigned"
    yield (
        "isa-redrawn-form",
        "readers are asked to draw fields anew",
        forge.revise(data, {1: forge.catalog(FIELDS, form=b"/SigFlags 3 /NeedAppearances true")}),
        REFUSED,
        "changed",
    )
    yield (
        "isa-annotation",
        "a note over the text",
        forge.revise(data, {3: forge.page((*FIELDS, 14)), 14: EVIL_NOTE % b"FreeText", 15: EVIL_LOOK}),
        REFUSED,
        "changed",
    )
    yield (
        "isa-value-look",
        "an appearance for the signature that covers the text",
        forge.revise(data, {FIELD: forge.widget(SIGNATURE, more=b"/Rect [72 700 500 740] /AP << /N 15 0 R >>"), 15: EVIL_LOOK}),
        REFUSED,
        "changed",
    )
    yield (
        "isa-signature-removed",
        "the field's value removed",
        forge.revise(data, {FIELD: forge.widget(SIGNATURE).replace(b"/V 10 0 R", b"")}),
        REFUSED,
        "changed unsigned",
    )
    yield "isa-freed", "the page content freed", data + b"xref\n4 1\n0000000000 65535 f \n" + forge.ending(data, len(data), 12), REFUSED, "changed"
    twice = forge.sign(data, shop.cms("p256"), forge.signature_objects(12, b"Signature2", (6, 11, 13)))
    changed = forge.revise(data, evil)
    yield (
        "isa-between-signatures",
        "page content changed between two signatures",
        forge.sign(changed, shop.cms("p256"), forge.signature_objects(12, b"Signature2", (6, 11, 13))),
        REFUSED,
        "changed",
    )
    yield (
        "isa-with-signature",
        "page content changed in the revision of the second signature",
        forge.sign(data, shop.cms("p256"), {**forge.signature_objects(12, b"Signature2", (6, 11, 13)), **evil}),
        REFUSED,
        "changed",
    )
    yield "isa-after-two", "page content changed after two signatures", forge.revise(twice, evil), REFUSED, "changed"


def shadow(shop):
    """Mainka et al., 2021: shadow attacks. What will be shown later is prepared before the signature."""
    cover = forge.stream(b"1 g 0 0 200 14 re f", forge.FORM_KEYS)
    covering = forge.paper(x8=cover)
    hidden = shop.signed(data=forge.document(covering))
    yield "shadow-hide", "a form that covered the text is emptied", forge.revise(hidden, {8: forge.stream(b"", forge.FORM_KEYS)}), REFUSED, "changed"
    picture = forge.paper(
        x8=forge.stream(b"\xff" * 3, b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceRGB /BitsPerComponent 8")
    )
    yield (
        "shadow-hide-picture",
        "a picture that covered the text is made transparent",
        forge.revise(
            shop.signed(data=forge.document(picture)),
            {
                8: picture[8].replace(b"/Width 1", b"/SMask 15 0 R /Width 1"),
                15: forge.stream(b"\0", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"),
            },
        ),
        REFUSED,
        "changed",
    )
    swapped = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding /Differences [49 /nine] >> >>"
    yield "shadow-replace-font", "the font shows other digits", forge.revise(shop.plain, {5: swapped}), REFUSED, "changed"
    yield (
        "shadow-replace-value",
        "a field's appearance says another value",
        forge.revise(shop.plain, {7: forge.stream(forge.LOOK % b"900 000", forge.FORM_KEYS)}),
        REFUSED,
        "changed",
    )
    yield (
        "shadow-replace-overlay",
        "a field is moved over the text",
        forge.revise(shop.plain, {6: forge.paper()[6].replace(b"[72 640 272 654]", b"[72 700 272 740]")}),
        REFUSED,
        "changed",
    )
    second = forge.numbered(4, forge.stream(EVIL_TEXT))
    prepared = forge.document(hidden=second)
    signed = shop.signed(data=prepared)
    at = prepared.index(second)
    yield (
        "shadow-hide-and-replace",
        "the table leads to a second object of the number that was signed unseen",
        forge.revise(signed, {}, offsets={4: at}),
        REFUSED,
        "changed",
    )
    tree = b"".join(
        forge.numbered(number, body)
        for number, body in {
            20: forge.catalog(FIELDS).replace(b"/Pages 2", b"/Pages 21"),
            21: b"<< /Type /Pages /Kids [22 0 R] /Count 1 >>",
            22: forge.page(FIELDS).replace(b"/Parent 2", b"/Parent 21").replace(b"4 0 R", b"23 0 R"),
            23: forge.stream(EVIL_TEXT),
        }.items()
    )
    prepared = forge.document(hidden=tree)
    offsets = {number: prepared.index(b"%d 0 obj" % number) for number in (20, 21, 22, 23)}
    yield (
        "shadow-second-root",
        "the trailer leads to a catalog that was signed unseen",
        forge.revise(shop.signed(data=prepared), {}, root=20, offsets=offsets),
        REFUSED,
        "changed",
    )
    yield (
        "shadow-freed-cover",
        "a form that covered the text is freed",
        hidden + b"xref\n8 1\n0000000000 65535 f \n" + forge.ending(hidden, len(hidden), 12),
        REFUSED,
        "changed",
    )


PERMS = b"/Perms << /DocMDP 10 0 R >>"


def certified(shop, permission):
    """A paper certified with this permission."""
    parameters = b"<< /Type /TransformParams /V /1.2 /P %d >>" % permission
    reference = b"/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams %s >>]" % parameters
    return forge.sign(shop.paper, shop.cms(), forge.signature_objects(more=reference, root=PERMS))


def certification(shop):
    """Rohlmann et al., 2021: evil annotation and sneaky signature, on each permission; and locks that are broken."""
    for permission in (1, 2, 3):
        data = certified(shop, permission)
        for subtype in (b"FreeText", b"Stamp", b"Redact"):
            note = {3: forge.page((*FIELDS, 14)), 14: EVIL_NOTE % subtype, 15: EVIL_LOOK}
            yield (
                f"eaa-{subtype.decode().lower()}-p{permission}",
                f"a {subtype.decode()} over the text, certified with P={permission}",
                forge.revise(data, note),
                REFUSED,
                "changed",
            )
        sneaky = {
            **forge.signature_objects(12, b"Signature2", (6, 11, 13), root=PERMS, look=b"/Rect [72 700 500 740] /AP << /N 15 0 R >>"),
            15: EVIL_LOOK,
        }
        yield (
            f"ssa-p{permission}",
            f"a stranger's signature whose appearance covers the text, P={permission}",
            forge.sign(data, shop.cms("self-signed"), sneaky),
            REFUSED,
            "changed chain",
        )
        empty = {
            1: forge.catalog((6, 11, 13), PERMS),
            3: forge.page((6, 11, 13)),
            13: forge.widget(0, b"Signature2", b"/Rect [72 700 500 740] /AP << /N 15 0 R >>").replace(b"/V 0 0 R", b""),
            15: EVIL_LOOK,
        }
        yield (
            f"ssa-empty-p{permission}",
            f"an empty signature field whose appearance covers the text, P={permission}",
            forge.revise(data, empty),
            REFUSED,
            "changed",
        )
    strict = certified(shop, 1)
    filled = {6: forge.AMOUNT % b"900 000", 7: forge.stream(forge.LOOK % b"900 000", forge.FORM_KEYS)}
    yield "certified-filled-p1", "a field filled in where P=1 allows nothing", forge.revise(strict, filled), REFUSED, "changed"
    yield (
        "certified-signed-p1",
        "an approval signature where P=1 allows none",
        forge.sign(strict, shop.cms("p256"), forge.signature_objects(12, b"Signature2", (6, 11, 13), root=PERMS)),
        REFUSED,
        "changed",
    )
    yield (
        "certified-uncertified",
        "the certification is taken out of the catalog",
        forge.revise(strict, {1: forge.catalog(FIELDS)}),
        REFUSED,
        "changed",
    )
    yield (
        "certified-twice",
        "a second certification",
        forge.sign(
            certified(shop, 2),
            shop.cms("p256"),
            forge.signature_objects(
                12,
                b"Signature2",
                (6, 11, 13),
                root=b"/Perms << /DocMDP 12 0 R >>",
                more=b"/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P 3 >> >>]",
            ),
        ),
        REFUSED,
        "changed",
    )
    yield "certified-p9", "a permission that does not exist", forge.revise(certified(shop, 9), filled), REFUSED, "changed format"
    lock = b"<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Type /TransformParams /V /1.2 /Action /%s >> >>"
    for name, action in (("all", b"All"), ("include", b"Include /Fields [(amount)]"), ("exclude", b"Exclude /Fields [(other)]")):
        reference = b"/Reference [%s]" % (lock % action)
        locked = forge.sign(shop.paper, shop.cms(), forge.signature_objects(more=reference))
        yield f"lock-{name}", f"a locked field changed (`{action.decode()}`)", forge.revise(locked, filled), REFUSED, "changed"


def gaps(shop):
    """The gap between the ranges holds more than the value, or not all of it."""
    data = shop.plain
    begin, end = forge.gap(data)
    _, (_, before, after, rest) = ranges(data)
    value = digits(data)
    yield (
        "gap-comment",
        "a comment behind a shorter value",
        in_gap(data, b"<" + value + b">%" + b"x" * 40),
        REFUSED,
        "gap unreadable unsigned",
    )
    yield "gap-spaces", "spaces behind a shorter value", in_gap(data, b"<" + value + b">"), REFUSED, "gap"
    yield (
        "gap-second-string",
        "a second string behind a shorter value",
        in_gap(data, b"<" + value + b"> <" + b"41" * 20 + b">"),
        REFUSED,
        "gap unreadable unsigned",
    )
    yield "gap-key", "a key of the dictionary behind a shorter value", in_gap(data, b"<" + value + b"> /Name (x)"), REFUSED, "gap"
    yield (
        "gap-no-hex",
        "letters that are no digits in the value",
        data[: end - 21] + b"xyzzy" * 4 + data[end - 1 :],
        REFUSED,
        "gap format unreadable unsigned",
    )
    yield "gap-rubbish", "bytes that are no zeros behind the value", forge.put(data, forge.value_of(data).dump(), b"a"), REFUSED, "gap format"
    yield "gap-literal", "the value is a literal string", in_gap(data, b"(" + b"\\000" * 20 + b")"), REFUSED, "gap format"
    inside = forge.fill(forge.revise(shop.paper, forge.signature_objects()), shop.cms())
    yield (
        "gap-too-wide",
        "the gap takes in the key before the value",
        with_ranges(inside, b"/ByteRange [0 %d %d %d]" % (before - 10, after, rest)),
        REFUSED,
        "gap byte-range digest",
    )
    yield (
        "gap-too-narrow",
        "a part of the value is covered",
        with_ranges(inside, b"/ByteRange [0 %d %d %d]" % (before + 2, after, rest)),
        REFUSED,
        "gap byte-range digest",
    )
    yield (
        "gap-brackets-covered",
        "the angle brackets are covered",
        with_ranges(inside, b"/ByteRange [0 %d %d %d]" % (before + 1, after - 1, rest + 1)),
        REFUSED,
        "gap byte-range digest",
    )
    yield (
        "range-overlaps",
        "the ranges overlap",
        with_ranges(data, b"/ByteRange [0 %d %d %d]" % (before + 50, before, len(data) - before)),
        REFUSED,
        "byte-range gap digest",
    )
    yield (
        "range-beyond",
        "the second range ends behind the end of the file",
        with_ranges(data, b"/ByteRange [0 %d %d %d]" % (before, after, rest + 10)),
        REFUSED,
        "byte-range digest",
    )
    yield (
        "range-short",
        "the second range ends before the end of the revision",
        with_ranges(data, b"/ByteRange [0 %d %d %d]" % (before, after, rest - 20)),
        REFUSED,
        "byte-range digest changed",
    )
    yield (
        "range-late",
        "the first range begins at 1",
        with_ranges(data, b"/ByteRange [1 %d %d %d]" % (before - 1, after, rest)),
        REFUSED,
        "byte-range digest",
    )
    # Signed with such ranges, so that the digest is right.
    yield (
        "range-late-signed",
        "the first 9 bytes were never covered",
        odd_ranges(shop, lambda start, gap_end, length: [(9, start), (gap_end, length)]),
        REFUSED,
        "byte-range",
    )
    yield (
        "range-short-signed",
        "the last bytes of the revision were never covered",
        odd_ranges(shop, lambda start, gap_end, length: [(0, start), (gap_end, length - 30)]),
        REFUSED,
        "byte-range changed",
    )
    yield (
        "range-wide-signed",
        "what stands before the value was never covered",
        odd_ranges(shop, lambda start, gap_end, length: [(0, start - 100), (gap_end, length)]),
        REFUSED,
        "byte-range gap",
    )


def odd_ranges(shop, choose):
    """Signed over these ranges: (first, last) twice, of gap start, gap end, and length."""
    data = forge.revise(shop.paper, forge.signature_objects())
    begin, end = forge.gap(data)
    (first, second), (third, fourth) = choose(begin, end, len(data))
    old = b"/ByteRange [0 %s %s %s]" % ((b"@" * 10,) * 3)
    data = data.replace(old, (b"/ByteRange [%d %d %d %d]" % (first, second - first, third, fourth - third)).ljust(len(old)))
    return forge.put(data, shop.cms()(data[first:second] + data[third:fourth]))


def appended(shop):
    """Bytes before and after what was signed."""
    data = shop.plain
    for name, tail in {
        "garbage": b"garbage " * 20,
        "nulls": bytes(64),
        "eof": b"%%EOF\n",
        "html": b"<html><script>alert(1)</script></html>",
        "comment": b"% only a comment\n",
        "pdf": forge.document(),
    }.items():
        yield f"tail-{name}", "bytes behind the end of the file", data + tail, REFUSED, "changed unreadable unsigned"
    yield "head-nulls", "null bytes before the header", bytes(16) + data, REFUSED, "byte-range digest gap unreadable"
    yield "head-pdf", "another file before the header", forge.document() + data, REFUSED, "byte-range digest gap changed unreadable unsigned"
    yield "cut", "the last bytes are missing", data[:-40], REFUSED, "byte-range digest unreadable"


def duplicates(shop):
    """Keys and objects that are there twice: two readers choose differently."""
    yield (
        "twice-contents",
        "two values in one dictionary, the first empty",
        shop.signed(forge.signature_objects(more=b"/Contents <00>")),
        REFUSED,
        "gap format unreadable byte-range",
    )
    yield (
        "twice-range",
        "two ByteRange keys in one dictionary",
        shop.signed(forge.signature_objects(more=b"/ByteRange [0 1 2 3]")),
        REFUSED,
        "byte-range unreadable gap",
    )
    yield (
        "twice-filter",
        "two SubFilter keys in one dictionary",
        shop.signed(forge.signature_objects(more=b"/SubFilter /adbe.x509.rsa_sha1")),
        REFUSED,
        "format unreadable",
    )
    fields = (6, 11, 13)
    over_text = b"/Rect [0 0 612 792] /AP << /N 15 0 R >>"
    look = forge.stream(EVIL_TEXT, b"/Type /XObject /Subtype /Form /BBox [0 0 612 792]")
    shown = {1: forge.catalog(fields), 3: forge.page(fields), 15: look}
    inside = shop.plain.index(b"\n10 0 obj") + 2
    yield (
        "value-inside-number",
        "a field over the text whose value is the old one, read as object 0 inside of its number 10",
        forge.revise(shop.plain, {**shown, 13: forge.widget(0, b"Signature2", over_text)}, offsets={0: inside}),
        REFUSED,
        "changed byte-range gap",
    )
    yield (
        "value-is-none",
        "a field over the text whose value is no signature",
        forge.revise(shop.plain, {**shown, 13: forge.widget(14, b"Signature2", over_text), 14: b"<< /Type /Sig >>"}),
        REFUSED,
        "changed byte-range",
    )
    yield (
        "content-as-metadata",
        "the page's content becomes the metadata of the catalog, and draws something else",
        forge.revise(
            shop.plain,
            {1: forge.catalog((6, 11), b"/Metadata 4 0 R"), 4: forge.stream(EVIL_TEXT, b"/Type /Metadata /Subtype /XML")},
        ),
        REFUSED,
        "changed",
    )
    yield (
        "twice-value",
        "two fields with one value",
        forge.revise(shop.plain, {1: forge.catalog((6, 11, 13)), 13: forge.widget(SIGNATURE, b"Signature2")}),
        REFUSED,
        "changed gap",
    )
    named = forge.sign(shop.plain, shop.cms("p256"), forge.signature_objects(12, b"Signature1", (6, 11, 13)))
    yield "twice-name", "two signature fields of one name", named, REFUSED, "changed format"
    copy = forge.numbered(4, forge.stream(EVIL_TEXT))
    yield (
        "twice-object",
        "a second object of one number that was signed unseen, and an end that makes readers look for objects themselves",
        shop.signed(data=forge.document(hidden=copy)) + b"startxref\n0\n%%EOF\n",
        REFUSED,
        "digest changed unreadable",
    )
    yield "twice-in-table", "two entries for one object in the table of a later revision", double_entry(shop.plain), REFUSED, "changed unreadable"


def double_entry(data):
    body = forge.numbered(4, forge.stream(EVIL_TEXT))
    first = int(forge.last(rb"(?m)^(\d{10}) 00000 n ", data))
    start = len(data) + len(body)
    rows = b"xref\n4 1\n" + forge.entry(first) + b"4 1\n" + forge.entry(len(data))
    return data + body + rows + forge.ending(data, start, 12)


def flipped(shop):
    """One byte changed in each part of what was signed."""
    data = shop.plain
    places = {
        "header": (b"%PDF-1.7", 7),
        "content": (b"Decision 12", 9),
        "font": (b"/Helvetica", 1),
        "field": (b"/T (amount)", 4),
        "table": (b"\nxref\n0 ", 7),
        "identity": (b"/ID [<", 6),
        "time": (b"/M (D:2", 8),
        "field-name": (b"/T (Signature1)", 12),
        "field-flags": (b"/F 132", 5),
    }
    for name, (mark, offset) in places.items():
        at = data.index(mark) + offset
        yield (
            f"flip-{name}",
            f"one byte of `{mark.decode().strip()}`",
            data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :],
            REFUSED,
            "digest unreadable changed unsigned",
        )
    value = forge.value_of(data)
    info = value["content"]["signer_infos"][0]
    for name, part in {
        "signature": info["signature"].native,
        "message-digest": info["signed_attrs"][1]["values"][0].native,
        "certificate": value["content"]["certificates"][0].chosen.signature,
    }.items():
        whole = value.dump()
        at = whole.index(part) + len(part) // 2
        reasons = {"signature": "signature", "message-digest": "digest signature", "certificate": "certificate chain"}[name]
        verdict = REFUSED if name == "certificate" else INVALID
        yield f"flip-{name}", f"one byte of the {name}", forge.put(data, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]), verdict, reasons

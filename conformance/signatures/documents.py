"""The papers that are signed: one of each kind of file."""

import subprocess

import forge

PDFA_LEVELS = {"pdfa-2u": "2u", "pdfa-1b": "1b", "pdfa-3u": "3u"}


def hybrid():
    """Readers of tables see no object 8; a stream beside the table says where it stands (ISO 32000-1, 7.5.8.4)."""
    data = forge.document()
    at = data.index(b"8 0 obj")
    row = b"\x01" + at.to_bytes(4, "big") + b"\0\0"
    listed = forge.stream(row, b"/Type /XRef /W [1 4 2] /Index [8 1] /Size 10 /Root 1 0 R")
    body, _, _ = data.partition(b"xref\n")
    start = len(body)
    new = body + forge.numbered(9, listed)
    table = data[data.index(b"xref\n") : data.index(b"trailer")].splitlines(keepends=True)
    table[2 + 8] = b"0000000000 00000 f \n"
    trailer = data[data.index(b"trailer") :].replace(b">>\nstartxref", b"/XRefStm %d >>\nstartxref" % start)
    return new + b"".join(table) + trailer[: trailer.index(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % len(new)


def with_field():
    """An empty signature field stands ready."""
    empty = forge.widget(0, b"ChuKy", b"/Rect [72 100 272 160]").replace(b"/V 0 0 R", b"")
    objects = forge.paper(x1=forge.catalog((6, 9)), x3=forge.page((6, 9)))
    return forge.document({**objects, 9: empty})


def make(sohoa, papers, folder):
    """The path of a paper of each kind, by name."""
    made = {name: folder / f"{name}.pdf" for name in ("table", "stream", "linearized", "hybrid", "encrypted", "field", *PDFA_LEVELS)}
    made["table"].write_bytes(forge.document())
    made["hybrid"].write_bytes(hybrid())
    made["field"].write_bytes(with_field())

    def converted(name, *options):
        subprocess.run(["qpdf", *options, str(made["table"]), str(made[name])], check=True)

    converted("stream", "--object-streams=generate")
    converted("linearized", "--linearize")
    converted("encrypted", "--encrypt", "", "owner", "256", "--")
    subprocess.run([papers, "--profile", "clean", "--seed", "21", "--count", "4", "--out", str(folder / "papers")], check=True, capture_output=True)
    for name, level in PDFA_LEVELS.items():
        sohoa.pdfa(folder / "papers/inbox/hs-0004.tif", made[name], level)
    return made

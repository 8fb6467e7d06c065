"""Hostile input: files made to harm, and a thousand good files of every kind damaged at random. Each is given to `sohoa check` by itself.

usage: hostile.py SOHOA PAPERS FOLDER [DAMAGED=1000] [SEED=1]
Asked of each file: no crash, no hang; at most 512 MB; what is refused is refused within a second of processor time, and with a
reason and a next step. Files that are read all the same may take the time of their pages.
"""

import json
import os
import random
import shutil
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

MOST_BYTES = 512 << 20
REFUSAL_SECONDS = 1.0
PATIENCE = 60
# Numbers at which lengths, offsets and products of them overflow.
EDGES = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth=8, color=0, data=b"", more=b""):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def bomb(length):
    """Zeros, deflated a thousand to one, made piece by piece."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(bytes(1 << 20)) for _ in range(length >> 20)]
    return b"".join(pieces) + packer.flush()


def tiff(entries, body=b"", next_directory=0):
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + directory + struct.pack("<I", next_directory) + body


def jpeg(width, height):
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + bytes(64) + b"\xff\xd9"


def pdf(objects, trailer=b"/Root 1 0 R"):
    file, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(file)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    file += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return file + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)


def stream(data, keys=b""):
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), keys, data)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>"
ONE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def image_page(image):
    page = PAGE % b"/Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R"
    return pdf([CATALOG, ONE, page, stream(b"q 595 0 0 842 0 0 cm /I Do Q"), image])


def image(width, height, keys, data):
    size = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 " % (width, height)
    return stream(data, size + keys)


def made():
    """Files that are made to harm, by name."""
    gigabyte = bomb(1 << 30)
    flate = b"/ColorSpace /DeviceGray /Filter /FlateDecode"
    deep = b"[" * 200_000 + b"]" * 200_000
    nested = b"<< /A " * 50_000 + b"1" + b" >>" * 50_000
    yield "sides-2-31.png", png(1 << 31, 1 << 31)
    yield "sides-max.png", png(0xFFFFFFFF, 0xFFFFFFFF)
    yield "area-400-megapixels.png", png(20_000, 20_000)
    yield "unfolds-to-a-gigabyte.png", png(1000, 1000, data=gigabyte)
    yield "text-unfolds.png", png(10, 10, more=chunk(b"zTXt", b"a\0\0" + gigabyte), data=zlib.compress(bytes(110)))
    yield "thousands-of-chunks.png", png(10, 10, more=chunk(b"tEXt", b"a\0b") * 100_000, data=zlib.compress(bytes(110)))
    yield "sides-max.jpg", jpeg(65535, 65535)
    yield "sides-zero.jpg", jpeg(0, 0)
    yield "many-markers.jpg", b"\xff\xd8" + b"\xff\xe0\x00\x02" * 500_000
    size = [(256, 4, 1, 0x80000000), (257, 4, 1, 0x80000000)]
    yield "sides-2-31.tif", tiff(size + [(258, 3, 1, 1), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8), (279, 4, 1, 8)])
    yield "directory-loop.tif", tiff([(256, 4, 1, 8), (257, 4, 1, 8)], next_directory=8)
    yield "counts-max.tif", tiff([(256, 4, 1, 8), (257, 4, 1, 8), (273, 4, 0xFFFFFFFF, 8), (279, 4, 0xFFFFFFFF, 8)])
    strips = struct.pack("<I", 8) * 200_000
    yield "many-strips.tif", tiff([(256, 4, 1, 8), (257, 4, 1, 200_000), (273, 4, 200_000, 70), (279, 4, 200_000, 70)], strips)
    yield "page-tree-loop.pdf", pdf([CATALOG, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"])
    yield "page-tree-shared.pdf", pdf([CATALOG, b"<< /Type /Pages /Kids [%s] /Count 100000 >>" % (b"3 0 R " * 100_000), PAGE % b""])
    yield "page-tree-doubling.pdf", pdf(
        [CATALOG]
        + [b"<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 2 >>" % (number + 1, number + 1) for number in range(2, 40)]
        + [PAGE % b""]
    )
    yield "parents-deep.pdf", pdf(
        [CATALOG] + [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 1) for number in range(2, 20_000)] + [PAGE % b""]
    )
    yield "arrays-deep.pdf", pdf([CATALOG, ONE, PAGE % (b"/Rotate " + deep)])
    yield "dictionaries-deep.pdf", pdf([CATALOG, ONE, PAGE % (b"/X " + nested)])
    yield "content-deep.pdf", pdf([CATALOG, ONE, PAGE % b"/Contents 4 0 R", stream(b"q " * 3_000_000)])
    yield "content-unfolds.pdf", pdf([CATALOG, ONE, PAGE % b"/Contents 4 0 R", stream(gigabyte, b"/Filter /FlateDecode")])
    yield "content-twice-unfolded.pdf", pdf(
        [CATALOG, ONE, PAGE % b"/Contents 4 0 R", stream(zlib.compress(gigabyte, 9), b"/Filter [/FlateDecode /FlateDecode]")]
    )
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F 5 0 R >> >>"
    page = PAGE % b"/Resources << /XObject << /F 5 0 R >> >> /Contents 4 0 R"
    yield "form-draws-itself.pdf", pdf([CATALOG, ONE, page, stream(b"/F Do"), stream(b"/F Do /F Do", form)])
    yield "image-2-31.pdf", image_page(image(1 << 31, 1 << 31, flate, b""))
    yield "image-unfolds.pdf", image_page(image(1000, 1000, flate, gigabyte))
    yield "image-negative.pdf", image_page(image(-5, 100, flate, b""))
    yield "image-is-its-own-mask.pdf", image_page(image(10, 10, flate + b" /SMask 5 0 R /Mask 5 0 R", zlib.compress(bytes(100))))
    yield "jbig2-2-31.pdf", image_page(
        image(100, 100, b"/ColorSpace /DeviceGray /Filter /JBIG2Decode", struct.pack(">IBBBI", 0, 48, 0, 1, 19) + struct.pack(">IIIIBH", 1 << 31, 1 << 31, 0, 0, 0, 0))
    )
    yield "ccitt-2-31-columns.pdf", image_page(
        image(100, 100, b"/ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 2147483647 /Rows 2147483647 >>", bytes(1000))
    )
    fax = b"/W 100 /H 100 /BPC 1 /IM true /F /CCF /DP << /K -1 /Columns 2147483647 /Rows 2147483647 >>"
    inline = b"q 595 0 0 842 0 0 cm BI %s ID %s EI Q"
    yield "ccitt-inline.pdf", pdf([CATALOG, ONE, PAGE % b"/Contents 4 0 R", stream(inline % (fax, bytes(1000)))])
    sides = struct.pack(">HIIIIIIIIHBBB", 0, 0x7FFFFFFF, 0x7FFFFFFF, 0, 0, 0x7FFFFFFF, 0x7FFFFFFF, 0, 0, 1, 7, 1, 1)
    codestream = b"\xff\x4f\xff\x51" + struct.pack(">H", len(sides) + 2) + sides + b"\xff\x93" + bytes(1000)
    yield "jpeg2000-2-31.pdf", image_page(image(100, 100, b"/ColorSpace /DeviceGray /Filter /JPXDecode", codestream))
    structure = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
    scattered = pdf([CATALOG, ONE, PAGE % b"", stream(gigabyte, structure)]).replace(b"startxref\n", b"startxref\n9999")
    yield "object-stream-unfolds.pdf", scattered
    # The exact reader gives up for want of a page tree, and the tolerant one looks into everything.
    yield "object-stream-unfolds-and-no-pages.pdf", scattered.replace(b"/Kids [3 0 R]", b"/Kids [9 0 R]")
    yield "object-stream-under-another-name.pdf", scattered.replace(b"/ObjStm", b"/Obj#53tm").replace(b"/Kids [3 0 R]", b"/Kids [9 0 R]")
    twice = stream(zlib.compress(gigabyte, 9), b"/Type /ObjStm /N 1 /First 4 /Filter [/FlateDecode /FlateDecode]")
    yield "object-stream-twice-unfolded.pdf", pdf([CATALOG, ONE, PAGE % b"", twice]).replace(b"/Kids [3 0 R]", b"/Kids [9 0 R]")
    table = stream(gigabyte, b"/Type /XRef /Size 5 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode")
    whole = pdf([CATALOG, ONE, PAGE % b"", table])
    yield "xref-stream-unfolds.pdf", whole[: whole.rindex(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % whole.index(b"4 0 obj")
    claims = image(9000, 9000, b"/ColorSpace /DeviceRGB /Filter /FlateDecode", gigabyte)
    yield "image-claims-much-and-unfolds.pdf", pdf([CATALOG, ONE, PAGE % b"/Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R", stream(b"q 99 0 0 99 0 0 cm /I Do Q"), claims])
    yield "streams-without-end.pdf", b"%PDF-1.7\n" + b"<< /Length 9 0 R >> stream\n" * 100_000 + b"endstream\n%%EOF\n"
    yield "xref-points-nowhere.pdf", pdf([CATALOG, ONE, PAGE % b""]).replace(b"startxref\n", b"startxref\n99999999")
    yield "xref-loop.pdf", pdf([CATALOG, ONE, PAGE % b""], b"/Root 1 0 R /Prev 9")
    yield "size-max.pdf", pdf([CATALOG, ONE, PAGE % b""], b"/Root 1 0 R").replace(b"/Size 4", b"/Size 4294967295")
    yield "length-is-itself.pdf", pdf([CATALOG, ONE, PAGE % b"/Contents 4 0 R", b"<< /Length 4 0 R >>\nstream\nq\nendstream"])
    yield "media-box-huge.pdf", pdf([CATALOG, ONE, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e30 1e30] >>"])
    yield "media-box-not-numbers.pdf", pdf([CATALOG, ONE, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 NaN (a)] >>"])


def damage(data, chance, others):
    """One to six faults of the kinds that disks, networks and enemies make."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, span = chance.randrange(len(data)), chance.choice([1, 2, 4, 16, 256, 4096])
        kind = chance.randrange(8)
        if kind == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[at : at + span] = chance.randbytes(span)
        elif kind == 2:
            del data[at : at + span]
        elif kind == 3:
            data[at:at] = data[at : at + span]
        elif kind == 4:
            edge = struct.pack(chance.choice(["<I", ">I"]), chance.choice(EDGES))
            data[at : at + 4] = edge
        elif kind == 5:
            del data[max(at, 16) :]
        elif kind == 6:
            other = chance.choice(others)
            data[at : at + span] = other[at % len(other) :][:span]
        else:
            digits = [index for index in range(at, min(at + 4096, len(data))) if chr(data[index]).isdigit()]
            for index in digits[: chance.randint(1, 9)]:
                data[index] = ord(chance.choice("0123456789"))
        data = data or bytearray(b"\0")
    return bytes(data)


TEXT = b"BT /F 14 Tf 72 720 Td (UY BAN NHAN DAN) Tj 0 -20 Td [(So: 12/GXN) -250 (-UBND)] TJ ET"
FONT = b"/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"


def form_page():
    look = b"/Type /XObject /Subtype /Form /BBox [0 0 200 14] /Resources << %s >>" % FONT
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (ten) /V (An) /Rect [72 200 272 214] /AP << /N 6 0 R >> >>"
    page = PAGE % (b"/Contents 4 0 R /Annots [5 0 R] /Resources << %s >>" % FONT)
    catalog = CATALOG.replace(b">>", b"/AcroForm << /Fields [5 0 R] >> >>")
    return pdf([catalog, ONE, page, stream(TEXT), field, stream(b"BT /F 11 Tf (An) Tj ET", look)])


def jpeg2000_page(width=400, height=560):
    """One flat picture, whose packets are empty, and noise behind them."""
    grid = struct.pack(">HIIIIIIIIHBBB", 0, width, height, 0, 0, width, height, 0, 0, 1, 7, 1, 1)
    head = b"\xff\x4f\xff\x51" + struct.pack(">H", len(grid) + 2) + grid + b"\xff\x52\0\x0c\0\0\0\1\0\2\4\4\0\1"
    quantities = b"\xff\x5c\0\x0a\x40\x40\x48\x48\x50\x48\x48\x50\xff\x90\0\x0a\0\0\0\0\0\0\0\1\xff\x93"
    data = head + quantities + bytes(3) + random.Random(1).randbytes(3000) + b"\xff\xd9"
    return image_page(image(width, height, b"/ColorSpace /DeviceGray /Filter /JPXDecode", data))


def originals(sohoa, papers, folder, seed):
    """Good files of every kind, by name."""
    subprocess.run([papers, "--profile", "office", "--seed", str(seed), "--count", "16", "--out", str(folder / "papers")], check=True, capture_output=True)
    scans = [path for path in sorted((folder / "papers/inbox").rglob("*")) if path.suffix in (".jpg", ".png", ".tif", ".pdf")]
    subprocess.run([papers, "--profile", "clean", "--seed", "21", "--count", "4", "--out", str(folder / "clean")], check=True, capture_output=True)
    # Of these four one is gray, which becomes layers with a JBIG2 mask, and one a fax, which stays CCITT Group 4.
    for name, scan in (("layers.pdf", "hs-0002"), ("fax.pdf", "hs-0004.tif")):
        command = [sohoa, "pdfa", str(folder / "clean/inbox" / scan), "-o", str(folder / name), "--agency", "UBND phường Thử"]
        subprocess.run(command, check=True, capture_output=True)
        scans.append(folder / name)
    for name, data in (("form.pdf", form_page()), ("jpeg2000.pdf", jpeg2000_page())):
        (folder / name).write_bytes(data)
        scans.append(folder / name)
    base, made = str(folder / "form.pdf"), lambda name: str(folder / name)
    subprocess.run(["qpdf", "--object-streams=generate", base, made("object-streams.pdf")], check=True)
    subprocess.run(["qpdf", "--encrypt", "", "owner", "256", "--", "--object-streams=generate", base, made("locked.pdf")], check=True)
    subprocess.run(["qpdf", "--encrypt", "user", "owner", "128", "--use-aes=y", "--", base, made("locked-to-all.pdf")], check=True)
    subprocess.run([sohoa, "keys", "demo", made("keys")], check=True, capture_output=True)
    subprocess.run([sohoa, "sign", made("fax.pdf"), "-o", made("signed.pdf"), "--demo-keys", made("keys")], check=True, capture_output=True)
    return scans + [folder / name for name in ("object-streams.pdf", "locked.pdf", "locked-to-all.pdf", "signed.pdf")]


def damaged(sohoa, papers, folder, count, seed):
    files = originals(sohoa, papers, folder, seed)
    contents = [path.read_bytes() for path in files]
    chance = random.Random(seed)
    for number in range(count):
        which = chance.randrange(len(files))
        yield f"damaged-{number:04}-{files[which].stem}{files[which].suffix}", damage(contents[which], chance, contents)


def judge(sohoa, path):
    """What is wrong with how one file was taken, if anything; whether it was refused, seconds and bytes."""
    out, err = path.with_suffix(".out"), path.with_suffix(".err")
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen([sohoa, "check", str(path), "--format", "json", "--workers", "1"], stdout=stdout, stderr=stderr)
        until = time.monotonic() + PATIENCE
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > until:
                process.kill()
                os.wait4(process.pid, 0)
                return "hangs", False, PATIENCE, 0
            time.sleep(0.002)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds, size = usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10
    fault, refused = verdict(process.returncode, out, err)
    if size > MOST_BYTES:
        fault = fault or f"{size >> 20} MB"
    if refused and seconds > REFUSAL_SECONDS:
        fault = fault or f"refused after {seconds:.1f} s"
    out.unlink(), err.unlink()
    return fault, refused, seconds, size


def verdict(code, out, err):
    if code not in (0, 1, 3, 4):
        return f"ended with {code}: {err.read_text(errors='replace').strip()[:200]}", False
    if code == 4:
        return (None if b"hint" in err.read_bytes() else "refused without a next step"), True
    rows = json.loads(out.read_text())["documents"]
    refused = [row for row in rows if row["error"]]
    silent = [row for row in refused if not row["hint"]]
    return ("refused without a next step: " + silent[0]["error"] if silent else None), bool(refused)


def main():
    sohoa, papers, folder = str(Path(sys.argv[1]).resolve()), str(Path(sys.argv[2]).resolve()), Path(sys.argv[3])
    count, seed = (int(sys.argv[i]) if len(sys.argv) > i else default for i, default in ((4, 1000), (5, 1)))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    faults, refused, slowest, largest, total = [], 0, (0, ""), (0, ""), 0
    for source in (made(), damaged(sohoa, papers, folder, count, seed)):
        for name, data in source:
            path = folder / name
            path.write_bytes(data)
            fault, was_refused, seconds, size = judge(sohoa, path)
            total, refused = total + 1, refused + was_refused
            slowest, largest = max(slowest, (seconds if was_refused else 0, name)), max(largest, (size, name))
            if fault:
                faults.append(f"{name}: {fault}")
            else:
                path.unlink()
    print(f"{total} files, {refused} refused, {total - refused} read, {len(faults)} faults")
    print(f"slowest refusal {slowest[0]:.2f} s ({slowest[1]}), largest memory {largest[0] >> 20} MB ({largest[1]})")
    print("\n".join(faults[:50]))
    sys.exit(bool(faults))


main()

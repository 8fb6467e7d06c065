"""Pages of every kind at every level of PDF/A: what poppler draws of our file is what came in, and veraPDF finds no violation.

usage: judge.py SOHOA PAPERS FOLDER
Scans (JPEG, PNG, TIFF, PDF with JPEG, JPEG 2000; turned, and turned by EXIF), and PDF pages with text of their own, a form, a lock.
Each becomes a signed PDF/A-2u, 1b and 3u with pictures in layers where they gain by it; those in color also with pictures kept.
What came in is read by Pillow, or drawn by poppler where it is a PDF of more than a picture.
"""

import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy
from PIL import Image, ImageFilter, ImageOps

# Pages that are more than a picture.
DRAWN_PAGES = ("text", "form", "locked")
LEVELS = ["2u", "1b", "3u"]
DPI = 300
# See benches/README.md, "Pages beside their scans". Levels of 255; the first two are means over a page, the third of the worst square of
# SQUARE pixels, which is a tenth of an inch.
EXACT = {"far": 0.25, "tint": 0.2, "worst": 3.0}
LAYERED = {"far": 2.5, "tint": 1.4, "worst": 20.0}
DRAWN = {"far": 2.0, "tint": 0.8, "worst": 20.0}
SQUARE = 30
# What a judge must not let pass: a page that is moved by so many pixels, turned over, or has red for blue.
MOVED = 4


def pdf(objects):
    file, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(file))
    return file + head + trailer


def stream(data, keys=b""):
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), keys, data)


def page(content, resources, more=b"", size=(595, 842), objects=()):
    box = b"/MediaBox [0 0 %s %s]" % tuple(str(side).encode() for side in size)
    sheet = b"<< /Type /Page /Parent 2 0 R %s /Contents 4 0 R /Resources << %s >> %s >>" % (box, resources, more)
    tree = [b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] >> >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    return pdf([*tree, sheet, stream(content), *objects])


def jpx_page(picture, path):
    picture.save(path.with_suffix(".jp2"), quality_mode="rates", quality_layers=[20])
    data = path.with_suffix(".jp2").read_bytes()
    path.with_suffix(".jp2").unlink()
    width, height = (side * 72 / DPI for side in picture.size)
    image = stream(data, b"/Type /XObject /Subtype /Image /Width %d /Height %d /Filter /JPXDecode" % picture.size)
    content = b"q %f 0 0 %f 0 0 cm /I Do Q" % (width, height)
    path.write_bytes(page(content, b"/XObject << /I 5 0 R >>", size=(width, height), objects=[image]))


LINES = [b"UY BAN NHAN DAN XA BINH MINH", b"GIAY XAC NHAN", b"So 12/GXN-UBND, ngay 3 thang 11 nam 2025", b"Ong Nguyen Van An, sinh nam 1990"] * 6
TEXT = b"0.8 0.1 0.1 rg 400 700 90 60 re f 0 g BT /F 13 Tf 72 760 Td 18 TL " + b" ".join(b"(%s) Tj T*" % line for line in LINES) + b" ET"
FONT = b"/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"


def form_page():
    look = stream(b"0.1 0.2 0.8 rg 0 0 12 12 re f 0 g BT /F 11 Tf 20 2 Td (Tran Thi Binh) Tj ET",
                  b"/Type /XObject /Subtype /Form /BBox [0 0 200 14] /Resources << %s >>" % FONT)
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (ten) /V (Tran Thi Binh) /Rect [72 200 272 214] /F 4 /AP << /N 5 0 R >> >>"
    return page(TEXT, FONT, b"/Annots [6 0 R]", objects=[look, field])


def inputs(papers, folder):
    """(name, input, what its pages must look like) of every kind."""
    subprocess.run([papers, "--profile", "clean", "--seed", "21", "--count", "12", "--out", str(folder / "papers")], check=True, capture_output=True)
    scans = folder / "papers/inbox"
    color = Image.open(scans / "hs-0007/001.jpg")
    color.load()

    def made(name, write, pages):
        path = folder / name
        write(path)
        return path.stem, path, pages(path)

    def opened(path):
        file = Image.open(path)
        pages = []
        for number in range(getattr(file, "n_frames", 1)):
            file.seek(number)
            pages.append(file.convert("RGB"))
        return pages

    def taken(path):
        subprocess.run(["pdfimages", "-j", str(path), str(folder / "taken")], check=True)
        return [picture for file in sorted(folder.glob("taken-*")) for picture in opened(file)]

    def drawn(path):
        return draw(path, folder / "source")

    def turned_back(angle):
        return lambda path: [picture.transpose(angle) for picture in opened(path)]

    def locked(path):
        plain = path.with_name("plain.pdf")
        plain.write_bytes(page(TEXT, FONT))
        subprocess.run(["qpdf", "--encrypt", "", "owner", "256", "--modify=none", "--", str(plain), str(path)], check=True)
        plain.unlink()

    exif = Image.Exif()
    exif[0x0112] = 6
    yield "gray-jpeg", scans / "hs-0002/001.jpg", opened(scans / "hs-0002/001.jpg")
    yield "color-jpeg", scans / "hs-0007/001.jpg", opened(scans / "hs-0007/001.jpg")
    yield "color-png", scans / "hs-0005/001.png", opened(scans / "hs-0005/001.png")
    yield "fax-tiff", scans / "hs-0008.tif", opened(scans / "hs-0008.tif")
    yield "color-pdf", scans / "hs-0011.pdf", taken(scans / "hs-0011.pdf")
    save = {"quality": 90, "dpi": (DPI, DPI), "subsampling": 0}
    # Black print on yellow paper, without a seal: what becomes layers.
    gray = Image.open(scans / "hs-0002/001.jpg").convert("L")
    tinted = ImageOps.colorize(gray, "#101010", "#fff0c8")
    yield made("color-print.jpg", lambda path: tinted.save(path, **save), opened)
    left, right = Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270
    yield made("turned.jpg", lambda path: color.transpose(right).save(path, **save), turned_back(left))
    yield made("exif.jpg", lambda path: color.transpose(left).save(path, exif=exif, **save), turned_back(right))
    yield made("jpx.pdf", lambda path: jpx_page(color, path), drawn)
    yield made("text.pdf", lambda path: path.write_bytes(page(TEXT, FONT)), drawn)
    yield made("form.pdf", lambda path: path.write_bytes(form_page()), drawn)
    yield made("locked.pdf", locked, drawn)


def draw(path, place):
    """The pages of a PDF, drawn by poppler; by its Cairo side, because the other (pdftoppm) enlarges pictures by a pixel."""
    place.mkdir(parents=True, exist_ok=True)
    tool = ["pdftocairo", "-tiff", "-tiffcompression", "none", "-r", str(DPI)]
    subprocess.run([*tool, str(path), str(place / path.stem)], check=True, capture_output=True)
    files = sorted(place.glob(f"{path.stem}-*.tif"))
    pages = [Image.open(file).convert("RGB") for file in files]
    for file in files:
        file.unlink()
    return pages


def signed(sohoa, folder, source, name, level, pictures):
    """The signed PDF/A of an input."""
    plain, path = folder / f"{name}.plain.pdf", folder / f"{name}.pdf"
    settings = ["--level", level, "--pictures", pictures, "--workers", "1", "--agency", "UBND phường Thử"]
    run([sohoa, "pdfa", str(source), "-o", str(plain), *settings])
    run([sohoa, "sign", str(plain), "-o", str(path), "--demo-keys", str(folder.parent / "keys")])
    plain.unlink()
    return path


def run(command):
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {ended.stderr.strip()}")


def squares(pixels):
    """Means of squares of SQUARE pixels: what is left of a page when grain and edges are gone."""
    height, width = (side // SQUARE * SQUARE for side in pixels.shape[:2])
    return pixels[:height, :width].reshape(height // SQUARE, SQUARE, width // SQUARE, SQUARE, 3).mean(axis=(1, 3))


def distance(ours, theirs):
    """How far two pages are apart: pixel by pixel after a slight blur, in their tint, and where it is worst."""
    far = numpy.abs(ours - theirs).mean()
    tint = numpy.abs(squares(ours) - squares(theirs))
    return {"far": far, "tint": tint.mean(), "worst": tint.max()}


def soft(picture):
    return numpy.asarray(picture.filter(ImageFilter.GaussianBlur(1.5)), dtype=numpy.float32)


def passes(found, bounds):
    return all(found[name] <= bound for name, bound in bounds.items())


def wrong(theirs):
    """The page with each fault that must be found."""
    yield "moved", numpy.roll(theirs, (MOVED, MOVED), axis=(0, 1))
    yield "turned over", theirs[::-1, ::-1]
    if numpy.abs(theirs[..., 0] - theirs[..., 2]).mean() > 2:
        yield "red for blue", theirs[..., ::-1]


def mark(path):
    """Where the mark of the signing office stands on the first page, in pixels from the lower left."""
    rect = re.findall(rb"/Rect \[([\d. -]+)\]", path.read_bytes())[-1]
    left, bottom, right, top = (float(side) * DPI / 72 for side in rect.split())
    return int(left) - 4, int(bottom) - 4, int(right) + 5, int(top) + 5


def without(picture, box):
    """The page without a box on it, which starts at its lower left."""
    left, bottom, right, top = box
    picture = picture.copy()
    picture.paste("white", (left, picture.height - top, right, picture.height - bottom))
    return picture


def compare(ours, theirs, bounds):
    """What is wrong with a page beside what came in, and how far apart they are."""
    # A page of text has no pixels of its own, and its size in points may be half a pixel more.
    if max(abs(one - other) for one, other in zip(ours.size, theirs.size)) > (bounds is DRAWN):
        return [f"{ours.size} pixels, expected {theirs.size}"], {}
    common = (0, 0, *map(min, zip(ours.size, theirs.size)))
    ours, theirs = soft(ours.crop(common)), soft(theirs.crop(common))
    found = distance(ours, theirs)
    faults = [] if passes(found, bounds) else ["too far from what came in"]
    faults += [f"would pass {name}" for name, page in wrong(theirs) if passes(distance(ours, page), bounds)]
    return faults, found


def layered(path):
    """Whether a file has a picture in layers: one that is a stencil or has one."""
    listed = subprocess.run(["pdfimages", "-list", str(path)], check=True, capture_output=True, text=True).stdout
    return any(line.split()[2] in ("mask", "smask", "stencil") for line in listed.splitlines()[2:])


def judge(path, pages, name):
    bounds = DRAWN if name in DRAWN_PAGES else LAYERED if layered(path) else EXACT
    ours = draw(path, path.parent / "drawn")
    if len(ours) != len(pages):
        return [f"{path.stem}: {len(ours)} pages, expected {len(pages)}"]
    faults = []
    for number, (one, other) in enumerate(zip(ours, pages), 1):
        if number == 1:
            one, other = without(one, mark(path)), without(other, mark(path))
        wrongs, found = compare(one, other, bounds)
        kind = "drawn" if bounds is DRAWN else "layered" if bounds is LAYERED else "kept"
        print(f"{path.stem} page {number} {kind}:", *(f"{name} {value:.2f}" for name, value in found.items()), flush=True)
        faults += [f"{path.stem} page {number}: {fault}" for fault in wrongs]
    return faults


def main():
    sohoa, papers, folder = str(Path(sys.argv[1]).resolve()), str(Path(sys.argv[2]).resolve()), Path(sys.argv[3]).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run([sohoa, "keys", "demo", str(folder / "keys")])
    work = []
    for name, source, pages in inputs(papers, folder):
        for level in LEVELS:
            work.append((name, source, pages, level, "layers"))
            if name.startswith("color") and level != "3u":
                work.append((name, source, pages, level, "archive"))
    faults, files = [], {level: [] for level in LEVELS}

    def one(name, source, pages, level, pictures):
        place = folder / level
        place.mkdir(exist_ok=True)
        try:
            path = signed(sohoa, place, source, f"{name}-{pictures}", level, pictures)
        except RuntimeError as error:
            return level, None, [str(error)]
        # The other levels hold the same pictures, but where 1b must do without an encoding.
        return level, path, judge(path, pages, name) if level != "3u" else []

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for level, path, found in pool.map(lambda item: one(*item), work):
            faults += found
            files[level] += [str(path)] if path else []
    vera = Path(__file__).resolve().parent.parent / "verapdf/run.sh"
    for level in LEVELS:
        ended = subprocess.run([vera, *files[level]], env={**os.environ, "VERAPDF_FLAVOUR": level}, capture_output=True, text=True)
        print(ended.stdout.splitlines()[-1] if ended.stdout else ended.stderr, f"at {level}", flush=True)
        faults += [ended.stdout + ended.stderr] if ended.returncode else []
    print(f"{sum(map(len, files.values()))} files, {len(faults)} faults")
    print("\n".join(faults))
    sys.exit(bool(faults))


main()

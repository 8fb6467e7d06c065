"""The text of PDF files that carry their own: sohoa beside poppler's pdftotext, page by page and word for word.

usage: file_text.py SOHOA [PDF ...]      without PDFs: the born-digital, mixed and general files of ../shared/real

Words are compared as multisets of a page, in NFC, drawn soft hyphens as hyphens, Ð as Đ. On a page whose words are the
file's, or both, sohoa's words of full confidence are judged; a recognised word has less. pdftotext gives hidden text as
well, so pages that sohoa recognised are only listed, with the reason. Gazette files with a text beside them are also
compared with that text as a whole.
"""

import collections
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

LOOK_ALIKE = str.maketrans({"\u00ad": "-", "\u00d0": "\u0110", "\u0189": "\u0110", "\u00f0": "\u0111", "\u0256": "\u0111"})
FORMAT = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0xFEFF])


def words(text):
    return unicodedata.normalize("NFC", text).translate(LOOK_ALIKE).translate(FORMAT).split()


def poppler(path, page):
    run = subprocess.run(["pdftotext", "-f", str(page), "-l", str(page), str(path), "-"], capture_output=True)
    return words(run.stdout.decode("utf-8", "replace"))


def own(page):
    return [word["text"] for line in page["lines"] for word in line["words"] if word["confidence"] == 1.0]


def both(one, other):
    return sum((collections.Counter(one) & collections.Counter(other)).values())


def percent(part, whole):
    return f"{100 * part / whole:.2f} %" if whole else ""


def files(arguments):
    if arguments:
        return [Path(name) for name in arguments]
    real = Path(os.environ.get("SOHOA_REAL", Path(__file__).parent.parent / "../shared/real"))
    folders = ["born-digital", "mixed-and-ocred", "forms", "general/ocrmypdf"]
    return sorted(path for folder in folders for path in (real / folder).rglob("*.pdf"))


def main():
    sohoa, details, truths = sys.argv[1], [], []
    print("| document | pages | file | both | recognised | words of pdftotext found | own words right |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    total = collections.Counter()
    for path in files(sys.argv[2:]):
        run = subprocess.run([sohoa, "ocr", "--format", "json", str(path)], capture_output=True, text=True)
        if not run.stdout.strip():
            details.append(f"{path.name}: {run.stderr.strip().splitlines()[-1:] or run.returncode}")
            continue
        document = json.loads(run.stdout)
        count = collections.Counter()
        for page in document["pages"]:
            kind = page["source"]["kind"]
            count[kind] += 1
            if page["source"].get("doubts"):
                details.append(f"{path.name} p.{page['number']}: {kind}: {json.dumps(page['source']['doubts'], ensure_ascii=False)}")
            if kind == "recognized":
                continue
            hidden = any(doubt["doubt"] == "hidden" and doubt["letters"] > 100 for doubt in page["source"].get("doubts", []))
            if hidden:
                # pdftotext gives the hidden layer too: only what sohoa took is judged.
                ours = own(page)
                agreed = both(poppler(path, page["number"]), ours)
                count.update(ours=len(ours), right=agreed)
                continue
            judge, ours = poppler(path, page["number"]), own(page)
            agreed = both(judge, ours)
            count.update(judged=len(judge), ours=len(ours), agreed=agreed, right=agreed)
            if agreed < 0.99 * max(len(judge), len(ours)):
                lost = list((collections.Counter(judge) - collections.Counter(ours)).elements())
                more = list((collections.Counter(ours) - collections.Counter(judge)).elements())
                details.append(f"{path.name} p.{page['number']}: {agreed} of {len(judge)}, {len(ours)} own; lost {lost[:12]}; more {more[:12]}")
        total.update(count)
        row = [count["file"], count["both"], count["recognized"], percent(count["agreed"], count["judged"]), percent(count["right"], count["ours"])]
        print(f"| {path.name} | {len(document['pages'])} | " + " | ".join(map(str, row)) + " |", flush=True)
        truth = path.with_suffix(".txt")
        if truth.exists():
            expected, ours = words(truth.read_text("utf-8")), [w for page in document["pages"] for w in own(page)]
            reference = [w for page in document["pages"] for w in poppler(path, page["number"])]
            truths.append((path.stem, len(expected), both(expected, ours), both(expected, reference)))
    row = [total["file"], total["both"], total["recognized"], percent(total["agreed"], total["judged"]), percent(total["right"], total["ours"])]
    print("| all | | " + " | ".join(map(str, row)) + " |")
    if truths:
        print("\n| gazette text | words | found by sohoa | found by pdftotext |\n| --- | --- | --- | --- |")
        for name, expected, ours, reference in truths:
            print(f"| {name} | {expected} | {percent(ours, expected)} | {percent(reference, expected)} |")
    print("\n" + "\n".join(details))


if __name__ == "__main__":
    main()

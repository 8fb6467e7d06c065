"""pdftotext gives back what was recognised: word for word in NFC, boxes within 2 points.

usage: text.py WAREHOUSE
Reads every object's text.json and asks poppler for the words of document.pdf.
"""

import json
import re
import subprocess
import sys
import unicodedata
from html import unescape
from pathlib import Path

TOLERANCE = 2.0


def expected_words(text):
    """(page, word, box in points) of every recognised word, in reading order."""
    for page in text["pages"]:
        scale = 72.0 / page["dpi"]
        for line in page["lines"]:
            for word in line["words"]:
                box = word["bbox"]
                yield page["number"], word["text"], [box[side] * scale for side in ("left", "top", "right", "bottom")]


def bbox_words(pdf):
    output = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True, text=True).stdout
    page = 0
    pattern = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
    for line in output.splitlines():
        page += line.lstrip().startswith("<page ")
        match = pattern.search(line)
        if match:
            yield page, unescape(match[5]), [float(match[i]) for i in range(1, 5)]


def is_stamp(page, box, stamp):
    return page == 1 and stamp and box[0] >= stamp[0] and box[1] >= stamp[1] and box[2] <= stamp[2] and box[3] <= stamp[3]


def judge(folder):
    pdf = next(folder.glob("v*/content/document.pdf"))
    text = json.loads(next(folder.glob("v*/content/text.json")).read_text(encoding="utf-8"))
    expected = list(expected_words(text))
    found = list(bbox_words(pdf))
    problems = []
    unmatched = {}
    for page, word, box in found:
        unmatched.setdefault((page, word), []).append(box)
        if unicodedata.normalize("NFC", word) != word:
            problems.append(f"page {page}: {word!r} is not NFC")
    missing, worst = 0, 0.0
    for page, word, box in expected:
        boxes = unmatched.get((page, word), [])
        distance = lambda other: max(abs(box[0] - other[0]), abs(box[2] - other[2]))
        best = min(boxes, key=distance, default=None)
        if best is None:
            missing += 1
            problems.append(f"page {page}: {word!r} was not given back")
            continue
        boxes.remove(best)
        worst = max(worst, distance(best))
        # Vertically poppler gives the line's extent, so the word's box must lie inside it.
        inside = best[1] - TOLERANCE <= box[1] and box[3] <= best[3] + TOLERANCE
        if distance(best) > TOLERANCE or not inside:
            problems.append(f"page {page}: {word!r} is at {best}, expected {box}")
    return len(expected), missing, worst, problems


def main():
    words = failed = 0
    worst = 0.0
    for inventory in sorted(Path(sys.argv[1], "kho").glob("*/*/*/*/*/inventory.json")):
        count, _, distance, problems = judge(inventory.parent)
        words += count
        worst = max(worst, distance)
        if problems:
            failed += 1
            print(f"{inventory.parent}: {len(problems)} problems")
            print("\n".join("  " + problem for problem in problems[:10]))
    print(f"{words} words, worst horizontal distance {worst:.3f} pt, {failed} documents with problems")
    sys.exit(failed > 0 or words == 0)


main()

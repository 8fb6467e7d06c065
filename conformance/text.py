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
    """(page, word, box, box of its line) of every recognised word, in reading order; boxes in points."""
    for page in text["pages"]:
        scale = 72.0 / page["dpi"]
        for line in page["lines"]:
            strip = [side * scale for side in line["box"]]
            for word in line["words"]:
                yield page["number"], word["text"], [side * scale for side in word["box"]], strip


def bbox_words(pdf):
    output = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True, text=True).stdout
    page = 0
    pattern = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
    for line in output.splitlines():
        page += line.lstrip().startswith("<page ")
        match = pattern.search(line)
        if match:
            yield page, unescape(match[5]), [float(match[i]) for i in range(1, 5)]


def distance(box, other):
    return max(abs(box[0] - other[0]), abs(box[2] - other[2]))


def overlap(box, other):
    """Share of a box's height that another covers."""
    return (min(box[3], other[3]) - max(box[1], other[1])) / max(box[3] - box[1], 1e-6)


def judge(folder):
    """Words are given back at their own left and right, and within the top and bottom of their line: size and
    baseline are the line's, or readers tear small marks out of it."""
    pdf = next(folder.glob("v*/content/document.pdf"))
    text = json.loads(next(folder.glob("v*/content/text.json")).read_text(encoding="utf-8"))
    found, problems, worst, count = {}, [], 0.0, 0
    for page, word, box in bbox_words(pdf):
        found.setdefault((page, word), []).append(box)
        if unicodedata.normalize("NFC", word) != word:
            problems.append(f"page {page}: {word!r} is not NFC")
    for page, word, box, strip in expected_words(text):
        count += 1
        boxes = found.get((page, word), [])
        best = min(boxes, key=lambda other: distance(box, other) + (0 if overlap(box, other) > 0.3 else 1e3), default=None)
        if best is None:
            problems.append(f"page {page}: {word!r} was not given back")
            continue
        boxes.remove(best)
        worst = max(worst, distance(box, best))
        in_line = best[1] >= strip[1] - TOLERANCE and best[3] <= strip[3] + TOLERANCE and overlap(box, best) > 0.3
        if distance(box, best) > TOLERANCE or not in_line:
            problems.append(f"page {page}: {word!r} is at {best}, expected {box} in line {strip}")
    return count, worst, problems


def main():
    words = failed = 0
    worst = 0.0
    for inventory in sorted(Path(sys.argv[1], "kho").glob("*/*/*/*/*/inventory.json")):
        count, farthest, problems = judge(inventory.parent)
        words += count
        worst = max(worst, farthest)
        if problems:
            failed += 1
            print(f"{inventory.parent}: {len(problems)} problems")
            print("\n".join("  " + problem for problem in problems[:10]))
    print(f"{words} words, farthest {worst:.3f} pt, {failed} documents with problems")
    sys.exit(failed > 0 or words == 0)


main()

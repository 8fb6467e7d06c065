"""pdftotext gives back what was recognised: word for word in NFC, boxes within 2 points.

usage: text.py WAREHOUSE
Reads every object's text.json and asks poppler for the words of document.pdf.
"""

import collections
import json
import re
import statistics
import subprocess
import sys
import unicodedata
from html import unescape
from pathlib import Path

TOLERANCE = 2.0
# Least gap between words, in heights of the line; below it readers take two words for one.
GAP = 0.2


def expected_words(text):
    """(page, word, box, box of its line, known) of every recognised word, in reading order; boxes in points.
    `known` is a divergence that is known: a box that cannot be given back as it is."""
    for page in text["pages"]:
        scale = 72.0 / page["dpi"]
        for line in page["lines"]:
            strip = [side * scale for side in line["box"]]
            for word in line["words"]:
                box = [side * scale for side in word["box"]]
                yield page["number"], word["text"], box, strip, divergence(word, line)


def bbox_words(pdf):
    output = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True, text=True).stdout
    page = 0
    pattern = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
    for line in output.splitlines():
        page += line.lstrip().startswith("<page ")
        match = pattern.search(line)
        if match:
            yield page, unescape(match[5]), [float(match[i]) for i in range(1, 5)]


def divergence(word, line):
    """Words whose own boxes overlap are kept apart, or readers would glue them together; marks read from noise
    (confidence below one half) stand in lines without a baseline, and so do letters stacked in a turned line; a lone
    mark beside its line is drawn into it."""
    left, _, right, _ = word["box"]
    others = [other["box"] for other in line["words"] if other is not word]
    height = statistics.median(other["box"][3] - other["box"][1] for other in line["words"])
    if any(other[0] - GAP * height < right and left < other[2] + GAP * height for other in others):
        return "overlap"
    if min(other["confidence"] for other in line["words"]) < 0.5:
        return "noise"
    if not any(letter.isalnum() for letter in word["text"]) and word["box"][3] - word["box"][1] < 0.5 * height:
        return "mark"
    return "stacked" if line["box"][3] - line["box"][1] > 3 * height else None


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
    found, problems, worst, count, known = {}, [], 0.0, 0, collections.Counter()
    for page, word, box in bbox_words(pdf):
        found.setdefault((page, word), []).append(box)
        if unicodedata.normalize("NFC", word) != word:
            problems.append(f"page {page}: {word!r} is not NFC")
    for page, word, box, strip, divergent in expected_words(text):
        count += 1
        boxes = found.get((page, word), [])
        best = min(boxes, key=lambda other: distance(box, other) + (0 if overlap(box, other) > 0.3 else 1e3), default=None)
        if best is None and divergent:
            known["lost to " + divergent] += 1
            continue
        if best is None:
            problems.append(f"page {page}: {word!r} was not given back")
            continue
        boxes.remove(best)
        in_line = best[1] >= strip[1] - TOLERANCE and best[3] <= strip[3] + TOLERANCE and overlap(box, best) > 0.3
        if distance(box, best) <= TOLERANCE and in_line:
            worst = max(worst, distance(box, best))
        elif divergent:
            known[divergent] += 1
        else:
            problems.append(f"page {page}: {word!r} is at {best}, expected {box} in line {strip}")
    return count, worst, known, problems


def main():
    words = failed = 0
    worst, divergences = 0.0, collections.Counter()
    for inventory in sorted(Path(sys.argv[1], "kho").glob("*/*/*/*/*/inventory.json")):
        count, farthest, known, problems = judge(inventory.parent)
        divergences += known
        words += count
        worst = max(worst, farthest)
        if problems:
            failed += 1
            print(f"{inventory.parent}: {len(problems)} problems")
            print("\n".join("  " + problem for problem in problems[:10]))
    print(f"{words} words given back, farthest {worst:.3f} pt, {failed} documents with problems")
    print("boxes that diverge for a known reason:", dict(divergences))
    sys.exit(failed > 0 or words == 0)


main()

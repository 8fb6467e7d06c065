"""Seals, stamps and signatures found on generated papers, against where they were drawn.

usage: marks.py SOHOA PAPERS FOLDER [SEED=101] [COUNT=60]
Color pages of profile `clean`. A drawn mark is found where a mark of sohoa covers half of its box; a kind is right where
that mark says so. Signatures that lie under a seal and stamps over print are counted like any other; pens of black ink are
left out, since they have no color.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path


def covered(drawn, found):
    width = min(drawn[2], found[2]) - max(drawn[0], found[0])
    height = min(drawn[3], found[3]) - max(drawn[1], found[1])
    area = (drawn[2] - drawn[0]) * (drawn[3] - drawn[1])
    return max(width, 0) * max(height, 0) / area


def main():
    sohoa, papers, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    seed, count = (sys.argv[i] if len(sys.argv) > i else default for i, default in ((4, "101"), (5, "60")))
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([papers, "--profile", "clean", "--seed", seed, "--count", count, "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sohoa, "run", str(folder / "inbox"), "--warehouse", str(folder / "warehouse")], capture_output=True)
    report = json.loads(next((folder / "warehouse/reports").glob("*/report.json")).read_text())
    rows = {row["name"]: row for row in report["documents"]}
    kinds = {"seals": "round-seal", "stamps": "text-stamp", "signatures": "signature"}
    drawn_as, invented = Counter(), Counter()
    for path in sorted((folder / "truth").glob("*.json")):
        truth = json.loads(path.read_text())
        name = truth["files"][0] if "/" not in truth["files"][0] else truth["files"][0].split("/")[0]
        for page, read in zip(truth["pages"], rows[name]["pages"]):
            if page["faults"]["color"] != "rgb":
                continue
            marks, used = read["record"]["marks"], set()
            for kind, right in kinds.items():
                for drawn in page[kind]:
                    if kind == "signatures":
                        if not drawn["blue"]:
                            continue
                        drawn = drawn["box"]
                    over = [n for n, mark in enumerate(marks) if covered(drawn, mark["box"]) > 0.5]
                    used.update(over)
                    said = {marks[n]["kind"] for n in over}
                    drawn_as[kind, "right" if right in said else "as " + "/".join(sorted(said)) if said else "not found"] += 1
            invented.update(mark["kind"] for n, mark in enumerate(marks) if n not in used)
    for (kind, result), number in sorted(drawn_as.items()):
        print(f"{kind}: {result} {number}")
    print("on nothing drawn:", dict(invented))


main()

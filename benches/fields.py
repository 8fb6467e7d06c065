"""Types and fields read from generated papers, against their truth: how often right, wrong, or left empty.

usage: fields.py SOHOA PAPERS FOLDER [SEED=101] [COUNT=60] [PROFILE=office]
The run is given no metadata (beside files are taken away), so everything is read from the page. Compared after
folding case, accents and spaces. A wrong value at or above the threshold is the worst outcome and listed.
"""

import json
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

FIELDS = ["number", "issued", "issuer", "subject", "signer", "owner", "owner_name"]


def folded(value):
    text = unicodedata.normalize("NFD", str(value)).lower().replace("đ", "d")
    return "".join(letter for letter in text if letter.isalnum() or letter in "/-")


def value_of(field):
    value = field["value"]
    return value["text"] if isinstance(value, dict) and "text" in value else value


def agrees(name, found, truth):
    found, truth = folded(found), folded(truth)
    # An issuer is its own name, with or without the body above it.
    return found.startswith(truth) or truth.startswith(found) if name == "issuer" else found == truth


def records(warehouse):
    for path in warehouse.glob("queue/*/held.json"):
        held = json.loads(path.read_text())
        found = held["classification"]
        yield held["origin"]["name"], found["document_type"], found["confidence"], held["record"]
    report = json.loads(next(warehouse.glob("reports/*/report.json")).read_text())
    for row in report["documents"]:
        if row["outcome"] == "deposited":
            record = json.loads((warehouse / row["receipt"]["path"] / "v1/content/record.json").read_text())
            kind = record["document_type"]
            owner = record["owner"] or {}
            record.update(owner=owner.get("found"), owner_name=owner.get("name"))
            yield row["name"], kind["code"], kind["confidence"], record


def main():
    sohoa, papers, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    seed, count, profile = (sys.argv[i] if len(sys.argv) > i else default for i, default in ((4, "101"), (5, "60"), (6, "office")))
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([papers, "--profile", profile, "--seed", seed, "--count", count, "--out", str(folder)], check=True)
    inbox, warehouse = folder / "inbox", folder / "warehouse"
    for metadata in list(inbox.rglob("*.json")) + list(inbox.rglob("*.csv")):
        metadata.unlink()
    ended = subprocess.run([sohoa, "run", str(inbox), "--warehouse", str(warehouse)], capture_output=True, text=True)
    if ended.returncode not in (0, 3):
        sys.exit(ended.stderr)
    table, types, wrong = {name: Counter() for name in FIELDS}, Counter(), []
    for name, kind, confidence, record in records(warehouse):
        truth = json.loads((folder / "truth" / (Path(name).stem + ".json")).read_text())
        judge_type(types, wrong, name, kind, confidence, truth)
        for field in FIELDS:
            judge(table[field], wrong, name, field, record.get(field), truth["fields"][field])
    print_table(types, table, wrong)


def judge_type(types, wrong, name, kind, confidence, truth):
    outcome = "none" if kind == "UNKNOWN" else "right" if kind == truth["type"] else "wrong"
    types[outcome] += 1
    if outcome == "wrong":
        wrong.append(f"{name} type: {kind} ({confidence:.2f}), truth {truth['type']}")


def judge(counts, wrong, name, field, found, truth):
    if truth is None:
        counts["extra" if found else "absent"] += 1
    elif not found:
        counts["none"] += 1
    else:
        right = agrees(field, value_of(found), truth)
        band = "sure" if found["confidence"] >= 0.75 else "unsure"
        counts[("right " if right else "wrong ") + band] += 1
        if not right and band == "sure":
            wrong.append(f"{name} {field}: {value_of(found)!r} ({found['confidence']:.2f}), truth {truth!r}")


def print_table(types, table, wrong):
    total = sum(types.values())
    print(f"types of {total} documents: right {types['right']}, none {types['none']}, wrong {types['wrong']}\n")
    columns = ["right sure", "right unsure", "none", "wrong unsure", "wrong sure", "extra"]
    print("| field | on the paper | " + " | ".join(columns) + " |")
    print("| --- " * (len(columns) + 2) + "|")
    for field, counts in table.items():
        on_paper = sum(counts.values()) - counts["extra"] - counts["absent"]
        print(f"| {field} | {on_paper} | " + " | ".join(str(counts[column]) for column in columns) + " |")
    print("\nwrong and sure:")
    print("\n".join("  " + line for line in wrong) or "  none")


main()

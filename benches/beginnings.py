"""Files that hold two papers: how many sohoa proposes to divide, and what it proposes to divide that is one.

usage: beginnings.py SOHOA PAPERS FOLDER [SEED=101] [COUNT=60]
Generated papers of profile `office` in PDF files are joined in pairs (poppler's pdfunite): each pair must be proposed at the
page where the second begins and nowhere else; each paper by itself must not be. A list of the pairs that were missed names the
type of the second. Then the PDF files of ../shared/real of two pages and more, each one document as far as its publisher
says: what is proposed there is listed, to be looked at.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

REAL = Path(os.environ.get("SOHOA_REAL", Path(__file__).parent.parent / "../shared/real"))
FOLDERS = ["text/scans", "metadata/scans", "central-scans", "mixed-and-ocred", "born-digital", "forms"]


def page_count(path):
    run = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True)
    counts = [line.split()[1] for line in run.stdout.splitlines() if line.startswith("Pages:")]
    return int(counts[0]) if counts else 0


def run(sohoa, inbox, warehouse):
    """For each document the pages that are proposed, how many are not blank, the words of the reason, and the outcome."""
    shutil.rmtree(warehouse, ignore_errors=True)
    command = [sohoa, "run", str(inbox), "--warehouse", str(warehouse), "--format", "json", "--max-pages", "2000"]
    report = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
    found = {}
    for document in report["documents"]:
        reasons = [reason for reason in document.get("reasons", []) if reason["rule"] == "several-documents"]
        pages = [begin["page"] for reason in reasons for begin in reason["beginnings"]]
        written = sum(not page["blank"] for page in document["pages"])
        found[document["name"]] = (pages, written, reasons[0]["text"] if reasons else "", document["outcome"])
    return found


def generated(sohoa, papers, folder, seed, count):
    out, joined, alone = folder / "papers", folder / "joined", folder / "alone"
    subprocess.run([papers, "--profile", "office", "--seed", seed, "--count", count, "--out", str(out)], check=True, stdout=subprocess.DEVNULL)
    kinds = {}
    for path in sorted((out / "truth").glob("*.json")):
        truth = json.loads(path.read_text())
        if len(truth["files"]) == 1 and truth["files"][0].endswith(".pdf"):
            kinds[truth["files"][0]] = truth["type"]
    for target in (joined, alone):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
    names = list(kinds)
    for name in names:
        shutil.copy(out / "inbox" / name, alone / name)
    expected = {}
    for one, two in zip(names, names[1:] + names[:1]):
        name = f"{Path(one).stem}+{Path(two).stem}.pdf"
        subprocess.run(["pdfunite", out / "inbox" / one, out / "inbox" / two, joined / name], check=True)
        expected[name] = (one, kinds[two])
    by_itself = run(sohoa, alone, folder / "warehouse-alone")
    false = {name: found for name, (found, *_) in by_itself.items() if found}
    several = sum(pages > 1 for _, pages, *_ in by_itself.values())
    print(f"one paper a file: {len(by_itself)} files, {several} of them of several pages; proposed: {false or 'none'}")
    found = run(sohoa, joined, folder / "warehouse-joined")
    right, more, missed = 0, [], []
    for name, (one, kind) in expected.items():
        page = by_itself[one][1] + 1
        pages = found.get(name, ([],))[0]
        right += page in pages
        more += [f"{name}: page {other}" for other in pages if other != page]
        missed += [kind] if page not in pages else []
    print(f"two papers a file: {right} of {len(expected)} proposed at the right page; at others: {more or 'none'}")
    print(f"missed, by the type of the second: {', '.join(sorted(missed)) or 'none'}")


def real(sohoa, folder):
    inbox = folder / "real"
    shutil.rmtree(inbox, ignore_errors=True)
    for part in FOLDERS:
        for path in sorted((REAL / part).rglob("*.pdf")):
            if page_count(path) > 1:
                target = inbox / part / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
    found = run(sohoa, inbox, folder / "warehouse-real")
    pages = sum(pages for _, pages, *_ in found.values())
    proposed = {name: text for name, (places, _, text, _) in found.items() if places}
    unread = [name for name, (*_, outcome) in found.items() if outcome == "failed"]
    print(f"real documents: {len(found)} of {pages} pages, {len(unread)} could not be read; proposed: {len(proposed)}")
    for name, text in sorted(proposed.items()):
        print(f"  {name}: {text}")


def main():
    sohoa, papers, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    seed, count = (sys.argv[4:] + ["101", "60"][len(sys.argv) - 4:])[:2]
    generated(sohoa, papers, folder, seed, count)
    real(sohoa, folder)


main()

"""Bytes a page of the PDF with layers, and whether its text is still read as well, against pages kept as they came.

usage: size.py SOHOA PAPERS FOLDER [SEED=101] [COUNT=60] [PROFILE=office] [KIND=]
KIND, such as "rgb 300", takes only documents whose first page is of that kind.
Every generated document goes through `sohoa pdfa` twice, with `--pictures layers` and `--pictures archive`; no other work
differs, so that the difference of CPU seconds (all processes) is what layers cost. Then both files are drawn by pdftoppm in the
scan's resolution and read by `sohoa ocr`: words found are counted against the truth, without order, because that is what a
reader of the deposit has.
"""

import json
import resource
import shutil
import statistics
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path


def ran(command):
    """Pages that keep their own picture, with the reason, and CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {ended.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    kept = [line for line in ended.stderr.splitlines() if "keeps its own picture" in line]
    return kept, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def words(text):
    return Counter(word for word in unicodedata.normalize("NFC", text).split() if any(map(str.isalnum, word)))


def read(sohoa, pdf, page, dpi, folder):
    """Words that are read from a page drawn by another program."""
    picture = folder / "drawn"
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", "-f", str(page), "-l", str(page), str(pdf), str(picture)], check=True
    )
    text = subprocess.run([sohoa, "ocr", str(picture) + ".png"], capture_output=True, text=True, check=True).stdout
    return words(text)


def truth_words(page):
    return words("\n".join(line["text"] for line in page["lines"]))


def main():
    sohoa, papers, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3]).resolve()
    seed, count, profile = (sys.argv[i] if len(sys.argv) > i else default for i, default in ((4, "101"), (5, "60"), (6, "office")))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run([papers, "--profile", profile, "--seed", seed, "--count", count, "--out", str(folder)], check=True)
    only = sys.argv[7] if len(sys.argv) > 7 else ""
    rows = []
    for truth_file in sorted((folder / "truth").glob("*.json")):
        truth = json.loads(truth_file.read_text())
        kind = f"{truth['pages'][0]['faults']['color']} {truth['pages'][0]['dpi']} dpi"
        if not kind.startswith(only):
            continue
        source = folder / "inbox" / truth["files"][0]
        source = source if len(truth["files"]) == 1 and source.parent == folder / "inbox" else source.parent
        files, cost, kept_of = {}, {}, {}
        for pictures in ("layers", "archive"):
            files[pictures] = folder / f"{truth['name'].replace('/', '-')}.{pictures}.pdf"
            command = [sohoa, "pdfa", str(source), "-o", str(files[pictures]), "--agency", "UBND", "--pictures", pictures]
            kept_of[pictures], cost[pictures] = ran([*command, "--workers", "1"])
        pages = truth["pages"]
        row = {
            "name": truth["name"],
            "kind": kind,
            "pages": len(pages),
            "kept": kept_of["layers"],
            "cpu": (cost["layers"] - cost["archive"]) / len(pages),
            **{pictures: file.stat().st_size / len(pages) for pictures, file in files.items()},
        }
        found = Counter()
        for number, page in enumerate(pages, 1):
            wanted = truth_words(page)
            for pictures, file in files.items():
                found[pictures] += (read(sohoa, file, number, page["dpi"], folder) & wanted).total()
            row["words"] = row.get("words", 0) + wanted.total()
        row["found"] = found
        rows.append(row)
        print(json.dumps(row), file=sys.stderr)
    report(rows)


def report(rows):
    print("| pages | count | median KB a page as they came | median KB a page | at most | kept as they came | words found as they came | words found | CPU s a page added |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    kinds = defaultdict(list)
    for row in rows:
        kinds[row["kind"]].append(row)
    for kind, rows in sorted(kinds.items()):
        share = lambda key: 100 * sum(row["found"][key] for row in rows) / max(1, sum(row["words"] for row in rows))
        median = lambda key: statistics.median(row[key] for row in rows for _ in range(row["pages"]))
        print(
            f"| {kind} | {sum(row['pages'] for row in rows)} | {median('archive') / 1e3:.0f} | {median('layers') / 1e3:.1f} "
            f"| {max(row['layers'] for row in rows) / 1e3:.0f} | {sum(len(row['kept']) for row in rows)} | {share('archive'):.2f} % | {share('layers'):.2f} % | {median('cpu'):.2f} |"
        )


main()

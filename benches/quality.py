"""What a scan's quality measures say, against what recognition loses; and what the gate finds on good and bad pages.

usage: quality.py SOHOA PAPERS FOLDER [SEED=101] [COUNT=24] [FAULT ...]
For each fault (blur contrast light resolution jpeg) pages are generated with it at every strength of its ladder, looked at
by `sohoa check`, and recognised by `sohoa ocr`. A row for each strength: median measures, the words of the truth that
recognition finds, and how many pages the gate finds fault with. Then pages of profile `clean` and `office` (no blur above
1 pixel, contrast above 0.6): the gate must find nothing but resolution and color.
"""

import json
import resource
import statistics
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

ZONES = {"head", "title", "body", "table"}


def words(text):
    return Counter(word for word in unicodedata.normalize("NFC", text).split() if any(c.isalnum() for c in word))


def generate(papers, folder, profile, seed, count):
    out = folder / profile.replace(":", "-")
    subprocess.run([papers, "--profile", profile, "--seed", seed, "--count", count, "--out", str(out)], check=True, stdout=subprocess.DEVNULL)
    return out


def truths(out):
    """Name of the document in sohoa's words, and its truth."""
    for path in sorted((out / "truth").glob("*.json")):
        truth = json.loads(path.read_text())
        files = truth["files"]
        name = files[0] if len(files) == 1 and "/" not in files[0] else files[0].split("/")[0]
        yield name, truth


def checked(sohoa, out):
    def spent():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = spent()
    ran = subprocess.run([sohoa, "check", str(out / "inbox"), "--format", "json", "--workers", "1"], capture_output=True, text=True)
    report = json.loads(ran.stdout)
    return {document["name"]: document for document in report["documents"]}, spent() - before, report["pages"]


def found(sohoa, path, page):
    ran = subprocess.run([sohoa, "ocr", str(path), "--format", "json"], capture_output=True, text=True, check=True)
    lines = json.loads(ran.stdout)["pages"][page["number"] - 1]["lines"]
    read = words(" ".join(word["text"] for line in lines for word in line["words"]))
    true = words(" ".join(line["text"] for line in page["lines"] if line["zone"] in ZONES and not line.get("hand")))
    return sum((read & true).values()), sum(true.values())


def strength(fault, page):
    return page["dpi"] if fault == "resolution" else page["faults"]["jpeg"]["quality"] if fault == "jpeg" else page["faults"][fault]


def ladder(sohoa, papers, folder, fault, seed, count):
    out = generate(papers, folder, f"faults:{fault}", seed, count)
    reports, _, _ = checked(sohoa, out)
    rows = defaultdict(list)
    for name, truth in truths(out):
        page, look = truth["pages"][0], reports[name]["pages"][0]
        if page["blank"]:
            continue
        right, all_words = found(sohoa, out / "inbox" / name, page)
        faults = [finding["fault"] for finding in look["findings"] if finding["fault"] != "colorless"]
        rows[strength(fault, page)].append((look["quality"], right, all_words, faults))
    print(f"\n{fault}")
    print("| strength | pages | edge, 1/1000 inch | stroke, 1/1000 inch | contrast | paper | words found | faulted |\n| --- | --- | --- | --- | --- | --- | --- | --- |")
    for key, pages in sorted(rows.items()):
        def median(field):
            values = [quality[field] for quality, *_ in pages if quality and quality[field] is not None]
            return statistics.median(values) if values else float("nan")

        share = 100 * sum(right for _, right, _, _ in pages) / sum(total for _, _, total, _ in pages)
        names = Counter(fault for *_, faults in pages for fault in faults)
        told = ", ".join(f"{name} {count}" for name, count in names.items()) or "none"
        print(f"| {key} | {len(pages)} | {1000 * median('edge_inches'):.1f} | {1000 * median('stroke_inches'):.1f} | {median('contrast'):.0f} | {median('paper'):.0f} | {share:.1f} % | {told} |")


def good(sohoa, papers, folder, profile, seed, count):
    out = generate(papers, folder, profile, seed, count)
    reports, seconds, looked = checked(sohoa, out)
    pages = faulted = 0
    for name, truth in truths(out):
        for page, look in zip(truth["pages"], reports[name]["pages"]):
            if page["blank"] or page["faults"]["blur"] > 1 or page["faults"]["contrast"] < 0.6:
                continue
            pages += 1
            faults = [finding for finding in look["findings"] if finding["fault"] not in ("colorless", "resolution")]
            faulted += bool(faults)
            for finding in faults:
                print(f"  {name} page {page['number']}: {finding['text']}  ({page['faults']})")
    print(f"{profile}: {faulted} of {pages} good pages faulted; {looked} pages in {seconds:.2f} CPU s, {looked / seconds:.1f} pages a CPU second")


def main():
    sohoa, papers, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    seed, count = (sys.argv[i] if len(sys.argv) > i else default for i, default in ((4, "101"), (5, "24")))
    for fault in sys.argv[6:] or ["blur", "contrast", "light", "resolution", "jpeg"]:
        ladder(sohoa, papers, folder, fault, seed, count)
    print()
    for profile in ("clean", "office", "bench"):
        good(sohoa, papers, folder, profile, seed, str(2 * int(count)))


main()

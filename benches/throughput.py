"""Whole chain against the tesseract program and OCRmyPDF, on the same pages, in one run.

usage: throughput.py SOHOA PAPERS FOLDER [PAGES=24] [ROUNDS=3] [OCRMYPDF]
Pages: A4, 300 dpi, from the generator's `bench` profile. Two workers each. The programs take turns in every
round, so that a change of the machine's speed touches all; ratios are medians over rounds.
CPU seconds are those of all processes started; memory is the largest sum of resident sizes over sohoa's processes.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path


def resident(pid):
    """Resident bytes of a process and its children."""
    total, queue = 0, [pid]
    while queue:
        process = queue.pop()
        try:
            total += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            for task in Path(f"/proc/{process}/task").iterdir():
                queue += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, IndexError):
            continue
    return total


def measured(command, **options):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began, peak = time.monotonic(), 0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
    stopped = threading.Event()

    def watch():
        nonlocal peak
        while not stopped.wait(0.02):
            peak = max(peak, resident(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, errors = process.communicate()
    stopped.set()
    watcher.join()
    if process.returncode not in (0, 3):
        sys.exit(f"{command[0]} ended with {process.returncode}: {errors.decode()[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": time.monotonic() - began, "cpu": cpu, "peak": peak}


def sohoa(program, inbox, folder):
    warehouse = folder / "warehouse"
    shutil.rmtree(warehouse, ignore_errors=True)
    return measured([program, "run", str(inbox), "--warehouse", str(warehouse), "--workers", "2", "--owner", "079203001234"])


def tesseract(pages):
    total = {"wall": 0.0, "cpu": 0.0, "peak": 0}
    for page in pages:
        one = measured(["tesseract", str(page), "-", "-l", "vie", "--psm", "3"], env={**os.environ, "OMP_THREAD_LIMIT": "1"})
        total = {"wall": total["wall"] + one["wall"], "cpu": total["cpu"] + one["cpu"], "peak": max(total["peak"], one["peak"])}
    return total


def ocrmypdf(program, document, folder):
    output = folder / "ocrmypdf.pdf"
    flags = ["-l", "vie", "--rotate-pages", "--deskew", "--output-type", "pdfa", "-j", "2"]
    return measured([program, *flags, str(document), str(output)], env={**os.environ, "OMP_THREAD_LIMIT": "1"})


def main():
    program, papers, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3]).resolve()
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 24
    rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 3
    rival = sys.argv[6] if len(sys.argv) > 6 else None
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run([papers, "--profile", "bench", "--seed", "9", "--count", str(count), "--out", str(folder / "sample")], check=True)
    inbox = folder / "sample" / "inbox"
    pages = sorted(path for path in inbox.rglob("*") if path.suffix in (".jpg", ".png", ".tif"))
    document = folder / "all.pdf"
    if rival:
        img2pdf = str(Path(rival).with_name("img2pdf"))
        subprocess.run([img2pdf, "-o", str(document), *map(str, pages)], check=True)
    rows = {"sohoa": [], "tesseract": [], "ocrmypdf": []}
    for _ in range(rounds):
        rows["sohoa"].append(sohoa(program, inbox, folder))
        rows["tesseract"].append(tesseract(pages))
        if rival:
            rows["ocrmypdf"].append(ocrmypdf(rival, document, folder))
    report(rows, len(pages))


def report(rows, pages):
    print("| program | CPU s a page | wall s a page | pages/s | peak memory MB |")
    print("| --- | --- | --- | --- | --- |")
    for name, rounds in rows.items():
        if rounds:
            cpu, wall = (statistics.median(row[key] for row in rounds) / pages for key in ("cpu", "wall"))
            peak = max(row["peak"] for row in rounds) / 1e6
            print(f"| {name} | {cpu:.2f} | {wall:.2f} | {1 / wall:.2f} | {peak:.0f} |")
    ratio = lambda a, b, key: statistics.median(x[key] / y[key] for x, y in zip(rows[a], rows[b]))
    print(f"\nCPU of the whole chain / CPU of the tesseract program: {ratio('sohoa', 'tesseract', 'cpu'):.2f}")
    if rows["ocrmypdf"]:
        print(f"pages per second of the whole chain / of OCRmyPDF: {ratio('ocrmypdf', 'sohoa', 'wall'):.2f}")


main()

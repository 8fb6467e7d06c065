"""kill -9 at random moments of a run, then again to the end: one object for each input, equal to an undisturbed run.

usage: kill_and_resume.py SOHOA PAPERS FOLDER [DOCUMENTS=40] [KILLS=20] [SEED=1]
Compared are the owners' storage roots (signature bytes apart) and the review queue; index and journal must name every object.
Then the last kills are followed by a run that sees none of their scans: what was complete or in place must be known after it.
"""

import hashlib
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

CLOCK = "2026-11-03T09:15:22+07:00"


def command(sohoa, inbox, warehouse):
    return [sohoa, "run", inbox, "--warehouse", warehouse, "--clock", CLOCK, "--format", "json"]


def run(sohoa, inbox, warehouse):
    ended = subprocess.run(command(sohoa, inbox, warehouse), capture_output=True)
    if ended.returncode not in (0, 3):
        sys.exit(f"run ended with {ended.returncode}: {ended.stderr.decode()}")


def killed_run(sohoa, inbox, warehouse, seconds):
    process = subprocess.Popen(
        command(sohoa, inbox, warehouse), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def before_signature(pdf):
    """The first revision: everything up to and with its end-of-file mark."""
    return pdf[: pdf.index(b"%%EOF") + 5]


def without_signed_file(record):
    """The record less length and digest of the signed file, which differ as signatures do."""
    record = json.loads(record)
    del record["document"]["bytes"], record["document"]["sha256"]
    return json.dumps(record, sort_keys=True).encode()


def contents(warehouse):
    """Digest of every document's content by object folder and logical path."""
    found = {}
    for inventory in sorted(warehouse.glob("kho/*/*/*/*/*/inventory.json")):
        folder = inventory.parent
        versions = json.loads(inventory.read_text())["versions"]
        assert list(versions) == ["v1"], f"{folder} has versions {list(versions)}"
        for path in sorted((folder / "v1" / "content").rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                if path.name == "document.pdf":
                    data = before_signature(data)
                elif path.name == "record.json":
                    data = without_signed_file(data)
                key = str(path.relative_to(warehouse))
                found[key] = hashlib.sha256(data).hexdigest()
    for path in sorted(warehouse.glob("queue/*/held.json")):
        held = json.loads(path.read_text())
        found[str(path.relative_to(warehouse))] = json.dumps(held["reasons"], sort_keys=True)
    return found


def unknown(warehouse):
    """Objects that the index or the journal does not name, and names of no object."""
    objects = {unquote(inventory.parent.name) for inventory in warehouse.glob("kho/*/*/*/*/*/inventory.json")}
    with closing(sqlite3.connect(warehouse / "catalog.sqlite")) as catalog:
        indexed = {urn for (urn,) in catalog.execute("SELECT urn FROM documents")}
        deposited = {urn for (urn,) in catalog.execute("SELECT urn FROM jobs WHERE state = 'deposited'")}
    return sorted((objects ^ indexed) | (objects ^ deposited))


def main():
    sohoa, papers = (str(Path(path).resolve()) for path in sys.argv[1:3])
    folder = Path(sys.argv[3]).resolve()
    documents, kills, seed = (int(sys.argv[i]) if len(sys.argv) > i else default for i, default in ((4, 40), (5, 20), (6, 1)))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run([papers, "--profile", "office", "--seed", str(seed), "--count", str(documents), "--out", str(folder / "sample")], check=True)
    inbox = str(folder / "sample" / "inbox")
    calm, rough = folder / "calm", folder / "rough"
    began = time.monotonic()
    run(sohoa, inbox, str(calm))
    whole = time.monotonic() - began
    # The same site key and demo keys, so that tokens and names agree.
    rough.mkdir()
    shutil.copy2(calm / "site.key", rough / "site.key")
    shutil.copytree(calm / "demo-keys", rough / "demo-keys")
    chance = random.Random(seed)
    hit = 0
    while hit < kills:
        hit += killed_run(sohoa, inbox, str(rough), chance.uniform(0.05, max(whole / 4, 0.5)))
    run(sohoa, inbox, str(rough))
    expected, found = contents(calm), contents(rough)
    differing = sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))
    leftovers = [str(path) for path in (rough / "staging").glob("*") if path.suffix != ".lock"] if (rough / "staging").is_dir() else []
    strangers = unknown(rough)
    # A second warehouse, whose killed runs are followed by one over an inbox without any of their scans.
    blind, other = folder / "blind", folder / "other"
    blind.mkdir()
    shutil.copytree(calm / "demo-keys", blind / "demo-keys")
    other.mkdir()
    (other / "scan.pdf").write_bytes(b"%PDF-1.4")
    for _ in range(kills):
        killed_run(sohoa, inbox, str(blind), chance.uniform(0.05, max(whole / 4, 0.5)))
        subprocess.run(command(sohoa, str(other), str(blind)), capture_output=True)
        strangers += unknown(blind)
        leftovers += [str(path) for path in (blind / "staging").glob("*.ready")]
    objects = sum(key.endswith("document.pdf") for key in found)
    print(f"{documents} documents, {hit} kills, {objects} objects, {len(found)} files compared, {len(differing)} differ, {len(leftovers)} left in staging, {len(strangers)} unknown to index or journal")
    print("\n".join(differing[:20] + leftovers[:20] + strangers[:20]))
    sys.exit(bool(differing or leftovers or strangers or not objects))


main()

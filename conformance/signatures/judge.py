"""The outside judges of signatures, both ways: do they accept what sohoa signs, and does sohoa accept what others signed and refuse what is forged.

usage: judge.py SOHOA PAPERS FOLDER [signed] [deposited] [good] [bad] [years] [--all]

Parts (all when none is named):
  signed  what sohoa signs, by level, key, kind of document, number of signatures, certification and lock: valid to every judge
  deposited  what `sohoa run` deposits at B-LTA: the same
  good    what pyHanko and EU DSS sign: sohoa says valid and names the level
  bad     what attacks.py forges: sohoa never says valid, and its reason is the attack's
  years   signed in 2026, renewed in 2036 and 2049, verified in 2056; and what happens when a renewal is skipped
Where pyHanko or DSS judges otherwise it must stand in divergences.toml, and what stands there must happen.
`--all` takes every combination in place of a chosen set.
"""

import concurrent.futures
import itertools
import os
import shutil
import sys
import time
import tomllib
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import attacks
import documents
import judges
import others
import years
from authority import Authority
from sohoa import Sohoa

HERE = Path(__file__).resolve().parent
LEVELS = others.LEVELS
KEYS = [("rsa2048", "pkcs1"), ("rsa2048", "pss"), ("rsa3072", "pkcs1"), ("rsa4096", "pkcs1"), ("p256", None), ("p384", None)]


@dataclass
class Combination:
    """One way for sohoa to sign: a paper of this kind, each signer in turn."""

    kind: str
    level: str
    signers: list
    scheme: str = None
    certify: int = None
    lock: str = None
    field: str = None
    held: str = "pem"

    @property
    def name(self):
        parts = [self.kind, self.level, *self.signers, self.scheme, self.certify and f"certified-{self.certify}", self.lock and f"lock-{self.lock}"]
        parts += [self.held] if self.held != "pem" else []
        return "-".join(part.replace(":", "-") for part in parts if part)

    @property
    def roots(self):
        return ("root", "government") if "office" in self.signers else ("root",)


def combinations(everything):
    kinds = ["table", "stream", "linearized", "hybrid", "encrypted", *documents.PDFA_LEVELS]
    if everything:
        for level, (key, scheme), kind in itertools.product(LEVELS, KEYS, kinds):
            yield Combination(kind, level, [key], scheme)
    else:
        for level, (key, scheme) in itertools.product(LEVELS, KEYS):
            yield Combination("pdfa-2u", level, [key], scheme)
        for level, kind in itertools.product(LEVELS, kinds):
            if kind != "pdfa-2u":
                yield Combination(kind, level, ["p256"])
    for held, (key, scheme) in itertools.product(("pkcs12", "token"), [("rsa2048", "pkcs1"), ("rsa3072", "pss"), ("p256", None), ("p384", None)]):
        yield Combination("pdfa-2u", "B-LT", [key], scheme, held=held)
    for level in LEVELS:
        yield Combination("field", level, ["p256"], field="ChuKy")
        yield Combination("pdfa-2u", level, ["p256", "office"])
    yield Combination("pdfa-2u", "B-T", ["p256", "rsa3072", "office"])
    yield Combination("stream", "B-LTA", ["p256", "p384", "office"])
    for level, permission in itertools.product(("B-T", "B-LTA"), (1, 2, 3)):
        yield Combination("pdfa-2u", level, ["p256"], certify=permission)
    for lock in ("all", "include:amount", "exclude:amount"):
        yield Combination("table", "B-T", ["p256"], lock=lock)
        yield Combination("table", "B-LTA", ["p256"], lock=lock)


@dataclass
class Trial:
    """What all parts share."""

    sohoa: Sohoa
    authority: Authority
    papers: dict
    folder: Path
    dss: object
    everything: bool
    faults: list = field(default_factory=list)
    # What other judges said otherwise than is right: (judge, file) and what it said.
    divergences: dict = field(default_factory=dict)

    def roots(self, names):
        return [self.authority.root(name) for name in names]

    def others(self, path, roots, online=True, strict=True):
        """The verdicts of the judges that have one for every file, by name; both at once."""
        roots = self.roots(roots)
        work = {"pyhanko": judges.PyHanko(roots, strict).verify, "dss": partial(self.dss.verify, roots=roots)}
        with concurrent.futures.ThreadPoolExecutor(len(work)) as pool:
            asked = {name: pool.submit(verify, path, online=online) for name, verify in work.items()}
            return {name: one.result() for name, one in asked.items()}

    def compare(self, name, judge, verdict, right):
        if not right:
            self.divergences[judge, name] = verdict


# ---- what sohoa signs


def signed(trial):
    work = list(combinations(trial.everything))
    flavours = {}
    for combination in work:
        path = sign(trial, combination)
        if path is None:
            continue
        expected = [combination.level] * len(combination.signers)
        verdicts = trial.others(path, combination.roots, strict=combination.kind != "hybrid")
        roots = trial.roots(combination.roots)
        count = len(expected)
        openssl = judges.openssl(path, roots, count, combination.level == "B-LT")
        verdicts |= {"pdfsig": judges.pdfsig(path, count), "openssl": openssl, "qpdf": judges.qpdf(path)}
        for judge, verdict in verdicts.items():
            right = verdict.is_valid and (judge != "dss" or verdict.levels == expected)
            trial.compare(combination.name, judge, verdict, right)
        own = trial.sohoa.verify(path, roots)
        if not own.is_valid or own.levels != expected:
            trial.faults.append(f"signed {combination.name}: sohoa itself says {own}")
        if combination.kind in documents.PDFA_LEVELS:
            flavours.setdefault(documents.PDFA_LEVELS[combination.kind], []).append(path)
    for flavour, paths in flavours.items():
        fault = judges.verapdf(paths, flavour)
        trial.faults += [f"veraPDF at {flavour}: {fault}"] if fault else []
    return len(work)


def sign(trial, combination):
    """The path of the signed file, or none where sohoa did not sign."""
    place = trial.folder / "signed"
    place.mkdir(exist_ok=True)
    source, target = trial.papers[combination.kind], place / f"{combination.name}.pdf"
    options = {"scheme": combination.scheme, "certify": combination.certify, "lock": combination.lock, "field": combination.field}
    options["held"] = combination.held
    for number, signer in enumerate(combination.signers, 1):
        step = target.with_suffix(f".{number}.pdf")
        try:
            trust = trial.authority.roots(combination.roots)
            trial.sohoa.sign(source, step, trial.authority, signer, combination.level, trust=trust, **options)
        except RuntimeError as error:
            trial.faults.append(f"signed {combination.name}: {error}")
            return None
        source, options = step, {}
    return source.replace(target)


# ---- what a run deposits


def deposited(trial):
    warehouse = trial.folder / "deposited"
    trial.sohoa.run_inbox(trial.folder / "papers/papers/inbox", warehouse, trial.authority, "p256", "B-LTA")
    paths = sorted(warehouse.glob("kho/**/document.pdf"))
    trial.faults += [] if paths else ["deposited: nothing"]
    for path in paths:
        for judge, verdict in trial.others(path, ("root",)).items():
            if not verdict.is_valid or judge == "dss" and verdict.levels != ["B-LTA"]:
                trial.faults.append(f"deposited {path.parent.name}: {judge} says {verdict}")
    fault = judges.verapdf(paths, "2u")
    trial.faults += [f"deposited: veraPDF: {fault}"] if fault else []
    return len(paths)


# ---- what others signed


def good(trial):
    place = trial.folder / "good"
    place.mkdir(exist_ok=True)
    count = 0
    for one in others.good_files(trial.authority, trial.dss, trial.papers, place):
        count += 1
        path = place / f"{one.name}.pdf"
        path.write_bytes(one.data)
        own = trial.sohoa.verify(path, trial.roots(one.roots))
        if not own.is_valid or own.levels != one.levels:
            trial.faults.append(f"good {one.name}: sohoa says {own}, expected valid {' '.join(one.levels)}")
        for judge, verdict in trial.others(path, one.roots, strict=one.strict).items():
            trial.compare(one.name, judge, verdict, verdict.is_valid and (judge != "dss" or verdict.levels == one.levels))
    return count


# ---- what is forged


def bad(trial):
    place = trial.folder / "bad"
    place.mkdir(exist_ok=True)
    files = list(attacks.bad_files(trial.authority))
    twice = len(files) - len({one.name for one in files})
    trial.faults += [f"{twice} bad files have the name of another"] if twice else []
    rows = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for one, own, took in pool.map(lambda one: judged(trial, one, place), files):
            words = [one.name, one.kind, one.how, listed(one.verdict), listed(one.reasons), own.indication, listed(own.reasons), f"{took:.2f}"]
            rows.append(f"| {' | '.join(words)} |\n")
            fault = wrong(one, own)
            trial.faults += [f"bad {one.name} ({one.how}): {fault}"] if fault else []
    # A file that is made to harm would cost the other judges minutes and gigabytes.
    for one in (one for one in files if one.kind != "hostile"):
        for judge, verdict in trial.others(place / f"{one.name}.pdf", ("root",), online=not one.offline).items():
            trial.compare(one.name, judge, verdict, not verdict.is_valid)
    head = "| file | class | how it was made | right verdict | right reasons | sohoa's verdict | sohoa's reasons | s |\n" + "| --- " * 8 + "|\n"
    (trial.folder / "bad.md").write_text(head + "".join(rows))
    return len(files)


def listed(words):
    return ", ".join(sorted(words))


def judged(trial, one, place):
    path = place / f"{one.name}.pdf"
    path.write_bytes(one.data)
    began = time.monotonic()
    own = trial.sohoa.verify(path, trial.roots(("root",)), online=not one.offline)
    return one, own, time.monotonic() - began


def wrong(one, own):
    """What is wrong with sohoa's verdict on a bad file."""
    if own.indication not in one.verdict:
        return f"sohoa says {own}"
    if not own.is_valid and not own.reasons & one.reasons:
        return f"sohoa refuses for another reason: {own}; right are {listed(one.reasons)}"
    return None


# ---- divergences


def divergences():
    """What is known of the other judges: (judge, file) and what the judge says of it."""
    known = {}
    for entry in tomllib.loads((HERE / "divergences.toml").read_text())["divergence"]:
        for name in entry["files"]:
            known[entry["judge"], name] = entry["says"]
    return known


def unexpected(trial, parts):
    """What other judges said otherwise than is right and known, and what is known and did not happen."""
    known = divergences()
    for (judge, name), verdict in sorted(trial.divergences.items()):
        if known.get((judge, name)) != verdict.indication:
            yield f"{judge} on {name}: {verdict}"
    if set(parts) == set(PARTS):
        for judge, name in sorted(set(known) - set(trial.divergences)):
            yield f"{judge} on {name}: listed in divergences.toml, and judged rightly"


PARTS = {"signed": signed, "deposited": deposited, "good": good, "bad": bad, "years": years.judge}


def main():
    sohoa, papers, folder = Sohoa(Path(sys.argv[1]).resolve()), str(Path(sys.argv[2]).resolve()), Path(sys.argv[3]).resolve()
    words = sys.argv[4:]
    parts = [word for word in words if word in PARTS] or list(PARTS)
    for name in ("papers", "signed", "deposited", "good", "bad", "years"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "papers").mkdir(parents=True)
    with Authority(folder / "authority") as authority, judges.Dss() as dss:
        made = documents.make(sohoa, papers, folder / "papers")
        trial = Trial(sohoa, authority, made, folder, dss, "--all" in words)
        for part in parts:
            began, before = time.monotonic(), len(trial.faults)
            count = PARTS[part](trial)
            print(f"{part}: {count} files, {len(trial.faults) - before} faults, {time.monotonic() - began:.0f} s", flush=True)
        trial.faults += unexpected(trial, parts)
    print(f"{len(trial.faults)} faults")
    print("\n".join(trial.faults))
    sys.exit(bool(trial.faults))


main()

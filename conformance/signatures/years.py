"""Thirty years: signed in 2026, renewed in 2036 and 2049 with the keys and digests of those days, verified in 2056.

The authority's clock is moved, sohoa is told the time. pyHanko's files are made, and judged, in a process of its own under the same moved clock:

    years.py sign|renew AUTHORITY PORT SOURCE TARGET TSA ROOT...
"""

import shutil
import subprocess
import sys
from pathlib import Path

import others
from authority import Authority, moved_clock
from verdict import Verdict

HERE = Path(__file__).resolve().parent
# Not 2050: certomancer writes the time of a token as UTCTime, which ends in 2049.
SIGNED, FIRST, SECOND, VERIFIED = "2026-11-03 02:00:00", "2036-11-03 02:00:00", "2049-11-03 02:00:00", "2056-11-03 02:00:00"
# When each authority stamps, and the roots that are trusted then.
STEPS = {
    SIGNED: ("tsa", ["root"]),
    FIRST: ("tsa-2", ["root", "root-2"]),
    SECOND: ("tsa-3", ["root", "root-2", "root-3"]),
}
ROOTS = STEPS[SECOND][1]
# What is believed of keys then: each generation outlives the one before.
KEYS = {("RSA", 3000): "2040-12-31", ("RSA", 4096): "2052-12-31", ("ECDSA", 384): "2080-12-31"}
ALGORITHMS = "".join(
    f'[[key]]\nfamily = "{family}"\nbits = {bits}\nuntil = "{day}"\nsource = "of this trial"\n' for (family, bits), day in KEYS.items()
)
# By which what is stamped is digested.
DIGESTS = {"tsa": "sha256", "tsa-2": "sha384", "tsa-3": "sha512"}
# Which renewals are made, and whether the signature is still good in 2056.
LIVES = {
    "renewed": ([FIRST, SECOND], True),
    "without-2036": ([SECOND], False),
    "without-2049": ([FIRST], False),
    "never-renewed": ([], False),
}


def rfc3339(moment):
    return moment.replace(" ", "T") + "Z"


class BySohoa:
    name = "sohoa"

    def __init__(self, trial):
        self.trial = trial

    def sign(self, target, tsa, roots):
        trust = self.trial.authority.trust(roots, ALGORITHMS)
        self.trial.sohoa.sign(self.trial.papers["pdfa-2u"], target, self.trial.authority, "rsa3072", "B-LTA", tsa, trust, rfc3339(SIGNED))

    def renew(self, path, tsa, roots, moment):
        trust = self.trial.authority.trust(roots, ALGORITHMS)
        self.trial.sohoa.renew(path, self.trial.authority, tsa, trust, DIGESTS[tsa], rfc3339(moment))


class ByPyHanko:
    name = "pyhanko"

    def __init__(self, trial):
        self.trial = trial

    def _run(self, step, moment, source, target, tsa, roots):
        authority = self.trial.authority
        command = [sys.executable, HERE / "years.py", step, authority.folder, authority.port, source, target, tsa, *roots]
        ended = subprocess.run([str(word) for word in command], env=moved_clock(moment), capture_output=True, text=True)
        if ended.returncode:
            raise RuntimeError(ended.stderr.strip()[-400:])

    def sign(self, target, tsa, roots):
        self._run("sign", SIGNED, self.trial.papers["table"], target, tsa, roots)

    def renew(self, path, tsa, roots, moment):
        self._run("renew", moment, path, path, tsa, roots)


def judge(trial):
    place = trial.folder / "years"
    place.mkdir()
    lives = {(by.name, life): (by, place / f"{by.name}-{life}.pdf") for by in (BySohoa(trial), ByPyHanko(trial)) for life in LIVES}
    for moment, (tsa, roots) in STEPS.items():
        trial.authority.start(moment)
        for (_, life), (by, path) in list(lives.items()):
            try:
                live(by, path, place, life, moment, tsa, roots)
            except RuntimeError as error:
                # A renewal that comes too late may be refused; the file is then judged as it is.
                if moment == SIGNED or LIVES[life][1]:
                    trial.faults.append(f"years {path.stem} in {moment[:4]}: {error}")
    trial.authority.start(VERIFIED)
    for (_, life), (_, path) in lives.items():
        if path.exists():
            check(trial, path, LIVES[life][1])
    trial.authority.start()
    return len(lives)


def live(by, path, place, life, moment, tsa, roots):
    first = place / f"{by.name}.pdf"
    if moment == SIGNED:
        if not first.exists():
            by.sign(first, tsa, roots)
        shutil.copy(first, path)
    elif moment in LIVES[life][0] and path.exists():
        by.renew(path, tsa, roots, moment)


def check(trial, path, good):
    roots = trial.roots(ROOTS)
    own = trial.sohoa.verify(path, [trial.authority.trust(ROOTS, ALGORITHMS)], at=rfc3339(VERIFIED))
    if own.is_valid != good:
        trial.faults.append(f"years {path.stem} in 2056: sohoa says {own}")
    command = [sys.executable, str(HERE / "judges.py"), *map(str, roots), str(path)]
    said = subprocess.run(command, env=moved_clock(VERIFIED), capture_output=True, text=True)
    valid = '"indication": "valid"' in said.stdout
    verdict = Verdict("valid" if valid else "invalid", text=f"{said.stdout} {said.stderr[-300:]}")
    trial.compare(f"years-{path.stem}", "pyhanko", verdict, valid == good)


def main():
    step, folder, port, source, target, tsa, *roots = sys.argv[1:]
    signer = others.PyHankoSigner(Authority(folder, int(port)))
    data = Path(source).read_bytes()
    made = signer.sign(data, "B-LTA", "rsa3072", tsa=tsa, roots=roots) if step == "sign" else signer.renew(data, tsa, roots, DIGESTS[tsa])
    Path(target).write_bytes(made)


if __name__ == "__main__":
    main()

"""Reads the system calls of one deposit (strace -f -y) and asserts the order that makes it durable.

Every file of the object is synced, then its folders, then it is renamed to its `.ready` name, the staging folder is
synced, the storage root is made durable up to the top, the object is renamed into its place, the folder above it is
synced; only then the deposit is acknowledged.
"""

import re
import sys

CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
DESCRIPTOR = re.compile(r"^\d+<([^>]*)>")


def calls(trace):
    """(name, path or (from, to)) of every call that succeeded."""
    for line in open(trace, encoding="utf-8", errors="replace"):
        found = CALL.match(line)
        if not found or int(found[3]) < 0:
            continue
        name, arguments = found[1], found[2]
        if name in ("fsync", "fdatasync"):
            yield "sync", DESCRIPTOR.match(arguments)[1]
        elif name.startswith("rename"):
            yield "rename", tuple(QUOTED.findall(arguments)[:2])
        elif name.startswith("mkdir"):
            yield "mkdir", QUOTED.search(arguments)[1]
        elif name.startswith("open") and "O_CREAT" in arguments:
            yield "create", QUOTED.search(arguments)[1]


def main(trace):
    done = list(calls(trace))
    begin = next(at for at, (name, path) in enumerate(done) if name == "create" and path.endswith("deposit-begins"))
    end = next(at for at, (name, path) in enumerate(done) if name == "create" and path.endswith("deposit-acknowledged"))
    done = done[begin + 1 : end]

    def place(name, test):
        return next((at for at, (kind, what) in enumerate(done) if kind == name and test(what)), None)

    def must(condition, claim):
        print(("ok    " if condition else "WRONG ") + claim)
        if not condition:
            must.failed = True

    must.failed = False
    ready = place("rename", lambda paths: paths[1].endswith(".ready"))
    staged, ready_path = done[ready][1]
    install = place("rename", lambda paths: paths[0] == ready_path)
    target = done[install][1][1]
    staging, tuple_folder = ready_path.rsplit("/", 1)[0], target.rsplit("/", 1)[0]
    root = tuple_folder.rsplit("/", 1)[0]

    files = [path for kind, path in done if kind == "create" and path.startswith(staged + "/")]
    must(len(files) == 10, f"ten files are written ({len(files)})")
    for path in files:
        at, synced = place("create", path.__eq__), place("sync", path.__eq__)
        must(synced is not None and at < synced < ready, f"synced before it counts: {path[len(staged):]}")
    folders = [path for kind, path in done if kind == "mkdir" and (path + "/").startswith(staged + "/")]
    for path in folders:
        below = [place("sync", inner.__eq__) for inner in files + folders if inner.startswith(path + "/")]
        synced = place("sync", path.__eq__)
        must(synced is not None and max(below) < synced < ready, f"synced after what it holds: {path[len(staged):]}/")
    synced = [at for at, call in enumerate(done) if call == ("sync", staging)]
    must(any(ready < at < install for at in synced), "the `.ready` name is durable before the object moves")
    for path in [path for kind, path in done if kind == "mkdir" and path.startswith(staging.rsplit("/", 1)[0] + "/kho")]:
        made, above = place("mkdir", path.__eq__), path.rsplit("/", 1)[0]
        must(any(made < at < install for at, call in enumerate(done) if call == ("sync", above)), f"made and durable: {path}")
    at = place("rename", lambda paths: paths[1] == root)
    must(at is not None and any(at < later < install for later, call in enumerate(done) if call == ("sync", root.rsplit("/", 1)[0])),
         "the storage root is durable before the object moves")
    must(done[-1] == ("sync", tuple_folder) and install < len(done) - 1, "acknowledged after the last sync, that of the object's parent")
    return 1 if must.failed else 0


sys.exit(main(sys.argv[1]))

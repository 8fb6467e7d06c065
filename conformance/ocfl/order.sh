#!/bin/sh
# Traces the system calls of one deposit and asserts the order of sync and rename. Needs strace and python3.
#
#   conformance/ocfl/order.sh
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
cd "$here"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

test=$(cargo test --lib --no-run --message-format=json 2>/dev/null |
    python3 -c 'import json,sys; print([m["executable"] for m in map(json.loads, sys.stdin) if m.get("executable")][-1])')
SOHOA_TRACED=$folder strace -f -y -s 4096 -o "$folder/trace" \
    -e trace=openat,fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat \
    "$test" --quiet --exact deposit::tests::outside::deposit_one
python3 conformance/ocfl/order.py "$folder/trace"

#!/bin/sh
# Kills a process that deposits 60 documents, at random moments, again and again; lets the outside judges look at what
# is there each time; then lets it end and asserts 60 valid objects and an empty staging folder.
#
#   conformance/ocfl/kill.sh [KILLS]
set -eu

kills=${1:-20}
here=$(cd "$(dirname "$0")/../.." && pwd)
cd "$here"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
warehouse=$folder/warehouse

test=$(cargo test --lib --no-run --message-format=json 2>/dev/null |
    python3 -c 'import json,sys; print([m["executable"] for m in map(json.loads, sys.stdin) if m.get("executable")][-1])')
deposit() {
    SOHOA_JUDGED=$warehouse "$test" --quiet --exact deposit::tests::outside::write_a_warehouse >"$folder/log" 2>&1
}
objects() {
    find "$warehouse/kho" -name '0=ocfl_object_1.1' | wc -l
}

for number in $(seq "$kills"); do
    SOHOA_JUDGED=$warehouse "$test" --quiet --exact deposit::tests::outside::write_a_warehouse >"$folder/log" 2>&1 &
    writer=$!
    sleep "$(python3 -c 'import random; print(random.uniform(0.01, 0.4))')"
    kill -9 "$writer" 2>/dev/null || true
    wait "$writer" 2>/dev/null || true
    if [ "$(objects)" -gt 0 ]; then
        conformance/ocfl/run.sh "$warehouse" >"$folder/judged" || { cat "$folder/judged"; exit 1; }
    fi
    echo "kill $number: $(objects) objects, all valid"
    if [ "$(objects)" -eq 60 ]; then
        rm -rf "$warehouse"
    fi
done

deposit || { cat "$folder/log"; exit 1; }
conformance/ocfl/run.sh "$warehouse"
found=$(objects)
left=$(find "$warehouse/staging" -mindepth 1 -maxdepth 1 ! -name '*.lock' | wc -l)
echo "$found objects, $left entries left in staging"
[ "$found" -eq 60 ] && [ "$left" -eq 0 ]

#!/bin/sh
# Two outside judges, rocfl and ocfl-py, validate every owner's storage root of a warehouse, digests included.
#
#   conformance/ocfl/run.sh WAREHOUSE
#
# Installs both below target/conformance where they are missing. Ends with 1 when either finds fault.
set -eu

warehouse=${1:?usage: conformance/ocfl/run.sh WAREHOUSE}
here=$(cd "$(dirname "$0")/../.." && pwd)
tools=$here/target/conformance
rocfl=$tools/rocfl/bin/rocfl
ocfl_py=$tools/ocfl-py/bin

if [ ! -x "$rocfl" ]; then
    echo "installing rocfl 1.7.0 (about two minutes)"
    nice cargo install rocfl --quiet --version 1.7.0 --no-default-features --root "$tools/rocfl"
fi
if [ ! -x "$ocfl_py/ocfl-root.py" ]; then
    echo "installing ocfl-py 2.1.0"
    python3 -m venv "$tools/ocfl-py"
    "$ocfl_py/pip" install --quiet ocfl-py==2.1.0
fi

roots=0
faults=0
report=$(mktemp)
trap 'rm -f "$report"' EXIT

# A judge passes when it ends well and has not one warning to give.
judge() {
    name=$1
    shift
    if ! "$@" >"$report" 2>&1 || grep -qE '\[?[EW][0-9]{3}|INVALID|has [1-9][0-9]* (error|warning)' "$report"; then
        faults=$((faults + 1))
        echo "$name: $root"
        sed 's/^/    /' "$report"
    fi
}

for root in "$warehouse"/kho/??/??/*/; do
    [ -d "$root" ] || continue
    roots=$((roots + 1))
    judge rocfl "$rocfl" --root "$root" --no-styles validate
    judge ocfl-py "$ocfl_py/python" "$ocfl_py/ocfl-root.py" validate --root "$root" --validate-objects --check-digests
done

echo "$roots storage roots judged by rocfl and ocfl-py, $faults faults"
[ "$roots" -gt 0 ] && [ "$faults" -eq 0 ]

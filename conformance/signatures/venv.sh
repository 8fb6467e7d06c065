#!/bin/sh
# Prints the folder of a virtual environment with requirements.txt in it. It is made anew whenever the pinned versions change.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=${SOHOA_JUDGES:-$here/../../target/conformance/signatures}
venv=$work/venv-$(sha256sum "$here/requirements.txt" | cut -c1-16)
if [ ! -e "$venv/ready" ]; then
    rm -rf "$venv"
    mkdir -p "$work"
    python3 -m venv "$venv"
    "$venv/bin/pip" --quiet --disable-pip-version-check install --requirement "$here/requirements.txt" >&2
    touch "$venv/ready"
fi
echo "$venv"

#!/bin/sh
# Pages at every level of PDF/A, signed: judged by veraPDF, and drawn by poppler beside what came in.
#
#   conformance/pages/run.sh SOHOA PAPERS FOLDER
#
# The libraries of judge.py are fetched once into target/conformance/pages.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
venv=$here/../../target/conformance/pages/venv-$(cksum <"$here/requirements.txt" | cut -d' ' -f1)
if [ ! -e "$venv/ready" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" --quiet --disable-pip-version-check install --requirement "$here/requirements.txt"
    : >"$venv/ready"
fi
exec "$venv/bin/python" "$here/judge.py" "$@"

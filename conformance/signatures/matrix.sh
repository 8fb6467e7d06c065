#!/bin/sh
# The outside judges of signatures, with the test authority: see judge.py.
#
#   conformance/signatures/matrix.sh SOHOA PAPERS FOLDER [PARTS] [--all]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
exec "$("$here/venv.sh")/bin/python" "$here/judge.py" "$@"

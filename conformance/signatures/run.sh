#!/usr/bin/env bash
# Lets pyHanko, pdfsig and OpenSSL judge signed files against one root.
#
#   run.sh [--signatures N] [--level B|T] ROOT.pem FILE.pdf…
#
# Each file must have exactly N signatures (1), each at level B-T (B with `--level B`), every one valid to every judge,
# the last covering the whole file. Exit codes of the judges are not trusted: pyHanko's is 0 for a file without a
# signature, pdfsig's for one that was changed; so their lines are counted.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
signatures=1
level=T
while [[ ${1-} == --* ]]; do
    case $1 in
        --signatures) signatures=$2 ;;
        --level) level=$2 ;;
        *) echo "unknown option $1" >&2; exit 2 ;;
    esac
    shift 2
done
if (($# < 2)); then
    echo "usage: run.sh [--signatures N] [--level B|T] ROOT.pem FILE.pdf…" >&2
    exit 2
fi
root=$(realpath "$1")
shift

for tool in python3 pdfsig certutil openssl; do
    if ! command -v "$tool" > /dev/null; then
        echo "$tool is missing: apt-get install python3-venv poppler-utils libnss3-tools openssl" >&2
        exit 2
    fi
done

venv=$("$here/venv.sh")

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat > "$scratch/pyhanko.yml" <<YAML
validation-contexts:
  root:
    trust: $root
    trust-replace: true
YAML
mkdir "$scratch/nss"
certutil -N -d "sql:$scratch/nss" --empty-password
certutil -A -d "sql:$scratch/nss" -n root -t CT,CT,CT -i "$root"

failures=0
fail() {
    echo "  FAILED $1"
    failures=$((failures + 1))
}

# count JUDGE PATTERN EXPECTED OUTPUT
count() {
    local found
    found=$(grep -c -E "$2" "$4" || true)
    if [[ $found != "$3" ]]; then
        fail "$1: $found lines match \`$2\`, expected $3"
        sed 's/^/    /' "$4"
    fi
}

judge_pyhanko() {
    local command
    for command in validate adesverify; do
        # The root publishes no revocation, so it cannot be asked for.
        "$venv/bin/pyhanko" --config "$scratch/pyhanko.yml" sign "$command" --validation-context root \
            --no-revocation-check --executive-summary "$1" > "$scratch/out" 2> "$scratch/err" ||
            fail "pyhanko $command: exit code $?"
        count "pyhanko $command" ':[0-9a-f]{64}:VALID$' "$signatures" "$scratch/out"
        count "pyhanko $command" . "$signatures" "$scratch/out"
    done
}

judge_pdfsig() {
    pdfsig -nssdir "sql:$scratch/nss" "$1" > "$scratch/out" 2> "$scratch/err" || fail "pdfsig: exit code $?"
    count pdfsig '^Signature #' "$signatures" "$scratch/out"
    count pdfsig 'Signature Validation: Signature is Valid\.$' "$signatures" "$scratch/out"
    count pdfsig 'Certificate Validation: Certificate is Trusted\.$' "$signatures" "$scratch/out"
    count pdfsig 'Signature Type: ETSI\.CAdES\.detached$' "$signatures" "$scratch/out"
    count pdfsig '^  - Total document signed$' 1 "$scratch/out"
}

judge_openssl() {
    local number stamped rest last=
    rm -rf "$scratch/parts"
    mkdir "$scratch/parts"
    if ! "$venv/bin/python" "$here/extract.py" "$1" "$scratch/parts" > "$scratch/list"; then
        fail "extract.py"
        return
    fi
    count extract.py . "$signatures" "$scratch/list"
    while read -r number stamped rest; do
        last=$rest
        local part=$scratch/parts/$number
        openssl cms -verify -cades -purpose any -binary -inform DER -in "$part.cms" -content "$part.content" \
            -CAfile "$root" -no-CApath -no-CAstore -out /dev/null 2> "$scratch/out" || fail "openssl cms: exit code $?"
        count "openssl cms" '^CAdES Verification successful$' 1 "$scratch/out"
        if [[ $level == T ]]; then
            if [[ $stamped != timestamped ]]; then
                fail "signature $number has no time-stamp"
                continue
            fi
            openssl ts -verify -token_in -in "$part.token" -data "$part.signature" -CAfile "$root" \
                > "$scratch/out" 2>&1 || fail "openssl ts: exit code $?"
            count "openssl ts" '^Verification: OK$' 1 "$scratch/out"
        fi
    done < "$scratch/list"
    [[ $last == whole ]] || fail "the last signature does not cover the whole file"
}

for file in "$@"; do
    before=$failures
    echo "$file"
    judge_pyhanko "$file"
    judge_pdfsig "$file"
    judge_openssl "$file"
    ((failures > before)) || echo "  valid to pyHanko, pdfsig and OpenSSL"
done
((failures == 0)) || { echo "$failures judgements failed"; exit 1; }
echo "$# files valid"

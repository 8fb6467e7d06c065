#!/bin/sh
# The outside judges over a whole run: sample inbox -> warehouse -> veraPDF, qpdf, pdftotext, pyHanko,
# EU DSS, pdfsig, OpenSSL, rocfl, ocfl-py. Each judge is installed under target/conformance on first use.
#   conformance/run.sh            the whole job
#   conformance/run.sh WAREHOUSE  only the judges of documents, over a warehouse that is there already
set -eu
cd "$(dirname "$0")/.."

scripts/install-requirements.sh poppler-utils qpdf openssl libnss3-tools faketime softhsm2 python3-venv maven default-jdk-headless
work=target/conformance
mkdir -p "$work"

if [ $# -gt 0 ]; then
    warehouse=$1
else
    warehouse=$work/warehouse
    rm -rf "$work/sample" "$warehouse"
    cargo build --release -p sohoa -p papers
    target/release/papers --profile office --seed 20 --count 32 --out "$work/sample"
    code=0
    target/release/sohoa run "$work/sample/inbox" --warehouse "$warehouse" || code=$?
    [ "$code" = 0 ] || [ "$code" = 3 ] || { echo "sohoa run ended with $code"; exit 1; }
    # A person approves what was held, so that the judges see every kind of page.
    target/release/sohoa review list --warehouse "$warehouse" | awk '$2 == "waiting" { print $1 }' >"$work/held.txt"
    while read -r id; do
        target/release/sohoa review approve "$id" --by "Trần Thị Duyệt" --set owner=079203001234 --warehouse "$warehouse" >/dev/null
    done <"$work/held.txt"
fi

find "$warehouse/kho" -name document.pdf | sort >"$work/documents.txt"
count=$(wc -l <"$work/documents.txt")
[ "$count" -gt 0 ] || { echo "no document was deposited"; exit 1; }
echo "judging $count documents"

failed=0
judge() {
    name=$1
    shift
    if "$@" >"$work/$name.log" 2>&1; then
        echo "ok      $name"
    else
        echo "FAILED  $name (see $work/$name.log)"
        tail -n 15 "$work/$name.log"
        failed=$((failed + 1))
    fi
}

each_document() {
    while read -r document; do "$@" "$document" || return 1; done <"$work/documents.txt"
}

judge verapdf xargs -a "$work/documents.txt" conformance/verapdf/run.sh
judge qpdf each_document qpdf --check
judge text python3 conformance/text.py "$warehouse"
judge signatures xargs -a "$work/documents.txt" conformance/signatures/run.sh "$warehouse/demo-keys/root.pem"
judge ocfl conformance/ocfl/run.sh "$warehouse"
[ $# -gt 0 ] || judge pages conformance/pages/run.sh target/release/sohoa target/release/papers "$work/pages/work"
[ $# -gt 0 ] || judge signature-matrix conformance/signatures/matrix.sh target/release/sohoa target/release/papers "$work/matrix"
[ $# -gt 0 ] || judge hostile python3 conformance/hostile.py target/release/sohoa target/release/papers "$work/hostile" 1000
[ $# -gt 0 ] || judge kill-and-resume python3 conformance/kill_and_resume.py target/release/sohoa target/release/papers "$work/kill"

if [ "$failed" = 0 ]; then
    echo "all judges agree"
else
    echo "$failed judges disagree"
    exit 1
fi

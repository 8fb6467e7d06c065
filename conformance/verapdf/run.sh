#!/bin/sh
# Judges files by veraPDF against PDF/A-2u.
#
#   conformance/verapdf/run.sh FILES...
#
# Prints one line a file, and under a bad file the clauses it breaks. Exits with 0 when every file is
# valid, 1 when one is not, 2 when the judge itself could not be had or run.
# Needs Java and Maven. The jars are fetched once into VERAPDF_CACHE (default target/conformance/verapdf);
# another level is judged with VERAPDF_FLAVOUR.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${VERAPDF_CACHE:-$here/../../target/conformance/verapdf}
flavour=${VERAPDF_FLAVOUR:-2u}

[ $# -gt 0 ] || { echo "usage: $0 FILES..." >&2; exit 2; }

# The stamp is the last thing written: a fetch that was cut off is begun again.
stamp=$cache/fetched-$(cksum <"$here/pom.xml" | cut -d' ' -f1)
if [ ! -e "$stamp" ]; then
    rm -rf "$cache"
    mkdir -p "$cache/lib"
    mvn --quiet --batch-mode --file "$here/pom.xml" \
        org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$(cd "$cache/lib" && pwd)" >&2 || exit 2
    : >"$stamp"
fi

report=$(mktemp)
trap 'rm -f "$report"' EXIT
# What is wrong with a file is in the report, whatever the exit status.
java -cp "$cache/lib/*" org.verapdf.apps.GreenfieldCliWrapper \
    --flavour "$flavour" --format xml --maxfailuresdisplayed 3 "$@" >"$report" || :
python3 "$here/verdict.py" "$report" "$#"

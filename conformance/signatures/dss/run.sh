#!/bin/sh
# EU DSS as one process: reads requests from its input and answers each with a line of JSON; see Judge.java.
# The jars are fetched once into DSS_CACHE (default target/conformance/dss). Needs a JDK and Maven.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${DSS_CACHE:-$here/../../../target/conformance/dss}
stamp=$cache/ready-$(cat "$here/pom.xml" "$here/Judge.java" | cksum | cut -d' ' -f1)
if [ ! -e "$stamp" ]; then
    rm -rf "$cache"
    mkdir -p "$cache/lib" "$cache/classes"
    mvn --quiet --batch-mode --file "$here/pom.xml" \
        org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$(cd "$cache/lib" && pwd)" >&2
    javac -cp "$cache/lib/*" -d "$cache/classes" "$here/Judge.java" >&2
    : >"$stamp"
fi
exec java -Xmx1g -XX:+UseSerialGC -cp "$cache/classes:$cache/lib/*" Judge

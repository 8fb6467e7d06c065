#!/bin/sh
# Every benchmark in turn. OCRmyPDF is installed under target/bench on first use, with the programs that it needs.
set -eu
cd "$(dirname "$0")/.."

scripts/install-requirements.sh tesseract-ocr poppler-utils python3-venv ghostscript unpaper
venv=target/bench/ocrmypdf
[ -x "$venv/bin/ocrmypdf" ] || { python3 -m venv "$venv" && "$venv/bin/pip" --quiet install ocrmypdf==17.13.0; }
cargo build --release -p sohoa -p papers
python3 benches/throughput.py target/release/sohoa target/release/papers target/bench/throughput 16 3 "$venv/bin/ocrmypdf"
python3 benches/size.py target/release/sohoa target/release/papers target/bench/size
python3 benches/fields.py target/release/sohoa target/release/papers target/bench/fields
cargo bench --bench accuracy
"$(conformance/signatures/venv.sh)/bin/python" benches/signing.py target/release/sohoa target/bench/signing

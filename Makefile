# make run   installs what is missing, builds, makes a sample inbox and runs the whole chain on it
# make test  installs what is missing (SoftHSM2 for the tests of tokens, too) and passes every test

SHELL := /bin/sh
export PATH := $(HOME)/.cargo/bin:$(PATH)

SAMPLE ?= target/sample
SEED ?= 1
COUNT ?= 24
REAL ?= ../shared/real
FUZZ_SECONDS ?= 120

.PHONY: run test lint conformance bench fuzz soak requirements

run: requirements
	cargo build --release -p sohoa -p papers
	target/release/papers --profile office --seed $(SEED) --count $(COUNT) --out $(SAMPLE)
	target/release/sohoa run $(SAMPLE)/inbox --warehouse $(SAMPLE)/warehouse; code=$$?; [ $$code = 0 ] || [ $$code = 3 ]

test: requirements
	@scripts/install-requirements.sh openssl softhsm2
	cargo test --workspace

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet

conformance: requirements
	conformance/run.sh

bench: requirements
	benches/run.sh

fuzz: requirements
	cargo run -p fuzz -- $(FUZZ_SECONDS)

soak: requirements
	@scripts/install-requirements.sh qpdf
	cargo build --release -p sohoa -p papers
	python3 conformance/kill_and_resume.py target/release/sohoa target/release/papers target/soak 120 200
	python3 conformance/hostile.py target/release/sohoa target/release/papers target/hostile 5000

requirements:
	@scripts/install-requirements.sh

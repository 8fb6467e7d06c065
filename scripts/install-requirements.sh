#!/bin/sh
# Installs what sohoa needs on Debian or Ubuntu and is missing: system packages, and Rust where there is none.
# Packages: Tesseract with its Vietnamese model, a C compiler and pkg-config to link it, fonts with all
# Vietnamese letters. Arguments name further packages (the conformance job's judges).
set -eu

packages="build-essential pkg-config libtesseract-dev tesseract-ocr-vie tesseract-ocr-osd fonts-liberation2 fonts-croscore fonts-texgyre fonts-freefont-ttf $*"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

missing=""
for package in $packages; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
if [ -n "$missing" ]; then
    echo "installing:$missing"
    as_root apt-get update -qq
    # Word splitting is meant: one argument for each package.
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

if ! command -v cargo >/dev/null 2>&1 && [ ! -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
    echo "installing Rust by rustup"
    if [ -n "$(apt-cache policy rustup 2>/dev/null | grep -v 'Candidate: (none)' | grep Candidate)" ]; then
        as_root apt-get install -y -qq rustup >/dev/null
        rustup default stable
    else
        command -v curl >/dev/null 2>&1 || as_root apt-get install -y -qq curl ca-certificates >/dev/null
        curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal
    fi
fi

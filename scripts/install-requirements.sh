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

# Cargo.toml says which Rust is needed; a distribution's own is often older.
needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$(dirname "$0")/../Cargo.toml")

has_rust() {
    PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    found=$(cargo --version 2>/dev/null | cut -d' ' -f2) || return 1
    [ -n "$found" ] && [ "$(printf '%s\n%s\n' "$needed" "$found" | sort -V | head -n1)" = "$needed" ]
}

install_rust() {
    command -v curl >/dev/null 2>&1 || as_root apt-get install -y -qq --no-install-recommends curl ca-certificates >/dev/null
    installer=$(mktemp)
    curl --proto '=https' --tlsv1.2 -sSf -o "$installer" https://sh.rustup.rs &&
        RUSTUP_INIT_SKIP_PATH_CHECK=yes sh "$installer" -y -q --profile minimal --default-toolchain stable
    installed=$?
    rm -f "$installer"
    return "$installed"
}

if ! has_rust; then
    echo "installing Rust $needed or later by rustup"
    if ! install_rust || ! has_rust; then
        echo "Rust $needed or later is missing and rustup could not install it (see above)." >&2
        echo "Install it by another way (https://rustup.rs), then run make again." >&2
        exit 1
    fi
fi

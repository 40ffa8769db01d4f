#!/bin/sh
# Makes .venv with the pins of the lists named, and does nothing when it has them.
#
#   tools/environment.sh requirements.txt [requirements-dev.txt]
#
# What was installed is remembered as a copy of each list inside .venv, made when the installation has ended:
# an interrupted one leaves no copy and is done anew. PYTHON=... names the interpreter to use.
set -eu

say() { printf '%s\n' "$*" >&2; }

works() { # Python 3.11 or a newer 3.x that has what the console needs from its standard library
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (4,))' 2>/dev/null &&
        "$1" -c 'import bz2, ctypes, sqlite3, ssl, venv, zlib' 2>/dev/null
}

can_install() { # uv brings its own installer, a plain venv needs ensurepip (Debian keeps it in python3-venv)
    command -v uv >/dev/null 2>&1 || "$1" -c 'import ensurepip' 2>/dev/null
}

complain() {
    if ! command -v "$1" >/dev/null 2>&1; then
        say "  $1: not found"
    elif ! "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (4,))' 2>/dev/null; then
        say "  $1: $("$1" --version 2>&1 | head -n 1); 3.11 or a newer 3.x is needed"
    elif ! works "$1"; then
        say "  $1: its standard library lacks a part: $("$1" -c 'import bz2, ctypes, sqlite3, ssl, venv, zlib' 2>&1 | tail -n 1)"
    else
        say "  $1: has no ensurepip. On Debian and Ubuntu: apt-get install python3-venv"
    fi
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3.11 python3.12 python3.13 python3.14 python3 python
    fi
    for candidate; do
        if works "$candidate" && can_install "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    say "Signalbox needs Python 3.11 or a newer 3.x; none of these will do:"
    for candidate; do complain "$candidate"; done
    say "Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name yours: make setup PYTHON=/path/to/python3"
    return 1
}

make_venv() {
    python=$(find_python)
    say "Making .venv with $("$python" --version) ($python)"
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --clear --seed --no-project --python "$python" .venv
    else
        "$python" -m venv --clear .venv
    fi
}

pip_install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input "$@"; }

uv_install() { # the machine's own uv, else the one that requirements-dev.txt pins
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --compile-bytecode --python .venv/bin/python "$@"
    else
        pip_install "$(grep '^uv==' requirements-dev.txt)" &&
            .venv/bin/python -m uv pip install --quiet --compile-bytecode --python .venv/bin/python "$@"
    fi
}

install() { # uv takes a fifth of pip's time; pip knows mirrors that uv is not told of
    uv_install "$@" && return 0
    say "uv could not install them; trying pip, which takes two minutes"
    pip_install "$@"
}

runs() { .venv/bin/python -c '' 2>/dev/null; }

for list; do
    runs && cmp -s "$list" ".venv/installed-$list" && continue
    runs && [ -e .venv/installed-requirements.txt ] || make_venv
    rm -f ".venv/installed-$list"
    say "Installing what $list pins"
    install -r "$list"
    cp "$list" .venv/installing
    mv .venv/installing ".venv/installed-$list"
done

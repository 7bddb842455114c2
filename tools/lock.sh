#!/bin/sh
# Writes requirements/*.txt from pyproject.toml: every package pinned and hashed, for Python 3.11 and newer on Linux
# and macOS alike (one resolution with markers). No index address and no path of this machine gets into the files.
# Existing pins are kept; `sh tools/lock.sh --upgrade` moves them.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}

compile() {
    name=$1
    shift
    "$uv" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@" --output-file "requirements/$name.txt"
}

compile dev pyproject.toml --group build --group dev "$@"
compile run pyproject.toml --group build --constraint requirements/dev.txt
compile spark pyproject.toml --group build --group dev --extra spark --constraint requirements/dev.txt
compile source-build --group source-build "$@"
compile lock --group lock "$@"

if grep -nE '://|find-links|index-url' requirements/*.txt; then
    echo "an address got into requirements/: take it out before you commit" >&2
    exit 1
fi

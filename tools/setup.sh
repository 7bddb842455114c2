#!/bin/sh
# Makes .venv with the pinned and hashed packages of requirements/$1.txt (run, dev or spark) and Tocsin itself in it.
# Says what is missing and how to get it. PYTHON=/path/to/python chooses an interpreter.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}

stop() {
    printf '\n' >&2
    printf '%s\n' "$@" >&2
    exit 1
}

package_remedy() {
    if command -v apt-get >/dev/null 2>&1; then
        echo "  apt-get install python3 python3-venv      (with sudo unless you are root)"
    elif command -v dnf >/dev/null 2>&1; then
        echo "  dnf install python3.12                    (with sudo unless you are root)"
    elif command -v apk >/dev/null 2>&1; then
        echo "  Alpine is not supported: not all packages come prebuilt for it. Use a Debian or Fedora image."
    elif command -v brew >/dev/null 2>&1; then
        echo "  brew install python@3.13"
    else
        echo "  Install Python 3.11, 3.12 or 3.13 with its venv module from your system's packages."
    fi
}

recent() {
    "$1" -c 'import sys; sys.exit(not sys.version_info >= (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        if command -v "$candidate" >/dev/null 2>&1 && recent "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

if ! .venv/bin/python -c 'import pip' >/dev/null 2>&1 || ! recent .venv/bin/python; then
    python=$(find_python)
    if [ -z "$python" ]; then
        found="no ${PYTHON:-python3}"
        if command -v "${PYTHON:-python3}" >/dev/null 2>&1; then found=$("${PYTHON:-python3}" --version 2>&1); fi
        stop "Tocsin needs Python 3.11 or newer; this machine offers: $found." "What to do:" "$(package_remedy)" \
            "If a newer one stands elsewhere: make setup PYTHON=/path/to/python3.12"
    fi
    if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        stop "$python ($version) cannot make virtual environments: its venv module is not installed." "What to do:" \
            "$(package_remedy)" "On Debian and Ubuntu it may be named python$version-venv."
    fi
    echo "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv || stop "The virtual environment could not be made; the lines above say why."
fi

pip() {
    .venv/bin/python -m pip --disable-pip-version-check --no-input "$@"
}

packages=$(grep -c '==' "requirements/$kind.txt")
echo "Installing the $packages packages of requirements/$kind.txt (pinned and hashed; a minute or two the first time)"
# shellcheck disable=SC2086 # $binary is several words on purpose
binary="--only-binary :all:"
if [ "$kind" != run ]; then
    # These come as source: their build tool is pinned and hashed too, and nothing else is fetched to build them.
    pip install --quiet --require-hashes --no-deps $binary -r requirements/source-build.txt
    binary="$binary --no-binary cpe,pyspark --no-build-isolation"
fi
pip install --quiet --require-hashes --no-deps $binary -r "requirements/$kind.txt" ||
    stop "The packages could not be installed; the lines above say which and why." \
        "Without a network, point pip at a folder that holds them (PIP_FIND_LINKS) and run it again."
pip install --quiet --no-build-isolation --no-deps --editable . ||
    stop "Tocsin itself could not be installed; the lines above say why."
pip check >/dev/null || stop "The packages in .venv do not fit together. Remove the folder .venv and run it again."
echo "Ready: .venv/bin/tocsin"

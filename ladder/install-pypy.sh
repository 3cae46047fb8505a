#!/bin/sh
# Installs PyPy with NumPy for the PyPy rung, into .venv-pypy beside the repository's Makefile
# (or where LADDER_PYPY says). Debian and Ubuntu; needs root for the packages, nothing else.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
venv=${LADDER_PYPY:-"$here/.venv-pypy"}

if ! command -v pypy3 >/dev/null 2>&1 || ! pypy3 -c 'import ensurepip' 2>/dev/null; then
    as_root=
    [ "$(id -u)" -eq 0 ] || as_root=sudo
    $as_root apt-get update
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends pypy3 pypy3-venv
fi

pypy3 -m venv "$venv"
# 2.0.2 is the last NumPy with wheels for the PyPy that Debian carries (Python 3.9).
"$venv/bin/pypy3" -m pip install --quiet --only-binary :all: numpy==2.0.2
"$venv/bin/pypy3" -c 'import sys, numpy; print("PyPy", *sys.pypy_version_info[:3], "NumPy", numpy.__version__)'

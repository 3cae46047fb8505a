"""Builds the Rust rungs, release and debug, and puts them where `ladder/rust.py` looks.

Run as `python -m ladder.build [release] [debug]` (both by default). `CARGO_TARGET_DIR` is
respected: cargo itself is asked where it put the library.
"""

import json
import os
import shutil
import subprocess
import sys

from ladder.rust_paths import ROOT, library

BUILDS = {"release": ["--release"], "debug": []}


def build(name: str) -> None:
    """Build one profile and copy the library; cargo's own messages pass through."""
    # Without this, PyO3 would link the library against libpython.
    environment = os.environ | {"PYO3_BUILD_EXTENSION_MODULE": "1", "PYO3_PYTHON": sys.executable}
    command = ["cargo", "build", "--locked", "--package", "ladder", *BUILDS[name]]
    output = subprocess.run(
        [*command, "--message-format=json-render-diagnostics"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    messages = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    (built,) = (
        file
        for message in messages
        if message.get("target", {}).get("name") == "ladder_rs"
        for file in message.get("filenames", [])
        if file.endswith((".so", ".dylib", ".dll"))
    )
    target = library(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    # A new file, not new content in the old one: a process may still have that mapped.
    partial = target.with_suffix(".partial")
    shutil.copyfile(built, partial)
    partial.replace(target)


def main() -> int:
    """Build what the command line names."""
    names = sys.argv[1:] or list(BUILDS)
    for name in names:
        if name not in BUILDS:
            print(f"usage: python -m ladder.build [{'] ['.join(BUILDS)}]", file=sys.stderr)
            return 2
        build(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())

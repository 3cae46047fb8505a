"""Builds the Rust peers twice, and puts them where `bench/rust.py` looks.

Run as `python -m bench.build [portable] [native]` (both by default). `portable` is what everybody
gets from a package index; `native` is compiled for this very processor. `CARGO_TARGET_DIR` is
respected: cargo itself is asked where it put the library.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

from bench.rust_paths import BUILDS, NAME, ROOT, library

# A profile of its own, so that one build does not throw the other's objects away.
_OPTIONS = {
    "portable": ["--release"],
    "native": ["--profile", "native", "--config", 'profile.native.inherits="release"'],
}
_FLAGS = {"portable": "", "native": "-C target-cpu=native"}


def build(name: str) -> None:
    """Build once and copy the library; cargo's own messages pass through."""
    # Without the first, PyO3 would link the library against libpython.
    environment = os.environ | {"PYO3_BUILD_EXTENSION_MODULE": "1", "PYO3_PYTHON": sys.executable}
    if _FLAGS[name]:
        environment["RUSTFLAGS"] = f"{os.environ.get('RUSTFLAGS', '')} {_FLAGS[name]}".strip()
    command = ["cargo", "build", "--locked", "--package", "bench", *_OPTIONS[name]]
    output = subprocess.run(
        [*command, "--message-format=json-render-diagnostics"],
        cwd=ROOT / "bench",
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    messages = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    (built,) = (
        file
        for message in messages
        if message.get("target", {}).get("name") == NAME
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
            print(f"usage: python -m bench.build [{'] ['.join(BUILDS)}]", file=sys.stderr)
            return 2
        build(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())

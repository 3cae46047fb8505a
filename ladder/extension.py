"""Builds one of the repository's measuring crates as an extension module, and loads it.

Several builds of one crate (release and debug, portable and native) lie side by side, each under
the folder of its build; a loader by path tells them apart, the module search would not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any


def build(
    package: str, name: str, target: Path, options: Sequence[str], environment: Mapping[str, str]
) -> None:
    """Build a crate and put its library at `target`; cargo's own messages pass through.

    `CARGO_TARGET_DIR` is respected: cargo itself is asked where it put the library.
    """
    # Without the first, PyO3 would link the library against libpython.
    python = {"PYO3_BUILD_EXTENSION_MODULE": "1", "PYO3_PYTHON": sys.executable}
    command = ["cargo", "build", "--locked", "--package", package, *options]
    output = subprocess.run(
        [*command, "--message-format=json-render-diagnostics"],
        cwd=Path(__file__).resolve().parent.parent,
        env={**os.environ, **python, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    messages = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    (built,) = (
        file
        for message in messages
        if message.get("target", {}).get("name") == name
        for file in message.get("filenames", [])
        if file.endswith((".so", ".dylib", ".dll"))
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    # A new file, not new content in the old one: a process may still have that mapped.
    partial = target.with_suffix(".partial")
    shutil.copyfile(built, partial)
    partial.replace(target)


def load(name: str, path: Path, command: str) -> Any:  # noqa: ANN401
    """Load a library; an ImportError says which command makes it."""
    if not path.exists():
        raise ImportError(
            f"the {path.parent.name} build of {name} is missing: run {command}", name=name
        )
    # Not through `sys.modules`: all builds have the same name there.
    spec = spec_from_file_location(name, path, loader=ExtensionFileLoader(name, str(path)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(command: str, builds: Sequence[str], build_one: Any, more: Sequence[str] = ()) -> int:  # noqa: ANN401
    """Build what the command line names; all of `builds` by default, `more` only by name."""
    names = sys.argv[1:] or list(builds)
    unknown = [name for name in names if name not in (*builds, *more)]
    if unknown:
        print(f"usage: {command} [{'] ['.join((*builds, *more))}]", file=sys.stderr)
        return 2
    for name in names:
        build_one(name)
    return 0

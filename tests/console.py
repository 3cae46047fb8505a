"""Runs the console blocks of a page, and compares what they print with what the page shows.

    ```console
    $ poly-match match visitors.csv rooms.csv --near covers -o matches.csv
    poly-match: 30 points, 22 matched, 8 unmatched; 15 polygons; 6,000 points/s, 0.01 s in all
    ```

- A command stands after `$ `. It goes on in the next line where bash would go on: after a
  backslash, a pipe, in a loop or in quotes.
- The lines below it are what it prints: stdout, then stderr. A line `...` stands for one line or
  more.
- Rates and times differ from run to run: any number is as good as another.
- A command exits with status 0. `<!-- exit status 1 -->` in the line above a block says that its
  last command exits with 1.

Bash runs each command, with `set -euo pipefail`. All blocks of a page run in one folder, in order.
`python -m tests.console PAGE FILE...` prints a page with what its commands print now. They find
copies of FILEs in their folder.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.test_cli import program

BLOCK = re.compile(
    r"^(?:<!-- exit status (\d+) -->\n)?```console\n(.*?)^```$", re.DOTALL | re.MULTILINE
)
LEFT_OUT = "..."
VARYING = (
    (re.compile(r"[\d,]+ (point|row|polygon)s?/s\b"), r"N \1s/s"),
    (re.compile(r"\b\d+\.\d+ s\b"), "T s"),
)


@dataclass(frozen=True)
class Step:
    """A command, and the lines that it prints."""

    command: str
    printed: list[str]
    status: int


@dataclass(frozen=True)
class Block:
    """Commands that stand together, and where: the line of the page that opens the block."""

    line: int
    steps: list[Step]


def calls(command: str, program: str) -> bool:
    """Tell whether a command calls a program: as its first word, or behind a pipe and the like."""
    return re.search(rf"(?:^|[|(;&])\s*{re.escape(program)}\b", command, re.MULTILINE) is not None


def blocks(page: str) -> list[Block]:
    """Find the console blocks of a page."""
    found = []
    for match in BLOCK.finditer(page):
        line = page.count("\n", 0, match.start(2))
        found.append(Block(line, steps(match[2].splitlines(), int(match[1] or 0))))
    return found


def steps(lines: list[str], status: int) -> list[Step]:
    """Read the lines of a block. The last command exits with `status`, the others with 0."""
    assert lines, "an empty block"
    assert lines[0].startswith("$ "), f"a block starts with a command: {lines[0]}"
    found: list[tuple[str, list[str]]] = []
    is_open = False
    for line in lines:
        if is_open or line.startswith("$ "):
            begun = f"{found.pop()[0]}\n{line}" if is_open else line.removeprefix("$ ")
            found.append((begun, []))
            is_open = not is_whole(begun)
        else:
            found[-1][1].append(line)
    last = len(found) - 1
    return [
        Step(command, printed, status if i == last else 0)
        for i, (command, printed) in enumerate(found)
    ]


def is_whole(command: str) -> bool:
    """Tell whether a command ends here, or bash would ask for the next line."""
    if command.endswith("\\"):
        return False
    parsed = subprocess.run(["bash", "-n", "-c", command], capture_output=True)
    return parsed.returncode == 0 and not parsed.stderr


class Console:
    """The blocks of a page, run on demand: a block runs after all blocks above it."""

    def __init__(self, page: Path, shell: Shell, lacking: Collection[str] = ()) -> None:
        self.blocks = blocks(page.read_text(encoding="utf-8"))
        self.shell = shell
        self.lacking = lacking
        self.said: list[str | None] = []

    def lacks(self, number: int) -> list[str]:
        """Name the programs of a block that this machine lacks. Such a block is not run."""
        commands = [step.command for step in self.blocks[number].steps]
        return [name for name in self.lacking if any(calls(one, name) for one in commands)]

    def trouble(self, number: int) -> str | None:
        """Say in which way a block did not do what the page shows."""
        while len(self.said) <= number:
            lacking = self.lacks(len(self.said))
            self.said.append(None if lacking else self._run(self.blocks[len(self.said)]))
        return self.said[number]

    def _run(self, block: Block) -> str | None:
        for step in block.steps:
            ran = self.shell.run(step.command)
            if ran.returncode != step.status:
                return f"$ {step.command}\nexit status {ran.returncode}\n{ran.stdout}{ran.stderr}"
            printed = lines_of(ran)
            if not is_as_shown(printed, step.printed):
                there = "\n".join(printed)
                return f"$ {step.command}\n{there}\n\nThe page shows:\n" + "\n".join(step.printed)
        return None


class Shell:
    """Bash in a folder with copies of some files, as on a fresh machine with the program."""

    def __init__(self, folder: Path, files: Iterable[Path]) -> None:
        self.folder = folder / "here"
        self.folder.mkdir()
        for file in files:
            shutil.copy(file, self.folder)
        # Only the program, under its name, comes before what else is on the path.
        tools = folder / "tools"
        tools.mkdir()
        (tools / "poly-match").symlink_to(Path(program()).resolve())
        # Programs that come as Python packages stand beside this Python.
        path = [str(tools), str(Path(sys.executable).parent), os.environ["PATH"]]
        self.environment = {
            "PATH": os.pathsep.join(path),
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
        }

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command. Its stdin is empty."""
        return subprocess.run(
            ["bash", "-c", f"set -euo pipefail\n{command}"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )


def rewritten(page: str, shell: Shell) -> str:
    """Run a page and give it with what the commands print now."""
    text, end = [], 0
    for match in BLOCK.finditer(page):
        text += [page[end : match.start(2)]]
        for step in steps(match[2].splitlines(), 0):
            ran = shell.run(step.command)
            printed = lines_of(ran)
            shown = step.printed if is_as_shown(printed, step.printed) else printed
            text += [f"$ {step.command}\n", *(f"{line}\n" for line in shown)]
        end = match.end(2)
    return "".join([*text, page[end:]])


def lines_of(ran: subprocess.CompletedProcess[str]) -> list[str]:
    """Put what a command prints in an order that does not depend on chance: stdout, then stderr."""
    return [*ran.stdout.splitlines(), *ran.stderr.splitlines()]


def is_as_shown(printed: list[str], shown: list[str]) -> bool:
    """Compare lines with those of a page, where `...` stands for one or more."""
    pattern = "".join(
        r"(?:.*\n)+" if line == LEFT_OUT else re.escape(settled(line)) + "\n" for line in shown
    )
    return re.fullmatch(pattern, "".join(settled(line) + "\n" for line in printed)) is not None


def settled(line: str) -> str:
    """Put a letter for numbers that differ from run to run."""
    for pattern, letter in VARYING:
        line = pattern.sub(letter, line)
    return line


if __name__ == "__main__":
    page, *files = map(Path, sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        print(rewritten(page.read_text(encoding="utf-8"), Shell(Path(folder), files)), end="")

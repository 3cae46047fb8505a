"""Counts the instructions of every bulk path of the engine, by callgrind.

Run as `python -m bench.instructions` (`make instructions`). It says by how much each path changed
since `bench/results/instructions.md` was written, and writes that anew. The counts of one build are
the same on every run, whatever else the machine does; another compiler gives others.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "bench" / "results" / "instructions.md"
_ROW = re.compile(r"^\| (?P<name>[^|]+?) +\| +(?P<count>[\d,]+) \| `(?P<answer>\w+)` \|$")


def program() -> Path:
    """Build the paths as users get the engine, and say where they are."""
    command = ["cargo", "bench", "--locked", "--package", "poly-match", "--bench", "paths"]
    build = subprocess.run(
        [*command, "--no-run", "--message-format", "json"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    artifacts = map(json.loads, build.stdout.splitlines())
    found = [made["executable"] for made in artifacts if made.get("executable")]
    return Path(found[-1])


def count(paths: Path, name: str) -> int:
    """Instructions of one path, on one thread, with the vectors that callgrind knows (AVX2)."""
    callgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    command = [*callgrind, "--toggle-collect=*measured*", str(paths), name]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    collected = re.search(r"Collected : (\d+)", said)
    if collected is None:
        raise RuntimeError(said)
    return int(collected[1])


def recorded() -> dict[str, tuple[int, str]]:
    """Read what was written last: the count and the answer of each path."""
    if not RESULT.exists():
        return {}
    rows = filter(None, map(_ROW.match, RESULT.read_text().splitlines()))
    return {row["name"]: (int(row["count"].replace(",", "")), row["answer"]) for row in rows}


def main() -> int:
    """Count all paths, compare them with what was recorded, and record them."""
    paths, before = program(), recorded()
    listed = subprocess.run([paths], check=True, capture_output=True, text=True).stdout
    compiler = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True)
    rows = ["| path | instructions | answer |", "|---|---:|---|"]
    for name, answer in (line.split("\t") for line in listed.splitlines()):
        instructions = count(paths, name)
        rows.append(f"| {name:24} | {instructions:13,} | `{answer}` |")
        change = ""
        if name in before:
            change = f"{instructions / before[name][0] - 1:+8.2%}"
            change += "" if before[name][1] == answer else "  another answer"
        sys.stdout.write(f"{name:24} {instructions:13,} {change}\n")
        sys.stdout.flush()
    title = "Instructions of each path on one thread, by callgrind; the answer is a checksum."
    RESULT.write_text("\n".join([title, "", *rows, "", compiler.stdout.strip()]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

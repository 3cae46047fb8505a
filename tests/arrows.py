"""Holds the `use` lines of the crates against the rooms that CONTRIBUTING.md documents.

Run as `python -m tests.arrows` (`make lint`). A room may use the rooms above it in its crate's
table, and no others. Files may not use each other in a circle. Tests may use everything.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent

# A module, as the names that lead to it from the root of its crate.
Module = tuple[str, ...]

_USE = re.compile(
    r"^[ \t]*(?P<test>#\[cfg\(test\)\]\s*)?(?P<public>pub(?:\([^)]*\))?\s+)?use\s+(?P<path>[^;]+);",
    re.MULTILINE,
)
_TESTS = re.compile(r"#\[cfg\(test\)\]\s*mod \w+ \{")


@dataclass
class Crate:
    """The modules of a crate, what each uses, and what each only passes on."""

    source: Path
    files: dict[Module, Path] = field(default_factory=dict)
    uses: dict[Module, list[Module]] = field(default_factory=lambda: defaultdict(list))
    passed_on: dict[Module, Module] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in sorted(self.source.rglob("*.rs")):
            names = path.relative_to(self.source).with_suffix("").parts
            names = names[:-1] if names[-1] in ("mod", "lib", "main") else names
            if not {"tests", "testing"} & set(names):
                self.files[names] = path
        for module, path in self.files.items():
            self._read(module, _TESTS.split(path.read_text())[0])

    def _read(self, module: Module, text: str) -> None:
        for use in _USE.finditer(text):
            if use["test"]:
                continue
            for names in _expanded(use["path"]):
                target = self._from_root(module, names)
                if target is None:
                    continue
                if use["public"] and target[: len(module)] == module:
                    self.passed_on[(*module, names[-1])] = target
                else:
                    self.uses[module].append(target)
        code = re.sub(r"//[^\n]*", "", _USE.sub("", text))
        for path in re.findall(r"\bcrate::((?:\w+::)*\w+)", code):
            self.uses[module].append(tuple(path.split("::")))

    def _from_root(self, module: Module, names: list[str]) -> Module | None:
        """Give the path from the root, or None for another crate's."""
        if names[0] == "crate":
            return tuple(names[1:])
        if names[0] in ("self", "super"):
            at = module
            while names and names[0] in ("self", "super"):
                at = at[:-1] if names[0] == "super" else at
                names = names[1:]
            return (*at, *names)
        return (*module, *names) if (*module, names[0]) in self.files else None

    def module_of(self, target: Module) -> Module:
        """Follow what is passed on, then drop the names of items."""
        for _ in range(8):
            for end in range(len(target), 0, -1):
                if target[:end] in self.passed_on:
                    target = self.passed_on[target[:end]] + target[end:]
                    break
            else:
                break
        while target not in self.files:
            target = target[:-1]
        return target

    def arrows(self) -> Iterator[tuple[Module, Module]]:
        """Give each pair of modules of which the first uses the second."""
        for module, targets in self.uses.items():
            for used in {self.module_of(target) for target in targets} - {module}:
                yield module, used


def _expanded(path: str) -> list[list[str]]:
    """Give `a::{b, c::{d, self}}` as `a::b`, `a::c::d` and `a::c`."""
    path = " ".join(path.split()).strip()
    before, brace, inside = path.partition("{")
    prefix = [name for name in before.strip().split("::") if name]
    if not brace:
        return [[name.split(" as ")[0].strip() for name in prefix]]
    parts, depth, part = [], 0, ""
    for letter in inside.rsplit("}", 1)[0]:
        depth += (letter == "{") - (letter == "}")
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    found = [names for part in [*parts, part] if part.strip() for names in _expanded(part)]
    return [prefix if names == ["self"] else prefix + names for names in found]


def documented(text: str) -> dict[str, list[Module]]:
    """Read the rooms of each crate, those that others may use first."""
    crates: dict[str, list[Module]] = {}
    for section in re.split(r"^### Rooms of `", text, flags=re.MULTILINE)[1:]:
        name, _, rest = section.partition("`")
        table = rest.split("\n#")[0]
        rooms = re.findall(r"^\| `([^`]+)` \|", table, flags=re.MULTILINE)
        crates[name] = [tuple(room.removesuffix(".rs").split("/")) for room in rooms]
    return crates


def check(crate: Crate, rooms: list[Module]) -> Iterator[str]:
    """Give a line for each arrow that runs up or round, and each file that is in no room."""

    def room(module: Module) -> Module | None:
        return max((room for room in rooms if module[: len(room)] == room), key=len, default=None)

    graph: dict[Module, set[Module]] = defaultdict(set)
    for module, used in crate.arrows():
        here, there = room(module), room(used)
        if not module or not used:
            continue  # the root of the crate shows everything, and holds nothing
        graph[module].add(used)
        if here is None or there is None:
            missing = module if here is None else used
            yield f"{crate.files[missing]}: is in no room that CONTRIBUTING.md names"
        elif rooms.index(there) > rooms.index(here):
            yield f"{crate.files[module]}: uses {'::'.join(used)}, a room below its own"
    for circle in circles(graph):
        names = sorted("::".join(module) for module in circle)
        yield f"{crate.source}: use each other in a circle: {', '.join(names)}"


def circles(graph: dict[Module, set[Module]]) -> Iterator[set[Module]]:
    """Give the strongly connected components of several modules (R. Tarjan, 1972)."""
    number: dict[Module, int] = {}
    low: dict[Module, int] = {}
    stack: list[Module] = []

    def visit(module: Module) -> Iterator[set[Module]]:
        number[module] = low[module] = len(number)
        stack.append(module)
        for used in sorted(graph.get(module, ())):
            if used not in number:
                yield from visit(used)
                low[module] = min(low[module], low[used])
            elif used in stack:
                low[module] = min(low[module], number[used])
        if low[module] == number[module]:
            at = stack.index(module)
            component = set(stack[at:])
            del stack[at:]
            if len(component) > 1:
                yield component

    for module in sorted(graph):
        if module not in number:
            yield from visit(module)


def main() -> int:
    """Check all crates that CONTRIBUTING.md names."""
    crates = documented((ROOT / "CONTRIBUTING.md").read_text())
    if not crates:
        sys.stderr.write("CONTRIBUTING.md names no rooms\n")
        return 1
    wrong = [
        line for name, rooms in crates.items() for line in check(Crate(ROOT / name / "src"), rooms)
    ]
    sys.stderr.writelines(f"{line}\n" for line in sorted(set(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

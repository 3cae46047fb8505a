"""The commands of docs/shell.md and of the program's help run, and print what the page shows."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests import console
from tests.optional import LACKS, lacks
from tests.test_cli import ROOT, run_ok

PAGE = ROOT / "docs" / "shell.md"
MUSEUM = sorted((ROOT / "examples" / "museum").glob("*.csv"))
SHOP = sorted((ROOT / "examples" / "shop_floor").glob("*.csv"))
LACKING = os.environ.get(LACKS, "").split()
VERBS = ["match", "info", "check", "index", "summary"]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> console.Console:
    shell = console.Shell(tmp_path_factory.mktemp("page"), MUSEUM)
    return console.Console(PAGE, shell, LACKING)


BLOCKS = console.blocks(PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "number", range(len(BLOCKS)), ids=[f"line-{block.line}" for block in BLOCKS]
)
def test_commands_print_what_the_page_shows(page: console.Console, number: int) -> None:
    lacks(*page.lacks(number))
    trouble = page.trouble(number)
    assert trouble is None, f"{PAGE.name}, line {BLOCKS[number].line}\n{trouble}"


def test_the_picture_of_the_page_is_what_its_command_draws(page: console.Console) -> None:
    shown = PAGE.with_name("museum.svg")
    [number] = [i for i, block in enumerate(BLOCKS) if shown.name in block.steps[-1].command]
    page.trouble(number)
    drawn = page.shell.folder / shown.name
    assert drawn.read_bytes() == shown.read_bytes(), f"look at {drawn}; if it is right, copy it"


def examples(verb: str) -> list[str]:
    """Give the examples in the help of a verb. Commands that stand together are one."""
    # The width of most terminals: an example that is wider is wrapped, and cannot be copied.
    text = run_ok("help", verb, env={**os.environ, "COLUMNS": "80"}).stdout
    found = re.search(r"^Examples:\n((?:  .*\n|\n)+)", text, re.MULTILINE)
    assert found, f"poly-match help {verb} has no examples"
    commands = re.findall(r"(?:^ {4}.*\n)+", found[1], re.MULTILINE)
    return [re.sub(r"^ {4}", "", one, flags=re.MULTILINE) for one in commands]


def test_every_verb_is_known() -> None:
    named = re.search(r"^Commands:\n((?:  .*\n)+)", run_ok("--help").stdout, re.MULTILINE)
    assert named
    verbs = re.findall(r"^  (\w+)", named[1], re.MULTILINE)
    assert sorted(verbs) == sorted([*VERBS, "help"])


@pytest.mark.parametrize("verb", VERBS)
def test_examples_of_the_help_run(verb: str, tmp_path: Path) -> None:
    for i, example in enumerate(examples(verb)):
        lacks(*(name for name in LACKING if console.calls(example, name)))
        (folder := tmp_path / str(i)).mkdir()
        shell = console.Shell(folder, [*MUSEUM, *SHOP])
        before = {*shell.folder.iterdir()}
        ran = shell.run(example)
        assert ran.returncode == 0, f"{example}\n{ran.stderr}"
        assert ran.stdout or {*shell.folder.iterdir()} - before, f"{example}\nprints nothing"


@pytest.mark.parametrize(
    ("shown", "printed", "agrees"),
    [
        ("a\nb", "a\nb", True),
        ("a\nb", "a", False),
        ("a", "a\nb", False),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n...\nd", "a\nd", False),
        ("a\n...\nd", "a\nb\nc", False),
        ("a.c", "abc", False),
        ("5 points; 1 points/s, 0.00 s", "5 points; 1,234 points/s, 12.34 s", True),
        ("5 points; 1 points/s, 0.00 s", "6 points; 1 points/s, 0.00 s", False),
    ],
)
def test_outputs_are_compared(shown: str, printed: str, agrees: bool) -> None:
    assert console.is_as_shown(printed.splitlines(), shown.splitlines()) == agrees


SAMPLE = """
```console
$ echo a \\
      b
a b
$ echo c >&2; echo d
d
c
```

<!-- exit status 3 -->
```console
$ exit 3
```

```console
$ echo one | grep -c two
0
```

```console
$ echo wrong
right
```

```console
$ jq . < nothing
```
"""


def test_blocks_are_read_and_run(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(SAMPLE)
    page = console.Console(tmp_path / "page.md", console.Shell(tmp_path, []), ["jq"])
    assert [block.line for block in page.blocks] == [2, 12, 16, 21, 26]
    assert page.blocks[0].steps[0].command == "echo a \\\n      b"
    assert page.trouble(1) is None
    assert page.trouble(0) is None
    assert "exit status 1" in (page.trouble(2) or ""), "a failure that the page does not announce"
    assert (page.trouble(3) or "").startswith("$ echo wrong\nwrong\n")
    assert [page.lacks(number) for number in range(5)] == [[], [], [], [], ["jq"]]
    assert page.trouble(4) is None, "a block that needs a missing program is not run"


def test_a_page_is_rewritten_with_what_its_commands_print(tmp_path: Path) -> None:
    page = "A\n```console\n$ seq 3\n1\n...\n$ echo new\n{}\n```\nB\n"
    shell = console.Shell(tmp_path, [])
    assert console.rewritten(page.format("old"), shell) == page.format("new")

"""How the program behaves on a terminal, and whether shells load what it has for them."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.optional import lacks
from tests.test_cli import ROOT, program, run_ok

SHARE = ROOT / "crates" / "poly-match-cli" / "wheel" / "data" / "share"
PAGES = sorted((SHARE / "man" / "man1").iterdir())
ESCAPE = "\x1b["


def on_terminal(*arguments: object, **variables: str) -> str:
    """Give what the program prints, with stdout and stderr on a terminal of 100 columns."""
    leader, follower = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    with subprocess.Popen(
        [program(), *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        env=environment | {"TERM": "xterm", "COLUMNS": "100"} | variables,
    ):
        os.close(follower)
        printed = b""
        try:
            while data := os.read(leader, 4096):
                printed += data
        except OSError:  # the end of a terminal
            pass
    os.close(leader)
    return printed.decode()


@pytest.mark.parametrize(
    "arguments", [["match", "--help"], ["help", "info"], ["match", "--nearest"]]
)
def test_no_color_turns_colours_off(arguments: list[str]) -> None:
    assert ESCAPE in on_terminal(*arguments)
    assert ESCAPE not in on_terminal(*arguments, NO_COLOR="1")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Points that take longer than the bar waits."""
    path = tmp_path_factory.mktemp("many") / "points.csv"
    points = np.random.default_rng(0).uniform(0.0, 50.0, (500_000, 2))
    np.savetxt(path, points, fmt="%.2f", delimiter=",", header="x,y", comments="")
    return path


def test_progress_tells_percentage_rate_and_time_left(many: Path) -> None:
    zones = ROOT / "examples" / "shop_floor" / "zones.csv"
    rule = ["--near", "boundary", "--best", "nearest", "--k", "10", "--workers", "1"]
    question = ["match", many, zones, *rule, "-o", os.devnull, "--output-format", "csv"]
    printed = on_terminal(*question)
    told = re.findall(
        r"matching .*? (\d+)%, ([\d,]+) rows, ([\d,]+) rows/s, (\d+ s|\?) left", printed
    )
    assert told, printed
    shares = [int(share) for share, *_ in told]
    assert shares == sorted(shares)
    assert 0 < shares[-1] <= 100
    assert "matching" not in on_terminal(*question, "--quiet")
    # Nothing but the summary reaches a file.
    assert run_ok(*question).stderr.count("\n") == 1


def test_manual_pages_are_sound() -> None:
    lacks("man")
    names = {page.name for page in PAGES}
    assert {"poly-match.1", "poly-match-match.1", "poly-match-summary.1"} <= names
    for page in PAGES:
        command = ["man", "--warnings", "-l", page]
        environment = os.environ | {"MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MANPAGER": "cat"}
        shown = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        assert shown.stderr == "", page.name
        assert "NAME" in shown.stdout
        assert max(map(len, shown.stdout.splitlines())) <= 80, page.name


def completed(shell: str, script: str) -> set[str]:
    lacks(shell)
    options = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    command = [shell, *options, "-c", script]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    return set(ran.stdout.split())


def test_bash_completes() -> None:
    script = f"""
        source {SHARE}/bash-completion/completions/poly-match
        called=$(complete -p poly-match | sed 's/.* -F \\([^ ]*\\) .*/\\1/')
        COMP_WORDS=(poly-match match --ne) COMP_CWORD=2
        $called poly-match --ne match
        echo "${{COMPREPLY[@]}}"
    """
    assert completed("bash", script) == {"--near"}


def test_zsh_loads_the_completions() -> None:
    script = f"""
        fpath=({SHARE}/zsh/site-functions $fpath)
        autoload -U compinit && compinit -D -u
        autoload +X _poly-match && print ${{_comps[poly-match]}}
    """
    assert completed("zsh", script) == {"_poly-match"}


def test_fish_completes() -> None:
    script = f"""
        source {SHARE}/fish/vendor_completions.d/poly-match.fish
        complete -C "poly-match match --unm" | string split -f 1 \\t
        complete -C "poly-match summ" | string split -f 1 \\t
    """
    assert completed("fish", script) == {"--unmatched", "summary"}

"""The table of coordinate systems agrees with the database of PROJ."""

import importlib.util
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "crates" / "poly-match-geo" / "src" / "crs"


def load(name):
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def codes():
    return load("codes")


def test_names_of_esri_are_those_of_proj():
    lines = (FOLDER / "names.csv").read_text().splitlines()[1:]
    table = {name: (authority, int(code)) for name, authority, code in map(split, lines)}
    known = load("names").names()
    # Other versions of the database have some names more, or fewer, or have replaced a system.
    both = table.keys() & known.keys()
    assert len(both) > 0.95 * max(len(table), len(known))
    assert sum(table[name] == known[name] for name in both) > 0.98 * len(both)


def split(line):
    return line.split(",")


@pytest.mark.parametrize("authority", ["EPSG", "ESRI"])
def test_kinds_are_those_of_proj(codes, authority):
    table = {}
    for line in (FOLDER / "codes.csv").read_text().splitlines()[1:]:
        its, kind, first, last = line.split(",")
        if its == authority:
            table.update(dict.fromkeys(range(int(first), int(last) + 1), kind))
    known = codes.kinds(authority)
    # Other versions of the database have some codes more, or fewer.
    both = table.keys() & known.keys()
    assert len(both) > 0.95 * max(len(table), len(known))
    assert {code: table[code] for code in both} == {code: known[code] for code in both}

"""Writes `names.csv`: the codes of the systems that ESRI's software names without a code.

Needs pyproj, for the database of PROJ: `python crates/poly-match-geo/src/crs/names.py`.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pyproj.datadir import get_data_dir

TARGET = Path(__file__).with_name("names.csv")

# A name that several systems have is the one of a system in use; of EPSG, if it has one; in two
# dimensions; and the first.
QUERY = """
    SELECT alias.alt_name, view.auth_name, view.code, view.deprecated, view.type
    FROM alias_name AS alias JOIN crs_view AS view
    ON alias.table_name = view.table_name AND alias.auth_name = view.auth_name
    AND alias.code = view.code
    WHERE alias.source = 'ESRI' AND view.auth_name = 'EPSG'
    UNION
    SELECT name, auth_name, code, deprecated, type FROM crs_view WHERE auth_name = 'ESRI'
"""
KINDS = ("geographic 2D", "projected", "geographic 3D")


def names() -> dict[str, tuple[str, int]]:
    """Return authority and code of each name."""
    database = sqlite3.connect(Path(get_data_dir()) / "proj.db")
    rows = [
        (name, deprecated, authority, KINDS.index(kind), int(code))
        for name, authority, code, deprecated, kind in database.execute(QUERY)
        if kind in KINDS and str(code).isdigit() and "," not in name
    ]
    found: dict[str, tuple[str, int]] = {}
    for name, _, authority, _, code in sorted(rows):
        found.setdefault(name, (authority, code))
    return found


def text() -> str:
    """Return the whole table, by name."""
    lines = [f"{name},{authority},{code}" for name, (authority, code) in sorted(names().items())]
    return "\n".join(["name,authority,code", *lines]) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text())

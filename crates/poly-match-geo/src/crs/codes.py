"""Writes `codes.csv`: which codes of EPSG and ESRI are geographic and projected systems.

Needs pyproj, for the database of PROJ: `python crates/poly-match-geo/src/crs/codes.py`.
"""

from __future__ import annotations

from pathlib import Path

import pyproj
from pyproj.database import query_crs_info

AUTHORITIES = ("EPSG", "ESRI")
TARGET = Path(__file__).with_name("codes.csv")


def kinds(authority: str) -> dict[int, str]:
    """Return the kind of every code of a system on the ground; heights have none."""
    found = {}
    for info in query_crs_info(auth_name=authority, allow_deprecated=True):
        if info.code.isdigit():
            crs = pyproj.CRS.from_authority(authority, info.code)
            if crs.is_geographic or crs.is_projected:
                found[int(info.code)] = "geographic" if crs.is_geographic else "projected"
    return found


def ranges(kinds: dict[int, str]) -> list[tuple[str, int, int]]:
    """Return the kind, the first and the last code of each range of codes without a gap."""
    found: list[tuple[str, int, int]] = []
    for code, kind in sorted(kinds.items()):
        if found and found[-1][0] == kind and found[-1][2] == code - 1:
            found[-1] = (kind, found[-1][1], code)
        else:
            found.append((kind, code, code))
    return found


def text() -> str:
    """Return the whole table."""
    lines = ["authority,kind,first,last"]
    for authority in AUTHORITIES:
        found = ranges(kinds(authority))
        lines += [f"{authority},{kind},{first},{last}" for kind, first, last in found]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text())

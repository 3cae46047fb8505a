"""Summaries of matchers and results as HTML, for notebooks. They look right on light and dark."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
from poly_match_rs import _native

from poly_match._names import Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from poly_match._result import Positions
    from poly_match._source import Source

# Most polygons in a summary, and most characters of a name or a rule.
MOST = 5
LONGEST = 60

# Colours are the notebook's own, light or dark.
_TABLE = "border-collapse:collapse;margin:.3em 0;color:inherit;font-size:inherit"
_CELL = "padding:.1em .8em .1em 0;border:none;background:none;text-align:"
_FAINT = "opacity:.7"


def of_result(index: Positions, source: Source) -> str:
    """Return the summary of a result.

    Parameters
    ----------
    index : numpy.ndarray of int64, shape (N,) or (N, k)
        Positions of the matched polygons, -1 where there is none.
    source : Source
        The polygons.

    Returns
    -------
    str
        HTML: how many points are matched, and the polygons with most of them.
    """
    total = len(index)
    found = index[index >= 0]
    matched = int(np.count_nonzero((index if index.ndim == 1 else index[:, 0]) >= 0))
    said = f"<b>{matched:,}</b> of {total:,} points matched"
    if total:
        said += f" ({_percent(matched, total)})"
    if index.ndim == 2:
        said += f", up to {index.shape[1]:,} each"
    counts = np.bincount(found, minlength=source.count)
    used = int(np.count_nonzero(counts))
    said += f", to {used:,} of {source.count:,} polygons"
    order = np.argsort(-counts, kind="stable")[: min(MOST, used)].tolist()
    names = Names.of(source)
    rows = [
        [_short(names[one]), f"{counts[one]:,}", _percent(int(counts[one]), total)] for one in order
    ]
    if used > MOST:
        rest = len(found) - int(counts[order].sum())
        others = "1 other" if used == MOST + 1 else f"{used - MOST:,} others"
        rows.append([f"… {others}", f"{rest:,}", _percent(rest, total)])
    return _summary("MatchResult", said, ["polygon", "points", "share"] if rows else [], rows)


def of_matcher(rule: str, source: Source, skipped: int) -> str:
    """Return the summary of a matcher.

    Parameters
    ----------
    rule : str
        The rule, as text.
    source : Source
        The polygons.
    skipped : int
        How many of them were skipped.

    Returns
    -------
    str
        HTML: the rule, the number of polygons, where they are, and their coordinate system.
    """
    rows = [["rule", _short(rule, 3 * LONGEST)], ["polygons", f"{source.count:,}"]]
    if skipped:
        rows.append(["skipped", f"{skipped:,}"])
    extent = _extent(source)
    if extent:
        rows.append(["extent", extent])
    rows.append(["crs", "none" if source.crs is None else _short(source.crs.name)])
    if source.columns is not None:
        names = ", ".join(map(str, source.columns.names))
        rows.append(["columns", _short(names, 3 * LONGEST) or "none"])
    return _summary("Matcher", "", [], rows)


def _extent(source: Source) -> str | None:
    # Where the polygons are, if the matcher has them at hand.
    if not isinstance(source.polygons, (list, tuple)):
        return None
    vertices, *_ = _native.outlines(source.polygons)
    if not len(vertices):
        return None
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    return ", ".join(f"{axis} {low[i]:.7g} to {high[i]:.7g}" for i, axis in enumerate("xy"))


def _summary(title: str, said: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    # Everything but `said` is escaped here. Numbers are on the right.
    def row(cells: Sequence[str], tag: str, style: str = "") -> str:
        sides = ["left", *(["right"] if heads else ["left"]) * (len(cells) - 1)]
        return "".join(
            f'<{tag} style="{_CELL}{side};{style}">{escape(cell)}</{tag}>'
            for cell, side in zip(cells, sides, strict=True)
        )

    head = f"<tr>{row(heads, 'th', _FAINT + ';font-weight:normal')}</tr>" if heads else ""
    body = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in rows)
    table = f'<table style="{_TABLE}">{head}{body}</table>' if rows else ""
    name = f'<span style="{_FAINT}">poly_match.{title}</span>'
    return f"<div>{name}<br>{said}{table}</div>" if said else f"<div>{name}{table}</div>"


def _percent(part: int, whole: int) -> str:
    # Never 0% or 100% of what is not none or all.
    if 0 < part < whole:
        return f"{min(max(100 * part / whole, 0.1), 99.9):.1f}%"
    return "100%" if part else "0%"


def _short(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"

"""Draws the sweeps: nanoseconds a point against candidates, points and polygons; log axes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench import targets

Result = dict[str, Any]

LINES = (
    # family, label, colour, marker, width
    ("numba-grid", "numba grid", "#8a6d3b", "s", 1.6),
    ("kiddo", "kiddo, its best mode", "#2a6f97", "o", 1.6),
    ("kiddo-join", "kiddo, tree-to-tree join", "#7fb2d1", "^", 1.2),
    ("one-point", "poly_match, one point at a time", "#d98a3d", "v", 1.6),
    ("poly_match", "poly_match", "#bc4b32", "D", 2.4),
    ("floor", "streaming the same bytes", "#777777", "x", 1.2),
)
AXES = {
    "candidates": ("candidates a point", "candidates"),
    "points": ("points", "points"),
    "polygons": ("polygons", "polygons"),
}


def _series(works: list[Result], family: str, key: str) -> tuple[list[float], ...]:
    xs, ys, lows, highs = [], [], [], []
    for work in sorted(works, key=lambda work: work[key]):
        try:
            row = targets.best(work, family)
        except targets.NotMeasuredError:
            continue
        xs.append(work[key])
        ys.append(row["ns"])
        lows.append(row["quartiles_ns"][0])
        highs.append(row["quartiles_ns"][1])
    return xs, ys, lows, highs


def _label(value: float, _: float | None = None) -> str:
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def _constant(works: list[Result], group: str) -> str:
    """Say what does not change in a sweep."""
    first = works[0]
    parts = [f"{_label(first[key])} {key}" for key in ("polygons", "points") if key != group] + (
        [f"about {first['asked']:g} candidates a point"] if group != "candidates" else []
    )
    return " × ".join(parts[:2]) if group == "candidates" else ", ".join(parts)


def _draw(works: list[Result], group: str, folder: Path) -> None:
    from matplotlib import pyplot, ticker

    label, key = AXES[group]
    figure, axes = pyplot.subplots(figsize=(8.4, 5.2))
    for family, title, color, marker, width in LINES:
        xs, ys, lows, highs = _series(works, family, key)
        if not xs:
            continue
        axes.fill_between(xs, lows, highs, color=color, alpha=0.15, linewidth=0)
        style: dict[str, Any] = {
            "color": color,
            "marker": marker,
            "linewidth": width,
            "markersize": 5,
        }
        if family == "one-point":  # may lie on the other line of ours: both stay to be seen
            style |= {"linestyle": "--", "markerfacecolor": "white", "zorder": 4}
        axes.plot(xs, ys, label=title, **style)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_major_formatter(_label)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter(ticker.NullFormatter())
    axes.set_xlabel(f"{label} (logarithmic)")
    axes.set_ylabel("nanoseconds a point (logarithmic)")
    axes.set_title(f"One thread; {_constant(works, group)}", loc="left", fontsize=11)
    axes.grid(which="major", color="#dddddd", zorder=0)
    axes.spines[["top", "right"]].set_visible(False)
    handles, titles = axes.get_legend_handles_labels()
    figure.legend(handles, titles, loc="lower center", ncols=3, frameon=False, fontsize=9)
    figure.tight_layout(rect=(0.0, 0.1, 1.0, 1.0))
    figure.savefig(folder / f"{group}.png", dpi=150)
    figure.savefig(folder / f"{group}.svg", metadata={"Date": None})
    pyplot.close(figure)


def write(result: Result, folder: Path) -> None:
    """Draw the sweeps that were measured."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "bench"  # the same picture is the same file
    folder.mkdir(parents=True, exist_ok=True)
    for group in AXES:
        works = [work for work in result["workloads"] if work["group"] == f"sweep: {group}"]
        if len(works) > 1:
            _draw(works, group, folder)

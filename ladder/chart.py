"""Draws the ladder as a bar chart on a logarithmic axis: ours as bars, the article's as marks."""

from __future__ import annotations

from typing import Any

from ladder.report import RESULTS

HERE = "#2a6f97"
PRODUCT = "#bc4b32"
ARTICLE: dict[str, Any] = {
    "marker": "D",
    "markersize": 6,
    "markerfacecolor": "white",
    "markeredgecolor": "#222222",
    "linestyle": "none",
}
ROOM_LEFT, ROOM_RIGHT = 3.0, 16.0
"""Factors that the axis goes beyond the shortest and the longest bar; the labels stand right."""


def label(row: dict[str, Any]) -> str:
    """Say what stands beside a bar."""
    ms, times = row["median_ms"], row["times"]
    figure = f"{ms:,.0f} ms" if ms >= 100.0 else f"{ms:.2g} ms"
    return f"{figure}   {times:.2g}×" if times < 10.0 else f"{figure}   {times:,.0f}×"


def write(result: dict[str, Any]) -> None:
    """Draw `ladder.png` and `ladder.svg`."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "ladder"  # the same picture is the same file
    from matplotlib import pyplot
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    rows = result["rungs"]
    known = [row["median_ms"] for row in rows if "missing" not in row]
    low, high = min(known) / ROOM_LEFT, max(known) * ROOM_RIGHT

    figure, axes = pyplot.subplots(figsize=(10.0, 0.46 * len(rows) + 1.9))
    for position, row in enumerate(rows):
        article = row["article_ms"]
        if "missing" in row:
            edge, text = low, "not measured"
        else:
            edge, text = row["median_ms"], label(row)
            color = PRODUCT if row["product"] else HERE
            axes.barh(position, edge - low, left=low, height=0.62, color=color, zorder=2)
        if article is not None:
            axes.plot(article, position, zorder=3, **ARTICLE)
        # A label that would lie on the mark goes to the right of it.
        if article is not None and edge / 1.3 < article < edge * 12.0:
            edge = max(edge, article * 1.15)
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}  # over the grid
        axes.text(edge * 1.2, position, text, va="center", fontsize=9.5, zorder=2.5, bbox=ground)

    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_yticks(range(len(rows)), [row["title"] for row in rows])
    axes.invert_yaxis()
    axes.set_xlabel("milliseconds for 1000 polygons × 100 points; logarithmic, shorter is faster")
    axes.set_title("The ladder: one run, and how many times faster than the baseline", loc="left")
    axes.grid(axis="x", color="#dddddd", zorder=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    keys = [
        Patch(color=HERE, label="a rung, here"),
        Patch(color=PRODUCT, label="poly_match, here"),
        Line2D([], [], **ARTICLE, label="the article's figure, on its machine"),
    ]
    figure.legend(handles=keys, loc="lower center", ncols=3, frameon=False)
    figure.tight_layout(rect=(0.0, 0.045, 1.0, 1.0))
    figure.savefig(RESULTS / "ladder.png", dpi=150)
    figure.savefig(RESULTS / "ladder.svg", metadata={"Date": None})
    pyplot.close(figure)

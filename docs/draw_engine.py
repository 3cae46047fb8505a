"""Draws `docs/engine.svg`: how a point finds its polygon under each *near*, with the files.

Run as `python docs/draw_engine.py`.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "engine"
mpl.rcParams["svg.fonttype"] = "none"

import matplotlib.pyplot as plt  # noqa: E402 - the backend comes first

# For each near: its colour, and the steps from a point to its polygon with the file of each.
NEARS = [
    (
        "near = center: one of",
        "#dbe7f6",
        [
            ("Few points: one at a time down the\ntree, the lowest rank first", "center/walk.rs"),
            ("Points share cells: take the first near\nsite of the cell's list", "center/grid/"),
            ("Else: blocks of 32 points\ngo down the tree together", "center/blocks.rs"),
            ("Nearest alone: blocks of 8 points,\nthe closest node first", "center/nearest/"),
        ],
    ),
    (
        "near = boundary: in turn",
        "#f8e6cf",
        [
            ("Which polygons is it inside of?\nThey are at distance 0", "containment/"),
            ("Branch and bound over the edges,\neight to a packet", "boundary.rs"),
            ("Distance to an edge:\nto an end, or to its line", "geometry/segment/"),
            ("Keep the k best by class,\ndistance and rank", "rank/select.rs"),
        ],
    ),
    (
        "near = contains, covers: in turn",
        "#dcefdc",
        [
            ("Quantize the point; a table passes\nthe upper levels of the cells", "cells/frame.rs"),
            ("Go down to a cell without edges:\nits answer is known", "cells/find.rs"),
            ("Few edges: signs of half-planes\nlead to the answer", "cells/half_planes.rs"),
            ("Else: cross the edges on the way\nto the cell's corner", "cells/path.rs"),
        ],
    ),
]

BOX = (3.55, 1.06)


def box(axes: plt.Axes, x: float, y: float, text: str, file: str, colour: str) -> None:
    """Draw a step, with the file that holds it."""
    width, height = BOX
    style = mpl.patches.FancyBboxPatch(
        (x, y), width, height, boxstyle="round,pad=0.02,rounding_size=0.08", fc=colour, ec="#555"
    )
    axes.add_patch(style)
    axes.text(x + width / 2, y + height * 0.62, text, ha="center", va="center", fontsize=9)
    axes.text(
        x + width / 2,
        y + height * 0.15,
        file,
        ha="center",
        va="center",
        fontsize=8,
        family="monospace",
        color="#333",
    )


def main() -> None:
    """Draw the picture beside this file."""
    figure, axes = plt.subplots(figsize=(12, 8.3))
    axes.set(xlim=(0, 12), ylim=(-0.7, 7.6))
    axes.axis("off")
    box(
        axes,
        4.22,
        6.4,
        "Points, with a distance and\na group each where there are any",
        "query/mod.rs",
        "#eee",
    )
    box(axes, 4.22, 5.0, "Which path? The only table\nof near × best", "query/path.rs", "#eee")
    arrow = {"arrowstyle": "-|>", "color": "#555", "lw": 1.2}
    axes.annotate("", (6.0, 6.08), (6.0, 6.38), arrowprops=arrow)
    for column, (title, colour, steps) in enumerate(NEARS):
        x = 0.12 + 4.1 * column
        axes.annotate("", (x + BOX[0] / 2, 4.62), (6.0, 4.98), arrowprops=arrow)
        axes.text(x + BOX[0] / 2, 4.46, title, ha="center", va="center", fontsize=11, weight="bold")
        for row, (text, file) in enumerate(steps):
            box(axes, x, 3.22 - 1.24 * row, text, file, colour)
    path = Path(__file__).with_name("engine.svg")
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})


if __name__ == "__main__":
    main()

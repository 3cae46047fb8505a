"""Turns a result into text: tables for terminal, Markdown file and README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench import targets
from bench.page import README, RESULTS, figure, targets_table, times, versions_line, write_page
from ladder.report import between_markers, markdown, stamp

__all__ = [
    "README",
    "RESULTS",
    "main_table",
    "readme_text",
    "stamp",
    "targets_table",
    "text",
    "write",
    "write_readme",
]

Result = dict[str, Any]

# What the main table shows: a family, or a peer, in its best mode.
COLUMNS = (
    ("poly_match", "poly_match"),
    ("kiddo", "kiddo, best mode"),
    ("kiddo-join", "kiddo, join"),
    ("rstar", "rstar"),
    ("numba-grid", "numba grid"),
    ("scipy", "scipy"),
    ("sklearn", "scikit-learn"),
    ("shapely", "shapely"),
    ("geopandas", "geopandas"),
    ("duckdb", "DuckDB"),
    ("sedonadb", "SedonaDB"),
    ("floor", "floor"),
)


def _find(work: Result, family: str, threads: str) -> Result | None:
    try:
        return targets.best(work, family, threads)
    except targets.NotMeasuredError:
        return None


def main_table(result: Result, threads: str = "one") -> str:
    """Lay out nanoseconds a point, every family in its best mode, and the ratio to poly_match."""
    rows = []
    for work in result["workloads"]:
        if work["group"].startswith("sweep"):
            continue
        ours = _find(work, "poly_match", threads)
        cells = [work["title"], f"{work['candidates']:,.0f}"]
        for family, _ in COLUMNS:
            row = _find(work, family, threads)
            cell = "" if row is None else figure(row["ns"])
            if row is not None and ours is not None and family not in ("poly_match", "floor"):
                cell += f" ({times(row['ns'] / ours['ns'])})"
            cells.append(cell)
        rows.append(cells)
    header = ["workload", "candidates", *(title for _, title in COLUMNS)]
    keep = [i for i in range(len(header)) if i < 2 or any(row[i] for row in rows)]
    return markdown([header[i] for i in keep], [[row[i] for i in keep] for row in rows])


def _sample(row: Result) -> str:
    return f"{row['points']:,}" if row["sampled"] else "all"


def _right(row: Result) -> str:
    if row["right"] is None:
        return ""
    return "yes" if row["right"] else f"no, {row['differ']} differ"


def workload_table(work: Result) -> str:
    """Lay out every peer and mode of one workload."""
    rows, notes = [], []
    ours = {t: _find(work, "poly_match", t) for t in ("one", "all")}
    for row in work["rows"]:
        if "ns" not in row:
            trouble = next(key for key in ("missing", "failed", "wrong") if key in row)
            rows.append([row["title"], str(row["threads"]), trouble, *[""] * 6])
            notes.append(f"- {row['title']}: {trouble}: {row[trouble]}")
            continue
        mine = ours["one" if row["threads"] == 1 else "all"]
        low, high = map(figure, row["quartiles_ns"])
        rows.append(
            [
                row["title"],
                str(row["threads"]),
                figure(row["ns"]),
                f"{low} – {high}",
                "" if mine is None else times(row["ns"] / mine["ns"]),
                "" if row["build_ms"] is None else f"{row['build_ms']:.3g}",
                figure(row["ns_with_build"]),
                _sample(row),
                _right(row),
            ]
        )
    header = ["peer", "threads", "ns a point", "quartiles", "of ours", "build, ms"]
    table = markdown([*header, "with build", "points", "right"], rows)
    head = (
        f"### {work['title']}\n\n{work['polygons']:,} polygons, {work['points']:,} points, "
        f"`max_dist` {work['max_dist']:.6g}: {work['candidates']:,.1f} candidates a point, "
        f"{work['matched']:.1%} of the points matched."
    )
    return "\n\n".join([head, table, *(["\n".join(dict.fromkeys(notes))] if notes else [])])


def modes_table(result: Result) -> str:
    """Say which mode of kiddo was the best where, one thread, and the best portable one."""
    rows = []
    for work in result["workloads"]:
        if work["group"].startswith("sweep"):
            continue
        modes = [row for row in targets.measured(work) if row["family"] == "kiddo"]
        ours = _find(work, "poly_match", "one")
        if not modes or ours is None:
            continue
        cells = [work["title"]]
        for choice in (modes, [row for row in modes if row["peer"].endswith("portable")]):
            best = min(choice, key=lambda row: row["ns"], default=None)
            cells += (
                ["", ""]
                if best is None
                else [best["title"], f"{figure(best['ns'])} ({times(best['ns'] / ours['ns'])})"]
            )
        rows.append(cells)
    return markdown(["workload", "best mode", "ns", "best of the portable build", "ns"], rows)


def sweep_table(result: Result, group: str) -> str:
    """Lay out one sweep: one row for each size, one thread."""
    works = [work for work in result["workloads"] if work["group"] == f"sweep: {group}"]
    families = [(f, title) for f, title in COLUMNS if any(_find(w, f, "one") for w in works)]
    families[1:1] = [("one-point", "one point at a time")]
    rows = []
    for work in works:
        found = [_find(work, family, "one") for family, _ in families]
        cells = ["" if row is None else figure(row["ns"]) for row in found]
        rows.append([work["title"], f"{work['candidates']:,.0f}", *cells])
    return markdown(["workload", "candidates", *(title for _, title in families)], rows)


def memory_text(result: Result) -> str:
    """Say what the large match needed."""
    memory = result.get("memory")
    if memory is None or "missing" in memory:
        return "" if memory is None else f"Memory was not measured: {memory['missing']}."
    return (
        f"{memory['points']:,} points × {memory['polygons']:,} polygons: input "
        f"{memory['input_bytes'] / 1e6:,.0f} MB, output {memory['output_bytes'] / 1e6:,.0f} MB, "
        f"and at the peak {memory['beyond_bytes'] / 1e6:,.0f} MB beyond them "
        f"(the index: {memory['index_bytes'] / memory['polygons']:.0f} bytes a polygon)."
    )


def example_table(result: Result) -> str:
    """Lay out the article's example as its readers call it."""
    rows = [
        [row["title"], f"{row['median_us']:,.1f}", times(row["times"])]
        for row in result.get("example", {}).values()
    ]
    return markdown(["the article's example", "µs", "baseline over it"], rows)


def readme_text(result: Result) -> str:
    """Lay out what the README holds."""
    parts = [
        "Nanoseconds a point on **one thread**, the index built before; in brackets, times "
        "poly_match's figure in the same run.",
        main_table(result),
        "The same on **all threads**, for those who can:",
        main_table(result, "all"),
        "kiddo's modes differ by more than an order of magnitude; these were its best:",
        modes_table(result),
        memory_text(result),
        example_table(result) if "example" in result else "",
        *(f"`{gone['name']}` was left out: {gone['why']}." for gone in result["absent"]),
        versions_line(result),
    ]
    return "\n\n".join(part for part in parts if part)


def text(result: Result) -> str:
    """Lay out everything."""
    works = [work for work in result["workloads"] if not work["group"].startswith("sweep")]
    sweeps = dict.fromkeys(
        work["group"].removeprefix("sweep: ")
        for work in result["workloads"]
        if work["group"].startswith("sweep")
    )
    parts = [
        "# poly_match and its peers, measured",
        readme_text(result),
        "## Targets",
        targets_table(result),
        "## Every peer, every mode",
        '"Of ours" is the figure over poly_match\'s on as many threads; "with build" adds the '
        'building of the index, shared among all points; "points" says on how many of the points '
        "a slow peer was measured.",
        *map(workload_table, works),
        *(part for g in sweeps for part in (f"## Sweep: {g}", sweep_table(result, g))),
    ]
    return "\n\n".join(parts)


def write(result: Result, folder: Path) -> None:
    """Write JSON and Markdown."""
    write_page(result, text(result), folder, "bench")


def write_readme(result: Result) -> None:
    """Write the README's tables."""
    between_markers("bench", readme_text(result), README)
    between_markers("targets", targets_table(result), README)

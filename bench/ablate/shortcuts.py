"""The shortcuts of the engine, as rows of the table: what each is, and what is switched off for it.

The names are those of `Shortcut` in `crates/poly-match/src/ablate.rs`, where each is explained.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """Shortcuts that are switched off together."""

    title: str
    off: tuple[str, ...]
    kept: str = ""
    """Why it stays though it gains less than 1.2 times."""


ROWS = (
    Row("instructions: AVX-512", ("Avx512",)),
    Row("instructions: AVX-512 and AVX2", ("Avx512", "Avx2")),
    Row("centres: scan of few, no tree", ("Scan",)),
    Row("centres: one by one down the tree", ("Walk",)),
    Row("centres: blocks of points", ("Blocks",)),
    Row("centres: lists of sites", ("SiteLists", "KeptGrid")),
    Row("centres: lists on parts of the grid", ("SparseGrid", "KeptGrid")),
    Row("centres: grid kept for the next call", ("KeptGrid",)),
    Row("nearest: a search of its own", ("Nearest",)),
    Row("nearest: eight at a time", ("NearestBlocks",)),
    Row("nearest: last leaf bounds the next", ("WarmNearest",)),
    Row("search: last best bound the next", ("WarmSearch",)),
    Row("points along a curve", ("CurveOrder", "CrowdedCurve")),
    Row("points along a curve: finer in a crowd", ("CrowdedCurve",)),
    Row("k best: few kept sorted", ("SortedFew",)),
    Row("shapes: boxes first", ("BoxesFirst",)),
    Row("shapes: full index", ("FullIndex",)),
    Row("shapes: boxes by rank", ("BoxesByRank",)),
    Row("shapes: runs of edges", ("BoxRuns",)),
    Row("shapes: cells", ("Cells",)),
    Row("cells: many points together", ("CellsTogether",)),
    Row("cells: table of the first levels", ("CellTable",)),
    Row("cells: two half-planes", ("TwoHalfPlanes",)),
    Row("cells: four half-planes", ("FourHalfPlanes",)),
    Row("cells: half-planes, both", ("TwoHalfPlanes", "FourHalfPlanes")),
    Row("candidates: blocks of points", ("RowBlocks",)),
    Row("batches: blocks of points", ("BatchBlocks",)),
    Row("batches: eight keys at a time", ("ChooseOne",)),
    Row("once: no index", ("Once",)),
    Row("once: best few first", ("OnceBestFirst",)),
    Row("build: keys sorted by digits", ("RadixSort",)),
)

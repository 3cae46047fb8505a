"""The rungs in order: what each is called, which file it is, in which process it runs.

The article's figures are facts of the article and its repository, in milliseconds for its
example on its author's machine; None where it gives none.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rung:
    """One row of the table."""

    name: str
    title: str
    module: str
    article_ms: float | None = None
    process: str = "here"
    """`here`, or a process of its own: `pypy` (another interpreter), `debug` (another build)."""
    product: bool = False
    """Whether it measures poly_match itself, which must then be installed."""


RUNGS = (
    Rung("baseline", "Python baseline", "baseline", 293.41),
    Rung("numpy-partly", "NumPy, partly vectorized", "numpy_partly", 41.79),
    Rung("numpy-fully", "NumPy, fully vectorized", "numpy_fully", 5.18),
    Rung("numba-pair", "numba, pair by pair", "numba_pair"),
    Rung("numba-all", "numba, all pairs", "numba_all"),
    Rung("pypy", "PyPy, baseline file", "baseline", 1495.81, process="pypy"),
    Rung("naive-debug", "naive Rust, debug build", "rust_naive", 609.46, process="debug"),
    Rung("naive", "naive Rust", "rust_naive", 23.44),
    Rung("polygon", "Polygon in Rust", "rust_polygon", 6.29),
    Rung("no-alloc", "no allocations", "rust_no_alloc", 2.90),
    Rung("outer-loop", "outer loop in Rust", "rust_outer_loop", 0.81),
    Rung("final-python-area", "poly_match, area in Python", "final_python_area", product=True),
    Rung("final", "poly_match, one shot", "final_native_area", product=True),
    Rung("final-matcher", "poly_match, prepared Matcher", "final_matcher", product=True),
    Rung("final-match", "poly_match, prepared, arrays only", "final_match", product=True),
)

BY_NAME = {rung.name: rung for rung in RUNGS}

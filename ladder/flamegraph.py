"""Reads and tidies the SVG that py-spy draws: legible Rust names, no machine paths.

It also measures the picture: which share of its width lies under the frames that this ladder is
about. Those shares, not impressions, are what `ladder/README.md` talks about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape

_ESCAPES = {
    "$LT$": "<", "$GT$": ">", "$LP$": "(", "$RP$": ")", "$RF$": "&", "$BP$": "*", "$C$": ",",
    "$u20$": " ", "$u27$": "'", "$u3b$": ";", "$u5b$": "[", "$u5d$": "]", "$u7b$": "{",
    "$u7d$": "}", "..": "::",
}  # fmt: skip
_ESCAPE = re.compile("|".join(map(re.escape, _ESCAPES)))

# One frame of py-spy's picture: its title, and where it lies, counted in samples.
_FRAME = re.compile(
    r"<title>(?P<title>[^<]*) \((?P<samples>[\d,]+) samples, [\d.]+%\)</title>"
    r'<rect [^>]*fg:x="(?P<x>\d+)" fg:w="(?P<width>\d+)"/>'
)
_TITLE = re.compile(r'(<text id="title"[^>]*>)[^<]*(</text>)')

# A path from the root of the file system, in a frame's name. Its last part says enough.
_PATH = re.compile(r"(?<![\w.>])/(?:[^\s/:()<>;]+/)+(?=[^\s/:()<>;]+)")

SHARES: dict[str, dict[str, str]] = {
    "baseline": {
        "`find_close_polygons`, all of it": r"^find_close_polygons \(",
        "in it, `np.linalg.norm`": r"^norm \(numpy",
        "in that, the dot product in BLAS": r"cblas_ddot",
        "subtracting the point (a NumPy operator)": r"^array_subtract",
        "`select_best_polygon`": r"^select_best_polygon \(",
    },
    "naive": {
        "`find_close_polygons`, all frames of it seen":
            r"naive::(__pyfunction_)?find_close_polygons",
        "borrow book-keeping of rust-numpy": r"^numpy::borrow::",
        "`getattr`": r"PyAnyMethods>::getattr",
        "is it an array, and of what":
            r"PyArray.*as pyo3::conversion::FromPyObject|^numpy::(array|dtype)::.*extract",
        "copying the centre": r"ndarray::.*::to_owned",
        "subtraction and norm": r"ladder_rs::naive::norm|SubAssign",
        "`select_best_polygon`": r"^select_best_polygon \(",
    },
    "polygon": {
        "`find_close_polygons`, all frames of it seen":
            r"polygon::(__pyfunction_)?find_close_polygons",
        "making the vector of references": r"^pyo3::impl_::extract_argument::",
        "dropping the references": r"drop_in_place<pyo3::instance::Bound<ladder_rs::polygon",
        "copying the centre": r"ndarray::.*::to_owned",
        "subtraction": r"SubAssign",
        "norm": r"ladder_rs::naive::norm",
        "`malloc` and `free`, wherever": r"^(malloc|cfree|free|_int_malloc|_int_free) \(",
        "`select_best_polygon`": r"^select_best_polygon \(",
    },
    "final": {
        "reading polygons from Python": r"^poly_match_rs::polygons::",
        "reading points from Python": r"^poly_match_rs::points::",
        "picking out and sorting the best": r"core::slice::sort::|poly_match::best::",
        "searching them (the core's kernel)": r"poly_match::once::|pulp::.*vectorize",
        "PyO3: list items, type checks, references": r"\bpyo3(_ffi)?::",
        "Python frames below `main`": r"^(area|shoelace|select_best_polygon) \(",
    },
}  # fmt: skip
"""What to look for, by rung: a row of the table, and the frames that count for it."""


@dataclass(frozen=True)
class Frame:
    """One box: its name, and its extent along the axis of samples."""

    name: str
    start: int
    width: int


def _path_of(mangled: str) -> str:
    """List the names in a symbol of Rust's newer mangling, which the standard library has."""
    names, at = [], 2
    while at < len(mangled):
        if found := re.compile(r"([1-9][0-9]*)_?").match(mangled, at):
            at = found.end() + int(found[1])
            names.append(mangled[found.end() : at])
        elif found := re.compile(r"[sB][0-9A-Za-z]*_").match(mangled, at):
            at = found.end()  # a number that tells namesakes apart, or points back
        else:
            at += 1
    return "::".join(names)


def _legible(name: str) -> str:
    """Undo Rust's mangling, drop its hash, shorten paths; name what has no name."""
    name = re.sub(r"^_R[A-Za-z]\S*", lambda found: _path_of(found[0]), name)
    name = re.sub(r"::h[0-9a-f]{16}(?= |$)", "", name)
    if "$" in name or ".." in name:
        name = re.sub(r"(?<![A-Za-z0-9])_(?=\$)", "", name)
        name = _ESCAPE.sub(lambda found: _ESCAPES[found[0]], name)
    name = _PATH.sub("", name)
    name = re.sub(r"^0x[0-9a-f]+ \(\?\)$", "(not unwound)", name)
    return re.sub(r"^0x[0-9a-f]+ \(", "(no symbol) (", name)


def tidy(svg: str, title: str) -> str:
    """Return the picture with legible frames and `title` over it; no path survives."""

    def rename(found: re.Match[str]) -> str:
        name = escape(_legible(unescape(found["title"])), quote=False)
        return found[0].replace(found["title"], name, 1)

    svg = _FRAME.sub(rename, svg)
    svg = _TITLE.sub(lambda found: f"{found[1]}{escape(title, quote=False)}{found[2]}", svg)
    if leak := re.search(r"(?<![\w.<:/])/(?:home|root|tmp|usr|opt|work|Users)/[^<\"']*", svg):
        raise ValueError(f"a path is left in the picture: {leak[0]}")
    return svg


def frames(svg: str) -> list[Frame]:
    """List all boxes of the picture."""
    return [
        Frame(unescape(found["title"]), int(found["x"]), int(found["width"]))
        for found in _FRAME.finditer(svg)
    ]


def total(boxes: list[Frame]) -> int:
    """How many samples the picture is made of."""
    return max((box.start + box.width for box in boxes), default=0)


def has_native(boxes: list[Frame]) -> bool:
    """Tell whether any frame comes from a shared library or from Rust."""
    return any(re.search(r"\.so|\.rs:\d+\)$", box.name) for box in boxes)


def share(boxes: list[Frame], pattern: str) -> float:
    """Percentage of samples that have a frame like this somewhere in their stack."""
    matching = sorted(
        (box.start, box.start + box.width) for box in boxes if re.search(pattern, box.name)
    )
    covered, reached = 0, 0
    for start, end in matching:
        covered += max(0, end - max(start, reached))
        reached = max(reached, end)
    return 100.0 * covered / total(boxes)


def shares(rung: str, boxes: list[Frame]) -> dict[str, float]:
    """Measure the frames that the ladder's README is about, in percent."""
    return {
        label: round(share(boxes, pattern), 1) for label, pattern in SHARES.get(rung, {}).items()
    }

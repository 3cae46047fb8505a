"""Types of the extension module; `mypy.stubtest` compares them with it."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Literal, TypeVar, final

import numpy as np
import numpy.typing as npt
from typing_extensions import Self, disjoint_base

from poly_match_rs._crs import System

_P = TypeVar("_P")
_Points = npt.ArrayLike | Iterable[Any]
_Floats = npt.NDArray[np.float64]
_Positions = npt.NDArray[np.int64]
_Codes = npt.NDArray[np.uint32]
_BestOf = (
    Callable[[_Floats, _Positions, _Positions], npt.ArrayLike]
    | Callable[[_Floats, _Positions, _Positions, _Floats], npt.ArrayLike]
)
_Ask = tuple[_BestOf, str, bool]
_Measures = tuple[_Floats, _Floats]
_Ring = tuple[npt.ArrayLike, npt.ArrayLike]

__all__ = [
    "OPTIMIZED",
    "VERSION",
    "ArrowTable",
    "GeometryColumn",
    "Matcher",
    "MultiPolygon",
    "Polygon",
    "Rule",
    "Saved",
    "check_polygons",
    "compare_crs",
    "coordinate_pairs",
    "criteria",
    "criterion",
    "crs_named",
    "degrees_of_columns",
    "find_all_close_polygons",
    "find_close_polygons",
    "geometry_columns",
    "match_pairs",
    "measure_polygons",
    "measure_rings",
    "objects_at",
    "outlines",
    "reach",
    "read_numbers",
    "read_points",
    "save",
    "select_best_polygon",
    "stream_numbers",
    "to_bytes",
]

OPTIMIZED: Final[bool]
VERSION: Final[str]

@disjoint_base
class Polygon:
    # A subclass may be called with any arguments, which its `__init__` declares.
    def __new__(cls, *args: Any, **kwargs: Any) -> Self: ...
    def __init__(
        self, x: npt.ArrayLike, y: npt.ArrayLike, *, holes: Iterable[_Ring] = ()
    ) -> None: ...
    @property
    def x(self) -> _Floats: ...
    @property
    def y(self) -> _Floats: ...
    @property
    def holes(self) -> tuple[tuple[_Floats, _Floats], ...]: ...
    @property
    def center(self) -> _Floats: ...
    def area(self) -> float: ...
    @property
    def __geo_interface__(self) -> dict[str, Any]: ...
    def _repr_svg_(self) -> str: ...
    def __getnewargs__(self) -> tuple[_Floats, _Floats]: ...
    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]: ...

@disjoint_base
class MultiPolygon:
    def __new__(cls, *args: Any, **kwargs: Any) -> Self: ...
    def __init__(self, polygons: Iterable[Polygon]) -> None: ...
    @property
    def parts(self) -> tuple[Polygon, ...]: ...
    @property
    def center(self) -> _Floats: ...
    def area(self) -> float: ...
    @property
    def __geo_interface__(self) -> dict[str, Any]: ...
    def _repr_svg_(self) -> str: ...
    def __getnewargs__(self) -> tuple[tuple[Polygon, ...]]: ...

@final
class Rule:
    def __new__(
        cls,
        near: str,
        max_dist: float | None,
        inclusive: bool,
        best: list[str | tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None, bool]],
        tie: str,
        nulls_last: bool,
    ) -> Self: ...
    @staticmethod
    def of_circles(
        inclusive: bool,
        best: list[str | tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None, bool]],
        tie: str,
        nulls_last: bool,
    ) -> Rule: ...

@final
class Matcher:
    @staticmethod
    def from_polygons(
        polygons: Iterable[_P],
        rule: Rule,
        center: str | npt.ArrayLike,
        groups: _Codes | None,
        on_invalid: str,
        points: _Floats | None = None,
        k: int | None = None,
        planar: bool = False,
        points_crs: System | None = None,
    ) -> tuple[Matcher, tuple[_P, ...] | None]: ...
    @staticmethod
    def from_arrays(centers: _Points, rule: Rule, groups: _Codes | None) -> Matcher: ...
    @staticmethod
    def from_circles(
        centers: _Points,
        radii: _Floats,
        rule: Rule,
        groups: _Codes | None,
        on_invalid: str,
        planar: bool,
    ) -> Matcher: ...
    @staticmethod
    def from_rings(
        vertices: _Points,
        offsets: tuple[npt.ArrayLike, npt.ArrayLike | None, npt.ArrayLike],
        rule: Rule,
        center: str | npt.ArrayLike,
        groups: _Codes | None,
        on_invalid: str,
    ) -> Matcher: ...
    def __len__(self) -> int: ...
    def skipped(self) -> int: ...
    def crs(self) -> System | None: ...
    def planar(self) -> bool: ...
    def measures(self) -> bool: ...
    def prepare(self, workers: int | None) -> None: ...
    def read_points(
        self, points: _Points, max_dist: _Floats | None, on_invalid: str
    ) -> tuple[_Floats, _Floats | None]: ...
    def match(
        self,
        points: _Points,
        workers: int | None,
        on_invalid: str,
        max_dist: _Floats | None = None,
        groups: _Codes | None = None,
        ask: _Ask | None = None,
        piece: bool = False,
    ) -> tuple[_Positions, _Floats]: ...
    def match_k(
        self,
        points: _Points,
        k: int,
        workers: int | None,
        on_invalid: str,
        max_dist: _Floats | None,
        groups: _Codes | None,
        ask: _Ask | None,
        piece: bool = False,
    ) -> tuple[_Positions, _Floats]: ...
    def pairs(
        self,
        objects: tuple[_P, ...],
        points: _Points,
        workers: int | None,
        on_invalid: str,
        max_dist: _Floats | None,
        groups: _Codes | None,
        ask: _Ask | None,
    ) -> list[tuple[Any, _P]]: ...
    def candidates(
        self,
        points: _Points,
        workers: int | None,
        on_invalid: str,
        max_dist: _Floats | None,
        groups: _Codes | None,
        order: str,
        ask: _Ask | None,
        enough: int | None = None,
    ) -> tuple[_Positions, _Positions, _Floats]: ...

@final
class Saved:
    @staticmethod
    def load(path: str | os.PathLike[str]) -> Saved: ...
    @staticmethod
    def from_bytes(data: bytes) -> Saved: ...
    def matcher(self, crs: System | None, planar: bool) -> Matcher: ...
    def groups(self) -> int | None: ...
    def has_attached(self, name: str) -> bool: ...
    def attached(self, name: str) -> bytes | None: ...

@final
class GeometryColumn:
    @staticmethod
    def from_arrow(table: Any, /) -> GeometryColumn: ...
    @staticmethod
    def from_cells(cells: list[Any], /) -> GeometryColumn: ...
    @staticmethod
    def from_xy(x: _Floats, y: _Floats, degrees: str | None = None, /) -> GeometryColumn: ...
    def __len__(self) -> int: ...
    def crs(self) -> tuple[str, bool] | None: ...
    def edges(self) -> str | None: ...

@final
class ArrowTable:
    @staticmethod
    def of(stream: Any, /) -> ArrowTable: ...
    @staticmethod
    def read(data: bytes, /) -> ArrowTable: ...
    def to_bytes(self) -> bytes: ...
    def names(self) -> list[str]: ...
    def num_rows(self) -> int: ...
    def select(self, names: list[str], /) -> ArrowTable: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

def save(
    matcher: Matcher, path: str | os.PathLike[str], attached: Sequence[tuple[str, bytes]]
) -> None: ...
def to_bytes(matcher: Matcher, attached: Sequence[tuple[str, bytes]]) -> bytes: ...
def coordinate_pairs(names: list[str]) -> list[tuple[int, int]]: ...
def geometry_columns(names: list[str]) -> list[int]: ...
def check_polygons(
    polygons: Iterable[Any], is_degrees: bool
) -> list[tuple[int, str, tuple[float, float] | None, str, bool]]: ...
def find_close_polygons(
    polygons: Iterable[_P], point: npt.ArrayLike, max_dist: float, *, planar: bool = False
) -> list[_P]: ...
def find_all_close_polygons(
    polygons: Iterable[_P], points: _Points, max_dist: float, *, planar: bool = False
) -> list[tuple[Any, list[_P]]]: ...
def match_pairs(
    polygons: Iterable[_P], points: _Points, max_dist: float, planar: bool
) -> list[tuple[Any, _P]]: ...
def objects_at(objects: tuple[_P, ...], index: _Positions) -> list[_P | None]: ...
def reach(polygons: Any, rule: Rule, center: str | npt.ArrayLike, on_invalid: str) -> _Floats: ...
def outlines(polygons: Iterable[Any]) -> tuple[_Floats, _Positions, _Positions, _Positions]: ...
def read_numbers(values: npt.ArrayLike, name: str) -> _Floats: ...
def read_points(points: _Points, on_invalid: str) -> _Floats: ...
def measure_polygons(polygons: Iterable[Any], center: str) -> tuple[_Measures, _Measures]: ...
def measure_rings(
    vertices: _Points,
    ring_offsets: npt.ArrayLike,
    part_offsets: npt.ArrayLike | None,
    polygon_offsets: npt.ArrayLike,
    center: str,
) -> _Measures: ...
def select_best_polygon(
    polygon_sets: Iterable[tuple[Any, Iterable[_P]]],
) -> list[tuple[Any, _P]]: ...
def stream_numbers(
    columns: Sequence[tuple[str, _Positions | _Floats]],
    is_null: npt.NDArray[np.bool_] | None,
    requested_schema: object | None,
) -> object: ...
def criteria(texts: list[str]) -> list[tuple[str, str | None]]: ...
def criterion(text: str) -> tuple[str, str | None]: ...
def degrees_of_columns(x: str, y: str) -> str | None: ...
def crs_named(name: str) -> tuple[str, Literal["geographic", "projected", "undecided"]]: ...
def compare_crs(a: str, b: str) -> Literal["same", "different", "undecided"]: ...

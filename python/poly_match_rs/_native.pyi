"""Types of the extension module; `mypy.stubtest` holds them against it."""

from collections.abc import Iterable
from typing import Any, Final, TypeVar, final

import numpy as np
import numpy.typing as npt
from typing_extensions import Self, disjoint_base

_P = TypeVar("_P")
_Points = npt.ArrayLike | Iterable[npt.ArrayLike]
_Floats = npt.NDArray[np.float64]
_Positions = npt.NDArray[np.int64]

__all__ = [
    "OPTIMIZED",
    "Matcher",
    "Polygon",
    "find_all_close_polygons",
    "find_close_polygons",
    "match_pairs",
    "objects_at",
    "select_best_polygon",
]

OPTIMIZED: Final[bool]

@disjoint_base
class Polygon:
    def __new__(cls, x: npt.ArrayLike, y: npt.ArrayLike, *args: Any, **kwargs: Any) -> Self: ...
    def __init__(self, x: npt.ArrayLike, y: npt.ArrayLike) -> None: ...
    @property
    def x(self) -> _Floats: ...
    @property
    def y(self) -> _Floats: ...
    @property
    def center(self) -> _Floats: ...
    def area(self) -> float: ...
    def __getnewargs__(self) -> tuple[_Floats, _Floats]: ...

@final
class Matcher:
    @staticmethod
    def from_polygons(polygons: Iterable[Any], max_dist: float, inclusive: bool) -> Matcher: ...
    @staticmethod
    def from_arrays(
        centers: _Points, keys: npt.ArrayLike, max_dist: float, inclusive: bool
    ) -> Matcher: ...
    def __len__(self) -> int: ...
    def match(
        self, points: _Points, workers: int | None, on_invalid: str
    ) -> tuple[_Positions, _Floats]: ...
    def pairs(
        self, objects: list[_P], points: _Points, workers: int | None, on_invalid: str
    ) -> list[tuple[Any, _P]]: ...
    def candidates(
        self, points: _Points, workers: int | None, on_invalid: str
    ) -> tuple[_Positions, _Positions, _Floats]: ...

def find_close_polygons(
    polygons: Iterable[_P], point: npt.ArrayLike, max_dist: float
) -> list[_P]: ...
def find_all_close_polygons(
    polygons: Iterable[_P], points: _Points, max_dist: float
) -> list[tuple[Any, list[_P]]]: ...
def match_pairs(
    polygons: Iterable[_P], points: _Points, max_dist: float
) -> list[tuple[Any, _P]]: ...
def objects_at(objects: list[_P], index: _Positions) -> list[_P | None]: ...
def select_best_polygon(
    polygon_sets: Iterable[tuple[Any, Iterable[_P]]],
) -> list[tuple[Any, _P]]: ...

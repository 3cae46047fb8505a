"""Which polygons share a colour, and what the legend calls them: the classes of a picture.

Without a column, every polygon is a class. A column of numbers has a scale of colours instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from poly_match_rs._geometry import column as geometries
from poly_match_rs._missing import is_missing, split

from poly_match._drawing import palette

if TYPE_CHECKING:
    from matplotlib.colors import Colormap

    from poly_match._result import Floats, Positions

# With more classes than this, those of most points get the first colours, which differ most.
DISTINCT = 40

MISSING = "(missing)"


class Classes(NamedTuple):
    """How polygons are coloured.

    Attributes
    ----------
    of : numpy.ndarray of int64, shape (M,)
        The class of each polygon.
    names : sequence of str
        What each class is called.
    """

    of: Positions
    names: Sequence[str]

    def colors(self, counts: Positions) -> tuple[Floats, Floats]:
        """Choose the colours of polygons, (M, 3), and those of the points that match them.

        Parameters
        ----------
        counts : numpy.ndarray of int64, shape (M,)
            How many points match each polygon.

        Returns
        -------
        tuple of numpy.ndarray
            Colours of polygons, and of points.
        """
        number = self.of
        if len(self.names) > DISTINCT:
            order = np.argsort(-self.counted(counts), kind="stable")
            rank = np.empty_like(order)
            rank[order] = np.arange(len(order))
            number = rank[self.of]
        return palette.of_polygons(number), palette.of_points(number)

    def counted(self, counts: Positions) -> Positions:
        """Count the points of each class, given those of each polygon."""
        return np.bincount(self.of, weights=counts, minlength=len(self.names)).astype(np.int64)


class Scale(NamedTuple):
    """A scale of colours for numbers.

    Attributes
    ----------
    mappable : matplotlib.cm.ScalarMappable
        For the colour bar.
    rgb : numpy.ndarray of float64, shape (M, 3)
        The colour of each polygon; grey where its number is missing.
    """

    mappable: ScalarMappable
    rgb: Floats

    def colors(self, counts: Positions) -> tuple[Floats, Floats]:  # noqa: ARG002 - as `Classes`
        """Return the colours of polygons, and of the points that match them."""
        return self.rgb, self.rgb


def named(objects: Sequence[Any] | None, count: int) -> Classes:
    """Make every polygon a class, called by its attribute ``name`` if it has one."""
    return Classes(np.arange(count), Names(objects, count))


class Names(Sequence[str]):
    """What polygons are called: their attribute ``name``, or their position.

    Parameters
    ----------
    objects : sequence, optional
        The caller's polygons.
    count : int
        Number of polygons.
    """

    def __init__(self, objects: Sequence[Any] | None, count: int) -> None:
        self._objects = objects
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, position: int) -> str: ...
    @overload
    def __getitem__(self, position: slice) -> list[str]: ...
    def __getitem__(self, position: int | slice) -> str | list[str]:
        if isinstance(position, slice):
            return [self[one] for one in range(*position.indices(len(self)))]
        if self._objects is not None:
            name = getattr(self._objects[position], "name", None)
            if name is not None and not callable(name):
                return str(name)
        return f"polygon {position}"


def of_column(
    column: Any,  # noqa: ANN401 - a name, or an array_like
    polygons: Any,  # noqa: ANN401 - any iterable of polygons
    objects: Sequence[Any] | None,
    count: int,
    cmap: str | Colormap | None,
) -> Classes | Scale:
    """Read a column of the polygons.

    Parameters
    ----------
    column : str or array_like
        A name of a column of the table, or of an attribute of the objects; or one value for each
        polygon.
    polygons : object
        The caller's polygons, which may be a table.
    objects : sequence, optional
        The caller's polygons one by one.
    count : int
        Number of polygons.
    cmap : str or matplotlib.colors.Colormap, optional
        For numbers.

    Returns
    -------
    Classes or Scale
        Numbers have a scale, unless they are booleans or categories.
    """
    values = _values(column, polygons, objects) if isinstance(column, str) else column
    if str(getattr(values, "dtype", "")) in ("category", "Categorical"):
        values = np.asarray(values, dtype=object)
    array, mask = split(values)
    if array.shape != (count,):
        raise ValueError(
            f"column must have one value for each of {count} polygons, got shape {array.shape}"
        )
    if array.dtype.kind in "iuf":
        numbers = array.astype(np.float64)
        if mask is not None:
            numbers[mask] = np.nan
        return _scale(numbers, cmap)
    texts = [
        MISSING if (mask is not None and mask[at]) or is_missing(value) else str(value)
        for at, value in enumerate(array.tolist())
    ]
    names = sorted(set(texts))
    number = {name: at for at, name in enumerate(names)}
    return Classes(np.array([number[text] for text in texts], dtype=np.int64), names)


def _scale(numbers: Floats, cmap: str | Colormap | None) -> Scale:

    known = numbers[np.isfinite(numbers)]
    low, high = (known.min(), known.max()) if len(known) else (0.0, 1.0)
    mappable = ScalarMappable(Normalize(low, high), cmap or "viridis")
    mappable.set_array(known)
    rgb = np.where(np.isfinite(numbers)[:, None], mappable.to_rgba(numbers)[:, :3], palette.IDLE)
    return Scale(mappable, rgb)


def _values(name: str, polygons: Any, objects: Sequence[Any] | None) -> Any:  # noqa: ANN401
    # A column of a table; else the attribute of all objects.
    if hasattr(polygons, "columns") and hasattr(polygons, "__getitem__"):
        if name in polygons.columns:
            return polygons[name]
        known = ", ".join(map(repr, polygons.columns))
        raise ValueError(f"the polygons have no column {name!r}, only {known}")
    if geometries(polygons) is polygons and objects is not None:
        for position, one in enumerate(objects):
            if one is not None and not hasattr(one, name):
                raise ValueError(
                    f"column must name an attribute of the polygons, or be an array: polygon "
                    f"{position}, of type {type(one).__name__}, has no {name!r}"
                )
        return np.array([getattr(one, name, None) for one in objects], dtype=object)
    raise ValueError(f"column {name!r} is not known here: give an array with one value a polygon")

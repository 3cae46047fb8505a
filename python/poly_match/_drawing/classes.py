"""Which polygons share a colour, and what the legend calls them: the classes of a picture.

Without a column, every polygon is a class. A column of numbers has a scale of colours instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from poly_match_rs._missing import is_missing, split

from poly_match._drawing import palette

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def of_column(
    values: Any,  # noqa: ANN401 - an array of any library
    count: int,
    cmap: str | Colormap | None,
) -> Classes | Scale:
    """Read a column of the polygons.

    Parameters
    ----------
    values : array_like
        One value for each polygon.
    count : int
        Number of polygons.
    cmap : str or matplotlib.colors.Colormap, optional
        For numbers.

    Returns
    -------
    Classes or Scale
        Numbers have a scale, unless they are booleans or categories.
    """
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

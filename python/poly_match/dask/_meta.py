"""The empty table of a join, which tells Dask the columns and their types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dask.dataframe.utils import UNKNOWN_CATEGORIES

if TYPE_CHECKING:
    from poly_match.dask._partition import Joining


def of(joining: Joining, points: Any) -> Any:  # noqa: ANN401 - of pandas or GeoPandas
    # Join the empty table of the points. What is wrong with all partitions is raised here.
    unknown = {name: dtype for name, dtype in points.dtypes.items() if not _is_known(dtype)}
    # Dask has a text in place of categories that it does not know, which may be numbers.
    points = points.astype(dict.fromkeys(unknown, object)) if unknown else points
    found = joining(points)
    return found.astype(unknown) if unknown else found


def _is_known(dtype: Any) -> bool:  # noqa: ANN401 - of pandas
    return dtype != "category" or UNKNOWN_CATEGORIES not in dtype.categories

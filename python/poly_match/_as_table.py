"""Results as tables of pyarrow, pandas and Polars, and as an Arrow stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from poly_match_rs import _native

from poly_match.tables._needs import library

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas
    import polars
    import pyarrow

    from poly_match._result import Floats, Positions


class Tabular:
    """The part of `MatchResult` that makes tables.

    All have the same columns. Without k, one row for each point, in order: ``polygon`` (int64) and
    ``distance`` (float64), both null without a match. With k, one row for each match that was
    found: ``point`` (int64), ``rank`` (int64, from 1), ``polygon`` and ``distance``.
    """

    index: Positions
    distance: Floats

    def to_arrow(self) -> pyarrow.Table:
        """Make a table of pyarrow.

        Returns
        -------
        pyarrow.Table
            Without k, one row for each point: ``polygon`` (int64) and ``distance`` (double), both
            null where there is no match. With k, one row for each match: ``point`` (int64),
            ``rank`` (int64, from 1), ``polygon`` and ``distance``.

        Raises
        ------
        ImportError
            If pyarrow is not installed.

        See Also
        --------
        lookup : Look up a value for every point by its match, such as a name.

        Examples
        --------
        >>> import poly_match
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (9, 0)], [5, 3], max_dist=2)
        >>> result = matcher.match([(1, 0), (50, 0)])
        >>> result.to_arrow().to_pylist()
        [{'polygon': 0, 'distance': 1.0}, {'polygon': None, 'distance': None}]
        """
        pa = library("pyarrow", "to_arrow()")
        columns, is_none = self._columns()
        table: pyarrow.Table = pa.table(
            {name: pa.array(values, mask=is_none) for name, values in columns.items()}
        )
        return table

    def to_pandas(self) -> pandas.DataFrame:
        """Make a table of pandas.

        Returns
        -------
        pandas.DataFrame
            Without k, one row for each point: ``polygon`` (Int64, NA where there is no match) and
            ``distance`` (float64, NaN where there is none). With k, one row for each match:
            ``point`` (Int64), ``rank`` (Int64, from 1), ``polygon`` and ``distance``.

        Raises
        ------
        ImportError
            If pandas is not installed.

        Examples
        --------
        >>> import poly_match
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (9, 0)], [5, 3], max_dist=2)
        >>> matcher.match([(1, 0), (50, 0)]).to_pandas()
           polygon  distance
        0        0       1.0
        1     <NA>       NaN
        """
        pd = library("pandas", "to_pandas()")
        columns, is_none = self._columns()
        mask = np.zeros(len(columns["polygon"]), dtype=bool) if is_none is None else is_none
        table: pandas.DataFrame = pd.DataFrame(
            {
                name: pd.arrays.IntegerArray(values, mask) if values.dtype == np.int64 else values
                for name, values in columns.items()
            },
            copy=True,
        )
        return table

    def to_polars(self) -> polars.DataFrame:
        """Make a table of Polars.

        Returns
        -------
        polars.DataFrame
            Without k, one row for each point: ``polygon`` (Int64) and ``distance`` (Float64), both
            null where there is no match. With k, one row for each match: ``point`` (Int64),
            ``rank`` (Int64, from 1), ``polygon`` and ``distance``.

        Raises
        ------
        ImportError
            If Polars is not installed.

        Examples
        --------
        >>> import poly_match
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (9, 0)], [5, 3], max_dist=2)
        >>> matcher.match([(1, 0), (50, 0)]).to_polars().rows()
        [(0, 1.0), (None, None)]
        """
        pl = library("polars", "to_polars()")
        columns, is_none = self._columns()
        table: polars.DataFrame = pl.DataFrame(columns)
        if is_none is None:
            return table
        is_found = pl.Series(~is_none)
        return table.select(pl.when(is_found).then(pl.col(name)).alias(name) for name in columns)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Give a stream of Arrow with the columns of `to_arrow`, without pyarrow.

        Parameters
        ----------
        requested_schema : PyCapsule, optional
            The types that the consumer would like.

        Returns
        -------
        PyCapsule
            An ``ArrowArrayStream``, as the Arrow PyCapsule interface defines it.

        Examples
        --------
        >>> import poly_match
        >>> import polars
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (9, 0)], [5, 3], max_dist=2)
        >>> polars.DataFrame(matcher.match([(1, 0), (50, 0)])).rows()
        [(0, 1.0), (None, None)]
        """
        columns, is_none = self._columns()
        return _native.stream_numbers(list(columns.items()), is_none, requested_schema)

    def _columns(self) -> tuple[dict[str, npt.NDArray[Any]], npt.NDArray[np.bool_] | None]:
        # The columns, and which rows have no polygon; None if all have one.
        is_none = self.index < 0
        if self.index.ndim == 1:
            columns: dict[str, npt.NDArray[Any]]
            columns = {"polygon": self.index, "distance": self.distance}
            return columns, is_none if is_none.any() else None
        point, rank = np.nonzero(~is_none)
        return {
            "point": point.astype(np.int64, copy=False),
            "rank": rank.astype(np.int64, copy=False) + 1,
            "polygon": self.index[point, rank],
            "distance": self.distance[point, rank],
        }, None

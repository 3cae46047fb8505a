"""What the adapter of Spark costs, beside functions of Arrow that return their input.

The same job each time: read Parquet files, compute, and drop all rows (`noop`). An `arrow_udf` that
returns its input sends x and y to Python and back, which any join by such a function must do.
`mapInArrow` sends all columns.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from bench.cluster import inputs, sessions
from bench.cluster.inputs import Input
from bench.cluster.turns import times
from bench.reference import WrongAnswerError

RULE = {"near": "covers"}
ROUNDS, QUICK_ROUNDS = 5, 1


def scanned(session: Any, of: Input) -> Any:  # noqa: ANN401 - a DataFrame
    """Read the points."""
    return session.read.parquet(str(of.files))


def same_arrays(batches: Iterator[Any]) -> Iterator[Any]:
    """Return what came in: structs of x and y."""
    yield from batches


def identity(session: Any, of: Input) -> Any:  # noqa: ANN401 - a DataFrame
    """Send x and y to Python and back."""
    from pyspark.sql import functions as F  # noqa: N812 - the usual name
    from pyspark.sql.pandas.functions import ArrowUDFType, arrow_udf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would rather read the types of a function
        function = arrow_udf(same_arrays, "x double, y double", ArrowUDFType.SCALAR_ITER)
    return scanned(session, of).withColumn("match", function(F.struct("x", "y")))


def joined(session: Any, of: Input, **options: Any) -> Any:  # noqa: ANN401 - a DataFrame
    """Join by the adapter."""
    import poly_match.spark

    return poly_match.spark.join(scanned(session, of), of.zones, **RULE, **options)


def same_batches(batches: Iterable[Any]) -> Iterator[Any]:
    """Return what came in: all columns."""
    yield from batches


def identity_in_arrow(session: Any, of: Input) -> Any:  # noqa: ANN401 - a DataFrame
    """Send all columns to Python and back."""
    points = scanned(session, of)
    return points.mapInArrow(same_batches, points.schema)


def joined_in_arrow(session: Any, of: Input) -> Any:  # noqa: ANN401 - a DataFrame
    """Join by `mapInArrow`: what a user would write without the adapter."""
    from poly_match import Matcher

    path = inputs.OUT / f"{of.name}.plym"
    Matcher.from_table(of.zones, **RULE).save(path)
    points = scanned(session, of)
    schema = f"{points.schema.toDDL()}, polygon long"
    return points.mapInArrow(partial(matched_batches, str(path)), schema)


def matched_batches(path: str, batches: Iterable[Any]) -> Iterator[Any]:
    """Load a matcher, and append the position of each point's polygon."""
    import pyarrow as pa
    from poly_match import Matcher

    matcher = Matcher.load(path)
    for batch in batches:
        table = pa.Table.from_batches([batch])
        found = matcher.join(table, columns=[], position_col="polygon", workers=1)
        yield from found.combine_chunks().to_batches()


POSITION = {"columns": [], "position_col": "polygon"}

SIDES: dict[str, tuple[str, Callable[..., Any]]] = {
    "scan": ("the files read, no Python", scanned),
    "identity": ("arrow_udf that returns x and y", identity),
    "position": ("poly_match.spark.join, the position", partial(joined, **POSITION)),
    "name": ("poly_match.spark.join, one column of text", partial(joined, columns=["name"])),
    "in-arrow": ("mapInArrow that returns all columns", identity_in_arrow),
    "joined-in-arrow": ("mapInArrow with Matcher.join, the position", joined_in_arrow),
}


def measure(session: Any, points: int, is_quick: bool) -> dict[str, Any]:  # noqa: ANN401
    """Compare the answers of both joins, then time all sides in turns."""
    print("adapter", file=sys.stderr)
    of = inputs.shapes(points, 100) if is_quick else inputs.counties(points)
    tables = {name: make(session, of) for name, (_, make) in SIDES.items()}
    sums = {name: sessions.checked(tables[name]) for name in ("position", "joined-in-arrow")}
    if len(set(sums.values())) > 1:
        raise WrongAnswerError(f"answers of the adapter and of mapInArrow differ: {sums}")
    calls = {name: partial(sessions.computed, table) for name, table in tables.items()}
    for call in calls.values():
        call()
    measured = times(calls, QUICK_ROUNDS if is_quick else ROUNDS)
    rows = [{"side": name, "title": SIDES[name][0], **measured[name]} for name in SIDES]
    return {"input": of.title, "points": points, "rows": rows}

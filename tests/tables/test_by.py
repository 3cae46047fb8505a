"""Labels in columns: `by`, in every kind of table."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
import pytest
import shapely
from poly_match import Matcher

from tests.tables.kinds import KINDS, Wrapped, rows, to_arrow

SQUARES = [shapely.box(0, 0, 9, 9)] * 4
POINTS: dict[str, list[Any]] = {
    "x": [1.0] * 5,
    "y": [1.0] * 5,
    "floor": ["b", "a", "c", "a", "b"],
    "wing": [2, 1, 1, 2, 1],
}
ZONES: dict[str, list[Any]] = {
    "floor": ["a", "b", "b", "a"],
    "wing": [1, 1, 2, 3],
    "name": ["a1", "b1", "b2", "a3"],
    "geometry": SQUARES,
}

each_kind = pytest.mark.parametrize("kind", KINDS)


@each_kind
def test_one_column_several_and_pairs(kind: str):
    def names(**asked: Any) -> list[Any]:
        join = poly_match.join
        ours, theirs = KINDS[kind](POINTS), KINDS[kind](ZONES)
        return rows(join(ours, theirs, near="covers", columns="name", **asked))["name"]

    one = ["b1", "a1", None, "a1", "b1"]
    assert names(by="floor") == one
    assert names(by=["floor"]) == one
    assert names(by={"floor": "floor"}) == one
    assert names(by={"wing": "wing"}) == ["b2", "a1", "a1", "b2", "a1"]
    both = ["b2", "a1", None, None, "b1"]
    assert names(by=["floor", "wing"]) == both
    assert names(by=("wing", "floor")) == both
    renamed = {("level" if k == "floor" else k): v for k, v in ZONES.items()}
    found = poly_match.join(
        KINDS[kind](POINTS),
        KINDS[kind](renamed),
        near="covers",
        by={"floor": "level", "wing": "wing"},
    )
    assert rows(found)["name"] == both


@each_kind
def test_a_matcher_knows_its_columns(kind: str):
    matcher = Matcher.from_table(KINDS[kind](ZONES), near="covers", by=["floor", "wing"])
    expected = ["b2", "a1", None, None, "b1"]
    renamed = {("level" if k == "floor" else k): v for k, v in POINTS.items()}
    for one in (matcher, Matcher.from_bytes(matcher.to_bytes())):
        assert rows(one.join(KINDS[kind](POINTS)))["name"] == expected
        asked = {"by": {"level": "floor", "wing": "wing"}}
        assert rows(one.join(KINDS[kind](renamed), **asked))["name"] == expected
        # The order of a mapping does not count.
        asked = {"by": {"wing": "wing", "level": "floor"}}
        assert rows(one.join(KINDS[kind](renamed), **asked))["name"] == expected
        with pytest.raises(ValueError, match="no column 'floor'"):
            one.join(KINDS[kind](renamed))
        with pytest.raises(ValueError, match="as many columns"):
            one.join(KINDS[kind](POINTS), by="floor")
        for wrong in (
            {"floor": "hall", "wing": "wing"},
            {"floor": "floor"},
            {"x": "wing", "y": "wing"},
        ):
            with pytest.raises(ValueError, match=r"once .'floor', 'wing'., got"):
                one.join(KINDS[kind](POINTS), by=wrong)


@each_kind
@pytest.mark.parametrize("several", [False, True])
def test_a_missing_label_equals_no_other(kind: str, several: bool):
    points = POINTS | {"floor": ["b", None, "c", "a", "b"]}
    zones = ZONES | {"floor": ["a", None, "b", "a"]}
    asked: dict[str, Any] = {"near": "covers", "by": ["floor", "wing"] if several else "floor"}
    with pytest.raises((ValueError, Wrapped), match=r"label of point \d is missing"):
        rows(poly_match.join(KINDS[kind](points), KINDS[kind](zones), **asked))
    ours, theirs = KINDS[kind](points), KINDS[kind](zones)
    got = rows(poly_match.join(ours, theirs, on_invalid="skip", **asked))["name"]
    assert got == (["b2", None, None, None, None] if several else ["b2", None, None, "a1", "b2"])


UNLIKE: list[list[Any]] = [
    ["1", "2", "1", "2", "1"],
    [b"1", b"2", b"1", b"2", b"1"],
    [True, False, True, False, True],
    [datetime.date(2020, 1, 1)] * 5,
]


@each_kind
@pytest.mark.parametrize("labels", UNLIKE, ids=["text", "bytes", "booleans", "times"])
def test_labels_of_unlike_types_are_refused(kind: str, labels: list[Any]):
    ours = KINDS[kind](POINTS | {"wing": labels})
    for by in ("wing", ["floor", "wing"]):
        with pytest.raises(TypeError, match=r"column 'wing' of points.*'wing' of polygons"):
            rows(poly_match.join(ours, KINDS[kind](ZONES), near="covers", by=by))
    theirs = KINDS[kind](ZONES | {"wing": labels[:4]})
    with pytest.raises(TypeError, match=r"column 'wing' of points.*'wing' of polygons"):
        rows(poly_match.join(KINDS[kind](POINTS), theirs, near="covers", by="wing"))


day = datetime.date(2020, 1, 1)
when = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
# The same labels, as different libraries have them.
SAME: dict[str, list[Any]] = {
    "integers": [
        np.array([1, 2, 3]),
        np.array([1, 2, 3], dtype=np.uint8),
        np.array([1.0, 2.0, 3.0]),
        pd.array([1, 2, 3], dtype="Int64"),
        pd.array([1, 2, 3], dtype="int64[pyarrow]"),
        pd.Categorical([1, 2, 3]),
        pl.Series([1, 2, 3]),
        pl.Series([1, 2, 3], dtype=pl.Int8),
        pa.array([1, 2, 3]),
        pa.array([1, 2, 3]).dictionary_encode(),
        pa.array([1.0, 2.0, 3.0], pa.float32()),
    ],
    "text": [
        np.array(["a", "b", "c"]),
        np.array(["a", "b", "c"], dtype=object),
        pd.array(["a", "b", "c"], dtype="string"),
        pd.array(["a", "b", "c"], dtype="string[pyarrow]"),
        pd.Categorical(["a", "b", "c"], categories=["c", "a", "b"], ordered=True),
        pl.Series(["a", "b", "c"]),
        pl.Series(["a", "b", "c"], dtype=pl.Categorical),
        pl.Series(["a", "b", "c"], dtype=pl.Enum(["c", "b", "a"])),
        pa.array(["a", "b", "c"]),
        pa.array(["a", "b", "c"], pa.large_string()),
        pa.array(["a", "b", "c"]).dictionary_encode(),
    ],
    "booleans": [
        np.array([True, False]),
        pd.array([True, False], dtype="boolean"),
        pl.Series([True, False]),
        pa.array([True, False]),
    ],
    "dates": [
        np.array([day, day + datetime.timedelta(1)], dtype=object),
        np.array(["2020-01-01", "2020-01-02"], dtype="M8[D]"),
        pd.array([day, day + datetime.timedelta(1)], dtype="date32[pyarrow]"),
        pl.Series([day, day + datetime.timedelta(1)]),
        pa.array([day, day + datetime.timedelta(1)]),
    ],
    "times": [
        np.array(["2020-01-01", "2020-01-02"], dtype="M8[ns]"),
        np.array(["2020-01-01", "2020-01-02"], dtype="M8[s]"),
        pd.to_datetime(["2020-01-01", "2020-01-02"]),
        pl.Series([when, when + datetime.timedelta(1)]).dt.replace_time_zone(None),
        pa.array([when, when + datetime.timedelta(1)], pa.timestamp("us")),
        pa.array([when, when + datetime.timedelta(1)], pa.timestamp("ns")),
    ],
    "zoned": [
        pd.to_datetime([when, when + datetime.timedelta(1)]),
        pd.to_datetime([when, when + datetime.timedelta(1)]).tz_convert("Europe/Rome"),
        pl.Series([when, when + datetime.timedelta(1)]),
        pa.array([when, when + datetime.timedelta(1)], pa.timestamp("us", tz="UTC")),
    ],
    "durations": [
        np.array([1, 2], dtype="m8[s]"),
        pd.to_timedelta(["1s", "2s"]),
        pl.Series([datetime.timedelta(seconds=1), datetime.timedelta(seconds=2)]),
        pa.array([1000, 2000], pa.duration("ms")),
    ],
    "bytes": [
        np.array([b"a", b"b"], dtype=object),
        pl.Series([b"a", b"b"]),
        pa.array([b"a", b"b"]),
        pa.array([b"a", b"b"], pa.large_binary()),
    ],
    "decimals": [
        np.array([decimal.Decimal("1.5"), decimal.Decimal("2.0")], dtype=object),
        pl.Series([decimal.Decimal("1.5"), decimal.Decimal("2.0")]),
        pa.array([decimal.Decimal("1.5"), decimal.Decimal("2.0")]),
        np.array([1.5, 2.0]),
    ],
}


def table(labels: Any, **columns: Any) -> Any:
    columns = {name: values[: len(labels)] for name, values in columns.items()}
    if isinstance(labels, pl.Series):
        wkb = {name: shapely.to_wkb(v) if name == "geometry" else v for name, v in columns.items()}
        return pl.DataFrame({**wkb, "label": labels})
    if isinstance(labels, (pa.Array, pa.DictionaryArray)):
        return to_arrow(columns).append_column("label", labels)
    if type(labels) is np.ndarray:
        return {**columns, "label": labels}
    return pd.DataFrame({**columns, "label": labels})


@pytest.mark.parametrize("kind", SAME)
@pytest.mark.parametrize("several", [False, True])
def test_equal_labels_of_different_libraries(kind: str, several: bool):
    for i, ours in enumerate(SAME[kind]):
        for j, theirs in enumerate(SAME[kind]):
            count = len(theirs)
            zones = table(theirs, geometry=np.array(SQUARES), one=np.ones(4, dtype=int))
            points = table(ours, x=np.ones(4), y=np.ones(4), one=np.ones(4, dtype=int))
            asked: dict[str, Any] = {"by": ["label", "one"] if several else "label"}
            got = poly_match.join(
                points, zones, near="covers", position_col="at", columns=[], **asked
            )
            assert rows(got)["at"] == list(range(count)), (i, j)
            matcher = Matcher.from_table(zones, near="covers", columns=[], **asked)
            again = Matcher.from_bytes(matcher.to_bytes(), allow_pickle=True)
            assert rows(again.join(points, position_col="at"))["at"] == list(range(count)), (i, j)


def test_by_needs_labels_on_both_sides():
    with pytest.raises(ValueError, match="at least one column"):
        poly_match.join(POINTS, ZONES, near="covers", by=[])
    with pytest.raises(ValueError, match="needs labels of the polygons"):
        Matcher.from_table(ZONES, near="covers").join(POINTS, by="floor")
    with pytest.raises(ValueError, match="points have no column 'hall'"):
        poly_match.join(POINTS, ZONES, near="covers", by={"hall": "floor"})
    with pytest.raises(ValueError, match="polygons have no column 'storey'"):
        poly_match.join(POINTS, ZONES, near="covers", by={"floor": "storey"})
    with pytest.raises(TypeError, match="by must"):
        poly_match.join(POINTS, ZONES, near="covers", by=7)  # type: ignore[arg-type]


def test_nanoseconds_count():
    def zones(times: list[str]) -> pd.DataFrame:
        return pd.DataFrame({"geometry": SQUARES[:2], "label": pd.to_datetime(times)})

    times = ["2020-01-01 00:00:00.000000001", "2020-01-01 00:00:00.000000002"]
    points = zones(times[::-1]).assign(x=1.0, y=1.0).drop(columns="geometry")
    for ours in (
        points,
        pl.from_pandas(points),
        pa.table(points),
        {n: points[n].to_numpy() for n in points},
    ):
        got = poly_match.join(ours, zones(times), near="covers", by="label", position_col="at")
        assert rows(got)["at"] == [1, 0]


UNLIKE_TIMES: list[Any] = [
    np.array(["2020-01-01"], dtype="M8[D]"),
    np.array(["2020-01-01"], dtype="M8[us]"),
    pd.to_datetime([when]),
    np.array([1], dtype="m8[s]"),
    pa.array([datetime.time(1)]),
]


def test_times_of_unlike_types_are_refused():
    for i, ours in enumerate(UNLIKE_TIMES):
        for j, theirs in enumerate(UNLIKE_TIMES):
            points = table(ours, x=np.ones(4), y=np.ones(4))
            zones = table(theirs, geometry=np.array(SQUARES))
            if i == j:
                assert rows(poly_match.join(points, zones, near="covers", by="label"))[
                    "polygon_label"
                ]
            else:
                with pytest.raises(TypeError, match="labels must be of one type"):
                    poly_match.join(points, zones, near="covers", by="label")


@pytest.mark.parametrize("labels", [[1, None, 2], [True, None, False], ["a", None, "b"]])
def test_a_categorical_may_miss_labels(labels):
    zone = "POLYGON((0 0, 9 0, 9 9, 0 0))"
    known = [label for label in labels if label is not None]
    zones = pd.DataFrame({"wkt": [zone] * 2, "floor": pd.Categorical(known)})
    points = pd.DataFrame({"x": 5.0, "y": 1.0, "floor": pd.Categorical(labels)})
    rule = {"near": "covers", "by": "floor", "position_col": "position"}
    joined = poly_match.join(points, zones, on_invalid="skip", **rule)
    assert joined["position"].tolist() == [0, pd.NA, 1]
    with pytest.raises(ValueError, match="the label of point 1 is missing"):
        poly_match.join(points, zones, **rule)

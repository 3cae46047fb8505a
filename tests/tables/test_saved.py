"""Matchers with columns: saved, loaded, pickled and copied, the columns come back as they were."""

from __future__ import annotations

import copy
import datetime
import pickle
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import shapely
from pandas.testing import assert_frame_equal
from poly_match import Matcher

from tests.tables.kinds import KINDS, rows
from tests.tables.test_kinds import random_columns
from tests.tables.test_pandas import VALUES
from tests.tables.test_pandas import points as frame
from tests.tables.test_pandas import zones as zones_of

POINTS, ZONES = random_columns(5, 20, 9)


def by_file(matcher: Matcher[Any], folder: Path) -> Matcher[Any]:
    matcher.save(folder / "zones.plym")
    return Matcher.load(folder / "zones.plym")


WAYS: dict[str, Any] = {
    "file": by_file,
    "bytes": lambda matcher, _: Matcher.from_bytes(matcher.to_bytes()),
    "twice": lambda matcher, _: Matcher.from_bytes(
        Matcher.from_bytes(matcher.to_bytes()).to_bytes()
    ),
    "pickle": lambda matcher, _: pickle.loads(pickle.dumps(matcher)),
    "copy": lambda matcher, _: copy.copy(matcher),
    "deepcopy": lambda matcher, _: copy.deepcopy(matcher),
    "pickle of loaded": lambda matcher, _: pickle.loads(
        pickle.dumps(Matcher.from_bytes(matcher.to_bytes()))
    ),
    "deepcopy of loaded": lambda matcher, _: copy.deepcopy(Matcher.from_bytes(matcher.to_bytes())),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_joins_are_the_same(way: str, kind: str, tmp_path: Path):
    rule: dict[str, Any] = {"near": "boundary", "max_dist": 1.0, "best": "min:share"}
    matcher = Matcher.from_table(KINDS[kind](ZONES), **rule)
    again = WAYS[way](matcher, tmp_path)
    assert repr(again) == repr(matcher)
    for ours in KINDS.values():
        asked = {"position_col": "at", "k": 2}
        assert rows(again.join(ours(POINTS), **asked)) == rows(matcher.join(ours(POINTS), **asked))


@pytest.mark.parametrize("way", WAYS)
def test_labels_of_rows(way: str, tmp_path: Path):
    for index in (pd.Index(list("abc"), name="key"), pd.RangeIndex(3), pd.Index([3.5, 1.5, 2.5])):
        matcher = Matcher.from_table(zones_of().set_axis(index), near="covers")
        again = WAYS[way](matcher, tmp_path)
        asked = {"label_col": "label"}
        assert_frame_equal(again.join(frame(), **asked), matcher.join(frame(), **asked))


# What Arrow does not hold.
UNSAVED = {"mixed", "complex"}


# Of pyarrow 14, on times with a zone.
pytestmark = pytest.mark.filterwarnings("ignore:DatetimeTZBlock:DeprecationWarning")


@pytest.mark.parametrize("kind", [kind for kind in VALUES if kind not in UNSAVED])
def test_columns_of_pandas(kind: str):
    theirs = zones_of(value=VALUES[kind])
    matcher = Matcher.from_table(theirs, near="covers")
    got = Matcher.from_bytes(matcher.to_bytes()).join(frame())["value"]
    expected = matcher.join(frame())["value"]
    if kind == "sparse":
        expected = expected.astype(float)
    assert got.dtype == expected.dtype
    for one, other in zip(got, expected, strict=True):
        if isinstance(one, (list, np.ndarray)):
            assert list(one) == other
        else:
            assert (pd.isna(one) and pd.isna(other)) or one == other


@pytest.mark.parametrize("kind", sorted(UNSAVED))
def test_columns_that_cannot_be_saved(kind: str):
    matcher = Matcher.from_table(zones_of(value=VALUES[kind], name=list("abc")), near="covers")
    matcher.join(frame())
    with pytest.raises(TypeError, match="column 'value' cannot be converted to Arrow"):
        matcher.to_bytes()
    few = Matcher.from_table(
        zones_of(value=VALUES[kind], name=list("abc")), near="covers", columns=["name"]
    )
    assert Matcher.from_bytes(few.to_bytes()).join(frame())["name"].tolist()[:2] == ["b", "a"]


def test_objects_of_polars_cannot_be_saved():
    zones = pl.DataFrame({"geometry": shapely.to_wkb([shapely.box(0, 0, 9, 9)])})
    zones = zones.with_columns(value=pl.Series([{1}], dtype=pl.Object))
    matcher = Matcher.from_table(zones, near="covers")
    with pytest.raises(TypeError, match="column 'value' cannot be converted to Arrow"):
        matcher.to_bytes()


def test_geometry_in_columns():
    zones = geopandas.GeoDataFrame(
        {"name": ["hall"]}, geometry=[shapely.box(0, 0, 9, 9)], crs="EPSG:32632"
    )
    matcher = Matcher.from_table(zones, near="covers", columns=["name", "geometry"])
    again = Matcher.from_bytes(matcher.to_bytes())
    points = geopandas.GeoDataFrame(geometry=[shapely.Point(1, 1)], crs="EPSG:32632")
    got = again.join(points)["polygon_geometry"]
    assert type(got) is geopandas.GeoSeries
    assert got.crs == "EPSG:32632"
    assert got.tolist() == zones.geometry.tolist()


def test_what_the_caller_changes_later():
    for kind in ("pandas", "geopandas", "mapping"):
        theirs = KINDS[kind](ZONES)
        matcher = Matcher.from_table(theirs, near="covers")
        expected = rows(matcher.join(POINTS))
        if kind == "mapping":
            theirs["share"][:] = 0.0
            theirs["level"][:] = [7] * 9
        else:
            theirs.loc[:, "share"] = 0.0
            theirs.iloc[:, 0] = "other"
        assert rows(matcher.join(POINTS)) == expected
    copied = copy.deepcopy(matcher)
    assert rows(copied.join(POINTS)) == expected


def test_labels_need_no_pickle():
    when = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    for labels in (
        pd.to_datetime([when] * 3),
        pd.to_datetime(["2020-01-01"] * 3),
        pd.to_timedelta(["1h", "2h", "3h"]),
        pd.Categorical(["a", "b", "a"]),
        pd.array([1, 2, 3], dtype="Int64"),
        np.array([datetime.date(2020, 1, 1)] * 3, dtype=object),
    ):
        matcher = Matcher.from_table(zones_of(label=labels), near="covers", by="label")
        again = Matcher.from_bytes(matcher.to_bytes())
        ours = frame(label=[*labels, *labels[:2]])
        assert_frame_equal(again.join(ours), matcher.join(ours))


def test_saving_is_stable():
    zones = pa.table({"geometry": shapely.to_wkb([shapely.box(0, 0, 9, 9)] * 3), "n": [1, None, 3]})
    matcher = Matcher.from_table(zones, near="covers")
    data = matcher.to_bytes()
    assert Matcher.from_bytes(data).to_bytes() == data

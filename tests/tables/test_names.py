"""Which columns are added, in what order, and by what names; in every kind of table."""

from __future__ import annotations

from typing import Any

import poly_match
import pytest
import shapely
from poly_match import Matcher

from tests.tables.kinds import KINDS, names, rows

POINTS: dict[str, list[Any]] = {
    "x": [5.0, 1.0, 50.0],
    "y": [5.0, 1.0, 50.0],
    "name": ["p", "q", "r"],
}
ZONES: dict[str, list[Any]] = {
    "name": ["hall", "shelf"],
    "kind": [1, 2],
    "geometry": [shapely.box(0, 0, 9, 9), shapely.box(4, 4, 6, 6)],
}

each_kind = pytest.mark.parametrize("kind", KINDS)


def added(kind: str, points: Any = POINTS, zones: Any = ZONES, **asked: Any) -> list[Any]:
    # The names of the new columns, the same by both ways.
    ours = KINDS[kind](points)
    mine = names(ours) if kind not in ("reader", "foreign") else list(points)
    rule = {"near": asked.pop("near", "covers"), "max_dist": asked.pop("max_dist", None)}
    found = names(poly_match.join(ours, KINDS[kind](zones), **rule, **asked))
    matcher = Matcher.from_table(KINDS[kind](zones), **rule)
    assert names(matcher.join(KINDS[kind](points), **asked)) == found
    assert found[: len(mine)] == mine
    return found[len(mine) :]


@each_kind
def test_all_that_is_no_geometry(kind: str):
    assert added(kind) == ["polygon_name", "kind"]


@each_kind
def test_columns_are_a_list_a_mapping_or_one_name(kind: str):
    assert added(kind, columns=["kind", "name"]) == ["kind", "polygon_name"]
    assert added(kind, columns=("kind",)) == ["kind"]
    assert added(kind, columns="kind") == ["kind"]
    assert added(kind, columns={"name": "zone", "kind": "sort"}) == ["zone", "sort"]
    assert added(kind, columns={"kind": "x"}) == ["polygon_x"]
    assert added(kind, columns=[]) == []
    assert added(kind, columns={"kind": 1}.keys()) == ["kind"]


@each_kind
def test_columns_are_read_once(kind: str):
    found = poly_match.join(
        KINDS[kind](POINTS), KINDS[kind](ZONES), near="covers", columns=iter(["kind", "name"])
    )
    assert rows(found)["polygon_name"] == ["shelf", "hall", None]


@each_kind
def test_the_order_of_what_is_added(kind: str):
    asked = {"near": "boundary", "max_dist": 9.0, "k": 2, "position_col": "at", "columns": ["kind"]}
    assert added(kind, **asked) == ["rank", "at", "kind", "distance"]
    assert added(kind, **asked, distance_col="far") == ["rank", "at", "kind", "far"]
    assert added(kind, **asked, distance_col=None) == ["rank", "at", "kind"]
    assert added(kind, position_col="at") == ["at", "polygon_name", "kind"]


@each_kind
def test_a_label_stands_after_the_position(kind: str):
    theirs = KINDS["pandas"](ZONES)
    asked: dict[str, Any] = {"position_col": "at", "label_col": "label", "columns": ["kind"]}
    got = rows(poly_match.join(KINDS[kind](POINTS), theirs, near="covers", **asked))
    assert list(got)[-3:] == ["at", "label", "kind"]
    assert got["label"] == ["row 7", "row 0", None]


@each_kind
def test_names_that_clash(kind: str):
    points = POINTS | {"polygon_name": [1, 2, 3], "distance": [4.0, 5.0, 6.0], "rank": [7, 8, 9]}
    assert added(kind, points, columns=["name"]) == ["polygon_name_2"]
    points["polygon_name_2"] = [1, 2, 3]
    assert added(kind, points, columns=["name"]) == ["polygon_name_3"]
    asked: dict[str, Any] = {"near": "center", "max_dist": 20.0, "k": 1, "columns": {"kind": "x"}}
    assert added(kind, points, **asked) == ["polygon_rank", "polygon_x", "polygon_distance"]
    # New columns of one name.
    assert added(kind, position_col="kind") == ["kind", "polygon_name", "kind_2"]
    same = {"name": "new", "kind": "new"}
    assert added(kind, columns=same) == ["new", "new_2"]


@each_kind
def test_a_column_may_be_called_as_the_one_beside_it_would_be(kind: str):
    zones = ZONES | {"polygon_name": [3, 4]}
    got = rows(poly_match.join(KINDS[kind](POINTS), KINDS[kind](zones), near="covers"))
    assert got["name"] == POINTS["name"]
    assert sorted(set(got) - set(POINTS) - {"geometry"}) == [
        "kind",
        "polygon_name",
        "polygon_name_2",
    ]
    assert got["polygon_name"] in ([4, 3, None], ["shelf", "hall", None])


@each_kind
def test_a_matcher_may_rename_what_it_keeps(kind: str):
    matcher = Matcher.from_table(
        KINDS[kind](ZONES), near="covers", columns={"name": "zone", "kind": "name"}
    )
    for one in (matcher, Matcher.from_bytes(matcher.to_bytes())):
        got = rows(one.join(KINDS[kind](POINTS)))
        assert list(got)[-2:] == ["zone", "polygon_name"]
        assert got["zone"] == ["shelf", "hall", None]
        assert got["polygon_name"] == [2, 1, None]
        assert "zone" in rows(one.join(KINDS[kind](POINTS), columns=["zone"]))
        with pytest.raises(ValueError, match="no column 'kind'"):
            one.join(KINDS[kind](POINTS), columns=["kind"])
    with pytest.raises(ValueError, match="different new names"):
        Matcher.from_table(KINDS[kind](ZONES), near="covers", columns={"name": "a", "kind": "a"})


@each_kind
def test_geometry_of_polygons_on_request(kind: str):
    got = rows(
        poly_match.join(
            KINDS[kind](POINTS), KINDS[kind](ZONES), near="covers", columns={"geometry": "shape"}
        )
    )
    shapes = [shapely.from_wkb(one) if isinstance(one, bytes) else one for one in got["shape"]]
    assert shapes == [ZONES["geometry"][1], ZONES["geometry"][0], None]


def test_columns_must_be_names():
    for columns in (7, 1.5):
        with pytest.raises(TypeError, match="columns must be names"):
            poly_match.join(POINTS, ZONES, near="covers", columns=columns)  # type: ignore[type-var]

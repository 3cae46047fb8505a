"""Distances in tables: a column of radii, the column of distances, and rules by columns."""

from __future__ import annotations

import decimal
from typing import Any

import numpy as np
import poly_match
import pytest
import shapely
from poly_match import Matcher

from tests.tables.kinds import KINDS, Wrapped, rows
from tests.tables.test_kinds import random_columns

each_kind = pytest.mark.parametrize("kind", KINDS)

POINTS, ZONES = random_columns(3, 30, 10)
XY = np.column_stack([POINTS["x"], POINTS["y"]])
RADII = np.random.default_rng(0).uniform(0, 5, 30).round(1)


def names(index: Any) -> list[Any]:
    return [None if i < 0 else ZONES["name"][i] for i in index]


@each_kind
@pytest.mark.parametrize("near", ["center", "boundary"])
@pytest.mark.parametrize("k", [None, 2])
def test_a_column_of_radii(kind: str, near: Any, k: int | None):
    points = POINTS | {"reach": RADII.tolist()}
    expected = poly_match.match(
        ZONES["geometry"], XY, near=near, best="smallest", max_dist=RADII, **({"k": k} if k else {})
    )
    ours, theirs = KINDS[kind](points), KINDS[kind](ZONES)
    got = rows(poly_match.join(ours, theirs, near=near, max_dist="reach", k=k))
    index = expected.index.reshape(30, -1)
    row, rank = np.nonzero((index >= 0) | (np.arange(index.shape[1]) == 0))
    assert got["id"] == row.tolist()
    assert got["name"] == names(index[row, rank])
    matcher = Matcher.from_table(KINDS[kind](ZONES), near=near, max_dist=1.0)
    assert rows(matcher.join(KINDS[kind](points), max_dist="reach", k=k)) == got
    assert rows(matcher.join(KINDS[kind](POINTS), max_dist=2.5))["name"] == names(
        Matcher(ZONES["geometry"], near=near, max_dist=2.5, best="smallest").match(XY).index
    )


@each_kind
def test_radii_of_other_types(kind: str):
    for values in ([1, 2, 3] * 10, [decimal.Decimal("1.5")] * 30):
        points = POINTS | {"reach": values}
        expected = poly_match.match(
            ZONES["geometry"],
            XY,
            near="center",
            best="smallest",
            max_dist=np.array(values, dtype=float),
        )
        asked: dict[str, Any] = {"near": "center", "max_dist": "reach"}
        ours = KINDS[kind](points)
        assert rows(poly_match.join(ours, KINDS[kind](ZONES), **asked))["name"] == names(
            expected.index
        )


@each_kind
def test_a_missing_radius(kind: str):
    points = POINTS | {"reach": [1.0, None, *RADII[2:].tolist()]}
    asked: dict[str, Any] = {"near": "center", "max_dist": "reach"}
    with pytest.raises((ValueError, Wrapped), match=r"point \d"):
        rows(poly_match.join(KINDS[kind](points), KINDS[kind](ZONES), **asked))
    ours, theirs = KINDS[kind](points), KINDS[kind](ZONES)
    assert rows(poly_match.join(ours, theirs, on_invalid="skip", **asked))["name"][1] is None
    points = POINTS | {"reach": ["far"] * 30}
    with pytest.raises(TypeError, match=r"column 'reach' of points must hold numbers, got "):
        rows(poly_match.join(KINDS[kind](points), KINDS[kind](ZONES), **asked))
    points = POINTS | {"reach": [-1.0] * 30}
    with pytest.raises((ValueError, Wrapped), match="-1"):
        rows(poly_match.join(KINDS[kind](points), KINDS[kind](ZONES), **asked))
    with pytest.raises(ValueError, match="points have no column 'reach'"):
        rows(poly_match.join(KINDS[kind](POINTS), KINDS[kind](ZONES), **asked))


@each_kind
def test_priorities_in_columns(kind: str):
    levels = [np.nan if level is None else level for level in ZONES["level"]]
    for rule, best in (
        ("max:share", ([-s for s in ZONES["share"]],)),
        ("min:share", (ZONES["share"],)),
        (("max:is_open", "smallest"), ([not one for one in ZONES["is_open"]], "smallest")),
        ("max:is_open,min:share", ([not one for one in ZONES["is_open"]], ZONES["share"])),
        (("min:level", "largest"), (levels, "largest")),
        (("max:level", "first"), ([-level for level in levels], "first")),
    ):
        expected = Matcher(
            ZONES["geometry"], near="covers", best=tuple(best), nulls_last=True
        ).match(XY)
        ours, theirs = KINDS[kind](POINTS), KINDS[kind](ZONES)
        got = poly_match.join(ours, theirs, near="covers", best=rule, nulls_last=True)
        assert rows(got)["name"] == names(expected.index), rule
    with pytest.raises(ValueError, match="polygon 0"):
        poly_match.join(KINDS[kind](POINTS), KINDS[kind](ZONES), near="covers", best="min:level")
    with pytest.raises(ValueError, match=r"min:shares' names.* did you mean 'share'"):
        poly_match.join(KINDS[kind](POINTS), KINDS[kind](ZONES), near="covers", best="min:shares")
    with pytest.raises(TypeError, match="'name'"):
        poly_match.join(KINDS[kind](POINTS), KINDS[kind](ZONES), near="covers", best="min:name")


@each_kind
def test_rules_of_other_kinds(kind: str):
    areas = shapely.area(ZONES["geometry"])

    def far_and_small(_: Any, indptr: Any, indices: Any, distances: Any) -> Any:
        assert indptr[-1] == len(indices)
        return areas[indices] / (1 + distances)

    for rule in (
        {"near": "center", "max_dist": 3.0, "best": far_and_small, "with_distances": True},
        {"near": "covers", "best": [*range(9, -1, -1)]},
        {"near": "covers", "best": ([1] * 10, "largest")},
        {"near": "center", "max_dist": 3.0, "tie": "distance", "center": "bbox"},
        {
            "near": "center",
            "max_dist": 3.0,
            "center": shapely.get_coordinates(shapely.centroid(ZONES["geometry"])),
        },
    ):
        rule = {"best": "smallest", **rule}
        expected = Matcher(ZONES["geometry"], **rule).match(XY)
        ours, theirs = KINDS[kind](POINTS), KINDS[kind](ZONES)
        assert rows(poly_match.join(ours, theirs, **rule))["name"] == names(expected.index)


@each_kind
def test_distances_are_null_where_nothing_matches(kind: str):
    ours, theirs = KINDS[kind](POINTS), KINDS[kind](ZONES)
    got = poly_match.join(ours, theirs, near="boundary", max_dist=0.5)
    index = Matcher(ZONES["geometry"], near="boundary", max_dist=0.5, best="smallest").match(XY)
    expected = [None if i < 0 else d for i, d in zip(index.index, index.distance, strict=True)]
    assert None in expected
    assert rows(got)["distance"] == expected


@each_kind
def test_workers_do_not_count(kind: str):
    for workers in (1, 2):
        ours, theirs = KINDS[kind](POINTS), KINDS[kind](ZONES)
        got = poly_match.join(ours, theirs, near="covers", workers=workers)
        assert rows(got)["name"] == names(Matcher(ZONES["geometry"], near="covers").match(XY).index)


@each_kind
def test_k_must_be_positive(kind: str):
    for k in (0, -1):
        with pytest.raises(ValueError, match="k"):
            rows(poly_match.join(KINDS[kind](POINTS), KINDS[kind](ZONES), near="covers", k=k))

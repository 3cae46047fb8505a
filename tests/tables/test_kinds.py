"""The same job in every kind of table, for points and for polygons, against `Matcher` on arrays."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import poly_match
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from poly_match import Matcher

from tests.tables.kinds import KINDS, RETURNED, rows

PAIRS = list(itertools.product(KINDS, KINDS))

RULES: list[dict[str, Any]] = [
    {"near": "covers"},
    {"near": "contains", "best": "largest"},
    {"near": "boundary", "max_dist": 1.5},
    {"near": "boundary", "best": "nearest,smallest"},
    {"near": "center", "max_dist": 4.0, "best": "nearest"},
    {"near": "center", "max_dist": 4.0, "best": ("smallest", "nearest"), "inclusive": True},
    {"near": "covers", "best": "first"},
]


def random_columns(seed: int, points: int, zones: int) -> tuple[dict[str, Any], dict[str, Any]]:
    rng = np.random.default_rng(seed)
    corners = rng.integers(0, 12, (zones, 2))
    boxes = shapely.box(*corners.T, *(corners + rng.integers(1, 6, (zones, 2))).T)
    levels: list[Any] = rng.integers(-3, 4, zones).tolist()
    levels[::3] = [None] * len(levels[::3])
    columns = {
        "name": [f"zone {i}" for i in range(zones)],
        "level": levels,
        "share": rng.random(zones).tolist(),
        "is_open": (rng.random(zones) < 0.5).tolist(),
        "geometry": list(boxes),
    }
    x, y = rng.uniform(-1, 16, (2, points)).round(1)
    return {"x": x.tolist(), "y": y.tolist(), "id": list(range(points))}, columns


def check(ours: Any, theirs: Any, points: Any, zones: Any, rule: dict[str, Any], **asked: Any):
    xy = np.column_stack([points["x"], points["y"]]).reshape(-1, 2)
    matcher = Matcher(zones["geometry"], **({"best": "smallest"} | rule))
    result = matcher.match(xy, **asked)
    k = asked.get("k")
    table = poly_match.join(ours, theirs, **rule, **asked, position_col="position")
    got = rows(table)
    index = result.index.reshape(len(xy), k or 1)
    distance = result.distance.reshape(len(xy), k or 1)
    row, rank = np.nonzero((index >= 0) | (np.arange(index.shape[1]) == 0))
    position = index[row, rank]
    assert got["id"] == [points["id"][i] for i in row]
    assert got["position"] == [None if i < 0 else i for i in position]
    for name in zones.keys() - {"geometry"}:
        assert got[name] == [None if i < 0 else zones[name][i] for i in position], name
    if k is not None:
        assert got["rank"] == [
            None if p < 0 else r + 1 for r, p in zip(rank, position, strict=True)
        ]
    measures = rule["near"] in ("center", "boundary")
    assert ("distance" in got) == measures
    if measures:
        expected = [None if d != d else d for d in distance[row, rank].tolist()]
        assert got["distance"] == expected
    return table


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_matches_are_those_of_arrays(ours: str, theirs: str):
    points, zones = random_columns(1, 30, 12)
    for rule in RULES:
        table = check(KINDS[ours](points), KINDS[theirs](zones), points, zones, rule)
        assert isinstance(table, RETURNED[ours])
    check(KINDS[ours](points), KINDS[theirs](zones), points, zones, RULES[4], k=3)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(PAIRS),
    st.sampled_from(RULES),
    st.integers(0, 2**32),
    st.integers(0, 20),
    st.integers(1, 20),
    st.sampled_from([None, 1, 2, 5]),
)
def test_any_number_of_rows(pair: Any, rule: Any, seed: int, n: int, m: int, k: int | None):
    points, zones = random_columns(seed, n, m)
    ours, theirs = KINDS[pair[0]](points), KINDS[pair[1]](zones)
    check(ours, theirs, points, zones, rule, **({} if k is None else {"k": k}))


@pytest.mark.parametrize("kind", KINDS)
def test_a_matcher_joins_tables_of_every_kind(kind: str):
    points, zones = random_columns(2, 25, 9)
    matcher = Matcher.from_table(KINDS[kind](zones), near="boundary", max_dist=1.0)
    index = matcher.match(np.column_stack([points["x"], points["y"]])).index
    expected = [None if i < 0 else zones["name"][i] for i in index]
    inner = [name for name in expected if name is not None]
    assert None in expected
    for ours in KINDS.values():
        assert rows(matcher.join(ours(points)))["name"] == expected
        assert rows(matcher.join(ours(points), how="inner"))["name"] == inner
        assert rows(matcher.join(ours(points), columns=[]))["id"] == points["id"]

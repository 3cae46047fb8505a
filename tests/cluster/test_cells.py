"""Cells of the plane: no point is sent away from a polygon that it matches."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from poly_match._joined import Wanted, chosen
from poly_match._prepared import Rule
from poly_match.spark._bounds import boxes_of
from poly_match.spark._by_file import added_columns
from poly_match.spark._cells import Cells
from poly_match.spark._in_cells import CellOfPoint, CellsOfPolygon, Joining
from poly_match.spark._quadtree import DEPTH, grown
from poly_match.tables._arrow import Arrow, Batch, empty

from tests.strategies import RuleCase, rule_cases

# Each case goes through the whole of it.
some = settings(max_examples=settings.default.max_examples // 4)

_coordinate = (
    st.integers(-8, 8).map(float)
    | st.floats(-8, 8)
    | st.sampled_from([1e300, -1e300, 5e-324, np.inf, -np.inf])
)
_point = st.tuples(_coordinate, _coordinate)


@st.composite
def _boxes(draw):
    (ax, ay), (bx, by) = draw(_point), draw(_point)
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


@some
@given(
    st.lists(_point, max_size=30),
    st.lists(_point | st.just((np.nan, 1.0)), min_size=1, max_size=20),
    st.lists(_boxes() | st.just((np.nan,) * 4), max_size=12),
    st.integers(1, 8),
    st.integers(1, 8),
)
def test_a_box_is_sent_to_the_leaves_of_the_points_in_it(sample, points, boxes, most, most_boxes):
    boxes = np.array(boxes, float).reshape(-1, 4)
    points = np.array(points, float)
    tree = grown(np.array(sample, float).reshape(-1, 2), boxes, most, most_boxes)
    assert tree.starts[0] == 0
    assert (np.diff(tree.starts) > 0).all()

    leaves = tree.leaves_of_points(points)
    assert ((leaves >= 0) & (leaves < len(tree.starts))).all()
    pairs = list(zip(*(values.tolist() for values in tree.leaves_of_boxes(boxes)), strict=True))
    assert len(pairs) == len(set(pairs))
    for box, (left, bottom, right, top) in enumerate(boxes):
        for (x, y), leaf in zip(points, leaves, strict=True):
            if left <= x <= right and bottom <= y <= top:
                assert (box, leaf) in pairs
    assert not {box for box, _ in pairs} & set(np.flatnonzero(np.isnan(boxes[:, 0])))


def test_leaves_hold_no_more_than_they_may():
    points = np.random.default_rng(1).normal(size=(20_000, 2))
    tree = grown(points, np.empty((0, 4)), 500, 1)
    held = np.bincount(tree.leaves_of_points(points), minlength=len(tree.starts))
    assert held.max() <= 500
    assert held.mean() > 100


def test_many_polygons_split_a_cell_and_large_ones_do_not():
    points = np.array([[0.0, 0.0], [100.0, 100.0]])
    corners = np.random.default_rng(1).random((1000, 2)) * 100
    small = np.hstack([corners, corners + 0.1])
    tree = grown(points, small, 10, 100)
    touched = np.bincount(tree.leaves_of_boxes(small)[1])
    assert touched.max() <= 100
    everywhere = np.tile([0.0, 0.0, 100.0, 100.0], (1000, 1))
    assert len(grown(points, everywhere, 10, 100).starts) == 1


def test_points_of_one_place_are_spread_over_cells():
    points = np.vstack([np.full((900, 2), 3.0), np.random.default_rng(1).random((100, 2))])
    boxes = np.array([[2.0, 2.0, 4.0, 4.0]])
    cells = Cells.of_samples(points, boxes, (1000, 1), 10)
    assert cells.share_places
    found = cells.of_points(points, np.arange(1000))
    assert np.bincount(found % 10).max() <= 2 * 1000 / 10
    assert set(found[:900]) <= set(cells.of_boxes(boxes)[0])
    assert cells.largest_partition < 2
    assert f"{cells.cells:,} cells of 10 partitions" in str(cells)


@pytest.mark.parametrize("count", [0, 1])
def test_no_points_are_one_cell(count):
    cells = Cells.of_samples(np.ones((count, 2)), np.empty((0, 4)), (count, 0), 5)
    assert cells.cells == 1
    assert cells.of_points(np.array([[7.0, np.nan]]), None).tolist() == [0]


def test_the_deepest_leaf_is_one_place():
    points = np.vstack([np.zeros((50, 2)), [[1.0, 1.0]]])
    tree = grown(points, np.empty((0, 4)), 10, 1)
    assert np.bincount(tree.leaves_of_points(points)).max() == 50
    assert len(tree.starts) == 3 * DEPTH + 1


def _wkt(polygon):
    def ring(vertices):
        return f"({', '.join(f'{x!r} {y!r}' for x, y in [*vertices, vertices[0]])})"

    parts = (f"({', '.join(map(ring, part))})" for part in polygon)
    return f"MULTIPOLYGON({', '.join(parts)})"


def _by_cells(case: RuleCase, partitions: int, size: int):
    """The matches of each point, as Spark would find them by cells."""
    reach = case.max_dist if case.max_dists is None else max(case.max_dists, default=0.0)
    max_dist = case.max_dist if case.max_dists is None else "r"
    best = "first" if not case.polygons else case.best.replace("keys", "min:key")
    rule = Rule(case.near, best, max_dist, case.tie, inclusive=case.inclusive)
    by = None if case.labels is None else "label"
    wanted = Wanted(
        chosen(["id"]),
        x="x",
        y="y",
        by=by,
        max_dist="r" if max_dist == "r" else None,
        k=case.k,
        on_invalid="skip",
        workers=1,
    )
    x, y = zip(*case.points, strict=True) if case.points else ((), ())
    points = pa.table(
        {
            "pid": pa.array(range(len(x)), pa.int64()),
            "x": pa.array(x, pa.float64()),
            "y": pa.array(y, pa.float64()),
            "label": pa.array(case.point_labels, pa.string()),
            "r": pa.array(case.max_dists or [0.0] * len(x), pa.float64()),
        }
    )
    polygons = pa.table(
        {
            "wkt": pa.array(map(_wkt, case.polygons), pa.string()),
            "id": pa.array(range(len(case.polygons)), pa.int64()),
            "key": pa.array(case.keys, pa.float64()),
            "label": pa.array(case.labels or [None] * len(case.polygons), pa.string()),
        }
    )
    boxes = boxes_of(Arrow(polygons), "wkt", case.near, reach, "vertex_mean", "raise")
    counts = len(points), len(polygons)
    cells = Cells.of_samples(np.array(case.points, float).reshape(-1, 2), boxes, counts, partitions)

    spread = np.arange(len(points))
    [cell] = CellOfPoint(cells, ["x", "y"], wanted)(
        [(points["x"].combine_chunks(), points["y"].combine_chunks(), pa.array(spread))]
    )
    where = CellsOfPolygon(cells, "wkt", case.near, reach, "vertex_mean", "raise")
    [of] = where([(polygons["wkt"].combine_chunks(),)])
    sent = [(here, False, row) for row, all_of in enumerate(of.to_pylist()) for here in all_of]
    sent += [(here, True, row) for row, here in enumerate(cell.to_pylist())]

    def structs(table, which):
        rows = table.to_pylist()
        kind = pa.struct(list(table.schema))
        return pa.array([rows[row] if it == which else None for _, it, row in sent], kind)

    sent.sort()
    table = pa.table(
        {
            "cell": pa.array([here for here, *_ in sent], pa.int64()),
            "is_point": [it for _, it, _ in sent],
            "polygon": structs(polygons, False),
            "point": structs(points, True),
        }
    )
    joining = Joining(rule.arguments(), "wkt", by, ["id"], "id", wanted, [])
    matcher = joining.built([], polygons.schema, None)
    added = added_columns(matcher, Batch(empty(points.schema)), wanted)
    joining = Joining(rule.arguments(), "wkt", by, ["id"], "id", wanted, added)
    batches = table.combine_chunks().to_batches(max_chunksize=size)
    rows = [row for batch in joining(batches) for row in batch.to_pylist()]
    rows.sort(key=lambda row: (row["pid"], row["rank"] or 0))
    return {pid: list(those) for pid, those in groupby(rows, lambda row: row["pid"])}


@some
@given(rule_cases(), st.integers(1, 6), st.integers(1, 50))
def test_every_rule_by_cells_agrees_with_the_oracle(case, partitions, size):
    far = 100.0  # farther than any two places of a case
    case.max_dist = None if case.max_dist is None else min(case.max_dist, far)
    case.max_dists = case.max_dists and [min(reach, far) for reach in case.max_dists]
    if case.near in ("contains", "covers") and case.best == "nearest":
        case.best = "first"  # no distance
    found = _by_cells(case, partitions, size)
    assert sorted(found) == list(range(len(case.points)))
    for point, rows in found.items():
        expected = case.best_first(point)[: case.k] or [(None, None)]
        assert [row["id"] for row in rows] == [index for index, _ in expected]
        if case.near in ("center", "boundary"):
            assert [row["distance"] for row in rows] == [distance for _, distance in expected]

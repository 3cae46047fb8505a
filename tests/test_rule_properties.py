"""Every rule, against the oracle: near, best, ties, the k best, groups, a distance a point."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
import poly_match
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import naive
from tests.strategies import RuleCase, rule_cases

# A case is asked in a dozen ways, and answered in rational numbers.
some = settings(max_examples=settings.default.max_examples // 4)


def offsets(lists):
    return np.cumsum([0, *map(len, lists)])


def from_rings(case: RuleCase, best, **rule):
    """A matcher from flat arrays."""
    parts = [part for polygon in case.polygons for part in polygon]
    rings = [ring for part in parts for ring in part]
    vertices = np.array([vertex for ring in rings for vertex in ring], dtype=float).reshape(-1, 2)
    return poly_match.Matcher.from_rings(
        vertices,
        offsets(rings),
        offsets(case.polygons),
        offsets(parts),
        best=best,
        groups=case.labels,
        **case.rule,
        **rule,
    )


def best_of(case: RuleCase):
    return case.keys if case.best == "keys" else case.best


def asked(case: RuleCase):
    """What goes with each point."""
    groups = None if case.labels is None else case.point_labels
    return {"max_dist": case.max_dists, "point_groups": groups, "on_invalid": "skip"}


def rows(found: poly_match.Candidates):
    """Positions and distances, a list for each point."""
    pairs = list(zip(found.indices.tolist(), found.distances.tolist(), strict=True))
    ends = found.indptr.tolist()
    assert ends[0] == 0
    assert ends[-1] == len(pairs)
    return [pairs[start:end] for start, end in pairwise(ends)]


def check(case: RuleCase, matcher: poly_match.Matcher, batch: int):
    """All ways to ask, against the oracle."""
    every = range(len(case.points))
    best_first = [case.best_first(i) for i in every]
    for workers in (1, None):
        result = matcher.match(case.points, workers=workers, **asked(case))
        expected = [row[0] if row else (-1, np.nan) for row in best_first]
        assert result.index.tolist() == [index for index, _ in expected]
        np.testing.assert_array_equal(result.distance, [distance for _, distance in expected])

        result = matcher.match(case.points, workers=workers, k=case.k, **asked(case))
        assert result.index.shape == result.distance.shape == (len(case.points), case.k)
        for row, index, distance in zip(best_first, result.index, result.distance, strict=True):
            padded = (row + [(-1, np.nan)] * case.k)[: case.k]
            assert index.tolist() == [i for i, _ in padded]
            np.testing.assert_array_equal(distance, [d for _, d in padded])

        in_order = [case.candidates(i) for i in every]
        assert rows(matcher.candidates(case.points, workers=workers, **asked(case))) == in_order
        found = matcher.candidates(case.points, workers=workers, order="best", **asked(case))
        assert rows(found) == best_first

        for order, all_rows in (("index", in_order), ("best", best_first)):
            pieces = matcher.iter_candidates(
                np.array(case.points).reshape(-1, 2),
                workers=workers,
                order=order,
                batch=batch,
                **asked(case),
            )
            done = 0
            for start, piece in pieces:
                assert start == done
                done += len(piece.indptr) - 1
                assert rows(piece) == all_rows[start:done]
            assert done == len(case.points)


@some
@given(rule_cases(), st.integers(1, 40))
def test_every_rule_agrees_with_the_oracle(case, batch):
    check(case, from_rings(case, best_of(case)), batch)


@some
@given(rule_cases(parts=1, holes=0))
def test_objects_come_back_by_identity(case):
    polygons = [poly_match.Polygon(*zip(*ring, strict=True)) for [[ring]] in case.polygons]
    rule = {"best": best_of(case), "groups": case.labels} | case.rule
    matcher = poly_match.Matcher(polygons, **rule)
    best_first = [[polygons[i] for i, _ in case.best_first(p)] for p in range(len(case.points))]

    found = matcher.match(case.points, **asked(case)).objects
    assert list(map(id, found)) == [id(row[0] if row else None) for row in best_first]
    for row, got in zip(
        best_first, matcher.match(case.points, k=3, **asked(case)).objects, strict=True
    ):
        assert list(map(id, got)) == list(map(id, (row + [None] * 3)[:3]))
    points = [np.array(point) for point in case.points]
    pairs = matcher.pairs(points, **asked(case))
    expected = [(p, row[0]) for p, row in zip(points, best_first, strict=True) if row]
    assert [(id(a), id(b)) for a, b in pairs] == [(id(a), id(b)) for a, b in expected]
    own = asked(case)
    if case.max_dists is None:
        del own["max_dist"]
    once = poly_match.match(polygons, case.points, k=2, **(rule | own))
    assert once.index.tolist() == matcher.match(case.points, k=2, **asked(case)).index.tolist()


@some
@given(rule_cases(), st.integers(1, 40))
def test_a_callable_that_repeats_a_key_gives_the_same(case, batch):
    # The oracle does not know that it is a callable.
    keys = (
        [naive.area_of(polygon) for polygon in case.polygons] if case.best == "area" else case.keys
    )
    case.best = "area" if case.best == "area" else "keys"
    keys = np.array(keys, dtype=float)

    def best(points, indptr, indices):
        assert points.dtype == np.float64
        assert indptr.dtype == indices.dtype == np.int64
        assert points.shape == (len(indptr) - 1, 2)
        assert len(indices) == indptr[-1] > 0
        answer = keys[indices]
        # It may do what it likes with what it was given.
        points[:], indptr[:], indices[:] = np.nan, -7, 10**9
        return answer

    check(case, from_rings(case, best), batch)
    repeated = from_rings(case, best).match(case.points, **asked(case))
    built_in = from_rings(case, best_of(case)).match(case.points, **asked(case))
    assert repeated.index.tobytes() == built_in.index.tobytes()
    assert repeated.distance.tobytes() == built_in.distance.tobytes()


@some
@given(rule_cases())
def test_a_callable_may_ask_about_the_point(case):
    # A key that no array could hold: it depends on the point, too.
    def key(point, i):
        return (3 * point[0] - point[1] + i * i) % 2

    def best(points, indptr, indices):
        of_candidate = np.repeat(points, np.diff(indptr), axis=0)
        return [key(point, i) for point, i in zip(of_candidate, indices, strict=True)]

    result = from_rings(case, best).match(case.points, **asked(case))
    for i, point in enumerate(case.points):
        found = case.candidates(i)
        last = (lambda c: c[1]) if case.tie == "distance" else (lambda _: 0)
        winner = min(found, key=lambda c: (key(point, c[0]), last(c), c[0]), default=(-1, 0))
        assert result.index[i] == winner[0]


@some
@given(rule_cases(), st.integers(1, 40))
def test_distances_given_to_a_callable_choose_the_nearest(case, batch):
    def best(points, indptr, indices, distances):
        assert distances.dtype == np.float64
        assert distances.shape == indices.shape
        assert len(points) == len(indptr) - 1
        answer = distances.copy()
        distances[:] = np.nan
        return answer

    case.best = "nearest"
    check(case, from_rings(case, best, with_distances=True), batch)


@some
@given(rule_cases())
def test_a_callable_gets_the_distances_of_the_candidates(case):
    got = []

    def best(points, indptr, indices, distances):
        of_candidate = np.repeat(points, np.diff(indptr), axis=0).tolist()
        got.extend(zip(map(tuple, of_candidate), indices.tolist(), distances.tolist(), strict=True))
        return np.zeros(len(indices))

    matcher = from_rings(case, best, with_distances=True)
    found = matcher.candidates(case.points, **asked(case))
    expected = sorted(
        (tuple(map(float, point)), *candidate)
        for point, row in zip(case.points, rows(found), strict=True)
        for candidate in row
    )
    for ask in (matcher.match, partial(matcher.match, k=case.k)):
        got.clear()
        ask(case.points, **asked(case))
        assert sorted(got) == expected
    got.clear()
    matcher.candidates(case.points, order="best", **asked(case))
    assert sorted(got) == expected

"""A matcher starts with boxes and builds its full index later: no answer may change."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import poly_match
import pytest

from tests.turns import interrupted

RULES = [
    {"near": "covers"},
    {"near": "contains", "best": "largest"},
    {"near": "boundary", "max_dist": 0.4, "best": "nearest"},
    {"near": "boundary", "best": "nearest,smallest"},
]


def districts(side, **rule):
    """Quadrilaterals that share their edges, `side` times `side` of them."""
    random = np.random.default_rng(3)
    at = np.arange(side + 1)
    corners = np.stack(np.meshgrid(at, at), axis=-1) + random.uniform(
        -0.3, 0.3, (side + 1,) * 2 + (2,)
    )
    rings = [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]]
    count = side * side
    return poly_match.Matcher.from_rings(
        np.stack(rings, axis=2).reshape(-1, 2),
        np.arange(0, 4 * count + 1, 4),
        np.arange(count + 1),
        **rule,
    )


def points_in(side, count):
    return np.random.default_rng(4).uniform(-1.0, side + 1.0, (count, 2))


def answers(matcher, points):
    found, best = matcher.match(points), matcher.match(points, k=3)
    all_of_them = matcher.candidates(points)
    arrays = [found.index, found.distance, best.index, best.distance]
    arrays += [all_of_them.indptr, all_of_them.indices, all_of_them.distances]
    return [array.tobytes() for array in arrays]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_full_index_answers_as_the_boxes_do(rule):
    points = points_in(40, 500)
    matcher = districts(40, **rule)
    by_boxes = answers(matcher, points)
    matcher.prepare()
    assert answers(matcher, points) == by_boxes
    matcher.prepare(workers=1)
    assert answers(matcher, points) == by_boxes


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_many_points_build_it(rule):
    points = points_in(40, 300_000)
    expected = districts(40, **rule)
    expected.prepare()
    found, wanted = districts(40, **rule).match(points), expected.match(points)
    assert found.index.tobytes() == wanted.index.tobytes()
    assert found.distance.tobytes() == wanted.distance.tobytes()
    # In many calls, one of which builds it.
    matcher = districts(40, **rule)
    parts = [matcher.match(some).index for some in np.array_split(points, 30)]
    assert np.concatenate(parts).tobytes() == wanted.index.tobytes()


def test_many_points_build_it_in_every_group():
    points = points_in(40, 300_000)
    labels = np.arange(1600) % 3
    of_points = np.arange(len(points)) % 4
    all_matchers = [districts(40, near="covers", groups=labels) for _ in range(2)]
    all_matchers[0].prepare()
    first, second = (matcher.match(points, point_groups=of_points) for matcher in all_matchers)
    assert first.index.tobytes() == second.index.tobytes()


@pytest.mark.parametrize("rule", RULES[:3], ids=str)
def test_a_saved_matcher_is_complete(rule):
    matcher = districts(40, **rule)
    saved = matcher.to_bytes()
    matcher.prepare()
    assert matcher.to_bytes() == saved
    again = poly_match.Matcher.from_bytes(saved)
    again.prepare()
    points = points_in(40, 500)
    assert answers(again, points) == answers(districts(40, **rule), points)


def test_workers_of_prepare_are_checked():
    with pytest.raises(ValueError, match="workers must be None or at least 1, got 0"):
        districts(2, near="covers").prepare(workers=0)


@pytest.mark.parametrize(
    "build",
    [
        lambda matcher: matcher.prepare(),
        lambda matcher: matcher.prepare(workers=1),
        lambda matcher: matcher.to_bytes(),
        lambda matcher: matcher.match(points_in(700, 5_000_000)),
    ],
    ids=["prepare", "prepare on one thread", "to_bytes", "match"],
)
def test_ctrl_c_ends_the_build(build):
    matcher = districts(700, near="covers")
    points = points_in(700, 1000)
    expected = matcher.match(points).index
    with interrupted():
        build(matcher)
    # The matcher works as before, and can still be completed.
    assert matcher.match(points).index.tobytes() == expected.tobytes()
    matcher.prepare()
    assert matcher.match(points).index.tobytes() == expected.tobytes()


def test_threads_match_while_one_builds():
    matcher, points = districts(200, near="covers"), points_in(200, 2000)
    expected = matcher.match(points).index.tobytes()
    done = threading.Event()

    def keep_matching():
        found = set()
        while not done.is_set():
            found.add(matcher.match(points, workers=1).index.tobytes())
        return found

    with ThreadPoolExecutor(4) as pool:
        others = [pool.submit(keep_matching) for _ in range(3)]
        pool.submit(matcher.prepare).result()
        done.set()
        assert all(other.result() <= {expected} for other in others)


def in_child(matcher, points, answers):
    first = matcher.match(points, workers=2).index.tobytes()
    matcher.prepare()
    answers.send((first, matcher.match(points, workers=2).index.tobytes()))


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_fork_while_another_thread_builds():
    matcher, points = districts(400, near="covers"), points_in(400, 1000)
    expected = matcher.match(points).index.tobytes()
    context = multiprocessing.get_context("fork")
    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(matcher.prepare)
        children = []
        for _ in range(5):
            receiver, sender = context.Pipe(duplex=False)
            child = context.Process(target=in_child, args=(matcher, points, sender))
            child.start()
            children.append((child, receiver))
        try:
            for _, receiver in children:
                assert receiver.poll(60), "the child hangs"
                assert receiver.recv() == (expected, expected)
        finally:
            for child, _ in children:
                child.kill()
                child.join()
        building.result()
    assert matcher.match(points).index.tobytes() == expected

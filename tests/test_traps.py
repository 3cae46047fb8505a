"""Traps between Python and native code: signals, forks, threads, and callbacks that misbehave."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import poly_match
import poly_match_rs
import pytest

from tests.turns import OtherThread, interrupted


@pytest.fixture(scope="module")
def work():
    """A matcher, points that keep it busy for a while, and the answer to the first of them."""
    random = np.random.default_rng(0)
    centers = random.uniform(0.0, 1000.0, (20_000, 2))
    matcher = poly_match.Matcher.from_arrays(centers, random.uniform(size=20_000), max_dist=15.0)
    points = random.uniform(0.0, 1000.0, (50_000, 2))
    return matcher, points, matcher.match(points).index


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("method", ["match", "candidates"])
def test_ctrl_c_stops_the_work(workers, method):
    random = np.random.default_rng(0)
    centers, keys = random.uniform(0, 1, (100_000, 2)), np.zeros(100_000)
    # Either a search of very many points, or one in which every polygon is a candidate of each.
    max_dist, size = {"match": (1e-9, 20_000_000), "candidates": (np.inf, 2000)}[method]
    matcher = poly_match.Matcher.from_arrays(centers, keys, max_dist=max_dist)
    points = random.uniform(0, 1, (size, 2))
    with interrupted():
        getattr(matcher, method)(points, workers=workers)
    assert matcher.match(points[:2]).index.shape == (2,)


def test_ctrl_c_stops_the_build():
    random = np.random.default_rng(0)
    centers, keys = random.uniform(size=(3_000_000, 2)), random.uniform(size=3_000_000)
    with interrupted():
        poly_match.Matcher.from_arrays(centers, keys, max_dist=1e-3)


def test_other_threads_run_while_the_core_works(work):
    matcher, points, _ = work
    with OtherThread() as other:
        # A fast machine needs more work to leave time for ten turns.
        for times in (10, 100, 1000):
            many = np.tile(points, (times, 1))
            before = other.turns
            matcher.match(many, workers=1)
            turns = other.turns - before
            if turns > 10:
                break
    assert turns > 10


def test_threads_share_a_matcher(work):
    matcher, points, expected = work
    with ThreadPoolExecutor(8) as pool:
        for result in pool.map(
            lambda workers: matcher.match(points, workers=workers), [1, 2, None] * 8
        ):
            assert result.index.tobytes() == expected.tobytes()


def in_child(matcher, points, answers):
    answers.send(matcher.match(points, workers=2).index.tobytes())


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_fork_after_use(work):
    matcher, points, expected = work
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=in_child, args=(matcher, points, sender))
    child.start()
    try:
        assert receiver.poll(30), "the child hangs"
        assert receiver.recv() == expected.tobytes()
    finally:
        child.kill()
        child.join()


@pytest.mark.parametrize(
    "use",
    [
        lambda polygons: [p for _, p in poly_match.main(polygons, [(0, 0)])],
        lambda polygons: poly_match.match(polygons, [(0, 0)], max_dist=9.0).objects,
        lambda polygons: [p for _, p in poly_match.select_best_polygon([((0, 0), polygons)])],
    ],
)
def test_an_area_that_clears_the_list_is_harmless(use):
    class Vandal(poly_match_rs.Polygon):
        def area(self):
            polygons.clear()
            return 1.0

    polygons = [Vandal([0, 1, 1], [0, 0, 1]) for _ in range(100)]
    first = polygons[0]
    assert use(polygons) == [first]
    assert polygons == []


def test_points_that_an_area_clears_come_back():
    class Vandal(poly_match_rs.Polygon):
        def area(self):
            points.clear()
            return 1.0

    points = [np.zeros(2)]
    assert poly_match.main([Vandal([0, 1, 1], [0, 0, 1])], points) == []


def test_an_area_may_use_the_library_itself():
    other = poly_match.Polygon([0, 1, 1], [0, 0, 1])

    class Nested(poly_match_rs.Polygon):
        def area(self):
            return len(poly_match.main([other], [(0, 0)]))

    nested = Nested([0, 1, 1], [0, 0, 1])
    assert poly_match.main([nested], [(0, 0)]) == [((0, 0), nested)]


def test_polygons_are_frozen_under_threads():
    polygons, points = poly_match.generate_example()
    expected = [id(p) for _, p in poly_match.main(polygons, points)]

    def read(_):
        return [id(p) for _, p in poly_match.main(polygons, points)]

    with ThreadPoolExecutor(8) as pool:
        assert all(got == expected for got in pool.map(read, range(200)))


def test_the_extension_was_built_for_speed():
    from poly_match_rs import _native

    assert _native.OPTIMIZED


def test_reference_counts_are_kept():
    polygons, points = poly_match.generate_example()
    counts = [sys.getrefcount(p) for p in polygons]
    for _ in range(10):
        poly_match.main(polygons, points)
        poly_match.find_all_close_polygons(polygons, points, 10.0)
        poly_match.Matcher(polygons, max_dist=10.0).match(points)
    assert [sys.getrefcount(p) for p in polygons] == counts


def test_sigint_is_left_as_it_was(work):
    before = signal.getsignal(signal.SIGINT)
    matcher, points, _ = work
    matcher.match(points)
    assert signal.getsignal(signal.SIGINT) is before

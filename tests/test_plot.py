"""Pictures of points, polygons and matches: what is drawn, and what it says."""

from __future__ import annotations

import copy
import csv
import pickle
import sys
from pathlib import Path
from types import SimpleNamespace

import geopandas
import matplotlib as mpl
import numpy as np
import pandas as pd
import polars as pl
import poly_match
import pyarrow as pa
import pytest
import shapely
from poly_match._drawing import palette
from poly_match._drawing.density import count
from poly_match._drawing.outlines import Outlines

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

SHOP = Path(__file__).resolve().parent.parent / "examples" / "shop_floor"
SQUARES = [poly_match.Polygon([x, x + 9, x + 9, x], [0, 0, 9, 9]) for x in (0, 20)]
POINTS = [(1.0, 1.0), (3.0, 5.0), (25.0, 5.0), (15.0, 5.0)]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(ax):
    legends = [*ax.figure.legends, *filter(None, [ax.get_legend()])]
    return [text.get_text() for legend in legends for text in legend.get_texts()]


def layers(ax):
    return [layer for layer in ax.collections if isinstance(layer, PathCollection)]


def hexes(colors):
    return [to_hex(color) for color in colors]


def pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]


def shown(ax, x, y):
    """The colour at a place."""
    image = pixels(ax.figure)
    column, row = ax.transData.transform((x, y)).astype(int)
    return image[len(image) - 1 - row, column].astype(int)


def test_points_have_the_colour_of_their_polygon():
    result = poly_match.match(SQUARES, POINTS, near="covers")
    ax = result.plot()
    polygons, unmatched, matched = layers(ax)
    of_polygons = palette.of_polygons(np.arange(2))
    of_points = palette.of_points(np.arange(2))
    assert hexes(polygons.get_facecolor()) == hexes(of_polygons)
    assert hexes(matched.get_facecolor()) == hexes(of_points[[0, 0, 1]])
    assert matched.get_offsets().tolist() == [list(point) for point in POINTS[:3]]
    assert hexes(unmatched.get_facecolor()) == hexes([palette.UNMATCHED])
    assert unmatched.get_offsets().tolist() == [[15.0, 5.0]]
    assert ax.get_title(loc="left") == "3 of 4 points matched\nto 2 of 2 polygons"
    assert texts(ax) == ["polygon 0 (2)", "polygon 1 (1)", "unmatched (1)"]
    assert ax.get_aspect() == 1


def test_without_a_result_only_points_and_polygons_are_drawn():
    ax = poly_match.plot(POINTS, SQUARES)
    polygons, points = layers(ax)
    assert len(polygons.get_paths()) == 2
    assert hexes(points.get_facecolor()) == hexes([palette.PLAIN])
    assert ax.get_title(loc="left") == "4 points, 2 polygons"
    assert texts(ax) == []


def test_the_best_of_k_counts():
    result = poly_match.match(SQUARES, POINTS, near="boundary", max_dist=30, best="nearest", k=2)
    assert result.plot().get_title(loc="left") == "4 of 4 points matched\nto 2 of 2 polygons"


def test_a_hole_is_a_hole_and_parts_that_overlap_are_a_union():
    ring = [(0, 0), (0, 9), (9, 9), (9, 0)]
    for outer in (ring, ring[::-1]):
        for hole in ([(3, 3), (3, 6), (6, 6), (6, 3)], [(3, 3), (6, 3), (6, 6), (3, 6)]):
            ax = poly_match.plot(np.empty((0, 2)), [shapely.Polygon(outer, [hole])], column=["a"])
            assert shown(ax, 4.5, 4.5).tolist() == [255] * 3
            assert shown(ax, 1.5, 1.5).tolist() != [255] * 3
    both = shapely.MultiPolygon([shapely.box(0, 0, 6, 6), shapely.box(3, 3, 9, 9)])
    ax = poly_match.plot(np.empty((0, 2)), [both], column=["a"])
    assert shown(ax, 4.5, 4.5).tolist() == shown(ax, 1.5, 1.5).tolist() != [255] * 3


def test_a_small_polygon_lies_above_a_large_one():
    small, large = shapely.box(3, 3, 6, 6), shapely.box(0, 0, 9, 9)
    for polygons in ([small, large], [large, small]):
        assert [polygons[at] for at in Outlines(polygons).largest_first] == [large, small]
    thin = shapely.difference(large, shapely.box(1, 1, 8, 8))
    inside = shapely.box(1, 1, 8, 8)
    assert Outlines([thin, inside]).largest_first.tolist() == [1, 0]


def test_objects_that_hold_no_polygon_are_left_out():
    polygons = [None, shapely.box(0, 0, 9, 9), shapely.Point(1, 1)]
    result = poly_match.match(polygons, POINTS, near="covers", on_invalid="skip")
    ax = result.plot()
    assert len(layers(ax)[0].get_paths()) == 1
    assert ax.get_title(loc="left") == "2 of 4 points matched\nto 1 of 3 polygons"
    assert np.isnan(Outlines([None]).bounds).all()
    assert poly_match.plot([], []).get_title(loc="left") == "0 points, 0 polygons"


def test_points_without_a_place_are_counted():
    points = np.array([(1.0, 1.0), (np.nan, 1.0), (np.inf, 1.0)])
    ax = poly_match.match(SQUARES, points, near="covers", on_invalid="skip").plot()
    assert ax.get_title(loc="left").endswith("to 1 of 2 polygons (2 without a place)")
    assert texts(ax) == ["polygon 0 (1)", "unmatched (2)"]


def test_names_of_objects_are_in_the_legend():
    zones = [
        SimpleNamespace(x=square.x, y=square.y, name=name, kind="room")
        for square, name in zip(SQUARES, ["hall", "yard"], strict=True)
    ]
    result = poly_match.match(zones, POINTS, near="covers")
    assert texts(result.plot()) == ["hall (2)", "yard (1)", "unmatched (1)"]
    assert texts(result.plot(column="kind")) == ["room (3)", "unmatched (1)"]
    with pytest.raises(ValueError, match=r"polygon 0, of type SimpleNamespace, has no 'color'"):
        result.plot(column="color")


def test_a_column_of_a_table():
    table = geopandas.GeoDataFrame(
        {"kind": ["b", "a"], "size": [3.0, 5.0]}, geometry=[shapely.box(0, 0, 9, 9)] * 2
    )
    result = poly_match.match(table, POINTS[:2], near="covers", best="first")
    ax = poly_match.plot(POINTS[:2], table, result, column="kind")
    assert texts(ax) == ["b (2)"]
    assert ax.figure.legends[0].get_title().get_text() == "kind"
    ax = poly_match.plot(POINTS[:2], table, result, column="size", cmap="magma")
    [bar] = ax.child_axes
    assert (bar.get_ylabel(), bar.get_ylim()) == ("size", (3.0, 5.0))
    assert hexes(layers(ax)[0].get_facecolor()) == hexes(mpl.colormaps["magma"]([0.0, 1.0]))
    with pytest.raises(
        ValueError, match=r"polygons have no column 'name': there are 'kind', 'size', 'geom"
    ):
        poly_match.plot(POINTS[:2], table, result, column="name")


TABLES = {
    "pandas": lambda columns: pd.DataFrame(columns, index=[7] * len(columns["id"])),
    "polars": pl.DataFrame,
    "lazy": pl.LazyFrame,
    "pyarrow": pa.table,
    "mapping": dict,
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_are_read_as_a_join_reads_them(kind):
    table = TABLES[kind]
    boxes = [shapely.box(0, 50, 9, 70), shapely.box(20, 50, 29, 70)]
    zones = table({"id": [1, 2], "name": ["hall", "yard"], "wkt": [box.wkt for box in boxes]})
    points = table({"id": [1, 2, 3], "lon": [1.0, 2.0, 15.0], "lat": [60.0] * 3})
    matcher = poly_match.Matcher(boxes, near="covers")
    result = matcher.match([(1.0, 60.0), (2.0, 60.0), (15.0, 60.0)])
    ax = poly_match.plot(points, zones, result)
    assert texts(ax) == ["hall (2)", "unmatched (1)"]
    assert ax.get_aspect() == pytest.approx(2.0)
    ax = poly_match.plot(points, zones, result, column="name", x="lon", y="lat")
    assert texts(ax) == ["hall (2)", "unmatched (1)"]
    assert len(poly_match.plot(points, zones, column="id").child_axes) == 1
    with pytest.raises(ValueError, match="points have no column 'easting'"):
        poly_match.plot(points, zones, x="easting", y="lat")
    with pytest.raises(ValueError, match="polygons have no column 'shape'"):
        poly_match.plot(points, zones, polygon_geometry="shape")


def test_categories_are_names():
    for kinds in (
        pd.Series(["b", "a"], dtype="category"),
        pl.Series(["b", "a"], dtype=pl.Enum(["b", "a"])),
    ):
        result = poly_match.match(SQUARES, POINTS, near="covers")
        assert texts(result.plot(column=kinds)) == ["b (2)", "a (1)", "unmatched (1)"]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["a", "b"], ["a (2)", "b (1)"]),
        ([True, False], ["True (2)", "False (1)"]),
        (["a", None], ["a (2)", "(missing) (1)"]),
        (np.array(["a", "b"]), ["a (2)", "b (1)"]),
    ],
)
def test_a_column_of_names(column, expected):
    result = poly_match.match(SQUARES, POINTS, near="covers")
    assert texts(result.plot(column=column)) == [*expected, "unmatched (1)"]


def test_a_missing_number_is_grey():
    ax = poly_match.plot(POINTS, SQUARES, column=[1.0, None])
    assert hexes(layers(ax)[0].get_facecolor())[1] == to_hex(palette.IDLE)


def test_a_column_of_another_length():
    with pytest.raises(ValueError, match=r"one value for each of 2 polygons, got shape \(3,\)"):
        poly_match.plot(POINTS, SQUARES, column=[1, 2, 3])


def test_the_legend_has_those_with_most_points():
    squares = [poly_match.Polygon([x, x + 1, x + 1, x], [0, 0, 1, 1]) for x in range(0, 100, 2)]
    points = [(2 * at + 0.5, 0.5) for at in range(50) for _ in range(at)]
    ax = poly_match.match(squares, points, near="covers").plot()
    others = sum(range(1, 42))
    assert texts(ax) == [*(f"polygon {at} ({at})" for at in range(49, 41, -1)), (
        f"… 41 others ({others})"
    )]  # fmt: skip
    # With many polygons, those of most points have the colours that differ most.
    matched = layers(ax)[1]
    assert to_hex(matched.get_facecolor()[-1]) == hexes(palette.of_points(np.arange(1)))[0]


def test_degrees_have_the_aspect_of_the_middle_latitude():
    boxes = geopandas.GeoSeries([shapely.box(8, 50, 9, 70)], crs="EPSG:4326")
    points = geopandas.GeoSeries([shapely.Point(8.5, 60)], crs="EPSG:4326")
    for ax in (
        poly_match.match(boxes, points, near="covers").plot(),
        poly_match.match(boxes, [(8.5, 60.0)], near="covers").plot(),
        poly_match.match(boxes.to_list(), points, near="covers").plot(),
        poly_match.plot([(8.5, 60.0)], boxes),
        poly_match.plot(points, [shapely.box(8, 50, 9, 70)]),
    ):
        assert ax.get_aspect() == pytest.approx(2.0)
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("longitude", "latitude")
    projected = boxes.to_crs(32632)
    assert poly_match.plot(np.empty((0, 2)), projected).get_aspect() == 1


def test_polygons_far_from_all_matches_are_out_of_view():
    far = [*SQUARES, poly_match.Polygon([1e6, 1e6 + 1, 1e6], [0, 0, 1])]
    ax = poly_match.match(far, POINTS, near="covers").plot()
    assert ax.get_xlim()[1] < 40
    assert ax.get_title(loc="left").endswith("to 2 of 3 polygons")


@pytest.mark.parametrize("share", [0.999, 0.5])
def test_many_points_are_counted_in_bins(share):
    rng = np.random.default_rng(0)
    points = rng.uniform((0, 0), (9, 9), (60_000, 2))
    points[int(share * len(points)) :, 0] += 9.5
    result = poly_match.match(SQUARES, points, near="covers")
    ax = result.plot()
    [image] = ax.images
    matched = np.count_nonzero(result.index >= 0)
    assert ax.get_title(loc="left").startswith(f"{matched:,} of 60,000 points matched")
    [bar] = ax.child_axes
    assert bar.get_ylabel().startswith("points per bin of 0.")
    assert texts(ax) == [f"unmatched ({60_000 - matched:,})"]
    # Matched points are blue. Few unmatched points are dots, many are grey bins.
    red, _, blue = shown(ax, 4.0, 4.0)
    assert blue > red + 40
    dots = [layer for layer in layers(ax) if len(layer.get_offsets()) > 1]
    if share == 0.5:
        assert not dots
        assert np.ptp(shown(ax, 14.0, 4.0)) < 8
    else:
        assert [len(layer.get_offsets()) for layer in dots] == [60_000 - matched]
    assert image.get_array().shape[2] == 4


def test_many_points_without_a_result_are_counted_too():
    points = np.random.default_rng(0).uniform(0, 9, (60_000, 2))
    ax = poly_match.plot(points, SQUARES)
    red, _, blue = shown(ax, 4.0, 4.0)
    assert blue > red + 40
    assert len(ax.child_axes) == 1
    assert texts(ax) == []


@pytest.mark.parametrize("place", [(0.0, 0.0), (5e5, 4.5e6), (1e17, -1e17)])
def test_a_single_place_has_room_around(place):
    for number in (1, 60_000):
        ax = poly_match.plot([place] * number, [])
        ax.figure.canvas.draw()
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        assert left < place[0] < right
        assert low < place[1] < high


def test_bins_count_every_point_once():
    points = np.random.default_rng(1).uniform(-1, 11, (300_000, 2))
    points[0], points[1] = (10.0, 10.0), (np.nan, 3.0)
    view = np.array([0.0, 0.0, 10.0, 10.0])
    is_matched = points[:, 0] < 5
    bins = count(points, is_matched, view, (300.0, 300.0))
    is_seen = ((points >= 0) & (points <= 10)).all(axis=1)
    assert bins.matched.sum() == np.count_nonzero(is_seen & is_matched)
    assert bins.unmatched.sum() == np.count_nonzero(is_seen & ~is_matched)
    expected, _, _ = np.histogram2d(
        *points[is_seen].T[::-1], bins=bins.matched.shape, range=[[0, 10], [0, 10]]
    )
    assert np.abs(bins.matched + bins.unmatched - expected).sum() <= 2  # on the edge of a bin


def test_dots_shrink_with_their_number():
    sizes = []
    for number in (1, 10_000):
        points = np.random.default_rng(0).uniform(0, 9, (number, 2))
        sizes.append(layers(poly_match.plot(points, SQUARES))[1].get_sizes()[0])
    assert sizes[0] > 5 * sizes[1] > 0


def test_axes_of_the_caller_are_used():
    figure, (left, right) = plt.subplots(1, 2)
    left.set_xlabel("metres")
    result = poly_match.match(SQUARES, POINTS, near="covers")
    assert result.plot(ax=left) is left
    assert not right.collections
    assert left.get_xlabel() == "metres"
    assert left.get_legend() is not None
    assert not figure.legends
    assert result.plot(ax=right, legend=False).get_legend() is None


def test_a_result_without_its_points_says_so():
    result = poly_match.match(SQUARES, POINTS, near="covers")
    for other in (
        pickle.loads(pickle.dumps(result)),
        copy.deepcopy(result),
        poly_match.MatchResult(result.index, result.distance, SQUARES),
    ):
        with pytest.raises(ValueError, match=r"no points to draw, since it was copied, pickled"):
            other.plot()
        assert poly_match.plot(POINTS, SQUARES, other).get_title(loc="left").startswith("3 of 4")
    with pytest.raises(ValueError, match=r"no points to draw, since they are used up"):
        poly_match.match(SQUARES, iter(POINTS), near="covers").plot()


def test_a_result_without_polygons_says_so():
    result = poly_match.Matcher.from_arrays([(0, 0)], [1], max_dist=2).match(POINTS)
    with pytest.raises(AttributeError, match=r"built from arrays"):
        result.plot()


def test_a_result_of_others_is_refused():
    result = poly_match.match(SQUARES, POINTS, near="covers")
    with pytest.raises(ValueError, match=r"expected 4 points, as many as the result has, got 3"):
        poly_match.plot(POINTS[:3], SQUARES, result)
    with pytest.raises(ValueError, match=r"expected 2 polygons, .*, got 1"):
        poly_match.plot(POINTS, SQUARES[:1], result)


def test_matplotlib_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"plot\(\) needs matplotlib: pip install matplotlib"):
        poly_match.plot(POINTS, SQUARES)


def test_colours_are_those_of_the_program():
    # The first three of `plot/palette.rs`, for points and for polygons.
    assert hexes(palette.oklch(np.array([1.0, 0.0]), 0.0, np.zeros(2))) == ["#ffffff", "#000000"]
    near = palette.of_points(np.arange(1000))
    steps = np.abs(np.diff(near, axis=0)).max(axis=1)
    assert steps.min() * 255 > 40


def test_the_shop_floor():
    with (SHOP / "zones.csv").open(encoding="utf-8") as file:
        zones = list(csv.DictReader(file))
    polygons = shapely.from_wkt([zone["wkt"] for zone in zones])
    shoppers = np.loadtxt(SHOP / "shoppers.csv", delimiter=",", skiprows=1, usecols=(2, 3))
    result = poly_match.match(polygons, shoppers, max_dist=2)
    ax = poly_match.plot(shoppers, polygons, result, column=[zone["kind"] for zone in zones])
    ax.figure.canvas.draw()
    entries = texts(ax)
    assert entries[-1] == f"unmatched ({np.count_nonzero(result.index < 0):,})"
    assert sum(int(text.rsplit("(")[-1][:-1].replace(",", "")) for text in entries) == 10_000

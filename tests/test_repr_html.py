"""Summaries of matchers and results, as notebooks show them."""

from __future__ import annotations

from types import SimpleNamespace
from xml.etree import ElementTree

import geopandas
import numpy as np
import pandas as pd
import poly_match
import pytest
import shapely

SQUARES = [poly_match.Polygon([x, x + 9, x + 9, x], [0, 0, 9, 9]) for x in range(0, 80, 10)]


def summary(one):
    """The text before the table, and the cells of its rows."""
    root = ElementTree.fromstring(one._repr_html_().replace("<br>", "<br/>"))
    table = root.find("table")
    rows = [] if table is None else [[cell.text for cell in row] for row in table]
    if table is not None:
        root.remove(table)
    return "".join(root.itertext()), rows


def at(*positions):
    return [(10.0 * position + 1, 1.0) for position in positions]


def test_a_result_has_counts_and_the_polygons_with_most():
    points = at(*[4] * 4, *[1] * 3, 0, 0, 2, 3, 5, 6, 6, 99)
    said, rows = summary(poly_match.match(SQUARES, points, near="covers"))
    assert said == "poly_match.MatchResult14 of 15 points matched (93.3%), to 7 of 8 polygons"
    assert rows == [
        ["polygon", "points", "share"],
        ["polygon 4", "4", "26.7%"],
        ["polygon 1", "3", "20.0%"],
        ["polygon 0", "2", "13.3%"],
        ["polygon 6", "2", "13.3%"],
        ["polygon 2", "1", "6.7%"],
        ["… 2 others", "2", "13.3%"],
    ]


def test_nothing_matched_and_no_points():
    matcher = poly_match.Matcher(SQUARES, near="covers")
    said, rows = summary(matcher.match(at(99)))
    assert (said, rows) == (
        "poly_match.MatchResult0 of 1 points matched (0%), to 0 of 8 polygons",
        [],
    )
    said, rows = summary(matcher.match(np.empty((0, 2))))
    assert said == "poly_match.MatchResult0 of 0 points matched, to 0 of 8 polygons"


def test_a_share_is_not_rounded_to_none_or_all():
    matcher = poly_match.Matcher(SQUARES, near="covers")
    said, rows = summary(matcher.match(at(*[0] * 9999, 99)))
    assert "9,999 of 10,000 points matched (99.9%)" in said
    said, rows = summary(matcher.match(at(0, *[99] * 9999)))
    assert "(0.1%)" in said
    assert rows[1][2] == "0.1%"


def test_the_k_best_count():
    said, rows = summary(poly_match.Matcher(SQUARES, max_dist=20).match(at(0, 99), k=3))
    assert said.startswith("poly_match.MatchResult1 of 2 points matched (50.0%), up to 3 each")
    assert len(rows) == 3


def test_names_are_escaped_and_cut():
    zones = [
        SimpleNamespace(x=square.x, y=square.y, name=name)
        for square, name in zip(SQUARES, ["<b>&amp;", "x" * 100, None], strict=False)
    ]
    result = poly_match.match(zones, at(0, 0, 0, 1, 1, 2), near="covers")
    assert "&lt;b&gt;&amp;amp;" in result._repr_html_()
    _, rows = summary(result)
    assert [row[0] for row in rows[1:]] == ["<b>&amp;", "x" * 59 + "…", "polygon 2"]


@pytest.mark.parametrize("kind", ["pandas", "geopandas", "mapping", "saved"])
def test_names_are_those_of_the_column(kind):
    boxes = [shapely.box(10 * x, 0, 10 * x + 9, 9) for x in range(3)]
    columns = {"id": [7, 8, 9], "Name": ["hall", "yard", None]}
    table = {
        "pandas": lambda: pd.DataFrame(
            {**columns, "wkt": [box.wkt for box in boxes]}, index=["c", "b", "a"]
        ),
        "geopandas": lambda: geopandas.GeoDataFrame(columns, geometry=boxes),
    }.get(kind, lambda: {**columns, "wkt": [box.wkt for box in boxes]})()
    matcher = poly_match.Matcher.from_table(table, near="covers")
    if kind == "saved":
        matcher = poly_match.Matcher.from_bytes(matcher.to_bytes())
    _, rows = summary(matcher.match(at(0, 0, 0, 1, 1, 2)))
    assert [row[0] for row in rows[1:]] == ["hall", "yard", "polygon 2"]
    _, rows = summary(matcher)
    assert rows[-1] == ["columns", "id, Name"]


def test_a_matcher_says_what_it_is():
    boxes = geopandas.GeoSeries([shapely.box(8, 47, 9, 48.5), None], crs="EPSG:4326")
    matcher = poly_match.Matcher(boxes, near="covers", on_invalid="skip")
    said, rows = summary(matcher)
    assert said == "poly_match.Matcher"
    assert rows == [
        ["rule", "near='covers', best='area'"],
        ["polygons", "2"],
        ["skipped", "1"],
        ["extent", "x 8 to 9, y 47 to 48.5"],
        ["crs", "EPSG:4326"],
    ]


def test_a_matcher_without_objects():
    matcher = poly_match.Matcher.from_arrays([(0, 0)], [1], max_dist=2)
    _, rows = summary(matcher)
    assert [row[0] for row in rows] == ["rule", "polygons", "crs"]
    assert rows[-1] == ["crs", "none"]
    _, rows = summary(poly_match.Matcher([], near="covers"))
    assert rows[1] == ["polygons", "0"]


def test_objects_that_are_pickled_stay_so():
    matcher = poly_match.Matcher(SQUARES, near="covers")
    loaded = poly_match.Matcher.from_bytes(matcher.to_bytes())
    assert summary(loaded)[1][1] == ["polygons", "8"]
    assert summary(loaded.match(at(0)))[1][1][0] == "polygon 0"

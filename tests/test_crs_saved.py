"""A matcher keeps the coordinate system of its polygons, however it is saved."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pyproj
import pytest
import shapely
from poly_match import CoordinateWarning, Matcher

from tests.test_crs import (
    BOX,
    OWN_PROJECTION,
    PLACES,
    SYSTEMS,
    series,
)
from tests.test_crs_warnings import BEYOND, warned_of


def carried(matcher, tmp_path):
    """By every way that there is."""
    path = tmp_path / "zones.plym"
    matcher.save(path, with_objects=False)
    yield Matcher.load(path)
    yield Matcher.from_bytes(path.read_bytes())
    yield from (pickle.loads(pickle.dumps(matcher, n)) for n in range(pickle.HIGHEST_PROTOCOL + 1))
    yield copy.copy(matcher)
    yield copy.deepcopy(matcher)


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
@pytest.mark.parametrize("planar", [False, True])
def test_a_matcher_keeps_its_system(system, planar, tmp_path):
    matcher = Matcher(series([BOX], system), near="covers", planar=planar)
    expected = (
        system if system is None or system.startswith("EPSG") else pyproj.CRS(system).to_wkt()
    )
    assert matcher.crs == expected
    for again in carried(matcher, tmp_path):
        assert again.crs == expected
        assert repr(again) == repr(matcher)
        assert ("planar=True" in repr(again)) == planar
        assert warned_of(lambda: again.match(PLACES))[1] == []  # noqa: B023
        same = series(shapely.points(PLACES), system)
        answer, warned = warned_of(lambda: again.match(same))  # noqa: B023
        assert (answer.index.tolist(), warned) == ([0, -1], [])
        if system in ("EPSG:4326", "EPSG:3857"):
            with pytest.raises(ValueError, match=f"polygons in {system}: convert one of them"):
                again.match(same.to_crs(25832))
        if system == "EPSG:4326":
            _, warned = warned_of(lambda: again.match([(200.0, 0.0)]))  # noqa: B023
            assert warned == [BEYOND.format("1 point has", 0)]


@pytest.mark.parametrize("near", ["center", "boundary"])
def test_a_matcher_keeps_that_degrees_are_lengths(near, tmp_path):
    points = series(shapely.points(PLACES), 4326)
    polygons = series([BOX], 4326)
    for again in carried(Matcher(polygons, near=near, max_dist=3.0, planar=True), tmp_path):
        assert again.match(points).index.tolist() == [0, -1]
    for again in carried(Matcher([BOX], near=near, max_dist=3.0, planar=True), tmp_path):
        assert again.match(points).index.tolist() == [0, -1]
    for again in carried(Matcher([BOX], near=near, max_dist=3.0), tmp_path):
        with pytest.raises(ValueError, match="degrees are not a distance"):
            again.match(points)


def facts(data: bytes) -> dict[str, Any]:
    from tests.sealed import taken_apart

    [found] = [section.data for section in taken_apart(data) if section.name == "python"]
    return json.loads(found)


def resealed(data: bytes, changed: dict[str, Any]) -> bytes:
    from dataclasses import replace

    from tests.sealed import put_together, taken_apart

    return put_together(
        [
            replace(section, data=json.dumps(changed).encode())
            if section.name == "python"
            else section
            for section in taken_apart(data)
        ]
    )


def test_the_system_is_json_that_other_programs_read():
    rule = {"near": "boundary", "max_dist": 3.0}
    plain = facts(Matcher([BOX], **rule).to_bytes())
    assert plain.keys() & {"crs", "planar"} == set()  # as earlier releases wrote it
    found = facts(Matcher(series([BOX], 4326), **rule, planar=True).to_bytes())
    assert (found["crs"], found["planar"]) == ("EPSG:4326", True)
    found = facts(Matcher(series([BOX], OWN_PROJECTION), **rule).to_bytes())
    assert pyproj.CRS(found["crs"]) == pyproj.CRS(OWN_PROJECTION)
    assert "planar" not in found


@pytest.mark.parametrize(
    "wrong", [{"crs": 4326}, {"crs": None}, {"planar": 1}, {"planar": "true"}, {"system": "x"}]
)
def test_wrong_facts_are_refused(wrong):
    data = Matcher(series([BOX], 4326), near="covers").to_bytes()
    with pytest.raises(ValueError, match="unsound"):
        Matcher.from_bytes(resealed(data, facts(data) | wrong))


@pytest.mark.parametrize(
    "text", ["", "a", "+proj=longlat", "GEOGCS[", "{", '{"type":', "EPSG:", "é"]
)
def test_any_text_may_be_the_system_in_a_file(text):
    data = Matcher(series([BOX], 4326), near="covers").to_bytes()
    again = Matcher.from_bytes(resealed(data, facts(data) | {"crs": text}))
    assert again.match(PLACES).index.tolist() == [0, -1]
    with pytest.warns(CoordinateWarning, match="cannot be decided"):
        again.match(series(shapely.points(PLACES), 4326))

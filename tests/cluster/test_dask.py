"""Joins of Dask: what `poly_match.join` gives, on threads, processes and a cluster."""

from __future__ import annotations

import asyncio
import errno
import os
import pickle
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import dask.dataframe as dd
import dask_geopandas
import geopandas
import numpy as np
import pandas as pd
import poly_match
import poly_match.dask
import pyarrow as pa
import pytest
import shapely
from distributed import Client, LocalCluster, Worker
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal
from poly_match import Matcher, _shipped
from poly_match._shipped import Shipped
from poly_match.dask import _place, _plugin
from poly_match.dask._plugin import MatcherPlugin

from tests.tables.test_missing_library import run


def zones(count: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    corners = rng.uniform(0, 90, (count, 2))
    shapes = shapely.box(*corners.T, *(corners + rng.uniform(2, 25, (count, 2))).T)
    level = pd.array(rng.integers(0, 3, count), dtype="Int64")
    return pd.DataFrame(
        {
            "name": [f"zone {i}" for i in range(count)],
            "level": level,
            "priority": rng.integers(0, 4, count),
            "share": rng.random(count),
            "is_open": rng.random(count) < 0.5,
            "kind": pd.Categorical(rng.choice(["shop", "hall"], count)),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 99, count), "D"),
            "wkt": shapely.to_wkt(shapes, rounding_precision=-1),
        },
        index=pd.Index([f"label {i}" for i in range(count)]),
    )


def points(count: int = 2000) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    x, y = rng.uniform(-5, 110, (2, count))
    frame = pd.DataFrame(
        {
            "x": x,
            "y": y,
            "level": rng.integers(0, 3, count),
            "reach": rng.uniform(0, 9, count),
            # As Dask reads text.
            "word": pd.array(rng.choice(["a", "b"], count), dtype="string[pyarrow]"),
            "kind": pd.Categorical(rng.choice(["u", "v"], count)),
            "count": pd.array(rng.integers(0, 9, count), dtype="Int64"),
            "when": pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(np.arange(count), "s"),
        },
        index=pd.RangeIndex(0, 3 * count, 3, name="id"),
    )
    frame.loc[3:60, "count"] = pd.NA
    return frame


def geometries(frame: pd.DataFrame) -> geopandas.GeoDataFrame:
    geometry = geopandas.points_from_xy(frame["x"], frame["y"])
    moved = geopandas.GeoSeries(geometry, index=frame.index, crs="EPSG:3857").translate(1.0)
    plain = frame.drop(columns=["x", "y"]).assign(moved=moved)
    return geopandas.GeoDataFrame(plain, geometry=geometry, crs="EPSG:3857").rename_geometry("at")


RULES: dict[str, dict[str, Any]] = {
    "centre × key": {"near": "center", "max_dist": 12.0, "best": "min:share"},
    "boundary × nearest,smallest": {
        "near": "boundary",
        "best": "nearest,smallest",
        "max_dist": 20.0,
    },
    "covers × max:priority": {"near": "covers", "best": "max:priority,smallest"},
    "groups": {"near": "covers", "by": "level"},
    "k": {"near": "boundary", "max_dist": 9.0, "k": 3},
    "radius": {"near": "boundary", "best": "nearest", "max_dist": "reach"},
    "inner": {"near": "covers", "how": "inner"},
    "k, inner": {"near": "center", "max_dist": 9.0, "best": "nearest", "k": 3, "how": "inner"},
    "columns": {
        "near": "covers",
        "columns": {"name": "word", "since": "opened"},
        "position_col": "position",
        "label_col": "label",
    },
}
each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def check(got: Any, expected: pd.DataFrame) -> pd.DataFrame:
    found = got.compute()
    assert_frame_equal(found, expected, check_exact=True, check_freq=False)
    assert list(got.columns) == list(expected.columns)
    for table in (got._meta, got.get_partition(0).compute()):
        assert list(table.dtypes) == list(expected.dtypes)
    assert got._meta.index.name == expected.index.name
    return found


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="module")
def started(scratch: Path) -> Iterator[Client]:
    cluster = LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=":0",
        local_directory=str(scratch),
    )
    with cluster, Client(cluster, set_as_default=False) as client:
        yield client


@pytest.fixture
def client(started: Client) -> Iterator[Client]:
    with started.as_current():
        yield started


# On threads


@each_rule
def test_it_gives_what_a_frame_gives(rule: dict[str, Any]):
    ddf = dd.from_pandas(points(), npartitions=5)
    got = poly_match.dask.join(ddf, zones(), **rule)
    check(got, poly_match.join(points(), zones(), **rule))
    assert got.divisions == ddf.divisions
    low, high = 0, 3000
    assert_frame_equal(
        got.loc[low:high].compute(), poly_match.join(points().loc[low:high], zones(), **rule)
    )


@each_rule
def test_geometry_stays_geometry(rule: dict[str, Any]):
    frame = geometries(points())
    ddf = dask_geopandas.from_geopandas(frame, npartitions=3)
    got = poly_match.dask.join(ddf, zones(), **rule)
    assert type(got) is dask_geopandas.GeoDataFrame
    assert got.crs == frame.crs
    assert got._meta.geometry.name == "at"
    found = check(got, poly_match.join(frame, zones(), **rule))
    assert_geodataframe_equal(found, poly_match.join(frame, zones(), **rule))
    assert found.crs == frame.crs
    assert found.geometry.name == "at"


def test_spatial_partitions_stay():
    ddf = dask_geopandas.from_geopandas(geometries(points()), npartitions=2)
    assert poly_match.dask.join(ddf, zones(), near="covers").spatial_partitions is None
    ddf.calculate_spatial_partitions()
    got = poly_match.dask.join(ddf, zones(), near="covers")
    assert got.spatial_partitions.equals(ddf.spatial_partitions)


@pytest.mark.parametrize("column", ["wkt", "wkb"])
def test_coordinates_may_be_text_or_bytes(column: str):
    frame = points()
    shapes = shapely.points(frame["x"], frame["y"])
    values = {
        "wkt": pd.array(shapely.to_wkt(shapes, rounding_precision=-1), dtype="string[pyarrow]"),
        "wkb": pd.array(shapely.to_wkb(shapes), dtype=pd.ArrowDtype(pa.binary())),
    }
    frame[column] = values[column]
    frame = frame.drop(columns=["x", "y"])
    got = poly_match.dask.join(dd.from_pandas(frame, npartitions=2), zones(), near="covers")
    check(got, poly_match.join(frame, zones(), near="covers"))


def test_polygons_may_be_of_any_kind(tmp_path: Path):
    rule: dict[str, Any] = {"near": "boundary", "max_dist": 9.0}
    expected = poly_match.join(points(), zones(), **rule)
    ddf = dd.from_pandas(points(), npartitions=2)
    lazy = dd.from_pandas(zones(), npartitions=2)
    check(
        poly_match.dask.join(ddf, lazy, **rule), poly_match.join(points(), lazy.compute(), **rule)
    )
    matcher = Matcher.from_table(zones(), **rule)
    matcher.save(tmp_path / "zones.plym")
    for one in (matcher, tmp_path / "zones.plym", str(tmp_path / "zones.plym")):
        check(poly_match.dask.join(ddf, one), expected)
    check(
        poly_match.dask.join(ddf, matcher, max_dist=1.0),
        poly_match.join(points(), zones(), near="boundary", max_dist=1.0),
    )
    shapes = geopandas.GeoDataFrame(
        zones().drop(columns="wkt"), geometry=geopandas.GeoSeries.from_wkt(zones()["wkt"])
    )
    lazy = dask_geopandas.from_geopandas(shapes, npartitions=2)
    check(
        poly_match.dask.join(ddf, lazy, **rule), poly_match.join(points(), lazy.compute(), **rule)
    )


def test_empty_partitions_and_frames():
    ddf = dd.from_pandas(points(), npartitions=4)
    expected = poly_match.join(points().query("x < 0"), zones(), near="covers")
    ddf = ddf[(ddf["x"] < 0) & (ddf.index < 30)]
    check(poly_match.dask.join(ddf, zones(), near="covers"), expected.loc[:29])
    none = dd.from_pandas(points(0), npartitions=1)
    check(
        poly_match.dask.join(none, zones(), near="covers"),
        poly_match.join(points(0), zones(), near="covers"),
    )


def test_labels_may_be_categories_that_dask_does_not_know():
    frame = points().assign(level=points()["level"].astype("category"))
    ddf = dd.from_pandas(frame, npartitions=2)
    ddf = ddf.assign(level=ddf["level"].cat.as_unknown())
    got = poly_match.dask.join(ddf, zones(), near="covers", by="level")
    assert not got["level"].cat.known
    expected = poly_match.join(frame, zones(), near="covers", by="level")
    assert_frame_equal(got.compute(), expected)


def test_equal_joins_are_one_task():
    ddf = dd.from_pandas(points(), npartitions=2)
    one, same, other = (
        poly_match.dask.join(ddf, zones(), near="covers", how=how)
        for how in ("left", "left", "inner")
    )
    assert one._name == same._name != other._name
    assert one._name.startswith("poly-match-join-")


@pytest.mark.parametrize("scheduler", ["threads", "synchronous", "processes"])
def test_schedulers(scheduler: str):
    rule: dict[str, Any] = {"near": "boundary", "max_dist": 9.0}
    ddf = dd.from_pandas(points(), npartitions=3)
    got = poly_match.dask.join(ddf, zones(), **rule).compute(scheduler=scheduler)
    assert_frame_equal(got, poly_match.join(points(), zones(), **rule))


# On a cluster


@pytest.mark.usefixtures("client")
@each_rule
def test_a_cluster_gives_what_a_frame_gives(rule: dict[str, Any]):
    got = poly_match.dask.join(dd.from_pandas(points(), npartitions=5), zones(), **rule)
    check(got, poly_match.join(points(), zones(), **rule))
    frame = geometries(points())
    got = poly_match.dask.join(dask_geopandas.from_geopandas(frame, npartitions=3), zones(), **rule)
    found = check(got, poly_match.join(frame, zones(), **rule))
    assert type(found) is geopandas.GeoDataFrame


def count_loads() -> None:
    # On a worker: count the matchers that are loaded from now on.
    class Counting(Matcher[Any]):
        loaded = 0

        @classmethod
        def load(cls, *given: Any, **named: Any) -> Any:
            cls.loaded += 1
            return Matcher.load(*given, **named)

    _shipped.Matcher = Counting  # type: ignore[misc]


def loads() -> int:
    return _shipped.Matcher.loaded  # type: ignore[attr-defined, no-any-return]


def stop_counting() -> None:
    _shipped.Matcher = Matcher  # type: ignore[misc]


def files(dask_worker: Worker) -> dict[str, tuple[int, int]]:
    # The matchers in a worker's folder: names -> inodes and numbers of links.
    found = Path(dask_worker.local_directory).glob("*.plym")
    return {one.name: (one.stat().st_ino, one.stat().st_nlink) for one in found}


def test_a_process_loads_a_matcher_once_and_a_machine_has_one_file(client: Client, scratch: Path):
    client.run(count_loads)
    ddf = dd.from_pandas(points(), npartitions=20)
    polygons = zones(13)
    for how in ("left", "inner", "left"):
        got = poly_match.dask.join(ddf, polygons, near="covers", how=how)
        got.compute()
    assert list(client.run(loads).values()) == [1, 1]
    client.run(stop_counting)
    name = got.expr.func.shipped.name
    one, other = (found[name] for found in client.run(files).values())
    assert one == other
    assert one[1] == 3
    [shared] = scratch.glob(f"*/{name}")
    assert shared.stat().st_ino == one[0]


def forget() -> None:
    # On a worker: drop all matchers.
    _shipped._kept.clear()


def bytes_kept(name: str, dask_worker: Worker) -> bytes:
    plugin = dask_worker.plugins[name]
    assert isinstance(plugin, MatcherPlugin)
    return plugin._data


def test_a_worker_has_a_file_of_its_own_and_no_bytes(client: Client):
    got = poly_match.dask.join(dd.from_pandas(points(), npartitions=4), zones(14), near="covers")
    shipped = got.expr.func.shipped
    shipped.path.unlink()  # as on another machine
    client.run(forget)
    assert_frame_equal(got.compute(), poly_match.join(points(), zones(14), near="covers"))
    assert list(client.run(bytes_kept, shipped.name).values()) == [b"", b""]


def slow(part: int) -> pd.DataFrame:
    time.sleep(0.05)
    return points().iloc[50 * part : 50 * (part + 1)]


def test_a_worker_that_is_killed_comes_back_with_the_matcher(client: Client):
    rule: dict[str, Any] = {"near": "boundary", "max_dist": 9.0, "k": 2}
    ddf = dd.from_map(slow, range(40), meta=points(0))
    got = poly_match.dask.join(ddf, zones(17), **rule)
    name = got.expr.func.shipped.name
    future = client.compute(got)
    pids = client.run(os.getpid)
    time.sleep(0.3)
    os.kill(min(pids.values()), signal.SIGKILL)
    assert not future.done()
    assert_frame_equal(future.result(), poly_match.join(points(), zones(17), **rule))
    deadline = time.monotonic() + 30
    while set(client.run(os.getpid)) <= set(pids) or len(client.run(os.getpid)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert [name in found for found in client.run(files).values()] == [True, True]


def test_a_client_that_is_made_later_uses_the_file_of_this_process(started: Client):
    got = poly_match.dask.join(dd.from_pandas(points(), npartitions=2), zones(19), near="covers")
    shipped = got.expr.func.shipped
    with started.as_current():
        check(got, poly_match.join(points(), zones(19), near="covers"))
        assert all(shipped.name not in found for found in started.run(files).values())
        got = poly_match.dask.join(
            dd.from_pandas(points(), npartitions=2), zones(20), near="covers"
        )
        nowhere = replace(got.expr.func, shipped=Shipped(Path("/nowhere/a.plym"), True))
        lost = got.map_partitions(nowhere, meta=got._meta)
        with pytest.raises(
            FileNotFoundError, match=r"make the Client before poly_match\.dask\.join"
        ):
            lost.compute()


def test_a_cluster_in_this_process_leaves_no_file(tmp_path: Path):
    kept = {"processes": False, "dashboard_address": ":0", "local_directory": str(tmp_path)}
    with LocalCluster(n_workers=2, threads_per_worker=1, **kept) as cluster, Client(cluster):
        got = poly_match.dask.join(
            dd.from_pandas(points(), npartitions=4), zones(21), near="covers"
        )
        check(got, poly_match.join(points(), zones(21), near="covers"))
        # In the folders of two workers, and beside them.
        assert len({*tmp_path.rglob("*.plym")}) == 3
    assert not [*tmp_path.rglob("*.plym*")]


def test_an_asynchronous_client_is_joined_from_a_thread(tmp_path: Path):
    kept = {"processes": False, "dashboard_address": ":0", "local_directory": str(tmp_path)}
    ddf = dd.from_pandas(points(), npartitions=2)
    expected = poly_match.join(points(), zones(22), near="covers")

    async def run() -> None:
        async with (
            LocalCluster(n_workers=1, asynchronous=True, **kept) as cluster,
            Client(cluster, asynchronous=True) as client,
        ):
            with pytest.raises(RuntimeError, match=r"asyncio\.to_thread\(poly_match\.dask\.join"):
                poly_match.dask.join(ddf, zones(22), near="covers")
            got = await asyncio.to_thread(poly_match.dask.join, ddf, zones(22), near="covers")
            assert_frame_equal(await client.compute(got), expected)

    asyncio.run(run())


def test_workers_that_start_at_once_write_one_file(tmp_path: Path):
    folders = [tmp_path / f"worker-{i}" for i in range(8)]
    for folder in folders:
        folder.mkdir()
    data = os.urandom(100_000)
    name = "poly-match-1.plym"
    with ThreadPoolExecutor(8) as threads:
        paths = list(threads.map(lambda folder: _place.placed(name, data, folder), folders))
    assert paths == [folder / name for folder in folders]
    assert {path.read_bytes() for path in paths} == {data}
    assert {path.stat().st_ino for path in paths} == {(tmp_path / name).stat().st_ino}
    for folder in folders[:-1]:
        _place.left(name, folder)
        assert (tmp_path / name).exists()
    _place.left(name, folders[-1])
    assert not [*tmp_path.rglob("*.plym*")]


def test_a_file_that_was_cut_is_written_anew(tmp_path: Path):
    (tmp_path / "worker").mkdir()
    (tmp_path / "poly-match-1.plym").write_bytes(b"abc")
    path = _place.placed("poly-match-1.plym", b"abcdef", tmp_path / "worker")
    assert path.read_bytes() == (tmp_path / "poly-match-1.plym").read_bytes() == b"abcdef"


def test_a_file_of_another_user_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "worker").mkdir()
    (tmp_path / "poly-match-1.plym").write_bytes(b"theirs")
    monkeypatch.setattr(os, "getuid", lambda: -1)
    path = _place.placed("poly-match-1.plym", b"mine!!", tmp_path / "worker")
    assert path.read_bytes() == b"mine!!"


def test_folders_may_be_gone_before_their_workers(tmp_path: Path):
    _place.left("poly-match-1.plym", tmp_path / "scratch" / "worker")


def test_a_file_system_may_have_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def link(*_: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        path = _place.placed("poly-match-1.plym", b"abc", folder)
        assert path == folder / "poly-match-1.plym"
        assert path.read_bytes() == b"abc"
    _place.left("poly-match-1.plym", folders[0])
    assert [*tmp_path.rglob("*.plym*")] == [path]


# Errors


def ddf() -> Any:
    return dd.from_pandas(points(30), npartitions=3)


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"near": "above"}, ValueError, "near"),
        ({"near": "covers", "best": "worst"}, ValueError, "worst"),
        ({"near": "covers", "how": "outer"}, ValueError, "how must be"),
        ({"near": "covers", "on_invalid": "drop"}, ValueError, "on_invalid"),
        ({"near": "covers", "tie": "none"}, ValueError, "tie"),
        ({"near": "covers", "k": 0}, ValueError, "k"),
        ({"near": "covers", "workers": -1}, ValueError, "workers"),
        ({"near": "covers", "x": "lon", "y": "y"}, ValueError, "points have no column 'lon'"),
        ({"near": "covers", "x": "x"}, TypeError, "expected x and y"),
        ({"near": "covers", "x": "word", "y": "y"}, TypeError, "must hold numbers"),
        ({"near": "covers", "geometry": "count"}, TypeError, "must hold geometry"),
        ({"near": "covers", "columns": ["nam"]}, ValueError, "did you mean 'name'"),
        ({"near": "covers", "by": "floor"}, ValueError, "floor"),
        ({"near": "covers", "by": {"word": "level"}}, TypeError, "labels must be of one type"),
        ({"near": "covers", "label_col": 7, "columns": 7}, TypeError, "columns must be names"),
        ({"near": "boundary", "max_dist": "radius"}, ValueError, "no column 'radius'"),
        ({"near": "boundary", "max_dist": "word"}, TypeError, "must hold numbers"),
        ({}, TypeError, "near is missing"),
    ],
)
def test_what_is_wrong_with_all_partitions_is_said_at_once(
    asked: dict[str, Any], error: type[Exception], message: str
):
    with pytest.raises(error, match=message):
        poly_match.dask.join(ddf(), zones(), **asked)


def test_a_matcher_has_its_rule():
    matcher = Matcher.from_table(zones(), near="covers")
    with pytest.raises(TypeError, match="a matcher has its rule already: leave out near, planar"):
        poly_match.dask.join(ddf(), matcher, near="covers", planar=True)


@pytest.mark.parametrize(
    ("table", "got"),
    [
        (points(3), r"pandas\.DataFrame"),
        (geometries(points(3)), r"geopandas\.GeoDataFrame"),
        ({"x": [1.0], "y": [1.0]}, "dict"),
        (dd.from_pandas(points(3), npartitions=1)["x"], r"dask\.Series"),
        (None, "NoneType"),
    ],
)
def test_other_tables_are_refused(table: Any, got: str):
    with pytest.raises(TypeError, match=rf"points must be a Dask DataFrame.* got {got}"):
        poly_match.dask.join(table, zones(), near="covers")


def broken() -> Any:
    frame = pd.DataFrame({"x": 1.0, "y": np.arange(40.0), "radius": 1.0, "other": "text"})
    frame.loc[32, "x"] = np.nan
    return dd.from_pandas(frame, npartitions=4, sort=False)


def test_an_error_says_which_partition_and_row():
    joined = poly_match.dask.join(broken(), zones(), near="covers")
    message = "^in partition 3: x of point 2 is missing; its row has x=nan, y=32.0$"
    for scheduler in ("threads", "synchronous"):
        with pytest.raises(ValueError, match=message):
            joined.compute(scheduler=scheduler)
    # Another process puts its traceback behind the message.
    with pytest.raises(ValueError, match=message.removesuffix("$")):
        joined.compute(scheduler="processes")
    skipped = poly_match.dask.join(broken(), zones(), near="covers", on_invalid="skip").compute()
    assert pd.isna(skipped["name"][32])


@pytest.mark.usefixtures("client")
def test_an_error_reaches_the_client():
    joined = poly_match.dask.join(broken(), zones(), near="boundary", max_dist="radius")
    message = "^in partition 3: x of point 2 is missing; its row has x=nan, y=32.0, radius=1.0$"
    with pytest.raises(ValueError, match=message):
        joined.compute()
    wrong = broken().assign(x=broken()["x"].fillna(1.0), radius=-broken()["radius"])
    joined = poly_match.dask.join(wrong, zones(), near="boundary", max_dist="radius")
    with pytest.raises(
        ValueError, match=r"^in partition \d: .*its row has x=1.0, y=\d+.0, radius=-1"
    ):
        joined.compute()


def last(points: Any, indptr: Any, indices: Any) -> Any:  # noqa: ARG001
    raise ValueError("no polygon at position 999")


def test_an_error_may_name_no_row():
    joined = poly_match.dask.join(ddf(), zones(), near="covers", best=last)
    with pytest.raises(ValueError, match=r"^in partition \d: no polygon at position 999$"):
        joined.compute()


def test_a_callable_must_be_pickled_and_a_file_of_one_allowed(tmp_path: Path):
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        poly_match.dask.join(ddf(), zones(), near="covers", best=lambda *_: None)
    Matcher.from_table(zones(), near="covers", best=last).save(tmp_path / "zones.plym")
    with pytest.raises(ValueError, match="allow_pickle"):
        poly_match.dask.join(ddf(), tmp_path / "zones.plym")
    poly_match.dask.join(ddf(), tmp_path / "zones.plym", allow_pickle=True)


def of_another_version(folder: Path) -> Path:
    data = bytearray(Matcher.from_table(zones(), near="covers").to_bytes())
    data[12] = 200
    path = folder / "poly-match-200.plym"
    path.write_bytes(data)
    return path


def test_another_version_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="saved in version 200 of the format"):
        poly_match.dask.join(ddf(), of_another_version(tmp_path))


def test_another_version_is_refused_by_a_worker(client: Client, tmp_path: Path):
    shipped = Shipped(of_another_version(tmp_path), True)
    try:
        with pytest.raises(ValueError, match="saved in version 200 of the format"):
            _plugin.send(client, shipped)
        joined = poly_match.dask.join(ddf(), zones(), near="covers")
        refused = replace(joined.expr.func, shipped=shipped)
        with pytest.raises(ValueError, match="saved in version 200 of the format"):
            ddf().map_partitions(refused, meta=joined._meta).compute()
    finally:
        client.unregister_worker_plugin(shipped.name)


def test_dask_is_named():
    script = """
    try:
        import poly_match.dask
    except ImportError as error:
        print(error.name, error)
    """
    expected = 'dask poly_match.dask needs dask: pip install "dask[dataframe]"\n'
    assert run(["dask"], script) == expected
    # Without distributed, all that needs no cluster works.
    script = """
    import dask.dataframe as dd, pandas as pd, poly_match.dask
    ddf = dd.from_pandas(pd.DataFrame(points), npartitions=2)
    print(poly_match.dask.join(ddf, zones, near="covers").compute()["level"].tolist()[0])
    """
    assert run(["distributed"], script) == "1\n"

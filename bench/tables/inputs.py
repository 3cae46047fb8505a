"""The same points and zones as tables of each library, made before timing.

All have a column of unique names, so that an answer can be read from any of them. None declares a
coordinate system: degrees are taken as plane coordinates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bench.rules import inputs
from bench.rules.covers import connect
from bench.rules.inputs import Zones
from bench.workloads import Floats

TEXTS = 8
"""Columns of text that zones have beside their name."""


@dataclass(frozen=True, eq=False)
class Source:
    """Points and zones of one input."""

    zones: Zones
    names: list[str]

    @cached_property
    def geo_points(self) -> Any:  # noqa: ANN401
        """Points as a GeoDataFrame."""
        import geopandas

        geometry = geopandas.points_from_xy(*self.zones.points.T)
        return geopandas.GeoDataFrame({"id": self.ids}, geometry=geometry)

    @cached_property
    def geo_zones(self) -> Any:  # noqa: ANN401
        """Zones as a GeoDataFrame."""
        import geopandas

        return geopandas.GeoDataFrame({"name": self.names}, geometry=self.zones.shapes)

    def renew(self) -> None:
        """Forget the index that GeoPandas keeps with the zones."""
        self.__dict__["geo_zones"] = self.geo_zones.copy()

    @cached_property
    def pandas_points(self) -> Any:  # noqa: ANN401
        """Points as a pandas DataFrame with x and y."""
        import pandas as pd

        return pd.DataFrame(self.columns)

    @cached_property
    def arrow_points(self) -> Any:  # noqa: ANN401
        """Points as a pyarrow Table with x and y."""
        import pyarrow

        return pyarrow.table(self.columns)

    @cached_property
    def arrow_zones(self) -> Any:  # noqa: ANN401
        """Zones as a pyarrow Table: names, WKB, and columns of text, each a little longer."""
        import pyarrow
        import shapely

        columns = {"name": self.names, "geometry": shapely.to_wkb(self.zones.shapes)}
        texts = {f"text{i}": [f"{name} {'-' * i}" for name in self.names] for i in range(TEXTS)}
        return pyarrow.table(columns | texts)

    @cached_property
    def polars_points(self) -> Any:  # noqa: ANN401
        """Points as a Polars DataFrame with x and y."""
        import polars as pl

        return pl.from_arrow(self.arrow_points)

    @cached_property
    def polars_zones(self) -> Any:  # noqa: ANN401
        """Zones as a Polars DataFrame: names and WKB."""
        import polars as pl

        return pl.from_arrow(self.arrow_zones.select(["name", "geometry"]))

    @cached_property
    def polars_shapes(self) -> Any:  # noqa: ANN401
        """Points as a Polars DataFrame with WKB, which polars-st takes."""
        import shapely

        shapes = shapely.to_wkb(self.geo_points.geometry.to_numpy())
        return self.polars_points.select("id").with_columns(geometry=shapes)

    @cached_property
    def connection(self) -> Any:  # noqa: ANN401
        """A DuckDB connection with tables of the points, as x and y, and of the zones."""
        connection = connect().cursor()
        connection.register("arrow_points", self.arrow_points)
        connection.register("arrow_zones", self.arrow_zones)
        connection.execute("CREATE OR REPLACE TEMP TABLE points AS FROM arrow_points")
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE zones AS "
            "SELECT name, ST_GeomFromWKB(geometry) AS geometry FROM arrow_zones"
        )
        return connection

    @cached_property
    def columns(self) -> dict[str, Any]:
        """Points as arrays: id, x, y."""
        x, y = self.zones.points.T
        return {"id": self.ids, "x": x.copy(), "y": y.copy()}

    @property
    def ids(self) -> Any:  # noqa: ANN401
        """The numbers of the points, in order."""
        return np.arange(len(self.zones.points))


def pieces(base: Floats, rows: int) -> Iterator[Floats]:
    """Yield this many points in pieces; each has the points of the base, moved a little."""
    for start in range(0, rows, len(base)):
        moved = base + np.random.default_rng(start).normal(0.0, 0.05, base.shape)
        yield moved[: rows - start]


def counties(points: int) -> Source:
    """US counties with their names, and points scattered around US cities."""
    zones = inputs.counties(points)
    features = inputs.features("us-counties.geojson")
    of = [feature["properties"] for feature in features]
    names = [f"{one['NAME']} {one['LSAD']}, {one['STATE']}{one['COUNTY']}" for one in of]
    return Source(zones, names)


def districts(side: int, points: int) -> Source:
    """`side` × `side` cells of a lattice, and points anywhere."""
    zones = inputs.districts(side, points)
    return Source(zones, [f"district {i:06}" for i in range(len(zones.shapes))])

"""Tables of GeoPandas."""

from __future__ import annotations

from typing import Any

from poly_match.tables._pandas import Pandas


class GeoPandas(Pandas):
    """A GeoDataFrame, which knows which of its columns is the geometry."""

    def active_geometry(self) -> Any | None:  # noqa: ANN401
        """Return the name of the active geometry column; None if none is active."""
        return self.data.active_geometry_name

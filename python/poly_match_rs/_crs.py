"""Coordinate systems that the caller's data declares, and whether two are the same.

Data declares a system or it declares none. Two systems are the same, different, or it cannot be
decided. Neither pyproj nor geopandas is imported here: they are used if the caller has loaded them.
Names are read by the native module, as in the program.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

import numpy as np

from poly_match_rs import _native
from poly_match_rs._geometry import column, interface

# Types of data that declares nothing.
PLAIN = (np.ndarray, list, tuple)

# Most characters of a name in a message.
LONGEST = 60

# Authority and code; well-known text, with the title of the system; JSON of PROJ.
_CODE = re.compile(r"\w+:\w+")
_WKT = re.compile(r'\s*[A-Z_]+\s*\[\s*"([^"]*)"', re.IGNORECASE)
_JSON = re.compile(r"\s*\{")


class System:
    """A coordinate system that data declares.

    Parameters
    ----------
    declared : str or pyproj.CRS
        A name such as ``EPSG:4326`` or a URN, well-known text, or JSON of PROJ.
    """

    def __init__(self, declared: Any) -> None:  # noqa: ANN401 - an object of pyproj
        self._declared = declared

    @cached_property
    def text(self) -> str:
        """Authority and code, such as ``EPSG:4326``; well-known text if there is no code."""
        if isinstance(self._declared, str):
            return self._declared if _is_long(self._declared) else self._named[0]
        return _code_of(self._declared, 100) or str(self._declared.to_wkt())

    @cached_property
    def kind(self) -> Literal["geographic", "projected", "undecided"]:
        """What the coordinates are: degrees, or lengths on a plane."""
        if isinstance(self._declared, str) and self._named[1] != "undecided":
            return self._named[1]
        crs = self._pyproj
        if crs is None:
            return "undecided"
        return (
            "geographic" if crs.is_geographic else "projected" if crs.is_projected else "undecided"
        )

    @property
    def is_defined(self) -> bool:
        """Whether `text` is a definition, since the system has no code."""
        return _is_long(self.text)

    @property
    def is_geographic(self) -> bool:
        """Whether the coordinates are degrees."""
        return self.kind == "geographic"

    @property
    def name(self) -> str:
        """How messages call it."""
        title = _WKT.match(self.text)
        return (title[1] if title else self.text)[:LONGEST]

    def compare(self, other: System) -> Literal["same", "different", "undecided"]:
        """Compare with another system, whatever the order of axes, and without heights."""
        ours, theirs = self._declared, other._declared
        if ours is theirs:
            return "same"
        if isinstance(ours, str) and isinstance(theirs, str):
            found = _native.compare_crs(self.text, other.text)
            if found == "same":  # without objects of pyproj, which take longer to make
                return found
        ours, theirs = self._pyproj, other._pyproj
        if ours is not None and theirs is not None and _are_equal(ours, theirs):
            return "same"
        if {self.kind, other.kind} == {"geographic", "projected"}:
            return "different"
        return _native.compare_crs(self._code, other._code)

    @property
    def _code(self) -> str:
        # The best matching code; the text if none matches.
        crs = self._pyproj
        return (None if crs is None else _code_of(crs, 70)) or self.text

    @cached_property
    def _named(self) -> tuple[str, Literal["geographic", "projected", "undecided"]]:
        return _native.crs_named(self._declared)

    @property
    def _pyproj(self) -> Any:  # noqa: ANN401
        # The object of pyproj; None if pyproj is not loaded, or does not know the system.
        if not isinstance(self._declared, str):
            return self._declared
        return self._read if hasattr(sys.modules.get("pyproj"), "CRS") else None

    @cached_property
    def _read(self) -> Any:  # noqa: ANN401
        # Not a string of PROJ's own: these may name other files, which PROJ would read.
        if not (_is_long(self.text) or _CODE.fullmatch(self.text)):
            return None
        pyproj = sys.modules["pyproj"]
        try:
            return pyproj.CRS.from_user_input(self.text)
        except pyproj.exceptions.CRSError:
            return None

    def __reduce__(self) -> tuple[type[System], tuple[str]]:
        return System, (self.text,)


class Degrees(System):
    """Degrees of any geographic system, as columns called ``lon`` and ``lat`` declare.

    Parameters
    ----------
    name : str
        How messages call them.
    """

    @cached_property
    def text(self) -> str:
        """How messages call them."""
        return str(self._declared)

    @cached_property
    def kind(self) -> Literal["geographic", "projected", "undecided"]:
        """What the coordinates are: degrees."""
        return "geographic"

    def compare(self, other: System) -> Literal["same", "different", "undecided"]:
        """Compare with another system: every geographic one is the same."""
        if other.kind == "undecided":
            return "undecided"
        return "same" if other.is_geographic else "different"


def _is_long(text: str) -> bool:
    # Whether it is a definition, not a name.
    return bool(_WKT.match(text) or _JSON.match(text))


def _code_of(crs: Any, confidence: int) -> str | None:  # noqa: ANN401 - an object of pyproj
    # Authority and code, by preference of EPSG. PROJ says how well they match: 100 if they are
    # named or equal in all, 70 if they are equivalent but have other names.
    codes = [code for code, its in _codes_of(crs) if its >= confidence]
    return next((code for code in codes if code.startswith("EPSG:")), codes[0] if codes else None)


# The codes of definitions, with how well they match: PROJ takes half a second to find none.
_KNOWN: dict[str, list[tuple[str, int]]] = {}


def _codes_of(crs: Any) -> list[tuple[str, int]]:  # noqa: ANN401 - an object of pyproj
    found = _KNOWN.get(crs.srs)
    if found is None:
        matches = crs.list_authority(min_confidence=70)
        found = [(f"{match.auth_name}:{match.code}", match.confidence) for match in matches]
        _KNOWN[crs.srs] = found
    return found


def _are_equal(ours: Any, theirs: Any) -> bool:  # noqa: ANN401 - objects of pyproj
    if ours == theirs:
        return True
    return bool(_without_height(ours).equals(_without_height(theirs), ignore_axis_order=True))


def _without_height(crs: Any) -> Any:  # noqa: ANN401 - an object of pyproj
    # pyproj before 3.6 cannot drop the height.
    return crs.to_2d() if len(crs.axis_info) > 2 and hasattr(crs, "to_2d") else crs


def declared(data: Any) -> System | None:  # noqa: ANN401 - any object of the caller's
    """Return the system that polygons or points declare, if they do.

    A table or series of geopandas does, if it has a ``crs``, and so does a FeatureCollection of
    GeoJSON with the old member ``crs``. A table of two columns does, if they are called longitude
    and latitude.
    """
    if isinstance(data, PLAIN):
        return None
    if isinstance(data, _native.GeometryColumn):
        crs = data.crs()
        if crs is None:
            return None
        text, is_any_degrees = crs
        return Degrees(text) if is_any_degrees else System(text)
    data = column(data)
    geopandas = sys.modules.get("geopandas")
    if geopandas is not None:
        array = getattr(data, "array", data)
        if isinstance(array, geopandas.array.GeometryArray):
            return None if array.crs is None else System(array.crs)
    names = getattr(data, "column_names", getattr(data, "columns", None))  # pyarrow; others
    if names is not None:
        return _of_columns(list(names))
    collection = interface(data)
    if isinstance(collection, Mapping) and collection.get("type") == "FeatureCollection":
        return _of_geojson(collection.get("crs"))
    return None


def _of_columns(names: list[Any]) -> System | None:
    if len(names) != 2 or not all(isinstance(name, str) for name in names):
        return None
    found = _native.degrees_of_columns(*names)
    return None if found is None else Degrees(found)


def _of_geojson(crs: Any) -> System | None:  # noqa: ANN401 - any member
    # The GeoJSON format specification of 2008, section 3.
    if crs is None:
        return None
    name = None
    if isinstance(crs, Mapping):
        properties = crs.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        if crs.get("type") == "name":
            name = properties.get("name")
        elif crs.get("type") == "EPSG" and "code" in properties:  # some files before 2008
            name = f"EPSG:{properties['code']}"
    return System(name if isinstance(name, str) else json.dumps(crs, default=str))

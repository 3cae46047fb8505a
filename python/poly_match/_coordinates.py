"""Finds the coordinates of points and the geometry of polygons in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poly_match_rs import _native

if TYPE_CHECKING:
    from poly_match.tables._table import Table


def of_points(
    table: Table,
    x: Any | None,  # noqa: ANN401 - names of columns
    y: Any | None,  # noqa: ANN401
    geometry: Any | None,  # noqa: ANN401
) -> Any:  # noqa: ANN401 - what a matcher reads
    # Return the points of a table: of two columns of numbers, or of a column of geometry.
    names = columns_of_points(table, x, y, geometry)
    return _of_xy(table, *names) if len(names) == 2 else table.geometry(*names)


def columns_of_points(
    table: Table,
    x: Any | None,  # noqa: ANN401 - names of columns
    y: Any | None,  # noqa: ANN401
    geometry: Any | None,  # noqa: ANN401
) -> list[Any]:
    # Return the names of x and y, or of the column of geometry.
    # Columns that the caller does not name are found by their type, or else by their names.
    if (x is None) != (y is None):
        raise TypeError("expected x and y, got one of them alone")
    if x is not None:
        if geometry is not None:
            raise TypeError("expected x and y, or geometry, got all of them")
        return [x, y]
    if geometry is None:
        geometry = _by_type(table, "geometry")
    if geometry is None:
        names = table.names
        pairs = _native.coordinate_pairs([str(name) for name in names])
        if len(pairs) > 1:
            shown = ", ".join(f"{names[i]!r} and {names[j]!r}" for i, j in pairs)
            raise ValueError(
                f"more than one pair of columns of {table.side} may be coordinates ({shown}): "
                "name them with x= and y="
            )
        if pairs:
            [(i, j)] = pairs
            return [names[i], names[j]]
        geometry = _by_name(table, "x= and y=, or geometry=")
    table.check_name(geometry)
    return [geometry]


def geometry_of_polygons(table: Table, geometry: Any | None, argument: str) -> Any:  # noqa: ANN401
    # Return the name of the column of polygons.
    # `argument` is what the caller names it with, for error messages.
    if geometry is None:
        geometry = _by_type(table, argument)
    if geometry is None:
        geometry = _by_name(table, f"{argument}=")
    table.check_name(geometry)
    return geometry


def _of_xy(table: Table, x: Any, y: Any) -> Any:  # noqa: ANN401
    columns = table.read_numbers(x), table.read_numbers(y)
    return _native.GeometryColumn.from_xy(*columns, _native.degrees_of_columns(str(x), str(y)))


def _by_type(table: Table, argument: str) -> Any | None:  # noqa: ANN401
    active = table.active_geometry()
    if active is not None:
        return active
    names = table.geometry_names()
    if len(names) > 1:
        shown = " and ".join(map(repr, names))
        raise ValueError(
            f"{table.side} have {len(names)} columns of geometry, {shown}: "
            f"name one with {argument}="
        )
    return names[0] if names else None


def _by_name(table: Table, arguments: str) -> Any:  # noqa: ANN401
    found = _native.geometry_columns([str(name) for name in table.names])
    names = [table.names[i] for i in found]
    if len(names) == 1:
        return names[0]
    shown = ", ".join(map(repr, names or table.names))
    what = "more than one column" if names else "no column"
    raise ValueError(
        f"{what} of {table.side} looks like coordinates or geometry: name them with {arguments}. "
        f"There are {shown}"
    )

"""The constructor of a subclass: which coordinates count, and what is refused."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import subprocess
import sys
import threading
from dataclasses import InitVar, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import poly_match
import pytest
from poly_match import MultiPolygon, Polygon

ROOT = Path(__file__).resolve().parent.parent
SQUARE = ([0.0, 4.0, 4.0, 0.0], [0.0, 0.0, 4.0, 4.0])
HOLE = ([1.0, 2.0, 2.0], [1.0, 1.0, 2.0])
HALF = ([0.0, 2.0, 2.0, 0.0], [0.0, 0.0, 2.0, 2.0])


def coordinates(polygon):
    return (polygon.x.tolist(), polygon.y.tolist())


class Feet(Polygon):
    """Half of what the call says."""

    def __init__(self, x, y, name="", *, holes=()):
        halves = [(np.divide(hx, 2), np.divide(hy, 2)) for hx, hy in holes]
        super().__init__(np.divide(x, 2), np.divide(y, 2), holes=halves)
        self.name = name


class Dropped(Polygon):
    """Without the vertex that closes the ring."""

    def __init__(self, x, y):
        super().__init__(x[:-1], y[:-1])


class NameFirst(Polygon):
    """With its arguments in another order."""

    def __init__(self, name, x, y):
        super().__init__(x, y)
        self.name = name


class Swapped(Polygon):
    """With y before x."""

    def __init__(self, y, x):
        super().__init__(x, y)


class Row(Polygon):
    """With one argument that is split."""

    def __init__(self, row):
        super().__init__(*row["ring"])
        self.name = row["name"]


class Slotted(Polygon):
    """With attributes in slots."""

    __slots__ = ("name",)

    def __init__(self, corners, name):
        super().__init__(*zip(*corners, strict=True))
        self.name = name


class Silent(Polygon):
    """With an `__init__` that does not call `super().__init__`."""

    def __init__(self, x, y, name=""):  # noqa: ARG002 - read by `__new__`
        self.name = name


class Islands(MultiPolygon):
    """With its parts behind another argument."""

    def __init__(self, name, *parts):
        super().__init__(parts)
        self.name = name


def test_changed_coordinates_count():
    zone = Feet(*SQUARE, "hall", holes=[HOLE])
    assert coordinates(zone) == HALF
    assert zone.center.tolist() == Polygon(*HALF, holes=[np.divide(HOLE, 2)]).center.tolist()
    assert zone.area() == 4.0 - 0.125
    assert zone.holes[0][0].tolist() == [0.5, 1.0, 1.0]
    assert zone.name == "hall"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Dropped([*SQUARE[0], 0.0], [*SQUARE[1], 0.0]),
        lambda: NameFirst("hall", *SQUARE),
        lambda: NameFirst(7, x=SQUARE[0], y=SQUARE[1]),
        lambda: NameFirst(x=SQUARE[0], y=SQUARE[1], name="hall"),
        lambda: Swapped(SQUARE[1], SQUARE[0]),
        lambda: Row({"ring": SQUARE, "name": "hall"}),
        lambda: Slotted(list(zip(*SQUARE, strict=True)), "hall"),
        lambda: Silent(*SQUARE),
    ],
)
def test_coordinates_given_to_init_count(make):
    zone = make()
    assert coordinates(zone) == SQUARE
    assert zone.center.tolist() == [2.0, 2.0]
    assert zone.area() == 16.0
    assert poly_match.main([zone], [(2.0, 2.0)], max_dist=1.0) == [((2.0, 2.0), zone)]
    matcher = poly_match.Matcher([zone], near="covers")
    assert matcher.match([(3.5, 3.5), (4.5, 4.5)]).index.tolist() == [0, -1]


@pytest.mark.parametrize(
    "convert", [np.array, lambda v: np.array(v, "f4"), lambda v: np.array(v, "i8"), pd.Series]
)
def test_arguments_changed_in_place_count(convert):
    class InPlace(Polygon):
        def __init__(self, x, y):
            x *= 3
            super().__init__(x, y)

    assert coordinates(InPlace(*map(convert, SQUARE))) == ([0.0, 12.0, 12.0, 0.0], SQUARE[1])


def test_signs_of_zero_count():
    class Negative(Polygon):
        def __init__(self, x, y):
            super().__init__(np.negative(x), y)

    assert np.signbit(Negative([0.0], [1.0]).x).tolist() == [True]


def test_holes_are_those_that_init_gives():
    class Plain(Polygon):
        def __init__(self, x, y, *, holes=()):  # noqa: ARG002 - left out
            super().__init__(x, y)

    class Listed(Polygon):
        def __init__(self, x, y, holes):
            super().__init__(x, y, holes=list(holes))

    assert Plain(*SQUARE, holes=[HOLE]).area() == 16.0
    assert Listed(*SQUARE, [HOLE]).area() == 15.5
    assert Listed(*SQUARE, holes=iter([HOLE])).area() == 15.5


def test_the_call_counts_where_init_gives_nothing():
    class Empty(Polygon):
        def __init__(self, x, y, name, **kwargs):  # noqa: ARG002 - read by `__new__`
            super().__init__()
            self.name = name

    for zone in (Empty(*SQUARE, "hall", holes=[HOLE]), Silent(x=SQUARE[0], y=SQUARE[1])):
        assert coordinates(zone) == SQUARE
    assert Empty(*SQUARE, "hall", holes=[HOLE]).area() == 15.5
    with pytest.raises(RuntimeError, match=r"Empty\.__init__ must call super\(\)\.__init__\(x, y"):
        Empty("hall", *SQUARE)


def test_a_cooperative_constructor():
    class Named:
        def __init__(self, *args, name, **kwargs):
            super().__init__(*args, **kwargs)
            self.name = name

    class Zone(Named, Polygon):
        pass

    class Moved(Named, Polygon):
        def __init__(self, x, y, **kwargs):
            super().__init__(np.add(x, 1), y, **kwargs)

    zone = Zone(*SQUARE, name="hall", holes=[HOLE])
    assert (coordinates(zone), zone.area(), zone.name) == (SQUARE, 15.5, "hall")
    assert Moved(*SQUARE, name="hall").x.tolist() == [1.0, 5.0, 5.0, 1.0]


USES = [
    lambda zone: zone.x,
    lambda zone: zone.y,
    lambda zone: zone.holes,
    lambda zone: zone.center,
    lambda zone: zone.area(),
    repr,
    pickle.dumps,
    copy.copy,
    copy.deepcopy,
    lambda zone: zone.__geo_interface__,
    lambda zone: zone._repr_svg_(),
    lambda zone: MultiPolygon([zone]),
    lambda zone: poly_match.main([zone], [(0.0, 0.0)]),
    lambda zone: poly_match.find_close_polygons([zone], (0.0, 0.0), 1.0),
    lambda zone: poly_match.Matcher([zone], near="covers"),
]


@pytest.mark.parametrize("use", USES)
def test_a_polygon_without_coordinates_says_so_when_used(use):
    zone = Silent("hall", SQUARE)
    zone.later = 3
    message = r"Silent has no coordinates: Silent\.__init__ must call super\(\)\.__init__\(x, y\)"
    with pytest.raises(RuntimeError, match=rf"{message}.*x must be numeric .* got str"):
        use(zone)


def test_the_position_of_a_polygon_without_coordinates_is_named():
    class Area(Silent):
        def area(self):
            return 1.0

    for make in (Silent, Area):
        zones = [make(*SQUARE), make(*SQUARE), make("hall", 3)]
        for rule in ({"max_dist": 1.0}, {"near": "covers"}):
            with pytest.raises(RuntimeError, match=r"^polygon 2: \w+ has no coordinates"):
                poly_match.Matcher(zones, **rule)


def test_errors_of_init_come_out_unchanged():
    class Raising(Polygon):
        def __init__(self, row):
            raise KeyError(row)

    with pytest.raises(KeyError, match="mine"):
        Raising("mine")
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        Raising()
    with pytest.raises(ValueError, match="same length, got 2 and 1"):
        NameFirst("hall", [1.0, 2.0], [1.0])
    with pytest.raises(TypeError, match=r"x must be numeric .* got str"):
        NameFirst("hall", "x", [1.0])


def test_what_is_not_about_the_arguments_is_raised():
    class Interrupting:
        def __array__(self, dtype=None, copy=None):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Silent(Interrupting(), [1.0])


@pytest.mark.parametrize(
    ("arguments", "names", "message"),
    [
        (SQUARE[:1], {}, "x and y must be given, got no y"),
        ((), {"y": SQUARE[1]}, "x and y must be given, got no x"),
        ((), {"holes": [HOLE]}, "x and y must be given, got neither"),
        (SQUARE, {"x": SQUARE[0]}, "got x by position and by name"),
        ((*SQUARE, "hall"), {}, "takes x and y only, and holes by name"),
        (SQUARE, {"name": "hall"}, "takes x and y only, and holes by name"),
        ((None, None), {}, "x must be numeric .* got NoneType"),
    ],
)
def test_arguments_of_super_init_are_checked(arguments, names, message):
    class Zone(Polygon):
        def __init__(self, _x, _y):
            super().__init__(*arguments, **names)

    with pytest.raises(TypeError, match=message):
        Zone(*SQUARE)
    with pytest.raises(TypeError, match=message):
        Polygon(*arguments, **names)


@pytest.mark.parametrize("make", [Polygon, Feet, Silent, lambda *xy: NameFirst("hall", *xy)])
def test_coordinates_are_set_once(make):
    zone = make(*SQUARE)
    if make is Silent:
        Polygon.__init__(zone, *SQUARE)
    before = coordinates(zone)
    for again in (SQUARE, HALF):
        with pytest.raises(RuntimeError, match="coordinates can be set only once"):
            Polygon.__init__(zone, *again)
    assert coordinates(zone) == before


def test_a_copy_of_a_polygon_does_not_change():
    zone = copy.copy(Polygon(*SQUARE, holes=[HOLE]))
    for arguments, holes in [(HALF, [HOLE]), (SQUARE, [HALF]), (SQUARE, ())]:
        with pytest.raises(RuntimeError, match="only once"):
            Polygon.__init__(zone, *arguments, holes=holes)
    assert (coordinates(zone), zone.area()) == (SQUARE, 15.5)


def test_a_failed_init_can_be_tried_again():
    class Tried(Polygon):
        def __init__(self, x):
            try:
                super().__init__(x, "y")
            except TypeError:
                super().__init__(x, x)

    assert Tried([1.0, 2.0]).y.tolist() == [1.0, 2.0]


def test_new_of_a_subclass_takes_its_own_arguments():
    class Box(Polygon):
        def __new__(cls, *sides):
            return super().__new__(cls, [0, sides[0], 0], [0, 0, sides[1]])

    box = Box(4.0, 4.0, "hall")
    assert box.area() == 8.0
    with pytest.raises(RuntimeError, match="only once"):
        Polygon.__init__(box, *SQUARE)


def test_a_subclass_without_init_refuses_at_once():
    class Plain(Polygon):
        pass

    for arguments in [("hall", SQUARE), (*SQUARE, "hall"), ()]:
        with pytest.raises(TypeError):
            Plain(*arguments)
        with pytest.raises(TypeError):
            Plain.__new__(Plain, *arguments)


ZONES = [
    lambda: Feet(*SQUARE, "hall", holes=[HOLE]),
    lambda: NameFirst("hall", *SQUARE),
    lambda: Row({"ring": SQUARE, "name": "hall"}),
    lambda: Slotted(list(zip(*SQUARE, strict=True)), "hall"),
    lambda: Silent(*SQUARE, "hall"),
    lambda: Cut("hall", list(zip(*SQUARE, strict=True))),
    lambda: Islands("hall", Polygon(*SQUARE), Feet(*SQUARE, "part", holes=[HOLE])),
]


@pytest.mark.parametrize("make", ZONES)
@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy]
    + [lambda zone, p=p: pickle.loads(pickle.dumps(zone, p)) for p in range(2, 6)],
)
def test_copies_have_the_coordinates_and_the_attributes(make, again):
    zone = make()
    got = again(zone)
    assert type(got) is type(zone)
    assert got.__geo_interface__ == zone.__geo_interface__
    assert (got.center.tobytes(), got.area()) == (zone.center.tobytes(), zone.area())
    assert got.name == zone.name == "hall"
    assert got != zone


TYPED = """
from dataclasses import InitVar, dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import poly_match

Array = npt.NDArray[np.float64]

class Cached(poly_match.Polygon):
    @cached_property
    def center(self) -> Array:
        return self.x[:2]

class Property(poly_match.Polygon):
    @property
    def center(self) -> Array:
        return self.x[:2]

class CachedMany(poly_match.MultiPolygon):
    @cached_property
    def center(self) -> Array:
        return self.parts[0].center

class Row(poly_match.Polygon):
    def __init__(self, row: dict[str, list[float]]) -> None:
        super().__init__(row["x"], row["y"])

@dataclass(eq=False)
class Cut(poly_match.Polygon):
    name: str
    corners: InitVar[list[tuple[float, float]]]

    def __post_init__(self, corners: list[tuple[float, float]]) -> None:
        x, y = zip(*corners, strict=True)
        super().__init__(x, y)

zones = [Row({"x": [0.0], "y": [0.0]}), Cut("hall", [(0.0, 0.0)])]
center: Array = Cached([0], [0]).center
poly_match.match(zones, [(0, 0)], max_dist=1.0)
"""


def test_subclasses_type_check(tmp_path):
    (tmp_path / "typed.py").write_text(TYPED, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(f"{TYPED}Row(3)\nCut()\n", encoding="utf-8")
    environment = {**os.environ, "MYPYPATH": str(ROOT / "python")}
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=.cache"]
    for file, errors in (("typed.py", 0), ("wrong.py", 2)):
        run = subprocess.run(
            [*command, file], cwd=tmp_path, env=environment, text=True, capture_output=True
        )
        assert run.stdout.count(" error: ") == errors, run.stdout + run.stderr


def test_a_multipolygon_takes_parts_from_init():
    parts = [Polygon(*SQUARE), Polygon(*HALF)]
    islands = Islands("both", *parts)
    assert islands.parts == tuple(parts)
    assert (islands.area(), islands.name) == (20.0, "both")
    assert poly_match.match([islands], [(1.0, 1.0)], max_dist=3.0).index.tolist() == [0]

    class First(MultiPolygon):
        def __init__(self, polygons):
            super().__init__(list(polygons)[:1])

    for given in (parts, iter(parts), dict.fromkeys(parts)):
        assert First(given).parts == (parts[0],)


def test_a_multipolygon_without_parts_says_so_when_used():
    class Forgetful(MultiPolygon):
        def __init__(self, name, polygons=()):
            pass

    for use in (repr, pickle.dumps, lambda one: one.center, lambda one: one.area()):
        with pytest.raises(RuntimeError, match=r"Forgetful has no parts: Forgetful\.__init__ must"):
            use(Forgetful("hall"))
    with pytest.raises(RuntimeError, match=r"^polygon 1: Forgetful has no parts"):
        poly_match.main([Polygon(*SQUARE), Forgetful("hall")], [(0.0, 0.0)])
    kept = Forgetful([Polygon(*SQUARE)])
    assert kept.area() == 16.0


@pytest.mark.parametrize("make", [MultiPolygon, lambda parts: Islands("both", *parts)])
def test_parts_are_set_once(make):
    islands = make([Polygon(*SQUARE)])
    for again in (islands.parts, [Polygon(*HALF)]):
        with pytest.raises(RuntimeError, match="parts can be set only once"):
            MultiPolygon.__init__(islands, again)
    assert islands.area() == 16.0
    with pytest.raises(RuntimeError, match="only once"):
        MultiPolygon.__init__(copy.copy(MultiPolygon(islands.parts)), [Polygon(*HALF)])


def test_a_cycle_through_given_parts_is_collected():
    class Part(Polygon):
        pass

    gone = []
    part = Part(*SQUARE)
    part.whole = Islands("both", part)
    part.whole.gone = Gone(gone)
    del part
    gc.collect()
    assert gone == [True]


class Gone:
    """Notes that it is collected."""

    def __init__(self, notes):
        self.notes = notes

    def __del__(self):
        self.notes.append(True)


def test_threads_that_initialize_at_once():
    for _ in range(50):
        zone = Silent.__new__(Silent, "hall")
        barrier = threading.Barrier(4)
        won, lost = [], []

        def initialize(size, zone=zone, barrier=barrier, won=won, lost=lost):
            x = [0, size, size]
            barrier.wait()
            try:
                Polygon.__init__(zone, x, [0, 0, size])
                won.append(size)
            except RuntimeError:
                lost.append(size)
            zone.center  # noqa: B018 - its array is made by one of them

        threads = [threading.Thread(target=initialize, args=(size,)) for size in range(1, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(won), len(lost)) == (1, 3)
        assert zone.x.max() == won[0]


@dataclass(eq=False)
class Coordinates(Polygon):
    """A dataclass that is called with coordinates."""

    x: InitVar[Any] = field()
    y: InitVar[Any] = field()
    name: str

    def __post_init__(self, x, y):
        super().__init__(x, y)


@dataclass(eq=False)
class Cut(Polygon):
    """A dataclass that is called with corners."""

    name: str
    corners: InitVar[list[tuple[float, float]]]

    def __post_init__(self, corners):
        super().__init__(*zip(*corners, strict=True))


@dataclass
class Older(Polygon):
    """A dataclass that leaves its coordinates to the call."""

    x: InitVar[Any]
    y: InitVar[Any]
    name: str = ""


def test_dataclasses():
    corners = list(zip(*SQUARE, strict=True))
    for zone in (
        Coordinates(*SQUARE, "hall"),
        Coordinates(name="hall", x=SQUARE[0], y=SQUARE[1]),
        Cut("hall", corners),
        Cut(corners=corners, name="hall"),
        Older(*SQUARE, "hall"),
    ):
        assert (coordinates(zone), zone.name) == (SQUARE, "hall")
        assert poly_match.main([zone], [(2.0, 2.0)]) == [((2.0, 2.0), zone)]
    with pytest.raises(TypeError, match="required positional argument"):
        Coordinates(*SQUARE)

"""Make the example: a shop floor in metres, and where its shoppers were.

Run it to write ``zones.csv`` and ``shoppers.csv`` beside this file, or into the directory given
as the only argument. The same bytes come out on every machine: the random numbers are
``random()`` alone, which Python keeps the same for a seed, and everything is rounded.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

SEED = 20_240_607
POSITIONS = 10_000

# The floor: two blocks of aisles between three walkways, counters along three walls, the tills in
# front, and outside the front wall (y below 0) the car park.
WIDTH, DEPTH = 60.0, 41.0
BLOCKS = [(9.0, 20.0), (23.5, 34.5)]
WALKWAYS = [7.2, 21.75, 36.2]
AISLES = [9.0 + 4.0 * i for i in range(11)]  # the middle of each
AISLE_WIDTH = 2.4
BAYS = 4  # on each side of an aisle
ENTRANCE, EXIT = (6.0, 0.5), (50.0, 0.5)
TILLS = [20.0 + 3.0 * i for i in range(10)]

DEPARTMENTS = {  # block: (name, first aisle, aisle after the last)
    0: [("Household", 0, 3), ("Pet food", 3, 5), ("Drinks", 5, 9), ("Snacks", 9, 11)],
    1: [("Cereals", 0, 3), ("Pasta and rice", 3, 6), ("Tins", 6, 9), ("Frozen", 9, 11)],
}
COUNTERS = ["Bakery", "Cheese", "Butcher", "Fish", "Deli", "Dairy"]

Point = tuple[float, float]
Ring = list[Point]


class Chance:
    """Random numbers, all made from ``random()``."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed).random

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.random()

    def pick(self, items: list) -> object:
        return items[int(self.random() * len(items))]

    def normal(self, spread: float) -> float:
        # A sum of uniforms, since a logarithm may differ in its last bit between machines.
        return spread * (sum(self.random() for _ in range(12)) - 6.0)


# --- zones ---------------------------------------------------------------------------------------


def box(x0: float, y0: float, x1: float, y1: float) -> Ring:
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def round_ring(x: float, y: float, radius: float, corners: int) -> Ring:
    turns = [math.tau * (i + 0.5) / corners for i in range(corners)]
    return [(x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns]


def wkt(parts: list[list[Ring]]) -> str:
    """The parts, each an outer ring and its holes, as WKT."""

    def ring(vertices: Ring) -> str:
        closed = [*vertices, vertices[0]]
        return "(" + ", ".join(f"{x:.2f} {y:.2f}" for x, y in closed) + ")"

    bodies = ["(" + ", ".join(ring(vertices) for vertices in part) + ")" for part in parts]
    if len(bodies) == 1:
        return f"POLYGON {bodies[0]}"
    return f"MULTIPOLYGON ({', '.join(bodies)})"


Zone = tuple[str, str, list[list[Ring]]]  # name, kind, parts


def departments() -> Iterator[Zone]:
    for block, names in DEPARTMENTS.items():
        bottom, top = BLOCKS[block]
        for name, first, last in names:
            outer = box(AISLES[first] - 2.0, bottom - 0.8, AISLES[last - 1] + 2.0, top + 0.8)
            yield name, "department", [[outer]]
    # The columns that carry the roof stand in the produce market and in the café.
    column = [box(3.1, 20.6, 3.9, 21.4)]
    yield "Produce", "department", [[box(0.5, 9.0, 6.5, 34.5), *column]]
    yield "Café", "department", [[round_ring(55.5, 13.0, 4.0, 16), box(55.1, 12.6, 55.9, 13.4)]]
    yield "Tills", "department", [[box(18.5, 1.6, 50.5, 5.8)]]


def walkways() -> Iterator[Zone]:
    for row, y in enumerate(WALKWAYS):
        for i in range(8):
            x = 7.0 + 5.5 * i
            yield f"Walkway {'ABC'[row]}{i + 1}", "walkway", [[box(x, y - 1.2, x + 5.5, y + 1.2)]]
    yield "Entrance", "walkway", [[box(2.5, 0.0, 9.5, 5.0)]]


def aisles() -> Iterator[Zone]:
    for block, (bottom, top) in enumerate(BLOCKS):
        for i, x in enumerate(AISLES):
            half = AISLE_WIDTH / 2
            yield f"Aisle {aisle_name(block, i)}", "aisle", [[box(x - half, bottom, x + half, top)]]


def aisle_name(block: int, aisle: int) -> str:
    return f"{len(AISLES) * block + aisle + 1:02}"


def shelves(chance: Chance) -> Iterator[Zone]:
    """The floor in front of every bay of shelves: half an aisle wide, and of uneven length."""
    for block, (bottom, top) in enumerate(BLOCKS):
        for i, x in enumerate(AISLES):
            for side, sign in (("left", -1.0), ("right", 1.0)):
                shares = [chance.between(0.8, 1.2) for _ in range(BAYS)]
                y = bottom
                for bay, share in enumerate(shares):
                    above = y + (top - bottom) * share / sum(shares)
                    x0, x1 = sorted((x, x + sign * AISLE_WIDTH / 2))
                    name = f"{department(block, i)} {aisle_name(block, i)} {side} {bay + 1}"
                    yield name, "shelf", [[box(x0, y, x1, above)]]
                    y = above


def department(block: int, aisle: int) -> str:
    return next(name for name, first, last in DEPARTMENTS[block] if first <= aisle < last)


def counters() -> Iterator[Zone]:
    for i, name in enumerate(COUNTERS):
        x = 7.5 + 7.5 * i
        yield f"{name} counter", "counter", [[box(x, 37.6, x + 6.5, 40.4)]]


def displays(chance: Chance) -> Iterator[Zone]:
    """Small stands at the ends of the shelves, islands of produce, baskets at both doors."""
    for block, (bottom, top) in enumerate(BLOCKS):
        for i in range(0, len(AISLES) - 1, 2):
            x = AISLES[i] + 2.0
            for end, y in (("front", bottom - 0.4), ("back", top + 0.4)):
                radius = chance.between(0.45, 0.65)
                name = f"Offer {aisle_name(block, i)} {end}"
                yield name, "display", [[round_ring(x, y, radius, 6)]]
    for i in range(6):
        ring = round_ring(3.5, 11.0 + 4.2 * i, chance.between(1.0, 1.3), 8)
        yield f"Produce island {i + 1}", "display", [[ring]]
    for i in range(4):
        ring = round_ring(54.0 + 3.0 * (i % 2), 24.5 + 3.2 * (i // 2), chance.between(0.7, 0.9), 12)
        yield f"Wine barrel {i + 1}", "display", [[ring]]
    parts = [[box(10.4, 1.0, 11.6, 2.2)], [box(10.4, 2.6, 11.6, 3.8)]]
    yield "Flowers", "display", parts
    parts = [[box(12.6, 1.0, 13.8, 2.2)], [box(12.6, 2.6, 13.8, 3.8)]]
    yield "Baskets", "display", parts


def tills() -> Iterator[Zone]:
    for i, x in enumerate(TILLS):
        yield f"Till {i + 1}", "till", [[box(x - 0.6, 2.0, x + 0.6, 5.4)]]


def all_zones(chance: Chance) -> list[Zone]:
    return [
        *departments(),
        *walkways(),
        *aisles(),
        *counters(),
        *tills(),
        *shelves(chance),
        *displays(chance),
    ]


# --- shoppers ------------------------------------------------------------------------------------


def stops(chance: Chance) -> list[Point]:
    """Where a shopper stops, in an order that makes sense on the floor."""
    places: list[Point] = []
    for _ in range(int(chance.between(1, 3))):
        island = int(chance.between(0, 6))
        places.append((chance.pick([1.7, 5.3]), 11.0 + 4.2 * island))
    favourite = chance.between(0, len(AISLES))
    wanted = sorted(
        int(min(len(AISLES) - 1, abs(favourite + chance.normal(3.0)) % len(AISLES)))
        for _ in range(int(chance.between(3, 8)))
    )
    for aisle in wanted:
        bottom, top = BLOCKS[int(chance.between(0, 2))]
        side = chance.pick([-0.55, 0.55])
        places.append((AISLES[aisle] + side, chance.between(bottom + 0.7, top - 0.7)))
    if chance.random() < 0.55:
        places.append((7.5 + 7.5 * int(chance.between(0, 6)) + chance.between(1.5, 5.0), 38.2))
    if chance.random() < 0.2:
        places.append((55.5 + chance.between(-2.6, 2.6), 14.6 + chance.between(0.0, 1.4)))
    if chance.random() < 0.15:
        places.append((55.5, 27.0 + chance.between(-1.5, 1.5)))
    return places


def corners(a: Point, b: Point) -> list[Point]:
    """The way from one place to another: out of the aisle, along a walkway, into the next."""
    if abs(a[0] - b[0]) < AISLE_WIDTH / 2:
        return [b]
    way = min(WALKWAYS, key=lambda y: abs(a[1] - y) + abs(b[1] - y))
    middle = min((*AISLES, 3.5, 52.5), key=lambda x: abs(x - a[0]))
    return [(middle, a[1]), (middle, way), (b[0], way), b]


def visit(chance: Chance) -> list[tuple[Point, float]]:
    """A shopper's way, as places and the seconds spent at each before walking on."""
    car = (chance.between(4.0, 56.0), -5.0 - 6.0 * int(chance.between(0, 3)))
    way: list[tuple[Point, float]] = [(car, chance.between(5, 30)), (ENTRANCE, 0.0)]
    here = (ENTRANCE[0], WALKWAYS[0])
    way.append((here, 0.0))
    for place in stops(chance):
        *between, last = corners(here, place)
        way += [(corner, 0.0) for corner in between]
        way.append((last, chance.between(15, 90)))
        here = last
    till = (chance.pick(TILLS), 4.0)
    way += [(corner, 0.0) for corner in corners(here, (till[0], WALKWAYS[0]))]
    way += [(till, chance.between(40, 120)), ((till[0], 1.2), 0.0), (EXIT, 0.0)]
    return [*way, (car, chance.between(20, 60))]


def walk(chance: Chance, way: list[tuple[Point, float]]) -> Iterator[tuple[float, Point]]:
    """Seconds since the start, and the place as a tracker sees it, every few seconds."""
    every, speed, clock, due = chance.between(7, 11), chance.between(0.9, 1.4), 0.0, 0.0
    (here, stay), rest = way[0], way[1:]
    for there, stay_there in rest:
        length = math.dist(here, there)
        for until, moving in ((clock + stay, False), (clock + stay + length / speed, True)):
            while due < until:
                share = speed * (due - clock) / length if moving and length > 0 else 0.0
                x = here[0] + share * (there[0] - here[0]) + chance.normal(0.22)
                y = here[1] + share * (there[1] - here[1]) + chance.normal(0.22)
                yield due, (x, y)
                due += every
            clock = until
        here, stay = there, stay_there


def all_positions(chance: Chance) -> list[tuple[str, str, str, str]]:
    opening = datetime(2024, 6, 7, 8, 0, 0)
    rows = []
    shopper = 0
    while len(rows) < POSITIONS:
        shopper += 1
        start = chance.between(0, 3 * 3600)
        for seconds, (x, y) in walk(chance, visit(chance)):
            time = opening + timedelta(seconds=round(start + seconds))
            rows.append((f"S{shopper:03}", time.isoformat(), f"{x:.2f}", f"{y:.2f}"))
    return sorted(rows[:POSITIONS], key=lambda row: (row[1], row[0]))


# --- files ---------------------------------------------------------------------------------------


def write(path: Path, header: list[str], rows: list) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    chance = Chance(SEED)
    zones = [
        (f"Z{i:03}", name, kind, wkt(parts))
        for i, (name, kind, parts) in enumerate(all_zones(chance), start=1)
    ]
    write(directory / "zones.csv", ["id", "name", "kind", "wkt"], zones)
    write(directory / "shoppers.csv", ["id", "time", "x", "y"], all_positions(chance))


if __name__ == "__main__":
    main()

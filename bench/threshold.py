"""The rule of nearness, in the words of peers that compare squares or say "at most".

The rule is strict: `sqrt(dx*dx + dy*dy) < max_dist`. Peers that compare squared distances get the
one limit that decides as the square root does, peers that say `<=` get the number just below, and
peers that square the limit themselves get the number whose square is that limit, where there is
one. So no peer pays for a correction afterwards, and none answers another question unawares.
"""

from __future__ import annotations

import math

NEIGHBOURS = 8
"""How many doubles around `max_dist` are tried for one whose square is the limit."""


def below(max_dist: float) -> float:
    """Return the number for peers whose rule is `distance <= limit`."""
    return math.nextafter(max_dist, 0.0)


def squared(max_dist: float) -> float:
    """Return the largest double whose square root is below `max_dist`."""
    limit = max_dist * max_dist
    while math.sqrt(limit) >= max_dist:
        limit = math.nextafter(limit, 0.0)
    while math.sqrt(math.nextafter(limit, math.inf)) < max_dist:
        limit = math.nextafter(limit, math.inf)
    return limit


def root(max_dist: float) -> tuple[float, bool]:
    """Return the number for peers that square it and say `<=`, and whether that is exact.

    Squares of neighbouring doubles can jump over the limit. Then the nearest is taken, and only a
    distance in the last bit of the limit could be decided otherwise.
    """
    limit = squared(max_dist)
    near = [max_dist]
    for direction in (0.0, math.inf):
        value = max_dist
        for _ in range(NEIGHBOURS):
            value = math.nextafter(value, direction)
            near.append(value)
    best = min(near, key=lambda value: abs(value * value - limit))
    return best, best * best == limit

"""Matches points in pieces, to show how far it is. The answers are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from poly_match._progress import pieces

if TYPE_CHECKING:
    from poly_match_rs import _native

    from poly_match._groups import Codes
    from poly_match._result import Floats, Positions
    from poly_match._rule import Ask, OnInvalid, Points


def match_in_pieces(
    native: _native.Matcher,
    points: Points,
    k: int | None,
    workers: int | None,
    on_invalid: OnInvalid,
    max_dist: Floats | None,
    codes: Codes | None,
    ask: Ask | None,
) -> tuple[Positions, Floats]:
    # Match points as `Matcher.match` does: return positions and distances.
    array, radii = native.read_points(points, max_dist, on_invalid)

    def find(piece: slice) -> tuple[Positions, Floats]:
        some = None if radii is None else radii[piece]
        labels = None if codes is None else codes[piece]
        if k is None:
            return native.match(array[piece], workers, on_invalid, some, labels, ask, True)
        return native.match_k(array[piece], k, workers, on_invalid, some, labels, ask, True)

    count = len(array)
    if not _is_sound(array, radii, codes, on_invalid):
        return find(slice(None))  # raises the error, with the position among all points
    shape = (count,) if k is None else (count, max(k, 1))
    index, distance = np.empty(shape, dtype=np.int64), np.empty(shape)
    for piece in pieces(count, True, "matching"):
        index[piece], distance[piece] = find(piece)
    return index, distance


def _is_sound(
    points: Floats, radii: Floats | None, codes: Codes | None, on_invalid: OnInvalid
) -> bool:
    # Whether no piece can be wrong.
    if radii is not None and (len(radii) != len(points) or bool((radii < 0).any())):
        return False
    if codes is not None and len(codes) != len(points):
        return False
    return on_invalid != "raise" or bool(np.isfinite(points).all())

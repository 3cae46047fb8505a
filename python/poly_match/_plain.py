"""Writes labels of groups as JSON and reads them back, without running code.

Text, integers, booleans and finite floats are plain JSON. Every other type is an object with one
member that names the type: ``{"int": "0x1p"}``, ``{"float": "inf"}``,
``{"bytes": "00ff"}``, ``{"date": …}``, ``{"datetime": …}`` (without a zone or in UTC),
``{"timedelta": [days, seconds, microseconds]}``, ``{"datetime64": [days, "D"]}`` and
``{"tuple": […]}``. NumPy scalars are written as the equal Python values.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np

# Integers outside this range are written in hexadecimal: some readers of JSON have only 64 bits,
# and Python is slow to parse a very long decimal number, or refuses.
LEAST, MOST = -(2**63), 2**64 - 1

# Most characters of an integer in JSON, with its sign.
MOST_DIGITS = 20

# How deep tuples may be nested.
DEEPEST = 4

SCALARS = (
    np.bool_,
    *(np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64),
    *(np.float16, np.float32, np.float64),
    *(np.str_, np.bytes_),
)

UNITS = ("Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as")


class NotPlain(Exception):  # noqa: N818 - not an error: such labels are pickled
    """Raised for a label that JSON cannot hold."""


def to_json(labels: list[Any]) -> bytes | None:
    # Returns None if JSON cannot hold one of them.
    try:
        plain = [_written(label, DEEPEST) for label in labels]
    except NotPlain:
        return None
    if len(set(_units(labels))) > 1:
        return None  # comparing dates of different units may overflow
    return json.dumps(plain, allow_nan=False).encode()


def from_json(data: bytes) -> list[Any]:
    # Raises ValueError for anything that `to_json` does not write.
    written = read_json(data, "its labels")
    if not isinstance(written, list):
        raise unsound(f"its labels in a list, got {_name(written)}")
    labels = [_read(label, DEEPEST) for label in written]
    if len(set(_units(labels))) > 1:
        raise unsound("labels that are dates of one unit")
    return labels


def read_json(data: bytes, name: str) -> Any:  # noqa: ANN401 - whatever it holds
    # Reads strict JSON. `name` is used in error messages.
    try:
        return json.loads(
            data.decode(),
            parse_constant=_constant,
            parse_int=_int,
            parse_float=_float,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError) as error:
        raise unsound(f"{name} as JSON, got an error: {error}") from None


def unsound(expected: str) -> ValueError:
    return ValueError(f"an unsound saved matcher: expected {expected}")


def _written(label: object, deepest: int) -> object:
    # The JSON value of a label. Only exact types: a subclass may define another equality.
    kind = type(label)
    if kind is str or kind is bool:
        return label
    if kind in SCALARS:
        return _written(label.item(), deepest)  # type: ignore[attr-defined]
    if isinstance(label, int) and kind is int:
        return label if LEAST <= label <= MOST else {"int": hex(label)}
    if isinstance(label, float) and kind is float and not math.isnan(label):
        return label if math.isfinite(label) else {"float": str(label)}
    if isinstance(label, bytes) and kind is bytes:
        return {"bytes": label.hex()}
    if isinstance(label, datetime.datetime) and kind is datetime.datetime and _is_plain(label):
        return {"datetime": label.isoformat()}
    if isinstance(label, datetime.timedelta) and kind is datetime.timedelta:
        return {"timedelta": [label.days, label.seconds, label.microseconds]}
    if isinstance(label, datetime.date) and kind is datetime.date:
        return {"date": label.isoformat()}
    if isinstance(label, tuple) and kind is tuple and deepest:
        return {"tuple": [_written(element, deepest - 1) for element in label]}
    if isinstance(label, np.datetime64) and deepest == DEEPEST:
        unit, count = np.datetime_data(label.dtype)
        if unit in UNITS and count == 1:
            return {"datetime64": [int(label.astype(np.int64)), unit]}
    raise NotPlain


def _read(written: object, deepest: int) -> Any:  # noqa: ANN401 - a label
    if isinstance(written, (str, bool, int, float)):
        return written
    if not isinstance(written, dict) or len(written) != 1:
        raise unsound(
            f"labels that are text, numbers, or named by their type, got {_name(written)}"
        )
    [(kind, value)] = written.items()
    if kind == "tuple" and isinstance(value, list) and deepest:
        return tuple(_read(element, deepest - 1) for element in value)
    reader = READERS.get(kind)
    try:
        if reader is not None and (deepest == DEEPEST or kind != "datetime64"):
            label = reader(value)
            # Each label has one spelling; this also refuses NaT.
            if _written(label, deepest) == written:
                return label
    except (TypeError, ValueError, OverflowError, NotPlain):
        pass
    raise unsound(f"labels as they are written, got one that is said to be of type {kind!r}")


def _is_plain(label: datetime.datetime) -> bool:
    # In the repeated hour of a zone without daylight saving time, `fold` means nothing.
    return label.tzinfo is None or (label.tzinfo is datetime.timezone.utc and not label.fold)


def _timedelta(value: Any) -> datetime.timedelta:  # noqa: ANN401 - whatever the file has
    days, seconds, microseconds = value
    if any(type(number) is not int for number in value):
        raise ValueError
    return datetime.timedelta(days, seconds, microseconds)


def _datetime64(value: Any) -> np.datetime64:  # noqa: ANN401 - whatever the file has
    number, unit = value
    if type(number) is not int or unit not in UNITS:
        raise ValueError
    return np.datetime64(number, unit)


READERS: dict[str, Callable[[Any], Any]] = {
    "int": lambda value: int(value, 16),
    "float": float,
    "bytes": bytes.fromhex,
    "date": datetime.date.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "timedelta": _timedelta,
    "datetime64": _datetime64,
}


def _units(labels: list[Any]) -> list[np.dtype[Any]]:
    return [label.dtype for label in labels if type(label) is np.datetime64]


# Hooks that refuse what standard JSON does not allow, what is slow to parse, and what is ambiguous.


def _constant(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def _int(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"a whole number has {len(text)} digits")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(members)
    if len(named) != len(members):
        raise ValueError("a member comes twice")
    return named


def _name(value: object) -> str:
    return type(value).__name__

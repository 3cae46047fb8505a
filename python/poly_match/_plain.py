"""Labels of groups as JSON, where that gives equal labels back: reading them runs no code.

Text, whole numbers, true, false and finite floats are what JSON has for them. What JSON cannot say
is an object of one member that names its type: ``{"int": "0x1p"}``, ``{"float": "inf"}``,
``{"bytes": "00ff"}``, ``{"date": …}``, ``{"datetime": …}``, ``{"datetime64": [days, "D"]}`` and
``{"tuple": […]}``. Scalars of NumPy are written as the plain values that they are equal to.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np

# Whole numbers beyond these are written in hexadecimal: not every reader of JSON has more than 64
# bits, and Python takes long to read a very long decimal number, or refuses to.
LEAST, MOST = -(2**63), 2**64 - 1

# Digits of a whole number as JSON, with its sign.
MOST_DIGITS = 20

# How deep tuples may stand in tuples.
DEEPEST = 4

SCALARS = (
    np.bool_,
    *(np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64),
    *(np.float16, np.float32, np.float64),
    *(np.str_, np.bytes_),
)

UNITS = ("Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as")


class NotPlain(Exception):  # noqa: N818 - it is no error: such labels are pickled
    """Raised for a label that JSON cannot hold."""


def to_json(labels: list[Any]) -> bytes | None:
    # None where one of them is not plain.
    try:
        plain = [_written(label, DEEPEST) for label in labels]
    except NotPlain:
        return None
    if len(set(_units(labels))) > 1:
        return None  # to compare dates of different units may overflow
    return json.dumps(plain, allow_nan=False).encode()


def from_json(data: bytes) -> list[Any]:
    # A ValueError for anything that `to_json` does not write.
    written = read_json(data, "its labels")
    if not isinstance(written, list):
        raise unsound(f"its labels in a list, got {_name(written)}")
    labels = [_read(label, DEEPEST) for label in written]
    if len(set(_units(labels))) > 1:
        raise unsound("labels that are dates of one unit")
    return labels


def read_json(data: bytes, name: str) -> Any:  # noqa: ANN401 - whatever it holds
    # JSON as its standard has it; `name` is what an error calls it.
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
    # What JSON has for a label. Only of these very types: a subclass may be equal to other things.
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
    if isinstance(label, datetime.datetime) and kind is datetime.datetime and not label.tzinfo:
        return {"datetime": label.isoformat()}
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
            # Each label is written in one way, and NaT is none.
            if _written(label, deepest) == written:
                return label
    except (TypeError, ValueError, OverflowError, NotPlain):
        pass
    raise unsound(f"labels as they are written, got one that is said to be of type {kind!r}")


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
    "datetime64": _datetime64,
}


def _units(labels: list[Any]) -> list[np.dtype[Any]]:
    return [label.dtype for label in labels if type(label) is np.datetime64]


# What the standard of JSON does not have, or Python is slow to read, or has two meanings.


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

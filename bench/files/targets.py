"""What the figures should reach, as data; and the comparison with what was reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import targets
from bench.targets import NotMeasuredError, Result, Target


def seconds(result: Result, question: str, side: str) -> float:
    """Read off the seconds of a side."""
    if result["quick"]:
        raise NotMeasuredError("tiny inputs")
    for asked in result["questions"]:
        for row in asked["rows"]:
            if (asked["name"], row["side"]) == (question, side) and "seconds" in row:
                return row["seconds"]  # type: ignore[no-any-return]
    raise NotMeasuredError(f"{side} at {question}")


def over(question: str, side: str, base: str) -> Callable[[Result], float]:
    """Read off the time of a side over that of another."""

    def figure(result: Result) -> float:
        return seconds(result, question, side) / seconds(result, question, base)

    return figure


_OTHERS = (
    ("csv", "duckdb", "CSV to CSV: DuckDB's join alone", 3.0),
    ("csv", "duckdb-smallest", "CSV to CSV: DuckDB's join and arg_min", 7.0),
    ("parquet", "duckdb", "Parquet to Parquet: DuckDB's join alone", 4.0),
    ("parquet", "sedonadb", "Parquet to Parquet: SedonaDB's join alone", 3.0),
)

TARGETS = tuple(
    target
    for at in ("counties", "districts")
    for target in (
        *(
            Target(f"{at}, {what}", wanted, over(f"{at}-{kind}", side, "poly_match"))
            for kind, side, what, wanted in _OTHERS
        ),
        *(
            Target(
                f"{at}, Parquet to Parquet: of a copy of the {what} by the same crates",
                1.5,
                over(f"{at}-parquet", "poly_match", side),
                at_most=True,
            )
            for side, what in (("copy-matches", "matches"), ("copy", "points"))
        ),
    )
)


def judge(result: Result) -> list[dict[str, Any]]:
    """Compare every target with what was measured."""
    return targets.judge(result, TARGETS)

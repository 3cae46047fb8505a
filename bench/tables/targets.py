"""What the figures should reach, as data; and the comparison with what was reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import targets
from bench.tables.inputs import TEXTS
from bench.targets import NotMeasuredError, Result, Target


def milliseconds(result: Result, question: str, side: str) -> float:
    """Read off the milliseconds of a side."""
    if result["quick"]:
        raise NotMeasuredError("tiny inputs")
    for asked in result["questions"]:
        for row in asked["rows"]:
            if (asked["name"], row["side"]) == (question, side) and "ms" in row:
                return row["ms"]  # type: ignore[no-any-return]
    raise NotMeasuredError(f"{side} at {question}")


def over(question: str, side: str, base: str) -> Callable[[Result], float]:
    """Read off the time of a side over that of another."""

    def figure(result: Result) -> float:
        return milliseconds(result, question, side) / milliseconds(result, question, base)

    return figure


def text(result: Result) -> float:
    """Read off what each column of text adds to a join, over what pyarrow's `take` needs for it."""
    without, with_texts, take = (
        milliseconds(result, "texts", side) for side in ("name", "texts", "take")
    )
    return (with_texts - without) / take


TARGETS = (
    Target("covers, one shot: sjoin, every pair", 4.0, over("covers", "sjoin", "join")),
    Target("covers, prepared: sjoin, every pair", 6.0, over("covers", "sjoin", "prepared")),
    *(
        Target(
            f"{near}, position and distance, pyarrow: of Matcher.match on arrays",
            1.25,
            over(f"position-{near}", "pyarrow", "arrays"),
            at_most=True,
        )
        for near in ("center", "boundary")
    ),
    Target(f"a column of text, of {TEXTS}: of pyarrow's take", 1.0, text, at_most=True),
)


def judge(result: Result) -> list[dict[str, Any]]:
    """Compare every target with what was measured."""
    return targets.judge(result, TARGETS)

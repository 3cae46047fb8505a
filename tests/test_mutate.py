"""Changed files do no harm; `make mutate` runs a million others."""

from __future__ import annotations

import random

from tests.mutate import ask, run
from tests.mutations import OF_BYTES, OF_SECTIONS, bases, mutated

CASES = 30_000


def test_what_was_not_changed_is_loaded():
    outcomes = [ask(data) for data in bases()]
    # Those with a callable, or with labels that are pickled.
    assert outcomes.count("refused") < len(outcomes) // 6
    assert set(outcomes) == {"answered", "refused"}


def test_a_change_is_told_by_its_seed():
    [data, *_] = bases()
    assert mutated(random.Random(7), data) == mutated(random.Random(7), data)
    assert mutated(random.Random(7), data) != mutated(random.Random(8), data)


def test_changed_files_do_no_harm():
    outcomes, failures = run(CASES, seed=0, workers=2)
    assert not failures, "\n".join(failures)
    assert outcomes["refused"] + outcomes["answered"] + outcomes["RuntimeError"] == CASES
    # Every kind of change was made, and most of them got past what is checked.
    assert outcomes["answered"] > CASES // 10
    for change in {*OF_BYTES, *OF_SECTIONS}:
        assert outcomes[f"{change.__name__}: refused"] > 0, change
    for change in OF_BYTES:
        name = change.__name__
        assert name == "length" or outcomes[f"{name}: answered"] > 0, change

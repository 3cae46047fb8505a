"""Reads, checks and writes the Python sections of a saved matcher.

These are: *facts* about the other sections, as JSON; the labels of groups, as JSON or pickled; a
callable for *best*, pickled; the caller's objects, pickled. A file may come from anywhere: whatever
it holds, reading returns a valid value or raises ValueError, and unpickles nothing unless that is
allowed. The program reads and writes them, too, except what is pickled: see
``crates/poly-match-cli/src/saved.rs``.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from poly_match_rs._missing import is_missing

from poly_match import _plain
from poly_match._groups import Labels
from poly_match._kept import Kept
from poly_match._plain import unsound

if TYPE_CHECKING:
    from poly_match_rs._native import Saved

    from poly_match._rule import Ask

# Names of the sections.
FACTS = "python"
LABELS = "labels"
CALLABLE = "callable"
OBJECTS = "objects"
COLUMNS = "columns"

TIES = ("index", "distance")


@dataclass(frozen=True)
class Facts:
    """Facts about a saved matcher, from its JSON section."""

    rule: str
    has_objects: bool
    ask: bool
    # How labels are written: "json" or "pickle"; None without groups.
    labels: str | None = None
    # The coordinate system of the polygons, as `Matcher.crs` has it.
    crs: str | None = None
    planar: bool = False
    # Whether columns of the polygons' table are saved.
    has_columns: bool = False
    # The columns of labels: the name of each, and the family of its values.
    by: list[list[str]] | None = None

    def to_json(self) -> bytes:
        facts = {"rule": self.rule, "has_objects": self.has_objects, "ask": self.ask}
        if self.labels is not None:
            facts["labels"] = self.labels
        if self.crs is not None:
            facts["crs"] = self.crs
        if self.planar:
            facts["planar"] = True
        if self.has_columns:
            facts["has_columns"] = True
        if self.by is not None:
            facts["by"] = self.by
        return json.dumps(facts).encode()

    @classmethod
    def of(cls, saved: Saved) -> Facts:
        data = saved.attached(FACTS)
        if data is None:
            raise ValueError("this matcher was not saved by Python: its facts are missing")
        read = _plain.read_json(data, "its facts")
        if not isinstance(read, dict):
            raise unsound(f"its facts as an object of JSON, got {type(read).__name__}")
        types = {"rule": str, "has_objects": bool, "ask": bool, "labels": str}
        optional = {"crs": str, "planar": bool, "has_columns": bool, "by": list}
        types |= optional
        for name, value in read.items():
            if name not in types:
                raise unsound(f"facts that are known, got {name!r}")
            if type(value) is not types[name]:
                got = type(value).__name__
                raise unsound(f"its fact {name!r} as {types[name].__name__}, got {got}")
        if missing := types.keys() - read.keys() - {"labels", *optional}:
            raise unsound(f"its facts with {min(missing)!r}")
        facts = cls(**read)
        facts._check(saved)
        return facts

    def _check(self, saved: Saved) -> None:
        if self.labels not in ("json", "pickle", None):
            raise unsound(f"its labels as 'json' or 'pickle', got {self.labels!r}")
        if (self.labels is None) != (saved.groups() is None):
            raise unsound("labels where its polygons have groups, and none where they have not")
        by = self.by or []
        if not all(isinstance(pair, list) and list(map(type, pair)) == [str, str] for pair in by):
            raise unsound("its columns of labels as pairs of text")
        if self.by is not None and (not by or self.labels is None):
            raise unsound("columns of labels where its polygons have groups")
        said = {
            LABELS: self.labels is not None,
            CALLABLE: self.ask,
            OBJECTS: self.has_objects,
            COLUMNS: self.has_columns,
        }
        for name, is_there in said.items():
            if saved.has_attached(name) != is_there:
                raise unsound(f"its section {name!r} to be there just where its facts say so")

    def check_allowed(self, allow_pickle: bool) -> None:
        # Objects are checked later, on first use.
        pickled = ["the labels of its groups"] if self.labels == "pickle" else []
        if self.ask:
            pickled.append("its callable for best")
        if pickled and not allow_pickle:
            what = " and ".join(pickled)
            raise ValueError(
                f"{what} {'are' if what.startswith('the') else 'is'} pickled, and unpickling runs "
                "code that the file chooses: if you trust the file, load it with allow_pickle=True"
            )


def write_labels(labels: Labels) -> tuple[str, bytes]:
    # Returns the format ("json" or "pickle") and the bytes.
    different = labels.different()
    plain = _plain.to_json(different)
    return ("pickle", pickle.dumps(different)) if plain is None else ("json", plain)


def read_labels(saved: Saved, facts: Facts) -> Labels | None:
    # Call `check_allowed` first: this may unpickle.
    groups = saved.groups()
    if facts.labels is None or groups is None:
        return None
    data = _section(saved, LABELS)
    labels = _plain.from_json(data) if facts.labels == "json" else pickle.loads(data)
    if not isinstance(labels, list):
        raise unsound(f"its labels in a list, got {type(labels).__name__}")
    # One label for each group. The last group may have none: polygons without a label.
    if groups - len(labels) not in (0, 1):
        raise unsound(f"labels for {groups} groups, got {len(labels)}")
    if not all(isinstance(label, Hashable) and _has_a_hash(label) for label in labels):
        raise unsound("labels that are hashable")
    if len(set(labels)) != len(labels) or any(map(is_missing, labels)):
        raise unsound("labels that are different from each other, and none missing")
    return Labels.numbered(labels)


def read_columns(saved: Saved, facts: Facts, count: int) -> Kept | None:
    if not facts.has_columns:
        return None
    kept = Kept.read(_section(saved, COLUMNS))
    if len(kept) != count:
        raise unsound(f"columns with a row for each of {count} polygons, got {len(kept)}")
    return kept


def read_ask(saved: Saved, facts: Facts) -> Ask | None:
    # Call `check_allowed` first: this may unpickle.
    if not facts.ask:
        return None
    ask = pickle.loads(_section(saved, CALLABLE))
    if not (isinstance(ask, tuple) and len(ask) == 3 and callable(ask[0])):
        raise unsound(f"a callable for best with its tie, got {type(ask).__name__}")
    if not isinstance(ask[2], bool):
        raise unsound("whether its callable for best gets distances, as True or False")
    if not (isinstance(ask[1], str) and ask[1] in TIES):
        raise unsound("a tie that is known beside its callable for best")
    return ask


def _section(saved: Saved, name: str) -> bytes:
    data = saved.attached(name)
    if data is None:
        raise unsound(f"its section {name!r}")
    return data


def _has_a_hash(label: Any) -> bool:  # noqa: ANN401 - a label
    try:
        hash(label)
    except TypeError:  # a tuple may hold an unhashable element
        return False
    return True

"""Candidates told apart by the fields that tell most of them apart."""

from collections.abc import Iterable
from typing import Any

from bus.patterns.leaf import Leaf
from bus.patterns.parse import Branch, Path
from bus.patterns.ruleset.buckets import Bucket, Many, visit
from bus.patterns.ruleset.candidate import Add, Candidate
from bus.patterns.ruleset.code import MOST_FIELDS, compile_fields
from bus.patterns.ruleset.field import Field, Place, places
from bus.patterns.ruleset.wide import walk_fields

_CROWDED = 8  # candidates; checking fewer one by one is quicker than telling them apart
_EXACT = {"texts", "numbers", "literals", "folded", "networks"}
_LOOSE = {"any_text", "anything", "absent"}


class Node(Many):
    """Each candidate waits at one field, in a bucket for each value or range of values that the field accepts.

    A bucket that fills becomes a node, which tells its candidates apart by their other fields. `run` is
    written and compiled for the fields that there are, when an event first comes; rules that bring no
    new field, and no new kind of comparison, only fill tables.
    """

    __slots__ = ("_always", "_fields", "_places", "_seen", "_shape", "run")

    def __init__(self, candidates: Iterable[Candidate] = ()) -> None:
        self._always: tuple[Candidate, ...] = ()
        self._fields: dict[Path, Field] = {}
        self._places: dict[tuple[str, int], Path | None] = {}
        self._seen: dict[Path, set[object]] = {}
        self._shape: tuple[object, ...] = ()
        self.run = self._prepare
        for candidate in candidates:
            self.add(candidate)

    def __bool__(self) -> bool:
        return bool(self._places)

    def add(self, candidate: Candidate) -> None:
        path = self._choose(candidate)
        self._places[candidate.name, id(candidate.branch)] = path
        if path is None:
            self._always = (*self._always, candidate)
        else:
            for place in places(candidate.branch[path]):
                self._put(path, place, candidate)
        self._reconsider()

    def _put(self, path: Path, place: Place, candidate: Candidate) -> None:
        kind, key, decides = place
        field = self._fields.get(path)
        if field is None:
            field = Field(path)
            self._fields = {**self._fields, path: field}
        table = field.tables[kind]
        table.add(key, candidate.found_by(path, decided=decides))
        bucket = table.buckets[key]
        if _crowded(bucket):
            table.buckets[key] = Node(bucket)

    def remove(self, name: str, branch: Branch) -> None:
        path = self._places.pop((name, id(branch)))
        if path is None:
            self._always = tuple(each for each in self._always if each.branch is not branch or each.name != name)
        else:
            field = self._fields[path]
            for kind, key, _ in places(branch[path]):
                field.tables[kind].remove(key, name, branch)
            if not field.kinds:
                self._fields = {other: kept for other, kept in self._fields.items() if other != path}
        self._reconsider()

    def _choose(self, candidate: Candidate) -> Path | None:
        """The open field that is likely to find the candidate least often."""
        best, best_score = None, (-1.0, 0.0, 0)
        for path in candidate.open_paths:
            score = self._score(path, candidate.branch[path])
            if score > best_score:
                best, best_score = path, score
        return best

    def _score(self, path: Path, leaf: Leaf) -> tuple[float, float, int]:
        kinds = {kind for kind, _, _ in places(leaf)}
        if kinds & _LOOSE:
            return 0.0, 0.0, len(path)
        if not kinds <= _EXACT:
            return 1.0, 0.0, len(path)
        seen = self._seen.setdefault(path, set())
        keys = {(kind, key) for kind, key, _ in places(leaf)}
        seen |= keys
        return 2.0, len(seen) / len(keys), len(path)

    def _reconsider(self) -> None:
        """Write `run` anew when the next event comes, if what it is written for has changed."""
        shape = (bool(self._always), *((path, field.kinds) for path, field in self._fields.items()))
        if shape != self._shape:
            self._shape = shape
            self.run = self._prepare

    def _prepare(self, event: Any, add: Add, array: int) -> None:
        fields = self._fields.values()
        compiled = compile_fields(fields) if len(fields) <= MOST_FIELDS else walk_fields(fields)
        self.run = run = self._with_always(compiled) if self._always else compiled
        run(event, add, array)

    def _with_always(self, compiled: Any) -> Any:
        def run(event: Any, add: Add, array: int) -> None:
            visit(self._always, event, add, array)
            compiled(event, add, array)

        return run


def _crowded(bucket: Bucket) -> bool:
    return isinstance(bucket, tuple) and sum(1 for each in bucket if each.open_paths) >= _CROWDED

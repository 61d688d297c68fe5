"""Candidates told apart by the fields that tell most of them apart."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from bus.patterns.parse import Branch, Path
from bus.patterns.ruleset.buckets import Found, Many, Visit
from bus.patterns.ruleset.candidate import Add, Candidate
from bus.patterns.ruleset.choosing import Choices
from bus.patterns.ruleset.code import compile_fields
from bus.patterns.ruleset.field import Field
from bus.patterns.ruleset.places import places
from bus.patterns.ruleset.search import Search, collect, search_fields
from bus.patterns.ruleset.tables import Table
from bus.patterns.ruleset.terrain import Terrain
from bus.patterns.ruleset.view import Part

_CROWDED = 8  # candidates; checking fewer one by one is quicker than telling them apart
_TURNS = 2  # candidates that are placed anew when another comes

_Key = tuple[str, int]


class Node(Many):
    """Each candidate waits at one field, in a bucket for each value or range of values that the field accepts.

    A bucket that fills becomes a node, which tells its candidates apart by their other fields. `run` is
    written and compiled for the fields that there are when an event first comes; rules that bring no
    new field, and no new kind of comparison, only fill tables. `search` does the same for any parsed
    event, with no code of its own.
    """

    __slots__ = ("_always", "_choices", "_fields", "_places", "_shape", "_tell", "_terrain", "_turns", "run", "search")

    def __init__(self, terrain: Terrain, candidates: Iterable[Candidate] = ()) -> None:
        self._terrain = terrain
        self._always = Table(terrain)
        self._fields: dict[Path, Field] = {}
        self._places: dict[_Key, tuple[Candidate, Path | None]] = {}
        self._turns: deque[Candidate] = deque()
        self._choices = Choices()
        self._shape: tuple[object, ...] = ()
        self._tell: Callable[[], None] = lambda: None
        self.run: Visit = self._prepare_run
        self.search: Search = self._prepare_search
        candidates = tuple(candidates)
        for candidate in candidates:
            self._choices.see(candidate)
        for candidate in candidates:
            self._put(candidate, self._choices.best(candidate))
        self._turns.extend(candidates)
        self._reconsider()

    def __bool__(self) -> bool:
        return bool(self._places)

    def add(self, candidate: Candidate) -> None:
        self._choices.see(candidate)
        self._put(candidate, self._choices.best(candidate))
        self._turns.append(candidate)
        self._tidy()
        self._reconsider()

    def _put(self, candidate: Candidate, path: Path | None) -> None:
        self._places[candidate.name, id(candidate.branch)] = candidate, path
        if path is None:
            self._always.add(None, candidate)
            return
        field = self._fields.get(path)
        if field is None:
            field = Field(path, self._terrain)
            self._fields = {**self._fields, path: field}
        for kind, value in places(candidate.branch[path]):
            table = field.tables[kind]
            table.add(value, candidate.found_by(path))
            bucket = table.buckets[value]
            if isinstance(bucket, tuple) and _crowded(bucket):
                table.put(value, Node(self._terrain, bucket))

    def remove(self, name: str, branch: Branch) -> None:
        candidate, path = self._places.pop((name, id(branch)))
        self._choices.forget(candidate)
        self._take(candidate, path)
        self._reconsider()

    def _take(self, candidate: Candidate, path: Path | None) -> None:
        name, branch = candidate.name, candidate.branch
        if path is None:
            self._always.remove(None, name, branch)
            return
        field = self._fields[path]
        for kind, value in places(branch[path]):
            field.tables[kind].remove(value, name, branch)
        if not field.kinds:
            self._fields = {other: kept for other, kept in self._fields.items() if other != path}

    def _tidy(self) -> None:
        """Move the candidates whose turn it is to where they would be put by now.

        The first rules of a set are placed when little is known of those to come. Who looks at one place
        before a candidate comes and at the other when it has gone learns of it by `disturb`.
        """
        for candidate in [self._turns.popleft() for _ in range(min(_TURNS, len(self._turns)))]:
            there, path = self._places.get((candidate.name, id(candidate.branch)), (None, None))
            if there is not candidate:
                continue  # it has been removed
            self._turns.append(candidate)
            better = self._choices.best(candidate)
            if better != path:
                self._put(candidate, better)
                self._terrain.disturb()
                self._take(candidate, path)

    def when_rewritten(self, tell: Callable[[], None]) -> None:
        """Have `tell` called whenever `run` is another function."""
        self._tell = tell

    def _set_run(self, run: Visit) -> None:
        self.run = run
        self._tell()

    def forget_code(self) -> None:
        self._set_run(self._prepare_run)
        self._always.forget_code()
        for field in self._fields.values():
            for table in field.tables.values():
                table.forget_code()

    def _reconsider(self) -> None:
        """Let the code be written anew if what it is written for has changed."""
        shape = (bool(self._always.buckets), *((path, field.kinds) for path, field in self._fields.items()))
        if shape != self._shape:
            self._shape = shape
            self.search = self._prepare_search
            self._set_run(self._prepare_run)

    def _prepare_run(self, view: Part, add: Add, array: int) -> None:
        with self._terrain.changing:
            run = compile_fields(self._fields.values(), self._terrain.uneven, self._always)
            self._set_run(run)
        run(view, add, array)

    def _prepare_search(self, event: Any, found: Found) -> None:
        with self._terrain.changing:
            walk = search_fields(self._fields.values())

            def search(event: Any, found: Found) -> None:
                for bucket in self._always.of(None):
                    collect(bucket, event, found)
                walk(event, found)

            self.search = search
        search(event, found)


def _crowded(bucket: tuple[Candidate, ...]) -> bool:
    return sum(1 for each in bucket if each.open_paths) >= _CROWDED

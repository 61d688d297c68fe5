"""Candidates told apart by the fields that tell most of them apart."""

from collections.abc import Callable, Iterable
from typing import Any

from bus.patterns.parse import Branch, Path
from bus.patterns.ruleset.buckets import Many, Visit, forget_code, visit_whole, visitor
from bus.patterns.ruleset.candidate import Add, Candidate
from bus.patterns.ruleset.choosing import Choices
from bus.patterns.ruleset.code import compile_fields
from bus.patterns.ruleset.field import Field
from bus.patterns.ruleset.places import places
from bus.patterns.ruleset.search import Search, search_fields
from bus.patterns.ruleset.terrain import Terrain
from bus.patterns.ruleset.view import Part

_CROWDED = 8  # candidates; checking fewer one by one is quicker than telling them apart
_FEW = 4  # candidates; a field at which no more wait is given up when they can wait elsewhere


class Node(Many):
    """Each candidate waits at one field, in a bucket for each value or range of values that the field accepts.

    A bucket that fills becomes a node, which tells its candidates apart by their other fields. `run` is
    written and compiled for the fields that there are when an event first comes; rules that bring no
    new field, and no new kind of comparison, only fill tables. `search` does the same for any parsed
    event, with no code of its own.
    """

    __slots__ = ("_always", "_choices", "_fields", "_places", "_shape", "_tell", "_terrain", "_waiting", "run", "search")

    def __init__(self, terrain: Terrain, candidates: Iterable[Candidate] = ()) -> None:
        self._terrain = terrain
        self._always: tuple[Candidate, ...] = ()
        self._fields: dict[Path, Field] = {}
        self._places: dict[tuple[str, int], Path | None] = {}
        self._waiting: dict[Path | None, dict[tuple[str, int], Candidate]] = {}
        self._choices = Choices()
        self._shape: tuple[object, ...] = ()
        self._tell: Callable[[], None] = lambda: None
        self.run: Visit = self._prepare_run
        self.search: Search = self._prepare_search
        candidates = tuple(candidates)
        for candidate in candidates:
            self._choices.see(candidate)
        for candidate in candidates:
            self._put(candidate)
        self._reconsider()

    def __bool__(self) -> bool:
        return bool(self._places)

    def add(self, candidate: Candidate) -> None:
        self._choices.see(candidate)
        self._put(candidate)
        self._tidy()
        self._reconsider()

    def _put(self, candidate: Candidate) -> None:
        path = self._choices.best(candidate)
        key = candidate.name, id(candidate.branch)
        self._places[key] = path
        self._waiting.setdefault(path, {})[key] = candidate
        if path is None:
            self._always = (*self._always, candidate)
            return
        field = self._fields.get(path)
        if field is None:
            field = Field(path)
            self._fields = {**self._fields, path: field}
        for kind, value in places(candidate.branch[path]):
            table = field.tables[kind]
            table.add(value, candidate.found_by(path))
            bucket = table.buckets[value]
            if isinstance(bucket, tuple) and _crowded(bucket):
                table.put(value, Node(self._terrain, bucket))

    def remove(self, name: str, branch: Branch) -> None:
        self._take(name, branch, self._places.pop((name, id(branch))))
        self._reconsider()

    def _take(self, name: str, branch: Branch, path: Path | None) -> None:
        del self._waiting[path][name, id(branch)]
        if not self._waiting[path]:
            del self._waiting[path]
        if path is None:
            self._always = tuple(each for each in self._always if each.branch is not branch or each.name != name)
            return
        field = self._fields[path]
        for kind, value in places(branch[path]):
            field.tables[kind].remove(value, name, branch)
        if not field.kinds:
            self._fields = {other: kept for other, kept in self._fields.items() if other != path}

    def _tidy(self) -> None:
        """Give up the field at which the fewest wait, if by now all of them would wait elsewhere.

        The first rules of a set are placed when little is known of those to come.
        """
        path = min(self._waiting, key=lambda path: len(self._waiting[path]))
        few = list(self._waiting[path].values())
        if path is not None and len(few) <= _FEW and all(self._choices.best(each) != path for each in few):
            for candidate in few:
                self._put_again(candidate, path)

    def _put_again(self, candidate: Candidate, path: Path) -> None:
        """Move a candidate. For a moment it is in both places, never in none."""
        self._put(candidate)
        self._take(candidate.name, candidate.branch, path)

    def when_rewritten(self, tell: Callable[[], None]) -> None:
        """Have `tell` called whenever `run` is another function."""
        self._tell = tell

    def _set_run(self, run: Visit) -> None:
        self.run = run
        self._tell()

    def forget_code(self) -> None:
        self._set_run(self._prepare_run)
        for field in self._fields.values():
            for bucket in field.buckets():
                forget_code(bucket)

    def _reconsider(self) -> None:
        """Let the code be written anew if what it is written for has changed."""
        shape = (self._always, *((path, field.kinds) for path, field in self._fields.items()))
        if shape != self._shape:
            self._shape = shape
            self.search = self._prepare_search
            self._set_run(self._prepare_run)

    def _prepare_run(self, view: Part, add: Add, array: int) -> None:
        with self._terrain.changing:
            run = compile_fields(self._fields.values(), self._terrain.uneven)
            if self._always:
                run = _both(visitor(self._always), run)
            self._set_run(run)
        run(view, add, array)

    def _prepare_search(self, event: Any, add: Add) -> None:
        walk = search_fields(self._fields.values())

        def search(event: Any, add: Add) -> None:
            visit_whole(self._always, event, add)
            walk(event, add)

        self.search = search
        search(event, add)


def _crowded(bucket: tuple[Candidate, ...]) -> bool:
    return sum(1 for each in bucket if each.open_paths) >= _CROWDED


def _both(one: Visit, other: Visit) -> Visit:
    def run(view: Part, add: Add, array: int) -> None:
        one(view, add, array)
        other(view, add, array)

    return run

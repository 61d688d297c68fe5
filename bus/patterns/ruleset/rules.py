"""The set of rules."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

import msgspec

from bus.patterns.errors import InvalidEventError, json_type
from bus.patterns.parse import Path
from bus.patterns.pattern import Pattern
from bus.patterns.ruleset.buckets import Found
from bus.patterns.ruleset.candidate import Candidate
from bus.patterns.ruleset.node import Node
from bus.patterns.ruleset.terrain import Terrain
from bus.patterns.ruleset.view import NoReader, Reader, narrow, visible

_STUMBLES = (AttributeError, KeyError, TypeError, ValueError, RecursionError, msgspec.MsgspecError)


class RuleSet:
    """Named patterns, matched all at once against one event.

    What a match costs follows the event's fields and the rules that these could satisfy, not how many
    rules there are. Rules may come and go while matching goes on, in other threads too: a match then
    finds every rule that was there throughout.
    """

    def __init__(self) -> None:
        self._terrain = Terrain()
        self._root = Node(self._terrain)
        self._patterns: dict[str, Pattern] = {}
        self._paths: Counter[Path] = Counter()
        self._refuse_empty = 0

    def __getstate__(self) -> dict[str, Pattern]:
        """The patterns alone: what is compiled from them is compiled anew in a copy."""
        return dict(self._patterns)

    def __setstate__(self, patterns: Mapping[str, Pattern]) -> None:
        RuleSet.__init__(self)
        for name, pattern in patterns.items():
            self.add(name, pattern)

    def __len__(self) -> int:
        return len(self._patterns)

    def __contains__(self, name: object) -> bool:
        return name in self._patterns

    def __iter__(self) -> Iterator[str]:
        """The names of the patterns, as they are now."""
        return iter(tuple(self._patterns))

    def __repr__(self) -> str:
        return f"<RuleSet of {len(self)} patterns>"

    def add(self, name: str, pattern: Pattern) -> None:
        """Add a pattern, in place of the one that has this name."""
        if not isinstance(pattern, Pattern):
            raise TypeError(
                f"RuleSet.add takes a pattern that compile_pattern has made, not a {type(pattern).__name__}"
            )
        with self._terrain.changing:
            before = self._patterns.get(name)
            if before is pattern:
                return
            self._patterns[name] = pattern
            self._count(pattern, 1)
            for branch in pattern.branches:
                self._root.add(Candidate.of(name, branch, self._terrain))
            if before is not None:
                self._forget(name, before)

    def remove(self, name: str) -> None:
        """Forget a pattern; one that is not there is forgotten already."""
        with self._terrain.changing:
            pattern = self._patterns.pop(name, None)
            if pattern is not None:
                self._forget(name, pattern)

    def match(self, event: Mapping[str, Any]) -> set[str]:
        """The names of the patterns that match an event, given as json.loads reads it: dicts, lists and plain values.

        Raises InvalidEventError for what is no object.
        """
        terrain = self._terrain
        reader = terrain.reader or self._prepare()
        found: set[str] = set()
        try:
            self._root.run(reader.read(event), found.add, 0)
        except _STUMBLES:
            found = self._search(event)
        if terrain.reader is not reader:
            return self._match_undisturbed(self.match, event)
        return self._filled(found) if self._refuse_empty and not event else found

    def match_json(self, data: bytes) -> set[str]:
        """The names of the patterns that match an event, given as JSON in UTF-8.

        Reads only the fields that the patterns name, which is quicker than to parse all of it. Raises
        InvalidEventError for what is no JSON object.
        """
        terrain = self._terrain
        reader = terrain.reader or self._prepare()
        found: set[str] = set()
        try:
            if not data.isascii():
                data.decode()  # a view is read without a look at the encoding of the rest
            self._root.run(reader.read_json(data), found.add, 0)
        except _STUMBLES:
            found = self._search(_parse(data))
        if terrain.reader is not reader:
            return self._match_undisturbed(self.match_json, data)
        return self._filled(found) if self._refuse_empty and not _parse(data) else found

    def _match_undisturbed(self, match: Callable[[Any], set[str]], event: Any) -> set[str]:
        """Match again, when rules came, went or moved about meanwhile; they wait until it is done."""
        with self._terrain.changing:
            return match(event)

    def _search(self, event: Any) -> set[str]:
        """As `match`, for events that hold what no view and no code was prepared for."""
        if not isinstance(event, Mapping):
            raise InvalidEventError(f"{json_type(event)}, not an object")
        self._terrain.stumbles += 1
        if not isinstance(self._terrain.reader, NoReader):
            with self._terrain.changing:
                if self._terrain.learn(event, self._paths):
                    self._root.forget_code()
        candidates: Found = {}
        self._root.search(event, candidates)
        return {each.name for each in candidates.values() if each.whole(event)}

    def _filled(self, names: set[str]) -> set[str]:
        """Of the rules that match an event without the fields that they name, those that match an empty event."""
        patterns = {name: self._patterns.get(name) for name in names}
        return {name for name, pattern in patterns.items() if pattern and not pattern.dialect.empty_fails}

    def _forget(self, name: str, pattern: Pattern) -> None:
        for branch in pattern.branches:
            self._root.remove(name, branch)
        self._count(pattern, -1)

    def _count(self, pattern: Pattern, by: int) -> None:
        """Keep count of the rules that name each field, and of those that no empty event matches."""
        before = len(self._paths)
        for branch in pattern.branches:
            for path in branch:
                self._paths[path] += by
                if not self._paths[path]:
                    del self._paths[path]
        if len(self._paths) != before:
            self._terrain.reader = None
        self._refuse_empty += by if pattern.dialect.empty_fails else 0

    def _prepare(self) -> Reader | NoReader:
        """A reader for the fields that the rules name by now."""
        with self._terrain.changing:
            return self._prepare_now()

    def _prepare_now(self) -> Reader | NoReader:
        paths = tuple(self._paths)
        inner = {path[:length] for path in paths for length in range(1, len(path))}
        if self._terrain.expect(inner.intersection(paths)):  # where rules want a value and an object in one place
            self._root.forget_code()
        seen = all(map(visible, paths)) and narrow(paths)
        self._terrain.reader = reader = Reader(paths) if seen else NoReader()
        return reader


def _parse(data: bytes | str) -> Any:
    """The whole event. Raises InvalidEventError for what is no JSON."""
    try:
        return json.loads(data if isinstance(data, str) else bytes(data).decode(), parse_constant=_refuse)
    except RecursionError:
        raise InvalidEventError("nested too deeply") from None
    except ValueError as error:
        raise InvalidEventError(f"not JSON: {error}") from error


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")

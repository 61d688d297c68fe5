"""The set of rules."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from bus.patterns.parse import Path
from bus.patterns.pattern import Pattern
from bus.patterns.ruleset.candidate import Candidate
from bus.patterns.ruleset.node import Node
from bus.patterns.ruleset.projection import Read, reader


class RuleSet:
    """Named patterns, matched all at once against one event.

    What a match costs follows the event's fields and the rules that these could satisfy, not how many
    rules there are. Rules may come and go while matching goes on, in other threads too: a match then
    finds every rule that was there throughout.
    """

    def __init__(self) -> None:
        self._root = Node()
        self._patterns: dict[str, Pattern] = {}
        self._paths: Counter[Path] = Counter()
        self._read: Read | None = None

    def __len__(self) -> int:
        return len(self._patterns)

    def __contains__(self, name: object) -> bool:
        return name in self._patterns

    def add(self, name: str, pattern: Pattern) -> None:
        """Add a pattern, in place of the one that has this name."""
        before = self._patterns.get(name)
        if before is pattern:
            return
        self._patterns[name] = pattern
        self._count(pattern, 1)
        for branch in pattern.branches:
            self._root.add(Candidate.of(name, branch))
        if before is not None:
            self._forget(name, before)

    def remove(self, name: str) -> None:
        """Forget a pattern; one that is not there is forgotten already."""
        pattern = self._patterns.pop(name, None)
        if pattern is not None:
            self._forget(name, pattern)

    def match(self, event: Mapping[str, Any]) -> set[str]:
        """The names of the patterns that match an event, given as json.loads reads it."""
        found: set[str] = set()
        self._root.run(event, found.add, 0)
        return found if event else self._filled(found)

    def match_json(self, data: bytes) -> set[str]:
        """The names of the patterns that match an event, given as JSON in UTF-8.

        Reads only the fields that the patterns name, which is quicker than to parse all of it. Raises
        InvalidEventError for what is no JSON object.
        """
        read = self._read
        if read is None:
            read = self._read = reader(tuple(self._paths))
        event = read(data)
        found: set[str] = set()
        self._root.run(event, found.add, 0)
        if self._read is not read:  # a rule came or went meanwhile, and perhaps names a field that was not read
            return self.match_json(data)
        return found if event else self._filled(found)

    def _filled(self, names: set[str]) -> set[str]:
        """Of the rules that match an event in which they name nothing, those that match an empty one."""
        return {name for name in names if not self._patterns[name].dialect.empty_fails}

    def _forget(self, name: str, pattern: Pattern) -> None:
        for branch in pattern.branches:
            self._root.remove(name, branch)
        self._count(pattern, -1)

    def _count(self, pattern: Pattern, by: int) -> None:
        before = len(self._paths)
        for branch in pattern.branches:
            for path in branch:
                self._paths[path] += by
                if not self._paths[path]:
                    del self._paths[path]
        if len(self._paths) != before:
            self._read = None

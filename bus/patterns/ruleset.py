"""Many patterns, matched at once against one event."""

from collections.abc import Mapping
from typing import Any

from bus.patterns.accepting import Check
from bus.patterns.pattern import Pattern

_INDEXED = ("detail-type", "source")


class RuleSet:
    """Named patterns; `match` tries those that the event's detail-type or source can satisfy."""

    def __init__(self) -> None:
        self._patterns: dict[str, Pattern] = {}
        self._by_text: dict[str, dict[str, dict[str, Check]]] = {field: {} for field in _INDEXED}
        self._rest: dict[str, Check] = {}

    def add(self, name: str, pattern: Pattern) -> None:
        """Add a pattern, in place of the one that has this name."""
        self.remove(name)
        self._patterns[name] = pattern
        for place in self._places(pattern):
            place[name] = pattern.matches

    def remove(self, name: str) -> None:
        """Forget a pattern; one that is not there is forgotten already."""
        pattern = self._patterns.pop(name, None)
        if pattern is not None:
            for place in self._places(pattern):
                del place[name]

    def match(self, event: Mapping[str, Any]) -> set[str]:
        """The names of the patterns that match."""
        found = {name for name, matches in self._rest.items() if matches(event)}
        for field, by_text in self._by_text.items():
            value = event.get(field)
            # A list stands for its elements; only events that no bus delivers have one here.
            for text in value if isinstance(value, list) else (value,):
                if isinstance(text, str) and text in by_text:
                    found.update(name for name, matches in by_text[text].items() if matches(event))
        return found

    def _places(self, pattern: Pattern) -> list[dict[str, Check]]:
        for field, by_text in self._by_text.items():
            texts = pattern.texts_of(field)
            if texts is not None:
                return [by_text.setdefault(text, {}) for text in sorted(texts)]
        return [self._rest]

"""Which letters somebody means."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bus.operating.dead_letters.letter import Letter
from bus.operating.errors import OperatingError
from bus.patterns import InvalidPatternError, Pattern, compile_pattern

_PAIR = re.compile(r"\s*\$?\.?([\w\-]+(?:\.[\w\-]+|\[\d+\])*)\s*=(.*)", re.DOTALL)
_STEP = re.compile(r"[\w\-]+")


class InvalidConditionError(OperatingError):
    """What is neither a pair nor a pattern."""

    def __init__(self, condition: str, why: str) -> None:
        self.condition = condition
        super().__init__(f"--where {condition}: {why}")


@dataclass(frozen=True)
class Pair:
    """`key` is one of a letter's facts ("type", "code"), or a path in its event; `value` may hold `*`."""

    key: str
    value: str

    def matches(self, letter: Letter) -> bool:
        facts = letter.facts
        if self.key in facts:
            return _alike(facts[self.key], self.value)
        return any(_alike(_text(_at(each, self.key)), self.value) for each in letter.documents())


@dataclass(frozen=True)
class Where:
    """All the conditions; none of them means every letter."""

    pairs: tuple[Pair, ...] = ()
    patterns: tuple[Pattern, ...] = ()

    @classmethod
    def of(cls, conditions: Iterable[str]) -> "Where":
        """`key=value`, or an event pattern in JSON. Raises InvalidConditionError."""
        pairs, patterns = [], []
        for condition in conditions:
            if condition.lstrip().startswith("{"):
                patterns.append(_pattern(condition))
            elif pair := _PAIR.fullmatch(condition):
                pairs.append(Pair(pair[1], pair[2]))
            else:
                why = "say key=value, such as type=OrderPlaced.v1, or an event pattern in JSON"
                raise InvalidConditionError(condition, why)
        return cls(tuple(pairs), tuple(patterns))

    @property
    def everything(self) -> bool:
        return not self.pairs and not self.patterns

    def matches(self, letter: Letter) -> bool:
        """Whether a letter is meant; of several events in it, one that matches is enough. Raises ClientError."""
        return all(pair.matches(letter) for pair in self.pairs) and all(
            any(pattern.matches(document) for document in letter.documents()) for pattern in self.patterns
        )


def _pattern(text: str) -> Pattern:
    try:
        return compile_pattern(text)
    except InvalidPatternError as error:
        raise InvalidConditionError(text, f"{error.prefix}{error.reason}") from error


def _at(value: Any, path: str) -> Any:
    for step in _STEP.findall(path):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _text(value: Any) -> str:
    """As people write it; nothing for what is no single value."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _alike(text: str, wanted: str) -> bool:
    """Whether a text is the one that is wanted, in which `*` stands for anything."""
    return re.fullmatch(".*".join(map(re.escape, wanted.split("*"))), text, re.DOTALL) is not None

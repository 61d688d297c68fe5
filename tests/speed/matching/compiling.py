"""What it takes to compile rules, and to add them to a large set and remove them again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from time import thread_time
from typing import Any

import orjson

from bus.patterns import RuleSet, compile_pattern

from .contenders import rule_set
from .rounds import spread
from .rows import Row

_COMPILED, _MOVED = 2_000, 200


@dataclass(frozen=True)
class Cost:
    """Microseconds that each of several calls took, and the most that one should."""

    what: str
    each: Sequence[float]
    aim: float

    @property
    def median(self) -> float:
        return median(self.each)

    @property
    def worst(self) -> float:
        return max(self.each)


def compiling_costs(row: Row) -> Iterator[Cost]:
    """Costs of the row's rules, given as text; its last ones are those that leave the set and come back."""
    texts, event = spread(list(row.rules.values()), _COMPILED), orjson.loads(row.lines[0])
    yield Cost("compile a pattern", _microseconds(compile_pattern, texts), 100)
    yield Cost("compile it and match a first event", _microseconds(lambda text: _first_match(text, event), texts), 100)

    together, of = rule_set(row.rules), f"{len(row.rules):,}"
    together.match_json(row.lines[0])
    moves = list(zip(list(row.rules)[-_MOVED:], spread(row.lines, _MOVED), strict=True))
    removing, adding = [], []
    for move in moves:
        removing += _microseconds(lambda move: _remove(together, *move), [move])
        adding += _microseconds(lambda move: _add(together, row.rules[move[0]], *move), [move])
    naming = _microseconds(lambda move: _add(together, _naming_a_field(move[0]), f"new-{move[0]}", move[1]), moves)
    yield Cost(f"compile one, add it to {of} and match the next event", adding, 5_000)
    yield Cost("the same, of a rule that is the first to name its field", naming, 5_000)
    yield Cost(f"remove one of {of} and match the next event", removing, 5_000)


def _naming_a_field(name: str) -> str:
    return orjson.dumps({"detail-type": ["OrderPaid"], "detail": {"data": {name: ["yes"]}}}).decode()


def _first_match(text: str, event: dict[str, Any]) -> None:
    compile_pattern(text).matches(event)


def _add(together: RuleSet, text: str, name: str, line: bytes) -> None:
    together.add(name, compile_pattern(text))
    together.match_json(line)


def _remove(together: RuleSet, name: str, line: bytes) -> None:
    together.remove(name)
    together.match_json(line)


def _microseconds(call: Callable[[Any], object], arguments: Iterable[Any]) -> list[float]:
    each = []
    for argument in arguments:
        started = thread_time()
        call(argument)
        each.append((thread_time() - started) * 1e6)
    return each

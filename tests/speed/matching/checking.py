"""Whether everyone finds the same rules: ours against its single patterns, the others against ours."""

from collections import Counter
from collections.abc import Iterator, Sequence

import orjson

from bus.patterns import compile_pattern

from .contenders import Match
from .rounds import spread
from .rows import Row


def matches_of(match: Match, lines: Sequence[bytes]) -> Counter[str]:
    """How many of `lines` each rule matches."""
    return Counter(name for line in lines for name in match(line))


def sample(row: Row, questions: int) -> Sequence[bytes]:
    """As many of a row's events as one can ask each of its rules about with so many questions."""
    return spread(row.lines, questions // len(row.rules))


def differences(row: Row, match: Match, lines: Sequence[bytes]) -> Iterator[str]:
    """Where `match` and each pattern alone do not agree on how many events match."""
    patterns = {name: compile_pattern(text) for name, text in row.rules.items()}
    alone: Counter[str] = Counter()
    for event in map(orjson.loads, lines):
        alone.update(name for name, pattern in patterns.items() if pattern.matches(event))
    found = matches_of(match, lines)
    for name, text in row.rules.items():
        if found[name] != alone[name]:
            yield f"{row.name}: {name} matches {found[name]} of {len(lines)} events, alone {alone[name]}: {text}"


def disagree(match: Match, ours: Match, lines: Sequence[bytes], number: int) -> bool:
    """Whether the two find other counts on so many of `lines`: those that match most rules, as they tell most."""
    telling = sorted(lines, key=lambda line: len(ours(line)), reverse=True)[:number]
    return matches_of(match, telling) != matches_of(ours, telling)

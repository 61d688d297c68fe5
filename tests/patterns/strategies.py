"""Hypothesis' strategies for patterns and events that belong together."""

from dataclasses import replace
from functools import cache
from random import Random
from typing import Any, NamedTuple

from hypothesis import Phase, settings
from hypothesis import strategies as st

from bus.patterns import RULES
from tests.patterns.making import Making
from tests.patterns.writing import Writing

Pattern = dict[str, Any]
Event = dict[str, Any]

UNLIMITED = replace(RULES, max_complexity=0)
"""Rules whose wildcards are as complex as chance makes them."""


# All but to explain a failure: with many rules that takes minutes.
_PHASES = [phase for phase in Phase if phase is not Phase.explain]


def examples(percent: int) -> settings:
    """So much of the profile's number of examples."""
    return settings(deadline=None, max_examples=max(1, settings().max_examples * percent // 100), phases=_PHASES)


_die = cache(lambda sides: st.integers(0, sides - 1))


def writing(draw: st.DrawFn) -> Writing:
    return Writing(lambda sides: draw(_die(sides)) if sides > 1 else 0)


@st.composite
def matters(draw: st.DrawFn) -> tuple[Pattern, Event]:
    """A pattern, and an event that it may or may not match."""
    made = writing(draw)
    event = made.event()
    return made.pattern(event), event


class Written(NamedTuple):
    """A value, and one of its JSON texts."""

    value: Any
    text: str


@st.composite
def written_patterns(draw: st.DrawFn) -> Written:
    made = writing(draw)
    pattern = made.pattern(made.event())
    return Written(pattern, made.text(pattern, twice=False))


class Rules(NamedTuple):
    """Named patterns, and events as JSON texts that some of them may match."""

    patterns: dict[str, Pattern]
    texts: list[str]


@st.composite
def rules(draw: st.DrawFn, most: int) -> Rules:
    """A set whose patterns share most of their fields and values."""
    made = writing(draw)
    event, other = made.event(), made.event()
    number = draw(st.integers(0, most))
    patterns = {f"rule {each}": made.pattern(made.pick((event, event, other)), most=3) for each in range(number)}
    return Rules(patterns, [made.text(each) for each in (event, other, event)])


def making_of(seed: int) -> Making:
    """Many patterns at once, quickly; what fails with them does not shrink."""
    return Making(Random(seed).randrange)  # noqa: S311 - a test's dice

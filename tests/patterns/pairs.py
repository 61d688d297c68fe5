"""Two patterns and an event, all made from the same few values."""

from typing import Any, NamedTuple

from hypothesis import assume
from hypothesis import strategies as st

from bus.patterns import InvalidPatternError, Pattern, compile_pattern
from tests.patterns.strategies import writing


class Pair(NamedTuple):
    """Patterns, either of which the event may match."""

    a: Pattern
    b: Pattern
    event: dict[str, Any]


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Of two patterns; the second one is often the first one with a field more, an alternative more, or both."""
    made = writing(draw)
    event = made.event()
    one = made.pattern(event, most=3)
    other = made.pattern(event, most=3)
    match made.roll(4):
        case 2:
            other = {**one, **other}
        case 3:
            other = {"$or": [one, other]}
    try:
        return Pair(compile_pattern(one), compile_pattern(other), event)
    except InvalidPatternError:  # too many alternatives
        assume(condition=False)
        raise

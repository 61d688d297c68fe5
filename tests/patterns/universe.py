"""A small world in which every question about patterns is answered by looking at all events.

Its values lie on both sides of everything that its patterns tell apart, so that what holds here
holds of all events.
"""

from functools import cache
from itertools import product
from typing import Any

from hypothesis import strategies as st

from bus.patterns import Pattern, compile_pattern

Event = dict[str, Any]

_SCALARS: tuple[Any, ...] = ("a", "ab", "aa", "aab", "b", "cb", "c", 1, 2, -1, None, True)
_MISSING = object()
_LEAVES: tuple[list[Any], ...] = (
    ["a"],
    ["ab", 1],
    ["b", None],
    [{"prefix": "a"}],
    [{"suffix": "b"}],
    [{"anything-but": "a"}],
    [{"anything-but": {"prefix": "a"}}],
    [{"numeric": [">", 0]}],
    [{"exists": True}],
    [{"exists": False}],
    [{"exists": False}, "b"],
)


def patterns() -> st.SearchStrategy[Pattern]:
    """Patterns of the fields x, y, x.k and x.l, now and then of two alternatives."""
    leaves = st.sampled_from(_LEAVES)
    below = st.dictionaries(st.sampled_from(["k", "l"]), leaves, min_size=1)
    fields = st.fixed_dictionaries({}, optional={"x": leaves | below, "y": leaves}).filter(bool)
    choices = st.lists(fields, min_size=2, max_size=2).map(lambda pair: {"$or": pair})
    return (fields | choices).map(compile_pattern)


@cache
def events() -> tuple[Event, ...]:
    """Events whose fields are scalars or objects of scalars."""
    objects = [_object(k=k, l=last) for k, last in product((_MISSING, *_SCALARS), repeat=2)]
    return tuple(_object(x=x, y=y) for x, y in product((_MISSING, *_SCALARS, *objects), (_MISSING, *_SCALARS)))


@cache
def events_with_arrays() -> tuple[Event, ...]:
    """Events whose fields may be arrays of up to two scalars or objects, too."""
    scalars = ("a", "b", 1, None)
    objects = [_object(k=k, l=last) for k, last in product((_MISSING, "a", 1), repeat=2)]
    one = (*scalars, *objects)
    xs = (_MISSING, *one, [], *map(list, product(one, repeat=2)))
    ys = (_MISSING, *scalars, ["a", 1], ["b", "a"], ["b", None])
    return tuple(_object(x=x, y=y) for x, y in product(xs, ys))


def _object(**fields: Any) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not _MISSING}

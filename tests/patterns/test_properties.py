"""Whatever the pattern and the event: a compiled pattern says what the reference matcher says."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from bus.patterns import RULES, InvalidPatternError, compile_pattern
from bus.patterns.parse import parse
from tests.patterns import reference
from tests.patterns.strategies import UNLIMITED, Written, examples, matters, written_patterns


@examples(250)
@given(matters())
def test_a_compiled_pattern_matches_the_events_that_the_reference_matches(matter: tuple[Any, Any]):
    pattern, event_ = matter

    expected = reference.matches(pattern, event_)

    event(f"matches: {expected}")
    assert compile_pattern(pattern, UNLIMITED).matches(event_) is expected


@examples(100)
@given(written_patterns())
def test_a_pattern_means_the_same_however_its_json_is_written(pattern: Written):
    assume(len(pattern.text) <= RULES.max_length)

    assert parse(pattern.text, UNLIMITED) == parse(pattern.value, UNLIMITED)


@examples(60)
@given(written_patterns(), st.data())
def test_a_text_with_a_slip_is_a_pattern_or_an_invalid_one(pattern: Written, data: st.DataObject):
    text = pattern.text
    start, end = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    slip = data.draw(
        st.sampled_from(["", "[]", "{}", "null", "-1", '"', "[", "}", ":", ",", "\\", "*", "$or", "\ud800"])
    )

    with suppress(InvalidPatternError):
        compile_pattern(text[:start] + slip + text[end:])


# What no field may hold, or no list of alternatives.
SPOILT = [
    [],
    {},
    None,
    "text",
    1,
    [["text"]],
    [{}],
    [{"like": "x"}],
    [{"prefix": "x", "suffix": "y"}],
    [{"prefix": 1}],
    [{"wildcard": "a**"}],
    [{"wildcard": "a\\b"}],
    [{"exists": None}],
    [{"numeric": []}],
    [{"numeric": [">", 5, "<", 5]}],
    [{"numeric": ["=", 5e9 + 1]}],
    [{"cidr": "10.0.0.0"}],
    [{"cidr": "10.0.0.0/32"}],
    [{"wildcard": "*a*a*a*a*a*a*"}],
    [{"anything-but": []}],
    [{"anything-but": [1, "x"]}],
    [{"anything-but": {"numeric": ["=", 1]}}],
    [{"anything-but": {"prefix": ""}}],
]


@examples(60)
@given(written_patterns(), st.sampled_from(SPOILT), st.data())
def test_a_pattern_with_one_spoilt_field_is_refused(pattern: Written, spoilt: Any, data: st.DataObject):
    holder, key = data.draw(st.sampled_from(list(_leaves(pattern.value))))
    holder[key] = spoilt

    with pytest.raises(InvalidPatternError, match=RULES.prefix):
        compile_pattern(pattern.value)


def _leaves(tree: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Where the lists of a pattern are: the object and the key."""
    found = []
    for key, value in tree.items():
        if key == "$or":
            found += [leaf for choice in value for leaf in _leaves(choice)]
        else:
            found += _leaves(value) if isinstance(value, dict) else [(tree, key)]
    return found

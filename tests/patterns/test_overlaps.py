"""Whether one event can match two patterns, and which."""

from typing import Any

import pytest
from hypothesis import given

from bus.patterns import SNS_ATTRIBUTES, Pattern, compile_pattern
from bus.patterns.reasoning import Disjoint, Overlapping, Undecided, UndecidedError, overlaps
from tests.patterns import universe
from tests.patterns.pairs import Pair, pairs
from tests.patterns.strategies import examples

# Two lists that a field may hold, and a value that both accept.
MEETING: list[tuple[Any, Any, Any]] = [
    (["a", "b"], ["b", "c"], "b"),
    ([{"prefix": "omnibus."}], [{"suffix": ".orders"}], "omnibus.orders"),
    ([{"prefix": "ab"}], [{"suffix": "bc"}], "abc"),
    ([{"wildcard": "a*c"}], [{"wildcard": "*b*"}], "abc"),
    ([{"wildcard": "*\\**"}], [{"anything-but": ["*"]}], "a*"),
    ([{"equals-ignore-case": "ORDER"}], [{"anything-but": {"prefix": ["O"]}}], "oRDER"),
    ([{"prefix": {"equals-ignore-case": "straße"}}], [{"prefix": "STRASSE"}], "STRASSE"),
    ([{"cidr": "10.0.0.0/8"}], [{"prefix": "10.2."}], "10.2.0.0"),
    ([{"cidr": "2001:db8::/32"}], [{"prefix": "2001:DB8"}], "2001:DB8::"),
    (["::1"], ["0:0:0:0:0:0:0:1"], "::1"),
    ([{"numeric": [">", 0, "<", 1]}], [{"numeric": [">", 0.5]}], 0.8),
    ([{"numeric": [">=", 5]}], [{"anything-but": [5, 6]}], 7),
    ([1], [1.0], 1),
    ([None], [{"exists": True}], None),
    ([{"anything-but": ["some text", "x", ""]}], [{"anything-but": [0, 1]}], "a"),
]

# Two lists that no value satisfies at once.
APART: list[tuple[Any, Any]] = [
    (["a"], ["b"]),
    (["1"], [1]),
    (["a"], [{"equals-ignore-case": "b"}]),
    ([{"prefix": "a"}], [{"prefix": "b"}]),
    ([{"wildcard": "a*b"}], [{"anything-but": {"suffix": "b"}}]),
    ([{"wildcard": "*a*b*"}], [{"anything-but": {"wildcard": ["*b*", "b*a"]}}]),
    ([{"prefix": "ab"}], [{"anything-but": {"prefix": ["a", "b"]}}, 1, None]),
    ([{"cidr": "10.0.0.0/16"}], [{"cidr": "10.1.0.0/16"}]),
    ([{"cidr": "10.0.0.0/8"}], [{"wildcard": "1*.*.*.256"}]),
    ([{"cidr": "::/16"}], [{"cidr": "2001:db8::/32"}]),
    ([{"numeric": ["<", 3]}], [{"numeric": [">=", 3]}]),
    ([{"exists": False}], [{"exists": True}]),
]


@pytest.mark.parametrize(("one", "other", "value"), MEETING)
def test_a_value_that_two_fields_accept_is_found(one: Any, other: Any, value: Any):
    found = overlaps(compile_pattern({"x": one}), compile_pattern({"x": other}), arrays=False)

    assert found == Overlapping({"x": value})


@pytest.mark.parametrize(("one", "other"), APART)
def test_fields_that_no_value_satisfies_at_once_are_told_apart(one: Any, other: Any):
    found = overlaps(compile_pattern({"x": one}), compile_pattern({"x": other}), arrays=False)

    assert isinstance(found, Disjoint)


def test_the_reason_names_the_field_and_both_wishes():
    found = overlaps(
        compile_pattern({"detail": {"state": ["open", {"prefix": "re"}]}}),
        compile_pattern({"detail": {"state": [{"numeric": [">", 3]}]}}),
        arrays=False,
    )

    assert found == Disjoint(
        ('detail.state: nothing is "open" or text that begins with "re" and at once a number above 3',)
    )


def test_an_array_holds_a_value_for_each_pattern():
    a, b = compile_pattern({"x": ["a"]}), compile_pattern({"x": ["b"]})

    assert overlaps(a, b) == Overlapping({"x": ["a", "b"]})
    assert not overlaps(a, b, arrays=False)


def test_a_field_that_must_be_absent_is_absent_from_every_element_that_is_still_open():
    with_x = compile_pattern({"detail": {"x": ["1"]}})

    before = overlaps(with_x, compile_pattern({"detail": {"x": [{"exists": False}], "y": ["1"]}}))
    after = overlaps(with_x, compile_pattern({"detail": {"a": ["1"], "x": [{"exists": False}]}}))

    assert isinstance(before, Disjoint)  # x is met first, among all elements
    assert after == Overlapping({"detail": [{"x": "1"}, {"a": "1"}]})  # a settles on an element first


def test_one_alternative_of_each_pattern_is_enough():
    a = compile_pattern({"$or": [{"source": ["a"]}, {"source": ["b"], "detail-type": ["x"]}]})
    b = compile_pattern({"source": [{"anything-but": "a"}]})

    assert overlaps(a, b, arrays=False) == Overlapping({"source": "b", "detail-type": "x"})


def test_a_schema_says_which_events_count():
    a, b = compile_pattern({"x": ["a"]}), compile_pattern({"x": ["b"]})
    texts = {"properties": {"x": {"type": "string"}}}
    lists = {"properties": {"x": {"type": "array", "items": {"type": "string"}, "maxItems": 2}}}
    short = {"properties": {"x": {"type": "array", "items": {"type": "string"}, "maxItems": 1}}}

    assert overlaps(a, b, schema=lists) == Overlapping({"x": ["a", "b"]})
    assert isinstance(overlaps(a, b, schema=texts), Disjoint)
    assert isinstance(overlaps(a, b, schema=short), Disjoint)


def test_a_filter_that_passes_over_events_without_fields_gets_one_with_a_field():
    policy = compile_pattern({"x": [{"exists": False}]}, SNS_ATTRIBUTES)

    found = overlaps(policy, policy)

    assert isinstance(found, Overlapping)
    assert found.event


def test_undecided_is_neither_true_nor_false():
    with pytest.raises(UndecidedError, match="more work"):
        bool(Undecided(("it would take more work than is allowed",)))


@examples(100)
@given(universe.patterns(), universe.patterns())
def test_patterns_overlap_exactly_when_an_event_of_the_small_world_matches_both(a: Pattern, b: Pattern):
    found = overlaps(a, b, arrays=False)

    assert bool(found) is any(a.matches(event) and b.matches(event) for event in universe.events())


@examples(50)
@given(universe.patterns(), universe.patterns())
def test_no_event_with_arrays_matches_two_patterns_that_are_disjoint(a: Pattern, b: Pattern):
    found = overlaps(a, b)

    both = any(a.matches(event) and b.matches(event) for event in universe.events_with_arrays())
    assert not (both and isinstance(found, Disjoint))


@examples(200)
@given(pairs())
def test_whatever_the_patterns_the_event_matches_both_and_disjoint_ones_share_none(pair: Pair):
    found = overlaps(pair.a, pair.b)

    if isinstance(found, Overlapping):
        assert pair.a.matches(found.event)
        assert pair.b.matches(found.event)
    if isinstance(found, Disjoint):
        assert not (pair.a.matches(pair.event) and pair.b.matches(pair.event))

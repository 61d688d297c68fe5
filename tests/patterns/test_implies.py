"""Whether every event that matches one pattern matches another; if not, an event that tells them apart."""

from typing import Any

import pytest
from hypothesis import given

from bus.patterns import SNS_ATTRIBUTES, Pattern, compile_pattern
from bus.patterns.reasoning import Implied, NotImplied, Undecided, implies
from tests.patterns import universe
from tests.patterns.pairs import Pair, pairs
from tests.patterns.strategies import examples

ABSENT = {"exists": False}

FOLLOWING: list[tuple[Any, Any]] = [
    ({"x": ["a"]}, {"x": ["a", "b"]}),
    ({"x": ["a"], "y": [1]}, {"x": ["a"]}),
    ({"x": ["order.placed"]}, {"x": [{"prefix": "order."}]}),
    ({"x": [{"prefix": "order."}]}, {"x": [{"prefix": {"equals-ignore-case": "ORDER"}}]}),
    ({"x": [{"wildcard": "a*b*c"}]}, {"x": [{"wildcard": "a*c"}]}),
    ({"x": [{"wildcard": "a*b"}]}, {"x": [{"anything-but": {"suffix": ["c", "d"]}}]}),
    ({"x": [{"cidr": "10.1.0.0/16"}]}, {"x": [{"cidr": "10.0.0.0/8"}]}),
    ({"x": [{"cidr": "10.0.0.0/8"}]}, {"x": [{"wildcard": "*.*.*.*"}, {"wildcard": "*:*"}]}),
    ({"x": [{"numeric": [">", 0, "<", 5]}]}, {"x": [{"numeric": ["<", 3]}, {"numeric": [">=", 3]}]}),
    ({"x": [{"exists": True}]}, {"x": [{"anything-but": "a"}, "a"]}),
    ({"x": {"y": [ABSENT]}, "z": ["a"]}, {"x": {"y": [ABSENT]}}),
    # Each alternative of the first has its own reason; those of the second must be taken together.
    ({"$or": [{"x": ["a"]}, {"y": [1]}]}, {"$or": [{"y": [{"numeric": [">", 0]}]}, {"x": [{"prefix": "a"}]}]}),
    ({"x": ["a", "b"], "y": [1]}, {"$or": [{"x": ["a"], "y": [1]}, {"x": ["b"]}]}),
]

# An event after each: it matches the first pattern only.
NOT_FOLLOWING: list[tuple[Any, Any, Any]] = [
    ({"x": ["a", "b"]}, {"x": ["a"]}, {"x": "b"}),
    ({"x": ["a"]}, {"x": ["a"], "y": [ABSENT]}, {"x": "a", "y": "some text"}),
    ({"x": [{"prefix": "a"}]}, {"x": [{"prefix": "ab"}]}, {"x": "a"}),
    ({"x": [{"numeric": [">=", 3]}]}, {"x": [{"numeric": [">", 3]}]}, {"x": 3}),
    ({"x": [{"anything-but": "a"}]}, {"x": [{"exists": True}, ABSENT], "y": ["b"]}, {"x": "some text"}),
    ({"x": ["a"], "y": ["b"]}, {"$or": [{"x": ["b"]}, {"y": ["a"]}]}, {"x": "a", "y": "b"}),
    ({"x": {"k": ["a"], "l": ["b"]}}, {"x": {"k": ["b"]}}, {"x": {"k": "a", "l": "b"}}),
]


@pytest.mark.parametrize("arrays", [True, False])
@pytest.mark.parametrize(("a", "b"), FOLLOWING)
def test_what_follows_is_implied(a: Any, b: Any, arrays: bool):  # noqa: FBT001 - a parameter of the test
    assert implies(compile_pattern(a), compile_pattern(b), arrays=arrays) == Implied()


@pytest.mark.parametrize("arrays", [True, False])
@pytest.mark.parametrize(("a", "b", "event"), NOT_FOLLOWING)
def test_what_does_not_follow_has_a_counterexample(a: Any, b: Any, event: Any, arrays: bool):  # noqa: FBT001 - as above
    assert implies(compile_pattern(a), compile_pattern(b), arrays=arrays) == NotImplied(event)


def test_beside_arrays_a_field_may_be_an_object_and_a_value_at_once():
    below, no_value = compile_pattern({"x": {"y": ["a"]}}), compile_pattern({"x": [ABSENT, "b"]})

    assert implies(below, no_value, arrays=False) == Implied()
    assert implies(below, no_value) == NotImplied({"x": [{"y": "a"}, "some text"]})


def test_where_an_absence_depends_on_other_fields_a_counterexample_has_an_array_or_nothing_is_said():
    a = compile_pattern({"d": {"a": ["1"], "x": [ABSENT]}})
    b = compile_pattern({"d": {"a": [{"prefix": "1"}], "x": [ABSENT]}})

    assert implies(a, a) == Implied()
    assert implies(a, b, arrays=False) == Implied()
    assert isinstance(implies(a, b), Undecided)


def test_a_filter_that_passes_over_events_without_fields_does_not_follow_from_a_rule():
    rule = compile_pattern({"x": [ABSENT]})
    policy = compile_pattern({"x": [ABSENT]}, SNS_ATTRIBUTES)

    assert implies(rule, policy) == NotImplied({})
    assert implies(policy, rule) == Implied()


def test_what_would_take_too_much_work_is_undecided():
    a = compile_pattern({"$or": [{f"f{n % 7}": [f"v{n}"], f"g{n}": [{"prefix": "w"}]} for n in range(900)]})
    b = compile_pattern({"$or": [{f"f{n % 7}": [f"v{n}"], f"g{n}": [{"prefix": ""}]} for n in range(900)]})

    found = implies(a, b)

    assert found == Undecided(("it would take more work than is allowed",))


def test_a_schema_makes_things_follow_that_do_not_follow_in_general():
    channel = {"enum": ["email", "sms"]}
    schema = {"required": ["channel"], "properties": {"channel": channel, "id": {"type": "string"}}}
    not_email, sms = compile_pattern({"channel": [{"anything-but": "email"}]}), compile_pattern({"channel": ["sms"]})

    assert implies(not_email, sms, schema=schema) == Implied()
    assert isinstance(implies(not_email, sms), NotImplied)


@examples(100)
@given(universe.patterns(), universe.patterns())
def test_a_pattern_implies_another_exactly_when_no_event_of_the_small_world_contradicts(a: Pattern, b: Pattern):
    found = implies(a, b, arrays=False)

    assert bool(found) is not any(a.matches(event) and not b.matches(event) for event in universe.events())


@examples(50)
@given(universe.patterns(), universe.patterns())
def test_no_event_with_arrays_contradicts_an_implication(a: Pattern, b: Pattern):
    found = implies(a, b)

    contradicted = any(a.matches(event) and not b.matches(event) for event in universe.events_with_arrays())
    assert not (contradicted and isinstance(found, Implied))


@examples(200)
@given(pairs())
def test_whatever_the_patterns_a_counterexample_is_one_and_nothing_contradicts_an_implication(pair: Pair):
    found = implies(pair.a, pair.b)

    if isinstance(found, NotImplied):
        assert pair.a.matches(found.event)
        assert not pair.b.matches(found.event)
    if isinstance(found, Implied):
        assert pair.b.matches(pair.event) or not pair.a.matches(pair.event)


@examples(50)
@given(pairs())
def test_every_pattern_implies_itself(pair: Pair):
    assert implies(pair.a, pair.a) == Implied()

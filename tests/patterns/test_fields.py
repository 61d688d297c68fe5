"""Fields within fields, arrays, alternatives, absence: whole patterns and whole events."""

from typing import Any

import pytest

from bus.patterns import compile_pattern

Case = tuple[Any, Any, bool]

# EventBridge user guide, "Creating Amazon EventBridge event patterns".
FIELDS: list[Case] = [
    ({"id": ["1"]}, {"id": "1", "detail": {}}, True),
    ({"source": ["order"], "detail-type": ["Test"]}, {"source": "order", "detail-type": "Test", "id": "1"}, True),
    ({"source": ["order"], "detail-type": ["Test"]}, {"source": "order", "detail-type": "Other"}, False),
    ({"my_key": ["x"]}, {"MY_KEY": "x"}, False),
    ({"detail": {"key": ["x"]}}, {"detail": '{"key": "x"}'}, False),
    ({"detail": {"key": ["x"]}}, {"detail": "x"}, False),
    ({"image": {"count": {"N": ["1234"]}}}, {"image": {"count": {"S": "abcd", "N": "1234"}}}, True),
    (
        {"keys": {"PK": {"S": [{"prefix": "SHOP"}]}, "SK": {"S": [{"prefix": "ITEM"}]}}},
        {"keys": {"PK": {"S": "SHOP#1"}, "SK": {"S": "ITEM#PEN#1"}}, "view": "NEW"},
        True,
    ),
    ({"detail": {"key": [{"exists": True}]}}, {"detail": {"key": "value"}}, True),
    ({"detail": {"key": [{"exists": True}]}}, {"detail": {"other": "value"}}, False),
    ({"detail": {"key": [{"exists": True}]}}, {"detail": {"key": {"S": "value"}}}, False),
    ({"detail": {"key": {"S": [{"exists": True}]}}}, {"detail": {"key": {"S": "value"}}}, True),
    ({"detail": {"key": [{"exists": False}]}}, {"detail": {"other": "value"}}, True),
    ({"detail": {"key": [{"exists": False}]}}, {"detail": {"key": "value"}}, False),
    ({"a": {"b": {"c": {"d": [{"exists": False}]}}}}, {"a": {"b": "text"}}, True),
    ({"a": {"b": {"c": {"d": [{"exists": False}]}}}}, {"a": {"b": {"c": {"d": "text"}}}}, False),
    ({"image": {"S": [{"anything-but": ["rose"]}, {"exists": False}]}}, {"image": {"S": "tulip", "N": "1"}}, True),
    ({"image": {"S": [{"anything-but": ["rose"]}, {"exists": False}]}}, {"image": {"N": "1"}}, True),
    ({"image": {"S": [{"anything-but": ["rose"]}, {"exists": False}]}}, {"other": {"N": "1"}}, True),
]

# The same, on arrays, and event-ruler's README, "JSON Array Matching".
PEOPLE = {"people": [{"first": "John", "last": "Doe"}, {"first": "Anna", "last": "Smith"}, {"first": "Bob"}]}
ARRAYS: list[Case] = [
    ({"resources": ["a", "b", "z"]}, {"resources": ["y", "z"]}, True),
    ({"resources": ["a", "b", "z"]}, {"resources": ["y"]}, False),
    ({"resources": [{"anything-but": "y"}]}, {"resources": ["y", "z"]}, True),
    ({"people": {"last": [{"exists": True}]}}, PEOPLE, True),
    ({"people": {"first": ["Anna"], "last": ["Smith"]}}, PEOPLE, True),
    ({"people": {"first": ["Anna"], "last": ["Doe"]}}, PEOPLE, False),
    ({"people": {"middle": [{"exists": False}], "last": ["Doe"]}}, PEOPLE, True),
    ({"people": {"first": [{"exists": False}]}}, PEOPLE, False),
    ({"a": {"b": {"c": [1], "d": [2]}}}, {"a": [{"b": [{"c": 1}, {"d": 2}]}]}, False),
    ({"a": {"b": {"c": [1], "d": [2]}}}, {"a": [{"b": [{"c": 1, "d": 2}]}]}, True),
    ({"a": {"b": ["x"]}}, {"a": [[{"b": "w"}], [{"b": "x"}]]}, True),
]

# "Comparison operators for use in event patterns", "Or matching", and event-ruler's README, 'The "$or" Primitive'.
CHOICE = {"detail": {"$or": [{"a": [{"numeric": [">", 0]}]}, {"b": [{"numeric": ["<", 10]}]}, {"c": [301.8]}]}}
OR: list[Case] = [
    (CHOICE, {"detail": {"a": 0, "b": 0, "c": 901.8}}, True),
    (CHOICE, {"detail": {"a": 0, "b": 10, "c": 901.8}}, False),
    ({"source": ["s"], "$or": [{"a": [1]}, {"b": [2]}]}, {"source": "s", "b": 2}, True),
    ({"source": ["s"], "$or": [{"a": [1]}, {"b": [2]}]}, {"source": "t", "b": 2}, False),
    ({"source": ["s"], "$or": [{"a": [1]}, {"b": [2]}]}, {"source": "s"}, False),
    ({"$or": [{"a": [1], "$or": [{"b": [1]}, {"c": [1]}]}, {"d": [1]}]}, {"a": 1, "c": 1}, True),
    ({"$or": [{"a": [1], "$or": [{"b": [1]}, {"c": [1]}]}, {"d": [1]}]}, {"a": 1}, False),
]


@pytest.mark.parametrize(("pattern", "event", "expected"), FIELDS + ARRAYS + OR)
def test_an_event_matches_as_the_documentation_says(pattern: Any, event: Any, expected: bool):  # noqa: FBT001 - a column
    assert compile_pattern(pattern).matches(event) is expected


# "Example event pattern with multiple rules" of the operators page, and one with all that it names.
MANY = {
    "time": [{"prefix": "2022-07-13"}],
    "detail": {
        "state": [{"anything-but": "initializing"}],
        "count": [{"numeric": [">", 0, "<=", 5]}],
        "total": [{"numeric": ["<", 10]}],
        "limit": [{"anything-but": [100, 200, 300]}],
    },
}
ALL_KINDS = {
    "source": [{"exists": True}],
    "detail-type": [{"prefix": "core.app"}],
    "detail": {
        "amount": [200],
        "salary": [2000, 4000],
        "env": ["dev", "prod"],
        "owner": ["ann", {"prefix": "hey"}, {"prefix": "ad"}],
        "not-200": [{"anything-but": 200}],
        "not-two": [{"anything-but": "two"}],
        "not-some": [{"anything-but": ["three", "threes"]}],
        "not-four": [{"anything-but": {"prefix": "four"}}],
        "ip": [{"cidr": "10.102.1.0/24"}],
        "below": [{"numeric": ["<", 200]}],
        "at-most": [{"numeric": ["<=", 200]}],
        "above": [{"numeric": [">", 200]}],
        "at-least": [{"numeric": [">=", 200]}],
        "within": [{"numeric": [">=", 200, "<=", 500]}],
        "between": [{"numeric": [">", 200, "<", 500]}],
        "from": [{"numeric": [">=", 200, "<", 500]}],
    },
}
EVENT = {
    "source": "core.update",
    "detail-type": "core.app.backend",
    "detail": {
        "amount": 200,
        "salary": 2000,
        "env": "prod",
        "owner": "admin",
        "not-200": 300,
        "not-two": "twos",
        "not-some": "threesome",
        "not-four": "a four",
        "ip": "10.102.1.100",
        "below": 100,
        "at-most": 200,
        "above": 300,
        "at-least": 200,
        "within": 500,
        "between": 300,
        "from": 300,
    },
}


def test_all_fields_must_match():
    detail = {"state": "running", "count": 3, "total": 9, "limit": 999}
    pattern = compile_pattern(MANY)

    assert pattern.matches({"time": "2022-07-13T13:48:01Z", "detail": detail})
    assert not pattern.matches({"time": "2022-07-13T13:48:01Z", "detail": {**detail, "limit": 300}})
    assert not pattern.matches({"time": "2022-07-13T13:48:01Z", "detail": {**detail, "total": 10}})
    assert compile_pattern(ALL_KINDS).matches(EVENT)


def test_of_a_field_that_is_named_twice_the_last_counts():
    pattern = compile_pattern('{"detail": {"place": [{"prefix": "us-"}], "place": [{"anything-but": "us-east"}]}}')

    assert pattern.matches({"detail": {"place": "eu-central-1"}})


def test_of_an_object_that_is_named_twice_all_fields_count():
    pattern = compile_pattern('{"detail": {"a": [1]}, "detail": {"b": [2]}}')

    assert pattern.matches({"detail": {"a": 1, "b": 2}})
    assert not pattern.matches({"detail": {"b": 2}})


def test_a_dot_in_a_name_is_only_a_dot():
    """EventBridge joins names with dots, on either side; the decision on event patterns says why we do not."""
    joined, nested = {"detail": {"state.status": ["on"]}}, {"detail": {"state": {"status": ["on"]}}}

    assert compile_pattern(joined).matches({"detail": {"state.status": "on"}})
    assert not compile_pattern(joined).matches({"detail": {"state": {"status": "on"}}})
    assert not compile_pattern(nested).matches({"detail": {"state.status": "on"}})
    assert not compile_pattern(nested).matches({"detail": {"state.status": {"status": "on"}}})
    assert not compile_pattern({"detail": {"a.b": {"b": ["on"]}}}).matches({"detail": {"a": {"b": "on"}}})

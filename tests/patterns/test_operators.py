"""One table per page of AWS's documentation: pattern, event, whether they match."""

from typing import Any

import pytest

from bus.patterns import compile_pattern

Case = tuple[Any, Any, bool]

# EventBridge user guide, "Comparison operators for use in event patterns"
# (eb-create-pattern-operators). Each pair is the list that a field holds, and the field's value.
COMPARISON_OPERATORS: list[Case] = [
    (["New York"], "New York", True),
    (["New York"], "new york", False),
    (["New York", "Paris"], "Paris", True),
    ([""], "", True),
    ([""], None, False),
    ([None], None, True),
    ([None], "", False),
    ([True], True, True),
    ([True], 1, False),
    ([1], True, False),
    ([0], False, False),
    ([100], 100, True),
    ([100], "100", False),
    (["100"], 100, False),
    ([{"prefix": "us-"}], "us-east-1", True),
    ([{"prefix": "us-"}], "eu-west-1", False),
    ([{"prefix": "1"}], 1, False),
    ([{"prefix": {"equals-ignore-case": "eventb"}}], "EventBridge", True),
    ([{"suffix": ".png"}], "photo.png", True),
    ([{"suffix": ".png"}], "photo.PNG", False),
    ([{"suffix": {"equals-ignore-case": ".PNG"}}], "photo.png", True),
    ([{"equals-ignore-case": "alice"}], "ALICE", True),
    ([{"equals-ignore-case": "alice"}], "ALICES", False),
    ([{"anything-but": "initializing"}], "running", True),
    ([{"anything-but": "initializing"}], "initializing", False),
    ([{"anything-but": "initializing"}], None, True),
    ([{"anything-but": 123}], 124, True),
    ([{"anything-but": 123}], 123, False),
    ([{"anything-but": ["stopped", "overloaded"]}], "running", True),
    ([{"anything-but": ["stopped", "overloaded"]}], "stopped", False),
    ([{"anything-but": [100, 200, 300]}], 200, False),
    ([{"anything-but": [100, 200, 300]}], "200", True),
    ([{"anything-but": {"prefix": "init"}}], "initializing", False),
    ([{"anything-but": {"prefix": ["init", "stop"]}}], "stopped", False),
    ([{"anything-but": {"prefix": "init"}}], "running", True),
    ([{"anything-but": {"suffix": ".txt"}}], "a.txt", False),
    ([{"anything-but": {"suffix": [".txt", ".rtf"]}}], "a.png", True),
    ([{"anything-but": {"equals-ignore-case": "initializing"}}], "INITIALIZING", False),
    ([{"anything-but": {"equals-ignore-case": ["initializing", "stopped"]}}], "Stopped", False),
    ([{"anything-but": {"wildcard": "*/lib/*"}}], "/usr/lib/x", False),
    ([{"anything-but": {"wildcard": ["*/lib/*", "*/bin/*"]}}], "/usr/share/x", True),
    ([{"numeric": [">", 0, "<=", 5]}], 5, True),
    ([{"numeric": [">", 0, "<=", 5]}], 0, False),
    ([{"numeric": ["<", 10]}], 9.99, True),
    ([{"numeric": ["=", 3.018e2]}], 301.8, True),
    ([{"numeric": ["=", 100]}], "100", False),
    ([{"numeric": [">", 10]}], 5e9 + 1, False),
    ([{"cidr": "10.0.0.0/24"}], "10.0.0.33", True),
    ([{"cidr": "10.0.0.0/24"}], "10.0.1.33", False),
    ([{"cidr": "2001:db8::/32"}], "2001:db8::1", True),
    ([{"cidr": "10.0.0.0/24"}], "not an address", False),
    ([{"exists": True}], "anything", True),
    ([{"exists": True}], None, True),
    ([{"exists": True}], {"below": 1}, False),
    ([{"exists": False}], "anything", False),
    ([{"exists": False}], {"below": 1}, True),
    ([{"exists": False}], [], True),
    ([{"exists": False}, "x"], "x", True),
    ([{"exists": False}, "x"], "y", False),
    # The same page, "Matching using wildcards"
    ([{"wildcard": "dir/*.png"}], "dir/a/b.png", True),
    ([{"wildcard": "*.png"}], ".png", True),
    ([{"wildcard": "a*a"}], "a", False),
    ([{"wildcard": "a*b*c"}], "abbc", True),
    ([{"wildcard": "a*b*c"}], "acb", False),
    ([{"wildcard": "EventBus*"}], "EventBus", True),
    ([{"wildcard": "plain"}], "plain", True),
    ([{"wildcard": "a\\*c"}], "a*c", True),
    ([{"wildcard": "a\\*c"}], "abc", False),
    ([{"wildcard": "a\\\\*c"}], "a\\bc", True),
]


@pytest.mark.parametrize(("values", "value", "expected"), COMPARISON_OPERATORS)
def test_a_field_matches_as_the_operators_page_says(values: list[Any], value: Any, expected: bool):  # noqa: FBT001 - a column
    pattern = compile_pattern({"field": values})

    assert pattern.matches({"field": value}) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [(["x"], False), ([{"anything-but": "x"}], False), ([{"exists": True}], False), ([{"exists": False}], True)],
)
def test_a_field_that_is_not_there_matches_only_its_absence(values: list[Any], expected: bool):  # noqa: FBT001 - a column
    pattern = compile_pattern({"field": values})

    assert pattern.matches({"other": 1}) is expected


# User guide, "Creating Amazon EventBridge event patterns", and event-ruler's README, "JSON Array Matching".
EMPLOYEES = {
    "employees": [
        {"firstName": "John", "lastName": "Doe"},
        {"firstName": "Anna", "lastName": "Smith"},
        {"firstName": "Peter", "lastName": "Jones"},
    ]
}
ARRAYS: list[Case] = [
    ({"resources": ["a", "z"]}, {"resources": ["y", "z"]}, True),
    ({"resources": ["a"]}, {"resources": ["y", "z"]}, False),
    ({"resources": [{"anything-but": "y"}]}, {"resources": ["y", "z"]}, True),
    ({"employees": {"firstName": ["Anna"]}}, EMPLOYEES, True),
    ({"employees": {"firstName": ["Anna"], "lastName": ["Smith"]}}, EMPLOYEES, True),
    ({"employees": {"firstName": ["Anna"], "lastName": ["Jones"]}}, EMPLOYEES, False),
    ({"employees": {"middleName": [{"exists": False}], "lastName": ["Doe"]}}, EMPLOYEES, True),
    ({"employees": {"lastName": [{"exists": False}]}}, EMPLOYEES, False),
    ({"a": {"b": {"c": [1], "d": [2]}}}, {"a": [{"b": [{"c": 1}, {"d": 2}]}]}, False),
    ({"a": {"b": {"c": [1], "d": [2]}}}, {"a": [{"b": [{"c": 1, "d": 2}]}]}, True),
    ({"a": {"b": ["x"]}}, {"a": [[{"b": "w"}], [{"b": "x"}]]}, True),
]


@pytest.mark.parametrize(("pattern", "event", "expected"), ARRAYS)
def test_an_array_stands_for_its_elements_and_fields_share_one_element(pattern: Any, event: Any, expected: bool):  # noqa: FBT001 - a column
    assert compile_pattern(pattern).matches(event) is expected


# The operators page, "Or matching", and event-ruler's README, 'The "$or" Primitive'.
OR: list[Case] = [
    ({"source": ["s"], "$or": [{"a": [1]}, {"b": [2]}]}, {"source": "s", "b": 2}, True),
    ({"source": ["s"], "$or": [{"a": [1]}, {"b": [2]}]}, {"source": "t", "b": 2}, False),
    ({"source": ["s"], "$or": [{"a": [1]}, {"b": [2]}]}, {"source": "s"}, False),
    ({"detail": {"$or": [{"a": [{"numeric": [">", 1]}]}, {"b": {"c": ["x"]}}]}}, {"detail": {"b": {"c": "x"}}}, True),
    ({"$or": [{"a": [1], "$or": [{"b": [1]}, {"c": [1]}]}, {"d": [1]}]}, {"a": 1, "c": 1}, True),
    ({"$or": [{"a": [1], "$or": [{"b": [1]}, {"c": [1]}]}, {"d": [1]}]}, {"a": 1}, False),
]


@pytest.mark.parametrize(("pattern", "event", "expected"), OR)
def test_or_needs_one_of_its_alternatives(pattern: Any, event: Any, expected: bool):  # noqa: FBT001 - a column
    assert compile_pattern(pattern).matches(event) is expected

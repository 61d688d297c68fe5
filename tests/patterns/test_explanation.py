"""Why a pattern does not match an event, in words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.patterns.dialects import RULES, SNS_ATTRIBUTES, Dialect
from bus.patterns.explanation import Explanation, Mismatch, explain
from bus.patterns.parse import parse
from bus.patterns.walking import walk

LINES = [{"sku": "A", "quantity": 1}, {"sku": "B", "quantity": 7}, {"sku": "c"}]


def explained(pattern: Any, event: Any, dialect: Dialect = RULES) -> Explanation:
    return explain(parse(pattern, dialect), event, dialect)


def told(pattern: Any, event: Any, dialect: Dialect = RULES) -> list[str]:
    return [str(mismatch) for mismatch in explained(pattern, event, dialect).mismatches]


@pytest.mark.parametrize(
    ("accepted", "value", "sentence"),
    [
        (["a", "b"], "c", 'f: expected "a" or "b"; found "c"'),
        (["5"], 5, 'f: expected "5"; found 5 (a number, not text)'),
        ([5], "5", 'f: expected 5; found "5" (text, not a number)'),
        ([None], "null", 'f: expected null; found "null" (text, not null)'),
        (["true"], True, 'f: expected "true"; found true (not the text "true")'),
        (["Paris"], "PARIS", 'f: expected "Paris"; found "PARIS" (differs only in case)'),
        (["Paris"], "Paris ", 'f: expected "Paris"; found "Paris " (has spaces around it)'),
        ([{"prefix": "us-"}], "eu-1", 'f: expected text that begins with "us-"; found "eu-1"'),
        ([{"prefix": "us-"}], "US-1", 'f: expected text that begins with "us-"; found "US-1" (differs only in case)'),
        (
            [{"suffix": {"equals-ignore-case": ".png"}}],
            1,
            'f: expected text that ends with ".png" (in any case); found 1',
        ),
        ([{"wildcard": "a*z"}], "A-Z", 'f: expected text like "a*z"; found "A-Z" (differs only in case)'),
        ([{"equals-ignore-case": "a"}], None, 'f: expected "a" (in any case); found null'),
        ([{"numeric": [">", 0, "<=", 5]}], 0, "f: expected a number above 0 and at most 5; found 0"),
        ([{"numeric": ["<", 5]}], 5.5, "f: expected a number below 5; found 5.5"),
        ([{"numeric": [">", 5]}], 6e9, "f: expected a number above 5; found 6000000000 (beyond 5000000000"),
        ([{"cidr": "10.0.0.0/24"}], "10.0.1.1", 'f: expected an address within 10.0.0.0/24; found "10.0.1.1"'),
        (["::1"], "::2", 'f: expected the address ::1; found "::2"'),
        (["10.0.0.1"], 10, 'f: expected "10.0.0.1"; found 10 (a number, not text)'),
        ([{"anything-but": ["a", "b"]}], "a", 'f: expected anything but "a" or "b"; found "a"'),
        ([{"anything-but": {"suffix": "x"}}], "ax", 'f: expected anything but text that ends with "x"; found "ax"'),
        ([{"exists": True}], {"g": 1}, "f: expected any value; found an object (no value)"),
        ([{"exists": False}], 7, "f: expected no such field; found 7"),
        ([{"exists": False}, "a"], "b", 'f: expected no such field or "a"; found "b"'),
        (["a"], [], 'f: expected "a"; found an empty array'),
        (["a"], [{"b": "a"}], 'f: expected "a"; found an array of one object'),
        (["a"], ["b", ["A", 1]], 'f: expected "a"; found ["b", "A", 1] ("A" differs only in case)'),
        (["a"], "\x1b[31m", r'f: expected "a"; found "\u001b[31m"'),
    ],
)
def test_a_field_says_what_was_expected_and_what_was_there(accepted, value, sentence):
    [said] = told({"f": accepted}, {"f": value})

    assert said.startswith(sentence)


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"detail": {"stage": "dev"}}, "nothing"),
        ({"detail": {"State": 1}}, 'nothing (there is "State")'),
        ({}, "nothing (there is no detail)"),
        ({"detail": []}, "nothing (detail is empty)"),
        ({"detail": "running"}, 'nothing (detail is "running")'),
    ],
)
def test_of_a_field_that_is_not_there_it_says_how_far_the_event_goes(event, found):
    explanation = explained({"detail": {"state": ["running"]}}, event)

    assert explanation.mismatches == (Mismatch("detail.state", '"running"', found),)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sku": ["D"]}, ['lines[*].sku: expected "D"; found "A", "B" and "c"']),
        ({"sku": ["B"], "price": [1]}, ["lines[1].price: expected 1; found nothing"]),
        (
            {"sku": ["D"], "quantity": [8]},
            [
                'lines[*].sku: expected "D"; found "A", "B" and "c"',
                "lines[*].quantity: expected 8; found 1, 7 and nothing",
            ],
        ),
        (
            {"sku": ["A"], "quantity": [{"numeric": [">", 5]}]},
            [
                (
                    'lines: expected one element where sku is "A" and quantity is a number above 5;'
                    " found each, but in different elements: sku in [0], quantity in [1]"
                )
            ],
        ),
        ({"quantity": [{"exists": False}]}, ["lines[*].quantity: expected no such field; found 1 and 7"]),
        (
            {"quantity": [{"exists": False}], "sku": ["c"]},
            [
                (
                    "lines[2].quantity: expected no such field; found nothing here, but another element has it,"
                    " and no field whose name comes before it settles on this one"
                )
            ],
        ),
    ],
)
def test_of_an_array_it_names_the_element_that_comes_nearest(fields, said):
    assert told({"lines": fields}, {"lines": LINES}) == said


def test_where_an_inner_array_keeps_fields_apart_it_is_the_one_that_is_named():
    event = {"orders": [{"id": 1, "lines": LINES}, {"id": 2, "lines": []}]}

    [said] = told({"orders": {"id": [1], "lines": {"sku": ["A"], "quantity": [7]}}}, event)

    assert said.startswith('orders[0].lines: expected one element where sku is "A" and quantity is 7;')


def test_arrays_in_arrays_are_counted_through():
    event = {"a": [[{"b": 1}, {"b": 2, "c": 3}], []]}

    assert told({"a": {"b": [2], "c": [4]}}, event) == ["a[0][1].c: expected 4; found 3"]


def test_keys_that_are_no_names_stand_in_brackets():
    assert told({"a.b": {"": {"c": [1]}}}, {}) == ['["a.b"][""].c: expected 1; found nothing (there is no ["a.b"])']


def test_of_several_branches_those_that_come_nearest_are_told():
    pattern = {"source": ["x"], "$or": [{"a": [1], "b": [1]}, {"c": [1]}, {"d": [{"exists": True}]}]}

    explanation = explained(pattern, {"source": "x", "c": 2})

    assert str(explanation) == "does not match\n  c: expected 1; found 2\nor\n  d: expected any value; found nothing"
    assert [len(branch) for branch in explanation.branches] == [2, 1, 1]
    assert explanation.as_dict() == {
        "matches": False,
        "branches": 3,
        "nearest": [
            [{"path": "c", "expected": "1", "found": "2"}],
            [{"path": "d", "expected": "any value", "found": "nothing"}],
        ],
    }


def test_of_very_many_branches_and_values_it_says_how_many_more_there_are():
    pattern = {"$or": [{f"f{number}": list(range(20))} for number in range(10)]}

    lines = str(explained(pattern, {"f0": "x" * 200})).splitlines()

    assert lines[1].startswith("  f0: expected 0, 1, 2, 3, 4, 5, 6, 7 or 12 more; found")
    assert lines[1].endswith('…xxxxxxxxxxxxxxxxxxxxxxxx" (200 characters) (text, not a number)')
    assert lines[-1] == "or 7 other ways that come as near"


def test_an_event_that_matches_needs_no_words():
    explanation = explained({"a": [1]}, {"a": 1})

    assert str(explanation) == "matches"
    assert explanation.as_dict() == {"matches": True}
    assert explanation.mismatches == ()


def test_a_message_without_attributes_fails_every_filter_policy():
    assert told({"a": [{"exists": False}]}, {}, SNS_ATTRIBUTES) == [
        "the event: expected at least one field; found none"
    ]


keys = st.sampled_from("abc")
scalars = st.sampled_from([None, True, 0, 1, 2.5, 6e9, "", "a", "A", "1", "::1", "\ud800", "\x9b"])
values = st.recursive(
    scalars, lambda below: st.lists(below, max_size=3) | st.dictionaries(keys, below, max_size=3), max_leaves=12
)
events = st.dictionaries(keys, values, max_size=3)
operators = st.sampled_from(
    [
        {"exists": False},
        {"exists": True},
        {"prefix": "a"},
        {"suffix": {"equals-ignore-case": "a"}},
        {"wildcard": "*a"},
        {"anything-but": ["a", "1"]},
        {"anything-but": {"prefix": ["a", "b"]}},
        {"numeric": [">", 0, "<", 2]},
        {"numeric": ["<=", 1]},
        {"cidr": "::/0"},
    ]
)
leaves = st.lists(scalars.filter(lambda each: each not in {6e9, "\ud800"}) | operators, min_size=1, max_size=3)
patterns = st.recursive(
    st.dictionaries(keys, leaves, min_size=1, max_size=3),
    lambda below: (
        st.dictionaries(keys, leaves | below, min_size=1, max_size=3)
        | st.builds(lambda one, other: {"$or": [one, other]}, below, below)
    ),
    max_leaves=5,
)


@given(patterns, events)
def test_it_agrees_with_matching_and_says_something_of_every_branch_that_fails(pattern, event):
    branches = parse(pattern, RULES)

    explanation = explain(branches, event)

    assert explanation.matches is any(walk(branch)(event) for branch in branches)
    assert explanation.matches or len(explanation.branches) == len(branches)
    assert all(explanation.branches)
    assert json.loads(json.dumps(explanation.as_dict())) == explanation.as_dict()
    str(explanation).encode()

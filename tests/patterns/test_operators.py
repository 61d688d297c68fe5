"""One table per page of AWS's documentation: the list that a field of a pattern holds, and a value of that field.

Most rows are what EventBridge's TestEventPattern answered; the others are the page's own examples.
"""

from typing import Any

import pytest

from bus.patterns import compile_pattern

Case = tuple[list[Any], Any, bool]

# EventBridge user guide, "Creating Amazon EventBridge event patterns": exact values.
EXACT: list[Case] = [
    (["New York"], "New York", True),
    (["New York"], "new york", False),
    (["New York", "Paris"], "Paris", True),
    (
        ["Both Cases with an emoji 🚀 and a space at its end "],
        "Both Cases with an emoji 🚀 and a space at its end ",
        True,
    ),
    (["*"], "*", True),
    (["\\"], "\\", True),
    ([""], "", True),
    ([""], None, False),
    ([None], None, True),
    ([None], "null", False),
    ([None], "", False),
    ([None], [], False),
    ([False], False, True),
    ([False], True, False),
    ([True], 1, False),
    ([1], True, False),
    ([0], False, False),
    ([100], 100, True),
    ([300], 300.0, True),
    ([300], 3.0e2, True),
    ([100], "100", False),
    (["100"], 100, False),
    (["1234"], "1234", True),
    ([111122223333], 111122223333, True),
    ([{"exactly": "New York"}], "New York", True),
    ([{"exactly": "New York"}], "new york", False),
]

# The same, "Comparison operators for use in event patterns": "Prefix matching" and "Suffix matching".
AFFIXES: list[Case] = [
    ([{"prefix": "2022-07-13"}], "2022-07-13T13:48:01Z", True),
    ([{"prefix": "2022-07-99"}], "2022-07-13T13:48:01Z", False),
    ([{"prefix": ""}], "anything", True),
    ([{"prefix": ""}], "", True),
    ([{"prefix": ""}], 1, False),
    ([{"prefix": "1"}], 1, False),
    ([{"prefix": "n"}], None, False),
    ([{"prefix": {"equals-ignore-case": "OrderP"}}], "oRdErPlaced", True),
    ([{"prefix": {"equals-ignore-case": "OrderP"}}], "Ordered", False),
    ([{"suffix": ".png"}], "photo.png", True),
    ([{"suffix": ".PNG"}], "photo.png", False),
    ([{"suffix": ""}], "anything", True),
    ([{"suffix": {"equals-ignore-case": ".png"}}], "photo.PNG", True),
    ([{"suffix": {"equals-ignore-case": ".png"}}], "photo.jpg", False),
    ([{"exists": True}, {"prefix": "NONE"}, {"suffix": "NONE"}], "anything", True),
]

# "Equals-ignore-case matching".
IGNORING_CASE: list[Case] = [
    ([{"equals-ignore-case": "alice"}], "ALICE", True),
    ([{"equals-ignore-case": "alice"}], "ALICES", False),
    ([{"equals-ignore-case": "alice springs"}], ["Alice Springs"], True),
    ([{"equals-ignore-case": "perth"}], ["Alice Springs"], False),
    ([{"equals-ignore-case": ""}], "", True),
    ([{"equals-ignore-case": ""}], "alice", False),
    # event-ruler, EqualsIgnoreCaseParser: each letter of the pattern in both its cases, and the value as it is
    ([{"equals-ignore-case": "ß"}], "SS", True),
    ([{"equals-ignore-case": "ß"}], "ss", False),
    ([{"equals-ignore-case": "k"}], "\N{KELVIN SIGN}", False),
    ([{"equals-ignore-case": "\N{KELVIN SIGN}"}], "k", True),
    ([{"equals-ignore-case": "ς"}], "Σ", True),
    ([{"equals-ignore-case": "ς"}], "\N{GREEK SMALL LETTER SIGMA}", False),
]

# "Numeric matching".
NUMERIC: list[Case] = [
    ([{"numeric": [">", 0, "<=", 5]}], 3, True),
    ([{"numeric": [">", 0, "<=", 5]}], 5, True),
    ([{"numeric": [">", 0, "<=", 5]}], 0, False),
    ([{"numeric": ["<", 10]}], 9.99, True),
    ([{"numeric": ["<", 10]}], 10, False),
    ([{"numeric": ["=", 301.8]}], 301.8, True),
    ([{"numeric": ["=", 3.018e2]}], 301.8, True),
    ([{"numeric": ["=", 301.8]}], 901.8, False),
    ([{"numeric": [">", 100]}], 101.0, True),
    ([{"numeric": [">", 100]}], "300", False),
    ([{"numeric": [">", 100]}], None, False),
    ([{"numeric": ["=", 100]}], "100", False),
    ([{"numeric": [">", 10]}], 5e9 + 1, False),
    ([{"numeric": [">", 100]}, {"anything-but": "101"}], "42", True),
    ([{"numeric": [">", 100]}, {"anything-but": "101"}], "101", False),
]

# "Exists matching".
EXISTS: list[Case] = [
    ([{"exists": True}], "anything", True),
    ([{"exists": True}], None, True),
    ([{"exists": True}], {"below": 1}, False),
    ([{"exists": True}], [], False),
    ([{"exists": False}], "anything", False),
    ([{"exists": False}], {"below": 1}, True),
    ([{"exists": False}], [], True),
    ([{"exists": False}, "x"], "x", True),
    ([{"exists": False}, "x"], "y", False),
]

# "Matching using wildcards".
WILDCARDS: list[Case] = [
    ([{"wildcard": "/home/*/notes.txt"}], "/home/ann/a/a/a/a/a/notes.txt", True),
    ([{"wildcard": "/home/*/notes.txt"}], "/home/ann/a/a/a/a/a/othernotes.txt", False),
    ([{"wildcard": "/home/*/a/a/a/a/a/notes.txt"}], "/home/ann/a/a/a/a/a/notes.txt", True),
    ([{"wildcard": "/home/*/a/a/a/a/a/notes.txt"}], "/home/ann/a/a/a/a/b/notes.txt", False),
    ([{"wildcard": "arn:aws:events:*:event-bus/*"}], "arn:aws:events:eu-west-1:1:event-bus/orders", True),
    ([{"wildcard": ""}], "anything", False),
    ([{"wildcard": ""}], "", True),
    ([{"wildcard": "dir/*.png"}], "dir/a/b.png", True),
    ([{"wildcard": "*.png"}], ".png", True),
    ([{"wildcard": "a*a"}], "a", False),
    ([{"wildcard": "a*b*c"}], "abbc", True),
    ([{"wildcard": "a*b*c"}], "acb", False),
    ([{"wildcard": "orders*"}], "orders", True),
    ([{"wildcard": "plain"}], "plain", True),
    ([{"wildcard": "1*"}], 12, False),
    ([{"wildcard": "a\\*c"}], "a*c", True),
    ([{"wildcard": "a\\*c"}], "abc", False),
    ([{"wildcard": "a\\\\*c"}], "a\\bc", True),
]


@pytest.mark.parametrize(
    ("values", "value", "expected"), EXACT + AFFIXES + IGNORING_CASE + NUMERIC + EXISTS + WILDCARDS, ids=repr
)
def test_a_field_matches_as_the_documentation_says(values: list[Any], value: Any, expected: bool):  # noqa: FBT001 - a column
    pattern = compile_pattern({"field": values})

    assert pattern.matches({"field": value}) is expected
    assert pattern.matches({"field": [value]}) is expected
